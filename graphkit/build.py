"""The one conductor of writing: load -> check -> resolve -> store."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError, ExportError, StoreError
from graphkit.graph.files import MANIFEST, read_parquet
from graphkit.graph.merge import join_raw, raw_rows, without_sources
from graphkit.graph.tables import Graph, under
from graphkit.identity import resolve
from graphkit.loaders.bundle import contradicted, is_bundle, read_bundle, without_pairs
from graphkit.loaders.dataset import find_datasets, load_dataset
from graphkit.loaders.decisions import DECISIONS_FILE, load_decisions
from graphkit.loaders.report import FileReport, LoadReport
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.table import load_table
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


def load(
    store: Store, *paths: Path | str, schema: Schema | None = None, tables: TableOptions | None = None
) -> list[LoadReport]:
    """Load datasets (folders, or folders of them), workbooks, Parquet exports and bundles into a store, all or nothing.

    A `decisions.csv` in a named folder, or named itself, is loaded with them. Returns a report per source.
    `schema`: what the sources are read under, if not the store's. `tables`: what a workbook or text table is; how its
    columns were understood is kept as YAML (beside the store, if no mapping is named), and the next edition is read by
    it. Raises DataError, SchemaError, IdentityError or StoreError; then the store is as it was.
    """
    beside = store.path.parent if isinstance(store, EmbeddedStore) else None
    raw, reports = read_sources(paths, schema=schema or store.schema, tables=tables, mappings=beside)
    if any(is_bundle(Path(path)) for path in paths):
        raw = _reconciled(store, raw)
    store.write(raw)
    for report in reports:
        _keep_mapping(report)
    return reports


def _reconciled(store: Store, raw: Graph) -> Graph:
    """Let pairs that a bundle and the store judge in two ways be unsure, in both; what cannot be is left untouched."""
    before = store.raw() if store.revision else Graph(raw.schema, is_raw=True)
    unsure = contradicted(before.decisions, raw.decisions)
    # On a pair that is held the same judgement says nothing new, whatever its reason.
    raw = replace(raw, decisions=pa.concat_tables([without_pairs(raw.decisions, before.decisions, unsure), unsure]))
    if not len(unsure):
        return raw
    kept = without_sources(before, raw.sources["id"].to_pylist())
    kept = replace(kept, decisions=without_pairs(kept.decisions, unsure))
    # Whether the whole can be assembled is known before anything of it is written.
    resolve(join_raw(under(kept, raw.schema), raw))
    for row in contradicted(before.decisions, unsure).to_pylist():
        store.undo(row["left"], row["right"])
    return raw


def read(*paths: Path | str, schema: Schema | None = None, tables: TableOptions | None = None) -> Graph:
    """Read datasets, workbooks and Parquet exports into an assembled graph, without a store."""
    return resolve(read_sources(paths, schema=schema, tables=tables)[0])


def read_sources(
    paths: Iterable[Path | str],
    *,
    schema: Schema | None = None,
    tables: TableOptions | None = None,
    mappings: Path | None = None,
) -> tuple[Graph, list[LoadReport]]:
    """Read every source below the paths into one raw graph, with a report per source.

    `mappings`: the folder in which the mappings of tables are looked for. The same source named twice is read once;
    two sources of one dataset and edition are a DataError.
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
        options = _mapped(path, tables or TableOptions(), mappings)
        for folder, part, found in () if named else _parts(path, schema, options):
            if _new_sources(part, folder, held):
                parts.append(part)
                reports += found
    return join_raw(Graph(schema, is_raw=True), *parts), reports


def _mapped(path: Path, options: TableOptions, folder: Path | None) -> TableOptions:
    """Say where the mapping of a table is kept: the file that is named, else one called as its dataset."""
    if options.mapping or folder is None:
        return options
    dataset = options.dataset if options.dataset is not None else path.stem
    plain = re.sub(r"[^\w.-]+", "_", dataset).strip("._")[:80] or "table"
    return replace(options, mapping=folder / f"{plain}.mapping.yaml")


def _keep_mapping(report: LoadReport) -> None:
    """Write what was guessed of a table's columns, so that it can be corrected and the next edition is read alike."""
    if not report.guessed or report.mapping_file is None:
        return
    try:
        report.mapping_file.write_text(report.mapping, encoding="utf-8")
    except OSError as error:
        message = f"{report.dataset} is loaded, but its mapping cannot be written to {report.mapping_file}"
        hint = f"{error.strerror}. Name another file with --mapping."
        raise ExportError(message, code="unwritable", hint=hint) from error


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


def _exported_report(path: Path, raw: Graph, source: dict[str, Any]) -> LoadReport:
    tables = (*raw.node_tables.values(), *raw.edge_tables.values())
    count = sum(pc.sum(pc.equal(table["source_id"], source["id"])).as_py() or 0 for table in tables)
    files = (FileReport(path.name, "raw rows", count, count),)
    return LoadReport(source["dataset"], source["edition"], source["id"], bool(source["invented"]), files)


def _parts(path: Path, schema: Schema, options: TableOptions) -> Iterable[tuple[Path, Graph, list[LoadReport]]]:
    if (path / MANIFEST).is_file() or is_bundle(path):
        exported = read_bundle(path, schema) if path.is_file() else raw_rows(read_parquet(path, schema))
        sources = exported.sources.to_pylist()
        yield path, exported, [_exported_report(path, exported, source) for source in sources]
        return
    if path.is_file():
        part, report = load_table(path, schema, options)
        yield path, part, [report]
        return
    for folder in find_datasets(path):
        part, report = load_dataset(folder, schema)
        yield folder, part, [report]
