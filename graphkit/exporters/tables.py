"""A graph's tables as files for other programs: Parquet, CSV and GraphML; a frame as CSV or Excel.

How texts are written is reversible. A list is joined by `|`, with `\\` before `|` and `\\` in a value. In CSV a
text that a spreadsheet would take for a formula (first = + - @, also full-width, tab, return or line feed, quotes
before it or not) has one `'` put in front; who reads it back drops one `'` from a text that begins with quotes and
such a character. Missing values and empty lists are empty cells, and absent in GraphML.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import ExportError
from graphkit.exporters.redact import redact
from graphkit.exporters.target import check_suffix, replaced, replaced_directory
from graphkit.exporters.workbook import sheet_of, write_workbook
from graphkit.graph.files import write_parquet
from graphkit.graph.tables import Graph

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["parquet", "csv", "graphml"]
FORMATS = ("csv", "graphml", "parquet")
CSV_MARK = "csv.json"  # says that a directory is an earlier export, and how its files read
BOM = b"\xef\xbb\xbf"  # without it Excel reads UTF-8 as the code page of the machine
FORMULA = "^'*[=+\\-@＝＋－＠\t\r\n]"
# XML 1.0 has no way to write these.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def export_graph(graph: Graph, target: Path | str, *, format: Format, tier: str = "internal") -> Path:
    """Write a graph's tables into a directory (`parquet`, `csv`) or a file (`graphml`) and return where they are.

    A directory must be absent, empty or an earlier export, and changes as a whole. `tier` is the circle of readers.
    Raises ExportError for an unknown format or circle, and for a place that cannot be written.
    """
    target = Path(target)
    if format not in FORMATS:
        hint = f"Use one of {', '.join(FORMATS)}."
        raise ExportError(f"{format!r} is no format of tables", code="unknown-format", hint=hint)
    shown = redact(graph, tier)
    if format == "parquet":
        return write_parquet(shown, target)
    if format == "csv":
        _write_csv_files(shown, target)
    else:
        check_suffix(target, (".graphml", ".xml"))
        with replaced(target) as part, part.open("w", encoding="utf-8", newline="\n") as file:
            _write_graphml(shown, file)
    return target


def export_frame(frame: "pd.DataFrame", path: Path | str) -> Path:
    """Write a finding's frame (gaps, rates) as .csv or .xlsx, safe to open in a spreadsheet.

    For another circle than the office take the frame from a finding that was redacted.
    """
    path = Path(path)
    if check_suffix(path, (".csv", ".xlsx")) == ".xlsx":
        write_workbook(path, [sheet_of(frame, path.stem)])
        return path
    with replaced(path) as part:
        write_csv(pa.Table.from_pandas(frame, preserve_index=False), part)
    return path


# CSV


def _write_csv_files(graph: Graph, directory: Path) -> None:
    plain = {name: getattr(graph, name) for name in ("sources", "evidence", "statistics", "decisions")}
    tables = {**graph.node_tables, **graph.edge_tables, **plain}
    with replaced_directory(directory, CSV_MARK) as part:
        for name, table in tables.items():
            write_csv(table, part / f"{name}.csv")
        rules = {"encoding": "UTF-8 with BOM", "list": "joined by |, \\ before | and \\", "missing": "empty"}
        rules |= {"guard": f"a text that matches {FORMULA} has one ' in front"}
        told = {"rows": {name: len(table) for name, table in sorted(tables.items())}, "reading": rules}
        (part / CSV_MARK).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_csv(table: pa.Table, path: Path) -> None:
    """Write one table as CSV: UTF-8 with BOM, texts quoted, lists joined, formulas guarded."""
    from pyarrow import csv

    for index, column in enumerate(table.schema):
        table = table.set_column(index, column.name, _csv_column(table[column.name]))
    header = table.rename_columns([guarded(name) for name in table.column_names])
    with path.open("wb") as file:
        file.write(BOM)
        csv.write_csv(header, file, csv.WriteOptions(quoting_style="needed"))


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pa.chunked_array([pa.array(map(joined, column.to_pylist()), pa.string())])
    if pa.types.is_dictionary(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return column
    risky = pc.fill_null(pc.match_substring_regex(column, FORMULA), False)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if re.match(FORMULA, text) else text


def unguarded(text: str) -> str:
    """Return the text behind a guarded one."""
    return text[1:] if text.startswith("'") and re.match(FORMULA, text[1:]) else text


def joined(values: list[Any] | None) -> str | None:
    """Join a list by |, so that `parted` gives it back."""
    if not values:
        return None
    return "|".join(str(value).replace("\\", "\\\\").replace("|", "\\|") for value in values)


def parted(text: str) -> list[str]:
    """Return the list behind a joined text."""
    parts, characters = [""], iter(text)
    for character in characters:
        if character == "|":
            parts.append("")
        else:
            parts[-1] += next(characters, "") if character == "\\" else character
    return parts


# GraphML, written row by row: a million nodes need no tree in memory


def _write_graphml(graph: Graph, file: TextIO) -> None:
    keys = _keys(graph)
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    for (side, name, kind), key in keys.items():
        told = "<desc>list: values joined by |, \\ before | and \\</desc>" if kind == "list" else ""
        written = "string" if kind == "list" else kind
        named = f'attr.name={quoteattr(name)} attr.type="{written}"'
        file.write(f'<key id="{key}" for="{side}" {named}>{told}</key>\n')
    file.write('<graph id="graphkit" edgedefault="directed">\n')
    for kind, table in graph.node_tables.items():
        for row in _rows(table):
            file.write(f"<node id={_attribute(row['id'])}>{_data(row, kind, ('node', keys, table.schema))}</node>\n")
    for kind, table in graph.edge_tables.items():
        for row in _rows(table):
            ends = f"source={_attribute(row['src'])} target={_attribute(row['dst'])}"
            data = _data(row, kind, ("edge", keys, table.schema))
            file.write(f"<edge id={_attribute(row['id'])} {ends}>{data}</edge>\n")
    file.write("</graph>\n</graphml>\n")


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()


_Keys = dict[tuple[str, str, str], str]


def _keys(graph: Graph) -> _Keys:
    """Name every attribute: one of one name and two types in two tables is two keys."""
    found: _Keys = {}
    for side, tables in (("node", graph.node_tables), ("edge", graph.edge_tables)):
        names = [(side, "type", "string")] if tables else []
        names += [(side, f.name, _kind(f.type)) for table in tables.values() for f in _attributes(table.schema)]
        for name in names:
            found.setdefault(name, f"d{len(found)}")
    return found


def _attributes(schema: pa.Schema) -> Iterator[pa.Field]:
    return (field for field in schema if field.name not in ("id", "src", "dst"))


def _kind(type: pa.DataType) -> str:
    if pa.types.is_list(type):
        return "list"
    known = ((pa.types.is_boolean, "boolean"), (pa.types.is_integer, "long"), (pa.types.is_floating, "double"))
    return next((name for test, name in known if test(type)), "string")


def _data(row: Mapping[str, Any], kind: str, at: tuple[str, _Keys, pa.Schema]) -> str:
    side, keys, schema = at
    parts = [f'<data key="{keys[side, "type", "string"]}">{_text(kind)}</data>']
    for field in _attributes(schema):
        value = joined(row[field.name]) if pa.types.is_list(field.type) else row[field.name]
        if value is not None:
            written = str(value).lower() if isinstance(value, bool) else value
            parts.append(f'<data key="{keys[side, field.name, _kind(field.type)]}">{_text(written)}</data>')
    return "".join(parts)


def _text(value: Any) -> str:
    return escape(_NO_XML.sub("", str(value)), {"\r": "&#13;"})


def _attribute(value: str) -> str:
    return quoteattr(_NO_XML.sub("", value))
