"""Refuse, with its place and what to write instead, what the embedded index and Neo4j do not answer alike.

What passes gives the same rows on both; which parts of Cypher that leaves is said by `disagreements`. Mistakes of
type (`1 + true`) are not looked for: Neo4j refuses them itself.
"""

import re
from collections.abc import Sequence

from graphkit.cypher.disagreements import AGGREGATES, ALIKE, FUNCTIONS, Differs
from graphkit.cypher.entities import gives_entities
from graphkit.cypher.guard import Token, check_read_only, tokens
from graphkit.cypher.marks import check_chain, check_mark, kinds
from graphkit.cypher.misread import check_maps, query_error
from graphkit.cypher.parts import (
    KEYWORDS,
    NEWER,
    Clause,
    Group,
    Part,
    at,
    called,
    clauses,
    is_group,
    is_named,
    is_word,
    nested,
    split,
    walk,
)
from graphkit.cypher.patterns import Pattern, pattern_end, read_pattern, read_patterns

SERVER_ONLY = re.compile(r"Decision|RawRows|Graphkit\w+|gk_\w+")
# Words that kglite takes for keywords wherever they stand; Neo4j takes them as names.
RESERVED = frozenset(
    "ALL AND AS ASC ASCENDING BY CALL CASE CONTAINS DESC DESCENDING DISTINCT ELSE END ENDS EXISTS EXPLAIN HAVING IN IS"
    " LIMIT MATCH NOT NULLS ON OPTIONAL OR ORDER PROFILE RETURN SKIP STARTS THEN UNION UNWIND WHEN WHERE WITH XOR"
    " YIELD".split()
)
VIRTUAL = ("type", "label", "title")


def check_portable(text: str) -> None:
    """Raise QueryError for a query that writes, or that the embedded index and Neo4j may answer differently."""
    check_read_only(text)
    found = [token for token in tokens(text) if token.text != ";"]
    try:
        _check_tokens(found)
        parts = nested(found)
        check_maps(parts)
        _Query(set(), top=True).read(parts)
    except Differs as difference:
        raise query_error(text, difference, "query-not-portable") from None


def _check_tokens(found: list[Token]) -> None:
    """Look for what can be told from neighbouring tokens."""
    if found[0].text.upper() in ("EXPLAIN", "PROFILE", "CYPHER"):
        raise Differs(found[0], "prefix", found[0].text)
    if found[0].text.upper() in NEWER or found[0].text == "{":
        raise Differs(found[0], "newer-clause", found[0].text)
    for number, token in enumerate(found):
        before, after = at(found, number - 1), at(found, number + 1)
        if is_word(token, *RESERVED) and _is_given_name(before, after):
            raise Differs(token, "reserved-name", token.text)
        if token.kind == "number" and "_" in token.text:
            raise Differs(token, "number", token.text)
        if is_word(token, "INF", "INFINITY", "NAN") and not is_named(found, number):
            raise Differs(token, "number", token.text)
        if token.kind in ("word", "quoted"):
            _check_name(token, before, after)
        if token.kind == "word" and token.text.upper() in NEWER - {"WHEN"} and not is_named(found, number):
            if before and (before.kind in ("number", "text") or before.text in ")]}" or _is_operand(before)):
                raise Differs(token, "newer-clause", token.text)


def _is_given_name(before: Part | None, after: Part | None) -> bool:
    """Tell whether a word names a column, a variable or a key: AS limit, (limit:Company), {limit: 1}."""
    is_told = (
        before is not None and before.text in ("(", "[", "{", ",") and after is not None and after.text in (":", ")")
    )
    return is_word(before, "AS") or is_told


def _check_name(token: Token, before: Part | None, after: Part | None) -> None:
    if before and before.text in (".", ":", "|") and SERVER_ONLY.fullmatch(token.text.strip("`")):
        raise Differs(token, "server-only", token.text)
    if token.text.strip("`").lower() not in VIRTUAL or before is None:
        return
    is_key = after is not None and after.text == ":" and before.text in ("{", ",")
    if before.text == "." or is_key:
        raise Differs(token, "virtual-field", token.text)


def _is_operand(part: Part | None) -> bool:
    """Tell whether a value may have ended here, so that a bracket after it is an index."""
    if part is None or part.kind == "mark":
        return False
    return not (part.kind == "word" and part.text.upper() in KEYWORDS)


