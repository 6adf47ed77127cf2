"""A column of clean CSV text becomes a typed column, or a DataError that names file, line, column and value."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.tables import TEXT, TEXTS
from graphkit.names import nearest
from graphkit.values import PartialDate

LIST_SEPARATOR = "|"
INTEGER, DECIMAL = r"^-?\d{1,18}$", r"^-?\d+(\.\d+)?$"


@dataclass(frozen=True, slots=True)
class Column:
    """A column as read: its file, its header, its cells and the place of each."""

    file: str
    header: str
    cells: pa.ChunkedArray
    places: pa.ChunkedArray

    def wrong(self, row: int, what: str, hint: str) -> DataError:
        """Return the error for one row's cell."""
        place, value = self.places[row].as_py(), self.cells[row].as_py()
        message = f"{self.file}, {place}, column {self.header}: {value!r} {what}"
        return DataError(message, code="bad-cell", hint=hint, source=self.file, place=place, value=value)


def parse(column: Column, kind: str, allowed: tuple[str, ...] = ()) -> pa.ChunkedArray:
    """Turn a column of text into one of the schema's types; empty cells are null.

    Raises DataError for the first cell that is not of the type.
    """
    if not pa.types.is_string(column.cells.type):
        return _typed(column, kind, allowed)
    if kind in ("enum", "level"):
        _check_values(column, allowed)
    return PARSERS.get(kind, _text)(column)


def _typed(column: Column, kind: str, allowed: tuple[str, ...]) -> pa.ChunkedArray:
    """Take a column that came with a type (Parquet); text columns are checked as those of a CSV are."""
    wanted = {"int": pa.int64(), "quantity": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "list": TEXTS}
    try:
        cast = column.cells.cast(wanted.get(kind, TEXT))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise column.wrong(0, f"comes as {column.cells.type} and cannot become {kind}", "Correct the type.") from error
    if kind in ("enum", "level", "date"):
        return parse(Column(column.file, column.header, cast, column.places), kind, allowed)
    return cast


def _text(column: Column) -> pa.ChunkedArray:
    return column.cells


def _check_values(column: Column, allowed: tuple[str, ...]) -> None:
    for value in pc.unique(column.cells).to_pylist():
        if value is not None and value not in allowed:
            close = nearest(value, list(allowed)) or list(allowed)
            raise column.wrong(_first(column, value), "is not a value of this column", f"Use {', '.join(close)}.")


def _first(column: Column, value: str) -> int:
    return int(pc.index(column.cells, value).as_py())


def _matching(pattern: str, what: str, kind: pa.DataType) -> Callable[[Column], pa.ChunkedArray]:
    def parsed(column: Column) -> pa.ChunkedArray:
        fits = pc.fill_null(pc.match_substring_regex(column.cells, pattern), True)
        if not pc.all(fits).as_py():
            raise column.wrong(int(pc.index(fits, False).as_py()), f"is no {what}", "Correct the cell.")
        return column.cells.cast(kind)

    return parsed


def _flag(column: Column) -> pa.ChunkedArray:
    _check_values(column, ("true", "false"))
    return pc.equal(column.cells, "true")


def _date(column: Column) -> pa.ChunkedArray:
    for value in pc.unique(column.cells).to_pylist():
        if value is not None and not _is_date(value):
            row = _first(column, value)
            raise column.wrong(row, "is no date", "Write 2022, 2022-06 or 2022-06-25.")
    return column.cells


def _is_date(text: str) -> bool:
    try:
        return str(PartialDate.parse(text)) == text
    except DataError:
        return False


def _list(column: Column) -> pa.ChunkedArray:
    split = pc.split_pattern(column.cells, LIST_SEPARATOR)
    return pa.chunked_array(split.chunks, TEXTS)


PARSERS: dict[str, Callable[[Column], pa.ChunkedArray]] = {
    "int": _matching(INTEGER, "whole number", pa.int64()),
    "quantity": _matching(INTEGER, "whole number", pa.int64()),
    "float": _matching(DECIMAL, "number", pa.float64()),
    "bool": _flag,
    "date": _date,
    "list": _list,
}
