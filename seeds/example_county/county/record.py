"""The record that live deliveries add up to: who is whom is known here, so nothing has to be matched.

The newest statement of a value wins, an empty cell is no statement, and nothing goes when a list stops naming it.
"""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from county.model import Delivery, Tie, Value

# What tells two edges of a type between the same two nodes apart.
EDGE_KEYS: dict[str, tuple[str, ...]] = {
    "LEADS": ("valid_from",),
    "LENDS_TO": ("valid_from", "as_of", "amount_cny", "amount_kind", "product"),
    "OFFERS": ("role",),
    "RUNS": ("role", "valid_from"),
    "PARTNERS_WITH": ("valid_from",),
    "RECEIVED": ("valid_from",),
}
EVENTS = frozenset({"ESTABLISHED", "LENDS_TO", "RUNS", "RECEIVED"})


@dataclass(slots=True)
class Node:
    """A node as all its statements tell it; `first` is the day of the earliest one."""

    type: str
    key: str
    first: date
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.values["name"])


@dataclass(slots=True)
class Edge:
    """An edge as all its statements tell it."""

    type: str
    src: str
    dst: str
    first: date
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """Nodes by key, edges, and the scopes said to be complete."""

    nodes: dict[str, Node]
    edges: list[Edge]
    closed: frozenset[str]

    def counts(self) -> dict[str, dict[str, int]]:
        """Count nodes and edges by type, whatever their status."""
        nodes = Counter(n.type for n in self.nodes.values())
        edges = Counter(e.type for e in self.edges)
        return {"nodes": dict(nodes), "edges": dict(edges)}

    def at(self, day: date | None) -> "Record":
        """Keep what is actual and certainly in force at a day; without a day, what has not ended."""
        nodes = {k: n for k, n in self.nodes.items() if _holds(n.values, n.first, day, event=False)}
        edges = [e for e in self.edges if e.src in nodes and e.dst in nodes]
        kept = [e for e in edges if _holds(e.values, e.first, day, event=e.type in EVENTS)]
        return Record(nodes, kept, self.closed)

    def ties(self, kind: str) -> list[Edge]:
        """Return the edges of one type."""
        return [e for e in self.edges if e.type == kind]


def assemble(deliveries: Iterable[Delivery]) -> Record:
    """Merge deliveries, oldest first."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[object, ...], Edge] = {}
    closed: set[str] = set()
    for delivery in sorted(deliveries, key=lambda d: d.day):
        closed |= {place for of, _, place in delivery.complete if of == "COVERS"}
        for thing in delivery.things:
            node = nodes.setdefault(thing.key, Node(thing.type, thing.key, delivery.day))
            node.values |= _stated(thing.values.items())
        for tie in delivery.ties:
            edge = edges.setdefault(_identity(tie), Edge(tie.type, tie.src, tie.dst, delivery.day))
            edge.values |= _stated(tie.values.items())
    return Record(nodes, list(edges.values()), frozenset(closed))


def _stated(values: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    return {prop: value for prop, value in values if value is not None}


def _identity(tie: Tie) -> tuple[object, ...]:
    ends = tuple(sorted((tie.src, tie.dst))) if tie.type == "PARTNERS_WITH" else (tie.src, tie.dst)
    return (tie.type, *ends, *(tie.values.get(k) for k in EDGE_KEYS.get(tie.type, ())))


def _holds(values: dict[str, Value], first: date, day: date | None, *, event: bool) -> bool:
    if values.get("status", "actual") != "actual":
        return False
    start, end = values.get("valid_from"), values.get("valid_to")
    if day is None:
        return event or end is None
    begun = (_last_day(str(start)) if start else first) <= day
    return begun and (event or end is None or day < _first_day(str(end)))


def _first_day(partial: str) -> date:
    year, month, day = ([int(p) for p in partial.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def _last_day(partial: str) -> date:
    parts = [int(p) for p in partial.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
