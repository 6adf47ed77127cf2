"""What a map shows of findings: a plan after each year, what paths may pass, who is linked, what hangs on a broker."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.brokers import brokers
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.links import Links, links
from graphkit.analysis.plan import Plan, PlanOptions, plan
from graphkit.analysis.quadrant import quadrant
from graphkit.analysis.recount import recount
from graphkit.build import read
from graphkit.errors import ExportError
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.columns import Headline
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene, headline
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, gap, graph, node

SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def county() -> Graph:
    return read(SEEDS / "example_county")


@cache
def planned() -> Plan:
    return plan(coverage(county()), per_year=(6, 6, 6))


def drawn(graph: Graph, options: MapOptions | None = None, **findings: Any) -> Scene:
    return to_pyvis(graph, options=options or MapOptions(), **findings).scene


def after(scene: Scene, year: int) -> Headline:
    """Count the units as they are after a year, from what the page is given."""
    assert scene.future is not None
    status, changes = list(scene.nodes.status), scene.future.changes
    for unit, at, state in zip(changes.unit, changes.year, changes.status, strict=True):
        if at <= year:
            status[unit] = state
    return headline(replace(scene.nodes, status=tuple(status)))


def counts(cov: Coverage) -> tuple[int, ...]:
    return tuple(cov.count(status) for status in ("covered", "gap", "unknown"))


@pytest.mark.parametrize("year", [0, 1, 2, 3])
def test_a_year_shows_what_the_recount_of_its_steps_says(year: int) -> None:
    scene, full = drawn(county(), plan=planned()), planned()
    part = replace(full, table=full.table.slice(0, sum(y <= year for y in full.table["year"].to_pylist())))
    told = after(scene, year)
    assert (told.covered, told.gap, told.unknown) == counts(recount(part))
    assert year == 0 or told.covered > after(scene, year - 1).covered


@pytest.mark.parametrize(
    ("units", "as_of", "include_unknown"),
    [("companies", None, True), ("companies", "2026-06-30", False), ("key_points", None, True)],
)
def test_other_units_dates_and_targets_follow_the_recount_too(
    units: str, as_of: str | None, include_unknown: bool
) -> None:
    cov = coverage(county(), units=units, as_of=as_of)
    made = plan(cov, per_year=(5, 5), options=PlanOptions(include_unknown=include_unknown))
    scene = drawn(county(), plan=made)
    told, today = after(scene, 2), after(scene, 0)
    assert (told.covered, told.gap, told.unknown) == counts(recount(made))
    assert (today.covered, today.gap, today.unknown) == counts(cov)
    assert told.covered > today.covered


def test_who_is_left_out_is_told_why() -> None:
    for lang in ("zh", "en"):
        scene = drawn(county(), MapOptions(lang=lang), plan=planned())
        assert scene.future is not None
        bars = scene.future.bars
        told = {scene.nodes.id[unit]: text for unit, text in zip(bars.unit, bars.text, strict=True)}
        assert told == planned().candidates.bars(lang) and told


def test_steps_name_organisations_units_and_years() -> None:
    scene, table = drawn(county(), plan=planned()), planned().table
    assert scene.future is not None
    steps, nodes = scene.future.steps, scene.nodes
    assert steps.year == tuple(table["year"].to_pylist()) and steps.order == tuple(table["order"].to_pylist())
    assert [[nodes.id[u] for u in units] for units in steps.units] == table["units"].to_pylist()
    assert {nodes.type[o] for o in steps.organisation} == {"Federation"}
    assert [nodes.year[o] for o in steps.organisation] == list(steps.year)
    assert all(nodes.name[o].endswith("（计划）") and "计划" not in nodes.label[o] for o in steps.organisation)
    covers = [(e, year) for e, year in enumerate(scene.edges.year) if year]
    assert {scene.edges.a[e] for e, _ in covers} == set(steps.organisation)
    assert {scene.edges.type[e] for e, _ in covers} == {"COVERS"}


def test_a_plan_adds_to_the_picture_and_changes_nothing_of_today() -> None:
    bare, scene = drawn(county(), coverage=coverage(county())), drawn(county(), plan=planned())
    old = [i for i, year in enumerate(scene.nodes.year) if not year]
    assert len(old) == len(bare.nodes) < len(scene.nodes)
    for name in ("id", "name", "label", "status", "mode", "form", "unit", "women"):
        column = getattr(scene.nodes, name)
        assert tuple(column[i] for i in old) == getattr(bare.nodes, name), name
    assert scene.headline == bare.headline and scene.sources == bare.sources
    assert sum(year == 0 for year in scene.ties.year) == len(bare.ties)
    assert bare.future is None and set(bare.nodes.year) == {0}


def test_what_is_planned_is_no_fact() -> None:
    scene = drawn(county(), plan=planned())
    size, planned_nodes = len(scene.nodes), {i for i, year in enumerate(scene.nodes.year) if year}
    elements = planned_nodes | {size + e for e, year in enumerate(scene.edges.year) if year}
    told = [k for k, element in enumerate(scene.facts.element) if element in elements]
    assert {scene.facts.property[k] for k in told} == {""}
    assert all(scene.facts.statements[k] == () for k in told)
    assert scene.ways is not None
    assert {scene.ways.nodes[i] for i in planned_nodes} == {0}
    assert {way for way, year in zip(scene.ways.edges, scene.edges.year, strict=True) if year} == {0}


@pytest.mark.parametrize("layout", ["chain", "communities"])
def test_planned_organisations_have_a_place_of_their_own(layout: Any) -> None:
    network = to_pyvis(county(), options=MapOptions(layout=layout), plan=planned())
    scene, picture = network.scene, network.picture
    assert isinstance(picture, Picture) and scene.future is not None
    places = [(picture.x[i], picture.y[i]) for i in range(len(scene.nodes)) if picture.x[i] is not None]
    assert all(picture.x[o] is not None for o in scene.future.steps.organisation)
    assert len(set(places)) == len(places)


def test_a_plan_of_another_coverage_is_refused() -> None:
    other = coverage(county(), units="key_points")
    with pytest.raises(ExportError) as caught:
        to_pyvis(county(), coverage=other, plan=planned())
    assert caught.value.code == "plan-of-another" and caught.value.hint


def test_coverage_and_links_of_two_dates_are_refused() -> None:
    with pytest.raises(ExportError, match="latest known") as caught:
        to_pyvis(county(), coverage=coverage(county()), links=links(county(), as_of="2026-06-30"))
    assert caught.value.code == "findings-differ"


def test_a_plan_brings_its_coverage_and_one_without_steps_is_drawn() -> None:
    nothing = plan(coverage(county()), per_year=(0, 0))
    scene = drawn(county(), plan=nothing)
    assert scene.has_coverage and scene.future is not None
    assert scene.future.steps.year == () and scene.future.changes.unit == ()
    assert scene.future.budgets == (0, 0)


def test_a_graph_cut_down_shows_what_is_left_of_the_plan() -> None:
    part = county().select("Company", "Federation", "COVERS")
    scene = drawn(part, plan=planned())
    assert scene.future is not None and len(scene.future.steps.year) == len(planned().table)
    told = after(scene, 3)
    assert (told.covered, told.gap, told.unknown) == counts(recount(planned()))


def linked(*to: str) -> Links:
    return links(county(), to=to or "Bank")


@pytest.mark.parametrize("to", [("Bank",), ("Alliance",), ("Bank", "Alliance", "Programme")])
def test_quadrants_are_those_of_the_analysis(to: tuple[str, ...]) -> None:
    cov, net = coverage(county()), linked(*to)
    scene = drawn(county(), coverage=cov, links=net)
    states = zip(scene.nodes.unit, scene.nodes.status, scene.nodes.linked, strict=True)
    told = [(status, link == "yes") for unit, status, link in states if unit]
    rows = quadrant(cov, net).to_dict("records")
    wanted = {(str(row["status"]), bool(row["linked"])): int(row["units"]) for row in rows}
    assert {cell: told.count(cell) for cell in wanted} == wanted and sum(wanted.values()) == len(told)
    assert scene.links.kinds == to and scene.links.max_hops == 3


def test_without_links_nobody_is_linked_or_not() -> None:
    assert set(drawn(county(), coverage=coverage(county())).nodes.linked) == {""}


def test_dependants_are_what_the_brokers_lose() -> None:
    net = linked()
    scene, found = drawn(county(), links=net), brokers(net)
    told = scene.dependants
    rows = [row for row in found.table.to_pylist() if row["lost_pairs"]]
    assert [scene.nodes.id[b] for b in told.broker] == [row["broker"] for row in rows] and rows
    assert list(told.lost) == [row["lost_pairs"] for row in rows]
    assert [len(units) for units in told.units] == [row["units_cut"] for row in rows]
    for broker, units in zip(told.broker, told.units, strict=True):
        losses = found.losses(scene.nodes.id[broker])
        assert {scene.nodes.id[u] for u in units} == set(losses["unit"][losses["cut"]])


def people_between() -> Graph:
    """One company that reaches its bank through a person alone, and a gap at a studio that bears the person's name."""
    nodes = [gap("东屏石材厂", women_employees=80), company("西岭电机厂"), node("Bank", "东屏银行")]
    nodes += [node("Person", "庄晓岚"), node("Alliance", "庄晓岚联盟"), gap("庄晓岚食品厂", women_employees=70)]
    edges = [edge("WORKS_FOR", "庄晓岚", "东屏石材厂"), edge("WORKS_FOR", "庄晓岚", "东屏银行")]
    edges += [edge("MEMBER_OF", "庄晓岚食品厂", "庄晓岚联盟"), edge("MEMBER_OF", "东屏银行", "庄晓岚联盟")]
    return graph(nodes, edges)


