"""Whom a correction by hand is about, if the raw row that it names is gone.

A correction names a node by its id. The other raw ids that were one with it, and its codes, are kept beside it as
evidence of the method `anchor`: as long as one of them lives, the correction holds for the node that bears it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.editions import ends_of
from graphkit.graph.order import SourceOrder
from graphkit.graph.tables import TEXT, Graph, frame, whole

if TYPE_CHECKING:
    import pandas as pd

ANCHOR = "anchor"
SEPARATOR = "|"
DORMANT_FRAME = pa.schema([(name, TEXT) for name in ("element", "kind", "property", "value", "source", "place")])


def anchor_of(element: Mapping[str, Any], codes: tuple[str, ...]) -> str:
    """Write what a node is known by besides its id: its other raw ids, and its codes as column=code."""
    others = [raw_id for raw_id in element.get("raw_ids") or () if raw_id != element["id"]]
    told = [f"{name}={code}" for name in codes if (code := (element.get(name) or "").strip().upper())]
    return SEPARATOR.join([*others, *(text for text in told if SEPARATOR not in text)])


def anchors(raw: Graph) -> dict[str, list[str]]:
    """Return the anchors of each id that corrections name, in the order in which they are tried."""
    found: dict[str, dict[str, None]] = {}
    told = raw.evidence.filter(pc.equal(raw.evidence["method"], ANCHOR)).sort_by(
        [("source_id", "ascending"), ("place", "ascending"), ("value", "ascending")]
    )
    for row in told.select(["element_id", "value"]).to_pylist():
        found.setdefault(row["element_id"], {}).update(dict.fromkeys((row["value"] or "").split(SEPARATOR)))
    return {own_id: [text for text in told if text] for own_id, told in found.items()}


def without_anchors(evidence: pa.Table) -> pa.Table:
    """Leave out what tells whom a correction is about: it is evidence of nothing else."""
    return evidence.filter(pc.fill_null(pc.not_equal(evidence["method"], ANCHOR), True))


def unstated(raw: Graph, kind: str) -> list[str]:
    """Return the ids of a type that corrections by hand name and that no other row bears, sorted."""
    table, order = raw.table(kind), SourceOrder(raw.sources)
    if not order.corrections.any():
        return []
    by_hand = order.by_hand(table)
    # The end of what a list left out names an element as a correction does: it states none.
    named, rest = (table["id"].filter(pa.array(rows)) for rows in (by_hand, ~(by_hand | ends_of(table))))
    return sorted(set(named.filter(pc.invert(pc.is_in(named, value_set=rest.combine_chunks()))).to_pylist()))


def dormant(graph: Graph) -> "pd.DataFrame":
    """List the corrections that hold for nobody, because all that they could be about is gone from the record.

    Columns: `element, kind, property, value, source, place`, a row a property (`value` null: not known). They hold
    again as soon as a source states the node anew. Without raw rows nothing is known of them, and nothing listed.
    """
    raw = graph.raw
    rows = [] if raw is None else resting(graph, raw)
    return frame(pa.Table.from_pylist(rows, schema=DORMANT_FRAME))


def resting(graph: Graph, raw: Graph) -> list[dict[str, Any]]:
    """Return the rows of `dormant` of a graph beside its raw rows, sorted."""
    if graph.is_raw:
        return []
    gone = {own_id: kind for kind in sorted(raw.node_tables) for own_id in _resting(graph, raw, kind)}
    names = {source["id"]: source["name"] for source in raw.sources.to_pylist()}
    cited = without_anchors(raw.evidence)
    cited = cited.filter(pc.is_in(cited["element_id"], value_set=pa.array(sorted(gone), TEXT)))
    rows = [
        {"element": told["element_id"], "kind": gone[told["element_id"]], "source": names[told["source_id"]]}
        | {name: told[name] for name in ("property", "value", "place")}
        for told in cited.filter(pc.is_valid(cited["property"])).to_pylist()
    ]
    order = ("kind", "element", "property", "place")
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in order))


def _resting(graph: Graph, raw: Graph, kind: str) -> list[str]:
    """Return the ids whose corrections are with no node; a node that was cut from the graph may have them."""
    left = unstated(raw, kind)
    if not left:
        return []
    held = set(pc.list_flatten(whole(graph.table(kind)["raw_ids"])).to_pylist())
    live, others = set(raw.table(kind)["id"].to_pylist()) - set(left), anchors(raw)
    return [own_id for own_id in left if own_id not in held and (live & set(others.get(own_id, ()))) <= held]
