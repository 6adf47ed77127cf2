"""Persons: a surname, and a title, an organisation or a word of saying beside the name."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.words import Words, alternation

_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?")
_MADAM = re.compile(r"(?:女士|大姐|阿姨)")
_SHE = re.compile(r"[^。！？\n]{0,30}她")
_STRICT_AFTER = re.compile(
    r"(?:说|介绍|表示|告诉|回忆|坦言|认为|率|带领|带着|出席|主持|致辞|讲话|获|荣获|创办|创立|成立|任|担任|是|的|在|，|、|（|作为|等|为|向|与|和|带|从|一直|用|凭借|当选|被|同志|博士|教授|老师|女士|先生|通过|返乡|回乡|介绍说|也|就|于|自|曾|今年|感慨|。|；|则|却|还|笑|把|拿|借|添|办|上|从)"
)


def person_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every named person; by-lines and authors of doctrine are left out."""
    words = page.words.lexicon
    titles = frozenset(
        word for key in ("chief", "deputy", "member", "founder", "staff") for word in words.words("people", key)
    )
    surnames = frozenset(words.words("people", "surnames"))
    doctrine = frozenset(words.words("people", "doctrine"))
    byline = re.compile(f"(?<!工)(?:{alternation(words.words('people', 'byline'))})[\\s:：／/|]*$")
    sure: dict[str, float] = {}
    found: list[Mention] = []
    for start, end, tag in page.tokens:
        if tag != "PER":
            continue
        for mention in _tagged(page, start, end, surnames, titles):
            if mention.name in doctrine or byline.search(page.text, max(0, mention.start - 8), mention.start):
                continue
            if _in_byline(page, mention.start, byline):
                continue
            sure[mention.name] = max(sure.get(mention.name, 0), mention.confidence)
            found.append(mention)
    found += list(_titled(page, titles, surnames, {(one.start, one.end) for one in found}, doctrine))
    for mention in found:
        best = max(sure.get(mention.name, 0), mention.confidence)
        yield Mention("Person", mention.start, mention.end, mention.name, best, mention.rule, mention.properties)


def _in_byline(page: Page, start: int, byline: re.Pattern[str]) -> bool:
    """Tell whether a name stands in a list of names behind 记者 or 通讯员."""
    before = page.text[max(0, start - 30) : start]
    tail = re.split(r"[。；！？\n]", before)[-1]
    names = re.split(r"(?:记者|通讯员|编辑|审核|撰稿|供稿|责编|摄影|(?<!工)作者)[\s:：/／|]*", tail)
    return (
        len(names) > 1 and re.fullmatch(r"[\s、/／|]*(?:[\u4e00-\u9fff]{2,4}[\s、/／|]+){0,4}", names[-1]) is not None
    )


def _tagged(page: Page, start: int, end: int, surnames: frozenset[str], titles: frozenset[str]) -> Iterator[Mention]:
    name = page.text[start:end]
    if (
        len(name) >= 3
        and name[-1] in "任担当兼"
        and ((name[-1] in "任兼" and _title_after(page, end, titles)) or page.text[end : end + 1] in "任选")
    ):
        end, name = end - 1, name[:-1]
    if not _HAN.fullmatch(name) or not _has_surname(name, surnames):
        return
    if (
        name in page.words.region_names
        or name[0] == "小"
        or name[-1] in "讯报姐嫂妈哥总姨婶婆叔伯爷奶"
        or (len(name) > 3 and "·" not in name and name[:2] not in surnames)
    ):
        return
    before, after = _title_before(page, start, titles), _title_after(page, end, titles)
    if end - start == 2 and (third := _third(page, end)):
        end, name = end + 1, name + third
    confidence = (
        0.93 if before else 0.9 if after or _speaks(page, end) else 0.76 if _STRICT_AFTER.match(page.text, end) else 0.5
    )
    yield Mention("Person", start, end, name, confidence, "tagged person", _person(page, end, before, after))


def _third(page: Page, end: int) -> str:
    """Return the last character of a name that the tagger gave to 当选 or 担任 behind it: 郭某相 + 当选."""
    return (
        page.text[end]
        if re.match(r"[^担当任兼\W](?:当选|担任|任|说|介绍)", page.text[end : end + 3]) and _crossed(page, end)
        else ""
    )


def _crossed(page: Page, end: int) -> bool:
    index = page.at_start.get(end)
    return index is not None and page.tokens[index][1] > end + 1 and page.text[end + 1 : end + 2] in "当担任说介"


def _speaks(page: Page, end: int) -> bool:
    """Tell whether a verb, or a word before one, stands behind a name."""
    index = page.at_start.get(end)
    if index is None or page.tag(index) not in ("v", "d", "p", "vd", "ad"):
        return False
    word = page.word(index)
    return page.tag(index) != "v" or (len(word) > 1 and word != "巾帼") or word in _VERBS


# Verbs of one character that a person may do; any other makes the name half of a longer word.
_VERBS = frozenset("说讲称为任获率带是有把让作笑还正用靠办开种养学教当想见听看给")


def _has_surname(name: str, surnames: frozenset[str]) -> bool:
    return name[0] in surnames or name[:2] in surnames or "·" in name


def _title_before(page: Page, start: int, titles: frozenset[str]) -> str:
    for length in range(8, 1, -1):
        if start >= length and page.text[start - length : start] in titles:
            return page.text[start - length : start]
    return ""


def _title_after(page: Page, end: int, titles: frozenset[str]) -> str:
    for length in range(6, 1, -1):
        if page.text[end : end + length] in titles:
            return page.text[end : end + length]
    return ""


