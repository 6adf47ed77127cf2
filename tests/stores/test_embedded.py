"""The embedded store's own promises: one DuckDB file, short connections, a cache that never lies."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.embedded import EmbeddedStore

COUNT = "MATCH (c:Company) RETURN count(c) AS n"
OFFICE = """
extends: graphkit
name: 南安
nodes:
  Company: {properties: {stars: {type: int, zh: 星级, en: stars}}}
  Shop: {prefix: sho, caption: {zh: 店, en: shop}, properties: {staff: {type: quantity, zh: 员工, en: staff}}}
edges:
  COVERS: {ends: [[[Federation], [Shop]]]}
"""


def companies(*names: str, dataset: str = "台账", **values: Any) -> Graph:
    return from_records([{"type": "Company", "name": n} | values for n in names], source={"dataset": dataset})


def store_at(path: Path, wait: float = 0.2) -> EmbeddedStore:
    return EmbeddedStore(path, resolve, wait=wait)


def asked(store: EmbeddedStore, text: str = COUNT) -> Any:
    return store.query(text)["n"].tolist()[0]


@contextmanager
def holding(path: Path, *, read_only: bool = False) -> Iterator[int]:
    """Another process that holds the file open."""
    code = f"import duckdb, sys; d = duckdb.connect({str(path)!r}, read_only={read_only}); "
    code += "print(1, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdin and process.stdout.readline().strip() == b"1"
        try:
            yield process.pid
        finally:
            process.stdin.close()
            process.wait()


@pytest.mark.parametrize(
    "name", ["record", "raw", "main", "temp", "system", "memory", "graphkit_store", "it's", "南安 县"]
)
def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.duckdb"
    store_at(path).write(companies("甲"))
    store_at(path).write(companies("乙", dataset="另"))
    assert store_at(path).counts() == {"Company": 2}
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_users_of_sql_see_plain_tables(tmp_path: Path) -> None:
    store_at(tmp_path / "a.duckdb").write(companies("甲", "乙"))
    store_at(tmp_path / "a.duckdb").write(companies("乙"))
    with duckdb.connect(str(tmp_path / "a.duckdb"), read_only=True) as db:
        assert db.sql("SELECT name FROM Company").fetchall() == [("乙",)]
        assert db.sql("SELECT dataset FROM sources").fetchall() == [("台账",)]
        assert db.sql("SELECT count(*) FROM raw.Company").fetchall() == [(3,)]


def test_a_writer_waits_and_is_then_told_who_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    with holding(path) as pid:
        tries: list[Callable[[], object]] = [lambda: store_at(path).write(companies("乙")), store_at(path).read]
        for attempt in tries:
            with pytest.raises(gk.StoreError, match=rf"held by process {pid}.*waited 0\.2 seconds") as caught:
                attempt()
            assert caught.value.code == "store-busy" and caught.value.hint
    assert store_at(path).write(companies("乙", dataset="另")) == 2


def test_a_writer_that_waits_long_enough_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    done: list[int] = []
    with holding(path):
        patient = store_at(path, wait=60)
        thread = threading.Thread(target=lambda: done.append(patient.write(companies("乙", dataset="另"))))
        thread.start()
    thread.join()
    assert done == [2]


def test_readers_of_other_processes_do_not_block_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    with holding(path, read_only=True):
        assert len(store_at(path).read().nodes("Company")) == 1


def test_a_connection_of_the_same_process_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    with duckdb.connect(str(path)), pytest.raises(gk.StoreError, match="another connection of this process"):
        store_at(path).read()
    assert store_at(path).revision == 1


def test_an_open_notebook_never_blocks_a_load(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    notebook = store_at(path)
    notebook.write(companies("甲"))
    graph = notebook.read()
    assert asked(notebook) == 1
    code = f"import graphkit as gk; from pathlib import Path; s = gk.open_store(Path({str(path)!r})); "
    code += "print(s.write(gk.from_records([{'type': 'Company', 'name': '乙'}], source={'dataset': 'b'})))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert found.stdout.strip() == "2"
    assert graph.raw and len(graph.raw.nodes("Company")) == 1
    assert asked(notebook) == 2


def test_two_threads_and_two_stores_of_one_process_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    link = tmp_path / "link.duckdb"
    link.symlink_to(path)
    stores = [store_at(path), store_at(path), store_at(link)]
    failed: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(3):
                stores[number].write(companies(f"{number}-{turn}", dataset=f"{number}-{turn}"))
                stores[number].read()
                asked(stores[number])
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert stores[0].revision == 9 and asked(stores[1]) == 9


@pytest.mark.parametrize("content", [b"", b"hello " * 1000, b"PK\x03\x04" + bytes(5000), "half", "flipped"], ids=str)
def test_a_file_that_is_no_store_or_damaged_is_refused_and_left_alone(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "a.duckdb"
    if isinstance(content, str):
        store_at(path).write(companies(*(str(n) for n in range(3000))))
        whole = path.read_bytes()
        content = whole[: len(whole) // 2] if content == "half" else whole[:12288] + b"\xff" * 8192 + whole[20480:]
    path.write_bytes(content)
    store = store_at(path)
    asks: list[Callable[[], object]] = [
        store.read,
        store.raw,
        lambda: store.write(companies("甲")),
        lambda: store.forget("台账"),
    ]
    for ask in asks:
        with pytest.raises(gk.StoreError) as caught:
            ask()
        assert caught.value.code == "store-unreadable" and str(path) in caught.value.message and caught.value.hint
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE TABLE meta (x INTEGER); CREATE TABLE mine (x INTEGER)")
    store = store_at(path)
    asks: list[Callable[[], object]] = [store.read, lambda: store.write(companies("甲")), lambda: store.schema]
    for ask in asks:
        with pytest.raises(gk.StoreError, match="no store of graphkit") as caught:
            ask()
        assert caught.value.code == "store-foreign"
    with duckdb.connect(str(path)) as db:
        assert len(db.execute("SHOW TABLES").fetchall()) == 2


def test_a_store_of_a_newer_format_names_the_version_that_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    with duckdb.connect(str(path)) as db:
        db.execute("UPDATE meta SET format = 99, written_by = '9.1.0'")
    for ask in (store_at(path).read, lambda: store_at(path).write(companies("乙"))):
        with pytest.raises(gk.StoreError, match=r"has format 99, written by graphkit 9\.1\.0") as caught:
            ask()
        assert caught.value.code == "store-newer" and "9.1.0" in caught.value.hint


def test_a_path_that_cannot_be_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for path in (tmp_path / "file" / "a.duckdb", tmp_path):
        with pytest.raises(gk.StoreError) as caught:
            store_at(path).write(companies("甲"))
        assert caught.value.code == "store-unreadable" and str(path) in caught.value.message
    with pytest.raises(gk.StoreError, match="is no store that this version opens"):
        gk.open_store("redis://localhost")


def test_a_first_write_that_fails_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    graph = gk.from_records(
        [{"type": "Federation", "name": "f"}, {"type": "Company", "name": "甲"}],
        [{"type": "COVERS", "src": "f", "dst": "甲"}],
    )
    assert graph.raw
    torn = Graph(
        graph.schema, {"Company": graph.raw.node_tables["Company"]}, graph.raw.edge_tables, graph.sources, is_raw=True
    )
    with pytest.raises(gk.DataError):
        store_at(path).write(torn)
    with pytest.raises(gk.StoreError):
        store_at(path).forget("台账")
    assert not list(tmp_path.iterdir())


def test_a_file_in_which_nothing_was_loaded_yet_takes_a_load(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    duckdb.connect(str(path)).close()
    assert store_at(path).revision == 0
    with pytest.raises(gk.StoreError, match="nothing was loaded") as caught:
        store_at(path).read()
    assert caught.value.code == "store-missing"
    assert store_at(path).write(companies("甲")) == 1


def test_the_cypher_cache_is_beside_the_store_and_as_readable_as_it(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    path.chmod(0o640)
    assert asked(store_at(path)) == 1
    (kept,) = (tmp_path / ".a.duckdb.cypher").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o640
    before = kept.stat().st_mtime_ns
    assert asked(store_at(path)) == 1
    assert kept.stat().st_mtime_ns == before
    store_at(path).write(companies("乙", dataset="另"))
    assert asked(store_at(path)) == 2
    assert len(list((tmp_path / ".a.duckdb.cypher").iterdir())) == 1
    assert not kept.exists()


def test_the_cache_never_answers_for_another_record(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.duckdb", tmp_path / "copy.duckdb"
    store = store_at(path)
    store.write(companies("甲"))
    shutil.copy(path, copy)
    store.write(companies("乙", "丙", dataset="另"))
    assert asked(store) == 3
    # Back to the copy, and another second revision: same record, same number, other content.
    shutil.copy(copy, path)
    assert asked(store) == asked(store_at(path)) == 1
    store_at(path).write(companies("丁", dataset="三"))
    assert asked(store) == asked(store_at(path)) == 2
    # Another store in its place.
    path.unlink()
    store_at(path).write(companies("戊", "己", "庚", "辛"))
    assert asked(store) == asked(store_at(path)) == 4
    store.forget("台账")
    assert asked(store) == asked(store_at(path)) == 0


def test_a_damaged_or_forbidden_cache_costs_nothing_but_time(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    assert asked(store_at(path)) == 1
    (kept,) = (tmp_path / ".a.duckdb.cypher").iterdir()
    kept.write_bytes(kept.read_bytes()[:50])
    assert asked(store_at(path)) == 1
    shutil.rmtree(tmp_path / ".a.duckdb.cypher")
    (tmp_path / ".a.duckdb.cypher").write_text("in the way", encoding="utf-8")
    assert asked(store_at(path)) == 1


def test_an_offices_own_type_and_property_go_all_the_way(tmp_path: Path) -> None:
    office = tmp_path / "office.yaml"
    office.write_text(OFFICE, encoding="utf-8")
    schema, path = gk.Schema.load(office), tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    nodes = [{"type": "Company", "name": "乙", "stars": 5}, {"type": "Federation", "name": "妇联"}]
    nodes += [{"type": "Shop", "name": "店", "staff": 9, "staff_bound": "about"}]
    edges = [{"type": "COVERS", "src": "妇联", "dst": "店"}]
    wide = gk.from_records(nodes, edges, source={"dataset": "店账"}, schema=schema)
    assert store_at(path).write(wide) == 2
    # Who opens the store without the file still reads, queries and writes all of it.
    plain = store_at(path)
    assert plain.schema == schema
    assert plain.read().nodes("Shop")["staff"].tolist() == [9]
    text = "MATCH (:Federation)-[:COVERS]->(s:Shop) RETURN s.staff AS n"
    assert asked(plain, text) == 9 and asked(plain, "MATCH (c:Company) WHERE c.stars = 5 RETURN count(c) AS n") == 1
    assert plain.write(companies("丙", dataset="三")) == 3
    assert plain.counts() == {"COVERS": 1, "Company": 3, "Federation": 1, "Shop": 1}
    assert sorted(plain.read().nodes("Company")["stars"].dropna()) == [5]
    with duckdb.connect(str(path), read_only=True) as db:
        assert db.sql("SELECT name, stars FROM Company WHERE stars IS NOT NULL").fetchall() == [("乙", 5)]
    narrow = EmbeddedStore(path, resolve, schema=gk.Schema.load())
    with pytest.raises(gk.SchemaError, match=r"does not know: .*Shop"):
        narrow.read()
    assert plain.read(revision=1).nodes("Shop").empty


def test_two_extensions_that_do_not_know_each_other_are_not_mixed(tmp_path: Path) -> None:
    texts = ["stars: {type: int, zh: 星级, en: stars}", "rank: {type: int, zh: 排名, en: rank}"]
    schemas = []
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.yaml"
        file.write_text(f"extends: graphkit\nnodes: {{Company: {{properties: {{{text}}}}}}}\n", encoding="utf-8")
        schemas.append(gk.Schema.load(file))
    store = store_at(tmp_path / "a.duckdb")
    store.write(gk.from_records([{"type": "Company", "name": "甲", "stars": 1}], schema=schemas[0]))
    with pytest.raises(gk.SchemaError, match=r"does not know what the store's does: Company\.stars"):
        store.write(gk.from_records([{"type": "Company", "name": "乙", "rank": 1}], schema=schemas[1]))
    assert store.revision == 1


def test_a_reader_without_the_right_to_write_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store_at(path).write(companies("甲"))
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    path.chmod(0o440)
    tmp_path.chmod(0o550)
    try:
        assert len(store_at(path).read().nodes("Company")) == 1
        assert asked(store_at(path)) == 1
    finally:
        tmp_path.chmod(0o750)
