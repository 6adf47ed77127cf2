"""The public map in a real browser: sums with × where a count may not be told, on screen, in the list and on paper."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.coverage import coverage
from graphkit.exporters.map import MapOptions, export_map
from tests.analysis.test_real_and_invented import county
from tests.browser.conftest import Opened

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]


@pytest.mark.parametrize("engine", ["pyvis", "canvas"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hidden_counts_are_crosses_everywhere(tmp_path: Path, open_map: Opener, engine: Any, lang: Any) -> None:
    record = county("2026Q3")
    options = MapOptions(tier="public", engine=engine, lang=lang)
    opened = open_map(export_map(record, tmp_path / "m.html", coverage=coverage(record), options=options))
    page = opened.page
    for i in opened.js("gk.nodes().map(n => n.id)"):
        opened.js("id => gk.select(id)", i)
        told = page.locator("#detail").inner_text() + opened.live()
        assert "-1" not in told and "NaN" not in told and re.search(r"\d|×", told)
    page.keyboard.press("Escape")
    page.focus("#net")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    svg = opened.js("gk.toSVG().textContent")
    assert "×" in svg and "-1" not in svg and "NaN" not in svg and "57.8–75 %" in svg
    page.click("#view-list")
    cells = page.locator("#list tbody").inner_text()
    assert "×" in cells and "-1" not in cells
    for key in ("units", "covered", "interval", "name"):
        page.click(f"#list [data-key={key}]")
    rows = list(csv.DictReader(io.StringIO(opened.js("gk.csv()")[1:], newline="")))
    assert len(rows) == len(opened.js("gk.nodes()")) and any("×" in row.values() for row in rows)
    assert not any("-1" in row.values() for row in rows)
    assert page.locator(".notice").inner_text().startswith("公开版" if lang == "zh" else "public")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    assert opened.bad == []
