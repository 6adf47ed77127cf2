"""Refuse a query that would write, before any engine sees it.

The engines are asked for read-only access besides; this guard gives both the same answer, with the position.
What reads alike on both engines is a narrower question: see `graphkit.cypher.portable`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphkit.errors import QueryError

WRITING = frozenset(
    "CREATE MERGE SET DELETE DETACH NODETACH REMOVE DROP FOREACH ALTER GRANT REVOKE DENY TERMINATE INSERT"
    " RENAME".split()
)
BEGINNINGS = frozenset("MATCH OPTIONAL WITH UNWIND RETURN CALL LET FILTER FOR WHEN {".split())
# Neo4j ends a line comment at a carriage return as well.
TOKEN = re.compile(
    r"""(?P<comment>//[^\n\r]*|/\*.*?\*/)
    | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<quoted>`(?:``|[^`])*`)
    | (?P<number>\d\w*(?:\.\d\w*)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<mark>[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)
# What a procedure does cannot be seen from its name, so those that read are listed. One without a dot is an algorithm
# of the embedded index, which is read-only; a server knows none such.
READING = frozenset(
    "db.labels db.relationshiptypes db.propertykeys db.info db.ping dbms.components db.schema.visualization"
    " db.schema.nodetypeproperties db.schema.reltypeproperties db.index.fulltext.querynodes"
    " db.index.fulltext.queryrelationships db.index.vector.querynodes db.index.vector.queryrelationships".split()
)
READING_FAMILY = re.compile(r"apoc\.(?:path|neighbors|algo|meta)\.\w+|gds\.[\w.]+\.stream")
# Functions only read, but these run a text as a query, or read files and settings.
HIDING = re.compile(r"(?:apoc|dbms)\.(?:.*\.)?(?:cypher|load|import|export|static|systemdb|config|run)\w*\.?.*")
ESCAPE = re.compile(r"\\[uU]+[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query and where it starts."""

    kind: str
    text: str
    start: int


NOTHING = Token("mark", "", -1)


def tokens(text: str) -> Iterator[Token]:
    """Split a query into words, numbers, marks, literals and quoted names; comments are left out."""
    for match in TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "comment":
            yield Token(kind, match.group(), match.start())


def position(text: str, start: int) -> tuple[int, int]:
    """Turn an offset into line and column, both from 1."""
    return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1


def offset(text: str, line: int, column: int) -> int:
    """Turn line and column, both from 1, into an offset."""
    lines = text.splitlines(keepends=True)
    return min(sum(map(len, lines[: line - 1])) + column - 1, len(text))


def check_read_only(text: str) -> None:
    """Raise QueryError with the position if a query is empty, writes, asks files or the server, or hides characters."""
    found = list(tokens(text))
    if not found:
        raise QueryError("the query is empty", code="empty-query", hint="Write MATCH … RETURN …", position=0)
    if hidden := ESCAPE.search(text):
        # Neo4j decodes such an escape before it parses: it may end a literal or begin a clause.
        raise _refused(text, hidden.start(), hidden.group(), "hides a character; write the character itself")
    for number, token in enumerate(found):
        if token.kind in ("word", "quoted") and not _is_name(found, number):
            _check_word(text, found, number)
    _check_statement(text, found)


def _is_name(found: list[Token], number: int) -> bool:
    """Tell whether a word stands where only a name may: after a dot (not of a number), a colon, a dollar."""
    before, earlier = _before(found, number), _before(found, number - 1)
    return before.text in (":", "$") or (before.text == "." and earlier.kind != "number")


def _before(found: list[Token], number: int) -> Token:
    return found[number - 1] if number > 0 else NOTHING


def _check_word(text: str, found: list[Token], number: int) -> None:
    token, before = found[number], _before(found, number).text.upper()
    word = token.text.upper()
    if word in WRITING:
        raise _refused(text, token.start, word, "writes; queries only read")
    if word == "CSV" and before == "LOAD":
        raise _refused(text, found[number - 1].start, "LOAD CSV", "reads files; load them with `graphkit load`")
    if word == "TRANSACTIONS" and before in ("IN", "CONCURRENT"):
        raise _refused(text, token.start, "IN TRANSACTIONS", "is for writing; queries only read")
    if word == "USE" and before in ("", "{", "UNION", "ALL", "NEXT", "EXPLAIN", "PROFILE"):
        raise _refused(text, token.start, "USE", "asks another database; open that one instead")
    name, end = dotted(found, number)
    is_call = end < len(found) and found[end].text == "("
    if is_call and HIDING.fullmatch(name.lower()):
        raise _refused(text, token.start, name, "runs another text, or reads files")
    if word == "CALL" and token.kind == "word":
        _check_procedure(text, found, number + 1)


def dotted(found: Sequence[Token], number: int) -> tuple[str, int]:
    """Read a name such as `db.labels`, its parts in backticks or not; return it and where it ends."""
    parts: list[str] = []
    while number < len(found) and found[number].kind in ("word", "quoted"):
        parts.append(found[number].text.strip("`"))
        number += 1
        if number >= len(found) or found[number].text != ".":
            break
        number += 1
    return ".".join(parts), number


def _check_procedure(text: str, found: list[Token], number: int) -> None:
    """Let through a subquery, an algorithm of the embedded index, and the procedures that are known to read."""
    name, _ = dotted(found, number)
    known = name.lower() in READING or READING_FAMILY.fullmatch(name.lower())
    if "." in name and not known:
        raise _refused(text, found[number].start, f"CALL {name}", "is not known to read only")


def _check_statement(text: str, found: list[Token]) -> None:
    """Let through one statement that begins as a reading query does."""
    for number, token in enumerate(found[:-1]):
        if token.text == ";":
            raise _refused(text, found[number + 1].start, "; …", "begins a second statement; ask one at a time")
    first = found[_after_prefix(found) :]
    if first and first[0].text.upper() not in BEGINNINGS:
        what = "asks the server, not the graph" if first[0].text.upper() == "SHOW" else "begins no reading query"
        raise _refused(text, first[0].start, first[0].text, f"{what}; begin with MATCH, WITH, UNWIND, CALL or RETURN")


def _after_prefix(found: list[Token]) -> int:
    """Skip EXPLAIN, PROFILE and CYPHER with its version and options."""
    number = 0
    while number < len(found) and found[number].text.upper() in ("EXPLAIN", "PROFILE", "CYPHER"):
        number += 1
        while number < len(found) and (found[number].kind == "number" or _before(found, number + 2).text == "="):
            number += 1 if found[number].kind == "number" else 3
    return number


def _refused(text: str, start: int, found: str, what: str) -> QueryError:
    line, column = position(text, start)
    message = f"line {line}, column {column}: {found} {what}"
    hint = "Change the record by `graphkit load` or `graphkit forget`."
    return QueryError(message, code="query-refused", hint=hint, position=start, line=line, column=column)
