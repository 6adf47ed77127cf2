"""Candidates and best plans by the plainest reading of DEFINITIONS 9: records in, sets and every choice tried."""

import random
from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.analysis.cases import company, edge, node

Record = dict[str, Any]
COSTS = {"own": 1.0, "party_led": 1.0, "joint": 1.0, "hosted": 0.5}
TOWNS = ("甲镇", "乙镇")


@dataclass(frozen=True)
class World:
    """Records of companies and what they lie in, belong to, are part of."""

    companies: list[Record]
    edges: list[Record]

    @property
    def records(self) -> tuple[list[Record], list[Record]]:
        places = [node("Region", town, level="town") for town in TOWNS]
        places += [node("Industry", "段一", kind="segment"), node("Industry", "段二", kind="segment")]
        places += [node("Venue", "基地", kind="production_base"), node("Alliance", "协会"), node("Federation", "妇联")]
        return [*self.companies, *places], self.edges


def world(seed: int, size: int) -> World:
    """A random small county: some companies are covered or unknown, most are gaps."""
    rng = random.Random(seed)
    names = [f"公司{number}" for number in range(size)]
    companies, edges = [], []
    for name in names:
        women = rng.choice([None, 12, 20, 40, 55, 60, 80, 120])
        bound = rng.choice([None, None, None, "about", "more_than"]) if women else None
        told = rng.choice(["no", "no", "no", "preparing", "yes", None])
        party = rng.choice([True, True, False, False, None])
        facts = {"women_employees": women, "women_employees_bound": bound, "party_organisation": party}
        companies.append(company(name, federation_status=told, **facts))
        edges += [edge("LOCATED_IN", name, rng.choice(TOWNS))] if rng.random() < 0.7 else []
        edges += [edge("IN_INDUSTRY", name, rng.choice(["段一", "段二"]))] if rng.random() < 0.6 else []
        edges += [edge("LOCATED_IN", name, "基地")] if rng.random() < 0.3 else []
        edges += [edge("MEMBER_OF", name, "协会")] if rng.random() < 0.3 else []
        owner = rng.choice(names)
        edges += [edge("PART_OF", name, owner)] if rng.random() < 0.25 and owner < name else []
    edges += [edge("LOCATED_IN", "协会", "甲镇")] if rng.random() < 0.5 else []
    edges += [edge("COVERS", "妇联", rng.choice(names), mode="own")] if rng.random() < 0.3 else []
    return World(companies, edges)


@dataclass(frozen=True)
class Option:
    """One organisation that could be founded."""

    mode: str
    units: frozenset[str]
    towns: tuple[str, ...]

    @property
    def cost(self) -> float:
        return COSTS[self.mode]


