"""Groups: towns, chains or segments as one mark each, with their counts, and the edges between them summed up.

The map of a graph that is too large to be drawn node by node. A unit of two chains counts in both, as in `rates`; the
headline counts every unit once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from graphkit.exporters.map.columns import Edges, Headline, Nodes
from graphkit.exporters.map.labels import labels, visible
from graphkit.exporters.map.options import Grouping
from graphkit.exporters.map.places import Places, places_of
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage

SHOWN = (None, "actual", "planned")
PLACING = frozenset({"LOCATED_IN", "IN_INDUSTRY", "PART_OF"})  # what makes the groups joins none of them
TYPE = {"town": "Region", "chain": "Industry", "segment": "Industry"}
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Groups:
    """One row a group: the counts of its units, and how many other nodes it holds by type; per edge its count."""

    by: Grouping
    heads: tuple[Headline, ...]
    others: tuple[Mapping[str, int], ...]
    count: tuple[int, ...]  # of each edge of the scene, which stands for so many of one type between two groups
    total: tuple[int, ...]  # of all edges between these two groups, at the first edge of each pair; else 0
    inside: tuple[int, ...]  # edges with both ends in the group


@dataclass(frozen=True, slots=True)
class _Rows:
    """The nodes of a graph as they are needed to be counted, and the groups of each (numbers of nodes)."""

    ids: Sequence[str]
    names: Mapping[int, str]
    types: Sequence[str]
    groups: Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a scene takes of the groups instead of single nodes."""

    nodes: Nodes
    edges: Edges
    headline: Headline
    groups: Groups


def grouped(graph: Graph, coverage: "Coverage | None", by: Grouping, *, nowhere: str) -> Grouped:
    """Count the units and the edges of a graph by town, chain or segment; `nowhere` names what has none."""
    rows = _rows(graph, by)
    units = _units(graph, coverage, rows)
    members: dict[int, list[int]] = {}
    for i, found in enumerate(rows.groups):
        for group in found:
            members.setdefault(group, []).append(i)
    order = sorted(members, key=lambda g: (g == NOWHERE, -sum(i in units for i in members[g]), rows.names.get(g, "")))
    place = {group: n for n, group in enumerate(order)}
    edges, count, inside = _edges(graph, rows, place)
    heads = tuple(_head([units[i] for i in members[g] if i in units]) for g in order)
    others = tuple(dict(Counter(rows.types[i] for i in members[g] if i not in units)) for g in order)
    pairs = Counter[tuple[int, int]]()
    for a, b, n in zip(edges.a, edges.b, count, strict=True):
        pairs[a, b] += n
    seen: set[tuple[int, int]] = set()
    total = []
    for pair in zip(edges.a, edges.b, strict=True):
        total.append(0 if pair in seen else pairs[pair])
        seen.add(pair)
    told = Groups(by, heads, others, tuple(count), tuple(total), tuple(inside))
    ids = tuple("nowhere" if g == NOWHERE else rows.ids[g] for g in order)
    names = tuple(nowhere if g == NOWHERE else rows.names.get(g, rows.ids[g]) for g in order)
    return Grouped(group_nodes(ids, names, TYPE[by]), edges, _head(list(units.values())), told)


def _rows(graph: Graph, by: Grouping) -> _Rows:
    ids: list[str] = []
    types: list[str] = []
    names: dict[int, str] = {}
    for kind, table in sorted(graph.node_tables.items()):
        for row in table.select(["id", "name", "status"]).to_pylist():
            if row["status"] in SHOWN:
                if kind == TYPE[by]:
                    names[len(ids)] = visible(row["name"] or row["id"])
                ids.append(row["id"])
                types.append(kind)
    places = places_of(graph, {node: i for i, node in enumerate(ids)})
    found = [_groups_of(i, kind, places, by) for i, kind in enumerate(types)]
    return _Rows(ids, names, types, _with_units(graph, ids, types, found))


def _groups_of(i: int, kind: str, places: Places, by: Grouping) -> tuple[int, ...]:
    """A place is no member of itself: it is the group, and only what stands in it is counted."""
    if by == "town":
        return () if kind in ("Region", "Industry") else places.towns[i] or (NOWHERE,)
    if kind == "Industry" or kind == "Region":
        return ()
    return (places.chains if by == "chain" else places.segments)[i] or (NOWHERE,)


