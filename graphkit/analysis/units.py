"""What is to be covered, where it lies, and which lists about it are complete; all of it in whole columns."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.ruleset import Selector
from graphkit.engines.arrays import Network, Passable, distinct, network
from graphkit.errors import IdentityError
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.graph.time import certain_and_possible, last_days
from graphkit.values import PartialDate

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# Since when a node exists is said by `valid_from`, or else by its date of founding.
FOUNDING = ("established", "founded", "opened")
INDUSTRY_KINDS = ("chain", "segment", "field")
ABOUT_UNITS = {"women_employees": pa.int64(), "women_employees_bound": TEXT, "party_organisation": pa.bool_()}


@dataclass(frozen=True, slots=True)
class State:
    """For each row of a table: in force for certain, possibly in force, only planned (arrays of bool)."""

    certain: Flags
    possible: Flags
    planned: Flags


def state(table: pa.Table, graph: Graph, as_of: str | None) -> State:
    """Tell what of a table is in force at a date; what is neither actual nor planned is nothing of the three."""
    for prop in FOUNDING:
        if prop in table.column_names:
            start = pc.coalesce(table["valid_from"], table[prop])
            table = table.set_column(table.column_names.index("valid_from"), "valid_from", start)
    certain, possible = (np.asarray(flags) for flags in certain_and_possible(table, graph.sources, as_of))
    actual, planned = (pc.equal(table["status"], status).to_numpy() for status in ("actual", "planned"))
    return State(actual & certain, actual & possible, planned)


def matching(table: pa.Table, selector: Selector) -> Flags:
    """Tell which rows of a type's table meet all conditions of a selector; what is not stated does not."""
    found: Flags = np.ones(len(table), np.bool_)
    for prop, values in selector.conditions:
        met = pc.is_in(table[prop], value_set=pa.array(values, TEXT)) if values else table[prop]
        found &= pc.fill_null(met, False).to_numpy()
    return found


def fitting(table: pa.Table, kind: str, listed: Iterable[Selector]) -> Flags:
    """Tell which rows of a type's table one of the selectors for that type chooses."""
    flags = [matching(table, selector) for selector in listed if selector.type == kind]
    found: Flags = np.logical_or.reduce([np.zeros(len(table), np.bool_), *flags])
    return found


def arrays_at(graph: Graph, passable: Passable, as_of: str | None) -> Network:
    """Return the arrays of what is certainly in force at a date: the same ones for every question."""
    return network(graph, passable, as_of=as_of, in_force=lambda table: state(table, graph, as_of).certain)


def unit_table(graph: Graph, select: Iterable[Selector], *, nested: Sequence[str], as_of: str | None) -> pa.Table:
    """Return the units: no groups, actual, and not certainly out of existence at the date; sorted by type and id.

    Columns `id, name, type, in_force` (certainly), `nested`, `women_employees` with bound, `party_organisation`.
    """
    listed = list(select)
    kinds = sorted({selector.type for selector in listed})
    units = pa.concat_tables([_units_of_type(graph, k, fitting(graph.table(k), k, listed), as_of) for k in kinds])
    return units.append_column("nested", pa.array(_nested(graph, units["id"], nested, as_of)))


def _units_of_type(graph: Graph, name: str, wanted: Flags, as_of: str | None) -> pa.Table:
    table = graph.table(name)
    held = state(table, graph, as_of)
    keep = wanted & held.possible & ~pc.fill_null(table["group"], False).to_numpy()
    rows = table.filter(pa.array(keep))
    columns = {"id": rows["id"], "name": rows["name"], "type": pa.array([name] * len(rows), TEXT)}
    columns["in_force"] = pa.array(held.certain[keep])
    for prop, kind in ABOUT_UNITS.items():
        columns[prop] = rows[prop] if prop in rows.column_names else pa.nulls(len(rows), kind)
    return pa.table(columns)


def about(graph: Graph, units: pa.Table, prop: str) -> pa.ChunkedArray:
    """Return a property of all units, null where a unit's type does not have it."""
    if prop in units.column_names:
        return units[prop]
    tables = [graph.table(name) for name in pc.unique(units["type"]).to_pylist()]
    tables = [table.select(["id", prop]) for table in tables if prop in table.column_names]
    if not tables:
        return pa.chunked_array([pa.nulls(len(units))])
    known = pa.concat_tables(tables, promote_options="permissive")
    return known[prop].take(pc.index_in(units["id"], value_set=known["id"]))


