"""The pairs that a person has to decide: what may be one, and is neither joined nor decided yet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from graphkit.graph.merge import raw_rows
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.identity.blocks import candidate_pairs
from graphkit.identity.judge import Judgement, judge, judged
from graphkit.identity.profiles import Profile, profiles
from graphkit.schema import NodeType

if TYPE_CHECKING:
    import pandas as pd

REVIEWS = pa.schema(
    [(name, TEXT) for name in ("left", "right", "type", "left_name", "right_name")]
    + [("score", pa.float64()), ("reasons", TEXT)]
)


@dataclass(frozen=True, slots=True)
class Review:
    """Two elements that may be one, and what was found about them."""

    left: Profile
    right: Profile
    judgement: Judgement


def reviews(graph: Graph) -> "pd.DataFrame":
    """Return the pairs to decide: `left, right` (ids), `type, left_name, right_name, score, reasons`, likeliest first.

    What was decided, also as unsure, is not asked again. `reasons` lists component: finding. Raises DataError for a
    graph without its raw rows.
    """
    rows = [
        {"left": pair.left.id, "right": pair.right.id, "type": pair.left.type, "score": pair.judgement.score}
        | {"left_name": pair.left.names[0], "right_name": pair.right.names[0]}
        | {"reasons": "; ".join(f"{name}: {told}" for name, told in pair.judgement.reasons.items())}
        for pair in pairs_to_decide(graph)
    ]
    return frame(pa.Table.from_pylist(rows, schema=REVIEWS))


def pairs_to_decide(graph: Graph) -> list[Review]:
    """Return the pairs to decide, likeliest first, ties by id; profiles bear the ids and names of their elements."""
    raw = raw_rows(graph)
    shown = _Elements.of(graph)
    found = [pair for name in sorted(raw.node_tables) for pair in _of_type(raw, raw.schema.nodes[name], shown)]
    return sorted(found, key=lambda pair: (-pair.judgement.score, pair.left.id, pair.right.id))


@dataclass(frozen=True, slots=True)
class _Elements:
    """The element of each raw id, the name it is shown with, and the pairs of elements that are decided."""

    of_raw: dict[str, str]
    names: dict[str, str]
    decided: frozenset[frozenset[str]]

    @classmethod
    def of(cls, graph: Graph) -> "_Elements":
        of_raw: dict[str, str] = {}
        names: dict[str, str] = {}
        for table in graph.node_tables.values():
            raw_ids = table["raw_ids"] if "raw_ids" in table.column_names else pa.nulls(len(table))
            columns = (table["id"].to_pylist(), table["name"].to_pylist(), raw_ids.to_pylist())
            for own_id, name, members in zip(*columns, strict=True):
                names[own_id] = name
                of_raw |= dict.fromkeys(members or (own_id,), own_id)
        ends = [(of_raw.get(d["left"]), of_raw.get(d["right"])) for d in graph.decisions.to_pylist()]
        return cls(of_raw, names, frozenset(frozenset(pair) for pair in ends if pair[0] and pair[1]))  # type: ignore[arg-type]

    def element(self, raw_id: str) -> str:
        return self.of_raw.get(raw_id, raw_id)


def _of_type(raw: Graph, owner: NodeType, shown: _Elements) -> Iterator[Review]:
    found = profiles(raw, owner, shown.element)
    for a, b in candidate_pairs(found):
        left, right = found[a], found[b]
        if frozenset((left.id, right.id)) in shown.decided:
            continue
        judgement = judge(left, right)
        if judgement.verdict == "same":
            # Alike enough, yet not joined: another is as near, or one source lists both.
            judgement = judged("review", **judgement.reasons, context="ambiguous")
        if judgement.verdict == "review":
            yield Review(_named(left, shown), _named(right, shown), judgement)


def _named(profile: Profile, shown: _Elements) -> Profile:
    """Put the name that the element is shown with first."""
    first = shown.names.get(profile.id) or profile.names[0]
    return replace(profile, names=(first, *(name for name in profile.names if name != first)))
