"""The check sheet that goes out and comes back: how it is laid out, and how it is read without trusting it.

One sheet a node type. Row 1 (hidden) names each column, its first cell marks the sheet: format, type, revision and a
fingerprint of what was written; row 2 has the captions; columns A and B (hidden) hold each row's id and revision.
Columns whose name begins with ~ are there to be read by people and are not read back.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from graphkit.errors import DataError
from graphkit.graph.tables import columns
from graphkit.loaders.entries import plain, shown
from graphkit.loaders.tables.grid import read_grid
from graphkit.loaders.tables.sheet import Sheet, letters
from graphkit.schema import NodeType, Schema, column

MARK = re.compile(r"graphkit-sheet:(\d{1,4}):([A-Za-z][A-Za-z0-9_]*):(\d{1,9}):([0-9a-f]{20})")
FORMAT = 1
EXPLANATION, CHOICES = "说明", "选项"
LEFT_OUT = ("id", "group", "count", "count_bound", "raw_ids", "sources")
HEAD = 2  # rows above the first node: names, captions
PRECISE = 10**15  # Excel keeps 15 digits of a number

_Cells = Mapping[int, Mapping[int, str]]  # row and column, both from 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of the sheet that is not taken: where it stands and why."""

    sheet: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a known node: its sheet, its number in it, and its cells by column, as text."""

    sheet: str
    number: int
    node: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet as it came back."""

    name: str
    kind: str
    revision: int
    fingerprint: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reading:
    """A sheet that is being read: where its columns are, and what was found so far."""

    grid: Sheet
    revision: int
    columns: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: str, what: str) -> None:
        self.problems.append(Problem(self.grid.name, place, what))


def sheet_columns(owner: NodeType) -> list[str]:
    """Name the columns of a type's sheet that are read back, behind the id and the revision."""
    return [name for name in columns(owner).names if name not in LEFT_OUT]


def mark(owner: NodeType, revision: int, rows: Iterable[list[str]]) -> str:
    """Return the first cell of a sheet: what it is, and a fingerprint by which another record is told from this."""
    return f"graphkit-sheet:{FORMAT}:{owner.name}:{revision}:{fingerprint(rows)}"


def fingerprint(rows: Iterable[list[str]]) -> str:
    """Return a hash of the rows of a sheet as they are shown."""
    total = hashlib.sha256()
    for row in rows:
        total.update("\x1f".join(row).encode("utf-8", "surrogatepass") + b"\x1e")
    return total.hexdigest()[:20]


def shown_rows(schema: Schema, owner: NodeType, rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return nodes as their rows show them: the id, then every column that is read back."""
    described = [(name, column(schema, owner, name)) for name in sheet_columns(owner)]
    return [[str(row["id"]), *(shown(schema, prop, row[name]) for name, prop in described)] for row in rows]


def read_sheet(path: Path, schema: Schema) -> tuple[list[Page], list[Problem]]:
    """Read a check sheet; what is no sheet of ours is listed.

    Raises DataError for a file that is no workbook, holds no such sheet, or one that lost its columns.
    """
    pages: list[Page] = []
    others: list[Problem] = []
    for grid in read_grid(path).sheets:
        cells = {row: {at: _text(value) for at, value in held.items()} for row, held in grid.rows.items()}
        found = MARK.fullmatch(cells.get(1, {}).get(1, ""))
        if found is None:
            if grid.name not in (EXPLANATION, CHOICES) and any(cells.values()):
                others.append(Problem(grid.name, "A1", "不是核对表的工作表，未读取"))
            continue
        if int(found[1]) > FORMAT:
            raise _bad(path, grid.name, f"has format {found[1]}, newer than {FORMAT}", "Use a newer graphkit.")
        pages.append(_page(path, grid, cells, (schema, found)))
    if not pages:
        raise _bad(path, "A1", "is no check sheet of graphkit", "Take one that `graphkit sheet` wrote.")
    return pages, others


def _page(path: Path, grid: Sheet, cells: _Cells, told: tuple[Schema, re.Match[str]]) -> Page:
    schema, found = told
    owner = schema.node(found[2])
    columns_read = ("revision", *sheet_columns(owner))
    names = cells[1]
    places = {name: [at for at, held in names.items() if held == name] for name in columns_read}
    lost = [name for name, where in places.items() if len(where) != 1]
    if lost:
        hint = "Keep all columns, and the hidden row 1."
        raise _bad(path, grid.name, f"has lost or doubled its columns {', '.join(lost[:5])}", hint)
    reading = _Reading(grid, int(found[3]), {name: where[0] for name, where in places.items()})
    for number in sorted(cells):
        if number > HEAD:
            _read_row(reading, number, cells[number])
    for at in sorted({at for row in cells.values() for at in row} - set(names)):
        reading.problem(f"{letters(at)}列", "不是核对表的列，未采用")
    kept = _once(reading)
    return Page(grid.name, owner.name, reading.revision, found[4], tuple(kept), tuple(reading.problems))


def _read_row(reading: _Reading, number: int, held: Mapping[int, str]) -> None:
    cells = {name: held.get(at, "") for name, at in reading.columns.items()}
    revision = cells.pop("revision")
    for name, at in reading.columns.items():
        if (number, at) in reading.grid.marks:
            reading.problem(f"第{number}行 {name}", f"没有值可读：{reading.grid.marks[number, at]}")
    if not any(cells.values()):
        return
    if not held.get(1):
        reading.problem(f"第{number}行", "新增的行没有编号，未采用：请作为台账用 load 读入")
        return
    if revision != str(reading.revision):
        reading.problem(f"第{number}行", "不是这张核对表的行（版次不符），未采用")
        return
    for name, at in reading.columns.items():
        value = reading.grid.rows[number].get(at)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= PRECISE:
            reading.problem(f"第{number}行 {name}", "数字过长，表格软件会丢失末位，未采用：请改成文本格式")
            cells[name] = ""
    reading.rows.append(Row(reading.grid.name, number, held[1], cells))


def _once(reading: _Reading) -> list[Row]:
    """A row copied with its hidden id stands twice: nobody knows which one is meant, unless both say the same."""
    seen: dict[str, Row] = {}
    doubled: set[str] = set()
    for row in reading.rows:
        if row.node in seen and seen[row.node].cells != row.cells:
            doubled.add(row.node)
            reading.problem(f"第{row.number}行", f"与第{seen[row.node].number}行是同一个编号而内容不同，两行均未采用")
        seen.setdefault(row.node, row)
    return [row for row in seen.values() if row.node not in doubled]


def _text(cell: Any) -> str:
    """Return a cell as text, as `shown` would have written its value."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return plain(str(cell))


def _bad(path: Path, place: str | None, what: str, hint: str) -> DataError:
    where = f"{path.name}, {place}" if place else path.name
    return DataError(f"{where}: {what}", code="bad-sheet", hint=hint, source=str(path), place=place, value=None)
