"""Push a graph to a server: look first, write what differs in batches, prune, and read back what is there."""

import hashlib
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.graph.tables import Graph
from graphkit.stores.neo4j.changes import PushPlan, TypeCounts
from graphkit.stores.neo4j.connect import Connection, Settings, connected
from graphkit.stores.neo4j.constraints import keep_ids_unique
from graphkit.stores.neo4j.differing import Change, Difference
from graphkit.stores.neo4j.failures import told
from graphkit.stores.neo4j.held import Progress, State, ids, state_of, store_values
from graphkit.stores.neo4j.lock import Lock, locked
from graphkit.stores.neo4j.parts import RAW_ROWS, Part, Prepared, PushOptions, prepared
from graphkit.stores.neo4j.plan import check_prune, differences, part_ends, summed
from graphkit.stores.neo4j.writing import Row, Step, Writer
from graphkit.stores.record import wider

if TYPE_CHECKING:
    import pandas as pd

MARK = f"MERGE (p:{text.PUSH} {{id: 'unfinished'}}) SET p.load = $load RETURN 1 AS done"


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did, by type; `revision` counts the pushes that changed something.

    `counters` are the server's own (nodes_created, properties_set ...), `digests` a hash of the ids of each type as
    they were read back, `seconds` the time for it all.
    """

    load: str
    revision: int
    plan: PushPlan
    counters: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def types(self) -> tuple[TypeCounts, ...]:
        """The counts by type."""
        return self.plan.types

    @property
    def changes(self) -> int:
        """How many elements changed."""
        return self.plan.changes

    @property
    def rate(self) -> float:
        """Elements compared and written a second."""
        return sum(counts.sent for counts in self.types) / self.seconds if self.seconds else 0.0

    @property
    def frame(self) -> "pd.DataFrame":
        """One row per type: columns `type, kind` and the counts of TypeCounts."""
        return self.plan.frame

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, the rows under `table`."""
        own = {"load": self.load, "revision": self.revision, "seconds": round(self.seconds, 3), "rate": int(self.rate)}
        return own | self.plan.as_dict() | {"counters": self.counters, "digests": self.digests}


def push(
    graph: Graph,
    target: Settings | Connection,
    options: PushOptions = PushOptions(),  # noqa: B008 - a frozen value
    *,
    on_progress: Progress | None = None,
) -> PushReport:
    """Bring a server to hold a graph; what it holds already is not written again, so a cut push is simply run again.

    What graphkit did not write (no `gk_load`) is never changed. `on_progress(name, done, total)` is told of each type.
    Raises DataError for values that the server cannot hold, SchemaError for schemas that differ, StoreError if it is
    busy, cannot be reached, refuses, or holds other things in the way.
    """
    ready = prepared(graph, options)
    with connected(target) as connection, told(connection.settings), locked(connection) as lock:
        return push_locked(connection, lock, ready, on_progress)


def push_locked(connection: Connection, lock: Lock, ready: Prepared, on_progress: Progress | None = None) -> PushReport:
    """Push under a lock that is held; it is freed at the end if something changed."""
    begun, state = time.monotonic(), state_of(connection)
    found = differences(connection, ready, state, on_progress)
    check_prune(found, ready.options)
    work = [d for d in found if not d.empty]
    load = uuid.uuid4().hex[:16]
    if not work and not (state and state.unfinished):
        return _report(summed(found, ready), (state.load if state else "", state.revision if state else 0), begun)
    # What the last push said of the record must not outlive a record that is empty on both sides.
    keep_ids_unique(connection, [d.part for d in found if d.adds or d.changed or d.moved])
    with connection.writing() as session:
        writer = Writer(connection, session, lock, load, ready.options.batch)
        writer.run(MARK, {})
        writer.counters.clear()
        for difference in work:
            _write(writer, difference, on_progress)
        _prune(writer, found, on_progress)
    digests = _verified(connection, found, on_progress)
    old_rows = next(d.gone for d in found if d.part.name == RAW_ROWS)
    values = _store_values(ready.graph, state, found) | {"load": load}
    revision = values["revision"]
    lock.finish(values, old_rows)
    report = _report(summed(found, ready), (load, revision), begun)
    return replace(report, counters=dict(writer.counters), digests=digests)


def _report(plan: PushPlan, done: tuple[str, int], begun: float) -> PushReport:
    return PushReport(*done, plan, seconds=time.monotonic() - begun)


def _store_values(graph: Graph, state: State | None, found: list[Difference]) -> dict[str, Any]:
    """Say what the store node is to say: the schema, and which raw rows count."""
    raw = next(d for d in found if d.part.name == RAW_ROWS)
    own = raw.part.table["id"].to_pylist()
    others = [own_id for own_id in (state.parts if state else ()) if own_id in raw.spared]
    schema = wider(state.schema, graph.schema) if state else graph.schema
    revision = (state.revision if state else 0) + 1
    return store_values(schema, revision, {*own, *others}, has_raw=graph.raw is not None)


def _write(writer: Writer, difference: Difference, on_progress: Progress | None) -> None:
    """Move, change and add the elements of one label or type."""
    part, edge, done = difference.part, difference.part.edge, 0
    hung = [c for c in (*difference.moved, *difference.changed) if c.ends]
    moved = [c for c in difference.moved if not c.ends]
    changed = [c for c in difference.changed if not c.ends]
    total = len(hung) + len(moved) + len(changed) + len(difference.adds)
    steps = [
        Step(text.move(part.name, edge=edge), map(_moved_row, moved), len(moved)),
        Step(text.change(part.name, edge=edge), map(_changed_row, changed), len(changed)),
        *_hung(part, hung),
        *_added(part, difference.adds),
    ]
    for step in steps:
        if not step.count:
            continue
        for written, missing in writer.write(step, _width(part)):
            difference.orphans += missing
            done += written
            if on_progress:
                on_progress(part.name, done, total)
    gone = set(difference.orphans)
    if edge and gone:
        own_ids = part.table["id"]
        difference.adds = [row for row in difference.adds if str(own_ids[row]) not in gone]


