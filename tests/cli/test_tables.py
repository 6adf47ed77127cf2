"""`graphkit load` of a workbook: what is printed, kept and refused."""

from pathlib import Path
from typing import Any

import pytest

from tests.loaders.workbooks import workbook

ROWS = [
    ["企业名称", "统一社会信用代码", "所属乡镇", "女职工数"],
    ["甲公司", "91350203M0000AB11X", "霞美镇", "很多"],
    [None, None, "霞美镇", 3],
    ["合计", None, None, 3],
]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return workbook(tmp_path / "台账.xlsx", ROWS)


def test_the_guess_and_what_was_not_understood_are_printed(run: Any, tmp_path: Path, ledger: Path) -> None:
    store = tmp_path / "county.duckdb"
    done = run("load", store, ledger, "--dataset", "企业台账", "--edition", "2026Q3", "--date", "2026-09-30")
    assert done.code == 0
    for part in (
        "女职工数: company.women_employees",
        "企业台账.mapping.yaml",
        "台账!D2 女职工数: '很多'",
        "1 · 合计行 · 台账!4",
        "既无名称也无代码 · 台账!3",
        "91350203M0000AB11X",
    ):
        assert part in done.out
    assert (tmp_path / "企业台账.mapping.yaml").is_file()
    again = run("load", store, ledger, "--dataset", "企业台账", "--edition", "2026Q4", "--json").json
    [told] = again["tables"]
    assert not told["guessed"] and [finding["row"] for finding in told["skipped"]] == [3, 4]
    assert again["table"][0] | {"read": 3, "used": 1, "skipped": 2, "sheet": "台账"} == again["table"][0]


def test_a_mapping_is_written_where_it_is_wanted(run: Any, tmp_path: Path, ledger: Path) -> None:
    mapping = tmp_path / "mein.yaml"
    assert run("load", tmp_path / "a.duckdb", ledger, "--mapping", mapping).code == 0
    assert "company.name" in mapping.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--strict",), "台账!D2"), (("--date", "gestern"), "gestern"), (("--dataset", " "), "no name")],
)
def test_bad_input_is_a_message_and_exit_1(run: Any, tmp_path: Path, ledger: Path, words: Any, said: str) -> None:
    done = run("load", tmp_path / "a.duckdb", ledger, *words)
    assert done.code == 1 and said in done.err and "Traceback" not in done.err
    assert not (tmp_path / "a.duckdb").exists()


def test_the_encoding_can_be_forced(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("企业名称,所属乡镇\n甲公司,霞美镇\n".encode("gb18030"))
    assert "GB18030" in run("load", tmp_path / "a.duckdb", path).out
    assert run("load", tmp_path / "b.duckdb", path, "--encoding", "utf-8").code == 1
    assert run("load", tmp_path / "c.duckdb", path, "--encoding", "gb18030").code == 0
