"""How far a chain is covered without a break: the longest path of FEEDS inside the covered segments (DEFINITIONS 6)."""

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.segments import segments
from graphkit.analysis.units import state
from graphkit.errors import DataError
from graphkit.graph.evidence import name_of
from graphkit.graph.tables import TEXT, frame

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = pa.schema({"chain": TEXT, "segments": pa.int64(), "low": pa.int64(), "high": pa.int64()})


def continuity(cov: Coverage) -> "pd.DataFrame":
    """Return for each chain the longest covered run of segments: at least `low`, at most `high`.

    Columns `chain, segments, low, high`: low counts an unknown segment as not covered, high as covered; both are null
    where no FEEDS gives the order. Raises DataError for segments that feed each other in a circle.
    """
    table = segments(cov)
    status = dict(zip(table["id"], table["status"], strict=True))
    before = _suppliers(cov, set(status))
    order = _in_order(cov, before)
    fed = set(before) | {supplier for found in before.values() for supplier in found}
    rows: list[dict[str, Any]] = []
    for chain, ids in _by_chain(table).items():
        known = bool(fed & set(ids))
        runs = {
            end: _longest(order, before, {s for s in ids if status[s] in wanted}) if known else None
            for end, wanted in (("low", {"covered"}), ("high", {"covered", "unknown"}))
        }
        rows.append({"chain": chain, "segments": len(ids)} | runs)
    return frame(pa.Table.from_pylist(rows, schema=COLUMNS).sort_by("chain"))


def _by_chain(table: "pd.DataFrame") -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for segment, chains in zip(table["id"], table["chain"], strict=True):
        for chain in chains.split("、") if isinstance(chains, str) else ():
            found[chain].append(segment)
    return dict(found)


def _suppliers(cov: Coverage, known: set[str]) -> dict[str, set[str]]:
    """Map each segment to those that feed it, by edges certainly in force."""
    feeds = cov.graph.table("FEEDS")
    feeds = feeds.filter(pc.and_(pa.array(state(feeds, cov.graph, cov.as_of).certain), _between_industries(feeds)))
    before: defaultdict[str, set[str]] = defaultdict(set)
    for src, dst in zip(feeds["src"].to_pylist(), feeds["dst"].to_pylist(), strict=True):
        if src in known and dst in known:
            before[dst].add(src)
    return dict(before)


def _between_industries(feeds: pa.Table) -> pa.ChunkedArray:
    return pc.equal(feeds["src_type"], "Industry")


def _in_order(cov: Coverage, before: dict[str, set[str]]) -> list[str]:
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as error:
        names = " → ".join(name_of(cov.graph, node) for node in error.args[1])
        message = f"segments feed each other in a circle: {names}"
        hint = "Correct the FEEDS edges: a chain has a beginning and an end."
        raise DataError(message, code="feeds-circle", hint=hint, source=None, place="FEEDS", value=names) from error


def _longest(order: list[str], before: dict[str, set[str]], inside: set[str]) -> int:
    """Count the segments of the longest path inside a set; a segment alone is a run of one."""
    length = dict.fromkeys(inside, 1)
    for segment in order:
        if segment in inside:
            length[segment] = 1 + max((length[s] for s in before.get(segment, ()) if s in inside), default=0)
    return max(length.values(), default=0)
