"""`graphkit load` of the next edition of a workbook: what is told of it, in both languages and as JSON, and asked."""

import io
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from tests.loaders.workbooks import workbook

HEADER = ["企业名称", "统一社会信用代码", "所属乡镇", "法定代表人", "女职工数"]
CODE = "91350583MA0AAAA10R"
A = ["甲石业有限公司", None, "霞美镇", "王甲", 10]
B = ["乙电机有限公司", CODE, "霞美镇", "李乙", 20]
RENAMED = ["新乙电机有限公司", CODE, "霞美镇", "李乙", 20]
C = ["丙纺织有限公司", None, "霞美镇", "赵丙", 60]
D = ["丁家具有限公司", None, "霞美镇", "钱丁", 70]
E = ["戊服饰有限公司", None, "霞美镇", "赵丙", 60]  # the legal person of C
DAYS = {"2026Q2": "2026-06-30", "2026Q3": "2026-09-30", "2026Q4": "2026-12-31"}


@pytest.fixture
def load(run: Any, tmp_path: Path) -> Any:
    """Load an edition of 企业台账 from a workbook with these rows."""

    def command(edition: str, *rows: list[Any], words: tuple[str, ...] = (), **more: Any) -> Any:
        path, header = tmp_path / f"{edition}.xlsx", more.pop("header", HEADER)
        if not path.exists():  # written anew, a workbook has other bytes
            workbook(path, [header, *rows])
        told = ("--dataset", "企业台账", "--edition", edition, "--date", DAYS[edition])
        return run("load", tmp_path / "county.duckdb", path, *told, *words, **more)

    return command


def found(run: Any, tmp_path: Path, *, as_of: str | None = None) -> list[str]:
    """Return the names of the companies that coverage counts."""
    words = ("--as-of", as_of) if as_of else ()
    told = run("coverage", tmp_path / "county.duckdb", "--json", *words).json
    names = run("query", tmp_path / "county.duckdb", "--json", "MATCH (c:Company) RETURN c.name AS name").json["table"]
    assert told["units"] <= len(names)
    return [str(told["units"]), *sorted(row["name"] for row in names)]


def test_rows_a_b_c_then_a_renamed_b_and_d(run: Any, load: Any, tmp_path: Path) -> None:
    """Rows A, B, C, then A, B' (same code), D: 2 merged, 1 new, 1 vanished; as_of the old date still has C."""
    first = load("2026Q2", A, B, C, words=("--json",)).json
    assert first["editions"] == []
    done = load("2026Q3", A, RENAMED, D)
    for part in (
        "企业台账 2026Q3 与 2026Q2 相比：沿用 2，新增 1，更名 1，未再列入 1",
        "乙电机有限公司 → 新乙电机有限公司 · 代码相同",
        "丁家具有限公司",
        "丙纺织有限公司 · 企业",
        "不再有的关系：位于 1",
        "--on-vanished end",
    ):
        assert part in done.out
    [told] = load("2026Q3", A, RENAMED, D, words=("--json",)).json["editions"]
    assert (told["edition"], told["baseline"], told["matched"]) == ("2026Q3", "2026Q2", 2)
    assert [node["name"] for node in told["new"]] == ["丁家具有限公司"]
    assert [(node["name"], node["ended"]) for node in told["vanished"]] == [("丙纺织有限公司", False)]
    assert [(r["old"], r["new"], r["reason"]) for r in told["renamed"]] == [
        ("乙电机有限公司", "新乙电机有限公司", "code")
    ]
    assert told["vanished_edges"] == {"LOCATED_IN": 1} and told["ended_edges"] == {}
    assert found(run, tmp_path)[0] == "4"
    ended = load("2026Q3", A, RENAMED, D, words=("--on-vanished", "end", "--lang", "en"))
    assert "企业台账 2026Q3 against 2026Q2: 2 matched, 1 new, 1 renamed, 1 vanished" in ended.out
    assert "ended as of 2026-09-30: nodes 1, located in 1" in ended.out
    assert found(run, tmp_path)[0] == found(run, tmp_path, as_of="2026-10-01")[0] == "3"
    then = gk.open_store(tmp_path / "county.duckdb").read(as_of="2026-06-30").nodes("Company")["name"]
    assert sorted(then) == ["丙纺织有限公司", "新乙电机有限公司", "甲石业有限公司"]
    again = load("2026Q3", A, RENAMED, D, words=("--on-vanished", "end", "--json")).json
    assert again["revision"] == 3


def test_a_likely_rename_is_shown_with_its_reason(load: Any) -> None:
    load("2026Q2", A, C)
    done = load("2026Q3", A, E)
    assert "可能现名：戊服饰有限公司（法定代表人一致，所在地一致）" in done.out
    told = load("2026Q3", A, E, words=("--json",)).json["editions"][0]["vanished"][0]["likely"]
    assert [(r["name"], r["reasons"]) for r in told] == [("戊服饰有限公司", {"legal_person": "equal", "town": "equal"})]


def test_additions_make_nothing_vanish(load: Any) -> None:
    load("2026Q2", A, C)
    done = load("2026Q3", D, words=("--additions", "--on-vanished", "end"))
    assert "新增 1，更名 0，未再列入 0" in done.out
    assert "沿用 2，新增 0，更名 0，未再列入 1" in load("2026Q4", A, D).out


def test_ask_needs_a_terminal(load: Any, tmp_path: Path) -> None:
    load("2026Q2", A, C)
    done = load("2026Q3", A, words=("--on-vanished", "ask"))
    assert done.code == 1 and "--on-vanished keep" in done.err and "Traceback" not in done.err
    assert load("2026Q3", A, words=("--json",)).json["revision"] == 2


class Terminal(io.StringIO):
    """Standard input as a person has it."""

    def isatty(self) -> bool:
        return True


def test_ask_keeps_ends_or_takes_a_rename(load: Any, run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    load("2026Q2", A, B, C)
    monkeypatch.setattr(io, "StringIO", Terminal)
    done = load("2026Q3", A, E, words=("--on-vanished", "ask"), typed="x\n1\ne\n")
    assert done.out.count("丙纺织有限公司（企业）未再列入") == 2 and "请回答" in done.out
    assert "丙纺织有限公司 → 戊服饰有限公司 · 人工判断" in done.out
    assert "已记终止于 2026-09-30：1 个节点" in done.out
    assert found(run, tmp_path)[0] == "2"


def test_a_question_that_is_broken_off_loads_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    load("2026Q2", A, B, C)
    monkeypatch.setattr(io, "StringIO", Terminal)
    done = load("2026Q3", A, words=("--on-vanished", "ask"), typed="k\n")
    assert done.code == 1 and "Traceback" not in done.err
    assert load("2026Q3", A, words=("--json",)).json["revision"] == 2


def test_a_changed_header_names_the_nearest_one(load: Any, tmp_path: Path) -> None:
    load("2026Q2", A, B)
    done = load("2026Q3", A, B, header=[*HEADER[:4], "女员工数"])
    assert done.code == 1 and "女职工数" in done.err and "女员工数" in done.err and "企业台账.mapping.yaml" in done.err
    assert "Traceback" not in done.err


def test_forget_of_an_edition_restores_what_was_before(run: Any, load: Any, tmp_path: Path) -> None:
    load("2026Q2", A, B, C)
    before = found(run, tmp_path)
    load("2026Q3", A, RENAMED, D, words=("--on-vanished", "end"))
    assert found(run, tmp_path) != before
    assert run("forget", tmp_path / "county.duckdb", "企业台账/2026Q3").code == 0
    assert found(run, tmp_path) == before
