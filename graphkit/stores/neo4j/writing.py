"""Batches of rows to a server: deterministic, halved when they outgrow its memory, one transaction each."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.stores.neo4j.connect import Connection
from graphkit.stores.neo4j.failures import is_out_of_memory
from graphkit.stores.neo4j.lock import Lock

if TYPE_CHECKING:
    import neo4j

ENTRIES = 50_000  # state entries that one transaction holds with ease
LEAST = 200  # rows of a batch that is not halved any more
TEXT_LIMIT = 4_000_000  # characters in one batch
Row = dict[str, Any]
COUNTERS = ("nodes_created", "nodes_deleted", "relationships_created", "relationships_deleted", "properties_set")


@dataclass(frozen=True, slots=True)
class Step:
    """One statement over many rows; `ends`: the labels between which it puts relationships."""

    query: str
    rows: Iterable[Row]
    count: int
    ends: tuple[str, str] | None = None


class _TooLarge(Exception):
    """A batch outgrew the server's memory; not an error that the driver would try again."""


class Writer:
    """Writes the batches of one load through one session, and counts what the server says it did."""

    def __init__(self, connection: Connection, session: "neo4j.Session", lock: Lock, load: str, batch: int) -> None:
        self.connection, self._session, self._lock = connection, session, lock
        self._load, self._batch = load, batch
        self.counters: Counter[str] = Counter()

    def write(self, step: Step, width: int) -> Iterator[tuple[int, list[str]]]:
        """Write rows in batches; give for each how many were written, and the ids of those without an end."""
        size = min(self._batch, max(LEAST, ENTRIES // width))
        for chunk in _ahead(iter(step.rows), size):
            for part in _light(chunk):
                yield from self._halving(step, part)

    def _halving(self, step: Step, rows: list[Row]) -> Iterator[tuple[int, list[str]]]:
        waiting = [rows]
        while waiting:
            part = waiting.pop()
            try:
                done = self.run(step.query, {"rows": part})
            except _TooLarge:
                if len(part) <= LEAST:
                    raise self._too_little_memory(len(part)) from None
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
                continue
            yield len(part), self._missing(step, part) if done < len(part) else []

    def run(self, query: str, params: dict[str, Any]) -> int:
        """Run one statement; return the `done` of its answer."""
        return int(self._answer(query, params) or 0)

    def delete(self, query: str, own_ids: list[str]) -> None:
        """Remove elements by id, in batches."""
        for start in range(0, len(own_ids), self._batch):
            self.run(query, {"ids": own_ids[start : start + self._batch]})

    def mark(self, query: str, own_ids: list[str]) -> list[str]:
        """Run a statement over ids in batches, and return the ids of its answers."""
        found: list[str] = []
        for start in range(0, len(own_ids), self._batch):
            found += self._answer(query, {"ids": own_ids[start : start + self._batch]}) or []
        return found

    def _answer(self, query: str, params: dict[str, Any]) -> Any:
        """Run a statement in a transaction of its own, again while its failure is a passing one.

        The driver's own repetition would send a batch that is too large five times before it gives up.
        """
        from neo4j.exceptions import DriverError, Neo4jError

        deadline, pause = time.monotonic() + self.connection.settings.patience, 0.1
        while True:
            self._lock.check_now_and_then()
            try:
                with self._session.begin_transaction() as transaction:
                    result = transaction.run(query, {**params, "load": self._load})
                    row, counters = result.single(), result.consume().counters
                    transaction.commit()
                break
            except (DriverError, Neo4jError) as error:
                if is_out_of_memory(error):
                    raise _TooLarge from None
                if not error.is_retryable() or time.monotonic() > deadline:
                    raise
            time.sleep(pause)
            pause *= 2
        for name in COUNTERS:
            self.counters[name] += getattr(counters, name)
        return row[0] if row else None

    def _missing(self, step: Step, rows: list[Row]) -> list[str]:
        """List the relationships of a batch whose ends the server does not hold."""
        if step.ends is None:
            return []
        with self.connection.reading() as session:
            slim = [{"id": row["id"], "s": row["s"], "t": row["t"]} for row in rows]
            found: list[str] = session.run(text.orphans(*step.ends), rows=slim).single(strict=True)[0]
        return found

    def _too_little_memory(self, rows: int) -> StoreError:
        message = f"the server at {self.connection.settings.uri} has too little memory for {rows} rows"
        hint = "Raise dbms.memory.transaction.total.max or db.memory.transaction.max there, then push again."
        return StoreError(message, code="server-memory", hint=hint)


def _ahead(source: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Cut rows into batches; the next one is made while the server works on the one before it."""
    with ThreadPoolExecutor(1) as maker:
        waiting = maker.submit(lambda: list(islice(source, size)))
        while chunk := waiting.result():
            waiting = maker.submit(lambda: list(islice(source, size)))
            yield chunk


def _light(rows: list[Row]) -> Iterator[list[Row]]:
    """Part a batch whose texts are long, so that none is too heavy to send."""
    part: list[Row] = []
    weight = 0
    for row in rows:
        size = sum(len(value) for value in row["p"].values() if isinstance(value, str))
        if part and weight + size > TEXT_LIMIT:
            yield part
            part, weight = [], 0
        part.append(row)
        weight += size
    if part:
        yield part
