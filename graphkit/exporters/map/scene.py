"""The scene: everything a map shows, as plain columns, before anything is placed or drawn.

Pure: a Graph and perhaps its Coverage go in, a frozen value of tuples comes out. Both drawing engines, the list
view, the print sheet and the tests read the same value, so that no two of them can disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from graphkit.analysis.recount import SUFFIX
from graphkit.exporters.map.columns import Edges, Headline, Links, Nodes, RuleWords, Ties
from graphkit.exporters.map.dependants import Dependants, Losses, dependants
from graphkit.exporters.map.ego import Ego
from graphkit.exporters.map.facts import Facts, facts_of
from graphkit.exporters.map.groups import Groups
from graphkit.exporters.map.labels import labels, visible
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.places import Places, places_of
from graphkit.exporters.map.plans import Future, Projection, future, years_of
from graphkit.exporters.map.since import Earlier, Since, changes_of, since
from graphkit.exporters.map.ways import Ways, ways
from graphkit.exporters.style import shape_of
from graphkit.graph.tables import Graph
from graphkit.schema import Language, Schema

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.rules import Rules

SHOWN = frozenset({"actual", "planned"})  # proposed and revoked statements are in review, not on the wall
WOMENS_ORGANISATIONS = ("Federation", "MicroHome")


class Linkage(Protocol):
    """What a map reads of a linkage: `nearest`, one row per unit and type of resource, within so many hops."""

    @property
    def nearest(self) -> pa.Table: ...

    @property
    def max_hops(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is drawn over the record, redacted with it: a plan, the rules that paths follow, what hangs on brokers, how
    it was in an earlier record.
    """

    plan: Projection | None = None
    rules: "Rules | None" = None
    as_of: str | None = None
    brokers: Losses | None = None
    ego: Ego | None = None
    earlier: Earlier | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Focus:
    """The node (its number) that a map is drawn around, within how many hops, and how many groups are reached."""

    node: int
    hops: int
    groups: int


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a map says: nodes, edges, reasons, facts with their evidence, places, headline."""

    nodes: Nodes
    edges: Edges
    ties: Ties
    links: Links
    facts: Facts
    feeds: tuple[tuple[int, int], ...]
    has_coverage: bool
    as_of: str
    rules: RuleWords
    invented: bool
    headline: Headline
    sources: tuple[Mapping[str, str], ...] = field(default=())
    future: Future | None = None
    ways: Ways | None = None
    dependants: Dependants = field(default_factory=Dependants)
    groups: Groups | None = None
    focus: Focus | None = None
    since: Since | None = None
    notice: str = ""  # what its readers have to know of the whole map
    tiers: tuple[str, ...] = ()  # of the administrative levels, the highest first


def scene(
    graph: Graph,
    coverage: "Coverage | None" = None,
    *,
    links: Linkage | None = None,
    options: MapOptions | None = None,
    overlay: Overlay | None = None,
) -> Scene:
    """Build the scene of a graph that is already redacted; ids of all findings are ids of that graph."""
    options, over = options or MapOptions(), overlay or Overlay()
    rows = _node_rows(graph)
    number = {row["id"]: i for i, row in enumerate(rows)}
    years = years_of(over.plan, number)
    edge_rows = _edge_rows(graph, number)
    edges = _edges(edge_rows, number, years)
    edge_number = {e: i for i, e in enumerate(edges.id)}
    places = places_of(graph, number)
    known = {row["id"]: row for row in coverage.table.to_pylist()} if coverage is not None else {}
    today: list[Mapping[str, Any]] = [known.get(row["id"], {}) for row in rows]
    nodes = _nodes(rows, places, today, graph.schema.levels)
    if coverage is None:
        nodes = replace(nodes, unit=tuple(row["type"] == "Company" and not row["group"] for row in rows))
    planned = tuple(years.get(i, 0) for i in range(len(rows)))
    moved = changes_of(over.earlier, nodes.id)
    nodes = replace(nodes, linked=_linked(links, nodes), year=planned, change=moved)
    return Scene(
        nodes=nodes,
        edges=edges,
        ties=_ties(coverage, over.plan, number, edge_number, years),
        links=_nearest(links, number),
        facts=facts_of(graph, *_stated(rows, edge_rows, years, edges), options.lang),
        feeds=places.feeds,
        has_coverage=coverage is not None,
        as_of=date_of(coverage, options),
        rules=RuleWords() if coverage is None else rule_words(coverage, graph.schema, options.lang),
        invented=is_invented(graph),
        headline=headline(nodes),
        sources=sources_of(graph),
        future=future(over.plan, number, today),
        ways=_ways(graph, over, nodes, edges),
        dependants=dependants(over.brokers, number),
        focus=_focus(over.ego, number),
        since=since(over.earlier, number, options.lang),
        notice=over.notice,
        tiers=tuple(dict.fromkeys(graph.schema.levels.values())),
    )


def date_of(coverage: "Coverage | None", options: MapOptions) -> str:
    return str(options.as_of or (coverage.as_of if coverage is not None else "") or "")


def _focus(ego: Ego | None, number: Mapping[str, int]) -> Focus | None:
    return None if ego is None or ego.centre not in number else Focus(number[ego.centre], ego.hops, ego.groups)


def headline(nodes: Nodes, among: Iterable[int] | None = None) -> Headline:
    """Count the units (of `among`, or all) by status and by women employees."""
    units = [i for i in (range(len(nodes)) if among is None else among) if nodes.unit[i]]
    states = [nodes.status[i] for i in units]
    known = [i for i in units if nodes.women[i] is not None]
    return Headline(
        units=len(units),
        covered=states.count("covered"),
        gap=states.count("gap"),
        unknown=states.count("unknown"),
        key_gaps=sum(nodes.status[i] == "gap" and nodes.key[i] == "yes" for i in units),
        women=sum(nodes.women[i] or 0 for i in known),
        women_covered=sum(nodes.women[i] or 0 for i in known if nodes.status[i] == "covered"),
        women_unknown=len(units) - len(known),
    )


def _node_rows(graph: Graph) -> list[dict[str, Any]]:
    rows = []
    for node_type, table in sorted(graph.node_tables.items()):
        for row in table.to_pylist():
            if (row["status"] or "actual") in SHOWN:
                rows.append({**row, "type": node_type})
    return rows


def _edge_rows(graph: Graph, number: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = []
    for edge_type, table in sorted(graph.edge_tables.items()):
        for row in table.to_pylist():
            both = row["src"] in number and row["dst"] in number
            if both and (row["status"] or "actual") in SHOWN:
                rows.append({**row, "type": edge_type})
    return rows


def _stated(
    rows: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]], years: Mapping[int, int], drawn: Edges
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Leave out all that is said of planned organisations: a plan is no fact, and no source states it."""
    nodes = [row if i not in years else {key: row[key] for key in ("id", "name", "type")} for i, row in enumerate(rows)]
    ends = zip(edges, drawn.year, strict=True)
    return nodes, [row if not year else {key: row[key] for key in ("id", "type")} for row, year in ends]


