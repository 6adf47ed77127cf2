"""The sections of a report on links in depth: who holds them together, what came of them, which would be new."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow.compute as pc

from graphkit.analysis.brokers import Brokers
from graphkit.analysis.ledger import MONEY, STATES, Ledger
from graphkit.analysis.links import Links
from graphkit.analysis.redundancy import redundancy
from graphkit.analysis.ties import Ties
from graphkit.exporters.blocks import HIDDEN, Block, Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, records
from graphkit.exporters.suppression import K, Sum, hide

Row = dict[str, Any]
NONE = "none"


def to_of(context: Context, net: Links | Ledger) -> str:
    """Name the types of resources."""
    return context.say("or_mark").join(context.caption("node", name) for name in net.to)


def quantity(context: Context, amount: int | None, bound: str | None) -> Cell:
    """Return a stated number with the word that stands before it."""
    return amount if amount is None or bound in (None, "exact") else (amount, context.caption("bound", str(bound)))


# Who holds the links together


def brokers_of(context: Context, brokers: Brokers) -> Section:
    """Return what is lost without each broker, and how many ways of their own the units have; the public reads none."""
    if context.public:
        return context.section("bridges", [context.say("brokers_public")])
    shown = context.redaction.finding(brokers)
    missed = shown.table.filter(pc.greater(shown.table["lost_pairs"], 0)).to_pylist()
    blocks: list[Block] = [shown.text(context.lang)]
    if missed:
        blocks.append(_brokers(context, shown, missed))
    if len(shown.units):
        blocks.append(_losses(context, shown))
    return context.section("bridges", [*blocks, _routes(context, shown.links)])


def _brokers(context: Context, brokers: Brokers, missed: list[Row]) -> Table:
    cells = tuple(
        (
            row["name"],
            context.caption("node", row["type"]),
            row["pairs"],
            row["lost_pairs"],
            row["criticality"],
            row["units_cut"],
            context.say("yes" if row["cut_point"] else "no"),
            row["betweenness"],
        )
        for row in missed
    )
    columns = [Column(context.term("broker")), Column(context.term("type"), "date")]
    columns += [Column(context.say("pairs"), "count"), Column(context.say("lost_pairs"), "count")]
    columns += [Column(context.say("criticality"), "share"), Column(context.say("units_cut"), "count")]
    columns += [Column(context.say("cut_point"), "date"), Column(context.say("betweenness"), "share")]
    rest, unread = len(brokers.table) - len(missed), brokers.left_out
    notes = [context.say("brokers_note"), *([context.say("brokers_rest", count=counted(rest))] if rest else [])]
    notes += [context.say("brokers_left", count=counted(unread), bound=counted(brokers.bound))] if unread else []
    return Table("broker_list", context.say("broker_list"), tuple(columns), cells, tuple(notes))


def _losses(context: Context, brokers: Brokers) -> Table:
    """List which units lose what without which broker; for the workbook, because it is long."""
    named = dict(zip(*(brokers.table[name].to_pylist() for name in ("broker", "name")), strict=True))
    cells = tuple(
        (named[row["broker"]], row["name"], row["lost"], row["left"], context.say("yes" if row["cut"] else "no"))
        for row in brokers.units.to_pylist()
    )
    columns = [Column(context.term("broker")), Column(context.say("unit")), Column(context.say("lost_pairs"), "count")]
    columns += [Column(context.say("left_over"), "count"), Column(context.say("cut_off"))]
    return Table("broker_losses", context.say("broker_losses"), tuple(columns), cells, sheet_only=True)


def _routes(context: Context, net: Links) -> Table:
    """Count the units by how many ways to different resources they have that share nobody."""
    found: dict[tuple[str, int], int] = {}
    for row in records(redundancy(net)):
        key = (row["resource_type"], row["routes"])
        found[key] = found.get(key, 0) + 1
    cells = tuple((context.caption("node", kind), routes, count) for (kind, routes), count in sorted(found.items()))
    counts = (context.say("routes"), context.term("units"))
    columns = (Column(context.term("resource")), *(Column(caption, "count") for caption in counts))
    return Table("routes", context.say("routes_caption"), columns, cells, (context.say("routes_note"),))


# What came of the links


def ledger_of(context: Context, ledger: Ledger) -> Section:
    """Return how far units have come, the sums by kind, what came of each agreement; to the public only how many."""
    if context.public:
        # Counts alone: there is no text in them to redact.
        return context.section("ledger", [_states(context, ledger), context.say("ledger_public")])
    shown = context.redaction.finding(ledger)
    blocks: list[Block] = [shown.text(context.lang), _states(context, shown)]
    blocks += [_amounts(context, shown)] if shown.totals() else []
    blocks += [_partners(context, shown)] if len(shown.broker_table) else []
    blocks += [_realised(context, shown), _pairs(context, shown)] if len(shown.table) else []
    return context.section("ledger", blocks)


def _states(context: Context, ledger: Ledger) -> Table:
    """Count each unit once, by the farthest that it has come."""
    told, names = ledger.headline(), (*reversed(STATES), NONE)
    whole = ("", 0, "units")
    values = {whole: float(told["units"])} | {("", 0, name): float(told[name]) for name in names}
    # How many units there are, and how many of them are linked, stands in other sections.
    known, parts = {whole, ("", 0, NONE)}, tuple(("", 0, name) for name in names)
    hidden = hide(values, [Sum(whole, parts)], shown=known) if context.public else set()
    small = {("", 0, NONE)} if context.public and told[NONE] < K else set()
    rows: list[tuple[Cell, ...]] = [
        (
            context.say("no_path") if name == NONE else context.term(name),
            HIDDEN if ("", 0, name) in hidden | small else told[name],
        )
        for name in names
    ]
    rows.append((context.term("total"), told["units"]))
    columns = (Column(context.say("state")), Column(context.term("units"), "count"))
    notes = (context.say("ledger_note"), *((context.say("hidden_cells", k=K),) if hidden | small else ()))
    return Table("ledger_states", context.say("ledger_states"), columns, tuple(rows), notes, total=True)


def _amounts(context: Context, ledger: Ledger) -> Table:
    """Return the sums by kind, single ones and sums over many apart: kinds are never added."""
    cells = tuple(
        (
            context.caption("amount_kind", row["kind"]) if row["kind"] else context.say("not_stated"),
            context.say("aggregate" if row["aggregate"] else "single"),
            row["events"],
            quantity(context, row["amount"], row["amount_bound"]),
        )
        for row in ledger.totals()
    )
    columns = [Column(context.caption("property", "amount_kind")), Column(context.say("counted"))]
    columns += [Column(context.say("events"), "count"), Column(context.caption("property", "amount_cny"), "count")]
    return Table("ledger_amounts", context.say("ledger_amounts"), tuple(columns), cells, (context.say("amounts_note"),))


def _partners(context: Context, ledger: Ledger) -> Table:
    """Return of each broker how many partners led to something, who is idle, and how soon it came."""
    cells = tuple(
        (
            row["name"],
            row["partners"],
            row["converted"],
            row["conversion"],
            _joined(context, row["idle"]),
            row["days_to_first"],
            row["events"],
            row["units"],
        )
        for row in ledger.broker_table.to_pylist()
    )
    columns = [Column(context.term("broker")), Column(context.say("partners"), "count")]
    columns += [Column(context.say("converted"), "count"), Column(context.say("conversion"), "share")]
    columns += [Column(context.say("idle")), Column(context.say("days_to_first"), "count")]
    columns += [Column(context.say("events"), "count"), Column(context.term("units"), "count")]
    notes = (context.say("conversion_note"),)
    return Table("ledger_brokers", context.say("ledger_brokers"), tuple(columns), cells, notes)


def _realised(context: Context, ledger: Ledger) -> Table:
    """List what was realised; what was not has no amounts and dates to read on a page."""
    rows = ledger.table.to_pylist()
    happened = [row for row in rows if row["state"] in STATES[2:]]
    cells = tuple(
        (
            row["name"],
            row["resource_name"],
            context.term(row["state"]),
            "\n".join(_money(context, row)) or None,
            _joined(context, row["via"]),
            row["realised_on"],
        )
        for row in happened
    )
    captions = (context.say("unit"), to_of(context, ledger))
    columns = [*map(Column, captions), Column(context.say("state"), "date"), Column(context.say("amounts"), "date")]
    columns += [Column(context.say("brokers")), Column(context.say("realised_on"), "date")]
    rest = {name: sum(row["state"] == name for row in rows) for name in STATES[:2]}
    told = context.say("ledger_rest", **{name: counted(count) for name, count in rest.items()})
    notes = (told,) if any(rest.values()) else ()
    return Table("ledger_realised", context.say("ledger_realised"), tuple(columns), cells, notes)


def _money(context: Context, row: Row) -> Iterator[str]:
    """Write the amounts of each kind; kinds are never added."""
    for kind in MONEY:
        if row[kind] is not None:
            told = shown_count(quantity(context, row[kind], row[f"{kind}_bound"]))
            yield f"{context.caption('amount_kind', kind)} {told}"


def shown_count(cell: Cell) -> str:
    """Write a count with separators, and the word before it if there is one."""
    number, mark = cell if isinstance(cell, tuple) else (cell, "")
    return f"{mark} {number:,}".strip()


def _pairs(context: Context, ledger: Ledger) -> Table:
    """Return every pair of a unit and a resource with all that is known of it; for the workbook, because it is long."""
    rows = ledger.table.to_pylist()
    dates = ("announced_on", "realised_on", "repeated_on")
    cells = tuple(
        (
            row["name"],
            row["resource_name"],
            context.term(row["state"]),
            row["hops"],
            row["events"],
            *(quantity(context, row[kind], row[f"{kind}_bound"]) for kind in MONEY),
            _joined(context, row["via"]),
            *(row[name] for name in dates),
        )
        for row in rows
    )
    columns = [Column(context.say("unit")), Column(to_of(context, ledger)), Column(context.say("state"), "date")]
    columns += [Column(context.term("hops"), "count"), Column(context.say("events"), "count")]
    columns += [Column(context.caption("amount_kind", kind), "count") for kind in MONEY]
    columns += [Column(context.say("brokers")), *(Column(context.say(name), "date") for name in dates)]
    return Table("ledger_pairs", context.say("ledger_pairs"), tuple(columns), cells, sheet_only=True)


def _joined(context: Context, names: Iterable[str] | None) -> str | None:
    return context.joined(names)


# Which links would be new


def ties_of(context: Context, ties: Ties) -> Section:
    """Return the agreements that would newly link most units; the public edition names nobody."""
    if context.public:
        return context.section("ties", [context.say("ties_public")])
    shown = context.redaction.finding(ties)
    cells = tuple(
        (
            row["name"],
            context.caption("node", row["type"]),
            row["gain"],
            row["loss"],
            _joined(context, row["units"]),
            _joined(context, row["alternatives"]),
        )
        for row in shown.table.to_pylist()
    )
    columns = [Column(context.say("with_whom")), Column(context.term("type"), "date")]
    columns += [Column(context.say("newly_linked"), "count"), Column(context.say("loss"), "count")]
    columns += [Column(context.say("linked_units")), Column(context.say("alternatives"))]
    table = Table("tie_list", context.say("ties"), tuple(columns), cells, (context.say("ties_note"),))
    return context.section("ties", [shown.text(context.lang), *([table] if cells else [])])
