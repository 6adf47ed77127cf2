"""What went wrong for others with .xlsx (W tables, V values) must not go wrong with .ods and .xls either."""

import struct
import zipfile
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.errors import DataError
from graphkit.loaders.tables.grid import read_grid
from graphkit.values import parse_percent
from tests.loaders.forms import FORMS, in_form, open_document
from tests.loaders.old_workbooks import Error, Formula, Old, Shown, old_workbook
from tests.loaders.workbooks import companies, ends, loaded

every = pytest.mark.parametrize("form", FORMS)
MONTH = 'yyyy"年"m"月"'


@every
def test_w4_only_merged_cells_are_filled(tmp_path: Path, form: str) -> None:
    rows = [["所属乡镇", "企业名称"], ["霞美镇", "甲"], [None, "乙"], [None, "丙"]]
    graph, _ = loaded(in_form(form, tmp_path, rows, Old(merged=((2, 1, 3, 1),))))
    assert ends(graph, "LOCATED_IN") == {("甲", "霞美镇"), ("乙", "霞美镇")}
    assert set(companies(graph)) == {"甲", "乙", "丙"}
    assert gk.evidence(graph, "乙")["place"].str.contains("A2:A3").any()


@every
def test_w8_hidden_rows_and_columns_are_read_and_counted(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "联系电话"], ["甲", "1"], ["乙", "2"], ["丙", "3"]]
    path = in_form(form, tmp_path, rows, Old(hidden_rows=(3,), hidden_columns=(2,)))
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲", "乙", "丙"}
    assert (report.hidden_rows, report.hidden_columns) == (1, 1)
    mapping = tmp_path / "m.yaml"
    mapping.write_text(report.mapping.replace("hidden: read", "hidden: skip"), encoding="utf-8")
    graph, report = loaded(path, mapping=mapping)
    assert {name: row["phone"] for name, row in companies(graph).items()} == {"甲": None, "丙": None}
    assert [(finding.row, finding.reason) for finding in report.skipped] == [(3, "hidden")]


@every
@pytest.mark.parametrize(("epoch", "day"), [(1904, "2022-06-25"), (1900, "2018-06-24")])
def test_v1_both_date_systems(tmp_path: Path, form: str, epoch: int, day: str) -> None:
    rows = [["企业名称", "成立日期"], ["甲", Shown(43275, "yyyy-mm-dd")], ["乙", 43275]]
    graph, _ = loaded(in_form(form, tmp_path, rows, Old(epoch=epoch)))
    assert {name: row["founded"] for name, row in companies(graph).items()} == {"甲": day, "乙": day}


@every
def test_v1_a_month_shown_without_its_day_stays_a_month(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "成立日期"], ["甲", Shown(43617, MONTH)], ["乙", Shown(43618, MONTH)]]
    graph, _ = loaded(in_form(form, tmp_path, rows))
    assert {name: row["founded"] for name, row in companies(graph).items()} == {"甲": "2019-06", "乙": "2019-06-02"}


@every
def test_v3_a_rounded_code_is_no_code(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "统一社会信用代码"], ["甲", 9.1350583100100006e17], ["乙", "9.13505831001E+17"]]
    graph, report = loaded(in_form(form, tmp_path, rows))
    assert {name: row["credit_code"] for name, row in companies(graph).items()} == {"甲": None, "乙": None}
    assert [finding.row for finding in report.not_understood] == [2, 3]


@every
def test_v5_zeros_made_by_a_format_stay(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "联系电话"], [Shown(2416, "000000"), "1"], ["012345", "2"]]
    assert set(companies(loaded(in_form(form, tmp_path, rows))[0])) == {"002416", "012345"}


@every
def test_v7_formulas_and_errors(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "女职工数"], ["甲", Formula()], ["乙", Formula(55)], ["丙", Error(7)], ["丁", Error(42)]]
    graph, report = loaded(in_form(form, tmp_path, rows))
    told = {name: row["women_employees"] for name, row in companies(graph).items()}
    assert told == {"甲": None, "乙": 55, "丙": None, "丁": None}
    assert [finding.place for finding in report.not_understood] == ["台账!B2", "台账!B4", "台账!B5"]
    reasons = [finding.reason for finding in report.not_understood]
    assert "never" in reasons[0] and "#DIV/0!" in reasons[1] and "#N/A" in reasons[2]


@every
def test_v7_a_text_that_a_formula_gives(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "所属乡镇"], ["甲", Formula("霞美镇")], ["乙", Formula("水头镇")]]
    graph, report = loaded(in_form(form, tmp_path, rows))
    assert ends(graph, "LOCATED_IN") == {("甲", "霞美镇"), ("乙", "水头镇")} and not report.not_understood


