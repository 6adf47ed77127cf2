"""The embedded store: one DuckDB file that keeps raw rows, decisions and the assembled graph, revision by revision.

Schema `raw` holds each source's rows, schema `record` the assembled elements; rows carry the revision that wrote
them (`_since`) and the one that closed them (`_until`), and are never deleted. The views in `main` show what
holds now, for users of SQL. Connections are short: open, read into Arrow, close.
"""

import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.engines.kglite import CypherIndex, Limits, build_index, load_index
from graphkit.errors import StoreError
from graphkit.graph.merge import Resolver, join_raw, raw_rows, without_sources
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns, conform, frame
from graphkit.names import nearest
from graphkit.schema import Schema
from graphkit.stores.base import Store

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FORMAT = 1
PLAIN = {"sources": SOURCES, "decisions": DECISIONS, "evidence": EVIDENCE, "statistics": STATISTICS}
SHARED = ("sources", "decisions")  # kept once: the same beside raw rows and assembled elements
NOW = "_until IS NULL"

# DuckDB refuses two connections of one process to one file in different modes: they take turns.
_TURNS: dict[Path, threading.RLock] = {}


class EmbeddedStore(Store):
    """A graph in one DuckDB file.

    `resolve` assembles raw rows (identity.resolve); `wait` is how many seconds another process is waited for.
    """

    def __init__(self, path: Path | str, resolve: Resolver, *, schema: Schema | None = None, wait: float = 5.0) -> None:
        self.path = Path(path).resolve()
        self.schema = schema or Schema.load()
        self._resolve = resolve
        self._wait = wait
        self._index: tuple[str, CypherIndex] | None = None

    def write(self, graph: Graph) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open(read_only=False) as db:
            self._prepare(db)
            return _commit(db, self._union(db, graph), "write")

    def forget(self, source: str) -> int:
        with self._open(read_only=False) as db:
            gone = _named_sources(_current(db, "record.sources", SOURCES).to_pylist(), source)
            raw = without_sources(self._raw(db, NOW), gone)
            return _commit(db, self._resolve(raw), "forget")

    def read(self, *, as_of: str | None = None, revision: int | None = None) -> Graph:
        with self._open() as db:
            when = _condition(db, revision)
            graph = replace(self._graph(db, when, raw=False), read_raw=self._raw_reader(revision))
        return graph if as_of is None else graph.as_of(as_of)

    def raw(self, sources: list[str] | None = None) -> Graph:
        with self._open() as db:
            raw = self._raw(db, NOW)
        if sources is None:
            return raw
        live = raw.sources.to_pylist()
        wanted = [found for source in sources for found in _named_sources(live, source)]
        return without_sources(raw, [s["id"] for s in live if s["id"] not in wanted])

    def query(self, text: str, *, limits: Limits = Limits(), **params: Any) -> "pd.DataFrame":  # noqa: B008 - a frozen value
        return self._cypher().run(text, params, limits)

    def sources(self) -> "pd.DataFrame":
        with self._open() as db:
            return frame(_current(db, "record.sources", SOURCES))

    def counts(self) -> dict[str, int]:
        with self._open() as db:
            names = [n for n in _tables(db, "record") if n not in PLAIN]
            counted = {n: _one(db, f'SELECT count(*) FROM record."{n}" WHERE {NOW}') for n in names}
        return {name: int(count) for name, count in sorted(counted.items()) if count}

    @property
    def revision(self) -> int:
        if not self.path.exists():
            return 0
        with self._open() as db:
            return _revision(db)

    def close(self) -> None:
        self._index = None

    def _union(self, db: "duckdb.DuckDBPyConnection", graph: Graph) -> Graph:
        """Add the live sources that the graph does not hold, and assemble anew if there are any."""
        new = raw_rows(graph)
        live = _current(db, "record.sources", SOURCES)["id"].to_pylist()
        if not graph.is_raw and set(live) <= set(new.sources["id"].to_pylist()):
            return graph
        kept = without_sources(self._raw(db, NOW), new.sources["id"].to_pylist())
        return self._resolve(join_raw(kept, new))

    def _raw(self, db: "duckdb.DuckDBPyConnection", when: str) -> Graph:
        return self._graph(db, when, raw=True)

    def _raw_reader(self, revision: int | None) -> Callable[[], Graph]:
        def read_raw() -> Graph:
            with self._open() as db:
                return self._raw(db, _condition(db, revision))

        return read_raw

    def _graph(self, db: "duckdb.DuckDBPyConnection", when: str, *, raw: bool) -> Graph:
        space = "raw" if raw else "record"
        present = _tables(db, space)
        order = "id, source_id, place" if raw else "id"

        def rows(name: str, wanted: pa.Schema) -> pa.Table:
            return _select(db, f'{space}."{name}"', wanted, when, order)

        def filled(types: Mapping[str, Any]) -> dict[str, pa.Table]:
            tables = {n: rows(n, columns(types[n], raw=raw)) for n in sorted(types) if n in present}
            return {name: table for name, table in tables.items() if len(table)}

        plain = {
            name: _select(db, f"{'record' if name in SHARED else space}.{name}", wanted, when, "ALL")
            for name, wanted in PLAIN.items()
        }
        return Graph(self.schema, filled(self.schema.nodes), filled(self.schema.edges), **plain, is_raw=raw)

    def _cypher(self) -> CypherIndex:
        """Return the index of the newest revision: from memory, from its file beside the store, or built anew."""
        import kglite

        with self._open() as db:
            key = f"{_one(db, 'SELECT record_id FROM meta')}-{_revision(db)}-{kglite.__version__}"
        if self._index and self._index[0] == key:
            return self._index[1]
        file = self.path.with_name(f".{self.path.name}.cypher") / f"{key}.kgl"
        index = load_index(file)
        if index is None:
            index = build_index(self.read())
            _keep_index(index, file, self.path)
        self._index = (key, index)
        return index

    @contextmanager
    def _open(self, *, read_only: bool = True) -> Iterator["duckdb.DuckDBPyConnection"]:
        if read_only and not self.path.exists():
            message = f"there is no store at {self.path}"
            raise StoreError(message, code="store-missing", hint="Check the path, or load something into it first.")
        with _TURNS.setdefault(self.path, threading.RLock()):
            db = self._connect(read_only=read_only)
            try:
                _check_format(db, self.path, new_allowed=not read_only)
                yield db
            finally:
                db.close()

    def _connect(self, *, read_only: bool) -> "duckdb.DuckDBPyConnection":
        import duckdb

        deadline = time.monotonic() + self._wait
        while True:
            try:
                return duckdb.connect(str(self.path), read_only=read_only)
            except duckdb.IOException as error:
                if "lock" not in str(error).lower():
                    raise self._no_store(error) from error
                if time.monotonic() > deadline:
                    raise self._held(error) from error
                time.sleep(0.05)
            except duckdb.Error as error:
                raise self._no_store(error) from error

    def _no_store(self, error: Exception) -> StoreError:
        hint = "Check the path; if it was a store, take a copy from a backup, or load the sources again."
        cause = str(error).splitlines()[0].removeprefix("IO Error: ")
        return StoreError(f"{self.path} cannot be opened: {cause}", code="store-unreadable", hint=hint)

    def _held(self, error: Exception) -> StoreError:
        holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
        who = f" by process {holder[2]} ({Path(holder[1]).name})" if holder else ""
        message = f"{self.path} is being written{who}; waited {self._wait:g} seconds"
        return StoreError(message, code="store-busy", hint="Try again when that process has finished.")

    def _prepare(self, db: "duckdb.DuckDBPyConnection") -> None:
        if "meta" in _tables(db, "main"):
            return
        from graphkit import __version__

        db.execute("BEGIN")
        db.execute("CREATE SCHEMA raw; CREATE SCHEMA record")
        db.execute("CREATE TABLE meta (format INTEGER, written_by VARCHAR, schema_name VARCHAR, record_id VARCHAR)")
        db.execute("INSERT INTO meta VALUES (?, ?, ?, ?)", [FORMAT, __version__, self.schema.name, uuid.uuid4().hex])
        db.execute("CREATE TABLE revisions (revision INTEGER, written_at TIMESTAMPTZ, action VARCHAR)")
        for name, wanted in PLAIN.items():
            for space in ("record",) if name in SHARED else ("record", "raw"):
                _create(db, space, name, wanted)
        db.execute("COMMIT")


