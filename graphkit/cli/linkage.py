"""Commands that tell what units are linked to: over what paths, through whom, what came of it, and what is missing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import (
    AsOfOption,
    ByOption,
    RulesOption,
    TopOption,
    UnitsOption,
    read_ruled,
    show_rates,
    split,
)
from graphkit.cli.show import (
    JsonOption,
    Lang,
    LangOption,
    StoreArgument,
    bounded,
    captioned,
    is_null,
    line,
    named,
    print_json,
    table,
)
from graphkit.cli.spread import EngineName, EngineOption, MasterOption, PartsOption, linked_by_spark, spark_of

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.analysis.ledger import Ledger
    from graphkit.analysis.links import Links
    from graphkit.schema import Schema

ToOption = Annotated[str, typer.Option(help="The type of resource, such as Bank; 银行 too.")]
HopsOption = Annotated[int | None, typer.Option(help="How many hops count as linked; default: what the rules say.")]
# So many names stand in a cell; JSON has all.
NAMED = 4
HEADERS: dict[str, dict[str, str]] = {
    "routes": {"zh": "互不相交的路径", "en": "routes"},
    "criticality": {"zh": "关键程度", "en": "criticality"},
    "pairs": {"zh": "链接对", "en": "linked pairs"},
    "lost_pairs": {"zh": "失去的链接对", "en": "pairs lost"},
    "units_cut": {"zh": "断开的单位", "en": "units cut off"},
    "cut_point": {"zh": "割点", "en": "cut point"},
    "betweenness": {"zh": "中介度", "en": "betweenness"},
    "lost": {"zh": "失去的资源", "en": "resources lost"},
    "left": {"zh": "剩余资源", "en": "left"},
    "cut": {"zh": "断开", "en": "cut off"},
    "state": {"zh": "进展", "en": "state"},
    "events": {"zh": "往来次数", "en": "events"},
    "loan": {"zh": "贷款（元）", "en": "loans (CNY)"},
    "credit_line": {"zh": "授信（元）", "en": "credit line (CNY)"},
    "balance": {"zh": "余额（元）", "en": "balance (CNY)"},
    "via": {"zh": "经由", "en": "via"},
    "on": {"zh": "日期", "en": "date"},
    "undecided": {"zh": "归属未定", "en": "undecided"},
    "converted": {"zh": "见效 / 合作", "en": "converted / partners"},
    "idle": {"zh": "尚无往来", "en": "idle"},
    "days_to_first": {"zh": "至首笔天数", "en": "days to first"},
    "not_partners": {"zh": "未签约而有往来", "en": "without agreement"},
    "linked_units": {"zh": "涉及单位", "en": "units"},
    "newly": {"zh": "新链接", "en": "newly linked"},
    "alternatives": {"zh": "效果相同的组织", "en": "or instead"},
}


def _linked(
    store: str, to: str, max_hops: int | None, told: tuple[str, str | None, Path | None], lang: Lang
) -> "Links":
    """Read a store and compute its links; `told` are units, date and rules file."""
    from graphkit.analysis.links import links

    units, as_of, file = told
    graph, rules = read_ruled(store, file, lang)
    return links(graph, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=rules)


def linkage(
    store: StoreArgument,
    to: ToOption = "Bank",
    max_hops: HopsOption = None,
    by: ByOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    engine: EngineOption = EngineName.default,
    master: MasterOption = None,
    parts: PartsOption = None,
    *,
    routes: Annotated[bool, typer.Option("--redundancy", help="Also by how many ways that share nobody.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell which units reach a resource, in how many hops, through whom.

    Example: graphkit linkage county.duckdb --to 银行 --by 产业链
    """
    from graphkit.analysis.anywhere import Links, rates
    from graphkit.analysis.redundancy import redundancy

    spark, told, near = spark_of(engine, master, parts), (units, as_of, rules), (to, max_hops)
    if spark is not None and routes:
        raise typer.BadParameter("not on --engine spark", param_hint="--redundancy")
    found = _linked(store, *near, told, lang) if spark is None else linked_by_spark(store, near, told, spark, lang)
    if by and not as_json:
        show_rates(found, split(by), lang=lang, head=found.text(lang.value))
        return
    rows = rates(found, by=split(by)) if by else found.frame
    if routes and not by and isinstance(found, Links):
        counted = redundancy(found)[["unit", "resource_type", "routes"]]
        rows = rows.merge(counted, how="left", on=["unit", "resource_type"])
    if as_json:
        print_json(**found.headline(), table=rows)
        return
    line(found.text(lang.value))
    _show(found.schema, rows.drop(columns=["unit", "resource", "brokers"]), lang)


