"""Organs of government and party: a region or a bare 市 or 省, a department, a head (局, 厅, 部, 委, 办)."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.grammar import reach
from graphkit.documents.mentions.named import signs
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import place_before, whole_chain
from graphkit.documents.mentions.words import alternation

_ELLIPTIC = "省市县区州镇乡旗"
# Bare heads that name a class, not a body, when no place stands before them.
_ONLY_WITH_PLACE = re.compile(
    r"政府|党委|法院|检察院|办公室|委员会|党支部|党总支|村委会|居委会|派出所|司法所|部门|中心|党组|管理局|街道办|办事处|人大|政协|领导小组|专班|指挥部|院|处|科"
)
_AFTER = re.compile(r"(?:组织|部门|工作|书记|主任|门口|系统|干部|主席|常委|委员|建设|班子|成员|换届|管理)")


def agency_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every organ."""
    text = page.text
    whole_chain(page, 0)
    reached = 0
    yield from _departments(page)
    yield from _committees(page)
    yield from _bureaus(page)
    for match in page.words.agency.finditer(text):
        start, end = match.span()
        if start < reached:
            continue
        found = _organ(page, start, end)
        if found is not None:
            reached = end
            yield found


def _organ(page: Page, start: int, end: int) -> Mention | None:
    text, body = page.text, page.text[start:end]
    if start >= 2 and text[start - 2 : start] == "中共":
        start -= 2
        body = text[start:end]
    if body in page.words.national:
        properties: dict[str, object] = {"level": "national"}
        if body.startswith(("党中央", "中共", "中央", "中组", "中宣")):
            properties["kind"] = "party"
        return Mention("Agency", start, end, body, 0.93, "national organ", properties)
    if not _ends_word(page, end):
        return None
    if body in ("党支部", "党总支", "总支部") and text.startswith(("书记", "副书记"), end):
        return None
    first, level = _with_place(page, start)
    if not level and body.startswith(("街道办", "镇", "乡", "村")):
        # 某街道 + 办事处, 某镇 + 党委, 某村 + 委会
        first, level = _with_place(page, start + (2 if body.startswith("街道办") else 1))
    if first >= 2 and text[first - 2 : first] == "中共":
        first -= 2
    kind = _kind(body)
    properties = {"level": level} if level else {}
    if kind:
        properties["kind"] = kind
    whole = text[first:end]
    if level:
        return Mention("Agency", first, end, whole, 0.93, "organ of a place", properties)
    if (
        body in ("管委会", "管理委员会", "党工委")
        and start
        and text[start - 1] in "园区城"
        and page.cover[start - 1] >= 0
    ):
        span = reach(page, start, end)
        if signs(page, span).region:
            return Mention("Agency", span.start, end, text[span.start : end], 0.88, "organ of a zone", {})
        return None
    first, bare = _elliptic(page, start)
    if bare:
        return Mention("Agency", first, end, text[first:end], 0.9, "organ of the home place", properties)
    if body[0] in _ELLIPTIC and len(body) > 1 and body[1] in "委政":
        return Mention("Agency", start, end, body, 0.88, "organ of the home place", properties)
    return _unplaced(page, start, end, properties)


def _unplaced(page: Page, start: int, end: int, properties: dict[str, object]) -> Mention | None:
    body = page.text[start:end]
    if page.text[end : end + 1] == "长":
        return None
    if body in ("党工委", "管委会") and _stands_alone(page, start):
        return Mention("Agency", start, end, body, 0.72, "organ of the home place", properties)
    if (
        body.endswith("部")
        and body not in page.words.rules["offices"]
        and not body.startswith(("市", "县", "区", "省"))
        and len(body) >= 4
    ):
        return Mention("Agency", start, end, body, 0.88, "ministry", {"level": "national"})
    if body in page.words.classes or _ONLY_WITH_PLACE.search(body) or len(body) < 3:
        return None
    first = page.cover[start]
    if page.tokens[first][0] < start:
        return None
    index = page.before(start)
    if (
        index >= 0
        and page.tokens[index][1] == start
        and page.tag(index) in ("n", "nz", "vn", "a", "m", "r", "ORG")
        and page.word(index) not in page.words.links
    ):
        return None
    return Mention("Agency", start, end, body, 0.72, "organ without a place", properties)


