"""What is in force at a date: partial dates as intervals of days, over whole columns (DEFINITIONS 2)."""

from collections.abc import Callable
from datetime import date as Day
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.tables import TEXT, whole, with_elements
from graphkit.values import PartialDate

if TYPE_CHECKING:
    from graphkit.graph.tables import Graph

LATE = "9999-12-31"


def first_days(dates: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write each partial date as the first day that it may mean; null stays null."""
    return _days(dates, lambda date: date.first_day)


def last_days(dates: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write each partial date as the last day that it may mean; null stays null."""
    return _days(dates, lambda date: date.last_day)


def _days(dates: pa.ChunkedArray, day: Callable[[PartialDate], Day]) -> pa.ChunkedArray:
    # A column of millions of rows holds few different dates: each is worked out once.
    encoded = whole(dates).dictionary_encode()
    days = [day(PartialDate.parse(text)).isoformat() for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(days, TEXT).take(encoded.indices)])


def known_from(table: pa.Table, sources: pa.Table) -> pa.Array:
    """Tell for each row the day from which its earliest dated source knows it; null if none is dated."""
    if "source_id" in table.column_names:
        return _source_days(table["source_id"], sources).combine_chunks()
    lists = whole(table["sources"])
    days = _source_days(pc.list_flatten(lists), sources)
    parents = pc.list_parent_indices(lists)
    grouped = pa.table({"row": parents, "day": days}).group_by("row").aggregate([("day", "min")])
    found = np.full(len(table), None, dtype=object)
    found[grouped["row"].to_numpy()] = grouped["day_min"].to_pylist()
    return pa.array(found, TEXT)


def _source_days(source_ids: pa.Array | pa.ChunkedArray, sources: pa.Table) -> pa.ChunkedArray:
    index = pc.index_in(source_ids, value_set=whole(sources["id"]))
    return pa.chunked_array([last_days(sources["date"]).combine_chunks()]).take(index)


def certain_and_possible(table: pa.Table, sources: pa.Table, date: str | None) -> tuple[pa.Array, pa.Array]:
    """Tell for each row whether it is certainly, and whether it is possibly, in force at a date.

    With `date=None` (latest known) a row is in force unless it ended by the newest source's date.
    Status is not looked at. Both are boolean arrays without nulls.
    """
    ends_first, ends_last = first_days(table["valid_to"]), last_days(table["valid_to"])
    if date is None:
        ended = pc.less_equal(ends_first, newest_day(sources))
        in_force = pc.invert(pc.fill_null(ended, False)).combine_chunks()
        return in_force, in_force
    day = PartialDate.parse(date)
    first, last = day.first_day.isoformat(), day.last_day.isoformat()
    known = known_from(table, sources)
    certain_start = pc.less_equal(pc.coalesce(last_days(table["valid_from"]), known, pa.scalar(LATE)), first)
    possible_start = pc.less_equal(pc.coalesce(first_days(table["valid_from"]), pa.scalar("0000")), last)
    certain_end = pc.greater(pc.coalesce(ends_first, pa.scalar(LATE)), last)
    possible_end = pc.greater_equal(pc.coalesce(ends_last, pa.scalar(LATE)), first)
    return (
        pc.and_(certain_start, certain_end).combine_chunks(),
        pc.and_(possible_start, possible_end).combine_chunks(),
    )


def newest_day(sources: pa.Table) -> str:
    """Return the last day of the newest source: what 'latest known' is measured against, instead of today."""
    return str(pc.max(last_days(sources["date"])).as_py() or LATE)


def in_force(graph: "Graph", date: str | None, *, possible: bool) -> "Graph":
    """Keep actual nodes and edges that are in force at a date; with `possible`, also those that may be."""

    def kept(table: pa.Table) -> pa.Table:
        certain, maybe = certain_and_possible(table, graph.sources, date)
        return table.filter(pc.and_(maybe if possible else certain, pc.equal(table["status"], "actual")))

    nodes = {name: kept(table) for name, table in graph.node_tables.items()}
    return with_elements(graph, nodes, {name: kept(table) for name, table in graph.edge_tables.items()})
