"""Status, rates and continuity equal brute force over random graphs, by every dimension, weight and kind of unit."""

import random
from itertools import pairwise, product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.segments import segments
from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from tests.analysis.brute import Brute, Told, longest_run
from tests.analysis.cases import company, edge, graph, node, scope

DATES = ("2025-12-31", "2026-06-30")
PLACES = {"省": "province", "市": "city", "县": "county", "县市": "county_city", "镇": "town", "街道": "subdistrict"}
PLACES |= {"村": "village"}
PARTS = [("市", "省"), ("县", "市"), ("县市", "市"), ("镇", "县"), ("街道", "县市"), ("村", "镇")]
KINDS = {"链一": "chain", "链二": "chain", "段一": "segment", "段二": "segment", "域": "field"}
COMPANIES = ["甲", "乙", "丙", "丁"]
BODIES = ["妇联", "联合妇联", "微家", "站"]
ENDS: dict[str, tuple[list[str], list[str]]] = {
    "COVERS": (BODIES, [*COMPANIES, "基地", "市场", "协会", "镇", "段一"]),
    "LOCATED_IN": ([*COMPANIES, "基地", "市场", "协会", "商会"], ["镇", "街道", "村", "县"]),
    "BASE": (COMPANIES, ["基地", "市场", "驿站"]),
    "OWNER": ([*COMPANIES, "市场"], COMPANIES),
    "MEMBER_OF": ([*COMPANIES, "协会"], ["协会", "商会"]),
    "HOSTED_BY": (BODIES, ["协会", "商会"]),
    "IN_INDUSTRY": ([*COMPANIES, "基地", "协会"], list(KINDS)),
    "OUTER": (["段一", "段二", "村", "镇"], ["链一", "链二", "县", "县市"]),
}
REAL = {"BASE": "LOCATED_IN", "OWNER": "PART_OF", "OUTER": "PART_OF"}
STARTS = [None, None, None, None, "2019", "2025", "2026", "2026-03", "2026-06", "2026-06-30", "2026-07-15"]
ENDINGS = [*[None] * 8, "2026-08", "2026-08-20", "2027"]
MODES = [None, "own", "joint", "party_led", "hosted"]
ASKED = [None, "2025-12-31", "2026", "2026-06", "2026-06-30", "2026-07", "2026-07-20", "2026-08-25", "2031-01-01"]
LEVELS = ["province", "city", "county", "county_city", "town", "township", "subdistrict", "village"]
GROUPED = [*LEVELS, "chain", "segment", "field", "size", "type", "leading", "kind", "party_organisation"]
OF_REASON = ["mode", "form", "level", "rule", "status", "key_candidate", "preparing", "planned", "nested"]


def dated(rng: random.Random) -> dict[str, Any]:
    status = rng.choice([*["actual"] * 9, "planned", "proposed"])
    return {"valid_from": rng.choice(STARTS), "valid_to": rng.choice(ENDINGS), "status": status}


def heads(rng: random.Random) -> dict[str, Any]:
    women = rng.choice([None, 0, 1, 45, 50, 51, 60, 100, 110, 500, 600])
    bound = rng.choice([None, "exact", "exact", "more_than", "nearly", "about"]) if women else None
    party = rng.choice([None, True, True, False])
    return {"women_employees": women, "women_employees_bound": bound, "party_organisation": party}


def told_by(seed: int) -> Told:
    """A random small county in two editions: everything that a rule may look at, present, doubtful or absent."""
    rng = random.Random(seed)
    leading, levels = [None, True, True, False], [None, "base", "town"]
    nodes = [
        company(n, leading=rng.choice(leading), founded=rng.choice([None, *STARTS]), **heads(rng)) for n in COMPANIES
    ]
    nodes[-1]["group"] = rng.random() < 0.3
    nodes += [node("Federation", name, level=rng.choice(levels), **dated(rng)) for name in BODIES[:2]]
    nodes[-1] |= {"group": rng.random() < 0.2}
    nodes += [node("MicroHome", "微家", **dated(rng)), node("Federation", "站", form="station", **dated(rng))]
    kinds = {"基地": "production_base", "市场": "specialised_market", "驿站": "talent_home"}
    nodes += [node("Venue", name, kind=kind, **heads(rng), **dated(rng)) for name, kind in kinds.items()]
    kinds = {"协会": "association", "商会": "chamber"}
    nodes += [node("Alliance", name, kind=kind, **heads(rng)) for name, kind in kinds.items()]
    nodes += [node("Region", name, level=level) for name, level in PLACES.items()]
    nodes += [node("Industry", name, kind=kind) for name, kind in KINDS.items()]
    units = [*COMPANIES, "基地", "市场", "协会", "商会"]
    words = [*[None] * rng.choice([1, 2, 9]), "yes", "no", "preparing"]
    said = [{name: (rng.choice(words), rng.choice(MODES)) for name in units} for _ in DATES]
    closed = [scope(region="镇"), scope(region="县"), scope(chain="链一"), scope("Company", region="市")]
    closed += [scope(region="镇", chain="链一"), scope(as_of="2026-07", region="市")]
    return Told(nodes, edges_by(rng, nodes), said, DATES, rng.sample(closed, rng.choice([0, 0, 1, 2])))


