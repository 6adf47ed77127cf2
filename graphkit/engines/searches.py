"""Searches on a graph's arrays, layer by layer over whole frontiers: the nearest ends, one pair, brokers.

Paths run from a start to an end; what searches from many ends at once goes backwards from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graphkit.engines.arrays import Network, Numbers, Places, Steps, Weights, distinct, distinct_pairs
from graphkit.errors import QueryError

# Beyond this everything is linked to everything, and nothing is said by it.
MOST_HOPS = 20
# So many rows are held at once while brokers are joined.
AT_ONCE = 8_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """For each node its hops to the nearest of some ends (-1 = not reached), which it is, and how it is reached.

    `nearest` is the end with the smaller number where several are as near; `paths` counts the shortest paths to any of
    them as sequences of nodes (exact up to 2**53); `confidence` is the best weakest hop over those paths.
    """

    hops: npt.NDArray[np.int16]
    nearest: Numbers
    paths: Weights
    confidence: Weights


class _Search:
    """A search that goes one layer further at a time, from the ends of paths or from their start."""

    __slots__ = ("depth", "front", "left", "network", "reach")

    def __init__(self, network: Network, origins: Places) -> None:
        count = len(network)
        self.network, self.front, self.depth = network, origins, 0
        hops, nearest = np.full(count, -1, np.int16), np.full(count, count, np.int32)
        self.reach = Reach(hops, nearest, np.zeros(count), np.zeros(count))
        self.reach.hops[origins] = 0
        self.reach.nearest[origins] = origins
        self.reach.paths[origins] = 1
        self.reach.confidence[origins] = np.inf
        self.left = len(network.steps.ends) - network.steps.count(origins)

    def advance(self, extra: Steps | None = None, only: Places | None = None) -> Places:
        """Reach the next layer and return its nodes; `extra` steps count too, if they lead to one of `only`."""
        near, far, sure = self._layer()
        if extra is not None and extra.count(self.front):
            near, far, sure = self._with_extra((near, far, sure), extra, only)
        self.depth += 1
        reach = self.reach
        reach.hops[near] = self.depth
        np.minimum.at(reach.nearest, near, reach.nearest[far])
        np.add.at(reach.paths, near, reach.paths[far])
        np.maximum.at(reach.confidence, near, np.minimum(sure, reach.confidence[far]))
        # Sorting a small layer is cheaper than looking through all nodes.
        few = len(near) < len(reach.hops) // 16
        reached = distinct(near) if few else np.flatnonzero(reach.hops == self.depth)
        self.left -= self.network.steps.count(reached)
        self.front = reached[self.network.inner[reached]]
        return reached

    def _layer(self) -> tuple[Places, Places, Weights]:
        """Return the steps from nodes not yet reached (near) to the front (far), from whichever side has fewer."""
        steps, hops = self.network.steps, self.reach.hops
        if self.depth and self.left < steps.count(self.front):
            near, step = steps.of(np.flatnonzero(hops < 0))
            far = steps.ends[step].astype(np.int64)
            kept = np.flatnonzero((hops[far] == self.depth) & self.network.inner[far])
        else:
            far, step = steps.of(self.front)
            near = steps.ends[step].astype(np.int64)
            kept = np.flatnonzero(hops[near] < 0)
        return near[kept], far[kept], steps.confidence[step[kept]]

    def _with_extra(
        self, layer: tuple[Places, Places, Weights], extra: Steps, only: Places | None
    ) -> tuple[Places, Places, Weights]:
        far, step = extra.of(self.front)
        near = extra.ends[step].astype(np.int64)
        kept = (self.reach.hops[near] < 0) & (True if only is None else np.isin(near, only))
        parts = zip(layer, (near[kept], far[kept], extra.confidence[step[kept]]), strict=True)
        near, far, sure = (np.concatenate(part) for part in parts)
        pairs, place = np.unique(near * len(self.network) + far, return_inverse=True)
        best = np.zeros(len(pairs))
        np.maximum.at(best, place, sure)
        return pairs // len(self.network), pairs % len(self.network), best


def checked_hops(max_hops: int) -> int:
    """Return a number of hops that a search can take, or raise QueryError (`bad-hops`)."""
    if type(max_hops) is not int or not 1 <= max_hops <= MOST_HOPS:
        message = f"a search over at most {max_hops!r} hops cannot be made"
        raise QueryError(message, code="bad-hops", hint=f"Say a whole number from 1 to {MOST_HOPS}.")
    return max_hops


class Approach:
    """How every node reaches the nearest of some ends, searched from all of them at once, no farther than asked for."""

    __slots__ = ("_search",)

    def __init__(self, network: Network, ends: Places) -> None:
        self._search = _Search(network, ends)

    def within(self, max_hops: int) -> Reach:
        """Return what is known within so many hops or more; what is farther is not reached, or not yet."""
        search = self._search
        while search.depth < max_hops and len(search.front):
            search.advance(None if search.depth else search.network.closing)
        return search.reach


def reach(network: Network, ends: Places, max_hops: int) -> Reach:
    """Search from many ends at once how every node reaches the nearest of them within `max_hops`."""
    return Approach(network, ends).within(max_hops)


@dataclass(frozen=True, slots=True)
class Route:
    """The shortest paths from one node to the nearest of some ends; `left` = the hops left from each node on them."""

    hops: int
    paths: float
    confidence: float
    left: dict[int, int]


def between(network: Network, start: int, ends: Places, max_hops: int) -> Route | None:
    """Search the shortest paths from a node to other nodes from both sides, always on the one with fewer steps."""
    there, back = _Search(network, np.array([start], np.int64)), _Search(network, ends)
    steps = network.steps
    while there.depth + back.depth < max_hops:
        if steps.count(there.front) <= steps.count(back.front):
            side, other = there, back
            reached = side.advance(*(() if back.depth else (network.opening, ends)))
        else:
            side, other = back, there
            reached = side.advance(None if back.depth else network.closing)
        hops = other.reach.hops[reached]
        met = reached[(hops == other.depth) & (network.inner[reached] | (hops == 0))]
        if len(met):
            return _route(network, there, back, met)
        if not len(side.front):
            return None
    return None


def _route(network: Network, there: _Search, back: _Search, met: Places) -> Route:
    weakest = np.minimum(there.reach.confidence[met], back.reach.confidence[met])
    left = dict.fromkeys(met.tolist(), back.depth)
    for search, extra, sign in ((there, network.closing, 1), (back, network.opening, -1)):
        here = met
        for depth in range(search.depth - 1, -1, -1):
            last_hop = back.depth == 0 and here is met if search is there else depth == 0
            used = (network.steps, extra) if last_hop else (network.steps,)
            ends = np.concatenate([part.ends[part.of(here)[1]] for part in used])
            on = (search.reach.hops[ends] == depth) & (network.inner[ends] | (depth == 0))
            here = distinct(ends[on]).astype(np.int64)
            left |= dict.fromkeys(here.tolist(), back.depth + sign * (search.depth - depth))
    paths = float(there.reach.paths[met] @ back.reach.paths[met])
    return Route(there.depth + back.depth, paths, float(weakest.max()), left)


def brokers(network: Network, found: Reach, nodes: Places, most: int) -> pa.ListArray:
    """List for each node the numbers of all nodes between it and its nearest ends; null if they are more than `most`.

    A node's brokers are the nodes next on its ways and their brokers, so that lists grow layer by layer, from the ends
    outwards; what has too many is left out at once, which bounds time and memory.
    """
    sizes, starts = np.zeros(len(network), np.int64), np.zeros(len(network), np.int64)
    held = np.zeros(0, np.int64)
    for near, far in reversed(list(_downward(network, found, nodes, most, sizes))):
        sizes[near[sizes[far] < 0]] = -1
        kept = sizes[near] >= 0
        grown = [held]
        for owner, member in _joined(near[kept], far[kept], sizes, starts, held):
            heads = np.flatnonzero(np.diff(owner, prepend=-1))
            many = np.diff(np.append(heads, len(owner)))
            fits = many <= most
            sizes[owner[heads]] = np.where(fits, many, -1)
            starts[owner[heads[fits]]] = sum(map(len, grown)) + np.cumsum(many[fits]) - many[fits]
            grown.append(member[np.repeat(fits, many)])
        held = np.concatenate(grown)
    many = np.maximum(sizes[nodes], 0)
    offsets = np.concatenate([[0], np.cumsum(many)])
    places = np.repeat(starts[nodes] - offsets[:-1], many) + np.arange(offsets[-1])
    too_many = pa.array(sizes[nodes] < 0)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(held[places]), mask=too_many)


def _downward(
    network: Network, found: Reach, nodes: Places, most: int, sizes: Places
) -> Iterator[tuple[Places, Places]]:
    """Yield layer by layer, the farthest first, the steps on shortest paths from wanted nodes to nodes between."""
    wanted = np.zeros(len(network), np.bool_)
    wanted[nodes] = True
    for depth in range(int(found.hops[nodes].max(initial=0)), 1, -1):
        near, step = network.steps.of(np.flatnonzero(wanted & (found.hops == depth)))
        far = network.steps.ends[step].astype(np.int64)
        on = (found.hops[far] == depth - 1) & network.inner[far]
        near, far = near[on], far[on]
        sizes[np.flatnonzero(np.bincount(near, minlength=1) > most)] = -1
        kept = sizes[near] >= 0
        wanted[far[kept]] = True
        yield near[kept], far[kept]


def _joined(near: Places, far: Places, sizes: Places, starts: Places, held: Places) -> Iterator[tuple[Places, Places]]:
    """Yield each node of `near` with all its brokers once, sorted, a bounded number of rows at a time."""
    many = 1 + sizes[far]
    after = np.cumsum(many)
    heads = np.append(np.flatnonzero(np.diff(near, prepend=-1)), len(near))
    begin = 0
    while begin < len(near):
        room = np.searchsorted(after, (after[begin - 1] if begin else 0) + AT_ONCE, side="right")
        # At least one node as a whole.
        place = max(int(np.searchsorted(heads, room, side="right")) - 1, int(np.searchsorted(heads, begin)) + 1)
        end = int(heads[place])
        part, count = far[begin:end], many[begin:end]
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        member = np.repeat(part, count)
        deeper = np.flatnonzero(within)
        member[deeper] = held[np.repeat(starts[part] - 1, count)[deeper] + within[deeper]]
        yield distinct_pairs(np.repeat(near[begin:end], count), member, len(sizes))
        begin = end
