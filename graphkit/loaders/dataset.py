"""A dataset folder (dataset.yaml and clean tables by explicit mapping) becomes a raw Graph and a report."""

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphkit.errors import DataError
from graphkit.graph.convert import check_pair, raw_id
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import DECISIONS, EVIDENCE, SOURCES, STATISTICS, TEXT, Graph, columns, conform
from graphkit.loaders.cells import Column, parse
from graphkit.loaders.description import FILE_NAME, Description, FileDescription, read_description
from graphkit.loaders.report import FileReport, LoadReport
from graphkit.names import nearest
from graphkit.schema import EdgeType, NodeType, Property, Schema

COMMON = {"aliases": "list", "group": "bool", "count": "quantity", "confidence": "float", "valid_from": "date"} | {
    "valid_to": "date"
}
ENUMS = {"status": "status", "basis": "basis", "count_bound": "bound"}
PROVENANCE = ("place", "quote")
EMPTY = {"", "null"}
DECISIONS_FILE = "decisions.csv"


@dataclass(slots=True)
class _Reading:
    """What is known of a dataset while its files are read, nodes first."""

    schema: Schema
    description: Description
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    nodes: dict[str, list[pa.Table]] = field(default_factory=dict)
    edges: dict[str, list[pa.Table]] = field(default_factory=dict)
    statistics: list[pa.Table] = field(default_factory=list)
    evidence: list[pa.Table] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)


def find_datasets(path: Path) -> list[Path]:
    """List the dataset folders at or below a path, sorted; raise DataError if there are none."""
    if not path.exists():
        raise _bad(str(path), None, None, "does not exist", "Check the path.")
    folders = sorted(found.parent for found in path.rglob(FILE_NAME)) if path.is_dir() else []
    if not folders:
        raise _bad(str(path), None, None, f"holds no dataset (no {FILE_NAME})", "Name a dataset's folder.")
    return folders


def load_dataset(folder: Path, schema: Schema | None = None) -> tuple[Graph, LoadReport]:
    """Read one dataset folder: a raw graph and a report of what was read.

    Raises DataError (file, place, value) or SchemaError; then nothing of the folder is taken.
    """
    schema = schema or Schema.load()
    description = read_description(folder)
    reading = _Reading(schema, description)
    digest = hashlib.sha256()
    for file in sorted(description.files, key=lambda f: (not f.node, bool(f.statistics))):
        digest.update(_bytes(folder / file.file))
        _read_file(reading, file)
    source = description.source_row(digest.hexdigest())
    raw = Graph(
        schema,
        {name: sorted_raw(pa.concat_tables(parts)) for name, parts in sorted(reading.nodes.items())},
        {name: sorted_raw(pa.concat_tables(parts)) for name, parts in sorted(reading.edges.items())},
        sources=pa.Table.from_pylist([source], schema=SOURCES),
        evidence=pa.concat_tables([EVIDENCE.empty_table(), *reading.evidence]),
        statistics=pa.concat_tables([STATISTICS.empty_table(), *reading.statistics]),
        is_raw=True,
    )
    warnings = _check_expectations(description, raw)
    names = (description.name, description.edition, description.source_id, bool(source["invented"]))
    return raw, LoadReport(*names, tuple(reading.reports), tuple(warnings))


def load_decisions(path: Path, schema: Schema | None = None) -> pa.Table:
    """Read decisions.csv: columns left, right (raw id, or dataset/Type/key), judgement, score, reason, by, at."""
    schema = schema or Schema.load()
    table = _read_csv(path, path.name)
    rows = []
    for row in table.to_pylist():
        place = row.pop("place")
        if row.get("judgement") not in ("same", "different", "unsure"):
            hint = "Use same, different or unsure."
            raise _bad(path.name, place, row.get("judgement"), "is no judgement", hint)
        ends = {side: _decided_id(schema, path, place, row.get(side)) for side in ("left", "right")}
        rows.append(row | ends | {"score": float(row["score"]) if row.get("score") else None})
    return conform(pa.Table.from_pylist(rows, schema=None), DECISIONS) if rows else DECISIONS.empty_table()


