"""The matrix: towns down, chains across, every unit one mark in its cell, so that a crowd can be read at one look.

Women's organisations and resources have columns of their own. No unit goes into a '+n' cell: rows grow instead.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from graphkit.exporters.map.lanes import ASIDE, RESOURCES, WIDTHS
from graphkit.exporters.map.packing import (
    MORE,
    PAD,
    SMALLEST,
    Box,
    above,
    home_town,
    lines_needed,
    more_at,
    overflow,
    pack,
    sizes,
    step_of,
)
from graphkit.exporters.map.picture import ASPECT, Canvas, Cell, Column, More, Picture, Row, area_scale
from graphkit.exporters.map.places import in_order
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene
from graphkit.exporters.map.units import by_urgency, placed_units, served_units, units_of

HEAD, TOP, FOOT = 172.0, 70.0, 8.0
COUNTS = 19.0  # the line of a cell that tells covered, gap and unknown
NARROWEST = 92.0  # a column has room for the three counts
LOWEST = 36.0  # a row has room for the name of its town and its interval
MOST_ASIDE = 24  # resources in one cell
LARGEST_UNIT = (11.0, 9.6, 8.4, 7.2)
SLIM = 0.6  # share of the width that a column beside the units claims
REST, ORGANISATIONS, RESOURCE = -1, -2, -3
KINDS = {REST: "rest", ORGANISATIONS: "organisations", RESOURCE: "resources"}

Members = Mapping[tuple[int, int], list[int]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Who stands in which cell: towns and columns as numbers of nodes, or a negative number for what is no node."""

    towns: Sequence[int]
    columns: Sequence[int]
    members: Members

    def at(self, town: int, column: int) -> list[int]:
        return self.members.get((town, column), [])


def matrix(scene: Scene) -> Picture:
    """Place every unit in the cell of its town and chain; the worst town comes first, the longest chain too."""
    grid = _grid(scene)
    canvas = Canvas.blank(len(scene.nodes))
    largest, width, heights = _fit(grid)
    scale = area_scale([scene.nodes.women[i] for i in units_of(scene)], largest)
    sizes(scene, canvas, scale)
    columns = _columns(grid, width)
    rows, y = [], TOP
    for town, height in zip(grid.towns, heights, strict=True):
        rows.append(Row(round(y, 1), round(height, 1), town, "" if town >= 0 else "rest"))
        y += height
    cells, beside, more = _fill(grid, canvas, rows, columns, step_of(largest))
    _heads(canvas, rows, columns)
    return Picture(
        "matrix",
        width,
        round(y + FOOT, 1),
        tuple(canvas.x),
        tuple(canvas.y),
        tuple(canvas.r),
        tuple(canvas.room),
        tuple(canvas.docked),
        scale,
        rows=tuple(rows),
        columns=tuple(columns),
        more=tuple(more),
        cells=tuple(cells),
        smallest=SMALLEST,
        beside=tuple(beside),
    )


def _grid(scene: Scene) -> _Grid:
    units = placed_units(scene)
    of, order = _column_of(scene, units)
    served = served_units(scene, units)
    home = home_town(scene, served)
    members: dict[tuple[int, int], list[int]] = {}
    for unit in by_urgency(scene, units):
        members.setdefault((home[unit], of[unit]), []).append(unit)
    taken = set(units)
    for i, kind in _others(scene, served):
        if i not in taken:
            column = ORGANISATIONS if kind in WOMENS_ORGANISATIONS else RESOURCE
            members.setdefault((home[i], column), []).append(i)
    used = {column for _, column in members}
    columns = [*order, *(c for c in (REST, ORGANISATIONS, RESOURCE) if c in used)]
    return _Grid(_towns(scene, members), columns, members)


def _column_of(scene: Scene, units: Sequence[int]) -> tuple[dict[int, int], list[int]]:
    """Give each unit its first chain; if all are of one chain, its segments tell more and are the columns."""
    nodes = scene.nodes
    chains = {nodes.chains[unit][0] for unit in units if nodes.chains[unit]}
    listed = nodes.segments if len(chains) == 1 and any(nodes.segments[unit] for unit in units) else nodes.chains
    of = {unit: listed[unit][0] if listed[unit] else REST for unit in units}
    count = Counter(column for column in of.values() if column != REST)
    if listed is nodes.segments:
        return of, in_order(count, scene.feeds)[0]
    return of, sorted(count, key=lambda c: (-count[c], nodes.name[c]))


def _others(scene: Scene, served: Mapping[int, list[int]]) -> list[tuple[int, str]]:
    """List organisations (the higher ones and those that cover much first), then resources (the best joined first)."""
    nodes = scene.nodes
    degree = Counter([*scene.edges.a, *scene.edges.b])
    kinds = (*WOMENS_ORGANISATIONS, *RESOURCES, *ASIDE)
    found = [(i, nodes.type[i]) for i in range(len(nodes)) if nodes.type[i] in kinds]
    return sorted(
        found,
        key=lambda f: (
            0 if f[1] in WOMENS_ORGANISATIONS else kinds.index(f[1]),
            nodes.rank[f[0]],
            -len(served.get(f[0], ())),
            -degree[f[0]],
            nodes.name[f[0]],
        ),
    )


