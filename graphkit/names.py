"""Names of Chinese organisations, people and regions: what is stored, what is compared, what is suggested.

`normalise` gives what is stored and shown, and changes as little as it can. `fold` gives a key that only serves to
compare: it loses width, script, case, blanks and punctuation, so it is never stored as a name. `split` takes an
organisation's name apart, because whole names deceive: 江苏银行 and 苏州银行 are three quarters alike and two banks.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from typing import Any

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOTS = "·\u2022\u2027\u2219\u22c5\u2e31\u30fb\uff65"
_WIDE = _HAN + "（）《》〈〉“”‘’「」『』【】〔〕、，。：；！？" + _DOTS
_IS_HAN = re.compile(f"[{_HAN}]")
_BLANKS = re.compile(r"\s+")
# Both neighbours are looked at and neither is consumed, so that every gap of 南 安 市 closes, not every second one.
_WIDE_GAP = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FULL_BRACKETS = str.maketrans("()﹙﹚", "（）（）")
_DOT_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])[.．](?=[{_HAN}])")


def normalise(name: str) -> str:
    """Return the name as it is stored: trimmed, without what cannot be seen, blanks between Han characters closed.

    Full-width letters and digits become ASCII, brackets of a Han name full-width. Traditional characters stay: 昇兴 and
    乾安县 are right as they are. normalise(normalise(x)) == normalise(x).
    """
    name = _shown(name.translate(_FULL_WIDTH))
    if _IS_HAN.search(name):
        name = name.translate(_FULL_BRACKETS)
    return _WIDE_GAP.sub("", _BLANKS.sub(" ", name).strip())


def fold(name: str) -> str:
    """Return the key by which two spellings of one name are equal; it is never shown.

    NFKC, simplified characters one by one (so that a key does not depend on its neighbours), lower case, no blanks,
    quotes, brackets or punctuation, any middle dot as one, common long forms as their short ones (妇女联合会 as 妇联).
    A name of signs alone is its own key. fold(fold(x)) == fold(x).
    """
    text = _TRIAL.sub("", unicodedata.normalize("NFKC", _DOT_BETWEEN_HAN.sub("·", _shown(name))))
    key = unicodedata.normalize("NFKC", text.translate(_KEYS))
    if "·" in key:
        key = re.sub("·+", "·", key).strip("·")
    while (shorter := _LONG_FORM.sub(_short_form, key)) != key:
        key = shorter
    return key or _BLANKS.sub("", text).casefold()


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """A name in its parts, all of them folded: regions from large to small, what is its own, its kind."""

    region: tuple[str, ...]
    stem: str
    organisation_type: str


def split(name: str) -> OrganisationName:
    """Take a name apart: 南安市霞美镇妇女联合会 is (南安市, 霞美镇), no stem, 妇联; 晶石（扬州） is (扬州), 晶石.

    By pattern alone, without a gazetteer: a place in brackets counts as a region, a bare 市 or 区 (市妇联) as the
    region of that level that the context names, 超市, 园区, 小镇 as none. What fits no pattern stays in the stem.
    """
    text = unicodedata.normalize("NFKC", normalise(name))
    places = [fold(place) for place in _BRACKETED.findall(text) if _is_place(place)]
    rest = fold(_BRACKETED.sub(lambda found: "" if _is_place(found[1]) else found[0], text))
    kind = _KIND.search(rest)
    organisation_type = kind[0] if kind else ""
    rest = rest.removesuffix(organisation_type)
    regions: list[str] = []
    while rest and (region := _region(rest, inner=bool(regions))):
        regions.append(region)
        rest = rest[len(region) :]
    return OrganisationName((*regions, *places), rest, organisation_type)


def nearest(name: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates most like the name, best first, for an error message; what is not alike is left out.

    All candidates are only asked how many of the name's characters they hold (about a second for a million); the 200
    best are compared by their keys, and one that contains the name or is contained in it counts as close.
    """
    key = fold(name)
    characters = {*name.casefold(), *key}
    shared = characters.intersection
    wanted = len(name)

    def closeness(candidate: str) -> int:
        return 1000 * len(shared(candidate.casefold())) - abs(len(candidate) - wanted)

    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    scored = []
    for candidate in nlargest(200, dict.fromkeys(candidates), key=closeness):
        other = fold(candidate)
        matcher.set_seq1(other)
        contained = bool(key and other) and (key in other or other in key)
        scored.append((max(matcher.ratio(), 0.9 if contained else 0.0), candidate))
    close = [pair for pair in scored if pair[0] >= 0.5]
    return [candidate for _, candidate in sorted(close, key=lambda pair: (-pair[0], pair[1]))[:limit]]


