"""The section of a report that tells what to found in which year and town, and whom nothing can reach yet."""

from collections.abc import Iterable, Sequence
from typing import Any

from graphkit.analysis.candidates import BARS
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.openings import MODES
from graphkit.analysis.plan import Plan
from graphkit.analysis.recount import recount
from graphkit.exporters.blocks import DASH, HIDDEN, Block, Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, records, share
from graphkit.exporters.suppression import K, Sum, hide

Row = dict[str, Any]
SUMS = ("organisations", "count", "women_employees", "key_candidates", "cost")


def plan_of(context: Context, plan: Plan) -> Section:
    """Return the plan by year and by town, its steps, the recount by the rules, and what bars the other units."""
    # The recount carries the plan out in the record itself; what is shown of it are counts.
    after = recount(plan)
    if context.public:
        return context.section("plan", _published(context, plan, after))
    shown = context.redaction.finding(plan)
    steps = records(shown.steps)
    told = [shown.text(context.lang), _recounted(context, plan, after), *_elsewhere(context, plan)]
    tables = [table(context, shown, steps) for table in (_by_year, _by_town, _steps) if steps]
    return context.section("plan", [*told, *tables, *_barred(context, shown)])


def _recounted(context: Context, plan: Plan, after: Coverage) -> str:
    before, figures = plan.candidates.coverage, dict[str, str]()
    for name, cov in (("from", before), ("to", after)):
        low, high = (DASH if end is None else share(end) for end in cov.headline()["interval"] or (None, None))
        figures |= {f"{name}_low": low, f"{name}_high": high}
    counts = {"covered": counted(before.count("covered")), "then": counted(after.count("covered"))}
    return context.say("plan_recount", **counts, **figures)


def _elsewhere(context: Context, plan: Plan) -> list[str]:
    """Say so if the plan is of other units or of another date than the rest of the report."""
    made = plan.candidates.coverage
    if (made.as_of, made.units_kind) == (context.coverage.as_of, context.coverage.units_kind):
        return []
    units = made.rules.units[made.units_kind].caption.of(context.lang)
    date = made.as_of or context.say("latest_known")
    return [context.say("plan_elsewhere", units=units, date=date, other_units=context.units, other=context.date())]


def _weight(context: Context, plan: Plan) -> str:
    """Return what gain and loss are counted in."""
    if plan.weight == "count":
        return context.units
    if plan.weight == "women_employees":
        return context.caption("property", "women_employees")
    return context.term("key_candidate")


# By year


def _by_year(context: Context, plan: Plan, steps: Sequence[Row]) -> Table:
    """Return what each year does and where the lower end of the interval stands when it is over."""
    cov, done, rows = plan.candidates.coverage, 0, list[tuple[Cell, ...]]()
    for year, budget in enumerate(plan.per_year, 1):
        told = _summed(step for step in steps if step["year"] == year)
        done += told["count"]
        low = (cov.count("covered") + done) / len(cov.table)
        rows.append((context.say("plan_year", year=year), *_figures(told), whole(budget), low))
    total = (context.term("total"), *_figures(_summed(steps)), whole(sum(plan.per_year)), rows[-1][-1])
    columns = (Column(context.term("year")), *_columns(context), Column(context.say("budget"), "count"))
    low_end = Column(context.say("low_then"), "share")
    notes = (context.say("plan_order"),) if len(plan.per_year) > 1 else ()
    caption = context.say("plan_by_year")
    return Table("plan_by_year", caption, (*columns, low_end), (*rows, total), notes, total=True)


def _summed(steps: Iterable[Row]) -> Row:
    told = list(steps)
    return {name: len(told) if name == "organisations" else sum(step[name] for step in told) for name in SUMS}


def _figures(told: Row) -> tuple[Cell, ...]:
    return tuple(whole(told[name]) for name in SUMS)


def whole(number: float) -> int | float:
    """Return a whole number as one: 12 tasks, and not 12.0."""
    return int(number) if number == int(number) else number


def _columns(context: Context) -> tuple[Column, ...]:
    captions = (context.say("founded"), context.say("newly_covered"), context.caption("property", "women_employees"))
    return tuple(
        Column(caption, "count") for caption in (*captions, context.term("key_candidate"), context.say("cost"))
    )


# By town


def _by_town(context: Context, plan: Plan, steps: Sequence[Row]) -> Table:
    """Return what is founded in each town, year by year."""
    towns = sorted({step["town"] or "" for step in steps}, key=lambda town: (not town, town))
    years = range(1, len(plan.per_year) + 1)
    rows: list[tuple[Cell, ...]] = []
    for town in (*towns, None):
        own = [step for step in steps if town is None or (step["town"] or "") == town]
        each = [sum(step["year"] == year for step in own) for year in years] if len(years) > 1 else []
        name = context.term("total") if town is None else town or context.say("not_stated")
        rows.append((name, *each, *_figures(_summed(own))))
    captions = [context.say("plan_year", year=year) for year in years] if len(years) > 1 else []
    columns = (Column(context.term("town")), *(Column(c, "count") for c in captions), *_columns(context))
    notes = (context.say("plan_towns"),) if captions else ()
    return Table("plan_by_town", context.say("plan_by_town"), columns, tuple(rows), notes, total=True)


