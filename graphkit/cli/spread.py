"""How commands ask Spark: their options, and the coverage and links of a directory of Parquet files."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.show import Lang, captioned, invented, line, print_json, table

if TYPE_CHECKING:
    from graphkit.analysis.rules import Rules
    from graphkit.analysis.spread import SpreadCoverage
    from graphkit.analysis.spread_links import SpreadLinks
    from graphkit.engines.spark.directory import Directory
    from graphkit.engines.spark.session import SparkOptions


class EngineName(StrEnum):
    """What computes: DuckDB and arrays in this process, or Spark on a directory of Parquet files."""

    default = "default"
    spark = "spark"


EngineOption = Annotated[
    EngineName, typer.Option(help="spark: STORE is a directory of Parquet files, which may be larger than memory.")
]
MasterOption = Annotated[
    str | None,
    typer.Option(envvar="GRAPHKIT_MASTER", help="Of --engine spark: such as spark://host:7077; default: local[*]."),
]
PartsOption = Annotated[
    int | None, typer.Option(min=1, help="Of --engine spark: in how many parts a graph is cut; default: by its size.")
]


def spark_of(engine: EngineName, master: str | None, parts: int | None) -> "SparkOptions | None":
    """Return how Spark is asked, or None for the default engine, which knows neither `--master` nor `--parts`."""
    if engine != EngineName.spark:
        # A master that stands in the environment is for whoever asks Spark; a typed one is for this command.
        typed = master is not None and master != os.environ.get("GRAPHKIT_MASTER")
        for name, wrong in (("--master", typed), ("--parts", parts is not None)):
            if wrong:
                raise typer.BadParameter("it is of --engine spark", param_hint=name)
        return None
    from graphkit.engines.relational import memory_now
    from graphkit.engines.spark.session import SparkOptions

    bound = memory_now()
    # DuckDB says 4GiB where Spark says 4096m.
    memory = None if bound.mebibytes is None else f"{bound.mebibytes}m"
    return SparkOptions(master, parts, memory=memory, spill=bound.spill)


def _opened(place: str, file: Path | None, options: "SparkOptions", lang: Lang) -> "tuple[Directory, Rules]":
    """Open a directory of Parquet files and read rules under its schema; say so if what it holds is invented."""
    from graphkit.analysis.rules import load_rules
    from graphkit.engines.spark.directory import open_directory
    from graphkit.graph.tables import Graph

    directory = open_directory(place, options)
    invented(Graph(directory.schema, sources=directory.read("sources")), lang)
    return directory, load_rules(file, schema=directory.schema)


def show_counted(place: str, options: "SparkOptions", as_json: bool, lang: Lang) -> None:
    """Tell what a directory holds: its sources, and nodes and edges by type; a directory has no revisions."""
    from graphkit.analysis.spread import spread_summary
    from graphkit.engines.spark.directory import open_directory
    from graphkit.graph.tables import Graph, frame

    directory = open_directory(place, options)
    graph = Graph(directory.schema, sources=directory.read("sources"))
    summary = spread_summary(directory, options)
    sources = frame(graph.sources)[["dataset", "edition", "kind", "name", "publisher", "date"]]
    if as_json:
        print_json(store=place, sources=sources, table=summary)
        return
    invented(graph, lang)
    nodes, edges = (int(summary["rows"][summary["kind"] == kind].sum()) for kind in ("node", "edge"))
    told = "{} 个节点，{} 条关系，{} 个来源" if lang == Lang.zh else "{} nodes, {} edges, {} sources"
    line(told.format(nodes, edges, len(sources)))
    table(captioned(directory.schema, sources, lang))
    table(captioned(directory.schema, summary.drop(columns="kind"), lang))


def covered_by_spark(
    place: str, told: tuple[str, str | None, Path | None], options: "SparkOptions", lang: Lang
) -> "SpreadCoverage":
    """Compute the coverage of a directory; `told` are units, date and rules file."""
    from graphkit.analysis.spread import spread_coverage

    units, as_of, file = told
    directory, rules = _opened(place, file, options, lang)
    return spread_coverage(directory, units=units, as_of=as_of, rules=rules, options=options)


def linked_by_spark(
    place: str,
    search: tuple[str, int | None],
    told: tuple[str, str | None, Path | None],
    options: "SparkOptions",
    lang: Lang,
) -> "SpreadLinks":
    """Compute the links of a directory; `search` are type of resource and hops, `told` units, date and rules file."""
    from graphkit.analysis.spread_links import spread_links

    (to, max_hops), (units, as_of, file) = search, told
    directory, rules = _opened(place, file, options, lang)
    return spread_links(directory, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=rules, options=options)
