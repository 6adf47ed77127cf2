"""Trades and fields of technology: known ones, what stands before 产业 or 行业, and lists before 等领域."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.grammar import reach
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at
from graphkit.documents.mentions.words import alternation

# What closes a list of trades: 等领域, 等五大产业, 三条产业链.
_CLOSES = re.compile(
    r"(?:等(?:[一二三四五六七八九十两多\d]{1,4}[大个条]{0,2})?|(?<!\d)[二三四五六七八九十两\d]{1,3}[大个条]{1,2})"
    r"[\u4e00-\u9fff]{0,6}?(?:领域|板块|赛道|产业链|产业|行业)"
    r"|(?:是|作为|成为)[\u4e00-\u9fff]{0,8}?(?:特色|主导|优势|支柱|重点|富民)[\u4e00-\u9fff]{0,2}产业"
)
_NO_TRADE = re.compile(
    r"(?:服务|发展|建设|工作|关爱|培训|维权|宣传|教育|就业|创业|支持|帮扶|创新|转化|培育|治理|保护|活动|平台|空间|技术|家庭"
    r"|健康|法律|权益|参与|管理|组织|帮助|妇女|儿童|部门|政府|单位|机关|学校|医院|社区|企业|公司|咨询|合作|能力|人才|女性)$"
)


def industry_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every trade."""
    lexicon = page.words.lexicon
    heads = sorted(lexicon.words("industries", "heads"), key=len, reverse=True)
    known = re.compile(alternation(lexicon.words("industries", "names")))
    yield from _headed(page, heads)
    yield from _made(page)
    yield from _known(page, known)
    yield from _listed(page)


def _headed(page: Page, heads: list[str]) -> Iterator[Mention]:
    for _, end, tag in page.tokens:
        if tag == "w" or page.text[end - 1] not in "业链群":
            continue
        head = next((head for head in heads if page.text.endswith(head, 0, end)), None)
        if head is None:
            continue
        found = _by_head(page, end - len(head), end)
        if found is not None:
            yield found


_MADE = re.compile(r"(?:加工|制造|种植|养殖|印染|编织|酿造|冶炼|批发|制作)(?=户|大户|企业|厂|商户|商|基地|园|公司)")


def _made(page: Page) -> Iterator[Mention]:
    """Give what somebody makes or grows: 竹器加工大户, 肉牛养殖企业."""
    for match in _MADE.finditer(page.text):
        if match.start() not in page.at_end and match.end() not in page.at_end:
            continue
        start = _noun_start(page, match.start())
        chain = chain_at(page, start)
        start = chain[-1].end if chain and chain[-1].end < match.start() else start
        for index in page.inside(start, match.start()):
            if page.word(index) in page.words.leading and page.tokens[index][1] <= match.start():
                start = page.tokens[index][1]
        start = without_place(page, start, match.start())
        name = page.text[start : match.end()]
        if 3 <= len(name) <= 7 and start < match.start() and not re.search(r"[省市县镇村]|优秀|女|大型|农产品", name):
            yield Mention("Industry", start, match.end(), name, 0.7, "what is made", {"kind": "field"})


def _by_head(page: Page, head: int, end: int) -> Mention | None:
    span = reach(page, head, end)
    start = _trade_start(page, span.start, head)
    name = page.text[start:end].lstrip("的")
    ending = page.text[head:end]
    own = name.removesuffix(ending)
    if (
        span.quote
        or len(name) > 12
        or name in page.words.classes
        or own == "老"
        or re.search(r"[+\d（(]|个|[几多]家|[一二两三四五六七八九十百千][条大亿万]", name)
    ):
        return None
    if vague(page, name) or (not own and ending in page.words.classes):
        return None
    confidence = 0.86 if ending in ("产业", "产业链", "行业") else 0.6 if ending == "产业集群" else 0.82
    return Mention("Industry", start, end, name, confidence, "trade by its head", {"kind": _kind(ending)})


# A single character that is a trade before 产业.
_GROWN = frozenset("茶竹药花菌果鞋瓷粮桑蜂牛羊鱼虾蟹酒鸭鸡猪薯糖烟棉丝木石煤纸盐")


# A single character that is a trade before 产业.
_GROWN = frozenset("茶竹药花菌果鞋瓷粮桑蜂牛羊鱼虾蟹酒鸭鸡猪薯糖烟棉丝木石煤纸盐")


