"""Refuse a query that would write, before any engine sees it.

The engines are asked for read-only access besides; this guard gives both the same answer, with the position.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.errors import QueryError

WRITING = frozenset(
    "CREATE MERGE SET DELETE DETACH REMOVE DROP FOREACH ALTER GRANT REVOKE DENY TERMINATE INSERT RENAME".split()
)
TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<quoted>`(?:``|[^`])*`)
    | (?P<word>[^\W\d]\w*)
    | (?P<mark>[^\w\s])
    """,
    re.VERBOSE | re.DOTALL,
)
# Procedures are known by name only: what sounds like writing, files or other queries is refused.
SUSPECT = re.compile(
    r"(?:create|merge|set|delete|remove|drop|write|refactor|periodic|trigger|load|import|export|install|add|rename"
    r"|cypher|security|start|stop|kill|do|run|save|clear|upload)",
    re.IGNORECASE,
)
ESCAPE = re.compile(r"\\[uU]+[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query and where it starts."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Split a query into words, marks, literals and quoted names; comments are left out."""
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
    """Raise QueryError with the position if a query is empty, writes, loads files or hides characters."""
    found = list(tokens(text))
    if not found:
        raise QueryError("the query is empty", code="empty-query", hint="Write MATCH … RETURN …", position=0)
    if hidden := ESCAPE.search(text):
        # Neo4j decodes such an escape before it parses: it may end a literal or begin a clause.
        raise _refused(text, hidden.start(), hidden.group(), "hides a character; write the character itself")
    before = Token("mark", "", -1)
    for number, token in enumerate(found):
        if token.kind == "word" and before.text not in (".", ":", "$"):
            _check_word(text, before, token)
            if token.text.upper() == "CALL":
                _check_procedure(text, found[number + 1 :])
        before = token


def _check_word(text: str, before: Token, token: Token) -> None:
    word = token.text.upper()
    if word in WRITING:
        raise _refused(text, token.start, word, "writes; queries only read")
    if word == "CSV" and before.text.upper() == "LOAD":
        raise _refused(text, before.start, "LOAD CSV", "reads files; load them with `graphkit load`")
    if word == "TRANSACTIONS" and before.text.upper() == "IN":
        raise _refused(text, token.start, "IN TRANSACTIONS", "is for writing; queries only read")


def _check_procedure(text: str, following: list[Token]) -> None:
    """Look at the parts of a procedure's name, `apoc.create.node`; a subquery has none."""
    for number, token in enumerate(following):
        if token.text != "." if number % 2 else token.kind not in ("word", "quoted"):
            return
        if SUSPECT.match(token.text.strip("`")):
            raise _refused(text, token.start, f"CALL … {token.text}", "may write; queries only read")


def _refused(text: str, start: int, found: str, what: str) -> QueryError:
    line, column = position(text, start)
    message = f"line {line}, column {column}: {found} {what}"
    hint = "Change the record by `graphkit load` or `graphkit forget`."
    return QueryError(message, code="query-refused", hint=hint, position=start, line=line, column=column)
