"""The real neo4j-admin reads what is exported for it; the server then holds what a push would have brought."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings

import graphkit as gk
from graphkit.demo import datasets
from graphkit.exporters.neo4j_import import export_neo4j_import
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.diff import diff
from graphkit.stores.neo4j.parts import EVERYTHING, PushOptions
from graphkit.stores.neo4j.plan import push_plan
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from tests.neo4j.test_push import assert_same
from tests.neo4j_server import DATABASE, VERSIONS, Server, Unavailable, wipe
from tests.strategies import HOSTILE, raw_graphs

ALL = PushOptions(sensitive=EVERYTHING)
LINES = [pytest.param(line, marks=pytest.mark.xdist_group(f"neo4j-{line}")) for line in VERSIONS]


@pytest.fixture(scope="module", params=LINES)
def own(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of this file's own: it is stopped while the tool fills its home."""
    try:
        with Server(request.param) as server:
            yield server
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    with gk.open_store(tmp_path_factory.mktemp("import") / "county.duckdb") as store:
        gk.load(store, *datasets("example_county"))
        graph: Graph = store.read()
    return graph


@pytest.fixture(scope="module")
def hostile() -> Graph:
    """Random graphs of many sources in one, and each text that has hurt other programs, alone and in lists."""
    found: dict[str, Graph] = {}

    @settings(max_examples=40, database=None, phases=[Phase.generate])
    @given(raw=raw_graphs())
    def collect(raw: Graph) -> None:
        found[str(raw.sources["id"][0])] = raw

    collect()
    texts = [*filter(None, HOSTILE), "x\\", '\\"', '"', "\t", "=1+1", "a;b", "a,b", "\x1f"]
    lists = [[""], [], ["", ""], ["a", ""], *([text] for text in texts), texts]
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": text, "key": f"k{n}", "products": lists[n % len(lists)], "kind": text}
        for n, text in enumerate([*texts, *"甲乙丙丁"])
    ]
    nodes.append({"type": "Company", "name": "长", "kind": "长" * 1_500_000})
    nodes += [{"type": "Federation", "name": text, "key": f"f{n}"} for n, text in enumerate(texts)]
    edges = [{"type": "COVERS", "src": f"f{n}", "dst": f"k{n}", "key": text} for n, text in enumerate(texts)]
    own = from_records(nodes, edges, source={"dataset": "`x\\u0060", "name": '";'}).raw
    assert own and len(found) > 3
    return resolve(join_raw(own, *found.values()))


def filled(server: Server, folder: Path) -> Settings:
    """Fill a server from a folder, as its README says."""
    server.stop()
    server.admin("database", "import", "full", "--overwrite-destination", DATABASE, "@import.args", folder=folder)
    server.start()
    with neo4j.GraphDatabase.driver(server.uri) as driver, driver.session(database=DATABASE) as session:
        for statement in (folder / "constraints.cypher").read_text(encoding="utf-8").splitlines():
            session.run(statement.removesuffix(";")).consume()
    return Settings(server.uri)


def everything(server: Server) -> list[list[Any]]:
    """All that a server holds, but for the marks of the load."""
    told = "[k IN keys(e) WHERE NOT k IN ['gk_load', 'load'] | [k, e[k]]]"
    queries = [
        f"MATCH (e) RETURN labels(e), e.id, {told} ORDER BY labels(e), e.id",
        f"MATCH (a)-[e]->(b) RETURN type(e), e.id, a.id, b.id, {told} ORDER BY type(e), e.id",
        "MATCH (e) WHERE e.gk_load IS NULL RETURN labels(e)",
        "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN name, type, labelsOrTypes, properties "
        "ORDER BY name",
    ]
    with neo4j.GraphDatabase.driver(server.uri) as driver:
        found = [driver.execute_query(query, database_=DATABASE).records for query in queries]
    return [[_sorted(record.values()) for record in records] for records in found]


def _sorted(values: list[Any]) -> list[Any]:
    """Properties come in any order."""
    return [sorted(v, key=repr) if isinstance(v, list) and v and isinstance(v[0], list) else v for v in values]


@pytest.mark.parametrize("name", ["county", "hostile"])
def test_a_server_that_is_filled_by_import_is_as_one_filled_by_push(
    own: Server, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph: Graph = request.getfixturevalue(name)
    target = filled(own, export_neo4j_import(graph, tmp_path / "files", ALL))
    assert push_plan(graph, target, ALL).changes == 0
    assert diff(graph, target, ALL).empty
    found, report = pull(target)
    assert_same(graph, found)
    assert not report.unfinished and not report.foreign and not report.unknown.num_rows
    again = push(graph, target, PushOptions(prune=True, force=True, sensitive=EVERYTHING))
    assert again.changes == 0 == sum(again.counters.values())
    imported = everything(own)
    wipe(own.uri)
    push(graph, target, ALL)
    for there, here in zip(imported, everything(own), strict=True):
        assert there == here


def test_what_stays_at_home_and_what_has_no_end_is_not_in_the_files(own: Server, tmp_path: Path) -> None:
    nodes = [{"type": "Company", "name": "甲", "phone": "13800000000"}, {"type": "Federation", "name": "妇联"}]
    edges = [{"type": "COVERS", "src": "妇联", "dst": "甲"}]
    whole = from_records(
        [*nodes, {"type": "Bank", "name": "银行"}], [*edges, {"type": "LENDS_TO", "src": "银行", "dst": "甲"}]
    )
    assert whole.raw
    cut = Graph(
        whole.schema, {k: v for k, v in whole.node_tables.items() if k != "Bank"}, whole.edge_tables, whole.sources
    )
    folder = export_neo4j_import(cut, tmp_path / "files")
    assert not any(b"13800000000" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    told = json.loads((folder / "import.json").read_text(encoding="utf-8"))
    assert told["orphans"] == {"LENDS_TO": {"left_out": 1, "examples": whole.table("LENDS_TO")["id"].to_pylist()}}
    target = filled(own, folder)
    told_plan = push_plan(cut, target)
    assert told_plan.changes == 0
    assert push_plan(cut, target, PushOptions(sensitive=("Company.phone",))).changes == 1
    found, _ = pull(target)
    assert found.raw is None and found.rows == 3 and pa.types.is_null(found.table("Company")["phone"].type) is False
