"""Chain lanes: a lane per chain, its segments left to right, units below them, women's organisations below those.

Belonging is shown by position, so that the only lines left to draw are those that say who covers whom.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from graphkit.exporters.map.picture import (
    ASPECT,
    LARGEST,
    Block,
    Canvas,
    Lane,
    More,
    Picture,
    area_scale,
    radius,
    spread,
)
from graphkit.exporters.map.places import in_order
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene
from graphkit.exporters.map.units import by_urgency, placed_units, served_units, units_of

HEAD, MARGIN, STRIP, GAP = 150.0, 8.0, 66.0, 8.0
TITLE = 42.0  # height of the chevrons of a lane
CELL = 68.0  # narrowest cell: a label of five Chinese characters
ORGANISATION = 92.0  # room of an organisation's label
WIDTHS = tuple(float(width) for width in range(1160, 2440, 40))
SHORTEST = 104.0  # a lane has room for its name, its count and its bar
RESOURCES = ("Bank", "FinancialProduct", "Alliance", "Venue", "Programme", "Agency")
ASIDE = ("Person", "Policy", "Award")  # what a picture of units can do without is shown, but takes little room


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes of a picture: roomy with stars below the units, or dense with stars worn by them.

    Marks stand on a line (`base` below the top of their row), so that the labels under it are level.
    """

    row: float
    base: float
    largest: float
    organisations: float
    dense: bool


ROOMY = Style(row=90.0, base=66.0, largest=LARGEST, organisations=64.0, dense=False)
DENSE = Style(row=53.0, base=35.0, largest=12.6, organisations=52.0, dense=True)
RESOURCE = 44.0  # height of a row of resources


@dataclass(slots=True)
class Band:
    """A lane before it has a place: blocks of members, and the organisations that stand below."""

    kind: str
    blocks: list[tuple[Block, list[int]]]
    node: int = -1
    ordered: bool = False
    organisations: list[int] = field(default_factory=list)
    rows: int = 1


def chain_lanes(scene: Scene) -> Picture:
    """Place units by chain and segment; what finds no room goes into '+n' cells, never over its neighbour."""
    units = placed_units(scene)
    bands = _chain_bands(scene, units)
    served = served_units(scene, units)
    dense = max((len(members) for band in bands for _, members in band.blocks), default=0) > 3
    style = DENSE if dense else ROOMY
    _share_out(scene, bands, served, style)
    rest = _resource_band(scene, units, served)
    if rest is not None:
        bands.append(rest)
    width = _fit(bands, style)
    style = _stretched(bands, style, width)
    return _draw(scene, bands, served, style, width)


def _chain_bands(scene: Scene, units: Sequence[int]) -> list[Band]:
    nodes = scene.nodes
    home: dict[int, list[int]] = {}
    for unit in units:
        home.setdefault(nodes.chains[unit][0] if nodes.chains[unit] else -1, []).append(unit)
    own_segments: dict[int, list[int]] = {}
    for i, kind in enumerate(nodes.type):
        if kind == "Industry" and nodes.chains[i] and nodes.chains[i][0] != i:
            own_segments.setdefault(nodes.chains[i][0], []).append(i)
    chains = sorted((c for c in home if c >= 0), key=lambda c: (-len(home[c]), nodes.name[c]))
    bands = []
    for chain in chains:
        segments, ordered = in_order(own_segments.get(chain, []), scene.feeds)
        members: dict[int, list[int]] = {segment: [] for segment in segments}
        for unit in home[chain]:
            members.setdefault(next((s for s in nodes.segments[unit] if s in members), -1), []).append(unit)
        blocks = [(Block(0, 0, node=segment), by_urgency(scene, found)) for segment, found in members.items()]
        bands.append(Band("chain", blocks, node=chain, ordered=ordered))
    if -1 in home:
        bands.append(Band("rest", [(Block(0, 0), by_urgency(scene, home[-1]))]))
    return bands


def _share_out(scene: Scene, bands: Sequence[Band], served: Mapping[int, list[int]], style: Style) -> None:
    """Give each organisation that stands on its own the lane where most of its units are."""
    lane_of = {unit: n for n, band in enumerate(bands) for _, members in band.blocks for unit in members}
    for organisation, units in sorted(served.items()):
        if len(units) < 2 and style.dense:
            continue  # worn by its unit
        lanes = Counter(lane_of[unit] for unit in units)
        bands[max(lanes, key=lambda n: (lanes[n], -n))].organisations.append(organisation)


