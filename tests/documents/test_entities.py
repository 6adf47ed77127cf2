"""Mentions of one document become entities: what is one is joined, what is two stays two."""

from collections.abc import Iterator

import pytest

from graphkit.documents.clean import CleanText, clean
from graphkit.documents.entities import entities, settle
from graphkit.documents.items import Entity, Mention


def told(text: str, *named: tuple[str, str] | tuple[str, str, dict[str, object]]) -> tuple[CleanText, list[Mention]]:
    """Return a text and its mentions: each a type and the words that stand in it, in their order."""
    cleaned = clean(text)
    mentions, at = [], 0
    for kind, words, *properties in named:
        at = cleaned.text.index(words, at)
        mentions.append(Mention(kind, at, at + len(words), words, 0.9, "test", dict(*properties)))
    return cleaned, mentions


def joined(text: str, *named: tuple[str, str] | tuple[str, str, dict[str, object]]) -> list[Entity]:
    cleaned, mentions = told(text, *named)
    return list(entities(cleaned, settle(cleaned, mentions)))


def names(found: list[Entity]) -> Iterator[str]:
    yield from (entity.name for entity in found)


@pytest.mark.parametrize(
    ("kind", "full", "short"),
    [
        ("Federation", "云溪市妇女联合会", "云溪市妇联"),
        ("Federation", "云溪市妇女联合会", "市妇联"),
        ("Federation", "云溪经济技术开发区妇联", "经开区妇联"),
        ("Region", "云溪市", "云溪"),
        ("Region", "江溪省云溪市北岭区", "北岭区"),
        ("Region", "云溪高新区", "高新区"),
        ("Region", "云溪彝族回族自治县", "云溪县"),
        ("Region", "云溪彝族自治州", "云溪州"),
        ("Region", "云溪州", "云溪"),
        ("Company", "蓝禾新能源（云溪）科技有限公司", "蓝禾公司"),
        ("Company", "江苏瑞岚电气有限公司", "瑞岚电气"),
        ("Company", "云溪玉岚瓷业有限公司", "玉岚瓷业"),
        ("Federation", "云溪经济技术开发区妇联", "开发区妇联"),
        ("Agency", "云溪市委组织部", "组织部"),
        ("Agency", "云溪市工业和信息化局", "市工信局"),
        ("Alliance", "云溪市养殖致富女带头人协会", "市女带头人协会"),
        ("Policy", "云溪市女性人才关爱十条措施（试行）", "女性人才关爱十条措施"),
        ("Programme", "“木兰花”巾帼建功行动", "木兰花"),
        ("Programme", "2023年云溪市巾帼创业大赛", "云溪市巾帼创业大赛"),
        ("Programme", "校企妇联共建", "校企共建"),
        ("Venue", "云溪女企业家联盟联合实训基地", "联合实训基地"),
        ("FinancialProduct", "巾帼创业贷款", "巾帼创业贷"),
        ("Industry", "智能装备产业", "智能装备"),
        ("Industry", "云溪市陶瓷产业", "陶瓷产业"),
    ],
)
def test_a_short_name_is_one_with_the_only_longer_one_that_it_fits(kind: str, full: str, short: str) -> None:
    found = joined(f"先说{full}。再说{short}。", (kind, full), (kind, short))
    assert len(found) == 1
    assert found[0].name == full.replace("(", "（")
    assert short in found[0].aliases


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("Bank", "江溪银行", "云溪银行"),
        ("Federation", "江溪省妇联", "云溪市妇联"),
        ("Federation", "云溪市妇联", "北岭区妇联"),
        ("Company", "岚石集团", "福建省岚石石业有限公司"),
        ("Region", "云溪", "云溪高新区"),
        ("Region", "云溪市", "云溪市北岭区"),
        ("Industry", "智能汽车", "智能机器人汽车"),
        ("Award", "巾帼岗位能手", "省级巾帼岗位能手"),
        ("Person", "林晚", "林晚晴"),
        ("Alliance", "市女企业家协会", "江溪省女企业家协会"),
        ("Agency", "云溪市教育局", "江溪省教育厅"),
    ],
)
def test_what_only_looks_alike_stays_two(kind: str, one: str, other: str) -> None:
    assert len(joined(f"先说{one}。再说{other}。", (kind, one), (kind, other))) == 2


