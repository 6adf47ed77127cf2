"""What a document counts: value, unit, bound, date, and of whom it is said."""

import pytest

from graphkit.documents.clean import clean
from graphkit.documents.extraction import extract
from graphkit.documents.figures import number
from graphkit.documents.items import Mention, Statistic
from graphkit.documents.statistics import statistics

ALLIANCE = ("Alliance", "云溪女企业家联盟")


def read(text: str, *named: tuple[str, str], date: str | None = None) -> list[tuple[str, Statistic]]:
    cleaned = clean(text)
    mentions = []
    for kind, words in named:
        at = cleaned.text.index(words)
        group = {"group": True} if words[0].isdigit() else {}
        mentions.append(Mention(kind, at, at + len(words), words, 0.9, "test", group))
    return [(mentions[s.subject].name, s) for s in statistics(cleaned, mentions, date=date)]


@pytest.mark.parametrize(
    ("words", "value", "unit", "bound"),
    [
        ("吸纳成员50 多人", 50, "person", "more_than"),
        ("成员120人", 120, "person", "exact"),
        ("会员1,713名", 1713, "person", "exact"),
        ("成员约80人", 80, "person", "about"),
        ("成员80人左右", 80, "person", "about"),
        ("成员超过300人", 300, "person", "more_than"),
        ("成员近百人", 100, "person", "nearly"),
        ("发放贷款2000 余万元", 20_000_000, "CNY", "more_than"),
        ("授信额度达30.85亿元", 3_085_000_000, "CNY", "exact"),
        ("放款148笔", 148, "loan", "exact"),
        ("服务群众21.6万人次", 216_000, "person-time", "exact"),
        ("培训6千人次", 6000, "person-time", "exact"),
        ("举办活动20余场", 20, "event", "more_than"),
        ("设有十三个分会", 13, "item", "exact"),
    ],
)
def test_a_number_is_read_with_its_unit_and_bound(words: str, value: float, unit: str, bound: str) -> None:
    ((name, told),) = read(f"云溪女企业家联盟{words}。", ALLIANCE)
    assert (name, told.value, told.bound) == (ALLIANCE[1], value, bound)
    assert told.unit == unit


@pytest.mark.parametrize(
    "words",
    [
        "成立于2022年6月",
        "第三次会议",
        "一次面谈",
        "县镇两级",
        "近两年来",
        "在6楼办公",
        "阅读6158次",
        "“四个+”做法",
        "发文〔2021〕172号",
    ],
)
def test_a_number_that_counts_nothing_is_no_statement(words: str) -> None:
    assert read(f"云溪女企业家联盟{words}。", ALLIANCE) == []


def test_the_measure_has_our_name_or_the_noun_of_the_text() -> None:
    ((_, women),) = read("云溪女企业家联盟有女职工1400余人。", ALLIANCE)
    ((_, dishes),) = read("云溪女企业家联盟上架绣品320件。", ALLIANCE)
    assert (women.measure, dishes.measure) == ("women_employees", "上架绣品")


def test_what_is_counted_one_by_one_is_not_the_subject() -> None:
    text = "云溪女企业家联盟推进《绿径》《禾光》等项目12个。"
    ((name, told),) = read(text, ALLIANCE, ("Programme", "绿径"), ("Programme", "禾光"))
    assert (name, told.measure, told.value) == (ALLIANCE[1], "projects", 12)


def test_a_number_before_what_it_makes_up_is_said_of_that() -> None:
    text = "云溪市妇联成立由20名成员组成的晨光服务队。"
    ((name, _),) = read(text, ("Federation", "云溪市妇联"), ("Alliance", "晨光服务队"))
    assert name == "晨光服务队"


def test_a_counted_group_is_the_subject_of_its_own_number() -> None:
    ((name, told),) = read("云溪市妇联协调15家银行开会。", ("Federation", "云溪市妇联"), ("Bank", "15家银行"))
    assert (name, told.measure) == ("15家银行", "member_banks")


def test_federations_are_counted_by_the_federation() -> None:
    text = "云溪市妇联已组建38个产业妇联。"
    ((name, told),) = read(text, ("Federation", "云溪市妇联"), ("Federation", "38个产业妇联"))
    assert (name, told.measure) == ("云溪市妇联", "industry_federations")


def test_without_a_subject_in_the_sentence_the_main_body_is_meant() -> None:
    ((name, _),) = read("云溪市妇联开了会。今年来组织观摩23场。", ("Federation", "云溪市妇联"))
    assert name == "云溪市妇联"
    assert read("今年来组织观摩23场。") == []


def test_the_date_is_that_of_the_sentence_or_else_of_the_document() -> None:
    ((_, own),) = read("2020 年12 月14 日，云溪女企业家联盟有成员50人。", ALLIANCE, date="2023-05")
    ((_, document),) = read("近两年云溪女企业家联盟吸纳成员50人。", ALLIANCE, date="2023-05")
    assert (own.as_of, document.as_of) == ("2020-12-14", "2023-05")


def test_rounds_are_counted_in_months() -> None:
    ((_, told),) = read("建立轮值主席制度，每两个月为一个轮值周期。", ("Policy", "轮值主席制度"))
    assert (told.measure, told.value, told.unit) == ("chair_rotation_cycle", 2, "month")


@pytest.mark.parametrize(
    ("text", "value"),
    [("十三", 13), ("两百", 200), ("二十", 20), ("一百零五", 105), ("1,713", 1713), ("21.6", 21.6), ("三千", 3000)],
)
def test_numerals_are_read(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value", "subject"),
    [
        ("云溪县妇联走访云岚科技有限公司。公司主要为上海、南京的工厂配套，员工640人。", 640, "云岚科技有限公司"),
        ("霞岭镇地处云溪县北部，辖16个行政村。", 16, "霞岭镇"),
        ("云溪县茶业协会换届。协会有会员单位186家。", 186, "云溪县茶业协会"),
        ("云溪县妇联成立云溪县茶产业妇联，执委11人。", 11, "云溪县茶产业妇联"),
    ],
)
def test_a_number_is_said_of_whom_its_clause_speaks(text: str, value: float, subject: str) -> None:
    told = extract(text)
    owners = [told.owner(one.subject) for one in told.statistics if one.value == value]
    assert [owner.name for owner in owners if owner] == [subject]
