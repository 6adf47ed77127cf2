"""Titles, prizes and honours: a known one, or a head with a level, a place, a quote before it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from graphkit.documents.items import Mention
from graphkit.documents.mentions.grammar import reach
from graphkit.documents.mentions.named import signs
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import place_before
from graphkit.documents.mentions.words import Words, alternation

_LEVELS = {
    word: level
    for level, words in (
        ("national", "全国 国家级 中国"),
        ("province", "省级 全省 省 自治区"),
        ("city", "市级 全市 市"),
        ("district", "区级 全区 区"),
        ("county", "县级 全县 县"),
    )
    for word in words.split()
}
_WON = re.compile(r"获|授予|评为|评选|称号|荣誉|表彰|命名|当选|推荐|奖|争创|创建|摘得|捧回|夺得|入选|认定|参评|申报")
_PLACED = re.compile(r"[特一二三优]等奖|优秀奖|[金银铜]奖|冠军|亚军|季军|最佳[\u4e00-\u9fff]{2,4}奖")
_ACTIVITY = re.compile(r"(?:协会|联盟|志愿|评选|创建|活动|联谊|寻找|选树|宣讲|事迹|工作室|服务|队|行动|项目)")
_PLAN = re.compile(r"(?:培养|成长|支持|培育)?(?:计划|工程)")
_YEAR = re.compile(r"\d{4}[ ]?年度?$|第[一二三四五六七八九十\d]+届$")


@lru_cache(maxsize=4)
def _known(
    fronts: tuple[str, ...], honours: tuple[str, ...], named: tuple[str, ...], levels: tuple[str, ...]
) -> re.Pattern[str]:
    front, honour = alternation(fronts), alternation(honours)
    return re.compile(
        f'(?P<level>{alternation(levels)})?(?P<mark>[“"])?'
        f'(?P<inner>{alternation(levels)})?(?P<name>(?:(?:{front})(?:{honour})|(?:{alternation(named)}))(?:标兵|提名奖|提名)?)(?P<close>[”"])?'
    )


def award_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every honour."""
    words = page.words.lexicon
    pattern = _known(*(words.words("awards", key) for key in ("fronts", "honours", "named", "levels")))
    done: set[int] = set()
    for match in pattern.finditer(page.text):
        found = _named(page, match)
        if found is not None:
            done.update(range(found.start + 1, found.end + 1))
            yield found
    yield from _headed(page, page.words, done)
    yield from _prizes(page)


_PRIZE = re.compile(
    r"(?<![\u4e00-\u9fff])(?:[特一二三]等奖|优秀奖|[金银铜]奖|最佳[\u4e00-\u9fff]{2}奖|优秀组织奖)|(?:获|得|夺得|评出|颁发|摘得|斩获|设|获得|和)(?P<prize>[特一二三]等奖|优秀奖|[金银铜]奖|最佳[\u4e00-\u9fff]{2}奖|优秀组织奖|特别贡献奖)"
)
_CONTEST = re.compile(r"大赛|竞赛|比赛|决赛|评选")


def _prizes(page: Page) -> Iterator[Mention]:
    """Give the prizes of a contest that stand bare: 获一等奖."""
    if not _CONTEST.search(page.text):
        return
    for match in _PRIZE.finditer(page.text):
        start = match.start("prize") if match["prize"] else match.start()
        name = page.text[start : match.end()]
        yield Mention("Award", start, match.end(), name, 0.7, "prize of a contest", {})


