"""What a new edition of a list changed: new, matched, renamed and vanished nodes, and what a vanished one may be now.

An element that both editions list is matched, whatever it is called. A likely rename is judged as identity judges,
part by part; beside that only the same legal person, or the same town and nearly the same stem, make one likely.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.editions import ADDITIONS, Changes, Likely, Listed, Renamed, Source, Vanished, ends_of, follows
from graphkit.graph.merge import raw_rows
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.graph.time import first_days
from graphkit.identity.blocks import MOST, candidate_pairs
from graphkit.identity.judge import judge
from graphkit.identity.profiles import ORGANISATIONS, Profile, as_ids, exclude, profiles, spelling
from graphkit.names import normalise
from graphkit.schema import NodeType
from graphkit.values import PartialDate

SHOWN = 3  # likely renames of a vanished node
START = 2  # characters with which stems begin alike
FEW = 5  # elements that may begin alike before it tells nothing
TELLING = frozenset("一二三四五六七八九十0123456789东南西北中上下前后左右新老大小甲乙丙丁")
BESIDE = {"legal_person": 0.6, "stem": 0.5}  # what a rename that the names alone do not tell is worth


@dataclass(frozen=True, slots=True)
class Step:
    """A new edition, the list before it (newest edition first), and the types of nodes and edges that are listed.

    `edges`: None for any.
    """

    new: Source
    before: tuple[Source, ...]
    types: frozenset[str]
    edges: frozenset[str] | None = None

    @property
    def old(self) -> list[str]:
        """List the sources of the list before."""
        return [str(source["id"]) for source in self.before]

    @property
    def full(self) -> bool:
        """Say whether the new edition is a full list: only then can anything have vanished from it."""
        return bool(self.new["delivery"] != ADDITIONS)


def changes(graph: Graph, step: Step) -> Changes:
    """Compare a new edition with the list before it, in an assembled graph that holds both.

    What had ended by then, and what a later edition lists again, has not vanished. Of edges only states vanish (an
    event has happened, listed again or not), and only beside a node of the listed types.
    """
    later = [s["id"] for s in graph.sources.to_pylist() if s["dataset"] == step.new["dataset"] and follows(s, step.new)]
    found = [_of_type(graph, graph.schema.nodes[kind], step, later) for kind in sorted(step.types)]
    kinds = sorted(graph.edge_tables) if step.full else ()
    return Changes(
        step.before[0],
        step.new["date"],
        tuple(node for part in found for node in part.new),
        sum(part.matched for part in found),
        tuple(node for part in found for node in part.renamed),
        tuple(node for part in found for node in part.vanished),
        {kind: ends for kind in kinds if (ends := _gone_edges(graph, kind, step, later))},
    )


def raw_ids_of(graph: Graph, kind: str, elements: Collection[str], sources: Collection[str]) -> set[str]:
    """Return the raw ids under which some sources list some elements of a type."""
    table = graph.table(kind)
    members = pc.list_flatten(table.filter(pc.is_in(table["id"], as_ids(elements)))["raw_ids"].combine_chunks())
    listed = [_rows(graph, kind, source)["id"] for source in sources]
    return {own_id for ids in listed for own_id in ids.filter(pc.is_in(ids, value_set=members)).to_pylist()}


def _rows(graph: Graph, kind: str, source: str) -> pa.Table:
    """Return the raw rows by which a source lists something of a type: a stated end is none."""
    rows = raw_rows(graph).table(kind).filter(pc.field("source_id") == source)
    return rows.filter(pa.array(~ends_of(rows)))


def _elements(graph: Graph, kind: str, sources: Collection[str]) -> set[str]:
    """Return the elements of a type that some sources list."""
    lists = whole(graph.table(kind)["raw_ids"])
    raw_ids = [pc.unique(_rows(graph, kind, source)["id"]) for source in sorted(sources)]
    at = pc.index_in(pa.concat_arrays([pa.array([], TEXT), *raw_ids]), value_set=pc.list_flatten(lists)).drop_null()
    return set(graph.table(kind)["id"].take(pc.list_parent_indices(lists).take(at)).to_pylist())


def _in_force(graph: Graph, kind: str, elements: Collection[str], date: str | None) -> set[str]:
    """Leave out the elements that had ended by a date."""
    table = graph.table(kind)
    rows = table.filter(pc.is_in(table["id"], as_ids(elements)))
    if date is None or rows["valid_to"].null_count == len(rows):
        return set(elements)
    last = PartialDate.parse(date).last_day.isoformat()
    open_ended = pc.fill_null(pc.greater(first_days(rows["valid_to"]), last), True)
    return set(rows["id"].filter(open_ended).to_pylist())


def _of_type(graph: Graph, owner: NodeType, step: Step, later: Collection[str]) -> Changes:
    new, old = (_elements(graph, owner.name, sources) for sources in ([step.new["id"]], step.old))
    gone = _in_force(graph, owner.name, old - new if step.full else set(), step.new["date"])
    gone -= _elements(graph, owner.name, later)
    names = {row["id"]: row["name"] or row["id"] for row in graph.table(owner.name).select(["id", "name"]).to_pylist()}
    likely = _renames(graph, owner, gone, new - old) if gone and new - old else {}
    return Changes(
        step.before[0],
        step.new["date"],
        tuple(Listed(own_id, owner.name, names[own_id]) for own_id in _by_name(new - old, names)),
        len(new & old),
        tuple(_renamed(graph, owner, step, new & old)),
        tuple(Vanished(i, owner.name, names[i], tuple(likely.get(i, ())[:SHOWN])) for i in _by_name(gone, names)),
    )


def _by_name(ids: Collection[str], names: Mapping[str, str]) -> list[str]:
    return sorted(ids, key=lambda own_id: (names[own_id], own_id))


def _gone_edges(graph: Graph, kind: str, step: Step, later: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the ends of each state edge of a type that the new edition no longer lists, by its id."""
    if graph.schema.edge(kind).kind != "state" or (step.edges is not None and kind not in step.edges):
        return {}
    old, new = (_elements(graph, kind, sources) for sources in (step.old, [step.new["id"], *later]))
    gone = _in_force(graph, kind, old - new, step.new["date"])
    table = graph.table(kind)
    rows = table.filter(pc.is_in(table["id"], as_ids(gone)))
    found = rows.select(["id", "src", "src_type", "dst", "dst_type"]).to_pylist()
    return {row["id"]: (row["src"], row["dst"]) for row in found if {row["src_type"], row["dst_type"]} & step.types}


