"""Which units have a women's organisation, which are gaps, and of which it is not known (DEFINITIONS 5).

A reason is a path of the rules from a unit to a women's organisation. It is as certain as its least certain part.
Of what cannot be known nothing is said: neither covered nor a gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.reasons import FORMS, Case, open_ways, trail
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import LONGEST_PATH, Rules
from graphkit.analysis.statements import statements
from graphkit.analysis.units import Days, about, codes_of, exceeds, inside, scopes, unit_table
from graphkit.engines.relational import Frame, Relational
from graphkit.errors import DataError
from graphkit.graph.tables import TEXT, TEXTS, Graph, conform, frame, whole
from graphkit.schema import Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

STATUSES = ("covered", "gap", "unknown")
ROWS = [f"row{number}" for number in range(LONGEST_PATH)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coverage:
    """The status of every unit at a date under rules, with all reasons; a value.

    `table` has one row a unit (`status` covered, gap or unknown, `rule, mode, form, level, organisation, backup, ...`),
    `reasons` one row a path (`unit, rank, rule, organisation, mode, certain, confidence, edges, via, doubt, ...`).
    """

    graph: Graph
    rules: Rules
    units_kind: str
    as_of: str | None
    table: pa.Table
    reasons: pa.Table

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the table as a frame."""
        return frame(self.table)

    def count(self, status: str) -> int:
        """Count the units of one status."""
        return int(pc.sum(pc.equal(self.table["status"], status)).as_py() or 0)

    def headline(self) -> dict[str, Any]:
        """Return the counts with the interval and the rate, and what they depend on."""
        counts = {status: self.count(status) for status in STATUSES}
        depends = {"units_kind": self.units_kind, "as_of": self.as_of, "rules": self.rules.name}
        return figures(counts, int(pc.sum(self.table["nested"]).as_py() or 0)) | depends

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence, the interval first."""
        return sentence(self.headline(), self.rules, lang)

    def __repr__(self) -> str:
        return self.text("en")


def figures(counts: Mapping[str, int], nested: int) -> dict[str, Any]:
    """Return the figures of a headline from the units of each status."""
    covered, gap, unknown = (counts[status] for status in STATUSES)
    total = covered + gap + unknown
    interval = [covered / total, (covered + unknown) / total] if total else None
    rate = covered / (covered + gap) if covered + gap else None
    return {"units": total, **counts, "interval": interval, "rate": rate, "nested": nested}


def sentence(told: Mapping[str, Any], rules: Rules, lang: Language) -> str:
    """Say a headline in one sentence, the interval first."""
    units, basis = rules.units[told["units_kind"]].caption.of(lang), rules.basis(told["as_of"], lang)
    low, high = percent(told["covered"], told["units"]), percent(told["covered"] + told["unknown"], told["units"])
    if lang == "zh":
        inner = f"，其中 {told['nested']} 个在另一单位之内" if told["nested"] else ""
        counts = f"已覆盖 {told['covered']}，空白点 {told['gap']}，情况不明 {told['unknown']}"
        return f"覆盖率 {low}-{high} %：{counts}，共 {told['units']} 个{units}{inner}（{basis}）"
    inner = f", {told['nested']} of them inside another" if told["nested"] else ""
    counts = f"{told['covered']} covered, {told['gap']} gap, {told['unknown']} unknown of {told['units']} {units}"
    return f"{low}-{high} % covered: {counts}{inner} ({basis})"


def percent(part: int, whole: int) -> str:
    """Write a share in percent with at most one decimal; only nothing is 0 and only all is 100."""
    if not whole:
        return "?"
    value = round(100 * part / whole, 1)
    kept = min(max(value, 0.1), 99.9) if 0 < part < whole else value
    return f"{kept:.1f}".removesuffix(".0")


def coverage(
    graph: Graph,
    *,
    units: str = "companies",
    as_of: str | None = None,
    rules: Rules | None = None,
    min_confidence: float | None = None,
) -> Coverage:
    """Return the coverage of a kind of unit at a date (None = latest known) under rules (default: Star-Link).

    Raises SchemaError for units that the rules do not know, DataError for a date that is none.
    """
    rules = rules or load_rules(schema=graph.schema)
    if min_confidence is not None:
        rules = replace(rules, min_confidence=_checked_confidence(min_confidence))
    kind = rules.kind(units)
    date = None if as_of is None else str(PartialDate.parse(str(as_of)))
    table = unit_table(graph, kind.select, nested=rules.nested, as_of=date)
    judged, reasons = _judged(Case(graph, rules, date, table, Days(graph)))
    return Coverage(graph, rules, kind.name, date, judged, reasons)


def _checked_confidence(value: float) -> float:
    if isinstance(value, int | float) and 0 <= value <= 1:
        return float(value)
    message = f"min_confidence is {value!r}, which is no number from 0 to 1"
    raise DataError(message, code="bad-limit", hint="The rules say 0.8.", source=None, place=None, value=value)


def _judged(case: Case) -> tuple[pa.Table, pa.Table]:
    ways = open_ways(case)
    told = _told(case)
    said = _said(case, told)
    with Relational() as engine:
        frames = [_paths(engine, case, number, steps) for number, steps in ways.items()]
        reasons = _standing(engine, [*frames, engine.lazy(_reported(case, told))], said)
        judged = engine.collect(_statuses(engine.lazy(said), reasons)).sort_by("unit")
        rows = engine.collect(reasons).sort_by("position")
    return _unit_rows(case, judged, rows, told), _reason_rows(case, rows, ways)


def _paths(engine: Relational, case: Case, number: int, steps: list[pa.Table]) -> Frame:
    """Join the steps of a reason from the units on; the least certain part decides."""
    unit = pa.array(codes_of(steps[0]["near"], case.units["id"]))
    steps = [steps[0].set_column(0, "unit", unit), *steps[1:]]
    tables = [table.drop(["edges", "via"]).append_column("row", pa.array(np.arange(len(table)))) for table in steps]
    found = engine.lazy(tables[0].rename_columns({"row": "row0"}))
    for k, table in enumerate(tables[1:], 1):
        step = engine.lazy(table.rename_columns([f"{name}_next" for name in table.column_names]))
        found = found.join(step, left_on="far", right_on="near_next", how="inner").select(
            "unit",
            *ROWS[:k],
            nw.col("row_next").alias(ROWS[k]),
            nw.col("far_next").alias("far"),
            (nw.col("certain") & nw.col("certain_next")).alias("certain"),
            (nw.col("possible") & nw.col("possible_next")).alias("possible"),
            (nw.col("planned") | nw.col("planned_next")).alias("planned"),
            _doubt().alias("doubt"),
            nw.min_horizontal("confidence", "confidence_next").alias("confidence"),
            nw.max_horizontal("day", "day_next").alias("day"),
            (nw.col("hops") + nw.col("hops_next")).alias("hops"),
            nw.col("mode_next").alias("mode"),
            nw.col("form_next").alias("form"),
        )
    reason, weak = case.rules.reasons[number], nw.col("confidence") < case.rules.min_confidence
    doubt = nw.when(nw.col("planned")).then(nw.lit("planned")).otherwise(nw.col("doubt"))
    unsure = nw.coalesce(doubt, nw.when(weak).then(nw.lit("confidence")))
    return found.select(
        "unit",
        nw.lit(number).cast(nw.Int64).alias("rule"),
        "hops",
        nw.col("far").alias("organisation"),
        (nw.col("mode") if reason.mode == "edge" else nw.lit(reason.mode)).alias("mode"),
        "form",
        (nw.col("certain") & ~nw.col("planned") & ~weak).alias("certain"),
        (nw.col("possible") & ~nw.col("planned")).alias("possible"),
        "planned",
        unsure.alias("doubt"),
        "confidence",
        "day",
        *(nw.col(name) if k < len(steps) else nw.lit(None).cast(nw.Int64).alias(name) for k, name in enumerate(ROWS)),
    )


def _doubt() -> nw.Expr:
    """Return the doubt of two steps; that one may have begun later comes first, for a newer no outweighs it."""
    dated = (nw.col("doubt") == "date") | (nw.col("doubt_next") == "date")
    return nw.when(dated).then(nw.lit("date")).otherwise(nw.coalesce("doubt", "doubt_next"))


def _told(case: Case) -> pa.Table:
    """Return what sheets state about units, for the reason that reads it."""
    reason = next((r for r in case.rules.reasons if r.reported), None)
    props = (reason.reported, reason.mode) if reason else ("", "")
    return statements(case.graph, case.units, props, as_of=case.as_of)


def _reported(case: Case, told: pa.Table) -> pa.Table:
    """Return the reasons that sheets report: a yes without an organisation; none is invented."""
    told = told.filter(pc.equal(told["value"], "yes"))
    number = next((n for n, reason in enumerate(case.rules.reasons) if reason.reported), 0)
    size, none = len(told), pa.nulls(len(told), TEXT)
    confidence = pc.fill_null(told["confidence"], 1.0)
    weak, late = pc.less(confidence, case.rules.min_confidence), pc.invert(told["timely"])
    doubt = pc.if_else(late, "date", pc.if_else(weak, "confidence", pa.scalar(None, TEXT)))
    columns = {"unit": told["unit"], "rule": np.full(size, number), "hops": np.zeros(size, np.int64)}
    columns |= {"organisation": none, "mode": told["mode"], "form": pa.nulls(size, pa.int64())}
    columns |= {"certain": pc.is_null(doubt), "possible": np.ones(size, np.bool_), "planned": np.zeros(size, np.bool_)}
    columns |= {"doubt": doubt, "confidence": confidence, "day": told["day"]}
    return pa.table(columns | {name: pa.nulls(size, pa.int64()) for name in ROWS})


def _said(case: Case, told: pa.Table) -> pa.Table:
    """Return for each unit whether a no or 筹建中 stands against reasons, since when, and whether a scope is closed."""
    size = len(case.units)
    against = told.filter(pc.and_(told["timely"], pc.is_in(told["value"], value_set=pa.array(["no", "preparing"]))))
    unit, day = against["unit"].to_numpy(), against["day"].to_numpy()
    denied, since = np.zeros(size, np.bool_), np.full(size, -1)
    denied[unit], since[unit] = True, day
    closed = scopes(case.graph, "COVERS", case.as_of)
    sure = case.rules.min_confidence
    within = inside(case.graph, case.units, closed, as_of=case.as_of, sure=sure).any(axis=1)
    earlier = since < case.days.before(case.as_of)
    columns = {"unit": np.arange(size), "denied": denied, "since": since, "earlier": earlier, "closed": within}
    return pa.table(columns)


def _standing(engine: Relational, frames: list[Frame], said: pa.Table) -> Frame:
    """Number all reasons in the order in which they count, and tell which of them a newer statement leaves standing.

    A reason stands if it is as new as the statement against it. One that only may be in force at the date has begun
    after that statement if at all: it stands only if the statement is older than the date.
    """
    reasons = nw.concat(frames, how="vertical").join(engine.lazy(said.drop(["closed"])), on="unit", how="left")
    after = (nw.col("doubt").fill_null("") != "date") | nw.col("earlier")
    stands = ~nw.col("denied") | ((nw.col("day") >= nw.col("since")) & after)
    reasons = reasons.with_columns(stands.alias("stands"), (-nw.col("confidence")).alias("weakness"))
    reasons = reasons.drop("denied", "since", "earlier")
    order = ["unit", "rule", "hops", "weakness", "organisation", *ROWS]
    return engine.materialize(reasons.with_row_index("position", order_by=order).drop("weakness"))


def _statuses(said: Frame, reasons: Frame) -> Frame:
    """Judge each unit by the first line of DEFINITIONS 5 that applies."""
    sure = nw.col("certain") & nw.col("stands")
    found = reasons.group_by("unit").agg(
        nw.when(sure).then(nw.col("position")).min().alias("first"),
        nw.when(sure).then(nw.col("form")).min().alias("form"),
        (nw.col("possible") & nw.col("stands")).any().alias("maybe"),
        nw.col("planned").any().alias("planned"),
        nw.col("certain").any().alias("reasoned"),
    )
    named = reasons.filter(sure, ~nw.col("organisation").is_null()).select("unit", "organisation").unique()
    backup = named.group_by("unit").agg(nw.len().alias("backup"))
    chosen = reasons.select(nw.col("position").alias("first"), "rule", "mode", "organisation")
    judged = said.join(found, on="unit", how="left").join(chosen, on="first", how="left")
    judged = judged.join(backup, on="unit", how="left").with_columns(
        nw.col("maybe", "planned", "reasoned").fill_null(False), nw.col("backup").fill_null(0).cast(nw.Int64)
    )
    gap = (nw.col("denied") | nw.col("closed")) & ~nw.col("maybe")
    status = nw.when(gap).then(nw.lit("gap")).otherwise(nw.lit("unknown"))
    status = nw.when(~nw.col("first").is_null()).then(nw.lit("covered")).otherwise(status)
    return judged.with_columns(status.alias("status"), (nw.col("denied") & nw.col("reasoned")).alias("conflict"))


def _unit_rows(case: Case, judged: pa.Table, rows: pa.Table, told: pa.Table) -> pa.Table:
    """Return the table of a Coverage: one row a unit, in the order of the units."""
    units, names = case.units, pa.array([reason.name for reason in case.rules.reasons])
    said = told.filter(told["timely"])
    at = pc.index_in(judged["unit"], value_set=said["unit"])
    value = said["value"].take(at)
    organisations = _organisations(case)
    which = pc.index_in(judged["organisation"], value_set=organisations["id"])
    columns = {name: units[name] for name in ("id", "name", "type")} | {"status": judged["status"]}
    columns |= {"rule": names.take(whole(judged["rule"])), "mode": judged["mode"]}
    columns |= {"form": pa.array(FORMS).take(whole(judged["form"]))}
    columns |= {"level": organisations["level"].take(which), "organisation": judged["organisation"]}
    columns |= {"organisation_name": organisations["name"].take(which)}
    columns |= {"backup": judged["backup"], "modes": _modes(rows, len(units))}
    preparing = pc.and_(pc.equal(judged["status"], "gap"), pc.fill_null(pc.equal(value, "preparing"), False))
    columns |= {"preparing": preparing, "planned": judged["planned"], "closed_scope": judged["closed"]}
    columns |= {"nested": units["nested"], "in_force": units["in_force"], "key_candidate": _key_candidates(case)}
    columns |= {name: units[name] for name in ("party_organisation", "women_employees", "women_employees_bound")}
    columns |= {"stated": value, "stated_on": case.days.text(said["day"]).take(at), "conflict": judged["conflict"]}
    return pa.table(columns)


def _organisations(case: Case) -> pa.Table:
    wanted = pa.schema([("id", TEXT), ("name", TEXT), ("level", TEXT)])
    return pa.concat_tables([conform(case.graph.table(name), wanted) for name in case.rules.covering])


def _modes(rows: pa.Table, size: int) -> pa.ListArray:
    """List each unit's modes, in the order of its reasons."""
    sure = pc.and_(pc.and_(rows["certain"], rows["stands"]), pc.is_valid(rows["mode"]))
    stated = rows.filter(sure).select(["unit", "mode"])
    stated = stated.append_column("order", pa.array(np.arange(len(stated))))
    distinct = stated.group_by(["unit", "mode"]).aggregate([("order", "min")]).sort_by("order_min")
    ends = np.cumsum(np.bincount(distinct["unit"].to_numpy(), minlength=size))
    return pa.ListArray.from_arrays(np.concatenate([[0], ends]).astype(np.int32), whole(distinct["mode"]))


