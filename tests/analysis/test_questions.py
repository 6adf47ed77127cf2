"""Questions: whom to ask for what, so that the interval shrinks most; against every answer and every order."""

from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.questions import CAPTIONS, questions
from graphkit.errors import DataError, SchemaError
from tests.analysis.cases import DAY, company, edge, graph, node, scope
from tests.analysis.test_real_and_invented import county, five

Record = dict[str, Any]


def town(name: str) -> Record:
    return node("Region", name, level="town")


def seventy(*more: Record, ties: tuple[Record, ...] = ()) -> Coverage:
    """70 companies: 58 whose state is known, 7 unknown in one town, 3 in another, 2 in none."""
    known = [company(f"知{n}", federation_status="yes" if n % 2 else "no") for n in range(58)]
    unknown = [company(f"厂{n:02}") for n in range(12)]
    lying = [edge("LOCATED_IN", f"厂{n:02}", "霞美镇" if n < 7 else "另一镇") for n in range(10)]
    lying += [edge("LOCATED_IN", f"知{n}", "霞美镇") for n in range(5)]
    return coverage(graph([*known, *unknown, town("霞美镇"), town("另一镇"), *more], [*lying, *ties]))


def test_the_first_question_takes_twelve_of_seventy_to_five() -> None:
    """DEFINITIONS 7: 12 unknown of 70, 7 in one town, 3 in another, 2 single: first question 12/70 to 5/70."""
    found = questions(seventy())
    first = found.iloc[0]
    assert (first["scope"], first["kind"], first["units"], first["unknown_units"]) == ("霞美镇", "town", 12, 7)
    assert (first["unknown_before"], first["unknown_after"], first["shrink"]) == (12, 5, 7)
    assert (first["width_before"], first["width_after"]) == (12 / 70, 5 / 70)
    assert first["shrink_share"] == 7 / 70
    assert found["unknown_after"].tolist() == [5, 2, 1, 0]
    assert found["kind"].tolist() == ["town", "town", "unit", "unit"]
    assert found["rank"].tolist() == [1, 2, 3, 4]


def test_the_text_says_what_to_ask_and_of_whom() -> None:
    federation = node("Federation", "霞美镇妇女联合会", level="town")
    cov = seventy(federation, ties=(edge("LOCATED_IN", "霞美镇妇女联合会", "霞美镇"),))
    zh, en = questions(cov, lang="zh"), questions(cov, lang="en")
    assert zh["text"].tolist()[:3] == ["霞美镇的妇联组织完整名单", "另一镇的妇联组织完整名单", "厂10是否已建妇联组织"]
    assert zh["asked"].tolist() == ["霞美镇妇女联合会", "另一镇的妇联", "厂10", "厂11"]
    assert zh["kind"].tolist() == ["乡镇", "乡镇", "单个单位", "单个单位"]
    assert en["text"][0] == "the complete list of women's organisations of 霞美镇"
    assert en["asked"][1] == "the women's federation of 另一镇"
    assert cov.graph.find("霞美镇妇女联合会") == zh["asked_id"][0] and pd.isna(zh["asked_id"][1])
    assert {"asked", "text"} <= set(CAPTIONS)


def test_only_the_regions_own_federation_is_asked() -> None:
    bodies = [node("Federation", "霞美厂妇联", level="enterprise"), node("Federation", "甲", level="town", group=True)]
    ties = [edge("LOCATED_IN", body["name"], "霞美镇") for body in bodies]
    assert questions(seventy(*bodies, ties=tuple(ties)), lang="zh")["asked"][0] == "霞美镇的妇联"
    covering = node("Federation", "总妇联", level="county")
    asked = questions(seventy(covering, ties=(edge("COVERS", "总妇联", "霞美镇"),)), lang="zh")["asked"][0]
    assert asked == "霞美镇的妇联"


def county_of_two_towns(*ties: Record) -> Coverage:
    units = [company(f"厂{n}") for n in range(6)]
    places = [
        node("Region", "大县", level="county"),
        town("霞镇"),
        town("云镇"),
        node("Region", "一村", level="village"),
    ]
    parts = [edge("PART_OF", name, "大县") for name in ("霞镇", "云镇")]
    lying = [edge("LOCATED_IN", f"厂{n}", ["霞镇", "云镇"][n % 2]) for n in range(5)]
    return coverage(graph([*units, *places], [*parts, edge("PART_OF", "一村", "霞镇"), *lying, *ties]))


def test_who_would_have_to_ask_on_is_not_asked() -> None:
    cov = county_of_two_towns(edge("LOCATED_IN", "厂5", "大县"))
    assert questions(cov)["scope"].tolist() == ["霞镇", "云镇", "厂5"]
    whole = questions(cov, "county")
    assert whole[["scope", "shrink"]].values.tolist() == [["大县", 6]]
    assert questions(cov, ["county", "乡镇"])["scope"].tolist() == ["大县"]
    # A county of whose towns only one holds unknown units may be asked: the narrower list wins a tie.
    one = county_of_two_towns()
    known = coverage(one.graph, as_of=None)
    assert questions(known, ["town", "unit"])["unknown_after"].tolist() == [3, 1, 0]


