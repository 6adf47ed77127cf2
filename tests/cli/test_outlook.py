"""`graphkit cascade`, `questions` and `trend` on the invented county, in both languages and as JSON."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import graphkit as gk

SEEDS = Path(__file__).parents[2] / "seeds"
COUNTY = SEEDS / "example_county"


@pytest.fixture
def store(quarters: Path) -> Path:
    return quarters


def test_cascade_says_who_is_lost_where(run: Any, store: Path) -> None:
    done = run("cascade", store, "--by", "乡镇", "--top", "2")
    assert done.code == 0 and "虚构" in done.err
    assert done.out.startswith("有效覆盖 12.1-62.1 %：58 个妇联组织")
    for told in (
        "有执委",
        "一年内有活动",
        "另可排除",
        "12.1 % – 62.1 %",
        "鹤泠镇",
        "合计",
        "离全部通过最近的：",
        "另有 49 行",
    ):
        assert told in done.out, told
    english = run("cascade", store, "--by", "form", "--lang", "en").out
    for told in (
        "12.1-62.1 % effective: of 58",
        "has a venue",
        "ruled out besides",
        "micro-home",
        "Nearest to passing",
    ):
        assert told in english, told


def test_cascade_as_json_is_one_object(run: Any, store: Path) -> None:
    told = run("cascade", store, "--as-of", "2026-06-30", "--by", "level", "--json").json
    assert {"organisations", "effective", "at_most", "interval", "as_of", "rules", "by", "listed", "table"} <= set(told)
    assert [row["stage"] for row in told["table"]] == ["exists", "officers", "venue", "active", "served"]
    assert len(told["listed"]) == told["organisations"] and told["as_of"] == "2026-06-30"
    assert told["by"]["level"][-1]["organisations"] == told["organisations"]
    assert isinstance(told["listed"][0]["missing"], list)


def test_questions_say_whom_to_ask(run: Any, store: Path) -> None:
    done = run("questions", store, "--top", "3")
    assert "城岚街道的妇联组织完整名单" in done.out and "问完以上各项，仍不明 9 个，区间宽 7.0 %" in done.out
    assert "17.2 %" in done.out and "另有 6 行" in done.out
    english = run("questions", store, "--by", "county", "--lang", "en").out
    assert "the complete list of women's organisations of 霁川县" in english and "1 are unknown" in english
    told = run("questions", store, "--units", "key_points", "--as-of", "2026-09-30", "--json").json
    assert told["units"] == 29 and told["table"][-1]["unknown_after"] == 0
    assert told["questions"] == len(told["table"])


def test_questions_when_nothing_is_unknown(run: Any, store: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空.duckdb"
    with gk.open_store(empty) as opened:
        opened.write(gk.from_records([{"type": "Region", "name": "霞镇"}]).raw or gk.from_records([]))
    assert "没有可问的" in run("questions", empty).out
    assert run("questions", empty, "--json").json["table"] == []


def test_trend_against_the_line(run: Any, store: Path) -> None:
    done = run("trend", store, "--as-known")
    assert done.out.startswith("2026-09-30 覆盖率 57-75 %，共 128 个企业，目标线 52.8 %：达到或超前")
    assert "当时已知：已覆盖" in done.out and "2026-06-30" in done.out
    told = run("trend", store, "--as-known", "--json").json
    assert [row["date"] for row in told["table"]] == ["2026-06-30", "2026-09-30"]
    assert [row["then_units"] for row in told["table"]] == [120, 128]
    assert told["line"][1] == ["2029-06-30", 1.0] and told["table"][0]["verdict"] is None
    english = run("trend", store, "--since", "2025", "--units", "key_points", "--lang", "en").out
    assert "key points covered" in english and "2025-03-31" in english and "as known then" not in english


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("trend", "--since", "2026-13"), 1, "看不懂这个值"),
        (("trend", "--since", "2027"), 1, "起止日期有误"),
        (("trend", "--units", "firms"), 1, "规则中没有这类单位"),
        (("cascade", "--as-of", "昨天"), 1, "看不懂这个值"),
        (("cascade", "--by", "环节"), 1, "链条环节"),
        (("questions", "--by", "村镇"), 1, "没有这个选项"),
        (("questions", "--top", "0"), 2, "top"),
        (("cascade", "--rules", "没有.yaml"), 1, "没有这个规则文件"),
    ],
)
def test_wrong_words(run: Any, store: Path, words: tuple[str, ...], code: int, told: str) -> None:
    done = run(words[0], store, *words[1:])
    assert done.code == code and told in done.err and "Traceback" not in done.err


def test_a_rules_file_of_ones_own(run: Any, store: Path, tmp_path: Path) -> None:
    data = yaml.safe_load((Path(gk.__file__).parent / "analysis/rules/star_link.yaml").read_text(encoding="utf-8"))
    data["cascade"] = data["cascade"][:2]
    rules = tmp_path / "规则.yaml"
    rules.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    told = run("cascade", store, "--rules", rules, "--json").json
    assert [row["stage"] for row in told["table"]] == ["exists", "officers", "venue"]
    data["cascade"][1]["signs"][0]["property"] = "has_venu"
    rules.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    done = run("cascade", store, "--rules", rules)
    assert done.code == 1 and "规则.yaml: cascade.venue.signs[1].property" in done.err and "has_venue" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "县区"), "霁川县"),
        (("--by", "设区市", "--units", "产业链要点"), "霁州市"),
        (("--by", "女职工规模", "--weight", "women_employees"), "≥ "),
        (("--by", "女职工规模", "--weight", "女职工数", "--lang", "en"), "84.9 % of 8787 known"),
        (("--by", "乡镇,女职工规模", "--as-of", "2026-06"), "101-500"),
        (("--by", "类型", "--units", "key_points"), "阵地平台"),
    ],
)
def test_coverage_by_whatever(run: Any, store: Path, words: tuple[str, ...], told: str) -> None:
    done = run("coverage", store, *words)
    assert done.code == 0 and told in done.out
    table = run("coverage", store, *words, "--json").json["table"]
    assert all(row["covered"] + row["gap"] + row["unknown"] == row["units"] for row in table)
    assert sum(row["units"] for row in table[:-1]) >= table[-1]["units"]
