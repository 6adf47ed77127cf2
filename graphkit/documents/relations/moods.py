"""How something is said: denied, planned, in which mode, how far from its doer; and what the schema lets be said."""

import re
from functools import cache

from graphkit.documents.relations.clauses import Distance
from graphkit.documents.relations.scene import ANY, Scene
from graphkit.documents.relations.vocabulary import Vocabulary, alternatives
from graphkit.schema import Schema

PENALTY = {
    Distance.OWN: 0.0,
    Distance.MEANT: 0.12,
    Distance.SENTENCE: 0.1,
    Distance.PARAGRAPH: 0.2,
    Distance.DOCUMENT: 0.3,
}
_SECTION = re.compile("[一二三四五六七八九十]{1,3}、")
# The federation of a county or town is a body of its own: no firm or place hosts it.
ADMINISTRATIVE = re.compile("(?:省|自治区|市|州|县|区|旗|镇|乡|街道|村|社区|全国)(?:妇联|妇女联合会)$")
DATED = frozenset(
    [
        "ESTABLISHED",
        "ISSUED",
        "RUNS",
        "RECEIVED",
        "LENDS_TO",
        "FOUNDED",
        "PARTNERS_WITH",
        "GUIDES",
        "HOSTED_BY",
        "LOCATED_IN",
    ]
)


@cache
def allowed(relation: str, src: str, dst: str) -> bool:
    """Say whether the schema knows such an edge."""
    return (src, dst) in Schema.load().edges[relation].pairs


def denied(text: str, end: int, vocabulary: Vocabulary) -> bool:
    """Say whether a clause up to a place is negated."""
    return _words(vocabulary.words["negation"]).search(text, 0, end) is not None


def planned(text: str, begin: int, end: int, vocabulary: Vocabulary) -> bool:
    """Say whether what a sentence tells between two places is announced only, by words before its end."""
    if _words(vocabulary.words["planned_sentence"]).search(text, 0, end):
        return True
    clause = max(text.rfind(stop, 0, begin) for stop in "，,；：:。") + 1
    while clause > 0 and re.match("[并且还再]|同时|以及", text[clause:]):
        # 拟成立甲，并启动乙: both are announced.
        clause = max(text.rfind(stop, 0, clause - 1) for stop in "，,；：:。") + 1
    if _words(vocabulary.words["planned"]).search(text, clause, min(len(text), end + 2)):
        return True
    return re.search(f"将[^{ANY[1:-1]}，。]{{0,8}}$", text[clause:end]) is not None


def coming(scene: Scene, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Return the stretches of the text under headings such as 下一步打算, to the next heading."""
    found: list[tuple[int, int]] = []
    begin: int | None = None
    for sentence in scene.sentences:
        if not (sentence.heading and _SECTION.match(sentence.text)):
            continue
        if begin is not None:
            found.append((begin, sentence.offsets[0]))
        ahead = _words(vocabulary.words["planned_section"]).search(sentence.text)
        begin = sentence.offsets[0] if ahead else None
    return found if begin is None else [*found, (begin, len(scene.text))]


def mode_of(text: str, vocabulary: Vocabulary) -> str | None:
    """Return the build mode that a clause names, the longest wording first."""
    found = _words(tuple(vocabulary.modes)).search(text)
    return vocabulary.modes[found[0]] if found else None


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(alternatives(words))
