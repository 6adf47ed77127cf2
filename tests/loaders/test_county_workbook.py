"""The workbooks of the example county, dirty as offices send them, give the truth that their script counted."""

import json
import zipfile
from collections import Counter
from functools import cache, reduce
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

import graphkit as gk
from graphkit.analysis.coverage import STATUSES, Coverage, coverage
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.dataset import load_dataset
from graphkit.loaders.report import LoadReport
from graphkit.loaders.tables.mapping import Mapping, read_mapping
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.table import load_table
from tests.loaders.workbooks import companies, workbook

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"
TRUTH: dict[str, Any] = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))["workbooks"]
DAYS = {"2026Q2": "2026-06-30", "2026Q3": "2026-09-30"}
DATASETS = ("企业台账", "妇联组织", "贷款清单")
FILES = [(edition, dataset) for edition in DAYS for dataset in DATASETS]
COUNTED = ("read", "used", "merged", "hidden_rows", "hidden_columns")
# What the ledger loses against the clean table: cells that say nothing, and a code that somebody mistyped.
LOST = {
    "2026Q2": "锦岫.employees 岑禾.employees 颂禾.employees 澜禾.phone 芷月.founded 朔月.credit_code",
    "2026Q3": "锦岫.employees 岑禾.employees 颂禾.employees 澜禾.phone 颂月.founded 朔月.credit_code",
}


def path_of(edition: str, dataset: str) -> Path:
    return COUNTY / edition / "workbooks" / str(TRUTH[edition]["files"][dataset]["file"])


@cache
def one(edition: str, dataset: str) -> tuple[Graph, LoadReport]:
    """Load one workbook by its committed mapping, or by what its headers say."""
    path = path_of(edition, dataset)
    mapping = path.with_suffix(".mapping.yaml")
    told = TableOptions(dataset, edition, DAYS[edition], mapping if mapping.exists() else None)
    return load_table(path, options=told)


@cache
def county(edition: str) -> Graph:
    """Assemble all workbooks up to an edition."""
    return resolve(reduce(join_raw, [one(e, dataset)[0] for e, dataset in FILES if e <= edition]))


@cache
def judged(edition: str) -> Coverage:
    return coverage(county(edition))


def names(found: Coverage, column: str) -> dict[str, list[str]]:
    return {str(value): sorted(rows["name"]) for value, rows in found.frame.groupby(column)}


def by(found: Coverage, what: str) -> dict[str, dict[str, int]]:
    table = gk.rates(found, by=what)
    return {row[what]: {s: row[s] for s in STATUSES} for row in table.to_dict("records") if row[what] != "total"}


def lending(graph: Graph) -> dict[str, dict[str, int]]:
    loans = graph.edges("LENDS_TO")
    found = {kind: amounts["amount_cny"] for kind, amounts in loans.groupby("amount_kind")}
    return {str(kind): {"count": len(amounts), "sum": int(amounts.sum())} for kind, amounts in found.items()}


@pytest.mark.parametrize(("edition", "dataset"), FILES)
def test_every_row_is_read_used_merged_or_skipped_as_counted(edition: str, dataset: str) -> None:
    report = one(edition, dataset)[1]
    sheets = TRUTH[edition]["files"][dataset]["sheets"]
    assert [file.sheet for file in report.files if file.used] == [n for n, told in sheets.items() if told["used"]]
    for file in report.files:
        told = sheets[file.sheet]
        assert {name: getattr(file, name) for name in COUNTED} == {name: told[name] for name in COUNTED}
        assert Counter(finding.reason for finding in file.skipped) == told["skipped"]
        assert told.get("encoding") == report.encoding
    assert sorted(file.sheet for file in report.files) == sorted(sheets)


@pytest.mark.parametrize(("edition", "dataset"), FILES)
def test_every_cell_that_says_nothing_is_named_with_its_place(edition: str, dataset: str) -> None:
    report = one(edition, dataset)[1]
    for kind in ("not_understood", "doubtful"):
        told = [place for sheet in TRUTH[edition]["files"][dataset]["sheets"].values() for place in sheet[kind]]
        assert sorted(finding.place for finding in getattr(report, kind)) == sorted(told), kind
    assert not report.warnings
    assert all(finding.column for finding in report.not_understood)


