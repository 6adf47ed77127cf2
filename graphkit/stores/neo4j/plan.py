"""What a push would do: the rows of a graph beside those of a server, value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from graphkit.cypher import text
from graphkit.errors import StoreError
from graphkit.graph.tables import Graph
from graphkit.stores.neo4j.changes import COUNTS, PushPlan
from graphkit.stores.neo4j.connect import Connection, Settings, connected
from graphkit.stores.neo4j.differing import Change, Difference, Values
from graphkit.stores.neo4j.examples import examples
from graphkit.stores.neo4j.failures import told
from graphkit.stores.neo4j.held import Progress, Seen, State, asked_in_batches, pages, state_of, totals
from graphkit.stores.neo4j.parts import ENDS, RAW_ROWS, Part, Prepared, PushOptions, labels_of, prepared
from graphkit.stores.record import wider

HIGHEST_SHARE = 0.2  # of what graphkit wrote, that a push removes without `force`


def push_plan(
    graph: Graph,
    target: Settings | Connection,
    options: PushOptions = PushOptions(),  # noqa: B008 - a frozen value
    *,
    on_progress: Progress | None = None,
) -> PushPlan:
    """Return what a push of the graph would do; nothing is written.

    Raises StoreError if the server cannot be read, DataError for a value that it cannot hold, SchemaError if its
    schema knows what the graph's does not, and otherwise.
    """
    ready = prepared(graph, options)
    with connected(target) as connection, told(connection.settings):
        found = differences(connection, ready, state_of(connection), on_progress)
    gone, owned = removed(found)
    return replace(summed(found, ready), needs_force=gone > HIGHEST_SHARE * owned)


def summed(found: list[Difference], ready: Prepared) -> PushPlan:
    """Tell differences in numbers and examples; types of which there is nothing on either side are left out."""
    counted = (difference.counts for difference in found)
    counts = tuple(own for own in counted if any(getattr(own, name) for name in COUNTS))
    return PushPlan(counts, tuple(examples(found)), home=ready.withheld)


def differences(
    connection: Connection, ready: Prepared, state: State | None, on_progress: Progress | None = None
) -> list[Difference]:
    """Compare every part of a graph with the server, nodes first: a node that moves takes its relationships along."""
    graph, options = ready.graph, ready.options
    parts = ready.under(wider(state.schema, graph.schema) if state else graph.schema)
    known, labels = totals(connection, parts), labels_of(parts)
    seen = Seen("plan", sum(known.values()), on_progress)
    moves: dict[str, str] = {}
    held_nodes: dict[str, set[str]] = {}
    found = []
    for part in parts:
        difference = Difference(part, prune=options.prune)
        found.append(difference)
        if part.name in known:
            own = _compare(difference, seen.told(pages(connection, part, labels)), moves)
            difference.foreign = max(known[part.name] - own, 0)
            _check_foreign(connection, difference)
        else:
            difference.adds = list(range(len(part.table)))
        if part.edge:
            _set_orphans_apart(difference, held_nodes)
            continue
        moves |= {change.old: change.id for change in difference.moved}
        held_nodes[part.name] = {*part.table["id"].to_pylist(), *difference.stale}
        if options.prune and difference.stale and part.name != RAW_ROWS:
            difference.kept = asked_in_batches(connection, text.held_by_others(part.name), sorted(difference.stale))
    _keep_raw_rows(found, state, graph, prune=options.prune)
    seen.end()
    return found


def _check_foreign(connection: Connection, difference: Difference) -> None:
    """Raise StoreError if what others wrote under this label or type holds an id that is to be written."""
    part = difference.part
    if not difference.foreign:
        return
    new = [str(i) for i in part.table["id"].take(pa.array(difference.adds, pa.int64())).to_pylist()]
    new += [change.id for change in difference.moved]
    taken = asked_in_batches(connection, text.foreign_with_ids(part.name, edge=part.edge), new)
    if taken:
        message = (
            f"{len(taken)} {part.name} on the server that graphkit did not write hold ids of the graph: {taken[0]}"
        )
        hint = f"Remove them or give them other ids; what graphkit writes carries {text.LOAD}."
        raise StoreError(message, code="foreign-element", hint=hint, ids=taken[:20])


def _compare(difference: Difference, held: Iterator[list[Values]], moves: Mapping[str, str]) -> int:
    """Read the server's rows page by page against the part's; return how many there are."""
    part, count = difference.part, 0
    rows = {own_id: row for row, own_id in enumerate(part.table["id"].to_pylist())}
    seen = bytearray(len(rows))
    for page in held:
        count += len(page)
        if part.edge:
            _follow(page, moves)
        both = [values for values in page if values[0] in rows]
        difference.stale |= {values[0]: values[1:] for values in page if values[0] not in rows}
        for values in both:
            seen[rows[values[0]]] = 1
        changed = compared(part, both, [rows[values[0]] for values in both])
        difference.unchanged += len(both) - len(changed)
        difference.changed += changed
    difference.adds = [row for row, was in enumerate(seen) if not was]
    _find_moves(difference)
    return count


def _follow(page: list[Values], moves: Mapping[str, str]) -> None:
    """Let the ends of relationships bear the ids that their nodes will have."""
    for values in page:
        values[1], values[3] = moves.get(values[1], values[1]), moves.get(values[3], values[3])


def compared(part: Part, held: list[Values], rows: list[int]) -> list[Change]:
    """Compare rows of the server (`id, ends, columns`) with rows of the part, column by column."""
    if not held:
        return []
    wanted = part.table.take(pa.array(rows, pa.int64()))
    names = [name for name in wanted.column_names if name != "id"]
    ends = set(ENDS) if part.edge else set()
    found: dict[int, Change] = {}
    for place, name in enumerate(names, 1):
        kind, new, old = wanted.schema.field(name).type, wanted[name].to_pylist(), [values[place] for values in held]
        left, right = exactly(old, kind), exactly(new, kind)
        if left == right:
            continue
        for at, (a, b) in enumerate(zip(left, right, strict=True)):
            if a != b:
                change = found.setdefault(at, Change(rows[at], str(wanted["id"][at]), held[at][0]))
                change.values[name] = (old[at], new[at])
                change.ends |= name in ends
    return [found[at] for at in sorted(found)]


def exactly(values: Values, kind: pa.DataType) -> Values:
    """Return values as they compare: 1, 1.0 and true are three, and so are 0.0 and -0.0 two."""
    if pa.types.is_floating(kind):
        return [v.hex() if type(v) is float else v if v is None else ("other", v) for v in values]
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        right = int if pa.types.is_integer(kind) else bool
        return [v if v is None or type(v) is right else ("other", v) for v in values]
    return values


def _find_moves(difference: Difference) -> None:
    """Find rows whose id is new but which the server holds under one of their raw ids: they move, in place."""
    part = difference.part
    if not difference.stale or not difference.adds or "raw_ids" not in part.table.column_names:
        return
    added = part.table.select(["id", "raw_ids"]).take(pa.array(difference.adds, pa.int64()))
    still_new = []
    for row, raw_ids in zip(difference.adds, added["raw_ids"].to_pylist(), strict=True):
        old = min((raw_id for raw_id in raw_ids or () if raw_id in difference.stale), default=None)
        if old is None:
            still_new.append(row)
            continue
        held = [old, *difference.stale.pop(old)]
        own_id = str(part.table["id"][row])
        change = next(iter(compared(part, [held], [row])), Change(row, own_id, old))
        difference.moved.append(change)
    difference.adds = still_new


def _set_orphans_apart(difference: Difference, nodes: Mapping[str, set[str]]) -> None:
    """Take out the new edges of which an end is neither in the graph nor on the server."""
    if not difference.adds:
        return
    ends = part_ends(difference.part, difference.adds)
    whole = []
    for row, (own_id, src, src_type, dst, dst_type) in zip(difference.adds, ends, strict=True):
        if src in nodes.get(src_type, ()) and dst in nodes.get(dst_type, ()):
            whole.append(row)
        else:
            difference.orphans.append(own_id)
    difference.adds = whole


def part_ends(part: Part, rows: list[int]) -> Iterator[tuple[str, str, str, str, str]]:
    """Return `id, src, src_type, dst, dst_type` of rows of a relationship type."""
    names = ["id", *ENDS]
    table = part.table.select(names).take(pa.array(rows, pa.int64()))
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _keep_raw_rows(found: list[Difference], state: State | None, graph: Graph, *, prune: bool) -> None:
    """Raw rows of sources that the graph holds are replaced; those of others count on, unless pruned."""
    rows = next(d for d in found if d.part.name == RAW_ROWS)
    rows.prune = True
    own, place = {*graph.sources["id"].to_pylist()}, rows.part.columns.index("source_id")
    counting = set(state.parts) if state and not prune else set()
    rows.spared = {own_id for own_id in rows.stale if own_id in counting and rows.stale[own_id][place] not in own}
    links, gone = next(d for d in found if d.part.name == "FROM"), set(rows.gone)
    if not prune:  # what hangs on raw rows goes with them, and has their id
        links.stale = {own_id: values for own_id, values in links.stale.items() if own_id not in gone}


def removed(found: list[Difference]) -> tuple[int, int]:
    """Count the elements of the graph that a push would remove, and those that graphkit wrote there."""
    of_graph = [d for d in found if d.part.element]
    gone = sum(len(d.gone) for d in of_graph)
    return gone, sum(d.unchanged + len(d.changed) + len(d.moved) + len(d.stale) for d in of_graph)


def check_prune(found: list[Difference], options: PushOptions) -> None:
    """Raise StoreError if a push would remove more than a fifth of what graphkit wrote there."""
    gone, owned = removed(found)
    if options.force or gone <= HIGHEST_SHARE * owned:
        return
    message = f"{gone:,} of the {owned:,} elements that graphkit wrote there would be removed, more than a fifth"
    hint = "Look at the plan; if it is meant, say --force (force=True)."
    raise StoreError(message, code="prune-too-much", hint=hint, gone=gone, owned=owned)