# Renamed: listed by both, under different names


def _renamed(graph: Graph, owner: NodeType, step: Step, both: set[str]) -> Iterator[Renamed]:
    of_raw = _of_raw(graph, owner.name)
    told: list[dict[str, dict[str, str]]] = []
    for sources in (step.old, [step.new["id"]]):
        tables = [_rows(graph, owner.name, source).select(["id", "name"]) for source in sources]
        rows = pa.concat_tables(tables).to_pylist()
        names: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for row in rows:
            if row["name"] and of_raw.get(row["id"], row["id"]) in both:
                names[of_raw.get(row["id"], row["id"])][normalise(row["name"])] = row["id"]
        told.append(names)
    old, new = told
    for own_id in sorted(both & old.keys() & new.keys(), key=lambda own_id: (min(old[own_id]), own_id)):
        if not old[own_id].keys() & new[own_id].keys():
            before, after = min(old[own_id]), min(new[own_id])
            reason = _why_one(graph, owner, old[own_id][before], new[own_id][after])
            yield Renamed(own_id, owner.name, before, after, reason)


def _why_one(graph: Graph, owner: NodeType, left: str, right: str) -> str:
    """Say why two differently named rows are one: their code, their key, a decision, or the parts of their names."""
    table = raw_rows(graph).table(owner.name)
    for column in owner.match:
        codes = [
            set(table.filter(pc.field("id") == own_id)[column].drop_null().to_pylist()) for own_id in (left, right)
        ]
        if codes[0] & codes[1]:
            return "code"
    if left == right:
        return "key"
    pairs = ({row["left"], row["right"]} for row in graph.decisions.to_pylist() if row["judgement"] == "same")
    return "decision" if {left, right} in pairs else "parts"


def _of_raw(graph: Graph, kind: str) -> dict[str, str]:
    """Map each raw id that is not its element's id to that."""
    table = graph.table(kind)
    several = table.filter(pc.greater(pc.list_value_length(table["raw_ids"]), 1)).select(["id", "raw_ids"])
    return {raw_id: row["id"] for row in several.to_pylist() for raw_id in row["raw_ids"] if raw_id != row["id"]}


# Likely renames: a vanished node and a new one


def _renames(graph: Graph, owner: NodeType, gone: set[str], new: set[str]) -> dict[str, list[Likely]]:
    of_raw = _of_raw(graph, owner.name) | _of_raw(graph, "Region")
    found = [
        p for p in profiles(_around(graph, owner, gone | new), owner, lambda i: of_raw.get(i, i)) if not p.personal
    ]
    apart, common = _kept_apart(graph, of_raw), _common_starts(graph, owner)
    pairs = {*_crossing(candidate_pairs(found), found, gone), *_crossing(_beside(found, gone), found, gone)}
    renames: defaultdict[str, list[Likely]] = defaultdict(list)
    for old, other in ((found[a], found[b]) for a, b in sorted(pairs)):
        rename = None if frozenset((old.id, other.id)) in apart else _likely(old, other, common)
        if rename:
            renames[old.id].append(rename)
    return {own_id: sorted(told, key=lambda r: (-r.score, r.name, r.id)) for own_id, told in renames.items()}


