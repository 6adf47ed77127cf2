"""Encodings are found and named; what is a guess is said to be one."""

from pathlib import Path

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.documents.encodings import decode
from graphkit.documents.files import read_text
from tests.documents.papers import LINE, read
from tests.documents.reports import REPORTS

REPORT = REPORTS[0]


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8 with BOM"),
        ("gb18030", b"", "GB18030"),
        ("gbk", b"", "GB18030"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
    ],
)
@pytest.mark.parametrize("report", [report for report in REPORTS if "䶮" not in report][:4])
def test_an_encoding_is_found_and_named(report: str, codec: str, mark: bytes, name: str) -> None:
    found = read(mark + report.encode(codec))
    assert (found.text, found.encoding, found.kind) == (report, name, "txt")


def test_utf16_without_a_mark_or_a_line_end_is_told_from_gb18030() -> None:
    assert read(LINE.encode("utf-16-le")).text == LINE
    assert read(LINE.encode("utf-16-be")).encoding == "UTF-16"


def test_big5_is_told_from_gb18030() -> None:

    report = opencc.OpenCC("s2t").convert(REPORT.replace("(qín)", ""))
    found = read(report.encode("big5hkscs", errors="ignore"))
    assert found.encoding == "Big5"
    assert "婦女聯合會" in found.text


def test_lines_of_two_encodings_are_read_each_by_its_own() -> None:
    first, second = REPORTS[0], REPORTS[3]
    found = read(first.encode("gb18030") + second.encode("utf-8"))
    assert found.text == first + second
    assert found.encoding == "UTF-8 and GB18030, mixed"
    assert found.warnings


def test_a_torn_byte_spoils_one_character_only() -> None:
    data = REPORT.encode("utf-8")
    found = read(data[:400] + data[401:])
    assert sum(char == "\ufffd" for char in found.text) in (1, 2)
    assert found.text.startswith(REPORT[:100])
    assert found.warnings


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_valid_utf8_is_never_guessed(text: str) -> None:
    data = text.encode("utf-8")
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert decode(data, source="x").text == text


@pytest.mark.parametrize("codec", ["gb18030", "latin-1"])
def test_what_was_read_wrongly_and_saved_again_is_undone(codec: str) -> None:
    report = "女企业家联盟成立大会\n云溪县妇女联合会\n"
    found = read(report.encode().decode(codec).encode())
    assert found.text == report
    assert found.warnings


def test_a_named_encoding_is_taken_at_its_word(tmp_path: Path) -> None:
    path = tmp_path / "月报.txt"
    path.write_bytes(LINE.encode("big5hkscs", errors="ignore"))
    assert read_text(path, encoding="big5hkscs").text == LINE.encode("big5hkscs", errors="ignore").decode("big5hkscs")
    for name in ("utf-8", "no-such-code"):
        with pytest.raises(gk.DataError, match=f"月报.txt is not {name}") as caught:
            gk.extract_file(path, encoding=name)
        assert caught.value.code == "bad-encoding" and caught.value.hint
    path.write_bytes(LINE.encode("utf-8-sig"))
    assert read_text(path, encoding="utf-8").text == LINE
