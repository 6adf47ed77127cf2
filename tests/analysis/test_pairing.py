"""Which nodes of two records are the same: by raw ids, one with one."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.pairing import paired
from graphkit.graph.merge import assemble, raw_rows
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, graph, node

NAMES = "甲乙丙丁戊"
TOLD = graph([*map(company, NAMES), node("Venue", "基地")])
RAW_IDS = {name: TOLD.find(name) for name in NAMES}
groupings = st.lists(st.integers(0, 3), min_size=len(NAMES), max_size=len(NAMES))


def grouped(numbers: list[int]) -> Graph:
    """The record with companies of one number decided to be one."""
    first: dict[int, str] = {}
    for number, own_id in zip(numbers, RAW_IDS.values(), strict=True):
        first.setdefault(number, own_id)
    return assemble(
        raw_rows(TOLD), {own_id: first[number] for number, own_id in zip(numbers, RAW_IDS.values(), strict=True)}
    )


@settings(max_examples=30)
@given(groupings, groupings)
def test_every_node_stands_once_and_pairs_share_a_raw_id(left: list[int], right: list[int]) -> None:
    before, after = grouped(left), grouped(right)
    found = paired(before, after, ["Company"])
    for record, ids in ((before, found.before), (after, found.after)):
        assert sorted(ids.drop_null().to_pylist()) == record.table("Company")["id"].to_pylist()
    members = [{row["id"]: set(row["raw_ids"]) for row in g.table("Company").to_pylist()} for g in (before, after)]
    for old, new, regrouped in zip(found.before.to_pylist(), found.after.to_pylist(), found.regrouped, strict=True):
        assert old is None or new is None or members[0][old] & members[1][new]
        # Raw ids are the same in both records, so that a node was regrouped unless it has all of the other's.
        assert regrouped == (old is None or new is None or members[0][old] != members[1][new])


def test_of_merged_nodes_the_one_that_kept_the_id_goes_on() -> None:
    after = grouped([0, 0, 1, 2, 3])
    found = paired(TOLD, after, ["Company"])
    kept = after.find("甲") if after.find("甲") in RAW_IDS.values() else ""
    assert found.after_of(pa.array([kept])).to_pylist() == [kept]
    other = next(own_id for name, own_id in RAW_IDS.items() if name in "甲乙" and own_id != kept)
    assert found.after_of(pa.array([other])).to_pylist() == [None]


def test_only_the_asked_types_are_looked_at() -> None:
    assert len(paired(TOLD, TOLD, ["Venue"]).before) == 1
    assert paired(TOLD, TOLD, ["Bank"]).before.to_pylist() == []
    assert paired(graph([]), TOLD, ["Venue"]).before.to_pylist() == [None]
