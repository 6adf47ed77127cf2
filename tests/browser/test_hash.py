"""The address keeps what is filtered and chosen: the same link shows the same, in every layout, and runs nothing."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest
from playwright.sync_api import Page

from graphkit.exporters.map import MapOptions
from graphkit.exporters.map.scene import Scene, scene
from tests.browser.conftest import Opened
from tests.browser.test_map import LAYOUTS, counts, write
from tests.exporters.scenes import coverage_of, graph_of

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]


@pytest.fixture
def drawn() -> Scene:
    graph = graph_of()
    return scene(graph, coverage_of(graph))


def said(page: Page) -> dict[str, list[str]]:
    return parse_qs(page.evaluate("location.hash.slice(1)"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_link_shows_the_same_in_every_layout(drawn: Scene, tmp_path: Path, open_map: Opener, layout: str) -> None:
    first = open_map(write(drawn, tmp_path / "a.html"))
    first.page.uncheck("#f-status input[data-value=unknown]")
    first.page.uncheck("#f-mode input[data-value='']")
    first.page.fill("#f-women", "60")
    first.js("gk.select('com_4')")
    told = said(first.page)
    assert told == {"status": ["covered,gap"], "mode": ["own,joint"], "women": ["60"], "node": ["com_4"]}
    path = write(drawn, tmp_path / "b.html", MapOptions(layout=layout))  # type: ignore[arg-type]
    second = open_map(path)
    second.js("hash => { location.hash = hash; }", first.js("location.hash"))
    second.page.wait_for_selector("#panel:not([hidden])")
    assert counts(second) == counts(first) and second.title() == first.title()
    assert said(second.page) == told and first.bad == second.bad == []


def test_a_link_that_is_opened_is_obeyed_from_the_start(drawn: Scene, tmp_path: Path, open_map: Opener) -> None:
    path = write(drawn, tmp_path / "m.html")
    opened = open_map(path)
    opened.page.goto(path.as_uri() + "#chain=ind_1&town=" + quote("东屏镇") + "&node=com_1")
    opened.page.reload()
    opened.page.wait_for_selector("html[data-ready]")
    assert counts(opened)["units"] == 2 and opened.title() == "恒固石业有限公司"
    opened.page.keyboard.press("Escape")
    assert "node" not in said(opened.page)
    opened.page.locator("#kpi button").click()
    assert opened.js("location.hash") == "" and counts(opened)["units"] == 6
    assert opened.bad == []


def test_what_the_page_does_not_offer_is_not_read(drawn: Scene, tmp_path: Path, open_map: Opener) -> None:
    opened = open_map(write(drawn, tmp_path / "m.html"))
    bad = (
        "status=gap,<img src=x onerror=window.__xss=1>&town=nowhere&women=-5&year=99&node=__proto__&x=1&chain=%E0%A4%A"
    )
    opened.js("hash => { location.hash = hash; }", bad)
    opened.page.wait_for_timeout(150)
    assert counts(opened)["units"] == 0 or counts(opened)["gap"] == counts(opened)["units"]
    assert opened.page.locator("#panel").is_hidden()
    assert opened.js("window.__xss") is None and opened.bad == []
