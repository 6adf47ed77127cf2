"""A document, read whole: what it names, how that is related and what it counts, each with its words in the raw text.

What is sure enough is accepted; the rest is proposed and waits for a person. Nothing comes from knowledge of the world.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from graphkit.documents.attributes import attributes
from graphkit.documents.clean import CleanText, clean
from graphkit.documents.echoes import heard
from graphkit.documents.entities import entities, settle
from graphkit.documents.files import RawText, read_text
from graphkit.documents.items import Attribute, Entity, Mention, Relation, Statistic
from graphkit.documents.lexicon import Lexicon
from graphkit.documents.mentions import mentions
from graphkit.documents.relations import relations
from graphkit.documents.relations.vocabulary import vocabulary
from graphkit.documents.statistics import statistics
from graphkit.documents.subjects import Subjects
from graphkit.documents.tagging import tagger_name
from graphkit.graph.verdicts import ENTITY_BAND, RELATION_BAND
from graphkit.names import normalise
from graphkit.schema import Schema

_Read = TypeVar("_Read", Mention, Relation)
Status = Literal["accepted", "proposed"]
# What being related, or standing alone, is worth: of entities that the text relates 97 in 100 were right, of those that
# it names once and relates to nothing 74 in 100.
_RELATED, _ALONE, _SUREST = 0.04, 0.06, 0.98
_TORN = 0.6
_MOST_NOTES = 20
_REFERENCES = frozenset(("applicant", "product", "via"))
_GAP = re.compile(r"(?<=\d)\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one document.

    Items point to mentions by their place in `mentions`, and to characters of `clean.text`; `clean` maps these to the
    raw text. `owners[m]` is the place of the entity that mention m names, or None. `source` and `file`: what it was
    read from, if that was a file.
    """

    clean: CleanText
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    statistics: tuple[Statistic, ...]
    owners: tuple[int | None, ...]
    tagger: str
    attributes: tuple[Attribute, ...] = ()
    source: RawText | None = None
    file: str | None = None

    def owner(self, mention: int) -> Entity | None:
        """Return the entity that a mention names."""
        place = self.owners[mention]
        return None if place is None else self.entities[place]

    def attributes_of(self, entity: int) -> tuple[Attribute, ...]:
        """Return what the text says of an entity itself (its place)."""
        return tuple(one for one in self.attributes if self.owners[one.subject] == entity)

    def status(self, item: Entity | Relation | Statistic) -> Status:
        """Say whether an item is sure enough to count; a relation or number needs sure ends too."""
        if isinstance(item, Entity):
            return "accepted" if item.confidence >= ENTITY_BAND else "proposed"
        ends = (item.src, item.dst) if isinstance(item, Relation) else (item.subject,)
        owners = [self.owner(end) for end in ends]
        sure = all(owner is not None and owner.confidence >= ENTITY_BAND for owner in owners)
        return "accepted" if sure and item.confidence >= RELATION_BAND else "proposed"

    @property
    def accepted(self) -> "Extraction":
        """Return the extraction with what is accepted alone; mentions keep their places."""
        kept = [place for place, entity in enumerate(self.entities) if self.status(entity) == "accepted"]
        moved: dict[int | None, int] = {old: new for new, old in enumerate(kept)}
        return replace(
            self,
            entities=tuple(self.entities[place] for place in kept),
            relations=tuple(r for r in self.relations if self.status(r) == "accepted"),
            statistics=tuple(s for s in self.statistics if self.status(s) == "accepted"),
            owners=tuple(moved.get(owner) for owner in self.owners),
            attributes=tuple(a for a in self.attributes if moved.get(self.owners[a.subject]) is not None),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the extraction as one JSON object: what it is of, entities, relations, statistics, all with quotes."""
        return _Written(self).document()


def extract(text: str | CleanText | RawText, *, lexicon: Lexicon | None = None) -> Extraction:
    """Read a text: its entities, relations and countable statements.

    `lexicon`: the words of an office on top of our own. The same text gives the same answer, byte by byte.
    """
    if isinstance(text, RawText):
        return replace(extract(clean(text), lexicon=lexicon), source=text)
    cleaned = clean(text) if isinstance(text, str) else text
    found = settle(cleaned, [_doubted(mention, cleaned) for mention in mentions(cleaned, lexicon)])
    joined = entities(cleaned, found)
    owners: list[int | None] = [None] * len(found)
    for place, entity in enumerate(joined):
        for mention in entity.mentions:
            owners[mention] = place
    read = [_doubted(relation, cleaned) for relation in relations(cleaned, found, joined, lexicon)]
    told = tuple(_allowed(read, joined, owners))
    echoing = heard(cleaned.text, found, joined, vocabulary(None if lexicon is None else lexicon.folder).anaphora)
    speaking = Subjects(cleaned, echoing, lexicon)
    counted = statistics(cleaned, echoing.mentions, date=cleaned.metadata.date, subjects=speaking)
    return Extraction(
        cleaned,
        found,
        tuple(_weighed(joined, told, owners)),
        told,
        tuple(_told_once(map(echoing.counted, counted), owners)),
        tuple(owners),
        tagger_name(),
        tuple(_agreed(attributes(cleaned, found), owners)),
    )


def extract_file(path: str | Path, *, lexicon: Lexicon | None = None, encoding: str | None = None) -> Extraction:
    """Read a document from a file: text, HTML, Word or PDF with a text layer; raise DataError for what is none.

    `encoding`: that of a text or page, such as gb18030, if the one that is found is wrong.
    """
    return replace(extract(read_text(Path(path), encoding=encoding), lexicon=lexicon), file=Path(path).name)


def _agreed(told: Sequence[Attribute], owners: list[int | None]) -> Iterator[Attribute]:
    """Yield each property of an entity once, unless the text says it differently elsewhere."""
    said: dict[tuple[int, str], list[Attribute]] = {}
    for one in told:
        owner = owners[one.subject]
        if owner is not None:
            said.setdefault((owner, one.name), []).append(one)
    yield from (found[0] for found in said.values() if len({(a.value, a.bound) for a in found}) == 1)


def _allowed(told: Sequence[Relation], joined: tuple[Entity, ...], owners: list[int | None]) -> Iterator[Relation]:
    """Yield each relation of two entities once, the surest, if the schema lets them be joined so.

    What is told on another date or of another sum is another event.
    """
    edges = Schema.load().edges
    kept: dict[tuple[Any, ...], Relation] = {}
    for relation in sorted(told, key=lambda r: (-r.confidence, r.start, r.end, r.type, r.src, r.dst)):
        src, dst = owners[relation.src], owners[relation.dst]
        if src is None or dst is None or src == dst:
            continue
        edge = edges[relation.type]
        if (joined[src].type, joined[dst].type) not in edge.pairs:
            continue
        ends = (src, dst) if edge.directed else tuple(sorted((src, dst)))
        event = tuple(str(relation.properties.get(name, "")) for name in ("amount_cny", "date"))
        key = (relation.type, *ends, *(event if relation.type == "LENDS_TO" else ()))
        if key in kept:
            first = kept[key]
            kept[key] = replace(first, properties={**relation.properties, **first.properties})
        else:
            kept[key] = relation
    yield from sorted(kept.values(), key=lambda r: (r.start, r.end, r.type, r.src, r.dst))


def _doubted(item: _Read, cleaned: CleanText) -> _Read:
    """Return an item less sure if its words hold or touch what was lost: a name may be half a name."""
    if not cleaned.is_torn(item.start, item.end):
        return item
    return replace(item, confidence=min(_TORN, item.confidence))


def _weighed(joined: tuple[Entity, ...], told: tuple[Relation, ...], owners: list[int | None]) -> Iterator[Entity]:
    """Yield the entities surer if the text relates them to others, less sure if it names them once and that is all."""
    sure = [relation for relation in told if relation.basis != "name" and relation.confidence >= RELATION_BAND]
    related = {owners[end] for relation in sure for end in (relation.src, relation.dst)}
    named = {owners[end] for relation in told for end in (relation.src, relation.dst)}
    for place, entity in enumerate(joined):
        if place in related:
            yield replace(entity, confidence=min(_SUREST, entity.confidence + _RELATED))
        elif place not in named and len(entity.mentions) == 1:
            yield replace(entity, confidence=max(0.0, entity.confidence - _ALONE))
        else:
            yield entity


def _told_once(counted: Iterable[Statistic], owners: list[int | None]) -> Iterator[Statistic]:
    """Yield what is counted of an entity, once each measure, value and period."""
    seen = set()
    for statistic in counted:
        key = (owners[statistic.subject], statistic.measure, statistic.value, statistic.period)
        if key[0] is not None and key not in seen:
            seen.add(key)
            yield statistic


class _Written:
    """One extraction on its way to JSON: ids, aliases as they stand in the file, quotes with their places."""

    def __init__(self, told: Extraction) -> None:
        self.told = told
        self.schema = Schema.load()
        counts: dict[str, int] = {}
        self.ids = []
        for entity in told.entities:
            prefix = self.schema.nodes[entity.type].prefix
            counts[prefix] = counts.get(prefix, 0) + 1
            self.ids.append(f"{prefix}-{counts[prefix]}")

    def document(self) -> dict[str, Any]:
        about = self.told.clean.metadata
        file = self.told.file
        return {
            "doc": Path(file).stem if file else None,
            "file": file,
            "title": about.title,
            "publisher": about.publisher,
            "date": about.date,
            **({"date_not_before": about.date_not_before} if about.date_not_before else {}),
            "authors": [{"name": author.name, "role": author.role} for author in about.authors],
            "notes": list(self._notes()),
            "tagger": self.told.tagger,
            "entities": [self._entity(place) for place in range(len(self.told.entities))],
            "relations": [self._relation(relation) for relation in self.told.relations],
            "statistics": [self._statistic(statistic) for statistic in self.told.statistics],
        }

    def _notes(self) -> Iterator[str]:
        """Yield what a reader has to know of the text itself: what its file lacks, what is damaged and where."""
        if self.told.source:
            yield from self.told.source.warnings
        for lost in self.told.clean.losses[:_MOST_NOTES]:
            yield f"damaged, and nothing made up for it: characters {lost.start} to {lost.end}"

    def _entity(self, place: int) -> dict[str, Any]:
        entity = self.told.entities[place]
        spans = [(self.told.mentions[n].start, self.told.mentions[n].end) for n in entity.mentions]
        properties = dict(entity.properties)
        for one in self.told.attributes_of(place):
            properties |= one.values
        group = {"group": True} if properties.pop("group", False) else {}
        return {
            "id": self.ids[place],
            "type": entity.type,
            "name": stored(entity.name),
            "aliases": list(dict.fromkeys(self.told.clean.quote(*span) for span in spans)),
            "aliases_repaired": list(dict.fromkeys(self.told.clean.text[start:end] for start, end in spans)),
            "properties": self._properties(properties),
            **group,
            **self._quoted(*spans[0]),
            "confidence": round(entity.confidence, 4),
            "status": self.told.status(entity),
        }

    def _relation(self, relation: Relation) -> dict[str, Any]:
        properties = dict(relation.properties)
        if relation.type in ("COVERS", "ESTABLISHED") or "mode" in properties:
            properties.setdefault("mode", None)
        return {
            "source": self._id(relation.src),
            "type": relation.type,
            "target": self._id(relation.dst),
            "properties": {**self._properties(properties), "basis": relation.basis},
            **self._quoted(relation.start, relation.end),
            "rule": relation.rule,
            "confidence": round(relation.confidence, 4),
            "status": self.told.status(relation),
        }

    def _statistic(self, statistic: Statistic) -> dict[str, Any]:
        value = statistic.value
        return {
            "subject": self._id(statistic.subject),
            "measure": statistic.measure,
            "value": int(value) if value == int(value) else value,
            "unit": statistic.unit,
            "as_of": statistic.as_of,
            "bound": statistic.bound,
            "period": statistic.period,
            **self._quoted(statistic.start, statistic.end),
            "confidence": round(statistic.confidence, 4),
            "status": self.told.status(statistic),
        }

    def _properties(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Return properties as a person writes them: modes in Chinese, mentions as the ids of what they name."""
        written = {}
        for name, value in properties.items():
            if name == "mode" and value is not None:
                value = self.schema.caption("mode", value, "zh")
            elif name in _REFERENCES and isinstance(value, int):
                value = self._id(value)
            written[name] = value
        return written

    def _id(self, mention: int) -> str | None:
        place = self.told.owners[mention]
        return None if place is None else self.ids[place]

    def _quoted(self, start: int, end: int) -> dict[str, Any]:
        first, last = self.told.clean.raw_span(start, end)
        return {"evidence": self.told.clean.quote(start, end), "start": first, "end": last}


def stored(name: str) -> str:
    """Return the name as it is stored: brackets full-width, no blank between a number and what it counts."""
    return normalise(_GAP.sub("", name))
