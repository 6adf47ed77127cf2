"""Plan: which organisations to found in which year, so that most gaps are closed with the tasks there are.

Maximal covering location (Church & ReVelle 1974) under yearly budgets and quotas of towns, and least-cost full cover
(Toregas et al. 1971), over the candidates of DEFINITIONS 9. `recount` counts a plan by the coverage code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.candidates import Candidates, candidates
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.maximal_cover import SECONDS, Covering, Weights, all_covered
from graphkit.analysis.openings import MODES
from graphkit.analysis.schedule import Schedule, Years, placed, scheduled
from graphkit.analysis.units import Rows, codes_of
from graphkit.errors import PlanError
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import TEXT, TEXTS, Graph, frame
from graphkit.schema import Language

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = ("count", "women_employees", "key_candidates")
STEPS = pa.schema(
    [("year", pa.int64()), ("order", pa.int64())]
    + [(name, TEXT) for name in ("candidate", "mode", "around", "host", "host_name", "segment", "town")]
    + [("cost", pa.float64()), ("units", TEXTS), ("names", TEXTS)]
    + [(name, pa.int64()) for name in ("count", "women_employees", "uncounted", "key_candidates", "gain", "loss")]
)
# So many names stand in a message; `fields` hold all.
NAMED = 12


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What else a plan may look at: units of which it is not known; how many seconds the solver may take."""

    include_unknown: bool = False
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan:
    """Organisations to found, year by year; a value.

    `table` (frame: `steps`) has one row an organisation in its order (STEPS): `units` are newly covered by it, `gain`
    is what it adds in the plan's weight, `loss` what would be missing at the end without it. `blocked` names the units
    that no candidate covers, with what bars each mode. `value` is the weight covered at the end and `bound` what at
    most could be; for a full cover the cost, and what it costs at least.
    """

    candidates: Candidates
    per_year: tuple[float, ...]
    min_per_town: int
    weight: str
    full: bool
    table: pa.Table
    value: float
    bound: float

    @property
    def steps(self) -> "pd.DataFrame":
        """Return the steps as a frame."""
        return frame(self.table)

    @property
    def blocked(self) -> "pd.DataFrame":
        """Return what bars each mode for each unit that no candidate covers, as a frame."""
        return frame(self.candidates.blocked)

    @property
    def gap(self) -> float | None:
        """Return by which share the plan is worse than the best there can be, at most; None if nothing can be done."""
        best, found = (self.value, self.bound) if self.full else (self.bound, self.value)
        return max(best - found, 0.0) / best if best else None

    @property
    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan with what they depend on."""
        cov, table = self.candidates.coverage, self.table
        covered = sum(table["count"].to_pylist())
        barred, total = len(pc.unique(self.candidates.blocked["unit"])), len(self.candidates.targets)
        told: dict[str, Any] = {"targets": total, "covered": covered, "rate": covered / total if total else None}
        told |= {"left": total - barred - covered, "blocked": barred, "organisations": len(table)}
        sums = {name: pc.sum(table[name]).as_py() or 0 for name in ("women_employees", "uncounted", "key_candidates")}
        told |= sums | {"women_at_least": _more(self.candidates.targets, table)}
        told |= {"cost": pc.sum(table["cost"]).as_py() or 0.0, "per_year": list(self.per_year)}
        told |= {"min_per_town": self.min_per_town, "weight": self.weight, "full": self.full}
        told |= {"value": self.value, "bound": self.bound, "gap": self.gap}
        told |= {"include_unknown": self.candidates.include_unknown, "units_kind": cov.units_kind}
        return told | {"as_of": cov.as_of, "rules": cov.rules.name}

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence."""
        told, cov, years = self.summary, self.candidates.coverage, len(self.per_year)
        units = cov.rules.units[cov.units_kind].caption.of(lang)
        open_too, cost = told["include_unknown"], f"{told['cost']:g}"
        women = f"{'≥' if told['women_at_least'] else ''}{told['women_employees']:,}"
        if lang == "zh":
            kind = f"空白点及情况不明{units}" if open_too else f"空白点{units}"
            best = {None: "", 0.0: "；已证最优"}.get(self.gap, f"；与最优相差至多 {_percent(self.gap)} %")
            done = f"{years} 年建 {told['organisations']} 个组织（{cost} 个任务）"
            done += f"，覆盖 {told['targets']} 个{kind}中的 {told['covered']} 个，女职工 {women} 人"
            rest = f"；可建未列 {told['left']} 个，无法覆盖 {told['blocked']} 个"
            return f"{done}{rest}{best}（{cov.rules.basis(cov.as_of, lang)}）"
        kind = f"{'gaps and unknown' if open_too else 'gaps'} ({units})"
        best = {None: "", 0.0: "; proven best"}.get(self.gap, f"; at most {_percent(self.gap)} % from the best")
        done = f"{told['organisations']} organisations ({cost} tasks) in {years} year{'s' * (years != 1)}"
        rest = f"{women} women; {told['left']} left for later, {told['blocked']} blocked"
        found = f"{done} cover {told['covered']} of {told['targets']} {kind}, {rest}{best}"
        return f"{found} ({cov.rules.basis(cov.as_of, lang)})"

    def __repr__(self) -> str:
        return self.text("en")


