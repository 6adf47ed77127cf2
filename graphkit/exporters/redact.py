"""What may leave the house: a graph, a finding or a text for one of three circles of readers.

`internal` is everything. `partner` has no sensitive property, in no table and no quote. `public` names no person:
people are 人物1, 人物2 …, wherever their names stand; quotes, places, numbers and raw rows stay at home, and ids that
were made from a person's name are made anew, because a short list of names would be enough to undo them.
"""

import dataclasses
import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Literal, TypeVar, cast

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import ExportError
from graphkit.exporters.persons import OMITTED, Private, labelled, person_keys, secrets, spoken_names
from graphkit.graph.tables import TEXT, TEXTS, Graph, no_raw
from graphkit.schema import EdgeType, NodeType, sensitive

Tier = Literal["internal", "partner", "public"]
TIERS: tuple[Tier, ...] = ("internal", "partner", "public")
# Statements made by telephone, on a visit or by hand name who spoke and who wrote it down.
SPOKEN = ("call", "visit", "correction")
_ID = re.compile(r"[a-z]{3,8}_[0-9a-f]{20}")
_T = TypeVar("_T")


def redact(graph: Graph, tier: str) -> Graph:
    """Return the graph as it may be shown to a circle: `internal`, `partner` or `public`.

    Raises ExportError for another word.
    """
    return redaction(graph, tier).graph


def redaction(graph: Graph, tier: str) -> "Redaction":
    """Return the redacted graph together with what it takes to redact findings about the same graph."""
    if tier not in TIERS:
        hint = f"Use one of {', '.join(TIERS)}."
        raise ExportError(f"{tier!r} is no circle of readers", code="unknown-tier", hint=hint)
    if tier == "internal":
        return Redaction("internal", graph, graph)
    return _partner(graph) if tier == "partner" else _public(graph)


@dataclass(frozen=True, slots=True)
class Redaction:
    """One graph for one circle; `ids` maps the ids that were made anew, `private` is what no text may hold."""

    tier: Tier
    original: Graph
    graph: Graph
    private: Private = field(default_factory=Private)
    ids: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Return a text or an id as this circle may read it."""
        if text in self.ids:
            return self.ids[text]
        return text if _ID.fullmatch(text) else self.private.cleared(text)

    def table(self, table: pa.Table) -> pa.Table:
        """Return an Arrow table whose texts and lists of texts may be read by this circle."""
        if self.tier == "internal":
            return table
        for index, column in enumerate(table.schema):
            if column.type in (TEXT, TEXTS):
                table = table.set_column(index, column.name, _mapped(table[column.name], self.text))
        return table

    def finding(self, finding: _T) -> _T:
        """Return a frozen finding (a Coverage, Links, a Plan) about the original graph, redacted with all it holds."""
        return finding if self.tier == "internal" else cast("_T", self._shown(finding))

    def _shown(self, value: Any) -> Any:
        """Redact a graph, a table, and what holds one; a value without either is the same for every circle."""
        if isinstance(value, Graph):
            return self.graph
        if isinstance(value, pa.Table):
            return self.table(value)
        if isinstance(value, tuple):
            shown = tuple(map(self._shown, value))
            return value if all(map(operator.is_, shown, value)) else shown
        if not dataclasses.is_dataclass(value) or isinstance(value, type):
            return value
        parts = {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
        changed = {name: self._shown(part) for name, part in parts.items()}
        changed = {name: part for name, part in changed.items() if part is not parts[name]}
        return replace(value, **changed) if changed else value


def _mapped(column: pa.ChunkedArray, change: Callable[[str], str]) -> pa.ChunkedArray:
    """Change every text of a column, each different one once."""
    if column.type == TEXTS:
        lists = [None if row is None else [change(text) for text in row] for row in column.to_pylist()]
        return pa.chunked_array([pa.array(lists, TEXTS)])
    encoded = pc.dictionary_encode(column.combine_chunks())
    words = pa.array([change(text) for text in encoded.dictionary.to_pylist()], TEXT)
    return pa.chunked_array([words.take(encoded.indices)])


def _replaced(column: pa.ChunkedArray, new: Mapping[str, str]) -> pa.ChunkedArray:
    """Put new ids in the place of old ones; most ids stay, so that this looks at whole columns."""
    found = pc.index_in(column, value_set=pa.array(list(new), TEXT))
    return pc.coalesce(pa.array(list(new.values()), TEXT).take(found.combine_chunks()), column.combine_chunks())


def _owners(graph: Graph) -> Iterator[tuple[NodeType | EdgeType, pa.Table]]:
    for name, table in {**graph.node_tables, **graph.edge_tables}.items():
        yield graph.schema.owner(name), table


def _is_sensitive(graph: Graph, table: pa.Table) -> pa.Array:
    """Tell which rows of evidence state a sensitive property."""
    known = {(owner.prefix, name) for owner in _types(graph) for name in sensitive(owner)}
    pairs = zip(table["element_id"].to_pylist(), table["property"].to_pylist(), strict=True)
    return pa.array([(str(element).partition("_")[0], prop) in known for element, prop in pairs], pa.bool_())


def _types(graph: Graph) -> Iterable[NodeType | EdgeType]:
    return (*graph.schema.nodes.values(), *graph.schema.edges.values())


def _without(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """Empty columns of a table: the column stays, so that every reader finds what the schema says."""
    for name in names:
        index = table.schema.get_field_index(name)
        if index >= 0:
            table = table.set_column(index, name, pa.nulls(len(table), table.schema.field(index).type))
    return table


# Partners: everything but the sensitive properties.


def _partner(graph: Graph) -> Redaction:
    names, numbers = secrets(graph)
    quoted = Private(dict.fromkeys(names - person_keys(graph), OMITTED), numbers)
    private = Private(numbers=numbers)

    def clean(part: Graph) -> Graph:
        evidence = part.evidence.filter(pc.invert(_is_sensitive(part, part.evidence)))
        for name in ("value", "quote"):
            index = evidence.schema.get_field_index(name)
            evidence = evidence.set_column(index, name, _mapped(evidence[name], quoted.cleared))
        tables = {
            owner.name: _texts(_without(table, sensitive(owner)), owner, private.cleared)
            for owner, table in _owners(part)
        }
        return replace(part, **_split(part, tables), evidence=evidence)

    cleaned = clean(graph)
    if not graph.is_raw:
        cleaned = replace(cleaned, read_raw=lambda: None if (raw := graph.raw) is None else clean(raw))
    return Redaction("partner", graph, cleaned, private)


def _split(graph: Graph, tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    nodes = {name: tables[name] for name in graph.node_tables}
    return {"node_tables": nodes, "edge_tables": {name: tables[name] for name in graph.edge_tables}}


def _texts(table: pa.Table, owner: NodeType | EdgeType, change: Callable[[str], str]) -> pa.Table:
    """Change the free texts of a type's table: names and properties; ids, enums and dates are no free texts."""
    free = [p.name for p in owner.properties.values() if p.type in ("string", "list")]
    for name in ("name", "aliases", "key", "place", *free):
        index = table.schema.get_field_index(name)
        if index >= 0:
            table = table.set_column(index, name, _mapped(table[name], change))
    return table


