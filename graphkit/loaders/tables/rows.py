"""Entries become raw rows: which nodes and edges a row states, under keys that are equal for what is one.

A company's key is its credit code as written, else its name; nothing is merged here, but rows of one key share an id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import columns
from graphkit.loaders.tables.entries import Entry
from graphkit.loaders.tables.facts import REGIONS, ROLES
from graphkit.names import fold
from graphkit.schema import Schema
from graphkit.values import Quantity

REGION_ENDINGS = (
    ("街道", "subdistrict"),
    ("开发区", "development_zone"),
    ("新区", "new_area"),
    ("社区", "community"),
    ("县", "county"),
    ("区", "district"),
    ("镇", "town"),
    ("乡", "township"),
    ("村", "village"),
)
DEFAULT_LEVELS = {"village": "village", "town": "town", "county": "county_city", "city": "city", "province": "province"}
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
INDUSTRIES = {"chain": "chain", "segment": "segment", "field": "field"}
LENDING = ("loan", "credit_line", "balance")


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
        owner = self.schema.nodes.get(name) or self.schema.edge(name)
        source = source_id(self.dataset, self.edition)
        return sorted_raw(pa.Table.from_pylist([row | {"source_id": source} for row in rows], columns(owner, raw=True)))


def rows_of(schema: Schema, source: tuple[str, str | None], sheets: Iterable[list[Entry]]) -> Rows:
    """Gather the raw rows of all sheets of a source (dataset and edition)."""
    listed = list(sheets)
    every = [entry for entries in listed for entry in entries]
    codes, notes = _codes_of_names(every)
    rows = Rows(schema, *source, codes=codes, places_of=_towns_of_names(every), notes=notes)
    for number, entries in enumerate(listed):
        for entry in entries:
            _read(rows, number, entry)
    return rows


def _codes_of_names(entries: list[Entry]) -> tuple[dict[str, str], list[str]]:
    """Map each name that stands beside exactly one credit code to it; also tell of names with two."""
    codes: defaultdict[str, dict[str, str]] = defaultdict(dict)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        code, name = entry.said.get("company.credit_code"), entry.said.get("company.name")
        if code and name:
            codes[name].setdefault(code.upper(), code)
            names[code.upper()].add(name)
    notes = [f"{name}: {len(found)} credit codes, kept apart" for name, found in codes.items() if len(found) > 1]
    notes += [
        f"{code}: {len(found)} names, {'、'.join(sorted(found))}" for code, found in names.items() if len(found) > 1
    ]
    return {name: next(iter(found.values())) for name, found in codes.items() if len(found) == 1}, notes


def _towns_of_names(entries: list[Entry]) -> dict[str, set[str]]:
    """Tell in which towns a company without code stands: one name in two towns is two companies."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        name, town = entry.said.get("company.name"), _town(entry)
        if name and town and entry.told.primary == "company" and not entry.said.get("company.credit_code"):
            found[name].add(town)
    return found


def _town(entry: Entry) -> str:
    return "、".join(entry.said.get("town.name", ()))


def _read(rows: Rows, sheet: int, entry: Entry) -> None:
    before = len(rows.primary)
    {"companies": _company_row, "loans": _loan_row, "federations": _federation_row, "chains": _chain_row}[
        entry.told.kind
    ](rows, entry)
    rows.merged[sheet] += len(rows.primary) == before


def _company_row(rows: Rows, entry: Entry) -> None:
    said = entry.said
    company = _company(rows, entry)
    _state_primary(rows, company.id)
    _locate(rows, entry, company)
    _industries(rows, entry, company)
    status = "planned" if said.get("company.federation_status") == "preparing" else None
    for name in said.get("federation.name", ()):
        federation = _federation(rows, entry, name)
        told = {"mode": said.get("company.federation_mode"), "status": status}
        _edge(rows, "COVERS", federation, company, place=entry.place("federation.name"), told=told)
        if "head.name" in said and len(said["federation.name"]) == 1:
            _head(rows, entry, federation, name)
    if said.get("company.federation_status") == "no" and "federation.name" in said:
        rows.notes.append(f"{entry.place()}: says that there is no federation, and names one that covers the company")


