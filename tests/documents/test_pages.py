"""The lines of a PDF are put together again; a scan says that it has no text."""

import pytest

from graphkit.documents.clean import clean
from tests.documents.papers import LINE, pdf, read, wrong


def test_the_lines_of_a_pdf_are_joined_and_its_furniture_goes() -> None:
    first = [
        (72, "云溪县妇联工作简报"),
        (96, LINE[:28]),
        (72, LINE[28:] + LINE[:19]),
        (72, LINE[19:] + LINE[:10]),
        (72, LINE[10:] + LINE[:1]),
    ]
    second = [
        (72, "云溪县妇联工作简报"),
        (72, LINE[1:31]),
        (72, LINE[31:]),
        (96, LINE[:28]),
        (72, LINE[28:]),
        (280, "- 2 -"),
    ]
    third = [(72, "云溪县妇联工作简报"), (96, "一、主要做法"), (280, "- 3 -")]
    found = read(pdf([first, second, third]))
    assert (found.kind, found.pages, found.warnings) == ("pdf", 3, ())
    assert [line for line in clean(found.text).text.split("\n") if line] == [
        "云溪县妇联工作简报",
        LINE * 4,
        LINE,
        "一、主要做法",
    ]


def test_a_quote_of_a_pdf_is_what_its_reader_gives() -> None:
    lines = [(72, (LINE * 3)[start : start + 30]) for start in range(0, 117, 30)]
    found = read(pdf([[*lines, (72, "完。")]]))
    cleaned = clean(found.text)
    at = cleaned.text.index("参加")
    assert cleaned.quote(at - 8, at + 2) in found.text


def test_a_paragraph_goes_on_overleaf_and_english_words_stay_apart() -> None:
    first = [(96, LINE[:28]), (72, LINE[28:] + "本次活动由协会主办并得到 Women"), (72, "1")]
    second = [(72, "in Tech 社群的支持，效果很好。"), (96, LINE[:28]), (72, LINE[28:])]
    cleaned = clean(read(pdf([first, second])).text)
    assert cleaned.text.split("\n") == [f"{LINE}本次活动由协会主办并得到 Women in Tech 社群的支持，效果很好。", LINE]


def test_a_scan_says_that_it_has_no_text() -> None:
    error = wrong(pdf([[], []]))
    assert error.code == "no-text-layer"
    assert "OCR" in error.hint


def test_a_page_without_text_is_told() -> None:
    assert read(pdf([[(72, LINE)], []])).warnings == ("no text on page 2: pictures are not read",)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF", pdf([[(72, LINE)]])[:300]])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    assert wrong(data).code in ("document-unreadable", "no-text-layer")
