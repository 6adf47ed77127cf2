"""Whom a picture places: the units, what they are served by, and in which order they stand."""

from collections.abc import Iterable

from graphkit.exporters.map.scene import Scene


def units_of(scene: Scene) -> list[int]:
    """The units of the coverage; without coverage, the companies."""
    nodes = scene.nodes
    return [i for i in range(len(nodes)) if nodes.unit[i]]


def placed_units(scene: Scene) -> list[int]:
    """The units, and those that only an earlier record lists: they have a place, but are counted nowhere."""
    nodes = scene.nodes
    return [i for i in range(len(nodes)) if nodes.unit[i] or nodes.change[i] == "gone"]


def served_units(scene: Scene, units: Iterable[int]) -> dict[int, list[int]]:
    """Map each women's organisation to the units that it covers, by reasons or (without coverage) by COVERS."""
    among = set(units)
    pairs = list(zip(scene.ties.organisation, scene.ties.unit, strict=True))
    if not scene.has_coverage:
        edges = scene.edges
        pairs = [(a, b) for a, b, t in zip(edges.a, edges.b, edges.type, strict=True) if t == "COVERS"]
    served: dict[int, list[int]] = {}
    for organisation, unit in dict.fromkeys(pairs):
        if unit in among:
            served.setdefault(organisation, []).append(unit)
    return served


def by_urgency(scene: Scene, members: Iterable[int]) -> list[int]:
    """Gaps first (key candidates, then those that may be), then unknown, then covered; many women first."""
    nodes = scene.nodes
    order, keys = {"gap": 0, "unknown": 1, "": 3}, {"yes": 0, "no": 2}

    def urgency(i: int) -> tuple[int, int, int, str]:
        women = nodes.women[i]
        heads = 1 if women is None else -women
        return order.get(nodes.status[i], 2), keys.get(nodes.key[i], 1), heads, nodes.name[i]

    return sorted(members, key=urgency)
