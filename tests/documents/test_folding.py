"""Characters are written in one way, blanks that part nothing go, and lines that a page broke are put together."""

import pytest

from graphkit.documents.clean import clean
from graphkit.documents.repair import LOST

PROSE = "云溪县妇联与县工商联联合召开会议，二十三家企业的负责人参加了会议。"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("⼥⺠⼯⻓⻢⻔⾞", "女民工长马门车"),
        ("２０２３年ＡＩ＋５０％", "2023年AI+50%"),
        ("婦女聯合會與產業協會的執著", "妇女联合会与产业协会的执著"),
        ("昇兴公司、乾安县妇联", "昇兴公司、乾安县妇联"),
        ("昇兴公司的婦联", "昇兴公司的妇联"),
        ("縣婦聯著力發揮乾部作用", "县妇联着力发挥干部作用"),
        ("ﬁnance企业", "finance企业"),
        ("妇\u200b联\ufeff组\u00ad织", "妇联组织"),
        ("妇\x07联", "妇联"),
        ("\uf0b7 一是组建", "一是组建"),
        ("王\ue1a3芳", f"王{LOST}芳"),
        ("青禾（扬州)公司(试行）", "青禾（扬州）公司（试行）"),
        ("青禾(扬州)公司（试行）", "青禾(扬州)公司（试行）"),
        ("一行\r\n二行\r三行\u2028四行", "一行\n二行\n三行\n四行"),
    ],
)
def test_characters_are_folded_in_their_places(raw: str, text: str) -> None:
    assert clean(raw).text == text


def test_what_cannot_be_known_is_a_loss_with_its_raw_place() -> None:
    cleaned = clean("王\ue1a3芳\x07\uf0b7")
    assert [(loss.kind, loss.start, loss.end) for loss in cleaned.losses] == [
        ("private", 1, 2),
        ("control", 3, 4),
        ("private", 4, 5),
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2023 年2 月，", "2023年2月，"),
        ("2020 年 12 月 14 日", "2020年12月14日"),
        ("向5 名女企业家发放2000 余万元", "向5名女企业家发放2000余万元"),
        ("海东省云 溪 县妇联", "海东省云溪县妇联"),
        ("关 于 印 发 通 知", "关于印发通知"),
        ("主 席：王 芳、李小兰", "主席：王芳、李小兰"),
        ("王 芳  李小兰  张 婷", "王芳  李小兰  张婷"),
        ("《 十条措施 》（ 试行 ）", "《十条措施》（试行）"),
        ("县妇联 （云溪） 发布", "县妇联（云溪）发布"),
        (f"{PROSE}云溪 县妇联组织了活动。", f"{PROSE}云溪县妇联组织了活动。"),
    ],
)
def test_blanks_within_words_and_dates_go(raw: str, text: str) -> None:
    assert clean(raw).text == text


@pytest.mark.parametrize(
    "text",
    [
        "县妇女联合会      县总工会",
        "产业兴县 巾帼争先 乡村添彩",
        "“数智云溪 科技她创”行动",
        "Women in Tech 论坛",
        "1 加强组织领导",
        "1. 加强组织领导",
        f"{PROSE}参加的有青禾公司 华美公司 远帆公司。",
        f"{PROSE}“数智云溪 科技她创”行动启动。",
        "10:35 来源不明",
        "标题 | “星火”行动",
        "企业\t人数\t负责人",
    ],
)
def test_blanks_that_part_words_stay(text: str) -> None:
    assert clean(text).text == text


def wrapped(text: str, width: int, *, indent: str = "") -> str:
    whole = indent + text
    return "\n".join(whole[start : start + width] for start in range(0, len(whole), width))


LONG = (
    "云溪县妇联与县工商联联合召开会议，二十三家企业的负责人参加了会议，会议听取了产业妇联组建情况的汇报，"
    "研究了下一步工作。会议要求各乡镇妇联把组织建到产业链上，把服务送到女职工身边，把岗位建功活动办到车间里，"
    "让广大妇女在产业发展中唱主角、挑大梁，做出新的更大贡献。"
)


@pytest.mark.parametrize("width", [24, 30, 38])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_lines_that_a_page_broke_are_joined(width: int, indent: str) -> None:
    raw = "\n".join(wrapped(LONG, width, indent=indent) for _ in range(2))
    assert clean(raw).text.replace("\n", "") == LONG * 2
    assert clean(raw).text.count("\n") == (1 if indent or len(LONG) % width else 0)


def test_items_of_a_list_keep_their_lines() -> None:
    raw = f"{wrapped(LONG, 30)}\n一、{LONG[:28]}\n（二）{LONG[:27]}\n3.{LONG[:28]}\n"
    assert clean(raw).text.count("\n") == 4


def test_paragraphs_and_short_lists_are_left_alone() -> None:
    text = f"{LONG}\n{PROSE}\n{LONG}{PROSE}\n青禾公司\n华美公司\n远帆公司\n松岭公司\n"
    assert clean(text).text == text


def test_page_numbers_and_running_heads_go() -> None:
    pages = [f"云溪县妇联工作简报\n{number}是{PROSE}\n- {number} -" for number in "一二三四"]
    pages = [
        page.replace("- 一 -", "第 1 页 共 4 页").replace("- 二 -", "— 2 —").replace("- 三 -", "3") for page in pages
    ]
    pages[3] = pages[3].replace("- 四 -", "4/4")
    text = clean("\n\f".join(pages)).text
    assert text.count("工作简报") == 1
    assert [line for line in text.split("\n")[1:] if line] == [f"{number}是{PROSE}" for number in "一二三四"]
