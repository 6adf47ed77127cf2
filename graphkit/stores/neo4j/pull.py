"""Pull a graph from a server: what graphkit wrote, its types restored by the schema; the rest is only counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.cypher import text
from graphkit.errors import SchemaError, StoreError
from graphkit.graph.tables import TEXT, Graph, columns, conform, frame
from graphkit.schema import Schema, missing_from
from graphkit.stores.neo4j.connect import Connection, Settings, connected
from graphkit.stores.neo4j.failures import told
from graphkit.stores.neo4j.held import Progress, Seen, State, ask, pages, state_of, totals
from graphkit.stores.neo4j.parts import ANNOTATIONS, RAW_ROWS, Part, labels_of, plain_table, schema_parts
from graphkit.stores.neo4j.plan import exactly
from graphkit.stores.neo4j.raw_rows import PARTS, unpacked

if TYPE_CHECKING:
    import pandas as pd

PLAIN = {"Source": "sources", "Evidence": "evidence", "Statistic": "statistics", "Decision": "decisions"}
OWN = (text.LOAD, text.KEPT, "id", *ANNOTATIONS)
UNKNOWN = pa.schema([("type", TEXT), ("property", TEXT), ("elements", pa.int64())])
VALUES = pa.schema([("type", TEXT), ("id", TEXT), ("property", TEXT), ("value", TEXT)])
ROWS_AT_ONCE = 50
GONE = "the raw rows of this revision are no longer on the server"


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull found. `unfinished`: a push is under way or was cut, so that elements of two revisions may stand.

    `counts` by type; `foreign` elements by type, which were left alone; `unknown`: columns `type, property, elements`,
    properties that somebody else set on elements of graphkit; `values` of them, if asked for: `type, id, property,
    value` (as text).
    """

    revision: int
    unfinished: bool
    counts: dict[str, int] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)
    unknown: pa.Table = field(default_factory=UNKNOWN.empty_table)
    values: pa.Table = field(default_factory=VALUES.empty_table)

    nodes: int = 0
    edges: int = 0

    @property
    def frame(self) -> "pd.DataFrame":
        """Counts by type: columns `type, elements, foreign`."""
        names = sorted({*self.counts, *self.foreign})
        rows = [{"type": n, "elements": self.counts.get(n, 0), "foreign": self.foreign.get(n, 0)} for n in names]
        shape = pa.schema([("type", TEXT), ("elements", pa.int64()), ("foreign", pa.int64())])
        return frame(pa.Table.from_pylist(rows, schema=shape))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, the rows under `table`."""
        rows = self.frame.to_dict("records")
        told = {"unknown": self.unknown.to_pylist(), "values": self.values.to_pylist()}
        return {"revision": self.revision, "unfinished": self.unfinished, "table": rows} | told


def pull(
    target: Settings | Connection,
    schema: Schema | None = None,
    *,
    keep_unknown: bool = False,
    on_progress: Progress | None = None,
) -> tuple[Graph, PullReport]:
    """Return the graph that a server holds, with its raw rows, and a report; the server is only read.

    `schema`: the one to read it under, if not the server's own; `keep_unknown`: the values of unknown properties are in
    the report. Raises StoreError if there is nothing to pull or a value has another type, SchemaError for a schema
    that knows less than the server holds.
    """
    with connected(target) as connection, told(connection.settings):
        state = checked_state(connection)
        wanted = checked_schema(connection, state, schema)
        graph = read_graph(connection, wanted, on_progress)
        raw = read_raw(connection, state.parts, wanted) if state.has_raw else None
        report = _report(connection, graph, state, keep_unknown=keep_unknown)
    return replace(graph, read_raw=lambda: raw), report


def checked_state(connection: Connection) -> State:
    """Return what the server says of its store; raise StoreError if nothing was pushed there yet."""
    state = state_of(connection)
    if state is None:
        message = f"nothing was pushed to {connection.settings.uri} yet"
        hint = f"Push a graph first (database {connection.settings.database})."
        raise StoreError(message, code="store-missing", hint=hint)
    return state


def checked_schema(connection: Connection, state: State, asked: Schema | None) -> Schema:
    """Return the schema to read under: the server's, or the wider one that was asked for."""
    lacking = missing_from(asked, state.schema) if asked else []
    if lacking:
        message = f"{connection.settings.uri} holds what the schema asked for does not know: {', '.join(lacking[:5])}"
        raise SchemaError(message, code="schema-too-narrow", hint="Read it without a schema, or with a wider one.")
    return asked or state.schema


def read_graph(connection: Connection, schema: Schema, on_progress: Progress | None = None) -> Graph:
    """Read the assembled graph, without its raw rows."""
    parts = schema_parts(schema)
    known, labels = totals(connection, parts), labels_of(parts)
    wanted = [part for part in parts if part.name in known and (part.element or part.name in PLAIN)]
    found: dict[str, pa.Table] = {}
    seen = Seen("pull", sum(known[part.name] for part in wanted), on_progress)
    for part in wanted:
        found[part.name] = _table(part, seen.told(pages(connection, part, labels)))
    seen.end()
    nodes, edges = (_filled(found, types, schema) for types in (schema.nodes, schema.edges))
    plain = {
        PLAIN[part.name]: _sorted(conform(found[part.name], plain_table(part))) for part in wanted if not part.element
    }
    return Graph(schema, nodes, edges, **plain)


