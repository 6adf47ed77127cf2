"""How coverage moves from quarter to quarter, and whether it keeps to the line of the project (DEFINITIONS 7).

Star-Link promises every key point within three years: the line leads from what is known to be covered at the start to
all of it three years later. An interval is ahead of a point of that line, behind it, or does not decide.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, coverage, percent
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Rules
from graphkit.errors import DataError
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.graph.time import last_days, newest_day
from graphkit.schema import Caption, Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

YEARS = 3
DAY = timedelta(1)
MOST_ROWS = 400  # a hundred years of quarters
COUNTS = ("units", *STATUSES)
VERDICTS = {
    "ahead": Caption("达到或超前", "on the line or ahead"),
    "behind": Caption("落后", "behind"),
    "undecided": Caption("未能判定", "not decided"),
}
CAPTIONS = {
    "date": Caption("日期", "date"),
    "units": Caption("单位数", "units"),
    "covered": Caption("已覆盖", "covered"),
    "gap": Caption("空白点", "gap"),
    "unknown": Caption("情况不明", "unknown"),
    "rate": Caption("覆盖率", "rate"),
    "low": Caption("下限", "low"),
    "high": Caption("上限", "high"),
    "interval": Caption("区间", "interval"),
    "target": Caption("目标线", "target"),
    "verdict": Caption("对照目标线", "against the line"),
    "then_covered": Caption("当时已知：已覆盖", "as known then: covered"),
    "then_unknown": Caption("当时已知：情况不明", "as known then: unknown"),
    "then_units": Caption("当时已知：单位数", "as known then: units"),
    "then_low": Caption("当时已知：下限", "as known then: low"),
    "then_high": Caption("当时已知：上限", "as known then: high"),
}
THEN = tuple(f"then_{name}" for name in (*COUNTS, "low", "high"))
ROWS = pa.schema(
    [("date", TEXT)]
    + [(name, pa.int64()) for name in COUNTS]
    + [(name, pa.float64()) for name in ("rate", "low", "high", "target")]
    + [("verdict", TEXT)]
    + [(name, pa.float64() if name in ("then_low", "then_high") else pa.int64()) for name in THEN]
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trend:
    """Coverage at the end of each quarter against the line from the first row to all units `years` later; a value."""

    rules: Rules
    units_kind: str
    start: str | None
    years: int
    table: pa.Table

    @property
    def frame(self) -> "pd.DataFrame":
        """Return a row a date: `date, units, covered, gap, unknown, rate, low, high, target, verdict`, and `then_...`.

        Each row is the truth of its day as known now. `target` is the share that the line asks for, null outside its
        years; `verdict` is ahead (low at it or above), behind (high below it) or undecided, null at the start and
        where there is no target. The `then_` columns are the same day as the records of that time knew it, null
        without such a record.
        """
        return frame(self.table)

    @property
    def end(self) -> str | None:
        """Return the day on which the line reaches all units."""
        return None if self.start is None else _years_later(date.fromisoformat(self.start), self.years).isoformat()

    def line(self) -> list[tuple[str, float]]:
        """Return both ends of the line: the start with its lower bound, and its end with all; nothing without units."""
        first = self.table.to_pylist()[0]
        if self.start is None or self.end is None or first["low"] is None:
            return []
        return [(self.start, first["low"]), (self.end, 1.0)]

    def headline(self) -> dict[str, Any]:
        """Return the last row with the line's start and end, and what it depends on."""
        last = {name: value for name, value in self.table.to_pylist()[-1].items() if name not in THEN}
        told = last | {"interval": None if last["low"] is None else [last["low"], last["high"]]}
        told |= {"start": self.start, "end": self.end, "years": self.years, "rows": len(self.table)}
        return told | {"units_kind": self.units_kind, "rules": self.rules.name}

    def text(self, lang: Language = "zh") -> str:
        """Say in one sentence where coverage stands, and how that is against the line."""
        last, units = self.table.to_pylist()[-1], self.rules.units[self.units_kind].caption.of(lang)
        low, high = (percent(n, last["units"]) for n in (last["covered"], last["covered"] + last["unknown"]))
        zh, target, verdict = lang == "zh", last["target"], last["verdict"]
        day = last["date"] or ("最新已知" if zh else "latest known")
        against = ""
        if verdict is not None:
            told = VERDICTS[verdict].of(lang)
            against = (
                f"，目标线 {100 * target:.1f} %：{told}" if zh else f"; the line asks for {100 * target:.1f} %: {told}"
            )
        if zh:
            line = f"目标线自 {self.start} 起 {self.years} 年至 100 %；" if self.start else ""
            return f"{day} 覆盖率 {low}-{high} %，共 {last['units']} 个{units}{against}（{line}规则 {self.rules.name}）"
        line = f"the line leads from {self.start} to 100 % in {self.years} years; " if self.start else ""
        return f"{day}: {low}-{high} % of {last['units']} {units} covered{against} ({line}rules {self.rules.name})"

    def __repr__(self) -> str:
        return self.text("en")


