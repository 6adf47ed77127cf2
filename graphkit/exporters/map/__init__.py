"""The map: one self-contained .html that an office can put on the wall and pass on."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import ExportError
from graphkit.exporters.map.layouts import place
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.scene import Linkage, scene
from graphkit.exporters.target import check_suffix
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage
    from graphkit.exporters.map.pyvis_page import MapNetwork

__all__ = ["MapOptions", "export_map", "to_pyvis"]

DEFAULT = MapOptions()
MAX_NODES = 2000  # above it the picture is a hairball, and the engine slow


def export_map(
    graph: Graph,
    path: Path | str,
    *,
    coverage: "Coverage | None" = None,
    links: Linkage | None = None,
    options: MapOptions = DEFAULT,
) -> Path:
    """Write the map of a graph, with its coverage and links if given, and return the path.

    The graph is redacted for `options.tier` first. Raises ExportError: `map-too-large` above 2,000 nodes,
    `write-failed` if the file cannot be written.
    """
    check_suffix(Path(path), (".html", ".htm"))
    network = to_pyvis(graph, coverage=coverage, links=links, options=options)
    network.write_html(str(path))
    return Path(path)


def to_pyvis(
    graph: Graph,
    *,
    coverage: "Coverage | None" = None,
    links: Linkage | None = None,
    options: MapOptions = DEFAULT,
) -> "MapNetwork":
    """Return the map as a pyvis Network, to which nodes, edges and options can be added before `write_html`."""
    # pyvis costs more than a second of import and pulls in IPython: only who draws a map pays for it.
    from graphkit.exporters.map.pyvis_page import MapNetwork
    from graphkit.exporters.redact import redaction

    _check_size(graph)
    if options.as_of and coverage is None:
        graph = graph.as_of(options.as_of)
    shown = redaction(graph, options.tier)
    found = None if coverage is None else shown.finding(coverage)
    reached = None if links is None else shown.finding(links)
    if options.title is not None:
        options = replace(options, title=shown.text(options.title))
    drawn = scene(shown.graph, found, links=reached, options=options)
    return MapNetwork(drawn, place(drawn, options), graph.schema, options)


def _check_size(graph: Graph) -> None:
    nodes = sum(map(len, graph.node_tables.values()))
    if nodes > MAX_NODES:
        message = f"the graph has {nodes:,} nodes; a map draws up to {MAX_NODES:,}"
        hint = "Filter first: select types with graph.select(...), or leave out nodes with graph.drop(...)."
        raise ExportError(message, code="map-too-large", hint=hint, nodes=nodes, limit=MAX_NODES)
