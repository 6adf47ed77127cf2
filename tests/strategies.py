"""Random raw graphs of every type of property, and texts that have hurt other programs."""

import math
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import EVIDENCE, SOURCES, STATISTICS, Graph, columns
from graphkit.schema import EdgeType, NodeType, Property, Schema, column

SCHEMA = Schema.load()
HOSTILE = [
    "",
    " ",
    "null",
    "NaN",
    "None",
    "a\x00b",
    "\u2028",
    "\u0085\x0b\x0c\x1c",
    "\ufeffx",
    "昇兴\U00020bb7",
    "妇联（試行）",
    "'; DROP TABLE record.Company; --",
    '"); MATCH (n) DETACH DELETE n //',
    "`\\u0060",
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "a|b",
    "1",
    "2022-02-30",
    "true",
    "line\r\nbreak\r",
    "e\u0301",
    "👩‍👩‍👧",
]
TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.sampled_from([0, 1, 50, 2**31, 2**53 + 1, 2**63 - 1]) | st.integers(0, 2**63 - 1)
DATES = st.sampled_from(["2022", "2022-06", "2022-06-25", "2024-02-29", "1999-12-31", "0001", "9999-12"])
DATASETS = ["台账", "报道", "函件"]
EDGE_TYPES = ["COVERS", "LENDS_TO", "PARTNERS_WITH", "FEEDS", "LOCATED_IN"]
KEYS = ["甲", "乙", "丙"]


def values(prop: Property) -> st.SearchStrategy[Any]:
    """Any value that a column of this kind may hold, null among them."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "int": st.integers(-(2**63), 2**63 - 1),
        "quantity": WHOLE,
        "float": st.floats(allow_nan=False) | st.sampled_from([-0.0, math.inf, 5e-324]),
        "bool": st.booleans(),
        "date": DATES,
        "list": st.lists(TEXTS, max_size=3),
    }
    found = st.sampled_from(prop.values) if prop.values else kinds.get(prop.type, TEXTS)
    return st.none() | found


def row_of(owner: NodeType | EdgeType, source: str) -> st.SearchStrategy[dict[str, Any]]:
    """A raw row of a type without its id and ends: only a few of the columns are filled in one example."""
    fixed = {"id", "src", "src_type", "dst", "dst_type", "key", "source_id", "place"}
    names = [name for name in columns(owner, raw=True).names if name not in fixed]
    refs = {p.name for p in owner.properties.values() if p.type == "ref"}
    filled = st.sets(st.sampled_from([name for name in names if name not in refs]), max_size=5)
    places = st.sampled_from(["¶7 [812:830]", "a.csv:9", "a.csv:12", "", "Sheet1!B2"])
    confidence = st.none() | st.sampled_from([0.5, 0.9, 1.0])

    def of(chosen: set[str]) -> st.SearchStrategy[dict[str, Any]]:
        drawn = {name: values(column(SCHEMA, owner, name)) for name in sorted(chosen)}
        drawn |= {"place": places, "confidence": confidence, "source_id": st.just(source)}
        return st.fixed_dictionaries(drawn)

    return filled.flatmap(of)


@st.composite
def raw_graphs(draw: st.DrawFn, datasets: tuple[str, ...] = tuple(DATASETS)) -> Graph:
    """One edition of one dataset: nodes of several types, edges between them, evidence and statistics."""
    dataset, edition = draw(st.sampled_from(datasets)), draw(st.sampled_from([None, "2026Q2", "2026Q3"]))
    source = source_id(dataset, edition)
    nodes: dict[str, list[dict[str, Any]]] = {}
    drawn = draw(st.sets(st.sampled_from(sorted(SCHEMA.nodes)), max_size=3))
    for name in sorted(drawn | {"Company", "Region", "Bank"}):
        owner = SCHEMA.nodes[name]
        for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3)):
            own_id = raw_id(owner.prefix, dataset, name, key)
            nodes.setdefault(name, []).append(draw(row_of(owner, source)) | {"id": own_id, "key": key})
    edges: dict[str, list[dict[str, Any]]] = {}
    for name in draw(st.lists(st.sampled_from(EDGE_TYPES), max_size=4)):
        row = draw(_edge(SCHEMA.edges[name], nodes, dataset, source))
        if row:
            edges.setdefault(name, []).append(row)
    facts: dict[str, Any] = {
        "id": source,
        "dataset": dataset,
        "edition": edition,
        "kind": draw(st.sampled_from(["sheet", "correction"])),
    }
    facts |= {"name": draw(TEXTS), "date": draw(st.none() | DATES), "complete": "[]", "invented": False}
    some = nodes["Company"][0]["id"]
    cited = {"element_id": some, "property": "kind", "value": draw(TEXTS), "source_id": source, "quote": draw(TEXTS)}
    counted = {"id": raw_id("sta", source), "subject": some, "measure": draw(TEXTS), "value": draw(st.floats(0, 1e9))}
    return Graph(
        SCHEMA,
        {name: _table(SCHEMA.nodes[name], nodes[name]) for name in sorted(nodes)},
        {name: _table(SCHEMA.edges[name], edges[name]) for name in sorted(edges)},
        sources=pa.Table.from_pylist([facts], schema=SOURCES),
        evidence=pa.Table.from_pylist([cited], schema=EVIDENCE),
        statistics=pa.Table.from_pylist([counted | {"source_id": source}], schema=STATISTICS),
        is_raw=True,
    )


@st.composite
def _edge(
    draw: st.DrawFn, owner: EdgeType, nodes: dict[str, list[dict[str, Any]]], dataset: str, source: str
) -> dict[str, Any] | None:
    pairs = sorted((src, dst) for src, dst in owner.pairs if src in nodes and dst in nodes)
    if not pairs:
        return None
    src_type, dst_type = draw(st.sampled_from(pairs))
    ends = {"src": draw(st.sampled_from(nodes[src_type]))["id"], "dst": draw(st.sampled_from(nodes[dst_type]))["id"]}
    row = draw(row_of(owner, source)) | ends | {"src_type": src_type, "dst_type": dst_type}
    key = draw(st.none() | st.sampled_from(["1", "2"]))
    told = [str(row.get(name)) for name in owner.key]
    identity = [key] if key else [ends["src"], ends["dst"], *told]
    return row | {"key": key, "id": raw_id(owner.prefix, dataset, owner.name, *identity)}


def _table(owner: NodeType | EdgeType, rows: list[dict[str, Any]]) -> pa.Table:
    return sorted_raw(pa.Table.from_pylist(rows, schema=columns(owner, raw=True)))
