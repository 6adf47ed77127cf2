"""What is read from a document: mentions, the entities they name, relations and statistics, each with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Basis = Literal["text", "name", "context"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch `[start, end)` of the cleaned text that names something.

    `type`: node type of the schema; `name`: what it is called, without outer quotes, with a modifier that a list shares
    given back to it; `properties`: what the words themselves say (`level`, `kind`, `group`, `count`, `count_bound`);
    `confidence` in 0..1; `rule`: which rule found it.
    """

    type: str
    start: int
    end: int
    name: str
    confidence: float
    rule: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entity:
    """What one or more mentions of a document name: `name` is its longest full form, `aliases` every other surface.

    `mentions`: positions in the list of mentions; `confidence`: that of its surest mention.
    """

    type: str
    name: str
    aliases: tuple[str, ...]
    mentions: tuple[int, ...]
    confidence: float
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge between two mentions (positions in the list of mentions), quoted by `[start, end)` of the cleaned text.

    `basis`: `text` (the sentence says it and holds both ends), `name` (read from a name), `context` (an end or the verb
    was resolved from elsewhere).
    """

    type: str
    src: int
    dst: int
    basis: Basis
    start: int
    end: int
    confidence: float
    rule: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistic:
    """A countable statement about a mention (position in the list of mentions), quoted by `[start, end)`.

    `value` in `unit` (money in yuan); `bound`: exact, more_than, nearly, about, unknown; `as_of`, `period`: as the text
    tells them, partial ISO dates where they can be had.
    """

    subject: int
    measure: str
    value: float
    unit: str
    bound: str
    start: int
    end: int
    confidence: float
    as_of: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property that the text says of a mention (position in the list of mentions), quoted by `[start, end)`.

    `bound` of a head count: exact, more_than, nearly, about.
    """

    subject: int
    name: str
    value: Any
    start: int
    end: int
    confidence: float
    bound: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return what is said, a head count with its bound, under the names of properties."""
        bound = {} if self.bound is None else {f"{self.name}_bound": self.bound}
        return {self.name: self.value} | bound
