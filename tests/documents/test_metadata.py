"""What a report says of itself is read; what a page carries around it is cut, and nothing of the report with it."""

import pytest

from graphkit.documents.bylines import Author, Byline, byline_of
from graphkit.documents.clean import clean

BODY = (
    "云溪县妇联与县工商联联合召开会议，二十三家企业的负责人参加，会议听取了产业妇联组建情况。\n"
    "会议要求，各乡镇妇联要把组织建到产业链上，力争到2026年实现全覆盖。\n"
)


def test_a_news_page_gives_its_record_and_loses_its_frame() -> None:
    page = (
        "当前位置：首页 > 新闻中心 > 基层动态\n"
        "云溪县召开产业妇联推进会\n"
        "发布时间：2024年5月6日  来源：云溪县妇联  作者：王芳  阅读 120 次  【字体：大 中 小】\n"
        f"　　本报讯（记者 李小兰 通讯员 欧阳雪、陈燕）{BODY}"
        "责任编辑：张婷\n"
        "上一篇：春季培训\n下一篇：表彰名单\n"
        "版权所有：云溪县妇女联合会 备案号：某ICP备00000000号\n"
    )
    cleaned = clean(page)
    assert cleaned.text.strip() == f"云溪县召开产业妇联推进会\n\n本报讯{BODY}".strip()
    assert (cleaned.title, cleaned.publisher, cleaned.date) == ("云溪县召开产业妇联推进会", "云溪县妇联", "2024-05-06")
    assert cleaned.authors == (
        Author("作者", "王芳"),
        Author("记者", "李小兰"),
        Author("通讯员", "欧阳雪"),
        Author("通讯员", "陈燕"),
        Author("责任编辑", "张婷"),
    )
    assert [cut.kind for cut in cleaned.cuts] == ["head", "head", "byline", "byline", "tail"]


def test_a_notice_is_signed_and_dated_by_lines_of_their_own() -> None:
    notice = (
        "云妇发〔2024〕7号\n关于印发《云溪县巾帼创业十条措施》的\n通知\n各乡镇妇联：\n现将措施印发给你们。\n\n"
        "云溪县妇女联合会      云溪县科学技术局\n云溪县总工会\n二〇二四年三月八日\n\n" + BODY
    )
    cleaned = clean(notice)
    assert cleaned.title == "关于印发《云溪县巾帼创业十条措施》的通知"
    assert cleaned.publisher == "云溪县妇女联合会、云溪县科学技术局、云溪县总工会"
    assert cleaned.date == "2024-03-08"
    assert not cleaned.cuts


def test_a_calendar_of_events_has_no_day_of_its_own() -> None:
    events = "".join(f"2024年{month}月6日\n县妇联到第{month}个乡镇调研，走访企业。\n" for month in range(1, 6))
    assert clean(f"云溪县妇联大事记\n{events}").date is None
    signed = clean(f"云溪县妇联大事记\n{events}云溪县妇女联合会\n2024年7月1日\n")
    assert (signed.date, signed.publisher) == ("2024-07-01", "云溪县妇女联合会")


def test_an_undated_report_was_written_after_what_it_tells() -> None:
    cleaned = clean(f"产业妇联成立\n2023 年2 月，{BODY}2023年11月3日，县妇联换届。计划到2025年12月完成。2023年回顾。")
    assert cleaned.date is None
    assert cleaned.metadata.date_not_before == "2023-11-03"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (f"标题\n2024-05-06 10:35:00    来源:云溪日报\n{BODY}", "2024-05-06"),
        (f"标题\n{BODY}云溪县妇联工作室2024-05-06\n", "2024-05-06"),
        (f"标题\n{BODY}（2024年5月6日）\n", "2024-05-06"),
        (f"标题\n日期：2024/5/6\n{BODY}", "2024-05-06"),
        (f"标题\n时间：2024年2月30日\n{BODY}", None),
        (f"标题\n{BODY}2024年5月6日，县妇联召开会议。\n", None),
    ],
)
def test_a_date_is_read_where_documents_carry_it(text: str, date: str | None) -> None:
    assert clean(text).date == date


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("记者 王芳 通讯员 李小兰", [("记者", "王芳"), ("通讯员", "李小兰")]),
        ("记者王芳通讯员李小兰", [("记者", "王芳"), ("通讯员", "李小兰")]),
        ("本报记者 王芳 文/图", [("本报记者", "王芳")]),
        ("图/文：欧阳雪", [("图/文", "欧阳雪")]),
        ("责编：张婷  校对：罗婷  审核：方晓云", [("责编", "张婷"), ("校对", "罗婷"), ("审核", "方晓云")]),
        ("通讯员：逑小雪", [("通讯员", "逑小雪")]),
        ("云溪日报记者 王芳 2024年5月6日", [("记者", "王芳")]),
        ("统筹安排", []),
        ("签发文件", []),
        ("审核把关", []),
        ("图片 新闻", []),
        ("记者之家", []),
        ("编辑部", []),
        ("记者王芳走进云溪县妇联", []),
        ("审核通过的企业", []),
        ("摄影协会", []),
        ("王芳", []),
        ("", []),
    ],
)
def test_a_byline_is_one_only_if_it_says_nothing_else(words: str, people: list[tuple[str, str]]) -> None:
    said = byline_of(words) or Byline(())
    assert [(author.role, author.name) for author in said.people] == people