class PlanOracle:
    """Everything that DEFINITIONS 9 says about a world, one company at a time."""

    def __init__(self, told: World, gaps: set[str]) -> None:
        self.world, self.gaps = told, gaps
        self.facts = {c["name"]: c for c in told.companies}

    def at(self, kind: str, name: str) -> set[str]:
        return {e["dst"] for e in self.world.edges if e["type"] == kind and e["src"] == name}

    def above(self, name: str, steps: int = 3) -> set[str]:
        """Return the owners of a company, one to three steps up."""
        if not steps:
            return set()
        step = self.at("PART_OF", name)
        return step | {far for owner in step for far in self.above(owner, steps - 1)}

    def reached(self, founded_for: set[str]) -> frozenset[str]:
        """Return what an organisation of some units covers: these, and what is part of them."""
        return frozenset(g for g in self.gaps if g in founded_for or self.above(g) & founded_for)

    def own(self, name: str) -> bool | None:
        women, bound = self.facts[name]["women_employees"], self.facts[name]["women_employees_bound"]
        if women is None:
            return None
        low, high = {"about": (0.8 * women, 1.2 * women), "more_than": (women + 1, 1e9)}.get(bound, (women, women))
        return True if low > 50 else False if high <= 50 else None

    def options(self) -> list[Option]:
        """Return the candidates, those that are alike in units, towns and cost once."""
        found: dict[Any, Option] = {}
        for mode, some, towns in [*self._alone(), *self._groups()]:
            units = self.reached(some)
            if units:
                found.setdefault((units, towns, COSTS[mode]), Option(mode, units, towns))
        return list(found.values())

    def every(self) -> set[tuple[str, frozenset[str]]]:
        """Return mode and units of all candidates."""
        return {(mode, self.reached(some)) for mode, some, _ in [*self._alone(), *self._groups()] if self.reached(some)}

    def _towns(self, some: set[str]) -> tuple[str, ...]:
        shared = set.intersection(*(self.at("LOCATED_IN", name) & set(TOWNS) for name in some))
        return tuple(sorted(shared)) if len(shared) == 1 else ()

    def _alone(self) -> list[tuple[str, set[str], tuple[str, ...]]]:
        names = sorted(self.gaps)
        own = [("own", {n}, self._towns({n})) for n in names if self.own(n)]
        led = [("party_led", {n}, self._towns({n})) for n in names if self.facts[n]["party_organisation"]]
        return own + led

    def _groups(self) -> list[tuple[str, set[str], tuple[str, ...]]]:
        base = {g for g in self.gaps if "基地" in self.at("LOCATED_IN", g)}
        members = {g for g in self.gaps if "协会" in self.at("MEMBER_OF", g)}
        joint = [(base, self._towns(base) if base else ())]
        for owner in self.facts:
            parts = {g for g in self.gaps if owner in self.above(g)}
            at = tuple(sorted(self.at("LOCATED_IN", owner) & set(TOWNS)))
            joint.append((parts, at or (self._towns(parts) if parts else ())))
        for town, segment in product(TOWNS, ("段一", "段二")):
            lying = {g for g in self.gaps if town in self.at("LOCATED_IN", g) and segment in self.at("IN_INDUSTRY", g)}
            joint.append((lying, (town,)))
        hosted = [(base, self._towns(base) if base else ())]
        home = tuple(self.at("LOCATED_IN", "协会"))
        hosted.append((members, home or (self._towns(members) if members else ())))
        found = [("joint", some, towns) for some, towns in joint if len(some) > 1]
        return found + [("hosted", some, towns) for some, towns in hosted if some]

    def caps(self, options: list[Option], quota: int) -> dict[str, int]:
        """Return how many organisations each town can have at most, for towns that can have any."""
        found = {}
        for town in TOWNS if quota else ():
            mine = [option for option in options if town in option.towns]
            if mine:
                found[town] = min(len(mine), len(frozenset().union(*(option.units for option in mine))))
        return found

    def cheapest(self) -> float | None:
        """Try every choice that covers all gaps: the least cost; None if there is no such choice."""
        options = self.options()
        bits = {unit: 1 << n for n, unit in enumerate(sorted(self.gaps))}
        # Each option doubles the choices: without it, and with it.
        choices = [(0, 0.0)]
        for option in options:
            own = sum(bits[unit] for unit in option.units)
            choices += [(mask | own, cost + option.cost) for mask, cost in choices]
        return min((cost for mask, cost in choices if mask == (1 << len(bits)) - 1), default=None)

    def best(self, weights: dict[str, float], budgets: list[float], quota: int = 0) -> tuple[float, int] | None:
        """Try every choice of years: most weight, then fewest organisations; None if no quota can be met."""
        options = self.options()
        caps = self.caps(options, quota)
        if any(most < quota for most in caps.values()):
            return None
        bits = {unit: 1 << n for n, unit in enumerate(sorted(self.gaps))}
        masks = [sum(bits[unit] for unit in option.units) for option in options]
        value = [0.0] * (1 << len(bits))
        for mask in range(1, len(value)):
            low = mask & -mask
            unit = next(u for u, bit in bits.items() if bit == low)
            value[mask] = value[mask ^ low] + weights[unit]
        best: tuple[float, int] | None = None

        def go(at: int, mask: int, left: list[float], counts: list[dict[str, int]], chosen: int) -> None:
            nonlocal best
            if at == len(options):
                if all(self._met(counts, town, most, quota) for town, most in caps.items()):
                    found = (value[mask], -chosen)
                    best = found if best is None or found > best else best
                return
            go(at + 1, mask, left, counts, chosen)
            for year, budget in enumerate(left):
                if options[at].cost <= budget + 1e-9:
                    rest = [b - options[at].cost if y == year else b for y, b in enumerate(left)]
                    more = [dict(c) for c in counts]
                    for town in options[at].towns:
                        more[year][town] = more[year].get(town, 0) + 1
                    go(at + 1, mask | masks[at], rest, more, chosen + 1)

        go(0, 0, budgets, [{} for _ in budgets], 0)
        return best

    @staticmethod
    def _met(counts: list[dict[str, int]], town: str, most: int, quota: int) -> bool:
        until = 0
        for year, placed in enumerate(counts, 1):
            until += placed.get(town, 0)
            if until < min(quota * year, most):
                return False
        return True
