"""Relations that the shape of a page tells: labelled lines, tables, numbered items, lists; all names are invented."""

from tests.documents.marking import read


def test_labelled_lines_tell_of_what_the_title_names() -> None:
    told = read(
        "{O:云岭采茶大赛}方案\n一、主办单位：{F:云岭县妇联}、{G:云岭县农业局}\n二、承办单位：{C:白鹭茶业有限公司}\n"
        "三、地点：{V:茶山会展中心}\n"
    )
    assert told.triples == {
        ("云岭县妇联", "RUNS", "云岭采茶大赛"),
        ("云岭县农业局", "RUNS", "云岭采茶大赛"),
        ("白鹭茶业有限公司", "RUNS", "云岭采茶大赛"),
        ("云岭采茶大赛", "HOSTED_BY", "茶山会展中心"),
    }
    assert told.one("白鹭茶业有限公司", "RUNS", "云岭采茶大赛").properties["role"] == "implements"


def test_labelled_lines_tell_of_the_heading_above_them() -> None:
    told = read(
        "名册\n{M:茶香妇女微家}\n依托单位：{C:白鹭茶业有限公司}\n负责人：{P:苏晚晴}\n"
        "{M:竹韵妇女微家}\n依托单位：{A:云岭竹编协会}\n负责人：{P:何小满}\n"
    )
    assert told.triples == {
        ("茶香妇女微家", "HOSTED_BY", "白鹭茶业有限公司"),
        ("苏晚晴", "LEADS", "茶香妇女微家"),
        ("竹韵妇女微家", "HOSTED_BY", "云岭竹编协会"),
        ("何小满", "LEADS", "竹韵妇女微家"),
    }


def test_a_row_of_a_table_tells_of_its_first_cell() -> None:
    told = read(
        "妇联名称\t组建方式\t覆盖企业\t主席\n"
        "{F:松溪片区妇联}\t联建\t{C:白鹭茶业有限公司}、{C:青禾家具有限公司}\t{P:苏晚晴}\n"
        "{F:城东片区妇联}\t单建\t{C:云顶茶业有限公司}\t{P:何小满}\n"
    )
    assert told.triples == {
        ("松溪片区妇联", "COVERS", "白鹭茶业有限公司"),
        ("松溪片区妇联", "COVERS", "青禾家具有限公司"),
        ("苏晚晴", "LEADS", "松溪片区妇联"),
        ("城东片区妇联", "COVERS", "云顶茶业有限公司"),
        ("何小满", "LEADS", "城东片区妇联"),
    }


def test_those_listed_under_an_award_have_got_it() -> None:
    told = read("{W:最美绣娘}（共2名）\n{P:苏晚晴}\n{P:何小满}\n二、有关要求\n{P:顾云舒}负责联络。\n")
    got = {t for t in told.triples if t[1] == "RECEIVED"}
    assert got == {("苏晚晴", "RECEIVED", "最美绣娘"), ("何小满", "RECEIVED", "最美绣娘")}


def test_what_follows_a_numbered_item_is_about_it() -> None:
    told = read("1.{V:石斛小镇}。\n小镇由{C:白鹭文旅有限公司}运营。\n")
    assert ("石斛小镇", "HOSTED_BY", "白鹭文旅有限公司") in told.triples


def test_a_unit_that_opens_is_founded_by_the_federation_told_of_but_that_is_a_guess() -> None:
    told = read("{F:云岭县妇联}深入调研。{M:茶香妇女微家}在{R:松溪镇}正式揭牌。")
    relation = told.one("云岭县妇联", "ESTABLISHED", "茶香妇女微家")
    assert (relation.basis, relation.confidence) == ("context", 0.5)


def test_a_federation_of_a_county_is_founded_by_nobody_told_of() -> None:
    told = read("{F:江东省妇联}发来贺信。{F:云岭县妇联}正式成立。")
    assert not {t for t in told.triples if t[1] == "ESTABLISHED"}


def test_what_lies_under_a_heading_on_plans_is_planned() -> None:
    told = read(
        "一、工作成效\n{F:云岭县妇联}启动“{O:春暖行动}”。\n二、下一步打算\n{F:云岭县妇联}启动“{O:夏凉行动}”。\n"
    )
    assert "status" not in told.one("云岭县妇联", "RUNS", "春暖行动").properties
    assert told.one("云岭县妇联", "RUNS", "夏凉行动").properties["status"] == "planned"


def test_a_policy_is_dated_by_its_number() -> None:
    told = read("{F:云岭县妇联}印发《{L:女性创业扶持办法}》（云妇字〔2021〕9号）。")
    assert told.one("云岭县妇联", "ISSUED", "女性创业扶持办法").properties["date"] == "2021"


def test_who_helps_is_added_to_who_leads() -> None:
    told = read("{F:云岭县妇联}牵头，{G:云岭县人社局}参与，共同开展“{O:春暖行动}”。")
    assert {("云岭县妇联", "RUNS", "春暖行动"), ("云岭县人社局", "RUNS", "春暖行动")} <= told.triples


