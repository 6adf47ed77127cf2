"""What an office does with the map: filters beside Python's counts, tables and pictures that leave it, paper."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.coverage import coverage
from graphkit.analysis.gaps import gaps
from graphkit.analysis.links import links
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.scene import Scene, headline
from graphkit.exporters.tables import guarded
from graphkit.graph.evidence import evidence
from graphkit.graph.tables import Graph
from tests.analysis.cases import edge, gap, graph, node
from tests.browser.conftest import Opened
from tests.browser.county import county, covered
from tests.browser.test_map import HOSTILE, counts, point

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]
ENGINES = ["pyvis", "canvas"]


@cache
def drawn() -> Scene:
    return to_pyvis(county(), coverage=covered(), links=links(county(), to="Bank")).scene


@pytest.fixture(scope="module", params=ENGINES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: dict[str, Any] = {"coverage": covered(), "links": links(county(), to="Bank")}
    path = tmp_path_factory.mktemp("work") / "county.html"
    return export_map(county(), path, options=MapOptions(engine=request.param), **found)


@pytest.fixture
def page(written: Path, open_map: Opener) -> Opened:
    return open_map(written)


def chain(i: int) -> set[str]:
    return {drawn().nodes.name[c] for c in drawn().nodes.chains[i]} or {""}


def town(i: int) -> str:
    return drawn().nodes.name[drawn().nodes.town[i]] if drawn().nodes.town[i] >= 0 else ""


# What is ticked off or set, and which units Python leaves then.
FILTERS: dict[str, Callable[[int], bool]] = {
    "status-gap": lambda i: drawn().nodes.status[i] != "gap",
    "status-unknown": lambda i: drawn().nodes.status[i] != "unknown",
    "mode-own": lambda i: drawn().nodes.status[i] != "covered" or drawn().nodes.mode[i] != "own",
    "mode-": lambda i: drawn().nodes.status[i] != "covered" or drawn().nodes.mode[i] != "",
    "form-micro_home": lambda i: drawn().nodes.status[i] != "covered" or drawn().nodes.form[i] != "micro_home",
    "chain-针织服装": lambda i: bool(chain(i) - {"针织服装产业链"}),
    "chain-未列入产业链": lambda i: chain(i) != {""},
    "town-松汀镇": lambda i: town(i) == "松汀镇",
    "women-50": lambda i: (drawn().nodes.women[i] or 0) >= 50,
    "shape-Company": lambda i: drawn().nodes.shape[i] != "Company",
}
COMBINED = [
    *([name] for name in FILTERS),
    ["status-gap", "mode-own"],
    ["status-unknown", "women-50"],
    ["town-松汀镇", "mode-own"],
    ["chain-针织服装", "status-gap", "women-50"],
    ["mode-own", "mode-", "form-micro_home", "chain-未列入产业链"],
]


def test_fifteen_combinations_of_filters_leave_what_python_counts(page: Opened) -> None:
    nodes = drawn().nodes
    for names in COMBINED:
        for name in names:
            page.narrow(*name.split("-", 1))
        left = [i for i in range(len(nodes)) if nodes.unit[i] and all(FILTERS[name](i) for name in names)]
        assert counts(page) == asdict(headline(nodes, left)), names
        listed = page.js("[...document.querySelectorAll('#gaps button')].map(b => b.dataset.id)")
        assert listed == [i for i in in_order() if i in {nodes.id[n] for n in left}], names
        assert len(rows_of(page)) == len(left) and page.page.locator("#kpi button").count() == 1
        page.page.locator("#kpi button").click()
    assert counts(page) == asdict(drawn().headline) and page.bad == []


def in_order() -> list[str]:
    """The gaps in the order of the analysis: key candidates first, then by women employees, then by name."""
    return list(map(str, gaps(covered())["unit"]))


def rows_of(opened: Opened) -> list[dict[str, str]]:
    text = opened.js("gk.csv()")
    assert text[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_the_gap_list_has_the_order_of_the_analysis(page: Opened) -> None:
    listed = page.js("[...document.querySelectorAll('#gaps button')].map(b => b.dataset.id)")
    assert listed == in_order() and len(listed) == covered().count("gap")


def test_the_table_that_is_saved_is_the_list(page: Opened) -> None:
    page.page.uncheck("#f-status input[data-value=covered]")
    with page.page.expect_download() as waiting:
        page.page.click("#csv")
    assert waiting.value.suggested_filename.endswith(".csv")
    data = Path(waiting.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.decode("utf-8") == page.js("gk.csv()")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    wanted = {r["id"]: r for r in covered().table.to_pylist() if r["status"] != "covered"}
    assert {row["id"] for row in rows} == set(wanted)
    for row in rows:
        assert row["名称"] == wanted[row["id"]]["name"]
        assert row["状态"].startswith("空白点" if wanted[row["id"]]["status"] == "gap" else "情况不明")
    page.page.click("#view-list")
    assert [row["id"] for row in rows] == page.js(
        "[...document.querySelectorAll('#list tbody tr')].map(r => r.dataset.id)"
    )
    assert page.bad == []


def test_no_spreadsheet_takes_a_name_for_a_formula(tmp_path: Path, open_map: Opener) -> None:
    names = [
        '=HYPERLINK("http://x.invalid","x")',
        "+8613900000000",
        "-1+1|cmd",
        "@妇联",
        "＝1+1",
        "'=1",
        'a"b,c;d',
        *HOSTILE,
    ]
    record = graph([gap(name, women_employees=60) for name in names])
    opened = open_map(export_map(record, tmp_path / "m.html", coverage=coverage(record)))
    told = {row["id"]: row["名称"] for row in rows_of(opened)}
    shown = opened.js("gk.nodes().map(n => [n.id, n.name])")
    assert told == {i: guarded(name) for i, name in shown} and len(told) == len(names)
    assert opened.bad == []


@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_paper_is_one_page_whose_names_can_be_searched(tmp_path: Path, open_map: Opener, layout: Any) -> None:
    path = export_map(county(), tmp_path / "m.html", coverage=covered(), options=MapOptions(layout=layout))
    opened = open_map(path)
    pdf = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("no pdftotext")
    (tmp_path / "m.pdf").write_bytes(pdf)
    text = subprocess.run(
        [tool, "-enc", "UTF-8", str(tmp_path / "m.pdf"), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode("utf-8")
    assert "妇联组织覆盖图" in text and "虚构数据" in text and "57.8–75 %" in text
    plain = re.sub(r"\s", "", text)  # a name that is broken over lines by the reader is one name
    names = opened.js("gk.nodes().filter(n => n.unit && n.x !== null).map(n => n.label)")
    told = sum(re.sub(r"\s", "", name) in plain for name in names)
    assert told >= (0.6 if layout == "communities" else 0.85) * len(names) and len(names) > 50, (told, len(names))


def test_png_and_svg_are_saved_as_files(page: Opened) -> None:
    for button, start in (("#png", b"\x89PNG"), ("#svg", b"<svg")):
        with page.page.expect_download() as waiting:
            page.page.click(button)
        data = Path(waiting.value.path()).read_bytes()
        assert data.startswith(start) and len(data) > 20_000
        if button == "#svg":
            assert "虚构数据" in data.decode("utf-8")
    assert page.bad == []


def test_every_control_is_reached_and_worked_by_keyboard(page: Opened) -> None:
    page.js("document.body.focus()")
    seen = []
    for _ in range(140):
        page.page.keyboard.press("Tab")
        told = page.js(
            """(() => { const e = document.activeElement, d = e.dataset, name = e.id || d.value || d.id || d.cell;
            return [name || '', parseFloat(getComputedStyle(e).outlineWidth)]; })()"""
        )
        seen.append(told[0])
        assert told[1] >= 2, told
        if told[0] == "net":
            break
    for name in (
        "q",
        "view-map",
        "view-list",
        "fit",
        "png",
        "svg",
        "csv",
        "print",
        "theme",
        "f-town",
        "f-women",
        "net",
    ):
        assert name in seen, name
    assert "gap" in seen and "covered:yes" in seen and "paint" in seen
    before = counts(page)
    page.page.focus("#f-status input[data-value=gap]")
    page.page.keyboard.press("Space")
    assert counts(page)["gap"] == 0
    page.page.focus("#f-status input[data-value=gap]")
    page.page.keyboard.press("Space")
    assert counts(page) == before
    page.page.focus("#gaps button")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#panel").is_visible()
    page.page.focus("#close")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#panel").is_hidden() and page.js("document.activeElement.id") == "net"
    page.page.focus("#view-list")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#list").is_visible()
    page.page.focus("#list [data-key=name]")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#list th[aria-sort=ascending]").count() == 1
    page.page.focus("#view-map")
    page.page.keyboard.press("Enter")
    page.page.focus("#theme")
    dark = page.js("document.documentElement.dataset.theme")
    page.page.keyboard.press("Enter")
    assert page.js("document.documentElement.dataset.theme") != dark
    assert json.loads(str(page.page.locator("#kpi").get_attribute("data-counts"))) == before and page.bad == []


def told_of(opened: Opened) -> set[tuple[str, str]]:
    """Source and place of every statement that the panel shows, beside the value that it is for."""
    return {
        (source, place)
        for source, place in opened.js(
            """[...document.querySelectorAll('#detail .src li')].map(li =>
            [li.querySelector('b').textContent, (li.querySelector('bdi') || {textContent: ''}).textContent])"""
        )
    }


def test_the_evidence_of_a_node_is_that_of_the_analysis(page: Opened) -> None:
    record = county()
    units = covered().table["id"].to_pylist()[::7]
    others = record.table("Federation")["id"].to_pylist()[::9] + record.table("Bank")["id"].to_pylist()[:2]
    for i in [*units, *others]:
        page.js("id => gk.select(id)", i)
        for button in page.page.locator("#detail button.all").all():
            button.click()
        mine = pairs(record, i)
        edges = {e["id"] for t in record.edge_tables.values() for e in t.to_pylist() if i in (e["src"], e["dst"])}
        reasons = [r for r in covered().reasons.to_pylist() if i in (r["unit"], r["organisation"])]
        edges |= {edge for reason in reasons for edge in reason["edges"]}
        allowed = mine.union(*(pairs(record, edge) for edge in edges))
        told = told_of(page)
        assert told <= allowed and mine <= told, i
        rows = page.js("[...document.querySelectorAll('#detail > dl > dt')].length")
        assert rows == len({f for f in page.js("id => gk.node(id).facts.map(f => f.property)", i) if f})
    assert page.bad == []


def pairs(record: Graph, element: str) -> set[tuple[str, str]]:
    rows = evidence(record, element).to_dict("records")
    return {(str(row["source"]), str(row["place"])) for row in rows}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_hostile_names_run_nothing_on_any_layout_of_either_engine(
    tmp_path: Path, open_map: Opener, layout: Any, engine: Any
) -> None:
    units = [gap(f"{name}{n}", women_employees=60 + n) for n, name in enumerate(HOSTILE)]
    places = [node("Region", HOSTILE[1], level="town"), node("Industry", HOSTILE[0], kind="chain")]
    stars = [node("Federation", f"{name}妇联", level="town") for name in HOSTILE]
    people = [node("Person", f"{name}人") for name in HOSTILE[:5]]
    edges = [edge("LOCATED_IN", unit["name"], HOSTILE[1]) for unit in units]
    edges += [edge("IN_INDUSTRY", unit["name"], HOSTILE[0]) for unit in units]
    edges += [edge("COVERS", stars[n]["name"], units[n]["name"], mode="own") for n in range(3)]
    edges += [edge("LEADS", people[n]["name"], stars[n]["name"], role=HOSTILE[n]) for n in range(5)]
    record = graph([*units, *places, *stars, *people], edges, name=HOSTILE[3], publisher=HOSTILE[0])
    options = MapOptions(layout=layout, engine=engine, title="href=" + HOSTILE[0])
    opened = open_map(export_map(record, tmp_path / "m.html", coverage=coverage(record), options=options))
    page, drawn_nodes = opened.page, opened.js("gk.nodes().filter(n => n.x !== null).map(n => n.id)")
    for i in opened.js("gk.nodes().map(n => n.id)"):
        opened.js("id => gk.select(id)", i)
    page.keyboard.press("Escape")
    for i in drawn_nodes[:6]:
        page.mouse.move(*point(page, i))
        page.wait_for_timeout(30)
    page.fill("#q", "img")
    page.keyboard.press("Escape")
    page.click("#view-list")
    page.check("#list-all")
    assert page.locator("#list tbody tr").count() == len(opened.js("gk.nodes()"))
    opened.js("gk.csv()")
    opened.js("gk.pngBlob(0.5).then(blob => blob.size)")
    page.click("#view-map")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.wait_for_timeout(100)
    assert opened.js("window.__xss") is None and opened.bad == []
    assert opened.js("document.querySelectorAll('img, iframe, object, script[src]').length") == 0
