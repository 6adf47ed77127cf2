"""Rows that are closed instead of deleted: the SQL of a table with `_since` and `_until`."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from graphkit.graph.tables import conform

Connection = Any  # a DuckDB connection; duckdb itself is known to embedded.py alone
Target = tuple[str, str]  # schema and table
Layout = dict[str, dict[str, list[str]]]  # by schema and table the columns
CATALOG = "graphkit_store"
NOW = "_until IS NULL"
ALONE = "_alone"  # of raw rows: whether the row is an element by itself
ALWAYS = ("id", "source_id", "place", ALONE)  # columns that every table of a type has
SQL_TYPES = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN"}


def at(revision: int) -> str:
    """Return the condition on rows that held in a revision."""
    return f"_since <= {revision} AND (_until IS NULL OR _until > {revision})"


def tables(db: Connection, space: str) -> set[str]:
    """List the tables of a schema."""
    found = db.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_catalog = ? AND table_schema = ? AND table_type = 'BASE TABLE'",
        [CATALOG, space],
    )
    return {name for (name,) in found.fetchall()}


def one(db: Connection, text: str) -> Any:
    """Return the first value of the first row of an answer, or None."""
    # Fetched to the end: DuckDB refuses other work beside an unfinished result.
    rows = db.execute(text).fetchall()
    return rows[0][0] if rows else None


def layout(db: Connection) -> Layout:
    """Return the tables of ours in the file with their columns, in one look."""
    found: Layout = {}
    told = db.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() "
        "USING (database_name, schema_name, table_name) WHERE database_name = ? ORDER BY ALL",
        [CATALOG],
    )
    for space, name, column in told.fetchall():
        found.setdefault(space, {}).setdefault(name, []).append(column)
    return {space: {name: c for name, c in held.items() if "_since" in c} for space, held in found.items()}


def select(db: Connection, table: str, wanted: pa.Schema, when: str, order: str = "") -> pa.Table:
    """Read the rows that hold at a time, with exactly the wanted columns; without an order, as they were written."""
    ordered = f" ORDER BY {order}" if order else ""
    rows = db.sql(f"SELECT * EXCLUDE (_since, _until) FROM {table} WHERE {when}{ordered}").to_arrow_table()
    return conform(rows.combine_chunks(), wanted)


def stated(rows: pa.Table) -> pa.Schema:
    """Return the columns in which something is stated: each of the others would cost time and room."""
    return pa.schema(f for f in rows.schema if f.name in ALWAYS or rows[f.name].null_count < len(rows))


def fit(db: Connection, target: Target, wanted: pa.Schema, known: Sequence[str] = ()) -> list[str]:
    """Make a table with the wanted columns, or add those that it lacks to the known ones; return all that it has."""
    table, new = f'{target[0]}."{target[1]}"', [column for column in wanted if column.name not in known]
    typed = [f'"{column.name}" {sql_type(column.type)}' for column in new]
    if not known:
        db.execute(f"CREATE TABLE {table} ({', '.join([*typed, '_since INTEGER', '_until INTEGER'])})")
    for column in typed if known else ():
        db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    return [*known, *(column.name for column in new)]


def bring(db: Connection, target: Target, rows: pa.Table, revision: int) -> int:
    """Close the rows of a table that no longer hold and add those that newly do; return how many changed."""
    table = f'{target[0]}."{target[1]}"'
    listed = ", ".join(f'"{column}"' for column in rows.schema.names)
    db.register("_given", rows)
    try:
        if not one(db, f"SELECT count(*) FROM {table} WHERE {NOW}"):
            db.execute(f"INSERT INTO {table} ({listed}, _since) SELECT {listed}, {revision} FROM _given")
            return len(rows)
        return _replace(db, table, (listed, rows.schema.names[0]), revision)
    finally:
        db.unregister("_given")


def _replace(db: Connection, table: str, columns: tuple[str, str], revision: int) -> int:
    """Compare rows by their first column and a hash of the whole: what stands in both stays untouched."""
    listed, first = columns
    told = f"coalesce(\"{first}\", '') AS _key, hash(row({listed})) AS _digest"
    db.execute(f"CREATE TEMP TABLE _old AS SELECT rowid AS _place, {told} FROM {table} WHERE {NOW}")
    db.execute(f"CREATE TEMP TABLE _new AS SELECT {told} FROM _given")
    closed = db.execute(
        f"UPDATE {table} SET _until = {revision} WHERE rowid IN "
        "(SELECT _place FROM _old ANTI JOIN _new USING (_key, _digest))"
    ).fetchall()[0][0]
    added = db.execute(
        f"INSERT INTO {table} ({listed}, _since) SELECT {listed}, {revision} "
        f"FROM (SELECT *, {told} FROM _given) ANTI JOIN _old USING (_key, _digest)"
    ).fetchall()[0][0]
    db.execute("DROP TABLE _old; DROP TABLE _new")
    return int(closed) + int(added)


def sql_type(kind: pa.DataType) -> str:
    """Name the type of a column as DuckDB does."""
    return SQL_TYPES.get(kind, "VARCHAR[]")
