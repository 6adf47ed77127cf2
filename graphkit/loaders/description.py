"""`dataset.yaml`: what a folder of tables is, who published it when, and what its files hold."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from graphkit.errors import DataError
from graphkit.graph.convert import source_id
from graphkit.names import nearest
from graphkit.values import PartialDate

FILE_NAME = "dataset.yaml"
KEYS = frozenset(
    "name edition title publisher date kind delivery invented complete expect on_breach files source_file "
    "source_sha256 note".split()
)
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
    def source_id(self) -> str:
        return source_id(self.name, self.edition)

    def source_row(self, sha256: str) -> dict[str, Any]:
        """Return the row of this edition in the table `sources`."""
        facts = self.facts
        date = facts.get("date")
        return {
            "id": self.source_id,
            "dataset": self.name,
            "edition": self.edition,
            "kind": facts.get("kind", "sheet"),
            "name": facts.get("title") or self.name,
            "publisher": facts.get("publisher"),
            "date": None if date is None else str(date),
            "path": facts.get("source_file") or self.folder.name,
            "sha256": facts.get("source_sha256") or sha256,
            "complete": json.dumps(facts.get("complete") or [], ensure_ascii=False, sort_keys=True, default=str),
            "invented": bool(facts.get("invented", False)),
        }


def read_description(folder: Path) -> Description:
    """Read the dataset.yaml of a folder; raise DataError that names the file and the key at fault."""
    path = folder / FILE_NAME
    data = _parsed(path)
    _check_keys(path, data, KEYS, "")
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise _wrong(path, "name", data.get("name"), "has to name the dataset")
    date = data.get("date")
    if date is not None and not _is_date(str(date)):
        raise _wrong(path, "date", date, "is no date; write 2022, 2022-06 or 2022-06-25")
    files = data.get("files")
    if not isinstance(files, list) or not files:
        raise _wrong(path, "files", files, "has to list at least one file")
    edition = data.get("edition")
    described = tuple(_file(path, number, entry) for number, entry in enumerate(files, 1))
    return Description(folder, data["name"], None if edition is None else str(edition), described, data)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(path, "(file)", None, f"cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = str(error).splitlines()[-1].strip()
        raise _wrong(path, "(file)", None, f"is no YAML: {line}") from error
    if not isinstance(data, dict):
        raise _wrong(path, "(file)", None, "has to be a mapping")
    return data


def _file(path: Path, number: int, entry: Any) -> FileDescription:
    place = f"files[{number}]"
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise _wrong(path, place, entry, "needs a `file`")
    _check_keys(path, entry, FILE_KEYS, f"{place}.")
    if sum(bool(entry.get(kind)) for kind in ("node", "edge", "statistics")) != 1:
        raise _wrong(path, place, entry["file"], "has to say exactly one of node, edge, statistics")
    if entry.get("edge") and not (_is_end(entry.get("src")) and _is_end(entry.get("dst"))):
        raise _wrong(path, place, entry["file"], "is of edges, so that it needs src and dst with type and column")
    if not _stays_inside(path.parent, entry["file"]):
        raise _wrong(path, f"{place}.file", entry["file"], "leads out of the dataset's folder")
    return FileDescription(**{name: value for name, value in entry.items() if value is not None})


def _is_end(end: Any) -> bool:
    return isinstance(end, dict) and {"type", "column"} == set(end)


def _stays_inside(folder: Path, file: str) -> bool:
    return (folder / file).resolve().is_relative_to(folder.resolve())


def _is_date(text: str) -> bool:
    try:
        PartialDate.parse(text)
    except DataError:
        return False
    return True


def _check_keys(path: Path, data: dict[str, Any], known: frozenset[str], prefix: str) -> None:
    for key in data:
        if key not in known:
            close = ", ".join(nearest(str(key), sorted(known)) or sorted(known))
            raise _wrong(path, f"{prefix}{key}", key, f"is not known; did you mean {close}?")


def _wrong(path: Path, key: str, value: Any, what: str) -> DataError:
    message = f"{path}: {key} {what}"
    hint = "Correct the dataset's description."
    return DataError(message, code="bad-dataset", hint=hint, source=str(path), place=key, value=value)
