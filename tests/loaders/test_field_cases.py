"""What went wrong for others (W tables, V values, F files, C characters, N names, J and L joins), held here."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter

import graphkit as gk
from graphkit.errors import DataError
from graphkit.loaders.tables.grid import read_grid
from graphkit.values import parse_money, parse_percent
from tests.loaders.workbooks import companies, ends, loaded, patched, workbook

SHEET = "xl/worksheets/sheet1.xml"
FOUR = [
    ["企业名称", "所属乡镇"],
    ["甲公司", "霞美镇"],
    ["乙公司", "水头镇"],
    ["丙公司", "霞美镇"],
    ["丁公司", "官桥镇"],
]


def test_w1_a_wrong_dimension_hides_nothing(tmp_path: Path) -> None:
    right = workbook(tmp_path / "a.xlsx", FOUR)
    wrong = patched(workbook(tmp_path / "b.xlsx", FOUR), SHEET, ('ref="A1:B5"', 'ref="A1"'))
    assert set(companies(loaded(wrong)[0])) == {"甲公司", "乙公司", "丙公司", "丁公司"}
    assert loaded(wrong)[0].summary().equals(loaded(right)[0].summary())


def test_w1_a_used_range_of_a_million_rows_costs_its_data_only(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", FOUR, lambda sheet: setattr(sheet["A1048576"], "number_format", "0.00"))
    patched(path, SHEET, ('ref="A1:B1048576"', 'ref="A1:XFD1048576"'))
    assert [len(sheet.rows) for sheet in read_grid(path).sheets] == [5]


def test_w4_only_merged_cells_are_filled(tmp_path: Path) -> None:
    rows = [["所属乡镇", "企业名称"], ["霞美镇", "甲"], [None, "乙"], [None, "丙"]]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows, lambda sheet: sheet.merge_cells("A2:A3")))
    assert ends(graph, "LOCATED_IN") == {("甲", "霞美镇"), ("乙", "霞美镇")}
    assert set(companies(graph)) == {"甲", "乙", "丙"}
    told = gk.evidence(graph, "乙")
    assert told["place"].str.contains("A2:A3").any()


def test_w7_a_row_of_repeated_words_is_data(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称,2021,2022\n甲公司,不详,不详\n乙公司,3,4\n", encoding="utf-8")
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲公司", "乙公司"}
    assert (report.read, report.used, report.skipped) == (2, 2, ())


def test_w8_hidden_rows_and_columns_are_read_and_counted(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    rows = [["企业名称", "联系电话"], ["甲", "1"], ["乙", "2"], ["丙", "3"]]
    path = workbook(tmp_path / "a.xlsx", rows, hide)
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲", "乙", "丙"}
    assert (report.hidden_rows, report.hidden_columns) == (1, 1)
    mapping = tmp_path / "m.yaml"
    mapping.write_text(report.mapping.replace("hidden: read", "hidden: skip"), encoding="utf-8")
    graph, report = loaded(path, mapping=mapping)
    assert {name: row["phone"] for name, row in companies(graph).items()} == {"甲": None, "丙": None}
    assert [(finding.row, finding.reason) for finding in report.skipped] == [(3, "hidden")]


def test_w11_empty_sheets_are_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("表头").append(["企业名称", "所属乡镇"])
    filled = book.create_sheet("企业")
    filled.append(["企业名称", "所属乡镇"])
    filled.append(["甲公司", "霞美镇"])
    book.save(tmp_path / "a.xlsx")
    graph, report = loaded(tmp_path / "a.xlsx")
    assert set(companies(graph)) == {"甲公司"}
    assert {file.sheet: (file.read, file.used) for file in report.files} == {
        "Sheet": (0, 0),
        "表头": (0, 0),
        "企业": (1, 1),
    }
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(DataError, match=r"b\.xlsx"):
        loaded(tmp_path / "b.xlsx")
    with pytest.raises(DataError, match=r"c\.xlsx"):
        loaded(workbook(tmp_path / "c.xlsx", [["企业名称", "所属乡镇"]]))


def test_v1_the_1904_system_is_four_years_and_a_day_off(tmp_path: Path) -> None:
    rows = [["企业名称", "成立日期"], ["甲", 43275 - 1462], ["乙", 43275 - 1462]]

    def formats(sheet: Any) -> None:
        sheet["B2"].number_format = "yyyy-mm-dd"

    path = workbook(tmp_path / "a.xlsx", rows, formats)
    patched(path, "xl/workbook.xml", ("<workbookPr/>", '<workbookPr date1904="1"/>'))
    founded = {name: row["founded"] for name, row in companies(loaded(path)[0]).items()}
    assert founded == {"甲": "2018-06-24", "乙": "2018-06-24"}
    patched(path, SHEET, ("<v>41813</v>", "<v>43275</v>"))
    assert {row["founded"] for row in companies(loaded(path)[0]).values()} == {"2022-06-25"}


def test_v1_a_month_shown_without_its_day_stays_a_month(tmp_path: Path) -> None:
    def formats(sheet: Any) -> None:
        sheet["B2"].number_format = 'yyyy"年"m"月"'

    path = workbook(tmp_path / "a.xlsx", [["企业名称", "成立日期"], ["甲", date(2019, 6, 1)]], formats)
    assert companies(loaded(path)[0])["甲"]["founded"] == "2019-06"


CODES = "913505831001000071", "913505831001000084"


def test_v3_a_rounded_code_is_no_code(tmp_path: Path) -> None:
    rows = [["企业名称", "统一社会信用代码"], ["甲", 1], ["乙", 2], ["丙", "9.13505831E+17"], ["丁", "9.13505831E+17"]]
    path = workbook(tmp_path / "a.xlsx", rows)
    patched(path, SHEET, ("<v>1</v>", "<v>9.1350583100100006E+17</v>"), ("<v>2</v>", f"<v>{CODES[1]}</v>"))
    graph, report = loaded(path)
    assert {name: row["credit_code"] for name, row in companies(graph).items()} == {
        "甲": None,
        "乙": CODES[1],
        "丙": None,
        "丁": None,
    }
    assert [finding.row for finding in report.not_understood] == [2, 4, 5]
    with pytest.raises(DataError) as caught:
        loaded(path, strict=True)
    assert (caught.value.source, caught.value.place) == ("a.xlsx", "台账!B2")


def test_v3_digits_e_digits_is_a_code(tmp_path: Path) -> None:
    rows = [["企业名称", "统一社会信用代码"], ["甲", "9135058311000E1231"], ["乙", "91350583MA0AAAA120"]]
    graph, report = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert {row["credit_code"] for row in companies(graph).values()} == {"9135058311000E1231", "91350583MA0AAAA120"}
    assert not report.not_understood


def test_v5_zeros_made_by_a_format_stay(tmp_path: Path) -> None:
    def formats(sheet: Any) -> None:
        sheet["A2"].number_format = "000000"

    path = workbook(tmp_path / "a.xlsx", [["企业名称"], [2416], ["012345"]], formats)
    assert set(companies(loaded(path)[0])) == {"002416", "012345"}


@pytest.mark.parametrize("library", ["openpyxl", "xlsxwriter"])
def test_v7_a_formula_never_computed_is_unknown(tmp_path: Path, library: str) -> None:
    rows = [["企业名称", "女职工数"], ["甲公司", "=20+35"]]
    path = tmp_path / "a.xlsx"
    if library == "openpyxl":
        workbook(path, rows)
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("台账")
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)
    graph, report = loaded(path)
    assert companies(graph)["甲公司"]["women_employees"] is None
    assert [(finding.place, finding.column) for finding in report.not_understood] == [("台账!B2", "女职工数")]


def test_v7_a_computed_formula_and_an_error_cell(tmp_path: Path) -> None:
    rows = [["企业名称", "女职工数"], ["甲公司", "=20+35"], ["乙公司", "#DIV/0!"]]
    path = workbook(tmp_path / "a.xlsx", rows)
    patched(path, SHEET, ("<v></v>" if "<v></v>" in xml(path) else "<v/>", "<v>55</v>"))
    graph, report = loaded(path)
    assert {name: row["women_employees"] for name, row in companies(graph).items()} == {"甲公司": 55, "乙公司": None}
    assert "#DIV/0!" in report.not_understood[0].reason


def xml(path: Path) -> str:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET).decode()


def test_v10_a_picture_in_a_cell_is_no_value(tmp_path: Path) -> None:
    picture = '=_xlfn.DISPIMG("ID_0123456789ABCDEF",1)'
    rows = [["企业名称", "营业执照", "企业简称"], ["甲公司", picture, picture]]
    graph, report = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert companies(graph)["甲公司"]["aliases"] == []
    assert ["picture" in finding.reason for finding in report.not_understood] == [True]
    assert not any("DISPIMG" in str(table.to_pylist()) for table in graph.node_tables.values())


def test_v11_one_share_three_times(tmp_path: Path) -> None:
    def formats(sheet: Any) -> None:
        sheet["B2"].number_format = "0.0%"

    path = workbook(
        tmp_path / "a.xlsx", [["企业名称", "占比"], ["甲", 0.875], ["乙", "87.5%"], ["丙", "87.5％"]], formats
    )
    sheet = read_grid(path).sheets[0]
    assert [parse_percent(sheet.rows[row][2]) for row in (2, 3, 4)] == [0.875] * 3


def test_f1_the_suffix_may_lie(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes("企业名称\t所属乡镇\n甲公司\t霞美镇\n".encode("gb18030"))
    graph, report = loaded(path)
    assert ends(graph, "LOCATED_IN") == {("甲公司", "霞美镇")}
    assert report.encoding == "GB18030" and "tsv" in report.warnings[0]


def test_f3_an_encrypted_workbook_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2048))
    with pytest.raises(DataError, match=r"encrypted, or an old \.xls/\.et") as caught:
        loaded(path)
    assert "password" in caught.value.hint and ".xlsx" in caught.value.hint


def test_c1_gb18030_holds_what_gbk_does_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("企业名称,所属乡镇\n䶮公司,霞美镇\n𠮷公司,霞美镇\n".encode("gb18030"))
    graph, report = loaded(path)
    assert set(companies(graph)) == {"䶮公司", "𠮷公司"} and report.encoding == "GB18030"


def test_c3_utf8_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("编号,妇联名称\n1,甲乙妇联\n".encode())
    graph, report = loaded(path)
    assert [row["name"] for row in graph.table("Federation").to_pylist()] == ["甲乙妇联"]
    assert report.encoding == "UTF-8"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_c4_what_cannot_be_seen_in_a_header_is_not_there(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称\u200b,所属乡镇\u00a0\n甲公司,霞美镇\n", encoding=encoding)
    assert ends(loaded(path)[0], "LOCATED_IN") == {("甲公司", "霞美镇")}


def test_c6_a_quoted_cell_may_end_with_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('编号,企业名称\n1,"甲公司\n\n"\n2,"乙\n""丙"""\n', encoding="utf-8", newline="")
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲公司", '乙 "丙"'}
    raw = graph.raw
    assert raw is not None and report.read == 2
    assert sorted(raw.table("Company")["place"].to_pylist()) == ["a.csv:2", "a.csv:5"]