def _commit(db: "duckdb.DuckDBPyConnection", graph: Graph, action: str) -> int:
    """Bring the record to a graph in one transaction; return the new revision, or the old one if nothing changed."""
    revision = _revision(db) + 1
    db.execute("BEGIN")
    changed = 0
    for space, part in (("raw", raw_rows(graph)), ("record", graph)):
        wanted: dict[str, pa.Table] = {**part.node_tables, **part.edge_tables}
        plain = {name: getattr(part, name) for name in PLAIN if space == "record" or name not in SHARED}
        for name in sorted({*_tables(db, space), *wanted, *plain}):
            changed += _bring(db, (space, name), (wanted | plain).get(name), revision)
    if not changed:
        db.execute("ROLLBACK")
        return revision - 1
    db.execute("INSERT INTO revisions VALUES (?, now(), ?)", [revision, action])
    db.execute("COMMIT")
    return revision


def _bring(db: "duckdb.DuckDBPyConnection", target: tuple[str, str], rows: pa.Table | None, revision: int) -> int:
    """Close rows of a table that no longer hold and add those that newly do; return how many changed."""
    space, name = target
    table = f'{space}."{name}"'
    if rows is None:
        rows = _select(db, table, None, "false", "1")
    if name not in _tables(db, space):
        _create(db, space, name, rows.schema)
    _add_columns(db, table, rows.schema)
    listed = ", ".join(f'"{column}"' for column in rows.schema.names)
    db.register("_new", rows)
    if not _one(db, f"SELECT count(*) FROM {table} WHERE {NOW}"):
        db.execute(f"INSERT INTO {table} ({listed}, _since) SELECT {listed}, ? FROM _new", [revision])
        db.unregister("_new")
        return len(rows)
    # Rows are compared as a whole, by hash: what stands in both stays untouched.
    digest = f"hash(row({listed}))"
    db.execute(f"CREATE TEMP TABLE _digests AS SELECT {digest} AS digest FROM _new")
    closed = db.execute(
        f"UPDATE {table} SET _until = ? WHERE {NOW} AND {digest} NOT IN (SELECT digest FROM _digests)", [revision]
    ).fetchall()[0][0]
    added = db.execute(
        f"INSERT INTO {table} ({listed}, _since) SELECT {listed}, ? FROM _new WHERE {digest} NOT IN "
        f"(SELECT {digest} FROM {table} WHERE {NOW})",
        [revision],
    ).fetchall()[0][0]
    db.execute("DROP TABLE _digests")
    db.unregister("_new")
    return int(closed) + int(added)


