"""Choose sets so that most weight is covered under a budget, or everything at least cost; nothing here knows of units.

Maximal covering location (Church & ReVelle 1974) and location set covering (Toregas et al. 1971), solved by HiGHS
through scipy. A greedy choice comes first (Nemhauser, Wolsey & Fisher 1978): often it is all that can be had.
"""

import heapq
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from graphkit.analysis.units import Rows
from graphkit.engines.arrays import distinct

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Weights = npt.NDArray[np.float64]
# Problems up to so many variables are solved to the end; larger ones to within a share of the best.
EXACT, NEAR = 1_500, 5e-4
SECONDS = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Covering:
    """Sets to choose from: `sets` (sets x elements, 1 = covers), whole weights of elements, costs of sets.

    `quotas` are (rows, least): of these sets at least so many. `rank` orders sets between which nothing else decides.
    """

    sets: "csr_array"
    weights: Weights
    costs: Weights
    rank: Rows
    quotas: tuple[tuple[Rows, int], ...] = ()

    def of(self, row: int) -> Rows:
        """Return the elements of a set."""
        start, end = self.sets.indptr[row : row + 2]
        return np.asarray(self.sets.indices[start:end]).astype(np.int64)

    def times(self, rows: Iterable[int]) -> Rows:
        """Count for each element how many of some sets cover it."""
        found = np.zeros(len(self.weights), np.int64)
        for row in rows:
            found[self.of(row)] += 1
        return found

    def covered(self, rows: Iterable[int]) -> npt.NDArray[np.bool_]:
        """Tell which elements some sets cover."""
        return self.times(rows) > 0

    def gain(self, row: int, covered: npt.NDArray[np.bool_]) -> float:
        """Return the weight that a set adds to what is covered."""
        own = self.of(row)
        return float(self.weights[own[~covered[own]]].sum())

    def idle(self, row: int, times: Rows) -> bool:
        """Tell whether a set covers nothing of its own, among sets that cover elements so many times."""
        own = self.of(row)
        return not self.weights[own[times[own] == 1]].sum()

    def value(self, rows: Iterable[int]) -> float:
        """Return the weight that some sets cover."""
        return float(self.weights[self.covered(rows)].sum())

    @property
    def most(self) -> float:
        """Return the weight that all sets cover: no choice covers more."""
        return float(self.weights[distinct(self.sets.indices)].sum())


@dataclass(frozen=True, slots=True)
class Choice:
    """Sets that were chosen, and what is proven: no choice covers more than `bound` (or costs less, of all)."""

    rows: tuple[int, ...]
    bound: float


def greedy(covering: Covering, rows: Iterable[int], fits: Callable[[int], bool], done: Sequence[int] = ()) -> list[int]:
    """Choose sets by what each adds for its cost, as long as one fits and adds something.

    Lazy: what a set adds only shrinks, so that most need not be worked out again. What is `done` adds nothing.
    """
    covered, chosen = covering.covered(done), []
    heap = [(-covering.gain(row, covered) / covering.costs[row], int(covering.rank[row]), row) for row in rows]
    heapq.heapify(heap)
    while heap:
        told, rank, row = heapq.heappop(heap)
        now = -covering.gain(row, covered) / covering.costs[row]
        if now >= 0:
            continue
        if now > told and heap and (now, rank, row) > heap[0]:
            heapq.heappush(heap, (now, rank, row))
        elif fits(row):
            chosen.append(row)
            covered[covering.of(row)] = True
    return chosen


def most_covered(
    covering: Covering, budgets: Sequence[float], *, seconds: float = SECONDS, fewest: bool = True
) -> Choice | None:
    """Choose sets that cover most weight within the sum of the budgets, and of these as few as can be.

    The budgets and quotas of single years are pooled: a relaxation, so that its bound holds for every placing in years.
    Without `fewest` a large problem is spared the second question: sets that cover nothing of their own are left out,
    and that is all. None if the quotas cannot be met within the sum.
    """
    budget, model = sum(budgets), _Model(covering)
    first = _greedy_with_quotas(covering, budget)
    bound, best = covering.most, first
    if first is None or covering.value(first) < bound:
        started = time.monotonic()
        limits = [model.budget(budget), *model.quotas()]
        if model.large and first is not None:
            # The relaxation proves a bound even where the programme itself would not get that far in time.
            bound = min(bound, _whole(model.relaxed(limits, seconds=0.4 * seconds)))
            best = first = improved(covering, first, budget, seconds=0.2 * seconds)
        if first is None or covering.value(first) < (1 - NEAR * model.large) * bound:
            spent = time.monotonic() - started
            solved = model.solve(-model.weights, limits, seconds=max(0.8 * seconds - spent, 1.0))
            if solved.status == 2:
                return None
            bound = min(bound, at_most(solved))
            best = _better(covering, first, solved)
    if best is None:
        return None
    few = _fewer(model, best, budget, seconds=0.2 * seconds) if fewest or not model.large else _pruned(covering, best)
    return Choice(tuple(few), max(bound, covering.value(best)))


