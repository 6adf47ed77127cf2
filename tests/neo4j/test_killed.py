"""A push that is killed, or whose server is, leaves a record of before or after; run again, it ends as ever."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.files import write_parquet
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.parts import PushOptions
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from graphkit.stores.neo4j.store import Neo4jStore
from tests.neo4j.test_push import assert_same
from tests.neo4j_server import Server, Unavailable

# Pushes a graph in small batches and prints a line at each; the password comes by the environment alone.
PUSHER = """
import os, sys
from graphkit.graph.files import read_parquet
from graphkit.stores.neo4j.connect import settings_from
from graphkit.stores.neo4j.parts import PushOptions
from graphkit.stores.neo4j.push import push
options = PushOptions(prune=True, force=True, batch=10)
push(read_parquet(sys.argv[1]), settings_from(os.environ), options, on_progress=lambda *told: print(*told, flush=True))
"""
SMALL = PushOptions(prune=True, force=True, batch=10)
PASSWORD = "a-password-of-tests"


def edition(size: int, mode: str) -> Graph:
    nodes = [{"type": "Federation", "name": "妇联"}]
    nodes += [{"type": "Company", "name": f"公司{n}", "kind": mode} for n in range(size)]
    edges = [{"type": "COVERS", "src": "妇联", "dst": f"公司{n}", "mode": mode} for n in range(size)]
    return from_records(nodes, edges, source={"dataset": "台账", "publisher": mode, "name": "台账"})


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """A server of this file's own, for it is killed."""
    try:
        with Server(password=PASSWORD) as server:
            yield server
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def target(own: Server) -> Settings:
    return Settings(own.uri, password=PASSWORD, patience=2)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Graph, Path]]:
    both = [edition(60, "own"), edition(90, "joint")]
    return [(graph, write_parquet(graph, tmp_path_factory.mktemp("graph") / "g")) for graph in both]


def held(target: Settings) -> str | None:
    """Read the record that a killed push left, whole, and say which edition it is."""
    with Neo4jStore(target, resolve) as store:
        if store.revision == 0:
            return None
        graph = store.read()
    mode = str(graph.sources["publisher"][0].as_py())
    expected = edition({"own": 60, "joint": 90}[mode], mode)
    assert_same(expected, graph)
    return mode


def kill_after(lines: int, folder: Path, target: Settings) -> int:
    """Start a push and kill it at its n-th line of progress; return how many lines it wrote."""
    env = os.environ | {"NEO4J_URI": target.uri, "NEO4J_PASSWORD": PASSWORD}
    command = [sys.executable, "-c", PUSHER, str(folder)]
    told = 0
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for told, _ in enumerate(process.stdout, 1):
            if told == 1:
                assert PASSWORD not in Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
            if told == lines:
                process.kill()
                break
    return told


def push_lines(graph: Graph, target: Settings) -> list[str]:
    """Push a graph and return of what its progress tells, line by line."""
    told: list[str] = []
    push(graph, target, SMALL, on_progress=lambda name, *_: told.append(name))
    return told


def test_a_client_killed_at_any_point_is_made_good_by_running_again(
    target: Settings, graphs: list[tuple[Graph, Path]]
) -> None:
    rng = random.Random(5)
    kill_after(10**6, graphs[0][1], target)
    told = push_lines(graphs[1][0], target)
    looking, ended = told.index("Company"), len(told) - told[::-1].index("verify")
    kill_after(10**6, graphs[0][1], target)
    for turn in range(1, 8):
        graph, folder = graphs[turn % 2]
        point = rng.randrange(looking, ended)
        assert kill_after(point, folder, target) <= point
        assert held(target) in (None, "own", "joint")
        push(graph, target, SMALL)
        assert_same(graph, pull(target)[0])
        again = push(graph, target, SMALL)
        assert again.changes == 0 and not any(again.counters.values())


def test_a_server_killed_at_any_point_is_made_good_by_running_again(
    own: Server, target: Settings, graphs: list[tuple[Graph, Path]]
) -> None:
    push(graphs[0][0], target, SMALL)
    told = push_lines(graphs[1][0], target)
    looking, ended = told.index("Company"), told.index("verify")
    rng = random.Random(6)
    for turn in range(3):
        graph, _ = graphs[turn % 2]
        countdown = rng.randrange(looking, ended)

        def kill(*_: object) -> None:
            nonlocal countdown
            countdown -= 1
            if countdown == 0:
                own.kill()

        with pytest.raises(gk.StoreError) as caught:
            push(graph, target, SMALL, on_progress=kill)
        assert caught.value.code == "server-down" and PASSWORD not in str(caught.value)
        own.start()
        assert held(target) in ("own", "joint")
        push(graph, target, SMALL)
        assert_same(graph, pull(target)[0])
        assert push(graph, target, SMALL).changes == 0