def exceeds(values: pa.ChunkedArray, bounds: pa.ChunkedArray, threshold: float) -> pa.Array:
    """Tell three-valued whether quantities are above a threshold, as Quantity.above does for one."""
    stated = pc.is_valid(values).to_numpy()
    # Larger numbers are above any threshold that means something; so no product overflows.
    value = np.minimum(pc.fill_null(values, 0).to_numpy().astype(np.int64), 2**58)
    bound = pc.fill_null(bounds, "exact")
    exact, more, nearly = (pc.equal(bound, name).to_numpy() for name in ("exact", "more_than", "nearly"))
    above = [value > threshold, value >= threshold, value * 9 > threshold * 10]
    low = np.select([exact, more, nearly], above, value * 4 > threshold * 5)
    high = np.select([exact | nearly, more], [value <= threshold, False], value * 6 <= threshold * 5)
    return pa.array(low, mask=~stated | (~low & ~high))


def _nested(graph: Graph, ids: pa.ChunkedArray, edge_types: Sequence[str], as_of: str | None) -> Flags:
    tables = [_ends(graph, name, as_of) for name in edge_types]
    edges = pa.concat_tables([pa.table({"src": pa.array([], TEXT), "dst": pa.array([], TEXT)}), *tables])
    # Units may be many and edges few: look for the few among the many, not the other way round.
    starts, above = upward(pc.unique(ids.filter(pa.array(within(ids, edges["src"])))), edges)
    inner = within(above, pc.unique(ids.filter(pa.array(within(ids, above))))) & ~np.asarray(pc.equal(starts, above))
    return within(ids, starts.filter(pa.array(inner)))


