"""Candidates: every organisation that could be founded for gaps, and what bars the units that none covers.

Own and party-led for one unit, joint for gaps of one base, owner, or town and segment, hosted for the members of a
host (DEFINITIONS 9). What each covers is said by the coverage code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.openings import MODES, SEPARATOR, Openings, listed, numbers_of, openings, places_of
from graphkit.analysis.planned import reach
from graphkit.analysis.units import Rows
from graphkit.engines.arrays import distinct
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import TEXT, TEXTS, Graph, frame
from graphkit.schema import Caption, Language

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

CANDIDATES = pa.schema(
    [(name, TEXT) for name in ("id", "mode", "around", "host", "host_name", "segment")]
    + [("town", TEXT), ("towns", TEXTS), ("cost", pa.float64()), ("capacity", pa.int64())]
    + [("members", TEXTS), ("units", TEXTS)]
    + [(name, pa.int64()) for name in ("count", "women_employees", "uncounted", "key_candidates")]
)
BLOCKED = pa.schema([(name, TEXT) for name in ("unit", "name", "town", "mode", "state", "reason", "value")])
# Why a mode is barred, by (mode, state): `fails` = its precondition does not hold, `unknown` = possible if known.
BARS: dict[tuple[str, str], Caption] = {
    ("own", "fails"): Caption("女职工数不足（{}）", "too few women employees ({})"),
    ("own", "unknown"): Caption("女职工数不明（{}）", "number of women employees not known ({})"),
    ("party_led", "fails"): Caption("未建党组织", "no party organisation"),
    ("party_led", "unknown"): Caption("有无党组织不明", "party organisation not known"),
    ("joint", "fails"): Caption("无可联建的单位", "no partner"),
    ("joint", "unknown"): Caption("可联建的单位尚不确定", "a partner only perhaps"),
    ("hosted", "fails"): Caption("无所属平台", "no membership"),
    ("hosted", "unknown"): Caption("所属平台尚不确定", "a membership only perhaps"),
    ("any", "fails"): Caption("规则不计这种覆盖", "the rules count no such organisation"),
}
STATES = {"fails": Caption("不具备", "not met"), "unknown": Caption("查明后或可", "possible if known")}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Candidates:
    """All candidates for the gaps of a coverage, and the units that none covers; a value.

    `table` has one row a candidate (CANDIDATES): `around` says what its members have in common (unit, base, owner,
    town_segment, host), `members` for whom it is founded, `units` whom it would cover. `blocked` has a row for each
    unit that no candidate covers and each mode (BLOCKED): `state` fails, or unknown = possible if known.
    """

    coverage: Coverage
    include_unknown: bool
    targets: pa.Table
    table: pa.Table
    blocked: pa.Table

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the candidates as a frame."""
        return frame(self.table)

    def bars(self, lang: Language = "zh") -> dict[str, str]:
        """Say for each unit that no candidate covers what bars each mode."""
        return _bars(self.coverage.graph, self.blocked, lang)

    def __repr__(self) -> str:
        barred = len(pc.unique(self.blocked["unit"]))
        return f"{len(self.table)} candidates for {len(self.targets)} units, {barred} of which none covers"


