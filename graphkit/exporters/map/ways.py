"""What a path may pass, said of each node and edge of the scene, so that the page finds the paths that `paths` finds.

The rules are read here, once; the page only walks. A hop is made by its surest edge, the last one perhaps by an edge
that no path goes on from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.analysis.paths import PathOptions
from graphkit.analysis.units import arrays_at
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.rules import Rules

NOWHERE, END, INSIDE = 0, 1, 2
NEVER, ANY_HOP, LAST_HOP = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Ways:
    """By node: how it may stand in a path, and its place in the order of names; by edge: which hop, and how sure."""

    nodes: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    confidence: tuple[float, ...] = ()
    kinds: tuple[str, ...] = ()
    max_hops: int = 0
    limit: int = 0


def ways(
    graph: Graph, rules: "Rules", as_of: str | None, *, nodes: Mapping[str, int], edges: Mapping[str, int]
) -> Ways:
    """Read what the rules let a path pass off the arrays that `links` and `paths` are computed on."""
    net = arrays_at(graph, rules.linkage, as_of)
    standing, order = [NOWHERE] * len(nodes), [0] * len(nodes)
    ids = net.ids.to_pylist()
    named = names_of(graph, ids)
    ranked = sorted(range(len(net)), key=lambda n: (named[ids[n]], n))
    place = {n: k for k, n in enumerate(ranked)}
    kinds = set()
    for n, node in enumerate(ids):
        if node in nodes:
            standing[nodes[node]] = INSIDE if net.inner[n] else END
            order[nodes[node]] = place[n]
            kinds.add(net.kinds[net.kind[n]])
    hops, sure = [NEVER] * len(edges), [0.0] * len(edges)
    late = set(net.opening.edges.tolist())
    for edge in range(len(net.edges.row)):
        kind = net.edges.kinds[net.edges.kind[edge]]
        name = graph.edge_tables[kind]["id"][int(net.edges.row[edge])].as_py()
        if name in edges:
            hops[edges[name]] = LAST_HOP if edge in late else ANY_HOP
            sure[edges[name]] = float(net.edges.confidence[edge])
    limits = PathOptions()
    found = tuple(kind for kind in net.kinds if kind in kinds)
    return Ways(tuple(standing), tuple(order), tuple(hops), tuple(sure), found, limits.max_hops, limits.limit)
