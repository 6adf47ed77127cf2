"""A Word document is read as its author last meant it; what is hostile or damaged is refused."""

import io
import zipfile

import docx
import pytest

from tests.documents.papers import LINE, paragraph, read, run, word, wrong, zipped


def test_a_word_document_is_read_as_its_author_last_meant_it() -> None:
    body = (
        paragraph(
            run("云溪县"),
            f'<w:ins w:id="1">{run("妇联")}</w:ins>',
            f'<w:del w:id="2">{run("工会", tag="delText")}</w:del>',
            f'<w:moveFrom w:id="3">{run("移走")}</w:moveFrom><w:moveTo w:id="4">{run("移来")}</w:moveTo>',
            f"<w:hyperlink>{run('（链接）')}</w:hyperlink>",
            run("看不见", properties="<w:vanish/>"),
        )
        + paragraph(run("第一段"), properties='<w:rPr><w:del w:id="5"/></w:rPr>')
        + paragraph(run("接着"), "<w:r><w:br/></w:r>", run("换行"), "<w:r><w:tab/></w:r>", run("制表"))
        + f"<w:sdt><w:sdtContent>{paragraph(run('控件'))}</w:sdtContent></w:sdt>"
        + paragraph(run(" HYPERLINK ", tag="instrText"), run("域结果"))
        + paragraph(f"<w:r><w:ruby><w:rt>{run('zhèn')}</w:rt><w:rubyBase>{run('镇')}</w:rubyBase></w:ruby></w:r>")
    )
    assert read(word(body)).text.split("\n") == [
        "云溪县妇联移来（链接）",
        "第一段接着",
        "换行\t制表",
        "控件",
        "域结果",
        "镇",
    ]


def test_a_table_of_a_word_document_is_a_line_a_row() -> None:
    def cell(*texts: str) -> str:
        return f"<w:tc><w:tcPr/>{''.join(paragraph(run(text)) for text in texts)}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell('内一')}{cell('内二')}</w:tr></w:tbl>"
    body = (
        f"<w:tbl><w:tr>{cell('企业')}{cell('负责人')}{cell('')}</w:tr>"
        f"<w:tr>{cell('青禾公司')}{cell('方晓云', '罗婷')}<w:tc>{inner}{paragraph()}</w:tc></w:tr></w:tbl>"
        f"{paragraph(run('完'))}"
    )
    assert read(word(body)).text.split("\n") == ["企业\t负责人", "青禾公司\t方晓云  罗婷\t内一\t内二", "完"]


def test_a_text_box_amid_a_paragraph_is_a_line_of_its_own() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(run('框中'))}</w:txbxContent></w:pict></w:r>"
    assert read(word(paragraph(run("前面"), box, run("后面")))).text.split("\n") == ["框中", "前面后面"]


def test_a_text_box_is_read_once_and_headers_are_not() -> None:
    box = f"<w:txbxContent>{paragraph(run('红头标题'))}</w:txbxContent>"
    both = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    inside = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    header = {"word/header1.xml": "<w:hdr>页眉</w:hdr>", "word/footer1.xml": "<w:ftr>页脚</w:ftr>"}
    assert read(word(paragraph(inside) + paragraph(run("正文")), parts=header)).text.split() == ["红头标题", "正文"]


@pytest.mark.parametrize("name", ["word/document.xml", "word/document2.xml"])
def test_the_main_part_may_have_another_name(name: str) -> None:
    xml = word(paragraph(run("正文")))

    text = zipfile.ZipFile(io.BytesIO(xml)).read("word/document.xml").decode()
    assert read(zipped({name: text})).text == "正文"


def test_a_word_document_made_by_python_docx_is_read() -> None:

    document = docx.Document()
    document.add_heading("云溪县妇联工作报告", 0)
    document.add_paragraph("产业妇联三十家。")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "企业", "人数"
    document.sections[0].header.paragraphs[0].text = "页眉"
    stream = io.BytesIO()
    document.save(stream)
    assert read(stream.getvalue()).text.strip().split("\n") == ["云溪县妇联工作报告", "产业妇联三十家。", "企业\t人数"]


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = word(paragraph(run("a" * (70 << 20))))
    assert len(bomb) < 1 << 20
    assert wrong(bomb).code == "document-too-large"


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document><w:body>&b;</w:body></w:document>',
        '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>',
        "<w:document",
        "",
        "<w:document>" + "<w:p>" * 5000,
        '<?xml version="1.0" encoding="no-such"?><w/>',
    ],
)
def test_a_damaged_or_hostile_document_is_refused(xml: str) -> None:
    assert wrong(zipped({"word/document.xml": xml})).code in ("document-unreadable", "empty-document")


def test_a_document_cut_in_half_is_refused() -> None:
    data = word(paragraph(run(LINE * 50)))
    assert wrong(data[: len(data) // 2]).code == "no-text"
    damaged = bytearray(data)
    damaged[data.index(b"document.xml") + 40] ^= 0xFF
    assert wrong(bytes(damaged)).code in ("document-unreadable", "no-text")
