"""What a document proposes counts nowhere until it is accepted; a verdict can be taken back."""

from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.corrections.verdicts import keep
from graphkit.graph.convert import from_records
from graphkit.graph.evidence import names_of
from graphkit.graph.files import write_parquet
from graphkit.graph.tables import Graph
from graphkit.stores.base import Store

REPORT = {"dataset": "简报", "name": "霞光镇妇联简报", "kind": "report", "date": "2026-03-01"}
NODES: list[dict[str, Any]] = [
    {"type": "Federation", "name": "霞光镇妇联", "level": "town", "confidence": 0.95},
    {"type": "Company", "name": "宏远石业有限公司", "confidence": 0.7, "status": "proposed", "women_employees": 90},
    {"type": "Company", "name": "霞光服务站", "confidence": 0.6, "status": "proposed"},
    {"type": "Company", "name": "恒昌水暖有限公司", "confidence": 0.9},
]
EDGES: list[dict[str, Any]] = [
    {"type": "COVERS", "src": "霞光镇妇联", "dst": "宏远石业有限公司", "mode": "joint", "confidence": 0.9}
    | {"status": "proposed"},
    {"type": "COVERS", "src": "霞光镇妇联", "dst": "霞光服务站", "confidence": 0.5, "status": "proposed"},
    {"type": "ESTABLISHED", "src": "霞光镇妇联", "dst": "霞光服务站", "confidence": 0.5, "status": "proposed"},
    {"type": "COVERS", "src": "霞光镇妇联", "dst": "恒昌水暖有限公司", "confidence": 0.5, "status": "proposed"},
]


def report(**source: Any) -> Graph:
    raw = from_records(NODES, EDGES, source=REPORT | source).raw
    assert raw
    return raw


def register(name: str = "宏远石业有限公司", **values: Any) -> Graph:
    source = {"dataset": "台账", "name": "台账", "date": "2025-01-01"}
    raw = from_records([{"type": "Company", "name": name, "legal_person": "林一"} | values], source=source).raw
    assert raw
    return raw


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened: Store = gk.open_store(tmp_path / "记录.duckdb")
    opened.write(report())
    return opened


def items(store: Store) -> dict[str, str]:
    told = gk.proposed(store)
    return {f"{kind} {name}": item for kind, name, item in told[["type", "name", "item"]].itertuples(index=False)}


def files_of(graph: Graph, target: Path) -> dict[str, bytes]:
    write_parquet(graph, target)
    return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def status_of(store: Store, kind: str) -> dict[str, str]:
    graph = store.read()
    if kind in graph.schema.nodes:
        return dict(graph.nodes(kind)[["name", "status"]].itertuples(index=False))
    rows = graph.table(kind).to_pylist()
    names = names_of(graph, [row[end] for row in rows for end in ("src", "dst")])
    return {f"{names[row['src']]}→{names[row['dst']]}": row["status"] for row in rows}


def test_what_waits_is_listed_nodes_first(store: Store) -> None:
    told = gk.proposed(store)
    assert told["kind"].tolist() == ["node", "node", "edge", "edge", "edge", "edge"]
    assert set(told["source"]) == {"霞光镇妇联简报"}
    edge = told.set_index("name").loc["霞光镇妇联 → 宏远石业有限公司"]
    assert (edge["src"], edge["dst"], edge["properties"]) == ("霞光镇妇联", "宏远石业有限公司", "mode: joint")
    # The same from a graph that was read.
    assert gk.proposed(store.read()).equals(told)


def test_an_accepted_node_holds_and_so_does_what_waited_only_for_it(store: Store) -> None:
    assert gk.coverage(store.read()).table["status"].to_pylist().count("covered") == 0
    revision = gk.accept(store, "宏远石业有限公司", by="王芳")
    assert revision == store.revision == 2
    assert status_of(store, "Company")["宏远石业有限公司"] == "actual"
    covers = status_of(store, "COVERS")
    assert covers["霞光镇妇联→宏远石业有限公司"] == "actual"
    assert covers["霞光镇妇联→恒昌水暖有限公司"] == covers["霞光镇妇联→霞光服务站"] == "proposed"
    table = gk.coverage(store.read()).frame.set_index("name")
    assert table.loc["宏远石业有限公司", ["status", "mode"]].tolist() == ["covered", "joint"]


