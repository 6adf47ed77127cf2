"""The layouts: nothing lies on anything else, nothing is lost, and the same graph gives the same picture."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.exporters.map.communities import ROOM_X, ROOM_Y, force_layout, islands, part
from graphkit.exporters.map.lanes import chain_lanes
from graphkit.exporters.map.layouts import choose, place
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.picture import LARGEST, Picture, area_scale, radius, spread
from graphkit.exporters.map.scene import Scene, scene
from tests.exporters.scenes import coverage_of, graph_of

STATES = ("covered", "gap", "unknown")


def crowd(sizes: list[list[int]], *, joint: int = 0) -> Scene:
    """A county whose chains have these numbers of units in their segments; `joint` units share each organisation."""
    industries, companies, parts, places, feeds = [], [], [], [], []
    for c, segments in enumerate(sizes):
        industries.append({"id": f"ind_c{c}", "name": f"产业链{c}", "kind": "chain"})
        for s, count in enumerate(segments):
            # Named backwards, so that only FEEDS can tell the order.
            segment = f"ind_c{c}s{len(segments) - s}"
            industries.append({"id": segment, "name": f"环节{c}-{s}", "kind": "segment"})
            parts.append({"id": f"par_{c}_{s}", "src": segment, "dst": f"ind_c{c}"})
            if s:
                feeds.append({"id": f"fee_{c}_{s}", "src": f"ind_c{c}s{len(segments) - s + 1}", "dst": segment})
            for k in range(count):
                name = f"com_{c}_{s}_{k}"
                companies.append(
                    {"id": name, "name": f"企业{c}{s}{k}有限公司", "women_employees": (k * 37) % 400 or None}
                )
                places.append({"id": f"inn_{c}_{s}_{k}", "src": name, "dst": segment})
    federations = [{"id": f"fed_{n}", "name": f"妇联{n}"} for n in range(len(companies) // joint if joint else 0)]
    covers = [
        {"id": f"cov_{n}", "src": f"fed_{min(n // joint, len(federations) - 1)}", "dst": company["id"], "mode": "joint"}
        for n, company in enumerate(companies)
        if federations
    ]
    graph = graph_of(
        {"Industry": industries, "Company": companies, "Federation": federations},
        {"PART_OF": parts, "IN_INDUSTRY": places, "FEEDS": feeds, "COVERS": covers},
    )
    return scene(graph)


def label_boxes(drawn: Scene, picture: Picture) -> list[tuple[float, float, float, float]]:
    boxes = []
    for i, (x, y, r, room) in enumerate(zip(picture.x, picture.y, picture.r, picture.room, strict=True)):
        if x is not None and y is not None and room and drawn.nodes.type[i] != "Industry":
            boxes.append((x - room / 2, y + r + 2, x + room / 2, y + r + 16))
    return boxes


def overlaps(boxes: list[tuple[float, float, float, float]]) -> int:
    table = np.array(boxes)
    left, top, right, bottom = (table[:, k] for k in range(4))
    crossing = (left[:, None] < right) & (left < right[:, None]) & (top[:, None] < bottom) & (top < bottom[:, None])
    return int((crossing.sum() - len(table)) // 2)


def test_lanes_are_chosen_when_units_have_a_chain() -> None:
    assert choose(crowd([[2, 1]]), MapOptions()) == "chain"
    assert choose(scene(graph_of({"Company": [{"id": "com_1", "name": "甲"}]}, {})), MapOptions()) == "communities"
    assert choose(scene(graph_of({}, {})), MapOptions()) == "communities"
    assert choose(crowd([[2, 1]]), MapOptions(layout="communities")) == "communities"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=6), min_size=1, max_size=4).filter(
        lambda sizes: 0 < sum(map(sum, sizes)) <= 500 and all(sum(s) for s in sizes)
    ),
    st.sampled_from([0, 2, 5]),
)
def test_every_unit_is_drawn_once_or_counted_in_one_cell(sizes: list[list[int]], joint: int) -> None:
    drawn = crowd(sizes, joint=joint)
    picture = chain_lanes(drawn)
    hidden = [i for more in picture.more for i in more.members]
    for i in range(len(drawn.nodes)):
        if drawn.nodes.unit[i]:
            assert (picture.x[i] is None) == (hidden.count(i) == 1)
    assert len(hidden) == len(set(hidden))
    assert overlaps(label_boxes(drawn, picture)) == 0
    for x, y in zip(picture.x, picture.y, strict=True):
        assert x is None or y is None or (0 <= x <= picture.width and 0 <= y <= picture.height)


def test_segments_stand_along_the_chain_and_units_inside_their_segment() -> None:
    drawn = crowd([[3, 5, 2], [4, 4]])
    picture = chain_lanes(drawn)
    for lane in picture.lanes:
        assert lane.ordered
        assert [drawn.nodes.name[b.node][-1] for b in lane.blocks] == [str(n) for n in range(len(lane.blocks))]
        for block in lane.blocks:
            inside = [i for i in range(len(drawn.nodes)) if drawn.nodes.segments[i] == (block.node,)]
            assert inside
            for i in inside:
                x, y = picture.x[i], picture.y[i]
                assert x is not None and y is not None
                assert block.x <= x <= block.x + block.width and lane.y <= y <= lane.y + lane.height


def test_gaps_come_first_and_key_candidates_before_them() -> None:
    graph = graph_of()
    drawn = scene(graph, coverage_of(graph))
    picture = chain_lanes(drawn)
    (segment,) = [i for i, name in enumerate(drawn.nodes.name) if name == "石材加工"]
    inside = [i for i in range(len(drawn.nodes)) if drawn.nodes.segments[i] == (segment,)]
    inside.sort(key=lambda i: picture.x[i] or 0)
    assert [drawn.nodes.id[i] for i in inside] == ["com_4", "com_1", "com_2"]


def test_a_crowd_overflows_into_counted_cells_and_keeps_the_shape_of_the_stage() -> None:
    drawn = crowd([[400, 300, 200], [300, 300, 300]])
    picture = chain_lanes(drawn)
    assert picture.more and sum(len(m.members) for m in picture.more) > 500
    assert 1.2 <= picture.width / picture.height <= 2.2
    assert overlaps(label_boxes(drawn, picture)) == 0


def test_a_shared_organisation_stands_below_its_units_and_a_lone_one_is_worn() -> None:
    shared, lone = crowd([[8, 8]], joint=4), crowd([[8, 8]], joint=1)
    picture = chain_lanes(shared)
    federations = [i for i, kind in enumerate(shared.nodes.type) if kind == "Federation"]
    units = [i for i in range(len(shared.nodes)) if shared.nodes.unit[i]]
    assert not any(picture.docked)
    assert min(picture.y[f] or 0 for f in federations) > max(picture.y[u] or 0 for u in units)
    worn = chain_lanes(lone)
    assert [d for d, kind in zip(worn.docked, lone.nodes.type, strict=True) if kind == "Federation"] == [True] * 16


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=10).map(sorted))
def test_spread_keeps_order_distance_and_bounds(wanted: list[float]) -> None:
    placed = spread(wanted, 90, 0, 1000)
    assert all(b - a >= 90 - 1e-6 for a, b in pairwise(placed))
    assert placed[0] >= -1e-6 and placed[-1] <= 1000 + 1e-6


def test_spread_moves_nothing_that_has_room() -> None:
    assert spread([100, 300, 500], 90, 0, 1000) == [100, 300, 500]
    assert spread([500, 500], 90, 0, 1000) == [455, 545]


def test_area_tells_the_women_employees() -> None:
    scale = area_scale([1600, 400, None, 100], LARGEST)
    assert radius(1600, scale) == LARGEST
    assert radius(1600, scale) == pytest.approx(2 * radius(400, scale))
    assert radius(None, scale) == radius(1, scale) < radius(400, scale)


def two_cliques() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    pairs = [(a, b) for base in (0, 10) for a in range(base, base + 10) for b in range(a + 1, base + 10)]
    return np.array([*pairs, (0, 10)], dtype=np.int64).T


def test_communities_come_apart() -> None:
    points = force_layout(20, two_cliques())
    centres = points[:10].mean(axis=0), points[10:].mean(axis=0)
    apart = np.linalg.norm(centres[0] - centres[1])
    assert (
        max(
            np.linalg.norm(points[:10] - centres[0], axis=1).max(),
            np.linalg.norm(points[10:] - centres[1], axis=1).max(),
        )
        < apart
    )
    assert islands(20, two_cliques()) == (tuple(range(10)), tuple(range(10, 20)))


def test_a_seed_gives_one_picture() -> None:
    one, same, other = (force_layout(20, two_cliques(), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.allclose(one, other)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 120), st.integers(0, 5))
def test_parted_points_have_their_room(count: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(count, 2)) * 200
    points[: count // 3] = 0  # many on one spot
    parted = part(points, room=(ROOM_X, ROOM_Y), passes=400) / np.array([ROOM_X, ROOM_Y])
    distance = np.linalg.norm(parted[:, None] - parted[None], axis=2) + np.eye(count) * 9
    assert distance.min() > 0.9


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_smallest_graphs_have_a_picture(count: int) -> None:
    nodes = {"Company": [{"id": f"com_{i}", "name": f"企业{i}"} for i in range(count)]} if count else {}
    picture = place(scene(graph_of(nodes, {})), MapOptions())
    assert len(picture.x) == count and picture.width > 0 and picture.height > 0
    assert len(set(zip(picture.x, picture.y, strict=True))) == count


def test_what_nothing_joins_stands_below_the_rest() -> None:
    graph = graph_of()
    drawn = scene(graph, coverage_of(graph))
    picture = place(drawn, MapOptions(layout="communities"))
    joined = {*drawn.edges.a, *drawn.edges.b}
    alone = [y for i, y in enumerate(picture.y) if i not in joined and y is not None]
    assert alone and min(alone) > max(y for i, y in enumerate(picture.y) if i in joined and y is not None)
