"""Who is one with whom: by decision, by code, by full name across datasets; and what is never one."""

from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import from_records, raw_id
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import DECISIONS, Graph
from graphkit.identity import clusters, resolve

CODE, OTHER = "91350583MA0AAAA10R", "91350583MA0AAAA11W"
Node = dict[str, Any]


def raw(dataset: str, *nodes: Node, edges: list[Node] | None = None, **source: Any) -> Graph:
    records = [{"type": "Company"} | node for node in nodes]
    found = from_records(records, edges or [], source={"dataset": dataset} | source).raw
    assert found
    return found


def names(*parts: Graph, type: str = "Company", decisions: list[Node] | None = None) -> list[list[str]]:
    """The keys of each element, by every order of loading, which has to be the same."""
    decided = pa.Table.from_pylist(decisions or [], schema=DECISIONS)
    found: list[list[list[str]]] = []
    for order in permutations(parts):
        joined = join_raw(*order)
        keys = dict(zip(*(joined.table(type)[c].to_pylist() for c in ("id", "key")), strict=True))
        rows = resolve(joined, decided).table(type)["raw_ids"].to_pylist()
        found.append(sorted(sorted(keys[own_id] for own_id in row) for row in rows))
    assert all(result == found[0] for result in found)
    return found[0]


def company(dataset: str, key: str) -> str:
    return raw_id("com", dataset, "Company", key)


def decide(judgement: str, left: str, right: str) -> Node:
    return {"left": left, "right": right, "judgement": judgement}


def test_the_same_code_is_one_company_whatever_the_name() -> None:
    parts = (
        raw("一", {"name": "阳光", "credit_code": CODE}),
        raw("二", {"name": "月光", "credit_code": f" {CODE.lower()} "}),
    )
    assert names(*parts) == [["月光", "阳光"]]
    assert names(raw("一", {"name": "甲", "credit_code": CODE}, {"name": "乙", "credit_code": CODE})) == [["乙", "甲"]]


def test_the_same_full_name_in_two_datasets_is_one() -> None:
    parts = raw("一", {"name": "阳光（中科）有限公司"}), raw("二", {"name": "陽光(中科)有限公司", "key": "b"})
    assert names(*parts) == [["b", "阳光（中科）有限公司"]]
    assert names(raw("一", {"name": "甲", "key": "1"}, {"name": "甲", "key": "2"})) == [["1"], ["2"]]


def test_two_codes_are_never_one_by_name() -> None:
    first, second = (
        raw("一", {"name": "甲", "key": "1", "credit_code": CODE}),
        raw("二", {"name": "甲", "key": "2", "credit_code": OTHER}),
    )
    assert names(first, second) == [["1"], ["2"]]
    # A third without a code belongs to one of the two, and nobody knows to which.
    assert names(first, second, raw("三", {"name": "甲", "key": "3"})) == [["1"], ["2"], ["3"]]


def test_two_codes_do_not_meet_through_a_third_row() -> None:
    first = raw("一", {"name": "甲", "key": "1", "credit_code": CODE})
    bridge = raw("二", {"name": "乙", "key": "2", "credit_code": CODE})
    second = raw("三", {"name": "乙", "key": "3", "credit_code": OTHER})
    assert names(first, bridge, second) == [["1", "2"], ["3"]]


def test_a_corrected_code_takes_the_slip_along_no_longer() -> None:
    slip = raw("一", {"name": "甲", "key": "1", "credit_code": OTHER}, edition="Q2", date="2026-06-30")
    right = raw("一", {"name": "甲", "key": "1", "credit_code": CODE}, edition="Q3", date="2026-09-30")
    others = raw(
        "二", {"name": "乙", "key": "2", "credit_code": OTHER}, {"name": "丙", "key": "3", "credit_code": CODE}
    )
    assert names(slip, others) == [["1", "2"], ["3"]]
    found = [sorted(set(row)) for row in names(slip, right, others)]
    assert found == [["1", "3"], ["2"]]


def test_a_name_that_is_ambiguous_in_one_dataset_is_never_merged_across() -> None:
    twice = raw("一", {"name": "甲", "key": "1"}, {"name": "甲", "key": "2"})
    assert names(twice, raw("二", {"name": "甲", "key": "3"})) == [["1"], ["2"], ["3"]]


def test_two_rows_of_one_dataset_do_not_meet_through_another_dataset() -> None:
    own = raw("一", {"name": "甲", "key": "1", "credit_code": CODE}, {"name": "乙", "key": "2"})
    assert names(own, raw("二", {"name": "乙", "key": "3", "credit_code": CODE})) == [["1", "3"], ["2"]]


