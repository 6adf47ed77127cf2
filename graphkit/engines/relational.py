"""Joins and group-bys: Narwhals expressions over lazy frames, run by DuckDB in this process.

Write each computation once and let no lazy frame be used twice: a frame used twice is computed twice, for there is no
cache behind it. Windows take the place of self-joins, and `materialize` holds what several results are read from.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import narwhals as nw
import pyarrow as pa

from graphkit.errors import StoreError

if TYPE_CHECKING:
    import duckdb

Frame = nw.LazyFrame[Any]


# How DuckDB says amounts of memory: a GiB is 1024 MiB, a GB is 1000 MB.
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])(i?)B", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Memory:
    """How much memory DuckDB takes at most, such as 4GiB, and the folder for what does not fit; None = its own choice.

    Raises StoreError for what is no amount, or no folder that can be made.
    """

    limit: str | None = None
    spill: Path | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and not AMOUNT.fullmatch(str(self.limit).strip()):
            message = f"{self.limit!r} is no amount of memory"
            raise StoreError(message, code="bad-limit", hint="Say it as 4GiB or 500MB.")
        if self.spill is not None:
            try:
                Path(self.spill).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                message = f"nothing can be spilled to {self.spill} ({error.strerror or error})"
                raise StoreError(message, code="bad-spill", hint="Name a folder on a disk with room.") from error

    def settings(self) -> dict[str, str]:
        """Return DuckDB's settings for it."""
        told = {"memory_limit": self.limit, "temp_directory": self.spill}
        return {name: str(value).strip() for name, value in told.items() if value is not None}

    @property
    def mebibytes(self) -> int | None:
        """Return the limit as a whole number of MiB, for those who say amounts otherwise."""
        told = AMOUNT.fullmatch(self.limit.strip()) if self.limit else None
        if told is None:
            return None
        power = "KMGT".index(told[2].upper()) + 1
        return int(float(told[1]) * (1024 if told[3] else 1000) ** power) >> 20

    def exhausted(self, error: Exception) -> StoreError:
        """Return the error of a work that does not fit, even by spilling."""
        where = f", spilling to {self.spill}" if self.spill else ""
        message = f"this takes more memory than DuckDB may use ({self.limit or 'its default'}{where})"
        hint = "Allow more, or name a folder to spill to that has room."
        return StoreError(message, code="out-of-memory", hint=hint, cause=str(error).splitlines()[0])


_MEMORY: ContextVar[Memory] = ContextVar("memory", default=Memory())  # noqa: B039 - a frozen value


@contextmanager
def memory_limit(limit: str | None, *, spill: Path | str | None = None) -> Iterator[None]:
    """Bound what DuckDB takes for everything done inside a `with`: at most so much (4GiB), else it spills to a folder.

    Raises StoreError for what is no amount, and where a work does not fit even so (`out-of-memory`).
    """
    before = _MEMORY.set(Memory(limit, None if spill is None else Path(spill)))
    try:
        yield
    finally:
        _MEMORY.reset(before)


def ran_out(error: BaseException | None) -> Exception | None:
    """Return the lack of memory that an error comes from, if it does: tidying up after it fails in its turn."""
    import duckdb

    while error is not None and not isinstance(error, duckdb.OutOfMemoryException):
        error = error.__context__
    return error


def memory_now() -> Memory:
    """Return the bound that holds here."""
    return _MEMORY.get()


def without_bar(connection: "duckdb.DuckDBPyConnection") -> None:
    """Turn off DuckDB's progress bar: it draws on standard output, in the middle of what is printed as JSON."""
    import duckdb

    try:
        connection.execute("SET enable_progress_bar = false")
    except duckdb.InvalidInputException:
        # A notebook without ipywidgets has no bar, and refuses to be asked.
        return


# The numbers of the tables that are held: many computations may hold theirs in one database at a time.
_NUMBERS = count()


@cache
def _database() -> "duckdb.DuckDBPyConnection":
    """Return the database of this process: opening one takes longer than most computations."""
    import duckdb

    return duckdb.connect()


if hasattr(os, "register_at_fork"):
    # A child would have the database and none of its threads: it would crash, or wait for them, when it ends.
    os.register_at_fork(before=_database.cache_clear)


def _connect(memory: Memory) -> "duckdb.DuckDBPyConnection":
    """Connect to the database of this process; a bound on memory is one database's, so it needs its own."""
    import duckdb

    settings = memory.settings()
    connection = duckdb.connect(config={**settings}) if settings else _database().cursor()
    without_bar(connection)
    return connection


class Relational:
    """DuckDB in memory for one computation, as large as `memory_limit` lets it be; what does not fit is spilled."""

    def __init__(self) -> None:
        self._memory = memory_now()
        self._connection = _connect(self._memory)
        self._held: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for name in self._held:
                self._connection.execute(f"DROP TABLE IF EXISTS {name}")
        finally:
            self._connection.close()

    @contextmanager
    def _fitting(self) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise self._memory.exhausted(error) from error

    def lazy(self, table: pa.Table) -> Frame:
        """Return a lazy frame over an Arrow table; nothing is copied."""
        return nw.from_native(self._connection.from_arrow(table))

    def materialize(self, frame: Frame) -> Frame:
        """Compute a frame once and hold it, so that it may be used as often as needed."""
        name = f"held_{next(_NUMBERS)}"
        self._held.append(name)
        with self._fitting():
            nw.to_native(frame).create(name)
        return nw.from_native(self._connection.table(name))

    def collect(self, frame: Frame) -> pa.Table:
        """Compute a frame and return it as an Arrow table; sums of integers are 64-bit integers again."""
        with self._fitting():
            table: pa.Table = nw.to_native(frame).to_arrow_table()
        # DuckDB sums integers to 128 bits, which Arrow can only hold as decimals.
        wanted = [pa.field(f.name, pa.int64() if pa.types.is_decimal(f.type) else f.type) for f in table.schema]
        return table.cast(pa.schema(wanted))

    def digests(self, texts: pa.Array, digits: int) -> pa.Array:
        """Return the first hexadecimal digits of the SHA-256 of each text: hashlib's, in a third of its time."""
        hashed = self._connection.from_arrow(pa.table({"text": texts})).project(f"sha256(text)[:{digits}] AS digest")
        with self._fitting():
            return hashed.to_arrow_table()["digest"].combine_chunks().cast(pa.string())
