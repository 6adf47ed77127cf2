"""A Graph as a directory of Parquet files with a manifest: the neutral backup and the exchange format."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.errors import DataError, ExportError
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, Graph, columns, conform
from graphkit.schema import Schema

FORMAT = 1
MANIFEST = "manifest.json"
PLAIN = {"sources": SOURCES, "evidence": EVIDENCE, "statistics": STATISTICS, "decisions": DECISIONS}


def write_parquet(graph: Graph, directory: Path | str) -> Path:
    """Write a graph (and its raw rows) as Parquet files; the same graph gives the same bytes.

    The directory must be absent, empty, or hold an earlier export; it changes as a whole or not at all.
    """
    directory = Path(directory)
    _check_target(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    parts = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        files = {name.as_posix(): _write(table, parts / f"{name}.parquet") for name, table in _tables(graph)}
        manifest = {"format": FORMAT, "schema": graph.schema.name, "raw": graph.is_raw, "files": files}
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
        (parts / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
        _swap(parts, directory)
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
    """Read a directory that `write_parquet` wrote; raise DataError for a missing, foreign, newer or damaged one."""
    directory, schema = Path(directory), schema or Schema.load()
    manifest = _manifest(directory)
    for name, facts in manifest["files"].items():
        path = directory / f"{name}.parquet"
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
            raise _bad(path, "is missing or damaged", "Export it again, or take another copy.")
    names = list(manifest["files"])
    if manifest["raw"]:
        return _read(directory, schema, names, raw=True)
    graph = _read(directory, schema, names, raw=False)
    if not any(name.startswith("raw/") for name in names):
        return graph
    return replace(graph, read_raw=lambda: _read(directory, schema, names, raw=True))


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        wrong = not isinstance(manifest["files"], dict)
    except OSError as error:
        raise _bad(path, f"cannot be read ({error.strerror})", "Name a directory of a Parquet export.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _bad(path, "is no manifest of graphkit", "Name a directory of a Parquet export.") from error
    if wrong or manifest["format"] > FORMAT:
        raise _bad(path, f"has format {manifest['format']}, newer than {FORMAT}", "Use a newer graphkit.")
    return dict(manifest)


def _read(directory: Path, schema: Schema, names: list[str], *, raw: bool) -> Graph:
    root = directory / "raw" if raw else directory
    here = [Path(n).relative_to("raw") if raw else Path(n) for n in names if (Path(n).parts[0] == "raw") == raw]
    nodes = {
        p.name: conform(pq.read_table(root / f"{p}.parquet"), columns(schema.node(p.name), raw=raw))
        for p in here
        if p.parts[0] == "nodes"
    }
    edges = {
        p.name: conform(pq.read_table(root / f"{p}.parquet"), columns(schema.edge(p.name), raw=raw))
        for p in here
        if p.parts[0] == "edges"
    }
    plain = {name: conform(pq.read_table(root / f"{name}.parquet"), wanted) for name, wanted in PLAIN.items()}
    return Graph(schema, dict(sorted(nodes.items())), dict(sorted(edges.items())), **plain, is_raw=raw)


def _bad(path: Path, what: str, hint: str) -> DataError:
    return DataError(f"{path} {what}", code="bad-parquet", hint=hint, source=str(path), place=None, value=None)
