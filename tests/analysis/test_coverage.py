"""Coverage: every worked example of DEFINITIONS 1 to 5, and a brute-force oracle over random graphs."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.coverage import coverage, percent
from graphkit.analysis.rates import rates
from graphkit.errors import DataError, SchemaError
from graphkit.graph.convert import from_pandas, to_pandas
from graphkit.graph.tables import frame as to_frame
from tests.analysis.cases import DAY, company, edge, editions, graph, node, scope, statuses, units6
from tests.analysis.oracle import Oracle

FEDERATION = node("Federation", "妇联")


def judged(*ties: dict[str, Any], nodes: list[dict[str, Any]] | None = None, **options: Any) -> str:
    """The status of company 甲 in a small graph."""
    told = graph([company("甲"), FEDERATION, *(nodes or [])], ties, **options.pop("source", {}))
    return statuses(coverage(told, **options).frame)["甲"]


def test_units6() -> None:
    found = coverage(units6()).frame.set_index("name")
    assert found["status"].to_dict() == {
        "A": "covered", "B": "covered", "C": "covered", "D": "gap", "E": "gap", "F": "unknown"
    }  # fmt: skip
    assert found["rule"].dropna().to_dict() == {"A": "direct", "B": "base", "C": "reported"}
    assert found["mode"].dropna().to_dict() == {"A": "own", "B": "joint", "C": "own"}
    assert list(found.index[found["preparing"]]) == ["D"]
    assert list(found.index[found["closed_scope"]]) == ["E"]
    assert sorted(found.index[found["organisation"].notna()]) == ["A", "B"]
    assert found["backup"].to_dict() == {"A": 1, "B": 1, "C": 0, "D": 0, "E": 0, "F": 0}


def test_units6_is_printed_with_units_date_rules_and_denominator() -> None:
    told = repr(coverage(units6()))
    assert told == "50-66.7 % covered: 3 covered, 2 gap, 1 unknown of 6 companies (latest known; rules star_link)"
    assert "截至 2026-06-30" in coverage(units6(), as_of=DAY).text("zh")


@pytest.mark.parametrize(
    ("party", "women", "bound", "candidate"),
    [
        (True, 60, None, "yes"),
        (True, 50, None, "no"),
        (True, None, None, "unknown"),
        (False, None, None, "no"),
        (None, 80, None, "unknown"),
        (None, 30, None, "no"),
        (True, 1400, "more_than", "yes"),
        (True, 60, "about", "unknown"),
    ],
)
def test_key_candidates(party: bool | None, women: int | None, bound: str | None, candidate: str) -> None:
    unit = company("甲", party_organisation=party, women_employees=women, women_employees_bound=bound)
    assert coverage(graph([unit])).frame["key_candidate"].tolist() == [candidate]


def test_ten_companies_of_a_chain() -> None:
    """DEFINITIONS 4: one completeness says nothing about the other."""
    companies = [company(f"公司{n}", federation_status="yes" if n < 4 else None) for n in range(10)]
    chain, region = node("Industry", "X链", kind="chain"), node("Region", "南安", level="county_city")
    ties = [edge("IN_INDUSTRY", c["name"], "X链") for c in companies]
    ties += [edge("LOCATED_IN", f"公司{n}", "南安") for n in (3, 5, 6)]
    listed = [scope("Company", chain="X链")]
    found = coverage(graph([*companies, chain, region], ties, complete=listed))
    assert [found.count(status) for status in ("covered", "gap", "unknown")] == [4, 0, 6]
    found = coverage(graph([*companies, chain, region], ties, complete=[*listed, scope(region="南安")]))
    assert [found.count(status) for status in ("covered", "gap", "unknown")] == [4, 2, 4]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2021-12-31", "unknown"), ("2022-06-30", "unknown"), ("2023-01-01", "covered"), (None, "covered")],
)
def test_a_start_of_2022(day: str | None, status: str) -> None:
    tie = edge("COVERS", "妇联", "甲", valid_from="2022")
    old = {"date": "2020-01-01"}
    assert judged(tie, as_of=day, source=old) == status
    told = graph([company("甲"), FEDERATION], [tie], **old)
    reasons = to_frame(coverage(told, as_of=day).reasons)
    assert len(reasons) == (0 if day == "2021-12-31" else 1)


def test_an_undated_edge_of_2022_09_23() -> None:
    tie, source = edge("COVERS", "妇联", "甲"), {"date": "2022-09-23"}
    assert judged(tie, source=source, as_of="2010-01-01") == "unknown"
    assert judged(tie, source=source, as_of="2022-09-23") == "covered"


@pytest.mark.parametrize(
    ("tie", "body"),
    [
        ({"status": "planned"}, {}),
        ({"status": "proposed"}, {}),
        ({"status": "revoked"}, {}),
        ({"valid_to": "2025"}, {}),
        ({"confidence": 0.79}, {}),
        ({}, {"status": "planned"}),
        ({}, {"valid_to": "2025"}),
        ({}, {"established": "2027"}),
        ({}, {"group": True, "count": 34}),
    ],
)
def test_what_does_not_cover(tie: dict[str, Any], body: dict[str, Any]) -> None:
    told = graph([company("甲"), node("Federation", "妇联", **body)], [edge("COVERS", "妇联", "甲", **tie)])
    found = coverage(told, as_of=DAY).frame
    assert found["status"].tolist() == ["unknown"]
    assert found["planned"].tolist() == ["planned" in (tie.get("status"), body.get("status"))]


def test_min_confidence_is_a_choice() -> None:
    tie = edge("COVERS", "妇联", "甲", confidence=0.6)
    assert judged(tie) == "unknown"
    assert judged(tie, min_confidence=0.6) == "covered"


def test_a_plan_alone_in_a_complete_list_is_a_gap_and_a_doubt_is_not() -> None:
    town, lies = node("Region", "镇", level="town"), edge("LOCATED_IN", "甲", "镇")
    closed = {"complete": [scope(region="镇")]}
    assert judged(lies, edge("COVERS", "妇联", "甲", status="planned"), nodes=[town], source=closed) == "gap"
    assert judged(lies, edge("COVERS", "妇联", "甲", confidence=0.5), nodes=[town], source=closed) == "unknown"


def test_covering_a_region_or_an_industry_covers_no_company() -> None:
    places = [node("Region", "镇", level="town"), node("Industry", "链", kind="chain")]
    ties = [edge("COVERS", "妇联", "镇"), edge("COVERS", "妇联", "链")]
    ties += [edge("LOCATED_IN", "甲", "镇"), edge("IN_INDUSTRY", "甲", "链")]
    assert judged(*ties, nodes=places) == "unknown"


def test_a_host_is_not_covered_by_its_guest() -> None:
    assert judged(edge("HOSTED_BY", "妇联", "甲")) == "unknown"


def test_derived_rules_do_not_feed_each_other() -> None:
    """乙 is covered by its base, 甲 is a part of 乙: that covers 甲 by no rule."""
    ties = [edge("LOCATED_IN", "乙", "基地"), edge("COVERS", "妇联", "基地"), edge("PART_OF", "甲", "乙")]
    told = graph([company("甲"), company("乙"), FEDERATION, node("Venue", "基地")], ties)
    assert statuses(coverage(told).frame) == {"甲": "unknown", "乙": "covered"}


@pytest.mark.parametrize(("length", "status"), [(1, "covered"), (3, "covered"), (4, "unknown")])
def test_owners_up_to_three_steps_away(length: int, status: str) -> None:
    names = ["甲", *(f"上级{n}" for n in range(length))]
    ties = [edge("PART_OF", a, b) for a, b in pairwise(names)]
    told = [company(name) for name in names[1:]]
    assert judged(*ties, edge("COVERS", "妇联", names[-1], mode="joint"), nodes=told) == status


def test_a_venue_of_a_group_is_covered_by_the_owner_through_a_venue() -> None:
    places = [node("Venue", "摊区", kind="production_base"), node("Venue", "市场", kind="specialised_market")]
    ties = [edge("PART_OF", "摊区", "市场"), edge("PART_OF", "市场", "甲"), edge("COVERS", "妇联", "甲", mode="joint")]
    found = coverage(graph([company("甲"), FEDERATION, *places], ties), units="key_points")
    row = found.frame.set_index("name").loc["摊区"]
    assert (row["status"], row["rule"], row["mode"], bool(row["nested"])) == ("covered", "owner", "joint", True)
    reason = to_frame(found.reasons).set_index("unit").loc[row["id"]]
    assert [len(reason["edges"]), len(reason["via"])] == [3, 2]
    assert "2 of them inside another" not in repr(found)
    assert "1 of them inside another" in repr(found)


REGIONS = [node("Region", "市", level="city"), node("Region", "县", level="county"), node("Region", "镇", level="town")]
HOST = [node("Alliance", "协会"), edge("HOSTED_BY", "妇联", "协会"), edge("MEMBER_OF", "甲", "协会")]


@pytest.mark.parametrize(("at", "status"), [("镇", "covered"), ("县", "covered"), ("市", "unknown"), (None, "unknown")])
def test_a_host_in_the_same_region_or_one_level_above(at: str | None, status: str) -> None:
    ties = [edge("PART_OF", "镇", "县"), edge("PART_OF", "县", "市"), edge("LOCATED_IN", "甲", "镇"), *HOST[1:]]
    if at:
        ties.append(edge("LOCATED_IN", "协会", at))
    told = graph([company("甲"), FEDERATION, HOST[0], *REGIONS], ties)
    found = coverage(told)
    assert found.frame["status"].tolist() == [status]
    if status == "covered":
        assert found.frame["mode"].tolist() == ["hosted"]
    # Where the host lies is not known: the reason stays, in doubt. Where it lies elsewhere there is none.
    assert found.reasons["doubt"].to_pylist() == {"市": [], None: ["region"]}.get(at, [None])


def test_all_reasons_are_kept_and_the_first_gives_the_mode() -> None:
    bodies = [node("MicroHome", "微家", form="micro_home"), node("Federation", "联合妇联", level="base")]
    ties = [
        edge("COVERS", "微家", "甲", mode="hosted"),
        edge("COVERS", "联合妇联", "基地", mode="joint"),
        edge("LOCATED_IN", "甲", "基地"),
    ]
    told = graph([company("甲", federation_status="yes", federation_mode="own"), node("Venue", "基地"), *bodies], ties)
    row = coverage(told).frame.iloc[0]
    assert (row["rule"], row["mode"], list(row["modes"])) == ("direct", "hosted", ["hosted", "joint", "own"])
    assert row["backup"] == 2
    # A federation reaches it: it has not only a micro-home.
    assert row["form"] == "federation"
    assert coverage(told).reasons["rank"].to_pylist() == [1, 2, 3]


def test_a_no_older_than_a_reason_loses() -> None:
    told = editions(
        ("2026-06-30", [company("甲", federation_status="no")], []),
        ("2026-09-30", [company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲", valid_from="2026-07")]),
    )
    row = coverage(told).frame.iloc[0]
    assert (row["status"], row["stated"], bool(row["conflict"])) == ("covered", "no", True)
    # At the first date the founding lies ahead, and the no stands.
    assert statuses(coverage(told, as_of="2026-06-30").frame) == {"甲": "gap"}


def test_a_no_newer_than_every_reason_wins() -> None:
    told = editions(
        ("2022-09-23", [company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲")]),
        ("2026-06-30", [company("甲", federation_status="no")], []),
    )
    found = coverage(told)
    row = found.frame.iloc[0]
    assert (row["status"], bool(row["conflict"]), row["backup"]) == ("gap", True, 0)
    assert found.reasons.select(["certain", "stands"]).to_pylist() == [{"certain": True, "stands": False}]
    assert statuses(coverage(told, as_of="2023-01-01").frame) == {"甲": "covered"}


def test_a_no_outweighs_what_may_have_begun_after_it_whatever_else_is_in_doubt() -> None:
    """Where the host lies is not known either; of two doubts that of the date decides against a no of the day."""
    nodes = [company("甲", federation_status="no"), FEDERATION, HOST[0]]
    told = graph(nodes, [edge("MEMBER_OF", "甲", "协会"), edge("HOSTED_BY", "妇联", "协会", valid_from="2026")])
    assert statuses(coverage(told, as_of=DAY).frame) == {"甲": "gap"}
    assert statuses(coverage(told, as_of="2026-07-15").frame) == {"甲": "unknown"}


def test_the_newest_statement_counts_at_each_date() -> None:
    told = editions(
        ("2026-03-31", [company("甲", federation_status="preparing")], []),
        ("2026-06-30", [company("甲", federation_status="yes", federation_mode="own")], []),
        ("2026-09-30", [company("甲", federation_status="no")], []),
        ("2026-12-31", [company("甲")], []),
    )
    days = {"2026-01-31": "unknown", "2026-03-31": "gap", "2026-06-30": "covered", "2026-09-30": "gap"}
    assert {day: statuses(coverage(told, as_of=day).frame)["甲"] for day in days} == days
    assert statuses(coverage(told).frame) == {"甲": "gap"}
    assert coverage(told, as_of="2026-04-30").frame["preparing"].tolist() == [True]


def test_a_correction_beats_newer_sheets_and_counts_from_the_first() -> None:
    told = editions(
        ("2026-06-30", [company("甲", federation_status="no")], []),
        ("2026-08-01", [company("甲", federation_status="yes")], []),
        ("2026-09-30", [company("甲", federation_status="no")], []),
        kind1="correction",
    )
    for day in (None, "2026-06-30", "2026-10-01"):
        assert statuses(coverage(told, as_of=day).frame) == {"甲": "covered"}
    assert statuses(coverage(told, as_of="2026-06-29").frame) == {"甲": "unknown"}


def test_without_raw_rows_the_assembled_value_is_the_statement() -> None:
    cut = from_pandas(to_pandas(units6()))
    assert cut.raw is None
    assert statuses(coverage(cut).frame) == statuses(coverage(units6()).frame)


def test_a_wrong_question_is_told() -> None:
    with pytest.raises(SchemaError, match="no units"):
        coverage(units6(), units="firms")
    with pytest.raises(DataError):
        coverage(units6(), as_of="yesterday")


def test_an_empty_graph() -> None:
    found = coverage(graph([]))
    assert found.headline()["interval"] is None
    assert repr(found).startswith("?-? % covered: 0 covered")


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(3, 7, "42.9"), (0, 7, "0"), (7, 7, "100"), (9999, 10000, "99.9"), (1, 10000, "0.1")]
)
def test_only_all_is_100_percent(part: int, whole: int, told: str) -> None:
    assert percent(part, whole) == told


DATES = st.sampled_from([None, None, "2019", "2024", "2026", "2026-06", "2026-06-30", "2026-07-15", "2030"])
ATTRIBUTES = st.fixed_dictionaries(
    {
        "valid_from": DATES,
        "valid_to": st.sampled_from([None, None, None, None, "2025", "2026", "2026-08"]),
        "status": st.sampled_from(["actual"] * 6 + ["planned", "proposed"]),
    }
)
PLACES = ["县", "镇一", "镇二"]
ENDS = {
    "COVERS": (["妇联一", "微家"], ["甲", "乙", "丙", "基地", "市场"]),
    "LOCATED_IN": (["甲", "乙", "丙", "基地", "协会"], ["镇一", "镇二", "县"]),
    "PART_OF": (["甲", "乙", "丙"], ["甲", "乙", "丙"]),
    "MEMBER_OF": (["甲", "乙"], ["协会"]),
    "HOSTED_BY": (["微家", "妇联一"], ["协会"]),
}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    said = st.sampled_from([None, None, "yes", "no", "preparing"])
    nodes = [company(name, federation_status=draw(said)) for name in ("甲", "乙", "丙")]
    nodes += [node("Federation", "妇联一", **draw(ATTRIBUTES)), node("MicroHome", "微家", **draw(ATTRIBUTES))]
    nodes += [node("Venue", "基地", kind="production_base", **draw(ATTRIBUTES)), node("Venue", "市场")]
    nodes += [node("Alliance", "协会"), *(node("Region", name, level="town") for name in PLACES)]
    ties: dict[tuple[str, str, str], dict[str, Any]] = {("PART_OF", "镇一", "县"): {}, ("PART_OF", "市场", "甲"): {}}
    kinds = draw(st.lists(st.sampled_from([*ENDS, "COVERS", "BASE"]), max_size=14))
    for kind in kinds:
        sources, targets = ENDS.get(kind, (["甲", "乙", "丙"], ["基地", "市场"]))
        src, dst = draw(st.sampled_from(sources)), draw(st.sampled_from(targets))
        if src != dst:
            sure = {"confidence": draw(st.sampled_from([1.0, 1.0, 0.8, 0.5]))}
            ties["LOCATED_IN" if kind == "BASE" else kind, src, dst] = draw(ATTRIBUTES) | sure
    return nodes, [edge(*key, **told) for key, told in ties.items()]


@settings(max_examples=60, deadline=None)
@given(
    worlds(),
    st.sampled_from([None, "2025-12-31", "2026-06-30", "2026-07-20", "2031-01-01"]),
    st.sampled_from([None, *PLACES]),
)
def test_coverage_is_what_the_definitions_say_one_by_one(
    world: tuple[list[dict[str, Any]], list[dict[str, Any]]], as_of: str | None, closed: str | None
) -> None:
    nodes, edges = world
    found = coverage(graph(nodes, edges, complete=[scope(region=closed)] if closed else []), as_of=as_of)
    oracle = Oracle(nodes, edges, DAY, as_of)
    rows = found.table.select(["name", "status", "rule"]).to_pylist()
    expected = {name: oracle.judge(name, closed) for name in ("甲", "乙", "丙")}
    assert {row["name"]: (row["status"], row["rule"]) for row in rows} == expected
    counted = rates(found, ["town", "mode"])
    assert int(counted["units"].iloc[-1]) == 3
