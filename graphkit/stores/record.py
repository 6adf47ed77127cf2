"""What the embedded file's transactions do to the record: read a graph of it, bring it to another, find its sources."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from graphkit.errors import SchemaError, StoreError
from graphkit.graph.merge import raw_rows, settled
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.names import nearest
from graphkit.schema import Schema, missing_from
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


class Shelves(Mapping[str, pa.Table]):
    """Tables by type, each read when it is first asked for."""

    __slots__ = ("_names", "_read")

    def __init__(self, names: Iterable[str], read: Callable[[str], pa.Table]) -> None:
        self._names, self._read = dict.fromkeys(names), cache(read)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read_graph(db: Connection, schema: Schema, when: str, *, raw: bool) -> Graph:
    """Read the assembled record, or the raw rows, that hold at a time."""

    def filled(types: Iterable[str]) -> dict[str, pa.Table]:
        return {name: read_type(db, schema, name, when, raw=raw) for name in types}

    nodes, edges = held_types(db, schema, when, raw=raw)
    return Graph(schema, filled(nodes), filled(edges), **read_plain(db, when, raw=raw), is_raw=raw)


def held_types(db: Connection, schema: Schema, when: str, *, raw: bool) -> tuple[list[str], list[str]]:
    """List the types of nodes and of edges that have rows at a time."""
    space = "raw" if raw else "record"
    present = tables(db, space)

    def held(types: Iterable[str]) -> list[str]:
        wanted = (name for name in sorted(types) if name in present)
        return [name for name in wanted if one(db, f'SELECT 1 FROM {space}."{name}" WHERE {when} LIMIT 1')]

    return held(schema.nodes), held(schema.edges)


def read_type(db: Connection, schema: Schema, name: str, when: str, *, raw: bool) -> pa.Table:
    """Read the rows of a type that hold at a time."""
    owner = schema.nodes[name] if name in schema.nodes else schema.edge(name)
    if raw:
        return settled(select(db, f'raw."{name}"', columns(owner, raw=True), when, "id, source_id, place"))
    return select(db, f'record."{name}"', columns(owner), when, "id")


def read_plain(db: Connection, when: str, *, raw: bool) -> dict[str, pa.Table]:
    """Read what stands beside nodes and edges: sources, decisions, evidence, statistics."""
    space = "raw" if raw else "record"
    if not tables(db, space):
        return {}
    return {
        name: select(db, f"{'record' if name in SHARED else space}.{name}", wanted, when, "ALL")
        for name, wanted in PLAIN.items()
    }


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
