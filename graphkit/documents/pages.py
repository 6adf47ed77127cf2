"""The text layer of a PDF file becomes lines, pages parted by form feeds; a scan has none, and says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphkit.documents.layout import ITEM, PAGE_NUMBER, SENTENCE_END, is_latin
from graphkit.errors import DataError

_MOST_PAGES, _MOST_CHARACTERS = 5000, 20_000_000
# A line that ends this near to the margin is full; a sign that may not begin a line hangs over or is moved down.
_FULL = 2.2
# A line that begins this much further right than the others of its page begins a paragraph (in widths of a character).
_INDENT = 1.2
_LINE_ENDS = (10, 13)
INDENT = "\u3000\u3000"
PAGE_END = "\f"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is set: its words, where it begins and ends in points, how wide its first character is."""

    text: str
    left: float
    right: float
    width: float


@dataclass(frozen=True, slots=True)
class Layer:
    """The text of a PDF file, how many pages it has, and on which of them no text was found."""

    text: str
    pages: int
    empty: tuple[int, ...]


def is_pages(data: bytes) -> bool:
    """Say whether bytes are a PDF file; some begin with a few bytes of something else."""
    return b"%PDF-" in data[:1024]


def read_pages(data: bytes, *, source: str) -> Layer:
    """Read the text layer; raise DataError for a damaged or locked file, or one that holds pictures of text only."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "assword" in str(error)
        what = "is locked with a password" if locked else f"is a damaged PDF file ({str(error)[:60]})"
        hint = "Save it without a password." if locked else "Open it in a PDF reader and save it anew."
        raise DataError(f"{source} {what}", code="document-unreadable", hint=hint, source=source) from error
    try:
        pages = _lines(document, source)
    finally:
        document.close()
    empty = tuple(number for number, lines in enumerate(pages, 1) if not any(line.text.strip() for line in lines))
    if len(empty) == len(pages):
        message = f"{source} has no text layer: its {len(pages)} pages are pictures"
        hint = "Have a program for text recognition (OCR) read it, and load what that writes."
        raise DataError(message, code="no-text-layer", hint=hint, source=source)
    return Layer(f"\n{PAGE_END}".join(_paragraphs(pages)), len(pages), empty)


def _lines(document: Any, source: str) -> list[list[_Line]]:
    if len(document) > _MOST_PAGES:
        raise _too_large(source, f"{len(document)} pages")
    pages: list[list[_Line]] = []
    read = 0
    for number in range(len(document)):
        page = document[number]
        layer = page.get_textpage()
        read += layer.count_chars()
        if read > _MOST_CHARACTERS:
            raise _too_large(source, f"more than {_MOST_CHARACTERS} characters")
        pages.append(list(_page(layer)))
        layer.close()
        page.close()
    return pages


def _page(layer: Any) -> Iterator[_Line]:
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(layer.raw, index) for index in range(layer.count_chars())]
    start = 0
    for index, code in enumerate([*codes, _LINE_ENDS[0]]):
        if code not in _LINE_ENDS:
            continue
        text = "".join(map(_char, codes[start:index]))
        words = text.strip()
        if words:
            first = start + text.index(words)
            left, _, end, _ = layer.get_charbox(first)
            _, _, right, _ = layer.get_charbox(first + len(words) - 1)
            yield _Line(words, left, right, end - left)
        start = index + 1


def _paragraphs(pages: list[list[_Line]]) -> Iterator[str]:
    """Yield the text of each page: a line that reaches the margin goes on in the next one, unless that is set in.

    Where a paragraph begins its indent is written, for the indent itself is no character of the file.
    """
    lines = [line for page in pages for line in page]
    width = sorted(line.width for line in lines)[len(lines) // 2]
    margin = sorted(line.left for line in lines)[len(lines) // 20] + _INDENT * width
    full = sorted(line.right for line in lines)[len(lines) * 9 // 10] - _FULL * width
    set_in = any(line.left > margin for line in lines)
    for page in pages:
        words = ""
        goes_on = False
        for line in page:
            deep = line.left > margin
            if not goes_on or deep or ITEM.match(line.text) or PAGE_NUMBER.fullmatch(line.text):
                words += "\n" if words else ""
            elif is_latin(words[-1:]) and is_latin(line.text[:1]):
                words += " "
            words += INDENT + line.text if deep else line.text
            goes_on = line.right >= full and (set_in or not SENTENCE_END.search(line.text))
        yield words


def _char(code: int) -> str:
    """Return a character; 0 and what is beyond Unicode are what the file does not tell, U+FFFE is a soft hyphen."""
    if code == 0xFFFE:
        return "\u00ad"
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _too_large(source: str, what: str) -> DataError:
    hint = "Split the file, and load its parts."
    return DataError(f"{source} is too large: {what}", code="document-too-large", hint=hint, source=source)
