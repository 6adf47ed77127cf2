"""Edits keep every character at its first place, one after another as well as all at once."""

from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents.alignment import Aligned, Edit, packed


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text("abc妇联", min_size=1, max_size=20))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    stretches = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.text("xyz", max_size=4)), draw(st.booleans())) for start, end in stretches]


@given(edited())
def test_edits_say_what_was_put_where(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    done = Aligned.of(text).edited(edits)
    expected = []
    at = 0
    for edit in edits:
        expected += [(text[place], place) for place in range(at, edit.start)]
        same = len(edit.text) == edit.end - edit.start
        expected += [(char, edit.start + (number if same else 0)) for number, char in enumerate(edit.text)]
        at = edit.end
    expected += [(text[place], place) for place in range(at, len(text))]
    assert list(zip(done.text, done.starts.tolist(), strict=True)) == expected


@given(edited(), st.data())
def test_edits_of_edits_lead_to_the_first_text(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, edits = case
    done = Aligned.of(text).edited(edits)
    if not done.text:
        return
    place = data.draw(st.integers(0, len(done.text) - 1))
    again = done.edited([Edit(place, place + 1, "!")])
    assert again.text == done.text[:place] + "!" + done.text[place + 1 :]
    assert again.origin(place, place + 1) == done.origin(place, place + 1)
    assert all(start < end for start, end in zip(again.starts, again.ends, strict=True))


def test_what_is_joined_belongs_to_the_character_before() -> None:
    done = Aligned.of("創(chuàng)業").edited([Edit(1, 9, joined=True)])
    assert (done.text, list(packed(done.starts)), list(packed(done.ends))) == ("創業", [0, 9], [9, 10])
