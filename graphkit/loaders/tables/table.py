"""A table file becomes a raw Graph and a report: grid, mapping (told or guessed), entries, rows."""

import json
from collections.abc import Iterable
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

import pyarrow as pa

from graphkit.errors import DataError
from graphkit.graph.convert import source_id
from graphkit.graph.tables import SOURCES, Graph
from graphkit.loaders.plain import digest
from graphkit.loaders.report import FileReport, Finding, LoadReport
from graphkit.loaders.scopes import places_not_held
from graphkit.loaders.tables.entries import Read
from graphkit.loaders.tables.grid import read_grid
from graphkit.loaders.tables.mapping import Mapping, read_mapping
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.recognise import read_sheets
from graphkit.loaders.tables.rows import Rows
from graphkit.loaders.tables.sheet import Sheet, Workbook
from graphkit.loaders.tables.statements import rows_of
from graphkit.loaders.wording import NO_HEADER
from graphkit.names import nearest
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
        found = read_sheets(book, schema, told, strict=options.strict)
    except DataError as error:
        if not error.code.startswith("changed"):
            raise
        hint = f"{error.hint} The mapping is {options.mapping}."
        raise DataError(error.message, code=error.code, hint=hint, **error.fields) from error
    reads, idle = found.reads, found.idle
    if not reads:
        raise _unrecognised(path, book, idle)
    if not any(read.entries for read in reads):
        message = f"{path.name}: no row below the header is an entry ({_why_none(reads)})"
        hint = "Check the sheet, or the mapping."
        raise DataError(message, code="no-rows", hint=hint, source=path.name, place=None, value=None)
    rows = rows_of(schema, (dataset, edition), [read.entries for read in reads])
    nodes, edges = rows.tables()
    complete = told.complete if told else ()
    _check_complete(complete, schema, options)
    source = _source(path, dataset, options, date)
    source["complete"] = json.dumps(list(complete), ensure_ascii=False, sort_keys=True, default=str)
    raw = Graph(schema, nodes, edges, sources=pa.Table.from_pylist([source], schema=SOURCES), is_raw=True)
    mapping = Mapping(tuple(read.told for read in reads), complete)
    return raw, LoadReport(
        dataset,
        edition,
        source["id"],
        options.invented,
        (*(_file_report(read, rows, number) for number, read in enumerate(reads)), *map(_idle_report, idle)),
        (*book.warnings, *places_not_held(raw, dataset, complete)),
        tuple(finding for read in reads for finding in read.not_understood),
        tuple(finding for read in reads for finding in read.doubtful),
        (*book.notes, *found.notes, *rows.notes),
        book.encoding,
        mapping.text(),
        told is None,
        options.mapping,
        tuple(found.ignored),
    )


def _check_complete(complete: Iterable[Map[str, Any]], schema: Schema, options: TableOptions) -> None:
    """Refuse a complete list of a type that is none."""
    types = [*schema.nodes, *schema.edges]
    for number, scope in enumerate(complete, 1):
        if scope["of"] not in types:
            place, file = f"complete[{number}].of", str(options.mapping)
            hint = f"Nearest: {', '.join(nearest(scope['of'], types)) or ', '.join(types)}."
            message = f"{file}: {place} {scope['of']!r} is no type of the schema"
            raise DataError(message, code="bad-mapping", hint=hint, source=file, place=place, value=scope["of"])


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
    skipped = tuple(Finding(sheet.file, sheet.name, row, NO_HEADER, place=sheet.place(row)) for row in sheet.rows)
    return FileReport(sheet.file, "nothing", len(skipped), 0, 0, sheet.name, skipped)


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
        "invented": options.invented,
        "delivery": options.delivery,
    }
