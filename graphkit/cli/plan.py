"""Commands for what is not covered yet: the gaps, and a plan of how to close them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import AsOfOption, QuotaOption, RulesOption, TopOption, UnitsOption, budgets, covered_by
from graphkit.cli.show import (
    JsonOption,
    Lang,
    LangOption,
    StoreArgument,
    captioned,
    is_null,
    line,
    named,
    print_json,
    shortened,
    table,
)

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.plan import Plan

PerYearOption = Annotated[
    str | None, typer.Option("--per-year", metavar="N,N,...", help="Tasks of each year; with --full not needed.")
]
PlanWeightOption = Annotated[
    str, typer.Option("--weight", help="count, women_employees or key_candidates (these first).")
]
FullOption = Annotated[bool, typer.Option("--full", help="Cover every gap at least cost, or say what bars it.")]
UnknownOption = Annotated[bool, typer.Option("--include-unknown", help="Also units of which it is not known.")]
# So many names stand in a cell; JSON has all.
NAMED = 3


def gaps(
    store: StoreArgument,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    top: TopOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """List the gaps, key candidates first, then by women employees, and how each is closed best."""
    from graphkit.analysis.gaps import gaps as listed

    found = covered_by(store, (units, as_of, rules), lang)
    rows = listed(found, lang=None if as_json else lang.value)
    chosen = rows.head(top) if top else rows
    if as_json:
        print_json(gaps=len(rows), as_of=found.as_of, rules=found.rules.name, table=chosen)
        return
    line(found.text(lang.value))
    table(captioned(found.graph.schema, _narrow(chosen, lang), lang))


def _narrow(rows: "pd.DataFrame", lang: Lang) -> "pd.DataFrame":
    """Put what belongs together into one cell, so that a row fits a screen."""
    more, mark = ("{}（另 {} 家）", "：") if lang == Lang.zh else ("{} (+{})", ": ")
    shown = rows.drop(columns=["unit", "partners", "nearest_by"])
    others = zip(rows["with"], rows["partners"], strict=True)
    near = zip(rows["nearest_by"], rows["nearest"], strict=True)
    shown["with"] = [name if is_null(name) or is_null(n) or not n else more.format(name, n) for name, n in others]
    shown["nearest"] = [f"{by}{mark}{shortened(name)}" if not is_null(name) else name for by, name in near]
    return shown


def plan(
    store: StoreArgument,
    per_year: PerYearOption = None,
    min_per_town: QuotaOption = 0,
    weight: PlanWeightOption = "count",
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    full: FullOption = False,
    include_unknown: UnknownOption = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Plan which organisations to found in which year, so that most gaps are closed with the tasks there are.

    Example: graphkit plan county.duckdb --per-year 12,12,12 --min-per-town 1
    """
    from graphkit.analysis.plan import PlanOptions, full_cover
    from graphkit.analysis.plan import plan as planned
    from graphkit.analysis.recount import recount

    if per_year is None and not full:
        raise typer.BadParameter("say the tasks of each year, such as 12,12,12, or --full", param_hint="--per-year")
    cov, options = covered_by(store, (units, as_of, rules), lang), PlanOptions(include_unknown)
    years: Any = None if per_year is None else budgets(per_year)
    if full:
        found = full_cover(cov, per_year=years, options=options)
    else:
        found = planned(cov, per_year=years, min_per_town=min_per_town, weight=weight, options=options)
    after = recount(found)
    if as_json:
        bars = found.candidates.blocked.to_pylist()
        print_json(**found.summary, recount=after.headline(), blocked_units=bars, table=found.steps)
        return
    line(found.text(lang.value))
    _show_years(found, lang)
    _show_blocked(found, lang)
    _show_recount(found, after, lang)


def _show_years(found: "Plan", lang: Lang) -> None:
    steps, zh = found.steps, lang == Lang.zh
    captions = found.candidates.coverage.graph.schema.captions
    shown = steps[["order", "mode", "host_name", "segment", "town", "cost", "women_employees"]].copy()
    shown.insert(6, "units", steps["count"])
    shown["key_candidates"], shown["gain"], shown["loss"] = steps["key_candidates"], steps["gain"], steps["loss"]
    shown["mode"] = [captions["mode", mode].of(lang.value) for mode in steps["mode"]]
    shown["names"] = [named(list(names), lang, most=NAMED, unit="家") for names in steps["names"]]
    for year, budget in enumerate(found.per_year, 1):
        rows = shown[steps["year"] == year]
        spent = f"{rows['cost'].sum():g}"
        line(f"第 {year} 年：{spent} / {budget:g} 个任务" if zh else f"Year {year}: {spent} of {budget:g} tasks")
        if len(rows):
            table(captioned(found.candidates.coverage.graph.schema, rows, lang))
    if len(found.per_year) > 1:
        line("各年先后按每个任务的新增排定。" if zh else "The order of the years follows what each adds for its cost.")


def _show_blocked(found: "Plan", lang: Lang) -> None:
    """Say which units no candidate covers, and what bars each mode."""
    rows, zh = found.blocked.drop_duplicates("unit"), lang == Lang.zh
    if not len(rows):
        return
    bars = found.candidates.bars(lang.value)
    shown = rows[["name", "town"]].assign(reason=[bars[unit] for unit in rows["unit"]])
    line(f"无法覆盖 {len(rows)} 个：" if zh else f"{len(rows)} cannot be covered:")
    table(captioned(found.candidates.coverage.graph.schema, shown, lang))


def _show_recount(found: "Plan", after: "Coverage", lang: Lang) -> None:
    before = found.candidates.coverage
    counts = f"{before.count('covered')} → {after.count('covered')}"
    if lang == Lang.zh:
        line(f"按覆盖规则复算：已覆盖 {counts}。{after.text('zh')}")
    else:
        line(f"Recounted by the rules of coverage: covered {counts}. {after.text('en')}")
