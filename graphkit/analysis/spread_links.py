"""Links and components of a graph that is larger than memory: what may be passed is decided as ever, the search joins.

What counts as a node or a step of a path is read from each row by the functions of this package. The search from the
resources outwards is made of joins that are repeated layer by layer, for no cut of the graph holds all of a hub.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.components import COMPONENTS, in_order
from graphkit.analysis.dimensions import Counted, of_links
from graphkit.analysis.links import (
    MOST_BROKERS,
    MOST_PATHS,
    NEAREST,
    Links,
    cohorts_of,
    links,
    sentence,
    shares,
)
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Rules
from graphkit.analysis.spread import Asked, SpreadUnits, cut_of, not_here, spread_rates, whole_of
from graphkit.analysis.units import state, unit_table
from graphkit.engines.arrays import Passable, listed
from graphkit.engines.spark.directory import Directory, Rows, collected, empty, held, open_directory, union
from graphkit.engines.spark.parts import OWN, Parts, cut_into_parts
from graphkit.engines.spark.search import Joined, Limits, ends_of, joined, nearest
from graphkit.engines.spark.search import components as found_components
from graphkit.engines.spark.session import SparkOptions, speaking
from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.schema import Language, Schema
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

UNITS = pa.schema([(name, TEXT) for name in ("id", "name", "type")] + [("group", pa.bool_())])
NODES = pa.schema([*UNITS, ("inner", pa.bool_())])
EDGES = pa.schema([("src", TEXT), ("dst", TEXT), ("confidence", pa.float64()), ("last", pa.bool_())])
SIZES = pa.schema([("size", pa.int64()), ("components", pa.int64())])
LINKED = "linked"


@dataclass(frozen=True, eq=False, repr=False)
class SpreadLinks:
    """The links of a directory that Spark reads: figures as of a Links, rows brought here only if asked for.

    `nearest` and `groups` are those of `Links`, row by row; pairs, paths and brokers are not to be had.
    """

    directory: Directory
    empty: Links
    units: Rows
    found: Rows

    @property
    def rules(self) -> Rules:
        """Return the rules that say what a path may pass."""
        return self.empty.rules

    @property
    def schema(self) -> Schema:
        """Return the schema of the graph."""
        return self.empty.schema

    @property
    def graph(self) -> Graph:
        """Raise QueryError: there is no graph in memory, and what needs one is not to be had of this engine."""
        not_here()

    @property
    def nearest(self) -> pa.Table:
        """Bring the rows of all units here, in the order of `Links.nearest`."""
        return self._rows("part = 0")

    @property
    def groups(self) -> pa.Table:
        """Bring here what ends in a counted cohort, in the order of `Links.groups`."""
        return self._rows("part > 0 AND hops IS NOT NULL")

    def _rows(self, wanted: str) -> pa.Table:
        rows = collected(self.found.where(wanted))
        kind = pc.index_in(rows["resource_type"], value_set=pa.array(self.empty.to, TEXT))
        order = [(name, "ascending") for name in ("block", "kind", "type", "unit")]
        # Of units all rows of one type of resource, of cohorts those of each with single resources, then with groups.
        block = pc.min_element_wise(rows["part"], 2)
        rows = rows.append_column("kind", kind).append_column("block", block)
        return rows.sort_by([*order[:2], ("part", "ascending"), *order[2:]]).select(NEAREST.names).cast(NEAREST)

    @property
    def frame(self) -> "pd.DataFrame":
        """Return `nearest`, and below it `groups`, as a frame."""
        return frame(pa.concat_tables([self.nearest, self.groups]))

    def write(self, directory: Path | str) -> None:
        """Write `nearest` and `groups` as one directory of Parquet files, which may be remote."""
        with speaking():
            kept = self.found.where("part = 0 OR hops IS NOT NULL").select(*NEAREST.names)
            kept.write.mode("errorifexists").parquet(str(directory))

    @cached_property
    def _sums(self) -> dict[tuple[str, ...], pa.Table]:
        return {}

    @cached_property
    def _tally(self) -> dict[str, int]:
        with speaking():
            return {row[0]: row[1] for row in self.units.groupBy("type").count().collect()}

    @property
    def _linked(self) -> Rows:
        return self.found.where("part = 0 AND hops IS NOT NULL").select(self.found["unit"].alias("id")).distinct()

    def headline(self) -> dict[str, Any]:
        """Return how many units are known to be linked to a resource of any of the types, and what that depends on."""
        with speaking():
            linked = self._linked.count()
        return self.empty.headline() | shares(sum(self._tally.values()), linked)

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence: a lower bound, for a link that no source states may exist."""
        units = self.rules.units[self.empty.units_kind].caption.of(lang)
        return sentence(self.headline(), units, self.empty.graph.schema, lang)

    def __repr__(self) -> str:
        return self.text("en")

    @cached_property
    def parts(self) -> Parts:
        """Cut the directory into parts for the rows of tables."""
        empty = self.empty
        with speaking():
            cut = cut_of(empty.rules, empty.units_kind, empty.graph.schema, reasons=False)
            return cut_into_parts(self.directory, cut, empty.graph)


