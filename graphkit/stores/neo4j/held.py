"""What a server holds: the state of its store, and its elements in pages, in READ sessions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.schema import Schema
from graphkit.stores.neo4j.connect import Connection
from graphkit.stores.neo4j.parts import RAW_ROWS, Part

if TYPE_CHECKING:
    import neo4j

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much
FORMAT = 1
PAGE, LARGE_PAGE, ID_PAGE = 10_000, 50, 50_000


@dataclass(frozen=True, slots=True)
class State:
    """What the store node says; `parts` are the raw rows that count, `unfinished` the push that is under way or cut."""

    schema: Schema
    revision: int
    load: str
    parts: tuple[str, ...]
    has_raw: bool
    unfinished: str | None


def store_values(schema: Schema, revision: int, parts: Iterable[str], *, has_raw: bool) -> dict[str, Any]:
    """Return what the store node is to say, but for the load: the schema, and which raw rows count."""
    from graphkit import __version__

    told = {"format": FORMAT, "written_by": __version__, "schema": schema.text, "revision": revision}
    return told | {"parts": sorted(parts), "has_raw": has_raw}


def ask(connection: Connection, query: str, /, **params: Any) -> list[list[Any]]:
    """Return the rows of an answer, read in one go."""
    with connection.reading() as session:
        return session.execute_read(_rows, query, params)


def _rows(transaction: "neo4j.ManagedTransaction", query: str, params: dict[str, Any]) -> list[list[Any]]:
    return [record.values() for record in transaction.run(query, params)]


def state_of(connection: Connection) -> State | None:
    """Read what the server says of its store, or None if nothing was ever pushed to its end.

    Raises StoreError for a store of a newer format.
    """
    query = f"MATCH (s:{text.STORE} {{id: 'store'}}) OPTIONAL MATCH (p:{text.PUSH}) RETURN properties(s), p.load"
    rows = ask(connection, query)
    if not rows:
        return None
    told, unfinished = rows[0]
    if told.get("format", 0) > FORMAT:
        message = f"the store at {connection.settings.uri} has format {told['format']}, written by graphkit"
        message += f" {told.get('written_by')}; this graphkit reads up to {FORMAT}"
        raise StoreError(message, code="store-newer", hint=f"Use graphkit {told.get('written_by')} or newer.")
    try:
        schema = Schema.parse(told["schema"], f"{connection.settings.uri} ({text.STORE})")
        return State(
            schema, int(told["revision"]), told["load"], tuple(told["parts"]), bool(told["has_raw"]), unfinished
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"the node (:{text.STORE}) at {connection.settings.uri} is damaged"
        hint = f"Remove it ((:{text.STORE} {{id: 'store'}}) alone) and push again."
        raise StoreError(message, code="store-damaged", hint=hint) from error


def totals(connection: Connection, parts: list[Part]) -> dict[str, int]:
    """Count what the server holds of each label and type, whoever wrote it; those of which it holds none are absent."""
    labels = ask(connection, "CALL db.labels() YIELD label RETURN collect(label)")[0][0]
    kinds = ask(connection, "CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType)")[0][0]
    known = [part for part in parts if part.name in (kinds if part.edge else labels)]
    if not known:
        return {}
    asked = [[part.name for part in known if part.edge is edge] for edge in (False, True)]
    counted = ask(connection, text.totals(*asked))[0]
    return {name: total for name, total in zip((*asked[0], *asked[1]), counted, strict=True) if total}


def pages(connection: Connection, part: Part, labels: list[str]) -> Iterator[list[list[Any]]]:
    """Read the own elements of a part by keyset: pages of rows `id, ends, columns`, in the order of ids."""
    query = text.page(part.name, part.columns, edge=part.edge)
    size = LARGE_PAGE if part.name == RAW_ROWS else PAGE
    after = ""
    with connection.reading() as session:
        while True:
            rows = session.execute_read(_rows, query, {"after": after, "size": size, "labels": labels})
            if rows:
                yield rows
            if len(rows) < size:
                return
            after = rows[-1][0]


class Seen:
    """Tells of the rows of a server as they are read, over all its labels and types."""

    def __init__(self, name: str, total: int, on_progress: Progress | None) -> None:
        self.name, self.total, self.count = name, total, 0
        self._on_progress = on_progress

    def told(self, read: Iterator[list[list[Any]]]) -> Iterator[list[list[Any]]]:
        """Give pages on, and tell of each; more rows than there were at first are none."""
        for page in read:
            self.count = min(self.count + len(page), self.total)
            self._tell(self.count)
            yield page

    def end(self) -> None:
        """Tell that all is read, whatever of it was others'."""
        self._tell(self.total)

    def _tell(self, count: int) -> None:
        if self._on_progress:
            self._on_progress(self.name, count, self.total)


def ids(connection: Connection, part: Part, *, foreign: bool) -> Iterator[list[str]]:
    """Read the ids of a part's own elements in pages; quicker if nothing `foreign` is under its label or type."""
    query = text.id_page(part.name, edge=part.edge, foreign=foreign)
    after = ""
    with connection.reading() as session:
        while True:
            found = session.execute_read(_rows, query, {"after": after, "size": ID_PAGE})[0][0]
            yield found
            if len(found) < ID_PAGE:
                return
            after = found[-1]


def count(connection: Connection, part: Part) -> int:
    """Count the elements of a label or type that graphkit wrote and still means."""
    return int(ask(connection, text.count(part.name, edge=part.edge))[0][0])


def asked_in_batches(connection: Connection, query: str, wanted: list[str]) -> list[str]:
    """Ask for those of many ids that a query answers with."""
    found: list[str] = []
    for start in range(0, len(wanted), PAGE):
        found += ask(connection, query, ids=wanted[start : start + PAGE])[0][0]
    return found