def improved(covering: Covering, chosen: list[int], budget: float, *, seconds: float) -> list[int]:
    """Put a better set in the place of a chosen one as long as there is one, and time: greed could not foresee it."""
    times = covering.times(chosen)
    marks = [np.isin(np.arange(len(covering.costs)), rows) for rows, _ in covering.quotas]
    kept, until, fresh = list(chosen), time.monotonic() + seconds, True
    left = budget - float(covering.costs[kept].sum())
    while fresh and time.monotonic() < until:
        fresh = False
        for row in list(kept):
            own = covering.of(row)
            times[own] -= 1
            gains = covering.sets @ (covering.weights * (times == 0))
            allowed = covering.costs <= left + covering.costs[row] + 1e-9
            for mark, (_, least) in zip(marks, covering.quotas, strict=True):
                if mark[row] and mark[kept].sum() <= least:
                    allowed &= mark
            allowed[kept] = False
            allowed[row] = True
            best = int(np.argmax(np.where(allowed, gains, -1.0)))
            if gains[best] > gains[row] + 1e-9:
                kept[kept.index(row)] = best
                left += float(covering.costs[row] - covering.costs[best])
                row, own, fresh = best, covering.of(best), True
            times[own] += 1
            if time.monotonic() > until:
                break
    return [*kept, *greedy(covering, range(len(covering.costs)), Purse(covering.costs, left).fits, kept)]


class Purse:
    """What is left to spend."""

    def __init__(self, costs: Weights, left: float) -> None:
        self.costs, self.left = costs, left

    def fits(self, row: int) -> bool:
        """Pay for a set if there is enough left."""
        if self.costs[row] > self.left + 1e-9:
            return False
        self.left -= float(self.costs[row])
        return True


def all_covered(covering: Covering, *, seconds: float = SECONDS) -> Choice:
    """Choose sets of least cost that cover all that can be covered; of these as few as can be."""
    model = _Model(covering)
    every = model.at_least(covering.most)
    solved = model.solve(model.costs, [every], seconds=0.8 * seconds)
    best = _pruned(
        covering, _better(covering, None, solved) or greedy(covering, range(len(covering.costs)), lambda _: True)
    )
    least = float(covering.costs[best].sum())
    bound = min(least, _bound(solved))
    return Choice(tuple(_fewer(model, best, least, seconds=0.2 * seconds)), bound)


def _greedy_with_quotas(covering: Covering, budget: float) -> list[int] | None:
    """Meet the quotas by what adds most for its cost, then spend the rest; None if that spends too much."""
    purse, chosen = Purse(covering.costs, budget), list[int]()
    for rows, least in covering.quotas:
        have = len(np.intersect1d(rows, chosen))
        waiting = [row for row in rows.tolist() if row not in chosen]
        waiting.sort(key=lambda row: (-covering.weights[covering.of(row)].sum() / covering.costs[row], row))
        for row in waiting[: max(least - have, 0)]:
            if not purse.fits(row):
                return None
            chosen.append(row)
    return [*chosen, *greedy(covering, range(len(covering.costs)), purse.fits, chosen)]


