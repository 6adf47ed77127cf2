"""The section of a report that crosses coverage with links: whom somebody reaches already, and who organises them."""

from typing import Any

from graphkit.analysis.coverage import STATUSES
from graphkit.analysis.links import Links
from graphkit.analysis.quadrant import cheapest, quadrant
from graphkit.errors import QueryError
from graphkit.exporters.blocks import HIDDEN, Block, Cell, Column, Section, Table
from graphkit.exporters.listings import linked_rows
from graphkit.exporters.sections import TOTAL, Context, label, records
from graphkit.exporters.suppression import Cell as Place
from graphkit.exporters.suppression import K, Sum, hide

Row = dict[str, Any]
WAYS = (True, False)
BY = ("chain", "town")


def quadrants(context: Context) -> Section:
    """Return for each set of links how many units are covered, linked, both or neither, and whom to take first."""
    blocks: list[Block] = []
    for net in context.links:
        try:
            rows = records(quadrant(context.coverage, net))
        except QueryError as error:
            if error.code != "findings-differ":
                raise
            blocks.append(context.say("quadrant_differs"))
            continue
        blocks += _of_net(context, net, rows)
    return context.section("quadrant", blocks)


def _of_net(context: Context, net: Links, rows: list[Row]) -> list[Block]:
    key = "_".join(net.to)
    if context.public:
        return [_whole(context, rows, key)] if len(context.coverage.table) else []
    told = cheapest(context.coverage, net, context.lang)
    tables = [_by(context, net, by, key) for by in BY]
    return [told, _whole(context, rows, key), *(table for table in tables if table), *_first(context, net, rows, key)]


def _whole(context: Context, rows: list[Row], key: str) -> Table:
    """Cross the three states with linked or not; to the public without what is small or would tell it."""
    counts = {(row["status"], row["linked"]): row["units"] for row in rows}
    hidden = _hidden(counts) if context.public else set()

    def cell(status: str, way: bool) -> Cell:
        return HIDDEN if _place(status, way) in hidden else counts[status, way]

    cells = []
    for status in STATUSES:
        whole = sum(counts[status, way] for way in WAYS)
        small = context.public and whole < K
        cells.append((context.term(status), *(cell(status, way) for way in WAYS), HIDDEN if small else whole))
    sums = [sum(counts[status, way] for status in STATUSES) for way in WAYS]
    captions = (context.term("linked"), context.say("not_linked"), context.term("total"))
    columns = (Column(context.say("state")), *(Column(caption, "count") for caption in captions))
    total = (context.term("total"), *sums, sum(sums))
    notes = (context.say("hidden_cells", k=K),) if any(HIDDEN in row for row in cells) else ()
    name = f"quadrant_{key}"
    return Table(name, context.say("quadrant"), columns, (*cells, total), notes, total=True)


def _place(status: str, way: bool) -> Place:
    return (status, 0, str(way))


def _hidden(counts: dict[tuple[str, bool], int]) -> set[Place]:
    """Return the cells that may not be published; their sums stand in the overview and in the table of links."""
    values = {_place(*key): float(count) for key, count in counts.items()}
    sums = [Sum((status, 0, "all"), tuple(_place(status, way) for way in WAYS)) for status in STATUSES]
    sums += [Sum(("all", 0, str(way)), tuple(_place(status, way) for status in STATUSES)) for way in WAYS]
    margins = {one.whole: sum(values[part] for part in one.parts) for one in sums}
    # Where nobody is counted in all, nobody is counted in a part: there is nothing left to hide.
    empty = {part for one in sums if not margins[one.whole] for part in one.parts}
    return hide(values | margins, sums, shown=margins.keys() | empty)


def _by(context: Context, net: Links, by: str, key: str) -> Table | None:
    """Return the six cells of each chain or town in one row."""
    rows = records(quadrant(context.coverage, net, by=by))
    names = list(dict.fromkeys(row[by] for row in rows))
    if all(name in (TOTAL, "unknown") for name in names):
        return None
    counts = {(row[by], row["status"], row["linked"]): row["units"] for row in rows}
    pairs = [(status, way) for status in STATUSES for way in WAYS]
    cells = tuple((label(context, by, name), *(counts[name, *pair] for pair in pairs)) for name in names)
    linked = {True: context.term("linked"), False: context.say("not_linked")}
    captions = [context.say("quadrant_cell", state=context.term(status), way=linked[way]) for status, way in pairs]
    columns = (Column(context.term(by)), *(Column(caption, "count") for caption in captions))
    return Table(f"quadrant_{key}_{by}", context.say(f"quadrant_{by}"), columns, cells, total=True)


def _first(context: Context, net: Links, rows: list[Row], key: str) -> list[Table]:
    """List the gaps that are linked: somebody reaches them already."""
    wanted = {unit for row in rows if row["status"] == "gap" and row["linked"] for unit in row["ids"]}
    linked = [row for row in linked_rows(context, net) if row["unit"] in wanted]
    if not linked:
        return []
    cells = tuple(tuple(row[name] for name in ("name", "resource_name", "hops", "via")) for row in linked)
    columns = [Column(context.say("unit")), Column(context.term("resource")), Column(context.term("hops"), "count")]
    columns.append(Column(context.say("brokers")))
    return [Table(f"quadrant_{key}_first", context.say("quadrant_first"), tuple(columns), cells)]
