"""What users of SQL see: for each type a plain table of the elements that hold now, whichever way they are kept."""

from collections.abc import Iterable

from graphkit.graph.collapse import SILENCE
from graphkit.graph.tables import columns
from graphkit.schema import Schema
from graphkit.stores.revisions import ALONE, NOW, Connection, column_names, sql_type, tables


def show(db: Connection, schema: Schema, plain: Iterable[str]) -> None:
    """Make the views of the record: `plain` tables as they are, types as elements."""
    for name in plain:
        _view(db, name, f'SELECT * EXCLUDE (_since, _until) FROM record."{name}" WHERE {NOW}')
    for name in sorted(tables(db, "raw") - set(plain)):
        wanted = columns(schema.nodes[name] if name in schema.nodes else schema.edge(name))
        types = {column.name: sql_type(column.type) for column in wanted}
        _view(db, name, f"{_held(db, name, types)} UNION ALL {_stated(db, name, types)}")


def _view(db: Connection, name: str, text: str) -> None:
    db.execute(f'CREATE OR REPLACE VIEW main."{name}" AS {text}')


def _held(db: Connection, name: str, types: dict[str, str]) -> str:
    """Elements of several rows, kept as elements."""
    there = column_names(db, "record", name)
    told = [f'"{column}"' if column in there else f'NULL::{kind} AS "{column}"' for column, kind in types.items()]
    return f'SELECT {", ".join(told)} FROM record."{name}" WHERE {NOW}'


def _stated(db: Connection, name: str, types: dict[str, str]) -> str:
    """Elements that are one raw row: singles.as_elements in SQL."""
    there = column_names(db, "raw", name)
    own = {"raw_ids": "[id]", "sources": "[source_id]"}
    for column, kind in types.items():
        value = f'"{column}"' if column in there else f"NULL::{kind}"
        silence = SILENCE[column].as_py() if column in SILENCE else None
        own.setdefault(column, value if silence is None else f"coalesce({value}, {silence!r})")
    told = [f'{own[column]} AS "{column}"' for column in types]
    return f'SELECT {", ".join(told)} FROM raw."{name}" WHERE {ALONE} AND {NOW}'
