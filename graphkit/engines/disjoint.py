"""How many ways lead to distinct ends that share no node: augmenting paths where each node carries one way.

K. Menger, Zur allgemeinen Kurventheorie, Fundamenta Mathematicae 10 (1927): so many as nodes are needed to cut them;
found as in L. Ford and D. Fulkerson, Maximal flow through a network, Canad. J. Math. 8 (1956), each node split in two.
A search that finds no further way has found such a cut, and everybody on the near side of it has no more ways either,
so that few searches fail.
"""

from collections.abc import Iterator

import numpy as np

from graphkit.engines.arrays import Flags, Network, Numbers, Places, distinct
from graphkit.engines.searches import reach

# Rows of hubs are read piece by piece: a search that goes well reads only the first.
PIECE = 32
# Distances are kept in 16 bits.
FARTHEST = 32_000

# A node, and who comes before it from now on; None = it is on no way any more.
Turn = tuple[int, int | None]


class Ways:
    """Ways to distinct ones of some ends, from one node after the other."""

    __slots__ = ("bound", "ends", "hops", "is_end", "offsets")

    def __init__(self, network: Network, ends: Places) -> None:
        count = len(network)
        is_end = np.zeros(count, np.bool_)
        is_end[ends] = True
        # Read one by one, which bytes are quicker at.
        self.is_end = is_end.tobytes()
        self.hops = reach(network, ends, FARTHEST).hops
        self.offsets, self.ends = self._onward(network, is_end)
        # Not more than there are neighbours to go over, and ends.
        self.bound: Places = np.minimum(np.diff(self.offsets), len(ends))

    def _onward(self, network: Network, is_end: Flags) -> tuple[Places, Numbers]:
        """Return where ways lead on from each node, those that are nearest to an end first."""
        (near, step), (last, late) = network.steps.of(every := np.arange(len(network))), network.opening.of(every)
        far, venue = network.steps.ends[step], network.opening.ends[late]
        useful, to_end = (network.inner[far] & (self.hops[far] >= 0)) | is_end[far], is_end[venue]
        pairs = near[useful] * len(network) + far[useful]
        if to_end.any():
            pairs = distinct(np.concatenate([pairs, last[to_end] * len(network) + venue[to_end]]))
        near, found = np.divmod(pairs, max(len(network), 1))
        order = np.lexsort((self.hops[found], near))
        offsets = np.concatenate([[0], np.cumsum(np.bincount(near, minlength=len(network)))])
        return offsets, found[order].astype(np.int32)

    def count(self, node: int) -> int:
        """Count the ways from a node to distinct ends, other than itself, that share no node."""
        most = int(self.bound[node])
        # An end itself has to look for another, which the distances do not tell.
        if not self.is_end[node] and (self.hops[node] < 0 or most < 2):
            return min(most, 1) if self.hops[node] > 0 else 0
        before: dict[int, int] = {}
        ways = 0
        while ways < most and self._augment(node, before):
            ways += 1
        return ways

    def _augment(self, node: int, before: dict[int, int]) -> bool:
        """Find one more way, depth first; `before` tells for each node on a way the one before it, and is changed."""
        entered, left = {node}, {node}
        trail, turns = [self._moves(node, before, entered)], list[Turn]()
        while trail:
            move = next(trail[-1], None)
            if move is None:
                trail.pop()
                del turns[max(len(trail) - 1, 0) :]
                continue
            there, turn = move
            if self.is_end[turn[0]] and turn[0] not in before:
                _apply([*turns, turn], before)
                return True
            if there not in left:
                left.add(there)
                trail.append(self._moves(there, before, entered))
                turns.append(turn)
        if not self.is_end[node]:
            # Who was entered and never left is a cut, for no way leads past them.
            near_side = np.fromiter(left, np.int64)
            self.bound[near_side] = np.minimum(self.bound[near_side], len(entered - left))
        return False

    def _moves(self, here: int, before: dict[int, int], entered: set[int]) -> Iterator[tuple[int, Turn]]:
        """Yield where a search can leave next after a node, and what it turns: on, or back along a way in use."""
        for there in self._row(here):
            if there not in entered:
                entered.add(there)
                yield before.get(there, there), (there, here)
        if here in before and here not in entered:
            entered.add(here)
            yield before[here], (here, None)

    def _row(self, node: int) -> Iterator[int]:
        for begin in range(int(self.offsets[node]), int(self.offsets[node + 1]), PIECE):
            yield from self.ends[begin : min(begin + PIECE, int(self.offsets[node + 1]))].tolist()


def _apply(turns: list[Turn], before: dict[int, int]) -> None:
    for node, new in turns:
        if new is None:
            del before[node]
        else:
            before[node] = new
