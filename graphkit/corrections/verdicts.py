"""Accept, reject or amend what was read from documents; every verdict is kept with who, when and why.

A verdict is evidence in a source of its own (dataset `review`, an edition a sitting), which documents do not replace
when they are loaded anew. See graph/verdicts.py for what it does to the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.corrections.hand import Signature, next_moment, sign
from graphkit.errors import DataError, IdentityError
from graphkit.graph.convert import source_id
from graphkit.graph.tables import EVIDENCE, SOURCES, Graph
from graphkit.graph.verdicts import (
    DATASET,
    METHOD,
    NUMBER,
    REJECTED,
    WAITING,
    reviewed,
    said_status,
    verdict_rows,
    verdicts,
)
from graphkit.identity import resolve
from graphkit.names import nearest
from graphkit.schema import EdgeType, Schema
from graphkit.stores.base import Store

REVIEWED = "审核"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of one raw id: `status` (a status, or rejected), `type`, `src` or `dst` is the value."""

    item: str
    property: str
    value: str


def accept(store: Store, *items: str, by: str | None = None, reason: str = REVIEWED) -> int:
    """Accept what was proposed (ids of `proposed`, or names) and return the revision; an edge with both its ends.

    What the document says is planned stays planned. Raises IdentityError for what is not there.
    """
    raw = store.raw()
    found = [verdict for item in named(raw, items) for verdict in accepting(raw, item)]
    return keep(store, found, sign(reason, by))[0]


def reject(store: Store, *items: str, by: str | None = None, reason: str = REVIEWED) -> int:
    """Reject what was read from a document, proposed or not, and return the revision; edges go with their end.

    What other sources say of the same thing stands. Raises IdentityError for what is not there.
    """
    return keep(store, [Verdict(item, "status", REJECTED) for item in named(store.raw(), items)], sign(reason, by))[0]


def amend(
    store: Store,
    item: str,
    *,
    by: str | None = None,
    reason: str = REVIEWED,
    **changes: str | None,
) -> int:
    """Accept an item as something else and return the revision: `type="Agency"`, or `src=`, `dst=` of an edge.

    An end is a node's id, name or alias. Edges that the new type may not have fall away. Raises DataError for a type
    that the item cannot be or ends that it may not join, IdentityError for an unknown or ambiguous end.
    """
    raw = store.raw()
    (own_id,) = named(raw, [item])
    return keep(store, amending(raw, own_id, changes), sign(reason, by))[0]


def reopen(store: Store, *items: str) -> int:
    """Take back every verdict on these items and return the revision: they are as their document says, and wait again.

    Raises IdentityError for an item on which there is none.
    """
    raw = store.raw()
    rows = verdict_rows(raw.evidence)
    gone = set(items)
    missing = sorted(gone - set(rows["element_id"].to_pylist()))
    if missing:
        message = f"there is no verdict on {missing[0]}"
        hint = "List them: `store.raw().evidence`, method review."
        raise IdentityError(message, code="no-such-verdict", hint=hint, candidates=[])
    touched = rows.filter(pc.is_in(rows["element_id"], value_set=pa.array(sorted(gone))))
    sources = set(touched["source_id"].to_pylist())
    held = rows.filter(pc.is_in(rows["source_id"], value_set=pa.array(sorted(sources))))
    kept = held.filter(pc.invert(pc.is_in(held["element_id"], value_set=pa.array(sorted(gone)))))
    filled = set(kept["source_id"].to_pylist())
    revision = store.revision
    if filled:
        own = raw.sources.filter(pc.is_in(raw.sources["id"], value_set=pa.array(sorted(filled))))
        revision = store.write(Graph(raw.schema, sources=own, evidence=kept, is_raw=True))
    for source in sorted(sources - filled):
        revision = store.forget(source)
    return revision


def named(raw: Graph, items: Iterable[str]) -> list[str]:
    """Return the raw ids that are meant: ids as they are, a node's name as the one item of it."""
    tables = {**raw.node_tables, **raw.edge_tables}
    found = []
    for item in items:
        kind = raw.schema.type_of(item)
        table = raw.statistics if item.startswith(NUMBER) else tables.get(str(kind))
        if table is not None and pc.any(pc.equal(table["id"], item)).as_py():
            found.append(item)
            continue
        by_name = {
            row["id"]: row["status"] == WAITING
            for table in reviewed(raw).node_tables.values()
            for row in table.filter(pc.equal(table["name"], item)).select(["id", "status"]).to_pylist()
        }
        waits = [own_id for own_id, waiting in by_name.items() if waiting] or list(by_name)
        if len(waits) != 1:
            raise _not_one(raw, item, waits)
        found += waits
    return found


def _not_one(raw: Graph, item: str, found: list[str]) -> IdentityError:
    if found:
        message, hint = f"{item!r} names {len(found)} items: {', '.join(found)}", "Say the id instead."
        return IdentityError(message, code="ambiguous-name", hint=hint, candidates=found)
    names = [name for table in raw.node_tables.values() for name in table["name"].to_pylist() if name]
    close = nearest(item, names)
    hint = f"Nearest names: {'、'.join(close)}." if close else "Take the ids from `proposed(store)`."
    return IdentityError(f"there is no item {item!r}", code="unknown-name", hint=hint, candidates=close)


def accepting(raw: Graph, item: str) -> list[Verdict]:
    """Return the verdicts that accept an item, and the ends of an edge (the subject of a number) that do not hold."""
    kind = str(raw.schema.type_of(item))
    if item.startswith(NUMBER):
        about = raw.statistics.filter(pc.equal(raw.statistics["id"], item))["subject"].to_pylist()
        moved = verdicts(raw).moved(raw.schema)
        return _holding(raw, item, [moved.get(node, node) for node in about])
    if kind not in raw.schema.edges:
        return _holding(raw, item, ())
    # An edge that was rejected, or fell with its end, is accepted as the document has it.
    tables = (graph.table(kind) for graph in (reviewed(raw), raw))
    row = next(row for table in tables for row in table.filter(pc.equal(table["id"], item)).to_pylist())
    return _holding(raw, item, (row["src"], row["dst"]))


