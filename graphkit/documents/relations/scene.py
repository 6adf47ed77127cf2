"""A text with its mentions becomes sentences in which every name is one sign, so that wordings can be matched."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphkit.documents.items import Entity, Mention

# One private sign per node type: a class of types is a class of characters.
TYPES = (
    "Federation MicroHome Company Alliance Bank Agency Person "
    "Region Industry Venue Programme Policy FinancialProduct Award"
).split()
SIGN = {name: chr(0xE000 + place) for place, name in enumerate(TYPES)}
ANY = f"[{SIGN[TYPES[0]]}-{SIGN[TYPES[-1]]}]"
ORGANISATIONS = ("Federation", "MicroHome", "Company", "Alliance", "Bank", "Agency")
SEPARATOR = "(?:以及|[、和与及暨或])"
# 党工委管委会: two organs side by side are a list too, and 某县某镇 is one place.
_TOUCHING = "|".join(f"(?<={SIGN[kind]}){SIGN[kind]}" for kind in ("Agency", "Region"))
# 甲公司、乙公司等12家企业: what is counted ends the list.
_COUNTED = "等[{}]".format("".join(SIGN[kind] for kind in ("Company", "Bank", "Person", "Federation", "Alliance")))
MORE = f"(?:{SEPARATOR}(?:中共)?{ANY}|{_COUNTED}|{_TOUCHING})"
LIST = f"{ANY}{MORE}*"

# No sentence is longer, and what was named longer ago is not meant.
LONGEST, NEAR = 600, 60
_STOPS = re.compile(r"[。！？；!?;\n\r]|(?<![0-9A-Za-z])\.(?![0-9A-Za-z])")
_OPENING, _CLOSING = "“‘《〈「『\"'【", "”’》〉」』\"'】"
_FOREIGN = re.compile("[\ue000-\uf8ff]")
# What parts the cells of a table: a stop to every sentence.
CELLS = "\t|｜"
_BLANK = re.compile(r"[ \t\u3000\xa0]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a row of signs: `text[i]` stands at `offsets[i]` of the cleaned text; `slots`: sign -> mention."""

    text: str
    offsets: tuple[int, ...]
    slots: dict[int, int]
    paragraph: int
    heading: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open stretch of the cleaned text for a stretch of signs."""
        return self.offsets[start], self.offsets[end]

    def named(self, start: int, end: int) -> list[int]:
        """Return the mentions between two signs, in their order; of stacked places (某县某镇) the smallest."""
        region = SIGN["Region"]
        steps = {i for i in range(start, end) if self.text[i : i + 2] == region * 2}
        return [self.slots[i] for i in range(start, end) if i in self.slots and i not in steps]


@dataclass(frozen=True)
class Scene:
    """The mentions of a text, which of them stand at the top, whom they name, and its sentences."""

    text: str
    mentions: Sequence[Mention]
    entities: Sequence[Entity]
    day: str | None = None

    @cached_property
    def entity_of(self) -> dict[int, int]:
        """Map each mention to its entity."""
        return {m: place for place, entity in enumerate(self.entities) for m in entity.mentions}

    @cached_property
    def top(self) -> list[int]:
        """Return the mentions that stand inside no other, by place."""
        order = sorted(range(len(self.mentions)), key=lambda i: (self.mentions[i].start, -self.mentions[i].end))
        found: list[int] = []
        reach = -1
        for i in order:
            if self.mentions[i].start >= reach:
                found.append(i)
                reach = self.mentions[i].end
        return found

    @cached_property
    def inner(self) -> dict[int, list[int]]:
        """Map each top mention to those inside it."""
        starts = [self.mentions[i].start for i in self.top]
        found: dict[int, list[int]] = {}
        tops = set(self.top)
        for i, mention in enumerate(self.mentions):
            place = bisect_right(starts, mention.start) - 1
            if i in tops or place < 0:
                continue
            outer = self.mentions[self.top[place]]
            if mention.end <= outer.end:
                found.setdefault(self.top[place], []).append(i)
        return found

    @cached_property
    def _by_type(self) -> dict[str, tuple[list[int], list[int]]]:
        found: dict[str, tuple[list[int], list[int]]] = {}
        for mention in self.top:
            starts, mentions = found.setdefault(self.mentions[mention].type, ([], []))
            starts.append(self.mentions[mention].start)
            mentions.append(mention)
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [self.mentions[mention].start for mention in self.top]

    def inside(self, start: int, end: int) -> list[int]:
        """Return the top mentions within a stretch of the text, in their order."""
        return self.top[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def before(self, kinds: Sequence[str], place: int) -> list[int]:
        """Return the last top mentions of these types before a place, at most NEAR of each, in their order."""
        found: list[int] = []
        for kind in kinds:
            starts, mentions = self._by_type.get(kind, ([], []))
            end = bisect_left(starts, place)
            found.extend(mentions[max(0, end - NEAR) : end])
        return sorted(found, key=lambda m: self.mentions[m].start)

    @cached_property
    def main(self) -> tuple[int, ...]:
        """Return the first mention of the federation that the text names most often, if it stands out."""
        counts = Counter(self.entity_of.get(m, -1 - m) for m in self.top if self.type_of(m) == "Federation")
        if not counts:
            return ()
        best, times = max(counts.items(), key=lambda item: (item[1], -abs(item[0])))
        if times < 2 and len(counts) > 1:
            return ()
        return next((m,) for m in self.top if self.entity_of.get(m, -1 - m) == best)

    @cached_property
    def headline(self) -> int:
        """Return where the first line of the text ends."""
        text = self.text
        return max(0, text.find("\n", len(text) - len(text.lstrip())))

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Return the sentences in order."""
        return list(_sentences(self))

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.offsets[0] for sentence in self.sentences]

    def around(self, place: int) -> list[Sentence]:
        """Return the sentence at a place after those before it in its paragraph, at most NEAR."""
        last = bisect_right(self._sentence_starts, place)
        near = self.sentences[max(0, last - NEAR) : last]
        return [s for s in near if s.paragraph == near[-1].paragraph]

    def type_of(self, mention: int) -> str:
        """Return the node type of a mention."""
        return self.mentions[mention].type

    def name_of(self, mention: int) -> str:
        """Return the full name of whom a mention names."""
        entity = self.entity_of.get(mention)
        return self.mentions[mention].name if entity is None else self.entities[entity].name