def chain_of_three() -> Coverage:
    units = [company(f"厂{n}") for n in range(4)]
    nodes = [*units, node("Industry", "石材", kind="chain"), node("Industry", "开采", kind="segment")]
    nodes += [node("Federation", "石材业妇联", level="profession"), node("Alliance", "石材协会", kind="association")]
    ties = [edge("IN_INDUSTRY", f"厂{n}", "开采") for n in range(3)] + [edge("PART_OF", "开采", "石材")]
    return coverage(graph(nodes, [*ties, edge("IN_INDUSTRY", "石材协会", "石材")]))


def test_a_chain_is_asked_if_somebody_answers_for_it() -> None:
    cov = chain_of_three()
    found = questions(cov, lang="zh")
    assert found[["kind", "scope", "asked", "shrink"]].values.tolist() == [
        ["产业链", "石材", "石材协会", 3],
        ["单个单位", "厂3", "厂3", 1],
    ]
    # Nobody answers for the segment; who asks for segments gets it all the same.
    assert questions(cov, "链条环节", lang="zh")[["scope", "asked"]].values.tolist() == [["开采", "开采的牵头单位"]]


def test_a_dataset_is_asked_where_it_is_a_list() -> None:
    told = [(company(f"甲{n}"), "一") for n in range(3)] + [(company(f"乙{n}"), "二") for n in range(2)]
    parts = [
        graph([row for row, of in told if of == name], dataset=name, publisher=f"{name}局") for name in ("一", "二")
    ]
    report = graph([company("丙0"), company("丙1")], dataset="三", kind="report")
    cov = coverage(parts[0].merge(parts[1]).merge(report))
    found = questions(cov, lang="zh")
    assert found["text"].tolist()[:2] == ["“一”所列单位的妇联组织完整名单", "“二”所列单位的妇联组织完整名单"]
    assert found["asked"].tolist() == ["一局", "二局", "丙0", "丙1"]
    assert found["unknown_after"].tolist() == [4, 2, 1, 0]


def test_calls_follow_the_gap_list() -> None:
    units = [company("丁", women_employees=9), company("乙", women_employees=70), company("甲")]
    units.append(company("丙", women_employees=60, party_organisation=True))
    assert questions(coverage(graph(units)), "unit")["scope"].tolist() == ["丙", "乙", "甲", "丁"]


def test_where_a_unit_lies_has_to_be_certain() -> None:
    cov = coverage(
        graph([company("甲"), company("乙"), town("霞镇")], [edge("LOCATED_IN", "甲", "霞镇", confidence=0.5)])
    )
    assert questions(cov)["kind"].tolist() == ["unit", "unit"]


def test_nothing_unknown_is_nothing_to_ask() -> None:
    for cov in (coverage(graph([company("甲", federation_status="no")])), coverage(graph([]))):
        found = questions(cov)
        assert len(found) == 0 and found.columns.tolist()[:3] == ["rank", "kind", "scope"]


def test_only_the_first_so_many() -> None:
    cov = seventy()
    whole = questions(cov)
    for top in (1, 2, 3, 9):
        pd.testing.assert_frame_equal(questions(cov, top=top), whole.head(top))
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(DataError, match="no whole number"):
            questions(cov, top=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["colour", "乡", ["town", "mode"]])
def test_a_list_that_nobody_keeps(by: Any) -> None:
    with pytest.raises(SchemaError, match="is nobody's list") as error:
        questions(seventy(), by)
    assert error.value.hint


# --- every answer, and every order, on small instances ---


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    """Draw companies, some known, in towns of two counties, in chains, one scope of them complete."""
    places = {"甲县": "county", "乙县": "county", "霞镇": "town", "云镇": "town", "石镇": "town"}
    nodes = [node("Region", name, level=level) for name, level in places.items()]
    nodes += [node("Industry", "链", kind="chain"), node("Industry", "段", kind="segment"), node("Alliance", "协会")]
    ties = [edge("PART_OF", a, b) for a, b in (("霞镇", "甲县"), ("云镇", "甲县"), ("石镇", "乙县"), ("段", "链"))]
    ties.append(edge("IN_INDUSTRY", "协会", "链"))
    for number in range(draw(st.integers(1, 8))):
        name = f"厂{number}"
        nodes.append(company(name, federation_status=draw(st.sampled_from([None, None, None, "yes", "no"]))))
        for place in draw(st.lists(st.sampled_from(sorted(places)), max_size=2, unique=True)):
            sure = draw(st.sampled_from([None, None, 0.5]))
            ties.append(edge("LOCATED_IN", name, place, confidence=sure))
        if draw(st.booleans()):
            ties.append(edge("IN_INDUSTRY", name, draw(st.sampled_from(["链", "段"]))))
    return nodes, ties


def inside(world: tuple[list[Record], list[Record]], name: str) -> set[str]:
    """Who certainly lies in a place or industry, by following the edges one by one."""
    _, ties = world
    sure = [t for t in ties if t["type"] in ("LOCATED_IN", "PART_OF", "IN_INDUSTRY") and t.get("confidence") is None]
    members, grown = {name}, True
    while grown:
        more = {t["src"] for t in sure if t["dst"] in members} - members
        members, grown = members | more, bool(more)
    return members