def trend(
    graph: Graph,
    *,
    since: str | None = None,
    until: str | None = None,
    units: str = "companies",
    rules: Rules | None = None,
) -> Trend:
    """Return the coverage at the first date, at each quarter's end after it, and at the last date, against the line.

    The line starts at the first row. Without `since` that is the first of these days since the earliest source on
    which the state of any unit is known; a year or month as `since` is its first quarter's end. `until` is at most the
    day of the newest source: what is not known yet is no trend. A graph without dated sources gives one row without a
    date, of what is latest known. Raises DataError for a date that is none or dates in the wrong order, SchemaError
    for units that are none.
    """
    rules = rules or load_rules(schema=graph.schema)
    kind = rules.kind(units).name
    rows = _rows(graph, kind, rules, _days(graph, since, until))
    if since is None:
        told = [n for n, row in enumerate(rows) if row["unknown"] < row["units"]]
        rows = rows[told[0] if told else -1 :]
    start = rows[0]["date"]
    if start is not None:
        rows = [row | _against(row, rows[0], date.fromisoformat(start)) for row in rows]
    return Trend(rules, kind, start, YEARS, pa.Table.from_pylist(rows, schema=ROWS))


def as_known(found: Trend, records: Iterable[Graph]) -> Trend:
    """Add to each row of a trend what was known then: the same day by the newest of these records that is no newer.

    `records` are earlier revisions of a store, in order; a record is as new as its newest source. Where the columns
    `then_...` differ from those beside them, something was learned since.
    """
    dated = sorted(((newest_day(r.sources), n, r) for n, r in enumerate(records)), key=lambda told: told[:2])
    newest, days = [day for day, _, _ in dated], dict[int, list[str | None]]()
    rows = found.table.to_pylist()
    for row in rows:
        if row["date"] is not None and (held := bisect_right(newest, row["date"])):
            days.setdefault(held - 1, []).append(row["date"])
    parts = [_rows(dated[at][2], found.units_kind, found.rules, mine) for at, mine in days.items()]
    then = {told["date"]: told for part in parts for told in part}
    rows = [row | {f"then_{n}": v for n, v in then.get(row["date"], {}).items() if f"then_{n}" in THEN} for row in rows]
    return replace(found, table=pa.Table.from_pylist(rows, schema=ROWS))


def _rows(graph: Graph, kind: str, rules: Rules, days: list[str | None]) -> list[dict[str, Any]]:
    """Return the coverage of each day; where nothing begins, ends or is told in between, it is that of the day before.

    Most quarters of a long record are such.
    """
    changes, rows = _changes(graph), list[dict[str, Any]]()
    for number, day in enumerate(days):
        if number and day and bisect_right(changes, day) == bisect_right(changes, str(days[number - 1])):
            rows.append(rows[-1] | {"date": day})
        else:
            rows.append({"date": day} | _row(graph, kind, rules, day))
    return rows


