"""The sections of a report that count: the headline, tables by, the heat map.

Every number comes from the functions of analysis; a section only chooses, orders and words it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.analysis.coverage import Coverage, percent
from graphkit.analysis.links import Links
from graphkit.analysis.rates import rates
from graphkit.analysis.segments import segments
from graphkit.exporters.blocks import HIDDEN, Bar, Block, Cell, Column, HeatMap, Section, Shares, Table
from graphkit.exporters.breakdowns import UNKNOWN, breakdowns, says_something
from graphkit.exporters.redact import Redaction, Tier
from graphkit.exporters.suppression import PARTS, K, small_whole, suppress
from graphkit.exporters.wording import say
from graphkit.schema import Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Context:
    """What every section needs: the redacted findings, the circle of readers, the language."""

    coverage: Coverage
    links: tuple[Links, ...]
    redaction: Redaction
    lang: Language

    @property
    def tier(self) -> Tier:
        return self.redaction.tier

    @property
    def public(self) -> bool:
        return self.tier == "public"

    @property
    def units(self) -> str:
        """Return what is counted, in words."""
        return self.coverage.rules.units[self.coverage.units_kind].caption.of(self.lang)

    def say(self, name: str, **values: Any) -> str:
        return say(name, self.lang, **values)

    def caption(self, kind: str, name: str) -> str:
        return self.coverage.graph.schema.caption(kind, name, self.lang)

    def term(self, name: str) -> str:
        return self.caption("term", name)

    def joined(self, names: Iterable[str] | None) -> str | None:
        """Name several, one after the other; None if there is nobody."""
        return self.say("list_mark").join(names or ()) or None

    def date(self) -> str:
        """Return the date of the figures in words; the newest source's for what is latest known."""
        if self.coverage.as_of is not None:
            return self.say("at_date", date=self.coverage.as_of)
        newest = newest_source(self.coverage)
        return self.say("latest_known") if newest is None else self.say("latest_known_at", date=newest)

    def section(self, name: str, blocks: Sequence[Block]) -> Section:
        """Return a section; one without data says so."""
        return Section(name, self.say(name), tuple(blocks) or (self.say("empty"),))


def newest_source(coverage: Coverage) -> str | None:
    """Return the date of the newest source as it is written, or None if no source has one."""
    dates = [date for date in coverage.graph.sources["date"].to_pylist() if date]
    return max(dates, key=lambda date: PartialDate.parse(date).last_day, default=None)


def share(value: Any) -> str:
    """Write a share of 1 as graphkit writes percentages everywhere."""
    return f"{percent_of(value)} %"


def percent_of(value: float) -> str:
    return percent(round(value * 10**9), 10**9)


def counted(number: int) -> str:
    """Write a count with separators."""
    return f"{number:,}"


