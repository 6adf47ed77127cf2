"""The status of one unit by the plainest reading of DEFINITIONS 5: one source, one unit, one path at a time."""

from datetime import date
from typing import Any

from graphkit.values import PartialDate, Truth, in_force, kleene_and

Record = dict[str, Any]
BODIES = ("Federation", "MicroHome")


class Oracle:
    """What one source of a day states, asked at a date (None = latest known)."""

    def __init__(self, nodes: list[Record], edges: list[Record], source: str, as_of: str | None) -> None:
        self.nodes = {n["name"]: n for n in nodes}
        self.edges = edges
        self.known = PartialDate.parse(source)
        self.as_of = date.fromisoformat(as_of) if as_of else None

    def holds(self, row: Record) -> Truth:
        """Tell whether a row is actual and in force: True, None = perhaps, False."""
        if row.get("status", "actual") != "actual":
            return False
        start, end = ((PartialDate.parse(row[k]) if row.get(k) else None) for k in ("valid_from", "valid_to"))
        if self.as_of is None:
            return end is None or end.first_day > self.known.last_day
        return in_force(start, end, day=self.as_of, known_from=self.known)

    def sure(self, edge: Record) -> Truth:
        """Tell whether an edge leads on for certain; below the accepted confidence it leads on perhaps."""
        held = self.holds(edge)
        return None if held and edge.get("confidence", 1.0) < 0.8 else held

    def steps(self, kind: str, here: str, *, back: bool = False) -> list[tuple[str, Truth]]:
        near, far = ("dst", "src") if back else ("src", "dst")
        return [
            (e[far], kleene_and([self.sure(e), self.holds(self.nodes[e[far]])]))
            for e in self.edges
            if e["type"] == kind and e[near] == here
        ]

    def type(self, name: str) -> str:
        return str(self.nodes[name]["type"])

    def bodies(self, kind: str, here: str) -> list[Truth]:
        return [held for name, held in self.steps(kind, here, back=True) if self.type(name) in BODIES]

    def regions(self, name: str) -> set[str]:
        found = set()
        for place, held in self.steps("LOCATED_IN", name):
            if held is not False:
                found |= {place} if self.type(place) == "Region" else self.regions(place)
        return found

    def certain_regions(self, name: str) -> set[str]:
        kind = "PART_OF" if self.type(name) == "Region" else "LOCATED_IN"
        ups = [e for e in self.edges if e["type"] == kind and e["src"] == name]
        above = {e["dst"] for e in ups if self.sure(e)}
        return above | {r for place in above for r in self.certain_regions(place)}

    def near(self, unit: str, host: str) -> Truth:
        own, there = self.regions(unit), self.regions(host)
        if not own or not there:
            return None
        above = {up for place in own for up, held in self.steps("PART_OF", place) if held is not False}
        return bool(there & (own | above))

    def reasons(self, unit: str) -> dict[str, list[Truth]]:
        base = [
            kleene_and([held, body])
            for place, held in self.steps("LOCATED_IN", unit)
            if self.type(place) == "Venue"
            for body in self.bodies("COVERS", place)
        ]
        host = [
            kleene_and([held, self.near(unit, name), body])
            for name, held in self.steps("MEMBER_OF", unit)
            for body in self.bodies("HOSTED_BY", name)
        ]
        stated = self.nodes[unit].get("federation_status") == "yes"
        began = self.as_of is None or self.known.last_day <= self.as_of
        owner = self.owned(unit, 3, {unit}, True)
        reported = [True if began else None] if stated else []
        return {"direct": self.bodies("COVERS", unit), "base": base, "owner": owner, "host": host, "reported": reported}

    def owned(self, here: str, left: int, seen: set[str], so_far: Truth) -> list[Truth]:
        found = []
        for owner, held in self.steps("PART_OF", here) if left else []:
            if owner in seen or self.type(owner) not in ("Company", "Venue"):
                continue
            held = kleene_and([so_far, held])
            if self.type(owner) == "Company":
                found += [kleene_and([held, body]) for body in self.bodies("COVERS", owner)]
            found += self.owned(owner, left - 1, {*seen, owner}, held)
        return found

    def judge(self, unit: str, closed: str | None) -> tuple[str, str | None]:
        """Return status and first rule of a unit; `closed` names the region whose list is complete."""
        reasons = self.reasons(unit)
        first = next((rule for rule, found in reasons.items() if True in found), None)
        if first:
            return "covered", first
        perhaps = any(held is None for found in reasons.values() for held in found)
        began = self.as_of is None or self.known.last_day <= self.as_of
        said = self.nodes[unit].get("federation_status") in ("no", "preparing") and began
        # What is only perhaps in force at the very day of a no has begun after it, if it is a matter of dates.
        if said and not (perhaps and self.doubtful(unit)):
            return "gap", None
        if closed and began and closed in self.certain_regions(unit) and not perhaps:
            return "gap", None
        return "unknown", None

    def doubtful(self, unit: str) -> bool:
        """Tell whether a reason is in doubt for another cause than its dates, or the no is older than the date."""
        later = self.as_of is not None and self.known.last_day < self.as_of
        dated = Oracle(list(self.nodes.values()), [e | {"confidence": 1.0} for e in self.edges], str(self.known), None)
        dated.as_of, dated.near = self.as_of, lambda unit, host: self.near(unit, host) is not False  # type: ignore[method-assign]
        return later or any(True in found for found in dated.reasons(unit).values())
