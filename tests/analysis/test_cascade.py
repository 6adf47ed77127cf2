"""Effective coverage: stages of which each is yes, no or unknown among those that passed the one before."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.cascade import Cascade, cascade
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Rules, Stage
from graphkit.errors import DataError, SchemaError
from graphkit.values import PartialDate, Quantity, Truth, kleene_and
from tests.analysis.cases import DAY, edge, editions, graph, node, scope
from tests.analysis.test_real_and_invented import county, five

Record = dict[str, Any]
STAGES = ["exists", "officers", "venue", "active", "served"]
WORDS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}


def body(name: str, **properties: Any) -> Record:
    return node("Federation", name, **properties)


def answers(found: Cascade) -> dict[str, list[str]]:
    """Map organisations to their answers, stage by stage."""
    rows = found.organisations
    return dict(zip(rows["name"], rows[STAGES].to_numpy().tolist(), strict=True))


def five_organisations() -> gk.Graph:
    return graph(
        [
            body("甲", officers=5, has_venue=True, last_active="2026-05"),
            body("乙", officers=3, has_venue=True, last_active="2024"),
            body("丙", officers=9),
            body("丁", officers=0, has_venue=True),
            body("戊"),
        ]
    )


def test_five_organisations_are_effective_between_none_and_three() -> None:
    """DEFINITIONS 7: officers 3/1/1, venue (of 3) 2/0/1, active (of 2) 1/1/0, served (of 1) 0/0/1: 0/5 to 3/5."""
    found = cascade(five_organisations())
    counts = found.stages.set_index("stage")[["of", "passed", "failed", "unknown"]]
    assert counts.to_numpy().tolist() == [[5, 5, 0, 0], [5, 3, 1, 1], [3, 2, 0, 1], [2, 1, 1, 0], [1, 0, 0, 1]]
    told = found.headline()
    assert (told["organisations"], told["effective"], told["at_most"]) == (5, 0, 3)
    assert told["interval"] == [0, 3 / 5]
    assert found.stages[["low", "high"]].iloc[-1].tolist() == [0, 3 / 5]
    assert found.text("zh").startswith("有效覆盖 0-60 %：5 个妇联组织")
    assert repr(found).startswith("0-60 % effective: of 5 women's organisations 0 at least and 3 at most")


def test_who_is_not_known_at_one_stage_and_fails_a_later_one_is_not_effective() -> None:
    told = graph([body("甲"), body("乙", has_venue=False)])
    row = cascade(told).stages.set_index("stage").loc["venue"]
    assert (row["of"], row["ruled_out"], row["at_most"]) == (0, 1, 1)


def test_every_row_says_who_is_lost_where() -> None:
    for told in (cascade(county("2026Q3")), cascade(county("2026Q2"), as_of="2026-06-30"), cascade(five())):
        rows = told.stages
        assert (rows["passed"] + rows["failed"] + rows["unknown"]).tolist() == rows["of"].tolist()
        assert rows["of"].tolist() == [len(told.rows), *rows["passed"][:-1]]
        lost = rows["failed"] + rows["ruled_out"]
        assert rows["at_most"].tolist() == (len(told.rows) - lost.cumsum()).tolist()


def test_what_is_not_written_down_may_still_be_there() -> None:
    served = [
        edge("SERVES", "甲", "厂", valid_from="2026-05"),
        edge("LEADS", "王芳", "甲"),
        edge("HOSTED_BY", "甲", "站"),
    ]
    nodes = [body("甲"), body("乙"), node("Company", "厂"), node("Person", "王芳"), node("Venue", "站")]
    found = answers(cascade(graph(nodes, served)))
    assert found == {"甲": ["yes"] * 5, "乙": ["yes", *["unknown"] * 4]}


def test_only_a_complete_list_says_that_there_is_no_edge() -> None:
    nodes = [body("甲"), body("乙", has_venue=True), body("丙"), node("Region", "霞镇", level="town")]
    lying = [edge("LOCATED_IN", name, "霞镇") for name in ("甲", "乙")]
    found = answers(cascade(graph(nodes, lying, complete=[scope("HOSTED_BY", region="霞镇")])))
    assert {name: told[2] for name, told in found.items()} == {"甲": "no", "乙": "yes", "丙": "unknown"}
    # Activity shows in two kinds of edges: one list that is complete does not say that there is nothing.
    half = graph(nodes, lying, complete=[scope("RUNS", region="霞镇")])
    assert answers(cascade(half))["甲"][3:] == ["unknown", "unknown"]
    both = graph(nodes, lying, complete=[scope("RUNS", region="霞镇"), scope("SERVES", region="霞镇")])
    assert answers(cascade(both))["甲"][3:] == ["no", "no"]


def test_a_doubtful_edge_is_no_yes_and_stands_against_a_no() -> None:
    weak, planned = {"confidence": 0.5}, {"status": "planned"}
    nodes = [body("甲", has_venue=False), body("乙", has_venue=False), body("丙", has_venue=False), node("Venue", "站")]
    told = [
        edge("HOSTED_BY", "甲", "站"),
        edge("HOSTED_BY", "乙", "站", **weak),
        edge("HOSTED_BY", "丙", "站", **planned),
    ]
    found = answers(cascade(graph(nodes, told)))
    assert {name: row[2] for name, row in found.items()} == {"甲": "yes", "乙": "unknown", "丙": "no"}


@pytest.mark.parametrize(
    ("active", "as_of", "told"),
    [
        ("2025-06-30", None, "yes"),
        ("2025-06-29", None, "no"),
        ("2025", None, "unknown"),
        ("2024", None, "no"),
        # What a list of June reports has happened by June.
        ("2026", None, "yes"),
        ("2026", "2026-12-31", "yes"),
        ("2026", "2026-03-31", "unknown"),
        ("2026-05-01", "2026-03-31", "unknown"),
        ("2025-06-30", "2026-06", "yes"),
        ("2025-06-15", "2026-06", "unknown"),
        ("2025-06", "2026-06", "unknown"),
        ("2026-05", "2026-06", "yes"),
        ("2025-05", "2026-06", "no"),
    ],
)
def test_partial_dates_of_the_last_activity(active: str, as_of: str | None, told: str) -> None:
    found = cascade(graph([body("甲", last_active=active)]), as_of=as_of)
    assert found.organisations["active"].tolist() == [told]


def test_at_an_earlier_date_the_activity_of_that_time_counts() -> None:
    told = editions((DAY, [body("甲", last_active="2026-05"), body("乙")], []), ("2026-09-30", later(), []))
    active = [cascade(told, as_of=day).organisations.set_index("name")["active"] for day in (None, DAY, "2024-12-31")]
    assert [row.to_dict() for row in active] == [
        {"甲": "yes", "乙": "yes"},
        {"甲": "yes", "乙": "unknown"},
        {"甲": "unknown", "乙": "unknown"},
    ]


def later() -> list[Record]:
    return [body("甲", last_active="2026-09"), body("乙", last_active="2026-08")]


def test_without_a_dated_source_nobody_knows_what_a_year_ago_was() -> None:
    found = cascade(graph([body("甲", last_active="2026-05")], date=None))
    assert (found.day, found.organisations["active"].tolist()) == (None, ["unknown"])
    assert "不明" in found.text("zh") and "no date" in repr(found)


def test_groups_plans_and_what_has_ended_are_not_counted() -> None:
    nodes = [
        body("甲"),
        body("34个妇联", group=True, count=34),
        body("乙", status="planned"),
        body("丙", valid_to="2025"),
    ]
    nodes += [node("MicroHome", "微家", form="micro_home"), node("Company", "厂"), body("丁", established="2026-05")]
    assert set(answers(cascade(graph(nodes)))) == {"甲", "微家", "丁"}
    # Founded in May: in May it may exist, in April it does not.
    may = answers(cascade(graph(nodes), as_of="2026-05-10"))
    assert may["丁"][0] == "unknown"
    assert "丁" not in answers(cascade(graph(nodes), as_of="2026-04-30"))


def test_an_office_sees_what_each_organisation_lacks() -> None:
    rows = cascade(five_organisations()).organisations.set_index("name")
    assert rows.index.tolist() == ["甲", "乙", "丙", "丁", "戊"]
    assert rows["effective"].to_dict() == {"甲": "unknown", "乙": "no", "丙": "unknown", "丁": "no", "戊": "unknown"}
    assert [rows[name]["乙"] for name in ("reached", "stopped_at", "answer")] == ["venue", "active", "no"]
    assert list(rows["missing"]["丙"]) == ["venue", "active", "served"]
    whole = body("全", officers=1, has_venue=True, last_active="2026-06", people_served=3)
    row = cascade(graph([whole])).organisations.astype(object).iloc[0]
    assert (row["effective"], row["reached"], len(row["missing"])) == ("yes", "served", 0)
    assert row[["stopped_at", "answer"]].isna().all()


def test_by_town_an_organisation_lies_where_that_lies_what_it_covers() -> None:
    nodes = [body("镇妇联", level="town"), body("厂妇联", level="enterprise", officers=0), body("无处")]
    nodes += [node("Company", "厂"), node("Region", "霞镇", level="town"), node("Region", "云镇", level="town")]
    ties = [edge("LOCATED_IN", "镇妇联", "霞镇"), edge("COVERS", "厂妇联", "厂"), edge("LOCATED_IN", "厂", "云镇")]
    found = cascade(graph(nodes, [*ties, edge("COVERS", "镇妇联", "厂")]))
    table = found.by("乡镇").set_index("town")
    assert table["organisations"].to_dict() == {"霞镇": 1, "云镇": 1, "unknown": 1, "total": 3}
    assert [table[name]["云镇"] for name in ("low", "high")] == [0, 0]
    assert [table[name]["total"] for name in ("failed", "unknown", "high")] == [1, 2, 2 / 3]
    assert found.by("level", lang="zh")["level"].tolist() == ["镇", "企业", "情况不明", "合计"]
    with pytest.raises(SchemaError, match="no way to group"):
        found.by("colour")


def test_no_organisations_have_no_share() -> None:
    found = cascade(graph([node("Company", "厂")]))
    assert found.headline()["interval"] is None
    assert found.stages[["low", "high"]].isna().all().all()
    assert found.by("town").to_numpy().tolist()[0][:5] == ["total", 0, 0, 0, 0]
    assert len(found.organisations) == 0 and "?" in repr(found)


def test_a_date_that_is_none() -> None:
    with pytest.raises(DataError, match="2026-02-30"):
        cascade(graph([body("甲")]), as_of="2026-02-30")


def test_an_office_has_its_own_stages() -> None:
    told = load_rules()
    few = Stage("many", told.cascade[0].caption, (replace(told.cascade[0].signs[0], above=10),))
    found = cascade(graph([body("甲", officers=11), body("乙", officers=12, officers_bound="about")]), rules=with_(few))
    assert found.organisations.set_index("name")["many"].to_dict() == {"甲": "yes", "乙": "unknown"}
    assert found.stages["stage"].tolist() == ["exists", "many"]


def with_(*stages: Stage) -> Rules:
    return replace(load_rules(), cascade=stages)


# --- an oracle that reads one organisation at a time ---

DATES = st.sampled_from(["2024", "2025", "2025-06", "2025-07", "2026", "2026-04-30", "2026-06", "2025-06-30", None])
FLAGS = st.sampled_from([True, False, None])
KINDS = {"LEADS": ("in", "王芳"), "HOSTED_BY": ("out", "站"), "RUNS": ("out", "项目"), "SERVES": ("out", "厂")}
EDGE_SIGNS: dict[str, list[tuple[str, int | None]]] = {
    "officers": [("LEADS", None)],
    "venue": [("HOSTED_BY", None)],
    "active": [("RUNS", 365), ("SERVES", 365)],
    "served": [("SERVES", None)],
}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Record], list[Record], list[str]]:
    """Draw organisations with columns and edges, and which kinds of edges are declared complete in their town."""
    quantity = st.sampled_from(
        [(None, None), (0, "exact"), (0, "more_than"), (1, "nearly"), (7, "about"), (0, "about")]
    )
    bodies, edges = [], []
    for number in range(draw(st.integers(0, 5))):
        name = f"妇联{number}"
        (officers, bound), (served, most) = draw(quantity), draw(quantity)
        told = {"officers": officers, "officers_bound": bound, "people_served": served, "people_served_bound": most}
        told |= {
            "has_venue": draw(FLAGS),
            "last_active": draw(DATES),
            "valid_from": draw(DATES),
            "valid_to": draw(DATES),
        }
        told |= {"status": draw(st.sampled_from(["actual", "actual", "planned"]))}
        bodies.append(body(name, **told))
        if draw(st.booleans()):
            edges.append(edge("LOCATED_IN", name, "霞镇"))
        for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=3)):
            direction, other = KINDS[kind]
            ends = (name, other) if direction == "out" else (other, name)
            row = {"valid_from": draw(DATES), "confidence": draw(st.sampled_from([None, 0.5]))}
            row |= {"status": draw(st.sampled_from(["actual", "actual", "planned"]))}
            edges.append(edge(kind, *ends, key=str(len(edges)), **row))
    return bodies, edges, draw(st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=4))


class Oracle:
    """What one source of a day states about organisations, asked at a date (None = latest known)."""

    def __init__(self, world: tuple[list[Record], list[Record], list[str]], as_of: str | None) -> None:
        self.bodies: list[Record] = world[0]
        self.edges: list[Record] = world[1]
        self.closed: list[str] = world[2]
        self.known = date.fromisoformat(DAY)
        self.days = days(as_of) if as_of else [self.known]
        self.asked = as_of is not None

    def force(self, row: Record) -> Truth:
        if row.get("status", "actual") != "actual":
            return False
        start, end = (days(row[k]) if row.get(k) else None for k in ("valid_from", "valid_to"))
        if not self.asked:
            return end is None or end[0] > self.known
        first = start or [date.min, self.known]
        sure = first[-1] <= self.days[0] and (end is None or self.days[-1] < end[0])
        return True if sure else None if first[0] <= self.days[-1] and (not end or self.days[0] <= end[-1]) else False

    def recent(self, told: str) -> Truth:
        """Tell whether a day lies in the year before the date."""
        possible = [day for day in days(told) if day <= self.known] or days(told)
        pairs = [(day, asked) for day in (possible[0], possible[-1]) for asked in (self.days[0], self.days[-1])]
        if all(timedelta(0) <= asked - day <= timedelta(365) for day, asked in pairs):
            return True
        return False if all(asked - day > timedelta(365) for day, asked in pairs) else None

    def edge(self, name: str, kind: str, within: int | None) -> Truth:
        found: list[Truth] = []
        for row in self.edges:
            if row["type"] == kind and name in (row["src"], row["dst"]):
                held = kleene_and([self.force(row), self.force({})])  # what it leads to is not dated
                recent: Truth = True
                if within:
                    recent = self.recent(row["valid_from"]) if row["valid_from"] else False
                found.append(kleene_and([held, recent, None if row["confidence"] else True]))
        return True if True in found else None if None in found else False

    def stage(self, row: Record, name: str) -> Truth:
        known, stated = self.column(row, name)
        edges = [self.edge(row["name"], *sign) for sign in EDGE_SIGNS[name]]
        if (stated and known) or True in edges:
            return True
        if (stated and known is None) or None in edges:
            return None
        lying = any(e["type"] == "LOCATED_IN" and e["src"] == row["name"] for e in self.edges)
        begun = not self.asked or self.known <= self.days[0]
        listed = lying and begun and all(kind in self.closed for kind, _ in EDGE_SIGNS[name])
        return False if stated or listed else None

    def column(self, row: Record, name: str) -> tuple[Truth, bool]:
        """Return what the column of a stage says, and whether it says anything."""
        if name == "venue":
            return row["has_venue"], row["has_venue"] is not None
        if name == "active":
            return (self.recent(row["last_active"]), True) if row["last_active"] else (None, False)
        prop = {"officers": "officers", "served": "people_served"}[name]
        return Quantity(row[prop], row[f"{prop}_bound"]).above(0), row[prop] is not None

    def answers(self) -> dict[str, list[Truth]]:
        held = {row["name"]: self.force(row) for row in self.bodies}
        return {
            row["name"]: [held[row["name"]], *(self.stage(row, name) for name in STAGES[1:])]
            for row in self.bodies
            if held[row["name"]] is not False
        }


def days(told: str) -> list[date]:
    parsed = PartialDate.parse(told)
    size = (parsed.last_day - parsed.first_day).days
    return [parsed.first_day + timedelta(n) for n in range(size + 1)]


@settings(max_examples=100)
@given(worlds(), st.sampled_from([None, "2025-12-31", "2026-06-30", "2026-06", "2026", "2027-01-01"]))
@example(([], [], []), None)
def test_every_answer_is_that_of_a_reading_one_by_one(
    world: tuple[list[Record], list[Record], list[str]], as_of: str | None
) -> None:
    bodies, edges, closed = world
    rest = [node("Person", "王芳"), node("Venue", "站"), node("Programme", "项目"), node("Company", "厂")]
    told = graph(
        [*bodies, *rest, node("Region", "霞镇", level="town")],
        edges,
        complete=[scope(k, region="霞镇") for k in closed],
    )
    found, wanted = cascade(told, as_of=as_of), Oracle(world, as_of).answers()
    assert answers(found) == {name: [WORDS[truth] for truth in row] for name, row in wanted.items()}
    overall = [kleene_and(row) for row in wanted.values()]
    told_ = found.headline()
    assert (told_["effective"], told_["at_most"]) == (overall.count(True), len(overall) - overall.count(False))
    passed = [sum(all(t is True for t in row[: n + 1]) for row in wanted.values()) for n in range(5)]
    open_ = [sum(all(t is not False for t in row[: n + 1]) for row in wanted.values()) for n in range(5)]
    assert (found.stages["passed"].tolist(), found.stages["at_most"].tolist()) == (passed, open_)
    total = found.by("level").iloc[-1]
    assert (total["passed"], total["failed"]) == (overall.count(True), overall.count(False))


@pytest.mark.parametrize("edition", ["2026Q2", "2026Q3"])
def test_the_county_counted_by_plain_loops(edition: str) -> None:
    told = county(edition)
    net = told.to_networkx()
    begun = f"{int(max(told.sources['date'].to_pylist())[:4]) - 1}{max(told.sources['date'].to_pylist())[4:]}"
    counts = dict.fromkeys(("sure", "maybe", "all"), 0)
    for key, row in net.nodes(data=True):
        if row["type"] not in ("Federation", "MicroHome") or row.get("group") or row["status"] != "actual":
            continue
        if row.get("valid_to"):
            continue
        out = {e["type"] for _, _, e in net.out_edges(key, data=True) if e["status"] == "actual"}
        into = {e["type"] for _, _, e in net.in_edges(key, data=True) if e["status"] == "actual"}
        held = [
            True if row.get("officers") or "LEADS" in into else None,
            True if row.get("has_venue") or "HOSTED_BY" in out else row.get("has_venue"),
            None if row.get("last_active") is None else row["last_active"] >= begun[:7],
            True if row.get("people_served") or "SERVES" in out else None,
        ]
        truth = kleene_and(held)
        counts["all"] += 1
        counts["sure"] += truth is True
        counts["maybe"] += truth is not False
    found = cascade(told).headline()
    assert (found["organisations"], found["effective"], found["at_most"]) == tuple(
        counts[k] for k in ("all", "sure", "maybe")
    )
    assert counts["sure"] < counts["maybe"] < counts["all"]


def test_the_order_of_loading_changes_nothing() -> None:
    nodes = [body(f"妇联{n}", officers=n % 3, has_venue=[True, None][n % 2]) for n in range(12)]
    rng = np.random.default_rng(7)
    orders = [nodes, nodes[::-1], [nodes[n] for n in rng.permutation(12)]]
    tables = [cascade(graph(order)).rows for order in orders]
    assert all(table.equals(tables[0]) for table in tables)