def _resource_band(scene: Scene, units: Sequence[int], served: Mapping[int, list[int]]) -> Band | None:
    nodes, taken = scene.nodes, {*units, *served}
    degree = Counter([*scene.edges.a, *scene.edges.b])
    blocks = []
    elsewhere = _cover_elsewhere(scene)
    for kind in (*RESOURCES, *WOMENS_ORGANISATIONS, *ASIDE):
        found = [i for i in range(len(nodes)) if nodes.type[i] == kind and i not in taken]
        if kind in WOMENS_ORGANISATIONS:
            found = [i for i in found if i in elsewhere]
        if found:
            ranked = sorted(found, key=lambda i: (-degree[i], nodes.name[i]))
            blocks.append((Block(0, 0, type=kind), ranked))
    return Band("resources", blocks) if blocks else None


def _cover_elsewhere(scene: Scene) -> set[int]:
    """Organisations that cover what may be no unit here; those that cover regions or nothing stand above the lanes."""
    nodes, edges = scene.nodes, scene.edges
    pairs = zip(edges.a, edges.b, edges.type, strict=True)
    return {a for a, b, kind in pairs if kind == "COVERS" and nodes.type[b] not in ("Region", "Industry")}


def _fit(bands: Sequence[Band], style: Style) -> float:
    """Choose width and rows so that the picture has the shape of the stage; cap the rows if nothing else helps."""
    for width in WIDTHS:
        for band in bands:
            band.rows = _rows_needed(band, width)
        if width / _height(bands, style, width) >= ASPECT:
            return width
    width = WIDTHS[-1]
    while width / _height(bands, style, width) < ASPECT and max(band.rows for band in bands) > 2:
        most = max(band.rows for band in bands)
        for band in bands:
            band.rows = min(band.rows, most - 1)
    return width


def _stretched(bands: Sequence[Band], style: Style, width: float) -> Style:
    """Give the rows what height is left, so that a wide picture breathes instead of leaving a margin."""
    left, rows = width / ASPECT - _height(bands, style, width), sum(b.rows for b in bands if b.kind != "resources")
    more = min(max(left, 0.0) / rows, style.row * 0.45) if rows else 0.0
    return replace(style, row=style.row + more, base=style.base + more * 0.4)


