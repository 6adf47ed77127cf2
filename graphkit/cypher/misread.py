"""What the embedded index would answer wrongly without saying so: it is refused instead."""

from collections.abc import Iterator, Sequence

from graphkit.cypher.disagreements import DISAGREEMENTS, Differs
from graphkit.cypher.guard import position, tokens
from graphkit.cypher.parts import Group, Part, at, clauses, is_group, nested, walk
from graphkit.errors import QueryError


def check_read_right(text: str) -> None:
    """Raise QueryError for a pattern whose map reads an edge, or a node of the same MATCH: kglite finds nothing."""
    try:
        check_maps(nested(list(tokens(text))))
    except Differs as difference:
        raise query_error(text, difference, "query-unreadable") from None


def query_error(text: str, difference: Differs, code: str) -> QueryError:
    """Turn a difference into the error that a user sees, with its place and what to use instead."""
    line, column = position(text, difference.start)
    found = f"line {line}, column {column}: {difference.found} {DISAGREEMENTS[difference.name].differs}"
    hint = f"Use {difference.instead}."
    place = {"position": difference.start, "line": line, "column": column}
    return QueryError(found, code=code, hint=hint, rule=difference.name, **place)


def check_maps(parts: Sequence[Part]) -> None:
    """Raise Differs for such a map, `(e:Evidence {element_id: r.id})`."""
    edges = {name for part in walk(parts) if is_group(part, "[") for name in _name(part)}
    for body in _matches(parts):
        own = {name for part in walk(body) if isinstance(part, Group) and part.text == "(" for name in _name(part)}
        for part in walk(body):
            for group in part.items if isinstance(part, Group) and part.text in ("(", "[") else ():
                if isinstance(group, Group) and group.text == "{":
                    _check_map(group, edges | own)


def _matches(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Give what follows each MATCH, in subqueries as well."""
    for clause in clauses(parts):
        if clause.word == "MATCH":
            yield clause.body
        for part in walk(clause.body):
            if isinstance(part, Group) and part.text == "{":
                yield from (own.body for own in clauses(part.items) if own.word == "MATCH")


def _name(group: Part) -> list[str]:
    first = at(group.items, 0) if isinstance(group, Group) else None
    return [first.text.strip("`")] if first is not None and first.kind in ("word", "quoted") else []


def _check_map(group: Group, names: set[str]) -> None:
    items = list(walk(group.items))
    for number, part in enumerate(items[:-1]):
        if part.kind in ("word", "quoted") and part.text.strip("`") in names and items[number + 1].text == ".":
            raise Differs(part, "map-of-another", f"{{… {part.text}.…}}")
