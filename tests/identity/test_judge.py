"""Two names judged by their parts: 0 wrong merges over the five sources, and each rule on the pairs it is for."""

import csv
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.identity import Judgement, Profile, judge
from graphkit.names import fold

SEEDS = Path(__file__).parent.parent.parent / "seeds"
FILES = {"federations": "Federation", "companies": "Company", "alliances": "Alliance", "banks": "Bank"}
FILES |= {"agencies": "Agency", "micro_homes": "MicroHome", "venues": "Venue", "programmes": "Programme"}
FILES |= {"regions": "Region", "policies": "Policy", "industries": "Industry", "awards": "Award"}


@cache
def seeds() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Dataset, type, name and aliases of every node of the five sources that is no group."""
    found = []
    for path in sorted(SEEDS.glob("*/*.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file) if path.stem in FILES else ():
                if row.get("name") and row.get("group") != "true":
                    aliases = tuple(alias for alias in (row.get("aliases") or "").split("|") if alias)
                    found.append((path.parent.name, FILES[path.stem], row["name"], aliases))
    return found


def of(name: str, type: str = "Company", **facts: Any) -> Profile:
    told: dict[str, Any] = {key: frozenset(value) for key, value in facts.items()}
    return Profile((name,), type=type, **told)


def verdict(left: Profile, right: Profile) -> str:
    found = judge(left, right)
    assert judge(right, left) == found
    return found.verdict


def test_no_two_elements_of_the_five_sources_are_judged_the_same() -> None:
    verdicts: dict[str, list[tuple[str, str]]] = {"same": [], "review": [], "different": []}
    for (_, kind, one, _), (_, other_kind, other, _) in combinations(seeds(), 2):
        if fold(one) != fold(other):
            for type in {kind, other_kind}:
                verdicts[verdict(of(one, type), of(other, type))].append((one, other))
    assert verdicts["same"] == []
    assert len(verdicts["different"]) > 15_000
    assert len(verdicts["review"]) < 40, verdicts["review"]
    assert ("弘一集团", "福建省弘一石业有限公司") in verdicts["review"]


def test_no_alias_of_the_five_sources_is_judged_the_same_as_another_element() -> None:
    """Aliases as bare names: what is the same is right, and nearly all of the rest is left to a person."""
    own: dict[str, int] = {"same": 0, "review": 0, "different": 0}
    for dataset, kind, name, aliases in seeds():
        for alias in aliases:
            own[verdict(of(alias, kind), of(name, kind))] += 1
            others = [n for d, k, n, a in seeds() if k == kind and (d, n) != (dataset, name) and alias not in (n, *a)]
            assert all(verdict(of(alias, kind), of(other, kind)) != "same" for other in others)
    assert own["same"] >= 3 and own["same"] + own["review"] >= 8, own


HARD = [
    ("Bank", "江苏银行", "苏州银行"),
    ("Bank", "江苏银行", "江苏银行扬州分行"),
    ("Bank", "南安农商行", "南安银行"),
    ("Federation", "江苏省妇联", "苏州市妇联"),
    ("Federation", "苏州市妇联", "苏州市相城区妇联"),
    ("Federation", "市妇联", "江苏省妇联"),
    ("Federation", "霞美镇妇联", "霞美村妇联"),
    ("Federation", "福建省弘一石业有限公司妇联", "福建省弘一石业有限公司"),
    ("Company", "福建省弘一石业有限公司", "福建省弘一石业有限公司妇联"),
    ("Company", "阳光中科", "阳光中科妇联"),
    ("Company", "晶澳（扬州）", "晶澳（合肥）"),
    ("Company", "晶澳太阳能（扬州）科技有限公司", "晶澳太阳能（合肥）科技有限公司"),
    ("Company", "恒安有限公司", "恒安石业有限公司"),
    ("Company", "南安市宏达石业有限公司", "晋江市宏达石业有限公司"),
    ("Company", "福建省宏达石业有限公司", "浙江省宏达石业有限公司"),
    ("Company", "南京市鼓楼区宏达有限公司", "福州市鼓楼区宏达有限公司"),
    ("Company", "南安市宏达石业有限公司", "南安市宏达石业有限公司石井分公司"),
    ("Agency", "江苏省教育厅", "苏州市教育局"),
    ("Agency", "省教育厅", "市教育局"),
    ("Alliance", "苏州市女科技工作者联盟", "两江新区女科技工作者协会"),
    ("Alliance", "浙江省女企业家协会", "长三角女企业家联盟"),
    ("Industry", "智能汽车", "智能车联网"),
    ("Region", "南京市鼓楼区", "福州市鼓楼区"),
    ("Region", "霞美镇", "霞美村"),
    ("Venue", "两江新区留创园", "相城区留创园"),
    ("Programme", "科技创新巾帼行动", "创新创业巾帼行动"),
]
LIKE = [
    ("same", "Federation", "扬州经济技术开发区妇联", "扬州经开区妇女联合会"),
    ("same", "Federation", "苏州市相城区妇联", "相城区妇联"),
    ("same", "Federation", "两江新区妇联", "重庆两江新区妇女联合会"),
    ("same", "Company", "福建省宏达石业有限公司", "福建宏达石业有限公司"),
    ("same", "Company", "晶澳(扬州)科技有限公司", "晶澳（扬州市）科技有限公司"),
    ("review", "Federation", "市妇联", "苏州市妇联"),
    ("review", "Federation", "市妇联", "市妇女联合会"),
    ("review", "Federation", "区妇联", "苏州市相城区妇联"),
    ("review", "Agency", "省教育厅", "江苏省教育厅"),
    ("review", "Alliance", "市女能手协会", "苏州市创业致富女能手协会"),
    ("review", "Alliance", "女企业家协会", "浙江省女企业家协会"),
    ("review", "Company", "晶澳", "晶澳太阳能（扬州）科技有限公司"),
    ("review", "Company", "晶澳（扬州）", "晶澳太阳能（扬州）科技有限公司"),
    ("review", "Company", "弘一集团", "福建省弘一石业有限公司"),
    ("review", "Company", "弘一集团有限公司", "弘一石业有限公司"),
    ("review", "Company", "宏达石业有限公司", "福建省宏达石业有限公司"),
    ("review", "Company", "南安市宏达石业有限公司", "南安市宏达石业有限责任公司"),
    ("review", "Company", "南安市宏达石业有限公司", "南安市宏达石业股份有限公司"),
    ("review", "Company", "南安市宏达石业厂", "南安市宏达石业有限公司"),
    ("review", "Company", "晶澳公司", "晶澳太阳能（扬州）科技有限公司"),
    ("review", "Region", "扬州", "扬州市"),
    ("review", "Region", "相城区", "苏州市相城区"),
    ("review", "Industry", "智能车联网", "智能车联网产业链"),
    ("review", "Programme", "巾帼管家", "楼宇“巾帼管家”"),
    ("review", "Venue", "留创园", "两江新区留创园"),
]


@pytest.mark.parametrize(("type", "one", "other"), HARD)
def test_names_that_look_alike_and_are_two(type: str, one: str, other: str) -> None:
    assert verdict(of(one, type), of(other, type)) == "different"


@pytest.mark.parametrize(("expected", "type", "one", "other"), LIKE)
def test_names_that_are_or_may_be_one(expected: str, type: str, one: str, other: str) -> None:
    assert verdict(of(one, type), of(other, type)) == expected


def test_codes_decide_before_names() -> None:
    one, other = {("credit_code", "91350583MA0AAAA10R")}, {("credit_code", "91350583MA0AAAA11W")}
    assert verdict(of("宏达石业有限公司", codes=one), of("宏达石业有限公司", codes=other)) == "different"
    assert verdict(of("宏达石业有限公司", codes=one), of("宏达石业有限责任公司", codes=other)) == "different"
    assert verdict(of("宏达石业有限公司", codes=one), of("远达纺织有限公司", codes=one)) == "same"
    assert verdict(of("宏达石业有限公司", codes=one), of("宏达石业有限公司")) == "same"
    assert verdict(of("甲", "Company"), of("甲", "Bank")) == "different"


def test_limited_and_limited_liability_need_town_and_legal_person() -> None:
    short, long = "南安市宏达石业有限公司", "南安市宏达石业有限责任公司"
    both: dict[str, Any] = {"towns": ["霞美镇"], "legal_persons": ["林美"]}
    assert verdict(of(short, **both), of(long, **both)) == "same"
    missing: dict[str, Any]
    for missing in ({"towns": ["霞美镇"]}, {"legal_persons": ["林美"]}, {}, both | {"legal_persons": ["陈红"]}):
        assert verdict(of(short, **both), of(long, **missing)) == "review"
    assert verdict(of(short, **both), of(long, **both | {"towns": ["洪濑镇"]})) != "same"


def test_places_beside_the_names() -> None:
    full, bare = "南安市宏达石业有限公司", "宏达石业有限公司"
    assert verdict(of(full), of(bare, towns=["南安市"])) == "same"
    assert verdict(of(full, towns=["霞美镇"]), of(bare, towns=["霞美镇"])) == "same"
    # A town and a county do not exclude each other beside a full name, two towns do.
    assert verdict(of(full, towns=["霞美镇"]), of(full, towns=["南安市"])) == "same"
    assert verdict(of(full, towns=["霞美镇"]), of(full, towns=["洪濑镇"])) == "review"
    assert verdict(of(bare, towns=["霞美镇"]), of(bare, towns=["洪濑镇"])) == "review"
    assert verdict(of("市妇联", "Federation", towns=["南安市"]), of("市妇联", "Federation", towns=["南安市"])) == "same"
    assert verdict(of("霞美镇", "Region", towns=["南安市"]), of("霞美镇", "Region", towns=["晋江市"])) == "review"


def test_an_alias_is_a_statement_that_a_person_confirms() -> None:
    named = of("晶澳太阳能（扬州）科技有限公司", aliases=["晶澳"])
    assert verdict(named, of("晶澳")) == "review"
    found = judge(named, of("晶澳", towns=["扬州市"]))
    assert found.verdict == "review" and found.unique_wanted
    assert not judge(named, of("晶澳（合肥）")).unique_wanted
    assert verdict(named, of("晶澳（合肥）", aliases=["晶澳"])) == "different"


def test_people_of_one_name() -> None:
    def person(*organisations: str) -> Profile:
        return Profile(("林美",), type="Person", personal=True, bodies=frozenset(organisations))

    assert verdict(person("com_1"), person("com_1", "com_2")) == "same"
    assert verdict(person("com_1"), person("com_2")) == verdict(person(), person("com_2")) == "review"


NAMES = st.text("南安市霞美镇区省晶澳宏达石业（）集团有限责任股份公司妇联合会银行厂", max_size=14)
TYPES = st.sampled_from(["Company", "Federation", "Bank", "Alliance", "Region"])
TOWNS = st.sets(st.sampled_from(["霞美镇", "洪濑镇", "南安市"]), max_size=2)


@given(NAMES, NAMES, TYPES, TOWNS, TOWNS)
def test_any_two_names_get_one_answer_whichever_comes_first(
    one: str, other: str, type: str, towns: set[str], more: set[str]
) -> None:
    left, right = of(one, type, towns=towns), of(other, type, towns=more)
    found = judge(left, right)
    assert found == judge(right, left)
    assert isinstance(found, Judgement) and 0 <= found.score <= 1
    assert (found.score == 0) or found.verdict != "different"
    assert judge(left, left).verdict != "different"