def plain(value: Any) -> Any:
    """Return a frame's value as Python's own; missing ones None."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if isinstance(value, float) and value != value else value


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a frame's rows as dicts of plain values."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, map(plain, row), strict=True)) for row in frame.itertuples(index=False, name=None)]


# The headline


def too_small(context: Context) -> bool:
    """Tell whether the public may not read even the counts of the whole: every table would tell one below k."""
    return context.public and small_whole(context.coverage.headline())


def headline(context: Context) -> tuple[Section, str]:
    """Return the overview and the interval as it stands in large type."""
    if too_small(context):
        return context.section("headline", [context.say("too_small", k=K)]), ""
    total = records(rates(context.coverage))[-1]
    if not total["units"]:
        return context.section("headline", [context.say("no_units", date=context.date(), units=context.units)]), ""
    women = _women(context)
    labels = [f"{context.term(name)} {counted(total[name])}" for name in ("covered", "unknown", "gap")]
    bar = Bar(
        context.say("bar"), Shares(total["covered"], total["unknown"], total["gap"]), (labels[0], labels[1], labels[2])
    )
    told = [*_interval(context, total), *_women_told(context, women)]
    told += [] if context.public else [*_marked(context), *_segments(context)]
    low, high = share(total["low"]), share(total["high"])
    big = f"{low} – {high}" if total["unknown"] else low
    return context.section("headline", [bar, *told, _overview(context, total, women)]), big


def _interval(context: Context, total: Mapping[str, Any]) -> list[str]:
    figures = {name: counted(total[name]) for name in ("covered", "gap", "unknown")}
    figures |= {"low": share(total["low"]), "high": share(total["high"]), "total": counted(total["units"])}
    form = "interval" if total["unknown"] else "exact_share"
    first = context.say(form, date=context.date(), units=context.units, **figures)
    known = total["covered"] + total["gap"]
    if not known:
        return [first, context.say("rate_none")]
    rate = {"known": counted(known), "total": counted(total["units"]), "rate": share(total["rate"])}
    return [first, context.say("rate_known", **rate)]


def _women(context: Context) -> dict[str, Any] | None:
    """Return the figures by women employees; None if no head count is known, or if one may not be published."""
    total = records(rates(context.coverage, weight="women_employees"))[-1]
    told = [total[f"women_{part}"] for part in PARTS]
    return None if not total["women"] or (context.public and min(told) < K) else total


def _women_told(context: Context, women: Mapping[str, Any] | None) -> list[str]:
    if women is None:
        return []
    ends = {"low": share(women["low"]), "high": share(women["high"])}
    whole = _at_least(context, women, counted(women["women"]))
    if context.public:
        return [context.say("women_plain", **ends, total=whole)]
    return [context.say("women", **ends, total=whole, uncounted=counted(women["uncounted"]))]


def _at_least(context: Context, women: Mapping[str, Any], number: str) -> str:
    return context.say("at_least", number=number) if women["women_at_least"] else number


def _overview(context: Context, total: Mapping[str, Any], women: Mapping[str, Any] | None) -> Table:
    ends = ("rate", "low", "high")
    rows = [(context.units, *(total[name] for name in ("units", *PARTS)), *(total[name] for name in ends))]
    if women is not None:
        counts = (women["women"], *(women[f"women_{part}"] for part in PARTS))
        rows.append((context.caption("property", "women_employees"), *counts, *(women[name] for name in ends)))
    columns = (Column(context.say("counted")), Column(context.term("total"), "count"), *_figure_columns(context)[1:])
    notes = (context.say("women_note"),) if women is not None and women["women_at_least"] else ()
    return Table("overview", context.say("overview"), columns, tuple(rows), notes)


def _segments(context: Context) -> list[str]:
    """Say how many segments of the chains are covered: a chain breaks where a segment is a gap."""
    states = list(segments(context.coverage)["status"])
    if not states:
        return []
    figures = {status: counted(states.count(status)) for status in PARTS}
    return [context.say("segments_told", total=counted(len(states)), **figures)]


def _marked(context: Context) -> list[str]:
    """Say how many units are key candidates, in preparation, only planned, or inside another."""
    rows = context.coverage.table.select(["status", "key_candidate", "preparing", "planned", "nested"]).to_pylist()
    states = [row["status"] for row in rows if row["key_candidate"] == "yes"]
    unclear = sum(row["key_candidate"] == "unknown" and row["status"] != "covered" for row in rows)
    threshold = next((limit for _, limit in context.coverage.rules.key_candidate.conditions if limit is not None), 0)
    found = [
        context.say(
            "candidates",
            yes=counted(len(states)),
            gap=counted(states.count("gap")),
            unknown=counted(states.count("unknown")),
            open=counted(unclear),
            threshold=f"{threshold:g}",
        )
    ]
    counts = {
        "preparing": sum(row["status"] == "gap" and bool(row["preparing"]) for row in rows),
        "planned": sum(row["status"] == "unknown" and bool(row["planned"]) for row in rows),
        "nested": sum(bool(row["nested"]) for row in rows),
    }
    return found + [context.say(name, count=counted(count)) for name, count in counts.items() if count]


# Tables by


def tables_by(context: Context) -> Section:
    """Return the tables by chain, segment and town, and what is covered by mode and by form."""
    frames = breakdowns(context.coverage, public=context.public)
    tables = [_table_by(context, by, frame) for by, frame in frames.items()]
    return context.section("tables", [*tables, *_by_kind(context)])


def _by_kind(context: Context) -> list[Table]:
    """Return how the covered units are covered: gaps have no mode, so that a rate by mode would mean nothing."""
    found = []
    for by in ("mode", "form"):
        frame = rates(context.coverage, by=by)[[by, "covered"]]
        if not frame["covered"].iloc[-1]:
            continue
        frame = frame[(frame[by] != UNKNOWN) | (frame["covered"] > 0)]
        rows = records(suppress(frame, whole="covered", parts=()) if context.public else frame)
        whole = rows[-1]["covered"]
        cells = tuple(
            (
                context.say("no_kind", kind=context.caption("property", by))
                if row[by] == UNKNOWN
                else label(context, by, row[by]),
                *((HIDDEN, HIDDEN) if row["covered"] is None else (row["covered"], row["covered"] / whole)),
            )
            for row in rows
        )
        counts = (Column(context.term("covered"), "count"), Column(context.say("share_of_covered"), "share"))
        columns = (Column(context.caption("property", by)), *counts)
        notes = [context.say("mode_note")] if by == "mode" else []
        notes += [context.say("hidden_cells", k=K)] if any(row["covered"] is None for row in rows) else []
        found.append(Table(f"by_{by}", context.say(f"by_{by}"), columns, cells, tuple(notes), total=True))
    return found


def _table_by(context: Context, by: str, frame: "pd.DataFrame") -> Table:
    rows = records(frame)
    whole = sum(row["units"] or 0 for row in rows[:-1])
    notes = [context.say("several_rows")] if whole > (rows[-1]["units"] or 0) else []
    notes += [context.say("hidden_cells", k=K)] if hides(rows) else []
    columns = (Column(context.caption("term", by)), *_figure_columns(context))
    cells = tuple((label(context, by, row[by]), *_figures(row)) for row in rows)
    return Table(
        f"by_{by}",
        context.say(f"by_{by}"),
        columns,
        cells,
        tuple(notes),
        total=True,
        bars=tuple(_shares(row) for row in rows),
    )


def _figure_columns(context: Context) -> tuple[Column, ...]:
    counts = tuple(Column(context.term(name), "count") for name in ("units", *PARTS))
    return counts + tuple(Column(context.term(name), "share") for name in ("rate", "low", "high"))


def _figures(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    hidden = hides([row])
    counts = tuple(HIDDEN if row[name] is None else row[name] for name in ("units", *PARTS))
    return counts + tuple(HIDDEN if hidden and row[name] is None else row[name] for name in ("rate", "low", "high"))


def hides(rows: Sequence[Mapping[str, Any]], counts: Sequence[str] = ("units", *PARTS)) -> bool:
    """Tell whether a count is missing: counts always are numbers unless they may not be published."""
    return any(row[name] is None for row in rows for name in counts)


def _shares(row: Mapping[str, Any]) -> Shares | None:
    return None if hides([row]) else Shares(row["covered"], row["unknown"], row["gap"])


def label(context: Context, by: str, value: Any) -> str:
    """Return a row's name in words: the total, what is not stated, the caption of an enum's value, or a name."""
    if value == TOTAL:
        return context.term(TOTAL)
    return context.say("not_stated") if value in (None, UNKNOWN) else context.caption(by, str(value))


# The heat map


def heat_map(context: Context) -> Section:
    """Return towns by chains as a picture, with its figures as a table of the workbook."""
    if context.public:
        return context.section("heatmap", [context.say("heatmap_public", k=K)])
    frame = rates(context.coverage, by=["town", "chain"])
    if not (says_something(frame, "town") and says_something(frame, "chain")):
        return context.section("heatmap", [])
    rows = records(frame)[:-1]
    towns = tuple(dict.fromkeys(label(context, "town", row["town"]) for row in rows))
    order = list(rates(context.coverage, by="chain")["chain"].iloc[:-1])
    chains = tuple(label(context, "chain", value) for value in order)
    found = {(label(context, "town", row["town"]), label(context, "chain", row["chain"])): _shares(row) for row in rows}
    cells = tuple(tuple(found.get((town, chain)) for chain in chains) for town in towns)
    name, caption = "town_by_chain", context.say("town_by_chain")
    picture = HeatMap(name, caption, towns, chains, cells, context.say("heatmap_note"))
    columns = (Column(context.term("town")), Column(context.term("chain")), *_figure_columns(context))
    body = tuple((label(context, "town", r["town"]), label(context, "chain", r["chain"]), *_figures(r)) for r in rows)
    return context.section("heatmap", [picture, Table(name, caption, columns, body, sheet_only=True)])
