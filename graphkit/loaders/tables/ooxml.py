"""An .xlsx workbook becomes sheets, from its XML parts: everything a cell says, and what readers of values hide.

Hidden rows, the 1904 system, formulas that were never computed, leading zeros made by a format and all digits of a long
number stand in the XML alone. The parts are read as a stream, without their `dimension`, which exporters get wrong.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

from graphkit.loaders.tables.formats import effect_of, number_value
from graphkit.loaders.tables.sheet import (
    MOST_COLUMNS,
    NOT_COMPUTED,
    PICTURE,
    Epoch,
    Range,
    Sheet,
    too_large,
    unreadable,
)

LARGEST, STEEPEST = 2**31, 200
HINT = "Open it in a spreadsheet program and save it as .xlsx again."
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
# Of a workbook: a part that is missing, an encoding that nobody knows, a number that is none.
BAD_ZIP = (*BROKEN_ZIP, LookupError, ValueError)
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@dataclass(slots=True)
class _Book:
    """What the sheets of one workbook share."""

    path: Path
    archive: zipfile.ZipFile
    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    epoch: Epoch = 1900
    recompute: bool = False
    read: int = 0
    cells: int = 0


def read_xlsx(path: Path) -> list[Sheet]:
    """Read all sheets of an .xlsx or .xlsm file; raise DataError if it is damaged or expands beyond measure."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_size(path, archive)
            return list(_sheets(_Book(path, archive)))
    except BAD_ZIP as error:
        raise unreadable(path.name, f"is a damaged workbook ({type(error).__name__})", HINT) from error
    except expat.ExpatError as error:
        raise unreadable(path.name, f"holds XML that cannot be read ({error})", HINT) from error


