"""The report in a real browser: it reads as a report, asks for nothing and runs nothing that a source wrote."""

from pathlib import Path
from typing import Any

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


def whole_report(path: Path) -> Path:
    """A report with every picture: two dates, a plan, links through a person."""
    nodes = [{"type": "Company", "name": f"第{n}厂", "women_employees": 40 + n} for n in range(9)]
    nodes += [{"type": "Federation", "name": "镇妇联", "officers": 3}, {"type": "Bank", "name": "银行"}]
    people = [{"type": "Person", "name": "甄甲"}]
    edges = [{"type": "LEADS", "src": "甄甲", "dst": name} for name in ("第1厂", "第2厂", "银行")]
    edges += [{"type": "COVERS", "src": "镇妇联", "dst": "第1厂", "mode": "own"}]
    first, second = (
        gk.from_records(
            [node | ({"federation_status": state} if node["type"] == "Company" else {}) for node in nodes] + people,
            edges,
            source={"dataset": "册", "edition": day, "date": day},
        )
        for day, state in (("2026-03-31", "no"), ("2026-06-30", "no"))
    )
    found = gk.coverage(first.merge(second), as_of="2026-06-30")
    net = gk.links(found.graph, as_of=found.as_of)
    told = gk.findings(found, links=net, per_year=[2, 2])
    gk.export_report(path, coverage=found, links=net, findings=told)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_stand_out_on_paper_and_on_a_dark_screen(browser: Browser, tmp_path: Path, scheme: Any) -> None:
    path = whole_report(tmp_path / "a.html")
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": 1000, "height": 900})
    view = context.new_page()
    view.goto(path.as_uri())
    paper = "node => getComputedStyle(document.body).backgroundColor"
    for kind in ("low", "aim", "grid"):
        stroke = view.locator(f"#trend_curve path.{kind}").first.evaluate("node => getComputedStyle(node).stroke")
        assert stroke not in ("none", view.locator("body").evaluate(paper)), kind
    word = view.locator("#cascade_stairs text").first.evaluate("node => getComputedStyle(node).fill")
    assert word != view.locator("body").evaluate(paper)
    dark = view.locator("body").evaluate(paper) == "rgb(18, 22, 27)"
    assert dark == (scheme == "dark")
    # On paper it is white in any case, and nothing is wider than the page.
    view.emulate_media(media="print")
    assert view.locator("body").evaluate(paper) == "rgb(255, 255, 255)"
    view.emulate_media(media="screen")
    assert view.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    wide = "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth).map(n => n.firstChild.id)"
    assert view.locator("div.scroll").evaluate_all(wide) == []
    context.close()


def test_every_picture_has_its_numbers_in_a_table_below(browser: Browser, tmp_path: Path) -> None:
    path = whole_report(tmp_path / "a.html")
    context = browser.new_context(offline=True)
    view = context.new_page()
    view.goto(path.as_uri())
    for figure, table in (("trend_curve", "trend_dates"), ("cascade_stairs", "cascade_stages")):
        assert view.locator(f"#{figure} svg[role=img]").get_attribute("aria-label")
        tops = [view.locator(f"#{name}").bounding_box() for name in (figure, table)]
        assert tops[0] and tops[1] and tops[0]["y"] < tops[1]["y"]
    context.close()
