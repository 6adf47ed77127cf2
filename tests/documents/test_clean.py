"""Every cleaned character knows its raw place, whatever was done to the text; the same text gives the same answer."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents.clean import CleanText, clean
from graphkit.documents.repair import LOST
from graphkit.documents.script import simplified, traditional
from tests.documents.garbling import READINGS, garble
from tests.documents.reports import REPORTS

PIECES = (
    *"云溪县妇联产业婦聯產業創女，。、：“”《》（）()? !|・\u3000\t",
    *(
        "(chuàng)",
        "(yè)",
        "(lián)",
        "(VIP)",
        "(试行)",
        "覃(qín)",
        "?!",
        "??",
        "\ufffd",
        "\ue123",
        "\uf0b7",
        "\x00",
        "\u200b",
    ),
    *(
        "\n",
        "\r\n",
        "\f",
        "2023 年2 月",
        "云 溪 县",
        "来源:县妇联",
        "（记者 王芳）",
        "相关阅读",
        "⼥⺠",
        "１２Ａ",
        "ﬁ",
        "昇兴乾安",
    ),
)
raws = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.tuples(st.sampled_from(REPORTS), st.sets(st.sampled_from(sorted(READINGS)))).map(
        lambda both: garble(both[0], "".join(sorted(both[1])))
    ),
    st.text(max_size=80),
)


def same(char: str, raw: str) -> bool:
    """Say whether a cleaned character is what the first raw character of its stretch means."""
    first = unicodedata.normalize("NFKC", raw[0])
    meant = {raw[0], first, traditional().get(raw[0]), traditional().get(first)}
    return char in meant or char in first or char in "\n " or char in "（）" or char == LOST or raw[0] in "⺠"


@given(raws)
def test_every_character_quotes_its_raw_words(raw: str) -> None:
    cleaned = clean(raw)
    assert cleaned.raw == raw
    assert len(cleaned.text) == len(cleaned.starts) == len(cleaned.ends)
    in_phrases = simplified(raw)
    before = 0
    for char, start, end in zip(cleaned.text, cleaned.starts, cleaned.ends, strict=True):
        assert 0 <= before <= start < end <= len(raw)
        assert char == in_phrases[start] or same(char, raw[start:end])
        before = start
    assert list(cleaned.ends) == sorted(cleaned.ends)


@given(raws, st.data())
def test_a_quote_is_the_raw_text_between_its_places(raw: str, data: st.DataObject) -> None:
    cleaned = clean(raw)
    if not cleaned.text:
        return
    start = data.draw(st.integers(0, len(cleaned.text) - 1))
    end = data.draw(st.integers(start + 1, len(cleaned.text)))
    first, last = cleaned.raw_span(start, end)
    assert cleaned.quote(start, end) == raw[first:last]
    assert cleaned.place(start, end).endswith(f"[{first}:{last}]")


@given(raws)
def test_what_was_changed_lies_in_the_raw_text(raw: str) -> None:
    cleaned = clean(raw)
    places = [(change.start, change.end) for change in (*cleaned.repairs, *cleaned.losses)]
    places += [(cut.start, cut.end) for cut in cleaned.cuts]
    assert all(0 <= start < end <= len(raw) for start, end in places)


@given(raws)
def test_the_same_text_gives_the_same_answer(raw: str) -> None:
    assert clean(raw) == clean(raw)


@pytest.mark.parametrize("raw", ["", " ", "\n\n", "\ufeff", "\x00", "\f"])
def test_nothing_is_clean_already(raw: str) -> None:
    assert clean(raw).text.strip() == ""


def test_places_are_plain_integers() -> None:
    cleaned = clean("云溪县 妇联")
    assert type(cleaned.starts[0]) is int
    assert type(cleaned.raw_span(0, 2)[1]) is int


def test_what_holds_or_touches_a_loss_is_torn() -> None:
    cleaned = clean("云溪县女\ufffd业家联盟成立。")
    assert [cleaned.is_torn(*span) for span in ((0, 3), (0, 4), (4, 5), (5, 9), (6, 9))] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_place_counts_raw_lines_that_are_not_empty() -> None:
    cleaned = clean("一行\n\n  \n\u3000\u3000第二行在这里\r\n\r\n三行")
    at = cleaned.text.index("在这里")
    assert cleaned.place(at, at + 3) == "¶2 [12:15]"
    assert cleaned.paragraph(cleaned.starts[cleaned.text.index("三行")]) == 3


UNITS = (
    *(
        "妇联与企业联合成立联盟，",
        "創(chuàng)業(yè)聯(lián)盟",
        "( ?!（",
        "王 芳 ",
        "a.b ",
        "2023 年",
        "|",
        "（记者",
        "?!〒",
        "(",
    ),
    *(
        " ",
        "?",
        "\n",
        "\u3000",
        "\t",
        "?一",
        "-",
        "\n\f",
        "\ufffd",
        "甲 ",
        "1",
        "“",
        "《",
        "創(",
        "〔2024〕",
        "记者",
        "\x00",
    ),
)


@pytest.mark.parametrize("unit", UNITS)
def test_one_endless_line_keeps_its_places(unit: str) -> None:
    # Long enough that a step which is not linear never comes to an end.
    raw = unit * (300_000 // len(unit))
    cleaned = clean(raw)
    assert len(cleaned.text) == len(cleaned.starts)
    if cleaned.text:
        assert cleaned.quote(0, len(cleaned.text)) == raw[cleaned.starts[0] : cleaned.ends[-1]]


def test_five_megabytes_in_one_line_keep_their_places() -> None:
    line = "云溪县妇联与县工商联联合成立女企业家联盟，" * 240_000
    cleaned: CleanText = clean(line)
    assert cleaned.text == line
    assert cleaned.quote(len(line) - 5, len(line)) == line[-5:]
