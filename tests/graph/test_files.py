"""A graph as Parquet files: the same bytes for the same graph, everything back, and no other directory harmed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.files import MANIFEST
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from tests.strategies import raw_graphs


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@settings(max_examples=40)
@given(raw_graphs())
def test_any_graph_comes_back_and_goes_out_again_as_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, raw: Graph
) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    graph = resolve(raw)
    gk.write_parquet(graph, folder / "a")
    back = gk.read_parquet(folder / "a")
    for name, table in {**graph.node_tables, **graph.edge_tables}.items():
        assert back.table(name).equals(table)
    assert back.raw is not None and back.raw.is_raw
    gk.write_parquet(back, folder / "b")
    assert bytes_of(folder / "a") == bytes_of(folder / "b")
    gk.write_parquet(raw, folder / "raw")
    assert gk.read_parquet(folder / "raw").is_raw
    assert resolve(gk.read_parquet(folder / "raw")).nodes().equals(graph.nodes())


@pytest.fixture
def graph() -> Graph:
    return from_records([{"type": "Company", "name": "甲"}, {"type": "Bank", "name": "乙"}])


def test_an_export_replaces_an_earlier_one_as_a_whole(tmp_path: Path, graph: Graph) -> None:
    target = gk.write_parquet(graph, tmp_path / "县")
    gk.write_parquet(gk.from_records([{"type": "Bank", "name": "乙"}]), target)
    assert not (target / "nodes" / "Company.parquet").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["县"]
    (tmp_path / "empty").mkdir()
    gk.write_parquet(graph, tmp_path / "empty")


def test_a_directory_of_other_files_is_left_alone(tmp_path: Path, graph: Graph) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(gk.ExportError, match="holds other files") as caught:
        gk.write_parquet(graph, tmp_path)
    assert caught.value.hint and [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(gk.ExportError):
        gk.write_parquet(graph, tmp_path / "mine.txt")


def corrupt(folder: Path, what: str) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    changes: dict[str, dict[str, Any]] = {
        "newer": {"format": 99},
        "foreign name": {"files": manifest["files"] | {"../../secret": {"rows": 1, "sha256": ""}}},
        "no files": {"files": []},
        "no schema": {"schema": None},
    }
    if what == "missing":
        (folder / MANIFEST).unlink()
    elif what == "no JSON":
        (folder / MANIFEST).write_text("{", encoding="utf-8")
    elif what == "file missing":
        (folder / "nodes" / "Bank.parquet").unlink()
    elif what == "flipped":
        path = folder / "nodes" / "Bank.parquet"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    else:
        (folder / MANIFEST).write_text(json.dumps(manifest | changes[what]), encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("missing", "cannot be read"),
        ("no JSON", "is no manifest"),
        ("no files", "is no manifest"),
        ("no schema", "is no manifest"),
        ("newer", "has format 99, newer than 1"),
        ("foreign name", "which no export holds"),
        ("file missing", "is missing or damaged"),
        ("flipped", "is missing or damaged"),
    ],
)
def test_a_damaged_or_foreign_export_is_refused(tmp_path: Path, graph: Graph, what: str, said: str) -> None:
    folder = gk.write_parquet(graph, tmp_path / "x")
    corrupt(folder, what)
    with pytest.raises(gk.DataError, match=said) as caught:
        gk.read_parquet(folder)
    assert caught.value.hint and str(folder) in caught.value.message


def test_an_offices_schema_goes_with_the_export(tmp_path: Path) -> None:
    office = tmp_path / "office.yaml"
    office.write_text(
        "extends: graphkit\nnodes: {Company: {properties: {stars: {type: int, zh: 星级, en: stars}}}}\n",
        encoding="utf-8",
    )
    schema = gk.Schema.load(office)
    graph = gk.from_records([{"type": "Company", "name": "甲", "stars": 5}], schema=schema)
    folder = gk.write_parquet(graph, tmp_path / "x")
    assert gk.read_parquet(folder).nodes("Company")["stars"].tolist() == [5]
    with pytest.raises(gk.SchemaError, match=r"does not know: Company\.stars"):
        gk.read_parquet(folder, gk.Schema.load())


def test_a_file_that_is_no_table_is_a_data_error(tmp_path: Path, graph: Graph) -> None:
    folder = gk.write_parquet(graph, tmp_path / "x")
    wrong = folder / "nodes" / "Bank.parquet"
    pq.write_table(pa.table({"id": [1.5], "name": [{"a": 1}]}), wrong)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["nodes/Bank"]["sha256"] = hashlib.sha256(wrong.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(gk.DataError, match="is no table of an export"):
        gk.read_parquet(folder)
