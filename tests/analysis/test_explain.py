"""Why: every status can say on what it rests, or what is missing."""

import pytest

from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.explain import contradictions, why
from graphkit.errors import IdentityError
from tests.analysis.cases import company, edge, editions, graph, node, units6


@pytest.fixture
def cov() -> Coverage:
    return coverage(units6())


def test_a_path_is_told_with_its_sources(cov: Coverage) -> None:
    told = why(cov, "B")
    (ground,) = told.grounds
    assert (ground.rule.en, ground.organisation, ground.mode and ground.mode.zh) == ("base", "基地联合妇联", "联建")
    assert ground.path is not None
    assert ground.path.zh == "B –位于→ V ←覆盖– 基地联合妇联"
    assert [proof.date for proof in ground.proofs] == ["2026-06-30", "2026-06-30"]
    assert told.missing is None
    assert "B（企业）：已覆盖" in told.text("zh")
    assert "B (company): covered" in str(told)


def test_a_report_is_told_with_its_place(cov: Coverage) -> None:
    told = why(cov, "C")
    assert told.grounds[0].organisation is None
    assert told.grounds[0].proofs[0].place == "node 3"
    assert told.stated is not None
    assert told.stated.en == "reported as having one"


def test_a_gap_names_the_statement_or_the_complete_list(cov: Coverage) -> None:
    assert why(cov, "D").stated is not None
    assert "上报筹建中" in why(cov, "D").text("zh")
    (listed,) = why(cov, "E").scopes
    assert listed.place == "霞镇"
    assert "complete list: records 2026-06-30 霞镇" in why(cov, "E").text("en")


def test_an_unknown_unit_names_the_missing_fact(cov: Coverage) -> None:
    missing = why(cov, "F").missing
    assert missing is not None
    assert missing.rule.en == "direct"
    assert missing.fact.zh == "妇联或妇女微家 –覆盖→ F"


def test_the_rule_that_came_nearest() -> None:
    places = [node("Venue", "基地"), node("Federation", "妇联")]
    lies = edge("LOCATED_IN", "甲", "基地")
    missing = why(coverage(graph([company("甲"), *places], [lies])), "甲").missing
    assert missing is not None
    assert missing.rule.en == "base"
    assert missing.fact.en == "women's federation or micro-home –covers→ 基地"
    weak = edge("COVERS", "妇联", "基地", confidence=0.5)
    missing = why(coverage(graph([company("甲"), *places], [lies, weak])), "甲").missing
    assert missing is not None
    assert missing.fact.en == "less sure than the rules ask for"


def test_a_host_too_far_away_is_told() -> None:
    regions = [node("Region", name, level=level) for name, level in (("市", "city"), ("县", "county"), ("镇", "town"))]
    ties = [edge("PART_OF", "镇", "县"), edge("PART_OF", "县", "市"), edge("LOCATED_IN", "甲", "镇")]
    ties += [edge("LOCATED_IN", "协会", "市"), edge("MEMBER_OF", "甲", "协会"), edge("HOSTED_BY", "微家", "协会")]
    bodies = [node("Alliance", "协会"), node("MicroHome", "微家")]
    told = why(coverage(graph([company("甲"), *bodies, *regions], ties)), "甲")
    assert told.missing is not None
    assert (told.missing.rule.en, told.missing.fact.en) == ("host", "neither in one region nor one level above")


def test_statements_that_contradict_each_other_are_listed() -> None:
    told = editions(
        ("2026-06-30", [company("甲", federation_status="no")], []),
        ("2026-09-30", [company("甲"), node("Federation", "妇联")], [edge("COVERS", "妇联", "甲")]),
    )
    found = coverage(told)
    (row,) = contradictions(found).to_dict("records")
    assert (row["name"], row["status"], row["stated"], row["stated_on"]) == ("甲", "covered", "no", "2026-06-30")
    assert (row["rule"], row["organisation"], row["reason_on"]) == ("direct", "妇联", "2026-09-30")
    assert why(found, "甲").conflict
    assert len(contradictions(coverage(units6()))) == 0


def test_what_is_no_unit_is_told(cov: Coverage) -> None:
    with pytest.raises(IdentityError, match="none of the companies") as error:
        why(cov, "V")
    assert error.value.code == "no-unit"
    with pytest.raises(IdentityError, match="no node is called"):
        why(cov, "Z")
