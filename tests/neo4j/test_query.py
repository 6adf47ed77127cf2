"""Queries on a server: they only read, keep their limits, and come as frames as those of the embedded index do."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import neo4j.exceptions
import pytest

import graphkit as gk
from graphkit.engines.kglite import Limits
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings, open_connection
from graphkit.stores.neo4j.store import Neo4jStore
from tests.neo4j.conftest import Ask
from tests.stores.test_contract import edition

PORTABLE = [
    "MATCH (c:Company) RETURN c.name AS name, c.women_employees AS women ORDER BY name",
    "MATCH (f:Federation)-[r:COVERS]->(c:Company) RETURN f.name AS f, r.mode AS mode, count(c) AS n ORDER BY mode",
    "MATCH (c:Company) RETURN avg(c.women_employees) AS mean, c.group AS is_group ORDER BY mean",
    "MATCH (s:Source) RETURN s.name AS name, s.invented AS invented ORDER BY name",
    "MATCH (c:Company) WHERE c.phone = $phone RETURN c.name AS name, c.phone AS phone ORDER BY name",
]


@pytest.fixture
def store(target: Settings) -> Iterator[Neo4jStore]:
    with Neo4jStore(target, resolve) as opened:
        opened.write(edition("Q2", "2026-06-30", "甲", "乙", women_employees=5, phone="1"))
        yield opened


def test_answers_are_those_of_the_embedded_index(store: Neo4jStore) -> None:
    graph = store.read()
    for text in PORTABLE:
        params: dict[str, Any] = {"phone": "1"} if "$phone" in text else {}
        left, right = gk.query(store, text, **params), gk.query(graph, text, **params)
        assert left.equals(right) and list(left.dtypes) == list(right.dtypes), text


def test_values_of_the_server_become_those_of_python(store: Neo4jStore) -> None:
    text = "MATCH (c:Company)<-[r:COVERS]-(f) WHERE c.name = '甲' "
    text += "RETURN date('2026-01-31') AS day, [c.name] AS names, c AS company, {a: r.mode} AS told"
    row = store.query(text).to_dict("records")[0]
    assert row["day"] == date(2026, 1, 31) and list(row["names"]) == ["甲"]
    assert row["company"]["name"] == "甲" and row["told"] == {"a": "own"}
    assert store.query("MATCH (c:Nothing) RETURN c.name AS name").attrs["warnings"]


def test_queries_that_write_are_refused_here_and_there(store: Neo4jStore, ask: Ask) -> None:
    before = ask("MATCH (n) RETURN count(n)")
    for text in ("CREATE (n:Company) RETURN 1 AS x", "MATCH (n) SET n.x = 1", "MATCH (n) DETACH DELETE n", ""):
        with pytest.raises(gk.QueryError):
            store.query(text)
    connection = open_connection(store.settings)
    with connection.reading() as session, pytest.raises(neo4j.exceptions.ClientError, match=r"AccessMode|read"):
        session.run("CREATE (n:Company {id: 'x'})").consume()
    connection.close()
    assert ask("MATCH (n) RETURN count(n)") == before


def test_limits_and_errors_say_what_to_do(store: Neo4jStore) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("UNWIND range(1, 100) AS x RETURN x AS x", "too-many-rows", {"limits": Limits(rows=99)}),
        (
            "UNWIND range(1, 100000000) AS x WITH x WHERE x % 7 = 8 RETURN count(x) AS n",
            "query-timeout",
            {"limits": Limits(seconds=0.3)},
        ),
        ("MATCH (n RETURN n.name AS name", "query-unreadable", {}),
        ("MATCH (n) RETURN m.name AS name", "query-unreadable", {}),
        ("RETURN $x AS x", "bad-parameter", {"x": 2**70}),
        ("RETURN $x AS x", "bad-parameter", {"x": object()}),
        ("RETURN $missing AS x", "query-unreadable", {}),
    ]
    for text, code, options in asked:
        with pytest.raises(gk.QueryError) as caught:
            store.query(text, **options)
        assert caught.value.code == code and caught.value.hint, text
    with pytest.raises(gk.QueryError) as caught:
        store.query("MATCH (n)\nRETURN m.name AS name")
    assert caught.value.fields["line"] == 2 and caught.value.position == 17
    assert len(store.query("UNWIND range(1, 99) AS x RETURN x AS x", limits=Limits(rows=99))) == 99
