"""Findings on the map in a real browser: plan, paths, brokers, quadrant are what Python computes, by mouse and keys."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.brokers import brokers
from graphkit.analysis.coverage import coverage
from graphkit.analysis.links import Links, links
from graphkit.analysis.paths import paths
from graphkit.analysis.plan import Plan, plan
from graphkit.analysis.quadrant import quadrant
from graphkit.analysis.recount import recount
from graphkit.exporters.map import MapOptions, export_map
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, gap, graph, node
from tests.browser.conftest import Opened
from tests.browser.county import county, covered
from tests.browser.test_map import HOSTILE, counts, crossings, point
from tests.networks import random_graph

pytestmark = pytest.mark.browser
Opener = Callable[..., Opened]
STATUSES = ("covered", "gap", "unknown")


@cache
def planned() -> Plan:
    return plan(covered(), per_year=(6, 6, 6))


@cache
def linked() -> Links:
    return links(county(), to="Bank")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county with a plan and its links."""
    path = tmp_path_factory.mktemp("findings") / "county.html"
    return export_map(county(), path, coverage=covered(), links=linked(), plan=planned())


@pytest.fixture
def page(written: Path, open_map: Opener) -> Opened:
    return open_map(written)


def shown(opened: Opened) -> tuple[int, ...]:
    told = counts(opened)
    return tuple(told[status] for status in STATUSES)


def lit(opened: Opened) -> set[str]:
    return set(opened.js("[...gk.state.path].map(i => (gk.nodes()[i] || {}).id).filter(Boolean)"))


# --- plan -------------------------------------------------------------------------------------------------------------


def test_the_page_opens_with_today_and_turns_to_what_the_recount_says(page: Opened) -> None:
    today = tuple(covered().count(status) for status in STATUSES)
    assert shown(page) == today
    after = recount(planned())
    page.page.click("#years [data-year='3']")
    assert shown(page) == tuple(after.count(status) for status in STATUSES) != today
    table = after.table.select(["id", "status", "mode", "form"]).to_pylist()
    told = {
        n["id"]: (n["status"], n["mode"], n["form"])
        for n in page.js(
            "gk.nodes().filter(n => n.unit).map(n => ({id: n.id, status: n.status, mode: n.mode, form: n.form}))"
        )
    }
    assert told == {row["id"]: (row["status"], row["mode"] or "", row["form"] or "") for row in table}
    assert "第 3 年后" in page.live() and "第 3 年后" in page.page.locator("#subtitle").inner_text()
    assert "现状 57.8–75 %" in page.page.locator("#kpi").inner_text()
    page.page.click("#years [data-year='0']")
    assert shown(page) == today and "现状" in page.live()
    assert page.bad == []


def test_years_grow_and_the_gap_list_shrinks_with_them(page: Opened) -> None:
    covered_after, gaps = [], []
    for year in range(4):
        page.js("year => gk.turnTo(year)", year)
        covered_after.append(counts(page)["covered"])
        gaps.append(page.page.locator("#gaps button").count())
        assert gaps[-1] == counts(page)["gap"]
        founded = sum(at <= year for at in planned().table["year"].to_pylist())
        after = recount(replace(planned(), table=planned().table.slice(0, founded)))
        assert shown(page) == tuple(after.count(status) for status in STATUSES)
    assert covered_after == sorted(set(covered_after)) and gaps == sorted(set(gaps), reverse=True)


def test_a_step_shows_its_organisation_and_units(page: Opened) -> None:
    page.page.click("#tab-steps")
    steps = planned().table.to_pylist()
    assert page.page.locator("#steps button").count() == len(steps)
    assert page.page.locator("#steps .year").count() == 3
    last = page.page.locator("#steps button").last
    last.click()
    step = steps[-1]
    assert page.js("gk.plan.year") == step["year"]
    assert page.title().endswith("（计划）")
    text = page.page.locator("#detail").inner_text()
    assert f"计划第 {step['year']} 年组建" in text and f"新覆盖 {step['count']} 家" in text
    assert "无来源" in text
    assert set(step["units"]) <= lit(page)
    page.js("id => gk.select(id)", step["units"][0])
    assert f"计划第 {step['year']} 年覆盖" in page.page.locator("#detail").inner_text()
    assert page.bad == []


def test_a_unit_that_no_plan_covers_says_what_bars_it(page: Opened) -> None:
    bars = planned().candidates.bars("zh")
    assert len(bars) > 3
    for unit, told in bars.items():
        page.js("id => gk.select(id)", unit)
        assert told in page.page.locator("#detail").inner_text()
    later = [u for u in covered().table["id"].to_pylist() if u not in bars]
    page.js("id => gk.select(id)", later[0])
    assert "计划无法覆盖" not in page.page.locator("#detail").inner_text()


