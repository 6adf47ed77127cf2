"""The status of every company, by the plainest reading of the definitions.

Written without graphkit, one company at a time, so that graphkit's columns can be held against it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from county.model import Value
from county.record import Record

RULES = ("direct", "base", "owner", "host", "reported")
MIN_CONFIDENCE = 0.8
THRESHOLD = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found about one unit."""

    key: str
    name: str
    status: str
    rule: str | None
    mode: str | None
    form: str | None
    organisations: tuple[str, ...]
    preparing: bool
    planned: bool
    closed: bool
    candidate: str
    women: int | None


class Judge:
    """The record at a day, and the whole record beside it for what is only planned."""

    def __init__(self, record: Record, day: date | None) -> None:
        self.whole = record
        self.now = record.at(day)
        covers = [e for e in self.now.ties("COVERS") if _sure(e.values.get("confidence"))]
        self.covers = [(e.src, e.dst, e.values.get("mode")) for e in covers]

    def findings(self, keys: Iterable[str]) -> list[Finding]:
        """Return a finding for each unit, in the order of names."""
        return sorted((self.judge(key) for key in keys), key=lambda f: f.name)

    def companies(self) -> list[str]:
        """Return the companies that are units: no counted cohorts."""
        return [k for k, n in self.now.nodes.items() if n.type == "Company" and not n.values.get("group")]

    def key_points(self) -> list[str]:
        """Return leading companies, bases and markets, associations and chambers."""
        wanted = {"Venue": {"production_base", "specialised_market"}, "Alliance": {"association", "chamber"}}
        leading = [k for k in self.companies() if self.now.nodes[k].values.get("leading")]
        nodes = self.now.nodes.values()
        return leading + [n.key for n in nodes if n.values.get("kind") in wanted.get(n.type, set())]

    def judge(self, unit: str) -> Finding:
        """Decide one unit: covered, gap or unknown, by the first line that applies."""
        node = self.now.nodes[unit]
        reasons = self.reasons(unit)
        stated = node.values.get("federation_status")
        closed = bool(self.closed_over(unit))
        gap = stated in ("no", "preparing") or closed
        status = "covered" if reasons else "gap" if gap else "unknown"
        rule, mode, first = reasons[0] if reasons else (None, None, "")
        women = node.values.get("women_employees")
        planned = any(e.dst == unit and e.values.get("status") == "planned" for e in self.whole.ties("COVERS"))
        return Finding(
            key=unit,
            name=node.name,
            status=status,
            rule=rule,
            mode=str(mode) if mode else None,
            form=str(self.now.nodes[first].values["form"]) if first else None,
            organisations=tuple(sorted({self.now.nodes[o].name for _, _, o in reasons if o})),
            preparing=status == "gap" and stated == "preparing",
            planned=planned,
            closed=closed,
            candidate=candidate(node.values),
            women=women if isinstance(women, int) else None,
        )

    def reasons(self, unit: str) -> list[tuple[str, Value, str]]:
        """Return every certain reason as (rule, mode, organisation), in the order of the rules."""
        found: list[tuple[str, Value, str]] = [("direct", m, o) for o, what, m in self.covers if what == unit]
        bases = self._over("LOCATED_IN", unit)
        found += [("base", m, o) for o, what, m in self.covers if what in bases and self._type(what) == "Venue"]
        owners = self.owners(unit)
        found += [("owner", m, o) for o, what, m in self.covers if what in owners and self._type(what) == "Company"]
        found += [("host", "hosted", o) for o in self.hosted(unit)]
        if self.now.nodes[unit].values.get("federation_status") == "yes":
            found.append(("reported", self.now.nodes[unit].values.get("federation_mode"), ""))
        return found

    def owners(self, unit: str) -> set[str]:
        """Return what the unit is part of, one to three steps up."""
        above: set[str] = set()
        step = {unit}
        for _ in range(3):
            step = {owner for part in step for owner in self._over("PART_OF", part)}
            above |= step
        return above - {unit}

    def hosted(self, unit: str) -> list[str]:
        """Return the organisations whose host the unit is a member of, in its own region or one level above."""
        near = self.places(unit)
        near |= {above for place in near for above in self._over("PART_OF", place)}
        guests = []
        for edge in self.now.ties("HOSTED_BY"):
            bodies = self._type(edge.src) in ("Federation", "MicroHome")
            member = edge.dst in self._over("MEMBER_OF", unit)
            if bodies and member and self.places(edge.dst) & near:
                guests.append(edge.src)
        return guests

    def places(self, unit: str) -> set[str]:
        """Return the regions a unit lies in directly, or through the base it lies in."""
        found: set[str] = set()
        for where in self._over("LOCATED_IN", unit):
            found |= {where} if self._type(where) == "Region" else self.places(where)
        return found

    def regions(self, unit: str) -> set[str]:
        """Return the regions a unit lies in, with all above them."""
        found: set[str] = set()
        step = self.places(unit)
        while step - found:
            found |= step
            step = {above for place in step for above in self._over("PART_OF", place)}
        return found

    def industries(self, unit: str) -> set[str]:
        """Return the segments and chains a unit is active in, with the chains of its segments."""
        own = self._over("IN_INDUSTRY", unit)
        return own | {chain for segment in own for chain in self._over("PART_OF", segment)}

    def closed_over(self, unit: str) -> set[str]:
        """Return the complete scopes that the unit lies in."""
        return {r for r in self.regions(unit) if self.now.nodes[r].name in self.now.closed}

    def _over(self, kind: str, key: str) -> set[str]:
        return {e.dst for e in self.now.edges if e.type == kind and e.src == key}

    def _type(self, key: str) -> str:
        return self.now.nodes[key].type


def candidate(values: dict[str, Value]) -> str:
    """Tell whether a unit has a party organisation and more than 50 women: yes, no or unknown."""
    party = values.get("party_organisation")
    many = more_than(values.get("women_employees"), values.get("women_employees_bound"))
    if party is False or many is False:
        return "no"
    return "yes" if party and many else "unknown"


def more_than(value: Value, bound: Value, limit: int = THRESHOLD) -> bool | None:
    """Tell whether a bounded head count is above a limit, in tenths so that no rounding decides."""
    if not isinstance(value, int):
        return None
    line = 10 * limit
    low, high = {
        "exact": (10 * value, 10 * value),
        "more_than": (10 * value + 1, None),
        "nearly": (9 * value, 10 * value - 1),
    }.get(str(bound), (8 * value, 12 * value))
    if low > line:
        return True
    return False if high is not None and high <= line else None


def _sure(confidence: Value) -> bool:
    return not isinstance(confidence, float) or confidence >= MIN_CONFIDENCE
