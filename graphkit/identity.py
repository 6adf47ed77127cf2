"""Who is one with whom: raw rows become clusters by decisions, shared codes and equal full names.

Wrong merges cost more than missed ones: what is not certain stays apart. A decision by hand comes first;
`different` always holds; two different codes are never joined by a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import IdentityError
from graphkit.graph.merge import assemble
from graphkit.graph.tables import TEXT, Graph
from graphkit.names import fold, split
from graphkit.schema import NodeType


def resolve(raw: Graph, decisions: pa.Table | None = None) -> Graph:
    """Return the assembled graph of raw rows under the decisions (default: those that the raw graph carries).

    Raises IdentityError if a `different` stands inside a cluster of `same`, naming both decisions.
    """
    decided = raw.decisions if decisions is None else decisions
    return assemble(replace(raw, decisions=decided), clusters(raw, decided))


def clusters(raw: Graph, decisions: pa.Table) -> dict[str, str]:
    """Map each raw id that is not alone to the representative (the smallest raw id) of its cluster."""
    joined = _Clusters()
    rows = decisions.to_pylist()
    for decision in rows:
        if decision["judgement"] == "same":
            _check_one_type(raw, decision)
            joined.join(decision["left"], decision["right"])
    joined.keep_apart((d for d in rows if d["judgement"] == "different"), rows)
    for owner in raw.schema.nodes.values():
        if owner.name in raw.node_tables:
            _join_by_code(owner, raw, joined)
            _join_by_name(owner, raw, joined)
    return joined.representatives()


def _check_one_type(raw: Graph, decision: dict[str, Any]) -> None:
    left, right = (raw.schema.type_of(decision[side]) for side in ("left", "right"))
    if left != right:
        message = f"decision `same` joins a {left} ({decision['left']}) and a {right} ({decision['right']})"
        raise IdentityError(message, code="types-differ", hint="Delete or correct this decision.", candidates=[])


class _Clusters:
    """Disjoint sets of raw ids in which some pairs are known to be different."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.apart: defaultdict[str, set[str]] = defaultdict(set)

    def root(self, raw_id: str) -> str:
        while (up := self.parent.setdefault(raw_id, raw_id)) != raw_id:
            self.parent[raw_id] = raw_id = self.parent[up]
        return raw_id

    def join(self, left: str, right: str) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        if low == high:
            return
        self.parent[high] = low
        for other in self.apart.pop(high, set()):
            self.apart[other] = (self.apart[other] - {high}) | {low}
            self.apart[low].add(other)

    def join_unless_different(self, left: str, right: str) -> None:
        if self.root(left) not in self.apart[self.root(right)]:
            self.join(left, right)

    def keep_apart(self, different: Iterable[dict[str, Any]], decisions: list[dict[str, Any]]) -> None:
        for decision in different:
            left, right = self.root(decision["left"]), self.root(decision["right"])
            if left == right:
                raise _contradiction(decision, decisions)
            self.apart[left].add(right)
            self.apart[right].add(left)

    def representatives(self) -> dict[str, str]:
        found = {raw_id: self.root(raw_id) for raw_id in self.parent}
        sizes: defaultdict[str, int] = defaultdict(int)
        for root in found.values():
            sizes[root] += 1
        return {raw_id: root for raw_id, root in found.items() if sizes[root] > 1}


def _contradiction(different: dict[str, Any], decisions: list[dict[str, Any]]) -> IdentityError:
    chain = _chain_of_same(different["left"], different["right"], decisions)
    told = "; ".join(_told(decision) for decision in chain)
    message = f"{_told(different)} contradicts {told}"
    return IdentityError(message, code="contradicting-decisions", hint="Delete one of these decisions.", candidates=[])


