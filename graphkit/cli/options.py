"""What several commands share: their options, and the graph, coverage and rates that they speak of."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.show import Lang, interval, invented, line, percent, table
from graphkit.cli.stores import open_store

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.links import Links
    from graphkit.analysis.rules import Rules
    from graphkit.analysis.spread import SpreadCoverage
    from graphkit.analysis.spread_links import SpreadLinks
    from graphkit.graph.tables import Graph


class Tier(StrEnum):
    """For whom a file is: what is personal stays inside."""

    internal = "internal"
    partner = "partner"
    public = "public"


TierOption = Annotated[Tier, typer.Option(help="internal, partner (no sensitive properties), public (no persons).")]

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


def read_ruled(store: str, rules: Path | None, lang: Lang) -> "tuple[Graph, Rules]":
    """Read a store, and the rules of a file under its schema; without a file, those that come with graphkit."""
    from graphkit.analysis.rules import load_rules

    graph = read(store, lang)
    return graph, load_rules(rules, schema=graph.schema)


def covered_by(store: str, told: tuple[str, str | None, Path | None], lang: Lang) -> "Coverage":
    """Read a store and compute its coverage; `told` are units, date and rules file."""
    from graphkit.analysis.coverage import coverage as covered

    units, as_of, file = told
    graph, rules = read_ruled(store, file, lang)
    return covered(graph, units=units, as_of=as_of, rules=rules)


def split(by: list[str] | None) -> list[str] | None:
    """Take `--by town,chain` and `--by town --by chain` alike."""
    return [name.strip() for told in by for name in told.replace("，", ",").split(",")] if by else None


def show_rates(
    found: "Coverage | Links | SpreadCoverage | SpreadLinks",
    by: list[str] | None,
    weight: str = "count",
    *,
    lang: Lang,
    head: str | None = None,
) -> None:
    """Print rates as a table: the interval first, and the rate with the number of units that it is among.

    `head` is printed before it, once it is known that the rates can be had: an error leaves nothing half said.
    """
    from graphkit.analysis.anywhere import rates

    plain, told = (rates(found, by=by, weight=weight, lang=asked) for asked in (None, lang.value))
    labels = dict(zip(plain.columns, told.columns, strict=True))
    shown = _weighed(plain, told.set_axis(plain.columns, axis=1))
    if "rate" in plain.columns:
        shown = _spanned(plain, shown, lang)
        labels["low"] = f"{labels['low']} – {labels['high']}"
    if head:
        line(head)
    table(shown.rename(columns=labels), shares=True)


def _weighed(plain: "pd.DataFrame", shown: "pd.DataFrame") -> "pd.DataFrame":
    """Put what is weighed into the place of what is counted; a sum with a lower bound in it is one itself."""
    if "women" not in plain.columns:
        return shown
    parts = [name.removeprefix("uncounted_") for name in plain.columns if name.startswith("uncounted_")]
    least = zip(plain["women"], plain["women_at_least"], strict=True)
    shown = shown.assign(women=[f"{'≥ ' if more else ''}{heads}" for heads, more in least])
    return shown.drop(columns=[*parts, *(f"uncounted_{part}" for part in parts), "women_at_least"])


def _spanned(plain: "pd.DataFrame", shown: "pd.DataFrame", lang: Lang) -> "pd.DataFrame":
    """Put both ends of the interval into one cell, and say among how many the rate is; both come last."""
    by_women = "women" in plain.columns
    known = plain["women"] - plain["women_unknown"] if by_women else plain["units"] - plain["unknown"]
    zh = "{} 人已知中 {}" if by_women else "{} 家已知中 {}"
    among = zh if lang == Lang.zh else "{1} of {0} known"
    rate = [among.format(k, percent(r)) if k else "" for k, r in zip(known, plain["rate"], strict=True)]
    low = [interval(*ends) for ends in zip(plain["low"], plain["high"], strict=True)]
    return shown.drop(columns=["rate", "low", "high"]).assign(low=low, rate=rate)


def budgets(told: str) -> list[float] | str:
    """Read the tasks of each year; what is no list of numbers is left to the plan to refuse."""
    try:
        return [float(year) for year in told.replace("，", ",").split(",")]
    except ValueError:
        return told
