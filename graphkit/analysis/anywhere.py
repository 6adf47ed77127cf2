"""The questions that either engine answers: on a Graph in memory, or on a directory of Parquet files, by Spark.

Without `engine` a directory is read into memory first. What Spark gives equals what the default engine gives, row by
row; where it is not to be had (plans, paths, brokers, maps), QueryError (`not-on-spark`) says so.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from graphkit.analysis import components as _components
from graphkit.analysis import coverage as _coverage
from graphkit.analysis import links as _links
from graphkit.analysis import rates as _rates
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.links import Links
from graphkit.analysis.ruleset import Rules
from graphkit.analysis.spread import SpreadCoverage, coverage_rates, spread_coverage, spread_summary
from graphkit.analysis.spread_links import SpreadLinks, link_rates, spread_components, spread_links
from graphkit.engines.spark.session import SparkOptions
from graphkit.errors import SchemaError
from graphkit.graph.files import read_parquet
from graphkit.graph.tables import Graph
from graphkit.schema import Language

__all__ = ["Coverage", "Links", "components", "coverage", "links", "rates", "summary"]

if TYPE_CHECKING:
    import pandas as pd

Place = Path | str
Engine = str | SparkOptions


@overload
def coverage(
    graph: Graph | Place,
    *,
    units: str = ...,
    as_of: str | None = ...,
    rules: Rules | None = ...,
    min_confidence: float | None = ...,
    engine: None = ...,
) -> Coverage: ...


@overload
def coverage(
    graph: Place,
    *,
    units: str = ...,
    as_of: str | None = ...,
    rules: Rules | None = ...,
    min_confidence: float | None = ...,
    engine: Engine,
) -> SpreadCoverage: ...


def coverage(graph: Graph | Place, *, engine: Engine | None = None, **asked: Any) -> Coverage | SpreadCoverage:
    """Return the coverage of a kind of unit at a date (None = latest known) under rules (default: Star-Link).

    Keywords: `units` (companies), `as_of`, `rules`, `min_confidence`. With engine="spark" (or SparkOptions) `graph` is
    a directory that `write_parquet` wrote, which may be larger than memory. Raises SchemaError for units that the rules
    do not know, DataError for a date that is none, StoreError if Spark cannot be had.
    """
    if engine is None:
        return _coverage.coverage(_in_memory(graph), **asked)
    return spread_coverage(_directory(graph), options=_options(engine), **asked)


@overload
def links(
    graph: Graph | Place,
    *,
    to: str | Sequence[str] = ...,
    max_hops: int | None = ...,
    units: str = ...,
    as_of: str | None = ...,
    rules: Rules | None = ...,
    engine: None = ...,
) -> Links: ...


@overload
def links(
    graph: Place,
    *,
    to: str | Sequence[str] = ...,
    max_hops: int | None = ...,
    units: str = ...,
    as_of: str | None = ...,
    rules: Rules | None = ...,
    engine: Engine,
) -> SpreadLinks: ...


def links(graph: Graph | Place, *, engine: Engine | None = None, **asked: Any) -> Links | SpreadLinks:
    """Return what links units to resources of the types `to` (captions too), at a date (None = latest known).

    Keywords: `to` (Bank), `max_hops`: at most so many, by default what the rules say, `units`, `as_of`, `rules`. A unit
    is never its own resource. With engine="spark" (or SparkOptions) `graph` is a directory that `write_parquet` wrote,
    and `nearest` is found. Raises SchemaError for a type or kind of units that is not known, QueryError for one that
    no path may end in, StoreError if Spark cannot be had.
    """
    if engine is None:
        return _links.links(_in_memory(graph), **asked)
    return spread_links(_directory(graph), options=_options(engine), **asked)


def rates(
    found: Coverage | Links | SpreadCoverage | SpreadLinks,
    by: str | Sequence[str] | None = None,
    *,
    weight: str = "count",
    lang: Language | None = None,
) -> "pd.DataFrame":
    """Return covered, gap, unknown and the rate with its interval, in all and by row; for links, the linked share.

    `by`: a level of region (town, county, ...), chain, segment, mode, form, level, size, type or a property, or a
    list of them for a cross table; captions are understood. A unit with two towns counts in both rows; the last row
    is the total of distinct units. `rate` = covered / (covered + gap), null if there are none; `low` and `high` are
    shares of all units. With weight women_employees they are shares of women, and units without a head count are
    counted apart (`uncounted`). With `lang` everything is captioned. Raises SchemaError for what is not known.
    """
    if isinstance(found, SpreadCoverage):
        return coverage_rates(found, by, weight=weight, lang=lang)
    if isinstance(found, SpreadLinks):
        return link_rates(found, by, weight=weight, lang=lang)
    return _rates.rates(found, by, weight=weight, lang=lang)


def components(
    graph: Graph | Place,
    *,
    as_of: str | None = None,
    rules: Rules | None = None,
    engine: Engine | None = None,
    out: Place | None = None,
) -> "pd.DataFrame":
    """Return for each node that a path may pass what it hangs together with: `id, type, name, component, size`.

    Two nodes are of one component if a path of any length joins them, by hops that any hop of a path may be (not those
    that may only be the last). It is named by the smallest id in it; the largest come first. With `out`, of the Spark
    engine, these rows are written there as Parquet files, and `size, components` is returned: how many of each size.
    """
    if engine is not None:
        return spread_components(_directory(graph), as_of=as_of, rules=rules, out=out, options=_options(engine))
    if out is not None:
        hint = 'Say engine="spark", or write what is returned: to_parquet.'
        raise SchemaError("out is of the Spark engine", code="unknown-choice", hint=hint)
    return _components.components(_in_memory(graph), as_of=as_of, rules=rules)


def summary(graph: Graph | Place, *, engine: Engine | None = None) -> "pd.DataFrame":
    """Count nodes and edges by type: columns `kind, type, rows, groups, not_actual`."""
    if engine is None:
        return _in_memory(graph).summary()
    return spread_summary(_directory(graph), _options(engine))


def _in_memory(graph: Graph | Place) -> Graph:
    return graph if isinstance(graph, Graph) else read_parquet(graph)


def _directory(graph: Graph | Place) -> Place:
    if isinstance(graph, Graph):
        message = "the Spark engine reads a directory of Parquet files, not a Graph in memory"
        raise SchemaError(message, code="unknown-choice", hint="Write it with write_parquet, and name the directory.")
    return graph


def _options(engine: Engine) -> SparkOptions:
    if isinstance(engine, SparkOptions):
        return engine
    if engine != "spark":
        message = f"{engine!r} is no engine"
        raise SchemaError(message, code="unknown-choice", hint="Say spark, or leave it out.", name=engine)
    return SparkOptions()
