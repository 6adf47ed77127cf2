"""What units still reach without one node: who reaches what as bits, searched again only where a node is missed.

All resources are searched at once, 64 in a word: a node reaches in k hops what neighbours reach in k - 1, those that
may be passed. Without a node only who is next to it, or next to somebody who has lost something, is looked at again.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphkit.engines.arrays import Flags, Network, Places, distinct
from graphkit.engines.betweenness import Pairs
from graphkit.errors import QueryError

Words = npt.NDArray[np.uint64]

# All words of all hops are held at once.
MOST_BYTES = 1_500_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """What units lose with a node: `lost` resources other than the node, and `left` that they still reach.

    Only units that lose something, or had nothing else than the node, are listed.
    """

    units: Places
    lost: Places
    left: Places


class Removal:
    """Who reaches what within some hops, with any one node gone; `counts` = resources by unit, `total` of them all."""

    __slots__ = ("bit", "counts", "first", "network", "pairs", "passed", "total", "wanted", "whole")

    def __init__(self, network: Network, pairs: Pairs) -> None:
        self.network, self.pairs = network, pairs
        words, count = -(-len(pairs.resources) // 64), len(network)
        if words * count * 8 * (pairs.max_hops + 1) > MOST_BYTES:
            message = f"{len(pairs.resources):,} resources within {pairs.max_hops} hops are too many to do without each"
            hint = "Ask for fewer hops or a rarer type of resource."
            raise QueryError(message, code="too-many-resources", hint=hint)
        self.bit = {int(node): place for place, node in enumerate(pairs.resources)}
        self.wanted: Flags = np.zeros(count, np.bool_)
        self.wanted[pairs.units] = True
        self.first = self._first(words)
        # `passed[k]`: what is reached in k hops by those who may be passed on the way, nothing by others.
        self.passed: list[Words] = [np.zeros((0, 0), np.uint64)]
        within = self.first
        for _ in range(1, pairs.max_hops):
            behind = np.where(network.inner, within, np.uint64(0))
            self.passed.append(behind)
            within = np.stack([first | self._joined(word) for first, word in zip(self.first, behind, strict=True)])
        self.whole = within.copy() if within is self.first else within
        for node, place in self.bit.items():
            self.whole[place // 64, node] &= ~_one(place)
        self.counts = np.where(self.wanted, np.bitwise_count(self.whole).sum(axis=0, dtype=np.int64), 0)
        self.total = int(self.counts.sum())

    def _first(self, words: int) -> Words:
        found: Words = np.zeros((words, len(self.network)), np.uint64)
        for steps in (self.network.steps, self.network.closing):
            owner, step = steps.of(self.pairs.resources)
            place = np.array([self.bit[node] for node in owner.tolist()], np.int64)
            np.bitwise_or.at(found, (place // 64, steps.ends[step]), np.uint64(1) << (place % 64).astype(np.uint64))
        return found

    def _joined(self, word: Words) -> Words:
        """Return for every node what all of its neighbours have together."""
        steps, found = self.network.steps, np.zeros_like(word)
        some = np.flatnonzero(np.diff(steps.offsets))
        if len(some):
            found[some] = np.bitwise_or.reduceat(word[steps.ends], steps.offsets[some])
        return found

    def pairs_without(self, node: int) -> int:
        """Count the pairs that do not end in a node."""
        reached = 0
        if node in self.bit:
            place = self.bit[node]
            reached = int(np.count_nonzero(self.whole[place // 64, self.pairs.units] & _one(place)))
        return self.total - int(self.counts[node]) - reached

    def without(self, node: int) -> Loss:
        """Return what the units lose if a node is gone."""
        units, bits = self._searched(node)
        lost = np.bitwise_count(bits).sum(axis=0, dtype=np.int64)
        some = np.flatnonzero(lost)
        units, lost = units[some], lost[some]
        left = self.counts[units] - lost
        if node in self.bit:
            word, one = self.bit[node] // 64, _one(self.bit[node])
            left = left - ((self.whole[word, units] & one) > 0)
            only = self.wanted & (self.counts == 1) & ((self.whole[word] & one) > 0)
            alone = np.flatnonzero(only)
            alone = alone[alone != node]
            nothing = np.zeros(len(alone), np.int64)
            units, lost, left = (np.concatenate(pair) for pair in ((units, alone), (lost, nothing), (left, nothing)))
        return Loss(units, lost, left)

    def _searched(self, node: int) -> tuple[Places, Words]:
        """Return units next to what is missed, and the bits of the resources that each no longer reaches."""
        network, hops = self.network, self.pairs.max_hops
        kept, changed = list[tuple[Words, Places, Words]](), np.zeros(0, np.int64)
        near, bits = changed, np.zeros((len(self.first), 0), np.uint64)
        for hop in range(2, hops + 1):
            behind = self.passed[hop - 1]
            missed = np.append(changed, node) if behind[:, node].any() else changed
            kept.append((behind, np.array([node]), behind[:, [node]]))
            behind[:, node] = 0
            near = distinct(network.steps.ends[network.steps.of(missed)[1]]).astype(np.int64)
            last = hop == hops
            near = near[(self.wanted if last else network.inner)[near] & (near != node)]
            known = (self.whole if last else self.passed[hop])[:, near]
            found = self._again(near, behind)
            bits = known & ~found
            differs = np.flatnonzero(bits.any(axis=0))
            changed = near[differs]
            if not last and len(changed):
                kept.append((self.passed[hop], changed, known[:, differs]))
                self.passed[hop][:, changed] = found[:, differs]
        for words, nodes, before in reversed(kept):
            words[:, nodes] = before
        # The node itself is never among them: no way to it leads over it.
        return near, bits

    def _again(self, nodes: Places, behind: Words) -> Words:
        """Return what nodes reach over their neighbours; every one of them has some."""
        if not len(nodes):
            return np.zeros((len(behind), 0), np.uint64)
        steps = self.network.steps
        step = steps.of(nodes)[1]
        many = steps.offsets[nodes + 1] - steps.offsets[nodes]
        ends, heads = steps.ends[step], np.cumsum(many) - many
        words = zip(behind, self.first, strict=True)
        return np.stack([np.bitwise_or.reduceat(word[ends], heads) | first[nodes] for word, first in words])


def _one(place: int) -> np.uint64:
    return np.uint64(1) << np.uint64(place % 64)
