"""The truth of the example county's workbooks agrees with that of its clean tables, and with itself."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

COUNTY = Path(__file__).parents[1] / "seeds" / "example_county"
EDITIONS = ("2026Q2", "2026Q3")
STATUSES = ("covered", "gap", "unknown")


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))
    return found


def rows(edition: str, dataset: str, file: str) -> list[dict[str, str]]:
    with (COUNTY / edition / dataset / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_workbooks_say_of_coverage_what_the_clean_tables_say(truth: dict[str, Any], edition: str) -> None:
    clean, told = truth["editions"][edition], truth["workbooks"][edition]
    day = next(name for name in clean if name[:4].isdecimal())
    assert told[day] == clean[day]["rates"]
    clean, told = clean["latest"], told["latest"]
    assert told["companies"] == {status: sorted(clean["companies"][status]) for status in STATUSES}
    assert told["rates"] == clean["rates"]
    for same in ("covered_by_mode", "key_candidates"):
        assert told[same] == clean[same]
    for by in ("chain", "segment", "town"):
        rated = clean[f"rates_by_{by}"]
        assert told[f"by_{by}"] == {row: {s: counts[s] for s in STATUSES} for row, counts in rated.items()}


def test_the_workbooks_hold_every_kind_of_row(truth: dict[str, Any]) -> None:
    for edition in EDITIONS:
        files = truth["workbooks"][edition]["files"]
        sheets = [sheet for file in files.values() for sheet in file["sheets"].values()]
        reasons = {reason for sheet in sheets for reason in sheet["skipped"]}
        assert {"a total", "a note", "a caption", "a caption over the columns", "the header again"} < reasons
        assert {"neither a name nor a code", "no header of the sheet is recognised"} < reasons
        assert all(s["read"] == s["used"] + s["merged"] + sum(s["skipped"].values()) for s in sheets)
        assert sum(len(sheet["not_understood"]) for sheet in sheets) > 10
        assert sum(sheet["merged"] for sheet in sheets) > 1


def test_loans_of_the_workbooks_are_those_of_the_clean_tables(truth: dict[str, Any]) -> None:
    banks = {row["银行名称"] for row in rows("2026Q2", "finance", "banks.csv")}
    plain = [row for edition in EDITIONS for row in rows(edition, "finance", "lends_to.csv")]
    told = [r for r in plain if r["出资方"] in banks and r.get("借款方类别", "Company") == "Company"]
    told = [r for r in told if r["状态"] != "planned" and r.get("是否合计") != "true"]
    keys = ("出资方", "借款方", "金额（元）", "金额类型", "金融产品", "截至日期", "起始日期")
    once = {tuple(row[key] for key in keys): row for row in told}
    told = list(once.values())
    counted = truth["workbooks"]["2026Q3"]["lending"]
    amounts = {kind: [int(r["金额（元）"]) for r in told if r["金额类型"] == kind] for kind in counted}
    assert counted == {kind: {"count": len(found), "sum": sum(found)} for kind, found in amounts.items()}