def vague(page: Page, trade: str) -> bool:
    """Tell whether a trade says nothing of what is made: 特色产业, 各行业."""
    own = re.sub(r"(?:产业链|产业集群|产业|行业)$", "", trade)
    if len(own) == 1 and own not in _GROWN:
        return True
    return (
        not own or own in page.words.rules["vague_trades"] or own.endswith(tuple(page.words.rules["vague_trade_ends"]))
    )


def _trade_start(page: Page, start: int, head: int) -> int:
    """Leave out a place, a zone, and every word up to the last that does something."""
    chain = chain_at(page, start)
    if chain and chain[-1].end < head:
        start = chain[-1].end
    for index in page.inside(start, head):
        begin, end, tag = page.tokens[index]
        word = page.word(index)
        outside = (
            tag in ("v", "r", "TIME") or word in page.words.rules["outside_trades"] or word in page.words.small_generic
        )
        if begin >= start and end <= head and outside:
            start = end
    cut = page.text.rfind("级", start, head)
    return without_place(page, cut + 1 if cut >= 0 else start, head)


def without_place(page: Page, start: int, end: int) -> int:
    """Leave out the stem of a town that the text names: 会川 of 会川镇 before 中药材产业."""
    for stem in page.stems:
        if page.text.startswith(stem, start) and end - start - len(stem) >= 1:
            return start + len(stem)
    return start


def _kind(head: str) -> str:
    return "chain" if head == "产业链" else "field"


def _known(page: Page, known: re.Pattern[str]) -> Iterator[Mention]:
    for match in known.finditer(page.text):
        start, end = match.span()
        if page.cover[start] < 0 or page.tokens[page.cover[start]][0] != start:
            continue
        if end not in page.at_end:
            continue
        before, after = page.text[start - 1 : start], page.text[end : end + 2]
        heads = re.match(r"产业|行业", after) is not None
        listed = before in "、和及" and before != "" and re.match(r"[、等]|和|及|产业|行业|领域", after) is not None
        soft = match[0] in page.words.rules["soft_trades"] or len(match[0]) <= 2
        if soft and not (heads or listed):
            continue
        confidence = 0.8 if heads or listed or re.match(r"领域|、|等|，|。", after) else 0.64
        yield Mention("Industry", start, end, match[0], confidence, "known trade", {"kind": "field"})


def _listed(page: Page) -> Iterator[Mention]:
    """Give the items of a list that is said to be of fields: 灯具照明、智能家居等领域."""
    for match in _CLOSES.finditer(page.text):
        items = items_before(page, match.start())
        if len(items) < 2:
            continue
        for start, end in items:
            name = page.text[start:end]
            if name.endswith(("市场", "城", "中心", "基地", "园")):
                yield Mention("Venue", start, end, name, 0.78, "listed place", {"kind": "specialised_market"})
            elif 2 <= len(name) <= 10 and not _NO_TRADE.search(name) and name not in page.words.classes:
                yield Mention("Industry", start, end, name, 0.78, "listed field", {"kind": "field"})


def items_before(page: Page, end: int) -> list[tuple[int, int]]:
    """Return the nouns that commas join before a place, left to right."""
    found: list[tuple[int, int]] = []
    last = end
    while True:
        first = _noun_start(page, last)
        if first == last:
            break
        found.append((first, last))
        if first == 0 or page.text[first - 1] not in "、和及与":
            break
        last = first - 1
    return found[::-1]


def _noun_start(page: Page, end: int) -> int:
    start = end
    while start > 0 and end - start < 12:
        index = page.at_end.get(start)
        if index is None or page.tag(index) not in ("n", "nz", "nw", "vn", "a", "ad", "ORG", "LOC", "d", "v"):
            break
        word = page.word(index)
        if page.tag(index) in ("v", "d", "ad") and word not in page.words.inside and word not in ("自动", "智能"):
            break
        if page.tag(index) == "vn" and word in page.words.leading and word not in page.words.inside:
            break
        if (
            word in page.words.links
            or word in page.words.small_generic
            or (start == end and page.tag(index) == "a" and word in page.words.rules["vague_trades"])
        ):
            break
        start = page.tokens[index][0]
    return start
