"""The rows of a sheet become entries: what each says by field; and what is no entry is skipped with its reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from graphkit.errors import DataError
from graphkit.loaders.report import Finding
from graphkit.loaders.tables.facts import Field, field_of, names_others, passes, shown
from graphkit.loaders.tables.header import Header, money_unit
from graphkit.loaders.tables.kinds import AMOUNTS
from graphkit.loaders.tables.mapping import SheetMapping
from graphkit.loaders.tables.organisations import may_be_person, other_than_company
from graphkit.loaders.tables.sheet import Sheet
from graphkit.loaders.tables.skipping import CAPTION, WIDE_CAPTION, caption_text, no_entry, town_of
from graphkit.loaders.wording import ENDED, IN_DOUBT, MAYBE_PERSON, NO_NAME, Note, by_name
from graphkit.schema import Schema
from graphkit.values import Quantity, parse_mode

FEDERATIONS = ("妇联", "妇委会", "妇女联合会", "妇女委员会")
_PARTY = re.compile(r"党(?:总?支部|委|组|工委)(?:委员会)?$")


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
    """A sheet and its mapping, and what came of its rows."""

    sheet: Sheet
    told: SheetMapping
    entries: list[Entry] = field(default_factory=list)
    skipped: list[Finding] = field(default_factory=list)
    not_understood: list[Finding] = field(default_factory=list)
    doubtful: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    read: int = 0
    strict: bool = False


def read_entries(found: Read, schema: Schema, where: tuple[Header, dict[int, str]], *, unit: str | None = None) -> None:
    """Read the rows below the header of a sheet; in strict mode the first that cannot be taken is a DataError.

    `unit` is that of money which a title tells; a caption between the rows that names a town tells where they are.
    """
    sheet, told, (header, columns) = found.sheet, found.told, where
    texts = header.texts
    fields = {at: field_of(schema, name, texts[at], sheet.epoch, unit=unit) for at, name in columns.items()}
    constants = {name: _constant(sheet, told, field_of(schema, name, name, sheet.epoch)) for name in told.constants}
    found.notes += _units(sheet, header, columns, unit)
    section: dict[str, Any] = {}
    named_town = "town.name" in told.columns.values() or told.primary == "town"
    at = {name: column for column, name in columns.items()}
    numbers = list(sheet.rows)
    for row, after in zip_longest(numbers, numbers[1:]):
        if row <= header.last:
            continue
        cells = sheet.rows[row]
        found.read += 1
        hidden = row in sheet.hidden_rows and told.hidden == "skip"
        reason = "hidden" if hidden else no_entry(sheet, header, columns, row, after)
        if reason in (CAPTION, WIDE_CAPTION) and not named_town:
            town = town_of(caption_text(cells))
            section = {"town.name": [town]} if town else {}
        if reason:
            found.skipped.append(Finding(sheet.file, sheet.name, row, reason, place=sheet.place(row)))
            continue
        said = constants | section | _said(found, fields, row, cells)
        if _names_somebody(told, said):
            found.entries.append(Entry(sheet, told, row, said, at))
            if "company.name" in at and "company.name" in said:
                _doubt_name(found, (row, at["company.name"]), fields[at["company.name"]], said)
        else:
            _skip_nameless(found, row)


def _units(sheet: Sheet, header: Header, columns: Mapping[int, str], unit: str | None) -> list[str]:
    """Say of each amount without a unit how it is read."""
    bare = [header.texts[at] for at, name in columns.items() if name in AMOUNTS and not money_unit(header.texts[at])]
    code = "unit-of-title" if unit else "no-unit"
    return [Note(code, file=sheet.file, sheet=sheet.name, column=text, unit=unit) for text in bare]


def _constant(sheet: Sheet, told: SheetMapping, what: Field) -> Any:
    try:
        return what.parse(told.constants[what.name])
    except DataError as error:
        raise error.at(f"constants.{what.name}", source=sheet.file) from error


def _names_somebody(told: SheetMapping, said: Mapping[str, Any]) -> bool:
    role = told.primary
    also = {"company": ("company.credit_code",), "person": ("company.name",), "segment": ("chain.name",)}.get(role, ())
    return any(said.get(name) for name in (f"{role}.name", *also))


def _skip_nameless(found: Read, row: int) -> None:
    place = found.sheet.place(row)
    if found.strict:
        message = f"{found.sheet.file}, {place}: the row has {NO_NAME}"
        hint = "Fill in the name, or delete the row."
        raise DataError(message, code="no-key", hint=hint, source=found.sheet.file, place=place, value=None)
    found.skipped.append(Finding(found.sheet.file, found.sheet.name, row, NO_NAME, place=place))


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
        if what.name == "person.post":
            said |= {n: v for n, v in zip(("company.name", "person.role"), value, strict=True) if v}
            continue
        if isinstance(value, list) and isinstance(said.get(what.name), list):
            value = list(dict.fromkeys([*said[what.name], *value]))
        if value is not None and value != []:
            said[what.name] = value
            _doubt(found, (row, column), what, raw, value)
    return said


def _otherwise(found: Read, at: tuple[int, int], what: Field, raw: Any, error: DataError) -> dict[str, Any]:
    """Take 联建 where it is asked whether there is a federation as yes, and a name of a party branch likewise."""
    if what.name == "company.federation_status":
        try:
            return {what.name: "yes", "company.federation_mode": parse_mode(raw)}
        except DataError:
            pass
    text = str(raw).strip()
    if what.name == "company.federation_status" and text in FEDERATIONS:
        return {what.name: "yes"}
    if what.name.endswith(".party_organisation") and _PARTY.search(text):
        return {what.name: True}
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
    elif what.name.endswith(".status") and value != "actual":
        found.doubtful.append(_finding(found, at, what, raw, ENDED if value == "revoked" else IN_DOUBT))
    elif isinstance(value, list) and names_others(raw):
        found.doubtful.append(_finding(found, at, what, raw, "the list names only some of those it counts"))


def _doubt_name(found: Read, at: tuple[int, int], what: Field, said: Mapping[str, Any]) -> None:
    """Say of a name that it is hardly a company's."""
    name, code = said["company.name"], said.get("company.credit_code")
    if found.told.kind == "loans":
        if may_be_person(name) and not code:
            found.doubtful.append(_finding(found, at, what, name, MAYBE_PERSON))
    elif kind := other_than_company(name, code):
        found.doubtful.append(_finding(found, at, what, name, by_name(kind)))
