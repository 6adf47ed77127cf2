"""Whether a directory holds what its manifest says: Spark passes over an empty file, and reads on where one is lost.

The numbers would be smaller, and nobody would know. Footers tell rows and columns without the rows.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.engines.spark.session import speaking
from graphkit.errors import DataError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

AGAIN = "Export it again, or take another copy."
KINDS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
Wanted = Callable[[str], pa.Schema]


def rows_here(place: Path, files: Mapping[str, Any], wanted: Wanted) -> dict[str, int]:
    """Count the rows of each table below a place on this machine; raise DataError for what is damaged or missing.

    A table that is one file has to be the very bytes that were written; one that a cluster wrote as a directory of
    files has no more than its rows to be known by.
    """
    found = {}
    for name, facts in files.items():
        path = place / f"{name}.parquet"
        rows = sum(_rows_of(file, wanted(name)) for file in _files(path))
        if path.is_file() and "sha256" in facts:
            with path.open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != facts["sha256"]:
                    raise bad_table(path, "is damaged: it is not what was written")
        _check_rows(path, rows, facts)
        found[name] = rows
    return found


def rows_there(spark: "SparkSession", place: str, files: Mapping[str, Any]) -> dict[str, int]:
    """Count the rows of each table where only Spark sees them; raise DataError if they are not all there."""
    from pyspark.sql import functions as F

    with speaking():
        counted = [
            spark.read.schema("id string").parquet(f"{place}/{name}.parquet").agg(F.lit(name), F.count(F.lit(1)))
            for name in files
        ]
        every = counted[0] if counted else spark.createDataFrame([], "name string, rows long")
        for one in counted[1:]:
            every = every.unionAll(one)
        found = {str(row[0]): int(row[1]) for row in every.collect()}
    for name, facts in files.items():
        _check_rows(f"{place}/{name}.parquet", found[name], facts)
    return found


def _files(path: Path) -> Iterator[Path]:
    """List the files of a table as Spark does, which passes over hidden ones."""
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file())
        yield from sorted(file for file in inside if file.name[0] not in "._")
    else:
        yield path


def _rows_of(file: Path, wanted: pa.Schema) -> int:
    try:
        footer = pq.read_metadata(file)
    except (OSError, pa.ArrowException) as error:
        what = "is damaged, or no Parquet file" if file.is_file() else "is missing"
        raise bad_table(file, what) from error
    for column in footer.schema.to_arrow_schema():
        if column.name in wanted.names and not _alike(column.type, wanted.field(column.name).type):
            kind = wanted.field(column.name).type
            raise bad_table(file, f"holds {column.name} as {column.type}, where the schema says {kind}")
    return int(footer.num_rows)


def _alike(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Tell whether Spark reads one type as the other."""
    if pa.types.is_list(wanted):
        lists = pa.types.is_list(found) or pa.types.is_large_list(found)
        return bool(lists and _alike(found.value_type, wanted.value_type))
    for kind in KINDS:
        if kind(wanted):
            return bool(kind(found))
    if pa.types.is_dictionary(found):
        return _alike(found.value_type, wanted)
    return bool(pa.types.is_string(found) or pa.types.is_large_string(found))


def _check_rows(path: Path | str, rows: int, facts: Mapping[str, Any]) -> None:
    told = facts.get("rows")
    if told is not None and told != rows:
        raise bad_table(path, f"holds {rows} rows, and its manifest tells of {told}")


def bad_table(path: Path | str, what: str) -> DataError:
    """Return the error that says what is wrong with a file of an export."""
    return DataError(f"{path} {what}", code="bad-parquet", hint=AGAIN, source=str(path), place=None, value=None)