def _ways(graph: Graph, over: Overlay, nodes: Nodes, edges: Edges) -> Ways | None:
    """Say what paths may pass; never a planned organisation, for it joins nobody yet."""
    if over.rules is None:
        return None
    numbers = {node: i for i, node in enumerate(nodes.id)}
    found = ways(graph, over.rules, over.as_of, nodes=numbers, edges={edge: i for i, edge in enumerate(edges.id)})
    standing = (n if not year else 0 for n, year in zip(found.nodes, nodes.year, strict=True))
    hops = (n if not year else 0 for n, year in zip(found.edges, edges.year, strict=True))
    return replace(found, nodes=tuple(standing), edges=tuple(hops))


def _linked(links: Linkage | None, nodes: Nodes) -> tuple[str, ...]:
    """Say of each unit that was asked about whether it is known to be linked; "" of all others."""
    if links is None:
        return ("",) * len(nodes)
    rows = list(zip(links.nearest["unit"].to_pylist(), links.nearest["hops"].to_pylist(), strict=True))
    told = {unit: "no" for unit, _ in rows} | {unit: "yes" for unit, hops in rows if hops is not None}
    return tuple(told.get(node, "") if unit else "" for node, unit in zip(nodes.id, nodes.unit, strict=True))


def _nodes(
    rows: Sequence[Mapping[str, Any]], places: Places, found: Sequence[Mapping[str, Any]], levels: Mapping[str, str]
) -> Nodes:
    ranks = {level: i for i, level in enumerate(levels)}
    names = tuple(visible(row["name"] or row["id"]) for row in rows)
    return Nodes(
        id=tuple(str(row["id"]) for row in rows),
        name=names,
        label=labels([name.removesuffix(SUFFIX) for name in names], [row["type"] for row in rows]),
        type=tuple(str(row["type"]) for row in rows),
        shape=tuple(shape_of(row["type"], row.get("kind")) for row in rows),
        planned=tuple(row["status"] == "planned" for row in rows),
        group=tuple(bool(row["group"]) for row in rows),
        unit=tuple(map(bool, found)),
        status=_column(found, "status"),
        mode=_column(found, "mode"),
        form=tuple(_form(row, unit) for row, unit in zip(rows, found, strict=True)),
        key=_column(found, "key_candidate"),
        preparing=tuple(bool(unit.get("preparing")) for unit in found),
        rule=_column(found, "rule"),
        women=tuple(row.get("women_employees") for row in rows),
        women_text=tuple(_women_text(row) for row in rows),
        town=places.town,
        chains=places.chains,
        segments=places.segments,
        rank=tuple(ranks.get(str(row.get("level")), len(ranks)) for row in rows),
        tier=tuple(levels.get(str(row.get("level")), "") for row in rows),
        linked=(),
        year=(),
        change=(),
    )


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for row in rows)


