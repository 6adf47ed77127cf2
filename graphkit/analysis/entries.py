"""What stands in a ledger: every edge between units and resources that promises or proves something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.ruleset import Rules, Selector
from graphkit.analysis.units import Rows, arrays_at, fitting, state, within
from graphkit.engines.arrays import Network, Steps, distinct
from graphkit.engines.searches import reach
from graphkit.graph.tables import TEXT, TEXTS, Graph
from graphkit.values import PartialDate

ANNOUNCED, STANDING, REALISED = "announced", "standing", "realised"
STEPS = (ANNOUNCED, STANDING, REALISED)
ENTRIES = pa.schema(
    {"unit": TEXT, "of_unit": pa.bool_(), "resource": TEXT, "resource_type": TEXT, "state": TEXT}
    | {"element": TEXT, "relation": TEXT}
    | {"planned": pa.bool_(), "certain": pa.bool_(), "date": TEXT, "as_of": TEXT, "kind": TEXT, "aggregate": pa.bool_()}
    | {"amount": pa.int64(), "amount_bound": TEXT, "count": pa.int64(), "count_bound": TEXT, "brokers": TEXTS}
    | {"support": TEXTS, "sources": TEXTS, "confidence": pa.float64()}
)
AGREEMENTS = pa.schema(
    {"broker": TEXT, "resource": TEXT, "resource_type": TEXT, "element": TEXT, "relation": TEXT, "date": TEXT}
    | {"sources": TEXTS, "confidence": pa.float64()}
)
OPTIONAL = ("as_of", "amount_cny", "amount_bound", "amount_kind", "aggregate", "product", "via", "applicant")
COLUMNS = ("id", "src", "dst", "valid_from", "confidence", "sources", *OPTIONAL, "count", "count_bound")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a ledger is asked for: units (ids, cohorts among them), types of resources, hops, date."""

    graph: Graph
    rules: Rules
    as_of: str | None
    units: pa.ChunkedArray
    to: tuple[str, ...]
    max_hops: int

    @property
    def net(self) -> Network:
        """Return the arrays of the graph at the date."""
        return arrays_at(self.graph, self.rules.linkage, self.as_of)

    def resources(self) -> dict[str, str]:
        """Map the resources in force to their types."""
        net = self.net
        return {node: kind for kind in self.to for node in net.ids.take(pa.array(net.of_type(kind))).to_pylist()}


class _Guide(NamedTuple):
    """Who guides whom by which edge, from when to when."""

    broker: str
    edge: str
    start: str | None
    end: str | None


