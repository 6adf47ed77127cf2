"""A correction by hand beats every sheet until withdrawn; a check sheet changes what was changed in it, no more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.corrections.hand import understood, withdrawal
from graphkit.graph.convert import from_records
from graphkit.graph.files import write_parquet
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.base import Store
from tests.strategies import HOSTILE, raw_graphs

COMPANY = {"women_employees": 150, "federation_status": "no", "phone": "0595-22000000", "products": ["茶", "瓷"]}


def edition(name: str, date: str | None, *, dataset: str = "台账", key: str = "甲公司", **values: Any) -> Graph:
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": key} | COMPANY | values,
        {"type": "Company", "name": "乙公司", "women_employees": 20},
        {"type": "Federation", "name": "妇联", "level": "town"},
    ]
    covers = [{"type": "COVERS", "src": "妇联", "dst": "乙公司", "mode": "own"}]
    source = {"dataset": dataset, "edition": name, "name": f"{dataset}{name}", "date": date}
    raw = from_records(nodes, covers, source=source).raw
    assert raw
    return raw


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened: Store = gk.open_store(tmp_path / "record.duckdb")
    opened.write(edition("Q2", "2026-06-30"))
    return opened


def files_of(graph: Graph, target: Path) -> dict[str, bytes]:
    write_parquet(graph, target)
    return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def test_a_correction_beats_every_sheet_and_its_conflict_is_shown(store: Store) -> None:
    node = store.read().find("甲公司")
    revision = gk.correct(store, "甲公司", women_employees=186, reason="电话核实", by="张某", at="2026-07-02")
    assert revision == store.revision == 2
    store.write(edition("Q3", "2026-09-30", women_employees=190))
    graph = store.read()
    found = graph.get("甲公司")
    assert (found["id"], found["women_employees"], found["status"], found["group"]) == (node, 186, "actual", False)
    lost = gk.conflicts(graph).set_index("lost")
    assert set(lost.index) == {"150", "190"}
    assert set(lost["kept"]) == {"186"} and set(lost["kept_source"]) == {"更正 2026-07-02"}
    source = store.sources().set_index("dataset").loc["corrections"]
    assert (source["kind"], source["publisher"], source["date"]) == ("correction", "张某", "2026-07-02")


def test_evidence_tells_property_value_reason_and_day(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, women_employees_bound="about", reason="电话核实", at="2026-07-02")
    told = gk.evidence(store.read(), "甲公司")
    rows = told[told["property"] == "women_employees"]
    assert rows[["value", "quote", "date"]].values.tolist() == [["186 about", "电话核实", "2026-07-02"]]
    assert len(told) == 2  # the sheet's row, and the correction once


def test_withdrawn_is_as_before(store: Store, tmp_path: Path) -> None:
    before = files_of(store.read(), tmp_path / "a")
    gk.correct(store, "甲公司", women_employees=186, name="甲集团", products=[], valid_to="2026-08", reason="走访")
    assert store.read().get("甲集团")["aliases"] == ["甲公司"]
    store.forget(withdrawal(store))
    assert files_of(store.read(), tmp_path / "b") == before


def test_of_two_corrections_the_later_wins(store: Store) -> None:
    for value in (1, 2, 3):
        gk.correct(store, "甲公司", women_employees=value, reason="电话核实", at="2026-07-02")
    gk.correct(store, "甲公司", women_employees=9, reason="旧信", at="2026-01")
    assert store.read().get("甲公司")["women_employees"] == 3
    store.forget(sorted(store.sources().query("date == '2026-07-02'")["edition"])[-1].join(["corrections/", ""]))
    assert store.read().get("甲公司")["women_employees"] == 2


def test_a_bound_goes_with_its_number(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, women_employees_bound="about", reason="电话核实")
    gk.correct(store, "甲公司", women_employees=187, reason="电话核实")
    found = store.read().get("甲公司")
    assert (found["women_employees"], found.get("women_employees_bound")) == (187, None)


def test_a_correction_keeps_no_company_alive(store: Store, tmp_path: Path) -> None:
    gk.correct(store, "甲公司", women_employees=186, credit_code="91350583MA0AAAA10R", reason="电话核实")
    store.forget("台账")
    assert store.counts() == {} and store.read().nodes().empty
    assert gk.coverage(store.read()).headline()["units"] == 0
    store.write(edition("Q2", "2026-06-30"))
    assert store.read().get("甲公司")["women_employees"] == 186


def test_a_correction_holds_for_whoever_the_company_becomes(store: Store) -> None:
    gk.correct(store, "甲公司", women_employees=186, credit_code="91350583MA0AAAA10R", reason="电话核实")
    store.write(edition("Q3", "2026-09-30", key="甲集团公司", credit_code="91350583MA0AAAA10R"))
    store.write(edition("Q1", "2025-12-31", dataset="银行", credit_code="91350583MA0AAAA10R"))
    found = store.read().get("甲集团公司")
    assert found["women_employees"] == 186 and len(found["raw_ids"]) == 3


def test_the_order_of_sheets_and_corrections_leaves_no_trace(store: Store, tmp_path: Path) -> None:
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实", at="2026-07-02")
    gk.correct(store, "甲公司", women_employees=187, name="甲集团", reason="走访", at="2026-07-02")
    later = edition("Q3", "2026-09-30", women_employees=190)
    parts = [store.raw([source]) for source in store.sources()["id"]] + [later]
    store.write(later)
    expected = files_of(store.read(), tmp_path / "a")
    for number, order in enumerate((parts, parts[::-1])):
        with gk.open_store(tmp_path / f"{number}.duckdb") as other:
            for part in order:
                other.write(part)
            assert files_of(other.read(), tmp_path / f"b{number}") == expected
    assert gk.conflicts(store.read()).query("property == 'women_employees'")["kept"].unique().tolist() == ["187"]


def test_what_is_said_of_a_person_stays_out_of_messages(store: Store) -> None:
    store.write(from_records([{"type": "Person", "name": "李某", "role": "主席"}], source={"dataset": "名册"}).raw)  # type: ignore[arg-type]
    for values in ({"role": 13800000000}, {"gender": "13800000000"}):
        with pytest.raises(gk.DataError) as caught:
            gk.correct(store, "李某", reason="电话核实", **values)
        assert "13800000000" not in str(caught.value) + repr(caught.value.fields)
    with pytest.raises(gk.DataError) as caught:
        understood(store.read(), "李某", {"gender": "13800000000"})
    assert "13800000000" not in str(caught.value) + repr(caught.value.fields)


WRONG: list[tuple[dict[str, Any], type[gk.GraphkitError], str]] = [
    ({"women_employes": 1}, gk.SchemaError, "women_employees"),
    ({"id": "com_1"}, gk.SchemaError, "no property 'id'"),
    ({"women_employees": None, "women_employees_bound": "about"}, gk.DataError, "bound without"),
    ({"women_employees_bound": None}, gk.DataError, "bound without"),
    *(({name: None}, gk.DataError, "cannot be set back") for name in ("name", "aliases", "status", "group")),
    ({"women_employees": float("nan")}, gk.DataError, "no value"),
    ({"women_employees": -1}, gk.DataError, "women_employees"),
    ({"women_employees": "186"}, gk.DataError, "women_employees"),
    ({"women_employees": 2**63}, gk.DataError, "women_employees"),
    ({"women_employees_bound": "about"}, gk.DataError, "bound without"),
    ({"women_employees": 1, "women_employees_bound": "circa"}, gk.DataError, "exact"),
    ({"federation_status": "maybe"}, gk.DataError, "preparing"),
    ({"leading": 1}, gk.DataError, "bool"),
    ({"valid_to": "2026-02-30"}, gk.DataError, "date"),
    ({"products": "茶"}, gk.DataError, "list"),
    ({"name": " "}, gk.DataError, "empty"),
    ({"kind": "\ud800"}, gk.DataError, "kind"),
    ({}, gk.DataError, "corrects nothing"),
]


@pytest.mark.parametrize(("values", "error", "told"), WRONG, ids=lambda v: str(v)[:30] if isinstance(v, dict) else None)
def test_what_cannot_be_held_is_refused(
    store: Store, values: dict[str, Any], error: type[gk.GraphkitError], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        gk.correct(store, "甲公司", reason="电话核实", **values)
    assert caught.value.hint and store.revision == 1


def test_a_reason_is_needed_and_a_phone_stays_out_of_messages(store: Store) -> None:
    for reason in ("", " ", "\ud800"):
        with pytest.raises(gk.DataError, match="reason"):
            gk.correct(store, "甲公司", women_employees=1, reason=reason)
    with pytest.raises(gk.DataError) as caught:
        gk.correct(store, "甲公司", phone=13800000000, reason="电话核实")
    assert "13800000000" not in str(caught.value) + repr(caught.value.fields)
    with pytest.raises(gk.IdentityError, match="no node"):
        gk.correct(store, "丙公司", women_employees=1, reason="电话核实")
    assert store.revision == 1


@pytest.mark.parametrize("text", [*HOSTILE, '=HYPERLINK("http://x")', "\x01\x1f\x7f"])
def test_hostile_texts_are_kept_as_they_were(store: Store, text: str) -> None:
    gk.correct(store, "甲公司", kind=text, products=[text], reason=f"x{text}", by=f"y{text}")
    found = store.read().get("甲公司")
    assert (found["kind"], found["products"]) == (text, [text])
    assert f"x{text}" in gk.evidence(store.read(), "甲公司")["quote"].tolist()
    assert gk.apply(store, gk.sheet(store, store.path.with_name("核对.xlsx"))).revision == 2  # type: ignore[attr-defined]


def test_words_are_read_as_people_write_them(store: Store) -> None:
    graph = store.read()
    said = {"女职工数": "约186", "妇联组织情况": "筹建中", "产品": "茶；瓷", "founded": "2022年6月", "龙头企业": "√"}
    assert understood(graph, "甲公司", said) == {
        "women_employees": 186,
        "women_employees_bound": "about",
        "federation_status": "preparing",
        "products": ["茶", "瓷"],
        "founded": "2022-06",
        "leading": True,
    }
    assert understood(graph, "甲公司", {"women_employees": "约186", "women_employees_bound": "近"}) == {
        "women_employees": 186,
        "women_employees_bound": "nearly",
    }
    silent = dict.fromkeys(("women_employees", "federation_status", "leading", "founded"), "不详")
    silent |= dict.fromkeys(("kind", "products", "credit_code"), "-")
    assert understood(graph, "甲公司", silent) == dict.fromkeys(silent)


# The check sheet


Edit = Callable[[Any, dict[str, int]], None]


def edited(path: Path, edit: Edit, kind: str = "企业") -> Path:
    """Change a check sheet as a person does: by row (3 is the first company) and column."""
    book = openpyxl.load_workbook(path)
    page = book[kind]
    columns = {str(cell.value): cell.column for cell in page[1]} | {"id": 1}
    edit(page, columns)
    target = path.with_name("改.xlsx")
    book.save(target)
    return target


def row_of(page: Any, name: str) -> int:
    return next(row for row in range(3, page.max_row + 1) if page.cell(row, 3).value == name)


def put(company: str, **values: Any) -> Edit:
    def edit(page: Any, columns: dict[str, int]) -> None:
        row = row_of(page, company)
        for column, value in values.items():
            page.cell(row, columns[column]).value = value

    return edit


@pytest.fixture
def sheet(store: Store, tmp_path: Path) -> Path:
    return Path(gk.sheet(store, tmp_path / "核对.xlsx"))


def test_an_untouched_sheet_changes_nothing(store: Store, sheet: Path) -> None:
    gk.correct(store, "乙公司", women_employees=21, reason="电话核实")
    for path in (sheet, edited(sheet, lambda page, columns: None)):
        told = gk.apply(store, path)
        assert (told.revision, told.changes, told.conflicts, told.problems) == (2, (), (), ())


@settings(max_examples=5)
@given(st.lists(raw_graphs(), min_size=1, max_size=2, unique_by=lambda g: str(g.sources["id"][0])))
def test_an_untouched_sheet_of_any_record_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, parts: list[Graph]
) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    with gk.open_store(folder / "record.duckdb") as store:
        store.write(resolve(join_raw(*parts)))
        told = gk.apply(store, gk.sheet(store, folder / "核对.xlsx"))
        assert (told.revision, told.changes, told.conflicts, told.problems) == (1, (), (), ())


def test_changed_cells_become_one_correction(store: Store, sheet: Path) -> None:
    path = edited(sheet, put("甲公司", women_employees="约186", federation_status="筹建中", leading="是", phone="-"))
    plan = gk.apply(store, path, plan=True)
    assert plan.plan and store.revision == plan.revision == 1
    told = gk.apply(store, path, by="张某")
    assert told.changes == plan.changes and told.revision == store.revision == 2
    assert told.frame["outcome"].tolist() == ["change"] * 4
    found = store.read().get("甲公司")
    assert (found["women_employees"], found["women_employees_bound"]) == (186, "about")
    assert (found["federation_status"], found["leading"], found.get("phone")) == ("preparing", True, None)
    assert found["products"] == ["茶", "瓷"]
    assert len(store.sources()) == 2
    again = gk.apply(store, path)
    assert (again.revision, again.changes, again.conflicts) == (2, (), ())
    store.forget("corrections")
    assert store.read().get("甲公司")["women_employees"] == 150


def test_what_was_changed_on_both_sides_is_a_conflict(store: Store, sheet: Path) -> None:
    gk.correct(store, "甲公司", women_employees=186, reason="电话核实")
    store.write(edition("Q3", "2026-09-30", federation_status="preparing"))
    path = edited(sheet, put("甲公司", women_employees=170, kind="民营", federation_status="筹建中"))
    told = gk.apply(store, path)
    assert [(c.property, c.before, c.sheet, c.record) for c in told.conflicts] == [
        ("women_employees", "150", "170", "186")
    ]
    assert [c.property for c in told.changes] == ["kind"]
    found = store.read().get("甲公司")
    assert (found["women_employees"], found["kind"]) == (186, "民营")


def test_a_node_that_is_gone_is_a_conflict(store: Store, sheet: Path) -> None:
    store.write(edition("Q2", "2026-06-30", key="丙公司"))
    told = gk.apply(store, edited(sheet, put("甲公司", women_employees=170)))
    assert [c.record for c in told.conflicts] == [None] and not told.changes


def test_empty_is_no_change_and_a_dash_deletes(store: Store, sheet: Path) -> None:
    emptied = put("甲公司", women_employees=None, phone=None, products=None, name=None)
    assert gk.apply(store, edited(sheet, emptied)).revision == 1
    path = edited(sheet, put("甲公司", products="-", women_employees="-", federation_status="－", name="-", status="-"))
    told = gk.apply(store, path)
    assert {c.property for c in told.changes} == {"products", "women_employees", "federation_status"}
    assert [p.place.split()[-1] for p in told.problems] == ["name", "status"]
    assert all("cannot be set back" in p.what for p in told.problems)
    found = store.read().get("甲公司")
    assert not {"products", "women_employees", "federation_status"} & found.keys()
    again = gk.apply(store, path)
    assert (again.revision, again.changes, again.conflicts) == (2, (), ())
    store.write(edition("Q3", "2026-09-30", women_employees=190))
    assert "women_employees" not in store.read().get("甲公司")
    store.forget("corrections")
    assert store.read().get("甲公司")["women_employees"] == 190


def test_what_cannot_be_taken_is_listed(store: Store, sheet: Path) -> None:
    def edit(page: Any, columns: dict[str, int]) -> None:
        put("甲公司", women_employees="很多", leading="也许", valid_to="2026-13", credit_code=913505830000000000.0)(
            page, columns
        )
        last = page.max_row + 1
        page.cell(last, 3).value = "新公司"
        page.cell(2, len(columns) + 3).value = "备注"

    told = gk.apply(store, edited(sheet, edit))
    assert told.revision == 1 and not told.changes
    places = [p.place for p in told.problems]
    assert sum("第" in place and "行" in place for place in places) == 5 and any("列" in place for place in places)


def test_a_row_that_was_copied_with_its_id_is_not_guessed_at(store: Store, sheet: Path) -> None:
    def edit(page: Any, columns: dict[str, int]) -> None:
        row, last = row_of(page, "甲公司"), page.max_row + 1
        for column in range(1, page.max_column + 1):
            page.cell(last, column).value = page.cell(row, column).value
        page.cell(last, columns["name"]).value = "丁公司"

    told = gk.apply(store, edited(sheet, edit))
    assert (told.changes, len(told.problems), store.revision) == ((), 1, 1)


def test_a_formula_that_was_never_computed_is_listed(store: Store, sheet: Path) -> None:
    told = gk.apply(store, edited(sheet, put("甲公司", women_employees="=1+1", name='="甲集团"')))
    assert not told.changes and [p.place.split()[-1] for p in told.problems] == ["name", "women_employees"]


def test_a_damaged_sheet_is_a_report_or_an_error_of_ours(store: Store, sheet: Path, tmp_path: Path) -> None:
    data, target = sheet.read_bytes(), tmp_path / "damaged.xlsx"
    for at in range(0, len(data), max(len(data) // 60, 1)):
        target.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            gk.apply(store, target, plan=True)
        except gk.GraphkitError as error:
            assert error.hint


def test_rows_may_be_sorted_and_left_out(store: Store, sheet: Path) -> None:
    def edit(page: Any, columns: dict[str, int]) -> None:
        page.delete_rows(row_of(page, "乙公司"))
        put("甲公司", women_employees=170)(page, columns)

    assert [c.sheet for c in gk.apply(store, edited(sheet, edit)).changes] == ["170"]


def test_texts_are_never_formulas(store: Store, tmp_path: Path) -> None:
    gk.correct(store, "甲公司", name='=HYPERLINK("http://x")', kind="@SUM(1)", reason="电话核实")
    book = openpyxl.load_workbook(gk.sheet(store, tmp_path / "核对.xlsx"))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    path = edited(tmp_path / "核对.xlsx", put("乙公司", kind="'=1+1"))
    assert gk.apply(store, path).revision == 3
    assert store.read().get("乙公司")["kind"] == "'=1+1"


def test_the_sheet_is_laid_out_for_people(store: Store, sheet: Path) -> None:
    book = openpyxl.load_workbook(sheet)
    page = book["企业"]
    assert {"说明", "企业", "妇联"} <= set(book.sheetnames)
    assert page.column_dimensions["A"].hidden and page.row_dimensions[1].hidden
    assert [page.cell(2, c).value for c in (1, 2, 3)] == ["编号", "版次", "名称"]
    assert len(page.data_validations.dataValidation) >= 5
    tinted = page.cell(row_of(page, "甲公司"), 3).fill.fgColor.rgb
    plain = page.cell(row_of(page, "乙公司"), 3).fill.fgColor.rgb
    assert tinted != plain


def foreign(tmp_path: Path, sheet: Path) -> dict[str, Path]:
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    (tmp_path / "torn.xlsx").write_bytes(sheet.read_bytes()[:2000])
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    found = {name: tmp_path / f"{name}.xlsx" for name in ("text", "torn", "other", "none")}

    def forged(old: str, new: str) -> Edit:
        def edit(page: Any, columns: dict[str, int]) -> None:
            page.cell(1, 1).value = page.cell(1, 1).value.replace(old, new)

        return edit

    edits: dict[str, Edit] = {
        "revision": forged("Company:1:", "Company:7:"),
        "type": forged("Company", "Firm"),
        "newer": forged("sheet:1:", "sheet:9:"),
        "columns": lambda page, columns: page.delete_cols(columns["women_employees"]),
    }
    for name, edit in edits.items():
        found[name] = edited(sheet, edit).rename(tmp_path / f"{name}.xlsx")
    return found


def test_a_file_that_is_not_ours_is_refused(store: Store, sheet: Path, tmp_path: Path) -> None:
    for name, path in foreign(tmp_path, sheet).items():
        with pytest.raises(gk.GraphkitError) as caught:
            gk.apply(store, path)
        assert caught.value.hint, name
        assert isinstance(caught.value, gk.DataError) or name == "type"
    with gk.open_store(tmp_path / "other.duckdb") as other:
        other.write(edition("Q2", "2026-06-30", women_employees=151))
        with pytest.raises(gk.DataError, match="another record"):
            gk.apply(other, sheet)
    assert store.revision == 1