def _named(page: Page, match: re.Match[str]) -> Mention | None:
    start, end = match.start(), match.end()
    if match["name"] in page.words.classes or end not in page.at_end:
        return None
    if match["close"] and not match["mark"]:
        end = match.end("name")
    if match["mark"] and not match["close"]:
        start = match.start("name")
    level = _LEVELS.get(match["level"] or match["inner"] or "")
    if match["level"] and not _begins(page, start):
        start, level = match.end("level"), None
    place = place_before(page, start)
    if place is not None and level is None:
        start, level = place
    name = page.text[start:end]
    if name[0] in '“"':
        name = name.strip('“”"')
    properties = {"level": level} if level else {}
    if plan := _PLAN.match(page.text, end):
        whole = page.text[start : plan.end()]
        return Mention("Programme", start, plan.end(), whole, 0.78, "plan for an honour", {"kind": "talent_plan"})
    if _ACTIVITY.match(page.text, end):
        return Mention("Award", start, end, name, 0.6, "honour in an activity", properties)
    sure = 0.9 if level or match["mark"] or _WON.search(page.text, max(0, start - 40), end + 6) else 0.74
    if match["name"].startswith(("最美", "优秀", "杰出", "十", "青年", "未来")) and not (level or match["mark"]):
        if match["name"].endswith(("女性", "执委", "志愿者", "女企业家", "妇联干部", "妇女工作者")):
            return None
        sure = 0.7
    return Mention("Award", start, end, name, sure, "honour", properties)


def _begins(page: Page, start: int) -> bool:
    return page.cover[start] >= 0 and page.tokens[page.cover[start]][0] == start


def _headed(page: Page, words: Words, done: set[int]) -> Iterator[Mention]:
    heads = words.award_heads
    for _, end, tag in page.tokens:
        if tag == "w":
            continue
        head = next(
            (page.text[end - size : end] for size in range(6, 0, -1) if page.text[end - size : end] in heads), None
        )
        if head is None or end in done:
            continue
        if head in ("称号", "荣誉称号"):
            yield from _titled(page, end - len(head))
            continue
        found = _by_head(page, words, end - len(head), end)
        if found is not None:
            yield found


def _by_head(page: Page, words: Words, head: int, end: int) -> Mention | None:
    span = reach(page, head, end)
    start = span.start
    year = _YEAR.search(page.text, max(0, start - 8), start)
    if year and page.text[head:end].endswith("奖"):
        start = year.start()
    if start >= head and span.quote is None:
        return None
    found = signs(page, span)
    name = page.text[start:end]
    if name in words.classes or not (found.strong or found.national or found.coined or name.startswith(tuple(_LEVELS))):
        return None
    near = page.text[max(0, start - 30) : min(len(page.text), end + 8)]
    if not _WON.search(near) or words.endings.get(page.text[head:end]):
        return None
    if span.quote and "”" not in name[:-1]:
        name = name.strip("“”")
    place = place_before(page, span.start)
    level = place[1] if place else next((level for word, level in _LEVELS.items() if name.startswith(word)), None)
    confidence = 0.87 if _PLACED.search(name) or level or found.quote else 0.78
    return Mention("Award", start, end, name, confidence, "honour by its head", {"level": level} if level else {})


_COUNTED = re.compile(r"\d+(?:[人名位家]|个(?:单位|集体|岗位|家庭|人)?)(?:同志)?")


def _titled(page: Page, at: int) -> Iterator[Mention]:
    """Give what stands before 称号: a quote with its level, or the words up to a verb."""
    quoted = page.quote_ends.get(at)
    if quoted is not None:
        start, name = quoted.start, page.text[quoted.inner : quoted.last]
        level = next(
            (word for word in sorted(_LEVELS, key=len, reverse=True) if page.text.endswith(word, 0, start)), None
        )
        place = place_before(page, start)
        if level and _begins(page, start - len(level)):
            start, name = start - len(level), f"{level}{name}"
        elif place is not None:
            start, name = place[0], page.text[place[0] : quoted.start] + name
        yield Mention("Award", start, at, name, 0.9, "title quoted", {})
        return
    begin = at
    index = page.before(at)
    while index >= 0 and page.tokens[index][1] == begin:
        quoted = page.quote_ends.get(begin)
        if quoted is not None:
            begin = quoted.start
        elif page.tag(index) in ("v", "p", "u", "w", "c", "d", "r"):
            break
        else:
            begin = page.tokens[index][0]
        index = page.before(begin)
    if counted := _COUNTED.match(page.text, begin, at):
        begin = counted.end()
    if at - begin >= 4:
        yield Mention("Award", begin, at, page.text[begin:at], 0.8, "title", {})
