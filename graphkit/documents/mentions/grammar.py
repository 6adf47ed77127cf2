"""A name is an ending and the words before it: how far to the left does it reach?"""

import re
from dataclasses import dataclass

from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import place_at, small_at, whole_chain

_TAGS = frozenset({"n", "nz", "nw", "vn", "LOC", "ORG", "a", "an", "s"})
_LONGEST = 34
_FIGURES_INSIDE = re.compile(
    r"[一二三四五六七八九十百千万\d]+(?:[大项强星点号]|届|次)?|第[一二三四五六七八九十\d]+[届次]"
)
_LEVEL = re.compile(r"(?:国家级|省级|市级|区级|县级|全国|全省|全市|全县|全区|国家)")


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate: the stretch, where its ending begins, the quote it starts with or holds (inner stretch)."""

    start: int
    end: int
    head: int
    quote: tuple[int, int] | None = None
    region: bool = False

    def name(self, page: Page) -> str:
        """Return the words of the stretch, an enclosing quote dropped."""
        return page.text[self.start : self.end]


def reach(page: Page, head: int, end: int) -> Span:
    """Extend an ending `[head, end)` to the left as far as the words can belong to its name, then trim what cannot."""
    index = page.cover[head]
    start = page.tokens[index][0]
    if page.tag(index) == "PER":
        start = head
    named = page.at_end.get(start)
    if named is not None and page.tag(named) == "PER" and page.text[head:end] in page.words.rules["personal"]:
        return _trimmed(page, Span(page.tokens[named][0], end, head))
    if start < head and page.tag(index) in ("v", "p", "d", "c") and page.tokens[index][1] <= head:
        start = head
    quote: tuple[int, int] | None = None
    region = _region_word(page, index, start, head)
    while end - start < _LONGEST:
        step = _step(page, start, region) or _brand(page, start, head)
        if step is None:
            break
        region = region or step.region
        start = step.start
        if step.quote is not None:
            # A name that holds a quote begins with it: what stands before says whose it is.
            quote = step.quote
            break
    return _trimmed(page, Span(start, end, head, quote, region))


def _brand(page: Page, start: int, head: int) -> Span | None:
    """Take what the tagger calls a person before a company's words as its brand: 澜光 + （丽水）科技有限公司."""
    index = page.cover[start - 1] if start else -1
    if index < 0 or page.tag(index) != "PER" or page.tokens[index][1] != start or not _COMPANY.match(page.text, head):
        return None
    return Span(page.tokens[index][0], start, start) if 2 <= start - page.tokens[index][0] <= 4 else None


_COMPANY = re.compile(r"(?:集团|股份)?(?:有限责任公司|有限公司)")


def _step(page: Page, start: int, region: bool) -> Span | None:
    """Return the next piece to the left, None where the name begins."""
    if start == 0 or page.text[start - 1] in "\n\r\t \u3000":
        return None
    mark = page.text[start - 1]
    if mark in '”》」』"':
        return None if region else _quoted(page, start)
    if mark in "）)":
        return _bracketed(page, start)
    if mark in "—-－":
        return _dashed(page, start)
    if mark == "‘" and page.text[max(0, start - 2)].isascii():
        return Span(start - 1, start, start)
    if mark in "+·＋&" and start > 1 and page.text[start - 2].isalnum():
        return Span(start - 1, start, start)
    index = page.cover[start - 1]
    if index < 0 or page.tokens[index][1] != start:
        return None
    begin, _, tag = page.tokens[index]
    word = page.text[begin:start]
    if not _may_stand(page, index, word, tag, region):
        return None
    return Span(begin, start, start, None, _region_word(page, index, begin, start))


def _may_stand(page: Page, index: int, word: str, tag: str, region: bool) -> bool:
    words = page.words
    if region:
        # Left of a region only a larger region can belong to the name.
        return tag == "LOC" or word in words.region_names
    if word in words.links:
        return (tag in ("vn", "vd", "d") and word in ("联合", "合作", "联动")) or (
            word in "及和" and _shares_head(page, index)
        )
    if tag == "v":
        if _after_place(page, index) and len(word) == 2 and word not in words.leading and word not in words.triggers:
            return True
        return word in words.inside and word not in ("联合", "组织", "建设", "学习", "利用", "进", "送", "助")
    if tag == "PER":
        # A body is called after a person only where the ending follows at once: 王某某 + 工作室.
        return False
    if tag in _TAGS:
        if word in words.classes and word.endswith(("妇联", "部门", "政府", "党委", "组织")):
            return False
        return tag == "vn" or word not in words.leading or word in words.inside
    if tag in ("m", "q"):
        return _figure(word)
    if tag == "TIME":
        return word in words.rules["times"]
    if tag == "r":
        return word == "她"
    if tag == "d":
        return word in ("自动", "联合", "共", "最美")
    if tag == "vd":
        return word in words.inside
    return tag == "f" and word in ("东", "西", "南", "北", "内", "中")


def _after_place(page: Page, index: int) -> bool:
    """Tell whether a word stands directly behind a place, so that even a verb (扎染) names what is there."""
    before = page.at_end.get(page.tokens[index][0])
    if before is None or page.tag(before) != "LOC":
        return False
    chain = whole_chain(page, page.tokens[before][0])
    return bool(chain) and chain[-1].end == page.tokens[index][0]


