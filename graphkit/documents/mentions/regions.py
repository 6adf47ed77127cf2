"""Where a region stands: those of the gazetteer, and the small ones (towns, zones, villages) by their endings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.documents.lexicon import RegionRow
from graphkit.documents.mentions.page import Page

_HAN = re.compile(r"[\u4e00-\u9fff]+")
# What may follow the bare name of a place: not a letter that makes it part of another word.
_SMALL = re.compile(
    r"(?:国家级?)?(?P<name>(?:[\u4e00-\u9fff]{0,6}?|[\u4e00-\u9fff]{2,8}族))(?P<ending>经济技术开发区|高新技术产业开发区|高新技术开发区|经济开发区|旅游度假区|开发区|经开区|高新区|中央商务区"
    r"|商务区|产业新区|新区|新城|片区|街道|民族乡|镇|乡|社区|村|县|市|区)"
)
_BREAK = re.compile(
    r"[以返籍回下还离入进到赴驻做靠让把给]|最美|第一|银行|网络|作家|画家|文创|电商|直播|民宿|康养|创客|艺术|之|[与和及的了在等个各是为向从对把被由于有并到该此某本这那每全区县市省]|妇联|企业|公司|组织|成立|开展|建设|推进|走进|打造|妇女|乡镇|城乡|美丽|平安|文明|示范|数字|协会|联盟|基地|活动|政府|党委|服务|教育|工作|产业"
)
_TAIL = {
    "镇": "政府党委区域级上里域长江海企",
    "乡": "村土镇亲下情愁音党贤里",
    "村": "民委里镇干两企居级社部务支医妇容",
    "社区": "居工矫",
    "街道": "办",
    "新区": "",
    "新城": "",
}


# A short name before these is that of a river, a road, a fruit: 赤水河, 中山路.
_WATERS = frozenset("源门河江湖山路街桥柚橙茶米果瓜枣梨桃菜酒糖")


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a stacked place: 某市, 某区."""

    start: int
    end: int
    name: str
    level: str
    code: str | None
    sure: bool


def place_at(page: Page, start: int) -> Place | None:
    """Return the region of the gazetteer that begins here, the longest; a short name only where it is no word."""
    words, text = page.words, page.text
    if page.cover[start] < 0:
        return None
    for name, row in words.regions.get(text[start : start + 2], ()):
        if not text.startswith(name, start):
            continue
        end = start + len(name)
        if name != row.short or row.short == row.name:
            if not _stopped(page, start, name) and _whole(page, start, end):
                return Place(start, end, name, row.level, row.code, True)
        elif not _stopped(page, start, row.name) and _short(page, start, end, row):
            return Place(start, end, name, row.level, row.code, False)
    return None


def _stopped(page: Page, start: int, name: str) -> bool:
    """Tell whether a full name is a link and a word (和 + 县妇联), unless a larger region stands before it."""
    return name in page.words.stop_full and page.text[max(0, start - 1) : start] not in ("市", "省", "州")


def _whole(page: Page, start: int, end: int) -> bool:
    """Tell whether the words of the tagger allow a full name here: it does not begin or end amid a common word."""
    first, last = page.cover[start], page.cover[end - 1]
    proper = ("LOC", "ORG", "PER", "nz", "nw")
    begins = page.tokens[first][0] == start or page.tag(first) in proper or _split(page, start, end)
    ends = page.tokens[last][1] == end or page.tag(last) in proper or page.tokens[last][0] < end - 1
    return begins and ends


def _split(page: Page, start: int, end: int) -> bool:
    """Tell whether a full name lost its first characters to the verb before it: 联合定 + 西市总工会."""
    last = page.cover[end - 1]
    return end - start >= 3 and start < page.tokens[last][0] < end and page.tag(last) in ("ORG", "LOC")


