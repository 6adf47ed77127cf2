"""The one conductor of writing: load -> check -> resolve -> store."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.engines.relational import Memory
from graphkit.errors import DataError, ExportError, StoreError
from graphkit.graph.editions import Changes, Vanished, list_before, with_ends
from graphkit.graph.files import MANIFEST, read_parquet
from graphkit.graph.merge import join_raw, raw_rows, without_sources
from graphkit.graph.tables import DECISIONS, Graph, under
from graphkit.identity import resolve
from graphkit.identity.editions import Step, changes, raw_ids_of
from graphkit.loaders.bundle import is_bundle, read_bundle, reconciled
from graphkit.loaders.dataset import find_datasets, load_dataset
from graphkit.loaders.decisions import DECISIONS_FILE, load_decisions
from graphkit.loaders.papers import find_documents
from graphkit.loaders.report import FileReport, LoadReport
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.table import load_table
from graphkit.schema import Schema
from graphkit.stores.base import Settle, Store
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.record import wider
from graphkit.stores.rows import replacing

# What becomes of that which a new edition of a list no longer holds: nothing (it is reported), its end is stated, or
# a function says for each: "keep", "end", or the id of the node of the new edition that it is (a decision `same`).
# Edges between nodes that stay are asked about by type (`Vanished.id` is empty, `count` their number).
OnVanished = Literal["keep", "end"] | Callable[[Vanished], str]
LISTS = {"companies": "Company", "federations": "Federation", "chains": "Industry"}  # what a sheet of a kind lists
FRAME = {"Region", "Industry"}  # a list names them to say where its members belong


def open_store(
    path: Path | str,
    *,
    schema: Schema | None = None,
    settings: Mapping[str, str] | None = None,
    insecure: bool = False,
    memory: str | None = None,
    spill: Path | str | None = None,
) -> Store:
    """Open the store at a path, or on a Neo4j server (`neo4j://host`); it is made at the first write.

    `settings`: `NEO4J_USERNAME, NEO4J_PASSWORD(_FILE), NEO4J_DATABASE` for a server, such as `os.environ`; `insecure`:
    accept a server far away without encryption, or whose certificate is not checked. `memory`: how much a file's store
    takes at most, such as 4GiB; what does not fit is spilled to the folder `spill`.
    Raises StoreError when it is used and is missing, foreign, damaged, newer, held by another, or out of reach.
    """
    scheme = str(path).partition("://")[0] if "://" in str(path) else ""
    if scheme.partition("+")[0] in ("neo4j", "bolt"):
        from graphkit.stores.neo4j.connect import settings_from
        from graphkit.stores.neo4j.store import Neo4jStore

        return Neo4jStore(settings_from(settings or {}, str(path), insecure=insecure), resolve, schema=schema)
    if scheme:
        message = f"{scheme}:// is no store that this version opens"
        hint = "Name a file, such as county.duckdb, or a server, such as neo4j://localhost."
        raise StoreError(message, code="unknown-store", hint=hint)
    bound = Memory(memory, None if spill is None else Path(spill)) if memory or spill else None
    return EmbeddedStore(path, resolve, schema=schema, memory=bound)


def load(
    store: Store,
    *paths: Path | str,
    schema: Schema | None = None,
    tables: TableOptions | None = None,
    on_vanished: OnVanished = "keep",
) -> list[LoadReport]:
    """Load datasets (folders, or folders of them), workbooks, reports, Parquet exports and bundles, all or nothing.

    A report (text, HTML, Word, PDF) is read as in `loaders.document`; what is not sure waits for `proposed`. A
    `decisions.csv` in a named folder, or named itself, is loaded with them. Returns a report per source.
    `schema`: what the sources are read under, if not the store's. `tables`: what a workbook or text table is; how its
    columns were understood is kept as YAML (beside the store, if no mapping is named), and the next edition is read by
    it. `on_vanished`: what becomes of that which a new edition of a list no longer holds (build.OnVanished); the report
    of each source tells it, under `changes`. Raises DataError, SchemaError, IdentityError or StoreError; then the store
    is as it was.
    """
    beside = store.path.parent if isinstance(store, EmbeddedStore) else None
    raw, reports = read_sources(paths, schema=schema or store.schema, tables=tables, mappings=beside)
    # Another office's decisions are no better than one's own: what contradicts becomes unsure, in the same revision.
    settle = reconciled if any(is_bundle(Path(path)) for path in paths) else None
    raw, reports = against_editions(store, raw, reports, on_vanished, settle=settle)
    reports = _told_of_twins(store, raw, reports)
    store.write(raw, settle=settle)
    for report in reports:
        _keep_mapping(report)
    return reports


def _told_of_twins(store: Store, raw: Graph, reports: list[LoadReport]) -> list[LoadReport]:
    """Warn of a document whose very file is held under another name: its statements would stand there twice."""
    if not any(report.document for report in reports):
        return reports
    held = pa.Table.from_pandas(store.sources()).to_pylist() if store.revision else []
    files = {source["id"]: source["sha256"] for source in raw.sources.to_pylist()}
    told = []
    for report in reports:
        others = [*held, *raw.sources.to_pylist()] if report.document else []
        twins = {s["dataset"]: s for s in others if s["id"] != report.source_id}
        names = sorted(n for n, s in twins.items() if s["sha256"] == files[report.source_id])
        warnings = [f"{report.dataset}: the same file is held as {name}; forget one of them" for name in names]
        told.append(replace(report, warnings=(*report.warnings, *warnings)))
    return told


def against_editions(
    store: Store,
    raw: Graph,
    reports: list[LoadReport],
    on_vanished: OnVanished = "keep",
    *,
    settle: Settle | None = None,
) -> tuple[Graph, list[LoadReport]]:
    """Compare each edition among raw rows with the list before it, in the store or among them.

    Returns the raw rows, with the ends of what vanished if that is wanted, and the reports with their `changes`.
    """
    if isinstance(on_vanished, str) and on_vanished not in ("keep", "end"):
        message = f"on_vanished is {on_vanished!r}"
        hint = "Say keep, end, or a function that is asked about each."
        raise DataError(message, code="unknown-choice", hint=hint, source=None, place=None, value=on_vanished)
    new = raw.sources.to_pylist()
    held = pa.Table.from_pandas(store.sources()).to_pylist() if store.revision else []
    steps = _steps(new, held, reports, raw.schema)
    if not steps:
        return raw, reports
    mine = store.raw() if held else Graph(raw.schema, is_raw=True)
    schema = wider(mine.schema, raw.schema)
    # What it will be is compared, so that it is joined as the write will join it.
    joined = partial(replacing, mine, settle=settle)
    raw, found = _settled(joined, under(raw, schema), steps, on_vanished)
    return raw, [replace(report, changes=found.get(report.source_id)) for report in reports]


def _steps(
    new: list[dict[str, Any]], held: list[dict[str, Any]], reports: list[LoadReport], schema: Schema
) -> dict[str, Step]:
    """Return by source what is to be compared; what has no edition before it, or tells of no list, is not."""
    told = {report.source_id: report for report in reports if report.delivery}
    every = [source for source in held if source["id"] not in {s["id"] for s in new}] + new
    steps: dict[str, Step] = {}
    for source in new:
        before = list_before(source, every) if source["id"] in told else []
        if before:
            steps[source["id"]] = Step(source, tuple(before), *_listed(told[source["id"]], schema))
    return steps


def _listed(report: LoadReport, schema: Schema) -> tuple[frozenset[str], frozenset[str] | None]:
    """Return the types of nodes that a source lists, and of edges; a table may state any edge of what it lists."""
    kinds = {file.becomes for file in report.files}
    if report.mapping:
        return frozenset(LISTS[kind] for kind in kinds if kind in LISTS), None
    nodes = kinds & schema.nodes.keys()
    return frozenset(nodes - FRAME or nodes), frozenset(kinds & schema.edges.keys())


def _settled(
    joined: Callable[[Graph], Graph], raw: Graph, steps: Mapping[str, Step], choose: OnVanished
) -> tuple[Graph, dict[str, Changes]]:
    """Compare, and let what vanished end, or be what it is now called, as it is chosen."""
    graph = resolve(joined(raw))
    found = {own_id: changes(graph, step) for own_id, step in steps.items()}
    answers = {own_id: _answers(told, choose) for own_id, told in found.items()}
    same = [pair for told in answers.values() for pair in told.items() if pair[1] not in ("keep", "end")]
    if same:
        raw = replace(raw, decisions=pa.concat_tables([raw.decisions, _decisions(same)]))
        graph = resolve(joined(raw))
        found = {own_id: changes(graph, step) for own_id, step in steps.items()}
    rows = raw_rows(graph)
    for own_id, step in steps.items():
        found[own_id], gone = _ended(graph, step, found[own_id], answers[own_id])
        if gone:
            others = [source for source in rows.sources["id"].to_pylist() if source not in step.old]
            raw = with_ends(raw, without_sources(rows, others), step.new, gone)
    return join_raw(raw), found


def _answers(told: Changes, choose: OnVanished) -> dict[str, str]:
    """Ask about each vanished node, by id, and about the edges between nodes that stay, by type."""
    if choose == "end":
        return dict.fromkeys([*(node.id for node in told.vanished), *told.edges], "end")
    if isinstance(choose, str):
        return {}
    answers = {node.id: choose(node) for node in told.vanished}
    for kind, ends in told.edges.items():
        between = sum(not answers.keys() & set(pair) for pair in ends.values())
        if between:
            answers[kind] = choose(Vanished("", kind, kind, count=between))
    for own_id, answer in answers.items():
        possible = {node.id for node in told.new} if own_id not in told.edges else set()
        if answer not in ("keep", "end") and answer not in possible:
            message = f"{answer!r} is no answer for {own_id}"
            hint = "Answer keep, end, or the id of a node that only the new edition lists."
            raise DataError(message, code="unknown-choice", hint=hint, source=None, place=None, value=answer)
    return answers


def _decisions(same: list[tuple[str, str]]) -> pa.Table:
    rows = [{"left": left, "right": right, "judgement": "same", "reason": "renamed"} for left, right in same]
    return pa.Table.from_pylist(rows, schema=DECISIONS)


def _ended(graph: Graph, step: Step, told: Changes, answers: Mapping[str, str]) -> tuple[Changes, dict[str, set[str]]]:
    """Return what vanished with what ends of it, and the raw ids that end, by type."""
    ended = {node.id for node in told.vanished if answers.get(node.id) == "end"}
    if (ended or "end" in answers.values()) and step.new["date"] is None:
        message = f"{step.new['dataset']}, edition {step.new['edition']}, has no date, so that nothing can end with it"
        hint = "Say of which day the list is: --date, or `date` in dataset.yaml."
        raise DataError(message, code="no-date", hint=hint, source=step.new["dataset"], place=None, value=None)
    gone: defaultdict[str, set[str]] = defaultdict(set)
    for node in told.vanished:
        gone[node.type] |= {node.id} & ended
    asked = {node.id for node in told.vanished}
    for kind, ends in told.edges.items():
        beside = {own_id for own_id, pair in ends.items() if ended & set(pair)}
        between = {own_id for own_id, pair in ends.items() if not asked & set(pair)}
        gone[kind] |= beside | (between if answers.get(kind) == "end" else set())
    counts = {kind: len(gone[kind]) for kind in told.edges if gone[kind]}
    vanished = tuple(replace(node, ended=node.id in ended) for node in told.vanished)
    found = {kind: raw_ids_of(graph, kind, elements, step.old) for kind, elements in gone.items() if elements}
    return replace(told, vanished=vanished, ended_edges=counts), found


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
    schema, places = schema or Schema.load(), [Path(path) for path in paths]
    parts: list[Graph] = []
    reports: list[LoadReport] = []
    held: dict[str, tuple[Path, str]] = {}
    several = sum(len(find_documents(path)) for path in places) > 1
    for path in places:
        named = path.name == DECISIONS_FILE and not path.is_dir()
        decided = path if named else path / DECISIONS_FILE
        if named or decided.is_file():
            parts.append(Graph(schema, decisions=load_decisions(decided, schema), is_raw=True))
        options = _mapped(path, tables or TableOptions(), mappings)
        for folder, part, found in () if named else _parts(path, schema, (options, several)):
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


def _parts(
    path: Path, schema: Schema, told: tuple[TableOptions, bool]
) -> Iterable[tuple[Path, Graph, list[LoadReport]]]:
    """Read what stands at a path; `told`: how a table or report is read, and whether there are several reports."""
    options, several = told
    if (path / MANIFEST).is_file() or is_bundle(path):
        exported = read_bundle(path, schema) if path.is_file() else raw_rows(read_parquet(path, schema))
        sources = exported.sources.to_pylist()
        yield path, exported, [_exported_report(path, exported, source) for source in sources]
    elif documents := find_documents(path):
        from graphkit.loaders.document import load_document

        for document in documents:
            # Reports of one dataset are its editions: each needs a name of its own.
            own = replace(options, edition=document.stem) if several and options.dataset else options
            part, report = load_document(document, schema, own)
            yield document, part, [report]
    elif path.is_file():
        part, report = load_table(path, schema, options)
        yield path, part, [replace(report, delivery=options.delivery)]
    else:
        for folder in find_datasets(path):
            part, report = load_dataset(folder, schema)
            yield folder, part, [report]
