"""What people decided in review about single statements of documents, applied whenever raw rows are assembled.

A verdict is evidence of the method `review`, in a source of its own (kind correction), on the raw id of a node or edge:
its property is `status` (actual, planned ..., or rejected), `type`, `src` or `dst`. The raw rows stay as the document
was read, so that a verdict can be taken back, and holds again when the document is loaded anew. It speaks of that
statement alone: what another source says of the same company stands, whatever was rejected here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.tables import TEXT, Graph, columns, conform, whole
from graphkit.schema import EdgeType, NodeType, Schema

DATASET, METHOD = "review", "review"
WAITING, REJECTED = "proposed", "rejected"
ENTITY_BAND, RELATION_BAND = 0.85, 0.8  # from this confidence on a statement is taken without being asked about
VALUES = ("actual", "planned", "revoked", REJECTED)
ENDS = ("src", "dst")
NUMBER = "sta_"  # what the id of a statistic begins with
Tables = dict[str, pa.Table]


@dataclass(slots=True)
class Verdicts:
    """What holds by raw id: the status that was said, the type it is, the ends of an edge."""

    status: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    ends: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def rejected(self) -> set[str]:
        """The raw ids that are nothing."""
        return {raw_id for raw_id, status in self.status.items() if status == REJECTED}

    @property
    def accepted(self) -> dict[str, str]:
        """The status of each raw id that holds."""
        return {raw_id: status for raw_id, status in self.status.items() if status != REJECTED}

    def moved(self, schema: Schema) -> dict[str, str]:
        """Return the new id of each element of another type than was read: its own, with the prefix of the type."""
        return {raw_id: moved_id(schema, raw_id, kind) for raw_id, kind in self.types.items()}


def moved_id(schema: Schema, raw_id: str, kind: str) -> str:
    """Return the id that an element has as one of another type."""
    return f"{schema.owner(kind).prefix}_{raw_id.partition('_')[2]}"


def verdict_rows(evidence: pa.Table) -> pa.Table:
    """Return the rows of evidence that are verdicts, the earlier first (their place is when they were given)."""
    found = evidence.filter(pc.fill_null(pc.equal(evidence["method"], METHOD), False))
    return found.sort_by([("place", "ascending"), ("source_id", "ascending"), ("property", "ascending")])


def verdicts(raw: Graph) -> Verdicts:
    """Read what was decided; of two verdicts on one thing the later holds."""
    found = Verdicts()
    for row in verdict_rows(raw.evidence).select(["element_id", "property", "value"]).to_pylist():
        raw_id, name, value = row.values()
        if name == "status" and value in VALUES:
            found.status[raw_id] = value
        elif name == "type" and value == raw.schema.type_of(raw_id):
            found.types.pop(raw_id, None)  # back to what it was read as
        elif name == "type" and _may_become(raw.schema, raw_id, value):
            found.types[raw_id] = value
        elif name in ENDS:
            found.ends.setdefault(raw_id, {})[name] = value
    return found


def _may_become(schema: Schema, raw_id: str, kind: str) -> bool:
    held = schema.type_of(raw_id)
    return any(held in types and kind in types for types in (schema.nodes, schema.edges))


def reviewed(raw: Graph) -> Graph:
    """Return raw rows as the verdicts among them say, without the numbers that wait; the same graph if there are none.

    An edge or number goes with its end, and one that waited only for an end which was accepted holds with it.
    """
    told = verdicts(raw)
    graph = raw
    if told.status or told.types or told.ends:
        nodes = {kind: rows for kind in _node_types(raw, told) if len(rows := _nodes(raw, told, kind))}
        edges = _edges(raw, told, nodes)
        graph = _beside(replace(raw, node_tables=nodes, edge_tables=edges), raw, told)
    return _counted(graph, told)


def waiting_statistics(raw: Graph) -> dict[str, float]:
    """Return the numbers of documents that are not sure, with their confidence: no table of theirs has a status."""
    rows = _of_statistics(raw.evidence)
    marks = rows.filter(
        pc.fill_null(pc.and_(pc.equal(rows["property"], "status"), pc.equal(rows["value"], WAITING)), False)
    )
    return dict(zip(marks["element_id"].to_pylist(), marks["confidence"].to_pylist(), strict=True))


def _of_statistics(evidence: pa.Table) -> pa.Table:
    return evidence.filter(pc.fill_null(pc.starts_with(evidence["element_id"], NUMBER), False))


def _counted(graph: Graph, told: Verdicts) -> Graph:
    """Leave out the numbers that wait or were rejected; what is cited for one is evidence of whom it is about."""
    cited = _of_statistics(graph.evidence)
    if not len(cited):
        return graph
    waits, accepted = waiting_statistics(graph), {*told.accepted, *told.moved(graph.schema).values()}
    waiting = _waiting_nodes(graph.node_tables) if accepted else set()
    subjects = dict(zip(graph.statistics["id"].to_pylist(), graph.statistics["subject"].to_pylist(), strict=True))

    def holds(number: str) -> bool:
        subject = subjects.get(number)
        return waits[number] >= RELATION_BAND and subject in accepted and subject not in waiting

    gone = told.rejected | {number for number in waits if number not in accepted and not holds(number)}
    held = {number: subject for number, subject in subjects.items() if number not in gone}
    said = pc.fill_null(pc.and_(pc.not_equal(cited["property"], "status"), _among(cited["element_id"], held)), False)
    # A verdict on a number is none on whom it is about.
    kept = cited.filter(pc.and_(said, pc.fill_null(pc.not_equal(cited["method"], METHOD), True)))
    kept = _set(kept, "element_id", pa.array([held[number] for number in kept["element_id"].to_pylist()], TEXT))
    rest = graph.evidence.filter(pc.fill_null(pc.invert(pc.starts_with(graph.evidence["element_id"], NUMBER)), True))
    numbers = graph.statistics.filter(pc.invert(_among(graph.statistics["id"], gone)))
    return replace(graph, statistics=numbers, evidence=pa.concat_tables([rest, kept]))


def reviewed_nodes(raw: Graph, kind: str) -> pa.Table:
    """Return the raw rows of one type of nodes as the verdicts say; no other type is read without need."""
    told = verdicts(raw)
    return _nodes(raw, told, kind) if told.status or told.types else raw.table(kind)


def _node_types(raw: Graph, told: Verdicts) -> list[str]:
    return sorted({*raw.node_tables, *(kind for kind in told.types.values() if kind in raw.schema.nodes)})


def _nodes(raw: Graph, told: Verdicts, kind: str) -> pa.Table:
    table = _settled(raw.table(kind), told)
    parts = [table.filter(pc.invert(_among(table["id"], told.types)))]
    for raw_id, becomes in sorted(told.types.items()):
        if becomes == kind:
            parts.append(_as_type(raw, told, raw_id, kind))
    return pa.concat_tables(parts) if len(parts) > 1 else parts[0]


def _settled(table: pa.Table, told: Verdicts) -> pa.Table:
    """Leave out what was rejected; what was accepted no longer waits, and is sure."""
    table = table.filter(pc.invert(_among(table["id"], told.rejected)))
    accepted = told.accepted
    ids, says = pa.array(list(accepted), TEXT), pa.array(list(accepted.values()), TEXT)
    status = says.take(pc.index_in(table["id"], value_set=ids).combine_chunks())
    holds = pc.and_(pc.is_valid(status), _waits(table))
    table = _set(table, "status", pc.if_else(holds, status, table["status"]))
    return _set(table, "confidence", pc.if_else(holds, 1.0, table["confidence"]))


def _as_type(raw: Graph, told: Verdicts, raw_id: str, kind: str) -> pa.Table:
    """Take the rows of an element as those of another type: what both know of it stays."""
    schema, old = raw.schema, str(raw.schema.type_of(raw_id))
    rows = _settled(raw.table(old), told)
    rows = rows.filter(pc.equal(rows["id"], raw_id))
    was, becomes = schema.owner(old), schema.owner(kind)
    wanted = columns(becomes, raw=True)
    kept = [name for name in rows.column_names if name in wanted.names and _alike(was, becomes, name)]
    return conform(_set(rows.select(kept), "id", pa.repeat(moved_id(schema, raw_id, kind), len(rows))), wanted)


def _alike(one: NodeType | EdgeType, other: NodeType | EdgeType, name: str) -> bool:
    """Say whether two types mean the same by a column: both have it in common with all, or allow the same values."""
    told = [owner.properties.get(name) for owner in (one, other)]
    return all(p is None for p in told) or all(
        p is not None and told[0] is not None and (p.type, p.values) == (told[0].type, told[0].values) for p in told
    )


def _edges(raw: Graph, told: Verdicts, nodes: Mapping[str, pa.Table]) -> Tables:
    moved = told.moved(raw.schema)
    found: dict[str, list[pa.Table]] = {}
    for kind, held in raw.edge_tables.items():
        table = _pointed(raw.schema, told, raw.schema.edges[kind], _settled(held, told))
        leaving = _among(table["id"], told.types)
        found.setdefault(kind, []).append(table.filter(pc.invert(leaving)))
        for raw_id in table["id"].filter(leaving).unique().to_pylist():
            becomes = raw.schema.edges[told.types[raw_id]]
            rows = conform(table.filter(pc.equal(table["id"], raw_id)), columns(becomes, raw=True))
            found.setdefault(becomes.name, []).append(_set(rows, "id", pa.repeat(moved[raw_id], len(rows))))
    touched = {*told.rejected, *told.ends, *moved.values()}
    live = {kind: whole(table["id"]) for kind, table in nodes.items()}
    waiting, said = _waiting_nodes(nodes), said_status(raw.evidence)
    accepted = {*told.accepted, *moved.values()}
    tables = {}
    for kind in sorted(found):
        table = _possible(raw.schema.edges[kind], pa.concat_tables(found[kind]), touched, live)
        tables[kind] = _lifted(table, accepted, waiting, said)
    return {kind: table for kind, table in tables.items() if len(table)}


def _pointed(schema: Schema, told: Verdicts, owner: EdgeType, table: pa.Table) -> pa.Table:
    """Let edges point where the verdicts say, and at the new ids of what has another type."""
    for raw_id in _held(table, told.ends.keys()):
        own = pc.equal(table["id"], raw_id)
        for side, node in told.ends[raw_id].items():
            kind = pa.scalar(schema.type_of(node), TEXT)
            table = _set(table, side, pc.if_else(own, node, table[side]))
            table = _set(table, f"{side}_type", pc.if_else(own, kind, table[f"{side}_type"]))
    moved = told.moved(schema)
    old, new = pa.array(list(moved), TEXT), pa.array(list(moved.values()), TEXT)
    kinds = pa.array([schema.type_of(node) for node in moved.values()], TEXT)
    references = [prop.name for prop in owner.properties.values() if prop.type == "ref"]
    for name in (*ENDS, *references):
        index = pc.index_in(table[name], value_set=old, skip_nulls=True).combine_chunks()
        table = _set(table, name, pc.coalesce(new.take(index), whole(table[name])))
        if name in ENDS:
            held = whole(table[f"{name}_type"])
            table = _set(table, f"{name}_type", pc.coalesce(kinds.take(index), held))
        else:
            gone = _among(table[name], told.rejected)
            table = _set(table, name, pc.if_else(gone, pa.scalar(None, TEXT), table[name]))
    return table


def _possible(owner: EdgeType, table: pa.Table, touched: set[str], live: Mapping[str, pa.Array]) -> pa.Table:
    """Leave out edges that a verdict left without an end, or between types that such an edge may not join."""
    asked = pc.or_(_among(table["id"], touched), pc.or_(_among(table["src"], touched), _among(table["dst"], touched)))
    if not pc.any(asked).as_py():
        return table
    rows = table.select(["src", "src_type", "dst", "dst_type"]).to_pylist()
    fits = []
    for row, ask in zip(rows, asked.to_pylist(), strict=True):
        typed = (row["src_type"], row["dst_type"]) in owner.pairs
        fits.append(not ask or (typed and all(_lives(row, side, live) for side in ENDS)))
    return table.filter(pa.array(fits, pa.bool_()))


def _lives(row: Mapping[str, str], side: str, live: Mapping[str, pa.Array]) -> bool:
    known = live.get(row[f"{side}_type"])
    return known is not None and pc.index(known, row[side]).as_py() >= 0


def _lifted(table: pa.Table, accepted: set[str], waiting: set[str], said: Mapping[str, str]) -> pa.Table:
    """Take edges that are sure and waited only for an end that was accepted."""
    sure = pc.and_(_waits(table), pc.fill_null(pc.greater_equal(table["confidence"], RELATION_BAND), False))
    near = pc.or_(_among(table["src"], accepted), _among(table["dst"], accepted))
    held = pc.or_(_among(table["src"], waiting), _among(table["dst"], waiting))
    lift = pc.and_(pc.and_(sure, near), pc.invert(held))
    if not pc.any(lift).as_py():
        return table
    status = pa.array([said.get(raw_id, "actual") for raw_id in table["id"].to_pylist()], TEXT)
    return _set(table, "status", pc.if_else(lift, status, table["status"]))


def _waiting_nodes(nodes: Mapping[str, pa.Table]) -> set[str]:
    """Return the raw ids of which every row waits."""
    held: set[str] = set()
    waiting: set[str] = set()
    for table in nodes.values():
        waits = _waits(table)
        if pc.any(waits).as_py():
            waiting |= set(table["id"].filter(waits).to_pylist())
            held |= set(table["id"].filter(pc.invert(waits)).to_pylist())
    return waiting - held


def said_status(evidence: pa.Table) -> dict[str, str]:
    """Return the status that documents themselves say, by raw id: what is planned stays so when it is accepted."""
    told = evidence.filter(pc.fill_null(pc.not_equal(evidence["method"], METHOD), True))
    said = pc.and_(pc.equal(told["property"], "status"), pc.not_equal(told["value"], WAITING))
    told = told.filter(pc.fill_null(said, False))
    return dict(zip(told["element_id"].to_pylist(), told["value"].to_pylist(), strict=True))


def _beside(graph: Graph, raw: Graph, told: Verdicts) -> Graph:
    """Let evidence and statistics follow: with what was rejected goes what was said of it."""
    moved = told.moved(raw.schema)
    now = [whole(table["id"]) for table in (*graph.node_tables.values(), *graph.edge_tables.values())]
    there = pa.concat_arrays([pa.array([], TEXT), *now])
    gone = {raw_id for raw_id in (*told.status, *told.types, *told.ends) if not raw_id.startswith(NUMBER)}
    for table in (*raw.node_tables.values(), *raw.edge_tables.values()):
        gone |= set(table["id"].filter(pc.invert(pc.is_in(table["id"], value_set=there))).to_pylist())
    gone -= {*moved, *pc.unique(there.filter(pc.is_in(there, value_set=pa.array(sorted(gone), TEXT)))).to_pylist()}
    tables = {}
    for name, column in (("evidence", "element_id"), ("statistics", "subject")):
        table = getattr(graph, name)
        ids = [moved.get(own_id, own_id) for own_id in table[column].to_pylist()] if moved else None
        table = table if ids is None else _set(table, column, pa.array(ids, TEXT))
        tables[name] = table.filter(pc.invert(_among(table[column], gone)))
    return replace(graph, **tables)


def _held(table: pa.Table, ids: Iterable[str]) -> list[str]:
    return list(table["id"].filter(_among(table["id"], ids)).to_pylist())


def _waits(table: pa.Table) -> pa.Array:
    return pc.fill_null(pc.equal(table["status"], WAITING), False)


def _among(column: pa.ChunkedArray, ids: Iterable[str]) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=pa.array(sorted(ids), TEXT))


def _set(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), table.schema.field(name), values)
