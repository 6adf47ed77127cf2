"""The tiers: regions from the nation down to the towns, women's organisations at their level, units below their town.

Each region spans what lies in it, so that belonging is read downwards; who guides whom is drawn as lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from graphkit.exporters.map.lanes import ASIDE, RESOURCES
from graphkit.exporters.map.packing import (
    MORE,
    PAD,
    SMALLEST,
    Box,
    above,
    lines_needed,
    more_at,
    overflow,
    pack,
    sizes,
    step_of,
)
from graphkit.exporters.map.picture import ASPECT, Canvas, Cell, Column, More, Picture, Row, area_scale
from graphkit.exporters.map.realm import Realm, realm
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene
from graphkit.exporters.map.units import by_urgency, placed_units, served_units, units_of

HEAD, TOP, FOOT = 96.0, 8.0, 10.0
LARGEST_UNIT = 9.0
STAND = 46.0  # height of a region or an organisation with its name below it
NARROWEST, NAME = 58.0, 128.0  # width of a column, and of the longest name that it makes room for
LEAST = 1000.0  # width that a small tree takes too, so that all of it can be named
SHELF = 18.0  # what a packed shelf needs beside its marks: its counts, its edge
MOST_STRAY = 12  # resources without a place: they tell nothing of the tree
NOTES = 15.0  # room for the names of columns that no region stands above
PACKED = ("village", "organisations", "units", "resources")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Who stands where before it is known how wide anything is."""

    realm: Realm
    blocks: Sequence[int]  # regions that have a column of their own, left to right; -1 for what has no place
    packed: Mapping[tuple[int, str], list[int]]
    stacked: Mapping[tuple[int, str], list[int]]  # organisations of a level under the region of that level
    kinds: Sequence[str]  # packed shelves in use
    spans: Mapping[int, tuple[int, int]]


@dataclass(slots=True)
class _Frame:
    """Columns and shelves with their places."""

    x: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    y: dict[str, float] = field(default_factory=dict)
    height: dict[str, float] = field(default_factory=dict)


def tiers(scene: Scene) -> Picture:
    """Place regions, organisations, units and resources by tier and region, without overlaps."""
    plan = _plan(scene)
    step = step_of(LARGEST_UNIT)
    frame = _frame(scene, plan, step)
    canvas = Canvas.blank(len(scene.nodes))
    scale = area_scale([scene.nodes.women[i] for i in units_of(scene)], LARGEST_UNIT)
    sizes(scene, canvas, scale)
    shelves = [*_used(plan), *plan.kinds]
    cells, beside, more = _pack(plan, frame, canvas, step, shelves)
    _stand(plan, frame, canvas)
    return Picture(
        "tiers",
        round(frame.x[-1] + frame.width[-1] + FOOT, 1) if frame.x else HEAD + FOOT,
        round(max((frame.y[s] + frame.height[s] for s in shelves), default=TOP) + FOOT, 1),
        tuple(canvas.x),
        tuple(canvas.y),
        tuple(canvas.r),
        tuple(canvas.room),
        tuple(canvas.docked),
        scale,
        rows=tuple(Row(frame.y[s], frame.height[s], kind=s) for s in shelves),
        columns=tuple(
            Column(round(x, 1), round(w, 1), node, "own" if node in plan.realm.parent.values() else "")
            for x, w, node in zip(frame.x, frame.width, plan.blocks, strict=True)
        ),
        more=tuple(more),
        cells=tuple(cells),
        smallest=SMALLEST,
        beside=tuple(beside),
    )