def test_n1_names_are_stored_as_written(tmp_path: Path) -> None:
    names = {"松原市乾安县星火农机有限公司", "昇兴包装有限公司"}
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", [["企业名称", "备注"], *([name] for name in names)]))
    assert set(companies(graph)) == names


def test_n4_five_middle_dots_are_one_person_within_one_organisation(tmp_path: Path) -> None:
    people = [f"阿依古丽{dot}买买提" for dot in "·•・‧．"]
    rows = [["妇联名称", "主席", "级别"], *(["甲妇联", person, "企业"] for person in people)]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert len(graph.table("Person")) == 1


def test_n10_a_name_that_several_counties_bear_is_never_taken_for_one_of_them(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "所属城市", "所属区县"],
        ["甲公司", "北京市", "朝阳区"],
        ["乙公司", "长春市", "朝阳区"],
        ["丙公司", None, "朝阳区"],
    ]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    lying = {company: region for company, region in ends(graph, "LOCATED_IN")}
    assert len(graph.nodes("Region").query("name == '朝阳区'")) == 3 and len(lying) == 3
    with pytest.raises(gk.IdentityError, match="names 3 nodes") as caught:
        graph.find("朝阳区")
    assert {candidate["region"] for candidate in caught.value.candidates} == {"北京市", "长春市", None}