@every
def test_v11_one_share_three_times(tmp_path: Path, form: str) -> None:
    rows = [["企业名称", "占比"], ["甲", Shown(0.875, "0.0%")], ["乙", "87.5%"], ["丙", "87.5％"]]
    [sheet] = read_grid(in_form(form, tmp_path, rows)).sheets
    assert [parse_percent(sheet.rows[row][2]) for row in (2, 3, 4)] == [0.875] * 3


def test_v7_a_zero_that_a_program_computed_is_a_zero(tmp_path: Path) -> None:
    rows = [["企业名称", "女职工数"], ["甲", Formula(0.0)]]
    graph, _ = loaded(old_workbook(tmp_path / "a.xls", rows, Old(computed=True)))
    assert companies(graph)["甲"]["women_employees"] == 0
    graph, _ = loaded(old_workbook(tmp_path / "b.xls", rows))
    assert companies(graph)["甲"]["women_employees"] is None


def test_v10_a_picture_in_an_ods(tmp_path: Path) -> None:
    cells = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    picture = '<table:table-cell table:formula="of:=DISPIMG(&quot;ID_0&quot;;1)" office:value-type="string"/>'
    lines = (cells.format("企业名称") + cells.format("企业简称"), cells.format("甲") + picture)
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    graph, report = loaded(open_document(tmp_path / "a.ods", f'<table:table table:name="台账">{rows}</table:table>'))
    assert companies(graph)["甲"]["aliases"] == []
    assert ["picture" in finding.reason for finding in report.not_understood] == [True]


def test_w8_a_hidden_sheet_of_an_ods_is_told(tmp_path: Path) -> None:
    path = in_form("ods", tmp_path, [["企业名称", "所属乡镇"], ["甲", "霞美镇"]])
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    content = content.replace("<office:body>", f'<styles xmlns:style="s">{style}</styles><office:body>')
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content.replace("<table:table ", '<table:table table:style-name="ta1" '))
    assert any("hidden" in note for note in loaded(path)[1].notes)


def test_what_stands_in_an_ods_beside_its_cells_is_no_value(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    cell = '<table:table-cell office:value-type="string">{}<text:p>{}</text:p></table:table-cell>'
    name = "甲<text:s text:c='2'/>公<text:span>司</text:span>"
    lines = (
        cell.format("", "企业名称") + cell.format("", "所属乡镇"),
        cell.format(note, name) + cell.format("", "霞美镇"),
    )
    rows = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    old = "<table:tracked-changes><table:table-cell><text:p>旧</text:p></table:table-cell></table:tracked-changes>"
    path = open_document(tmp_path / "a.ods", f'<table:table table:name="台账">{rows}</table:table>', old)
    assert ends(loaded(path)[0], "LOCATED_IN") == {("甲公司", "霞美镇")}


@pytest.mark.parametrize("part", ["META-INF/manifest.xml", "encrypted-package"])
def test_f3_an_encrypted_ods_says_what_to_do(tmp_path: Path, part: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr(part, "<manifest><encryption-data/></manifest>")
        archive.writestr("content.xml" if part.startswith("META") else "mimetype", bytes(range(200)))
    with pytest.raises(DataError, match="encrypted") as caught:
        loaded(tmp_path / "a.ods")
    assert "password" in caught.value.hint


def test_w1_a_used_range_that_an_xls_only_claims_costs_nothing(tmp_path: Path) -> None:
    path = old_workbook(tmp_path / "a.xls", [["企业名称", "所属乡镇"], ["甲", "霞美镇"]])
    raw, real = path.read_bytes(), struct.pack("<HHIIHH", 0x200, 14, 0, 2, 0, 2)
    assert real in raw
    path.write_bytes(raw.replace(real, struct.pack("<HHIIHH", 0x200, 14, 0, 2**31, 0, 2**15)))
    assert ends(loaded(path)[0], "LOCATED_IN") == {("甲", "霞美镇")}


@pytest.mark.parametrize("suffix", ["xls", "et"])
def test_an_xls_whose_records_are_cut_short_is_damaged(tmp_path: Path, suffix: str) -> None:
    rows = [["企业名称", "所属乡镇"], ["甲", "霞美镇"]]
    path = old_workbook(tmp_path / f"a.{suffix}", rows, Old(hidden_columns=(2,)))
    path.write_bytes(path.read_bytes().replace(b"\x7d\x00\x0c\x00", b"\x7d\x00\x02\x00"))
    with pytest.raises(DataError, match="damaged"):
        loaded(path)


@pytest.mark.parametrize("code", ["General", "G/通用格式", "Standard", "GENERAL;@"])
@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_v1_a_number_under_the_general_format_is_no_date(tmp_path: Path, form: str, code: str) -> None:
    rows = [["企业名称", "女职工数"], ["甲", Shown(55, code)]]
    graph, _ = loaded(in_form(form, tmp_path, rows))
    assert companies(graph)["甲"]["women_employees"] == 55
