"""The Graph value: what it answers by name, what it keeps when it is cut, and that it never changes."""

from typing import Any

import pandas as pd
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph, columns
from tests.strategies import SCHEMA


@pytest.fixture
def graph() -> Graph:
    nodes: list[dict[str, Any]] = [
        {"type": "Region", "name": "霞美镇"},
        {"type": "Region", "name": "洪濑镇"},
        {"type": "Company", "name": "阳光", "key": "1", "credit_code": "91350583MA0AAAA10R"},
        {"type": "Company", "name": "阳光", "key": "2", "aliases": ["小阳光"]},
        {"type": "Company", "name": "月光", "aliases": ["小阳光", "夜光"]},
        {"type": "Federation", "name": "霞美妇联"},
        {"type": "Bank", "name": "16家银行", "group": True, "count": 16},
    ]
    edges = [
        {"type": "LOCATED_IN", "src": "1", "dst": "霞美镇"},
        {"type": "LOCATED_IN", "src": "2", "dst": "洪濑镇"},
        {"type": "COVERS", "src": "霞美妇联", "dst": "1", "status": "planned"},
    ]
    return from_records(nodes, edges)


def test_all_columns_of_the_schema_are_always_there(graph: Graph) -> None:
    for name in (*SCHEMA.nodes, *SCHEMA.edges):
        owner = SCHEMA.nodes.get(name) or SCHEMA.edges[name]
        assert graph.table(name).schema == columns(owner)
    assert "Award" not in graph.node_tables
    assert list(graph.nodes("Award").columns) == columns(SCHEMA.nodes["Award"]).names
    assert len(gk.Graph(SCHEMA).nodes()) == len(gk.Graph(SCHEMA).edges()) == 0
    assert gk.Graph(SCHEMA).summary().empty


def test_find_takes_id_name_or_alias(graph: Graph) -> None:
    moon = graph.find("月光")
    assert graph.find(moon) == moon == graph.find("夜光") == graph.find("月光", "Company")
    assert graph.get("夜光")["name"] == "月光"
    assert graph.get("霞美妇联") == {"type": "Federation"} | {
        key: value for key, value in graph.get("霞美妇联").items() if key != "type" and value is not None
    }


def test_an_unknown_name_names_the_nearest(graph: Graph) -> None:
    with pytest.raises(gk.IdentityError, match="no node is called '霞美镇妇联'") as caught:
        graph.find("霞美镇妇联")
    assert caught.value.code == "unknown-name"
    assert "霞美妇联" in caught.value.candidates
    with pytest.raises(gk.IdentityError):
        graph.find("霞美妇联", "Company")
    with pytest.raises(gk.SchemaError, match="no node type"):
        graph.find("霞美妇联", "Fed")
    with pytest.raises(gk.IdentityError):
        graph.find("\ud800")


def test_an_ambiguous_name_lists_candidates_with_region_and_code(graph: Graph) -> None:
    with pytest.raises(gk.IdentityError, match="names 2 nodes") as caught:
        graph.get("阳光")
    assert caught.value.code == "ambiguous-name"
    told = {(c["region"], c["credit_code"]) for c in caught.value.candidates}
    assert told == {("霞美镇", "91350583MA0AAAA10R"), ("洪濑镇", None)}
    assert "霞美镇" in caught.value.message and caught.value.hint
    with pytest.raises(gk.IdentityError, match="names 2 nodes"):
        graph.find("小阳光")


def test_select_and_drop_keep_only_edges_between_what_is_kept(graph: Graph) -> None:
    assert set(graph.select("Company", "Region").edge_tables) == {"LOCATED_IN"}
    assert set(graph.select("Company", "Federation").edge_tables) == {"COVERS"}
    assert set(graph.select("COVERS").edge_tables) == {"COVERS"}
    assert set(graph.select("COVERS").node_tables) == set(graph.node_tables)
    dropped = graph.drop(["霞美妇联", "洪濑镇"])
    assert set(dropped.edge_tables) == {"LOCATED_IN"} and len(dropped.edges()) == 1
    assert len(graph.edges()) == 3
    for wrong in ("Compny", "covers"):
        with pytest.raises(gk.SchemaError, match="no node type"):
            graph.select(wrong)
    with pytest.raises(gk.IdentityError):
        graph.drop(["nobody"])


def test_summary_counts_groups_and_what_is_not_actual(graph: Graph) -> None:
    found = graph.summary().set_index("type")
    assert list(found.loc["Bank"]) == ["node", 1, 1, 0]
    assert list(found.loc["COVERS"]) == ["edge", 1, 0, 1]
    assert repr(graph) == "<Graph assembled: 7 nodes, 3 edges, 1 sources>"


def test_frames_keep_whole_numbers_whole_and_nothing_apart_from_no(graph: Graph) -> None:
    nodes = [
        {"type": "Company", "name": n, "women_employees": v, "leading": b}
        for n, v, b in [("甲", 2**63 - 1, True), ("乙", None, None), ("丙", 0, False)]
    ]
    data = from_records(nodes).nodes("Company").set_index("name").loc[["甲", "乙", "丙"]]
    assert data["women_employees"].dtype == pd.Int64Dtype()
    assert data["women_employees"].tolist() == [2**63 - 1, pd.NA, 0]
    assert data["leading"].tolist() == [True, pd.NA, False]


def test_a_graph_cannot_be_changed(graph: Graph) -> None:
    with pytest.raises(AttributeError):
        graph.schema = SCHEMA  # type: ignore[misc]
    frame = graph.nodes("Company")
    frame.loc[:, "name"] = "x"
    assert "x" not in set(graph.nodes("Company")["name"])
