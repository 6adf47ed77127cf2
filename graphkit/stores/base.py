"""The contract of a store, and `query()`, which takes a Graph or a Store."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pyarrow as pa

from graphkit.cypher.portable import check_portable
from graphkit.cypher.shipped import ShippedQuery
from graphkit.engines.kglite import Limits, index_of
from graphkit.errors import StoreError
from graphkit.graph.tables import Graph
from graphkit.schema import Schema

if TYPE_CHECKING:
    import pandas as pd


Settle = Callable[[pa.Table, pa.Table], pa.Table]


class Store(ABC):
    """What every store does; one test suite runs against each (tests/stores/test_contract.py)."""

    keeps_revisions: ClassVar[bool] = True  # whether `read(revision=...)` gives an earlier one

    @property
    @abstractmethod
    def schema(self) -> Schema:
        """The schema under which the store is read and written: the one that it was written with, or a wider one."""

    @abstractmethod
    def write(self, graph: Graph, *, settle: Settle | None = None) -> int:
        """Replace what is held from each source of the graph; return the revision.

        The record is the union of all live sources under the decisions, whatever the order of writing. `settle` makes
        one table of the decisions that are held and those of the graph, within the same transaction; without it both
        stand.
        Nothing is written, and the revision stays, if nothing changed. Raises StoreError, DataError, IdentityError.
        """

    @abstractmethod
    def read(self, *, as_of: str | None = None, revision: int | None = None) -> Graph:
        """Return the assembled graph: latest known or as of a date, of this or an earlier revision."""

    @abstractmethod
    def raw(self, sources: list[str] | None = None) -> Graph:
        """Return the raw rows of all live sources, or of the named ones."""

    @abstractmethod
    def query(self, text: str, /, *, limits: Limits = Limits(), **params: Any) -> "pd.DataFrame":  # noqa: B008 - a frozen value
        """Answer a read-only Cypher query. Raises QueryError."""

    @abstractmethod
    def sources(self) -> "pd.DataFrame":
        """List the live sources."""

    @abstractmethod
    def forget(self, source: str) -> int:
        """Undo the loading of a source (its id, or its dataset with or without edition); return the revision."""

    @abstractmethod
    def decide(self, decisions: pa.Table) -> int:
        """Keep decisions (`graph.tables.DECISIONS`, on ids) and assemble the record anew; return the revision.

        Raises IdentityError, naming both, for one that contradicts another; then nothing is written.
        """

    @abstractmethod
    def undo(self, left: str, right: str) -> int:
        """Take back the decision on a pair: the record is as if it had never been told. Raises IdentityError."""

    @abstractmethod
    def counts(self) -> dict[str, int]:
        """Count the assembled nodes and edges by type."""

    @property
    @abstractmethod
    def revision(self) -> int:
        """The newest revision; 0 for an empty store."""

    @abstractmethod
    def close(self) -> None:
        """Release what the store holds open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def query(
    target: Graph | Store,
    text: str | ShippedQuery,
    /,
    *,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
    portable: bool = False,
    **params: Any,
) -> "pd.DataFrame":
    """Answer a read-only Cypher query on a Graph or a Store; parameters by name (`$name` in the text).

    `text`: Cypher, or one of `shipped_queries()`, whose parameters have defaults. `portable`: refuse what the embedded
    index and Neo4j may answer differently, saying what to use instead. Raises QueryError with the position for a
    query that writes, cannot be read, or outruns its limits.
    """
    if isinstance(text, ShippedQuery):
        params = text.bind(params)
        text = text.text
    if portable:
        check_portable(text)
    if isinstance(target, Graph):
        return index_of(target).run(text, params, limits)
    return target.query(text, limits=limits, **params)


def usable_path(path: Path | str) -> Path:
    """Return an absolute path, or raise StoreError for one that the system cannot hold."""
    try:
        Path(path).exists()
        return Path(path).resolve()
    except OSError as error:
        message = f"{str(path)[:60]}… is no path that this system takes ({error.strerror})"
        raise StoreError(message, code="store-unreadable", hint="Choose a shorter path.") from error
