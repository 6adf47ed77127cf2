"""What is said where Spark cannot be had: no pyspark, no Java, no directory, a wrong option. No JVM is started."""

import sys
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.engines.spark.session import session
from tests.analysis.cases import units6


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
