"""The mapping: which column of which sheet is which field; guessed from headers, kept as YAML for the next edition."""

import re
from collections.abc import Mapping as Map
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from graphkit.errors import DataError
from graphkit.loaders.tables.header import Header, find_header, header_text, vocabulary
from graphkit.loaders.tables.sheet import Sheet
from graphkit.names import nearest
from graphkit.schema.reading import parse_yaml, yaml_problem

VERSION = 1
PRIMARY = {"companies": "company", "federations": "federation", "loans": "company", "chains": "segment"}
MANY = ("company.aliases", "company.products", "covers.companies", "federation.aliases")
AMOUNTS = ("loan.amount", "credit_line.amount", "balance.amount")
INDUSTRY_AND_PLACE = {"chain", "segment", "field", "village", "town", "county", "city", "province", "base"}
USED = {
    "companies": {"company", "federation", "head"} | INDUSTRY_AND_PLACE,
    "federations": {"federation", "head", "host", "covers"} | INDUSTRY_AND_PLACE,
    "loans": {"company", "bank", "product", "loan", "credit_line", "balance"} | INDUSTRY_AND_PLACE,
    "chains": {"chain", "segment", "field"},
}
TOWN = re.compile(r".{1,8}(?:镇|乡|街道)")
SHEET_KEYS = frozenset("sheet kind columns constants ignore hidden".split())


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """One sheet: what it lists, the field of each header, fields that are the same in every row."""

    sheet: str
    kind: str
    columns: Map[str, str]
    constants: Map[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    hidden: str = "read"

    @property
    def primary(self) -> str:
        return PRIMARY[self.kind]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The sheets of a workbook that hold something for the graph."""

    sheets: tuple[SheetMapping, ...]

    def of(self, sheet: Sheet) -> SheetMapping | None:
        """Return the mapping of a sheet by its name; the only one of a mapping fits whatever the sheet is called."""
        named = next((told for told in self.sheets if told.sheet == sheet.name), None)
        if named or len(self.sheets) != 1:
            return named
        return self.sheets[0]

    def text(self) -> str:
        """Write the mapping as YAML."""
        sheets = [
            {"sheet": told.sheet, "kind": told.kind, "columns": dict(told.columns)}
            | ({"constants": dict(told.constants)} if told.constants else {})
            | {"ignore": list(told.ignore), "hidden": told.hidden}
            for told in self.sheets
        ]
        return yaml.safe_dump({"version": VERSION, "sheets": sheets}, allow_unicode=True, sort_keys=False, width=120)


def known_fields() -> frozenset[str]:
    """List every field that a column can be."""
    told = {name for name in vocabulary().fields.values() if not name.startswith("own.")}
    return frozenset(told | {"company.federation_mode"})


def guess(sheet: Sheet, header: Header) -> SheetMapping | None:
    """Guess what a sheet lists and what its columns are; None if no column says whom it is about."""
    words = vocabulary()
    found = {column: words.field_of(parts) for column, parts in header.parts.items()}
    kind = _kind({name for name in found.values() if name})
    if kind is None:
        return None
    names = {name for name in found.values() if name}
    columns: dict[str, str] = {}
    for column, name in found.items():
        text = header.texts[column]
        target = _resolved(name, kind) if name else None
        if target and is_used(target, kind, names) and (target in MANY or target not in columns.values()):
            columns[text] = target
    unused = tuple(text for text in header.texts.values() if text not in columns)
    town = {"town.name": sheet.name} if kind == "companies" and TOWN.fullmatch(sheet.name) else {}
    constants = {} if "town.name" in columns.values() else town  # a workbook may have a sheet for each town
    return SheetMapping(sheet.name, kind, columns, constants, unused)


def is_used(name: str, kind: str, present: Set[str]) -> bool:
    """Say whether a kind of sheet makes anything of a field: the level of a federation needs the federation."""
    role = name.partition(".")[0]
    if role in ("federation", "head") and kind == "companies":
        return "federation.name" in present
    return role in USED[kind] or (kind == "federations" and name == "company.name")


def _kind(fields: set[str]) -> str | None:
    lists_companies = bool(fields & {"company.name", "company.credit_code"})
    if lists_companies and fields & {"bank.name", *AMOUNTS}:
        return "loans"
    if "federation.name" in fields and (not lists_companies or "covers.companies" in fields):
        return "federations"
    if lists_companies:
        return "companies"
    if "covers.companies" in fields or fields & {"federation.level", "federation.officers", "federation.members"}:
        return "federations" if "own.name" in fields else None
    if "segment.name" in fields and "chain.name" in fields:
        return "chains"
    return "companies" if "own.name" in fields and any(name.startswith("company.") for name in fields) else None


def _resolved(name: str, kind: str) -> str | None:
    """Turn a field that depends on what the sheet lists into the one it is here."""
    role = PRIMARY[kind]
    if name == "covers.mode":
        return "company.federation_mode" if role == "company" else name
    if not name.startswith("own."):
        return name
    own = {"company": {"own.established": "company.founded"}, "federation": {}, "segment": {}}[role]
    target = own.get(name, f"{role}.{name.removeprefix('own.')}")
    return target if target in known_fields() else None


def applied(told: SheetMapping, sheet: Sheet) -> tuple[Header, dict[int, str]]:
    """Return the header of a sheet and the field of each column, by a mapping.

    Raises DataError for a mapped header that the sheet does not have, naming the nearest.
    """
    found_headers = [header for header in (find_header(sheet, _told_by(told)), find_header(sheet)) if header]
    header = max(found_headers, key=lambda found: len(told.columns.keys() & set(found.texts.values())), default=None)
    if header is None:
        message = f"{sheet.file}, {sheet.name}: no row holds the headers of the mapping"
        hint = f"Headers are {'、'.join(list(told.columns)[:8])}. Correct the sheet or the mapping."
        raise DataError(message, code="changed-header", hint=hint, source=sheet.file, place=sheet.name, value=None)
    at = {text: column for column, text in header.texts.items()}
    plain = {header_text(text).casefold(): column for text, column in at.items()}
    found: dict[int, str] = {}
    for text, name in told.columns.items():
        column = at.get(text, plain.get(header_text(text).casefold()))
        if column is None:
            raise _changed(sheet, header, text)
        found[column] = name
    return header, found


def _told_by(told: SheetMapping) -> Any:
    """Look up the texts of a mapping; of a header in two rows each row is one."""
    parts: dict[str, str] = {}
    for text, name in told.columns.items():
        parts |= {part.casefold(): name for part in (text, *text.split("/"))}
    return lambda text: parts.get(text.casefold())


def _changed(sheet: Sheet, header: Header, text: str) -> DataError:
    close = nearest(text, list(header.texts.values())) or list(header.texts.values())[:8]
    message = f"{sheet.file}, {sheet.name}: no column is called {text!r} as the mapping says"
    hint = f"Nearest: {'、'.join(close)}. Correct the sheet or the mapping."
    place = sheet.place(header.first)
    return DataError(message, code="changed-header", hint=hint, source=sheet.file, place=place, value=text)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping; raise DataError naming the key at fault."""
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(path, "(file)", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "(file)", "is not UTF-8") from error
    except yaml.YAMLError as error:
        raise _wrong(path, "(file)", f"is no YAML: {yaml_problem(error)}") from error
    if not isinstance(data, dict) or not isinstance(data.get("sheets"), list) or not data["sheets"]:
        raise _wrong(path, "sheets", "has to list at least one sheet")
    if data.get("version", VERSION) != VERSION:
        raise _wrong(path, "version", f"is not {VERSION}")
    return Mapping(tuple(_sheet(path, f"sheets[{n}]", entry) for n, entry in enumerate(data["sheets"], 1)))


def _sheet(path: Path, place: str, entry: Any) -> SheetMapping:
    if not isinstance(entry, dict) or not isinstance(entry.get("sheet"), str):
        raise _wrong(path, place, "needs the name of a `sheet`")
    for key in entry:
        if key not in SHEET_KEYS:
            raise _wrong(path, f"{place}.{key}", f"is not known; {_close(str(key), sorted(SHEET_KEYS))}")
    if entry.get("kind") not in PRIMARY:
        raise _wrong(path, f"{place}.kind", f"has to be one of {', '.join(PRIMARY)}")
    columns, constants = entry.get("columns") or {}, entry.get("constants") or {}
    if not isinstance(columns, dict) or not isinstance(constants, dict) or not columns:
        raise _wrong(path, f"{place}.columns", "has to map headers to fields")
    for key, name in [*columns.items(), *((name, name) for name in constants)]:
        if not isinstance(key, str) or name not in known_fields():
            raise _wrong(
                path, f"{place}.{key}", f"names no field: {name!r}; {_close(str(name), sorted(known_fields()))}"
            )
    present = {*columns.values(), *constants}
    for name in sorted(present):
        if not is_used(name, entry["kind"], present):
            raise _wrong(path, f"{place}.columns", f"names {name}, of which a sheet of {entry['kind']} makes nothing")
    ignore, hidden = entry.get("ignore") or [], entry.get("hidden", "read")
    if not isinstance(ignore, list) or hidden not in ("read", "skip"):
        raise _wrong(path, place, "`ignore` has to be a list, and `hidden` read or skip")
    return SheetMapping(entry["sheet"], entry["kind"], columns, constants, tuple(map(str, ignore)), hidden)


def _close(text: str, known: list[str]) -> str:
    return f"did you mean {', '.join(nearest(text, known) or known[:8])}?"


def _wrong(path: Path, place: str, what: str) -> DataError:
    message = f"{path}: {place} {what}"
    return DataError(
        message, code="bad-mapping", hint="Correct the mapping.", source=str(path), place=place, value=None
    )
