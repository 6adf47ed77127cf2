"""Queries with more paths than can be walked: they end at their limit, say so, and hold no more for it in memory."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.analysis.links import links, network_of
from graphkit.engines import walks
from graphkit.engines.arrays import Network
from graphkit.engines.searches import Approach, Reach
from graphkit.engines.walks import Walk, walked

STEPS = 20_000


def hubs(count: int) -> tuple[Network, Walk]:
    """Two hubs that each know `count` companies, all of which know each other's: paths within six hops without end."""
    near = [f"{side}{n}" for side in "xy" for n in range(count)]
    nodes = [{"type": "Company", "name": name} for name in ("甲", "乙", *near)]
    ties = [("甲", f"x{n}") for n in range(count)] + [("乙", f"y{n}") for n in range(count)]
    ties += [(f"x{n}", f"y{m}") for n in range(count) for m in range(count)]
    graph = gk.from_records(nodes, [{"type": "PARTNERS_WITH", "src": a, "dst": b} for a, b in ties])
    net = network_of(links(graph))
    start, end = (net.numbers(pa.array([graph.find(name)])) for name in ("甲", "乙"))
    return net, Walk(start, end, max_hops=6, limit=10**9)


def paths_within_six(count: int) -> int:
    """By hand: x y, then x y x y, of companies that all differ."""
    return count * count + count * count * (count - 1) ** 2


@pytest.mark.parametrize("count", [15, 40, 80])
def test_two_hubs_end_at_the_limit_of_steps_in_bounded_memory(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(walks, "MOST_STEPS", STEPS)
    net, walk = hubs(count)
    looked = 0

    def order(node: int) -> int:
        nonlocal looked
        looked += 1
        return node

    tracemalloc.start()
    found, truncated = walked(net, walk, order)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert truncated
    assert 0 < len(found) < min(STEPS, paths_within_six(count))
    # Every node that is looked at is a step, and one more row may be begun.
    assert looked <= STEPS + count + 1
    # The same bound, whether there are 44,000 paths or 40 million: what is held is what was found in so many steps.
    assert peak < 300 * STEPS
    assert [len(path) for path in found] == sorted(map(len, found))


def test_of_many_starts_none_is_begun_after_the_last_step(monkeypatch: pytest.MonkeyPatch) -> None:
    net, walk = hubs(60)
    begun: list[int] = []
    along = walks._Walker.along

    def counted(walker: walks._Walker, start: int, length: int) -> Iterator[tuple[int, ...]]:
        begun.append(start)
        return along(walker, start, length)

    monkeypatch.setattr(walks, "MOST_STEPS", 25)
    monkeypatch.setattr(walks._Walker, "along", counted)
    every = Walk(np.arange(len(net)), walk.ends, max_hops=1, limit=10**9)
    found, truncated = walked(net, every, lambda node: node)
    assert truncated
    assert len(found) <= len(begun) < 25 < len(net)


def test_all_paths_are_walked_where_steps_allow() -> None:
    found, truncated = walked(*hubs(6), lambda node: node)
    assert (len(found), truncated) == (paths_within_six(6), False)
    assert len(set(found)) == len(found)


def test_a_full_list_of_short_paths_searches_no_farther(monkeypatch: pytest.MonkeyPatch) -> None:
    net, walk = hubs(40)
    asked: list[int] = []
    within = Approach.within

    def told(approach: Approach, hops: int) -> Reach:
        asked.append(hops)
        return within(approach, hops)

    monkeypatch.setattr(Approach, "within", told)
    found, truncated = walked(net, Walk(walk.starts, walk.ends, max_hops=6, limit=1000), lambda node: node)
    assert (len(found), truncated) == (1000, True)
    assert asked == [2]


def test_no_path_is_known_before_any_is_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    net, walk = hubs(3)
    monkeypatch.setattr(Approach, "within", None)
    assert walked(net, Walk(walk.starts, walk.ends, max_hops=2, limit=9), lambda node: node) == ([], False)
    assert walked(net, Walk(walk.starts, np.zeros(0, np.int64), max_hops=6, limit=9), lambda node: node) == ([], False)
