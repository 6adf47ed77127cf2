"""Place chosen sets in years: under each year's budget and quotas, what adds most for its cost first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphkit.analysis.maximal_cover import SECONDS, Covering, Purse, at_most, greedy, most_covered
from graphkit.analysis.units import Rows

# Up to so many places (a set in a year) the years are part of the problem; above, they are a greedy order.
MOST_PLACES = 600


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """What each year may cost, and of which sets at least so many have to be placed by the end of each year."""

    budgets: tuple[float, ...]
    quotas: tuple[tuple[Rows, tuple[int, ...]], ...] = ()

    def pooled(self, covering: Covering) -> Covering:
        """Return the problem with all years taken together: a relaxation."""
        return replace(covering, quotas=tuple((rows, least[-1]) for rows, least in self.quotas))


@dataclass(frozen=True, slots=True)
class Schedule:
    """Sets in the order of years (`steps`: year from 0, row), and the proven bound on what can be covered."""

    steps: tuple[tuple[int, int], ...]
    bound: float

    @property
    def rows(self) -> list[int]:
        """Return the sets in their order."""
        return [row for _, row in self.steps]


def scheduled(covering: Covering, years: Years, *, seconds: float = SECONDS) -> Schedule | None:
    """Cover most weight at the end of the last year, with as few sets as can be, early years first.

    Small problems are solved year by year. For large ones the years are pooled, which proves the bound, and what is
    chosen is placed greedily: the order of the years is then good, not proven. None if the quotas cannot be met.
    """
    pooled = years.pooled(covering)
    choice = most_covered(pooled, years.budgets, seconds=seconds)
    if choice is None:
        return None
    if len(years.budgets) == 1:
        return Schedule(tuple((0, row) for row in _ordered(covering, choice.rows)), choice.bound)
    found, limit = [placed(covering, years, choice.rows)], choice.bound
    short = found[0] is None or covering.value(row for _, row in found[0]) < limit
    if short and (found[0] is None or len(covering.costs) * len(years.budgets) <= MOST_PLACES):
        exact = _by_year(covering, years, seconds=seconds)
        if exact is None and found[0] is None:
            return None
        if exact is not None:
            steps, bound = exact
            limit = min(limit, bound)
            found += [steps, placed(covering, years, [row for _, row in steps])]
    best = max((steps for steps in found if steps is not None), key=lambda steps: _worth(covering, years, steps))
    value = covering.value(row for _, row in best)
    return Schedule(_in_order(covering, best), max(limit, value))


def placed(covering: Covering, years: Years, chosen: Iterable[int]) -> tuple[tuple[int, int], ...] | None:
    """Place chosen sets in years: quotas first, then what adds most for its cost; what is left is spent on others.

    None if a year's budget is too small for its quotas in this order.
    """
    wanted, done = list(chosen), list[tuple[int, int]]()
    for year, budget in enumerate(years.budgets):
        purse = Purse(covering.costs, budget)
        rows = [row for _, row in done]
        for members, least in years.quotas:
            need = least[year] - len(np.intersect1d(members, rows))
            for row in _for_quota(covering, wanted, members, rows) if need > 0 else ():
                if need > 0 and purse.fits(row):
                    rows.append(row)
                    need -= 1
            if need > 0:
                return None
        rows += greedy(covering, wanted, purse.fits, rows)
        rows += greedy(covering, range(len(covering.costs)), purse.fits, rows)
        done += [(year, row) for row in rows[len(done) :]]
    return _without_idle(covering, years, done)


def _for_quota(covering: Covering, wanted: list[int], members: Rows, done: list[int]) -> list[int]:
    """Return the sets of a quota that are not placed: those that are chosen first, and what adds most for its cost."""
    covered, chosen = covering.covered(done), set(wanted)

    def order(row: int) -> tuple[bool, float, int]:
        return row not in chosen, -covering.gain(row, covered) / covering.costs[row], row

    return sorted(set(members.tolist()) - set(done), key=order)


def _without_idle(covering: Covering, years: Years, steps: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Leave out what covers nothing of its own at the end and is needed by no quota, the last first."""
    times = covering.times(row for _, row in steps)
    kept = list(steps)
    for step in reversed(steps):
        rest = [other for other in kept if other != step]
        if covering.idle(step[1], times) and _meets(years, rest):
            times[covering.of(step[1])] -= 1
            kept = rest
    return tuple(kept)


def _meets(years: Years, steps: Sequence[tuple[int, int]]) -> bool:
    return all(
        sum(row in members for at, row in steps if at <= year) >= least[year]
        for members, least in years.quotas
        for year in range(len(years.budgets))
    )