def _figure(word: str) -> bool:
    """Tell whether what the tagger takes for a number may stand in a name: 五项, 百草, 第三届; not 三家, 首批."""
    if _FIGURES_INSIDE.fullmatch(word):
        return len(word) <= 5 and word[0] not in "一1"
    return len(word) >= 2 and word[0] not in "一首第多各几半双每数近约0123456789" and word[-1] not in _COUNTED


_COUNTED = frozenset("名位家个项次条场期年月日万亿元大批支笔户人处所间座件份张只台辆天时分类种轮站里余多% ")


def _shares_head(page: Page, index: int) -> bool:
    """Tell whether 及 joins two trades under one ending, behind a word of doing: 依托甲产业及乙产业 + 人才之家."""
    first = index - 1
    if first < 0 or page.text[page.tokens[index][0] - 1] not in "业链":
        return False
    while (
        first >= 0
        and page.tag(first) in ("n", "nz", "vn", "ORG", "nw")
        and page.tokens[first][1] == page.tokens[first + 1][0]
    ):
        first -= 1
    return page.word(first) in ("依托", "建立", "打造", "设立") if first >= 0 else False


def _region_word(page: Page, index: int, start: int, end: int) -> bool:
    if page.tag(index) not in ("LOC", "ORG", "n", "nz", "nw", "PER"):
        return False
    return place_at(page, start) is not None or small_at(page, start, after=False) is not None


def _quoted(page: Page, start: int) -> Span | None:
    quoted = page.quote_ends.get(start)
    if quoted is None or quoted.last - quoted.inner > 30:
        return None
    return Span(quoted.start, start, start, (quoted.inner, quoted.last))


def _bracketed(page: Page, start: int) -> Span | None:
    opened = page.opening(start - 1)
    if opened < 0 or start - opened > 12 or opened == 0 or re.search(r"[，,。：:；;\d]", page.text[opened:start]):
        return None
    return Span(opened, start, start) if page.cover[opened - 1] >= 0 else None


def _dashed(page: Page, start: int) -> Span | None:
    """Take “X”——Y as one name: a quote, a dash, and what it is."""
    at = start
    while at > 0 and page.text[at - 1] in "—-－":
        at -= 1
    if start - at <= 2 and at > 0 and page.text[at - 1] in "”」』":
        return _quoted(page, at)
    return None


def _trimmed(page: Page, span: Span) -> Span:
    """Drop words at the left edge that lead to a name but do not belong to it."""
    start = span.start
    while start < span.head:
        index = page.at_start.get(start)
        if index is None:
            break
        word, tag, after = page.word(index), page.tag(index), page.tokens[index][1]
        if after > span.head:
            break
        drop = word in page.words.leading and (tag in ("v", "p", "d", "vd", "r", "m") or word not in page.words.inside)
        drop = drop or (tag == "v" and word not in page.words.rules["may_begin"]) or (tag == "vd")
        if (
            not drop
            and tag == "vn"
            and word in page.words.leading
            and word not in page.words.rules["may_begin"]
            and not _nominal(page, start)
        ):
            drop = True
        if not drop and word in page.words.prefixes and tag in ("a", "r", "m", "d", "n"):
            drop = word not in ("新", "好", "大", "小", "全", "公共", "专业", "国际", "优秀")
        if not drop:
            break
        start = after
    chain = whole_chain(page, start)
    if chain and chain[0].start < start < chain[-1].end <= span.end:
        start = chain[0].start
    start = _glued_verb(page, start, span.head)
    start = _of_a_class(page, start, span.head)
    if start == span.start:
        return span
    quote = span.quote if span.quote and span.quote[0] >= start else None
    return Span(start, span.end, span.head, quote, span.region)


def _of_a_class(page: Page, start: int, head: int) -> int:
    """Cut 龙头企业 before a name that begins with its place: 龙头企业甲县乙公司."""
    if whole_chain(page, start):
        return start
    for index in page.inside(start, head):
        place = page.tokens[index][0]
        before = page.text[start:place]
        if place > start and page.tag(index) == "ORG" and before.endswith(("企业", "单位", "会员")):
            return place
        if place > start and (chain := whole_chain(page, place)) and chain[0].start == place:
            return place if before.endswith(("企业", "单位", "机构", "代表", "会员", "成员", "公司")) else start
    return start


def _nominal(page: Page, start: int) -> bool:
    """Tell whether a noun of doing stands where a name would begin: behind 的 or an attribute, not behind a subject."""
    index = page.before(start)
    return index >= 0 and page.word(index) in ("的", "“", "、")


def _enough(rest: str) -> bool:
    """Say whether what a cut leaves can begin a name: two characters, or the word of a level (县 + 妇幼保健院)."""
    return len(rest) >= 2 or (rest != "" and rest in "省市县区镇乡")


def _glued_verb(page: Page, start: int, head: int) -> int:
    """Cut a verb that the tagger made part of a proper word: 成立某市 ... as one word."""
    index = page.at_start.get(start)
    if (
        index is None
        or page.tag(index) not in ("ORG", "LOC", "PER", "nz", "a", "n")
        or page.tokens[index][1] - start < 4
    ):
        return start
    text = page.text[start:head]
    if page.tag(index) in ("ORG", "LOC") and len(text) > 4 and not whole_chain(page, start):
        for place in (start + 1, start + 2):
            if place_at(page, place) and whole_chain(page, place):
                return place
    for length in (4, 3, 2, 1):
        verb = text[:length]
        if verb in page.words.leading and (length > 1 or verb in "与和由向在从赴以于至到") and _enough(text[length:]):
            rest = start + length
            if verb not in page.words.inside or place_at(page, rest) or page.text[rest] in "省市县区":
                return rest
    return start
