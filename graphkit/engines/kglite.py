"""Read-only Cypher on a Graph: a kglite index in memory, built from the Arrow tables, never the record."""

import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.cypher.guard import check_read_only, offset, position
from graphkit.cypher.misread import check_read_right
from graphkit.cypher.spelling import as_asked, place_asked, spelled
from graphkit.errors import QueryError
from graphkit.graph.convert import with_content_ids
from graphkit.graph.tables import TEXT, Graph, frame, whole

if TYPE_CHECKING:
    import pandas as pd

# kglite 0.21.2 counts ungrouped undirected chains as 0 in this pass; without it 9,000 random queries equalled Neo4j.
DISABLED_PASSES = ["fuse_match_return_aggregate"]


LAYOUT = 2  # of what is indexed; raised when build_index puts other things there


def engine_version() -> str:
    """Return the engine's version and the layout: an index saved under another may not be read, or lack something."""
    import kglite

    return f"{kglite.__version__}-{LAYOUT}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may cost before it is stopped: seconds and rows."""

    seconds: float = 60.0
    rows: int = 1_000_000


class CypherIndex:
    """One graph, indexed for Cypher. Queries of several threads take turns."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        engine.read_only(True)

    def run(self, text: str, params: dict[str, Any], limits: Limits) -> "pd.DataFrame":
        """Answer a query; raise QueryError for one that writes, cannot be read, or outruns its limits."""
        import kglite

        check_read_only(text)
        check_read_right(text)
        try:
            with self._turn:
                view = self._engine.cypher(
                    spelled(text),
                    params=params,
                    timeout_ms=max(1, int(limits.seconds * 1000)),
                    row_limit=limits.rows + 1,
                    disabled_passes=DISABLED_PASSES,
                )
                columns, rows = list(view.columns), view.to_dicts()
                warnings = list(view.warnings or ())
        except kglite.CypherTimeoutError as error:
            raise timed_out(limits) from error
        except kglite.KgError as error:
            raise _unreadable(text, error) from error
        except (TypeError, OverflowError) as error:  # of a parameter: the engine names it
            raise bad_parameter(str(error)) from error
        check_rows(len(rows), limits)
        told = [as_asked(warning) for warning in warnings if "unknown" in warning]
        asked = dict(zip(columns, map(as_asked, columns), strict=True))
        return framed(list(asked.values()), [{asked[name]: row[name] for name in columns} for row in rows], told)

    def save(self, path: Path) -> None:
        """Write the index to a file; raise OSError if it cannot be written."""
        import kglite

        try:
            self._engine.save(str(path))
        except kglite.KgError as error:
            raise OSError(str(error)) from error


_INDEXES: weakref.WeakKeyDictionary[Graph, CypherIndex] = weakref.WeakKeyDictionary()


def index_of(graph: Graph) -> CypherIndex:
    """Return the index of a graph, built at its first query; a Graph never changes, so the index never ages."""
    if graph not in _INDEXES:
        _INDEXES[graph] = build_index(graph)
    return _INDEXES[graph]


def build_index(graph: Graph) -> CypherIndex:
    """Index nodes, edges, and the sources, evidence and statistics behind them."""
    import kglite

    engine = kglite.KnowledgeGraph()
    for name, table in graph.node_tables.items():
        _add_nodes(engine, name, table.drop_columns(["raw_ids"]))
    for name, table in graph.edge_tables.items():
        for number, (src, dst) in enumerate(_type_pairs(table)):
            rows = table.filter((pc.field("src_type") == src) & (pc.field("dst_type") == dst))
            rows = rows.drop_columns(["raw_ids", "src_type", "dst_type"])
            first, parallel = (rows, rows.slice(0, 0)) if number == 0 else _parted(rows)
            _add_edges(engine, name, (src, dst), first)
            _add_parallels(engine, name, (src, dst), parallel)
    _add_provenance(engine, graph)
    return CypherIndex(engine)


def load_index(path: Path) -> CypherIndex | None:
    """Read a saved index; None if it is missing or cannot be read (it is disposable)."""
    import kglite

    if not path.is_file():
        return None
    try:
        return CypherIndex(kglite.load(str(path)))
    except (kglite.KgError, OSError, ValueError):
        return None


def _type_pairs(table: pa.Table) -> list[tuple[str, str]]:
    pairs = table.group_by(["src_type", "dst_type"]).aggregate([])
    return sorted(zip(pairs["src_type"].to_pylist(), pairs["dst_type"].to_pylist(), strict=True))


def _add_nodes(engine: Any, name: str, table: pa.Table) -> None:
    if not len(table):
        return
    # kglite answers "Type_id" for a name that was never given: it is given even where it is null.
    engine.add_nodes(frame(_stated(table)), name, "id", node_title_field="name")


def _add_edges(engine: Any, name: str, ends: tuple[str, str], table: pa.Table) -> None:
    if len(table):
        engine.add_relationships(frame(_stated(table)), name, ends[0], "src", ends[1], "dst")


def _parted(table: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Part the first edge between two nodes from its parallels.

    kglite keeps parallels of a type that is new to it; of a type that it has, it lets the last one win.
    """
    numbered = table.select(["src", "dst"]).append_column("row", pa.array(range(len(table)), pa.int64()))
    firsts = numbered.group_by(["src", "dst"]).aggregate([("row", "min")])["row_min"]
    is_first = pc.is_in(numbered["row"], value_set=firsts.combine_chunks())
    return table.filter(is_first), table.filter(pc.invert(is_first))


