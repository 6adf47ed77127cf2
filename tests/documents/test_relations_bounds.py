"""Where a relation ends: what is denied, planned, carried over, and what must not be joined; all names are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.documents.relations.scene import Scene
from graphkit.schema import Schema
from tests.documents.marking import TYPES, read, unmark

DENIED = [
    "{C:白鹭茶业有限公司}尚未成立{F:白鹭茶业有限公司妇联}。",
    "{F:云岭县妇联}没有举办“{O:书香家庭}”活动。",
    "{F:云岭县妇联}未能与{B:云岭农商银行}签订协议。",
    "{C:白鹭茶业有限公司}不再参与“{O:书香家庭}”活动。",
    "{F:云岭县妇联}暂无{M:茶香妇女微家}。",
]


@pytest.mark.parametrize("marked", DENIED)
def test_what_is_denied_is_no_relation(marked: str) -> None:
    stated = {t for t in read(marked).triples if t[1] not in ("COVERS", "LOCATED_IN")}
    assert stated == set()


@pytest.mark.parametrize(
    "marked",
    [
        "{F:云岭县妇联}拟成立{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}正在筹建{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}探索设立{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}将于明年成立{A:云岭女茶商联盟}。",
        "下一步，{F:云岭县妇联}将积极推动成立{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}计划组建{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}即将组建{A:云岭女茶商联盟}。",
    ],
)
def test_what_is_announced_is_planned(marked: str) -> None:
    relation = read(marked).one("云岭县妇联", "ESTABLISHED", "云岭女茶商联盟")
    assert relation.properties["status"] == "planned"


@pytest.mark.parametrize(
    "marked",
    [
        "{F:云岭县妇联}成立{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}将原来的小组改建，于去年成立{A:云岭女茶商联盟}。",
        "{F:云岭县妇联}已成立{A:云岭女茶商联盟}，下一步再做打算。",
    ],
)
def test_what_is_done_is_not_planned(marked: str) -> None:
    relation = read(marked).one("云岭县妇联", "ESTABLISHED", "云岭女茶商联盟")
    assert "status" not in relation.properties


def test_what_is_told_of_a_planned_unit_is_planned_too() -> None:
    told = read("{F:云岭县妇联}拟成立{F:{C:白鹭茶业有限公司}妇联}。")
    assert told.one("白鹭茶业有限公司妇联", "COVERS", "白鹭茶业有限公司").properties["status"] == "planned"


def test_a_clause_without_a_subject_takes_that_of_the_clause_before_and_is_less_sure() -> None:
    told = read("{F:云岭县妇联}深入调研，成立{A:云岭女茶商联盟}，推出“{O:茶香巾帼}”行动。")
    near = read("{F:云岭县妇联}成立{A:云岭女茶商联盟}。").relations[0]
    far = told.one("云岭县妇联", "ESTABLISHED", "云岭女茶商联盟")
    assert (far.basis, near.basis) == ("context", "text")
    assert far.confidence < 0.8 <= near.confidence
    assert ("云岭县妇联", "RUNS", "茶香巾帼") in told.triples


def test_what_is_carried_over_a_full_stop_is_less_sure_still() -> None:
    told = read("{F:云岭县妇联}深入调研，推出“{O:茶香巾帼}”行动。成立{A:云岭女茶商联盟}。")
    nearer = told.one("云岭县妇联", "RUNS", "茶香巾帼").confidence
    assert told.one("云岭县妇联", "ESTABLISHED", "云岭女茶商联盟").confidence < nearer


def test_the_firm_means_the_firm_named_last() -> None:
    told = read("{C:白鹭茶业有限公司}来了。{C:青禾家具有限公司}也来了。公司推出“{O:亲子书屋计划}”项目。")
    assert ("青禾家具有限公司", "RUNS", "亲子书屋计划") in told.triples
    assert ("白鹭茶业有限公司", "RUNS", "亲子书屋计划") not in told.triples


def test_others_speak_for_nobody_named() -> None:
    told = read("{F:云岭县妇联}召开会议。村民们自发组织“{O:广场舞大赛}”。")
    assert told.triples == set()


def test_nothing_is_joined_across_paragraphs() -> None:
    told = read(
        "{C:白鹭茶业有限公司}纳税过亿。\n{A:云岭茶叶协会}\n{B:云岭农商银行}\n合作共赢。\n{P:何小满}\n董事长说。"
    )
    assert told.triples == set()


def test_side_by_side_is_no_cooperation() -> None:
    told = read("{F:云岭县妇联}、{G:云岭县教育局}出席了会议。参加活动的还有{C:白鹭茶业有限公司}和{B:云岭农商银行}。")
    assert told.triples == set()


def test_the_object_of_a_visit_is_no_founder() -> None:
    told = read("{F:云岭县妇联}走访{C:白鹭茶业有限公司}，成立{A:云岭女茶商联盟}。")
    assert ("白鹭茶业有限公司", "ESTABLISHED", "云岭女茶商联盟") not in told.triples


def test_a_former_head_heads_nothing() -> None:
    assert read("原{C:白鹭茶业有限公司}员工说。{C:白鹭茶业有限公司}原董事长{P:许清和}说。").triples == set()


def test_of_two_persons_each_has_their_own_house() -> None:
    told = read("{C:白鹭茶业有限公司}董事长{P:许清和}、{C:青禾家具有限公司}总经理{P:何小满}参加。")
    assert told.triples == {("许清和", "LEADS", "白鹭茶业有限公司"), ("何小满", "LEADS", "青禾家具有限公司")}


@given(
    st.lists(
        st.sampled_from(
            [*"云岭县妇联合成立与，。、\n“”《》（）的在由将未", *(f"{{{c}:甲{c}}}" for c in TYPES), "2023年", "30万元"]
        ),
        max_size=40,
    )
)
def test_any_row_of_words_gives_only_what_the_schema_allows(parts: list[str]) -> None:
    told = read("".join(parts))
    pairs = {kind: edge.pairs for kind, edge in Schema.load().edges.items()}
    for relation in told.relations:
        assert (told.mentions[relation.src].type, told.mentions[relation.dst].type) in pairs[relation.type]
        assert 0 <= relation.start < relation.end <= len(told.text)
        assert relation.src != relation.dst
    assert told.relations == read("".join(parts)).relations


@given(st.text(alphabet="云岭县妇联 \t\n，。“《》\ue000\ue003、", max_size=60))
def test_signs_of_a_sentence_know_their_place(text: str) -> None:
    _, mentions = unmark("{F:云岭}")
    found = mentions if text.startswith("云岭") else ()
    for sentence in Scene(text, found, ()).sentences:
        assert len(sentence.offsets) == len(sentence.text) + 1
        assert list(sentence.offsets) == sorted(sentence.offsets)
        assert sentence.offsets[-1] <= len(text)
