"""Elements that are one raw row are kept once, and seen as elements by everybody."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph, conform
from graphkit.identity import resolve
from graphkit.schema import Schema
from graphkit.stores.embedded import EmbeddedStore
from tests.strategies import raw_graphs

KINDS = ("Company", "Federation", "COVERS")


def listed(dataset: str, *companies: str, **values: Any) -> Graph:
    nodes: list[dict[str, Any]] = [{"type": "Company", "name": name} | values for name in companies]
    nodes.append({"type": "Federation", "name": f"{dataset}妇联"})
    edges = [{"type": "COVERS", "src": f"{dataset}妇联", "dst": name} for name in companies]
    raw = from_records(nodes, edges, source={"dataset": dataset}).raw
    assert raw
    return raw


def kept(path: Path, space: str, name: str = "Company") -> list[str]:
    with duckdb.connect(str(path), read_only=True) as db:
        rows = db.execute(f"SELECT id FROM {space}.{name} WHERE _until IS NULL").fetchall()
    return sorted(own_id for (own_id,) in rows)


def seen(path: Path, name: str, wanted: pa.Schema) -> pa.Table:
    """What a user of SQL gets from the view of a type."""
    with duckdb.connect(str(path), read_only=True) as db:
        return conform(db.sql(f'SELECT * FROM "{name}" ORDER BY id').to_arrow_table(), wanted)


def make_old(path: Path) -> None:
    """Turn a store into one of format 1, which kept every element beside its raw rows, with all its columns."""
    schema = Schema.load()
    with duckdb.connect(str(path)) as db:
        types = [
            name
            for (name,) in db.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw'").fetchall()
        ]
        for name in (name for name in types if name in schema.nodes or name in schema.edges):
            db.execute(f'CREATE TABLE held AS SELECT *, 1 AS _since, NULL::INTEGER AS _until FROM main."{name}"')
            db.execute(f'DROP VIEW main."{name}"; DROP TABLE record."{name}"')
            db.execute(f'CREATE TABLE record."{name}" AS FROM held; DROP TABLE held')
            db.execute(f'CREATE VIEW main."{name}" AS SELECT * EXCLUDE (_since, _until) FROM record."{name}"')
            db.execute(f'ALTER TABLE raw."{name}" DROP COLUMN _alone')
        db.execute("UPDATE meta SET format = 1")


@settings(max_examples=40)
@given(raw_graphs())
def test_what_is_read_and_what_sql_shows_is_the_assembled_graph(
    tmp_path_factory: pytest.TempPathFactory, raw: Graph
) -> None:
    path = tmp_path_factory.mktemp("singles") / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    store.write(raw)
    expected, graph = resolve(raw), store.read()
    assert {*graph.node_tables, *graph.edge_tables} == {*expected.node_tables, *expected.edge_tables}
    assert store.counts() == {name: len(expected.table(name)) for name in sorted(store.counts())}
    for name in (*expected.node_tables, *expected.edge_tables):
        assert graph.table(name).equals(expected.table(name))
        assert seen(path, name, expected.table(name).schema).equals(expected.table(name))


def test_a_row_is_an_element_until_another_source_states_it_too(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    store.write(listed("甲账", "甲石材有限公司", "乙石材有限公司"))
    assert kept(path, "record") == [] and len(kept(path, "raw")) == 2
    store.write(listed("乙账", "甲石材有限公司", leading=True))
    graph = store.read()
    several = graph.nodes("Company")["sources"].map(len) == 2
    assert kept(path, "record") == graph.nodes("Company")["id"][several].tolist() and several.sum() == 1
    # The edge of the second source points at the element, not at its own raw row.
    assert len(kept(path, "record", "COVERS")) == 1
    assert len(store.read(revision=1).nodes("Company")) == 2
    assert (
        store.read(revision=1)
        .table("Company")
        .equals(resolve(listed("甲账", "甲石材有限公司", "乙石材有限公司")).table("Company"))
    )
    store.forget("乙账")
    assert kept(path, "record") == [] and store.counts() == {"COVERS": 2, "Company": 2, "Federation": 1}
    assert store.read(revision=2).table("Company").equals(graph.table("Company"))


def test_what_cleans_an_element_keeps_it_apart_from_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": "甲", "aliases": ["乙", "丙"]},
        {"type": "Company", "name": "丁", "aliases": ["戊"]},
        {"type": "Company", "name": "己", "women_employees_bound": "about"},
    ]
    raw = from_records(nodes, source={"dataset": "账"}).raw
    assert raw
    EmbeddedStore(path, resolve).write(raw)
    found = resolve(raw).nodes("Company").set_index("name")
    assert kept(path, "record") == sorted(found["id"][["甲", "己"]])
    assert found["aliases"]["甲"].tolist() == ["丙", "乙"]


def test_a_column_is_made_when_something_is_stated_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    store.write(listed("甲账", "甲"))
    asked = "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'raw' AND table_name = 'Company'"
    with duckdb.connect(str(path), read_only=True) as db:
        assert ("kind",) not in db.execute(asked).fetchall()
        assert db.sql("SELECT name, kind, confidence FROM Company, COVERS WHERE dst = Company.id").fetchall() == [
            ("甲", None, 1.0)
        ]
    store.write(listed("乙账", "乙", kind="state_owned"))
    with duckdb.connect(str(path), read_only=True) as db:
        assert ("kind",) in db.execute(asked).fetchall()
        assert db.sql("SELECT name, kind FROM Company ORDER BY name").fetchall() == [
            ("乙", "state_owned"),
            ("甲", None),
        ]
    assert store.read(revision=1).nodes("Company")["kind"].isna().all()


def test_a_store_of_the_first_format_is_read_and_brought_up_to_date_by_a_write(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    first = listed("甲账", "甲石材有限公司", "乙石材有限公司")
    store.write(first)
    make_old(path)
    assert store.counts() == {"COVERS": 2, "Company": 2, "Federation": 1}
    for kind in KINDS:
        assert store.read().table(kind).equals(resolve(first).table(kind))
        assert store.raw().table(kind).equals(first.table(kind))
    second = listed("乙账", "甲石材有限公司")
    assert store.write(second) == 2
    for kind in KINDS:
        expected = resolve(join_raw(first, second)).table(kind)
        assert store.read().table(kind).equals(expected)
        assert seen(path, kind, expected.schema).equals(expected)
        assert store.read(revision=1).table(kind).equals(resolve(first).table(kind))
    with duckdb.connect(str(path), read_only=True) as db:
        assert db.sql("SELECT format, written_by FROM meta").fetchall() == [(2, gk.__version__)]


@pytest.mark.parametrize("change", ["write", "forget"])
def test_whatever_changes_an_old_store_brings_it_up_to_date(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    store.write(listed("甲账", "甲"))
    store.write(listed("乙账", "乙"))
    make_old(path)
    store.write(listed("丙账", "丙")) if change == "write" else store.forget("乙账")
    with duckdb.connect(str(path), read_only=True) as db:
        assert db.sql("SELECT format FROM meta").fetchall() == [(2,)]
    assert sorted(store.read().nodes("Company")["name"]) == (["丙", "乙", "甲"] if change == "write" else ["甲"])
    assert sorted(store.read(revision=2).nodes("Company")["name"]) == ["乙", "甲"]


def test_rows_in_any_order_are_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    raw = listed("甲账", "甲", "乙", "丙")
    table = raw.node_tables["Company"]
    again = table.set_column(table.column_names.index("place"), "place", pa.array(["p", "q", "r"]))
    mixed = pa.concat_tables([table, again]).take([5, 0, 4, 2, 1, 3])
    shuffled = Graph(raw.schema, {**raw.node_tables, "Company": mixed}, raw.edge_tables, raw.sources, is_raw=True)
    store = EmbeddedStore(path, resolve)
    store.write(shuffled)
    assert store.read().table("Company").equals(resolve(shuffled).table("Company"))
    assert store.counts()["Company"] == 3


def test_a_table_of_ones_own_beside_the_record_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    store = EmbeddedStore(path, resolve)
    store.write(listed("甲账", "甲"))
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE TABLE record.mine (x INTEGER); INSERT INTO record.mine VALUES (1)")
    assert store.counts()["Company"] == 1 and len(store.read().nodes("Company")) == 1
    assert store.write(listed("乙账", "乙")) == 2
    with duckdb.connect(str(path), read_only=True) as db:
        assert db.sql("SELECT x FROM record.mine").fetchall() == [(1,)]
