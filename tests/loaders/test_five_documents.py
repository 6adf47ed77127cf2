"""The five sources through extraction and review: what a person accepts gives the curated tables, up to the misses.

The person of these tests knows the annotation: accepts what it holds, rejects the rest, and does nothing else.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.corrections.hand import sign
from graphkit.corrections.verdicts import Verdict, keep
from graphkit.demo import datasets
from graphkit.graph.merge import raw_rows, without
from graphkit.graph.tables import Graph
from graphkit.graph.verdicts import REJECTED, reviewed
from graphkit.loaders.document import load_document
from tests.documents.annotated import shared_gold, shared_texts
from tests.documents.scoring import key_of

Item = Mapping[str, Any]
STAR_LINK = "004"


@dataclass(frozen=True, slots=True)
class Annotated:
    """One document: its annotation, what was read from it, and what of that is right."""

    gold: Item
    raw: Graph
    entities: dict[str, str]  # raw id of what is right -> id in the annotation
    edges: dict[str, tuple[str, str, str]]
    wrong: list[str]
    numbers: list[str]

    @property
    def required(self) -> set[str]:
        return {entity["id"] for entity in self.gold["entities"] if not entity.get("optional")}

    @property
    def wanted(self) -> set[tuple[str, str, str]]:
        wanted = (r for r in self.gold["relations"] if not r.get("optional"))
        return {(r["source"], r["type"], r["target"]) for r in wanted}


def types_of(entity: Item) -> list[str]:
    return [entity["type"], *entity.get("alternatives", {}).get("type", ())]


def readings(relation: Item) -> Iterator[tuple[str, str, str]]:
    others = relation.get("alternatives", {})
    for source in (relation["source"], *others.get("source", ())):
        for kind in (relation["type"], *others.get("type", ())):
            for target in (relation["target"], *others.get("target", ())):
                yield source, kind, target
                if kind == "PARTNERS_WITH":
                    yield target, kind, source


def annotated(file: Path) -> Annotated:
    gold = json.loads((shared_gold() / f"{file.stem[:3]}.json").read_text(encoding="utf-8"))
    raw, _ = load_document(file)
    by_name: dict[str, list[Item]] = {}
    for entity in gold["entities"]:
        for name in (entity["name"], *entity["aliases"], *entity.get("aliases_repaired", ())):
            by_name.setdefault(key_of(name), []).append(entity)
    entities: dict[str, str] = {}
    for kind, table in raw.node_tables.items():
        for row in table.to_pylist():
            named = [e for e in by_name.get(key_of(row["name"]), ()) if kind in types_of(e)]
            if named:
                entities[row["id"]] = min(named, key=lambda e: (e["type"] != kind, e["id"]))["id"]
    known = {reading: (r["source"], r["type"], r["target"]) for r in gold["relations"] for reading in readings(r)}
    edges, wrong = {}, [own for t in raw.node_tables.values() for own in t["id"].to_pylist() if own not in entities]
    for kind, table in raw.edge_tables.items():
        for row in table.to_pylist():
            triple = known.get((entities.get(row["src"], ""), kind, entities.get(row["dst"], "")))
            if triple:
                edges[row["id"]] = triple
            else:
                wrong.append(row["id"])
    numbers: list[str] = []
    for row in raw.statistics.to_pylist():
        subject = entities.get(row["subject"])
        said = [s for s in gold["statistics"] if s["value"] == row["value"]]
        right = any(subject in (s["subject"], *s.get("alternatives", {}).get("subject", ())) for s in said)
        (numbers if right else wrong).append(row["id"])
    return Annotated(gold, raw, entities, edges, wrong, numbers)


@pytest.fixture(scope="module")
def documents() -> dict[str, Annotated]:
    return {file.stem[:3]: annotated(file) for file in sorted(shared_texts().glob("*.txt"))}


@pytest.fixture(scope="module")
def accepted(documents: dict[str, Annotated], tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The record of all five after the review."""
    with gk.open_store(tmp_path_factory.mktemp("审") / "五份.duckdb") as store:
        for document in documents.values():
            store.write(document.raw)
        verdicts = [Verdict(item, "status", REJECTED) for d in documents.values() for item in d.wrong]
        keep(store, verdicts, sign("不在标注中"))
        right = {item for d in documents.values() for item in (*d.entities, *d.edges, *d.numbers)}
        gk.accept(store, *sorted(set(gk.proposed(store)["item"]) & right), by="标注者")
        assert not len(gk.proposed(store))
        graph: Graph = store.read()
        return graph


def test_what_is_accepted_is_right_and_only_the_misses_are_missing(
    documents: dict[str, Annotated], accepted: Graph
) -> None:
    held = reviewed(raw_rows(accepted))
    nodes = {own for table in held.node_tables.values() for own in table["id"].to_pylist()}
    edges = {own for table in held.edge_tables.values() for own in table["id"].to_pylist()}
    status = {s for t in (*held.node_tables.values(), *held.edge_tables.values()) for s in t["status"].to_pylist()}
    assert status <= {"actual", "planned"}
    assert nodes == {own for d in documents.values() for own in d.entities}
    assert edges == {own for d in documents.values() for own in d.edges}
    missing = [d.required - set(d.entities.values()) for d in documents.values()]
    lacking = [d.wanted - set(d.edges.values()) for d in documents.values()]
    assert sum(map(len, missing)) <= 0.2 * sum(len(d.required) for d in documents.values()), missing
    assert sum(map(len, lacking)) <= 0.45 * sum(len(d.wanted) for d in documents.values()), lacking


@pytest.fixture(scope="module")
def curated() -> Graph:
    read: Graph = gk.read(next(folder for folder in datasets("sources") if folder.name == "nanan_star_link"))
    return read


@pytest.fixture(scope="module")
def star_link(accepted: Graph) -> Graph:
    """The record of the Star-Link document alone, under its verdicts."""
    reports = [s for s in accepted.sources.to_pylist() if s["kind"] == "report"]
    return without(accepted, [s["id"] for s in reports if not s["dataset"].startswith(STAR_LINK)])


def by_name(graph: Graph, units: str) -> dict[str, tuple[Any, ...]]:
    frame = gk.coverage(graph, units=units).frame
    names: dict[str, str] = dict(graph.nodes()[["id", "name"]].itertuples(index=False))
    told = frame.assign(organisation=[names.get(own, own) for own in frame["organisation"]])
    columns = ["name", "status", "rule", "mode", "organisation"]
    return {row[0]: tuple(map(str, row[1:])) for row in told[columns].itertuples(index=False)}


def test_coverage_of_star_link_is_that_of_the_curated_tables(star_link: Graph, curated: Graph) -> None:
    assert by_name(star_link, "companies") == by_name(curated, "companies")
    read, wanted = by_name(star_link, "key_points"), by_name(curated, "key_points")
    assert read.keys() <= wanted.keys() and {name: wanted[name][0] for name in read} == {n: read[n][0] for n in read}


def test_claims_of_star_link_are_those_of_the_curated_tables(star_link: Graph, curated: Graph) -> None:
    columns = ["subject", "measure", "value", "bound", "verdict"]
    read, wanted = (gk.claims(graph) for graph in (star_link, curated))
    checked = [
        {tuple(row) for row in told[told["verdict"] != "not checkable"][columns].itertuples(index=False)}
        for told in (read, wanted)
    ]
    assert checked[0] == checked[1]
    stated = {(row.value, row.bound) for row in wanted.itertuples()}
    assert {(row.value, row.bound) for row in read.itertuples()} <= stated
