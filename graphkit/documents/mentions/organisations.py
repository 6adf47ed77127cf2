"""Bodies and places by their endings: federations, micro-homes, alliances, banks, companies, venues; programmes too."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.grammar import Span, reach
from graphkit.documents.mentions.judges import judged
from graphkit.documents.mentions.kinds import properties_of
from graphkit.documents.mentions.named import signs
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at, place_before
from graphkit.documents.mentions.words import Ending

# Words before a title that is won: 入选某省巾帼创新团队.
_HONOURED = re.compile(
    r"(?:入选|获评|被评为|评为|荣获|认定为|命名为|创成|创建为|荣膺)(?:为|了|全国|省级|市级|首批|“)?$"
)
# “A”“B”三项工程 names A and B.
_LEAGUES = frozenset({"团中央", "团省委", "团市委", "团县委", "团区委", "团州委"})
_COUNT = re.compile(r"[等一二两三四五六七八九十\d]+[项大个]*")
_ODD = re.compile(r"[的了被把给让靠]")


def ending_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every ending of the lexicon whose words before it make a name."""
    for head, end in _heads(page):
        ending = page.words.endings[page.text[head:end]]
        span = reach(page, head, end)
        if span.start >= span.head and span.quote is None:
            if page.text[head:end] in _LEAGUES and head in page.at_start:
                yield Mention("Alliance", head, end, page.text[head:end], 0.88, "league", {"kind": "youth_league"})
            continue
        found = _judged(page, span, ending)
        if found is not None:
            yield found


def _heads(page: Page) -> Iterator[tuple[int, int]]:
    """Give every ending that stands at the end of a word, the longest; bodies also amid a word."""
    seen: set[int] = set()
    for _, end, tag in page.tokens:
        if tag == "w" and page.text[end - 1] not in "）":
            continue
        for length in range(min(page.words.longest, end), 0, -1):
            if page.text[end - length : end] in page.words.endings:
                if length > 1 or page.text[end - 1] in "厂贷园城馆队":
                    seen.add(end)
                    yield end - length, end
                break
    for match in page.words.strong.finditer(page.text):
        if match.end() not in seen:
            yield match.span()


def _judged(page: Page, span: Span, ending: Ending) -> Mention | None:
    text = page.text[span.start : span.end]
    bare = text.strip("“”《》")
    if (
        bare[:1] in "该此某"
        or (bare in page.words.classes and not _own_town(page, span))
        or len(bare) > 36
        or (not span.quote and _ODD.search(bare))
    ):
        return None
    if span.quote and _COUNT.fullmatch(page.text, span.quote[1] + 1, span.head):
        return None
    if span.quote and _figure(page, span, ending):
        # 云溪市“她力量”联盟 is one of its place, “她力量”联盟 any.
        place = place_before(page, span.start) if ending.type == "Alliance" else None
        if place is None:
            return None
        span = Span(place[0], span.end, span.head, None, True)
    odd = page.tag(page.cover[span.end - 1]) in ("v", "d") and span.end - span.head <= 2
    # 某镇 + 建陶产业妇联 is a name whatever the tagger takes it for.
    if odd and not (ending.type == "Federation" and span.region):
        return None
    if text.count("（") + text.count("(") != text.count("）") + text.count(")"):
        return None
    if (
        span.quote
        and ending.type in ("Company", "Bank")
        and page.text[span.quote[1] + 1 : span.quote[1] + 2] in ("—", "-")
    ):
        after = re.compile("[—-]+").match(page.text, span.quote[1] + 1)
        span = Span(after.end() if after else span.start, span.end, span.head)
    if span.quote and ending.type in ("Alliance", "Federation", "Company") and page.text.startswith("活动", span.end):
        span = Span(span.quote[1] + 1, span.end, span.head)
    found = signs(page, span)
    confidence = judged(page, span, ending, found)
    if confidence is None:
        return None
    type_, name, kind = _called(page, span, ending)
    if ending.type in ("Alliance", "Venue", "MicroHome") and _HONOURED.search(
        page.text, max(0, span.start - 8), span.start
    ):
        return Mention("Award", span.start, span.end, name, min(confidence, 0.86), "named as an honour", {})
    rule = f"ending {ending.kind}"
    if type_ == "Federation" and (chain := chain_at(page, span.start)) and chain[-1].end == span.head:
        rule = "federation of a place"
    return Mention(type_, span.start, span.end, name, confidence, rule, properties_of(page, span, type_, kind))


# Before 镇妇联 these leave it to be that of the town told of; 各镇妇联 and 乡镇妇联 are all of them.
_OPENS = re.compile("(?:^|[，,。；;：:！？\n（(“”由与和同跟在对为向经被请让把受给使而])$")


def _own_town(page: Page, span: Span) -> bool:
    """Tell whether a bare 镇妇联 can be the one of the town that the text tells of."""
    alone = page.text[span.start : span.end] in ("镇妇联", "乡妇联", "街道妇联", "村妇联", "社区妇联")
    return alone and _OPENS.search(page.text[max(0, span.start - 1) : span.start]) is not None


def _figure(page: Page, span: Span, ending: Ending) -> bool:
    """Tell whether the quote of a name is a figure of speech and the ending no deed: “三新”妇联, “妇”字号基地."""
    assert span.quote is not None
    inner = page.text[slice(*span.quote)]
    if len(inner) < 2 or (len(inner) == 2 and inner in page.words.figures and ending.type != "Policy"):
        return True
    return inner == "妇字号" or (
        inner in page.words.figures and ending.type in ("Federation", "Venue", "Company", "MicroHome", "Alliance")
    )


def _called(page: Page, span: Span, ending: Ending) -> tuple[str, str, str]:
    """Return type, name and kind: “X”活动 is called X, “X”巾帼行动 by all of it."""
    text = page.text[span.start : span.end]
    if span.quote is None or span.quote[0] != span.start + 1:
        return ending.type, text, ending.kind
    if ending.kind == "contest" and (place := place_before(page, span.start)) is not None:
        return ending.type, page.text[place[0] : span.end], ending.kind
    inner = page.text[slice(*span.quote)]
    if ending.type in ("FinancialProduct", "Programme") and inner.endswith(("贷", "融", "贷款")):
        return "FinancialProduct", inner, "loan_brand"
    head = page.text[span.quote[1] + 1 : span.end]
    if head in page.words.rules["bare_heads"]:
        return ending.type, inner, ending.kind
    if ending.type in ("Venue", "MicroHome") and head == page.text[span.head : span.end] and head in ("平台",):
        return ending.type, inner + head, ending.kind
    return ending.type, text, ending.kind