def test_a_short_name_that_fits_two_is_linked_to_neither() -> None:
    text = "云溪市科技服务中心与江岭市科技服务中心，后来科技服务中心扩建。"
    found = joined(text, ("Venue", "云溪市科技服务中心"), ("Venue", "江岭市科技服务中心"), ("Venue", "科技服务中心"))
    # The third occurrence is the bare one only if the first two are passed.
    assert len(found) == 3


def test_a_group_is_never_one_with_an_organisation() -> None:
    found = joined(
        "江溪银行和16家江溪银行", ("Bank", "江溪银行"), ("Bank", "16家江溪银行", {"group": True, "count": 16})
    )
    assert [bool(entity.properties.get("group")) for entity in found] == [False, True]


def test_a_short_title_is_the_last_one_told_before_it() -> None:
    text = "《北岭区托育办法》。《云溪市关爱女职工办法》出台。《办法》共八条。"
    found = joined(text, ("Policy", "北岭区托育办法"), ("Policy", "云溪市关爱女职工办法"), ("Policy", "办法》共"[:2]))
    assert list(names(found)) == ["北岭区托育办法", "云溪市关爱女职工办法"]
    assert found[1].aliases == ("办法",)


def test_a_name_in_brackets_that_is_said_to_be_short_is_an_alias() -> None:
    text = "蓝禾智造装备有限公司（以下简称“禾装”）落户。"
    found = joined(text, ("Company", "蓝禾智造装备有限公司"), ("Company", "禾装"))
    assert list(names(found)) == ["蓝禾智造装备有限公司"]


def test_a_bare_level_gets_the_place_that_the_document_speaks_of() -> None:
    text = "江溪省云溪市召开会议。市妇联联合省教育厅培训，覆盖全市。"
    found = joined(
        text,
        ("Region", "江溪省"),
        ("Region", "云溪市"),
        ("Federation", "市妇联"),
        ("Agency", "省教育厅"),
        ("Region", "全市"),
    )
    assert list(names(found)) == ["江溪省", "云溪市", "云溪市妇联", "江溪省教育厅"]
    assert found[1].aliases == ("全市",)


def test_a_bare_level_beside_a_full_name_is_of_the_same_place() -> None:
    text = "云溪市、云溪市落实江岭市委、市政府的部署"
    found = joined(text, ("Region", "云溪市"), ("Region", "云溪市"), ("Agency", "江岭市委"), ("Agency", "市政府"))
    assert "江岭市政府" in names(found)


def test_a_bare_prefecture_is_that_of_the_document() -> None:
    found = joined("云溪彝族自治州开会，州妇联到会。", ("Region", "云溪彝族自治州"), ("Federation", "州妇联"))
    assert list(names(found)) == ["云溪彝族自治州", "云溪彝族自治州妇联"]


def test_what_only_points_belongs_to_nothing() -> None:
    cleaned, mentions = told("全市推进，蓝禾公司参加。", ("Region", "全市"), ("Company", "蓝禾公司"))
    assert [entity.type for entity in entities(cleaned, settle(cleaned, mentions))] == ["Company"]


def test_one_name_has_one_type_in_a_document() -> None:
    cleaned, mentions = told("启航行动。启航行动。启航行动。", *[("Programme", "启航行动")] * 2, ("Policy", "启航行动"))
    assert {mention.type for mention in settle(cleaned, mentions)} == {"Programme"}


def test_every_mention_keeps_its_place() -> None:
    cleaned, mentions = told("云溪市妇联与市妇联", ("Federation", "云溪市妇联"), ("Federation", "市妇联"))
    settled = settle(cleaned, mentions)
    assert [(m.start, m.end) for m in settled] == [(m.start, m.end) for m in mentions]
    assert entities(cleaned, settled)[0].mentions == (0, 1)


def test_a_name_that_was_cut_is_read_whole() -> None:
    found = joined("林晚晴出席。林晚晴获奖。", ("Person", "林晚晴"), ("Person", "林晚晴获"[:2]))
    assert list(names(found)) == ["林晚晴"]


def test_a_city_that_is_called_a_town_is_a_city() -> None:
    found = joined(
        "景德镇市开会。景德镇有窑，市妇联到会。", ("Region", "景德镇市"), ("Region", "景德镇"), ("Federation", "市妇联")
    )
    assert list(names(found)) == ["景德镇市", "景德镇市妇联"]


def test_a_region_is_itself_before_it_is_the_end_of_another() -> None:
    found = joined("云溪市。大云溪镇。云溪。", ("Region", "云溪市"), ("Region", "大云溪"), ("Region", "云溪。"[:2]))
    assert list(names(found)) == ["云溪市", "大云溪"]
