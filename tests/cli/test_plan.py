"""`graphkit plan` and `graphkit gaps` on the invented county."""

from pathlib import Path
from typing import Any

import pytest

import graphkit as gk

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first edition of the example county."""
    path = tmp_path_factory.mktemp("库") / "county.duckdb"
    with gk.open_store(path) as opened:
        gk.load(opened, COUNTY / "2026Q2")
    return path


def test_plan_says_years_what_is_blocked_and_the_recount(run: Any, store: Path) -> None:
    done = run("plan", store, "--per-year", "12,12,12", "--min-per-town", "1")
    assert done.code == 0 and "虚构" in done.err
    first = done.out.splitlines()[0]
    assert first.startswith("3 年建 ") and "已证最优" in first and first.endswith("（最新已知；规则 star_link）")
    for told in (
        "第 1 年：12 / 12 个任务",
        "第 2 年：",
        "第 3 年：",
        "联建",
        "无法覆盖 6 个：",
        "女职工数不足（31）",
        "查明后或可",
    ):
        assert told in done.out, told
    assert "按覆盖规则复算：已覆盖" in done.out
    english = run("plan", store, "--per-year", "4", "--lang", "en").out
    for told in (
        "proven best",
        "Year 1: 4 of 4 tasks",
        "6 cannot be covered:",
        "no membership",
        "Recounted by the rules",
    ):
        assert told in english, told
    assert "loans" not in english


def test_plan_as_json_is_one_object(run: Any, store: Path) -> None:
    told = run("plan", store, "--per-year", "2,2", "--weight", "women_employees", "--json").json
    graph = gk.open_store(store).read()
    found = gk.plan(gk.coverage(graph), per_year=[2, 2], weight="women_employees")
    assert (told["covered"], told["value"], told["gap"]) == (found.summary["covered"], found.value, found.gap)
    assert [row["candidate"] for row in told["table"]] == found.steps["candidate"].tolist()
    assert sum(row["gain"] for row in told["table"]) == told["value"]
    assert {row["state"] for row in told["blocked_units"]} == {"fails", "unknown"}
    assert len({row["unit"] for row in told["blocked_units"]}) == told["blocked"]
    assert told["recount"]["covered"] == gk.coverage(graph).count("covered") + told["covered"]


def test_what_a_plan_counts_can_be_said(run: Any, store: Path) -> None:
    points = run("plan", store, "--per-year", 9, "--units", "key_points", "--as-of", "2026-06-30", "--json").json
    assert (points["units_kind"], points["as_of"]) == ("key_points", "2026-06-30")
    more = run("plan", store, "--per-year", 9, "--include-unknown", "--json").json
    assert more["targets"] > run("plan", store, "--per-year", 9, "--json").json["targets"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--per-year", "x"], 1, "每年的任务数有误"),
        (["--per-year", "3,-1"], 1, "每年的任务数有误"),
        (["--per-year", "3", "--min-per-town", "9"], 1, "每个乡镇的数目达不到：9 new organisations"),
        (["--per-year", "3,3", "--min-per-town", "1"], 1, "云埠镇 1"),
        (["--per-year", "3", "--weight", "men"], 1, "没有这个选项"),
        (["--full"], 1, "有的单位无法覆盖"),
        ([], 2, "--per-year"),
        (["--per-year", "3", "--units", "firms"], 1, "规则中没有这类单位"),
        (["--per-year", "3", "--as-of", "someday"], 1, "someday"),
    ],
)
def test_a_plan_that_cannot_be_is_told(run: Any, store: Path, words: list[str], code: int, message: str) -> None:
    done = run("plan", store, *words)
    assert (done.code, message in done.err, "Traceback" in done.err) == (code, True, False), done.err


def test_own_rules_decide_what_it_costs(run: Any, store: Path, tmp_path: Path) -> None:
    from importlib.resources import files

    text = (files("graphkit.analysis") / "rules" / "star_link.yaml").read_text(encoding="utf-8")
    path = tmp_path / "规则.yaml"
    changed = text.replace("name: star_link", "name: 县规则", 1).replace("own: {cost: 1,", "own: {cost: 3,", 1)
    path.write_text(changed, encoding="utf-8")
    told = run("plan", store, "--per-year", "5,5", "--rules", path, "--json").json
    assert told["rules"] == "县规则"
    assert all(row["cost"] == 3 for row in told["table"] if row["mode"] == "own")
    path.write_text(text.replace("own: {cost: 1,", "own: {cost: -1,", 1), encoding="utf-8")
    done = run("plan", store, "--per-year", "5", "--rules", path)
    assert done.code == 1 and "规则.yaml: plan.own.cost is -1" in done.err


def test_gaps_say_how_each_is_closed_best_and_who_is_near(run: Any, store: Path) -> None:
    out = run("gaps", store).out
    for told in ("组建方式", "与谁", "建议理由", "最近的妇联组织", "（另2"):
        assert told in out.replace(" ", "").replace("\n", ""), told
    rows = {row["name"]: row for row in run("gaps", store, "--json").json["table"]}
    assert rows["霁川颂苓泵业有限公司"]["mode"] == "own"
    base = rows["霁川隽舟铸造有限公司"]
    assert (base["mode"], base["with"], base["partners"], base["why"]) == ("joint", "霁桥泵业产业基地", 2, "base")
    barred = rows["霁川屿岫竹业有限公司"]
    assert barred["mode"] is None and barred["why"].startswith("own: too few women employees (31)")
