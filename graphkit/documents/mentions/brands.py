"""Short names of companies, what a federation covers, the trade in a body's name, branches of banks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphkit.documents.items import Mention
from graphkit.documents.mentions.industries import items_before, vague, without_place
from graphkit.documents.mentions.kinds import venue_kind
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at

_FORM = re.compile(r"(?:集团)?(?:股份)?(?:有限责任公司|有限公司|集团公司|公司|集团|专业合作社|合作社|厂)$")
_BRACKET = re.compile(r"[（(][^（()）]*[）)]")
_TRADE = re.compile(
    r"(?:科技|实业|电气|电子|食品|农业|服饰|服装|贸易|商贸|发展|投资|建设|工程|文化|传媒|信息|技术|新能源|能源|太阳能|材料|新材料|机械|装备|制造|医药|生物|家居|家具|石业|陶瓷|纺织|环保|智能|光电|农产品|开发|管理|咨询|教育|旅游|物流|家政|服务|化工|竹业|茶业|酒业|花卉|园林|养殖|种植|生态|农牧|工艺|工艺品|美术|电器|汽车|半导体|微电子|网络|软件|数字|鞋业|制衣|针织|包装|印刷|金属|铝业|钢铁|五金|塑胶|橡胶|玻璃|水暖|卫浴|厨卫)+$"
)


def brand_mentions(page: Page, found: Sequence[Mention]) -> Iterator[Mention]:
    """Give the other places where a company stands by a part of its name, and companies known from their federation."""
    yield from _again(page, found)
    yield from _firms(page, found)
    taken = {(one.start, one.end) for one in found}
    trades = {one.end for one in found if one.type == "Industry"}
    for mention in found:
        if mention.type in ("Federation", "MicroHome"):
            yield from _covered(page, mention, taken)
        if mention.type in ("Federation", "MicroHome", "Alliance", "Venue", "Agency"):
            yield from _trade(page, mention, trades)


_BODY_TYPES = re.compile(
    r"(?:城|市场|大厦|广场|工业园|产业园|科技园|协会|商会|联盟|公司|集团|合作社|商圈|科创园|创业园|软件园|物流园)$"
)

_BODY_TRADE = re.compile(
    r"(?:省|市|县|区)?(?P<trade>[\u4e00-\u9fff]{1,8}?(?:产业链|产业|行业|制造业|加工业|服务业|养殖业|种植业))(?=妇|协会|商会|联盟|园|基地|人才|孵化|集群|学会|联合会|带|发展)"
)


def _trade(page: Page, mention: Mention, trades: set[int]) -> Iterator[Mention]:
    """Give the trade that a body has in its name: 甲县茶产业协会."""
    chain = chain_at(page, mention.start)
    start = chain[-1].end if chain else mention.start
    match = _BODY_TRADE.match(page.text, start, mention.end + 1)
    if match is None or match.end("trade") >= mention.end:
        return
    start, end = match.span("trade")
    trade = re.sub(r"^(?:[\u4e00-\u9fff]{2,4}片区|国际|国家级?|特色|现代|智慧|优势|高端|巾帼|女性)", "", match["trade"])
    start = without_place(page, end - len(trade), end)
    trade = page.text[start:end]
    if vague(page, trade) or end in trades:
        return
    yield Mention(
        "Industry", start, end, trade, 0.84, "trade of a body", {"kind": "chain" if trade.endswith("链") else "field"}
    )


_COUNTED = re.compile(r"等(?:\d{1,4}|[二两三四五六七八九十]{1,3})(?:余|多)?家[\u4e00-\u9fff]{0,4}?(?:企业|公司)")
_FIRM_LIKE = re.compile(
    r"(?:科技|网络|实业|电气|电子|食品|农业|服饰|传媒|智能|医药|生物|股份|控股|集团|新材|材料|光电|微电|软件|数科|机械|重工)$"
)


def _firms(page: Page, found: Sequence[Mention]) -> Iterator[Mention]:
    """Give the short names of firms that a list sums up: 甲科技、乙网络等5家企业."""
    covered = {place for one in found for place in (one.start, one.end - 1)}
    for match in _COUNTED.finditer(page.text):
        for start, end in items_before(page, match.start()):
            name = page.text[start:end]
            tags = {page.tag(index) for index in page.inside(start, end)}
            proper = bool(tags & {"ORG", "nz", "PER", "nw"}) or _FIRM_LIKE.search(name) is not None
            if 3 <= len(name) <= 12 and proper and start not in covered and end - 1 not in covered:
                yield Mention("Company", start, end, name, 0.76, "firm of a list", {})


_BRANCH = re.compile(r"(?:[\u4e00-\u9fff]{2,10}?)(?:分行|支行|营业部|分理处|分社|办事处)")


def branch_mentions(page: Page, found: Sequence[Mention]) -> list[Mention]:
    """Lengthen a bank by the branch that stands behind it: 甲银行 + 乙市分行."""
    return [_branch(page, mention) if mention.type == "Bank" else mention for mention in found]


def _branch(page: Page, mention: Mention) -> Mention:
    match = _BRANCH.match(page.text, mention.end, mention.end + 14)
    if match is None or re.search(r"[与和及、的在为向]|联合|合作|推出|提供|妇联", match[0]):
        return mention
    return replace(mention, end=match.end(), name=mention.name + match[0], rule="branch of a bank")


_SITE = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:基地|产业园|工业园|园区|厂区)")
_FIRM = re.compile(r"公司|集团|企业")
_LONGER = re.compile(r"[\u4e00-\u9fff（()）]{0,12}(?:有限公司|集团|银行)")


def _again(page: Page, found: Sequence[Mention]) -> Iterator[Mention]:
    """Look once through all words for the stems and brands of the companies that the text names in full."""
    forms: dict[str, list[tuple[str, bool]]] = {}
    for name, mention in {one.name: one for one in reversed(found) if _in_full(one)}.items():
        for form, stem in _short_names(page, mention, name):
            forms.setdefault(form[:2], []).append((form, stem))
    spans = {one.start: one.end for one in found if one.type == "Company"}
    for entries in forms.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry))
    for start, _, _ in page.tokens:
        if start in spans:
            continue
        for form, stem in forms.get(page.text[start : start + 2], ()):
            if page.text.startswith(form, start):
                yield from _short(page, start, start + len(form), stem)
                break


def _in_full(mention: Mention) -> bool:
    return mention.type == "Company" and not mention.properties.get("group") and mention.confidence >= 0.8


def _short_names(page: Page, mention: Mention, name: str) -> Iterator[tuple[str, bool]]:
    stem = _stem(page, mention)
    brand = _TRADE.sub("", stem)
    if len(stem) < 2 or brand in page.words.rules["owned"]:
        return
    if not name.endswith("有限公司") and page.tag(page.cover[mention.start]) in ("n", "a", "LOC"):
        return
    if len(stem) >= 3:
        yield stem, True
    if len(brand) >= 2 and brand != stem:
        yield brand, False
    elif len(brand) == 2:
        yield brand, False


def _short(page: Page, start: int, end: int, stem: bool) -> Iterator[Mention]:
    name = page.text[start:end]
    if site := _SITE.match(page.text, end):
        if site.end() in page.at_end:
            properties = {"kind": "production_base"} if site[0].endswith("基地") else {"kind": "park"}
            whole = page.text[start : site.end()]
            yield Mention("Venue", start, site.end(), whole, 0.86, "site of a company", properties)
        return
    if _LONGER.match(page.text, end, end + 18):
        return
    if name.endswith(("城", "市场", "广场", "园", "大厦", "中心")):
        yield Mention("Venue", start, end, name, 0.86, "site of a company", venue_kind(page, name))
        return
    if firm := _FIRM.match(page.text, end):
        yield Mention("Company", start, firm.end(), name + firm[0], 0.88, "part of a company's name", {})
        return
    words = page.words
    plain = name in words.plain or name in words.region_names or name in words.inside
    proper = page.tag(page.cover[start]) in ("ORG", "nz", "PER", "nw", "LOC") or len(name) > 2
    if stem or (end in page.at_end and proper and not plain):
        confidence = 0.88 if stem else 0.8
        yield Mention("Company", start, end, name, confidence, "part of a company's name", {})


_SEAT = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z]{2,6}?)(?:全球|中国|亚太|华东|华南|华北|西南|区域|运营|研发|第二|集团)?总部(?=落户|落地|入驻|位于|坐落|迁|项目|基地|大楼|在|正式)"
)


def seat_mentions(page: Page) -> Iterator[Mention]:
    """Give a company that only its seat names: X全球总部落户."""
    for match in _SEAT.finditer(page.text):
        first = next(
            (
                at
                for at in range(match.start(), match.end("name"))
                if page.tag(page.cover[at]) in ("PER", "nz", "ORG", "nw") and at in page.at_start
            ),
            None,
        )
        if first is not None and 2 <= match.end("name") - first <= 6:
            yield Mention(
                "Company", first, match.end("name"), page.text[first : match.end("name")], 0.76, "seat of a company", {}
            )


def _stem(page: Page, mention: Mention) -> str:
    name = _BRACKET.sub("", mention.name)
    chain = chain_at(page, mention.start)
    if chain and chain[-1].end < mention.end:
        name = name.removeprefix(page.text[mention.start : chain[-1].end])
    return _FORM.sub("", name)


def _covered(page: Page, mention: Mention, taken: set[tuple[int, int]]) -> Iterator[Mention]:
    """Give the company of X妇联 where X is no region and no other kind of body."""
    name = page.text[mention.start : mention.end]
    match = re.search(r"(?:妇联|妇女联合会|妇女微家|妇委会|妇女之家)$", name)
    if match is None:
        return
    own = name[: match.start()]
    end = mention.start + match.start()
    chain = chain_at(page, mention.start)
    if len(own) < 3 or "”" in own or re.match(r"[省市县区镇乡]|自治区|州", own) or (chain and chain[-1].end >= end):
        return
    if own.endswith(("开发区", "经开区", "高新区", "新区")):
        return
    body = _BODY_TYPES.search(own)
    if body is not None:
        kind = (
            "Alliance"
            if body[0] in ("协会", "商会", "联盟")
            else "Company"
            if body[0] in ("公司", "集团", "厂", "合作社")
            else "Venue"
        )
        begin = mention.start
        if chain and chain[-1].level in ("town", "township", "subdistrict", "village", "community"):
            begin, own = chain[-1].end, page.text[chain[-1].end : end]
        if len(own) - len(body[0]) >= 2 and (begin, end) not in taken:
            properties = venue_kind(page, own) if kind == "Venue" else {}
            yield Mention(kind, begin, end, own, 0.86, "body of a federation", properties)
        return
    if re.search(
        r"(?:行业|产业|产业链|基地|园区?|市场|协会|商会|联盟|中心|社区|村|街道|镇|机关|系统|学校|学院|医院|城|局|委|部|办|片区|楼宇|商圈|银行|公司|集团|厂|合作社|群体|领域|网格|小区)$",
        own,
    ):
        return
    if chain or (mention.start, end) in taken:
        return
    first = page.tag(page.cover[mention.start])
    if first in ("ORG", "nz", "PER", "nw", "LOC", "n"):
        yield Mention("Company", mention.start, end, own, 0.8, "company of a federation", {})
