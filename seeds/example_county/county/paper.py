"""A sheet while it is filled in, and the tally of what a reader has to make of it."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from county.xlsx import Cell, Sheet, letters

AGAIN, TOTAL, NOTE = "the header again", "a total", "a note"
CAPTION, WIDE_CAPTION = "a caption", "a caption over the columns"
NAMELESS, NO_HEADER = "neither a name nor a code", "no header of the sheet is recognised"


@dataclass(slots=True)
class Paper:
    """Rows under a header, and what each of them is: an entry, the same entry again, or none and why."""

    sheet: Sheet
    headers: list[str]
    read: int = 0
    used: int = 0
    merged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    told: set[Hashable] = field(default_factory=set)

    @property
    def row(self) -> int:
        """The number of the row that comes next."""
        return len(self.sheet.rows) + 1

    def above(self, *rows: list[Cell]) -> None:
        """Add rows over the header, and blank ones anywhere: nobody counts them."""
        self.sheet.rows += rows

    def skip(self, reason: str, cells: list[Cell]) -> None:
        """Add a row that is no entry."""
        self.read += 1
        self.skipped[reason] += 1
        self.sheet.rows.append(cells)

    def entry(self, key: Hashable, cells: Mapping[str, Cell], lost: tuple[str, ...] = ()) -> None:
        """Add an entry by header; `lost` are the columns whose cell says nothing that can be understood."""
        self.read += 1
        self.merged += key in self.told
        self.used += key not in self.told
        self.told.add(key)
        self.lost += [self.place(header) for header in lost]
        self.sheet.rows.append([cells.get(header) for header in self.headers])

    def place(self, header: str) -> str:
        """Say where a cell of the next row is."""
        return f"{self.sheet.name}!{letters(self.headers.index(header) + 1)}{self.row}"

    def tally(self) -> dict[str, Any]:
        """Return what a load has to report of the sheet."""
        return {
            "read": self.read,
            "used": self.used,
            "merged": self.merged,
            "skipped": dict(self.skipped),
            "not_understood": self.lost,
            "doubtful": self.doubtful,
            "hidden_rows": len(self.sheet.hidden_rows),
            "hidden_columns": len(self.sheet.hidden_columns),
        }


def idle(sheet: Sheet) -> dict[str, Any]:
    """Return what a load has to report of a sheet that lists nothing."""
    told = sum(any(cell is not None for cell in row) for row in sheet.rows)
    skipped = {NO_HEADER: told} if told else {}
    counts: dict[str, Any] = {"read": told, "used": 0, "merged": 0, "skipped": skipped}
    return counts | {"not_understood": [], "doubtful": [], "hidden_rows": 0, "hidden_columns": 0}