def candidates(cov: Coverage, *, include_unknown: bool = False) -> Candidates:
    """Return every candidate for the gaps of a coverage (with `include_unknown` for unknown units too).

    A precondition that is not known gives no candidate; it is listed as possible if known.
    """
    from scipy import sparse

    found = openings(cov, include_unknown=include_unknown)
    size = len(found.targets)
    drafts = [*_alone(found), *_grouped(cov, found)]
    lengths = np.array([len(draft.members) for draft in drafts], np.int64)
    flat = np.concatenate([np.zeros(0, np.int64), *(draft.members for draft in drafts)])
    start = np.concatenate([[0], np.cumsum(lengths)])
    members = sparse.csr_array((np.ones(len(flat)), flat, start), shape=(len(drafts), size))
    first, second = reach(cov, found.targets)
    covers = (members @ sparse.csr_array((np.ones(len(first)), (first, second)), shape=(size, size))).tocsr()
    covers.sort_indices()
    table = _table(cov, found, drafts, (members, covers))
    table = table.filter(pc.greater(table["count"], 0)).combine_chunks()
    bare = np.setdiff1d(np.arange(size), covers.indices)
    return Candidates(cov, include_unknown, found.targets, table, _blocked(cov, found, bare))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A candidate before anything is looked up: the members are row numbers of targets."""

    mode: str
    around: str
    key: str
    part: int
    members: Rows


def _alone(found: Openings) -> Iterator[_Draft]:
    ids = found.targets["id"].to_pylist()
    for mode, flags in found.alone.items():
        for number in numbers_of(flags).tolist():
            yield _Draft(mode, "unit", ids[number], 0, np.array([number]))


def _grouped(cov: Coverage, found: Openings) -> Iterator[_Draft]:
    """Yield a joint candidate for each two or more that have something in common, a hosted one for each host."""
    capacity = cov.rules.plan.joint.capacity
    for around, table in found.joint.items():
        for key, members in _groups(table):
            for part, some in enumerate(_cut(members, capacity) if len(members) > 1 else ()):
                yield _Draft("joint", around, key, part, some)
    joined = pa.concat_tables(found.hosted.values())
    for key, members in _groups(joined.sort_by([("key", "ascending"), ("unit", "ascending")])):
        yield _Draft("hosted", "host", key, 0, distinct(members))


def _groups(table: pa.Table) -> Iterator[tuple[str, Rows]]:
    sure = table.filter(table["certain"])
    keys = sure["key"].combine_chunks()
    encoded = keys.dictionary_encode()
    starts = np.flatnonzero(np.diff(encoded.indices.to_numpy(), prepend=-1))
    for start, members in zip(starts.tolist(), np.split(sure["unit"].to_numpy(), starts[1:]), strict=len(starts) > 0):
        yield keys[start].as_py(), members


def _cut(members: Rows, capacity: int) -> list[Rows]:
    """Cut a set into parts of at most `capacity`, in the order of the gap list; no part is left with one alone."""
    ends = np.arange(capacity, len(members), capacity)
    if len(members) % capacity == 1 and len(members) > 1:
        ends[-1] -= 1
    return np.split(members, ends)


def _table(cov: Coverage, found: Openings, drafts: list[_Draft], sets: tuple["csr_array", "csr_array"]) -> pa.Table:
    """Return the candidates with all that is said of them; `sets`: whom each is founded for, whom it covers."""
    members, covers = sets
    units = covers.indices
    ids = found.targets["id"].combine_chunks()
    hosts = pa.array([draft.key.partition(SEPARATOR)[0] for draft in drafts], TEXT)
    inner = [draft.key.partition(SEPARATOR)[2] or None for draft in drafts]
    named = names_of(cov.graph, [*hosts.to_pylist(), *filter(None, inner)])
    towns = _towns(cov, found, drafts, hosts)
    told = names_of(cov.graph, [town for some in towns for town in some])
    plan, rows = cov.rules.plan, np.repeat(np.arange(len(drafts)), np.diff(covers.indptr))
    costs = {
        "own": plan.own.cost,
        "party_led": plan.party_led.cost,
        "joint": plan.joint.cost,
        "hosted": plan.hosted.cost,
    }
    women = found.targets["women_employees"].combine_chunks()
    heads, known = pc.fill_null(women, 0).to_numpy(), pc.is_valid(women).to_numpy(zero_copy_only=False)
    key = pc.equal(found.targets["key_candidate"], "yes").to_numpy()

    def total(values: Rows) -> pa.Array:
        return pa.array(np.bincount(rows, values[units], minlength=len(drafts)).astype(np.int64))

    columns = {
        "id": [_id(draft) for draft in drafts],
        "mode": [draft.mode for draft in drafts],
        "around": [draft.around for draft in drafts],
        "host": hosts,
        "host_name": [named[host] for host in hosts.to_pylist()],
        "segment": [named[segment] if segment else None for segment in inner],
        "town": ["、".join(sorted(told[town] for town in some)) or None for some in towns],
        "towns": pa.array(towns, TEXTS),
        "cost": [costs[draft.mode] for draft in drafts],
        "capacity": [plan.joint.capacity if draft.mode == "joint" else None for draft in drafts],
        "members": _lists(members, ids),
        "units": _lists(covers, ids),
        "count": total(np.ones(len(ids), np.int64)),
        "women_employees": total(heads),
        "uncounted": total((~known).astype(np.int64)),
        "key_candidates": total(key.astype(np.int64)),
    }
    return pa.table({name: columns[name] for name in CANDIDATES.names}).cast(CANDIDATES)


def _lists(sets: "csr_array", ids: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(sets.indptr.astype(np.int32), ids.take(pa.array(sets.indices)))


def _id(draft: _Draft) -> str:
    part = f"#{draft.part + 1}" if draft.part else ""
    return f"{draft.mode}:{draft.key.replace(SEPARATOR, '+')}{part}"


def _towns(cov: Coverage, found: Openings, drafts: list[_Draft], hosts: pa.Array) -> list[list[str]]:
    """Return the towns of each candidate: that of its place or host, else the one in which all its members lie."""
    distinct = pc.unique(hosts)
    lying = places_of(cov, distinct, "town")
    at = {distinct[number].as_py(): some for number, some in listed(lying).items()}
    of_unit = {unit: set(some) for unit, some in listed(found.towns).items()}
    towns = []
    for draft, host in zip(drafts, hosts.to_pylist(), strict=True):
        if draft.around == "town_segment":
            towns.append([host])
        else:
            shared = set.intersection(*(of_unit.get(unit, set()) for unit in draft.members.tolist()))
            towns.append(sorted(at.get(host, shared if len(shared) == 1 else [])))
    return towns


def _blocked(cov: Coverage, found: Openings, bare: Rows) -> pa.Table:
    """Return for each unit that no candidate covers what holds of each mode, in the order of the gap list."""
    if not len(bare):
        return BLOCKED.empty_table()
    targets, towns = found.targets, listed(found.towns)
    told = names_of(cov.graph, found.towns["node"].to_pylist())
    maybe = {mode: _perhaps(tables) for mode, tables in (("joint", found.joint), ("hosted", found.hosted))}
    rows: list[dict[str, Any]] = []
    for number, unit in zip(bare.tolist(), targets.take(pa.array(bare)).to_pylist(), strict=True):
        place = "、".join(sorted(told[town] for town in towns.get(number, []))) or None
        states = {mode: found.alone[mode][number].as_py() for mode in found.alone}
        states |= {mode: None if number in some else False for mode, some in maybe.items()}
        for mode in MODES:
            state = "unknown" if states[mode] is None else "fails"
            reason = "any" if states[mode] else mode
            row = {"unit": unit["id"], "name": unit["name"], "town": place, "mode": mode, "state": state}
            rows.append(row | {"reason": reason, "value": _stated(unit) if mode == "own" else None})
    return pa.Table.from_pylist(rows, schema=BLOCKED)


def _perhaps(tables: dict[str, pa.Table]) -> set[int]:
    """Return the units that perhaps have something in common with others; hosts take one alone."""
    found: set[int] = set()
    for around, table in tables.items():
        counts = table.group_by("key").aggregate([("unit", "count")])
        least = 1 if around.startswith("host") else 2
        keys = counts.filter(pc.greater_equal(counts["unit_count"], least))["key"]
        found |= set(table.filter(pc.is_in(table["key"], value_set=keys))["unit"].to_pylist())
    return found


SIGNS = {"more_than": ">", "nearly": "<", "about": "≈", "unknown": "≈"}


def _stated(unit: dict[str, Any]) -> str | None:
    heads = unit["women_employees"]
    return None if heads is None else f"{SIGNS.get(unit['women_employees_bound'] or '', '')}{heads}"


def _bars(graph: Graph, blocked: pa.Table, lang: Language) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in blocked.to_pylist():
        found.setdefault(row["unit"], []).append(_told_bar(graph, row, lang))
    return {unit: ("；" if lang == "zh" else "; ").join(told) for unit, told in found.items()}


def told_bars(cov: Coverage, found: Openings, bare: Rows, lang: Language) -> dict[int, str]:
    """Say what bars each mode for some targets (row numbers) that nothing stands open to."""
    told = _bars(cov.graph, _blocked(cov, found, bare), lang)
    return dict(zip(bare.tolist(), told.values(), strict=True))


def _told_bar(graph: Graph, row: dict[str, Any], lang: Language) -> str:
    """Say of one blocked row which mode is barred, and why."""
    colon, mode = ("：" if lang == "zh" else ": "), graph.schema.captions["mode", row["mode"]].of(lang)
    text = BARS[row["reason"], row["state"]].of(lang).format(row["value"] or ("未填" if lang == "zh" else "not stated"))
    doubt = f"（{STATES['unknown'].zh}）" if lang == "zh" else f" ({STATES['unknown'].en})"
    return f"{mode}{colon}{text}{doubt if row['state'] == 'unknown' else ''}"
