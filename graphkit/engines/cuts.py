"""Cut points: nodes without which others that a path joined are joined by none, however long (articulation points)."""

from itertools import combinations

import numpy as np

from graphkit.engines.arrays import Flags, Network, Places, distinct

# So many edges are handed over at once, for each is an object then.
AT_ONCE = 500_000


def cut_points(network: Network) -> Flags:
    """Tell which nodes are cut points of what a path may pass; last hops, which lead nowhere else, are left out.

    A cut point can be passed itself, and two others, either of which may be an end only, are joined over it alone:
    an articulation point of the nodes that can be passed, or the only way to a node that can only be an end.
    Articulation points by low links: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1
    (1972); J. Hopcroft and R. Tarjan, Algorithm 447, Comm. ACM 16 (1973).
    """
    near, step = network.steps.of(np.flatnonzero(network.inner))
    far = network.steps.ends[step].astype(np.int64)
    passed = network.inner[far]
    found = _articulation(len(network), near[passed], far[passed])
    label, size = _components(len(network), near[passed], far[passed])
    # What can only be an end hangs on the single neighbour that it has in a component.
    end, on = far[~passed], near[~passed]
    _, place, many = np.unique(end * len(network) + label[on], return_inverse=True, return_counts=True)
    alone = on[many[place] == 1]
    found[alone[size[label[alone]] > 1]] = True
    for node in distinct(on[size[label[on]] == 1]).tolist():
        found[node] = _parts(network, node, label)
    return found


def _articulation(count: int, near: Places, far: Places) -> Flags:
    import rustworkx as rx

    found: Flags = np.zeros(count, np.bool_)
    once = near < far
    near, far = near[once], far[once]
    nodes = distinct(np.concatenate([near, far]))
    place = np.zeros(count, np.int64)
    place[nodes] = np.arange(len(nodes))
    # Parallel edges are let in, of which there are none: looking for them goes through all edges of a hub, for each.
    graph = rx.PyGraph(multigraph=True)
    graph.add_nodes_from([None] * len(nodes))
    for begin in range(0, len(near), AT_ONCE):
        ends = [place[side[begin : begin + AT_ONCE]].tolist() for side in (near, far)]
        graph.extend_from_edge_list(list(zip(*ends, strict=True)))
    found[nodes[list(rx.articulation_points(graph))]] = True
    return found


def _components(count: int, near: Places, far: Places) -> tuple[Places, Places]:
    """Return the number of each node's component, and the sizes of components."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    joined = coo_array((np.ones(len(near), np.int8), (near, far)), shape=(count, count)).tocsr()
    label = connected_components(joined, directed=False)[1].astype(np.int64)
    return label, np.bincount(label)


def _parts(network: Network, node: int, label: Places) -> bool:
    """Tell whether a node that has only ends around it is what joins two of them."""
    around = {end: network.steps.row(end) for end in network.steps.row(node).tolist()}
    direct = {end: set(ends.tolist()) for end, ends in around.items()}
    own = int(label[node])
    over = {end: {*label[ends[network.inner[ends]]].tolist()} - {own} for end, ends in around.items()}
    return any(b not in direct[a] and not over[a] & over[b] for a, b in combinations(around, 2))
