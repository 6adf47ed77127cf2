"""A picture: where everything of a scene stands. Positions come from Python; the browser never simulates."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

SMALLEST = 5.4  # radius of a unit without head count, and of the smallest ones
LARGEST = 28.0
ASPECT = 1.36  # width to height of the stage beside the side panel on a usual screen, and of a landscape sheet


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a lane with its heading: a segment (`node`), or nodes of one type (`type`), or the rest."""

    x: float
    width: float
    node: int = -1
    type: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A horizontal band: a chain (`node`) with its segments, units outside all chains, or resources."""

    kind: str
    y: float
    height: float
    blocks: tuple[Block, ...]
    node: int = -1
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """A cell that stands for units that have no room of their own: '+12'."""

    x: float
    y: float
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a matrix (`node`: its town), or a shelf of the tiers (`kind`: the tier, or what stands on it)."""

    y: float
    height: float
    node: int = -1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a matrix (`node`: its chain or segment) or of the tiers (`node`: the region above it)."""

    x: float
    width: float
    node: int = -1
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row and a column meet (as numbers), and the units that stand there: what its counts are of."""

    row: int
    column: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns beside those of the scene. A node with x None is not drawn, but can be found and read."""

    layout: str
    width: float
    height: float
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    r: tuple[float, ...]
    room: tuple[float, ...]  # width that a label may take at scale 1; 0: no label
    docked: tuple[bool, ...]  # an organisation worn by its one unit like a badge
    scale: float  # radius = scale x sqrt(women employees), so that the area tells the number
    lanes: tuple[Lane, ...] = ()
    more: tuple[More, ...] = ()
    islands: tuple[tuple[int, ...], ...] = ()
    rows: tuple[Row, ...] = ()
    columns: tuple[Column, ...] = ()
    cells: tuple[Cell, ...] = ()
    smallest: float = SMALLEST
    beside: tuple[int, ...] = ()  # nodes whose label stands to the right of the mark, never below it


@dataclass(slots=True)
class Canvas:
    """Positions under construction; `finish` freezes them into a Picture."""

    x: list[float | None]
    y: list[float | None]
    r: list[float]
    room: list[float]
    docked: list[bool]

    @classmethod
    def blank(cls, nodes: int) -> "Canvas":
        return cls([None] * nodes, [None] * nodes, [SMALLEST + 2] * nodes, [0.0] * nodes, [False] * nodes)

    def put(self, node: int, x: float, y: float, *, room: float) -> None:
        """Place one node; `room` is the width of its label."""
        self.x[node], self.y[node], self.room[node] = round(x, 1), round(y, 1), round(room, 1)


def area_scale(women: Sequence[int | None], largest: float) -> float:
    """Return the factor that gives the unit with most women the largest radius (but no more than 1.22)."""
    most = max((w for w in women if w), default=0)
    return min(1.22, largest / sqrt(most)) if most else 1.22


def radius(women: int | None, scale: float, smallest: float = SMALLEST) -> float:
    """Return the radius whose area is proportional to the women employees, with a floor that can be hit."""
    return round(max(smallest, scale * sqrt(women)) if women else smallest, 1)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move points (sorted) as little as possible so that each is `gap` from the next: isotonic least squares."""
    blocks: list[list[float]] = []  # [mean, size]
    for i, x in enumerate(wanted):
        blocks.append([x - i * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, size = blocks.pop()
            before, count = blocks[-1]
            blocks[-1] = [(before * count + mean * size) / (count + size), count + size]
    free = [mean for mean, size in blocks for _ in range(int(size))]
    last = high - (len(wanted) - 1) * gap
    return [min(max(x, low), max(last, low)) + i * gap for i, x in enumerate(free)]