def _filled(found: dict[str, pa.Table], types: Iterable[str], schema: Schema) -> dict[str, pa.Table]:
    held = (name for name in sorted(types) if name in found and len(found[name]))
    return {name: conform(found[name].sort_by("id"), columns(schema.owner(name))) for name in held}


def _table(part: Part, read: Iterable[list[list[Any]]]) -> pa.Table:
    """Put the rows of one label or type into the columns of its part, without what stays for others only."""
    shape = part.table.schema
    tables = [_page_table(part, page) for page in read]
    table = pa.concat_tables([shape.empty_table(), *tables])
    return table.filter(pc.is_null(table[text.KEPT])) if text.KEPT in shape.names else table


def _page_table(part: Part, page: list[list[Any]]) -> pa.Table:
    shape = part.table.schema
    arrays = []
    for place, column in enumerate(shape):
        values = [row[place] for row in page]
        if pa.types.is_null(column.type):  # what `annotate` added is no part of the graph
            arrays.append(pa.nulls(len(values)))
            continue
        try:
            odd = [v for v in exactly(values, column.type) if isinstance(v, tuple)]
            arrays.append(pa.array(values if not odd else [odd], column.type))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            raise _other_type(part, column, page, place) from None
    return pa.Table.from_arrays(arrays, schema=shape)


def _other_type(part: Part, column: pa.Field, page: list[list[Any]], place: int) -> StoreError:
    def fits(value: Any) -> bool:
        try:
            return (
                not isinstance(exactly([value], column.type)[0], tuple) and pa.array([value], column.type) is not None
            )
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return False

    own_id = next((row[0] for row in page if not fits(row[place])), None)
    message = f"{part.name}.{column.name} of {own_id} on the server is no {column.type}: somebody else changed it"
    hint = "Push again, which mends it, or correct it there."
    return StoreError(message, code="other-type", hint=hint, type=part.name, column=column.name, id=own_id)


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in table.column_names])


def read_raw(connection: Connection, parts: Iterable[str], schema: Schema) -> Graph:
    """Read the raw rows that some parts hold; raise StoreError if one is gone."""
    wanted, rows = list(parts), []
    told_columns = ", ".join(f"n.{text.ident(name)}" for name in PARTS.names)
    query = f"UNWIND $ids AS id MATCH (n:{RAW_ROWS} {{id: id}}) RETURN {told_columns}"
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        chunk = wanted[start : start + ROWS_AT_ONCE]
        found = ask(connection, query, ids=chunk)
        if len(found) < len(chunk):
            raise StoreError(GONE, code="no-revisions", hint="Read it again: Neo4j keeps only the newest.")
        rows += [dict(zip(PARTS.names, values, strict=True)) for values in found]
    return unpacked(rows, schema)


def _report(connection: Connection, graph: Graph, state: State, *, keep_unknown: bool) -> PullReport:
    counts = {name: len(table) for name, table in (*graph.node_tables.items(), *graph.edge_tables.items())}
    read = counts | {name: len(getattr(graph, own)) for name, own in PLAIN.items()}
    foreign, unknown, values = {}, [], []
    parts = schema_parts(graph.schema)
    known = totals(connection, parts)
    for part in (part for part in parts if part.name in known):
        # As many as were read: nothing is others', and the server need not look through them all.
        query = text.foreign_count(part.name, edge=part.edge)
        others = 0 if read.get(part.name) == known[part.name] else ask(connection, query)[0][0]
        if others:
            foreign[part.name] = others
        if not part.element:
            continue
        told_names = [*part.columns, *OWN]
        query = text.unknown_properties(part.name, edge=part.edge)
        new = [{"type": part.name, "property": p, "elements": n} for p, n in ask(connection, query, known=told_names)]
        unknown += new
        if new and keep_unknown:
            query = text.unknown_values(part.name, edge=part.edge)
            rows = ask(connection, query, known=told_names)
            values += [{"type": part.name, "id": i, "property": p, "value": str(v)} for i, p, v in rows]
    return PullReport(
        state.revision,
        state.unfinished is not None,
        counts,
        foreign | _foreign_labels(connection, parts),
        pa.Table.from_pylist(unknown, schema=UNKNOWN),
        pa.Table.from_pylist(values, schema=VALUES),
        *(sum(map(len, tables.values())) for tables in (graph.node_tables, graph.edge_tables)),
    )


def _foreign_labels(connection: Connection, parts: list[Part]) -> dict[str, int]:
    """Count the nodes of labels that graphkit does not know."""
    own = [*labels_of(parts), text.STORE, text.PUSH]
    query = (
        f"MATCH (n) WHERE n.{text.LOAD} IS NULL AND NOT any(l IN labels(n) WHERE l IN $own) "
        "RETURN coalesce(head(labels(n)), '') AS label, count(*) AS nodes ORDER BY label"
    )
    return {label: nodes for label, nodes in ask(connection, query, own=own)}
