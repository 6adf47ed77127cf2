"""What a document says about itself: its title, who published it and when, who wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphkit.documents.bylines import DAY, Author, Byline, byline_of, bylines
from graphkit.errors import DataError
from graphkit.values import PartialDate, parse_date

HEAD, TAIL = 10, 14
_TOLD_DAY = re.compile(
    rf"(?<![\u3400-\u9fff])(?:发布|发表|发稿|更新|发文|成文|印发|出刊)?(?:日期|时间)[:： ]*({DAY.pattern})"
)
_LONE_DAY = re.compile(rf"[（(]?({DAY.pattern})[）)]?(?:[ T]*[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?")
_LAST_DAY = re.compile(rf"(.{{2,60}}?)(?<![:：于至到在自])[ ,，]*({DAY.pattern})")
_SOURCE = re.compile(
    "(?:(?:信息|文章|稿件|消息|内容)?来源|稿源|供稿单位|供稿|发布机构|发布单位|信息发布|发布者?) ?[:：|丨｜] *"
    r"([^\s|丨，。；,;:：）)】\]]{2,40}(?: (?=[A-Za-z])[^\s|]{1,20})*)"
)
_OWNER = re.compile(r"([^\s|，。:：]{2,30}) *版权所有|版权所有[:： ©]*([^\s|，。:：]{2,30})")
_NO_TITLE = re.compile(
    r"概述|首页|正文|导读|摘要|目录|新闻(?:动态|中心)?|工作动态|字号.*|当前位置.*|您(?:现在)?的位置.*|.*〔[0-9]{4}〕.*|.{2,30}文件|附件[0-9]*[:：]?|[0-9\W]*"
)
_KINDS = "通知|意见|办法|方案|报告|函|决定|措施|规定|细则|总结|汇报|请示|批复|公告|通报|计划|要点|纪要|讲话|倡议书?"
_NOTICE = re.compile(rf"关于(?!.*(?:{_KINDS})[）)》]?$)")
_NOTICE_END = re.compile(rf".{{0,30}}(?:{_KINDS})[）)]?")
_ORGANISATION = re.compile(
    r"[\u3400-\u9fff（）()“”\"·A-Za-z0-9+]{1,30}(?:妇联|联合会|委员会|局|厅|部|办公室|政府|中心|院|公司|工会|处|银行|站|社|协会|商会|学会|联盟|集团|工作室|工作委员会|办|党工委|团委|网|报)"
)
_SPEAKER = re.compile(f"{_ORGANISATION.pattern}(?=[0-9]{{4}}年|关于)")
_MENTIONED = re.compile("[12][0-9]{3}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?")
_EARLIEST = 1949
_AHEAD = re.compile(r"(?:到|至|力争|计划|将于|拟于|预计|截止|有效期|[-—~])[^，。；,;]{0,4}$")
_PARTS = re.compile(r" {2,}|[|\t]")
LABEL = re.compile(r"来源|稿源|时间|日期|阅读|浏览|点击|字[体号]|供稿")
_FRAME = re.compile(
    rf"{_SOURCE.pattern}|(?:发布|发表|发稿|更新)?(?:日期|时间)[:： ]*(?={DAY.pattern})|{DAY.pattern}"
    r"|(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9])"
    r"|(?:阅读|浏览|点击|访问)(?:次数|量|数)?[:： ]*[0-9]+(?: ?次)?"
    r"|(?:字体|字号)[:： ]*[【\[]?[ 大中小]*[】\]]?"
)
_LONGEST_TITLE, _LONGEST_LINE, _MOST_LONE_DAYS = 60, 200, 2


@dataclass(frozen=True, slots=True)
class Metadata:
    """The record of a document. `date`: a partial ISO date; `date_not_before`: the latest day its text speaks of."""

    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    date_not_before: str | None = None
    authors: tuple[Author, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty, with its stretch of the text."""

    text: str
    start: int
    end: int


def lines_of(text: str) -> list[Line]:
    """Return the lines that are not empty."""
    found = []
    start = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            first = start + line.index(words[0])
            found.append(Line(words, first, first + len(words)))
        start += len(line) + 1
    return found


def read_metadata(text: str, *, title: str | None = None) -> Metadata:
    """Read what the head and the tail of a text say about it; a title that the file itself gives wins."""
    lines = lines_of(text)
    edges = [*lines[:HEAD], *lines[max(HEAD, len(lines) - TAIL) :]]
    short = [line for line in edges if len(line.text) <= _LONGEST_LINE]
    said = _bylines(text, edges)
    day, signed = _date(lines, short)
    day = day or next((day for line in said if line.day and (day := iso(line.day))), None)
    title = title or _title(lines)
    outlet = next((line.outlet for line in said if line.outlet), None)
    return Metadata(
        title=title,
        publisher=_publisher(lines, short, signed) or outlet or _named_in(title),
        date=day,
        date_not_before=None if day else _latest_day(text),
        authors=tuple(dict.fromkeys(person for line in said for person in line.people)),
    )


