"""Who is one with whom: raw rows become clusters by decisions, shared codes and equal full names.

Wrong merges cost more than missed ones: what is not certain stays apart. A decision by hand comes first;
`different` always holds; two different codes are never joined by a name.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import IdentityError
from graphkit.graph.merge import assemble, precedence
from graphkit.graph.tables import TEXT, Graph
from graphkit.names import fold, split
from graphkit.schema import NodeType

ORGANISATIONS = ("Federation", "MicroHome", "Company", "Alliance", "Bank", "Agency")


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
    joined.keep_apart(rows)
    # People come last: they are told apart by their organisations.
    for owner in sorted(raw.schema.nodes.values(), key=lambda owner: owner.personal):
        if owner.name in raw.node_tables:
            codes = _codes(owner, raw)
            _join_by_code(codes, joined)
            _join_by_name(owner, raw, joined, codes)
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

    def join_all(self, raw_ids: list[str]) -> bool:
        """Make these one, unless a decision keeps two of them apart: then nobody knows where the others belong."""
        roots = {self.root(raw_id) for raw_id in raw_ids}
        if any(self.apart[root] & roots for root in roots if root in self.apart):
            return False
        for raw_id in raw_ids[1:]:
            self.join(raw_ids[0], raw_id)
        return True

    def keep_apart(self, decisions: list[dict[str, Any]]) -> None:
        """Keep apart what is decided to be different, and, until it is decided, what is unsure."""
        for decision in decisions:
            left, right = self.root(decision["left"]), self.root(decision["right"])
            if left == right and decision["judgement"] == "different":
                raise _contradiction(decision, decisions)
            if left != right and decision["judgement"] != "same":
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


def _codes(owner: NodeType, raw: Graph) -> dict[str, dict[str, str]]:
    """Give the code of each raw id, per code column; of two (one was a slip of an earlier edition) the winning one."""
    table = raw.node_tables[owner.name]
    found: dict[str, dict[str, str]] = {}
    for column in owner.match:
        coded = table.filter(pc.is_valid(table[column]))
        if len(pc.unique(coded["id"])) < len(coded):
            coded = coded.take(precedence(coded, raw.sources)[::-1])
        codes = pc.utf8_upper(pc.utf8_trim_whitespace(coded[column])).to_pylist()
        found[column] = {raw_id: code for raw_id, code in zip(coded["id"].to_pylist(), codes, strict=True) if code}
    return found


def _join_by_code(codes: dict[str, dict[str, str]], joined: _Clusters) -> None:
    """Rows with the same credit code or administrative code are one."""
    for column in codes:
        by_code: defaultdict[str, list[str]] = defaultdict(list)
        for raw_id, code in codes[column].items():
            by_code[code].append(raw_id)
        for code in sorted(by_code):
            if len(by_code[code]) > 1:
                joined.join_all(sorted(by_code[code]))


@dataclass(frozen=True, slots=True)
class _Named:
    """A raw id that bears a name, and its dataset."""

    raw_id: str
    dataset: str


def _join_by_name(owner: NodeType, raw: Graph, joined: _Clusters, codes: dict[str, dict[str, str]]) -> None:
    """Rows of two datasets with the same full name are one, if nothing speaks against it."""
    sources = raw.sources.filter(pc.not_equal(raw.sources["kind"], "correction"))  # lists nothing of its own
    dataset_of = dict(zip(sources["id"].to_pylist(), sources["dataset"].to_pylist(), strict=True))
    table = raw.node_tables[owner.name]
    listed = table.filter(pc.is_in(table["source_id"], sources["id"].combine_chunks()))
    if len({dataset_of[source] for source in pc.unique(listed["source_id"]).to_pylist()}) < 2:
        return
    groups = [group for group in _same_names(listed, dataset_of) if _of_several(group)]
    if owner.personal:
        groups = _by_organisation(raw, groups, joined)
    members = _members(listed, dataset_of, groups, joined)
    places = _stated_places(raw, owner, {row.raw_id for group in groups for row in group})
    for group in groups:
        clusters = [members[joined.root(row.raw_id)] for row in group]
        if _may_join(group, places, clusters, codes) and joined.join_all([row.raw_id for row in group]):
            members[joined.root(group[0].raw_id)] = set().union(*clusters)


def _of_several(group: list[_Named]) -> bool:
    return len({row.dataset for row in group}) > 1


def _same_names(listed: pa.Table, dataset_of: dict[str, str]) -> Iterator[list[_Named]]:
    wanted = listed.filter(pc.and_(pc.invert(pc.fill_null(listed["group"], False)), pc.is_valid(listed["name"])))
    groups: defaultdict[str, set[_Named]] = defaultdict(set)
    columns = (wanted[column].to_pylist() for column in ("id", "name", "source_id"))
    for raw_id, name, source in zip(*columns, strict=True):
        groups[fold(name)].add(_Named(raw_id, dataset_of[source]))
    for key in sorted(groups):
        if key:
            yield sorted(groups[key], key=lambda row: (row.raw_id, row.dataset))


def _members(
    listed: pa.Table, dataset_of: dict[str, str], groups: list[list[_Named]], joined: _Clusters
) -> defaultdict[str, set[_Named]]:
    """Tell which rows stand in each cluster that one of the groups touches."""
    wanted = pa.array({*joined.parent, *(row.raw_id for group in groups for row in group)}, TEXT)
    rows = listed.filter(pc.is_in(listed["id"], wanted))
    found: defaultdict[str, set[_Named]] = defaultdict(set)
    for raw_id, source in zip(rows["id"].to_pylist(), rows["source_id"].to_pylist(), strict=True):
        found[joined.root(raw_id)].add(_Named(raw_id, dataset_of[source]))
    return found


def _by_organisation(raw: Graph, groups: list[list[_Named]], joined: _Clusters) -> list[list[_Named]]:
    """Split people of one name by the organisation they belong to: across organisations only a decision joins."""
    ids = pa.array([row.raw_id for group in groups for row in group], TEXT)
    bodies: defaultdict[str, set[str]] = defaultdict(set)
    for table in raw.edge_tables.values():
        edges = table.filter(pc.is_in(table["src"], ids))
        for src, dst, kind in zip(*(edges[c].to_pylist() for c in ("src", "dst", "dst_type")), strict=True):
            if kind in ORGANISATIONS:
                bodies[src].add(joined.root(dst))
    split_up: list[list[_Named]] = []
    for group in groups:
        for body in sorted({body for row in group for body in bodies[row.raw_id]}):
            part = [row for row in group if body in bodies[row.raw_id]]
            split_up += [part] if _of_several(part) else []
    return split_up


def _may_join(
    group: list[_Named],
    places: dict[str, set[str]],
    clusters: list[set[_Named]],
    codes: dict[str, dict[str, str]],
) -> bool:
    """Refuse a name that is ambiguous: two elements of one dataset, two codes, or places that exclude each other.

    Whole clusters are looked at, so that a third row cannot bring together what must stay apart.
    """
    distinct = {frozenset(cluster) for cluster in clusters}
    datasets = [dataset for cluster in distinct for dataset in {row.dataset for row in cluster}]
    if len(set(datasets)) < len(datasets):
        return False
    ids = {row.raw_id for cluster in distinct for row in cluster}
    if any(len({own[raw_id] for raw_id in ids if raw_id in own}) > 1 for own in codes.values()):
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
