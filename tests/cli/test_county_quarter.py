"""The quarter of the example county from the command line: its dirty workbooks, edition after edition."""

from pathlib import Path
from typing import Any

import pandas as pd

from graphkit.analysis.coverage import STATUSES
from tests.loaders.test_county_workbook import DAYS, FILES, TRUTH, path_of


def test_the_command_line_loads_the_quarter(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "county.duckdb"
    for edition, dataset in FILES:
        path = path_of(edition, dataset)
        mapping = path.with_suffix(".mapping.yaml")
        words: list[str | Path] = ["--dataset", dataset, "--edition", edition, "--date", DAYS[edition]]
        words += ["--mapping", mapping] if mapping.exists() else []
        done = run("load", store, path, *words, "--json")
        assert done.code == 0, done.err
        rows = {row["sheet"]: row for row in done.json["table"]}
        for name, told in TRUTH[edition]["files"][dataset]["sheets"].items():
            row = rows[name]
            assert [row[c] for c in ("read", "used", "merged")] == [told[c] for c in ("read", "used", "merged")]
            assert row["skipped"] == sum(told["skipped"].values())
        # The next edition is read by the mapping that the first one left beside the store.
        assert done.json["tables"][0]["guessed"] == (edition == "2026Q2" and not mapping.exists())
    found = pd.DataFrame(run("coverage", store, "--by", "town", "--json").json["table"])
    total = found.iloc[-1]
    assert {s: total[s] for s in STATUSES} == {s: TRUTH["2026Q3"]["latest"]["rates"][s] for s in STATUSES}
