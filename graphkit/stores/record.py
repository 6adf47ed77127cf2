"""What the embedded file's transactions do to the record: read a graph of it, bring it to another, find its sources."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from graphkit.errors import SchemaError, StoreError
from graphkit.graph.collapse import as_elements
from graphkit.graph.merge import raw_rows, sorted_raw
from graphkit.graph.order import sorted_by_id
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.names import nearest
from graphkit.schema import EdgeType, NodeType, Schema, missing_from
from graphkit.stores.revisions import ALONE, NOW, Connection, bring, column_names, fit, one, select, stated, tables
from graphkit.stores.singles import apart
from graphkit.stores.views import show

FORMAT = 2  # 1 kept every element as one, beside its raw row
PLAIN = {"sources": SOURCES, "decisions": DECISIONS, "evidence": EVIDENCE, "statistics": STATISTICS}
SHARED = ("sources", "decisions")  # kept once: the same beside raw rows and assembled elements


def prepare(db: Connection, schema: Schema) -> None:
    """Make the tables of a new store, or note a schema that became wider, in the format of today."""
    from graphkit import __version__

    if "meta" in tables(db, "main"):
        db.execute("UPDATE meta SET schema = ? WHERE schema <> ?", [schema.text, schema.text])
        db.execute("UPDATE meta SET format = ?, written_by = ? WHERE format < ?", [FORMAT, __version__, FORMAT])
        return
    db.execute("CREATE SCHEMA raw; CREATE SCHEMA record")
    db.execute("CREATE TABLE meta (format INTEGER, written_by VARCHAR, schema VARCHAR)")
    db.execute("INSERT INTO meta VALUES (?, ?, ?)", [FORMAT, __version__, schema.text])
    db.execute("CREATE TABLE revisions (revision INTEGER, written_at TIMESTAMPTZ, action VARCHAR, mark VARCHAR)")
    for name, wanted in PLAIN.items():
        for space in ("record",) if name in SHARED else ("record", "raw"):
            fit(db, space, name, wanted)


def commit(db: Connection, graph: Graph, action: str) -> int:
    """End the transaction with a record that is the graph; return the new revision, or the old one if it was that."""
    revision = newest_revision(db) + 1
    changed = 0
    for space, name, rows in _kept(db, graph):
        fit(db, space, name, rows.schema if name in PLAIN else stated(rows))
        changed += bring(db, (space, name), rows, revision)
    if not changed:
        db.execute("ROLLBACK")
        return revision - 1
    show(db, graph.schema, PLAIN)
    db.execute("INSERT INTO revisions VALUES (?, now(), ?, ?)", [revision, action, uuid.uuid4().hex])
    db.execute("COMMIT")
    return revision


def _kept(db: Connection, graph: Graph) -> Iterator[tuple[str, str, pa.Table]]:
    """Return the tables that the file is to hold: by schema and name, those that become empty among them."""
    raw = raw_rows(graph)
    types = (raw, graph)
    for name in sorted({name for part in types for name in (*part.node_tables, *part.edge_tables)} | _types(db)):
        rows, elements = apart(_owner(graph.schema, name), raw.table(name), graph.table(name))
        yield "raw", name, rows
        yield "record", name, elements
    for name in sorted(PLAIN):
        yield "record", name, getattr(graph, name)
        if name not in SHARED:
            yield "raw", name, getattr(raw, name)


def _types(db: Connection) -> set[str]:
    return (tables(db, "raw") | tables(db, "record")) - set(PLAIN)


def _owner(schema: Schema, name: str) -> NodeType | EdgeType:
    return schema.nodes[name] if name in schema.nodes else schema.edge(name)


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
    present = _types(db)

    def held(types: Iterable[str]) -> list[str]:
        return [name for name in sorted(types) if name in present and _holds(db, name, when, raw=raw)]

    return held(schema.nodes), held(schema.edges)


def _holds(db: Connection, name: str, when: str, *, raw: bool) -> bool:
    places = [("raw", when)] if raw else _places(db, name, when)
    return any(one(db, f'SELECT 1 FROM {space}."{name}" WHERE {held} LIMIT 1') for space, held in places)


def count_elements(db: Connection) -> dict[str, int]:
    """Count the elements that hold now, by type."""
    return {name: sum(_count(db, name, place) for place in _places(db, name, NOW)) for name in sorted(_types(db))}


def _count(db: Connection, name: str, place: tuple[str, str]) -> int:
    space, held = place
    return int(one(db, f'SELECT count(*) FROM {space}."{name}" WHERE {held}'))


def _places(db: Connection, name: str, when: str) -> list[tuple[str, str]]:
    """Return where the elements of a type are, as schema and condition: elements as such, and those that are a row."""
    spaces = {"record": when, "raw": f"{ALONE} AND {when}"}
    marked = name in tables(db, "raw") and ALONE in column_names(db, "raw", name)
    return [(space, held) for space, held in spaces.items() if space == "record" or marked]


def read_type(db: Connection, schema: Schema, name: str, when: str, *, raw: bool) -> pa.Table:
    """Read the rows of a type that hold at a time."""
    owner = _owner(schema, name)
    if raw:
        return sorted_raw(select(db, f'raw."{name}"', columns(owner, raw=True), when))
    parts = []
    for space, held in _places(db, name, when):
        rows = select(db, f'{space}."{name}"', columns(owner, raw=space == "raw"), held)
        parts.append(as_elements(owner, rows) if space == "raw" else rows)
    return sorted_by_id(pa.concat_tables(parts))


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
