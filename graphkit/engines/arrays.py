"""A graph as integer arrays (CSR) of what a path may pass, built once for a graph, its rules and a date.

Nodes are numbered in the order of their ids. A *step* joins two nodes however many edges lie between them, so that
parallel edges never multiply paths; which edges they are, and the best of their confidences, is kept beside it.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.schema import Schema

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
InForce = Callable[[pa.Table], Flags]

Whole = TypeVar("Whole", bound=np.integer[Any])

# So few nodes are looked up one by one.
FEW = 20


def distinct(numbers: npt.NDArray[Whole]) -> npt.NDArray[Whole]:
    """Return each number once, sorted: by sorting, for the hash table of `np.unique` costs many times as much."""
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def distinct_pairs(left: Places, right: Places, size: int) -> tuple[Places, Places]:
    """Return each pair of numbers once, sorted; `size` is above every number on the right."""
    first, second = np.divmod(distinct(left * max(size, 1) + right), max(size, 1))
    return first, second


@dataclass(frozen=True, slots=True)
class Passable:
    """What a path may pass: types inside it, types only at its ends, edges never crossed or only as the last hop.

    An edge is (type, None), or (type, target type) for that edge towards that type only.
    """

    interior: frozenset[str]
    ends_only: frozenset[str]
    never: frozenset[tuple[str, str | None]]
    last_hop: frozenset[tuple[str, str | None]]

    @property
    def ends(self) -> frozenset[str]:
        """Types that a path may start or end with."""
        return self.interior | self.ends_only

    def end_type(self, schema: Schema, name: str) -> str:
        """Return the node type behind a name or caption; raise if there is none, or if no path may end with it.

        SchemaError names the nearest types, QueryError (`no-end`) those that a path may end with.
        """
        kind = schema.node(schema.named("node", name) or name).name
        if kind not in self.ends:
            message = f"the rules let no path start or end with a {kind}"
            raise QueryError(message, code="no-end", hint=f"It may with: {', '.join(sorted(self.ends))}.", name=kind)
        return kind


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Steps as rows (CSR): those of node i are `offsets[i]` to `offsets[i + 1]`, each to `ends`, in order.

    Step s stands for the edges `edges[first[s]:first[s + 1]]`; `confidence` is that of the best of them.
    """

    offsets: Places
    ends: Numbers
    confidence: Weights
    first: Places
    edges: Numbers

    def of(self, nodes: Places) -> tuple[Places, Places]:
        """Return for all steps of some nodes the node and the step."""
        starts = self.offsets[nodes]
        many = self.offsets[nodes + 1] - starts
        before = np.cumsum(many) - many
        return np.repeat(nodes, many), np.repeat(starts - before, many) + np.arange(many.sum())

    def row(self, node: int) -> Places:
        """Return where the steps of one node lead."""
        return self.ends[self.offsets[node] : self.offsets[node + 1]].astype(np.int64)

    def count(self, nodes: Places) -> int:
        """Count the steps of some nodes."""
        return int((self.offsets[nodes + 1] - self.offsets[nodes]).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Every edge that may be crossed: type, row in the table of that type, number of its source, confidence."""

    kinds: tuple[str, ...]
    kind: npt.NDArray[np.uint8]
    row: Numbers
    src: Numbers
    confidence: Weights


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The nodes that may be ends of paths, and the steps between them.

    `steps` may be any hop and run both ways. `opening` may only be the last hop, and `closing` is the same read from
    the end. Node i has the id `ids[i]` and is row `row[i]` of the table of its type; `inner` = may be passed.
    """

    ids: pa.Array
    kinds: tuple[str, ...]
    kind: npt.NDArray[np.uint8]
    row: Numbers
    group: Flags
    inner: Flags
    edges: Edges
    steps: Steps
    opening: Steps
    closing: Steps

    def __len__(self) -> int:
        return len(self.ids)

    def numbers(self, ids: pa.Array | pa.ChunkedArray) -> Places:
        """Return the numbers of nodes by their ids, -1 for what is not in the network."""
        if len(ids) <= FEW:
            return np.array([self._number(id_) for id_ in ids.to_pylist()], np.int64)
        found = pc.fill_null(pc.index_in(ids, value_set=self.ids), -1)
        return np.asarray(found).astype(np.int64)

    def _number(self, id_: str | None) -> int:
        """Look up one node: ids are sorted, so that no table of them all has to be made."""
        place = len(self) if id_ is None else bisect_left(range(len(self)), id_, key=lambda n: self.ids[n].as_py())
        return place if place < len(self) and self.ids[place].as_py() == id_ else -1

    def of_type(self, name: str) -> Places:
        """Return the numbers of all nodes of a type."""
        if name not in self.kinds:
            return np.zeros(0, np.int64)
        return np.flatnonzero(self.kind == self.kinds.index(name))


# A graph never changes, so that its arrays hold as long as it lives, and go with it. They stand beside it, for a frozen
# value takes nothing on later.
_BUILT: WeakKeyDictionary[Graph, dict[tuple[Passable, str | None], Network]] = WeakKeyDictionary()
# Questions about many dates in turn, as a trend asks them, would else keep the arrays of each.
MOST_KEPT = 4


def network(graph: Graph, passable: Passable, *, as_of: str | None, in_force: InForce) -> Network:
    """Return the arrays of a graph, built at the first call for these rules and this date and then kept with it.

    All questions share them. `in_force` tells for each row of a table whether it counts at the date. The four arrays
    asked for last are kept.
    """
    built = _BUILT.setdefault(graph, {})
    key = (passable, as_of)
    found = built.pop(key) if key in built else _build(graph, passable, in_force)
    built[key] = found
    if len(built) > MOST_KEPT:
        del built[next(iter(built))]
    return found


def _build(graph: Graph, passable: Passable, in_force: InForce) -> Network:
    kinds = tuple(name for name in graph.node_tables if name in passable.ends)
    ids, kind, row, group = _nodes(graph, kinds, in_force)
    edges, dst, last = _edges(graph, passable, in_force, ids)
    any_hop, late = (np.flatnonzero(flags).astype(np.int32) for flags in (~last, last))
    src, best, count = edges.src, edges.confidence, len(ids)
    ends = [end[any_hop] for end in (src, dst)]
    return Network(
        ids=ids,
        kinds=kinds,
        kind=kind,
        row=row,
        group=group,
        inner=np.isin(kind, [n for n, name in enumerate(kinds) if name in passable.interior]) & ~group,
        edges=edges,
        steps=_steps((np.concatenate(ends), np.concatenate(ends[::-1])), np.tile(any_hop, 2), best, count),
        opening=_steps((src[late], dst[late]), late, best, count),
        closing=_steps((dst[late], src[late]), late, best, count),
    )


def _nodes(
    graph: Graph, kinds: tuple[str, ...], in_force: InForce
) -> tuple[pa.Array, npt.NDArray[np.uint8], Numbers, Flags]:
    tables = [graph.node_tables[name] for name in kinds]
    rows = [np.flatnonzero(in_force(table)).astype(np.int32) for table in tables]
    taken = [table.select(["id", "group"]).take(pa.array(kept)) for table, kept in zip(tables, rows, strict=True)]
    ids = pa.concat_arrays([pa.array([], TEXT), *(whole(part["id"]) for part in taken)])
    group = [pc.fill_null(part["group"], False).to_numpy() for part in taken]
    kind = np.repeat(np.arange(len(kinds), dtype=np.uint8), [len(kept) for kept in rows])
    row = np.concatenate([np.zeros(0, np.int32), *rows])
    order = np.asarray(pc.sort_indices(ids)).astype(np.int64)
    return ids.take(pa.array(order)), kind[order], row[order], np.concatenate([np.zeros(0, np.bool_), *group])[order]


def _edges(graph: Graph, passable: Passable, in_force: InForce, ids: pa.Array) -> tuple[Edges, Numbers, Flags]:
    kinds, rows, last = tuple(graph.edge_tables), [], []
    for name, table in graph.edge_tables.items():
        kept = np.flatnonzero(in_force(table) & ~listed(name, table, passable.never)).astype(np.int32)
        rows.append(kept)
        last.append(listed(name, table, passable.last_hop)[kept])
    taken = [
        table.select(["src", "dst", "confidence"]).take(pa.array(kept))
        for table, kept in zip(graph.edge_tables.values(), rows, strict=True)
    ]
    chunks = [chunk for end in ("src", "dst") for part in taken for chunk in part[end].chunks]
    # One look-up for all ends: the hash table over the ids is what costs.
    found = pc.fill_null(pc.index_in(pa.chunked_array(chunks, TEXT), value_set=ids), -1)
    src, dst = np.split(np.asarray(found).astype(np.int32), 2)
    keep = np.flatnonzero((src >= 0) & (dst >= 0) & (src != dst))
    sure = [pc.fill_null(part["confidence"], 1.0).to_numpy() for part in taken]
    kind = np.repeat(np.arange(len(kinds), dtype=np.uint8), [len(kept) for kept in rows])
    row, confidence = np.concatenate([np.zeros(0, np.int32), *rows]), np.concatenate([np.zeros(0), *sure])
    edges = Edges(kinds, kind[keep], row[keep], src[keep], confidence[keep])
    return edges, dst[keep], np.concatenate([np.zeros(0, np.bool_), *last])[keep]


def listed(name: str, table: pa.Table, listed: frozenset[tuple[str, str | None]]) -> Flags:
    """Tell which edges of a type stand on a list: all of them, or those towards a listed type."""
    if (name, None) in listed:
        return np.ones(len(table), np.bool_)
    targets = pa.array([target for kind, target in listed if kind == name and target], TEXT)
    return np.asarray(pc.is_in(table["dst_type"], value_set=targets), dtype=np.bool_)


def _steps(ends: tuple[Numbers, Numbers], edges: Numbers, confidence: Weights, count: int) -> Steps:
    from scipy.sparse import coo_array

    matrix = coo_array((edges, (ends[1], ends[0])), shape=(count, count))
    # Said to be canonical, so that parallel edges are not summed; by columns of rows = sorted in linear time.
    matrix.has_canonical_format = True
    columns = matrix.tocsr().tocsc()
    offsets, far, edges = columns.indptr.astype(np.int64), columns.indices, columns.data.astype(np.int32)
    new = np.ones(len(far), np.bool_)
    new[1:] = far[1:] != far[:-1]
    new[offsets[:-1][np.diff(offsets) > 0]] = True
    first = np.flatnonzero(new)
    best = np.maximum.reduceat(confidence[edges], first) if len(first) else np.zeros(0)
    before = np.concatenate([[0], np.cumsum(new)])
    return Steps(before[offsets], far[first].astype(np.int32), best, np.append(first, len(far)), edges)
