"""The workbooks of an edition: what the three offices really send, and what a load of them has to give."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from county import figures
from county.facts import EDITIONS
from county.ledger import ledger
from county.loan_list import lending, loan_list
from county.model import Delivery
from county.offices import CLOSED
from county.oracle import Finding, Judge
from county.record import Record, assemble
from county.register import register

FOLDER = "workbooks"
LEDGER, REGISTER, LOANS = "企业台账", "妇联组织", "贷款清单"
# What the clean tables hold and no column of these workbooks says.
NOT_CARRIED = [
    "why a company is covered: base, owner and host stand in the list as companies named (rule direct); mode is kept",
    "since when an organisation covers a company: 成立时间 is the organisation's, so that what is told late counts as "
    "happened when it was told",
    "women's organisations that are only planned or doubtful: the list has only what there is",
    "form: of the organisations in the list only the name tells what each is, and that of a station does not",
    "federations of places, segments and platforms: what they cover is no company",
    "agreements, products, people, counted cohorts, and loans that no bank gave to a company",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """One workbook as it was sent: its path, what a load reports of each sheet, and what it says."""

    path: Path
    sheets: dict[str, Any]
    delivery: Delivery


def write_workbooks(edition: str, folder: Path, clean: list[Delivery]) -> list[Sent]:
    """Write the three workbooks of an edition, and the mapping beside the federations' list."""
    target = folder / edition / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    scopes = tuple(("COVERS", "region", town) for town in CLOSED[edition])
    made = [(LEDGER, ledger(edition, target), ()), (REGISTER, register(edition, target, clean), scopes)]
    made.append((LOANS, loan_list(edition, target), ()))
    return [
        Sent(
            path,
            sheets,
            Delivery(dataset, edition, EDITIONS[edition], "", "", "snapshot", tuple(things), tuple(ties), complete),
        )
        for dataset, (path, sheets, things, ties), complete in made
    ]


def workbook_truth(sent: list[Sent]) -> dict[str, Any]:
    """Return every figure that loading the workbooks has to give, by edition, with those before still live."""
    told: dict[str, Any] = {"not_carried": NOT_CARRIED}
    for edition, day in EDITIONS.items():
        live = [s.delivery for s in sent if s.delivery.edition <= edition]
        record = assemble(live)
        told[edition] = {
            "files": {s.delivery.dataset: _file(s) for s in sent if s.delivery.edition == edition},
            "latest": _state(Judge(record, None)),
            day.isoformat(): _rates(Judge(record, day)),
            "lending": lending([tie for delivery in live for tie in delivery.ties]),
        }
    return told | {"editions": _editions(sent)}


def _file(sent: Sent) -> dict[str, Any]:
    return {"file": sent.path.name, "sheets": sent.sheets}


def _rates(judge: Judge) -> dict[str, Any]:
    return figures.rates(judge.findings(judge.companies()))


def _state(judge: Judge) -> dict[str, Any]:
    findings = judge.findings(judge.companies())
    by = {"chain": figures.by_industry(judge, findings, "chain"), "town": figures.by_town(judge, findings)}
    by["segment"] = figures.by_industry(judge, findings, "segment")
    return {
        "companies": {s: [f.name for f in findings if f.status == s] for s in figures.STATUSES},
        "covered_by_mode": figures.covered_by(findings, lambda f: f.mode),
        "key_candidates": {c: [f.name for f in findings if f.candidate == c] for c in ("yes", "no", "unknown")},
        "rates": figures.rates(findings),
        **{f"by_{name}": {row: _counts(found) for row, found in groups.items()} for name, groups in by.items()},
    }


def _counts(findings: list[Finding]) -> dict[str, int]:
    return {s: sum(f.status == s for f in findings) for s in figures.STATUSES}


def _editions(sent: list[Sent]) -> dict[str, Any]:
    """Return which companies of the ledger are new, gone, the same, and the same under a new name."""
    before, after = (_listed(sent, edition) for edition in EDITIONS)
    same = [key for key in after if key in before]
    return {
        "new": sorted(name for key, name in after.items() if key not in before),
        "vanished": sorted(name for key, name in before.items() if key not in after),
        "merged": len(same),
        "renamed": {before[key]: after[key] for key in same if before[key] != after[key]},
    }


def _listed(sent: list[Sent], edition: str) -> dict[str, str]:
    (delivery,) = [s.delivery for s in sent if s.delivery.dataset == LEDGER and s.delivery.edition == edition]
    record: Record = assemble([delivery])
    return {key: node.name for key, node in record.nodes.items() if node.type == "Company"}