# The public: no person's name, no quote, place or number, no raw row.


def _public(graph: Graph) -> Redaction:
    labels = labelled(graph)
    private = Private(spoken_names(graph, labels), secrets(graph)[1], patterns=True)
    return _made_public(Redaction("public", graph, graph, private), labels)


def _made_public(start: Redaction, labels: Mapping[str, str]) -> Redaction:
    graph = start.original
    ids = _new_ids(graph, start.private, labels)
    done = replace(start, ids=ids)
    tables = {}
    for owner, table in _owners(graph):
        table = _without(table, [*sensitive(owner), *_personal(owner)])
        table = _texts(table, owner, start.private.cleared)
        table = _renamed(table, labels) if isinstance(owner, NodeType) and owner.personal else table
        table = _anonymous_edges(graph, table) if isinstance(owner, EdgeType) else table
        tables[owner.name] = _pointed(table, owner, ids)
    shown = replace(graph, **_split(graph, tables), read_raw=no_raw, decisions=graph.decisions.slice(0, 0))
    plain = {
        "sources": _public_sources(done),
        "evidence": _public_evidence(done),
        "statistics": done.table(_without(graph.statistics, ["place"])).sort_by("id"),
    }
    return replace(done, graph=replace(shown, **plain))


def _personal(owner: NodeType | EdgeType) -> list[str]:
    return list(owner.properties) if isinstance(owner, NodeType) and owner.personal else []


