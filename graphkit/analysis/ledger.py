"""Ledger: how far the tie of each unit to each resource has come, from a mere path to repeated business.

possible (a path) < announced (an agreement of either or of a broker, a promise) < realised (it happened) < repeated
(DEFINITIONS 10). Amounts of different kinds are never added, nor sums over many to single loans.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.amounts import amounts, summed
from graphkit.analysis.conversion import BROKERS, PARTNERSHIPS, Row, earliest, of_brokers, partnerships
from graphkit.analysis.entries import (
    ANNOUNCED,
    STANDING,
    Asked,
    Node,
    agreements,
    brokered,
    entries,
    nodes_of,
)
from graphkit.analysis.links import Links, either, links
from graphkit.analysis.rules import Rules
from graphkit.analysis.units import Flags, about, within
from graphkit.graph.convert import SEPARATOR
from graphkit.graph.tables import TEXT, TEXTS, Graph, conform, frame
from graphkit.schema import Language
from graphkit.values import PartialDate, Quantity

if TYPE_CHECKING:
    import pandas as pd

STATES = ("possible", "announced", "realised", "repeated")
MONEY = ("loan", "credit_line", "balance")
LEDGER = pa.schema(
    {"unit": TEXT, "name": TEXT, "type": TEXT, "group": pa.bool_(), "resource": TEXT, "resource_name": TEXT}
    | {"resource_type": TEXT, "state": TEXT, "hops": pa.int64(), "events": pa.int64()}
    | {f"{kind}{end}": pa.int64() if not end else TEXT for kind in MONEY for end in ("", "_bound")}
    | {"via": TEXTS, "via_ids": TEXTS, "announced_on": TEXT, "realised_on": TEXT, "repeated_on": TEXT}
    | {"undecided": pa.int64(), "edges": TEXTS, "sources": TEXTS, "confidence": pa.float64()}
)
AMOUNTS = pa.schema(
    {"unit": TEXT, "resource": TEXT, "kind": TEXT, "aggregate": pa.bool_(), "group": pa.bool_(), "edges": TEXTS}
    | {"stated": pa.int64(), "amount": pa.int64(), "amount_bound": TEXT, "as_of": TEXT}
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ledger:
    """How far every unit has come with every resource in reach; a value.

    Tables (each with a frame): `table` (`frame`, LEDGER) has one row a unit and resource, what came farthest first,
    `group_table` (`groups`) the same for counted cohorts on either side, which are told apart; `entry_table`
    (`entries`, ENTRIES) every edge behind a state, `amount_table` (`amounts`, AMOUNTS) the sums by kind,
    `broker_table` (`brokers`, BROKERS) what came of the agreements of each broker, and `partnership_table`
    (`partnerships`, PARTNERSHIPS) of each agreement.
    """

    graph: Graph
    rules: Rules
    units_kind: str
    as_of: str | None
    to: tuple[str, ...]
    max_hops: int
    units: int
    table: pa.Table
    group_table: pa.Table
    entry_table: pa.Table
    amount_table: pa.Table
    broker_table: pa.Table
    partnership_table: pa.Table

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the pairs of units and resources as a frame."""
        return frame(self.table)

    @property
    def groups(self) -> "pd.DataFrame":
        """Return the pairs with a counted cohort as a frame."""
        return frame(self.group_table)

    @property
    def entries(self) -> "pd.DataFrame":
        """Return the edges behind the states as a frame."""
        return frame(self.entry_table)

    @property
    def amounts(self) -> "pd.DataFrame":
        """Return the sums of each pair by kind, single ones and sums over many apart, as a frame."""
        return frame(self.amount_table)

    @property
    def brokers(self) -> "pd.DataFrame":
        """Return what came of the agreements of each broker as a frame."""
        return frame(self.broker_table)

    @property
    def partnerships(self) -> "pd.DataFrame":
        """Return what came of each agreement as a frame."""
        return frame(self.partnership_table)

    def totals(self, *, groups: bool = False) -> list[dict[str, Any]]:
        """Return the sums over all pairs of named ends: `kind, aggregate, events, amount, amount_bound`.

        With `groups` over those with a counted cohort instead. Each edge counts once.
        """
        return _totals(self, groups)

    def headline(self) -> dict[str, Any]:
        """Return how many units have come how far with any resource, and what that depends on."""
        best = dict.fromkeys(STATES, 0)
        seen: set[str] = set()
        for unit, state in zip(*(self.table[name].to_pylist() for name in ("unit", "state")), strict=True):
            best[state] += unit not in seen
            seen.add(unit)
        told: dict[str, Any] = {"units": self.units} | best | {"none": self.units - len(seen), "pairs": len(self.table)}
        told |= {"amounts": self.totals(), "to": list(self.to), "max_hops": self.max_hops}
        return told | {"units_kind": self.units_kind, "as_of": self.as_of, "rules": self.rules.name}

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence: each unit by the farthest that it has come with any resource."""
        told, units = self.headline(), self.rules.units[self.units_kind].caption.of(lang)
        kinds = [self.graph.schema.caption("node", name, lang) for name in self.to]
        states = [f"{self.graph.schema.caption('term', state, lang)} {told[state]}" for state in reversed(STATES)]
        if lang == "zh":
            found = f"{told['units']} 个{units}与{'或'.join(kinds)}往来的进展：{'，'.join(states)}，"
            found += f"未知有路径 {told['none']}"
            return f"{found}（{self.max_hops} 步之内，{self.rules.basis(self.as_of, lang)}）"
        found = f"{told['units']} {units} by how far they have come with {either(kinds)}: "
        found += f"{', '.join(states)}, no known path {told['none']}"
        return f"{found} (within {self.max_hops} hops; {self.rules.basis(self.as_of, lang)})"

    def __repr__(self) -> str:
        return self.text("en")


def ledger(
    graph: Graph,
    *,
    to: str | Sequence[str] = "Bank",
    max_hops: int | None = None,
    units: str = "companies",
    as_of: str | None = None,
    rules: Rules | None = None,
) -> Ledger:
    """Return how far the units have come with the resources of the types `to`, and what the brokers made of it.

    Which edges are announced or realised is said by the rules. Arguments and errors are those of `links`.
    """
    net = links(graph, to=to, max_hops=max_hops, units=units, as_of=as_of, rules=rules)
    ids = pa.chunked_array([*net.units["id"].chunks, *net.cohorts["id"].chunks], TEXT)
    asked = Asked(graph, net.rules, net.as_of, ids, net.to, net.max_hops)
    found, signed = entries(asked), agreements(asked)
    every = pa.concat_tables([found.filter(found["of_unit"]), brokered(asked, signed)])
    possible = net.pairs
    met = _among(possible, every)
    pairs = _pairs(possible.filter(pa.array(met)), every)
    nodes = nodes_of(graph, _ids(pairs))
    told = pa.Table.from_pylist([_row(pair, nodes) for pair in pairs], schema=LEDGER)
    table = _sorted(pa.concat_tables([told, _only_possible(net, possible.filter(pa.array(~met)))]))
    brokers, together = _brokers(asked, signed, found)
    return Ledger(
        graph=graph,
        rules=net.rules,
        units_kind=net.units_kind,
        as_of=net.as_of,
        to=net.to,
        max_hops=net.max_hops,
        units=len(net.units),
        table=table.filter(pc.invert(table["group"])),
        group_table=table.filter(table["group"]),
        entry_table=every,
        amount_table=_amounts(pairs, nodes),
        broker_table=brokers,
        partnership_table=together,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A unit and a resource: hops and confidence of the shortest path if there is one, and the entries on them."""

    unit: str
    resource: str
    hops: int | None
    confidence: float | None
    entries: list[Row]