def spread_links(
    place: Path | str | Directory,
    *,
    to: str | Sequence[str] = "Bank",
    max_hops: int | None = None,
    units: str = "companies",
    as_of: str | None = None,
    rules: Rules | None = None,
    options: SparkOptions | None = None,
) -> SpreadLinks:
    """Return what links units to the nearest resources in a directory of a Parquet export, computed by Spark.

    Raises QueryError (`not-on-spark`) where units are themselves resources of a type that is asked for.
    """
    directory = open_directory(place, options or SparkOptions())
    whole = whole_of(directory)
    nothing = links(whole, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=rules)
    none = {
        "units": nothing.units.schema.empty_table(),
        "nearest": NEAREST.empty_table(),
        "groups": NEAREST.empty_table(),
    }
    nothing = replace(nothing, **none, cohorts=nothing.cohorts.schema.empty_table())
    asked = Asked(nothing.units_kind, nothing.as_of, nothing.rules)
    with speaking():
        net = network_of(directory, whole, nothing.rules.linkage, nothing.as_of)
        chosen, cohorts = (_units(directory, whole, asked, of) for of in (_chosen, _cohorts))
        for kind, starts in product(nothing.to, (chosen, cohorts)):
            _refuse_own(starts, ends_of(net, kind), kind)
        limits = Limits(nothing.max_hops, MOST_BROKERS, MOST_PATHS)
        found = union([rows for kind in nothing.to for rows in nearest(net, kind, (chosen, cohorts), limits)])
        return SpreadLinks(directory, nothing, chosen, held(found))


def network_of(directory: Directory, whole: Graph, passable: Passable, as_of: str | None) -> Joined:
    """Return what paths may pass at a date, row by row as `engines.arrays` takes it."""
    told = _Passing(Graph(whole.schema, sources=whole.sources), passable, as_of)
    nodes = [
        directory.mapped(f"nodes/{kind}", partial(_nodes, kind=kind, told=told), NODES)
        for kind in sorted(passable.ends)
        if directory.has(f"nodes/{kind}")
    ]
    edges = [
        directory.mapped(f"edges/{name}", partial(_edges, name=name, told=told), EDGES)
        for name in directory.schema.edges
        if directory.has(f"edges/{name}") and (name, None) not in passable.never
    ]
    return joined(union([empty(directory, NODES), *nodes]), union([empty(directory, EDGES), *edges]))


@dataclass(frozen=True, slots=True)
class _Passing:
    """What decides whether a row may be passed: the sources of the graph, the rules, the date."""

    graph: Graph
    passable: Passable
    as_of: str | None

    def certain(self, table: pa.Table) -> pa.Table:
        """Keep the rows that are certainly in force."""
        return table.filter(pa.array(state(table, self.graph, self.as_of).certain))


def _nodes(table: pa.Table, *, kind: str, told: _Passing) -> pa.Table:
    rows = told.certain(table)
    group = pc.fill_null(rows["group"], False)
    inner = pc.and_(pc.invert(group), kind in told.passable.interior)
    columns = {"id": rows["id"], "name": rows["name"], "type": pa.array([kind] * len(rows), TEXT)}
    return pa.table(columns | {"group": group, "inner": inner})


def _edges(table: pa.Table, *, name: str, told: _Passing) -> pa.Table:
    rows = told.certain(table)
    rows = rows.filter(pa.array(~listed(name, rows, told.passable.never)))
    last = pa.array(listed(name, rows, told.passable.last_hop))
    columns = {"src": rows["src"], "dst": rows["dst"], "confidence": pc.fill_null(rows["confidence"], 1.0)}
    return pa.table(columns | {"last": last})


