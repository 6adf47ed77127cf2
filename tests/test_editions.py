"""Editions of a list: what is new, matched, renamed and vanished, and how what vanished ends, and lives again."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.build import against_editions, open_store
from graphkit.graph.anchors import dormant
from graphkit.graph.editions import Changes, Vanished, follows, list_before
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.report import LoadReport
from graphkit.stores.base import Store
from graphkit.stores.embedded import EmbeddedStore
from tests.conftest import MakeDataset
from tests.strategies import raw_graphs

FILES: list[dict[str, Any]] = [
    {"file": "c.csv", "node": "Company", "key": "编号"},
    {"file": "f.csv", "node": "Federation"},
    {"file": "t.csv", "node": "Region"},
    {"file": "covers.csv", "edge": "COVERS", "src": {"type": "Federation", "column": "f"}}
    | {"dst": {"type": "Company", "column": "c"}},
    {"file": "in.csv", "edge": "LOCATED_IN", "src": {"type": "Company", "column": "c"}}
    | {"dst": {"type": "Region", "column": "t"}},
]
DAYS = {"2026Q1": "2026-03-31", "2026Q2": "2026-06-30", "2026Q3": "2026-09-30", "2026Q4": "2026-12-31"}
CODES = [f"91350583MA0AAAA1{end}" for end in ("0R", "1W", "2B")]
Export = Callable[[Graph], dict[str, bytes]]


@pytest.fixture
def edition(make_dataset: MakeDataset) -> Callable[..., Path]:
    """Write an edition of the list 台账: companies as `name` or `(key, name, credit code, legal person)`."""

    def make(
        label: str, *companies: Any, covers: tuple[tuple[str, str], ...] = (), town: str = "霞美镇", **facts: Any
    ) -> Path:
        rows = [(c, c, "", "") if isinstance(c, str) else (*c, "", "")[:4] for c in companies]
        files = {
            "c.csv": "编号,name,credit_code,legal_person\n" + "".join(",".join(row) + "\n" for row in rows),
            "f.csv": "name\n" + "".join(f"{f}\n" for f in sorted({f for f, _ in covers})),
            "t.csv": f"name,level\n{town},town\n",
            "covers.csv": "f,c\n" + "".join(f"{f},{c}\n" for f, c in covers),
            "in.csv": "c,t\n" + "".join(f"{row[0]},{town}\n" for row in rows),
        }
        told = {"name": "台账", "edition": label, "date": DAYS.get(label)} | facts
        return make_dataset(files, FILES, folder=f"{told['name']}{label}", **told)

    return make


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "a.duckdb")


def changes(reports: list[LoadReport]) -> Changes:
    [told] = [report.changes for report in reports if report.changes]
    return told


def names(graph: Graph, kind: str = "Company") -> list[str]:
    return sorted(graph.nodes(kind)["name"])


A, B, C, D = ("a", "甲公司"), ("b", "乙公司", CODES[0]), ("c", "丙公司"), ("d", "丁公司")
RENAMED = ("b2", "新乙公司", CODES[0])


def test_rows_a_b_c_then_a_renamed_b_and_d(store: Store, edition: Callable[..., Path]) -> None:
    """Rows A, B, C, then A, B' (same code), D: 2 merged, 1 new, 1 vanished; as_of the old date still has C."""
    first = edition("2026Q2", A, B, C, covers=(("丙妇联", "c"),))
    assert all(report.changes is None for report in gk.load(store, first))
    second = edition("2026Q3", A, RENAMED, D)
    told = changes(gk.load(store, second))
    companies = [node for node in told.vanished if node.type == "Company"]
    assert (told.matched, [n.name for n in told.new], [n.name for n in companies]) == (2, ["丁公司"], ["丙公司"])
    assert [(r.old, r.new, r.reason) for r in told.renamed] == [("乙公司", "新乙公司", "code")]
    assert told.baseline["edition"] == "2026Q2"
    assert told.vanished_edges == {"COVERS": 1, "LOCATED_IN": 1} and not told.ended_edges
    assert "丙公司" in names(store.read()) and "丙公司" in names(store.read(as_of="2026-06-30"))
    revision = store.revision
    ended = changes(gk.load(store, second, on_vanished="end"))
    assert [(n.name, n.ended) for n in ended.vanished] == [("丙公司", True), ("丙妇联", True)]
    assert ended.ended_edges == {"COVERS": 1, "LOCATED_IN": 1}
    assert store.revision == revision + 1
    graph = store.read()
    assert graph.get("丙公司")["valid_to"] == "2026-09-30"
    assert names(graph.as_of()) == names(graph.as_of("2026-09-30")) == ["丁公司", "新乙公司", "甲公司"]
    assert names(graph.as_of("2026-06-30")) == ["丙公司", "新乙公司", "甲公司"]
    assert len(graph.as_of("2026-06-30").edges("COVERS")) == 1 and not len(graph.as_of().edges("COVERS"))
    rows = gk.evidence(graph, "丙公司")
    assert "未再列入 (no longer listed)" in rows[rows["date"] == "2026-09-30"]["place"].tolist()
    gk.load(store, second, on_vanished="end")
    assert store.revision == revision + 1


