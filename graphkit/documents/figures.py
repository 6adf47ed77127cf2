"""The numbers of a text that count something: digits and Chinese numerals, with unit, scale and bound."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_UNITS = {
    "人次": "person-time",
    "人": "person",
    "名": "person",
    "位": "person",
    "元": "CNY",
    "笔": "loan",
    "家": "organisation",
    "个": "item",
    "户": "household",
    "场次": "event",
    "场": "event",
    "次": "event",
    "期": "event",
    "支": "team",
    "项": "item",
    "条": "item",
    "件": "item",
    "起": "item",
    "间": "facility",
    "处": "facility",
    "所": "facility",
    "座": "facility",
    "对": "pair",
    "篇": "item",
    "份": "item",
    "部门": "organisation",
    "大": "item",
    "年": "year",
    "个月": "month",
}
_BEFORE = {
    "超过": "more_than",
    "超": "more_than",
    "逾": "more_than",
    "突破": "more_than",
    "不少于": "more_than",
    "不低于": "more_than",
    "至少": "more_than",
    "近": "nearly",
    "将近": "nearly",
    "接近": "nearly",
    "约": "about",
    "大约": "about",
}
_AFTER = {"余": "more_than", "多": "more_than", "以上": "more_than", "左右": "about", "上下": "about"}
_FIGURE = re.compile(
    "(?P<before>不少于|不低于|至少|超过|突破|将近|接近|大约|超|逾|近|约)?\\s{0,2}"
    "(?P<number>(?<!\\d)(?:\\d{1,3}(?:[,，]\\d{3}){1,4}|\\d{1,13})(?:\\.\\d{1,6})?"
    "|(?<![一二两三四五六七八九十百千])[一二两三四五六七八九十百千]{1,9})"
    "\\s{0,2}(?P<inner>余|多)?\\s?(?P<scale>[万亿千百]{1,3})?\\s?(?P<outer>余|多)?\\s{0,2}"
    "(?P<unit>个月|人次|场次|部门|[人名位元笔家个户场次期支项条件起间处所座对篇份大年])\\s*(?P<after>以上|左右|上下|余)?"
)
# What stands before a number that counts nothing: 第三次, 2.5版, 其中之一.
_ORDINAL = re.compile(r"(?:第|[\dA-Za-z.:：〔\[]|首|同|某|每|任)\s*$")
_ONE = frozenset(("一", "1"))
# 一次, 一个, 一名 count nothing; 三年 and 两年 are spans of time that the text looks back or forward on.
_IDIOM = re.compile(
    "[两三四五六七八九]个人|[两三四五六七八九]人(?![\u4e00-\u9fff])|两级|两次|两地|[一两二三四五六七八九]个[+＋](?![\u4e00-\u9fff])"
)
_NOT_COUNTED = re.compile(
    "大会|大学|大赛|大力|大众|大家|大型|大板|大厦|年级|年度|年来|年前|年后|年代|年底|年初|人才之家|家庭|家长|所在|所有|名单|名录|条例|位于"
    "|人小组|个?百分点|[个名位]?(?:县|设区市|市州|省份|国家|乡镇|镇|街道|方面|环节|阶段|层面|维度|步骤)"
)
# 两个方面, 三条经验: a small number in words counts something only if a body, a place or a project follows.
_VAGUE, _FEW = frozenset("个条件处份篇项家"), frozenset("两二三四五六七八九")
_COUNTABLE = re.compile(
    "[^，,。；、]{0,6}(?:企业|公司|协会|商会|妇联|微家|合作社|银行|基地|园区|单位|机构|项目|平台|产业链|岗位|站点?|中心|专业村|市场|社区"
    "|行动|计划|工程|品牌|措施)"
)
_READ = re.compile("(?:阅读|浏览|点击|访问|转发|评论|收藏)(?:量|数|次数)?[:：]?\\s*$")
_PLANNED = re.compile("(?:计划|力争|争取|将|拟|未来|利用?)[^，,。；]{0,4}$")
_CLOCK = re.compile(r"\s*\d{1,2}\s*月")
_TURN = re.compile(r"每\s*(?P<number>[一二两三四五六七八九十\d]*)\s*个月\s*(?:为一[个轮]|轮换|一轮).{0,8}")
_MEETING = re.compile("每(季度|月|年|周)(?:定期)?召开(?:一次)?([^，,。；]{0,16}?会)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands in the text."""

    start: int
    end: int
    value: float
    unit: str
    word: str
    bound: str


def figures(text: str) -> Iterator[Figure]:
    """Yield every number that counts something, in the order of the text."""
    for match in _FIGURE.finditer(text):
        start = match.start("before") if match["before"] else match.start("number")
        if _counts_nothing(text, match, start):
            continue
        value = number(match["number"])
        for scale in match["scale"] or "":
            value *= _SCALES[scale]
        after = match["after"] or match["outer"] or match["inner"]
        bound = _BEFORE.get(match["before"] or "", "") or _AFTER.get(after or "", "exact")
        yield Figure(start, match.end(), round(value, 2), _UNITS[match["unit"]], match["unit"], bound)


def turns(text: str) -> Iterator[Figure]:
    """Read how often something comes round: 每两个月为一个轮值周期, 每季度召开联席会."""
    for match in _TURN.finditer(text):
        yield Figure(match.start(), match.end(), number(match["number"] or "一"), "month", "个月", "exact")
    for match in _MEETING.finditer(text):
        yield Figure(match.start(), match.end(), 1.0, "meeting", match[1], "exact")


def number(text: str) -> float:
    """Read digits or Chinese numerals: 1,713, 21.6, 十三, 两百."""
    plain = text.replace(",", "").replace("，", "")
    if plain[0].isdigit():
        return float(plain)
    total, section, digit = 0, 0, 0
    for char in plain:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            section += (digit or 1) * _SCALES[char]
            digit = 0
    return float(total + section + digit)


def _counts_nothing(text: str, match: re.Match[str], start: int) -> bool:
    unit, figure = match["unit"], match["number"]
    if _ORDINAL.search(text[max(0, start - 4) : start]) or text[start - 1 : start] in ("+", "-", "—", "“"):
        return True
    if _IDIOM.match(text, match.start("number")) or (figure in _ONE and unit != "个月"):
        return True
    if _NOT_COUNTED.match(text, match.start("unit")):
        return True
    before = text[max(0, start - 12) : start]
    if unit == "年":
        planned = _PLANNED.search(before) and not _CLOCK.match(text, match.end())
        return not planned or len(figure) > 2 or match["before"] is not None
    if _READ.search(before):
        return True
    if (unit == "大" and figure.isdigit()) or (unit == "期" and not figure.isdigit()):
        return True
    if unit in _VAGUE and figure in _FEW and not _COUNTABLE.match(text, match.end()):
        return True
    return unit == "次" and figure[0] not in "0123456789" and not match["scale"]
