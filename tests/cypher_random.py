"""Random queries of the portable subset over the types of the schema: the same seed gives the same queries."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

WHOLE = {
    "Company": ["employees", "women_employees"],
    "Federation": ["members", "officers"],
    "MicroHome": ["members"],
    "Alliance": ["members"],
}
TEXTS = {
    "Company": ["name", "kind", "women_employees_bound", "federation_status", "federation_mode"],
    "Federation": ["name", "level", "form", "established"],
    "MicroHome": ["name", "form", "status"],
    "Alliance": ["name", "kind"],
    "Bank": ["name", "level"],
    "Person": ["name", "role", "gender"],
    "Region": ["name", "level", "code"],
    "Industry": ["name", "kind"],
    "Venue": ["name", "kind"],
    "Statistic": ["measure", "unit", "as_of"],
    "Source": ["dataset", "edition", "kind", "date"],
}
TRUTHS = {"Company": ["leading", "party_organisation"], "Federation": ["industry_federation", "has_venue"]}
EDGES = [
    ("Federation", "COVERS", "Company"),
    ("MicroHome", "COVERS", "Alliance"),
    ("Company", "LOCATED_IN", "Region"),
    ("Company", "LOCATED_IN", "Venue"),
    ("Company", "IN_INDUSTRY", "Industry"),
    ("Industry", "FEEDS", "Industry"),
    ("Industry", "PART_OF", "Industry"),
    ("Region", "PART_OF", "Region"),
    ("Bank", "LENDS_TO", "Company"),
    ("Federation", "GUIDES", "Federation"),
    ("Federation", "PARTNERS_WITH", "Bank"),
    ("Person", "LEADS", "Company"),
    ("Person", "MEMBER_OF", "Federation"),
    ("Company", "MEMBER_OF", "Alliance"),
    ("Statistic", "FROM", "Source"),
]
EDGE_TEXTS = {"COVERS": "mode", "LENDS_TO": "valid_from", "MEMBER_OF": "role", "LEADS": "role"}
EDGE_WHOLE = {"LENDS_TO": "amount_cny"}
WORDS = ["霁川", "妇联", "有限公司", "own", "joint", "county", "town", "exact", "yes", "no", "2026", "", "霁", "chain"]
NUMBERS = [0, 1, 30, 50, 51, 100, 500, -3]


@dataclass
class Writer:
    """Writes one query; `kinds` knows the label of each node, `edges` the type of each edge that it has named."""

    draw: random.Random
    kinds: dict[str, str] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    params: dict[str, object] = field(default_factory=dict)
    may_count: bool = True  # COUNT { } is not portable where a node may be null

    def some(self, chance: float) -> bool:
        return self.draw.random() < chance

    def node(self, kind: str, *, bare: bool = False) -> str:
        name = f"n{len(self.kinds)}"
        self.kinds[name] = kind
        return f"({name})" if bare else f"({name}:{kind})"

    def again(self, name: str) -> str:
        return f"({name})"

    def edge(self, kind: str, way: str) -> str:
        name = f"r{len(self.edges)}"
        self.edges[name] = kind
        left, right = {"out": ("-", "->"), "in": ("<-", "-"), "any": ("-", "-")}[way]
        return f"{left}[{name}:{kind}]{right}"

    def steps(self, kind: str) -> list[tuple[str, str, str]]:
        """List the edges that leave or enter a type: type, direction, other end."""
        found = [(edge, "out", dst) for src, edge, dst in EDGES if src == kind]
        found += [(edge, "in", src) for src, edge, dst in EDGES if dst == kind]
        return found or [("COVERS", "any", "Company")]

    def pattern(self, start: str, hops: int) -> str:
        """Write a path from a node that is written already."""
        found, kind = start, self.kinds[start.strip("()").split(":")[0]]
        for _ in range(hops):
            edge, way, other = self.draw.choice(self.steps(kind))
            way = "any" if self.some(0.2) else way
            found += self.edge(edge, way) + self.node(other, bare=edge != "FROM" and self.some(0.3))
            kind = other
        return found

    def literal(self, value: object) -> str:
        """Write a value as it is, or as a parameter."""
        if self.some(0.3):
            name = f"p{len(self.params)}"
            self.params[name] = value
            return f"${name}"
        return f"'{value}'" if isinstance(value, str) else str(value)

    def text(self, node: str) -> str:
        return f"{node}.{self.draw.choice(TEXTS[self.kinds[node]])}"

    def whole(self, node: str) -> str | None:
        found = WHOLE.get(self.kinds[node])
        return f"{node}.{self.draw.choice(found)}" if found else None

    def condition(self, depth: int = 0) -> str:
        """Write a condition on what is named so far."""
        if depth < 2 and self.some(0.2):
            joined = self.draw.choice([" AND ", " OR ", " XOR "])
            return f"(true AND {self.condition(depth + 1)}{joined}{self.condition(depth + 1)})"
        if self.some(0.15):
            return f"NOT {self.condition(depth + 1)}"
        return self.draw.choice(CONDITIONS)(self, self.draw.choice(sorted(self.kinds)))

    def value(self, node: str) -> str:
        """Write a column of a node."""
        return self.draw.choice(VALUES)(self, node)


def _compared_text(w: Writer, node: str) -> str:
    how = w.draw.choice(["=", "<>", "<", ">=", "STARTS WITH", "ENDS WITH", "CONTAINS"])
    return f"{w.text(node)} {how} {w.literal(w.draw.choice(WORDS))}"


def _compared_whole(w: Writer, node: str) -> str:
    number = w.whole(node)
    how = w.draw.choice(["=", "<>", "<", "<=", ">", ">="])
    return f"{number} {how} {w.literal(w.draw.choice(NUMBERS))}" if number else f"{w.text(node)} IS NULL"


def _is_null(w: Writer, node: str) -> str:
    return f"{w.text(node)} IS {w.draw.choice(['', 'NOT '])}NULL"


def _among(w: Writer, node: str) -> str:
    told = ", ".join(f"'{word}'" for word in w.draw.sample(WORDS, 3))
    return f"{w.text(node)} IN [{told}]"


def _truth(w: Writer, node: str) -> str:
    found = TRUTHS.get(w.kinds[node])
    return f"{node}.{w.draw.choice(found)}" if found else f"size({w.text(node)}) > {w.draw.randint(0, 9)}"


def _has(w: Writer, node: str) -> str:
    edge, way, other = w.draw.choice(w.steps(w.kinds[node]))
    left, right = {"out": ("-", "->"), "in": ("<-", "-"), "any": ("-", "-")}[way]
    pattern = f"({node}){left}[:{edge}]{right}(:{other})"
    inner = f"({node}){left}[:{edge}]{right}(x:{other})"
    where = f" WHERE x.{w.draw.choice(TEXTS[other])} STARTS WITH {w.literal(w.draw.choice(WORDS))}"
    body = f"MATCH {inner}{where if w.some(0.5) else ''}"
    counted = f"COUNT {{ {body} }} {w.draw.choice(['>', '=', '<'])} 1"
    found = [pattern, f"EXISTS {{ {body} }}", f"EXISTS {{ {pattern} }}", counted]
    return w.draw.choice(found if w.may_count else found[:3])


def _labelled(w: Writer, node: str) -> str:
    return f"{node}:{w.draw.choice([w.kinds[node], 'Company'])}"


def _of_sources(w: Writer, node: str) -> str:
    quantifier = w.draw.choice(["any", "all", "none", "single"])
    return f"{quantifier}(s IN {node}.sources WHERE s STARTS WITH 'src_{w.draw.choice('0123456789abcdef')}')"


CONDITIONS: list[Callable[[Writer, str], str]] = [
    _compared_text,
    _compared_text,
    _compared_whole,
    _compared_whole,
    _is_null,
    _among,
    _truth,
    _has,
    _labelled,
    _of_sources,
]


def _case(w: Writer, node: str) -> str:
    number = w.whole(node) or f"size({w.text(node)})"
    return (
        f"CASE WHEN {number} > {w.draw.choice(NUMBERS)} THEN 'above' WHEN {number} IS NULL THEN 'none' ELSE 'below' END"
    )


def _counted(w: Writer, node: str) -> str:
    edge, way, _ = w.draw.choice(w.steps(w.kinds[node]))
    left, right = {"out": ("-", "->"), "in": ("<-", "-"), "any": ("-", "-")}[way]
    return f"COUNT {{ ({node}){left}[:{edge}]{right}() }}" if w.may_count and edge != "FROM" else f"labels({node})[0]"


def _computed(w: Writer, node: str) -> str:
    number = w.whole(node) or f"size({w.text(node)})"
    how = w.draw.choice(["+ 7", "* 3", "- 50", "/ 4", "% 7", "* 1.5", "/ 2.0", "* -1"])
    return w.draw.choice([f"{number} {how}", f"abs({number})", f"coalesce({number}, -1)", f"floor({number} / 3.0)"])


def _worded(w: Writer, node: str) -> str:
    text = w.text(node)
    return w.draw.choice(
        [
            f"toUpper({text})",
            f"size({text})",
            f"left({text}, 3)",
            f"right({text}, 2)",
            f"substring({text}, 1, 2)",
            f"coalesce({text}, '?')",
            f"replace({text}, '霁', 'x')",
            f"split({text}, '川')[0]",
            f"{text} + '!'",
            f"reverse({text})",
        ]
    )


VALUES: list[Callable[[Writer, str], str]] = [
    lambda w, n: w.text(n),
    lambda w, n: w.text(n),
    lambda w, n: f"{n}.id",
    lambda w, n: f"{n}.status",
    lambda w, n: f"labels({n})[0]",
    lambda w, n: f"size({n}.sources)",
    _case,
    _counted,
    _computed,
    _worded,
]


def _columns(w: Writer, count: int) -> list[str]:
    found = [w.value(w.draw.choice(sorted(w.kinds))) for _ in range(count)]
    for edge, kind in w.edges.items():
        if w.some(0.3):
            prop = w.draw.choice([EDGE_TEXTS.get(kind, "status"), EDGE_WHOLE.get(kind, "valid_from"), "id"])
            found.append(w.draw.choice([f"{edge}.{prop}", f"type({edge})"]))
    return found


def _ending(w: Writer, names: list[str], *, cut: bool = True) -> str:
    """Order by all columns in some order, now and then with a cut; or not at all."""
    if w.some(0.3):
        return ""
    keys = [name + w.draw.choice(["", " DESC", ""]) for name in w.draw.sample(names, len(names))]
    found = f" ORDER BY {', '.join(keys)}"
    if cut and w.some(0.4):
        found += f" SKIP {w.literal(w.draw.randint(0, 3))}" if w.some(0.5) else ""
        found += f" LIMIT {w.literal(w.draw.randint(1, 20))}"
    return found


def _match(w: Writer, hops: tuple[int, int]) -> str:
    kind = w.draw.choice(sorted(TEXTS))
    found = "MATCH " + w.pattern(w.node(kind), w.draw.randint(*hops))
    if w.some(0.25):
        found += " MATCH " + w.pattern(w.again(w.draw.choice(sorted(w.kinds))), 1)
    return found + (f" WHERE {w.condition()}" if w.some(0.45) else "")


def _optional(w: Writer) -> str:
    w.may_count = False
    found = " OPTIONAL MATCH " + w.pattern(w.again(w.draw.choice(sorted(w.kinds))), 1)
    return found + (f" WHERE {w.condition()}" if w.some(0.5) else "")


def rows_of(w: Writer) -> str:
    """Write a query that returns rows as they are."""
    body = _match(w, (0, 2)) + (_optional(w) if w.some(0.35) else "")
    columns = _columns(w, w.draw.randint(1, 3))
    names = [f"c{number}" for number in range(len(columns))]
    told = ", ".join(f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
    return f"{body} RETURN {'DISTINCT ' if w.some(0.3) else ''}{told}{_ending(w, names)}"


def groups_of(w: Writer) -> str:
    """Write a query that counts, sums and compares by groups, or over all."""
    body = _match(w, (0, 2)) + (_optional(w) if w.some(0.35) else "")
    keys = _columns(w, w.draw.randint(0, 2))
    node = w.draw.choice(sorted(w.kinds))
    number = w.whole(node) or f"size({w.text(node)})"
    made = ["count(*)", f"count({node})", f"count(DISTINCT {w.text(node)})", f"sum({number})", f"avg({number})"]
    made += [f"min({w.text(node)})", f"max({number})"]
    sums = w.draw.sample(made, w.draw.randint(1, 3))
    keyed = [f"{key} AS k{n}" for n, key in enumerate(keys)] + [f"{one} AS a{n}" for n, one in enumerate(sums)]
    names = [f"k{n}" for n in range(len(keys))] + [f"a{n}" for n in range(len(sums))]
    if w.some(0.3):
        return f"{body} WITH {', '.join(keyed)} WHERE a0 IS NOT NULL RETURN {', '.join(names)}{_ending(w, names)}"
    return f"{body} RETURN {', '.join(keyed)}{_ending(w, names)}"


def paths_of(w: Writer) -> str:
    """Write a query over paths of several hops."""
    kind, edges, other = w.draw.choice(
        [
            ("Region", "PART_OF", "Region"),
            ("Industry", "FEEDS", "Industry"),
            ("Company", "IN_INDUSTRY|PART_OF", "Industry"),
            ("Company", "LOCATED_IN|PART_OF", "Region"),
            ("Federation", "GUIDES|COVERS", "Company"),
            ("Company", "LENDS_TO|PARTNERS_WITH|COVERS", "Bank"),
        ]
    )
    bounds = w.draw.choice(["*1..2", "*0..2", "*2", "*..3", "*1..3"])
    left, right = w.draw.choice([("-", "->"), ("<-", "-"), ("-", "-")])
    w.kinds |= {"a": kind, "b": other}
    body = f"MATCH p = (a:{kind}){left}[:{edges}{bounds}]{right}(b:{other})"
    body += f" WHERE {w.condition()}" if w.some(0.5) else ""
    if w.some(0.4):
        counted = "length(p) AS hops, count(*) AS paths, count(DISTINCT b) AS others"
        return f"{body} RETURN {counted}{_ending(w, ['hops', 'paths', 'others'])}"
    way = w.draw.choice(["[x IN nodes(p) | x.name]", "[r IN relationships(p) | type(r)]", "size(nodes(p))"])
    return f"{body} RETURN length(p) AS hops, {way} AS way, b.id AS id{_ending(w, ['hops', 'way', 'id'])}"


def lists_of(w: Writer) -> str:
    """Write a query that unwinds and collects."""
    body = _match(w, (0, 1))
    node = w.draw.choice(sorted(w.kinds))
    text, key = w.text(node), f"labels({node})[0]" if w.some(0.3) else w.text(node)
    if w.some(0.5):
        distinct = "DISTINCT " if w.some(0.4) else ""
        told = f"WITH {key} AS k, {text} AS t ORDER BY t, k WITH k, collect({distinct}t) AS l"
        shown = w.draw.choice(["l", "size(l)", "head(l)", "last(l)", "l[0]", "[x IN l WHERE size(x) > 2 | left(x, 2)]"])
        return f"{body} {told} RETURN k, {shown} AS v{_ending(w, ['k', 'v'])}"
    listed = w.draw.choice([f"{node}.sources", "[3, 1, 2]", f"range(0, coalesce(size({text}), 0))"])
    return f"{body} UNWIND {listed} AS x RETURN x, {text} AS t, count(*) AS n{_ending(w, ['x', 't', 'n'])}"


def subqueries_of(w: Writer) -> str:
    """Write a query with a subquery for each row, or of two parts."""
    body = _match(w, (0, 1))
    node = w.draw.choice(sorted(w.kinds))
    text = w.text(node)
    if w.some(0.4):
        other = Writer(w.draw, params=w.params)
        more = _match(other, (0, 1))
        ending = f"RETURN {other.text(other.draw.choice(sorted(other.kinds)))} AS c"
        return f"{body} RETURN {text} AS c UNION {w.draw.choice(['ALL ', ''])}{more} {ending}"
    edge, way, other_kind = w.draw.choice(w.steps(w.kinds[node]))
    left, right = {"out": ("-", "->"), "in": ("<-", "-"), "any": ("-", "-")}[way]
    inner = f"MATCH ({node}){left}[:{edge}]{right}(y:{other_kind}) RETURN count(y) AS m"
    return f"{body} CALL ({node}) {{ {inner} }} RETURN {text} AS c, m{_ending(w, ['c', 'm'])}"


SHAPES: list[Callable[[Writer], str]] = [
    rows_of,
    rows_of,
    rows_of,
    groups_of,
    groups_of,
    paths_of,
    lists_of,
    subqueries_of,
]


def random_query(seed: int) -> tuple[str, dict[str, object]]:
    """Write the query of a seed, and its parameters."""
    writer = Writer(random.Random(seed))
    text = writer.draw.choice(SHAPES)(writer)
    return text, writer.params
