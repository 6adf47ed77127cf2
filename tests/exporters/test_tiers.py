"""The tiers: regions over what lies in them, organisations at their level, nothing on top of anything."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.exporters.map.layouts import choose
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene, scene
from graphkit.exporters.map.tiers import tiers
from tests.exporters.scenes import coverage_of, graph_of
from tests.exporters.test_matrix import touching

LEVELS = ("province", "city", "county", "town", "village")


def tree(shape: list[int], *, companies: int = 0, per: int = 1, resources: int = 0) -> Scene:
    """A province whose regions hold so many of the next level each; a federation a region, units in the lowest."""
    regions: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    federations: list[dict[str, Any]] = []
    located: list[dict[str, Any]] = []
    guides: list[dict[str, Any]] = []
    above = [-1]
    for level, count in zip(LEVELS, [1, *shape], strict=False):
        here = []
        for parent in above:
            for _ in range(count):
                n = len(regions)
                regions.append({"id": f"reg_{n}", "name": f"地区{n}", "level": level})
                if parent >= 0:
                    parts.append({"id": f"par_{n}", "src": f"reg_{n}", "dst": f"reg_{parent}"})
                for k in range(per):
                    federations.append({"id": f"fed_{n}_{k}", "name": f"妇联{n}{k}", "level": level})
                    located.append({"id": f"lof_{n}_{k}", "src": f"fed_{n}_{k}", "dst": f"reg_{n}"})
                    if parent >= 0:
                        guides.append({"id": f"gui_{n}_{k}", "src": f"fed_{parent}_0", "dst": f"fed_{n}_{k}"})
                here.append(n)
        above = here
    units = [{"id": f"com_{n}", "name": f"企业{n}"} for n in range(companies)]
    located += [{"id": f"loc_{n}", "src": f"com_{n}", "dst": f"reg_{above[n % len(above)]}"} for n in range(companies)]
    banks = [{"id": f"ban_{n}", "name": f"银行{n}"} for n in range(resources)]
    return scene(
        graph_of(
            {"Region": regions, "Federation": federations, "Company": units, "Bank": banks},
            {"PART_OF": parts, "LOCATED_IN": located, "GUIDES": guides if per else []},
        )
    )


def marks(picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    placed = zip(picture.x, picture.y, picture.r, strict=True)
    return np.array([(x, y, r) for x, y, r in placed if x is not None and y is not None]).reshape(-1, 3)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(1, 4), max_size=4),
    st.integers(0, 90),
    st.integers(0, 3),
    st.integers(0, 40),
)
def test_everything_stands_on_its_shelf_and_on_nothing_else(
    shape: list[int], companies: int, per: int, resources: int
) -> None:
    drawn = tree(shape, companies=companies, per=per, resources=resources)
    picture = tiers(drawn)
    assert picture == tiers(drawn)
    hidden = {i for more in picture.more for i in more.members}
    for i, (x, y, r) in enumerate(zip(picture.x, picture.y, picture.r, strict=True)):
        assert (x is None) == (i in hidden)
        if x is None or y is None:
            continue
        assert r <= x <= picture.width - r and r <= y <= picture.height - r
        row = next(row for row in picture.rows if row.y <= y <= row.y + row.height)
        kind, tier = drawn.nodes.type[i], drawn.nodes.tier[i]
        expected = {"Company": "units", "Bank": "resources"}.get(kind, tier)
        assert row.kind == expected and y + r <= row.y + row.height
    assert touching(marks(picture)) == 0
    parents = {a: b for a, b, t in zip(drawn.edges.a, drawn.edges.b, drawn.edges.type, strict=True) if t == "PART_OF"}
    for low, high in parents.items():
        assert (picture.y[low] or 0) > (picture.y[high] or 0)


def test_a_region_stands_over_its_towns_and_a_town_over_its_units() -> None:
    drawn = tree([1, 2, 3], companies=60)
    picture = tiers(drawn)
    columns = {c.node: c for c in picture.columns}
    names = drawn.nodes.name
    for i, town in enumerate(drawn.nodes.town):
        if drawn.nodes.type[i] == "Company":
            column = columns[town]
            assert column.x <= (picture.x[i] or 0) <= column.x + column.width
    county = [i for i, t in enumerate(drawn.nodes.tier) if t == "county" and drawn.nodes.type[i] == "Region"]
    below = [[t for t in columns if t in _inside(drawn, c)] for c in county]
    for c, towns in zip(county, below, strict=True):
        assert (
            min(columns[t].x for t in towns)
            <= (picture.x[c] or 0)
            <= max(columns[t].x + columns[t].width for t in towns)
        )
    assert len({names[c] for c in county}) == 2


def _inside(drawn: Scene, region: int) -> set[int]:
    parts = zip(drawn.edges.a, drawn.edges.b, drawn.edges.type, strict=True)
    return {a for a, b, t in parts if t == "PART_OF" and b == region}


def test_an_organisation_without_a_place_is_at_home_with_its_units_or_its_guide() -> None:
    graph = graph_of()
    drawn = scene(graph, coverage_of(graph))
    picture = tiers(drawn)
    column = {c.node: c for c in picture.columns}
    number = {node: i for i, node in enumerate(drawn.nodes.id)}
    town, own = column[number["reg_2"]], picture.x[number["fed_2"]]  # covers com_1, which lies in that town
    assert own is not None and town.x <= own <= town.x + town.width
    shelf = {row.kind: row for row in picture.rows}
    assert shelf["organisations"].y <= (picture.y[number["fed_2"]] or 0)
    assert {"county", "town", "organisations", "units", "resources"} == set(shelf)


@pytest.mark.parametrize("loop", [False, True])
def test_loops_and_regions_inside_their_equals_are_drawn(loop: bool) -> None:
    regions = [{"id": f"reg_{n}", "name": f"区{n}", "level": "county"} for n in range(3)]
    parts = [{"id": "par_0", "src": "reg_0", "dst": "reg_1"}, {"id": "par_1", "src": "reg_1", "dst": "reg_2"}]
    parts += [{"id": "par_2", "src": "reg_2", "dst": "reg_0"}] if loop else []
    picture = tiers(scene(graph_of({"Region": regions}, {"PART_OF": parts})))
    assert touching(marks(picture)) == 0 and None not in picture.x


def test_tiers_are_for_trees_in_which_no_unit_has_a_chain() -> None:
    assert choose(tree([2, 3]), MapOptions()) == "tiers"
    assert choose(tree([2, 3], companies=9), MapOptions()) == "tiers"
    assert choose(tree([2, 3], per=0), MapOptions()) == "communities"
    assert tiers(scene(graph_of({}, {}))).width > 0
