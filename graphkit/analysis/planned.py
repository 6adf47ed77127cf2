"""Planned organisations put into a copy of a graph, as if they were there; never written to a record.

So the coverage code itself says what they would cover, and a plan is recounted by the code that counts the rest.
"""

from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.reasons import Case, open_ways
from graphkit.analysis.units import Days, Rows, codes_of
from graphkit.engines.relational import Frame, Relational
from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.tables import SOURCES, TEXT, TEXTS, Graph, columns, conform
from graphkit.graph.time import newest_day
from graphkit.values import PartialDate

DATASET = "plan"
# What an organisation needs to be put into a graph; `members` are ids of units.
ORGANISATIONS = pa.schema([("id", TEXT), ("name", TEXT), ("mode", TEXT), ("members", TEXTS)])


def with_organisations(cov: Coverage, organisations: pa.Table, *, alone: bool = False) -> Graph:
    """Return the graph with organisations (ORGANISATIONS) that cover their members; `alone`: and with no other ones.

    They are in force at the date of the coverage, and stated by a source as new as the newest, so that no statement
    that there is none outlives them.
    """
    graph, kind = cov.graph, cov.rules.covering[0]
    start = None if cov.as_of is None else PartialDate.parse(cov.as_of).first_day.isoformat()
    source = source_id(DATASET, None)
    common = {"status": "actual", "valid_from": start, "group": False}
    own_id, members = organisations["id"], organisations["members"].combine_chunks()
    nodes: dict[str, Any] = {"id": own_id, "name": organisations["name"], "raw_ids": _listed(own_id)}
    parents = pc.list_parent_indices(members)
    src, dst = own_id.take(parents), pc.list_flatten(members)
    ends = zip(src.to_pylist(), dst.to_pylist(), strict=True)
    edge_ids = pa.array([raw_id("cov", DATASET, *pair) for pair in ends], TEXT)
    types = cov.table["type"].take(pc.index_in(dst, value_set=cov.table["id"]))
    edges: dict[str, Any] = {"id": edge_ids, "src": src, "dst": dst, "dst_type": types, "raw_ids": _listed(edge_ids)}
    edges["mode"] = organisations["mode"].take(parents)
    edges["confidence"] = pa.array(np.ones(len(edge_ids)))
    schema = graph.schema
    new = conform(_filled(nodes, common, source), columns(schema.node(kind)))
    ties = conform(_filled(edges, common | {"src_type": kind}, source), columns(schema.edge("COVERS")))
    held = {name: graph.table(name) for name in cov.rules.covering} if not alone else {kind: new.slice(0, 0)}
    held[kind] = pa.concat_tables([held[kind], new]).sort_by("id")
    others = {n: t for n, t in graph.node_tables.items() if n not in cov.rules.covering}
    before = [] if alone else [graph.table("COVERS")]
    covers = pa.concat_tables([*before, ties]).sort_by("id")
    told = {"id": source, "dataset": DATASET, "kind": "sheet", "name": DATASET, "complete": "[]", "invented": False}
    told["date"] = newest_day(graph.sources) if pc.any(pc.is_valid(graph.sources["date"])).as_py() else None
    return replace(
        graph,
        node_tables=dict(sorted((others | {n: t for n, t in held.items() if len(t)}).items())),
        edge_tables=dict(sorted((dict(graph.edge_tables) | {"COVERS": covers}).items())),
        sources=pa.concat_tables([graph.sources, pa.Table.from_pylist([told], schema=SOURCES)]).sort_by("id"),
    )


def _listed(ids: pa.Array | pa.ChunkedArray) -> pa.ListArray:
    flat = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    return pa.ListArray.from_arrays(np.arange(len(flat) + 1, dtype=np.int32), flat)


def _filled(told: dict[str, Any], same: dict[str, Any], source: str) -> pa.Table:
    size = len(told["id"])
    lists = pa.array([[source]] * size, TEXTS)
    repeated = {name: pa.array([value] * size) for name, value in same.items() if value is not None}
    return pa.table(told | repeated | {"sources": lists, "aliases": pa.array([[]] * size, TEXTS)})


def reach(cov: Coverage, targets: pa.Table) -> tuple[Rows, Rows]:
    """Return pairs of row numbers of targets: an organisation that covers the first covers the second for certain.

    Mostly the unit itself; but what covers an owner covers, by the rules, its parts as well.
    """
    ids = targets["id"]
    names = pa.array([f"plan:{number}" for number in range(len(ids))], TEXT)
    own = {"id": names, "name": names, "mode": pa.nulls(len(ids), TEXT), "members": _listed(ids)}
    graph = with_organisations(cov, pa.table(own, schema=ORGANISATIONS), alone=True)
    pairs = _certain_reach(Case(graph, cov.rules, cov.as_of, targets, Days(graph)))
    first, second = codes_of(pairs["organisation"], names), pairs["unit"].to_numpy()
    order = np.lexsort((second, first))
    return first[order], second[order]


def _certain_reach(case: Case) -> pa.Table:
    """Return pairs `unit` (row number), `organisation` (id): which organisations certainly reach which units.

    A path is certain if all its steps are: whatever is not is left out before anything is joined.
    """
    ways = [[_certain(case, step) for step in steps] for steps in open_ways(case).values()]
    ways = [steps for steps in ways if all(map(len, steps))]
    if not ways:
        return pa.table({"unit": pa.array([], pa.int64()), "organisation": pa.array([], TEXT)})
    with Relational() as engine:
        found = nw.concat([_ends(engine, case, steps) for steps in ways], how="vertical")
        return engine.collect(found.unique())


def _certain(case: Case, step: pa.Table) -> pa.Table:
    """Return the ends of those ways of a step that are certain."""
    sure = pc.greater_equal(step["confidence"], case.rules.min_confidence)
    kept = pc.and_(pc.and_not(step["certain"], step["planned"]), sure)
    return step.select(["near", "far"]).filter(kept)


def _ends(engine: Relational, case: Case, steps: list[pa.Table]) -> Frame:
    """Join the steps of a reason to pairs of a unit and an organisation."""
    unit = pa.array(codes_of(steps[0]["near"], case.units["id"]))
    found = engine.lazy(pa.table({"unit": unit, "organisation": steps[0]["far"]}))
    for table in steps[1:]:
        step = engine.lazy(table.rename_columns(["near", "next"]))
        found = found.join(step, left_on="organisation", right_on="near", how="inner")
        found = found.select("unit", nw.col("next").alias("organisation"))
    return found
