"""Which unit reaches which resource: in how many hops, by how many ways, through whom, how surely (DEFINITIONS 10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.rules import Rules, load_rules
from graphkit.analysis.units import arrays_at, fitting, state, unit_table
from graphkit.engines.arrays import Network, Places
from graphkit.engines.searches import Reach, Route, between, brokers, checked_hops, reach
from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, TEXTS, Graph, frame, whole
from graphkit.schema import Language, Schema
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

NEAREST = pa.schema(
    {"unit": TEXT, "name": TEXT, "type": TEXT, "group": pa.bool_(), "resource_type": TEXT, "hops": pa.int64()}
    | {"resource": TEXT, "resource_name": TEXT, "paths": pa.int64(), "brokers": TEXTS, "confidence": pa.float64()}
)
PAIRS = pa.schema(
    {"unit": TEXT, "resource": TEXT, "resource_type": TEXT, "hops": pa.int64(), "paths": pa.int64()}
    | {"brokers": TEXTS, "confidence": pa.float64(), "group": pa.bool_()}
)
MOST_PAIRS = 5_000_000
# A unit with more ways than a person reads through hangs on no single broker: its list is null, `paths` tells enough.
MOST_BROKERS = 20
# What a search finds for a unit, in numbers of nodes.
FOUND = pa.schema(
    {"resource": pa.int64(), "hops": pa.int64(), "paths": pa.int64(), "brokers": pa.list_(pa.int64())}
    | {"confidence": pa.float64()}
)
# Above this, the number of paths is no longer exact as a float, and of no interest either.
MOST_PATHS = 2.0**62


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Links:
    """What links the units to resources of some types within `max_hops`; a value.

    `nearest` has one row a unit and type of resource, unlinked ones with null hops: `unit, name, type, group,
    resource_type, hops, resource, resource_name, paths, brokers, confidence`. Of resources as near, the smaller id is
    named; `paths` and `brokers` speak of all of them, `brokers` being null where they are more than 20. `groups` has
    the same columns for what ends in a counted cohort, on either side, which is nobody's link and is told apart.
    `cohorts` (`id, name, type`) are those that would be units if they were not counted groups.
    """

    graph: Graph
    rules: Rules
    units_kind: str
    as_of: str | None
    to: tuple[str, ...]
    max_hops: int
    units: pa.Table
    nearest: pa.Table
    groups: pa.Table
    cohorts: pa.Table

    @property
    def schema(self) -> Schema:
        """Return the schema of the graph."""
        return self.graph.schema

    @property
    def linked(self) -> pa.Table:
        """Return the rows of `nearest` that reach a resource."""
        return self.nearest.filter(pc.is_valid(self.nearest["hops"]))

    @property
    def frame(self) -> "pd.DataFrame":
        """Return `nearest`, and below it `groups`, as a frame."""
        return frame(pa.concat_tables([self.nearest, self.groups]))

    @property
    def pairs(self) -> pa.Table:
        """Return every unit with every resource in reach; computed when asked for, see `pairs()`."""
        return pairs(self)

    def headline(self) -> dict[str, Any]:
        """Return how many units are known to be linked to a resource of any of the types, and what that depends on."""
        depends = {"to": list(self.to), "max_hops": self.max_hops, "as_of": self.as_of, "rules": self.rules.name}
        return shares(len(self.units), len(pc.unique(self.linked["unit"]))) | depends

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence: a lower bound, for a link that no source states may exist."""
        units = self.rules.units[self.units_kind].caption.of(lang)
        return sentence(self.headline(), units, self.graph.schema, lang)

    def __repr__(self) -> str:
        return self.text("en")


def shares(units: int, linked: int) -> dict[str, Any]:
    """Return the figures of a headline from the number of units and of those that are linked."""
    share = linked / units if units else None
    return {"units": units, "linked": linked, "not_linked": units - linked, "share": share}


def sentence(told: Mapping[str, Any], units: str, schema: Schema, lang: Language) -> str:
    """Say a headline in one sentence."""
    kinds, as_of, hops = [schema.caption("node", n, lang) for n in told["to"]], told["as_of"], told["max_hops"]
    if lang == "zh":
        date = "最新已知" if as_of is None else f"截至 {as_of}"
        found = f"{told['units']} 个{units}中，已知 {told['linked']} 个链接到{'或'.join(kinds)}"
        return f"{found}（{hops} 步之内，{date}，下限；规则 {told['rules']}）"
    date = "latest known" if as_of is None else f"as of {as_of}"
    found = f"{told['linked']} of {told['units']} {units} are known to reach {either(kinds)}"
    return f"{found} within {hops} hops ({date}; a lower bound; rules {told['rules']})"


