"""What is seen of an organisation that tells that it passes a stage, and what tells that it does not (DEFINITIONS 7).

Absence of an edge tells nothing: only a column says no, or a list that is declared complete.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.ruleset import Rules, Sign, Stage
from graphkit.analysis.units import (
    Flags,
    about,
    codes_of,
    exceeds,
    fitting,
    inside,
    matches,
    matching,
    scopes,
    state,
    within,
)
from graphkit.graph.tables import TEXT, Graph
from graphkit.graph.time import LATE, first_days, last_days, newest_day
from graphkit.values import PartialDate

EARLY = "0001-01-01"
NOT_ACTUAL = ("planned", "proposed", "revoked")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one sign tells of each organisation: yes, no, or in doubt (for its date or confidence); else nothing."""

    yes: Flags
    no: Flags
    doubt: Flags


@dataclass(frozen=True, slots=True)
class Signs:
    """The organisations of a graph at a date (units), and what signs tell of them."""

    graph: Graph
    rules: Rules
    as_of: str | None
    units: pa.Table
    newest: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "newest", newest_day(self.graph.sources))

    @property
    def last(self) -> str | None:
        """Return the day from which is counted back: the last of the date, or of the newest source; None if unknown."""
        if self.as_of is not None:
            return PartialDate.parse(self.as_of).last_day.isoformat()
        return None if self.newest == LATE else self.newest

    @property
    def first(self) -> str | None:
        """Return the first day that the date may mean."""
        return self.last if self.as_of is None else PartialDate.parse(self.as_of).first_day.isoformat()

    def of(self, stage: Stage) -> tuple[Flags, Flags]:
        """Tell who passes a stage, and who does not: a yes beats a doubt, a doubt beats a no."""
        columns = [self._property(sign) for sign in stage.signs if sign.edge is None]
        edges = [(self._edge(sign), self._closed(sign)) for sign in stage.signs if sign.edge is not None]
        none = np.zeros(len(self.units), np.bool_)
        seen = [*columns, *(told for told, _ in edges)]
        yes = np.logical_or.reduce([none, *(told.yes for told in seen)])
        doubt = np.logical_or.reduce([none, *(told.doubt for told in seen)])
        no = np.logical_or.reduce([none, *(told.no for told in columns)])
        if edges:
            no |= np.logical_and.reduce([closed for _, closed in edges])
        return yes, no & ~yes & ~doubt

    def _property(self, sign: Sign) -> Seen:
        values = about(self.graph, self.units, sign.property)
        stated = np.asarray(pc.is_valid(values))
        if sign.within_days is not None:
            return self._dated(self._until(values.cast(TEXT), sign.property), sign.within_days)
        if sign.above is None:
            yes = np.asarray(pc.fill_null(values.cast(pa.bool_()), False))
            return Seen(yes, stated & ~yes, stated & ~stated)
        prop = next(p for t in self.rules.covering if (p := self.graph.schema.nodes[t].properties.get(sign.property)))
        bounds = about(self.graph, self.units, prop.bound or f"{prop.name}_bound").cast(TEXT)
        found = exceeds(values.cast(pa.int64()), bounds, sign.above)
        yes, no = (np.asarray(pc.fill_null(pc.equal(found, told), False)) for told in (True, False))
        return Seen(yes, no, stated & ~yes & ~no)

    def _until(self, dates: pa.ChunkedArray, prop: str) -> pa.ChunkedArray:
        """Put in place of a date after the one asked for what was stated before it, if anything: the newest of that."""
        late = pc.fill_null(pc.greater(first_days(dates), pa.scalar(self.last, TEXT)), False)
        if self.graph.raw is None or not pc.any(late).as_py():
            return dates
        told: dict[str, str] = {}
        for name in self.rules.covering:
            table, raw = self.graph.table(name), self.graph.raw.table(name)
            if prop in raw.column_names:
                table = table.filter(pa.array(within(table["id"], self.units["id"].filter(late)))).combine_chunks()
                own, stated = pc.list_flatten(table["raw_ids"]), raw.filter(pc.is_valid(raw[prop]))
                stated = stated.filter(pc.invert(pc.is_in(stated["status"], value_set=pa.array(NOT_ACTUAL))))
                at, rows = matches(own, stated["id"])
                owner = table["id"].take(pc.list_parent_indices(table["raw_ids"]).take(pa.array(at)))
                for unit, day in zip(owner.to_pylist(), stated[prop].take(pa.array(rows)).to_pylist(), strict=True):
                    if PartialDate.parse(day).first_day.isoformat() <= str(self.last):
                        told[unit] = max(told.get(unit, ""), day)
        earlier = pa.array([told.get(unit) for unit in self.units["id"].to_pylist()], TEXT)
        return pc.coalesce(pc.if_else(late, earlier, dates), dates)

    def _dated(self, dates: pa.ChunkedArray, days: int) -> Seen:
        """Tell which dates lie within so many days before the date; one that is not dated tells nothing."""
        stated = np.asarray(pc.is_valid(dates))
        none = np.zeros(len(stated), np.bool_)
        if self.first is None or self.last is None:
            return Seen(none, none, stated)
        begin, end = first_days(dates), last_days(dates)
        # What a source reports has happened by its date: 2026 in a list of June ends in June.
        end = pc.if_else(pc.less_equal(begin, self.newest), pc.min_element_wise(end, self.newest), end)
        recent = pc.and_(pc.greater_equal(begin, _before(self.last, days)), pc.less_equal(end, self.first))
        yes = np.asarray(pc.fill_null(recent, False))
        no = np.asarray(pc.fill_null(pc.less(end, _before(self.first, days)), False))
        return Seen(yes, no, stated & ~yes & ~no)

    def _edge(self, sign: Sign) -> Seen:
        """Tell who has an edge for certain, and who may have it; nobody is told not to have one."""
        none = np.zeros(len(self.units), np.bool_)
        if sign.edge is None:
            return Seen(none, none, none)
        near, far = ("src", "dst") if sign.direction == "out" else ("dst", "src")
        table = self.graph.table(sign.edge.type)
        table = table.filter(pa.array(within(table[near], self.units["id"]) & matching(table, sign.edge)))
        ends = self._ends(sign)
        at = np.append(codes_of(table[far], ends["id"]), -1)[: len(table)]
        sure, maybe = (np.append(ends[name].to_numpy(), False)[at] for name in ("certain", "possible"))
        held = state(table, self.graph, self.as_of)
        certain = held.certain & sure
        certain &= pc.fill_null(table["confidence"], 1.0).to_numpy() >= self.rules.min_confidence
        possible = held.possible & maybe
        if sign.within_days is not None:
            dated = self._dated(table["valid_from"], sign.within_days)
            certain, possible = certain & dated.yes, possible & (dated.yes | dated.doubt)
        yes, open_ = (within(self.units["id"], table[near].filter(pa.array(flags))) for flags in (certain, possible))
        return Seen(yes, none, open_ & ~yes)

    def _ends(self, sign: Sign) -> pa.Table:
        """Return what the edge may lead to, and whether it certainly, or possibly, exists at the date."""
        parts = []
        for kind in dict.fromkeys(selector.type for selector in sign.to):
            nodes = self.graph.table(kind)
            held, wanted = state(nodes, self.graph, self.as_of), fitting(nodes, kind, sign.to)
            flags = {"certain": pa.array(held.certain & wanted), "possible": pa.array(held.possible & wanted)}
            parts.append(pa.table({"id": nodes["id"]} | flags))
        return pa.concat_tables(parts).combine_chunks()

    def _closed(self, sign: Sign) -> Flags:
        """Tell who lies in a scope whose list of such edges is complete."""
        found = scopes(self.graph, sign.edge.type if sign.edge else "", self.as_of)
        sure = self.rules.min_confidence
        closed: Flags = inside(self.graph, self.units, found, as_of=self.as_of, sure=sure)
        return np.asarray(closed.any(axis=1))


def _before(day: str, days: int) -> str:
    """Return the day so many days earlier, or the first that there is."""
    told = date.fromisoformat(day)
    return (told - timedelta(days)).isoformat() if (told - date.min).days > days else EARLY
