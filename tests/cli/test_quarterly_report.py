"""`graphkit report`: one command gives the whole report of a quarter."""

import re
from pathlib import Path
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook

import graphkit as gk
from tests.exporters.test_report import Page

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"
ALWAYS = {"continuity", "trend", "questions", "cascade", "quadrant", "bridges", "ledger", "ties"}


@pytest.fixture
def store(quarters: Path) -> Path:
    return quarters


def sections(path: Path) -> set[str]:
    return {str(attrs["id"]) for tag, attrs in Page(path.read_text(encoding="utf-8")).elements if tag == "h2"}


def test_one_command_tells_the_whole_quarter(run: Any, store: Path, tmp_path: Path) -> None:
    path = tmp_path / "三季度.html"
    done = run("report", store, "-o", path, "--plan", "4，4，4", "--min-per-town", 0, "--since", 1)
    assert (done.code, done.out) == (0, f"{path}\n"), done.err
    assert ALWAYS | {"plan", "changes"} <= sections(path)
    seen = Page(path.read_text(encoding="utf-8"))
    with gk.open_store(store) as opened:
        found = gk.coverage(opened.read(), as_of="2026-09-30")
    steps = gk.plan(found, per_year=[4, 4, 4]).steps
    assert [row[4] for row in seen.tables["plan_steps"][1:]] == ["、".join(names) for names in steps["names"]]
    assert seen.tables["trend_dates"][-1][0] == "2026-09-30" and "当时已知：下限" in seen.tables["trend_dates"][0]


def test_without_budgets_and_revisions_there_is_no_plan_and_no_change(run: Any, store: Path, tmp_path: Path) -> None:
    assert run("report", store, "-o", tmp_path / "a.html").code == 0
    told = sections(tmp_path / "a.html")
    assert ALWAYS <= told and not {"plan", "changes"} & told


def test_one_quarter_as_word_and_as_text_of_the_sections_asked_for(run: Any, store: Path, tmp_path: Path) -> None:
    words = ("--plan", "4,4", "--sections", "总体情况，plan")
    for name in ("a.docx", "a.md", "a.html"):
        done = run("report", store, "-o", tmp_path / name, *words)
        assert (done.code, done.out) == (0, f"{tmp_path / name}\n"), done.err
    assert sections(tmp_path / "a.html") == {"headline", "plan"}
    headings = [
        p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs if p.style and p.style.name == "Heading 1"
    ]
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert headings == re.findall("^## (.*)", text, re.MULTILINE) == ["总体情况", "组建计划"]


def test_a_section_that_there_is_not_is_named(run: Any, store: Path, tmp_path: Path) -> None:
    done = run("report", store, "-o", tmp_path / "a.md", "--sections", "空白,gaps")
    assert done.code == 1 and "'空白'" in done.err and "gaps (空白点清单)" in done.err
    assert not (tmp_path / "a.md").exists()


def test_the_public_workbook_has_a_plan_without_names(run: Any, store: Path, tmp_path: Path) -> None:
    words = ("--plan", "4,4", "--tier", "public", "--lang", "en")
    assert run("report", store, "-o", tmp_path / "a.xlsx", *words).code == 0
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert "The plan by year" in book.sheet_names and "The plan step by step" not in book.sheet_names


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--plan", "zwölf"), 1, "per_year"),
        (("--plan", "-1"), 1, "per_year"),
        (("--plan", ""), 1, "per_year"),
        (("--plan", "1", "--min-per-town", 5), 1, "5 new organisations"),
        (("--min-per-town", 1), 2, "--min-per-town"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused(
    run: Any, store: Path, tmp_path: Path, words: tuple[Any, ...], code: int, told: str
) -> None:
    done = run("report", store, "-o", tmp_path / "a.html", *words)
    assert done.code == code and told in done.err and "Traceback" not in done.err
    assert not (tmp_path / "a.html").exists()
