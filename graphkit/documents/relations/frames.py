"""Somebody does something: the verb, what it is done to, and who did it."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.agents import Reading, Triple, agents, made
from graphkit.documents.relations.clauses import ACTORS, Clause, Distance, lists
from graphkit.documents.relations.moods import DATED, PENALTY, denied, mode_of, planned
from graphkit.documents.relations.scene import SIGN, Scene
from graphkit.documents.relations.vocabulary import Frame, Vocabulary

_PEOPLE = "主席|会长|书记|理事长|秘书长|负责人|干部|成员|工作人员|代表|执委|志愿者|员工|职工|董事长|总经理"
# 成立某妇联主席 is about its chair, 走访某公司的车间 about a room of it.
_NOT_ITSELF = re.compile(f"的?(?:[、，]?(?:副|常务|名誉|党|女)?(?:{_PEOPLE}))|的(?![了。；])")
# 覆盖某公司的女职工: its women's work is what is covered.
_WOMEN_OF = re.compile("的?(?:女职工|女工|女员工|女性|妇女|女从业|全体女|女商户|女)")
_GAP = 26


def framed(scene: Scene, vocabulary: Vocabulary, clause: Clause) -> Iterator[Relation]:
    """Yield what the verbs of a clause say."""
    if not clause.sentence.slots:
        return
    spans = [(start, end) for start, end, _ in lists(clause.text)]
    for match in vocabulary.verbs.finditer(clause.text) if spans else ():
        if denied(clause.text, match.end(), vocabulary):
            continue
        for frame in vocabulary.frames_of[match[0]]:
            objects = _objects(clause.text, match, frame, spans)
            if objects is not None:
                yield from _said(Reading(scene, vocabulary, clause, frame, match[0], *match.span(), objects))


def _objects(text: str, match: re.Match[str], frame: Frame, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the first list after the verb with something that can be its object: 召开全市“X”大会."""
    signs = {SIGN[kind] for kinds in frame.objects.values() for kind in kinds}
    near = [(start, end) for start, end in spans if match.end() <= start <= match.end() + _GAP]
    after = () if text[match.end() : match.end() + 1] == "、" else near
    return next((span for span in after if signs & set(text[slice(*span)])), None)


def _said(reading: Reading) -> Iterator[Relation]:
    scene, text, frame = reading.scene, reading.clause.text, reading.frame
    gap = text[reading.end : reading.objects[0]]
    nearer = [f for m in reading.vocabulary.verbs.finditer(gap) for f in reading.vocabulary.frames_of[m[0]]]
    # A nearer verb has its own object, unless it only describes it: 启动专门提供服务的“X”.
    taken = (
        {kind for f in nearer for kinds in f.objects.values() for kind in kinds} if not gap.endswith("的") else set()
    )
    who = agents(reading)
    for dst in reading.targets:
        kind = scene.type_of(dst)
        relation = None if kind in taken else _relation(reading, kind)
        if relation is None or (frame.name == "guide" and scene.mentions[dst].properties.get("group")):
            continue
        women = frame.name == "cover" and _WOMEN_OF.match(text, reading.objects[1])
        if kind in ACTORS | {"Venue", "Person"} and not women and _NOT_ITSELF.match(text, reading.objects[1]):
            continue
        for src, less in [*((a, 0.0) for a in who.doers), *((p, 0.06) for p in who.partners)]:
            triple = made(reading, (relation, src, dst))
            if triple is not None:
                score = frame.confidence - less - PENALTY[who.distance] - 0.004 * len(gap)
                yield _edge(reading, triple, score, who.distance)


def _relation(reading: Reading, kind: str) -> str | None:
    """Return the relation that the frame makes with an object of this type."""
    frame = reading.frame
    for relation, kinds in frame.objects.items():
        if kind in kinds and reading.verb in frame.only.get(relation, frame.verbs):
            return relation
    return None


def _edge(reading: Reading, triple: Triple, score: float, distance: Distance) -> Relation:
    scene = reading.scene
    relation, src, dst = triple
    start, end = _quoted(reading, (src, dst))
    basis: Basis = "text" if distance is Distance.OWN else "context"
    rule = f"frame:{reading.frame.name}:{distance.name.lower()}"
    properties = _properties(reading, relation, (scene.type_of(src), scene.type_of(dst)))
    return Relation(relation, src, dst, basis, start, end, round(max(0.05, score), 3), rule, properties)


def _properties(reading: Reading, relation: str, kinds: tuple[str, str]) -> dict[str, object]:
    clause, frame, vocabulary = reading.clause, reading.frame, reading.vocabulary
    properties: dict[str, object] = {}
    place = clause.start + reading.start
    if planned(clause.sentence.text, place, place, vocabulary) or reading.verb in vocabulary.words["planned"]:
        properties["status"] = "planned"
    if relation == "PROVIDES_FOR":
        properties["action"] = frame.action
    elif relation in ("RUNS", "ISSUED"):
        fallback = "initiates" if relation == "RUNS" else "issuer"
        own = frame.role if (frame.role == "issuer") == (relation == "ISSUED") else None
        properties["role"] = frame.roles.get(reading.verb, own or fallback)
    elif relation == "OFFERS" and kinds[1] == "FinancialProduct":
        properties["role"] = "lender" if kinds[0] == "Bank" else "facilitator"
    if relation in DATED and clause.day is not None and not clause.day.until:
        properties["date"] = clause.day.value
    mode = mode_of(clause.text, vocabulary) if relation in ("ESTABLISHED", "COVERS") else None
    return properties if mode is None else {**properties, "mode": mode}


def _quoted(reading: Reading, ends: tuple[int, int]) -> tuple[int, int]:
    """Return the stretch from the doer, if in the sentence, to the object."""
    scene, clause = reading.scene, reading.clause
    first, last = clause.sentence.span(clause.start + reading.start, clause.start + reading.objects[1])
    stop = clause.sentence.offsets[-1]
    for mention in ends:
        start, end = scene.mentions[mention].start, scene.mentions[mention].end
        if clause.sentence.offsets[0] <= start and end <= stop:
            first, last = min(first, start), max(last, end)
    return first, last
