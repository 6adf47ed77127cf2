"""A dataset folder (dataset.yaml and clean tables by explicit mapping) becomes a raw Graph and a report."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import DataError, SchemaError
from graphkit.graph.convert import check_pair
from graphkit.graph.merge import sorted_raw
from graphkit.graph.order import by_id
from graphkit.graph.tables import EVIDENCE, SOURCES, STATISTICS, TEXT, Graph, columns, conform, whole
from graphkit.loaders.cells import Column, parse
from graphkit.loaders.description import FILE_NAME, Description, FileDescription, read_description
from graphkit.loaders.expectations import check_expectations, check_scopes
from graphkit.loaders.keys import Keys, raw_ids
from graphkit.loaders.plain import Plain, digest, read_plain, wrong
from graphkit.loaders.report import FileReport, LoadReport
from graphkit.names import nearest
from graphkit.schema import EdgeType, NodeType, Schema, column

STATISTIC_KINDS = {"value": "float", "as_of": "date", "bound": "enum"}


@dataclass(slots=True)
class _Reading:
    """What is known of a dataset while its files are read, nodes first."""

    schema: Schema
    description: Description
    keys: Keys = field(default_factory=Keys)
    nodes: dict[str, list[pa.Table]] = field(default_factory=dict)
    edges: dict[str, list[pa.Table]] = field(default_factory=dict)
    statistics: list[pa.Table] = field(default_factory=list)
    evidence: list[pa.Table] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)


def find_datasets(path: Path) -> list[Path]:
    """List the dataset folders at or below a path, sorted; raise DataError if there are none."""
    if not path.exists():
        raise wrong(str(path), None, None, "does not exist", "Check the path.")
    folders = sorted(found.parent for found in path.rglob(FILE_NAME)) if path.is_dir() else []
    if not folders:
        raise wrong(str(path), None, None, f"holds no dataset (no {FILE_NAME})", "Name a dataset's folder.")
    return folders


def load_dataset(folder: Path, schema: Schema | None = None) -> tuple[Graph, LoadReport]:
    """Read one dataset folder: a raw graph and a report of what was read.

    Raises DataError (file, place, value) or SchemaError; then nothing of the folder is taken.
    """
    description = read_description(folder)
    reading = _Reading(schema or Schema.load(), description)
    files = sorted(description.files, key=lambda f: (not f.node, bool(f.statistics)))
    for file, owner in [(file, _owner(reading, file)) for file in files]:
        _read_file(reading, file, owner)
    source = description.source_row(digest([folder / file.file for file in files]))
    raw = Graph(
        reading.schema,
        {name: sorted_raw(pa.concat_tables(parts)) for name, parts in sorted(reading.nodes.items())},
        {name: sorted_raw(pa.concat_tables(parts)) for name, parts in sorted(reading.edges.items())},
        sources=pa.Table.from_pylist([source], schema=SOURCES),
        evidence=pa.concat_tables([EVIDENCE.empty_table(), *reading.evidence]),
        statistics=pa.concat_tables([STATISTICS.empty_table(), *reading.statistics]),
        is_raw=True,
    )
    warnings = [*check_expectations(description, raw), *check_scopes(description, raw)]
    names = (description.name, description.edition, description.source_id, bool(source["invented"]))
    return raw, LoadReport(*names, tuple(reading.reports), tuple(warnings), delivery=source["delivery"])


def _owner(reading: _Reading, file: FileDescription) -> NodeType | EdgeType | None:
    """Return the type that a file's rows become; None for statistics."""
    try:
        if file.node:
            return reading.schema.node(file.node)
        return reading.schema.edge(file.edge) if file.edge else None
    except SchemaError as error:
        path = reading.description.folder / FILE_NAME
        message = f"{path}, {file.file}: {error.message}"
        raise SchemaError(message, code=error.code, hint=error.hint, file=str(path), key=file.file) from error


def _read_file(reading: _Reading, file: FileDescription, owner: NodeType | EdgeType | None) -> None:
    plain = read_plain(reading.description.folder / file.file, file.file)
    for header in file.columns:
        if header not in plain.table.column_names:
            close = "、".join(nearest(header, plain.table.column_names) or plain.table.column_names)
            hint = f"Nearest: {close}. Correct `columns` in dataset.yaml."
            raise wrong(file.file, "line 1", header, "is mapped, but is no column of the file", hint)
    if isinstance(owner, NodeType):
        _read_nodes(reading, file, owner, plain)
    elif owner:
        _read_edges(reading, file, owner, plain)
    else:
        _read_statistics(reading, file, plain)


