"""The contract of every store, on a real server: the tests of tests/stores/test_contract.py with another `fresh`."""

from collections.abc import Iterator

import pytest

import graphkit as gk
import tests.stores.test_contract as contract
from graphkit.identity import resolve
from graphkit.stores.base import Store
from graphkit.stores.neo4j.store import Neo4jStore
from tests.neo4j.conftest import Emptied
from tests.neo4j_server import Foreign, Server

globals().update({name: test for name, test in vars(contract).items() if name.startswith("test_")})


@pytest.fixture(scope="module")
def fresh(emptied: Emptied) -> contract.Fresh:
    """Open a store on the server, emptied."""
    return lambda: Neo4jStore(emptied(), resolve)


@pytest.fixture
def store(fresh: contract.Fresh) -> Iterator[Store]:
    with fresh() as opened:
        yield opened


def test_the_uri_of_a_server_opens_a_store_there(server: Server | Foreign, store: Store) -> None:
    store.write(contract.edition("Q2", "2026-06-30", "甲"))
    settings = {"NEO4J_PASSWORD": server.password or ""}
    for uri in (server.uri, server.uri.replace("bolt://", "neo4j://")):
        with gk.open_store(uri, settings=settings) as opened:
            assert opened.revision == 1 and opened.counts() == store.counts()
