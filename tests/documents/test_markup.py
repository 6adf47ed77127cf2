"""A web page gives what its reader sees, and says what it says of itself."""

import re

import pytest

from graphkit.documents.clean import clean
from tests.documents.papers import LINE, read, wrong

PAGE = """<!DOCTYPE html><html><head><title>推进会召开 - 云溪县妇联</title><style>p{}</style>
<script>var a="<p>x</p>"</script></head><body><nav><a href="/">首页</a></nav><h1>产业妇联
推进会</h1><div>发布时间：2024-05-06</div><p>云溪县妇联&nbsp;&amp;&nbsp;县工商联<br>
联合<b>召开</b>会议&mdash;&#8220;星火&#x201d;</p>
<table><tr><th>企业</th><th>人数</th></tr><tr><td><p>青禾公司</p></td><td> 35 </td></tr></table>
<p style="display: none">看不见</p>
<p>乡<ruby>镇<rp>(</rp><rt>zhèn</rt><rp>)</rp></ruby>妇联</p><ul><li>一</li><li>二</li></ul>
<!-- 注释 --><pre>甲
乙</pre></body></html>"""


def test_a_page_gives_what_a_reader_sees() -> None:
    found = read(PAGE.encode())
    assert found.kind == "html"
    assert found.title == "产业妇联推进会"
    assert found.text.split("\n") == [
        "产业妇联推进会",
        "发布时间：2024-05-06",
        "云溪县妇联\xa0&\xa0县工商联",
        "联合召开会议—“星火”",
        "企业\t人数",
        "青禾公司\t35",
        "乡镇妇联",
        "一",
        "二",
        "甲",
        "乙",
    ]


def test_what_the_head_of_a_page_says_goes_before_its_text() -> None:
    head = (
        '<meta name="ArticleTitle" content="推进会召开"><meta name="PubDate" content="2024-05-08 10:20">'
        '<meta name="ContentSource" content="云溪日报"><meta name="Keywords" content="妇联">'
    )
    found = read(PAGE.replace("<head>", f"<head>{head}").encode())
    cleaned = clean(found)
    assert (cleaned.title, cleaned.publisher, cleaned.date) == ("推进会召开", "云溪日报", "2024-05-08")
    assert clean(read(PAGE.encode())).date == "2024-05-06"
    assert cleaned.raw == found.text


def test_a_page_says_its_encoding_itself() -> None:
    page = PAGE.replace("<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    assert read(page.encode("gb18030")).encoding == "GB18030"
    assert read(page.encode("gb18030")).text == read(PAGE.encode()).text
    lying = page.replace("gb2312", "utf-8")
    assert read(lying.encode("gb18030")).text == read(PAGE.encode()).text


def test_menus_and_lists_of_other_articles_are_left_out() -> None:
    links = "".join(f'<li><a href="/{number}">栏目之{number}</a></li>' for number in range(6))
    words = "".join(f'<a href="/{number}">乡镇{number}</a>和' for number in range(6))
    body = f"<ul>{links}</ul><p>{LINE}</p><p>{LINE}{words}其他乡镇都派人参加了会议。</p><div>{links}</div>"
    found = read(f"<html><body>{body}<p>{words}</p></body></html>".encode())
    plain = re.sub("<[^>]*>", "", words)
    assert found.text.split("\n") == [LINE, f"{LINE}{plain}其他乡镇都派人参加了会议。", plain]
    assert found.warnings == ("lists of links were left out",)


def test_a_page_of_links_alone_keeps_what_stands_beside_them() -> None:
    page = f"<html><body><a>一</a><a>二</a><a>三</a><a>四</a>{LINE}</body></html>"
    assert LINE in read(page.encode()).text
    links = "".join(f"<li><a>青禾公司{number}</a></li>" for number in range(6))
    assert read(f"<html><body><ul>{links}</ul></body></html>".encode()).text.count("青禾公司") == 6


def test_a_page_laid_out_by_a_table_keeps_its_lines() -> None:
    page = f"<html><table><tr><td><p>{LINE * 6}</p><p>{LINE}</p></td></tr></table></html>"
    assert read(page.encode()).text == f"{LINE * 6}\n{LINE}"


@pytest.mark.parametrize(
    "page", ["<!DOCTYPE html>", "<html></html>", "<html><!-- 注释 --></html>", "<p></p><p></p><p></p>"]
)
def test_a_page_without_words_is_empty(page: str) -> None:
    assert wrong(page.encode()).code == "empty-document"


def test_a_page_nested_as_old_pages_are_is_read_whole() -> None:
    page = "<html><body>" + "<font>" * 800 + LINE + "</font>" * 800 + f"<p>{LINE}</p></body></html>"
    assert read(page.encode()).text.replace("\n", "") == LINE * 2


def test_a_page_nested_without_end_is_refused() -> None:
    page = "<html><body>" + "<div>" * 50_000 + "云溪县" + "</div>" * 50_000
    assert wrong(page.encode()).code == "document-unreadable"