def _worth(covering: Covering, years: Years, steps: Sequence[tuple[int, int]]) -> tuple[float, int, float]:
    """Rank schedules: weight at the end, then fewer sets, then what is covered early."""
    until = [covering.value(row for at, row in steps if at <= year) for year in range(len(years.budgets))]
    return until[-1], -len(steps), sum(until)


def _ordered(covering: Covering, rows: Iterable[int], done: Sequence[int] = ()) -> list[int]:
    """Put sets in the order of what each adds for its cost; those that add nothing come last."""
    every = list(rows)
    first = greedy(covering, every, lambda _: True, done)
    return [*first, *(row for row in every if row not in first)]


def _in_order(covering: Covering, steps: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    done: list[tuple[int, int]] = []
    for year in sorted({year for year, _ in steps}):
        mine = [row for at, row in steps if at == year]
        done += [(year, row) for row in _ordered(covering, mine, [row for _, row in done])]
    return tuple(done)


def _by_year(covering: Covering, years: Years, *, seconds: float) -> tuple[tuple[tuple[int, int], ...], float] | None:
    """Solve the problem with a binary for each set and year; None if the quotas cannot be met year by year."""
    model = _YearModel(covering, years)
    solved = model.solve(-model.weights, [], seconds=0.7 * seconds)
    if solved.x is None:
        return None
    steps = model.steps(solved.x)
    value = covering.value(row for _, row in steps)
    again = model.solve(model.fewest, [model.at_least(value)], seconds=0.3 * seconds)
    fewer = steps if again.x is None else model.steps(again.x)
    kept = fewer if covering.value(row for _, row in fewer) >= value and len(fewer) <= len(steps) else steps
    return _without_idle(covering, years, list(kept)), at_most(solved)


class _YearModel:
    """The programme with years: `x[set, year]`, then how far each element is covered at the end."""

    def __init__(self, covering: Covering, years: Years) -> None:
        from scipy import sparse

        self.size, self.count, self.elements = len(covering.costs), len(years.budgets), len(covering.weights)
        self.places = self.size * self.count
        tail = np.zeros(self.elements)
        self.weights = np.concatenate([np.zeros(self.places), covering.weights])
        early = np.repeat(np.arange(self.count), self.size) + np.tile(covering.rank, self.count) * 1e-3
        spread = 1e-2 / (1 + early.max(initial=0)) / (1 + self.size)
        self.fewest = np.concatenate([1 + early * spread, tail])
        self.whole = np.concatenate([np.ones(self.places), tail])
        links = sparse.hstack([*[-covering.sets.T] * self.count, sparse.eye_array(self.elements)])
        once = sparse.hstack(
            [*[sparse.eye_array(self.size)] * self.count, sparse.csr_array((self.size, self.elements))]
        )
        rows = [np.zeros((0, self.places + self.elements))]
        low: list[float] = []
        high: list[float] = []
        for year, budget in enumerate(years.budgets):
            rows.append(self._row(covering.costs, [year]))
            low, high = [*low, -np.inf], [*high, budget]
            for members, least in years.quotas:
                marks = np.isin(np.arange(self.size), members).astype(float)
                rows.append(self._row(marks, range(year + 1)))
                low, high = [*low, least[year]], [*high, np.inf]
        tables: list[Any] = [sparse.csr_array(part) for part in (links, once, np.concatenate(rows))]
        self.limits = (*tables, low, high)

    def _row(self, values: Any, at: Iterable[int]) -> Any:
        row = np.zeros((1, self.places + self.elements))
        for year in at:
            row[0, year * self.size : (year + 1) * self.size] = values
        return row

    def at_least(self, value: float) -> Any:
        from scipy.optimize import LinearConstraint

        return LinearConstraint(self.weights[None, :], value - 0.5, np.inf)

    def solve(self, aim: Any, more: list[Any], *, seconds: float) -> Any:
        from scipy.optimize import Bounds, LinearConstraint, milp

        links, once, rows, low, high = self.limits
        limits = [LinearConstraint(links, -np.inf, 0), LinearConstraint(once, -np.inf, 1)]
        limits += [LinearConstraint(rows, np.array(low), np.array(high)), *more]
        ones = np.ones(len(aim))
        return milp(
            aim,
            integrality=self.whole,
            bounds=Bounds(0 * ones, ones),
            constraints=limits,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )

    def steps(self, x: Any) -> tuple[tuple[int, int], ...]:
        year, row = np.divmod(np.flatnonzero(x[: self.places] > 0.5), self.size)
        return tuple(zip(year.tolist(), row.tolist(), strict=True))
