"""Whom one could ask about units of which it is not known: who keeps a list of what, and who of them is in the graph.

A list of a region, of a chain or segment, or of what a dataset lists; units certainly lie in it, or they do not count.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.units import INDUSTRY_KINDS, Rows, codes_of, industries, lying, matches, state, where, within
from graphkit.engines.arrays import distinct_pairs
from graphkit.graph.tables import TEXT, TEXTS, Graph, conform, whole
from graphkit.schema import Schema

UNIT, DATASET, REGION = "unit", "dataset", "region"
# The narrowest regions whose women's federation keeps a list of its own.
LISTING = "town"
# How a federation is called after its region.
ENDINGS = ("妇联", "妇女联合会")
OWN = pa.schema([("id", TEXT), ("name", TEXT), ("aliases", TEXTS), ("level", TEXT)])
FOUND = pa.schema([("kind", TEXT), ("id", TEXT), ("name", TEXT)])


@dataclass(frozen=True, slots=True)
class Scopes:
    """What could be asked for as a whole: `table` (kind, id, name, units, unknown, composite), and who lies in it.

    `scope` and `unit` are pairs of row numbers: of the table, and of the unknown units in the order of the coverage.
    `composite`: whoever keeps that list would have to ask on, for parts of it are lists of others.
    """

    table: pa.Table
    scope: Rows
    unit: Rows


def scopes_of(cov: Coverage) -> Scopes:
    """List the scopes in which something is unknown; the same order in any run."""
    ids, open_ = cov.table["id"], np.asarray(pc.equal(cov.table["status"], "unknown"))
    parts = [_regions(cov, ids), _industries(cov, ids), _datasets(cov, ids)]
    tables, shift = [], 0
    scope, unit = [], []
    for table, inner, units in parts:
        tables.append(table)
        scope.append(inner + shift)
        unit.append(units)
        shift += len(table)
    found, scopes, units = pa.concat_tables(tables), np.concatenate(scope), np.concatenate(unit)
    whole = np.bincount(scopes, minlength=len(found))
    inside = open_[units]
    scopes, units = scopes[inside], (np.cumsum(open_) - 1)[units[inside]]
    unknown = np.bincount(scopes, minlength=len(found))
    composite = _composite(cov.graph.schema, found, (scopes, units)) | _all(found, whole, unknown, len(ids))
    found = found.append_column("units", pa.array(whole)).append_column("unknown", pa.array(unknown))
    kept = unknown > 0
    place = (np.cumsum(kept) - 1)[scopes]
    return Scopes(found.append_column("composite", pa.array(composite)).filter(pa.array(kept)), place, units)


def _pairs(found: tuple[pa.Table, pa.Table], ids: pa.ChunkedArray, nodes: pa.ChunkedArray) -> tuple[Rows, Rows]:
    """Return row numbers of nodes and of units that lie in them, each pair once."""
    unit, node = lying(found, ids, nodes)
    return distinct_pairs(codes_of(node, nodes), unit, len(ids))


def _regions(cov: Coverage, ids: pa.ChunkedArray) -> tuple[pa.Table, Rows, Rows]:
    regions = _shown(cov, "Region")
    found = where(cov.graph, cov.as_of, sure=cov.rules.min_confidence)
    tiers = cov.graph.schema.levels
    kinds = [tiers.get(level, REGION) for level in regions["level"].to_pylist()]
    return _told(kinds, regions), *_pairs(found, ids, regions["id"])


def _industries(cov: Coverage, ids: pa.ChunkedArray) -> tuple[pa.Table, Rows, Rows]:
    nodes = _shown(cov, "Industry")
    found = industries(cov.graph, cov.as_of, sure=cov.rules.min_confidence)
    kinds = [kind or "segment" for kind in nodes["kind"].to_pylist()]
    return _told(kinds, nodes), *_pairs(found, ids, nodes["id"])


def _datasets(cov: Coverage, ids: pa.ChunkedArray) -> tuple[pa.Table, Rows, Rows]:
    """Return the datasets and the units that each of them lists; a report or a call is no list."""
    sources = cov.graph.sources.filter(pc.equal(pc.fill_null(cov.graph.sources["kind"], "sheet"), "sheet"))
    names = pa.array(sorted(pc.unique(sources["dataset"]).drop_null().to_pylist()), TEXT)
    of_source = np.append(codes_of(sources["dataset"], names), -1)
    node, unit = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for name in sorted(pc.unique(cov.table["type"]).to_pylist()):
        table = cov.graph.table(name)
        lists, own = whole(table["sources"]), codes_of(table["id"], ids)
        node.append(of_source[codes_of(pc.list_flatten(lists), whole(sources["id"]))])
        unit.append(own[pc.list_parent_indices(lists).to_numpy()])
    nodes, units = np.concatenate(node), np.concatenate(unit)
    listed = (nodes >= 0) & (units >= 0)
    table = pa.table({"kind": pa.array([DATASET] * len(names), TEXT), "id": names, "name": names}, schema=FOUND)
    return table, *distinct_pairs(nodes[listed], units[listed], len(ids))


def _shown(cov: Coverage, kind: str) -> pa.Table:
    """Return nodes of a type that are no groups and actually there."""
    table = cov.graph.table(kind)
    there = state(table, cov.graph, cov.as_of).possible & ~np.asarray(pc.fill_null(table["group"], False))
    return table.filter(pa.array(there)).combine_chunks()


def _told(kinds: list[str], nodes: pa.Table) -> pa.Table:
    return pa.table({"kind": pa.array(kinds, TEXT), "id": nodes["id"], "name": nodes["name"]}, schema=FOUND)


def _composite(schema: Schema, found: pa.Table, pairs: tuple[Rows, Rows]) -> Any:
    """Tell which regions and datasets have unknown units in two or more regions of a lower tier that keep lists."""
    scope, unit = pairs
    tiers = list(dict.fromkeys(schema.levels.values()))
    order = {tier: place for place, tier in enumerate(tiers)}
    kinds = found["kind"].to_pylist()
    rank = np.array([order.get(kind, -1 if kind == DATASET else len(tiers)) for kind in kinds], np.int64)
    composite = np.zeros(len(found), np.bool_)
    for place in range(order.get(LISTING, -1) + 1):
        inner = rank[scope] == place
        part, member = scope[inner], unit[inner]
        left, right = matches(pa.array(unit), pa.array(member))
        outer, _ = distinct_pairs(scope[left], part[right], len(found))
        composite |= np.bincount(outer[rank[outer] < place], minlength=len(found)) > 1
    return composite


def _all(found: pa.Table, whole: Rows, unknown: Rows, size: int) -> Any:
    """Tell which datasets hold every unit, and which chains do while narrower lists could be asked for.

    A sheet of everything is that of the office itself, which asks because it does not know.
    """
    listed = np.asarray(pc.equal(found["kind"], DATASET))
    chained = np.asarray(pc.is_in(found["kind"], value_set=pa.array(INDUSTRY_KINDS, TEXT)))
    narrower = bool(((unknown > 0) & (whole < size)).any())
    return (whole == size) & (listed | (chained & narrower))


def answering(cov: Coverage, table: pa.Table) -> dict[str, tuple[str, str | None]]:
    """Map each scope of the table (`kind, id, name`) that has somebody to ask in the graph to their name and id."""
    found: dict[str, tuple[str, str | None]] = {}
    kinds = {row["id"]: (row["kind"], row["name"] or "") for row in table.select(FOUND.names).to_pylist()}
    for kind, node, name, own in _bodies(cov, pa.array(sorted(kinds), TEXT)):
        tier, called = kinds[node]
        if kind == "IN_INDUSTRY" or tier in INDUSTRY_KINDS or _responsible(cov.graph.schema, own, (tier, called)):
            found.setdefault(node, (name, own["id"]))
    for source in cov.graph.sources.sort_by([("date", "descending"), ("id", "ascending")]).to_pylist():
        if source["dataset"] in kinds and kinds[source["dataset"]][0] == DATASET and source["publisher"]:
            found.setdefault(source["dataset"], (source["publisher"], None))
    return found


def _responsible(schema: Schema, own: dict[str, Any], region: tuple[str, str]) -> bool:
    """Tell whether a federation of a region is the region's: of its level, or called after it."""
    tier, called = region
    names = {own["name"], *(own["aliases"] or ())}
    return schema.levels.get(own["level"] or "") == tier or bool(names & {called + ending for ending in ENDINGS})


