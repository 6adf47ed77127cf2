"""The contenders: graphkit, the bare engine, networkx. Each prepares outside the clock and answers inside it."""

from collections import Counter, deque
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

NODES = ("Company", "Person", "Federation", "Alliance", "Venue", "Bank", "Region", "Industry")
EDGES = ("LOCATED_IN", "IN_INDUSTRY", "COVERS", "PART_OF", "LEADS", "PARTNERS_WITH", "LENDS_TO", "MEMBER_OF")
MAX_HOPS = 6
# What linkage may cross: DEFINITIONS 10. Hops over towns and industries would link everybody with everybody.
CROSSED = ("COVERS", "LEADS", "PARTNERS_WITH", "LENDS_TO", "MEMBER_OF")
CROSSED_NODES = ("Company", "Person", "Federation", "Alliance", "Bank")


def prepare(folder: Path) -> None:
    """Load the world once into the store that later works read."""
    import graphkit as gk

    with gk.open_store(folder / "world.duckdb") as store:
        gk.load(store, folder / "world")


def load_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    open_store, load = gk.open_store, gk.load

    def timed() -> Any:
        with open_store(folder / "again.duckdb") as store:
            load(store, folder / "world")
            return sum(store.counts().values())

    return timed


def load_duckdb(folder: Path) -> Callable[[], Any]:
    import duckdb

    def timed() -> Any:
        with duckdb.connect(folder / "bare.duckdb") as db:
            db.execute("SET enable_progress_bar = false")
            for name in (*NODES, *EDGES):
                file = folder / "world" / f"{name}.parquet"
                db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{file}')")
            counts = [db.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in (*NODES, *EDGES)]
            return sum(counts)

    return timed


def load_networkx(folder: Path) -> Callable[[], Any]:
    return lambda: (lambda g: g.number_of_nodes() + g.number_of_edges())(_networkx(folder))


def _networkx(folder: Path, edges: tuple[str, ...] = EDGES) -> Any:
    import networkx as nx
    import pyarrow.parquet as pq

    graph: Any = nx.MultiDiGraph()
    for name in NODES:
        for row in pq.read_table(folder / "world" / f"{name}.parquet").to_pylist():
            graph.add_node(row["key"], type=name, **row)
    for name in edges:
        for row in pq.read_table(folder / "world" / f"{name}.parquet").to_pylist():
            graph.add_edge(row.pop("src"), row.pop("dst"), type=name, **row)
    return graph


def coverage_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    graph = gk.open_store(folder / "world.duckdb").read()
    coverage, rates = gk.coverage, gk.rates

    def timed() -> Any:
        rows = rates(coverage(graph), by=["town", "segment"])
        total = rows.iloc[-1]
        return [len(rows) - 1, int(total["covered"]), int(total["gap"]), int(total["unknown"])]

    return timed


COVERAGE_SQL = """
WITH covered AS (SELECT dst, any_value(mode) AS mode FROM "COVERS" WHERE status = 'actual' AND confidence >= 0.8
                 AND valid_to IS NULL GROUP BY dst),
units AS (SELECT c.id, CASE WHEN v.dst IS NOT NULL OR c.federation_status = 'yes' THEN 'covered'
                            WHEN c.federation_status IN ('no', 'preparing') THEN 'gap' ELSE 'unknown' END AS status,
                 c.women_employees AS women, v.mode AS mode
          FROM "Company" c LEFT JOIN covered v ON v.dst = c.id WHERE NOT c."group" AND c.status = 'actual')
SELECT l.dst AS town, i.dst AS segment, count(*) AS units, sum((u.status = 'covered')::INT) AS covered,
       sum((u.status = 'gap')::INT) AS gap, sum((u.status = 'unknown')::INT) AS unknown, sum(women) AS women,
       sum((women IS NULL)::INT) AS women_unknown
FROM units u LEFT JOIN "LOCATED_IN" l ON l.src = u.id LEFT JOIN "IN_INDUSTRY" i ON i.src = u.id
GROUP BY ALL
"""


def coverage_duckdb(folder: Path) -> Callable[[], Any]:
    import duckdb

    def timed() -> Any:
        with duckdb.connect(folder / "world.duckdb", read_only=True) as db:
            db.execute("SET enable_progress_bar = false")
            rows = db.execute(COVERAGE_SQL).fetchall()
        return [len(rows), *(sum(row[i] for row in rows) for i in (3, 4, 5))]

    return timed


