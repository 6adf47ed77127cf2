"""What stands open to units without a women's organisation: which precondition of which mode holds (DEFINITIONS 9).

Three-valued, as everything that depends on what is stated: a precondition holds, does not, or is not known.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.reasons import Case, ways_of
from graphkit.analysis.ruleset import Condition, Reason, Step
from graphkit.analysis.units import Days, Rows, about, codes_of, exceeds, industries, lying, matches, where
from graphkit.graph.tables import TEXT
from graphkit.schema import Caption

MODES = ("own", "party_led", "joint", "hosted")
# Who is together with whom: unit (row number), key of the group, and whether that is certain.
TOGETHER = pa.schema([("unit", pa.int64()), ("key", TEXT), ("certain", pa.bool_())])
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Openings:
    """The targets of a plan in the order of the gap list, and what holds for each.

    `alone` maps own and party_led to three-valued flags (null = not known), `joint` and `hosted` map what units have
    in common to who has it in common (TOGETHER). `towns` and `segments` are pairs `unit` (row number), `node`.
    """

    targets: pa.Table
    alone: dict[str, pa.Array]
    joint: dict[str, pa.Table]
    hosted: dict[str, pa.Table]
    towns: pa.Table
    segments: pa.Table


def ranked(cov: Coverage, *, include_unknown: bool = False) -> pa.Table:
    """Return the gaps of a coverage: key candidates first, then those that may be, and most women employees first.

    With `include_unknown` the units of which it is not known follow, ranked alike.
    """
    wanted = ["gap", "unknown"] if include_unknown else ["gap"]
    table = cov.table.filter(pc.is_in(cov.table["status"], value_set=pa.array(wanted)))
    # Head counts that are not known come last, not as 0.
    keys = {"open": pc.equal(table["status"], "unknown"), "name": table["name"], "id": table["id"]}
    keys["first"] = pc.index_in(table["key_candidate"], value_set=pa.array(["yes", "unknown", "no"]))
    keys["heads"] = pc.subtract(-1, pc.fill_null(table["women_employees"], -1))
    order = [(name, "ascending") for name in ("open", "first", "heads", "name", "id")]
    return table.take(pc.sort_indices(pa.table(keys), sort_keys=order)).combine_chunks()


def openings(cov: Coverage, *, include_unknown: bool = False) -> Openings:
    """Tell for every gap what holds of the preconditions of each mode."""
    targets, plan = ranked(cov, include_unknown=include_unknown), cov.rules.plan
    alone = {mode: _met(cov, targets, rule.needs) for mode, rule in (("own", plan.own), ("party_led", plan.party_led))}
    case = Case(cov.graph, cov.rules, cov.as_of, targets, Days(cov.graph))
    towns, segments = _places(cov, targets, "town"), _places(cov, targets, "segment")
    joint = {"base": _over(case, plan.joint.base), "owner": _over(case, plan.joint.owner)}
    joint["town_segment"] = _both(towns, segments)
    hosted = {f"host{number}": _over(case, step) for number, step in enumerate(plan.hosted.by, 1)}
    return Openings(targets, alone, joint, hosted, _nodes(towns), _nodes(segments))


def _met(cov: Coverage, targets: pa.Table, needs: Condition) -> pa.Array:
    prop, above = needs
    values = about(cov.graph, targets, prop)
    if above is None:
        return values.combine_chunks() if pa.types.is_boolean(values.type) else pa.nulls(len(targets), pa.bool_())
    bounds = about(cov.graph, targets, f"{prop}_bound")
    stated = values if pa.types.is_integer(values.type) else pa.chunked_array([pa.nulls(len(targets), pa.int64())])
    return exceeds(stated, bounds.cast(TEXT), above)


def _over(case: Case, step: Step) -> pa.Table:
    """Return who is together at the far end of a step (a base, an owner, a host)."""
    ways = ways_of(case, Reason("", Caption("", ""), "", (step,)))[0]
    ways = ways.filter(pc.invert(ways["planned"]))
    certain = pc.and_(ways["certain"], pc.greater_equal(ways["confidence"], case.rules.min_confidence))
    unit = codes_of(ways["near"], case.units["id"])
    return _distinct(pa.table({"unit": pa.array(unit), "key": ways["far"], "certain": certain}))


def _distinct(pairs: pa.Table) -> pa.Table:
    """Keep each pair once: certain if one way to it is."""
    pairs = pairs.filter(pc.greater_equal(pairs["unit"], 0))
    found = pairs.group_by(["unit", "key"]).aggregate([("certain", "any")]).rename_columns(TOGETHER.names)
    return found.cast(TOGETHER).sort_by([("key", "ascending"), ("unit", "ascending")]).combine_chunks()


def _places(cov: Coverage, targets: pa.Table, kind: str) -> pa.Table:
    """Return which towns, or which chain segments, the targets lie in (TOGETHER)."""
    own = cov.graph.table("Region" if kind == "town" else "Industry")
    levels = [level for level, tier in cov.graph.schema.levels.items() if tier == kind]
    wanted = pc.is_in(own["level"], pa.array(levels, TEXT)) if kind == "town" else pc.equal(own["kind"], kind)
    nodes = own["id"].filter(pc.fill_null(wanted, False))
    tables = [_lying(cov, kind, targets["id"], nodes, sure) for sure in (None, cov.rules.min_confidence)]
    rows = [pa.table(t | {"certain": pa.array([bool(n)] * len(t["key"]), pa.bool_())}) for n, t in enumerate(tables)]
    return _distinct(pa.concat_tables(rows))


def _lying(
    cov: Coverage, kind: str, ids: pa.ChunkedArray, nodes: pa.ChunkedArray, sure: float | None
) -> dict[str, pa.Array | pa.ChunkedArray]:
    reached = where if kind == "town" else industries
    unit, node = lying(reached(cov.graph, cov.as_of, sure=sure), ids, nodes)
    return {"unit": pa.array(unit), "key": node}


def places_of(cov: Coverage, ids: pa.Array, kind: str) -> pa.Table:
    """Return in which towns or chain segments nodes lie: pairs `unit` (row number of the id), `node`."""
    return _nodes(_places(cov, pa.table({"id": ids}), kind))


def _nodes(together: pa.Table) -> pa.Table:
    return together.select(["unit", "key"]).rename_columns(["unit", "node"])


def _both(towns: pa.Table, segments: pa.Table) -> pa.Table:
    """Return who is together in a town and a segment."""
    left, right = matches(towns["unit"], segments["unit"])
    town, segment = towns.take(pa.array(left)), segments.take(pa.array(right))
    key = pc.binary_join_element_wise(town["key"], segment["key"], SEPARATOR)
    certain = pc.and_(town["certain"], segment["certain"])
    return _distinct(pa.table({"unit": town["unit"], "key": key, "certain": certain}))


def numbers_of(flags: pa.Array) -> Rows:
    """Return the row numbers at which a flag is true."""
    return np.flatnonzero(pc.fill_null(flags, False).to_numpy(zero_copy_only=False))


def listed(pairs: pa.Table) -> dict[int, list[str]]:
    """Return the nodes of each row number of pairs `unit`, `node`."""
    found: dict[int, list[str]] = {}
    for unit, node in zip(pairs["unit"].to_pylist(), pairs["node"].to_pylist(), strict=True):
        found.setdefault(unit, []).append(node)
    return found
