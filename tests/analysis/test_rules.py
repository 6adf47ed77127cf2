"""Rules are data: what the built-in file says, and how a wrong file is told apart."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Selector
from graphkit.errors import SchemaError

BUILT_IN = (files("graphkit.analysis") / "rules" / "star_link.yaml").read_text(encoding="utf-8")


def written(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    data = yaml.safe_load(BUILT_IN)
    change(data)
    path = folder / "规则.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_the_star_link_rules() -> None:
    rules = load_rules()
    assert [reason.name for reason in rules.reasons] == ["direct", "base", "owner", "host", "reported"]
    assert rules.covering == ("Federation", "MicroHome")
    assert rules.min_confidence == 0.8
    assert rules.key_candidate.conditions == (("party_organisation", None), ("women_employees", 50))
    assert rules.max_hops == 3
    assert [str(s) for s in rules.units["key_points"].select] == [
        "Company where leading",
        "Venue where kind in (production_base, specialised_market)",
        "Alliance where kind in (association, chamber)",
    ]
    assert rules.linkage.ends_only == {"Programme", "Agency"}
    assert ("LOCATED_IN", "Region") in rules.linkage.never
    assert rules.linkage.last_hop == {("LOCATED_IN", "Venue")}


def test_units_are_found_by_their_captions() -> None:
    rules = load_rules()
    assert rules.kind("产业链要点").name == "key_points"
    with pytest.raises(SchemaError, match="no units 'firms'") as error:
        rules.kind("firms")
    assert error.value.code == "unknown-units"


def test_an_office_may_change_what_it_wants(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["name"] = "县规则"
        data["min_confidence"] = 0.5
        data["units"]["markets"] = {
            "caption": {"zh": "市场", "en": "markets"},
            "select": ["Venue where kind in (specialised_market) and party_organisation"],
        }

    rules = load_rules(written(tmp_path, change))
    assert (rules.name, rules.min_confidence) == ("县规则", 0.5)
    both = (("kind", ("specialised_market",)), ("party_organisation", ()))
    assert rules.units["markets"].select == (Selector("Venue", both),)


def put(*keys: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    return change


WRONG = {
    "units.companies.select names 'Compny', which is no node type; did you mean Company": put(
        "units", "companies", "select", value=["Compny"]
    ),
    "names 'leeding', which is no property of Company; did you mean leading": put(
        "units", "companies", "select", value=["Company where leeding"]
    ),
    "a flag stands alone": put("units", "companies", "select", value=["Company where kind"]),
    "write `property` or": put("units", "companies", "select", value=["Company where women_employees > 3"]),
    r"reasons.base.path\[2\].*COVERS never joins Venue to Company": put(
        "reasons", 1, "path", 1, value={"in": "COVERS", "to": ["Company"]}
    ),
    r"reasons.base.path ends at Venue": put("reasons", 1, "path", value=[{"out": "LOCATED_IN", "to": ["Venue"]}]),
    r"reasons.direct.path\[1\].hops": put("reasons", 0, "path", 0, "hops", value=[1, 9]),
    r"reasons.direct.mode names 'lent', which is no mode": put("reasons", 0, "mode", value="lent"),
    "needs either a path or `reported`": put("reasons", 0, "reported", value="federation_status"),
    r"reasons.host.path\[1\].region": put("reasons", 3, "path", 0, "region", value="near"),
    "min_confidence is 80": put("min_confidence", value=80),
    r"key_candidate.conditions\[1\] needs `above`": put("key_candidate", "conditions", 0, "above", value=3),
    "key_candidate.of names 'some'": put("key_candidate", "of", value="some"),
    "size_bands": put("size_bands", value=[50, 50]),
    "linkage.never names 'LENDS', which is no edge type; did you mean LENDS_TO": put(
        "linkage", "never", value=["LENDS"]
    ),
    r"unitz is not known here; did you mean units": put("unitz", value={}),
    "plan.joint.cost is 0; it has to be a number above 0": put("plan", "joint", "cost", value=0),
    "plan.hosted.cost is 'half'": put("plan", "hosted", "cost", value="half"),
    "plan.joint.capacity is 2": put("plan", "joint", "capacity", value=2),
    "plan.own.needs needs `above`": put("plan", "own", "needs", value={"property": "women_employees"}),
    "plan.party_led.needs.property names|plan.party_led.needs names 'party'": put(
        "plan", "party_led", "needs", value={"property": "party"}
    ),
    r"plan.hosted.by\[1\] leads nowhere: MEMBER_OF never joins": put(
        "plan", "hosted", "by", 0, value={"out": "MEMBER_OF", "to": ["Venue"]}
    ),
    "plan.joint.base.to names nothing": put("plan", "joint", "base", value={"out": "LOCATED_IN", "to": "covering"}),
    "plan.solo is not known here; did you mean": put("plan", "solo", value={}),
    "plan.owm is not known here": put("plan", "owm", value={}),
    "cascade needs a stage": put("cascade", value=[]),
    "cascade is {}; it has to be a list": put("cascade", value={}),
    r"cascade\[1\].signs is missing": put("cascade", 0, value={"name": "x", "caption": {"zh": "甲", "en": "x"}}),
    r"cascade\[2\].name is '有阵地'": put("cascade", 1, "name", value="有阵地"),
    "may name each once, and none `exists`": put("cascade", 1, "name", value="exists"),
    "cascade needs a stage, may name each once": put("cascade", 1, "name", value="officers"),
    "cascade.venue.caption.zh is missing": put("cascade", 1, "caption", value={"en": "venue"}),
    "cascade.venue.signs is empty": put("cascade", 1, "signs", value=[]),
    r"cascade.officers.signs\[1\].property names 'oficers', .* did you mean officers": put(
        "cascade", 0, "signs", 0, value={"property": "oficers", "above": 0}
    ),
    r"cascade.officers.signs\[1\] is no sign: officers is of the type quantity": put(
        "cascade", 0, "signs", 0, value={"property": "officers"}
    ),
    r"cascade.officers.signs\[1\] is no sign": put(
        "cascade", 0, "signs", 0, value={"property": "officers", "above": "many"}
    ),
    r"cascade.venue.signs\[1\] is no sign: has_venue is of the type bool; a flag stands alone": put(
        "cascade", 1, "signs", 0, "above", value=1
    ),
    r"cascade.active.signs\[1\].within_days is 0": put("cascade", 2, "signs", 0, "within_days", value=0),
    r"cascade.active.signs\[1\].days is not known here; did you mean": put(
        "cascade", 2, "signs", 0, value={"property": "last_active", "days": 365}
    ),
    r"cascade.served.signs\[2\].out names 'SERVE', which is no edge type; did you mean SERVES": put(
        "cascade", 3, "signs", 1, "out", value="SERVE"
    ),
    r"cascade.served.signs\[2\].to names 'Compny', which is no node type": put(
        "cascade", 3, "signs", 1, "to", value=["Compny"]
    ),
    r"cascade.served.signs\[2\] leads nowhere: SERVES never joins Federation or MicroHome to Bank": put(
        "cascade", 3, "signs", 1, "to", value=["Bank"]
    ),
    r"cascade.served.signs\[2\].to is missing": put("cascade", 3, "signs", 1, value={"out": "SERVES"}),
    "caption.en is missing": put("caption", value={"zh": "规则"}),
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_file_names_file_rule_and_key(message: str, tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=message) as error:
        load_rules(written(tmp_path, WRONG[message]))
    assert "规则.yaml" in str(error.value)
    assert error.value.hint


@pytest.mark.parametrize("content", ["a: [", "- 1\n", "\udc80"])
def test_no_rules_at_all(content: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SchemaError, match=r"rules\.yaml"):
        load_rules(path)


def test_what_a_plan_may_propose(tmp_path: Path) -> None:
    planning = load_rules().plan
    assert (planning.own.needs, planning.party_led.needs) == (("women_employees", 50), ("party_organisation", None))
    costs = [planning.own.cost, planning.party_led.cost, planning.joint.cost, planning.hosted.cost]
    assert (costs, planning.joint.capacity) == ([1, 1, 1, 0.5], 30)
    # A file from before there were plans means what the built-in file says.
    assert load_rules(written(tmp_path, lambda data: data.pop("plan"))).plan == planning
    dearer = load_rules(written(tmp_path, put("plan", "hosted", "cost", value=2))).plan
    assert dearer.hosted.cost == 2 and dearer.own == planning.own


def test_the_stages_of_effective_coverage(tmp_path: Path) -> None:
    cascade = load_rules().cascade
    assert [stage.name for stage in cascade] == ["officers", "venue", "active", "served"]
    assert [(s.property, s.above, s.within_days) for s in (stage.signs[0] for stage in cascade)] == [
        ("officers", 0, None),
        ("has_venue", None, None),
        ("last_active", None, 365),
        ("people_served", 0, None),
    ]
    # A file from before there was a cascade means what the built-in file says.
    assert load_rules(written(tmp_path, lambda data: data.pop("cascade"))).cascade == cascade
    half = load_rules(written(tmp_path, put("cascade", 2, "signs", 0, "within_days", value=180)))
    assert half.cascade[2].signs[0].within_days == 180 and half.cascade[3] == cascade[3]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="cannot be read") as error:
        load_rules(tmp_path / "nowhere.yaml")
    assert error.value.code == "rules-missing"