# Step by step


def _steps(context: Context, plan: Plan, steps: Sequence[Row]) -> Table:
    """Return each organisation in its order: for whom, where, what it adds, and what would be missing without it."""
    weighted = plan.weight != "count"
    cells = tuple(
        (
            context.say("plan_step", year=step["year"], order=step["order"]),
            context.caption("mode", step["mode"]),
            _around(context, step),
            step["town"],
            context.joined(step["names"]),
            step["women_employees"],
            whole(step["cost"]),
            *((step["count"],) if weighted else ()),
            step["gain"],
            step["loss"],
        )
        for step in steps
    )
    first = [Column(context.say("step"), "date"), Column(context.caption("property", "mode"), "date")]
    first += [Column(context.say("around")), Column(context.term("town"), "date"), Column(context.say("for_whom"))]
    counts = [context.caption("property", "women_employees"), context.say("cost")]
    counts += [context.say("newly_covered")] if weighted else []
    counts += [context.say("gain"), context.say("loss")]
    columns = (*first, *(Column(caption, "count") for caption in counts))
    notes = (context.say("gain_note", weight=_weight(context, plan)),)
    return Table("plan_steps", context.say("plan_steps"), columns, cells, notes)


def _around(context: Context, step: Row) -> str | None:
    """Return what its members have in common beside the town; one that stands alone has nothing."""
    name: str | None = step["segment"] if step["around"] == "town_segment" else step["host_name"]
    return None if step["around"] == "unit" else name


# Whom nothing reaches


def _barred(context: Context, plan: Plan) -> list[Table]:
    """Return the units that no candidate covers: first those for which it would help to find out, then the others."""
    units: dict[str, list[Row]] = {}
    for row in records(plan.blocked):
        units.setdefault(row["unit"], []).append(row)
    open_ones = [rows for rows in units.values() if any(row["state"] == "unknown" for row in rows)]
    closed = [rows for rows in units.values() if all(row["state"] == "fails" for row in rows)]
    parts = (("plan_possible", open_ones), ("plan_blocked", closed))
    return [_bars(context, name, rows) for name, rows in parts if rows]


def _bars(context: Context, name: str, units: Sequence[Sequence[Row]]) -> Table:
    cells = []
    for rows in units:
        told = {row["mode"]: _bar(context, row) for row in rows}
        cells.append((rows[0]["name"] or rows[0]["unit"], rows[0]["town"], *(told.get(mode) for mode in MODES)))
    modes = (Column(context.caption("mode", mode)) for mode in MODES)
    columns = (Column(context.say("unit")), Column(context.term("town")), *modes)
    note = context.say(f"{name}_note")
    return Table(name, context.say(f"{name}_caption", count=counted(len(units))), columns, tuple(cells), (note,))


def _bar(context: Context, row: Row) -> str:
    """Say what bars a mode; what would only have to be found out is marked."""
    text = BARS[row["reason"], row["state"]].of(context.lang).format(row["value"] or context.say("not_stated"))
    return context.say("find_out", text=text) if row["state"] == "unknown" else text


# For the public


def _published(context: Context, plan: Plan, after: Coverage) -> list[Block]:
    """Return only counts that may be published: no names, no towns, no steps; nothing that tells a count below k."""
    told = plan.summary
    years = [
        sum(row["count"] for row in records(plan.steps) if row["year"] == y + 1) for y in range(len(plan.per_year))
    ]
    parts = {("plan", 0, name): float(told[name]) for name in ("covered", "left", "blocked")}
    yearly = {("year", number, "covered"): float(count) for number, count in enumerate(years)}
    targets = ("plan", 0, "targets")
    values = {targets: float(told["targets"])} | parts | yearly
    sums = [Sum(targets, tuple(parts)), Sum(("plan", 0, "covered"), tuple(yearly))]
    hidden = hide(values, sums, shown={targets})

    def cell(key: tuple[str, int, str]) -> Cell:
        return HIDDEN if key in hidden else int(values[key])

    rows = [(context.say("plan_year", year=number + 1), cell(key)) for number, key in enumerate(yearly)]
    rows.append((context.term("total"), cell(("plan", 0, "covered"))))
    columns = (Column(context.term("year")), Column(context.say("newly_covered"), "count"))
    notes = (context.say("hidden_cells", k=K),) if hidden else ()
    table = Table("plan_by_year", context.say("plan_by_year"), columns, tuple(rows), notes, total=True)
    shown = ("plan", 0, "covered") not in hidden
    return [*([_recounted(context, plan, after)] if shown else []), table, context.say("plan_public")]
