"""Goods that stand for a trade where a name or a phrase says so: 服装城, 建材企业96家, 黄鸡之乡, 主营容器苗."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.words import alternation

_NEXT = (
    "(?=(?:专业|批发|交易|国际|产业|工业|加工|文化|商贸|特色|行业|同业|全产业)?"
    "(?:市场|城|大市场|产业园|工业园|加工园|园区|科技园|小镇|商会|协会|公会|联盟|商户|加工户|种植户|养殖户|企业|厂家|大户|经营户|专业合作社"
    "|片区妇联|产业链|链妇联|之乡|之都|名镇|重镇|大县|大镇|强县))"
)
# 黄鸡之乡, and what a firm says that it makes: a noun that no list needs to hold.
_HOME = re.compile("(?:[的“是为称]|素有|盛产|有名)(?P<name>[\u4e00-\u9fff]{2,4})(?=之乡|之都)")
_MAKES = re.compile(
    "(?:主营|主要(?:从事|生产|经营|种植|加工|养殖|做)|专业(?:从事|生产)|专门(?:从事|生产)|主打)(?P<name>[\u4e00-\u9fff、]{2,16}?)"
    "(?=[，。；]|等|的?(?:研发|生产|加工|制造|销售|种植|养殖|设计|业务|经营|为主|一体))"
)
_AS = re.compile(
    "以(?P<name>[\u4e00-\u9fff、]{2,16}?)(?=(?:研发|生产|加工|制造|销售|种植|养殖)?(?:为|作为)(?:主营|主打|主导产业|支柱产业|主要产品))"
)
_NO_GOOD = re.compile(
    "女|妇|服务|工作|发展|建设|培训|创业|就业|活动|管理|项目|企业|公司|产品|业务|产业|特色|传统|优势|龙头|内容|任务|农业$|工业$|材料$"
)


def goods_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every good that is told of as a trade."""
    lexicon = page.words.lexicon
    known = alternation([*lexicon.words("industries", "goods"), *lexicon.words("industries", "names")])
    for match in re.finditer(f"(?:{known}){_NEXT}", page.text):
        start, end = match.span()
        # 中国水暖城 is a name as a whole.
        whole = page.text.startswith("城", end) and page.text.endswith(("中国", "国际"), 0, start)
        if page.cover[start] >= 0 and _begins(page, start) and not whole:
            yield Mention("Industry", start, end, match[0], 0.8, "good of a name", {"kind": "field"})
    for pattern, confidence in ((_HOME, 0.72), (_MAKES, 0.66), (_AS, 0.7)):
        for match in pattern.finditer(page.text):
            for item in re.finditer("[^、和及与]+", match["name"]):
                start, name = match.start("name") + item.start(), item[0]
                if 2 <= len(name) <= 8 and not _NO_GOOD.search(name):
                    end = start + len(name)
                    yield Mention("Industry", start, end, name, confidence, "good that is made", {"kind": "field"})


def _begins(page: Page, start: int) -> bool:
    """Say whether a word begins at a place, or a part of what the tagger takes for one name."""
    first, _, tag = page.tokens[page.cover[start]]
    return first == start or tag in ("ORG", "LOC", "nz", "nw")
