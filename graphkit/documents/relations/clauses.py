"""Who acts in a clause: named in it, meant by a word such as 公司 or 她, or carried over from the clause before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from graphkit.documents.relations.dates import Day, days
from graphkit.documents.relations.scene import ANY, LIST, ORGANISATIONS, SIGN, Scene, Sentence
from graphkit.documents.relations.vocabulary import Vocabulary, alternatives


class Distance(IntEnum):
    """How far away the subject of a clause stands."""

    OWN = 0
    MEANT = 1
    SENTENCE = 2
    PARAGRAPH = 3
    DOCUMENT = 4


ACTORS = frozenset([*ORGANISATIONS, "Region"])
SPEAKERS = ACTORS | {"Person", "Policy", "Programme", "Venue", "FinancialProduct"}
_BOUNDS = re.compile(r"[，：]|(?<![0-9])[,:]|[,:](?![0-9])|——|…+")
_LISTS = re.compile(LIST)
# 县妇联牵头，县人社局参与，开展...: who helps is added to who leads.
_HELPS = re.compile("(?:等.{0,6})?(?:积极)?(?:参与|配合|协办|协助|支持|协同|参加)(?:下)?")
_ITEM = re.compile(f"[（(]?[0-9一二三四五六七八九十]{{1,3}}[)）、.．]{ANY}[。：:]?")
# 二、某镇某微家: the heading of a paragraph.
_TITLE = re.compile(
    f"(?:[（(]?[0-9一二三四五六七八九十]{{1,3}}[)）、.．]|[◆●■★—·]+|第[一二三四五六七八九十]+[站家]?[：:、])?(?:{ANY}){{1,2}}[：:]?"
)
_BY = re.compile(f"[^，。；{ANY[1:-1]}]{{0,8}}由")
_MADE = frozenset("Federation MicroHome Alliance Venue Programme".split())
_PASSIVE = re.compile(f"(?:是|系)?[^，。{ANY[1:-1]}]{{0,8}}?[由被]")
_HEAD = re.compile("的[^，。；、的]{0,8}$")
_CALLED = re.compile(f"(?:叫|名叫|名为|取名|叫做|叫作|称为|就是){ANY}$")
# 她 is somebody named within so many characters.
NEARBY = 150
BELONGS = re.compile(r"的(?!.{0,3}(?:指导|引导|支持|帮助|建议))|籍|(?:等.{0,4})?(?:作用|优势|实际|特色|力量|精神)")
# Words that may stand before a subject; before a place, a policy or a programme only these.
_LEAD = re.compile(
    r"(?:[0-9]{1,4}[年月日]|[0-9]+|今年|去年|前年|近年来|近日|日前|以来|目前|同时|此外|其中|随后|据悉|截至|近期|[初底末]|当天|当日|会上|会后|活动中|现场|"
    r"一是|二是|三是|四是|五是|首先|其次|最后|而|又|也|还|并|但|该|这|上午|下午|如今|今天|昨天|不仅|不仅如此|令人|鼓舞的是|例如|比如|如|像|为此|对此|于是|[、，,：:“（(]|第)*"
)
_STRICT = frozenset(["Region", "Policy", "Programme", "Venue", "FinancialProduct"])


_STRICT_SIGNS = frozenset(SIGN[kind] for kind in _STRICT)
_NOT_THERE = re.compile("(?:实行|增加|享受|申报|拥有|现有|感谢|邀请|聘请|走访|参观|考察|称|叫做)$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause `[start, end)` of a sentence and its subject: `actors` can found and run, `topics` may be anything."""

    sentence: Sentence
    start: int
    end: int
    actors: tuple[int, ...]
    actor_distance: Distance
    topics: tuple[int, ...]
    topic_distance: Distance
    # With whom, if the clause before only said so: 县妇联联合县教育局，开办...
    partners: tuple[int, ...]
    # The day that the sentence names, and the last one that the text named at all.
    day: Day | None
    last_day: Day | None

    @property
    def text(self) -> str:
        """Return the signs of the clause."""
        return self.sentence.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Memory:
    actors: tuple[int, ...] = ()
    actor_distance: Distance = Distance.DOCUMENT
    topics: tuple[int, ...] = ()
    topic_distance: Distance = Distance.DOCUMENT

    def aged(self, distance: Distance) -> "_Memory":
        actors = self.actors[:1] if distance >= Distance.PARAGRAPH else self.actors
        return replace(
            self,
            actors=actors,
            actor_distance=max(self.actor_distance, distance),
            topic_distance=max(self.topic_distance, distance),
        )


@cache
def _roles(vocabulary: Vocabulary) -> dict[str, re.Pattern[str]]:
    near = "(?:了|着|过|当地|全县|全市|全区|辖区|区域内|本地|相关)?$"
    return {role: re.compile(alternatives(words) + near) for role, words in vocabulary.roles.items()}


