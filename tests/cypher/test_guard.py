"""A query that writes is refused before any engine sees it, with line and column; one that reads is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.cypher.guard import WRITING, check_read_only, offset, position, tokens
from graphkit.errors import QueryError

READS = [
    "MATCH (n) RETURN n.name AS name",
    "MATCH (n:Set) WHERE n.create = 1 RETURN n.delete AS x",
    "MATCH (n)-[:CREATE]->(m) RETURN m.name AS set_name",
    "MATCH (n) WHERE n.name = 'DELETE everything; CREATE (x)' RETURN n.name AS name",
    'RETURN "MERGE // no comment" AS x',
    "MATCH (n) /* CREATE (m) */ RETURN n.name AS name // DETACH DELETE n",
    "MATCH (`CREATE`) RETURN `CREATE`.name AS `SET`",
    "MATCH (n) WHERE n.name = $merge RETURN count(n) AS offset",
    "CALL { MATCH (n) RETURN count(n) AS c } RETURN c",
    "CALL db.labels() YIELD label RETURN label AS start",
    "CALL db.labels YIELD label RETURN label AS start",
    "UNWIND [1, 2] AS settings RETURN settings",
    "MATCH (n) WHERE n.name = 'it\\'s; CREATE (x)' RETURN n.name AS name",
]
WRITES = [
    ("CREATE (n)", "CREATE"),
    ("create (n)", "CREATE"),
    ("MATCH (n) SeT n.x = 1", "SET"),
    ("MATCH (n) DETACH/**/DELETE n", "DETACH"),
    ("MATCH (n)//\nDELETE n", "DELETE"),
    ("MATCH (n) REMOVE n.x", "REMOVE"),
    ("MERGE (n:A {id: 1}) RETURN n", "MERGE"),
    ("MATCH (n) FOREACH (x IN [1] | SET n.x = x)", "FOREACH"),
    ("DROP INDEX a", "DROP"),
    ("CALL { CREATE (n) RETURN n } RETURN 1 AS x", "CREATE"),
    ("CALL (x) { WITH x SET x.y = 1 } RETURN 1 AS x", "SET"),
    ("MATCH (n) CALL { WITH n RETURN n } IN TRANSACTIONS RETURN 1 AS x", "IN TRANSACTIONS"),
    ("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV"),
    ("MATCH (n) RETURN n; CREATE (m)", "CREATE"),
    ("INSERT (:A)", "INSERT"),
    ("GRANT ROLE x TO y", "GRANT"),
    ("CALL apoc.create.node(['A'], {}) YIELD node RETURN node", "create"),
    ("CALL `apoc`.`refactor`.rename.label('A', 'B')", "refactor"),
    ("CALL apoc.periodic.iterate('MATCH (n) RETURN n', 'DELETE n', {})", "periodic"),
    ("MATCH (n {name: 'x\\u0027}) DETACH DELETE n //'}) RETURN n", "\\u0027"),
    ("RETURN '\\uuu0041' AS x", "\\uuu0041"),
    ("MATCH (n) RETURN `a``b`, '\\\\' CREATE (m)", "CREATE"),
    ("/* unfinished CREATE (n)", "CREATE"),
    ("RETURN 'unfinished SET", "SET"),
]


@pytest.mark.parametrize("text", READS)
def test_what_reads_is_let_through(text: str) -> None:
    check_read_only(text)


@pytest.mark.parametrize(("text", "word"), WRITES)
def test_what_writes_is_refused_at_its_place(text: str, word: str) -> None:
    with pytest.raises(QueryError) as caught:
        check_read_only(text)
    error = caught.value
    assert error.code == "query-refused" and error.hint
    assert word in error.message
    assert error.position is not None
    line, column = position(text, error.position)
    assert (error.fields["line"], error.fields["column"]) == (line, column)
    assert f"line {line}, column {column}" in error.message


@pytest.mark.parametrize("text", ["", "  \n", "// only a comment", "/* nothing */"])
def test_a_query_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        check_read_only(text)


@given(st.sampled_from(sorted(WRITING)), st.sampled_from([" ", "\n", "\t", "/**/", "//\n", "\u00a0", "\r\n"]))
def test_no_blank_and_no_comment_hides_a_clause(word: str, gap: str) -> None:
    with pytest.raises(QueryError):
        check_read_only(f"MATCH (n){gap}{word.swapcase()}{gap}n")


@given(st.text(max_size=40))
def test_any_text_is_answered_or_refused(text: str) -> None:
    for token in tokens(text):
        assert text[token.start :].startswith(token.text)
        line, column = position(text.replace("\r", " "), token.start)
        assert line >= 1 and column >= 1
    try:
        check_read_only(text)
    except QueryError as error:
        assert error.position is not None


def test_places_go_both_ways() -> None:
    text = "MATCH (n)\nRETURN n\n"
    assert [position(text, at) for at in (0, 9, 10, 16)] == [(1, 1), (1, 10), (2, 1), (2, 7)]
    assert [offset(text, *position(text, at)) for at in (0, 9, 10, 16)] == [0, 9, 10, 16]
    assert offset(text, 9, 9) == len(text)
