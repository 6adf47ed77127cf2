"""What a push sends: made ready once, sensitive properties left at home; no server is needed to know it."""

from pathlib import Path

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.stores.neo4j.parts import RAW_ROWS, Part, PushOptions, prepared
from graphkit.stores.neo4j.raw_rows import packed


def graph(schema: gk.Schema | None = None) -> Graph:
    told = {"phone": "13800000000", "legal_person": "赵某"}
    return from_records([{"type": "Company", "name": "甲"} | told, {"type": "Company", "name": "乙"}], schema=schema)


def extended(folder: Path, name: str, told: str) -> gk.Schema:
    file = folder / f"{name}.yaml"
    file.write_text(f"extends: graphkit\nnodes:\n  Company:\n    properties:\n      stars: {told}\n", encoding="utf-8")
    return gk.Schema.load(file)


def raw_rows(found: list[Part]) -> str:
    return str(next(part.table for part in found if part.name == RAW_ROWS).to_pylist())


def test_raw_rows_are_packed_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packing: list[Graph | None] = []

    def pack(raw: Graph | None) -> pa.Table:
        packing.append(raw)
        return packed(raw)

    monkeypatch.setattr("graphkit.stores.neo4j.parts.packed", pack)
    ready = prepared(graph())
    assert ready.under(ready.graph.schema) is ready.parts
    wider = ready.under(extended(tmp_path, "wider", "{type: int, zh: 星级, en: stars}"))
    assert "stars" in next(part.table for part in wider if part.name == "Company").column_names
    assert raw_rows(wider) == raw_rows(ready.parts) and len(packing) == 1


def test_sensitive_properties_stay_at_home_and_are_named() -> None:
    ready = prepared(graph())
    assert ready.withheld == ("Company.legal_person", "Company.phone")
    assert "13800000000" not in str(ready.parts) + raw_rows(ready.parts)
    told = prepared(graph(), PushOptions(sensitive=("Company.phone",)))
    assert told.withheld == ("Company.legal_person",)
    assert "13800000000" in raw_rows(told.parts) and "赵某" not in raw_rows(told.parts)


@pytest.mark.parametrize("server_knows", [True, False])
def test_what_either_schema_calls_sensitive_stays_at_home(tmp_path: Path, server_knows: bool) -> None:
    plain = extended(tmp_path, "plain", "{type: string, zh: 星级, en: stars}")
    secret = extended(tmp_path, "secret", "{type: string, zh: 星级, en: stars, sensitive: true}")
    own, server = (plain, secret) if server_knows else (secret, plain)
    told = from_records([{"type": "Company", "name": "甲", "stars": "五颗"}], schema=own)
    found = prepared(told).under(server)
    assert "五颗" not in raw_rows(found) + str([part.table.to_pylist() for part in found])
