"""`graphkit compare` and `graphkit report --since`: two revisions of the invented county."""

import json
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.cli import main

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example county, an edition a revision."""
    path = tmp_path_factory.mktemp("库") / "county.duckdb"
    with gk.open_store(path) as opened:
        for edition in ("2026Q2", "2026Q3"):
            gk.load(opened, COUNTY / edition)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `graphkit ...` in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("GRAPHKIT_LANG", "zh")

    def command(*words: Any) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["graphkit", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
            raise SystemExit(0)
        return int(ended.value.code or 0), *capsys.readouterr()

    return command


def test_compare_takes_the_two_newest_revisions(run: Any, store: Path) -> None:
    code, out, err = run("compare", store)
    assert (code, "虚构" in err) == (0, True)
    assert out.startswith("已覆盖 61 → 73：得知 +1，发生 +11\n")
    assert "2026-06-30 → 2026-09-30" in out and "得知较晚" in out and "霁川昀庭电机有限公司" in out
    english = run("compare", store, "--lang", "en", "--before", "1", "--after", "2")[1]
    assert english.startswith("covered 61 → 73: learned +1, happened +11\n")


def test_compare_as_json_is_one_object_with_a_row_a_unit(run: Any, store: Path) -> None:
    told = json.loads(run("compare", store, "--json")[1])
    assert (told["from"], told["to"], told["moved"]) == ("2026-06-30", "2026-09-30", 27)
    assert len(told["table"]) == told["moved"] == sum(told["causes"].values())
    assert len(json.loads(run("compare", store, "--json", "--top", "3")[1])["table"]) == 3
    assert {row["part"] for row in told["table"]} == {"learned", "happened"}


def test_dates_and_revisions_can_be_said(run: Any, store: Path) -> None:
    told = json.loads(run("compare", store, "--json", "--from", "2026-06-30", "--to", "2026-06-30")[1])
    assert told["covered"]["happened"] == 0 and told["covered"]["learned"] == 1
    same = json.loads(run("compare", store, "--json", "--before", 2, "--after", 2, "--units", "key_points")[1])
    assert (same["moved"], same["units_kind"], same["table"]) == (0, "key_points", [])
    assert run("compare", store, "--before", 2)[1].endswith("(企业；2026-09-30 → 2026-09-30；规则 star_link)\n")


def test_what_cannot_be_compared_is_said(run: Any, store: Path) -> None:
    code, _, err = run("compare", store, "--after", 1)
    assert (code, "没有这个版次" in err, "Traceback" in err) == (1, True, False)
    assert run("compare", store, "--before", 7)[0] == 1
    assert run("compare", store, "--from", "someday")[0] == 1


def test_report_since_a_revision_tells_what_changed(run: Any, store: Path, tmp_path: Path) -> None:
    assert run("report", store, "-o", tmp_path / "a.html", "--since", 1)[0] == 0
    assert "变动及原因" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert run("report", store, "-o", tmp_path / "b.html")[0] == 0
    assert "变动及原因" not in (tmp_path / "b.html").read_text(encoding="utf-8")
