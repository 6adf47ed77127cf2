"""The entities of a text by their names: which begins with which, which stands in which."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from graphkit.documents.items import Entity
from graphkit.documents.relations.scene import Scene

PROVINCE = ("省", "自治区")
_SEATS = ("省", "市", "区", "县", "旗", "州", "盟", "镇", "乡", "街道", "村", "社区", "新城", "苏木")
_COUNTY = ("县", "区", "市", "旗")
_ENDING = re.compile("(?:自治县|自治州|地区|街道|[市县区州盟旗镇乡])$")
_TRADE = re.compile("(?:产业链|产业|行业)$")
_BRANCH = re.compile("(?:银行|信用社|联社)(?:股份有限公司)?(.{2,8}?)(?:分行|支行|分社)$")
_FOLD = re.compile(r"[\s“”‘’\"'《》（）()·]")


def folded(name: str) -> str:
    """Return a name without quotes, brackets and blanks, 妇女联合会 as 妇联."""
    return _FOLD.sub("", name).replace("妇女联合会", "妇联")


def is_seat(region: Entity) -> bool:
    """Say whether something can sit there: 长三角 and 某片区 are no seats."""
    return region.name.endswith(_SEATS) and not region.name.endswith("片区")


def is_county(region: Entity) -> bool:
    """Say whether a region is called like one of the county level (a city may be)."""
    return region.name.endswith(_COUNTY) and not region.name.endswith(("社区", "片区", "地区"))


def _any(_: Entity) -> bool:
    return True


class Names:
    """The entities of a scene by name and alias; everything is looked up, nothing searched through."""

    def __init__(self, scene: Scene, provinces: Sequence[str]) -> None:
        """Index the names and aliases of every entity."""
        self.scene = scene
        self._province = re.compile("^(?:" + "|".join(provinces) + ")省?")
        self._exact: dict[tuple[str, str], Entity] = {}
        self._heads: dict[tuple[str, str], list[tuple[str, Entity]]] = {}
        for entity in scene.entities:
            for name in dict.fromkeys(map(folded, (entity.name, *entity.aliases))):
                self._exact.setdefault((entity.type, name), entity)
                self._heads.setdefault((entity.type, name[:2]), []).append((name, entity))
        for names in self._heads.values():
            names.sort(key=lambda item: -len(item[0]))

    def exactly(self, name: str, kinds: tuple[str, ...]) -> Entity | None:
        """Return the entity of these types that has this name."""
        return next((self._exact[kind, name] for kind in kinds if (kind, name) in self._exact), None)

    def starting(
        self, name: str, kinds: tuple[str, ...], *, least: int = 2, ok: Callable[[Entity], bool] = _any
    ) -> Entity | None:
        """Return the entity of these types with the longest name that the name begins with, and goes on after."""
        best: tuple[int, Entity] | None = None
        for kind in kinds:
            for other, entity in self._heads.get((kind, name[:2]), ()):
                if least <= len(other) < len(name) and name.startswith(other) and ok(entity):
                    best = (len(other), entity) if best is None or len(other) > best[0] else best
                    break
        return None if best is None else best[1]

    def within(self, name: str, kind: str, *, least: int) -> Entity | None:
        """Return the entity of a type with the longest name that stands in the name."""
        for size in range(len(name) - 1, least - 1, -1):
            for start in range(len(name) - size + 1):
                found = self._exact.get((kind, name[start : start + size]))
                if found is not None:
                    return found
        return None

    def seat(self, name: str) -> Entity | None:
        """Return the region at the head of a name, also in short (曲江某银行) and below a province (广西北河某公司)."""
        found = self.starting(name, ("Region",), ok=is_seat)
        if found is not None:
            # 某区某镇妇联 sits in the town.
            rest = name[len(folded(found.name)) :] if name.startswith(folded(found.name)) else ""
            found = self.starting(rest, ("Region",), least=3, ok=is_seat) or found
        branch = _BRANCH.search(name)
        if branch is None and found is not None and not found.name.endswith(PROVINCE):
            return found
        for head in (branch[1],) if branch else (name, self._province.sub("", name)):
            for short, region in self._shorts.get(head[:2], ()):
                if head.startswith(short):
                    return region
        return found

    def bracketed(self, name: str) -> Entity | None:
        """Return the region in the brackets of a company's name: 晶石（扬州）科技有限公司."""
        found = re.search("[（(]([^（）()]{2,8})[）)]", name)
        if found is None:
            return None
        inside = folded(found[1])
        short = next((region for short, region in self._shorts.get(inside[:2], ()) if short == inside), None)
        return self.exactly(inside, ("Region",)) or short

    def trades(self, name: str) -> list[tuple[int, int, Entity]]:
        """Return the industries that stand in a name, as (start, end, industry), also without 产业 or 行业."""
        found: list[tuple[int, int, Entity]] = []
        for start in range(len(name) - 1):
            for end in range(min(len(name), start + 14), start + 1, -1):
                industry = self._trades.get(name[start:end])
                if industry is not None:
                    found.append((start, end, industry))
                    break
        return found

    @cached_property
    def _shorts(self) -> dict[str, list[tuple[str, Entity]]]:
        found: dict[str, list[tuple[str, Entity]]] = {}
        for (kind, name), region in self._exact.items():
            short = _ENDING.sub("", name)
            if kind == "Region" and len(short) >= 2 and is_seat(region) and not region.name.endswith(PROVINCE):
                found.setdefault(short[:2], []).append((short, region))
        return {head: sorted(items, key=lambda item: -len(item[0])) for head, items in found.items()}

    @cached_property
    def _trades(self) -> dict[str, Entity]:
        found: dict[str, Entity] = {}
        industries = [(name, entity) for (kind, name), entity in self._exact.items() if kind == "Industry"]
        for name, entity in industries:
            found.setdefault(name, entity)
        for name, entity in industries:
            core = _TRADE.sub("", name)
            if len(core) >= 2:
                found.setdefault(core, entity)
        return found