def test_an_edge_is_accepted_with_its_ends_and_is_sure(store: Store) -> None:
    gk.accept(store, items(store)["COVERS 霞光镇妇联 → 霞光服务站"])
    assert status_of(store, "Company")["霞光服务站"] == "actual"
    edges = store.read().edges("COVERS")
    assert edges[edges["status"] == "actual"]["confidence"].tolist() == [1.0]
    assert set(items(store)) == {
        "Company 宏远石业有限公司",
        "COVERS 霞光镇妇联 → 宏远石业有限公司",
        "COVERS 霞光镇妇联 → 恒昌水暖有限公司",
        "ESTABLISHED 霞光镇妇联 → 霞光服务站",
    }


def test_who_when_and_why_are_kept(store: Store) -> None:
    item = items(store)["Company 宏远石业有限公司"]
    gk.accept(store, item, by="王芳", reason="电话核实")
    source = store.sources().set_index("dataset").loc["review"]
    assert (source["kind"], source["publisher"]) == ("correction", "王芳") and source["date"]
    told = gk.evidence(store.read(), "宏远石业有限公司")
    row = told[told["property"] == "status"].iloc[0]
    assert (row["value"], row["quote"]) == ("actual", "电话核实")


def test_a_rejected_node_goes_with_its_edges_and_nothing_is_asked_again(store: Store) -> None:
    gk.reject(store, "霞光服务站")
    assert "霞光服务站" not in status_of(store, "Company")
    assert all("霞光服务站" not in name for kind in ("COVERS", "ESTABLISHED") for name in status_of(store, kind))
    assert len(items(store)) == 3
    # What was accepted unasked can be rejected too.
    gk.reject(store, "恒昌水暖有限公司")
    assert set(status_of(store, "Company")) == {"宏远石业有限公司"}


def test_a_rejection_says_nothing_of_what_another_source_states(store: Store) -> None:
    store.write(register(women_employees=60))
    gk.reject(store, items(store)["Company 宏远石业有限公司"])
    found = store.read().get("宏远石业有限公司")
    assert (found["status"], found["women_employees"], len(found["raw_ids"])) == ("actual", 60, 1)


def test_what_waits_says_nothing_beside_what_is_accepted(store: Store) -> None:
    store.write(register())
    found = store.read().get("宏远石业有限公司")
    assert found["status"] == "actual" and "women_employees" not in found and len(found["raw_ids"]) == 2
    assert not len(gk.conflicts(store.read()))
    gk.accept(store, items(store)["Company 宏远石业有限公司"])
    assert store.read().get("宏远石业有限公司")["women_employees"] == 90


def test_another_type(store: Store) -> None:
    gk.amend(store, "霞光服务站", type="妇女微家", by="王芳")
    graph = store.read()
    found = graph.get("霞光服务站")
    assert (found["type"], found["status"]) == ("MicroHome", "actual")
    # The federation may establish it, but not cover it.
    assert status_of(store, "ESTABLISHED") == {"霞光镇妇联→霞光服务站": "proposed"}
    assert set(status_of(store, "COVERS")) == {"霞光镇妇联→宏远石业有限公司", "霞光镇妇联→恒昌水暖有限公司"}
    told = gk.evidence(graph, "霞光服务站")
    assert told[told["property"] == "type"]["value"].tolist() == ["MicroHome"]
    gk.accept(store, items(store)["ESTABLISHED 霞光镇妇联 → 霞光服务站"])
    assert status_of(store, "ESTABLISHED") == {"霞光镇妇联→霞光服务站": "actual"}


