"""An .ods workbook becomes sheets, from its XML: hidden rows, formulas without a value, zeros and months as shown.

Repeated cells are copied up to a bound: a few bytes may claim more cells than any memory holds.
"""

import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from xml.parsers import expat

from graphkit.errors import DataError
from graphkit.loaders.tables.formats import number_value, whole
from graphkit.loaders.tables.ooxml import BAD_ZIP, check_size, feed, local
from graphkit.loaders.tables.sheet import (
    MOST_COLUMNS,
    NOT_COMPUTED,
    PICTURE,
    Epoch,
    Sheet,
    locked,
    too_large,
    unreadable,
)
from graphkit.values import parse_date

MOST_COPIES = 2_000_000
HINT = "Open it in a spreadsheet program and save it as .xlsx."
_ELSEWHERE = frozenset("annotation ruby-text frame shapes tracked-changes dde-links forms note".split())
_NUMBERS = frozenset("float percentage currency".split())
_ERROR = re.compile(r"Err:[0-9]{3}|#[A-Z/0]+[!?]?")
_LONGEST_GAP = 1000


def read_ods(path: Path) -> list[Sheet]:
    """Read all sheets of an .ods file; raise DataError if it is encrypted, damaged or expands beyond measure."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_size(path, archive)
            names = {name.casefold(): name for name in archive.namelist()}
            manifest = names.get("meta-inf/manifest.xml")
            if manifest and b"encryption-data" in archive.read(manifest):
                raise locked(path.name)
            return _parsed(path, archive, names["content.xml"])
    except BAD_ZIP as error:
        raise unreadable(path.name, f"is a damaged workbook ({type(error).__name__})", HINT) from error
    except expat.ExpatError as error:
        raise unreadable(path.name, f"holds XML that cannot be read ({error})", HINT) from error


def _parsed(path: Path, archive: zipfile.ZipFile, part: str) -> list[Sheet]:
    parser, tables = expat.ParserCreate(), _Tables(path)
    parser.StartElementHandler, parser.EndElementHandler = tables.start, tables.end
    parser.CharacterDataHandler = tables.text
    feed(parser, path, archive, part)
    for sheet in tables.sheets:
        sheet.finish()
    return tables.sheets


@dataclass(slots=True)
class _Cell:
    """A cell while it is read: what its attributes say and the lines of its text."""

    told: dict[str, str]
    repeat: int
    lines: list[str] = field(default_factory=list)

    def shown(self) -> str:
        return "\n".join(self.lines).strip()


class _Tables:
    """The handlers of content.xml; what a cell says is decided at its end, what a row repeats at the row's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.sheet: Sheet | None = None
        self.cell: _Cell | None = None
        self.in_line = self.elsewhere = 0
        self.row = self.column = self.columns = 0
        self.repeat = 1
        self.filled: list[tuple[int, int, Any, str | None]] = []
        self.hidden = False
        self.copies = 0
        self.epoch: Epoch = 1900

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        if self.elsewhere or kind in _ELSEWHERE:
            self.elsewhere += 1
        elif self.cell is not None:
            self._within(self.cell, kind, attributes)
        elif kind in ("table-cell", "covered-table-cell") and self.sheet is not None:
            # What a program adds of its own (calcext:value-type) must not hide what the standard says.
            told = {local(key): value for key, value in attributes.items() if not key.startswith("calcext:")}
            if attributes.get("calcext:value-type") == "error":
                told["error"] = "1"
            self.cell = _Cell(told, _count(told, "columns"))
        elif kind == "table-row":
            told = {local(key): value for key, value in attributes.items()}
            self._begin_row(told)
        elif kind == "table-column" and self.sheet is not None:
            self._column({local(key): value for key, value in attributes.items()})
        elif kind == "table":
            self._begin_table({local(key): value for key, value in attributes.items()})
        elif kind == "null-date":
            self.epoch = 1904 if any(value.startswith("1904-") for value in attributes.values()) else 1900
        elif kind == "style":
            self.style = next((value for key, value in attributes.items() if local(key) == "name"), "")
        elif kind == "table-properties" and ("false" in [v for k, v in attributes.items() if local(k) == "display"]):
            self.hidden_styles.add(self.style)

    def text(self, text: str) -> None:
        if self.cell is not None and self.in_line and not self.elsewhere:
            self.cell.lines[-1] += text

    def end(self, name: str) -> None:
        if self.elsewhere:
            self.elsewhere -= 1
            return
        kind = local(name)
        if self.cell is not None:
            if kind == "p":
                self.in_line = max(self.in_line - 1, 0)
            elif kind in ("table-cell", "covered-table-cell"):
                self._finish_cell(self.cell)
                self.cell, self.in_line = None, 0
        elif kind == "table-row":
            self._finish_row()
        elif kind == "table":
            self.sheet = None

    def _within(self, cell: _Cell, kind: str, attributes: dict[str, str]) -> None:
        if kind == "p":
            cell.lines.append("")
            self.in_line += 1
        elif not self.in_line:
            return
        elif kind == "s":
            told = next((value for key, value in attributes.items() if local(key) == "c"), "1")
            cell.lines[-1] += " " * min(int(told) if told.isdecimal() and len(told) < 9 else 1, _LONGEST_GAP)
        elif kind == "tab":
            cell.lines[-1] += "\t"
        elif kind == "line-break":
            cell.lines[-1] += "\n"

    def _begin_table(self, told: dict[str, str]) -> None:
        hidden = told.get("style-name", "") in self.hidden_styles
        name, cells = told.get("name", f"sheet {len(self.sheets) + 1}"), self.sheets[-1].cells if self.sheets else 0
        self.sheet = Sheet(self.path.name, name, hidden=hidden, epoch=self.epoch, cells=cells)
        self.sheets.append(self.sheet)
        self.row = self.columns = 0
        self.repeat = 1

    def _column(self, told: dict[str, str]) -> None:
        first, self.columns = self.columns + 1, self.columns + _count(told, "columns")
        if self.sheet is not None and _is_hidden(told):
            self.sheet.hidden_columns.update(range(first, min(self.columns, MOST_COLUMNS) + 1))

    def _begin_row(self, told: dict[str, str]) -> None:
        self.row, self.column, self.repeat = self.row + 1, 0, _count(told, "rows")
        self.filled.clear()
        self.hidden = _is_hidden(told)

    def _finish_row(self) -> None:
        sheet = self.sheet
        if sheet is not None and self.filled:
            width = sum(min(repeat, MOST_COLUMNS) for _, repeat, _, _ in self.filled)
            self._copied(width * self.repeat - len(self.filled))
            if self.hidden:
                sheet.hidden_rows.update(range(self.row, self.row + self.repeat))
            for row in range(self.row, self.row + self.repeat):
                for first, repeat, value, mark in self.filled:
                    for column in range(first, first + min(repeat, MOST_COLUMNS)):
                        if mark is not None:
                            sheet.mark(row, column, mark)
                        else:
                            sheet.put(row, column, value)
        self.row += self.repeat - 1

    def _copied(self, cells: int) -> None:
        self.copies += cells
        if self.copies > MOST_COPIES:
            raise too_large(self.path.name, f"it claims {self.copies} cells that only repeat others")

    def _finish_cell(self, cell: _Cell) -> None:
        value, mark = _said(cell)
        if value not in (None, "") or mark is not None:
            self.filled.append((self.column + 1, cell.repeat, value, mark))
        rows, columns = (_count(cell.told, what, "spanned") for what in ("rows", "columns"))
        if self.sheet is not None and (rows > 1 or columns > 1):
            first = self.column + 1
            self.sheet.merged.append((self.row, first, self.row + rows - 1, first + columns - 1))
        self.column += cell.repeat