def test_n12_codes_in_use_that_fail_the_check_are_kept(tmp_path: Path) -> None:
    rows = [["企业名称", "统一社会信用代码"], ["甲", "91350203M0000AB11X"], ["乙", "91350200MA2xAAA80P"]]
    graph, report = loaded(workbook(tmp_path / "a.xlsx", [*rows, ["乙（曾用名）", "91350200MA2XAAA80P"]]))
    codes = {row["credit_code"] for row in graph.table("Company").to_pylist()}
    assert "91350203M0000AB11X" in codes and len(graph.table("Company")) == 2
    raw = graph.raw
    assert raw is not None and "91350200MA2xAAA80P" in raw.table("Company")["credit_code"].to_pylist()
    assert "91350203M0000AB11X" in {finding.value for finding in report.doubtful}


def test_q1_money_is_exact() -> None:
    assert [parse_money(text).value for text in ("16.4亿", "16.9亿", "30.85亿", "0.29亿元")] == [
        1_640_000_000,
        1_690_000_000,
        3_085_000_000,
        29_000_000,
    ]


def test_j1_a_row_without_name_and_code_is_skipped_and_reported(tmp_path: Path) -> None:
    rows = [["企业名称", "统一社会信用代码", "女职工数"], ["甲", None, 3], [None, None, 5], ["乙", None, 4]]
    path = workbook(tmp_path / "a.xlsx", rows)
    graph, report = loaded(path)
    assert set(companies(graph)) == {"甲", "乙"}
    assert [(finding.sheet, finding.row) for finding in report.skipped] == [("台账", 3)]
    with pytest.raises(DataError, match="台账!3"):
        loaded(path, strict=True)


def test_l1_missing_codes_join_nobody(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "妇联名称"],
        ["甲", None, None],
        ["乙", None, None],
        ["丙", None, "丙妇联"],
    ]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert len(graph.table("Company")) == 3
    assert ends(graph, "COVERS") == {("丙妇联", "丙")}


def test_l4_a_row_without_town_is_counted(tmp_path: Path) -> None:
    rows = [["企业名称", "所属乡镇", "是否成立妇联"], ["甲", "霞美镇", "否"], ["乙", None, "否"]]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    found = gk.rates(gk.coverage(graph), by="town")
    assert found["units"].tolist()[-1] == sum(found["units"].tolist()[:-1]) == 2


def test_l6_covered_three_times_is_covered_once(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "所属乡镇", "是否成立妇联", "妇联名称"],
        ["甲", "霞美镇", "是", "甲妇联、园区妇联、霞美镇商会妇联"],
    ]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    row = gk.coverage(graph).frame.iloc[0]
    assert (row["status"], row["backup"]) == ("covered", 3)
