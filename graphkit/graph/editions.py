"""Editions of one dataset: which follows which, what changed between two, and how an end is stated and stands.

A list that no longer names something may state its end: a raw row of the newer edition that says nothing but
`valid_to`, at a place of its own (`NO_LONGER`). Such a row stands only while a list names the element at all, and
only until a newer source names it again: then the list had left it out, and it is in force without a break.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cmp_to_key
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.tables import Graph, columns
from graphkit.schema import EdgeType
from graphkit.values import PartialDate

NO_LONGER = "未再列入 (no longer listed)"
ADDITIONS = "additions"
NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
Flags = npt.NDArray[np.bool_]
Source = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A node that an edition lists."""

    id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A node that both editions list under different names; `reason`: code, key, decision or parts."""

    id: str
    type: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Likely:
    """A node that only the newer edition lists, and that a vanished one may be; `reasons` by component."""

    id: str
    name: str
    score: float
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vanished:
    """A node that the newer edition no longer lists (or `count` edges of a type between nodes that it still lists)."""

    id: str
    type: str
    name: str
    likely: tuple[Likely, ...] = ()
    ended: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edition (of a `date`) changed against the list before it (`baseline`: its newest edition).

    `new`, `renamed` and `vanished` are nodes of the listed types, `matched` counts those in both; `edges`: the vanished
    edges by type, with their ends by id; `ended_edges` counts by type those whose end is stated.
    """

    baseline: Source
    date: str | None = None
    new: tuple[Listed, ...] = ()
    matched: int = 0
    renamed: tuple[Renamed, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    edges: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    ended_edges: Mapping[str, int] = field(default_factory=dict)

    @property
    def vanished_edges(self) -> dict[str, int]:
        """Count the vanished edges by type."""
        return {kind: len(found) for kind, found in self.edges.items()}


def follows(later: Source, earlier: Source) -> bool:
    """Say whether a source is newer than another: by date; editions of one dataset and day by their labels."""
    days = [PartialDate.parse(source["date"]).last_day if source["date"] else None for source in (later, earlier)]
    if days[0] and days[1] and days[0] != days[1]:
        return days[0] > days[1]
    return bool(later["dataset"] == earlier["dataset"] and _natural(later["edition"]) > _natural(earlier["edition"]))


def _natural(edition: str | None) -> list[tuple[int, int, str]]:
    """第十期 is rare; 2026Q10 comes after 2026Q9, 第三季度 after 第二季度."""
    parts = re.findall(r"\d+|\D+", (edition or "").translate(NUMERALS))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def list_before(new: Source, sources: Iterable[Source]) -> list[Source]:
    """Return the editions that make up the list as it stood before one of them, the newest first.

    They are the newest full list of the dataset that precedes it, and what was added to it since; empty if none does.
    """
    earlier = [s for s in sources if s["dataset"] == new["dataset"] and s["id"] != new["id"] and follows(new, s)]
    newest_first = sorted(earlier, key=cmp_to_key(_newest_first))
    full = next((n for n, source in enumerate(newest_first) if source["delivery"] != ADDITIONS), len(newest_first))
    return newest_first[: full + 1]


def _newest_first(one: Source, other: Source) -> int:
    return follows(other, one) - follows(one, other) or (one["id"] > other["id"]) - (one["id"] < other["id"])


def ends_of(table: pa.Table) -> Flags:
    """Tell which raw rows state nothing but an end."""
    found: Flags = pc.fill_null(pc.equal(table["place"], NO_LONGER), False).to_numpy()
    return found


def founded(table: pa.Table, sources: pa.Table) -> pa.Table:
    """Leave out ends of what no list states any more, since the edition that did was forgotten."""
    ends = ends_of(table)
    if not ends.any():
        return table
    by_hand = sources["id"].filter(pc.equal(sources["kind"], "correction")).combine_chunks()
    listing = ~ends & ~pc.is_in(table["source_id"], value_set=by_hand).to_numpy()
    stated = table["id"].filter(pa.array(listing)).combine_chunks()
    kept = pc.is_in(table["id"], value_set=stated).to_numpy()
    return table.filter(pa.array(~ends | kept))


def standing(table: pa.Table, groups: npt.NDArray[np.int64], sources: pa.Table) -> Flags | None:
    """Tell which rows of elements (`groups`) stand: ends that a newer source disproves do not, of several the first.

    None if all do.
    """
    ends = ends_of(table)
    if not ends.any():
        return None
    known = {source["id"]: source for source in sources.to_pylist()}
    later = cache(lambda a, b: follows(known[a], known[b]))
    rows = np.flatnonzero(np.isin(groups, groups[ends]))
    stated_by = table["source_id"].take(pa.array(rows)).to_pylist()
    listing: defaultdict[int, set[str]] = defaultdict(set)
    ending: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for row, source in zip(rows.tolist(), stated_by, strict=True):
        if ends[row]:
            ending[int(groups[row])][row] = source
        elif known[source]["kind"] != "correction":
            listing[int(groups[row])].add(source)
    stands = np.ones(len(table), np.bool_)
    for group, told in ending.items():
        open_ends = {row: own for row, own in told.items() if not any(later(other, own) for other in listing[group])}
        for row, own in told.items():
            stands[row] = row in open_ends and not any(later(own, other) for other in open_ends.values())
    return stands


def with_ends(raw: Graph, known: Graph, source: Source, gone: Mapping[str, set[str]]) -> Graph:
    """Add to an edition's raw rows the ends of what it no longer lists (raw ids by type, as `known` states them)."""
    nodes, edges = dict(raw.node_tables), dict(raw.edge_tables)
    for kind in sorted(gone):
        tables = nodes if kind in raw.schema.nodes else edges
        owner = raw.schema.owner(kind)
        kept = [
            "id",
            "key",
            *(["src", "src_type", "dst", "dst_type", *owner.key] if isinstance(owner, EdgeType) else []),
        ]
        rows = known.table(kind).filter(pc.is_in(known.table(kind)["id"], pa.array(sorted(gone[kind]), pa.string())))
        stated = {row["id"]: {name: row[name] for name in kept} for row in rows.select(kept).to_pylist()}
        told = {"source_id": source["id"], "place": NO_LONGER, "valid_to": source["date"]}
        wanted = columns(owner, raw=True)
        ended = pa.Table.from_pylist([stated[own_id] | told for own_id in sorted(stated)], schema=wanted)
        tables[kind] = pa.concat_tables([raw.table(kind), ended])
    return replace(raw, node_tables=nodes, edge_tables=edges)