def _decided_id(schema: Schema, path: Path, place: str, written: str | None) -> str:
    dataset, _, rest = (written or "").partition("/")
    kind, _, key = rest.partition("/")
    if key:
        return raw_id(schema.node(kind).prefix, dataset, kind, key)
    if not written or schema.type_of(written) is None:
        raise _bad(path.name, place, written, "is no element", "Write a raw id, or dataset/Type/key.")
    return written


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _bad(str(path), None, None, f"cannot be read ({error.strerror})", "Check dataset.yaml.") from error


def _read_file(reading: _Reading, file: FileDescription) -> None:
    path = reading.description.folder / file.file
    table = _read_parquet(path, file.file) if _is_parquet(path) else _read_csv(path, file.file)
    if file.node:
        _read_nodes(reading, file, reading.schema.node(file.node), table)
    elif file.edge:
        _read_edges(reading, file, reading.schema.edge(file.edge), table)
    else:
        _read_statistics(reading, file, table)


def _is_parquet(path: Path) -> bool:
    return _bytes(path)[:4] == b"PAR1"


def _read_parquet(path: Path, name: str) -> pa.Table:
    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise _bad(name, None, None, "is no readable Parquet file", "Write it again.") from error
    return _with_places(table, [f"{name}:{number}" for number in range(1, len(table) + 1)])


def _read_csv(path: Path, name: str) -> pa.Table:
    """Read a clean CSV as text columns; `place` is the stated one, or the file and its line."""
    try:
        text = _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(name, f"byte {error.start}", None, "is not UTF-8", "Save it as UTF-8.") from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = next(reader, [])
        lines: list[list[str]] = []
        places: list[str] = []
        before = reader.line_num
        for cells in reader:
            if cells:
                _check_width(name, f"line {before + 1}", cells, header)
                lines.append(cells)
                places.append(f"{name}:{before + 1}")
            before = reader.line_num
    except csv.Error as error:
        raise _bad(name, f"line {reader.line_num}", None, f"is no CSV ({error})", "Correct the quotes.") from error
    if not header or len(set(header)) < len(header):
        raise _bad(name, "line 1", None, "needs a header row with different names", "Correct the header.")
    values = [[None if row[i] in EMPTY else row[i] for row in lines] for i in range(len(header))]
    table = pa.table({column: pa.array(cells, TEXT) for column, cells in zip(header, values, strict=True)})
    return _with_places(table, places)


def _check_width(name: str, place: str, cells: list[str], header: list[str]) -> None:
    if len(cells) != len(header):
        what = f"has {len(cells)} cells where the header has {len(header)}"
        raise _bad(name, place, None, what, "Correct the row; quote cells that hold commas.")


def _with_places(table: pa.Table, places: list[str]) -> pa.Table:
    lines = pa.chunked_array([pa.array(places, TEXT)])
    if "place" not in table.column_names:
        return table.append_column("place", lines)
    stated = pc.coalesce(table["place"], lines)
    return table.set_column(table.column_names.index("place"), "place", stated)


def _read_nodes(reading: _Reading, file: FileDescription, owner: NodeType, table: pa.Table) -> None:
    properties = _mapped(reading, file, owner, table, ends=())
    if "name" not in properties:
        raise _bad(file.file, "line 1", None, "has no column for the name", "Map one: columns: {…: name}.")
    keys = _key_column(file, table, properties["name"])
    known = reading.keys.setdefault(owner.name, {})
    for key in pc.unique(keys).to_pylist():
        known[key] = raw_id(owner.prefix, reading.description.name, owner.name, key)
    ids = pa.array([known[key] for key in keys.to_pylist()], TEXT)
    rows = _raw_rows(reading, owner, table, properties | {"id": ids, "key": keys})
    unique = _without_repeats(file, rows, table)
    reading.nodes.setdefault(owner.name, []).append(unique)
    _note_evidence(reading, table, unique)
    reading.reports.append(
        FileReport(file.file, owner.name, len(table), len(unique), merged=len(table) - len(unique))
    )


