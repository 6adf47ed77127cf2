"""Two answers to one query, compared row for row."""

import math
from typing import Any

import pandas as pd


def rows(frame: pd.DataFrame) -> tuple[list[str], list[list[Any]]]:
    """The columns and rows of an answer as plain values; decimals to twelve digits, for sums add up in some order."""
    return list(frame.columns), [[_plain(cell) for cell in row] for row in frame.astype(object).values.tolist()]


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(own) for own in value]
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in sorted(value.items())}
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(f"{value:.12g}") if isinstance(value, float) else value


def assert_equal(left: pd.DataFrame, right: pd.DataFrame, *, ordered: bool, about: str) -> None:
    """Two answers have the same columns and rows, in the same order if the query orders them."""
    (left_columns, left_rows), (right_columns, right_rows) = rows(left), rows(right)
    if not ordered:
        left_rows, right_rows = sorted(left_rows, key=repr), sorted(right_rows, key=repr)
    assert left_columns == right_columns, about
    assert left_rows == right_rows, about
