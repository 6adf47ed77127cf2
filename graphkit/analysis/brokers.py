"""Who holds the links together: what units and resources lose without one node between them (DEFINITIONS 10)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.links import Links, network_of
from graphkit.engines.arrays import Network, Places, Weights, distinct
from graphkit.engines.betweenness import Pairs, betweenness
from graphkit.engines.cuts import cut_points
from graphkit.engines.removal import Loss, Removal
from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, frame
from graphkit.schema import Language

if TYPE_CHECKING:
    import pandas as pd

BROKERS = pa.schema(
    {"broker": TEXT, "name": TEXT, "type": TEXT, "criticality": pa.float64(), "pairs": pa.int64()}
    | {"lost_pairs": pa.int64(), "units_cut": pa.int64(), "cut_point": pa.bool_(), "betweenness": pa.float64()}
)
LOSSES = pa.schema(
    {"broker": TEXT, "unit": TEXT, "name": TEXT, "lost": pa.int64(), "left": pa.int64(), "cut": pa.bool_()}
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Brokers:
    """The nodes that shortest paths of linked pairs lead over, the most critical first; a value.

    `table`: one row a broker. A *pair* is a unit and a resource of the types asked for, at most `max_hops` apart, none
    of them a group. `pairs` are those that do not end in the broker, `lost_pairs` those of them that are farther than
    `max_hops` apart without it, `criticality` their share. `units_cut` = units that reach no resource at all without
    it (a broker that is a resource itself is then missed as such, too). `cut_point`: without it, some two nodes of the
    whole network are joined by no path of any length. `betweenness`: the mean over the same `pairs` of the share of
    their shortest paths that lead over it, so that it is never below the criticality.

    `units`: what each unit loses, one row a broker and unit that loses something, with the columns of `losses`.
    Where `top` left brokers out, `left_out` counts them and none of them loses more than `bound` pairs.
    """

    links: Links
    table: pa.Table
    units: pa.Table
    left_out: int
    bound: int

    @property
    def frame(self) -> "pd.DataFrame":
        """Return `table` as a frame."""
        return frame(self.table)

    def losses(self, broker: str) -> "pd.DataFrame":
        """Return what units lose without a broker (id, name or alias), those first that lose every resource.

        Columns `broker, unit, name, lost, left, cut`: `lost` = resources within `max_hops` other than the broker,
        `left` = those still reached, `cut` = none is. Raises QueryError (`not-a-broker`) for what is not in the table.
        """
        found = self.links.graph.find(broker)
        if not pc.any(pc.equal(self.table["broker"], found)).as_py():
            message = f"{broker!r} is not among these brokers"
            hint = "It lies between no unit and no resource within this many hops"
            hint += ", or was left out: ask without `top`." if self.left_out else "."
            raise QueryError(message, code="not-a-broker", hint=hint, name=broker)
        return frame(self.units.filter(pc.equal(self.units["broker"], found)))

    def headline(self) -> dict[str, Any]:
        """Return how many brokers there are, the most critical one, and what that depends on."""
        depends = {"to": list(self.links.to), "max_hops": self.links.max_hops, "as_of": self.links.as_of}
        first = self.table.slice(0, 1).to_pylist()
        told = {"brokers": len(self.table) + self.left_out, "first": first[0] if first else None}
        return told | depends | {"rules": self.links.rules.name}

    def text(self, lang: Language = "zh") -> str:
        """Say in one sentence who is missed most."""
        told, net = self.headline(), self.links
        units = net.rules.units[net.units_kind].caption.of(lang)
        kinds = [net.graph.schema.caption("node", name, lang) for name in net.to]
        first = told["first"]
        if lang == "zh":
            to = "或".join(kinds)
            depends = f"（{net.max_hops} 步之内，{net.rules.basis(net.as_of, lang)}）"
            if first is None:
                return f"{units}与{to}之间没有中间人{depends}"
            said = f"{units}与{to}之间有 {told['brokers']} 个中间人；没有{first['name']}，"
            said += (
                f"{first['pairs']} 对链接中断开 {first['lost_pairs']} 对，{first['units_cut']} 个{units}到不了任何{to}"
            )
            return said + depends
        to = " or ".join(kinds)
        depends = f" (within {net.max_hops} hops, {net.rules.basis(net.as_of, lang)})"
        if first is None:
            return f"there is no broker between {units} and {to}{depends}"
        many = f"{told['brokers']} brokers lie" if told["brokers"] > 1 else "1 broker lies"
        said = f"{many} between {units} and {to}; without {first['name']} "
        said += f"{first['lost_pairs']} of {first['pairs']} linked pairs are lost, and {first['units_cut']} {units} "
        return f"{said}reach no {to}{depends}"

    def __repr__(self) -> str:
        return self.text("en")


# Shares are sums of fractions.
_ROUNDING = 1e-9


def brokers(net: Links, *, top: int | None = None) -> Brokers:
    """Return the brokers of some links, with what is lost without each; groups are never brokers, people may be.

    `top`: only the so many with the highest betweenness, for large networks; none of the others loses more pairs than
    lead over it, which `bound` tells. Criticality is a vitality (D. Koschützki et al., Centrality indices, in: Network
    Analysis, LNCS 3418, 2005): what the linked pairs lose with one node. Betweenness after U. Brandes, On variants of
    shortest-path betweenness centrality, Social Networks 30 (2008), restricted to pairs and bounded by distance,
    divided by the number of pairs; cut points after R. Tarjan, SIAM J. Comput. 1 (1972). Raises QueryError: `bad-top`,
    `too-many-resources`, `too-many-steps`.
    """
    if top is not None and (type(top) is not int or top < 1):
        raise QueryError(f"{top!r} is no number of brokers", code="bad-top", hint="Say a whole number from 1 on.")
    arrays = network_of(net)
    pairs = _pairs(net, arrays)
    through = betweenness(arrays, pairs)
    ranked = np.flatnonzero(through)
    ranked = ranked[np.argsort(-through[ranked], kind="stable")]
    chosen, rest = np.split(ranked, [len(ranked) if top is None else min(top, len(ranked))])
    bound = int(through[rest[0]] * (1 + _ROUNDING)) if len(rest) else 0
    if not len(chosen):
        return Brokers(net, BROKERS.empty_table(), LOSSES.empty_table(), len(rest), bound)
    removal = Removal(arrays, pairs)
    losses = [_loss(removal, int(node), through) for node in chosen]
    return Brokers(net, *_tables(net, chosen, losses, (removal, through)), len(rest), bound)


def _pairs(net: Links, arrays: Network) -> Pairs:
    units = arrays.numbers(net.units["id"])
    resources = distinct(np.concatenate([np.zeros(0, np.int64), *map(arrays.of_type, net.to)]))
    return Pairs(units[units >= 0], resources[~arrays.group[resources]], net.max_hops)


def _loss(removal: Removal, node: int, through: Weights) -> Loss:
    """Return what is lost with a node: no more pairs than lead over it, so that most need no search."""
    nothing = np.zeros(0, np.int64)
    if through[node] < 1 - _ROUNDING and node not in removal.bit:
        return Loss(nothing, nothing, nothing)
    return removal.without(node)


def _tables(net: Links, chosen: Places, losses: list[Loss], told: tuple[Removal, Weights]) -> tuple[pa.Table, pa.Table]:
    removal, through = told
    arrays = removal.network
    pairs = np.array([removal.pairs_without(int(node)) for node in chosen])
    lost = np.array([int(loss.lost.sum()) for loss in losses])
    cut = np.array([int(np.count_nonzero(loss.left == 0)) for loss in losses])
    order = np.lexsort((chosen, -through[chosen], -cut, -lost / pairs))
    nodes = chosen[order]
    kinds = [arrays.kinds[kind] for kind in arrays.kind[nodes]]
    columns = {
        "broker": arrays.ids.take(pa.array(nodes)),
        "name": _names(net, arrays, nodes),
        "type": pa.array(kinds, TEXT),
        "criticality": (lost / pairs)[order],
        "pairs": pairs[order],
        "lost_pairs": lost[order],
        "units_cut": cut[order],
        "cut_point": cut_points(arrays)[nodes],
        "betweenness": (through[chosen] / pairs)[order],
    }
    return pa.table(columns, schema=BROKERS), _units(net, arrays, [(int(chosen[n]), losses[n]) for n in order])


def _units(net: Links, arrays: Network, losses: list[tuple[int, Loss]]) -> pa.Table:
    sorted_ = [np.lexsort((loss.units, loss.left, loss.left > 0)) for _, loss in losses]
    units, lost, left = (
        np.concatenate([part[order] for part, order in zip(parts, sorted_, strict=True)])
        for parts in zip(*((loss.units, loss.lost, loss.left) for _, loss in losses), strict=True)
    )
    owner = np.repeat([node for node, _ in losses], [len(loss.units) for _, loss in losses])
    columns = {
        "broker": arrays.ids.take(pa.array(owner)),
        "unit": arrays.ids.take(pa.array(units)),
        "name": _names(net, arrays, units),
        "lost": lost,
        "left": left,
        "cut": left == 0,
    }
    return pa.table(columns, schema=LOSSES)


def _names(net: Links, arrays: Network, nodes: Places) -> pa.ChunkedArray:
    """Return the names of nodes, the id where there is none."""
    names = [net.graph.node_tables[kind]["name"] for kind in arrays.kinds]
    starts = np.cumsum([0, *map(len, names)])[:-1]
    joined = pa.chunked_array([chunk for column in names for chunk in column.chunks], TEXT)
    found = joined.take(pa.array(starts[arrays.kind[nodes]] + arrays.row[nodes]))
    return pc.coalesce(found, arrays.ids.take(pa.array(nodes)))
