"""Hold random typed multigraphs, and what is linked in them by the plainest means: every simple path, by networkx."""

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import networkx as nx
from hypothesis import strategies as st

import graphkit as gk
from graphkit.schema import Schema

INTERIOR = {"Federation", "MicroHome", "Company", "Alliance", "Bank", "Person", "Venue", "FinancialProduct"}
ENDS_ONLY = {"Programme", "Agency"}
NEVER = {"IN_INDUSTRY", "FEEDS", "PROVIDES_FOR", "BASED_ON", "ISSUED"}
KINDS = "Company Company Bank Bank Person Federation Alliance Venue Programme Agency Region".split()
EDGES = ("LENDS_TO", "PARTNERS_WITH", "WORKS_FOR", "LOCATED_IN", "GUIDES", "MEMBER_OF", "RUNS", "SERVES", "FEEDS")

Record = dict[str, Any]


class World:
    """Records of nodes and edges, and the graph made of them."""

    def __init__(self, nodes: list[Record], edges: list[Record]) -> None:
        self.nodes, self.edges = nodes, edges

    def __repr__(self) -> str:
        return f"World({self.nodes!r}, {self.edges!r})"

    def graph(self) -> gk.Graph:
        return gk.from_records(self.nodes, self.edges)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw up to nine nodes and as many edges as there may be, with parallels, loops, groups and plans among them."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=draw(st.integers(2, 7)), max_size=9))
    seldom = st.sampled_from([True, *[False] * 5])
    planned = st.sampled_from(["planned", *["actual"] * 6])
    nodes = [
        {"type": kind, "name": f"{kind}{n}", "group": draw(seldom), "status": draw(planned)}
        for n, kind in enumerate(kinds)
    ]
    allowed = {name: Schema.load().edges[name].pairs for name in EDGES}
    pairs = {
        name: [(name, a["name"], b["name"]) for a in nodes for b in nodes if (a["type"], b["type"]) in allowed[name]]
        for name in EDGES
    }
    known = st.sampled_from([found for found in pairs.values() if found] or [[]])
    least = draw(st.integers(0, 18)) if any(pairs.values()) else 0
    drawn = st.lists(known.flatmap(st.sampled_from), min_size=least, max_size=least + 6)
    chosen = draw(drawn) if any(pairs.values()) else []
    sure = st.sampled_from([None, 1.0, 0.9, 0.7, 0.5])
    edges = [
        {"type": name, "src": src, "dst": dst, "key": str(n), "confidence": draw(sure), "status": draw(planned)}
        for n, (name, src, dst) in enumerate(chosen)
    ]
    return World(nodes, edges)


@cache
def random_graph(seed: int) -> gk.Graph:
    """A typed multigraph of 6 to 14 nodes, made of a seed alone, with parallels, loops, groups and plans among them."""
    return random_world(seed).graph()


def random_world(seed: int, suffix: str = "") -> World:
    """The records of a random graph; with a suffix, names that no other has."""
    rng = random.Random(seed)
    kinds = ["Company", "Bank", *rng.choices([*KINDS, "FinancialProduct", "Company", "Person"], k=rng.randint(4, 12))]
    nodes = [
        {"type": kind, "name": f"{kind}{n}{suffix}", "group": rng.random() < 0.06, "status": _status(rng)}
        for n, kind in enumerate(kinds)
    ]
    allowed = {name: Schema.load().edges[name].pairs for name in (*EDGES, "OFFERS", "RECEIVED")}
    ties = [
        (name, a["name"], b["name"])
        for name, pairs in allowed.items()
        for a in nodes
        for b in nodes
        if (a["type"], b["type"]) in pairs and (a is not b or rng.random() < 0.3)
    ]
    many = int(len(nodes) * rng.choice([1, 1.5, 2, 3])) if ties else 0
    edges = [
        {"type": name, "src": src, "dst": dst, "key": str(n), "status": _status(rng)}
        for n, (name, src, dst) in enumerate(rng.choices(ties, k=many) if many else ())
    ]
    return World(nodes, edges)


