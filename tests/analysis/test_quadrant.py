"""Quadrant: covered, gap, unknown against linked or not; every table adds up, and different findings are refused."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.analysis.coverage import STATUSES, coverage
from graphkit.analysis.links import links
from graphkit.analysis.quadrant import cheapest, quadrant
from graphkit.analysis.rates import rates
from tests.analysis.cases import company, edge, gap, graph, node
from tests.analysis.test_real_and_invented import STATES, TRUTH, county, five, judged, told_by_row
from tests.networks import World, worlds

CELLS = [(status, linked) for status in STATUSES for linked in (True, False)]


def four() -> gk.Graph:
    """One company in each cell that matters: covered and linked, covered only, a linked gap, a linked unknown one."""
    nodes = [company("甲"), company("乙"), gap("丙"), company("丁"), node("Bank", "银行"), node("Federation", "妇联")]
    nodes += [node("Industry", "织造", kind="chain"), node("Industry", "水泵", kind="chain")]
    ties = [edge("COVERS", "妇联", "甲"), edge("COVERS", "妇联", "乙", valid_from="2020")]
    ties += [edge("LENDS_TO", "银行", name) for name in ("甲", "丙", "丁")]
    ties += [edge("IN_INDUSTRY", "甲", "织造"), edge("IN_INDUSTRY", "丙", "织造"), edge("IN_INDUSTRY", "丙", "水泵")]
    return graph(nodes, ties)


def cells(rows: pd.DataFrame) -> dict[tuple[str, bool], list[str]]:
    return {(row["status"], row["linked"]): list(row["names"]) for row in rows.to_dict("records")}


def test_each_unit_stands_in_one_cell() -> None:
    told = four()
    found = quadrant(coverage(told), links(told, max_hops=1))
    assert list(zip(found["status"], found["linked"], strict=True)) == CELLS
    assert cells(found) == {
        ("covered", True): ["甲"],
        ("covered", False): ["乙"],
        ("gap", True): ["丙"],
        ("gap", False): [],
        ("unknown", True): ["丁"],
        ("unknown", False): [],
    }
    assert found["units"].tolist() == [1, 1, 1, 0, 1, 0]
    assert found["share"].tolist() == [0.25, 0.25, 0.25, 0, 0.25, 0]
    assert [told.get(unit)["name"] for unit in found["ids"].iloc[0]] == ["甲"]


def test_a_unit_in_two_chains_stands_in_both_and_once_in_the_total() -> None:
    told = four()
    found = quadrant(coverage(told), links(told, max_hops=1), by="产业链")
    assert list(dict.fromkeys(found["chain"])) == ["水泵", "织造", "unknown", "total"]
    parts = {chain: cells(rows) for chain, rows in found.groupby("chain", sort=False)}
    assert parts["水泵"]["gap", True] == parts["织造"]["gap", True] == ["丙"]
    assert parts["unknown"]["covered", False] == ["乙"]
    assert parts["unknown"]["unknown", True] == ["丁"]
    assert parts["total"] == cells(quadrant(coverage(told), links(told, max_hops=1)))
    assert len(found) == 24


def test_captions() -> None:
    told = four()
    zh = quadrant(coverage(told), links(told, max_hops=1), by="chain", lang="zh")
    assert list(zh.columns) == ["产业链", "状态", "链接", "单位数", "占比", "单位", "编号"]
    assert set(zh["状态"]) == {"已覆盖", "空白点", "情况不明"}
    assert set(zh["链接"]) == {"已知链接", "未知链接"}
    assert list(zh["产业链"])[-1] == "合计"
    en = quadrant(coverage(told), links(told, max_hops=1), lang="en")
    assert set(en["linked"]) == {"linked", "not known to be linked"}


def test_linked_but_not_covered_are_the_cheapest_to_organise() -> None:
    told = four()
    cov, net = coverage(told), links(told, max_hops=1)
    assert cheapest(cov, net, "en").startswith(
        "linked but not covered are the cheapest to organise: 1 gap among the companies known to reach a bank "
        "(1 more whose state is not known); 1 covered are not known to be linked (within 1 hop; latest known;"
    )
    assert cheapest(cov, net).startswith("已知链接到银行而未覆盖的企业 1 个（另有情况不明 1 个），组建成本最低；")


@pytest.mark.parametrize(
    ("of_coverage", "of_links", "what"),
    [
        ({"as_of": "2026-06-30"}, {}, "date: 2026-06-30 and latest known"),
        ({"as_of": "2026-06-30"}, {"as_of": "2026-07-01"}, "date: 2026-06-30 and 2026-07-01"),
        ({"units": "key_points"}, {}, "units: key_points and companies"),
    ],
)
def test_two_findings_of_different_things_are_refused(
    of_coverage: dict[str, Any], of_links: dict[str, Any], what: str
) -> None:
    told = four()
    with pytest.raises(gk.QueryError, match=what) as refused:
        quadrant(coverage(told, **of_coverage), links(told, **of_links))
    assert refused.value.code == "findings-differ"
    assert "same units and as_of" in refused.value.hint
    with pytest.raises(gk.QueryError):
        cheapest(coverage(told, **of_coverage), links(told, **of_links))


def test_two_graphs_with_different_units_are_refused() -> None:
    told = four()
    with pytest.raises(gk.QueryError, match="4 units and the links of 3"):
        quadrant(coverage(told), links(told.drop(["丁"])))
    with pytest.raises(gk.SchemaError, match="颜色"):
        quadrant(coverage(told), links(told), by="颜色")


def test_captions_of_units_name_the_same_kind() -> None:
    told = four()
    found = quadrant(coverage(told, units="企业"), links(told, units="companies"))
    assert found["units"].sum() == 4


def test_nothing_gives_six_empty_cells() -> None:
    told = gk.from_records([])
    found = quadrant(coverage(told), links(told))
    assert found["units"].tolist() == [0] * 6
    assert found["share"].isna().all()
    assert len(quadrant(coverage(told), links(told), by="town")) == 6


@pytest.mark.parametrize("by", ["town", "chain", ["chain", "town"], "size", "mode"])
@pytest.mark.parametrize(("edition", "day"), STATES)
def test_tables_of_the_county_add_up(edition: str, day: str, by: str | list[str]) -> None:
    cov = judged(edition, day)
    net = links(county(edition), as_of=None if day == "latest" else day)
    found = quadrant(cov, net, by=by)
    names = [by] if isinstance(by, str) else by
    told = {tuple(row[name] for name in names): row for row in rates(cov, by).to_dict("records")}
    for row in told:
        part = found[(found[names] == list(row)).all(axis=1)]
        counts = part.groupby("status")["units"].sum()
        assert {status: counts[status] for status in STATUSES} == {status: told[row][status] for status in STATUSES}
        assert part["units"].tolist() == [len(ids) for ids in part["ids"]]
    assert list(dict.fromkeys(map(tuple, found[names].values.tolist()))) == list(told)
    truth = TRUTH[edition][day]
    total = found.tail(6)
    assert total[total["linked"]]["units"].sum() == truth["links_to_banks"]["total"]["linked"]
    covered = set(truth["companies"]["covered"]) & set(truth["links_to_banks"]["nearest"])
    assert set(total["names"].iloc[0]) == covered
    gaps = set(truth["companies"]["gap"]) & set(truth["links_to_banks"]["nearest"])
    assert set(total["names"].iloc[2]) == gaps
    if by in ("town", "chain"):
        linked = told_by_row(rates(net, by), str(by))
        for name, part in found.groupby(by, sort=False):
            assert part[part["linked"]]["units"].sum() == linked[str(name)]["linked"]


def test_the_five_sources() -> None:
    found = cells(quadrant(coverage(five()), links(five())))
    assert found["covered", False] == ["弘一集团", "福建省弘一石业有限公司", "阳光中科"]
    assert found["unknown", True] == ["江苏惠泽电气有限公司"]
    assert len(found["unknown", False]) == 3


@settings(max_examples=40)
@given(worlds())
def test_every_unit_is_counted_once(made: World) -> None:
    told = made.graph()
    cov, net = coverage(told), links(told)
    found = quadrant(cov, net)
    status = dict(zip(cov.table["id"].to_pylist(), cov.table["status"].to_pylist(), strict=True))
    reached = {row["unit"] for row in net.nearest.to_pylist() if row["hops"]}
    expected = {cell: {u for u, s in status.items() if (s, u in reached) == cell} for cell in CELLS}
    assert {(row["status"], row["linked"]): set(row["ids"]) for row in found.to_dict("records")} == expected
