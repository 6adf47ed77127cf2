"""A Graph from plain records and to networkx and pandas."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from math import isnan
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.errors import DataError
from graphkit.graph.merge import assemble, sorted_raw
from graphkit.graph.tables import (
    DECISIONS,
    EVIDENCE,
    RAW_COLUMNS,
    SOURCES,
    STATISTICS,
    TEXT,
    Graph,
    columns,
    conform,
    frame,
    is_text,
)
from graphkit.schema import EdgeType, NodeType, Schema, column
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

# What a name or an id of a record stands for: its nodes by type.
_Keys = dict[str, dict[str, str]]
SEPARATOR = "\x1f"


def raw_id(prefix: str, *parts: str | None) -> str:
    """Return a raw id: the type's prefix and 80 bits of a hash over dataset, type and key as written."""
    text = SEPARATOR.join("" if part is None else part for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def with_content_ids(table: pa.Table, prefix: str) -> pa.Table:
    """Put an id before rows that have none: a hash of what the row says, so that other rows do not change it.

    Rows that say the same are told apart by a counter.
    """
    seen: dict[str, int] = {}
    ids = []
    for row in zip(*(values.to_pylist() for values in table.columns), strict=True):
        own_id = raw_id(prefix, json.dumps(row, ensure_ascii=False))
        seen[own_id] = seen.get(own_id, 0) + 1
        ids.append(own_id if seen[own_id] == 1 else f"{own_id}_{seen[own_id]}")
    return table.add_column(0, "id", pa.array(ids, TEXT))


def source_id(dataset: str, edition: str | None) -> str:
    """Return the id of a dataset's edition."""
    return raw_id("src", dataset, edition)


def to_networkx(graph: Graph) -> "nx.MultiDiGraph[str]":
    """Return a networkx multigraph: node key = id, edge key = edge id; null properties are left out."""
    import networkx as nx

    result: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name, table in graph.node_tables.items():
        for row in table.to_pylist():
            result.add_node(row["id"], type=name, **_stated(row, "id"))
    for name, table in graph.edge_tables.items():
        for row in table.to_pylist():
            result.add_edge(row["src"], row["dst"], key=row["id"], type=name, **_stated(row, "src", "dst"))
    return result


def _stated(row: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in left_out}


def to_pandas(graph: Graph) -> dict[str, "pd.DataFrame"]:
    """Return every table as a frame: one per type, and `sources, evidence, statistics, decisions`."""
    tables = {**graph.node_tables, **graph.edge_tables, "sources": graph.sources, "evidence": graph.evidence}
    return {name: frame(table) for name, table in {**tables, **_rest(graph)}.items()}


def _rest(graph: Graph) -> dict[str, pa.Table]:
    return {"statistics": graph.statistics, "decisions": graph.decisions}


def from_pandas(frames: Mapping[str, "pd.DataFrame"], schema: Schema | None = None) -> Graph:
    """Return the assembled graph that `to_pandas` gave (without its raw rows)."""
    schema = schema or Schema.load()
    fixed = {"sources": SOURCES, "evidence": EVIDENCE, "statistics": STATISTICS, "decisions": DECISIONS}
    nodes, edges, rest = {}, {}, {}
    for name, data in frames.items():
        if name in fixed:
            rest[name] = _arrow(data, fixed[name], name)
        elif name in schema.nodes:
            nodes[name] = _arrow(data, columns(schema.nodes[name]), name)
        else:
            edges[name] = _arrow(data, columns(schema.edge(name)), name)
    return Graph(schema, dict(sorted(nodes.items())), dict(sorted(edges.items())), **rest)


def _arrow(data: "pd.DataFrame", wanted: pa.Schema, name: str) -> pa.Table:
    unknown = [column for column in data.columns if column not in wanted.names]
    if unknown:
        raise _bad(name, str(unknown[0]), f"has a column {unknown[0]!r} that is none of it", "See the schema.")
    try:
        return conform(pa.Table.from_pandas(data, preserve_index=False), wanted)
    except (pa.ArrowException, UnicodeEncodeError) as error:
        what = f"holds values of another type: {str(error).splitlines()[0]}"
        raise _bad(name, "", what, "Give each column the type that `to_pandas` gave it.") from error


def from_records(
    nodes: Iterable[Mapping[str, Any]],
    edges: Iterable[Mapping[str, Any]] = (),
    *,
    source: Mapping[str, Any] | None = None,
    schema: Schema | None = None,
) -> Graph:
    """Return an assembled graph of plain dicts: for notebooks, tests and one's own loaders.

    A node needs `type` and `name` (its key; or `key`), an edge `type`, `src` and `dst` (keys of nodes, or ids);
    an edge's own `key` keeps it apart from its parallels. Everything else are properties of the schema.
    `source` gives `dataset, edition, date, kind, name, publisher` of the one source. Raises DataError.
    """
    schema = schema or Schema.load()
    origin = _origin(dict(source or {}))
    keys: _Keys = {}
    node_rows: dict[str, list[dict[str, Any]]] = {}
    for number, record in enumerate(nodes, 1):
        owner, row = _node_row(schema, record, number, origin)
        node_rows.setdefault(owner.name, []).append(row)
        for name in (row["key"], row["id"]):
            keys.setdefault(name, {})[owner.name] = row["id"]
    edge_rows: dict[str, list[dict[str, Any]]] = {}
    for number, record in enumerate(edges, 1):
        edge, row = _edge_row(schema, record, keys, number, origin)
        edge_rows.setdefault(edge.name, []).append(row)
    raw = Graph(
        schema,
        {name: _raw_table(schema.nodes[name], node_rows[name]) for name in sorted(node_rows)},
        {name: _raw_table(schema.edges[name], edge_rows[name]) for name in sorted(edge_rows)},
        sources=pa.Table.from_pylist([origin], schema=SOURCES),
        is_raw=True,
    )
    return assemble(raw)


def _origin(source: dict[str, Any]) -> dict[str, Any]:
    """Complete and check the one source of records."""
    for name in source:
        if name not in SOURCES.names:
            raise _bad("source", str(name), f"has the field {name!r}, which no source has", "See `Graph.sources`.")
    given = {name: value for name, value in source.items() if value is not None}
    given |= {"complete": _scopes(given.get("complete", []))}
    origin = {"dataset": "records", "kind": "sheet", "name": "records", "complete": "[]", "invented": False} | given
    kinds = {"invented": "bool", "date": "date"}
    checked = {name: stored(value, kinds.get(name, "string"), ("source", name)) for name, value in origin.items()}
    return checked | {"id": source_id(checked["dataset"], checked.get("edition"))}


def _scopes(complete: Any) -> str:
    """Write the complete lists of a source as the JSON text that its row holds; take a list or such a text."""
    try:
        scopes = json.loads(complete) if isinstance(complete, str) else complete
    except ValueError:
        scopes = None
    if not isinstance(scopes, list) or not all(isinstance(s, dict) and isinstance(s.get("of"), str) for s in scopes):
        hint = "Give a list such as [{'of': 'COVERS', 'where': {'region': '…'}}]."
        raise _bad("source", str(complete), "has a `complete` that is no list of scopes", hint)
    return json.dumps(scopes, ensure_ascii=False, sort_keys=True, default=str)


def _node_row(
    schema: Schema, record: Mapping[str, Any], number: int, origin: Mapping[str, Any]
) -> tuple[NodeType, dict[str, Any]]:
    owner, place = schema.node(str(record.get("type"))), f"node {number}"
    key = record.get("key", record.get("name"))
    if not is_text(key) or not key:
        raise _bad(place, str(key), "has no name and no key", "Give it one of them, as text.")
    own_id = record.get("id") or raw_id(owner.prefix, str(origin["dataset"]), owner.name, str(key))
    row = {"place": place, "source_id": origin["id"], **record, "id": own_id, "key": key}
    return owner, _checked(schema, owner, row)


def _edge_row(
    schema: Schema,
    record: Mapping[str, Any],
    keys: _Keys,
    number: int,
    origin: Mapping[str, Any],
) -> tuple[EdgeType, dict[str, Any]]:
    owner, place = schema.edge(str(record.get("type"))), f"edge {number}"
    ends = _ends(owner, record, keys, place)
    for name in _references(owner):
        if not _is_nothing(record.get(name)):
            ends[name] = _only(record, name, _named(record, name, keys, place), place)
    # An id given by hand is an identity of its own, as a key is.
    key = record.get("key", record.get("id"))
    row = _checked(schema, owner, {"place": place, "source_id": origin["id"], **record, **ends, "key": key, "id": None})
    told = [None if row.get(name) is None else str(row[name]) for name in owner.key]
    identity = [str(key)] if key is not None else [row["src"], row["dst"], *told]
    own_id = record.get("id") or raw_id(owner.prefix, str(origin["dataset"]), owner.name, *identity)
    return owner, row | {"id": _own_id(owner, own_id, place)}


def _ends(owner: EdgeType, record: Mapping[str, Any], keys: _Keys, place: str) -> dict[str, Any]:
    """Find both ends; where a name stands for several types, the one that the edge may join, or the one told."""
    sources, targets = (_named(record, end, keys, place) for end in ("src", "dst"))
    pairs = [(src, dst) for src in sources for dst in targets if (src, dst) in owner.pairs]
    if not pairs:
        check_pair(owner, next(iter(sources)), next(iter(targets)), place)
    if len(pairs) > 1:
        kinds = ", ".join(f"{src} → {dst}" for src, dst in pairs)
        hint = "Say src_type and dst_type, or give the nodes different keys."
        raise _bad(place, str(record["dst"]), f"names nodes of several types ({kinds})", hint)
    src, dst = pairs[0]
    return {"src": sources[src], "src_type": src, "dst": targets[dst], "dst_type": dst}


def _named(record: Mapping[str, Any], end: str, keys: _Keys, place: str) -> dict[str, str]:
    """Return the nodes that an end may mean, by type."""
    found = keys.get(record.get(end) or "") or {}
    told = record.get(f"{end}_type")
    found = {kind: node for kind, node in found.items() if told in (None, kind)}
    if not found:
        raise _bad(place, str(record.get(end)), f"has a {end} that names no node", "Add the node first.")
    return found


def _only(record: Mapping[str, Any], name: str, found: dict[str, str], place: str) -> str:
    if len(found) > 1:
        raise _bad(place, str(record[name]), f"has a {name} that names nodes of several types", "Say its id.")
    return next(iter(found.values()))


def _references(owner: EdgeType) -> list[str]:
    return [p.name for p in owner.properties.values() if p.type == "ref"]


def check_pair(owner: EdgeType, src_type: str, dst_type: str, place: str) -> None:
    """Raise DataError if an edge of this type may not join these two types."""
    if (src_type, dst_type) in owner.pairs:
        return
    targets = sorted({dst for src, dst in owner.pairs if src == src_type})
    hint = f"From {src_type} it may go to: {', '.join(targets)}." if targets else f"It never starts at {src_type}."
    pair = f"{src_type} → {dst_type}"
    raise _bad(place, pair, f"is a {owner.name} of {pair}, which it may not join", hint)


def _checked(schema: Schema, owner: NodeType | EdgeType, row: dict[str, Any]) -> dict[str, Any]:
    """Bring each value of a record to the type of its column."""
    known, place = {*columns(owner).names, *RAW_COLUMNS}, str(row["place"])
    checked: dict[str, Any] = {}
    for name, value in row.items():
        if name == "type":
            continue
        if name not in known:
            raise _bad(place, name, f"has the property {name!r}, which {owner.name} does not know", "See the schema.")
        prop = column(schema, owner, name)
        checked[name] = stored(value, prop.type, (place, name), prop.values)
    if checked["id"] is not None:
        _own_id(owner, checked["id"], place)
    return checked


def _own_id(owner: NodeType | EdgeType, own_id: Any, place: str) -> str:
    if not is_text(own_id) or not own_id.startswith(f"{owner.prefix}_"):
        raise _bad(place, str(own_id), f"has the id {own_id!r}", f"An id of {owner.name} begins with {owner.prefix}_.")
    return str(own_id)


def stored(value: Any, kind: str, where: tuple[str, str], allowed: tuple[str, ...] = ()) -> Any:
    """Return a Python value (numpy's and pandas' too) as a column of this kind keeps it; nothing stays nothing."""
    if kind == "list":
        fits = value is None or (isinstance(value, Iterable) and not isinstance(value, str))
        items = list(value) if fits and value is not None else None
        if not fits or not all(map(is_text, items or ())):
            raise _misfit(value, kind, where)
        return items
    if _is_nothing(value):
        return None
    if kind in ("int", "quantity"):
        whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
        if not whole or isinstance(value, bool) or not (0 if kind == "quantity" else -(2**63)) <= value < 2**63:
            raise _misfit(value, kind, where)
        return int(value)
    if kind == "float" and isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    if kind == "bool" and str(value) in ("True", "False") and not isinstance(value, str):
        return bool(value)
    text = value.isoformat()[:10] if kind == "date" and isinstance(value, date) else value
    if kind in ("float", "bool") or not is_text(text) or (allowed and text not in allowed):
        raise _misfit(value, f"one of {', '.join(allowed)}" if allowed else kind, where)
    if kind == "date":
        _check_date(text, where)
    return str(text)


def _is_nothing(value: Any) -> bool:
    """Tell whether a value is None, NaN, or pandas' word for nothing (which refuses to be compared)."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and isnan(value))


def _check_date(text: str, where: tuple[str, str]) -> None:
    try:
        PartialDate.parse(text)
    except DataError as error:
        raise _misfit(text, "date (2022, 2022-06 or 2022-06-25)", where) from error


def _misfit(value: Any, kind: str, where: tuple[str, str]) -> DataError:
    place, name = where
    return _bad(place, str(value), f"says {name} = {value!r}, which is no {kind}", "Correct the value.")


def _raw_table(owner: NodeType | EdgeType, rows: list[dict[str, Any]]) -> pa.Table:
    return sorted_raw(pa.Table.from_pylist(rows, schema=columns(owner, raw=True)))


def _bad(place: str, value: str, what: str, hint: str) -> DataError:
    return DataError(f"{place} {what}", code="bad-record", hint=hint, source="records", place=place, value=value)
