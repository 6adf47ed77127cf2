"""The files for neo4j-admin: what stands in them, what stays out, and which folders are left alone.

That the tool reads them, and what a server then holds, is shown in tests/neo4j/test_import.py.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.exporters.neo4j_import import export_neo4j_import
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.stores.neo4j.parts import PushOptions


@pytest.fixture
def town() -> Graph:
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": "=甲", "phone": "13800000000", "products": ["a|b", "c;d"], "employees": 2**53 + 1},
        {"type": "Company", "name": "乙"},
        {"type": "Federation", "name": "妇联"},
        {"type": "Person", "name": "赵某某"},
    ]
    edges = [
        {"type": "COVERS", "src": "妇联", "dst": "=甲", "mode": "own"},
        {"type": "LEADS", "src": "赵某某", "dst": "=甲"},
        {"type": "LEADS", "src": "赵某某", "dst": "妇联"},
    ]
    return from_records(nodes, edges, source={"dataset": "台账", "name": "台账"})


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_of(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def test_each_label_and_each_pair_of_ends_has_a_file_that_the_tool_is_told_of(town: Graph, tmp_path: Path) -> None:
    folder = export_neo4j_import(town, tmp_path / "files")
    arguments = (folder / "import.args").read_text(encoding="utf-8").split()
    named = {argument.rpartition("=./")[2] for argument in arguments if "=./" in argument}
    assert named == {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")}
    assert "--relationships=LEADS=./edges/LEADS.Person.Federation.csv" in arguments
    assert "--nodes=Company=./nodes/Company.csv" in arguments
    first = next(row for row in rows_of(folder / "nodes" / "Company.csv") if row["name:string"].endswith("甲"))
    assert first["name:string"] == "=甲" and first["employees:long"] == str(2**53 + 1)
    assert first["products:string[]"].split("\x1f") == ["a|b", "c;d"] and first["gk_load:string"]
    store = rows_of(folder / "nodes" / "GraphkitStore.csv")[0]
    assert (store["id:ID(GraphkitStore)"], store["has_raw:boolean"], store["revision:long"]) == ("store", "true", "1")
    assert gk.Schema.parse(store["schema:string"], "the file").text == town.schema.text
    told = json.loads((folder / "import.json").read_text(encoding="utf-8"))
    assert told["rows"]["Company"] == 2 and told["rows"]["LEADS"] == 2 and not told["orphans"]
    read_me = (folder / "README.txt").read_text(encoding="utf-8")
    assert "neo4j-admin database import full neo4j @import.args" in read_me and "$" not in read_me


def test_the_server_is_told_of_every_unique_id_and_every_empty_list(town: Graph, tmp_path: Path) -> None:
    folder = export_neo4j_import(town, tmp_path / "files")
    statements = (folder / "constraints.cypher").read_text(encoding="utf-8").splitlines()
    assert all(statement.endswith(";") for statement in statements)
    for path in folder.rglob("*.csv"):
        assert any(f"gk_{path.name.partition('.')[0]}_id" in statement for statement in statements), path.name
    puts = [statement for statement in statements if "aliases" in statement]
    assert {statement.partition("`")[2].partition("`")[0] for statement in puts} == {"Company", "Federation", "Person"}


def test_a_sign_that_stands_in_a_list_does_not_join_lists(tmp_path: Path) -> None:
    graph = from_records([{"type": "Company", "name": "甲", "products": ["a\x1fb", "c\x1e"]}])
    folder = export_neo4j_import(graph, tmp_path / "files")
    assert "--array-delimiter=U+001D" in (folder / "import.args").read_text(encoding="utf-8")
    assert rows_of(folder / "nodes" / "Company.csv")[0]["products:string[]"] == "a\x1fb\x1dc\x1e"


def test_what_is_sensitive_stays_at_home_unless_named_and_circles_are_kept(town: Graph, tmp_path: Path) -> None:
    assert "13800000000" not in text_of(export_neo4j_import(town, tmp_path / "a"))
    named = PushOptions(sensitive=("Company.phone",))
    assert "13800000000" in text_of(export_neo4j_import(town, tmp_path / "b", named))
    assert "13800000000" not in text_of(export_neo4j_import(town, tmp_path / "c", named, tier="partner"))
    assert "赵某某" in text_of(tmp_path / "c")
    assert "赵某某" not in text_of(export_neo4j_import(town, tmp_path / "d", named, tier="public"))
    with pytest.raises(gk.SchemaError) as caught:
        export_neo4j_import(town, tmp_path / "e", PushOptions(sensitive=("Company.fone",)))
    assert caught.value.code == "unknown-property" and not (tmp_path / "e").exists()
    with pytest.raises(gk.ExportError) as other:
        export_neo4j_import(town, tmp_path / "e", tier="everyone")
    assert other.value.code == "unknown-tier"


def test_a_folder_of_others_is_left_alone_and_an_earlier_export_is_replaced(town: Graph, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(gk.ExportError) as caught:
        export_neo4j_import(town, tmp_path / "theirs")
    assert caught.value.code == "target-in-use" and [*(tmp_path / "theirs").iterdir()] == [
        tmp_path / "theirs" / "letter.txt"
    ]
    folder = export_neo4j_import(town, tmp_path / "new" / "deep")
    export_neo4j_import(town.select("Company"), folder)
    assert [path.name for path in (folder / "edges").glob("[A-E]*")] == []
    assert sorted(path.name for path in folder.parent.iterdir()) == ["deep"]


def test_the_same_graph_gives_the_same_bytes_and_what_a_server_cannot_hold_is_refused(
    town: Graph, tmp_path: Path
) -> None:
    one, two = (export_neo4j_import(town, tmp_path / name) for name in "ab")
    assert text_of(one) == text_of(two)
    bad = from_records([{"type": "Company", "name": "甲", "products": ["a", "b"]}])
    table = bad.node_tables["Company"]
    longer = table.set_column(0, "id", [["com_" + "x" * 9000]])
    with pytest.raises(gk.DataError) as caught:
        export_neo4j_import(Graph(bad.schema, {"Company": longer}, {}, bad.sources), tmp_path / "c")
    assert caught.value.code == "unfit-for-neo4j" and not (tmp_path / "c").exists()
