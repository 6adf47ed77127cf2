"""The trend: coverage at the end of each quarter against the line to all units in three years."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.coverage import STATUSES, coverage
from graphkit.analysis.trend import VERDICTS, Trend, as_known, trend
from graphkit.errors import DataError, SchemaError
from tests.analysis.cases import DAY, company, edge, editions, gap, graph, node
from tests.analysis.test_real_and_invented import TRUTH, county, five

Record = dict[str, Any]


def plainly(found: Trend, *columns: str) -> list[list[Any]]:
    """The rows of a trend with None for null."""
    return [[row[name] for name in columns] for row in found.table.to_pylist()]


def founded(*dates: str | None, source: str = DAY, units: int = 4, end: str | None = None) -> gk.Graph:
    """Companies of which each has an own federation since a date (the first until `end`); the others have none."""
    nodes = [company(f"厂{n}") if n < len(dates) else gap(f"厂{n}") for n in range(units)]
    nodes += [node("Federation", f"妇联{n}", established=day) for n, day in enumerate(dates)]
    ends = [end, *[None] * len(dates)]
    ties = [edge("COVERS", f"妇联{n}", f"厂{n}", valid_from=day, valid_to=ends[n]) for n, day in enumerate(dates)]
    return graph(nodes, ties, date=source)


def test_the_interval_at_each_quarters_end_against_the_line() -> None:
    """DEFINITIONS 7: the line leads from (start, lower bound at start) to (start + 3 years, 100 %)."""
    found = trend(founded("2025-01-15", "2025-05-20", "2025-09"), since="2025-03-31")
    assert plainly(found, "date", "covered", "gap", "unknown") == [
        ["2025-03-31", 1, 0, 3],
        ["2025-06-30", 2, 0, 2],
        ["2025-09-30", 3, 0, 1],
        ["2025-12-31", 3, 0, 1],
        ["2026-03-31", 3, 0, 1],
        ["2026-06-30", 3, 1, 0],
    ]
    assert (found.start, found.end, found.years) == ("2025-03-31", "2028-03-31", 3)
    assert found.line() == [("2025-03-31", 0.25), ("2028-03-31", 1.0)]
    days = (date(2026, 6, 30) - date(2025, 3, 31)).days
    assert found.frame["target"].iloc[-1] == pytest.approx(
        0.25 + 0.75 * days / (date(2028, 3, 31) - date(2025, 3, 31)).days
    )
    assert plainly(found, "verdict") == [[None], ["ahead"], ["ahead"], ["ahead"], ["ahead"], ["ahead"]]
    assert found.text("zh").startswith("2026-06-30 覆盖率 75-75 %，共 4 个企业，目标线 56.2 %：达到或超前")
    assert "on the line or ahead (the line leads from 2025-03-31 to 100 % in 3 years" in repr(found)


def test_ahead_behind_or_not_decided() -> None:
    """An interval above the line is ahead, one below it behind, and one that holds it does not decide."""
    slow = graph([company("A", federation_status="yes"), *(gap(f"厂{n}") for n in range(9)), company("F")])
    late = editions(("2024-06-30", slow_nodes(), []), ("2026-06-30", slow_nodes(), []))
    found = trend(late)
    assert plainly(found, "verdict")[:2] == [[None], ["undecided"]]
    assert plainly(found, "verdict")[-1] == ["behind"]
    assert (found.frame["low"].iloc[0], found.frame["high"].iloc[0]) == (1 / 11, 2 / 11)
    assert plainly(trend(slow), "verdict") == [[None]]


def slow_nodes() -> list[Record]:
    return [company("A", federation_status="yes"), *(gap(f"厂{n}") for n in range(9)), company("F")]


def test_exactly_on_the_line_is_ahead() -> None:
    # Two of four at the start; a year and a half later, half of the time, three of four: on the line to the day.
    start, middle = date(2024, 1, 1), date(2024, 1, 1) + timedelta(548)
    assert (date(2027, 1, 1) - start).days == 1096
    told = founded("2023", "2023", middle.isoformat(), source=middle.isoformat())
    found = trend(told, since=start.isoformat())
    row = found.table.to_pylist()[-1]
    assert (row["date"], row["covered"], row["target"], row["verdict"]) == (middle.isoformat(), 3, 0.75, "ahead")


def test_one_date_gives_one_row_and_no_target_beyond_the_line() -> None:
    found = trend(graph([company("A", federation_status="yes"), company("B")]))
    assert plainly(found, "date", "low", "high", "target", "verdict") == [[DAY, 0.5, 1.0, 0.5, None]]
    years = trend(founded("2020", units=1), since="2021-06-30")
    told = {row["date"]: row["target"] for row in years.table.to_pylist()}
    assert told["2024-06-30"] == 1.0 and told["2024-09-30"] is None
    assert plainly(years, "verdict")[-1] == [None]
    assert "目标线 " not in years.text("zh").partition("（")[0]


def test_the_first_row_is_the_first_of_which_anything_is_known() -> None:
    early = editions(("2020-03-31", [company("A")], []), (DAY, [company("A", federation_status="yes")], []))
    found = trend(early)
    assert plainly(found, "date", "covered") == [[DAY, 1]]
    # Nothing is ever known: the last row says so.
    assert plainly(trend(graph([company("A")])), "date", "unknown", "target") == [[DAY, 1, 0.0]]


def test_undated_sources_give_the_latest_known() -> None:
    told = graph([company("A", federation_status="yes")], date=None)
    found = trend(told)
    assert plainly(found, "date", "covered", "target") == [[None, 1, None]]
    assert (found.start, found.end, found.line()) == (None, None, [])
    assert found.text("zh").startswith("最新已知 覆盖率 100-100 %") and repr(found).startswith("latest known: 100")
    with pytest.raises(DataError, match="no source of this graph has a date") as error:
        trend(told, since="2025")
    assert error.value.code == "no-date"


def test_no_units_have_no_line() -> None:
    found = trend(graph([node("Region", "霞镇", level="town")]))
    assert plainly(found, "units", "rate", "low", "high", "target", "verdict") == [[0, None, None, None, None, None]]
    assert found.line() == [] and found.headline()["interval"] is None and "?" in found.text("zh")


@pytest.mark.parametrize(
    ("since", "until", "dates"),
    [
        ("2025", "2025", ["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]),
        ("2025-11", "2026", ["2025-12-31", "2026-03-31", "2026-06-30"]),
        ("2026-02-10", "2026-04", ["2026-02-10", "2026-03-31", "2026-04-30"]),
        ("2026-06-30", None, ["2026-06-30"]),
        ("2026-04-01", "2030", ["2026-04-01", "2026-06-30"]),
    ],
)
def test_quarters_between_partial_dates(since: str, until: str | None, dates: list[str]) -> None:
    found = trend(founded("2024"), since=since, until=until)
    assert found.frame["date"].tolist() == dates


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2026-02-30", None, "value-not-understood"),
        (None, "Q3", "value-not-understood"),
        ("2026-07-01", None, "bad-dates"),
        ("2026-03-31", "2025", "bad-dates"),
        ("0001", None, "bad-dates"),
    ],
)
def test_dates_that_are_none_or_in_the_wrong_order(since: str | None, until: str | None, code: str) -> None:
    with pytest.raises(DataError) as error:
        trend(founded("2024"), since=since, until=until)
    assert error.value.code == code and error.value.hint


def test_units_that_are_none() -> None:
    with pytest.raises(SchemaError, match="no units 'firms'"):
        trend(founded("2024"), units="firms")


def test_what_was_known_at_the_time() -> None:
    """A founding of May that a report of August tells: in June three were known, and now four are."""
    first = ("2026-06-30", named("A", "B", "C"), covers("A", "B", "C"))
    late = [*named("D", day="2026-05"), *named("E", day="2026-08")]
    june, august = editions(first), editions(first, ("2026-08-31", late, covers("D", "E")))
    found = as_known(trend(august, since="2026-06-30"), [june, august])
    columns = ("date", "covered", "units", "then_covered", "then_units")
    assert plainly(found, *columns) == [
        ["2026-06-30", 4, 5, 3, 3],
        ["2026-08-31", 5, 5, 5, 5],
    ]
    # No record is that old: nothing was known then.
    assert plainly(as_known(trend(august, since="2026-03-31"), [june]), "then_low")[0] == [None]


def named(*names: str, day: str = "2025") -> list[Record]:
    return [row for name in names for row in (company(name), node("Federation", f"{name}妇联", established=day))]


def covers(*names: str) -> list[Record]:
    return [edge("COVERS", f"{name}妇联", name, valid_from="2025") for name in names]


def test_the_county_and_the_five_sources() -> None:
    told = TRUTH["2026Q3"]["2026-09-30"]["rates"]
    last = trend(county("2026Q3")).table.to_pylist()[-1]
    assert {name: last[name] for name in ("units", *STATUSES)} == {name: told[name] for name in ("units", *STATUSES)}
    first = TRUTH["2026Q2"]["2026-06-30"]["rates"]
    row = as_known(trend(county("2026Q3")), [county("2026Q2")]).table.to_pylist()[0]
    assert row["date"] == "2026-06-30"
    assert {name: row[f"then_{name}"] for name in STATUSES} == {name: first[name] for name in STATUSES}
    assert plainly(trend(five()), "date", "covered", "gap", "unknown") == [["2022-09-23", 3, 0, 4]]


DATES = st.sampled_from([None, "2024", "2025-02", "2025-05-01", "2025-08-31", "2026-03-31", "2026-06"])


@settings(max_examples=8)
@given(st.lists(DATES, min_size=1, max_size=4), st.sampled_from([None, "2024", "2025-04-15", "2026-06-30"]), DATES)
def test_every_row_is_the_coverage_of_its_day_and_the_line_is_straight(
    dates: list[str | None], since: str | None, end: str | None
) -> None:
    told = founded(*dates, units=5, end=end)
    found = trend(told, since=since)
    rows = found.table.to_pylist()
    for row in rows:
        cov = coverage(told, as_of=row["date"])
        assert [row[status] for status in STATUSES] == [cov.count(status) for status in STATUSES]
    start = date.fromisoformat(rows[0]["date"])
    assert since is not None or rows[0]["unknown"] < 5 or len(rows) == 1
    for row in rows:
        share = (date.fromisoformat(row["date"]) - start).days / ((start.replace(year=start.year + 3)) - start).days
        assert row["target"] == pytest.approx(rows[0]["low"] + (1 - rows[0]["low"]) * share)
        if row["verdict"]:
            ahead, behind = row["low"] >= row["target"] - 1e-12, row["high"] < row["target"]
            assert row["verdict"] == ("ahead" if ahead else "behind" if behind else "undecided")
    assert set(VERDICTS) >= {row["verdict"] for row in rows if row["verdict"]}


def test_a_start_on_the_29th_of_february() -> None:
    found = trend(founded("2023"), since="2024-02-29")
    assert found.end == "2027-02-28"