def _signs(scene: Scene) -> Iterator[tuple[str, int, int | None]]:
    """Yield (sign, offset, mention): every top mention is one sign, its quotes go with it, blanks are dropped."""
    text, place = _FOREIGN.sub("\ufffd", scene.text), 0
    for mention in scene.top:
        start, end = scene.mentions[mention].start, scene.mentions[mention].end
        if start > place and text[start - 1] in _OPENING:
            start -= 1
        yield from _plain(text, place, max(start, place))
        yield SIGN[scene.mentions[mention].type], scene.mentions[mention].start, mention
        place = end + 1 if text[end : end + 1] and text[end] in _CLOSING else end
        if place > end and text[place : place + 1] and text[place] in _OPENING:
            yield "、", end, None
    yield from _plain(text, place, len(text))


def _plain(text: str, start: int, end: int) -> Iterator[tuple[str, int, None]]:
    for i in range(start, end):
        if text[i] in CELLS:
            yield "；", i, None  # cells of a table are no sentence
        elif not _BLANK.match(text[i]):
            yield text[i], i, None


def _bounds(text: str) -> list[int]:
    """Return where sentences end; one of more than LONGEST signs is cut at a comma, for it is no sentence."""
    found: list[int] = []
    start = 0
    for stop in (*(match.end() for match in _STOPS.finditer(text)), len(text)):
        while stop - start > LONGEST:
            comma = max(text.rfind("，", start, start + LONGEST), text.rfind(",", start, start + LONGEST)) + 1
            start = comma if comma > start else start + LONGEST
            found.append(start)
        if stop > start:
            found.append(stop)
            start = stop
    return found


def _sentences(scene: Scene) -> Iterator[Sentence]:
    signs = list(_signs(scene))
    text = "".join(sign for sign, _, _ in signs)
    paragraph, start = 0, 0
    bounds = _bounds(text)
    for end in bounds:
        broken = text[end - 1 : end] in ("\n", "\r")
        if text[start:end].strip():
            last = signs[end - 1][2]
            close = signs[end - 1][1] + 1 if last is None else scene.mentions[last].end
            offsets = (*(offset for _, offset, _ in signs[start:end]), close)
            slots = {i - start: m for i in range(start, end) if (m := signs[i][2]) is not None}
            alone = (start == 0 or text[start - 1] in "\n\r") and (broken or end == len(text))
            yield Sentence(text[start:end], offsets, slots, paragraph, alone and end - start <= 40)
        paragraph += broken
        start = end