def _towns(scene: Scene, members: Members) -> list[int]:
    """Sort the towns by key gaps, gaps and units; those without units follow, and last what has no place."""
    nodes = scene.nodes
    here: dict[int, list[int]] = {}
    for (town, column), found in members.items():
        here.setdefault(town, []).extend(found if column >= REST else [])

    def urgency(town: int) -> tuple[bool, bool, int, int, int, str]:
        units = here[town]
        gaps = [i for i in units if nodes.status[i] == "gap"]
        keys = sum(nodes.key[i] == "yes" for i in gaps)
        return town < 0, not units, -keys, -len(gaps), -len(units), nodes.name[town]

    return sorted(here, key=urgency)


def _widths(grid: _Grid, width: float) -> list[float]:
    """Share the width by the busiest cell of each column, so that no column is narrower than its counts."""
    busiest = [
        max((min(len(grid.at(town, c)), 200 if c >= REST else MOST_ASIDE) for town in grid.towns), default=0)
        for c in grid.columns
    ]
    room = width - HEAD - FOOT
    least = min(NARROWEST, room / max(1, len(busiest)))
    shares = [sqrt(count) * (1 if c >= REST else SLIM) for count, c in zip(busiest, grid.columns, strict=True)]
    spare = (room - least * len(busiest)) / (sum(shares) or 1)
    return [least + spare * share for share in shares]


def _heights(grid: _Grid, widths: Sequence[float], step: float) -> list[float]:
    found = []
    for town in grid.towns:
        needs = [_need(grid.at(town, c), c, w, step) for c, w in zip(grid.columns, widths, strict=True)]
        found.append(max(LOWEST, COUNTS + max(needs) + PAD))
    return found


def _need(members: Sequence[int], column: int, width: float, step: float) -> float:
    """Return the height that a cell needs, with its '+n' cell if it has one."""
    shown, hidden = overflow(members, _most(column))
    return lines_needed(len(shown), width, step) * step + (MORE if hidden else 0.0)


def _most(column: int) -> int:
    return MOST_ASIDE if column == RESOURCE else 1_000_000


def _fit(grid: _Grid) -> tuple[float, float, list[float]]:
    """Choose the narrowest picture, with the largest marks in it, that has the shape of the stage."""
    for width in (*WIDTHS, *(WIDTHS[-1] * 1.15**n for n in range(1, 30))):
        for largest in LARGEST_UNIT:
            heights = _heights(grid, _widths(grid, width), step_of(largest))
            height = TOP + sum(heights) + FOOT
            if width / height >= ASPECT:
                return largest, round(width, 1), _stretched(heights, width / ASPECT - height)
    heights = _heights(grid, _widths(grid, WIDTHS[-1]), step_of(LARGEST_UNIT[-1]))
    return LARGEST_UNIT[-1], WIDTHS[-1], heights


def _stretched(heights: Sequence[float], left: float) -> list[float]:
    """Give the rows what height is left, the fuller ones more."""
    share = min(left / (sum(heights) or 1), 0.9)
    return [height * (1 + share) for height in heights]


def _columns(grid: _Grid, width: float) -> list[Column]:
    x, found = HEAD, []
    for column, share in zip(grid.columns, _widths(grid, width), strict=True):
        found.append(Column(round(x, 1), round(share, 1), max(column, -1), KINDS.get(column, "")))
        x += share
    return found


def _fill(
    grid: _Grid, canvas: Canvas, rows: Sequence[Row], columns: Sequence[Column], step: float
) -> tuple[list[Cell], list[int], list[More]]:
    cells, beside, more = [], [], []
    for r, (row, town) in enumerate(zip(rows, grid.towns, strict=True)):
        for c, (column, key) in enumerate(zip(columns, grid.columns, strict=True)):
            found = grid.at(town, key)
            box = Box(column.x, row.y + COUNTS, column.width, row.height - COUNTS - PAD)
            shown, hidden = overflow(found, _most(key))
            beside += pack(canvas, shown, above(box, hidden), step)
            if hidden:
                more.append(more_at(canvas, shown, hidden, box))
            if found:
                cells.append(Cell(r, c, tuple(found)))
    return cells, beside, more


def _heads(canvas: Canvas, rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """Make the head of a row or column the mark of its town or chain, so that it can be chosen like any other."""
    for row in rows:
        if row.node >= 0:
            canvas.put(row.node, HEAD / 2, row.y + row.height / 2, room=HEAD - 12)
    for column in columns:
        if column.node >= 0:
            canvas.put(column.node, column.x + column.width / 2, TOP / 2, room=column.width - 6)
