"""Commands that write files: the map, the report, exports."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.ask import AsOfOption, UnitsOption
from graphkit.cli.show import Lang, StoreArgument, line


class Tier(StrEnum):
    """For whom a file is: what is personal stays inside."""

    internal = "internal"
    partner = "partner"
    public = "public"


class Layout(StrEnum):
    """How the map is laid out."""

    auto = "auto"
    chain = "chain"
    communities = "communities"


class Format(StrEnum):
    """What an export is written as."""

    parquet = "parquet"
    csv = "csv"
    graphml = "graphml"


OutOption = Annotated[Path, typer.Option("-o", "--out", help="The file to write.")]
TierOption = Annotated[Tier, typer.Option(help="internal, partner (no sensitive properties), public (no persons).")]
# A map or a report goes to an office: Chinese unless asked.
PageLang = Annotated[Lang, typer.Option("--lang", help="Language of the page.")]


def map_(
    store: StoreArgument,
    out: OutOption,
    layout: Annotated[Layout, typer.Option(help="auto, chain or communities.")] = Layout.auto,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
    lang: PageLang = Lang.zh,
) -> None:
    """Write the interactive map: one HTML file that opens offline.

    Example: graphkit map county.duckdb -o 地图.html
    """
    from graphkit.analysis.coverage import coverage
    from graphkit.build import open_store
    from graphkit.exporters.map import MapOptions, export_map

    with open_store(store) as opened:
        graph = opened.read()
    covered = coverage(graph, units=units, as_of=as_of)
    options = MapOptions(layout=layout.value, tier=tier.value, lang=lang.value)
    line(str(export_map(graph, out, coverage=covered, options=options)))


def report(
    store: StoreArgument,
    out: OutOption,
    units: UnitsOption = "companies",
    to: Annotated[str, typer.Option(help="The resource of the linkage section.")] = "Bank",
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
    since: Annotated[
        int | None,
        typer.Option(metavar="REVISION", help="Also what changed since this revision; all as of the newest source."),
    ] = None,
    lang: PageLang = Lang.zh,
) -> None:
    """Write the coverage gap report; the suffix says the form: .html or .xlsx.

    Example: graphkit report county.duckdb -o 三季度.html
    """
    from graphkit.analysis.compare import CompareOptions, compare
    from graphkit.analysis.coverage import coverage
    from graphkit.analysis.links import links
    from graphkit.build import open_store
    from graphkit.exporters.report import ReportOptions, export_report
    from graphkit.graph.time import newest_day
    from graphkit.values import PartialDate

    with open_store(store) as opened:
        graph = opened.read()
        older = None if since is None else opened.read(revision=since)
    changes = None
    if older is not None:
        # The earlier record is read at its newest day, but never later than the report is of.
        first = as_of if as_of and newest_day(older.sources) > str(PartialDate.parse(as_of).last_day) else None
        changes = compare(older, graph, first, as_of, options=CompareOptions(units))
    # One date for the whole report: without --as-of the comparison is at a day, and so are the other sections.
    covered = changes.after if changes else coverage(graph, units=units, as_of=as_of)
    linked = links(graph, to=to, units=units, as_of=covered.as_of)
    options = ReportOptions(tier=tier.value, lang=lang.value)
    line(str(export_report(out, coverage=covered, links=linked, options=options, comparison=changes)))


def export(
    store: StoreArgument,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    form: Annotated[Format, typer.Option("--format", help="parquet, csv or graphml.")] = Format.parquet,
    as_of: AsOfOption = None,
    tier: TierOption = Tier.internal,
) -> None:
    """Write the graph as Parquet (a full backup), CSV or GraphML."""
    from graphkit.build import open_store
    from graphkit.exporters.tables import export_graph

    with open_store(store) as opened:
        graph = opened.read(as_of=as_of)
    line(str(export_graph(graph, directory, format=form.value, tier=tier.value)))
