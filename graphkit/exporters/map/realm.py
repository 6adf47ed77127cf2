"""The administrative tree of a scene: which region lies in which, and where every node is at home."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graphkit.exporters.map.packing import home_town
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene

LOWEST_TRUNK = "town"  # villages are too many to have a column each: they are packed below their town


@dataclass(frozen=True, slots=True)
class Realm:
    """Regions of the trunk with their tiers and parents, and the trunk region of every node (-1 if not known)."""

    trunk: Sequence[str]
    tier_of: Mapping[int, str]
    parent: Mapping[int, int]
    order: Sequence[int]  # the regions, each before what lies in it
    home: Sequence[int]

    def line(self, region: int) -> list[int]:
        """Return a region and all that it lies in, nearest first."""
        found = []
        while region >= 0 and region not in found:
            found.append(region)
            region = self.parent.get(region, -1)
        return found

    def at(self, region: int, tier: str) -> int:
        """Return the region of a tier in which a region lies; without one, the region itself."""
        return next((r for r in self.line(region) if self.tier_of[r] == tier), region)

    def nested(self) -> frozenset[int]:
        """Return the regions in which another of their tier lies: they stand above their own column only."""
        return frozenset(
            over
            for region, tier in self.tier_of.items()
            for over in self.line(region)[1:]
            if self.tier_of[over] == tier
        )

    def columns(self, own: Collection[int]) -> list[int]:
        """List the regions that need a column: those with something of their own, and those with nothing below."""
        needed = {*own, *self.nested(), *(set(self.tier_of) - set(self.parent.values()))}
        return [*(r for r in self.order if r in needed), *([-1] if -1 in own else [])]

    def spans(self, columns: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return for each region its first and its last column; the tree was walked in order, so none lies between."""
        found: dict[int, tuple[int, int]] = {}
        nested = self.nested()
        for n, column in enumerate(columns):
            for region in self.line(column) if column >= 0 else [column]:
                if region == column or region not in nested:
                    found[region] = (found.get(region, (n, n))[0], n)
        return found


def realm(scene: Scene, served: Mapping[int, list[int]]) -> Realm:
    """Read the tree off PART_OF; organisations without a place are at home with their units, else with their guides."""
    nodes, edges = scene.nodes, scene.edges
    trunk = scene.tiers[: scene.tiers.index(LOWEST_TRUNK) + 1] if LOWEST_TRUNK in scene.tiers else scene.tiers
    tier_of = {
        i: nodes.tier[i] if nodes.tier[i] in trunk else trunk[-1]
        for i in range(len(nodes))
        if nodes.type[i] == "Region" and nodes.tier[i] != "village"
    }
    above: dict[int, int] = {}
    for a, b, kind, planned in zip(edges.a, edges.b, edges.type, edges.planned, strict=True):
        if kind == "PART_OF" and not planned and nodes.type[a] == nodes.type[b] == "Region" and a != b:
            above[a] = min(b, above.get(a, b))
    parent = _without_loops({a: b for a, b in above.items() if a in tier_of and b in tier_of})
    towns = home_town(scene, served)
    home = [_in_trunk(i if nodes.type[i] == "Region" else towns[i], above, tier_of) for i in range(len(nodes))]
    _follow_guides(scene, home)
    return Realm(trunk, tier_of, parent, _in_order(scene, tier_of, parent, home), home)


def _in_trunk(region: int, above: Mapping[int, int], tier_of: Mapping[int, str]) -> int:
    for _ in range(len(above) + 1):
        if region < 0 or region in tier_of:
            return region
        region = above.get(region, -1)
    return -1


def _without_loops(parent: Mapping[int, int]) -> dict[int, int]:
    kept: dict[int, int] = {}
    for region, over in sorted(parent.items()):
        seen, at = {region}, over
        while at in kept and at not in seen:
            seen.add(at)
            at = kept[at]
        if at not in seen:
            kept[region] = over
    return kept


def _follow_guides(scene: Scene, home: list[int]) -> None:
    """Put what guides nobody of a known place, and lies nowhere itself, with the organisation that guides it."""
    nodes, edges = scene.nodes, scene.edges
    over: dict[int, int] = {}
    for a, b, kind in zip(edges.a, edges.b, edges.type, strict=True):
        if kind in ("GUIDES", "ESTABLISHED") and nodes.type[b] in WOMENS_ORGANISATIONS:
            over.setdefault(b, a)
    for _ in range(4):
        for below, guide in sorted(over.items()):
            if home[below] < 0:
                home[below] = home[guide]


def _in_order(
    scene: Scene, tier_of: Mapping[int, str], parent: Mapping[int, int], home: Sequence[int]
) -> tuple[int, ...]:
    """Walk the tree from the top, the fuller regions first."""
    weight = dict.fromkeys(tier_of, 0)
    for region in home:
        at, steps = region, 0
        while at >= 0 and steps < 40:
            weight[at] += 1
            at, steps = parent.get(at, -1), steps + 1
    rank = {tier: n for n, tier in enumerate(scene.tiers)}
    below: dict[int, list[int]] = {}
    for region in tier_of:
        below.setdefault(parent.get(region, -1), []).append(region)
    found: list[int] = []

    def visit(region: int) -> None:
        for child in sorted(below.get(region, ()), key=lambda r: (rank[tier_of[r]], -weight[r], scene.nodes.name[r])):
            found.append(child)
            visit(child)

    visit(-1)
    return tuple(found)
