"""A file is read by what it holds, whatever its name says; what cannot be read says why and what to do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents.files import read_text
from graphkit.errors import DataError
from tests.documents.papers import paragraph, read, run, word, wrong, zipped


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    try:
        assert read(data).text.strip()
    except DataError as error:
        assert error.hint


def test_white_space_is_kept_as_it_stands() -> None:
    text = "\u3000\u3000第一段\r\n\r\n第二段  \n"
    assert read(text.encode()).text == text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000".encode()])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    assert wrong(data).code == "empty-document"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"{\\rtf1\\ansi hello}",
        b"\x1f\x8b\x08" + bytes(30),
        zipped({"xl/workbook.xml": "<workbook/>"}),
        b"PK\x03\x04 no zip at all",
        b"PAR1" + bytes(40),
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    assert wrong(data).code == "no-text"


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    page = tmp_path / "report.pdf"
    page.write_bytes(b"<html><body><p>" + "云溪县妇联".encode() + b"</p></body></html>")
    document = tmp_path / "report.txt"
    document.write_bytes(word(paragraph(run("云溪县妇联"))))
    assert [(read_text(path).kind, read_text(path).text) for path in (page, document)] == [
        ("html", "云溪县妇联"),
        ("docx", "云溪县妇联"),
    ]


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read") as caught:
        read_text(tmp_path / "none.txt")
    assert caught.value.code == "file-unreadable"
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path)


def test_a_web_archive_is_refused() -> None:
    assert wrong(b"From: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>=E4</p>").code == "no-text"


def test_a_text_beyond_measure_is_refused() -> None:
    assert wrong("妇".encode() * 20_000_001).code == "document-too-large"