def _more(targets: pa.Table, steps: pa.Table) -> bool:
    """Tell whether a unit that is newly covered has more women than are counted of it, so that the sum is a bound."""
    mine = pc.is_in(targets["id"], value_set=pc.list_flatten(steps["units"]))
    more = pc.fill_null(pc.equal(targets["women_employees_bound"], "more_than"), False)
    return bool(pc.any(pc.and_(mine, more)).as_py())


def _percent(share: float | None) -> str:
    """Write a share in percent, rounded up: what is not proven is not claimed."""
    return f"{math.ceil((share or 0.0) * 1e4 - 1e-6) / 100:g}"


def plan(
    cov: Coverage,
    *,
    per_year: Sequence[float],
    min_per_town: int = 0,
    weight: str = "count",
    options: PlanOptions | None = None,
) -> Plan:
    """Return which organisations to found in which year (DEFINITIONS 9).

    `per_year` are the tasks of each year; costs stand in the rules. `min_per_town`: in every town that has candidates
    so many new organisations a year, counted from the first year on, until there are as many as its candidates or the
    gaps that these cover; a town with candidates, but fewer than that, is an error. `weight` is count, women_employees
    or key_candidates (these first, then the others). First most weight at the end, then fewer organisations, then early
    years first. Raises PlanError for a budget, quota or weight that makes no sense, and for a quota that cannot be met.
    """
    options, budgets = options or PlanOptions(), _budgets(per_year)
    if weight not in WEIGHTS:
        raise PlanError(f"{weight!r} is no weight", code="unknown-choice", hint=f"Known: {', '.join(WEIGHTS)}.")
    if type(min_per_town) is not int or min_per_town < 0:
        message = f"min_per_town is {min_per_town!r}, which is no whole number from 0 on"
        raise PlanError(message, code="bad-quota", hint="Say how many organisations each town gets at least a year.")
    found, asked = candidates(cov, include_unknown=options.include_unknown), _Asked(budgets, min_per_town, weight)
    rows, covering = _problem(found, weight)
    if not len(rows):
        return _planned(found, (rows, covering), Schedule((), 0.0), asked)
    years = Years(budgets, _quotas(found, rows, budgets, min_per_town))
    result = scheduled(covering, years, seconds=options.seconds)
    if result is None:
        raise _too_little(found, rows, years)
    return _planned(found, (rows, covering), result, asked)


def full_cover(cov: Coverage, *, per_year: Sequence[float] | None = None, options: PlanOptions | None = None) -> Plan:
    """Return the organisations of least cost that cover every gap; with `per_year` placed in these years.

    Raises PlanError that names the units which no candidate covers and what bars each mode, or by how much the
    budgets are too small.
    """
    options = options or PlanOptions()
    found = candidates(cov, include_unknown=options.include_unknown)
    if len(found.blocked):
        raise _cannot_cover(found)
    rows, covering = _problem(found, "count")
    choice = all_covered(covering, seconds=options.seconds) if len(rows) else None
    chosen = choice.rows if choice else ()
    cost = float(covering.costs[list(chosen)].sum())
    budgets = (cost,) if per_year is None else _budgets(per_year)
    steps = placed(covering, Years(budgets), chosen) or ()
    if covering.value(row for _, row in steps) < covering.most:
        result = scheduled(covering, Years(budgets), seconds=options.seconds)
        steps = result.steps if result else ()
    if covering.value(row for _, row in steps) < covering.most:
        message = f"covering all {len(found.targets)} units costs {cost:g} tasks; {sum(budgets):g} in years do not do"
        hint = "Give more tasks or years, or leave out --full to cover as much as can be."
        raise PlanError(message, code="budget-too-small", hint=hint, cost=cost, per_year=list(budgets))
    least = choice.bound if choice else 0.0
    return _planned(found, (rows, covering), Schedule(steps, least), _Asked(budgets, full=True))


