"""What several commands share: their options, and the graph, coverage and rates that they speak of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.show import Lang, invented, is_null, line, percent, table
from graphkit.cli.stores import open_store

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
PER_TOWN = "So many new organisations in every town each year, as long as it has candidates."
QuotaOption = Annotated[int, typer.Option("--min-per-town", metavar="N", help=PER_TOWN)]
WeightOption = Annotated[str, typer.Option(help="count or women_employees.")]


def read(store: str, lang: Lang) -> "Graph":
    """Read the newest revision of a store, and say so if it is invented."""
    with open_store(store) as opened:
        graph = opened.read()
    invented(graph, lang)
    return graph


def covered_by(store: str, told: tuple[str, str | None, Path | None], lang: Lang) -> "Coverage":
    """Read a store and compute its coverage; `told` are units, date and rules file."""
    from graphkit.analysis.coverage import coverage as covered
    from graphkit.analysis.rules import load_rules

    units, as_of, rules = told
    graph = read(store, lang)
    return covered(graph, units=units, as_of=as_of, rules=load_rules(rules, schema=graph.schema))


def split(by: list[str] | None) -> list[str] | None:
    """Take `--by town,chain` and `--by town --by chain` alike."""
    return [name.strip() for told in by for name in told.replace("，", ",").split(",")] if by else None


def show_rates(
    found: "Coverage | Links", by: list[str] | None, weight: str = "count", *, lang: Lang, head: str | None = None
) -> None:
    """Print rates as a table: the interval first, and the rate with the number of units that it is among.

    `head` is printed before it, once it is known that the rates can be had: an error leaves nothing half said.
    """
    from graphkit.analysis.rates import rates

    plain = rates(found, by=by, weight=weight)
    shown = rates(found, by=by, weight=weight, lang=lang.value).set_axis(plain.columns, axis=1)
    labels = dict(zip(plain.columns, rates(found, by=by, weight=weight, lang=lang.value).columns, strict=True))
    if "women" in plain.columns:
        # What is weighed takes the place of what is counted; a sum with a lower bound in it is one itself.
        parts = [name.removeprefix("uncounted_") for name in plain.columns if name.startswith("uncounted_")]
        least = zip(plain["women"], plain["women_at_least"], strict=True)
        shown["women"] = [f"{'≥ ' if more else ''}{heads}" for heads, more in least]
        shown = shown.drop(columns=[*parts, *(f"uncounted_{part}" for part in parts), "women_at_least"])
    if "rate" in plain.columns:
        known = (
            (plain["women"] - plain["women_unknown"]) if "women" in plain.columns else plain["units"] - plain["unknown"]
        )
        among = (
            ("{} 人已知中 {}" if "women" in plain.columns else "{} 家已知中 {}")
            if lang == Lang.zh
            else "{1} of {0} known"
        )
        told = [among.format(k, percent(r)) if k else "" for k, r in zip(known, plain["rate"], strict=True)]
        ends = zip(plain["low"], plain["high"], strict=True)
        shown["low"] = [f"{percent(low)} – {percent(high)}" if not is_null(low) else "" for low, high in ends]
        shown["rate"] = told
        labels["low"] = f"{labels['low']} – {labels['high']}"
        shown = shown[[*(c for c in shown.columns if c not in ("rate", "low", "high")), "low", "rate"]]
    if head:
        line(head)
    table(shown.rename(columns=labels), shares=True)


def budgets(told: str) -> list[float] | str:
    """Read the tasks of each year; what is no list of numbers is left to the plan to refuse."""
    try:
        return [float(year) for year in told.replace("，", ",").split(",")]
    except ValueError:
        return told
