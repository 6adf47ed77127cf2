"""Coverage, rates and continuity by the plainest reading of DEFINITIONS 1 to 6: one unit, one path, one day at a time.

Records in, plain sets out. Nothing is taken from the library but the levels of the schema: dates, quantities, places
and paths are worked out here a second time.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Any

from graphkit.schema import Schema

Record = dict[str, Any]
Days = tuple[date, date]
BODIES = ("Federation", "MicroHome")
RULES = ("direct", "base", "owner", "host", "reported")
FORMS = ("federation", "micro_home", "station")
ALWAYS, NEVER = date(1, 1, 1), date(9999, 12, 31)


def days(text: str) -> Days:
    """The first and the last day that a partial date may mean."""
    parts = [int(part) for part in text.split("-")]
    month = parts[1] if len(parts) > 1 else None
    last = parts[2] if len(parts) > 2 else monthrange(parts[0], month or 12)[1]
    return date(parts[0], month or 1, parts[2] if len(parts) > 2 else 1), date(parts[0], month or 12, last)


@dataclass(frozen=True)
class Told:
    """Two editions of one list: its nodes stand in both, an edge in those of `editions`; `said` is by edition."""

    nodes: list[Record]
    edges: list[Record]
    said: list[dict[str, tuple[str | None, str | None]]]
    dates: tuple[str, str]
    complete: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """One path from a unit to a body (None = reported), and what is sure of it."""

    rule: str
    body: str | None
    mode: str | None
    hops: int
    confidence: float
    day: int
    held: list[tuple[bool, bool, bool]]  # certain, possible, planned, of every edge and node on it
    near: bool | None = True
    single: bool = True  # the body is no counted group

    def sure(self, least: float) -> bool:
        known = self.near is True and self.single and self.confidence >= least
        return known and all(certain for certain, _, _ in self.held)

    @property
    def alive(self) -> bool:
        return all(possible or planned for _, possible, planned in self.held) and self.near is not False

    @property
    def planned(self) -> bool:
        return any(planned for _, _, planned in self.held)

    @property
    def undated(self) -> bool:
        """Whether it is in doubt (also) because it may have begun later."""
        return not self.planned and not all(certain for certain, _, _ in self.held)


class Brute:
    """What two editions say at a date (None = latest known)."""

    def __init__(self, told: Told, as_of: str | None, least: float = 0.8) -> None:
        self.told, self.least = told, least
        self.nodes = {n["name"]: n for n in told.nodes}
        self.known = [days(d)[1] for d in told.dates]
        self.asked = days(as_of) if as_of else None
        self.tier = Schema.load().levels

    # Time

    def held(self, record: Record, editions: tuple[int, ...] = (0, 1)) -> tuple[bool, bool, bool]:
        """Certain, possible and planned, by looking at every day that was asked for."""
        status = record.get("status", "actual")
        start = next((record[k] for k in ("valid_from", "established", "founded", "opened") if record.get(k)), None)
        end = days(record["valid_to"]) if record.get("valid_to") else (NEVER, NEVER)
        if self.asked is None:
            certain = possible = end[0] > max(self.known)
        else:
            first, last = self.asked
            begun = days(start) if start else (ALWAYS, min(self.known[n] for n in editions))
            every = [first + timedelta(n) for n in range((last - first).days + 1)]
            certain = all(begun[1] <= day < end[0] for day in every)
            possible = any(begun[0] <= day <= end[1] for day in every)
        return status == "actual" and certain, status == "actual" and possible, status == "planned"

    def tie(self, edge: Record) -> tuple[bool, bool, bool]:
        return self.held(edge, edge["editions"])

    def edges(self, kind: str, src: str | None = None, dst: str | None = None) -> Iterator[Record]:
        for one in self.told.edges:
            if one["type"] == kind and src in (None, one["src"]) and dst in (None, one["dst"]):
                yield one

    def type(self, name: str) -> str:
        return str(self.nodes[name]["type"])

    # Units

    def units(self, kind: str) -> list[str]:
        wanted: dict[str, Callable[[Record], bool]] = {
            "Company": lambda n: kind == "companies" or bool(n.get("leading"))
        }
        if kind == "key_points":
            wanted["Venue"] = lambda n: n.get("kind") in ("production_base", "specialised_market")
            wanted["Alliance"] = lambda n: n.get("kind") in ("association", "chamber")
        return [
            name
            for name, n in self.nodes.items()
            if n["type"] in wanted and wanted[n["type"]](n) and not n.get("group") and self.held(n)[1]
        ]

    def climb(self, name: str, kinds: tuple[str, ...], *, sure: bool = False) -> set[str]:
        """All that lies above a node over some edges; with `sure` only over what certainly leads there."""
        found: set[str] = set()
        fresh = {name}
        while fresh:
            steps = [e for here in sorted(fresh) for kind in kinds for e in self.edges(kind, src=here)]
            good = [e for e in steps if (self.tie(e)[0] and e["confidence"] >= self.least if sure else self.tie(e)[1])]
            fresh = {e["dst"] for e in good} - found
            found |= fresh
        return found

    def nested(self, name: str, units: list[str]) -> bool:
        return bool(self.climb(name, ("PART_OF",)) & (set(units) - {name}))

    # Reasons

    def bodies(self, kind: str, target: str) -> Iterator[tuple[Record, list[tuple[bool, bool, bool]]]]:
        for one in self.edges(kind, dst=target):
            if self.type(one["src"]) in BODIES:
                yield one, [self.tie(one), self.held(self.nodes[one["src"]])]

    def ways(self, unit: str) -> list[Way]:
        found = [self.joined("direct", [], e, held) for e, held in self.bodies("COVERS", unit)]
        for lies in self.edges("LOCATED_IN", src=unit):
            if self.type(lies["dst"]) == "Venue":
                found += [self.joined("base", [lies], e, held) for e, held in self.bodies("COVERS", lies["dst"])]
        for trail in self.trails([], unit, 3):
            if self.type(trail[-1]["dst"]) == "Company":
                found += [self.joined("owner", trail, e, h) for e, h in self.bodies("COVERS", trail[-1]["dst"])]
        for member in self.edges("MEMBER_OF", src=unit):
            near = self.near(unit, member["dst"])
            for e, held in self.bodies("HOSTED_BY", member["dst"]):
                found.append(self.joined("host", [member], e, held, near=near))
        return [way for way in found if way.alive] + self.reported(unit)

    def joined(
        self, rule: str, trail: list[Record], last: Record, held: list[tuple[bool, bool, bool]], *, near: Any = True
    ) -> Way:
        passed = [h for e in trail for h in (self.tie(e), self.held(self.nodes[e["dst"]]))]
        every = [*trail, last]
        return Way(
            rule,
            last["src"],
            "hosted" if rule == "host" else last["mode"],
            len(every),
            min(e["confidence"] for e in every),
            max(max(e["editions"]) for e in every),
            passed + held,
            near,
            not self.nodes[last["src"]].get("group"),
        )

    def trails(self, so_far: list[Record], here: str, left: int) -> Iterator[list[Record]]:
        """Every way up through companies and venues, never back to where it was, never over a counted group."""
        seen = {here, *(e["src"] for e in so_far)}
        for step in self.edges("PART_OF", src=here) if left else ():
            there = self.nodes[step["dst"]]
            if step["dst"] not in seen and there["type"] in ("Company", "Venue") and not there.get("group"):
                yield [*so_far, step]
                yield from self.trails([*so_far, step], step["dst"], left - 1)

    def places(self, name: str) -> set[str]:
        above = self.climb(name, ("LOCATED_IN",))
        return {place for place in above if self.type(place) == "Region"}

    def near(self, unit: str, host: str) -> bool | None:
        own, there = self.places(unit), self.places(host)
        if not own or not there:
            return None
        up = {e["dst"] for place in own for e in self.edges("PART_OF", src=place) if self.tie(e)[1]}
        return bool(there & (own | up))

    def statement(self, unit: str) -> tuple[str, str | None, int, bool] | None:
        """The newest statement at the date (value, mode, edition, timely), or the oldest later one."""
        told = [(n, *said[unit]) for n, said in enumerate(self.told.said) if said.get(unit, (None, None))[0]]
        timely = [one for one in told if self.asked is None or self.known[one[0]] <= self.asked[0]]
        for chosen in timely[-1:] or told[:1]:
            return str(chosen[1]), chosen[2], chosen[0], bool(timely)
        return None

    def reported(self, unit: str) -> list[Way]:
        said = self.statement(unit)
        if not said or said[0] != "yes":
            return []
        return [Way("reported", None, said[1], 0, 1.0, said[2], [(said[3], True, False)])]

    # Status

    def judge(self, unit: str, units: list[str]) -> Record:
        """All that DEFINITIONS 5 says of one unit; where reasons tie, every first one."""
        said, ways = self.statement(unit), self.ways(unit)
        denied = said is not None and said[3] and said[0] in ("no", "preparing")
        since, earlier = -1, False
        if denied and said:
            since, earlier = said[2], self.asked is not None and self.known[said[2]] < self.asked[0]
        standing = [w for w in ways if not denied or (w.day >= since and (not w.undated or earlier))]
        sure = sorted((w for w in standing if w.sure(self.least)), key=self.rank)
        maybe = any(not w.planned for w in standing)
        closed = self.closed(unit)
        status = "covered" if sure else "gap" if (denied or closed) and not maybe else "unknown"
        forms = [self.form(w.body) for w in sure if w.body]
        return {
            "status": status,
            "first": [w for w in sure if self.rank(w) == self.rank(sure[0])],
            "form": min(forms, key=FORMS.index, default=None),
            "backup": len({w.body for w in sure if w.body}),
            "modes": {w.mode for w in sure if w.mode},
            "preparing": status == "gap" and said is not None and said[3] and said[0] == "preparing",
            "planned": any(w.planned for w in ways),
            "closed_scope": closed,
            "nested": self.nested(unit, units),
            "conflict": denied and any(w.sure(self.least) for w in ways),
            "key_candidate": self.key_candidate(unit),
        }

    @staticmethod
    def rank(way: Way) -> tuple[int, int, float]:
        return RULES.index(way.rule), way.hops, -way.confidence

    def form(self, body: str) -> str:
        return self.nodes[body].get("form") or ("micro_home" if self.type(body) == "MicroHome" else "federation")

    def closed(self, unit: str) -> bool:
        return any(self.within(unit, scope) for scope in self.told.complete)

    def within(self, unit: str, scope: Record) -> bool:
        """Whether a unit certainly lies in a scope complete for COVERS that holds at the date."""
        if self.asked and days(scope.get("as_of") or self.told.dates[0])[1] > self.asked[0]:
            return False
        if scope["of"] != "COVERS":
            return False
        where, inside = scope["where"], True
        if "region" in where:
            places = self.climb(unit, ("LOCATED_IN",), sure=True)
            regions = [place for place in places if self.type(place) == "Region"]
            inside &= any(where["region"] in self.climb(r, ("PART_OF",), sure=True) | {r} for r in regions)
        if "chain" in where:
            parts = self.climb(unit, ("IN_INDUSTRY",), sure=True)
            inside &= any(where["chain"] in self.climb(i, ("PART_OF",), sure=True) | {i} for i in parts)
        return inside

    # Quantities

    def heads(self, unit: str) -> tuple[float, float] | None:
        """The least and the most women employees that may be meant (DEFINITIONS 1), in halves where an end is open."""
        women, bound = (self.nodes[unit].get(f"women_employees{suffix}") for suffix in ("", "_bound"))
        if women is None:
            return None
        ends = {"more_than": (women + 0.5, float("inf")), "nearly": (women * 9 / 10, women - 0.5)}
        return ends.get(
            bound or "exact", (women, women) if bound in (None, "exact") else (women * 4 / 5, women * 6 / 5)
        )

    def above(self, unit: str, threshold: float) -> bool | None:
        heads = self.heads(unit)
        return None if heads is None else True if heads[0] > threshold else False if heads[1] <= threshold else None

    def key_candidate(self, unit: str) -> str:
        told = [self.nodes[unit].get("party_organisation"), self.above(unit, 50)]
        return "no" if False in told else "unknown" if None in told else "yes"

    def band(self, unit: str) -> str | None:
        """The band that all of a head count lies in."""
        heads = self.heads(unit)
        bands = {
            "0": (-1, 0),
            "1-50": (0, 50),
            "51-100": (50, 100),
            "101-500": (100, 500),
            "> 500": (500, float("inf")),
        }
        inside = [b for b, (low, high) in bands.items() if heads and heads[0] > low and heads[1] <= high]
        return inside[0] if inside else None

    # Rows

    def rows(self, unit: str, by: str) -> set[str | None]:
        """The rows of a table that a unit falls into by itself: by place, industry, size, type or property."""
        if by in ("chain", "segment", "field"):
            found = self.climb(unit, ("IN_INDUSTRY",))
            every = {up for one in found for up in self.climb(one, ("PART_OF",)) | {one}}
            return {name for name in every if self.nodes[name].get("kind") == by} or {None}
        if by in {*self.tier, *self.tier.values()}:
            places = self.climb(unit, ("LOCATED_IN",))
            every = {up for place in places for up in self.region_above(place) | {place}}
            levels = {name: self.nodes[name].get("level") for name in every if self.type(name) == "Region"}
            wanted = {level for level, tier in self.tier.items() if by in (level, tier)}
            return {name for name, level in levels.items() if level in wanted} or {None}
        if by == "size":
            return {self.band(unit)}
        value = self.type(unit) if by == "type" else self.nodes[unit].get(by)
        return {("yes" if value else "no") if isinstance(value, bool) else value}

    def region_above(self, place: str) -> set[str]:
        return self.climb(place, ("PART_OF",)) if self.type(place) == "Region" else set()


def longest_run(order: set[tuple[str, str]], inside: set[str]) -> int:
    """The longest path of FEEDS inside a set of segments, by trying every sequence of them."""
    for size in range(len(inside), 0, -1):
        for some in permutations(sorted(inside), size):
            if all(step in order for step in pairwise(some)):
                return size
    return 0
