"""`graphkit map` with findings: a plan's years, links to a resource, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def store(stores: dict[str, Path]) -> Path:
    return stores["example_county"]


def data(path: Path) -> dict[str, Any]:
    found = re.search('id="gk-data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return dict(json.loads(found.group(1)))


def test_a_map_takes_a_plan_and_links(run: Any, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "规划图.html"
    assert run("map", store, "-o", file, "--plan", "4,4", "--to", "银行").code == 0
    told, plan = data(file), run("plan", store, "--per-year", "4,4", "--json").json
    assert told["plan"]["budgets"] == [4, 4] and len(told["plan"]["steps"]["year"]) == plan["organisations"]
    assert sum(map(len, told["plan"]["steps"]["units"])) == plan["covered"]
    linked = run("linkage", store, "--to", "银行", "--json").json["linked"]
    assert told["nodes"]["linked"].count("yes") == linked > 0
    assert told["meta"]["linkKinds"] == ["Bank"]


def test_a_map_without_them_has_neither(run: Any, store: Path, tmp_path: Path) -> None:
    assert run("map", store, "-o", tmp_path / "m.html").code == 0
    told = data(tmp_path / "m.html")
    assert told["plan"] is None and set(told["nodes"]["linked"]) == {""} and told["ways"]["max_hops"] == 6


def test_a_wrong_budget_or_resource_is_an_error(run: Any, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    for words in (("--plan", "zwölf"), ("--plan", "-1"), ("--to", "Brauerei"), ("--to", "地区")):
        assert run("map", store, "-o", file, *words).code == 1, words
        assert not file.exists()


def test_a_map_around_a_node_holds_what_lies_around_it(run: Any, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    assert run("map", store, "-o", file, "--focus", "霁川县妇联", "--hops", "1").code == 0
    near = data(file)
    assert run("map", store, "-o", file, "--focus", "霁川县妇联").code == 0
    told = data(file)
    assert len(near["nodes"]["id"]) < len(told["nodes"]["id"]) < 259
    assert told["nodes"]["name"][told["meta"]["focus"]] == "霁川县妇联"
    assert "霁川县妇联 周围 2 步" in told["meta"]["subtitle"] and told["meta"]["layout"] == "communities"


def test_a_map_summed_up_counts_what_coverage_counts(run: Any, store: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    assert run("map", store, "-o", file, "--aggregate", "chain").code == 0
    told, counted = data(file), run("coverage", store, "--by", "产业链", "--json").json
    heads = dict(zip(told["nodes"]["name"], told["groups"]["heads"], strict=True))
    rows = {row["chain"]: row for row in counted["table"]}
    for name in set(heads) & set(rows):
        assert all(heads[name][key] == rows[name][key] for key in ("units", "covered", "gap", "unknown")), name
    assert len(set(heads) & set(rows)) == 3 and told["meta"]["headline"]["units"] == 128


@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_a_map_has_the_layout_asked_for(run: Any, store: Path, tmp_path: Path, layout: str) -> None:
    file = tmp_path / "m.html"
    assert run("map", store, "-o", file, "--layout", layout).code == 0
    assert data(file)["meta"]["layout"] == layout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--focus", "没有这个组织"), "没有这个名称"),
        (("--focus", "霁桥镇"), "端点"),
        (("--focus", "霁川县妇联", "--hops", "0"), "步数有误"),
        (("--focus", "霁川县妇联", "--aggregate", "town"), "不能同时用"),
        (("--aggregate", "town", "--to", "银行"), "不能同时用"),
        (("--hops", "3"), "--focus"),
        (("--aggregate", "village"), "--aggregate"),
    ],
)
def test_what_cannot_be_drawn_is_told(run: Any, store: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    done = run("map", store, "-o", tmp_path / "m.html", *words)
    assert done.code != 0 and told in done.err and not (tmp_path / "m.html").exists()


@pytest.mark.parametrize("day", [None, "2026-09-30", "2026-08-15"])
def test_a_map_since_a_revision_shows_what_compare_tells(
    run: Any, quarters: Path, tmp_path: Path, day: str | None
) -> None:
    file = tmp_path / "变动图.html"
    dates = () if day is None else ("--as-of", day)
    assert run("map", quarters, "-o", file, "--since", "1", *dates).code == 0
    told = data(file)
    asked = () if day is None else ("--from", "2026-06-30", "--to", day)
    compared = run("compare", quarters, *asked, "--json").json
    moves, nodes = told["since"]["moves"], told["nodes"]
    assert [nodes["id"][unit] for unit in moves["unit"]] == [row["unit"] for row in compared["table"]]
    assert moves["first"] == [row["from_status"] for row in compared["table"]] and len(moves["unit"]) > 10
    assert told["meta"]["headline"]["covered"] == compared["covered"]["after"]
    assert sum(change != "" for change in nodes["change"]) == compared["moved"]


def test_a_comparison_goes_with_a_plan_and_links(run: Any, quarters: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    assert run("map", quarters, "-o", file, "--since", "1", "--plan", "4,4", "--to", "银行").code == 0
    told = data(file)
    assert told["since"]["first"] == "2026-06-30" and told["plan"]["budgets"] == [4, 4]
    assert told["nodes"]["linked"].count("yes") > 0


def test_to_the_public_a_map_is_summed_up(run: Any, quarters: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    assert run("map", quarters, "-o", file, "--tier", "public").code == 0
    told = data(file)
    assert told["meta"]["layout"] == "groups" and told["groups"]["by"] == "town" and told["edges"]["id"] == []
    for words in (("--since", "1"), ("--to", "银行"), ("--focus", "霁川县妇联"), ("--plan", "3")):
        done = run("map", quarters, "-o", tmp_path / "n.html", "--tier", "public", *words)
        assert done.code == 1 and "不能同时用" in done.err and not (tmp_path / "n.html").exists(), words


@pytest.mark.parametrize(
    ("words", "told"), [(("--since", "9"), "9"), (("--since", "1", "--aggregate", "town"), "不能同时用")]
)
def test_a_comparison_that_cannot_be_made_is_told(
    run: Any, quarters: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = run("map", quarters, "-o", tmp_path / "m.html", *words)
    assert done.code == 1 and told in done.err and not (tmp_path / "m.html").exists()
