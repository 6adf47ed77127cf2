"""The demo leaves for each of its shows a store, a map, a report in two forms and the gaps."""

from pathlib import Path

import pandas as pd
import pytest

import graphkit as gk
from graphkit.demo import SHOWS, Show, show

COUNTS = {"sources": (3, 0, 4), "example_county": (74, 32, 22)}


@pytest.mark.parametrize("what", SHOWS, ids=lambda what: str(what.name))
def test_every_show_leaves_its_files_and_they_agree(what: Show, tmp_path: Path) -> None:
    shown = show(what, tmp_path / what.name)
    found = sorted(path.name for path in (tmp_path / what.name).iterdir() if not path.name.startswith("."))
    assert found == ["gaps.csv", "map.html", "report.html", "report.xlsx", "store.duckdb"]
    covered, gap, unknown = COUNTS[what.name]
    assert [shown.coverage.count(s) for s in ("covered", "gap", "unknown")] == [covered, gap, unknown]
    listed = pd.read_csv(tmp_path / what.name / "gaps.csv")
    assert len(listed) == gap
    invented = what.name == "example_county"
    assert ("note" in listed.columns) == invented
    for page in ("map.html", "report.html"):
        assert (
            "虚构" in (tmp_path / what.name / page).read_text(encoding="utf-8").partition("</title>")[0]
        ) == invented
    with gk.open_store(tmp_path / what.name / "store.duckdb") as store:
        assert gk.coverage(store.read()).count("covered") == covered


def test_the_demo_can_be_run_again(tmp_path: Path) -> None:
    for _ in range(2):
        show(SHOWS[0], tmp_path / "again")
    with gk.open_store(tmp_path / "again" / "store.duckdb") as store:
        assert store.revision == 1
