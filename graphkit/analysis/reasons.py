"""The ways by which rules lead from a unit to a women's organisation, and what is certain of each (DEFINITIONS 5).

Steps that repeat are walked on arrays; what joins the steps of a path is left to the coverage.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.ruleset import Reason, Rules, Step
from graphkit.analysis.units import Days, Flags, Rows, codes_of, fitting, matches, matching, own_regions, state, within
from graphkit.graph.tables import TEXT, TEXTS, Graph, whole

FORMS = ("federation", "micro_home", "station")
# A way from one node to another; what is certain of it, and if not all is, for want of what (`doubt`).
WAYS = pa.schema(
    [(name, TEXT) for name in ("near", "far", "doubt", "mode")]
    + [(name, pa.bool_()) for name in ("certain", "possible", "planned")]
    + [(name, pa.int64()) for name in ("day", "form", "hops")]
    + [("confidence", pa.float64()), ("edges", TEXTS), ("via", TEXTS)]
)


@dataclass(frozen=True, slots=True)
class Case:
    """What every step of one computation needs."""

    graph: Graph
    rules: Rules
    as_of: str | None
    units: pa.Table
    days: Days


def open_ways(case: Case) -> dict[int, list[pa.Table]]:
    """Return the steps of every reason whose path can be gone: without a way at one step there is no path."""
    ways = {n: ways_of(case, reason) for n, reason in enumerate(case.rules.reasons) if reason.path}
    return {n: steps for n, steps in ways.items() if all(map(len, steps))}


def ways_of(case: Case, reason: Reason) -> list[pa.Table]:
    """Return for each step of a reason's path every way that it may go (WAYS).

    From the organisations back to the units, so that only ways are looked at that lead somewhere.
    """
    ways: list[pa.Table] = []
    for number, step in reversed(list(enumerate(reason.path))):
        ways.insert(0, _ways(case, step, ways[0]["near"] if ways else None, first=number == 0))
    return ways


def _ways(case: Case, step: Step, onward: pa.ChunkedArray | None, *, first: bool) -> pa.Table:
    """Return every way that one step may go: one edge, or several if it may be repeated.

    `onward`: where the next step starts; None if this is the last one.
    """
    nodes = _far_nodes(case, step, onward)
    hop = _hops(case, step, nodes, starts=case.units["id"] if first and not step.through else None)
    if step.region:
        hop = _in_region(case, hop)
    begins = within(hop["near"], case.units["id"]) if first and step.through else np.ones(len(hop), np.bool_)
    at = codes_of(hop["far"], nodes["id"])
    passes, ends = (nodes[name].to_numpy()[at] for name in ("passes", "ends"))
    paths = [np.flatnonzero(begins)]
    found = []
    for length in range(1, step.hops[1] + 1):
        if length > 1:
            paths = _longer(hop, paths, passes)
        if length >= step.hops[0]:
            kept = ends[paths[-1]]
            found.append(_joined([hop] * length, [rows[kept] for rows in paths]))
    return pa.concat_tables(found)


def _hops(case: Case, step: Step, nodes: pa.Table, *, starts: pa.ChunkedArray | None) -> pa.Table:
    """Return the single edges that a step may take (WAYS), if need be only those that start somewhere."""
    near, far = ("src", "dst") if step.direction == "out" else ("dst", "src")
    table = case.graph.table(step.edge.type)
    table = table.filter(pa.array(within(table[far], nodes["id"]) & matching(table, step.edge)))
    if starts is not None:
        table = table.filter(pa.array(within(table[near], starts)))
    held, at = state(table, case.graph, case.as_of), codes_of(table[far], nodes["id"])
    node = {name: nodes[name].to_numpy()[at] for name in nodes.column_names[1:]}
    planned = held.planned | node["planned"]
    alive = (held.possible | held.planned) & (node["possible"] | node["planned"])
    dated = held.certain & node["certain"]
    certain = dated & ~node["group"]
    doubt = pc.if_else(pa.array(dated), "group", "date")
    hop = {"near": table[near], "far": table[far], "certain": certain, "possible": ~planned, "planned": planned}
    hop |= {"doubt": pc.if_else(pa.array(certain | planned), pa.scalar(None, TEXT), doubt)}
    hop |= {"confidence": pc.fill_null(table["confidence"], 1.0), "day": case.days.newest(table)}
    hop |= {"form": node["form"], "hops": np.ones(len(table), np.int64)}
    hop["mode"] = table["mode"] if "mode" in table.column_names else pa.nulls(len(table), TEXT)
    ends = np.arange(len(table) + 1, dtype=np.int32)
    hop["edges"] = pa.ListArray.from_arrays(ends, whole(table["id"]))
    hop["via"] = pa.ListArray.from_arrays(ends * 0, pa.array([], TEXT))
    return pa.table(hop).select(WAYS.names).cast(WAYS).filter(pa.array(alive)).combine_chunks()


def _far_nodes(case: Case, step: Step, onward: pa.ChunkedArray | None) -> pa.Table:
    """Return what a step may lead to, whether it may go on from there or end there, and what is certain of it.

    A counted group is nowhere on a path, except at its end, and there it is in doubt.
    """
    parts = []
    for name in sorted({*(selector.type for selector in step.to), *step.through}):
        table = case.graph.table(name)
        held, size = state(table, case.graph, case.as_of), len(table)
        columns = {"id": table["id"], "certain": held.certain, "possible": held.possible, "planned": held.planned}
        columns["group"] = pc.fill_null(table["group"], False)
        columns["passes"] = np.full(size, name in step.through)
        columns["ends"] = fitting(table, name, step.to)
        form = table["form"] if "form" in table.column_names else pa.nulls(size, TEXT)
        usual = "micro_home" if name == "MicroHome" else "federation"
        columns["form"] = pc.index_in(pc.fill_null(form, usual), value_set=pa.array(FORMS)).cast(pa.int64())
        parts.append(pa.table(columns))
    nodes = pa.concat_tables(parts).combine_chunks()
    if onward is None:
        return nodes
    ends = pc.and_(nodes["ends"], pa.array(within(nodes["id"], onward)))
    nodes = nodes.set_column(nodes.column_names.index("ends"), "ends", ends)
    return nodes.filter(pc.and_(pc.or_(ends, nodes["passes"]), pc.invert(nodes["group"])))


def _longer(hop: pa.Table, paths: list[Rows], passes: Flags) -> list[Rows]:
    """Make each path one edge longer where it may go on, and leave out those that come back to where they were."""
    paths = [rows[passes[paths[-1]]] for rows in paths]
    nodes = pc.unique(pa.chunked_array([*hop["near"].chunks, *hop["far"].chunks], TEXT))
    near, far = (codes_of(hop[end], nodes) for end in ("near", "far"))
    which, step = matches(pa.array(far[paths[-1]]), pa.array(near))
    fresh = near[paths[0]][which] != far[step]
    for rows in paths:
        fresh &= far[rows][which] != far[step]
    return [*(rows[which][fresh] for rows in paths), step[fresh]]


def _joined(tables: list[pa.Table], rows: list[Rows]) -> pa.Table:
    """Join ways end to end: the i-th path takes row rows[k][i] of the k-th table."""
    parts = [table.take(pa.array(r)) for table, r in zip(tables, rows, strict=True)]
    if len(parts) == 1:
        return parts[0]
    flags = {name: np.logical_and.reduce([part[name].to_numpy() for part in parts]) for name in ("certain", "possible")}
    joined = {"near": parts[0]["near"], "far": parts[-1]["far"], **flags}
    joined["planned"] = np.logical_or.reduce([part["planned"].to_numpy() for part in parts])
    joined["doubt"] = pc.coalesce(*(part["doubt"] for part in parts))
    joined["confidence"] = np.minimum.reduce([part["confidence"].to_numpy() for part in parts])
    joined["day"] = np.maximum.reduce([part["day"].to_numpy() for part in parts])
    joined["hops"] = np.add.reduce([part["hops"].to_numpy() for part in parts])
    return pa.table(joined | {"mode": parts[-1]["mode"], "form": parts[-1]["form"]} | trail(parts)).select(WAYS.names)


def trail(parts: list[pa.Table]) -> dict[str, pa.Array]:
    """Put the edges of ways end to end, and the nodes between, with those at which two ways meet."""
    via = [whole(parts[0]["via"])]
    for before, after in pairwise(parts):
        ends = np.arange(len(before) + 1, dtype=np.int32)
        via += [pa.ListArray.from_arrays(ends, whole(before["far"])), whole(after["via"])]
    return {"edges": _end_to_end([whole(part["edges"]) for part in parts]), "via": _end_to_end(via)}


def _end_to_end(lists: list[pa.ListArray]) -> pa.ListArray:
    lengths = [pc.list_value_length(part).to_numpy() for part in lists]
    offsets = np.concatenate([[0], np.cumsum(np.add.reduce(lengths))]).astype(np.int32)
    before, places = offsets[:-1].astype(np.int64), []
    for part in lengths:
        starts = np.repeat(before - (np.cumsum(part) - part), part)
        places.append(starts + np.arange(len(starts)))
        before = before + part
    values = pa.concat_arrays([pc.list_flatten(part) for part in lists])
    return pa.ListArray.from_arrays(offsets, values.take(pa.array(np.argsort(np.concatenate(places)))))


def _in_region(case: Case, hop: pa.Table) -> pa.Table:
    """Keep ways whose far end lies in the region of the near end or one level above it.

    If nothing is known of where one of them lies the way stays, with a doubt.
    """
    if not len(hop):
        return hop
    ends = pa.chunked_array([*hop["near"].chunks, *hop["far"].chunks], TEXT)
    own, parents = own_regions(case.graph, pc.unique(ends), as_of=case.as_of)
    rows, places = matches(hop["near"], own["node"])
    regions = own["region"].take(pa.array(places))
    inner, outer = matches(regions, parents["src"])
    allowed = pa.chunked_array([*regions.chunks, *parents["dst"].take(pa.array(outer)).chunks], TEXT)
    near = np.concatenate([rows, rows[inner]])
    far, places = matches(hop["far"], own["node"])
    keys = pc.unique(own["region"])
    met = np.isin(
        far * (len(keys) + 1) + codes_of(own["region"].take(pa.array(places)), keys),
        near * (len(keys) + 1) + codes_of(allowed, keys),
    )
    fits, unknown = np.zeros(len(hop), np.bool_), np.ones(len(hop), np.bool_)
    fits[far[met]] = True
    unknown[np.intersect1d(rows, far)] = False
    certain = pc.and_(hop["certain"], pa.array(~unknown))
    doubt = pc.coalesce(hop["doubt"], pc.if_else(pa.array(unknown), "region", pa.scalar(None, TEXT)))
    hop = hop.set_column(hop.column_names.index("certain"), "certain", certain)
    hop = hop.set_column(hop.column_names.index("doubt"), "doubt", doubt)
    return hop.filter(pa.array(fits | unknown))
