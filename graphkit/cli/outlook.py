"""Commands that look on: how alive the organisations are, whom to ask next, and whether the pace is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import (
    AsOfOption,
    ByOption,
    RulesOption,
    TopOption,
    UnitsOption,
    covered_by,
    read_ruled,
    split,
)
from graphkit.cli.show import (
    JsonOption,
    Lang,
    LangOption,
    StoreArgument,
    interval,
    invented,
    is_null,
    line,
    percent,
    print_json,
    shortened,
    table,
)
from graphkit.cli.stores import open_store

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.analysis.cascade import Cascade

SinceOption = Annotated[str | None, typer.Option("--since", help="The first date, where the line starts.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="The last date; default: of the newest source.")]
ThenOption = Annotated[bool, typer.Option("--as-known", help="Also what earlier revisions of the store knew then.")]
AskOption = Annotated[
    list[str] | None,
    typer.Option("--by", help="Only lists of town, county, chain, segment or dataset, or calls to a unit; 乡镇 too."),
]
# So many rows are printed without --top; JSON has all.
SHOWN = 10
ALIVE = ("name", "level", "reached", "stopped_at", "answer", "missing")
ASKED = ("rank", "asked", "text", "kind", "units", "unknown_units", "shrink", "width_before", "width_after")


def cascade(
    store: StoreArgument,
    by: ByOption = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    top: TopOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell how many women's organisations are alive: officers, venue, active, served, each among those before.

    Example: graphkit cascade county.duckdb --by 乡镇 --top 20
    """
    from graphkit.analysis.cascade import cascade as cascaded

    graph, known = read_ruled(store, rules, lang)
    found, names = cascaded(graph, as_of=as_of, rules=known), split(by) or []
    told = {name: found.by(name, lang=None if as_json else lang.value) for name in names}
    if as_json:
        listed = found.organisations.head(top) if top else found.organisations
        print_json(**found.headline(), by=told, listed=listed, table=found.stages)
        return
    line(found.text(lang.value))
    stages = _spanned(found.stages).assign(stage=[found.caption(name, lang.value) for name in found.stages["stage"]])
    table(_captioned(stages, lambda name: found.caption(name, lang.value)), shares=True)
    for rows in told.values():
        table(_captioned(_spanned(rows), lambda name: found.caption(name, lang.value)), shares=True)
    _show_lacking(found, top or SHOWN, lang)


def _show_lacking(found: "Cascade", most: int, lang: Lang) -> None:
    """List the organisations that do not pass all stages, those first that lack least."""
    from graphkit.analysis.cascade import WORDS

    every = found.organisations
    rows, zh = every[every["effective"] != "yes"], lang == Lang.zh
    if not len(rows):
        return
    levels, shown = found.graph.schema.captions, rows.head(most)[list(ALIVE)].copy()
    shown["level"] = [name if is_null(name) else levels["level", name].of(lang.value) for name in shown["level"]]
    for name in ("reached", "stopped_at"):
        shown[name] = [stage if is_null(stage) else found.caption(stage, lang.value) for stage in shown[name]]
    shown["answer"] = [WORDS[answer].of(lang.value) for answer in shown["answer"]]
    joined = "、" if zh else ", "
    shown["missing"] = [
        joined.join(found.caption(stage, lang.value) for stage in stages) for stages in shown["missing"]
    ]
    line("离全部通过最近的：" if zh else "Nearest to passing all:")
    table(_captioned(shown, lambda name: found.caption(name, lang.value)))
    _more(len(rows) - len(shown), lang)


def questions(
    store: StoreArgument,
    by: AskOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    top: TopOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Say whom to ask for what, so that most becomes known: lists of regions and chains, and calls to single units.

    Example: graphkit questions county.duckdb --by 乡镇,单个单位
    """
    from graphkit.analysis.questions import CAPTIONS
    from graphkit.analysis.questions import questions as asked

    found = covered_by(store, (units, as_of, rules), lang)
    rows = asked(found, split(by), lang=None if as_json else lang.value)
    if as_json:
        print_json(**found.headline(), questions=len(rows), table=rows.head(top) if top else rows)
        return
    line(found.text(lang.value))
    zh, shown = lang == Lang.zh, rows.head(top or SHOWN)
    if not len(rows):
        line("没有可问的。" if zh else "There is nothing to ask.")
        return
    narrow = shown[list(ASKED)].assign(asked=[shortened(name) for name in shown["asked"]])
    table(_captioned(narrow, lambda name: CAPTIONS[name].of(lang.value)), shares=True)
    last = shown.iloc[-1]
    left, width = last["unknown_after"], percent(last["width_after"])
    line(
        f"问完以上各项，仍不明 {left} 个，区间宽 {width}"
        if zh
        else f"After these {left} are unknown, the width is {width}."
    )
    _more(len(rows) - len(shown), lang)


def trend(
    store: StoreArgument,
    since: SinceOption = None,
    until: UntilOption = None,
    units: UnitsOption = "companies",
    rules: RulesOption = None,
    as_known: ThenOption = False,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell how coverage moved from quarter to quarter, and how that is against the line to 100 % in three years.

    Example: graphkit trend county.duckdb --units key_points --since 2025
    """
    from graphkit.analysis.rules import load_rules
    from graphkit.analysis.trend import CAPTIONS, VERDICTS
    from graphkit.analysis.trend import as_known as known_then
    from graphkit.analysis.trend import trend as told

    with open_store(store) as opened:
        graph, then = opened.read(), as_known and opened.keeps_revisions
        records = [*(opened.read(revision=n) for n in range(1, opened.revision)), graph] if then else []
    invented(graph, lang)
    found = told(graph, since=since, until=until, units=units, rules=load_rules(rules, schema=graph.schema))
    found = known_then(found, records) if records else found
    if as_json:
        print_json(**found.headline(), line=found.line(), table=found.frame)
        return
    line(found.text(lang.value))
    rows = _spanned(found.frame).drop(columns=["rate"])
    rows["verdict"] = [None if is_null(verdict) else VERDICTS[verdict].of(lang.value) for verdict in rows["verdict"]]
    kept = ("then_units", "then_covered", "then_unknown") if records else ()
    rows = rows.drop(columns=[name for name in rows.columns if name.startswith("then_") and name not in kept])
    table(_captioned(rows, lambda name: CAPTIONS[name].of(lang.value)), shares=True)


def _spanned(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Put both ends of the interval into one cell, in place of the lower one."""
    told = [interval(*ends) for ends in zip(rows["low"], rows["high"], strict=True)]
    return rows.drop(columns=["high"]).assign(low=told)


def _captioned(rows: "pd.DataFrame", caption: Callable[[Any], str]) -> "pd.DataFrame":
    """Caption all columns; what stood under `low` is an interval by now."""
    return rows.rename(columns={name: caption("interval" if name == "low" else name) for name in rows.columns})


def _more(left: int, lang: Lang) -> None:
    if left > 0:
        line(f"另有 {left} 行（--top 或 --json）。" if lang == Lang.zh else f"{left} more rows (--top or --json).")
