"""The check sheet that comes back: what was changed in it becomes a correction, if the record did not change too."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.corrections.hand import Correction, check_deletable, checked, record, sign
from graphkit.errors import DataError, StoreError
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.loaders.entries import CUT, SEPARATOR, entry, misread, shown
from graphkit.loaders.sheet import Page, Problem, Row, fingerprint, read_sheet, sheet_columns, shown_rows
from graphkit.schema import NodeType, Schema, column, quantities
from graphkit.stores.base import Store

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("kind", "name", "property", "before", "sheet", "record", "place", "node")


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that was changed: what the sheet went out with, what it says now, what the record says now."""

    node: str
    kind: str
    name: str
    property: str
    before: str
    sheet: str
    record: str | None
    place: str


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What a check sheet changes: `changes` become corrections, `conflicts` and `problems` are for a person.

    A conflict is a cell that was changed in the sheet and since then in the record; `record` None: the node is gone.
    `revision` is that of the record afterwards; with `plan` nothing was written.
    """

    path: Path
    plan: bool
    revision: int
    changes: tuple[Change, ...]
    conflicts: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def frame(self) -> "pd.DataFrame":
        """Return changes and conflicts: `outcome, kind, name, property, before, sheet, record, place, node`."""
        outcomes = (("change", self.changes), ("conflict", self.conflicts))
        rows = [{"outcome": o} | {n: getattr(c, n) for n in SHOWN} for o, found in outcomes for c in found]
        return frame(pa.Table.from_pylist(rows, schema=pa.schema([(name, TEXT) for name in ("outcome", *SHOWN)])))


@dataclass(slots=True)
class _Review:
    """What was found so far while a sheet is held against the record."""

    now: Graph
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    corrections: dict[str, Correction] = field(default_factory=dict)


def apply(
    store: Store, path: Path | str, *, plan: bool = False, reason: str | None = None, by: str | None = None
) -> ApplyReport:
    """Take a check sheet back: every changed cell becomes a correction, all of them one source.

    Three-way against the revision that the sheet was written from: an empty cell is no change, `-` sets a value back to
    not known, a cell that was changed on both sides is a conflict and is not applied. Rows without id belong into a
    load.
    Raises DataError for a file that is no check sheet of this record.
    """
    path, revision = Path(path), store.revision
    review = _Review(store.read(revision=revision))
    pages, review.problems = _pages(path, review.now.schema)
    read = cache(lambda number: _base(store, path, number))
    for page in pages:
        _compare(review, page, _rows_before(read(page.revision), page, path))
        review.problems += page.problems
    if review.corrections and not plan:
        name = f"核对表 {path.name}"
        revision = record(store, review.corrections.values(), sign(reason or name, by, name=name))
    found = (tuple(review.changes), tuple(review.conflicts), tuple(review.problems))
    return ApplyReport(path, plan, revision, *found)


def _pages(path: Path, schema: Schema) -> tuple[list[Page], list[Problem]]:
    pages, problems = read_sheet(path, schema)
    return pages, list(problems)


def _base(store: Store, path: Path, revision: int) -> Graph:
    try:
        return store.read(revision=revision)
    except StoreError as error:
        if error.code != "no-such-revision":
            raise
        raise _foreign(path, f"was written from revision {revision}, which this record does not hold") from error


def _rows_before(base: Graph, page: Page, path: Path) -> dict[str, dict[str, str]]:
    """Return what the sheet showed when it went out; the fingerprint tells a sheet of another record."""
    owner = base.schema.nodes[page.kind]
    rows = shown_rows(base.schema, owner, base.table(page.kind).to_pylist())
    if fingerprint(rows) != page.fingerprint:
        raise _foreign(path, f"{page.name} was written from another record")
    names = sheet_columns(owner)
    return {cells[0]: dict(zip(names, cells[1:], strict=True)) for cells in rows}


def _foreign(path: Path, what: str) -> DataError:
    hint = "Apply it to the store that it was written from."
    return DataError(f"{path.name} {what}", code="foreign-sheet", hint=hint, source=str(path), place=None, value=None)


def _compare(review: _Review, page: Page, before: Mapping[str, Mapping[str, str]]) -> None:
    schema, owner = review.now.schema, review.now.schema.nodes[page.kind]
    elements = {raw_id: row for row in review.now.table(page.kind).to_pylist() for raw_id in row["raw_ids"]}
    for row in page.rows:
        base, element = before.get(row.node), elements.get(row.node)
        if base is None:
            review.problems.append(Problem(row.sheet, f"第{row.number}行", "编号不在这张核对表写出时的记录中，未采用"))
            continue
        changed = {name: text for name, text in row.cells.items() if text and text != base[name]}
        if changed:
            now = shown_rows(schema, owner, [] if element is None else [element])
            held = dict(zip(sheet_columns(owner), now[0][1:], strict=True)) if now else None
            _take(review, _Held(row, owner, base, element, held), changed)


@dataclass(frozen=True, slots=True)
class _Held:
    """A row of a sheet beside what it showed when it went out and what the record says now (None: gone)."""

    row: Row
    owner: NodeType
    base: Mapping[str, str]
    element: Mapping[str, Any] | None
    now: Mapping[str, str] | None

    def change(self, name: str, text: str) -> Change:
        told = None if self.now is None else self.now[name]
        place = f"{self.row.sheet} 第{self.row.number}行"
        return Change(self.row.node, self.owner.name, self.base["name"], name, self.base[name], text, told, place)

    def problem(self, name: str, error: DataError) -> Problem:
        return Problem(self.row.sheet, f"第{self.row.number}行 {name}", f"{error.message} {error.hint}")


def _take(review: _Review, held: _Held, changed: Mapping[str, str]) -> None:
    """Sort the changed cells of one row: what becomes a correction, what is a conflict, what cannot be taken."""
    schema, owner = review.now.schema, held.owner
    values: dict[str, Any] = {}
    taken: list[Change] = []
    for name, text in changed.items():
        change = held.change(name, text)
        try:
            read = _value(schema, owner, change)
        except DataError as error:
            review.problems.append(held.problem(name, error))
            continue
        # 约120 says a number and its bound; what stands in the bound's own cell goes before.
        said = {k: shown(schema, column(schema, owner, k), v) for k, v in read.items() if k == name or k not in changed}
        if all(held.base[k] == text for k, text in said.items()):
            continue
        if held.now is None or held.element is None or held.element["id"] in review.corrections:
            review.conflicts.append(change)
        elif any(held.now[k] not in (held.base[k], text) for k, text in said.items()):
            review.conflicts.append(change)
        elif any(held.now[k] != text for k, text in said.items()):
            values |= {k: read[k] for k in said}
            taken.append(change)
    if held.element and taken:
        _correct_row(review, held, held.element, (values, taken))


def _correct_row(
    review: _Review, held: _Held, element: Mapping[str, Any], found: tuple[dict[str, Any], list[Change]]
) -> None:
    values, taken = found
    for value, bound in quantities(held.owner).items():
        # A number and its bound are one statement: what the row did not change is said again.
        if values.get(value, "") is None:
            values.pop(bound, None)
        elif (value in values) != (bound in values):
            missing = bound if value in values else value
            values |= {} if element[missing] is None else {missing: element[missing]}
    try:
        values = checked(review.now.schema, held.owner, values)
    except DataError as error:
        review.problems.append(held.problem(taken[0].property, error))
        return
    review.corrections[element["id"]] = Correction.of(held.owner, element, values)
    review.changes += taken


def _value(schema: Schema, owner: NodeType, change: Change) -> dict[str, Any]:
    """Read a changed cell; `-` sets a value back to not known."""
    prop = column(schema, owner, change.property)
    if change.before.endswith(CUT):
        raise misread(prop, "was too long for its cell and went out cut", "Use `graphkit correct`.")
    if re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", change.sheet):
        raise misread(prop, "is an error of a formula", "Write the value.")
    found = entry(schema, owner, change.property, change.sheet)
    if found[change.property] is None:
        check_deletable(change.property)
    elif prop.name == "aliases" and set(change.before.split(SEPARATOR)) - {"", *found["aliases"]}:
        raise misread(prop, "can be added to, not taken from", "Aliases come from the sources that say them.")
    return found
