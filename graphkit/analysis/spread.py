"""Coverage of a graph that is larger than memory: the same functions, run by Spark on one part after another.

What decides on a unit lies within a few hops of it, and the rules say where. So the directory is cut into parts, each
with some units and all that their status depends on; every part is a Graph, `coverage` and the sums of `rates` are
computed on it as on any other, and the rows are put together. Nothing of DEFINITIONS is written a second time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage, coverage, figures, sentence
from graphkit.analysis.dimensions import Counted, Dimension, dimension_named, meant, of_coverage, value_labels
from graphkit.analysis.rates import sums, told_rates, weight_of
from graphkit.analysis.ruleset import Rules, Step
from graphkit.analysis.units import state
from graphkit.engines.spark.directory import Directory, Rows, collected, counts, held, open_directory
from graphkit.engines.spark.parts import OWN, Cut, Hop, Parts, cut_into_parts
from graphkit.engines.spark.session import SparkOptions, speaking
from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, Graph, frame, whole
from graphkit.schema import Language, Schema

if TYPE_CHECKING:
    import pandas as pd

# So few that every part has them whole: names, places and chains mean the same in each.
WHOLE = frozenset({"Region", "Industry"})
TALLY = pa.schema([("type", TEXT), ("status", TEXT), ("nested", pa.bool_()), ("units", pa.int64())])
NOT_HERE = "Ask the default engine, on a graph that fits into memory: gaps, why, plans, paths, brokers, maps, reports."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every part: which units, at which date, under which rules."""

    units: str
    as_of: str | None
    rules: Rules


@dataclass(frozen=True, eq=False, repr=False)
class SpreadCoverage:
    """The coverage of a directory that Spark reads: figures as of a Coverage, rows brought here only if asked for.

    `table` and `reasons` are those of `Coverage`, row by row; `write` leaves them where they are computed.
    """

    parts: Parts
    empty: Coverage

    @property
    def rules(self) -> Rules:
        """Return the rules under which units are judged."""
        return self.empty.rules

    @property
    def units_kind(self) -> str:
        """Name the kind of the units."""
        return self.empty.units_kind

    @property
    def as_of(self) -> str | None:
        """Return the date, or None for the latest known."""
        return self.empty.as_of

    @property
    def schema(self) -> Schema:
        """Return the schema of the graph."""
        return self.empty.graph.schema

    @property
    def graph(self) -> Graph:
        """Raise QueryError: there is no graph in memory, and what needs one is not to be had of this engine."""
        not_here()

    @property
    def table(self) -> pa.Table:
        """Bring the rows of all units here, in the order of `Coverage.table`."""
        return collected(self._rows(_unit_rows, self.empty.table.schema)).sort_by(
            [("type", "ascending"), ("id", "ascending")]
        )

    @property
    def reasons(self) -> pa.Table:
        """Bring all reasons here, in the order of `Coverage.reasons`."""
        typed = self.empty.reasons.schema.append(pa.field("type", TEXT))
        rows = collected(self._rows(_reason_rows, typed))
        return rows.sort_by([(name, "ascending") for name in ("type", "unit", "rank")]).drop(["type"])

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the table as a frame."""
        return frame(self.table)

    def write(self, directory: Path | str) -> None:
        """Write `units` and `reasons` as directories of Parquet files below a new directory, which may be remote."""
        for name, rows in (("units", _unit_rows), ("reasons", _reason_rows)):
            schema = getattr(self.empty, "table" if name == "units" else name).schema
            with speaking():
                self._rows(rows, schema).write.mode("errorifexists").parquet(f"{directory}/{name}")

    def _rows(self, of_part: Callable[..., pa.Table], schema: pa.Schema) -> Rows:
        with speaking():
            return self.parts.run(partial(of_part, asked=self._asked), schema)

    @property
    def _asked(self) -> Asked:
        return Asked(self.units_kind, self.as_of, self.rules)

    @cached_property
    def _sums(self) -> dict[tuple[str, ...], pa.Table]:
        return {}

    @cached_property
    def _tally(self) -> pa.Table:
        return collected(self._rows(_tallied, TALLY))

    def count(self, status: str) -> int:
        """Count the units of one status."""
        return int(pc.sum(self._tally.filter(pc.field("status") == status)["units"]).as_py() or 0)

    def headline(self) -> dict[str, Any]:
        """Return the counts with the interval and the rate, and what they depend on."""
        nested = pc.sum(self._tally.filter(pc.field("nested"))["units"]).as_py() or 0
        depends = {"units_kind": self.units_kind, "as_of": self.as_of, "rules": self.rules.name}
        return figures({status: self.count(status) for status in STATUSES}, int(nested)) | depends

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence, the interval first."""
        return sentence(self.headline(), self.rules, lang)

    def __repr__(self) -> str:
        return self.text("en")


