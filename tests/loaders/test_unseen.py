"""Workbooks that nobody described, as the offices of a county write them: each family small, all names invented."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from graphkit.loaders.report import LoadReport
from graphkit.loaders.tables.context import alliance_in, bank_in, town_in
from graphkit.loaders.tables.header import registration_of
from graphkit.loaders.tables.organisations import may_be_person, type_of
from graphkit.loaders.wording import NOTES, REASONS, Note, note_text, reason_text
from tests.loaders.workbooks import companies, ends, loaded, workbook

QING, BAI = "青岚机械有限公司", "白鹭水泵有限公司"
CODE = "91350583MA0AAAA10R"


def read(tmp_path: Path, text: str, *merged: str, name: str = "a", **told: Any) -> tuple[Graph, LoadReport]:
    """Load a sheet given as lines of cells split by |; what looks like a whole number is one."""
    rows = [
        [
            None if not (cell := part.strip()) else int(cell) if cell.isdecimal() and len(cell) < 6 else cell
            for part in line.split("|")
        ]
        for line in text.strip("\n").split("\n")
    ]

    def merge(sheet: Any) -> None:
        for cells in merged:
            sheet.merge_cells(cells)

    return loaded(workbook(tmp_path / f"{name}.xlsx", rows, merge), **told)


def names(graph: Graph, kind: str) -> set[str]:
    return set(graph.table(kind)["name"].to_pylist())


def ignored(report: LoadReport) -> dict[str, str]:
    return {finding.column: finding.place for finding in report.ignored}


def test_an_export_of_a_registry_says_who_has_ended_and_what_it_did_not_use(tmp_path: Path) -> None:
    head = "企业名称|登记状态|注册资本|成立日期|所属城市|所属区县|统一社会信用代码|参保人数|所属行业|曾用名|企业地址\n"
    text = head + (
        f"{QING}|存续（在营、开业、在册）|500万人民币|2012-03-05|泉州市|南安市|{CODE}|35|通用设备制造业|青岚泵业有限公司|松溪镇\n"
        f"{BAI}|吊销，未注销|10万元|41000|泉州市|南安市|91350583MA0AAAA11W|-|批发业|-|-\n"
        "山茶家具有限公司|迁出|-|-|泉州市|南安市|91350583MA0AAAA120|-|-|-|-\n"
        "云杉板业有限公司|不知何谓|-|-|泉州市|南安市|-|-|-|-|-\n"
    )
    graph, report = read(tmp_path, text)
    rows = companies(graph)
    assert [rows[name]["status"] for name in (QING, BAI, "山茶家具有限公司")] == ["actual", "revoked", "actual"]
    assert rows[QING]["employees"] is None and rows[QING]["aliases"] == ["青岚泵业有限公司"]
    assert rows[BAI]["founded"] == "2012-04-01"
    assert [finding.place for finding in report.doubtful] == ["台账!B3", "台账!B4"]
    assert [finding.value for finding in report.not_understood] == ["不知何谓"]
    assert ignored(report) == {"注册资本": "台账!C1", "参保人数": "台账!H1", "企业地址": "台账!K1"}


def test_a_company_that_ended_on_a_day_existed_before(tmp_path: Path) -> None:
    text = f"公司名称|经营状态|注销日期\n{QING}|在业|\n{BAI}|已注销|2025-06-30"
    graph, _ = read(tmp_path, text)
    assert (companies(graph)[BAI]["valid_to"], companies(graph)[BAI]["status"]) == ("2025-06-30", "actual")
    assert names(graph.as_of("2026-10-01"), "Company") == {QING}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("在营（开业）企业", "actual"),
        ("登记成立", "actual"),
        ("已注销", "revoked"),
        ("吊销，未注销", "revoked"),
        ("注销中", "doubtful"),
        ("停业", "doubtful"),
        ("青岚", None),
    ],
)
def test_words_for_the_state_of_a_registration(text: str, state: str | None) -> None:
    assert registration_of(text) == state


def test_a_header_in_three_rows(tmp_path: Path) -> None:
    text = f"""
