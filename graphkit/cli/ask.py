"""Commands that ask a store: Cypher, coverage, why, claims, linkage, paths, evidence."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.show import (
    JsonOption,
    Lang,
    LangOption,
    StoreArgument,
    captioned,
    invented,
    is_null,
    line,
    note,
    percent,
    print_json,
    shortened,
    table,
)

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.links import Links
    from graphkit.graph.tables import Graph

ByOption = Annotated[
    list[str] | None, typer.Option("--by", help="town, chain, segment, mode, form, size, a property; 乡镇 too.")
]
UnitsOption = Annotated[str, typer.Option(help="companies or key_points, or a selector of the rules file.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="A date such as 2026-09-30; default: latest known.")]
RulesOption = Annotated[Path | None, typer.Option(help="A rules file of one's own.")]
TopOption = Annotated[int | None, typer.Option("--top", min=1, help="Only the first so many.")]
WeightOption = Annotated[str, typer.Option(help="count or women_employees.")]


def _read(store: str, lang: Lang) -> "Graph":
    from graphkit.build import open_store

    with open_store(store) as opened:
        graph = opened.read()
    invented(graph, lang)
    return graph


def query(
    store: StoreArgument,
    text: Annotated[
        str | None, typer.Argument(metavar="CYPHER", help="A read-only Cypher query; - reads it from stdin.")
    ] = None,
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="name=value, for $name.")] = None,
    named: Annotated[str | None, typer.Option(help="Ask a question that is shipped, by its name.")] = None,
    seconds: Annotated[float, typer.Option(help="Stop the query after this many seconds.")] = 60.0,
    *,
    listed: Annotated[bool, typer.Option("--list", help="List the questions that are shipped.")] = False,
    portable: Annotated[bool, typer.Option(help="Refuse what a file and Neo4j may answer differently.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Answer a Cypher query, or one of the shipped questions.

    Example: graphkit query county.duckdb --named covered -p mode=joint
    """
    from graphkit.build import open_store
    from graphkit.cypher.shipped import shipped_query
    from graphkit.engines.kglite import Limits
    from graphkit.stores.base import query as asked

    if [text is not None, named is not None, listed].count(True) != 1:
        raise typer.BadParameter("give one of CYPHER, --named and --list", param_hint="CYPHER")
    if listed:
        _list_questions(lang, as_json=as_json)
        return
    question = shipped_query(named) if named else _standard_input() if text == "-" else str(text)
    kinds = {} if isinstance(question, str) else {p.name: p.kind for p in question.parameters}
    given = dict(_parameter(told, kinds) for told in param or ())
    with open_store(store) as opened:
        rows = asked(opened, question, limits=Limits(seconds=seconds), portable=portable, **given)
    for warning in rows.attrs.get("warnings", ()):
        note(f"! {warning}")
    if as_json:
        print_json(rows=len(rows), table=rows)
        return
    table(rows)


def _list_questions(lang: Lang, *, as_json: bool) -> None:
    """List the shipped questions with their parameters and columns."""
    import pandas as pd

    from graphkit.cypher.shipped import shipped_queries

    rows = pd.DataFrame(
        [
            {
                "name": question.name,
                "title": question.title[lang.value],
                "parameters": ", ".join(f"{p.name} ({p.caption[lang.value]})" for p in question.parameters),
                "columns": ", ".join(question.columns),
            }
            for question in shipped_queries()
        ]
    )
    if as_json:
        print_json(questions=len(rows), table=rows)
        return
    table(rows)


def _standard_input() -> str:
    try:
        return typer.get_text_stream("stdin", encoding="utf-8", errors="strict").read()
    except UnicodeDecodeError as error:
        raise typer.BadParameter("standard input is not UTF-8", param_hint="CYPHER") from error


# Digits are a number, but for codes that begin with a zero; the rest is text.
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def _parameter(told: str, kinds: Mapping[str, str]) -> tuple[str, object]:
    name, separator, value = told.partition("=")
    if not separator or not name.isidentifier() or name in ("limits", "portable"):
        raise typer.BadParameter(f"{told!r} is not name=value", param_hint="--param")
    return name, int(value) if NUMBER.fullmatch(value) and kinds.get(name) != "text" else value


