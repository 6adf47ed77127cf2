"""Raw rows become elements: rows of one cluster are read in the order of DESIGN 4, "which value wins".

Who is one with whom is not decided here: `same` comes from identity, or from the raw ids themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.tables import TEXT, TEXTS, Graph, columns, conform
from graphkit.graph.time import last_days
from graphkit.schema import EdgeType, NodeType, quantities

Indices = npt.NDArray[np.int64]


def assemble(raw: Graph, same: Mapping[str, str] | None = None) -> Graph:
    """Return the assembled graph of raw rows; `same` maps raw ids to the representative of their cluster.

    The result does not depend on the order of rows. Raises DataError for an edge without its end.
    """
    order = _SourceOrder(raw.sources)
    renamed: dict[str, str] = {}
    nodes = {}
    for name, table in raw.node_tables.items():
        nodes[name], moved = _assembled_nodes(raw.schema.nodes[name], table, same or {}, order)
        renamed |= moved
    final = _Renaming(renamed)
    edges = {}
    moved_edges: dict[str, str] = {}
    for name, table in raw.edge_tables.items():
        pointed = _point(raw.schema.edges[name], table, final)
        _check_ends(name, pointed, nodes)
        edges[name], moved = _assembled_edges(raw.schema.edges[name], pointed, order)
        moved_edges |= moved
    both = _Renaming(renamed | moved_edges)
    return replace(
        raw,
        node_tables=dict(sorted(nodes.items())),
        edge_tables=dict(sorted(edges.items())),
        evidence=_sorted(both.on(raw.evidence, "element_id")),
        statistics=_sorted(final.on(raw.statistics, "subject")),
        is_raw=False,
        read_raw=lambda: raw,
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


def join_raw(left: Graph, right: Graph) -> Graph:
    """Put the rows of two raw graphs under one another; tables sorted, so that order of loading leaves no trace."""

    def joined(a: Mapping[str, pa.Table], b: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        return {
            name: sorted_raw(pa.concat_tables([t[name] for t in (a, b) if name in t])) for name in sorted({*a, *b})
        }

    return replace(
        left,
        node_tables=joined(left.node_tables, right.node_tables),
        edge_tables=joined(left.edge_tables, right.edge_tables),
        sources=_sorted(_distinct(pa.concat_tables([left.sources, right.sources]))),
        evidence=_sorted(pa.concat_tables([left.evidence, right.evidence])),
        statistics=_sorted(pa.concat_tables([left.statistics, right.statistics])),
        decisions=_sorted(_distinct(pa.concat_tables([left.decisions, right.decisions]))),
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


def sorted_raw(table: pa.Table) -> pa.Table:
    """Sort raw rows by id, source and place."""
    return table.sort_by([("id", "ascending"), ("source_id", "ascending"), ("place", "ascending")])


def precedence(table: pa.Table, sources: pa.Table) -> Indices:
    """Return the row numbers of raw rows, the winning statement first (DESIGN 4, "which value wins")."""
    return _SourceOrder(sources).precedence(table)


class _SourceOrder:
    """Ranks of sources: which one wins (newest first), and which one was first."""

    def __init__(self, sources: pa.Table) -> None:
        rows = [(s["id"], s["kind"], day) for s, day in zip(sources.to_pylist(), _days(sources), strict=True)]
        self.ids = pa.array([r[0] for r in rows], TEXT)
        # A correction beats every sheet; newer beats older, undated last; ties: the smaller id.
        by_win = sorted(rows, key=lambda r: (r[1] != "correction", r[2] is None, _descending(r[2]), r[0]))
        by_age = sorted(rows, key=lambda r: (r[2] is None, r[2] or "", r[0]))
        self.win = _ranks(rows, by_win)
        # Equal dates are equal ages: the tie is broken by the smaller raw id, not by the source.
        dates = sorted({r[2] for r in by_age if r[2] is not None})
        self.age = np.array([dates.index(r[2]) if r[2] is not None else len(dates) for r in rows], np.int64)
        self.date = _ranks_of_dates(rows)

    def codes(self, table: pa.Table) -> Indices:
        codes: Indices = pc.index_in(table["source_id"], value_set=self.ids).to_numpy().astype(np.int64)
        return codes

    def precedence(self, table: pa.Table) -> Indices:
        """Row numbers, winner first: correction, newer, surer, later place, smaller source id, then id."""
        codes = self.codes(table)
        confidence = pc.fill_null(table["confidence"], 1.0).to_numpy()
        keys = (
            _text_ranks(table["id"]),
            self.win[codes],
            -_natural_ranks(table["place"]),
            -confidence,
            self.date[codes],
        )
        return np.lexsort(keys).astype(np.int64)


def _days(sources: pa.Table) -> list[str | None]:
    return list(last_days(sources["date"]).to_pylist())


def _descending(day: str | None) -> tuple[int, ...]:
    return tuple(-int(part) for part in (day or "0").split("-"))


def _ranks(rows: list[tuple[Any, ...]], ordered: list[tuple[Any, ...]]) -> Indices:
    place = {row[0]: rank for rank, row in enumerate(ordered)}
    return np.array([place[row[0]] for row in rows], np.int64)


def _ranks_of_dates(rows: list[tuple[Any, ...]]) -> Indices:
    """Rank sources by kind and date alone, so that confidence and place decide between equals."""
    keys = [(r[1] != "correction", r[2] is None, _descending(r[2])) for r in rows]
    ordered = sorted(set(keys))
    return np.array([ordered.index(key) for key in keys], np.int64)


def _text_ranks(texts: pa.ChunkedArray) -> Indices:
    ranks: Indices = pc.rank(texts, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def _natural_ranks(places: pa.ChunkedArray) -> Indices:
    """Rank places so that row 12 comes after row 9: runs of digits are padded before comparing."""
    padded = pc.replace_substring_regex(pc.fill_null(places, ""), r"(\d+)", r"000000000000\1")
    return _text_ranks(pc.replace_substring_regex(padded, r"0*(\d{12})", r"\1"))


class _Renaming:
    """Raw ids that became part of an element with another id."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self.old = pa.array(list(moved), TEXT)
        self.new = pa.array(list(moved.values()), TEXT)

    def on(self, table: pa.Table, column: str) -> pa.Table:
        if not len(self.old) or not len(table):
            return table
        index = pc.index_in(table[column], value_set=self.old)
        renamed = pc.coalesce(self.new.take(index.combine_chunks()), table[column].combine_chunks())
        return table.set_column(table.column_names.index(column), column, renamed)


