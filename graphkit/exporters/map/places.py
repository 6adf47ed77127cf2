"""Where each node belongs: its town, its chains, its segments, and the order in which segments feed each other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphkit.graph.tables import Graph

MAX_STEPS = 12  # deeper than any administrative tree; a loop of PART_OF ends here


@dataclass(frozen=True, slots=True)
class Places:
    """Numbers of nodes: the town (or nearest region) of each node, -1 if none; its chains and its segments.

    `towns` are all of a node that lies in several, of which `town` is the first.
    """

    town: tuple[int, ...]
    towns: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    segments: tuple[tuple[int, ...], ...]
    feeds: tuple[tuple[int, int], ...]


def places_of(graph: Graph, number: Mapping[str, int]) -> Places:
    """Read town, chains and segments of every node off LOCATED_IN, IN_INDUSTRY and PART_OF."""
    part_of = _joined(graph, "PART_OF", number)
    kinds = _property(graph, "Industry", "kind", number)
    region_levels = _property(graph, "Region", "level", number)
    towns = _towns(graph, number, part_of, region_levels)
    chains: list[tuple[int, ...]] = [()] * len(number)
    segments: list[tuple[int, ...]] = [()] * len(number)
    for node, industries in _joined(graph, "IN_INDUSTRY", number).items():
        own = [i for i in industries if kinds.get(i) == "segment"]
        found = [c for i in industries for c in (i, *_ancestors(i, part_of)) if kinds.get(c) == "chain"]
        segments[node], chains[node] = _unique(own), _unique(found)
    for industry, kind in kinds.items():
        if kind == "segment":
            chains[industry] = _unique(c for c in _ancestors(industry, part_of) if kinds.get(c) == "chain")
        elif kind == "chain":
            chains[industry] = (industry,)
    feeds = [
        (a, b) for a, targets in _joined(graph, "FEEDS", number).items() for b in targets if a in kinds and b in kinds
    ]
    first = tuple(found[0] if found else -1 for found in towns)
    return Places(first, tuple(towns), tuple(chains), tuple(segments), tuple(sorted(feeds)))


def in_order(segments: Iterable[int], feeds: Iterable[tuple[int, int]]) -> tuple[list[int], bool]:
    """Sort segments along FEEDS (ties by number) and tell whether an order is known: some FEEDS, and no loop."""
    left = sorted(segments)
    inside = [(a, b) for a, b in feeds if a in left and b in left]
    if not inside:
        return left, False
    placed: list[int] = []
    while left:
        free = [s for s in left if not any(b == s and a in left for a, b in inside)]
        if not free:
            return sorted(placed + left), False
        # Prefer what continues the chain just placed, so that a branch stays together.
        follows = [s for s in free if placed and (placed[-1], s) in inside]
        chosen = (follows or free)[0]
        placed.append(chosen)
        left.remove(chosen)
    return placed, True


def _towns(
    graph: Graph, number: Mapping[str, int], part_of: Mapping[int, list[int]], levels: Mapping[int, Any]
) -> list[tuple[int, ...]]:
    """Climb from where a node lies to its towns, the nearest first; without one, take the nearest region."""
    located = _joined(graph, "LOCATED_IN", number)
    tiers = graph.schema.levels
    towns: list[tuple[int, ...]] = [()] * len(number)
    for node in number.values():
        above = [r for place in _climb(node, located.get) for r in (place, *_ancestors(place, part_of))]
        regions = [r for r in above if r in levels]
        towns[node] = _unique(r for r in regions if tiers.get(str(levels[r])) == "town") or tuple(regions[:1])
    for region, level in levels.items():
        if tiers.get(str(level)) == "town":
            towns[region] = (region,)
    return towns


def _climb(node: int, step: Callable[[int], list[int] | None]) -> list[int]:
    """Return all that can be reached by a step, nearest first."""
    seen: list[int] = []
    frontier = [node]
    for _ in range(MAX_STEPS):
        frontier = [n for f in frontier for n in step(f) or () if n not in seen and n != node]
        if not frontier:
            break
        seen += dict.fromkeys(frontier)
    return seen


def _ancestors(node: int, part_of: Mapping[int, list[int]]) -> list[int]:
    return _climb(node, part_of.get)


def _joined(graph: Graph, edge_type: str, number: Mapping[str, int]) -> dict[int, list[int]]:
    """Map the number of each source node to its targets, sorted; planned and other idle edges do not place anything."""
    found: dict[int, list[int]] = {}
    if edge_type not in graph.edge_tables:
        return found
    table = graph.edge_tables[edge_type].select(["src", "dst", "status", "valid_to"])
    for row in table.to_pylist():
        if row["src"] in number and row["dst"] in number and (row["status"] or "actual") == "actual":
            found.setdefault(number[row["src"]], []).append(number[row["dst"]])
    return {node: sorted(set(targets)) for node, targets in found.items()}


def _property(graph: Graph, node_type: str, name: str, number: Mapping[str, int]) -> dict[int, Any]:
    if node_type not in graph.node_tables:
        return {}
    rows = graph.node_tables[node_type].select(["id", name]).to_pylist()
    return {number[row["id"]]: row[name] for row in rows if row["id"] in number}


def _unique(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