def role_of(gap: str, vocabulary: Vocabulary, before: str = "") -> str:
    """Say what a list is to the clause, by the words right before it: subject, object or one of the roles."""
    if gap.endswith("的") and re.search("(?:在|为|向|对|于|由|给)[^，。]*$", before):
        return "place"
    for role, words in _roles(vocabulary).items():
        if words.search(gap):
            return role
    return "object" if vocabulary.verbs.search(gap) or _NOT_THERE.search(gap) else "subject"


def lists(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, text before it) of every list of names in a clause."""
    place = 0
    for found in _LISTS.finditer(text):
        yield found.start(), found.end(), text[place : found.start()]
        place = found.end()


def clauses(scene: Scene, vocabulary: Vocabulary, *, told_by_itself: bool = False) -> list[Clause]:
    """Split all sentences into clauses and find the subject of each."""
    found: list[Clause] = []
    main = () if told_by_itself else scene.main
    memory = _Memory(main, Distance.DOCUMENT, main, Distance.DOCUMENT)
    paragraph, year = -1, None
    before: Sentence | None = None
    dates: list[Day] = []
    last: Day | None = None
    for sentence in scene.sentences:
        memory = memory.aged(Distance.PARAGRAPH)
        if sentence.paragraph != paragraph:
            paragraph = sentence.paragraph
            year = scene.day[:4] if scene.day else year
            memory = _Memory(main, Distance.DOCUMENT, main, Distance.DOCUMENT)
            memory = _headed(scene, before, memory)
        before = sentence
        last = dates[-1] if dates else last
        dates = days(sentence.text, year, scene.day)
        year = dates[-1].value[:4] if dates else year
        first = True
        partners: tuple[int, ...] = ()
        for start, end in _spans(sentence.text):
            memory = memory if first else memory.aged(Distance.SENTENCE)
            first = False
            memory = _heard(scene, vocabulary, sentence, (start, end), memory)
            day = next((d for d in reversed(dates) if d.start < end), None)
            subject = (memory.actors, memory.actor_distance, memory.topics, memory.topic_distance)
            found.append(Clause(sentence, start, end, *subject, partners, day, day or last))
            partners = _partners(vocabulary, sentence, (start, end))
    return found


def _headed(scene: Scene, heading: Sentence | None, memory: _Memory) -> _Memory:
    """Return the memory at the head of a paragraph: what the line above it names, and nothing else, is told of."""
    if heading is None or not heading.heading or _TITLE.fullmatch(heading.text.strip()) is None:
        return memory
    topics = tuple(heading.slots.values())[-1:]
    if not all(_speaks(scene, m) for m in topics):
        return memory
    actors = tuple(m for m in topics if scene.type_of(m) in ACTORS)
    kept = replace(memory, topics=topics, topic_distance=Distance.SENTENCE)
    return _Memory(actors, Distance.SENTENCE, topics, Distance.SENTENCE) if actors else kept


def _partners(vocabulary: Vocabulary, sentence: Sentence, span: tuple[int, int]) -> tuple[int, ...]:
    """Return with whom the next clause acts: those that a clause without any other verb names as partners."""
    text = sentence.text[span[0] : span[1]]
    found: tuple[int, ...] = ()
    for start, end, gap in lists(text):
        role = role_of(gap, vocabulary, text[:start])
        if role == "partner" and not re.search("(?:协议|合同|签)", text[end:]):
            found = tuple(sentence.named(span[0] + start, span[0] + end))
        elif role == "object":
            return ()
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _BOUNDS.finditer(text):
        if found.start() > start:
            yield start, found.start()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def _heard(scene: Scene, vocabulary: Vocabulary, sentence: Sentence, span: tuple[int, int], memory: _Memory) -> _Memory:
    """Return the memory after a clause has named its subject, or the old one."""
    text = sentence.text[span[0] : span[1]]
    if _ITEM.fullmatch(text):
        # 1.某小镇。 What follows in the paragraph is about it.
        topics = tuple(sentence.slots.values())
        actors = tuple(m for m in topics if scene.type_of(m) in ACTORS)
        kept = replace(memory, topics=topics, topic_distance=Distance.MEANT)
        return _Memory(actors, Distance.MEANT, topics, Distance.MEANT) if actors else kept
    meant = _pattern(tuple(vocabulary.anaphora)).match(text)
    if meant is not None and _PASSIVE.match(text, meant.end()):
        return _meant(scene, vocabulary, sentence, span, memory)
    own = subject_of(text, vocabulary)
    called = _CALLED.search(text)
    if called is not None:
        # 第一个据点叫某工坊，在...: what is so called is told of.
        return replace(memory, topics=(sentence.slots[span[0] + called.end() - 1],), topic_distance=Distance.MEANT)
    if own is not None and own[1] < len(text) and (person := _person_after(text, own)):
        people = tuple(sentence.named(span[0] + person[0], span[0] + person[1]))
        houses = tuple(
            m for m in sentence.named(span[0] + own[0], span[0] + own[1]) if scene.type_of(m) in ORGANISATIONS
        )
        people = tuple(m for m in people if not scene.mentions[m].properties.get("group"))
        if people:
            memory = _Memory(houses, Distance.OWN, houses, Distance.OWN) if houses else memory
            return replace(memory, topics=people, topic_distance=Distance.OWN)
    if own is not None and _BY.fullmatch(text[: own[0]]) and memory.topic_distance <= Distance.SENTENCE:
        if any(scene.type_of(m) in _MADE for m in memory.topics):
            return memory  # 由某协会运营，覆盖43家企业: what is run is still told of
    if own is not None:
        named = tuple(m for m in sentence.named(span[0] + own[0], span[0] + own[1]) if _speaks(scene, m))
        actors = tuple(m for m in named if scene.type_of(m) in ACTORS)
        if actors and memory.actor_distance <= Distance.SENTENCE and _HELPS.fullmatch(text[own[1] :]):
            return replace(memory, actors=(*memory.actors, *actors))
        if actors:
            return _Memory(actors, Distance.OWN, named, Distance.OWN)
        if named:
            return replace(memory, topics=named, topic_distance=Distance.OWN)
    if _stranger(vocabulary).match(text):
        return _Memory()
    return _meant(scene, vocabulary, sentence, span, memory)


def _person_after(text: str, own: tuple[int, int]) -> tuple[int, int] | None:
    """Return the persons whose house or place a list is: 某乡返乡大学生甲, 某公司经理乙."""
    following = next(((start, end, gap) for start, end, gap in lists(text) if start >= own[1]), None)
    if following is None or text[following[0]] != SIGN["Person"]:
        return None
    gap = following[2]
    return following[:2] if 0 < len(gap) <= 14 and not re.search("[、，]|为|向|给|对|与|和", gap) else None


def _speaks(scene: Scene, mention: int) -> bool:
    """Say whether a mention may be the subject of the clauses that follow: groups are not."""
    return scene.type_of(mention) in SPEAKERS and not scene.mentions[mention].properties.get("group")


def subject_of(text: str, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """Return the span of the list that is the subject of a clause; a chain such as ORG title PERSON gives the last."""
    best: tuple[int, int] | None = None
    agent = False
    for start, end, gap in lists(text):
        if best is not None and not agent and len(gap) > 8:
            break
        role = role_of(gap, vocabulary, text[:start])
        if agent and _HEAD.search(gap):
            # 由甲发起、乙指导的“丙”: what is told of is 丙.
            return start, end
        agent = agent or (role == "agent" and best is None)
        if agent and role == "object":
            continue
        if role == "object":
            break
        if role not in ("subject", "agent"):
            continue
        if best is not None:
            break
        if text[start] in _STRICT_SIGNS and not _LEAD.fullmatch(gap):
            continue
        if BELONGS.match(text, end) and not re.match(ANY, text[end + 1 : end + 2]):
            continue
        best = (start, end)
    return best


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    lead = (
        "(?:同时|目前|近年来|如今|随后|此外|其中|据悉|今年以来|一直以来|当时|现在|不仅如此|去年|今年|[0-9]+年)?[，,]?"
    )
    return re.compile(
        lead + f"(?P<word>{alternatives(words)})(?![的员职女内主家法董妇党工负总里之人长领群合群体园区城们股])"
    )


def _stranger(vocabulary: Vocabulary) -> re.Pattern[str]:
    return _beginning(vocabulary.strangers)


@cache
def _beginning(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"[^{ANY[1:-1]}，。]{{0,4}}?{alternatives(words)}")


def _meant(scene: Scene, vocabulary: Vocabulary, sentence: Sentence, span: tuple[int, int], memory: _Memory) -> _Memory:
    """Resolve 公司, 该行, 她 at the head of a clause to the last mention of that type before it."""
    found = _pattern(tuple(vocabulary.anaphora)).match(sentence.text[span[0] : span[1]])
    if found is None:
        return memory
    kind, place = vocabulary.anaphora[found["word"]], sentence.offsets[span[0]]
    before = scene.before((kind,), place)
    called = re.sub("^(?:该|这家|我|本)", "", found["word"])
    # 协会 means the association, not the chamber named after it.
    before = [m for m in before if scene.name_of(m).endswith(called)] or before
    if kind == "Person":
        before = [m for m in before if place - scene.mentions[m].start < NEARBY and _speaks(scene, m)]
    if not before:
        return _Memory()
    last = (before[-1],)
    if kind in ACTORS:
        return _Memory(last, Distance.MEANT, last, Distance.MEANT)
    return replace(memory, topics=last, topic_distance=Distance.MEANT)
