"""By whom something was done: 由甲发起、乙指导、丙承办的“X”, X由甲牵头、乙协办; every doer with the verb of its own."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.clauses import Clause, Distance
from graphkit.documents.relations.moods import ADMINISTRATIVE, DATED, PENALTY, allowed, denied, mode_of, planned
from graphkit.documents.relations.scene import ANY, ORGANISATIONS, SIGN, Scene
from graphkit.documents.relations.vocabulary import Vocabulary, alternatives

# What is done to something, by its kind; of several relations the first that the schema allows.
_DOINGS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (
        ("RUNS", "ESTABLISHED", "OFFERS"),
        ("主办", "举办", "发起", "牵头", "组织", "策划", "推出", "启动", "打造", "创办"),
        "initiates",
    ),
    (("RUNS",), ("承办", "协办", "执行", "实施", "承训", "落实", "联办"), "implements"),
    (("RUNS",), ("赞助", "冠名", "支持"), "participates"),
    (("GUIDES", "RUNS"), ("指导", "业务指导"), "initiates"),
    (
        ("ESTABLISHED",),
        ("组建", "成立", "建立", "创建", "设立", "建设", "共建", "合办", "合建", "开办", "筹建", "投资建设"),
        "",
    ),
    (("HOSTED_BY",), ("运营", "托管", "代管", "管理", "打理", "负责运营", "负责管理"), ""),
    (("ISSUED",), ("印发", "出台", "制定", "发布"), "issuer"),
)
_OF = {verb: (relations, role) for relations, verbs, role in _DOINGS for verb in verbs}
_VERB = alternatives(_OF)
_MANNER = "(?:共同|联合|携手|一起|牵头|合作|负责|具体|先后|正式|投资|出资|率先|全程|独家|还是|就是)*"
_DOER = f"[{''.join(SIGN[kind] for kind in (*ORGANISATIONS, 'Region'))}]"
_ORGAN = "(?:工会|党委|党支部|团委)?"
_WHO = f"{_DOER}{_ORGAN}(?:(?:以及|[、和与及]){_DOER}{_ORGAN})*"
_PLAIN = f"[^，。；：、的{ANY[1:-1]}]"
_ACT = f"{_WHO}(?:等{_PLAIN}{{0,6}})?{_MANNER}{_VERB}"
_CHAIN = f"{_ACT}(?:[、，]{_ACT})*"
_KINDS = "Programme Federation MicroHome Alliance Venue Policy FinancialProduct".split()
_THING = f"[{''.join(SIGN[kind] for kind in _KINDS)}]"
_ATTRIBUTE = re.compile(f"(?P<acts>{_CHAIN})的{_PLAIN}{{0,10}}?(?P<thing>{_THING})")
_PREDICATE = re.compile(
    f"(?P<thing>{_THING})[^。；{ANY[1:-1]}]{{0,16}}?[由是](?P<acts>{_CHAIN})(?!的{_PLAIN}{{0,10}}?{ANY}|了?{ANY})"
)
_DROPPED = re.compile(f"(?:^|[，；])[^，。；{ANY[1:-1]}]{{0,6}}?由(?P<acts>{_CHAIN})(?!的|了?{ANY})")
_ONE = re.compile(f"(?P<who>{_WHO})(?:等{_PLAIN}{{0,6}})?{_MANNER}(?P<verb>{_VERB})")


def passive(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield who did what to a thing that a sentence tells of in the passive."""
    sentence = told[0].sentence
    for pattern, score in ((_ATTRIBUTE, 0.79), (_PREDICATE, 0.79), (_DROPPED, 0.76)):
        for match in pattern.finditer(sentence.text):
            clause = next((c for c in reversed(told) if c.start <= match.start("acts")), told[0])
            if denied(clause.text, match.end() - clause.start, vocabulary):
                continue
            if pattern is _DROPPED:
                things, distance = _topic(scene, clause)
            else:
                things, distance = [sentence.slots[match.start("thing")]], Distance.OWN
            for thing in things:
                yield from _acts(scene, vocabulary, clause, match, (thing, distance, score))


def _topic(scene: Scene, clause: Clause) -> tuple[list[int], Distance]:
    """Return the thing that a clause without a subject is about."""
    kinds = ("Programme", "Federation", "MicroHome", "Alliance", "Venue")
    found = [m for m in clause.topics if scene.type_of(m) in kinds]
    return found[-1:], clause.topic_distance


def _acts(
    scene: Scene, vocabulary: Vocabulary, clause: Clause, match: re.Match[str], about: tuple[int, Distance, float]
) -> Iterator[Relation]:
    thing, distance, score = about
    sentence, begin = clause.sentence, match.start("acts")
    for act in _ONE.finditer(match["acts"]):
        relations, role = _OF[act["verb"]]
        for doer in sentence.named(begin + act.start("who"), begin + act.end("who")):
            relation = next((r for r in relations if allowed(r, *_kinds(scene, r, doer, thing))), None)
            if relation is None or (relation != "GUIDES" and _office(scene, thing)):
                continue
            if scene.entity_of.get(doer, -1) == scene.entity_of.get(thing, -2):
                continue
            src, dst = (thing, doer) if relation == "HOSTED_BY" else (doer, thing)
            properties: dict[str, object] = {"role": role} if relation in ("RUNS", "ISSUED") else {}
            if planned(sentence.text, match.start(), match.end(), vocabulary):
                properties["status"] = "planned"
            if relation in DATED and clause.day is not None and not clause.day.until:
                properties["date"] = clause.day.value
            mode = mode_of(match["acts"], vocabulary) if relation == "ESTABLISHED" else None
            if mode is not None:
                properties["mode"] = mode
            start, end = sentence.span(match.start(), match.end())
            basis: Basis = "text" if distance is Distance.OWN else "context"
            sure = round(score - PENALTY[distance], 3)
            yield Relation(relation, src, dst, basis, start, end, sure, f"passive:{distance.name.lower()}", properties)


def _office(scene: Scene, thing: int) -> bool:
    """Say whether a thing is the federation of a county or town, which nobody founds or runs."""
    return scene.type_of(thing) == "Federation" and ADMINISTRATIVE.search(scene.name_of(thing)) is not None


def _kinds(scene: Scene, relation: str, doer: int, thing: int) -> tuple[str, str]:
    ends = (thing, doer) if relation == "HOSTED_BY" else (doer, thing)
    return scene.type_of(ends[0]), scene.type_of(ends[1])
