"""The status of segments."""

from graphkit.analysis.coverage import coverage
from graphkit.analysis.segments import segments
from tests.analysis.cases import company, edge, graph, node


def test_covered_gap_or_unknown() -> None:
    names = ["单位覆盖", "直接覆盖", "基地覆盖", "全是空白", "有的不明", "没有单位"]
    chain = node("Industry", "链", kind="chain")
    parts = [node("Industry", name, kind=None if name == "基地覆盖" else "segment") for name in names]
    said = {"甲": "yes", "乙": "no", "丙": "no", "丁": "no", "戊": None}
    units = [company(name, federation_status=status) for name, status in said.items()]
    told = graph(
        [chain, *parts, *units, node("Venue", "基地"), node("Federation", "妇联")],
        [
            *(edge("PART_OF", name, "链") for name in names),
            edge("IN_INDUSTRY", "甲", "单位覆盖"),
            edge("IN_INDUSTRY", "乙", "单位覆盖"),
            edge("COVERS", "妇联", "直接覆盖"),
            edge("IN_INDUSTRY", "丙", "直接覆盖"),
            edge("COVERS", "妇联", "基地"),
            edge("IN_INDUSTRY", "基地", "基地覆盖"),
            edge("IN_INDUSTRY", "丁", "全是空白"),
            edge("IN_INDUSTRY", "丁", "有的不明"),
            edge("IN_INDUSTRY", "戊", "有的不明"),
        ],
    )
    found = segments(coverage(told)).set_index("segment")
    assert found["status"].to_dict() == {
        "单位覆盖": "covered",
        "直接覆盖": "covered",
        "基地覆盖": "covered",
        "全是空白": "gap",
        "有的不明": "unknown",
        "没有单位": "unknown",
    }
    counts = found[["units", "covered", "gap", "unknown"]].T
    assert list(counts["单位覆盖"]) == [2, 1, 1, 0]
    assert set(found["chain"]) == {"链"}
