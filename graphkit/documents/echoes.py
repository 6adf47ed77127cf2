"""What stands for somebody named before: 公司, 该联盟, 这家合作社 are read as one more mention of whom they mean.

An echo agrees with its antecedent in type and in the noun that ends its name, and means the nearest one that is not an
item of a list. Whatever is read from an echo is less sure than what is read from a name.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TypeVar

from graphkit.documents.items import Basis, Entity, Mention, Relation, Statistic

_Told = TypeVar("_Told", Relation, Statistic)
RULE = "echo"
DOUBT = 0.12
_REACH = 420  # characters back to whom a noun still means
_POINTS = "(?:该|这家|这个|这支|这一|此|本|我们|我|整个)"
_POINTING = re.compile(_POINTS)
# Nouns of these types may stand alone for somebody; of the other types only what points does: 该办法, 这一产品.
_BARE = frozenset("Company Alliance MicroHome Venue Federation Programme".split())
# Words after which a noun can stand for somebody: a stop, a time, a preposition, a verb that takes a body.
_BEFORE = re.compile(
    "(?:^|[，,。；;：:！？!?\n、（(“—]|其中|同时|目前|如今|现在|眼下|年来|去年|今年|当年|当时|随后|此后|后来|据悉|不仅|以来|之后|"
    "[而但由与和同跟向为给对在于到至被把将让使以从自经及年月日天下后中时是任入予]|加入|覆盖|依托|依靠|挂靠|入驻|进驻|落户|走进|放在|设在|建在|"
    "借助|通过|帮助|支持|指导|带动|推动|联合|会同|携手|依附|成为|作为|当选|担任|发起|吸引|放给|发给|借给|我们)$"
)
# 公司化, 企业家, 协会会员: the noun is a part of another word, or makes a class of whom it is said.
_PART = re.compile(
    "长(?![期远久])|[们化制界家主群性型类级间际外史歌章徽址]|文化|组织|数量|总数|妇联|女职工|女性|党|工会|团委|代表|会员|成员单位|链|集群|管委会|名单|名称"
    "|建设|联盟|协会|商会|发展|创建|成立大会|揭牌仪式"
)
_SAYS = re.compile("(?:介绍|说|表示|告诉|坦言|透露|回忆|称|讲)[^，。；]{0,6}[，：]“?$")
_STOP = re.compile("[，,。；;：:！？、]")
_DIGITS = frozenset("一二三四五六七八九十0123456789")
_JOINED = re.compile("[”》]?[、和与及][“《]?$")
_GOES_ON = re.compile("[”》]?[、和与及][“《]?")


@dataclass(frozen=True, slots=True)
class Heard:
    """Mentions and entities of a text with the echoes in it, which stand behind the mentions; `of`: echo -> mention."""

    mentions: Sequence[Mention]
    entities: Sequence[Entity]
    of: Mapping[int, int]

    def named(self, relation: Relation) -> Relation:
        """Return a relation with the names that its echoes mean, and less sure if there are any."""
        ends = (relation.src, relation.dst)
        properties = {
            key: self.of.get(value, value)
            if isinstance(value, int) and key in ("product", "applicant", "via")
            else value
            for key, value in relation.properties.items()
        }
        if not any(end in self.of for end in ends):
            return replace(relation, properties=properties)
        src, dst = (self.of.get(end, end) for end in ends)
        sure = round(relation.confidence - DOUBT, 3)
        basis: Basis = "name" if relation.basis == "name" else "context"
        return replace(relation, src=src, dst=dst, basis=basis, confidence=sure, properties=properties)

    def counted(self, statistic: Statistic) -> Statistic:
        """Return a countable statement of whom its echo means."""
        return replace(statistic, subject=self.of.get(statistic.subject, statistic.subject))


def heard(text: str, mentions: Sequence[Mention], entities: Sequence[Entity], words: Mapping[str, str]) -> Heard:
    """Return the mentions and entities with the echoes of a text; `words`: a noun and the type that it stands for."""
    found = list(_echoes(text, mentions, entities, words))
    of = {len(mentions) + place: antecedent for place, (_, antecedent, _) in enumerate(found)}
    more: dict[int, list[int]] = {}
    for place, (_, _, entity) in enumerate(found):
        more.setdefault(entity, []).append(len(mentions) + place)
    grown = [
        replace(one, mentions=(*one.mentions, *more[place])) if place in more else one
        for place, one in enumerate(entities)
    ]
    return Heard([*mentions, *(echo for echo, _, _ in found)], grown, of)


def _echoes(
    text: str, mentions: Sequence[Mention], entities: Sequence[Entity], words: Mapping[str, str]
) -> Iterator[tuple[Mention, int, int]]:
    """Yield every echo with the mention and the entity that it means."""
    named = _Named(text, mentions, entities)
    nouns = {_POINTING.sub("", word): kind for word, kind in words.items() if kind != "Person" and word[0] != "她"}
    bare = {word for word in words if nouns.get(word) in _BARE and len(word) > 1}
    for match in _nouns(tuple(nouns)).finditer(text):
        start, end = match.span()
        word, kind = match["noun"], nouns[match["noun"]]
        if match["noun"] not in bare and not match["points"]:
            continue
        if kind == "Company" and text[end : end + 1] in _DIGITS:
            continue
        if named.covered(start, end) or _PART.match(text, end):
            continue
        if not _BEFORE.search(text[max(0, start - 4) : start]):
            continue
        found = named.meant(word, kind, start)
        if found is not None:
            one = mentions[found]
            entity = named.owner[found]
            properties = {k: v for k, v in one.properties.items() if k not in ("group", "count", "count_bound")}
            yield replace(one, start=start, end=end, rule=RULE, properties=properties), found, entity


@cache
def _nouns(words: tuple[str, ...]) -> re.Pattern[str]:
    nouns = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(f"(?P<points>{_POINTS})?(?P<noun>{nouns})")


class _Named:
    """Where a text names whom, for looking back from a place."""

    def __init__(self, text: str, mentions: Sequence[Mention], entities: Sequence[Entity]) -> None:
        self.text, self.mentions, self.entities = text, mentions, entities
        self.owner = {m: place for place, entity in enumerate(entities) for m in entity.mentions}
        self.places: dict[str, list[int]] = {}
        for number in sorted(self.owner, key=lambda n: (mentions[n].start, -mentions[n].end)):
            if not mentions[number].properties.get("group"):
                self.places.setdefault(mentions[number].type, []).append(number)
        self.starts = {mention.start for mention in mentions}
        self.ends = {mention.end for mention in mentions}
        self.taken = bytearray(len(text))
        for mention in mentions:
            self.taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)

    def covered(self, start: int, end: int) -> bool:
        """Say whether a stretch belongs to a name."""
        return any(self.taken[start:end])

    def meant(self, noun: str, kind: str, place: int) -> int | None:
        """Return the mention that a noun at a place means: the nearest of its type whose name ends so."""
        if kind == "Company" and (firm := self._speaker_firm(place)) is not None:
            return firm
        kinds = _KIN.get(kind, (kind,))
        numbers = sorted((n for k in kinds for n in self.places.get(k, ())), key=lambda n: self.mentions[n].start)
        last = bisect_left(numbers, place, key=lambda n: self.mentions[n].start)
        fitting = [n for n in numbers[max(0, last - 30) : last] if self._ends(n, noun, kind)]
        if len({self.owner[n] for n in fitting}) > 1:
            # The only one of a text is meant however far away, of several those near.
            fitting = [n for n in fitting if place - self.mentions[n].end <= _REACH]
        alone = [n for n in fitting if not self._listed(n)]
        if not alone and len({self.owner[n] for n in fitting}) > 1:
            return None
        return next(reversed(alone or fitting), None)

    def _speaker_firm(self, place: int) -> int | None:
        """Return the firm of the person who speaks: 甲介绍，公司去年出口6000万元."""
        said = _SAYS.search(self.text, max(0, place - 24), place)
        people = self.places.get("Person", []) if said else []
        speaker = next((n for n in people if said and self.mentions[n].end == said.start()), None)
        return None if speaker is None else self.firms.get(self.owner[speaker])

    @cached_property
    def firms(self) -> dict[int, int]:
        """Map a person to the firm whose title stands before the name, the first told: 某公司董事长甲."""
        found: dict[int, int] = {}
        ends = {self.mentions[n].end: n for n in self.places.get("Company", [])}
        for number in self.places.get("Person", []):
            start = self.mentions[number].start
            firm = next((ends[e] for e in range(start, max(0, start - 14), -1) if e in ends), None)
            if firm is not None and not _STOP.search(self.text, self.mentions[firm].end, start):
                found.setdefault(self.owner[number], firm)
        return found

    def _ends(self, number: int, noun: str, kind: str) -> bool:
        entity = self.entities[self.owner[number]]
        names = (entity.name, *entity.aliases)
        if kind == "Company":
            return _FIRM.get(noun, _ANY).search(entity.name) is not None
        return noun == "行" or any(name.rstrip("”").endswith(noun) for name in names)

    def _listed(self, number: int) -> bool:
        """Say whether a mention is an item of a list: beside it, but for a comma, another one stands."""
        one = self.mentions[number]
        before = _JOINED.search(self.text, max(0, one.start - 3), one.start)
        after = _GOES_ON.match(self.text, one.end)
        return (before is not None and before.start() in self.ends) or (
            after is not None and after.end() in self.starts
        )


_ANY = re.compile("")
# A 驿站 or a 小屋 may be a venue or a women's station.
_KIN = {"Venue": ("Venue", "MicroHome"), "MicroHome": ("MicroHome", "Venue"), "Programme": ("Programme", "Venue")}
_FIRM = {
    "公司": re.compile("(?<![社厂场店坊院所吧馆])$"),
    "集团": re.compile("集团"),
    "厂": re.compile("厂$"),
    "社": re.compile("社$"),
    "合作社": re.compile("社$"),
    "企业": re.compile("(?<!社)$"),
}
