"""What the relations of a text say together: doubles, what a stronger one says already, modes and plans in common."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphkit.documents.items import Relation
from graphkit.documents.relations.founding import OPENED
from graphkit.documents.relations.moods import DATED, coming, mode_of
from graphkit.documents.relations.scene import Scene
from graphkit.documents.relations.vocabulary import Vocabulary

_WEAKER = {"WORKS_FOR": ("LEADS", "FOUNDED", "MEMBER_OF"), "MEMBER_OF": ("LEADS",)}
_BUILT = {"ESTABLISHED": "dst", "COVERS": "src", "HOSTED_BY": "src"}
_FOLLOWS = {"COVERS": "src", "HOSTED_BY": "src", "LOCATED_IN": "src", "LEADS": "dst"}
# 》（某妇字〔2022〕9号）
_NUMBER = re.compile("[》”]?[（(][^（）()]{0,12}[〔\\[]((?:19|20)[0-9]{2})[〕\\]]")
_RESTING = ("MicroHome", "Federation", "Alliance", "Programme")
_UNITS = ("Federation", "MicroHome")


def settled(scene: Scene, vocabulary: Vocabulary, found: Iterable[Relation]) -> list[Relation]:
    """Return one relation per type and pair of entities, in the order of the text."""
    kept = list(_stronger(scene, _surest(scene, found)))
    kept = _with_modes(scene, vocabulary, kept)
    ahead = coming(scene, vocabulary)
    kept = _with_plans(scene, [_ahead(ahead, r) for r in _with_numbers(scene, kept)])
    return sorted(kept, key=lambda r: (r.start, r.end, r.type, r.src, r.dst))


def ends_of(scene: Scene, relation: Relation) -> tuple[int, int]:
    """Return the entities of a relation; those of PARTNERS_WITH in one order, for it has no direction."""
    src = scene.entity_of.get(relation.src, -1 - relation.src)
    dst = scene.entity_of.get(relation.dst, -1 - relation.dst)
    return (min(src, dst), max(src, dst)) if relation.type == "PARTNERS_WITH" else (src, dst)


def _surest(scene: Scene, found: Iterable[Relation]) -> list[Relation]:
    """Keep the surest relation per type and pair; what only another wording tells of it is added."""
    best: dict[tuple[str, int, int, object], Relation] = {}
    for relation in found:
        src, dst = ends_of(scene, relation)
        if src == dst:
            continue
        key = (relation.type, src, dst, relation.properties.get("amount_cny"))
        old = best.get(key)
        first, second = (relation, old) if old is None or relation.confidence > old.confidence else (old, relation)
        more = {} if second is None else {k: v for k, v in second.properties.items() if k != "status"}
        best[key] = replace(first, properties={**more, **first.properties})
    return list(best.values())


def _stronger(scene: Scene, found: list[Relation]) -> Iterator[Relation]:
    """Leave out what a stronger relation of the same two says already: LEADS says WORKS_FOR."""
    pairs = {(r.type, *ends_of(scene, r)) for r in found}
    amounts = {(r.type, *ends_of(scene, r)) for r in found if "amount_cny" in r.properties}
    run = {ends_of(scene, r)[1] for r in found if r.type == "RUNS" and r.rule != OPENED}
    for relation in found:
        src, dst = ends_of(scene, relation)
        if relation.rule == OPENED and dst in run:
            continue
        both = ("HOSTED_BY", src, dst) in pairs and ("LOCATED_IN", src, dst) in pairs
        rests = scene.type_of(relation.src) in _RESTING
        if both and relation.type == ("LOCATED_IN" if rests else "HOSTED_BY"):
            continue
        if any((kind, src, dst) in pairs for kind in _WEAKER.get(relation.type, ())):
            continue
        if (
            relation.type == "LENDS_TO"
            and "amount_cny" not in relation.properties
            and ("LENDS_TO", src, dst) in amounts
        ):
            continue
        yield relation


def _unit(scene: Scene, relation: Relation, side: str) -> int:
    return scene.entity_of.get(relation.src if side == "src" else relation.dst, -1)


def _with_modes(scene: Scene, vocabulary: Vocabulary, found: list[Relation]) -> list[Relation]:
    """Give the mode that one relation or the words around it tell of a federation to its others."""
    told: dict[int, str] = {}
    for relation in found:
        side = _BUILT.get(relation.type)
        hosts = relation.type == "HOSTED_BY" and scene.type_of(relation.src) != "MicroHome"
        if side and "mode" in relation.properties and not hosts:
            told.setdefault(_unit(scene, relation, side), str(relation.properties["mode"]))
    agents: dict[int, int] = {}
    for relation in found:
        if relation.type == "ESTABLISHED" and "status" not in relation.properties:
            agents[_unit(scene, relation, "dst")] = agents.get(_unit(scene, relation, "dst"), 0) + 1
    result = []
    for relation in found:
        side = _BUILT.get(relation.type)
        if side is None or "mode" in relation.properties:
            result.append(relation)
            continue
        unit = _unit(scene, relation, side)
        one = relation.src if side == "src" else relation.dst
        kind = scene.type_of(one)
        if scene.mentions[one].properties.get("group"):
            result.append(relation)
            continue
        mode = told.get(unit) or (_around(scene, vocabulary, unit) if kind in _UNITS else None)
        if mode is None and relation.type == "ESTABLISHED" and agents.get(unit, 0) > 1:
            mode = "co_built"
        fits = mode is not None and (kind in _UNITS or relation.type == "ESTABLISHED")
        result.append(replace(relation, properties={**relation.properties, "mode": mode}) if fits else relation)
    return result


def _around(scene: Scene, vocabulary: Vocabulary, unit: int) -> str | None:
    """Return the mode in the sentence that first names a federation, in the one before or in the paragraph's head."""
    if unit < 0:
        return None
    paragraph = scene.around(scene.mentions[scene.entities[unit].mentions[0]].start)
    if not paragraph:
        return None
    for sentence in (paragraph[-1], *paragraph[-2:-1], paragraph[0]):
        short = sentence is paragraph[-1] or len(sentence.text) <= 24
        mode = mode_of(re.sub("依托", "", sentence.text), vocabulary) if short else None
        if mode not in (None, "co_built"):
            return mode
    return None