def _shown(name: str) -> str:
    """Return the name with plain blanks and without control characters, byte order marks and the like."""
    return name if name.isprintable() else "".join(map(_visible, name))


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    code = ord(char)
    unseen = unicodedata.category(char) in ("Cc", "Cf", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return "" if unseen else char


@cache
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


class _Keys(dict[int, str]):
    """What each character gives to a key, worked out when first met, so that str.translate runs at full speed."""

    def __missing__(self, code: int) -> str:
        key = "·"
        if chr(code) not in _DOTS:
            plain = unicodedata.normalize("NFKC", chr(code).casefold())
            # Rare names stand in private use or in code points newer than this Python: both count as letters.
            key = "".join(c for c in plain if unicodedata.category(c).startswith(("L", "N", "Co", "Cn")))
            while _IS_HAN.search(key) and (simpler := _simplifier().convert(key)) != key:
                key = simpler
        self[code] = key
        return key


_KEYS = _Keys()
_SHORT = {
    "妇女联合会": "妇联",
    "妇女委员会": "妇委会",
    "经济技术开发区": "经开区",
    "经济开发区": "经开区",
    "高新技术产业开发区": "高新区",
    "高新技术开发区": "高新区",
    "有限责任公司": "有限公司",
    "股份有限公司": "股份公司",
    "农村商业银行": "农商行",
    "农商银行": "农商行",
    "农村信用合作联社": "农信社",
    "农村信用合作社": "农信社",
    "农村信用社": "农信社",
    "中国工商银行": "工行",
    "工商银行": "工行",
    "中国农业银行": "农行",
    "农业银行": "农行",
    "中国建设银行": "建行",
    "建设银行": "建行",
    "交通银行": "交行",
    "中国邮政储蓄银行": "邮储银行",
    "邮政储蓄银行": "邮储银行",
    "工商业联合会": "工商联",
    "科学技术协会": "科协",
    "科学技术局": "科技局",
    "科学技术厅": "科技厅",
    "科学技术部": "科技部",
    "工业和信息化局": "工信局",
    "工业和信息化厅": "工信厅",
    "人力资源和社会保障局": "人社局",
    "人力资源和社会保障厅": "人社厅",
    "发展和改革委员会": "发改委",
    "发展和改革局": "发改局",
    "市场监督管理局": "市场监管局",
    "文化和旅游局": "文旅局",
    "管理委员会": "管委会",
    "党工作委员会": "党工委",
    "村民委员会": "村委会",
    "居民委员会": "居委会",
    "人民政府": "政府",
    "人民检察院": "检察院",
    "人民法院": "法院",
    "共产主义青年团": "共青团",
}
_LONG_FORM = re.compile("|".join(sorted(_SHORT, key=len, reverse=True)))
_TRIAL = re.compile(r"(?<=.)[(](?:试行|試行|暂行|暫行)[)]")


def _short_form(match: re.Match[str]) -> str:
    return _SHORT[match[0]]


_BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_SHORT_HAN = re.compile(f"[{_HAN}]{{2,4}}")
_NO_PLACE = frozenset(
    "集团 控股 股份 国际 科技 环保 新材料 实业 投资 试行 暂行 筹建 筹备 总部 总店 分公司 有限合伙 普通合伙 个体".split()
)
_KIND = re.compile(
    "(?:(?:集团)?(?:股份|有限|总|分|子)?公司|集团|(?:专业)?合作社|合伙企业|事务所|工作室|商行|经营部|(?:家庭)?农场|厂|店"
    "|妇联|妇委会|(?:妇女)?微家|妇女之家|(?:巾帼|执委|妇女|妇联)?工作站|联络站|服务站"
    "|协会|联合会|商会|联谊会|促进会|学会|研究会|基金会|联盟|俱乐部|委员会|专委会|总?工会|工商联|科协|共青团|团委|分会"
    "|银行|农商行|农信社|信用社|工行|农行|建行|交行|分行|支行|基金"
    "|政府|党委|管委会|党工委|办事处|办公室|办|总?部|部门|局|厅|委|中心|法院|检察院|政协|人大|党?支部"
    "|研究院|研究所|大学|学院|学校|中学|小学|幼儿园|医院|基地|产业园|工业园|市场|广场|村委会|居委会)$"
)
_PROVINCE = re.compile(
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?![区县镇乡村路街]|藏族|蒙古族)"
    "(?:省|市(?!场)|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
_REGION = re.compile(
    f"[{_HAN}]{{2,14}}?自治[州县旗]|[{_HAN}]{{1,6}}?(?:省(?![心力钱电])|市(?!场)|地区|[前中后左右]旗|县(?!域)|区(?![块域])"
    "|镇(?![江海]|市(?!场))|乡(?![村镇土])|街道|工业园区|新城|村(?!镇)|社区)"
)
_NO_REGION = re.compile(
    "(?:超|夜|早)市$|^(?:城|都|花|股|上|门|集)市$|(?<!工业)园区$|[小校厂库景片]区$|商业区$|^[地市城老牧林矿灾山湾县街]区$"
    "|[小古]镇$|^[乡城村]镇$|^[老故水家城下]乡$|节省$"
)
_BARE_LEVEL = re.compile(
    "(?:省(?![心力钱电])|市(?![场民政容值集])|区(?![块域])|县(?!域)|镇(?![江海湖平])|乡(?![村镇土])|村(?!镇)|社区|街道)"
)


def _region(text: str, *, inner: bool) -> str | None:
    """Return the region that a folded name begins with."""
    if not inner and (province := _PROVINCE.match(text)):
        return province[0]
    match = _REGION.match(text)
    if match is None:
        bare = None if inner else _BARE_LEVEL.match(text)
        return bare[0] if bare else None
    if _NO_REGION.search(match[0]):
        return None
    # A village needs a larger place before it or nothing behind it: 中关村科技 is no village.
    lone = match[0].endswith(("村", "社区")) and not inner and len(match[0]) < len(text)
    return None if lone else match[0]


def _is_place(text: str) -> bool:
    """Say whether what stands in brackets is a place: 扬州 is, 集团 is not."""
    key = fold(text)
    return key == _region(key, inner=False) or (_SHORT_HAN.fullmatch(key) is not None and key not in _NO_PLACE)
