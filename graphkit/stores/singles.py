"""Elements that one raw row states, and that are nothing but what it says: the file keeps them as that row alone."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.collapse import as_elements
from graphkit.graph.order import Flags
from graphkit.graph.tables import whole
from graphkit.schema import EdgeType, NodeType
from graphkit.stores.revisions import ALONE


def apart(owner: NodeType | EdgeType, rows: pa.Table, elements: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Mark the raw rows that are an element by themselves; return them, and the elements that no row is.

    Both tables are sorted by id.
    """
    alone, kept = _pairs(rows["id"], elements["id"])
    same = _same(as_elements(owner, _chosen(rows, alone)), _chosen(elements, kept))
    alone[alone], kept[kept] = same, same
    return rows.append_column(ALONE, pa.array(alone)), _chosen(elements, ~kept)


def _pairs(rows: pa.ChunkedArray, elements: pa.ChunkedArray) -> tuple[Flags, Flags]:
    """Tell which raw ids stand once and are the id of an element, and which elements these are."""
    once = _once(rows)
    if once.all() and rows.equals(elements):
        return once, once.copy()
    kept = pc.is_in(elements, value_set=whole(rows.filter(pa.array(once)))).to_numpy()
    return once & pc.is_in(rows, value_set=whole(elements)).to_numpy(), kept


def _chosen(table: pa.Table, flags: Flags) -> pa.Table:
    return table if flags.all() else table.filter(pa.array(flags))


def _same(left: pa.Table, right: pa.Table) -> Flags:
    """Compare two tables row by row."""
    same = np.ones(len(left), np.bool_)
    for name in left.column_names:
        same &= _equal(left[name], right[name])
    return same


def _once(ids: pa.ChunkedArray) -> Flags:
    """Tell which of sorted ids stand once."""
    column = whole(ids)
    changes = pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    first, last = np.ones(len(ids), np.bool_), np.ones(len(ids), np.bool_)
    first[1:], last[:-1] = changes, changes
    return first & last


def _equal(left: pa.ChunkedArray, right: pa.ChunkedArray) -> Flags:
    """Compare two columns row by row; null equals null."""
    if left.equals(right):
        return np.ones(len(left), np.bool_)
    if pa.types.is_list(left.type):
        return _equal_lists(whole(left), whole(right))
    both = pc.and_(pc.is_null(left), pc.is_null(right))
    found: Flags = pc.or_(pc.fill_null(pc.equal(left, right), False), both).to_numpy()
    return found


def _equal_lists(left: pa.ListArray, right: pa.ListArray) -> Flags:
    lengths = (pc.list_value_length(column) for column in (left, right))
    same = _equal(*(pa.chunked_array([length]) for length in lengths))
    near = pa.array(same)
    left, right = left.filter(near), right.filter(near)
    items = _equal(*(pa.chunked_array([pc.list_flatten(column)]) for column in (left, right)))
    kept = np.ones(len(left), np.bool_)
    kept[pc.list_parent_indices(left).to_numpy()[~items]] = False
    same[same] = kept
    return same
