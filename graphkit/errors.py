"""The errors of graphkit: one root, so that a caller can catch all of it or one kind of it.

    GraphkitError
    ├── SchemaError      a type, property or end that the schema does not know or allow
    ├── DataError        a source holds something that cannot be taken as it is
    ├── IdentityError    a name or a decision does not lead to exactly one thing
    ├── StoreError       a store cannot be opened, read or written
    ├── QueryError       a query is refused, or cannot be read
    ├── PlanError        a plan is asked for that cannot exist
    └── ExportError      a file cannot be written in the form asked for

The message says what is wrong and where, the hint what to do about it. `code` is stable and meant for programs;
`fields` holds the parts of the message, so that they can be shown in another language.
"""

from functools import partial
from typing import Any, Self


class GraphkitError(Exception):
    """Root of all errors that graphkit raises on purpose."""

    def __init__(self, message: str, *, code: str, hint: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.fields: dict[str, Any] = fields

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is rebuilt from its positional arguments alone, which would lose the code.
        rebuild = partial(type(self), code=self.code, hint=self.hint, **self.fields)
        return rebuild, (self.message,)


class SchemaError(GraphkitError):
    """Raised when the schema does not know a type or property, forbids the end of an edge, or contradicts itself."""


class DataError(GraphkitError):
    """Raised when a source holds a value, a row or a reference that cannot be taken; fields: source, place, value."""

    @property
    def source(self) -> str | None:
        """Name the file or statement at fault, if it is known."""
        return _text(self.fields.get("source"))

    @property
    def place(self) -> str | None:
        """Say where in the source, if it is known."""
        return _text(self.fields.get("place"))

    @property
    def value(self) -> Any:
        """Give the value at fault as it was written."""
        return self.fields.get("value")

    def at(self, place: str, *, source: str | None = None) -> Self:
        """Return this error with its place in front; who reads one value does not know where it stands."""
        fields = self.fields | {"place": place} | ({} if source is None else {"source": source})
        return type(self)(f"{place}: {self.message}", code=self.code, hint=self.hint, **fields)


class IdentityError(GraphkitError):
    """Raised when a name is unknown or fits several things, or decisions contradict each other; field: candidates."""

    @property
    def candidates(self) -> list[Any]:
        """List what could have been meant."""
        return list(self.fields.get("candidates") or ())


class StoreError(GraphkitError):
    """Raised when a store cannot be opened, read or written, or holds what another version wrote."""


class QueryError(GraphkitError):
    """Raised when a query writes, leaves the supported language or cannot be read; field: position."""

    @property
    def position(self) -> int | None:
        """Give the character of the query at which reading stopped, counted from 0."""
        position = self.fields.get("position")
        return None if position is None else int(position)


class PlanError(GraphkitError):
    """Raised when a plan cannot exist: a budget, a quota or a rule contradicts the others."""


class ExportError(GraphkitError):
    """Raised when something cannot be written in the form asked for without losing or leaking data."""


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
