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
    "MATCH (n) RETURN n.name AS name;",
    "EXPLAIN MATCH (n) RETURN n.name AS name",
    "CYPHER 5 runtime=slotted MATCH (use) RETURN use.name AS name",
    "CYPHER 25 EXPLAIN LET x = 1 RETURN x",
    "OPTIONAL MATCH (n) RETURN {show: n.name, use: 1.5} AS x",
    "CALL pagerank() YIELD node RETURN count(node) AS n",
    "CALL `db`.`labels`() YIELD label RETURN label",
    "CALL apoc.path.expand(n, 'X', '', 1, 2) YIELD path RETURN path",
    "CALL gds.pageRank.stream('g') YIELD score RETURN score",
    "RETURN apoc.text.join(['a'], ',') AS x",
    "MATCH (n) // CREATE (x)\r\nRETURN n.name AS name",
    "MATCH (n) // \u2028CREATE (x)\nRETURN n.name AS name",
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
    ("MATCH (n) // Neo4j ends a comment here\rSET n.x = 1", "SET"),
    ("MATCH (n)\u00a0SET n.x = 1", "SET"),
    ("MATCH (n) WHERE n.x = 1.SET n.y = 2", "SET"),
    ("MATCH (n) WHERE n.x = 1. SET n.y = 2", "SET"),
    ("MATCH (n) WITH n AS `a```  SET `a```.h = 1", "SET"),
    ("MATCH (n) /* a /* b */ SET n.h = 1 /* */", "SET"),
    ("MATCH (n) CALL (n) { SET n.h = 1 } IN 2 CONCURRENT TRANSACTIONS RETURN 1 AS x", "SET"),
    ("MATCH (n) CALL (n) { RETURN 1 AS y } IN 2 CONCURRENT TRANSACTIONS RETURN 1 AS x", "IN TRANSACTIONS"),
    ("RETURN 1 AS x; RETURN 2 AS x", "second statement"),
    ("CYPHER 5 CREATE (n)", "CREATE"),
    ("CYPHER runtime=slotted MATCH (n) SET n.x = 1", "SET"),
    ("EXPLAIN MATCH (n) NODETACH DELETE n", "NODETACH"),
    ("CYPHER 25 WHEN true THEN MATCH (n) SET n.h = 1", "SET"),
    ("RETURN 1 AS x NEXT MATCH (n) SET n.h = 1", "SET"),
    ("USE system MATCH (n) RETURN n.name AS name", "USE"),
    ("MATCH (n) CALL { USE other MATCH (m) RETURN m.name AS x } RETURN x", "USE"),
    ("SHOW USERS", "SHOW"),
    ("SHOW SETTINGS YIELD name RETURN name", "SHOW"),
    ("SHOW TRANSACTIONS YIELD transactionId AS x TERMINATE TRANSACTIONS x", "TERMINATE"),
    ("START DATABASE neo4j", "START"),
    ("DRYRUN REALLOCATE DATABASES", "DRYRUN"),
    ("LOAD/**/CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV"),
    ("MATCH (n) load csv from 'http://127.0.0.1' AS row RETURN row", "LOAD CSV"),
    ("USING PERIODIC COMMIT LOAD CSV FROM 'x' AS row RETURN row", "LOAD CSV"),
    ("CALL db.createLabel('Hacked')", "db.createLabel"),
    ("CALL `db` . `createLabel`('Hacked')", "db.createLabel"),
    ("OPTIONAL CALL db.createLabel('Hacked')", "db.createLabel"),
    ("CALL { CALL db.createLabel('Hacked') } RETURN 1 AS x", "db.createLabel"),
    ("CALL db.clearQueryCaches()", "db.clearQueryCaches"),
    ("CALL dbms.listConfig() YIELD name RETURN name", "dbms.listConfig"),
    ("CALL dbms.upgrade()", "dbms.upgrade"),
    ("CALL apoc.load.json('file:///x') YIELD value RETURN value", "apoc.load.json"),
    ("CALL gds.pageRank.write('g', {})", "gds.pageRank.write"),
    ("RETURN apoc.cypher.runFirstColumnSingle('MATCH (n) RETURN n', {}) AS x", "apoc.cypher.run"),
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