def _chain_of_same(left: str, right: str, decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Find the decisions `same` that lead from one raw id to the other (breadth first)."""
    reached: dict[str, list[dict[str, Any]]] = {left: []}
    waiting = [left]
    for here in waiting:
        for decision in decisions:
            ends = (decision["left"], decision["right"])
            if decision["judgement"] != "same" or here not in ends:
                continue
            other = ends[1] if ends[0] == here else ends[0]
            if other not in reached:
                reached[other] = [*reached[here], decision]
                waiting.append(other)
    return reached.get(right, [])


def _told(decision: dict[str, Any]) -> str:
    return f"`{decision['judgement']}` of {decision['left']} and {decision['right']}"


def _join_by_code(owner: NodeType, raw: Graph, joined: _Clusters) -> None:
    """Rows with the same credit code or administrative code are one."""
    table = raw.node_tables[owner.name]
    for column in owner.match:
        coded = table.filter(pc.is_valid(table[column]))
        first: dict[str, str] = {}
        for raw_id, code in zip(coded["id"].to_pylist(), coded[column].to_pylist(), strict=True):
            joined.join_unless_different(first.setdefault(code.upper(), raw_id), raw_id)


@dataclass(frozen=True, slots=True)
class _Named:
    """What a raw id is called, by which dataset, with which codes."""

    raw_id: str
    dataset: str
    codes: frozenset[str]


def _join_by_name(owner: NodeType, raw: Graph, joined: _Clusters) -> None:
    """Rows of two datasets with the same full name are one, if nothing speaks against it."""
    if owner.personal:
        return  # A person is one within one organisation only: across them by decision.
    groups = [group for group in _same_names(owner, raw) if len({row.dataset for row in group}) > 1]
    if not groups:
        return
    places = _stated_places(raw, owner, {row.raw_id for group in groups for row in group})
    for group in groups:
        if _may_join(group, places, joined):
            for row in group[1:]:
                joined.join_unless_different(group[0].raw_id, row.raw_id)


def _same_names(owner: NodeType, raw: Graph) -> Iterator[list[_Named]]:
    table = raw.node_tables[owner.name]
    dataset_of = dict(zip(raw.sources["id"].to_pylist(), raw.sources["dataset"].to_pylist(), strict=True))
    if len({dataset_of[s] for s in pc.unique(table["source_id"]).to_pylist()}) < 2:
        return
    groups: defaultdict[str, dict[str, _Named]] = defaultdict(dict)
    wanted = table.filter(pc.invert(pc.fill_null(table["group"], False)))
    codes = [wanted[column].to_pylist() for column in owner.match] or [[None] * len(wanted)]
    rows = zip(
        wanted["id"].to_pylist(), wanted["name"].to_pylist(), wanted["source_id"].to_pylist(), *codes, strict=True
    )
    for raw_id, name, source, *own in rows:
        if name:
            found = frozenset(code.upper() for code in own if code)
            before = groups[fold(name)].get(raw_id)
            groups[fold(name)][raw_id] = _Named(raw_id, dataset_of[source], found | (before.codes if before else found))
    for key in sorted(groups):
        yield sorted(groups[key].values(), key=lambda row: row.raw_id)


def _may_join(group: list[_Named], places: dict[str, set[str]], joined: _Clusters) -> bool:
    """Refuse a name that is ambiguous: two elements of one dataset, two codes, or places that exclude each other."""
    clusters_by_dataset: defaultdict[str, set[str]] = defaultdict(set)
    for row in group:
        clusters_by_dataset[row.dataset].add(joined.root(row.raw_id))
    if any(len(found) > 1 for found in clusters_by_dataset.values()):
        return False
    if len({code for row in group for code in row.codes}) > 1:
        return False
    stated = [places[row.raw_id] for row in group if places.get(row.raw_id)]
    return all(a & b for i, a in enumerate(stated) for b in stated[:i])


def _stated_places(raw: Graph, owner: NodeType, raw_ids: set[str]) -> dict[str, set[str]]:
    """Tell which regions a source puts a node in; a name that begins with its region needs no other place."""
    kind = "PART_OF" if owner.name == "Region" else "LOCATED_IN"
    table = raw.table(kind)
    edges = table.filter((pc.field("src_type") == owner.name) & (pc.field("dst_type") == "Region"))
    edges = edges.filter(pc.is_in(edges["src"], pa.array(sorted(raw_ids), TEXT)))
    regions = raw.table("Region")
    names = dict(zip(regions["id"].to_pylist(), regions["name"].to_pylist(), strict=True))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for src, dst in zip(edges["src"].to_pylist(), edges["dst"].to_pylist(), strict=True):
        if names.get(dst):
            found[src].add(fold(names[dst]))
    if owner.name == "Region":
        return found
    own = raw.node_tables[owner.name]
    for raw_id, name in zip(own["id"].to_pylist(), own["name"].to_pylist(), strict=True):
        if raw_id in found and split(name or "").region:
            found.pop(raw_id)
    return found