def _new_ids(graph: Graph, private: Private, labels: Mapping[str, str]) -> dict[str, str]:
    """Give new ids to people, to what is called after them, and to every edge and statistic of these."""
    changed: dict[str, list[str]] = {}
    for name, table in graph.node_tables.items():
        rows = table.select(["id", "name", "aliases"]).to_pylist()
        called = {row["id"] for row in rows if row["id"] not in labels and _names_somebody(row, private)}
        people = [row["id"] for row in rows if row["id"] in labels]
        changed[graph.schema.nodes[name].prefix] = [*dict.fromkeys(people), *sorted(called)]
    touched = pa.array([node for nodes in changed.values() for node in nodes], TEXT)
    for name, table in graph.edge_tables.items():
        owner = graph.schema.edges[name]
        ends = ["src", "dst", *(p.name for p in owner.properties.values() if p.type == "ref")]
        hit = reduce(pc.or_, [pc.is_in(table[end], touched) for end in ends])
        changed[owner.prefix] = sorted(set(table["id"].filter(hit).to_pylist()))
    hit = pc.is_in(graph.statistics["subject"], touched)
    changed["sta"] = sorted(set(graph.statistics["id"].filter(hit).to_pylist()))
    return {old: f"{prefix}_p{number}" for prefix, olds in changed.items() for number, old in enumerate(olds, 1)}


def _names_somebody(row: Mapping[str, Any], private: Private) -> bool:
    return any(private.cleared(name) != name for name in (row["name"], *(row["aliases"] or ())) if name)


def _renamed(table: pa.Table, labels: Mapping[str, str]) -> pa.Table:
    """Call each person by the pseudonym; cohorts keep their name. No aliases."""
    both = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
    names = pa.array([labels.get(person, name) for person, name in both], TEXT)
    table = table.set_column(table.schema.get_field_index("name"), "name", names)
    aliases = pa.array([[]] * len(table), TEXTS)
    return table.set_column(table.schema.get_field_index("aliases"), "aliases", aliases)


def _anonymous_edges(graph: Graph, table: pa.Table) -> pa.Table:
    """Leave out what edges of people say in free words: a rank and a title name a person as well as a name does."""
    personal = pa.array([owner.name for owner in graph.schema.nodes.values() if owner.personal], TEXT)
    touches = pc.or_(pc.is_in(table["src_type"], personal), pc.is_in(table["dst_type"], personal))
    for index, column in enumerate(table.schema):
        free = column.name in ("role", "context", "detail")
        if free and column.type == TEXT:
            table = table.set_column(index, column.name, pc.if_else(touches, pa.scalar(None, TEXT), table[column.name]))
    return table


def _pointed(table: pa.Table, owner: NodeType | EdgeType, ids: Mapping[str, str]) -> pa.Table:
    """Put the new ids in the place of the old ones and drop raw ids; sorted by id as every table is."""
    references = [p.name for p in owner.properties.values() if p.type == "ref"]
    for name in ("id", "src", "dst", *references):
        index = table.schema.get_field_index(name)
        if index >= 0:
            table = table.set_column(index, name, _replaced(table[name], ids))
    index = table.schema.get_field_index("raw_ids")
    if index >= 0:
        table = table.set_column(index, "raw_ids", pa.array([[]] * len(table), TEXTS))
    return _without(table, ["key", "place"]).sort_by("id")


def _public_sources(done: Redaction) -> pa.Table:
    """Return the sources without paths; of what was said or corrected by hand only the kind."""
    rows = []
    for row in done.original.sources.to_pylist():
        spoken = row["kind"] in SPOKEN
        caption = done.original.schema.caption("source_kind", str(row["kind"]))
        told = {"name": caption, "publisher": None} if spoken else {}
        rows.append(row | told | {"path": None, "complete": _cleared_json(row["complete"], done.text)})
    return done.table(pa.Table.from_pylist(rows, schema=done.original.sources.schema))


def _cleared_json(text: str | None, change: Callable[[str], str]) -> str | None:
    """Change the texts inside a JSON text, where an escape could hide a name."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        return change(value) if isinstance(value, str) else value

    return None if text is None else json.dumps(walk(json.loads(text)), ensure_ascii=False, sort_keys=True)


def _public_evidence(done: Redaction) -> pa.Table:
    """Return the evidence without quotes and places, and without what is stated of people."""
    graph = done.original
    personal = {owner.prefix for owner in graph.schema.nodes.values() if owner.personal}
    table = graph.evidence.filter(pc.invert(_is_sensitive(graph, graph.evidence)))
    pairs = zip(table["element_id"].to_pylist(), table["property"].to_pylist(), strict=True)
    told = [prop is None or str(element).partition("_")[0] not in personal for element, prop in pairs]
    free = pc.and_(pc.is_in(table["property"], pa.array(["role", "context", "detail"])), _renewed(table, done.ids))
    table = table.filter(pc.and_(pa.array(told, pa.bool_()), pc.invert(free)))
    order = [("element_id", "ascending"), ("property", "ascending")]
    return done.table(_without(table, ["quote", "place"])).sort_by(order)


def _renewed(table: pa.Table, ids: Mapping[str, str]) -> pa.Array:
    return pa.array([element in ids for element in table["element_id"].to_pylist()], pa.bool_())
