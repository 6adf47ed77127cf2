"""Cypher on a Graph: every node, edge, source, evidence and statistic is there, exactly as stated; limits hold."""

import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.engines.kglite import Limits, build_index, index_of, load_index
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import EVIDENCE, STATISTICS, Graph
from graphkit.identity import resolve
from tests.strategies import HOSTILE, raw_graphs


@pytest.fixture(scope="module")
def graph() -> Graph:
    nodes: list[dict[str, Any]] = [
        {"type": "Bank", "name": "银行"},
        {"type": "Company", "name": "甲", "women_employees": 2**63 - 1, "leading": True, "products": ["a", ""]},
        {"type": "Company", "name": None, "key": "x"},
        {"type": "Company", "name": "乙", "women_employees": 0, "leading": False, "products": []},
    ]
    loans = [{"type": "LENDS_TO", "src": "银行", "dst": "甲", "valid_from": d} for d in ("2023-04", "2023-07")]
    graph = gk.from_records(nodes, loans, source={"name": "报道", "date": "2023"})
    raw = graph.raw
    assert raw
    company, source = graph.find("甲"), graph.sources["id"][0].as_py()
    counted = {"id": "sta_1", "subject": company, "measure": "贷款", "value": 34.0, "source_id": source}
    cited = {"element_id": company, "source_id": source, "place": "¶7", "quote": "甲公司", "confidence": 0.9}
    more = Graph(
        raw.schema,
        evidence=pa.Table.from_pylist([cited], schema=EVIDENCE),
        statistics=pa.Table.from_pylist([counted], schema=STATISTICS),
        is_raw=True,
    )
    return resolve(join_raw(raw, more))


def rows(graph: Graph, text: str, **params: Any) -> list[list[Any]]:
    found = gk.query(graph, text, **params).astype(object)
    return [list(row) for row in found.where(found.notna(), None).values.tolist()]


def test_parallel_edges_stay_two(graph: Graph) -> None:
    text = "MATCH (b:Bank)-[l:LENDS_TO]->(c:Company) "
    text += "RETURN b.name AS bank, l.valid_from AS day, c.name AS name ORDER BY day"
    assert rows(graph, text) == [["银行", "2023-04", "甲"], ["银行", "2023-07", "甲"]]
    assert rows(graph, "MATCH (:Bank)-[l:LENDS_TO]->() RETURN count(l) AS n, count(DISTINCT l.id) AS ids") == [[2, 2]]
    assert rows(graph, "MATCH (c:Company)-[l]-(b:Bank)-[m]-(d:Company) RETURN count(*) AS n") == [[2]]


def test_null_names_are_null_and_numbers_are_exact(graph: Graph) -> None:
    assert rows(graph, "MATCH (c:Company) WHERE c.name IS NULL RETURN count(c) AS n") == [[1]]
    assert rows(graph, "MATCH (c:Company) RETURN count(c.name) AS n") == [[2]]
    text = "MATCH (c:Company) RETURN c.name AS name, c.women_employees AS women, c.leading AS leading ORDER BY name"
    assert sorted(rows(graph, text), key=str) == sorted(
        [["甲", 2**63 - 1, True], ["乙", 0, False], [None, None, None]], key=str
    )
    women = gk.query(graph, "MATCH (c:Company) RETURN c.women_employees AS women")["women"]
    assert women.dtype == pd.Int64Dtype()
    nameless = gk.from_records([{"type": "Company", "key": "x"}])
    assert rows(nameless, "MATCH (c:Company) RETURN c.name AS name, c.kind AS kind") == [[None, None]]


def test_sources_evidence_and_statistics_are_nodes(graph: Graph) -> None:
    text = "MATCH (e:Evidence)-[:FROM]->(s:Source) MATCH (c:Company) WHERE c.id = e.element_id "
    text += "RETURN c.name AS name, e.place AS place, e.quote AS quote, e.confidence AS sure, s.name AS source"
    assert rows(graph, text) == [["甲", "¶7", "甲公司", 0.9, "报道"]]
    text = "MATCH (s:Source)<-[:FROM]-(t:Statistic)-[:ABOUT]->(c:Company) "
    text += "RETURN c.name AS name, t.value AS value, s.date AS date"
    assert rows(graph, text) == [["甲", 34.0, "2023"]]
    assert rows(graph, "MATCH (c:Company) WHERE c.name = '乙' RETURN size(c.sources) AS n") == [[1]]
    same = (
        "MATCH (t:Statistic)-[a:ABOUT]->(c:Company), (t)-[f:FROM]->(s:Source) RETURN a.id = t.id AS a, f.id = t.id AS f"
    )
    assert rows(graph, same) == [[True, True]]


def test_a_cut_graph_gets_no_invented_nodes(graph: Graph) -> None:
    cut = graph.drop(["甲"])
    assert rows(cut, "MATCH (c:Company) RETURN count(c) AS n") == [[2]]
    assert rows(cut, "MATCH (t:Statistic) RETURN count(t) AS n") == [[1]]
    assert rows(cut, "MATCH (t:Statistic)-[a:ABOUT]->() RETURN count(a) AS n") == [[0]]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_and_are_found_by_parameter(text: str) -> None:
    graph = gk.from_records([{"type": "Company", "name": text, "key": "k", "kind": text, "products": [text, ""]}])
    found = gk.query(
        graph,
        "MATCH (c:Company) WHERE c.name = $name RETURN c.name AS name, c.kind AS kind, c.products AS p",
        name=text,
    )
    assert found[["name", "kind"]].values.tolist() == [[text, text]]
    assert list(found["p"].iloc[0]) == [text, ""]


