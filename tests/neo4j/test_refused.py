"""What a server refuses, or cannot do: a clear StoreError each time, no secret in it, and the next push mends."""

import logging
import os
import subprocess
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.stores.neo4j.connect import Settings, open_connection, settings_from
from graphkit.stores.neo4j.parts import PushOptions
from graphkit.stores.neo4j.plan import plan
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from tests.neo4j.test_push import assert_same, network
from tests.neo4j_server import Server, Unavailable

PASSWORD = "长-p@ss://word-of-tests"


def started(make: Callable[[], Server]) -> Iterator[Server]:
    try:
        with make() as server:
            yield server
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that wants a password."""
    yield from started(lambda: Server(password=PASSWORD))


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 64 MB."""
    folder = tmp_path_factory.mktemp("disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def told_of(error: BaseException) -> str:
    """All that a traceback can show of an error, its frames' values too."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    own = [frame for frame in shown.stack if "graphkit" in frame.filename and "/tests/" not in frame.filename]
    chain = "".join(traceback.format_exception(error))
    return chain + "".join(str(frame.locals) for frame in own) + repr(error) + str(getattr(error, "fields", ""))


def test_no_password_in_errors_tracebacks_or_logs(guarded: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    graph = network("甲的名字")
    right = settings_from({"NEO4J_URI": guarded.uri, "NEO4J_PASSWORD": PASSWORD})
    push(graph, right, PushOptions(prune=True, force=True))
    wrong = Settings(guarded.uri, password=f"{PASSWORD}-wrong", patience=1)
    failures = [
        (wrong, "wrong-credentials"),
        (Settings(guarded.uri, patience=1), "wrong-credentials"),
        (Settings(guarded.uri, password=PASSWORD, database="nothere", patience=1), "no-such-database"),
        (Settings("bolt://127.0.0.1:1", password=PASSWORD, patience=1), "server-down"),
    ]
    for settings, code in failures:
        for call in (push, plan):
            with pytest.raises(gk.StoreError) as caught:
                call(graph, settings)
            assert caught.value.code == code and caught.value.hint and settings.uri in caught.value.message
            assert PASSWORD not in told_of(caught.value)
        assert PASSWORD not in repr(settings)
    with pytest.raises(gk.StoreError) as caught:
        gk.open_store(guarded.uri, settings={"NEO4J_PASSWORD": f"{PASSWORD}-wrong"}).read()
    assert caught.value.code == "wrong-credentials" and PASSWORD not in told_of(caught.value)
    connection = open_connection(right)
    assert PASSWORD not in repr(connection)
    connection.close()
    assert PASSWORD not in caplog.text and "甲的名字" not in caplog.text
    assert_same(graph, pull(right)[0])


def test_a_password_file_and_another_user(guarded: Server, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    values = {"NEO4J_URI": guarded.uri, "NEO4J_PASSWORD_FILE": str(file), "NEO4J_USERNAME": "neo4j"}
    connection = open_connection(settings_from(values))
    assert connection.edition == "community" and connection.version >= (5, 26)
    connection.close()


def test_batches_are_halved_until_the_server_has_room() -> None:
    """A small heap for transactions: 5,000 rows at once do not fit."""
    nodes = [{"type": "Company", "name": f"公司{n}", "kind": "x" * 40, "employees": n} for n in range(3000)]
    graph = from_records(nodes)
    for server in started(lambda: Server(settings={"db.memory.transaction.max": "4m"})):
        target = Settings(server.uri, patience=30)
        heard: list[int] = []

        def hear(name: str, done: int, _: int, heard: list[int] = heard) -> None:
            if name == "Company":
                heard.append(done)

        report = push(graph, target, on_progress=hear)
        assert next(c for c in report.types if c.type == "Company").created == 3000
        steps = [after - before for before, after in zip([0, *heard], heard, strict=False)]
        assert sum(steps) == 3000 and 200 <= max(steps) < 3000
        assert_same(graph, pull(target)[0])
        wide = from_records([{"type": "Company", "name": f"公司{n}", "kind": "长" * 20_000} for n in range(150)])
        with pytest.raises(gk.StoreError) as caught:
            push(wide, target)
        assert caught.value.code == "server-memory"


def test_a_full_disk_is_told_and_the_next_push_mends(disk: Path) -> None:
    small = network("甲", "乙")
    nodes = [{"type": "Company", "name": f"公司{n}", "kind": "x" * 2000} for n in range(3000)]
    large = from_records(nodes, source={"dataset": "大表", "name": "大表"})
    for server in started(lambda: Server(home=disk)):
        target = Settings(server.uri, patience=2)
        push(small, target)
        filler = disk / "filler"
        free = os.statvfs(disk)
        filler.write_bytes(b"x" * (free.f_bavail * free.f_frsize - 3_000_000))
        with pytest.raises(gk.StoreError) as caught:
            push(large, target)
        assert caught.value.code in ("server-failed", "server-down") and caught.value.hint
        filler.unlink()
        server.kill()
        server.start()
        assert pull(target)[1].unfinished
        push(large, target, PushOptions(prune=True, force=True))
        assert_same(large, pull(target)[0])
