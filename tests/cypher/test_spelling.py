"""kglite reads a query in its own spelling; names, messages and places come back as they were asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.cypher.spelling import as_asked, place_asked, spelled
from graphkit.errors import QueryError


@pytest.fixture(scope="module")
def graph() -> gk.Graph:
    return gk.from_records([{"type": "Company", "name": "甲"}, {"type": "Company", "name": "乙"}])


def test_chinese_names_of_variables_and_columns_are_taken(graph: gk.Graph) -> None:
    found = gk.query(graph, "MATCH (企业:Company) /* 全\n部 */ RETURN 企业.name AS 名称, {数量: 1} AS m ORDER BY 名称")
    assert list(found.columns) == ["名称", "m"]
    assert found["名称"].tolist() == ["乙", "甲"] and found["m"].tolist() == [{"数量": 1}] * 2
    assert gk.query(graph, "MATCH (`企业`:Company) RETURN count(*) AS `数 量`").columns.tolist() == ["数 量"]


def test_a_comment_ends_at_a_carriage_return(graph: gk.Graph) -> None:
    assert gk.query(graph, "MATCH (c:Company) // all\rWHERE c.name = '甲' RETURN count(c) AS n")["n"].tolist() == [1]


def test_an_error_speaks_of_what_was_asked(graph: gk.Graph) -> None:
    with pytest.raises(QueryError) as caught:
        gk.query(graph, "MATCH (企业:Company)\nRETURN 企业.name AS 名称\nRETRUN")
    error = caught.value
    assert "zq" not in error.message
    assert error.position is None or error.fields["line"] <= 3
    with pytest.raises(QueryError, match="没有"):
        gk.query(graph, "MATCH (企业:Company) RETURN 没有.name AS 名称")


@given(st.text("企业aAS数(){}.:$`'\"/*\n\r ,", max_size=30))
def test_spelling_adds_no_line_and_loses_no_place(text: str) -> None:
    changed = spelled(text)
    assert changed.count("\n") == text.count("\n")
    assert place_asked(text, len(changed)) <= len(text)
    places = [place_asked(text, place) for place in range(len(changed) + 1)]
    assert places == sorted(places)


@given(st.text(max_size=20))
def test_what_is_ascii_is_not_spelled_anew(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode().replace("/", "")
    assert spelled(plain) == plain


def test_spelled_names_come_back() -> None:
    assert as_asked(spelled("企业.name")) == "企业.name"
    assert as_asked("zqxz zq") == "zqxz zq"


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:Bank)-[r:LENDS_TO]->(b) MATCH (c:Company {status: r.status}) RETURN count(*) AS n",
        "MATCH (a:Company {name: a.name}) RETURN count(a) AS n",
        "MATCH (a:Bank) WHERE EXISTS { MATCH (a)-[r:LENDS_TO]->(b {name: r.id}) } RETURN count(a) AS n",
    ],
)
def test_what_the_index_would_answer_wrongly_is_refused(graph: gk.Graph, text: str) -> None:
    with pytest.raises(QueryError, match="finds nothing") as caught:
        gk.query(graph, text)
    assert "WHERE" in caught.value.hint


def test_a_map_may_read_a_node_found_before(graph: gk.Graph) -> None:
    text = "MATCH (a:Company) WITH a MATCH (b:Company {name: a.name}) RETURN count(b) AS n"
    assert gk.query(graph, text)["n"].tolist() == [2]
