"""What is in force at a date: partial dates as intervals of days, against an oracle that counts days one by one."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.tables import SOURCES, TEXT
from graphkit.graph.time import certain_and_possible, first_days, known_from, last_days, newest_day
from graphkit.values import PartialDate, in_force

DATES = st.none() | st.sampled_from(
    ["2021", "2022", "2022-02", "2024-02", "2022-06", "2022-06-25", "2022-06-30", "2022-12-31", "2023-01-01"]
)


def column(*texts: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, TEXT)])


def sources(**dates: str | None) -> pa.Table:
    return pa.Table.from_pylist([{"id": own_id, "date": day} for own_id, day in dates.items()], schema=SOURCES)


def test_days_are_days_of_the_calendar() -> None:
    dates = column("2022", "2022-06", "2024-02", "2023-02", "2022-06-25", None)
    assert first_days(dates).to_pylist() == ["2022-01-01", "2022-06-01", "2024-02-01", "2023-02-01", "2022-06-25", None]
    assert last_days(dates).to_pylist() == ["2022-12-31", "2022-06-30", "2024-02-29", "2023-02-28", "2022-06-25", None]
    assert last_days(column()).to_pylist() == []


@pytest.mark.parametrize(
    ("start", "at", "certain", "possible"),
    [
        ("2022", "2022-06-30", False, True),
        ("2022", "2023-01-01", True, True),
        ("2022", "2021-12-31", False, False),
        ("2022-06", "2022-06-30", True, True),  # the last day of June is a day of June
        (None, "2010-01-01", False, True),
        (None, "2022-09-23", True, True),
    ],
)
def test_the_examples_of_the_definitions(start: str | None, at: str, certain: bool, possible: bool) -> None:
    table = pa.table({"valid_from": column(start), "valid_to": column(None), "source_id": column("s")})
    found = certain_and_possible(table, sources(s="2022-09-23"), at)
    assert tuple(answer.to_pylist() for answer in found) == ([certain], [possible])


@given(DATES, DATES, DATES, st.integers(0, 1200))
def test_columns_answer_as_single_values_do(start: str | None, end: str | None, known: str | None, offset: int) -> None:
    day = date(2021, 1, 1) + timedelta(days=offset)
    table = pa.table({"valid_from": column(start), "valid_to": column(end), "source_id": column("s")})
    certain, possible = (a.to_pylist()[0] for a in certain_and_possible(table, sources(s=known), day.isoformat()))

    def parsed(text: str | None) -> PartialDate | None:
        return PartialDate.parse(text) if text else None

    expected = in_force(parsed(start), parsed(end), day=day, known_from=parsed(known))
    assert {True: (True, True), None: (False, True), False: (False, False)}[expected] == (certain, possible)


def test_latest_known_is_measured_against_the_newest_source_not_against_today() -> None:
    table = pa.table({"valid_from": column(None, None), "valid_to": column("2022-09-01", "2022-10-01")})
    newest = sources(a="2022-09", b=None, c="2021")
    assert newest_day(newest) == "2022-09-30"
    certain, _ = certain_and_possible(table, newest, None)
    assert certain.to_pylist() == [False, True]


def test_an_element_is_known_from_its_earliest_source_on() -> None:
    table = pa.table({"sources": pa.array([["a", "b"], ["b"], [], ["c"]], pa.list_(TEXT))})
    days = known_from(table, sources(a="2020", b="2019-02", c=None)).to_pylist()
    assert days == ["2019-02-28", "2019-02-28", None, None]


def test_as_of_keeps_what_is_actual_and_the_edges_between() -> None:
    nodes = [
        {"type": "Federation", "name": "妇联"},
        {"type": "Company", "name": "甲", "valid_to": "2024"},
        {"type": "Company", "name": "乙", "status": "planned"},
        {"type": "Company", "name": "丙", "valid_from": "2026-07-01"},
    ]
    edges = [{"type": "COVERS", "src": "妇联", "dst": name} for name in "甲乙丙"]
    graph = gk.from_records(nodes, edges, source={"date": "2022-01-01"})
    assert sorted(graph.as_of("2023-01-01").nodes("Company")["name"]) == ["甲"]
    assert sorted(graph.as_of("2026-08-01").nodes("Company")["name"]) == ["丙"]
    assert len(graph.as_of("2026-08-01").edges("COVERS")) == 1
    assert sorted(graph.as_of("2024-05-01", possible=True).nodes("Company")["name"]) == ["甲"]
    assert len(graph.as_of("2024-05-01").nodes("Company")) == 0
    with pytest.raises(gk.DataError, match="not a date"):
        graph.as_of("soon")
