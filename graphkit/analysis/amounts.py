"""Sums of money that may be added: of one kind, of single events or of sums over many, with their bounds kept."""

from collections.abc import Iterable
from typing import Any

from graphkit.analysis.entries import STANDING
from graphkit.values import PartialDate

Row = dict[str, Any]
Sum = tuple[int | None, str | None]


def summed(parts: Iterable[Sum]) -> Sum:
    """Add quantities (value, bound): "more than" as soon as a part is not known or is more than its value.

    With a part that is only about right the sum is about right; with both it has the bound `unknown`.
    """
    listed = list(parts)
    known = [(value, bound or "exact") for value, bound in listed if value is not None]
    if not known:
        return None, None
    total, bounds = sum(value for value, _ in known), {bound for _, bound in known}
    more = len(known) < len(listed) or "more_than" in bounds
    vague = bounds - {"exact", "more_than"}
    if len(listed) == 1:
        return total, known[0][1]
    if vague:
        return total, "unknown" if more or "unknown" in vague else "about"
    return total, "more_than" if more else "exact"


def amounts(entries: Iterable[Row]) -> list[Row]:
    """Return the sums of what is certain and has happened or was promised, by kind and whether it is a sum over many.

    Of the states of an account only the newest count, and several without a date give no sum: each may be the newest.
    """
    found: dict[tuple[str, bool], list[Row]] = {}
    for row in entries:
        if row["certain"] and not row["planned"] and (row["kind"] or row["amount"] is not None):
            found.setdefault((row["kind"] or "", row["aggregate"]), []).append(row)
    return [_sum(kind, rows, aggregate=aggregate) for (kind, aggregate), rows in sorted(found.items())]


def _sum(kind: str, rows: list[Row], *, aggregate: bool) -> Row:
    as_of = max((row["as_of"] or row["date"] or "" for row in rows), key=_order)
    if all(row["state"] == STANDING for row in rows):
        rows = [row for row in rows if (row["as_of"] or row["date"] or "") == as_of]
    open_ = not as_of and len(rows) > 1 and rows[0]["state"] == STANDING
    # What many got together may have been counted twice: only one such sum at a time can be told.
    amount, bound = (None, None) if open_ or (aggregate and len(rows) > 1) else summed(map(_quantity, rows))
    told: Row = {"kind": kind or None, "aggregate": aggregate, "edges": sorted(row["element"] for row in rows)}
    told |= {"stated": sum(row["amount"] is not None for row in rows), "amount": amount, "amount_bound": bound}
    return told | {"as_of": as_of or None}


def _quantity(row: Row) -> Sum:
    return row["amount"], row["amount_bound"]


def _order(date: str) -> tuple[str, str]:
    return (str(PartialDate.parse(date).last_day), date) if date else ("", "")
