"""A column of text or of Parquet becomes a typed column, or an error that names file, place, column and value."""

import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DataError
from graphkit.loaders.cells import Column, parse
from tests.strategies import DATES, TEXTS


def cells(*values: Any, type: pa.DataType | None = None) -> Column:
    array = pa.array(values, type or pa.string())
    places = pa.chunked_array([pa.array([f"a.csv:{n}" for n in range(2, len(values) + 2)], pa.string())])
    return Column("a.csv", "女职工数", pa.chunked_array([array]), places)


def parsed(kind: str, *values: Any, type: pa.DataType | None = None, allowed: tuple[str, ...] = ()) -> list[Any]:
    return list(parse(cells(*values, type=type), kind, allowed).to_pylist())


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "-9223372036854775808", -(2**63)),
        ("int", "9223372036854775807", 2**63 - 1),
        ("int", "007", 7),
        ("quantity", "9223372036854775807", 2**63 - 1),
        ("quantity", "0", 0),
        ("float", "-0.5", -0.5),
        ("float", "12", 12.0),
        ("bool", "true", True),
        ("bool", "false", False),
        ("date", "2022", "2022"),
        ("date", "2024-02-29", "2024-02-29"),
        ("list", "a|b", ["a", "b"]),
        ("list", "a||b", ["a", "", "b"]),
        ("string", " a ", " a "),
        ("enum", "own", "own"),
    ],
)
def test_what_is_understood(kind: str, text: str, value: Any) -> None:
    assert parsed(kind, text, None, allowed=("own",)) == [value, None]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "1.0"),
        ("int", "1,200"),
        ("int", "９"),
        ("int", "9223372036854775808"),
        ("int", "-9223372036854775809"),
        ("int", "1\n"),
        ("int", " 1"),
        ("quantity", "-1"),
        ("quantity", "9999999999999999999"),
        ("float", "1e5"),
        ("float", "nan"),
        ("float", "9" * 400),
        ("bool", "是"),
        ("bool", "True"),
        ("date", "2022-02-30"),
        ("date", "2022/6"),
        ("date", "22"),
        ("enum", "Own"),
        ("level", "镇"),
    ],
)
def test_what_is_not_understood_names_its_place(kind: str, text: str) -> None:
    with pytest.raises(DataError) as caught:
        parsed(kind, None, *{"enum": ["own"], "level": ["own"]}.get(kind, []), text, allowed=("own",))
    error = caught.value
    assert (error.source, error.value) == ("a.csv", text)
    assert error.place in ("a.csv:3", "a.csv:4")
    assert "女职工数" in error.message and str(error.place) in error.message and error.hint


@pytest.mark.parametrize(
    ("kind", "type", "given_values", "kept"),
    [
        ("quantity", pa.int32(), [5, None], [5, None]),
        ("quantity", pa.float64(), [5.0, float("nan"), None], [5, None, None]),
        ("float", pa.float32(), [0.5, float("nan")], [0.5, None]),
        ("string", pa.int64(), [7], ["7"]),
        ("string", pa.large_string(), ["a"], ["a"]),
        ("quantity", pa.large_string(), ["7", ""], [7, None]),
        ("string", pa.dictionary(pa.int8(), pa.string()), ["a", "a", None], ["a", "a", None]),
        ("string", pa.null(), [None], [None]),
        ("list", pa.null(), [None], [None]),
        ("date", pa.date32(), [datetime.date(2022, 6, 25)], ["2022-06-25"]),
        ("date", pa.timestamp("ns"), [datetime.datetime(2022, 6, 25, 10), None], ["2022-06-25", None]),
        ("bool", pa.bool_(), [True, None], [True, None]),
        ("list", pa.list_(pa.string()), [["a", ""], [], None], [["a", ""], [], None]),
        ("enum", pa.large_string(), ["own"], ["own"]),
    ],
)
def test_columns_of_parquet(kind: str, type: pa.DataType, given_values: list[Any], kept: list[Any]) -> None:
    assert parsed(kind, *given_values, type=type, allowed=("own",)) == kept


@pytest.mark.parametrize(
    ("kind", "type", "value"),
    [
        ("quantity", pa.int64(), -1),
        ("quantity", pa.float64(), 1.5),
        ("bool", pa.date32(), datetime.date(2022, 1, 1)),
        ("list", pa.int64(), 1),
        ("date", pa.int64(), 7),
        ("enum", pa.large_string(), "x"),
    ],
)
def test_columns_of_parquet_that_cannot_be_taken(kind: str, type: pa.DataType, value: Any) -> None:
    with pytest.raises(DataError, match="女职工数"):
        parsed(kind, value, type=type, allowed=("own",))
    assert parsed(kind, None, type=type, allowed=("own",)) == [None]


@given(st.lists(st.none() | TEXTS))
def test_text_stays_as_it_is(texts: list[str | None]) -> None:
    assert parsed("string", *texts) == texts


@given(st.lists(st.none() | st.integers(0, 2**63 - 1)), st.lists(st.none() | DATES))
def test_numbers_and_dates_stay_as_they_are(numbers: list[int | None], dates: list[str | None]) -> None:
    assert parsed("quantity", *(None if n is None else str(n) for n in numbers)) == numbers
    assert parsed("date", *dates) == dates
