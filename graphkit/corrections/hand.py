"""A correction by hand: a source of its own that beats every sheet until it is withdrawn (DESIGN 7).

The row of a correction bears the id of the node it is about, so that it falls into the node's cluster; it says
nothing of its own, so that a node that no sheet states any more is gone, corrected or not. If the row with that id is
forgotten, the correction holds on by the node's other raw ids or its code (graph/anchors.py). That a value is not
known is a row of evidence that names the property and no value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from graphkit.errors import DataError, SchemaError
from graphkit.graph.anchors import ANCHOR, anchor_of
from graphkit.graph.convert import source_id, stored
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import ASSEMBLED_COLUMNS, EVIDENCE, SOURCES, Graph, columns, is_text
from graphkit.loaders.entries import entry, named
from graphkit.schema import NodeType, Schema, column, did_you_mean, quantities
from graphkit.stores.base import Store

DATASET = "corrections"  # of every correction; the edition is the moment at which it was recorded
FIXED = ("id", *ASSEMBLED_COLUMNS)  # what no correction may touch
NEVER_UNKNOWN = {
    "name": "Say the name; a node that is gone gets a valid_to instead.",
    "aliases": "Aliases come from the sources that say them: add to them, or forget the source.",
    "status": "Say which of actual, planned, proposed, revoked it is.",
    "group": "Say whether it is a counted group: yes or no.",
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What holds of one node: its id, its type, values by column (None: not known), and what else it is known by."""

    node: str
    kind: str
    values: Mapping[str, Any]
    anchor: str = ""

    @classmethod
    def of(cls, owner: NodeType, element: Mapping[str, Any], values: Mapping[str, Any]) -> "Correction":
        """Correct a node as the record holds it now."""
        return cls(element["id"], owner.name, values, anchor_of(element, owner.match))


@dataclass(frozen=True, slots=True)
class Signature:
    """How a correction is known: the reason, who says it, the day it is true of, the name of the source."""

    reason: str
    by: str | None = None
    at: str | None = None
    name: str = ""


def correct(
    store: Store, node: str, *, reason: str, by: str | None = None, at: str | date | None = None, **values: Any
) -> int:
    """Correct values of a node (id, name or alias) by hand and return the revision.

    `women_employees=186, women_employees_bound="about"`: a value of its column's type; `women_employees=None`: it is
    not known, whatever the sources say. The correction beats every other source until `store.forget` withdraws it
    (dataset `corrections`, edition = when it was recorded); of two the one of the later day `at` (default: today)
    wins, then the one recorded later. Raises SchemaError for an unknown property, DataError for a value that its
    column cannot hold, IdentityError for an unknown or ambiguous node.
    """
    graph = store.read()
    found = graph.get(node)
    owner = graph.schema.nodes[found["type"]]
    correction = Correction.of(owner, found, checked(graph.schema, owner, values))
    return record(store, [correction], sign(reason, by, at))


def sign(reason: str, by: str | None = None, at: str | date | None = None, *, name: str = "") -> Signature:
    """Check who says why and when; the reason is what a correction stands on."""
    for what, text in (("reason", reason), ("by", by)):
        if text is not None and (not is_text(text) or not text.strip()):
            raise _wrong(what, "needs words", "Say how it is known, such as 电话核实.")
    day = stored(date.today() if at is None else at, "date", ("correction", "at"))
    return Signature(reason, by, day, name)


