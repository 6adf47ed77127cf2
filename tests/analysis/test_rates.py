"""Rates: the worked examples of DEFINITIONS 6, a second count of every table, and the sums that have to add up."""

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.coverage import STATUSES, coverage
from graphkit.analysis.links import links
from graphkit.analysis.rates import rates
from graphkit.errors import SchemaError
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, graph, node, units6


def test_units6_by_count() -> None:
    row = rates(coverage(units6())).iloc[0]
    assert row[["units", *STATUSES]].tolist() == [6, 3, 2, 1]
    assert row[["rate", "low", "high"]].tolist() == [3 / 5, 3 / 6, 4 / 6]


def test_units6_by_women_employees() -> None:
    row = rates(coverage(units6()), weight="women_employees").iloc[0]
    assert row[["rate", "low", "high"]].tolist() == [160 / 400, 160 / 500, 260 / 500]
    assert row[["women", "women_covered", "women_gap", "women_unknown"]].tolist() == [500, 160, 240, 100]
    assert row[["uncounted", "uncounted_covered", "uncounted_gap", "uncounted_unknown"]].tolist() == [1, 1, 0, 0]


def test_units6_by_mode_adds_up() -> None:
    told = rates(coverage(units6()), "mode")
    assert told[["mode", "units", "covered"]].values.tolist() == [
        ["own", 2, 2],
        ["joint", 1, 1],
        ["unknown", 3, 0],
        ["total", 6, 3],
    ]


def test_a_rate_without_anything_known_is_null() -> None:
    row = rates(coverage(graph([company("甲")]))).iloc[0]
    assert pd.isna(row["rate"])
    assert (row["low"], row["high"]) == (0.0, 1.0)
    row = rates(coverage(graph([])), weight="women_employees").iloc[0]
    assert row[["rate", "low", "high"]].isna().all()


@pytest.fixture
def county() -> Graph:
    """甲 lies in two towns, 乙 by its base in one, 丙 in the county only, 丁 nowhere."""
    levels = {"县": "county", "东镇": "town", "西街道": "subdistrict"}
    places = [node("Region", name, level=level) for name, level in levels.items()]
    kinds = {"链": "chain", "前段": "segment", "后段": "segment"}
    chain = [node("Industry", name, kind=kind) for name, kind in kinds.items()]
    heads = {"甲": (60, "exact"), "乙": (60, "about"), "丙": (100, "more_than"), "丁": (None, None)}
    units = [
        company(name, women_employees=head, women_employees_bound=bound, leading=name == "甲" or None)
        for name, (head, bound) in heads.items()
    ]
    return graph(
        [*places, *chain, *units, node("Venue", "基地"), node("Federation", "妇联"), node("Bank", "银行")],
        [
            *(edge("PART_OF", town, "县") for town in ("东镇", "西街道")),
            *(edge("PART_OF", segment, "链") for segment in ("前段", "后段")),
            *(edge("LOCATED_IN", "甲", town) for town in ("东镇", "西街道")),
            *(edge("IN_INDUSTRY", "甲", segment) for segment in ("前段", "后段")),
            edge("LOCATED_IN", "基地", "东镇"),
            edge("LOCATED_IN", "乙", "基地"),
            edge("LOCATED_IN", "乙", "东镇"),
            edge("LOCATED_IN", "丙", "县"),
            edge("IN_INDUSTRY", "丙", "链"),
            edge("COVERS", "妇联", "甲", mode="own"),
            edge("LENDS_TO", "银行", "乙"),
        ],
    )


def units_by(told: pd.DataFrame) -> dict[Any, int]:
    return {tuple(row[:-1]) if len(row) > 2 else row[0]: int(row[-1]) for row in told.values.tolist()}


def table(found: Any, by: Any) -> dict[Any, int]:
    names = [by] if isinstance(by, str) else by
    return units_by(rates(found, by)[[*names, "units"]])


def test_a_unit_of_two_towns_counts_twice_in_rows_and_once_in_the_total(county: Graph) -> None:
    cov = coverage(county)
    assert table(cov, "town") == {"东镇": 2, "西街道": 1, "unknown": 2, "total": 4}
    assert table(cov, "county") == {"县": 3, "unknown": 1, "total": 4}
    assert table(cov, "subdistrict") == {"西街道": 1, "unknown": 3, "total": 4}


def test_chains_and_segments(county: Graph) -> None:
    cov = coverage(county)
    assert table(cov, "chain") == {"链": 2, "unknown": 2, "total": 4}
    assert table(cov, "segment") == {"前段": 1, "后段": 1, "unknown": 3, "total": 4}


def test_a_cross_table(county: Graph) -> None:
    assert table(coverage(county), ["town", "segment"]) == {
        ("东镇", "前段"): 1,
        ("东镇", "后段"): 1,
        ("东镇", "unknown"): 1,
        ("西街道", "前段"): 1,
        ("西街道", "后段"): 1,
        ("unknown", "unknown"): 2,
        ("total", "total"): 4,
    }


