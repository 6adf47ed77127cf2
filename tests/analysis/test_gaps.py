"""Gaps: whom to go to first."""

import pandas as pd

from graphkit.analysis.coverage import coverage
from graphkit.analysis.gaps import gaps
from tests.analysis.cases import company, edge, gap, graph, node, scope, units6


def test_units6() -> None:
    told = gaps(coverage(units6()))
    assert told[["rank", "name", "preparing", "reason"]].values.tolist() == [
        [1, "D", True, "preparing"],
        [2, "E", False, "closed_scope"],
    ]
    assert told["town"].tolist()[1] == "霞镇"
    assert gaps(coverage(units6()), lang="zh")["reason"].tolist()[0] == "筹建中，尚未成立"


def test_key_candidates_first_then_women_employees_and_blanks_last() -> None:
    def unit(name: str, party: bool | None, women: int | None) -> dict[str, object]:
        return company(name, federation_status="no", party_organisation=party, women_employees=women)

    told = graph(
        [
            unit("大而无党", False, 900),
            unit("不明", None, 80),
            unit("小", True, 10),
            unit("候选小", True, 60),
            unit("候选大", True, 90),
            unit("人数不明", False, None),
            company("未知", women_employees=500),
        ]
    )
    found = gaps(coverage(told))
    assert found["name"].tolist() == ["候选大", "候选小", "不明", "大而无党", "小", "人数不明"]
    assert found["reason"].unique().tolist() == ["no"]
    every = gaps(coverage(told), include_unknown=True)
    assert every[["name", "reason"]].iloc[-1].tolist() == ["未知", "unknown"]


def test_towns_and_segments_are_named() -> None:
    towns = [node("Region", name, level="town") for name in ("乙镇", "丙镇")]
    nodes = [company("甲"), *towns, node("Industry", "段", kind="segment")]
    ties = [edge("LOCATED_IN", "甲", n) for n in ("乙镇", "丙镇")] + [edge("IN_INDUSTRY", "甲", "段")]
    row = gaps(coverage(graph(nodes, ties, complete=[scope(dataset="案例")]))).iloc[0]
    assert (row["town"], row["segment"], pd.isna(row["chain"])) == ("丙镇、乙镇", "段", True)


def test_no_gaps() -> None:
    assert len(gaps(coverage(graph([company("甲")])))) == 0


def test_the_recommended_mode_is_the_first_that_is_open() -> None:
    nodes = [
        gap("大", women_employees=60, party_organisation=True),
        gap("党", women_employees=20, party_organisation=True),
        *(gap(name, women_employees=10) for name in "一二三"),
        gap("员", women_employees=5),
        gap("孤", women_employees=3),
    ]
    nodes += [node("Venue", "基地"), node("Alliance", "协会"), node("Region", "镇", level="town")]
    nodes.append(node("Industry", "段", kind="segment"))
    ties = [edge("LOCATED_IN", name, "基地") for name in "大一二三"]
    ties += [edge("LOCATED_IN", name, "镇") for name in "一二"] + [edge("IN_INDUSTRY", name, "段") for name in "一二"]
    ties += [edge("MEMBER_OF", name, "协会") for name in "一员"]
    rows = gaps(coverage(graph(nodes, ties))).set_index("name")[["mode", "with", "partners", "why"]]
    told = rows.astype(object).where(rows.notna(), None).T.to_dict("list")
    assert told["大"] == ["own", None, None, "own"]
    assert told["党"] == ["party_led", None, None, "party_led"]
    # A base comes before a town and segment; the largest group is named.
    assert told["一"] == told["三"] == ["joint", "基地", 3, "base"]
    assert told["员"] == ["hosted", "协会", 1, "host"]
    assert told["孤"][:3] == [None, None, None] and "too few women employees (3)" in told["孤"][3]
    zh = gaps(coverage(graph(nodes, ties)), lang="zh").set_index("name")
    assert (zh.loc["一", "mode"], zh.loc["一", "why"]) == ("联建", "同一基地有其他空白点")
    assert "女职工数不足（3）" in str(zh.loc["孤", "why"])


def test_the_nearest_organisation_by_town_and_segment_then_town_then_segment_then_hops() -> None:
    places = [node("Region", town, level="town") for town in ("甲镇", "乙镇", "丙镇")]
    places += [node("Industry", name, kind="segment") for name in ("段一", "段二")]
    bodies = [node("Federation", name) for name in ("近妇联", "镇妇联", "段妇联")]
    nodes = [
        company("已", federation_status="no"),
        *(gap(name) for name in ("同", "镇", "段", "步", "孤")),
        *places,
        *bodies,
    ]
    nodes += [node("Person", "某"), company("远")]
    lying = {"已": "甲镇", "同": "甲镇", "镇": "甲镇", "段": "乙镇", "镇妇联": "甲镇", "远": "丙镇"}
    ties = [edge("LOCATED_IN", name, town) for name, town in lying.items()]
    ties += [edge("IN_INDUSTRY", name, "段一") for name in ("已", "同", "段")] + [edge("IN_INDUSTRY", "镇", "段二")]
    ties += [
        edge("COVERS", "近妇联", "已", mode="own", valid_from="2026-06-30"),
        edge("COVERS", "段妇联", "远", mode="own"),
    ]
    ties += [edge("LEADS", "某", "步"), edge("LEADS", "某", "近妇联")]
    rows = gaps(coverage(graph(nodes, ties))).set_index("name")[["nearest", "nearest_by"]]
    told = rows.astype(object).where(rows.notna(), None).T.to_dict("list")
    assert told["同"] == ["近妇联", "town_segment"]
    assert told["镇"] == ["近妇联、镇妇联", "town"]
    assert told["段"] == ["近妇联", "segment"]
    assert told["步"] == ["近妇联", "2"]
    assert told["孤"] == [None, None]
    assert gaps(coverage(graph(nodes, ties)), lang="en").set_index("name").loc["步", "nearest_by"] == "2 hops"
