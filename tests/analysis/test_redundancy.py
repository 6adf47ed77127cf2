"""How many ways of their own units have: the examples of the definitions, and maximal flows by networkx."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

import graphkit as gk
from graphkit.analysis.links import links, network_of
from graphkit.analysis.redundancy import ROUTES, redundancy
from graphkit.engines.disjoint import Ways
from tests.analysis.test_links import NAMED, SEEDS, small
from tests.networks import Oracle, random_graph

BLOCKS = [range(begin, begin + 30) for begin in range(0, 300, 30)]
by_seeds = pytest.mark.parametrize("seeds", BLOCKS, ids=lambda seeds: f"seeds {seeds.start}-{seeds.stop - 1}")


def routes(*edges: str, to: str = "Bank", **nodes: dict[str, Any]) -> dict[str, int]:
    found = redundancy(links(small(*edges, **nodes), to=to))
    return dict(zip(found["name"], found["routes"], strict=True))


def test_two_brokers_to_one_bank_are_one_route() -> None:
    assert routes("u MEMBER_OF b1", "u MEMBER_OF b2", "b1 PARTNERS_WITH B", "b2 PARTNERS_WITH B") == {"u": 1}


def test_two_brokers_to_two_banks_are_two_routes() -> None:
    assert routes("u MEMBER_OF b1", "u MEMBER_OF b2", "b1 PARTNERS_WITH B1", "b2 PARTNERS_WITH B2") == {"u": 2}


@pytest.mark.parametrize(
    ("edges", "wanted"),
    [
        (["u MEMBER_OF b", "b PARTNERS_WITH B1", "b PARTNERS_WITH B2"], 1),
        (["B LENDS_TO u", "B LENDS_TO u", "B PARTNERS_WITH u"], 1),
        (["B1 LENDS_TO u", "u MEMBER_OF b", "b PARTNERS_WITH B1", "b PARTNERS_WITH B2"], 2),
        # The second bank is behind the first one, which is a route's end.
        (["B1 LENDS_TO u", "B1 PARTNERS_WITH B2"], 1),
        # A first choice that has to be taken back: b1 goes to either bank, b2 only to B1.
        (["u MEMBER_OF b1", "u MEMBER_OF b2", "b1 PARTNERS_WITH B1", "b1 PARTNERS_WITH B2", "b2 PARTNERS_WITH B1"], 2),
        (["u MEMBER_OF b"], 0),
        (["u LOCATED_IN t", "B LOCATED_IN t"], 0),
        (["a GUIDES u", "a GUIDES B"], 0),
    ],
)
def test_routes_of_one_unit(edges: list[str], wanted: int) -> None:
    assert routes(*edges)["u"] == wanted


def test_length_does_not_matter_and_groups_are_passed_by_nobody() -> None:
    chain = [
        "p1 LEADS u",
        *(f"p{n} WORKS_FOR b{n}" for n in range(1, 9)),
        *(f"p{n + 1} WORKS_FOR b{n}" for n in range(1, 9)),
    ]
    assert routes(*chain, "p9 WORKS_FOR B")["u"] == 1
    assert routes("u MEMBER_OF b", "b PARTNERS_WITH B", b={"group": True}) == {"u": 0}
    assert routes("B LENDS_TO u", B={"group": True}) == {"u": 0}


def test_last_hops_and_ends_count_as_ends() -> None:
    assert routes("u LOCATED_IN v1", "p LEADS u", "p WORKS_FOR u2", "u2 LOCATED_IN v2", to="Venue") == {"u": 2, "u2": 2}
    assert routes("a1 GUIDES u", "a2 GUIDES u", "a2 GUIDES u2", "u PARTNERS_WITH u2", to="Agency") == {"u": 2, "u2": 2}


def test_a_unit_looks_for_others_of_its_type() -> None:
    assert routes("u1 PARTNERS_WITH u2", "u2 PARTNERS_WITH u3", "u4 PARTNERS_WITH u2", to="Company") == {
        "u1": 1,
        "u2": 3,
        "u3": 1,
        "u4": 1,
    }


def test_what_an_end_lacks_is_no_bound_for_others() -> None:
    """The only alliance has no other to go to; that says nothing of those who go to it."""
    net = network_of(links(small("u1 MEMBER_OF b", "u1 PARTNERS_WITH u2", "u2 MEMBER_OF b")))
    alliances = net.of_type("Alliance")
    ways = Ways(net, alliances)
    assert [ways.count(int(node)) for node in [*alliances, *net.of_type("Company")]] == [0, 1, 1]


def test_each_type_has_its_row() -> None:
    found = redundancy(links(small("B LENDS_TO u", "u MEMBER_OF b"), to=["Bank", "Alliance", "Agency"]))
    assert list(found.columns) == ROUTES.names
    assert dict(zip(found["resource_type"], found["routes"], strict=True)) == {"Bank": 1, "Alliance": 1, "Agency": 0}
    assert list(redundancy(links(gk.from_records([]))).columns) == ROUTES.names


def test_the_five_sources_hang_on_single_ways() -> None:
    five = gk.read(*(SEEDS / name for name in NAMED), SEEDS / "decisions.csv")
    found = gk.redundancy(gk.links(five))
    linked = dict(zip(found["name"], found["routes"], strict=True))
    # The loan product of the bank is a second way, but to the same bank.
    assert {name for name, many in linked.items() if many} == {"江苏惠泽电气有限公司", five.get("晶澳")["name"]}
    assert set(linked.values()) == {0, 1}


def flow(oracle: Oracle, unit: str, ends: list[str]) -> int:
    """The maximal flow from a unit to a sink behind all ends, every node of capacity one."""
    split: nx.DiGraph[Any] = nx.DiGraph()
    split.add_nodes_from((unit, "sink"))
    for end in ends:
        for here, there in oracle.open(unit, end).edges:
            for a, b in ((here, there), (there, here)):
                # Ends are left only to the sink.
                if a not in ends:
                    split.add_edge(a if a == unit else (a, "out"), (b, "in"))
        split.add_edge((end, "in"), (end, "out"), capacity=1)
        split.add_edge((end, "out"), "sink", capacity=1)
    for node in oracle.type:
        if node not in ends and ((node, "in") in split or (node, "out") in split):
            split.add_edge((node, "in"), (node, "out"), capacity=1)
    return int(nx.maximum_flow_value(split, unit, "sink"))


@by_seeds
def test_routes_are_maximal_flows(seeds: range) -> None:
    for seed in seeds:
        graph = random_graph(seed)
        kind = ["Bank", "Bank", "Venue", "Company", "Agency"][seed % 5]
        oracle = Oracle(graph)
        ends = [end for end in oracle.nodes(kind) if not oracle.group[end]]
        found = redundancy(links(graph, to=kind))
        for unit, told in zip(found["unit"], found["routes"], strict=True):
            assert told == flow(oracle, unit, [end for end in ends if end != unit]), f"seed {seed}, {unit}"


@pytest.mark.parametrize(("seed", "ties", "brokers"), [(1, 260, 4), (2, 330, 8), (3, 420, 3), (4, 700, 30)])
def test_routes_of_many_units_behind_few_brokers(seed: int, ties: int, brokers: int) -> None:
    """Cuts found for one unit hold for those behind the same cut, and for nobody else."""
    rng = np.random.default_rng(seed)
    names = [f"u{n}" for n in range(150)]
    told = [f"u{a} PARTNERS_WITH u{b}" for a, b in rng.integers(0, 150, (ties, 2))]
    told += [f"f{n} GUIDES u{a}" for n in range(brokers) for a in rng.integers(0, 150, 9)]
    told += [f"f{n} PARTNERS_WITH B{a}" for n in range(brokers) for a in rng.integers(0, 6, 3)]
    graph = small(*told, **{name: {} for name in names})
    whole: nx.Graph[str] = nx.Graph(graph.to_networkx())
    found = redundancy(links(graph))
    assert found["routes"].nunique() > 2
    banks = set(graph.nodes("Bank")["id"])
    split: nx.DiGraph[Any] = nx.DiGraph([((n, "in"), (n, "out"), {"capacity": 1}) for n in whole])
    split.add_edges_from(((a, "out"), (b, "in")) for x, y in whole.edges for a, b in ((x, y), (y, x)) if a not in banks)
    split.add_edges_from((((bank, "out"), "sink") for bank in banks), capacity=1)
    for unit, routes_found in zip(found["unit"], found["routes"], strict=True):
        assert routes_found == nx.maximum_flow_value(split, (unit, "out"), "sink"), unit
