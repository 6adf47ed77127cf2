"""The shipped questions: each is portable, says in two languages what it asks, and gives the columns that it names."""

import pytest

import graphkit as gk
from graphkit.cypher.portable import check_portable
from graphkit.errors import QueryError

QUESTIONS = gk.shipped_queries()


@pytest.fixture(scope="module")
def graph() -> gk.Graph:
    nodes = [
        {"type": "Federation", "name": "甲妇联", "form": "federation"},
        {"type": "Company", "name": "乙公司", "women_employees": 60, "party_organisation": True},
        {"type": "Company", "name": "丙公司", "women_employees": 50, "women_employees_bound": "more_than"},
        {"type": "Company", "name": "丁公司", "women_employees": 50, "party_organisation": True},
        {"type": "Company", "name": "戊公司", "women_employees": 60, "women_employees_bound": "about"},
        {"type": "Company", "name": "己公司", "party_organisation": True},
        {"type": "Company", "name": "3家公司", "group": True},
    ]
    edges = [{"type": "COVERS", "src": "甲妇联", "dst": "乙公司", "mode": "own"}]
    return gk.from_records(nodes, edges)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_each_question_is_portable_and_described(question: gk.ShippedQuery) -> None:
    check_portable(question.text)
    assert set(question.title) == {"zh", "en"}
    assert all(set(parameter.caption) == {"zh", "en"} for parameter in question.parameters)
    assert all(f"${parameter.name}" in question.text for parameter in question.parameters)
    assert question.text.startswith("MATCH ") and "ORDER BY" in question.text


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_each_question_gives_the_columns_that_it_names(question: gk.ShippedQuery, graph: gk.Graph) -> None:
    given = {parameter.name: "甲妇联" for parameter in question.parameters if parameter.required}
    assert tuple(gk.query(graph, question, portable=True, **given).columns) == question.columns


def test_there_are_about_thirty_by_name() -> None:
    names = [question.name for question in QUESTIONS]
    assert names == sorted(names) and len(names) >= 20
    assert gk.shipped_query("covered") in QUESTIONS


def test_parameters_have_defaults_and_narrow_the_answer(graph: gk.Graph) -> None:
    covered = gk.shipped_query("covered")
    assert gk.query(graph, covered)["covered"].tolist() == ["乙公司"]
    assert gk.query(graph, covered, mode="joint").empty


def test_key_candidates_are_told_in_three_values(graph: gk.Graph) -> None:
    found = gk.query(graph, gk.shipped_query("not_covered"))
    told = dict(zip(found["company"], found["key_candidate"], strict=True))
    assert told == {"丙公司": "unknown", "丁公司": "no", "戊公司": "unknown", "己公司": "unknown"}
    lower = gk.query(graph, gk.shipped_query("not_covered"), more_than=40)
    assert dict(zip(lower["company"], lower["key_candidate"], strict=True))["丁公司"] == "yes"


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("covred", {}, "unknown-question"),
        ("covered", {"modus": "own"}, "unknown-parameter"),
        ("covered", {"mode": 3}, "bad-parameter"),
        ("not_covered", {"more_than": "fifty"}, "bad-parameter"),
        ("not_covered", {"more_than": True}, "bad-parameter"),
        ("deeds", {}, "missing-parameter"),
    ],
)
def test_a_wrong_name_or_parameter_is_told(graph: gk.Graph, name: str, given: dict[str, object], code: str) -> None:
    with pytest.raises(QueryError) as caught:
        gk.query(graph, gk.shipped_query(name), **given)
    assert caught.value.code == code and caught.value.hint
