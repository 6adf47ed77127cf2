"""Tokens cover the text in order; the fallback finds bodies, places and people without a model."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents import tagging
from graphkit.documents.tagging import Token, tagger_name, tokens, words

SENTENCE = "青溪县妇联主席罗晓燕介绍，2023 年2 月，县妇联与青田县教育局联合开展“巧手”培训。"


def covered(text: str, found: tuple[Token, ...]) -> str:
    return "".join(text[start:end] for start, end, _ in found)


def in_order(found: tuple[Token, ...]) -> bool:
    return all(first[1] <= second[0] for first, second in pairwise(found))


def test_the_model_gives_every_letter_once() -> None:
    found = tokens(SENTENCE)
    assert in_order(found)
    assert covered(SENTENCE, found).replace(" ", "") == SENTENCE.replace(" ", "")
    assert ("罗晓燕", "PER") in {(SENTENCE[start:end], tag) for start, end, tag in found}


def test_a_blank_beside_a_figure_is_none_and_others_part() -> None:
    text = "2023 年2 月  青溪县妇联  青溪县民政局"
    assert not any(" " in text[start:end].strip() and tag == "ORG" for start, end, tag in tokens(text))
    assert {text[start:end] for start, end, _ in tokens(text)} >= {"青溪县妇联", "青溪县民政局"}


def test_a_long_line_without_a_stop_is_cut_and_kept_whole() -> None:
    text = "妇女工作，" * 200
    found = tokens(text)
    assert in_order(found)
    assert covered(text, found) == text


@given(st.text(alphabet="青溪县妇联与a1 ，。“”\n女企业家协会王晓燕2", max_size=60))
def test_any_text_is_covered_but_for_blanks(text: str) -> None:
    for found in (tokens(text), words(text)):
        assert in_order(found)
        assert covered(text, found).replace(" ", "") == "".join(text.split()).replace(" ", "")


def test_the_fallback_knows_places_people_and_verbs() -> None:
    found = {(SENTENCE[start:end], tag) for start, end, tag in words(SENTENCE)}
    assert {("青田县", "LOC"), ("罗晓燕", "PER"), ("开展", "v"), ("与", "p")} <= found


@pytest.mark.parametrize("text", ["会长王小芬说，今年好。", "负责人欧阳芳华介绍，", "李梅表示，"])
def test_the_fallback_takes_a_person_by_a_title_or_a_word_of_saying(text: str) -> None:
    assert [text[start:end] for start, end, tag in words(text) if tag == "PER"] != []


def test_the_fallback_takes_no_person_without_either() -> None:
    text = "木材加工、金融服务、方便群众。"
    assert [text[start:end] for start, end, tag in words(text) if tag == "PER"] == []


def test_without_the_model_tokens_are_those_of_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tagger_name() == "lac"
    monkeypatch.setattr(tagging, "_model", lambda: None)
    assert tagger_name() == "words"
    assert tokens(SENTENCE) == words(SENTENCE)


def test_two_runs_are_equal() -> None:
    assert tokens(SENTENCE * 3) == tokens(SENTENCE * 3)
