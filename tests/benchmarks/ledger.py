"""A workbook of many rows: what it costs graphkit to load and resolve it, beside calamine and DuckDB alone."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

from graphkit.identity import resolve
from graphkit.loaders.tables.table import load_table
from tests.benchmarks.measure import Measure, measured

HEADER = [
    *("序号", "企业名称", "统一社会信用代码", "所属乡镇", "产业链", "链条环节", "员工总数", "女职工数"),
    *("是否建立党组织", "是否成立妇联", "妇联组建方式", "妇联名称"),
]
LAST_ROW = 1_048_576
SHEET = "xl/worksheets/sheet1.xml"


def write_ledger(path: Path, size: int) -> None:
    """Write a ledger of `size` companies; one row in twenty says a company again that an earlier row names."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADER)
        for row in range(1, size + 1):
            sheet.write_row(row, 0, _row(row if row % 20 else row - 10))


def _row(number: int) -> list[object]:
    body = f"91350583MA{number:07d}"
    has = number % 3 > 0
    return [
        number,
        f"第{number}号石材有限公司",
        body + uscc.calc_check_digit(body),
        f"{'霞柳石东洪康梅官诗仑翔眉'[number % 12]}镇",
        f"链{number % 9}",
        f"环节{number % 40}",
        "不详" if number % 50 == 0 else f"约{number % 500 + 9}人" if number % 7 == 0 else number % 500,
        number % 200,
        "是" if number % 4 else "否",
        "是" if has else "否",
        "单建" if has else None,
        f"第{number}号石材妇联" if has else None,
    ]


def claim_all_rows(path: Path, to: Path) -> None:
    """Copy a workbook; the copy has a formatted cell in the last row of all and says that it reaches there."""
    last = f'<row r="{LAST_ROW}"><c r="A{LAST_ROW}" s="0"/></row></sheetData>'.encode()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == SHEET:
                head, mark, tail = content.partition(b"<sheetData>")
                claimed = b'<dimension ref="A1:XFD%d"/>' % LAST_ROW
                head = head[: head.index(b"<dimension")] + claimed + head[head.index(b"/>", head.index(b"<dim")) + 2 :]
                content = head + mark + tail.replace(b"</sheetData>", last)
            new.writestr(name, content)


def _graphkit(folder: Path, file: str = "ledger.xlsx") -> Callable[[], int]:
    path = folder / file

    def run() -> int:
        raw, report = load_table(path)
        return report.read if len(resolve(raw).table("Company")) else 0

    return run


def _graphkit_claimed(folder: Path) -> Callable[[], int]:
    return _graphkit(folder, "claims.xlsx")


def _bare(folder: Path) -> Callable[[], int]:
    import duckdb
    import pyarrow as pa
    import python_calamine

    def run() -> int:
        book = python_calamine.CalamineWorkbook.from_path(folder / "ledger.xlsx")
        header, *rows = book.get_sheet_by_index(0).to_python()
        told = {
            str(name): pa.array(map(str, column)) for name, column in zip(header, zip(*rows, strict=True), strict=True)
        }
        ledger = pa.table(told)
        with duckdb.connect() as store:
            store.register("told", ledger)
            store.execute("CREATE TABLE ledger AS SELECT * FROM told").fetchall()
            found: Any = store.execute("SELECT count(*) FROM ledger").fetchone()
            return int(found[0])

    return run


def measures(folder: Path, size: int) -> list[Measure]:
    """Measure every contender on one ledger."""
    write_ledger(folder / "ledger.xlsx", size)
    claim_all_rows(folder / "ledger.xlsx", folder / "claims.xlsx")
    works = {
        "load and resolve a workbook": {"graphkit": _graphkit, "calamine + DuckDB": _bare},
        f"the same, claiming {LAST_ROW:,} rows": {"graphkit": _graphkit_claimed, "without the claim": _graphkit},
    }
    return [measured(work, name, run, folder) for work, runs in works.items() for name, run in runs.items()]