def iso(words: str) -> str | None:
    """Return the first day that words name as an ISO date, or None if there is no such day."""
    found = DAY.search(words)
    day = _day(found[0]) if found else None
    return str(day) if day else None


def _title(lines: list[Line]) -> str | None:
    for number, line in enumerate(lines[:HEAD]):
        words = line.text
        if _NO_TITLE.fullmatch(words) or byline_of(words) or _SOURCE.search(words) or _LONE_DAY.fullmatch(words):
            continue
        if len(words) > _LONGEST_TITLE or words.endswith(tuple("。；，,;:：")):
            return None
        after = lines[number + 1].text if number + 1 < len(lines) else ""
        names = words.split()
        if (len(names) > 1 or after.startswith("关于")) and all(map(_ORGANISATION.fullmatch, names)):
            continue  # the head of a letter
        return words + after if _NOTICE.search(words) and _NOTICE_END.fullmatch(after) else words
    return None


def _date(lines: list[Line], edges: list[Line]) -> tuple[str | None, int | None]:
    """Return the day of the document, and the number of the line that is nothing but that day."""
    for line in edges:
        told = _TOLD_DAY.search(line.text)
        if told and (day := iso(told[1])):
            return day, None
    alone = [(day, number) for number, line in enumerate(lines) if (day := _lone_day(line.text))]
    signed = [(day, number) for day, number in alone if any(_signatures(lines, number))]
    # A calendar of events has many lines that are days: none of them is that of the document.
    if signed or 0 < len(alone) <= _MOST_LONE_DAYS:
        return (signed or alone)[0]
    for line in lines[:HEAD]:
        source = DAY.search(line.text) if _SOURCE.search(line.text) else None
        if source and (day := iso(source[0])):
            return day, None
    for line in reversed(lines[-3:]):
        last = _LAST_DAY.fullmatch(line.text)
        if last and (day := iso(last[2])):
            return day, None
    return None, None


def _lone_day(words: str) -> str | None:
    alone = _LONE_DAY.fullmatch(words)
    return iso(alone[1]) if alone else None


def _publisher(lines: list[Line], edges: list[Line], signed: int | None) -> str | None:
    for line in edges:
        source = _SOURCE.search(line.text)
        if source and not byline_of(source[0]):
            return source[1]
    if signed is not None and (names := list(_signatures(lines, signed))):
        return "、".join(names)
    for line in reversed(lines[-3:]):
        last = _LAST_DAY.fullmatch(line.text)
        if last and _ORGANISATION.fullmatch(last[1].strip()):
            return last[1].strip()
    owners = [owner for line in edges for owner in _OWNER.finditer(line.text)]
    return owners[0][1] or owners[0][2] if owners else None


def parts_of(words: str) -> list[str]:
    """Return what a line says besides its source, its day and how often it was read; the line itself if nothing."""
    if not LABEL.search(words) and not _PARTS.search(words):
        return [words]
    return [part for part in map(str.strip, _PARTS.split(_FRAME.sub("  ", words.strip("（()）【】[]")))) if part]


def _named_in(title: str | None) -> str | None:
    """Return who speaks in a title: 云溪县妇联2023年工作总结, 云溪县妇联关于……的报告."""
    found = _SPEAKER.match(title or "")
    return found[0] if found else None


def _signatures(lines: list[Line], day: int) -> Iterator[str]:
    """Yield the organisations that signed above a line that is nothing but a day; the first line is no signature."""
    first = day
    while first > 1 and all(_ORGANISATION.fullmatch(name) for name in lines[first - 1].text.split()):
        first -= 1
    for line in lines[first:day]:
        yield from line.text.split()


def _bylines(text: str, edges: list[Line]) -> list[Byline]:
    found: list[Byline] = []
    for line in edges:
        if len(line.text) <= _LONGEST_LINE:
            found += [said for said in map(byline_of, (line.text, *parts_of(line.text))) if said]
        found += [said for *_, said in bylines(text, start=line.start, end=line.end)]
    return found


def _latest_day(text: str) -> str | None:
    """Return the latest day that the text speaks of as past: what it tells was written later."""
    told = _MENTIONED.finditer(text)
    past = (day[0] for day in told if not _AHEAD.search(text[max(0, day.start() - 8) : day.start()]))
    days = [day for day in map(_day, set(past)) if day and _EARLIEST <= day.year]
    return str(max(days, key=lambda day: (day.year, day.month or 0, day.day or 0))) if days else None


def _day(words: str) -> PartialDate | None:
    try:
        return parse_date(words.replace(" ", ""))
    except DataError:
        return None