def _common_starts(graph: Graph, owner: NodeType) -> set[str]:
    """Return the beginnings of stems that tell nothing, for many bear them: the name of the county, mostly."""
    names = graph.table(owner.name)["name"].drop_null().to_pylist() if owner.name in ORGANISATIONS else []
    starts = Counter(spelling(name).parts.stem[:START] for name in names)
    return {start for start, count in starts.items() if count > FEW}


def _around(graph: Graph, owner: NodeType, elements: set[str]) -> Graph:
    """Return the raw rows of some nodes and what tells where they are."""
    raw, table = raw_rows(graph), graph.table(owner.name)
    lists = table.filter(pc.is_in(table["id"], as_ids(elements)))["raw_ids"].combine_chunks()
    members = pc.list_flatten(lists)
    nodes = {"Region": raw.table("Region"), owner.name: raw.table(owner.name)}
    nodes[owner.name] = nodes[owner.name].filter(pc.is_in(nodes[owner.name]["id"], value_set=members))
    edges = {name: raw.table(name) for name in ("LOCATED_IN", "PART_OF")}
    edges = {name: rows.filter(pc.is_in(rows["src"], value_set=members)) for name, rows in edges.items()}
    return replace(raw, node_tables=nodes, edge_tables=edges)


def _kept_apart(graph: Graph, of_raw: Mapping[str, str]) -> set[frozenset[str]]:
    rows = [row for row in graph.decisions.to_pylist() if row["judgement"] == "different"]
    return {frozenset(of_raw.get(row[side], row[side]) for side in ("left", "right")) for row in rows}


def _crossing(
    pairs: Collection[tuple[int, int]], found: list[Profile], gone: Collection[str]
) -> Iterator[tuple[int, int]]:
    """Keep the pairs of a vanished node and a new one, the vanished one first."""
    for a, b in pairs:
        if (found[a].id in gone) != (found[b].id in gone):
            yield (a, b) if found[a].id in gone else (b, a)


def _beside(found: list[Profile], gone: Collection[str]) -> set[tuple[int, int]]:
    """Pair what has a legal person in common, or a town and nearly the stem, if not too many do."""
    blocks: defaultdict[tuple[str, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number, profile in enumerate(found):
        stems = {key for spelled in profile.spellings for key in _stem_keys(spelled.parts.stem)}
        for key in {(person,) for person in profile.legal_persons} | set(product(profile.towns, stems)):
            blocks[key][profile.id not in gone].append(number)
    return {pair for old, new in blocks.values() if len(old) + len(new) <= MOST for pair in product(old, new)}


def _stem_keys(stem: str) -> Iterator[str]:
    """Give what near stems have in common: their beginnings, or all but one character."""
    yield from (f"{size}{stem[:size]}" for size in (START, START + 1) if len(stem) >= size)
    if len(stem) > START:
        yield from (f"-{place}{stem[:place]}{stem[place + 1 :]}" for place in range(len(stem)))


def _likely(old: Profile, new: Profile, common: Collection[str]) -> Likely | None:
    judgement = judge(old, new)
    name = new.names[0]
    if judgement.verdict != "different":
        contradicted = "contradicts" in judgement.reasons.values()
        return None if contradicted else Likely(new.id, name, judgement.score, judgement.reasons)
    if "code" in judgement.reasons:
        return None
    person = bool(old.legal_persons & new.legal_persons)
    town = bool(old.towns & new.towns)
    stem = _near_stems(old, new, common)
    elsewhere = exclude(old.towns, new.towns, full=True)
    others = bool(old.legal_persons and new.legal_persons) and not person
    if person and (town or stem) and not (elsewhere and not stem):
        reasons = {"legal_person": "equal"} | ({"town": "equal"} if town else {}) | ({"stem": "near"} if stem else {})
        return Likely(new.id, name, BESIDE["legal_person"], reasons)
    if stem and town and not others:
        return Likely(new.id, name, BESIDE["stem"], {"town": "equal", "stem": "near"})
    return None


def _near_stems(left: Profile, right: Profile, common: Collection[str]) -> bool:
    stems = [{s.parts.stem for s in profile.spellings if len(s.parts.stem) >= START} for profile in (left, right)]
    return any(_near(one, other, common) for one, other in product(*stems))


def _near(one: str, other: str, common: Collection[str]) -> bool:
    """Say whether two stems begin alike with what few others begin with, or differ in one character of three or more.

    第一 and 第二, 东区 and 西区 are two, though.
    """
    short, long = sorted((one, other), key=len)
    if one[:START] == other[:START] and one[:START] not in common:
        return True
    if len(short) > START and long.startswith(short):
        return True
    differing = [a + b for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) > START and len(differing) == 1 and not all(char in TELLING for char in differing[0])