def _key_candidates(case: Case) -> pa.Array:
    """Tell three-valued whether each unit is a key candidate (DEFINITIONS 1)."""
    rule = case.rules.key_candidate
    met = [
        about(case.graph, case.units, prop)
        if threshold is None
        else exceeds(about(case.graph, case.units, prop), about(case.graph, case.units, f"{prop}_bound"), threshold)
        for prop, threshold in rule.conditions
    ]
    if rule.of == "leading":
        met.append(about(case.graph, case.units, "leading"))
    return pc.fill_null(pc.if_else(reduce(pc.and_kleene, met), "yes", "no"), "unknown")


def _reason_rows(case: Case, rows: pa.Table, ways: dict[int, list[pa.Table]]) -> pa.Table:
    """Return the reasons of a Coverage, the first of each unit first, with the edges of their paths."""
    rule, unit = rows["rule"].to_numpy(), rows["unit"].to_numpy()
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    rank = np.arange(len(unit)) - np.repeat(starts, np.diff(np.append(starts, len(unit)))) + 1
    places = [np.flatnonzero(rule == number) for number in ways]
    trails = [
        trail([table.take(rows[name].take(pa.array(at))) for table, name in zip(steps, ROWS, strict=False)])
        for at, steps in zip(places, ways.values(), strict=True)
    ]
    places.append(np.flatnonzero(~np.isin(rule, list(ways))))
    empty = pa.array([[]] * len(places[-1]), TEXTS)
    order = pa.array(np.argsort(np.concatenate(places)))
    names = pa.array([reason.name for reason in case.rules.reasons], TEXT)
    columns = {"unit": case.units["id"].take(rows["unit"]), "rank": rank}
    columns |= {"rule": names.take(whole(rows["rule"]))}
    columns |= {name: rows[name] for name in ("organisation", "mode", "certain", "confidence")}
    columns |= {n: pa.concat_arrays([*(t[n] for t in trails), empty]).take(order) for n in ("edges", "via")}
    columns |= {name: rows[name] for name in ("stands", "planned", "doubt")}
    return pa.table(columns | {"stated_on": case.days.text(rows["day"])})