def _assembled_nodes(
    owner: NodeType, table: pa.Table, same: Mapping[str, str], order: _SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    cluster = _Renaming({k: v for k, v in same.items() if k.startswith(owner.prefix)}).on(table, "id")["id"]
    return _collapse(owner, table, _codes(cluster), order)


def _assembled_edges(owner: EdgeType, table: pa.Table, order: _SourceOrder) -> tuple[pa.Table, dict[str, str]]:
    """Edges of one type between the same nodes are one, unless the type's key differs; an own key is an identity."""
    codes = _codes(table["src"])
    for column in ("dst", *owner.key):
        more = _codes(table[column])
        codes = codes * (int(more.max(initial=0)) + 1) + more
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    if table["key"].null_count < len(table):
        keyed = pc.is_valid(table["key"]).to_numpy()
        codes = np.where(keyed, int(codes.max(initial=0)) + 1 + _codes(table["id"]), codes)
    return _collapse(owner, table, np.unique(codes, return_inverse=True)[1].astype(np.int64), order)


def _codes(values: pa.ChunkedArray) -> Indices:
    """Number the distinct values of a column; nulls count as one value."""
    encoded = pc.dictionary_encode(values.combine_chunks(), null_encoding="encode")
    codes: Indices = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _collapse(
    owner: NodeType | EdgeType, table: pa.Table, groups: Indices, order: _SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    """Make one row of each group of raw rows; return them with the raw ids that changed."""
    sizes = np.bincount(groups)
    alone = sizes[groups] == 1
    parts = [_single_rows(owner, table.filter(pa.array(alone)))]
    moved: dict[str, str] = {}
    if not alone.all():
        several = table.filter(pa.array(~alone))
        codes = np.unique(groups[~alone], return_inverse=True)[1].astype(np.int64)
        merged, moved = _several_rows(owner, several, codes, order)
        parts.append(merged)
    return pa.concat_tables(parts).sort_by("id"), moved


def _single_rows(owner: NodeType | EdgeType, table: pa.Table) -> pa.Table:
    wanted = columns(owner)
    lists = {"raw_ids": _one_each(table["id"]), "sources": _one_each(table["source_id"])}
    own = {name: table[name] for name in wanted.names if name in table.column_names}
    return conform(pa.table(_with_defaults(own | lists)), wanted)


def _one_each(values: pa.ChunkedArray) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.arange(len(values) + 1, dtype=np.int32)), values.combine_chunks())


def _with_defaults(found: dict[str, Any]) -> dict[str, Any]:
    """State what silence means: an element is actual, no group, and as sure as its source."""
    defaults = {"status": "actual", "group": False}
    if "src" in found:
        defaults["confidence"] = 1.0
    filled = {name: pc.fill_null(found[name], value) for name, value in defaults.items() if name in found}
    lists = {name: _no_nulls(found[name]) for name in ("aliases",) if name in found}
    return found | filled | lists


def _no_nulls(lists: Any) -> Any:
    return pc.coalesce(lists, pa.scalar([], TEXTS))