def _stands_alone(page: Page, start: int) -> bool:
    index = page.before(start)
    return (
        index < 0
        or page.tokens[index][1] < start
        or page.tag(index) in ("p", "w", "c", "v")
        or page.word(index) == "党工委"
    )


_COMMITTEES = re.compile(r"(?<=[经由报向])(党工委|工委)[、和]?(管委会|管理委员会)")


def _committees(page: Page) -> Iterator[Mention]:
    """Give the two committees of a zone that approve what is issued: 经党工委管委会同意."""
    for match in _COMMITTEES.finditer(page.text):
        for group in (1, 2):
            yield Mention(
                "Agency", match.start(group), match.end(group), match[group], 0.8, "organ of the home place", {}
            )


_BUREAU = re.compile(r"[\u4e00-\u9fff]{3,14}?(?:局|厅)(?![长级势面部域])")
_NO_BUREAU = re.compile(
    r"[的与及是在由向为对被到赴]|妇联|公司|银行|联合|会同|协会|邮局|书局|布局|格局|结局|大局|开局|客厅|餐厅|展厅|大厅|前厅|直播厅"
)


def _bureaus(page: Page) -> Iterator[Mention]:
    """Give any bureau behind a place, whatever its department: 甲县经济信息和商务合作局; and 中共甲县委员会."""
    ends = {chain[-1].end: chain for place, chain in page.stacked.items() if place >= 0}
    for end, chain in sorted(ends.items()):
        start = chain[0].start
        if page.text.startswith("委员会", end) and page.text[max(0, start - 2) : start] == "中共":
            properties: dict[str, object] = {"level": chain[-1].level, "kind": "party"}
            yield Mention(
                "Agency", start - 2, end + 3, page.text[start - 2 : end + 3], 0.93, "party of a place", properties
            )
        match = _BUREAU.match(page.text, end)
        if match and match.end() in page.at_end and not _NO_BUREAU.search(match[0]):
            whole = page.text[start : match.end()]
            yield Mention("Agency", start, match.end(), whole, 0.9, "bureau of a place", {"level": chain[-1].level})


def _departments(page: Page) -> Iterator[Mention]:
    """Give departments that a list names by their field alone: 与市场监管、税务、人社等部门."""
    stems = page.words.lexicon.words("agencies", "stems")
    pattern = re.compile(
        f"(?P<list>(?:[省市县区]?(?:{alternation(stems)})局?[、和及]?){{2,}})等(?:多个|有关|相关|\\d+个|[一二三四五六七八九十]+个)?(?:职能)?部门"
    )
    for match in pattern.finditer(page.text):
        at = match.start()
        for stem in re.split(r"[、和及]", match["list"]):
            if stem:
                yield Mention("Agency", at, at + len(stem), stem, 0.74, "listed department", {})
            at += len(stem) + 1


def _ends_word(page: Page, end: int) -> bool:
    if end in page.at_end:
        return True
    if end >= len(page.text):
        return True
    index = page.cover[end]
    if index < 0:
        return True
    after = page.text[end : page.tokens[index][1]]
    return after.startswith(("主办", "承办", "联合", "和", "与", "及", "、", "局长", "主任", "部长", "长"))


def _with_place(page: Page, start: int) -> tuple[int, str | None]:
    """Return where the place before an organ begins and its level; 市委 shares its 市 with the place."""
    ends = (start + 1, start) if page.text[start] in _ELLIPTIC else (start,)
    for end in ends:
        place = place_before(page, end)
        if place is not None and place[0] < start:
            return place
    return start, None


def _elliptic(page: Page, start: int) -> tuple[int, bool]:
    if (
        start == 0
        or page.text[start - 1] not in _ELLIPTIC
        or page.text[max(0, start - 2) : start] in ("园区", "社区", "城区")
    ):
        return start, False
    at = start - 1
    index = page.cover[at]
    return (at, True) if page.tokens[index][0] == at or page.tag(index) == "ORG" else (start, False)


def _kind(body: str) -> str | None:
    if "领导小组" in body or "专班" in body:
        return "leading_group"
    party = ("委", "工委", "组织部", "宣传部", "统战部", "政法委", "纪委", "党工委", "党委")
    if body.endswith(party) and not body.endswith(
        ("卫健委", "发改委", "国资委", "妇儿工委", "民委", "科委", "教委", "农委", "建委", "商务委", "经信委")
    ):
        return "party"
    return None
