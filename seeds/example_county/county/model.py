"""The plain values that the invented world is told in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Value = str | int | float | bool | tuple[str, ...] | None
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Thing:
    """One office's statement about one node; `key` is who it truly is, whatever the office calls it."""

    type: str
    key: str
    values: Values


@dataclass(frozen=True, slots=True)
class Tie:
    """One office's statement about one edge between two true nodes."""

    type: str
    src: str
    dst: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number that an office states about a node."""

    subject: str
    measure: str
    value: int
    unit: str
    bound: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that one office delivers for one edition."""

    dataset: str
    edition: str
    day: date
    title: str
    publisher: str
    delivery: str
    things: tuple[Thing, ...]
    ties: tuple[Tie, ...]
    complete: tuple[tuple[str, str, str], ...] = ()
    statistics: tuple[Statistic, ...] = ()


def whole_of(value: Value) -> int | None:
    """Return a value that is a number, None for any other."""
    return value if isinstance(value, int) else None


def text_of(value: Value) -> str | None:
    """Return a value as a text; what is not known stays None."""
    return str(value) if value is not None else None


def flag_of(value: Value) -> bool | None:
    """Return a value that is yes or no, None for any other."""
    return value if isinstance(value, bool) else None
