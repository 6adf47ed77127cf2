"""Entries become raw rows: which nodes and edges a row states, under keys that are equal for what is one.

A company's key is its credit code as written, else its name; nothing is merged here, but rows of one key share an id.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import columns
from graphkit.loaders.tables.entries import Entry
from graphkit.loaders.tables.facts import ROLES
from graphkit.loaders.tables.organisations import kind_by_name
from graphkit.loaders.wording import Note
from graphkit.schema import Schema
from graphkit.values import Quantity


@dataclass(frozen=True, slots=True)
class Node:
    """A node that a row states: its id and its type."""

    id: str
    type: str


@dataclass(slots=True)
class Rows:
    """The raw rows of one source while they are gathered."""

    schema: Schema
    dataset: str
    edition: str | None
    codes: Mapping[str, str]
    places_of: Mapping[str, set[str]]
    nodes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    edges: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    known: dict[tuple[str, str], Node] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)
    primary: set[str] = field(default_factory=set)
    merged: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    notes: list[str] = field(default_factory=list)

    def tables(self) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
        """Return the Arrow tables of nodes and edges."""
        nodes = {name: self._table(self.nodes[name], name) for name in sorted(self.nodes)}
        return nodes, {name: self._table(self.edges[name], name) for name in sorted(self.edges)}

    def _table(self, rows: list[dict[str, Any]], name: str) -> pa.Table:
        owner = self.schema.owner(name)
        source = source_id(self.dataset, self.edition)
        return sorted_raw(pa.Table.from_pylist([row | {"source_id": source} for row in rows], columns(owner, raw=True)))


def codes_of_names(entries: list[Entry]) -> tuple[dict[str, str], list[str]]:
    """Map each name that stands beside exactly one credit code to it; also tell of names with two."""
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        code, name = entry.said.get("company.credit_code"), entry.said.get("company.name")
        if code and name:
            codes[name].setdefault(code.upper(), code)
            names[code.upper()].add(name)
    notes: list[str] = [Note("two-codes", name=n, count=len(held)) for n, held in codes.items() if len(held) > 1]
    notes += [
        Note("two-names", code=code, count=len(held), names="、".join(sorted(held)))
        for code, held in names.items()
        if len(held) > 1
    ]
    return {name: next(iter(found.values())) for name, found in codes.items() if len(found) == 1}, notes


def towns_of_names(entries: list[Entry]) -> dict[str, set[str]]:
    """Tell in which towns a company without code stands: one name in two towns is two companies."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        name, town = entry.said.get("company.name"), town_of_entry(entry)
        if name and town and entry.told.primary == "company" and not entry.said.get("company.credit_code"):
            found[name].add(town)
    return found


def town_of_entry(entry: Entry) -> str:
    return "、".join(entry.said.get("town.name", ()))


def properties(entry: Entry, role: str) -> dict[str, Any]:
    """Collect what a row says of one role; a quantity is a number and its bound."""
    told: dict[str, Any] = {}
    for name, value in entry.said.items():
        owner, _, prop = name.partition(".")
        if owner != role:
            continue
        told[prop] = value.value if isinstance(value, Quantity) else value
        if isinstance(value, Quantity):
            told[f"{prop}_bound"] = value.bound
    return told


def state(
    rows: Rows,
    role: str,
    name: str | None,
    place: str,
    *,
    key: str | None = None,
    told: Any = None,
    always: bool = False,
) -> Node:
    """State a node of a role (or a type); what a row only mentions is stated once, at its first mention."""
    owner = rows.schema.node(ROLES.get(role, role))
    written = key or str(name)
    node = rows.known.get((owner.name, written))
    if node is None:
        node = Node(raw_id(owner.prefix, rows.dataset, owner.name, written), owner.name)
        rows.known[owner.name, written] = node
    if always or node.id not in rows.stated:
        rows.stated.add(node.id)
        # A company of which only the code is known is called by it.
        told = {"name": name or written} | {k: v for k, v in (told or {}).items() if v is not None}
        if role != "base" and (kind := kind_by_name(owner.name, str(told["name"]))):
            told = {"kind": kind} | told
        rows.nodes.setdefault(owner.name, []).append(told | {"id": node.id, "key": written, "place": place})
    return node


def join(rows: Rows, kind: str, src: Node, dst: Node, *, place: str, told: Any = None, key: str | None = None) -> str:
    """State an edge and return its id."""
    owner, told = rows.schema.edge(kind), told or {}
    parts = [src.id, dst.id, *(None if told.get(n) is None else str(told[n]) for n in owner.key)]
    own_id = raw_id(owner.prefix, rows.dataset, owner.name, *([key] if key else parts))
    if kind == "PART_OF":  # said by every row of the sheet: once is enough
        if own_id in rows.stated:
            return own_id
        rows.stated.add(own_id)
    ends = {"src": src.id, "src_type": src.type, "dst": dst.id, "dst_type": dst.type}
    rows.edges.setdefault(kind, []).append(told | ends | {"id": own_id, "key": key, "place": place})
    return own_id


def may_join(rows: Rows, kind: str, src: str, dst: str) -> bool:
    """Say whether an edge may lead from one type to another."""
    return (src, dst) in rows.schema.edge(kind).pairs


def key_of_name(rows: Rows, name: str, town: str = "") -> str:
    """Return the key of a company by its name: its code if one stands beside the name, else the name (and town)."""
    if name in rows.codes:
        return rows.codes[name]
    return f"{name}@{town}" if town and len(rows.places_of.get(name, ())) > 1 else name
