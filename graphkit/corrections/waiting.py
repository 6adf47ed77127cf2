"""What was read from documents and is not sure: listed with its words, for a person to accept or reject."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.merge import raw_rows
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.graph.verdicts import METHOD, RELATION_BAND, WAITING, reviewed, verdicts, waiting_statistics
from graphkit.loaders.passages import span_of
from graphkit.schema import EdgeType
from graphkit.stores.base import Store

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("node", "statistic", "edge")  # by how many ends it has
PROPOSED = pa.schema(
    [(name, TEXT) for name in ("item", "kind", "type", "name", "src", "dst")]
    + [("confidence", pa.float64())]
    + [(name, TEXT) for name in ("basis", "properties", "source", "place", "quote", "sentence")]
)


@dataclass(frozen=True, slots=True)
class Item:
    """A node, edge or number that waits: its raw id, what it says, how sure that is, and the words that say it.

    `ends` (raw ids) and `names`: of the ends of an edge, or of whom a number is about. `span`: the characters of
    `sentence` that `quote` is; None if the source quotes nothing.
    """

    id: str
    type: str
    name: str
    confidence: float
    source: str
    place: str
    quote: str = ""
    sentence: str = ""
    span: tuple[int, int] | None = None
    basis: str | None = None
    ends: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """What it is: node, edge or statistic."""
        return KINDS[len(self.ends)]

    @property
    def waits_for_its_ends(self) -> bool:
        """Whether it is sure enough to hold as soon as what it is about does."""
        return bool(self.ends) and self.confidence >= RELATION_BAND


def proposed(target: Store | Graph) -> "pd.DataFrame":
    """List what waits for review: nodes, edges, numbers, each in the order of its document.

    Columns: `item` (what `accept`, `reject`, `amend` take), `kind` (node, edge, statistic), `type, name, src, dst,
    confidence, basis, properties, source, place, quote, sentence`. Nothing of it counts anywhere until it is accepted.
    Raises DataError for a graph without its raw rows.
    """
    graph = target if isinstance(target, Graph) else target.raw()
    rows = []
    for item in waiting(graph):
        src, dst = (*item.names, None, None)[:2]
        told = {name: getattr(item, name) for name in ("type", "name", "confidence", "basis", "source", "place")}
        told |= {"item": item.id, "kind": item.kind, "src": src, "dst": dst}
        said = "; ".join(f"{name}: {value}" for name, value in item.properties)
        rows.append(told | {"properties": said or None, "quote": item.quote or None, "sentence": item.sentence or None})
    return frame(pa.Table.from_pylist(rows, schema=PROPOSED))


def waiting(graph: Graph) -> list[Item]:
    """Return what waits for review, nodes first, numbers last, each kind by document and place."""
    raw = raw_rows(graph)
    if not waiting_statistics(raw) and not any(map(_some_wait, (*raw.node_tables.values(), *raw.edge_tables.values()))):
        return []
    now = reviewed(raw)
    words = _Words(now, raw.evidence)
    found = [*_items(now, now.node_tables, words), *_items(now, now.edge_tables, words), *_numbers(raw, now, words)]
    order = {kind: number for number, kind in enumerate(("node", "edge", "statistic"))}
    return sorted(found, key=lambda item: (order[item.kind], item.source, span_of(item.place) or (0, 0), item.id))


def _some_wait(table: pa.Table) -> bool:
    return bool(pc.any(pc.equal(table["status"], WAITING)).as_py())


def _numbers(raw: Graph, now: Graph, words: "_Words") -> Iterator[Item]:
    """Yield the numbers that wait, of what is still there."""
    told = verdicts(raw)
    moved = told.moved(raw.schema)
    waits, counted = waiting_statistics(raw), set(now.statistics["id"].to_pylist())
    for row in raw.statistics.to_pylist() if waits else ():
        subject = moved.get(row["subject"], row["subject"])
        if row["id"] not in waits.keys() - counted - told.rejected or subject not in words.names:
            continue
        bound = "" if row["bound"] in (None, "exact") else f"{raw.schema.caption('bound', row['bound'])} "
        name = f"{words.names[subject]}: {row['measure']} {bound}{row['value']:.15g} {row['unit'] or ''}".strip()
        place, source = row["place"] or "", words.sources.get(row["source_id"], "")
        said = tuple((part, row[part]) for part in ("as_of", "period") if row[part])
        quoted = words.of(row)
        yield Item(
            row["id"],
            "",
            name,
            waits[row["id"]],
            source,
            place,
            *quoted,
            None,
            (subject,),
            (words.names[subject],),
            said,
        )


def _items(raw: Graph, tables: Mapping[str, pa.Table], words: "_Words") -> Iterator[Item]:
    for kind, table in tables.items():
        held = table["id"].filter(pc.fill_null(pc.not_equal(table["status"], WAITING), True))
        waits = pc.and_(pc.equal(table["status"], WAITING), pc.invert(pc.is_in(table["id"], held.combine_chunks())))
        rows = table.filter(pc.fill_null(waits, False)).sort_by([("confidence", "descending")]).to_pylist()
        for row in {row["id"]: row for row in reversed(rows)}.values():
            yield _item(raw, kind, row, words)


def _item(raw: Graph, kind: str, row: dict[str, Any], words: "_Words") -> Item:
    owner = raw.schema.owner(kind)
    quote, sentence, span = words.of(row)
    said = tuple(
        (name, "|".join(value) if isinstance(value, list) else str(value))
        for name, value in row.items()
        if value is not None and (name in owner.properties or name in ("valid_from", "valid_to", "count"))
    )
    ends = (row["src"], row["dst"]) if isinstance(owner, EdgeType) else ()
    names = tuple(words.names.get(end, end) for end in ends)
    return Item(
        row["id"],
        kind,
        row["name"] if not ends else f"{names[0]} → {names[1]}",
        row["confidence"] if row["confidence"] is not None else 1.0,
        words.sources.get(row["source_id"], ""),
        row["place"] or "",
        quote,
        sentence,
        span,
        row.get("basis"),
        ends,
        names,
        said,
    )


class _Words:
    """The names of all nodes, and what documents say where."""

    def __init__(self, raw: Graph, evidence: pa.Table) -> None:
        self.names: dict[str, str] = {}
        for table in raw.node_tables.values():
            pairs = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
            self.names |= {own_id: name for own_id, name in pairs if name}
        self.sources = {s["id"]: s["name"] or s["dataset"] for s in raw.sources.to_pylist()}
        self.cited: dict[tuple[str, str], list[dict[str, Any]]] = {}
        quoted = evidence.filter(pc.is_valid(evidence["quote"]))
        quoted = quoted.filter(pc.fill_null(pc.not_equal(quoted["method"], METHOD), True))
        for told in quoted.select(["element_id", "source_id", "place", "quote"]).to_pylist():
            self.cited.setdefault((told["element_id"], told["source_id"]), []).append(told)

    def of(self, row: Mapping[str, Any]) -> tuple[str, str, tuple[int, int] | None]:
        """Return the words of a row, the longest passage that holds them, and where they stand in it."""
        told = self.cited.get((row["id"], row["source_id"]), [])
        quote = next((t["quote"] for t in told if t["place"] == row["place"]), "")
        own = span_of(row["place"])
        around = [(span, t["quote"]) for t in told if own and (span := span_of(t["place"])) and _holds(span, own)]
        if own is None or not around:
            return quote, quote, (0, len(quote)) if quote else None
        (first, _), sentence = max(around, key=lambda found: found[0][1] - found[0][0])
        return quote, sentence, (own[0] - first, own[1] - first)


def _holds(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span[0] <= other[0] and other[1] <= span[1]
