"""Raw rows become elements: block, compare, judge; only what is certain is joined, the rest is listed for a person.

Decisions by hand come first, are kept as data beside the graph, and are undone by deleting them.
"""

from dataclasses import replace

import pyarrow as pa

from graphkit.graph.merge import assemble
from graphkit.graph.tables import Graph
from graphkit.identity.clusters import clusters
from graphkit.identity.judge import Judgement, judge
from graphkit.identity.profiles import Profile
from graphkit.identity.reviews import reviews

__all__ = ["Judgement", "Profile", "clusters", "judge", "resolve", "reviews"]


def resolve(raw: Graph, decisions: pa.Table | None = None) -> Graph:
    """Return the assembled graph of raw rows under the decisions (default: those that the raw graph carries).

    Raises IdentityError if a `different` stands inside a cluster of `same`, naming both decisions.
    """
    decided = raw.decisions if decisions is None else decisions
    return assemble(replace(raw, decisions=decided), clusters(raw, decided))
