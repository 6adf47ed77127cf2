"""A Graph as the rows of each label and relationship type that a server is to hold.

Graph nodes and edges under their types, and what stands behind them: (:Source), (:Evidence)-[:FROM]->(:Source),
(:Statistic)-[:ABOUT]->(node), (:Decision), (:RawRows)-[:FROM]->(:Source).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.cypher.text import KEPT
from graphkit.errors import DataError, SchemaError
from graphkit.graph.convert import with_content_ids
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, TEXT, Graph, columns, conform
from graphkit.schema import EdgeType, NodeType, Schema, sensitive
from graphkit.stores.neo4j.raw_rows import packed

# What `annotate` adds to units: pushed on request, never part of the record.
ANNOTATIONS = ("coverage", "coverage_mode", "coverage_rule", "key_candidate")
ENDS = ("src", "src_type", "dst", "dst_type")
END_COLUMNS = pa.schema([("id", TEXT)] + [(name, TEXT) for name in ENDS])
LONGEST_ID = 8000  # bytes that an index key may have
RAW_ROWS = "RawRows"
EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What a push may do. `prune`: remove what graphkit wrote and the graph does not hold; `force`: even above 20 %.

    `sensitive`: properties that leave the office, each named as `Type.property`. `batch`: rows of one transaction.
    `coverage`: send the columns that `annotate` added to units; without it they are taken away.
    """

    prune: bool = False
    force: bool = False
    sensitive: tuple[str, ...] = ()
    batch: int = 5000
    coverage: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one label or relationship type: `id`, the ends of edges, then the columns that graphkit owns."""

    name: str
    table: pa.Table
    edge: bool = False
    element: bool = True  # an element of the graph, or what stands behind it

    @property
    def columns(self) -> list[str]:
        """The owned columns, without id and ends."""
        taken = ("id", *ENDS) if self.edge else ("id",)
        return [name for name in self.table.column_names if name not in taken]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A graph made ready to be sent: what a server cannot hold is known before the first statement."""

    graph: Graph
    options: PushOptions
    parts: list[Part]
    home: dict[str, list[str]]

    @property
    def withheld(self) -> tuple[str, ...]:
        """The sensitive properties that the graph states and that are not sent, as Type.property."""
        tables = {**self.graph.node_tables, **self.graph.edge_tables}
        named = ((name, prop) for name, props in self.home.items() if name in tables for prop in props)
        return tuple(f"{name}.{prop}" for name, prop in named if tables[name][prop].null_count < len(tables[name]))

    def under(self, schema: Schema) -> list[Part]:
        """Return the parts under the schema that the server knows; the raw rows are packed only once."""
        if schema.text == self.graph.schema.text:
            return self.parts
        home = _stays_home(self.graph, schema, self.options.sensitive)
        rows = next(part.table for part in self.parts if part.name == RAW_ROWS)
        return _parts(self.graph, schema, self.options, home, rows if home == self.home else None)


def prepared(graph: Graph, options: PushOptions = PushOptions()) -> Prepared:
    """Return a graph as parts; raise DataError, naming type, column and id, for what a server cannot hold."""
    home = _stays_home(graph, graph.schema, options.sensitive)
    return Prepared(graph, options, _parts(graph, graph.schema, options, home), home)


def _parts(
    graph: Graph, schema: Schema, options: PushOptions, home: dict[str, list[str]], rows: pa.Table | None = None
) -> list[Part]:
    """Return every part of a graph, nodes first; types without rows are there with none."""
    shown = without_columns(graph, home)
    owners: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    elements = [_elements(shown, owner, options) for owner in owners]
    behind = list(_behind(shown, elements, packed(shown.raw) if rows is None else rows))
    found = sorted((*elements, *behind), key=lambda part: part.edge)
    for part in found:
        _check(part)
    return found


def _elements(graph: Graph, owner: NodeType | EdgeType, options: PushOptions) -> Part:
    edge, wanted = isinstance(owner, EdgeType), columns(owner)
    tables = graph.edge_tables if edge else graph.node_tables
    table = tables.get(owner.name, wanted.empty_table())
    if not edge:
        noted = [name for name in ANNOTATIONS if name not in wanted.names]
        told = {n: table[n].type for n in noted if options.coverage and n in table.column_names}
        wanted = pa.schema([*wanted, *((n, told.get(n, pa.null())) for n in noted), (KEPT, pa.bool_())])
        table = table.drop_columns([n for n in noted if n in table.column_names and n not in told])
    return Part(owner.name, conform(table, wanted), edge)


def _behind(graph: Graph, elements: list[Part], raw: pa.Table) -> Iterator[Part]:
    evidence = with_content_ids(graph.evidence, "evi")
    rows = {
        "Source": graph.sources,
        "Evidence": evidence,
        "Statistic": graph.statistics,
        "Decision": with_content_ids(graph.decisions, "dec"),
        RAW_ROWS: raw,
    }
    for name, table in rows.items():
        kept = table if name == RAW_ROWS else table.append_column(KEPT, pa.nulls(len(table), pa.bool_()))
        yield Part(name, kept, element=False)
    sources = graph.sources["id"].combine_chunks()
    origins = {name: (rows[name], "source_id") for name in ("Evidence", "Statistic", RAW_ROWS)}
    links = [_links(name, table, column, ("Source", sources)) for name, (table, column) in origins.items()]
    yield Part("FROM", pa.concat_tables(links), edge=True, element=False)
    about = [
        _links("Statistic", graph.statistics, "subject", (part.name, part.table["id"].combine_chunks()))
        for part in elements
        if not part.edge and len(part.table)
    ]
    yield Part("ABOUT", pa.concat_tables([END_COLUMNS.empty_table(), *about]), edge=True, element=False)


