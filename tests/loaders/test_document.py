"""A report becomes raw rows: bands of confidence, words and places of every item, nothing dropped silently."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.documents.clean import clean
from graphkit.documents.extraction import Extraction
from graphkit.graph.tables import Graph
from graphkit.graph.verdicts import NUMBER
from graphkit.identity import resolve
from graphkit.loaders.document import load_document, report_of
from graphkit.loaders.papers import find_documents, is_document
from graphkit.loaders.passages import PLACE, Passages
from graphkit.loaders.reading import Reading
from graphkit.schema import Schema
from tests.loaders.reports import RELATIONS, SOURCE, TEXT, TITLE, extraction


def reading(told: Extraction | None = None) -> Reading:
    return Reading(Schema.load(), told or extraction(), dict(SOURCE))


def nodes(graph: Graph, kind: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in graph.table(kind).to_pylist()}


def test_what_is_sure_is_actual_and_the_rest_is_proposed() -> None:
    graph = reading().graph()
    assert nodes(graph, "Federation")["临溪县妇联"]["status"] == "actual"
    assert nodes(graph, "Venue")["临溪竹产业园"]["status"] == "proposed"
    status = {kind: table["status"].to_pylist() for kind, table in graph.edge_tables.items()}
    # The cover is sure; the park that it covers is not.
    assert {kind: "".join(told) for kind, told in status.items()} == {
        "COVERS": "proposed",
        "ESTABLISHED": "actual",
        "OFFERS": "proposed",
        "PARTNERS_WITH": "proposed",
    }
    assert nodes(graph, "Company")["临溪青禾竹业有限公司"]["women_employees"] == 120
    assert graph.table("ESTABLISHED").to_pylist()[0]["valid_from"] == "2026"
    assert graph.table("ESTABLISHED").to_pylist()[0]["mode"] == "joint"


def test_every_item_quotes_the_file_where_it_says() -> None:
    graph = reading().graph()
    places = {(row["element_id"], row["place"]) for row in graph.evidence.to_pylist() if row["quote"]}
    for row in graph.evidence.to_pylist():
        found = PLACE.fullmatch(row["place"])
        assert found and (row["quote"] is None or TEXT[int(found[2]) : int(found[3])] == row["quote"])
    for table in (*graph.node_tables.values(), *graph.edge_tables.values(), graph.statistics):
        assert all((row["id"], row["place"]) in places for row in table.to_pylist())
    quoted = set(graph.evidence["quote"].to_pylist())
    assert {told.words for told in RELATIONS} <= quoted
    paragraph = PLACE.fullmatch(graph.table("PARTNERS_WITH")["place"][0].as_py())
    assert paragraph and paragraph[1] == "5"  # lines that hold something


def test_what_is_planned_stays_planned_when_it_is_accepted(tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        store.write(reading().graph())
        item = gk.proposed(store).set_index("type").loc["OFFERS", "item"]
        gk.accept(store, item)
        assert store.read().edges("OFFERS")["status"].tolist() == ["planned"]


def test_what_the_schema_cannot_hold_is_told(tmp_path: Path) -> None:
    told = extraction()
    wrong = replace(told.relations[0], properties={"mode": "nonsense", "amount": 3})
    backwards = replace(told.relations[0], src=told.relations[0].dst, dst=told.relations[0].src)
    itself = replace(told.relations[0], dst=told.relations[0].src)
    read = reading(replace(told, relations=(wrong, backwards, itself)))
    graph = read.graph()
    report = report_of(read)
    assert [row["mode"] for row in graph.table("COVERS").to_pylist()] == [None]
    assert {f"{f.column} {f.value}" for f in report.not_understood} == {"COVERS.mode nonsense", "COVERS.amount 3"}
    assert [f.value for f in report.skipped] == ["Venue COVERS Federation", "COVERS"]
    relations = next(file for file in report.files if file.becomes == "relations")
    assert (relations.read, relations.used) == (3, 1)
    assert all(PLACE.fullmatch(f.place) and "\n" not in f.text("zh") for f in (*report.skipped, *report.not_understood))


def test_numbers_that_are_not_sure_wait(tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        store.write(reading().graph())
        assert gk.claims(store.read())["measure"].tolist() == ["industry_federations"]
        told = gk.evidence(store.read(), "临溪县妇联").set_index("property")
        assert told.loc["industry_federations", ["value", "quote"]].tolist() == ["6", "产业妇联6个"]
        waits = gk.proposed(store).set_index("kind").loc["statistic"]
        assert (waits["quote"], waits["src"]) == ("女职工120人", "临溪县妇联")
        gk.accept(store, waits["item"])
        graph = store.read()
        assert sorted(gk.claims(graph)["measure"]) == ["industry_federations", "women"]
        assert not any(str(own).startswith(NUMBER) for own in graph.evidence["element_id"].to_pylist())
        gk.reject(store, waits["item"])
        assert gk.claims(store.read())["measure"].tolist() == ["industry_federations"]
        assert "statistic" not in set(gk.proposed(store)["kind"])
        with pytest.raises(gk.DataError, match="is a number"):
            gk.amend(store, waits["item"], type="Company")


def test_two_readings_of_one_file_are_one(tmp_path: Path) -> None:
    graphs = [reading().graph() for _ in range(2)]
    one, other = ({**g.node_tables, **g.edge_tables} for g in graphs)
    assert all(one[kind].equals(other[kind]) for kind in one) and graphs[0].evidence.equals(graphs[1].evidence)


@given(st.text("甲乙。！\n 丙", max_size=40), st.data())
def test_a_sentence_holds_its_words(text: str, data: st.DataObject) -> None:
    cleaned = clean(text)
    if not cleaned.text:
        return
    start = data.draw(st.integers(0, len(cleaned.text) - 1))
    end = data.draw(st.integers(start + 1, len(cleaned.text)))
    first, last = Passages(cleaned).sentence(start, end)
    assert 0 <= first <= start < end <= last <= len(cleaned.text)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "临溪简报.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_is_read_with_its_title_date_and_hash(report: Path) -> None:
    graph, told = load_document(report)
    source = graph.sources.to_pylist()[0]
    assert (source["dataset"], source["kind"], source["path"]) == ("临溪简报", "report", "临溪简报.txt")
    assert (source["name"], source["date"]) == (TITLE, "2026-03-08")
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
    facts = told.document
    assert facts and facts.tagger and told.encoding
    counts = {kind: facts.accepted[kind] + facts.proposed[kind] for kind in facts.accepted}
    assert counts["entities"] == sum(map(len, graph.node_tables.values())) > 4
    assert counts["relations"] == sum(map(len, graph.edge_tables.values()))
    assert resolve(graph).find("临溪县妇联")


def test_what_is_told_of_a_document_goes_before_what_it_says(report: Path) -> None:
    options = gk.TableOptions("简报", "2026-03", "2026-03-09", title="三月简报", publisher="临溪县", invented=True)
    source = load_document(report, options=options)[0].sources.to_pylist()[0]
    told = (source["dataset"], source["edition"], source["date"], source["name"], source["publisher"])
    assert told == ("简报", "2026-03", "2026-03-09", "三月简报", "临溪县") and source["invented"]


def test_several_documents_at_once_and_a_folder_of_them(report: Path, tmp_path: Path) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    for name in ("一.txt", "二.txt"):
        (folder / name).write_text(TEXT.replace("青禾", name[0]), encoding="utf-8")
    (folder / "~锁.docx").write_bytes(b"")
    with gk.open_store(tmp_path / "a.duckdb") as store:
        reports = gk.load(store, report, folder)
        assert [told.dataset for told in reports] == ["临溪简报", "一", "二"]
        # Under one name they are its editions.
        reports = gk.load(store, folder, tables=gk.TableOptions("简报"))
        assert [(told.dataset, told.edition) for told in reports] == [("简报", "一"), ("简报", "二")]
        assert len(store.sources()) == 5


def test_all_or_nothing(report: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_bytes(b"")
    with gk.open_store(tmp_path / "a.duckdb") as store:
        with pytest.raises(gk.DataError):
            gk.load(store, report, empty)
        assert store.revision == 0
        gk.load(store, report)
        assert store.revision == 1
        gk.load(store, report)
        assert store.revision == 1  # the same file says nothing new


def test_a_document_loaded_anew_replaces_itself_under_the_same_verdicts(report: Path, tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        gk.load(store, report)
        gk.reject(store, "临溪县妇联", by="王芳")
        report.write_text(TEXT.replace("120人", "130人"), encoding="utf-8")
        gk.load(store, report)
        assert sorted(store.sources()["kind"]) == ["correction", "report"]
        with pytest.raises(gk.IdentityError):
            store.read().find("临溪县妇联")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", TEXT.encode(), True),
        ("a.txt", TEXT.encode("gb18030"), True),
        ("a.txt", "企业名称\t乡镇\n甲\t乙\n".encode(), False),
        ("a.txt", "企业名称,乡镇,代码\n甲,乙,丙\n".encode("gb18030"), False),
        ("a.csv", TEXT.encode(), False),
        ("a.tsv", b"", False),
        ("a.html", b"<p>a</p>", True),
        ("a.pdf", b"%PDF-1.4", True),
        ("无后缀", b"%PDF-1.4", True),
        ("无后缀", b"PK\x03\x04broken", False),
        ("a.xlsx", b"PK\x03\x04", False),
        ("a.jsonl", b"{}", False),
    ],
)
def test_reports_are_told_from_tables(tmp_path: Path, name: str, data: bytes, expected: bool) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert is_document(path) is expected
    assert find_documents(path) == ([path] if expected else [])


def test_a_folder_of_datasets_is_no_folder_of_reports(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "说明.txt").write_text(TEXT, encoding="utf-8")
    assert len(find_documents(tmp_path)) == 1
    (tmp_path / "a" / "dataset.yaml").write_text("name: a", encoding="utf-8")
    assert find_documents(tmp_path) == [] and find_documents(tmp_path / "无") == []


def test_coverage_and_claims_of_an_accepted_report(tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        store.write(reading().graph())
        assert gk.coverage(store.read(), units="key_points").frame["status"].tolist() == []
        gk.accept(store, "临溪竹产业园", by="王芳")
        graph = store.read()
    park = gk.coverage(graph, units="key_points").frame.set_index("name").loc["临溪竹产业园"]
    assert (park["status"], park["rule"], park["mode"]) == ("covered", "direct", "joint")
    assert "【" not in gk.why(gk.coverage(graph, units="key_points"), "临溪竹产业园").text("zh")
    claim = gk.claims(graph).iloc[0]
    assert (claim["value"], claim["named"], claim["unnamed"], claim["verdict"]) == (6, 1, 5, "consistent")


def test_what_kind_of_report_it_is(report: Path) -> None:
    graph, _ = load_document(report, options=gk.TableOptions(kind="letter"))
    assert graph.sources["kind"].to_pylist() == ["letter"]
    with pytest.raises(gk.DataError, match="no kind of report"):
        load_document(report, options=gk.TableOptions(kind="sheet"))


def test_two_of_one_name_are_kept_apart() -> None:
    told = extraction()
    company = next(n for n, e in enumerate(told.entities) if e.type == "Company")
    twice = replace(told, entities=(*told.entities, replace(told.entities[company], confidence=0.6)))
    rows = reading(twice).graph().table("Company").to_pylist()
    assert [row["name"] for row in rows] == ["临溪青禾竹业有限公司"] * 2
    assert len({row["id"] for row in rows}) == len({row["key"] for row in rows}) == 2


def test_a_name_in_quotes_is_no_other_name() -> None:
    told = extraction()
    loan = next(n for n, e in enumerate(told.entities) if e.name == "竹嫂贷")
    named = replace(told.entities[loan], aliases=("“竹嫂贷”", "《竹嫂贷》", "竹贷"))
    entities = tuple(named if n == loan else e for n, e in enumerate(told.entities))
    row = nodes(reading(replace(told, entities=entities)).graph(), "FinancialProduct")["竹嫂贷"]
    assert row["aliases"] == ["竹贷"]


def test_a_text_that_names_nothing_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "空话.txt"
    path.write_text("一切正常，没有什么可说的。", encoding="utf-8")
    with gk.open_store(tmp_path / "a.duckdb") as store:
        (told,) = gk.load(store, path)
        assert "nothing is named" in told.warnings[-1] and store.read().rows == 0


def test_the_same_file_under_another_name_is_warned_of(report: Path, tmp_path: Path) -> None:
    with gk.open_store(tmp_path / "a.duckdb") as store:
        (told,) = gk.load(store, report)
        assert not told.warnings
        (told,) = gk.load(store, report, tables=gk.TableOptions("三月简报"))
        assert told.warnings == ("三月简报: the same file is held as 临溪简报; forget one of them",)
        (told,) = gk.load(store, report)
        assert "三月简报" in told.warnings[0]


def test_what_two_documents_name_in_full_is_one(tmp_path: Path) -> None:
    """What is accepted in one of them does not hold in the other, and is one with it."""
    with gk.open_store(tmp_path / "a.duckdb") as store:
        for number in (1, 2):
            source = SOURCE | {"id": f"src_{number}", "dataset": f"简报{number}", "name": f"简报{number}"}
            store.write(Reading(Schema.load(), extraction(), source).graph())
        graph = store.read()
        assert len(graph.get("临溪县妇联")["sources"]) == 2
        assert len(graph.nodes("Bank")) == 1 and len(gk.proposed(store)) == 12
        item = gk.proposed(store).set_index("name").loc["临溪农商银行", "item"].iloc[0]
        gk.accept(store, item)
        bank = store.read().get("临溪农商银行")
        assert (bank["status"], len(bank["raw_ids"]), len(bank["sources"])) == ("actual", 2, 1)
        assert len(gk.proposed(store)) == 11
