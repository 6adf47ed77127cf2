"""What names, notices and loans tell; all names are invented."""

from pathlib import Path

import pytest

from graphkit.documents.relations.money import kind_of, money_in
from graphkit.documents.relations.scene import SIGN
from graphkit.documents.relations.vocabulary import vocabulary
from graphkit.errors import DataError
from tests.documents.marking import read

NAMES = [
    ("{R:云岭县}。{F:云岭县妇联}。", ("云岭县妇联", "LOCATED_IN", "云岭县")),
    ("{R:云岭县}。{B:云岭农商银行}。", ("云岭农商银行", "LOCATED_IN", "云岭县")),
    ("{R:云岭县}。{B:某某银行云岭支行}。", ("某某银行云岭支行", "LOCATED_IN", "云岭县")),
    ("{R:云岭县}。{C:白鹭（云岭）茶业有限公司}。", ("白鹭（云岭）茶业有限公司", "LOCATED_IN", "云岭县")),
    ("{R:云岭县}。{R:云岭县松溪镇}。", ("云岭县松溪镇", "PART_OF", "云岭县")),
    ("{R:云岭县}{R:松溪镇}。", ("松溪镇", "PART_OF", "云岭县")),
    ("{F:{R:云岭县}妇联}到{R:松溪镇}。", ("松溪镇", "PART_OF", "云岭县")),
    ("{F:{C:白鹭茶业有限公司}妇联}。", ("白鹭茶业有限公司妇联", "COVERS", "白鹭茶业有限公司")),
    ("{F:{V:云岭食品产业园}妇女联合会}。", ("云岭食品产业园妇女联合会", "COVERS", "云岭食品产业园")),
    ("{F:{R:云岭县}竹产业链妇联}来自{I:竹产业}。", ("云岭县竹产业链妇联", "COVERS", "竹产业")),
    ("{M:{A:云岭竹编协会}妇女微家}。", ("云岭竹编协会妇女微家", "HOSTED_BY", "云岭竹编协会")),
    ("{M:{A:云岭竹编协会}妇女微家}。", ("云岭竹编协会妇女微家", "COVERS", "云岭竹编协会")),
    ("{V:云岭竹编产业基地}做{I:竹编}。", ("云岭竹编产业基地", "IN_INDUSTRY", "竹编")),
    ("{A:云岭茶叶种植协会}推广{I:茶叶种植}。", ("云岭茶叶种植协会", "IN_INDUSTRY", "茶叶种植")),
    ("{V:{P:苏晚晴}工作室}。", ("苏晚晴", "LEADS", "苏晚晴工作室")),
    ("{O:首届云岭采茶大赛}评出{W:首届云岭采茶大赛一等奖}。", ("首届云岭采茶大赛一等奖", "PART_OF", "首届云岭采茶大赛")),
    ("{O:首届云岭采茶大赛}评出{W:二等奖}。", ("二等奖", "PART_OF", "首届云岭采茶大赛")),
    ("{O:{A:云岭竹编协会}第二次会员大会}。", ("云岭竹编协会", "RUNS", "云岭竹编协会第二次会员大会")),
]


@pytest.mark.parametrize(("marked", "expected"), NAMES, ids=[f"{n:02d}" for n in range(len(NAMES))])
def test_a_name_tells_it(marked: str, expected: tuple[str, str, str]) -> None:
    told = read(marked)
    relation = told.one(*expected)
    assert relation.basis == "name"
    assert relation.confidence >= 0.7


@pytest.mark.parametrize(
    "marked",
    [
        "{R:长三角}。{A:长三角女茶商联盟}。",
        "{R:云岭县}。{C:云岭日报}。",
        "{R:云岭县}。{F:云岭县白鹭茶业有限公司妇联}。",
        "{R:江东省}。{C:江东省白鹭茶业有限公司}。",
    ],
)
def test_a_name_that_bears_a_place_need_not_sit_there(marked: str) -> None:
    assert not {t for t in read(marked).triples if t[1] == "LOCATED_IN"}


def test_the_mode_named_before_a_federation_goes_to_what_is_told_of_it() -> None:
    told = read("采取联建方式。{F:云岭县妇联}成立{F:{V:云岭食品产业园}妇联}。")
    assert told.one("云岭县妇联", "ESTABLISHED", "云岭食品产业园妇联").properties["mode"] == "joint"
    assert told.one("云岭食品产业园妇联", "COVERS", "云岭食品产业园").properties["mode"] == "joint"


@pytest.mark.parametrize(("words", "mode"), [("单独成立", "own"), ("党建带建", "party_led"), ("托建", "hosted")])
def test_the_mode_is_read_from_the_words(words: str, mode: str) -> None:
    told = read(f"{{F:云岭县妇联}}{words}{{F:{{C:白鹭茶业有限公司}}妇联}}。")
    assert told.one("白鹭茶业有限公司妇联", "COVERS", "白鹭茶业有限公司").properties["mode"] == mode


NOTICE = """关于印发《{L:云岭县巾帼就业十条}》的通知
各乡镇：
经{G:云岭县委}同意，现将《{L:云岭县巾帼就业十条}》印发给你们，请遵照执行。
{F:云岭县妇联}
{G:云岭县人社局}
2023年5月6日
{L:云岭县巾帼就业十条}
根据《{L:江东省女性就业办法}》，结合实际，特制定如下措施：
1.积极成立{A:云岭女茶商联盟}。
2.开展“{O:茶香巾帼}”行动，依托{V:茶山驿站}做好服务。
3.推荐参评{W:三八红旗手}。
抄送：{F:江东省妇联}。
"""


