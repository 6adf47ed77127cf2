"""What changed since an earlier record, in the report: the same numbers on the page and in the workbook."""

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from graphkit.analysis.compare import PARTS, Comparison, compare
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.build import read
from graphkit.exporters.changes import STEPS
from graphkit.exporters.findings import Findings
from graphkit.exporters.rendering import page
from graphkit.exporters.report import ReportOptions, build_report, export_report
from graphkit.exporters.wording import wording
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, graph
from tests.exporters.test_report import Page

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"
TABLES = ("changes_by_status", "changes_by_cause", "changed_units")


@pytest.fixture(scope="module")
def quarters() -> tuple[Coverage, Comparison]:
    spring, autumn = read(COUNTY / "2026Q2"), read(COUNTY / "2026Q2", COUNTY / "2026Q3")
    return coverage(autumn, as_of="2026-09-30"), compare(spring, autumn)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_and_workbook_hold_the_numbers_of_the_comparison(
    quarters: tuple[Coverage, Comparison], lang: Any, tmp_path: Path
) -> None:
    covered, changes = quarters
    options = ReportOptions(lang=lang)
    paths = [
        export_report(tmp_path / name, coverage=covered, options=options, findings=Findings(comparison=changes))
        for name in ("a.html", "a.xlsx")
    ]
    seen, book = Page(paths[0].read_text(encoding="utf-8")), CalamineWorkbook.from_path(paths[1])
    sheets = {n: book.get_sheet_by_name(wording().texts[n].of(lang)).to_python()[2:] for n in TABLES}
    for number, count in enumerate(changes.counts().values()):
        figures = [count[step] for step in STEPS]
        assert [int(cell.replace(",", "")) for cell in seen.tables[TABLES[0]][1 + number][1:]] == figures
        assert [int(str(cell).partition(".")[0]) for cell in sheets[TABLES[0]][number][1:]] == figures
    causes = list(changes.causes().values())
    assert [int(row[1]) for row in seen.tables[TABLES[1]][1:]] == causes
    assert [int(float(str(row[1]))) for row in sheets[TABLES[1]][: len(causes)]] == causes
    units = changes.moves(lang).to_numpy().tolist()
    assert seen.tables[TABLES[2]][1:] == sheets[TABLES[2]][: len(units)] == units
    for part in PARTS:
        assert f"{changes.counts()['covered'][part]:+d}" in seen.text


def test_without_a_comparison_there_is_no_such_section(quarters: tuple[Coverage, Comparison]) -> None:
    assert "changes" not in [section.name for section in build_report(quarters[0]).sections]


def test_the_public_edition_lists_no_changes(quarters: tuple[Coverage, Comparison]) -> None:
    report = build_report(quarters[0], options=ReportOptions("public"), findings=Findings(comparison=quarters[1]))
    (section,) = [section for section in report.sections if section.name == "changes"]
    assert not list(section.tables) and len(section.blocks) == 1


def test_partners_read_no_number_that_is_sensitive(town: Graph) -> None:
    changes = compare(graph([company("老厂 13855550001")]), town)
    text = page(build_report(coverage(town), options=ReportOptions("partner"), findings=Findings(comparison=changes)))
    assert "老厂" in text and "13855550001" not in text


def test_when_nothing_moved_only_the_counts_stand_there(quarters: tuple[Coverage, Comparison]) -> None:
    covered = quarters[0]
    report = build_report(covered, findings=Findings(comparison=compare(covered.graph, covered.graph)))
    assert [table.name for table in report.tables if table.name in TABLES] == [TABLES[0]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_comparison_at_another_date_than_the_report_says_so(quarters: tuple[Coverage, Comparison], lang: Any) -> None:
    covered, changes = quarters
    told = wording().texts["changes_other_date"].of(lang).partition("{")[0]
    assert told not in page(
        build_report(covered, options=ReportOptions(lang=lang), findings=Findings(comparison=changes))
    )
    latest = build_report(
        coverage(covered.graph), options=ReportOptions(lang=lang), findings=Findings(comparison=changes)
    )
    assert told in page(latest)
