"""Every worked example of the definitions, section by section, by its name and with exactly its figures.

All of them go in as records and come out by public functions. Beside these, each measure has an oracle of its own.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import graphkit as gk
from graphkit.analysis.rules import load_rules
from graphkit.analysis.segments import segments
from graphkit.demo import datasets
from graphkit.errors import DataError
from graphkit.graph.tables import STATISTICS, Graph
from graphkit.values import PartialDate, Quantity, in_force, parse_count
from tests.analysis.cases import DAY, Record, company, edge, editions, graph, node, plan9, scope, statuses, units6
from tests.analysis.test_continuity import chain
from tests.analysis.test_links import small

FEDERATION = node("Federation", "妇联")


def status(*ties: Record, nodes: tuple[Record, ...] = (), as_of: str | None = None, **source: Any) -> str:
    """The status of the company 甲."""
    told = graph([company("甲"), FEDERATION, *nodes], ties, **source)
    return statuses(gk.coverage(told, as_of=as_of).frame)["甲"]


# 1. Quantities against thresholds


@pytest.mark.parametrize(
    ("quantity", "low", "high", "inside", "outside"),
    [
        (Quantity(100, "exact"), 100, 100, [100], [99, 101]),
        (Quantity(100, "more_than"), 100, float("inf"), [101], [100]),
        (Quantity(100, "nearly"), 90, 100, [90, 99], [89, 100]),
        (Quantity(100, "about"), 80, 120, [80, 120], [79, 121]),
        (Quantity(100, "unknown"), 80, 120, [80, 120], [79, 121]),
    ],
)
def test_d1_intervals(quantity: Quantity, low: float, high: float, inside: list[int], outside: list[int]) -> None:
    first, last, closed, shut = quantity.interval
    assert (first, last) == (low, high)
    within = {n: (first <= n if closed else first < n) and (n <= last if shut else n < last) for n in inside + outside}
    assert [n for n, held in within.items() if held] == inside


@pytest.mark.parametrize(
    ("told", "above"),
    [
        (Quantity(50), "no"),
        (Quantity(51), "yes"),
        (Quantity(50, "more_than"), "yes"),
        (Quantity(50, "nearly"), "no"),
        (Quantity(40, "about"), "no"),
        (Quantity(60, "about"), "unknown"),
        (Quantity(40, "more_than"), "unknown"),
        (parse_count("1400余"), "yes"),
    ],
    ids=str,
)
def test_d1_against_50(told: Quantity, above: str) -> None:
    """With a party organisation, the women employees alone decide."""
    heads = {"women_employees": told.value, "women_employees_bound": told.bound}
    found = gk.coverage(graph([company("甲", party_organisation=True, **heads)]))
    assert found.frame["key_candidate"].tolist() == [above]


KEY: list[tuple[bool | None, int | None, str]] = [(True, 60, "yes"), (True, 50, "no"), (True, None, "unknown")]
KEY += [(False, None, "no"), (None, 80, "unknown"), (None, 30, "no")]


@pytest.mark.parametrize(("party", "women", "candidate"), KEY)
def test_d1_key_candidate(party: bool | None, women: int | None, candidate: str) -> None:
    told = graph([company("甲", party_organisation=party, women_employees=women)])
    assert gk.coverage(told).frame["key_candidate"].tolist() == [candidate]


@pytest.mark.parametrize(("leading", "candidate"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_d1_key_candidates_may_be_leading_companies_only(leading: bool | None, candidate: str) -> None:
    told = graph([company("甲", party_organisation=True, women_employees=60, leading=leading)])
    rules = load_rules()
    only = replace(rules, key_candidate=replace(rules.key_candidate, of="leading"))
    assert gk.coverage(told, rules=only).frame["key_candidate"].tolist() == [candidate]
    assert gk.coverage(told).frame["key_candidate"].tolist() == ["yes"]


def test_d1_a_sum_with_a_part_that_is_more_is_at_least() -> None:
    heads = [(60, "exact"), (100, "more_than"), (40, "about"), (None, None)]
    units = [company(f"厂{n}", women_employees=v, women_employees_bound=b) for n, (v, b) in enumerate(heads)]
    row = gk.rates(gk.coverage(graph(units)), weight="women_employees").iloc[-1]
    assert (row["women"], bool(row["women_at_least"]), row["uncounted"]) == (200, True, 1)
    assert not gk.rates(gk.coverage(graph(units[:1])), weight="women_employees")["women_at_least"].any()


def test_d1_the_women_of_a_plan_are_at_least_where_one_has_more() -> None:
    heads = [("甲", 60, "exact"), ("乙", 100, "more_than")]
    units = [company(n, federation_status="no", women_employees=w, women_employees_bound=b) for n, w, b in heads]
    told = [gk.plan(gk.coverage(graph(some)), per_year=[9]) for some in (units, units[:1])]
    assert [found.summary["women_at_least"] for found in told] == [True, False]
    assert ["女职工 ≥160 人" in told[0].text("zh"), "≥160 women" in repr(told[0])] == [True, True]
    assert ["女职工 60 人" in told[1].text("zh"), " 60 women" in repr(told[1])] == [True, True]


# 2. Time


def test_d2_a_partial_date_is_the_interval_of_its_days() -> None:
    year = PartialDate.parse("2022")
    assert (str(year.first_day), str(year.last_day)) == ("2022-01-01", "2022-12-31")


@pytest.mark.parametrize(
    ("day", "possible", "certain"),
    [("2022-06-30", True, False), ("2023-01-01", True, True), ("2021-12-31", False, False)],
)
def test_d2_start_2022(day: str, possible: bool, certain: bool) -> None:
    held = in_force(PartialDate.parse("2022"), None, day=PartialDate.parse(day).first_day)
    assert (held is not False, held is True) == (possible, certain)
    told = graph([company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲", valid_from="2022")], date="2020-01-01")
    found = gk.coverage(told, as_of=day)
    assert found.reasons["certain"].to_pylist() == ([certain] if possible else [])
    assert statuses(found.frame) == {"甲": "covered" if certain else "unknown"}


@pytest.mark.parametrize(("day", "certain"), [("2010-01-01", False), ("2022-09-22", False), ("2022-09-23", True)])
def test_d2_an_undated_edge_of_a_source_of_2022_09_23(day: str, certain: bool) -> None:
    told = graph([company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲")], date="2022-09-23")
    assert gk.coverage(told, as_of=day).reasons["certain"].to_pylist() == [certain]


def test_d2_latest_known_is_not_today() -> None:
    """What ends after the newest source is still in force, however long that may be ago."""
    ended = edge("COVERS", "妇联", "甲", valid_from="2001", valid_to="2003")
    assert status(ended, date="2002-06-30") == "covered"
    assert status(ended, date="2003-06-30") == "unknown"


# 3. Units


def test_d3_companies_and_key_points() -> None:
    told = graph(
        [
            company("集团", leading=True),
            company("小厂"),
            company("200家商户", group=True, count=200),
            node("Venue", "基地", kind="production_base"),
            node("Venue", "市场", kind="specialised_market"),
            node("Venue", "驿站", kind="talent_home"),
            node("Alliance", "协会", kind="association"),
            node("Alliance", "商会", kind="chamber"),
            node("Alliance", "联盟", kind="league"),
        ],
        [edge("PART_OF", "市场", "集团")],
    )
    assert set(gk.coverage(told).frame["name"]) == {"集团", "小厂"}
    points = gk.coverage(told, units="key_points")
    assert set(points.frame["name"]) == {"集团", "基地", "市场", "协会", "商会"}
    assert (points.headline()["nested"], "1 of them inside another" in repr(points)) == (1, True)
    assert "其中 1 个在另一单位之内" in points.text("zh")


# 4. Completeness


@pytest.mark.parametrize(
    ("complete", "counts"),
    [
        ([scope("Company", chain="X链")], (4, 0, 6)),
        ([scope("Company", chain="X链"), scope(region="南安")], (4, 2, 4)),
        ([scope(region="南安")], (4, 2, 4)),
    ],
    ids=["companies", "companies and covers", "covers"],
)
def test_d4_ten_companies_of_chain_x(complete: list[Record], counts: tuple[int, ...]) -> None:
    """Two of the six without a federation lie in 南安."""
    units = [company(f"公司{n}") for n in range(10)]
    bodies = [node("Federation", f"公司{n}妇联") for n in range(4)]
    ties = [edge("IN_INDUSTRY", unit["name"], "X链") for unit in units]
    ties += [edge("COVERS", f"公司{n}妇联", f"公司{n}", mode="own") for n in range(4)]
    ties += [edge("LOCATED_IN", f"公司{n}", "南安") for n in (3, 5, 6)]
    places = [node("Industry", "X链", kind="chain"), node("Region", "南安", level="county_city")]
    found = gk.coverage(graph([*units, *bodies, *places], ties, complete=complete))
    assert tuple(found.count(name) for name in ("covered", "gap", "unknown")) == counts


# 5. Status of a unit


def test_d5_units6() -> None:
    rows = gk.coverage(units6()).frame.set_index("name")
    told = rows[["status", "rule"]].astype(object).where(rows[["status", "rule"]].notna(), None)
    assert told.T.to_dict("list") == {
        "A": ["covered", "direct"],
        "B": ["covered", "base"],
        "C": ["covered", "reported"],
        "D": ["gap", None],
        "E": ["gap", None],
        "F": ["unknown", None],
    }
    assert (list(rows.index[rows["preparing"]]), list(rows.index[rows["closed_scope"]])) == (["D"], ["E"])


def test_d5_reasons_count_in_their_order() -> None:
    """direct > base > owner > host > reported; without the first the next one gives the mode, all are kept."""
    nodes = [company("甲", federation_status="yes", federation_mode="party_led"), company("业主")]
    nodes += [node("Venue", "基地"), node("Alliance", "协会"), node("Region", "镇", level="town")]
    nodes += [node("Federation", f"{name}妇联") for name in ("直接", "基地", "业主", "协会")]
    ties = {
        "direct": [edge("COVERS", "直接妇联", "甲", mode="own")],
        "base": [edge("LOCATED_IN", "甲", "基地"), edge("COVERS", "基地妇联", "基地", mode="joint")],
        "owner": [edge("PART_OF", "甲", "业主"), edge("COVERS", "业主妇联", "业主", mode="own")],
        "host": [edge("MEMBER_OF", "甲", "协会"), edge("HOSTED_BY", "协会妇联", "协会")],
    }
    near = [edge("LOCATED_IN", name, "镇") for name in ("甲", "协会")]
    modes = {"direct": "own", "base": "joint", "owner": "own", "host": "hosted", "reported": "party_led"}
    for number, first in enumerate(modes):
        left = list(modes)[number:]
        told = graph(nodes, near + [tie for rule in left for tie in ties.get(rule, [])])
        found = gk.coverage(told)
        row = found.frame.set_index("name").loc["甲"]
        assert (row["rule"], row["mode"], row["backup"]) == (first, modes[first], len(left) - 1)
        own = found.reasons.filter(pc.field("unit") == row["id"])
        assert (own["rule"].to_pylist(), own["rank"].to_pylist()) == (left, list(range(1, len(left) + 1)))
        assert row["modes"].tolist() == list(dict.fromkeys(modes[rule] for rule in left))


def test_d5_a_planned_covers_alone_is_unknown_and_flagged() -> None:
    row = gk.coverage(graph([company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲", status="planned")])).frame.iloc[
        0
    ]
    assert (row["status"], bool(row["planned"])) == ("unknown", True)


def test_d5_below_the_accepted_confidence_it_is_unknown() -> None:
    assert status(edge("COVERS", "妇联", "甲", confidence=0.79)) == "unknown"
    assert status(edge("COVERS", "妇联", "甲", confidence=0.8)) == "covered"


def test_d5_a_no_older_than_a_reason_loses_and_stands_in_conflicts() -> None:
    told = editions(
        ("2026-06-30", [company("甲", federation_status="no")], []),
        ("2026-09-30", [company("甲"), FEDERATION], [edge("COVERS", "妇联", "甲")]),
    )
    row = gk.coverage(told).frame.iloc[0]
    assert (row["status"], bool(row["conflict"])) == ("covered", True)


def test_d5_a_report_invents_no_node() -> None:
    told = graph([company("甲", federation_status="yes", federation_mode="own")])
    found = gk.coverage(told)
    row = found.frame.iloc[0]
    assert (row["status"], row["mode"], pd.isna(row["organisation"]), row["backup"]) == ("covered", "own", True, 0)
    assert set(found.graph.node_tables) == {"Company"}


def test_d5_what_covers_no_company() -> None:
    places = (node("Region", "镇", level="town"), node("Industry", "链", kind="chain"), node("Venue", "基地"))
    lying = [edge("LOCATED_IN", "甲", "镇"), edge("IN_INDUSTRY", "甲", "链")]
    for target in ("镇", "链"):
        assert status(*lying, edge("COVERS", "妇联", target), nodes=places) == "unknown"
    assert status(edge("HOSTED_BY", "妇联", "甲")) == "unknown"


@pytest.mark.parametrize(("steps", "held"), [(1, "covered"), (3, "covered"), (4, "unknown")])
def test_d5_owner_one_to_three_steps(steps: int, held: str) -> None:
    names = ["甲", *(f"上级{n}" for n in range(steps))]
    ties = [edge("PART_OF", a, b) for a, b in pairwise(names)]
    assert status(*ties, edge("COVERS", "妇联", names[-1]), nodes=tuple(map(company, names[1:]))) == held


@pytest.mark.parametrize(("at", "held"), [("镇", "covered"), ("县", "covered"), ("市", "unknown"), ("邻镇", "unknown")])
def test_d5_host_in_the_same_region_or_one_level_above(at: str, held: str) -> None:
    levels = {"市": "city", "县": "county", "镇": "town", "邻镇": "town"}
    nodes = (node("Alliance", "协会"), *(node("Region", name, level=level) for name, level in levels.items()))
    ties = [edge("PART_OF", a, b) for a, b in (("镇", "县"), ("邻镇", "县"), ("县", "市"))]
    ties += [edge("LOCATED_IN", "甲", "镇"), edge("LOCATED_IN", "协会", at)]
    assert status(*ties, edge("MEMBER_OF", "甲", "协会"), edge("HOSTED_BY", "妇联", "协会"), nodes=nodes) == held


# 6. Rates


def test_d6_units6_by_count() -> None:
    row = gk.rates(gk.coverage(units6())).iloc[-1]
    assert (row["rate"], row["low"], row["high"]) == (3 / 5, 3 / 6, 4 / 6)


def test_d6_units6_by_women() -> None:
    row = gk.rates(gk.coverage(units6()), weight="women_employees").iloc[-1]
    assert (row["rate"], row["low"], row["high"]) == (160 / 400, 160 / 500, 260 / 500)
    assert (row["uncounted_covered"], row["uncounted"]) == (1, 1)


def test_d6_a_rate_of_nothing_known_is_null() -> None:
    row = gk.rates(gk.coverage(graph([company("甲")]))).iloc[-1]
    assert (pd.isna(row["rate"]), row["low"], row["high"]) == (True, 0.0, 1.0)


def test_d6_a_unit_with_two_towns_counts_in_both_rows_and_once_in_all() -> None:
    towns = [node("Region", name, level="town") for name in ("东镇", "西镇")]
    told = graph([company("甲"), company("乙"), *towns], [edge("LOCATED_IN", "甲", name) for name in ("东镇", "西镇")])
    rows = gk.rates(gk.coverage(told), by="town")
    assert dict(zip(rows["town"], rows["units"], strict=True)) == {"东镇": 1, "西镇": 1, "unknown": 1, "total": 2}


def test_d6_size_bands() -> None:
    heads = [0, 1, 50, 51, 100, 101, 500, 501, None]
    told = graph([company(f"厂{n}", women_employees=women) for n, women in enumerate(heads)])
    rows = gk.rates(gk.coverage(told), by="size")
    bands = {"0": 1, "1-50": 2, "51-100": 2, "101-500": 2, "> 500": 1, "unknown": 1, "total": 9}
    assert dict(zip(rows["size"], rows["units"], strict=True)) == bands


@cache
def five() -> Graph:
    found: Graph = gk.read(*datasets("sources"))
    return found


def test_d6_the_five_sources() -> None:
    found = gk.coverage(five()).headline()
    assert [found[name] for name in ("covered", "gap", "unknown", "units")] == [3, 0, 4, 7]
    assert found["interval"] == [3 / 7, 1.0]
    assert "42.9-100 %" in repr(gk.coverage(five()))


def test_d6_segments() -> None:
    told = chain(A="yes", B="no", C=None)
    found = segments(gk.coverage(told)).set_index("segment")["status"]
    assert found.to_dict() == {"A": "covered", "B": "gap", "C": "unknown"}


def test_d6_continuity_is_3_to_4() -> None:
    feeds = [("S1", "S2"), ("S2", "S3"), ("S3", "S4"), ("S2", "S5")]
    row = gk.continuity(gk.coverage(chain(*feeds, S1="yes", S2="yes", S3=None, S4="yes", S5="yes"))).iloc[0]
    assert (row["low"], row["high"]) == (3, 4)


def test_d6_continuity_without_feeds_is_not_known_and_a_circle_an_error() -> None:
    row = gk.continuity(gk.coverage(chain(S1="yes", S2="yes"))).iloc[0]
    assert pd.isna(row["low"]) and pd.isna(row["high"])
    with pytest.raises(DataError, match="S1"):
        gk.continuity(gk.coverage(chain(("S1", "S2"), ("S2", "S1"), S1="yes", S2="yes")))


# 7. Explaining, cascade, trend, claims, questions


def test_d7_why_tells_the_path_or_the_missing_fact() -> None:
    cov = gk.coverage(units6())
    (ground,) = gk.why(cov, "B").grounds
    assert ground.path is not None and ground.path.en == "B –located in→ V ←covers– 基地联合妇联"
    missing = gk.why(cov, "F").missing
    assert missing is not None and (missing.rule.en, missing.fact.zh) == ("direct", "妇联或妇女微家 –覆盖→ F")


def test_d7_gaps_are_key_candidates_first_then_women() -> None:
    heads = {"多": (900, False), "少": (10, True), "重": (60, True), "空": (None, False)}
    units = [company(n, federation_status="no", women_employees=w, party_organisation=p) for n, (w, p) in heads.items()]
    found = gk.gaps(gk.coverage(graph(units)))
    assert found["name"].tolist() == ["重", "多", "少", "空"]
    assert gk.gaps(gk.coverage(units6()))[["name", "preparing"]].values.tolist() == [["D", True], ["E", False]]


def test_d7_five_organisations_are_effective_between_none_and_three() -> None:
    """officers 3/1/1, venue (of 3) 2/0/1, active (of 2) 1/1/0, served (of 1) 0/0/1."""
    facts: list[Record] = [
        {"officers": 5, "has_venue": True, "last_active": "2026-05"},
        {"officers": 3, "has_venue": True, "last_active": "2024"},
        {"officers": 9},
        {"officers": 0, "has_venue": True},
        {},
    ]
    found = gk.cascade(graph([node("Federation", f"妇联{n}", **told) for n, told in enumerate(facts)]))
    counts = found.stages.set_index("stage")[["of", "passed", "failed", "unknown"]].T.to_dict("list")
    assert counts == {
        "exists": [5, 5, 0, 0],
        "officers": [5, 3, 1, 1],
        "venue": [3, 2, 0, 1],
        "active": [2, 1, 1, 0],
        "served": [1, 0, 0, 1],
    }
    assert (found.headline()["effective"], found.headline()["at_most"]) == (0, 3)
    assert found.headline()["interval"] == [0 / 5, 3 / 5]


def test_d7_cascade_absence_of_an_edge_is_unknown_and_only_a_closed_scope_says_no() -> None:
    body = node("Federation", "妇联", officers=5, has_venue=True, last_active="2026-05")
    served = {
        closed: gk.cascade(graph([body], complete=[scope("SERVES", dataset="案例")] if closed else [])).stages.iloc[-1]
        for closed in (False, True)
    }
    assert {closed: (row["failed"], row["unknown"]) for closed, row in served.items()} == {False: (0, 1), True: (1, 0)}


def test_d7_the_line_leads_from_the_lower_bound_at_the_start_to_all_in_three_years() -> None:
    founded = enumerate(("2025-01", "2025-08-01"))
    nodes = [company(f"厂{n}") for n in range(4)]
    nodes += [node("Federation", f"妇联{n}", established=day) for n, day in founded]
    ties = [edge("COVERS", f"妇联{n}", f"厂{n}", valid_from=nodes[4 + n]["established"]) for n in range(2)]
    found = gk.trend(graph(nodes, ties), since="2025-06-30")
    assert found.line() == [("2025-06-30", 1 / 4), ("2028-06-30", 1.0)]
    dates = ["2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30"]
    assert (found.frame["date"].tolist(), found.frame["covered"].tolist()) == (dates, [1, 2, 2, 2, 2])
    days = [(PartialDate.parse(day).first_day - PartialDate.parse(dates[0]).first_day).days for day in dates]
    line = [1 / 4 + (1 - 1 / 4) * n / 1096 for n in days]  # of the three years one is a leap year
    assert found.frame["target"].tolist() == pytest.approx(line)


def test_d7_the_first_question_takes_12_of_70_to_5_of_70() -> None:
    """12 unknown of 70, 7 in one town, 3 in another, 2 single."""
    nodes = [company(f"厂{n}") for n in range(12)] + [company(f"知{n}", federation_status="yes") for n in range(58)]
    nodes += [node("Region", name, level="town") for name in ("霞美镇", "另一镇")]
    ties = [edge("LOCATED_IN", f"厂{n}", "霞美镇" if n < 7 else "另一镇") for n in range(10)]
    first = gk.questions(gk.coverage(graph(nodes, ties)), lang="zh").iloc[0]
    assert (first["scope"], first["width_before"], first["width_after"]) == ("霞美镇", 12 / 70, 5 / 70)
    assert first["text"] == "霞美镇的妇联组织完整名单"


def claim(told: Graph, measure: str, value: float, bound: str = "exact") -> dict[str, Any]:
    row = {"id": "s1", "subject": told.find("主体"), "measure": measure, "value": value, "bound": bound}
    row |= {"as_of": "2022-09-23", "source_id": told.sources["id"][0].as_py()}
    found = gk.claims(replace(told, statistics=pa.Table.from_pylist([row], schema=STATISTICS)))
    return dict(found.iloc[0])


def test_d7_34_industry_federations() -> None:
    bodies = [node("Federation", f"产业妇联{n}", industry_federation=True) for n in range(4)]
    told = claim(graph([node("Federation", "主体"), *bodies], date="2022-09-23"), "industry_federations", 34)
    assert (told["named"], told["unnamed"], told["verdict"]) == (4, 30, "consistent")
    assert told["note"] == "the 4 named need not all be among the 34"
    real = gk.claims(five()).set_index("measure").loc["industry_federations"]
    assert (real["value"], real["named"], real["unnamed"]) == (34, 4, 30)


def test_d7_a_claim_without_a_rule_is_not_checkable() -> None:
    assert claim(graph([node("Federation", "主体")]), "exchange_visits", 23)["verdict"] == "not checkable"


def test_d7_more_than_200_with_210_named_is_consistent() -> None:
    members = [company(f"厂{n}") for n in range(210)]
    told = graph([node("Alliance", "主体"), *members], [edge("MEMBER_OF", m["name"], "主体") for m in members])
    found = claim(told, "members", 200, "more_than")
    assert (found["named"], found["verdict"]) == (210, "consistent")


# 8. Compare


def test_d8_5_is_3_and_1_learned_and_1_happened() -> None:
    def founded(name: str, since: str) -> tuple[list[Record], list[Record]]:
        return [node("Federation", f"{name}妇联", established=since)], [edge("COVERS", f"{name}妇联", name)]

    first = [founded(name, "2023") for name in "甲乙丙"]
    later = [founded("丁", "2026-05-11"), founded("戊", "2026-08-03")]
    units = list(map(company, "甲乙丙丁戊"))
    before = graph(units + [n for ns, _ in first for n in ns], [e for _, es in first for e in es], edition="Q2")
    told = graph(
        units + [n for ns, _ in later for n in ns],
        [e | {"valid_from": n["established"]} for (n,), es in later for e in es],
        date="2026-08-31",
        edition="Q3",
    )
    found = gk.compare(before, before.merge(told), DAY, "2026-08-31").counts()["covered"]
    assert [found[name] for name in ("before", "learned", "happened", "after")] == [3, 1, 1, 5]


# 9. Plan


def test_d9_the_worked_example() -> None:
    found = gk.plan(gk.coverage(plan9()), per_year=[2])
    assert [(row["mode"], sorted(row["names"])) for row in found.steps.to_dict("records")] == [
        ("joint", ["a", "b"]),
        ("own", ["c"]),
    ]
    assert (found.summary["covered"], found.summary["women_employees"], found.gap) == (3, 120, 0)
    bars = found.blocked[found.blocked["name"] == "e"].set_index("mode")[["state", "value"]].astype(object)
    assert bars.where(bars.notna(), None).T.to_dict("list") == {
        "own": ["fails", "12"],
        "party_led": ["unknown", None],
        "joint": ["fails", None],
        "hosted": ["fails", None],
    }
    assert set(found.blocked["name"]) == {"e"}
    assert gk.recount(found).count("covered") == 3


def test_d9_costs_capacity_and_locked_in() -> None:
    rules = load_rules().plan
    assert (rules.own.cost, rules.party_led.cost, rules.joint.cost, rules.hosted.cost) == (1, 1, 1, 0.5)
    assert rules.joint.capacity == 30
    nodes = [company("甲", women_employees=80), company("乙", women_employees=80, federation_status="no"), FEDERATION]
    found = gk.plan(gk.coverage(graph(nodes, [edge("COVERS", "妇联", "甲", mode="own")])), per_year=[5])
    assert (found.steps["host_name"].tolist(), gk.recount(found).count("covered")) == (["乙"], 2)


def test_d9_only_gaps_unless_asked() -> None:
    cov = gk.coverage(graph([company("甲", women_employees=80)]))
    assert len(gk.plan(cov, per_year=[1]).steps) == 0
    assert len(gk.plan(cov, per_year=[1], options=gk.PlanOptions(include_unknown=True)).steps) == 1


# 10. Linkage


def test_d10_two_ways_of_two_hops() -> None:
    """u-b1-R (.9, .6), u-b2-R (.7, .7): hops 2, paths 2, brokers b1, b2, confidence .7."""
    ways = ["u MEMBER_OF b1 0.9", "b1 PARTNERS_WITH R 0.6", "u MEMBER_OF b2 0.7", "b2 PARTNERS_WITH R 0.7"]
    told = small(*ways)
    row = gk.links(told).nearest.to_pylist()[0]
    assert (row["hops"], row["paths"], row["confidence"]) == (2, 2, 0.7)
    assert set(row["brokers"]) == {told.find("b1"), told.find("b2")}


def test_d10_criticality_of_f_is_two_thirds() -> None:
    found = gk.brokers(gk.links(small("f GUIDES u1", "f GUIDES u2", "f PARTNERS_WITH B", "B LENDS_TO u3")))
    assert dict(zip(found.frame["name"], found.frame["criticality"], strict=True)) == {"f": 2 / 3}


@pytest.mark.parametrize(("banks", "routes"), [("BB", 1), ("BR", 2)])
def test_d10_two_brokers_to_one_bank_or_to_two(banks: str, routes: int) -> None:
    ways = [f"u MEMBER_OF b{n}" for n in range(2)] + [f"b{n} PARTNERS_WITH {bank}" for n, bank in enumerate(banks)]
    assert gk.redundancy(gk.links(small(*ways)))["routes"].tolist() == [routes]


@pytest.mark.parametrize(("first", "days"), [("2023-04-10", 90), ("2023-04", None)])
def test_d10_conversion_of_one_of_two_partners(first: str, days: int | None) -> None:
    nodes = [node("Federation", "P"), *(node("Bank", name) for name in ("B1", "B2")), company("u1"), company("u2")]
    ties = [
        edge("PARTNERS_WITH", "P", bank, valid_from=day) for bank, day in (("B1", "2023-01-10"), ("B2", "2023-03-01"))
    ]
    ties += [edge("LENDS_TO", "B1", u, valid_from=day, via="P") for u, day in (("u1", first), ("u2", "2023-07-10"))]
    (row,) = gk.ledger(graph(nodes, ties)).brokers.to_dict("records")
    assert (row["partners"], row["converted"], row["idle"]) == (2, 1, ["B2"])
    assert (None if pd.isna(row["days_to_first"]) else row["days_to_first"]) == days


def test_d10_known_links_are_a_lower_bound() -> None:
    found = gk.links(small("B LENDS_TO u1", u2={}))
    assert found.headline()["share"] == 1 / 2
    assert "a lower bound" in repr(found)
