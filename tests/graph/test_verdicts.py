"""Whatever was decided about whatever rows: the record can be assembled, twice is once, and taken back is as before."""

from dataclasses import replace

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import EVIDENCE, SOURCES, Graph
from graphkit.graph.verdicts import DATASET, METHOD, REJECTED, VALUES, WAITING, reviewed, reviewed_nodes, verdicts
from graphkit.identity import resolve
from graphkit.schema import Schema
from tests.strategies import raw_graphs

SCHEMA = Schema.load()
TYPES = [*sorted(SCHEMA.nodes), *sorted(SCHEMA.edges), "NoType"]
SOURCE = {"id": "src_review", "dataset": DATASET, "edition": "2026", "kind": "correction", "name": "审核"}


def ids_of(graph: Graph) -> list[str]:
    tables = (*graph.node_tables.values(), *graph.edge_tables.values())
    return sorted({own for table in tables for own in table["id"].to_pylist()})


@st.composite
def reviews(draw: st.DrawFn) -> tuple[Graph, Graph]:
    """Some raw rows, and the same with verdicts on some of them and on what is not there."""
    raw = draw(raw_graphs())
    known = [*ids_of(raw), *raw.statistics["id"].to_pylist(), "com_nobody", "sta_nobody"]
    rows = []
    for number in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(["status", "type", "src", "dst"]))
        values = {"status": st.sampled_from([*VALUES, "nonsense"]), "type": st.sampled_from(TYPES)}
        value = draw(values.get(name, st.sampled_from(known)))
        told = {"element_id": draw(st.sampled_from(known)), "property": name, "value": value, "method": METHOD}
        rows.append(told | {"source_id": SOURCE["id"], "place": f"2026-{number}", "confidence": 1.0})
    evidence = pa.Table.from_pylist(rows, schema=EVIDENCE)
    review = Graph(SCHEMA, sources=pa.Table.from_pylist([SOURCE], schema=SOURCES), evidence=evidence, is_raw=True)
    return raw, join_raw(raw, review)


@given(reviews())
def test_a_record_under_verdicts_can_be_assembled(told: tuple[Graph, Graph]) -> None:
    _, raw = told
    graph = resolve(raw)
    held = set(ids_of(graph))
    assert set(graph.statistics["subject"].to_pylist()) <= held
    rejected = verdicts(raw).rejected
    raw_ids = {own for table in graph.node_tables.values() for ids in table["raw_ids"].to_pylist() for own in ids}
    assert not rejected & raw_ids and not rejected & set(graph.evidence["element_id"].to_pylist())
    assert not {own for own in graph.evidence["element_id"].to_pylist() if own.startswith("sta_")}


@given(reviews())
def test_a_review_applied_twice_is_applied_once(told: tuple[Graph, Graph]) -> None:
    once = reviewed(told[1])
    twice = reviewed(once)
    for name in {*once.node_tables, *once.edge_tables}:
        assert twice.table(name).equals(once.table(name)), name
        if name in once.node_tables:
            assert reviewed_nodes(told[1], name).equals(once.table(name))
    assert twice.statistics.equals(once.statistics)


def test_of_verdicts_on_one_type_the_last_holds_even_if_it_is_the_first_type() -> None:
    raw = from_records([{"type": "Company", "name": "甲"}], source={"dataset": "台账"}).raw
    assert raw
    (company,) = raw.table("Company")["id"].to_pylist()
    for types in (["Agency"], ["Agency", "Alliance"], ["Agency", "Company"]):
        told = {"element_id": company, "property": "type", "method": METHOD, "source_id": SOURCE["id"]}
        rows = [told | {"value": kind, "place": f"2026-{number}"} for number, kind in enumerate(types)]
        evidence = pa.Table.from_pylist(rows, schema=EVIDENCE)
        sources = pa.Table.from_pylist([SOURCE], schema=SOURCES)
        once = reviewed(join_raw(raw, Graph(SCHEMA, sources=sources, evidence=evidence, is_raw=True)))
        assert list(once.node_tables) == list(reviewed(once).node_tables) == [types[-1]]


@given(reviews())
def test_without_verdicts_nothing_changes(told: tuple[Graph, Graph]) -> None:
    raw, with_them = told
    plain = replace(with_them, evidence=raw.evidence)
    assert reviewed(plain) is plain
    # The rows themselves stay as they were read, whatever was decided.
    kept = resolve(with_them).raw
    assert kept is not None and ids_of(kept) == ids_of(raw)


@given(raw_graphs())
def test_all_rejected_leaves_nothing(raw: Graph) -> None:
    rows = [
        {"element_id": own, "property": "status", "value": REJECTED, "method": METHOD, "place": "2026"}
        | {"source_id": SOURCE["id"]}
        for own in ids_of(raw)
    ]
    evidence = pa.Table.from_pylist(rows, schema=EVIDENCE)
    review = Graph(SCHEMA, sources=pa.Table.from_pylist([SOURCE], schema=SOURCES), evidence=evidence, is_raw=True)
    graph = resolve(join_raw(raw, review))
    assert graph.rows == 0 and not len(graph.evidence) and not len(graph.statistics)


@given(reviews())
def test_what_is_accepted_no_longer_waits(told: tuple[Graph, Graph]) -> None:
    found = verdicts(told[1])
    accepted = found.accepted.keys() - found.types.keys()
    for table in (*reviewed(told[1]).node_tables.values(), *reviewed(told[1]).edge_tables.values()):
        waits = [row["id"] for row in table.select(["id", "status"]).to_pylist() if row["status"] == WAITING]
        assert not accepted & set(waits)