def test_size_bands_hold_only_what_is_in_them_for_certain(county: Graph) -> None:
    # about 60 is 48 to 72, more than 100 may be more than 500
    assert table(coverage(county), "size") == {"51-100": 1, "unknown": 3, "total": 4}


def test_a_lower_bound_is_told(county: Graph) -> None:
    told = rates(coverage(county), "leading", weight="women_employees").set_index("leading")
    assert told["women_at_least"].to_dict() == {"yes": False, "unknown": True, "total": True}


def test_captions_are_understood_and_given(county: Graph) -> None:
    told = rates(coverage(county), ["乡镇", "组建方式"], weight="women_employees", lang="zh")
    assert told.columns[:4].tolist() == ["乡镇", "组建方式", "单位数", "已覆盖"]
    assert told.iloc[0, :2].tolist() == ["东镇", "单建"]
    assert told.iloc[-1, :2].tolist() == ["合计", "合计"]
    assert rates(coverage(county), "county", lang="en").columns[0] == "county"


def test_equal_names_of_towns_are_told_apart() -> None:
    places = [node("Region", name, level="county") for name in ("甲县", "乙县")]
    towns = [node("Region", "城关镇", level="town", key=key) for key in ("一", "二")]
    ties = [edge("PART_OF", "一", "甲县"), edge("PART_OF", "二", "乙县")]
    ties += [edge("LOCATED_IN", "甲", "一"), edge("LOCATED_IN", "乙", "二")]
    cov = coverage(graph([*places, *towns, company("甲"), company("乙")], ties))
    assert table(cov, "town") == {"城关镇（甲县）": 1, "城关镇（乙县）": 1, "total": 2}


def test_links_have_a_share(county: Graph) -> None:
    net = links(county, to="Bank")
    told = rates(net, "town").set_index("town")
    assert list(told[["units", "linked", "not_linked"]].T["东镇"]) == [2, 1, 1]
    assert told.loc["total", "share"] == 1 / 4
    assert rates(net, weight="women_employees")["share"].tolist() == [60 / 220]


def test_what_cannot_be_grouped_by_is_told(county: Graph) -> None:
    with pytest.raises(SchemaError, match="'twon'") as error:
        rates(coverage(county), "twon")
    assert "town" in error.value.hint
    with pytest.raises(SchemaError, match="'heads'"):
        rates(coverage(county), weight="heads")


UNIT = st.fixed_dictionaries(
    {
        "towns": st.sets(st.sampled_from(["东镇", "西镇"])),
        "segments": st.sets(st.sampled_from(["前段", "后段"])),
        "said": st.sampled_from([None, "yes", "no", "preparing"]),
        "women": st.none() | st.integers(0, 9),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(UNIT, max_size=7))
def test_every_table_is_a_second_count(told: list[dict[str, Any]]) -> None:
    units = {f"厂{n}": unit for n, unit in enumerate(told)}
    nodes = [company(n, federation_status=u["said"], women_employees=u["women"]) for n, u in units.items()]
    nodes += [node("Region", name, level="town") for name in ("东镇", "西镇")]
    nodes += [node("Industry", name, kind="segment") for name in ("前段", "后段")]
    ties = [edge("LOCATED_IN", n, town) for n, u in units.items() for town in sorted(u["towns"])]
    ties += [edge("IN_INDUSTRY", n, segment) for n, u in units.items() for segment in sorted(u["segments"])]
    cov = coverage(graph(nodes, ties))
    status = {"yes": "covered", "no": "gap", "preparing": "gap", None: "unknown"}
    count: Counter[tuple[str, str, str]] = Counter()
    women: Counter[tuple[str, str, str]] = Counter()
    for unit in units.values():
        for town in unit["towns"] or {"unknown"}:
            for segment in unit["segments"] or {"unknown"}:
                count[town, segment, status[unit["said"]]] += 1
                women[town, segment, status[unit["said"]]] += unit["women"] or 0
    rows = rates(cov, ["town", "segment"], weight="women_employees")
    found = {(r["town"], r["segment"], s): r[s] for r in rows.iloc[:-1].to_dict("records") for s in STATUSES}
    assert {key: value for key, value in found.items() if value} == dict(count)
    heads = {(r["town"], r["segment"], s): r[f"women_{s}"] for r in rows.iloc[:-1].to_dict("records") for s in STATUSES}
    assert {key: value for key, value in heads.items() if value} == {k: v for k, v in women.items() if v}
    total = rows.iloc[-1]
    assert [total[s] for s in STATUSES] == [sum(status[u["said"]] == s for u in units.values()) for s in STATUSES]
    assert total["units"] == len(units)
