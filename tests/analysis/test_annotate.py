"""Coverage noted on units: for Cypher and a server, never for the record."""

from pathlib import Path

import pytest

import graphkit as gk
from graphkit.demo import seeds
from graphkit.graph.convert import from_records
from tests.analysis.cases import units6

NOTED = ("coverage", "coverage_mode", "coverage_rule", "key_candidate")


def test_every_unit_bears_its_coverage_and_nothing_else_does() -> None:
    graph = units6()
    covered = gk.coverage(graph)
    noted = gk.annotate(graph, covered)
    rows = noted.nodes("Company").set_index("id")
    for unit in covered.table.to_pylist():
        told = rows.loc[unit["id"], list(NOTED)].astype(object)
        wanted = [unit[name] for name in ("status", "mode", "rule", "key_candidate")]
        assert told.where(told.notna(), None).tolist() == wanted
    assert not set(NOTED) & set(noted.nodes("Federation").columns)
    assert noted.raw is graph.raw and noted.evidence.equals(graph.evidence)
    asked = gk.query(noted, "MATCH (c:Company) RETURN c.coverage AS status, count(c) AS n ORDER BY status")
    counts = {status: covered.count(status) for status in ("covered", "gap", "unknown")}
    assert dict(zip(asked["status"], asked["n"], strict=True)) == {k: n for k, n in counts.items() if n}


def test_what_is_no_unit_has_none() -> None:
    graph = gk.read(seeds() / "example_county" / "2026Q2")
    points = gk.coverage(graph, units="key_points")
    rows = gk.annotate(graph, points).nodes("Company")
    assert 0 < rows["coverage"].notna().sum() < len(rows)
    assert set(rows.loc[rows["coverage"].notna(), "id"]) == {
        unit["id"] for unit in points.table.to_pylist() if unit["type"] == "Company"
    }


def test_noting_again_replaces_and_the_record_keeps_nothing(tmp_path: Path) -> None:
    graph = units6()
    twice = gk.annotate(gk.annotate(graph, gk.coverage(graph, as_of="2020")), gk.coverage(graph))
    assert twice.nodes("Company").equals(gk.annotate(graph, gk.coverage(graph)).nodes("Company"))
    with gk.open_store(tmp_path / "库.duckdb") as store:
        store.write(twice)
        kept = store.read()
    assert kept.table("Company").equals(graph.table("Company"))
    assert gk.coverage(twice).table.equals(gk.coverage(graph).table)


@pytest.mark.parametrize("name", NOTED)
def test_a_pull_and_a_push_know_these_names(name: str) -> None:
    from graphkit.analysis.annotate import NOTED as written
    from graphkit.stores.neo4j.parts import ANNOTATIONS

    assert name in written and name in ANNOTATIONS and len(ANNOTATIONS) == len(written)


def test_a_property_of_the_schema_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    told = (
        "extends: graphkit\nnodes:\n  Company:\n    properties:\n      coverage: {type: string, zh: 保额, en: cover}\n"
    )
    file.write_text(told, encoding="utf-8")
    graph = from_records([{"type": "Company", "name": "甲", "coverage": "五万"}], schema=gk.Schema.load(file))
    with pytest.raises(gk.SchemaError) as caught:
        gk.annotate(graph, gk.coverage(graph))
    assert caught.value.code == "name-taken" and "Company.coverage" in caught.value.message
