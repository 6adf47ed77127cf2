"""The section of a report that tells what changed since an earlier record, and why."""

from graphkit.analysis.compare import CAUSES, COLUMNS, PARTS, TOTAL, Comparison
from graphkit.exporters.blocks import Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, records
from graphkit.exporters.suppression import K

STEPS = ("before", "learned", "middle", "happened", "after")


def changes(context: Context, comparison: Comparison) -> Section:
    """Return how each count moved, by what causes, and the units that moved; to the public only that it is not told."""
    if context.public:
        return context.section("changes", [context.say("changes_public", k=K)])
    told = [_told(context, comparison)]
    if comparison.after.as_of != context.coverage.as_of:
        told.append(context.say("changes_other_date", date=_dates(context, comparison)[1], other=context.date()))
    return context.section("changes", [*told, *_tables(context, comparison)])


def _tables(context: Context, comparison: Comparison) -> list[Table]:
    tables = [_by_status(context, comparison)]
    return [*tables, _by_cause(context, comparison), _units(context, comparison)] if len(comparison.table) else tables


def _dates(context: Context, comparison: Comparison) -> list[str]:
    return [cov.as_of or context.say("latest_known") for cov in (comparison.before, comparison.after)]


def _told(context: Context, comparison: Comparison) -> str:
    covered, (first, last) = comparison.counts()["covered"], _dates(context, comparison)
    figures = {name: counted(covered[name]) for name in ("before", "after")}
    figures |= {name: f"{covered[name]:+,}" for name in PARTS}
    units = comparison.after.rules.units[comparison.after.units_kind].caption.of(context.lang)
    moved = counted(len(comparison.table))
    return context.say("changes_told", first=first, last=last, units=units, moved=moved, **figures)


def _by_status(context: Context, comparison: Comparison) -> Table:
    first, last = _dates(context, comparison)
    captions = [context.say("count_before", date=first), PARTS["learned"].of(context.lang)]
    captions += [context.say("count_middle", date=first), PARTS["happened"].of(context.lang)]
    captions += [context.say("count_middle", date=last)]
    columns = (Column(context.say("state")), *(Column(caption, "count") for caption in captions))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (TOTAL.of(context.lang) if name == "units" else context.term(name), *(count[step] for step in STEPS))
        for name, count in comparison.counts().items()
    )
    notes = (context.say("changes_note"),)
    return Table("changes_by_status", context.say("changes_by_status"), columns, rows, notes, total=True)


def _by_cause(context: Context, comparison: Comparison) -> Table:
    columns = (Column(COLUMNS["cause"].of(context.lang)), Column(context.term("units"), "count"))
    rows = tuple((CAUSES[cause].of(context.lang), count) for cause, count in comparison.causes().items())
    return Table("changes_by_cause", context.say("changes_by_cause"), columns, rows)


def _units(context: Context, comparison: Comparison) -> Table:
    """List the units that moved; names are redacted like all other texts."""
    shown = context.redaction.finding(comparison).moves(context.lang)
    rows = tuple(tuple(row.values()) for row in records(shown))
    return Table(
        "changed_units", context.say("changed_units"), tuple(Column(str(name)) for name in shown.columns), rows
    )
