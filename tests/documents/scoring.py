"""How right an extraction is, held against a gold annotation: names with types, triples, countable statements.

An entity is right if its name is one of the gold's (width, script brackets, quotes and blanks apart) and its type the
gold's or one of its alternatives. What the gold marks as optional is neither rewarded nor punished.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Item = Mapping[str, Any]
_GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\)")
_SIGNS = re.compile("[\\s“”‘’\"'《》〈〉「」『』【】\\[\\]()〔〕·•、,，。:：;；!！?？—\\-–…|]")
SCORED = ("date", "amount_cny", "amount_kind", "mode", "role", "status")


@dataclass(slots=True)
class Tally:
    """How many are right of those told, and how many found of those wanted."""

    right: int = 0
    told: int = 0
    found: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __iadd__(self, other: "Tally") -> "Tally":
        self.right, self.told = self.right + other.right, self.told + other.told
        self.found, self.wanted = self.found + other.found, self.wanted + other.wanted
        return self


Tallies = defaultdict[str, Tally]


@dataclass(slots=True)
class Score:
    """The tallies of one document or of several: in all, by type, of the accepted band, and what must not be told."""

    entities: Tally = field(default_factory=Tally)
    relations: Tally = field(default_factory=Tally)
    statistics: Tally = field(default_factory=Tally)
    accepted_entities: Tally = field(default_factory=Tally)
    accepted_relations: Tally = field(default_factory=Tally)
    by_type: Tallies = field(default_factory=lambda: defaultdict(Tally))
    by_relation: Tallies = field(default_factory=lambda: defaultdict(Tally))
    by_basis: Tallies = field(default_factory=lambda: defaultdict(Tally))
    properties: Tallies = field(default_factory=lambda: defaultdict(Tally))
    split: int = 0
    wrong_type: int = 0
    negatives: list[str] = field(default_factory=list)
    negative_relations: list[str] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __iadd__(self, other: "Score") -> "Score":
        for name in ("entities", "relations", "statistics", "accepted_entities", "accepted_relations"):
            tally = getattr(self, name)
            tally += getattr(other, name)
        for name in ("by_type", "by_relation", "by_basis", "properties"):
            for key, tally in getattr(other, name).items():
                getattr(self, name)[key] += tally
        self.split += other.split
        self.wrong_type += other.wrong_type
        self.negatives += other.negatives
        self.negative_relations += other.negative_relations
        for key, told in other.errors.items():
            self.errors[key] += told
        return self


def key_of(name: str) -> str:
    """Return what two spellings of one name share in scoring."""
    plain = _GLOSS.sub("", unicodedata.normalize("NFKC", name)).replace("妇女联合会", "妇联")
    return _SIGNS.sub("", plain).lower()


def score(gold: Item, predicted: Item) -> Score:
    """Hold one document's extraction against its gold."""
    told = Score()
    _negatives(gold, predicted, told)
    matched = _entities(gold, predicted, told)
    _relations(gold, predicted, matched, told)
    _statistics(gold, predicted, matched, told)
    return told


def _negatives(gold: Item, predicted: Item, told: Score) -> None:
    names = {key_of(name) for name in gold.get("negatives", ())}
    patterns = [re.compile(pattern) for pattern in gold.get("negative_patterns", ())]
    for entity in predicted["entities"]:
        name = entity["name"]
        if key_of(name) in names or any(pattern.search(name) for pattern in patterns):
            told.negatives.append(name)


def _types(entity: Item) -> list[str]:
    return [entity["type"], *entity.get("alternatives", {}).get("type", ())]


def _entities(gold: Item, predicted: Item, told: Score) -> dict[str, str]:
    """Tally the entities; return which gold entity each told one names, whatever its type."""
    known = {entity["id"]: entity for entity in gold["entities"]}
    names: dict[str, list[str]] = defaultdict(list)
    for entity in gold["entities"]:
        for name in (entity["name"], *entity["aliases"], *entity.get("aliases_repaired", ())):
            names[key_of(name)].append(entity["id"])
    hit: set[str] = set()
    matched: dict[str, str] = {}
    for entity in predicted["entities"]:
        tallies = _tallies(told, entity, "entities", "by_type")
        best = _best_entity(entity, names[key_of(entity["name"])], known, hit)
        if best is None:
            _wrong(tallies, told, f"{entity['type']} false", entity["name"])
            continue
        matched[entity["id"]] = best
        optional = known[best].get("optional")
        if entity["type"] not in _types(known[best]):
            if not optional:
                told.wrong_type += 1
                _wrong(tallies, told, f"{entity['type']} wrong type", f"{entity['name']} is {known[best]['type']}")
        elif not optional:
            told.split += best in hit
            hit.add(best)
            _right(tallies)
    for entity in gold["entities"]:
        if not entity.get("optional"):
            _want(told.entities, told.by_type[entity["type"]], found=entity["id"] in hit)
            if entity["id"] not in hit:
                told.errors[f"{entity['type']} missed"].append(entity["name"])
    return matched