def _pairs(possible: pa.Table, entries: pa.Table) -> list[_Pair]:
    """Return every pair that an entry joins, with what is known of the paths between the two."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in entries.to_pylist():
        found.setdefault((row["unit"], row["resource"]), []).append(row)
    near = possible.select(["unit", "resource", "hops", "confidence"])
    paths = {(row["unit"], row["resource"]): (row["hops"], row["confidence"]) for row in near.to_pylist()}
    return [_Pair(*key, *paths.get(key, (None, None)), found[key]) for key in sorted(found)]


def _among(pairs: pa.Table, known: pa.Table) -> Flags:
    """Tell which pairs of unit and resource are among others."""
    keys = [pc.binary_join_element_wise(table["unit"], table["resource"], SEPARATOR) for table in (pairs, known)]
    return within(keys[0], pc.unique(keys[1]))


def _only_possible(net: Links, rest: pa.Table) -> pa.Table:
    """Return the rows of pairs that only a path joins; they may be many, and nothing more is to be told of them."""
    columns = {name: rest[name] for name in ("unit", "group", "resource", "resource_type", "hops", "confidence")}
    columns |= {"state": pa.array([STATES[0]] * len(rest), TEXT)}
    columns |= dict.fromkeys(("events", "undecided"), pa.array(np.zeros(len(rest), np.int64)))
    none = pa.array([[]], TEXTS).take(pa.array(np.zeros(len(rest), np.int64)))
    columns |= dict.fromkeys(("via", "via_ids", "edges", "sources"), none)
    named = pa.concat_tables([net.units.select(["id", "name", "type"]), net.cohorts])
    at = pc.index_in(rest["unit"], value_set=named["id"])
    columns |= {"name": pc.coalesce(named["name"].take(at), rest["unit"]), "type": named["type"].take(at)}
    ends = rest.select(["resource", "resource_type"]).rename_columns(["id", "type"])
    columns["resource_name"] = pc.coalesce(about(net.graph, ends, "name").cast(TEXT), rest["resource"])
    return conform(pa.table(columns), LEDGER)


def _sorted(table: pa.Table) -> pa.Table:
    """Sort by state, what came farthest first, then by names."""
    rank = pc.index_in(table["state"], value_set=pa.array(STATES[::-1]))
    keys = table.select(["name", "resource_name", "unit", "resource"]).add_column(0, "rank", rank)
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return table.take(order).combine_chunks()


def _ids(pairs: Iterable[_Pair]) -> set[str]:
    ends = {node for pair in pairs for node in (pair.unit, pair.resource)}
    return ends | {broker for pair in pairs for row in pair.entries for broker in row["brokers"] or ()}


def _row(pair: _Pair, nodes: dict[str, Node]) -> Row:
    """Tell how far a pair has come, and by what."""
    unit, resource = nodes[pair.unit], nodes[pair.resource]
    group = unit.group or resource.group
    sure = [row for row in pair.entries if row["certain"]]
    promised = [row for row in sure if row["state"] == ANNOUNCED]
    done = [row for row in sure if row["state"] != ANNOUNCED]
    events = [row for row in done if row["state"] != STANDING]
    again = _again(row["date"] for row in events)
    often = not group and any(Quantity(row["count"], row["count_bound"]).above(1) for row in done)
    state = "repeated" if again or often else "realised" if done else "announced" if promised else "possible"
    behind = done or promised
    told: Row = {"unit": pair.unit, "name": unit.name, "type": unit.type, "group": group, "resource": pair.resource}
    told |= {"resource_name": resource.name, "resource_type": resource.type, "state": state, "hops": pair.hops}
    told |= {"events": len({row["element"] for row in events}), "undecided": len(pair.entries) - len(sure)}
    told |= {"announced_on": earliest(row["date"] for row in promised), "repeated_on": again}
    told |= {"realised_on": earliest(row["date"] for row in events), "edges": _union(behind, "element", "support")}
    # A graph may have been cut out of a larger one, without a broker that an event still names.
    via = [node for node in _union(behind, "brokers") if node in nodes]
    told |= {"via_ids": via, "via": [nodes[node].name for node in via], "sources": _union(behind, "sources")}
    told["confidence"] = max((row["confidence"] for row in behind), default=pair.confidence)
    for total in amounts(sure):
        if total["kind"] in MONEY and not total["aggregate"]:
            told |= {total["kind"]: total["amount"], f"{total['kind']}_bound": total["amount_bound"]}
    return told


def _again(dates: Iterable[str | None]) -> str | None:
    """Return the first date that certainly differs from an earlier one; None if all may be the same day."""
    known = sorted({date for date in dates if date}, key=lambda date: PartialDate.parse(date).first_day)
    ends = [PartialDate.parse(date).last_day for date in known]
    later = (d for n, d in enumerate(known) if any(end < PartialDate.parse(d).first_day for end in ends[:n]))
    return next(later, None)


def _union(rows: Iterable[Row], *names: str) -> list[str]:
    """Join what stands in some columns of rows, each once, sorted; a column holds a text or a list of them."""
    found: set[str] = set()
    for row in rows:
        for name in names:
            found |= {row[name]} if isinstance(row[name], str) else set(row[name] or ())
    return sorted(found)


def _amounts(pairs: Iterable[_Pair], nodes: dict[str, Node]) -> pa.Table:
    rows = [
        {"unit": pair.unit, "resource": pair.resource, "group": nodes[pair.unit].group or nodes[pair.resource].group}
        | total
        for pair in pairs
        for total in amounts(pair.entries)
    ]
    return pa.Table.from_pylist(rows, schema=AMOUNTS)


def _totals(found: Ledger, groups: bool) -> list[dict[str, Any]]:
    """Sum the amounts of pairs, each edge once though it may stand with a bank and its product."""
    named = [row for row in found.amount_table.to_pylist() if row["group"] == groups]
    entered = found.entry_table.select(["element", "kind", "amount", "amount_bound"])
    entered = entered.filter(pc.or_(pc.is_valid(entered["amount"]), pc.is_valid(entered["kind"])))
    edges = {row["element"]: row for row in entered.to_pylist()}
    told: list[dict[str, Any]] = []
    for kind, aggregate in sorted({(row["kind"] or "", row["aggregate"]) for row in named}):
        listed = [row for row in named if (row["kind"] or "", row["aggregate"]) == (kind, aggregate)]
        chosen = sorted({edge for row in listed for edge in row["edges"]})
        amount, bound = summed((edges[edge]["amount"], edges[edge]["amount_bound"]) for edge in chosen)
        total = {"kind": kind or None, "aggregate": aggregate, "events": len(chosen)}
        told.append(total | {"amount": amount, "amount_bound": bound})
    return told


def _brokers(asked: Asked, signed: pa.Table, entries: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return what came of the agreements of each broker (BROKERS), and of each agreement (PARTNERSHIPS).

    A broker is an organisation or a person in force that has an agreement, or whoever brought about an event. A unit
    that resources themselves do business with is one only by the latter: its own agreement is its own business.
    """
    rows = signed.filter(pa.array(_may_broker(asked, signed["broker"]))).to_pylist()
    events = [row for row in entries.to_pylist() if _through(row)]
    ids = {row[name] for row in (*rows, *events) for name in ("broker", "resource", "unit") if row.get(name)}
    nodes = nodes_of(asked.graph, ids | {broker for row in events for broker in row["brokers"]})
    for row in events:
        row["unit"] = row["unit"] if row["of_unit"] and not nodes[row["unit"]].group else None
        # The state of an account tells that something happened, but not when.
        row["date"] = None if row["state"] == STANDING else row["date"]
        row["brokers"] = [broker for broker in row["brokers"] if broker in nodes]
    together = partnerships(rows, events, {node for node, told in nodes.items() if told.group})
    made = of_brokers(together, {node: told.name for node, told in nodes.items()})
    made = [row | {"name": nodes[row["broker"]].name, "type": nodes[row["broker"]].type} for row in made]
    made.sort(key=lambda row: (-row["partners"], -row["events"], row["name"], row["broker"]))
    for row in together:
        row |= {"name": nodes[row["broker"]].name, "resource_name": nodes[row["resource"]].name}
    return pa.Table.from_pylist(made, schema=BROKERS), pa.Table.from_pylist(together, schema=PARTNERSHIPS)


def _may_broker(asked: Asked, ids: pa.ChunkedArray) -> Flags:
    """Tell whose agreements are those of brokers: no cohort, no region, no unit of a type that is served itself."""
    net, edges = asked.net, asked.graph.schema.edges
    pairs = [pair for selector in asked.rules.ledger.realised for pair in edges[selector.type].pairs]
    served = [kind for pair in pairs for kind in pair if {*pair} & {*asked.to}]
    number = net.numbers(ids)
    own = within(ids, asked.units) & np.isin(
        net.kind[number], [n for n, kind in enumerate(net.kinds) if kind in served]
    )
    found: Flags = (number >= 0) & ~net.group[number] & ~own
    return found


def _through(row: Row) -> bool:
    """Tell whether an entry is something that happened through a broker."""
    return bool(row["brokers"]) and row["certain"] and row["state"] != ANNOUNCED