def _person(page: Page, end: int, before: str, after: str) -> dict[str, object]:
    properties: dict[str, object] = {}
    if before:
        properties["role"] = before
    if after in ("博士", "教授", "院士", "老师", "女士", "先生"):
        properties["honorific"] = after
    if (
        before.startswith("女")
        or before in ("绣娘", "宝妈", "致富女能手")
        or _MADAM.match(page.text, end)
        or _SHE.match(page.text, end)
    ):
        properties["gender"] = "F"
    return properties


def _titled(
    page: Page, titles: frozenset[str], surnames: frozenset[str], seen: set[tuple[int, int]], doctrine: frozenset[str]
) -> Iterator[Mention]:
    """Give names that the tagger missed but a title holds: 联盟主席周某某任 ..."""
    taken = {place for start, end in seen for place in range(start, end)}
    words = page.words.lexicon
    leading = {word for key in ("chief", "deputy", "founder", "member") for word in words.words("people", key)} - {
        "成员",
        "会员",
        "代表",
        "委员",
    }
    leading |= {word for word in words.words("people", "staff") if len(word) >= 3} | {"干部"}
    plain = frozenset(word for word in words.words("people", "staff") if len(word) == 2) - leading
    pattern = re.compile(f"(?:{alternation(tuple(leading | plain))})")
    yield from _joined(page, titles, surnames, taken)
    yield from _listed(page, surnames, seen)
    for match in pattern.finditer(page.text):
        start = match.end()
        if start in taken or start >= len(page.text):
            continue
        surname = 2 if page.text[start : start + 2] in surnames else 1 if page.text[start] in surnames else 0
        if page.text[start] in _SELDOM:
            continue
        for given in (2, 1):
            end = start + surname + given
            name = page.text[start:end]
            if not surname or len(name) < surname + given or not _HAN.fullmatch(name) or name[-1] in "兼任担当为等是说":
                continue
            tokens = list(page.inside(start, end))
            whole = page.tokens[tokens[0]][0] == start and page.tokens[tokens[-1]][1] == end
            odd = len(tokens) > 1 or page.tag(tokens[0]) in ("nz", "nw", "ORG", "LOC", "v")
            if match[0] in plain and not (given == 2 and _TOLD.match(page.text, end)):
                continue
            if (
                whole
                and odd
                and name not in doctrine
                and (
                    _clean_name(page, tokens[1:] if _lone(page, tokens) else tokens, page.words)
                    or _APPOINTED.match(page.text, end)
                )
                and (_STRICT_AFTER.match(page.text, end) or _speaks(page, end))
            ):
                yield Mention("Person", start, end, name, 0.8, "titled person", {"role": match[0]})
                break


_AFTER_LIST = re.compile(r"(?:分别)?(?:任|当选|为|担任|等|一行|出席|参加|先后|[、，。和])")


def _listed(page: Page, surnames: frozenset[str], seen: set[tuple[int, int]]) -> Iterator[Mention]:
    """Give the names that a list joins to a known one and the tagger missed: 甲某某、乙某某任副主席."""
    starts = {start for start, _ in seen}
    for _, end in sorted(seen):
        start = end + 1
        if page.text[end : end + 1] not in ("、", "和") or start in starts or start >= len(page.text):
            continue
        for size in (3, 2):
            name = page.text[start : start + size]
            if _HAN.fullmatch(name) and _has_surname(name, surnames) and _AFTER_LIST.match(page.text, start + size):
                tokens = list(page.inside(start, start + size))
                if page.tag(tokens[0]) == "p" and len(page.word(tokens[0])) == 1 and size == 3:
                    tokens = tokens[1:]
                if _clean_name(page, tokens, page.words) and start in page.at_start:
                    yield Mention("Person", start, start + size, name, 0.8, "listed person", {})
                    break


def _joined(page: Page, titles: frozenset[str], surnames: frozenset[str], taken: set[int]) -> Iterator[Mention]:
    """Give a name that the tagger made one word with the title behind it: 周某某政协委员 as a body."""
    for start, end, tag in page.tokens:
        word = page.text[start:end]
        if tag not in ("ORG", "LOC", "nz", "n", "nw") or not 4 <= len(word) <= 12 or start in taken:
            continue
        for size in (3, 2):
            rest = page.text[start + size : start + 12]
            title = next((rest[:length] for length in range(min(6, len(rest)), 1, -1) if rest[:length] in titles), "")
            if len(title) >= 4 and _has_surname(word[:size], surnames) and word[:size] not in page.words.region_names:
                yield Mention("Person", start, start + size, word[:size], 0.8, "titled person", {"role": title})
                break


# Surnames that are a verb or a particle far more often.
_SELDOM = frozenset("揭呼居干信展闭由奉利平计封谈查区户门闻满练那来和但位")
_TOLD = re.compile(r"说|介绍|告诉|表示|高兴|坦言|笑|回忆|感慨|家(?![\u4e00-\u9fff]{0,2}庭)|今年|正在")
_APPOINTED = re.compile(r"(?:任|担任|当选|兼任)")


def _lone(page: Page, tokens: list[int]) -> bool:
    """Tell whether a name's surname is a word of its own: 曾 + 小兰."""
    return len(tokens) > 1 and len(page.word(tokens[0])) == 1 and page.tag(tokens[0]) in ("d", "v", "a", "n", "p")


def _clean_name(page: Page, tokens: list[int], words: Words) -> bool:
    """Tell whether none of a name's words is one of doing, linking or place."""
    return not any(
        page.tag(index) in ("p", "c", "u", "w", "r", "q")
        or page.word(index) in words.leading
        or page.word(index) in words.region_names
        for index in tokens
    )
