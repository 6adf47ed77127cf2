"""The empty form that goes to the towns: what is typed into it comes back in as it was typed, without a mapping."""

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

import graphkit as gk
from graphkit.exporters.template import COMPANIES, FEDERATIONS, FORMS
from graphkit.graph.tables import Graph
from graphkit.loaders.report import LoadReport

STONE, STONE_SALES, CLOTH = "霁川甲石材有限公司", "霁川乙石材有限公司", "霁川丙纺织有限公司"
JOINT = "梅山镇石材妇联"
TYPED: dict[str, list[dict[str, Any]]] = {
    "企业名录": [
        {
            "企业名称": STONE,
            "统一社会信用代码": "91350583MA0AAAA10R",
            "所属乡镇": "梅山镇",
            "产业链": "石材建材",
            "链条环节": "加工",
            "企业类型": "民营企业",
            "龙头企业": "是",
            "法定代表人": "林美",
            "企业成立日期": "2012-06",
            "员工总数": "120余",
            "女职工数": "约45",
            "是否建立党组织": "是",
            "是否成立妇联": "已成立",
            "妇联组建方式": "联建",
            "妇联名称": JOINT,
        },
        {
            "企业名称": STONE_SALES,
            "统一社会信用代码": "91350583MA0AAAA11W",
            "所属乡镇": "梅山镇",
            "产业链": "石材建材",
            "链条环节": "销售",
            "龙头企业": "否",
            "员工总数": 80,
            "女职工数": 0,
            "是否建立党组织": "否",
            "是否成立妇联": "筹建中",
        },
        {"企业名称": CLOTH, "所属乡镇": "码头镇", "企业成立日期": "2012-06-25"},
    ],
    "妇联登记": [
        {
            "妇联名称": JOINT,
            "妇联级别": "乡镇",
            "所属乡镇": "梅山镇",
            "妇联成立日期": "2022-06-25",
            "妇联组建方式": "联建",
            "覆盖企业": f"{STONE}、{CLOTH}",
            "会员数": "约60",
            "执委数": 7,
            "是否有活动阵地": "是",
            "最近活动日期": "2026-06",
        }
    ],
}


def filled(folder: Path, typed: dict[str, list[dict[str, Any]]]) -> Path:
    """Fill in the form as a person does: under the headers, from the second row on."""
    path = gk.template(folder / "空表.xlsx")
    book = openpyxl.load_workbook(path)
    for name, rows in typed.items():
        page = book[name]
        headers = [cell.value for cell in page[1]]
        for number, row in enumerate(rows, 2):
            for header, value in row.items():
                page.cell(number, headers.index(header) + 1).value = value
    book.save(path)
    return Path(path)


def loaded(folder: Path, typed: dict[str, list[dict[str, Any]]]) -> tuple[Graph, LoadReport]:
    path = filled(folder, typed)
    with gk.open_store(folder / "county.duckdb") as store:
        (report,) = gk.load(store, path)
        return store.read(), report


def facts(graph: Graph, name: str) -> dict[str, Any]:
    """What the record says of a node: without ids, empty lists, and the bound of what is exact."""
    found = graph.get(name)
    left_out = {"id", "raw_ids", "sources", "status", "group", "aliases", "type", "name"}
    return {
        key: value
        for key, value in found.items()
        if key not in left_out
        and not (key.endswith("_bound") and value == "exact")
        and not (key.endswith("_bound") and found.get(key.removesuffix("_bound")) is None)
    }


def ties(graph: Graph, kind: str) -> set[tuple[str, str]]:
    names = {row["id"]: row["name"] for table in graph.node_tables.values() for row in table.to_pylist()}
    return {(names[row["src"]], names[row["dst"]]) for row in graph.table(kind).to_pylist()}


def test_a_filled_form_comes_back_in_as_it_was_typed(tmp_path: Path) -> None:
    graph, report = loaded(tmp_path, TYPED)
    used = {file.sheet: (file.read, file.used, len(file.skipped)) for file in report.files if file.read}
    assert used == {"企业名录": (3, 3, 0), "妇联登记": (1, 1, 0)}
    assert (report.not_understood, report.doubtful) == ((), ())
    assert facts(graph, STONE) == {
        "credit_code": "91350583MA0AAAA10R",
        "kind": "民营企业",
        "leading": True,
        "legal_person": "林美",
        "founded": "2012-06",
        "employees": 120,
        "employees_bound": "more_than",
        "women_employees": 45,
        "women_employees_bound": "about",
        "party_organisation": True,
        "federation_status": "yes",
        "federation_mode": "joint",
    }
    assert facts(graph, STONE_SALES) == {
        "credit_code": "91350583MA0AAAA11W",
        "leading": False,
        "employees": 80,
        "women_employees": 0,
        "party_organisation": False,
        "federation_status": "preparing",
    }
    assert facts(graph, CLOTH) == {"founded": "2012-06-25"}
    assert facts(graph, JOINT) == {
        "level": "town",
        "members": 60,
        "members_bound": "about",
        "officers": 7,
        "established": "2022-06-25",
        "has_venue": True,
        "last_active": "2026-06",
    }
    assert {name: len(table) for name, table in graph.node_tables.items()} == {
        "Company": 3,
        "Federation": 1,
        "Industry": 3,
        "Region": 2,
    }