def _units(directory: Directory, whole: Graph, asked: Asked, chosen: Callable[..., pa.Table]) -> Rows:
    """Return the units, or the cohorts that would be units; whatever a row says of itself decides."""
    graph = Graph(whole.schema, sources=whole.sources)
    kinds = sorted({selector.type for selector in asked.rules.kind(asked.units).select})
    frames = [
        directory.mapped(f"nodes/{kind}", partial(_rows_of, kind=kind, graph=graph, asked=asked, chosen=chosen), UNITS)
        for kind in kinds
        if directory.has(f"nodes/{kind}")
    ]
    return held(union([empty(directory, UNITS), *frames]))


def _rows_of(
    table: pa.Table, *, kind: str, graph: Graph, asked: Asked, chosen: Callable[[Graph, Asked], pa.Table]
) -> pa.Table:
    return chosen(replace(graph, node_tables={kind: table}), asked)


def _chosen(graph: Graph, asked: Asked) -> pa.Table:
    units = unit_table(graph, asked.rules.kind(asked.units).select, nested=(), as_of=asked.as_of)
    return units.append_column("group", pa.array(np.zeros(len(units), np.bool_)))


def _cohorts(graph: Graph, asked: Asked) -> pa.Table:
    found = cohorts_of(graph, asked.rules, asked.units, asked.as_of)
    return found.append_column("group", pa.array(np.ones(len(found), np.bool_)))


def _refuse_own(units: Rows, ends: Rows, kind: str) -> None:
    """Raise QueryError if a unit is a resource: it looks for another, which takes a search of its own."""
    if units.join(ends.select("id"), "id", "left_semi").isEmpty():
        return
    message = f"units are themselves of the type {kind}, and each needs a search of its own"
    hint = "Ask for another type, or the default engine."
    raise QueryError(message, code="not-on-spark", hint=hint)


def link_rates(
    found: SpreadLinks,
    by: str | Sequence[str] | None = None,
    *,
    weight: str = "count",
    lang: Language | None = None,
) -> "pd.DataFrame":
    """Return the linked share as `rates` does: each part sums its units, and the sums are added."""
    empty = found.empty
    asked = Asked(empty.units_kind, empty.as_of, empty.rules)
    with speaking():
        further = found.parts.beside(LINKED, found._linked)
    example = of_links(empty)
    told = SpreadUnits(found.parts, empty.graph, example.units, example.parts, asked, found._sums, (further,))
    counted = partial(_counted, asked=asked, empty=replace(empty, graph=Graph(empty.graph.schema)))
    return spread_rates(told, sorted(found._tally), counted, by, weight=weight, lang=lang)


def _counted(part: Graph, further: Mapping[str, pa.Table], *, asked: Asked, empty: Links) -> Counted:
    units = unit_table(part, asked.rules.kind(asked.units).select, nested=asked.rules.nested, as_of=asked.as_of)
    units = units.filter(pc.is_in(units["id"], value_set=further[OWN]["id"]))
    linked = further[LINKED]["id"] if LINKED in further else pa.array([], TEXT)
    rows = {"unit": linked, "hops": pa.array(np.ones(len(linked), np.int64))}
    nothing = {name: pa.nulls(len(linked), NEAREST.field(name).type) for name in NEAREST.names if name not in rows}
    nearest = pa.table(rows | nothing).select(NEAREST.names)
    return of_links(replace(empty, graph=part, units=units, nearest=nearest))


def spread_components(
    place: Path | str | Directory,
    *,
    as_of: str | None = None,
    rules: Rules | None = None,
    out: Path | str | None = None,
    options: SparkOptions | None = None,
) -> "pd.DataFrame":
    """Return what hangs together in a directory of a Parquet export as `components` does, computed by Spark.

    With `out` the rows are written there, where they are computed; what comes here is `size, components`: how many
    there are of each size, the largest first.
    """
    directory = open_directory(place, options or SparkOptions())
    rules = rules or load_rules(schema=directory.schema)
    date = None if as_of is None else str(PartialDate.parse(str(as_of)))
    whole = Graph(directory.schema, sources=directory.read("sources"))
    with speaking():
        net = network_of(directory, whole, rules.linkage, date)
        found = held(found_components(net))
        sizes = found.groupBy("component").count().withColumnRenamed("count", "size")
        rows = found.join(sizes, "component").join(net.nodes, "id").select(*COMPONENTS.names)
        if out is None:
            return frame(in_order(collected(rows).cast(COMPONENTS)))
        rows.write.mode("errorifexists").parquet(str(out))
        counted = collected(sizes.groupBy("size").count().withColumnRenamed("count", "components"))
    return frame(counted.cast(SIZES).sort_by([("size", "descending")]))