def test_a_key_that_changed_with_the_edition_makes_no_second_company() -> None:
    spring: dict[str, Any] = {"edition": "Q2", "date": "2026-06-30"}
    autumn: dict[str, Any] = {"edition": "Q3", "date": "2026-09-30"}
    plain, coded = {"name": "光明包装厂", "key": "1"}, {"name": "光明包装厂", "key": "2", "credit_code": CODE}
    assert names(raw("一", plain, **spring), raw("一", coded, **autumn)) == [["1", "2"]]
    # Where one edition lists both, they are two.
    found = names(raw("一", plain, **spring), raw("一", plain, coded, **autumn))
    assert [sorted(set(keys)) for keys in found] == [["1"], ["2"]]
    other = coded | {"key": "3", "credit_code": OTHER}
    assert names(raw("一", coded, **spring), raw("一", other, **autumn)) == [["2"], ["3"]]


def test_a_list_that_follows_a_rename_names_one_company_still() -> None:
    ledger = [
        raw("台账", {"name": name, "key": "a", "credit_code": CODE}, edition=edition, date=date)
        for name, edition, date in (("光明包装厂", "Q2", "2026-06-30"), ("光辉包装厂", "Q3", "2026-09-30"))
    ]
    register = [
        raw("名册", {"name": name, "key": name}, edition=edition, date=date)
        for name, edition, date in (("光明包装厂", "Q2", "2026-06-30"), ("光辉包装厂", "Q3", "2026-09-30"))
    ]
    (found,) = names(*ledger, *register)
    assert set(found) == {"a", "光明包装厂", "光辉包装厂"}


def test_places_that_exclude_each_other_keep_names_apart() -> None:
    def located(dataset: str, key: str, town: str, name: str = "光明包装厂") -> Graph:
        region = {"type": "Region", "name": town}
        edge = {"type": "LOCATED_IN", "src": key, "dst": town}
        return raw(dataset, {"name": name, "key": key}, region, edges=[edge])

    assert names(located("一", "1", "霞美镇"), located("二", "2", "洪濑镇")) == [["1"], ["2"]]
    assert names(located("一", "1", "霞美镇"), located("二", "2", "霞美镇")) == [["1", "2"]]
    assert names(located("一", "1", "霞美镇"), raw("二", {"name": "光明包装厂", "key": "2"})) == [["1", "2"]]


def test_groups_and_null_names_and_null_codes_join_nobody() -> None:
    group = {"name": "16家企业", "group": True}
    assert len(names(raw("一", group | {"key": "1"}), raw("二", group | {"key": "2"}))) == 2
    nameless = {"name": None, "credit_code": None}
    assert len(names(raw("一", nameless | {"key": "1"}), raw("二", nameless | {"key": "2"}))) == 2


def person(dataset: str, key: str, organisation: str | None, name: str = "林美") -> Graph:
    nodes = [{"type": "Person", "name": name, "key": key}]
    edges = []
    if organisation:
        nodes.append({"type": "Company", "name": organisation, "key": organisation})
        edges.append({"type": "WORKS_FOR", "src": key, "dst": organisation})
    return raw(dataset, *nodes, edges=edges)


def test_a_person_is_one_within_an_organisation_only() -> None:
    assert names(person("一", "1", "甲公司"), person("二", "2", "甲公司"), type="Person") == [["1", "2"]]
    assert names(person("一", "1", "甲公司"), person("二", "2", "乙公司"), type="Person") == [["1"], ["2"]]
    assert names(person("一", "1", "甲公司"), person("二", "2", None), type="Person") == [["1"], ["2"]]
    apart = raw_id("per", "一", "Person", "1"), raw_id("per", "二", "Person", "2")
    together = [decide("same", *apart)]
    assert names(person("一", "1", "甲"), person("二", "2", "乙"), type="Person", decisions=together) == [["1", "2"]]


def test_different_blocks_code_and_name_and_unsure_waits() -> None:
    parts = (
        raw("一", {"name": "甲", "key": "1", "credit_code": CODE}),
        raw("二", {"name": "甲", "key": "2", "credit_code": CODE}),
    )
    pair = company("一", "1"), company("二", "2")
    for judgement in ("different", "unsure"):
        assert names(*parts, decisions=[decide(judgement, *pair)]) == [["1"], ["2"]]
    # Of three, one of which is known to be another: nobody knows where the third belongs.
    three = [raw(d, {"name": "甲", "key": k}) for d, k in (("一", "1"), ("二", "2"), ("三", "3"))]
    assert names(*three) == [["1", "2", "3"]]
    assert names(*three, decisions=[decide("different", *pair)]) == [["1"], ["2"], ["3"]]