KINDS = {"town": ["霞镇", "云镇", "石镇"], "county": ["甲县", "乙县"], "chain": ["链"], "segment": ["段"]}


@settings(max_examples=30)
@given(worlds(), st.lists(st.sampled_from([*KINDS, "unit"]), min_size=1, max_size=3, unique=True))
def test_each_question_is_the_best_that_is_left(world: tuple[list[Record], list[Record]], by: list[str]) -> None:
    cov = coverage(graph(*world))
    open_ = {name for name, status in zip(cov.frame["name"], cov.frame["status"], strict=True) if status == "unknown"}
    whole = set(cov.frame["name"])
    lists = {name: inside(world, name) for kind in by for name in KINDS.get(kind, ())}
    if "unit" in by:
        lists |= {name: {name} for name in open_}
    found = questions(cov, by)
    for row in found.to_dict("records"):
        best = max(len(open_ & members) for members in lists.values())
        first = min((len(members & whole), name) for name, members in lists.items() if len(open_ & members) == best)
        assert (row["shrink"], row["unknown_before"]) == (best, len(open_))
        if len(by) == 1 and by != ["unit"]:
            assert row["scope"] == first[1]
        assert row["units"] == len(lists[row["scope"]] & whole) or row["kind"] == "unit"
        open_ -= lists[row["scope"]]
        assert row["unknown_after"] == len(open_)
        assert row["width_after"] == pytest.approx(len(open_) / len(whole))
    # It goes on as long as something can be settled.
    assert not any(open_ & members for members in lists.values())


def answered(world: tuple[list[Record], list[Record]], told: dict[str, str], closed: str | None) -> Coverage:
    """Put the answer to a question into the record: a newer sheet with a yes or no for each unit that it names."""
    nodes, ties = world
    rows = [company(name, federation_status=status) for name, status in told.items()]
    complete = [scope(region=closed)] if closed else []
    newer = graph(rows, date="2026-07-31", edition="答复", complete=complete)
    return coverage(graph(nodes, ties, date=DAY).merge(newer))


@settings(max_examples=5)
@given(worlds())
def test_no_answer_settles_more_than_is_told_and_one_settles_as_much(world: tuple[list[Record], list[Record]]) -> None:
    """Every answer to every list of a town or call, put into the record and counted anew."""
    cov = coverage(graph(*world))
    table = questions(cov, ["town", "unit"])
    open_ = {name for name, status in zip(cov.frame["name"], cov.frame["status"], strict=True) if status == "unknown"}
    best: dict[str, int] = {}
    for name in [*KINDS["town"], *sorted(open_)]:
        members = sorted((inside(world, name) if name in KINDS["town"] else {name}) & open_)
        if not 1 <= len(members) <= 2:
            continue
        left = []
        for told in product(["yes", "no", None], repeat=len(members)):
            said = {unit: status for unit, status in zip(members, told, strict=True) if status}
            left.append(answered(world, said, None).count("unknown"))
        # A list that is complete settles also whom it does not name.
        if name in KINDS["town"]:
            left.append(answered(world, {}, name).count("unknown"))
        assert max(left) <= len(open_) and min(left) == len(open_) - len(members)
        best[name] = len(open_) - min(left)
    for row in table.head(1).to_dict("records"):
        if row["scope"] in best:
            assert row["shrink"] == best[row["scope"]] == max(best.values())


def test_the_order_of_loading_changes_nothing() -> None:
    cov = seventy()
    nodes = [town("另一镇"), town("霞美镇")]
    nodes += [company(f"厂{n:02}") for n in reversed(range(12))]
    nodes += [company(f"知{n}", federation_status="yes" if n % 2 else "no") for n in range(58)]
    lying = [edge("LOCATED_IN", f"厂{n:02}", "霞美镇" if n < 7 else "另一镇") for n in reversed(range(10))]
    lying += [edge("LOCATED_IN", f"知{n}", "霞美镇") for n in range(5)]
    pd.testing.assert_frame_equal(questions(cov), questions(coverage(graph(nodes, lying))))


def test_the_county_and_the_five_sources() -> None:
    cov = coverage(county("2026Q3"))
    found = questions(cov, lang="zh")
    assert found["unknown_before"][0] == cov.count("unknown") and found["unknown_after"].iloc[-1] == 0
    rates = gk.rates(cov, "town").set_index("town")["unknown"].drop(["total", "unknown"])
    assert found["shrink"][0] == rates.max()
    lists = found[found["kind"] == "乡镇"]
    assert (lists["asked"] == lists["scope"] + "妇联").all() and lists["asked_id"].notna().all()
    asked = questions(coverage(five()), lang="zh")
    assert asked[["scope", "asked", "unknown_after"]].values.tolist() == [
        ["扬州经济技术开发区", "扬州经济技术开发区妇联", 2],
        ["苏州市", "苏州市妇联", 0],
    ]
