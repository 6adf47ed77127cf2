"""Values hold against the written definitions, against second formulas, and against what people write."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DataError, GraphkitError
from graphkit.values import (
    BOUNDS,
    PartialDate,
    Quantity,
    Truth,
    in_force,
    kleene_and,
    kleene_not,
    kleene_or,
    parse_count,
    parse_date,
    parse_federation_status,
    parse_flag,
    parse_mode,
    parse_money,
    parse_percent,
)

# A machine may be busy: no example is timed.

TRUTHS = st.sampled_from([True, False, None])
QUANTITIES = st.builds(
    Quantity, st.one_of(st.none(), st.integers(0, 10_000)), st.one_of(st.none(), st.sampled_from(BOUNDS))
)
DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))
PARTIAL = st.one_of(
    st.builds(lambda d: PartialDate(d.year), DAYS),
    st.builds(lambda d: PartialDate(d.year, d.month), DAYS),
    st.builds(lambda d: PartialDate(d.year, d.month, d.day), DAYS),
)
PARSERS: list[Callable[..., object]] = [
    parse_count,
    parse_money,
    parse_percent,
    parse_date,
    parse_flag,
    parse_federation_status,
    parse_mode,
]


def not_understood(parse: Callable[..., object], value: Any, **options: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        parse(value, **options)
    assert caught.value.code == "value-not-understood"
    assert caught.value.hint
    return caught.value


# Three-valued logic


def as_number(truth: Truth) -> int:
    return {True: 2, None: 1, False: 0}[truth]


@given(st.lists(TRUTHS, min_size=1))
def test_and_is_the_minimum_and_or_the_maximum(values: list[Truth]) -> None:
    assert as_number(kleene_and(values)) == min(map(as_number, values))
    assert as_number(kleene_or(values)) == max(map(as_number, values))
    assert as_number(kleene_not(values[0])) == 2 - as_number(values[0])


def test_of_nothing_all_holds_and_none_does() -> None:
    assert kleene_and([]) is True
    assert kleene_or([]) is False
    assert kleene_and(iter([True, None])) is None


# Quantities


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (Quantity(50, "exact"), False),
        (Quantity(51, "exact"), True),
        (Quantity(51), True),
        (Quantity(50, "more_than"), True),
        (Quantity(50, "nearly"), False),
        (Quantity(40, "about"), False),
        (Quantity(60, "about"), None),
        (Quantity(60, "unknown"), None),
        (Quantity(40, "more_than"), None),
        (Quantity(1400, "more_than"), True),
        (Quantity(None), None),
        (Quantity(63, "about"), True),
    ],
)
def test_worked_examples_against_fifty(quantity: Quantity, expected: Any) -> None:
    assert quantity.above(50) is expected


@pytest.mark.parametrize(
    ("party", "women", "expected"),
    [
        (True, 60, True),
        (True, 50, False),
        (True, None, None),
        (False, None, False),
        (None, 80, None),
        (None, 30, False),
    ],
)
def test_worked_examples_of_the_key_candidate(party: Truth, women: int | None, expected: Any) -> None:
    assert kleene_and([party, Quantity(women).above(50)]) is expected


def test_intervals_of_the_definition() -> None:
    assert Quantity(100, "exact").interval == (100, 100, True, True)
    assert Quantity(100, "more_than").interval == (100, math.inf, False, False)
    assert Quantity(100, "nearly").interval == (90, 100, True, False)
    assert Quantity(100, "about").interval == (80, 120, True, True)
    assert Quantity(100, "unknown").interval == (80, 120, True, True)
    assert Quantity(None).interval == (-math.inf, math.inf, False, False)


def test_ends_of_intervals_are_not_rounded() -> None:
    assert Quantity(70, "nearly").above(63) is None
    assert Quantity(35, "about").interval[1] == 42
    assert Quantity(35, "about").above(42) is False


def test_the_bound_is_put_right_on_the_way_in() -> None:
    assert Quantity(5) == Quantity(5, "exact")
    assert Quantity(None, "about") == Quantity(None)
    assert Quantity(None).bound is None


@pytest.mark.parametrize(("value", "bound"), [(-1, None), (2**63, None), (5, "roughly"), (None, "roughly")])
def test_a_quantity_that_cannot_be_is_refused(value: Any, bound: str | None) -> None:
    not_understood(lambda _: Quantity(value, bound), None)


@given(QUANTITIES, st.integers(-10, 12_000))
def test_above_agrees_with_the_points_of_the_interval(quantity: Quantity, threshold: int) -> None:
    low, high, low_closed, high_closed = quantity.interval
    low, high = max(low, Fraction(-100)), min(high, Fraction(50_000))
    step = Fraction(1, 1_000)
    ends = [low if low_closed else low + step, high if high_closed else high - step]
    points = [point for point in (*ends, (low + high) / 2, threshold, threshold + step) if ends[0] <= point <= ends[1]]
    if points:
        answers = {point > threshold for point in points}
        assert quantity.above(threshold) is (None if len(answers) == 2 else answers.pop())


@given(QUANTITIES, st.integers(-10, 12_000), st.integers(0, 100))
def test_what_is_above_is_above_everything_lower(quantity: Quantity, threshold: int, less: int) -> None:
    if quantity.above(threshold) is True:
        assert quantity.above(threshold - less) is True
    if quantity.above(threshold) is False:
        assert quantity.above(threshold + less) is False


# Partial dates and time


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-06", date(2022, 6, 1), date(2022, 6, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-06-25", date(2022, 6, 25), date(2022, 6, 25)),
    ],
)
def test_a_partial_date_is_the_interval_of_its_days(text: Any, first: date, last: date) -> None:
    parsed = PartialDate.parse(text)
    assert (parsed.first_day, parsed.last_day, str(parsed)) == (first, last, text)


@given(PARTIAL)
def test_partial_dates_survive_the_round_trip(partial: PartialDate) -> None:
    assert PartialDate.parse(str(partial)) == partial
    assert parse_date(str(partial)) == partial
    assert partial.first_day <= partial.last_day


@pytest.mark.parametrize(
    "text",
    ["", "22", "2022-6", "2022-13", "2022-00", "2022-06-31", "2022-06-00", "0000", "2022-06-25T00:00", "２０２２"],
)
def test_only_stored_dates_are_parsed(text: Any) -> None:
    not_understood(PartialDate.parse, text)


def test_a_day_needs_its_month() -> None:
    not_understood(lambda _: PartialDate(2022, None, 5), None)


def test_worked_examples_of_time() -> None:
    start = PartialDate.parse("2022")
    assert in_force(start, None, day=date(2022, 6, 30)) is None
    assert in_force(start, None, day=date(2023, 1, 1)) is True
    assert in_force(start, None, day=date(2021, 12, 31)) is False
    source = PartialDate.parse("2022-09-23")
    assert in_force(None, None, day=date(2010, 1, 1), known_from=source) is None
    assert in_force(None, None, day=date(2022, 9, 23), known_from=source) is True
    assert in_force(None, None, day=date(2022, 9, 23)) is None


def test_a_partial_source_date_makes_certain_from_its_last_day() -> None:
    month = PartialDate.parse("2022-09")
    assert in_force(None, None, day=date(2022, 9, 29), known_from=month) is None
    assert in_force(None, None, day=date(2022, 9, 30), known_from=month) is True


def test_the_date_of_the_source_does_not_matter_if_the_start_is_stated() -> None:
    start, source = PartialDate.parse("2020-01-01"), PartialDate.parse("2022-09-23")
    assert in_force(start, None, day=date(2021, 1, 1), known_from=source) is True


def test_the_last_day_itself_is_only_possible() -> None:
    end = PartialDate.parse("2023-05-01")
    start = PartialDate.parse("2022-01-01")
    assert in_force(start, end, day=date(2023, 4, 30)) is True
    assert in_force(start, end, day=date(2023, 5, 1)) is None
    assert in_force(start, end, day=date(2023, 5, 2)) is False


def days_of(partial: PartialDate) -> list[date]:
    return [partial.first_day + timedelta(days=n) for n in range((partial.last_day - partial.first_day).days + 1)]


@given(st.one_of(st.none(), PARTIAL), st.one_of(st.none(), PARTIAL), st.one_of(st.none(), PARTIAL), DAYS)
def test_in_force_agrees_with_trying_every_day(
    start: PartialDate | None, end: PartialDate | None, source: PartialDate | None, day: date
) -> None:
    begins = days_of(start) if start else days_of(source) if source else []
    ends = days_of(end) if end else [date.max]
    certain = bool(begins) and all(begin <= day for begin in begins) and all(day < last for last in ends)
    may_have_begun = start is None or any(begin <= day for begin in begins)
    possible = may_have_begun and any(day <= last for last in ends)
    assert in_force(start, end, day=day, known_from=source) is (True if certain else None if possible else False)


# Unknown and not understood, alike in all parsers


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "value",
    [
        *[None, "", "  ", "\u3000", "\ufeff", "不详", " 不详 ", "未知", "-", "—", "——", "/", "／", "空", "无数据"],
        *["N/A", "n/a", "nan", math.nan, Decimal("NaN")],
    ],
)
def test_what_says_nothing_is_unknown(parse: Callable[..., object], value: Any) -> None:
    assert parse(value) in (None, Quantity(None))


def test_missing_values_of_pandas_are_unknown() -> None:
    pandas = pytest.importorskip("pandas")
    for parse in PARSERS:
        assert parse(pandas.NA) in (None, Quantity(None))
        assert parse(pandas.NaT) in (None, Quantity(None))


@pytest.mark.parametrize("parse", PARSERS)
@given(value=st.one_of(st.text(), st.integers(), st.floats(), st.text("0129年月日.-/万亿千百十余约近人一二两零, ")))
def test_any_value_is_read_unknown_or_refused(parse: Callable[..., object], value: Any) -> None:
    try:
        parse(value)
    except GraphkitError as error:
        assert isinstance(error, DataError) and error.code == "value-not-understood"


def test_the_error_keeps_the_value_and_shows_a_long_one_cut() -> None:
    error = not_understood(parse_count, "很" * 500)
    assert error.value == "很" * 500
    assert len(error.message) < 80
    assert error.at("a.csv:3").message.startswith("a.csv:3: ")


# Counts


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("1,200", 1200, "exact"),
        ("1，200", 1200, "exact"),
        ("1 200", 1200, "exact"),
        ("１２００", 1200, "exact"),
        ("1,234,567人", 1234567, "exact"),
        ("120 人", 120, "exact"),
        ("共120人", 120, "exact"),
        ("120家企业", 120, "exact"),
        ("120名女职工", 120, "exact"),
        ("35个", 35, "exact"),
        ("1.2万", 12000, "exact"),
        ("三十五", 35, "exact"),
        ("十", 10, "exact"),
        ("一百零五人", 105, "exact"),
        ("一万二千三百四十五", 12345, "exact"),
        ("贰佰叁拾", 230, "exact"),
        ("约120人", 120, "about"),
        ("120左右", 120, "about"),
        ("120人左右", 120, "about"),
        ("20来人", 20, "about"),
        ("近20", 20, "nearly"),
        ("近20家", 20, "nearly"),
        ("120余人", 120, "more_than"),
        ("1400多名", 1400, "more_than"),
        ("1400余", 1400, "more_than"),
        ("两百余", 200, "more_than"),
        ("百余人", 100, "more_than"),
        ("十余万人", 100000, "more_than"),
        ("2万多人", 20000, "more_than"),
        ("超过50", 50, "more_than"),
        ("超过50人", 50, "more_than"),
        ("50人以上", 50, "more_than"),
        ("120+", 120, "more_than"),
        ("超过120多人", 120, "more_than"),
        ("50-60", 55, "about"),
        ("50～60人", 55, "about"),
        ("三十至三十五人", 32, "about"),
        ("2-3千人", 2500, "about"),
        ("至少50人", 49, "more_than"),
        ("≥50", 49, "more_than"),
        ("0", 0, "exact"),
        (120, 120, "exact"),
        (120.0, 120, "exact"),
    ],
)
def test_counts_as_people_write_them(text: Any, value: int, bound: str | None) -> None:
    assert parse_count(text) == Quantity(value, bound)


@pytest.mark.parametrize(
    "text",
    [
        *["1,20", "12 35", "-5", "1.5人", "一百二", "三五人", "几十人", "10-100", "60-50", "不到50", "约120余人"],
        *["有", "无", "120人、80人", "2022-06-25", True, 1.5, math.inf, "万" * 10_000, "9" * 30, "1二"],
    ],
)
def test_counts_that_could_mean_two_things_are_not_guessed(text: Any) -> None:
    not_understood(parse_count, text)


def test_at_least_fifty_may_be_fifty() -> None:
    assert parse_count("至少50人").above(50) is None
    assert parse_count("至少50人").above(49) is True


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_range_that_is_read_lies_inside_its_quantity(low: int, high: int) -> None:
    try:
        quantity = parse_count(f"{low}-{high}")
    except DataError:
        return
    first, last, *_ = quantity.interval
    assert first <= low <= high <= last


def in_chinese(number: int) -> str:
    """Write a number below 10 ** 12 by the textbook rule; an own inverse of the parser."""
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    for power, unit in ((8, "亿"), (4, "万"), (3, "千"), (2, "百"), (1, "十")):
        size = 10**power
        if number >= size:
            head, rest = divmod(number, size)
            zero = "零" if 0 < rest < size // 10 else ""
            return in_chinese(head) + unit + (zero + in_chinese(rest) if rest else "")
    raise AssertionError(number)


@given(st.integers(0, 10**10))
def test_chinese_numerals_survive_the_round_trip(number: int) -> None:
    text = in_chinese(number)
    if len(text) <= 24:
        assert parse_count(text) == Quantity(number)


@given(st.integers(0, 2**63 - 1))
def test_figures_survive_the_round_trip(number: int) -> None:
    full_width = str(number).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for text in (str(number), f"{number:,}", full_width, f"{number}人"):
        assert parse_count(text) == Quantity(number)
    assert parse_count(number) == Quantity(number)


# Money


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [
        ("250万元", 2_500_000, "exact"),
        ("250万", 2_500_000, "exact"),
        ("2,500,000元", 2_500_000, "exact"),
        ("￥2,500,000", 2_500_000, "exact"),
        ("2000余万", 20_000_000, "more_than"),
        ("2000余万元", 20_000_000, "more_than"),
        ("近3000万元", 30_000_000, "nearly"),
        ("30.85亿", 3_085_000_000, "exact"),
        ("16.4亿", 1_640_000_000, "exact"),
        ("16.9亿", 1_690_000_000, "exact"),
        ("0.29亿元", 29_000_000, "exact"),
        ("1亿500万元", 105_000_000, "exact"),
        ("1.2万亿", 1_200_000_000_000, "exact"),
        ("三百五十万元", 3_500_000, "exact"),
        ("500余万元人民币", 5_000_000, "more_than"),
        ("200-250万元", 2_250_000, "about"),
        ("1234.5元", 1_235, "exact"),
        (30.85e8, 3_085_000_000, "exact"),
    ],
)
def test_money_is_exact_in_whole_yuan(text: Any, value: int, bound: str | None) -> None:
    assert parse_money(text) == Quantity(value, bound)


def test_the_unit_of_the_header_serves_cells_without_one() -> None:
    assert parse_money("250", unit="万元") == Quantity(2_500_000)
    assert parse_money(0.29, unit="亿元") == Quantity(29_000_000)
    assert parse_money("约250", unit="万元") == Quantity(2_500_000, "about")
    assert parse_money("三百", unit="万元") == Quantity(3_000_000)
    assert parse_money("250元", unit="万元") == Quantity(250)
    assert parse_money("250万", unit="万元") == Quantity(2_500_000)
    assert parse_money("不详", unit="万元") == Quantity(None)


@pytest.mark.parametrize("text", ["250万美元", "USD 250", "三五万元", "一大笔", "-3万", "三十元五角"])
def test_other_money_is_not_guessed(text: Any) -> None:
    not_understood(parse_money, text)


def test_an_unknown_unit_is_refused() -> None:
    not_understood(parse_money, "250", unit="美元")


@given(st.decimals(0, 10**6, places=4))
def test_money_agrees_with_whole_number_arithmetic(amount: Decimal) -> None:
    hundred_millions = int(amount.scaleb(4)) * 10**4
    assert parse_money(f"{amount}亿元") == parse_money(f"{amount}", unit="亿元") == Quantity(hundred_millions)


# Shares


@pytest.mark.parametrize("value", [0.875, "0.875", "87.5%", "87.5％", "８７.５％", " 87.5 % ", "百分之87.5"])
def test_one_share_however_it_is_written(value: Any) -> None:
    assert parse_percent(value) == 0.875


@pytest.mark.parametrize("value", [87.5, "87.5", "百分之87.5%", "八成", "87,5%", True, "9" * 500 + "%"])
def test_a_share_that_could_mean_two_things_is_not_guessed(value: Any) -> None:
    not_understood(parse_percent, value)


def test_the_ends_of_shares() -> None:
    assert (parse_percent("0"), parse_percent(1), parse_percent("100%"), parse_percent("120%")) == (0, 1, 1, 1.2)
    assert parse_percent(0.00005) == 0.00005


# Dates


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022年6月25日", "2022-06-25"),
        ("2022年06月25号", "2022-06-25"),
        ("2022 年 6 月 25 日", "2022-06-25"),
        ("２０２２年６月２５日", "2022-06-25"),
        ("二〇二二年六月二十五日", "2022-06-25"),
        ("2022.6.25", "2022-06-25"),
        ("2022/6/25", "2022-06-25"),
        ("2022-6-25", "2022-06-25"),
        ("20220625", "2022-06-25"),
        ("2022-06-25 00:00:00", "2022-06-25"),
        ("2022-06-25T08:30:00+08:00", "2022-06-25"),
        (datetime(2022, 6, 25, 13, 30), "2022-06-25"),
        (date(2022, 6, 25), "2022-06-25"),
        (20220625, "2022-06-25"),
        ("2022年6月", "2022-06"),
        ("2022-6", "2022-06"),
        ("2022.10", "2022-10"),
        ("2022.1", "2022-01"),
        ("202206", "2022-06"),
        (202206, "2022-06"),
        ("2022年6月底", "2022-06"),
        ("二○二二年十月", "2022-10"),
        ("2022年", "2022"),
        ("2022", "2022"),
        (2022, "2022"),
        (2022.0, "2022"),
        ("2021年年底", "2021"),
        ("2022年第一季度", "2022"),
        ("2022年上半年", "2022"),
    ],
)
def test_dates_are_as_precise_as_they_are_written(value: Any, expected: Any) -> None:
    assert str(parse_date(value)) == expected


@pytest.mark.parametrize(
    "value",
    [
        *["2022-13", "2022-06-31", "25/6/2022", "6/7/22", "220625", "012345", "35", "长期", "2022-06-25至今"],
        *[2022.1, 2022.5, True, 60, 0, -1, 150_000, math.inf, "三五年", "2022" + " " * 100_000 + "x"],
    ],
)
def test_dates_that_could_mean_two_things_are_not_guessed(value: Any) -> None:
    not_understood(parse_date, value)


def test_the_two_epochs_of_workbooks() -> None:
    assert parse_date(43275, epoch=1904) == PartialDate(2022, 6, 25)
    assert parse_date(44737) == parse_date(44737.75) == parse_date("44737") == PartialDate(2022, 6, 25)
    assert parse_date(0, epoch=1904) == PartialDate(1904, 1, 1)


def test_the_day_that_never_was() -> None:
    assert (parse_date(1), parse_date(59), parse_date(61)) == (
        PartialDate(1900, 1, 1),
        PartialDate(1900, 2, 28),
        PartialDate(1900, 3, 1),
    )


@given(st.dates(date(1910, 1, 1), date(2150, 12, 31)))
def test_serials_survive_the_round_trip_in_both_epochs(day: date) -> None:
    whole = PartialDate(day.year, day.month, day.day)
    assert parse_date((day - date(1899, 12, 30)).days) == whole
    serial = (day - date(1904, 1, 1)).days
    if serial > 2100:  # below stand the numbers that are read as years
        assert parse_date(serial, epoch=1904) == whole


# Words


@pytest.mark.parametrize(
    "value", ["是", "√", "有", "已建", "✓", "Y", "ｙ", "yes", "YES", "true", True, "1", 1, 1.0, "对", " 是 "]
)
def test_yes(value: Any) -> None:
    assert parse_flag(value) is True
    assert parse_federation_status(value) == "yes"


@pytest.mark.parametrize(
    "value", ["否", "无", "×", "✗", "no", "N", "false", False, "0", 0, 0.0, "未建", "没有", "没 有"]
)
def test_no(value: Any) -> None:
    assert parse_flag(value) is False
    assert parse_federation_status(value) == "no"


@pytest.mark.parametrize("value", ["筹建中", "拟建", "筹备中", "preparing"])
def test_preparing_is_a_status_and_neither_yes_nor_no(value: Any) -> None:
    assert parse_federation_status(value) == "preparing"
    not_understood(parse_flag, value)


@pytest.mark.parametrize("value", ["可能", "2", "是否", "有无", -1])
def test_words_that_are_neither_are_not_guessed(value: Any) -> None:
    not_understood(parse_flag, value)
    not_understood(parse_federation_status, value)


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        (["单建", "单独建", "独立建", "单建式", "own"], "own"),
        (["联建", "联合建", "联建 妇联"], "joint"),
        (["带建", "党建带妇建", "党建带建"], "party_led"),
        (["托建", "依托建", "托建模式"], "hosted"),
        (["共建", "co_built"], "co_built"),
    ],
)
def test_build_modes(words: list[str], mode: str) -> None:
    assert {parse_mode(word) for word in words} == {mode}


def test_other_build_modes_are_not_guessed() -> None:
    not_understood(parse_mode, "自建")
    not_understood(parse_mode, "单建/联建")
