"""The facts of a map and what supports each one: provenance hangs on the fact, never on the node as a whole.

A fact is one property of one node or edge, or (property "") the element itself. A statement is one place of one
source. A sheet's raw rows are its statements; documents and corrections bring evidence rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from graphkit.exporters.map.labels import visible
from graphkit.graph.tables import Graph
from graphkit.schema import EdgeType, Language, NodeType, Property, Schema, quantities

CODED = ("kind", "role")  # any text, but often one of the terms of the schema
COMMON = ("aliases", "status", "valid_from", "valid_to", "count")


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts and statements in columns. `element`: number of the node, or number of the edge + number of nodes."""

    element: tuple[int, ...] = ()
    property: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    statements: tuple[tuple[int, ...], ...] = ()
    others: tuple[tuple[tuple[str, int], ...], ...] = ()  # values that lost: (value, statement)
    source: tuple[int, ...] = ()
    place: tuple[str, ...] = ()
    quote: tuple[str, ...] = ()
    confidence: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that was said: of which element, about which property, as it is shown, in which statement."""

    element: str
    property: str
    value: str
    statement: int


@dataclass(slots=True)
class _Statements:
    """Numbers each distinct statement once."""

    sources: Mapping[str, int]
    number: dict[tuple[int, str, str, float | None], int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> int | None:
        source = self.sources.get(str(row["source_id"]))
        if source is None:
            return None
        key = (source, visible(row.get("place")), visible(row.get("quote")), row.get("confidence"))
        return self.number.setdefault(key, len(self.number))


@dataclass(frozen=True, slots=True)
class _Words:
    """How values are written: captions of the schema, and the names behind references."""

    schema: Schema
    lang: Language
    names: Mapping[str, str]
    told: dict[str, list[tuple[str, Property | None, str]]] = field(default_factory=dict)

    def owner(self, kind: str) -> NodeType | EdgeType | None:
        return self.schema.nodes.get(kind) or self.schema.edges.get(kind)

    def values(self, kind: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the stated properties of a row as they are shown; "" stands for the element itself."""
        yield "", ""
        for name, prop, bound in self._columns(kind):
            value = row.get(name)
            if value is None or value == [] or (value == "actual" and name == "status"):
                continue
            yield name, self.value(name, prop, value, row.get(bound) if bound else None)

    def _columns(self, kind: str) -> list[tuple[str, Property | None, str]]:
        """Look up once per type what its columns are called, and which of them holds the bound of which."""
        if kind not in self.told:
            owner = self.owner(kind)
            bounds = {} if owner is None else quantities(owner)
            names = () if owner is None else (*COMMON, *owner.properties)
            self.told[kind] = [(n, owner.properties.get(n) if owner else None, bounds.get(n, "")) for n in names]
        return self.told[kind]

    def value(self, name: str, prop: Property | None, value: Any, bound: Any = None) -> str:
        """Write one value; a list with commas, a reference as a name, a count with the word of its bound."""
        if prop is not None and prop.type == "ref":
            return visible(self.names.get(value, value))
        if (prop is not None and prop.enum) or name == "status":
            return visible(self.schema.caption(prop.enum if prop else "status", str(value), self.lang))
        if name in CODED and prop is not None and isinstance(value, str):
            return visible(self.schema.caption("term", value, self.lang))
        if isinstance(value, bool):
            return {"zh": ("否", "是"), "en": ("no", "yes")}[self.lang][value]
        if isinstance(value, list):
            return visible(("、" if self.lang == "zh" else ", ").join(map(str, value)))
        return self._count(value, bound) if (isinstance(value, int) and prop is None) or bound else visible(value)

    def _count(self, value: int, bound: Any) -> str:
        if bound in (None, "", "exact"):
            return f"{value:,}"
        caption = self.schema.caption("bound", str(bound), self.lang)
        return f"{value:,} ({caption})" if bound == "unknown" else f"{caption} {value:,}"


def facts_of(
    graph: Graph, nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]], lang: Language
) -> Facts:
    """Collect the facts of the shown nodes and edges with the statements for and against each."""
    statements = _Statements({row: i for i, row in enumerate(graph.sources["id"].to_pylist())})
    names = {i: str(row["name"]) for row in nodes for i in (row["id"], *(row.get("raw_ids") or ()))}
    words = _Words(graph.schema, lang, names)
    said: dict[tuple[str, str], list[_Said]] = {}
    for statement in (*_raw_rows(graph, statements, words), *_evidence(graph, statements, words)):
        said.setdefault((statement.element, statement.property), []).append(statement)
    columns = []
    for number, row in enumerate([*nodes, *edges]):
        for name, value in words.values(row["type"], row):
            plural = isinstance(row.get(name), list)
            columns.append((number, name, value, *_support(said.get((row["id"], name), []), value, plural=plural)))
    if not columns:
        return Facts()
    return Facts(*zip(*columns, strict=True), *(zip(*statements.number, strict=True) if statements.number else ()))


def _raw_rows(graph: Graph, statements: _Statements, words: _Words) -> Iterator[_Said]:
    """Yield what the rows of the sources say; a row that evidence quotes is one statement with that quote."""
    raw = graph.raw
    if raw is None or raw is graph:
        return
    quoted = {(e["element_id"], e["source_id"], e["place"]): e for e in graph.evidence.to_pylist()}
    for tables, raw_tables in ((graph.node_tables, raw.node_tables), (graph.edge_tables, raw.edge_tables)):
        for name, table in tables.items():
            element_of = _by_raw_id(table)
            for row in raw_tables[name].to_pylist() if name in raw_tables else ():
                element, place = element_of.get(row["id"]), (row["source_id"], row["place"])
                cited = quoted.get((row["id"], *place)) or quoted.get((element, *place)) or row
                statement = statements.add(cited)
                if element is None or statement is None:
                    continue
                for prop, value in words.values(name, row):
                    yield _Said(element, prop, value, statement)


def _by_raw_id(table: pa.Table) -> dict[str, str]:
    if "raw_ids" not in table.column_names:
        return {}
    rows = table.select(["id", "raw_ids"]).to_pylist()
    return {raw_id: row["id"] for row in rows for raw_id in row["raw_ids"] or ()}


def _evidence(graph: Graph, statements: _Statements, words: _Words) -> Iterator[_Said]:
    element_of = {
        raw: i for t in (*graph.node_tables.values(), *graph.edge_tables.values()) for raw, i in _by_raw_id(t).items()
    }
    for row in graph.evidence.to_pylist():
        statement = statements.add(row)
        if statement is None:
            continue
        name, element = row["property"] or "", element_of.get(row["element_id"], row["element_id"])
        owner = words.owner(graph.schema.type_of(element) or "")
        prop = owner.properties.get(name) if owner is not None else None
        text = visible(row["value"])
        # A number is written with separators, as the winning value is, or they would seem to differ.
        value: Any = int(text) if prop is not None and prop.type == "quantity" and text.isdecimal() else text
        yield _Said(element, name, words.value(name, prop, value, "exact" if value != text else None), statement)


def _support(said: Iterable[_Said], value: str, *, plural: bool) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
    """Part what was said into the statements for the value shown and those that say something else.

    A list (aliases, products) is gathered from all statements, so that none of them contradicts it.
    """
    pairs = list(dict.fromkeys((s.value, s.statement) for s in said))
    agree = tuple(dict.fromkeys(s for v, s in pairs if plural or v in ("", value)))
    return agree, () if plural else tuple((v, s) for v, s in pairs if v not in ("", value))