def test_forget_takes_the_end_back_and_an_end_without_its_list_is_void(
    store: Store, edition: Callable[..., Path], exported: Export
) -> None:
    gk.load(store, edition("2026Q2", A, C, covers=(("丙妇联", "c"),)))
    before = exported(store.read())
    second = edition("2026Q3", A)
    gk.load(store, second, on_vanished="end")
    store.forget("台账/2026Q3")
    assert exported(store.read()) == before
    gk.load(store, second, on_vanished="end")
    store.forget("台账/2026Q2")
    assert names(store.read()) == ["甲公司"] and not len(store.read().edges("COVERS"))


def test_a_correction_of_what_only_an_end_is_left_of_rests(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("2026Q2", A, C))
    gk.correct(store, "丙公司", women_employees=30, reason="电话核实", at="2026-07-01")
    gk.load(store, edition("2026Q3", A), on_vanished="end")
    store.forget("台账/2026Q2")
    assert names(store.read()) == ["甲公司"] and dormant(store.read())["value"].tolist() == ["30"]


def test_what_a_later_edition_lists_again_is_in_force_without_a_break(
    store: Store, edition: Callable[..., Path]
) -> None:
    gk.load(store, edition("2026Q2", A, C, covers=(("丙妇联", "c"),)))
    gk.load(store, edition("2026Q3", A), on_vanished="end")
    told = changes(gk.load(store, edition("2026Q4", A, C, covers=(("丙妇联", "c"),)), on_vanished="end"))
    assert [node.name for node in told.new if node.type == "Company"] == ["丙公司"] and not told.vanished
    graph = store.read()
    assert graph.get("丙公司").get("valid_to") is None
    for day in (None, *list(DAYS.values())[1:]):
        assert names(graph.as_of(day)) == ["丙公司", "甲公司"], day
        assert len(graph.as_of(day).edges("COVERS")) == 1
    assert names(store.read(revision=2).as_of()) == ["甲公司"]
    store.forget("台账/2026Q4")
    assert store.read().get("丙公司")["valid_to"] == "2026-09-30"


def test_an_edition_that_comes_late_is_compared_with_the_one_before_it(
    store: Store, edition: Callable[..., Path], exported: Export, tmp_path: Path
) -> None:
    editions = [edition("2026Q1", A, C), edition("2026Q2", A, D), edition("2026Q3", A, B, D)]
    other = gk.open_store(tmp_path / "b.duckdb")
    for number in (0, 2, 1):
        reports = gk.load(store, editions[number], on_vanished="end")
    told = changes(reports)
    assert told.baseline["edition"] == "2026Q1"
    assert [n.name for n in told.vanished] == ["丙公司"] and [n.name for n in told.new] == ["丁公司"]
    # Of two ends the first holds: it was gone by then.
    assert store.read().get("丙公司")["valid_to"] == "2026-06-30"
    for path in editions:
        gk.load(other, path, on_vanished="end")
    assert names(other.read().as_of("2026-06-30")) == names(store.read().as_of("2026-06-30"))
    assert other.read().get("丙公司")["valid_to"] == "2026-06-30"


