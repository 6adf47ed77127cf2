"""How one node reaches another: all simple paths up to a length, each hop with its edges and what states them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.rules import Rules, load_rules
from graphkit.analysis.units import arrays_at
from graphkit.engines.arrays import Network, Places, Steps
from graphkit.engines.searches import checked_hops
from graphkit.engines.walks import Walk, walked
from graphkit.errors import IdentityError, QueryError
from graphkit.graph.tables import TEXT, Graph, frame, is_text
from graphkit.schema import Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

PATHS = pa.schema(
    {"path": pa.int64(), "hop": pa.int64(), "from": TEXT, "relation": TEXT, "direction": TEXT, "to": TEXT}
    | {"confidence": pa.float64(), "source": TEXT, "place": TEXT, "quote": TEXT, "edge": TEXT}
)
ARROWS = {"forward": "─{}→", "backward": "←{}─", "undirected": "─{}─"}


@dataclass(frozen=True, slots=True)
class PathOptions:
    """How far and for how many paths to look, at which date (None = latest known), under which rules."""

    max_hops: int = 6
    limit: int = 1000
    shortest_only: bool = False
    as_of: str | None = None
    rules: Rules | None = None


class Told(TypedDict, total=False):
    """The options as keywords."""

    max_hops: int
    limit: int
    shortest_only: bool
    as_of: str | None
    rules: Rules | None


class Hop(NamedTuple):
    """One hop in the direction of the path; `edges` are all that make it, the surest first, and the rest tells of it.

    `direction` is that of the edge as seen on the way: forward, backward, undirected.
    """

    src: str
    src_name: str
    dst: str
    dst_name: str
    type: str
    direction: str
    confidence: float
    edges: tuple[str, ...]


class Statement(NamedTuple):
    """Where an edge is stated: the source, its date, where in it, and with which words."""

    source: str
    date: str | None
    place: str | None
    quote: str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Paths:
    """All paths between two ends, the shortest first, then by names; `truncated` if there may be more; a value."""

    graph: Graph
    start: str
    end: str
    options: PathOptions
    paths: tuple[tuple[Hop, ...], ...]
    truncated: bool

    @property
    def frame(self) -> "pd.DataFrame":
        """Return one row a hop: `path, hop, from, relation, direction, to, confidence, source, place, quote, edge`.

        An edge that is stated several times shows its newest statement; `statements()` has all of them.
        """
        told = statements(self)
        nothing = Statement("", None, None, None)
        rows = []
        for number, path in enumerate(self.paths, 1):
            for place, hop in enumerate(path, 1):
                first = next(iter(told[hop.edges[0]]), nothing)
                walked = (number, place, hop.src_name, hop.type, hop.direction, hop.dst_name, hop.confidence)
                rows.append((*walked, first.source or None, first.place, first.quote, hop.edges[0]))
        columns = zip(*rows, strict=True) if rows else ([] for _ in PATHS)
        return frame(pa.table([pa.array(list(c), f.type) for c, f in zip(columns, PATHS, strict=True)], schema=PATHS))

    def text(self, lang: Language = "zh") -> str:
        """Return the paths as lines, each hop with its source and place."""
        told, schema = statements(self), self.graph.schema
        lines = [self._title(lang)]
        for number, path in enumerate(self.paths, 1):
            lines.append(f"{number}. {path[0].src_name}")
            for hop in path:
                arrow = ARROWS[hop.direction].format(schema.caption("edge", hop.type, lang))
                where = [" ".join(part for part in (s.source, s.place) if part) for s in told[hop.edges[0]][:1]]
                lines.append(f"   {arrow} {hop.dst_name}" + "".join(f"  [{place}]" for place in where))
        return "\n".join(lines)

    def _title(self, lang: Language) -> str:
        count, hops, date = len(self.paths), self.options.max_hops, self.options.as_of
        if lang == "zh":
            kind = "条最短路径" if self.options.shortest_only else "条路径"
            told = f"{self.start} → {self.end}：{hops} 步之内 {count} {kind}"
            told += f"（{f'截至 {date}' if date else '最新已知'}）"
            return told + ("，未列全" if self.truncated else "")
        kind = "shortest path" if self.options.shortest_only else "path"
        told = f"{self.start} → {self.end}: {count} {kind}{'s' * (count != 1)} within {hops} hop{'s' * (hops != 1)}"
        told += f" ({f'as of {date}' if date else 'latest known'})"
        return told + (", not all" if self.truncated else "")

    def __repr__(self) -> str:
        return f"<Paths {self._title('en')}>"


def paths(graph: Graph, a: str, b: str, *, options: PathOptions | None = None, **told: Unpack[Told]) -> Paths:
    """Return all simple paths from `a` to `b` (id, name, alias, or a type such as Bank for any of it).

    Options may be given as keywords: `max_hops=6, limit=1000, shortest_only=False, as_of=None, rules=None`. What paths
    may pass is said by the rules; direction is ignored. `truncated` says that `limit` cut the list, or that the search
    ended before everything was looked at. Raises IdentityError for names, SchemaError for types, QueryError for an end
    that the rules do not allow.
    """
    wanted = _checked(replace(options or PathOptions(), **told))
    rules, as_of = wanted.rules or load_rules(schema=graph.schema), wanted.as_of
    net = arrays_at(graph, rules.linkage, as_of)
    starts, ends = _ends(graph, net, rules, a), _ends(graph, net, rules, b)
    if len(starts) == 1:
        if starts.tolist() == ends.tolist() and not any(graph.schema.named("node", name) for name in (a, b)):
            message = f"{a!r} and {b!r} name one node, {net.ids[int(starts[0])]}"
            raise IdentityError(message, code="same-node", hint="Name two nodes.", candidates=[a, b])
        ends = ends[ends != starts[0]]
    walk = Walk(starts, ends, wanted.max_hops, wanted.limit, wanted.shortest_only)
    found, truncated = walked(net, walk, _Names(graph, net).key) if len(starts) and len(ends) else ([], False)
    hops = _Hops(graph, net)
    return Paths(graph, a, b, wanted, tuple(hops.along(nodes) for nodes in found), truncated)


def _checked(options: PathOptions) -> PathOptions:
    checked_hops(options.max_hops)
    if type(options.limit) is not int or options.limit < 1:
        hint = "Say a whole number from 1 on."
        raise QueryError(f"{options.limit!r} is no number of paths", code="bad-limit", hint=hint)
    return replace(options, as_of=None if options.as_of is None else str(PartialDate.parse(str(options.as_of))))


def _ends(graph: Graph, net: Network, rules: Rules, name: str) -> Places:
    """Return the numbers of the nodes meant: one by id, name or alias, or all of a type; none if not in force."""
    kind = graph.schema.named("node", name)
    if kind is not None:
        return net.of_type(rules.linkage.end_type(graph.schema, kind))
    found = net.numbers(pa.array([name], TEXT)) if is_text(name) else np.array([-1])
    if found[0] >= 0:
        return found
    node = graph.find(name)
    found = net.numbers(pa.array([node], TEXT))
    if found[0] < 0 and (kind := graph.schema.type_of(node)):
        rules.linkage.end_type(graph.schema, kind)
    return found[found >= 0]


class _Names:
    """The names of nodes by their numbers, read when first asked for; the id where there is none."""

    __slots__ = ("columns", "net", "read")

    def __init__(self, graph: Graph, net: Network) -> None:
        self.net, self.read = net, dict[int, str]()
        self.columns = [graph.node_tables[kind]["name"] for kind in net.kinds]

    def of(self, node: int) -> str:
        if node not in self.read:
            name = self.columns[self.net.kind[node]][int(self.net.row[node])].as_py()
            self.read[node] = name or self.net.ids[node].as_py()
        return self.read[node]

    def key(self, node: int) -> tuple[str, int]:
        """Return what nodes are sorted by."""
        return self.of(node), node


class _Hops:
    """Turns node numbers into hops, each pair of nodes once."""

    __slots__ = ("graph", "made", "names", "net")

    def __init__(self, graph: Graph, net: Network) -> None:
        self.graph, self.net, self.names = graph, net, _Names(graph, net)
        self.made: dict[tuple[int, int, bool], Hop] = {}

    def along(self, nodes: tuple[int, ...]) -> tuple[Hop, ...]:
        return tuple(self._hop(src, dst, dst == nodes[-1]) for src, dst in pairwise(nodes))

    def _hop(self, src: int, dst: int, last: bool) -> Hop:
        key = (src, dst, last)
        if key not in self.made:
            edges = [*_parallel(self.net.steps, src, dst), *(_parallel(self.net.opening, src, dst) if last else ())]
            ranked = sorted(edges, key=lambda edge: (-self.net.edges.confidence[edge], self._id(edge)))
            self.made[key] = self._made(src, dst, ranked)
        return self.made[key]

    def _made(self, src: int, dst: int, ranked: list[int]) -> Hop:
        edges, best = self.net.edges, ranked[0]
        kind = edges.kinds[edges.kind[best]]
        forward = "forward" if edges.src[best] == src else "backward"
        return Hop(
            src=self.net.ids[src].as_py(),
            src_name=self.names.of(src),
            dst=self.net.ids[dst].as_py(),
            dst_name=self.names.of(dst),
            type=kind,
            direction=forward if self.graph.schema.edges[kind].directed else "undirected",
            confidence=float(edges.confidence[best]),
            edges=tuple(map(self._id, ranked)),
        )

    def _id(self, edge: int) -> str:
        edges = self.net.edges
        return str(self.graph.edge_tables[edges.kinds[edges.kind[edge]]]["id"][int(edges.row[edge])].as_py())


def _parallel(steps: Steps, src: int, dst: int) -> list[int]:
    """Return the edges that make the step between two nodes, if there is one."""
    ends = steps.row(src)
    place = int(np.searchsorted(ends, dst))
    if place == len(ends) or ends[place] != dst:
        return []
    step = int(steps.offsets[src]) + place
    return list(map(int, steps.edges[steps.first[step] : steps.first[step + 1]]))


def statements(found: Paths) -> dict[str, list[Statement]]:
    """Return what states the edges of the paths, by edge id, the newest statement first."""
    graph, raw = found.graph, found.graph.raw
    kinds = {edge: hop.type for path in found.paths for hop in path for edge in hop.edges}
    told: dict[str, dict[tuple[str, str | None], str | None]] = {edge: {} for edge in kinds}
    for kind in set(kinds.values()):
        edges = _having(graph.table(kind), "id", (edge for edge, of in kinds.items() if of == kind))
        owner = {raw_id: row["id"] for row in edges for raw_id in row["raw_ids"] or ()}
        for row in _having(raw.table(kind), "id", owner) if raw else ():
            told[owner[row["id"]]][row["source_id"], row["place"]] = None
        for row in edges if raw is None else ():
            told[row["id"]] |= {(source, None): None for source in row["sources"] or ()}
    for row in _having(graph.evidence, "element_id", told):
        told[row["element_id"]][row["source_id"], row["place"]] = row["quote"]
    sources = {row["id"]: (row["name"] or row["id"], row["date"]) for row in graph.sources.to_pylist()}
    cited = {
        edge: [Statement(*sources.get(source, (source, None)), place, quote) for (source, place), quote in rows.items()]
        for edge, rows in told.items()
    }
    return {edge: sorted(rows, key=_newest_first) for edge, rows in cited.items()}


def _having(table: pa.Table, column: str, values: Iterable[str]) -> list[dict[str, Any]]:
    return list(table.filter(pc.is_in(table[column], value_set=pa.array(values, TEXT))).to_pylist())


def _newest_first(statement: Statement) -> tuple[bool, list[int], str, str]:
    day = [-int(part) for part in (statement.date or "").split("-") if part]
    return not day, day, statement.source, statement.place or ""
