"""A small invented county for the tests of the map: six units, two chains, every status and mode of DEFINITIONS 5."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from graphkit.graph.tables import EVIDENCE, SOURCES, Graph, columns, conform
from graphkit.schema import Caption, Schema

SCHEMA = Schema.load()
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

NODES: Rows = {
    "Region": [
        {"id": "reg_1", "name": "溪口县", "level": "county"},
        {"id": "reg_2", "name": "东屏镇", "level": "town"},
        {"id": "reg_3", "name": "西岭镇", "level": "town"},
    ],
    "Industry": [
        {"id": "ind_1", "name": "石材产业链", "kind": "chain"},
        {"id": "ind_2", "name": "石材加工", "kind": "segment"},
        {"id": "ind_3", "name": "荒料交易", "kind": "segment"},
        {"id": "ind_4", "name": "水暖产业链", "kind": "chain"},
    ],
    "Venue": [{"id": "ven_1", "name": "东屏石材基地", "kind": "production_base"}],
    "Company": [
        {
            "id": "com_1",
            "name": "恒固石业有限公司",
            "women_employees": 100,
            "party_organisation": True,
            "phone": "13900000001",
        },
        {"id": "com_2", "name": "金辉石业有限公司", "women_employees": 60, "women_employees_bound": "about"},
        {"id": "com_3", "name": "瑞达石业有限公司"},
        {"id": "com_4", "name": "兴旺石业有限公司", "women_employees": 200, "party_organisation": True},
        {"id": "com_5", "name": "宏泰水暖有限公司", "women_employees": 40},
        {"id": "com_6", "name": "鑫源水暖有限公司", "women_employees": 100, "women_employees_bound": "more_than"},
        {"id": "com_7", "name": "十余家商户", "group": True, "count": 10, "count_bound": "more_than"},
        {"id": "com_8", "name": "待审企业", "status": "proposed"},
    ],
    "Federation": [
        {"id": "fed_1", "name": "溪口县妇女联合会", "level": "county"},
        {"id": "fed_2", "name": "恒固石业妇联", "form": "federation"},
        {"id": "fed_3", "name": "东屏石材基地妇联", "form": "federation"},
        {"id": "fed_4", "name": "西岭镇妇联", "level": "town", "status": "planned"},
    ],
    "Bank": [{"id": "ban_1", "name": "溪口农商银行"}],
    "Person": [{"id": "per_1", "name": "林测试", "role": "主席", "phone": "13900000002"}],
}
EDGES: Rows = {
    "PART_OF": [
        {"id": "par_1", "src": "reg_2", "dst": "reg_1"},
        {"id": "par_2", "src": "reg_3", "dst": "reg_1"},
        {"id": "par_3", "src": "ind_2", "dst": "ind_1"},
        {"id": "par_4", "src": "ind_3", "dst": "ind_1"},
        {"id": "par_5", "src": "fed_2", "dst": "fed_1"},
    ],
    "FEEDS": [{"id": "fee_1", "src": "ind_3", "dst": "ind_2"}],
    "IN_INDUSTRY": [
        {"id": "inn_1", "src": "com_1", "dst": "ind_2"},
        {"id": "inn_2", "src": "com_2", "dst": "ind_2"},
        {"id": "inn_3", "src": "com_3", "dst": "ind_3"},
        {"id": "inn_4", "src": "com_4", "dst": "ind_2"},
        {"id": "inn_5", "src": "com_5", "dst": "ind_4"},
    ],
    "LOCATED_IN": [
        {"id": "loc_1", "src": "com_1", "dst": "reg_2"},
        {"id": "loc_2", "src": "com_2", "dst": "ven_1"},
        {"id": "loc_3", "src": "ven_1", "dst": "reg_2"},
        {"id": "loc_4", "src": "com_5", "dst": "reg_1"},
    ],
    "COVERS": [
        {"id": "cov_1", "src": "fed_2", "dst": "com_1", "mode": "own", "valid_from": "2023"},
        {"id": "cov_2", "src": "fed_3", "dst": "ven_1", "mode": "joint"},
        {"id": "cov_3", "src": "fed_4", "dst": "com_8", "mode": "own"},
    ],
    "LENDS_TO": [{"id": "len_1", "src": "ban_1", "dst": "com_4", "amount_cny": 2500000, "amount_bound": "exact"}],
    "LEADS": [{"id": "lea_1", "src": "per_1", "dst": "fed_2", "role": "主席"}],
}
SOURCE = {
    "id": "src_1",
    "dataset": "ledger",
    "edition": "2026Q2",
    "kind": "sheet",
    "name": "企业台账",
    "date": "2026-06-30",
}
LETTER = {"id": "src_2", "dataset": "letter", "kind": "letter", "name": "工作函", "date": "2026-07"}


def graph_of(
    nodes: Rows = NODES, edges: Rows = EDGES, *, evidence: Sequence[Mapping[str, Any]] = (), **source: Any
) -> Graph:
    """Build an assembled graph whose raw rows say the same, each at its place in the ledger."""
    assembled, raw = ({**_tables(nodes, raw=r), **_tables(edges, raw=r)} for r in (False, True))
    sources = conform(pa.Table.from_pylist([{**SOURCE, **source}, LETTER]), SOURCES)
    rows = Graph(
        SCHEMA, {t: raw[t] for t in nodes if t in raw}, {t: raw[t] for t in edges if t in raw}, sources, is_raw=True
    )
    return Graph(
        SCHEMA,
        {t: assembled[t] for t in nodes if t in assembled},
        {t: assembled[t] for t in edges if t in assembled},
        sources,
        pa.Table.from_pylist([{c: None for c in EVIDENCE.names} | dict(e) for e in evidence], schema=EVIDENCE),
        read_raw=lambda: rows,
    )


def _tables(rows: Rows, *, raw: bool) -> dict[str, pa.Table]:
    tables = {}
    for kind, listed in rows.items():
        if not listed:
            continue
        owner = SCHEMA.nodes.get(kind) or SCHEMA.edges[kind]
        full = [_row(kind, number, row, raw=raw) for number, row in enumerate(listed)]
        names = dict.fromkeys(name for row in full for name in row)
        table = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in full])
        tables[kind] = conform(table, columns(owner, raw=raw))
    return tables


def _row(kind: str, number: int, row: Mapping[str, Any], *, raw: bool) -> dict[str, Any]:
    ends = {f"{end}_type": SCHEMA.type_of(row[end]) for end in ("src", "dst") if end in row}
    common = {"status": "actual", "group": False, **ends, **row}
    if raw:
        return {**common, "source_id": "src_1", "place": f"{kind}:{number + 2}", "confidence": 1.0}
    return {**common, "raw_ids": [row["id"]], "sources": ["src_1"]}


def coverage_of(graph: Graph, units: Mapping[str, Mapping[str, Any]] | None = None) -> Any:
    """Return what the map reads of a coverage of the small county."""
    found = UNITS if units is None else units
    empty = {
        "status": "unknown",
        "rule": None,
        "mode": None,
        "form": None,
        "key_candidate": "unknown",
        "preparing": False,
    }
    names = {row["id"]: row["name"] for row in graph.table("Company").to_pylist()}
    table = pa.Table.from_pylist([{"id": i, "name": names.get(i), **empty, **row} for i, row in found.items()])
    return SimpleNamespace(
        graph=graph,
        rules=RULES,
        units_kind="companies",
        as_of="2026-09-30",
        table=table,
        reasons=pa.Table.from_pylist(REASONS),
    )


RULES = SimpleNamespace(
    name="star_link",
    caption=Caption("星链工程规则", "Star-Link rules"),
    units={"companies": SimpleNamespace(caption=Caption("企业", "companies"))},
    reasons=[
        SimpleNamespace(name=name, caption=Caption(zh, name))
        for name, zh in (("direct", "直接覆盖"), ("base", "所在基地覆盖"), ("reported", "台账所报"))
    ],
    key_candidate=SimpleNamespace(conditions=(("party_organisation", None), ("women_employees", 50.0))),
)
UNITS: Mapping[str, Mapping[str, Any]] = {
    "com_1": {"status": "covered", "rule": "direct", "mode": "own", "form": "federation", "key_candidate": "yes"},
    "com_2": {"status": "covered", "rule": "base", "mode": "joint", "form": "federation"},
    "com_3": {"status": "covered", "rule": "reported", "mode": None, "form": None},
    "com_4": {"status": "gap", "key_candidate": "yes", "preparing": True},
    "com_5": {"status": "gap", "key_candidate": "no"},
    "com_6": {"status": "unknown"},
}
REASONS = [
    {
        "unit": "com_1",
        "rank": 1,
        "rule": "direct",
        "organisation": "fed_2",
        "mode": "own",
        "certain": True,
        "edges": ["cov_1"],
        "via": [],
    },
    {
        "unit": "com_2",
        "rank": 1,
        "rule": "base",
        "organisation": "fed_3",
        "mode": "joint",
        "certain": True,
        "edges": ["loc_2", "cov_2"],
        "via": ["ven_1"],
    },
    {
        "unit": "com_3",
        "rank": 1,
        "rule": "reported",
        "organisation": None,
        "mode": None,
        "certain": True,
        "edges": [],
        "via": [],
    },
]
