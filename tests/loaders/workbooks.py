"""Workbooks and text tables written for a test, and what a load makes of them."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.report import LoadReport
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.table import load_table

Rows = Any  # rows of cells of any kind


def workbook(path: Path, rows: Rows, change: Callable[[Any], None] | None = None) -> Path:
    """Write an .xlsx of one sheet called 台账; `change` works on the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    book.save(path)
    return path


def patched(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """Replace texts in one XML part of a workbook; each has to be there."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # openpyxl ends an empty element with or without a blank, as lxml is there or not.
    text = parts[part].decode().replace(" />", "/>")
    for old, new in changes:
        assert old in text, (old, text[:2000])
        text = text.replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, text.encode() if name == part else content)
    return path


def loaded(path: Path, **told: Any) -> tuple[Graph, LoadReport]:
    """Load a table: the assembled graph and the report."""
    raw, report = load_table(path, options=TableOptions(**({"dataset": "台账", "date": "2026-09-30"} | told)))
    return resolve(raw), report


def companies(graph: Graph) -> dict[str, dict[str, Any]]:
    """Return the companies by name."""
    return {row["name"]: row for row in graph.table("Company").to_pylist()}


def ends(graph: Graph, kind: str) -> set[tuple[str, str]]:
    """Return the names at both ends of the edges of a type."""
    names = {row["id"]: row["name"] for table in graph.node_tables.values() for row in table.to_pylist()}
    return {(names[row["src"]], names[row["dst"]]) for row in graph.table(kind).to_pylist()}
