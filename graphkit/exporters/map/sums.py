"""The scene of a graph that is counted by town, chain or segment instead of drawn node by node."""

from typing import TYPE_CHECKING

from graphkit.exporters.map.captions import texts
from graphkit.exporters.map.columns import Links, RuleWords, Ties
from graphkit.exporters.map.facts import Facts
from graphkit.exporters.map.groups import grouped
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.published import public_notice, published
from graphkit.exporters.map.scene import Scene, date_of, is_invented, rule_words, sources_of
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage

NOWHERE = {"town": "no_place", "chain": "no_chain", "segment": "no_segment"}


def summed(graph: Graph, coverage: "Coverage | None", options: MapOptions) -> Scene:
    """Build the scene of a graph whose nodes are counted, not drawn."""
    by = options.aggregate or "town"
    nowhere = texts(options.lang)[NOWHERE[by]]
    if options.tier == "public" and coverage is not None:
        told = published(coverage, by, nowhere=nowhere)
    else:
        told = grouped(graph, coverage, by, nowhere=nowhere)
    return Scene(
        nodes=told.nodes,
        edges=told.edges,
        ties=Ties(),
        links=Links(),
        facts=Facts(),
        feeds=(),
        has_coverage=False,  # of the marks themselves
        as_of=date_of(coverage, options),
        rules=RuleWords() if coverage is None else rule_words(coverage, graph.schema, options.lang),
        invented=is_invented(graph),
        headline=told.headline,
        sources=sources_of(graph),
        groups=told.groups,
        notice=public_notice(options),
    )
