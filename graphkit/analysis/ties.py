"""Ties: which organisations would newly link most units if each of them came to an agreement with a resource.

The gain of a tie at an organisation are the unlinked units within one hop less than counts as linked (DEFINITIONS 10),
so that the best ties are a maximal covering (Church & ReVelle 1974), solved as plans are. `recounted` carries the ties
out in a copy of the graph and counts again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.entries import nodes_of
from graphkit.analysis.links import Links, either, links, network_of
from graphkit.analysis.maximal_cover import SECONDS, Covering, Purse, greedy, most_covered
from graphkit.analysis.units import Rows
from graphkit.engines.arrays import Network, distinct
from graphkit.errors import QueryError
from graphkit.graph.convert import raw_id
from graphkit.graph.tables import TEXT, TEXTS, Graph, columns, conform, frame
from graphkit.schema import Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

TIES = pa.schema(
    {"rank": pa.int64(), "organisation": TEXT, "name": TEXT, "type": TEXT, "gain": pa.int64(), "loss": pa.int64()}
    | {"within": pa.int64(), "units": TEXTS, "unit_ids": TEXTS, "alternatives": TEXTS}
)
# Of organisations that link as many units those are named first that bring others together.
ORGANISATIONS = ("Federation", "Alliance", "MicroHome", "Bank", "Agency", "Company")
# By which edge an organisation may be tied to a resource, whichever the schema knows between the two.
RELATIONS = ("PARTNERS_WITH", "OFFERS", "ESTABLISHED", "RUNS")
# So many pairs of organisations and unlinked units are held.
MOST_PAIRS = 20_000_000


@dataclass(frozen=True, slots=True)
class TieOptions:
    """Which types of organisations may be tied (None = all), whether persons may, and how long the solver may take."""

    types: tuple[str, ...] | None = None
    persons: bool = False
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ties:
    """The organisations to come to an agreement with, what adds most first; a value.

    `table` (`frame`, TIES): `gain` is what a tie adds after those before it, `loss` what would be missing without it,
    `within` how many unlinked units it reaches, `units` the newly linked ones, `alternatives` the organisations that
    reach exactly the same. No choice of as many ties links more than `bound`; a greedy choice links `greedy`.
    """

    net: Links
    new: int
    table: pa.Table
    bound: int
    greedy: int
    unlinked: int
    reachable: int

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the ties as a frame."""
        return frame(self.table)

    @property
    def gain(self) -> int:
        """Return how many units the ties newly link."""
        return int(pc.sum(self.table["gain"]).as_py() or 0)

    def headline(self) -> dict[str, Any]:
        """Return what the ties link, what at most could be linked, and what that depends on."""
        told = self.net.headline()
        found: dict[str, Any] = {"new": self.new, "ties": len(self.table), "gain": self.gain, "bound": self.bound}
        found |= {"greedy": self.greedy, "unlinked": self.unlinked, "reachable": self.reachable}
        found |= {"units": told["units"], "linked": told["linked"], "linked_after": told["linked"] + self.gain}
        return found | {name: told[name] for name in ("to", "max_hops", "as_of", "rules")}

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence, with what is proven."""
        told, net = self.headline(), self.net
        units = net.rules.units[net.units_kind].caption.of(lang)
        kinds = [net.graph.schema.caption("node", name, lang) for name in net.to]
        out = told["unlinked"] - told["reachable"]
        if lang == "zh":
            proof = "已证最优" if told["gain"] == told["bound"] else f"至多可达 {told['bound']}"
            found = f"新增 {told['ties']} 项与{'或'.join(kinds)}的合作，可新链接 {told['gain']} 个{units}（{proof}），"
            found += f"已知链接由 {told['linked']} 增至 {told['linked_after']}；另有 {out} 个无从经他人链接"
            return f"{found}（{net.max_hops} 步之内，{net.rules.basis(net.as_of, lang)}）"
        proof = "proven best" if told["gain"] == told["bound"] else f"at most {told['bound']} can be had"
        found = f"{told['ties']} new tie{'s' * (told['ties'] != 1)} to {either(kinds)}: {told['gain']} {units} newly "
        found += (
            f"linked ({proof}); known links rise from {told['linked']} to {told['linked_after']}; {out} out of reach"
        )
        return f"{found} (within {net.max_hops} hops; {net.rules.basis(net.as_of, lang)})"

    def __repr__(self) -> str:
        return self.text("en")


def ties(net: Links, new: int = 5, *, options: TieOptions | None = None) -> Ties:
    """Return the `new` organisations whose agreement with a resource would newly link most units.

    Groups and resources of the asked types are no partners, and persons only if asked for. Fewer are told if fewer
    link all that can be linked. Exact for small problems, else with a proven bound. Raises QueryError (`bad-ties`) if
    `new` is no whole number from 1 on.
    """
    if type(new) is not int or new < 1:
        raise QueryError(f"{new!r} is no number of ties", code="bad-ties", hint="Say a whole number from 1 on.")
    options = options or TieOptions()
    arrays = network_of(net)
    unlinked = net.units.filter(pc.invert(pc.is_in(net.units["id"], value_set=pc.unique(net.linked["unit"]))))
    units = arrays.numbers(unlinked["id"])
    units = units[units >= 0]
    partners = _partners(net, arrays, options)
    reached = _reached(arrays, units, net.max_hops - 1)[:, partners].T.tocsr()
    reached.sort_indices()
    found = _distinct(net, arrays, partners, reached)
    rows = np.array([group[0] for group in found], np.int64)
    ranks = np.arange(len(rows), dtype=np.int64)
    covering = Covering(reached[rows], np.ones(len(units)), np.ones(len(rows)), ranks)
    choice = most_covered(covering, [float(new)], seconds=options.seconds, fewest=False) if len(rows) else None
    chosen = greedy(covering, choice.rows, lambda _: True) if choice else []
    simple = _greedy(covering, new) if len(rows) else 0
    groups = [[int(partners[row]) for row in group] for group in found]
    table = _table(net.graph, arrays, units, (covering, chosen), groups)
    bound = min(int(choice.bound), _at_most(covering, chosen, new)) if choice else 0
    reachable = len(distinct(reached.indices))
    return Ties(net, new, table, bound, simple, len(unlinked), reachable)


def _partners(net: Links, arrays: Network, options: TieOptions) -> Rows:
    """Return who may come to an agreement, in the order in which they are named."""
    known = [*ORGANISATIONS, *(["Person"] if options.persons else [])]
    wanted = known if options.types is None else [net.graph.schema.node(name).name for name in options.types]
    if strange := [name for name in wanted if name not in (*ORGANISATIONS, "Person")]:
        hint = f"Known: {', '.join([*ORGANISATIONS, 'Person'])}."
        raise QueryError(f"{strange[0]} comes to no agreement", code="bad-ties", hint=hint)
    numbers = [arrays.of_type(name) for name in dict.fromkeys(wanted) if name not in net.to]
    joined: Rows = np.concatenate([np.zeros(0, np.int64), *numbers])
    kept: Rows = joined[arrays.inner[joined]]
    return kept


def _reached(arrays: Network, units: Rows, hops: int) -> "csr_array":
    """Return for each unit (row) what it reaches within so many hops, itself included: a matrix of ones."""
    from scipy import sparse

    steps, count = arrays.steps, len(arrays)
    ones = np.ones(len(steps.ends), np.float32)
    joined = sparse.csr_array((ones, steps.ends.astype(np.int64), steps.offsets), shape=(count, count))
    start = (np.ones(len(units), np.float32), (np.arange(len(units)), units))
    front = found = sparse.csr_array(start, shape=(len(units), count))
    inner = sparse.diags_array(arrays.inner.astype(np.float32)).tocsr()
    for hop in range(hops):
        front = (front if hop == 0 else front @ inner) @ joined
        front.data[:] = 1
        found = found + front
        found.data[:] = 1
        if found.nnz > MOST_PAIRS:
            message = f"more than {MOST_PAIRS:,} pairs of organisations and unlinked units lie within {hops} hops"
            raise QueryError(message, code="too-many-pairs", hint="Ask for fewer hops or fewer units.")
    return found


def _distinct(net: Links, arrays: Network, partners: Rows, reached: "csr_array") -> list[list[int]]:
    """Put partners together that reach the same units; the first to be named stands first. Who reaches none is out."""
    rows = np.flatnonzero(np.diff(reached.indptr))
    ids = dict(zip(rows.tolist(), arrays.ids.take(pa.array(partners[rows])).to_pylist(), strict=True))
    names, known = nodes_of(net.graph, ids.values()), [*ORGANISATIONS, "Person"]
    order = sorted(ids, key=lambda row: (known.index(names[ids[row]].type), names[ids[row]].name, ids[row]))
    groups: dict[bytes, list[int]] = {}
    for row in order:
        own = reached.indices[reached.indptr[row] : reached.indptr[row + 1]]
        groups.setdefault(own.tobytes(), []).append(row)
    return list(groups.values())


def _greedy(covering: Covering, new: int) -> int:
    """Return what is linked by taking what adds most, again and again."""
    chosen = greedy(covering, range(len(covering.costs)), Purse(covering.costs, float(new)).fits)
    return int(covering.value(chosen))


def _at_most(covering: Covering, chosen: list[int], new: int) -> int:
    """Return what no choice of `new` sets exceeds: what these cover, and the most that as many would still add.

    What a set adds only shrinks with what is covered (Nemhauser, Wolsey & Fisher 1978); this needs no solver.
    """
    left = np.where(covering.covered(chosen), 0.0, covering.weights)
    most = np.sort(covering.sets @ left)[::-1][:new]
    return int(covering.value(chosen) + most.sum())


def _table(
    graph: Graph, arrays: Network, units: Rows, solved: tuple[Covering, list[int]], groups: list[list[int]]
) -> pa.Table:
    covering, chosen = solved
    wanted = [arrays.ids.take(pa.array(groups[row])).to_pylist() for row in chosen]
    unit_ids = arrays.ids.take(pa.array(units)).to_pylist()
    times, done = covering.times(chosen), np.zeros(len(units), np.bool_)
    linked = [unit_ids[unit] for unit in np.flatnonzero(times).tolist()]
    nodes = nodes_of(graph, [*linked, *(node for listed in wanted for node in listed)])
    rows = []
    for rank, (row, (first, *others)) in enumerate(zip(chosen, wanted, strict=True), 1):
        own = covering.of(row)
        new = [unit_ids[unit] for unit in own[~done[own]].tolist()]
        new.sort(key=lambda unit: (nodes[unit].name, unit))
        done[own] = True
        told = {"rank": rank, "organisation": first, "name": nodes[first].name, "type": nodes[first].type}
        told |= {"gain": len(new), "loss": int((times[own] == 1).sum()), "within": len(own), "unit_ids": new}
        told |= {"units": [nodes[unit].name for unit in new], "alternatives": [nodes[node].name for node in others]}
        rows.append(told)
    return pa.Table.from_pylist(rows, schema=TIES)


def with_ties(found: Ties) -> Graph:
    """Return the graph as it would be with the ties: one new resource, and an edge to it from each organisation.

    Which resource it is makes no difference to what is newly linked. A copy for counting and drawing, not for a record.
    """
    graph, kind = found.net.graph, found.net.to[0]
    node = raw_id(graph.schema.nodes[kind].prefix, "ties")
    name = f"{graph.schema.caption('node', kind)}（新合作）"
    nodes = _added(graph, kind, [{"id": node, "name": name, "group": False} | _since(found.net)])
    edges = dict(graph.edge_tables)
    for relation, rows in _edges(found, node, kind):
        edges[relation] = _added(graph, relation, rows)
    return replace(graph, node_tables=dict(graph.node_tables) | {kind: nodes}, edge_tables=edges)


def _edges(found: Ties, node: str, kind: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    schema, made = found.net.graph.schema, dict[str, list[dict[str, Any]]]()
    for row in found.table.select(["organisation", "type"]).to_pylist():
        relation = relation_of(found.net.graph, row["type"], kind)
        told = {"id": raw_id(schema.edges[relation].prefix, "ties", row["organisation"])} | _since(found.net)
        told |= {"src": row["organisation"], "src_type": row["type"], "dst": node, "dst_type": kind}
        made.setdefault(relation, []).append(told)
    yield from made.items()


def _since(net: Links) -> dict[str, Any]:
    """Tell that something new is there, and from when on: from the date that is asked about."""
    first = None if net.as_of is None else PartialDate.parse(net.as_of).first_day.isoformat()
    return {"status": "actual", "valid_from": first}


def relation_of(graph: Graph, organisation: str, resource: str) -> str:
    """Return by which edge an organisation of a type may be tied to a resource of a type."""
    edges = graph.schema.edges
    known = (name for name in RELATIONS if name in edges and (organisation, resource) in edges[name].pairs)
    if relation := next(known, None):
        return relation
    message = f"the schema knows no tie between a {organisation} and a {resource}"
    raise QueryError(message, code="bad-ties", hint=f"Known ties: {', '.join(RELATIONS)}.")


def _added(graph: Graph, kind: str, rows: Iterable[dict[str, Any]]) -> pa.Table:
    owner = graph.schema.nodes[kind] if kind in graph.schema.nodes else graph.schema.edges[kind]
    new = conform(pa.Table.from_pylist(list(rows)), columns(owner))
    return pa.concat_tables([graph.table(kind), new]).sort_by("id")


def recounted(found: Ties) -> Links:
    """Return the links as they would be with the ties, counted by the code that counts links."""
    net = found.net
    told: dict[str, Any] = {"to": net.to, "max_hops": net.max_hops, "units": net.units_kind, "as_of": net.as_of}
    return links(with_ties(found), **told, rules=net.rules)
