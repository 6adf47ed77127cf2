"""The rows of a sheet become entries: what each says by field; and what is no entry is skipped with its reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphkit.errors import DataError
from graphkit.loaders.report import Finding
from graphkit.loaders.tables.facts import Field, code_of, field_of, names_others, passes, shown
from graphkit.loaders.tables.header import Header, repeats
from graphkit.loaders.tables.mapping import SheetMapping
from graphkit.loaders.tables.sheet import Sheet
from graphkit.schema import Schema
from graphkit.values import Quantity, parse_mode

_TOTAL = re.compile(
    r".{0,12}?(?:合计|小计|总计|共计|累计|total|subtotal)(?:数|[(（].*[)）])?[:：]?[0-9,.]*[家户个人]?", re.I
)
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|数据来源|资料来源|note|source)\s*[0-9]*\s*[：:、.]|※"
    r"|(?:填表|制表|填报|审核|复核|经办)(?:人|单位|日期|时间)?\s*[：:]|以上(?:数据|企业|信息|均)",
    re.I,
)
_CAPTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
NO_NAME = "neither a name nor a code"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: its number, what it says by field, and in which column."""

    sheet: Sheet
    told: SheetMapping
    row: int
    said: Mapping[str, Any]
    columns: Mapping[str, int]

    def place(self, *fields: str) -> str:
        """Say where the row is; a value of a merged range names the range."""
        for name in fields:
            if name in self.columns and (self.row, self.columns[name]) in self.sheet.spread:
                return self.sheet.place(self.row, self.columns[name])
        return self.sheet.place(self.row)


@dataclass(slots=True)
class Read:
    """What came of a sheet."""

    sheet: Sheet
    told: SheetMapping
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Finding] = field(default_factory=list)
    not_understood: list[Finding] = field(default_factory=list)
    doubtful: list[Finding] = field(default_factory=list)
    read: int = 0
    strict: bool = False


def read_entries(
    sheet: Sheet, told: SheetMapping, schema: Schema, where: tuple[Header, dict[int, str]], *, strict: bool
) -> Read:
    """Read the rows below a header; in strict mode the first that cannot be taken is a DataError."""
    header, columns = where
    fields = {column: field_of(schema, name, header.texts[column], sheet.epoch) for column, name in columns.items()}
    constants = {name: _constant(sheet, told, field_of(schema, name, name, sheet.epoch)) for name in told.constants}
    found = Read(sheet, told, strict=strict)
    for row, cells in sheet.rows.items():
        if row <= header.last:
            continue
        found.read += 1
        reason = _no_entry(found, header, columns, row)
        if reason:
            found.skipped.append(Finding(sheet.file, sheet.name, row, reason, place=sheet.place(row)))
            continue
        said = constants | _said(found, fields, row, cells)
        if _names_somebody(told, said):
            at = {name: column for column, name in columns.items()}
            found.entries.append(Entry(sheet, told, row, said, at))
        else:
            _skip_nameless(found, row)
    return found


def _constant(sheet: Sheet, told: SheetMapping, what: Field) -> Any:
    try:
        return what.parse(told.constants[what.name])
    except DataError as error:
        raise error.at(f"constants.{what.name}", source=sheet.file) from error


def _names_somebody(told: SheetMapping, said: Mapping[str, Any]) -> bool:
    role = told.primary
    wanted = (f"{role}.name", "company.credit_code") if role == "company" else (f"{role}.name",)
    return any(said.get(name) for name in wanted)


def _skip_nameless(found: Read, row: int) -> None:
    place = found.sheet.place(row)
    if found.strict:
        message = f"{found.sheet.file}, {place}: the row has {NO_NAME}"
        hint = "Fill in the name, or delete the row."
        raise DataError(message, code="no-key", hint=hint, source=found.sheet.file, place=place, value=None)
    found.skipped.append(Finding(found.sheet.file, found.sheet.name, row, NO_NAME, place=place))