def edges_by(rng: random.Random, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kind_of = {n["name"]: n["type"] for n in nodes}
    ties: dict[tuple[str, str, str], dict[str, Any]] = {("PART_OF", a, b): {} for a, b in PARTS}
    ties["PART_OF", "段一", "链一"] = {}
    ties |= {("LOCATED_IN", name, rng.choice(["镇", "村"])): {} for name in [*COMPANIES, "协会"] if rng.random() < 0.6}
    for kind in rng.choices([*ENDS, "COVERS", "COVERS", "HOSTED_BY", "MEMBER_OF", "BASE"], k=rng.randint(0, 45)):
        src, dst = (rng.choice(end) for end in ENDS[kind])
        if src != dst and (kind != "OUTER" or kind_of[src] == kind_of[dst]):
            ties[REAL.get(kind, kind), src, dst] = dated(rng) if rng.random() < 0.5 else {"valid_from": None}
    edges = []
    for (kind, src, dst), facts in ties.items():
        sure = rng.choice([1.0, 1.0, 1.0, 1.0, 0.8, 0.5]) if facts else 1.0
        told = rng.choice([(0, 1), (0, 1), (0,), (1,)]) if facts else (0, 1)
        mode = rng.choice(MODES) if kind in ("COVERS", "HOSTED_BY") else None
        edges.append({"type": kind, "src": src, "dst": dst, "confidence": sure, "editions": told, "mode": mode} | facts)
    return edges


def graph_of(told: Told) -> Graph:
    """The two editions, the second added to the first; scopes stand in the first."""
    found = []
    for number, date in enumerate(told.dates):
        said = told.said[number]
        nodes = [n | ({"federation_status": said[n["name"]][0], "federation_mode": said[n["name"]][1]}
                      if n["name"] in said else {}) for n in told.nodes]  # fmt: skip
        edges = [
            edge(e["type"], e["src"], e["dst"], **{k: v for k, v in e.items() if v is not None and k not in FIXED})
            for e in told.edges
            if number in e["editions"]
        ]
        complete = told.complete if number == 0 else []
        found.append(graph(nodes, edges, date=date, edition=str(number), complete=complete))
    return found[0].merge(found[1])


FIXED = ("type", "src", "dst", "editions")


def checked(cov: Coverage, brute: Brute, kind: str) -> dict[str, dict[str, Any]]:
    """Hold every unit against brute force; return the units' rows with what the first reason gives."""
    units = brute.units(kind)
    rows = {row["name"]: row for row in cov.table.to_pylist()}
    assert set(rows) == set(units)
    names = {row["id"]: row["name"] for row in cov.graph.nodes().to_dict("records")}
    for name, row in rows.items():
        told = brute.judge(name, units)
        first = told.pop("first")
        assert set(row["modes"]) == told.pop("modes"), name
        assert {key: row[key] for key in told} == told, name
        chosen = [(way.rule, way.mode, way.body) for way in first] or [(None, None, None)]
        assert (row["rule"], row["mode"], names.get(row["organisation"])) in chosen, name
        level = brute.nodes[names[row["organisation"]]].get("level") if row["organisation"] else None
        assert row["level"] == level, name
    return rows


@settings(max_examples=50)
@given(st.integers(0, 1_000_000))
def test_status_and_rates_are_what_the_definitions_say_one_by_one(seed: int) -> None:
    told, rng = told_by(seed), random.Random(seed + 1)
    as_of, kind = rng.choice(ASKED), rng.choice(["companies", "companies", "key_points"])
    least, by = rng.choice([None, None, 0.5, 0.9]), rng.sample([*GROUPED, *OF_REASON], rng.choice([1, 1, 2]))
    cov = gk.coverage(graph_of(told), units=kind, as_of=as_of, min_confidence=least)
    brute = Brute(told, as_of, 0.8 if least is None else least)
    rows = checked(cov, brute, kind)
    if "leading" in by and not any(row["type"] == "Company" for row in rows.values()):
        by = ["type"]
    if "kind" in by or "party_organisation" in by:
        by = [name for name in by if any(name in properties(row["type"]) for row in rows.values())] or ["type"]
    count_again(cov, brute, rows, by)


def properties(kind: str) -> set[str]:
    return {"Company": {"leading", "kind", "party_organisation"}}.get(kind, {"kind", "party_organisation"})


def count_again(cov: Coverage, brute: Brute, rows: dict[str, dict[str, Any]], by: list[str]) -> None:
    """Count a table a second time, by count and by women, and add it up."""
    fallen: dict[tuple[str, ...], list[str]] = {}
    for name, row in rows.items():
        for key in product(*(sorted(map(label, falls(brute, row, one))) for one in by)):
            fallen.setdefault(key, []).append(name)
    fallen[("total",) * len(by)] = list(rows)
    for weight in ("count", "women_employees"):
        found = gk.rates(cov, by, weight=weight)
        told = {tuple(row[name] for name in by): row for row in found.to_dict("records")}
        assert set(told) == set(fallen)
        for key, names in fallen.items():
            assert figures(told[key], weight) == expected([rows[name] for name in names], brute, weight), key
        if all(len(falls(brute, row, one)) == 1 for row in rows.values() for one in by):
            for column in ("units", *STATUSES):
                assert found[column].iloc[:-1].sum() == found[column].iloc[-1]


def falls(brute: Brute, row: dict[str, Any], by: str) -> set[Any]:
    return {row[by]} if by in OF_REASON else brute.rows(row["name"], by)


def label(value: Any) -> str:
    return "unknown" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def expected(rows: list[dict[str, Any]], brute: Brute, weight: str) -> dict[str, Any]:
    """Covered, gap, unknown and their shares of some units, with those whose head count is not known apart."""
    count = {status: sum(row["status"] == status for row in rows) for status in STATUSES}
    women = {s: sum(row["women_employees"] or 0 for row in rows if row["status"] == s) for s in STATUSES}
    blank = {s: sum(row["women_employees"] is None for row in rows if row["status"] == s) for s in STATUSES}
    covered, gap, unknown = (count if weight == "count" else women).values()
    total = covered + gap + unknown
    shares = {"rate": share(covered, covered + gap), "low": share(covered, total)}
    told = {"units": len(rows)} | count | shares | {"high": share(covered + unknown, total)}
    if weight == "count":
        return told
    more = any(row["women_employees_bound"] == "more_than" for row in rows)
    told |= {"women": total, "uncounted": sum(blank.values()), "women_at_least": more}
    return told | {f"women_{s}": women[s] for s in STATUSES} | {f"uncounted_{s}": blank[s] for s in STATUSES}


def figures(row: dict[str, Any], weight: str) -> dict[str, Any]:
    wanted = ["units", *STATUSES, "rate", "low", "high"]
    if weight != "count":
        wanted += ["women", "uncounted", "women_at_least"]
        wanted += [f"{kind}_{status}" for kind in ("women", "uncounted") for status in STATUSES]
    return {name: None if pd.isna(row[name]) else row[name] for name in wanted}


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["covered", "gap", "unknown"]), min_size=1, max_size=5),
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8),
    st.sampled_from(["acyclic", "any"]),
)
def test_continuity_is_the_longest_run_of_every_assignment(
    states: list[str], feeds: set[tuple[int, int]], shape: str
) -> None:
    """The bounds are the least and the most over all ways to settle what is unknown, each by trying every sequence."""
    order = {(a, b) for a, b in feeds if a < len(states) > b and a != b and (shape == "any" or a < b)}
    told = {"covered": "yes", "gap": "no", "unknown": None}
    names = [f"段{n}" for n in range(len(states))]
    nodes = [node("Industry", "链", kind="chain"), *(node("Industry", n, kind="segment") for n in names)]
    nodes += [company(f"{n}厂", federation_status=told[s]) for n, s in zip(names, states, strict=True)]
    ties = [edge("PART_OF", n, "链") for n in names] + [edge("IN_INDUSTRY", f"{n}厂", n) for n in names]
    ties += [edge("FEEDS", names[a], names[b]) for a, b in sorted(order)]
    cov = gk.coverage(graph(nodes, ties))
    assert dict(zip(segments(cov)["segment"], segments(cov)["status"], strict=True)) == dict(
        zip(names, states, strict=True)
    )
    if circle(order, len(states)):
        with pytest.raises(DataError, match="circle"):
            gk.continuity(cov)
        return
    row = gk.continuity(cov).iloc[0]
    if not order:
        assert pd.isna(row["low"]) and pd.isna(row["high"])
        return
    pairs = {(names[a], names[b]) for a, b in order}
    open_ = [name for name, state in zip(names, states, strict=True) if state == "unknown"]
    sure = {name for name, state in zip(names, states, strict=True) if state == "covered"}
    runs = [
        longest_run(pairs, sure | {name for name, yes in zip(open_, choice, strict=True) if yes})
        for choice in product([False, True], repeat=len(open_))
    ]
    assert (row["low"], row["high"]) == (min(runs), max(runs))


def circle(order: set[tuple[int, int]], size: int) -> bool:
    """Whether somebody can come back to where they began, by walking as often as there are segments."""
    here = {(n, n) for n in range(size)}
    for _ in range(size):
        here = {(start, b) for start, at in here for a, b in order if a == at}
        if any(start == at for start, at in here):
            return True
    return False


def test_the_brute_force_reads_a_chain_of_two() -> None:
    names = list("甲乙丙")
    assert longest_run(set(pairwise(names)), {"甲", "乙"}) == 2
    assert longest_run(set(pairwise(names)), {"甲", "丙"}) == 1
    assert longest_run(set(), set()) == 0
