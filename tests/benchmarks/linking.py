"""What links a generated province: 1,000 paths between two nodes, cut points, and what is lost without brokers.

Beside graphkit stand networkx, rustworkx alone on a graph that is already built, and SciPy searching from every bank.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import CROSSED, CROSSED_NODES, MAX_HOPS, matrix_of, nearest_networkx, nearest_scipy

# How far brokers are looked for: as the built-in rules say.

PATHS, BROKERS, NEAR = 1_000, 100, 3


def _graph(folder: Path) -> Any:
    import graphkit as gk

    return gk.open_store(folder / "world.duckdb").read()


def _named(folder: Path, kind: str) -> tuple[list[str], list[str]]:
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "world" / f"{kind}.parquet", columns=["key", "name"])
    return table["key"].to_pylist(), table["name"].to_pylist()


def _asked(folder: Path) -> list[tuple[str, str]]:
    """Pairs of companies by their keys, the same ones for everybody."""
    import numpy as np

    keys = _named(folder, "Company")[0]
    rows = np.random.default_rng(5).integers(0, len(keys), (PATHS, 2))
    return [(keys[a], keys[b]) for a, b in rows.tolist() if a != b]


def nearest_on_arrays(folder: Path) -> Callable[[], Any]:
    """The search alone, on arrays that another question has built: hops, which bank, how many paths, how surely."""
    import numpy as np

    import graphkit as gk
    from graphkit.analysis.links import network_of
    from graphkit.engines.searches import reach

    network = network_of(gk.links(_graph(folder), max_hops=1))
    banks, companies = network.of_type("Bank"), network.of_type("Company")

    def timed() -> Any:
        hops = reach(network, banks, MAX_HOPS).hops[companies]
        return [int(np.count_nonzero(hops > 0)), int(hops[hops > 0].sum())]

    return timed


def redundancy_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    net = gk.links(_graph(folder), max_hops=1)
    redundancy = gk.redundancy

    def timed() -> Any:
        routes = redundancy(net)["routes"]
        return [int((routes > 0).sum()), int(routes.sum())]

    return timed


def paths_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    graph = _graph(folder)
    table = graph.table("Company")
    ids = dict(zip(table["name"].to_pylist(), table["id"].to_pylist(), strict=True))
    id_of = {key: ids[name] for key, name in zip(*_named(folder, "Company"), strict=True)}
    asked = [(id_of[a], id_of[b]) for a, b in _asked(folder)]
    paths = gk.paths
    # The arrays are built at the first question.
    paths(graph, *asked[0], max_hops=1)

    def timed() -> Any:
        found = [paths(graph, a, b, max_hops=MAX_HOPS, shortest_only=True, limit=1).paths for a, b in asked]
        return _told([len(told[0]) if told else None for told in found])

    return timed


def paths_networkx(folder: Path) -> Callable[[], Any]:
    import networkx as nx

    graph, asked = _undirected(folder), _asked(folder)

    def hops(a: str, b: str) -> int | None:
        try:
            return len(nx.bidirectional_shortest_path(graph, a, b)) - 1
        except nx.NetworkXNoPath:
            return None

    return lambda: _told([hops(a, b) for a, b in asked])


def _told(hops: list[int | None]) -> list[int]:
    near = [found for found in hops if found is not None and found <= MAX_HOPS]
    return [len(near), sum(near)]


def _undirected(folder: Path) -> Any:
    """A plain networkx graph: parallel edges are one, nothing is told of nodes and edges."""
    import networkx as nx
    import pyarrow.parquet as pq

    graph: nx.Graph[str] = nx.Graph()
    for kind in CROSSED_NODES:
        graph.add_nodes_from(_named(folder, kind)[0])
    for name in CROSSED:
        ends = pq.read_table(folder / "world" / f"{name}.parquet", columns=["src", "dst"])
        graph.add_edges_from(zip(ends["src"].to_pylist(), ends["dst"].to_pylist(), strict=True))
    return graph


def cuts_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk
    from graphkit.analysis.links import network_of
    from graphkit.engines.cuts import cut_points

    network = network_of(gk.links(_graph(folder), max_hops=1))
    return lambda: int(cut_points(network).sum())


def cuts_rustworkx(folder: Path) -> Callable[[], Any]:
    import rustworkx as rx

    matrix, _ = matrix_of(folder)
    graph = rx.PyGraph(multigraph=True)
    graph.add_nodes_from([None] * matrix.shape[0])
    joined = matrix.tocoo()
    once = joined.row < joined.col
    graph.extend_from_edge_list(list(zip(joined.row[once].tolist(), joined.col[once].tolist(), strict=True)))
    return lambda: len(rx.articulation_points(graph))


def cuts_networkx(folder: Path) -> Callable[[], Any]:
    import networkx as nx

    graph = _undirected(folder)
    return lambda: sum(1 for _ in nx.articulation_points(graph))


def brokers_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    net = gk.links(_graph(folder), max_hops=NEAR)
    brokers = gk.brokers

    def timed() -> Any:
        found = brokers(net, top=BROKERS)
        return [len(found.table), len(found.table) + found.left_out]

    return timed


def largest_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    net = gk.links(_graph(folder), max_hops=NEAR)
    brokers = gk.brokers

    def timed() -> Any:
        row = brokers(net, top=1).table.to_pylist()[0]
        return [row["pairs"], row["lost_pairs"], row["units_cut"]]

    return timed


def largest_scipy(folder: Path) -> Callable[[], Any]:
    """Search from every bank with the broker and without it: the bare engine, told beforehand who is the broker."""
    import numpy as np

    import graphkit as gk

    graph = _graph(folder)
    row = gk.brokers(gk.links(graph, max_hops=NEAR), top=1).table.to_pylist()[0]
    whole, place = matrix_of(folder)
    node = place[row["type"]][0] + _named(folder, row["type"])[1].index(row["name"])
    units, banks = (np.arange(*place[kind]) for kind in ("Company", "Bank"))
    units, others = units[units != node], banks[banks != node]
    without = _without(whole, node)

    def timed() -> Any:
        before, after = (np.zeros(len(units), np.int64) for _ in range(2))
        for bank in others.tolist():
            before += _near(whole, bank)[units]
            after += _near(without, bank)[units]
        alone = (before > 0) if node not in banks else (before > 0) | _near(whole, node)[units]
        return [int(before.sum()), int((before - after).sum()), int((alone & (after == 0)).sum())]

    return timed


def _near(matrix: Any, bank: int) -> Any:
    import numpy as np
    from scipy.sparse.csgraph import dijkstra

    return np.isfinite(dijkstra(matrix, indices=[bank], unweighted=True, limit=float(NEAR))[0])


def _without(matrix: Any, node: int) -> Any:
    import scipy.sparse as sp

    joined = matrix.tocoo()
    kept = (joined.row != node) & (joined.col != node)
    return sp.coo_array((joined.data[kept], (joined.row[kept], joined.col[kept])), shape=joined.shape).tocsr()


WORKS: dict[str, dict[str, Callable[[Path], Callable[[], Any]]]] = {
    "nearest bank, arrays built": {
        "graphkit": nearest_on_arrays,
        "SciPy": nearest_scipy,
        "networkx": nearest_networkx,
    },
    f"{PATHS:,} paths between two companies": {"graphkit": paths_graphkit, "networkx": paths_networkx},
    "cut points": {"graphkit": cuts_graphkit, "rustworkx": cuts_rustworkx, "networkx": cuts_networkx},
    f"criticality of the {BROKERS} largest brokers": {"graphkit": brokers_graphkit},
    "criticality of the largest broker": {"graphkit": largest_graphkit, "SciPy": largest_scipy},
    "redundancy of every company": {"graphkit": redundancy_graphkit},
}
