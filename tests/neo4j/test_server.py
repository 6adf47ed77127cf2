"""The throw-away server itself: it answers, survives a kill, and is empty for each test."""

import neo4j
import pytest

from tests.neo4j_server import DATABASE, Foreign, Server


def test_it_answers_and_is_empty(clean_server: Server | Foreign) -> None:
    with neo4j.GraphDatabase.driver(clean_server.uri, auth=clean_server.auth) as driver:
        counted = driver.execute_query("MATCH (n) RETURN count(n) AS n", database_=DATABASE).records
        agent = driver.get_server_info().agent
    assert counted[0]["n"] == 0
    assert clean_server.version == "foreign" or agent == f"Neo4j/{clean_server.version}"


def test_a_killed_server_keeps_what_was_committed(server: Server | Foreign) -> None:
    if isinstance(server, Foreign):
        pytest.skip("a server that others use is not killed")
    with neo4j.GraphDatabase.driver(server.uri) as driver:
        driver.execute_query("CREATE (:Kept {id: 1})", database_=DATABASE)
    server.kill()
    server.start()
    with neo4j.GraphDatabase.driver(server.uri) as driver:
        counted = driver.execute_query("MATCH (n:Kept) RETURN count(n) AS n", database_=DATABASE).records
    assert counted[0]["n"] == 1