def _moved_row(change: Change) -> Row:
    return {"id": change.id, "old": change.old, "p": {name: new for name, (_, new) in change.values.items()}}


def _changed_row(change: Change) -> Row:
    return {"id": change.id, "p": {name: new for name, (_, new) in change.values.items()}}


def _width(part: Part) -> int:
    """How many state entries a row of a part makes."""
    return 1 + sum(1 for name in part.columns if part.table[name].null_count < len(part.table))


def _added(part: Part, rows: list[int]) -> Iterator[Step]:
    """Return the statements that add rows: one for a label, one per pair of ends for a type."""
    if not part.edge:
        table = part.table.take(pa.array(rows, pa.int64()))
        yield Step(text.merge_nodes(part.name), _rows(part, table), len(rows))
        return
    for ends, table in _by_pair(part, rows):
        yield Step(text.merge_edges(part.name, *ends), _rows(part, table), len(table), ends)


def _by_pair(part: Part, rows: list[int]) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Part edges by the types of their ends, each sorted by its ends: neighbours share locks and pages."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for row, (_, _, src_type, _, dst_type) in zip(rows, part_ends(part, rows), strict=True):
        pairs.setdefault((src_type, dst_type), []).append(row)
    for pair in sorted(pairs):
        table = part.table.take(pa.array(pairs[pair], pa.int64()))
        yield pair, table.sort_by([("src", "ascending"), ("dst", "ascending"), ("id", "ascending")])


def _rows(part: Part, table: pa.Table) -> Iterator[Row]:
    """Return rows as parameters; what is not stated is not sent: a new element has nothing that it would take away."""
    names = [name for name in part.columns if table[name].null_count < len(table)]
    for start in range(0, len(table), 10_000):
        chunk = table.slice(start, 10_000)
        columns = [chunk[name].to_pylist() for name in names]
        told = zip(*columns, strict=True) if names else iter([()] * len(chunk))
        ends = [chunk[name].to_pylist() for name in ("src", "dst")] if part.edge else []
        for number, (own_id, values) in enumerate(zip(chunk["id"].to_pylist(), told, strict=True)):
            row: Row = {"id": own_id, "p": {n: v for n, v in zip(names, values, strict=True) if v is not None}}
            if ends:
                row |= {"s": ends[0][number], "t": ends[1][number]}
            yield row


def _hung(part: Part, changes: list[Change]) -> Iterator[Step]:
    """Return the statements that hang edges between other ends."""
    if not changes:
        return
    pairs: dict[tuple[str, str], list[Row]] = {}
    ends = part_ends(part, [change.row for change in changes])
    for change, (own_id, src, src_type, dst, dst_type) in zip(changes, ends, strict=True):
        values = {n: new for n, (_, new) in change.values.items() if n in part.columns}
        row: Row = {"id": own_id, "old": change.old, "s": src, "t": dst, "p": values}
        pairs.setdefault((src_type, dst_type), []).append(row)
    for ends_of in sorted(pairs):
        yield Step(text.replace_edges(part.name, *ends_of), pairs[ends_of], len(pairs[ends_of]), ends_of)


def _prune(writer: Writer, found: list[Difference], on_progress: Progress | None) -> None:
    """Remove what is to go: relationships first, then nodes on which none is left; raw rows go at the very end."""
    work = [d for d in found if d.part.name != RAW_ROWS and (d.gone or d.newly_kept)]
    for number, difference in enumerate(sorted(work, key=lambda d: not d.part.edge), 1):
        part, gone = difference.part, difference.gone
        if part.edge:
            writer.delete(text.delete_edges(part.name), gone)
        else:
            writer.delete(text.delete_nodes(part.name), gone)
            difference.kept = sorted(writer.mark(text.mark_kept(part.name), sorted(difference.stale)))
        if on_progress:
            on_progress("prune", number, len(work))


def _verified(connection: Connection, found: list[Difference], on_progress: Progress | None) -> dict[str, str]:
    """Read back the ids of what was written; raise StoreError if they are not those expected."""
    leaving = set(next(d.gone for d in found if d.part.name == RAW_ROWS))  # removed with the very last step
    digests = {}
    for number, difference in enumerate(found, 1):
        part = difference.part
        wanted = {*part.table["id"].to_pylist(), *difference.stale} - {*difference.gone, *difference.orphans}
        if not difference.empty:
            held = _held(connection, part, foreign=difference.foreign > 0) - leaving
            if held != wanted and not difference.foreign:  # somebody may have come in between
                held = _held(connection, part, foreign=True) - leaving
            if held != wanted:
                raise _mismatch(part, wanted, held)
        digests[part.name] = _digest(wanted)
        if on_progress:
            on_progress("verify", number, len(found))
    return digests


def _held(connection: Connection, part: Part, *, foreign: bool) -> set[str]:
    return {own_id for page in ids(connection, part, foreign=foreign) for own_id in page}


def _digest(own_ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(own_ids)).encode()).hexdigest()[:16]


def _mismatch(part: Part, wanted: set[str], held: set[str]) -> StoreError:
    first = min(wanted ^ held)
    message = f"{part.name}: {len(wanted):,} elements should be on the server and {len(held):,} are; {first} differs"
    return StoreError(message, code="verify-failed", hint="Somebody else writes there too; push again.")
