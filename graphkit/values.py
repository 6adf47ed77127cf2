"""Quantities, partial dates and the words of sheets as values: what is known of them, and what is not.

Answers are True, False, and None for "not known". Parsers read what people write and never guess: an empty cell or 不详
gives unknown, what cannot be read raises DataError with the code value-not-understood; loaders add the place.
"""

import calendar
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal, Self, TypeVar

from graphkit.errors import DataError

Truth = bool | None
# low, high, low closed, high closed; fractions, so that 0.9 x 70 is 63 and no comparison hangs on rounding
Interval = tuple[Fraction | float, Fraction | float, bool, bool]
BOUNDS = ("exact", "more_than", "nearly", "about", "unknown")
LARGEST = 2**63 - 1  # what an integer column holds
_T = TypeVar("_T")


def kleene_and(values: Iterable[Truth]) -> Truth:
    """Return False if one is False, else None if one is None, else True (Kleene's strong logic)."""
    seen = set(values)
    return False if False in seen else None if None in seen else True


def kleene_or(values: Iterable[Truth]) -> Truth:
    """Return True if one is True, else None if one is None, else False."""
    return kleene_not(kleene_and(kleene_not(value) for value in values))


def kleene_not(value: Truth) -> Truth:
    """Return the opposite; the opposite of not known is not known."""
    return None if value is None else not value


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a source states it: 1400余 is 1400, more_than. A value alone is exact, a bound alone says nothing."""

    value: int | None
    bound: str | None = None

    def __post_init__(self) -> None:
        if self.bound not in (None, *BOUNDS) or not 0 <= (self.value or 0) <= LARGEST:
            hint = f"use a whole number from 0 to 2**63 - 1 and one of {', '.join(BOUNDS)}"
            raise _not_understood(f"{self.value} {self.bound}", "a quantity", hint)
        object.__setattr__(self, "bound", None if self.value is None else self.bound or "exact")

    @property
    def interval(self) -> Interval:
        """Return what the true number may be; `about` and an unknown bound are 20 % either way, `nearly` 10 % below."""
        if self.value is None:
            return -math.inf, math.inf, False, False
        value = Fraction(self.value)
        if self.bound == "exact":
            return value, value, True, True
        if self.bound == "more_than":
            return value, math.inf, False, False
        if self.bound == "nearly":
            return value * 9 / 10, value, True, False
        return value * 4 / 5, value * 6 / 5, True, True

    def above(self, threshold: int | float) -> Truth:
        """Say whether the number is greater than the threshold: True if the whole interval is, False if none of it."""
        low, high, low_closed, _ = self.interval
        if high <= threshold:
            return False
        return True if low > threshold or (low == threshold and not low_closed) else None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as its source: a year, a month or a day; it stands for the interval of its days."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        month = self.month if self.month is not None else int(self.day is None)  # no day without its month
        try:
            date(self.year, month, 1 if self.day is None else self.day)
        except ValueError as error:
            raise _not_understood(str(self), "a date", "leave out what is not known: 2022 or 2022-06") from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2022, 2022-06 or 2022-06-25, as graphkit stores dates; parse_date reads what people write."""
        match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
        if match is None:
            raise _not_understood(text, "a date", "write 2022, 2022-06 or 2022-06-25")
        return cls(*(int(part) for part in match.groups() if part))

    @property
    def first_day(self) -> date:
        """Return the first day it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """Return the last day it may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "-".join([f"{self.year:04d}", *(f"{n:02d}" for n in (self.month, self.day) if n is not None)])


def in_force(
    start: PartialDate | None, end: PartialDate | None, *, day: date, known_from: PartialDate | None = None
) -> Truth:
    """Say whether a state holds on a day: True = certain, None = possible, False = no.

    Certain if last day of start <= day < first day of end; possible if first day of start <= day <= last day of end.
    An open end is still in force. An open start is certain from the last day of `known_from` on, the date of the
    earliest source, and possible before; if that source has no date (None), it is possible and never certain.
    """
    if (start is not None and day < start.first_day) or (end is not None and day > end.last_day):
        return False
    begin = start or known_from
    begun = begin is not None and begin.last_day <= day
    ended = end is not None and day >= end.first_day
    return True if begun and not ended else None


