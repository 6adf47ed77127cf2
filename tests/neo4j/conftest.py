"""One real Neo4j server of each line for the whole run; without one, skip on a desk and fail where CI=true."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from graphkit.stores.neo4j.connect import Settings
from tests.neo4j_server import DATABASE, VERSIONS, Foreign, Server, Unavailable, running, wipe

LINES = ("foreign",) if os.environ.get("NEO4J_TEST_URI") else VERSIONS


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one server on one worker: each worker would start a server of its own."""
    for item in items:
        line = getattr(item, "callspec", None) and item.callspec.params.get("server")  # type: ignore[attr-defined]
        if line:
            item.add_marker(pytest.mark.xdist_group(f"neo4j-{line}"))


@pytest.fixture(scope="session", params=LINES)
def server(request: pytest.FixtureRequest) -> Iterator[Server | Foreign]:
    """A server that tests share; `clean_server` is what most of them want."""
    try:
        with running(request.param) as found:
            yield found
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def clean_server(server: Server | Foreign) -> Server | Foreign:
    """The server with an empty database."""
    wipe(server.uri, server.auth)
    return server


Emptied = Callable[[], Settings]


@pytest.fixture(scope="session")
def emptied(server: Server | Foreign) -> Iterator[Emptied]:
    """Remove every node of the server and say how it is reached; constraints stay, which are costly to make."""
    with neo4j.GraphDatabase.driver(server.uri, auth=server.auth) as driver:

        def empty() -> Settings:
            driver.execute_query("MATCH (n) DETACH DELETE n", database_=DATABASE)
            return Settings(server.uri, password=server.password)

        yield empty


@pytest.fixture
def target(emptied: Emptied) -> Settings:
    """Where an empty server is."""
    return emptied()


Ask = Callable[..., list[list[Any]]]


@pytest.fixture
def ask(server: Server | Foreign) -> Iterator[Ask]:
    """Do something on the server as somebody else, who knows nothing of graphkit."""
    with neo4j.GraphDatabase.driver(server.uri, auth=server.auth) as driver:

        def run(query: str, **params: Any) -> list[list[Any]]:
            return [record.values() for record in driver.execute_query(query, params, database_=DATABASE).records]

        yield run
