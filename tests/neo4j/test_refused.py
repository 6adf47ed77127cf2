"""What a server refuses, or cannot do: a clear StoreError each time, no secret in it, and the next push mends."""

import logging
import os
import resource
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import neo4j
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.stores.neo4j.connect import Settings, open_connection, settings_from
from graphkit.stores.neo4j.parts import PushOptions
from graphkit.stores.neo4j.plan import push_plan
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from tests.cli.conftest import run  # noqa: F401 - a fixture
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
    """A server that wants a password, and does not mind how often a wrong one is tried."""
    yield from started(lambda: Server(password=PASSWORD, settings={"dbms.security.auth_max_failed_attempts": "0"}))


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


Failure = tuple[gk.StoreError, str, Settings]


@pytest.fixture(scope="module")
def failures(guarded: Server) -> list[Failure]:
    """What a user meets who is refused: the error, the code that it should have, and how the server was named."""
    graph = network("甲的名字")
    wrong = Settings(guarded.uri, password=f"{PASSWORD}-wrong", patience=1)
    asked = [
        (wrong, "wrong-credentials"),
        (Settings(guarded.uri, patience=1), "wrong-credentials"),
        (Settings(guarded.uri, password=PASSWORD, database="nothere", patience=1), "no-such-database"),
        (Settings("bolt://127.0.0.1:1", password=PASSWORD, patience=1), "server-down"),
    ]
    found = []
    for settings, code in asked:
        for call in (push, push_plan, lambda _, to: pull(to)):
            with pytest.raises(gk.StoreError) as caught:
                call(graph, settings)
            found.append((caught.value, code, settings))
    with pytest.raises(gk.StoreError) as caught:
        gk.open_store(guarded.uri, settings={"NEO4J_PASSWORD": f"{PASSWORD}-wrong"}).read()
    return [*found, (caught.value, "wrong-credentials", wrong)]


def test_a_refusal_says_what_happened_where_and_what_to_do(failures: list[Failure]) -> None:
    for error, code, settings in failures:
        assert error.code == code and error.hint and settings.uri in error.message


def test_no_password_in_errors(guarded: Server, failures: list[Failure]) -> None:
    for error, _, settings in failures:
        assert PASSWORD not in f"{error}{error!r}{error.args}{error.fields}{error.hint}"
        assert PASSWORD not in repr(settings)
    connection = open_connection(Settings(guarded.uri, password=PASSWORD))
    assert PASSWORD not in repr(connection)
    connection.close()


def test_no_password_in_tracebacks(failures: list[Failure]) -> None:
    for error, _, _ in failures:
        assert PASSWORD not in told_of(error)


def test_no_password_and_no_person_in_logs(guarded: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    graph, right = network("甲的名字"), settings_from({"NEO4J_URI": guarded.uri, "NEO4J_PASSWORD": PASSWORD})
    push(graph, right, PushOptions(prune=True, force=True))
    for wrong in (Settings(guarded.uri, password=f"{PASSWORD}-wrong", patience=1), Settings(guarded.uri, patience=1)):
        with pytest.raises(gk.StoreError):
            push(graph, wrong)
    assert PASSWORD not in caplog.text and "甲的名字" not in caplog.text
    assert_same(graph, pull(right)[0])  # those who were refused have changed nothing


def test_no_password_in_the_process_list(guarded: Server, tmp_path: Path) -> None:
    """The command line of a push and of all that it starts, looked at while it runs."""
    with gk.open_store(tmp_path / "库.duckdb") as store:
        store.write(network("甲"))
    env = os.environ | {"NEO4J_URI": guarded.uri, "NEO4J_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "graphkit", "push", str(tmp_path / "库.duckdb"), "--json"]
    shown: set[bytes] = set()
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            group = os.getpgid(process.pid)
            for own in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    if os.getpgid(int(own.name)) == group:
                        shown.add((own / "cmdline").read_bytes())
    assert process.returncode == 0
    assert any(b"graphkit" in line and b"push" in line for line in shown)
    assert not any(PASSWORD.encode() in line for line in shown)


def test_a_server_that_is_too_old_is_refused_before_anything_is_written(
    guarded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Settings(guarded.uri, password=PASSWORD)
    push(network("甲"), right, PushOptions(prune=True, force=True))
    for agent, code in (("Neo4j/5.20.0", "server-too-old"), ("Other/9.9", "not-neo4j")):
        with monkeypatch.context() as patched:
            patched.setattr(neo4j.Driver, "get_server_info", lambda _, told=agent: SimpleNamespace(agent=told))
            for call in (push, push_plan, lambda _, to: pull(to)):
                with pytest.raises(gk.StoreError) as caught:
                    call(network("乙"), right)
                assert caught.value.code == code and "5.2" in caught.value.hint
    assert_same(network("甲"), pull(right)[0])


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


def mended(server: Server, fill: Callable[[], object], empty: Callable[[], object]) -> None:
    """Push what does not fit, then make room, start the server anew and push again."""
    nodes = [{"type": "Company", "name": f"公司{n}", "kind": "x" * 2000} for n in range(3000)]
    large = from_records(nodes, source={"dataset": "大表", "name": "大表"})
    target = Settings(server.uri, patience=2)
    push(network("甲", "乙"), target)
    fill()
    with pytest.raises(gk.StoreError) as caught:
        push(large, target)
    assert caught.value.code in ("server-failed", "server-down") and caught.value.hint
    empty()
    server.kill()
    server.start()
    assert pull(target)[1].unfinished
    push(large, target, PushOptions(prune=True, force=True))
    assert_same(large, pull(target)[0])


def test_a_full_disk_is_told_and_the_next_push_mends(disk: Path) -> None:
    def fill() -> None:
        free = os.statvfs(disk)
        (disk / "filler").write_bytes(b"x" * (free.f_bavail * free.f_frsize - 3_000_000))

    for server in started(lambda: Server(home=disk)):
        mended(server, fill, (disk / "filler").unlink)


def test_a_file_that_may_not_grow_is_told_and_the_next_push_mends() -> None:
    """As a full disk, and where no disk can be mounted: the server may not write beyond 3 MB in any file."""
    for server in started(Server):

        def limit(size: int, pid: int = server.pid) -> None:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        mended(server, lambda: limit(3_000_000), lambda: limit(resource.RLIM_INFINITY))


def test_no_password_on_the_command_line(
    guarded: Server,
    run: Any,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with gk.open_store(tmp_path / "库.duckdb") as store:
        store.write(network("甲"))
    monkeypatch.setenv("NEO4J_URI", guarded.uri)
    monkeypatch.setenv("NEO4J_PASSWORD", PASSWORD)
    assert run("push", tmp_path / "库.duckdb", "--json").code == 0
    words = (("push", tmp_path / "库.duckdb"), ("pull", tmp_path / "新.duckdb"), ("diff", tmp_path / "库.duckdb"))
    for wrong in (f"{PASSWORD}-wrong", PASSWORD[:-1]):
        monkeypatch.setenv("NEO4J_PASSWORD", wrong)
        for command in (*words, ("coverage", guarded.uri)):
            done = run(*command)
            assert done.code == 1 and "用户名或密码不对" in done.err and guarded.uri in done.err, command
            assert PASSWORD[:-1] not in done.out + done.err
    monkeypatch.setenv("NEO4J_PASSWORD", PASSWORD)
    monkeypatch.setenv("NEO4J_DATABASE", "nothere")
    done = run("push", tmp_path / "库.duckdb")
    assert done.code == 1 and "没有这个数据库" in done.err and PASSWORD not in done.err