def parse_count(value: object) -> Quantity:
    """Read a head count: 1,200; 约120人; 1400多名; 近20; 50人以上; 三十五; 1.2万; 50-60人.

    余, 多, 超过, 以上, + give more_than; 近 nearly; 约, 左右, 来 about. 至少, 不少于 and >= include the number, so they
    are more_than the whole number below. A range is about its middle if it lies within the 20 % that about means
    (50-60 is about 55); a wider one, like 不到50, cannot be held as a quantity and is not understood.
    """
    text = _clean(value)
    if text is None:
        return Quantity(None)
    number, bound = _figure(text, _COUNT)
    if number is None or number != int(number):
        raise _not_understood(value, "a count", "write 120, 约120, 120余, 近120 or 不详")
    return Quantity(int(number), bound)


def parse_money(value: object, *, unit: str = "元") -> Quantity:
    """Read money as whole yuan: 250万元; 2000余万; 30.85亿; 2,500,000元; `unit` is that of the column's header (万元).

    Decimal arithmetic, so that 16.4亿 is 1,640,000,000; parts of a yuan are rounded half up. A cell that names 元, 万
    or 亿 does not take the unit of the header. Bounds as in parse_count. Other currencies are not understood.
    """
    text, scale = _clean(value), _word(unit, _MONEY_UNITS, "a unit of money", f"use one of {', '.join(_MONEY_UNITS)}")
    if text is None:
        return Quantity(None)
    own_unit = re.search(r"[元圆块万亿萬億]", text) is not None
    number, bound = _figure(re.sub(r"^(?:¥|人民币|rmb|cny)\s*", "", text), _MONEY, 1 if own_unit else scale or 1)
    if number is None:
        raise _not_understood(value, "an amount in yuan", "write 250万元, 2000余万, 30.85亿 or 不详")
    return Quantity(int(number.to_integral_value(ROUND_HALF_UP)), bound)


def parse_percent(value: object) -> float | None:
    """Read a share: 0.875, 87.5%, 87.5％ and 百分之87.5 are one value. A bare number above 1 is not understood."""
    text = _clean(value)
    if text is None:
        return None
    match = re.fullmatch(r"(百分之)?([-+]?[0-9]{1,9}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,2})?)\s?(%)?", text)
    marks = 0 if match is None else sum(map(bool, match.group(1, 3)))
    if match is None or marks == 2 or (marks == 0 and abs(Decimal(match[2])) > 1):
        raise _not_understood(value, "a share", "write 87.5% or 0.875")
    return float(Decimal(match[2]) / 100 if marks else Decimal(match[2]))


def parse_date(value: object, *, epoch: Literal[1900, 1904] = 1900) -> PartialDate | None:
    """Read a date as precise as written: 2022年6月25日, 2022.6.25, 2022/6, 20220625, 2022年; dates; Excel serials.

    Numbers from 1800 to 2100 are years, 202206 a month, 20220625 a day; others of up to five digits are serials of the
    workbook's epoch (1900, whose 29 February never was, or 1904), in text only with all five. The number 2022.1 may be
    January or October: not understood, while the text is January. 2021年底 is 2021; times of day are dropped.
    """
    text = _clean(value)
    if text is None:
        return None
    if isinstance(value, date):
        return PartialDate(value.year, value.month, value.day)
    text = text if isinstance(value, str) else re.sub(r"\.0+$", "", text)
    found = _date_of_text(text) if isinstance(value, str) or "." not in text else None
    serial = re.fullmatch(r"[0-9]{5}" if isinstance(value, str) else r"[0-9]{5}\.[0-9]+|[0-9]+", text)
    if found is None and serial is not None:
        found = _date_of_serial(int(serial[0].partition(".")[0]), epoch)
    if found is None:
        raise _not_understood(value, "a date", "write 2022, 2022-06, 2022-06-25 or 2022年6月25日")
    return found


def parse_flag(value: object) -> Truth:
    """Read yes or no: 是 √ 有 已建 Y 1 / 否 无 × 未建 N 0; 筹建中 is neither and not understood here."""
    return _word(value, _FLAGS, "yes or no", "write 是 or 否")


def parse_federation_status(value: object) -> str | None:
    """Read whether a federation exists: yes, no, preparing (筹建中, 拟建), None for not known."""
    return _word(value, _STATUSES, "the state of a federation", "write 是, 否 or 筹建中")


def parse_mode(value: object) -> str | None:
    """Read the build mode: own 单建, joint 联建, party_led 带建, hosted 托建, co_built 共建; None for not stated."""
    return _word(value, _MODES, "a build mode", "write 单建, 联建, 带建, 托建 or 共建")


