"""Tables as an Excel workbook: every text a text, never a formula; the same tables give the same bytes."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from graphkit.exporters.target import replaced
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "date", "count", "number", "share"]
CELL_LIMIT = 32_767  # UTF-16 units in a cell
ROW_LIMIT = 1_048_576
NAME_LIMIT = 31
CUT = "…〔截断 cut〕"
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
FORMATS: dict[Kind, str] = {"text": "@", "date": "@", "count": "#,##0", "number": "#,##0.##", "share": "0.0%"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u2028\u2029]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name on the tab, a line above it, captions with their kinds, rows and lines below it.

    Without a title the captions are the first row. A cell is None, a text, a number, or a (number, mark) pair whose
    mark ("超过") is shown by the number's format.
    """

    name: str
    title: str
    captions: Sequence[str]
    kinds: Sequence[Kind]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Cleaning:
    """What was changed so that Excel can hold it: texts cut at a cell's limit, characters that no file may hold."""

    cut: int = 0
    removed: int = 0

    def removed_from(self, value: str) -> str:
        """Return a text without control characters, and count them; all ends of lines become one kind."""
        plain, removed = _CONTROLS.subn("", value.replace("\r\n", "\n").replace("\r", "\n"))
        self.removed += removed
        return plain

    def text(self, value: str) -> str:
        """Return a text as a cell can hold it, and count what that took."""
        plain = self.removed_from(value)
        if len(plain) * 2 <= CELL_LIMIT or len(plain.encode("utf-16-le")) // 2 <= CELL_LIMIT:
            return plain
        self.cut += 1
        room = (CELL_LIMIT - len(CUT)) * 2
        return plain.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook that is being written, with its formats and the names that are taken."""

    file: Any
    cleaning: Cleaning
    taken: set[str] = field(default_factory=set)
    formats: dict[str, Any] = field(default_factory=dict)

    def format(self, name: str, **properties: Any) -> Any:
        if name not in self.formats:
            self.formats[name] = self.file.add_format({"valign": "top", **properties})
        return self.formats[name]


def write_workbook(
    path: Path,
    sheets: Iterable[Sheet],
    *,
    newest: str | None = None,
    title: str = "",
    cleaning: Cleaning | None = None,
) -> Cleaning:
    """Write a sheet a table and return what had to be cut or removed.

    `newest` is the date of the newest source; it stands as the day on which the file was made, so that the same record
    gives the same file. Sheets are taken one by one: a late one may tell what `cleaning` holds by then. Raises
    ExportError if the place cannot be written.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    cleaning = Cleaning() if cleaning is None else cleaning
    with replaced(path) as part, xlsxwriter.Workbook(part, options) as file:
        file.set_properties({"title": cleaning.text(title)[:255], "created": day_of(newest)})
        book = _Book(file, cleaning)
        for sheet in sheets:
            for piece in _pieces(sheet):
                _write_sheet(book, piece)
    return cleaning


def day_of(date: str | None) -> datetime:
    return FIRST_DAY if date is None else datetime.combine(PartialDate.parse(date).last_day, datetime.min.time(), UTC)


def _pieces(sheet: Sheet) -> Iterator[Sheet]:
    """Go on in a further sheet where one has no more rows."""
    room = ROW_LIMIT - 3 - len(sheet.notes)
    for start in range(0, max(len(sheet.rows), 1), room):
        rows = sheet.rows[start : start + room]
        yield Sheet(sheet.name, sheet.title, sheet.captions, sheet.kinds, rows, sheet.notes)


def _write_sheet(book: _Book, sheet: Sheet) -> None:
    page = book.file.add_worksheet(_unique(sheet.name, book.taken))
    top = 1 if sheet.title else 0
    if sheet.title:
        page.write_string(0, 0, book.cleaning.text(sheet.title), book.format("title", bold=True, font_size=12))
    header = book.format("header", bold=True, text_wrap=True, bg_color="#f3f1ec", bottom=1)
    for column, caption in enumerate(sheet.captions):
        page.write_string(top, column, book.cleaning.text(caption), header)
        page.set_column(column, column, _width(sheet, column))
    for row, cells in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(cells):
            _write_cell(book, page, (row, column), sheet.kinds[column], cell)
    last = top + max(len(sheet.rows), 1)
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, last, max(len(sheet.captions) - 1, 0))
    for row, note in enumerate(sheet.notes, last + 2):
        page.write_string(row, 0, book.cleaning.text(note), book.format("note", italic=True, font_color="#5b6672"))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _write_cell(book: _Book, page: Any, at: tuple[int, int], kind: Kind, cell: Any) -> None:
    value, mark = cell if isinstance(cell, tuple) else (cell, "")
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value, book.format("flag"))
        return
    if isinstance(value, int | float):
        whole = kind == "count" and isinstance(value, float) and value != int(value)
        page.write_number(*at, value, _number_format(book, "number" if whole else kind, mark))
        return
    text = book.format("text", num_format="@", text_wrap=True)
    page.write_string(*at, book.cleaning.text(str(value)), text)


def _number_format(book: _Book, kind: Kind, mark: str) -> Any:
    pattern = FORMATS["number" if kind in ("text", "date") else kind]
    if mark:
        pattern = '"' + mark.replace('"', "") + ' "' + pattern
    return book.format(pattern, num_format=pattern)


def _width(sheet: Sheet, column: int) -> int:
    """Guess a column's width from its caption and first rows; a Han character is two wide."""
    cells = (row[column] for row in sheet.rows[:200])
    texts = [sheet.captions[column], *(str(c[0] if isinstance(c, tuple) else c) for c in cells if c is not None)]
    widest = max(len(line) + sum(ord(c) > 0x2E7F for c in line) for text in texts for line in text[:200].split("\n"))
    return min(max(widest + 3, 8), 60) if sheet.kinds[column] == "text" else min(max(widest + 3, 9), 16)


def _unique(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have: 31 characters, none of []:*?/\\, no apostrophe at an end, not yet used."""
    plain = _CONTROLS.sub("", _NO_SHEET_NAME.sub(" ", name)).strip(" '") or "Sheet"
    plain = f"{plain}_" if plain.casefold() == "history" else plain  # Excel keeps this name for itself
    number, found = 1, _shortened(plain, NAME_LIMIT)
    while found.casefold() in taken:
        number += 1
        ending = f" ({number})"
        found = _shortened(plain, NAME_LIMIT - len(ending)) + ending
    taken.add(found.casefold())
    return found


def _shortened(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").strip(" '") or "Sheet"


def sheet_of(frame: "pd.DataFrame", name: str, captions: dict[str, str] | None = None) -> Sheet:
    """Return a frame as a sheet: whole numbers, numbers and texts by the types of its columns."""
    import pandas as pd

    kinds: list[Kind] = [
        "text" if pd.api.types.is_bool_dtype(t) or not pd.api.types.is_numeric_dtype(t)
        else "count" if pd.api.types.is_integer_dtype(t) else "number"
        for t in frame.dtypes
    ]  # fmt: skip
    rows = [[plain_cell(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
    return Sheet(name, "", [(captions or {}).get(c, c) for c in map(str, frame.columns)], kinds, rows)


def plain_cell(cell: Any) -> Any:
    """Return a value of a frame as a cell: lists joined by 、, numpy's numbers as Python's, missing ones None."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(cell, str):
        return cell
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    if isinstance(cell, list | tuple | set | frozenset):
        return "、".join(map(str, cell))
    return None if isinstance(cell, float) and math.isnan(cell) else cell
