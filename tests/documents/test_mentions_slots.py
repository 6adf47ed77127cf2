"""Names by the slot they stand in: goods of a market, groups with a description, the federation of a house told of."""

import pytest

from graphkit.documents.extraction import extract
from graphkit.documents.lexicon import load_lexicon
from graphkit.documents.mentions.groups import group_mentions
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.words import words_of


def named(text: str, kind: str) -> set[str]:
    return {entity.name for entity in extract(text).entities if entity.type == kind}


def groups(text: str) -> set[str]:
    return {one.name for one in group_mentions(Page(text, words_of(load_lexicon()))) if one.confidence >= 0.55}


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("海城市柳岸服装城今天开市。", "服装"),
        ("青石镇现有建材企业96家。", "建材"),
        ("青石镇是远近闻名的黄鸡之乡。", "黄鸡"),
        ("白鹭园林有限公司主营容器苗，带动农户增收。", "容器苗"),
        ("这是一家以输注器械为主营业务的企业。", "输注器械"),
    ],
)
def test_a_good_is_a_trade_where_it_is_told_of_as_one(text: str, trade: str) -> None:
    assert trade in named(text, "Industry")


@pytest.mark.parametrize(
    "text",
    ["她给孩子买了服装。", "公司主要从事服务工作，很忙。", "中国水暖城今天开市。"],
)
def test_a_good_alone_is_no_trade(text: str) -> None:
    assert not named(text, "Industry") & {"服装", "服务工作", "水暖"}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("顾问团由8名律师组成。", "8名律师"),
        ("云岭县妇联选派10名女科技特派员。", "10名女科技特派员"),
        ("现场来了3位女博士。", "3位女博士"),
        ("联合会覆盖大厦内43家企业。", "43家企业"),
        ("把7家货运企业的女职工纳入联系。", "7家货运企业"),
    ],
)
def test_who_is_counted_with_a_description_is_a_group(text: str, group: str) -> None:
    assert group in groups(text)


@pytest.mark.parametrize("text", ["云岭县妇联12家企业参加。", "云岭县妇联45名干部下乡。", "8名成员参加。"])
def test_a_federation_is_not_what_is_counted_behind_it(text: str) -> None:
    assert not any("妇联" in name or name == "8名成员" for name in groups(text))


def test_a_figure_of_speech_in_quotes_may_stand_in_the_name_of_a_place_s_own_alliance() -> None:
    assert "长葛市“她力量”建材产业联盟" in named("昨天，长葛市“她力量”建材产业联盟在园区揭牌。", "Alliance")
    assert not named("昨天，“她力量”联盟在园区揭牌。", "Alliance")


def test_a_verb_before_a_bare_level_is_cut() -> None:
    text = "通江县很重视。依托县妇幼保健院设立的“春蕾小屋”服务儿童86名。"
    assert "通江县妇幼保健院" in named(text, "Venue")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("江夏区物流行业妇联今天揭牌。", "江夏区物流行业妇联"),
        ("白中镇建陶产业妇联成立。", "白中镇建陶产业妇联"),
    ],
)
def test_the_federation_of_a_trade_of_a_place_is_one(text: str, name: str) -> None:
    assert name in named(text, "Federation")


@pytest.mark.parametrize("text", ["全市街镇妇联都已换届。", "建强产业链妇联，织密网络。"])
def test_a_class_of_federations_is_none(text: str) -> None:
    assert not named(text, "Federation")


def test_a_town_s_federation_is_that_of_the_town_named_before_in_the_paragraph() -> None:
    text = "黄陂镇和青山镇相邻。\n在黄陂镇，茶园很多，镇妇联办起讲习所。"
    assert "黄陂镇妇联" in named(text, "Federation")


def test_a_bare_level_means_the_place_of_who_publishes() -> None:
    text = (
        "关于加强妇联组织建设的通知\n\n为贯彻落实《潍坊市妇联关于推进组织建设的意见》，市妇联决定联合市农业农村局开展走访。"
        "\n\n寿光市妇女联合会\n寿光市农业农村局\n2022年4月11日\n"
    )
    assert "寿光市农业农村局" in named(text, "Agency")
    assert "潍坊市农业农村局" not in named(text, "Agency")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("浙江澜光电子有限公司扩产，去年成立了公司妇联。", "浙江澜光电子有限公司妇联"),
        ("浙江澜光电子有限公司扩产。该公司妇联办起夜校。", "浙江澜光电子有限公司妇联"),
        ("长葛市再生金属产业园投用。园区妇联去年成立。", "长葛市再生金属产业园妇联"),
    ],
)
def test_the_federation_of_a_house_is_that_of_the_house_told_of(text: str, name: str) -> None:
    assert name in named(text, "Federation")


@pytest.mark.parametrize(
    "text",
    [
        "全县各公司妇联都已换届。",
        "公司妇联建设全面铺开。",
        "浙江澜光电子有限公司、浙江玉岚电子有限公司扩产。公司妇联去年成立。",
        "各镇妇联都已换届。",
    ],
)
def test_a_federation_without_a_house_of_its_own_is_a_class(text: str) -> None:
    assert not named(text, "Federation")


@pytest.mark.parametrize(
    ("text", "name"),
    [("青石镇党委牵头。", "青石镇党委"), ("青石村委会腾出校舍。", "青石村委会")],
)
def test_an_organ_takes_the_whole_name_of_its_town(text: str, name: str) -> None:
    assert name in named(text, "Agency")