def _plan(scene: Scene) -> _Plan:
    nodes = scene.nodes
    units = placed_units(scene)
    served = served_units(scene, units)
    land = realm(scene, served)
    packed: dict[tuple[int, str], list[int]] = {}
    stacked: dict[tuple[int, str], list[int]] = {}
    order = [*by_urgency(scene, units), *_ranked(scene, served, set(units))]
    for i in order:
        kind, tier, home = nodes.type[i], nodes.tier[i], land.home[i]
        if nodes.unit[i] or kind == "Company" or nodes.change[i] == "gone":
            packed.setdefault((home, "units"), []).append(i)
        elif kind == "Region":
            packed.setdefault((home, "village"), []).append(i)
        elif kind not in WOMENS_ORGANISATIONS:
            packed.setdefault((home, "resources"), []).append(i)
        elif tier in land.trunk:
            stacked.setdefault((land.at(home, tier), tier), []).append(i)
        else:
            shelf = "village" if tier == "village" else "organisations"
            packed.setdefault((home, shelf), []).append(i)
    own = {home for home, _ in packed}
    own |= {region for region, tier in stacked if land.tier_of.get(region) != tier}
    blocks = land.columns(own)
    kinds = [kind for kind in PACKED if any(kind == k for _, k in packed)]
    return _Plan(land, blocks, packed, stacked, kinds, land.spans(blocks))


def _ranked(scene: Scene, served: Mapping[int, list[int]], units: set[int]) -> list[int]:
    """List what stands beside the units: other companies, villages, organisations, resources, by kind and weight."""
    nodes = scene.nodes
    kinds = ("Company", "Region", *WOMENS_ORGANISATIONS, *RESOURCES, *ASIDE)
    found = [i for i in range(len(nodes)) if nodes.type[i] in kinds and i not in units]
    found = [i for i in found if nodes.type[i] != "Region" or nodes.tier[i] == "village"]
    return sorted(
        found,
        key=lambda i: (kinds.index(nodes.type[i]), nodes.rank[i], -len(served.get(i, ())), nodes.name[i]),
    )


def _used(plan: _Plan) -> list[str]:
    land = plan.realm
    used = {land.tier_of[region] for region in land.tier_of} | {tier for _, tier in plan.stacked}
    return [tier for tier in land.trunk if tier in used]


def _frame(scene: Scene, plan: _Plan, step: float) -> _Frame:
    """Let the packed shelves grow downwards until the picture has the shape of the stage, then spread what is left."""
    labels, stands = scene.nodes.label, _standing(plan)
    least = {
        block: max([NARROWEST, *(min(NAME, 12.4 * len(labels[i]) + 8) for i in stands.get(block, ()))])
        for block in plan.blocks
    }
    widths, frame = list(least.values()), _Frame()
    for lines in range(1, 61):
        widths = _widths(plan, least, lines, step)
        if _shape(_laid(plan, widths, step)) <= ASPECT or widths == list(least.values()):
            break
    for n in range(150):
        frame = _laid(plan, [w * (1 + n / 50) for w in widths], step)
        if _shape(frame) >= ASPECT and _shape(frame) * _bottom(frame) >= LEAST:
            break
    return _filled(plan, frame)


def _filled(plan: _Plan, frame: _Frame) -> _Frame:
    """Give the packed shelves what height is left, so that more of what stands on them has room for its name."""
    spare = _shape(frame) * _bottom(frame) / ASPECT - _bottom(frame)
    total = sum(frame.height[kind] for kind in plan.kinds)
    for kind in plan.kinds:
        frame.height[kind] *= 1 + max(0.0, spare) / total
    return _with_stacks(plan, frame)


def _shape(frame: _Frame) -> float:
    return (HEAD + sum(frame.width) + FOOT) / _bottom(frame)


def _standing(plan: _Plan) -> dict[int, list[int]]:
    """Map each column to the names that must be read in it: its region and the organisations under that."""
    found = {block: [block] if block >= 0 else [] for block in plan.blocks}
    for (region, _), organisations in plan.stacked.items():
        if region in found:
            found[region] += organisations
    return found


def _widths(plan: _Plan, least: Mapping[int, float], lines: int, step: float) -> list[float]:
    """Return how wide each column is if no shelf has more than so many lines."""
    most = {kind: min(lines, max(_count(plan, block, kind) for block in plan.blocks)) for kind in plan.kinds}
    found = []
    for block in plan.blocks:
        columns = [ceil(_count(plan, block, kind) / most[kind]) for kind in plan.kinds]
        found.append(max(least[block], max(columns, default=0) * step + 2 * PAD))
    return found


