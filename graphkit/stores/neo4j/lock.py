"""One writer at a time: a lock on the store node, held in an open transaction of its own for the whole push.

The server frees it when the writer ends, in order or not. What the store node is to say is written in that same
transaction, so that it counts at once or not at all.
"""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.stores.neo4j.connect import Connection
from graphkit.stores.neo4j.held import ask
from graphkit.stores.neo4j.parts import RAW_ROWS

if TYPE_CHECKING:
    import neo4j

MERGE = f"MERGE (s:{text.STORE} {{id: 'store'}}) SET s.held_by = $token"
FINISH = f"MATCH (s:{text.STORE} {{id: 'store'}}) SET s = $values"
FORGET_ROWS = f"UNWIND $ids AS id MATCH (n:{RAW_ROWS} {{id: id}}) WHERE n.{text.LOAD} IS NOT NULL DETACH DELETE n"
UNMARK = f"MATCH (p:{text.PUSH}) DELETE p"
WAITING = "SHOW TRANSACTIONS YIELD transactionId AS id, metaData AS told WHERE told.graphkit_lock = $token RETURN id"
HOLDING = (
    "SHOW TRANSACTIONS YIELD metaData AS told, username AS name, clientAddress AS address, elapsedTime AS since "
    "WHERE told.graphkit_lock IS NOT NULL AND told.graphkit_lock <> $token "
    "RETURN name, address, since.seconds AS seconds ORDER BY seconds DESC LIMIT 1"
)
ROWS_AT_ONCE = 500
SLOWEST = 5  # times the patience, for a server that nobody holds


class Lock:
    """The lock that this process holds; `check` between batches tells early that it was lost."""

    def __init__(self, transaction: "neo4j.Transaction") -> None:
        self._transaction = transaction
        self._checked = 0.0

    def check(self) -> None:
        """Make sure that the lock is still held; the driver's error says that it is not."""
        self._transaction.run("RETURN 1").consume()
        self._checked = time.monotonic()

    def check_now_and_then(self) -> None:
        """The same, but not more often than once a second: small batches would spend their time on it."""
        if time.monotonic() - self._checked > 1:
            self.check()

    def finish(self, values: dict[str, Any], old_rows: list[str]) -> None:
        """Let the store node say these values, and drop raw rows that count no more, at once; the lock is freed."""
        self._transaction.run(FINISH, values={"id": "store", **values}).consume()
        for start in range(0, len(old_rows), ROWS_AT_ONCE):
            self._transaction.run(FORGET_ROWS, ids=old_rows[start : start + ROWS_AT_ONCE]).consume()
        self._transaction.run(UNMARK).consume()
        self._transaction.commit()


@contextmanager
def locked(connection: Connection) -> Iterator[Lock]:
    """Hold the lock; raise StoreError `store-busy` if another writer does not free it in time."""
    token = uuid.uuid4().hex
    with connection.writing() as session:
        attempt = _Attempt(connection, session, token)
        worker = threading.Thread(target=attempt.run, daemon=True)
        worker.start()
        attempt.wait_for(worker)
        if worker.is_alive():
            attempt.give_up()
            worker.join()
        transaction = attempt.outcome()
        try:
            yield Lock(transaction)
        finally:
            # After a commit, or on a connection that is gone, there is nothing to roll back.
            with suppress(Exception):
                transaction.close()


class _Attempt:
    """Waiting for the lock in a thread of its own: a server waits for a lock without end, unless told to stop."""

    def __init__(self, connection: Connection, session: "neo4j.Session", token: str) -> None:
        self.connection, self.session, self.token = connection, session, token
        self.deadline = time.monotonic() + connection.settings.patience
        self.transaction: neo4j.Transaction | None = None
        self.error: Exception | None = None
        self.late = False

    def run(self) -> None:
        from neo4j.exceptions import TransientError

        while True:
            try:
                self._take()
            except TransientError as error:  # two that begin at once may block each other
                self.error = error
                if time.monotonic() > self.deadline:
                    self.late = True
                    return
                time.sleep(0.05)
                continue
            except Exception as error:  # handed over to the thread that waits
                self.error = error
            return

    def _take(self) -> None:
        import neo4j

        told = {"app": "graphkit", "graphkit_lock": self.token}
        name = text.constraint_name(text.STORE)
        if not ask(self.connection, "SHOW CONSTRAINTS YIELD name WHERE name = $name RETURN name", name=name):
            query = neo4j.Query(text.constraint(text.STORE, edge=False), metadata=told, timeout=0)
            self.session.run(query).consume()
        transaction = self.session.begin_transaction(metadata=told, timeout=0)
        try:
            transaction.run(MERGE, token=self.token).consume()
        except BaseException:
            with suppress(Exception):
                transaction.close()
            raise
        self.transaction, self.error = transaction, None

    def wait_for(self, worker: threading.Thread) -> None:
        """Wait as long as is asked, and longer for a server that is slow rather than held by another writer."""
        patience = self.connection.settings.patience
        worker.join(patience)
        last = time.monotonic() + SLOWEST * patience
        while worker.is_alive() and time.monotonic() < last and not self._holder():
            worker.join(patience / 4)

    def give_up(self) -> None:
        """Ask the server to stop waiting."""
        self.late = True
        with self.connection.reading() as session:
            waiting = session.run(WAITING, token=self.token).value()
            if waiting:
                session.run("TERMINATE TRANSACTIONS $ids", ids=waiting).consume()

    def outcome(self) -> "neo4j.Transaction":
        """Return the transaction that holds the lock, or raise what happened."""
        if self.transaction is not None and not (self.late and self._was_ended(self.transaction)):
            return self.transaction
        if self.late:
            raise self._busy()
        assert self.error is not None
        raise self.error

    def _was_ended(self, transaction: "neo4j.Transaction") -> bool:
        """Tell whether a lock that came at the very last was ended by `give_up`."""
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            Lock(transaction).check()
        except (DriverError, Neo4jError):
            with suppress(Exception):
                transaction.close()
            return True
        return False

    def _holder(self) -> tuple[str, str, int] | None:
        """Return who holds the lock, from where, and for how many seconds."""
        with self.connection.reading() as session:
            row = session.run(HOLDING, token=self.token).single()
        return tuple(row.values()) if row else None

    def _busy(self) -> StoreError:
        who, holder = "another writer", self._holder()
        if holder:
            name, address, seconds = holder
            who += f" ({' at '.join(told for told in (name, address) if told)}, for {seconds} seconds)"
        settings = self.connection.settings
        message = f"the store at {settings.uri} is held by {who}; waited {settings.patience:g} seconds"
        return StoreError(message, code="store-busy", hint="Try again when it has finished.")
