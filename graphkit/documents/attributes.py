"""What a text says of a company itself: whether it has a federation or a party organisation, and how many women.

Only what the sentence of the company says right behind its name is taken, and nothing that is only wished for: these
values decide on coverage. What two sentences say differently is left to a person.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from graphkit.documents.clean import CleanText
from graphkit.documents.figures import Figure, figures
from graphkit.documents.items import Attribute, Mention
from graphkit.documents.mentions.hosted import OF_ITS_HOUSE

SURE = 0.86
REACH = 60  # characters behind a name within which something is said of it
_SENTENCE = re.compile("[^。！？；\n]+")
_FOUNDED = "(?:成立|建立|组建|建起|设立|建有|设有)"
_FEDERATION = re.compile(
    f"(?P<own>单独)?(?P<verb>筹建|筹备|{_FOUNDED})(?P<done>起|了)?(?:自己的|企业|公司)?(?P<what>妇联)(?:组织)?"
)
_PARTY = re.compile(
    f"(?:(?P<verb>{_FOUNDED})(?P<done>起|了)?|有)(?:企业|公司|基层)?"
    "(?P<what>党支部|党总支|党委|党组织)(?!书记|副书记|委员)"
)
_NOT = re.compile("尚未|还未|仍未|暂未|没有|还没|未$|未能")
_COMING = re.compile("正在|筹")
_WISHED = re.compile(
    "拟|将|计划|准备|力争|争取|推动|推进|指导|帮助|支持|鼓励|动员|引导|协助|建议|要求|希望|能否|是否|如何|下一步|应当|必须|条件"
)
_WOMEN_BEFORE = re.compile("(?:现有|共有|拥有|有|其中)?女性?(?:职工|员工|工)(?:人数|总数)?(?:有|达|为|共)?$")
_WOMEN_BEHIND = re.compile("女性?(?:职工|员工|工)(?![^，。；、]{0,6}(?:参加|参与|获|接受))")
_HEADCOUNT = re.compile("(?:现有|共有|拥有|有)?(?:职工|员工)(?:人数|总数)?(?:有|达|为|共)?$")
# In its clause nothing may be done with the women, nor behind it: 组织女职工200人体检 counts those of a day.
_PLAIN = re.compile(
    "(?:[、,\\s]|目前|现有|共有|拥有|现|有|其中|公司|企业|全|员工|职工|总数|约|近|超过|\\d+[余多]?[人名])*"
)
_DONE = re.compile("[^，。；]{0,4}(?:参加|参与|获|接受|到场|受益|体检|报名)")
_BODIES = frozenset("Federation MicroHome Alliance Agency Bank Venue".split())
_JOINED = re.compile("[、和及与]")


def attributes(clean: CleanText, mentions: Sequence[Mention]) -> tuple[Attribute, ...]:
    """Return what the text says of its companies, in its order."""
    reader = _Reader(clean.text, mentions)
    return tuple(sorted(reader.all(), key=lambda a: (a.start, a.end, a.subject, a.name)))


class _Reader:
    def __init__(self, text: str, mentions: Sequence[Mention]) -> None:
        self.text, self.mentions = text, mentions
        self.outer: list[int] = []
        for n in sorted(range(len(mentions)), key=lambda n: (mentions[n].start, -mentions[n].end)):
            if not self.outer or mentions[n].end > mentions[self.outer[-1]].end:
                self.outer.append(n)
        self.starts = [mentions[n].start for n in self.outer]
        self.counts = [figure for figure in figures(text) if figure.unit == "person"]
        self.places = [figure.start for figure in self.counts]

    def all(self) -> Iterator[Attribute]:
        for sentence in _SENTENCE.finditer(self.text):
            start, end = sentence.span()
            held = self.outer[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
            if not any(self._company(n) for n in held):
                continue
            for pattern, name in ((_FEDERATION, "federation_status"), (_PARTY, "party_organisation")):
                for match in pattern.finditer(self.text, start, end):
                    yield from self._founded(match, name, held, start)
            for figure in self.counts[bisect_left(self.places, start) : bisect_left(self.places, end)]:
                yield from self._counted(figure, held, start)

    def _company(self, number: int) -> bool:
        mention = self.mentions[number]
        return mention.type == "Company" and not mention.properties.get("group")

    def _subjects(self, held: Sequence[int], place: int) -> list[int]:
        """Return the company that stands before a place with no other body between, and those listed with it."""
        before = [n for n in held if self.mentions[n].end <= place]
        while before and not self._company(before[-1]):
            if self.mentions[before[-1]].type in _BODIES:
                return []
            before.pop()
        found = before[-1:]
        if not found or place - self.mentions[found[0]].end > REACH:
            return []
        for n in reversed(before[:-1]):
            between = self.text[self.mentions[n].end : self.mentions[found[-1]].start]
            if not self._company(n) or not _JOINED.fullmatch(between):
                break
            found.append(n)
        return found

    def _founded(self, match: re.Match[str], name: str, held: Sequence[int], start: int) -> Iterator[Attribute]:
        what = match.start("what")
        # 企业妇联 behind a firm is what the firm has, not somebody else's.
        others = [n for n in held if self.mentions[n].rule != OF_ITS_HOUSE]
        named = any(self.mentions[n].start < match.end() and what < self.mentions[n].end for n in others)
        subjects = [] if named else self._subjects(held, match.start())
        if not subjects:
            return
        gap = self.text[self.mentions[subjects[0]].end : match.start()]
        gap = gap[max(map(gap.rfind, "，,：")) + 1 :]
        value = self._state(match, gap, self.text[start : match.start()])
        if value is None:
            return
        told: dict[str, Any] = {name: value if name == "federation_status" else value != "no"}
        if name == "party_organisation" and value == "preparing":
            return
        if match.groupdict().get("own") and value == "yes":
            told["federation_mode"] = "own"
        for subject in subjects:
            first = self.mentions[subject].start
            yield from (Attribute(subject, key, said, first, match.end(), SURE) for key, said in told.items())

    def _state(self, match: re.Match[str], gap: str, before: str) -> str | None:
        """Say whether it is there, is not, is coming; None for what is only wished for."""
        if _NOT.search(gap):
            return "no"
        if _COMING.search(gap + (match["verb"] or "")):
            return "preparing"
        return None if _WISHED.search(before) and not match["done"] else "yes"

    def _counted(self, figure: Figure, held: Sequence[int], start: int) -> Iterator[Attribute]:
        before, behind = self.text[start : figure.start], self.text[figure.end : figure.end + 16]
        after = _WOMEN_BEHIND.match(behind)
        women = _WOMEN_BEFORE.search(before) or after
        whole = women or _HEADCOUNT.search(before)
        if whole is None:
            return
        first = figure.start if whole is after else start + whole.start()
        subjects = self._subjects(held, first)
        if len(subjects) != 1 or _DONE.match(behind):
            return
        gap = self.text[self.mentions[subjects[0]].end : first]
        if not _PLAIN.fullmatch(gap[gap.rfind("，") + 1 :]):
            return
        name, begin = "women_employees" if women else "employees", self.mentions[subjects[0]].start
        end = figure.end + (after.end() if after else 0)
        yield Attribute(subjects[0], name, int(figure.value), begin, end, SURE, figure.bound)
