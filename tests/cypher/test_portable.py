"""What the two engines answer differently is refused with its place and what to use instead; the rest passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.cypher.disagreements import ALIKE as FUNCTIONS_ALIKE
from graphkit.cypher.disagreements import DISAGREEMENTS, FUNCTIONS
from graphkit.cypher.portable import check_portable
from graphkit.errors import QueryError
from tests.cypher_disagreements import ALIKE, EXAMPLES, Example
from tests.cypher_random import random_query


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}: {example.text[:60]}")
def test_what_differs_is_refused(example: Example) -> None:
    with pytest.raises(QueryError) as caught:
        check_portable(example.text)
    error = caught.value
    assert error.code == "query-not-portable" and error.fields["rule"] == example.rule
    assert error.hint.startswith("Use ")
    assert error.position is not None and 0 <= error.position < len(example.text)
    assert f"line {error.fields['line']}, column {error.fields['column']}" in error.message


def test_each_disagreement_has_an_example() -> None:
    assert {example.rule for example in EXAMPLES} == set(DISAGREEMENTS)
    assert not FUNCTIONS_ALIKE & set(FUNCTIONS)


@pytest.mark.parametrize("text", ALIKE)
def test_what_is_answered_alike_passes(text: str) -> None:
    check_portable(text)


@pytest.mark.parametrize(
    ("text", "place", "instead"),
    [
        ("MATCH (n:Company)\nWHERE n.type = 'x'\nRETURN n.id AS id", (2, 9), "labels(n)[0]"),
        ("MATCH (n:Company) RETURN n.name AS x, round(n.x) AS y", (1, 39), "floor(x + 0.5)"),
        ("MATCH (n:Company) RETURN n.name AS x, n.kind", (1, 39), "n.name AS name"),
        ("MATCH (n:Company) RETURN n.name AS x LIMIT 5", (1, 38), "ORDER BY"),
    ],
)
def test_the_place_and_what_to_use_instead_are_told(text: str, place: tuple[int, int], instead: str) -> None:
    with pytest.raises(QueryError) as caught:
        check_portable(text)
    assert (caught.value.fields["line"], caught.value.fields["column"]) == place
    assert instead in caught.value.hint


def test_what_writes_is_refused_first() -> None:
    with pytest.raises(QueryError) as caught:
        check_portable("MATCH (n) SET n.type = 1 RETURN n")
    assert caught.value.code == "query-refused"


def test_a_query_is_checked_when_asked() -> None:
    graph = gk.from_records([{"type": "Company", "name": "甲"}])
    assert gk.query(graph, "MATCH (n:Company) RETURN n.title AS x")["x"].tolist() == ["甲"]
    with pytest.raises(QueryError, match="title"):
        gk.query(graph, "MATCH (n:Company) RETURN n.title AS x", portable=True)


@pytest.mark.parametrize("seed", range(0, 400, 40))
def test_random_queries_are_portable(seed: int) -> None:
    for number in range(seed, seed + 40):
        check_portable(random_query(number)[0])


WORDS = st.sampled_from(
    "MATCH RETURN WITH WHERE AS ORDER BY LIMIT CASE WHEN THEN END n r p ( ) [ ] { } - > < : , . * | / = ! + 1 'x' $ "
    "count collect EXISTS UNWIND IN CALL UNION Company COVERS name type ; % ~ & `a` 企业".split()
)


@given(st.lists(WORDS, max_size=25))
def test_any_words_are_answered_or_refused(words: list[str]) -> None:
    text = " ".join(words)
    try:
        check_portable(text)
    except QueryError as error:
        assert error.position is not None
