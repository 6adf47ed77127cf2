"""A Parquet file becomes a sheet; what a few bytes of it claim is bounded before anything is held."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphkit.loaders.tables.flat import records
from graphkit.loaders.tables.sheet import LONGEST_CELL, MOST_CELLS, Sheet, Workbook, too_large, unreadable

MOST_BYTES = 2**30
_SOME_ROWS = 128


def read_parquet_sheet(path: Path) -> Workbook:
    """Read a Parquet file as a sheet whose header is its schema."""
    try:
        table = _table(path)
        table.validate(full=True)
        rows = table.to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise unreadable(path.name, "is no readable Parquet file", "Write it again.") from error
    sheet = Sheet(path.name, path.stem, lines=True)
    records(sheet, list(table.column_names), list(enumerate(rows, 1)))
    return Workbook(path.name, "parquet", [sheet])


def _table(path: Path) -> pa.Table:
    """Read the columns; one text that every row repeats stands once in the file and would stand in memory once a row.

    Plain columns of text are therefore read with their dictionaries, nested ones some rows at a time.
    """
    with pq.ParquetFile(path) as file:
        told, schema = file.metadata, file.schema_arrow
        if told.num_rows * max(told.num_columns, 1) > MOST_CELLS:
            raise too_large(path.name, f"it claims {told.num_rows} rows of {told.num_columns} columns")
        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        total = 0
        for batch in file.iter_batches(_SOME_ROWS, columns=nested) if nested else ():
            total += batch.nbytes
            if total > MOST_BYTES:
                raise too_large(path.name, f"it expands to more than {MOST_BYTES} bytes")
    texts = [field.name for field in schema if _is_text(field.type) or pa.types.is_binary(field.type)]
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        table = file.read()
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
            _check_texts(path, name, column)
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_texts(path: Path, name: str, column: pa.ChunkedArray) -> None:
    total = 0
    for chunk in column.chunks:
        sizes = pc.binary_length(chunk.dictionary)
        total += pc.sum(sizes.take(chunk.indices)).as_py() or 0
        if (pc.max(sizes).as_py() or 0) > 4 * LONGEST_CELL or total > MOST_BYTES:
            raise too_large(path.name, f"the texts of {name} expand beyond measure")