def matches(left: pa.ChunkedArray | pa.Array, right: pa.ChunkedArray | pa.Array) -> tuple[Rows, Rows]:
    """Return the row numbers of all pairs of equal values (an inner join); null equals nothing."""
    keys = pc.unique(right).drop_null()
    codes, others = codes_of(left, keys), codes_of(right, keys)
    order = np.argsort(others, kind="stable")[np.count_nonzero(others < 0) :]
    counts = np.bincount(others[others >= 0], minlength=len(keys) + 1)
    counts[-1] = 0  # where -1, "no such key", looks
    starts = np.cumsum(counts) - counts
    many = counts[codes]
    rows = np.repeat(np.arange(len(codes)), many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, order[starts[codes[rows]] + within]


def within(values: pa.ChunkedArray | pa.Array, known: pa.ChunkedArray | pa.Array) -> Flags:
    """Tell which values are among the known ones; nothing is built for nothing, for the known ones may be many."""
    if not len(values):
        return np.zeros(0, np.bool_)
    found: Flags = np.asarray(pc.is_in(values, value_set=known))
    return found


def codes_of(values: pa.ChunkedArray | pa.Array, keys: pa.Array | pa.ChunkedArray) -> Rows:
    """Return the place of each value among the keys, -1 where it is not one of them."""
    if not len(values):
        return np.zeros(0, np.int64)
    found: Rows = pc.fill_null(pc.index_in(values, value_set=keys), -1).to_numpy().astype(np.int64)
    return found


def upward(start: pa.Array, edges: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Follow edges from src to dst for ever: pairs of each start with itself and all that lies above it.

    Recursive, and therefore done on arrays. Cycles end by themselves.
    """
    nodes = pc.unique(pa.chunked_array([start, *edges["src"].chunks, *edges["dst"].chunks], TEXT))
    src, dst = (codes_of(edges[end], nodes) for end in ("src", "dst"))
    origin = here = codes_of(start, nodes)
    seen = [origin * len(nodes) + here]
    while len(here):
        rows, steps = matches(pa.array(here), pa.array(src))
        pairs = distinct(origin[rows] * len(nodes) + dst[steps])
        pairs = pairs[~np.isin(pairs, np.concatenate(seen))]
        seen.append(pairs)
        origin, here = np.divmod(pairs, max(len(nodes), 1))
    origin, here = np.divmod(np.concatenate(seen), max(len(nodes), 1))
    return nodes.take(pa.array(origin)), nodes.take(pa.array(here))


def _ends(graph: Graph, name: str, as_of: str | None, *types: tuple[str, str], sure: float | None = None) -> pa.Table:
    """Return `src, dst` of the edges of a type that may be in force; with `sure`, of those that are and are as sure."""
    table = graph.table(name)
    if types:
        wanted = [pc.and_(pc.equal(table["src_type"], a), pc.equal(table["dst_type"], b)) for a, b in types]
        table = table.filter(np.logical_or.reduce([np.asarray(flags) for flags in wanted]))
    held = state(table, graph, as_of)
    keep = held.possible
    if sure is not None:
        keep = held.certain & (pc.fill_null(table["confidence"], 1.0).to_numpy() >= sure)
    return table.select(["src", "dst"]).filter(pa.array(keep))


def where(graph: Graph, as_of: str | None, *, sure: float | None = None) -> tuple[pa.Table, pa.Table]:
    """Return where things lie: all LOCATED_IN (`src, dst`), and pairs `place, above` of each place with what it is in.

    A place is a region or a venue; a venue lies in its region, a region in the regions above it.
    """
    located = _ends(graph, "LOCATED_IN", as_of, sure=sure)
    places = pc.unique(located["dst"])
    venues = located.filter(pc.is_in(located["src"], value_set=places))
    edges = pa.concat_tables([venues, _ends(graph, "PART_OF", as_of, ("Region", "Region"), sure=sure)])
    return located, pa.table(dict(zip(("place", "above"), upward(places, edges), strict=True)))


def own_regions(graph: Graph, ids: pa.Array, *, as_of: str | None) -> tuple[pa.Table, pa.Table]:
    """Return pairs `node, region` of where nodes lie, directly or by a venue, and the parents of regions."""
    every = _ends(graph, "LOCATED_IN", as_of)
    venues = every.filter(pc.is_in(every["src"], value_set=graph.table("Venue")["id"]))
    located = every.filter(pa.array(within(every["src"], ids)))
    place, above = upward(pc.unique(located["dst"]), venues)
    final = pc.is_in(above, value_set=graph.table("Region")["id"])
    place, above = place.filter(final), above.filter(final)
    rows, places = matches(located["dst"], place)
    own = pa.table({"node": located["src"].take(pa.array(rows)), "region": above.take(pa.array(places))})
    return own, _ends(graph, "PART_OF", as_of, ("Region", "Region"))


def industries(graph: Graph, as_of: str | None, *, sure: float | None = None) -> tuple[pa.Table, pa.Table]:
    """Return IN_INDUSTRY (`src, dst`), and pairs `place, above` of each industry with itself and all it is part of."""
    edges = _ends(graph, "IN_INDUSTRY", as_of, sure=sure)
    parts = _ends(graph, "PART_OF", as_of, ("Industry", "Industry"), sure=sure)
    every = whole(graph.table("Industry")["id"])
    return edges, pa.table(dict(zip(("place", "above"), upward(every, parts), strict=True)))


def lying(
    found: tuple[pa.Table, pa.Table], ids: pa.ChunkedArray, nodes: pa.ChunkedArray
) -> tuple[Rows, pa.ChunkedArray]:
    """Return which of some things (row numbers of ids) lie in which nodes, by `where` or `industries`; not distinct."""
    edges, above = found
    edges = edges.filter(pa.array(within(edges["src"], ids)))
    above = above.filter(pa.array(within(above["above"], nodes)))
    rows, places = matches(edges["dst"], above["place"])
    return codes_of(edges["src"].take(pa.array(rows)), ids), above["above"].take(pa.array(places))


@dataclass(frozen=True, slots=True)
class Scope:
    """A list that a source declares complete: of what, where, since when."""

    of: str
    where: dict[str, str]
    as_of: str | None
    source_id: str
    dataset: str


def scopes(graph: Graph, of: str, as_of: str | None) -> list[Scope]:
    """List the scopes complete for a type that hold at a date: from their own date on, as an open-ended state does."""
    found = []
    for source in graph.sources.to_pylist():
        for entry in json.loads(source["complete"] or "[]"):
            since = entry.get("as_of") or source["date"]
            begun = since is not None and as_of is not None and str(_last(since)) <= str(_first(as_of))
            if entry.get("of") == of and (as_of is None or begun):
                found.append(Scope(of, dict(entry.get("where") or {}), since, source["id"], source["dataset"]))
    return found


def inside(graph: Graph, units: pa.Table, wanted: Sequence[Scope], *, as_of: str | None, sure: float) -> Flags:
    """Tell which units certainly lie in which scopes: an array of bool, units x scopes."""
    found = np.ones((len(units), len(wanted)), np.bool_)
    reach = {"region": where, "chain": industries}
    for key, kind in (("region", "Region"), ("chain", "Industry")):
        if any(key in scope.where for scope in wanted):
            edges, above = reach[key](graph, as_of, sure=sure)
            for column, scope in enumerate(wanted):
                if key in scope.where:
                    node = _named(graph, kind, scope.where[key], scope)
                    places = above["place"].filter(pc.equal(above["above"], node))
                    members = edges["src"].filter(pc.is_in(edges["dst"], value_set=places))
                    found[:, column] &= within(units["id"], members)
    for column, scope in enumerate(wanted):
        if "dataset" in scope.where:
            found[:, column] &= _of_dataset(graph, units, scope.where["dataset"])
    return found


def _named(graph: Graph, kind: str, name: str, scope: Scope) -> str | None:
    """Find the region or chain that a scope names, if need be by its own source; None if the graph has none."""
    try:
        return graph.find(name, kind)
    except IdentityError as error:
        table = graph.table(kind)
        own = [c["id"] for c in error.candidates if isinstance(c, dict) and _stated_by(table, c["id"], scope.source_id)]
        if error.code == "ambiguous-name" and len(own) != 1:
            raise
        return own[0] if own else None


def _stated_by(table: pa.Table, node: str, source: str) -> bool:
    return source in table.filter(pc.field("id") == node)["sources"][0].as_py()


def _of_dataset(graph: Graph, units: pa.Table, dataset: str) -> Flags:
    sources = graph.sources.filter(pc.field("dataset") == dataset)["id"].combine_chunks()
    ids = [
        whole(table["id"]).take(pc.list_parent_indices(lists)).filter(pc.is_in(lists.flatten(), sources))
        for table in (graph.table(name) for name in pc.unique(units["type"]).to_pylist())
        for lists in [whole(table["sources"])]
    ]
    return within(units["id"], pa.chunked_array(ids, TEXT))


def _first(date: str) -> str:
    return PartialDate.parse(date).first_day.isoformat()


def _last(date: str) -> str:
    return PartialDate.parse(date).last_day.isoformat()


class Days:
    """The days of a graph's sources as numbers in order, so that statements can be compared: -1 = undated."""

    def __init__(self, graph: Graph) -> None:
        days = last_days(graph.sources["date"])
        self.days: list[str] = sorted(pc.unique(days).drop_null().to_pylist())
        self.ids = whole(graph.sources["id"])
        self.of_source = np.append(codes_of(days, pa.array(self.days, TEXT)), -1)

    def of(self, source_ids: pa.Array | pa.ChunkedArray) -> Rows:
        """Return the day of each source."""
        found: Rows = self.of_source[codes_of(source_ids, self.ids)]
        return found

    def newest(self, table: pa.Table) -> Rows:
        """Return for each assembled row the day of its newest source."""
        lists = whole(table["sources"])
        found: Rows = np.full(len(table), -1, np.int64)
        np.maximum.at(found, pc.list_parent_indices(lists).to_numpy(), self.of(pc.list_flatten(lists)))
        return found

    def text(self, days: pa.ChunkedArray) -> pa.Array:
        """Write days again as dates; undated ones are null."""
        texts = pa.array([*self.days, None], TEXT)
        return texts.take(pa.array(np.where(days.to_numpy() < 0, len(self.days), days.to_numpy())))

    def until(self, as_of: str | None) -> int:
        """Count the days that lie before or on a date; all of them if there is none."""
        return len(self.days) if as_of is None else sum(day <= _first(as_of) for day in self.days)

    def before(self, as_of: str | None) -> int:
        """Count the days that lie before a date."""
        return len(self.days) if as_of is None else sum(day < _first(as_of) for day in self.days)
