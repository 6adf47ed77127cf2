"""Whom something serves: a counted or described public, by the words that give it something."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.clauses import Clause, Distance
from graphkit.documents.relations.moods import PENALTY, allowed, denied
from graphkit.documents.relations.scene import SIGN, Scene
from graphkit.documents.relations.vocabulary import Vocabulary

_GIVES = re.compile(
    "(?:为|向|给|面向|惠及|服务|培训|资助|帮扶|救助|帮助|带动|扶持|关爱|慰问|覆盖|吸引|受益|教会|让|带着|组织|招收|接待|造福|覆盖到|照顾|照看|免费为)(?:了|过|全县|全市|全区|当地|周边)?[^，。]{0,6}$"
)
_MEMBERS = re.compile("(?:会员|执委|成员|理事|委员|队员|盟员|副主席|副会长)")
_BEFORE = ("Programme", "FinancialProduct", "Venue", "MicroHome")
_PUBLIC = f"[{SIGN['Person']}{SIGN['Company']}]"


def served(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield whom the programmes, else the organisations, of a sentence serve."""
    sentence = told[0].sentence
    for match in re.finditer(_PUBLIC, sentence.text):
        public = sentence.slots[match.start()]
        if not scene.mentions[public].properties.get("group"):
            continue
        clause = next((c for c in reversed(told) if c.start <= match.start()), told[0])
        before = sentence.text[clause.start : match.start()]
        if (
            not _GIVES.search(before)
            or denied(clause.text, len(before), vocabulary)
            or re.search("贷|授信", clause.text)
        ):
            continue
        for source, distance in _sources(scene, clause, match.start()):
            if not allowed("SERVES", scene.type_of(source), scene.type_of(public)):
                continue
            first = min(sentence.offsets[clause.start], scene.mentions[source].start)
            start = first if first >= sentence.offsets[0] else sentence.offsets[clause.start]
            basis: Basis = "text" if distance is Distance.OWN else "context"
            score = round(0.72 - PENALTY[distance], 3)
            yield Relation("SERVES", source, public, basis, start, scene.mentions[public].end, score, "serves", {})


def belonging(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield to which alliance or federation a counted group of members belongs: 现有会员306名."""
    sentence = told[0].sentence
    for place, group in sorted(sentence.slots.items()):
        mention = scene.mentions[group]
        if not mention.properties.get("group") or mention.type not in ("Person", "Company"):
            continue
        role = _MEMBERS.search(mention.name)
        clause = next((c for c in reversed(told) if c.start <= place), told[0])
        if role is None or denied(clause.text, place - clause.start, vocabulary):
            continue
        near = [m for m in sentence.named(0, place) if scene.type_of(m) in ("Alliance", "Federation")]
        kinds = ("Federation",) if role is not None and role[0] == "执委" else ("Alliance", "Federation")
        carried = [m for kind in kinds for m in (*clause.topics, *clause.actors) if scene.type_of(m) == kind]
        if near or carried:
            house = near[-1] if near else carried[0]
            basis: Basis = "text" if near else "context"
            first = min(scene.mentions[house].start, mention.start) if near else mention.start
            score = 0.72 if near else 0.58
            properties = {"role": role[0]}
            yield Relation("MEMBER_OF", group, house, basis, first, mention.end, score, "members", properties)


def _sources(scene: Scene, clause: Clause, place: int) -> list[tuple[int, Distance]]:
    """Return the programme, product or venue of the clause, else the only one of the sentence before it."""
    sentence = clause.sentence
    named = [m for m in sentence.named(0, place) if scene.type_of(m) in _BEFORE]
    own = [m for m in named if scene.mentions[m].start >= sentence.offsets[clause.start]]
    if own:
        return [(own[-1], Distance.OWN)]
    if len(named) == 1:
        return [(named[0], Distance.SENTENCE)]
    topics = [m for m in clause.topics if scene.type_of(m) in _BEFORE]
    return [] if named or not topics else [(topics[0], clause.topic_distance)]