def test_another_end_and_another_type_of_edge(store: Store) -> None:
    item = items(store)["COVERS 霞光镇妇联 → 霞光服务站"]
    gk.amend(store, item, dst="恒昌水暖有限公司", type="GUIDES")
    assert status_of(store, "GUIDES") == {"霞光镇妇联→恒昌水暖有限公司": "actual"}
    with pytest.raises(gk.DataError, match="may not join") as caught:
        gk.amend(store, items(store)["ESTABLISHED 霞光镇妇联 → 霞光服务站"], type="LEADS")
    assert caught.value.code == "bad-verdict"
    with pytest.raises(gk.IdentityError, match="no node is called"):
        gk.amend(store, items(store)["ESTABLISHED 霞光镇妇联 → 霞光服务站"], dst="无此单位")


@pytest.mark.parametrize("changes", [{}, {"type": "无此类型"}, {"dst": "霞光镇妇联"}, {"name": "别名"}])
def test_what_cannot_be_amended(store: Store, changes: dict[str, str]) -> None:
    with pytest.raises(gk.DataError) as caught:
        gk.amend(store, "霞光服务站", **changes)
    assert caught.value.code == "bad-verdict" and store.revision == 1


@pytest.mark.parametrize("ask", [gk.accept, gk.reject, gk.reopen])
def test_what_is_not_there(store: Store, ask: Any) -> None:
    with pytest.raises(gk.IdentityError):
        ask(store, "com_00000000000000000000")


def test_verdicts_hold_when_the_document_is_loaded_anew(store: Store, tmp_path: Path) -> None:
    gk.accept(store, "宏远石业有限公司", by="王芳")
    gk.reject(store, "霞光服务站")
    before = files_of(store.read(), tmp_path / "a")
    store.write(report(publisher="霞光镇"))
    assert len(items(store)) == 1
    store.write(report())
    assert files_of(store.read(), tmp_path / "b") == before
    # A document that is gone leaves nothing behind but the verdicts, which then speak of nobody.
    store.forget("简报")
    graph = store.read()
    assert graph.rows == 0 and not len(graph.evidence) and len(store.sources()) == 2
    store.write(report())
    assert files_of(store.read(), tmp_path / "c") == before


def test_taken_back_is_as_before(store: Store, tmp_path: Path) -> None:
    before = files_of(store.read(), tmp_path / "a")
    told = items(store)
    gk.accept(store, *[item for item in told.values()], by="王芳")
    assert not len(gk.proposed(store))
    gk.amend(store, told["Company 霞光服务站"], type="Venue")
    gk.reopen(store, told["Company 霞光服务站"])
    assert store.read().get("霞光服务站")["status"] == "proposed"
    gk.reopen(store, *[item for item in told.values() if item != told["Company 霞光服务站"]])
    assert files_of(store.read(), tmp_path / "b") == before
    with pytest.raises(gk.IdentityError, match="no verdict"):
        gk.reopen(store, told["Company 霞光服务站"])


def test_of_two_verdicts_the_later_holds(store: Store) -> None:
    item = items(store)["Company 宏远石业有限公司"]
    gk.reject(store, item)
    gk.accept(store, item)
    assert status_of(store, "Company")["宏远石业有限公司"] == "actual"
    gk.reject(store, item)
    assert "宏远石业有限公司" not in status_of(store, "Company")


def test_a_correction_of_what_waits_keeps_what_the_document_says(store: Store) -> None:
    gk.correct(store, "宏远石业有限公司", phone="0595-1", reason="电话核实")
    found = store.read().get("宏远石业有限公司")
    assert (found["status"], found["women_employees"], found["phone"]) == ("proposed", 90, "0595-1")


def test_nothing_kept_is_nothing_written(store: Store) -> None:
    from graphkit.corrections.hand import sign

    assert keep(store, [], sign("审核")) == (1, None)