def _loan_row(rows: Rows, entry: Entry) -> None:
    company, said = _company(rows, entry), entry.said
    _locate(rows, entry, company)
    _industries(rows, entry, company)
    if "bank.name" not in said:
        _state_primary(rows, company.id)
        return
    bank = _node(rows, "bank", said["bank.name"], entry.place("bank.name"))
    product = None
    if "product.name" in said:
        product = _node(rows, "product", said["product.name"], entry.place("product.name"))
        _edge(rows, "OFFERS", bank, product, place=entry.place("product.name"), told={})
    dated = {name: said.get(f"loan.{name}") for name in ("valid_from", "valid_to")}
    common = dated | {"product": product.id if product else None}
    kinds = [kind for kind in LENDING if f"{kind}.amount" in said and said[f"{kind}.amount"].value is not None]
    before = len(rows.primary)
    for kind in kinds or ("",):
        amount = said[f"{kind}.amount"] if kind else Quantity(None)
        told = common | {"amount_cny": amount.value, "amount_bound": amount.bound, "amount_kind": kind or None}
        told["as_of"] = said.get("loan.as_of") if kind == "balance" else None
        key = f"{said['loan.key']}/{kind}" if "loan.key" in said else None
        _state_primary(rows, _edge(rows, "LENDS_TO", bank, company, place=entry.place(), told=told, key=key))
    if len(rows.primary) == before:
        rows.notes.append(f"{entry.place()}: says the same loan as an earlier row; one loan is kept")


def _federation_row(rows: Rows, entry: Entry) -> None:
    said = entry.said
    names = said["federation.name"]
    for name in names:
        federation = _federation(rows, entry, name, full=len(names) == 1)
        _state_primary(rows, federation.id)
        _locate(rows, entry, federation)
        _industries(rows, entry, federation)
        own = [said["company.name"]] if "company.name" in said else []
        mode = said.get("covers.mode")
        for other in dict.fromkeys([*said.get("covers.companies", ()), *own]):
            company = _mentioned(rows, other, entry.place("covers.companies"))
            _edge(rows, "COVERS", federation, company, place=entry.place("covers.companies"), told={"mode": mode})
        if "host.name" in said:
            host = _mentioned(rows, said["host.name"], entry.place("host.name"))
            told = {"mode": mode if mode == "hosted" else None}
            _edge(rows, "HOSTED_BY", federation, host, place=entry.place("host.name"), told=told)
        if "head.name" in said:
            _head(rows, entry, federation, name)


def _head(rows: Rows, entry: Entry, federation: Node, name: str) -> None:
    """A person is one within one organisation, however the middle dot of the name is written."""
    said = entry.said["head.name"]
    head = _node(rows, "head", said, entry.place("head.name"), key=f"{name}/{fold(said)}")
    told = {"role": "主席"}
    _edge(rows, "LEADS", head, federation, place=entry.place("head.name"), told=told)


def _chain_row(rows: Rows, entry: Entry) -> None:
    for node in _industries(rows, entry, None):
        _state_primary(rows, node.id)


def _state_primary(rows: Rows, own_id: str) -> None:
    rows.primary.add(own_id)


def _company(rows: Rows, entry: Entry) -> Node:
    """State a company with everything that its row says of it."""
    told = _properties(entry, "company")
    name, code = told.get("name"), told.get("credit_code")
    key = str(code) if code else _key_of_name(rows, str(name), _town(entry))
    return _node(rows, "company", name, entry.place("company.name"), key=key, told=told, always=True)


def _key_of_name(rows: Rows, name: str, town: str = "") -> str:
    if name in rows.codes:
        return rows.codes[name]
    return f"{name}@{town}" if town and len(rows.places_of.get(name, ())) > 1 else name


def _mentioned(rows: Rows, name: str, place: str) -> Node:
    """State a company that a row only names."""
    return _node(rows, "company", name, place, key=_key_of_name(rows, name))


def _federation(rows: Rows, entry: Entry, name: str, *, full: bool = True) -> Node:
    told = _properties(entry, "federation") if full else {}
    always = entry.told.primary == "federation"
    return _node(rows, "federation", name, entry.place("federation.name"), told=told | {"name": name}, always=always)


def _properties(entry: Entry, role: str) -> dict[str, Any]:
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