@pytest.mark.parametrize("edition", DAYS)
def test_companies_and_their_coverage_are_those_of_the_truth(edition: str) -> None:
    told, found = TRUTH[edition]["latest"], judged(edition)
    assert names(found, "status") == {status: sorted(told["companies"][status]) for status in STATUSES}
    assert names(found, "key_candidate") == {kind: sorted(units) for kind, units in told["key_candidates"].items()}
    covered = found.frame[found.frame["status"] == "covered"]
    modes = covered["mode"].fillna("unknown").value_counts().to_dict()
    assert modes == {mode: row["units"] for mode, row in told["covered_by_mode"].items()}
    for what in ("chain", "segment", "town"):
        assert by(found, what) == told[f"by_{what}"], what
    women = found.frame.groupby("status")["women_employees"].sum().to_dict()
    assert women == {status: told["rates"]["women"][status] for status in STATUSES}


@pytest.mark.parametrize("edition", DAYS)
def test_coverage_at_the_day_of_the_edition(edition: str) -> None:
    told, found = TRUTH[edition][DAYS[edition]], coverage(county(edition), as_of=DAYS[edition]).frame
    assert found["status"].value_counts().to_dict() == {status: told[status] for status in STATUSES}


@pytest.mark.parametrize("edition", DAYS)
def test_loans_credit_lines_and_balances_are_counted_apart(edition: str) -> None:
    assert lending(county(edition)) == TRUTH[edition]["lending"]


def test_the_second_edition_has_new_vanished_merged_and_renamed_companies() -> None:
    graph, told = county("2026Q3"), TRUTH["editions"]
    sources = {row["id"]: row["edition"] for row in graph.sources.to_pylist() if row["dataset"] == "企业台账"}
    listed = [(r["name"], {sources[s] for s in r["sources"] if s in sources}) for r in companies(graph).values()]
    assert sorted(name for name, editions in listed if editions == {"2026Q3"}) == told["new"]
    assert sorted(name for name, editions in listed if editions == {"2026Q2"}) == told["vanished"]
    assert sum(len(editions) == 2 for _, editions in listed) == told["merged"]
    before = companies(county("2026Q2"))
    code = {row["credit_code"]: name for name, row in companies(graph).items()}
    assert {old: code[before[old]["credit_code"]] for old in told["renamed"]} == told["renamed"]


def test_a_load_tells_what_the_new_edition_changed(tmp_path: Path) -> None:
    store, told = gk.open_store(tmp_path / "county.duckdb"), TRUTH["editions"]
    for edition in DAYS:
        options = TableOptions("企业台账", edition, DAYS[edition])
        (report,) = gk.load(store, path_of(edition, "企业台账"), tables=options)
    changes = report.changes
    assert changes is not None
    assert sorted(node.name for node in changes.new) == told["new"]
    assert sorted(node.name for node in changes.vanished) == told["vanished"]
    assert changes.matched == told["merged"]
    assert {node.old: node.new for node in changes.renamed} == told["renamed"]


@pytest.mark.parametrize("stem", ["屿禾", "桁帆"])
def test_a_code_that_came_late_makes_no_second_company(stem: str) -> None:
    before, after = ([c for n, c in companies(county(e)).items() if stem in n] for e in DAYS)
    assert (len(before), len(after)) == (1, 1)
    assert before[0]["credit_code"] is None
    assert after[0]["credit_code"]
    assert set(before[0]["raw_ids"]) < set(after[0]["raw_ids"])


@pytest.mark.parametrize("edition", DAYS)
def test_the_ledger_says_what_the_clean_table_says(edition: str) -> None:
    dirty = companies(resolve(one(edition, "企业台账")[0]))
    clean = companies(resolve(load_dataset(COUNTY / edition / "industry_bureau")[0]))
    assert dirty.keys() == clean.keys()
    lost = set()
    for name, row in clean.items():
        for prop in row.keys() - {"id", "raw_ids", "sources"}:
            told, said = row[prop], dirty[name][prop]
            said = said.upper() if prop == "credit_code" and said else said  # a code is kept as it is written
            # A cell cannot say that nobody knows how exact its number is: it is read as exact.
            if said != told and (said, told) != ("exact", "unknown"):
                lost.add(f"{name[2:4]}.{prop.removesuffix('_bound')}")
    assert lost == set(LOST[edition].split())


