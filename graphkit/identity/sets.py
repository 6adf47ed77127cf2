"""Disjoint sets of raw ids under decisions: what is one, what is kept apart, and which decisions contradict."""

from collections import defaultdict
from typing import Any

from graphkit.graph.decisions import contradiction


class Clusters:
    """Disjoint sets of raw ids in which some pairs are known to be different."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.apart: defaultdict[str, set[str]] = defaultdict(set)

    def root(self, raw_id: str) -> str:
        while (up := self.parent.setdefault(raw_id, raw_id)) != raw_id:
            self.parent[raw_id] = raw_id = self.parent[up]
        return raw_id

    def join(self, left: str, right: str) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        if low == high:
            return
        self.parent[high] = low
        for other in self.apart.pop(high, set()):
            self.apart[other] = (self.apart[other] - {high}) | {low}
            self.apart[low].add(other)

    def join_all(self, raw_ids: list[str]) -> bool:
        """Make these one, unless a decision keeps two of them apart: then nobody knows where the others belong."""
        roots = {self.root(raw_id) for raw_id in raw_ids}
        if any(self.apart[root] & roots for root in roots if root in self.apart):
            return False
        for raw_id in raw_ids[1:]:
            self.join(raw_ids[0], raw_id)
        return True

    def keep_apart(self, decisions: list[dict[str, Any]]) -> None:
        """Keep apart what is decided to be different, and, until it is decided, what is unsure."""
        for decision in decisions:
            left, right = self.root(decision["left"]), self.root(decision["right"])
            if left == right and decision["judgement"] == "different":
                raise contradiction(decision, _chain_of_same(decision["left"], decision["right"], decisions))
            if left != right and decision["judgement"] != "same":
                self.apart[left].add(right)
                self.apart[right].add(left)

    def representatives(self) -> dict[str, str]:
        found = {raw_id: self.root(raw_id) for raw_id in self.parent}
        sizes: defaultdict[str, int] = defaultdict(int)
        for root in found.values():
            sizes[root] += 1
        return {raw_id: root for raw_id, root in found.items() if sizes[root] > 1}


def _chain_of_same(left: str, right: str, decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Find the decisions `same` that lead from one raw id to the other (breadth first)."""
    reached: dict[str, list[dict[str, Any]]] = {left: []}
    waiting = [left]
    for here in waiting:
        for decision in decisions:
            ends = (decision["left"], decision["right"])
            if decision["judgement"] != "same" or here not in ends:
                continue
            other = ends[1] if ends[0] == here else ends[0]
            if other not in reached:
                reached[other] = [*reached[here], decision]
                waiting.append(other)
    return reached.get(right, [])
