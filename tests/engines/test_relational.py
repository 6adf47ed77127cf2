"""Narwhals expressions on DuckDB: exact integers, one computation for what is held, nothing left open."""

import os
import subprocess
import sys

import narwhals as nw
import pyarrow as pa
import pytest

from graphkit.engines.relational import Relational

TABLE = pa.table({"town": ["甲镇", "甲镇", None], "women": [2**61, 2**61, 7]})


def test_sums_of_integers_stay_integers() -> None:
    with Relational() as engine:
        total = engine.collect(engine.lazy(TABLE).select(nw.col("women").sum()))
    assert total.schema.field("women").type == pa.int64()
    assert total["women"].to_pylist() == [2**62 + 7]


def test_a_group_without_key_is_a_group() -> None:
    with Relational() as engine:
        rows = engine.collect(engine.lazy(TABLE).group_by("town").agg(nw.len().alias("units"))).to_pylist()
    assert {row["town"]: row["units"] for row in rows} == {"甲镇": 2, None: 1}


def test_missing_keys_join_nothing() -> None:
    with Relational() as engine:
        joined = engine.lazy(TABLE).join(engine.lazy(TABLE.rename_columns(["town", "others"])), on="town", how="inner")
        assert engine.collect(joined.select(nw.len().alias("rows")))["rows"].to_pylist() == [4]


def test_a_held_frame_answers_twice() -> None:
    with Relational() as engine:
        held = engine.materialize(engine.lazy(TABLE).filter(nw.col("women") > 10))
        again = engine.materialize(held.with_row_index("place", order_by="women"))
        assert len(engine.collect(held)) == 2
        assert engine.collect(again)["place"].to_pylist() == [0, 1]


def test_nothing_outlives_the_computation() -> None:
    with Relational() as engine:
        frame = engine.lazy(TABLE)
    with pytest.raises(Exception, match=r"(?i)clos"):
        engine.collect(frame)


def test_computations_at_one_time_hold_tables_of_their_own() -> None:
    with Relational() as outer:
        held = outer.materialize(outer.lazy(TABLE))
        with Relational() as inner:
            inner_held = inner.materialize(inner.lazy(TABLE.slice(0, 1)))
            assert (len(outer.collect(held)), len(inner.collect(inner_held))) == (3, 1)
        assert len(outer.collect(held)) == 3


def test_what_is_held_is_gone_after_the_computation_even_if_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), Relational() as engine:
        name = nw.to_native(engine.materialize(engine.lazy(TABLE))).alias
        raise ZeroDivisionError
    with Relational() as engine:
        tables = engine._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert name not in {row[0] for row in tables}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system")
@pytest.mark.parametrize("child", ["pass", "compute()"])
def test_a_forked_child_ends_as_it_should(child: str) -> None:
    """A pre-fork server computes before it forks; its children may compute, or may not."""
    code = f"""
import os, sys
import pyarrow as pa
from graphkit.engines.relational import Relational

def compute():
    with Relational() as engine:
        return engine.collect(engine.materialize(engine.lazy(pa.table({{"n": list(range(200_000))}}))))

compute()
pid = os.fork()
if not pid:
    {child}
    sys.exit(0)
print(os.waitpid(pid, 0)[1], len(compute()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["0", "200000"]
