"""Coverage noted on the units of a graph: for Cypher, for a map, for a server; never a part of the record."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.errors import SchemaError
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.schema import NodeType

NOTED = {"coverage": "status", "coverage_mode": "mode", "coverage_rule": "rule", "key_candidate": "key_candidate"}


def annotate(graph: Graph, coverage: Coverage) -> Graph:
    """Return the graph with `coverage, coverage_mode, coverage_rule, key_candidate` on every unit of a coverage.

    What is no unit of it has none, so that a query tells it from a gap. The raw rows stay as they are: a store that the
    graph is written to keeps none of this. Raises SchemaError for a type that has a property of such a name.
    """
    units = coverage.table
    for name in pc.unique(units["type"]).to_pylist():
        _check_free(graph.schema.node(name))
    tables = {
        name: _noted(table, units.filter(pc.equal(units["type"], name))) for name, table in graph.node_tables.items()
    }
    return replace(graph, node_tables=tables)


def _check_free(owner: NodeType) -> None:
    taken = sorted(owner.properties.keys() & NOTED.keys())
    if taken:
        message = f"{owner.name}.{taken[0]} is a property of the schema, and coverage would be noted under that name"
        raise SchemaError(message, code="name-taken", hint="Rename it in the schema.", name=taken[0])


def _noted(table: pa.Table, units: pa.Table) -> pa.Table:
    table = table.drop_columns([name for name in NOTED if name in table.column_names])
    if not len(units):
        return table
    rows = pc.index_in(table["id"], value_set=whole(units["id"]))
    for name, column in NOTED.items():
        table = table.append_column(name, units[column].take(rows).cast(TEXT))
    return table