_UNKNOWN = frozenset(
    "不详 不明 未知 不清楚 不知道 空 空白 无数据 暂无数据 无资料 未填 未填写 未统计 待定 待查 待核实 待补充 "
    "n/a na nan nat none null <na> unknown".split()
)
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SAME = str.maketrans("兩两萬億壹贰叁肆伍陆柒捌玖拾佰仟○", "二二万亿一二三四五六七八九十百千〇")
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
# 三五人 means three to five people: digits side by side are no number, and neither is 1二.
_SIDE_BY_SIDE = re.compile(r"[一二三四五六七八九][0-9零〇一二三四五六七八九]|[0-9][零〇一二三四五六七八九]")
_POWERS = {"亿": 8, "万": 4, "千": 3, "百": 2, "十": 1}
_MONEY_UNITS = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8}
_BOUND_OF = {
    **dict.fromkeys("约 大约 约有 约为 大概 估计 左右 上下 来 ~ ≈".split(), "about"),
    **dict.fromkeys("近 将近 接近".split(), "nearly"),
    **dict.fromkeys("超 超过 逾 多于 大于 高于 突破 余 多 以上 + >".split(), "more_than"),
    **dict.fromkeys("至少 不少于 不低于 不小于 >= ≥".split(), "at_least"),
}
_BEFORE = "约[有为]?|大[约概]|估计|[~≈]|将近|接近|近|超过|[超逾]|多于|大于|高于|突破|至少|不少于|不低于|不小于|>=|[≥>]"
_COUNTED = "(?:人次|[人名位家个户所间处座项笔次场支条件套])?(?:女?(?:员工|职工|会员|成员)|妇女|企业)?"
_NUMERALS = "0-9.,零〇一二三四五六七八九十百千万亿"
_SHAPE = (
    f"(?:共计|总计|合计|共有|共|达到|达|有)?(?P<before>{_BEFORE})?(?:达到|达|有)?(?P<number>[{_NUMERALS} ]+)"
    "(?P<inside>[余多来])?(?P<scale>[百千万亿]*)NOUN(?P<after>以上|左右|上下|[余多+])?"
)
_COUNT = re.compile(_SHAPE.replace("NOUN", _COUNTED))
_MONEY = re.compile(_SHAPE.replace("NOUN", "[元圆块]?(?:人民币|rmb|cny)?"))
_RANGE = re.compile(f"([{_NUMERALS}]+)(?:--?|~|——?|–|至|到)([{_NUMERALS}]+)")
_TIME = re.compile(r"(?:t|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:z|[-+][0-9]{2}:?[0-9]{2})?$")
_COMPACT_DATE = re.compile(r"((?:1[89]|20)[0-9]{2}|2100)([0-9]{2})?([0-9]{2})?")
_DATE = re.compile(
    r"([0-9]{4})\s*(?:[-./年]\s*([0-9]{1,2})\s*(?:[-./月]\s*([0-9]{1,2})\s*[日号]?|月(?:[初中底末]|[上中下]旬)?)?"
    r"|年?\s*(?:年?[初中底末]|年内|[上下]半年|第?[1-4]季度|q[1-4])|年)?"
)
_YES = "是 √ ✓ ✔ ☑ 有 对 已 已有 已建 已建立 已成立 已组建 建立 成立 1 1.0 y yes true"
_NO = "否 × ✗ ✘ x 无 没 没有 不是 非 未 未建 未建立 未成立 未组建 没建 尚未建立 尚未成立 暂无 0 0.0 n no false"
_PREPARING = (
    "筹建 筹建中 正在筹建 筹备 筹备中 正在筹备 拟建 拟建立 拟成立 拟组建 拟筹建 在建 待建 组建中 正在组建 "
    "计划成立 计划建立 计划组建 准备成立 preparing planned"
).split()
_FLAGS = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
_STATUSES = {w: "yes" if yes else "no" for w, yes in _FLAGS.items()} | dict.fromkeys(_PREPARING, "preparing")
_MODES = {
    **dict.fromkeys("own 单建 单独建 单独建立 单独组建 独立建 独立建立 独立组建 独建".split(), "own"),
    **dict.fromkeys("joint 联建 联合建 联合建立 联合组建".split(), "joint"),
    **dict.fromkeys("party_led 带建 党建带建 党建带妇建 党建带动".split(), "party_led"),
    **dict.fromkeys("hosted 托建 依托建 依托建立 依托组建".split(), "hosted"),
    **dict.fromkeys("co_built 共建 合作共建 共同建立".split(), "co_built"),
}


