"""A graph as files for `neo4j-admin database import`: an empty server is filled at once, as a push would fill it.

The files are read by that tool alone, so that no text is guarded: what begins with = stands as it is. Lists are
joined by a sign that no list holds. The tool takes an empty list for none at all: constraints.cypher puts these back.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.cypher import text
from graphkit.exporters.redact import redact
from graphkit.exporters.target import replaced_directory
from graphkit.graph.tables import TEXT, TEXTS, Graph
from graphkit.stores.neo4j.constraints import AWAIT
from graphkit.stores.neo4j.held import store_values
from graphkit.stores.neo4j.parts import RAW_ROWS, Part, PushOptions, prepared

IMPORT_MARK = "import.json"  # says that a directory is an earlier export
SIGNS = "\x1f\x1e\x1d\x1c" + "".join(map(chr, range(0xE000, 0xF8FF)))  # the first that no list holds joins them
USUAL = 4_194_304  # bytes of the longest value that the tool reads without being told
SHOWN = 20  # of the orphans
KINDS = {TEXT: "string", pa.int64(): "long", pa.float64(): "double", pa.bool_(): "boolean", TEXTS: "string[]"}
ENDS = {"src": "START_ID", "dst": "END_ID"}


@dataclass(slots=True)
class _Folder:
    """What stands in the folder so far, and what the tool and the server are to be told of it."""

    path: Path
    sign: str
    load: str
    arguments: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    orphans: dict[str, list[str]] = field(default_factory=dict)
    longest: int = 0
    several_lines: bool = False


def export_neo4j_import(
    graph: Graph,
    directory: Path | str,
    options: PushOptions = PushOptions(),  # noqa: B008 - a frozen value
    *,
    tier: str = "internal",
) -> Path:
    """Write a folder that `neo4j-admin database import full` reads, with a README.txt that says how; return its path.

    Of `options` count `sensitive` and `coverage`. A server that is filled from it holds what a push would bring; edges
    without an end are left out. The folder must be absent, empty or an earlier export, and changes as a whole.
    Raises ExportError for an unknown tier and a place that cannot be written, DataError for what Neo4j cannot hold.
    """
    directory, shown = Path(directory), redact(graph, tier)
    parts = prepared(shown, options).parts
    nodes = {part.name: part.table["id"].combine_chunks() for part in parts if not part.edge}
    with replaced_directory(directory, IMPORT_MARK) as path:
        folder = _Folder(path, _sign(parts), _load(parts))
        for name in ("nodes", "edges"):
            (path / name).mkdir()
        _write_store_node(folder, shown, parts)
        for part in parts:
            if len(part.table):
                _write_part(folder, part, nodes)
        _write_instructions(folder)
    return directory


def _load(parts: list[Part]) -> str:
    """Return the mark of what is written: the same graph has the same, so that its files are the same bytes."""
    known = hashlib.sha256()
    for part in parts:
        known.update("\n".join([part.name, *part.table["id"].to_pylist()]).encode())
    return known.hexdigest()[:16]


def _sign(parts: list[Part]) -> str:
    """Choose the sign that joins lists."""
    lists = [pc.list_flatten(c) for part in parts for c in part.table.columns if c.type == TEXTS]
    return next(sign for sign in SIGNS if not any(pc.any(pc.match_substring(c, sign)).as_py() for c in lists))


def _write_store_node(folder: _Folder, graph: Graph, parts: list[Part]) -> None:
    """Write the node that says what the server holds, as the end of a push does."""
    own = next(part.table["id"].to_pylist() for part in parts if part.name == RAW_ROWS)
    told = {"id": "store", **store_values(graph.schema, 1, own, has_raw=graph.raw is not None), "load": folder.load}
    table = pa.table({name: pa.array([value], TEXTS if name == "parts" else None) for name, value in told.items()})
    _write_part(folder, Part(text.STORE, table, element=False), {})


def _write_part(folder: _Folder, part: Part, nodes: Mapping[str, pa.Array]) -> None:
    """Write the rows of a label, or of a type: a file for each pair of labels that it joins."""
    folder.constraints.append(text.constraint(part.name, edge=part.edge))
    table = part.table
    if part.name != text.STORE:
        table = table.append_column(text.LOAD, pa.repeat(folder.load, len(table)))
        folder.rows[part.name] = len(table)
    table = _with_marks(folder, part, table)
    if not part.edge:
        _write_rows(folder, part.name, table)
        return
    for ends, rows in _by_ends(table):
        none = pa.array([], TEXT)
        there = pc.and_(*(pc.is_in(rows[end], nodes.get(label, none)) for end, label in zip(ENDS, ends, strict=True)))
        missing = rows["id"].filter(pc.invert(there)).to_pylist()
        if missing:
            folder.rows[part.name] -= len(missing)
            folder.orphans[part.name] = folder.orphans.get(part.name, []) + missing
        if len(missing) < len(rows):
            _write_rows(folder, part.name, rows.filter(there), ends)


def _with_marks(folder: _Folder, part: Part, table: pa.Table) -> pa.Table:
    """Note the lists that the tool takes for none, and mark them: empty ones true, those of one empty text false.

    No mark is needed where what is missing can only be an empty list.
    """
    for number, name in enumerate(part.columns):
        if table[name].type != TEXTS:
            continue
        size = pc.list_value_length(table[name])
        blank = pc.and_(pc.equal(size, 1), pc.equal(pc.binary_join(table[name], ""), ""))
        mark = pc.if_else(pc.equal(size, 0), True, pc.if_else(blank, False, pa.scalar(None, pa.bool_())))
        if mark.null_count == len(mark):
            continue
        marked = table[name].null_count or pc.any(blank).as_py() or text.LOAD not in table.column_names
        known = f"gk_list_{number}" if marked else None
        if known:
            table = table.append_column(known, mark)
        folder.lists.append(text.put_lists(part.name, name, known, edge=part.edge))
    return table


def _by_ends(table: pa.Table) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Part relationships by the labels that they join."""
    pairs = table.select(["src_type", "dst_type"]).group_by(["src_type", "dst_type"]).aggregate([]).to_pylist()
    for src, dst in sorted((pair["src_type"], pair["dst_type"]) for pair in pairs):
        rows = table.filter(pc.and_(pc.equal(table["src_type"], src), pc.equal(table["dst_type"], dst)))
        yield (src, dst), rows.drop_columns(["src_type", "dst_type"])


