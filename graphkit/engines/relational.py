"""Joins and group-bys: Narwhals expressions over lazy frames, run by DuckDB in this process.

Write each computation once and let no lazy frame be used twice: a frame used twice is computed twice, for there is no
cache behind it. Windows take the place of self-joins, and `materialize` holds what several results are read from.
"""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import narwhals as nw
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

Frame = nw.LazyFrame[Any]


def without_bar(connection: "duckdb.DuckDBPyConnection") -> None:
    """Turn off DuckDB's progress bar: it draws on standard output, in the middle of what is printed as JSON."""
    import duckdb

    try:
        connection.execute("SET enable_progress_bar = false")
    except duckdb.InvalidInputException:
        # A notebook without ipywidgets has no bar, and refuses to be asked.
        return


class Relational:
    """One in-memory DuckDB for one computation; memory and threads are left to DuckDB, which spills by itself."""

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect()
        without_bar(self._connection)
        self._held = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def lazy(self, table: pa.Table) -> Frame:
        """Return a lazy frame over an Arrow table; nothing is copied."""
        return nw.from_native(self._connection.from_arrow(table))

    def materialize(self, frame: Frame) -> Frame:
        """Compute a frame once and hold it, so that it may be used as often as needed."""
        name = f"held_{self._held}"
        self._held += 1
        nw.to_native(frame).create(name)
        return nw.from_native(self._connection.table(name))

    def collect(self, frame: Frame) -> pa.Table:
        """Compute a frame and return it as an Arrow table; sums of integers are 64-bit integers again."""
        table: pa.Table = nw.to_native(frame).to_arrow_table()
        # DuckDB sums integers to 128 bits, which Arrow can only hold as decimals.
        wanted = [pa.field(f.name, pa.int64() if pa.types.is_decimal(f.type) else f.type) for f in table.schema]
        return table.cast(pa.schema(wanted))
