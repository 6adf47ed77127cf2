"""Cypher texts for labels and relationship types: names from the schema alone, values as parameters only.

One static text per label and per (type, from, to): a dynamic label never finds the index. Every element that
graphkit writes carries `gk_load`, the load that wrote it; what has none is foreign and is left alone.
"""

from collections.abc import Iterable

from graphkit.errors import SchemaError
from graphkit.schema.reading import IDENTIFIER

LOAD = "gk_load"
KEPT = "gk_kept"  # what graphkit would have removed, had nobody else attached something to it
STORE = "GraphkitStore"
PUSH = "GraphkitPush"
ATTACHED = "EXISTS { (n)--() }"


def ident(name: str) -> str:
    """Return a name in backticks; raise SchemaError for one that is no identifier.

    Doubled backticks are not enough: Neo4j decodes `\\u0060` before it looks where the name ends.
    """
    if not IDENTIFIER.fullmatch(name):
        message = f"{name[:70]!r} is no identifier: a letter, then up to 62 letters, digits or underscores"
        raise SchemaError(message, code="bad-identifier", hint="Rename it in the schema.", name=name)
    return f"`{name}`"


def constraint_name(name: str) -> str:
    """Name the constraint that keeps the ids of a label or a relationship type unique."""
    return f"gk_{ident(name)[1:-1]}_id"


def constraint(name: str, *, edge: bool) -> str:
    """Keep the ids of a label or a relationship type unique; without it each MERGE would read all of them."""
    pattern = f"()-[e:{ident(name)}]-()" if edge else f"(e:{ident(name)})"
    return f"CREATE CONSTRAINT `{constraint_name(name)}` IF NOT EXISTS FOR {pattern} REQUIRE e.`id` IS UNIQUE"


def page(name: str, columns: Iterable[str], *, edge: bool) -> str:
    """Read `$size` own elements after an id: nodes as `id, columns`, edges as `id, ends, columns`."""
    told = "".join(f", e.{ident(column)} AS {ident(column)}" for column in columns)
    if not edge:
        return f"MATCH (e:{ident(name)}) {_after()} RETURN e.id AS id{told} ORDER BY id LIMIT $size"
    ends = ", ".join(
        f"{end}.id AS gk_{end}, head([l IN labels({end}) WHERE l IN $labels]) AS gk_{end}_type"
        for end in ("src", "dst")
    )
    return f"MATCH (src)-[e:{ident(name)}]->(dst) {_after()} RETURN e.id AS id, {ends}{told} ORDER BY id LIMIT $size"


def id_page(name: str, *, edge: bool, foreign: bool = True) -> str:
    """Read the ids alone of `$size` own elements after an id, as one list.

    Where nothing foreign is, all of them: what the index knows is enough, and no element is looked at.
    """
    after = _after() if foreign else "WHERE e.id > $after"
    return f"{_match(name, edge=edge)} {after} WITH e.id AS id ORDER BY id LIMIT $size RETURN collect(id) AS ids"


def _after() -> str:
    return f"WHERE e.id > $after AND e.{LOAD} IS NOT NULL"


def count(name: str, *, edge: bool) -> str:
    """Count the elements of a label or type that graphkit wrote and still means."""
    return f"{_match(name, edge=edge)} WHERE e.{LOAD} IS NOT NULL AND e.{KEPT} IS NULL RETURN count(e) AS own"


def foreign_count(name: str, *, edge: bool) -> str:
    """Count the elements of a label or type that graphkit did not write."""
    return f"{_match(name, edge=edge)} WHERE e.{LOAD} IS NULL RETURN count(e) AS others"


def totals(labels: Iterable[str], kinds: Iterable[str]) -> str:
    """Count all elements of labels and relationship types at once, from the server's own statistics."""
    told = [f"COUNT {{ (:{ident(name)}) }} AS {ident(name)}" for name in labels]
    told += [f"COUNT {{ ()-[:{ident(name)}]->() }} AS {ident(name)}" for name in kinds]
    return f"RETURN {', '.join(told)}"


def foreign_with_ids(name: str, *, edge: bool) -> str:
    """Find foreign elements that hold one of `$ids`: a MERGE would take them over."""
    return f"UNWIND $ids AS id {_match(name, 'id', edge=edge)} WHERE e.{LOAD} IS NULL RETURN collect(id) AS ids"


def merge_nodes(label: str) -> str:
    """Add nodes: `$rows` of `id` and properties `p`."""
    return f"UNWIND $rows AS row MERGE (e:{ident(label)} {{id: row.id}}) {_set()}"


def merge_edges(kind: str, src: str, dst: str) -> str:
    """Add relationships between two labels: `$rows` of `id`, ends `s` and `t`, and properties `p`."""
    ends = f"MATCH (a:{ident(src)} {{id: row.s}}) MATCH (b:{ident(dst)} {{id: row.t}})"
    return f"UNWIND $rows AS row {ends} MERGE (a)-[e:{ident(kind)} {{id: row.id}}]->(b) {_set()}"