def not_here() -> NoReturn:
    """Raise QueryError: the Spark engine holds no graph in memory."""
    raise QueryError("the Spark engine does not answer this", code="not-on-spark", hint=NOT_HERE)


def spread_coverage(
    place: Path | str | Directory,
    *,
    units: str = "companies",
    as_of: str | None = None,
    rules: Rules | None = None,
    min_confidence: float | None = None,
    options: SparkOptions | None = None,
) -> SpreadCoverage:
    """Return the coverage of a directory of a Parquet export, computed by Spark on one part at a time."""
    directory = open_directory(place, options or SparkOptions())
    whole = whole_of(directory)
    # Of no units at all: everything that can be wrong with the question is told before a part is cut.
    empty = coverage(whole, units=units, as_of=as_of, rules=rules, min_confidence=min_confidence)
    none = empty.table.schema.empty_table(), empty.reasons.schema.empty_table()
    empty = replace(empty, table=none[0], reasons=none[1])
    with speaking():
        parts = cut_into_parts(directory, cut_of(empty.rules, units, directory.schema), whole)
    return SpreadCoverage(parts, empty)


def whole_of(directory: Directory) -> Graph:
    """Read what every part is given whole: sources, regions, industries and what they are part of, what is unknown."""
    nodes = {name: directory.read(f"nodes/{name}") for name in sorted(WHOLE) if directory.has(f"nodes/{name}")}
    parts = directory.read("edges/PART_OF", lambda rows: rows.where(f"src_type IN {(*sorted(WHOLE),)}"))
    sources = directory.read("sources")
    corrections = sources.filter(pc.field("kind") == "correction")["id"].to_pylist()

    def silent(rows: Rows) -> Rows:
        told = rows.where("value IS NULL AND property IS NOT NULL")
        return told.where(told["source_id"].isin(*corrections)) if corrections else told.limit(0)

    graph = Graph(directory.schema, nodes, {"PART_OF": parts}, sources, directory.read("evidence", silent))
    if not directory.has_raw:
        return graph
    evidence, told = directory.read("raw/evidence", silent), directory.read("raw/sources")
    raw = Graph(directory.schema, sources=told, evidence=evidence, is_raw=True)
    return replace(graph, read_raw=_Held(raw))


@dataclass(frozen=True, slots=True)
class _Held:
    """Raw rows that are at hand; a value, for what is sent to another process cannot be a function made here."""

    raw: Graph

    def __call__(self) -> Graph:
        return self.raw


def cut_of(rules: Rules, units: str, schema: Schema, *, reasons: bool = True) -> Cut:
    """Return what belongs to a unit under rules: the paths of its reasons, its industries, where all of it lies."""
    types = tuple(sorted({selector.type for selector in rules.kind(units).select}))
    paths = [tuple(map(_hop, reason.path)) for reason in rules.reasons if reason.path and reasons]
    paths.append((Hop("IN_INDUSTRY", "src", frozenset({"Industry"})),))
    onward = [
        Hop(name, "src", frozenset(dst for _, dst in schema.edge(name).pairs), until=WHOLE)
        for name in dict.fromkeys(("LOCATED_IN", *rules.nested))
    ]
    return Cut(types, tuple(paths), tuple(onward), types if reasons else (), WHOLE)