def test_firms_that_form_a_federation_are_covered_not_partners() -> None:
    told = read("由{C:白鹭茶业有限公司}、{C:青禾家具有限公司}联合组建{F:松溪片区妇联}。")
    assert ("松溪片区妇联", "COVERS", "白鹭茶业有限公司") in told.triples
    assert not {t for t in told.triples if t[1] == "PARTNERS_WITH"}


def test_a_prize_of_a_workshop_is_that_of_its_firm() -> None:
    told = read("{V:{C:白鹭茶业有限公司}质检中心}荣获“{W:巾帼文明岗}”。")
    assert ("白鹭茶业有限公司", "RECEIVED", "巾帼文明岗") in told.triples


def test_her_cooperative_and_that_bank_are_those_named_last() -> None:
    told = read(
        "{P:苏晚晴}是带头人。她牵头的{C:云岭竹编合作社}建起两座仓库。{B:云岭农商银行}来了。"
        "{C:白鹭茶业有限公司}从该行获得500万元授信。"
    )
    assert ("苏晚晴", "LEADS", "云岭竹编合作社") in told.triples
    assert ("云岭农商银行", "LENDS_TO", "白鹭茶业有限公司") in told.triples


def test_a_title_alone_belongs_to_the_house_named_before() -> None:
    told = read("{C:白鹭茶业有限公司}扩产。公司行政总监{P:何小满}很高兴。{P:顾云舒}当选会长。")
    assert ("何小满", "WORKS_FOR", "白鹭茶业有限公司") in told.triples
    assert not {t for t in told.triples if t[0] == "顾云舒"}


def test_a_title_granted_to_many_goes_to_each_but_not_to_those_in_brackets() -> None:
    told = read(
        "决定授予{P:苏晚晴}（{C:晚晴绣坊}负责人）、{P:何小满}（{A:云岭竹编协会}会长）等12人“{W:最美绣娘}”称号。"
    )
    got = {t for t in told.triples if t[1] == "RECEIVED"}
    assert got == {("苏晚晴", "RECEIVED", "最美绣娘"), ("何小满", "RECEIVED", "最美绣娘")}
    assert ("苏晚晴", "LEADS", "晚晴绣坊") in told.triples


def test_of_a_federation_without_a_name_nobody_is_the_chair() -> None:
    told = read("{F:云岭县妇联}指导{C:白鹭茶业有限公司}成立企业妇联，公司总监{P:何小满}当选主席。")
    assert ("何小满", "WORKS_FOR", "白鹭茶业有限公司") in told.triples
    assert not {t for t in told.triples if t[1] in ("LEADS", "MEMBER_OF")}


def test_she_is_the_person_named_last_and_not_long_ago() -> None:
    told = read("{P:苏晚晴}走上台。她是{C:晚晴绣坊}的创始人，也是{F:云岭县妇联}执委。")
    assert told.triples == {("苏晚晴", "FOUNDED", "晚晴绣坊"), ("苏晚晴", "MEMBER_OF", "云岭县妇联")}


def test_a_programme_with_which_a_sentence_opens_is_that_of_the_federation_if_of_nobody_else() -> None:
    told = read(
        "{F:云岭县妇联}小结\n一年来工作如下。\n“{O:春雨助学}”资助女童30名。\n“{O:竹编夜校}”由{A:云岭竹编协会}承办。\n"
    )
    assert told.one("云岭县妇联", "RUNS", "春雨助学").confidence == 0.5
    assert {t for t in told.triples if t[2] == "竹编夜校"} == {("云岭竹编协会", "RUNS", "竹编夜校")}


def test_somebody_may_be_two_things_at_once() -> None:
    told = read("{P:许清和}既是{C:白鹭茶业有限公司}的老板，又是{A:云岭茶叶协会}的会长。")
    assert told.triples == {("许清和", "LEADS", "白鹭茶业有限公司"), ("许清和", "LEADS", "云岭茶叶协会")}
    assert {r.properties["role"] for r in told.relations} == {"老板", "会长"}


def test_a_counted_group_of_members_belongs_to_whom_the_sentence_is_about() -> None:
    told = read("{A:云岭竹编协会}现有{P*:306名会员}。{F:松溪片区妇联}选出{P*:9名执委}。")
    assert {("306名会员", "MEMBER_OF", "云岭竹编协会"), ("9名执委", "MEMBER_OF", "松溪片区妇联")} <= told.triples


def test_who_is_taken_in_by_a_federation_is_covered_by_it() -> None:
    told = read("{C:白鹭茶业有限公司}、{C:青禾家具有限公司}等6家企业纳入{F:松溪片区妇联}。")
    assert {t[2] for t in told.triples if t[1] == "COVERS"} == {"白鹭茶业有限公司", "青禾家具有限公司"}
