"""A plan carried out in a copy of the graph, and counted again by the code that counts everything else."""

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.plan import NAMED, Plan
from graphkit.analysis.planned import ORGANISATIONS, with_organisations
from graphkit.errors import PlanError
from graphkit.graph.convert import raw_id
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import Graph

SUFFIX = "（计划）"
NAMES = {
    "unit": "{host}妇联",
    "town_segment": "{host}{segment}联合妇联",
    "base": "{host}联合妇联",
    "owner": "{host}联合妇联",
    "host": "{host}托建妇联",
}


def founded(candidate: str) -> str:
    """Return the id that the organisation of a candidate has in the graph with the plan."""
    return raw_id("fed", "plan", candidate)


def applied(plan: Plan) -> Graph:
    """Return the graph as it would be with the plan carried out; a copy for counting and drawing, not for a record."""
    own = dict(zip(*(plan.candidates.table[c].to_pylist() for c in ("id", "members")), strict=True))
    steps = plan.table.select(["candidate", "mode", "around", "host_name", "segment"]).to_pylist()
    rows = [
        {"id": founded(step["candidate"]), "mode": step["mode"], "members": own[step["candidate"]]}
        | {"name": NAMES[step["around"]].format(host=step["host_name"], segment=step["segment"] or "") + SUFFIX}
        for step in steps
    ]
    return with_organisations(plan.candidates.coverage, pa.Table.from_pylist(rows, schema=ORGANISATIONS))


def recount(plan: Plan) -> Coverage:
    """Return the coverage as it would be with the plan carried out, counted by the coverage code.

    Raises PlanError if this code and the plan do not agree on which units are newly covered.
    """
    cov = plan.candidates.coverage
    after = coverage(applied(plan), units=cov.units_kind, as_of=cov.as_of, rules=cov.rules)
    covered = after.table["id"].filter(pc.equal(after.table["status"], "covered"))
    counted = set(covered.to_pylist()) & set(plan.candidates.targets["id"].to_pylist())
    told = {unit for units in plan.table["units"].to_pylist() for unit in units}
    if counted != told:
        names = list(names_of(cov.graph, counted ^ told).values())
        message = f"the plan and the coverage code do not agree on {len(names)} units: {', '.join(names[:NAMED])}"
        raise PlanError(message, code="recount-differs", hint="Please report this, with the rules file.", units=names)
    return after
