"""A directory of a Parquet export as Spark sees it: a frame for each type, wherever the directory lies."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from graphkit.engines.spark.footers import rows_here, rows_there
from graphkit.engines.spark.session import SparkOptions, session, speaking
from graphkit.errors import DataError, SchemaError
from graphkit.graph.files import MANIFEST, PLAIN, checked_manifest
from graphkit.graph.tables import SUMMARY, columns, conform
from graphkit.schema import Schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Rows that Spark holds or is to compute.
Rows: TypeAlias = "DataFrame"
ROW = "_row"


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """An export: its place, schema, and the rows of each of its tables as the manifest tells."""

    spark: "SparkSession"
    place: str
    schema: Schema
    rows: dict[str, int]
    parts: int | None

    def has(self, name: str) -> bool:
        """Tell whether there is a table, such as nodes/Company or raw/nodes/Company."""
        return name in self.rows

    @property
    def elements(self) -> list[str]:
        """Name the tables of nodes, then those of edges, in the order of a Graph's."""
        return [name for kind in ("nodes/", "edges/") for name in sorted(self.rows) if name.startswith(kind)]

    @property
    def has_raw(self) -> bool:
        """Tell whether the raw rows were written too."""
        return any(name.startswith("raw/") for name in self.rows)

    def arrow_schema(self, name: str) -> pa.Schema:
        """Return the columns that a table has as an Arrow table of a Graph."""
        return _arrow_schema(self.schema, name)

    def frame(self, name: str, *, place: bool = False) -> "DataFrame":
        """Return a table; with `place`, also where in the file each row stands, for where order decides."""
        from pyspark.sql import functions as F

        schema = self.arrow_schema(name)
        with speaking():
            # Said beforehand, the columns need no look into the files; one that a file lacks is null.
            found = self.spark.read.schema(spark_schema(schema)).parquet(f"{self.place}/{name}.parquet")
            if not place:
                return found
            row = F.concat_ws("/", "_metadata.file_name", F.lpad("_metadata.row_index", 12, "0"))
            return found.select(*schema.names, row.alias(ROW))

    def mapped(self, name: str, function: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> "DataFrame":
        """Run a function over a table, a batch at a time: it sees an Arrow table of the type's columns."""
        wanted = self.arrow_schema(name)
        run = partial(_over_batches, function=function, wanted=wanted, schema=schema)
        return self.frame(name).mapInArrow(run, spark_schema(schema))

    def read(self, name: str, keep: "Callable[[DataFrame], DataFrame] | None" = None) -> pa.Table:
        """Bring a small table here, or what is kept of a large one, in the order of its rows."""
        wanted = self.arrow_schema(name)
        if not self.has(name):
            return wanted.empty_table()
        found = self.frame(name, place=True)
        return conform(collected(found if keep is None else keep(found)).sort_by(ROW), wanted)


def open_directory(place: "Path | str | Directory", options: SparkOptions) -> Directory:
    """Open a directory of a Parquet export, here or where the cluster's files lie (hdfs://, s3a://, ...).

    Raises DataError for what is no export or not a whole one, SchemaError for one that holds what its schema does not
    know, StoreError if Spark cannot be reached.
    """
    if isinstance(place, Directory):
        return place
    text = str(place).rstrip("/")
    remote = "://" in text
    if not remote and Path(text).is_file():
        raise _no_directory(text)
    manifest = None if remote else checked_manifest(Path(text))
    if manifest is not None:
        schema = _schema(text, manifest)
        rows = rows_here(Path(text), manifest["files"], partial(_arrow_schema, schema))
    spark = session(options)
    if manifest is None:
        with speaking():
            told = spark.read.text(f"{text}/{MANIFEST}", wholetext=True).collect()
        manifest = checked_manifest(Path(text), told[0][0])
        schema = _schema(text, manifest)
        rows = rows_there(spark, text, manifest["files"])
    return Directory(spark, text if remote else str(Path(text).resolve()), schema, rows, options.parts)


def _no_directory(text: str) -> DataError:
    message = f"{text} is a file, and Spark reads the directory of a Parquet export"
    hint = f"Of a store, make one: graphkit export {text} DIRECTORY --format parquet"
    return DataError(message, code="bad-parquet", hint=hint, source=text, place=None, value=None)


def _schema(text: str, manifest: dict[str, Any]) -> Schema:
    """Return the schema of an export; raise DataError if nothing is counted of it, SchemaError if it is too narrow."""
    if manifest["raw"]:
        message = f"{text} holds raw rows alone, of which nothing is counted"
        hint = "Load it into a store, and export that."
        raise DataError(message, code="bad-parquet", hint=hint, source=text, place=None, value=None)
    found = Schema.parse(json.dumps(manifest["schema"], ensure_ascii=False), f"{text}/{MANIFEST}")
    known = {*(f"nodes/{name}" for name in found.nodes), *(f"edges/{name}" for name in found.edges), *PLAIN}
    lacking = sorted(name for name in manifest["files"] if name.removeprefix("raw/") not in known)
    if lacking:
        message = f"{text} holds what its schema {found.name} does not know: {', '.join(lacking[:5])}"
        raise SchemaError(message, code="schema-too-narrow", hint="Export it again, with the schema it was made with.")
    return found


def _arrow_schema(schema: Schema, name: str) -> pa.Schema:
    kind, _, type_name = name.removeprefix("raw/").partition("/")
    return PLAIN[kind] if kind in PLAIN else columns(schema.owner(type_name), raw=name.startswith("raw/"))


def counts(directory: Directory) -> pa.Table:
    """Count the nodes and edges of a directory by type (SUMMARY)."""
    from pyspark.sql import functions as F

    idle = F.count_if(F.col("status") != "actual").alias("not_actual")
    counted = []
    with speaking():
        for number, name in enumerate(directory.elements):
            kind, _, type_name = name.partition("/")
            groups = F.count_if("group") if kind == "nodes" else F.lit(0)
            told = F.lit(kind.removesuffix("s")).alias("kind"), F.lit(type_name).alias("type")
            rows = directory.frame(name).agg(F.count(F.lit(1)).alias("rows"), groups.alias("groups"), idle)
            counted.append(rows.select(F.lit(number).alias("place"), *told, *SUMMARY.names[2:]))
        if not counted:
            return SUMMARY.empty_table()
        return collected(union(counted)).sort_by("place").select(SUMMARY.names).cast(SUMMARY)


def held(frame: Rows) -> Rows:
    """Compute rows and let Spark hold them; what is built on them is planned as if they were a file.

    A plan that grows with every step is soon worth more time than the work. Where the cluster has a checkpoint
    directory they are kept there, and outlive the machine that computed them.
    """
    kept = frame.sparkSession.sparkContext.getCheckpointDir()
    return frame.checkpoint() if kept else frame.localCheckpoint()


def union(frames: Sequence[Rows]) -> Rows:
    """Put rows of equal columns below each other."""
    return reduce(lambda one, other: one.unionByName(other), frames)


def empty(directory: Directory, schema: pa.Schema) -> Rows:
    """Return no rows of some columns."""
    return directory.spark.createDataFrame([], spark_schema(schema))


def _over_batches(
    batches: Iterator[pa.RecordBatch],
    *,
    function: Callable[[pa.Table], pa.Table],
    wanted: pa.Schema,
    schema: pa.Schema,
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from conform(function(conform(pa.Table.from_batches([batch]), wanted)), schema).to_batches()


def collected(frame: "DataFrame") -> pa.Table:
    """Bring rows here as an Arrow table of plain types."""
    with speaking():
        return plain(frame.toArrow())


def plain(table: pa.Table) -> pa.Table:
    """Return a table without Spark's large types, so that it is typed as a Graph's tables are."""
    return table.cast(pa.schema([pa.field(field.name, _plain(field.type)) for field in table.schema]))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    return pa.int64() if pa.types.is_int32(kind) else kind


def spark_schema(schema: pa.Schema) -> Any:
    """Say an Arrow schema in Spark's types."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