class _Query:
    """Reads one query or subquery, clause by clause, and knows which names stand for nodes, edges and paths."""

    def __init__(self, outer: set[str], *, top: bool) -> None:
        self._outer, self._top = outer, top
        self._entities = set(outer)
        self._ordered = False
        self._optional: set[str] = set()  # names of an OPTIONAL MATCH: they may be null
        self._in_optional = False

    def read(self, parts: Sequence[Part]) -> set[str]:
        """Check all clauses; return the columns that hold nodes, edges or paths."""
        found = clauses(parts)
        for number, clause in enumerate(found):
            following = found[number + 1 :]
            self._in_optional = self._in_optional and clause.word in ("MATCH", "WHERE")
            if clause.word in ("MATCH", ""):
                self._match(clause, following[0].body if following and following[0].word == "WHERE" else [])
            elif clause.word in ("WITH", "RETURN"):
                self._project(clause, following)
            elif clause.word == "WHERE":
                self._expression(clause.body)
            elif clause.word == "UNWIND":
                self._unwind(clause)
            elif clause.word == "CALL":
                self._call(clause)
            elif clause.word == "OPTIONAL":
                self._in_optional = True
                if following and following[0].word != "MATCH":
                    raise Differs(clause, "newer-clause", f"OPTIONAL {following[0].word}")
            elif clause.word == "UNION":
                self._entities, self._ordered = set(self._outer), False
        return self._entities

    def _match(self, clause: Clause, where: Sequence[Part]) -> None:
        found = read_patterns(clause.body, self._entities | _narrowed(where))
        if found.bare:
            raise Differs(found.bare[0], "unlabelled-node", f"({''.join(item.text for item in found.bare[0].items)})")
        if self._in_optional:
            self._optional |= found.names - self._entities
        self._take(found)
        self._ordered = False

    def _take(self, pattern: Pattern) -> None:
        self._entities |= pattern.names
        for group in pattern.maps:
            self._map(group)

    def _unwind(self, clause: Clause) -> None:
        expression, name = clause.body[:-2], clause.body[-1]
        self._expression(expression)
        if gives_entities(expression, self._entities):
            self._entities.add(name.text.strip("`"))
        self._ordered = False

    def _call(self, clause: Clause) -> None:
        if not clause.body or not is_group(clause.body[-1], "{"):
            raise Differs(clause, "procedure", "CALL …")
        self._entities |= self._subquery(clause.body[-1])
        self._ordered = False

    def _subquery(self, group: Part) -> set[str]:
        return _Query(set(self._entities), top=False).read(group.items if isinstance(group, Group) else [])

    def _project(self, clause: Clause, following: Sequence[Clause]) -> None:
        body = clause.body[1:] if is_word(at(clause.body, 0), "DISTINCT") else clause.body
        columns: dict[str, bool] = {}
        for item in split(body):
            name, expression = _aliased(item)
            self._expression(expression)
            self._check_aggregate(expression)
            columns[name] = gives_entities(expression, self._entities)
            if columns[name] and self._optional & {part.text.strip("`") for part in walk(expression)}:
                self._optional.add(name)
            if columns[name] and clause.word == "RETURN" and self._top:
                raise Differs(item[0], "entity-column", name)
        self._ordered = _check_order(columns, following)
        self._entities = {name for name, is_entity in columns.items() if is_entity}

    def _check_aggregate(self, expression: Sequence[Part]) -> None:
        """Let an aggregate stand alone only, and `collect` only after ORDER BY."""
        found = list(_aggregates(expression))
        if not found:
            return
        name = called(expression, 1) if len(expression) == 2 else ""
        if name not in AGGREGATES or len(found) > 1:
            raise Differs(expression[0], "aggregate-in-expression", f"{found[0]}(…) in an expression")
        if name == "collect" and not self._ordered:
            raise Differs(expression[0], "collect-without-order", "collect(…)")

    def _expression(self, parts: Sequence[Part], *, pipe: bool = False) -> None:
        """Check an expression; `pipe`: a | in it parts a comprehension, not labels."""
        number = 0
        while number < len(parts):
            end = pattern_end(parts, number)
            if end > number:
                pattern = Pattern()
                read_pattern(parts[number:end], self._entities, pattern)
                for group in pattern.maps:
                    self._map(group)
                number = end
                continue
            part = parts[number]
            if isinstance(part, Group):
                self._group(parts, number, part)
            elif part.kind == "mark":
                check_mark(parts, number, pipe=pipe)
            number += 1
        check_chain(parts)

    def _group(self, parts: Sequence[Part], number: int, group: Group) -> None:
        before = at(parts, number - 1)
        if group.text == "(":
            if name := called(parts, number):
                _check_function(name, parts[number - 1], group)
            elif is_word(at(group.items, 0), "COUNT") and is_group(at(group.items, 1), "{"):
                raise Differs(group, "count-in-brackets", "(COUNT { … }")
            self._expression(group.items, pipe=name == "reduce")
        elif group.text == "[":
            self._brackets(before, group)
        elif is_word(before, "EXISTS", "COUNT"):
            if returned := next((c for c in clauses(group.items) if c.word == "RETURN"), None):
                raise Differs(returned, "returning-subquery", "RETURN in a subquery")
            self._check_count(parts, number, group)
            self._subquery(group)
        elif is_word(before, "COLLECT"):
            raise Differs(group, "collect-subquery", "COLLECT { … }")
        else:
            self._map(group)

    def _check_count(self, parts: Sequence[Part], number: int, group: Group) -> None:
        if not is_word(parts[number - 1], "COUNT"):
            return
        if self._in_optional or self._optional & {part.text.strip("`") for part in walk(group.items)}:
            raise Differs(parts[number - 1], "count-after-optional", "COUNT { … }")

    def _brackets(self, before: Part | None, group: Group) -> None:
        items = group.items
        if _is_operand(before):
            digits = [item for item in items if item.text not in ("-", ".")]
            if any(item.kind != "number" for item in digits):
                raise Differs(group, "dynamic-property", "[…]")
            return
        if pattern_end(items, 0) or (len(items) > 2 and items[1].text == "=" and pattern_end(items, 2) > 2):
            raise Differs(group, "pattern-comprehension", "[(…)-…]")
        if len(kinds(items)) > 1:
            raise Differs(group, "mixed-list", "[…]")
        self._expression(items, pipe=is_word(at(items, 1), "IN"))

    def _map(self, group: Group) -> None:
        for entry in split(group.items):
            if [part.text for part in entry] == [".", "*"]:
                raise Differs(entry[0], "map-of-all", ".*")
            self._expression(entry[2:] if len(entry) > 1 and entry[1].text == ":" else [])


