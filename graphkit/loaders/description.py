"""`dataset.yaml`: what a folder of tables is, who published it when, and what its files hold."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from graphkit.errors import DataError
from graphkit.graph.convert import source_id
from graphkit.graph.tables import is_text
from graphkit.loaders.scopes import is_date, wrong_scope
from graphkit.names import nearest
from graphkit.schema.reading import parse_yaml, yaml_problem

FILE_NAME = "dataset.yaml"
KEYS = frozenset(
    "name edition title publisher date kind delivery invented complete expect on_breach files source_file "
    "source_sha256 note".split()
)
KINDS = ("sheet", "report", "letter", "call", "visit", "correction")
DELIVERIES, ON_BREACH = ("snapshot", "additions"), ("error", "warn")
FORMS: dict[str, type] = {"node": str, "edge": str, "key": str, "statistics": bool, "ignore": list}
FORMS |= dict.fromkeys(("src", "dst", "columns", "constants", "types"), dict)
NAMES_OF_FORMS: dict[type, str] = {str: "text", bool: "true or false", list: "a list", dict: "a mapping"}
FILE_KEYS = frozenset("file node edge statistics key src dst columns constants ignore types".split())


@dataclass(frozen=True, slots=True)
class FileDescription:
    """One table: the type its rows become, where its keys stand, and what its columns are called here."""

    file: str
    node: str | None = None
    edge: str | None = None
    statistics: bool = False
    key: str | None = None
    src: dict[str, Any] = field(default_factory=dict)
    dst: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """One edition of a dataset."""

    folder: Path
    name: str
    edition: str | None
    files: tuple[FileDescription, ...]
    facts: dict[str, Any]

    @property
    def expect(self) -> dict[str, dict[str, int]]:
        """How many elements of a type there should be: type -> min, max."""
        return dict(self.facts.get("expect") or {})

    @property
    def warns(self) -> bool:
        """Whether a breach of `expect` is a warning instead of an error."""
        return self.facts.get("on_breach") == "warn"

    @property
    def source_id(self) -> str:
        return source_id(self.name, self.edition)

    def source_row(self, sha256: str) -> dict[str, Any]:
        """Return the row of this edition in the table `sources`."""
        facts = self.facts
        dated, edition_folder = facts.get("date"), self.folder.resolve().name
        return {
            "id": self.source_id,
            "dataset": self.name,
            "edition": self.edition,
            "kind": facts.get("kind", "sheet"),
            "name": facts.get("title") or self.name,
            "publisher": facts.get("publisher"),
            "date": None if dated is None else str(dated),
            "path": facts.get("source_file") or edition_folder,
            "sha256": facts.get("source_sha256") or sha256,
            "complete": json.dumps(facts.get("complete") or [], ensure_ascii=False, sort_keys=True, default=str),
            "invented": bool(facts.get("invented", False)),
            "delivery": facts.get("delivery", DELIVERIES[0]),
        }


def read_description(folder: Path) -> Description:
    """Read the dataset.yaml of a folder; raise DataError that names the file and the key at fault."""
    path = folder / FILE_NAME
    data = _parsed(path)
    _check_keys(path, data, KEYS, "")
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise _wrong(path, "name", data.get("name"), "has to name the dataset")
    _check_facts(path, data)
    _check_expect(path, data.get("expect") or {})
    _check_complete(path, data.get("complete") or [])
    files = data.get("files")
    if not isinstance(files, list) or not files:
        raise _wrong(path, "files", files, "has to list at least one file")
    edition = data.get("edition")
    described = tuple(_file(path, number, entry) for number, entry in enumerate(files, 1))
    return Description(folder, data["name"], None if edition is None else str(edition), described, data)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(path, "(file)", None, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, "(file)", None, f"is not UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise _wrong(path, "(file)", None, f"is no YAML: {yaml_problem(error)}") from error
    if not isinstance(data, dict):
        raise _wrong(path, "(file)", None, "has to be a mapping")
    if not is_text(json.dumps(data, ensure_ascii=False, default=str)):
        raise _wrong(path, "(file)", None, "holds half of a surrogate pair, which is no character")
    return data


def _check_facts(path: Path, data: dict[str, Any]) -> None:
    for key in ("title", "publisher", "source_file", "source_sha256"):
        if not isinstance(data.get(key, ""), str | None):
            raise _wrong(path, key, data[key], "has to be text; put it in quotes")
    for key, allowed in (("kind", KINDS), ("delivery", DELIVERIES), ("on_breach", ON_BREACH)):
        if data.get(key, allowed[0]) not in allowed:
            raise _wrong(path, key, data[key], f"is {data[key]!r}; it has to be one of {', '.join(allowed)}")
    if not isinstance(data.get("invented", False), bool):
        raise _wrong(path, "invented", data["invented"], "has to be true or false")
    if not isinstance(data.get("edition", ""), str | int | date | None):
        raise _wrong(path, "edition", data["edition"], "has to be text; put it in quotes")
    if data.get("date") is not None and not is_date(str(data["date"])):
        raise _wrong(path, "date", data["date"], "is no date; write 2022, 2022-06 or 2022-06-25")


def _check_expect(path: Path, expect: Any) -> None:
    for name, limits in expect.items() if isinstance(expect, dict) else [("", None)]:
        fits = isinstance(limits, dict) and set(limits) <= {"min", "max"}
        if not fits or not all(isinstance(n, int) and n >= 0 for n in dict(limits or {}).values()):
            raise _wrong(path, f"expect.{name}", limits, "has to give min or max or both, as whole numbers")


def _check_complete(path: Path, complete: Any) -> None:
    for number, scope in enumerate(complete if isinstance(complete, list) else [None], 1):
        if fault := wrong_scope(scope):
            place, value, what = fault
            raise _wrong(path, f"complete[{number}]{place}", value, what)


def _file(path: Path, number: int, entry: Any) -> FileDescription:
    place = f"files[{number}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise _wrong(path, place, entry, "needs a `file`")
    _check_keys(path, entry, FILE_KEYS, f"{place}.")
    said = {name: value for name, value in entry.items() if value is not None}
    for name, kind in FORMS.items():
        if not isinstance(said.get(name, kind()), kind):
            raise _wrong(path, f"{place}.{name}", said[name], f"has to be {NAMES_OF_FORMS[kind]}")
    for name in ("columns", "types"):
        if not all(isinstance(text, str) for pair in said.get(name, {}).items() for text in pair):
            raise _wrong(path, f"{place}.{name}", said[name], "has to map text to text")
    if sum(bool(said.get(kind)) for kind in ("node", "edge", "statistics")) != 1:
        raise _wrong(path, place, said["file"], "has to say exactly one of node, edge, statistics")
    if said.get("edge") and not (_is_end(said.get("src")) and _is_end(said.get("dst"))):
        raise _wrong(path, place, said["file"], "is of edges, so that it needs src and dst with type and column")
    if not _stays_inside(path.parent, said["file"]):
        raise _wrong(path, f"{place}.file", said["file"], "leads out of the dataset's folder")
    return FileDescription(**said | {"ignore": tuple(map(str, said.get("ignore", ())))})


def _is_end(end: Any) -> bool:
    if not isinstance(end, dict) or {"type", "column"} != set(end) or not isinstance(end["column"], str):
        return False
    kind = end["type"]
    told = kind.get("column") if isinstance(kind, dict) and len(kind) == 1 else kind
    return isinstance(told, str)


def _stays_inside(folder: Path, file: str) -> bool:
    return (folder / file).resolve().is_relative_to(folder.resolve())


def _check_keys(path: Path, data: dict[str, Any], known: frozenset[str], prefix: str) -> None:
    for key in data:
        if key not in known:
            close = ", ".join(nearest(str(key), sorted(known)) or sorted(known))
            raise _wrong(path, f"{prefix}{key}", key, f"is not known; did you mean {close}?")


def _wrong(path: Path, key: str, value: Any, what: str) -> DataError:
    message = f"{path}: {key} {what}"
    hint = "Correct the dataset's description."
    return DataError(message, code="bad-dataset", hint=hint, source=str(path), place=key, value=value)