def test_what_a_later_edition_lists_has_not_vanished_from_an_earlier_one(
    store: Store, edition: Callable[..., Path]
) -> None:
    gk.load(store, edition("2026Q1", A, C), edition("2026Q3", A, C))
    assert not changes(gk.load(store, edition("2026Q2", A), on_vanished="end")).vanished
    assert names(store.read().as_of()) == ["丙公司", "甲公司"]


def test_additions_make_nothing_vanish_and_belong_to_the_list(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("2026Q1", A, B))
    told = changes(gk.load(store, edition("2026Q2", C, delivery="additions"), on_vanished="end"))
    assert ([n.name for n in told.new], told.vanished, told.vanished_edges) == (["丙公司"], (), {})
    told = changes(gk.load(store, edition("2026Q3", A, D)))
    assert [n.name for n in told.vanished] == ["丙公司", "乙公司"] and told.matched == 1
    assert told.baseline["edition"] == "2026Q2"


def test_another_newer_source_revives_too_and_a_correction_does_not(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("2026Q2", A, B, ("c", "福建丙石业有限公司")))
    gk.load(store, edition("2026Q3", A), on_vanished="end")
    gk.correct(store, "乙公司", women_employees=30, reason="电话核实", at="2026-12-01")
    assert store.read().get("乙公司")["valid_to"] == "2026-09-30"
    gk.load(store, edition("2026Q4", ("x", "福建丙石业有限公司"), name="走访"))
    assert store.read().get("福建丙石业有限公司").get("valid_to") is None


def test_a_stated_status_and_end_are_not_overruled_by_silence(make_dataset: MakeDataset, store: Store) -> None:
    files = [{"file": "c.csv", "node": "Company"}]
    head, rows = "name,status,valid_to\n", "甲,,\n乙,planned,\n丙,,2026-08-01\n"
    gk.load(store, make_dataset({"c.csv": head + rows}, files, folder="q2", edition="2026Q2", date="2026-06-30"))
    later = make_dataset({"c.csv": head + "甲,,\n"}, files, folder="q3", edition="2026Q3", date="2026-09-30")
    assert [node.name for node in changes(gk.load(store, later, on_vanished="end")).vanished] == ["乙"]
    assert store.read().get("乙")["status"] == "planned" and store.read().get("丙")["valid_to"] == "2026-08-01"
    assert gk.conflicts(store.read()).empty


def test_likely_renames_are_judged_by_parts_town_and_legal_person(store: Store, edition: Callable[..., Path]) -> None:
    old = [
        ("1", "霞美县晨岚石业有限公司", "", "王甲"),
        ("2", "霞美县岩青电机有限公司", "", "李乙"),
        ("3", "霞美县松禾纺织有限公司", "", ""),
        ("4", "霞美县远帆电子有限公司", CODES[1], "赵丁"),
        ("5", "霞美县孤舟家具有限公司", "", "钱戊"),
    ]
    new = [
        ("1n", "霞美县晨岚建材有限公司", "", "王甲"),
        ("2n", "霞美县白鹭光电有限公司", "", "李乙"),
        ("3n", "霞美县松和纺织有限公司", "", ""),
        ("4n", "霞美县远帆电子有限公司", CODES[2], "赵丁"),
        ("5n", "霞美县独行家具有限公司", "", "孙己"),
    ]
    gk.load(store, edition("2026Q2", *old))
    told = changes(gk.load(store, edition("2026Q3", *new)))
    likely = {node.name[3:5]: [(r.name[3:5], dict(r.reasons)) for r in node.likely] for node in told.vanished}
    assert likely == {
        "晨岚": [("晨岚", {"legal_person": "equal", "town": "equal", "stem": "near"})],
        "岩青": [("白鹭", {"legal_person": "equal", "town": "equal"})],
        "松禾": [("松和", {"town": "equal", "stem": "near"})],
        "远帆": [],
        "孤舟": [],
    }


