"""How many ways of its own each unit has to different resources, so that none hangs on what another hangs on."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graphkit.analysis.links import Links, network_of
from graphkit.engines.disjoint import Ways
from graphkit.graph.tables import TEXT, frame

if TYPE_CHECKING:
    import pandas as pd

ROUTES = pa.schema({"unit": TEXT, "name": TEXT, "type": TEXT, "resource_type": TEXT, "routes": pa.int64()})


def redundancy(net: Links) -> "pd.DataFrame":
    """Return for each unit and type of resource how many routes to distinct resources share no node but the unit.

    So many nodes have to fail before the unit reaches none (K. Menger, Zur allgemeinen Kurventheorie, Fundamenta
    Mathematicae 10, 1927; J. Moody and D. White, Structural cohesion and embeddedness, Am. Sociol. Review 68, 2003). Of
    any length: `max_hops` does not count here, what a path may pass does. Two brokers to one bank are one route, two
    brokers to two banks two. Columns `unit, name, type, resource_type, routes`; groups are neither units nor resources.
    """
    arrays = network_of(net)
    nodes = arrays.numbers(net.units["id"])
    parts = [ROUTES.empty_table()]
    for kind in net.to:
        resources = arrays.of_type(kind)
        ways = Ways(arrays, resources[~arrays.group[resources]])
        routes = np.array([ways.count(node) if node >= 0 else 0 for node in nodes.tolist()], np.int64)
        columns = {name: net.units[name] for name in ("id", "name", "type")}
        columns |= {"resource_type": pa.array([kind] * len(nodes), TEXT), "routes": routes}
        parts.append(pa.table(columns).rename_columns(ROUTES.names).cast(ROUTES))
    return frame(pa.concat_tables(parts))
