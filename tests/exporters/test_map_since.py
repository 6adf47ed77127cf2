"""What moved since an earlier record, on the map: the same counts as the comparison, and what is gone keeps a place."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from graphkit.analysis.compare import NOT_LISTED, Comparison, compare
from graphkit.analysis.coverage import coverage
from graphkit.errors import ExportError
from graphkit.exporters.map import MapOptions, to_pyvis
from graphkit.exporters.map.scene import Scene, headline
from graphkit.exporters.map.since import KINDS, kind_of, kinds
from graphkit.graph.tables import Graph
from tests.analysis.cases import Record, company, edge, gap, graph, node
from tests.analysis.test_real_and_invented import county

SPRING, AUTUMN = "2026-06-30", "2026-09-30"
TOWN = [node("Region", "东屏镇", level="town")]
CHAIN = [node("Industry", "石材产业链", kind="chain")]


def told(date: str, units: list[Record], covered: tuple[str, ...] = ()) -> Graph:
    """An edition of a list: companies of one town and chain, some of them covered by a federation of their own."""
    federations = [node("Federation", f"{name}妇联") for name in covered]
    edges = [edge("COVERS", f"{name}妇联", name, mode="own") for name in covered]
    edges += [edge("LOCATED_IN", unit["name"], "东屏镇") for unit in units]
    edges += [edge("IN_INDUSTRY", unit["name"], "石材产业链") for unit in units]
    return graph([*units, *federations, *TOWN, *CHAIN], edges, date=date, edition=date)


@cache
def turned() -> tuple[Graph, Comparison]:
    """Five units then, five now: one closed gap, one lost, one new gap, one gone, one new and covered."""
    before = told(
        SPRING, [gap("甲厂", women_employees=60), company("乙厂"), company("丙厂"), company("丁厂")], ("乙厂",)
    )
    after = told(
        AUTUMN, [company("甲厂", women_employees=60), gap("乙厂"), gap("丙厂"), company("戊厂")], ("甲厂", "戊厂")
    )
    return after, compare(before, after)


def moved(scene: Scene) -> dict[str, str]:
    return {scene.nodes.name[i]: change for i, change in enumerate(scene.nodes.change) if change}


@pytest.mark.parametrize("layout", ["chain", "matrix", "tiers", "communities"])
def test_each_unit_is_told_how_it_moved_and_what_is_gone_has_a_place(layout: Any) -> None:
    after, found = turned()
    network = to_pyvis(after, comparison=found, options=MapOptions(layout=layout))
    scene, picture = network.scene, network.picture
    assert moved(scene) == {"甲厂": "gained", "乙厂": "lost", "丙厂": "other", "丁厂": "gone", "戊厂": "new"}
    gone = scene.nodes.name.index("丁厂")
    assert picture.x[gone] is not None and not scene.nodes.unit[gone]
    assert scene.nodes.name[scene.nodes.town[gone]] == "东屏镇" and len(scene.nodes.chains[gone]) == 1
    assert scene.headline == headline(to_pyvis(after, coverage=coverage(after, as_of=AUTUMN)).scene.nodes)
    assert scene.headline.units == 4


@pytest.mark.parametrize("which", ["turned", "county"])
def test_the_counts_are_those_of_the_comparison(which: str) -> None:
    after, found = turned() if which == "turned" else (county("2026Q3"), compare(county("2026Q2"), county("2026Q3")))
    scene = to_pyvis(after, comparison=found).scene
    assert Counter(moved(scene).values()) == kinds(found.table)
    assert sum(kinds(found.table).values()) == len(found.table) == len(moved(scene))
    rows = found.table.to_pylist()
    count = {
        kind: sum(
            kind_of(r["from_status"], r["to_status"]) == kind and "covered" in (r["from_status"], r["to_status"])
            for r in rows
        )
        for kind in KINDS
    }
    assert count["gained"] - count["lost"] + count["new"] - count["gone"] == found.counts()["covered"]["change"]
    listed = kinds(found.table)
    assert listed.get("new", 0) - listed.get("gone", 0) == found.counts()["units"]["change"]
    assert scene.since is not None
    moves = scene.since.moves
    assert [scene.nodes.id[unit] for unit in moves.unit] == [row["unit"] for row in rows]
    assert list(moves.cause) == [row["cause"] for row in rows] and set(moves.cause) <= set(scene.since.causes)


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        ("gap", "covered", "gained"),
        ("unknown", "covered", "gained"),
        ("covered", "unknown", "lost"),
        ("gap", "unknown", "other"),
        ("covered", "covered", "other"),
        (NOT_LISTED, "gap", "new"),
        ("covered", NOT_LISTED, "gone"),
        (NOT_LISTED, NOT_LISTED, "gone"),
    ],
)
def test_a_move_has_one_kind(first: str, last: str, kind: str) -> None:
    assert kind_of(first, last) == kind


def test_the_record_itself_is_drawn_as_without_a_comparison() -> None:
    after, found = county("2026Q3"), compare(county("2026Q2"), county("2026Q3"))
    bare, scene = to_pyvis(after, coverage=found.after).scene, to_pyvis(after, comparison=found).scene
    for name in ("id", "name", "status", "mode", "unit", "women", "town"):
        assert getattr(bare.nodes, name) == getattr(scene.nodes, name), name
    assert bare.headline == scene.headline and bare.since is None and set(bare.nodes.change) == {""}


def test_a_comparison_that_ends_elsewhere_is_refused() -> None:
    after, found = turned()
    with pytest.raises(ExportError) as caught:
        to_pyvis(after, coverage=coverage(after, units="key_points"), comparison=found)
    assert caught.value.code == "findings-differ" and "comparison.after" in caught.value.hint
    with pytest.raises(ExportError) as caught:
        to_pyvis(after, comparison=found, options=MapOptions(aggregate="town"))
    assert caught.value.code == "map-options"


@pytest.mark.parametrize("status", ["revoked", "proposed"])
def test_a_unit_that_is_no_longer_in_force_is_drawn_as_it_was(status: str) -> None:
    units = [gap("甲厂", women_employees=60), gap("丁厂", women_employees=70)]
    before = told(SPRING, units)
    after = told(AUTUMN, [units[0], company("丁厂", status=status)])
    found = compare(before, after)
    scene = to_pyvis(after, comparison=found).scene
    assert moved(scene)["丁厂"] == "gone" and scene.headline.units == 1
    gone = scene.nodes.name.index("丁厂")
    assert scene.nodes.women[gone] == 70 and scene.nodes.town[gone] >= 0
    assert "丁厂" not in to_pyvis(after, coverage=found.after).scene.nodes.name
