"""What the embedded index and Neo4j do not answer alike, and how to write it so that they do.

Each was seen on both; tests/neo4j/test_differential.py asks both again.
"""

from dataclasses import dataclass
from typing import Protocol


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What differs, and what to use instead."""

    differs: str
    instead: str


class Differs(Exception):
    """A part of a query that the engines answer differently, by the name of the disagreement."""

    def __init__(self, part: _Placed, name: str, found: str, instead: str = "") -> None:
        super().__init__(name)
        self.start, self.name, self.found = part.start, name, found
        self.instead = instead or DISAGREEMENTS[name].instead


def _d(differs: str, instead: str) -> Disagreement:
    return Disagreement(differs, instead)


DISAGREEMENTS: dict[str, Disagreement] = {
    "virtual-field": _d("is the label or the name here and null on Neo4j", "labels(n)[0], type(r) or n.name"),
    "dynamic-property": _d("may reach a field that only one engine has", "the property's name, n.name"),
    "map-of-another": _d(
        "in a pattern finds nothing in the embedded index", "WHERE after the pattern, WHERE e.element_id = r.id"
    ),
    "parameter-map": _d("is refused in a pattern", "the properties one by one, {name: $name}"),
    "unaliased-column": _d("has no name of its own", "a name after it, n.name AS name"),
    "reserved-name": _d("is a keyword to the embedded index", "backticks around it, or another name"),
    "star": _d("gives columns in no agreed order", "the columns that are wanted"),
    "entity-column": _d("is a node, edge or path, which each engine returns in its own shape", "its properties"),
    "order-by-expression": _d("is ordered at random after an aggregation", "an alias of the columns before it"),
    "cut-without-order": _d("takes rows by chance", "ORDER BY all columns before it"),
    "aggregate-in-expression": _d(
        "is computed in one step with an aggregate", "WITH … count(n) AS n first, then the expression on n"
    ),
    "collect-without-order": _d("gives a list in no order", "WITH … ORDER BY … right before it"),
    "function": _d("is not known to answer alike", "an expression of other functions, or ask a Graph in Python"),
    "label-expression": _d("is understood by Neo4j alone", "labels joined by |, as in (n:Company|Bank)"),
    "unlabelled-node": _d(
        "also finds what a server keeps beside the graph",
        "its label, (n:Company), or WHERE n.sources IS NOT NULL AND …",
    ),
    "server-only": _d("is kept on a server alone", "`graphkit review` for decisions, `graphkit evidence` for raw rows"),
    "untyped-edge": _d(
        "also finds what a server keeps beside the graph", "its type, [:COVERS], or labels at both its ends"
    ),
    "collect-subquery": _d("is understood by Neo4j alone", "OPTIONAL MATCH, then WITH … collect(…)"),
    "count-in-brackets": _d(
        "is taken for a pattern by the embedded index", "it at another place, (1 > COUNT { … }), or no bracket"
    ),
    "count-after-optional": _d(
        "is counted wrongly by Neo4j where OPTIONAL MATCH found nothing",
        "EXISTS { … }, or a further OPTIONAL MATCH and count(…)",
    ),
    "returning-subquery": _d("is understood by Neo4j alone", "EXISTS { MATCH … WHERE … } without RETURN"),
    "shortest": _d("is understood by Neo4j alone, or breaks off", "bounded paths, *1..3, or `graphkit path`"),
    "quantified-path": _d("is understood by Neo4j alone", "[:TYPE*1..3]"),
    "inline-where": _d("is understood by Neo4j alone", "WHERE after the pattern"),
    "unbounded-path": _d("stops at ten hops here", "an upper bound, *1..6"),
    "path-variable": _d("lists the edges in another order", "a path, p = …, and relationships(p)"),
    "pattern-comprehension": _d("gives a list in no order", "COUNT { … }, or OPTIONAL MATCH and collect"),
    "pattern-argument": _d("is refused by Neo4j", "COUNT { … } or EXISTS { … }"),
    "map-of-all": _d("holds fields that only one engine has", "the properties by name, n {.name, .status}"),
    "regular-expression": _d("is read by two engines of regular expressions", "STARTS WITH, ENDS WITH or CONTAINS"),
    "division": _d(
        "gives null here and infinity on Neo4j when the divisor is 0", "CASE WHEN b <> 0 THEN a / b END (> 0 as well)"
    ),
    "mixed-list": _d("holds values of several types, which are told apart in two ways", "values of one type"),
    "comparison": _d("is no comparison on both", "<> for unequal, and a < b AND b < c for a chain"),
    "number": _d("is a number to Neo4j alone", "its digits alone"),
    "prefix": _d("changes what comes back", "the query alone"),
    "procedure": _d("is known to one of the two", "a pattern, or the same in Python"),
    "newer-clause": _d("is a clause of newer Neo4j alone", "WITH, WHERE, UNWIND, SKIP"),
}

# What to use instead of a function that is refused; those that are let through are ALIKE.
FUNCTIONS: dict[str, str] = {
    **dict.fromkeys(["percentilecont", "percentiledisc"], "graphkit's frames in Python"),
    **dict.fromkeys(["stdev", "stdevp"], "graphkit's frames in Python (of one value, null here and 0.0 on Neo4j)"),
    "isempty": "size(x) = 0",
    **dict.fromkeys(["char_length", "character_length"], "size(x)"),
    **dict.fromkeys(["tostring", "tostringornull"], "the value itself (1e20 is written in two ways)"),
    **dict.fromkeys(["tointeger", "tofloat", "toboolean"], "the value itself; x * 1.0 for a decimal"),
    **dict.fromkeys(["tointegerornull", "tofloatornull", "tobooleanornull"], "the value itself"),
    **dict.fromkeys(["keys", "properties"], "the properties by name (type and title are among them here)"),
    **dict.fromkeys(["startnode", "endnode"], "the pattern's own nodes, (a)-[r]->(b)"),
    **dict.fromkeys(["id", "elementid"], "n.id, which is the same everywhere"),
    "round": "floor(x + 0.5) (halves below zero differ)",
    **dict.fromkeys(["sqrt", "log", "log10"], "the value itself (null here, NaN on Neo4j outside their domain)"),
    **dict.fromkeys(
        ["date", "datetime", "localdatetime", "time", "duration", "duration.between", "duration.indays"],
        "texts: dates are kept as text, so n.valid_from >= '2026'",
    ),
    **dict.fromkeys(["rand", "randomuuid", "timestamp"], "a parameter"),
    **dict.fromkeys(["upper", "lower"], "toUpper(x), toLower(x)"),
}
AGGREGATES = frozenset(["count", "sum", "avg", "min", "max", "collect"])
SCALAR = frozenset(
    "count sum avg type labels length size exists any all none single abs ceil floor sign toupper tolower trim ltrim"
    " rtrim substring left right replace split".split()
)
ALIKE = AGGREGATES | SCALAR | frozenset("coalesce head last tail nodes relationships range reduce reverse".split())