def _hop(step: Step) -> Hop:
    types = frozenset(selector.type for selector in step.to) | frozenset(step.through)
    return Hop(step.edge.type, "src" if step.direction == "out" else "dst", types, step.hops[1])


def _covered(part: Graph, further: Mapping[str, pa.Table], asked: Asked) -> Coverage:
    """Judge the units of a part; others are in it for the sake of these, and are judged in parts of their own."""
    found, own = coverage(part, units=asked.units, as_of=asked.as_of, rules=asked.rules), further[OWN]["id"]
    table = found.table.filter(pc.is_in(found.table["id"], value_set=own))
    return replace(found, table=table, reasons=found.reasons.filter(pc.is_in(found.reasons["unit"], value_set=own)))


def _unit_rows(part: Graph, further: Mapping[str, pa.Table], *, asked: Asked) -> pa.Table:
    return _covered(part, further, asked).table


def _reason_rows(part: Graph, further: Mapping[str, pa.Table], *, asked: Asked) -> pa.Table:
    found = _covered(part, further, asked)
    units, types = whole(found.table["id"]), found.table["type"]
    return found.reasons.append_column("type", types.take(pc.index_in(found.reasons["unit"], value_set=units)))


def _tallied(part: Graph, further: Mapping[str, pa.Table], *, asked: Asked) -> pa.Table:
    table = _covered(part, further, asked).table.select(["type", "status", "nested"])
    return table.group_by(table.column_names).aggregate([([], "count_all")]).rename_columns(TALLY.names)


def _counted(part: Graph, further: Mapping[str, pa.Table], *, asked: Asked) -> Counted:
    return of_coverage(_covered(part, further, asked))


def coverage_rates(
    found: SpreadCoverage,
    by: str | Sequence[str] | None = None,
    *,
    weight: str = "count",
    lang: Language | None = None,
) -> "pd.DataFrame":
    """Return the rates of a coverage as `rates` does: each part sums its units, and the sums are added."""
    told = SpreadUnits(found.parts, found.empty.graph, found.empty.table, STATUSES, found._asked, found._sums)
    types = pc.unique(found._tally["type"]).to_pylist()
    return spread_rates(told, types, partial(_counted, asked=found._asked), by, weight=weight, lang=lang)


@dataclass(frozen=True, slots=True, eq=False)
class SpreadUnits:
    """What units are summed: in which parts, with what every part has, their columns, and what each counts as."""

    parts: Parts
    whole: Graph
    units: pa.Table
    states: tuple[str, ...]
    asked: Asked
    sums: dict[tuple[str, ...], pa.Table]
    further: tuple[Rows, ...] = ()


def spread_rates(
    told: SpreadUnits,
    types: list[str],
    counted: Callable[..., Counted],
    by: str | Sequence[str] | None,
    *,
    weight: str,
    lang: Language | None,
) -> "pd.DataFrame":
    """Sum units part by part, add the sums, and name the rows as `rates` does."""
    asked, graph = told.asked, told.whole
    weight = weight_of(graph.schema, weight)
    # A row of each type that there is: it decides what a `by` may mean, and nothing is counted of it.
    example = told.units.schema.empty_table()
    rows = {column.name: pa.nulls(len(types), column.type) for column in example.schema}
    example = pa.table(rows | {"type": pa.array(types, TEXT)}, schema=example.schema)
    known = Counted(graph, asked.as_of, example, told.states, asked.rules)
    names = tuple(meant(known, name) for name in ([by] if isinstance(by, str) else dict.fromkeys(by or ())))
    # In another language, or weighed otherwise, they are the same sums; the parts are held, and cannot change.
    if names not in told.sums:
        told.sums[names] = _added(told, partial(_summed, counted=counted, names=names), len(names))
    added = told.sums[names]
    if any(name in (*graph.schema.levels, *graph.schema.levels.values()) for name in names):
        known = replace(known, graph=placing(told.parts.directory, graph, asked.as_of))
    dimensions = [_dimension(known, name, added[f"by{k}"], lang) for k, name in enumerate(names)]
    total = added.filter(added["total"]) if names else None
    return told_rates((known, dimensions), added.filter(pc.invert(added["total"])), total, weight=weight, lang=lang)


