"""Commands that write files: the map, the report, exports."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import AsOfOption, QuotaOption, Tier, TierOption, UnitsOption, budgets, split
from graphkit.cli.show import Lang, StoreArgument, line
from graphkit.cli.stores import open_store

if TYPE_CHECKING:
    from graphkit.analysis.compare import Comparison
    from graphkit.graph.tables import Graph


class Layout(StrEnum):
    """How the map is laid out."""

    auto = "auto"
    chain = "chain"
    matrix = "matrix"
    tiers = "tiers"
    communities = "communities"


class Engine(StrEnum):
    """What draws the map."""

    auto = "auto"
    pyvis = "pyvis"
    canvas = "canvas"


class Grouping(StrEnum):
    """What a map is summed up by."""

    town = "town"
    chain = "chain"
    segment = "segment"


class Format(StrEnum):
    """What an export is written as."""

    parquet = "parquet"
    csv = "csv"
    graphml = "graphml"


OutOption = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]
SinceOption = Annotated[
    int | None,
    typer.Option(metavar="REVISION", help="Also what changed since this revision; all as of the newest source."),
]
# A map or a report goes to an office: Chinese unless asked.
PageLang = Annotated[Lang, typer.Option("--lang", help="Language of the page.")]


def map_(
    store: StoreArgument,
    out: OutOption,
    layout: Annotated[Layout, typer.Option(help="auto, chain, matrix, tiers or communities.")] = Layout.auto,
    engine: Annotated[Engine, typer.Option(help="auto, pyvis (to 2,000 nodes) or canvas (to 100,000).")] = Engine.auto,
    units: UnitsOption = "companies",
    to: Annotated[str | None, typer.Option(help="Also who is linked to this resource, such as 银行.")] = None,
    plan: Annotated[
        str | None, typer.Option(metavar="N,N,...", help="Also what a plan with these tasks a year would cover.")
    ] = None,
    focus: Annotated[
        str | None, typer.Option(metavar="NODE", help="Only what lies around this node: an id, a name or an alias.")
    ] = None,
    hops: Annotated[int | None, typer.Option(help="Of --focus: within how many hops (2).")] = None,
    aggregate: Annotated[
        Grouping | None, typer.Option(help="One mark for each town, chain or segment, with its counts.")
    ] = None,
    since: SinceOption = None,
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
    lang: PageLang = Lang.zh,
) -> None:
    """Write the interactive map: one HTML file that opens offline.

    Example: graphkit map county.duckdb -o 地图.html --plan 12,12,12 --to 银行 --since 1
    """
    from graphkit.analysis.coverage import coverage
    from graphkit.analysis.links import links
    from graphkit.analysis.plan import plan as planned
    from graphkit.exporters.map import MapOptions, export_map

    if hops is not None and focus is None:
        raise typer.BadParameter("it is of --focus: say around which node", param_hint="--hops")
    with open_store(store) as opened:
        graph = opened.read()
        older = None if since is None else opened.read(revision=since)
    changes = None if older is None else _changes(older, graph, units, as_of)
    covered = changes.after if changes else coverage(graph, units=units, as_of=as_of)
    tasks: Any = None if plan is None else budgets(plan)
    future = None if plan is None else planned(covered, per_year=tasks)
    linked = None if to is None else links(graph, to=split([to]) or to, units=units, as_of=covered.as_of)
    options = MapOptions(layout=layout.value, engine=engine.value, tier=tier.value, lang=lang.value, focus=focus)
    options = replace(options, aggregate=None if aggregate is None else aggregate.value)
    if hops is not None:
        options = replace(options, hops=hops)
    told: Any = {"coverage": covered, "links": linked, "plan": future, "comparison": changes}
    line(str(export_map(graph, out, options=options, **told)))


def _changes(older: "Graph", graph: "Graph", units: str, as_of: str | None) -> "Comparison":
    """Compare with an earlier record, read at its newest day, but never later than the date that is asked for."""
    from graphkit.analysis.compare import CompareOptions, compare
    from graphkit.graph.time import newest_day
    from graphkit.values import PartialDate

    first = as_of if as_of and newest_day(older.sources) > str(PartialDate.parse(as_of).last_day) else None
    return compare(older, graph, first, as_of, options=CompareOptions(units))


def report(
    store: StoreArgument,
    out: OutOption,
    units: UnitsOption = "companies",
    to: Annotated[str, typer.Option(help="The resource of the linkage section.")] = "Bank",
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
    since: SinceOption = None,
    plan: Annotated[
        str | None,
        typer.Option(metavar="N,N,...", help="Also a plan with so many tasks in each year, such as 12,12,12."),
    ] = None,
    min_per_town: QuotaOption = 0,
    sections: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME,...", help="Only these sections, such as gaps,plan; 空白点,建会计划 too."),
    ] = None,
    lang: PageLang = Lang.zh,
) -> None:
    """Write the coverage gap report; the suffix says the form: .html, .docx (Word), .xlsx (Excel) or .md (Markdown).

    Gaps, questions, trend, effective coverage, links, brokers and ledger are always told; a plan and what changed if
    asked for.

    Example: graphkit report county.duckdb -o 三季度.html --plan 12,12,12 --since 1
    """
    from graphkit.analysis.coverage import coverage
    from graphkit.analysis.links import links
    from graphkit.exporters.findings import findings
    from graphkit.exporters.report import ReportOptions, export_report

    if min_per_town and plan is None:
        raise typer.BadParameter("it is part of a plan: say the tasks of each year too", param_hint="--min-per-town")
    with open_store(store) as opened:
        graph = opened.read()
        older = None if since is None else opened.read(revision=since)
    changes = None if older is None else _changes(older, graph, units, as_of)
    # One date for the whole report: without --as-of the comparison is at a day, and so are the other sections.
    covered = changes.after if changes else coverage(graph, units=units, as_of=as_of)
    linked = links(graph, to=to, units=units, as_of=covered.as_of)
    years: Any = None if plan is None else budgets(plan)
    earlier = () if older is None else (older,)
    found = findings(covered, links=linked, per_year=years, min_per_town=min_per_town, records=earlier)
    names = tuple(split([sections]) or ()) if sections else ()
    options = ReportOptions(tier=tier.value, lang=lang.value, sections=names)
    told = replace(found, comparison=changes)
    line(str(export_report(out, coverage=covered, links=linked, findings=told, options=options)))


def export(
    store: StoreArgument,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    form: Annotated[Format | None, typer.Option("--format", help="parquet (default), csv or graphml.")] = None,
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
    sensitive: Annotated[
        list[str] | None,
        typer.Option("--sensitive", metavar="TYPE.PROPERTY", help="Of --neo4j-import: this property too; repeatable."),
    ] = None,
    *,
    neo4j_import: Annotated[
        bool, typer.Option("--neo4j-import", help="Files for neo4j-admin, to fill an empty server at once.")
    ] = False,
) -> None:
    """Write the graph as Parquet (a full backup), CSV or GraphML, or as files for neo4j-admin.

    Example: graphkit export county.duckdb files --neo4j-import
    """
    from graphkit.exporters.neo4j_import import export_neo4j_import
    from graphkit.exporters.tables import export_graph
    from graphkit.stores.neo4j.parts import PushOptions

    if form and neo4j_import:
        raise typer.BadParameter("--format is not of --neo4j-import, which has one form", param_hint="--format")
    if sensitive and not neo4j_import:
        raise typer.BadParameter("--sensitive is of --neo4j-import", param_hint="--sensitive")
    with open_store(store) as opened:
        graph = opened.read(as_of=as_of)
    if neo4j_import:
        options = PushOptions(sensitive=tuple(sensitive or ()))
        line(str(export_neo4j_import(graph, directory, options, tier=tier.value)))
        return
    line(str(export_graph(graph, directory, format=(form or Format.parquet).value, tier=tier.value)))
