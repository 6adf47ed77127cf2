"""Titles granted to many: 授予甲（某公司经理）、乙（某村村民）等12人“X”称号."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Relation
from graphkit.documents.relations.clauses import Clause
from graphkit.documents.relations.moods import denied, planned
from graphkit.documents.relations.scene import SIGN, Scene
from graphkit.documents.relations.vocabulary import Vocabulary

_GRANTED = re.compile(f"(?:授予|命名|表彰|表扬|评选|认定)了?(?P<got>[^。；]{{1,400}}?)(?:为|的)?{SIGN['Award']}")
_GLOSS = re.compile("[（(][^（）()]*[）)]")


def granted(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield who got a title that a sentence grants: its persons, else its firms, but not those in brackets."""
    sentence = told[0].sentence
    for match in _GRANTED.finditer(sentence.text) if SIGN["Award"] in sentence.text else ():
        if denied(sentence.text[: match.end()], match.end(), vocabulary):
            continue
        award = sentence.slots[match.end() - 1]
        start = match.start("got")
        glosses = [(start + g.start(), start + g.end()) for g in _GLOSS.finditer(match["got"])]
        places = [i for i in sentence.slots if start <= i < match.end("got")]
        outside = [sentence.slots[i] for i in places if not any(a <= i < b for a, b in glosses)]
        got = [m for m in outside if scene.type_of(m) == "Person"]
        got = got or [m for m in outside if scene.type_of(m) == "Company"]
        properties = {"status": "planned"} if planned(sentence.text, match.start(), start, vocabulary) else {}
        for mention in got:
            first, last = sentence.span(match.start(), match.end())
            last = max(last, scene.mentions[award].end)
            yield Relation("RECEIVED", mention, award, "text", first, last, 0.82, "granted", properties)