def check_size(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise DataError for an archive that expands beyond measure."""
    parts = archive.infolist()
    total, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if total > LARGEST or (total > 2**27 and total > STEEPEST * max(packed, 1)):
        raise too_large(path.name, f"its {packed} bytes expand to {total}")


def _sheets(book: _Book) -> Iterator[Sheet]:
    names = {name.casefold(): name for name in book.archive.namelist()}
    main = next((names[n] for n in ("xl/workbook.xml", "workbook.xml") if n in names), "xl/workbook.xml")
    folder = main.rpartition("/")[0]
    listed = _listed(book, main)
    targets = _targets(book, f"{folder}/_rels/workbook.xml.rels", folder)
    for part, read in (("sharedStrings", _read_strings), ("styles", _read_styles)):
        found = next((target for kind, target in targets.values() if kind == part), None)
        if found and found.casefold() in names:
            read(book, names[found.casefold()])
    for number, (name, relation, hidden) in enumerate(listed, 1):
        kind, target = targets.get(relation, ("worksheet", f"{folder}/worksheets/sheet{number}.xml"))
        if kind == "worksheet" and target.casefold() in names:
            yield _read_sheet(book, name, names[target.casefold()], hidden)


def _parse(book: _Book, part: str, handlers: tuple[Start, End | None, Text | None]) -> None:
    """Stream one part of a workbook through expat."""
    parser = expat.ParserCreate()
    start, end, text = handlers
    parser.CharacterDataHandler = text

    def first(name: str, attributes: dict[str, str]) -> None:
        # Hardly any program writes prefixes (x:row); where none are, the handlers are called as they are.
        prefixed = ":" in name
        parser.StartElementHandler = (lambda name, told: start(local(name), told)) if prefixed else start
        parser.EndElementHandler = (lambda name: end(local(name))) if prefixed and end else end
        start(local(name), attributes)

    parser.StartElementHandler = first
    book.read = feed(parser, book.path, book.archive, part, read=book.read)


def feed(parser: expat.XMLParserType, path: Path, archive: zipfile.ZipFile, part: str, *, read: int = 0) -> int:
    """Stream one part of an archive through a parser; return how many bytes are read now, with those before it.

    A document type is refused, since it only serves to define entities.
    """

    def refuse(*_: Any) -> None:
        raise unreadable(path.name, f"defines entities in {part}, which no workbook needs", HINT)

    parser.buffer_text, parser.StartDoctypeDeclHandler = True, refuse
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 18):
            read += len(chunk)
            if read > LARGEST:
                raise too_large(path.name, "it expands to more than 2 GiB")
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return read


def _listed(book: _Book, part: str) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and _is_on(attributes.get("date1904")):
            book.epoch = 1904
        elif name == "calcPr":
            book.recompute = _is_on(attributes.get("fullCalcOnLoad"))
        elif name == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", f"sheet {len(found) + 1}"), relation, hidden))

    _parse(book, part, (start, None, None))
    return found


def local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _targets(book: _Book, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Map each relation of the workbook to its kind and the name of its part."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], whole

    if part.lstrip("/") in book.archive.namelist():
        _parse(book, part.lstrip("/"), (start, None, None))
    return found


def _read_strings(book: _Book, part: str) -> None:
    texts: list[str] = []
    state = {"in_text": False, "phonetic": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            texts.clear()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["in_text"] = not state["phonetic"]

    def end(name: str) -> None:
        if name == "si":
            book.strings.append(_unescaped("".join(texts)).strip())
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "t":
            state["in_text"] = False

    _parse(book, part, (start, end, lambda text: texts.append(text) if state["in_text"] else None))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _read_styles(book: _Book, part: str) -> None:
    """Tell for each style what its number format does: date, month, year, percent, zeros:6, or nothing."""
    codes: dict[str, str] = {}
    where: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        where.append(name)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in where:
            number = attributes.get("numFmtId", "0")
            book.formats.append(effect_of(number, codes.get(number)))

    def end(_: str) -> None:
        where.pop()

    _parse(book, part, (start, end, None))


class _Cells:
    """The handlers of one sheet's XML; what a cell says is decided at its end."""

    def __init__(self, book: _Book, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.row = self.column = 0
        self.kind = self.style = ""
        self.formula: list[str] | None = None
        self.texts: list[str] = []
        self.has_value = self.phonetic = False
        self.into: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin(attributes)
        elif name in ("v", "t"):
            self.has_value = True
            self.into = None if self.phonetic else self.texts
        elif name == "f":
            self.formula = self.into = []
        elif name == "row":
            told = attributes.get("r", "")
            self.row = int(told) if told.isdecimal() and len(told) < 8 else self.row + 1
            self.column = 0
            if _is_on(attributes.get("hidden")):
                self.sheet.hidden_rows.add(self.row)
        elif name == "rPh":
            self.phonetic = True
        elif name == "col" and _is_on(attributes.get("hidden")):
            ends = [int(attributes.get(end, "0")) for end in ("min", "max")]
            if len(self.sheet.hidden_columns) < MOST_COLUMNS:
                self.sheet.hidden_columns.update(range(ends[0], min(ends[1], MOST_COLUMNS) + 1))
        elif name == "mergeCell" and (merged := _range(attributes.get("ref", ""))):
            self.sheet.merged.append(merged)

    def text(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self.into = None
        elif name == "rPh":
            self.phonetic = False
        elif name == "c":
            self._finish()

    def _begin(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "")
        letters = reference.rstrip("0123456789")
        column = _number(letters)
        self.column = column or self.column + 1
        if column and reference != f"{letters}{self.row}" and (match := _CELL.fullmatch(reference)):
            self.row = int(match[2])
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.formula, self.texts, self.has_value = None, [], False

    def _finish(self) -> None:
        text = "".join(self.texts)
        formula = None if self.formula is None else "".join(self.formula)
        if formula is not None and "DISPIMG(" in formula.upper():
            self.sheet.mark(self.row, self.column, PICTURE)
        elif formula is not None and self._never_computed(text):
            self.sheet.mark(self.row, self.column, NOT_COMPUTED)
        elif self.kind == "e":
            self.sheet.mark(self.row, self.column, f"an error ({text[:20]})")
        elif text:
            self.sheet.put(self.row, self.column, self._value(text))

    def _never_computed(self, text: str) -> bool:
        """A library writes a formula without a value, or with 0 and the order to compute it when the file is opened."""
        return (not text and self.kind != "str") or (self.book.recompute and text in ("", "0"))

    def _value(self, text: str) -> Any:
        if self.kind == "s":
            number = int(text) if text.isdecimal() else -1
            return self.book.strings[number] if 0 <= number < len(self.book.strings) else None
        if self.kind == "b":
            return text == "1"
        if self.kind in ("str", "inlineStr", "d"):
            return _unescaped(text)
        style = int(self.style) if self.style.isdecimal() else -1
        effect = self.book.formats[style] if 0 <= style < len(self.book.formats) else ""
        return number_value(text.strip(), effect, self.book.epoch)


def _read_sheet(book: _Book, name: str, part: str, hidden: bool) -> Sheet:
    sheet = Sheet(book.path.name, name, hidden=hidden, epoch=book.epoch, cells=book.cells)
    cells = _Cells(book, sheet)
    _parse(book, part, (cells.start, cells.end, cells.text))
    book.cells = sheet.cells
    sheet.finish()
    return sheet


def _range(reference: str) -> Range | None:
    ends = [_CELL.fullmatch(part) for part in reference.replace("$", "").split(":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    first, last = ends[0], ends[1]
    return int(first[2]), _number(first[1]), int(last[2]), _number(last[1])


@lru_cache(20_000)
def _number(column: str) -> int:
    """Count a column: A is 1, XFD is 16,384; what is no column is 0."""
    total = 0
    for letter in column if _COLUMN.fullmatch(column) else "":
        total = total * 26 + ord(letter) - 64
    return total