@pytest.mark.parametrize(
    "line",
    [
        "这一品牌的版权所有权归云溪县妇联，各单位应当依法使用，不得擅自更改，违者承担责任并由县妇联依法依规追究，解释权归县妇联，特此声明，请各单位遵照执行并告知下属，使用情况每年报县妇联备案，县妇联每半年检查一次，检查结果在全县通报并作为评选先进的依据之一，各乡镇妇联也要建立台账。",
        "青禾公司 | 华美公司",
        "2024-01-01\t2024-02-01",
        "2024年5月6日",
        "云溪县妇联      2024年5月6日",
        "打印机产业链上的妇联组织",
        "扫码支付、线上下单、电商直播，妇女微家的执委们样样都会，带动了一批姐妹就业增收",
        "公司现有版权所有权登记三项。",
        "分享创业故事",
        "联系我们身边的姐妹",
        "妇联来源于妇女，服务于妇女。",
        "县妇联编辑出版了《她力量》。",
        "项目来源：县妇联征集。",
    ],
)
def test_sentences_that_sound_like_a_frame_stay(line: str) -> None:
    text = f"标题\n{BODY}{line}\n"
    assert clean(text).text == text


def test_a_byline_may_name_the_paper_and_the_day() -> None:
    cleaned = clean(f"标题\n{BODY}（云溪日报记者 王芳 2024年5月6日）\n")
    assert (cleaned.publisher, cleaned.date, cleaned.authors) == ("云溪日报", "2024-05-06", (Author("记者", "王芳"),))
    assert "王芳" not in cleaned.text


def test_a_report_may_begin_with_its_reporter() -> None:
    cleaned = clean(f"标题\n\u3000\u3000本报记者 王芳\u30005月的{BODY}")
    assert cleaned.text == f"标题\n5月的{BODY}"
    assert cleaned.authors == (Author("本报记者", "王芳"),)


def test_the_head_of_a_letter_is_no_title() -> None:
    letter = f"云溪县妇女联合会 云溪县工商业联合会\n关于产业妇联组建的函\n{BODY}"
    assert clean(letter).title == "关于产业妇联组建的函"


def test_source_and_bylines_in_one_line_go_together() -> None:
    cleaned = clean(f"标题\n{BODY}（来源：云溪新闻网    撰文：王芳 李小兰    摄影：罗婷）\n")
    assert cleaned.publisher == "云溪新闻网"
    assert [author.name for author in cleaned.authors] == ["王芳", "李小兰", "罗婷"]
    assert cleaned.text.strip() == f"标题\n{BODY}".strip()


@pytest.mark.parametrize(
    "tail",
    [
        "来源丨云溪妇联  编辑丨张婷\n审核 | 罗婷\n长按二维码关注我们\n",
        "来源：云溪妇联 编辑：张婷 审核：罗婷\n往期推荐\n某某文章\n",
        "发布日期：2023-10-12　来源：云溪妇联　作者：张婷　浏览次数：286\n审核：罗婷\n",
        "【来源：云溪妇联】\n编辑/张婷 审核/罗婷\n分享到：\n",
    ],
)
def test_the_feet_of_other_pages_go_too(tail: str) -> None:
    cleaned = clean(f"标题\n{BODY}{tail}")
    assert cleaned.text.strip() == f"标题\n{BODY}".strip()
    assert cleaned.publisher == "云溪妇联"
    assert [author.name for author in cleaned.authors] == ["张婷", "罗婷"]


def test_who_speaks_in_a_title_published_it() -> None:
    assert clean(f"云溪县妇女联合会2023年工作总结\n{BODY}").publisher == "云溪县妇女联合会"
    assert clean(f"云溪县妇联关于产业妇联建设的报告\n{BODY}").publisher == "云溪县妇联"


def test_the_time_of_a_meeting_is_no_date_of_the_report() -> None:
    assert clean(f"标题\n会议时间：2024年5月6日\n{BODY}").date is None


TABLE = (
    "| 序号 | 任务 | 牵头单位 | 完成时限 | 备注 |\n"
    "| 1 | 组建纺织产业园妇联 | 云溪县妇联 | 8月成立，年底验收 | 无 |\n"
    "| 2 | 组建茶叶产业园妇联 | 松岭区妇联 | 9月成立 | 无 |\n"
)
BARE = "企业|负责人|乡镇|性质|备注|类别\n甲公司|王芳|白沙镇|民营|无|茶叶\n乙公司|罗婷|海湾镇|民营|无|渔业\n"


@pytest.mark.parametrize("table", [TABLE, BARE])
def test_a_table_in_bars_stays_at_the_head_and_at_the_tail(table: str) -> None:
    for text in (f"任务清单\n{table}{BODY}", f"任务清单\n{BODY}{table}", table):
        assert clean(text).text == text


def test_bars_of_links_go_at_the_head_and_at_the_tail() -> None:
    bar = "首页 | 机构设置 | 新闻中心 | 政策法规 | 权益维护 | 家庭教育\n"
    names = "|".join(f"{char}{char}县" for char in "甲乙丙丁戊己庚辛") + "|\n"
    assert clean(f"{bar}标题\n{BODY}{names}").text.strip() == f"标题\n{BODY}".strip()


def test_marks_of_a_tail_in_the_first_half_cut_nothing() -> None:
    text = f"标题\n相关链接\n{BODY}{BODY}"
    assert clean(text).text == text


def test_the_title_that_a_file_gives_itself_wins() -> None:
    assert clean(BODY, title="推进会").title == "推进会"
    assert clean("概述\n产业妇联成立\n" + BODY).title == "产业妇联成立"
    assert clean(BODY).title is None
