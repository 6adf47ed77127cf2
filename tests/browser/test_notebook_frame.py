"""The map in a notebook's output: the same page in an isolated frame, in pages as Jupyter and VS Code make them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame

from graphkit.analysis.coverage import coverage
from graphkit.errors import ExportError
from graphkit.exporters.map import MapOptions, notebook, show_map, to_pyvis
from graphkit.graph.tables import Graph
from tests.analysis.cases import units6
from tests.browser.conftest import Opened
from tests.browser.test_map import HOSTILE
from tests.exporters.scenes import NODES, graph_of

pytestmark = pytest.mark.browser

# What an output lies in: Jupyter restricts nothing inside its page; VS Code lets an output load next to nothing.
HOSTS = {
    "jupyter": "",
    "vscode": (
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src https: http: data:; font-src https:; connect-src https:; child-src https: data:"
    ),
}


def show(browser: Browser, output: str, policy: str, tmp_path: Path) -> tuple[Opened, Frame]:
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    host = tmp_path / "notebook.html"
    text = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body><div class='output'>{output}</div>"
    host.write_text(text + "<script>window.secret = 'notebook';</script></body></html>", encoding="utf-8")
    opened = Opened(browser.new_context(offline=True, viewport={"width": 1200, "height": 800}).new_page())
    page = opened.page
    page.on(
        "request",
        lambda r: opened.bad.append(r.url) if not r.url.startswith(("file:", "data:", "blob:", "about:")) else None,
    )
    page.on("pageerror", lambda e: opened.bad.append(str(e)))
    page.on("console", lambda m: opened.bad.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(host.as_uri())
    frame = page.frames[1]
    frame.wait_for_selector("html[data-ready]", timeout=30_000)
    # The page says that it is drawn from its first frame; its scripts may still be at their last lines.
    frame.wait_for_function("() => window.gk !== undefined", timeout=30_000)
    assert opened.bad == []
    return opened, frame


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("engine", ["pyvis", "canvas"])
def test_a_cell_draws_the_map_and_asks_for_nothing(browser: Browser, tmp_path: Path, host: str, engine: Any) -> None:
    graph = units6()
    shown = show_map(graph, coverage=coverage(graph), options=MapOptions(engine=engine))
    opened, frame = show(browser, shown._repr_html_(), HOSTS[host], tmp_path)
    counted = "document.querySelector('#kpi').dataset.counts"
    assert json.loads(frame.evaluate(counted))["units"] == 6
    colours = """() => { const c = document.querySelector('#net canvas');
        const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
        return new Set(d).size; }"""
    assert frame.evaluate(colours) > 50
    frame.click("#gaps button")
    assert "D" in frame.locator("#detail h3").inner_text()
    frame.locator("#f-status input[data-value=gap]").uncheck()
    assert json.loads(frame.evaluate(counted))["gap"] == 0
    assert frame.evaluate("gk.pngBlob(0.5).then(blob => blob.size)") > 5000
    assert opened.bad == []
    opened.page.context.close()


def test_the_frame_cannot_reach_the_notebook(browser: Browser, tmp_path: Path) -> None:
    opened, frame = show(browser, show_map(graph_of())._repr_html_(), "", tmp_path)
    assert (
        frame.evaluate("(() => { try { return parent.secret; } catch (error) { return error.name; } })()")
        == "SecurityError"
    )
    assert frame.evaluate("origin") == "null" and opened.js("secret") == "notebook"
    opened.page.context.close()


def test_hostile_names_leave_no_frame(browser: Browser, tmp_path: Path) -> None:
    names = [*HOSTILE, "'></iframe><script>window.__xss=1</script>", "&#39;&quot;&amp;lt;b&gt;"]
    rows = [{"id": f"com_{n}", "name": name} for n, name in enumerate(names)]
    graph = graph_of({**NODES, "Company": rows}, {})
    opened, frame = show(browser, show_map(graph, options=MapOptions(layout="communities"))._repr_html_(), "", tmp_path)
    assert opened.js("document.querySelectorAll('iframe').length") == 1
    assert opened.js("window.__xss") is None and frame.evaluate("window.__xss") is None
    assert frame.evaluate("gk.node('com_8').name") == names[8] and frame.evaluate("gk.node('com_7').name") == names[7]
    assert opened.bad == []
    opened.page.context.close()


def test_a_network_shows_itself_too() -> None:
    network = to_pyvis(graph_of())
    assert network._repr_html_().startswith("<iframe sandbox=") and "allow-same-origin" not in network._repr_html_()


def test_what_is_too_large_for_a_notebook_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "MOST", 1000)
    graph: Graph = graph_of()
    show: Callable[..., Any] = show_map
    with pytest.raises(ExportError) as caught:
        show(graph)
    assert caught.value.code == "map-too-large" and "export_map" in caught.value.hint
