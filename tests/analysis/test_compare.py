"""What changed between two records: learned + happened = change, and one cause for each unit that moved."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.compare import CAUSES, NOT_LISTED, PARTS, CompareOptions, Comparison, compare
from graphkit.analysis.coverage import STATUSES
from graphkit.analysis.rules import load_rules
from graphkit.errors import DataError, SchemaError
from graphkit.graph.merge import assemble, raw_rows, without
from graphkit.graph.tables import Graph
from graphkit.schema import Schema
from tests.analysis.cases import Record, company, edge, graph, node, statuses
from tests.analysis.test_real_and_invented import COUNTY, county

SPRING, AUTUMN = "2026-06-30", "2026-09-30"
RULES = Path(__file__).parents[2] / "graphkit" / "analysis" / "rules" / "star_link.yaml"


def edition(date: str, nodes: Iterable[Record], edges: Iterable[Record] = (), **source: Any) -> Graph:
    return graph(nodes, edges, date=date, **({"edition": date} | source))


def organised(name: str, since: str, **edge_facts: Any) -> tuple[list[Record], list[Record]]:
    """A company, its federation and the edge between them."""
    federation = node("Federation", f"{name}妇联", established=since)
    return [company(name), federation], [edge("COVERS", f"{name}妇联", name, valid_from=since, **edge_facts)]


def together(*parts: tuple[list[Record], list[Record]]) -> tuple[list[Record], list[Record]]:
    return [n for nodes, _ in parts for n in nodes], [e for _, edges in parts for e in edges]


def one(nodes: list[Record], edges: Iterable[Record] = (), date: str = SPRING, **source: Any) -> Graph:
    return edition(date, nodes, edges, **source)


def moves(found: Comparison) -> dict[str, tuple[str, ...]]:
    """Map the name of each moved unit to its three statuses, its part and its cause."""
    columns = ("from_status", "middle_status", "to_status", "part", "cause")
    return {row["name"]: tuple(row[c] for c in columns) for row in found.table.to_pylist()}


def test_worked_example_of_definitions_8() -> None:
    first = together(*(organised(name, "2023") for name in "甲乙丙"), ([company("丁"), company("戊")], []))
    second = together(organised("丁", "2026-05-11"), organised("戊", "2026-08-03"))
    before = edition(SPRING, *first)
    found = compare(before, before.merge(edition("2026-08-31", *second)), SPRING, "2026-08-31")
    told = {"before": 3, "learned": 1, "middle": 4, "happened": 1, "after": 5, "change": 2}
    assert found.counts()["covered"] == told
    assert moves(found) == {
        "丁": ("unknown", "covered", "covered", "learned", "learned_late"),
        "戊": ("unknown", "unknown", "covered", "happened", "happened"),
    }
    assert found.sentences("zh")[0] == "已覆盖 3 → 5：得知 +1，发生 +1"
    assert found.text("en").splitlines()[0] == "covered 3 → 5: learned +1, happened +1"
    assert repr(found) == found.text("en")
    assert "2026-06-30 → 2026-08-31" in found.text() and "star_link" in found.text()


def test_the_example_county_moves_as_its_truth_says() -> None:
    truth = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))
    found = compare(county("2026Q2"), county("2026Q3"))
    assert (found.before.as_of, found.after.as_of) == (SPRING, AUTUMN)
    told = {name: (move["before"].replace(" ", "_"), move["after"]) for name, move in truth["moves"].items()}
    assert {name: (move[0], move[2]) for name, move in moves(found).items()} == told
    for status in STATUSES:
        counts = found.counts()[status]
        states = (truth["editions"]["2026Q2"][SPRING], truth["editions"]["2026Q3"][AUTUMN])
        assert [counts["before"], counts["after"]] == [state["rates"][status] for state in states]
    parts = {name[2:4]: move[3:] for name, move in moves(found).items()}
    assert parts["昀庭"] == ("learned", "learned_late")  # founded in May, told in autumn
    assert parts["翊禹"] == ("happened", "happened")  # founded in July
    assert parts["澜苓"] == ("happened", "happened")  # the joint federation ended
    assert parts["桁苓"] == ("happened", "listed")  # new, in a covered base
    assert found.causes()["listed"] == sum(move[0] == NOT_LISTED for move in moves(found).values()) == 8


def test_newly_listed_and_no_longer_listed() -> None:
    before = one([company("甲", federation_status="no"), company("乙")])
    after = one([company("乙"), company("丙", federation_status="yes")])
    assert moves(compare(before, after)) == {
        "甲": ("gap", NOT_LISTED, NOT_LISTED, "learned", "gone"),
        "丙": (NOT_LISTED, "covered", "covered", "learned", "listed"),
    }


def test_a_company_that_closed_in_summer_is_gone_by_what_happened() -> None:
    before = one([company("甲", federation_status="yes")])
    after = before.merge(edition(AUTUMN, [company("甲", valid_to="2026-08-01")]))
    assert moves(compare(before, after)) == {"甲": ("covered", "covered", NOT_LISTED, "happened", "gone")}


def test_what_was_covered_at_the_date_by_the_newer_record_ended_before_it() -> None:
    before = edition(SPRING, *organised("甲", "2023"))
    after = edition(AUTUMN, *organised("甲", "2023", valid_to="2026-04-01"))
    assert moves(compare(before, before.merge(after))) == {
        "甲": ("covered", "unknown", "unknown", "learned", "learned_late")
    }


def test_an_id_that_moved_is_the_same_unit() -> None:
    before = one([company("甲", federation_status="yes")], dataset="后")
    earlier = edition("2025-12-31", [company("甲")], dataset="先")
    raw = raw_rows(before.merge(earlier))
    ids = sorted(raw.table("Company")["id"].to_pylist())
    after = assemble(raw, dict.fromkeys(ids, ids[0]))
    assert after.find("甲") == earlier.find("甲") != before.find("甲")
    found = compare(before, after)
    assert moves(found) == {} and found.counts()["units"]["change"] == 0
    assert "没有单位变动" in found.text("zh") and "no unit moved" in found.text("en")


def clustered(told: Graph, *names: str) -> Graph:
    """The same record with some nodes decided to be one."""
    ids = sorted(told.find(name) for name in names)
    return assemble(raw_rows(told), dict.fromkeys(ids, ids[0]))


def test_merged_units_are_one_fewer_by_identity() -> None:
    apart = one([company("甲", federation_status="yes"), company("乙")])
    joined = clustered(apart, "甲", "乙")
    found = compare(apart, joined)
    assert {move[4] for move in moves(found).values()} == {"identity"}
    assert found.counts()["units"]["learned"] == -1
    assert found.counts()["covered"]["change"] == 0
    gone = [move for move in moves(found).values() if move[2] == NOT_LISTED]
    assert len(gone) == 1


def test_split_units_are_one_more_by_identity() -> None:
    apart = one([company("甲", federation_status="yes"), company("乙")])
    found = compare(clustered(apart, "甲", "乙"), apart)
    assert {move[4] for move in moves(found).values()} == {"identity"}
    assert found.counts()["units"]["learned"] == 1
    assert [move for move in moves(found).values() if move[0] == NOT_LISTED]


def test_a_federation_that_is_learned_late_of_a_merged_unit_counts_once() -> None:
    before = one([company("甲"), company("乙")])
    after = clustered(before.merge(edition(AUTUMN, *organised("甲", "2026-08-03"))), "甲", "乙")
    found = moves(compare(before, after))
    assert sorted(move[3:] for move in found.values()) == [("happened", "happened"), ("learned", "identity")]


def test_a_base_that_is_known_by_two_names_is_an_identity() -> None:
    bases = [node("Venue", name, kind="production_base") for name in ("东区基地", "东区产业园")]
    ties = [edge("LOCATED_IN", "甲", "东区基地"), edge("COVERS", "联合妇联", "东区产业园", mode="joint")]
    apart = one([company("甲"), company("乙"), *bases, node("Federation", "联合妇联")], ties)
    after = clustered(apart, "东区基地", "东区产业园").merge(edition(AUTUMN, *organised("乙", "2026-05-11")))
    assert moves(compare(apart, after)) == {
        "甲": ("unknown", "covered", "covered", "learned", "identity"),
        "乙": ("unknown", "covered", "covered", "learned", "learned_late"),
    }


def test_a_merged_unit_that_moved_for_another_reason_has_that_reason() -> None:
    before = one([company("甲"), company("乙")])
    after = clustered(before.merge(edition(AUTUMN, *organised("甲", "2026-05-11"))), "甲", "乙")
    assert sorted(move[3:] for move in moves(compare(before, after)).values()) == [
        ("learned", "identity"),  # one fewer
        ("learned", "learned_late"),
    ]


def test_a_forgotten_source_is_no_identity() -> None:
    sheet, call = one([company("甲")], dataset="台账"), one([company("甲", federation_status="yes")], dataset="来电")
    raw = raw_rows(sheet.merge(call))
    ids = sorted(raw.table("Company")["id"].to_pylist())
    before = assemble(raw, dict.fromkeys(ids, ids[0]))
    assert moves(compare(before, sheet))["甲"] == ("covered", "unknown", "unknown", "learned", "learned_late")


def correction(value: str) -> Graph:
    return edition("2026-07-20", [company("甲", federation_status=value)], kind="correction")


def test_a_correction_is_the_cause_of_what_would_not_have_moved_without_it() -> None:
    before = one([company("甲", federation_status="yes"), company("乙")])
    news = edition(AUTUMN, *organised("乙", "2026-05-11"))
    assert moves(compare(before, before.merge(news).merge(correction("no")))) == {
        "甲": ("covered", "gap", "gap", "learned", "correction"),
        "乙": ("unknown", "covered", "covered", "learned", "learned_late"),
    }


def test_a_withdrawn_correction_is_the_cause_too() -> None:
    sheet = one([company("甲", federation_status="yes")])
    corrected = sheet.merge(correction("no"))
    withdrawn = without(corrected, correction("no").sources["id"].to_pylist())
    assert moves(compare(corrected, withdrawn, SPRING, SPRING)) == {
        "甲": ("gap", "covered", "covered", "learned", "correction")
    }


def test_a_correction_that_both_records_hold_is_no_cause() -> None:
    before = one([company("甲", federation_status="yes"), company("乙")]).merge(correction("no"))
    after = before.merge(edition(AUTUMN, *organised("甲", "2026-08-03")))
    assert moves(compare(before, after)) == {"甲": ("gap", "gap", "covered", "happened", "happened")}


def test_other_rules_are_the_cause_of_what_the_record_does_not_explain(tmp_path: Path) -> None:
    text = RULES.read_text(encoding="utf-8").replace("min_confidence: 0.8", "min_confidence: 0.5")
    lenient = tmp_path / "lenient.yaml"
    lenient.write_text(text, encoding="utf-8")
    weak = organised("甲", "2023")
    before = edition(SPRING, weak[0] + [company("乙")], [weak[1][0] | {"confidence": 0.6}])
    after = before.merge(edition(AUTUMN, *organised("乙", "2026-05-11")))
    found = compare(before, after, options=CompareOptions(rules=load_rules(lenient), rules_before=load_rules()))
    assert moves(found) == {
        "甲": ("unknown", "covered", "covered", "learned", "rules"),
        "乙": ("unknown", "covered", "covered", "learned", "learned_late"),
    }


def test_a_unit_that_moves_twice_stands_in_one_row_with_the_step_that_covers_it() -> None:
    before = one([company("甲", federation_status="no")])
    news = [company("甲"), node("Federation", "甲妇联")], [edge("COVERS", "甲妇联", "甲")]
    found = compare(before, before.merge(edition(AUTUMN, *news)))
    assert moves(found)["甲"][2:] == ("covered", "happened", "happened")
    assert found.counts()["covered"]["happened"] == 1


def test_headline_is_json_and_says_what_the_figures_depend_on() -> None:
    found = compare(county("2026Q2"), county("2026Q3"), options=CompareOptions("key_points"))
    told = json.loads(json.dumps(found.headline()))
    assert (told["from"], told["to"], told["rules"], told["units_kind"]) == (SPRING, AUTUMN, "star_link", "key_points")
    assert told["moved"] == len(found.frame) == sum(told["causes"].values())
    for name in (*STATUSES, "units"):
        assert told[name]["learned"] + told[name]["happened"] == told[name]["change"]


def test_moves_are_told_in_both_languages() -> None:
    found = compare(one([company("甲")]), one([company("乙", federation_status="yes")]))
    assert found.moves("zh").to_numpy().tolist() == [
        ["甲", "情况不明", "未列入", "未列入", "得知", "不再列入"],
        ["乙", "未列入", "已覆盖", "已覆盖", "得知", "新列入"],
    ]
    assert found.moves("en")["cause"].tolist() == ["no longer listed", "newly listed"]


def test_records_without_dates_are_compared_as_latest_known() -> None:
    before, after = (graph([company("甲", federation_status=told)], date=None) for told in ("no", "yes"))
    found = compare(before, after)
    assert (found.before.as_of, found.after.as_of) == (None, None)
    assert moves(found) == {"甲": ("gap", "covered", "covered", "learned", "learned_late")}


def test_two_schemas_and_bad_dates_are_refused() -> None:
    told = one([company("甲")])
    other = replace(Schema.load(), name="office")
    with pytest.raises(SchemaError, match="two schemas"):
        compare(told, replace(told, schema=other))
    with pytest.raises(DataError):
        compare(told, told, "someday", AUTUMN)
    with pytest.raises(SchemaError):
        compare(told, told, options=CompareOptions("villages"))


# Random editions: any subset of them before, any subset after, at any two dates.

NAMES = "甲乙丙丁"
DATES = ["2026-03-31", SPRING, "2026-08-31", AUTUMN]
DAYS = st.sampled_from(["2023", "2026-05-11", "2026-07", "2026-08-03"])
STATED = st.sampled_from(["yes", "no", "preparing", None])


@st.composite
def listed(draw: st.DrawFn, date: str) -> Graph:
    nodes: list[Record] = [node("Federation", "妇联", established=draw(st.none() | DAYS))]
    edges: list[Record] = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        facts = {"valid_to": draw(st.none() | DAYS), "founded": draw(st.none() | st.just("2026-07-15"))}
        nodes.append(company(name, federation_status=draw(STATED), **facts))
        if draw(st.booleans()):
            since, until = draw(st.none() | DAYS), draw(st.none() | st.just("2026-09-01"))
            edges.append(edge("COVERS", "妇联", name, valid_from=since, valid_to=until))
    return edition(date, nodes, edges, kind=draw(st.sampled_from(["sheet", "sheet", "correction"])))


@st.composite
def records(draw: st.DrawFn) -> tuple[Graph, Graph]:
    chosen = [draw(st.lists(st.sampled_from(DATES), min_size=1, max_size=3, unique=True)) for _ in range(2)]
    every = {date: draw(listed(date)) for date in sorted({date for dates in chosen for date in dates})}
    before, after = (reduce(Graph.merge, [every[date] for date in sorted(dates)]) for dates in chosen)
    return before, after


@st.composite
def merged(draw: st.DrawFn, told: Graph) -> Graph:
    """Decide that some companies of a record are one."""
    ids = sorted(told.table("Company")["id"].to_pylist())
    group = draw(st.lists(st.sampled_from(ids), unique=True))
    return assemble(raw_rows(told), dict.fromkeys(group, min(group))) if group else told


WHEN = st.none() | st.sampled_from([*DATES, "2026-07", "2026"])


def holds_together(found: Comparison) -> None:
    counts, rows = found.counts(), found.table.to_pylist()
    coverages = {"before": found.before, "middle": found.middle, "after": found.after}
    for status in STATUSES:
        told = counts[status]
        assert {step: told[step] for step in coverages} == {step: c.count(status) for step, c in coverages.items()}
        assert told["learned"] + told["happened"] == told["change"] == told["after"] - told["before"]
        steps = [[row[f"{step}_status"] == status for row in rows] for step in ("from", "middle", "to")]
        assert sum(steps[1]) - sum(steps[0]) == told["learned"]
        assert sum(steps[2]) - sum(steps[1]) == told["happened"]
    assert len({row["unit"] for row in rows}) == len(rows) == sum(found.causes().values())
    for row in rows:
        assert row["cause"] in CAUSES and row["part"] in PARTS
        assert len({row["from_status"], row["middle_status"], row["to_status"]}) > 1
        assert row["name"] and row["type"] == "Company"
        assert (row["cause"] == "happened") <= (row["part"] == "happened")


@settings(max_examples=30)
@given(records(), WHEN, WHEN)
def test_learned_and_happened_are_the_change_of_any_editions(
    told: tuple[Graph, Graph], first: str | None, last: str | None
) -> None:
    found = compare(*told, first, last)
    holds_together(found)
    # Names are unique here, so that they tell who is who without ids.
    asked = (found.before, told[0], first), (found.middle, told[1], first), (found.after, told[1], last)
    assert all(c.graph is record and (day is None or c.as_of == day) for c, record, day in asked)
    named = [statuses(c.frame) for c, _, _ in asked]
    wanted = {n: tuple(s.get(n, NOT_LISTED) for s in named) for n in NAMES}
    assert {n: m[:3] for n, m in moves(found).items()} == {n: s for n, s in wanted.items() if len(set(s)) > 1}


@settings(max_examples=20)
@given(st.data())
def test_learned_and_happened_are_the_change_whoever_is_one(data: st.DataObject) -> None:
    before, after = data.draw(records())
    holds_together(compare(data.draw(merged(before)), data.draw(merged(after))))


@settings(max_examples=5)
@given(records())
def test_nothing_moves_between_a_record_and_itself(told: tuple[Graph, Graph]) -> None:
    assert not len(compare(told[0], told[0], SPRING, SPRING).table)