def either(captions: Iterable[str]) -> str:
    """Join English captions of types: a bank or an alliance."""
    return " or ".join(f"an {name}" if name[:1] in "aeiou" else f"a {name}" for name in captions)


def links(
    graph: Graph,
    *,
    to: str | Sequence[str] = "Bank",
    max_hops: int | None = None,
    units: str = "companies",
    as_of: str | None = None,
    rules: Rules | None = None,
) -> Links:
    """Return what links units to resources of the types `to` (captions too), at a date (None = latest known).

    `max_hops`: at most so many, by default what the rules say. A unit is never its own resource. Raises SchemaError
    for a type or kind of units that is not known, QueryError for one that no path may end in.
    """
    rules = rules or load_rules(schema=graph.schema)
    hops = checked_hops(rules.max_hops if max_hops is None else max_hops)
    wanted = [to] if isinstance(to, str) else to
    kinds = tuple(dict.fromkeys(rules.linkage.end_type(graph.schema, name) for name in wanted))
    date = None if as_of is None else str(PartialDate.parse(str(as_of)))
    chosen = unit_table(graph, rules.kind(units).select, nested=rules.nested, as_of=date)
    case = _case(graph, arrays_at(graph, rules.linkage, date), chosen.select(["id", "name", "type"]), hops)
    cohorts = cohorts_of(graph, rules, units, date)
    counted = _case(graph, case.net, cohorts, hops)
    nearest = [_nearest(case, kind, group=False) for kind in kinds]
    groups = [_nearest(case, kind, group=True) for kind in kinds if case.net.group.any()]
    groups += [_nearest(counted, kind, group=group) for kind in kinds for group in (False, True) if len(counted.units)]
    linked = pa.concat_tables([NEAREST.empty_table(), *groups])
    linked = linked.filter(pc.is_valid(linked["hops"]))
    found = pa.concat_tables([NEAREST.empty_table(), *nearest])
    return Links(graph, rules, rules.kind(units).name, date, kinds, hops, chosen, found, linked, cohorts)


def network_of(net: Links) -> Network:
    """Return the arrays that the links were found on: the same ones for every question about the graph."""
    return arrays_at(net.graph, net.rules.linkage, net.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """Units (`id, name, type`; `nodes` are their numbers) of one question, with the arrays that it is answered on."""

    graph: Graph
    net: Network
    units: pa.Table
    nodes: Places
    max_hops: int


def _case(graph: Graph, net: Network, units: pa.Table, max_hops: int) -> _Case:
    return _Case(graph, net, units, net.numbers(units["id"]), max_hops)


def cohorts_of(graph: Graph, rules: Rules, units: str, as_of: str | None) -> pa.Table:
    """Return the counted cohorts that would be units if they were not groups."""
    parts = [pa.table({name: pa.array([], TEXT) for name in ("id", "name", "type")})]
    for kind in sorted({selector.type for selector in rules.kind(units).select}):
        table = graph.table(kind)
        wanted = fitting(table, kind, rules.kind(units).select)
        wanted &= pc.fill_null(table["group"], False).to_numpy() & state(table, graph, as_of).certain
        rows = table.select(["id", "name"]).filter(pa.array(wanted))
        parts.append(rows.append_column("type", pa.array([kind] * len(rows), TEXT)))
    return pa.concat_tables(parts)


def _nearest(case: _Case, kind: str, *, group: bool) -> pa.Table:
    """Return the rows of all units for the resources of a type: the single ones, or the groups among them."""
    net, resources = case.net, case.net.of_type(kind)
    resources = resources[net.group[resources] == group]
    units, search = case.nodes, reach(net, resources, case.max_hops)
    own = np.isin(units, resources)
    plain = np.flatnonzero(np.append(search.hops, -1)[units] > 0)
    # What is a resource itself has to look for another: seldom, and each on its own.
    others = {int(row): _other(net, int(units[row]), resources, case.max_hops) for row in np.flatnonzero(own)}
    routes = {row: route for row, route in others.items() if route}
    place = np.full(len(units), -1)
    place[plain] = np.arange(len(plain))
    place[list(routes)] = len(plain) + np.arange(len(routes))
    found = pa.concat_tables([_found(net, search, units[plain]), _of_routes(list(routes.values()))])
    found = found.take(pa.array(place, mask=place < 0))
    ends_in_group = pa.array(np.append(net.group, False)[units] | (group & (place >= 0)))
    columns = {name: case.units[name] for name in ("id", "name", "type")} | {"group": ends_in_group}
    columns |= {"resource_type": pa.array([kind] * len(units), TEXT), "hops": found["hops"]}
    columns |= {"resource": net.ids.take(whole(found["resource"]))}
    columns |= {"resource_name": _names(case.graph, net, kind, whole(found["resource"]))}
    columns |= {"paths": found["paths"], "brokers": _ids(net, found["brokers"]), "confidence": found["confidence"]}
    return pa.table(columns).rename_columns(NEAREST.names).cast(NEAREST)


def _found(net: Network, search: Reach, nodes: Places) -> pa.Table:
    """Return what a search found for nodes that it reached; nodes are numbers here."""
    columns = {
        "resource": search.nearest[nodes].astype(np.int64),
        "hops": search.hops[nodes].astype(np.int64),
        "paths": np.minimum(search.paths[nodes], MOST_PATHS).astype(np.int64),
        "brokers": brokers(net, search, nodes, MOST_BROKERS),
        "confidence": search.confidence[nodes],
    }
    return pa.table(columns, schema=FOUND)


def _other(net: Network, unit: int, resources: Places, max_hops: int) -> Route | None:
    return between(net, unit, resources[resources != unit], max_hops)


def _of_routes(routes: list[Route]) -> pa.Table:
    rows = []
    for route in routes:
        inside = sorted(node for node, left in route.left.items() if 0 < left < route.hops)
        rows.append(
            {"resource": min(node for node, left in route.left.items() if not left), "hops": route.hops}
            | {"paths": int(min(route.paths, MOST_PATHS)), "confidence": route.confidence}
            | {"brokers": inside if len(inside) <= MOST_BROKERS else None}
        )
    return pa.Table.from_pylist(rows, schema=FOUND)


def _ids(net: Network, lists: pa.ChunkedArray) -> pa.ListArray:
    """Turn lists of numbers into lists of ids."""
    joined = lists.combine_chunks()
    many = pc.fill_null(pc.list_value_length(joined), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(many)]), pa.int32())
    values = net.ids.take(pc.list_flatten(joined))
    return pa.ListArray.from_arrays(offsets, values, mask=pc.is_null(joined))