def _budgets(per_year: Any) -> tuple[float, ...]:
    listed = None if isinstance(per_year, str | bytes | dict) or not hasattr(per_year, "__iter__") else list(per_year)
    numbers = [
        year for year in listed or () if isinstance(year, int | float | np.number) and not isinstance(year, bool)
    ]
    if not listed or len(numbers) < len(listed) or not all(math.isfinite(year) and year >= 0 for year in numbers):
        message = f"per_year is {per_year!r}; it has to be a list of numbers from 0 on, one a year"
        raise PlanError(message, code="bad-budget", hint="For instance [12, 12, 12]: twelve tasks in each of 3 years.")
    return tuple(float(year) for year in numbers)


def _problem(found: Candidates, weight: str) -> tuple[Rows, Covering]:
    """Return the rows of the candidates that are worth a look, and the problem over them.

    Of candidates with the same units, towns and cost the first is kept: own before party-led before joint.
    """
    from scipy import sparse

    table = found.table
    rank = np.array([MODES.index(mode) for mode in table["mode"].to_pylist()], np.int64)
    keys = zip(table["units"].to_pylist(), table["towns"].to_pylist(), table["cost"].to_pylist(), strict=True)
    first: dict[Any, int] = {}
    for row, (units, towns, cost) in enumerate(keys):
        first.setdefault((*units, "", *towns, cost), row)
    rows = np.array(sorted(first.values()), np.int64)
    units = table["units"].take(pa.array(rows)).combine_chunks()
    flat = codes_of(pc.list_flatten(units), found.targets["id"])
    start = np.concatenate([[0], np.cumsum(pc.list_value_length(units).to_numpy())]).astype(np.int64)
    sets = sparse.csr_array((np.ones(len(flat)), flat, start), shape=(len(rows), len(found.targets)))
    costs = table["cost"].to_numpy()[rows]
    return rows, Covering(sets, _weights(found.targets, weight), costs, rank[rows])


def _weights(targets: pa.Table, weight: str) -> Weights:
    if weight == "women_employees":
        heads: Weights = pc.fill_null(targets["women_employees"], 0).to_numpy().astype(np.float64)
        return heads
    key = pc.equal(targets["key_candidate"], "yes").to_numpy().astype(np.float64)
    # One key candidate outweighs all others together.
    return np.ones(len(targets)) + (key * len(targets) if weight == "key_candidates" else 0.0)


def _quotas(
    found: Candidates, rows: Rows, budgets: tuple[float, ...], quota: int
) -> tuple[tuple[Rows, tuple[int, ...]], ...]:
    """Return for each town its candidates and how many of them at least are to be placed by the end of each year."""
    listed = found.table["towns"].take(pa.array(rows)).combine_chunks() if quota else pa.array([], TEXTS)
    parents, towns = pc.list_parent_indices(listed).to_numpy(), pc.list_flatten(listed)
    units = found.table["units"].take(pa.array(rows)).to_pylist() if quota else []
    quotas, short = [], {}
    for town in sorted(pc.unique(towns).to_pylist()):
        mine = parents[np.asarray(pc.equal(towns, town))]
        most = min(len(mine), len({unit for row in mine.tolist() for unit in units[row]}))
        if most < quota:
            short[town] = most
        quotas.append((mine, tuple(min(quota * (year + 1), most) for year in range(len(budgets)))))
    if short:
        raise _short(found.coverage.graph, short, quota)
    return tuple(quotas)


