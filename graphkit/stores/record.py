"""What the embedded file's transactions do to the record: read a graph of it, bring it to another, find its sources."""

import uuid
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from graphkit.errors import SchemaError, StoreError
from graphkit.graph.merge import raw_rows, settled
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.names import nearest
from graphkit.schema import EdgeType, NodeType, Schema, missing_from
from graphkit.stores.revisions import NOW, Connection, bring, create, one, select, tables, widen

FORMAT = 1
PLAIN = {"sources": SOURCES, "decisions": DECISIONS, "evidence": EVIDENCE, "statistics": STATISTICS}
SHARED = ("sources", "decisions")  # kept once: the same beside raw rows and assembled elements


def prepare(db: Connection, schema: Schema) -> None:
    """Make the tables of a new store, or note a schema that became wider."""
    if "meta" in tables(db, "main"):
        db.execute("UPDATE meta SET schema = ? WHERE schema <> ?", [schema.text, schema.text])
        return
    from graphkit import __version__

    db.execute("CREATE SCHEMA raw; CREATE SCHEMA record")
    db.execute("CREATE TABLE meta (format INTEGER, written_by VARCHAR, schema VARCHAR)")
    db.execute("INSERT INTO meta VALUES (?, ?, ?)", [FORMAT, __version__, schema.text])
    db.execute("CREATE TABLE revisions (revision INTEGER, written_at TIMESTAMPTZ, action VARCHAR, mark VARCHAR)")
    for name, wanted in PLAIN.items():
        for space in ("record",) if name in SHARED else ("record", "raw"):
            create(db, space, name, wanted)


def commit(db: Connection, graph: Graph, action: str) -> int:
    """End the transaction with a record that is the graph; return the new revision, or the old one if it was that."""
    revision = newest_revision(db) + 1
    changed = 0
    for space, part in (("raw", raw_rows(graph)), ("record", graph)):
        known = tables(db, space)
        wanted: dict[str, pa.Table] = {**part.node_tables, **part.edge_tables}
        wanted |= {name: getattr(part, name) for name in PLAIN if space == "record" or name not in SHARED}
        for name in sorted(known | set(wanted)):
            rows = wanted[name] if name in wanted else part.table(name)
            if name in known:
                widen(db, space, name, rows.schema)
            else:
                create(db, space, name, rows.schema)
            changed += bring(db, (space, name), rows, revision)
    if not changed:
        db.execute("ROLLBACK")
        return revision - 1
    db.execute("INSERT INTO revisions VALUES (?, now(), ?, ?)", [revision, action, uuid.uuid4().hex])
    db.execute("COMMIT")
    return revision


def read_graph(db: Connection, schema: Schema, when: str, *, raw: bool) -> Graph:
    space = "raw" if raw else "record"
    present = tables(db, space)

    def rows(owner: NodeType | EdgeType) -> pa.Table:
        table, wanted = f'{space}."{owner.name}"', columns(owner, raw=raw)
        if raw:
            return settled(select(db, table, wanted, when, "id, source_id, place"))
        return select(db, table, wanted, when, "id")

    def filled(types: Mapping[str, NodeType] | Mapping[str, EdgeType]) -> dict[str, pa.Table]:
        found = {name: rows(types[name]) for name in sorted(types) if name in present}
        return {name: table for name, table in found.items() if len(table)}

    plain = {
        name: select(db, f"{'record' if name in SHARED else space}.{name}", wanted, when, "ALL")
        for name, wanted in PLAIN.items()
        if present
    }
    return Graph(schema, filled(schema.nodes), filled(schema.edges), **plain, is_raw=raw)


def wider(left: Schema, right: Schema) -> Schema:
    """Return the one of two schemas that knows what the other does."""
    if not missing_from(left, right):
        return left
    lacking = missing_from(right, left)
    if not lacking:
        return right
    message = f"the graph's schema does not know what the store's does: {', '.join(lacking[:5])}"
    raise SchemaError(message, code="schemas-differ", hint="Put both extensions into one schema file.")


def source_ids(graph: Graph) -> list[str]:
    return list(graph.sources["id"].to_pylist())


def live_sources(db: Connection) -> list[dict[str, Any]]:
    return list(select(db, "record.sources", SOURCES, NOW, "ALL").to_pylist())


def checked_revision(db: Connection, revision: int | None) -> int:
    newest = newest_revision(db)
    if revision is None:
        return newest
    if not 0 < revision <= newest:
        message = f"revision {revision} is not held; the newest is {newest}"
        raise StoreError(message, code="no-such-revision", hint=f"Use 1 to {newest}.")
    return revision


def newest_revision(db: Connection) -> int:
    if "revisions" not in tables(db, "main"):
        return 0
    return int(one(db, "SELECT max(revision) FROM revisions") or 0)


def named_sources(live: list[dict[str, Any]], source: str) -> list[str]:
    """Find the live sources behind an id, a dataset, or dataset/edition."""
    found = [s["id"] for s in live if source in (s["id"], s["dataset"], f"{s['dataset']}/{s['edition']}")]
    if not found:
        known = sorted({s["dataset"] for s in live})
        hint = f"Live sources: {', '.join(nearest(source, known) or known) or 'none'}."
        raise StoreError(f"no live source is called {source!r}", code="no-such-source", hint=hint)
    return found