某县重点企业情况表
序号|基本情况||职工情况|||组织情况||
|企业名称|所属乡镇|总数|其中||党组织|妇联|
||||女职工|党员|是否建立|是否成立|组建方式
1|{QING}|松溪镇|120|60|9|是|是|单建"""
    merged = "A2:A4 B2:C2 D2:F2 G2:I2 B3:B4 C3:C4 D3:D4 E3:F3 H3:I3".split()
    graph, report = read(tmp_path, text, *merged)
    row = companies(graph)[QING]
    assert (row["employees"], row["women_employees"], row["party_organisation"]) == (120, 60, True)
    assert (row["federation_status"], row["federation_mode"]) == ("yes", "own")
    assert list(ignored(report)) == ["职工情况/其中/党员"]


def test_rows_that_are_no_companies(tmp_path: Path) -> None:
    text = f"""
企业名称|所属乡镇|女职工数
甲|乙|1
例：某某有限公司|某某镇|50
全县合计|1家|60
{QING}|松溪镇|60
2026年6月30日||
本表由各镇填报，县里汇总。||
第1页 共1页||"""
    graph, report = read(tmp_path, text)
    assert names(graph, "Company") == {QING} and names(graph, "Region") == {"松溪镇"}
    reasons = ["the numbers of the columns", "an example row", "a total", "a note", "a note", "a note"]
    assert [finding.reason for finding in report.skipped] == reasons
    assert "栏次行" in report.skipped[0].text("zh") or reason_text(report.skipped[0].reason, "zh") == "栏次行"


def test_captions_between_the_rows_tell_the_town(tmp_path: Path) -> None:
    text = f"序号|企业名称|女职工数\n一、松溪镇（1家）||\n1|{QING}|60\n竹岭街道||\n2|{BAI}|30"
    graph, report = read(tmp_path, text, "A2:C2")
    assert ends(graph, "LOCATED_IN") == {(QING, "松溪镇"), (BAI, "竹岭街道")}
    assert [finding.row for finding in report.skipped] == [2, 4]


def test_two_tables_on_one_sheet(tmp_path: Path) -> None:
    below = f"""