def _write_rows(folder: _Folder, name: str, table: pa.Table, ends: tuple[str, str] | None = None) -> None:
    """Write one file; columns in which nothing is stated are left out, as a push leaves them out."""
    from pyarrow import csv

    header = {"id": "id:string"} if ends else {"id": f"id:ID({name})"}
    for (end, role), label in zip(ENDS.items(), ends or (), strict=bool(ends)):
        header[end] = f":{role}({label})"
    told = [column for column in table.column_names if table[column].null_count < len(table)]
    header |= {column: f"{column}:{KINDS[table[column].type]}" for column in told if column not in header}
    place = f"edges/{'.'.join((name, *ends))}.csv" if ends else f"nodes/{name}.csv"
    with (folder.path / place).open("wb") as file:
        file.write(f"{','.join(header.values())}\n".encode())
        written = pa.table({column: _column(folder, table[column]) for column in header})
        csv.write_csv(written, file, csv.WriteOptions(include_header=False, quoting_style="needed"))
    # The newest line of the tool finds no file without a folder before its name.
    folder.arguments.append(f"--{'relationships' if ends else 'nodes'}={name}=./{place}")


def _column(folder: _Folder, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write values as the tool reads them; a text, if only an empty one, is in quotes, and null is not."""
    if pa.types.is_floating(column.type):
        return pc.replace_substring_regex(column.cast(TEXT), "^(-?)inf$", r"\1Infinity")
    if column.type == TEXTS:
        column = pc.binary_join(column, folder.sign)
    if column.type == TEXT:
        folder.longest = max(folder.longest, pc.max(pc.binary_length(column)).as_py() or 0)
        folder.several_lines |= bool(pc.any(pc.match_substring_regex(column, "[\r\n]")).as_py())
    return column


def _write_instructions(folder: _Folder) -> None:
    """Write what the tool is told, what the server is told then, and what a person is told."""
    arguments = [f"--array-delimiter=U+{ord(folder.sign):04X}"]
    if folder.several_lines:
        arguments.append("--multiline-fields=true")
    if folder.longest > USUAL // 2:
        arguments.append(f"--read-buffer-size={2 * folder.longest}")
    statements = [*folder.constraints, AWAIT, *folder.lists]
    orphans = {name: sorted(found) for name, found in sorted(folder.orphans.items())}
    counted = {name: {"left_out": len(found), "examples": found[:SHOWN]} for name, found in orphans.items()}
    told = {"load": folder.load, "rows": dict(sorted(folder.rows.items())), "orphans": counted}
    template = (files("graphkit") / "exporters" / "templates" / "neo4j_import.txt").read_text(encoding="utf-8")
    elements = f"{sum(folder.rows.values()):,}"
    left_out = f"{sum(map(len, orphans.values())):,}"
    for name, content in {
        "import.args": "\n".join([*arguments, *folder.arguments]),
        "constraints.cypher": "\n".join(f"{statement};" for statement in statements),
        "README.txt": Template(template).substitute(elements=elements, left_out=left_out).rstrip(),
        IMPORT_MARK: json.dumps(told, indent=1, ensure_ascii=False),
    }.items():
        (folder.path / name).write_text(content + "\n", encoding="utf-8", newline="\n")