def _key_column(file: FileDescription, table: pa.Table, names: pa.ChunkedArray) -> pa.ChunkedArray:
    header = file.key or next((h for h, p in file.columns.items() if p == "key"), "key")
    keys = table[header] if header in table.column_names else names
    if header not in table.column_names and file.key:
        raise _bad(file.file, "line 1", header, f"has no column {header!r}", "Correct `key` in dataset.yaml.")
    if keys.null_count:
        row = int(pc.index(pc.is_null(keys), True).as_py())
        place = table["place"][row].as_py()
        raise _bad(file.file, place, None, "has no key", "Give the row a key (or a name).")
    return keys.cast(TEXT)


def _without_repeats(file: FileDescription, rows: pa.Table, table: pa.Table) -> pa.Table:
    """Drop rows that repeat an earlier one word for word; the same key with other values is an error."""
    ids = rows["id"].to_pylist()
    if len(set(ids)) == len(ids):
        return rows
    content = rows.drop_columns(["place"]).to_pylist()
    first: dict[str, int] = {}
    kept = []
    for number, (own_id, values) in enumerate(zip(ids, content, strict=True)):
        before = first.setdefault(own_id, number)
        if before == number:
            kept.append(number)
        elif content[before] != values:
            places = [table["place"][i].as_py() for i in (before, number)]
            what = f"repeats the key of {places[0]} with other values"
            raise _bad(file.file, places[1], values["key"], what, "Correct one of the two rows.")
    return rows.take(kept)


def _read_edges(reading: _Reading, file: FileDescription, owner: EdgeType, table: pa.Table) -> None:
    ends: dict[str, pa.Array] = {}
    for side, told in (("src", file.src), ("dst", file.dst)):
        ends[side], ends[f"{side}_type"] = _end(reading, file, told, table)
    for src, dst in sorted(set(zip(ends["src_type"].to_pylist(), ends["dst_type"].to_pylist(), strict=True))):
        check_pair(owner, src, dst, file.file)
    end_columns = {header for told in (file.src, file.dst) for header in _end_headers(told)}
    properties = _mapped(reading, file, owner, table, ends=tuple(end_columns))
    own_keys = table[file.key].cast(TEXT) if file.key else pa.nulls(len(table), TEXT)
    ids = _edge_ids(reading, owner, ends, properties, own_keys)
    rows = _raw_rows(reading, owner, table, properties | ends | {"id": ids, "key": own_keys})
    unique = _without_repeats(file, rows, table)
    reading.edges.setdefault(owner.name, []).append(unique)
    _note_evidence(reading, table, unique)
    reading.reports.append(
        FileReport(file.file, owner.name, len(table), len(unique), merged=len(table) - len(unique))
    )


def _end_headers(told: dict[str, Any]) -> list[str]:
    kind = told["type"]
    return [told["column"], *([kind["column"]] if isinstance(kind, dict) else [])]


def _end(
    reading: _Reading, file: FileDescription, told: dict[str, Any], table: pa.Table
) -> tuple[pa.Array, pa.Array]:
    for header in _end_headers(told):
        if header not in table.column_names:
            raise _bad(file.file, "line 1", header, f"has no column {header!r}", "Correct dataset.yaml.")
    keys = table[told["column"]].cast(TEXT).to_pylist()
    kind = told["type"]
    types = table[kind["column"]].to_pylist() if isinstance(kind, dict) else [kind] * len(keys)
    for name in sorted(set(types), key=str):
        reading.schema.node(str(name))
    ids = [reading.keys.get(t, {}).get(key) for t, key in zip(types, keys, strict=True)]
    if None in ids:
        row = ids.index(None)
        raise _dangling(reading, file, types[row], keys[row], table["place"][row].as_py())
    return pa.array(ids, TEXT), pa.array(types, TEXT)