def coverage_networkx(folder: Path) -> Callable[[], Any]:
    graph = _networkx(folder, ("LOCATED_IN", "IN_INDUSTRY", "COVERS"))

    def timed() -> Any:
        cells: dict[tuple[str, str], Counter[str]] = {}
        for node, told in graph.nodes(data=True):
            if told["type"] != "Company":
                continue
            covered = any(edge["type"] == "COVERS" for _, _, edge in graph.in_edges(node, data=True))
            status = told.get("federation_status")
            state = "covered" if covered or status == "yes" else "gap" if status in ("no", "preparing") else "unknown"
            out = {edge["type"]: end for _, end, edge in graph.out_edges(node, data=True)}
            cells.setdefault((out["LOCATED_IN"], out["IN_INDUSTRY"]), Counter())[state] += 1
        return [len(cells), *(sum(c[state] for c in cells.values()) for state in ("covered", "gap", "unknown"))]

    return timed


def nearest_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    graph = gk.open_store(folder / "world.duckdb").read()
    links = gk.links

    def timed() -> Any:
        hops = links(graph, to="Bank", max_hops=MAX_HOPS).nearest["hops"].drop_null().to_numpy()
        return [len(hops), int(hops.sum())]

    return timed


def nearest_scipy(folder: Path) -> Callable[[], Any]:
    """Breadth first from one super source over a matrix that is already built: the bare engine."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import breadth_first_order

    matrix, place = matrix_of(folder)
    count = matrix.shape[0]
    banks, companies = (np.arange(*place[kind]) for kind in ("Bank", "Company"))
    start = sp.coo_matrix((np.ones(len(banks)), (np.full(len(banks), count), banks)), shape=(count + 1, count + 1))
    joined = (sp.block_diag([matrix, sp.csr_matrix((1, 1))]) + start).tocsr()

    def timed() -> Any:
        order, before = breadth_first_order(joined, count, directed=True, return_predecessors=True)
        depth = _depths(order, before)
        hops = depth[companies] - 1
        near = hops[(hops >= 1) & (hops <= MAX_HOPS)]
        return [len(near), int(near.sum())]

    return timed


def _depths(order: Any, before: Any) -> Any:
    """Depth of every node from a breadth first order: the order is sorted by depth, level after level."""
    import numpy as np

    place = np.zeros(len(before), np.int64)
    place[order] = np.arange(len(order))
    parents = place[before[order[1:]]]
    depth = np.full(len(before), -1)
    depth[order[0]], start, end, level = 0, 0, 1, 0
    while start < end:
        start, end, level = end, 1 + int(np.searchsorted(parents, end)), level + 1
        depth[order[start:end]] = level
    return depth


def matrix_of(folder: Path) -> tuple[Any, dict[str, tuple[int, int]]]:
    """Return the ties as a symmetric matrix, and where the nodes of each type begin and end in it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    import scipy.sparse as sp

    keys = {name: pq.read_table(folder / "world" / f"{name}.parquet", columns=["key"])["key"] for name in CROSSED_NODES}
    ids = pa.concat_arrays([chunk for column in keys.values() for chunk in column.chunks])
    offsets = np.cumsum([0, *map(len, keys.values())])
    ends = [pq.read_table(folder / "world" / f"{name}.parquet", columns=["src", "dst"]) for name in CROSSED]
    edges = pa.concat_tables(ends)
    src, dst = (pc.index_in(edges[end], value_set=ids).to_numpy() for end in ("src", "dst"))
    matrix = sp.coo_matrix((np.ones(len(src)), (src, dst)), shape=(len(ids), len(ids))).tocsr()
    place = dict(zip(keys, pairwise(offsets.tolist()), strict=True))
    return (matrix + matrix.T).tocsr(), place


def nearest_networkx(folder: Path) -> Callable[[], Any]:
    graph = _networkx(folder, CROSSED).to_undirected(as_view=True)
    banks = [node for node, told in graph.nodes(data="type") if told == "Bank"]

    def timed() -> Any:
        depth = dict.fromkeys(banks, 0)
        waiting = deque(banks)
        while waiting:
            here = waiting.popleft()
            if depth[here] == MAX_HOPS:
                break
            for there in graph[here]:
                if there not in depth:
                    depth[there] = depth[here] + 1
                    waiting.append(there)
        hops = [d for node, d in depth.items() if graph.nodes[node]["type"] == "Company"]
        return [len(hops), sum(hops)]

    return timed


WORKS: dict[str, dict[str, Callable[[Path], Callable[[], Any]]]] = {
    "load": {"graphkit": load_graphkit, "DuckDB": load_duckdb, "networkx": load_networkx},
    "coverage by town and segment": {
        "graphkit": coverage_graphkit,
        "DuckDB": coverage_duckdb,
        "networkx": coverage_networkx,
    },
    "nearest bank": {"graphkit": nearest_graphkit, "SciPy": nearest_scipy, "networkx": nearest_networkx},
}
