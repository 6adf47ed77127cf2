"""In which region a region of the text lies: by its name, its place in the text, its code."""

from bisect import bisect_right
from functools import cached_property

from graphkit.documents.items import Entity
from graphkit.documents.relations.naming import Names, folded, is_county, is_seat
from graphkit.documents.relations.scene import Scene

_TOWN = ("镇", "乡", "街道", "苏木")
_VILLAGE = ("村", "社区")
Larger = tuple[Entity, float]


class Places:
    """The regions of a scene and what of them lies in what."""

    def __init__(self, scene: Scene, names: Names) -> None:
        """Take the scene and the index of its names."""
        self.scene = scene
        self.names = names

    def larger(self, region: Entity) -> Larger | None:
        """Return the region that a region lies in and how sure that is."""
        if not is_seat(region):
            return None
        named = self.names.starting(folded(region.name), ("Region",), ok=is_seat)
        if named is not None and named is not region:
            return named, 0.9
        stacked = self._stacked(region)
        if stacked is not None:
            return stacked, 0.88
        place = self.scene.mentions[region.mentions[0]].start
        if region.name.endswith(_TOWN):
            county = _before(self._counties, place)
            return None if county is None else (county, 0.78)
        if region.name.endswith(_VILLAGE):
            town = _before(self._towns, place) or _before(self._counties, place)
            return None if town is None else (town, 0.7)
        city = self._city(region)
        return None if city is None else (city, 0.82)

    def code(self, region: Entity) -> str | None:
        """Return the administrative code that the mentions of a region carry, if it is one."""
        mentions = self.scene.mentions
        codes = {str(code) for m in region.mentions if (code := mentions[m].properties.get("code"))}
        return codes.pop() if len(codes) == 1 else None

    def _stacked(self, region: Entity) -> Entity | None:
        """Return the region written right before one of its mentions."""
        starts = (self.scene.mentions[m].start for m in region.mentions)
        return next((found for s in starts if (found := self._ends.get(s)) is not None and found is not region), None)

    def _city(self, region: Entity) -> Entity | None:
        """Return the city of the text in which a county lies by its code."""
        code = self.code(region)
        return None if code is None or code.endswith("00") else self._cities.get(code[:4])

    @cached_property
    def _regions(self) -> list[Entity]:
        return [entity for entity in self.scene.entities if entity.type == "Region"]

    @cached_property
    def _ends(self) -> dict[int, Entity]:
        return {self.scene.mentions[m].end: region for region in self._regions for m in region.mentions}

    @cached_property
    def _cities(self) -> dict[str, Entity]:
        codes = {self.code(region): region for region in self._regions}
        return {c[:4]: region for c, region in codes.items() if c and c.endswith("00") and not c.endswith("0000")}

    @cached_property
    def _towns(self) -> list[tuple[int, Entity]]:
        towns = [region for region in self._regions if region.name.endswith(_TOWN)]
        return _by_place([(self.scene.mentions[m].start, town) for town in towns for m in town.mentions])

    @cached_property
    def _counties(self) -> list[tuple[int, Entity]]:
        """Return where counties are named, alone or in the name of an organisation."""
        found: list[tuple[int, Entity]] = []
        for entity in self.scene.entities:
            county = entity
            if entity.type in ("Federation", "Agency"):
                county = self.names.starting(folded(entity.name), ("Region",), ok=is_county) or entity
            if county.type == "Region" and is_county(county) and not (self.code(county) or "").endswith("00"):
                found.extend((self.scene.mentions[m].start, county) for m in entity.mentions)
        return _by_place(found)


def _by_place(found: list[tuple[int, Entity]]) -> list[tuple[int, Entity]]:
    return sorted(found, key=lambda item: item[0])


def _before(found: list[tuple[int, Entity]], place: int) -> Entity | None:
    """Return the last one before a place, else the first of all."""
    if not found:
        return None
    return found[max(0, bisect_right(found, place, key=lambda item: item[0]) - 1)][1]
