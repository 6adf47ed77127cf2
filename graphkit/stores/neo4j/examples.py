"""Differences shown one by one: what is added, changed, moved, removed or kept, by names that a person knows."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.tables import ASSEMBLED_COLUMNS, TEXT
from graphkit.stores.neo4j.changes import Example
from graphkit.stores.neo4j.differing import Change, Difference, Values
from graphkit.stores.neo4j.parts import ENDS, Part

EXAMPLES = 3  # of each kind of change, by type
Shown = tuple[Example, tuple[str, ...]]  # of a relationship with the ids of its ends


def examples(found: list[Difference], limit: int | None = EXAMPLES) -> Iterator[Example]:
    """Show some changes of each kind and type, or all; a relationship is called by the names of its ends."""
    told = [shown for difference in found for shown in _shown(difference, limit)]
    names = _names(found, {own_id for _, ends in told for own_id in ends})
    for example, ends in told:
        yield replace(example, name=" → ".join(names.get(i, i) for i in ends)) if ends else example


def _shown(difference: Difference, limit: int | None) -> Iterator[Shown]:
    part, own_ids = difference.part, difference.part.table["id"]
    for row in difference.adds[:limit]:
        yield _of_row(part, row, Example(part.name, "create", str(own_ids[row])))
    for change in _telling(difference.changed, limit):
        yield from _values(part, change, every=limit is None)
    for change in difference.moved[:limit]:
        yield _of_row(part, change.row, Example(part.name, "move", change.id, None, "id", change.old, change.id))
        if limit is None:
            yield from _values(part, change, every=True)
    gone = difference.gone if difference.prune or limit else sorted(difference.stale)
    for action, listed in (("prune", gone), ("keep", sorted(difference.kept))):
        for own_id in listed[:limit]:
            yield _of_stale(part, difference.stale[own_id], Example(part.name, action, own_id))
    orphans = difference.orphans[:limit]
    rows = pc.index_in(pa.array(orphans, TEXT), own_ids.combine_chunks()).to_pylist()
    for own_id, row in zip(orphans, rows, strict=True):
        yield _of_row(part, row, Example(part.name, "orphan", own_id))


def _telling(changed: list[Change], limit: int | None) -> Iterable[Change]:
    """Choose changes to be shown: of what a person reads before those of the provenance alone."""
    if limit is None:
        return changed
    telling = [change for change in changed if not change.provenance]
    return (telling or changed)[:limit]


def _values(part: Part, change: Change, *, every: bool) -> Iterator[Shown]:
    """Tell a change property by property; of the provenance only if that is all, or if every one is asked for."""
    names = change.values.keys() if every else change.values.keys() - ASSEMBLED_COLUMNS.keys() or change.values.keys()
    for name, (old, new) in change.values.items():
        if name in names:
            yield _of_row(part, change.row, Example(part.name, "update", change.id, None, name, old, new))


def _of_row(part: Part, row: int, example: Example) -> Shown:
    """Say who an element of the graph is."""
    if part.edge:
        return example, (str(part.table["src"][row]), str(part.table["dst"][row]))
    return replace(example, name=part.table["name"][row].as_py() if "name" in part.columns else None), ()


def _of_stale(part: Part, held: Values, example: Example) -> Shown:
    """Say who an element is that only the server holds."""
    if part.edge:
        return example, (str(held[ENDS.index("src")]), str(held[ENDS.index("dst")]))
    return replace(example, name=held[part.columns.index("name")] if "name" in part.columns else None), ()


def _names(found: list[Difference], wanted: Collection[str]) -> dict[str, str]:
    """Find the names of nodes, in the graph or on the server."""
    names: dict[str, str] = {}
    own_ids = pa.array(sorted(wanted), TEXT)
    for difference in found:
        part = difference.part
        if part.edge or "name" not in part.columns or not len(own_ids):
            continue
        rows = part.table.select(["id", "name"]).filter(pc.is_in(part.table["id"], own_ids))
        place = part.columns.index("name")
        held = {own_id: difference.stale[own_id][place] for own_id in difference.stale.keys() & wanted}
        known = held | dict(zip(rows["id"].to_pylist(), rows["name"].to_pylist(), strict=True))
        names |= {own_id: name for own_id, name in known.items() if name}
    return names
