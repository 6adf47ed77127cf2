"""How many of the linked pairs lead over a node: Brandes' dependencies, layer by layer, for pairs within some hops.

U. Brandes, On variants of shortest-path betweenness centrality and their generic computation, Social Networks 30
(2008): of its variants, sources and targets are a part of the nodes (resources and units), and distances are bounded.
"""

from dataclasses import dataclass

import numpy as np

from graphkit.engines.arrays import Flags, Network, Numbers, Places, Weights, distinct
from graphkit.errors import QueryError

# A quarter of an hour or so: hops over five million edges from a thousand ends.
MOST_STEPS = 10_000_000_000

Layer = tuple[Numbers, Places]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The pairs that are asked about: every unit with every other node that is a resource, at most so far away."""

    units: Places
    resources: Places
    max_hops: int


def betweenness(network: Network, pairs: Pairs) -> Weights:
    """Sum for every node the share of shortest paths over it, of all pairs within reach that do not end in it."""
    search = _Search(network, pairs)
    for resource in pairs.resources.tolist():
        search.add(resource)
    return search.total


class _Search:
    """The searches from one resource after the other, on the same arrays."""

    __slots__ = ("dependency", "hops", "network", "pairs", "paths", "spent", "total", "wanted")

    def __init__(self, network: Network, pairs: Pairs) -> None:
        count = len(network)
        self.network, self.pairs, self.spent = network, pairs, 0
        self.wanted: Flags = np.zeros(count, np.bool_)
        self.wanted[pairs.units] = True
        self.hops = np.full(count, -1, np.int16)
        self.paths, self.dependency, self.total = np.zeros(count), np.zeros(count), np.zeros(count)

    def add(self, resource: int) -> None:
        """Add what depends on each node between a resource and the units that reach it."""
        layers = self._layers(resource)
        for near, far in reversed(layers):
            owed = (self.wanted[near] + self.dependency[near]) / self.paths[near]
            np.add.at(self.dependency, far, owed * self.paths[far])
        self.dependency[resource] = 0.0
        for near, _ in layers:
            # A node stands in a layer as often as there are steps to it.
            self.total[near] += self.dependency[near]
            self.hops[near], self.paths[near], self.dependency[near] = -1, 0.0, 0.0
        self.hops[resource], self.paths[resource] = -1, 0.0

    def _layers(self, resource: int) -> list[Layer]:
        """Return the steps on shortest paths by layers, the nearest first: from a node (near) towards the resource."""
        front, layers = np.array([resource], np.int64), list[Layer]()
        self.hops[resource], self.paths[resource] = 0, 1.0
        for depth in range(1, self.pairs.max_hops + 1):
            near, far = self._opened(resource) if depth == 1 else self._layer(front, depth)
            if not len(near):
                break
            layers.append((near, far))
            np.add.at(self.paths, near, self.paths[far])
            self.hops[near] = depth
            few = len(near) < len(self.hops) // 16
            reached = distinct(near) if few else np.flatnonzero(self.hops == depth)
            front = reached[self.network.inner[reached]].astype(np.int64)
        return layers

    def _opened(self, resource: int) -> Layer:
        """Return the steps of a resource, and those that lead to it as the last hop."""
        node, steps, closing = np.array([resource], np.int64), self.network.steps, self.network.closing
        ends = np.concatenate([steps.ends[steps.of(node)[1]], closing.ends[closing.of(node)[1]]])
        near = distinct(ends)
        near = near if self.pairs.max_hops > 1 else near[self.wanted[near]]
        return near, np.full(len(near), resource, np.int64)

    def _layer(self, front: Places, depth: int) -> Layer:
        """Return the steps to the next layer; the last one holds only units, and is looked at from the cheaper side."""
        steps, last = self.network.steps, depth == self.pairs.max_hops
        open_ = np.flatnonzero(self.wanted & (self.hops < 0)) if last else np.zeros(0, np.int64)
        backwards = last and steps.count(open_) < steps.count(front)
        self._spend(steps.count(open_ if backwards else front))
        if backwards:
            owner, step = steps.of(open_)
            far = steps.ends[step].astype(np.int64)
            kept = (self.hops[far] == depth - 1) & self.network.inner[far]
            return owner[kept].astype(np.int32), far[kept]
        far, step = steps.of(front)
        near = steps.ends[step]
        kept = self.hops[near] < 0
        if last:
            kept &= self.wanted[near]
        return near[kept], far[kept]

    def _spend(self, steps: int) -> None:
        self.spent += steps
        if self.spent > MOST_STEPS:
            message = f"looking for brokers within {self.pairs.max_hops} hops takes more than {MOST_STEPS:,} steps"
            hint = "Ask for fewer hops or a rarer type of resource."
            raise QueryError(message, code="too-many-steps", hint=hint)
