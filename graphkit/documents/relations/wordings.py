"""Whole wordings: templates from the vocabulary laid over the signs of a sentence."""

import re
from collections.abc import Iterator
from itertools import combinations, product

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.clauses import Clause, Distance
from graphkit.documents.relations.moods import ADMINISTRATIVE, DATED, PENALTY, allowed, denied, mode_of, planned
from graphkit.documents.relations.scene import ANY, SIGN, Scene, Sentence
from graphkit.documents.relations.vocabulary import Template, Vocabulary

_ADVERBS = re.compile(f"(?:{ANY}|[、和与现就都均也主要][是]?)*")
# Of a longer list not every pair cooperates.
MANY = 12
_POSTS = ("MEMBER_OF", "LEADS", "WORKS_FOR", "FOUNDED", "COVERS")
_FORMING = re.compile("[^，。；]{0,6}?(?:组建|成立|建立|组成)")
_HEAD = re.compile(
    r"的?(?:[、，]?(?:副|常务|名誉|党|女)?(?:主席|会长|书记|理事长|秘书长|负责人|干部|工作人员|执委|员工|职工|董事长|总经理))"
)


def worded(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield what the templates find in the clauses of one sentence."""
    sentence = told[0].sentence
    for template in vocabulary.templates:
        if len(sentence.slots) < (1 if template.subject else 2):
            continue
        for match in template.pattern.finditer(sentence.text):
            yield from _read(scene, vocabulary, told, template, match)


def _read(
    scene: Scene, vocabulary: Vocabulary, told: list[Clause], template: Template, match: re.Match[str]
) -> Iterator[Relation]:
    sentence = told[0].sentence
    clause = next((c for c in reversed(told) if c.start < match.end()), told[-1])
    first = next((c for c in reversed(told) if c.start <= match.start()), told[0])
    if denied(sentence.text[first.start : match.end()], match.end() - first.start, vocabulary):
        return
    for src, dst, distance in _pairs(scene, template, match, first):
        kinds = scene.type_of(src), scene.type_of(dst)
        if template.pairwise and "Region" in kinds:
            continue
        if not allowed(template.relation, *kinds) or scene.entity_of.get(src, -1) == scene.entity_of.get(dst, -2):
            continue
        if template.properties.get("keep", kinds[0]) != kinds[0] or _no_guest(scene, template, src, kinds):
            continue
        if template.groups and not scene.mentions[dst].properties.get("group"):
            continue
        score = template.confidence - PENALTY[distance]
        properties = _properties(vocabulary, template, match, (sentence, first, clause), kinds)
        start, end = _quote(scene, sentence, match, (src, dst))
        basis: Basis = "text" if distance is Distance.OWN else "context"
        rule = f"template:{template.place}:{distance.name.lower()}"
        yield Relation(template.relation, src, dst, basis, start, end, round(score, 3), rule, properties)


def _can(scene: Scene, template: Template, topics: tuple[int, ...], others: list[int]) -> bool:
    """Say whether what a clause is about can stand in the relation, from either end: a chair is no partner."""
    kinds = [(scene.type_of(a), scene.type_of(b)) for a in topics for b in others]
    return any(allowed(template.relation, *pair) or allowed(template.relation, *reversed(pair)) for pair in kinds)


def _no_guest(scene: Scene, template: Template, src: int, kinds: tuple[str, str]) -> bool:
    """Say whether an administrative federation would rest on a firm or a place."""
    guest = template.relation in ("HOSTED_BY", "LOCATED_IN") and kinds[1] != "Region"
    return guest and kinds[0] == "Federation" and ADMINISTRATIVE.search(scene.name_of(src)) is not None


def _pairs(
    scene: Scene, template: Template, match: re.Match[str], clause: Clause
) -> Iterator[tuple[int, int, Distance]]:
    groups, sentence = match.re.groupindex, clause.sentence
    src = sentence.named(*match.span("src")) if "src" in groups else []
    dst = sentence.named(*match.span("dst")) if "dst" in groups else []
    if template.pairwise:
        # 由甲、乙联合组建某妇联: they are covered by it, that is all.
        forming = SIGN["Federation"] in sentence.text and _FORMING.match(sentence.text, match.end())
        yield from ((a, b, Distance.OWN) for a, b in (() if forming else combinations(src[:MANY], 2)))
        return
    whole = template.relation in _POSTS or "heads" in template.properties
    for name, place in () if whole else (("src", src), ("dst", dst)):
        if name in groups and place and _HEAD.match(sentence.text, match.end(name)):
            return
    if not template.subject:
        yield from ((a, b, Distance.OWN) for a, b in product(src, dst))
        return
    reverse = template.properties.get("reverse") == "True"
    actors, distance = clause.actors, clause.actor_distance
    if template.properties.get("topic") == "True":
        # 她牵头的合作社: the person named last.
        persons = scene.before(("Person",), sentence.offsets[match.start()])
        single = [m for m in persons if not scene.mentions[m].properties.get("group")]
        actors, distance = tuple(single[-1:]), Distance.MEANT
    elif "last" in template.properties:
        # 办公地点设在某处: that of the unit named last.
        kinds = tuple(template.properties["last"].split("|"))
        actors, distance = tuple(scene.before(kinds, sentence.offsets[match.start()])[-1:]), Distance.SENTENCE
    elif clause.topic_distance <= clause.actor_distance and _can(scene, template, clause.topics, dst or src):
        actors, distance = clause.topics, clause.topic_distance
    if template.relation == "LOCATED_IN" and not _ADVERBS.fullmatch(sentence.text[clause.start : match.start()]):
        return  # 办公地点设在某处: something else than the subject is there.
    for actor, other in product(actors, dst or src):
        if actor not in dst and actor not in src:
            yield (other, actor, distance) if reverse else (actor, other, distance)


def _properties(
    vocabulary: Vocabulary,
    template: Template,
    match: re.Match[str],
    where: tuple[Sentence, Clause, Clause],
    kinds: tuple[str, str],
) -> dict[str, object]:
    sentence, first, clause = where
    found: dict[str, object] = {key: template.properties[key] for key in ("role", "mode") if key in template.properties}
    if planned(sentence.text, match.start(), max(match.start(g) for g in match.re.groupindex if g != "x"), vocabulary):
        found["status"] = "planned"
    if template.relation in DATED and clause.day is not None and not clause.day.until:
        found["date"] = clause.day.value
    if template.relation in ("ESTABLISHED", "COVERS", "HOSTED_BY") and "mode" not in found:
        mode = mode_of(sentence.text[first.start : clause.end], vocabulary)
        if mode:
            found["mode"] = mode
    between = match[0]
    if (
        template.relation == "RUNS"
        and re.search("承办|协办|承训|执行", between)
        and not re.search("主办|举办", between)
    ):
        found["role"] = "implements"
    if template.relation == "OFFERS" and kinds[1] == "Award":
        found.pop("role", None)
    if template.relation == "PROVIDES_FOR":
        found["action"] = "establish"
    return found


def _quote(scene: Scene, sentence: Sentence, match: re.Match[str], ends: tuple[int, int]) -> tuple[int, int]:
    first, last = sentence.span(match.start(), match.end())
    for mention in ends:
        start, end = scene.mentions[mention].start, scene.mentions[mention].end
        if sentence.offsets[0] <= start and end <= sentence.offsets[-1]:
            first, last = min(first, start), max(last, end)
    return first, last
