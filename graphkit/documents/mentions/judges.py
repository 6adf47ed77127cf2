"""How sure a candidate is, by its type: None for what names nobody, WEAK for what only a list can raise."""

import re
from collections.abc import Callable

from graphkit.documents.mentions.grammar import Span
from graphkit.documents.mentions.named import Signs
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at, place_before, places, whole_chain
from graphkit.documents.mentions.words import Ending


def judged(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    """Return how sure a candidate is."""
    return _JUDGES.get(ending.type, _other)(page, span, ending, found)


def _federation_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    modifier = found.modifier
    if modifier == "自治区":
        return 0.93
    if _CHOICE.search(modifier):
        return None
    if modifier.endswith(("先进", "优秀", "基层", "先进基层")) or re.search(
        r"[二两三四五六]级|[二两三四五六]省|一市", modifier
    ):
        return None
    if modifier in ("村", "社区"):
        return 0.7 if _near(page, span.start, ("village", "community")) else None
    if modifier in ("镇", "乡", "街道"):
        return 0.7 if _one_town(page) or _near(page, span.start, _TOWNS) else None
    if not found.region and page.words.class_federation.fullmatch(modifier.replace("“", "").replace("”", "")):
        return 0.93 if modifier in ("省", "市", "县", "区") else None
    chain = chain_at(page, span.start)
    if chain and chain[-1].end < span.head:
        # 甲县新领域妇联 is every federation of its kind there.
        rest = page.text[chain[-1].end : span.head]
        trade = _TRADE.fullmatch(rest) is not None or (
            rest.endswith("机关") and "工委" in page.text[span.head : span.end]
        )
        named = trade or re.search(r"基地|市场|商会|协会", rest) or not page.words.class_federation.fullmatch(rest)
        return 0.95 if named else None
    if found.region or modifier in ("全国", "中华全国"):
        return 0.95
    if found.elliptic and len(modifier) == 1:
        return 0.93 if modifier in "省市县区州" else None
    if found.proper or found.quote or (found.elliptic and len(modifier) > 2):
        return 0.87
    if len(modifier) >= 4 and modifier.endswith(_SEATS):
        return 0.82
    if found.trigger and len(modifier) >= 4:
        return 0.74
    return 0.6 if len(modifier) >= 4 and modifier.endswith(("行业", "产业", "产业链")) else None


# 某区物流行业妇联 is one, of its trade.
_TRADE = re.compile("(?:物流|快递|电商|家政|物业|互联网)(?:行业|产业|产业链)")

# 镇（街道）妇联 leaves open which.
_CHOICE = re.compile(r"[（(](?:[省市县区镇乡村]|街道|社区|、|，)+[）)]")

# A federation of one of these has a name of its own when something stands before it.
_SEATS = (
    "商圈",
    "广场",
    "大厦",
    "园",
    "市场",
    "基地",
    "公寓",
    "小区",
    "公司",
    "集团",
    "协会",
    "商会",
    "产业链",
    "合作社",
)


def _one_town(page: Page) -> bool:
    """Tell whether the text speaks of one town only, so that 镇妇联 can be its own."""
    if page.towns is None:
        page.towns = len({place.name for chain in places(page) for place in chain if place.level in _TOWNS})
    return page.towns == 1


def _near(page: Page, place: int, levels: tuple[str, ...]) -> bool:
    """Tell whether the paragraph has named a town (or village) before a place, so that 镇妇联 can be of it."""
    begin = page.text.rfind("\n", 0, place) + 1
    near = page.text[begin:place]
    at = max(near.rfind(word) for word in ("镇", "街道", "乡", "村", "社区"))
    if at < 0:
        return False
    return any(step.level in levels for step in whole_chain(page, begin + at))


_TOWNS = ("town", "township", "subdistrict")


def _micro_home_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if found.quote or found.region:
        return 0.9
    if found.proper or found.elliptic:
        return 0.86
    return 0.72 if found.trigger and len(found.modifier) >= 2 else None


def _alliance_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if ending.kind in ("team", "club"):
        return _loose(found, region=0.88, coined=0.8)
    if found.region or found.quote or found.national:
        return 0.93
    if found.elliptic:
        return 0.92
    if found.proper:
        return 0.87
    if found.women and found.modifier in page.words.rules["bare_women"]:
        return WEAK
    if found.coined or found.women:
        return 0.86 if found.trigger else 0.78
    if "微家" in found.modifier:
        return None
    return 0.75 if found.trigger and len(found.modifier) >= 3 else _weak(found)


def _bank_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if page.text[span.head : span.end] in ("分行", "支行") and not re.search(
        r"银行|农商|邮储|[农工建中交]行", found.modifier
    ):
        return None
    if found.region:
        return 0.94
    if found.proper or found.national or found.elliptic:
        return 0.9
    return 0.86 if page.text[span.start : span.end] in page.words.rules["banks"] else None


def _company_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    text = page.text[span.start : span.end]
    if text.endswith("有限公司") or text.endswith("有限责任公司"):
        return 0.95 if found.region or found.proper else 0.88 if len(found.modifier) >= 4 else 0.6
    if found.region or found.quote:
        return 0.88
    if found.proper:
        return 0.84
    return WEAK if len(found.modifier) >= 3 else None


def _venue_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if ending.kind in ("platform",) and not found.strong and not found.coined:
        return _weak(found)
    if found.region and page.text.startswith(("妇联", "妇女"), span.end) and place_before(page, span.head):
        return None
    if page.text[span.start : span.end] in page.words.region_names:
        return None
    if page.text[span.end - 2 : span.end] in page.words.rules["no_places"]:
        return None
    if (
        not (found.region or found.quote)
        and page.text[span.head : span.end] in ("园", "城", "馆", "队", "小屋", "之家")
        and len(found.modifier) < 2
    ):
        return WEAK if found.modifier else None
    if page.text[span.head : span.end] == "驿站" and len(found.modifier) >= 4:
        return _loose(found, region=0.88, coined=0.82) or 0.62
    return _loose(found, region=0.88, coined=0.82)


def _programme_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if found.quote:
        return 0.92
    if _goes_on(page, span.end) and not (ending.kind == "contest" and found.region):
        return None
    if page.text[span.head : span.end] == "代表大会" and not found.region:
        return None
    if ending.kind in ("contest", "conference"):
        return 0.87 if found.region else 0.8 if found.proper or found.coined or found.elliptic else _weak(found)
    if page.text[span.head : span.end].endswith("营") and len(found.modifier) >= 3:
        return 0.74 if found.trigger else WEAK
    if ending.kind in ("plan", "talent_plan", "action_plan") and found.trigger and len(found.modifier) >= 6:
        return 0.72
    if ending.kind in ("campaign", "project", "brand", "training", "plan", "action_plan", "talent_plan"):
        if found.coined:
            return 0.84
        if found.region:
            return 0.72
        if page.text[span.head : span.end] in ("培训", "讲座", "活动", "服务"):
            return None
        return 0.7 if found.proper and found.trigger else _weak(found)
    if ending.kind == "event":
        return 0.76 if found.region and len(found.modifier) > 6 else None
    return None


# A candidate that only a list of named things can raise.
WEAK = 0.3


def _weak(found: Signs) -> float | None:
    return WEAK if len(found.modifier) >= 2 else None


def _goes_on(page: Page, end: int) -> bool:
    """Tell whether another noun stands behind a name, so that it only begins a longer one."""
    index = page.at_start.get(end)
    return (
        index is not None
        and page.tag(index) in ("n", "nz", "vn")
        and page.word(index)
        not in (
            "等",
            "现场",
            "期间",
            "精神",
            "启动",
            "揭牌",
            "签约",
            "颁奖",
            "推介",
            "开幕",
            "闭幕",
            "发布",
            "成员",
            "工作",
        )
    )


def _policy_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if found.quote:
        return 0.9
    if _goes_on(page, span.end) or re.search(r"理念|重大|各项|有关|相关", found.modifier):
        return None
    if ending.kind == "strategy":
        return 0.86 if found.region else 0.78 if len(found.modifier) >= 4 else None
    if page.text[span.head : span.end] in ("制度", "联席会议制度", "工作制"):
        return 0.84 if found.region else 0.76 if len(found.modifier) >= 4 else None
    return None


def _product_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if ending.kind == "product" and not found.quote:
        return None
    if found.quote or found.region:
        return 0.88
    if found.modifier in ("创业", "抵押", "信用", "担保", "小额"):
        return None
    personal = page.words.lexicon.words("finance", "personal")
    return 0.82 if any(found.modifier.startswith(word) for word in personal) or found.coined else None


def _loose(found: Signs, *, region: float, coined: float) -> float | None:
    if found.quote:
        return 0.92
    if found.region:
        return region
    if found.proper or found.elliptic:
        return 0.82
    if found.coined and len(found.modifier) >= 3:
        return coined if found.trigger else coined - 0.06
    if found.trigger and len(found.modifier) >= 3:
        return 0.7
    return _weak(found)


def _other(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    return _loose(found, region=0.85, coined=0.75)


def _agency_sure(page: Page, span: Span, ending: Ending, found: Signs) -> float | None:
    if found.region or found.elliptic or found.quote:
        return 0.88
    if found.proper or found.coined:
        return 0.8
    return 0.74 if found.trigger and len(found.modifier) >= 3 else None


_JUDGES: dict[str, Callable[[Page, Span, Ending, Signs], float | None]] = {
    "Agency": _agency_sure,
    "Federation": _federation_sure,
    "MicroHome": _micro_home_sure,
    "Alliance": _alliance_sure,
    "Bank": _bank_sure,
    "Company": _company_sure,
    "Venue": _venue_sure,
    "Programme": _programme_sure,
    "Policy": _policy_sure,
    "FinancialProduct": _product_sure,
}
