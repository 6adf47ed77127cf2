"""A column of clean CSV text becomes a typed column, or a DataError that names file, line, column and value."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.tables import TEXT, TEXTS
from graphkit.names import nearest
from graphkit.values import PartialDate

LIST_SEPARATOR = "|"
INTEGER, WHOLE, DECIMAL = r"^-?[0-9]{1,19}$", r"^[0-9]{1,19}$", r"^-?[0-9]{1,300}(\.[0-9]+)?$"
TYPES = {"int": pa.int64(), "quantity": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "list": TEXTS}


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
        message = f"{where(self.file, place)}, column {self.header}: {value!r} {what}"
        return DataError(message, code="bad-cell", hint=hint, source=self.file, place=place, value=value)


def where(file: str, place: str | None) -> str:
    """Name a place once: `companies.csv:12` already says its file, `¶7 [812:830]` does not."""
    if not place or place == file:
        return file
    return place if place.startswith(f"{file}:") else f"{file}, {place}"


def parse(column: Column, kind: str, allowed: tuple[str, ...] = ()) -> pa.ChunkedArray:
    """Turn a column of text into one of the schema's types; empty cells are null.

    Raises DataError for the first cell that is not of the type.
    """
    column = replace(column, cells=_plain(column.cells))
    if not pa.types.is_string(column.cells.type):
        return _typed(column, kind, allowed)
    if kind != "string":
        column = replace(column, cells=pc.if_else(pc.equal(column.cells, ""), None, column.cells))
    if kind in ("enum", "level"):
        _check_values(column, allowed)
    return PARSERS.get(kind, _text)(column)


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write out what Parquet knows in several ways: text, days, decimals that are whole, numbers that are none."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return _plain(cells.cast(kind.value_type))
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return cells.cast(TEXT)
    if pa.types.is_timestamp(kind):
        return cells.cast(pa.date32(), safe=False).cast(TEXT)
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(cells), None, cells)
    return cells


def _typed(column: Column, kind: str, allowed: tuple[str, ...]) -> pa.ChunkedArray:
    """Take a column that came with a type (Parquet); text columns are checked as those of a CSV are."""
    wanted = TYPES.get(kind, TEXT)
    if column.cells.null_count == len(column.cells):
        return pa.chunked_array([pa.nulls(len(column.cells), wanted)])
    try:
        cast = column.cells.cast(wanted)
    except (pa.ArrowException, NotImplementedError) as error:
        what = f"comes as {column.cells.type} and cannot become {kind}"
        raise column.wrong(0, what, "Correct the type.") from error
    if kind == "quantity" and pc.any(pc.less(cast, 0)).as_py():
        row = int(pc.index(pc.less(cast, 0), True).as_py())
        raise column.wrong(row, "is no whole number of 0 or more", "Correct the cell.")
    if kind in ("enum", "level", "date"):
        return parse(replace(column, cells=cast), kind, allowed)
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
        if pc.any(pc.invert(fits)).as_py():
            raise column.wrong(int(pc.index(fits, False).as_py()), f"is no {what}", "Correct the cell.")
        try:
            return column.cells.cast(kind)
        except pa.ArrowInvalid as error:  # 19 digits may be more than 64 bits hold
            texts = enumerate(column.cells.to_pylist())
            row = next(row for row, text in texts if text is not None and not -(2**63) <= int(text) < 2**63)
            raise column.wrong(row, f"is no {what} that fits 64 bits", "Correct the cell.") from error

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
    "quantity": _matching(WHOLE, "whole number of 0 or more", pa.int64()),
    "float": _matching(DECIMAL, "number", pa.float64()),
    "bool": _flag,
    "date": _date,
    "list": _list,
}
