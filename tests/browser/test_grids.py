"""Matrix, tiers, groups and what lies around a node, in a real browser: the same numbers as in Python, nothing run."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.rates import rates
from graphkit.build import read
from graphkit.exporters.map import MapOptions, export_map
from graphkit.exporters.map.matrix import matrix
from graphkit.exporters.map.scene import Scene, headline, scene
from graphkit.graph.tables import Graph
from tests.browser.conftest import Opened
from tests.browser.test_map import HOSTILE, SEEDS, counts, crossings, point, write
from tests.exporters.scenes import EDGES, NODES, coverage_of, graph_of

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]
GRIDS = ["matrix", "tiers"]


@pytest.fixture(scope="module")
def county() -> Graph:
    return read(SEEDS / "example_county")


@pytest.fixture(scope="module")
def covered(county: Graph) -> Coverage:
    return coverage(county)


@pytest.fixture(scope="module")
def drawn(county: Graph, covered: Coverage) -> Scene:
    return scene(county, covered)


@pytest.fixture
def pages(county: Graph, covered: Coverage, tmp_path: Path) -> Callable[..., Path]:
    def page(**options: Any) -> Path:
        return export_map(county, tmp_path / "图.html", coverage=covered, options=MapOptions(**options))

    return page


FILTERS: dict[str, tuple[str, Callable[[Any, int], bool]]] = {
    "gap": ("#f-status input[data-value=gap]", lambda n, i: n.status[i] != "gap"),
    "unknown": ("#f-status input[data-value=unknown]", lambda n, i: n.status[i] != "unknown"),
    "own": ("#f-mode input[data-value=own]", lambda n, i: n.status[i] != "covered" or n.mode[i] != "own"),
}


@pytest.mark.parametrize("layout", GRIDS)
def test_the_numbers_are_those_of_python_under_filters(
    pages: Callable[..., Path], drawn: Scene, open_map: Opener, layout: str
) -> None:
    opened = open_map(pages(layout=layout))
    nodes = drawn.nodes
    assert counts(opened) == asdict(drawn.headline)
    units = [i for i in range(len(nodes)) if nodes.unit[i]]
    for box, kept in FILTERS.values():
        opened.page.uncheck(box)
        among = [i for i in units if kept(nodes, i)]
        assert 0 < len(among) < len(units) and counts(opened) == asdict(headline(nodes, among))
        opened.page.check(box)
    opened.page.fill("#f-women", "60")
    among = [i for i in units if (nodes.women[i] or 0) >= 60]
    assert counts(opened) == asdict(headline(nodes, among))
    told = opened.js("gk.totals('row').map(h => h.units).reduce((a, b) => a + b, 0)")
    assert told == len(among)
    assert opened.bad == []


def test_the_margins_of_the_matrix_are_those_of_rates(
    pages: Callable[..., Path], drawn: Scene, covered: Coverage, open_map: Opener
) -> None:
    opened, picture = open_map(pages()), matrix(drawn)
    assert opened.js("gk.layout") == "matrix"  # more than 120 units with town and chain
    sides: list[tuple[str, list[int]]] = [
        ("row", [r.node for r in picture.rows]),
        ("column", [c.node for c in picture.columns]),
    ]
    for kind, heads in sides:
        shown = opened.js("kind => gk.totals(kind)", kind)
        for k, head in enumerate(heads):
            cells = [cell for cell in picture.cells if (cell.row if kind == "row" else cell.column) == k]
            assert shown[k] == asdict(headline(drawn.nodes, [i for cell in cells for i in cell.members]))
            assert head < 0 or drawn.nodes.type[head] == ("Region" if kind == "row" else "Industry")
    frame = rates(covered, by="town").iloc[:-1].set_index("town")
    rows = opened.js("gk.totals('row')")
    equal = 0
    for row, shown_row in zip(picture.rows, rows, strict=True):
        name = drawn.nodes.name[row.node] if row.node >= 0 else ""
        if name in frame.index and frame.loc[name, "units"] == shown_row["units"]:
            equal += 1
            assert (frame.loc[name, "covered"], frame.loc[name, "gap"]) == (shown_row["covered"], shown_row["gap"])
    assert equal >= len(frame) - 2  # a unit of two towns stands in the first of them only
    cells = opened.js("gk.cells()")
    assert [c["units"] for c in cells] == [sum(drawn.nodes.unit[i] for i in c.members) for c in picture.cells]


@pytest.mark.parametrize("layout", GRIDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_are_legible_and_do_not_lie_on_each_other(
    pages: Callable[..., Path], open_map: Opener, layout: str, lang: str
) -> None:
    opened = open_map(pages(layout=layout, lang=lang))
    for width, height in ((1400, 900), (1920, 1080), (1024, 700)):
        opened.page.set_viewport_size({"width": width, "height": height})
        opened.page.wait_for_timeout(100)
        fitted = opened.js("gk.net.getScale()")
        for zoom in (0.7, 1.0, 1.8):
            opened.js("scale => { gk.net.moveTo({scale}); }", fitted * zoom)
            labels = opened.js("gk.labels()")
            assert labels and crossings(labels) == []
            assert min(label["size"] for label in labels) >= 10.5
    assert opened.bad == []


def test_a_head_opens_its_town_or_chain_by_mouse_and_keyboard(
    pages: Callable[..., Path], drawn: Scene, open_map: Opener
) -> None:
    opened = open_map(pages(layout="matrix"))
    picture = matrix(drawn)
    for head in (picture.rows[0].node, picture.columns[0].node):
        opened.page.mouse.click(*point(opened.page, drawn.nodes.id[head]))
        assert opened.title() == drawn.nodes.name[head]
        assert opened.page.locator("#detail h4", has_text="单位").count() == 1
        lit = set(opened.js("[...gk.state.path]"))
        inside = {i for i in range(len(drawn.nodes)) if drawn.nodes.unit[i] and _belongs(drawn, i, head)}
        assert inside <= lit
        opened.page.keyboard.press("Escape")
    opened.page.focus("#net")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "Enter"):
        opened.page.keyboard.press(key)
    assert opened.page.locator("#panel").is_visible() and opened.title() in opened.live()
    opened.page.keyboard.press("g")
    assert "空白" in opened.live()
    assert opened.bad == []


def _belongs(drawn: Scene, unit: int, place: int) -> bool:
    return drawn.nodes.town[unit] == place or place in drawn.nodes.chains[unit]


def test_a_click_on_a_mark_in_a_cell_opens_it(pages: Callable[..., Path], drawn: Scene, open_map: Opener) -> None:
    opened = open_map(pages(layout="matrix"))
    units = [i for i in range(len(drawn.nodes)) if drawn.nodes.unit[i]]
    for i in units[::20]:
        opened.page.mouse.click(*point(opened.page, drawn.nodes.id[i]))
        assert opened.title() == drawn.nodes.name[i]
        opened.page.keyboard.press("Escape")
        opened.page.wait_for_timeout(50)
    assert opened.bad == []


@pytest.mark.parametrize("by", ["town", "chain", "segment"])
def test_a_summed_map_tells_the_counts_and_lists_them(
    pages: Callable[..., Path], drawn: Scene, covered: Coverage, open_map: Opener, by: str
) -> None:
    opened = open_map(pages(aggregate=by))
    page = opened.page
    told = page.locator("#kpi").get_attribute("data-counts")
    assert told is not None and json.loads(told) == asdict(drawn.headline)
    assert page.locator("#legend").is_hidden()
    frame = rates(covered, by=by).iloc[:-1]
    page.click("#view-list")
    rows = opened.js(
        "[...document.querySelectorAll('#list tbody tr')].map(r => [...r.children].map(c => c.textContent))"
    )
    listed = {row[0]: tuple(int(cell.replace(",", "")) for cell in row[1:5]) for row in rows}
    for row in frame.itertuples(index=False):
        if row[0] in listed:
            assert listed[row[0]] == (row.units, row.covered, row.gap, row.unknown)
    assert len(set(listed) & set(frame.iloc[:, 0])) >= 3
    page.click("#list [data-key=gap]")
    page.locator("#list tbody button").first.click()
    assert opened.title() in listed and "空白" in page.locator("#detail").inner_text()
    svg = opened.js("new XMLSerializer().serializeToString(gk.toSVG())")
    assert "57.8–75 %" in svg and "NaN" not in svg and "undefined" not in svg
    assert opened.bad == []


def test_a_map_around_a_node_marks_its_centre(pages: Callable[..., Path], open_map: Opener) -> None:
    opened = open_map(pages(focus="霁川县妇联", hops=2))
    assert "霁川县妇联 周围 2 步" in opened.page.locator("#subtitle").inner_text()
    assert opened.js("gk.nodes().filter(n => n.x !== null && ['Region', 'Industry'].includes(n.type)).length") == 0
    assert crossings(opened.js("gk.labels()")) == [] and opened.bad == []


@pytest.mark.parametrize(
    "options", [{"layout": "matrix"}, {"layout": "tiers"}, {"aggregate": "town"}, {"focus": "fed_2"}]
)
def test_hostile_names_do_nothing_here_either(tmp_path: Path, open_map: Opener, options: dict[str, Any]) -> None:
    nodes = {
        kind: [{**row, "name": f"{HOSTILE[n % len(HOSTILE)]}{kind}{n}"} for n, row in enumerate(rows)]
        for kind, rows in NODES.items()
    }
    graph = graph_of(nodes, EDGES)
    found = coverage(graph)
    opened = open_map(export_map(graph, tmp_path / "m.html", coverage=found, options=MapOptions(**options)))
    for node in opened.js("gk.nodes().map(n => n.id)"):
        opened.js("id => gk.select(id)", node)
    opened.js("gk.select(null)")
    opened.page.click("#view-list")
    opened.js("gk.pngBlob(1).then(b => b.size)")
    pdf = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    opened.page.wait_for_timeout(150)
    assert opened.js("window.__xss") is None and opened.bad == []
    assert opened.js("document.querySelectorAll('img, iframe, object, script[src]').length") == 0


def test_the_small_county_is_drawn_in_every_grid(tmp_path: Path, open_map: Opener) -> None:
    graph = graph_of()
    small = scene(graph, coverage_of(graph))
    for layout in GRIDS:
        for scheme in ("light", "dark"):
            path = write(small, tmp_path / f"{layout}-{scheme}.html", MapOptions(layout=layout))  # type: ignore[arg-type]
            opened = open_map(path, color_scheme=scheme)
            assert counts(opened) == asdict(small.headline) and opened.bad == []
