"""Where a statement comes from, and which statements lost against a better one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.anchors import resting
from graphkit.graph.merge import raw_rows
from graphkit.graph.order import SourceOrder
from graphkit.graph.tables import TEXT, Graph, frame, is_text, whole
from graphkit.graph.verdicts import WAITING, reviewed
from graphkit.schema import EdgeType, NodeType, quantities

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
    `property` is null where the element as a whole is stated. The node first, then newest source first.
    """
    elements = _elements(graph, element)
    statements = _statements(graph, elements)
    first = elements[0][1]["id"]
    statements.sort(key=lambda s: (s["element"] != first, _newest_first(s["date"]), s["place"] or "", s["element"]))
    return frame(pa.Table.from_pylist(statements, schema=EVIDENCE_FRAME))


def _newest_first(date: str | None) -> tuple[int, ...]:
    return tuple(-int(part) for part in date.split("-")) if date else (1,)


def _elements(graph: Graph, element: str) -> list[tuple[str, dict[str, Any]]]:
    for kind, table in graph.edge_tables.items() if is_text(element) else ():
        rows = table.filter(pc.field("id") == element)
        if len(rows):
            return [(kind, rows.to_pylist()[0])]
    node = graph.find(element)
    found = [(kind, table.filter(pc.field("id") == node)) for kind, table in graph.node_tables.items()]
    for kind, table in graph.edge_tables.items():
        found.append((kind, table.filter((pc.field("src") == node) | (pc.field("dst") == node))))
    return [(kind, row) for kind, rows in found for row in rows.to_pylist()]


