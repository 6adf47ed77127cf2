"""What hangs together, against networkx: every node that a path may pass, and only hops that any hop may be."""

import networkx as nx
import pytest

import graphkit as gk
from tests.analysis.cases import company, edge, graph, node
from tests.networks import INTERIOR, Oracle, random_graph


def of_networkx(graph: gk.Graph) -> dict[str, tuple[str, int]]:
    """Return for each inner node the smallest id of its component, and how many it has."""
    oracle = Oracle(graph)
    inner = [n for kind in sorted(INTERIOR) for n in oracle.single(kind)]
    steps = oracle.steps(inner)
    found: dict[str, tuple[str, int]] = {}
    for part in nx.connected_components(steps):
        found |= dict.fromkeys(part, (min(part), len(part)))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_components_are_those_of_networkx(seed: int) -> None:
    graph = random_graph(seed)
    rows = gk.components(graph)
    found = {n: (c, s) for n, c, s in zip(rows["id"], rows["component"], rows["size"], strict=True)}
    assert found == of_networkx(graph)
    assert list(rows["size"]) == sorted(rows["size"], reverse=True)


def test_a_group_and_a_last_hop_join_nothing() -> None:
    nodes = [company("甲"), company("乙"), node("Bank", "几家银行", group=True), node("Venue", "园"), company("丙")]
    edges = [edge("LENDS_TO", "几家银行", "甲"), edge("LENDS_TO", "几家银行", "乙")]
    edges += [edge("LOCATED_IN", "甲", "园"), edge("PART_OF", "乙", "丙")]
    rows = gk.components(graph(nodes, edges))
    assert dict(zip(rows["name"], rows["size"], strict=True)) == {"甲": 1, "乙": 2, "丙": 2, "园": 1}


def test_what_has_ended_joins_nothing_at_a_later_date() -> None:
    joined = graph(
        [company(n, founded="2019") for n in "甲乙"],
        [edge("PART_OF", "甲", "乙", valid_from="2020", valid_to="2024-05")],
    )
    assert list(gk.components(joined, as_of="2023-01-01")["size"]) == [2, 2]
    assert list(gk.components(joined, as_of="2026-06-30")["size"]) == [1, 1]


def test_an_empty_graph_has_none() -> None:
    assert len(gk.components(graph([]))) == 0