def _with_numbers(scene: Scene, found: list[Relation]) -> Iterator[Relation]:
    """Date a policy by its number, 某某字〔2022〕9号, if nothing else does."""
    for relation in found:
        number = _NUMBER.match(scene.text, scene.mentions[relation.dst].end) if relation.type == "ISSUED" else None
        if number is None or "date" in relation.properties:
            yield relation
        else:
            yield replace(relation, properties={**relation.properties, "date": number[1]})


def _ahead(ahead: list[tuple[int, int]], relation: Relation) -> Relation:
    """Mark what a section on the time to come tells as planned."""
    inside = any(start <= relation.start < end for start, end in ahead)
    if not inside or relation.basis == "name" or relation.type not in DATED:
        return relation
    return replace(relation, properties={"status": "planned", **relation.properties})


def _with_plans(scene: Scene, found: list[Relation]) -> list[Relation]:
    """Mark what is told of a unit that is only planned as planned too."""
    planned: set[int] = set()
    actual: set[int] = set()
    for relation in found:
        if relation.type == "ESTABLISHED" or (
            relation.type == "PROVIDES_FOR" and relation.properties.get("action") == "establish"
        ):
            (planned if relation.properties.get("status") == "planned" else actual).add(_unit(scene, relation, "dst"))
    only = planned - actual - {-1}
    return [
        replace(r, properties={**r.properties, "status": "planned"})
        if (side := _FOLLOWS.get(r.type)) and _unit(scene, r, side) in only and "status" not in r.properties
        else r
        for r in found
    ]