def _added(told: SpreadUnits, over: Callable[..., pa.Table], width: int) -> pa.Table:
    """Add up what the parts sum: rows by `by0, by1, ...`, and if there are such, one of `total`."""
    heads = [f"by{k}" for k in range(width)] + ["total"]
    values = [f"{kind}{state}" for state in told.states for kind in ("", "women_", "uncounted_")] + ["more"]
    kinds = [TEXT] * width + [pa.bool_()] + [pa.int64()] * len(values)
    schema = pa.schema(list(zip([*heads, *values], kinds, strict=True)))
    with speaking():
        rows = collected(told.parts.run(over, schema, *told.further))
    if not len(rows):
        rows = pa.Table.from_pylist([dict.fromkeys(values, 0) | {"total": width > 0}], schema=schema)
    added = rows.group_by(heads).aggregate([(name, "sum") for name in values])
    return added.select([*heads, *(f"{name}_sum" for name in values)]).rename_columns([*heads, *values])


def _summed(
    part: Graph, further: Mapping[str, pa.Table], *, counted: Callable[..., Counted], names: tuple[str, ...]
) -> pa.Table:
    known = counted(part, further)
    rows = sums(known, [dimension_named(known, name, None) for name in names])
    rows = rows.append_column("total", pa.array([False] * len(rows)))
    if not names:
        return rows
    total = sums(known, []).append_column("total", pa.array([True]))
    return pa.concat_tables([rows, total], promote_options="default")


def _dimension(known: Counted, name: str, used: pa.ChunkedArray, lang: Language | None) -> Dimension:
    """Name the rows of one `by`: regions and chains as the whole graph does, values as they were met."""
    found = dimension_named(known, name, lang)
    if found.labels:
        return found
    return replace(found, labels=value_labels(known, name, pc.unique(used).drop_null().to_pylist(), lang))


def placing(directory: Directory, whole: Graph, as_of: str | None) -> Graph:
    """Add to what all parts have which places something lies in, and where venues lie: rows of a table are named so."""
    if not directory.has("edges/LOCATED_IN"):
        return whole
    schema = pa.schema([(name, TEXT) for name in ("id", "src", "dst")])
    graph = Graph(whole.schema, sources=whole.sources)
    with speaking():
        rows = held(directory.mapped("edges/LOCATED_IN", partial(_possible, graph=graph, as_of=as_of), schema))
        one = rows.groupBy("dst").agg({"id": "min"}).toDF("dst", "id").select("id")
        inner = rows.join(rows.select(rows["dst"].alias("src")).distinct(), "src", "left_semi").select("id")
        ids = one.unionAll(inner).distinct()
    found = directory.read("edges/LOCATED_IN", lambda every: every.join(ids, "id", "left_semi"))
    return replace(whole, edge_tables={**whole.edge_tables, "LOCATED_IN": found})


def _possible(table: pa.Table, *, graph: Graph, as_of: str | None) -> pa.Table:
    return table.filter(pa.array(state(table, graph, as_of).possible)).select(["id", "src", "dst"])


def spread_summary(place: Path | str | Directory, options: SparkOptions) -> "pd.DataFrame":
    """Count nodes and edges of a directory by type, as `Graph.summary` does."""
    return frame(counts(open_directory(place, options)))
