"""The one conductor of writing: load -> check -> resolve -> store."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from graphkit.errors import StoreError
from graphkit.graph.files import MANIFEST, read_parquet
from graphkit.graph.merge import join_raw, raw_rows
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.dataset import DECISIONS_FILE, find_datasets, load_dataset, load_decisions
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

    A `decisions.csv` in a named folder is loaded with it. Returns a report per source.
    Raises DataError, SchemaError, IdentityError or StoreError; then the store is as it was.
    """
    raw, reports = read_sources(paths, schema=schema)
    store.write(raw)
    return reports


def read(*paths: Path | str, schema: Schema | None = None) -> Graph:
    """Read datasets and Parquet exports into an assembled graph, without a store."""
    return resolve(read_sources(paths, schema=schema)[0])


def read_sources(paths: Iterable[Path | str], *, schema: Schema | None = None) -> tuple[Graph, list[LoadReport]]:
    """Read every source below the paths into one raw graph, with a report per source."""
    schema = schema or Schema.load()
    raw, reports = Graph(schema, is_raw=True), []
    for path in map(Path, paths):
        for part, report in _parts(path, schema):
            raw = join_raw(raw, part)
            reports.append(report)
        decided = path / DECISIONS_FILE
        if decided.is_file():
            decisions = pa.concat_tables([raw.decisions, load_decisions(decided, schema)])
            raw = replace(raw, decisions=decisions)
    return raw, reports


def _parts(path: Path, schema: Schema) -> Iterable[tuple[Graph, LoadReport]]:
    if (path / MANIFEST).is_file():
        exported = raw_rows(read_parquet(path, schema))
        for source in exported.sources.to_pylist():
            yield exported, LoadReport(source["dataset"], source["edition"], source["id"], bool(source["invented"]))
            exported = Graph(schema, is_raw=True)
        return
    for folder in find_datasets(path):
        yield load_dataset(folder, schema)
