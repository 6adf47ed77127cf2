"""Raw rows become elements: rows of one cluster are read in the order of DESIGN 4, "which value wins".

Who is one with whom is not decided here: `same` comes from identity, or from the raw ids themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.anchors import without_anchors
from graphkit.graph.collapse import collapse
from graphkit.graph.editions import founded, standing
from graphkit.graph.order import Indices, SourceOrder, ascending, by_id
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.graph.verdicts import reviewed
from graphkit.schema import EdgeType, NodeType


def assemble(raw: Graph, same: Mapping[str, str] | None = None) -> Graph:
    """Return the assembled graph of raw rows; `same` maps raw ids to the representative of their cluster.

    The result does not depend on the order of rows. Raises DataError for an edge without its end.
    """
    kept, raw = raw, reviewed(raw)
    order = SourceOrder(raw.sources, raw.evidence)
    renamed: dict[str, str] = {}
    nodes = {}
    for name, stated in raw.node_tables.items():
        table = founded(stated, raw.sources)
        rows, moved = _assembled_nodes(raw.schema.nodes[name], table, same or {}, order)
        renamed |= moved
        if len(rows):
            nodes[name] = rows
    final = _Renaming(renamed)
    edges = {}
    moved_edges: dict[str, str] = {}
    for name, stated in raw.edge_tables.items():
        table = founded(stated, raw.sources)
        pointed = _point(raw.schema.edges[name], table, final)
        ends = [_end_codes(name, pointed, end, nodes) for end in ("src", "dst")]
        edges[name], moved = _assembled_edges(raw.schema.edges[name], pointed, ends, order)
        moved_edges |= moved
    both = _Renaming(renamed | moved_edges)
    return replace(
        raw,
        node_tables=dict(sorted(nodes.items())),
        edge_tables=dict(sorted(edges.items())),
        evidence=_sorted(_distinct(both.on(without_anchors(raw.evidence), "element_id"))),
        statistics=_sorted(_distinct(final.on(raw.statistics, "subject"))),
        is_raw=False,
        read_raw=lambda: kept,
    )


def union(left: Graph, right: Graph) -> Graph:
    """Return the union of two graphs by their raw rows; sources that both hold are taken from the right one."""
    raw_left, raw_right = raw_rows(left), raw_rows(right)
    joined = join_raw(without_sources(raw_left, raw_right.sources["id"].to_pylist()), raw_right)
    if left.is_raw and right.is_raw:
        return joined
    return assemble(joined, _clusters_of(left, right))


def raw_rows(graph: Graph) -> Graph:
    """Return the raw rows of a graph, or raise DataError if it was cut from its record."""
    raw = graph.raw
    if raw is None:
        message = "this graph has no raw rows beside it"
        raise DataError(message, code="no-raw-rows", hint="Read it from its store or dataset, with its record.")
    return raw


def join_raw(first: Graph, *others: Graph) -> Graph:
    """Put the rows of raw graphs under one another; tables sorted, so that order of loading leaves no trace."""
    graphs = (first, *others)

    def joined(parts: list[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
        names = sorted({name for part in parts for name in part})
        return {name: sorted_raw(pa.concat_tables([part[name] for part in parts if name in part])) for name in names}

    def stacked(name: str) -> pa.Table:
        tables = [getattr(graph, name) for graph in graphs]
        return _sorted(_distinct(pa.concat_tables(tables)))

    return replace(
        first,
        node_tables=joined([graph.node_tables for graph in graphs]),
        edge_tables=joined([graph.edge_tables for graph in graphs]),
        **{name: stacked(name) for name in ("sources", "evidence", "statistics", "decisions")},
    )


def without_sources(raw: Graph, sources: list[str]) -> Graph:
    """Leave out every raw row of the named sources."""
    gone = pa.array(sources, TEXT)

    def kept(table: pa.Table, column: str = "source_id") -> pa.Table:
        return table.filter(pc.invert(pc.is_in(table[column], gone)))

    def filled(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        return {name: rest for name, table in tables.items() if len(rest := kept(table))}

    return replace(
        raw,
        node_tables=filled(raw.node_tables),
        edge_tables=filled(raw.edge_tables),
        sources=kept(raw.sources, "id"),
        evidence=kept(raw.evidence),
        statistics=kept(raw.statistics),
    )


def without(graph: Graph, sources: list[str]) -> Graph:
    """Return an assembled graph as if some sources had never been loaded; what else is one stays one."""
    return assemble(without_sources(raw_rows(graph), sources), _clusters_of(graph))


def grouped_as(graph: Graph, other: Graph) -> Graph:
    """Return an assembled graph as it would be if its raw rows were one with whom they are one in another.

    Raw ids that the other does not hold stay with those that they were one with.
    """
    same, clusters = _clusters_of(other), list(_several(graph))
    lists = [whole(table["raw_ids"]) for table in other.node_tables.values()]
    known = pa.chunked_array([pc.list_flatten(part) for part in lists], TEXT)
    members = pa.array([member for cluster in clusters for member in cluster], TEXT)
    held = set(members.filter(pc.is_in(members, value_set=known)).to_pylist())
    for cluster in clusters:
        first = next((member for member in cluster if member in held), cluster[0])
        same |= {member: same.get(first, first) for member in cluster if member not in held}
    return assemble(raw_rows(graph), same)


def sorted_raw(table: pa.Table) -> pa.Table:
    """Sort raw rows by id, source and place, and those of one place by what they say; a repeated row stands once."""
    if ascending(table["id"]):
        return table
    found = by_id(table)
    if found is not None:
        return found
    return _settled(table.sort_by([("id", "ascending"), ("source_id", "ascending"), ("place", "ascending")]))


def _settled(table: pa.Table) -> pa.Table:
    """Give rows of one id, source and place, which stand together, an order that depends on nothing but them."""
    if len(table) < 2:
        return table
    same = np.ones(len(table) - 1, np.bool_)
    for name in ("id", "source_id", "place"):
        column = pc.fill_null(table[name], "").combine_chunks()
        same &= pc.equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    if not same.any():
        return table
    begins = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.concatenate([begins[1:], [len(table)]])
    order: list[Indices] = []
    done = 0
    for start, end in zip(*(edges[ends - begins > 1] for edges in (begins, ends)), strict=True):
        said = {repr(row): number for number, row in enumerate(table.slice(start, end - start).to_pylist(), start)}
        order += [np.arange(done, start), np.array([said[text] for text in sorted(said)])]
        done = end
    return table.take(np.concatenate([*order, np.arange(done, len(table))]))


def precedence(table: pa.Table, sources: pa.Table) -> Indices:
    """Return the row numbers of raw rows, the winning statement first (DESIGN 4, "which value wins")."""
    return SourceOrder(sources).precedence(table)


class _Renaming:
    """Raw ids that became part of an element with another id."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.old = pa.array(list(moved), TEXT)
        self.new = pa.array(list(moved.values()), TEXT)

    def on(self, table: pa.Table, column: str) -> pa.Table:
        if not len(self.old) or not len(table):
            return table
        index = pc.index_in(table[column], value_set=self.old)
        renamed = pc.coalesce(self.new.take(index.combine_chunks()), whole(table[column]))
        return table.set_column(table.column_names.index(column), column, renamed)


