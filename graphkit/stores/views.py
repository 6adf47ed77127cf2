"""What users of SQL see: for each type a plain table of the elements that hold now, whichever way they are kept."""

from collections.abc import Iterable, Sequence

from graphkit.graph.collapse import SILENCE
from graphkit.graph.tables import columns
from graphkit.schema import Schema
from graphkit.stores.revisions import ALONE, NOW, Connection, Layout, sql_type


def show(db: Connection, known: Layout, schema: Schema, plain: Iterable[str]) -> None:
    """Make the views of the record: `plain` tables as they are, types as elements."""
    texts = {name: f'SELECT * EXCLUDE (_since, _until) FROM record."{name}" WHERE {NOW}' for name in plain}
    for name in known["raw"].keys() - texts.keys():
        types = {column.name: sql_type(column.type) for column in columns(schema.owner(name))}
        texts[name] = (
            f"{_held(name, types, known['record'][name])} UNION ALL {_stated(name, types, known['raw'][name])}"
        )
    db.execute("; ".join(f'CREATE OR REPLACE VIEW main."{name}" AS {texts[name]}' for name in sorted(texts)))


def _held(name: str, types: dict[str, str], there: Sequence[str]) -> str:
    """Elements of several rows, kept as elements."""
    told = [f'"{column}"' if column in there else f'NULL::{kind} AS "{column}"' for column, kind in types.items()]
    return f'SELECT {", ".join(told)} FROM record."{name}" WHERE {NOW}'


def _stated(name: str, types: dict[str, str], there: Sequence[str]) -> str:
    """Elements that are one raw row: collapse.as_elements in SQL."""
    own = {"raw_ids": "[id]", "sources": "[source_id]"}
    for column, kind in types.items():
        value = f'"{column}"' if column in there else f"NULL::{kind}"
        silence = SILENCE[column].as_py() if column in SILENCE else None
        own.setdefault(column, value if silence is None else f"coalesce({value}, {silence!r})")
    told = [f'{own[column]} AS "{column}"' for column in types]
    return f'SELECT {", ".join(told)} FROM raw."{name}" WHERE {ALONE} AND {NOW}'
