"""Counted groups: 9家银行, 7名女企业家, 产业妇联12个 name nobody, but take part in what is told."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at

_NUMBER = re.compile(
    r"(?P<near>近|约|超过|逾|超)?(?P<count>(?<!\d)\d{1,9}|[二两三四五六七八九十百]{1,5})[ ]?(?P<more>余|多)?"
    r"[ ]?(?P<unit>名|位|家|个|所|支)(?P<more2>余|多)?"
)
_UNITS = "名位家个所支户人"
_POST = re.compile(
    r"(?P<near>近|约|超过|逾|超)?(?P<count>(?<!\d)\d{1,9})[ ]?(?P<more>余|多)?[ ]?(?P<unit>名|位|家|个|所|支|人)(?!次)"
)
_ACT = re.compile(
    r"(?:为|向|给|对|帮助|带动|吸纳|培训|惠及|扶持|服务|组织|吸收|邀请|协调|联合|资助|支持|培养|培育|发放|提供|帮扶|带着|带领|表彰|评选|选出|汇聚|由|共有|有|与|和|聘请|选聘|签约|走访|免费|建成|成立|组建|覆盖|已建)[^，。；！？]{0,14}$"
)


_FROM = re.compile(
    r"(?P<near>近|约|超过)?(?P<count>(?<!\d)\d{1,9})(?P<more>余|多)?(?P<unit>名|位)(?:来自|从事|返乡|参与)[^，。；！？\n]{2,30}?的"
    r"(?P<noun>女[\u4e00-\u9fff]{2,6}?(?:家|者|员|人|工|师|手|主播|骨干|代表))"
)


_COVERED = re.compile("(?:覆盖|涵盖|联合|整合|吸纳|串联|联结)(?:了|起)?[^，。；、]{0,6}$")
_ITS_WOMEN = re.compile("的(?:支持|女|妇|全体女|[0-9]+(?:余|多)?名)")
# Of these a group is worth a look even where nothing is said to be done with it.
_WHO = frozenset(("Person", "Company", "Bank"))


def group_mentions(page: Page) -> Iterator[Mention]:
    """Give counted persons and organisations that a text describes; a bare count or a count of acts is none."""
    for match in _NUMBER.finditer(page.text):
        found = _counted(page, match)
        if found is not None:
            yield found
    for match in _FROM.finditer(page.text):
        noun = match["noun"]
        type_ = _type(page, noun)
        count = _count(match["count"])
        if (
            type_ == "Person"
            and count > 1
            and noun not in page.words.rules["bare_groups"]
            and match.end() in page.at_end
        ):
            name = f"{match['count']}{match['unit']}{noun}"
            yield Mention(type_, match.start(), match.end(), name, 0.66, "counted group from", _group(match, count))
    for match in _POST.finditer(page.text):
        found = _listed(page, match)
        if found is not None:
            yield found


def _counted(page: Page, match: re.Match[str]) -> Mention | None:
    start, end = match.start(), match.end()
    count = _count(match["count"])
    if count < 2 or (start and page.text[start - 1] in "第几数.·0123456789一二三四五六七八九十百千万"):
        return None
    last = _noun_end(page, end)
    if last == end and match["unit"] in "名位":
        last = _people_end(page, end)
    noun = page.text[end:last]
    type_ = _type(page, noun) or ("Person" if match["unit"] in "名位" and len(noun) > 2 else None)
    if (
        type_ is None
        or noun in page.words.rules["bare_groups"]
        or (page.text[last : last + 1] in "的" and not (type_ == "Company" and _ITS_WOMEN.match(page.text, last)))
    ):
        return None
    name = re.sub(r"\s", "", page.text[start:last])
    acts = bool(_ACT.search(page.text[max(0, start - 18) : start]))
    described = (
        len(noun) > 2
        or page.text.startswith("组成", last)
        or (acts and match["unit"] in "名位" and len(noun) > 1)
        or (type_ == "Company" and _COVERED.search(page.text[max(0, start - 12) : start]) is not None)
        or (page.text[start - 1 : start] == "等" and type_ == "Company")
        or type_ in ("Bank", "Federation", "MicroHome")
    )
    if not described:
        return None
    confidence = 0.72 if acts else 0.56 if type_ in _WHO else 0.52
    return Mention(type_, start, last, name, confidence, "counted group", _group(match, count))


def _noun_end(page: Page, start: int) -> int:
    """Return where the noun behind a number ends."""
    at, kept = start, start
    while at < len(page.text) and at - start < 16:
        index = page.at_start.get(at)
        if index is None:
            break
        tag = page.tag(index)
        word = page.word(index)
        if (
            tag not in ("n", "nz", "a", "vn", "an", "s", "f", "v", "ORG")
            or word in page.words.links
            or (tag == "v" and word not in page.words.inside and word not in page.words.rules["counted_states"])
        ):
            break
        at = page.tokens[index][1]
        if any(word.endswith(heads) for _, heads in page.words.counted):
            kept = at
    return kept


def _people_end(page: Page, start: int) -> int:
    """Return where the nouns behind 名 or 位 end, which count people whoever they are: 3位女博士, 6名高级育婴师."""
    at = start
    while at < len(page.text) and at - start < 8:
        index = page.at_start.get(at)
        if index is None or page.tag(index) not in ("n", "nz", "a") or page.word(index) in page.words.links:
            break
        at = page.tokens[index][1]
    return at if page.text[start:at].endswith(_OF_PEOPLE) else start


# What a word for people ends with.
_OF_PEOPLE = tuple("士员工者师家生手友民官医星任长娘嫂婆姐妹妈母兵友星客商农匠人")


def _listed(page: Page, match: re.Match[str]) -> Mention | None:
    """Give a group whose number stands behind: 产业妇联12个, 参训妇女612人."""
    start, end = match.start(), match.end()
    index = page.before(start)
    if index < 0 or page.tokens[index][1] != start or page.text[end : end + 1] in "次元":
        return None
    begin = start
    while index >= 0 and page.tokens[index][1] == begin and start - begin < 12:
        tag, word = page.tag(index), page.word(index)
        if (
            tag not in ("n", "nz", "a", "vn", "ORG", "v")
            or word in page.words.triggers
            or (tag == "v" and word not in page.words.rules["counted_states"] and not word.endswith("妇联"))
        ):
            break
        begin = page.tokens[index][0]
        index -= 1
    noun = page.text[begin:start]
    type_ = _type(page, noun)
    noun = re.sub(r"^(?:相关|各类|有关)", "", noun)
    noun = re.sub(r"^(?:园区|全县|全市|全镇|企业|基地|车间|村内|社区)(?=女)", "", noun)
    acts = bool(
        re.search(
            r"(?:资助|培训|帮助|吸纳|带动|扶持|服务|救助|帮扶|慰问|招收|招聘|安置|选派|聘请|吸引|惠及|凝聚)[\u4e00-\u9fff]{0,3}$",
            page.text[max(0, begin - 5) : begin + len(page.text[begin:start]) - len(noun)],
        )
    )
    if (
        type_ is None
        or noun in page.words.rules["bare_groups"]
        or (len(noun) < 4 and not (acts and noun.startswith("女")))
        or _count(match["count"]) < 2
    ):
        return None
    if match["unit"] in "人名位" and type_ != "Person":
        return None
    if type_ in ("Federation", "MicroHome") and chain_at(page, begin):
        return None  # 某县妇联12家: the firms are counted, not the federation
    count = _count(match["count"])
    name = f"{match['count']}{match['unit'] if match['unit'] != '人' else '名'}{noun}"
    confidence = 0.7 if type_ in ("Federation", "MicroHome", "Bank") else 0.64 if acts else 0.45
    return Mention(type_, begin, end, name, confidence, "counted group behind", _group(match, count))


def _type(page: Page, noun: str) -> str | None:
    return next((type_ for type_, heads in page.words.counted if noun.endswith(heads)), None)


_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    total, current = 0, 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        else:
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
    return total + current


def _group(match: re.Match[str], count: int) -> dict[str, object]:
    more = match["more"] or (match.groupdict().get("more2"))
    bound = (
        "more_than"
        if more or match["near"] in ("超过", "逾", "超")
        else {"近": "nearly", "约": "about"}.get(match["near"] or "", "exact")
    )
    return {"group": True, "count": count, "count_bound": bound}
