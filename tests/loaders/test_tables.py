"""Workbooks that nobody described: headers are recognised, dirt is handled and reported, mappings are kept."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import graphkit as gk
from graphkit.errors import DataError
from graphkit.loaders.tables.grid import read_grid
from graphkit.loaders.tables.header import vocabulary
from graphkit.loaders.tables.kinds import OPEN, known_fields
from graphkit.loaders.wording import NO_NAME
from tests.loaders.workbooks import companies, ends, loaded, patched, workbook

LEDGER: list[list[Any]] = [
    ["某市重点产业链企业台账"],
    [],
    ["序号", "企业名称", "统一社会信用代码", "所属乡镇", "产业链", "链条环节", "职工情况", None, "是否成立妇联"],
    [None, None, None, None, None, None, "总数", "女职工数（人）", None],
    [1, "甲石材有限公司", "91350583MA0AAAA10R", "霞美镇", "石材", "加工", "约120人", "1,200", "是"],
    [2, "乙石材有限公司", None, "水头镇", "石材", "开采", "１００", "不详", "筹建中"],
    [
        "序号",
        "企业名称",
        "统一社会信用代码",
        "所属乡镇",
        "产业链",
        "链条环节",
        "总数",
        "女职工数（人）",
        "是否成立妇联",
    ],
    [3, "丙石材有限公司", None, "霞美镇", "石材", "加工", "八十", "很多", "√"],
    ["小计", None, None, None, None, None, 300, None, None],
    [None, None, None, "霞美镇", None, None, None, None, None],
    ["注：数据截至9月底"],
]


def merge(sheet: Any) -> None:
    sheet.merge_cells("A1:I1")
    sheet.merge_cells("G3:H3")
    for column in "ABCDEFI":
        sheet.merge_cells(f"{column}3:{column}4")


@pytest.mark.parametrize("merged", [True, False])
def test_a_ledger_with_a_title_groups_totals_and_notes(tmp_path: Path, merged: bool) -> None:
    graph, report = loaded(workbook(tmp_path / "a.xlsx", LEDGER, merge if merged else None))
    rows = companies(graph)
    assert {name: (row["employees"], row["employees_bound"]) for name, row in rows.items()} == {
        "甲石材有限公司": (120, "about"),
        "乙石材有限公司": (100, "exact"),
        "丙石材有限公司": (80, "exact"),
    }
    assert rows["甲石材有限公司"]["women_employees"] == 1200
    assert rows["乙石材有限公司"]["federation_status"] == "preparing"
    assert ends(graph, "PART_OF") == {("加工", "石材"), ("开采", "石材")}
    assert [(finding.row, finding.reason) for finding in report.skipped] == [
        (7, "the header again"),
        (9, "a total"),
        (10, NO_NAME),
        (11, "a note"),
    ]
    assert (report.read, report.used, report.merged) == (7, 3, 0)
    assert [(finding.place, finding.value) for finding in report.not_understood] == [("台账!H8", "很多")]


def test_a_register_of_federations(tmp_path: Path) -> None:
    rows = [
        ["妇联名称", "级别", "所属乡镇", "妇联组建方式", "覆盖企业", "会员数", "成立时间", "妇联主席", "联系电话"],
        [
            "甲妇联",
            "企业",
            "霞美镇",
            "联建",
            "甲公司、乙（福建）公司；丙公司\n丁公司",
            "50余",
            "2021年5月",
            "某女",
            "1",
        ],
        ["霞美镇商会妇联", "乡镇级", "霞美镇", "带建", "甲公司等12家企业", None, None, None, None],
    ]
    graph, report = loaded(workbook(tmp_path / "a.xlsx", rows))
    covered = {"甲公司", "乙（福建）公司", "丙公司", "丁公司"}
    assert ends(graph, "COVERS") == {("甲妇联", name) for name in covered} | {("霞美镇商会妇联", "甲公司")}
    assert {row["mode"] for row in graph.table("COVERS").to_pylist()} == {"joint", "party_led"}
    own = next(row for row in graph.table("Federation").to_pylist() if row["name"] == "甲妇联")
    told = {"level": "enterprise", "members": 50, "members_bound": "more_than", "established": "2021-05", "phone": "1"}
    assert {name: own[name] for name in told} == told
    assert ends(graph, "LEADS") == {("某女", "甲妇联")}
    assert [finding.row for finding in report.doubtful] == [3]


def test_a_list_of_loans_of_a_bank(tmp_path: Path) -> None:
    path = tmp_path / "贷款.csv"
    text = (
        "银行,企业名称,贷款金额（万元）,授信额度（亿元）,贷款余额,放款日期,贷款产品\n"
        "江苏银行,甲公司,250,1.2,1000000元,2026年3月,巾帼贷\n"
        "江苏银行,甲公司,约250,,,2026年4月1日,巾帼贷\n江苏银行,乙公司,,,,,\n"
    )
    path.write_bytes(text.encode("gb18030"))
    graph, report = loaded(path)
    amounts = {
        (row["amount_kind"], row["amount_cny"], row["amount_bound"], row["valid_from"])
        for row in graph.table("LENDS_TO").to_pylist()
    }
    assert amounts == {
        ("loan", 2_500_000, "exact", "2026-03"),
        ("credit_line", 120_000_000, "exact", "2026-03"),
        ("balance", 1_000_000, "exact", "2026-03"),
        ("loan", 2_500_000, "about", "2026-04-01"),
        (None, None, None, None),
    }
    assert ends(graph, "OFFERS") == {("江苏银行", "巾帼贷")}
    assert report.encoding == "GB18030" and report.used == 3


def test_a_loan_list_without_its_bank_is_told_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("企业名称,贷款金额（万元）\n甲公司,250\n", encoding="utf-8")
    graph, report = loaded(path)
    assert not len(graph.table("LENDS_TO")) and "constants" in report.notes[0]
    mapping = tmp_path / "m.yaml"
    mapping.write_text(report.mapping.replace("  ignore:", "  constants: {bank.name: 江苏银行}\n  ignore:"), "utf-8")
    graph, _ = loaded(path, mapping=mapping)
    assert ends(graph, "LENDS_TO") == {("江苏银行", "甲公司")}


def test_one_company_over_several_rows_and_sheets(tmp_path: Path) -> None:
    rows = [
        ["企业名称", "统一社会信用代码", "所属乡镇", "妇联名称"],
        ["甲公司", "91350583MA0AAAA10R", "霞美镇", "甲妇联"],
        ["甲公司", "91350583MA0AAAA10R", "霞美镇", "霞美镇妇联"],
        ["甲公司", None, "霞美镇", "园区妇联"],
        ["乙公司", "91350583MA0AAAA11W", "霞美镇", None],
        ["乙公司", "91350583MA0AAAA120", "水头镇", None],
        ["丙公司", None, "霞美镇", None],
        ["丙公司", None, "水头镇", None],
    ]
    graph, report = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert [row["name"] for row in graph.table("Company").to_pylist()].count("甲公司") == 1
    assert len(graph.table("Company")) == 5
    assert ends(graph, "COVERS") == {(name, "甲公司") for name in ("甲妇联", "霞美镇妇联", "园区妇联")}
    assert (report.read, report.used, report.merged) == (7, 5, 2)
    assert any("乙公司" in note for note in report.notes)


def test_english_headers_are_usual_too(tmp_path: Path) -> None:
    rows = [["Company Name", "credit_code", "Town", "Women Employees", "Mode"], ["A Co", None, "霞美镇", 12, "own"]]
    graph, _ = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert (companies(graph)["A Co"]["women_employees"], companies(graph)["A Co"]["federation_mode"]) == (12, "own")


def test_the_next_edition_is_read_by_the_kept_mapping(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    workbook(first, [["企业名称", "所属乡镇", "女职工数"], ["甲", "霞美镇", 5]])
    workbook(second, [["企业名称", "所属乡镇", "女工人员数"], ["甲", "霞美镇", 6]])
    with gk.open_store(tmp_path / "county.duckdb") as store:
        gk.load(store, first, tables=gk.TableOptions("企业台账", "2026Q2"))
        kept = tmp_path / "企业台账.mapping.yaml"
        assert "女职工数: company.women_employees" in kept.read_text(encoding="utf-8")
        with pytest.raises(DataError, match="女职工数") as caught:
            gk.load(store, second, tables=gk.TableOptions("企业台账", "2026Q3"))
        assert "女工人员数" in caught.value.hint and "企业台账.mapping.yaml" in caught.value.hint
        assert len(store.sources()) == 1
        kept.write_text(kept.read_text(encoding="utf-8").replace("女职工数:", "女工人员数:"), encoding="utf-8")
        [report] = gk.load(store, second, tables=gk.TableOptions("企业台账", "2026Q3", "2026-09-30"))
        assert not report.guessed and report.used == 1
        assert store.read().get("甲")["women_employees"] == 6


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", LEDGER, merge)
    with gk.open_store(tmp_path / "a.duckdb") as store:
        gk.load(store, path)
        before = store.revision
        gk.load(store, path)
        assert store.revision == before


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("sheets: []", "sheets"),
        ("version: 9\nsheets: [{sheet: a}]", "version"),
        ("sheets: [{sheet: a, kind: firms, columns: {a: company.name}}]", "kind"),
        ("sheets: [{sheet: a, kind: companies, columns: {a: company.nmae}}]", "company.name"),
        ("sheets: [{sheet: a, kind: companies, column: {}}]", "columns"),
        ("{", "YAML"),
    ],
)
def test_a_mapping_that_is_wrong_names_its_key(tmp_path: Path, text: str, at: str) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=at):
        loaded(workbook(tmp_path / "a.xlsx", LEDGER), mapping=mapping)


def test_json_lines_and_parquet(tmp_path: Path) -> None:
    records = [{"企业名称": "甲", "产品": ["石板", "石雕"], "女职工数": 3}, {"企业名称": "乙", "女职工数": None}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "a.parquet")
    for file in (path, tmp_path / "a.parquet"):
        graph, report = loaded(file)
        assert companies(graph)["甲"]["products"] == ["石板", "石雕"]
        assert (companies(graph)["甲"]["women_employees"], report.used) == (3, 2)


CONTENT = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="台账">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_ods_workbook(tmp_path: Path) -> None:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    lines = (["企业名称", "所属乡镇"], ["甲公司", "霞美镇"])
    rows = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
    rows += '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", CONTENT.format(rows=rows))
    assert ends(loaded(path)[0], "LOCATED_IN") == {("甲公司", "霞美镇")}


@pytest.mark.parametrize("claimed", ["1048576", "9999999"])
def test_an_ods_of_a_few_bytes_that_claims_all_cells_is_refused(tmp_path: Path, claimed: str) -> None:
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="{claimed}">{cell}</table:table-cell></table:table-row>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", CONTENT.format(rows=row))
    with pytest.raises(DataError, match="cells"):
        read_grid(tmp_path / "a.ods")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("企业女职工总人数", "company.women_employees"),
        ("女职工占比（%）", None),
        ("企业是否已建立妇联组织（是/否/筹建中）", "company.federation_status"),
        ("有无党支部", "company.party_organisation"),
        ("*企业名称（全称）", "company.name"),
        ("1.所属乡镇（街道）", "town.name"),
        ("实际发放贷款金额（万元）", "loan.amount"),
        ("退休职工人数", None),
        ("企业妇联组建方式", "covers.mode"),
    ],
)
def test_headers_that_stand_in_no_list(text: str, field: str | None) -> None:
    assert vocabulary().field(text) == field


def test_groups_that_are_not_merged_tell_what_their_columns_are_of(tmp_path: Path) -> None:
    groups, header = (
        ["基本情况", None, "妇联情况", None, None],
        ["企业名称", "所属乡镇", "是否成立", "组建方式", "名称"],
    )
    path = workbook(tmp_path / "a.xlsx", [groups, header, ["甲公司", "霞美镇", "是", "单建", "甲妇联"]])
    graph, report = loaded(path)
    assert ends(graph, "COVERS") == {("甲妇联", "甲公司")}
    assert companies(graph)["甲公司"]["federation_status"] == "yes"
    mapping = tmp_path / "m.yaml"
    mapping.write_text(report.mapping, encoding="utf-8")
    assert ends(loaded(path, mapping=mapping)[0], "COVERS") == {("甲妇联", "甲公司")}


def test_a_quote_that_never_closes_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('企业名称,所属乡镇\n甲,"霞美镇\n乙,水头镇\n', encoding="utf-8")
    with pytest.raises(DataError, match="no CSV at line 2"):
        loaded(path)


def test_a_sheet_for_each_town(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["企业名称", "女职工数"], ["甲", 3]], lambda s: setattr(s, "title", "霞美镇"))
    graph, report = loaded(path)
    assert ends(graph, "LOCATED_IN") == {("甲", "霞美镇")} and "town.name: 霞美镇" in report.mapping


def test_what_a_kind_of_sheet_makes_nothing_of_is_listed_as_ignored(tmp_path: Path) -> None:
    rows = [["妇联名称", "级别", "女职工数"], ["甲妇联", "企业", 3]]
    _, report = loaded(workbook(tmp_path / "a.xlsx", rows))
    assert "women_employees" not in report.mapping and "- 女职工数" in report.mapping


def test_one_number_for_several_rows_is_doubtful(tmp_path: Path) -> None:
    rows = [["银行", "企业名称", "贷款金额（万元）"], ["某银行", "甲", 100], ["某银行", "乙", None]]
    _, report = loaded(workbook(tmp_path / "a.xlsx", rows, lambda sheet: sheet.merge_cells("C2:C3")))
    assert [finding.row for finding in report.doubtful] == [2, 3]


def test_entities_and_bombs_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", LEDGER)
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><workbook'
    patched(path, "xl/workbook.xml", ("<workbook ", f"{bomb} "))
    with pytest.raises(DataError, match="entities"):
        read_grid(path)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/media/big", bytes(140 * 2**20))
    with pytest.raises(DataError, match="expand"):
        read_grid(tmp_path / "b.xlsx")


def test_a_table_that_is_not_recognised_says_what_to_do(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["颜色", "尺寸"], ["红", 3]])
    with pytest.raises(DataError, match="台账") as caught:
        loaded(path)
    assert "--mapping" in caught.value.hint


def test_every_word_of_the_vocabulary_names_one_field() -> None:
    fields = [name for name in vocabulary().fields.values() if not name.startswith(OPEN)]
    assert set(fields) <= known_fields()
    assert vocabulary().field("企业名称（全称）") == vocabulary().field(" 企业 名称 ") == "company.name"
