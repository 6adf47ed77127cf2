"""Claims: a number that a source states against what is named (DEFINITIONS 7)."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from graphkit.analysis.claims import claims
from graphkit.graph.tables import STATISTICS, Graph
from tests.analysis.cases import edge, graph, node


def claiming(told: Graph, subject: str, measure: str, value: float | None, bound: str = "exact") -> dict[str, Any]:
    row = {"id": "s1", "subject": told.find(subject), "measure": measure, "value": value, "bound": bound}
    row |= {"as_of": "2022-09-23", "source_id": told.sources["id"][0].as_py(), "place": "¶6"}
    found = claims(replace(told, statistics=pa.Table.from_pylist([row], schema=STATISTICS)))
    return dict(found.astype(object).where(found.notna(), None).iloc[0])


@pytest.fixture
def city() -> Graph:
    bodies = [node("Federation", f"产业妇联{n}", industry_federation=True) for n in range(4)]
    bodies += [node("Federation", "34个产业妇联", industry_federation=True, group=True, count=34)]
    bodies += [node("Federation", "后来的", industry_federation=True, valid_from="2023")]
    bodies += [node("Federation", "外市的", industry_federation=True)]
    bodies += [node("Federation", "计划的", industry_federation=True, status="planned")]
    places = [node("Region", name, level="county_city") for name in ("南市", "北市")]
    places.append(node("Region", "霞镇", level="town"))
    ties = [edge("LOCATED_IN", "市妇联", "南市"), edge("LOCATED_IN", "外市的", "北市")]
    ties += [edge("PART_OF", "霞镇", "南市"), edge("LOCATED_IN", "产业妇联0", "霞镇")]
    return graph([node("Federation", "市妇联", level="county_city"), *bodies, *places], ties, date="2022-09-23")


def test_thirty_four_stated_and_four_named(city: Graph) -> None:
    told = claiming(city, "市妇联", "industry_federations", 34)
    assert (told["named"], told["unnamed"], told["verdict"]) == (4, 30, "consistent")
    assert told["note"] == "the 4 named need not all be among the 34"


def test_more_than_two_hundred_with_two_hundred_and_ten() -> None:
    members = [node("Company", f"厂{n}") for n in range(210)]
    told = graph([node("Alliance", "商会"), *members], [edge("MEMBER_OF", m["name"], "商会") for m in members])
    found = claiming(told, "商会", "members", 200, "more_than")
    assert (found["named"], found["unnamed"], found["verdict"]) == (210, 0, "consistent")
    assert claiming(told, "商会", "members", 210, "more_than")["unnamed"] == 1


@pytest.mark.parametrize(("value", "bound"), [(3, "exact"), (4, "nearly"), (3, "about")])
def test_more_named_than_the_claim_allows(city: Graph, value: int, bound: str) -> None:
    assert claiming(city, "市妇联", "industry_federations", value, bound)["verdict"] == "contradicted"


@pytest.mark.parametrize(("measure", "value"), [("exchange_visits", 23), ("industry_federations", None)])
def test_without_a_rule_or_number_nothing_is_checked(city: Graph, measure: str, value: int | None) -> None:
    told = claiming(city, "市妇联", measure, value)
    assert (told["verdict"], told["named"]) == ("not checkable", None)


def test_no_claims(city: Graph) -> None:
    assert claims(city).columns.tolist()[:3] == ["subject", "measure", "value"]
