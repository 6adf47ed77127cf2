"""Every shipped question gives the same rows on the embedded index and on a server, over the real and invented data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import neo4j
import pytest

import graphkit as gk
from graphkit.demo import datasets
from graphkit.errors import QueryError
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.store import Neo4jStore
from tests.cypher.test_guard import WRITES
from tests.neo4j.answers import assert_equal
from tests.neo4j.conftest import Emptied
from tests.neo4j_server import DATABASE

Both = tuple[gk.Graph, Neo4jStore]
ORGANISATIONS = {"sources": ("南安市妇联", "晶澳", "苏州市相城区妇联"), "example_county": ("霁川县妇联",)}


@pytest.fixture(scope="module", params=list(ORGANISATIONS))
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, gk.Graph]:
    """The five sources, and the example county, out of a file."""
    file: Path = tmp_path_factory.mktemp("queries") / "store.duckdb"
    with gk.open_store(file) as store:
        gk.load(store, *datasets(request.param))
        return request.param, store.read()


@pytest.fixture(scope="module")
def both(emptied: Emptied, loaded: tuple[str, gk.Graph]) -> Iterator[Both]:
    """A graph and the server that holds it."""
    with Neo4jStore(emptied(), resolve) as store:
        store.write(loaded[1])
        yield loaded[1], store


@pytest.mark.parametrize("question", gk.shipped_queries(), ids=lambda question: question.name)
def test_a_shipped_question_is_answered_alike(
    both: Both, loaded: tuple[str, gk.Graph], question: gk.ShippedQuery
) -> None:
    graph, store = both
    required = [parameter.name for parameter in question.parameters if parameter.required]
    for name in ORGANISATIONS[loaded[0]] if required else ("",):
        given = dict.fromkeys(required, name)
        here = gk.query(graph, question, portable=True, **given)
        there = gk.query(store, question, portable=True, **given)
        assert_equal(here, there, ordered=True, about=f"{question.name} {given}")
        assert tuple(here.columns) == question.columns


def test_most_questions_have_an_answer(both: Both, loaded: tuple[str, gk.Graph]) -> None:
    empty = []
    for question in gk.shipped_queries():
        name = ORGANISATIONS[loaded[0]][0]
        given = {parameter.name: name for parameter in question.parameters if parameter.required}
        if gk.query(both[0], question, **given).empty:
            empty.append(question.name)
    assert len(empty) <= len(gk.shipped_queries()) // 3, empty


Asked = Callable[[str], tuple[str, bool]]


@pytest.fixture
def in_read_session(target: Settings) -> Iterator[Asked]:
    """Ask past the guard, in a session that may only read; give the refusal's code, and whether anything changed."""
    with neo4j.GraphDatabase.driver(target.uri, auth=("neo4j", target.password) if target.password else None) as driver:

        def ask(text: str) -> tuple[str, bool]:
            before, code = _state(driver), ""
            with driver.session(database=DATABASE, default_access_mode=neo4j.READ_ACCESS) as session:
                try:
                    session.run(text).consume()
                except neo4j.exceptions.Neo4jError as error:
                    code = error.code or "none"
            return code, _state(driver) != before

        driver.execute_query("CREATE (:Bank {name: '银行'})-[:LENDS_TO]->(:Company {name: '甲'})", database_=DATABASE)
        yield ask


def _state(driver: neo4j.Driver) -> list[object]:
    """All that a query could have changed: nodes, properties, edges, labels, indexes."""
    asked = [
        "MATCH (n) RETURN labels(n) AS a, properties(n) AS b ORDER BY n.name",
        "MATCH ()-[r]->() RETURN count(r) AS a",
    ]
    asked += ["CALL db.labels() YIELD label RETURN label ORDER BY label", "SHOW INDEXES YIELD name RETURN name"]
    return [[record.values() for record in driver.execute_query(text, database_=DATABASE).records] for text in asked]


WRITING = [
    "CREATE (:Hacked)",
    "MATCH (n:Bank) SET n.x = 1",
    "MATCH (n:Bank) // a comment\rSET n.x = 1",
    "MATCH (n:Bank) DETACH DELETE n",
    "MERGE (n:Hacked {id: 1}) RETURN n.id AS id",
    "MATCH (n:Bank) CALL (n) { SET n.x = 1 } RETURN 1 AS x",
    "MATCH (n:Bank) FOREACH (x IN [1] | SET n.x = x)",
    "CALL db.createLabel('Hacked')",
    "CALL db.createProperty('hacked')",
    "CREATE CONSTRAINT hacked FOR (n:Hacked) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX hacked FOR (n:Hacked) ON (n.id)",
    "CYPHER 5 MATCH (n:Bank) SET n.x = 1",
    "MATCH (n:Bank) SET n:Hacked",
]


@pytest.mark.parametrize("text", WRITING)
def test_what_writes_is_refused_by_both_and_by_the_session(target: Settings, in_read_session: Asked, text: str) -> None:
    graph = gk.from_records([{"type": "Bank", "name": "银行"}])
    with Neo4jStore(target, resolve) as store:
        for asked in (graph, store):
            with pytest.raises(QueryError) as caught:
                gk.query(asked, text)
            assert caught.value.code == "query-refused"
    code, changed = in_read_session(text)
    assert code.endswith("AccessMode") and not changed


def test_nothing_that_the_guard_refuses_writes_in_a_read_session(in_read_session: Asked) -> None:
    for text, _ in WRITES:
        _, changed = in_read_session(text)
        assert not changed, text
