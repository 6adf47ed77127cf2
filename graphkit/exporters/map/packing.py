"""How marks are packed into the cells of a grid: side by side, with names where a cell has room for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from graphkit.exporters.map.lanes import ASIDE
from graphkit.exporters.map.picture import Canvas, More, radius
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene
from graphkit.exporters.map.units import units_of

PAD = 6.0  # from the edge of a cell to its marks
NAMED = 100.0  # a place this wide has a mark and a name of six characters
WIDEST = 168.0
LOOSEST = 1.5  # times as far apart as they must be stand marks without names, where there is room
RING = 2.8  # the second ring of a key candidate
MORE = 22.0  # from the last line of marks to a '+n' cell
STAR, RESOURCE = 7.4, 6.6
SMALLEST = 4.8  # radius of the smallest unit: many stand close to each other here


@dataclass(frozen=True, slots=True)
class Box:
    """The free part of a cell."""

    x: float
    y: float
    width: float
    height: float


def lines_needed(count: int, width: float, step: float) -> int:
    """Return how many lines of marks a cell of that width needs."""
    return ceil(count / max(1, int((width - 2 * PAD) // step)))


def pack(canvas: Canvas, members: Sequence[int], box: Box, step: float) -> list[int]:
    """Lay members out line by line; return those whose names find room to the right of their marks."""
    if not members:
        return []
    lines = max(1, int(box.height // step), lines_needed(len(members), box.width, step))
    inner = box.width - 2 * PAD
    slot = min(inner / ceil(len(members) / lines), WIDEST)
    named = slot >= NAMED
    width = slot if named else max(step, min(slot, step * LOOSEST))
    columns = max(1, int((inner + 0.01) // width))
    used = ceil(len(members) / columns)
    pitch = max(step, min(box.height / used, step * 1.25)) if used else step
    for n, i in enumerate(members):
        x = box.x + PAD + width * (n % columns) + (step if named else width) / 2
        # Beside its mark a name can be read at once; below it, once the view is near enough.
        room = width - step / 2 - canvas.r[i] - 5 if named else width - 1
        canvas.put(i, x, box.y + pitch * (n // columns + 0.5), room=max(0.0, room))
    return list(members) if named else []


def sizes(scene: Scene, canvas: Canvas, scale: float) -> None:
    """Give every mark its radius: the area of a unit tells its women employees."""
    nodes = scene.nodes
    for i in range(len(nodes)):
        canvas.r[i] = STAR if nodes.type[i] in WOMENS_ORGANISATIONS else RESOURCE
    for i in units_of(scene):
        canvas.r[i] = radius(nodes.women[i], scale, SMALLEST)


def overflow(members: Sequence[int], most: int) -> tuple[Sequence[int], tuple[int, ...]]:
    """Keep so many members that one place is left for a '+n' cell, which stands for the others."""
    return (members, ()) if len(members) <= most else (members[: most - 1], tuple(members[most - 1 :]))


def above(box: Box, hidden: Sequence[int]) -> Box:
    """Return what a '+n' cell leaves of a box."""
    return Box(box.x, box.y, box.width, box.height - MORE) if hidden else box


def more_at(canvas: Canvas, shown: Sequence[int], hidden: tuple[int, ...], box: Box) -> More:
    """Stand the '+n' cell at the foot of its box, below what is shown there."""
    low = max((canvas.y[i] or 0.0 for i in shown), default=box.y)
    return More(round(box.x + box.width / 2, 1), round(max(low + MORE, box.y + box.height - MORE / 2), 1), hidden)


def step_of(largest: float) -> float:
    """Return the distance at which the largest marks do not touch, second rings counted."""
    return 2 * (largest + RING) + 1.4


def home_town(scene: Scene, served: Mapping[int, Iterable[int]]) -> list[int]:
    """Return the region of each node; without one, an organisation belongs where most of its units are.

    People, policies and awards, which lie nowhere, belong where most of what they are joined to is.
    """
    towns = list(scene.nodes.town)
    for organisation, units in served.items():
        if towns[organisation] < 0:
            found = [towns[unit] for unit in units if towns[unit] >= 0]
            towns[organisation] = max(sorted(set(found)), key=found.count, default=-1)
    near: dict[int, list[int]] = {}
    for a, b in zip(scene.edges.a, scene.edges.b, strict=True):
        for node, other in ((a, b), (b, a)):
            if scene.nodes.type[node] in ASIDE and towns[node] < 0 <= towns[other]:
                near.setdefault(node, []).append(towns[other])
    for node, found in near.items():
        towns[node] = max(sorted(set(found)), key=found.count)
    return towns
