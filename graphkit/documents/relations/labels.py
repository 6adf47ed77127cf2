"""Lines such as 主办单位：甲, lists under a heading and rows of a table: the label says the relation to their head."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graphkit.documents.items import Relation
from graphkit.documents.relations.moods import allowed
from graphkit.documents.relations.scene import CELLS, Scene, Sentence
from graphkit.documents.relations.vocabulary import Label, Vocabulary

# What may be the head of labelled lines: the thing that a page or row is about.
_HEADS = ("Programme", "Alliance", "MicroHome", "Federation", "Venue", "Policy", "Award", "FinancialProduct", "Company")
_COLON = re.compile("[：:]")
_LABEL = re.compile(
    r"(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．])?(?P<label>[^：:，。；\ue000-\uf8ff]{2,8})[：:]"
)
_SECTION = re.compile("[一二三四五六七八九十]{1,3}、")
_AWARDED = re.compile("(?:名单|获奖|获得者|表彰|[（(](?:共|计)?[0-9]+[个名人家])")


@dataclass(frozen=True, slots=True)
class _Line:
    sentence: Sentence
    label: Label
    named: tuple[int, ...]


def labelled(scene: Scene, vocabulary: Vocabulary) -> Iterator[Relation]:
    """Yield what labelled lines, lists under awards and table rows tell."""
    head: int | None = None
    award: int | None = None
    for sentence in scene.sentences:
        line = _line(scene, vocabulary, sentence)
        if line is not None:
            head = head if head is not None else _title(scene)
            if head is not None:
                yield from _told(scene, line, head)
            continue
        if sentence.heading and sentence.slots:
            heads = [m for m in sentence.slots.values() if scene.type_of(m) in _HEADS]
            awards = [m for m in heads if scene.type_of(m) == "Award"]
            award = awards[0] if len(awards) == 1 and _is_list(sentence) else award if not heads else None
            head = heads[0] if heads and heads[0] != award else head
        elif sentence.heading and _SECTION.match(sentence.text):
            award = None
        if award is not None:
            yield from _awarded(scene, sentence, award)


def rows(scene: Scene, vocabulary: Vocabulary) -> Iterator[Relation]:
    """Yield what the rows of a table tell: cells parted by tabs or bars, labels in the first row."""
    place = 0
    labels: list[Label | None] = []
    for text in scene.text.splitlines(keepends=True):
        cells = _cells(text, place)
        place += len(text)
        if len(cells) < 2:
            labels = []
            continue
        found = [_label(vocabulary, scene.text[start:end].strip()) for start, end in cells]
        if any(found):
            labels = found
        elif labels:
            yield from _row(scene, cells, labels)


def _cells(text: str, place: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    body = text.strip(" \t|｜\r\n") if set(text) & set("|｜") else text.rstrip("\r\n")
    place += text.index(body) if body else 0
    for cell in re.finditer(f"[^{CELLS}]+|(?<=[{CELLS}])(?=[{CELLS}])", body) if set(body) & set(CELLS) else ():
        found.append((place + cell.start(), place + cell.end()))
    return found


def _row(scene: Scene, cells: list[tuple[int, int]], labels: list[Label | None]) -> Iterator[Relation]:
    inside = [scene.inside(start, end) for start, end in cells]
    free = [named for named, label in zip(inside, labels, strict=False) if label is None]
    first = next((named for named in free if any(scene.type_of(m) in _HEADS for m in named)), [])
    head = next((m for m in first if scene.type_of(m) in _HEADS), None)
    if head is None:
        return
    for named, label in zip(inside, labels, strict=False):
        for mention in named if label is not None else ():
            if mention != head and label is not None:
                yield from _edge(scene, label, head, mention, 0.7)


@cache
def _labels(vocabulary: Vocabulary) -> list[tuple[re.Pattern[str], Label]]:
    return [(re.compile(label.pattern), label) for label in vocabulary.labels]


def _label(vocabulary: Vocabulary, text: str) -> Label | None:
    return next((label for pattern, label in _labels(vocabulary) if pattern.fullmatch(text)), None)


def _line(scene: Scene, vocabulary: Vocabulary, sentence: Sentence) -> _Line | None:
    match = _LABEL.match(sentence.text.strip())
    label = _label(vocabulary, match["label"]) if match else None
    if label is None:
        return None
    start = _COLON.search(sentence.text)
    named = sentence.named(start.end() if start else 0, len(sentence.text))
    return _Line(sentence, label, tuple(named)) if named else None


def _title(scene: Scene) -> int | None:
    """Return what the first line of the text is about, if it names something that can be a head."""
    first = scene.sentences[0] if scene.sentences else None
    named = list(first.slots.values()) if first else []
    return next((m for m in named if scene.type_of(m) in _HEADS[:5]), None)


def _told(scene: Scene, line: _Line, head: int) -> Iterator[Relation]:
    for mention in line.named:
        yield from _edge(scene, line.label, head, mention, 0.76)


def _edge(scene: Scene, label: Label, head: int, mention: int, score: float) -> Iterator[Relation]:
    for relation in label.relations:
        src, dst = (mention, head) if label.towards else (head, mention)
        if scene.entity_of.get(src, -1) == scene.entity_of.get(dst, -2):
            return
        if allowed(relation, scene.type_of(src), scene.type_of(dst)):
            start, end = scene.mentions[mention].start, scene.mentions[mention].end
            properties = dict(label.properties)
            if relation not in ("LEADS", "WORKS_FOR", "MEMBER_OF", "RUNS", "FOUNDED"):
                properties.pop("role", None)
            yield Relation(relation, src, dst, "context", start, end, score, "label", properties)
            return


def _is_list(sentence: Sentence) -> bool:
    """Say whether a heading with an award in it heads the list of those who got it."""
    return _AWARDED.search(sentence.text) is not None or len(sentence.text.strip()) <= 3


def _awarded(scene: Scene, sentence: Sentence, award: int) -> Iterator[Relation]:
    """Yield the first person or firm of each line under an award."""
    if award in sentence.slots.values() or len(sentence.text) > 80:
        return
    got = [m for _, m in sorted(sentence.slots.items()) if scene.type_of(m) in ("Person", "Company")]
    persons = [m for m in got if scene.type_of(m) == "Person"]
    for mention in persons or got[:1]:
        start, end = scene.mentions[mention].start, scene.mentions[mention].end
        yield Relation("RECEIVED", mention, award, "context", start, end, 0.7, "label:award", {})
