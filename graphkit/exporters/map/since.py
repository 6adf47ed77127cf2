"""What is otherwise than in an earlier record: units covered since, lost, new and gone, each with how it was then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.compare import CAUSES, NOT_LISTED, PARTS
from graphkit.exporters.redact import Redaction
from graphkit.graph.tables import TEXT, Graph, conform, with_elements
from graphkit.schema import Language

if TYPE_CHECKING:
    from graphkit.analysis.compare import Comparison

# In the order of the legend: covered since, covered no more, listed since, listed no more, from gap to unknown or back.
KINDS = ("gained", "lost", "new", "gone", "other")
TOLD = ("unit", "from_status", "middle_status", "to_status", "part", "cause")
PLACING = ("LOCATED_IN", "IN_INDUSTRY")
SHOWN = pa.array(["actual", "planned"], TEXT)


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """A comparison as its readers may see it: the moves, and the two days (None: latest known)."""

    moves: pa.Table
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Moves:
    """One row a unit whose status is or was another: its number, the statuses then and now, why it moved."""

    unit: tuple[int, ...] = ()
    first: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """A comparison in the scene: its two days, the moves of the nodes that are shown, parts and causes in words."""

    first: str
    last: str
    moves: Moves
    parts: Mapping[str, str]
    causes: Mapping[str, str]


def earlier(comparison: "Comparison", shown: Redaction) -> Earlier:
    """Redact what is told of the earlier record."""
    moves = shown.table(comparison.table.select(TOLD))
    return Earlier(moves, comparison.before.as_of, comparison.after.as_of)


def kind_of(first: str, last: str) -> str:
    """Say in a word how a unit moved between the statuses of two days."""
    if last == NOT_LISTED:
        return "gone"
    if first == NOT_LISTED:
        return "new"
    if "covered" in (first, last) and first != last:
        return "gained" if last == "covered" else "lost"
    return "other"


def kinds(moves: pa.Table) -> dict[str, int]:
    """Count the moved units of a comparison by kind; kinds without units are left out."""
    pairs = zip(moves["from_status"].to_pylist(), moves["to_status"].to_pylist(), strict=True)
    counted = Counter(kind_of(first, last) for first, last in pairs)
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def with_gone(graph: Graph, comparison: "Comparison") -> Graph:
    """Return the graph to draw: with the units that only the earlier record lists, at the place that they had there."""
    moves, older = comparison.table, comparison.before.graph
    gone = moves.filter(pc.equal(moves["to_status"], NOT_LISTED))["unit"]
    nodes = dict(graph.node_tables)
    added: list[str] = []
    for kind, table in sorted(older.node_tables.items()):
        mine = graph.table(kind)
        shown = mine["id"].filter(pc.is_in(pc.fill_null(mine["status"], "actual"), SHOWN))
        rows = table.filter(pc.and_(pc.is_in(table["id"], gone), pc.invert(pc.is_in(table["id"], shown))))
        if len(rows):
            kept = mine.filter(pc.invert(pc.is_in(mine["id"], rows["id"])))
            nodes[kind] = pa.concat_tables([kept, conform(rows, mine.schema)]).sort_by("id")
            added += rows["id"].to_pylist()
    if not added:
        return graph
    edges = dict(graph.edge_tables)
    for kind in PLACING:
        theirs, mine = older.table(kind), graph.table(kind)
        rows = theirs.filter(pc.is_in(theirs["src"], pa.array(added, TEXT)))
        rows = rows.filter(pc.invert(pc.is_in(rows["id"], mine["id"])))
        edges[kind] = pa.concat_tables([mine, conform(rows, mine.schema)]).sort_by("id")
    return replace(with_elements(graph, nodes, edges), sources=graph.sources)


def changes_of(told: Earlier | None, ids: Sequence[str]) -> tuple[str, ...]:
    """Say of each node how it moved; "" of all that did not."""
    if told is None:
        return ("",) * len(ids)
    rows = told.moves.to_pylist()
    moved = {row["unit"]: kind_of(row["from_status"], row["to_status"]) for row in rows}
    return tuple(moved.get(node, "") for node in ids)


def since(told: Earlier | None, number: Mapping[str, int], lang: Language) -> Since | None:
    """Put a comparison into numbers of nodes."""
    if told is None:
        return None
    rows = [row for row in told.moves.to_pylist() if row["unit"] in number]
    columns = [tuple(str(row[name]) for row in rows) for name in TOLD[1:]]
    return Since(
        first=told.first or "",
        last=told.last or "",
        moves=Moves(tuple(number[row["unit"]] for row in rows), *columns),
        parts={name: caption.of(lang) for name, caption in PARTS.items()},
        causes={name: caption.of(lang) for name, caption in CAUSES.items()},
    )