class _Seen(NamedTuple):
    """What an edge is about: the unit, the resource, whether it is surely this resource, and by which other edges."""

    unit: str
    resource: str
    certain: bool
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What edges are held against: units, resources with their types, who stands behind a product, who guides whom."""

    units: set[str]
    resources: dict[str, str]
    behind: dict[str, dict[str, str]]
    guides: dict[str, list[_Guide]]


def entries(asked: Asked) -> pa.Table:
    """Return every edge between a unit and a resource that is announced, standing or realised (ENTRIES).

    A unit's or resource's own agreements are among them, those of brokers are not (`brokered`). An edge of a product
    is one with the resource behind it; with several behind it, it is one with each, and not `certain`. What a broker
    brought to somebody else than a unit stands here too, and is not `of_unit`.
    """
    resources = asked.resources()
    known = _Known(set(asked.units.to_pylist()), resources, _behind(asked, resources), _guides(asked))
    rows = [row for kind in _kinds(asked.rules) for row in _of_type(asked, kind, known)]
    table = pa.Table.from_pylist(rows, schema=ENTRIES)
    return table.sort_by([(name, "ascending") for name in ("unit", "resource", "date", "element")])


def agreements(asked: Asked) -> pa.Table:
    """Return every agreement in force between a resource and whoever has one with it (AGREEMENTS)."""
    resources, rows = asked.resources(), []
    for row in _rows(asked, asked.rules.ledger.agreement, resources):
        for broker, resource in ((row["src"], row["dst"]), (row["dst"], row["src"])):
            if resource in resources and broker != resource:
                told = {"broker": broker, "resource": resource, "resource_type": resources[resource]}
                told |= {"element": row["id"], "relation": row["relation"], "date": row["valid_from"]}
                rows.append(told | {"sources": row["sources"], "confidence": _sure(row)})
    return pa.Table.from_pylist(rows, schema=AGREEMENTS).sort_by([(n, "ascending") for n in ("broker", "resource")])


def brokered(asked: Asked, signed: pa.Table) -> pa.Table:
    """Return for units that reach a broker's agreement (AGREEMENTS) an announced entry each, with that broker.

    The way leads from the unit to the broker within one hop less than asked for, and not over the resource itself.
    """
    net, parts = asked.net, [ENTRIES.empty_table()]
    units = distinct(net.numbers(asked.units))
    units = units[units >= 0]
    for row in signed.to_pylist():
        broker, resource = net.numbers(pa.array([row["broker"], row["resource"]], TEXT)).tolist()
        if broker < 0 or not net.inner[broker] or asked.max_hops < 2:
            continue
        inner = net.inner.copy()
        inner[resource] = False
        open_ = replace(net, inner=inner, closing=_no_steps(len(net)))
        hops = reach(open_, np.array([broker], np.int64), asked.max_hops - 1).hops[units]
        reached = units[(hops > 0) & (units != resource)]
        told = {name: value for name, value in row.items() if name != "broker"}
        told |= {
            "of_unit": True,
            "state": ANNOUNCED,
            "planned": False,
            "certain": True,
            "brokers": [row["broker"]],
            "support": [],
        }
        parts.append(_repeated(told, net.ids.take(pa.array(reached))))
    return pa.concat_tables(parts)


def _repeated(told: dict[str, Any], units: pa.Array) -> pa.Table:
    rows = pa.Table.from_pylist([told], schema=ENTRIES).take(pa.array(np.zeros(len(units), np.int64)))
    return rows.set_column(0, "unit", units)


def _no_steps(count: int) -> Steps:
    none, offsets = np.zeros(0, np.int32), np.zeros(count + 1, np.int64)
    return Steps(offsets, none, np.zeros(0), np.zeros(1, np.int64), none)


def _kinds(rules: Rules) -> list[str]:
    told = rules.ledger
    listed = (*told.agreement, *told.announced, *told.standing, *told.realised)
    return list(dict.fromkeys(selector.type for selector in listed))


def _states(table: pa.Table, kind: str, rules: Rules) -> Rows:
    """Return for each edge which of STEPS it is, -1 for none; an agreement is announced."""
    told = rules.ledger
    found = np.full(len(table), -1, np.int64)
    # Written from the last list to the first, so that the first one that fits stands.
    for step, listed in ((2, told.realised), (1, told.standing), (0, told.announced), (0, told.agreement)):
        found[fitting(table, kind, listed)] = step
    return found


def _of_type(asked: Asked, kind: str, known: _Known) -> Iterator[dict[str, Any]]:
    """Yield the entries of one type of edge."""
    table = asked.graph.table(kind)
    held, steps = state(table, asked.graph, asked.as_of), _states(table, kind, asked.rules)
    # An agreement that is only planned is none yet.
    planned = held.planned & ~fitting(table, kind, asked.rules.ledger.agreement)
    near = within(table["src"], asked.units) | within(table["dst"], asked.units)
    for name in {"via", "applicant"} & set(table.column_names):
        near |= np.asarray(pc.is_valid(table[name]))
    kept = np.flatnonzero((held.certain | planned) & (steps >= 0) & near)
    names = [name for name in COLUMNS if name in table.column_names]
    rows = table.select(names).take(pa.array(kept)).to_pylist()
    for row, step, plan in zip(rows, steps[kept].tolist(), planned[kept].tolist(), strict=True):
        told = _told(row, kind, STEPS[0] if plan else STEPS[step], planned=plan)
        brokers, edges = _brokers(row, known.guides)
        for seen in _seen(row, known, every=bool(brokers)):
            own = {"unit": seen.unit, "of_unit": seen.unit in known.units, "resource": seen.resource}
            own |= {"resource_type": known.resources[seen.resource]}
            own |= {"certain": seen.certain, "brokers": brokers, "support": sorted({*seen.support, *edges})}
            yield told | own


def _told(row: dict[str, Any], kind: str, step: str, *, planned: bool) -> dict[str, Any]:
    date = (row.get("as_of") or row["valid_from"]) if step == STANDING else row["valid_from"]
    told = {"state": step, "element": row["id"], "relation": kind, "planned": planned, "date": date}
    told |= {"kind": row.get("amount_kind"), "amount": row.get("amount_cny"), "aggregate": bool(row.get("aggregate"))}
    told |= {name: row.get(name) for name in ("as_of", "amount_bound", "count", "count_bound")}
    return told | {"sources": row["sources"], "confidence": _sure(row)}


def _sure(row: dict[str, Any]) -> float:
    return 1.0 if row["confidence"] is None else float(row["confidence"])


def _seen(row: dict[str, Any], known: _Known, *, every: bool) -> Iterator[_Seen]:
    """Yield which units and resources an edge is about: its ends, what stands behind an end, the product it names.

    With `every` whoever is at an end is told, unit or not.
    """
    for unit, other in ((row["src"], row["dst"]), (row["dst"], row["src"])):
        if unit == other or not (every or unit in known.units):
            continue
        found: dict[str, _Seen] = {}
        for resource, edge in known.behind.get(other, {}).items():
            found[resource] = _Seen(unit, resource, len(known.behind[other]) == 1, (edge,))
        for named in (row.get("product"), other):
            if named in known.resources and named != unit:
                found[named] = _Seen(unit, named, True, ())
        yield from found.values()


def _behind(asked: Asked, resources: dict[str, str]) -> dict[str, dict[str, str]]:
    """Map what is no resource itself, a product, to the resources that stand behind it, with the edge that says so."""
    told, found = asked.rules.ledger, dict[str, dict[str, str]]()
    for row in _rows(asked, told.behind, resources, told.beside):
        if row["src"] in resources:
            found.setdefault(row["dst"], {})[row["src"]] = row["id"]
    return found


def _rows(
    asked: Asked, listed: tuple[Selector, ...], ends: Iterable[str], beside: tuple[Selector, ...] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the edges in force that selectors choose and that touch one of some nodes, with their `relation`."""
    known = pa.array(ends, TEXT)
    for kind in dict.fromkeys(selector.type for selector in listed):
        table = asked.graph.table(kind)
        kept = fitting(table, kind, listed) & ~fitting(table, kind, beside)
        kept &= within(table["src"], known) | within(table["dst"], known)
        table = table.filter(pa.array(kept))
        table = table.filter(pa.array(state(table, asked.graph, asked.as_of).certain))
        for row in table.select(["id", "src", "dst", "valid_from", "confidence", "sources"]).to_pylist():
            yield row | {"relation": kind}


