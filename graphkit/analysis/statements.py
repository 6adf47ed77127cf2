"""What sheets state about units: a yes, a no or a 筹建中, the newest at a date first (DEFINITIONS 5, line 2)."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.units import Days, Rows, codes_of
from graphkit.graph.merge import precedence
from graphkit.graph.order import SourceOrder
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.graph.verdicts import reviewed_nodes

STATED = pa.schema(
    [("unit", pa.int64()), ("confidence", pa.float64())]
    + [(name, TEXT) for name in ("id", "value", "mode", "source_id", "place", "status")]
)


def statements(graph: Graph, units: pa.Table, props: tuple[str, str], *, as_of: str | None) -> pa.Table:
    """Return what sheets state about units (a property and its mode): at most one row a unit, the newest at the date.

    Columns of STATED (`unit` = row number in the unit table), `day` and `timely`: timely is False if nothing had been
    stated at the date and the oldest later statement stands in its place.
    """
    days = Days(graph)
    types = pc.unique(units["type"]).to_pylist()
    parts = [_stated(graph, units, name, props) for name in types if props[0] in graph.table(name).column_names]
    rows = pa.concat_tables([STATED.empty_table(), *parts])
    rows = rows.take(pa.array(_in_order(rows, graph)))
    unit, day = rows["unit"].to_numpy(), days.of(rows["source_id"])
    corrections = graph.sources.filter(pc.field("kind") == "correction")["id"].combine_chunks()
    # A correction says what the sheets should have said: it counts from the day of the first of them.
    first = np.full(len(units), len(days.days))
    np.minimum.at(first, unit[day >= 0], day[day >= 0])
    known = np.where(np.asarray(pc.is_in(rows["source_id"], value_set=corrections)), first[unit], day)
    timely = (known < days.until(as_of)) & ((known >= 0) | (as_of is None))
    # Of the timely ones the winner, of the others the oldest; undated ones last.
    waiting = np.where(timely, 0, np.where(day < 0, len(days.days), day))
    order = np.lexsort((np.arange(len(rows)), waiting, ~timely, unit))
    chosen = order[np.flatnonzero(np.diff(unit[order], prepend=-1))]
    # Where the winner says that it is not known, nothing is stated.
    chosen = chosen[pc.is_valid(rows["value"]).to_numpy()[chosen]]
    found = rows.take(pa.array(chosen)).append_column("day", pa.array(day[chosen]))
    return found.append_column("timely", pa.array(timely[chosen]))


def _in_order(rows: pa.Table, graph: Graph) -> Rows:
    """Return row numbers so that of one unit's statements the winner comes first."""
    unit = rows["unit"].to_numpy()
    several = np.bincount(unit)[unit] > 1 if len(unit) else np.zeros(0, np.bool_)
    contested = np.flatnonzero(several)
    if not len(contested):
        return np.arange(len(rows))
    ranked = contested[precedence(rows.take(pa.array(contested)), graph.sources)]
    return np.concatenate([np.flatnonzero(~several), ranked])


def _stated(graph: Graph, units: pa.Table, name: str, props: tuple[str, str]) -> pa.Table:
    """Return the rows of a type that state the property: the raw ones, or the assembled ones if there are no others."""
    raw, table = graph.raw, graph.table(name)
    rows = _as_stated(graph, table) if raw is None else reviewed_nodes(raw, name)
    waiting = pc.is_in(rows["status"], value_set=pa.array(["proposed", "revoked"]))
    unknown = SourceOrder(graph.sources, graph.evidence if raw is None else raw.evidence).not_known(rows, props[0])
    rows = rows.filter(pc.and_(pc.or_(pc.is_valid(rows[props[0]]), pa.array(unknown)), pc.invert(waiting)))
    own, numbers = table["id"], codes_of(table["id"], units["id"])
    if raw is not None:
        lists = whole(table["raw_ids"])
        own, numbers = pc.list_flatten(lists), numbers[pc.list_parent_indices(lists).to_numpy()]
    unit = np.append(numbers, -1)[codes_of(rows["id"], own)]
    mode = rows[props[1]] if props[1] in rows.column_names else pa.nulls(len(rows), TEXT)
    found = {"unit": pa.array(unit), "value": rows[props[0]], "mode": mode}
    stated = pa.table({column: found[column] if column in found else rows[column] for column in STATED.names})
    return stated.filter(pc.greater_equal(stated["unit"], 0)).cast(STATED)


def _as_stated(graph: Graph, table: pa.Table) -> pa.Table:
    """Take an assembled table as the statement of each row's newest source."""
    lists, days = whole(table["sources"]), Days(graph)
    flat, parents = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy()
    order = np.lexsort((days.of(flat), parents))
    last = order[np.flatnonzero(np.diff(parents[order], append=-1))]
    newest = np.full(len(table), -1)
    newest[parents[last]] = last
    sources = flat.take(pa.array(newest, mask=newest < 0))
    table = table.append_column("source_id", sources).append_column("place", pa.nulls(len(table), TEXT))
    return table.append_column("confidence", pa.nulls(len(table), pa.float64()))
