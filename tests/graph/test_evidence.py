"""Where statements come from, and which lost: all of a node's and its edges' statements, each with source and place."""

from typing import Any

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.evidence import name_of
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import EVIDENCE, Graph
from graphkit.identity import resolve

CODE = {"credit_code": "91350583MA0AAAA10R"}


def source(
    name: str, date: str | None, nodes: list[dict[str, Any]], edges: list[dict[str, Any]] | None = None
) -> Graph:
    raw = from_records(nodes, edges or [], source={"dataset": name, "name": name, "date": date}).raw
    assert raw
    return raw


@pytest.fixture
def graph() -> Graph:
    company = {"type": "Company", "name": "阳光", **CODE}
    federation = {"type": "Federation", "name": "阳光妇联"}
    cover = {"type": "COVERS", "src": "阳光妇联", "dst": "阳光"}
    first = source("六月", "2026-06", [company | {"women_employees": 150, "women_employees_bound": "more_than"}])
    second = source("九月", "2026-09", [company | {"women_employees": 200}, federation], [cover | {"mode": "own"}])
    third = source("无期", None, [company | {"kind": "民营"}, federation], [cover | {"mode": "joint"}])
    raw = join_raw(first, second, third)
    covers = raw.edge_tables["COVERS"].to_pylist()[0]
    words = {
        "element_id": covers["id"],
        "source_id": covers["source_id"],
        "place": covers["place"],
        "quote": "已建妇联",
    }
    return resolve(
        join_raw(raw, Graph(raw.schema, evidence=pa.Table.from_pylist([words], schema=EVIDENCE), is_raw=True))
    )


def test_every_statement_about_a_node_and_its_edges_newest_first(graph: Graph) -> None:
    found = gk.evidence(graph, "阳光")
    told = found[["kind", "description", "source", "place", "confidence"]].values.tolist()
    assert told == [
        ["Company", "阳光", "九月", "node 1", 1.0],
        ["Company", "阳光", "六月", "node 1", 1.0],
        ["Company", "阳光", "无期", "node 1", 1.0],
        ["COVERS", "阳光妇联 → 阳光", "九月", "edge 1", 1.0],
        ["COVERS", "阳光妇联 → 阳光", "无期", "edge 1", 1.0],
    ]
    assert found["quote"].notna().sum() == 1


def test_an_edge_is_asked_about_by_its_id(graph: Graph) -> None:
    edge = graph.edges("COVERS")["id"].iloc[0]
    assert set(gk.evidence(graph, edge)["source"]) == {"九月", "无期"}
    for unknown in ("阳光电", "\ud800"):
        with pytest.raises(gk.IdentityError, match="no node is called"):
            gk.evidence(graph, unknown)


def test_raw_rows_are_read_once_however_many_edges_a_node_has() -> None:
    nodes = [{"type": "Federation", "name": "f"}] + [{"type": "Company", "name": str(n)} for n in range(50)]
    edges = [{"type": "COVERS", "src": "f", "dst": str(n)} for n in range(50)]
    graph = from_records(nodes, edges)
    read: list[None] = []

    def counted() -> Graph | None:
        read.append(None)
        return graph.raw

    counting = Graph(graph.schema, graph.node_tables, graph.edge_tables, graph.sources, read_raw=counted)
    assert len(gk.evidence(counting, "f")) == 51
    assert gk.conflicts(counting).empty
    assert len(read) == 2


def test_losers_are_listed_with_both_sources_and_places(graph: Graph) -> None:
    found = gk.conflicts(graph).drop(columns="element").astype(object)
    assert found.where(found.notna(), None).values.tolist() == [
        ["COVERS", None, "mode", "own", "九月", "edge 1", "joint", "无期", "edge 1"],
        ["Company", "阳光", "women_employees", "200", "九月", "node 1", "150 more_than", "六月", "node 1"],
    ]


def test_equal_statements_are_no_conflict_and_three_values_are_two() -> None:
    values = [("一", "2021", 1), ("二", "2022", 2), ("三", "2023", 3), ("四", "2024", 3)]
    parts = [source(n, d, [{"type": "Company", "name": "x", "women_employees": v, **CODE}]) for n, d, v in values]
    found = gk.conflicts(resolve(join_raw(*parts)))
    assert sorted(found["lost"]) == ["1", "2"] and set(found["kept"]) == {"3"}


def test_name_of_falls_back_to_the_id(graph: Graph) -> None:
    assert name_of(graph, graph.find("阳光")) == "阳光"
    assert name_of(graph, "com_unknown") == "com_unknown"


def test_without_raw_rows_there_is_evidence_but_no_conflicts(graph: Graph) -> None:
    bare = gk.from_pandas(graph.to_pandas())
    assert len(gk.evidence(bare, "阳光")) == 1
    with pytest.raises(gk.DataError, match="no raw rows"):
        gk.conflicts(bare)