def _links(name: str, table: pa.Table, column: str, target: tuple[str, pa.Array]) -> pa.Table:
    """Join rows to the nodes that a column of them names; a link has the id of the row."""
    rows = table.filter(pc.is_in(table[column], target[1]))
    told = {"id": rows["id"], "src": rows["id"], "dst": rows[column]}
    types = {"src_type": pa.repeat(name, len(rows)), "dst_type": pa.repeat(target[0], len(rows))}
    return conform(pa.table(told | types), END_COLUMNS)


def schema_parts(schema: Schema) -> list[Part]:
    """Return the parts of a graph that is empty: what to look for on a server."""
    return prepared(Graph(schema)).parts


def plain_table(part: Part) -> pa.Schema:
    """Return the columns of the Graph table behind a part of no element."""
    return {"Source": SOURCES, "Evidence": EVIDENCE, "Statistic": STATISTICS, "Decision": DECISIONS}[part.name]


def _stays_home(graph: Graph, schema: Schema, named: tuple[str, ...]) -> dict[str, list[str]]:
    """Return by type which columns are not sent: what the graph's schema or the server's calls sensitive.

    Raises SchemaError for a name that is no property.
    """
    owners: dict[str, NodeType | EdgeType] = {**schema.nodes, **schema.edges}
    if named == EVERYTHING:
        return {}
    for name in named:
        owner, _, prop = name.partition(".")
        if owner not in owners or prop not in owners[owner].properties:
            message = f"{name!r} is no property of the schema"
            raise SchemaError(message, code="unknown-property", hint="Write Type.property, such as Company.phone.")
    own: dict[str, NodeType | EdgeType] = {**graph.schema.nodes, **graph.schema.edges}
    home: dict[str, list[str]] = {}
    for name, known in own.items():  # what the graph does not know it does not hold either
        kept = {*sensitive(known), *(sensitive(owners[name]) if name in owners else ())} & known.properties.keys()
        home[name] = sorted(prop for prop in kept if f"{name}.{prop}" not in named)
    return {name: props for name, props in home.items() if props}


def without_columns(graph: Graph, home: dict[str, list[str]]) -> Graph:
    """Leave columns out of a graph and of its raw rows, and the evidence that tells of them."""
    if not home:
        return graph

    def blank(name: str, table: pa.Table) -> pa.Table:
        for column in home.get(name, ()):
            place = table.schema.get_field_index(column)
            if place >= 0 and table[column].null_count < len(table):
                table = table.set_column(place, column, pa.nulls(len(table), table[column].type))
        return table

    raw = None if graph.is_raw else graph.raw
    shown = without_columns(raw, home) if raw is not None else None
    return replace(
        graph,
        node_tables={name: blank(name, table) for name, table in graph.node_tables.items()},
        edge_tables={name: blank(name, table) for name, table in graph.edge_tables.items()},
        evidence=_without_evidence(graph, home),
        read_raw=lambda: shown,
    )


def _without_evidence(graph: Graph, home: dict[str, list[str]]) -> pa.Table:
    owners: dict[str, NodeType | EdgeType] = {**graph.schema.nodes, **graph.schema.edges}
    rows = graph.evidence
    for name, props in home.items():
        if name not in owners:
            continue
        told = pc.is_in(rows["property"], pa.array(props, TEXT))
        of_type = pc.fill_null(pc.starts_with(rows["element_id"], f"{owners[name].prefix}_"), False)
        rows = rows.filter(pc.invert(pc.and_(told, of_type)))
    return rows


def _check(part: Part) -> None:
    """Raise DataError for the first value that a server would refuse, or give back as another."""
    ids = part.table["id"]
    if ids.null_count:
        raise _unfit(part, "id", None, "is missing")
    size = pc.binary_length(ids)
    for wrong, what in ((pc.equal(size, 0), "is empty"), (pc.greater(size, LONGEST_ID), "is too long for an index")):
        _refuse(part, "id", wrong, what)
    if pc.count_distinct(ids).as_py() < len(ids):
        counted = pc.value_counts(ids.combine_chunks())
        twice = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
        raise _unfit(part, "id", str(twice[0]), "stands on several rows")
    for column in part.columns:
        kind = part.table.schema.field(column).type
        if pa.types.is_floating(kind):
            _refuse(part, column, pc.is_nan(part.table[column]), "is not a number (NaN)")
        elif pa.types.is_list(kind):
            _check_lists(part, column)


def _check_lists(part: Part, column: str) -> None:
    lists = part.table[column].combine_chunks()
    flat = pc.list_flatten(lists)
    if flat.null_count:
        rows = pc.list_parent_indices(lists).filter(pc.is_null(flat))
        raise _unfit(part, column, str(part.table["id"][rows[0].as_py()]), "is a list that holds a null")


def _refuse(part: Part, column: str, wrong: pa.ChunkedArray, what: str) -> None:
    rows = part.table["id"].filter(pc.fill_null(wrong, False))
    if len(rows):
        raise _unfit(part, column, str(rows[0])[:60], what)


def _unfit(part: Part, column: str, own_id: str | None, what: str) -> DataError:
    message = f"{part.name}.{column} of {own_id or 'a row'} {what}, which Neo4j cannot hold"
    hint = "Correct the source of it, and assemble the graph anew."
    return DataError(
        message, code="unfit-for-neo4j", hint=hint, source=None, place=f"{part.name}.{column}", value=own_id
    )


def labels_of(parts: Collection[Part]) -> list[str]:
    """List the labels among parts."""
    return [part.name for part in parts if not part.edge]
