"""The canvas engine in a real browser: it shows what the other engine shows, and goes on where that one stops."""

import random
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from graphkit.analysis.coverage import coverage
from graphkit.analysis.links import Links, links
from graphkit.analysis.plan import Plan, plan
from graphkit.exporters.map import MapOptions, export_map
from graphkit.exporters.map.scene import scene
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from tests.analysis.cases import graph as case
from tests.analysis.cases import node
from tests.browser.conftest import Opened, open_page
from tests.browser.county import county, covered
from tests.browser.test_findings import both_ways
from tests.browser.test_map import HOSTILE, colours, counts, point

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]
CANVAS = MapOptions(layout="chain", engine="canvas")


@cache
def linked() -> Links:
    return links(county(), to="Bank")


@cache
def planned() -> Plan:
    return plan(covered(), per_year=(6, 6, 6))


def crowd(size: int) -> Graph:
    """Towns, chains, federations and companies, `size` together; who is in which alliance is drawn by lot."""
    chance = random.Random(7)
    nodes: list[dict[str, Any]] = [{"type": "Region", "name": f"{n}号镇", "level": "town"} for n in range(20)]
    nodes += [{"type": "Industry", "name": f"{n}号产业链", "kind": "chain"} for n in range(8)]
    nodes += [{"type": "Alliance", "name": f"{n}号协会"} for n in range(size // 20)]
    nodes += [{"type": "Federation", "name": f"{n}号妇联"} for n in range(size // 10)]
    edges: list[dict[str, Any]] = []
    for n in range(size - len(nodes)):
        name = f"第{n}石材厂"
        nodes.append({"type": "Company", "name": name, "women_employees": n % 90, "party_organisation": n % 3 == 0})
        edges.append({"type": "MEMBER_OF", "src": name, "dst": f"{chance.randrange(size // 20)}号协会"})
        edges.append({"type": "LOCATED_IN", "src": name, "dst": f"{chance.randrange(20)}号镇"})
        if n % 3:
            edges.append({"type": "COVERS", "src": f"{n % (size // 10)}号妇联", "dst": name, "mode": "own"})
    return from_records(nodes, edges, source={"dataset": "crowd", "kind": "sheet", "date": "2026-09-30"})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The county by both engines, with its links and a plan."""
    folder = tmp_path_factory.mktemp("engines")
    found: dict[str, Any] = {"coverage": covered(), "links": linked(), "plan": planned()}
    engines: tuple[Any, ...] = ("canvas", "pyvis")
    return {
        engine: export_map(
            county(), folder / f"{engine}.html", options=MapOptions(layout="chain", engine=engine), **found
        )
        for engine in engines
    }


@pytest.fixture
def page(pages: dict[str, Path], open_map: Opener) -> Opened:
    return open_map(pages["canvas"])


def test_it_draws_without_vis_asks_for_nothing_and_counts_as_python(page: Opened) -> None:
    assert page.js("typeof vis") == "undefined" and page.js("document.querySelectorAll('#net canvas').length") == 1
    assert colours(page) > 50
    assert counts(page) == asdict(scene(county(), covered()).headline)
    page.page.mouse.move(700, 500)
    page.page.mouse.wheel(0, -300)
    page.page.wait_for_timeout(300)
    assert page.bad == []


@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_every_layout_draws(tmp_path: Path, open_map: Opener, layout: Any) -> None:
    options = MapOptions(layout=layout, engine="canvas", lang="en")
    opened = open_map(export_map(county(), tmp_path / "m.html", coverage=covered(), options=options))
    opened.page.wait_for_timeout(200)
    assert colours(opened) > 50 and opened.bad == []


def test_both_engines_say_the_same_under_filters_and_of_every_selection(
    pages: dict[str, Path], open_map: Opener
) -> None:
    both = [open_map(pages[engine]) for engine in ("canvas", "pyvis")]

    def same(expression: str) -> Any:
        told = [one.js(expression) for one in both]
        assert told[0] == told[1]
        return told[0]

    legend = "document.querySelector('#legend').innerText"
    gaps = "[...document.querySelectorAll('#gaps button')].map(b => b.dataset.id)"
    kpi = "document.querySelector('#kpi').dataset.counts"
    same(legend)
    assert len(same(gaps)) == covered().count("gap")
    for act in (
        "gk.filter.mode.delete('own')",
        "gk.filter.status.delete('unknown')",
        "gk.filter.women = 60",
        "gk.filter.chain.delete([...gk.filter.chain][0])",
        "gk.filter.shape.delete('Federation')",
    ):
        same(f"({act}, gk.refresh(), 0)")
        same(kpi)
        same(gaps)
        same("[...gk.hidden].sort().join()")
    same("(gk.resetFilters(), gk.refresh(), 0)")
    for i in covered().table["id"].to_pylist()[::9]:
        same(f"(gk.select('{i}'), [...gk.state.path].sort().join() + [...gk.state.lines].sort().join())")
        same("document.querySelector('#detail').innerText")
    same("(gk.turnTo(2), document.querySelector('#kpi').innerText)")
    assert [one.bad for one in both] == [[], []]


def test_a_click_at_the_position_of_a_mark_opens_it(page: Opened) -> None:
    units = covered().table["id"].to_pylist()[::6]
    federations = county().table("Federation")["id"].to_pylist()[::7]
    for i in [*units, *federations]:
        if page.js("i => gk.node(i).x === null", i):
            continue
        page.page.mouse.click(*point(page.page, i))
        assert page.title() == page.js("i => gk.node(i).name", i)
        page.page.keyboard.press("Escape")
    assert page.page.locator("#panel").is_hidden()


def test_a_mark_can_be_hit_after_panning_and_zooming(page: Opened) -> None:
    unit = covered().table["id"][5].as_py()
    x, y = point(page.page, unit)
    page.page.mouse.move(x, y)
    page.page.mouse.wheel(0, -400)
    assert point(page.page, unit) == pytest.approx((x, y), abs=1)  # zoomed about the pointer
    before = page.js("gk.net.getScale()")
    page.page.mouse.move(x + 40, y + 60)
    page.page.mouse.down()
    page.page.mouse.move(x + 140, y + 110, steps=4)
    page.page.mouse.up()
    assert page.page.locator("#panel").is_hidden()  # a drag is no click
    assert point(page.page, unit) == pytest.approx((x + 100, y + 50), abs=1)
    assert page.js("gk.net.getScale()") == before > 1
    page.page.mouse.click(x + 100, y + 50)
    assert page.title() == page.js("i => gk.node(i).name", unit)


def test_pointing_names_a_mark_and_beside_it_nothing(page: Opened) -> None:
    unit = covered().table["id"][5].as_py()
    x, y = point(page.page, unit)
    page.page.mouse.move(x, y)
    page.page.wait_for_selector("#tip:not([hidden])")
    assert page.js("i => gk.node(i).name", unit) in page.page.locator("#tip").inner_text()
    page.page.mouse.move(290, 880)
    assert page.page.locator("#tip").is_hidden()
    page.page.mouse.click(x, y)
    page.page.keyboard.press("Escape")
    page.page.mouse.click(x, y)
    page.page.mouse.click(275, 200)  # the bare stage
    assert page.page.locator("#panel").is_hidden()


def test_fingers_pan_and_pinch(pages: dict[str, Path], open_map: Opener) -> None:
    opened = open_map(pages["canvas"], has_touch=True)
    session = opened.page.context.new_cdp_session(opened.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    before = opened.js("gk.net.getScale()")
    touch("touchStart", (700, 400), (800, 400))
    touch("touchMove", (650, 400), (850, 400))
    touch("touchMove", (600, 400), (900, 400))
    touch("touchEnd")
    opened.page.wait_for_timeout(50)
    assert opened.js("gk.net.getScale()") == pytest.approx(3 * before, rel=0.05)
    unit = covered().table["id"][5].as_py()
    x, y = point(opened.page, unit)
    touch("touchStart", (700, 400))
    touch("touchMove", (720, 410))
    touch("touchMove", (760, 430))
    touch("touchEnd")
    assert point(opened.page, unit) == pytest.approx((x + 60, y + 30), abs=1)
    assert opened.page.locator("#panel").is_hidden()


def test_paths_are_those_of_python_by_mouse_and_keys(page: Opened) -> None:
    rows = linked().nearest.to_pylist()
    ends = [(row["unit"], row["resource"]) for row in rows if row["resource"] and row["hops"] > 1]
    assert both_ways(page, county(), ends) >= len(ends) > 5
    unit, bank = ends[0]
    title = page.js("ids => ids.map(i => gk.node(i).label).join(' → ')", [unit, bank])
    page.js("id => gk.select(id)", unit)
    page.page.focus("#net")
    page.page.keyboard.press("p")
    page.js("id => gk.select(id)", bank)
    page.page.keyboard.press("p")
    assert page.title() == title and title in page.live() and page.js("gk.walking()") is True
    page.js("gk.select(null)")
    page.js("id => gk.select(id)", unit)
    x, y = point(page.page, bank)
    page.page.keyboard.down("Shift")
    page.page.mouse.click(x, y)
    page.page.keyboard.up("Shift")
    assert page.title() == title


def test_the_keyboard_walks_opens_and_zooms(page: Opened) -> None:
    keys = page.page.keyboard
    page.page.focus("#net")
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    told = page.live()
    keys.press("Enter")
    assert page.page.locator("#panel").is_visible() and page.title() in told
    keys.press("Escape")
    keys.press("g")
    first = page.page.locator("#gaps button").first
    assert page.js("gk.state.selected") == page.js("i => gk.node(i).i", first.get_attribute("data-id"))
    keys.press("Escape")
    keys.press("0")
    before = page.js("gk.net.getScale()")
    keys.press("+")
    assert page.js("gk.net.getScale()") > before
    keys.press("-")
    assert page.js("gk.net.getScale()") == pytest.approx(before)
    assert page.bad == []


def test_hostile_names_stay_text(tmp_path: Path, open_map: Opener) -> None:
    names = [node("Company", f"{name}{k}", women_employees=80) for k, name in enumerate(HOSTILE)]
    graph = case(names, [])
    opened = open_map(
        export_map(graph, tmp_path / "m.html", coverage=coverage(graph), options=MapOptions(engine="canvas"))
    )
    for i in graph.table("Company")["id"].to_pylist():
        opened.js("id => gk.select(id)", i)
    opened.page.mouse.move(*point(opened.page, graph.table("Company")["id"][0].as_py()))
    opened.page.click("#view-list")
    opened.page.wait_for_timeout(100)
    assert opened.js("window.__xss") is None and opened.bad == []


def test_print_and_picture_are_of_the_same_scene(page: Opened) -> None:
    assert page.js("gk.pngBlob(1).then(blob => blob.size)") > 50_000
    told = page.js("gk.toSVG().textContent")
    assert "厨" in told or covered().table["name"][0].as_py()[:2] in told
    page.page.emulate_media(media="print")
    page.js("dispatchEvent(new Event('beforeprint'))")
    assert page.page.locator("#sheet svg").count() == 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Path]:
    graph = crowd(5000)
    options = MapOptions(layout="communities")
    return graph, export_map(
        graph, tmp_path_factory.mktemp("large") / "m.html", coverage=coverage(graph), options=options
    )


def test_five_thousand_nodes_are_drawn_named_and_opened(large: tuple[Graph, Path], open_map: Opener) -> None:
    graph, path = large
    opened = open_map(path)
    assert colours(opened) > 200
    assert counts(opened) == asdict(scene(graph, coverage(graph)).headline)
    labels = opened.js("gk.labels()")
    assert 20 < len(labels) <= 110
    boxes = [(b["x"] - b["width"] / 2, b["y"], b["x"] + b["width"] / 2, b["size"]) for b in labels]
    over = [
        (a, b)
        for k, a in enumerate(boxes)
        for b in boxes[k + 1 :]
        if a[0] < b[2] and b[0] < a[2] and abs(a[1] - b[1]) < min(a[3], b[3])
    ]
    assert over == []
    company = graph.table("Company")["id"][100].as_py()
    opened.js("id => gk.net.moveTo({position: gk.node(id), scale: 1.5})", company)
    opened.page.mouse.click(*point(opened.page, company))
    assert opened.title() == opened.js("id => gk.node(id).name", company)
    assert "出处 edge" in opened.page.locator("#detail").inner_text()
    opened.page.keyboard.press("Escape")
    opened.page.fill("#q", "第4石材厂")
    opened.page.keyboard.press("Enter")
    assert opened.title() == "第4石材厂"
    opened.page.click("#view-list")
    assert opened.page.locator("#list tbody tr").count() == 501  # the first rows, and how many are left
    assert opened.bad == []


def test_many_lines_do_not_hide_the_marks_of_a_picture_on_paper(large: tuple[Graph, Path], open_map: Opener) -> None:
    opened = open_map(large[1])
    assert opened.js("gk.toSVG().querySelectorAll('path, text').length") < 4000
    assert opened.js("gk.pngBlob(0.2).then(blob => blob.size)") > 50_000
    assert opened.bad == []


def test_without_3d_it_draws(large: tuple[Graph, Path], plain_browser: Browser) -> None:
    opened = open_page(plain_browser, large[1])
    assert colours(opened) > 200 and opened.bad == []
    opened.page.context.close()
