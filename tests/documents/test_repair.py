"""Glosses go where all signs agree and nowhere else; what is torn is marked, and read again only where proved."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents.clean import CleanText, clean
from graphkit.documents.repair import LOST
from graphkit.documents.script import simplified
from tests.documents.annotated import shared_texts
from tests.documents.garbling import READINGS, garble, garble_bytes, read_torn, to_traditional
from tests.documents.reports import REPORTS

GLOSS = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\)")


def kinds(cleaned: CleanText) -> list[str]:
    return [change.kind for change in cleaned.repairs]


def listed(text: str) -> str:
    whole = to_traditional(text)
    return "".join(char for char in READINGS if char in whole)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.splitlines()[0])
def test_nothing_is_taken_out_of_a_clean_report(report: str) -> None:
    cleaned = clean(report)
    assert cleaned.text == report
    assert (cleaned.repairs, cleaned.losses, cleaned.cuts) == ((), (), ())


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.splitlines()[0])
def test_a_glossed_report_comes_back_exactly(report: str) -> None:
    garbled = garble(report, listed(report))
    inserted = len(GLOSS.findall(garbled)) - len(GLOSS.findall(report))
    cleaned = clean(garbled)
    assert cleaned.text == report
    assert kinds(cleaned) == ["gloss"] * inserted
    assert inserted >= 10


@pytest.mark.parametrize(
    "report", [report for report in REPORTS if "䶮" not in report], ids=lambda r: r.splitlines()[0]
)
def test_glosses_put_in_byte_by_byte_come_out_too(report: str) -> None:
    assert clean(garble_bytes(report, listed(report))).text == report


@given(st.sampled_from(REPORTS), st.sets(st.sampled_from(sorted(READINGS))))
def test_whatever_characters_a_page_lists_the_report_comes_back(report: str, chosen: set[str]) -> None:
    whole = to_traditional(report)
    chars = "".join(sorted(char for char in chosen if char in whole))
    glosses = sum(whole.count(char) for char in chars)
    garbled = garble(report, chars)
    if glosses >= 3 and len(chars) >= 2:
        assert clean(garbled).text == report
    else:
        assert clean(garbled).text == simplified(garbled)


def test_glosses_that_authors_wrote_stay_in_a_garbled_report() -> None:
    report = "".join(REPORTS)
    kept = sorted(set(GLOSS.findall(clean(garble(report, listed(report))).text)))
    assert kept == sorted(set(GLOSS.findall(report)))


def test_a_character_glossed_only_now_and_then_keeps_its_gloss() -> None:
    report = "".join(REPORTS)
    garbled = garble(report, listed(report).replace("婦", "")).replace("婦", "婦(fù)", 1)
    assert clean(garbled).text.count("妇(fù)") == 1


@pytest.mark.parametrize(
    "text",
    [
        "縣婦聯創(chuàng)業(yè)服務站。",  # two are no rule
        "區區(qū)、區(qū)、區(qū)和區(qū)之間。",  # one character alone is none either
        "創(chuang)業(ye)聯(lian)盟創(chuang)業(ye)",  # no tone, no reading
        "創(chuáng)業(yě)聯(lián)盟創(chuáng)業(yě)",  # another tone is another word
        "創（chuàng）業（yè）聯（lián）盟創（chuàng）業（yè）",  # authors write these brackets
        "和(hé)平(píng)山(shān)水(shuǐ)和(hé)平(píng)",  # no traditional characters
        "鎮(zhèn)湖(扬州)(VIP)(試行)",
    ],
)
def test_what_does_not_show_all_signs_stays(text: str) -> None:
    assert kinds(clean(text)) == []
    assert len(clean(text).text) == len(text)


def test_a_gloss_in_decomposed_letters_is_one_too() -> None:
    import unicodedata

    garbled = unicodedata.normalize("NFD", garble(REPORTS[0], listed(REPORTS[0])))
    assert clean(garbled).text == clean(REPORTS[0].replace("覃(qín)", unicodedata.normalize("NFD", "覃(qín)"))).text


def test_the_gloss_belongs_to_the_character_before_it() -> None:
    garbled = garble(REPORTS[0], listed(REPORTS[0]))
    cleaned = clean(garbled)
    at = cleaned.text.index("产业妇联")
    assert cleaned.quote(at, at + 4) == "產(chǎn)業(yè)婦(fù)聯(lián)"


def test_a_torn_character_is_marked_and_not_invented() -> None:
    # The last byte of 新 and the first of 擔 are 聯 to a machine that knows bytes only.
    report = REPORTS[0] + "产业工人扛起新担当，展现新作为。"
    garbled = garble_bytes(report, listed(report))
    cleaned = clean(garbled)
    assert "lián" not in cleaned.text
    assert f"扛起新{LOST}" in cleaned.text
    assert [change.kind for change in cleaned.losses] == ["bytes"]
    assert garbled[cleaned.losses[0].start : cleaned.losses[0].end].startswith("?")


def shifted(report: str, words: str) -> str:
    """Lose a byte before these words: what follows is read one byte too early, and a private pair is dropped."""
    garbled = garble_bytes(report, listed(report))
    data = to_traditional(words).encode("gbk")
    return garbled + "她說?!" + read_torn(data[3:]) + "完成了任务。"


def test_a_shifted_stretch_is_read_again_where_the_report_says_the_same() -> None:
    report = REPORTS[0] + "晶安太阳能基地位于云溪县。晶安太阳能公司有女职工。"
    cleaned = clean(shifted(report, "。”晶安太阳能（揚a"))
    assert "她说。”晶安太阳能（扬" in cleaned.text
    assert [(change.kind, change.inferred) for change in cleaned.repairs if change.kind != "gloss"] == [("shift", True)]


def test_a_shifted_stretch_that_nothing_proves_is_lost() -> None:
    cleaned = clean(shifted(REPORTS[0], "。”晶安太阳能（揚a"))
    assert f"她说{LOST}" in cleaned.text
    assert "太阳能" not in cleaned.text


def test_questions_in_a_clean_text_are_no_losses() -> None:
    text = "谁来帮我们？？真的吗?!他说，怎么办??我们一起想办法!"
    assert clean(text).text == text


def test_replacement_characters_are_losses_in_any_text() -> None:
    cleaned = clean("云溪县妇\ufffd\ufffd成立了锟斤拷锟斤拷联盟。")
    assert cleaned.text == f"云溪县妇{LOST}成立了{LOST}联盟。"
    assert [cleaned.raw[loss.start : loss.end] for loss in cleaned.losses] == ["\ufffd\ufffd", "锟斤拷锟斤拷"]


@pytest.mark.parametrize(("document", "glosses"), [("000", 144), ("001", 0), ("002", 0), ("003", 175), ("004", 0)])
def test_every_gloss_of_the_sources_goes(document: str, glosses: int) -> None:
    raw = next(shared_texts().glob(f"{document}_*.txt")).read_text(encoding="utf-8")
    cleaned = clean(raw)
    assert kinds(cleaned).count("gloss") == glosses
    assert not GLOSS.search(cleaned.text)
    assert not re.search("lián|奶柲|〒", cleaned.text)
