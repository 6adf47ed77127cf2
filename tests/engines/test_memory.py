"""One bound for all that DuckDB takes: it spills where it may, and says so where nothing helps."""

from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.engines.relational import Memory, Relational, memory_now
from tests.analysis.cases import units6

MANY = pa.table({"key": np.arange(3_000_000) % 2_999_999, "text": pa.array([f"{n:030}" for n in range(3_000_000)])})


@pytest.mark.parametrize("limit", ["", "much", "4", "-1GB", "4 GiB; DROP TABLE x"])
def test_what_is_no_amount_is_refused(limit: str) -> None:
    with pytest.raises(gk.StoreError) as told, gk.memory_limit(limit):
        pass
    assert told.value.code == "bad-limit"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(gk.StoreError) as told:
        Memory("1GiB", tmp_path / "file" / "spill")
    assert told.value.code == "bad-spill"


def test_the_bound_holds_inside_and_ends_outside(tmp_path: Path) -> None:
    with gk.memory_limit("1GiB", spill=tmp_path / "溢出"):
        assert memory_now().settings() == {"memory_limit": "1GiB", "temp_directory": str(tmp_path / "溢出")}
        with gk.memory_limit("2GiB"):
            assert memory_now() == Memory("2GiB")
    assert memory_now() == Memory()


@pytest.mark.parametrize(
    ("limit", "mebibytes"), [("4GiB", 4096), ("1.5 gib", 1536), ("500MB", 476), ("2TiB", 2 << 20), (None, None)]
)
def test_amounts_are_told_in_mebibytes(limit: str | None, mebibytes: int | None) -> None:
    assert Memory(limit).mebibytes == mebibytes


def test_what_does_not_fit_is_spilled(tmp_path: Path) -> None:
    with gk.memory_limit("100MB", spill=tmp_path), Relational() as engine:
        held = engine.materialize(engine.lazy(MANY).group_by("key").agg(nw.col("text").max()))
        assert engine.collect(held.select(nw.len().alias("rows")))["rows"].to_pylist() == [2_999_999]
        assert any(tmp_path.iterdir())
    assert not any(tmp_path.iterdir())


def test_what_fits_nowhere_is_an_error_that_says_so(tmp_path: Path) -> None:
    with gk.memory_limit("20MB", spill=tmp_path), Relational() as engine:
        with pytest.raises(gk.StoreError, match="20MB") as told:
            engine.materialize(engine.lazy(MANY).group_by("key").agg(nw.col("text").max()))
    assert told.value.code == "out-of-memory"
    assert "spill" in told.value.hint


def test_a_store_keeps_to_its_own_bound(tmp_path: Path) -> None:
    graph = units6()
    with gk.open_store(tmp_path / "县.duckdb", memory="200MB", spill=tmp_path / "spill") as store:
        store.write(graph.raw or graph)
        assert store.read().rows == graph.rows


def test_a_store_that_may_not_take_enough_says_so(tmp_path: Path) -> None:
    graph = units6()
    with gk.open_store(tmp_path / "县.duckdb", memory="1MB", spill=tmp_path / "spill") as store:
        with pytest.raises(gk.StoreError) as told:
            store.write(graph.raw or graph)
    assert told.value.code == "out-of-memory"
