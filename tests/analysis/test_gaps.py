"""Gaps: whom to go to first."""

import pandas as pd

from graphkit.analysis.coverage import coverage
from graphkit.analysis.gaps import gaps
from tests.analysis.cases import company, edge, graph, node, scope, units6


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
