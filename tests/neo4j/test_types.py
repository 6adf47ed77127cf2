"""Every property of every type, at its edges, goes to a server and comes back as it was."""

import math
from typing import Any

import pyarrow as pa

from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.merge import join_raw, sorted_raw
from graphkit.graph.tables import EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.identity import resolve
from graphkit.schema import EdgeType, NodeType, Property, Schema, column
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.parts import EVERYTHING, PushOptions
from graphkit.stores.neo4j.plan import push_plan
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from tests.neo4j.test_push import assert_same
from tests.strategies import HOSTILE

ALL = PushOptions(sensitive=EVERYTHING)
SCHEMA = Schema.load()
SOURCE = source_id("台账", None)
TEXTS = [*filter(None, HOSTILE), "`", "\\u0060", "\\", "'\"", "长" * 50_000, "=1+1"]
LISTS = [None, [], [""], ["", ""], TEXTS, ["`", "\\u0060", "'\"\\"]]
WHOLES = [None, 0, 1, 2**53 + 1, 2**63 - 1, -(2**63), -1]
FLOATS = [None, 0.0, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 0.1]
DATES = [None, "2022", "2022-06", "2022-06-25", "0001", "9999-12"]
KINDS: dict[str, list[Any]] = {
    "int": WHOLES,
    "quantity": WHOLES[:5],
    "float": FLOATS,
    "bool": [None, True, False],
    "date": DATES,
    "list": LISTS,
}
ROWS = 1 + max(len(values) for values in KINDS.values())


def values(prop: Property) -> list[Any]:
    return [None, *prop.values] if prop.values else KINDS.get(prop.type, [None, *TEXTS])


def row(owner: NodeType | EdgeType, number: int) -> dict[str, Any]:
    """The n-th row of a type: each column runs through its values, from another start."""
    fixed = {"id", "src", "src_type", "dst", "dst_type", "key", "source_id", "place", "confidence", "name"}
    told: dict[str, Any] = {"source_id": SOURCE, "place": f"a.csv:{number}", "key": str(number), "confidence": 1.0}
    for place, name in enumerate(columns(owner, raw=True).names):
        prop = column(SCHEMA, owner, name) if name not in fixed else None
        if prop and prop.type != "ref":
            told[name] = values(prop)[(number + place) % len(values(prop))]
    return told


def everything() -> Graph:
    """A raw graph with rows of every type; every pair of ends has parallel edges."""
    nodes: dict[str, list[dict[str, Any]]] = {}
    edges: dict[str, list[dict[str, Any]]] = {}
    for name, owner in SCHEMA.nodes.items():
        ids = [raw_id(owner.prefix, "台账", name, str(number)) for number in range(max(ROWS, len(TEXTS)))]
        named = [{"id": own, "name": TEXTS[n % len(TEXTS)]} for n, own in enumerate(ids)]
        nodes[name] = [row(owner, n) | told for n, told in enumerate(named)]
    for name, kind in SCHEMA.edges.items():
        for place, (src, dst) in enumerate(sorted(kind.pairs)):
            for number in range(place, place + 2 if place else ROWS):
                own = raw_id(kind.prefix, "台账", name, f"{place}/{number}")
                ends = {"src": nodes[src][0]["id"], "dst": nodes[dst][1]["id"], "src_type": src, "dst_type": dst}
                edges.setdefault(name, []).append(row(kind, number) | ends | {"id": own, "key": f"{place}/{number}"})
    cited = [
        {"element_id": own["id"], "property": "kind", "value": text, "source_id": SOURCE, "quote": text, "place": "x"}
        for own, text in zip(nodes["Company"], TEXTS, strict=False)
    ]
    counted = [
        {"id": raw_id("sta", str(n)), "subject": nodes["Region"][0]["id"], "measure": "数", "value": value}
        | {"source_id": SOURCE}
        for n, value in enumerate(FLOATS)
    ]
    source = {"id": SOURCE, "dataset": "台账", "name": "`\\u0060'\"", "kind": "sheet", "complete": "[]"}
    return Graph(
        SCHEMA,
        {
            name: sorted_raw(pa.Table.from_pylist(rows, columns(SCHEMA.nodes[name], raw=True)))
            for name, rows in nodes.items()
        },
        {
            name: sorted_raw(pa.Table.from_pylist(rows, columns(SCHEMA.edges[name], raw=True)))
            for name, rows in edges.items()
        },
        sources=pa.Table.from_pylist([source], SOURCES),
        evidence=pa.Table.from_pylist(cited, EVIDENCE),
        statistics=pa.Table.from_pylist(counted, STATISTICS),
        is_raw=True,
    )


def stated(graph: Graph) -> dict[tuple[str, str], int]:
    """Count the values of each property of each type."""
    tables = {**graph.node_tables, **graph.edge_tables}
    owners: dict[str, NodeType | EdgeType] = {**SCHEMA.nodes, **SCHEMA.edges}
    return {
        (name, prop): len(table) - table[prop].null_count
        for name, table in tables.items()
        for prop, told in owners[name].properties.items()
        if told.type != "ref"
    }


def test_every_property_of_every_type_goes_there_and_back(target: Settings) -> None:
    graph = resolve(join_raw(everything()))
    assert {*graph.node_tables} == {*SCHEMA.nodes} and {*graph.edge_tables} == {*SCHEMA.edges}
    assert [place for place, count in stated(graph).items() if not count] == []
    push(graph, target, ALL)
    assert_same(graph, pull(target)[0])
    assert push_plan(graph, target, ALL).changes == 0
    again = push(graph, target, ALL)
    assert again.changes == 0 == sum(again.counters.values())