def _create(db: "duckdb.DuckDBPyConnection", space: str, name: str, wanted: pa.Schema) -> None:
    empty = wanted.empty_table()
    db.register("_shape", empty)
    db.execute(f'CREATE TABLE {space}."{name}" AS SELECT *, 0::INTEGER AS _since, NULL::INTEGER AS _until FROM _shape')
    db.unregister("_shape")
    if space == "record":
        view = f'SELECT * EXCLUDE (_since, _until) FROM record."{name}" WHERE {NOW}'
        db.execute(f'CREATE OR REPLACE VIEW main."{name}" AS {view}')


def _add_columns(db: "duckdb.DuckDBPyConnection", table: str, wanted: pa.Schema) -> None:
    """An extended schema brings new columns to a table that already stands."""
    known = {row[0] for row in db.execute(f"DESCRIBE {table}").fetchall()}
    types = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN"}
    for column in wanted:
        if column.name not in known:
            db.execute(f'ALTER TABLE {table} ADD COLUMN "{column.name}" {types.get(column.type, "VARCHAR[]")}')


def _select(
    db: "duckdb.DuckDBPyConnection", table: str, wanted: pa.Schema | None, when: str, order: str
) -> pa.Table:
    rows = db.sql(f"SELECT * EXCLUDE (_since, _until) FROM {table} WHERE {when} ORDER BY {order}").to_arrow_table()
    return conform(rows, wanted) if wanted else rows


def _current(db: "duckdb.DuckDBPyConnection", table: str, wanted: pa.Schema) -> pa.Table:
    return _select(db, table, wanted, NOW, "ALL")


def _condition(db: "duckdb.DuckDBPyConnection", revision: int | None) -> str:
    if revision is None:
        return NOW
    newest = _revision(db)
    if not 0 < revision <= newest:
        message = f"revision {revision} is not held; the newest is {newest}"
        raise StoreError(message, code="no-such-revision", hint=f"Use 1 to {newest}.")
    return f"_since <= {revision} AND (_until IS NULL OR _until > {revision})"


def _tables(db: "duckdb.DuckDBPyConnection", space: str) -> set[str]:
    rows = db.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'", [space]
    )
    return {name for (name,) in rows.fetchall()}


def _one(db: "duckdb.DuckDBPyConnection", text: str) -> Any:
    # Fetched to the end: DuckDB refuses other work beside an unfinished result.
    rows = db.execute(text).fetchall()
    return rows[0][0] if rows else None


def _revision(db: "duckdb.DuckDBPyConnection") -> int:
    if "revisions" not in _tables(db, "main"):
        return 0
    return int(_one(db, "SELECT max(revision) FROM revisions") or 0)


def _check_format(db: "duckdb.DuckDBPyConnection", path: Path, *, new_allowed: bool) -> None:
    """Refuse a DuckDB file that is no store, or a store of a newer format."""
    tables = _tables(db, "main")
    if "meta" not in tables:
        if tables or not new_allowed:
            message = f"{path} is a DuckDB file, but no store of graphkit"
            raise StoreError(message, code="store-foreign", hint="Choose another path; this file is left alone.")
        return
    for held, written_by in db.execute("SELECT format, written_by FROM meta").fetchall():
        if held > FORMAT:
            message = f"{path} has format {held}, written by graphkit {written_by}; this graphkit reads up to {FORMAT}"
            raise StoreError(message, code="store-newer", hint=f"Use graphkit {written_by} or newer.")


def _named_sources(live: list[dict[str, Any]], source: str) -> list[str]:
    """Find the live sources behind an id, a dataset, or dataset/edition."""
    found = [s["id"] for s in live if source in (s["id"], s["dataset"], f"{s['dataset']}/{s['edition']}")]
    if not found:
        known = sorted({s["dataset"] for s in live})
        hint = f"Live sources: {', '.join(nearest(source, known) or known) or 'none'}."
        raise StoreError(f"no live source is called {source!r}", code="no-such-source", hint=hint)
    return found


def _keep_index(index: CypherIndex, file: Path, store: Path) -> None:
    """Keep the index beside the store, as readable as the store is, in place of older ones; a failure costs nothing."""
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        for old in file.parent.glob("*.kgl*"):
            old.unlink(missing_ok=True)
        index.save(file)
        os.chmod(file, store.stat().st_mode & 0o777)
    except OSError:
        return
