"""Which nodes of two records are the same: those that share a raw id, for an id may have moved."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.units import Flags, Rows, matches
from graphkit.graph.tables import TEXT, TEXTS, Graph, whole


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every node of two records, once: its ids in both, null where a record does not hold it.

    `regrouped`: it was split or merged, so that several nodes of one record share raw ids with it.
    """

    before: pa.Array
    after: pa.Array
    regrouped: Flags

    def after_of(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Return the later ids of earlier ones; null for those that are gone."""
        return self.after.take(_places(ids, self.before))


def paired(before: Graph, after: Graph, types: Iterable[str]) -> Pairs:
    """Pair the nodes of some types in two records by their raw ids.

    Of nodes that were split or merged the one that kept the id goes on, else the one with most raw ids in common; the
    others are in one record only.
    """
    names = sorted(set(types))
    (ids, owner, raw), (later, later_owner, later_raw) = (_members(graph, names) for graph in (before, after))
    rows, others = matches(raw, later_raw)
    width = max(len(later), 1)
    pairs, shared = np.unique(owner[rows] * width + later_owner[others], return_counts=True)
    left, right = np.divmod(pairs, width)
    partners, later_partners = np.bincount(left, minlength=len(ids)), np.bincount(right, minlength=len(later))
    several = (partners[left] > 1) | (later_partners[right] > 1)
    kept = pc.equal(ids.take(pa.array(left)), later.take(pa.array(right))).to_numpy(zero_copy_only=False)
    chosen = ~several
    chosen[_one_each(left, right, np.lexsort((right, left, -shared, ~kept)), several)] = True
    gone = np.setdiff1d(np.arange(len(ids)), left[chosen])
    new = np.setdiff1d(np.arange(len(later)), right[chosen])
    return Pairs(
        pa.concat_arrays([ids.take(pa.array(left[chosen])), ids.take(pa.array(gone)), pa.nulls(len(new), TEXT)]),
        pa.concat_arrays([later.take(pa.array(right[chosen])), pa.nulls(len(gone), TEXT), later.take(pa.array(new))]),
        np.concatenate([several[chosen], partners[gone] > 0, later_partners[new] > 0]),
    )


def _members(graph: Graph, names: list[str]) -> tuple[pa.Array, Rows, pa.Array]:
    """Return the ids of nodes, and all raw ids with the number of the node that each belongs to."""
    tables = [graph.table(name).select(["id", "raw_ids"]) for name in names]
    empty = pa.table({"id": pa.array([], TEXT), "raw_ids": pa.array([], TEXTS)})
    nodes = pa.concat_tables([empty, *tables]).combine_chunks()
    lists = whole(nodes["raw_ids"])
    return whole(nodes["id"]), pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)


def _one_each(left: Rows, right: Rows, order: Rows, several: Flags) -> list[int]:
    """Choose pairs in an order so that each node is in one at most; only nodes with several partners are looked at."""
    taken: set[int] = set()
    later_taken: set[int] = set()
    chosen = []
    for row in order[several[order]].tolist():
        if left[row] not in taken and right[row] not in later_taken:
            taken.add(left[row])
            later_taken.add(right[row])
            chosen.append(row)
    return chosen


def _places(ids: pa.Array | pa.ChunkedArray, known: pa.Array) -> pa.Array:
    index = pc.index_in(ids, value_set=known.drop_null())
    rows = np.flatnonzero(known.is_valid().to_numpy(zero_copy_only=False))
    index = index.combine_chunks() if isinstance(index, pa.ChunkedArray) else index
    return pa.array(rows).take(index)