def _status(rng: random.Random) -> str:
    return "planned" if rng.random() < 0.06 else "actual"


class Oracle:
    """Every simple path of a graph, one by one."""

    def __init__(self, graph: gk.Graph) -> None:
        self.whole = graph.to_networkx()
        self.type = dict(self.whole.nodes(data="type"))
        self.name = dict(self.whole.nodes(data="name"))
        self.group = {node: bool(group) for node, group in self.whole.nodes(data="group")}

    def nodes(self, kind: str) -> list[str]:
        told = self.whole.nodes(data=True)
        return sorted(n for n, node in told if node["type"] == kind and node["status"] == "actual")

    def single(self, kind: str) -> list[str]:
        """Return the nodes of a type that are no counted group."""
        return [node for node in self.nodes(kind) if not self.group[node]]

    def paths(self, start: str, end: str, most: int) -> list[tuple[str, ...]]:
        """Return all simple paths between two nodes as ids, the shortest first, then by names and ids."""
        if start == end:
            return []
        found = map(tuple, nx.all_simple_paths(self.open(start, end), start, end, cutoff=most))
        return sorted(found, key=self.place)

    def place(self, path: tuple[str, ...]) -> tuple[int, list[tuple[str, str]]]:
        return len(path), [(self.name[node], node) for node in path]

    def confidence(self, path: tuple[str, ...]) -> float:
        """Return the weakest hop of a path; a hop is as sure as the best of its edges."""
        joined = self.open(path[0], path[-1])
        return min(float(joined.edges[hop]["confidence"]) for hop in pairwise(path))

    def best(self, start: str, ends: list[str], most: int) -> dict[str, Any] | None:
        """Return what links a node to the nearest of others: hops, which of them, paths, brokers, confidence."""
        found = [path for end in ends for path in self.paths(start, end, most)]
        if not found:
            return None
        hops = min(map(len, found)) - 1
        shortest = [path for path in found if len(path) == hops + 1]
        return {
            "hops": hops,
            "resource": min(path[-1] for path in shortest),
            "paths": len(shortest),
            "brokers": sorted({node for path in shortest for node in path[1:-1]}),
            "confidence": max(map(self.confidence, shortest)),
        }

    def open(self, start: str, end: str) -> "nx.Graph[str]":
        """Return what a path between two nodes may pass, parallel edges joined."""
        ends = {
            node
            for node in (start, end)
            if self.type[node] in INTERIOR | ENDS_ONLY and self.whole.nodes[node]["status"] == "actual"
        }
        joined: nx.Graph[str] = nx.Graph()
        joined.add_nodes_from((start, end))
        for src, dst, told in self._crossed(end):
            if all(node in ends or self.inner(node) for node in (src, dst)):
                best = joined.edges[src, dst]["confidence"] if joined.has_edge(src, dst) else 0.0
                joined.add_edge(src, dst, confidence=max(best, told.get("confidence", 1.0)))
        return joined

    def steps(self, ends: list[str]) -> "nx.Graph[str]":
        """Return what may be any hop of a path, parallel edges joined, between those that may be ends."""
        joined: nx.Graph[str] = nx.Graph()
        joined.add_nodes_from(ends)
        joined.add_edges_from((src, dst) for src, dst, _ in self._crossed(None) if {src, dst} <= joined.nodes)
        return joined

    def inner(self, node: str) -> bool:
        return self.type[node] in INTERIOR and not self.group[node] and self.whole.nodes[node]["status"] == "actual"

    def _crossed(self, end: str | None) -> Iterator[tuple[str, str, Record]]:
        for src, dst, told in self.whole.edges(data=True):
            if told["status"] != "actual" or told["type"] in NEVER or src == dst:
                continue
            if told["type"] != "LOCATED_IN" or (dst == end and self.type[dst] == "Venue"):
                yield src, dst, told