def test_the_order_of_the_workbooks_is_of_no_account() -> None:
    graph = resolve(reduce(join_raw, [one(e, dataset)[0] for e, dataset in reversed(FILES)]))
    assert coverage(graph).table == judged("2026Q3").table
    assert lending(graph) == lending(county("2026Q3"))


@pytest.mark.parametrize("edition", DAYS)
def test_without_the_mapping_nobody_knows_that_a_list_is_complete(edition: str) -> None:
    path = path_of(edition, "妇联组织")
    guessed, report = load_table(path, options=TableOptions("妇联组织", edition, DAYS[edition]))
    assert report.guessed
    told = read_mapping(path.with_suffix(".mapping.yaml"))
    columns = Mapping(told.sheets).sheets[0].columns
    assert {name: columns[name] for name in columns} == dict(read_guess(report.mapping))
    others = [one(e, d)[0] for e, d in FILES if e <= edition and d != "妇联组织"]
    found = coverage(resolve(reduce(join_raw, [*others, guessed]))).frame
    closed = judged(edition).frame.query("closed_scope")["name"]
    assert len(closed) > 10
    assert not found["closed_scope"].any()
    assert (found.set_index("name").loc[list(closed), "status"] == "unknown").sum() > 5


def read_guess(text: str) -> dict[str, str]:
    from graphkit.schema.reading import parse_yaml

    columns: dict[str, str] = parse_yaml(text)["sheets"][0]["columns"]
    return columns


def test_a_header_in_another_width_and_with_a_blank_is_the_same(tmp_path: Path) -> None:
    first = load_table(path_of("2026Q2", "企业台账"), options=TableOptions("企业台账"))[1]
    (tmp_path / "m.yaml").write_text(first.mapping, encoding="utf-8")
    told = TableOptions("企业台账", "2026Q3", "2026-09-30", tmp_path / "m.yaml")
    raw, report = load_table(path_of("2026Q3", "企业台账"), options=told)
    assert "职工情况/女职工数（人）" in first.mapping
    assert not [note for note in report.notes if "does not know" in note]
    assert companies(resolve(raw)) == companies(resolve(one("2026Q3", "企业台账")[0]))


def test_a_subtotal_before_the_header_of_the_next_page_is_no_caption(tmp_path: Path) -> None:
    header = ["企业名称", "所属乡镇", "女职工数"]
    rows = [header, ["甲纺织有限公司", "东镇", 3], ["小计"], header, ["西片"], header, ["乙纺织有限公司", "西镇", 4]]
    report = load_table(workbook(tmp_path / "a.xlsx", rows), options=TableOptions("台账"))[1]
    again = "the header again"
    assert [finding.reason for finding in report.skipped] == ["a total", again, "a caption", again]


@pytest.mark.parametrize(("edition", "epoch"), [("2026Q2", 1900), ("2026Q3", 1904)])
def test_the_ledger_is_as_dirty_as_meant(edition: str, epoch: int) -> None:
    book = openpyxl.load_workbook(path_of(edition, "企业台账"))
    assert book.epoch.year in (epoch, epoch - 1)
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "visible", "visible", "hidden"]
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [str(cell.value) for cell in cells]
    assert {cell.data_type for cell in cells} == {"s", "n", "f", "e", "d"}
    assert len(sheet.merged_cells.ranges) > 40
    assert [row for row, told in sheet.row_dimensions.items() if told.hidden]
    assert [column for column, told in sheet.column_dimensions.items() if told.hidden]
    for wanted in ("不详", "约", "√", "筹建", "待核", "很多", "合计"):
        assert [text for text in texts if wanted in text], wanted
    assert [text for text in texts if any("０" <= char <= "９" for char in text)]
    assert [text for text in texts if text != text.strip()]
    assert texts.count("序号") == 3


@pytest.mark.parametrize("edition", DAYS)
def test_the_loan_list_is_gb18030_and_the_workbooks_carry_no_clock(edition: str) -> None:
    raw = path_of(edition, "贷款清单").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "银行" in raw.decode("gb18030")
    for dataset in ("企业台账", "妇联组织"):
        with zipfile.ZipFile(path_of(edition, dataset)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
            assert {part.compress_type for part in archive.infolist()} == {zipfile.ZIP_STORED}
