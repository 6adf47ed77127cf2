"""What a few bytes claim is bounded: no file of a table makes more of a memory than it is worth."""

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphkit.errors import DataError
from graphkit.loaders.tables import columnar
from graphkit.loaders.tables import sheet as sheets
from graphkit.loaders.tables.grid import read_grid
from tests.loaders.forms import FORMS, in_form
from tests.loaders.workbooks import companies, loaded, patched, workbook

ROWS = [["企业名称", "所属乡镇"], ["甲", "霞美镇"], ["乙", "水头镇"]]


@pytest.mark.parametrize("form", FORMS)
def test_a_workbook_of_too_many_cells_is_refused(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_form(form, tmp_path, ROWS)
    assert len(read_grid(path).sheets[0].rows) == 3
    monkeypatch.setattr(sheets, "MOST_CELLS", 5)
    with pytest.raises(DataError, match="more than 5 cells"):
        read_grid(path)


def test_the_cells_of_all_sheets_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS, lambda sheet: sheet.parent.copy_worksheet(sheet))
    monkeypatch.setattr(sheets, "MOST_CELLS", 11)
    with pytest.raises(DataError, match="more than 11 cells"):
        read_grid(path)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_a_cell_of_a_million_characters_is_refused(tmp_path: Path, name: str) -> None:
    path, long = tmp_path / name, "长" * 1_000_001
    if name == "a.xlsx":
        path = in_form("xlsx", tmp_path, [*ROWS, ["丙"]])
        patched(path, "xl/sharedStrings.xml", ("<t>丙</t>", f"<t>{long}</t>"))
    elif name == "a.csv":
        path.write_text(f"企业名称,所属乡镇\n甲,{long}\n", encoding="utf-8")
    else:
        path.write_text(json.dumps({"企业名称": "甲", "所属乡镇": long}), encoding="utf-8")
    with pytest.raises(DataError, match=r"field larger|holds 1000001 characters"):
        read_grid(path)


def test_a_line_of_a_million_cells_is_read_as_far_as_a_sheet_reaches(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称,所属乡镇\n甲,霞美镇" + ",x" * 1_000_000 + "\n", encoding="utf-8")
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲"} and any("999002" in warning for warning in report.warnings)


def test_records_that_share_no_key_cost_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    records = [{"企业名称": f"第{number}号公司", f"列{number}": 1} for number in range(5000)]
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    [sheet] = read_grid(path).sheets
    assert sum(map(len, sheet.rows.values())) < 3 * 5000 + 1000


@pytest.mark.parametrize("nested", [False, True])
def test_a_text_that_every_row_of_a_parquet_repeats_is_refused(
    tmp_path: Path, nested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = pa.array(["x" * 50_000] * 100)
    column = pa.ListArray.from_arrays(pa.array(range(101), pa.int32()), texts) if nested else texts
    pq.write_table(pa.table({"企业名称": column}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    assert len(read_grid(tmp_path / "a.parquet").sheets[0].rows) == 101
    monkeypatch.setattr(columnar, "MOST_BYTES", 2**20)
    with pytest.raises(DataError, match="expand"):
        read_grid(tmp_path / "a.parquet")


def test_a_parquet_of_nothing_but_rows_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"企业名称": pa.nulls(20_000_001)}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match="20000001 rows"):
        read_grid(tmp_path / "a.parquet")


def test_laughing_entities_are_refused_in_every_part(tmp_path: Path) -> None:
    laugh = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    for number, part in enumerate(("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")):
        path = workbook(tmp_path / f"{number}.xlsx", ROWS)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        begin = parts[part].index(b"<", 2 if parts[part].startswith(b"<?") else 0)
        parts[part] = parts[part][:begin] + laugh.encode() + parts[part][begin:]
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        with pytest.raises(DataError, match="entities"):
            read_grid(path)


def test_many_merged_ranges_over_many_rows_cost_their_cells(tmp_path: Path) -> None:
    rows = [["企业名称", "所属乡镇"], *(["企业" + str(number), "霞美镇"] for number in range(3000))]
    path = workbook(tmp_path / "a.xlsx", rows)
    ranges = "".join(f'<mergeCell ref="B{at}:B{at + 1}"/>' for at in range(2, 3000, 2))
    patched(path, "xl/worksheets/sheet1.xml", ("</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>"))
    [sheet] = read_grid(path).sheets
    assert len(sheet.merged) == 1499 and len(sheet.spread) == 2998


@pytest.mark.parametrize("encoding", ["UTF-True", "gb18030", "utf-7", "rot13"])
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_xml_in_an_encoding_that_nobody_knows_is_an_error_that_is_meant(
    tmp_path: Path, form: str, encoding: str
) -> None:
    path = in_form(form, tmp_path, ROWS)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "content.xml" if form == "ods" else "xl/worksheets/sheet1.xml"
    body = parts[part].decode().partition("?>\n")[2] or parts[part].decode()
    parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(DataError, match=r"damaged|cannot be read"):
        read_grid(path)
