"""A correction may say that a value is not known: it wins like a value does, and is withdrawn like one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.corrections.hand import withdrawal
from graphkit.exporters.redact import redact
from graphkit.exporters.report import ReportOptions
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw, without
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.schema import Language
from graphkit.stores.base import Store
from tests.strategies import raw_graphs

Export = Callable[[Graph], dict[str, bytes]]
CODE = "91350583MA0AAAA10R"
FACTS: dict[str, Any] = {
    "women_employees": 150,
    "women_employees_bound": "about",
    "federation_status": "no",
    "leading": True,
    "founded": "2012-06",
    "kind": "民营企业",
    "products": ["茶", "瓷"],
    "phone": "0595-22000000",
    "valid_to": "2026-08",
}


def edition(name: str, date: str, dataset: str = "台账", **values: Any) -> Graph:
    nodes = [{"type": "Company", "name": "甲公司"} | FACTS | values, {"type": "Company", "name": "乙公司"}]
    raw = from_records(
        nodes, source={"dataset": dataset, "edition": name, "name": f"{dataset}{name}", "date": date}
    ).raw
    assert raw
    return raw


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened: Store = gk.open_store(tmp_path / "record.duckdb")
    opened.write(edition("Q2", "2026-06-30"))
    return opened


PROPERTIES = sorted(set(FACTS) - {"women_employees_bound"})


@pytest.mark.parametrize("name", PROPERTIES)
def test_what_is_not_known_beats_every_edition_until_it_is_withdrawn(store: Store, name: str) -> None:
    gk.correct(store, "甲公司", reason="电话核实", at="2026-07-02", **{name: None})
    store.write(edition("Q3", "2026-09-30"))
    graph = store.read()
    found = graph.get("甲公司")
    assert (name not in found and "women_employees_bound" in found) or name == "women_employees"
    assert {k for k in FACTS if k in found} >= set(PROPERTIES) - {name}
    lost = gk.conflicts(graph)
    lost = lost[lost["property"] == name]
    assert lost["kept"].isna().all() and set(lost["kept_source"]) == {"更正 2026-07-02"}
    assert sorted(lost["lost_source"]) == ["台账Q2", "台账Q3"] and lost["lost"].notna().all()
    told = gk.evidence(graph, "甲公司").set_index("property").loc[name]
    assert (told["quote"], told["source"]) == ("电话核实", "更正 2026-07-02") and told["value"] != told["value"]
    store.forget(withdrawal(store))
    assert name in store.read().get("甲公司")


def test_a_bound_goes_with_the_number_that_is_not_known(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=None, reason="电话核实")
    assert not {"women_employees", "women_employees_bound"} & store.read().get("甲公司").keys()


def test_of_a_value_and_not_known_the_later_correction_wins(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=None, reason="电话核实", at="2026-07-02")
    gk.correct(store, "甲公司", women_employees=186, reason="走访", at="2026-07-03")
    graph = store.read()
    assert graph.get("甲公司")["women_employees"] == 186
    lost = gk.conflicts(graph).query("property == 'women_employees'")
    assert lost["lost"].isna().tolist().count(True) == 1
    gk.correct(store, "甲公司", women_employees=None, reason="电话核实", at="2026-07-04")
    assert "women_employees" not in store.read().get("甲公司")


def test_coverage_knows_no_more_than_the_record(store: Store) -> None:
    def status() -> str:
        frame = gk.coverage(store.read()).frame.set_index("name")
        return str(frame.loc["甲公司", "status"])

    store.write(edition("Q2", "2026-06-30", valid_to=None))
    assert status() == "gap"
    gk.correct(store, "甲公司", federation_status=None, reason="电话核实")
    assert status() == "unknown"
    store.write(edition("Q3", "2026-09-30", federation_status="yes", valid_to=None))
    assert status() == "unknown"
    store.forget("corrections")
    assert status() == "covered"


def test_a_move_because_of_it_has_the_correction_as_its_cause(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", federation_status="yes", valid_to=None))
    before = store.read()
    gk.correct(store, "甲公司", federation_status=None, reason="电话核实")
    moves = gk.compare(before, store.read(), "2026-06-30", "2026-06-30").frame
    assert moves[["name", "from_status", "to_status", "part", "cause"]].values.tolist() == [
        ["甲公司", "covered", "unknown", "learned", "correction"]
    ]


def test_the_report_says_what_is_not_known_in_words(store: Store, tmp_path: Path) -> None:
    gk.correct(store, "甲公司", federation_status=None, women_employees=None, reason="电话核实", at="2026-07-02")
    gk.correct(store, "乙公司", kind="民营企业", reason="电话核实", at="2026-07-03")
    words: dict[Language, tuple[str, str]] = {"zh": ("不明", "约 150"), "en": ("unknown", "about 150")}
    for lang, (word, lost) in words.items():
        path = gk.export_report(
            tmp_path / f"{lang}.html", coverage=gk.coverage(store.read()), options=ReportOptions(lang=lang)
        )
        text = Path(path).read_text(encoding="utf-8")
        row = next(part for part in text.split("<tr") if "更正 2026-07-02" in part and f">{lost}<" in part)
        assert f">{word}<" in row


def test_a_code_that_is_not_known_joins_nobody(store: Store) -> None:
    store.write(edition("Q2", "2026-06-30", credit_code=CODE))
    other = from_records([{"type": "Company", "name": "丙厂", "credit_code": CODE}], source={"dataset": "银行"})
    store.write(other)
    assert store.counts() == {"Company": 2}
    gk.correct(store, store.read().find("乙公司"), kind="民营企业", reason="走访")
    raw_id = resolve(edition("Q2", "2026-06-30")).find("甲公司")
    gk.correct(store, raw_id, credit_code=None, reason="电话核实")
    assert store.counts() == {"Company": 3}
    assert "credit_code" not in store.read().get("甲公司")


def test_it_travels_as_parquet_as_a_bundle_and_in_any_order(store: Store, tmp_path: Path, exported: Export) -> None:
    gk.correct(store, "甲公司", women_employees=None, kind=None, reason="电话核实", at="2026-07-02")
    gk.correct(store, "甲公司", leading=None, reason="走访", at="2026-07-02")
    parts = [store.raw([source]) for source in store.sources()["id"]] + [edition("Q3", "2026-09-30")]
    store.write(parts[-1])
    expected = exported(store.read())
    # Each first and last once, and each before each other.
    turned = [told[n:] + told[:n] for told in (parts, parts[::-1]) for n in range(len(parts))]
    for number, order in enumerate(turned):
        with gk.open_store(tmp_path / f"{number}.duckdb") as other:
            for part in order:
                other.write(part)
            assert exported(other.read()) == expected
    for number, path in enumerate(
        (gk.write_parquet(store.read(), tmp_path / "export"), gk.bundle(store, tmp_path / "out.zip"))
    ):
        assert exported(gk.read(path)) == expected
        with gk.open_store(tmp_path / f"copy{number}.duckdb") as other:
            gk.load(other, path)
            assert exported(other.read()) == expected
            other.forget("corrections")
            assert other.read().get("甲公司")["women_employees"] == 150


def test_partners_read_neither_the_number_nor_who_said_so(store: Store) -> None:
    gk.correct(store, "甲公司", phone=None, reason="电话核实")
    shown = redact(store.read(), "partner")
    assert "phone" not in shown.get("甲公司")
    assert "phone" not in set(gk.conflicts(shown)["property"])


@settings(max_examples=15)
@given(
    st.lists(raw_graphs(("台账", "报道")), min_size=1, max_size=2, unique_by=lambda g: str(g.sources["id"][0])),
    st.sampled_from(["women_employees", "federation_status", "founded", "leading", "products", "kind"]),
)
def test_whatever_the_sources_say_it_is_not_known_and_withdrawn_leaves_no_trace(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Graph], name: str
) -> None:
    with gk.open_store(tmp_path_factory.mktemp("unknown") / "record.duckdb") as store:
        before = resolve(join_raw(*parts))
        store.write(before)
        node = before.table("Company")["id"][0].as_py()
        gk.correct(store, node, reason="电话核实", at="9999-12-31", **{name: None})
        graph = store.read()
        assert name not in graph.get(node)
        raw = graph.raw
        assert raw and resolve(raw).node_tables == graph.node_tables
        correction = store.sources().query("dataset == 'corrections'")["id"].tolist()
        assert {**without(graph, correction).node_tables} == {**before.node_tables}
        store.forget("corrections")
        assert store.read().node_tables == before.node_tables