def coverage(
    store: StoreArgument,
    by: ByOption = None,
    weight: WeightOption = "count",
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell how many units have a women's organisation: covered, gap, unknown, and the interval.

    Example: graphkit coverage county.duckdb --by 乡镇
    """
    from graphkit.analysis.rates import rates

    found = covered_by(store, (units, as_of, rules), lang)
    if as_json:
        print_json(**_headline(found, weight), table=rates(found, by=_split(by), weight=weight))
        return
    line(found.text(lang.value))
    show_rates(found, _split(by), weight, lang=lang)


def _headline(found: "Coverage", weight: str) -> dict[str, Any]:
    """Return the figures of all units and what they depend on."""
    from graphkit.analysis.rates import rates

    total = rates(found, weight=weight).to_dict("records")[-1]
    return found.headline() | {"rate": total["rate"], "interval": [total["low"], total["high"]], "weight": weight}


def show_rates(found: "Coverage | Links", by: list[str] | None, weight: str = "count", *, lang: Lang) -> None:
    """Print rates as a table: the interval first, and the rate with the number of units that it is among."""
    from graphkit.analysis.rates import rates

    plain, shown = rates(found, by=by, weight=weight), rates(found, by=by, weight=weight, lang=lang.value)
    if "rate" in plain.columns:
        known = plain["units"] - plain["unknown"]
        among = "{} 家已知中 {}" if lang == Lang.zh else "{1} of {0} known"
        told = [among.format(k, percent(r)) if k else "" for k, r in zip(known, plain["rate"], strict=True)]
        ends = zip(plain["low"], plain["high"], strict=True)
        interval = [f"{percent(low)} – {percent(high)}" if not is_null(low) else "" for low, high in ends]
        labels = [shown.columns[list(plain.columns).index(name)] for name in ("rate", "low", "high")]
        rate, low, high = labels
        shown = shown.drop(columns=labels)
        shown[f"{low} – {high}"], shown[rate] = interval, told
    table(shown, shares=True)


def _split(by: list[str] | None) -> list[str] | None:
    """Take `--by town,chain` and `--by town --by chain` alike."""
    return [name.strip() for told in by for name in told.replace("，", ",").split(",")] if by else None


def covered_by(store: str, told: tuple[str, str | None, Path | None], lang: Lang) -> "Coverage":
    """Read a store and compute its coverage; `told` are units, date and rules file."""
    from graphkit.analysis.coverage import coverage as covered
    from graphkit.analysis.rules import load_rules

    units, as_of, rules = told
    graph = _read(store, lang)
    return covered(graph, units=units, as_of=as_of, rules=load_rules(rules, schema=graph.schema))


def why(
    store: StoreArgument,
    unit: Annotated[str, typer.Argument(help="A unit's id, name or alias.")],
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Explain a unit's status: rule, organisation, source and place; or what is missing."""
    from graphkit.analysis.explain import why as explained

    told = explained(covered_by(store, (units, as_of, rules), lang), unit)
    if as_json:
        fields = asdict(told)
        print_json(**fields, table=fields["grounds"])
        return
    line(told.text(lang.value))


def claims(
    store: StoreArgument,
    rules: RulesOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also the numbers that no rule can count after.")] = False,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Hold what the sources claim against what they name: stated, named, and how many at least are not named."""
    from graphkit.analysis.claims import claims as checked
    from graphkit.analysis.rules import load_rules
    from graphkit.exporters.wording import word_for

    graph = _read(store, lang)
    rows = checked(graph, rules=load_rules(rules, schema=graph.schema), lang=lang.value)
    if as_json:
        print_json(claims=len(rows), table=rows)
        return
    counted = rows if every else rows[rows["verdict"] != "not checkable"]
    shown = counted[["subject", "measure", "value", "bound", "as_of", "named", "unnamed", "verdict", "source", "place"]]
    shown = shown.rename(columns={"bound": "value_bound"}).assign(source=[shortened(text) for text in shown["source"]])
    shown = shown.assign(measure=[word_for(measure, lang.value) for measure in shown["measure"]])
    table(captioned(graph.schema, shown.assign(subject=[shortened(text) for text in shown["subject"]]), lang))
    left, zh = len(rows) - len(counted), lang == Lang.zh
    line("已列名的不一定都在所称的数目之内。" if zh else "The named need not all be among those that are counted.")
    if left:
        line(f"另有 {left} 个数目没有清点规则（--all 列出）。" if zh else f"No rule counts {left} others (--all).")


def linkage(
    store: StoreArgument,
    to: Annotated[str, typer.Option(help="The type of resource, such as Bank; 银行 too.")] = "Bank",
    max_hops: Annotated[int, typer.Option(help="How many hops count as linked.")] = 3,
    by: ByOption = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell which units reach a resource, in how many hops, through whom.

    Example: graphkit linkage county.duckdb --to 银行 --by 产业链
    """
    from graphkit.analysis.links import links
    from graphkit.analysis.rates import rates

    graph = _read(store, lang)
    found = links(graph, to=to, max_hops=max_hops, units=units, as_of=as_of)
    if as_json:
        print_json(**found.headline(), table=rates(found, by=_split(by)) if by else found.frame)
        return
    line(found.text(lang.value))
    if by:
        show_rates(found, _split(by), lang=lang)
        return
    table(captioned(graph.schema, found.frame.drop(columns=["unit", "resource", "brokers"]), lang))


def path(
    store: StoreArgument,
    start: Annotated[str, typer.Argument(metavar="FROM", help="An id, name or alias.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="An id, name, alias, or a type such as Bank.")],
    max_hops: Annotated[int, typer.Option(help="The longest path looked for.")] = 6,
    limit: Annotated[int, typer.Option(help="At most so many paths.")] = 1000,
    every: Annotated[bool, typer.Option("--all", help="Longer paths too, not only the shortest.")] = False,
    as_of: AsOfOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Print the shortest paths between two nodes (with --all, longer ones too), each hop with source and place.

    Example: graphkit path sources.duckdb 晶澳 江苏银行
    """
    from graphkit.analysis.paths import PathOptions, paths

    graph = _read(store, lang)
    found = paths(graph, start, end, options=PathOptions(max_hops, limit, shortest_only=not every, as_of=as_of))
    if as_json:
        print_json(paths=len(found.paths), truncated=found.truncated, table=found.frame)
        return
    line(found.text(lang.value))


def evidence(
    store: StoreArgument,
    element: Annotated[str, typer.Argument(help="A node's id, name or alias, or an edge's id.")],
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell where each statement about a node and its edges comes from."""
    from graphkit.graph.evidence import evidence as stated

    graph = _read(store, lang)
    rows = stated(graph, element)
    if as_json:
        print_json(statements=len(rows), table=rows)
        return
    shown = rows.drop(columns="element").dropna(axis="columns", how="all")
    table(captioned(graph.schema, shown, lang))