def _form(row: Mapping[str, Any], unit: Mapping[str, Any]) -> str:
    """The form of a women's organisation, or of the one that covers a unit."""
    if row["type"] not in WOMENS_ORGANISATIONS:
        return str(unit.get("form") or "")
    return str(row.get("form") or ("micro_home" if row["type"] == "MicroHome" else "federation"))


def _women_text(row: Mapping[str, Any]) -> str:
    """The head count as it is known: 120, >1400, <50, ~80."""
    value, bound = row.get("women_employees"), row.get("women_employees_bound")
    if value is None:
        return ""
    sign = {"more_than": ">", "nearly": "<"}.get(str(bound), "~" if bound in ("about", "unknown") else "")
    return f"{sign}{value}"


def _edges(rows: Sequence[Mapping[str, Any]], number: Mapping[str, int], years: Mapping[int, int]) -> Edges:
    return Edges(
        id=tuple(str(row["id"]) for row in rows),
        a=tuple(number[row["src"]] for row in rows),
        b=tuple(number[row["dst"]] for row in rows),
        type=tuple(str(row["type"]) for row in rows),
        mode=tuple(str(row.get("mode") or "") for row in rows),
        planned=tuple(row["status"] == "planned" for row in rows),
        year=tuple(years.get(number[row["src"]], 0) for row in rows),
    )


def _ties(
    coverage: "Coverage | None",
    plan: Projection | None,
    number: Mapping[str, int],
    edge_number: Mapping[str, int],
    years: Mapping[int, int],
) -> Ties:
    if coverage is None:
        return Ties()
    rows = [
        row
        for row in [*coverage.reasons.to_pylist(), *(plan.reasons.to_pylist() if plan else ())]
        if row["unit"] in number and row["organisation"] in number  # a reported organisation has no node
    ]
    return Ties(
        unit=tuple(number[row["unit"]] for row in rows),
        organisation=tuple(number[row["organisation"]] for row in rows),
        mode=tuple(str(row["mode"] or "") for row in rows),
        rule=tuple(str(row["rule"]) for row in rows),
        certain=tuple(bool(row["certain"]) for row in rows),
        edges=tuple(_numbers(row["edges"], edge_number) for row in rows),
        via=tuple(_numbers(row["via"], number) for row in rows),
        year=tuple(years.get(number[row["organisation"]], 0) for row in rows),
    )


def rule_words(coverage: "Coverage", schema: Schema, lang: Language) -> RuleWords:
    rules = coverage.rules
    conditions = [
        schema.caption("property", name, lang) + ("" if bound is None else f" > {bound:g}")
        for name, bound in rules.key_candidate.conditions
    ]
    return RuleWords(
        name=rules.caption.of(lang),
        units=rules.units[coverage.units_kind].caption.of(lang),
        reasons={reason.name: reason.caption.of(lang) for reason in rules.reasons},
        key=("、" if lang == "zh" else ", ").join(conditions),
    )


def _nearest(links: Linkage | None, number: Mapping[str, int]) -> Links:
    if links is None:
        return Links()
    rows = [row for row in links.nearest.to_pylist() if row["unit"] in number and row["resource"] in number]
    return Links(
        unit=tuple(number[row["unit"]] for row in rows),
        kind=tuple(str(row["resource_type"]) for row in rows),
        resource=tuple(number[row["resource"]] for row in rows),
        hops=tuple(int(row["hops"]) for row in rows),
        brokers=tuple(_numbers(row["brokers"], number) for row in rows),
        kinds=tuple(dict.fromkeys(links.nearest["resource_type"].to_pylist())),
        max_hops=links.max_hops,
    )


def _numbers(ids: Iterable[str] | None, number: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(number[i] for i in ids or () if i in number)


def sources_of(graph: Graph) -> tuple[Mapping[str, str], ...]:
    rows = graph.sources.select(["id", "name", "publisher", "date", "kind", "dataset", "edition"]).to_pylist()
    return tuple({key: visible(value or "") for key, value in row.items()} for row in rows)


def is_invented(graph: Graph) -> bool:
    return "invented" in graph.sources.column_names and any(graph.sources["invented"].to_pylist())
