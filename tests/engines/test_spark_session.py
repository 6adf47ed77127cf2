"""What is said where Spark cannot be had: no pyspark, Java, master or whole directory. No JVM is started."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import graphkit as gk
from graphkit.engines.spark.session import session, speaking
from tests.analysis.cases import units6
from tests.cli.conftest import run

__all__ = ["run"]
COMPANIES = "nodes/Company.parquet"


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    sql: Any = pytest.importorskip("pyspark.sql")
    monkeypatch.setattr(sql.SparkSession, "getActiveSession", classmethod(lambda cls: None))


def test_without_pyspark_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(gk.StoreError) as told:
        session(gk.SparkOptions())
    assert told.value.code == "no-spark"
    assert "graphkit[spark]" in told.value.hint


@pytest.mark.usefixtures("nothing_runs")
def test_without_java_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(gk.StoreError, match="JAVA_HOME") as told:
        session(gk.SparkOptions())
    assert told.value.code == "no-java"
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(gk.StoreError, match="needs Java"):
        session(gk.SparkOptions())


def test_what_is_no_export_is_told_before_spark_starts(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(gk.DataError) as told:
            gk.coverage(place, engine="spark")
        assert told.value.code == "bad-parquet"


def test_wrong_options_are_refused() -> None:
    graph: Any = units6()
    with pytest.raises(gk.SchemaError, match="directory of Parquet"):
        gk.coverage(graph, engine="spark")
    with pytest.raises(gk.SchemaError, match="no engine"):
        gk.links("somewhere", engine="sparks")
    with pytest.raises(gk.StoreError, match="parts is 0"):
        gk.SparkOptions(parts=0)


def test_a_directory_is_read_by_the_default_engine_too(tmp_path: Path) -> None:
    graph = units6()
    place = gk.write_parquet(graph, tmp_path / "六家")
    assert gk.coverage(place).text() == gk.coverage(graph).text()
    assert gk.links(str(place)).text() == gk.links(graph).text()
    assert gk.summary(place).equals(graph.summary())
    assert gk.components(place).equals(gk.components(graph))


@pytest.mark.parametrize("master", ["host:7077", "spark://host", "sparks://host:7077", "sc://host", "local[4", ""])
def test_what_is_no_master_is_told_before_anything_starts(master: str) -> None:
    with pytest.raises(gk.StoreError, match="no master of Spark") as told:
        gk.SparkOptions(master=master)
    assert told.value.code == "bad-master"
    assert "spark://host:7077" in told.value.hint


@pytest.mark.parametrize("master", ["local", "local[*]", "local[4,2]", "spark://a:7077,[::1]:7078", "yarn", "k8s://h"])
def test_masters_of_every_kind_are_taken(master: str) -> None:
    assert gk.SparkOptions(master=master).master == master


@pytest.mark.usefixtures("nothing_runs")
def test_a_master_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(gk.StoreError, match=r"answers at spark://127\.0\.0\.1:1,127\.0\.0\.1:70000") as told:
        session(gk.SparkOptions(master="spark://127.0.0.1:1,127.0.0.1:70000"))
    assert told.value.code == "no-master"


def test_a_store_is_no_directory_and_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "county.duckdb") as store:
        store.write(units6())
    with pytest.raises(gk.DataError, match="is a file") as told:
        gk.coverage(tmp_path / "county.duckdb", engine="spark")
    assert told.value.code == "bad-parquet"
    assert "graphkit export" in told.value.hint


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def bit_turned(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[20] ^= 1
    file.write_bytes(content)


def text(file: Path) -> None:
    file.write_text("id,name", encoding="utf-8")


def fewer_rows(file: Path) -> None:
    pq.write_table(pq.read_table(file).slice(1), file)


def one_part_lost(file: Path) -> None:
    """What a cluster wrote is a directory of files, of which one is gone; others are none of the table's."""
    rows = pq.read_table(file)
    file.unlink()
    file.mkdir()
    pq.write_table(rows.slice(1), file / "part-00001.parquet")
    (file / "_SUCCESS").write_bytes(b"")


def women_as_text(file: Path) -> None:
    rows = pq.read_table(file)
    told = pa.array(["八十"] * len(rows))
    pq.write_table(rows.set_column(rows.schema.get_field_index("women_employees"), "women_employees", told), file)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (Path.unlink, "is missing"),
        (cut_off, "is damaged, or no Parquet file"),
        (empty, "is damaged, or no Parquet file"),
        (text, "is damaged, or no Parquet file"),
        (bit_turned, "not what was written"),
        (fewer_rows, "not what was written"),
        (one_part_lost, "holds 5 rows, and its manifest tells of 6"),
        (women_as_text, "holds women_employees as string, where the schema says int64"),
    ],
)
def test_a_damaged_part_is_told_before_spark_starts(tmp_path: Path, harm: Callable[[Path], None], said: str) -> None:
    """Spark itself passes over an empty file, and counts less without a word."""
    place = gk.write_parquet(units6(), tmp_path / "六家")
    harm(place / COMPANIES)
    for question in (gk.coverage, gk.links, gk.components, gk.summary):
        with pytest.raises(gk.DataError, match=said) as told:
            question(place, engine="spark")
        assert told.value.code == "bad-parquet"
        assert COMPANIES in str(told.value.source)
        assert told.value.hint


def test_what_the_schema_does_not_know_is_told_before_spark_starts(tmp_path: Path) -> None:
    place = gk.write_parquet(units6(), tmp_path / "六家")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["nodes/Ship"] = manifest["files"]["nodes/Company"]
    shutil.copy(place / COMPANIES, place / "nodes" / "Ship.parquet")
    (place / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(gk.SchemaError, match="nodes/Ship") as told:
        gk.summary(place, engine="spark")
    assert told.value.code == "schema-too-narrow"


@pytest.mark.parametrize(
    ("trace", "said", "hint"),
    [
        ("x\nCaused by: java.lang.OutOfMemoryError: Java heap space", "Java heap space", "more memory"),
        ("Caused by: java.net.UnknownHostException: nohost", "UnknownHostException: nohost", "master's address"),
        ("ModuleNotFoundError: No module named 'graphkit'", "No module named 'graphkit'", "PYSPARK_PYTHON"),
        ("a.FileNotFoundException: File file:/a/b does not exist", "File file:/a/b does not exist", "every worker"),
        ("java.io.IOException: No space left on device", "No space left on device", "--spill"),
        ("[JAVA_GATEWAY_EXITED] Java gateway process exited", "JAVA_GATEWAY_EXITED", "17 or newer"),
        ("", "no reason given", "the memory"),
    ],
)
def test_what_spark_fails_with_says_what_helps(trace: str, said: str, hint: str) -> None:
    pytest.importorskip("pyspark")
    with pytest.raises(gk.StoreError, match="Spark fails: ") as told, speaking():
        raise OSError(trace)
    assert said in told.value.message
    assert "Caused by" not in told.value.message
    assert hint in told.value.hint


def test_options_of_spark_are_refused_without_it(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "county.duckdb"
    with gk.open_store(place) as store:
        store.write(units6())
    for command in ("coverage", "linkage", "info"):
        told = run(command, place, "--master", "spark://host:7077")
        assert (told.code, "--master" in told.err) == (2, True)
    monkeypatch.setenv("GRAPHKIT_MASTER", "spark://host:7077")
    assert run("coverage", place).code == 0
    assert run("coverage", place, "--engine", "sparks").code == 2
    told = run("coverage", place, "--engine", "spark")
    assert (told.code, "graphkit export" in told.err) == (1, True)