def _count(told: dict[str, str], what: str, how: str = "repeated") -> int:
    count = told.get(f"number-{what}-{how}", "1")
    return max(int(count), 1) if count.isdecimal() and len(count) < 10 else 1


def _is_hidden(told: dict[str, str]) -> bool:
    return told.get("visibility", "visible") in ("collapse", "filter")


def _said(cell: _Cell) -> tuple[Any, str | None]:
    """Return the value of a cell, or a mark that says why it has none."""
    told, shown = cell.told, cell.shown()
    kind, formula = told.get("value-type", ""), told.get("formula")
    if formula is not None and "DISPIMG(" in formula.upper():
        return None, PICTURE
    if "error" in told or (formula is not None and _ERROR.fullmatch(shown)):
        return None, f"an error ({shown[:20]})"
    value = _typed(told, kind, shown)
    if formula is not None and value in (None, "") and kind != "string":
        return None, NOT_COMPUTED
    return value, None


def _typed(told: dict[str, str], kind: str, shown: str) -> Any:
    if kind in _NUMBERS:
        return _number(told.get("value", ""), kind, shown)
    if kind == "date":
        return _day(told.get("date-value", ""), shown)
    if kind == "boolean":
        said = told.get("boolean-value", "")
        return said == "true" if said else shown
    return shown or told.get("string-value", "")


def _number(text: str, kind: str, shown: str) -> Any:
    """A number is kept as it is, but for a share, and for zeros before it that a format makes."""
    if not text:
        return shown
    if kind == "percentage":
        return number_value(text, "percent", 1900)
    padded = shown.isascii() and shown.isdigit() and shown.startswith("0") and len(shown) > 1
    value = number_value(text, f"zeros:{len(shown)}" if padded and len(shown) <= 30 else "", 1900)
    return whole(value)


def _day(text: str, shown: str) -> Any:
    """A day on the first of a month that the cell shows without its day was typed as a month; of a year likewise."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text or shown
    try:
        seen = parse_date(shown)
    except DataError:
        return day
    if seen is None or seen.day is not None or seen.first_day != day:
        return day
    return str(seen)