def _read_nodes(reading: _Reading, file: FileDescription, owner: NodeType, plain: Plain) -> None:
    found = _mapped(reading, file, owner, plain, ends=())
    if "name" not in found:
        raise wrong(file.file, "line 1", None, "has no column for the name", "Map one: columns: {…: name}.")
    keys = _key_column(file, plain, found["name"])
    ids = raw_ids(owner.prefix, reading.description.name, owner.name, keys)
    reading.keys.add(owner.name, keys, ids)
    rows = _raw_rows(reading, owner, plain, found | {"id": ids, "key": keys})
    _keep(reading, reading.nodes, (file, owner), plain, rows)


def _key_column(file: FileDescription, plain: Plain, names: pa.ChunkedArray) -> pa.ChunkedArray:
    header = file.key or next((h for h, p in file.columns.items() if p == "key"), "key")
    if header not in plain.table.column_names and file.key:
        what = f"has no column {header!r} for the key"
        raise wrong(file.file, "line 1", None, what, "Correct `key` in dataset.yaml.")
    keys = plain.table[header] if header in plain.table.column_names else names
    empty = pc.fill_null(pc.equal(keys.cast(TEXT), ""), True)
    if pc.any(empty).as_py():
        place = plain.place(int(pc.index(empty, True).as_py()))
        raise wrong(file.file, place, None, "has no key", "Give the row a key (or a name).")
    return keys.cast(TEXT)


def _read_edges(reading: _Reading, file: FileDescription, owner: EdgeType, plain: Plain) -> None:
    ends: dict[str, Any] = {}
    for side, told in (("src", file.src), ("dst", file.dst)):
        ends[side], ends[f"{side}_type"] = _end(reading, told, plain)
    _check_pairs(owner, ends, plain)
    end_columns = {header for told in (file.src, file.dst) for header in _end_headers(told)}
    found = _mapped(reading, file, owner, plain, ends=tuple(end_columns))
    own_keys = _own_keys(file, plain)
    dataset = reading.description.name
    told_apart = [pc.cast(found[name], TEXT) if name in found else "" for name in owner.key]
    ids = raw_ids(owner.prefix, dataset, owner.name, ends["src"], ends["dst"], *told_apart)
    if own_keys.null_count < len(own_keys):
        ids = pc.if_else(pc.is_valid(own_keys), raw_ids(owner.prefix, dataset, owner.name, own_keys), ids)
    rows = _raw_rows(reading, owner, plain, found | ends | {"id": ids, "key": own_keys})
    _keep(reading, reading.edges, (file, owner), plain, rows)


def _own_keys(file: FileDescription, plain: Plain) -> pa.ChunkedArray:
    if not file.key:
        return pa.chunked_array([pa.nulls(len(plain.table), TEXT)])
    if file.key not in plain.table.column_names:
        raise wrong(file.file, "line 1", file.key, "is no column of the file", "Correct `key` in dataset.yaml.")
    return plain.table[file.key].cast(TEXT)


def _end_headers(told: dict[str, Any]) -> list[str]:
    kind = told["type"]
    return [told["column"], *([kind["column"]] if isinstance(kind, dict) else [])]