def path(
    store: StoreArgument,
    start: Annotated[str, typer.Argument(metavar="FROM", help="An id, name or alias.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="An id, name, alias, or a type such as Bank.")],
    max_hops: Annotated[int, typer.Option(help="The longest path looked for.")] = 6,
    limit: Annotated[int, typer.Option(help="At most so many paths.")] = 1000,
    every: Annotated[bool, typer.Option("--all", help="Longer paths too, not only the shortest.")] = False,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Print the shortest paths between two nodes (with --all, longer ones too), each hop with source and place.

    Example: graphkit path sources.duckdb 晶澳 江苏银行
    """
    from graphkit.analysis.paths import PathOptions, paths

    graph, known = read_ruled(store, rules, lang)
    options = PathOptions(max_hops, limit, shortest_only=not every, as_of=as_of, rules=known)
    found = paths(graph, start, end, options=options)
    if as_json:
        print_json(paths=len(found.paths), truncated=found.truncated, table=found.frame)
        return
    line(found.text(lang.value))


def brokers(
    store: StoreArgument,
    to: ToOption = "Bank",
    max_hops: HopsOption = None,
    without: Annotated[str | None, typer.Option(metavar="NODE", help="What each unit loses without this one.")] = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    top: TopOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell through whom units reach resources, and what is lost without them.

    Example: graphkit brokers county.duckdb --to 银行 --without 霁川县妇联
    """
    from graphkit.analysis.brokers import brokers as between

    found = between(_linked(store, to, max_hops, (units, as_of, rules), lang), top=top)
    rows = found.losses(without) if without else found.frame
    if as_json:
        print_json(**found.headline(), table=rows)
        return
    line(found.text(lang.value))
    _show(found.links.graph.schema, rows.drop(columns=["broker", "unit"], errors="ignore"), lang)


def ledger(
    store: StoreArgument,
    to: ToOption = "Bank",
    max_hops: HopsOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Also pairs that only a path joins.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell how far units have come with resources: a path, an agreement, business, repeated business; and by whom.

    Example: graphkit ledger county.duckdb --to 银行
    """
    from graphkit.analysis.ledger import ledger as kept

    graph, known = read_ruled(store, rules, lang)
    found = kept(graph, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=known)
    if as_json:
        told = {"groups": found.groups, "brokers": found.brokers, "partnerships": found.partnerships}
        print_json(**found.headline(), **told, entries=found.entries, sums=found.amounts, table=found.frame)
        return
    line(found.text(lang.value))
    _show_pairs(found, found.frame, lang, every=every)
    if len(found.groups):
        line("群体另列：" if lang == Lang.zh else "Counted cohorts apart:")
        _show_pairs(found, found.groups, lang, every=every)
    _show_sums(found, lang)
    _show_conversion(found, lang)


def ties(
    store: StoreArgument,
    new: Annotated[int, typer.Option(help="How many new agreements.")] = 5,
    to: ToOption = "Bank",
    max_hops: HopsOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    persons: Annotated[bool, typer.Option("--persons", help="Persons may be partners, too.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Suggest which organisations to bring together with a resource, so that most units are newly linked.

    Example: graphkit ties county.duckdb --to 银行 --new 4
    """
    from graphkit.analysis.ties import TieOptions, recounted
    from graphkit.analysis.ties import ties as suggested

    net = _linked(store, to, max_hops, (units, as_of, rules), lang)
    found = suggested(net, new, options=TieOptions(persons=persons))
    after = recounted(found)
    if as_json:
        print_json(**found.headline(), recount=after.headline(), table=found.frame)
        return
    line(found.text(lang.value))
    rows = found.frame[["rank", "name", "type", "gain", "loss", "units", "alternatives"]]
    _show(net.graph.schema, rows.rename(columns={"units": "newly"}), lang)
    line(f"{'复算' if lang == Lang.zh else 'Recounted'}: {after.text(lang.value)}")


def quadrant(
    store: StoreArgument,
    to: ToOption = "Bank",
    by: ByOption = None,
    max_hops: HopsOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell which units have a women's organisation, which are linked to a resource, which both, either or neither.

    Example: graphkit quadrant county.duckdb --to 银行 --by 产业链
    """
    from graphkit.analysis.coverage import coverage
    from graphkit.analysis.quadrant import cheapest
    from graphkit.analysis.quadrant import quadrant as crossed

    net = _linked(store, to, max_hops, (units, as_of, rules), lang)
    cov = coverage(net.graph, units=units, as_of=as_of, rules=net.rules)
    rows = crossed(cov, net, by=split(by), lang=None if as_json else lang.value)
    if as_json:
        depends = {"to": list(net.to), "max_hops": net.max_hops, "as_of": net.as_of, "rules": net.rules.name}
        print_json(units=len(net.units), units_kind=net.units_kind, **depends, table=rows)
        return
    line(cheapest(cov, net, lang.value))
    heads, (state, joined, count, share, names) = list(rows.columns[:-6]), rows.columns[-6:-1]
    if heads:
        wide = rows.assign(cell=rows[state] + " · " + rows[joined])
        order = list(dict.fromkeys(wide["cell"]))
        table(wide.pivot_table(index=heads, columns="cell", values=count, sort=False)[order].astype(int).reset_index())
        return
    shown = rows[[state, joined, count, share]].assign(**{names: [_some(told, lang) for told in rows[names]]})
    table(shown, shares=True)


def _show(schema: "Schema", rows: "pd.DataFrame", lang: Lang) -> None:
    """Print a frame with its columns captioned; of a list of names only the first."""
    shown = rows.copy()
    for name in rows.columns:
        if any(_is_list(value) for value in rows[name]):
            shown[name] = [_some(value, lang) for value in rows[name]]
    table(captioned(schema, shown, lang).rename(columns={name: told[lang] for name, told in HEADERS.items()}))


def _is_list(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str)


def _some(names: Any, lang: Lang) -> str:
    """Name the first of a list, and count the rest."""
    return named(list(names), lang, most=NAMED) if _is_list(names) else ""


def _show_pairs(found: "Ledger", rows: "pd.DataFrame", lang: Lang, *, every: bool) -> None:
    """Print pairs of units and resources; those that only a path joins are counted, if not asked for."""
    schema = found.graph.schema
    chosen = rows if every else rows[rows["state"] != "possible"]
    shown = chosen[["name", "resource_name", "state", "events"]].copy()
    shown["state"] = [schema.caption("term", state, lang.value) for state in chosen["state"]]
    for kind in ("loan", "credit_line", "balance"):
        shown[kind] = [bounded(*told) for told in zip(chosen[kind], chosen[f"{kind}_bound"], strict=True)]
    dates = zip(chosen["repeated_on"], chosen["realised_on"], chosen["announced_on"], strict=True)
    shown["on"] = [next((day for day in told if not is_null(day)), "") for told in dates]
    shown["via"] = chosen["via"]
    if (chosen["undecided"] > 0).any():
        shown["undecided"] = chosen["undecided"]
    if len(shown):
        _show(found.graph.schema, shown, lang)
    if left := len(rows) - len(chosen):
        zh = f"另有 {left} 对仅有路径（--all 列出）。"
        line(zh if lang == Lang.zh else f"Joined by a path only: {left} more (--all lists them).")


def _show_sums(found: "Ledger", lang: Lang) -> None:
    """Print the sums by kind, which are never added to each other, nor those of cohorts to those of named ends."""
    schema, zh = found.graph.schema, lang == Lang.zh
    for told, group in [(t, False) for t in found.totals()] + [(t, True) for t in found.totals(groups=True)]:
        kind = schema.caption("amount_kind", told["kind"] or "", lang.value) or (
            "未说明类型" if zh else "no kind stated"
        )
        notes = ["群体" if zh else "cohorts"] if group else []
        notes += ["多笔合计数" if zh else "sums over many"] if told["aggregate"] else []
        apart = (f"（{'、'.join(notes)}，另列）" if zh else f" ({', '.join(notes)}; apart)") if notes else ""
        amount = bounded(told["amount"], told["amount_bound"]) or "?"
        count = told["events"]
        line(f"{kind}{apart}：{count} 笔，{amount} 元" if zh else f"{kind}{apart}: {count}, CNY {amount}")


def _show_conversion(found: "Ledger", lang: Lang) -> None:
    """Print what came of the agreements of each broker."""
    rows = found.brokers
    if not len(rows):
        return
    zh, en = (
        "中介与资源的合作（只计注明经由的往来）：",
        "What came of the brokers' agreements (by events that name the broker):",
    )
    line(zh if lang == Lang.zh else en)
    shown = rows[["name", "type", "partners", "converted", "idle", "days_to_first", "not_partners", "events", "units"]]
    told = zip(rows["converted"], rows["partners"], strict=True)
    shown = shown.assign(converted=[f"{converted} / {partners}" for converted, partners in told])
    _show(found.graph.schema, shown.drop(columns="partners").rename(columns={"units": "linked_units"}), lang)
