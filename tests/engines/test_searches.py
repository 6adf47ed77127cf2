"""Searches on arrays against plain breadth-first search and against every simple path."""

from collections import deque
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.rules import load_rules
from graphkit.engines import searches
from graphkit.engines.arrays import Network, network
from graphkit.engines.searches import Reach, Route, between, brokers, checked_hops, reach
from tests.networks import Oracle, World, worlds

RULES = load_rules().linkage


def built(graph: gk.Graph) -> Network:
    def actual(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([status == "actual" for status in table["status"].to_pylist()], np.bool_)

    return network(graph, RULES, as_of=None, in_force=actual)


def told_by_reach(net: Network, found: Reach, node: int, most: int = 99) -> dict[str, Any] | None:
    """What a search says of one node, in the words of the oracle."""
    if found.hops[node] < 1:
        return None
    listed = brokers(net, found, np.array([node]), most)[0].as_py()
    return {
        "hops": int(found.hops[node]),
        "resource": net.ids[int(found.nearest[node])].as_py(),
        "paths": found.paths[node],
        "brokers": listed if listed is None else sorted(net.ids[n].as_py() for n in listed),
        "confidence": found.confidence[node],
    }


def told_by_route(net: Network, route: Route | None) -> dict[str, Any] | None:
    if route is None:
        return None
    inside = sorted(net.ids[node].as_py() for node, left in route.left.items() if 0 < left < route.hops)
    end = min(net.ids[node].as_py() for node, left in route.left.items() if not left)
    weakest = route.confidence
    return {"hops": route.hops, "resource": end, "paths": route.paths, "brokers": inside, "confidence": weakest}


@settings(max_examples=80, deadline=None)
@given(worlds(), st.sampled_from(["Bank", "Venue", "Agency", "Company"]), st.integers(1, 5))
def test_reach_and_between_agree_with_every_simple_path(world: World, kind: str, most: int) -> None:
    graph = world.graph()
    net, oracle = built(graph), Oracle(graph)
    ends = net.of_type(kind)
    found = reach(net, ends, most)
    for node, own_id in enumerate(net.ids.to_pylist()):
        others = [end for end in oracle.nodes(kind) if end != own_id]
        best = oracle.best(own_id, others, most)
        assert told_by_route(net, between(net, node, ends[ends != node], most)) == best
        if len(others) == len(ends):
            assert told_by_reach(net, found, node) == best


def two_sided(*ties: tuple[str, str, str]) -> tuple[Network, dict[str, int]]:
    """Arrays of companies (c), a person (p), venues (v) and agencies (a), and the numbers of their names."""
    kind = {"c": "Company", "p": "Person", "v": "Venue", "a": "Agency"}
    names = dict.fromkeys(name for _, *ends in ties for name in ends)
    edges = [{"type": name, "src": src, "dst": dst} for name, src, dst in ties]
    graph = gk.from_records([{"type": kind[name[0]], "name": name} for name in names], edges)
    net = built(graph)
    return net, {name: int(net.numbers(pa.array([graph.find(name)]))[0]) for name in names}


def test_a_last_hop_is_found_from_either_side() -> None:
    ties = [("LOCATED_IN", "c1", "v1"), *(("PARTNERS_WITH", "c1", f"c{n}") for n in range(2, 6))]
    net, number = two_sided(*ties)
    route = between(net, number["c1"], np.array([number["v1"]]), 3)
    assert route == Route(1, 1.0, 1.0, {number["v1"]: 0, number["c1"]: 1})
    ties = [("LOCATED_IN", "c1", "v1"), ("PARTNERS_WITH", "c0", "c1")]
    net, number = two_sided(*ties, *(("SERVES", "v1", f"c{n}") for n in range(2, 6)))
    route = between(net, number["c0"], np.array([number["v1"]]), 3)
    assert route == Route(2, 1.0, 1.0, {number["v1"]: 0, number["c1"]: 1, number["c0"]: 2})


def test_the_way_back_crosses_no_last_hop_but_the_last() -> None:
    # c2 and c3 lie in v1, which serves only c1: the way over v1 may not be entered from c2.
    ties = [("PARTNERS_WITH", "c0", "c1"), ("SERVES", "v1", "c1"), ("HOSTED_BY", "v1", "v2")]
    ties += [("LOCATED_IN", "c2", "v1"), ("PARTNERS_WITH", "c0", "c2")]
    net, number = two_sided(*ties, *(("SERVES", "v2", f"c{n}") for n in range(4, 9)))
    route = between(net, number["c0"], np.array([number["v2"]]), 5)
    assert route == Route(3, 1.0, 1.0, {number["v2"]: 0, number["v1"]: 1, number["c1"]: 2, number["c0"]: 3})


def test_an_end_that_may_not_be_passed_is_no_broker() -> None:
    ties = [("GUIDES", "a1", "c1"), ("GUIDES", "a1", "c3")]
    ties += [("PARTNERS_WITH", "c1", "c2"), ("PARTNERS_WITH", "c2", "c3")]
    net, number = two_sided(*ties, *(("PARTNERS_WITH", "c3", f"c{n}") for n in range(4, 9)))
    ends = np.array([number["c3"]])
    found = reach(net, ends, 3)
    assert (found.hops[number["c1"]], found.hops[number["a1"]]) == (2, 1)
    assert brokers(net, found, np.array([number["c1"]]), 5).to_pylist() == [[number["c2"]]]
    route = between(net, number["c1"], ends, 3)
    assert route is not None
    assert route.left == {number["c1"]: 2, number["c2"]: 1, number["c3"]: 0}


@pytest.mark.parametrize("sure", [(0.6, 0.9), (0.9, 0.6)])
def test_a_step_that_is_also_a_last_hop_is_one_step(sure: tuple[float, float]) -> None:
    edges = [{"type": "LOCATED_IN", "src": "c", "dst": "v"}, {"type": "SERVES", "src": "v", "dst": "c"}]
    told = [edge | {"confidence": confidence} for edge, confidence in zip(edges, sure, strict=True)]
    net = built(gk.from_records([{"type": "Company", "name": "c"}, {"type": "Venue", "name": "v"}], told))
    found = reach(net, net.of_type("Venue"), 3)
    company = int(net.of_type("Company")[0])
    assert (found.hops[company], found.paths[company], found.confidence[company]) == (1, 1, 0.9)


def dense_world(seed: int, *, companies: int, edges: int) -> gk.Graph:
    rng = np.random.default_rng(seed)
    nodes = [{"type": "Company", "name": f"c{n}", "group": bool(n % 17 == 0)} for n in range(companies)]
    nodes += [{"type": "Bank", "name": f"b{n}"} for n in range(3)]
    names = [node["name"] for node in nodes]
    ties = [
        {"type": "PARTNERS_WITH", "src": names[a], "dst": names[b], "key": str(n), "confidence": float(sure)}
        for n, (a, b) in enumerate(rng.integers(0, len(names), (edges, 2)))
        for sure in [rng.choice([0.5, 0.7, 0.9])]
    ]
    return gk.from_records(nodes, ties)


def plain_search(graph: gk.Graph) -> dict[str, tuple[int, int, float]]:
    """Hops, paths and confidence to the nearest bank by the textbook, over sets of neighbours."""
    whole = graph.to_networkx()
    sure: dict[str, dict[str, float]] = {node: {} for node in whole}
    for src, dst, told in whole.edges(data=True):
        for a, b in ((src, dst), (dst, src)):
            if a != b:
                sure[a][b] = max(sure[a].get(b, 0.0), told["confidence"])
    found = {node: (0, 1, 1.0) for node, told in whole.nodes(data=True) if told["type"] == "Bank"}
    waiting = deque(found)
    while waiting:
        far = waiting.popleft()
        if found[far][0] and whole.nodes[far]["group"]:
            continue
        for near, confidence in sure[far].items():
            hops, paths, weakest = found.get(near, (found[far][0] + 1, 0, 0.0))
            if hops == found[far][0] + 1:
                if near not in found:
                    waiting.append(near)
                found[near] = (hops, paths + found[far][1], max(weakest, min(confidence, found[far][2])))
    return found


@pytest.mark.parametrize(("seed", "edges"), [(1, 300), (2, 700), (3, 2500)])
def test_large_fronts_are_searched_from_the_side_with_fewer_steps(seed: int, edges: int) -> None:
    graph = dense_world(seed, companies=400, edges=edges)
    net, plain = built(graph), plain_search(graph)
    found = reach(net, net.of_type("Bank"), 20)
    for node, own_id in enumerate(net.ids.to_pylist()):
        if own_id not in plain:
            assert found.hops[node] == -1
        elif plain[own_id][0]:
            assert (found.hops[node], found.paths[node], found.confidence[node]) == plain[own_id]
            route = between(net, node, net.of_type("Bank"), 20)
            assert route is not None
            assert (route.hops, route.paths, route.confidence) == plain[own_id]


@pytest.mark.parametrize("at_once", [1, 7, 8_000_000])
def test_brokers_do_not_depend_on_how_many_are_joined_at_once(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    net = built(dense_world(4, companies=120, edges=260))
    nodes = np.arange(len(net))
    found = reach(net, net.of_type("Bank"), 20)
    whole = brokers(net, found, nodes, 99).to_pylist()
    monkeypatch.setattr(searches, "AT_ONCE", at_once)
    assert brokers(net, found, nodes, 99).to_pylist() == whole
    few = brokers(net, found, nodes, 4).to_pylist()
    assert few == [listed if len(listed) <= 4 else None for listed in whole]
    assert None in few
    assert brokers(net, found, nodes[::-1], 4).to_pylist() == few[::-1]


def test_nothing_reaches_no_ends() -> None:
    net = built(gk.from_records([{"type": "Company", "name": "甲"}]))
    nowhere = np.zeros(0, np.int64)
    assert reach(net, nowhere, 3).hops.tolist() == [-1]
    assert between(net, 0, nowhere, 3) is None
    assert brokers(net, reach(net, nowhere, 3), np.array([0]), 3).to_pylist() == [[]]


def test_paths_are_counted_beyond_what_an_integer_holds() -> None:
    layers = [[f"{layer}-{n}" for n in range(40)] for layer in range(13)]
    nodes = [{"type": "Company", "name": name} for layer in layers for name in layer] + [{"type": "Bank", "name": "行"}]
    pairs = [(a, b) for near, far in pairwise(layers) for a in near for b in far]
    pairs += [(name, "行") for name in layers[-1]]
    graph = gk.from_records(nodes, [{"type": "PARTNERS_WITH", "src": a, "dst": b} for a, b in pairs])
    net = built(graph)
    found = reach(net, net.of_type("Bank"), 20)
    start = int(net.numbers(pa.array([graph.find("0-0")]))[0])
    assert found.paths[start] == pytest.approx(40.0**12)
    assert brokers(net, found, np.array([start]), 20).to_pylist() == [None]


@pytest.mark.parametrize("hops", [0, -1, 21, True, 2.0])
def test_a_number_of_hops_that_cannot_be_searched_is_refused(hops: Any) -> None:
    with pytest.raises(gk.QueryError) as told:
        checked_hops(hops)
    assert told.value.code == "bad-hops"
