"""A table file becomes a raw Graph and a report: grid, mapping (told or guessed), entries, rows."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from graphkit.errors import DataError
from graphkit.graph.convert import source_id
from graphkit.graph.tables import SOURCES, Graph
from graphkit.loaders.plain import digest
from graphkit.loaders.report import FileReport, Finding, LoadReport
from graphkit.loaders.tables.entries import Read, read_entries
from graphkit.loaders.tables.grid import read_grid
from graphkit.loaders.tables.header import find_header
from graphkit.loaders.tables.mapping import Mapping, SheetMapping, applied, guess, read_mapping
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.rows import Rows, rows_of
from graphkit.loaders.tables.sheet import Sheet, Workbook
from graphkit.schema import Schema


def load_table(
    path: Path, schema: Schema | None = None, options: TableOptions | None = None
) -> tuple[Graph, LoadReport]:
    """Read one workbook or text table: a raw graph and a report of what was read, skipped and not understood.

    Raises DataError for a file that cannot be read, a mapping that does not fit, a file without a recognised sheet,
    and in strict mode for the first row or cell that cannot be taken.
    """
    options, schema = options or TableOptions(), schema or Schema.load()
    dataset, edition = options.checked_names(path)
    date = options.checked_date()
    book = read_grid(path, encoding=options.encoding)
    told = read_mapping(options.mapping) if options.mapping and options.mapping.exists() else None
    try:
        reads, idle, notes = _read_sheets(book, schema, told, strict=options.strict)
    except DataError as error:
        if not error.code.startswith("changed"):
            raise
        hint = f"{error.hint} The mapping is {options.mapping}."
        raise DataError(error.message, code=error.code, hint=hint, **error.fields) from error
    if not reads:
        raise _unrecognised(path, book, idle)
    if not any(read.entries for read in reads):
        message = f"{path.name}: no row below the header is an entry ({_why_none(reads)})"
        hint = "Check the sheet, or the mapping."
        raise DataError(message, code="no-rows", hint=hint, source=path.name, place=None, value=None)
    rows = rows_of(schema, (dataset, edition), [read.entries for read in reads])
    nodes, edges = rows.tables()
    source = _source(path, dataset, options, date)
    raw = Graph(schema, nodes, edges, sources=pa.Table.from_pylist([source], schema=SOURCES), is_raw=True)
    mapping = Mapping(tuple(read.told for read in reads))
    return raw, LoadReport(
        dataset,
        edition,
        source["id"],
        options.invented,
        (*(_file_report(read, rows, number) for number, read in enumerate(reads)), *map(_idle_report, idle)),
        tuple(book.warnings),
        tuple(finding for read in reads for finding in read.not_understood),
        tuple(finding for read in reads for finding in read.doubtful),
        (*book.notes, *notes, *rows.notes),
        book.encoding,
        mapping.text(),
        told is None,
        options.mapping,
    )


def _read_sheets(
    book: Workbook, schema: Schema, told: Mapping | None, *, strict: bool
) -> tuple[list[Read], list[Sheet], list[str]]:
    """Read every sheet that a mapping names, or that is recognised; the others are returned as idle."""
    reads: list[Read] = []
    idle: list[Sheet] = []
    notes: list[str] = []
    for sheet in book.sheets:
        if sheet.hidden:
            notes.append(f"{sheet.file}: the sheet {sheet.name} is hidden")
        mapped = _mapped(told, sheet, sum(bool(s.rows) for s in book.sheets)) if sheet.rows else None
        header = find_header(sheet) if sheet.rows and not mapped else None
        guessed = guess(sheet, header) if header else None
        if mapped:
            where = applied(mapped, sheet)
            notes += _new_columns(sheet, mapped, where[0].texts.values())
            reads.append(read_entries(sheet, mapped, schema, where, strict=strict))
        elif guessed:
            if told:
                notes.append(f"{sheet.file}: the sheet {sheet.name} is not in the mapping; its columns are guessed")
            reads.append(read_entries(sheet, guessed, schema, applied(guessed, sheet), strict=strict))
        else:
            idle.append(sheet)
        notes += _missing(reads[-1]) if mapped or guessed else []
    absent = [] if told is None else [m for m in told.sheets if m not in [read.told for read in reads]]
    if absent:
        names = "、".join(sheet.name for sheet in book.sheets)
        message = f"{book.file}: the mapping names the sheet {absent[0].sheet!r}, which is not there"
        hint = f"Sheets are {names}. Correct the mapping."
        raise DataError(message, code="changed-sheet", hint=hint, source=book.file, place=None, value=absent[0].sheet)
    return reads, idle, notes


def _mapped(told: Mapping | None, sheet: Sheet, sheets: int) -> SheetMapping | None:
    """Find the mapping of a sheet; the only mapping fits a renamed sheet only if it is the only one."""
    if told is None:
        return None
    named = next((mapped for mapped in told.sheets if mapped.sheet == sheet.name), None)
    return named or (told.of(sheet) if sheets == 1 else None)


def _new_columns(sheet: Sheet, mapped: SheetMapping, texts: Iterable[str]) -> list[str]:
    new = [text for text in texts if text not in mapped.columns and text not in mapped.ignore]
    listed = "、".join(new)
    return [f"{sheet.file}, {sheet.name}: columns that the mapping does not know: {listed}"] if new else []


def _missing(read: Read) -> list[str]:
    """Say what a list of loans lacks, and how a column that is not there can be told."""
    told = {*read.told.columns.values(), *read.told.constants}
    if read.told.kind == "loans" and "bank.name" not in told:
        what = "no column names the bank, so that no loan is made"
        return [f"{read.sheet.file}, {read.sheet.name}: {what}; add to the mapping constants: {{bank.name: …}}"]
    return []


def _unrecognised(path: Path, book: Workbook, idle: list[Sheet]) -> DataError:
    if all(not sheet.rows for sheet in idle):
        message = f"{path.name}: all sheets are empty"
    else:
        message = f"{path.name}: no sheet has a header that is recognised ({'、'.join(sheet.name for sheet in idle)})"
    examples = "企业名称、统一社会信用代码、所属乡镇、妇联名称、银行、贷款金额"
    hint = f"Name the columns as usual ({examples} ...), or write a mapping with --mapping."
    if book.encoding and not book.encoding.startswith("UTF"):
        hint += f" It was read as {book.encoding}; if that is wrong, name the encoding with --encoding."
    return DataError(message, code="no-header", hint=hint, source=path.name, place=None, value=None)


def _why_none(reads: list[Read]) -> str:
    reasons = {finding.reason for read in reads for finding in read.skipped}
    return "; ".join(sorted(reasons)) or "there is none"


def _file_report(read: Read, rows: Rows, number: int) -> FileReport:
    merged = rows.merged.get(number, 0)
    sheet = read.sheet
    return FileReport(
        sheet.file,
        read.told.kind,
        read.read,
        len(read.entries) - merged,
        merged,
        sheet.name,
        tuple(read.skipped),
        sum(row in sheet.rows for row in sheet.hidden_rows),
        len(sheet.hidden_columns & {column for cells in sheet.rows.values() for column in cells})
        if sheet.hidden_columns
        else 0,
    )


def _idle_report(sheet: Sheet) -> FileReport:
    """Report a sheet that gave nothing: its rows were read and none was used."""
    rows = [] if sheet.lines and not sheet.rows else list(sheet.rows)
    why = "no header of the sheet is recognised"
    skipped = tuple(Finding(sheet.file, sheet.name, row, why, place=sheet.place(row)) for row in rows)
    return FileReport(sheet.file, "nothing", len(rows), 0, 0, sheet.name, skipped)


def _source(path: Path, dataset: str, options: TableOptions, date: str | None) -> dict[str, Any]:
    return {
        "id": source_id(dataset, options.edition),
        "dataset": dataset,
        "edition": options.edition,
        "kind": "sheet",
        "name": options.title or dataset,
        "publisher": options.publisher,
        "date": date,
        "path": path.name,
        "sha256": digest([path]),
        "complete": "[]",
        "invented": options.invented,
    }
