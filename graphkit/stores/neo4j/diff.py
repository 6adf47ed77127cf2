"""How a graph and a server differ, element by element, both ways."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.stores.neo4j.changes import Example
from graphkit.stores.neo4j.connect import Connection, Settings, connected
from graphkit.stores.neo4j.examples import examples
from graphkit.stores.neo4j.failures import told
from graphkit.stores.neo4j.held import Progress, state_of
from graphkit.stores.neo4j.parts import ANNOTATIONS, PushOptions, prepared
from graphkit.stores.neo4j.plan import differences

if TYPE_CHECKING:
    import pandas as pd

WORDS = {"create": "only here", "orphan": "only here", "update": "differs", "move": "moved"}
WORDS |= {"prune": "only there", "keep": "only there"}
SHAPE = pa.schema([(name, TEXT) for name in ("type", "difference", "id", "name", "property", "here", "there")])


def diff(
    graph: Graph,
    target: Settings | Connection,
    options: PushOptions = PushOptions(),  # noqa: B008 - a frozen value
    *,
    on_progress: Progress | None = None,
) -> "pd.DataFrame":
    """Return every difference between a graph and what graphkit wrote to a server; nothing is written.

    Columns: `type, difference` (only here, only there, differs, moved)`, id, name, property, here, there`, values as
    text. Properties that `options` does not let out count as absent here.
    """
    ready = prepared(graph, options)
    with connected(target) as connection, told(connection.settings):
        found = differences(connection, ready, state_of(connection), on_progress)
    # What `annotate` added is not part of the record: whether it is there is for `push --plan` to tell.
    rows = [_row(example) for example in examples(found, None) if example.property not in ANNOTATIONS]
    return frame(pa.Table.from_pylist(rows, schema=SHAPE))


def _row(example: Example) -> dict[str, Any]:
    row = {"type": example.type, "difference": WORDS[example.action], "id": example.id, "name": example.name}
    return row | {"property": example.property, "here": _told(example.new), "there": _told(example.old)}


def _told(value: Any) -> str | None:
    return None if value is None else str(value)
