"""A clean file (CSV in UTF-8, or Parquet, by content) becomes a table with the place of each row."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphkit.errors import DataError
from graphkit.graph.tables import TEXT
from graphkit.loaders.cells import where


@dataclass(frozen=True, slots=True)
class Plain:
    """A file as read: its columns, `place` among them, and which rows cite a place or words of their source."""

    name: str
    table: pa.Table
    cited: pa.Array

    def place(self, row: int) -> str:
        return str(self.table["place"][row].as_py())


def read_plain(path: Path, name: str) -> Plain:
    """Read a file; `place` is the stated one, or the file and its line (in Parquet: the row).

    Raises DataError for a file that is missing or neither a clean CSV nor Parquet.
    """
    with _opened(path) as file:
        parquet = file.read(4) == b"PAR1"
    table, lines = _of_parquet(path, name) if parquet else _of_csv(path, name)
    cited = np.zeros(len(table), np.bool_)
    for column in ("place", "quote"):
        if column in table.column_names:
            table = table.set_column(table.column_names.index(column), column, table[column].cast(TEXT))
            cited |= pc.is_valid(table[column]).to_numpy()
    if "place" not in table.column_names:
        return Plain(name, table.append_column("place", lines), pa.array(cited))
    stated = pc.coalesce(table["place"], lines)
    return Plain(name, table.set_column(table.column_names.index("place"), "place", stated), pa.array(cited))


def digest(paths: list[Path]) -> str:
    """Return one hash of several files."""
    total = hashlib.sha256()
    for path in paths:
        with _opened(path) as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def wrong(source: str, place: str | None, value: object, what: str, hint: str) -> DataError:
    """Return the error about a source: where it is wrong, what stands there, and what to do."""
    told = f" {value!r}" if value is not None else ""
    return DataError(
        f"{where(source, place)}:{told} {what}", code="bad-source", hint=hint, source=source, place=place, value=value
    )


def _opened(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise wrong(str(path), None, None, f"cannot be read ({error.strerror})", "Check the path.") from error


def _of_parquet(path: Path, name: str) -> tuple[pa.Table, pa.ChunkedArray]:
    try:
        table = pq.read_table(path)
        table.validate(full=True)  # Parquet does not promise that its texts are UTF-8
    except (pa.ArrowException, OSError) as error:
        raise wrong(name, None, None, "is no readable Parquet file", "Write it again.") from error
    if len(set(table.column_names)) < len(table.column_names):
        raise wrong(name, None, None, "has two columns of one name", "Rename one of them.")
    numbers = pa.array(np.arange(1, len(table) + 1)).cast(TEXT)
    return table, pa.chunked_array([pc.binary_join_element_wise(f"{name}:", numbers, "")], TEXT)


def _of_csv(path: Path, name: str) -> tuple[pa.Table, pa.ChunkedArray]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(name, f"byte {error.start}", None, "is not UTF-8", "Save it as UTF-8.") from error
    # Lines end where CSV says so: a U+2028 inside a cell ends none.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[list[str]] = []
    places: list[str] = []
    try:
        header = next(reader, [])
        before = reader.line_num
        for cells in reader:
            if cells:
                _check_width(name, before + 1, cells, header)
                lines.append(cells)
                places.append(f"{name}:{before + 1}")
            before = reader.line_num
    except csv.Error as error:
        raise wrong(name, f"line {reader.line_num}", None, f"is no CSV ({error})", "Correct the quotes.") from error
    if not header or len(set(header)) < len(header):
        raise wrong(name, "line 1", None, "needs a header row with different names", "Correct the header.")
    values = [[row[i] or None for row in lines] for i in range(len(header))]
    table = pa.table({column: pa.array(cells, TEXT) for column, cells in zip(header, values, strict=True)})
    return table, pa.chunked_array([pa.array(places, TEXT)])


def _check_width(name: str, line: int, cells: list[str], header: list[str]) -> None:
    if len(cells) != len(header):
        what = f"has {len(cells)} cells where the header has {len(header)}"
        raise wrong(name, f"line {line}", None, what, "Correct the row; quote cells that hold commas.")
