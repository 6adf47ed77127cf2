"""The countable statements of a document: a number with its unit and bound, and what it is said of.

Counts of members, acts, loans and bodies are kept although nobody is named: they are what the graph is held against.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from graphkit.documents.clean import CleanText
from graphkit.documents.figures import Figure, figures, turns
from graphkit.documents.items import Mention, Statistic
from graphkit.documents.measures import measure_of
from graphkit.documents.relations.clauses import Distance
from graphkit.documents.subjects import Subjects

_CLASS = re.compile("以?上?的(?:[^，,。；]{0,6})?(?:企业|单位|公司|机构|园区|基地|市场|村|社区)")
_SENTENCE = re.compile("[。！？；\n]+")
_CLAUSE = re.compile("[，,：:。！？；\n]")
_MAKES = re.compile(r"\s*(?:成员|会员|人员|女性|志愿者)?\s*组成的?\s*")
_ISSUED = re.compile(".{0,12}(?:印发|出台|发布|制定)的?《?")
_OF = re.compile("[^，,。；、]{0,8}的")
_TIME = re.compile(r"(\d{4})\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?)?")
_PERIOD = re.compile(
    "今年以?来|近[一二两三四五六七八九十\\d]+年|[一二两三四五六七八九十\\d]+年(?=[共来内间])|累计|每年|每季度|每月|截至目前|去年|今年"
)
_LISTED = re.compile(
    r"[、和及与等共达有约近”》）)《“\s]*(?:项目|单位|机构|平台|阵地|企业|协会|活动|基地|社区)?[共达有约近\s]*"
)
_REACH = 400  # characters that a sentence is looked back through
_BODIES = frozenset("Federation MicroHome Company Alliance Agency".split())
_TOPICS = _BODIES | frozenset("Programme FinancialProduct Venue Bank Region".split())
_SUBJECTS = {
    "期": _BODIES | {"Programme"},
    "event": _BODIES,
    "members": frozenset("Federation MicroHome Alliance".split()),
    "month": frozenset(("Policy", "Programme")),
    "CNY": _TOPICS | {"Person"},
}
_MEMBERS = re.compile("会员|成员|理事|执委|委员")
_COUNTED = frozenset(("Federation", "MicroHome"))
_MAIN = (frozenset("Federation MicroHome Alliance".split()), frozenset("Company Agency Programme".split()))
_HEADLINE = 3
_LISTS = 200  # characters that a list has at most
_RULES = frozenset(("Policy",))
_AWARDS = frozenset(("Award",))
_GOT = re.compile("[^，,。；“]{0,4}(?:获得|荣获|获评|获|被评为|被授予)了?[“《]?")
_ASIDE = re.compile("(?:来自|会同|联合|联手|携手|协同|[向到赴在于从由把被与跟给替对])$")
_BROUGHT = re.compile(
    "(?:成立|组建|打造|推出|设立|建成|建起|建立|建设|开设|创办|开办|举办|开展|实施|启动|搭建|开发|挂牌|推行|引进|培育|办起|出台|发放|上线|组成|是|为|叫)"
    "[了起]?[^，,。；：:]{0,12}[“《]?$"
)
_CARRIED = frozenset("Federation MicroHome Venue Programme Company Alliance".split())
_LENDERS = frozenset(("Bank", "FinancialProduct"))
_LENT = re.compile("贷|授信|余额|放款|融资|借")


def statistics(
    clean: CleanText, mentions: Sequence[Mention], *, date: str | None = None, subjects: Subjects | None = None
) -> tuple[Statistic, ...]:
    """Return what the text counts, each with the mention that it is said of; what has no subject is left out.

    `date`: that of the document, at which a number holds unless the clause tells another. `subjects`: whom its clauses
    speak of; without them the nearest name is taken.
    """
    if not mentions:
        return ()
    reader = _Reader(clean.text, mentions, date, subjects)
    found: dict[tuple[int | str, ...], Statistic] = {}
    for figure in (*figures(clean.text), *turns(clean.text)):
        told = reader.read(figure)
        if told:
            name = mentions[told.subject].name
            found.setdefault((name, told.measure, str(told.value), told.unit, told.period or ""), told)
    return tuple(sorted(found.values(), key=lambda s: (s.start, s.end, s.measure)))


class _Reader:
    """What a number is said of: found from the place where it stands, outward."""

    def __init__(
        self, text: str, mentions: Sequence[Mention], date: str | None, subjects: Subjects | None = None
    ) -> None:
        self.text, self.mentions, self.date, self.subjects = text, mentions, date, subjects
        self.order = sorted(range(len(mentions)), key=lambda n: (mentions[n].start, -mentions[n].end))
        self.starts = [mentions[n].start for n in self.order]
        self.told = Counter(mention.name for mention in mentions)
        self.main = self._main_body()

    def read(self, figure: Figure) -> Statistic | None:
        """Return the statement of a number, or None if nothing is told of whom."""
        sentence = self._sentence(figure)
        inside = self._inside(figure)
        subject, confidence = self._subject(figure, sentence, inside)
        if subject is None:
            return None
        held = self.mentions[inside] if inside is not None else None
        start, end = self._quoted(figure, held)
        told = self.mentions[subject].end
        words = self.text[told if start < told <= figure.start else start : figure.start]
        rest = self.text[figure.start if figure.unit in ("month", "meeting") else figure.end : end]
        lent = self.mentions[subject].type in _LENDERS
        measure, unit = measure_of(words, rest, figure.unit, lent=lent)
        as_of, period = self._when(figure, sentence)
        return Statistic(
            subject, measure, figure.value, unit, figure.bound, start, end, confidence, as_of=as_of, period=period
        )

    def _subject(self, figure: Figure, sentence: tuple[int, int], inside: int | None) -> tuple[int | None, float]:
        if inside is not None and self.mentions[inside].type in ("Policy", "Programme"):
            return inside, 0.9  # 十条措施: the measures are counted in their own name
        after = self._following(figure)
        if after is not None:
            return after, 0.85
        if inside is not None and self.mentions[inside].properties.get("group"):
            return self._owner(inside, sentence), 0.85
        got = _GOT.match(self.text, figure.end)
        awards = [n for n in self._between(figure.end, got.end() + 1) if self._topic(n, _AWARDS)] if got else []
        if awards:
            return awards[-1], 0.85  # 等50人获得“X”
        if figure.unit == "meeting" or _CLASS.match(self.text, figure.end):
            return self.main, 0.6
        beside = [n for n in self._between(sentence[0], figure.start) if self.mentions[n].end == figure.start]
        awards = [n for n in beside if self._topic(n, _AWARDS)]
        if awards:
            return awards[-1], 0.85  # 二等奖两名
        around = self.text[max(0, figure.start - 14) : figure.end + 8]
        kind = "members" if figure.unit == "person" and _MEMBERS.search(around) else figure.unit
        types = _SUBJECTS.get(figure.word, _SUBJECTS.get(kind, _TOPICS))
        before, spoken = self._preceding(figure, sentence, types), self._spoken_of(figure, types)
        if before is not None and (spoken is None or self._stays(before, figure)):
            return before, 0.75
        if spoken is not None:
            return spoken, 0.65
        if figure.unit == "event":
            return self.main, 0.6
        lent = figure.unit in ("CNY", "loan") and _LENT.search(around)
        earliest = max(0, figure.start - _REACH)
        paragraph = max(earliest, self.text.rfind("\n", earliest, figure.start) + 1)
        types = _LENDERS if lent else _SUBJECTS[kind] if kind == "members" else _CARRIED
        carried = self._preceding(figure, (paragraph, figure.start), types)
        if (
            carried is not None
            and self.mentions[carried].type == "Programme"
            and self.told[self.mentions[carried].name] < 2
        ):
            carried = None
        return (self.main if carried is None else carried), 0.6

    def _spoken_of(self, figure: Figure, types: frozenset[str]) -> int | None:
        """Return the subject of the clause that holds the number, if it is named in the sentence or meant by a noun."""
        told = self.subjects.at(figure.start) if self.subjects else ()
        near = [number for number, distance in told if distance <= Distance.SENTENCE]
        return next((number for number in near if self._topic(number, types)), None)

    def _stays(self, number: int, figure: Figure) -> bool:
        """Say whether a mention is what the number is said of although its clause has another subject.

        It is if it stands in the clause of the number or has been brought up just before: 成立X，成员120人.
        """
        mention = self.mentions[number]
        if not _CLAUSE.search(self.text, mention.end, figure.start):
            return True
        return _BROUGHT.search(self.text[max(0, mention.start - 24) : mention.start]) is not None

    def _owner(self, group: int, sentence: tuple[int, int]) -> int:
        """Return the federation that counts federations or micro-homes; what else is counted, is counted itself."""
        if self.mentions[group].type not in _COUNTED:
            return group
        before = [n for n in self._between(sentence[0], self.mentions[group].start) if self._topic(n, _COUNTED)]
        return before[0] if before else group if self.main is None else self.main

    def _inside(self, figure: Figure) -> int | None:
        """Return the innermost mention that holds the number."""
        held = [n for n in self._between(figure.start - 60, figure.end) if self.mentions[n].end >= figure.end - 1]
        held = [n for n in held if self.mentions[n].start <= figure.start + 1]
        return min(held, key=lambda n: self.mentions[n].end - self.mentions[n].start) if held else None

    def _following(self, figure: Figure) -> int | None:
        """Return what the number describes: 由20名成员组成的X, 五大板块的X, 等十三部门联合印发的《X》."""
        issued = figure.word == "部门"
        for pattern in (_MAKES, _ISSUED) if issued else (_MAKES, _OF):
            match = pattern.match(self.text, figure.end)
            if match:
                found = [n for n in self._between(match.end() - 1, match.end() + 2) if self._topic(n, _TOPICS | _RULES)]
                if found:
                    return found[0]
        return None

    def _preceding(self, figure: Figure, sentence: tuple[int, int], types: frozenset[str]) -> int | None:
        """Return the nearest mention before the number in its sentence, past those that are what it counts."""
        edge = figure.start
        for number in reversed(self._between(sentence[0], figure.start)):
            mention = self.mentions[number]
            if mention.end > figure.start:
                continue
            gap = self.text[mention.end : edge]
            if figure.word in "个家处项大所部门" and len(gap) <= 6 and _LISTED.fullmatch(gap):
                edge = mention.start  # 《A》《B》等项目12个: told one by one, and then counted
                continue
            if figure.unit == "event" and mention.name[-1:] in "队团组":
                continue  # a team does what its body holds
            if not (figure.unit == "CNY" and mention.type in _LENDERS) and self._aside(number):
                continue
            if self._topic(number, types) and not self._within_another(number):
                return number
        return None

    def _aside(self, number: int) -> bool:
        """Say whether a mention is not what its sentence is about: 向X输出, 在X举行, 与X、Y的合作, X的女能人."""
        start, end = self.mentions[number].start, self.mentions[number].end
        starts = {self.mentions[n].start: self.mentions[n].end for n in self._between(end, end + _LISTS)}
        while self.text[end : end + 1] in ("、", "和", "及") and end + 1 in starts:
            end = starts[end + 1]
        if self.mentions[number].type == "Region" and self.text[end : end + 1] == "的":
            return True
        ends = {self.mentions[n].end: self.mentions[n].start for n in self._between(start - _LISTS, start)}
        while start and self.text[start - 1] in "、和及" and start - 1 in ends:
            start = ends[start - 1]
        return bool(_ASIDE.search(self.text[max(0, start - 2) : start]))

    def _topic(self, number: int, types: frozenset[str]) -> bool:
        mention = self.mentions[number]
        return mention.type in types and not mention.properties.get("group")

    def _within_another(self, number: int) -> bool:
        own = self.mentions[number]
        near = (self.mentions[n] for n in self._between(own.start - 60, own.end) if n != number)
        return any(m.start <= own.start and own.end <= m.end and (m.start, m.end) != (own.start, own.end) for m in near)

    def _between(self, start: int, end: int) -> list[int]:
        return self.order[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _sentence(self, figure: Figure) -> tuple[int, int]:
        earliest = max(0, figure.start - _REACH)
        start = max((m.end() for m in _SENTENCE.finditer(self.text, earliest, figure.start)), default=earliest)
        return start, figure.end

    def _quoted(self, figure: Figure, held: Mention | None) -> tuple[int, int]:
        """Return the stretch to quote: the number with the nouns beside it."""
        if held is not None:
            return min(held.start, figure.start), max(held.end, figure.end)
        start = figure.start
        while start > 0 and figure.start - start < 12 and not _CLAUSE.match(self.text[start - 1]):
            start -= 1
        end = figure.end
        while end < len(self.text) and end - figure.end < 12 and not re.match("[，,：:。！？；\n、]", self.text[end]):
            end += 1
        return start, end

    def _when(self, figure: Figure, sentence: tuple[int, int]) -> tuple[str | None, str | None]:
        period = None
        for match in _PERIOD.finditer(self.text, sentence[0], figure.start):
            period = match[0]
        dates = [m for m in _TIME.finditer(self.text, sentence[0], figure.start)]
        if not dates:
            return self.date, period
        year, month, day = dates[-1].groups()
        return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)]), period

    def _main_body(self) -> int | None:
        """Return what the document speaks of most, at its first mention; its first line counts for several.

        That is the policy that it is the text of, else a women's organisation or an alliance, if one is named at all.
        """
        head = {number for number in self._between(0, _REACH) if self.mentions[number].type == "Policy"}
        titles = [n for n in sorted(head) if self._is_line(self.mentions[n])]
        if titles:
            return titles[0]
        return next((number for types in _MAIN if (number := self._most_told(types)) is not None), None)

    def _is_line(self, mention: Mention) -> bool:
        """Say whether a mention is a line of its own, but for quotation marks."""
        before = self.text[max(0, mention.start - 2) : mention.start].strip("《“ \u3000")
        after = self.text[mention.end : mention.end + 2].strip("》” \u3000")
        return before in ("", "\n") and after[:1] in ("", "\n")

    def _most_told(self, types: frozenset[str]) -> int | None:
        head = self.text.find("\n", len(self.text) - len(self.text.lstrip()))
        weight: Counter[str] = Counter()
        for number in self.order:
            mention = self.mentions[number]
            if mention.type in types and not mention.properties.get("group"):
                weight[mention.name] += _HEADLINE if mention.end <= head else 1
        if not weight:
            return None
        name = weight.most_common(1)[0][0]
        return next(n for n in self.order if self.mentions[n].name == name and self.mentions[n].type in types)