def _laid(plan: _Plan, widths: Sequence[float], step: float) -> _Frame:
    frame, x = _Frame(width=list(widths)), HEAD
    for width in widths:
        frame.x.append(x)
        x += width
    for kind in plan.kinds:
        needs = [_need(plan, block, kind, width, step) for block, width in zip(plan.blocks, widths, strict=True)]
        frame.height[kind] = SHELF + max(needs) + PAD
    return _with_stacks(plan, frame)


def _most(block: int, kind: str, members: Sequence[int]) -> int:
    return MOST_STRAY if block < 0 and kind == "resources" else len(members)


def _count(plan: _Plan, block: int, kind: str) -> int:
    members = plan.packed.get((block, kind), [])
    return min(len(members), _most(block, kind, members))


def _need(plan: _Plan, block: int, kind: str, width: float, step: float) -> float:
    members = plan.packed.get((block, kind), [])
    shown, hidden = overflow(members, _most(block, kind, members))
    return lines_needed(len(shown), width, step) * step + (MORE if hidden else 0.0)


def _with_stacks(plan: _Plan, frame: _Frame) -> _Frame:
    """Give each trunk shelf the height of its fullest stack, and put all shelves under each other."""
    for tier in _used(plan):
        rows = 1.0
        for (region, at), organisations in plan.stacked.items():
            if at == tier:
                low, high = _span(plan, frame, region, tier)
                own = region >= 0 and plan.realm.tier_of[region] == tier
                rows = max(rows, own + ceil(len(organisations) / _abreast(low, high)))
        frame.height[tier] = rows * STAND + 6
    y = TOP
    for shelf in (*_used(plan), *plan.kinds):
        y += NOTES if [shelf] == list(plan.kinds[:1]) else 0
        frame.y[shelf] = round(y, 1)
        y += frame.height[shelf] + 4
    return frame


def _abreast(low: float, high: float) -> int:
    return max(1, int((high - low) // (NAME - 8)))


def _span(plan: _Plan, frame: _Frame, region: int, tier: str) -> tuple[float, float]:
    """Return from where to where a region reaches; at another level than its own, over its own column."""
    first, last = plan.spans[region]
    if region >= 0 and plan.realm.tier_of[region] != tier:
        first = last = plan.blocks.index(region)
    return frame.x[first], frame.x[last] + frame.width[last]


def _bottom(frame: _Frame) -> float:
    return max((frame.y[s] + frame.height[s] for s in frame.y), default=TOP) + FOOT


def _stand(plan: _Plan, frame: _Frame, canvas: Canvas) -> None:
    """Stand each region above the middle of its columns, and the organisations of its level below it."""
    for region, tier in plan.realm.tier_of.items():
        low, high = _span(plan, frame, region, tier)
        canvas.r[region] = 8.6
        canvas.put(region, (low + high) / 2, frame.y[tier] + 18, room=min(high - low - 4, 2 * NAME))
    for (region, tier), organisations in plan.stacked.items():
        low, high = _span(plan, frame, region, tier)
        abreast = min(len(organisations), _abreast(low, high))
        first = 1 if region >= 0 and plan.realm.tier_of[region] == tier else 0
        slot = min((high - low) / abreast, 1.4 * NAME)
        left = (low + high - slot * abreast) / 2
        for n, i in enumerate(organisations):
            canvas.r[i] = 9.6
            y = frame.y[tier] + 18 + STAND * (first + n // abreast)
            canvas.put(i, left + slot * (n % abreast + 0.5), y, room=slot - 4)


def _pack(
    plan: _Plan, frame: _Frame, canvas: Canvas, step: float, shelves: Sequence[str]
) -> tuple[list[Cell], list[int], list[More]]:
    cells, beside, more = [], [], []
    for c, block in enumerate(plan.blocks):
        for kind in plan.kinds:
            members = plan.packed.get((block, kind), [])
            box = Box(frame.x[c], frame.y[kind] + SHELF, frame.width[c], frame.height[kind] - SHELF - PAD)
            shown, hidden = overflow(members, _most(block, kind, members))
            beside += pack(canvas, shown, above(box, hidden), step)
            if hidden:
                more.append(more_at(canvas, shown, hidden, box))
            if members:
                cells.append(Cell(shelves.index(kind), c, tuple(members)))
    return cells, beside, more
