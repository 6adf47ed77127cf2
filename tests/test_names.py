"""Names: what is stored stays as it is, what is compared does not depend on how it was typed."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graphkit import names
from graphkit.names import OrganisationName, fold, nearest, normalise, split

# No example is timed: the first name loads the converter of scripts, on however busy a machine.

CHINESE = st.text(
    "南安市霞美镇昇兴乾縣妇婦联聯合会有限责任公司银行（）()·・．. “”ABｃ１\u200b\ufeff\u3000\u00a0", max_size=20
)
NAMES = st.one_of(st.text(max_size=20), CHINESE)
DOTS = "\u00b7\u2022\u2027\u30fb\uff65\uff0e"


# What is stored


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("南 安 市 妇 联", "南安市妇联"),
        ("ABC 公司", "ABC 公司"),
        ("ABC  公 司", "ABC 公司"),
        ("  \ufeff霞美镇\u200b妇联\u00a0", "霞美镇妇联"),
        ("霞美镇\n妇联\x00\x0c", "霞美镇妇联"),
        ("ＡＢＣ１２公司", "ABC12公司"),
        ("晶石(扬州)有限公司", "晶石（扬州）有限公司"),
        ("晶石 (扬州) 有限公司", "晶石（扬州）有限公司"),
        ("Acme (China) Ltd", "Acme (China) Ltd"),
        ("松原市乾安县星火农机有限公司", "松原市乾安县星火农机有限公司"),
        ("昇兴包装有限公司", "昇兴包装有限公司"),
        ("蘇州聯合會", "蘇州聯合會"),
        ("“木棉花”巾帼行动", "“木棉花”巾帼行动"),
        ("䶮𠮷公司", "䶮𠮷公司"),
        ("公司\ufffe\ud800", "公司"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_what_is_stored(written: str, stored: str) -> None:
    assert normalise(written) == stored


@given(NAMES)
def test_normalising_twice_changes_nothing_more(name: str) -> None:
    stored = normalise(name)
    assert normalise(stored) == stored
    assert stored == stored.strip()
    stored.encode("utf-8")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_no_han_character_is_ever_changed_in_what_is_stored(name: str) -> None:
    assert normalise(name) == name
    assert normalise(" ".join(name)) == name


# What is compared


@given(NAMES)
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(NAMES)
@example("阿\ufeff.江")
def test_a_stored_name_has_the_key_of_what_was_written(name: str) -> None:
    assert fold(normalise(name)) == fold(name)


def test_every_character_folds_to_a_key_that_stays() -> None:
    moving = [c for c in map(chr, range(0x110000)) if not unicodedata.category(c) == "Cs" and fold(fold(c)) != fold(c)]
    assert moving == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("南安市妇女联合会", "南安市妇联"),
        ("扬州经济技术开发区管理委员会", "扬州经开区管委会"),
        ("弘石有限责任公司", "弘石有限公司"),
        ("苏州高新技术产业开发区", "苏州高新区"),
        ("南安农村商业银行", "南安农商行"),
        ("南安农商银行", "南安农商行"),
        ("市科学技术局", "市科技局"),
        ("蘇州市婦女聯合會", "苏州市妇联"),
        ("“木棉花”巾帼行动", "木棉花 巾帼行动"),
        ("晶石（扬州）有限公司", "晶石(扬州)有限公司"),
        ("ＡＢＣ公司", "abc 公司"),
        ("《扶持措施（试行）》", "扶持措施"),
        ("妇⼥联合会", "妇联"),
        ("昇兴", "升兴"),
    ],
)
def test_two_spellings_of_one_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_all_middle_dots_are_one_within_a_name() -> None:
    assert {fold(f"阿依古丽{dot}买买提") for dot in DOTS} == {"阿依古丽·买买提"}
    assert fold("阿依古丽·买买提") != fold("阿依古丽买买提")
    assert fold("·木棉花·") == "木棉花"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("弘石有限公司", "弘石股份有限公司"),
        ("江苏银行", "苏州银行"),
        ("霞美镇妇联", "霞美村妇联"),
        ("★★", "☆☆"),
        ("\ue000公司", "\ue001公司"),
        ("𲎯公司", "𲎰公司"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_only_what_shows_nothing_has_an_empty_key() -> None:
    assert fold("") == fold(" \u200b\u3000") == ""
    assert fold("★★") == "★★"
    assert fold("(试行)") != ""


def test_every_short_form_is_shorter_and_final() -> None:
    for long, short in names._SHORT.items():
        assert len(short) < len(long)
        assert fold(long) == fold(short) == short


@given(st.sampled_from(["乾安县", "昇兴", "執著", "後方", "瞭望"]), CHINESE)
def test_a_character_gives_the_same_key_whatever_stands_beside_it(word: str, other: str) -> None:
    assert "".join(fold(char) for char in word) == fold(word)
    assert fold(f"【{word}】{other}").startswith(fold(word)[:1])


# Parts


@pytest.mark.parametrize(
    ("name", "region", "stem", "kind"),
    [
        ("江苏省苏州市妇女联合会", ("江苏省", "苏州市"), "", "妇联"),
        ("南安市霞美镇妇联", ("南安市", "霞美镇"), "", "妇联"),
        ("霞美镇仙河村妇联", ("霞美镇", "仙河村"), "", "妇联"),
        ("东湖社区妇联", ("东湖社区",), "", "妇联"),
        ("市妇联", ("市",), "", "妇联"),
        ("市女能手协会", ("市",), "女能手", "协会"),
        ("江苏银行", ("江苏",), "", "银行"),
        ("苏州银行", (), "苏州", "银行"),
        ("重庆两江新区女科技工作者协会", ("重庆", "两江新区"), "女科技工作者", "协会"),
        ("扬州经济技术开发区人才办", ("扬州经开区",), "人才", "办"),
        ("苏州工业园区商会", ("苏州工业园区",), "", "商会"),
        ("高铁新城北河泾街道", ("高铁新城", "北河泾街道"), "", ""),
        ("内蒙古自治区妇联", ("内蒙古自治区",), "", "妇联"),
        ("双江拉祜族佤族布朗族傣族自治县妇联", ("双江拉祜族佤族布朗族傣族自治县",), "", "妇联"),
        ("济南市市中区妇联", ("济南市", "市中区"), "", "妇联"),
        ("天津市河北区妇联", ("天津市", "河北区"), "", "妇联"),
        ("晶石（扬州）太阳能科技有限公司", ("扬州",), "晶石太阳能科技", "有限公司"),
        ("福建阳光（集团）有限公司", ("福建",), "阳光", "集团有限公司"),
        ("福建省弘石石业有限责任公司", ("福建省",), "弘石石业", "有限公司"),
        ("阳光公司妇联", (), "阳光公司", "妇联"),
        ("弘石股份有限公司", (), "弘石", "股份公司"),
        ("南安市水头石材市场", ("南安市",), "水头石材", "市场"),
        ("霞美镇", ("霞美镇",), "", ""),
        ("妇联", (), "", "妇联"),
        ("", (), "", ""),
    ],
)
def test_parts_of_names(name: str, region: tuple[str, ...], stem: str, kind: str) -> None:
    assert split(name) == OrganisationName(region, stem, kind)


@pytest.mark.parametrize(
    "name",
    ["永惠超市有限公司", "中关村科技有限公司", "市场监督管理局", "镇江石化有限公司", "区块链研究院", "乡村振兴促进会"],
)
def test_words_that_only_look_like_regions(name: str) -> None:
    assert split(name).region == ()


@pytest.mark.parametrize("city", ["成都市", "厦门市", "攀枝花市", "辛集市", "盐城市", "房山区", "西城区", "镇江市"])
def test_regions_that_only_look_like_words(city: str) -> None:
    assert split(f"{city}妇联") == OrganisationName((city,), "", "妇联")


@given(NAMES)
@example("(省")
def test_parts_hold_nothing_that_the_name_does_not(name: str) -> None:
    parts = split(name)
    assert all(parts.region)
    assert len("".join(parts.region) + parts.stem + parts.organisation_type) <= len(fold(name)) + 8
    assert split(normalise(name)) == parts


# Suggestions


def test_the_nearest_names_come_best_first() -> None:
    known = ["昇兴包装有限公司", "天马石业有限公司", "升兴包装厂", "霞美镇妇联"]
    assert nearest("升兴包装有限公司", known)[0] == "昇兴包装有限公司"
    assert "霞美镇妇联" not in nearest("升兴包装有限公司", known)
    assert nearest("霞美鎮婦女聯合會", known) == ["霞美镇妇联"]
    assert nearest("Compny", ["Bank", "Company"]) == ["Company"]


def test_a_short_name_finds_the_long_one_that_contains_it() -> None:
    known = ["晨光中材（福建）能源股份有限公司", "晶石太阳能科技有限公司"]
    assert nearest("晨光中材", known) == known[:1]


def test_what_is_not_alike_is_not_suggested() -> None:
    assert nearest("xyz", ["霞美镇妇联"]) == []
    assert nearest("霞美镇妇联", []) == []
    assert nearest("", ["霞美镇妇联"]) == []


def test_at_most_as_many_as_asked_and_none_twice() -> None:
    known = [f"霞美镇{n}号妇联" for n in range(50)] * 2
    found = nearest("霞美镇7号妇联", iter(known), limit=5)
    assert found[0] == "霞美镇7号妇联"
    assert len(found) == len(set(found)) == 5


@given(st.lists(CHINESE, max_size=20), CHINESE)
def test_suggestions_are_candidates_and_an_equal_key_is_among_them(known: list[str], name: str) -> None:
    found = nearest(name, known, limit=30)
    assert set(found) <= set(known)
    assert {other for other in known if fold(other) == fold(name) != ""} <= set(found)


def test_importing_names_does_not_import_the_converter() -> None:
    code = "import sys, graphkit.names; sys.exit('opencc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