def test_a_notice_tells_who_signed_and_who_agreed() -> None:
    told = read(NOTICE, day="2023-05-06")
    signed = told.one("云岭县妇联", "ISSUED", "云岭县巾帼就业十条").properties
    assert signed == {"role": "issuer", "date": "2023-05-06"}
    assert ("云岭县人社局", "ISSUED", "云岭县巾帼就业十条") in told.triples
    assert told.one("云岭县委", "ISSUED", "云岭县巾帼就业十条").properties["role"] == "approver"
    assert ("江东省妇联", "ISSUED", "云岭县巾帼就业十条") not in told.triples


def test_a_notice_tells_what_it_orders_and_on_what_it_rests() -> None:
    told = read(NOTICE)
    assert ("云岭县巾帼就业十条", "BASED_ON", "江东省女性就业办法") in told.triples
    found = {t[2]: told.one(*t).properties for t in told.triples if t[1] == "PROVIDES_FOR"}
    assert found["云岭女茶商联盟"] == {"action": "establish", "status": "planned", "measure": "1"}
    assert found["茶香巾帼"] == {"action": "run", "measure": "2"}
    assert found["茶山驿站"] == {"action": "rely_on", "measure": "2"}
    assert found["三八红旗手"] == {"action": "recommend", "measure": "3"}
    assert set(found) == {"云岭女茶商联盟", "茶香巾帼", "茶山驿站", "三八红旗手"}


def test_a_loan_has_lender_borrower_amount_and_day() -> None:
    told = read("2022年6月1日，{B:云岭农商银行}向{C:白鹭茶业有限公司}发放“{D:茶姐贷}”50万元。")
    loan = told.one("云岭农商银行", "LENDS_TO", "白鹭茶业有限公司")
    assert loan.properties == {
        "amount_kind": "loan",
        "amount_cny": 500_000,
        "amount_bound": "exact",
        "product": next(n for n, m in enumerate(told.mentions) if m.name == "茶姐贷"),
        "date": "2022-06-01",
    }


@pytest.mark.parametrize(
    ("marked", "lender", "borrower"),
    [
        ("{P:苏晚晴}从{B:云岭农商银行}拿到30万元贷款。", "云岭农商银行", "苏晚晴"),
        ("{P:苏晚晴}申请“{D:茶姐贷}”30万元。", "茶姐贷", "苏晚晴"),
        ("{B:云岭农商银行}推出“{D:茶姐贷}”。{P:苏晚晴}借了30万元。", "茶姐贷", "苏晚晴"),
        ("{B:云岭农商银行}为{C:白鹭茶业有限公司}授信2000万元。", "云岭农商银行", "白鹭茶业有限公司"),
    ],
)
def test_loans_are_told_in_several_ways(marked: str, lender: str, borrower: str) -> None:
    assert (lender, "LENDS_TO", borrower) in read(marked).triples


@pytest.mark.parametrize(
    "marked",
    [
        "{B:云岭农商银行}推出“{D:茶姐贷}”，单户最高30万元，{P:苏晚晴}很高兴。",
        "{P:苏晚晴}投资30万元办厂。",
        "{B:云岭农商银行}为{C:白鹭茶业有限公司}提供咨询。",
    ],
)
def test_what_is_no_loan_is_none(marked: str) -> None:
    assert not {t for t in read(marked).triples if t[1] == "LENDS_TO"}


def test_a_sum_to_a_group_is_an_aggregate() -> None:
    told = read("{B:云岭农商银行}累计为{P*:35名女创客}发放贷款1200余万元。")
    loan = told.one("云岭农商银行", "LENDS_TO", "35名女创客").properties
    assert (loan["aggregate"], loan["amount_cny"], loan["amount_bound"]) == (True, 12_000_000, "more_than")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("贷款2000余万元", (20_000_000, "more_than")),
        ("授信30.85亿元", (3_085_000_000, "exact")),
        ("近500万元", (5_000_000, "nearly")),
        ("共148笔", None),
        ("五十万元", (500_000, "exact")),
        ("80000元", (80_000, "exact")),
    ],
)
def test_money_is_read_with_its_bound(text: str, amount: tuple[int, str] | None) -> None:
    assert money_in(text) == amount


def test_kinds_of_amounts_are_kept_apart() -> None:
    assert [kind_of(t) for t in ("授信额度", "贷款余额", "发放贷款")] == ["credit_line", "balance", "loan"]


def test_an_office_adds_wordings_of_its_own(tmp_path: Path) -> None:
    frame = "{name: office, verbs: [支起摊子], objects: {ESTABLISHED: [Venue]}, action: establish, confidence: 0.8}"
    template = "{relation: PARTNERS_WITH, pattern: '{src:ORG}<pals>{dst:ORG}', confidence: 0.8}"
    own = f"words: {{pals: [搭伙, 拼单]}}\nframes:\n  - {frame}\ntemplates:\n  - {template}\n"
    (tmp_path / "relations.yaml").write_text(own, encoding="utf-8")
    assert "支起摊子" not in vocabulary().frames_of
    assert "支起摊子" in vocabulary(tmp_path).frames_of
    last = vocabulary(tmp_path).templates[-1]
    assert last.pattern.search(f"{SIGN['Company']}搭伙{SIGN['Bank']}")
    assert len(vocabulary(tmp_path).templates) == len(vocabulary().templates) + 1


@pytest.mark.parametrize(
    "text", ["- 1", "words: [", "templates:\n  - {relation: NONE, pattern: '{src:ORG}(', confidence: 0.5}"]
)
def test_a_wrong_file_of_an_office_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "relations.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        vocabulary(tmp_path)
    assert "relations.yaml" in str(caught.value)