def _dangling(reading: _Reading, file: FileDescription, kind: str, key: str | None, place: str) -> DataError:
    close = nearest(key or "", list(reading.keys.get(kind, {})))
    hint = f"Nearest keys: {'、'.join(close)}." if close else f"Add the {kind} to a file of the dataset."
    return _bad(file.file, place, key, f"names a {kind} that no file of the dataset holds", hint)


def _edge_ids(
    reading: _Reading, owner: EdgeType, ends: dict[str, pa.Array], properties: dict[str, Any], own_keys: Any
) -> pa.Array:
    """Hash what tells the edge apart: its own key, or its ends and the key properties of its type."""
    name = reading.description.name
    told = [properties[c].to_pylist() if c in properties else [None] * len(own_keys) for c in owner.key]
    rows = zip(own_keys.to_pylist(), ends["src"].to_pylist(), ends["dst"].to_pylist(), *told, strict=True)
    ids = []
    for own, src, dst, *values in rows:
        parts = [own] if own is not None else [src, dst, *(None if v is None else str(v) for v in values)]
        ids.append(raw_id(owner.prefix, name, owner.name, *parts))
    return pa.array(ids, TEXT)


def _mapped(
    reading: _Reading, file: FileDescription, owner: NodeType | EdgeType, table: pa.Table, *, ends: tuple[str, ...]
) -> dict[str, pa.ChunkedArray]:
    """Parse every column that is a property or a common column; refuse one that is neither."""
    wanted = columns(owner, raw=True).names
    passed = {*ends, *file.ignore, *PROVENANCE}
    found: dict[str, pa.ChunkedArray] = {}
    for header in table.column_names:
        name = file.columns.get(header, header)
        if header in passed or name == "key" or (header == file.key and name not in wanted):
            continue
        if name not in wanted:
            close = "、".join(nearest(name, wanted)) or ", ".join(wanted)
            raise _bad(file.file, "line 1", header, f"has a column {header!r} that {owner.name} does not know", close)
        column = Column(file.file, header, table[header], table["place"])
        found[name] = _parsed(reading, owner, name, column, file.types)
    for name, value in file.constants.items():
        if name not in wanted:
            raise _bad(file.file, "constants", name, f"sets {name!r}, which {owner.name} does not know", "Remove it.")
        found[name] = _parsed(reading, owner, name, _constant(file, name, value, table), file.types)
    return found


def _constant(file: FileDescription, name: str, value: Any, table: pa.Table) -> Column:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Column(file.file, name, pa.chunked_array([[text] * len(table)], TEXT), table["place"])


def _parsed(
    reading: _Reading, owner: NodeType | EdgeType, name: str, column: Column, types: dict[str, str]
) -> pa.ChunkedArray:
    prop = owner.properties.get(name) or _common(reading.schema, owner, name)
    if prop.type == "ref":
        return _references(reading, column, types.get(name))
    return parse(column, prop.type, prop.values)


def _common(schema: Schema, owner: NodeType | EdgeType, name: str) -> Property:
    bounds = {p.bound for p in owner.properties.values() if p.bound}
    enum = "bound" if name in bounds else ENUMS.get(name, "")
    values = tuple(value for kind, value in schema.captions if kind == enum) if enum else ()
    kind = "enum" if enum else COMMON.get(name, "string")
    return Property(name, kind, schema.captions.get(("property", name), schema.captions["property", "name"]), values)


def _references(reading: _Reading, column: Column, kind: str | None) -> pa.ChunkedArray:
    """Turn keys into ids of nodes of this dataset; the type is told, or the only one that has the key."""
    found: list[str | None] = []
    for row, key in enumerate(column.cells.to_pylist()):
        if key is None:
            found.append(None)
            continue
        ids = [keys[key] for t, keys in sorted(reading.keys.items()) if key in keys and kind in (None, t)]
        if len(ids) != 1:
            what = "names no node of the dataset" if not ids else "names nodes of several types"
            raise column.wrong(row, what, "Say the type in dataset.yaml: types: {column: Type}.")
        found.append(ids[0])
    return pa.chunked_array([found], TEXT)


