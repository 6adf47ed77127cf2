"""A file becomes a raw text, whatever its name says: its bytes tell whether it is a page, a document, a PDF or text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graphkit.documents.encodings import decode, no_text
from graphkit.documents.markup import is_markup, read_markup
from graphkit.documents.pages import is_pages, read_pages
from graphkit.documents.word import is_word, read_word
from graphkit.errors import DataError

Kind = Literal["txt", "html", "docx", "pdf"]
_LARGEST, _MOST_CHARACTERS = 1 << 29, 20_000_000
# What files begin with that hold text this does not read, and what to do about it.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file", "Save it as .docx."),
    (b"{\\rtf", "a rich text file", "Save it as .docx."),
    (b"\x89PNG", "a picture", "Have its text recognised, and load that."),
    (b"\xff\xd8\xff", "a picture", "Have its text recognised, and load that."),
    (b"GIF8", "a picture", "Have its text recognised, and load that."),
    (b"II*\x00", "a picture", "Have its text recognised, and load that."),
    (b"MM\x00*", "a picture", "Have its text recognised, and load that."),
    (b"PAR1", "a Parquet table", "Load it as a table."),
    (b"PK", "a zip file without a document in it", "Unpack it; workbooks are loaded as tables."),
    (b"\x1f\x8b", "a packed file", "Unpack it."),
    (b"Rar!", "a packed file", "Unpack it."),
    (b"7z\xbc\xaf", "a packed file", "Unpack it."),
)


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of a file as it stands there, all of it.

    Offsets of evidence count the characters of `text`: of the file itself for plain text (without a byte order mark),
    of what its reader gives for the others. `pages`: how many, of a PDF; they are parted by form feeds.
    `title`, `publisher`, `date`: what the head of a web page says, as it is written there.
    """

    text: str
    kind: Kind
    encoding: str | None = None
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    pages: int | None = None
    warnings: tuple[str, ...] = ()


def read_text(path: Path, *, encoding: str | None = None) -> RawText:
    """Read a txt, html, docx or pdf file by its content; raise DataError if it is empty, damaged or none of these.

    `encoding` of a text or page whose own is not found out; a document or PDF says its own.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise _too_large(path.name, f"{size} bytes")
        data = path.read_bytes()
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        raise DataError(message, code="file-unreadable", hint="Check its path and rights.", source=path.name) from error
    return text_of(data, source=path.name, encoding=encoding)


def text_of(data: bytes, *, source: str, encoding: str | None = None) -> RawText:
    """Read the bytes of a file; `source` names it in errors."""
    for fits, read in _READERS:
        if fits(data):
            found = read(data, source)
            break
    else:
        found = _plain(data, source, encoding)
    if len(found.text) > _MOST_CHARACTERS:
        raise _too_large(source, f"{len(found.text)} characters")
    if not found.text.strip():
        raise DataError(f"{source} is empty", code="empty-document", hint="Name a file with text in it.", source=source)
    return found


def _too_large(source: str, what: str) -> DataError:
    hint = "Split it, and load its parts."
    return DataError(f"{source} is too large: {what}", code="document-too-large", hint=hint, source=source)


def _word(data: bytes, source: str) -> RawText:
    return RawText(read_word(data, source=source), "docx")


def _pdf(data: bytes, source: str) -> RawText:
    layer = read_pages(data, source=source)
    numbers = ", ".join(map(str, layer.empty[:20]))
    warnings = (f"no text on page {numbers}: pictures are not read",) if layer.empty else ()
    return RawText(layer.text, "pdf", pages=layer.pages, warnings=warnings)


def _plain(data: bytes, source: str, encoding: str | None) -> RawText:
    for start, what, hint in _OTHERS:
        if data.startswith(start):
            raise DataError(f"{source} is {what}", code="no-text", hint=hint, source=source)
    if b"MIME-Version:" in data[:1024]:
        hint = "Save the page as .html, or the letter as text."
        raise DataError(f"{source} is a letter or a web archive", code="no-text", hint=hint, source=source)
    if len(data) > 8 * _MOST_CHARACTERS:
        raise _too_large(source, f"{len(data)} bytes")
    decoded = decode(data, source=source, encoding=encoding)
    if decoded.text.count("\x00") > 0:
        raise no_text(source)
    if is_markup(decoded.text):
        page = read_markup(decoded.text, source=source)
        menus = ("lists of links were left out",) if page.menus else ()
        return RawText(
            page.text,
            "html",
            decoded.encoding,
            title=page.title,
            publisher=page.publisher,
            date=page.date,
            warnings=(*decoded.warnings, *menus),
        )
    return RawText(decoded.text, "txt", decoded.encoding, warnings=decoded.warnings)


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes, str], RawText]], ...] = (
    (is_word, _word),
    (is_pages, _pdf),
)