def _rows_needed(band: Band, width: float) -> int:
    room = int((width - HEAD - 2 * MARGIN) // CELL)
    rows = 1
    while sum(_columns(block, members, rows) for block, members in band.blocks) > room and rows < 400:
        rows += 1
    return min(rows, 3) if band.kind == "resources" else rows


def _columns(block: Block, members: Sequence[int], rows: int) -> int:
    if block.type:
        return min(2 if block.type in ASIDE else len(members), ceil(len(members) / rows))
    return max(2, ceil(len(members) / rows))


def _shares(band: Band, room: float) -> list[int]:
    """Return how many columns each block gets; kinds of resources share what there is, the fullest give first."""
    shares = [_columns(block, members, band.rows) for block, members in band.blocks]
    while band.kind == "resources" and sum(shares) * CELL > room and max(shares) > 1:
        fullest = max(range(len(shares)), key=lambda n: (shares[n], n))
        shares[fullest] -= 1
    return shares


def _organisation_rows(band: Band, width: float) -> int:
    return ceil(len(band.organisations) * ORGANISATION / (width - HEAD - 2 * MARGIN))


def _band_height(band: Band, style: Style, width: float) -> float:
    row = RESOURCE if band.kind == "resources" else style.row
    height = TITLE + band.rows * row + _organisation_rows(band, width) * style.organisations + 4
    return height if band.kind == "resources" else max(height, SHORTEST)


def _height(bands: Sequence[Band], style: Style, width: float) -> float:
    return STRIP + sum(_band_height(band, style, width) + GAP for band in bands)


def _draw(scene: Scene, bands: Sequence[Band], served: Mapping[int, list[int]], style: Style, width: float) -> Picture:
    canvas = Canvas.blank(len(scene.nodes))
    scale = area_scale([scene.nodes.women[i] for i in units_of(scene)], style.largest)
    lanes: list[Lane] = []
    more: list[More] = []
    y = STRIP
    for band in bands:
        height = _band_height(band, style, width)
        lanes.append(_draw_band(scene, band, canvas, (y, height, width, scale, style), more))
        y += height + GAP
    for band, lane in zip(bands, lanes, strict=True):
        _draw_organisations(band, served, canvas, lane, style)
    _dock(served, canvas)
    more += _draw_strip(scene, served, canvas, width)
    return Picture(
        "chain",
        width,
        round(y, 1),
        tuple(canvas.x),
        tuple(canvas.y),
        tuple(canvas.r),
        tuple(canvas.room),
        tuple(canvas.docked),
        scale,
        lanes=tuple(lanes),
        more=tuple(more),
    )


def _draw_band(
    scene: Scene, band: Band, canvas: Canvas, frame: tuple[float, float, float, float, Style], more: list[More]
) -> Lane:
    y, height, width, scale, style = frame
    room = width - HEAD - 2 * MARGIN
    shares = _shares(band, room)
    x, blocks = HEAD + MARGIN, []
    for (block, members), share in zip(band.blocks, shares, strict=True):
        w = room * share / sum(shares)
        blocks.append(Block(round(x, 1), round(w, 1), block.node, block.type))
        if block.node >= 0:
            canvas.put(block.node, x + w / 2, y + TITLE / 2, room=w)
        if band.kind == "resources":
            for i in members:
                canvas.r[i] = 8.0
            cell = (x, y + TITLE + 20, w, RESOURCE)
        else:
            for i in members:
                canvas.r[i] = radius(scene.nodes.women[i], scale)
            cell = (x, y + TITLE + style.base - 4, w, style.row)
        more += _fill(members, canvas, cell, band.rows)
        x += w
    return Lane(band.kind, round(y, 1), round(height, 1), tuple(blocks), band.node, band.ordered)


def _fill(members: Sequence[int], canvas: Canvas, cell: tuple[float, float, float, float], rows: int) -> list[More]:
    """Lay members out in rows; the last cell of a full block stands for all that did not fit."""
    x, y, width, row = cell
    widest = max(1, int(width // CELL))
    needed = ceil(len(members) / widest)
    columns = max(1, ceil(len(members) / needed)) if 0 < needed <= rows else widest
    places = columns * rows
    shown, hidden = (members, []) if len(members) <= places else (members[: places - 1], members[places - 1 :])
    step = width / columns
    for n, i in enumerate(shown):
        canvas.put(i, x + step * (n % columns + 0.5), y + row * (n // columns) - canvas.r[i], room=step - 4)
    if not hidden:
        return []
    n = places - 1
    return [More(round(x + step * (n % columns + 0.5), 1), round(y + row * (n // columns) - 6, 1), tuple(hidden))]


def _draw_organisations(band: Band, served: Mapping[int, list[int]], canvas: Canvas, lane: Lane, style: Style) -> None:
    """Stand the organisations of a lane below its units, each under the middle of those it covers."""
    placed = []
    for organisation in band.organisations:
        xs = [
            x
            for x, y in ((canvas.x[u], canvas.y[u]) for u in served[organisation])
            if x is not None and y is not None and lane.y <= y <= lane.y + lane.height
        ]
        placed.append((sum(xs) / len(xs) if xs else HEAD, organisation))
    placed.sort()
    if not placed:
        return
    low, high = lane.blocks[0].x + ORGANISATION / 2, lane.blocks[-1].x + lane.blocks[-1].width - ORGANISATION / 2
    rows = max(1, ceil(len(placed) * ORGANISATION / (high - low + ORGANISATION)))
    top = lane.y + lane.height - rows * style.organisations
    for row in range(rows):
        mine = placed[row::rows]
        for x, (_, organisation) in zip(spread([p[0] for p in mine], ORGANISATION, low, high), mine, strict=True):
            canvas.r[organisation] = 12.0 if not style.dense else 10.0
            canvas.put(organisation, x, top + row * style.organisations + 22, room=ORGANISATION - 6)


def _dock(served: Mapping[int, list[int]], canvas: Canvas) -> None:
    """Let a unit wear its only organisation at its shoulder; a second one sits on the other side."""
    worn: Counter[int] = Counter()
    for organisation, units in sorted(served.items()):
        unit = units[0]
        x, y = canvas.x[unit], canvas.y[unit]
        if canvas.x[organisation] is not None or x is None or y is None:
            continue
        side = (1, -1)[worn[unit] % 2]
        reach = canvas.r[unit] * 0.72 + 6
        worn[unit] += 1
        canvas.r[organisation], canvas.docked[organisation] = 6.8, True
        canvas.put(organisation, x + side * reach, y - reach, room=0)


def _draw_strip(scene: Scene, served: Mapping[int, list[int]], canvas: Canvas, width: float) -> list[More]:
    """Stand the organisations that cover no unit themselves above the lanes, the highest first."""
    nodes = scene.nodes
    below = {*served, *_cover_elsewhere(scene)}
    found = [i for i in range(len(nodes)) if nodes.type[i] in WOMENS_ORGANISATIONS and i not in below]
    found.sort(key=lambda i: (nodes.rank[i], nodes.group[i], nodes.name[i]))
    places = max(1, int((width - 2 * MARGIN) // ORGANISATION))
    shown, hidden = (found, []) if len(found) <= places else (found[: places - 1], found[places - 1 :])
    step = min(ORGANISATION * 1.5, (width - 2 * MARGIN) / max(1, len(shown) + bool(hidden)))
    for n, i in enumerate(shown):
        canvas.r[i] = 13.0 if nodes.rank[i] == nodes.rank[shown[0]] else 10.0
        canvas.put(i, MARGIN + step * (n + 0.5), 24, room=step - 8)
    return [More(round(MARGIN + step * (len(shown) + 0.5), 1), 24, tuple(hidden))] if hidden else []
