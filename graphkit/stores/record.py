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
from graphkit.stores.revisions import (
    ALONE,
    NOW,
    Connection,
    Layout,
    bring,
    fit,
    layout,
    one,
    select,
    stated,
    tables,
)
from graphkit.stores.singles import apart
from graphkit.stores.views import show

FORMAT = 2  # 1 kept every element beside its raw row; the next write makes a revision of the change
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
            fit(db, (space, name), wanted)


def commit(db: Connection, graph: Graph, action: str) -> int:
    """End the transaction with a record that is the graph; return the new revision, or the old one if it was that."""
    revision, changed = newest_revision(db) + 1, 0
    known = layout(db)
    for space, name, rows in _kept(known, graph):
        wanted = rows.schema if name in PLAIN else stated(rows)
        there = fit(db, (space, name), wanted, known.get(space, {}).get(name, []))
        changed += bring(db, (space, name), rows.select([c for c in rows.column_names if c in there]), revision)
    if not changed:
        db.execute("ROLLBACK")
        return revision - 1
    show(db, layout(db), graph.schema, PLAIN)
    db.execute("INSERT INTO revisions VALUES (?, now(), ?, ?)", [revision, action, uuid.uuid4().hex])
    db.execute("COMMIT")
    return revision


def _kept(known: Layout, graph: Graph) -> Iterator[tuple[str, str, pa.Table]]:
    """Return the tables that the file is to hold: by schema and name, those that become empty among them."""
    raw = raw_rows(graph)
    types = {name for part in (raw, graph) for name in (*part.node_tables, *part.edge_tables)}
    for name in sorted((types | known.get("raw", {}).keys() | known.get("record", {}).keys()) - PLAIN.keys()):
        rows, elements = apart(graph.schema.owner(name), raw.table(name), graph.table(name))
        yield "raw", name, rows
        yield "record", name, elements
    for name in sorted(PLAIN):
        yield "record", name, getattr(graph, name)
        if name not in SHARED:
            yield "raw", name, getattr(raw, name)


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
    held = counted(db, when, raw=raw)

    def filled(types: Iterable[str]) -> dict[str, pa.Table]:
        wanted = (name for name in sorted(types) if name in held)
        return {name: read_type(db, schema.owner(name), held[name], when, raw=raw) for name in wanted}

    return Graph(schema, filled(schema.nodes), filled(schema.edges), **read_plain(db, when, raw=raw), is_raw=raw)


def counted(db: Connection, when: str, *, raw: bool) -> dict[str, dict[str, int]]:
    """Count what of each type holds at a time: by type and schema, those that are empty left out."""
    known = layout(db)
    places = [(name, "raw") for name in known.get("raw", {}) if name not in PLAIN]
    if not raw:
        places = [place for place in places if ALONE in known["raw"][place[0]]]
        places += [(name, "record") for name in known.get("record", {}) if name not in PLAIN]
    found: dict[str, dict[str, int]] = {}
    counts = [
        f'SELECT {number}, count(*) FROM {space}."{name}" WHERE {_held(space, when, raw=raw)}'
        for number, (name, space) in enumerate(places)
    ]
    for number, count in sorted(db.execute(" UNION ALL ".join(counts)).fetchall()) if counts else ():
        name, space = places[number]
        if count:
            found.setdefault(name, {})[space] = int(count)
    return found


def _held(space: str, when: str, *, raw: bool) -> str:
    """Return the condition on the rows of a schema: of raw rows, elements are those that are one by themselves."""
    return when if raw or space == "record" else f"{ALONE} AND {when}"


def read_type(db: Connection, owner: NodeType | EdgeType, spaces: Iterable[str], when: str, *, raw: bool) -> pa.Table:
    """Read what of a type holds at a time: its raw rows, or its elements from the schemas that have some."""
    parts = []
    for space in spaces:
        wanted, held = columns(owner, raw=space == "raw"), _held(space, when, raw=raw)
        rows = select(db, f'{space}."{owner.name}"', wanted, held)
        parts.append(rows if raw or space == "record" else as_elements(owner, rows))
    table = pa.concat_tables(parts)
    return sorted_raw(table) if raw else sorted_by_id(table)


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
