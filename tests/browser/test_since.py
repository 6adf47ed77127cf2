"""Two dates on one map in a real browser: what moved is counted, filtered, listed and told as Python tells it."""

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.compare import Comparison, compare
from graphkit.exporters.map import MapOptions, export_map
from graphkit.exporters.map.since import KINDS, kind_of, kinds
from tests.analysis.cases import gap, graph
from tests.analysis.test_real_and_invented import county
from tests.browser.conftest import Opened
from tests.browser.test_map import HOSTILE, counts
from tests.exporters.test_map_since import turned

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]


@cache
def found() -> Comparison:
    return compare(county("2026Q2"), county("2026Q3"))


@pytest.fixture(scope="module", params=["pyvis", "canvas"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = MapOptions(engine=request.param, layout="matrix")
    path = tmp_path_factory.mktemp("since") / "m.html"
    return export_map(county("2026Q3"), path, comparison=found(), options=options)


@pytest.fixture
def page(written: Path, open_map: Opener) -> Opened:
    return open_map(written)


def legend(opened: Opened) -> dict[str, int]:
    told = opened.js(
        """[...document.querySelectorAll('#f-change label')].map(l =>
        [l.querySelector('input').dataset.value, Number(l.querySelector('small').textContent)])"""
    )
    return {value: count for value, count in told if value}


def listed(opened: Opened, box: str) -> list[str]:
    return list(opened.js(f"[...document.querySelectorAll('{box} button')].map(b => b.dataset.id)"))


def test_the_legend_counts_as_the_comparison_does(page: Opened) -> None:
    rows = found().table.to_pylist()
    assert legend(page) == kinds(found().table)
    assert page.page.locator("#since-head").inner_text() == "与 2026-06-30 相比"
    assert "2026-06-30" in page.page.locator("#subtitle").inner_text()
    closed = sum(r["from_status"] == "gap" and r["to_status"] == "covered" for r in rows)
    opened = sum(r["from_status"] != "gap" and r["to_status"] == "gap" for r in rows)
    box = page.page.locator("section", has=page.page.locator("#f-change"))
    assert json.loads(str(box.get_attribute("data-gaps"))) == {"closed": closed, "opened": opened} and closed > 0
    page.page.click("#tab-moves")
    assert set(listed(page, "#moves")) == {row["unit"] for row in rows} and page.page.locator("#gaps").is_hidden()
    page.page.click("#tab-gaps")
    assert len(listed(page, "#gaps")) == found().after.count("gap")
    assert page.bad == []


@pytest.mark.parametrize("kind", ["gained", "lost", "new", "other"])
def test_a_kind_alone_leaves_its_units(page: Opened, kind: str) -> None:
    for other in [*KINDS, ""]:
        if other != kind and page.page.locator(f"#f-change input[data-value='{other}']").count():
            page.page.uncheck(f"#f-change input[data-value='{other}']")
    rows = [r for r in found().table.to_pylist() if kind_of(r["from_status"], r["to_status"]) == kind]
    told = Counter(row["to_status"] for row in rows)
    assert {status: counts(page)[status] for status in told} == dict(told) and counts(page)["units"] == len(rows)
    assert {move["id"] for move in page.js("gk.moves()")} == {row["unit"] for row in rows}
    assert page.js("location.hash") == f"#change={kind}"
    page.page.locator("#kpi button").click()
    assert counts(page)["units"] == 128 and page.js("location.hash") == ""


def test_keys_walk_from_change_to_change_and_the_panel_tells_why(page: Opened) -> None:
    page.page.focus("#net")
    moves, rows = page.js("gk.moves()"), {row["unit"]: row for row in found().table.to_pylist()}
    for move in moves[:3]:
        page.page.keyboard.press("c")
        assert page.js("gk.state.selected") == page.js("id => gk.node(id).i", move["id"])
        told = page.page.locator("#detail .box.since").inner_text()
        words = {"covered": "已覆盖", "gap": "空白点", "unknown": "情况不明", "not_listed": "未列入"}
        row = rows[move["id"]]
        assert f"{words[row['from_status']]} → {words[row['to_status']]}" in told and "2026-06-30" in told
        assert words[row["from_status"]] in page.live()
    page.page.keyboard.press("Escape")
    assert page.page.locator("#panel").is_hidden() and page.bad == []


def test_the_list_has_a_column_that_sorts(page: Opened) -> None:
    page.page.click("#view-list")
    page.page.click("#list [data-key=change]")
    cells = page.js("[...document.querySelectorAll('#list tbody tr')].map(r => r.cells[6].textContent)")
    assert sum(bool(cell) for cell in cells) == len(found().table) and all(cells[: len(found().table)])
    assert cells[0].startswith("新增覆盖（")


def test_paper_has_the_marks_and_their_key(page: Opened) -> None:
    told = page.js("gk.toSVG().textContent")
    assert "新增覆盖" in told and "失去覆盖" in told and "2026-06-30" in told


@pytest.mark.parametrize("engine", ["pyvis", "canvas"])
@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_what_is_gone_is_shown_but_not_counted(tmp_path: Path, open_map: Opener, engine: Any, layout: Any) -> None:
    after, told = turned()
    options = MapOptions(layout=layout, engine=engine, lang="en")
    opened = open_map(export_map(after, tmp_path / "m.html", comparison=told, options=options))
    assert legend(opened) == kinds(told.table) == dict.fromkeys(KINDS, 1)
    assert counts(opened)["units"] == 4
    gone = next(move["id"] for move in opened.js("gk.moves()") if move["change"] == "gone")
    opened.js("id => gk.select(id)", gone)
    panel = opened.page.locator("#detail").inner_text()
    assert opened.title() == "丁厂" and "no longer listed" in panel and "unknown → not listed" in panel
    opened.page.uncheck("#f-change input[data-value=gone]")
    assert opened.js("id => gk.hidden.has(gk.node(id).i)", gone) and counts(opened)["units"] == 4
    opened.page.click("#view-list")
    assert opened.page.locator("#list tbody tr").count() == 4
    opened.page.locator("#kpi button").click()
    assert opened.page.locator("#list tbody tr").count() == 5
    assert opened.bad == []


def test_hostile_names_that_moved_stay_text(tmp_path: Path, open_map: Opener) -> None:
    def one(date: str, names: list[str]) -> Any:
        return graph([gap(name, women_employees=60) for name in names], date=date, edition=date)

    told = compare(one("2026-06-30", HOSTILE[:5]), one("2026-09-30", HOSTILE[2:]))
    opened = open_map(export_map(told.after.graph, tmp_path / "m.html", comparison=told))
    opened.page.click("#tab-moves")
    for move in opened.js("gk.moves()"):
        opened.js("id => gk.select(id)", move["id"])
    opened.page.click("#view-list")
    opened.page.wait_for_timeout(100)
    assert {move["change"] for move in opened.js("gk.moves()")} >= {"new", "gone"}
    assert opened.js("window.__xss") is None and opened.bad == []
