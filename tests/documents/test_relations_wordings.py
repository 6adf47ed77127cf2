"""Many wordings of one relation; every name is invented, every sentence our own."""

import pytest

from tests.documents.marking import read

WORDINGS = [
    ("{M:茶香妇女微家}就藏在{C:白鹭茶业有限公司}的食堂里。", "茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司"),
    ("走进{C:白鹭茶业有限公司}，车间旁边就是{M:茶香妇女微家}。", "茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司"),
    ("{O:巾帼夜校}的课堂搬进了{C:白鹭茶业有限公司}。", "巾帼夜校", "HOSTED_BY", "白鹭茶业有限公司"),
    ("{F:云岭茶产业妇联}托管在{A:云岭茶业商会}。", "云岭茶产业妇联", "HOSTED_BY", "云岭茶业商会"),
    ("{F:云岭茶产业妇联}的办公室与{A:云岭茶业商会}合署。", "云岭茶产业妇联", "HOSTED_BY", "云岭茶业商会"),
    ("{M:茶香妇女微家}的场地、水电都由{C:白鹭茶业有限公司}承担。", "茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司"),
    ("{F:云岭茶产业妇联}的发起单位是{C:白鹭茶业有限公司}。", "白鹭茶业有限公司", "ESTABLISHED", "云岭茶产业妇联"),
    ("{A:女创客联盟}最早的倡议者是{F:云岭县妇联}。", "云岭县妇联", "ESTABLISHED", "女创客联盟"),
    (
        "{C:白鹭茶业有限公司}、{C:青禾茶业有限公司}共用一个妇联，叫{F:云岭茶产业妇联}。",
        "云岭茶产业妇联",
        "COVERS",
        "青禾茶业有限公司",
    ),
    ("{C:白鹭茶业有限公司}的妇女工作由{F:云岭茶产业妇联}统一负责。", "云岭茶产业妇联", "COVERS", "白鹭茶业有限公司"),
    ("{F:云岭茶产业妇联}覆盖{C:白鹭茶业有限公司}的女职工。", "云岭茶产业妇联", "COVERS", "白鹭茶业有限公司"),
    (
        "{A:女创客联盟}吸引了{C:白鹭茶业有限公司}、{C:青禾茶业有限公司}加盟。",
        "青禾茶业有限公司",
        "MEMBER_OF",
        "女创客联盟",
    ),
    ("{O:巾帼夜校}是{F:云岭县妇联}的品牌项目。", "云岭县妇联", "RUNS", "巾帼夜校"),
    ("{G:云岭县委}以{O:红链领航}为抓手抓党建。", "云岭县委", "RUNS", "红链领航"),
    ("{F:云岭县妇联}把{O:巾帼夜校}办到了{C:白鹭茶业有限公司}。", "云岭县妇联", "RUNS", "巾帼夜校"),
    ("{P:苏晚晴}经营着{C:白鹭茶业有限公司}。", "苏晚晴", "LEADS", "白鹭茶业有限公司"),
    ("当选首任会长的{C:白鹭茶业有限公司}董事长{P:苏晚晴}在{A:女创客联盟}发言。", "苏晚晴", "LEADS", "白鹭茶业有限公司"),
    ("{P:苏晚晴}是{F:云岭县妇联}主席，还兼着{A:女创客联盟}的副会长。", "苏晚晴", "MEMBER_OF", "女创客联盟"),
    ("{P:苏晚晴}，女，1984年生，{C:白鹭茶业有限公司}总经理。", "苏晚晴", "LEADS", "白鹭茶业有限公司"),
    ("{I:黄茶}是{R:青石镇}的金字招牌。", "青石镇", "IN_INDUSTRY", "黄茶"),
    ("{R:青石镇}聚集了{I:黄茶}企业300多家。", "青石镇", "IN_INDUSTRY", "黄茶"),
    ("{C:白鹭茶业有限公司}的厂房就在{R:青石镇}。", "白鹭茶业有限公司", "LOCATED_IN", "青石镇"),
    ("{V:云岭创业园}内的{C:白鹭茶业有限公司}正在招工。", "白鹭茶业有限公司", "LOCATED_IN", "云岭创业园"),
    ("{A:女创客联盟}的成立，离不开{F:云岭县妇联}的牵线。", "云岭县妇联", "GUIDES", "女创客联盟"),
    (
        "{B:云岭农商银行}行长{P:苏晚晴}与{F:云岭县妇联}主席{P:何小满}签约。",
        "云岭农商银行",
        "PARTNERS_WITH",
        "云岭县妇联",
    ),
]


@pytest.mark.parametrize(("marked", "src", "kind", "dst"), WORDINGS)
def test_a_wording_tells_its_relation(marked: str, src: str, kind: str, dst: str) -> None:
    told = read(marked, day="2024-05-01")
    assert (src, kind, dst) in told.triples


def test_who_opens_a_shop_of_their_own_does_not_head_the_firm_before_the_comma() -> None:
    told = read("{P:苏晚晴}是{C:云岭竹编专业合作社}的理事长，{P:何小满}在{R:青石镇}开网店。")
    assert ("苏晚晴", "LEADS", "云岭竹编专业合作社") in told.triples
    assert ("何小满", "LEADS", "云岭竹编专业合作社") not in told.triples


def test_the_line_above_a_paragraph_is_told_of() -> None:
    told = read("名册\n一、{M:茶香妇女微家}\n设在{C:白鹭茶业有限公司}内，由返乡青年{P:苏晚晴}创办。\n")
    assert ("茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司") in told.triples
    assert ("苏晚晴", "FOUNDED", "茶香妇女微家") in told.triples


def test_a_line_that_says_more_than_a_name_is_no_heading() -> None:
    told = read("名册\n今天{M:茶香妇女微家}开门迎客\n设在{C:白鹭茶业有限公司}内。\n")
    assert ("茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司") not in told.triples


def test_a_town_that_stands_behind_its_district_is_the_seat() -> None:
    told = read("{F:云岭区青石镇妇联}开会，{R:云岭区}和{R:青石镇}到场。")
    assert ("云岭区青石镇妇联", "LOCATED_IN", "青石镇") in told.triples


def test_an_alliance_has_no_chair_unless_it_is_a_union() -> None:
    told = read("{A:云岭茶业协会}开会，{P:苏晚晴}当选主席。")
    assert not any(kind == "LEADS" for _, kind, _ in told.triples)