def _add_parallels(engine: Any, name: str, ends: tuple[str, str], table: pa.Table) -> None:
    if not len(table):
        return
    own = [column for column in _stated(table).column_names if column not in ("src", "dst")]
    props = table.select(own).to_pylist()
    rows = [
        {"src": src, "dst": dst, "props": told}
        for src, dst, told in zip(table["src"].to_pylist(), table["dst"].to_pylist(), props, strict=True)
    ]
    # The names are identifiers of the schema, checked when it was read; the values are parameters.
    text = f"UNWIND $rows AS row MATCH (a:{ends[0]} {{id: row.src}}), (b:{ends[1]} {{id: row.dst}}) "
    engine.cypher(f"{text} CREATE (a)-[e:{name}]->(b) SET e += row.props", params={"rows": rows})


def _stated(table: pa.Table) -> pa.Table:
    """Leave out columns that are null throughout: a query reads them as null anyway."""
    return table.select([n for n in table.column_names if n == "name" or table[n].null_count < len(table)])


def _add_provenance(engine: Any, graph: Graph) -> None:
    """Add (:Source), (:Evidence)-[:FROM]->(:Source), (:Statistic)-[:ABOUT]->(node) and -[:FROM]->(:Source)."""
    _add_nodes(engine, "Source", graph.sources)
    for name, table in (("Evidence", with_content_ids(graph.evidence, "evi")), ("Statistic", graph.statistics)):
        _add_nodes(engine, name, table.append_column("name", pa.nulls(len(table), TEXT)))
        _link(engine, "FROM", (name, table, "source_id"), ("Source", graph.sources))
    for owner, nodes in graph.node_tables.items():
        _link(engine, "ABOUT", ("Statistic", graph.statistics, "subject"), (owner, nodes))


def _link(engine: Any, kind: str, origin: tuple[str, pa.Table, str], target: tuple[str, pa.Table]) -> None:
    """Join rows to the nodes that a column of them names; the engine would invent those that are not there."""
    name, table, column = origin
    rows = table.filter(pc.is_in(table[column], whole(target[1]["id"])))
    # As on a server, a link has the id of its row; without one the engine would answer a number of its own.
    _add_edges(engine, kind, (name, target[0]), pa.table({"id": rows["id"], "src": rows["id"], "dst": rows[column]}))


def _unreadable(text: str, error: Exception) -> QueryError:
    line, column = getattr(error, "line", None), getattr(error, "col", None)
    found = as_asked(str(error).splitlines()[0])
    hint = "Queries are Cypher, as in Neo4j; see the README for the portable subset."
    start = None
    if line and column:
        start = place_asked(text, offset(spelled(text), line, column))
        line, column = position(text, start)
    return QueryError(found, code="query-unreadable", hint=hint, position=start, line=line, column=column)


def timed_out(limits: Limits) -> QueryError:
    """Say that a query was stopped; stores give the same error, as with those below."""
    message = f"the query ran longer than {limits.seconds:g} seconds and was stopped"
    return QueryError(message, code="query-timeout", hint="Narrow its patterns, or bound its paths.")


def bad_parameter(what: str) -> QueryError:
    """Say that a parameter is none that an engine takes."""
    hint = "Pass text, whole numbers of 64 bits, decimals, true or false, None, or lists of them."
    return QueryError(what, code="bad-parameter", hint=hint)


def check_rows(number: int, limits: Limits) -> None:
    """Raise QueryError for an answer of more rows than the limit."""
    if number > limits.rows:
        message = f"the query gives more than {limits.rows:,} rows"
        raise QueryError(message, code="too-many-rows", hint="Add LIMIT, or aggregate.")


def framed(columns: list[str], rows: list[dict[str, Any]], warnings: list[str]) -> "pd.DataFrame":
    """Return the rows of an answer as a frame, with the engine's warnings in its `attrs`; stores give the same."""
    import pandas as pd

    try:
        arrays = [pa.array([row[name] for row in rows]) for name in columns]
        data = frame(pa.table(dict(zip(columns, arrays, strict=True))))
    except pa.ArrowException:  # values of several types in one column stay Python objects
        data = pd.DataFrame(rows, columns=columns, dtype=object)
    data.attrs["warnings"] = warnings
    return data
