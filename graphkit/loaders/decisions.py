"""`decisions.csv`: who is one with whom, and who is not, decided by hand."""

from pathlib import Path

import pyarrow as pa

from graphkit.errors import SchemaError
from graphkit.graph.convert import raw_id
from graphkit.graph.decisions import JUDGEMENTS
from graphkit.graph.tables import DECISIONS, conform
from graphkit.loaders.plain import read_plain, wrong
from graphkit.names import nearest
from graphkit.schema import Schema

DECISIONS_FILE = "decisions.csv"


def load_decisions(path: Path, schema: Schema | None = None) -> pa.Table:
    """Read decisions: columns left, right (raw id, or dataset/Type/key), judgement, score, reason, by, at."""
    schema = schema or Schema.load()
    table = read_plain(path, path.name).table
    for column in table.column_names:
        if column not in (*DECISIONS.names, "place"):
            hint = f"Columns are {', '.join(DECISIONS.names)}."
            raise wrong(path.name, "line 1", column, "is no column of decisions", hint)
    rows = []
    for row in table.to_pylist():
        place = row.pop("place")
        if row.get("judgement") not in JUDGEMENTS:
            raise wrong(path.name, place, row.get("judgement"), "is no judgement", f"Use {', '.join(JUDGEMENTS)}.")
        ends = {side: _decided_id(schema, path, place, row.get(side)) for side in ("left", "right")}
        rows.append(row | ends | {"score": _score(path, place, row.get("score"))})
    return conform(pa.Table.from_pylist(rows), DECISIONS) if rows else DECISIONS.empty_table()


def _score(path: Path, place: str, written: str | None) -> float | None:
    try:
        return None if written is None else float(written)
    except ValueError as error:
        raise wrong(path.name, place, written, "is no score", "Write a number, such as 0.9.") from error


def _decided_id(schema: Schema, path: Path, place: str, written: str | None) -> str:
    dataset, _, rest = (written or "").partition("/")
    kind, _, key = rest.partition("/")
    if key:
        if kind not in schema.nodes:
            hint = f"Did you mean {'、'.join(nearest(kind, list(schema.nodes))) or 'another type'}?"
            message = f"{path.name}, {place}: {written!r} names the type {kind!r}, which the schema does not know"
            raise SchemaError(message, code="unknown-type", hint=hint, name=kind, file=path.name)
        return raw_id(schema.nodes[kind].prefix, dataset, kind, key)
    if not written or schema.type_of(written) is None:
        raise wrong(path.name, place, written, "is no element", "Write a raw id, or dataset/Type/key.")
    return written