def test_what_is_not_founded_yet_is_found_by_search_and_brings_its_year(page: Opened) -> None:
    name = page.js("gk.nodes().find(n => n.year === 2).name")
    hidden = page.js("name => gk.hidden.has(gk.nodes().find(n => n.name === name).i)", name)
    assert hidden
    page.page.fill("#q", name)
    page.page.keyboard.press("Enter")
    assert page.title() == name and page.js("gk.plan.year") == 2


def test_keys_turn_the_years_and_the_list_follows(page: Opened) -> None:
    page.page.focus("#net")
    heard = []
    for _ in range(4):
        page.page.keyboard.press("y")
        heard.append(page.live())
    assert len(set(heard)) == 4 and page.js("gk.plan.year") == 0
    page.page.focus("#years [data-year='1']")
    page.page.keyboard.press("Enter")
    assert page.js("gk.plan.year") == 1
    assert page.js("document.activeElement.dataset.year") == "1"
    page.page.click("#view-list")
    text = page.page.locator("#list tbody").inner_text()
    assert text.count("计划第 1 年覆盖") == sum(
        planned().table["count"].to_pylist()[: planned().table["year"].to_pylist().count(1)]
    )


def test_a_plan_is_printed_with_its_year(page: Opened) -> None:
    page.js("gk.turnTo(2)")
    paper = page.js("gk.toSVG().textContent")
    assert "按计划第 2 年后" in paper and "计划组建的组织" in paper and "undefined" not in paper
    pdf = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert "按计划" not in page.js("(gk.turnTo(0), gk.toSVG().textContent)")


def test_a_map_without_a_plan_says_nothing_of_one(tmp_path: Path, open_map: Opener) -> None:
    opened = open_map(export_map(county(), tmp_path / "m.html", coverage=covered()))
    for part in ("#years", "#tabs", "#steps", "#quadrant", "#paint"):
        assert opened.page.locator(part).is_hidden()
    opened.page.focus("#net")
    opened.page.keyboard.press("y")
    assert opened.js("gk.plan.year") == 0 and opened.bad == []


# --- paths ------------------------------------------------------------------------------------------------------------


def as_told(found: Any) -> dict[str, Any]:
    """Write the paths of Python as the page tells them."""
    told = [
        [
            {"src": h.src, "dst": h.dst, "type": h.type, "direction": h.direction, "confidence": h.confidence}
            | {"edges": list(h.edges)}
            for h in path
        ]
        for path in found.paths
    ]
    return {"hops": len(told[0]) if told else 0, "truncated": found.truncated, "paths": told}


def both_ways(opened: Opened, found: Graph, ends: list[tuple[str, str]], as_of: str | None = None) -> int:
    """Compare the page with `paths` for pairs of ends, and count the paths."""
    told = opened.js("pairs => pairs.map(([a, b]) => gk.paths(a, b))", [list(pair) for pair in ends])
    total = 0
    for (start, end), page in zip(ends, told, strict=True):
        wanted = as_told(paths(found, start, end, shortest_only=True, as_of=as_of))
        assert page == wanted, (start, end)
        total += len(wanted["paths"])
    return total


@pytest.mark.parametrize("first", range(0, 12, 6))
def test_paths_are_those_of_python_on_random_networks(tmp_path: Path, open_map: Opener, first: int) -> None:
    total = 0
    for seed in range(first, first + 6):
        found = random_graph(seed)
        opened = open_map(export_map(found, tmp_path / f"{seed}.html"))
        ids = opened.js("gk.nodes().filter(n => n.type !== 'Region' && n.type !== 'Industry').map(n => n.id)")
        known = [i for i in ids if found.schema.type_of(i) not in ("Region", "Industry")]
        ends = [(a, b) for a in known for b in known if a != b] + [(a, "Bank") for a in known]
        total += both_ways(opened, found, ends)
        assert opened.bad == []
    assert total > 100


@pytest.mark.parametrize("as_of", [None, "2026-06-30", "2024"])
def test_paths_of_the_county_are_those_of_python(tmp_path: Path, open_map: Opener, as_of: str | None) -> None:
    page = open_map(export_map(county(), tmp_path / "m.html", coverage=coverage(county(), as_of=as_of)))
    companies = county().table("Company").filter(~county().table("Company")["group"].to_numpy())["id"].to_pylist()
    banks = county().table("Bank")["id"].to_pylist()
    people = county().table("Person")["id"].to_pylist()
    ends = [(c, "Bank") for c in companies[:60]] + [(p, b) for p in people for b in banks[:2]]
    ends += [(companies[0], p) for p in people]
    assert (both_ways(page, county(), ends, as_of) > 20) == (as_of != "2024")  # then nothing was there yet


