"""The segments of chains: which of them have a women's organisation in them (DEFINITIONS 6)."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.units import industries, matches, state, within
from graphkit.engines.arrays import distinct_pairs
from graphkit.graph.tables import TEXT, Graph, frame

if TYPE_CHECKING:
    import pandas as pd


def segments(cov: Coverage) -> "pd.DataFrame":
    """Return the status of every segment: covered if a covered unit is in it or COVERS reaches it, gap if all are gaps.

    Columns `id, segment, chain, status, units, covered, gap, unknown`. Industries whose kind is not stated count as
    segments; chains and fields do not.
    """
    kinds = cov.graph.table("Industry")
    wanted = kinds.filter(pc.or_(pc.is_null(kinds["kind"]), pc.fill_null(pc.equal(kinds["kind"], "segment"), False)))
    edges, above = industries(cov.graph, cov.as_of)
    rows, places = matches(edges["dst"], above["place"])
    member, segment = edges["src"].take(pa.array(rows)), above["above"].take(pa.array(places))
    reached = pc.is_in(wanted["id"], value_set=_reached(cov, member, segment))
    at, unit = matches(segment, wanted["id"])
    units, which = matches(member.take(pa.array(at)), cov.table["id"])
    pairs = distinct_pairs(unit[units], which, len(cov.table))
    counts = {
        status: np.bincount(pairs[0][pc.equal(cov.table["status"], status).to_numpy()[pairs[1]]], minlength=len(wanted))
        for status in STATUSES
    }
    total = np.add.reduce(list(counts.values()))
    covered = (counts["covered"] > 0) | np.asarray(reached)
    status = np.select([covered, (total > 0) & (counts["gap"] == total)], ["covered", "gap"], "unknown")
    columns = {"id": wanted["id"], "segment": wanted["name"], "chain": _chains(cov.graph, wanted["id"], cov.as_of)}
    return frame(pa.table(columns | {"status": pa.array(status, TEXT), "units": total} | counts).sort_by("segment"))


def _reached(cov: Coverage, member: pa.ChunkedArray, segment: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what certain COVERS reach: the industries themselves, and those that something covered is in."""
    covers = cov.graph.table("COVERS")
    bodies = [cov.graph.table(name) for name in cov.rules.covering]
    held = [body["id"].filter(pa.array(state(body, cov.graph, cov.as_of).certain)) for body in bodies]
    sure = state(covers, cov.graph, cov.as_of).certain
    sure &= pc.fill_null(covers["confidence"], 1.0).to_numpy() >= cov.rules.min_confidence
    sure &= within(covers["src"], pa.chunked_array([c for h in held for c in h.chunks], TEXT))
    targets = covers["dst"].filter(pa.array(sure))
    inside = segment.filter(pc.is_in(member, value_set=targets))
    return pa.chunked_array([*targets.chunks, *inside.chunks], TEXT)


def _chains(graph: Graph, ids: pa.ChunkedArray, as_of: str | None) -> pa.Array:
    """Name the chains that segments are part of."""
    _, above = industries(graph, as_of)
    nodes = graph.table("Industry")
    chains = nodes.filter(pc.field("kind") == "chain")
    names = dict(zip(chains["id"].to_pylist(), chains["name"].to_pylist(), strict=True))
    found: dict[str, list[str]] = {}
    for place, chain in zip(above["place"].to_pylist(), above["above"].to_pylist(), strict=True):
        if chain in names:
            found.setdefault(place, []).append(names[chain])
    return pa.array(["、".join(sorted(found[i])) if i in found else None for i in ids.to_pylist()], TEXT)
