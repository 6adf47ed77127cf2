"""What every store does; tests/neo4j/test_contract.py runs the same tests on a server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import from_records, source_id
from graphkit.graph.files import write_parquet
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import DECISIONS, Graph
from graphkit.identity import resolve
from graphkit.stores.base import Store
from tests.strategies import HOSTILE, raw_graphs

Fresh = Callable[[], Store]
CODE = {"credit_code": "91350583MA0AAAA10R"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Open a store into which nothing was written yet; the one before it may be gone."""
    return lambda: gk.open_store(tmp_path_factory.mktemp("store") / "record.duckdb")


@pytest.fixture
def store(fresh: Fresh) -> Iterator[Store]:
    with fresh() as opened:
        yield opened


def edition(name: str, date: str, *companies: str, **values: Any) -> Graph:
    """One edition of a dataset that lists companies, with a federation that covers them all."""
    nodes: list[dict[str, Any]] = [{"type": "Company", "name": c} | values for c in companies]
    nodes.append({"type": "Federation", "name": "妇联"})
    edges = [{"type": "COVERS", "src": "妇联", "dst": c, "mode": "own"} for c in companies]
    source = {"dataset": "台账", "edition": name, "name": f"台账{name}", "date": date}
    raw = from_records(nodes, edges, source=source).raw
    assert raw
    return raw


def files_of(graph: Graph, target: Path) -> dict[str, bytes]:
    write_parquet(graph, target)
    return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def test_an_empty_store_has_revision_0_and_says_what_to_do(store: Store) -> None:
    assert store.revision == 0
    asked: list[Callable[[], object]] = [store.read, store.raw, store.sources, store.counts]
    asked += [lambda: store.forget("台账"), lambda: store.query("RETURN 1 AS x")]
    asked += [lambda: store.decide(DECISIONS.empty_table()), lambda: store.undo("com_a", "com_b")]
    for ask in asked:
        with pytest.raises(gk.StoreError) as caught:
            ask()
        assert caught.value.code == "store-missing" and caught.value.hint
    assert store.revision == 0


def test_what_is_written_is_read(store: Store) -> None:
    raw = edition("Q2", "2026-06-30", "甲", "乙", women_employees=2**63 - 1)
    assert store.write(raw) == store.revision == 1
    graph = store.read()
    assert not graph.is_raw and graph.raw is not None and graph.raw.is_raw
    expected = resolve(raw)
    for name in (*expected.node_tables, *expected.edge_tables):
        assert graph.table(name).equals(expected.table(name))
        assert graph.raw.table(name).equals(raw.table(name))
    assert store.counts() == {"COVERS": 2, "Company": 2, "Federation": 1}
    assert store.sources()["name"].tolist() == ["台账Q2"]
    assert len(gk.evidence(graph, "甲")) == 2


def test_writing_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    raw = edition("Q2", "2026-06-30", "甲")
    store.write(raw)
    before = files_of(store.read(), tmp_path / "a")
    assert store.write(raw) == store.write(store.read()) == store.revision == 1
    assert files_of(store.read(), tmp_path / "b") == before


