"""A store on a Neo4j server: raw rows, decisions and the assembled graph; only the newest revision is kept."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from graphkit.cypher import text as texts
from graphkit.cypher.guard import check_read_only, offset
from graphkit.engines.kglite import Limits, bad_parameter, check_rows, framed, timed_out
from graphkit.errors import QueryError, StoreError
from graphkit.graph.merge import Resolver
from graphkit.graph.tables import SOURCES, Graph, frame
from graphkit.schema import Schema
from graphkit.stores.base import Settle, Store
from graphkit.stores.neo4j.connect import Connection, Settings, connected, open_connection
from graphkit.stores.neo4j.failures import scrubbed, told
from graphkit.stores.neo4j.held import State, ask, count, state_of, totals
from graphkit.stores.neo4j.lock import Lock, locked
from graphkit.stores.neo4j.parts import EVERYTHING, PushOptions, prepared, schema_parts
from graphkit.stores.neo4j.pull import checked_schema, checked_state, read_graph, read_raw
from graphkit.stores.neo4j.push import push_locked
from graphkit.stores.record import wider
from graphkit.stores.rows import deciding, forgetting, incoming, of_sources, replacing, undoing

if TYPE_CHECKING:
    import neo4j
    import pandas as pd

# What is owned is brought to exactly the record: this store is the record, so that all of it is written.
EXACTLY = PushOptions(prune=True, force=True, sensitive=EVERYTHING)
ATTEMPTS = 3  # of reading, while somebody writes


class Neo4jStore(Store):
    """A graph on a server; `resolve` assembles raw rows (identity.resolve).

    Elements of others (without `gk_load`) are left alone. One connection is held until `close`. Sensitive properties
    are kept: a store is the record, and not a copy for others (that is `push`).
    """

    keeps_revisions: ClassVar[bool] = False

    def __init__(self, settings: Settings, resolve: Resolver, *, schema: Schema | None = None) -> None:
        self.settings = settings
        self._resolve = resolve
        self._asked = schema
        self._held: Connection | None = None
        self._closed = False  # raw rows may be read later still: then each reading has a connection of its own
        self._turn = threading.Lock()

    @property
    def schema(self) -> Schema:
        with self._reached() as connection:
            state = state_of(connection)
            return checked_schema(connection, state, self._asked) if state else self._asked or Schema.load()

    def write(self, graph: Graph, *, settle: Settle | None = None) -> int:
        new = incoming(graph, settle)
        with self._locked() as (connection, lock):
            state = state_of(connection)
            raw = replacing(self._record(connection, state), new, settle) if state else new
            revision = self._commit(connection, lock, raw)
        self._asked = self._asked and wider(self._asked, new.schema)
        return revision

    def forget(self, source: str) -> int:
        return self._changed(lambda held: forgetting(held, source))

    def decide(self, decisions: pa.Table) -> int:
        return self._changed(lambda held: deciding(held, decisions))

    def undo(self, left: str, right: str) -> int:
        return self._changed(lambda held: undoing(held, left, right))

    def _changed(self, change: Callable[[Graph], Graph]) -> int:
        """Assemble the record anew from changed raw rows, under the lock."""
        with self._reached() as connection:
            checked_state(connection)
        with self._locked() as (connection, lock):
            return self._commit(connection, lock, change(self._record(connection, checked_state(connection))))

    def _record(self, connection: Connection, state: State) -> Graph:
        return _raw(connection, state, checked_schema(connection, state, self._asked))

    def _commit(self, connection: Connection, lock: Lock, raw: Graph) -> int:
        return push_locked(connection, lock, prepared(self._resolve(raw), EXACTLY)).revision

    def read(self, *, as_of: str | None = None, revision: int | None = None) -> Graph:
        with self._reached() as connection:
            state = checked_state(connection)
            if revision not in (None, state.revision):
                message = f"revision {revision} is not on the server; Neo4j keeps only the newest, {state.revision}"
                raise StoreError(message, code="no-revisions", hint="Keep the record in a file to read earlier ones.")
            graph, state = self._read(connection, state)
        schema = graph.schema
        graph = replace(graph, read_raw=cache(lambda: self._raw_of(state, schema)))
        return graph if as_of is None else graph.as_of(as_of)

    def _read(self, connection: Connection, state: State) -> tuple[Graph, State]:
        """Read the elements of one revision; while a push is under way or was cut, assemble them from the raw rows."""
        for _ in range(ATTEMPTS):
            schema = checked_schema(connection, state, self._asked)
            graph = read_graph(connection, schema)
            after = checked_state(connection)
            if not state.unfinished and (after.load, after.unfinished) == (state.load, None):
                return graph, state
            state = after
        return self._resolve(_raw(connection, state, checked_schema(connection, state, self._asked))), state

    def _raw_of(self, state: State, schema: Schema) -> Graph:
        with self._reached() as connection:
            return _raw(connection, state, schema)

    def raw(self, sources: list[str] | None = None) -> Graph:
        with self._reached() as connection:
            return of_sources(self._record(connection, checked_state(connection)), sources)

    def query(self, text: str, /, *, limits: Limits = Limits(), **params: Any) -> "pd.DataFrame":  # noqa: B008 - a frozen value
        check_read_only(text)
        with self._reached() as connection:
            checked_state(connection)
            return _answer(connection, text, params, limits)

    def sources(self) -> "pd.DataFrame":
        with self._reached() as connection:
            checked_state(connection)
            query = f"MATCH (s:Source) WHERE s.{texts.LOAD} IS NOT NULL AND s.{texts.KEPT} IS NULL RETURN properties(s)"
            rows = [row[0] for row in ask(connection, query)]
        table = pa.Table.from_pylist(rows, schema=SOURCES)
        return frame(table.sort_by([(name, "ascending") for name in table.column_names]))

    def counts(self) -> dict[str, int]:
        with self._reached() as connection:
            parts = [part for part in schema_parts(checked_state(connection).schema) if part.element]
            known = totals(connection, parts)
            counted = {part.name: count(connection, part) for part in parts if part.name in known}
        return {name: number for name, number in sorted(counted.items()) if number}

    @property
    def revision(self) -> int:
        with self._reached() as connection:
            state = state_of(connection)
        return state.revision if state else 0

    def close(self) -> None:
        with self._turn:
            if self._held:
                self._held.close()
            self._held, self._closed = None, True

    @contextmanager
    def _reached(self) -> Iterator[Connection]:
        """Give the connection, which is opened at its first use; after `close` one for the moment."""
        with self._turn:
            if self._held is None and not self._closed:
                self._held = open_connection(self.settings)
        with connected(self._held or self.settings) as connection, told(self.settings):
            yield connection

    @contextmanager
    def _locked(self) -> Iterator[tuple[Connection, Lock]]:
        with self._reached() as connection, locked(connection) as lock:
            yield connection, lock


def _raw(connection: Connection, state: State, schema: Schema) -> Graph:
    if not state.has_raw:
        message = f"{connection.settings.uri} holds a graph without its raw rows"
        raise StoreError(message, code="no-raw-rows", hint="Push it again from its store, with its record.")
    return read_raw(connection, state.parts, schema)


def _answer(connection: Connection, text: str, params: dict[str, Any], limits: Limits) -> "pd.DataFrame":
    """Run a query that only reads, within its limits; raise QueryError as the embedded index does."""
    from neo4j.exceptions import ClientError, Neo4jError

    with connection.reading(quiet=False) as session:
        try:
            with session.begin_transaction(timeout=max(limits.seconds, 0.001)) as transaction:
                result = transaction.run(text, params)
                columns, rows = list(result.keys()), result.fetch(limits.rows + 1)
                warnings = _warnings(result) if len(rows) <= limits.rows else []
        except Neo4jError as error:
            if "TransactionTimedOut" in (error.code or "") or "Terminated" in (error.code or ""):
                raise timed_out(limits) from None
            if isinstance(error, ClientError) and ".ClientError.Statement." in (error.code or ""):
                raise _unreadable(text, error, connection.settings) from None
            raise
        except (TypeError, ValueError, OverflowError) as error:  # of a parameter: the driver names it
            raise bad_parameter(scrubbed(str(error), connection.settings)) from None
    check_rows(len(rows), limits)
    plain = [dict(zip(columns, map(_plain, record.values()), strict=True)) for record in rows]
    return framed(columns, plain, warnings)


def _warnings(result: "neo4j.Result") -> list[str]:
    """Return what the server says of names that it does not know."""
    told_by_server = result.consume().gql_status_objects
    return [status.status_description for status in told_by_server if status.raw_classification == "UNRECOGNIZED"]


def _plain(value: Any) -> Any:
    """Turn nodes and relationships into their properties, and times into those of Python."""
    import neo4j.graph
    import neo4j.time

    if isinstance(value, neo4j.graph.Node | neo4j.graph.Relationship):
        return {name: _plain(own) for name, own in value.items()}
    if isinstance(value, neo4j.graph.Path):
        return [_plain(node) for node in value.nodes]
    if isinstance(value, neo4j.time.Date | neo4j.time.Time | neo4j.time.DateTime):
        return value.to_native()
    if isinstance(value, list):
        return [_plain(own) for own in value]
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in value.items()}
    return value


def _unreadable(text: str, error: Any, settings: Settings) -> QueryError:
    message = scrubbed((error.message or str(error)).splitlines()[0], settings)
    if error.code.endswith("AccessMode"):
        hint = "Change the record by `graphkit load` or `graphkit forget`."
        return QueryError(message, code="query-refused", hint=hint, position=None)
    found = re.search(r"line (\d+), column (\d+)", error.message or "")
    line, column = (int(found[1]), int(found[2])) if found else (None, None)
    start = offset(text, line, column) if line and column else None
    hint = "Queries are Cypher; see the README for the portable subset."
    return QueryError(message, code="query-unreadable", hint=hint, position=start, line=line, column=column)