def test_a_beginning_that_many_share_is_no_rename_nor_is_what_was_decided(
    store: Store, edition: Callable[..., Path]
) -> None:
    words = "甲石 乙电 丙纺 丁材 戊机 己具 庚器 辛品"
    many = [f"霁川{word}有限公司" for word in words.split()]
    gk.load(store, edition("2026Q2", *many, "光禾石业有限公司"))
    told = changes(gk.load(store, edition("2026Q3", *many[:4], "霁川壬物有限公司", "光禾建材有限公司")))
    likely = {node.name: [r.name for r in node.likely] for node in told.vanished}
    assert likely.pop("光禾石业有限公司") == ["光禾建材有限公司"] and not any(likely.values())
    pair = [store.read().find(f"光禾{word}有限公司") for word in ("石业", "建材")]
    decided = dict(zip(("left", "right"), pair, strict=True)) | {"judgement": "different"}
    store.decide(pa.Table.from_pylist([decided], schema=store.read().decisions.schema))
    told = changes(gk.load(store, edition("2026Q3", *many[:4], "霁川壬物有限公司", "光禾建材有限公司")))
    assert not any(node.likely for node in told.vanished)


def test_each_vanished_node_can_be_asked_about(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("2026Q2", A, C, "霞光石业有限公司", "戊公司", covers=(("甲妇联", "a"), ("乙妇联", "c"))))
    third = edition("2026Q3", A, "霞光建材有限公司", covers=(("乙妇联", "a"),))
    asked: list[Vanished] = []

    def answer(node: Vanished) -> str:
        asked.append(node)
        return {"丙公司": "end", "霞光石业有限公司": node.likely[0].id if node.likely else ""}.get(node.name, "keep")

    told = changes(gk.load(store, third, on_vanished=answer))
    assert sorted(node.name for node in asked if node.id) == ["丙公司", "戊公司", "甲妇联", "霞光石业有限公司"]
    assert [(r.old, r.new, r.reason) for r in told.renamed] == [("霞光石业有限公司", "霞光建材有限公司", "decision")]
    assert {node.name: node.ended for node in told.vanished} == {"丙公司": True, "戊公司": False, "甲妇联": False}
    graph = store.read()
    assert graph.find("霞光石业有限公司") == graph.find("霞光建材有限公司")
    assert names(graph.as_of()) == ["戊公司", "甲公司", "霞光建材有限公司"]
    assert told.ended_edges == {"COVERS": 1, "LOCATED_IN": 1}
    with pytest.raises(gk.DataError, match="is no answer"):
        gk.load(store, third, on_vanished=lambda _: "perhaps")


def test_edges_between_nodes_that_stay_are_asked_about_by_type(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("2026Q2", A, D, covers=(("甲妇联", "a"), ("甲妇联", "d"))))
    third, asked = edition("2026Q3", A, D, covers=(("甲妇联", "a"),)), []

    def answer(node: Vanished) -> str:
        asked.append((node.id, node.type, node.count))
        return "end"

    told = changes(gk.load(store, third, on_vanished=answer))
    assert asked == [("", "COVERS", 1)] and told.ended_edges == {"COVERS": 1} and not told.vanished
    graph = store.read()
    assert len(graph.as_of("2026-06-30").edges("COVERS")) == 2 and len(graph.as_of().edges("COVERS")) == 1


def test_nothing_ends_with_a_list_of_no_date(store: Store, edition: Callable[..., Path]) -> None:
    gk.load(store, edition("第二季度", A, C, date=None))
    undated = edition("第三季度", A, date=None)
    with pytest.raises(gk.DataError) as caught:
        gk.load(store, undated, on_vanished="end")
    assert caught.value.code == "no-date" and "--date" in caught.value.hint and store.revision == 1
    assert [node.name for node in changes(gk.load(store, undated)).vanished] == ["丙公司"]
    with pytest.raises(gk.DataError, match="on_vanished"):
        gk.load(store, undated, on_vanished="drop")


