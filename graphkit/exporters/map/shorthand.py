"""Columns written short: the page of a large map is mostly columns, and most of these repeat themselves.

Each form is an object with the keys that gk-scene.js reads back: `all` and `count` (one value), `of` and `at` (few
values), `by` (whole numbers, each as the difference to the one before), `one` (lists of at most one number), `head`,
`at` and `tail` (texts that end in a number, such as the places in a sheet). A column that none shortens stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

NUMBERED = re.compile(r"(.*?)(0|[1-9][0-9]{0,14})", re.DOTALL)
FEWER = 3  # times as many rows as values, or the numbers cost more than they save


def shortened(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Shorten the columns that can be, so that reading them back gives the same lists."""
    return {name: short_column(column) if isinstance(column, tuple) else column for name, column in columns.items()}


def short_column(column: Sequence[Any]) -> Any:
    """Return the shortest form of one column, or the column itself."""
    kinds = set(map(type, column))
    if len(column) < FEWER or kinds & {list, dict}:
        return column
    if kinds == {int}:
        return _one_value(column, set(column)) or _differences(column) or column
    if kinds == {tuple} and all(not row or (len(row) == 1 and type(row[0]) is int) for row in column):
        return {"one": _short_numbers([row[0] if row else -1 for row in column])}
    if kinds == {tuple} and any(not isinstance(item, int) for row in column for item in row):
        return column
    if float in kinds and len(set(column[:1000])) * FEWER > min(len(column), 1000):
        return column
    return _few(column) or (_numbered(column) if kinds == {str} else None) or column


def _one_value(column: Sequence[Any], values: set[Any]) -> dict[str, Any] | None:
    return {"all": column[0], "count": len(column)} if len(values) == 1 else None


def _few(column: Sequence[Any]) -> dict[str, Any] | None:
    number: dict[Any, int] = {}
    at = [number.setdefault(value, len(number)) for value in column]
    if len(number) == 1:
        return {"all": column[0], "count": len(column)}
    # True and 1 are one key of a dict, but not one value of a page.
    alike = len(set(map(type, column)) & {bool, int, float}) > 1
    return {"of": list(number), "at": at} if FEWER * len(number) < len(at) and not alike else None


def _short_numbers(numbers: Sequence[int]) -> Any:
    return _one_value(numbers, set(numbers)) or _differences(numbers) or list(numbers)


def _differences(numbers: Sequence[int]) -> dict[str, Any] | None:
    """Write numbers that mostly rise in small steps by their steps."""
    steps = [b - a for a, b in zip((0, *numbers[:-1]), numbers, strict=True)]
    return {"by": steps} if 2 * sum(abs(s) < 10 for s in steps) > len(steps) else None


def _numbered(column: Sequence[str]) -> dict[str, Any] | None:
    """Part texts into what stands before their last number, and that number; only if few such heads are left."""
    head: dict[str, int] = {}
    at, tail = [], []
    for text in column:
        found = NUMBERED.fullmatch(text)
        if found is None:
            return None
        at.append(head.setdefault(found.group(1), len(head)))
        tail.append(int(found.group(2)))
        if FEWER * len(head) > len(column):
            return None
    return {"head": list(head), "at": _short_numbers(at), "tail": _short_numbers(tail)}
