"""Who is one with whom: raw rows become clusters by decisions, shared codes, equal names and equal parts of names.

Wrong merges cost more than missed ones: what is not certain stays apart. A decision by hand comes first;
`different` always holds; two different codes are never joined by a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.errors import IdentityError
from graphkit.graph.anchors import anchors, unstated
from graphkit.graph.tables import TEXT, Graph
from graphkit.graph.verdicts import reviewed
from graphkit.identity.blocks import candidate_pairs
from graphkit.identity.judge import Judgement, judge
from graphkit.identity.profiles import (
    ORGANISATIONS,
    Profile,
    as_ids,
    bodies,
    code_columns,
    exclude,
    is_elliptical,
    is_limited,
    is_short,
    listing_datasets,
    profiles,
    spelling,
    stated_towns,
)
from graphkit.identity.sets import Clusters
from graphkit.names import fold, split
from graphkit.schema import NodeType

Pair = tuple[str, str]


def clusters(raw: Graph, decisions: pa.Table) -> dict[str, str]:
    """Map each raw id that is not alone to the representative (the smallest raw id) of its cluster."""
    raw = reviewed(raw)
    joined = Clusters()
    rows = decisions.to_pylist()
    for decision in rows:
        if decision["judgement"] == "same":
            _check_one_type(raw, decision)
            joined.join(decision["left"], decision["right"])
    joined.keep_apart(rows)
    coded = _anchor(raw, joined)
    # Regions come first: they tell organisations apart; people last: their organisations tell them apart.
    for owner in sorted(raw.schema.nodes.values(), key=lambda owner: (owner.personal, owner.name != "Region")):
        if owner.name in raw.node_tables:
            codes = code_columns(owner, raw)
            for column, known in codes.items():
                known |= {own_id: code for own_id, code in coded.get((owner.name, column), ()) if own_id not in known}
            _join_by_code(codes, joined)
            _join_by_name(owner, raw, joined, codes)
            if owner.name in ORGANISATIONS and _worth_comparing(owner, raw):
                _join_by_parts(profiles(raw, owner, joined.root), joined)
    return joined.representatives()


def _anchor(raw: Graph, joined: Clusters) -> dict[tuple[str, str], list[Pair]]:
    """Put each correction whose row is gone where the first of its anchors lives, unless a decision keeps it away.

    Returns the codes of those that no anchor holds, by type and column: whoever bears the code now is meant.
    """
    coded: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    told = anchors(raw)
    for kind in sorted(raw.node_tables) if told else ():
        gone = unstated(raw, kind)
        live = set(raw.node_tables[kind]["id"].to_pylist()) - set(gone) if gone else set()
        held = {joined.root(raw_id) for raw_id in live & joined.parent.keys()}
        for own_id in gone:
            if joined.root(own_id) in held:
                continue
            others = [anchor for anchor in told.get(own_id, ()) if anchor in live]
            if any(joined.join_all([own_id, anchor]) for anchor in others):
                continue
            for name, sign, code in (anchor.partition("=") for anchor in told.get(own_id, ())):
                coded[kind, name] += [(own_id, code)] if sign else []
    return coded


def _check_one_type(raw: Graph, decision: dict[str, Any]) -> None:
    left, right = (raw.schema.type_of(decision[side]) for side in ("left", "right"))
    if left != right:
        message = f"decision `same` joins a {left} ({decision['left']}) and a {right} ({decision['right']})"
        raise IdentityError(message, code="types-differ", hint="Delete or correct this decision.", candidates=[])


def _join_by_code(codes: dict[str, dict[str, str]], joined: Clusters) -> None:
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
    """A raw id that bears a name, and the source (one edition of a dataset) that lists it."""

    raw_id: str
    name: str
    source: str


def _join_by_name(owner: NodeType, raw: Graph, joined: Clusters, codes: dict[str, dict[str, str]]) -> None:
    """Rows of two sources with the same full name are one, if nothing speaks against it.

    Two editions of one dataset are two sources: a company whose code came late has another key in the later one.
    """
    table = raw.node_tables[owner.name]
    listed = table.filter(pc.is_in(table["source_id"], pa.array(list(listing_datasets(raw)), TEXT)))
    if len(pc.unique(listed["source_id"])) < 2:
        return
    groups = [group for group in _same_names(owner, listed) if _of_several(group)]
    groups = [group for group in groups if not is_short(group[0].name, owner.name)]  # whom it means, its parts tell
    if owner.personal:
        groups = _by_organisation(raw, owner, groups, joined)
    members = _members(listed, groups, joined)
    named = {row.raw_id for group in groups for row in group}
    beside = _Beside(owner, stated_towns(raw, owner, joined.root, named), _legal_persons(listed, named))
    for group in groups:
        clusters = [members[joined.root(row.raw_id)] for row in group]
        if _may_join(clusters, codes) and beside.agree(group) and joined.join_all([row.raw_id for row in group]):
            members[joined.root(group[0].raw_id)] = set().union(*clusters)


def _of_several(group: list[_Named]) -> bool:
    return len({row.source for row in group}) > 1 and len({row.raw_id for row in group}) > 1


def _same_names(owner: NodeType, listed: pa.Table) -> Iterator[list[_Named]]:
    wanted = listed.filter(pc.and_(pc.invert(pc.fill_null(listed["group"], False)), pc.is_valid(listed["name"])))
    groups: defaultdict[tuple[str, bool], set[_Named]] = defaultdict(set)
    columns = (wanted[column].to_pylist() for column in ("id", "name", "source_id"))
    for raw_id, name, source in zip(*columns, strict=True):
        # 有限公司 and 有限责任公司 share a key; as the name of a company they are not yet one.
        limited = owner.name in ORGANISATIONS and is_limited(name)
        groups[fold(name), limited].add(_Named(raw_id, name, source))
    for key in sorted(groups):
        if key[0]:
            yield sorted(groups[key], key=lambda row: (row.raw_id, row.source, row.name))


def _members(listed: pa.Table, groups: list[list[_Named]], joined: Clusters) -> defaultdict[str, set[tuple[str, str]]]:
    """Tell which rows, with their sources, stand in each cluster that one of the groups touches."""
    wanted = pa.array({*joined.parent, *(row.raw_id for group in groups for row in group)}, TEXT)
    rows = listed.filter(pc.is_in(listed["id"], wanted))
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for raw_id, source in zip(rows["id"].to_pylist(), rows["source_id"].to_pylist(), strict=True):
        found[joined.root(raw_id)].add((raw_id, source))
    return found


def _by_organisation(raw: Graph, owner: NodeType, groups: list[list[_Named]], joined: Clusters) -> list[list[_Named]]:
    """Split people of one name by the organisation they belong to: across organisations only a decision joins."""
    of_person = bodies(raw, owner, joined.root)
    split_up: list[list[_Named]] = []
    for group in groups:
        told = {row.raw_id: of_person.get(row.raw_id, set()) for row in group}
        for body in sorted(set().union(*told.values())):
            part = [row for row in group if body in told[row.raw_id]]
            split_up += [part] if _of_several(part) else []
    return split_up


def _may_join(clusters: list[set[tuple[str, str]]], codes: dict[str, dict[str, str]]) -> bool:
    """Refuse a name that is ambiguous: two elements of one list, or two codes.

    Whole clusters are looked at, so that a third row cannot bring together what must stay apart.
    """
    distinct = {frozenset(cluster) for cluster in clusters}
    sources = [source for cluster in distinct for source in {source for _, source in cluster}]
    if len(set(sources)) < len(sources):
        return False
    ids = {raw_id for cluster in distinct for raw_id, _ in cluster}
    return all(len({own[raw_id] for raw_id in ids if raw_id in own}) <= 1 for own in codes.values())


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the sources say beside the names: the regions they put a node in, and the legal person of a company."""

    owner: NodeType
    towns: dict[str, set[str]]
    legal: dict[str, set[str]]

    def agree(self, group: list[_Named]) -> bool:
        """Tell whether nothing beside the name excludes that these are one.

        A name that begins with its region needs no other place; 市妇联 and 妇联 need one.
        """
        organised = self.owner.name in ORGANISATIONS
        elliptical = any(is_elliptical(spelling(row.name), self.owner.name) for row in group)
        if elliptical and not all(self.towns.get(row.raw_id) for row in group):
            return False
        # The names of a group share their key, and so their region.
        full = self.owner.name != "Region" and not elliptical and bool(split(group[0].name).region)
        towns = [self.towns.get(row.raw_id, set()) for row in group]
        if any(exclude(one, other, full=full) for one, other in combinations(towns, 2)):
            return False
        legal = [self.legal[row.raw_id] for row in group if row.raw_id in self.legal]
        return full or not organised or all(one & other for one, other in combinations(legal, 2))


