"""Decisions on who is one with whom, as data beside a graph: added, checked against each other, taken back."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa

from graphkit.errors import IdentityError
from graphkit.graph.tables import DECISIONS

JUDGEMENTS = ("same", "different", "unsure")


def with_decisions(held: pa.Table, new: pa.Table, known: Collection[str]) -> pa.Table:
    """Return the decisions held and the new ones; a pair that was unsure is decided anew.

    `known` are the raw ids there are. The same judgement again changes nothing. Raises IdentityError for an id that
    is not known, for a judgement that is none, and, naming both, for one against a decision of the same pair.
    """
    kept = {_pair(row): row for row in held.to_pylist()}
    for row in new.to_pylist():
        _check(row, known)
        earlier = kept.get(_pair(row))
        if earlier and earlier["judgement"] not in ("unsure", row["judgement"]):
            raise contradiction(row, [earlier])
        if earlier is None or earlier["judgement"] != row["judgement"]:
            kept[_pair(row)] = row
    return _table(list(kept.values()))


def without_decision(held: pa.Table, left: str, right: str) -> pa.Table:
    """Return the decisions without that on a pair, in whichever order it was told; IdentityError if there is none."""
    rows = held.to_pylist()
    rest = [row for row in rows if _pair(row) != {left, right}]
    if len(rest) == len(rows):
        message = f"there is no decision on {left} and {right}"
        raise IdentityError(message, code="no-such-decision", hint="List them: `graph.decisions`.", candidates=[])
    return _table(rest)


def contradiction(new: dict[str, Any], earlier: list[dict[str, Any]]) -> IdentityError:
    """Return the error about a decision that contradicts others, naming all of them."""
    message = f"{told(new)} contradicts {'; '.join(map(told, earlier))}"
    return IdentityError(message, code="contradicting-decisions", hint="Delete one of these decisions.", candidates=[])


def told(decision: dict[str, Any]) -> str:
    """Name a decision in a message."""
    return f"`{decision['judgement']}` of {decision['left']} and {decision['right']}"


def _check(row: dict[str, Any], known: Collection[str]) -> None:
    if row["judgement"] not in JUDGEMENTS:
        message, hint = f"{told(row)} is no judgement", f"Use {', '.join(JUDGEMENTS)}."
        raise IdentityError(message, code="no-judgement", hint=hint, candidates=[])
    if row["left"] == row["right"]:
        message = f"{told(row)} is about one element only"
        raise IdentityError(message, code="no-judgement", hint="Name two elements.", candidates=[])
    for side in ("left", "right"):
        if row[side] not in known:
            message, hint = f"{told(row)}: there is no node {row[side]}", "Take the ids from `reviews(graph)`."
            raise IdentityError(message, code="unknown-name", hint=hint, candidates=[])


def _pair(row: dict[str, Any]) -> frozenset[str]:
    return frozenset((row["left"], row["right"]))


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    table = pa.Table.from_pylist(rows, schema=DECISIONS)
    return table.sort_by([(name, "ascending") for name in table.column_names])