def test_a_filled_form_says_who_is_where_and_covers_whom(tmp_path: Path) -> None:
    graph, _ = loaded(tmp_path, TYPED)
    assert ties(graph, "COVERS") == {(JOINT, STONE), (JOINT, CLOTH)}
    assert set(graph.table("COVERS")["mode"].to_pylist()) == {"joint"}
    assert ties(graph, "IN_INDUSTRY") == {(STONE, "加工"), (STONE_SALES, "销售")}
    assert ties(graph, "PART_OF") == {("加工", "石材建材"), ("销售", "石材建材")}
    assert {(STONE, "梅山镇"), (STONE_SALES, "梅山镇"), (CLOTH, "码头镇")} <= ties(graph, "LOCATED_IN")
    status = gk.coverage(graph).frame.set_index("name")["status"].to_dict()
    assert status == {STONE: "covered", STONE_SALES: "gap", CLOTH: "covered"}


def test_the_same_form_again_changes_nothing_and_the_next_quarter_is_an_edition(tmp_path: Path) -> None:
    path = filled(tmp_path, TYPED)
    with gk.open_store(tmp_path / "county.duckdb") as store:
        quarters = [gk.TableOptions(dataset="乡镇报表", edition=name, date=day) for name, day in EDITIONS]
        gk.load(store, path, tables=quarters[0])
        gk.load(store, path, tables=quarters[0])
        assert store.revision == 1
        changed = {name: [dict(row) for row in rows] for name, rows in TYPED.items()}
        changed["企业名录"][0]["女职工数"] = 60
        gk.load(store, filled(tmp_path, changed), tables=quarters[1])
        assert store.read().get(STONE)["women_employees"] == 60
        assert len(store.read().nodes("Company")) == 3


EDITIONS = (("2026Q2", "2026-06-30"), ("2026Q3", "2026-09-30"))


ANSWERS = {
    "龙头企业": "leading",
    "是否建立党组织": "party_organisation",
    "是否成立妇联": "federation_status",
    "妇联级别": "level",
    "是否有活动阵地": "has_venue",
}


def options_of(path: Path) -> dict[tuple[str, str], list[str]]:
    """The words that each drop-down of the form offers, by sheet and header."""
    found = {}
    for page in openpyxl.load_workbook(path):
        for validation in page.data_validations.dataValidation:
            (cells,) = validation.sqref.ranges
            found[page.title, page.cell(1, cells.min_col).value] = validation.formula1.strip('"').split(",")
    return found


def test_every_answer_that_a_drop_down_offers_is_understood(tmp_path: Path) -> None:
    offered = options_of(gk.template(tmp_path / "leer.xlsx"))
    assert len(offered) == sum(bool(column.enum) for _, columns in FORMS for column in columns) == 7
    keys = {"企业名录": ("企业名称", "石材有限公司"), "妇联登记": ("妇联名称", "妇联")}
    typed: dict[str, list[dict[str, Any]]] = {name: [] for name in keys}
    for (sheet, header), words in offered.items():
        key, end = keys[sheet]
        for number, word in enumerate(words):
            typed[sheet].append({key: f"霁川{header}{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}{end}", header: word})
    graph, report = loaded(tmp_path, typed)
    assert (report.not_understood, report.doubtful) == ((), ())
    assert len(graph.nodes("Company")) == len(typed["企业名录"])
    assert len(graph.nodes("Federation")) == len(typed["妇联登记"])
    captions = {(kind, value): caption.zh for (kind, value), caption in graph.schema.captions.items()}
    for rows in typed.values():
        for (_, name), (header, word) in (row.items() for row in rows):
            value = graph.get(name)[ANSWERS[header]] if header in ANSWERS else None
            if isinstance(value, bool):
                assert word == ("是" if value else "否")
            elif value is not None:
                assert captions[ANSWERS[header], value] == word


def test_the_explanation_tells_of_every_column_and_is_no_register(tmp_path: Path) -> None:
    path = gk.template(tmp_path / "空表.xlsx")
    with zipfile.ZipFile(path) as packed:
        told = "".join(packed.read(name).decode() for name in packed.namelist() if "drawing" in name.casefold())
    told = re.sub(r"<[^>]+>", "", told)
    for column in (*COMPANIES, *FEDERATIONS):
        assert f"{column.header}：{column.told}" in told
    assert "【填表说明】" in told and openpyxl.load_workbook(path)["说明"].max_row == 1
    with pytest.raises(gk.GraphkitError):
        gk.template(tmp_path / "空表.csv")
