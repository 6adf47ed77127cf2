"""Several raw rows become one row of an element: the winner of each column, all names, all sources."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.editions import ends_of
from graphkit.graph.order import Flags, Indices, SourceOrder, sorted_by_id, text_ranks
from graphkit.graph.tables import TEXTS, columns, conform, whole
from graphkit.graph.verdicts import WAITING
from graphkit.schema import EdgeType, NodeType, quantities

SILENCE = {
    "status": pa.scalar("actual"),
    "group": pa.scalar(False),
    "confidence": pa.scalar(1.0),
    "aliases": pa.scalar([], TEXTS),
}


def collapse(
    owner: NodeType | EdgeType, table: pa.Table, groups: Indices, order: SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    """Make one row of each group of raw rows; return them with the raw ids that changed."""
    sizes = np.bincount(groups)
    alone = sizes[groups] == 1
    if alone.all():
        return sorted_by_id(_single_rows(owner, table)), {}
    codes = np.unique(groups[~alone], return_inverse=True)[1].astype(np.int64)
    merged, moved = _several_rows(owner, table.filter(pa.array(~alone)), codes, order)
    single = _single_rows(owner, table.filter(pa.array(alone)))
    return sorted_by_id(pa.concat_tables([single, merged])), moved


def _single_rows(owner: NodeType | EdgeType, table: pa.Table) -> pa.Table:
    for value, bound in quantities(owner).items():
        column = pc.if_else(pc.is_valid(table[value]), table[bound], None)
        table = table.set_column(table.column_names.index(bound), bound, column)
    if "aliases" in table.column_names:
        column = _own_aliases(table["aliases"], table["name"])
        table = table.set_column(table.column_names.index("aliases"), "aliases", column)
    return as_elements(owner, table)


def as_elements(owner: NodeType | EdgeType, rows: pa.Table) -> pa.Table:
    """Return raw rows as the elements that they are where nothing else is said of these."""
    wanted = columns(owner)
    found: dict[str, Any] = {name: rows[name] for name in wanted.names if name in rows.column_names}
    found |= {"raw_ids": _one_each(rows["id"]), "sources": _one_each(rows["source_id"])}
    return conform(pa.table(_with_defaults(found)), wanted)


def _own_aliases(aliases: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The aliases of elements stated once: distinct and sorted, as those of several rows are."""
    if aliases.null_count == len(aliases):
        return aliases
    pairs = zip(aliases.to_pylist(), names.to_pylist(), strict=True)
    return pa.array([sorted({a for a in own or () if a is not None} - {name}) for own, name in pairs], TEXTS)


def _one_each(values: pa.ChunkedArray) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.arange(len(values) + 1, dtype=np.int32)), whole(values))


def _with_defaults(found: dict[str, Any]) -> dict[str, Any]:
    """State what silence means: an element is actual, no group, has one name, and is as sure as its source."""
    filled = {name: pc.coalesce(found[name], value) for name, value in SILENCE.items() if name in found}
    return found | filled


def _several_rows(
    owner: NodeType | EdgeType, table: pa.Table, groups: Indices, order: SourceOrder
) -> tuple[pa.Table, dict[str, str]]:
    ranked = order.precedence(table)
    ranked = ranked[np.argsort(groups[ranked], kind="stable")]
    told, every = table["id"].take(ranked), groups[ranked]
    ranked = ranked[stating(table, groups, order)[ranked]]
    rows, codes = table.take(ranked), groups[ranked]
    rows = rows.set_column(rows.column_names.index("status"), "status", order.stated_status(rows))
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    pick = _Picker(starts, rows, order)
    wanted = columns(owner)
    found = {name: pick.value(name) for name in wanted.names if name in rows.column_names}
    for value, bound in quantities(owner).items():
        found[bound] = pick.value(bound, beside=value)
    found["id"] = _oldest_ids(rows, codes, starts, order)
    if "aliases" in found:
        found["aliases"] = _aliases(rows, codes, found["name"])
    found |= {"raw_ids": _gathered(told, every), "sources": _gathered(rows["source_id"], codes)}
    moved = _moved(told, found["id"], every)
    return conform(pa.table(_with_defaults(found)), wanted), moved


def stating(table: pa.Table, groups: Indices, order: SourceOrder) -> Flags:
    """Tell which rows say something: what waits for review says nothing beside what is accepted.

    A correction by hand, or the end of what a list left out, does not state the element itself.
    """
    waits: Flags = pc.fill_null(pc.equal(table["status"], WAITING), False).to_numpy()
    accepted = np.zeros(int(groups.max()) + 1, np.bool_)
    accepted[groups[~(waits | order.corrections[order.codes(table)] | ends_of(table))]] = True
    return ~waits | ~accepted[groups]


class _Picker:
    """Picks the first statement of each group from rows that stand in order of precedence."""

    def __init__(self, starts: Indices, rows: pa.Table, order: SourceOrder) -> None:
        self.starts, self.rows, self.order = starts, rows, order

    def value(self, name: str, *, beside: str | None = None) -> Any:
        """Take a column from the rows that won it, or that won another: a bound and its value are one statement."""
        return self.rows[name].take(self._winner(beside or name))

    def _winner(self, name: str) -> pa.Array:
        """Return the first row of each group that states a column; one that says "not known" states it too."""
        count = len(self.rows)
        stated = pc.is_valid(self.rows[name]).to_numpy() | self.order.not_known(self.rows, name)
        best = np.minimum.reduceat(np.where(stated, np.arange(count), count), self.starts)
        return pa.array(best, mask=best == count)


def _oldest_ids(rows: pa.Table, codes: Indices, starts: Indices, order: SourceOrder) -> pa.Array:
    """An element's id is the raw id of its earliest-dated source; ties: the smaller id.

    A correction by hand names an element and does not make one: it never gives the id, whatever its day.
    """
    age = order.age[order.codes(rows)]
    if order.corrections.any() and "key" in rows.column_names:
        age = np.where(order.by_hand(rows), len(order.age), age)
    by_age = np.lexsort((text_ranks(rows["id"]), age, codes))
    return rows["id"].take(pa.array(by_age[starts])).combine_chunks()


def _gathered(values: pa.ChunkedArray, codes: Indices) -> pa.Array:
    """Collect the distinct values of each group, sorted."""
    pairs = pa.table({"group": codes, "value": values}).group_by(["group", "value"]).aggregate([])
    pairs = pairs.sort_by([("group", "ascending"), ("value", "ascending")])
    ends = np.cumsum(np.bincount(pairs["group"].to_numpy(), minlength=int(codes.max()) + 1))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), whole(pairs["value"]))


def _aliases(rows: pa.Table, codes: Indices, names: pa.ChunkedArray) -> pa.Array:
    """All other names of the cluster, sorted: the aliases stated, and the names that lost."""
    found: list[set[str]] = [set() for _ in range(len(names))]
    for code, name, aliases in zip(codes, rows["name"].to_pylist(), rows["aliases"].to_pylist(), strict=True):
        found[code].update(text for text in (*(aliases or ()), name) if text)
    lists = [sorted(f - {own}) for f, own in zip(found, names.to_pylist(), strict=True)]
    return pa.array(lists, TEXTS)


def _moved(raw_ids: pa.ChunkedArray, final: pa.Array, codes: Indices) -> dict[str, str]:
    new = final.take(pa.array(codes))
    changed = pc.not_equal(raw_ids, new)
    return dict(zip(raw_ids.filter(changed).to_pylist(), new.filter(changed.combine_chunks()).to_pylist(), strict=True))