def _several_rows(
    owner: NodeType | EdgeType, table: pa.Table, groups: Indices, order: _SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    ranked = order.precedence(table)
    ranked = ranked[np.argsort(groups[ranked], kind="stable")]
    rows, codes = table.take(ranked), groups[ranked]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    pick = _Picker(starts, len(rows))
    wanted = columns(owner)
    found = {name: pick.first(rows[name]) for name in wanted.names if name in rows.column_names}
    for value, bound in quantities(owner).items():
        found[bound] = pick.beside(rows[value], rows[bound])
    found["id"] = _oldest_ids(rows, codes, starts, order)
    if "aliases" in found:
        found["aliases"] = _aliases(rows, codes, found["name"])
    found |= {"raw_ids": _gathered(rows["id"], codes), "sources": _gathered(rows["source_id"], codes)}
    moved = _moved(rows["id"], found["id"], codes)
    return conform(pa.table(_with_defaults(found)), wanted), moved


class _Picker:
    """Picks the first stated value of each group from rows that stand in order of precedence."""

    def __init__(self, starts: Indices, rows: int) -> None:
        self.starts, self.rows = starts, rows

    def first(self, column: pa.ChunkedArray) -> Any:
        return column.take(self._winner(column))

    def beside(self, value: pa.ChunkedArray, bound: pa.ChunkedArray) -> Any:
        """Take the bound from the row that won the value: the two are one statement."""
        return bound.take(self._winner(value))

    def _winner(self, column: pa.ChunkedArray) -> pa.Array:
        stated = pc.is_valid(column).to_numpy()
        places = np.where(stated, np.arange(self.rows), self.rows)
        best = np.minimum.reduceat(places, self.starts)
        return pa.array(best, mask=best == self.rows)


def _oldest_ids(rows: pa.Table, codes: Indices, starts: Indices, order: _SourceOrder) -> pa.Array:
    """An element's id is the raw id of its earliest-dated source; ties: the smaller id."""
    age = order.age[order.codes(rows)]
    by_age = np.lexsort((_text_ranks(rows["id"]), age, codes))
    return rows["id"].take(pa.array(by_age[starts])).combine_chunks()


def _gathered(values: pa.ChunkedArray, codes: Indices) -> pa.Array:
    """Collect the distinct values of each group, sorted."""
    pairs = pa.table({"group": codes, "value": values}).group_by(["group", "value"]).aggregate([])
    pairs = pairs.sort_by([("group", "ascending"), ("value", "ascending")])
    ends = np.cumsum(np.bincount(pairs["group"].to_numpy(), minlength=int(codes.max()) + 1))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pairs["value"].combine_chunks())


def _aliases(rows: pa.Table, codes: Indices, names: pa.ChunkedArray) -> pa.Array:
    """All other names of the cluster, sorted: the aliases stated, and the names that lost."""
    found: list[set[str]] = [set() for _ in range(len(names))]
    for code, name, aliases in zip(codes, rows["name"].to_pylist(), rows["aliases"].to_pylist(), strict=True):
        found[code].update([*(aliases or ()), *([name] if name else ())])
    lists = [sorted(f - {own}) for f, own in zip(found, names.to_pylist(), strict=True)]
    return pa.array(lists, TEXTS)


def _moved(raw_ids: pa.ChunkedArray, final: pa.Array, codes: Indices) -> dict[str, str]:
    new = final.take(pa.array(codes))
    changed = pc.not_equal(raw_ids, new)
    return dict(zip(raw_ids.filter(changed).to_pylist(), new.filter(changed.combine_chunks()).to_pylist(), strict=True))


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


def _check_ends(name: str, edges: pa.Table, nodes: Mapping[str, pa.Table]) -> None:
    for end in ("src", "dst"):
        for end_type in pc.unique(edges[f"{end}_type"]).to_pylist():
            rows = edges.filter(pc.field(f"{end}_type") == end_type)
            known = nodes[end_type]["id"] if end_type in nodes else pa.chunked_array([], TEXT)
            missing = rows.filter(pc.invert(pc.is_in(rows[end], known.combine_chunks())))
            if len(missing):
                raise _dangling(name, end, missing.slice(0, 1).to_pylist()[0], len(missing))


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
        for table in graph.node_tables.values() if not graph.is_raw else ():
            for members in table.filter(pc.greater(pc.list_value_length(table["raw_ids"]), 1))["raw_ids"].to_pylist():
                for member in members[1:]:
                    parent[max(root(member), root(members[0]))] = min(root(member), root(members[0]))
    return {raw_id: root(raw_id) for raw_id in parent}


def _distinct(table: pa.Table) -> pa.Table:
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in table.column_names])


Resolver = Callable[[Graph], Graph]
