"""A map summed up: every group counts what `rates` counts, every edge between two groups is counted once."""

from collections import Counter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.analysis.coverage import coverage
from graphkit.analysis.links import links
from graphkit.analysis.rates import rates
from graphkit.errors import ExportError
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.groups import PLACING
from graphkit.exporters.map.options import Grouping
from graphkit.exporters.map.places import places_of
from graphkit.exporters.map.ring import CELL_X, CELL_Y, _around, _rows
from graphkit.exporters.map.scene import headline, scene
from graphkit.graph.tables import Graph

BY = get_args(Grouping)


@pytest.mark.parametrize("by", BY)
def test_groups_count_what_rates_counts(county: Graph, by: Any) -> None:
    covered = coverage(county)
    told = to_pyvis(county, coverage=covered, options=MapOptions(aggregate=by)).scene
    assert told.groups is not None
    mine = {
        name: (head.units, head.covered, head.gap, head.unknown)
        for name, head in zip(told.nodes.name, told.groups.heads, strict=True)
        if head.units
    }
    frame = rates(covered, by=by).iloc[:-1]
    theirs = {str(row[0]): (row.units, row.covered, row.gap, row.unknown) for row in frame.itertuples(index=False)}
    assert {k: v for k, v in mine.items() if k in theirs} == {k: v for k, v in theirs.items() if k in mine}
    # What `rates` counts as without a town is told apart here by the higher region, if that is known.
    rest = [[v for k, v in some.items() if k not in others] for some, others in ((mine, theirs), (theirs, mine))]
    assert [sum(column) for column in zip(*rest[0], strict=True)] == [
        sum(column) for column in zip(*rest[1], strict=True)
    ]
    assert len(set(mine) & set(theirs)) >= 3
    assert told.headline == scene(county, covered).headline == headline(scene(county, covered).nodes)


def test_every_edge_between_two_towns_is_counted_once(county: Graph) -> None:
    single = scene(county, coverage(county))
    told = to_pyvis(county, coverage=coverage(county), options=MapOptions(aggregate="town")).scene
    groups = told.groups
    assert groups is not None
    home = _homes(county, single)
    expected: Counter[tuple[str, str, str]] = Counter()
    inside: Counter[str] = Counter()
    for a, b, kind in zip(single.edges.a, single.edges.b, single.edges.type, strict=True):
        pairs = {(*sorted((x, y)),) for x in home[a] for y in home[b]} if kind not in PLACING else set()
        for x, y in pairs:
            if x == y:
                inside[x] += 1
            else:
                expected[kind, x, y] += 1
    found: Counter[tuple[str, str, str]] = Counter()
    for a, b, kind, n in zip(told.edges.a, told.edges.b, told.edges.type, groups.count, strict=True):
        low, high = sorted((told.nodes.name[a], told.nodes.name[b]))
        found[kind, low, high] += n
    assert found == expected
    assert {n: c for n, c in zip(told.nodes.name, groups.inside, strict=True) if c} == dict(inside)
    assert sum(groups.total) == sum(groups.count) == sum(expected.values())


def _homes(county: Graph, single: Any) -> dict[int, set[str]]:
    """The towns of every node; of organisations without one, that of most of what they cover."""
    nodes, edges = single.nodes, single.edges
    towns = places_of(county, {node: i for i, node in enumerate(nodes.id)}).towns
    found = {i: set(towns[i]) if nodes.type[i] not in ("Region", "Industry") else set() for i in range(len(nodes))}
    lost: dict[int, Counter[int]] = {}
    for a, b, kind, planned in zip(edges.a, edges.b, edges.type, edges.planned, strict=True):
        if kind == "COVERS" and not planned and not towns[a]:
            lost.setdefault(a, Counter()).update(found[b])
    found |= {a: {min(counts, key=lambda t: (-counts[t], t))} for a, counts in lost.items() if counts}
    places = set().union(*found.values())
    found |= {i: {i} for i in places}
    named = {i: {nodes.name[t] for t in home} for i, home in found.items()}
    return {
        i: home or ({"地区不详"} if nodes.type[i] not in ("Region", "Industry") else set()) for i, home in named.items()
    }


@given(st.integers(1, 200))
def test_groups_stand_apart(count: int) -> None:
    places = _around(count) if count <= 24 else _rows(count)
    assert len(places) == count
    for n, (x, y) in enumerate(places):
        assert all(abs(x - p) >= CELL_X - 0.1 or abs(y - q) >= CELL_Y - 0.1 for p, q in places[:n])


def test_what_a_summed_map_cannot_show_is_refused(county: Graph, tmp_path: Any) -> None:
    covered = coverage(county)
    with pytest.raises(ExportError) as caught:
        export_map(
            county,
            tmp_path / "m.html",
            coverage=covered,
            links=links(county, to="Bank"),
            options=MapOptions(aggregate="town"),
        )
    assert caught.value.code == "map-options" and "links" in caught.value.message


def test_no_coverage_and_no_units_can_be_summed_up(county: Graph) -> None:
    told = to_pyvis(county, options=MapOptions(aggregate="chain")).scene
    assert told.groups is not None and told.headline.units == sum(
        not row["group"] and row["status"] != "proposed" for row in county.table("Company").to_pylist()
    )
    empty = to_pyvis(county.select("Bank"), options=MapOptions(aggregate="chain"))
    assert empty.scene.headline.units == 0 and empty.picture.width > 0


def test_the_limit_names_focus_aggregate_and_filters(
    county: Graph, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import graphkit.exporters.map as module

    monkeypatch.setattr(module, "MAX_NODES", {"pyvis": 20, "canvas": 30})
    with pytest.raises(ExportError) as caught:
        export_map(county, tmp_path / "m.html")
    assert caught.value.code == "map-too-large"
    assert all(word in caught.value.hint for word in ("--focus", "--aggregate", "graph.select"))
    for options in (MapOptions(focus="溪口", hops=1), MapOptions(aggregate="town")):
        if options.focus is None:
            assert export_map(county, tmp_path / "m.html", options=options).exists()
