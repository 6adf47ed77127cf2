"""People, policies and awards have a place in every grid: drawn or behind a '+n' cell, near what they are joined to."""

from typing import Any

import pytest

from graphkit.analysis.coverage import coverage
from graphkit.exporters.map import MapOptions, to_pyvis
from graphkit.exporters.map.labels import labels
from graphkit.exporters.map.picture import Picture
from tests.analysis.cases import company, edge, gap, graph, node
from tests.analysis.test_real_and_invented import county, five

GRIDS = ["chain", "matrix", "tiers"]


@pytest.mark.parametrize("layout", GRIDS)
@pytest.mark.parametrize("which", ["county", "five"])
def test_everybody_is_in_the_picture_or_behind_a_cell(layout: Any, which: str) -> None:
    record = county("2026Q3") if which == "county" else five()
    network = to_pyvis(record, coverage=coverage(record), options=MapOptions(layout=layout))
    picture, nodes = network.picture, network.scene.nodes
    assert isinstance(picture, Picture)
    behind = {i for more in picture.more for i in more.members}
    aside = [i for i, kind in enumerate(nodes.type) if kind in ("Person", "Policy", "Award")]
    assert len(aside) > 10 and all(picture.x[i] is not None or i in behind for i in aside)
    assert any(picture.x[i] is not None for i in aside)


def test_a_person_stands_in_the_town_of_what_she_leads() -> None:
    people = [node("Person", "林某某"), node("Person", "王某某")]
    places = [node("Region", name, level="town") for name in ("东屏镇", "西岭镇")]
    stars = [node("Federation", "东屏镇妇联"), node("Federation", "西岭镇妇联")]
    edges = [edge("LOCATED_IN", "东屏镇妇联", "东屏镇"), edge("LOCATED_IN", "西岭镇妇联", "西岭镇")]
    edges += [edge("LEADS", "林某某", "西岭镇妇联"), edge("LOCATED_IN", "甲厂", "东屏镇")]
    record = graph([*people, *places, *stars, gap("甲厂", women_employees=60), company("乙厂")], edges)
    network = to_pyvis(record, coverage=coverage(record), options=MapOptions(layout="matrix"))
    picture, nodes = network.picture, network.scene.nodes
    assert isinstance(picture, Picture)
    towns: dict[str, str] = {}
    for cell in picture.cells:
        town = picture.rows[cell.row].node
        towns |= {nodes.name[i]: nodes.name[town] if town >= 0 else "" for i in cell.members}
    assert towns["林某某"] == "西岭镇" and towns["王某某"] == "" and towns["甲厂"] == "东屏镇"


def test_a_label_leaves_out_the_county_that_all_share() -> None:
    companies = [f"溪口{name}石业有限公司" for name in ("恒固", "金辉", "瑞达", "兴旺", "宏泰", "鑫源")]
    others = ["溪口县石材产业协会", "溪口县妇女联合会", "溪口农商银行"]
    told = labels([*companies, *others], [*["Company"] * 6, "Alliance", "Federation", "Bank"])
    assert told[0] == "恒固石业" and told[6:] == ("石材产业协会", "溪口县妇联", "农商银行")