def _changes(graph: Graph) -> list[str]:
    """List every day on which an answer may change: each date's first and last day, and the days after these."""
    columns = [graph.sources["date"]]
    for owner, table in (*graph.node_tables.items(), *graph.edge_tables.items()):
        known = graph.schema.owner(owner)
        dated = [name for name, prop in known.properties.items() if prop.type == "date"]
        columns += [table[name] for name in ("valid_from", "valid_to", *dated) if name in table.column_names]
    told = {text for column in columns for text in pc.unique(column).to_pylist() if text is not None}
    told |= {
        s["as_of"] for row in graph.sources["complete"].to_pylist() for s in json.loads(row or "[]") if s.get("as_of")
    }
    days = {day for text in told for day in (PartialDate.parse(text).first_day, PartialDate.parse(text).last_day)}
    return sorted(day.isoformat() for edge in days for day in (edge, min(edge, date.max - DAY) + DAY))


def _row(graph: Graph, kind: str, rules: Rules, day: str | None) -> dict[str, Any]:
    told = coverage(graph, units=kind, as_of=day, rules=rules).headline()
    low, high = told["interval"] or (None, None)
    return {name: told[name] for name in COUNTS} | {"rate": told["rate"], "low": low, "high": high}


def _against(row: dict[str, Any], first: dict[str, Any], start: date) -> dict[str, Any]:
    """Return the target of a row and how it is against it; in whole numbers, so that no rounding decides."""
    end, day = _years_later(start, YEARS), date.fromisoformat(row["date"])
    if not first["units"] or day > end:
        return {}
    low = Fraction(first["covered"], first["units"])
    target = low + (1 - low) * Fraction((day - start).days, (end - start).days)
    told: dict[str, Any] = {"target": float(target)}
    if day == start or not row["units"]:
        return told
    least, most = row["covered"], row["covered"] + row["unknown"]
    if Fraction(least, row["units"]) >= target:
        return told | {"verdict": "ahead"}
    return told | {"verdict": "behind" if Fraction(most, row["units"]) < target else "undecided"}


def _days(graph: Graph, since: str | None, until: str | None) -> list[str | None]:
    """List the first day, the ends of quarters after it, and the last day."""
    known = [day for day in last_days(graph.sources["date"]).to_pylist() if day is not None]
    first = None if since is None else _first(since)
    last = None if until is None else PartialDate.parse(str(until)).last_day
    if not known:
        if since is None and until is None:
            return [None]
        message = "no source of this graph has a date, so nothing is known of one"
        raise DataError(message, code="no-date", hint="Give the sources dates.", source=None, place=None, value=None)
    newest = date.fromisoformat(max(known))
    start = first or min(date.fromisoformat(min(known)), last or newest)
    end = min(last or newest, newest)
    if start > end:
        message = f"the trend would begin on {start} and end on {end}"
        hint = f"The newest source is of {newest}; begin before it, and before --until."
        raise DataError(message, code="bad-dates", hint=hint, source=None, place=None, value=str(start))
    inner = list(_quarter_ends(start, end))
    if len(inner) > MOST_ROWS:
        message = f"{len(inner)} quarters lie between {start} and {end}"
        hint = f"Begin later: at most {MOST_ROWS} quarters are told."
        raise DataError(message, code="bad-dates", hint=hint, source=None, place=None, value=str(start))
    return [day.isoformat() for day in dict.fromkeys([start, *inner, end])]


def _first(told: str) -> date:
    """Return the day from which to tell: a day itself, or the first end of a quarter in a year or from a month on."""
    parsed = PartialDate.parse(str(told))
    begun = parsed.first_day
    if parsed.day is not None:
        return begun
    month = (begun.month - 1) // 3 * 3 + 3
    return PartialDate(begun.year, month).last_day


def _quarter_ends(start: date, end: date) -> Iterable[date]:
    for year in range(start.year, end.year + 1):
        for month in (3, 6, 9, 12):
            if start < (day := PartialDate(year, month).last_day) <= end:
                yield day


def _years_later(day: date, years: int) -> date:
    """Return the same day so many years later; the 28th for the 29th of February."""
    year = min(day.year + years, date.max.year)
    leap = (day.month, day.day) == (2, 29) and year % 4 != 0
    return day.replace(year=year, day=28) if leap else day.replace(year=year)