def test_the_ways_of_a_plan_are_not_walked_yet(page: Opened) -> None:
    page.js("gk.turnTo(3)")
    unit = planned().table["units"].to_pylist()[0][0]
    assert page.js("id => gk.paths(id, 'Bank')", unit) == as_told(paths(county(), unit, "Bank", shortest_only=True))


def test_a_path_is_chosen_in_the_panel_and_told_hop_by_hop(page: Opened) -> None:
    unit = linked().nearest.filter(linked().nearest["hops"].to_numpy(zero_copy_only=False) >= 2)["unit"][0].as_py()
    found = paths(county(), unit, "Bank", shortest_only=True)
    page.js("id => gk.select(id)", unit)
    page.page.select_option("#path-to", "Bank")
    page.page.click("#path-go")
    assert f"{len(found.paths[0])} 步，最短路径 {len(found.paths)} 条" in page.live()
    text = page.page.locator("#detail").inner_text()
    for hop in found.paths[0]:
        assert county().schema.caption("edge", hop.type, "zh") in text
    assert found.frame["place"].iloc[0] in text and found.frame["source"].iloc[0] in text
    assert {h.src for p in found.paths for h in p} | {h.dst for p in found.paths for h in p} <= lit(page)
    assert page.page.locator("#detail .way").count() == min(12, len(found.paths))
    page.page.keyboard.press("Escape")
    assert page.page.locator("#panel").is_hidden() and page.js("gk.walking()") is False


def test_two_nodes_are_chosen_by_keys_or_by_shift_and_click(page: Opened) -> None:
    bank = county().table("Bank")["id"][0].as_py()
    unit = next(
        row["unit"]
        for row in linked().nearest.to_pylist()
        if row["resource"] == bank and row["hops"] and row["hops"] > 1
    )
    title = page.js("ids => ids.map(i => gk.node(i).label).join(' → ')", [unit, bank])
    page.js("id => gk.select(id)", unit)
    page.page.focus("#net")
    page.page.keyboard.press("p")
    assert "起点" in page.live() and page.page.locator("#path-end").get_attribute("aria-pressed") == "true"
    page.js("id => gk.select(id)", bank)
    assert "到此" in page.page.locator("#path-end").inner_text()
    page.page.keyboard.press("p")
    assert title in page.live() and page.title() == title
    page.js("gk.select(null)")
    page.js("id => gk.select(id)", unit)
    page.page.wait_for_timeout(100)
    x, y = point(page.page, bank)
    page.page.keyboard.down("Shift")
    page.page.mouse.click(x, y)
    page.page.keyboard.up("Shift")
    assert page.title() == title
    assert page.bad == []


def test_no_path_says_so(tmp_path: Path, open_map: Opener) -> None:
    found = graph(
        [company("东屏石材厂"), node("Bank", "东屏银行"), node("Person", "三十名户主", group=True, count=30)],
        [edge("WORKS_FOR", "三十名户主", "东屏石材厂"), edge("WORKS_FOR", "三十名户主", "东屏银行")],
    )
    opened = open_map(export_map(found, tmp_path / "m.html"))
    ids = [found.find(name) for name in ("东屏石材厂", "东屏银行")]
    assert opened.js("([a, b]) => gk.paths(a, b)", ids)["paths"] == []  # a group is never passed
    opened.js("([a, b]) => gk.show(a, b)", ids)
    assert "6 步之内没有路径" in opened.page.locator("#detail").inner_text() and opened.bad == []


# --- brokers and quadrant ---------------------------------------------------------------------------------------------


def test_a_broker_names_the_units_that_hang_on_it(page: Opened) -> None:
    found = brokers(linked())
    row = max(found.table.to_pylist(), key=lambda r: (r["units_cut"], r["lost_pairs"]))
    losses = found.losses(row["broker"])
    cut = set(losses["unit"][losses["cut"]])
    page.js("id => gk.select(id)", row["broker"])
    text = page.page.locator("#broker").inner_text()
    assert f"{row['pairs']} 条已知链接中的 {row['lost_pairs']} 条将断开" in text
    assert f"{row['units_cut']} 家" in text and row["units_cut"] == len(cut) > 1
    assert cut <= lit(page)
    told = {b["id"]: (b["pairs"], b["lost"]) for b in page.js("gk.dependants()")}
    assert told == {r["broker"]: (r["pairs"], r["lost_pairs"]) for r in found.table.to_pylist() if r["lost_pairs"]}


def cells(opened: Opened) -> dict[str, int]:
    found = opened.page.locator("#quadrant").get_attribute("data-counts")
    assert found is not None
    return dict(json.loads(found))


