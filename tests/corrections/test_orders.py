"""Sheets and corrections by hand in any order, twice, or not at all: the record is that of what is live."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.stores.base import Store

CODE, OTHER = "91350583MA0AAAA10R", "91350583MA0AAAA11W"
DATASETS = [("台账", "2026-06-30"), ("台账", "2026-09-30"), ("银行", "2026-07-31"), ("走访", None)]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "women_employees": st.none() | st.integers(0, 300),
    "federation_status": st.sampled_from([None, "yes", "no", "preparing"]),
    "kind": st.sampled_from([None, "民营企业", ""]),
    "credit_code": st.sampled_from([None, CODE, OTHER]),
}
GIVEN = st.fixed_dictionaries({}, optional=VALUES)
ROWS = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.sampled_from([None, CODE, OTHER]), GIVEN),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row[0],
)
EDITIONS = st.lists(st.tuples(st.integers(0, 3), ROWS), min_size=1, max_size=3, unique_by=lambda told: told[0])
CORRECTED = st.lists(
    st.tuples(st.integers(0, 9), st.fixed_dictionaries({}, optional=VALUES).filter(bool)), min_size=1, max_size=3
)


def edition(number: int, rows: list[tuple[str, str | None, dict[str, Any]]]) -> Graph:
    dataset, date = DATASETS[number]
    nodes = [
        {"type": "Company", "name": f"{name}厂", "key": name} | facts | {"credit_code": code}
        for name, code, facts in rows
    ]
    raw = from_records(nodes, source={"dataset": dataset, "edition": str(number), "name": dataset, "date": date}).raw
    assert raw
    return raw


def told(store: Store) -> tuple[Any, ...]:
    graph = store.read()
    lost = gk.conflicts(graph).fillna("").to_dict("records")
    return graph.table("Company").to_pylist(), graph.evidence.to_pylist(), lost, sorted(store.sources()["id"])


@settings(max_examples=15)
@given(EDITIONS, CORRECTED, st.randoms(use_true_random=False), st.integers(0, 3))
def test_neither_order_nor_repetition_leaves_a_trace(
    tmp_path_factory: pytest.TempPathFactory,
    editions: list[tuple[int, Any]],
    corrected: list[tuple[int, dict[str, Any]]],
    random: Any,
    gone: int,
) -> None:
    folder: Path = tmp_path_factory.mktemp("orders")
    with gk.open_store(folder / "first.duckdb") as store, gk.open_store(folder / "second.duckdb") as other:
        for number, rows in editions:
            store.write(edition(number, rows))
        for place, values in corrected:
            ids = store.read().table("Company")["id"].to_pylist()
            gk.correct(store, ids[place % len(ids)], reason="电话核实", at="2026-08-01", **values)
        parts = [store.raw([own_id]) for own_id in store.sources()["id"]]
        revision = store.revision
        for part in parts:
            store.write(part)
        assert store.revision == revision
        random.shuffle(parts)
        for part in parts:
            other.write(part)
        assert told(other) == told(store)
        # What is forgotten is as if it had never been, corrections on it or not.
        leaving = editions[gone % len(editions)][0]
        name = f"{DATASETS[leaving][0]}/{leaving}"
        for one in (store, other):
            one.forget(name)
        with gk.open_store(folder / "third.duckdb") as third:
            for part in parts:
                if part.sources["dataset"][0].as_py() + f"/{part.sources['edition'][0].as_py()}" != name:
                    third.write(part)
            assert told(third) == told(store) == told(other)


@settings(max_examples=15)
@given(EDITIONS, CORRECTED)
def test_withdrawing_all_corrections_leaves_what_the_sheets_say(
    tmp_path_factory: pytest.TempPathFactory, editions: list[tuple[int, Any]], corrected: list[tuple[int, Any]]
) -> None:
    with gk.open_store(tmp_path_factory.mktemp("withdrawn") / "record.duckdb") as store:
        for number, rows in editions:
            store.write(edition(number, rows))
        before = told(store)
        for place, values in corrected:
            graph = store.read()
            ids = graph.table("Company")["id"].to_pylist()
            node = ids[place % len(ids)]
            gk.correct(store, node, reason="电话核实", at="2026-08-01", **values)
            found = next(row for row in store.read().table("Company").to_pylist() if node in row["raw_ids"])
            assert {name: found[name] for name in values} == values
        store.forget("corrections")
        assert told(store) == before
