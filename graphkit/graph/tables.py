"""The Graph: typed tables of nodes and edges with their sources, evidence, statistics and decisions.

Columnar, so that a million nodes are ordinary: Arrow tables inside, pandas frames at the surface.
A *raw* graph has one row per row and role of a source; an *assembled* graph has one row per element
and keeps the raw one beside it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import IdentityError
from graphkit.names import nearest
from graphkit.schema import EDGE_COLUMNS, NODE_COLUMNS, EdgeType, NodeType, Schema

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

TEXT, TEXTS = pa.string(), pa.list_(pa.string())
ARROW_TYPES = {"int": pa.int64(), "quantity": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "list": TEXTS}
COMMON_TYPES = {"aliases": TEXTS, "group": pa.bool_(), "count": pa.int64(), "confidence": pa.float64()}
ASSEMBLED_COLUMNS = {"raw_ids": TEXTS, "sources": TEXTS}
RAW_COLUMNS = {"key": TEXT, "source_id": TEXT, "place": TEXT, "confidence": pa.float64()}

SOURCES = pa.schema(
    [(name, TEXT) for name in ("id", "dataset", "edition", "kind", "name", "publisher", "date", "path", "sha256")]
    + [("complete", TEXT), ("invented", pa.bool_()), ("delivery", TEXT)]
)
EVIDENCE = pa.schema(
    [(name, TEXT) for name in ("element_id", "property", "value", "source_id", "place", "quote", "method")]
    + [("confidence", pa.float64()), ("basis", TEXT)]
)
STATISTICS = pa.schema(
    [("id", TEXT), ("subject", TEXT), ("measure", TEXT), ("value", pa.float64()), ("unit", TEXT)]
    + [(name, TEXT) for name in ("bound", "as_of", "period", "source_id", "place")]
)
DECISIONS = pa.schema(
    [("left", TEXT), ("right", TEXT), ("judgement", TEXT), ("score", pa.float64())]
    + [(name, TEXT) for name in ("reason", "by", "at")]
)

COUNTED = ("rows", "groups", "not_actual")
SUMMARY = pa.schema([("kind", TEXT), ("type", TEXT)] + [(name, pa.int64()) for name in COUNTED])


def columns(owner: NodeType | EdgeType, *, raw: bool = False) -> pa.Schema:
    """Return the Arrow schema of a type's table: common columns, properties, then provenance."""
    common = NODE_COLUMNS if isinstance(owner, NodeType) else EDGE_COLUMNS
    found: dict[str, pa.DataType] = {name: COMMON_TYPES.get(name, TEXT) for name in common}
    for prop in owner.properties.values():
        found[prop.name] = ARROW_TYPES.get(prop.type, TEXT)
        if prop.type == "quantity":
            found[prop.bound] = TEXT
    return pa.schema(list((found | (RAW_COLUMNS if raw else ASSEMBLED_COLUMNS)).items()))


