"""What stands for somebody named before: whom 公司, 该联盟, 驿站 mean, and that what is read of it is less sure."""

import pytest

from graphkit.documents.echoes import DOUBT, heard
from graphkit.documents.relations.vocabulary import vocabulary
from graphkit.graph.verdicts import RELATION_BAND
from tests.documents.marking import joined, read, unmark


def echoes(marked: str) -> list[tuple[str, str]]:
    """Return the echoes of a marked text: what stands there, and the name that it means."""
    text, mentions = unmark(marked)
    told = heard(text, mentions, joined(mentions), vocabulary().anaphora)
    return [
        (text[echo.start : echo.end], mentions[told.of[len(mentions) + place]].name)
        for place, echo in enumerate(told.mentions[len(mentions) :])
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("{C:白鹭茶业有限公司}扩产。目前，公司有女工90人。", ("公司", "白鹭茶业有限公司")),
        ("{A:云岭女创客联盟}成立。该联盟由企业发起。", ("该联盟", "云岭女创客联盟")),
        ("{C:云岭竹编专业合作社}增收，与合作社签约。", ("合作社", "云岭竹编专业合作社")),
        ("{M:“茶香”巾帼驿站}启用，驿站接待300人。", ("驿站", "“茶香”巾帼驿站")),
        ("{B:云岭农商银行}开业，该行放款。", ("该行", "云岭农商银行")),
        ("{F:云岭茶产业妇联}挂牌。妇联有执委9人。", ("妇联", "云岭茶产业妇联")),
    ],
)
def test_a_noun_means_who_was_named_before(marked: str, expected: tuple[str, str]) -> None:
    assert echoes(marked) == [expected]


@pytest.mark.parametrize(
    "marked",
    [
        "{C:白鹭茶业有限公司}参加，企业家发言。",
        "{C:白鹭茶业有限公司}扩产，龙头企业跟进。",
        "{C:云岭竹编专业合作社}扩产，公司跟进。",
        "{C:白鹭茶业有限公司}、{C:青禾茶业有限公司}扩产，公司跟进。",
        "{A:云岭女创客联盟}开会，会场很大。",
        "{C:白鹭茶业有限公司}到场，与企业23家座谈。",
    ],
)
def test_a_noun_means_nobody(marked: str) -> None:
    assert echoes(marked) == []


def test_the_firm_of_who_speaks_is_meant() -> None:
    marked = "{C:白鹭茶业有限公司}董事长{P:许清和}与{C:青禾茶业有限公司}签约。{P:许清和}说，公司出口大增。"
    assert echoes(marked) == [("公司", "白鹭茶业有限公司")]


def test_a_number_in_front_of_a_name_makes_no_list() -> None:
    assert echoes("二、{M:“茶香”妇女微家}\n微家由县里授牌。") == [("微家", "“茶香”妇女微家")]


def test_what_is_read_of_an_echo_is_proposed_only() -> None:
    told = read("{C:白鹭茶业有限公司}去年建厂。公司位于{V:云岭创业园}，有女工90人。")
    one = told.one("白鹭茶业有限公司", "LOCATED_IN", "云岭创业园")
    assert one.basis == "context"
    assert one.confidence <= 0.86 - DOUBT < RELATION_BAND


def test_an_echo_stands_in_a_list_and_before_a_title() -> None:
    told = read(
        "{A:云岭女创客联盟}开会。联盟由{C:白鹭茶业有限公司}、{C:青禾茶业有限公司}等{C*:12家企业}发起。"
        "{C:白鹭茶业有限公司}扩产，公司总监{P:许清和}到场。"
    )
    assert ("青禾茶业有限公司", "ESTABLISHED", "云岭女创客联盟") in told.triples
    assert ("许清和", "WORKS_FOR", "白鹭茶业有限公司") in told.triples
