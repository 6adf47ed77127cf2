"""`graphkit compare` and `graphkit report --since`: two revisions of the invented county."""

from pathlib import Path
from typing import Any

import pytest

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"


@pytest.fixture
def store(quarters: Path) -> Path:
    return quarters


def test_compare_takes_the_two_newest_revisions(run: Any, store: Path) -> None:
    done = run("compare", store)
    assert (done.code, "虚构" in done.err) == (0, True)
    assert done.out.startswith("已覆盖 61 → 73：得知 +1，发生 +11\n")
    assert "2026-06-30 → 2026-09-30" in done.out and "得知较晚" in done.out and "霁川昀庭电机有限公司" in done.out
    english = run("compare", store, "--lang", "en", "--before", "1", "--after", "2").out
    assert english.startswith("covered 61 → 73: learned +1, happened +11\n")


def test_compare_as_json_is_one_object_with_a_row_a_unit(run: Any, store: Path) -> None:
    told = run("compare", store, "--json").json
    assert (told["from"], told["to"], told["moved"]) == ("2026-06-30", "2026-09-30", 27)
    assert len(told["table"]) == told["moved"] == sum(told["causes"].values())
    assert len(run("compare", store, "--json", "--top", "3").json["table"]) == 3
    assert {row["part"] for row in told["table"]} == {"learned", "happened"}


def test_dates_and_revisions_can_be_said(run: Any, store: Path) -> None:
    told = run("compare", store, "--json", "--from", "2026-06-30", "--to", "2026-06-30").json
    assert told["covered"]["happened"] == 0 and told["covered"]["learned"] == 1
    same = run("compare", store, "--json", "--before", 2, "--after", 2, "--units", "key_points").json
    assert (same["moved"], same["units_kind"], same["table"]) == (0, "key_points", [])
    assert run("compare", store, "--before", 2).out.endswith("(企业；2026-09-30 → 2026-09-30；规则 star_link)\n")


def test_what_cannot_be_compared_is_said(run: Any, store: Path) -> None:
    done = run("compare", store, "--after", 1)
    assert (done.code, "没有这个版次" in done.err, "Traceback" in done.err) == (1, True, False)
    assert run("compare", store, "--before", 7).code == 1
    assert run("compare", store, "--from", "someday").code == 1


def test_report_since_a_revision_tells_what_changed_and_is_of_one_date_throughout(
    run: Any, store: Path, tmp_path: Path
) -> None:
    def page(*words: Any) -> str:
        assert run("report", store, "-o", tmp_path / "a.html", *words).code == 0
        return (tmp_path / "a.html").read_text(encoding="utf-8")

    text = page("--since", 1)
    assert "变动及原因" in text
    assert "从 2026-06-30 到 2026-09-30" in text and "最近所知" not in text and "其余部分" not in text
    plain = page()
    assert "最近所知" in plain and "变动及原因" not in plain
    early = page("--since", 2, "--as-of", "2026-07-31")
    assert "从 2026-07-31 到 2026-07-31" in early
