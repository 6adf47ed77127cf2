"""The items that were read from a document become raw rows, each with its words; what the schema lacks is noted."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from graphkit.documents.extraction import Extraction
from graphkit.documents.items import Entity, Relation, Statistic
from graphkit.errors import DataError
from graphkit.graph.convert import raw_id, stored
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.graph.verdicts import WAITING
from graphkit.loaders.citations import MENTION, NUMBER, Citations, Row
from graphkit.loaders.report import Finding
from graphkit.loaders.wording import NO_END, NO_PROPERTY, NO_VALUE, NOT_JOINED
from graphkit.names import fold
from graphkit.schema import EdgeType, NodeType, Schema, column, quantities

RENAMED = {"date": "valid_from"}  # when something is said to have happened is when it began
IDLE = frozenset({"date_text", "basis"})  # said elsewhere: the quote holds the words of a date
QUOTES = str.maketrans("", "", "“”‘’「」『』《》〈〉\"'")
COUNTED = ("measure", "value", "unit", "bound", "as_of", "period")


@dataclass
class Reading:
    """One document on its way into a raw graph; `source` is its row in the table of sources."""

    schema: Schema
    told: Extraction
    source: Row
    nodes: dict[str, list[Row]] = field(default_factory=dict)
    edges: dict[str, list[Row]] = field(default_factory=dict)
    statistics: list[Row] = field(default_factory=list)
    skipped: dict[str, list[Finding]] = field(default_factory=dict)
    not_taken: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @cached_property
    def cited(self) -> Citations:
        return Citations(self.told.clean, str(self.source["id"]))

    @cached_property
    def keys(self) -> list[str]:
        """The key of each entity: its name; two of one name and type, such as two people, are kept apart."""
        seen: Counter[tuple[str, str]] = Counter()
        found = []
        for entity in self.told.entities:
            seen[entity.type, entity.name] += 1
            number = seen[entity.type, entity.name]
            found.append(entity.name if number == 1 else f"{entity.name} ({number})")
        return found

    @cached_property
    def ids(self) -> list[str]:
        """The raw id of each entity."""
        dataset, told = str(self.source["dataset"]), zip(self.told.entities, self.keys, strict=True)
        return [raw_id(self.schema.node(e.type).prefix, dataset, e.type, key) for e, key in told]

    def graph(self) -> Graph:
        """Return the raw graph of all items."""
        for number, entity in enumerate(self.told.entities):
            self._take_entity(number, entity)
        for relation in self.told.relations:
            self._take_relation(relation)
        for statistic in self.told.statistics:
            self._take_statistic(statistic)
        return Graph(
            self.schema,
            {kind: _table(self.schema.nodes[kind], self.nodes[kind]) for kind in sorted(self.nodes)},
            {kind: _table(self.schema.edges[kind], self.edges[kind]) for kind in sorted(self.edges)},
            sources=pa.Table.from_pylist([self.source], schema=SOURCES),
            evidence=pa.Table.from_pylist(self.cited.rows, schema=EVIDENCE),
            statistics=pa.Table.from_pylist(self.statistics, schema=STATISTICS),
            is_raw=True,
        )

    def _take_entity(self, number: int, entity: Entity) -> None:
        owner, own_id = self.schema.node(entity.type), self.ids[number]
        spans = [(self.told.mentions[n].start, self.told.mentions[n].end) for n in entity.mentions]
        place, cited = self.cited.passages.place(*spans[0]), self.cited.of(own_id, entity.confidence)
        values = self._values(owner, entity.properties, place)
        said, status = self._status(entity, values)
        stated = [(one, self._values(owner, one.values, place)) for one in self.told.attributes_of(number)]
        aliases = [alias for alias in entity.aliases if _bare(alias) != _bare(entity.name)]
        row: Row = {"id": own_id, "key": self.keys[number], "name": entity.name, "aliases": aliases, "status": status}
        row |= {"confidence": entity.confidence, "place": place, "source_id": self.source["id"]}
        said_of = {name: value for _, told in stated for name, value in told.items()}
        self.nodes.setdefault(owner.name, []).append(said_of | values | row)
        self.cited.quote(cited, spans[0], method=MENTION, property="name", value=entity.name)
        seen = {_bare(entity.name)}
        for span in spans[1:]:
            surface = self.told.clean.text[slice(*span)]
            if _bare(surface) not in seen:
                seen.add(_bare(surface))
                self.cited.quote(cited, span, method=MENTION, property="aliases", value=surface)
        self.cited.quote_values(owner, cited, spans[0], values)
        for one, told in stated:
            self.cited.quote_values(owner, self.cited.of(own_id, one.confidence), (one.start, one.end), told)
        self.cited.quote_status(cited, spans[0], said)
        self.cited.quote_sentence(cited, spans[0])
        self.counts["entities", status] += 1

    def _take_relation(self, relation: Relation) -> None:
        owner, span = self.schema.edge(relation.type), (relation.start, relation.end)
        place, dataset = self.cited.passages.place(*span), str(self.source["dataset"])
        src, dst = (self.told.owners[end] for end in (relation.src, relation.dst))
        if src is None or dst is None or src == dst:
            self._skip("relations", relation.type, place, NO_END)
            return
        kinds = self.told.entities[src].type, self.told.entities[dst].type
        if kinds not in owner.pairs:
            self._skip("relations", f"{kinds[0]} {owner.name} {kinds[1]}", place, NOT_JOINED)
            return
        values = self._values(owner, relation.properties, place)
        said, status = self._status(relation, values)
        parts = [None if values.get(name) is None else str(values[name]) for name in owner.key]
        own_id = raw_id(owner.prefix, dataset, owner.name, self.ids[src], self.ids[dst], *parts)
        row: Row = {"id": own_id, "src": self.ids[src], "src_type": kinds[0], "dst": self.ids[dst]}
        row |= {"dst_type": kinds[1], "status": status, "confidence": relation.confidence, "basis": relation.basis}
        row |= {"place": place, "source_id": self.source["id"]}
        self.edges.setdefault(owner.name, []).append(values | row)
        cited = self.cited.of(own_id, relation.confidence, basis=relation.basis)
        self.cited.quote(cited, span)
        self.cited.quote_values(owner, cited, span, values)
        self.cited.quote_status(cited, span, said)
        self.cited.quote_sentence(cited, span)
        self.counts["relations", status] += 1

    def _take_statistic(self, statistic: Statistic) -> None:
        span, owner = (statistic.start, statistic.end), self.told.owners[statistic.subject]
        place = self.cited.passages.place(*span)
        if owner is None:
            self._skip("statistics", statistic.measure, place, NO_END)
            return
        row: Row = {name: getattr(statistic, name) for name in COUNTED}
        row |= {"subject": self.ids[owner], "source_id": self.source["id"], "place": place}
        own_id = raw_id("sta", *("" if row.get(name) is None else str(row[name]) for name in STATISTICS.names))
        self.statistics.append(row | {"id": own_id})
        cited, sure = self.cited.of(own_id, statistic.confidence), self.told.status(statistic) == "accepted"
        told = {"property": statistic.measure, "value": f"{statistic.value:.15g}"}
        self.cited.quote(cited, span, method=NUMBER, **told)
        if not sure:
            self.cited.mark_waiting(cited, span)
            self.cited.quote_sentence(cited, span, property=statistic.measure)
        self.counts["statistics", "actual" if sure else WAITING] += 1

    def _status(self, item: Entity | Relation, values: Row) -> tuple[str, str]:
        """Return what the document says that an item is, and its status: what waits is proposed, whatever is said."""
        said = values.pop("status", None) or "actual"
        return said, said if self.told.status(item) == "accepted" else WAITING

    def _values(self, owner: NodeType | EdgeType, said: Any, place: str) -> Row:
        """Return the properties of an item as their columns hold them; what none holds is noted."""
        known, found = columns(owner, raw=True).names, {}
        for name, value in sorted(said.items()):
            held = name if name in owner.properties else RENAMED.get(name, name)
            if name in IDLE or value is None:
                continue
            if held not in known:
                self.not_taken.append(self.finding(f"{owner.name}.{name}", str(value), place, NO_PROPERTY))
                continue
            prop = column(self.schema, owner, held)
            try:
                told = self._referred(value) if prop.type == "ref" else value
                found[held] = stored(told, prop.type, (place, held), prop.values)
            except DataError:
                self.not_taken.append(self.finding(f"{owner.name}.{name}", str(value), place, NO_VALUE))
        for value, bound in quantities(owner).items():
            if found.get(value) is None:
                found.pop(bound, None)
        return {name: value for name, value in found.items() if value is not None}

    def _referred(self, value: Any) -> str | None:
        """Return the id of what a property names: a mention, or an entity by its name."""
        if isinstance(value, int):
            place = self.told.owners[value] if 0 <= value < len(self.told.owners) else None
            return None if place is None else self.ids[place]
        named = [i for i, e in zip(self.ids, self.told.entities, strict=True) if value in (e.name, *e.aliases)]
        return named[0] if len(named) == 1 else None

    def _skip(self, what: str, value: str, place: str, reason: str) -> None:
        self.skipped.setdefault(what, []).append(self.finding(what, value, place, reason))

    def finding(self, what: str, value: str, place: str, reason: str) -> Finding:
        """Return what is to be told of a place of the document."""
        return Finding(str(self.source["path"]), "", 0, reason, what, value, place)


def _bare(name: str) -> str:
    """Return a name without the quotes that it stands in: “巾帼贷” and 《章程》 are no other names."""
    return fold(name.translate(QUOTES))


def _table(owner: NodeType | EdgeType, rows: list[Row]) -> pa.Table:
    return sorted_raw(pa.Table.from_pylist(rows, schema=columns(owner, raw=True)))