def test_different_holds_against_a_chain_of_code_and_decision() -> None:
    parts = (
        raw("一", {"name": "甲", "key": "1", "credit_code": CODE}),
        raw("二", {"name": "乙", "key": "2", "credit_code": CODE}),
        raw("三", {"name": "丙", "key": "3"}),
    )
    decided = [
        decide("same", company("二", "2"), company("三", "3")),
        decide("different", company("一", "1"), company("三", "3")),
    ]
    assert names(*parts, decisions=decided) == [["1"], ["2", "3"]]


def test_a_contradiction_names_both_decisions() -> None:
    one, two, three = (company(d, d) for d in "一二三")
    parts = [raw(d, {"name": f"{d}厂", "key": d}) for d in "一二三"]
    decided = [decide("same", one, two), decide("same", two, three), decide("different", three, one)]
    with pytest.raises(gk.IdentityError) as caught:
        resolve(join_raw(*parts), pa.Table.from_pylist(decided, schema=DECISIONS))
    assert caught.value.code == "contradicting-decisions"
    for told in (f"`different` of {three} and {one}", f"`same` of {one} and {two}", f"`same` of {two} and {three}"):
        assert told in caught.value.message
    with pytest.raises(gk.IdentityError, match=r"joins a Company .* and a Bank"):
        resolve(parts[0], pa.Table.from_pylist([decide("same", one, "ban_1")], schema=DECISIONS))


def test_deleting_a_decision_undoes_it() -> None:
    parts = raw("一", {"name": "甲", "key": "1"}), raw("二", {"name": "乙", "key": "2"})
    together = [decide("same", company("一", "1"), company("二", "2"))]
    assert names(*parts, decisions=together) == [["1", "2"]]
    assert names(*parts) == [["1"], ["2"]]


def test_a_correction_is_no_second_listing() -> None:
    two = [raw("一", {"name": "甲", "key": "1"}), raw("二", {"name": "甲", "key": "2"})]
    fixes = []
    for part in two:
        row = part.node_tables["Company"].to_pylist()[0] | {"women_employees": 9, "source_id": "src_fix"}
        fixes.append(row)
    fixed = Graph(
        two[0].schema,
        {"Company": pa.Table.from_pylist(fixes, schema=two[0].node_tables["Company"].schema)},
        sources=pa.Table.from_pylist(
            [{"id": "src_fix", "dataset": "更正", "kind": "correction"}], schema=two[0].sources.schema
        ),
        is_raw=True,
    )
    assert [sorted(set(row)) for row in names(*two, fixed)] == [["1", "2"]]


ROWS = st.lists(
    st.tuples(st.sampled_from("一二三"), st.sampled_from("甲乙"), st.sampled_from([None, CODE, OTHER])),
    min_size=1,
    max_size=7,
)
JUDGED = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from(["same", "different", "unsure"])), max_size=3
)


@settings(max_examples=150)
@given(ROWS, JUDGED)
def test_whatever_is_merged_what_must_stay_apart_stays_apart(
    rows: list[tuple[str, str, str | None]], judged: list[tuple[int, int, str]]
) -> None:
    parts = [
        raw(d, {"name": name, "key": str(n), "credit_code": code}, edition=str(n))
        for n, (d, name, code) in enumerate(rows)
    ]
    ids = [company(d, str(n)) for n, (d, _, _) in enumerate(rows)]
    joined = join_raw(*parts)
    decided = [decide(j, ids[a], ids[b]) for a, b, j in judged if a < len(ids) and b < len(ids) and a != b]
    try:
        found = clusters(joined, pa.Table.from_pylist(decided, schema=DECISIONS))
    except gk.IdentityError:
        return
    root = {own_id: found.get(own_id, own_id) for own_id in ids}
    for one in decided:
        assert (root[one["left"]] == root[one["right"]]) or one["judgement"] != "same"
        assert (root[one["left"]] != root[one["right"]]) or one["judgement"] != "different"
    if not any(one["judgement"] == "same" for one in decided):
        for cluster in {root[own_id] for own_id in ids}:
            members = [rows[n] for n, own_id in enumerate(ids) if root[own_id] == cluster]
            assert len({code for _, _, code in members if code}) <= 1