def checked(schema: Schema, owner: NodeType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a correction as their columns hold them, or say which one cannot be held and why."""
    if not values:
        hint = f"Say a property and its value: {', '.join(_correctable(owner))}."
        raise _wrong("correction", "corrects nothing", hint)
    found: dict[str, Any] = {}
    for name, value in values.items():
        _check_known(owner, name)
        if value is None:
            check_deletable(name)
        found[name] = None if value is None else _held(schema, owner, name, value)
    for value, bound in quantities(owner).items():
        if bound in found and found.get(value) is None and (value not in found or found[bound] is not None):
            raise _wrong(bound, f"is a bound without its {value}", f"State both: {value}=..., {bound}=...")
    return found


def understood(graph: Graph, node: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what a person wrote as values for `correct`: captions name columns, 约120 has a bound, ； parts a list.

    `-` sets a value back to not known, and so does 不详 of a number, a date, an answer.
    """
    owner = graph.schema.nodes[graph.get(node)["type"]]
    found: dict[str, Any] = {}
    stated: dict[str, Any] = {}
    for word, text in words.items():
        name = named(graph.schema, owner, word)
        _check_known(owner, name)
        read = entry(graph.schema, owner, name, text)
        stated[name] = read[name]
        found |= read
    return found | stated


def _correctable(owner: NodeType) -> list[str]:
    return [name for name in columns(owner).names if name not in FIXED]


def _check_known(owner: NodeType, name: str) -> None:
    known = _correctable(owner)
    if name not in known:
        message = f"{owner.name} has no property {name!r} that can be corrected"
        raise SchemaError(message, code="unknown-property", hint=did_you_mean(name, known), name=name)


def check_deletable(name: str) -> None:
    """Raise DataError for a column of which every node holds something: it cannot be set back to not known."""
    if name in NEVER_UNKNOWN:
        raise _wrong(name, "cannot be set back to not known", NEVER_UNKNOWN[name])


def _held(schema: Schema, owner: NodeType, name: str, value: Any) -> Any:
    prop = column(schema, owner, name)
    kind = "quantity" if name in quantities(owner) else prop.type
    try:
        found = stored(value, kind, ("correction", name), prop.values)
    except DataError:
        if not (prop.sensitive or owner.personal):
            raise
        # The value is of a person: it stays out of messages, logs and tracebacks.
        raise _wrong(name, f"cannot hold this value: it is no {kind}", "Correct the value.") from None
    if found is None:
        hint = f"State what holds, or say that it is not known: {name}=None."
        raise _wrong(name, "is given no value, which would say nothing", hint)
    if name == "name" and not found.strip():
        raise _wrong(name, "cannot be empty", "Say the name; a node that is gone gets a valid_to instead.")
    return found


def record(store: Store, corrections: Iterable[Correction], signed: Signature) -> int:
    """Write corrections as one source, which is withdrawn as one, and return the revision."""
    schema, moment = store.schema, next_moment(_editions(store))
    source = {"id": source_id(DATASET, moment), "dataset": DATASET, "edition": moment, "kind": "correction"}
    told = {"name": signed.name or f"更正 {signed.at}", "publisher": signed.by, "date": signed.at}
    cited = {"source_id": source["id"], "place": moment}
    rows: dict[str, list[dict[str, Any]]] = {}
    evidence: list[dict[str, Any]] = []
    for correction in corrections:
        rows.setdefault(correction.kind, []).append({**correction.values, **cited, "id": correction.node})
        evidence += _evidence(schema.nodes[correction.kind], correction, cited | {"quote": signed.reason})
    tables = {
        kind: sorted_raw(pa.Table.from_pylist(rows[kind], schema=columns(schema.nodes[kind], raw=True)))
        for kind in sorted(rows)
    }
    graph = Graph(
        schema,
        tables,
        sources=pa.Table.from_pylist([source | told | {"complete": "[]", "invented": False}], schema=SOURCES),
        evidence=pa.Table.from_pylist(evidence, schema=EVIDENCE),
        is_raw=True,
    )
    return store.write(graph)


def _evidence(owner: NodeType, correction: Correction, cited: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a property, its bound within its value: a quantity is one statement with it."""
    bounds = quantities(owner)
    base = {**cited, "element_id": correction.node, "method": "correction", "confidence": 1.0}
    found = []
    for name, value in correction.values.items():
        bound = correction.values.get(bounds.get(name, ""))
        if name not in bounds.values():
            told = "|".join(value) if isinstance(value, list) else None if value is None else str(value)
            found.append(base | {"property": name, "value": told if bound in (None, "exact") else f"{told} {bound}"})
    if correction.anchor:
        found.append({**base, "method": ANCHOR, "value": correction.anchor, "quote": None, "confidence": None})
    return found


def next_moment(editions: Iterable[str]) -> str:
    """Return the time, later than all of these: what is recorded later wins, whatever the clock."""
    now = datetime.now(UTC)
    for edition in editions:
        then = _time(edition)
        now = now if then is None or then < now else then + timedelta(microseconds=1)
    return now.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _editions(store: Store) -> list[str]:
    held = store.sources()
    return list(held.loc[held["dataset"] == DATASET, "edition"].dropna())


def _time(edition: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(edition)
    except ValueError:
        return None
    return found if found.tzinfo else None


def withdrawal(store: Store) -> str:
    """Return what to `forget` in order to withdraw the newest correction."""
    held = store.sources()
    return f"{DATASET}/{held.loc[held['dataset'] == DATASET, 'edition'].max()}"


def _wrong(name: str, what: str, hint: str) -> DataError:
    return DataError(f"{name} {what}", code="bad-correction", hint=hint, source=DATASET, place=name, value=None)
