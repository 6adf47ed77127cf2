"""A correction holds as long as anything of its node lives, and is told to rest when nothing does."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.graph.anchors import dormant
from graphkit.graph.convert import from_records
from graphkit.graph.tables import DECISIONS, Graph
from graphkit.stores.base import Store

CODE, OTHER = "91350583MA0AAAA10R", "91350583MA0AAAA11W"
Export = Callable[[Graph], dict[str, bytes]]


def source(dataset: str, name: str, edition: str = "Q2", date: str = "2026-06-30", **values: Any) -> Graph:
    nodes = [{"type": "Company", "name": name, "women_employees": 150} | values]
    raw = from_records(nodes, source={"dataset": dataset, "edition": edition, "name": dataset, "date": date}).raw
    assert raw
    return raw


def women(store: Store, name: str) -> Any:
    return store.read().get(name).get("women_employees")


def decide(store: Store, judgement: str, *names: str) -> None:
    left, right = sorted(store.read().find(name) for name in names)
    store.decide(pa.Table.from_pylist([{"left": left, "right": right, "judgement": judgement}], schema=DECISIONS))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A company that a bureau lists first and a bank later, one by its code."""
    opened: Store = gk.open_store(tmp_path / "record.duckdb")
    opened.write(source("台账", "甲公司", credit_code=CODE))
    opened.write(source("银行", "甲公司（银行）", date="2026-07-31", credit_code=CODE))
    return opened


def test_it_holds_when_the_source_of_the_nodes_id_is_forgotten(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, kind=None, reason="电话核实", at="2026-07-02")
    store.forget("台账")
    found = store.read().get("甲公司（银行）")
    assert found["women_employees"] == 186 and dormant(store.read()).empty
    # The id is that of what a source states, not of the row that is gone.
    assert found["id"] == source("银行", "甲公司（银行）").node_tables["Company"]["id"][0].as_py()
    lost = gk.conflicts(store.read())
    assert lost[["property", "kept", "lost"]].values.tolist() == [["women_employees", "186", "150"]]
    assert "电话核实" in gk.evidence(store.read(), "甲公司（银行）")["quote"].tolist()
    store.write(source("台账", "甲公司", credit_code=CODE))
    assert len(store.read().nodes("Company")) == 1 and women(store, "甲公司") == 186


def test_a_correction_gives_no_node_its_id(store: Store) -> None:
    before = store.read().find("甲公司")
    gk.correct(store, "甲公司", women_employees=186, reason="旧信", at="2020")
    store.forget("台账")
    without = store.read()
    store.forget("corrections")
    assert without.find("甲公司（银行）") == store.read().find("甲公司（银行）") != before


def test_it_finds_a_company_that_was_keyed_anew_by_its_code(store: Store) -> None:
    store.forget("银行")
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实", at="2026-07-02")
    store.write(source("台账", "甲集团公司", "Q3", "2026-09-30", credit_code=CODE))
    store.forget("台账/Q2")
    assert women(store, "甲集团公司") == 186 and dormant(store.read()).empty


def test_it_never_goes_to_another_code_or_name(store: Store) -> None:
    store.forget("银行")
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实", at="2026-07-02")
    store.write(source("别处", "甲公司", credit_code=OTHER))
    store.forget("台账")
    assert women(store, "甲公司") == 150
    assert dormant(store.read())[["kind", "property", "value"]].values.tolist() == [
        ["Company", "women_employees", "186"]
    ]


def test_what_is_left_of_nobody_is_listed_and_wakes_again(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, kind=None, reason="电话核实", at="2026-07-02")
    for dataset in ("台账", "银行"):
        store.forget(dataset)
    graph = store.read()
    assert graph.nodes().empty
    told = dormant(graph)
    assert told[["property", "source"]].values.tolist() == [
        ["kind", "更正 2026-07-02"],
        ["women_employees", "更正 2026-07-02"],
    ]
    lost = gk.conflicts(graph)
    assert lost["lost_source"].tolist() == ["更正 2026-07-02"] * 2 and lost["kept_source"].isna().all()
    store.write(source("银行", "甲公司（银行）", date="2026-07-31"))
    assert women(store, "甲公司（银行）") == 186 and dormant(store.read()).empty


def test_a_graph_that_was_cut_calls_nothing_dormant(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实")
    store.forget("台账")
    graph = store.read()
    for cut in (graph.select("Bank"), graph.drop(["甲公司（银行）"]), graph.as_of("1999")):
        assert dormant(cut).empty


def test_a_decision_that_they_are_two_keeps_it_away(store: Store, tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "two.duckdb") as other:
        other.write(source("台账", "甲公司"))
        other.write(source("银行", "乙公司", date="2026-07-31"))
        decide(other, "same", "甲公司", "乙公司")
        gk.correct(other, "甲公司", women_employees=186, reason="电话核实")
        row = other.read().decisions.to_pylist()[0]
        other.undo(row["left"], row["right"])
        # Split again, it is about the node whose id it names.
        assert (women(other, "甲公司"), women(other, "乙公司")) == (186, 150)
        decide(other, "different", "甲公司", "乙公司")
        other.forget("台账")
        assert women(other, "乙公司") == 150 and len(dormant(other.read())) == 1


def test_neither_order_nor_detours_leave_a_trace(store: Store, tmp_path: Path, exported: Export) -> None:
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实", at="2026-07-02")
    gk.correct(store, "甲公司", women_employees=None, reason="走访", at="2026-07-02")
    parts = [store.raw([own_id]) for own_id in store.sources()["id"]]
    first = source("台账", "甲公司")
    store.forget("台账")
    expected = exported(store.read())
    kept = [part for part in parts if part.sources["dataset"][0].as_py() != "台账"]
    for number, order in enumerate(permutations(kept)):
        with gk.open_store(tmp_path / f"{number}.duckdb") as other:
            other.write(first)
            for part in order:
                other.write(part)
            other.forget("台账")
            assert exported(other.read()) == expected
    path = gk.bundle(store, tmp_path / "out.zip")
    assert exported(gk.read(path)) == expected


def test_the_anchor_is_no_evidence(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实")
    graph = store.read()
    assert set(graph.evidence["method"].to_pylist()) == {"correction"}
    assert graph.raw and "anchor" in graph.raw.evidence["method"].to_pylist()
    assert len(gk.evidence(graph, "甲公司")) == 3  # two lists, and the correction once
