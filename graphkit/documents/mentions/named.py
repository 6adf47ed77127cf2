"""Named or generic? A name holds a place, a quote, a proper word, a bare 市 or 省; 各类平台 holds none."""

import re
from dataclasses import dataclass

from graphkit.documents.mentions.grammar import Span
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at

_ELLIPTIC = re.compile(r"(?:省|市|区|县|州|镇|乡|旗)(?![级域场民长省市区县镇乡企村两内外直])")
_COINED = re.compile(r"巾帼|木兰|半边天|姐妹|她[\u4e00-\u9fff]|[\u4e00-\u9fff]她|玫瑰|木棉|娘家|春蕾|母亲|三八")
_WOMEN = re.compile(
    r"女[性子]?(?:科技|企业家|专家|工匠|医师|律师|精英|书画|摄影|能手|创客|主播|农|骑|村|知识|领导|经济|检察|法官)"
)
_LATIN = re.compile(r"[A-Za-z]{2,}")
_NATIONAL = re.compile(r"中国|中华|全国|国家|世界|国际|亚洲|华东|华南")


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a name."""

    region: bool
    quote: bool
    proper: bool
    elliptic: bool
    coined: bool
    trigger: bool
    national: bool
    women: bool
    modifier: str

    @property
    def strong(self) -> bool:
        """Tell whether the name names by itself."""
        return self.region or self.quote or self.proper or self.elliptic


def signs(page: Page, span: Span) -> Signs:
    """Look at a candidate and at the words before it."""
    text = page.text[span.start : span.end]
    modifier = page.text[span.start : span.head]
    return Signs(
        region=bool(chain_at(page, span.start))
        or text.startswith(tuple(page.words.macro))
        or bool(re.search(r"[（(][\u4e00-\u9fff]{2,4}[）)]", modifier)),
        quote=span.quote is not None,
        proper=_proper(page, span),
        elliptic=bool(_ELLIPTIC.match(text)) and len(modifier) >= 1,
        coined=bool(_COINED.search(modifier)),
        trigger=_triggered(page, span.start),
        national=bool(_NATIONAL.match(text)),
        women=bool(_WOMEN.search(modifier)),
        modifier=modifier,
    )


def _proper(page: Page, span: Span) -> bool:
    if _LATIN.search(page.text[span.start : span.head]):
        return True
    for index in page.inside(span.start, max(span.head, span.start + 1)):
        start, end, tag = page.tokens[index]
        word = page.text[max(start, span.start) : min(end, span.end)]
        if tag in ("ORG", "LOC", "PER", "nz", "nw") and len(word) > 1 and word not in page.words.plain:
            if start < span.head and not _made_of_plain(page, word):
                return True
    return False


def _made_of_plain(page: Page, word: str) -> bool:
    """Tell whether a word that the tagger calls proper is two common ones: 企业妇联, 服务平台."""
    return word in page.words.classes or any(
        word.startswith(plain) and word[len(plain) :] in page.words.endings for plain in page.words.plain
    )


def _triggered(page: Page, start: int) -> bool:
    """Tell whether a word of founding or doing stands before a name."""
    place = start
    for _ in range(4):
        index = page.before(place)
        if index < 0:
            return False
        begin, end, tag = page.tokens[index]
        if place - end > 1:
            return False
        word = page.text[begin:end]
        if word in page.words.triggers or any(
            word.endswith(verb) and len(word) - len(verb) <= 2 for verb in ("成立", "开展", "举办", "打造")
        ):
            return True
        if word == "的" and page.text[max(0, begin - 2) : begin] == "组成":
            return True
        if tag not in ("u", "m", "q", "d", "a", "r") and word not in ("“", "《", "全国", "首个", "了"):
            return False
        place = begin
    return False
