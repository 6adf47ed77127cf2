"""What a table file holds once it is read: sheets of cells, each with its place, and what was noticed."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any, Literal

from graphkit.errors import DataError

Epoch = Literal[1900, 1904]
Place = tuple[int, int]  # row and column, both from 1
Range = tuple[int, int, int, int]  # first row, first column, last row, last column
MOST_COLUMNS = 1000
MOST_CELLS, MOST_MERGED, LONGEST_CELL = 20_000_000, 5_000_000, 1_000_000
_PICTURE = re.compile(r"^=?\s*(?:_xlfn\.)?(?:DISPIMG|IMAGE)\(", re.IGNORECASE)
_ERRORS = frozenset("#N/A #REF! #DIV/0! #VALUE! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA".split())
_QUOTED = re.compile(r'^="([^"]*)"$')
PICTURE, NOT_COMPUTED = "a picture, no value", "a formula whose value was never computed"


@dataclass(slots=True)
class Sheet:
    """One sheet: its rows that hold anything, as column number -> value; `marks` say what a cell without value is."""

    file: str
    name: str
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)
    marks: dict[Place, str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    epoch: Epoch = 1900
    lines: bool = False  # places are lines of a text file, or records
    spread: dict[Place, Range] = field(default_factory=dict)
    too_wide: int = 0
    cells: int = 0  # with those of the sheets before it in its file

    def put(self, row: int, column: int, value: Any) -> None:
        """Keep a value that is one; what only looks like a value (an error, a picture) leaves a mark."""
        if column > MOST_COLUMNS:
            self.too_wide += 1
            return
        if isinstance(value, str):
            value = value.strip()
            if len(value) > LONGEST_CELL:
                raise too_large(self.file, f"the cell {self.place(row, column)} holds {len(value)} characters")
            if value.startswith(("=", "_xlfn", "#")):
                value = self._looked_through(row, column, value)
        if value is not None and value != "":
            self.rows.setdefault(row, {})[column] = value
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise too_large(self.file, f"it holds more than {MOST_CELLS} cells")

    def mark(self, row: int, column: int, what: str) -> None:
        if column <= MOST_COLUMNS:
            self.marks[row, column] = what
            self.rows.setdefault(row, {})

    def place(self, row: int, column: int | None = None) -> str:
        """Say where a row or a cell is; a cell that shares a merged range names the range."""
        if self.lines:
            return f"{self.file}:{row}"
        at = f"{self.name}!{'' if column is None else letters(column)}{row}"
        shared = None if column is None else self.spread.get((row, column))
        return at if shared is None else f"{at} ({range_text(shared)})"

    def finish(self) -> None:
        """Give every cell of a merged range the value of its first; an empty cell beside it stays empty."""
        self.rows = dict(sorted(self.rows.items()))
        numbers, budget = list(self.rows), MOST_MERGED
        widest = max((max(cells, default=0) for cells in self.rows.values()), default=0)
        for first_row, first, last_row, last in self.merged:
            value = self.rows.get(first_row, {}).get(first)
            what = self.marks.get((first_row, first))
            if value is None and what is None:
                continue
            for at in range(bisect_left(numbers, first_row), bisect_right(numbers, last_row)):
                row = numbers[at]
                budget -= 1 + min(last, widest) - first
                if budget < 0:
                    raise too_large(self.file, f"merged cells of {self.name} cover too much")
                for column in range(first, min(last, widest) + 1):
                    self.spread[row, column] = (first_row, first, last_row, last)
                    if value is not None:
                        self.rows[row][column] = value
                    else:
                        self.marks[row, column] = str(what)

    def _looked_through(self, row: int, column: int, value: str) -> str | None:
        if _PICTURE.match(value):
            self.mark(row, column, PICTURE)
            return None
        if value in _ERRORS:
            self.mark(row, column, f"an error ({value})")
            return None
        quoted = _QUOTED.match(value)  # ="00123", as programs write codes into CSV for Excel
        return quoted[1] if quoted else value


@dataclass(slots=True)
class Workbook:
    """A file as read: what it is by content, its sheets, and what its reader noticed."""

    file: str
    form: str
    sheets: list[Sheet]
    encoding: str | None = None
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def letters(column: int) -> str:
    """Write a column number as spreadsheets do: 1 is A, 27 is AA."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def range_text(merged: Range) -> str:
    first_row, first, last_row, last = merged
    return f"{letters(first)}{first_row}:{letters(last)}{last_row}"


def unreadable(file: str, what: str, hint: str) -> DataError:
    """Return the error about a file as a whole."""
    return DataError(f"{file} {what}", code="bad-table", hint=hint, source=file, place=None, value=None)


def locked(file: str) -> DataError:
    """Return the error about a file that cannot be read without a password."""
    return unreadable(file, "is encrypted, or an old .xls/.et file", "Remove the password, or save it as .xlsx.")


def too_large(file: str, what: str) -> DataError:
    return unreadable(file, f"is not read: {what}", "Save the table anew, with its data only.")