def _raw_rows(
    reading: _Reading, owner: NodeType | EdgeType, table: pa.Table, found: dict[str, Any]
) -> pa.Table:
    provenance = {"source_id": pa.array([reading.description.source_id] * len(table), TEXT), "place": table["place"]}
    return conform(pa.table(found | provenance), columns(owner, raw=True))


def _note_evidence(reading: _Reading, table: pa.Table, rows: pa.Table) -> None:
    """A table that cites places or words of a document gives an evidence row per row."""
    cites = "quote" in table.column_names or not str(table["place"][0].as_py() if len(table) else "").count(".csv:")
    if not len(table) or not cites or _is_numbered(rows):
        return
    count = len(rows)
    quotes = table["quote"] if "quote" in table.column_names and len(table) == count else pa.nulls(count, TEXT)
    basis = rows["basis"] if "basis" in rows.column_names else pa.nulls(count, TEXT)
    cited = {"element_id": rows["id"], "source_id": rows["source_id"], "place": rows["place"], "quote": quotes}
    method = pa.array(["table"] * count, TEXT)
    more = {"method": method, "confidence": rows["confidence"], "basis": basis}
    reading.evidence.append(conform(pa.table(cited | more), EVIDENCE))


def _is_numbered(rows: pa.Table) -> bool:
    return bool(pc.all(pc.match_substring_regex(rows["place"], r"\.\w+:\d+$")).as_py())


def _read_statistics(reading: _Reading, file: FileDescription, table: pa.Table) -> None:
    told = {"type": {"column": "subject_type"}, "column": "subject"}
    renamed = table.rename_columns([file.columns.get(name, name) for name in table.column_names])
    subjects, _ = _end(reading, file, told, renamed)
    value = parse(Column(file.file, "value", renamed["value"], renamed["place"]), "float")
    keys = zip(subjects.to_pylist(), renamed["measure"].to_pylist(), renamed["place"].to_pylist(), strict=True)
    ids = pa.array([raw_id("sta", reading.description.name, *key) for key in keys], TEXT)
    own = {"id": ids, "subject": subjects, "value": value}
    source = {"source_id": pa.array([reading.description.source_id] * len(table), TEXT)}
    given = {name: renamed[name] for name in renamed.column_names if name in STATISTICS.names}
    reading.statistics.append(conform(pa.table(given | own | source), STATISTICS))
    reading.reports.append(FileReport(file.file, "statistics", len(table), len(table)))


def _check_expectations(description: Description, raw: Graph) -> list[str]:
    """Compare the number of distinct elements per type with `expect`; raise DataError, or warn if told so."""
    breaches = []
    for name, limits in (description.facts.get("expect") or {}).items():
        count = len(pc.unique(raw.table(name)["id"]))
        low, high = limits.get("min", 0), limits.get("max", count)
        if not low <= count <= high:
            wanted = f"{low}" if low == high else f"{low} to {limits.get('max', 'any number')}"
            breaches.append(f"{description.name}: {count} {name} where {wanted} are expected")
    if breaches and description.facts.get("on_breach", "error") != "warn":
        hint = "Look at what changed; then correct the tables, or `expect` in dataset.yaml."
        place = FILE_NAME
        raise DataError(
            "; ".join(breaches), code="expectation", hint=hint, source=description.name, place=place, value=None
        )
    return breaches


def _bad(source: str, place: str | None, value: str | None, what: str, hint: str) -> DataError:
    where = f"{source}, {place}" if place else source
    told = f" {value!r}" if value is not None else ""
    return DataError(f"{where}:{told} {what}", code="bad-source", hint=hint, source=source, place=place, value=value)
