"""Tables as files: what is written reads back, opens as no formula, and leaks nothing."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from graphkit.errors import ExportError
from graphkit.exporters.tables import export_frame, export_graph, guarded, joined, parted, unguarded, write_csv
from graphkit.graph.convert import from_records
from graphkit.graph.files import read_parquet
from graphkit.graph.tables import Graph


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@given(st.text())
def test_a_guarded_text_reads_back_and_is_no_formula(text: str) -> None:
    written = guarded(text)
    assert unguarded(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(st.text(), min_size=1).filter(lambda values: values != [""]))
def test_a_joined_list_reads_back(values: list[str]) -> None:
    written = joined(values)
    assert written is not None and parted(written) == values


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\r", exclude_categories=["Cs"])), min_size=1, max_size=4
    )
)
def test_any_text_survives_csv(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(pa.table({"id": list(map(str, range(len(texts)))), "text": pa.array(texts, pa.string())}), path)
    assert [unguarded(row["text"]) for row in read_csv(path)] == texts


def test_csv_is_one_file_a_type(town: Graph, tmp_path: Path, hostile: tuple[str, ...]) -> None:
    folder = export_graph(town, tmp_path / "out", format="csv")
    plain = {"sources", "evidence", "statistics", "decisions"}
    assert {path.stem for path in folder.glob("*.csv")} == {*town.node_tables, *town.edge_tables, *plain}
    companies = read_csv(folder / "Company.csv")
    assert {unguarded(row["name"]) for row in companies} >= set(hostile)
    assert not any(row["name"].startswith(("=", "+", "-", "@")) for row in companies)
    assert [row["id"] for row in companies] == town.table("Company")["id"].to_pylist()
    assert companies[0]["women_employees"].isdecimal() and companies[0]["credit_code"] == ""
    aliases = [row["aliases"] for row in read_csv(folder / "Venue.csv")]
    assert [parted(text) for text in aliases] == town.table("Venue")["aliases"].to_pylist()


def test_graphml_reads_back_equal(town: Graph, tmp_path: Path) -> None:
    path = export_graph(town, tmp_path / "a.graphml", format="graphml")
    found: Any = nx.read_graphml(path, force_multigraph=True)
    wanted: Any = town.to_networkx()
    drop = str.maketrans("", "", "\x00\x0c\uffff")

    def written(values: dict[str, Any]) -> dict[str, Any]:
        kept = {k: joined(v) if isinstance(v, list) else v for k, v in values.items() if k != "id"}
        return {k: v.translate(drop) if isinstance(v, str) else v for k, v in kept.items() if v is not None}

    assert {n: written(d) for n, d in wanted.nodes(data=True)} == dict(found.nodes(data=True))
    assert {(u, v, k): written(d) for u, v, k, d in wanted.edges(keys=True, data=True)} == {
        (u, v, k): d for u, v, k, d in found.edges(keys=True, data=True)
    }
    assert [parted(d["aliases"]) for _, d in found.nodes(data=True) if d["type"] == "Person" and "aliases" in d] == [
        ["晓岚姐"]
    ]


def test_parallel_loans_keep_their_own_ids(town: Graph, tmp_path: Path) -> None:
    loans = set(town.table("LENDS_TO")["id"].to_pylist())
    graphml: Any = nx.read_graphml(export_graph(town, tmp_path / "a.graphml", format="graphml"), force_multigraph=True)
    assert {k for _, _, k, d in graphml.edges(keys=True, data=True) if d["type"] == "LENDS_TO"} == loans
    assert {row["id"] for row in read_csv(export_graph(town, tmp_path / "c", format="csv") / "LENDS_TO.csv")} == loans
    assert len(loans) == 3


def test_an_attribute_of_two_types_is_two_keys(tmp_path: Path) -> None:
    nodes: list[dict[str, Any]] = [
        {"type": "Policy", "name": "甲", "date": "2026"},
        {"type": "Company", "name": "乙", "products": ["a|b", "c\\"]},
    ]
    path = export_graph(from_records(nodes), tmp_path / "a.graphml", format="graphml")
    found = {d["name"]: d for _, d in nx.read_graphml(path).nodes(data=True)}
    assert found["甲"]["date"] == "2026" and parted(found["乙"]["products"]) == ["a|b", "c\\"]
    assert "leading" not in found["乙"] and found["乙"]["group"] is False


def test_parquet_is_the_exchange_format(town: Graph, tmp_path: Path) -> None:
    again = read_parquet(export_graph(town, tmp_path / "p", format="parquet"))
    assert again.table("Company").equals(town.table("Company")) and again.raw is not None


@pytest.mark.parametrize("form", ["csv", "graphml", "parquet"])
def test_public_tables_leak_nothing(
    town: Graph, tmp_path: Path, form: Any, secrets: Sequence[str], text_of: Callable[[Path], str]
) -> None:
    internal = text_of(export_graph(town, tmp_path / f"inside.{form}", format=form))
    assert "庄晓岚" in internal and "13855550001" in internal
    public = text_of(export_graph(town, tmp_path / f"outside.{form}", format=form, tier="public"))
    assert not [secret for secret in secrets if secret in public]
    partner = text_of(export_graph(town, tmp_path / f"partner.{form}", format=form, tier="partner"))
    assert "13855550001" not in partner and "0595-22223333" not in partner and "庄晓岚" in partner


def test_unknown_format_and_circle_are_named(town: Graph, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="gexf") as caught:
        export_graph(town, tmp_path / "x", format="gexf")  # type: ignore[arg-type]
    assert caught.value.code == "unknown-format" and "graphml" in caught.value.hint
    with pytest.raises(ExportError, match="everyone"):
        export_graph(town, tmp_path / "x", format="csv", tier="everyone")
    assert not list(tmp_path.iterdir())


def test_a_directory_of_others_is_left_alone(town: Graph, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExportError, match="left alone"):
        export_graph(town, tmp_path, format="csv")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    folder = export_graph(town, tmp_path / "new" / "deep", format="csv")
    export_graph(town.select("Company"), folder, format="csv")
    assert not (folder / "Person.csv").exists() and (folder / "Company.csv").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["deep"]


def test_same_graph_gives_the_same_files(town: Graph, tmp_path: Path, text_of: Callable[[Path], str]) -> None:
    for form in ("csv", "graphml"):
        one, two = (export_graph(town, tmp_path / f"{n}.{form}", format=form) for n in range(2))
        assert text_of(one) == text_of(two)


def test_a_frame_as_csv_and_as_workbook(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["=1+1", None], "n": pd.array([3, None], "Int64"), "via": [["a|b", "c"], []]})
    rows = read_csv(export_frame(frame, tmp_path / "deep" / "a.csv"))
    assert rows == [{"name": "'=1+1", "n": "3", "via": "a\\|b|c"}, {"name": "", "n": "", "via": ""}]
    book = CalamineWorkbook.from_path(export_frame(frame, tmp_path / "a.xlsx"))
    assert book.get_sheet_by_index(0).to_python()[:2] == [["name", "n", "via"], ["=1+1", 3.0, "a|b、c"]]
    with pytest.raises(ExportError, match=r"a\.pdf") as caught:
        export_frame(frame, tmp_path / "a.pdf")
    assert ".csv, .xlsx" in caught.value.hint