一、重点企业
企业名称|所属乡镇|女职工数
{QING}|松溪镇|60
二、妇联组织
妇联名称|级别|覆盖企业
松溪镇妇联|乡镇级|{QING}、{BAI}"""
    graph, report = read(tmp_path, below)
    assert ends(graph, "COVERS") == {("松溪镇妇联", QING), ("松溪镇妇联", BAI)} and report.read == 2
    beside = f"企业名称|女职工数||妇联名称|会员数\n{QING}|60||松溪镇妇联|120"
    graph, report = read(tmp_path, beside)
    assert names(graph, "Federation") == {"松溪镇妇联"} and not len(graph.table("COVERS"))
    mapping = tmp_path / "m.yaml"
    mapping.write_text(report.mapping, encoding="utf-8")
    again, told = read(tmp_path, beside, mapping=mapping)
    assert not told.guessed and again.summary().equals(graph.summary())


def test_a_list_printed_in_two_columns(tmp_path: Path) -> None:
    graph, _ = read(tmp_path, f"序号|企业名称|女职工数|序号|企业名称|女职工数\n1|{QING}|60|2|{BAI}|30")
    assert {name: row["women_employees"] for name, row in companies(graph).items()} == {QING: 60, BAI: 30}


FORMS = {
    "pairs": f"企业登记表\n企业名称|{QING}|所属乡镇|松溪镇\n成立日期|2012年3月|女职工数|60\n是否成立妇联|否|备注|",
    "one column": f"项目|内容\n企业名称|{QING}\n所属乡镇|松溪镇\n成立日期|2012年3月\n女职工数|60\n是否成立妇联|否",
    "colons": f"企业情况\n企业名称：{QING}\n所属乡镇：松溪镇\n成立日期：2012年3月\n女职工数：60\n是否成立妇联：否",
    "transposed": f"企业名称|{QING}|{BAI}\n所属乡镇|松溪镇|竹岭镇\n"
    "成立日期|2012年3月|\n女职工数|60|30\n是否成立妇联|否|是",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_a_table_on_its_side(tmp_path: Path, form: str) -> None:
    graph, report = read(tmp_path, FORMS[form])
    row = companies(graph)[QING]
    assert (row["founded"], row["women_employees"], row["federation_status"]) == ("2012-03", 60, "no")
    assert (QING, "松溪镇") in ends(graph, "LOCATED_IN") and not report.not_understood
    assert len(companies(graph)) == (2 if form == "transposed" else 1)


def test_numbers_are_no_names_and_names_are_no_answers(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="header"):
        read(tmp_path, "乡镇|企业|妇联|女职工\n松溪镇|12|3|600\n竹岭镇|9|2|300")
    graph, report = read(tmp_path, f"企业名称|产量|单位|妇联组织\n{QING}|5000|台|青岚妇联\n{BAI}|9000|台|白鹭妇联")
    assert ends(graph, "COVERS") == {("青岚妇联", QING), ("白鹭妇联", BAI)}
    assert list(ignored(report)) == ["产量", "单位"]
    path = workbook(tmp_path / "b.xlsx", [["企业名称", "所属乡镇"], [QING, "松溪镇"], [datetime(2026, 6, 30), None]])
    assert names(loaded(path)[0], "Company") == {QING}


LOANS = f"客户名称|贷款金额（万元）|放款日期\n{QING}|250|2026-03-01"


@pytest.mark.parametrize(
    ("title", "file", "bank"),
    [
        ("江苏银行某县支行2026年上半年贷款明细表", "a", "江苏银行某县支行"),
        ("填报单位：邮储银行某县支行", "a", "邮储银行某县支行"),
        ("贷款明细", "某县汇通村镇银行贷款台账2026", "某县汇通村镇银行"),
        ("全县女企业家银行贷款明细表", "各银行贷款", None),
    ],
)
def test_the_bank_of_a_loan_list_stands_in_its_title(tmp_path: Path, title: str, file: str, bank: str | None) -> None:
    graph, report = read(tmp_path, f"{title}\n{LOANS}", name=file)
    assert ends(graph, "LENDS_TO") == ({(bank, QING)} if bank else set())
    [note] = report.notes
    assert (f"bank.name is {bank}" if bank else "constants: {bank.name: …}") in note
    assert "bank.name" in note_text(note, "zh") and note_text(note, "zh") != note
    assert bank is None or f"bank.name: {bank}" in report.mapping


def test_the_unit_of_money_stands_in_the_title_or_is_said_to_be_missing(tmp_path: Path) -> None:
    bare = LOANS.replace("（万元）", "")
    graph, _ = read(tmp_path, f"江苏银行贷款明细|||\n||单位：万元\n{bare}")
    assert graph.table("LENDS_TO")["amount_cny"].to_pylist() == [2_500_000]
    graph, report = read(tmp_path, f"江苏银行贷款明细|||\n{bare}")
    assert graph.table("LENDS_TO")["amount_cny"].to_pylist() == [250]
    assert any("read as 元" in note for note in report.notes)


def test_capital_and_wishes_are_no_loans(tmp_path: Path) -> None:
    head = "企业名称|注册资本（万元）|融资需求（万元）|开户银行|合作银行|妇联名称"
    text = f"{head}\n{QING}|500|300|工商银行|江苏银行|青岚妇联"
    graph, report = read(tmp_path, text)
    assert not len(graph.table("LENDS_TO")) and ends(graph, "PARTNERS_WITH") == {("江苏银行", QING)}
    assert ends(graph, "COVERS") == {("青岚妇联", QING)}
    assert list(ignored(report)) == ["注册资本（万元）", "融资需求（万元）", "开户银行"]


def test_a_borrower_who_may_be_a_person_is_doubtful(tmp_path: Path) -> None:
    _, report = read(tmp_path, "贷款银行|借款人|贷款金额（万元）\n江苏银行|陈小梅|20")
    assert [(finding.place, finding.value) for finding in report.doubtful] == [("台账!B2", "陈小梅")]


def test_parks_and_markets(tmp_path: Path) -> None:
    graph, report = read(tmp_path, "园区名称|地址|入驻企业数\n松溪工业园|一路|35\n合计||35")
    assert names(graph, "Venue") == {"松溪工业园"} and list(ignored(report)) == ["地址", "入驻企业数"]
    text = "市场名称|所属乡镇|女性从业人员|是否成立妇联|妇联名称\n水暖市场|松溪镇|150|是|水暖市场妇联"
    graph, _ = read(tmp_path, text)
    [market] = graph.table("Venue").to_pylist()
    told = (market["kind"], market["women_employees"], market["federation_status"])
    assert told == ("specialised_market", 150, "yes")
    assert ends(graph, "COVERS") == {("水暖市场妇联", "水暖市场")}
    assert ends(graph, "LOCATED_IN") == {("水暖市场", "松溪镇")}


def test_members_of_a_chamber(tmp_path: Path) -> None:
    text = f"某县石材商会会员名单\n会员企业|商会职务\n{QING}|会长单位\n江苏银行某县支行|理事单位"
    graph, report = read(tmp_path, text)
    assert ends(graph, "MEMBER_OF") == {(QING, "某县石材商会"), ("江苏银行某县支行", "某县石材商会")}
    assert set(graph.table("MEMBER_OF")["role"].to_pylist()) == {"会长单位", "理事单位"}
    assert names(graph, "Bank") == {"江苏银行某县支行"} and len(report.doubtful) == 1
    graph, _ = read(tmp_path, f"企业名称|所属乡镇商会|女职工数\n{QING}|松溪镇商会、石材协会|60")
    assert ends(graph, "MEMBER_OF") == {(QING, "松溪镇商会"), (QING, "石材协会")} and not len(graph.table("Region"))
    graph, _ = read(tmp_path, f"商会名称|会长|会长单位|会员数|是否成立妇联\n松溪镇商会|林某|{QING}|约60|筹建中")
    [chamber] = graph.table("Alliance").to_pylist()
    assert (chamber["kind"], chamber["members"], chamber["federation_status"]) == ("chamber", 60, "preparing")
    assert ends(graph, "MEMBER_OF") == {(QING, "松溪镇商会")} and ends(graph, "LEADS") == {("林某", "松溪镇商会")}


def test_women_who_lead_and_women_who_work(tmp_path: Path) -> None:
    text = f"姓名|性别|单位|职务|联系电话\n陈某一|女|{QING}|董事长|1\n陈某二|女|{BAI}|副总经理|2"
    graph, _ = read(tmp_path, text)
    assert ends(graph, "LEADS") == {("陈某一", QING)} and ends(graph, "WORKS_FOR") == {("陈某二", BAI)}
    assert set(graph.table("Person")["gender"].to_pylist()) == {"F"} and companies(graph)[QING]["phone"] is None
    graph, _ = read(tmp_path, f"姓名|工作单位及职务\n陈某一|{QING}董事长")
    assert ends(graph, "LEADS") == {("陈某一", QING)}
    graph, _ = read(tmp_path, f"企业名称|企业负责人|所属乡镇\n{QING}|陈某一|松溪镇")
    assert ends(graph, "LEADS") == {("陈某一", QING)}


def test_what_a_name_plainly_is_and_what_a_code_denies(tmp_path: Path) -> None:
    text = f"组织名称|统一社会信用代码|女职工数\n{QING}||60\n某县石材行业协会||5\n某县机电商会|{CODE}|6"
    graph, report = read(tmp_path, text)
    assert names(graph, "Alliance") == {"某县石材行业协会"} and "某县机电商会" in companies(graph)
    assert [finding.row for finding in report.doubtful] == [3]
    graph, _ = read(tmp_path, f"妇联名称|组建方式|覆盖单位\n松溪镇产业妇联|联建|水泵产业基地、松溪镇商会、{QING}")
    assert (names(graph, "Venue"), names(graph, "Alliance")) == ({"水泵产业基地"}, {"松溪镇商会"})
    graph, _ = read(tmp_path, f"妇女微家名称|依托单位|负责人\n青岚妇女微家|{QING}|陈某")
    assert names(graph, "MicroHome") == {"青岚妇女微家"} and ends(graph, "HOSTED_BY") == {("青岚妇女微家", QING)}


def test_a_map_of_a_chain(tmp_path: Path) -> None:
    text = f"产业链|环节|上游环节|下游环节|代表企业\n水泵|泵体|铸造|装配|{QING}、{BAI}"
    graph, _ = read(tmp_path, text)
    assert ends(graph, "FEEDS") == {("铸造", "泵体"), ("泵体", "装配")}
    assert ends(graph, "IN_INDUSTRY") == {(QING, "泵体"), (BAI, "泵体")}
    graph, _ = read(tmp_path, f"产业链名称|链主企业|配套企业\n水泵产业链|{QING}|{BAI}")
    assert companies(graph)[QING]["leading"] and companies(graph)[BAI]["leading"] is None


def test_lists_of_towns_agencies_and_banks(tmp_path: Path) -> None:
    graph, _ = read(tmp_path, "乡镇名称|行政区划代码|所属县\n松溪镇|350583101|某县")
    assert ends(graph, "PART_OF") == {("松溪镇", "某县")} and "350583101" in graph.table("Region")["code"].to_pylist()
    graph, _ = read(tmp_path, "部门名称|级别|负责人\n县科技局|县级|林某")
    assert graph.table("Agency")["level"].to_pylist() == ["county"] and ends(graph, "LEADS") == {("林某", "县科技局")}
    graph, report = read(tmp_path, "银行名称|产品名称|利率\n江苏银行|巾帼贷|3.5%")
    assert ends(graph, "OFFERS") == {("江苏银行", "巾帼贷")} and list(ignored(report)) == ["利率"]


@pytest.mark.parametrize(
    ("text", "bank", "town", "alliance"),
    [
        ("建设银行某县支行贷款台账", "建设银行某县支行", None, None),
        ("贷款明细-泉州银行", "泉州银行", None, None),
        ("合作银行授信名单", None, None, None),
        ("某县松溪镇规上企业名单", None, "松溪镇", None),
        ("全县乡镇企业名单", None, None, None),
        ("某县机电协会第二届理事会成员名单", None, None, "某县机电协会"),
        ("某县妇女联合会", None, None, None),
    ],
)
def test_what_a_title_tells(text: str, bank: str | None, town: str | None, alliance: str | None) -> None:
    assert (bank_in(text), town_in(text), alliance_in(text)) == (bank, town, alliance)


def test_types_and_persons_by_name() -> None:
    told = {QING: None, "某县工信局": "Agency", "中国农业银行股份有限公司某县支行": "Bank", "某县邮局": None}
    told |= {"青岚机械有限公司妇联": "Federation", "水泵产业基地": "Venue", "某县女企业家协会": "Alliance"}
    assert {name: type_of(name) for name in told} == told
    assert may_be_person("欧阳小梅") and not may_be_person(QING)


def test_every_reason_and_note_has_two_languages() -> None:
    assert all(zh and zh != en for en, zh in REASONS.items())
    assert all(en != zh for en, zh in NOTES.values())
    note = Note("no-unit", file="a", sheet="b", column="c")
    assert "元" in note and note_text(note, "en") == note != note_text(note, "zh")
    assert reason_text("an error (#REF!)", "zh") == "是错误值（#REF!）"