class _Model:
    """The mixed integer programme: a binary for each set, then how far each kind of element is covered (0 to 1).

    Elements that lie in the same sets are one kind; their weights are added.
    """

    def __init__(self, covering: Covering) -> None:
        from scipy import sparse

        columns = covering.sets.tocsc()
        kinds: dict[bytes, int] = {}
        first: list[int] = []
        weights: list[float] = []
        for element in distinct(covering.sets.indices).tolist():
            key = np.sort(columns.indices[columns.indptr[element] : columns.indptr[element + 1]]).tobytes()
            if key not in kinds:
                kinds[key] = len(first)
                first.append(element)
                weights.append(0.0)
            weights[kinds[key]] += float(covering.weights[element])
        self.covering, self.size, self.kinds = covering, len(covering.costs), len(first)
        self.weights = np.concatenate([np.zeros(self.size), weights])
        self.costs = np.concatenate([covering.costs, np.zeros(self.kinds)])
        self.count = np.concatenate([np.ones(self.size), np.zeros(self.kinds)])
        spread = 1e-3 / (1 + covering.rank.max(initial=0)) / (1 + self.size)
        self.fewest = self.count + np.concatenate([covering.rank * spread, np.zeros(self.kinds)])
        own: Any = columns[:, first].T if first else sparse.csc_array((0, self.size))
        self.links: Any = sparse.csr_array(sparse.hstack([-own, sparse.eye_array(self.kinds)]))

    def budget(self, budget: float) -> Any:
        return self._row(self.costs, -np.inf, budget)

    def at_least(self, value: float) -> Any:
        return self._row(self.weights, value - 0.5, np.inf)

    def quotas(self) -> list[Any]:
        marks = [np.isin(np.arange(self.size + self.kinds), rows).astype(float) for rows, _ in self.covering.quotas]
        return [self._row(m, n, np.inf) for m, (_, n) in zip(marks, self.covering.quotas, strict=True)]

    def _row(self, values: Weights, low: float, high: float) -> Any:
        from scipy import sparse
        from scipy.optimize import LinearConstraint

        return LinearConstraint(sparse.csr_array(values[None, :]), low, high)

    @property
    def large(self) -> bool:
        """Tell whether the programme is too large to be solved to the end."""
        return self.size + self.kinds > EXACT

    def relaxed(self, rows: list[Any], *, seconds: float) -> float:
        """Return a bound on the weight that can be covered: that of the programme without whole numbers."""
        from scipy import sparse
        from scipy.optimize import linprog

        # Each row has one end; an inner point method is many times faster here than the simplex of the programme.
        ends = [(r.A if np.isfinite(r.ub) else -r.A, r.ub if np.isfinite(r.ub) else -r.lb) for r in rows]
        table = sparse.vstack([self.links, *(part for part, _ in ends)])
        limits = np.concatenate([np.zeros(self.links.shape[0]), *(np.atleast_1d(high) for _, high in ends)])
        found = linprog(
            -self.weights,
            A_ub=table,
            b_ub=limits,
            bounds=(0, 1),
            method="highs-ipm",
            options={"time_limit": seconds},
        )
        return -float(found.fun) if found.status == 0 and found.fun is not None else np.inf

    def solve(self, aim: Weights, rows: list[Any], *, seconds: float) -> Any:
        """Minimise an aim under constraints; `x` is None if nothing was found in time."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        size = self.size + self.kinds
        share = NEAR if self.large else 0.0
        return milp(
            aim,
            integrality=self.count,
            bounds=Bounds(np.zeros(size), np.ones(size)),
            constraints=[LinearConstraint(self.links, -np.inf, 0), *rows],
            options={"time_limit": seconds, "mip_rel_gap": share},
        )


def _bound(solved: Any) -> float:
    bound = getattr(solved, "mip_dual_bound", None)
    return float(bound) if bound is not None and np.isfinite(bound) else -np.inf


def at_most(solved: Any) -> float:
    """Return the weight that no choice exceeds, by a programme that was solved for most weight."""
    return _whole(-_bound(solved))


def _whole(bound: float) -> float:
    """Weights are whole numbers, so that a bound between two of them proves the lower."""
    return float(np.floor(bound + 1e-6)) if np.isfinite(bound) else bound


def _better(covering: Covering, first: list[int] | None, solved: Any) -> list[int] | None:
    if solved.x is None:
        return first
    found = np.flatnonzero(solved.x[: len(covering.costs)] > 0.5).tolist()
    return found if first is None or covering.value(found) > covering.value(first) else first


def _fewer(model: "_Model", best: list[int], budget: float, *, seconds: float) -> list[int]:
    """Cover no less with fewer sets; of as many, with those that rank first."""
    covering = model.covering
    best = _pruned(covering, best)
    rows = [model.budget(budget), model.at_least(covering.value(best)), *model.quotas()]
    solved = model.solve(model.fewest, rows, seconds=seconds)
    if solved.x is None:
        return best
    found = _pruned(covering, np.flatnonzero(solved.x[: model.size] > 0.5).tolist())
    worse = covering.value(found) < covering.value(best) or covering.costs[found].sum() > budget + 1e-9
    return best if worse or len(found) > len(best) else found


def _pruned(covering: Covering, chosen: list[int]) -> list[int]:
    """Leave out sets that cover nothing of their own and that no quota needs, the last first."""
    times = covering.times(chosen)
    counts = [len(np.intersect1d(rows, chosen)) for rows, _ in covering.quotas]
    kept = []
    for row in reversed(chosen):
        mine = [n for n, (rows, _) in enumerate(covering.quotas) if row in rows]
        spare = all(counts[n] > covering.quotas[n][1] for n in mine)
        if spare and covering.idle(row, times):
            times[covering.of(row)] -= 1
            for n in mine:
                counts[n] -= 1
        else:
            kept.append(row)
    return kept[::-1]
