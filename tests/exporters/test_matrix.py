"""The matrix: every unit in the cell of its town and chain, nothing on top of anything, the same picture each time."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.exporters.map.layouts import choose, place
from graphkit.exporters.map.matrix import matrix
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.packing import RING
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene, scene
from graphkit.exporters.map.units import units_of
from tests.exporters.scenes import coverage_of, graph_of

STATUS = ("covered", "gap", "unknown")


def lattice(cells: list[list[int]], *, organisations: int = 0, resources: int = 0) -> Scene:
    """A county with so many units in each town (row) and chain (column); every third a gap, every sixth a key one."""
    towns = [{"id": f"reg_{t}", "name": f"镇{t}", "level": "town"} for t in range(len(cells))]
    chains = [{"id": f"ind_{c}", "name": f"链{c}产业链", "kind": "chain"} for c in range(len(cells[0]))]
    companies: list[dict[str, Any]] = []
    located: list[dict[str, Any]] = []
    joined: list[dict[str, Any]] = []
    found: dict[str, dict[str, Any]] = {}
    for t, row in enumerate(cells):
        for c, count in enumerate(row):
            for _ in range(count):
                n = len(companies)
                companies.append(
                    {"id": f"com_{n}", "name": f"企业{n}有限公司", "women_employees": (n * 53) % 700 or None}
                )
                located.append({"id": f"loc_{n}", "src": f"com_{n}", "dst": f"reg_{t}"})
                joined.append({"id": f"inn_{n}", "src": f"com_{n}", "dst": f"ind_{c}"})
                status = STATUS[n % 3]
                found[f"com_{n}"] = {"status": status, "key_candidate": "yes" if n % 6 == 1 else "no"}
                found[f"com_{n}"] |= {"mode": "own", "form": "federation"} if status == "covered" else {}
    federations = [{"id": f"fed_{n}", "name": f"妇联{n}", "level": "town"} for n in range(organisations)]
    banks = [{"id": f"ban_{n}", "name": f"银行{n}"} for n in range(resources)]
    located += [
        {"id": f"lof_{n}", "src": f"fed_{n}", "dst": f"reg_{n % len(towns)}"} for n in range(organisations) if n % 4
    ]
    graph = graph_of(
        {"Region": towns, "Industry": chains, "Company": companies, "Federation": federations, "Bank": banks},
        {"LOCATED_IN": located, "IN_INDUSTRY": joined},
    )
    return scene(graph, coverage_of(graph, found) if found else None)


def circles(drawn: Scene, picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Centre and reach of every mark that is no head, the second ring of a key candidate counted."""
    rows = []
    for i, (x, y, r) in enumerate(zip(picture.x, picture.y, picture.r, strict=True)):
        if x is not None and y is not None and drawn.nodes.type[i] not in ("Region", "Industry"):
            key = drawn.nodes.key[i] == "yes" and drawn.nodes.status[i] != "covered"
            rows.append((x, y, r + (RING if key else 0)))
    return np.array(rows).reshape(-1, 3)


def touching(marks: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int:
    """Count the pairs of circles that lie on each other."""
    apart = np.linalg.norm(marks[:, None, :2] - marks[None, :, :2], axis=2)
    reach = marks[:, None, 2] + marks[None, :, 2]
    return int(((apart < reach - 1e-6).sum() - len(marks)) // 2)


COUNTS = st.integers(1, 7).flatmap(
    lambda chains: st.lists(st.lists(st.integers(0, 30), min_size=chains, max_size=chains), min_size=1, max_size=12)
)


@settings(max_examples=30, deadline=None)
@given(COUNTS, st.integers(0, 30), st.integers(0, 60))
def test_every_unit_and_organisation_stands_in_its_cell_and_on_no_other(
    cells: list[list[int]], organisations: int, resources: int
) -> None:
    drawn = lattice(cells, organisations=organisations, resources=resources)
    picture = matrix(drawn)
    assert picture == matrix(drawn)
    hidden = [i for more in picture.more for i in more.members]
    for i, kind in enumerate(drawn.nodes.type):
        if drawn.nodes.unit[i] or kind == "Federation":
            assert picture.x[i] is not None
        if kind == "Bank":
            assert (picture.x[i] is None) == (hidden.count(i) == 1)
    for cell in picture.cells:
        row, column = picture.rows[cell.row], picture.columns[cell.column]
        for i in cell.members:
            x, y, r = picture.x[i], picture.y[i], picture.r[i]
            if x is not None and y is not None:
                assert column.x <= x - r and x + r <= column.x + column.width
                assert row.y <= y - r and y + r <= row.y + row.height
    assert touching(circles(drawn, picture)) == 0
    for x, y in zip(picture.x, picture.y, strict=True):
        assert x is None or y is None or (0 <= x <= picture.width and 0 <= y <= picture.height)
    listed = Counter(i for cell in picture.cells for i in cell.members)
    assert set(listed.values()) <= {1} and set(units_of(drawn)) <= set(listed)


def test_the_worst_town_comes_first_and_what_has_no_place_last() -> None:
    graph = graph_of()
    drawn = scene(graph, coverage_of(graph))
    picture = matrix(drawn)
    towns = [drawn.nodes.name[row.node] if row.node >= 0 else "" for row in picture.rows]
    assert towns[-1] == "" and picture.rows[-1].kind == "rest"
    assert towns[0] == "溪口县"  # the only one with a gap
    chains = [drawn.nodes.name[c.node] if c.node >= 0 else c.kind for c in picture.columns]
    assert chains == ["石材产业链", "水暖产业链", "rest", "organisations", "resources"]


def test_one_chain_is_told_by_its_segments() -> None:
    nodes = {
        "Industry": [
            {"id": "ind_1", "name": "石材产业链", "kind": "chain"},
            {"id": "ind_2", "name": "加工", "kind": "segment"},
            {"id": "ind_3", "name": "开采", "kind": "segment"},
        ],
        "Company": [{"id": f"com_{n}", "name": f"企业{n}"} for n in range(4)],
    }
    edges = {
        "PART_OF": [{"id": f"par_{n}", "src": f"ind_{n}", "dst": "ind_1"} for n in (2, 3)],
        "FEEDS": [{"id": "fee_1", "src": "ind_3", "dst": "ind_2"}],
        "IN_INDUSTRY": [{"id": f"inn_{n}", "src": f"com_{n}", "dst": f"ind_{2 + n % 2}"} for n in range(3)],
    }
    drawn = scene(graph_of(nodes, edges))
    columns = [drawn.nodes.name[c.node] if c.node >= 0 else c.kind for c in matrix(drawn).columns]
    assert columns == ["开采", "加工", "rest"]


def test_many_units_of_known_town_and_chain_make_a_matrix() -> None:
    few, many = lattice([[30, 30], [30, 30]]), lattice([[31, 30], [30, 30]])
    assert choose(few, MapOptions()) == "chain" and choose(many, MapOptions()) == "matrix"
    assert place(many, MapOptions()).layout == "matrix"
    assert choose(many, MapOptions(layout="tiers")) == "tiers"


@pytest.mark.parametrize("towns", [3, 12, 60])
def test_a_picture_keeps_the_shape_of_the_stage(towns: int) -> None:
    picture = matrix(lattice([[20] * 6] * towns))
    assert 1.2 <= picture.width / picture.height <= 2.5


def test_an_empty_graph_has_a_picture() -> None:
    picture = matrix(scene(graph_of({}, {})))
    assert picture.width > 0 and picture.height > 0 and picture.cells == ()
