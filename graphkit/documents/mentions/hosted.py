"""The federation of a house told of before: 集团妇联 behind 某康养集团有限公司 is that of the group."""

import re
from collections.abc import Iterator, Sequence

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page

OF_ITS_HOUSE = "federation of its house"
_HOUSES = "公司|集团|企业|合作社|园区|产业园|基地|市场|协会|商会|联盟|商圈|大厦|广场|小镇|医院|厂"
_UNITS = "妇联|妇委会|妇女微家|巾帼微家|妇女之家"
_ITS = re.compile(
    f"(?:(?<![\u4e00-\u9fff])|(?<=[由与和同跟在对为向经被把受给使而了立建牌动]))"
    f"(?P<all>(?:该|这家|本|我)?(?P<house>{_HOUSES})(?P<unit>{_UNITS}))"
)
_CLASS = re.compile("(?:组织|建设|工作的|规范化|覆盖率|数量)")
_KINDS = {
    "公司": ("Company", ""),
    "集团": ("Company", "集团"),
    "企业": ("Company", ""),
    "合作社": ("Company", "社"),
    "园区": ("Venue", "园"),
    "产业园": ("Venue", "园"),
    "基地": ("Venue", "基地"),
    "市场": ("Venue", "市场"),
    "协会": ("Alliance", "协会"),
    "商会": ("Alliance", "商会"),
    "联盟": ("Alliance", "联盟"),
    "商圈": ("Venue", "商圈"),
    "大厦": ("Venue", "大厦"),
    "广场": ("Venue", "广场"),
    "小镇": ("Venue", "小镇"),
    "医院": ("Venue", "医院"),
    "厂": ("Company", "厂"),
}
_LIST = re.compile("[”》]?[、和与及][“《]?")


def hosted_federations(page: Page, found: Sequence[Mention]) -> Iterator[Mention]:
    """Give a mention for the federation of the firm, park or association that the paragraph named last."""
    names = sorted(found, key=lambda one: (one.start, -one.end))
    starts, ends = {one.start for one in names}, {one.end for one in names}
    for match in _ITS.finditer(page.text):
        start, end = match.span("all")
        if _CLASS.match(page.text, end) or any(one.start <= start < one.end for one in names):
            continue
        kind, ending = _KINDS[match["house"]]
        begin = page.text.rfind("\n", 0, start) + 1
        near = [one for one in names if one.type == kind and begin <= one.start and one.end <= start]
        near = [one for one in near if ending in one.name[-6:] and not one.properties.get("group")]
        if near and not _listed(page.text, near[-1], starts, ends):
            name = near[-1].name.removesuffix(match["unit"]) + match["unit"]
            yield _unit(match["unit"], kind, (start, end), name)


def _unit(unit: str, kind: str, span: tuple[int, int], name: str) -> Mention:
    """Return the federation or micro-home of a house of a type."""
    if unit not in ("妇联", "妇委会"):
        return Mention("MicroHome", *span, name, 0.72, "micro-home of its house", {"form": "micro_home"})
    level = "base" if kind == "Venue" else "enterprise"
    properties = {"form": "federation", "level": level, "industry_federation": True}
    return Mention("Federation", *span, name, 0.76, OF_ITS_HOUSE, properties)


def _listed(text: str, one: Mention, starts: set[int], ends: set[int]) -> bool:
    """Say whether a name stands beside another one in a list, so that it is not the only one meant."""
    after = _LIST.match(text, one.end)
    before = re.search("[”》]?[、和与及][“《]?$", text[max(0, one.start - 3) : one.start])
    low = max(0, one.start - 3)
    return (after is not None and after.end() in starts) or (before is not None and low + before.start() in ends)
