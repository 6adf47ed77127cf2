"""What hangs together: nodes that some path joins, however long it is."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graphkit.analysis.rules import Rules, load_rules
from graphkit.analysis.units import arrays_at
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

COMPONENTS = pa.schema([("id", TEXT), ("type", TEXT), ("name", TEXT), ("component", TEXT), ("size", pa.int64())])


def components(graph: Graph, *, as_of: str | None = None, rules: Rules | None = None) -> "pd.DataFrame":
    """Return for each node that a path may pass what it hangs together with: `id, type, name, component, size`.

    Two nodes are of one component if a path of any length joins them, by hops that any hop of a path may be (not those
    that may only be the last). It is named by the smallest id in it; the largest come first.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rules = rules or load_rules(schema=graph.schema)
    date = None if as_of is None else str(PartialDate.parse(str(as_of)))
    net = arrays_at(graph, rules.linkage, date)
    inner = np.flatnonzero(net.inner)
    near, step = net.steps.of(inner)
    far = net.steps.ends[step]
    kept = net.inner[far]
    near, far = near[kept], far[kept]
    joins = csr_array((np.ones(len(near), np.int8), (near, far)), shape=(len(net), len(net)))
    label = connected_components(joins, directed=False)[1][inner]
    # Nodes are numbered in the order of their ids: the first of a label is the smallest.
    least = np.full(len(net), len(net))
    np.minimum.at(least, label, inner)
    size = np.bincount(label, minlength=1)[label]
    names = [graph.table(kind)["name"] for kind in net.kinds]
    starts = np.cumsum([0, *map(len, names)])
    every = pa.chunked_array([chunk for column in names for chunk in column.chunks], TEXT)
    columns = {"id": net.ids.take(pa.array(inner)), "type": pa.array(net.kinds, TEXT).take(pa.array(net.kind[inner]))}
    columns["name"] = every.take(pa.array(starts[net.kind[inner]] + net.row[inner]))
    columns |= {"component": net.ids.take(pa.array(least[label])), "size": pa.array(size, pa.int64())}
    return frame(in_order(pa.table(columns, schema=COMPONENTS)))


def in_order(rows: pa.Table) -> pa.Table:
    """Sort components by size, the largest first; their nodes by id."""
    return rows.sort_by([("size", "descending"), ("component", "ascending"), ("id", "ascending")])
