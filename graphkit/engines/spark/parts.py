"""A graph cut into parts that each fit into memory: units by a hash of their id, with what their status depends on.

The rows of a part travel as Arrow streams, so that tables of many types go through one shuffle and come out as they
were. What is small and asked for everywhere (regions, industries, sources) is not cut, but handed to every part.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.engines.spark.directory import ROW, Directory, empty, held, plain, spark_schema, union
from graphkit.graph.tables import Graph, columns, conform

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

PACKED = pa.schema([("part", pa.int64()), ("name", pa.string()), ("data", pa.binary())])
OWN = "own"
ROWS_OF_PART = 1_000_000
# So many rows are gathered before they are sorted into parts: fewer and longer streams.
GATHERED = 200_000
# What a function over a part is given: the part's graph, and by name the further rows that belong to it.
OverPart = Callable[[Graph, dict[str, pa.Table]], pa.Table]


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a part reaches on from what it holds: over an edge, seen from its `near` end, to nodes of some types.

    It leads to nodes of the types `until`, but not past them.
    """

    edge: str
    near: str
    to: frozenset[str]
    times: int = 1
    until: frozenset[str] = frozenset()

    @property
    def far(self) -> str:
        """Name the other end."""
        return "dst" if self.near == "src" else "src"


@dataclass(frozen=True, slots=True)
class Cut:
    """What belongs to a unit: paths of hops from it, then hops taken from everything for as long as they lead on.

    `whole` are types that every part has whole: no part collects them by itself.
    """

    units: tuple[str, ...]
    paths: tuple[tuple[Hop, ...], ...]
    onward: tuple[Hop, ...]
    raw: tuple[str, ...]
    whole: frozenset[str]

    @property
    def collected(self) -> list[str]:
        """Name the types of nodes that a part collects."""
        reached = (hop.to for hops in (*self.paths, self.onward) for hop in hops)
        return sorted(frozenset(self.units).union(*reached) - self.whole)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The packed rows of all parts (`part, name, data`), held by Spark; and what every part is given besides."""

    directory: Directory
    count: int
    packed: "DataFrame"
    whole: Graph

    def run(self, function: OverPart, schema: pa.Schema, *further: "DataFrame") -> "DataFrame":
        """Run a function over every part; `further` are packed rows beside those that are held."""
        rows = union([self.packed, *further])
        whole = self.whole

        # Spark reads the types of the function to know what it is given.
        def over(packed: pa.Table) -> pa.Table:
            return _over_part(packed, function=function, whole=whole, schema=schema)

        return rows.groupBy("part").applyInArrow(over, spark_schema(schema))

    def beside(self, name: str, frame: "DataFrame") -> "DataFrame":
        """Pack further rows with the units that their `id` names."""
        return pack(frame.withColumn("part", part_of("id", self.count)), name)


def part_of(column: str, count: int) -> "Column":
    """Return the part that a unit belongs to."""
    from pyspark.sql import functions as F

    return F.pmod(F.xxhash64(column), F.lit(count)).cast("long")


def cut_into_parts(directory: Directory, cut: Cut, whole: Graph) -> Parts:
    """Cut a directory; nothing is computed before a part is asked for, but for the ends of what leads on."""
    count = directory.parts or max(1, -(-sum(directory.rows.values()) // ROWS_OF_PART))
    own = held(_own(directory, cut, count))
    edges: list[tuple[str, DataFrame]] = []
    reached = [own]
    for path in cut.paths:
        front = [own]
        for hop in path:
            front = _hops(directory, hop, union(front), edges)
            reached += front
            if not front:
                break
    reached += _onward(directory, cut.onward, union(reached), edges)
    members = held(union(reached).distinct())
    packed = [pack(own, OWN), *(pack(rows, f"edges/{name}") for name, rows in edges)]
    for name in cut.collected:
        if directory.has(f"nodes/{name}"):
            packed.append(pack(directory.frame(f"nodes/{name}").join(members, "id"), f"nodes/{name}"))
    return Parts(directory, count, held(union([*packed, *_raw(directory, cut, own)])), whole)


def _own(directory: Directory, cut: Cut, count: int) -> "DataFrame":
    ids = [directory.frame(f"nodes/{name}").select("id") for name in cut.units if directory.has(f"nodes/{name}")]
    none = empty(directory, pa.schema([("id", pa.string())]))
    return union([none, *ids]).select("id", part_of("id", count).alias("part"))


def _hops(
    directory: Directory, hop: Hop, front: "DataFrame", edges: list[tuple[str, "DataFrame"]]
) -> list["DataFrame"]:
    """Take the edges of a hop, and of its repetitions, from a front (`id, part`) along; return where each leads."""
    from pyspark.sql import functions as F

    name, found = f"edges/{hop.edge}", []
    if not directory.has(name):
        return []
    for _ in range(hop.times):
        rows = directory.frame(name).where(F.col(f"{hop.far}_type").isin(*sorted(hop.to)))
        ends = front.withColumnRenamed("id", hop.near)
        met = rows.join(ends, hop.near)
        led = met.where(~F.col(f"{hop.far}_type").isin(*sorted(hop.until))) if hop.until else met
        led = held(led.select(F.col(hop.far).alias("id"), "part").distinct())
        ended = led.isEmpty()
        # What leads no further may still have led to what every part has.
        if hop.until or not ended:
            edges.append((hop.edge, met))
        if ended:
            break
        found.append(led)
        front = led
    return found


def _onward(
    directory: Directory, hops: Sequence[Hop], front: "DataFrame", edges: list[tuple[str, "DataFrame"]]
) -> list["DataFrame"]:
    """Follow hops from a front until nothing new is reached."""
    found: list[DataFrame] = []
    seen = front = held(front.distinct())
    while True:
        led = [rows for hop in hops for rows in _hops(directory, hop, front, edges)]
        if not led:
            break
        front = held(union(led).distinct().join(seen, ["id", "part"], "left_anti").select("id", "part"))
        if front.isEmpty():
            break
        found.append(front)
        seen = held(seen.unionByName(front))
    return found


def _raw(directory: Directory, cut: Cut, own: "DataFrame") -> list["DataFrame"]:
    """Pack the raw rows of the units, each with where it stands, for the order of rows may decide between them."""
    from pyspark.sql import functions as F

    found = []
    for name in cut.raw:
        if directory.has(f"raw/nodes/{name}") and directory.has(f"nodes/{name}"):
            ids = directory.frame(f"nodes/{name}").select("id", F.explode("raw_ids").alias("raw_id"))
            ids = ids.join(own, "id").select(F.col("raw_id").alias("id"), "part").distinct()
            rows = directory.frame(f"raw/nodes/{name}", place=True).join(ids, "id")
            found.append(pack(rows, f"raw/nodes/{name}"))
    return found


def pack(frame: "DataFrame", name: str) -> "DataFrame":
    """Turn rows with a `part` into streams of Arrow bytes under a name: one or a few for each part."""
    return frame.mapInArrow(partial(_packed, name=name), spark_schema(PACKED))


def _packed(batches: Iterator[pa.RecordBatch], *, name: str) -> Iterator[pa.RecordBatch]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(len(rows) for rows in held) >= GATHERED:
            yield _streams(held, name)
            held = []
    if any(map(len, held)):
        yield _streams(held, name)


def _streams(held: list[pa.RecordBatch], name: str) -> pa.RecordBatch:
    table = plain(pa.Table.from_batches(held)).sort_by("part")
    counts = table["part"].value_counts()
    parts, many = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
    rows, data, begin = table.drop(["part"]).combine_chunks(), [], 0
    for number in many:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(rows.slice(begin, number))
        data.append(sink.getvalue().to_pybytes())
        begin += number
    columns = [pa.array(parts, pa.int64()), pa.array([name] * len(parts)), pa.array(data, pa.binary())]
    return pa.RecordBatch.from_arrays(columns, schema=PACKED)


def _over_part(packed: pa.Table, *, function: OverPart, whole: Graph, schema: pa.Schema) -> pa.Table:
    """Unpack one part into a graph, and run a function over it."""
    tables: dict[str, list[pa.Table]] = {}
    for row in packed.select(["name", "data"]).to_pylist():
        with pa.ipc.open_stream(row["data"]) as reader:
            tables.setdefault(row["name"], []).append(reader.read_all())
    joined = {name: pa.concat_tables(rows) for name, rows in tables.items()}
    return conform(function(graph_of(whole, joined), joined), schema).combine_chunks()


def graph_of(whole: Graph, tables: dict[str, pa.Table]) -> Graph:
    """Put what a part holds to what all parts have; tables are in the order of ids, raw ones as they were written."""
    nodes = _typed(whole, tables, "nodes/")
    edges = _typed(whole, tables, "edges/")
    raw = whole.raw
    if raw is not None:
        rows = {
            name.removeprefix("raw/nodes/"): conform(
                table.sort_by(ROW), columns(whole.schema.owner(name.removeprefix("raw/nodes/")), raw=True)
            )
            for name, table in tables.items()
            if name.startswith("raw/nodes/")
        }
        raw = replace(raw, node_tables=rows)
    return replace(whole, node_tables=nodes, edge_tables=edges, read_raw=lambda: raw)


def _typed(whole: Graph, tables: dict[str, pa.Table], prefix: str) -> dict[str, pa.Table]:
    found = dict(whole.node_tables if prefix == "nodes/" else whole.edge_tables)
    for key, rows in tables.items():
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            table = conform(rows, columns(whole.schema.owner(name)))
            found[name] = _once(pa.concat_tables([found[name], table]) if name in found else table)
    return dict(sorted(found.items()))


def _once(table: pa.Table) -> pa.Table:
    """Sort rows by id and keep each once: two paths may have led over one edge."""
    table = table.sort_by("id")
    ids = table["id"].combine_chunks()
    if len(ids) < 2:
        return table
    new = pa.concat_arrays([pa.array([True]), pc.not_equal(ids[1:], ids[:-1])])
    return table.filter(new)