@pytest.mark.parametrize("layout", ["chain", "communities"])
def test_no_map_names_a_person_to_the_public(tmp_path: Path, layout: Any) -> None:
    found = people_between()
    public = MapOptions(layout=layout, tier="public", title="庄晓岚的图")
    page = export_map(found, tmp_path / "m.html", options=public).read_text(encoding="utf-8")
    assert "庄晓岚" not in page and "人物1" in page
    rows = [row for table in found.node_tables.values() for row in table.select(["id", "name"]).to_pylist()]
    ids = {row["id"] for row in rows if "庄晓岚" in row["name"]}
    assert len(ids) == 3 and not any(i in page for i in ids)
    summed = export_map(found, tmp_path / "s.html", options=public, coverage=coverage(found))
    assert "庄晓岚" not in summed.read_text(encoding="utf-8")


def _data(page: str) -> dict[str, Any]:
    found = re.search('id="gk-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return dict(json.loads(found.group(1)))


def test_hostile_names_in_a_plan_stay_data(tmp_path: Path) -> None:
    name = "</script><script>window.__xss=1</script>"
    found = graph([gap(name, women_employees=90)])
    page = export_map(found, tmp_path / "m.html", plan=plan(coverage(found), per_year=(1,))).read_text(encoding="utf-8")
    assert "<script>window" not in page
    assert any(n.startswith(name) and n.endswith("（计划）") for n in _data(page)["nodes"]["name"])


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    told: Any = {"links": linked(), "plan": planned()}
    first, second = (export_map(county(), tmp_path / name, **told).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


def test_a_small_whole_is_drawn_for_the_public_without_what_would_be_counted() -> None:
    found = graph([*(company(f"厂{n}") for n in range(6)), *(gap(f"坊{n}") for n in range(3))])
    told = to_pyvis(found, options=MapOptions(tier="public"), coverage=coverage(found)).scene
    assert not told.has_coverage and told.groups is None and len(told.nodes.id) == 9
    assert to_pyvis(found, coverage=coverage(found)).scene.headline.gap == 3
