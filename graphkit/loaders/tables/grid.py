"""A table file becomes sheets of cells: what it is, is decided by its content and not by its suffix."""

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphkit.loaders.tables.columnar import read_parquet_sheet
from graphkit.loaders.tables.flat import read_text_sheet
from graphkit.loaders.tables.formats import whole
from graphkit.loaders.tables.ods import read_ods
from graphkit.loaders.tables.ooxml import BAD_ZIP, HINT, check_size, read_xlsx
from graphkit.loaders.tables.sheet import Sheet, Workbook, locked, unreadable
from graphkit.loaders.tables.xls import read_xls

OLE2, ZIP, PARQUET = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PAR1"
WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-z]|mime-version:)", re.IGNORECASE)
SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx"),
    "xls": (".xls", ".et"),
    "ods": (".ods",),
    "xlsb": (".xlsb",),
    "csv": (".csv", ".txt"),
    "tsv": (".tsv", ".tab", ".txt"),
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "parquet": (".parquet", ".pq"),
}


def read_grid(path: Path, *, encoding: str | None = None) -> Workbook:
    """Read every sheet of a file, with merged ranges spread over their cells.

    Raises DataError for a file that is missing, encrypted, damaged, of another kind, or holds nothing at all.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise unreadable(str(path), f"cannot be read ({error.strerror})", "Check the path.") from error
    book = _by_content(path, head, encoding)
    if path.suffix.lower() not in SUFFIXES[book.form]:
        book.warnings.append(f"{path.name}: the suffix lies, the content is {book.form}")
    if not any(sheet.rows for sheet in book.sheets):
        raise unreadable(path.name, "holds no cell with anything in it", "Check the file; save it anew.")
    for sheet in book.sheets:
        if sheet.too_wide:
            book.warnings.append(f"{path.name}, {sheet.name}: {sheet.too_wide} cells right of column ALL are not read")
    return book


def _by_content(path: Path, head: bytes, encoding: str | None) -> Workbook:
    if head.startswith(ZIP):
        form = _zip_form(path)
        if form == "xlsb":
            return Workbook(path.name, form, _of_calamine(path), notes=[_not_seen(path, form)])
        return Workbook(path.name, form, read_xlsx(path) if form == "xlsx" else read_ods(path))
    if head.startswith(OLE2):
        return Workbook(path.name, "xls", read_xls(path))
    if head.startswith(PARQUET):
        return read_parquet_sheet(path)
    if WEB_PAGE.match(head):
        raise unreadable(path.name, "is a web page or XML, no table", "Open it in Excel or WPS and save it as .xlsx.")
    return read_text_sheet(path, encoding=encoding)


def _not_seen(path: Path, form: str) -> str:
    return f"{path.name}: hidden rows and columns, and formulas never computed, cannot be seen in this {form}"


def _zip_form(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            check_size(path, archive)
            names = {name.casefold() for name in archive.namelist()}
    except BAD_ZIP as error:
        raise unreadable(path.name, "is a damaged workbook", HINT) from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if "encrypted-package" in names:
        raise locked(path.name)
    if not any(name.endswith("workbook.xml") for name in names):
        raise unreadable(path.name, "is a zip file without a workbook in it", "Name the workbook itself.")
    return "xlsx"


def _of_calamine(path: Path) -> list[Sheet]:
    """Read .xlsb, of which neither hidden rows nor formulas without a value are told."""
    import python_calamine

    try:
        with _quiet(), python_calamine.CalamineWorkbook.from_path(path) as book:
            return [_calamine_sheet(path, book, meta) for meta in book.sheets_metadata]
    except python_calamine.PasswordError as error:
        raise locked(path.name) from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise unreadable(path.name, "is damaged, or encrypted", HINT) from error
    except BaseException as error:
        # A panic of the Rust library is derived from BaseException and has no public class.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(path.name, "is damaged", HINT) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a panic of the Rust library from writing its backtrace to the terminal: the error says what is wrong."""
    try:
        kept = os.dup(2)
    except OSError:  # a window without a terminal
        yield
        return
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _calamine_sheet(path: Path, book: Any, meta: Any) -> Sheet:
    sheet = Sheet(path.name, meta.name, hidden="Visible" not in str(meta.visible))
    if "WorkSheet" not in str(meta.typ):
        return sheet
    data = book.get_sheet_by_name(meta.name)
    left = (data.start or (0, 0))[1]
    for row, cells in enumerate(data.iter_rows(), 1) if data.height else ():
        for column, value in enumerate(cells, left + 1):
            if value != "":
                sheet.put(row, column, whole(value))
    merged = data.merged_cell_ranges or ()
    sheet.merged = [(a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in merged]
    sheet.finish()
    return sheet
