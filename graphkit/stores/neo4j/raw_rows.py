"""Raw rows on a server: a few nodes that each hold some hundred rows of one source and type as JSON text.

A part's id is a hash of what it holds, and the store node lists the parts that count: so a push that is cut off
leaves the raw rows of before, whole.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import StoreError
from graphkit.graph.convert import raw_id
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import TEXT, Graph, columns, conform
from graphkit.schema import Schema
from graphkit.stores.record import PLAIN

ROWS_OF_A_PART = 500
SOURCE_COLUMN = {"sources": "id", "decisions": ""}
PARTS = pa.schema(
    [("id", TEXT), ("source_id", TEXT), ("type", TEXT), ("part", pa.int64()), ("count", pa.int64()), ("rows", TEXT)]
)


def packed(raw: Graph | None) -> pa.Table:
    """Return the parts that hold a raw graph; the same rows give the same parts."""
    if raw is None:
        return PARTS.empty_table()
    tables = [*raw.node_tables.items(), *raw.edge_tables.items(), *((name, getattr(raw, name)) for name in PLAIN)]
    rows = [part for name, table in tables for part in _parts(name, table)]
    return pa.Table.from_pylist(rows, schema=PARTS)


def _parts(name: str, table: pa.Table) -> Iterator[dict[str, Any]]:
    for source, rows in _by_source(table, SOURCE_COLUMN.get(name, "source_id")):
        for number, start in enumerate(range(0, len(rows), ROWS_OF_A_PART)):
            chunk = rows.slice(start, ROWS_OF_A_PART)
            told = {c: chunk[c].to_pylist() for c in chunk.column_names if chunk[c].null_count < len(chunk)}
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            part = {"source_id": source, "type": name, "part": number, "count": len(chunk), "rows": text}
            yield part | {"id": raw_id("raw", source, name, str(number), text)}


def _by_source(table: pa.Table, column: str) -> Iterator[tuple[str, pa.Table]]:
    """Part a table by source, each part in the order of the table."""
    if not column or not len(table):
        if len(table):
            yield "", table
        return
    encoded = pc.dictionary_encode(pc.fill_null(table[column], "").combine_chunks())
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    for source, end, size in sorted(zip(encoded.dictionary.to_pylist(), ends, np.bincount(codes), strict=True)):
        yield source, table.take(pa.array(order[end - size : end]))


def unpacked(parts: Iterable[dict[str, Any]], schema: Schema) -> Graph:
    """Return the raw graph that parts hold; raise StoreError for one that is damaged."""
    found: dict[str, list[pa.Table]] = {}
    for part in parts:
        found.setdefault(part["type"], []).append(_table(part, schema))

    def tables(types: Iterable[str]) -> dict[str, pa.Table]:
        return {name: pa.concat_tables(found[name]) for name in sorted(types) if name in found}

    plain = {name: pa.concat_tables(found[name]) for name in PLAIN if name in found}
    return join_raw(Graph(schema, tables(schema.nodes), tables(schema.edges), **plain, is_raw=True))


def _table(part: dict[str, Any], schema: Schema) -> pa.Table:
    name = part["type"]
    try:
        wanted = PLAIN.get(name) or columns(schema.owner(name), raw=True)
        told = json.loads(part["rows"])
        arrays = {c: pa.array(values, wanted.field(c).type) for c, values in told.items()}
        table = conform(pa.table(arrays), wanted)
    except (ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise _damaged(part) from error
    if len(table) != part["count"]:
        raise _damaged(part)
    return table


def _damaged(part: dict[str, Any]) -> StoreError:
    message = f"the raw rows of {part['type']} from {part['source_id'] or 'all sources'} on the server are damaged"
    return StoreError(message, code="store-damaged", hint="Push again from the record that it came from.")