def _end(reading: _Reading, told: dict[str, Any], plain: Plain) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Return the id and the type of the node at one end of every row."""
    table = plain.table
    for header in _end_headers(told):
        if header not in table.column_names:
            raise wrong(plain.name, "line 1", None, f"has no column {header!r}", "Correct dataset.yaml.")
    keys, kind = table[told["column"]].cast(TEXT), told["type"]
    types = table[kind["column"]].cast(TEXT) if isinstance(kind, dict) else _repeated(kind, len(keys))
    ids = pa.chunked_array([pa.nulls(len(keys), TEXT)])
    for name in pc.unique(types).to_pylist():
        of_type = pc.equal(types, name) if name else pc.is_null(types)
        if name not in reading.schema.nodes:
            place = plain.place(int(pc.index(of_type, True).as_py()))
            close = "、".join(nearest(name or "", list(reading.schema.nodes)) or reading.schema.nodes)
            raise wrong(plain.name, place, name, "is no node type of the schema", f"Nearest: {close}.")
        found = reading.keys.ids(name, keys)
        ids = found if isinstance(kind, str) else pc.if_else(of_type, found, ids)
    if ids.null_count:
        row = int(pc.index(pc.is_null(ids), True).as_py())
        raise _dangling(reading, plain, row, types[row].as_py(), keys[row].as_py())
    return ids, types


def _repeated(text: str, count: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.repeat(pa.scalar(text, TEXT), count)])


def _dangling(reading: _Reading, plain: Plain, row: int, kind: str, key: str | None) -> DataError:
    if key is None:
        return wrong(plain.name, plain.place(row), None, f"names no {kind} where it has to", "Fill in the key.")
    close = reading.keys.nearest(kind, key)
    hint = f"Nearest keys: {'、'.join(close)}." if close else f"Add the {kind} to a file of the dataset."
    return wrong(plain.name, plain.place(row), key, f"names a {kind} that no file of the dataset holds", hint)


def _check_pairs(owner: EdgeType, ends: dict[str, Any], plain: Plain) -> None:
    types = pa.table({"src": ends["src_type"], "dst": ends["dst_type"], "row": np.arange(len(plain.table))})
    for pair in types.group_by(["src", "dst"]).aggregate([("row", "min")]).sort_by("row_min").to_pylist():
        place = plain.place(pair["row_min"])
        check_pair(owner, pair["src"], pair["dst"], place if plain.name in place else f"{plain.name}, {place}")


def _mapped(
    reading: _Reading, file: FileDescription, owner: NodeType | EdgeType, plain: Plain, *, ends: tuple[str, ...]
) -> dict[str, pa.ChunkedArray]:
    """Parse every column that is a property or a common column; refuse one that is neither."""
    wanted = columns(owner, raw=True).names
    passed = {*ends, *file.ignore, "place", "quote"}
    found: dict[str, pa.ChunkedArray] = {}
    for header in plain.table.column_names:
        name = file.columns.get(header, header)
        if header in passed or name == "key" or (header == file.key and name not in wanted):
            continue
        if name not in wanted or name in COMPUTED:
            hint = f"Nearest: {'、'.join(nearest(name, wanted)) or ', '.join(wanted)}."
            mapped = f", mapped to {name!r}," if name != header else ""
            raise wrong(file.file, "line 1", header, f"is a column{mapped} that {owner.name} does not know", hint)
        if name in found or name in file.constants:
            raise wrong(file.file, "line 1", header, f"states {name} a second time", "Leave one of the two out.")
        cells = Column(file.file, header, plain.table[header], plain.table["place"])
        found[name] = _parsed(reading, owner, name, cells, file.types)
    for name, value in file.constants.items():
        if name not in wanted or name in COMPUTED:
            raise wrong(file.file, "constants", name, f"is nothing that {owner.name} knows", "Remove it.")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        cells = Column(file.file, name, _repeated(text, len(plain.table)), plain.table["place"])
        found[name] = _parsed(reading, owner, name, cells, file.types)
    return found


COMPUTED = ("id", "src", "src_type", "dst", "dst_type", "source_id")


def _parsed(
    reading: _Reading, owner: NodeType | EdgeType, name: str, cells: Column, types: dict[str, str]
) -> pa.ChunkedArray:
    prop = column(reading.schema, owner, name)
    if prop.type == "ref":
        return _references(reading, cells, types.get(name))
    values = parse(cells, prop.type, prop.values)
    if name == "confidence" and pc.any(pc.or_(pc.less(values, 0), pc.greater(values, 1))).as_py():
        row = int(pc.index(pc.or_(pc.less(values, 0), pc.greater(values, 1)), True).as_py())
        raise cells.wrong(row, "is no confidence", "Write a number from 0 to 1.")
    return values


def _references(reading: _Reading, cells: Column, kind: str | None) -> pa.ChunkedArray:
    """Turn keys into ids of nodes of this dataset; the type is told, or the only one that has the key."""
    keys = cells.cells.cast(TEXT)
    different = [key for key in pc.unique(keys).to_pylist() if key is not None]
    ids: list[str] = []
    for key in different:
        named = reading.keys.named(key, kind)
        if len(named) != 1:
            what = "names no node of the dataset" if not named else "names nodes of several types"
            hint = "Say the type in dataset.yaml: types: {column: Type}."
            raise cells.wrong(int(pc.index(keys, key).as_py()), what, hint)
        ids.append(named[0])
    index = pc.index_in(whole(keys), value_set=pa.array(different, TEXT), skip_nulls=True)
    return pa.chunked_array([pa.array(ids, TEXT).take(index)])


def _raw_rows(reading: _Reading, owner: NodeType | EdgeType, plain: Plain, found: dict[str, Any]) -> pa.Table:
    source = _repeated(reading.description.source_id, len(plain.table))
    return conform(pa.table(found | {"source_id": source, "place": plain.table["place"]}), columns(owner, raw=True))


def _keep(
    reading: _Reading,
    kept: dict[str, list[pa.Table]],
    what: tuple[FileDescription, NodeType | EdgeType],
    plain: Plain,
    rows: pa.Table,
) -> None:
    """Take a file's rows, evidence for those that cite their source, and report them."""
    file, owner = what
    ordered = by_id(rows)  # None if an id may be repeated
    unique = rows.take(_first_rows(file, owner, plain, rows)) if ordered is None else ordered
    kept.setdefault(owner.name, []).append(unique)
    cited = pc.indices_nonzero(plain.cited)
    if len(cited):
        rest, words = rows.take(cited), plain.table.take(cited)
        told = {"element_id": rest["id"], "method": _repeated("table", len(rest))}
        named = [name for name in ("source_id", "place", "confidence", "basis") if name in rest.schema.names]
        told |= {name: rest[name] for name in named}
        told |= {"quote": words["quote"]} if "quote" in words.schema.names else {}
        reading.evidence.append(conform(pa.table(told), EVIDENCE))
    reading.reports.append(FileReport(file.file, owner.name, len(rows), len(unique), merged=len(rows) - len(unique)))