def _not_understood(value: object, what: str, hint: str) -> DataError:
    shown = str(value) if len(str(value)) <= 40 else f"{str(value)[:39]}…"
    return DataError(f"not {what}: {shown!r}", code="value-not-understood", hint=hint, value=value)


def _clean(value: object) -> str | None:
    """Return the text of a cell in one width and lower case, or None if it says that nothing is known."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(value))).strip().casefold()
    return None if text in _UNKNOWN or re.fullmatch(r"[-—–―/?_.\s]*", text) else text


def _word(value: object, words: Mapping[str, _T], what: str, hint: str) -> _T | None:
    text = re.sub(r"\s", "", _clean(value) or "")
    if not text:
        return None
    form = text if text in words else re.sub(r"(?:妇联|模式|方式|形式|式|型)$", "", text)
    if form not in words:
        raise _not_understood(value, what, hint)
    return words[form]


def _figure(text: str, shape: re.Pattern[str], unit: int = 1) -> tuple[Decimal | None, str]:
    """Read a number with its bound; two words that bound it differently (约120余) contradict each other."""
    text, bounds = text.translate(_SAME), set()
    if len(text) <= 40 and (between := _RANGE.search(text)):
        text = text.replace(between[0], _middle(between[1], between[2]))
        bounds.add("about")
    match = shape.fullmatch(text) if len(text) <= 40 else None
    number = _number(match["number"].strip() + match["scale"]) if match else None
    bounds |= {_BOUND_OF[word] for word in match.group("before", "inside", "after") if word} if match else set()
    if number is None or len(bounds) > 1 or ("at_least" in bounds and number * unit < 1):
        return None, ""
    bound = bounds.pop() if bounds else "exact"
    return (number * unit - 1, "more_than") if bound == "at_least" else (number * unit, bound)


def _middle(low: str, high: str) -> str:
    """Return the middle of a range that `about` can hold, else no number; in 200-300万 both ends are 万."""
    scale = re.fullmatch(r"[0-9.,]+([百千万亿]+)", high)
    first, last = _number(low + scale[1] if scale and re.fullmatch(r"[0-9.,]+", low) else low), _number(high)
    if first is None or last is None or first > last:
        return "?"
    middle = (first + last) // 2 if first == int(first) and last == int(last) else (first + last) / 2
    return f"{middle:f}" if first * 5 >= middle * 4 and last * 5 <= middle * 6 else "?"


def _number(text: str) -> Decimal | None:
    """Read 1,200, 1.2万, 三十五 or 1亿500万. A text of more than 25 characters is none: the arithmetic stays exact."""
    return None if len(text) > 25 or _SIDE_BY_SIDE.search(text) else _amount(text.translate(_DIGITS))


def _amount(text: str) -> Decimal | None:
    """Add up head times ten to the power and tail; 一百二 is none, for it may mean 120 or 102."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?|[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?:\.[0-9]+)?", text):
        return Decimal(re.sub(r"[, ]", "", text))
    unit = next((unit for unit in _POWERS if unit in text), None)
    if unit is None:
        return None
    (head, _, tail), power = text.rpartition(unit), _POWERS[unit]
    many, rest = _amount(head or "1"), _amount(tail or "0")
    if many is None or rest is None or rest >= 10**power or (many >= 10 and power < 4) or (tail and "." in head):
        return None
    if tail.isdigit() and power > 1 and not tail.startswith("0") and len(tail) != power:
        return None
    return many.scaleb(power) + rest


def _date_of_text(text: str) -> PartialDate | None:
    text = re.sub(
        r"[零〇一二三四五六七八九十]+",
        lambda found: str(_number(found[0])) if "十" in found[0] else found[0].translate(_DIGITS),
        _TIME.sub("", text if len(text) <= 60 else "").translate(_SAME),
    )
    match = (_COMPACT_DATE if text.isdigit() else _DATE).fullmatch(text)
    try:
        return PartialDate(*(int(part) for part in match.groups() if part)) if match else None
    except DataError:
        return None


def _date_of_serial(serial: int, epoch: Literal[1900, 1904]) -> PartialDate | None:
    """Count days as Excel does: in the 1900 system day 60 is a 29 February that never was."""
    if serial > 99999 or (epoch == 1900 and serial in (0, 60)):
        return None
    first = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 31 if serial < 60 else 30)
    return PartialDate(*(first + timedelta(days=serial)).timetuple()[:3])
