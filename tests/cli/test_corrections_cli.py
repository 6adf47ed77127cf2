"""Corrections, check sheet, empty form and bundle on the command line."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records


@pytest.fixture
def store(tmp_path: Path) -> Path:
    nodes = [{"type": "Company", "name": name, "women_employees": 150} for name in ("甲公司", "乙公司")]
    path = tmp_path / "county.duckdb"
    with gk.open_store(path) as opened:
        opened.write(from_records(nodes, source={"dataset": "台账", "edition": "Q2", "date": "2026-06-30"}))
    return path


def value(store: Path, name: str = "甲公司") -> Any:
    return gk.open_store(store).read().get(name)["women_employees"]


def test_a_correction_is_made_and_withdrawn_as_it_says(run: Any, store: Path) -> None:
    done = run("correct", store, "甲公司", "--set", "女职工数=约186", "--reason", "电话核实", "--by", "张某")
    assert done.code == 0 and "版次 2" in done.out and value(store) == 186
    assert run(*done.out.splitlines()[-1].partition("graphkit ")[2].split()).code == 0
    assert value(store) == 150
    told = run("correct", store, "甲公司", "--set", "women_employees=7", "--reason", "电话核实", "--json").json
    assert told["revision"] == 4 and told["table"] == [{"women_employees": 7}]


@pytest.mark.parametrize("word", ["-", "不详"])
def test_a_value_is_set_back_to_not_known(run: Any, store: Path, word: str) -> None:
    done = run("correct", store, "甲公司", "--set", f"女职工数={word}", "--reason", "电话核实", "--json")
    assert done.json["table"] == [{"women_employees": None}]
    graph = gk.open_store(store).read()
    assert "women_employees" not in graph.get("甲公司") and len(gk.conflicts(graph)) == 1
    assert run("forget", store, done.json["source"]).code == 0 and value(store) == 150


def test_info_lists_the_corrections_that_rest(run: Any, store: Path) -> None:
    run("correct", store, "甲公司", "--set", "women_employees=-", "--reason", "电话核实", "--at", "2026-07-02")
    assert "暂不生效" not in run("info", store).out and run("info", store, "--json").json["dormant"] == []
    assert run("forget", store, "台账").code == 0
    told = run("info", store)
    assert "1 处更正暂不生效" in told.out and "更正 2026-07-02" in told.out
    assert "1 corrections rest" in run("info", store, "--lang", "en").out
    (row,) = run("info", store, "--json").json["dormant"]
    assert (row["kind"], row["property"], row["value"], row["source"]) == (
        "Company",
        "women_employees",
        None,
        "更正 2026-07-02",
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["丙公司", "--set", "women_employees=1", "--reason", "x"], 1, "没有这个名称"),
        (["甲公司", "--set", "women_employes=1", "--reason", "x"], 1, "women_employees"),
        (["甲公司", "--set", "women_employees=很多", "--reason", "x"], 1, "很多"),
        (["甲公司", "--set", "name=-", "--reason", "x"], 1, "not known"),
        (["甲公司", "--set", "women_employees", "--reason", "x"], 2, "PROPERTY=VALUE"),
        (["甲公司", "--set", "women_employees=1", "--reason", " "], 1, "reason"),
        (["甲公司", "--set", "women_employees=1"], 2, "--reason"),
    ],
)
def test_bad_corrections_say_what_to_do(run: Any, store: Path, words: list[str], code: int, told: str) -> None:
    done = run("correct", store, *words)
    assert done.code == code and told in done.err and "Traceback" not in done.err
    assert value(store) == 150


def test_the_check_sheet_goes_out_and_comes_back(run: Any, store: Path, tmp_path: Path) -> None:
    path = tmp_path / "核对.xlsx"
    assert run("sheet", store, "-o", path).out.strip() == str(path)
    assert "已更正 0 处" in run("apply", store, path).out
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book["企业"][1]}
    rows = {book["企业"].cell(row, 3).value: row for row in (3, 4)}
    book["企业"].cell(rows["甲公司"], columns["women_employees"]).value = 186
    book["企业"].cell(rows["乙公司"], columns["women_employees"]).value = 187
    book["企业"].cell(5, 3).value = "新公司"
    book.save(path)
    run("correct", store, "乙公司", "--set", "women_employees=9", "--reason", "电话核实")
    plan = run("apply", store, path, "--plan")
    assert "将更正 1 处，冲突 1 处，未采用 1 处" in plan.out and "新增的行" in plan.out and value(store) == 150
    told = run("apply", store, path, "--json").json
    assert (told["changes"], told["conflicts"], len(told["problems"]), told["revision"]) == (1, 1, 1, 3)
    assert {row["outcome"]: row["record"] for row in told["table"]} == {"change": "150", "conflict": "9"}
    assert (value(store), value(store, "乙公司")) == (186, 9)
    assert run("forget", store, told["source"]).code == 0 and value(store) == 150


def test_a_foreign_workbook_is_refused(run: Any, store: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "企业名称"
    book.save(tmp_path / "other.xlsx")
    done = run("apply", store, tmp_path / "other.xlsx")
    assert done.code == 1 and "check sheet" in done.err and "Traceback" not in done.err
    assert run("apply", store, tmp_path / "none.xlsx").code == 1
    assert run("sheet", store, "-o", tmp_path / "核对.csv").code == 1


def test_the_empty_form_is_read_when_it_is_filled_in(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    assert run("template", "-o", path).code == 0
    with zipfile.ZipFile(path) as packed:
        told = "".join(packed.read(name).decode() for name in packed.namelist() if "drawing" in name.casefold())
    assert "填表说明" in told and "统一社会信用代码：" in told
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["企业名录", "妇联登记", "说明"]
    headers = [cell.value for cell in book["企业名录"][1]]
    assert {"企业名称", "统一社会信用代码", "所属乡镇", "产业链", "链条环节", "员工总数", "女职工数"} <= set(headers)
    assert {"是否建立党组织", "是否成立妇联", "妇联组建方式", "妇联名称"} <= set(headers)
    lists = [v.formula1 for page in book for v in page.data_validations.dataValidation]
    assert '"已成立,未成立,筹建中"' in lists and '"单建,联建,带建,托建,共建"' in lists
    company = {
        "企业名称": "甲公司",
        "所属乡镇": "梅山镇",
        "女职工数": "约45",
        "是否成立妇联": "已成立",
        "妇联组建方式": "联建",
    }
    book["企业名录"].append([company.get(header) for header in headers])
    federation = {"妇联名称": "甲妇联", "所属乡镇": "梅山镇", "妇联组建方式": "联建", "覆盖企业": "甲公司、乙公司"}
    book["妇联登记"].append([federation.get(cell.value) for cell in book["妇联登记"][1]])
    book.save(path)
    graph = gk.read(path)
    assert sorted(graph.nodes("Company")["name"]) == ["乙公司", "甲公司"]
    found = graph.get("甲公司")
    assert (found["women_employees"], found["women_employees_bound"], found["federation_status"]) == (
        45,
        "about",
        "yes",
    )
    assert len(graph.edges("COVERS")) == 2


def test_a_bundle_is_written_and_loaded(run: Any, store: Path, tmp_path: Path) -> None:
    path = tmp_path / "南安.zip"
    assert run("bundle", store, path).out.strip() == str(path)
    assert run("load", tmp_path / "other.duckdb", path).code == 0
    assert value(tmp_path / "other.duckdb") == 150
    path.write_bytes(path.read_bytes()[:-30])
    assert run("load", tmp_path / "third.duckdb", path).code == 1
