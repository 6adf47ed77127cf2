"""A bundle carries the whole record to another office, is merged by source, and is never trusted."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.files import write_parquet
from graphkit.graph.tables import DECISIONS, Graph
from graphkit.stores.base import Store


def office(folder: Path, name: str, judgement: str | None = None, **values: Any) -> Store:
    """A store with a bank's list and a bureau's list of one company, and a decision on the two."""
    store: Store = gk.open_store(folder / f"{name}.duckdb")
    parts = [raw(dataset, **values) for dataset in ("台账", "银行")]
    for part in parts:
        store.write(part)
    if judgement:
        left, right = sorted(part.nodes("Company")["id"][0] for part in parts)
        row = {"left": left, "right": right, "judgement": judgement, "reason": f"{name}看过"}
        store.decide(pa.Table.from_pylist([row], schema=DECISIONS))
    return store


def raw(dataset: str, **values: Any) -> Graph:
    nodes = [{"type": "Company", "name": f"{dataset}甲公司", "women_employees": 5} | values]
    found = from_records(nodes, source={"dataset": dataset, "edition": "Q2", "name": dataset, "date": "2026-06-30"}).raw
    assert found
    return found


def files_of(graph: Graph, target: Path) -> dict[str, bytes]:
    write_parquet(graph, target)
    return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def test_a_bundle_carries_the_whole_record(tmp_path: Path) -> None:
    store = office(tmp_path, "甲", "same")
    gk.correct(store, "台账甲公司", women_employees=7, reason="电话核实", at="2026-07-02")
    path = gk.bundle(store, tmp_path / "甲.zip")
    assert path.read_bytes() == gk.bundle(store, tmp_path / "乙.zip").read_bytes()
    with zipfile.ZipFile(path) as packed:
        assert {"bundle.json", "manifest.json", "rules.yaml", "decisions.parquet"} <= set(packed.namelist())
    other = gk.open_store(tmp_path / "other.duckdb")
    reports = gk.load(other, path)
    assert sorted(r.dataset for r in reports) == ["corrections", "台账", "银行"]
    assert files_of(other.read(), tmp_path / "a") == files_of(store.read(), tmp_path / "b")
    assert gk.load(other, path) and other.revision == 1
    assert len(gk.read(path).nodes("Company")) == 1


def test_a_bundle_is_merged_by_source(tmp_path: Path) -> None:
    first, second = office(tmp_path, "甲"), gk.open_store(tmp_path / "乙.duckdb")
    second.write(raw("台账", women_employees=9))
    second.write(raw("走访"))
    gk.load(second, gk.bundle(first, tmp_path / "甲.zip"))
    assert sorted(second.sources()["dataset"]) == ["台账", "走访", "银行"]
    assert second.read().get("台账甲公司")["women_employees"] == 5


@pytest.mark.parametrize(("own", "theirs"), [("same", "different"), ("different", "same"), ("same", "unsure")])
def test_contradicting_decisions_become_unsure(tmp_path: Path, own: str, theirs: str) -> None:
    first, second = office(tmp_path, "甲", theirs), office(tmp_path, "乙", own)
    path = gk.bundle(first, tmp_path / "甲.zip")
    gk.load(second, path)
    rows = second.read().decisions.to_pylist()
    assert [row["judgement"] for row in rows] == ["unsure"]
    assert "甲看过" in rows[0]["reason"] and "乙看过" in rows[0]["reason"]
    assert len(second.read().nodes("Company")) == 2
    revision = second.revision
    gk.load(second, path)
    assert [row["judgement"] for row in second.read().decisions.to_pylist()] == ["unsure"]
    assert len(second.read().nodes("Company")) == 2 and second.revision >= revision


def test_a_bundle_that_contradicts_is_one_revision(tmp_path: Path) -> None:
    first, second = office(tmp_path, "甲", "different"), office(tmp_path, "乙", "same")
    first.write(raw("走访"))
    path, before = gk.bundle(first, tmp_path / "甲.zip"), second.revision
    held = files_of(second.read(), tmp_path / "before")
    gk.load(second, path)
    assert second.revision == before + 1
    assert len(second.read().nodes("Company")) == 3
    assert files_of(second.read(revision=before), tmp_path / "a") == held
    gk.load(second, path)
    assert second.revision == before + 1


def test_a_bundle_that_cannot_be_reconciled_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """Two offices agree on each pair and not on all three: nobody can be one and two at once."""
    first, second = (gk.open_store(tmp_path / f"{name}.duckdb") for name in "甲乙")
    parts = [raw(dataset) for dataset in ("台账", "银行", "走访")]
    ids = [str(part.nodes("Company")["id"][0]) for part in parts]
    for store in (first, second):
        for part in parts:
            store.write(part)
    chain = [(ids[0], ids[1], "same"), (ids[1], ids[2], "same")]
    for store, rows in ((first, [(ids[0], ids[2], "different")]), (second, chain)):
        told = [dict(zip(("left", "right", "judgement"), row, strict=True)) for row in rows]
        store.decide(pa.Table.from_pylist(told, schema=DECISIONS))
    held, revision = files_of(second.read(), tmp_path / "before"), second.revision
    with pytest.raises(gk.IdentityError, match=r"`different` of .* contradicts `same` of .*; `same` of"):
        gk.load(second, gk.bundle(first, tmp_path / "甲.zip"))
    assert second.revision == revision and files_of(second.read(), tmp_path / "after") == held


def test_what_two_offices_judged_is_told_of_both_whoever_loads_whom(tmp_path: Path) -> None:
    judgements = []
    for own, theirs in (("same", "different"), ("different", "same")):
        folder = tmp_path / own
        folder.mkdir()
        mine, other = office(folder, "甲", own), office(folder, "乙", theirs)
        gk.load(mine, gk.bundle(other, folder / "乙.zip"))
        judgements.append({row["judgement"] for row in mine.read().decisions.to_pylist()})
        assert gk.reviews(mine.read()).empty  # unsure is not asked again until it is taken back
    assert judgements == [{"unsure"}, {"unsure"}]


def test_the_same_decision_stays(tmp_path: Path) -> None:
    first, second = office(tmp_path, "甲", "same"), office(tmp_path, "乙", "same")
    gk.load(second, gk.bundle(first, tmp_path / "甲.zip"))
    assert len(second.read().nodes("Company")) == 1


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, listed: bool = False) -> Path:
    """Change the files of a bundle; `listed`: and say in it that they are right."""
    with zipfile.ZipFile(source) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    if listed:
        told = json.loads(members["bundle.json"])
        told["files"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in members.items()
            if name != "bundle.json"
        }
        members["bundle.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(target, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return target


def lose(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.__delitem__(name)


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: data})


FORGED: dict[str, tuple[Callable[[dict[str, bytes]], None], bool]] = {
    "outside": (put("../escaped.parquet", b"x"), True),
    "absolute": (put("/tmp/escaped.parquet", b"x"), True),
    "backslash": (put("raw\\..\\..\\x.parquet", b"x"), True),
    "program": (put("run.py", b"x"), True),
    "not listed": (put("nodes/Bank.parquet", b"x"), False),
    "not there": (lose("decisions.parquet"), False),
    "other bytes": (put("decisions.parquet", b"x" * 10), False),
    "no Parquet": (put("decisions.parquet", b"x" * 10), True),
    "no manifest": (lose("manifest.json"), True),
    "no list": (put("bundle.json", b"[1"), False),
    "odd list": (put("bundle.json", b'{"format": 1, "files": [1]}'), False),
    "deep list": (put("bundle.json", b"[" * 100_000), False),
    "newer": (put("bundle.json", b'{"format": 99, "files": {}}'), False),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_bundle_is_not_trusted(tmp_path: Path, case: str) -> None:
    store = office(tmp_path, "甲")
    change, listed = FORGED[case]
    path = repacked(gk.bundle(store, tmp_path / "甲.zip"), tmp_path / "y.zip", change, listed=listed)
    other = gk.open_store(tmp_path / "other.duckdb")
    with pytest.raises(gk.DataError) as caught:
        gk.load(other, path)
    assert caught.value.hint and other.revision == 0
    assert not list(tmp_path.parent.glob("escaped*"))


def test_a_torn_bundle_is_refused(tmp_path: Path) -> None:
    path = gk.bundle(office(tmp_path, "甲"), tmp_path / "甲.zip")
    data = path.read_bytes()
    for at in range(0, len(data), max(len(data) // 40, 1)):
        torn = tmp_path / "torn.zip"
        torn.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            gk.read(torn)
        except gk.GraphkitError as error:
            assert error.hint


def test_rules_of_the_office_travel_along(tmp_path: Path) -> None:
    store = office(tmp_path, "甲")
    (tmp_path / "rules.yaml").write_text("name: 本地\n", encoding="utf-8")
    with zipfile.ZipFile(gk.bundle(store, tmp_path / "甲.zip", rules=tmp_path / "rules.yaml")) as packed:
        assert packed.read("rules.yaml").decode() == "name: 本地\n"
    with pytest.raises(gk.ExportError):
        gk.bundle(store, tmp_path / "甲.zip", rules=tmp_path / "none.yaml")
    with pytest.raises(gk.ExportError):
        gk.bundle(store, tmp_path / "甲.tar")


def test_a_partner_gets_no_sensitive_property_and_the_public_no_bundle(tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        store.write(raw("台账", phone="13855550123"))
        whole, partner = (gk.bundle(store, tmp_path / f"{tier}.zip", tier=tier) for tier in ("internal", "partner"))
        with pytest.raises(gk.ExportError) as caught:
            gk.bundle(store, tmp_path / "public.zip", tier="public")
    assert caught.value.code == "bundle-tier" and not (tmp_path / "public.zip").exists()

    def phones(path: Path) -> list[object]:
        with gk.open_store(tmp_path / f"{path.stem}.duckdb") as other:
            gk.load(other, path)
            return list(other.read().table("Company")["phone"].to_pylist())

    assert phones(whole) == ["13855550123"] and phones(partner) == [None]
    with zipfile.ZipFile(partner) as packed:
        assert not any(b"13855550123" in packed.read(name) for name in packed.namelist())
