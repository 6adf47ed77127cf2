"""`graphkit load` of a report, and `graphkit review --items`: fed from a pipe, ended anywhere, gone on with later."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.graph.tables import EVIDENCE, Graph
from graphkit.loaders.reading import Reading
from graphkit.schema import Schema
from tests.loaders.reports import SOURCE, TEXT, TITLE, extraction

Run = Callable[..., Any]
# In the order of the review: 临溪竹产业园 and 临溪农商银行; COVERS, PARTNERS_WITH, OFFERS; women 120.
VENUE, BANK = "阵地平台", "银行"


def report() -> Graph:
    return Reading(Schema.load(), extraction(), dict(SOURCE)).graph()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "临溪.duckdb"
    with gk.open_store(path) as opened:
        opened.write(report())
    return path


@pytest.fixture
def review(run: Run) -> Run:
    return partial(run, "review")


def waits(path: Path) -> list[str]:
    with gk.open_store(path) as opened:
        return list(gk.proposed(opened)["name"])


def statuses(path: Path) -> dict[str, list[str]]:
    with gk.open_store(path) as opened:
        graph = opened.read()
    return {kind: table["status"].to_pylist() for kind, table in {**graph.node_tables, **graph.edge_tables}.items()}


def test_a_report_is_loaded_and_told_of(run: Run, tmp_path: Path) -> None:
    path, store = tmp_path / "简报.txt", tmp_path / "a.duckdb"
    path.write_text(TEXT, encoding="utf-8")
    told = run("load", store, path).out
    for part in ("实体 采纳", "关系 采纳", "待审", "编码", "分词"):
        assert part in told
    told = run("load", store, path, "--dataset", "三月简报", "--json").json
    (document,) = told["documents"]
    assert document["dataset"] == "三月简报" and document["accepted"]["entities"] > 0
    assert {row["type"] for row in told["table"]} == {"entities", "relations", "statistics"}
    assert "entities" in run("load", store, path, "--files", "--lang", "en").out


def test_what_waits_is_listed_as_json(review: Run, store: Path) -> None:
    told = review(store, "--items", "--json").json
    assert told["items"] == len(told["table"]) == 6
    assert [row["kind"] for row in told["table"]] == ["node", "node", "edge", "edge", "edge", "statistic"]
    assert len(review(store, "--items", "--json", "--top", "1").json["table"]) == 1


def test_the_pairs_are_asked_as_before_and_tell_of_the_items(review: Run, store: Path) -> None:
    told = review(store, typed="q\n").out
    assert "没有待定的名称对" in told and "另有 6 条" in told and "--items" in told


def test_a_sitting_shows_the_words_marked_in_their_sentence(review: Run, store: Path) -> None:
    told = review(store, "--items", typed="s\ns\ns\nq\n").out
    assert "1/6 · 阵地平台 · 0.80 · " + TITLE in told
    assert "联合成立【临溪竹产业园】妇联，采取联建办法，覆盖临溪竹产业园。" in told
    assert "临溪竹产业园妇联（妇联）  —覆盖→  临溪竹产业园（阵地平台）" in told
    assert "由临溪县妇联指导，联合成立临溪竹产业园妇联，【采取联建办法，覆盖临溪竹产业园】。" in told
    assert "采纳 0 条，不采纳 0 条，跳过 3 条，还剩 3 条" in told
    assert len(waits(store)) == 6


def test_quitting_keeps_what_was_decided_and_the_next_sitting_goes_on(review: Run, store: Path) -> None:
    # With the park, the cover that waited for it alone holds: it is not asked about.
    told = review(store, "--items", "--by", "王芳", typed="a\nr\nq\n").out
    assert "采纳 1 条，不采纳 1 条，跳过 0 条，还剩 2 条" in told
    assert statuses(store)["COVERS"] == ["actual"] and statuses(store)["Venue"] == ["actual"]
    assert "Bank" not in statuses(store) and "PARTNERS_WITH" not in statuses(store)
    with gk.open_store(store) as opened:
        source = opened.sources().set_index("dataset").loc["review"]
        assert (source["publisher"], source["kind"]) == ("王芳", "correction")
        assert len(opened.sources()) == 2
    told = review(store, "--items", typed="?\nA\na\na\n").out
    assert "1/2" in told and "请输入" in told and "采纳 2 条，不采纳 0 条" in told
    assert "没有待审的内容" in review(store, "--items", typed="a\n").out


def test_the_end_of_the_input_is_quitting(review: Run, store: Path) -> None:
    assert "采纳 1 条" in review(store, "--items", typed="a\n").out
    assert statuses(store)["Venue"] == ["actual"]


def test_the_last_answer_is_taken_back(review: Run, store: Path) -> None:
    told = review(store, "--items", typed="z\na\nz\nr\nq\n").out
    assert "还没有判断可撤回" in told and "已撤回：临溪竹产业园" in told
    assert "采纳 0 条，不采纳 1 条" in told
    assert "Venue" not in statuses(store) and "COVERS" not in statuses(store)


def test_what_was_written_is_taken_back_too(review: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphkit.cli.items.BATCH", 1)
    told = review(store, "--items", typed="a\na\nz\ns\nq\n").out
    assert "已撤回：临溪农商银行" in told and "采纳 1 条，不采纳 0 条，跳过 1 条" in told
    assert statuses(store)["Venue"] == ["actual"] and statuses(store)["Bank"] == ["proposed"]


def test_an_edge_that_is_taken_back_leaves_its_end_accepted(review: Run, store: Path) -> None:
    told = review(store, "--items", typed="s\na\ns\na\nz\nq\n").out
    assert "已撤回：临溪县妇联 → 临溪农商银行" in told and "采纳 1 条" in told
    assert statuses(store)["Bank"] == ["actual"] and statuses(store)["PARTNERS_WITH"] == ["proposed"]


def test_another_type_and_other_ends(review: Run, store: Path) -> None:
    # The park is an alliance; the agreement is with the park's federation, as GUIDES says.
    typed = "t\n无此类型\nt\n联盟协会\ns\ne\n\n无此单位\ne\n\n临溪竹产业园妇联\ns\nt\nq\n"
    told = review(store, "--items", "--by", "王芳", typed=typed).out
    assert told.count("未记录") >= 1 and "采纳" in told
    assert statuses(store)["Alliance"] == ["actual"] and "Venue" not in statuses(store)
    # A federation may cover an alliance too: what waited for the park holds.
    assert statuses(store)["COVERS"] == ["actual"]


def test_a_number_has_no_type_and_a_node_no_ends(review: Run, store: Path) -> None:
    told = review(store, "--items", typed="e\ns\ns\ns\ns\ns\nt\na\n").out
    assert "没有两端" in told and "数字只能采纳或不采纳" in told and "采纳 1 条" in told


def test_a_decided_item_goes_back_into_review(review: Run, store: Path) -> None:
    item = review(store, "--items", "--json").json["table"][0]["item"]
    review(store, "--items", typed="r\n")
    assert len(waits(store)) == 4
    assert "已退回待审" in review(store, "--reopen", item).out
    assert len(waits(store)) == 6
    again = review(store, "--reopen", item)
    assert again.code == 1 and "没有对它的审核判断" in again.err


def test_verdicts_hold_when_the_report_is_loaded_anew(review: Run, store: Path) -> None:
    review(store, "--items", typed="a\nr\nr\nr\n")
    before = statuses(store)
    with gk.open_store(store) as opened:
        opened.forget("简报")
        opened.write(report())
    assert statuses(store) == before and not waits(store)


def test_evidence_shows_the_quotes(run: Run, store: Path) -> None:
    told = run("evidence", store, "临溪青禾竹业有限公司", "--json").json["table"]
    assert {"临溪青禾竹业有限公司", "临溪青禾竹业有限公司拟单独成立妇联。"} <= {row["quote"] for row in told}
    assert all(row["place"].startswith("¶") for row in told)


def test_what_a_terminal_would_obey_is_not_printed(review: Run, store: Path) -> None:
    with gk.open_store(store) as opened:
        raw = report()
        evil = raw.evidence.to_pandas().assign(quote="\x1b[31m红\x07")
        opened.write(replace(raw, evidence=pa.Table.from_pandas(evil, schema=EVIDENCE, preserve_index=False)))
    told = review(store, "--items", typed="s\n" * 8).out
    assert "\x1b" not in told and "\x07" not in told


def test_reports_are_read_by_the_words_of_the_office(run: Run, tmp_path: Path) -> None:
    words, path = tmp_path / "words", tmp_path / "简报.txt"
    words.mkdir()
    (words / "organisations.yaml").write_text("MicroHome:\n  micro_home: [石榴小院]\n", encoding="utf-8")
    path.write_text("云岭县妇联成立“青竹”石榴小院。\n", encoding="utf-8")

    def homes(*options: Any) -> list[str]:
        store = tmp_path / f"{len(options)}.duckdb"
        assert run("load", store, path, *options).code == 0
        with gk.open_store(store) as opened:
            return [str(name) for name in opened.read().table("MicroHome")["name"].to_pylist()]

    assert homes() == [] and homes("--lexicons", words) == ["“青竹”石榴小院"]
    (words / "people.yaml").write_text("chef: [厨师长]\n", encoding="utf-8")
    refused = run("load", tmp_path / "b.duckdb", path, "--lexicons", words)
    assert refused.code == 1 and "people.yaml" in refused.err and not (tmp_path / "b.duckdb").exists()
