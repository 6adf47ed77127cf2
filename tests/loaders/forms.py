"""One table in three forms: .xlsx, .ods and .xls, with all that each of them says beside its values."""

import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

import xlsxwriter

from tests.loaders.old_workbooks import Cell, Error, Formula, Old, Rows, Shown, old_workbook

FORMS = ("xlsx", "ods", "xls")
ERRORS = {7: "#DIV/0!", 42: "#N/A"}
SPACES = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in "office table text".split())


def in_form(form: str, folder: Path, rows: Rows, told: Old | None = None) -> Path:
    """Write one sheet called 台账 in a form."""
    path, told = folder / f"台账.{form}", told or Old()
    if form == "xls":
        return old_workbook(path, rows, told)
    return _xlsx(path, rows, told) if form == "xlsx" else _ods(path, rows, told)


def _xlsx(path: Path, rows: Sequence[Sequence[Cell]], told: Old) -> Path:
    with xlsxwriter.Workbook(path, {"date_1904": told.epoch == 1904, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("台账")
        for first_row, first, last_row, last in told.merged:
            sheet.merge_range(first_row - 1, first - 1, last_row - 1, last - 1, "")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Shown):
                    sheet.write_number(row, column, cell.value, book.add_format({"num_format": cell.code}))
                elif isinstance(cell, Formula):
                    sheet.write_formula(row, column, "=20", None, "" if cell.value is None else cell.value)
                elif isinstance(cell, Error):
                    sheet.write_formula(row, column, "=NA()", None, ERRORS[cell.code])
                elif cell is not None:
                    sheet.write(row, column, cell)
        for number in told.hidden_rows:
            sheet.set_row(number - 1, None, None, {"hidden": True})
        for number in told.hidden_columns:
            sheet.set_column(number - 1, number - 1, None, None, {"hidden": True})
    return path


def open_document(path: Path, tables: str, before: str = "") -> Path:
    """Write an .ods of some tables, given as XML."""
    body = f"<office:body><office:spreadsheet>{before}{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {SPACES}>{body}</office:document-content>")
    return path


def _ods(path: Path, rows: Sequence[Sequence[Cell]], told: Old) -> Path:
    lines = []
    for row, cells in enumerate(rows, 1):
        texts = "".join(_cell(cell, told, (row, column)) for column, cell in enumerate(cells, 1))
        hidden = ' table:visibility="filter"' if row in told.hidden_rows else ""
        lines.append(f"<table:table-row{hidden}>{texts}</table:table-row>")
    collapsed = ' table:visibility="collapse"'
    columns = "".join(
        f"<table:table-column{collapsed if at in told.hidden_columns else ''}/>"
        for at in range(1, 1 + max(map(len, rows)))
    )
    before = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    table = f'<table:table table:name="台账">{columns}{"".join(lines)}</table:table>'
    return open_document(path, table, before if told.epoch == 1904 else "")


def _cell(cell: Cell, told: Old, at: tuple[int, int]) -> str:
    attributes, text = _said(cell, told.epoch)
    span = next((found for found in told.merged if found[:2] == at), None)
    if span:
        attributes |= {"number-rows-spanned": span[2] - span[0] + 1, "number-columns-spanned": span[3] - span[1] + 1}
    names = {name: f"{'office' if 'value' in name else 'table'}:{name}" for name in attributes}
    written = " ".join(f"{names[name]}={quoteattr(str(value))}" for name, value in attributes.items())
    return f"<table:table-cell {written}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def _said(cell: Cell, epoch: int) -> tuple[dict[str, object], str]:
    if cell is None:
        return {}, ""
    if isinstance(cell, str):
        return {"value-type": "string"}, cell
    if isinstance(cell, Formula):
        told = {} if cell.value is None else _said(cell.value, epoch)[0]
        return {"formula": "of:=20"} | told, "" if cell.value is None else str(cell.value)
    if isinstance(cell, Error):
        return {"formula": "of:=NA()", "value-type": "string", "string-value": ""}, ERRORS[cell.code]
    if not isinstance(cell, Shown):
        return {"value-type": "float", "value": cell}, str(cell)
    if "%" in cell.code:
        return {"value-type": "percentage", "value": cell.value}, f"{cell.value:.1%}"
    if "y" not in cell.code:
        return {"value-type": "float", "value": cell.value}, f"{cell.value:0{len(cell.code)}.0f}"
    day = (date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 30)) + timedelta(days=cell.value)
    shown = f"{day.year}年{day.month}月" if "d" not in cell.code else str(day)
    return {"value-type": "date", "date-value": day}, shown
