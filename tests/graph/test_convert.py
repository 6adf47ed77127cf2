"""A graph from records and frames, and to networkx and pandas: what goes in comes out, what cannot is refused."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from tests.strategies import HOSTILE, raw_graphs

ENDS = [{"type": "Bank", "name": "银行"}, {"type": "Company", "name": "甲"}]


def tables_of(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    named = {**graph.node_tables, **graph.edge_tables}
    named |= {name: getattr(graph, name) for name in ("sources", "evidence", "statistics", "decisions")}
    return {name: table.to_pylist() for name, table in named.items()}


@settings(max_examples=40)
@given(raw_graphs())
def test_any_graph_goes_through_pandas_and_back(raw: Graph) -> None:
    graph = resolve(raw)
    assert tables_of(gk.from_pandas(graph.to_pandas())) == tables_of(graph)


@settings(max_examples=40)
@given(raw_graphs())
def test_networkx_holds_every_node_and_every_edge_under_its_id(raw: Graph) -> None:
    graph = resolve(raw)
    found = graph.to_networkx()
    nodes = [row for table in graph.node_tables.values() for row in table.to_pylist()]
    edges = [row for table in graph.edge_tables.values() for row in table.to_pylist()]
    assert set(found.nodes) == {row["id"] for row in nodes}
    assert {(u, v, k) for u, v, k in found.edges(keys=True)} == {(r["src"], r["dst"], r["id"]) for r in edges}
    for row in nodes:
        kept = {k: v for k, v in row.items() if v is not None and k != "id"}
        assert {k: v for k, v in found.nodes[row["id"]].items() if k != "type"} == kept


def test_two_loans_of_one_bank_to_one_company_are_two_edges() -> None:
    loans = [{"type": "LENDS_TO", "src": "银行", "dst": "甲", "valid_from": d} for d in ("2023-04", "2023-07")]
    same = [{"type": "LENDS_TO", "src": "银行", "dst": "甲", "amount_cny": 5, "key": k} for k in "ab"]
    graph = gk.from_records(ENDS, loans + same)
    assert len(graph.edges("LENDS_TO")) == graph.to_networkx().number_of_edges() == 4
    assert len(gk.from_records(ENDS, loans + loans).edges("LENDS_TO")) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_kept_as_they_are(text: str) -> None:
    graph = gk.from_records([{"type": "Company", "name": text, "key": "k", "aliases": [text, "x"], "kind": text}])
    company = graph.nodes("Company").iloc[0]
    assert (company["name"], company["kind"]) == (text, text)
    assert list(company["aliases"]) == ["x"]


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [(np.int64(5), 5), (5.0, 5), (float("nan"), None), (pd.NA, None), (None, None), (0, 0), (2**63 - 1, 2**63 - 1)],
)
def test_numbers_of_numpy_and_pandas_are_numbers(given_value: Any, kept: int | None) -> None:
    graph = gk.from_records([{"type": "Company", "name": "甲", "women_employees": given_value}])
    assert graph.node_tables["Company"]["women_employees"].to_pylist() == [kept]


def test_days_of_pandas_and_python_are_dates() -> None:
    given_values = [date(2022, 6, 25), pd.Timestamp("2022-06-25 10:00"), "2022-06", pd.NaT]
    nodes = [{"type": "Company", "name": str(n), "founded": value} for n, value in enumerate(given_values)]
    founded = gk.from_records(nodes).nodes("Company").set_index("name")["founded"]
    assert founded.sort_index().astype(object).where(founded.notna(), None).tolist() == [
        "2022-06-25",
        "2022-06-25",
        "2022-06",
        None,
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"women_employees": -1}, "women_employees = -1, which is no quantity"),
        ({"women_employees": 2**63}, "which is no quantity"),
        ({"women_employees": 1.5}, "which is no quantity"),
        ({"women_employees": True}, "which is no quantity"),
        ({"women_employees": "many"}, "which is no quantity"),
        ({"women_employees": float("inf")}, "which is no quantity"),
        ({"leading": "yes"}, "which is no bool"),
        ({"leading": 1}, "which is no bool"),
        ({"founded": "25 June"}, "which is no date"),
        ({"founded": "2022-02-30"}, "which is no date"),
        ({"federation_status": "maybe"}, "which is no one of yes, no, preparing"),
        ({"aliases": "阳光"}, "which is no list"),
        ({"aliases": ["a", None]}, "which is no list"),
        ({"kind": "\ud800"}, "which is no string"),
        ({"kind": 7}, "which is no string"),
        ({"womenemployees": 7}, "has the property 'womenemployees', which Company does not know"),
        ({"id": "fed_1"}, "has the id 'fed_1'"),
        ({"name": None}, "has no name and no key"),
        ({"name": "a\udfff"}, "has no name and no key"),
    ],
    ids=str,
)
def test_a_record_that_cannot_be_taken_is_a_data_error_that_names_it(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(gk.DataError) as caught:
        gk.from_records([{"type": "Company", "name": "甲"} | wrong])
    assert said in caught.value.message and "node 1" in caught.value.message and caught.value.hint


@pytest.mark.parametrize(
    ("edge", "error", "said"),
    [
        ({"type": "LENDS_TO", "src": "银行", "dst": "丁"}, gk.DataError, "edge 1 has a dst that names no node"),
        ({"type": "LENDS_TO", "src": "甲", "dst": "银行"}, gk.DataError, "which it may not join"),
        ({"type": "LENDS_TO", "src": "银行", "dst": "甲", "via": "丁"}, gk.DataError, "a via that names no node"),
        ({"type": "LENDS", "src": "银行", "dst": "甲"}, gk.SchemaError, "no edge type"),
        ({"type": "LENDS_TO", "src": "银行", "dst": "甲", "id": "x"}, gk.DataError, "begins with len_"),
    ],
)
def test_an_edge_that_cannot_be_taken(edge: dict[str, Any], error: type[gk.GraphkitError], said: str) -> None:
    with pytest.raises(error) as caught:
        gk.from_records(ENDS, [edge])
    assert said in str(caught.value) and caught.value.hint


def test_a_source_that_cannot_be_taken() -> None:
    for source in ({"titel": "x"}, {"date": "soon"}, {"name": "\ud800"}):
        with pytest.raises(gk.DataError, match="source"):
            gk.from_records(ENDS, source=source)


def test_frames_with_other_columns_or_types_are_refused() -> None:
    frames = gk.from_records(ENDS).to_pandas()
    frames["Company"]["extra"] = 1
    with pytest.raises(gk.DataError, match="Company has a column 'extra'"):
        gk.from_pandas(frames)
    frames["Company"] = frames["Company"].drop(columns="extra").assign(women_employees=["many"])
    with pytest.raises(gk.DataError, match="Company holds values of another type"):
        gk.from_pandas(frames)
    with pytest.raises(gk.SchemaError):
        gk.from_pandas({"Compny": frames["Bank"]})


def test_an_end_that_several_types_share_is_the_one_that_the_edge_may_join() -> None:
    nodes = [
        {"type": "Company", "name": "光伏"},
        {"type": "Industry", "name": "光伏"},
        {"type": "Venue", "name": "基地"},
    ]
    graph = gk.from_records(nodes, [{"type": "IN_INDUSTRY", "src": "基地", "dst": "光伏"}])
    assert graph.edges("IN_INDUSTRY")["dst_type"].tolist() == ["Industry"]


def test_an_end_that_could_be_several_nodes_is_refused_until_its_type_is_told() -> None:
    nodes = [{"type": kind, "name": "水暖城"} for kind in ("Company", "Venue")] + [
        {"type": "Federation", "name": "妇联"}
    ]
    covers = {"type": "COVERS", "src": "妇联", "dst": "水暖城"}
    with pytest.raises(gk.DataError, match="several types"):
        gk.from_records(nodes, [covers])
    graph = gk.from_records(nodes, [covers | {"dst_type": "Venue"}])
    assert graph.edges("COVERS")["dst_type"].tolist() == ["Venue"]


@pytest.mark.parametrize("complete", ["nonsense", [1], [{"where": {}}], 7])
def test_a_source_whose_complete_is_no_list_of_scopes_is_refused(complete: object) -> None:
    with pytest.raises(gk.DataError, match="no list of scopes"):
        gk.from_records([{"type": "Company", "name": "甲"}], source={"complete": complete})
