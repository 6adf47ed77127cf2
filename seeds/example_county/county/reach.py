"""Which company reaches which bank, by walking every simple path of at most three hops."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from county.oracle import Judge

MAX_HOPS = 3
INTERIOR = frozenset({"Federation", "MicroHome", "Company", "Alliance", "Bank", "Person", "Venue", "FinancialProduct"})
# A path to a bank can never end in a venue, so LOCATED_IN is out altogether here.
CLOSED_EDGES = frozenset({"LOCATED_IN", "IN_INDUSTRY", "FEEDS", "PROVIDES_FOR", "BASED_ON", "ISSUED"})


class Network:
    """Who is tied to whom, directions ignored."""

    def __init__(self, judge: Judge) -> None:
        self.nodes = judge.now.nodes
        self.next: dict[str, set[str]] = {}
        for edge in judge.now.edges:
            if edge.type not in CLOSED_EDGES:
                self.next.setdefault(edge.src, set()).add(edge.dst)
                self.next.setdefault(edge.dst, set()).add(edge.src)

    def paths(self, unit: str) -> Iterator[list[str]]:
        """Yield every simple path from a unit to a bank."""
        stack = [[unit]]
        while stack:
            path = stack.pop()
            for key in sorted(self.next.get(path[-1], ())):
                if key in path:
                    continue
                if self._is(key, "Bank"):
                    yield [*path, key]
                if len(path) < MAX_HOPS and self._interior(key):
                    stack.append([*path, key])

    def _is(self, key: str, kind: str) -> bool:
        return self.nodes[key].type == kind and not self.nodes[key].values.get("group")

    def _interior(self, key: str) -> bool:
        return self.nodes[key].type in INTERIOR and not self.nodes[key].values.get("group")


def links(judge: Judge, units: list[str]) -> dict[str, Any]:
    """Return hops, banks and number of shortest paths of each linked unit, and the pairs by hops."""
    network = Network(judge)
    nearest, missing = {}, []
    pairs: Counter[str] = Counter()
    for unit in units:
        found = list(network.paths(unit))
        name = judge.now.nodes[unit].name
        hops = {bank: min(len(p) - 1 for p in found if p[-1] == bank) for bank in {p[-1] for p in found}}
        pairs.update(str(n) for n in hops.values())
        if not hops:
            missing.append(name)
            continue
        least = min(hops.values())
        banks = sorted(judge.now.nodes[bank].name for bank, n in hops.items() if n == least)
        nearest[name] = {"hops": least, "banks": banks, "paths": sum(len(p) - 1 == least for p in found)}
    return {"nearest": nearest, "not_linked": sorted(missing), "pairs_by_hops": dict(pairs)}