def _short(page: Page, start: int, end: int, row: RegionRow) -> bool:
    index = page.cover[start]
    first, last, tag = page.tokens[index]
    follows = page.text[end : end + 1]
    if last > end and (follows in _WATERS or (follows in "大学院店楼" and not row.code.endswith("00"))):
        return False
    if follows and follows in "县市区州旗" and not row.name.startswith(row.short + follows):
        return False
    if page.text[start:end] in page.words.stop_short:
        return (first, last) == (start, end) and tag == "LOC" and row.code.endswith("00")
    if first == start and last == end:
        return tag in ("LOC", "ORG", "nz", "nw") or (tag == "n" and row.code.endswith("00"))
    if tag not in ("LOC", "ORG") or first > start:
        return False
    return first == start or row.code.endswith("00")


def small_at(page: Page, start: int, *, after: bool) -> Place | None:
    """Return the town, zone or village whose name begins here; `after`: directly behind a larger region."""
    match = _SMALL.match(page.text, start, start + 14)
    if match is None:
        return None
    name, ending = match["name"], match["ending"]
    whole = match[0]
    end = match.end()
    if _BREAK.search(name) or not page.words.small.get(ending):
        return None
    if whole in page.words.small_generic and not (
        after and len(ending) > 1 and not name and ending not in ("街道", "社区", "片区")
    ):
        return None
    if whole.endswith(("农村", "乡村")) or whole in ("山村", "小山村") or (len(name) == 1 and not after):
        return None
    if name and name[-1] in "各每全本该新小" and ending in ("村", "镇", "乡"):
        return None
    if ending in ("县", "市", "区") and not _seat(page, start, end, name):
        return None
    if not name and not (after and len(ending) >= 2 and ending not in ("街道", "社区", "片区")):
        return None
    follows = page.text[end : end + 1]
    organ = (ending == "村" and follows in "委妇民") or (follows in "政党" and len(name) >= 2)
    if follows and follows in _TAIL.get(ending, "") and not organ:
        return None
    if follows == "区" and ending == "社":
        return None
    if not after and not _proper_small(page, start, end, ending):
        return None
    if after and ending in ("村", "乡", "镇") and not 1 <= len(name) <= 4:
        return None
    return Place(start, end, whole, page.words.small[ending], None, True)


# Before 区 and 市 these make a common word: 园区, 城市.
_COMMON = frozenset("社园片城郊山地辖景校小库牧灾林矿街工发新厂港湖夜都集股楼超门闹汽商菜花早大专特老")


def _seat(page: Page, start: int, end: int, name: str) -> bool:
    """Tell whether a county, city or district that the gazetteer has not stands here, by the tagger's word."""
    first, last, tag = page.tokens[page.cover[start]]
    whole = first == start and last >= end and tag in ("LOC", "ORG")
    if name[:2] in page.words.leading or name[:2] in page.words.links or name in page.words.plain:
        return False
    return whole and 2 <= len(name) <= 3 and name[-1] not in _COMMON and page.text[end : end + 1] not in "域级长场"


def _proper_small(page: Page, start: int, end: int, ending: str) -> bool:
    """Tell whether the tagger takes a small region for a place, or at least for nothing else."""
    tokens = [page.tokens[index] for index in page.inside(start, end)]
    if not tokens or tokens[0][0] != start:
        return False
    if tokens[0][2] in ("LOC", "ORG") and (tokens[0][1] >= end or len(tokens) <= 2):
        return tokens[-1][1] <= end or tokens[-1][2] == "ORG"
    if tokens[-1][1] != end or len(tokens) > 3 or end - start > 6:
        return False
    odd = any(tag in ("LOC", "nz", "PER", "nw") for _, _, tag in tokens)
    return odd and all(tag in ("LOC", "nz", "PER", "nw", "n", "a", "f", "m", "ORG") for _, _, tag in tokens)


def chain_at(page: Page, start: int) -> list[Place]:
    """Return the stacked places that begin here, the larger first: 某市, 某区."""
    known = page.chains.get(start)
    if known is None:
        known = page.chains[start] = _chain(page, start)
    return known


