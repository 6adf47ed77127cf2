"""Word documents and PDF files made by hand, as small as they can be, with what real ones do; and how they are read."""

import io
import zipfile

import pytest

from graphkit.documents.files import RawText, text_of
from graphkit.errors import DataError

LINE = "云溪县妇女联合会与县工商联联合召开产业妇联组织建设推进会二十三家企业负责人参加。"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word(body: str, *, parts: dict[str, str] | None = None) -> bytes:
    """Return a .docx file whose body holds this XML."""
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W} {_MC}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(parts or {})})


def zipped(parts: dict[str, str]) -> bytes:
    """Return a zip file of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def run(text: str, *, tag: str = "t", properties: str = "") -> str:
    """Return a run of a paragraph."""
    before = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{before}<w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def paragraph(*inside: str, properties: str = "") -> str:
    """Return a paragraph with this XML inside."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(inside)}</w:p>"


def pdf(pages: list[list[tuple[int, str]]]) -> bytes:
    """Return a PDF file: for each page its lines, each with the place in points where it begins."""
    numbers = range(len(pages))
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
    ]
    for number, lines in zip(numbers, pages, strict=True):
        shown = "".join(
            f"1 0 0 1 {left} {760 - 20 * row} Tm <{text.encode('utf-16-be').hex()}> Tj\n"
            for row, (left, text) in enumerate(lines)
        )
        stream = f"BT /F1 12 Tf\n{shown}ET" if lines else "0 0 100 100 re f"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _numbered(objects)


def _numbered(objects: list[str]) -> bytes:
    data = "%PDF-1.4\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    start = data.index("xref\n")
    return f"{data}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")


def read(data: bytes) -> RawText:
    """Read the bytes of a file."""
    return text_of(data, source="report.txt")


def wrong(data: bytes) -> DataError:
    """Return the error that reading the bytes gives; it names the file and says what to do."""
    with pytest.raises(DataError) as caught:
        read(data)
    assert caught.value.source == "report.txt"
    assert caught.value.hint
    return caught.value
