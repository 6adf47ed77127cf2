"""Unique ids of every label and type on the server, made before anything is written and checked after."""

from collections.abc import Iterable

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.stores.neo4j.connect import Connection
from graphkit.stores.neo4j.held import ask
from graphkit.stores.neo4j.parts import Part

SHOW = "SHOW CONSTRAINTS YIELD name, type, entityType, labelsOrTypes, properties"
AWAIT = "CALL db.awaitIndexes(300)"


def keep_ids_unique(connection: Connection, parts: Iterable[Part]) -> None:
    """Make the constraints that are missing; raise StoreError if one cannot be had."""
    wanted = {(part.name, part.edge) for part in parts}
    lacking = sorted(wanted - _kept(connection))
    if not lacking:
        return
    with connection.writing() as session:
        for name, edge in lacking:
            session.run(text.constraint(name, edge=edge)).consume()
        session.run(AWAIT).consume()
    # `IF NOT EXISTS` is silent about another constraint that bears the name.
    for name, _ in sorted(wanted - _kept(connection)):
        message = f"another constraint on the server is called {text.constraint_name(name)}"
        hint = f"Drop or rename it: the ids of {name} have to be unique."
        raise StoreError(message, code="constraint-taken", hint=hint)


def _kept(connection: Connection) -> set[tuple[str, bool]]:
    """List the labels and types whose ids are unique, whatever the constraint is called."""
    found = set()
    for _, kind, entity, owners, properties in ask(connection, SHOW):
        if ("UNIQUENESS" in kind or kind.endswith("KEY")) and properties == ["id"] and len(owners) == 1:
            found.add((owners[0], entity == "RELATIONSHIP"))
    return found
