"""The section of a report that tells how far each chain is covered without a break."""

from typing import Any

from graphkit.analysis.continuity import continuity
from graphkit.analysis.segments import segments
from graphkit.errors import DataError
from graphkit.exporters.blocks import Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, records

Row = dict[str, Any]


def chains(context: Context) -> Section:
    """Return the longest covered run of each chain; to the public, which could tell single segments, none."""
    if context.public:
        return context.section("continuity", [context.say("continuity_public")])
    try:
        rows = records(continuity(context.coverage))
    except DataError as error:
        if error.code != "feeds-circle":
            raise
        # A chain without a beginning has no run; the rest of the report is as good as before.
        names = context.redaction.text(str(error.fields["value"]))
        return context.section("continuity", [context.say("feeds_circle", names=names)])
    if not rows:
        return context.section("continuity", [])
    states = _states(context)
    known = [row for row in rows if row["low"] is not None]
    whole = sum(set(states[row["chain"]].values()) == {"covered"} for row in known)
    figures = {"known": len(known), "whole": whole, "open": len(rows) - len(known)}
    told = context.say("continuity_told", **{name: counted(number) for name, number in figures.items()})
    return context.section("continuity", [told, _table(context, rows, states)])


def _states(context: Context) -> dict[str, dict[str, str]]:
    """Return for each chain the status of its segments by name."""
    found: dict[str, dict[str, str]] = {}
    for row in records(segments(context.coverage)):
        for chain in (row["chain"] or "").split("、"):
            found.setdefault(chain, {})[row["segment"]] = row["status"]
    return found


def _table(context: Context, rows: list[Row], states: dict[str, dict[str, str]]) -> Table:
    """Name beside each run the segments where the chain breaks, and those of which it is not known."""
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row["chain"],
            row["segments"],
            *((context.say("order_unknown"),) * 2 if row["low"] is None else (row["low"], row["high"])),
            *(_named(context, states[row["chain"]], status) for status in ("gap", "unknown")),
        )
        for row in rows
    )
    counts = (context.say("chain_segments"), context.say("run_low"), context.say("run_high"))
    names = (context.say("gap_segments"), context.say("unknown_segments"))
    columns = (Column(context.term("chain")), *(Column(c, "count") for c in counts), *map(Column, names))
    notes = (context.say("continuity_note"),)
    return Table("chain_runs", context.say("continuity"), columns, cells, notes)


def _named(context: Context, states: dict[str, str], wanted: str) -> str | None:
    return context.joined(name for name, status in states.items() if status == wanted)
