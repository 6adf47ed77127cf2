"""The mapping: which column of which sheet is which field; kept as YAML for the next edition."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from graphkit.errors import DataError
from graphkit.loaders.scopes import wrong_scope
from graphkit.loaders.tables.header import Header, find_header, header_text
from graphkit.loaders.tables.kinds import PRIMARY, is_used, known_fields
from graphkit.loaders.tables.sheet import Sheet
from graphkit.names import fold, nearest
from graphkit.schema.reading import parse_yaml, yaml_problem

VERSION = 1
KEYS = frozenset("version sheets complete".split())
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
    """The sheets of a workbook that hold something for the graph, and of what they are complete lists."""

    sheets: tuple[SheetMapping, ...]
    complete: tuple[Map[str, Any], ...] = ()

    def text(self) -> str:
        """Write the mapping as YAML."""
        sheets = [
            {"sheet": told.sheet, "kind": told.kind, "columns": dict(told.columns)}
            | ({"constants": dict(told.constants)} if told.constants else {})
            | {"ignore": list(told.ignore), "hidden": told.hidden}
            for told in self.sheets
        ]
        told = {"version": VERSION} | ({"complete": [dict(scope) for scope in self.complete]} if self.complete else {})
        return yaml.safe_dump(told | {"sheets": sheets}, allow_unicode=True, sort_keys=False, width=120)


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
    # The same words in another width, with other blanks or brackets are the same header.
    plain: dict[str, list[int]] = {}
    for text, number in at.items():
        plain.setdefault(fold(header_text(text)), []).append(number)
    found: dict[int, str] = {}
    for text, name in told.columns.items():
        alike = plain.get(fold(header_text(text)), [])
        column = at.get(text, alike[0] if len(alike) == 1 else None)
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
    for key in data:
        if key not in KEYS:
            raise _wrong(path, str(key), f"is not known; {_close(str(key), sorted(KEYS))}")
    sheets = tuple(_sheet(path, f"sheets[{n}]", entry) for n, entry in enumerate(data["sheets"], 1))
    return Mapping(sheets, _complete(path, data.get("complete") or []))


def _complete(path: Path, told: Any) -> tuple[Map[str, Any], ...]:
    """Check the complete lists as those of a dataset.yaml are; what of and where exists is known with the rows."""
    for number, scope in enumerate(told if isinstance(told, list) else [None], 1):
        if fault := wrong_scope(scope):
            place, _, what = fault
            raise _wrong(path, f"complete[{number}]{place}", what)
    return tuple(told)


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
