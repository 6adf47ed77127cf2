"""All simple paths between ends, walked depth first, the shortest first, as many as are asked for and steps allow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphkit.engines.arrays import Network, Places, distinct
from graphkit.engines.searches import Approach, between

# Between two hubs there may be more half-way paths than can ever be walked: then the search ends, and says so.
MOST_STEPS = 2_000_000

Order = Callable[[int], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """From which nodes to which, how far, and for how many paths at most."""

    starts: Places
    ends: Places
    max_hops: int
    limit: int
    shortest_only: bool = False


def walked(network: Network, walk: Walk, order: Order) -> tuple[list[tuple[int, ...]], bool]:
    """Return paths as node numbers, the shortest first, then by an order of nodes; and whether there may be more.

    What is held in memory grows with the steps made, of which there are at most MOST_STEPS and those of one more node,
    never with the paths that there are.
    """
    return _Walker(network, walk, order).collect()


class _Walker:
    """Walks along nodes that are near enough to an end.

    How near they are is searched only as far as the length in turn needs it, so that a list that is full of short paths
    costs no search for long ones.
    """

    __slots__ = ("approach", "bound", "lengths", "network", "next_of", "order", "single", "spent", "walk")

    def __init__(self, network: Network, walk: Walk, order: Order) -> None:
        self.network, self.walk, self.order = network, walk, order
        self.single, self.spent = len(walk.ends) == 1, 0
        self.next_of: dict[tuple[int, int], list[int]] = {}
        self.lengths = range(1, walk.max_hops + 1)
        self.approach: Approach | None = None
        self.bound = np.zeros(0, np.int16)
        # From both sides: either there is no path at all, or no shorter one.
        start = int(walk.starts[0]) if len(walk.starts) == 1 else None
        route = None if start is None else between(network, start, walk.ends, walk.max_hops)
        if start is not None:
            self.lengths = range(route.hops, walk.max_hops + 1) if route else range(0)
        if route and walk.shortest_only:
            self.bound = np.full(len(network), -1, np.int16)
            self.bound[list(route.left)] = list(route.left.values())
        elif self.lengths:
            self.approach = Approach(network, walk.ends)

    def collect(self) -> tuple[list[tuple[int, ...]], bool]:
        """Return the paths, and whether there may be more than these."""
        found: list[tuple[int, ...]] = []
        starts = sorted(self.walk.starts.tolist(), key=self.order)
        for length in self.lengths:
            if self.approach:
                self.bound = self.approach.within(length - 1).hops
            for start in starts:
                for nodes in self.along(start, length):
                    found.append(nodes)
                    if len(found) > self.walk.limit:
                        return found[:-1], True
                # Also of many starts none is begun after that.
                if self.spent > MOST_STEPS:
                    return found, True
            if found and self.walk.shortest_only:
                break
        return found, False

    def along(self, start: int, length: int) -> Iterator[tuple[int, ...]]:
        """Yield the simple paths of exactly this length from a node, in order."""
        trail, on_trail = [start], {start}
        waiting = [iter(self.onward(start, length - 1))]
        while waiting and self.spent <= MOST_STEPS:
            node = next(waiting[-1], None)
            self.spent += 1
            if node is None:
                waiting.pop()
                on_trail.discard(trail.pop())
            elif node not in on_trail and len(trail) == length:
                yield (*trail, node)
            elif node not in on_trail:
                trail.append(node)
                on_trail.add(node)
                waiting.append(iter(self.onward(node, length - len(trail))))

    def onward(self, node: int, left: int) -> list[int]:
        """Return where a path may go from a node if `left` hops remain after that."""
        key = (node, left)
        if key not in self.next_of:
            ends = self.network.steps.row(node)
            if left:
                bound = self.bound[ends]
                # A single end has to be the last: what passes it never gets there again.
                ends = ends[(bound >= self.single) & (bound <= left) & self.network.inner[ends]]
            else:
                ends = distinct(np.concatenate([ends, self.network.opening.row(node)]))
                ends = ends[self.bound[ends] == 0]
            self.spent += 1 + len(ends)
            self.next_of[key] = sorted(ends.tolist(), key=self.order)
        return self.next_of[key]
