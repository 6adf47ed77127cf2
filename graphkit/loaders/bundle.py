"""A bundle is read without trusting it: only the files it lists, each as long and with the hash it says."""

import hashlib
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.files import MANIFEST, read_parquet
from graphkit.graph.merge import raw_rows
from graphkit.graph.tables import DECISIONS, Graph, whole
from graphkit.loaders.tables.ooxml import BROKEN_ZIP
from graphkit.schema import Schema

FORMAT = 1
CONTENTS, RULES = "bundle.json", "rules.yaml"
MOST_FILES, MOST_BYTES, MOST_TEXT = 500, 4 << 30, 16 << 20
MEMBER = re.compile(r"(?:raw/)?(?:(?:nodes|edges)/)?[A-Za-z][A-Za-z0-9_]{0,62}\.parquet|manifest\.json|rules\.yaml")


def is_bundle(path: Path) -> bool:
    """Tell whether a file is a zip with the contents of a bundle; a workbook is a zip too."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            return CONTENTS in packed.namelist()
    except BROKEN_ZIP:
        return False


def read_bundle(path: Path, schema: Schema | None = None) -> Graph:
    """Return the raw rows and decisions of a bundle.

    Raises DataError for one that is damaged, newer, too large, or holds what no bundle holds; SchemaError for a schema
    that lacks some of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as packed:
                _unpack(path, packed, Path(folder))
        except BROKEN_ZIP as error:
            raise _bad(path, None, "is damaged") from error
        raw = raw_rows(read_parquet(Path(folder), schema))
    _check_sources(path, raw)
    return raw


def _check_sources(path: Path, raw: Graph) -> None:
    """Refuse rows of a source that the bundle does not tell of: nothing could be said of where they come from."""
    known = whole(raw.sources["id"])
    for table in (*raw.node_tables.values(), *raw.edge_tables.values(), raw.evidence, raw.statistics):
        if not pc.all(pc.is_in(table["source_id"], value_set=known)).as_py() and len(table):
            raise _bad(path, None, "holds rows of a source that it does not tell of")


def _unpack(path: Path, packed: zipfile.ZipFile, folder: Path) -> None:
    infos = packed.infolist()
    names = [info.filename for info in infos]
    if len(infos) > MOST_FILES or len(set(names)) < len(names):
        raise _bad(path, None, "holds too many files, or one twice")
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise _bad(path, None, f"is larger than {MOST_BYTES >> 30} GiB when unpacked")
    listed = _contents(path, packed)
    for name in sorted({*names, *listed} - {CONTENTS}):
        if not MEMBER.fullmatch(name):
            raise _bad(path, name, "is no file of a bundle")
        if name not in listed or name not in names:
            raise _bad(path, name, "is not both listed and there")
    for name, facts in listed.items():
        data = _member(path, packed, name, int(facts["bytes"]))
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            raise _bad(path, name, "is not what the bundle says it is")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    if MANIFEST not in listed:
        raise _bad(path, MANIFEST, "is missing")


def _contents(path: Path, packed: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    if CONTENTS not in packed.namelist():
        raise _bad(path, CONTENTS, "is missing")
    try:
        told = json.loads(_member(path, packed, CONTENTS, MOST_TEXT, exact=False))
        if int(told["format"]) > FORMAT:
            message = f"{path} has format {told['format']}, newer than {FORMAT}"
            hint = "Use a newer graphkit."
            raise DataError(message, code="bad-bundle", hint=hint, source=str(path), place=None, value=None)
        files = {str(name): {k: facts[k] for k in ("bytes", "sha256")} for name, facts in told["files"].items()}
        if not all(isinstance(facts["bytes"], int) and facts["bytes"] >= 0 for facts in files.values()):
            raise _bad(path, CONTENTS, "states sizes that are none")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _bad(path, CONTENTS, "cannot be read") from error
    return files


def _member(path: Path, packed: zipfile.ZipFile, name: str, size: int, *, exact: bool = True) -> bytes:
    """Read one file, and no more of it than it may have, whatever the zip says of its size."""
    with packed.open(name) as file:
        data = file.read(size + 1)
    if len(data) > size or (exact and len(data) < size):
        raise _bad(path, name, "is not as long as the bundle says")
    return data


def _bad(path: Path, name: str | None, what: str) -> DataError:
    where = f"{path}, {name!r}" if name else str(path)
    hint = "Ask for the bundle again: `graphkit bundle STORE out.zip`."
    return DataError(f"{where} {what}", code="bad-bundle", hint=hint, source=str(path), place=name, value=None)


def reconciled(held: pa.Table, new: pa.Table) -> pa.Table:
    """Return the decisions of two offices as one table: a pair that they judge in two ways is unsure.

    Neither office knows better: the pair goes back into review, and stays there until somebody takes that back. On a
    pair that is held the same judgement says nothing new, whatever its reason.
    """
    rows: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in pa.concat_tables([held, new]).to_pylist():
        rows.setdefault(frozenset((row["left"], row["right"])), []).append(row)
    return pa.Table.from_pylist([_one_of(decisions) for decisions in rows.values()], schema=DECISIONS)


def _one_of(decisions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first of the decisions on a pair; if they contradict each other, that it is unsure."""
    if len({row["judgement"] for row in decisions}) == 1:
        return decisions[0]
    if decisions[0]["judgement"] == "unsure":
        return decisions[0]
    told = sorted({f"{row['judgement']}: {row['reason']}" for row in decisions if row["reason"]})
    ends = sorted((decisions[0]["left"], decisions[0]["right"]))
    return {"left": ends[0], "right": ends[1], "judgement": "unsure", "reason": "; ".join(told) or None}
