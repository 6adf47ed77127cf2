"""Rows that are closed instead of deleted: the SQL of a table with `_since` and `_until`."""

from typing import Any

import pyarrow as pa

from graphkit.graph.tables import conform

Connection = Any  # a DuckDB connection; duckdb itself is known to embedded.py alone
CATALOG = "graphkit_store"
NOW = "_until IS NULL"
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


def select(db: Connection, table: str, wanted: pa.Schema, when: str, order: str) -> pa.Table:
    """Read the rows that hold at a time, in an order, with exactly the wanted columns."""
    rows = db.sql(f"SELECT * EXCLUDE (_since, _until) FROM {table} WHERE {when} ORDER BY {order}").to_arrow_table()
    return conform(rows, wanted)


def create(db: Connection, space: str, name: str, wanted: pa.Schema) -> None:
    """Make an empty table."""
    typed = ", ".join(f'"{column.name}" {_sql_type(column.type)}' for column in wanted)
    db.execute(f'CREATE TABLE {space}."{name}" ({typed}, _since INTEGER, _until INTEGER)')
    _show(db, space, name)


def widen(db: Connection, space: str, name: str, wanted: pa.Schema) -> None:
    """Add the columns that a wider schema brings."""
    known = {row[0] for row in db.execute(f'DESCRIBE {space}."{name}"').fetchall()}
    new = [column for column in wanted if column.name not in known]
    if new and space == "record":
        db.execute(f'DROP VIEW main."{name}"')
    for column in new:
        db.execute(f'ALTER TABLE {space}."{name}" ADD COLUMN "{column.name}" {_sql_type(column.type)}')
    if new:
        _show(db, space, name)


def bring(db: Connection, target: tuple[str, str], rows: pa.Table, revision: int) -> int:
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


def _show(db: Connection, space: str, name: str) -> None:
    """Show what holds now as a plain table to users of SQL."""
    if space == "record":
        text = f'SELECT * EXCLUDE (_since, _until) FROM record."{name}" WHERE {NOW}'
        db.execute(f'CREATE VIEW main."{name}" AS {text}')


def _sql_type(kind: pa.DataType) -> str:
    return SQL_TYPES.get(kind, "VARCHAR[]")