def _node(
    rows: Rows,
    role: str,
    name: str | None,
    place: str,
    *,
    key: str | None = None,
    told: Any = None,
    always: bool = False,
) -> Node:
    """State a node; what a row only mentions is stated once, at its first mention."""
    owner = rows.schema.node(ROLES[role])
    written = key or str(name)
    node = rows.known.get((owner.name, written))
    if node is None:
        node = Node(raw_id(owner.prefix, rows.dataset, owner.name, written), owner.name)
        rows.known[owner.name, written] = node
    if always or node.id not in rows.stated:
        rows.stated.add(node.id)
        # A company of which only the code is known is called by it.
        told = {"name": name or written} | {k: v for k, v in (told or {}).items() if v is not None}
        rows.nodes.setdefault(owner.name, []).append(told | {"id": node.id, "key": written, "place": place})
    return node


def _edge(rows: Rows, kind: str, src: Node, dst: Node, *, place: str, told: Any, key: str | None = None) -> str:
    owner = rows.schema.edge(kind)
    parts = [src.id, dst.id, *(None if told.get(n) is None else str(told[n]) for n in owner.key)]
    own_id = raw_id(owner.prefix, rows.dataset, owner.name, *([key] if key else parts))
    if kind == "PART_OF":  # said by every row of the sheet: once is enough
        if own_id in rows.stated:
            return own_id
        rows.stated.add(own_id)
    ends = {"src": src.id, "src_type": src.type, "dst": dst.id, "dst_type": dst.type}
    rows.edges.setdefault(kind, []).append(told | ends | {"id": own_id, "key": key, "place": place})
    return own_id


def _locate(rows: Rows, entry: Entry, node: Node) -> None:
    """Put a node into the smallest region of its row (or several, 甲镇、乙镇), each region into the next larger one."""
    said = entry.said
    levels = [(level, said[f"{level}.name"]) for level in REGIONS if said.get(f"{level}.name")]
    smallest, names = levels[0] if levels else ("", [])
    # Of several larger regions nobody knows which one holds the smaller.
    larger = [(level, above[0]) for level, above in levels[1:] if len(above) == 1]
    for name in names:
        inner, chain = node, [(smallest, name), *(pair for pair in larger if pair[1] != name)]
        for at, (level, region_name) in enumerate(chain):
            key = "/".join(part for _, part in reversed(chain[at:]))
            place = entry.place(f"{level}.name")
            region = _node(rows, level, region_name, place, key=key, told={"level": _level(level, region_name)})
            _edge(rows, "PART_OF" if at else "LOCATED_IN", inner, region, place=place, told={})
            inner = region
    if "base.name" in said:
        base = _node(rows, "base", said["base.name"], entry.place("base.name"))
        _edge(rows, "LOCATED_IN", node, base, place=entry.place("base.name"), told={})


def _level(level: str, name: str) -> str:
    if level == "province" and name.startswith(MUNICIPALITIES):
        return "municipality"
    if level in ("city", "province"):
        return DEFAULT_LEVELS[level]
    return next((found for ending, found in REGION_ENDINGS if name.endswith(ending)), DEFAULT_LEVELS[level])


def _industries(rows: Rows, entry: Entry, node: Node | None) -> list[Node]:
    """State chains and segments of a row; a node is in its segments, or, without any, in its chains."""
    said, found = entry.said, []
    chains = said.get("chain.name", [])
    segments = said.get("segment.name", [])
    for at, name in enumerate(segments):
        # Of several chains the one beside a segment is only known if both lists are equally long.
        over = chains[0] if len(chains) == 1 else chains[at] if len(chains) == len(segments) else None
        key = f"{over}/{name}" if over else name
        segment = _industry(rows, entry, "segment", name, key)
        found.append(segment)
        if over:
            chain = _industry(rows, entry, "chain", over, over)
            _edge(rows, "PART_OF", segment, chain, place=entry.place("segment.name"), told={})
    if not segments or len(chains) not in (0, 1, len(segments)):
        found += [_industry(rows, entry, "chain", name, name) for name in chains]
    found += [_industry(rows, entry, "field", name, f"行业/{name}") for name in said.get("field.name", ())]
    if node is not None:
        for industry in found:
            _edge(rows, "IN_INDUSTRY", node, industry, place=entry.place("segment.name", "chain.name"), told={})
    return found


def _industry(rows: Rows, entry: Entry, role: str, name: str, key: str) -> Node:
    return _node(rows, role, name, entry.place(f"{role}.name"), key=key, told={"kind": INDUSTRIES[role]})