def _narrowed(where: Sequence[Part]) -> set[str]:
    """Return the names whose condition lets only nodes of the graph pass: those with a name, a status or sources."""
    wanted = ("IS", "=", "STARTS", "ENDS", "CONTAINS", "IN")
    if any(is_word(part, "OR", "XOR") for part in where):
        return set()
    found: set[str] = set()
    starts = [0, *(number + 1 for number, part in enumerate(where) if is_word(part, "AND"))]
    for name, dot, prop, compared, *rest in (where[start : start + 6] for start in starts if len(where) >= start + 5):
        is_null = compared.text.upper() == "IS" and not is_word(rest[0], "NOT")
        if dot.text == "." and prop.text in ("name", "status", "sources") and compared.text.upper() in wanted:
            found |= set() if is_null else {name.text.strip("`")}
    return found


def _aliased(item: list[Part]) -> tuple[str, list[Part]]:
    """Part a column from its name."""
    if len(item) > 2 and is_word(item[-2], "AS"):
        return item[-1].text.strip("`"), item[:-2]
    if len(item) == 1 and item[0].kind in ("word", "quoted"):
        return item[0].text.strip("`"), item
    if item and item[0].text == "*":
        raise Differs(item[0], "star", "*")
    shown = "".join(part.text for part in item if part.kind != "group")
    raise Differs(item[0] if item else Token("mark", "", 0), "unaliased-column", shown or "a column")


def _check_order(columns: dict[str, bool], following: Sequence[Clause]) -> bool:
    """Check ORDER BY, SKIP and LIMIT of a projection; tell whether it is ordered."""
    keys: set[str] = set()
    for clause in following:
        if clause.word == "ORDER":
            for key in split(clause.body[1:]):
                key = [part for part in key if not is_word(part, "ASC", "DESC", "ASCENDING", "DESCENDING")]
                name = key[0].text.strip("`") if len(key) == 1 else ""
                if columns.get(name, True):
                    raise Differs(key[0] if key else clause, "order-by-expression", "ORDER BY an expression")
                keys.add(name)
        elif clause.word in ("SKIP", "LIMIT"):
            values = {name for name, is_entity in columns.items() if not is_entity}
            if not keys or not values <= keys:
                raise Differs(clause, "cut-without-order", clause.word)
        else:
            break
    return bool(keys)


def _aggregates(parts: Sequence[Part]) -> list[str]:
    """List the aggregates of an expression; those of a subquery in braces are its own."""
    found: list[str] = []
    for number, part in enumerate(parts):
        if isinstance(part, Group) and not (part.text == "{" and is_word(at(parts, number - 1), "EXISTS", "COUNT")):
            name = called(parts, number)
            found += [name] if name in AGGREGATES else []
            found += _aggregates(part.items)
    return found


def _check_function(name: str, place: Part, group: Group) -> None:
    if name in ("shortestpath", "allshortestpaths"):
        raise Differs(place, "shortest", place.text)
    if name not in ALIKE:
        raise Differs(place, "function", f"{name}(…)", FUNCTIONS.get(name, ""))
    if name != "exists" and pattern_end(group.items, 0):
        raise Differs(place, "pattern-argument", f"{name}((…)-…)")
