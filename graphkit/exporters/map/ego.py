"""What lies around one node: all that can be reached from it over what the rules let a path pass."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.units import state
from graphkit.engines.arrays import Network, Places, network
from graphkit.engines.searches import checked_hops
from graphkit.graph.tables import TEXT, Graph, with_elements

if TYPE_CHECKING:
    from graphkit.analysis.rules import Rules

PLACING = ("LOCATED_IN", "IN_INDUSTRY", "PART_OF")
CONTEXT = ("Region", "Industry")
DEEPEST = 12  # steps from a node up to its province


@dataclass(frozen=True, slots=True)
class Ego:
    """The centre, how many hops around it, what is reached, and how many groups are: no path leads through a group."""

    centre: str
    hops: int
    ids: frozenset[str]
    groups: int


def ego(graph: Graph, name: str, *, hops: int, rules: "Rules", as_of: str | None) -> Ego:
    """Search from a node (id, name or alias), ignoring direction; groups and ends are reached but not passed.

    Raises IdentityError for a name that is unknown or ambiguous, QueryError for hops that cannot be (`bad-hops`) and
    for a node that the rules let no path start with (`no-end`).
    """
    hops, centre = checked_hops(hops), graph.find(name)
    rules.linkage.end_type(graph.schema, str(graph.schema.type_of(centre)))
    net = network(graph, rules.linkage, as_of=as_of, in_force=lambda table: state(table, graph, as_of).certain)
    start = net.numbers(pa.array([centre], TEXT))
    if start[0] < 0:  # not in force at the date: nothing leads from it
        return Ego(centre, hops, frozenset([centre]), 0)
    found = _reached(net, start, hops)
    ids = net.ids.take(pa.array(found)).to_pylist()
    return Ego(centre, hops, frozenset(ids), int(net.group[found].sum()))


def _reached(net: Network, start: Places, hops: int) -> Places:
    """Go on from what may be passed only; the last hop may be an edge that no path goes on from."""
    seen, front, ends = np.zeros(len(net), np.bool_), start, np.zeros(len(net), np.bool_)
    seen[start] = True
    for _ in range(hops):
        for steps in (net.opening, net.closing):
            ends[steps.ends[steps.of(front)[1]]] = True
        near = np.unique(net.steps.ends[net.steps.of(front)[1]]).astype(np.int64)
        near = near[~seen[near]]
        seen[near] = True
        front = near[net.inner[near]]
    return np.flatnonzero(seen | ends).astype(np.int64)


def within(graph: Graph, ids: Iterable[str]) -> Graph:
    """Keep these nodes and, so that town and chain stay known, the regions and industries in which they lie."""
    kept = {*ids}
    wanted = kept | _context(graph, kept)
    chosen = pa.array(sorted(wanted), TEXT)
    nodes = {t: table.filter(pc.is_in(table["id"], chosen)) for t, table in graph.node_tables.items()}
    return with_elements(graph, nodes, graph.edge_tables)


def _context(graph: Graph, kept: Collection[str]) -> set[str]:
    places = {id_ for t in CONTEXT if t in graph.node_tables for id_ in graph.node_tables[t]["id"].to_pylist()}
    up: dict[str, list[str]] = {}
    for kind in PLACING:
        if kind in graph.edge_tables:
            table = graph.edge_tables[kind].select(["src", "dst", "status"])
            for row in table.to_pylist():
                if row["status"] in (None, "actual"):
                    up.setdefault(row["src"], []).append(row["dst"])
    found: set[str] = set()
    front = set(kept)
    for _ in range(DEEPEST):
        front = {over for node in front for over in up.get(node, ())} - found
        if not front:
            break
        found |= front
    return found & places