def _guides(asked: Asked) -> dict[str, list[_Guide]]:
    """Map who applied for something to those that guide them."""
    found: dict[str, list[_Guide]] = {}
    for kind in dict.fromkeys(selector.type for selector in asked.rules.ledger.guides):
        table = asked.graph.table(kind)
        flags = fitting(table, kind, asked.rules.ledger.guides) & np.asarray(pc.equal(table["status"], "actual"))
        for row in table.filter(pa.array(flags)).to_pylist():
            guide = _Guide(row["src"], row["id"], row["valid_from"], row["valid_to"])
            found.setdefault(row["dst"], []).append(guide)
    return found


def _brokers(row: dict[str, Any], guides: dict[str, list[_Guide]]) -> tuple[list[str], list[str]]:
    """Return the brokers of an event, and the edges that say so: `via`, or else who guided the applicant then."""
    if row.get("via"):
        return [row["via"]], []
    found = [guide for guide in guides.get(row.get("applicant") or "", ()) if _at(guide, row["valid_from"])]
    return sorted({guide.broker for guide in found}), [guide.edge for guide in found]


def _at(guide: _Guide, day: str | None) -> bool:
    """Tell whether somebody may have guided another at a date; at an unknown one, too."""
    if day is None:
        return True
    date = PartialDate.parse(day)
    begun = guide.start is None or PartialDate.parse(guide.start).first_day <= date.last_day
    return begun and (guide.end is None or PartialDate.parse(guide.end).last_day >= date.first_day)


class Node(NamedTuple):
    """What is told of a node."""

    name: str
    type: str
    group: bool


def nodes_of(graph: Graph, ids: Iterable[str]) -> dict[str, Node]:
    """Return name, type and whether it is a counted cohort of nodes by their ids; the id where there is no name."""
    asked, found = pa.array(sorted(set(ids)), TEXT), dict[str, Node]()
    for kind, table in graph.node_tables.items():
        rows = table.select(["id", "name", "group"]).filter(pa.array(within(table["id"], asked)))
        for node, name, group in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            found[node] = Node(name or node, kind, bool(group))
    return found
