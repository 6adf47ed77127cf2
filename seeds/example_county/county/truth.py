"""The answers that graphkit has to reach on the invented county, for each edition with all before it still live."""

from datetime import date
from typing import Any

from county import figures
from county.facts import EDITIONS
from county.model import Delivery
from county.oracle import Finding, Judge
from county.reach import links
from county.record import Record, assemble

READINGS = [
    "An empty cell states nothing: the newest stated value of a property wins, also over a blank in a newer edition.",
    "latest = as_of null: actual and without an end; no date in the data lies after its edition.",
    "closed scopes of all live editions hold together (those of 2026Q3 include those of 2026Q2).",
    "owner: the mode is that of the COVERS edge that reaches the owner.",
    "form is that of the organisation of the first reason; reported has none (unknown).",
    "backup counts distinct organisations over all certain reasons; reported names none and counts 0.",
    "planned marks a unit with a planned COVERS edge of its own.",
    "gaps: key candidates yes, unknown, no; then women employees (not stated last); then by name.",
    "continuity is counted in segments.",
    "a counted group of banks is no bank in nearest, pairs and linked shares.",
    "a bank may be the interior of a path to another bank (PART_OF joins two of them).",
]


def truth(deliveries: list[Delivery]) -> dict[str, Any]:
    """Return every figure, by edition and date."""
    editions: dict[str, Any] = {}
    states: dict[str, dict[str, Finding]] = {}
    for edition, day in EDITIONS.items():
        record = assemble(d for d in deliveries if d.edition <= edition)
        states[edition] = {f.key: f for f in _companies(record, day)}
        editions[edition] = {
            "record": record.counts(),
            "statistics": sum(len(d.statistics) for d in deliveries if d.edition <= edition),
            "latest": _state(record, None),
            day.isoformat(): _state(record, day),
        }
    return {
        "invented": True,
        "about": "虚构示例：霁川县。由 make.py 从虚构事实逐一清点得出，不经 graphkit。",
        "readings": READINGS,
        "editions": editions,
        "moves": _moves(states["2026Q2"], states["2026Q3"]),
    }


def _companies(record: Record, day: date | None) -> list[Finding]:
    judge = Judge(record, day)
    return judge.findings(judge.companies())


def _state(record: Record, day: date | None) -> dict[str, Any]:
    judge = Judge(record, day)
    findings = judge.findings(judge.companies())
    status = figures.segments(judge, findings)
    return {
        "companies": _listed(findings),
        "covered_by_form": figures.covered_by(findings, lambda f: f.form),
        "covered_by_mode": figures.covered_by(findings, lambda f: f.mode),
        "covered_by_rule": figures.covered_by(findings, lambda f: f.rule),
        "gaps_ranked": figures.gaps(findings),
        "key_candidates": {c: [f.name for f in findings if f.candidate == c] for c in ("yes", "no", "unknown")},
        "key_points": _statuses(judge.findings(judge.key_points())),
        "links_to_banks": _links(judge, findings),
        "rates": figures.rates(findings),
        "rates_by_chain": _rated(figures.by_industry(judge, findings, "chain")),
        "rates_by_segment": _rated(figures.by_industry(judge, findings, "segment")),
        "rates_by_town": _rated(figures.by_town(judge, findings)),
        "segments": {"status": status, "continuity": figures.continuity(judge, status)},
    }


def _listed(findings: list[Finding]) -> dict[str, Any]:
    covered = {
        f.name: {"rule": f.rule, "mode": f.mode, "form": f.form, "organisations": list(f.organisations)}
        for f in findings
        if f.status == "covered"
    }
    listed: dict[str, Any] = {**_statuses(findings), "covered": covered}
    listed["preparing"] = [f.name for f in findings if f.preparing]
    listed["planned"] = [f.name for f in findings if f.planned]
    listed["closed_scope"] = [f.name for f in findings if f.closed]
    return listed


def _statuses(findings: list[Finding]) -> dict[str, list[str]]:
    return {s: [f.name for f in findings if f.status == s] for s in figures.STATUSES}


def _links(judge: Judge, findings: list[Finding]) -> dict[str, Any]:
    found = links(judge, [f.key for f in findings])
    linked = set(found["nearest"])
    found["by_town"] = {row: _share(f, linked) for row, f in figures.by_town(judge, findings).items()}
    chains = figures.by_industry(judge, findings, "chain")
    found["by_chain"] = {row: _share(f, linked) for row, f in chains.items()}
    found["total"] = _share(findings, linked)
    quadrant: dict[str, dict[str, int]] = {}
    for status in figures.STATUSES:
        names = {f.name for f in findings if f.status == status}
        quadrant[status] = {"linked": len(names & linked), "not_linked": len(names - linked)}
    return {**found, "quadrant": quadrant}


def _rated(groups: dict[str, list[Finding]]) -> dict[str, Any]:
    return {row: figures.rates(members) for row, members in groups.items()}


def _share(findings: list[Finding], linked: set[str]) -> dict[str, Any]:
    known = sum(f.name in linked for f in findings)
    return {"units": len(findings), "linked": known, "share": round(known / len(findings), 6)}


def _moves(before: dict[str, Finding], after: dict[str, Finding]) -> dict[str, Any]:
    """Return the companies whose status differs between the two editions, each at its own date."""
    moved = {}
    for key, finding in after.items():
        old = before[key].status if key in before else "not listed"
        if old != finding.status:
            moved[finding.name] = {"before": old, "after": finding.status, "rule": finding.rule}
    return moved