def _assembled_nodes(
    owner: NodeType, table: pa.Table, same: Mapping[str, str], order: SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    cluster = _Renaming({k: v for k, v in same.items() if k.startswith(owner.prefix)}).on(table, "id")["id"]
    standing = _standing(table, cluster, order)
    if standing is not None:
        table, cluster = table.filter(standing), cluster.filter(standing)
    return _collapsed(owner, table, _codes(cluster), order)


def _collapsed(
    owner: NodeType | EdgeType, table: pa.Table, groups: Indices, order: SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    stands = standing(table, groups, order.sources)
    if stands is not None:
        table, groups = table.filter(pa.array(stands)), groups[stands]
    return collapse(owner, table, groups, order)


def _standing(table: pa.Table, cluster: pa.ChunkedArray, order: SourceOrder) -> pa.Array | None:
    """Tell which rows stand: a correction by hand (it has no key) says nothing of what no other source states."""
    if not order.corrections.any() or not table["key"].null_count:
        return None
    by_hand = order.by_hand(table)
    stated = cluster.filter(pa.array(~by_hand))
    return pc.or_(pa.array(~by_hand), pc.is_in(cluster, value_set=stated.combine_chunks()).combine_chunks())


def _assembled_edges(
    owner: EdgeType, table: pa.Table, ends: list[Indices], order: SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    """Edges of one type between the same nodes are one, unless the type's key differs; an own key is an identity."""
    codes = ends[0]
    for more in (ends[1], *(_codes(table[column]) for column in owner.key)):
        codes = codes * (int(more.max(initial=0)) + 1) + more
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    ids = np.arange(len(table)) if ascending(table["id"]) else _codes(table["id"])
    if table["key"].null_count < len(table):
        keyed = pc.is_valid(table["key"]).to_numpy()
        codes = np.where(keyed, int(codes.max(initial=0)) + 1 + ids, codes)
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return _collapsed(owner, table, _with_own_id(codes, ids), order)


def _with_own_id(codes: Indices, ids: Indices) -> Indices:
    """Keep rows of one raw id together, even if a correction changed what their group was told apart by."""
    first = np.full(int(ids.max(initial=-1)) + 1, -1, np.int64)
    first[ids] = codes
    if (first[ids] == codes).all():
        return codes
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = int(codes.max()) + 1 + len(first)
    links = coo_array((np.ones(len(codes), np.int8), (codes, ids + int(codes.max()) + 1)), shape=(size, size))
    together: Indices = connected_components(links, directed=False)[1].astype(np.int64)
    return np.unique(together[codes], return_inverse=True)[1].astype(np.int64)


def _codes(values: pa.ChunkedArray) -> Indices:
    """Number the distinct values of a column; nulls count as one value."""
    encoded = pc.dictionary_encode(whole(values), null_encoding="encode")
    codes: Indices = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _point(owner: EdgeType, table: pa.Table, renaming: _Renaming) -> pa.Table:
    """Let the ends and the references of edges point at elements instead of raw rows."""
    references = [p.name for p in owner.properties.values() if p.type == "ref"]
    for column in ("src", "dst", *references):
        table = renaming.on(table, column)
    if owner.directed:
        return table
    # An undirected edge is stored once: from the smaller id to the larger.
    swap = pc.greater(table["src"], table["dst"])
    return _replaced(table, swap, {"src": "dst", "dst": "src", "src_type": "dst_type", "dst_type": "src_type"})


def _replaced(table: pa.Table, where: Any, swaps: Mapping[str, str]) -> pa.Table:
    new = {name: pc.if_else(where, table[other], table[name]) for name, other in swaps.items()}
    for name, column in new.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _end_codes(name: str, edges: pa.Table, end: str, nodes: Mapping[str, pa.Table]) -> Indices:
    """Number the nodes at one end of the edges; raise DataError if one is not there."""
    found = np.full(len(edges), -1, np.int64)
    ids, types, below = whole(edges[end]), edges[f"{end}_type"], 0
    for end_type in sorted(pc.unique(types).to_pylist()):
        of_type = pc.equal(types, end_type).to_numpy()
        known = whole(nodes[end_type]["id"]) if end_type in nodes else pa.array([], TEXT)
        here = ids if of_type.all() else ids.filter(pa.array(of_type))
        index = pc.fill_null(pc.index_in(here, value_set=known), -1).to_numpy()
        found[of_type] = np.where(index < 0, -1, index + below)
        below += len(known)
    missing = np.flatnonzero(found < 0)
    if len(missing):
        raise _dangling(name, end, edges.slice(int(missing[0]), 1).to_pylist()[0], len(missing))
    return found


def _dangling(name: str, end: str, row: dict[str, Any], count: int) -> DataError:
    message = f"{count} {name} edge(s) have no {row[f'{end}_type']} at their {end}; the first is at {row['place']}"
    hint = "Add the node, or correct the key of the edge."
    return DataError(
        message, code="dangling-edge", hint=hint, source=row["source_id"], place=row["place"], value=row[end]
    )


def _clusters_of(*graphs: Graph) -> dict[str, str]:
    """Read from assembled graphs which raw ids are one; clusters that overlap are one cluster."""
    parent: dict[str, str] = {}

    def root(raw_id: str) -> str:
        while (up := parent.setdefault(raw_id, raw_id)) != raw_id:
            raw_id = up
        return raw_id

    for graph in graphs:
        for members in _several(graph) if not graph.is_raw else ():
            for member in members[1:]:
                parent[max(root(member), root(members[0]))] = min(root(member), root(members[0]))
    return {raw_id: root(raw_id) for raw_id in parent}


def _several(graph: Graph) -> Iterator[list[str]]:
    """Return the raw ids of each node that has more than one."""
    for table in graph.node_tables.values():
        yield from table.filter(pc.greater(pc.list_value_length(table["raw_ids"]), 1))["raw_ids"].to_pylist()


def _distinct(table: pa.Table) -> pa.Table:
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in table.column_names])


Resolver = Callable[[Graph], Graph]
