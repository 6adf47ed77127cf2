"""The map in a real browser: offline, safe, and to be used with mouse, keyboard and screen reader alike."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from graphkit.analysis.coverage import coverage
from graphkit.build import read
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.layouts import place
from graphkit.exporters.map.pyvis_page import MapNetwork
from graphkit.exporters.map.scene import Scene, headline, scene
from graphkit.graph.tables import Graph
from tests.browser.conftest import Opened, open_page
from tests.exporters.scenes import EDGES, NODES, SCHEMA, coverage_of, graph_of

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]

LAYOUTS = ["chain", "matrix", "tiers", "communities"]
SEEDS = Path(__file__).parents[2] / "seeds"
HOSTILE = [
    '<img src=x onerror="window.__xss=1">',
    "</script><script>window.__xss=1</script>",
    '"><svg onload=window.__xss=1>',
    "href=javascript:window.__xss=1",
    "\u2028<!--<script>{{7*7}}",
    "\u202e司公限有\u0000\u0007\x1b[31m",
    "长" * 10_000,
]


def write(drawn: Scene, path: Path, options: MapOptions | None = None) -> Path:
    options = options or MapOptions()
    MapNetwork(drawn, place(drawn, options), SCHEMA, options).write_html(str(path))
    return path


@pytest.fixture
def drawn() -> Scene:
    graph = graph_of()
    return scene(graph, coverage_of(graph))


@pytest.fixture
def county(drawn: Scene, tmp_path: Path) -> Path:
    folder = tmp_path / "南安 地图"
    folder.mkdir()
    return write(drawn, folder / "产业链（三季度）.html")


def counts(opened: Opened) -> dict[str, int]:
    found = opened.page.locator("#kpi").get_attribute("data-counts")
    assert found is not None
    return dict(json.loads(found))


def point(page: Page, node: str) -> tuple[float, float]:
    box = page.locator("#net").bounding_box()
    at = page.evaluate("id => gk.pos(id)", node)
    assert box is not None
    return box["x"] + at["x"], box["y"] + at["y"]


def colours(opened: Opened) -> int:
    """Count the different colours of the drawing; an empty stage has one."""
    return int(
        opened.js(
            """() => { const c = document.querySelector('#net canvas');
            const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
            return new Set(d).size; }"""
        )
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_map_asks_for_nothing_and_draws(
    drawn: Scene, tmp_path: Path, open_map: Opener, layout: Any, lang: Any
) -> None:
    opened = open_map(write(drawn, tmp_path / "m.html", MapOptions(layout=layout, lang=lang)))
    opened.page.wait_for_timeout(200)
    assert opened.bad == []
    assert colours(opened) > 50
    assert opened.js("window.gkReady") is True
    assert opened.js("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
    empty = "[...document.querySelectorAll('[data-t]')].filter(e => !e.textContent).length"
    assert opened.js(empty) == 0


def test_a_path_with_chinese_letters_opens(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    assert opened.page.locator("#title").inner_text() == "妇联组织覆盖图"
    assert opened.bad == []


def test_headline_is_the_interval_of_python(county: Path, drawn: Scene, open_map: Opener) -> None:
    opened = open_map(county)
    assert counts(opened) == asdict(drawn.headline)
    assert opened.page.locator("#kpi .big").inner_text() == "50–66.7 %"
    assert "5/6" in opened.page.locator("#kpi").inner_text()  # the denominator of the rate


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("mode=own", lambda n, i: n.mode[i] != "own" or n.status[i] != "covered"),
        ("status=gap", lambda n, i: n.status[i] != "gap"),
        ("women=100", lambda n, i: n.women[i] is not None and n.women[i] >= 100),
        ("town=东屏镇", lambda n, i: n.town[i] >= 0 and n.name[n.town[i]] == "东屏镇"),
        ("chain=石材", lambda n, i: "石材产业链" not in [n.name[c] for c in n.chains[i]]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_filters_leave_what_python_counts(
    county: Path, drawn: Scene, open_map: Opener, act: str, left: Callable[[Any, int], bool]
) -> None:
    opened = open_map(county)
    opened.narrow(*act.split("="))
    among = [i for i in range(len(drawn.nodes)) if drawn.nodes.unit[i] and left(drawn.nodes, i)]
    assert 0 < len(among) < 6
    assert counts(opened) == asdict(headline(drawn.nodes, among))
    gaps = {drawn.nodes.id[i] for i in among if drawn.nodes.status[i] == "gap"}
    assert set(opened.js("[...document.querySelectorAll('#gaps button')].map(b => b.dataset.id)")) == gaps
    opened.page.locator("#kpi button").click()
    assert counts(opened) == asdict(drawn.headline)


def test_search_finds_by_name_town_and_chain_and_enter_opens(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    page = opened.page
    page.keyboard.press("/")
    page.keyboard.type("宏泰")
    assert page.locator("#hits li").all_inner_texts()[0].startswith("宏泰水暖有限公司")
    page.keyboard.press("Enter")
    assert opened.title() == "宏泰水暖有限公司"
    assert opened.js("document.activeElement.id") == "net"
    page.keyboard.press("/")
    page.keyboard.type("东屏镇")
    assert len(page.locator("#hits li").all()) >= 3
    page.keyboard.press("ArrowDown")
    assert page.locator("#hits [aria-selected=true]").get_attribute("id") == "hit-1"
    page.fill("#q", "没有这个单位")
    assert page.locator("#hits").inner_text() == "没有匹配"
    page.keyboard.press("Escape")
    assert page.locator("#hits").is_hidden()


def test_a_hit_that_is_filtered_out_brings_itself_back(county: Path, drawn: Scene, open_map: Opener) -> None:
    opened = open_map(county)
    opened.page.uncheck("#f-status input[data-value=gap]")
    opened.page.fill("#q", "兴旺")
    opened.page.keyboard.press("Enter")
    assert opened.title() == "兴旺石业有限公司"
    assert counts(opened) == asdict(drawn.headline)


def test_keys_move_open_close_and_go_from_gap_to_gap(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    page = opened.page
    page.focus("#net")
    heard = []
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        heard.append(opened.live())
    assert all(heard) and len(set(heard)) >= 4
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible() and opened.title() in opened.live()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    found = []
    for _ in range(3):
        page.keyboard.press("g")
        found.append(opened.title())
    assert found == ["兴旺石业有限公司", "宏泰水暖有限公司", "兴旺石业有限公司"]  # the key candidate first, then round
    assert "重点筹建" in opened.live() and "200" in opened.live()
    page.keyboard.press("Escape")
    before = opened.js("gk.net.getScale()")
    page.keyboard.press("+")
    assert opened.js("gk.net.getScale()") > before
    page.keyboard.press("-")
    page.keyboard.press("0")
    assert opened.js("gk.net.getScale()") == pytest.approx(before)
    assert opened.bad == []


def test_focus_can_be_seen(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Tab")
    width = opened.js("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2


def test_a_click_opens_the_panel_with_source_place_and_path(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    page = opened.page
    page.mouse.click(*point(page, "com_1"))
    assert opened.title() == "恒固石业有限公司"
    text = page.locator("#detail").inner_text()
    for told in (
        "已覆盖 · 单建",
        "女职工数",
        "100",
        "直接覆盖",
        "恒固石业妇联",
        "企业台账",
        "2026-06-30",
        "Company:2",
        "COVERS:2",
    ):
        assert told in text
    lit = set(opened.js("[...gk.state.path]"))
    path = {opened.js("id => gk.node(id).i", i) for i in ("com_1", "fed_2", "fed_1", "ind_2")}
    assert path <= lit
    note = page.locator("#detail .note").first
    note.click()
    assert page.locator("#detail li.flash").count() == 1
    page.click("#close")
    assert page.locator("#panel").is_hidden()


def test_a_derived_reason_names_the_base_it_goes_through(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    opened.js("gk.select('com_2')")
    text = opened.page.locator("#detail").inner_text()
    assert "所在基地覆盖" in text and "东屏石材基地" in text and "LOCATED_IN:3" in text and "COVERS:3" in text


def test_other_values_stand_beside_the_one_that_won(tmp_path: Path, open_map: Opener) -> None:
    said = {
        "element_id": "com_1",
        "property": "women_employees",
        "value": "120",
        "source_id": "src_2",
        "place": "第2段",
    }
    opened = open_map(write(scene(graph_of(evidence=[said])), tmp_path / "m.html"))
    opened.js("gk.select('com_1')")
    assert re.search(r"另有记载 120\s*\d", opened.page.locator("#detail").inner_text())


def test_the_list_is_the_same_data_and_sorts(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    page = opened.page
    page.click("#view-list")
    ids = "[...document.querySelectorAll('#list tbody tr')].map(r => r.dataset.id)"
    assert opened.js(ids) == ["com_4", "com_5", "com_6", "com_1", "com_2", "com_3"]  # gaps first, key ones before
    page.click("#list [data-key=women]")
    women = [w for w in opened.js("[...document.querySelectorAll('#list td.n')].map(c => c.textContent)") if w]
    numbers = [int(re.sub(r"\D", "", w)) for w in women]
    assert numbers == sorted(numbers, reverse=True)
    assert page.locator("#list th[aria-sort=descending]").count() == 1
    page.click("#list [data-key=women]")
    assert page.locator("#list th[aria-sort=ascending]").count() == 1
    page.uncheck("#f-status input[data-value=gap]")
    assert len(opened.js(ids)) == 4
    page.check("#list-all")
    assert len(opened.js(ids)) > 10
    page.locator("#list tbody button", has_text="恒固石业有限公司").first.click()
    assert page.locator("#list").is_hidden() and opened.title() == "恒固石业有限公司"


def test_dark_and_light(county: Path, open_map: Opener) -> None:
    dark, light = (open_map(county, color_scheme=scheme) for scheme in ("dark", "light"))
    ground = "getComputedStyle(document.body).backgroundColor"
    assert dark.js(ground) != light.js(ground)
    dark.page.click("#theme")
    assert dark.js(ground) == light.js(ground)
    assert colours(dark) > 50 and dark.bad == light.bad == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_prints_on_one_page_and_exports_svg_and_png(
    drawn: Scene, tmp_path: Path, open_map: Opener, layout: Any
) -> None:
    opened = open_map(write(drawn, tmp_path / "m.html", MapOptions(layout=layout)), color_scheme="dark")
    pdf = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    svg = opened.js("new XMLSerializer().serializeToString(gk.toSVG())")
    assert "兴旺石业" in svg and "50–66.7 %" in svg and "NaN" not in svg and "undefined" not in svg
    assert opened.js("gk.pngBlob(1).then(b => b.size)") > 10_000
    assert opened.bad == []


def test_invented_data_say_so_on_screen_and_paper(tmp_path: Path, open_map: Opener) -> None:
    invented, real = (
        open_map(write(scene(graph_of(invented=flag)), tmp_path / f"{flag}.html")) for flag in (True, False)
    )
    assert "虚构" in invented.page.locator("#invented").inner_text()
    assert "虚构" in invented.js("gk.toSVG().textContent")
    assert real.page.locator("#invented").is_hidden()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_hostile_names_do_nothing(tmp_path: Path, open_map: Opener, layout: Any) -> None:
    nodes = {
        kind: [
            {**row, "name": f"{HOSTILE[n % len(HOSTILE)]}{n}", "role" if kind == "Person" else "kind": HOSTILE[n % 5]}
            for n, row in enumerate(rows)
        ]
        if kind not in ("Industry", "Region")
        else [{**row, "name": f"{HOSTILE[n]}{n}"} for n, row in enumerate(rows)]
        for kind, rows in NODES.items()
        if kind not in ("Federation", "Bank", "Venue")
    }
    rest = {
        kind: [{**row, "name": HOSTILE[n] + kind} for n, row in enumerate(NODES[kind])]
        for kind in ("Federation", "Bank", "Venue")
    }
    said = {"element_id": "com_1", "source_id": "src_1", "place": HOSTILE[0], "quote": HOSTILE[1]}
    graph = graph_of({**nodes, **rest}, EDGES, evidence=[said], name=HOSTILE[1], publisher=HOSTILE[2])
    options = MapOptions(layout=layout, title=HOSTILE[1])
    opened = open_map(write(scene(graph, coverage_of(graph), options=options), tmp_path / "m.html", options))
    for node in ("com_1", "com_2", "com_6", "com_7", "fed_2", "ban_1", "ven_1", "ind_2", "reg_2"):
        opened.js("id => gk.select(id)", node)
    opened.js("gk.select('com_7')")
    assert len(opened.title()) > 10_000
    opened.js("gk.select(null)")
    opened.page.fill("#q", "<")
    opened.page.keyboard.press("ArrowDown")
    opened.page.keyboard.press("Escape")
    opened.page.click("#view-list")
    opened.page.check("#list-all")
    opened.js("gk.pngBlob(1).then(b => b.size)")
    opened.page.wait_for_timeout(200)
    assert opened.js("window.__xss") is None
    assert opened.bad == []
    assert opened.js("document.querySelectorAll('img, iframe, object, script[src]').length") == 0


def test_the_policy_stops_even_what_slips_in(county: Path, open_map: Opener) -> None:
    opened = open_map(county)
    opened.js(
        """() => { const slipped = document.createElement('div');
        slipped.innerHTML = '<img src=x onerror=window.__xss=2>';
        document.body.append(slipped); }"""
    )
    opened.page.wait_for_timeout(200)
    assert opened.js("window.__xss") is None
    assert opened.js("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'blocked')") == "blocked"


def test_it_opens_without_webgl(county: Path, plain_browser: Browser) -> None:
    opened = open_page(plain_browser, county)
    assert opened.js("document.createElement('canvas').getContext('webgl')") is None
    assert colours(opened) > 50 and opened.bad == []
    opened.page.context.close()


def test_what_a_user_adds_to_the_network_is_drawn(tmp_path: Path, open_map: Opener) -> None:
    network = to_pyvis(graph_of())
    network.add_node("extra", label="新增", x=10, y=10, shape="dot")
    network.add_edge("extra", "com_1")
    network.set_options('{"physics": {"enabled": true}, "interaction": {"zoomSpeed": 2}}')
    network.write_html(str(tmp_path / "m.html"))
    opened = open_map(tmp_path / "m.html")
    assert opened.js("gk.net.getPositions(['extra']).extra") == {"x": 10, "y": 10}
    assert opened.js("gk.net.physics.options.enabled") is False
    assert opened.bad == []


def test_a_unit_without_room_is_opened_through_its_cell(tmp_path: Path, open_map: Opener) -> None:
    companies = [{"id": f"com_{i}", "name": f"企业{i:04d}有限公司", "women_employees": i} for i in range(1200)]
    joined = [{"id": f"inn_{i}", "src": f"com_{i}", "dst": "ind_1"} for i in range(1200)]
    chain = [{"id": "ind_1", "name": "石材产业链", "kind": "chain"}]
    opened = open_map(
        write(scene(graph_of({"Industry": chain, "Company": companies}, {"IN_INDUSTRY": joined})), tmp_path / "m.html")
    )
    hidden = opened.js("gk.node('com_3').x")
    assert hidden is None
    opened.js("gk.select('com_3')")
    assert opened.title() == "企业0003有限公司"
    opened.js("gk.select('more-0')")
    assert opened.page.locator("#detail li").count() > 100
    assert opened.bad == []


@pytest.fixture(scope="module")
def seeds() -> tuple[Graph, Graph]:
    """The five documents, and the example county."""
    documents = [path.parent for path in SEEDS.glob("*/dataset.yaml")]
    assert len(documents) == 5
    return read(*sorted(documents), SEEDS / "decisions.csv"), read(SEEDS / "example_county")


def crossings(labels: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Name the pairs of labels that lie on each other."""
    found = []
    for i, a in enumerate(labels):
        for b in labels[i + 1 :]:
            beside = abs(a["x"] - b["x"]) >= (a["width"] + b["width"]) / 2
            below = abs(a["y"] - b["y"]) >= 0.6 * (a["size"] + b["size"])
            if not beside and not below:
                found.append((a["text"], b["text"]))
    return found


