"""Regions as mentions: every step of a stacked place, areas without a code, 我市 and 全区, a bare 经开区."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import Place, joined, places


def region_mentions(page: Page) -> Iterator[Mention]:
    """Give a mention for every step of every stacked place, and for areas that have no code (长三角)."""
    taken: set[int] = set()
    for chain in places(page):
        for step, place in enumerate(chain):
            start, name = joined(page, chain, step)
            taken.update(range(place.start, place.end))
            yield _mention(page, place, start, name)
    yield from _macro(page, taken)
    yield from _zones(page, taken)
    yield from _own(page)


def _mention(page: Page, place: Place, start: int, name: str) -> Mention:
    row = page.words.codes.get(place.code or "")
    confidence = 0.95 if place.sure and row else 0.9 if place.sure else 0.86
    properties: dict[str, object] = {"level": place.level}
    if row is not None and len(row.name) > 2:
        properties["code"] = row.code
    return Mention("Region", start, place.end, name, confidence, "region", properties)


def _macro(page: Page, taken: set[int]) -> Iterator[Mention]:
    at = 0
    names = sorted(page.words.macro, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    for match in pattern.finditer(page.text):
        start, end = match.span()
        if start in taken or start < at:
            continue
        index = page.cover[start]
        if index < 0 or (page.tokens[index][0] != start and page.tag(index) not in ("LOC", "ORG", "nz")):
            continue
        at = end
        yield Mention("Region", start, end, match[0], 0.9, "macro region", {"level": "macro_region"})


_OWN = re.compile(r"(?:我|全|本)(?P<level>省|市|区|县|镇|乡|街道|州)(?![\u4e00-\u9fff]?级)")


_ZONE = re.compile(r"(?:[市县区](?=经济)经济(?:技术)?开发区|经开区|高新区)")


def _zones(page: Page, taken: set[int]) -> Iterator[Mention]:
    """Give a bare 经开区: the zone of the document's own region, where it is an actor or a place."""
    for match in _ZONE.finditer(page.text):
        start, end = match.span()
        index = page.at_start.get(start)
        if start in taken or index is None or page.tokens[index][1] != end:
            continue
        before = page.before(start)
        if before >= 0 and page.tokens[before][1] == start and page.tag(before) not in ("p", "c", "w", "v", "d", "u"):
            continue
        yield Mention("Region", start, end, match[0], 0.7, "own zone", {"level": "development_zone"})


def _own(page: Page) -> Iterator[Mention]:
    """Give 我市, 全区: the document's own region, whose name is found later."""
    for match in _OWN.finditer(page.text):
        start, end = match.span()
        first = page.cover[start]
        if page.tokens[first][0] != start or end not in page.at_end:
            continue
        if page.text[end : end + 1] in "域场民委长党政级":
            continue
        yield Mention("Region", start, end, match[0], 0.75, "own region", {})