def _holding(raw: Graph, item: str, ends: Iterable[str]) -> list[Verdict]:
    """Say that an item holds, and with it those ends that wait or were rejected."""
    said, now, amended = said_status(raw.evidence), reviewed(raw), set(verdicts(raw).moved(raw.schema).values())
    fallen = [end for end in dict.fromkeys(ends) if end not in amended and not holds(now, end)]
    return [Verdict(own_id, "status", said.get(own_id, "actual")) for own_id in (item, *fallen)]


def holds(now: Graph, node: str) -> bool:
    """Tell whether reviewed raw rows hold a node that does not wait."""
    table = now.table(str(now.schema.type_of(node)))
    return any(status != WAITING for status in table.filter(pc.equal(table["id"], node))["status"].to_pylist())


def amending(raw: Graph, item: str, changes: Mapping[str, str | None]) -> list[Verdict]:
    """Return the verdicts that accept an item with another type or other ends, or say why it cannot have them."""
    told = {name: value for name, value in changes.items() if value}
    unknown = sorted(told.keys() - {"type", "src", "dst"})
    if item.startswith(NUMBER):
        raise _wrong(item, "is a number, which has no type and no ends", "Accept it, or reject it.")
    owner = raw.schema.owner(str(raw.schema.type_of(item)))
    if unknown or not told or (not isinstance(owner, EdgeType) and told.keys() - {"type"}):
        what = f"cannot be amended in {unknown[0]}" if unknown else "is given nothing to amend"
        hint = "Say type=, and src= or dst= of an edge."
        raise _wrong(item, what, hint)
    if "type" in told:
        told["type"] = _type(raw.schema, owner, told["type"])
    if not isinstance(owner, EdgeType):
        return [*accepting(raw, item), Verdict(item, "type", told["type"])]
    row = raw.table(owner.name).filter(pc.equal(raw.table(owner.name)["id"], item)).to_pylist()[0]
    now = verdicts(raw)
    ends = {side: now.ends.get(item, {}).get(side, row[side]) for side in ("src", "dst")}
    ends |= {side: _end(raw, told[side], row["source_id"]) for side in ("src", "dst") if side in told}
    becomes = raw.schema.edges[told.get("type", now.types.get(item, owner.name))]
    pair = tuple(now.types.get(end, str(raw.schema.type_of(end))) for end in ends.values())
    if pair not in becomes.pairs:
        near = sorted(f"{src} → {dst}" for src, dst in becomes.pairs if pair[0] == src or pair[1] == dst)
        what = f"would be a {becomes.name} of {pair[0]} → {pair[1]}, which it may not join"
        raise _wrong(item, what, f"It may: {', '.join(near)}." if near else "Choose another type.")
    found = _holding(raw, item, ends.values())
    return [*found, *(Verdict(item, name, ends.get(name, value)) for name, value in sorted(told.items()))]


def _type(schema: Schema, owner: Any, told: str) -> str:
    """Return the type of the same kind that a name or caption means."""
    known = schema.edges if isinstance(owner, EdgeType) else schema.nodes
    by_caption = {kind.caption.of(lang): name for name, kind in known.items() for lang in ("zh", "en")}
    name = told if told in known else by_caption.get(told)
    if name is None:
        hint = f"Use one of {', '.join(known)}."
        raise _wrong(told, "is no type that it can be", hint)
    return str(name)


def _end(raw: Graph, told: str, source: str) -> str:
    """Return the raw id of a node that is meant, that of the same document if it names it."""
    element = resolve(raw).get(told)
    tables = raw.table(element["type"])
    own = set(tables.filter(pc.equal(tables["source_id"], source))["id"].to_pylist())
    return next((raw_id for raw_id in element["raw_ids"] if raw_id in own), str(element["id"]))


def keep(
    store: Store, found: Iterable[Verdict], signed: Signature, *, sitting: str | None = None
) -> tuple[int, str | None]:
    """Write verdicts as one source, or add them to that of a sitting; return the revision and the sitting."""
    told = list(found)
    if not told:
        return store.revision, sitting
    raw = store.raw()
    held = verdict_rows(raw.evidence)
    moment = next_moment([*held["place"].to_pylist(), *([sitting] if sitting else [])])
    sitting = sitting or moment
    source: dict[str, Any] = {
        "id": source_id(DATASET, sitting),
        "dataset": DATASET,
        "edition": sitting,
        "kind": "correction",
    }
    source |= {"name": f"{REVIEWED} {signed.at}", "publisher": signed.by, "date": signed.at, "complete": "[]"}
    cited = {"source_id": source["id"], "method": METHOD, "quote": signed.reason, "confidence": 1.0, "place": moment}
    rows = [{"element_id": v.item, "property": v.property, "value": v.value} | cited for v in told]
    earlier = held.filter(pc.equal(held["source_id"], source["id"]))
    evidence = pa.concat_tables([earlier, pa.Table.from_pylist(rows, schema=EVIDENCE)])
    own = pa.Table.from_pylist([source | {"invented": False}], schema=SOURCES)
    return store.write(Graph(raw.schema, sources=own, evidence=evidence, is_raw=True)), sitting


def _wrong(item: str, what: str, hint: str) -> DataError:
    return DataError(f"{item} {what}", code="bad-verdict", hint=hint, source=DATASET, place=None, value=item)
