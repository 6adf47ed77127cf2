"""A Graph from plain records and to networkx and pandas."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.errors import DataError
from graphkit.graph.merge import assemble
from graphkit.graph.tables import DECISIONS, EVIDENCE, RAW_COLUMNS, SOURCES, STATISTICS, Graph, columns, conform, frame
from graphkit.schema import EdgeType, NodeType, Schema

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

SEPARATOR = "\x1f"


def raw_id(prefix: str, *parts: str | None) -> str:
    """Return a raw id: the type's prefix and 80 bits of a hash over dataset, type and key as written."""
    text = SEPARATOR.join("" if part is None else part for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def source_id(dataset: str, edition: str | None) -> str:
    """Return the id of a dataset's edition."""
    return raw_id("src", dataset, edition)


def to_networkx(graph: Graph) -> "nx.MultiDiGraph":
    """Return a networkx multigraph: node key = id, edge key = edge id; null properties are left out."""
    import networkx as nx

    result = nx.MultiDiGraph()
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
            rest[name] = _arrow(data, fixed[name])
        elif name in schema.nodes:
            nodes[name] = _arrow(data, columns(schema.nodes[name]))
        else:
            edges[name] = _arrow(data, columns(schema.edge(name)))
    return Graph(schema, dict(sorted(nodes.items())), dict(sorted(edges.items())), **rest)


def _arrow(data: "pd.DataFrame", wanted: pa.Schema) -> pa.Table:
    return conform(pa.Table.from_pandas(data, preserve_index=False), wanted)


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
    origin = {"dataset": "records", "kind": "sheet", "name": "records", "complete": "[]"} | dict(source or {})
    origin["id"] = source_id(str(origin["dataset"]), origin.get("edition"))
    keys: dict[str, tuple[str, str]] = {}
    node_rows: dict[str, list[dict[str, Any]]] = {}
    for number, record in enumerate(nodes, 1):
        owner, row = _node_row(schema, record, number, origin)
        node_rows.setdefault(owner.name, []).append(row)
        keys[row["key"]] = keys[row["id"]] = (row["id"], owner.name)
    edge_rows: dict[str, list[dict[str, Any]]] = {}
    for number, record in enumerate(edges, 1):
        edge, row = _edge_row(schema, record, keys, number, origin)
        edge_rows.setdefault(edge.name, []).append(row)
    raw = Graph(
        schema,
        {name: _raw_table(schema.nodes[name], rows) for name, rows in sorted(node_rows.items())},
        {name: _raw_table(schema.edges[name], rows) for name, rows in sorted(edge_rows.items())},
        sources=pa.Table.from_pylist([origin], schema=SOURCES),
        is_raw=True,
    )
    return assemble(raw)


def _node_row(
    schema: Schema, record: Mapping[str, Any], number: int, origin: Mapping[str, Any]
) -> tuple[NodeType, dict[str, Any]]:
    owner = schema.node(str(record.get("type")))
    key = str(record.get("key", record.get("name")))
    own_id = record.get("id") or raw_id(owner.prefix, str(origin["dataset"]), owner.name, key)
    place = {"place": f"node {number}", "source_id": origin["id"]}
    return owner, _checked(owner, {**place, **record, "id": own_id, "key": key}, f"node {number}")


def _edge_row(
    schema: Schema, record: Mapping[str, Any], keys: Mapping[str, tuple[str, str]], number: int, origin: Mapping[str, Any]
) -> tuple[EdgeType, dict[str, Any]]:
    owner, place = schema.edge(str(record.get("type"))), f"edge {number}"
    ends: dict[str, Any] = {}
    for end in ("src", "dst"):
        if record.get(end) not in keys:
            raise _bad(place, str(record.get(end)), f"has a {end} that names no node", "Add the node first.")
        ends[end], ends[f"{end}_type"] = keys[str(record[end])]
    check_pair(owner, ends["src_type"], ends["dst_type"], place)
    told = [str(record.get(name)) for name in owner.key]
    key = record.get("key")
    identity = [str(key)] if key is not None else [str(record["src"]), str(record["dst"]), *told]
    own_id = record.get("id") or raw_id(owner.prefix, str(origin["dataset"]), owner.name, *identity)
    references = {p: keys[str(record[p])][0] for p in _references(owner) if record.get(p) in keys}
    row = {"place": place, "source_id": origin["id"], **record, **ends, **references, "id": own_id}
    # An id given by hand is an identity of its own, as a key is.
    return owner, _checked(owner, row | {"key": key if key is not None else record.get("id")}, place)


def _references(owner: EdgeType) -> list[str]:
    return [p.name for p in owner.properties.values() if p.type == "ref"]


def check_pair(owner: EdgeType, src_type: str, dst_type: str, place: str) -> None:
    """Raise DataError if an edge of this type may not join these two types."""
    if (src_type, dst_type) in owner.pairs:
        return
    targets = sorted({dst for src, dst in owner.pairs if src == src_type})
    hint = f"From {src_type} it may go to: {', '.join(targets)}." if targets else f"It never starts at {src_type}."
    raise _bad(place, f"{src_type} → {dst_type}", f"is a {owner.name} between types that it may not join", hint)


def _checked(owner: NodeType | EdgeType, row: dict[str, Any], place: str) -> dict[str, Any]:
    known = {*columns(owner).names, *RAW_COLUMNS, "type"}
    for name in row:
        if name not in known:
            raise _bad(place, name, f"has the property {name!r}, which {owner.name} does not know", "See the schema.")
    return row


def _raw_table(owner: NodeType | EdgeType, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=columns(owner, raw=True))


def _bad(place: str, value: str, what: str, hint: str) -> DataError:
    return DataError(f"{place} {what}", code="bad-record", hint=hint, source="records", place=place, value=value)
