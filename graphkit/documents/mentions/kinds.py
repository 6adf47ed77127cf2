"""What the words of a name say of it: its kind, its level, that a federation belongs to an industry."""

from graphkit.documents.mentions.grammar import Span
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at

# 市 and 区 say no level: a city may be of a county's, a district of a zone's.
_BARE = {
    "省": "province",
    "自治区": "province",
    "县": "county",
    "全国": "national",
    "中华全国": "national",
    "镇": "town",
}


def properties_of(page: Page, span: Span, type_: str, kind: str) -> dict[str, object]:
    """Return what a candidate's words say, in properties of the schema."""
    if type_ == "Venue":
        return venue_kind(page, page.text[span.start : span.end])
    if type_ == "Federation":
        return _federation(page, span)
    if type_ == "MicroHome":
        return {"form": "station" if kind == "station" else "micro_home"}
    return {"kind": kind} if type_ in ("Alliance", "Venue", "Programme", "Policy", "FinancialProduct") else {}


def venue_kind(page: Page, name: str) -> dict[str, object]:
    """Return the kind of a venue, by the end of its name."""
    bare = name.rstrip("”」")
    kind = next((kind for kind, endings in page.words.venue_kinds if bare.endswith(endings)), None)
    return {"kind": kind} if kind else {}


def _federation(page: Page, span: Span) -> dict[str, object]:
    properties: dict[str, object] = {"form": "federation"}
    chain = chain_at(page, span.start)
    modifier = page.text[span.start : span.head]
    if chain and chain[-1].end >= span.head:
        properties["level"] = chain[-1].level
    elif modifier in _BARE:
        properties["level"] = _BARE[modifier]
    elif modifier.endswith(("公司", "集团", "厂", "企业", "合作社")):
        properties |= {"level": "enterprise", "industry_federation": True}
    elif modifier.endswith(("基地", "产业园", "园区", "工业园")):
        properties |= {"level": "base", "industry_federation": True}
    elif modifier.endswith(("市场", "城", "商会")):
        properties |= {"level": "market", "industry_federation": True}
    elif modifier.endswith(("产业链", "产业", "行业", "链")):
        properties |= {"level": "profession", "industry_federation": True}
    return properties