def _first_rows(file: FileDescription, owner: NodeType | EdgeType, plain: Plain, rows: pa.Table) -> pa.Array:
    """Number the rows without those that repeat an earlier one; the same key with other values is an error."""
    counts = pc.value_counts(rows["id"])
    if len(counts) == len(rows):
        return pa.array(np.arange(len(rows)))
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    repeated = pc.indices_nonzero(pc.is_in(rows["id"], value_set=several)).to_pylist()
    first: dict[str, tuple[int, dict[str, Any]]] = {}
    gone: set[int] = set()
    for number, values in zip(repeated, rows.drop_columns(["place"]).take(repeated).to_pylist(), strict=True):
        before, same = first.setdefault(values["id"], (number, values))
        if same != values:
            what = f"repeats the key of {plain.place(before)} with other values"
            hint = "Correct one of the two rows." if isinstance(owner, NodeType) else "Correct one, or give both a key."
            raise wrong(file.file, plain.place(number), values["key"], what, hint)
        if before != number:
            gone.add(number)
    return pa.array([number for number in range(len(rows)) if number not in gone])


def _read_statistics(reading: _Reading, file: FileDescription, plain: Plain) -> None:
    table = plain.table.rename_columns([file.columns.get(name, name) for name in plain.table.column_names])
    plain = Plain(plain.name, table, plain.cited)
    known = [*STATISTICS.names, "subject_type", *file.ignore]
    for name in ("subject", "subject_type", "measure", "value", *table.column_names):
        if name not in table.column_names or name not in known:
            what = "is no column of statistics" if name in table.column_names else "is a column that statistics need"
            raise wrong(file.file, "line 1", name, what, f"Columns are {', '.join(STATISTICS.names)}.")
    subjects, _ = _end(reading, {"type": {"column": "subject_type"}, "column": "subject"}, plain)
    bounds = tuple(value for kind, value in reading.schema.captions if kind == "bound")
    given = {
        name: parse(Column(file.file, name, table[name], table["place"]), STATISTIC_KINDS.get(name, "string"), bounds)
        for name in table.column_names
        if name in STATISTICS.names and name not in ("subject", "place")
    }
    source = _repeated(reading.description.source_id, len(table))
    told = {"source_id": source, "place": table["place"], "subject": subjects} | given
    parts = [told[name].cast(TEXT) for name in STATISTICS.names if name in told]
    ids = raw_ids("sta", *parts) if len(table) else pa.array([], TEXT)
    reading.statistics.append(conform(pa.table(told | {"id": ids}), STATISTICS))
    reading.reports.append(FileReport(file.file, "statistics", len(table), len(table)))
