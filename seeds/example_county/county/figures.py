"""Rates, segments, continuity and the ranked gaps, counted from findings one by one."""

from collections.abc import Callable, Iterable
from typing import Any

from county.oracle import Finding, Judge

UNKNOWN = "unknown"
STATUSES = ("covered", "gap", "unknown")
RANK = {"yes": 0, "unknown": 1, "no": 2}


def rates(findings: list[Finding]) -> dict[str, Any]:
    """Return counts, women employees, rates and intervals of a set of findings."""
    units = {s: sum(f.status == s for f in findings) for s in STATUSES}
    women = {s: sum(f.women or 0 for f in findings if f.status == s) for s in STATUSES}
    blank = {s: sum(f.women is None for f in findings if f.status == s) for s in STATUSES}
    return {
        "units": len(findings),
        **units,
        **_shares(units),
        "women": {**women, **_shares(women), "without_head_count": blank},
    }


def by_town(judge: Judge, findings: list[Finding]) -> dict[str, list[Finding]]:
    """Group by town; a unit of two towns stands in both, one of none under unknown."""
    towns = {k for k, n in judge.now.nodes.items() if n.values.get("level") in ("town", "township", "subdistrict")}
    towns = {k for k in towns if judge.now.nodes[k].type == "Region"}
    return _grouped(findings, lambda f: judge.regions(f.key) & towns)


def by_industry(judge: Judge, findings: list[Finding], kind: str) -> dict[str, list[Finding]]:
    """Group by chain or by segment."""
    wanted = {k for k, n in judge.now.nodes.items() if n.values.get("kind") == kind}
    return _grouped(findings, lambda f: judge.industries(f.key) & wanted)


def covered_by(findings: list[Finding], what: Callable[[Finding], str | None]) -> dict[str, Any]:
    """Count the covered units by mode, form or rule."""
    covered = [f for f in findings if f.status == "covered"]
    return {row: _heads(members) for row, members in _grouped(covered, lambda f: {what(f) or UNKNOWN}).items()}


def segments(judge: Judge, findings: list[Finding]) -> dict[str, str]:
    """Return the status of every segment."""
    reached = {what for _, what, _ in judge.covers}
    found = {}
    for key, node in judge.now.nodes.items():
        if node.values.get("kind") != "segment":
            continue
        inside = [f.status for f in findings if key in judge.industries(f.key)]
        if "covered" in inside or key in reached:
            found[node.name] = "covered"
        else:
            found[node.name] = "gap" if inside and set(inside) == {"gap"} else UNKNOWN
    return found


def continuity(judge: Judge, status: dict[str, str]) -> dict[str, list[int]]:
    """Return the longest covered run of each chain, in segments: unknown as no, unknown as yes."""
    feeds = [(e.src, e.dst) for e in judge.now.ties("FEEDS")]
    chains = [k for k, n in judge.now.nodes.items() if n.values.get("kind") == "chain"]
    found = {}
    for chain in sorted(chains):
        own = {e.src for e in judge.now.ties("PART_OF") if e.dst == chain}
        found[chain] = [_longest(own, feeds, status, kept) for kept in (("covered",), ("covered", UNKNOWN))]
    return found


def gaps(findings: list[Finding]) -> list[dict[str, Any]]:
    """Rank the gaps: key candidates first (unknown before no), then most women, then by name."""
    open_ = [f for f in findings if f.status == "gap"]
    ranked = sorted(open_, key=lambda f: (RANK[f.candidate], -(f.women if f.women is not None else -1), f.name))
    told = ("name", "candidate", "women", "preparing", "closed")
    return [{name: getattr(f, name) for name in told} for f in ranked]


def _longest(own: set[str], feeds: list[tuple[str, str]], status: dict[str, str], kept: tuple[str, ...]) -> int:
    def run(segment: str) -> int:
        after = [run(b) for a, b in feeds if a == segment and b in own and status[b] in kept]
        return 1 + max(after, default=0)

    return max((run(s) for s in own if status[s] in kept), default=0)


def _grouped(findings: Iterable[Finding], of: Callable[[Finding], set[str]]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        for group in of(finding) or {UNKNOWN}:
            groups.setdefault(group, []).append(finding)
    return groups


def _heads(findings: list[Finding]) -> dict[str, int]:
    known = [f.women for f in findings if f.women is not None]
    return {"units": len(findings), "women": sum(known), "without_head_count": len(findings) - len(known)}


def _shares(parts: dict[str, int]) -> dict[str, float | None]:
    covered, gap, unknown = (parts[s] for s in STATUSES)
    total = covered + gap + unknown
    return {
        "rate": round(covered / (covered + gap), 6) if covered + gap else None,
        "low": round(covered / total, 6) if total else None,
        "high": round((covered + unknown) / total, 6) if total else None,
    }