def test_a_source_written_anew_replaces_what_was_held_from_it(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", "乙"))
    assert store.write(edition("Q2", "2026-06-30", "乙", "丙")) == 2
    assert sorted(store.read().nodes("Company")["name"]) == ["丙", "乙"]
    assert len(store.read().edges("COVERS")) == 2


def test_forget_undoes_a_load_exactly(store: Store, tmp_path: Path) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", "乙"))
    before = files_of(store.read(), tmp_path / "a")
    store.write(edition("Q3", "2026-09-30", "乙", "丙", women_employees=5))
    assert store.forget("台账/Q3") == 3
    assert files_of(store.read(), tmp_path / "b") == before
    store.forget("台账")
    assert store.counts() == {} and store.sources().empty
    assert store.read().nodes().empty
    with pytest.raises(gk.StoreError, match="no live source is called '台帐'") as caught:
        store.forget("台帐")
    assert caught.value.hint


def test_every_revision_can_be_read_again(store: Store, tmp_path: Path) -> None:
    editions = [edition("Q2", "2026-06-30", "甲"), edition("Q3", "2026-09-30", "乙"), edition("Q2", "2026-06-30", "丙")]
    states = []
    for number, part in enumerate(editions):
        store.write(part)
        states.append(files_of(store.read(), tmp_path / str(number)))
    store.forget("台账/Q3")
    assert files_of(store.read(revision=4), tmp_path / "named") == files_of(store.read(), tmp_path / "newest")
    for number, state in enumerate(states):
        if store.keeps_revisions:
            assert files_of(store.read(revision=number + 1), tmp_path / f"again{number}") == state
            continue
        with pytest.raises(gk.StoreError) as caught:
            store.read(revision=number + 1)
        assert caught.value.code == "no-revisions"
    for wrong in (0, 5, -1):
        with pytest.raises(gk.StoreError, match=r"the newest(?: is|,) 4"):
            store.read(revision=wrong)


def test_raw_rows_belong_to_the_graph_they_were_read_with(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲"))
    graph = store.read()
    store.write(edition("Q3", "2026-09-30", "乙"))
    assert graph.raw and graph.raw.nodes("Company")["name"].tolist() == ["甲"]
    assert len(store.raw(["台账/Q3"]).nodes("Company")) == 1
    assert len(store.raw().nodes("Company")) == 2


def test_a_cut_graph_does_not_cut_the_record(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", "乙"))
    assert store.write(store.read().drop(["甲"])) == 1
    assert len(store.read().nodes("Company")) == 2
    with pytest.raises(gk.DataError, match="no raw rows"):
        store.write(gk.from_pandas(store.read().to_pandas()))


def test_parallel_edges_stay_two(store: Store) -> None:
    nodes = [{"type": "Bank", "name": "银行"}, {"type": "Company", "name": "甲"}]
    loans = [{"type": "LENDS_TO", "src": "银行", "dst": "甲", "amount_cny": 5, "key": key} for key in "ab"]
    store.write(gk.from_records(nodes, loans))
    assert store.counts()["LENDS_TO"] == len(store.read().edges("LENDS_TO")) == 2
    assert store.query("MATCH (:Bank)-[l]->(:Company) RETURN count(l) AS n")["n"].tolist() == [2]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_were(store: Store, text: str) -> None:
    node = {
        "type": "Company",
        "name": text,
        "key": f"k{text}",
        "kind": text,
        "products": [text, "", "x"],
        "aliases": [],
    }
    store.write(gk.from_records([node], source={"dataset": f"数据{text}", "name": text, "publisher": text}))
    company = store.read().node_tables["Company"].to_pylist()[0]
    assert (company["name"], company["kind"], company["products"]) == (text, text, [text, "", "x"])
    assert company["phone"] is None and company["aliases"] == []
    assert store.raw().node_tables["Company"]["key"].to_pylist() == [f"k{text}"]
    assert store.sources()["publisher"].tolist() == [text]
    assert store.query("MATCH (c:Company) RETURN c.name AS name")["name"].tolist() == [text]
    store.forget(f"数据{text}")
    assert store.counts() == {}


def test_a_query_sees_the_newest_revision(store: Store) -> None:
    count = "MATCH (c:Company) RETURN count(c) AS n"
    store.write(edition("Q2", "2026-06-30", "甲"))
    assert store.query(count)["n"].tolist() == gk.query(store, count)["n"].tolist() == [1]
    store.write(edition("Q3", "2026-09-30", "乙", "丙"))
    assert store.query(count)["n"].tolist() == [3]
    store.forget("台账/Q3")
    assert store.query(count)["n"].tolist() == [1]
    for text in ("CREATE (n:Company) RETURN 1 AS x", "MATCH (n) RETURN n.name AS name, m.x AS x"):
        with pytest.raises(gk.QueryError):
            store.query(text)


def test_bad_input_writes_nothing(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲"))
    other = edition("Q3", "2026-09-30", "乙")
    torn = Graph(
        other.schema, {"Federation": other.node_tables["Federation"]}, other.edge_tables, other.sources, is_raw=True
    )
    with pytest.raises(gk.DataError, match="have no Company"):
        store.write(torn)
    assert store.revision == 1 and store.sources()["edition"].tolist() == ["Q2"]


def judged(judgement: str, left: str, right: str) -> pa.Table:
    row = {"left": left, "right": right, "judgement": judgement, "by": "编者", "at": "2026-11-25"}
    return pa.Table.from_pylist([row], schema=DECISIONS)


def test_a_decision_assembles_anew_and_undoing_it_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", "乙", "丙"))
    before = files_of(store.read(), tmp_path / "before")
    one, two, three = (store.read().find(name) for name in ("甲", "乙", "丙"))
    assert store.decide(judged("same", one, two)) == store.revision == 2
    assert sorted(store.read().nodes("Company")["name"]) in (["丙", "甲"], ["丙", "乙"])
    assert store.decide(judged("same", two, one)) == 2
    assert store.read().decisions.num_rows == 1 == store.raw().decisions.num_rows
    after = files_of(store.read(), tmp_path / "after")
    store.decide(judged("different", two, three))
    with pytest.raises(gk.IdentityError) as caught:
        store.decide(judged("same", three, one))
    assert caught.value.code == "contradicting-decisions"
    for told in (f"`different` of {two} and {three}", f"`same` of {one} and {two}", f"`same` of {three} and {one}"):
        assert told in caught.value.message
    with pytest.raises(gk.IdentityError, match="contradicts"):
        store.decide(judged("different", one, two))
    assert store.revision == 3
    store.undo(three, two)
    assert files_of(store.read(), tmp_path / "again") == after
    assert store.undo(two, one) == 5
    assert files_of(store.read(), tmp_path / "undone") == before
    if store.keeps_revisions:
        assert files_of(store.read(revision=2), tmp_path / "earlier") == after
    asked: list[Callable[[], int]] = [lambda: store.undo(one, two)]
    asked.append(lambda: store.decide(judged("same", one, "com_none")))
    for ask in asked:
        with pytest.raises(gk.IdentityError):
            ask()
    assert store.revision == 5


def test_a_decision_holds_for_the_next_edition(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", "乙"))
    store.decide(judged("same", store.read().find("甲"), store.read().find("乙")))
    store.write(edition("Q3", "2026-09-30", "甲", "乙", "丙"))
    assert len(store.read().nodes("Company")) == 2
    store.forget("台账/Q2")
    assert len(store.read().nodes("Company")) == 2


def test_as_of_and_the_schema(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲", valid_from="2026-05-01"))
    assert store.read(as_of="2026-04-30").nodes("Company").empty
    assert len(store.read(as_of="2026-07-01").nodes("Company")) == 1
    assert store.schema is gk.Schema.load()


PARTS = st.lists(raw_graphs(), min_size=2, max_size=3, unique_by=lambda g: str(g.sources["id"][0]))


@settings(max_examples=6)
@given(PARTS)
def test_any_editions_in_any_order_leave_the_same_record(
    tmp_path_factory: pytest.TempPathFactory, fresh: Fresh, parts: list[Graph]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    with fresh() as first:
        for part in parts:
            first.write(part)
        before = files_of(first.read(), folder / "before")
    assert before == files_of(resolve(join_raw(*parts)), folder / "memory")
    with fresh() as second:
        for part in reversed(parts):
            second.write(part)
        assert files_of(second.read(), folder / "reversed") == before
        revision = second.revision
        assert second.write(parts[0]) == revision
        source = str(parts[-1].sources["id"][0])
        second.forget(source)
        rest = resolve(join_raw(*parts[:-1]))
        assert files_of(second.read(), folder / "rest") == files_of(rest, folder / "expected")
        if second.keeps_revisions:
            assert files_of(second.read(revision=revision), folder / "earlier") == before


def test_source_ids_come_from_dataset_and_edition(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", "甲"))
    assert store.sources()["id"].tolist() == [source_id("台账", "Q2")]
    store.forget(source_id("台账", "Q2"))
    assert store.sources().empty
