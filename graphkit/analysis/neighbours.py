"""The women's organisations nearest to a unit: of its town and segment, else of its town, its segment, else by hops."""

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.links import links
from graphkit.analysis.openings import Openings, listed, places_of
from graphkit.analysis.units import state
from graphkit.graph.evidence import names_of

# At most so many are named.
NAMED = 3
Nearest = list[tuple[str | None, str | None]]
Place = tuple[str | None, str | None]


def nearest_organisations(cov: Coverage, found: Openings) -> Nearest:
    """Return for each target the names of the nearest women's organisations, and by what they are near.

    By is town_segment, town, segment, or the number of hops; an organisation stands where it lies and where the units
    lie that it covers. Of several the one that covers most units comes first. (None, None) if there is none.
    """
    known = _by_place(cov)
    towns, segments = (listed(table) for table in (found.towns, found.segments))
    near: Nearest = []
    for unit in range(len(found.targets)):
        own, parts = towns.get(unit, []), segments.get(unit, [])
        tiers: list[tuple[str, list[Place]]] = [("town_segment", [(town, part) for town in own for part in parts])]
        tiers += [("town", [(town, None) for town in own]), ("segment", [(None, part) for part in parts])]
        first = next(((by, keys) for by, keys in tiers if any(key in known for key in keys)), None)
        near.append((None, None) if first is None else (_told(known, first[1]), first[0]))
    return _by_hops(cov, found, near)


def _told(known: dict[Place, Counter[str]], keys: Iterable[Place]) -> str:
    counts: Counter[str] = Counter()
    for key in keys:
        counts.update(known.get(key, {}))
    return "、".join(sorted(counts, key=lambda name: (-counts[name], name))[:NAMED])


def _by_place(cov: Coverage) -> dict[Place, Counter[str]]:
    """Count for each town, segment and both how many units there each organisation covers."""
    bodies = [cov.graph.table(name) for name in cov.rules.covering]
    held = [body["id"].filter(pa.array(state(body, cov.graph, cov.as_of).certain)) for body in bodies]
    bodies_held = pa.concat_arrays([chunk for ids in held for chunk in ids.chunks] or [pa.array([], pa.string())])
    sure = pc.and_(cov.reasons["certain"], cov.reasons["stands"])
    pairs = cov.reasons.filter(sure).select(["organisation", "unit"])
    pairs = pairs.filter(pc.is_in(pairs["organisation"], value_set=bodies_held))
    units = pc.unique(pairs["unit"])
    names = names_of(cov.graph, bodies_held.to_pylist())
    of_unit = [listed(places_of(cov, units, kind)) for kind in ("town", "segment")]
    at = pc.index_in(pairs["unit"], value_set=units).to_pylist()
    found: dict[Place, Counter[str]] = {}
    for body, unit in dict.fromkeys(zip(pairs["organisation"].to_pylist(), at, strict=True)):
        _count(found, names[body], *(places.get(unit, []) for places in of_unit), units=1)
    own = [listed(places_of(cov, bodies_held, kind)) for kind in ("town", "segment")]
    for number, body in enumerate(bodies_held.to_pylist()):
        _count(found, names[body], *(places.get(number, []) for places in own), units=0)
    return found


def _count(found: dict[Place, Counter[str]], name: str, towns: list[str], segments: list[str], *, units: int) -> None:
    keys: list[Place] = [(town, None) for town in towns] + [(None, segment) for segment in segments]
    for key in [*keys, *((town, segment) for town in towns for segment in segments)]:
        found.setdefault(key, Counter())[name] += units


def _by_hops(cov: Coverage, found: Openings, near: Nearest) -> Nearest:
    """Look along the links for those that neither town nor segment brings near."""
    kinds = [kind for kind in cov.rules.covering if kind in cov.rules.linkage.ends]
    if not kinds or all(by for _, by in near):
        return near
    linked = links(cov.graph, to=kinds, units=cov.units_kind, as_of=cov.as_of, rules=cov.rules).linked
    linked = linked.sort_by([("hops", "descending"), ("resource_name", "descending")])
    first = {row["unit"]: row for row in linked.select(["unit", "hops", "resource_name"]).to_pylist()}
    ids = found.targets["id"].to_pylist()
    return [
        (first[unit]["resource_name"], str(first[unit]["hops"])) if by is None and unit in first else (name, by)
        for unit, (name, by) in zip(ids, near, strict=True)
    ]