def _names(graph: Graph, net: Network, kind: str, numbers: pa.Array) -> pa.ChunkedArray:
    return graph.table(kind)["name"].take(pa.array(net.row).take(numbers))


def pairs(net: Links) -> pa.Table:
    """Return every unit with every resource within reach: one row a pair, nearest first; groups are marked.

    Columns `unit, resource, resource_type, hops, paths, brokers, confidence, group`. Raises QueryError
    (`too-many-pairs`) above 5 million rows.
    """
    arrays = network_of(net)
    units = arrays.numbers(pa.chunked_array([*net.units["id"].chunks, *net.cohorts["id"].chunks], TEXT))
    parts, rows = [], 0
    for kind, unit, found in _all_pairs(arrays, net, units):
        rows += len(found)
        if rows > MOST_PAIRS:
            message = f"more than {MOST_PAIRS:,} pairs lie within {net.max_hops} hops"
            hint = "Ask for fewer hops, a rarer type of resource or fewer units; `nearest` has one row a unit."
            raise QueryError(message, code="too-many-pairs", hint=hint)
        ends_in_group = arrays.group[units[unit]] | arrays.group[found["resource"].to_numpy()]
        kinds = pa.array([kind] * len(found), TEXT)
        parts.append(
            found.append_column("unit", pa.array(unit))
            .append_column("resource_type", kinds)
            .append_column("group", pa.array(ends_in_group))
        )
    if not parts:
        return PAIRS.empty_table()
    table = pa.concat_tables(parts)
    table = table.take(pa.array(np.lexsort([table[name].to_numpy() for name in ("resource", "hops", "unit")])))
    columns = {name: table[name] for name in PAIRS.names} | {"brokers": _ids(arrays, table["brokers"])}
    columns["unit"] = arrays.ids.take(pa.array(units[table["unit"].to_numpy()]))
    columns["resource"] = arrays.ids.take(whole(table["resource"]))
    return pa.table(columns).cast(PAIRS)


def _all_pairs(arrays: Network, net: Links, units: Places) -> Iterator[tuple[str, Places, pa.Table]]:
    """Yield for every resource its type, the rows of the units that reach it, and how."""
    for kind in net.to:
        for resource in arrays.of_type(kind):
            search = reach(arrays, np.array([resource]), net.max_hops)
            unit = np.flatnonzero(np.append(search.hops, -1)[units] > 0)
            if len(unit):
                yield kind, unit, _found(arrays, search, units[unit])
