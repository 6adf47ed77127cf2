"""What would be covered by a plan: its organisations put into a copy of the graph, and every unit after each year.

The states after a year are counted by the coverage code itself (`recount`), so that the map can promise nothing that
the count would not hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.recount import applied, founded, recount
from graphkit.errors import ExportError
from graphkit.exporters.map.labels import visible
from graphkit.exporters.redact import Redaction
from graphkit.graph.tables import Graph
from graphkit.schema import Language

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.plan import Plan

STATE = ("status", "mode", "form", "rule", "preparing")
TOLD = ("year", "order", "mode", "town", "cost", "units", "women_employees", "uncounted", "loss")


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A plan as its readers may see it: the steps with the ids of their organisations, the units after each year."""

    steps: pa.Table
    after: tuple[pa.Table, ...]
    reasons: pa.Table
    budgets: tuple[float, ...]
    bars: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Steps:
    """The organisations to found, in their order: one tuple per column; organisation and units are node numbers."""

    organisation: tuple[int, ...] = ()
    year: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    mode: tuple[str, ...] = ()
    town: tuple[str, ...] = ()
    cost: tuple[float, ...] = ()
    units: tuple[tuple[int, ...], ...] = ()
    women: tuple[int, ...] = ()
    uncounted: tuple[int, ...] = ()
    loss: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is otherwise after a year than before it: one row a unit and year in which its state changes."""

    unit: tuple[int, ...] = ()
    year: tuple[int, ...] = ()
    status: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    preparing: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """What bars each mode for the units that no organisation could be founded for."""

    unit: tuple[int, ...] = ()
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Future:
    """A plan in the scene: tasks of each year, steps, the states after each year, and who is left out for what."""

    budgets: tuple[float, ...] = ()
    steps: Steps = Steps()
    changes: Changes = Changes()
    bars: Bars = Bars()


def with_plan(graph: Graph, plan: "Plan", coverage: "Coverage | None") -> Graph:
    """Return the graph to draw: with the planned organisations, but without the source that states them.

    Raises ExportError (`plan-of-another`) if the plan was made of another coverage than the one that is drawn.
    """
    own = plan.candidates.coverage
    if coverage is not None and not same(coverage, own):
        hint = "Make the plan of the coverage that the map shows: plan(coverage, per_year=...)."
        raise ExportError("the plan was made of another coverage", code="plan-of-another", hint=hint)
    drawn = applied(replace(plan, candidates=replace(plan.candidates, coverage=replace(own, graph=graph))))
    return replace(drawn, sources=graph.sources)


def same(coverage: "Coverage", other: "Coverage") -> bool:
    """Tell whether two coverages say the same of the same units at the same date."""
    if coverage is other:
        return True
    columns = ["id", "status", "mode"]
    return coverage.as_of == other.as_of and coverage.table.select(columns).equals(other.table.select(columns))


def projection(plan: "Plan", shown: Redaction, lang: Language) -> Projection:
    """Count the plan after each year, and redact what is told of it."""
    ids = [founded(candidate) for candidate in plan.table["candidate"].to_pylist()]
    steps = plan.table.select(TOLD).add_column(0, "id", pa.array(ids, pa.string()))
    years = range(1, len(plan.per_year) + 1)
    counted = [recount(replace(plan, table=plan.table.filter(pc.less_equal(plan.table["year"], y)))) for y in years]
    reasons = counted[-1].reasons
    mine = reasons.filter(pc.is_in(reasons["organisation"], pa.array(ids, pa.string())))
    after = tuple(shown.table(found.table.select(["id", *STATE])) for found in counted)
    bars = {shown.text(unit): shown.text(told) for unit, told in plan.candidates.bars(lang).items()}
    return Projection(shown.table(steps), after, shown.table(mine), plan.per_year, bars)


def years_of(told: Projection | None, number: Mapping[str, int]) -> dict[int, int]:
    """Map the numbers of the planned organisations to the year in which each is founded."""
    if told is None:
        return {}
    pairs = zip(told.steps["id"].to_pylist(), told.steps["year"].to_pylist(), strict=True)
    return {number[node]: year for node, year in pairs}


def future(told: Projection | None, number: Mapping[str, int], today: Sequence[Mapping[str, Any]]) -> Future | None:
    """Put a plan into numbers of nodes; `today` has the state of each node in the coverage, {} for what is no unit."""
    if told is None:
        return None
    rows = told.steps.to_pylist()
    steps = Steps(
        organisation=tuple(number[row["id"]] for row in rows),
        year=tuple(row["year"] for row in rows),
        order=tuple(row["order"] for row in rows),
        mode=tuple(str(row["mode"]) for row in rows),
        town=tuple(visible(row["town"]) for row in rows),
        cost=tuple(row["cost"] for row in rows),
        units=tuple(tuple(number[unit] for unit in row["units"] if unit in number) for row in rows),
        women=tuple(row["women_employees"] for row in rows),
        uncounted=tuple(row["uncounted"] for row in rows),
        loss=tuple(row["loss"] for row in rows),
    )
    changed = list(_changes(told, number, today))
    changes = Changes(*zip(*changed, strict=True)) if changed else Changes()
    barred = [(number[unit], visible(text)) for unit, text in told.bars.items() if unit in number]
    return Future(told.budgets, steps, changes, Bars(*zip(*barred, strict=True)) if barred else Bars())


def _changes(
    told: Projection, number: Mapping[str, int], today: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, int, str, str, str, str, bool]]:
    before = {i: _state(row) for i, row in enumerate(today) if row}
    for year, table in enumerate(told.after, 1):
        for row in table.to_pylist():
            unit, state = number.get(row["id"]), _state(row)
            if unit is None or unit not in before or before[unit] == state:
                continue
            before[unit] = state
            yield (unit, year, *state)


def _state(row: Mapping[str, Any]) -> tuple[str, str, str, str, bool]:
    status, mode, form, rule = (str(row.get(name) or "") for name in STATE[:-1])
    return status, mode, form, rule, bool(row.get("preparing"))
