"""The lists of single units in a report: gaps and what is not known. The public edition has neither."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.dimensions import named_places
from graphkit.analysis.gaps import gaps
from graphkit.analysis.openings import ranked
from graphkit.exporters.blocks import Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, records
from graphkit.values import Quantity

ANSWERS = {"yes": "yes", "no": "no", "unknown": "open"}
DOUBTS = ("planned", "group", "region", "date", "confidence")


def gap_list(context: Context) -> Section:
    """Return the gaps, key candidates first: why each is one, since when that is said, and how it is closed best."""
    if context.public:
        return context.section("gaps", [context.say("lists_public")])
    rows = records(gaps(context.coverage, lang=context.lang))
    table = context.coverage.table.select(["id", "stated_on"]).to_pylist()
    dates = {row["id"]: row["stated_on"] for row in table}
    told = [(_why(context, row["reason"], dates[row["unit"]]), _recommended(context, row)) for row in rows]
    if not rows:
        return context.section("gaps", [context.say("no_gaps")])
    first = context.say("gaps_told", count=counted(len(rows)))
    return context.section("gaps", [first, _table(context, "gaps", rows, told), _ways(context, rows)])


def _why(context: Context, reason: str, date: str | None) -> str:
    """Say why it is a gap, and since when that is said: together, so that a row stays short on paper."""
    return reason if date is None else context.say("stated_on", reason=reason, date=date)


def _recommended(context: Context, row: Mapping[str, Any]) -> str | None:
    """Say which mode, and with whom or why; nothing where no precondition is known to hold."""
    if row["mode"] is None:
        return None
    if row["with"] is None:
        return context.say("recommended_why", mode=row["mode"], why=row["why"])
    others = counted(row["partners"] or 0)
    return context.say("recommended_with", mode=row["mode"], host=row["with"], count=others)


def _ways(context: Context, rows: list[dict[str, Any]]) -> Table:
    """Return all that is known of how each gap may be closed; for the workbook, because it is wide."""
    names = ("name", "mode", "why", "with", "partners", "nearest", "nearest_by")
    cells = tuple(tuple(row[name] for name in names) for row in rows)
    captions = (context.say("unit"), context.say("recommended"), context.say("reason"), context.say("around"))
    columns = [*map(Column, captions), Column(context.term("partners"), "count")]
    columns += [Column(context.say("nearest_organisations")), Column(context.term("nearest_by"))]
    return Table("gap_ways", context.say("gap_ways"), tuple(columns), cells, sheet_only=True)


def unknown_list(context: Context) -> Section:
    """Return the units of which nothing certain is known, with what is missing."""
    if context.public:
        return context.section("unknowns", [context.say("lists_public")])
    rows = _unknown_rows(context.coverage)
    if not rows:
        return context.section("unknowns", [context.say("no_unknowns")])
    doubts = _doubts(context)
    told = [(context.joined(doubts.get(row["unit"], [context.say("doubt_none")])),) for row in rows]
    first = context.say("unknowns_told", count=counted(len(rows)))
    return context.section("unknowns", [first, _table(context, "unknowns", rows, told)])


def _unknown_rows(cov: Coverage) -> list[dict[str, Any]]:
    """Return the unknown units in the order of the gap list; how they could be closed is not told of them."""
    table = ranked(cov, include_unknown=True)
    table = table.filter(pc.equal(table["status"], "unknown"))
    names = ("name", "key_candidate", "women_employees", "women_employees_bound")
    columns: dict[str, Any] = {"unit": table["id"]} | {name: table[name] for name in names}
    columns |= {by: named_places(cov, table["id"], by) for by in ("town", "segment")}
    return list(pa.table(columns).to_pylist())


def _doubts(context: Context) -> dict[str, list[str]]:
    """Tell for each unit why its reasons do not count."""
    found: dict[str, list[str]] = {}
    for row in context.coverage.reasons.select(["unit", "doubt"]).to_pylist():
        told = context.say(f"doubt_{row['doubt']}") if row["doubt"] in DOUBTS else context.say("doubt_date")
        if told not in found.setdefault(row["unit"], []):
            found[row["unit"]].append(told)
    return found


def _table(context: Context, name: str, rows: list[dict[str, Any]], reasons: Sequence[tuple[Cell, ...]]) -> Table:
    cells = tuple(
        (
            row["name"],
            row["town"],
            row["segment"],
            context.say(ANSWERS[row["key_candidate"]]),
            _women(context, row),
            *reason,
        )
        for row, reason in zip(rows, reasons, strict=True)
    )
    columns = [Column(context.say("unit")), Column(context.term("town")), Column(context.term("segment"))]
    columns += [Column(context.term("key_candidate")), Column(context.caption("property", "women_employees"), "count")]
    last = ("reason", "recommended") if name == "gaps" else ("missing",)
    columns += [Column(context.say(told)) for told in last]
    return Table(f"{name}_list", context.say(name), tuple(columns), cells, (context.say("gaps_note"),))


def _women(context: Context, row: Mapping[str, Any]) -> Cell:
    quantity = Quantity(row["women_employees"], row["women_employees_bound"])
    if quantity.value is None or quantity.bound == "exact":
        return quantity.value
    return quantity.value, context.caption("bound", str(quantity.bound))
