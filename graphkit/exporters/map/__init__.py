"""The map: one self-contained .html that an office can put on the wall and pass on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from graphkit.errors import ExportError
from graphkit.exporters.map.dependants import losses
from graphkit.exporters.map.ego import Ego, ego, within
from graphkit.exporters.map.layouts import place
from graphkit.exporters.map.notebook import MapFrame, framed
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.plans import projection, same, with_plan
from graphkit.exporters.map.published import for_public, public_notice, without_counts
from graphkit.exporters.map.scene import Overlay, Scene, scene
from graphkit.exporters.map.since import earlier, with_gone
from graphkit.exporters.suppression import small_whole
from graphkit.exporters.target import check_suffix
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.compare import Comparison
    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.links import Links
    from graphkit.analysis.plan import Plan
    from graphkit.analysis.rules import Rules
    from graphkit.exporters.map.pyvis_page import MapNetwork
    from graphkit.exporters.redact import Redaction

__all__ = ["MapFrame", "MapOptions", "export_map", "show_map", "to_pyvis"]

DEFAULT = MapOptions()
# Above these the engine is slow: vis-network redraws everything with every move, ours reads the whole page at once.
MAX_NODES = {"pyvis": 2_000, "canvas": 100_000}


class Told(TypedDict, total=False):
    """The findings as keywords: a coverage, links, a plan made of that coverage, a comparison that ends with it."""

    coverage: "Coverage | None"
    links: "Links | None"
    plan: "Plan | None"
    comparison: "Comparison | None"


def export_map(graph: Graph, path: Path | str, *, options: MapOptions = DEFAULT, **findings: Unpack[Told]) -> Path:
    """Write the map of a graph and return the path; findings: `coverage=`, `links=`, `plan=`, `comparison=`.

    With links the map tells who is linked and what hangs on one broker alone, with a plan what would be covered after
    each year, with a comparison what was covered, lost, listed and gone since; these two bring their coverage. All is
    redacted for `options.tier` first. Up to 2,000 nodes are drawn by pyvis, more by our own canvas. `options.focus`
    draws what lies around one node, `options.aggregate` sums up. Raises ExportError: `map-too-large` above 100,000
    nodes, `map-options` for options that exclude each other, `plan-of-another` and `findings-differ` for findings that
    do not fit each other, `write-failed`; IdentityError and QueryError for a focus that is not known, or from which no
    path may start.
    """
    from graphkit.exporters.map.page import write_page

    check_suffix(Path(path), (".html", ".htm"))
    return write_page(_page(graph, options, _Findings(**findings)), Path(path))


def show_map(graph: Graph, *, options: MapOptions = DEFAULT, height: int = 640, **findings: Unpack[Told]) -> MapFrame:
    """Return the map for a notebook: the page of `export_map` in an isolated frame, drawn where a cell ends with it.

    Takes and raises what `export_map` does, and ExportError for a page that is too large for a notebook.
    """
    return framed(_page(graph, options, _Findings(**findings)), height)


def _page(graph: Graph, options: MapOptions, found: "_Findings") -> str:
    drawn = _drawn(graph, options, found)
    if drawn.engine == "pyvis":
        return _network(drawn, graph).generate_html()
    from graphkit.exporters.map.page import page

    return page(drawn.scene, place(drawn.scene, drawn.options), graph.schema, drawn.options, engine={})


def to_pyvis(graph: Graph, *, options: MapOptions = DEFAULT, **findings: Unpack[Told]) -> "MapNetwork":
    """Return the map as a pyvis Network, to which nodes, edges and options can be added before `write_html`."""
    return _network(_drawn(graph, replace(options, engine="pyvis"), _Findings(**findings)), graph)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """The scene that both engines draw, the engine that draws it, and the options as they may be read."""

    scene: Scene
    engine: str
    options: MapOptions


def _network(drawn: _Drawn, graph: Graph) -> "MapNetwork":
    # pyvis costs more than a second of import and pulls in IPython: only who draws with it pays for it.
    from graphkit.exporters.map.pyvis_page import MapNetwork

    return MapNetwork(drawn.scene, place(drawn.scene, drawn.options), graph.schema, drawn.options)


def _drawn(graph: Graph, options: MapOptions, found: "_Findings") -> _Drawn:
    """Redact the graph and its findings, and build the scene. What a reader may not see is told nowhere around it."""
    from graphkit.exporters.redact import redaction

    found = _published(_with_coverage(found), options)
    options = for_public(options, found.coverage)
    if options.as_of and found.coverage is None:
        graph = graph.as_of(options.as_of)
    around = _around(graph, options, found)
    drawn = graph if found.plan is None else with_plan(graph, found.plan, found.coverage)
    drawn = drawn if found.comparison is None else with_gone(drawn, found.comparison)
    engine = _engine(drawn, options, around)
    shown = redaction(drawn, options.tier)
    covered = None if found.coverage is None else shown.finding(found.coverage)
    if options.title is not None:
        options = replace(options, title=shown.text(options.title))
    if options.aggregate is not None:
        from graphkit.exporters.map.sums import summed

        return _Drawn(summed(shown.graph, covered, options), engine, options)
    overlay = _overlay(found, shown, options)
    reached = None if found.links is None else shown.finding(found.links)
    part = without_counts(shown.graph) if options.tier == "public" else shown.graph
    if around is not None:
        around = replace(around, centre=shown.text(around.centre), ids=frozenset(map(shown.text, around.ids)))
        part, overlay = within(part, around.ids), replace(overlay, ego=around)
    return _Drawn(scene(part, covered, links=reached, options=options, overlay=overlay), engine, options)


def _around(graph: Graph, options: MapOptions, found: "_Findings") -> Ego | None:
    """Search what lies around the node that is asked for, by the rules and at the date of the findings."""
    single = {"focus": options.focus, "links": found.links, "plan": found.plan, "comparison": found.comparison}
    given = [name for name, value in single.items() if value is not None]
    if options.aggregate is not None and given:
        hint = "Leave one of them out: groups are counted over the whole graph, and their marks are no single nodes."
        hint += " To the public a map of coverage is always summed up." if options.tier == "public" else ""
        message = f"a map that is summed up by {options.aggregate} shows no {' and no '.join(given)}"
        raise ExportError(message, code="map-options", hint=hint)
    if options.focus is None:
        return None
    rules, as_of = _rules(graph, options, found)
    return ego(graph, options.focus, hops=options.hops, rules=rules, as_of=as_of)


def _rules(graph: Graph, options: MapOptions, found: "_Findings") -> "tuple[Rules, str | None]":
    """Paths follow the rules of the links, else of the coverage, and their date."""
    from graphkit.analysis.rules import load_rules

    source = found.links or found.coverage
    return (load_rules(schema=graph.schema), options.as_of) if source is None else (source.rules, source.as_of)


@dataclass(frozen=True, slots=True, eq=False)
class _Findings:
    """What is to be shown of the graph."""

    coverage: "Coverage | None" = None
    links: "Links | None" = None
    plan: "Plan | None" = None
    comparison: "Comparison | None" = None


def _published(found: _Findings, options: MapOptions) -> _Findings:
    """Leave the findings out of a public map whose whole is so small that its counts tell of single units."""
    if options.tier == "public" and found.coverage is not None and small_whole(found.coverage.headline()):
        return _Findings()
    return found


def _with_coverage(found: _Findings) -> _Findings:
    """A plan and a comparison bring their coverage; all findings have to speak of the same units and date."""
    if found.coverage is None and found.plan is not None:
        found = replace(found, coverage=found.plan.candidates.coverage)
    told = found.comparison
    if told is not None:
        found = replace(found, coverage=found.coverage or told.after)
        if found.coverage is not None and not same(told.after, found.coverage):
            hint = "Pass the coverage with which the comparison ends: coverage=comparison.after."
            raise ExportError("the comparison ends with another coverage", code="findings-differ", hint=hint)
    cov, net = found.coverage, found.links
    if cov is not None and net is not None and (cov.units_kind, cov.as_of) != (net.units_kind, net.as_of):
        both = [f"{one.units_kind} at {one.as_of or 'latest known'}" for one in (cov, net)]
        message = f"the coverage and the links differ: {both[0]} and {both[1]}"
        hint = "Compute both with the same units and as_of."
        raise ExportError(message, code="findings-differ", hint=hint)
    return found


def _overlay(found: _Findings, shown: "Redaction", options: MapOptions) -> Overlay:
    """Compute what is drawn over the record."""
    from graphkit.analysis.brokers import brokers

    rules, as_of = _rules(shown.original, options, found)
    return Overlay(
        plan=None if found.plan is None else projection(found.plan, shown, options.lang),
        rules=rules,
        as_of=as_of,
        brokers=None if found.links is None else losses(brokers(found.links), shown),
        earlier=None if found.comparison is None else earlier(found.comparison, shown),
        notice=public_notice(options),
    )


def _engine(graph: Graph, options: MapOptions, around: Ego | None) -> str:
    """Return the engine asked for; `auto` is pyvis as long as it is quick. Raises ExportError for what is too large."""
    nodes = sum(map(len, graph.node_tables.values())) if around is None else len(around.ids)
    if options.aggregate is not None:
        nodes = 0  # however many there are, they are counted
    engine: str = options.engine
    if engine == "auto":
        engine = "pyvis" if nodes <= MAX_NODES["pyvis"] else "canvas"
    limit = MAX_NODES[engine]
    if nodes <= limit:
        return engine
    what = f"{nodes:,} nodes lie around it" if around else f"the graph has {nodes:,} nodes"
    message = f"{what}; a map by {engine} draws up to {limit:,}"
    hint = (
        "Draw what lies around one node (--focus NODE --hops N, focus= in Python), sum up by town, chain or segment "
        "(--aggregate, aggregate=), or filter first: graph.select(...) for types, graph.drop(...) for nodes."
    )
    if engine == "pyvis" and nodes <= MAX_NODES["canvas"]:
        hint = f"Draw it with engine='canvas' (up to {MAX_NODES['canvas']:,} nodes). {hint}"
    raise ExportError(message, code="map-too-large", hint=hint, nodes=nodes, limit=limit)