def _statements(graph: Graph, elements: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    sources = {s["id"]: s for s in graph.sources.to_pylist()}
    named = names_of(graph, {row[end] for _, row in elements if "src" in row for end in ("src", "dst")})
    cited, told = _cited_rows(graph, elements), _raw_rows_of(graph, elements)
    found: list[dict[str, Any]] = []
    for kind, row in elements:
        described = row["name"] if "name" in row else f"{named[row['src']]} → {named[row['dst']]}"
        base = {"element": row["id"], "kind": kind, "description": described}
        explicit = cited.get(row["id"], [])
        found += [base | _cited(e, sources) | {k: e[k] for k in ("property", "value", "quote")} for e in explicit]
        covered = {(e["source_id"], e["place"]) for e in explicit}
        rows = (raw for raw_id in row["raw_ids"] for raw in told.get(raw_id, ()))
        found += [base | _cited(raw, sources) for raw in rows if (raw["source_id"], raw["place"]) not in covered]
    return found


def _cited_rows(graph: Graph, elements: list[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    wanted = pa.array([row["id"] for _, row in elements], TEXT)
    return _by(graph.evidence.filter(pc.is_in(graph.evidence["element_id"], wanted)), "element_id")


def _raw_rows_of(graph: Graph, elements: list[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    raw = graph.raw
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in {kind for kind, _ in elements} if raw else ():
        wanted = pa.array([raw_id for k, row in elements if k == kind for raw_id in row["raw_ids"]], TEXT)
        table = raw.table(kind) if raw else pa.table({"id": wanted})
        found |= _by(table.filter(pc.is_in(table["id"], wanted)), "id")
    return found


def _by(table: pa.Table, column: str) -> dict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        found[row[column]].append(row)
    return found


def names_of(graph: Graph, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of nodes by their ids, in the order of ids; the id itself for what has none."""
    wanted = sorted(set(ids))
    asked, found = pa.array(wanted, TEXT), dict(zip(wanted, wanted, strict=True))
    for table in graph.node_tables.values():
        rows = table.select(["id", "name"]).filter(pc.is_in(table["id"], value_set=asked))
        pairs = zip(rows["id"].to_pylist(), rows["name"].to_pylist(), strict=True)
        found |= {node: name for node, name in pairs if name}
    return found


def _cited(row: dict[str, Any], sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
    source = sources.get(row["source_id"], {})
    confidence = 1.0 if row["confidence"] is None else row["confidence"]
    name = source.get("name") or row["source_id"]
    return {"source": name, "date": source.get("date"), "place": row["place"], "confidence": confidence}


def name_of(graph: Graph, node_id: str) -> str:
    """Return a node's name by its id; the id itself if the graph does not hold it."""
    return names_of(graph, {node_id})[node_id]


def conflicts(graph: Graph) -> "pd.DataFrame":
    """List every stated value that lost against another statement about the same property.

    Columns: `element, kind, name, property, kept, kept_source, kept_place, lost, lost_source, lost_place`;
    a quantity is shown with its bound (200 more_than), which is one statement with it. A source whose `kept` or
    `lost` is null says that the value is not known. A correction of a node that is gone lost against nobody: it
    stands there without a `kept_source` (see `graph.anchors.dormant`).
    """
    raw = reviewed(raw_rows(graph))
    rows: list[dict[str, Any]] = []
    types: list[NodeType | EdgeType] = [*graph.schema.nodes.values(), *graph.schema.edges.values()]
    for owner in types:
        rows += _lost_values(owner, graph.table(owner.name), raw)
    for told in resting(graph, raw):
        lost = {"lost": told["value"], "lost_source": told["source"], "lost_place": told["place"]}
        rows.append({name: told[name] for name in ("element", "kind", "property")} | lost)
    rows.sort(key=lambda r: tuple(str(r.get(c)) for c in ("kind", "element", "property", "lost", "lost_place")))
    return frame(pa.Table.from_pylist(rows, schema=CONFLICT_FRAME))


def _lost_values(owner: NodeType | EdgeType, table: pa.Table, raw: Graph) -> list[dict[str, Any]]:
    rows, elements = _rows_of_several(table, raw.table(owner.name))
    if not len(rows):
        return []
    order = SourceOrder(raw.sources, raw.evidence)
    rows = rows.set_column(rows.column_names.index("status"), "status", order.stated_status(rows))
    ranked = order.precedence(rows)
    sources = {s["id"]: s["name"] for s in raw.sources.to_pylist()}
    columns = ("id", "name") if isinstance(owner, NodeType) else ()
    names: dict[str, str | None] = dict(zip(*(table[column].to_pylist() for column in columns), strict=True))
    bounds = quantities(owner)
    compared = dict.fromkeys(["status", "valid_from", "valid_to", *bounds, *owner.properties])
    found: list[dict[str, Any]] = []
    kept: dict[tuple[str, str], tuple[str | None, dict[str, Any]]] = {}
    for element, row in zip(elements.take(pa.array(ranked)).to_pylist(), rows.take(ranked).to_pylist(), strict=True):
        for prop in compared:
            said = _said(row, prop, bounds.get(prop))
            if said is None and prop not in order.unknown.get((row["id"], row["source_id"], row["place"]), ()):
                continue
            value, winner = kept.setdefault((element, prop), (said, row))
            # That something waits for review contradicts nothing.
            if value != said and (prop, said) != ("status", WAITING):
                base = {"element": element, "kind": owner.name, "name": names.get(element), "property": prop}
                found.append(base | _told("kept", value, winner, sources) | _told("lost", said, row, sources))
    return found


def _rows_of_several(table: pa.Table, raw: pa.Table) -> tuple[pa.Table, pa.Array]:
    """Return the raw rows of elements that several rows state, and the element of each."""
    lists = whole(table["raw_ids"])
    index = pc.index_in(raw["id"], value_set=pc.list_flatten(lists)).combine_chunks()
    known = index.is_valid()
    parents = pc.list_parent_indices(lists).take(index.filter(known)).to_numpy()
    several = pa.array(np.bincount(parents, minlength=len(table))[parents] > 1)
    elements = whole(table["id"]).take(pa.array(parents)).filter(several)
    return raw.filter(known).filter(several), elements


def _said(row: dict[str, Any], prop: str, bound: str | None) -> str | None:
    """What a row says of a property; a list of several is one value, an exact bound goes without saying."""
    value = row[prop]
    if value is None or not bound or row[bound] in (None, "exact"):
        return None if value is None else str(value)
    return f"{value} {row[bound]}"


def _told(which: str, value: str | None, row: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    return {which: value, f"{which}_source": sources.get(row["source_id"]), f"{which}_place": row["place"]}
