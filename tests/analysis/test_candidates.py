"""Candidates: the worked example of DEFINITIONS 9, and the plainest reading of it over random worlds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.candidates import candidates
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.gaps import gaps
from tests.analysis.cases import company, edge, gap, graph, node, plan9, scope
from tests.analysis.plan_oracle import PlanOracle, world


def told(cov: Coverage, **options: Any) -> set[tuple[str, str, str]]:
    """Mode, what is shared, and units of every candidate."""
    names = dict(zip(cov.frame["id"], cov.frame["name"], strict=True))
    rows = candidates(cov, **options).frame.to_dict("records")
    return {(row["mode"], row["around"], "".join(sorted(names[unit] for unit in row["units"]))) for row in rows}


def test_the_worked_example() -> None:
    found = candidates(coverage(plan9()))
    assert told(found.coverage) == {
        ("own", "unit", "c"),
        ("party_led", "unit", "d"),
        ("joint", "base", "ab"),
        ("hosted", "host", "ab"),
    }
    assert found.blocked.select(["name", "mode", "state", "value"]).to_pylist() == [
        {"name": "e", "mode": "own", "state": "fails", "value": "12"},
        {"name": "e", "mode": "party_led", "state": "unknown", "value": None},
        {"name": "e", "mode": "joint", "state": "fails", "value": None},
        {"name": "e", "mode": "hosted", "state": "fails", "value": None},
    ]
    assert list(found.bars("en").values()) == [
        "own: too few women employees (12); party-led: party organisation not known (possible if known); "
        "joint: no partner; hosted: no membership"
    ]
    assert repr(found) == "4 candidates for 5 units, 1 of which none covers"
    costs = found.frame.set_index("mode")[["cost", "capacity"]].astype(object)
    assert costs.where(costs.notna(), None).T.to_dict("list") == {
        "own": [1.0, None], "party_led": [1.0, None], "joint": [1.0, 30], "hosted": [0.5, None]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("women", "bound", "state"),
    [
        (50, None, "fails"),
        (51, None, None),
        (50, "more_than", None),
        (50, "nearly", "fails"),
        (60, "about", "unknown"),
        (40, "more_than", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_own_needs_more_than_50_women_for_certain(women: int | None, bound: str | None, state: str | None) -> None:
    found = candidates(coverage(graph([gap("甲", women_employees=women, women_employees_bound=bound)])))
    states = {row["mode"]: row["state"] for row in found.blocked.to_pylist()}
    assert states.get("own") == state
    assert len(found.table) == (state is None)


def test_what_is_only_perhaps_shared_gives_no_candidate() -> None:
    units = [gap(name, women_employees=1, party_organisation=False) for name in "甲乙丙"]
    places = [node("Venue", "基地"), node("Alliance", "协会")]
    ties = [edge("LOCATED_IN", name, "基地", confidence=sure) for name, sure in (("甲", 1.0), ("乙", 0.5))]
    ties += [edge("MEMBER_OF", "丙", "协会", confidence=0.5), edge("MEMBER_OF", "乙", "协会", status="planned")]
    found = candidates(coverage(graph([*units, *places], ties)))
    assert {(row["mode"], tuple(row["members"])) for row in found.table.to_pylist()} == {
        ("hosted", (found.coverage.graph.find("甲"),))
    }
    states = {(row["name"], row["mode"]): row["state"] for row in found.blocked.to_pylist()}
    assert states["乙", "joint"] == states["乙", "hosted"] == states["丙", "hosted"] == "unknown"
    assert states["丙", "joint"] == "fails"


def test_who_is_together_in_one_town_and_segment() -> None:
    nodes = [gap(name) for name in "甲乙丙丁"] + [
        node("Region", "镇", level="town"),
        node("Region", "村", level="village"),
    ]
    nodes += [node("Industry", "链", kind="chain"), node("Industry", "段", kind="segment")]
    ties = [edge("LOCATED_IN", "甲", "镇"), edge("LOCATED_IN", "乙", "村"), edge("LOCATED_IN", "丙", "镇")]
    ties += [edge("PART_OF", "村", "镇"), edge("PART_OF", "段", "链"), edge("IN_INDUSTRY", "丙", "链")]
    ties += [edge("IN_INDUSTRY", name, "段") for name in "甲乙丁"]
    found = candidates(coverage(graph(nodes, ties))).table.to_pylist()
    assert [(row["around"], row["host_name"], row["segment"], row["count"]) for row in found] == [
        ("town_segment", "镇", "段", 2)
    ]
    assert found[0]["town"] == "镇"


def test_owners_up_to_three_steps_above_and_what_covers_them_covers_their_parts() -> None:
    nodes = [gap("总", women_employees=80), gap("中"), gap("子"), gap("孙"), gap("曾孙")]
    ties = [edge("PART_OF", a, b) for a, b in (("中", "总"), ("子", "中"), ("孙", "子"), ("曾孙", "孙"))]
    assert told(coverage(graph(nodes, ties))) == {
        # What covers the head covers, by the rules, all that is part of it within three steps.
        ("own", "unit", "".join(sorted(["总", "中", "子", "孙"]))),
        ("joint", "owner", "".join(sorted(["中", "子", "孙", "曾孙"]))),
        ("joint", "owner", "".join(sorted(["子", "孙", "曾孙"]))),
        ("joint", "owner", "".join(sorted(["孙", "曾孙"]))),
    }


@pytest.mark.parametrize(
    ("size", "parts"), [(29, [29]), (30, [30]), (31, [29, 2]), (61, [30, 29, 2]), (70, [30, 30, 10])]
)
def test_a_joint_larger_than_its_capacity_is_cut_in_the_order_of_the_gap_list(size: int, parts: list[int]) -> None:
    nodes = [gap(f"公司{n:02}", women_employees=n % 50) for n in range(size)]
    ties = [edge("LOCATED_IN", company["name"], "基地") for company in nodes]
    cov = coverage(graph([*nodes, node("Venue", "基地")], ties))
    rows = [row for row in candidates(cov).table.to_pylist() if row["mode"] == "joint"]
    assert [row["count"] for row in rows] == parts
    assert [unit for row in rows for unit in row["members"]] == gaps(cov)["unit"].tolist()
    assert len({row["id"] for row in rows}) == len(parts)


def test_unknown_units_only_if_asked() -> None:
    cov = coverage(graph([company("甲", women_employees=80), gap("乙", women_employees=80)]))
    assert told(cov) == {("own", "unit", "乙")}
    assert told(cov, include_unknown=True) == {("own", "unit", "乙"), ("own", "unit", "甲")}


def test_nothing_to_do_is_no_error() -> None:
    found = candidates(coverage(graph([company("甲")])))
    assert (len(found.table), len(found.blocked), found.bars()) == (0, 0, {})
    assert len(candidates(coverage(graph([]))).table) == 0


def test_closed_scopes_make_gaps_of_key_points_too() -> None:
    nodes = [node("Venue", "市场", kind="specialised_market", women_employees=70), node("Region", "镇", level="town")]
    told_graph = graph(nodes, [edge("LOCATED_IN", "市场", "镇")], complete=[scope(region="镇")])
    found = candidates(coverage(told_graph, units="key_points")).table.to_pylist()
    assert [(row["mode"], row["host_name"], row["town"]) for row in found] == [("own", "市场", "镇")]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_candidates_are_what_the_definitions_say_one_by_one(seed: int, size: int) -> None:
    some = world(seed, size)
    cov = coverage(graph(*some.records))
    names = dict(zip(cov.frame["id"], cov.frame["name"], strict=True))
    open_ = set(cov.frame.loc[cov.frame["status"] == "gap", "name"])
    oracle, found = PlanOracle(some, open_), candidates(cov)
    rows = found.table.to_pylist()
    assert {(row["mode"], frozenset(names[unit] for unit in row["units"])) for row in rows} == oracle.every()
    covered = {unit for _, units in oracle.every() for unit in units}
    assert {row["name"] for row in found.blocked.to_pylist()} == open_ - covered
    # The gap list recommends a mode that is open to the unit itself.
    modes = {(row["mode"], unit) for row in rows for unit in row["members"]}
    for row in gaps(cov).to_dict("records"):
        assert (row["mode"], row["unit"]) in modes or not isinstance(row["mode"], str)