def _with_units(
    graph: Graph, ids: Sequence[str], types: Sequence[str], found: list[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Put an organisation that lies nowhere itself where most of what it covers is."""
    if "COVERS" not in graph.edge_tables:
        return found
    number = {node: i for i, node in enumerate(ids)}
    covered: dict[int, Counter[int]] = {}
    for row in graph.edge_tables["COVERS"].select(["src", "dst", "status"]).to_pylist():
        a, b = number.get(row["src"]), number.get(row["dst"])
        if a is not None and b is not None and row["status"] in (None, "actual") and found[a] == (NOWHERE,):
            covered.setdefault(a, Counter()).update(g for g in found[b] if g != NOWHERE)
    for a, groups in covered.items():
        if groups:
            found[a] = (min(groups, key=lambda g: (-groups[g], g)),)
    return found


def _units(graph: Graph, coverage: "Coverage | None", rows: _Rows) -> dict[int, Mapping[str, Any]]:
    """Return by node what is to be counted: the units of the coverage, else the companies that are no groups."""
    number = {node: i for i, node in enumerate(rows.ids)}
    women: dict[str, Mapping[str, Any]] = {}
    for kind, table in graph.node_tables.items():
        if "women_employees" in table.column_names:
            columns = ["id", "women_employees", "group"]
            women |= {
                r["id"]: r for r in table.select(columns).to_pylist() if kind == "Company" or r["women_employees"]
            }
    if coverage is not None:
        columns = ["id", "status", "key_candidate"]
        found = {number[r["id"]]: r for r in coverage.table.select(columns).to_pylist() if r["id"] in number}
        return {
            i: {**row, "women_employees": women.get(row["id"], {}).get("women_employees")} for i, row in found.items()
        }
    companies = [r for r in women.values() if not r["group"] and r["id"] in number]
    return {number[r["id"]]: {"status": "", **r} for r in companies if rows.types[number[r["id"]]] == "Company"}


def _head(units: Sequence[Mapping[str, Any]]) -> Headline:
    """Count units by status and by women employees, as `headline` counts the units of a scene."""
    states = Counter(row["status"] for row in units)
    known = [row for row in units if row["women_employees"] is not None]
    return Headline(
        units=len(units),
        covered=states["covered"],
        gap=states["gap"],
        unknown=states["unknown"],
        key_gaps=sum(row["status"] == "gap" and row["key_candidate"] == "yes" for row in units),
        women=sum(row["women_employees"] for row in known),
        women_covered=sum(row["women_employees"] for row in known if row["status"] == "covered"),
        women_unknown=len(units) - len(known),
    )


def _edges(graph: Graph, rows: _Rows, place: Mapping[int, int]) -> tuple[Edges, list[int], list[int]]:
    """Sum the edges between each two groups by type; an edge of a unit of two chains counts for both."""
    number = {node: i for i, node in enumerate(rows.ids)}
    between: Counter[tuple[int, int, str]] = Counter()
    inside = [0] * len(place)
    for kind, table in sorted(graph.edge_tables.items()):
        if kind in PLACING:
            continue
        for row in table.select(["src", "dst", "status"]).to_pylist():
            a, b = number.get(row["src"]), number.get(row["dst"])
            if a is None or b is None or row["status"] not in SHOWN:
                continue
            for pair in {
                tuple(sorted((place[g], place[h]))) for g in _ends(rows, a, place) for h in _ends(rows, b, place)
            }:
                if pair[0] == pair[1]:
                    inside[pair[0]] += 1
                else:
                    between[pair[0], pair[1], kind] += 1
    keys = sorted(between)
    count = len(keys)
    edges = Edges(
        id=tuple(f"sum_{n}" for n in range(count)),
        a=tuple(a for a, _, _ in keys),
        b=tuple(b for _, b, _ in keys),
        type=tuple(kind for _, _, kind in keys),
        mode=("",) * count,
        planned=(False,) * count,
        year=(0,) * count,
    )
    return edges, [between[key] for key in keys], inside


def _ends(rows: _Rows, node: int, place: Mapping[int, int]) -> tuple[int, ...]:
    """The groups of an end; a segment that feeds another is its own group."""
    return rows.groups[node] or ((node,) if node in place else ())


def group_nodes(ids: tuple[str, ...], names: tuple[str, ...], kind: str) -> Nodes:
    """Return one node a group, with the columns that only single nodes have left empty."""
    count = len(ids)
    empty: dict[str, tuple[Any, ...]] = {
        "planned": (False,),
        "group": (False,),
        "unit": (False,),
        "preparing": (False,),
        "women": (None,),
        "town": (-1,),
        "chains": ((),),
        "segments": ((),),
        "rank": (0,),
        "year": (0,),
    }
    columns = {field.name: empty.get(field.name, ("",)) * count for field in fields(Nodes)}
    columns |= {
        "id": ids,
        "name": names,
        "label": labels(names, [kind] * count),
        "type": (kind,) * count,
        "shape": (kind,) * count,
    }
    return Nodes(**columns)
