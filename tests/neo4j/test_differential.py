"""Random queries of the portable subset, row for row on both engines; and each known disagreement, seen on both.

There are 1,000 of them, half for each line; `NEO4J_TEST_QUERIES` says how many are asked of each server, and
`NEO4J_TEST_SEED` where they begin.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

import graphkit as gk
from graphkit.cypher.guard import check_read_only
from graphkit.cypher.portable import check_portable
from graphkit.demo import datasets
from graphkit.engines.kglite import index_of
from graphkit.errors import QueryError
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.store import Neo4jStore
from tests.cypher_disagreements import ALIKE, EXAMPLES, Example
from tests.cypher_random import random_query
from tests.neo4j.answers import assert_equal, rows
from tests.neo4j.conftest import Emptied
from tests.neo4j_server import DATABASE, VERSIONS, Foreign, Server

COUNT = int(os.environ.get("NEO4J_TEST_QUERIES", "500"))
FIRST = int(os.environ.get("NEO4J_TEST_SEED", "0"))
AT_ONCE = 50
Both = tuple[gk.Graph, Neo4jStore, Settings]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> gk.Graph:
    """The example county."""
    file: Path = tmp_path_factory.mktemp("differential") / "county.duckdb"
    with gk.open_store(file) as store:
        gk.load(store, *datasets("example_county"))
        return store.read()


@pytest.fixture(scope="module")
def both(emptied: Emptied, graph: gk.Graph) -> Iterator[Both]:
    """The county and the server that holds it."""
    target = emptied()
    with Neo4jStore(target, resolve) as store:
        store.write(graph)
        yield graph, store, target


@pytest.mark.parametrize("start", range(0, COUNT, AT_ONCE))
def test_random_queries_are_answered_alike(both: Both, server: Server | Foreign, start: int) -> None:
    graph, store, _ = both
    line = VERSIONS.index(server.version) if server.version in VERSIONS else 0
    first = FIRST + line * 1_000_000 + start  # each server is asked other queries
    for seed in range(first, min(first + AT_ONCE, first - start + COUNT)):
        text, params = random_query(seed)
        about = f"seed {seed}: {text} {params}"
        check_portable(text)
        ordered = "UNION" not in text and text.rfind("ORDER BY") > text.rfind("RETURN")
        here, there = (_answered(asked, text, params, about) for asked in (graph, store))
        assert_equal(here, there, ordered=ordered, about=about)


def _answered(asked: gk.Graph | gk.Store, text: str, params: dict[str, Any], about: str) -> Any:
    try:
        return gk.query(asked, text, **params)
    except QueryError as error:
        pytest.fail(f"{about}\n{type(asked).__name__} refuses it: {error.message}")


@pytest.mark.parametrize("text", ALIKE)
def test_what_passes_the_guard_is_answered_alike(both: Both, text: str) -> None:
    graph, store, _ = both
    here, there = gk.query(graph, text, portable=True), gk.query(store, text, portable=True)
    assert_equal(here, there, ordered="ORDER BY" in text.rpartition("RETURN")[2], about=text)
    assert len(here)


@pytest.mark.parametrize(
    "example", [example for example in EXAMPLES if example.seen], ids=lambda e: f"{e.rule}: {e.text[:60]}"
)
def test_what_the_guard_refuses_is_answered_differently(both: Both, example: Example) -> None:
    """A rule whose example is answered alike by newer engines may go."""
    graph, _, target = both
    with pytest.raises(QueryError) as caught:
        check_portable(example.text)
    assert caught.value.fields["rule"] == example.rule
    assert _embedded(graph, example.text) != _on_server(target, example.text)


def _embedded(graph: gk.Graph, text: str) -> Any:
    """Ask kglite itself, past every guard; None if it refuses."""
    import kglite

    try:
        view = index_of(graph)._engine.cypher(text)
    except kglite.KgError:
        return None
    return _sorted(list(view.columns), [list(row.values()) for row in view.to_dicts()])


def _on_server(target: Settings, text: str) -> Any:
    auth = ("neo4j", target.password) if target.password else None
    with neo4j.GraphDatabase.driver(target.uri, auth=auth) as driver:
        with driver.session(database=DATABASE, default_access_mode=neo4j.READ_ACCESS) as session:
            try:
                result = session.run(text)
                columns = list(result.keys())
                return _sorted(columns, [list(record.values()) for record in result])
            except (neo4j.exceptions.ClientError, neo4j.exceptions.DatabaseError):
                return None


def _sorted(columns: list[str], found: list[list[Any]]) -> Any:
    return columns, sorted(map(repr, found))


def test_the_index_counts_as_the_server_with_a_pass_of_its_optimiser_switched_off(both: Both) -> None:
    """kglite 0.21.2 answers 0 otherwise."""
    graph, store, _ = both
    text = "MATCH (a:Company)-[:IN_INDUSTRY]->(b:Industry)-[:FEEDS]-(c:Industry) RETURN count(*) AS n"
    check_read_only(text)
    assert rows(gk.query(graph, text)) == rows(gk.query(store, text)) != (["n"], [[0]])
