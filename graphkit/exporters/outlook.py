"""The sections of a report that look beyond the count: over time, at which organisations are alive, whom to ask."""

from typing import Any

from graphkit.analysis.cascade import Cascade
from graphkit.analysis.coverage import STATUSES, percent
from graphkit.analysis.questions import questions
from graphkit.analysis.trend import CAPTIONS, VERDICTS, Trend
from graphkit.exporters.blocks import HIDDEN, Block, Cell, Column, Curve, Point, Section, Shares, Stairs, Table
from graphkit.exporters.sections import Context, counted, records
from graphkit.exporters.suppression import Cell as Place
from graphkit.exporters.suppression import K, Sum, hide
from graphkit.values import PartialDate

Row = dict[str, Any]
ASKED = 10  # so many questions an office can put in a week
PARTS = ("passed", "unknown", "failed")


# Over time


def trend_of(context: Context, trend: Trend) -> Section:
    """Return the interval at the end of each quarter against the line, as a picture and as a table."""
    rows = records(trend.frame)
    hidden = _small_rows(rows) if context.public else set()
    # The line begins at the low end of the first row: where that is hidden, nothing may be said of the line.
    aims = 0 not in hidden
    blocks: list[Block] = [trend.text(context.lang)] if aims and len(rows) - 1 not in hidden else []
    shown = [row for number, row in enumerate(rows) if number not in hidden and row["date"]]
    if len(shown) > 1:
        blocks.append(_curve(context, trend, shown, aims=aims))
    return context.section("trend", [*blocks, _dates(context, trend, rows, (hidden, aims))])


def _small_rows(rows: list[Row]) -> set[int]:
    """Return the rows whose counts may not be published: each is a sum of its own, so that it goes as a whole."""
    return {n for n, row in enumerate(rows) if row["units"] and min(row[name] for name in STATUSES) < K}


def _curve(context: Context, trend: Trend, rows: list[Row], *, aims: bool) -> Curve:
    points = [
        Point(row["date"], _day(row["date"]), row["low"], row["high"], row["target"] if aims else None) for row in rows
    ]
    if aims and trend.end is not None and trend.line() and trend.end > rows[-1]["date"]:
        points.append(Point(trend.end, _day(trend.end), None, None, 1.0))
    labels = (context.say("trend_below"), context.say("trend_between"), context.say("trend_line", years=trend.years))
    return Curve("trend_curve", context.say("trend"), tuple(points), labels)


def _day(told: str) -> int:
    return PartialDate.parse(told).last_day.toordinal()


def _dates(context: Context, trend: Trend, rows: list[Row], hidden: tuple[set[int], bool]) -> Table:
    """Return a row a date: counts, the interval, the line, and the interval as it was known then."""
    small, aims = hidden
    then = not context.public and any(row["then_low"] is not None for row in rows)
    cells = []
    for number, row in enumerate(rows):
        figures = [row[name] for name in ("units", *STATUSES, "low", "high", "target")]
        if number in small:
            figures[1:] = [HIDDEN] * (len(figures) - 1)
        figures[-1] = figures[-1] if aims else HIDDEN
        verdict = None if row["verdict"] is None or not aims or number in small else VERDICTS[row["verdict"]]
        ends = (row["then_low"], row["then_high"]) if then else ()
        date = row["date"] or context.say("latest_known")
        cells.append((date, *figures, None if verdict is None else verdict.of(context.lang), *ends))
    captions = {name: CAPTIONS[name].of(context.lang) for name in CAPTIONS}
    columns = [Column(captions["date"], "date"), *(Column(captions[name], "count") for name in ("units", *STATUSES))]
    columns += [Column(captions[name], "share") for name in ("low", "high", "target")]
    columns += [Column(captions["verdict"])]
    columns += [Column(captions[name], "share") for name in ("then_low", "then_high") if then]
    notes = [context.say("trend_note", end=trend.end, years=trend.years)] if trend.end and aims else []
    notes += [context.say("hidden_cells", k=K)] if small else []
    return Table("trend_dates", context.say("trend_dates"), tuple(columns), tuple(cells), tuple(notes))


# Which organisations are alive


def cascade_of(context: Context, cascade: Cascade) -> Section:
    """Return the stages of effective coverage as a picture and as a table, and where the organisations between stop."""
    stages = records(cascade.stages)
    if not len(cascade.rows):
        return context.section("cascade", [])
    hidden = _hidden(stages) if context.public else set()
    blocks: list[Block] = [] if hidden else [cascade.text(context.lang)]
    blocks += [] if context.public else _between(context, cascade)
    blocks += [] if hidden else [_stairs(context, cascade, stages)]
    blocks.append(_stages(context, cascade, stages, hidden))
    if context.public:
        return context.section("cascade", blocks)
    return context.section("cascade", [*blocks, context.say("cascade_list"), _organisations(context, cascade)])


