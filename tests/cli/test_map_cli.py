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