@settings(max_examples=40)
@given(raw_graphs())
def test_every_node_and_edge_of_any_graph_is_there(raw: Graph) -> None:
    graph = resolve(raw)
    index = build_index(graph)
    for name, table in graph.node_tables.items():
        found = index.run(f"MATCH (n:{name}) RETURN n.id AS id, n.name AS name", {}, Limits())
        expected = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
        names = found["name"].astype(object).where(found["name"].notna(), None)
        assert set(zip(found["id"], names, strict=True)) == set(expected)
    for name, table in graph.edge_tables.items():
        found = index.run(f"MATCH (a)-[e:{name}]->(b) RETURN e.id AS id, a.id AS src, b.id AS dst", {}, Limits())
        assert sorted(found.values.tolist()) == sorted(
            list(row.values()) for row in table.select(["id", "src", "dst"]).to_pylist()
        )


def test_parallel_edges_stay_apart_whatever_types_they_join() -> None:
    nodes = [
        {"type": "Bank", "name": "甲银行"},
        {"type": "Company", "name": "乙公司"},
        {"type": "Person", "name": "丙"},
    ]
    loans = [
        {"type": "LENDS_TO", "src": "甲银行", "dst": borrower, "valid_from": date, "amount_cny": amount}
        for borrower in ("乙公司", "丙")
        for date, amount in (("2025-01", 1), ("2025-02", 2), ("2025-02", 3))
    ]
    found = gk.query(
        gk.from_records(nodes, loans),
        "MATCH (b)-[e:LENDS_TO]->(x) RETURN x.name AS x, e.id AS id, e.amount_cny AS amount ORDER BY x, amount",
    )
    assert found["amount"].tolist() == [1, 2, 3, 1, 2, 3]
    assert found["id"].is_unique


def test_an_unknown_label_gives_a_warning_and_no_rows(graph: Graph) -> None:
    found = gk.query(graph, "MATCH (c:Compny) RETURN c.name AS name")
    assert found.empty and list(found.columns) == ["name"]
    assert any("Compny" in warning for warning in found.attrs["warnings"])
    assert gk.query(graph, "MATCH (c:Company) RETURN c.name AS name").attrs["warnings"] == []


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("MATCH (n RETURN n", "query-unreadable", 1, None),
        ("MATCH (n:Company)\nRETRUN n.name AS name", "query-unreadable", 2, None),
        ("MATCH (n)\n  CREATE (m)", "query-refused", 2, 3),
        ("MATCH (n) RETURN m.name AS name", "query-unreadable", None, None),
        ("MATCH (n) RETURN nofunction(n) AS name", "query-unreadable", None, None),
        ("RETURN $missing AS x", "query-unreadable", None, None),
    ],
)
def test_a_typo_is_shown_with_its_place(
    graph: Graph, text: str, code: str, line: int | None, column: int | None
) -> None:
    with pytest.raises(gk.QueryError) as caught:
        gk.query(graph, text)
    error = caught.value
    assert error.code == code and error.hint
    assert error.fields.get("line") == line
    assert column is None or error.fields["column"] == column
    assert line is None or (error.position is not None and text[: error.position].count("\n") == line - 1)


@pytest.mark.parametrize("value", ["\ud800", 2**63, object(), b"x"])
def test_a_parameter_that_cannot_be_passed_is_a_query_error(graph: Graph, value: Any) -> None:
    with pytest.raises(gk.QueryError) as caught:
        gk.query(graph, "RETURN $x AS x", x=value)
    assert caught.value.code == "bad-parameter" and "$x" in caught.value.message


def test_a_query_that_runs_away_is_stopped(graph: Graph) -> None:
    with pytest.raises(gk.QueryError, match=r"longer than 0\.05 seconds"):
        many = gk.from_records([{"type": "Company", "name": str(n)} for n in range(300)])
        gk.query(many, "MATCH (a), (b), (c), (d), (e) RETURN count(*) AS n", limits=Limits(seconds=0.05))
    ten = "UNWIND range(1, 10) AS n RETURN n"
    assert len(gk.query(graph, ten, limits=Limits(rows=10))) == 10
    with pytest.raises(gk.QueryError, match="more than 9 rows") as caught:
        gk.query(graph, ten, limits=Limits(rows=9))
    assert caught.value.code == "too-many-rows"


def test_values_of_several_types_and_nodes_stay_python_values(graph: Graph) -> None:
    found = gk.query(graph, "UNWIND [1, 'a', true] AS x RETURN x")
    assert found["x"].tolist() == [1, "a", True]
    node = gk.query(graph, "MATCH (b:Bank) RETURN b")["b"].iloc[0]
    assert node["properties"]["name"] == "银行" or node["name"] == "银行"


def test_an_index_is_built_once_and_saved_ones_are_read_back(graph: Graph, tmp_path: Path) -> None:
    assert index_of(graph) is index_of(graph)
    index_of(graph).save(tmp_path / "a.kgl")
    back = load_index(tmp_path / "a.kgl")
    assert back and back.run("MATCH (c:Company) RETURN count(c) AS n", {}, Limits())["n"].tolist() == [3]
    data = (tmp_path / "a.kgl").read_bytes()
    for wrong in (b"", data[:40], data[:-9], b"x" * 100):
        (tmp_path / "a.kgl").write_bytes(wrong)
        assert load_index(tmp_path / "a.kgl") is None
    assert load_index(tmp_path / "missing.kgl") is None


def test_threads_take_turns(graph: Graph) -> None:
    found: list[int] = []

    def ask() -> None:
        for _ in range(20):
            found.append(int(gk.query(graph, "MATCH (c:Company) RETURN count(c) AS n")["n"].iloc[0]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 80