def _hidden(stages: list[Row]) -> set[Place]:
    """Return the counts of stages that may not be published: small ones, and those that would tell one."""
    names = (*PARTS, "at_most", "ruled_out")
    values = {("", i, name): float(row[name]) for i, row in enumerate(stages) for name in names}
    whole = ("", 0, "of")
    values[whole] = float(stages[0]["of"])
    entered = [whole, *(("", i, "passed") for i in range(len(stages) - 1))]
    sums = [Sum(first, tuple(("", i, name) for name in PARTS)) for i, first in enumerate(entered)]
    # Whoever may pass a stage may pass the one before: those fewer failed, or were ruled out.
    ends = [whole, *(("", i, "at_most") for i in range(len(stages)))]
    lost = (tuple(("", i, name) for name in ("at_most", "failed", "ruled_out")) for i in range(len(stages)))
    sums += [Sum(before, parts) for before, parts in zip(ends, lost, strict=False)]
    return hide(values, sums, shown={whole} if stages[0]["of"] >= K else set())


def _stages(context: Context, cascade: Cascade, stages: list[Row], hidden: set[Place]) -> Table:
    """Return a row a stage; its first count is what the stage before let through."""

    def cell(number: int, name: str) -> Cell:
        place = ("", number, name) if name != "of" or not number else ("", number - 1, "passed")
        return HIDDEN if place in hidden else stages[number][name]

    def end(number: int, name: str, count: str) -> Cell:
        return HIDDEN if cell(number, count) == HIDDEN else stages[number][name]

    cells = tuple(
        (
            cascade.caption(row["stage"], context.lang),
            *(cell(number, name) for name in ("of", *PARTS, "at_most")),
            end(number, "low", "passed"),
            end(number, "high", "at_most"),
        )
        for number, row in enumerate(stages)
    )
    counts = tuple(Column(cascade.caption(name, context.lang), "count") for name in ("of", *PARTS, "at_most"))
    ends = tuple(Column(cascade.caption(name, context.lang), "share") for name in ("low", "high"))
    columns = (Column(cascade.caption("stage", context.lang)), *counts, *ends)
    notes = (context.say("cascade_note"), *((context.say("hidden_cells", k=K),) if hidden else ()))
    return Table("cascade_stages", context.say("cascade_stages"), columns, cells, notes)


def _stairs(context: Context, cascade: Cascade, stages: list[Row]) -> Stairs:
    steps = tuple(
        (cascade.caption(row["stage"], context.lang), Shares(row["passed"], row["unknown"], row["failed"]))
        for row in stages
    )
    passed, unknown, failed = (cascade.caption(name, context.lang) for name in PARTS)
    return Stairs("cascade_stairs", context.say("cascade"), steps, (passed, unknown, failed))


def _between(context: Context, cascade: Cascade) -> list[str]:
    """Say of the organisations between the two ends at which stage nothing more is known of them."""
    rows = cascade.rows.select(["effective", "stopped_at"]).to_pylist()
    stops = [row["stopped_at"] for row in rows if row["effective"] == "unknown"]
    if not stops:
        return []
    parts = [
        context.say("cascade_stop", stage=cascade.caption(stage, context.lang), count=counted(stops.count(stage)))
        for stage in cascade.counted["stage"].to_pylist()
        if stage in stops
    ]
    return [context.say("cascade_between", count=counted(len(stops)), parts=context.say("list_mark").join(parts))]


def _organisations(context: Context, cascade: Cascade) -> Table:
    """List the organisations that do not pass all stages, those first that lack least, with what they lack."""
    shown = context.redaction.finding(cascade)
    rows = [row for row in shown.rows.to_pylist() if row["effective"] != "yes"]
    cells = tuple(
        (
            row["name"] or row["id"],
            context.caption("level", row["level"]) if row["level"] else None,
            context.caption("form", row["form"]) if row["form"] else None,
            cascade.caption(row["reached"], context.lang) if row["reached"] else None,
            *(_lacking(context, cascade, row, answer) for answer in ("no", "unknown")),
        )
        for row in rows
    )
    names = [cascade.caption(name, context.lang) for name in ("name", "level", "form", "reached")]
    captions = (*names, context.say("lacking"), context.say("to_find_out"))
    table_name, caption = "cascade_organisations", context.say("cascade_organisations")
    return Table(table_name, caption, tuple(map(Column, captions)), cells, sheet_only=True)


def _lacking(context: Context, cascade: Cascade, row: Row, answer: str) -> str | None:
    names = [cascade.caption(name, context.lang) for name in row["missing"] if row[name] == answer]
    return context.joined(names)


# Whom to ask


def questions_of(context: Context) -> Section:
    """Return the questions whose answers would narrow the interval most; the public is not asked."""
    if context.public:
        return context.section("questions", [context.say("questions_public")])
    rows = records(questions(context.coverage, top=ASKED, lang=context.lang))
    if not rows:
        return context.section("questions", [context.say("questions_none")])
    size = len(context.coverage.table)
    figures = {"count": counted(len(rows)), "settled": counted(sum(row["shrink"] for row in rows))}
    figures |= {name: f"{percent(rows[at][f'unknown_{name}'], size)} %" for at, name in ((0, "before"), (-1, "after"))}
    cells = tuple(
        (row["rank"], row["text"], row["asked"], row["shrink"], row["unknown_after"], row["width_after"])
        for row in rows
    )
    columns = [Column(context.term("rank"), "date"), Column(context.say("question")), Column(context.say("asked"))]
    columns += [Column(context.say(name), "count") for name in ("settled", "still_open")]
    columns.append(Column(context.say("width_after"), "share"))
    notes = (context.say("questions_note"),)
    table = Table("question_list", context.say("questions"), tuple(columns), cells, notes)
    return context.section("questions", [context.say("questions_told", **figures), table])