def _bodies(cov: Coverage, scopes: pa.Array) -> list[tuple[str, str, str, dict[str, Any]]]:
    """List who covers, lies in or belongs to a scope: edge, scope, name and the body itself, the best first."""
    found = []
    wanted = [(name, order) for name in cov.rules.covering for order in (("COVERS", 0), ("LOCATED_IN", 1))]
    wanted += [(name, ("IN_INDUSTRY", 2)) for name in (*cov.rules.covering, "Alliance")]
    bodies_of = {owner: conform(_shown(cov, owner), OWN) for owner in dict.fromkeys(owner for owner, _ in wanted)}
    for owner, (kind, order) in wanted:
        bodies, edges = bodies_of[owner], cov.graph.table(kind)
        edges = edges.filter(pa.array(within(edges["dst"], scopes) & within(edges["src"], bodies["id"])))
        edges = edges.filter(pa.array(state(edges, cov.graph, cov.as_of).possible))
        rows = bodies.take(pa.array(codes_of(edges["src"], bodies["id"]))).to_pylist()
        for scope, row in zip(edges["dst"].to_pylist(), rows, strict=True):
            if kind != "IN_INDUSTRY" or owner == "Alliance" or row["level"] == "profession":
                place = (order, owner == "Alliance", row["name"] or row["id"], row["id"])
                found.append((place, kind, scope, row))
    found.sort(key=lambda told: told[0])
    return [(kind, scope, place[2], row) for place, kind, scope, row in found]


def kinds_of(graph: Graph) -> list[str]:
    """List what a question may be about: every tier of region, chain, segment, field, dataset, unit."""
    return [*dict.fromkeys(graph.schema.levels.values()), REGION, *INDUSTRY_KINDS, DATASET, UNIT]


def narrow_first(schema: Schema) -> list[str]:
    """List the kinds of scopes from the narrow to the wide."""
    return [*reversed(dict.fromkeys(schema.levels.values())), REGION, "segment", "chain", "field", DATASET]
