"""A .docx file becomes lines as its author last meant them: insertions in, deletions out, a table row a line.

The parts are read as a stream and with limits: a small file may expand to more than a machine holds. Headers, footers
and comments are parts of their own and are not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from graphkit.errors import DataError

_LARGEST, _STEEPEST, _DEEPEST = 1 << 26, 200, 2000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    LookupError,
    ValueError,
)
_MAIN = re.compile(r"(?:^|/)document[0-9]*\.xml$")
# What was deleted, moved away, stands in a second form for old readers, tells how to read, or orders a field.
_OUT = frozenset("del moveFrom Fallback rt instrText delText delInstrText".split())
_HINT = "Open it in a word processor and save it as .docx again."
GAP = "  "


def is_word(data: bytes) -> bool:
    """Say whether bytes are a zip file with a Word document in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _main_part(archive) is not None
    except _BROKEN:
        return False


def read_word(data: bytes, *, source: str) -> str:
    """Read the text of a .docx file; raise DataError if it is damaged or expands beyond measure."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = _main_part(archive)
            if part is None:
                raise _unreadable(source, "is a zip file without a document in it")
            return _parsed(archive, part, source)
    except _BROKEN as error:
        raise _unreadable(source, f"is a damaged document ({type(error).__name__})") from error
    except expat.ExpatError as error:
        raise _unreadable(source, f"holds XML that cannot be read ({error})") from error


def _main_part(archive: zipfile.ZipFile) -> str | None:
    names = archive.namelist()
    usual = [name for name in names if name.casefold() == "word/document.xml"]
    return next(iter(usual or [name for name in names if name.startswith("word/") and _MAIN.search(name)]), None)


def _parsed(archive: zipfile.ZipFile, part: str, source: str) -> str:
    told = archive.getinfo(part)
    if told.file_size > _LARGEST or (
        told.file_size > 1 << 24 and told.file_size > _STEEPEST * max(told.compress_size, 1)
    ):
        raise _too_large(source)
    body = _Body(source)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = body.refuse
    parser.StartElementHandler, parser.EndElementHandler = body.start, body.end
    parser.CharacterDataHandler = body.text
    with archive.open(part) as stream:
        for chunk in _chunks(stream, source):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return "\n".join([*body.lines, "".join(body.left)] if body.left else body.lines)


def _chunks(stream: Any, source: str) -> Iterator[bytes]:
    """Yield the part piece by piece; what the archive says about its size need not be true."""
    read = 0
    while chunk := stream.read(1 << 18):
        read += len(chunk)
        if read > _LARGEST:
            raise _too_large(source)
        yield chunk


class _Body:
    """The handlers of the main part; a line is what one paragraph, or one row of a table, says."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: list[str] = []
        self.open: list[list[str]] = []
        self.left: list[str] = []
        self.path: list[str] = []
        self.out = 0
        self.in_text = self.hidden = self.mark_deleted = False
        self.cells: list[list[str]] = []

    def refuse(self, *_: Any) -> None:
        raise _unreadable(self.source, "defines entities, which no document needs")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise _unreadable(self.source, f"nests elements more than {_DEEPEST} deep")
        told = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name in _OUT and not self._is_property():
            self.out += 1
        elif name in ("del", "moveFrom") and self.path[-4:-1] == ["p", "pPr", "rPr"]:
            self.mark_deleted = not self.out
        elif name == "p" and not self.out:
            # A text box is a paragraph within another one, and a line before it.
            self.open.append([])
        elif name == "r":
            self.hidden = False
        elif name == "vanish" and self._is_property():
            self.hidden = self.hidden or told.get("val", "1") not in ("0", "false", "off")
        elif name == "tr":
            self.cells.append([])
        self.in_text = name == "t"
        if not self._is_property() and not self.out and not self.hidden:
            self._sign(name)

    def end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        self.in_text = False
        if name in _OUT and not self._is_property():
            self.out -= 1
        self.path.pop()
        if name == "r":
            self.hidden = False
        elif name == "p" and not self.out and self.open:
            self._end_paragraph()
        elif name == "tc" and self.cells:
            self._end_cell()
        elif name == "tr" and self.cells:
            self._end_row()

    def text(self, text: str) -> None:
        if self.in_text and not self.out and not self.hidden:
            self._say(text)

    def _is_property(self) -> bool:
        """Say whether this stands among properties: a deleted mark or row is told there, no text."""
        return any(parent.endswith("Pr") for parent in self.path[-5:-1])

    def _sign(self, name: str) -> None:
        if name in ("br", "cr"):
            self._say("\n")
        elif name in ("tab", "ptab"):
            self._say("\t")
        elif name == "noBreakHyphen":
            self._say("-")

    def _say(self, text: str) -> None:
        if self.open:
            self.open[-1].append(text)

    def _end_paragraph(self) -> None:
        words = [*self.left, *self.open.pop()]
        self.left = []
        if self.mark_deleted:
            # Without its mark a paragraph runs into the next one.
            self.mark_deleted = False
            self.left = words
            return
        line = "".join(words)
        if self.cells:
            self.cells[-1].append(line)
        else:
            self.lines.append(line)

    def _end_cell(self) -> None:
        texts = self.cells[-1]
        parts = []
        while texts and texts[-1] != "\t":
            parts.append(texts.pop())
        whole = [part.strip() for part in reversed(parts) if part.strip()]
        texts += [GAP.join(whole).replace("\n", GAP), "\t"]

    def _end_row(self) -> None:
        row = "\t".join(text for text in self.cells.pop() if text != "\t").rstrip("\t")
        if self.cells:
            self.cells[-1].append(row)
        else:
            self.lines.append(row)


def _unreadable(source: str, what: str) -> DataError:
    return DataError(f"{source} {what}", code="document-unreadable", hint=_HINT, source=source)


def _too_large(source: str) -> DataError:
    what = f"{source} expands beyond measure"
    return DataError(what, code="document-too-large", hint="Check where the file comes from.", source=source)
