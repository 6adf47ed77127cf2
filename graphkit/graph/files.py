"""A Graph as a directory of Parquet files with a manifest: the neutral backup and the exchange format."""

import hashlib
import json
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.errors import DataError, ExportError, SchemaError
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns, conform
from graphkit.schema import EdgeType, NodeType, Schema, missing_from

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"(?:raw/)?(?:(?:nodes|edges)/[A-Za-z][A-Za-z0-9_]*|sources|evidence|statistics|decisions)")
PLAIN = {"sources": SOURCES, "evidence": EVIDENCE, "statistics": STATISTICS, "decisions": DECISIONS}


def write_parquet(graph: Graph, directory: Path | str) -> Path:
    """Write a graph (and its raw rows) as Parquet files; the same graph gives the same bytes.

    The directory must be absent, empty, or hold an earlier export; it changes as a whole or not at all.
    """
    directory = Path(directory)
    _check_target(directory)
    parts = directory.with_name(f".{directory.name}.{uuid.uuid4().hex}")
    try:
        parts.mkdir(parents=True)
        files = {name.as_posix(): _write(table, parts / f"{name}.parquet") for name, table in _tables(graph)}
        schema = json.loads(graph.schema.text)
        manifest = {"format": FORMAT, "schema": schema, "raw": graph.is_raw, "files": files}
        # The schema's keys keep their order: it is the order of the columns.
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (parts / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
        _swap(parts, directory)
    except OSError as error:
        message = f"{directory} cannot be written ({error.strerror or error})"
        raise ExportError(message, code="target-unwritable", hint="Choose another place.") from error
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return directory


def _swap(parts: Path, directory: Path) -> None:
    """Put the new directory in the old one's place by renaming, so that a crash leaves one of the two whole."""
    if not directory.exists():
        parts.replace(directory)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{directory.name}.old.", dir=directory.parent))
    directory.replace(old / directory.name)
    parts.replace(directory)
    shutil.rmtree(old)


def _check_target(directory: Path) -> None:
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return
    if not (directory / MANIFEST).is_file():
        message = f"{directory} holds other files and is left alone"
        raise ExportError(message, code="target-in-use", hint="Choose a new or empty directory.")


def _tables(graph: Graph) -> Iterator[tuple[Path, pa.Table]]:
    prefix = Path("raw") if graph.is_raw else Path()
    for name, table in graph.node_tables.items():
        yield prefix / "nodes" / name, table
    for name, table in graph.edge_tables.items():
        yield prefix / "edges" / name, table
    for name in PLAIN:
        yield prefix / name, getattr(graph, name)
    raw = None if graph.is_raw else graph.raw
    if raw is not None:
        yield from _tables(raw)


def _write(table: pa.Table, path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Chunks would leave their borders in the file: one chunk, so that equal tables are equal bytes.
    pq.write_table(table.combine_chunks(), path, compression="zstd", row_group_size=1 << 20)
    return {"rows": len(table), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def read_parquet(directory: Path | str, schema: Schema | None = None) -> Graph:
    """Read a directory that `write_parquet` wrote, under the schema it was written with or a wider one.

    Raises DataError for a missing, foreign, newer or damaged export, SchemaError for a schema that lacks some of it.
    """
    directory = Path(directory)
    manifest = checked_manifest(directory)
    written = Schema.parse(json.dumps(manifest["schema"], ensure_ascii=False), str(directory / MANIFEST))
    lacking = missing_from(schema, written) if schema else []
    if schema and lacking:
        message = f"{directory} holds what the schema {schema.name} does not know: {', '.join(lacking[:5])}"
        raise SchemaError(message, code="schema-too-narrow", hint="Read it with the schema it was written with.")
    for name, facts in manifest["files"].items():
        path = directory / f"{name}.parquet"
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != facts.get("sha256"):
            raise _bad(path, "is missing or damaged", "Export it again, or take another copy.")
    names, wanted = list(manifest["files"]), schema or written
    if manifest["raw"]:
        return _read(directory, wanted, names, raw=True)
    graph = _read(directory, wanted, names, raw=False)
    if not any(name.startswith("raw/") for name in names):
        return graph
    return replace(graph, read_raw=cache(lambda: _read(directory, wanted, names, raw=True)))


def checked_manifest(directory: Path, text: str | None = None) -> dict[str, Any]:
    """Return the manifest of an export, read from its directory unless its text is given; raise DataError if none."""
    path = directory / MANIFEST
    hint = "Name a directory of a Parquet export."
    try:
        manifest = json.loads(path.read_text(encoding="utf-8") if text is None else text)
    except OSError as error:
        raise _bad(path, f"cannot be read ({error.strerror})", hint) from error
    except ValueError as error:
        raise _bad(path, "is no manifest of graphkit", hint) from error
    kinds = {"format": int, "schema": dict, "raw": bool, "files": dict}
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(k), kind) for k, kind in kinds.items()):
        raise _bad(path, "is no manifest of graphkit", hint)
    if manifest["format"] > FORMAT:
        raise _bad(path, f"has format {manifest['format']}, newer than {FORMAT}", "Use a newer graphkit.")
    for name, facts in manifest["files"].items():
        if not isinstance(facts, dict) or not NAME.fullmatch(name):
            raise _bad(path, f"lists {name!r}, which no export holds", hint)
    return manifest


def _read(directory: Path, schema: Schema, names: list[str], *, raw: bool) -> Graph:
    root = "raw/" if raw else ""

    def table(name: str, wanted: pa.Schema) -> pa.Table:
        path = directory / f"{root}{name}.parquet"
        try:
            return conform(pq.read_table(path), wanted)
        except (OSError, pa.ArrowException) as error:
            raise _bad(path, "is no table of an export", "Export it again, or take another copy.") from error

    def tables(kind: str, types: Mapping[str, NodeType] | Mapping[str, EdgeType]) -> dict[str, pa.Table]:
        prefix = f"{root}{kind}/"
        found = sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))
        return {name: table(f"{kind}/{name}", columns(types[name], raw=raw)) for name in found if name in types}

    nodes, edges = tables("nodes", schema.nodes), tables("edges", schema.edges)
    plain = {name: table(name, wanted) for name, wanted in PLAIN.items()}
    return Graph(schema, nodes, edges, **plain, is_raw=raw)


def _bad(path: Path, what: str, hint: str) -> DataError:
    return DataError(f"{path} {what}", code="bad-parquet", hint=hint, source=str(path), place=None, value=None)
