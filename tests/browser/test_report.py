"""The report in a real browser: it reads as a report, asks for nothing and runs nothing that a source wrote."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import graphkit as gk

pytestmark = pytest.mark.browser
HOSTILE = ["</script><img src=x onerror=alert(1)>", '=HYPERLINK("x")', "{{ 7 * 7 }}", "<svg/onload=alert(2)>"]


def test_a_browser_runs_nothing_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    nodes = [{"type": "Company", "name": name, "federation_status": "no"} for name in HOSTILE]
    nodes += [{"type": "Federation", "name": "<b>妇联</b>"}, {"type": "Bank", "name": "<i>银行</i>"}]
    edges = [
        {"type": "COVERS", "src": "<b>妇联</b>", "dst": HOSTILE[2], "mode": "own"},
        {"type": "LENDS_TO", "src": "<i>银行</i>", "dst": HOSTILE[1], "amount_cny": 1, "amount_kind": "loan"},
    ]
    graph = gk.from_records(nodes, edges)
    path = gk.export_report(tmp_path / "三季度 报告.html", coverage=gk.coverage(graph), links=gk.links(graph))
    seen: list[str] = []
    context = browser.new_context(offline=True)
    view = context.new_page()
    view.on("console", lambda message: seen.append(message.text))
    view.on("dialog", lambda dialog: seen.append(dialog.message))
    view.on("request", lambda request: seen.append(request.url) if request.url != path.as_uri() else None)
    view.goto(path.as_uri())
    assert view.locator("table").count() >= 3 and view.locator("script, img").count() == 0
    assert view.locator("h1").evaluate("node => getComputedStyle(node).fontWeight") == "700"
    assert HOSTILE[0] in view.locator("body").inner_text()
    context.close()
    assert not seen
