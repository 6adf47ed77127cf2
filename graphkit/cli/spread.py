"""How commands ask Spark: their options, and the coverage and links of a directory of Parquet files."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.show import Lang, invented

if TYPE_CHECKING:
    from graphkit.analysis.rules import Rules
    from graphkit.analysis.spread import SpreadCoverage
    from graphkit.analysis.spread_links import SpreadLinks
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
    """Return how Spark is asked, or None for the default engine, whose `--master` and `--parts` mean nothing."""
    if engine != EngineName.spark:
        if parts is not None:
            raise typer.BadParameter("it is of --engine spark", param_hint="--parts")
        return None
    from graphkit.engines.relational import memory_now
    from graphkit.engines.spark.session import SparkOptions

    bound = memory_now()
    # DuckDB says 4GiB where Spark says 4096m.
    memory = None if bound.mebibytes is None else f"{bound.mebibytes}m"
    return SparkOptions(master, parts, memory=memory, spill=bound.spill)


def _rules_at(place: str, file: Path | None, options: "SparkOptions", lang: Lang) -> "Rules":
    """Read rules under the schema of a directory of Parquet files; say so if what it holds is invented."""
    from graphkit.analysis.rules import load_rules
    from graphkit.engines.spark.directory import open_directory
    from graphkit.graph.tables import Graph

    directory = open_directory(place, options)
    invented(Graph(directory.schema, sources=directory.read("sources")), lang)
    return load_rules(file, schema=directory.schema)


def covered_by_spark(
    place: str, told: tuple[str, str | None, Path | None], options: "SparkOptions", lang: Lang
) -> "SpreadCoverage":
    """Compute the coverage of a directory; `told` are units, date and rules file."""
    from graphkit.analysis.spread import spread_coverage

    units, as_of, file = told
    rules = _rules_at(place, file, options, lang)
    return spread_coverage(place, units=units, as_of=as_of, rules=rules, options=options)


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
    rules = _rules_at(place, file, options, lang)
    return spread_links(place, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=rules, options=options)
