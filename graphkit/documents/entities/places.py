"""The places that a document names, and which of them 市妇联, 全市 or 市政府 can mean."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphkit.documents.entities.fitting import BARE, LEVEL, ORGANISATIONS, parts_of
from graphkit.documents.items import Mention
from graphkit.names import fold

_OFTEN = 3
_FIRST = re.compile("[、，, \u3000]")
_PREFECTURE = "州"  # a level only of names of three characters or more
_REACH, _LONGEST = 2000, 60  # characters that a paragraph is looked back through, and that a name has at most
DEICTIC = re.compile("(?:我|全|本|该)(省|市|区|县|镇|乡|村)")


@dataclass(frozen=True, slots=True)
class Places:
    """The regions that a document names, alone or in other names, by the word of their level, with how often."""

    by_level: dict[str, Counter[str]]
    full: dict[str, str]
    chains: list[tuple[int, int, str]]
    # The places of who publishes the document, by the word of their level.
    own: dict[str, str]

    @classmethod
    def of(cls, mentions: Sequence[Mention], publisher: str | None = None) -> "Places":
        by_level: dict[str, Counter[str]] = defaultdict(Counter)
        full: dict[str, str] = {}
        chains = []
        for mention in mentions:
            if DEICTIC.fullmatch(mention.name):
                continue
            regions = [place for place in parts_of(mention.name).region if place not in BARE]
            for place in regions:
                if level := LEVEL.search(place):
                    by_level[level[0]][place] += 1
            if mention.type == "Region" and len(mention.name) > 2 and mention.name.endswith(_PREFECTURE):
                by_level[_PREFECTURE][mention.name] += 1
            if regions:
                chains.append((mention.start, mention.end, regions[-1]))
            for key, spelled in _spelled(mention.name, regions[:1]):
                full[key] = max(full.get(key, ""), spelled, key=len)
        own = {
            level[0]: place
            for place in parts_of(_FIRST.split(publisher or "")[0]).region
            if (level := LEVEL.search(place))
        }
        return cls(by_level, full, sorted(chains), own)

    def completed(self, mention: Mention, text: str) -> str:
        """Return the name of a mention with the place that its bare level means, if one can be told.

        A region that stands alone is spelled as fully as in the names that it begins.
        """
        if mention.type == "Region" and (spelled := self.full.get(fold(mention.name))):
            return spelled
        pointing = DEICTIC.fullmatch(mention.name)
        if pointing:
            return self._meant(mention, pointing[1], text) or mention.name
        if mention.type not in ORGANISATIONS | {"Venue", "Programme", "Award", "Region"} or mention.properties.get(
            "group"
        ):
            return mention.name
        level = _bare_level(mention.name)
        if level is None:
            return mention.name
        place = self._beside(mention, level, text) or self._meant(mention, level, text)
        rest = mention.name.removeprefix(level)
        return place + rest if place and not rest.startswith(("级", "“", "直")) else mention.name

    def _meant(self, mention: Mention, level: str, text: str) -> str | None:
        """Return the region of a level that is meant: the one that the document speaks of, else that of the paragraph.

        A document speaks of the only one, or of the one that it names three times as often as any other. A round-up
        of several counties has no such one: there 县妇联 is that of the county told last in the paragraph.
        """
        found = self.by_level.get(level, Counter()).most_common(2)
        if len(found) > 1 and self.own.get(level) in self.by_level[level]:
            return self.full.get(self.own[level], self.own[level])
        if found and (len(found) == 1 or found[0][1] >= _OFTEN * found[1][1]):
            return self.full.get(found[0][0], found[0][0])
        earliest = max(0, mention.start - _REACH)
        paragraph = max(earliest, text.rfind("\n", earliest, mention.start))
        told = self.chains[bisect_left(self.chains, (paragraph,)) : bisect_left(self.chains, (mention.start,))]
        near = next((place for _, _, place in reversed(told) if place.endswith(level)), None)
        return self.full.get(near, near) if near else None

    def _beside(self, mention: Mention, level: str, text: str) -> str | None:
        """Return the place of the name before it in a list: 云溪市委、市政府."""
        if mention.start == 0 or text[mention.start - 1] not in "、和":
            return None
        told = self.chains[
            bisect_left(self.chains, (mention.start - _LONGEST,)) : bisect_left(self.chains, (mention.start,))
        ]
        near = [place for _, end, place in told if end == mention.start - 1 and place.endswith(level)]
        return self.full.get(near[0], near[0]) if near else None


_BARE_NAME = re.compile("([省市县区])(?:农业农村|经济开发区|经济技术开发区|经开区|高新区|开发区)")


def _bare_level(name: str) -> str | None:
    """Return the word of a level that a name begins with in the place of a region: 市 of 市妇联, 州 of 州妇联."""
    bare = _BARE_NAME.match(name)
    if bare:
        return bare[1]
    region = parts_of(name).region
    if not region:
        return _PREFECTURE if name.startswith(_PREFECTURE) else None
    return region[0] if region[0] in BARE and name.startswith(region[0]) else None


def _spelled(name: str, regions: list[str]) -> Iterator[tuple[str, str]]:
    """Return the region that a name begins with: its key, and how the name spells it."""
    for key in regions:
        spelled = next((name[:end] for end in range(len(key), len(name) + 1) if fold(name[:end]) == key), None)
        if spelled:
            yield key, spelled