def _no_entry(found: Read, header: Header, columns: Mapping[int, str], row: int) -> str | None:
    """Say why a row is no entry at all: hidden (if so told), the header again, a caption, a total, a note."""
    sheet, cells = found.sheet, found.sheet.rows[row]
    if row in sheet.hidden_rows and found.told.hidden == "skip":
        return "hidden"
    if not cells:
        return None
    if repeats(header, cells.items()):
        return "the header again"
    if len(cells) > 1 and len({sheet.spread.get((row, column)) for column in cells}) == 1 and _wide(sheet, row, cells):
        return "a caption over the columns"
    first = next((value for value in cells.values() if isinstance(value, str)), "")
    words = {re.sub(r"\s", "", first), *(_named(cells, columns))}
    if any(_TOTAL.fullmatch(word) for word in words if word) and not _has_code(cells, columns):
        return "a total"
    if _NOTE.match(first) and not _has_code(cells, columns):
        return "a note"
    if len(cells) == 1 and _CAPTION.match(first):
        return "a caption"
    return None


def _wide(sheet: Sheet, row: int, cells: Mapping[int, Any]) -> bool:
    shared = sheet.spread.get((row, next(iter(cells))))
    return shared is not None and shared[3] > shared[1]


def _named(cells: Mapping[int, Any], columns: Mapping[int, str]) -> list[str]:
    names = [cells[column] for column, name in columns.items() if name.endswith(".name") and column in cells]
    return [re.sub(r"\s", "", value) for value in names if isinstance(value, str)]


def _has_code(cells: Mapping[int, Any], columns: Mapping[int, str]) -> bool:
    try:
        codes = [cells.get(column) for column, name in columns.items() if name == "company.credit_code"]
        return any(code is not None and code_of(code) for code in codes)
    except DataError:
        return False


def _said(found: Read, fields: Mapping[int, Field], row: int, cells: Mapping[int, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for column, what in fields.items():
        if found.told.hidden == "skip" and column in found.sheet.hidden_columns:
            continue
        raw = cells.get(column)
        if raw is None:
            if mark := found.sheet.marks.get((row, column)):
                _report(found, (row, column), what, None, mark)
            continue
        try:
            value = what.read(raw)
        except DataError as error:
            said |= _otherwise(found, (row, column), what, raw, error)
            continue
        if isinstance(value, list) and isinstance(said.get(what.name), list):
            value = list(dict.fromkeys([*said[what.name], *value]))
        if value is not None and value != []:
            said[what.name] = value
            _doubt(found, (row, column), what, raw, value)
    return said


def _otherwise(found: Read, at: tuple[int, int], what: Field, raw: Any, error: DataError) -> dict[str, Any]:
    """Take 联建 in the column that asks whether there is a federation as yes; report what cannot be understood."""
    if what.name == "company.federation_status":
        try:
            return {what.name: "yes", "company.federation_mode": parse_mode(raw)}
        except DataError:
            pass
    reason = error.message if error.code == "value-not-understood" else "not understood"
    _report(found, at, what, raw, reason.partition(": ")[0])
    return {}


def _report(found: Read, at: tuple[int, int], what: Field, raw: Any, reason: str) -> None:
    finding = _finding(found, at, what, raw, reason)
    if found.strict:
        message = f"{found.sheet.file}, {finding}"
        place, value = finding.place, finding.value
        hint = "Correct the cell, or load without strict."
        raise DataError(message, code="bad-cell", hint=hint, source=found.sheet.file, place=place, value=value)
    found.not_understood.append(finding)


def _finding(found: Read, at: tuple[int, int], what: Field, raw: Any, reason: str) -> Finding:
    value = "" if raw is None else "…" if what.sensitive else shown(raw)
    sheet = found.sheet
    return Finding(sheet.file, sheet.name, at[0], reason, what.header, value, sheet.place(*at))


def _doubt(found: Read, at: tuple[int, int], what: Field, raw: Any, value: Any) -> None:
    shared = found.sheet.spread.get(at)
    if what.name == "company.credit_code" and not passes(value):
        found.doubtful.append(_finding(found, at, what, raw, "the check character is wrong; taken as written"))
    elif isinstance(value, Quantity) and shared is not None and shared[2] > shared[0]:
        found.doubtful.append(_finding(found, at, what, raw, "one number for several rows; each of them has it"))
    elif isinstance(value, list) and names_others(raw):
        found.doubtful.append(_finding(found, at, what, raw, "the list names only some of those it counts"))