@pytest.mark.parametrize(("which", "layout"), [(0, "communities"), (1, "matrix")])
def test_the_seeds_draw_as_their_coverage_says(
    seeds: tuple[Graph, Graph], tmp_path: Path, open_map: Opener, which: int, layout: str
) -> None:
    graph = seeds[which]
    found = coverage(graph)
    opened = open_map(export_map(graph, tmp_path / "m.html", coverage=found))
    told = counts(opened)
    assert [told[status] for status in ("covered", "gap", "unknown")] == [
        found.count(status) for status in ("covered", "gap", "unknown")
    ]
    shown = opened.page.locator("#kpi").get_attribute("data-interval")
    assert shown is not None and shown.replace("–", "-") in repr(found)
    assert opened.page.locator("#invented").is_visible() == (which == 1)
    assert opened.js("gk.layout") == layout
    for size in ((1400, 900), (1920, 1080), (1024, 700)):
        opened.page.set_viewport_size({"width": size[0], "height": size[1]})
        opened.page.wait_for_timeout(100)
        fitted = opened.js("gk.net.getScale()")
        for zoom in (0.6, 1.0, 1.7):
            opened.js("scale => { gk.net.moveTo({scale}); }", fitted * zoom)
            labels = opened.js("gk.labels()")
            assert len(labels) > (10 if zoom == 1.0 else 3) and crossings(labels) == []
    assert opened.bad == []
