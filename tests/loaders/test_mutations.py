"""Never a traceback: whatever a file holds, it gives a graph with a report that adds up, or an error that is meant."""

import random
import zipfile
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.errors import GraphkitError
from tests.loaders.mutations import KINDS, bytes_of, plain, xml_values_of, zipped
from tests.loaders.workbooks import loaded

EACH, SHARES = 50, 4  # of each of ten kinds so many files, in so many tests: 2,000
MAPPING = """version: 1
sheets:
- sheet: m
  kind: companies
  columns: {企业名称: company.name, 统一社会信用代码: company.credit_code, 成立日期: company.founded}
  constants: {town.name: 霞美镇}
  ignore: [所属乡镇]
  hidden: skip
"""


def outcome(path: Path, **told: object) -> str:
    """Load a file: `graph` or `error`; whatever is said of it can be written to a terminal."""
    try:
        graph, report = loaded(path, **told)
    except GraphkitError as error:
        f"{error} {error.hint}".encode()
        return "error"
    assert report.read == report.used + report.merged + len(report.skipped)
    for finding in (*report.skipped, *report.not_understood, *report.doubtful):
        str(finding).encode()
    "".join((*report.notes, *report.warnings, report.mapping)).encode()
    assert len(graph.summary())
    return "graph"


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("kind", KINDS)
def test_mutated_files_give_a_graph_or_an_error_that_is_meant(tmp_path: Path, kind: str, share: int) -> None:
    chance = random.Random(f"{kind} {share}")
    path, found = tmp_path / "m", []
    for number in range(EACH):
        KINDS[kind](path, chance)
        found.append(outcome(path, strict=number % 10 == 9))
    assert {"graph", "error"} <= set(found), found


@pytest.mark.parametrize("share", range(SHARES))
def test_a_mutated_mapping_is_read_or_named(tmp_path: Path, share: int) -> None:
    chance = random.Random(f"mapping {share}")
    path, mapping, found = tmp_path / "m", tmp_path / "m.yaml", []
    plain(path)
    for _ in range(EACH):
        mapping.write_bytes(bytes_of(MAPPING.encode(), chance))
        found.append(outcome(path, mapping=mapping))
    assert {"graph", "error"} <= set(found), found


def test_a_mutated_check_sheet_is_compared_or_refused(tmp_path: Path) -> None:
    chance, found = random.Random("sheet"), []
    plain(tmp_path / "m.csv")
    with gk.open_store(tmp_path / "m.duckdb") as store:
        gk.load(store, tmp_path / "m.csv")
        with zipfile.ZipFile(gk.sheet(store, tmp_path / "sheet.xlsx")) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for number in range(EACH // 2):
            hurt = chance.choice([name for name in parts if name.startswith("xl/worksheets/sheet")])
            change = xml_values_of if number % 2 else bytes_of
            zipped(tmp_path / "m.xlsx", {**parts, hurt: change(parts[hurt], chance)})
            try:
                told = gk.apply(store, tmp_path / "m.xlsx", plan=True)
                "".join(problem.what for problem in told.problems).encode()
                found.append("report")
            except GraphkitError as error:
                f"{error} {error.hint}".encode()
                found.append("error")
    assert {"report", "error"} <= set(found), found
