"""A form is no table: its labels stand left of what they ask for. Turned, it is a table of one row for each record."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphkit.loaders.tables.header import header_text, vocabulary
from graphkit.loaders.tables.sheet import Place, Sheet, letters

MOST_ROWS = 400
FEWEST_PAIRS = 3
IGNORED = "(ignored)"
_COLON = re.compile(r"^([^：:]{2,20})[：:]\s*(.+)$", re.S)


@dataclass(slots=True)
class Turned(Sheet):
    """A sheet made of a form: a header in row 1, a record in each row below; places are those of the form."""

    origin: dict[Place, Place] = field(default_factory=dict)

    def place(self, row: int, column: int | None = None) -> str:
        """Say where on the form a value stands; a record is where its first value stands."""
        columns = [column] if column is not None else sorted(c for r, c in self.origin if r == row)
        at = next((self.origin[row, c] for c in columns if (row, c) in self.origin), None)
        if at is None:
            return self.name
        return f"{self.file}:{at[0]}" if self.lines else f"{self.name}!{letters(at[1])}{at[0]}"


def as_form(sheet: Sheet) -> Turned | None:
    """Return a form as a table; None if the sheet is none.

    A form has labels in at least three rows, each with its value at its right (or after a colon), and hardly a row in
    which two labels stand side by side, as the labels of a header do.
    """
    if not 0 < len(sheet.rows) <= MOST_ROWS:
        return None
    rows = {row: list(_cells(sheet, row)) for row in sheet.rows}
    pairs = [row for row, cells in rows.items() if len(cells) > 1 and cells[0][2] and not cells[1][2]]
    headers = [row for row, cells in rows.items() if _side_by_side(cells)]
    full = [row for row, cells in rows.items() if len(cells) > 1]
    fields = {cell[2] for row in pairs for cell in rows[row] if cell[2] and cell[2] != IGNORED}
    if (
        len(pairs) < FEWEST_PAIRS
        or len(fields) < FEWEST_PAIRS
        or 5 * len(headers) > len(full)
        or headers[:1] == full[:1]
    ):
        return None
    if 5 * len(pairs) < 3 * len(full) or not any(name.endswith((".name", ".credit_code")) for name in fields):
        return None
    wide = all(sum(bool(cell[2]) for cell in rows[row]) == 1 for row in pairs) and any(len(rows[r]) > 2 for r in pairs)
    return _turned(sheet, rows, wide=wide)


_Cell = tuple[int, Any, str | None]  # column, value, field of a label


def _cells(sheet: Sheet, row: int) -> Iterator[_Cell]:
    """Return the cells of a row, a merged range once, a text such as 企业名称：某某 as a label and its value."""
    before = None
    for column, value in sorted(sheet.rows[row].items()):
        shared = sheet.spread.get((row, column))
        if shared is not None and shared == before:
            continue
        before = shared
        split = _COLON.match(value) if isinstance(value, str) else None
        label = _label(split[1]) if split else None
        if split and label:
            yield column, split[1], label
            yield column, split[2].strip(), None
        else:
            yield column, value, _label(value)


def _label(value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > 30:
        return None
    text = header_text(value).rstrip("：:")
    words = vocabulary()
    return words.field(text) or (IGNORED if words.ignores(text) else None)


def _side_by_side(cells: list[_Cell]) -> bool:
    pairs = itertools.pairwise(cells)
    return any(a[2] and b[2] and {a[2], b[2]} != {IGNORED} and b[0] - a[0] == 1 for a, b in pairs)


def _turned(sheet: Sheet, rows: dict[int, list[_Cell]], *, wide: bool) -> Turned:
    made = Turned(sheet.file, sheet.name, epoch=sheet.epoch, hidden=sheet.hidden, lines=sheet.lines)
    columns: dict[str, int] = {}
    record, seen = 2, set[int]()
    for row, cells in rows.items():
        for at, (_, label, name) in enumerate(cells):
            if not name:
                continue
            text = header_text(label).rstrip("：:")
            column = columns.setdefault(text, len(columns) + 1)
            if not wide and column in seen and name.endswith(".name"):
                record, seen = record + 1, set()
            seen.add(column)
            for offset, (place, value, other) in enumerate(cells[at + 1 :]):
                if other or (offset and not wide):
                    break
                into = place if wide else record
                made.put(into, column, value)
                made.origin[into, column] = (row, place)
    for text, column in columns.items():
        made.put(1, column, text)
    made.finish()
    return made