def test_several_editions_in_one_load_and_another_dataset(store: Store, edition: Callable[..., Path]) -> None:
    other = edition("2026Q1", "己公司", name="别的台账")
    reports = gk.load(store, edition("2026Q3", A), edition("2026Q2", A, C), other, on_vanished="end")
    assert [report.edition for report in reports if report.changes] == ["2026Q3"]
    assert names(store.read().as_of()) == ["己公司", "甲公司"]


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        (("台账", "b", "2026-09"), ("台账", "c", "2026-06-30")),
        (("台账", "2026Q10", None), ("台账", "2026Q9", None)),
        (("台账", "第三季度", None), ("台账", "第二季度", None)),
        (("台账", "2026Q3", "2026-09-30"), ("台账", "2026Q2", "2026-09-30")),
        (("台账", "2", None), ("台账", None, None)),
        (("甲", "a", "2026-09-30"), ("乙", "b", "2026-09-29")),
    ],
)
def test_which_of_two_sources_is_newer(later: tuple[Any, ...], earlier: tuple[Any, ...]) -> None:
    one, other = (dict(zip(("dataset", "edition", "date"), source, strict=True)) for source in (later, earlier))
    assert follows(one, other) and not follows(other, one) and not follows(one, one)


def test_two_datasets_of_one_day_do_not_follow_each_other() -> None:
    one, other = ({"dataset": name, "edition": name, "date": "2026"} for name in "ab")
    assert not follows(one, other) and not follows(other, one)
    assert list_before({"id": "1", **one}, [{"id": "2", "delivery": None, **other}]) == []


# Over random editions


def reported(raw: Graph, delivery: str = "snapshot") -> list[LoadReport]:
    """Report on raw rows as a loader would: a file of each type."""
    from graphkit.loaders.report import FileReport

    files = tuple(FileReport(f"{kind}.csv", kind, 0, 0) for kind in (*raw.node_tables, *raw.edge_tables))
    source = raw.sources.to_pylist()[0]
    return [LoadReport(source["dataset"], source["edition"], source["id"], False, files, delivery=delivery)]


def written(store: Store, raw: Graph, **options: Any) -> None:
    store.write(against_editions(store, raw, reported(raw), **options)[0])


@st.composite
def editions(draw: st.DrawFn) -> list[Graph]:
    """Draw two or three editions of one list, each with its own label and day."""
    drawn = draw(st.lists(raw_graphs(datasets=("台账",)), min_size=2, max_size=4))
    found = {raw.sources["id"][0].as_py(): raw for raw in drawn}
    return [_as_sheet(raw) for raw in found.values()]


def _as_sheet(raw: Graph) -> Graph:
    row = raw.sources.to_pylist()[0]
    row |= {"kind": "sheet", "date": DAYS.get(row["edition"] or "2026Q1"), "delivery": "snapshot"}
    return replace(raw, sources=pa.Table.from_pylist([row], schema=raw.sources.schema))


def fresh(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return EmbeddedStore(tmp_path_factory.mktemp("s") / "a.duckdb", resolve)


@settings(max_examples=8)
@given(drawn=editions())
def test_editions_in_any_order_are_one_record_and_the_same_again_changes_nothing(
    drawn: list[Graph], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stores = [fresh(tmp_path_factory), fresh(tmp_path_factory)]
    for store, order in zip(stores, (drawn, drawn[::-1]), strict=True):
        for raw in order:
            written(store, raw)
    assert told(stores[0]) == told(stores[1])
    revision = stores[0].revision
    for raw in drawn:
        written(stores[0], raw)
    assert stores[0].revision == revision


@settings(max_examples=8)
@given(drawn=editions())
def test_forget_of_an_edition_restores_what_was_before_its_ends(
    drawn: list[Graph], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store, load = fresh(tmp_path_factory), partial(written, on_vanished="end")
    states = []
    for raw in drawn:
        states.append(told(store) if store.revision else None)
        load(store, raw)
        revision = store.revision
        load(store, raw)
        assert store.revision == revision
    for raw, state in zip(drawn[::-1], states[::-1], strict=True):
        store.forget(raw.sources["id"][0].as_py())
        assert state is None or told(store) == state


def told(store: Store) -> dict[str, list[dict[str, Any]]]:
    graph = store.read()
    tables = {**graph.node_tables, **graph.edge_tables, "evidence": graph.evidence, "statistics": graph.statistics}
    return {name: [{k: repr(v) for k, v in row.items()} for row in table.to_pylist()] for name, table in tables.items()}
