"""What a report is made of: sentences, tables and pictures as plain values, before any file format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graphkit.schema import Language

# a date is a text that stays in one line
Kind = Literal["text", "date", "count", "share"]
# None = not stated; a pair is a number with the word that stands before it: (1400, "超过")
Cell = str | int | float | tuple[int, str] | None
HIDDEN = "×"  # a count that may not be published
DASH = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's caption and how its cells are written."""

    caption: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Shares:
    """Covered, unknown and gap of one row, for a picture; None where counts may not be published."""

    covered: int
    unknown: int
    gap: int

    @property
    def units(self) -> int:
        return self.covered + self.unknown + self.gap

    @property
    def widths(self) -> tuple[float, float, float]:
        """Return the three shares in percent, to two decimals."""
        parts = (self.covered, self.unknown, self.gap)
        return tuple(round(100 * part / self.units, 2) if self.units else 0.0 for part in parts)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report; with `total` the last row is the total, with `bars` each row has a picture of its shares.

    `sheet_only` tables stand in the workbook alone, because a picture shows them on the page.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    total: bool = False
    bars: tuple[Shares | None, ...] = ()
    sheet_only: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The headline as one bar."""

    caption: str
    shares: Shares
    labels: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Shares by rows and columns; None where there are no units."""

    name: str
    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Shares | None, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Point:
    """A date of a curve: the two ends of the interval, and where the line to the aim is; None where there is none."""

    date: str
    day: int
    low: float | None
    high: float | None
    aim: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """An interval over time against a line to an aim, of which `labels` name the covered, the unknown, and the line."""

    name: str
    caption: str
    points: tuple[Point, ...]
    labels: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stairs:
    """Stages of which each lets through some of those that the one before let through, or perhaps did.

    Of a stage the three parts are passed, not known and failed; its bar is as long as its number is of the first one's.
    """

    name: str
    caption: str
    steps: tuple[tuple[str, Shares], ...]
    labels: tuple[str, str, str]


Drawn = HeatMap | Curve | Stairs
Block = str | Table | Bar | Drawn


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report. A section without data says so in one line."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Report:
    """The one model behind every rendering of a report; `big` is the interval as it stands in large type."""

    title: str
    lang: Language
    tier: str
    subtitle: str
    big: str
    invented: str
    sections: tuple[Section, ...]
    newest: str | None = None

    @property
    def tables(self) -> list[Table]:
        """List all tables in the order of the sections."""
        return [table for section in self.sections for table in section.tables]
