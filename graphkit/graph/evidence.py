"""Where a statement comes from, and which statements lost against a better one."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.merge import precedence, raw_rows
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.schema import EdgeType, NodeType

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE_FRAME = pa.schema(
    [(name, TEXT) for name in ("element", "kind", "description", "property", "value", "source", "date", "place")]
    + [("quote", TEXT), ("confidence", pa.float64())]
)
CONFLICT_FRAME = pa.schema(
    [(name, TEXT) for name in ("element", "kind", "name", "property", "kept", "kept_source", "kept_place")]
    + [(name, TEXT) for name in ("lost", "lost_source", "lost_place")]
)


def evidence(graph: Graph, element: str) -> "pd.DataFrame":
    """Return every statement about a node (id, name or alias) and its edges, or about one edge (id).

    Columns: `element, kind, description, property, value, source, date, place, quote, confidence`;
    `property` is null where the element as a whole is stated. Newest source first.
    """
    elements = _elements(graph, element)
    statements = [row for kind, row in elements for row in _statements(graph, kind, row)]
    statements.sort(key=lambda s: (s["element"] != elements[0][1]["id"], _newest_first(s["date"]), s["place"] or ""))
    return frame(pa.Table.from_pylist(statements, schema=EVIDENCE_FRAME))


def _newest_first(date: str | None) -> tuple[int, ...]:
    return tuple(-int(part) for part in date.split("-")) if date else (1,)


def _elements(graph: Graph, element: str) -> list[tuple[str, dict[str, Any]]]:
    for kind, table in graph.edge_tables.items():
        rows = table.filter(pc.field("id") == element)
        if len(rows):
            return [(kind, rows.to_pylist()[0])]
    node = graph.find(element)
    kind = str(graph.schema.type_of(node))
    found = [(kind, graph.node_tables[kind].filter(pc.field("id") == node).to_pylist()[0])]
    for kind, table in graph.edge_tables.items():
        touching = table.filter((pc.field("src") == node) | (pc.field("dst") == node))
        found += [(kind, row) for row in touching.to_pylist()]
    return found


def _statements(graph: Graph, kind: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    described = row["name"] if "name" in row else f"{name_of(graph, row['src'])} → {name_of(graph, row['dst'])}"
    base = {"element": row["id"], "kind": kind, "description": described}
    explicit = graph.evidence.filter(pc.field("element_id") == row["id"]).to_pylist()
    sources = {s["id"]: s for s in graph.sources.to_pylist()}
    stated = [base | _cited(e, sources) | {k: e[k] for k in ("property", "value", "quote")} for e in explicit]
    covered = {(e["source_id"], e["place"]) for e in explicit}
    return stated + [
        base | _cited(raw, sources)
        for raw in _raw_rows_of(graph, kind, row["raw_ids"])
        if (raw["source_id"], raw["place"]) not in covered
    ]


def _raw_rows_of(graph: Graph, kind: str, raw_ids: list[str]) -> list[dict[str, Any]]:
    raw = graph.raw
    if raw is None:
        return []
    return list(raw.table(kind).filter(pc.field("id").isin(raw_ids)).to_pylist())


def _cited(row: dict[str, Any], sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    source = sources.get(row["source_id"], {})
    confidence = 1.0 if row["confidence"] is None else row["confidence"]
    name = source.get("name") or row["source_id"]
    return {"source": name, "date": source.get("date"), "place": row["place"], "confidence": confidence}


def name_of(graph: Graph, node_id: str) -> str:
    """Return a node's name by its id; the id itself if the graph does not hold it."""
    table = graph.table(str(graph.schema.type_of(node_id)))
    names = table.filter(pc.field("id") == node_id)["name"].to_pylist()
    return str(names[0]) if names and names[0] else node_id


def conflicts(graph: Graph) -> "pd.DataFrame":
    """List every stated value that lost against another statement about the same property.

    Columns: `element, kind, name, property, kept, kept_source, kept_place, lost, lost_source, lost_place`.
    """
    raw = raw_rows(graph)
    rows: list[dict[str, Any]] = []
    for name, table in {**graph.node_tables, **graph.edge_tables}.items():
        owner = graph.schema.nodes.get(name) or graph.schema.edges[name]
        rows += _lost_values(graph, owner, table, raw.table(name))
    rows.sort(key=lambda r: tuple(str(r[c]) for c in ("kind", "element", "property", "lost", "lost_place")))
    return frame(pa.Table.from_pylist(rows, schema=CONFLICT_FRAME))


def _lost_values(
    graph: Graph, owner: NodeType | EdgeType, table: pa.Table, raw: pa.Table
) -> list[dict[str, Any]]:
    element_of = _raw_to_element(table)
    ids, counts = raw["id"].to_pylist(), {}
    for raw_id in ids:
        counts[element_of.get(raw_id)] = counts.get(element_of.get(raw_id), 0) + 1
    several = pa.array([counts[element_of.get(raw_id)] > 1 for raw_id in ids], pa.bool_())
    rows = raw.filter(several)
    if not len(rows):
        return []
    names = {s["id"]: s["name"] for s in graph.sources.to_pylist()}
    compared = ["status", "valid_from", "valid_to", *owner.properties]
    found: list[dict[str, Any]] = []
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows.take(precedence(rows, raw_rows(graph).sources)).to_pylist():
        element = element_of.get(row["id"])
        for prop in compared if element else ():
            if row[prop] is None:
                continue
            winner = kept.setdefault((str(element), prop), row)
            if winner[prop] != row[prop]:
                found.append(_conflict(graph, owner, str(element), prop, (winner, row)) | _told(names, winner, row))
    return found


def _raw_to_element(table: pa.Table) -> dict[str, str]:
    lists = table["raw_ids"].combine_chunks()
    elements = table["id"].combine_chunks().take(pc.list_parent_indices(lists))
    return dict(zip(pc.list_flatten(lists).to_pylist(), elements.to_pylist(), strict=True))


def _conflict(
    graph: Graph, owner: NodeType | EdgeType, element: str, prop: str, pair: tuple[dict[str, Any], dict[str, Any]]
) -> dict[str, Any]:
    winner, loser = pair
    name = winner["name"] if isinstance(owner, NodeType) else None
    return {"element": element, "kind": owner.name, "name": name, "property": prop} | {
        "kept": str(winner[prop]),
        "lost": str(loser[prop]),
    }


def _told(names: dict[str, str], winner: dict[str, Any], loser: dict[str, Any]) -> dict[str, Any]:
    return {
        "kept_source": names.get(winner["source_id"]),
        "kept_place": winner["place"],
        "lost_source": names.get(loser["source_id"]),
        "lost_place": loser["place"],
    }
