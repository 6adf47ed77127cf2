"""What a change does to the raw rows of a store, whichever it is: the record is assembled anew from them."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.decisions import with_decisions, without_decision
from graphkit.graph.merge import join_raw, raw_rows, without_sources
from graphkit.graph.tables import DECISIONS, Graph, under
from graphkit.stores.base import Settle
from graphkit.stores.record import named_sources, source_ids, wider


def incoming(graph: Graph, settle: Settle | None) -> Graph:
    """Return the raw rows that a graph brings to an empty store."""
    new = join_raw(raw_rows(graph))  # sorted, as what is joined with other sources is
    return replace(new, decisions=settle(DECISIONS.empty_table(), new.decisions)) if settle else new


def replacing(held: Graph, new: Graph, settle: Settle | None) -> Graph:
    """Put new raw rows in the place of what is held from their sources, under the wider of the two schemas."""
    schema = wider(held.schema, new.schema)
    kept, added = under(without_sources(held, source_ids(new)), schema), under(new, schema)
    if settle:
        settled = settle(kept.decisions, added.decisions)
        kept, added = (replace(part, decisions=settled) for part in (kept, added))
    return join_raw(kept, added)


def forgetting(held: Graph, source: str) -> Graph:
    """Leave out a source; raise StoreError for one that is not live."""
    return without_sources(held, named_sources(held.sources.to_pylist(), source))


def deciding(held: Graph, decisions: pa.Table) -> Graph:
    """Add decisions; raise IdentityError for one that contradicts another."""
    own_ids = {own_id for table in held.node_tables.values() for own_id in pc.unique(table["id"]).to_pylist()}
    return replace(held, decisions=with_decisions(held.decisions, decisions, own_ids))


def undoing(held: Graph, left: str, right: str) -> Graph:
    """Take back the decision on a pair; raise IdentityError if there is none."""
    return replace(held, decisions=without_decision(held.decisions, left, right))


def of_sources(held: Graph, sources: list[str] | None) -> Graph:
    """Return the rows of the named sources alone, or all; raise StoreError for a source that is not live."""
    if sources is None:
        return held
    live = held.sources.to_pylist()
    wanted = {found for source in sources for found in named_sources(live, source)}
    return without_sources(held, [s["id"] for s in live if s["id"] not in wanted])