def change(name: str, *, edge: bool) -> str:
    """Set properties of elements that are there: `$rows` of `id` and `p`; a null takes a property away."""
    return f"UNWIND $rows AS row {_match(name, 'row.id', edge=edge)} {_set()}"


def move(name: str, *, edge: bool) -> str:
    """Give elements another id, in place, so that what others attached stays: `$rows` of `old`, `id` and `p`."""
    return f"UNWIND $rows AS row {_match(name, 'row.old', edge=edge)} SET e.id = row.id {_set()}"


def replace_edges(kind: str, src: str, dst: str) -> str:
    """Hang relationships between other ends; what others told of them goes along: `$rows` of `old, id, s, t, p`."""
    ends = f"MATCH (a:{ident(src)} {{id: row.s}}) MATCH (b:{ident(dst)} {{id: row.t}})"
    took = "WITH row, a, b, o, properties(o) AS held DELETE o"
    return (
        f"UNWIND $rows AS row {ends} MATCH ()-[o:{ident(kind)} {{id: row.old}}]->() {took} "
        f"CREATE (a)-[e:{ident(kind)}]->(b) SET e = held SET e.id = row.id {_set()}"
    )


def delete_edges(kind: str) -> str:
    """Remove own relationships by `$ids`."""
    return (
        f"UNWIND $ids AS id {_match(kind, 'id', edge=True)} WHERE e.{LOAD} IS NOT NULL DELETE e RETURN count(*) AS done"
    )


def delete_nodes(label: str) -> str:
    """Remove own nodes by `$ids`, unless a relationship still hangs on them."""
    return (
        f"UNWIND $ids AS id MATCH (n:{ident(label)} {{id: id}}) WHERE n.{LOAD} IS NOT NULL AND NOT {ATTACHED} "
        "DELETE n RETURN count(*) AS done"
    )


def mark_kept(label: str) -> str:
    """Mark own nodes that had to stay, and return their ids."""
    return (
        f"UNWIND $ids AS id MATCH (n:{ident(label)} {{id: id}}) WHERE n.{LOAD} IS NOT NULL AND {ATTACHED} "
        f"SET n.{KEPT} = true RETURN collect(id) AS ids"
    )


def held_by_others(label: str) -> str:
    """Find those of `$ids` to which somebody else attached a relationship."""
    attached = f"EXISTS {{ MATCH (n)-[r]-() WHERE r.{LOAD} IS NULL }}"
    return f"UNWIND $ids AS id MATCH (n:{ident(label)} {{id: id}}) WHERE {attached} RETURN collect(id) AS ids"


def orphans(src: str, dst: str) -> str:
    """Find relationships of `$rows` of which an end is missing."""
    ends = f"OPTIONAL MATCH (a:{ident(src)} {{id: row.s}}) OPTIONAL MATCH (b:{ident(dst)} {{id: row.t}})"
    return f"UNWIND $rows AS row {ends} WITH row, a, b WHERE a IS NULL OR b IS NULL RETURN collect(row.id) AS ids"


def unknown_properties(name: str, *, edge: bool) -> str:
    """Count the properties of own elements that are not among `$known`."""
    return (
        f"{_match(name, edge=edge)} WHERE e.{LOAD} IS NOT NULL UNWIND [k IN keys(e) WHERE NOT k IN $known] AS property "
        "RETURN property, count(*) AS elements ORDER BY property"
    )


def unknown_values(name: str, *, edge: bool) -> str:
    """Read the values of those properties."""
    return (
        f"{_match(name, edge=edge)} WHERE e.{LOAD} IS NOT NULL UNWIND [k IN keys(e) WHERE NOT k IN $known] AS property "
        "RETURN e.id AS id, property, e[property] AS value ORDER BY id, property"
    )


def put_lists(name: str, column: str, mark: str | None, *, edge: bool) -> str:
    """Put back the lists that an import leaves out: empty ones, and where a mark says false those of one empty text."""
    own, value = f"e.{ident(column)}", "[]"
    where, tidy = f"{own} IS NULL AND e.{LOAD} IS NOT NULL", ""
    if mark:
        told = f"e.{ident(mark)}"
        value, where, tidy = f"CASE WHEN {told} THEN [] ELSE [''] END", f"{told} IS NOT NULL", f" REMOVE {told}"
    inner = f"CALL (e) {{ SET {own} = {value}{tidy} }} IN TRANSACTIONS OF 10000 ROWS"
    return f"{_match(name, edge=edge)} WHERE {where} {inner}"


def _match(name: str, key: str = "", *, edge: bool) -> str:
    """Find the elements of a label or type, or the one whose id is `key`."""
    told = f"e:{ident(name)} {{id: {key}}}" if key else f"e:{ident(name)}"
    return f"MATCH ()-[{told}]->()" if edge else f"MATCH ({told})"


def _set() -> str:
    return f"SET e += row.p SET e.{LOAD} = $load RETURN count(*) AS done"