def _chain(page: Page, start: int) -> list[Place]:
    found: list[Place] = []
    at = start
    while at < len(page.text):
        place = place_at(page, at)
        if found and place is not None and not _below(place, found[-1]):
            place = None
        if place is not None and not place.sure:
            # A short name directly before a zone: 丽水 + 经开区.
            lower = place_at(page, place.end) if place.end < len(page.text) else None
            small = small_at(page, place.end, after=True)
            if small is not None and not (lower is not None and lower.sure and _below(lower, place)):
                found += [place, small]
                at = small.end
                continue
            town = _town(page, place)
            if town is not None:
                found.append(town)
                at = town.end
                continue
        if place is None:
            place = small_at(page, at, after=bool(found))
        if place is None:
            break
        found.append(place)
        at = place.end
    return found


_TOWN = re.compile(r"(?P<ending>镇|乡|街道)|(?![区县市省])[\u4e00-\u9fff](?P<ending2>镇|街道|社区)")


def _town(page: Page, place: Place) -> Place | None:
    """Return the town that bears a county's short name: 绥阳 + 镇."""
    match = _TOWN.match(page.text, place.end)
    if match is None or page.text[match.end() : match.end() + 1] in ("政", "村", "街"):
        return None
    level = page.words.small[match["ending"] or match["ending2"]]
    return Place(place.start, match.end(), page.text[place.start : match.end()], level, None, True)


def _below(place: Place, upper: Place) -> bool:
    if place.code is None or upper.code is None:
        return place.code is None
    kept = upper.code.rstrip("0")
    kept += "0" * (len(kept) % 2)
    return place.code != upper.code and place.code.startswith(kept)


def joined(page: Page, chain: list[Place], step: int) -> tuple[int, str]:
    """Return where the name of a step begins and its name: a district or zone carries its city, a town does not."""
    place = chain[step]
    if step and (
        place.name in page.words.small
        or place.level in ("district", "development_zone", "new_area", "business_district")
    ):
        upper = chain[step - 1]
        if (
            place.code
            and place.level == "district"
            and not upper.sure
            and (row := page.words.codes.get(upper.code or ""))
        ):
            return upper.start, row.name + place.name
        if upper.level in ("city", "municipality", "province", "county", "district", "county_city"):
            return upper.start, page.text[upper.start : place.end]
    return place.start, place.name


def place_before(page: Page, end: int) -> tuple[int, str] | None:
    """Return where the stacked place that ends here begins, and the level of its last step."""
    for length in range(2, min(24, end) + 1):
        begin = end - length
        if page.text[begin] in "\n。，、；：”》）":
            return None
        chain = whole_chain(page, begin)
        if chain:
            step = next((place for place in chain if place.end == end), None)
            return (chain[0].start, step.level) if step else None
    return None


def whole_chain(page: Page, place: int) -> list[Place]:
    """Return the stacked place that a character belongs to."""
    if not page.stacked:
        page.stacked[-1] = []
        for chain in places(page):
            page.stacked.update(dict.fromkeys(range(chain[0].start, chain[-1].end), chain))
    return page.stacked.get(place, [])


def places(page: Page) -> Iterator[list[Place]]:
    """Give every stacked place of a page, left to right."""
    at = 0
    starts = _starts(page)
    for start in starts:
        if start < at:
            continue
        chain = chain_at(page, start)
        if chain:
            yield chain
            at = chain[-1].end


def _starts(page: Page) -> list[int]:
    """Return where a region may begin: at every word, and inside what the tagger calls a name."""
    found: list[int] = []
    for start, end, tag in page.tokens:
        if tag in ("ORG", "LOC", "nz", "nw", "PER"):
            # One or two characters of a name may have gone to the word before.
            low = (
                start - 2
                if tag in ("ORG", "LOC") and start >= 2 and page.text[start - 1] not in "\n，。、；：“”"
                else start
            )
            found.extend(range(max(low, found[-1] + 1 if found else 0), end))
        elif tag not in ("w", "u", "p", "c"):
            found.append(start)
    return found
