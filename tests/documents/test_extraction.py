"""A document read whole: every item quotes the raw text where it says it does, and two runs are the same."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

import graphkit as gk
from graphkit.documents.extraction import Extraction, extract, extract_file, stored
from graphkit.schema import Schema
from tests.documents.annotated import TEXTS, shared_texts

REPORT = """云溪市妇联：让产业链上有“娘家”
发布时间：2024年3月8日  来源：云溪市妇联

近年来，云溪市妇联在霞岭镇光伏产业基地成立霞岭光伏产业基地妇联，吸纳成员50多人。
云溪市妇联联合江溪银行推出“巾帼岚贷”，发放贷款2000余万元。蓝禾新能源（云溪）科技有限公司董事长林晚获得市级三八红旗手称号。
"""
TRADITIONAL = str.maketrans("妇联业贷万发产链记获级号称银团队", "婦聯業貸萬發產鏈記獲級號稱銀團隊")
TEXTS_HERE = sorted(TEXTS.glob("*.txt"))


def check(told: Extraction) -> None:
    """Check that every item stands at its place and in its words, and that what is joined may be joined."""
    raw, written = told.clean.raw, told.to_dict()
    for kind in ("entities", "relations", "statistics"):
        for item in written[kind]:
            assert item["evidence"]
            assert raw[item["start"] : item["end"]] == item["evidence"]
            assert item["status"] in ("accepted", "proposed")
            assert 0 <= item["confidence"] <= 1
    types = {entity["id"]: entity["type"] for entity in written["entities"]}
    assert len(types) == len(written["entities"])
    edges = Schema.load().edges
    for entity in written["entities"]:
        assert all(alias in raw for alias in entity["aliases"])
    for relation in written["relations"]:
        assert (types[relation["source"]], types[relation["target"]]) in edges[relation["type"]].pairs
        assert relation["source"] != relation["target"]
    assert all(statistic["subject"] in types for statistic in written["statistics"])


def glossed(text: str) -> str:
    """Return the text in traditional characters, each with its reading behind it, as a scraper leaves it."""
    return "".join(
        f"{new}({pinyin(new, style=Style.TONE)[0][0]})" if new != old else old
        for old, new in zip(text, text.translate(TRADITIONAL), strict=True)
    )


def test_a_report_is_read_whole() -> None:
    told = extract(REPORT)
    check(told)
    names = {entity.name: entity.type for entity in told.entities}
    assert names["云溪市妇联"] == "Federation"
    assert names["霞岭光伏产业基地妇联"] == "Federation"
    assert names["江溪银行"] == "Bank"
    assert names["林晚"] == "Person"
    assert told.to_dict()["date"] == "2024-03-08"
    assert {(s.measure, s.value) for s in told.statistics} >= {("members", 50), ("loans_total", 20_000_000)}


def test_a_garbled_report_gives_what_its_clean_twin_gives() -> None:
    clean, garbled = extract(REPORT), extract(glossed(REPORT))
    check(garbled)
    assert [(e.type, e.name) for e in garbled.entities] == [(e.type, e.name) for e in clean.entities]
    assert [(r.type, r.basis) for r in garbled.relations] == [(r.type, r.basis) for r in clean.relations]


@pytest.mark.parametrize("file", TEXTS_HERE, ids=[file.stem for file in TEXTS_HERE])
def test_every_item_quotes_its_document(file: Path) -> None:
    check(extract_file(file))


def test_every_item_quotes_the_five_sources() -> None:
    for file in sorted(shared_texts().glob("*.txt")):
        check(extract_file(file))


PIECES = [*REPORT.splitlines(), "(lián)", "？！", "\t|", "□", "〔2021〕3号", "（）", " "]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9))
def test_whatever_is_read_quotes_it(parts: list[str]) -> None:
    text = "\n".join(parts)
    check(extract(text))
    check(extract(glossed(text)))


def test_two_runs_are_the_same() -> None:
    first, second = (json.dumps(extract(REPORT).to_dict(), ensure_ascii=False) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", ["", "\n\n", "。。。", "abc 123", "□□□"])
def test_a_text_that_says_nothing_gives_nothing(text: str) -> None:
    told = extract(text)
    assert (told.entities, told.relations, told.statistics) == ((), (), ())
    assert told.to_dict()["entities"] == []


def test_what_is_accepted_stands_alone() -> None:
    told = extract(REPORT)
    sure = told.accepted
    assert len(sure.mentions) == len(told.mentions)
    assert all(told.status(entity) == "accepted" for entity in sure.entities)
    for relation in sure.relations:
        assert sure.owner(relation.src) is not None
        assert sure.owner(relation.dst) is not None
    check(sure)


def test_a_name_is_stored_without_stray_blanks_and_with_wide_brackets() -> None:
    assert stored("2023 年云溪(江岭)中心") == "2023年云溪（江岭）中心"


def test_damage_is_told_and_nothing_is_made_up_for_it() -> None:
    told = extract("云溪市妇联\ufffd\ufffd与江溪银行签约。")
    check(told)
    assert told.clean.losses
    assert any("damaged" in note for note in told.to_dict()["notes"])
    assert {e.name: told.status(e) for e in told.entities}.get("云溪市妇联") == "proposed"


def test_extraction_is_public() -> None:
    assert gk.extract is extract
    assert gk.extract_file is extract_file
