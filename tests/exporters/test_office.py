"""What an office program makes of the files: LibreOffice opens them, and the pages hold the texts as texts."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from graphkit.analysis.coverage import coverage, percent
from graphkit.analysis.links import links
from graphkit.build import read
from graphkit.exporters.findings import findings
from graphkit.exporters.report import ReportOptions, export_report
from graphkit.exporters.workbook import Sheet, write_workbook
from graphkit.graph.convert import from_records
from graphkit.schema import Language

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county" / "2026Q3"
HOSTILE = (
    '=HYPERLINK("http://x.invalid","点此")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "<script>alert(1)</script>厂",
    "{{7*7}}公司",
    "甲\u2028乙\x00丙",
    "\u202e右到左",
)

pytestmark = pytest.mark.xdist_group("office")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """The command of LibreOffice with a profile of its own; without it, skip on a desk and fail where CI is true."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    missing = [name for name, path in (("LibreOffice", found), ("pdftotext", shutil.which("pdftotext"))) if not path]
    if missing:
        reason = f"{' and '.join(missing)} not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    profile = tmp_path_factory.mktemp("profile").as_uri()
    return [str(found), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]


def printed(office: Sequence[str], *files: Path) -> dict[str, str]:
    """Convert files to PDF in one call; return the text of each by its suffix."""
    folder = files[0].parent / "pdf"
    command = [*office, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {path.suffix: _text(folder / f"{path.stem}.pdf") for path in files}


def _text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True).stdout.decode()


def squeezed(text: str) -> str:
    """A text without the blanks and line ends that a page puts into it."""
    return "".join(text.split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_of_a_county_is_a_document_with_its_answer_on_the_first_page(
    office: Sequence[str], lang: Language, tmp_path: Path
) -> None:
    graph = read(COUNTY)
    found, net = coverage(graph), links(graph, to="Bank")
    made = findings(found, links=net, per_year=[12, 12, 12])
    path = export_report(
        tmp_path / "word.docx", coverage=found, links=net, findings=made, options=ReportOptions(lang=lang)
    )
    pages = printed(office, path)[".docx"].split("\f")
    first = squeezed(pages[0])
    units, covered, unknown = len(found.table), found.count("covered"), found.count("unknown")
    assert all(squeezed(percent(share, units)) in first for share in (covered, covered + unknown))
    assert all(str(found.count(kind)) in first for kind in ("covered", "gap", "unknown"))
    total = len(pages) - 1
    assert 5 < total < 40
    assert [f"{n}/{total}" in squeezed(page) for n, page in enumerate(pages[:-1], 1)] == [True] * total


def test_hostile_names_are_printed_as_they_stand(office: Sequence[str], tmp_path: Path) -> None:
    nodes = [{"type": "Company", "name": name, "federation_status": "no"} for name in HOSTILE]
    found = coverage(from_records(nodes, [], source={"dataset": HOSTILE[0], "date": "2026-06-30"}))
    options = ReportOptions(title=HOSTILE[4])
    files = [
        export_report(tmp_path / f"{stem}{suffix}", coverage=found, options=options)
        for stem, suffix in (("word", ".docx"), ("book", ".xlsx"))
    ]
    pages = printed(office, *files)
    for text in map(squeezed, pages.values()):
        assert all(squeezed(name) in text for name in HOSTILE[:6])
        assert "Err:" not in text and "#NAME?" not in text
    assert "甲" in pages[".docx"] and "\x00" not in pages[".docx"]


def test_a_workbook_of_70_000_links_and_long_names_opens(office: Sequence[str], tmp_path: Path) -> None:
    links_of = [(f"http://x.invalid/{n}",) for n in range(70_000)]
    sheets = [
        Sheet("很" * 40 + end, "题", ["列"], ["text"], rows) for end, rows in (("甲", links_of), ("乙", [("值",)]))
    ]
    write_workbook(tmp_path / "book.xlsx", sheets)
    folder = tmp_path / "csv"
    command = [*office[:-1], "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"]
    subprocess.run([*command, "--outdir", str(folder), str(tmp_path / "book.xlsx")], check=True, timeout=300)
    lines = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.csv"))
    assert len(lines) == 2 and lines[0] == 3 and lines[1] == 70_002
