"""The embedded store: one DuckDB file that keeps raw rows, decisions and the assembled graph, revision by revision.

Schema `raw` holds each source's rows, schema `record` the elements that are not simply one of them; rows carry the
revision that wrote them (`_since`) and the one that closed them (`_until`), and are never deleted. The views in `main`
show what holds now, for users of SQL. Connections are short: open, read into Arrow, close.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.engines.kglite import CypherIndex, Limits
from graphkit.engines.relational import Memory, memory_now, ran_out, without_bar
from graphkit.errors import SchemaError, StoreError
from graphkit.graph.merge import Resolver
from graphkit.graph.tables import SOURCES, Graph, frame
from graphkit.schema import Schema, missing_from
from graphkit.stores.base import Settle, Store, usable_path
from graphkit.stores.cypher_cache import cached_index, key_of
from graphkit.stores.record import (
    FORMAT,
    Shelves,
    checked_revision,
    commit,
    counted,
    live_sources,
    newest_revision,
    prepare,
    read_graph,
    read_plain,
    read_type,
    wider,
)
from graphkit.stores.revisions import CATALOG, NOW, at, one, select, tables
from graphkit.stores.rows import deciding, forgetting, incoming, of_sources, replacing, undoing

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

# A file that is no DuckDB file must not make DuckDB fetch a reader for it.
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
SMALL = 50_000  # rows up to which a new store is made of small blocks

# DuckDB refuses two connections of one process to one file in different modes: they take turns.
_TURNS: dict[Path, threading.RLock] = {}


class EmbeddedStore(Store):
    """A graph in one DuckDB file.

    `resolve` assembles raw rows (identity.resolve); `wait` is how many seconds another process is waited for.
    Without a `schema` the store is read under the one that it was written with. `memory`: how much DuckDB takes at
    most and where it spills to; by default what `memory_limit` says where the store is used.
    """

    def __init__(
        self,
        path: Path | str,
        resolve: Resolver,
        *,
        schema: Schema | None = None,
        wait: float = 5.0,
        memory: Memory | None = None,
    ) -> None:
        self._bound = memory
        self.path = usable_path(path)
        self._asked = schema
        self._resolve = resolve
        self._wait = wait
        self._index: tuple[str, CypherIndex] | None = None

    @property
    def schema(self) -> Schema:
        if not self.path.exists():
            return self._asked or Schema.load()
        with self._open(blank=True) as db:
            return self._schema(db)

    def write(self, graph: Graph, *, settle: Settle | None = None) -> int:
        new = incoming(graph, settle)
        # What cannot be assembled must not leave a new, empty file behind.
        first = None if self.path.exists() else self._resolve(new)
        self._make_room()
        with self._open(read_only=False, blank=True, rows=new.rows) as db:
            db.execute("BEGIN")
            own = self._schema(db)
            schema = wider(own, new.schema)
            prepare(db, schema)
            if first is None or first.schema is not schema or live_sources(db):
                first = self._resolve(replacing(read_graph(db, own, NOW, raw=True), new, settle))
            revision = commit(db, first, "write")
        self._asked = self._asked and wider(self._asked, schema)
        return revision

    def forget(self, source: str) -> int:
        return self._changed(lambda held: forgetting(held, source), "forget")

    def decide(self, decisions: pa.Table) -> int:
        return self._changed(lambda held: deciding(held, decisions), "decide")

    def undo(self, left: str, right: str) -> int:
        return self._changed(lambda held: undoing(held, left, right), "undo")

    def _changed(self, change: Callable[[Graph], Graph], action: str) -> int:
        """Assemble the record anew from changed raw rows, in one transaction."""
        self._check_there()
        with self._open(read_only=False) as db:
            db.execute("BEGIN")
            schema = self._schema(db)
            prepare(db, schema)
            return commit(db, self._resolve(change(read_graph(db, schema, NOW, raw=True))), action)

    def read(self, *, as_of: str | None = None, revision: int | None = None) -> Graph:
        with self._open() as db:
            wanted = checked_revision(db, revision)
            graph = read_graph(db, self._schema(db), at(wanted), raw=False)
        # Bound to the revision: a load in between must not slip newer rows under an older graph.
        graph = replace(graph, read_raw=cache(lambda: self._raw_by_type(at(wanted))))
        return graph if as_of is None else graph.as_of(as_of)

    def raw(self, sources: list[str] | None = None) -> Graph:
        return of_sources(self._raw(NOW), sources)

    def query(self, text: str, /, *, limits: Limits = Limits(), **params: Any) -> "pd.DataFrame":  # noqa: B008 - a frozen value
        return self._cypher().run(text, params, limits)

    def sources(self) -> "pd.DataFrame":
        with self._open() as db:
            return frame(select(db, "record.sources", SOURCES, NOW, "ALL"))

    def counts(self) -> dict[str, int]:
        with self._open() as db:
            held = counted(db, NOW, raw=False)
        return {name: sum(held[name].values()) for name in sorted(held)}

    @property
    def revision(self) -> int:
        if not self.path.exists():
            return 0
        with self._open(blank=True) as db:
            return newest_revision(db)

    def close(self) -> None:
        self._index = None

    def _raw(self, when: str) -> Graph:
        with self._open() as db:
            return read_graph(db, self._schema(db), when, raw=True)

    def _raw_by_type(self, when: str) -> Graph:
        """Return raw rows that are read type by type when asked for: coverage wants those of its units alone."""
        with self._open() as db:
            schema = self._schema(db)
            held = counted(db, when, raw=True)
            plain = read_plain(db, when, raw=True)

        def read(name: str) -> pa.Table:
            with self._open() as db:
                return read_type(db, schema.owner(name), held[name], when, raw=True)

        nodes, edges = (Shelves(sorted(held.keys() & types), read) for types in (schema.nodes, schema.edges))
        return Graph(schema, nodes, edges, **plain, is_raw=True)

    def _cypher(self) -> CypherIndex:
        """Return the index of the newest revision: from memory, from its file beside the store, or built anew."""
        with self._open() as db:
            revision = newest_revision(db)
            key = key_of(str(one(db, f"SELECT mark FROM revisions WHERE revision = {revision}")), self._schema(db))
        if self._index is None or self._index[0] != key:
            self._index = (key, cached_index(self.path, key, lambda: self.read(revision=revision)))
        return self._index[1]

    def _schema(self, db: "duckdb.DuckDBPyConnection") -> Schema:
        """Return the schema the file was written with, or the wider one that was asked for."""
        if "meta" not in tables(db, "main"):
            return self._asked or Schema.load()
        held = Schema.parse(str(one(db, "SELECT schema FROM meta")), str(self.path))
        lacking = missing_from(self._asked, held) if self._asked else []
        if lacking:
            message = f"{self.path} holds what the schema asked for does not know: {', '.join(lacking[:5])}"
            raise SchemaError(message, code="schema-too-narrow", hint="Open it without a schema, or with a wider one.")
        return self._asked or held

    @contextmanager
    def _open(
        self, *, read_only: bool = True, blank: bool = False, rows: int = 0
    ) -> Iterator["duckdb.DuckDBPyConnection"]:
        """Open the file for a moment; `blank`: a file into which nothing was loaded yet (or `rows` will be) will do."""
        import duckdb

        if read_only:
            self._check_there()
        with _TURNS.setdefault(self.path, threading.RLock()):
            db = self._connect(self._mode(read_only, rows))
            try:
                _check_format(db, self.path, blank=blank)
                yield db
            except duckdb.Error as error:
                raise self._broken(error) from error
            finally:
                db.close()

    def _connect(self, mode: str) -> "duckdb.DuckDBPyConnection":
        import duckdb

        deadline = time.monotonic() + self._wait
        quoted = str(self.path).replace("'", "''")
        while True:
            # Attached under a name of ours: a file called record.duckdb would be taken for the schema `record`.
            db = duckdb.connect(config={**OFFLINE, **self._memory.settings()})
            try:
                db.execute(f"ATTACH '{quoted}' AS {CATALOG} (TYPE duckdb, {mode})")
                db.execute(f"USE {CATALOG}")
                without_bar(db)
                return db
            except duckdb.Error as error:
                db.close()
                if not re.search(r"(?i)\block\b|already attached|different configuration", str(error)):
                    raise self._broken(error) from error
                if time.monotonic() > deadline:
                    raise self._held(error) from error
                time.sleep(0.05)

    @property
    def _memory(self) -> Memory:
        return self._bound or memory_now()

    def _mode(self, read_only: bool, rows: int) -> str:
        """A county has many small tables: at DuckDB's own block size, the best for large ones, it would take 20 MB."""
        if read_only:
            return "READ_ONLY"
        return "BLOCK_SIZE 16384" if rows < SMALL and not self.path.exists() else "READ_WRITE"

    def _check_there(self) -> None:
        if not self.path.exists():
            message = f"there is no store at {self.path}"
            raise StoreError(message, code="store-missing", hint="Check the path, or load something into it first.")

    def _make_room(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"no store can be made at {self.path}: {error.strerror}"
            raise StoreError(message, code="store-unreadable", hint="Choose another path.") from error

    def _broken(self, error: Exception) -> StoreError:
        if lacking := ran_out(error):
            return self._memory.exhausted(lacking)
        hint = "Check the path; if it was a store, take a copy from a backup, or load the sources again."
        cause = re.sub(r"^[A-Za-z ]+ Error: ", "", str(error).splitlines()[0])
        return StoreError(f"{self.path} cannot be read or written: {cause}", code="store-unreadable", hint=hint)

    def _held(self, error: Exception) -> StoreError:
        holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
        who = f"process {holder[2]} ({Path(holder[1]).name})" if holder else "another connection of this process"
        message = f"{self.path} is held by {who}; waited {self._wait:g} seconds"
        return StoreError(message, code="store-busy", hint="Try again when it has finished.")


def _check_format(db: "duckdb.DuckDBPyConnection", path: Path, *, blank: bool) -> None:
    """Refuse a DuckDB file that is no store, or a store of a newer format."""
    found = tables(db, "main")
    if not found and not tables(db, "record"):
        if not blank:
            message = f"nothing was loaded into {path} yet"
            raise StoreError(message, code="store-missing", hint="Load something into it first.")
        return
    if not {"meta", "revisions"} <= found or not tables(db, "record"):
        message = f"{path} is a DuckDB file, but no store of graphkit"
        raise StoreError(message, code="store-foreign", hint="Choose another path; this file is left alone.")
    # Every format keeps these two columns.
    for held, written_by in db.execute("SELECT format, written_by FROM meta").fetchall():
        if held > FORMAT:
            message = f"{path} has format {held}, written by graphkit {written_by}; this graphkit reads up to {FORMAT}"
            raise StoreError(message, code="store-newer", hint=f"Use graphkit {written_by} or newer.")