def conform(table: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Give a table exactly the wanted columns: missing ones null, others cast, unknown ones left out."""
    arrays = [
        table[column.name].cast(column.type) if column.name in table.column_names else pa.nulls(len(table), column.type)
        for column in wanted
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; combine_chunks would copy even what is in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def is_text(value: object) -> bool:
    """Tell whether a value is text that can be kept: half of a surrogate pair is none."""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False


def no_raw() -> "Graph | None":
    """Say that no raw rows are held beside a graph."""
    return None


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Graph:
    """Typed tables of nodes and edges with their provenance; a value, never changed in place.

    `node_tables` and `edge_tables` map a type to its Arrow table (types without rows are absent);
    `sources`, `evidence`, `statistics` and `decisions` are Arrow tables. See DESIGN: `columns()`.
    """

    schema: Schema
    node_tables: Mapping[str, pa.Table] = field(default_factory=dict)
    edge_tables: Mapping[str, pa.Table] = field(default_factory=dict)
    sources: pa.Table = field(default_factory=SOURCES.empty_table)
    evidence: pa.Table = field(default_factory=EVIDENCE.empty_table)
    statistics: pa.Table = field(default_factory=STATISTICS.empty_table)
    decisions: pa.Table = field(default_factory=DECISIONS.empty_table)
    is_raw: bool = False
    read_raw: Callable[[], "Graph | None"] = no_raw

    @property
    def rows(self) -> int:
        """How many nodes and edges there are (rows of a raw graph)."""
        return sum(map(len, (*self.node_tables.values(), *self.edge_tables.values())))

    @property
    def raw(self) -> "Graph | None":
        """The raw rows behind an assembled graph (read from the store on demand), or None."""
        return self if self.is_raw else self.read_raw()

    def table(self, name: str) -> pa.Table:
        """Return a type's Arrow table with all its columns, empty if the graph has none of it."""
        if name in self.schema.nodes:
            known: Mapping[str, pa.Table] = self.node_tables
            owner: NodeType | EdgeType = self.schema.nodes[name]
        else:
            known, owner = self.edge_tables, self.schema.edge(name)
        return known[name] if name in known else columns(owner, raw=self.is_raw).empty_table()

    def nodes(self, type: str | None = None) -> "pd.DataFrame":
        """Return the nodes of a type as a frame, or the common columns of all nodes with their type."""
        if type is not None:
            self.schema.node(type)
            return frame(self.table(type))
        return frame(_stacked(self.node_tables, NODE_COLUMNS))

    def edges(self, type: str | None = None) -> "pd.DataFrame":
        """Return the edges of a type as a frame, or the common columns of all edges with their type."""
        if type is not None:
            self.schema.edge(type)
            return frame(self.table(type))
        return frame(_stacked(self.edge_tables, EDGE_COLUMNS))

    def get(self, node: str) -> dict[str, Any]:
        """Return one node (by id, name or alias) as a dict with its `type`; null properties are left out."""
        node_id = self.find(node)
        found = ((name, _by_id(table, node_id)) for name, table in self.node_tables.items())
        owner, row = next((name, rows[0]) for name, rows in found if rows)
        return {"type": owner} | {name: value for name, value in row.items() if value is not None}

    def find(self, node: str, type: str | None = None) -> str:
        """Return the id behind an id, name or alias.

        Raises IdentityError: `unknown-name` with the nearest names, `ambiguous-name` with the candidates.
        """
        tables = self.node_tables if type is None else {self.schema.node(type).name: self.table(type)}
        if not is_text(node):
            raise _unknown(node, tables)
        for matches in (_by_id, _by_name, _by_alias):
            found = [(owner, row) for owner, table in tables.items() for row in matches(table, node)]
            if len({row["id"] for _, row in found}) == 1:
                return str(found[0][1]["id"])
            if found:
                raise _ambiguous(self, node, found)
        raise _unknown(node, tables)

    def select(self, *types: str) -> "Graph":
        """Keep nodes and edges of the named types: edges only between nodes that are kept.

        Without a node type all nodes are kept, without an edge type all edges between the nodes.
        """
        of_edges = [name for name in types if name in self.schema.edges]
        of_nodes = [self.schema.node(name).name for name in types if name not in self.schema.edges]
        nodes = {t: table for t, table in self.node_tables.items() if t in of_nodes or not of_nodes}
        wanted = of_edges or list(self.edge_tables)
        return with_elements(self, nodes, {t: self.edge_tables[t] for t in wanted if t in self.edge_tables})

    def drop(self, nodes: Iterable[str]) -> "Graph":
        """Leave out nodes (by id, name or alias) and every edge that touches them."""
        gone = pa.array([self.find(node) for node in nodes], TEXT)
        kept = {t: table.filter(pc.invert(pc.is_in(table["id"], gone))) for t, table in self.node_tables.items()}
        return with_elements(self, kept, self.edge_tables)

    def as_of(self, date: str | None = None, *, possible: bool = False) -> "Graph":
        """Keep what is actual and in force at a date (with `possible`, also what may be); None = latest known."""
        from graphkit.graph.time import in_force

        return in_force(self, date, possible=possible)

    def merge(self, other: "Graph") -> "Graph":
        """Return the union of two graphs by their raw rows; a source that both hold is taken from the other."""
        from graphkit.graph.merge import union

        return union(self, other)

    def summary(self) -> "pd.DataFrame":
        """Count nodes and edges by type: columns `kind, type, rows, groups, not_actual`."""
        rows = [*_counts("node", self.node_tables), *_counts("edge", self.edge_tables)]
        return frame(pa.Table.from_pylist(rows, schema=SUMMARY))

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return a networkx multigraph: node key = id, edge key = edge id, null properties left out."""
        from graphkit.graph.convert import to_networkx

        return to_networkx(self)

    def to_pandas(self) -> dict[str, "pd.DataFrame"]:
        """Return every table as a frame, by type name, and `sources, evidence, statistics, decisions`."""
        from graphkit.graph.convert import to_pandas

        return to_pandas(self)

    def __repr__(self) -> str:
        nodes, edges = (sum(map(len, tables.values())) for tables in (self.node_tables, self.edge_tables))
        state = "raw" if self.is_raw else "assembled"
        return f"<Graph {state}: {nodes} nodes, {edges} edges, {len(self.sources)} sources>"


def frame(table: pa.Table) -> "pd.DataFrame":
    """Turn an Arrow table into a frame whose integers with gaps stay integers (pandas' nullable types)."""
    import pandas as pd

    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.float64(): pd.Float64Dtype()}
    data: pd.DataFrame = table.to_pandas(types_mapper=nullable.get)
    return data


def with_elements(graph: Graph, nodes: Mapping[str, pa.Table], edges: Mapping[str, pa.Table]) -> Graph:
    """Return the graph with these nodes and those of the edges whose both ends are among them."""
    ids = pa.chunked_array([chunk for table in nodes.values() for chunk in table["id"].chunks], TEXT)
    kept = {
        t: table.filter(pc.and_(pc.is_in(table["src"], ids), pc.is_in(table["dst"], ids))) for t, table in edges.items()
    }
    return replace(graph, node_tables=_filled(nodes), edge_tables=_filled(kept))


def under(graph: Graph, schema: Schema) -> Graph:
    """Give a graph's tables the columns of another schema that knows all of its types and properties."""
    if graph.schema is schema:
        return graph

    raw, read_raw = graph.is_raw, graph.read_raw
    nodes = {name: conform(table, columns(schema.node(name), raw=raw)) for name, table in graph.node_tables.items()}
    edges = {name: conform(table, columns(schema.edge(name), raw=raw)) for name, table in graph.edge_tables.items()}
    return replace(
        graph, schema=schema, node_tables=nodes, edge_tables=edges, read_raw=lambda: _under(read_raw(), schema)
    )


def _under(raw: Graph | None, schema: Schema) -> Graph | None:
    return None if raw is None else under(raw, schema)


def _filled(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    return {name: table for name, table in sorted(tables.items()) if len(table)}


def _stacked(tables: Mapping[str, pa.Table], common: tuple[str, ...]) -> pa.Table:
    wanted = pa.schema([("type", TEXT)] + [(name, COMMON_TYPES.get(name, TEXT)) for name in common])
    parts = [
        table.select(common).add_column(0, "type", pa.repeat(name, len(table)).cast(TEXT))
        for name, table in tables.items()
    ]
    return pa.concat_tables([wanted.empty_table(), *parts])


def _counts(kind: str, tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    rows = []
    for name, table in tables.items():
        groups = pc.sum(table["group"]).as_py() or 0 if kind == "node" else 0
        idle = pc.sum(pc.not_equal(table["status"], "actual")).as_py() or 0
        rows.append({"kind": kind, "type": name, "rows": len(table), "groups": groups, "not_actual": idle})
    return rows


def _by_id(table: pa.Table, node: str) -> list[dict[str, Any]]:
    return list(table.filter(pc.field("id") == node).to_pylist())


def _by_name(table: pa.Table, node: str) -> list[dict[str, Any]]:
    return list(table.filter(pc.field("name") == node).to_pylist())


def _by_alias(table: pa.Table, node: str) -> list[dict[str, Any]]:
    aliases = whole(table["aliases"])
    rows = pc.list_parent_indices(aliases).filter(pc.equal(pc.list_flatten(aliases), node))
    return list(table.take(pc.unique(rows)).to_pylist())


def _ambiguous(graph: Graph, node: str, found: list[tuple[str, dict[str, Any]]]) -> IdentityError:
    candidates = [
        {"id": row["id"], "type": owner, "name": row["name"], "credit_code": row.get("credit_code")}
        | {"region": _region_of(graph, row["id"])}
        for owner, row in found
    ]
    listed = "; ".join(
        " ".join(str(c[key]) for key in ("id", "type", "name", "region", "credit_code") if c[key]) for c in candidates
    )
    message = f"{node!r} names {len(candidates)} nodes: {listed}"
    return IdentityError(message, code="ambiguous-name", hint="Say the id instead.", candidates=candidates)


def _region_of(graph: Graph, node_id: str) -> str | None:
    """Name the regions that a node lies in, or that a region is part of."""
    if "Region" not in graph.node_tables:
        return None
    wanted = (pc.field("src") == node_id) & (pc.field("dst_type") == "Region")
    places = [whole(graph.table(name).filter(wanted)["dst"]) for name in ("LOCATED_IN", "PART_OF")]
    regions = graph.node_tables["Region"].filter(pc.field("id").isin(pa.concat_arrays(places)))
    return "、".join(regions["name"].to_pylist()) or None


def _unknown(node: str, tables: Mapping[str, pa.Table]) -> IdentityError:
    names = [name for table in tables.values() for name in table["name"].to_pylist() if name]
    close = nearest(node, names)
    hint = f"Nearest names: {'、'.join(close)}." if close else "List the names with nodes()."
    return IdentityError(f"no node is called {node!r}", code="unknown-name", hint=hint, candidates=close)