def _best_entity(entity: Item, names: list[str], known: Mapping[str, Item], hit: set[str]) -> str | None:
    def rank(name: str) -> tuple[bool, bool, bool, bool]:
        gold = known[name]
        return (
            entity["type"] != gold["type"],
            entity["type"] not in _types(gold),
            bool(gold.get("optional")),
            name in hit,
        )

    return min(names, key=rank) if names else None


def _relations(gold: Item, predicted: Item, matched: Mapping[str, str], told: Score) -> None:
    wanted: list[Item] = gold["relations"]
    triples: dict[tuple[str | None, str, str | None], list[int]] = defaultdict(list)
    for number, relation in enumerate(wanted):
        for reading in _readings(relation):
            triples[reading].append(number)
    barred = {(r["source"], r["type"], r["target"]) for r in gold.get("negative_relations", ())}
    names = {entity["id"]: entity["name"] for entity in predicted["entities"]}
    hit: set[int] = set()
    for relation in predicted["relations"]:
        triple = matched.get(relation["source"]), relation["type"], matched.get(relation["target"])
        shown = f"{names[relation['source']]} -> {names[relation['target']]} ({relation.get('rule', '')})"
        if triple in barred:
            told.negative_relations.append(f"{relation['type']} {shown}")
        tallies = _tallies(told, relation, "relations", "by_relation")
        found = triples.get(triple)
        if not found:
            _wrong(tallies, told, f"{relation['type']} false", shown)
            continue
        best = min(found, key=_relation_rank(wanted, triple, hit))
        if wanted[best].get("optional"):
            continue
        _right(tallies)
        if best not in hit:
            hit.add(best)
            _properties(wanted[best], relation, told)
    ends = {entity["id"]: entity["name"] for entity in gold["entities"]}
    for number, relation in enumerate(wanted):
        if not relation.get("optional"):
            found_it = number in hit
            _want(told.relations, told.by_relation[relation["type"]], found=found_it)
            _want(told.by_basis[relation.get("properties", {}).get("basis", "text")], found=found_it)
            if not found_it:
                shown = f"{ends[relation['source']]} -> {ends[relation['target']]}"
                told.errors[f"{relation['type']} missed"].append(shown)


def _relation_rank(
    wanted: list[Item], triple: tuple[str | None, str, str | None], hit: set[int]
) -> Callable[[int], tuple[bool, bool, bool]]:
    def rank(number: int) -> tuple[bool, bool, bool]:
        relation = wanted[number]
        own = relation["source"], relation["type"], relation["target"]
        return own != triple, bool(relation.get("optional")), number in hit

    return rank


def _readings(relation: Item) -> Iterator[tuple[str, str, str]]:
    """Yield every triple that counts as this relation; cooperation has no direction."""
    others = relation.get("alternatives", {})
    for source in (relation["source"], *others.get("source", ())):
        for name in (relation["type"], *others.get("type", ())):
            for target in (relation["target"], *others.get("target", ())):
                yield source, name, target
                if name == "PARTNERS_WITH":
                    yield target, name, source


def _properties(wanted: Item, relation: Item, told: Score) -> None:
    for name in SCORED:
        value = wanted.get("properties", {}).get(name)
        if value is not None:
            _want(told.properties[name], found=relation.get("properties", {}).get(name) == value)


def _statistics(gold: Item, predicted: Item, matched: Mapping[str, str], told: Score) -> None:
    wanted: list[Item] = gold.get("statistics", [])
    hit: set[int] = set()

    def rank(number: int, measure: str | None) -> tuple[bool, bool, bool]:
        own = wanted[number]
        return own.get("measure") != measure, bool(own.get("optional")), number in hit

    for stated in predicted["statistics"]:
        subject = matched.get(stated["subject"])
        found = [n for n, own in enumerate(wanted) if own["value"] == stated["value"] and subject in _subjects(own)]
        if not found:
            _wrong([told.statistics], told, "statistic false", f"{stated['measure']} {stated['value']}")
            continue
        best = min(found, key=lambda n: rank(n, stated.get("measure")))
        if not wanted[best].get("optional"):
            hit.add(best)
            _right([told.statistics])
    for number, own in enumerate(wanted):
        if not own.get("optional"):
            _want(told.statistics, found=number in hit)
            if number not in hit:
                told.errors["statistic missed"].append(f"{own['measure']} {own['value']}")


def _subjects(stated: Item) -> list[str]:
    return [stated["subject"], *stated.get("alternatives", {}).get("subject", ())]


def _tallies(told: Score, item: Item, kind: str, by: str) -> list[Tally]:
    """Return the tallies that an item counts in: all, those of its type, and those of the accepted band."""
    tallies = [getattr(told, kind), getattr(told, by)[item["type"]]]
    return [*tallies, getattr(told, f"accepted_{kind}")] if item.get("status") == "accepted" else tallies


def _wrong(tallies: Iterable[Tally], told: Score, kind: str, shown: str) -> None:
    for tally in tallies:
        tally.told += 1
    told.errors[kind].append(shown)


def _right(tallies: Iterable[Tally]) -> None:
    for tally in tallies:
        tally.told += 1
        tally.right += 1


def _want(*tallies: Tally, found: bool) -> None:
    for tally in tallies:
        tally.wanted += 1
        tally.found += found
