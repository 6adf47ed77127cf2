"""The one conductor of writing: load -> check -> resolve -> store."""

from collections.abc import Iterable
from pathlib import Path

from graphkit.errors import DataError, StoreError
from graphkit.graph.files import MANIFEST, read_parquet
from graphkit.graph.merge import join_raw, raw_rows
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.dataset import find_datasets, load_dataset
from graphkit.loaders.decisions import DECISIONS_FILE, load_decisions
from graphkit.loaders.report import LoadReport
from graphkit.schema import Schema
from graphkit.stores.base import Store
from graphkit.stores.embedded import EmbeddedStore


def open_store(path: Path | str, *, schema: Schema | None = None) -> Store:
    """Open the store at a path; the file is made at the first write.

    Raises StoreError when it is used and is missing, foreign, damaged, newer, or held by another process.
    """
    if "://" in str(path):
        message = f"{str(path).partition('://')[0]}:// is no store that this version opens"
        raise StoreError(message, code="unknown-store", hint="Name a file, such as county.duckdb.")
    return EmbeddedStore(path, resolve, schema=schema)


def load(store: Store, *paths: Path | str, schema: Schema | None = None) -> list[LoadReport]:
    """Load datasets (folders, or folders of folders) and Parquet exports into a store, all or nothing.

    A `decisions.csv` in a named folder, or named itself, is loaded with them. Returns a report per source.
    `schema`: what the sources are read under, if not the store's. Raises DataError, SchemaError, IdentityError or
    StoreError; then the store is as it was.
    """
    raw, reports = read_sources(paths, schema=schema or store.schema)
    store.write(raw)
    return reports


def read(*paths: Path | str, schema: Schema | None = None) -> Graph:
    """Read datasets and Parquet exports into an assembled graph, without a store."""
    return resolve(read_sources(paths, schema=schema)[0])


def read_sources(paths: Iterable[Path | str], *, schema: Schema | None = None) -> tuple[Graph, list[LoadReport]]:
    """Read every source below the paths into one raw graph, with a report per source.

    The same source named twice is read once; two sources of one dataset and edition are a DataError.
    """
    schema = schema or Schema.load()
    parts: list[Graph] = []
    reports: list[LoadReport] = []
    held: dict[str, tuple[Path, str]] = {}
    for path in map(Path, paths):
        named = path.name == DECISIONS_FILE and not path.is_dir()
        decided = path if named else path / DECISIONS_FILE
        if named or decided.is_file():
            parts.append(Graph(schema, decisions=load_decisions(decided, schema), is_raw=True))
        for folder, part, found in () if named else _parts(path, schema):
            if _new_sources(part, folder, held):
                parts.append(part)
                reports += found
    return join_raw(Graph(schema, is_raw=True), *parts), reports


def _new_sources(part: Graph, folder: Path, held: dict[str, tuple[Path, str]]) -> bool:
    """Note the sources of a part; False if they are all held already, word for word."""
    rows = {source["id"]: source for source in part.sources.to_pylist()}
    told = {own_id: str({**source, "path": None}) for own_id, source in rows.items()}
    for own_id in rows.keys() & held.keys():
        if held[own_id][1] != told[own_id]:
            row = rows[own_id]
            edition = f"edition {row['edition']}" if row["edition"] else "no edition"
            message = f"{held[own_id][0]} and {folder} are both {row['dataset']!r}, {edition}"
            hint = "Give each its own `edition` in dataset.yaml, or load one of them."
            raise DataError(message, code="same-edition", hint=hint, source=str(folder), place=None, value=own_id)
    new = rows.keys() - held.keys()
    if new and len(new) < len(rows):
        message = f"{folder} holds sources that were named before, and others"
        hint = "Load it by itself."
        raise DataError(message, code="same-edition", hint=hint, source=str(folder), place=None, value=None)
    held.update({own_id: (folder, text) for own_id, text in told.items()})
    return bool(new) or not rows


def _parts(path: Path, schema: Schema) -> Iterable[tuple[Path, Graph, list[LoadReport]]]:
    if (path / MANIFEST).is_file():
        exported = raw_rows(read_parquet(path, schema))
        sources = exported.sources.to_pylist()
        yield path, exported, [LoadReport(s["dataset"], s["edition"], s["id"], bool(s["invented"])) for s in sources]
        return
    for folder in find_datasets(path):
        part, report = load_dataset(folder, schema)
        yield folder, part, [report]