def _short(graph: Graph, short: dict[str, int], quota: int) -> PlanError:
    names = names_of(graph, short)
    told = {names[town]: most for town, most in short.items()}
    listed = ", ".join(f"{town} has {most}" for town, most in list(told.items())[:NAMED])
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    message = f"{quota} new organisations a town cannot be had: of candidates {listed}{more}"
    return PlanError(message, code="quota-not-met", hint="Ask for fewer a town.", towns=told, quota=quota)


def _too_little(found: Candidates, rows: Rows, years: Years) -> PlanError:
    costs = found.table["cost"].to_numpy()[rows]
    towns = found.table["towns"].take(pa.array(rows)).to_pylist()
    least: dict[str, float] = {}
    for members, wanted in years.quotas:
        shared = set.intersection(*(set(towns[row]) for row in members.tolist()))
        cheapest = float(np.sort(costs[members])[: wanted[0]].sum())
        least |= dict.fromkeys(shared, cheapest)
    names = names_of(found.coverage.graph, least)
    listed = ", ".join(f"{names[town]} {cost:g}" for town, cost in sorted(least.items())[:NAMED])
    message = (
        f"the quota of towns cannot be met with {', '.join(f'{b:g}' for b in years.budgets)} tasks a year: "
        f"the first year alone costs {sum(least.values()):g} at least ({listed}{', ...' if len(least) > NAMED else ''})"
    )
    told = {names[town]: cost for town, cost in least.items()}
    return PlanError(message, code="quota-not-met", hint="Give more tasks, or ask for fewer a town.", towns=told)


def _cannot_cover(found: Candidates) -> PlanError:
    bars, names = found.bars("en"), dict(zip(*(found.blocked[c].to_pylist() for c in ("unit", "name")), strict=True))
    listed = [f"{names[unit]} ({told})" for unit, told in bars.items()]
    more = f"; and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    message = f"{len(listed)} units cannot be covered: {'; '.join(listed[:NAMED])}{more}"
    hint = "Find out what is not known, or plan without full cover."
    told = dict(zip(names.values(), listed, strict=True))
    return PlanError(message, code="cannot-cover", hint=hint, units=told)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a plan was asked for."""

    budgets: tuple[float, ...]
    quota: int = 0
    weight: str = "count"
    full: bool = False


def _planned(found: Candidates, problem: tuple[Rows, Covering], schedule: Schedule, asked: _Asked) -> Plan:
    """Tell of each step what it adds after those before it, and what would be missing without it."""
    (rows, covering), targets = problem, found.targets
    names, ids = targets["name"].to_pylist(), targets["id"].to_pylist()
    heads, keys = targets["women_employees"].to_pylist(), targets["key_candidate"].to_pylist()
    told, times = _readable(covering.weights, asked.weight, keys), covering.times(schedule.rows)
    done, steps = np.zeros(len(targets), np.bool_), []
    table = found.table.take(pa.array(rows[schedule.rows])).to_pylist() if schedule.rows else []
    for order, ((year, row), about) in enumerate(zip(schedule.steps, table, strict=True), 1):
        own = covering.of(row)
        new = own[~done[own]]
        done[own] = True
        fresh = new.tolist()
        step = {name: about[name] for name in ("mode", "around", "host", "host_name", "segment", "town", "cost")}
        step |= {"year": year + 1, "order": order, "candidate": about["id"], "count": len(fresh)}
        step |= {"units": [ids[n] for n in fresh], "names": [names[n] for n in fresh]}
        step |= {
            "women_employees": sum(heads[n] or 0 for n in fresh),
            "uncounted": sum(heads[n] is None for n in fresh),
        }
        step |= {"key_candidates": sum(keys[n] == "yes" for n in fresh), "gain": int(told[new].sum())}
        steps.append(step | {"loss": int(told[own[times[own] == 1]].sum())})
    value = float(covering.costs[schedule.rows].sum()) if asked.full else covering.value(schedule.rows)
    made = pa.Table.from_pylist(steps, schema=STEPS)
    return Plan(found, asked.budgets, asked.quota, asked.weight, asked.full, made, value, schedule.bound)


def _readable(weights: Weights, weight: str, keys: list[str]) -> Weights:
    """Return weights as they are told: with key candidates first, a gain is a number of key candidates."""
    return weights if weight != "key_candidates" else np.array([key == "yes" for key in keys], np.float64)