def _legal_persons(listed: pa.Table, raw_ids: set[str]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    if "legal_person" in listed.column_names:
        told = listed.filter(pc.and_(pc.is_valid(listed["legal_person"]), pc.is_in(listed["id"], as_ids(raw_ids))))
        for raw_id, person in zip(told["id"].to_pylist(), told["legal_person"].to_pylist(), strict=True):
            found[raw_id].add(fold(person))
    return found


def _worth_comparing(owner: NodeType, raw: Graph) -> bool:
    """Names of one dataset alone are only compared if two of them may differ in 有限 and 有限责任."""
    table, dataset_of = raw.node_tables[owner.name], listing_datasets(raw)
    listed = pc.unique(table["source_id"]).to_pylist()
    if len({dataset_of[source] for source in listed if source in dataset_of}) > 1:
        return True
    stated = "legal_person" in table.column_names and table["legal_person"].null_count < len(table)
    return stated and bool(pc.any(pc.match_substring_regex(table["name"], "有限[责責]任公司")).as_py())


def _join_by_parts(found: list[Profile], joined: Clusters) -> None:
    """Join what is judged the same by its parts, if all that hangs together is, each with each."""
    by_id = {profile.id: profile for profile in found}
    judged = {
        (found[a].id, found[b].id): judgement
        for a, b in candidate_pairs(found)
        if (judgement := judge(found[a], found[b])).verdict != "different"
    }
    near = _Near(judged)
    same = {pair for pair, judgement in judged.items() if _joins([by_id[i] for i in pair], judgement, near)}
    for component in _components(same):
        if all(pair in same for pair in combinations(component, 2)):
            joined.join_all(component)


class _Near:
    """Which profiles may be one with each, and which of these surely are: the context of a short name."""

    def __init__(self, judged: dict[Pair, Judgement]) -> None:
        self.may: defaultdict[str, set[str]] = defaultdict(set)
        self.same: defaultdict[str, set[str]] = defaultdict(set)
        for (left, right), judgement in judged.items():
            for one, other in ((left, right), (right, left)):
                self.may[one].add(other)
                if judgement.verdict == "same":
                    self.same[one].add(other)

    def unique(self, left: str, right: str) -> bool:
        """Say whether neither of two may also be a third, but for those that are surely one with them or each other."""
        own = {left, right} | self.same[left] | self.same[right]
        rest = sorted((self.may[left] | self.may[right]) - own)
        return not rest or (right in self.same[left] and all(b in self.same[a] for a, b in combinations(rest, 2)))


def _joins(pair: list[Profile], judgement: Judgement, near: _Near) -> bool:
    """Say whether two may be joined by their parts: never two rows of one dataset, unless nearly all agrees.

    A short name is meant for the one that it fits; of two nobody knows which.
    """
    left, right = pair
    if left.datasets & right.datasets:
        return judgement.verdict == "same" and judgement.strong
    if judgement.unique_wanted:
        return near.unique(left.id, right.id)
    short = any(is_short(name, profile.type) for profile in pair for name in profile.names)
    return judgement.verdict == "same" and (not short or "code" in judgement.reasons or near.unique(left.id, right.id))


def _components(pairs: Iterable[Pair]) -> list[list[str]]:
    sets = Clusters()
    for left, right in pairs:
        sets.join(left, right)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for own_id in sorted(sets.parent):
        found[sets.root(own_id)].append(own_id)
    return [found[root] for root in sorted(found)]