def test_the_quadrant_counts_filters_and_colours(page: Opened) -> None:
    rows = quadrant(covered(), linked()).to_dict("records")
    wanted = {f"{row['status']}:{'yes' if row['linked'] else 'no'}": int(row["units"]) for row in rows}
    assert cells(page) == wanted
    for cell, units in wanted.items():
        page.page.click(f"#quadrant [data-cell='{cell}']")
        assert counts(page)["units"] == units and shown(page)[STATUSES.index(cell.split(":")[0])] == units
        assert cells(page) == wanted  # the other five stay readable
        assert page.page.locator("#quadrant [aria-pressed=true]").get_attribute("data-cell") == cell
        assert page.js("document.activeElement.dataset.cell") == cell and str(units) in page.live()
    page.page.click(f"#quadrant [data-cell='{cell}']")
    assert counts(page)["units"] == sum(wanted.values())
    before = page.js("document.querySelector('#net canvas').toDataURL()")
    page.page.check("#paint")
    assert page.js("document.querySelector('#net canvas').toDataURL()") != before
    page.page.uncheck("#paint")
    assert page.bad == []


def test_the_quadrant_follows_filters_and_years(page: Opened) -> None:
    town = page.js("gk.nodes().find(n => n.unit && n.town >= 0 && n.linked === 'yes').town")
    name = page.js("i => gk.nodes()[i].name", town)
    page.page.select_option("#f-town", name)
    told = cells(page)
    assert 0 < sum(told.values()) == counts(page)["units"] < len(covered().table)
    page.page.select_option("#f-town", "")
    page.js("gk.turnTo(3)")
    after = recount(planned())
    told = cells(page)
    assert told["covered:yes"] + told["covered:no"] == after.count("covered")


# --- all together -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["chain", "communities"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mode_is_drawn_without_overlap_or_error(
    tmp_path: Path, open_map: Opener, layout: Any, scheme: Any
) -> None:
    options = MapOptions(layout=layout)
    path = export_map(county(), tmp_path / "m.html", links=linked(), plan=planned(), options=options)
    opened = open_map(path, color_scheme=scheme)
    for year in (0, 1, 3):
        opened.js("year => gk.turnTo(year)", year)
        for paint in (True, False):
            opened.page.set_checked("#paint", paint)
            opened.page.wait_for_timeout(50)
            labels = opened.js("gk.labels()")
            assert len(labels) > 20 and crossings(labels) == []
    inside = "e => e.scrollWidth <= e.clientWidth + 1"
    for part in ("#years", "#quadrant", "#tabs", "#kpi", "#legend", "#steps"):
        assert opened.page.locator(part).evaluate(inside), part
    assert opened.bad == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_side_panel_holds_its_words_at_every_size(tmp_path: Path, open_map: Opener, lang: Any) -> None:
    path = export_map(county(), tmp_path / "m.html", links=linked(), plan=planned(), options=MapOptions(lang=lang))
    opened = open_map(path)
    for size in ((1400, 900), (1920, 1080), (1024, 700)):
        opened.page.set_viewport_size({"width": size[0], "height": size[1]})
        for button in opened.page.locator("#years button, #tabs button, #quadrant button").all():
            assert button.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), button.inner_text()
        box = opened.page.locator("#gaps").bounding_box()
        assert box is not None and box["height"] > 60 and box["y"] + box["height"] <= size[1]


def test_hostile_names_do_nothing_in_findings(tmp_path: Path, open_map: Opener) -> None:
    nodes = [gap(f"{name}{n}", women_employees=90) for n, name in enumerate(HOSTILE)]
    nodes += [node("Bank", HOSTILE[0] + "行"), node("Person", HOSTILE[1] + "人")]
    names = [f"{name}{n}" for n, name in enumerate(HOSTILE)]
    edges = [edge("WORKS_FOR", HOSTILE[1] + "人", end) for end in (*names, HOSTILE[0] + "行")]
    found = graph(nodes, edges)
    cov = coverage(found)
    told: Any = {"coverage": cov, "links": links(found), "plan": plan(cov, per_year=(3, 9))}
    opened = open_map(export_map(found, tmp_path / "m.html", **told))
    opened.page.click("#years [data-year='2']")
    for button in opened.page.locator("#steps button").all():
        button.click()
    units = found.table("Company")["id"].to_pylist()
    for unit in units:
        opened.js("id => gk.show(id, 'Bank')", unit)
        assert opened.page.locator("#detail .hop").count() == 2
    opened.js("id => gk.select(id)", found.table("Person")["id"][0].as_py())
    assert opened.page.locator("#broker li").count() == len(units)
    opened.page.check("#paint")
    opened.js("gk.pngBlob(1).then(b => b.size)")
    opened.page.wait_for_timeout(100)
    assert opened.js("window.__xss") is None and opened.bad == []
    assert opened.js("document.querySelectorAll('img, iframe, object, script[src]').length") == 0
