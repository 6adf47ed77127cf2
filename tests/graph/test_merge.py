"""Which statement wins, what becomes an alias, which id stays; and that the order of loading leaves no trace."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.files import write_parquet
from graphkit.graph.merge import assemble, grouped_as, join_raw, sorted_raw, without, without_sources
from graphkit.graph.tables import SOURCES, Graph, columns
from graphkit.identity import resolve
from tests.strategies import SCHEMA, raw_graphs

COMPANY = SCHEMA.nodes["Company"]


def statement(value: Any, *, dataset: str = "甲", date: str | None = "2026-01-01", **more: Any) -> Graph:
    """One source that states one company (the same raw id from every source) with a number of women employees."""
    kind, edition = more.pop("kind", "sheet"), more.pop("edition", None)
    source = source_id(dataset, edition)
    facts = {"id": source, "dataset": dataset, "edition": edition, "kind": kind, "name": dataset, "date": date}
    row = {"id": "com_1", "key": "1", "name": "阳光", "women_employees": value, "source_id": source, "place": "a.csv:2"}
    return Graph(
        SCHEMA,
        {"Company": pa.Table.from_pylist([row | more], schema=columns(COMPANY, raw=True))},
        sources=pa.Table.from_pylist([facts], schema=SOURCES),
        is_raw=True,
    )


def one(*parts: Graph) -> dict[str, Any]:
    rows = resolve(join_raw(*parts)).node_tables["Company"].to_pylist()
    assert len(rows) == 1
    return dict(rows[0])


ORDER = [
    ("a correction beats the newest sheet", {"kind": "correction", "date": "2020"}, {"date": "2026-09-30"}),
    ("the newer source", {"date": "2026-09-30"}, {"date": "2026-06-30", "confidence": 1.0}),
    ("a year counts to its last day", {"date": "2026"}, {"date": "2026-09-30"}),
    ("a month counts to its last day", {"date": "2026-09"}, {"date": "2026-09-29"}),
    ("undated last", {"date": "1999", "confidence": 0.1}, {"date": None}),
    ("the higher confidence", {"confidence": 0.9, "place": "a.csv:2"}, {"confidence": 0.8, "place": "a.csv:9"}),
    ("silence is full confidence", {"confidence": None}, {"confidence": 0.99}),
    ("the later place, as numbers", {"place": "a.csv:12"}, {"place": "a.csv:9"}),
    ("what waits for review never wins", {"date": "2020"}, {"date": "2026-09-30", "status": "proposed"}),
]


@pytest.mark.parametrize(("wins", "loses"), [case[1:] for case in ORDER], ids=[case[0] for case in ORDER])
def test_which_value_wins(wins: dict[str, Any], loses: dict[str, Any]) -> None:
    winner, loser = statement(1, dataset="胜", **wins), statement(2, dataset="负", **loses)
    for parts in ((winner, loser), (loser, winner)):
        assert one(*parts)["women_employees"] == 1
    lost = gk.conflicts(resolve(join_raw(winner, loser)))
    lost = lost[lost["property"] == "women_employees"]
    assert lost[["kept", "kept_source", "lost", "lost_source"]].values.tolist() == [["1", "胜", "2", "负"]]


def test_the_last_tie_is_broken_by_the_smaller_source_id() -> None:
    parts = [statement(number, dataset=name) for number, name in enumerate("甲乙丙丁")]
    smallest = min(parts, key=lambda part: str(part.sources["id"][0]))
    for order in permutations(parts):
        assert one(*order)["women_employees"] == smallest.node_tables["Company"]["women_employees"][0].as_py()


def test_a_bound_travels_with_its_value() -> None:
    newer = statement(200, dataset="乙", date="2026-09-30", women_employees_bound=None)
    older = statement(150, women_employees_bound="more_than")
    assert (one(newer, older)["women_employees"], one(newer, older)["women_employees_bound"]) == (200, None)
    silent = statement(None, dataset="丙", date="2027", women_employees_bound="about")
    assert (one(silent, older)["women_employees"], one(silent, older)["women_employees_bound"]) == (150, "more_than")
    assert one(silent)["women_employees_bound"] is None


def test_an_equal_number_with_another_bound_is_a_conflict() -> None:
    exact, more = statement(50, dataset="乙", date="2027"), statement(50, women_employees_bound="more_than")
    assert gk.conflicts(resolve(join_raw(exact, more)))[["kept", "lost"]].values.tolist() == [["50", "50 more_than"]]
    same = statement(50, women_employees_bound="exact")
    assert gk.conflicts(resolve(join_raw(exact, same))).empty


def test_a_later_source_that_says_nothing_leaves_a_value_alone() -> None:
    assert one(statement(None, dataset="乙", date="2027"), statement(7))["women_employees"] == 7


def test_a_plan_that_a_newer_list_holds_as_a_matter_of_course_has_become_actual() -> None:
    planned = statement(1, status="planned")
    assert one(planned, statement(1, dataset="乙", date="2027"))["status"] == "actual"
    assert one(planned, statement(1, dataset="乙", date="2020"))["status"] == "planned"
    # A correction of a number says nothing of the status.
    assert one(planned, statement(2, dataset="更正", date="2027", kind="correction"))["status"] == "planned"


def test_names_that_lose_become_aliases() -> None:
    old = statement(1, name="阳光中科", aliases=["阳光", "中科", "中科"])
    new = statement(1, dataset="乙", date="2027", name="福建阳光中科", aliases=["中科"])
    found = one(old, new)
    assert found["name"] == "福建阳光中科"
    assert found["aliases"] == ["中科", "阳光", "阳光中科"]
    assert one(old)["aliases"] == ["中科", "阳光"]


def test_the_id_is_the_raw_id_of_the_earliest_dated_source() -> None:
    code = {"credit_code": "91350583MA0AAAA10R"}
    dates: list[tuple[str, str | None]] = [
        ("com_1", "2026"),
        ("com_2", None),
        ("com_3", "2019-05"),
        ("com_4", "2019-05"),
    ]
    parts = [statement(1, dataset=own_id, date=date, id=own_id, name=own_id, **code) for own_id, date in dates]
    for order in permutations(parts):
        found = one(*order)
        assert found["id"] == "com_3"
        assert found["raw_ids"] == ["com_1", "com_2", "com_3", "com_4"]
        assert len(found["sources"]) == 4


def test_ends_references_evidence_and_statistics_follow_a_merged_node() -> None:
    nodes = [{"type": "Bank", "name": "银行"}, {"type": "Company", "name": "甲", "credit_code": "C1"}]
    more = [{"type": "Company", "name": "乙", "credit_code": "c1 "}]
    edges = [{"type": "LENDS_TO", "src": "银行", "dst": "乙", "applicant": "乙", "amount_cny": 5}]
    first = gk.from_records(nodes[1:], source={"dataset": "早", "date": "2020"})
    second = gk.from_records(nodes[:1] + more, edges, source={"dataset": "晚", "date": "2026"})
    assert first.raw and second.raw
    graph = resolve(join_raw(first.raw, second.raw))
    company = graph.find("甲")
    loan = graph.edge_tables["LENDS_TO"].to_pylist()[0]
    assert (loan["dst"], loan["applicant"]) == (company, company)
    assert graph.find("乙") == company == raw_id("com", "早", "Company", "甲")


def test_an_edge_keeps_its_identity_when_a_correction_changes_what_told_it_apart() -> None:
    nodes = [{"type": "Bank", "name": "银行"}, {"type": "Company", "name": "甲"}]
    graph = gk.from_records(nodes, [{"type": "LENDS_TO", "src": "银行", "dst": "甲", "amount_cny": 5}])
    assert graph.raw
    loan = graph.raw.edge_tables["LENDS_TO"]
    row = loan.to_pylist()[0] | {"amount_cny": 7, "source_id": "src_1"}
    fixed = Graph(
        SCHEMA,
        edge_tables={"LENDS_TO": pa.Table.from_pylist([row], schema=loan.schema)},
        sources=pa.Table.from_pylist([{"id": "src_1", "dataset": "更正", "kind": "correction"}], schema=SOURCES),
        is_raw=True,
    )
    found = resolve(join_raw(graph.raw, fixed)).edge_tables["LENDS_TO"].to_pylist()
    assert [(edge["id"], edge["amount_cny"]) for edge in found] == [(row["id"], 7)]


def test_undirected_edges_are_one_either_way_round() -> None:
    nodes = [{"type": "Bank", "name": "一"}, {"type": "Bank", "name": "二"}]
    ways = [("一", "二"), ("二", "一")]
    graph = gk.from_records(nodes, [{"type": "PARTNERS_WITH", "src": src, "dst": dst} for src, dst in ways])
    assert graph.summary().set_index("type")["rows"].to_dict() == {"Bank": 2, "PARTNERS_WITH": 1}


def test_an_edge_without_its_end_is_a_data_error() -> None:
    graph = gk.from_records(
        [{"type": "Federation", "name": "妇联"}, {"type": "Company", "name": "甲"}],
        [{"type": "COVERS", "src": "妇联", "dst": "甲"}],
    )
    assert graph.raw
    torn = Graph(SCHEMA, {"Federation": graph.raw.node_tables["Federation"]}, graph.raw.edge_tables, graph.raw.sources)
    with pytest.raises(gk.DataError, match=r"1 COVERS edge.* no Company at their dst.*edge 1") as caught:
        assemble(torn)
    assert caught.value.code == "dangling-edge" and caught.value.hint


def test_rows_of_one_place_have_an_order_of_their_own_and_repeated_rows_stand_once() -> None:
    rows = [statement(n).node_tables["Company"] for n in (3, 1, 2, 1, 3)]
    orders = {str(sorted_raw(pa.concat_tables(order)).to_pylist()) for order in permutations(rows)}
    assert len(orders) == 1
    assert sorted_raw(pa.concat_tables(rows))["women_employees"].to_pylist() == [1, 2, 3]


def test_union_takes_a_shared_source_from_the_right() -> None:
    left = resolve(join_raw(statement(1), statement(5, dataset="乙")))
    right = resolve(statement(2))
    merged = left.merge(right).node_tables["Company"].to_pylist()[0]
    assert sorted(merged["sources"]) == sorted([source_id("甲", None), source_id("乙", None)])
    assert left.merge(right).raw is not None
    with pytest.raises(gk.DataError, match="no raw rows"):
        gk.from_pandas(left.to_pandas()).merge(right)


def files_of(graph: Graph, target: Path) -> dict[str, bytes]:
    write_parquet(graph, target)
    return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


@settings(max_examples=25)
@given(st.lists(raw_graphs(), min_size=2, max_size=4, unique_by=lambda g: str(g.sources["id"][0])), st.randoms())
def test_the_order_of_loading_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Graph], rng: Any
) -> None:
    shuffled = list(parts)
    rng.shuffle(shuffled)
    folder = tmp_path_factory.mktemp("order")
    graph, again = resolve(join_raw(*parts)), resolve(join_raw(*shuffled))
    assert files_of(graph, folder / "a") == files_of(again, folder / "b")
    pairwise = parts[0]
    for part in parts[1:]:
        pairwise = join_raw(part, pairwise)
    assert files_of(resolve(pairwise), folder / "c") == files_of(graph, folder / "a")


@settings(max_examples=25)
@given(st.lists(raw_graphs(), min_size=2, max_size=3, unique_by=lambda g: str(g.sources["id"][0])))
def test_leaving_a_source_out_undoes_it_and_nothing_is_left_without_a_live_source(parts: list[Graph]) -> None:
    whole, gone = join_raw(*parts), parts[0].sources["id"].to_pylist()
    rest = without_sources(whole, gone)
    expected = join_raw(*parts[1:])
    for name in (*expected.node_tables, *expected.edge_tables):
        assert rest.table(name).equals(expected.table(name))
    graph = resolve(rest)
    live = set(rest.sources["id"].to_pylist())
    for table in (*graph.node_tables.values(), *graph.edge_tables.values()):
        assert {source for row in table["sources"].to_pylist() for source in row} <= live
        assert len(set(table["id"].to_pylist())) == len(table)
        raw_ids = [raw for row in table["raw_ids"].to_pylist() for raw in row]
        assert len(set(raw_ids)) == len(raw_ids)


def test_the_same_graph_gives_the_same_bytes(exported: Callable[[Graph], dict[str, bytes]]) -> None:
    graph = resolve(join_raw(statement(1), statement(2, dataset="乙")))
    assert exported(graph) == exported(graph)


@given(st.lists(st.tuples(st.integers(0, 2**80 - 1), st.integers(0, 3)), min_size=1, max_size=30), st.booleans())
def test_sorting_by_hash_is_sorting_by_text(rows: list[tuple[int, int]], odd: bool) -> None:
    ids = [f"com_{number:020x}" for number, _ in rows] + (["com_x"] if odd else [])
    said = [n for _, n in rows] + [0] * odd
    table = pa.Table.from_pylist(
        [{"id": i, "women_employees": n, "source_id": "s", "place": "p"} for i, n in zip(ids, said, strict=True)],
        schema=columns(COMPANY, raw=True),
    )
    for part in (table, pa.concat_tables([table.slice(1), table.slice(0, 1)])):
        found = sorted_raw(part)
        assert found["id"].to_pylist() == sorted(i for i, _ in set(zip(ids, said, strict=True)))
        assert found.equals(sorted_raw(part.take(list(range(len(part)))[::-1])))


@settings(max_examples=30)
@given(raw_graphs(("甲",)), raw_graphs(("乙",)))
def test_a_graph_without_a_source_is_the_graph_before_it(first: Graph, second: Graph) -> None:
    before, after = assemble(first), assemble(join_raw(first, second))
    rest = without(after, second.sources["id"].to_pylist())
    assert {**rest.node_tables, **rest.edge_tables} == {**before.node_tables, **before.edge_tables}


def test_a_graph_grouped_as_another_has_its_clusters_and_keeps_its_own_rows() -> None:
    rows = [statement(number, dataset=name, id=f"com_{number}") for number, name in enumerate("甲乙丙", 1)]
    before = assemble(join_raw(*rows), {"com_2": "com_3"})
    after = assemble(join_raw(*rows[:2]), {"com_2": "com_1"})
    assert grouped_as(before, after).node_tables["Company"]["raw_ids"].to_pylist() == [["com_1", "com_2", "com_3"]]
    assert grouped_as(before, before).node_tables == before.node_tables
    assert len(grouped_as(after, assemble(join_raw(*rows[:2]))).node_tables["Company"]) == 2
