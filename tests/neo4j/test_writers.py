"""Several writers on one server: they take turns, and none loses what another wrote."""

import threading
from collections.abc import Callable

import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw, raw_rows
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings, connected
from graphkit.stores.neo4j.lock import locked
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from graphkit.stores.neo4j.store import Neo4jStore
from tests.neo4j_server import Foreign, Server


def raw_of(number: int) -> Graph:
    nodes = [{"type": "Company", "name": f"公司{number}-{n}"} for n in range(20)] + [
        {"type": "Federation", "name": "妇联"}
    ]
    edges = [{"type": "COVERS", "src": "妇联", "dst": f"公司{number}-{n}"} for n in range(20)]
    return raw_rows(from_records(nodes, edges, source={"dataset": f"表{number}", "name": f"表{number}"}))


def patient(target: Settings, seconds: float) -> Settings:
    return Settings(target.uri, password=target.password, patience=seconds)


def test_four_writers_lose_nothing(clean_server: Server | Foreign) -> None:
    # No constraint is there yet: they race for the very first one, too.
    target = Settings(clean_server.uri, password=clean_server.password, patience=120)
    parts, failed = [raw_of(n) for n in range(4)], []

    def write(part: Graph) -> None:
        try:
            with Neo4jStore(target, resolve) as store:
                store.write(part)
        except gk.GraphkitError as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(part,)) for part in parts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failed
    with Neo4jStore(target, resolve) as store:
        assert store.revision == 4
        assert sorted(store.sources()["dataset"]) == ["表0", "表1", "表2", "表3"]
        assert store.read().nodes("Company").equals(resolve(join_raw(*parts)).nodes("Company"))
        assert store.raw().rows == sum(part.rows for part in parts)


def test_a_busy_store_is_waited_for_and_then_told(target: Settings) -> None:
    graph = resolve(raw_of(0))
    push(graph, target)
    with connected(target) as holder:
        with locked(holder) as lock:
            attempts: list[Callable[[], object]] = [lambda: push(graph, patient(target, 0.4)), lambda: writing(target)]
            for waiting in attempts:
                with pytest.raises(gk.StoreError) as caught:
                    waiting()
                assert caught.value.code == "store-busy" and "waited 0.4 seconds" in caught.value.message
            lock.check()
            assert pull(target)[1].revision == 1  # readers do not wait
        assert push(graph, target).changes == 0


def writing(target: Settings) -> object:
    with Neo4jStore(patient(target, 0.4), resolve) as store:
        return store.write(raw_of(1))


def test_a_writer_waits_for_the_one_before_it(target: Settings) -> None:
    push(resolve(raw_of(0)), target)
    done: list[int] = []
    with connected(target) as holder, locked(holder):
        writer = threading.Thread(target=lambda: done.append(push(resolve(raw_of(1)), patient(target, 60)).revision))
        writer.start()
        writer.join(0.5)
        assert writer.is_alive() and not done
    writer.join()
    assert done == [2]
