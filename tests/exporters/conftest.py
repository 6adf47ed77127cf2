"""A small invented town with hostile names and marked secrets, for the tests of what leaves the house."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graphkit.build import read
from graphkit.graph.convert import from_records
from graphkit.graph.tables import DECISIONS, EVIDENCE, Graph

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x.invalid","x")',
    "=====新增=====",
    "@妇联",
    "+8613900000000",
    "-1+1|cmd",
    "甲\x0c乙\x00丙\uffff公司",
    "`) DETACH DELETE n //",
)
# None of these may be in anything public, in any spelling of the bytes.
SECRETS = (
    "庄晓岚",
    "晓岚姐",
    "覃墨白",
    "卢登记",
    "13855550001",
    "0595-22223333",
    "说的机密",
    "¶7 [1:9]",
    "三八红旗手样",
)

SOURCE = {
    "dataset": "town",
    "edition": "2026Q3",
    "date": "2026-09-30",
    "kind": "sheet",
    "name": "台账",
    "publisher": "某妇联",
}


def _records() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    nodes: list[dict[str, Any]] = [
        {"type": "Region", "name": "东屏镇", "level": "town"},
        {"type": "Region", "name": "西岭镇", "level": "town"},
        {"type": "Industry", "name": "石材链", "kind": "chain"},
        {"type": "Industry", "name": "石材加工", "kind": "segment"},
        {"type": "Bank", "name": "东屏银行", "phone": "0595-22223333"},
        {"type": "Federation", "name": "东屏镇妇联", "level": "town", "form": "federation", "phone": "0595-22223333"},
        {
            "type": "Person",
            "name": "庄晓岚",
            "aliases": ["晓岚姐"],
            "honorific": "三八红旗手样",
            "phone": "13855550001",
        },
        {"type": "Person", "name": "50名女科技人才", "group": True, "count": 50},
        {"type": "Venue", "name": "庄晓岚工作室", "kind": "studio", "aliases": ["庄 晓·岚的工作室"]},
    ]
    edges: list[dict[str, Any]] = [
        {"type": "PART_OF", "src": "石材加工", "dst": "石材链"},
        {"type": "LEADS", "src": "庄晓岚", "dst": "东屏镇妇联", "role": "三八红旗手样"},
        {"type": "LOCATED_IN", "src": "庄晓岚工作室", "dst": "东屏镇"},
        {"type": "LENDS_TO", "src": "东屏银行", "dst": "覃墨白食品厂", "amount_cny": 100, "valid_from": "2026-01-01"},
        {"type": "LENDS_TO", "src": "东屏银行", "dst": "覃墨白食品厂", "amount_cny": 100, "valid_from": "2026-02-01"},
        {"type": "LENDS_TO", "src": "东屏银行", "dst": HOSTILE[0], "applicant": "庄晓岚"},
    ]
    companies = ["覃墨白食品厂", *HOSTILE, *(f"第{n}石材厂" for n in range(12))]
    for number, name in enumerate(companies):
        status = ("yes", "no", None, "preparing")[number % 4]
        facts = {"women_employees": 40 + number, "legal_person": "覃墨白", "phone": "13855550001"}
        nodes.append({"type": "Company", "name": name, "federation_status": status, "federation_mode": "own"} | facts)
        edges.append({"type": "LOCATED_IN", "src": name, "dst": "东屏镇" if number % 3 else "西岭镇"})
        edges.append({"type": "IN_INDUSTRY", "src": name, "dst": "石材加工"})
    edges.append(
        {"type": "COVERS", "src": "东屏镇妇联", "dst": HOSTILE[0], "mode": "joint", "detail": "庄晓岚 13855550001"}
    )
    return nodes, edges


@pytest.fixture(scope="session")
def town() -> Graph:
    """Hostile names, marked secrets, evidence with quotes, a decision: assembled, with its raw rows."""
    nodes, edges = _records()
    graph = from_records(nodes, edges, source=SOURCE)
    company, person = graph.find("覃墨白食品厂"), graph.find("庄晓岚")
    stated = {"source_id": graph.sources["id"][0].as_py(), "place": "¶7 [1:9]", "method": "table", "confidence": 1.0}
    rows = [
        {"element_id": company, "property": "legal_person", "value": "覃墨白", "quote": "覃墨白说的机密"},
        {"element_id": company, "property": "name", "value": "覃墨白食品厂", "quote": "联系13855550001"},
        {"element_id": person, "property": "honorific", "value": "三八红旗手样", "quote": "庄晓岚说的机密"},
    ]
    evidence = pa.Table.from_pylist([stated | row for row in rows], schema=EVIDENCE)
    decided = {"left": company, "right": person, "judgement": "unsure", "reason": "庄晓岚说的机密", "by": "卢登记"}
    return replace(graph, evidence=evidence, decisions=pa.Table.from_pylist([decided], schema=DECISIONS))


@pytest.fixture(scope="session")
def secrets() -> tuple[str, ...]:
    return SECRETS


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    return HOSTILE


def _text_of(path: Path) -> str:
    """Everything that a file or a directory holds, packed or not, as text."""
    if path.is_dir():
        return "\n".join(map(_text_of, sorted(path.rglob("*"))))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False)
    return path.read_bytes().decode("utf-8", "replace")


@pytest.fixture(scope="session")
def text_of() -> Callable[[Path], str]:
    return _text_of


@pytest.fixture(scope="session")
def county() -> Graph:
    """The example county as it comes from its datasets."""
    return read(Path(__file__).parents[2] / "seeds" / "example_county")
