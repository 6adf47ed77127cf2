"""The map: one self-contained .html that an office can put on the wall and pass on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from graphkit.errors import ExportError
from graphkit.exporters.map.dependants import losses
from graphkit.exporters.map.layouts import place
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.plans import projection, with_plan
from graphkit.exporters.map.scene import Overlay, scene
from graphkit.exporters.target import check_suffix
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.links import Links
    from graphkit.analysis.plan import Plan
    from graphkit.exporters.map.pyvis_page import MapNetwork
    from graphkit.exporters.redact import Redaction

__all__ = ["MapOptions", "export_map", "to_pyvis"]

DEFAULT = MapOptions()
MAX_NODES = 2000  # above it the picture is a hairball, and the engine slow


class Told(TypedDict, total=False):
    """The findings as keywords: a coverage, links, and a plan made of that coverage."""

    coverage: "Coverage | None"
    links: "Links | None"
    plan: "Plan | None"


def export_map(graph: Graph, path: Path | str, *, options: MapOptions = DEFAULT, **findings: Unpack[Told]) -> Path:
    """Write the map of a graph and return the path; findings: `coverage=None, links=None, plan=None`.

    With links the map tells who is linked and what hangs on one broker alone, with a plan (which brings its coverage)
    what would be covered after each year. All is redacted for `options.tier` first. Raises ExportError:
    `map-too-large` above 2,000 nodes, `plan-of-another` and `findings-differ` for findings that do not fit each other,
    `write-failed`.
    """
    check_suffix(Path(path), (".html", ".htm"))
    network = to_pyvis(graph, options=options, **findings)
    network.write_html(str(path))
    return Path(path)


def to_pyvis(graph: Graph, *, options: MapOptions = DEFAULT, **findings: Unpack[Told]) -> "MapNetwork":
    """Return the map as a pyvis Network, to which nodes, edges and options can be added before `write_html`."""
    # pyvis costs more than a second of import and pulls in IPython: only who draws a map pays for it.
    from graphkit.exporters.map.pyvis_page import MapNetwork
    from graphkit.exporters.redact import redaction

    found = _with_coverage(_Findings(**findings))
    if options.as_of and found.coverage is None:
        graph = graph.as_of(options.as_of)
    drawn = graph if found.plan is None else with_plan(graph, found.plan, found.coverage)
    _check_size(drawn)
    shown = redaction(drawn, options.tier)
    overlay = _overlay(found, shown, options)
    covered = None if found.coverage is None else shown.finding(found.coverage)
    reached = None if found.links is None else shown.finding(found.links)
    if options.title is not None:
        options = replace(options, title=shown.text(options.title))
    told = scene(shown.graph, covered, links=reached, options=options, overlay=overlay)
    return MapNetwork(told, place(told, options), graph.schema, options)


@dataclass(frozen=True, slots=True, eq=False)
class _Findings:
    """What is to be shown of the graph."""

    coverage: "Coverage | None" = None
    links: "Links | None" = None
    plan: "Plan | None" = None


def _with_coverage(found: _Findings) -> _Findings:
    """A plan brings the coverage of which it was made; coverage and links have to speak of the same units and date."""
    if found.coverage is None and found.plan is not None:
        found = replace(found, coverage=found.plan.candidates.coverage)
    cov, net = found.coverage, found.links
    if cov is not None and net is not None and (cov.units_kind, cov.as_of) != (net.units_kind, net.as_of):
        told = [f"{one.units_kind} at {one.as_of or 'latest known'}" for one in (cov, net)]
        message = f"the coverage and the links differ: {told[0]} and {told[1]}"
        hint = "Compute both with the same units and as_of."
        raise ExportError(message, code="findings-differ", hint=hint)
    return found


def _overlay(found: _Findings, shown: "Redaction", options: MapOptions) -> Overlay:
    """Compute what is drawn over the record. Paths follow the rules of the links, else of the coverage."""
    from graphkit.analysis.brokers import brokers
    from graphkit.analysis.rules import load_rules

    source = found.links or found.coverage
    rules = load_rules(schema=shown.original.schema) if source is None else source.rules
    return Overlay(
        plan=None if found.plan is None else projection(found.plan, shown, options.lang),
        rules=rules,
        as_of=options.as_of if source is None else source.as_of,
        brokers=None if found.links is None else losses(brokers(found.links), shown),
    )


def _check_size(graph: Graph) -> None:
    nodes = sum(map(len, graph.node_tables.values()))
    if nodes > MAX_NODES:
        message = f"the graph has {nodes:,} nodes; a map draws up to {MAX_NODES:,}"
        hint = "Filter first: select types with graph.select(...), or leave out nodes with graph.drop(...)."
        raise ExportError(message, code="map-too-large", hint=hint, nodes=nodes, limit=MAX_NODES)
