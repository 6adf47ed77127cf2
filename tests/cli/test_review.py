"""`graphkit review`: a session at the terminal, fed from a pipe, that ends anywhere and goes on later."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph

Run = Callable[..., Any]
NAMES = ("宏达石业", "远达纺织", "恒昌水暖")


def sheet(dataset: str, form: str) -> Graph:
    nodes = [{"type": "Company", "name": f"{name}{form}", "legal_person": "林美"} for name in NAMES]
    raw = from_records(nodes, source={"dataset": dataset, "name": f"{dataset}台账"}).raw
    assert raw
    return raw


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three companies that two sheets write with 有限公司 and with 有限责任公司."""
    path = tmp_path / "county.duckdb"
    with gk.open_store(path) as opened:
        opened.write(join_raw(sheet("工信局", "有限公司"), sheet("商务局", "有限责任公司")))
    return path


@pytest.fixture
def review(run: Run) -> Run:
    return partial(run, "review")


def decided(path: Path) -> list[str]:
    with gk.open_store(path) as opened:
        return sorted(str(judgement) for judgement in opened.read().decisions["judgement"].to_pylist())


def companies(path: Path) -> int:
    with gk.open_store(path) as opened:
        return int(opened.counts()["Company"])


def test_pairs_are_listed_as_json(review: Run, store: Path) -> None:
    told = review(store, "--json").json
    assert (told["pairs"], told["decided"], len(told["table"])) == (3, 0, 3)
    assert set(told["table"][0]) == {"left", "right", "type", "left_name", "right_name", "score", "reasons"}
    assert len(review(store, "--json", "--top", "1").json["table"]) == 1


def test_a_session_shows_the_pair_its_sources_and_its_components(review: Run, store: Path) -> None:
    told = review(store, typed="q\n").out
    for part in ("1/3", "公司", "有限责任公司", "工信局台账 · node", "有限／有限责任之别", "字号", "已记录 0 条"):
        assert part in told
    assert "林美" not in told
    assert decided(store) == [] and companies(store) == 6


def test_quitting_keeps_what_was_decided_and_the_next_session_goes_on(review: Run, store: Path) -> None:
    assert "已记录 1 条判断，跳过 1 对，还剩 1 对" in review(store, "--by", "王芳", typed="a\ns\nq\n").out
    assert companies(store) == 5
    with gk.open_store(store) as opened:
        row = opened.read().decisions.to_pylist()[0]
    assert (row["judgement"], row["by"]) == ("same", "王芳")
    assert "wording" in row["reason"] and row["score"] and row["at"]
    assert review(store, "--json").json["pairs"] == 2
    # The end of the input is quitting; what is no answer is asked for again.
    told = review(store, typed="?\nU\n").out
    assert "请输入" in told and "1/2" in told and "已记录 1 条" in told
    assert "已记录 1 条" in review(store, typed="r\n").out
    assert decided(store) == ["different", "same", "unsure"] and companies(store) == 5
    assert "没有待定的名称对" in review(store, typed="a\n").out


def test_a_decision_is_undone_and_exported(review: Run, store: Path, tmp_path: Path) -> None:
    pair = review(store, "--json").json["table"][0]
    review(store, typed="a\n")
    target = tmp_path / "decisions.csv"
    assert str(target) in review(store, "--export", target).out
    assert "商务局/Company/" in target.read_text(encoding="utf-8")
    assert "已撤回" in review(store, "--undo", pair["right"], pair["left"]).out
    assert companies(store) == 6 and decided(store) == []
    again = review(store, "--undo", pair["right"], pair["left"])
    assert again.code == 1 and "没有这条判断" in again.err
    with gk.open_store(store) as opened:
        gk.load(opened, target)
    assert companies(store) == 5


def test_a_contradiction_costs_one_decision_only(review: Run, store: Path) -> None:
    with gk.open_store(store) as opened:
        opened.write(sheet("税务局", "股份有限公司"))
    before = review(store, "--json").json["table"]
    first = {row["left_name"][:2] for row in before if "other form" in row["reasons"]}
    assert len(before) == 9 and len(first) == 3
    # All alike but the last of each three: it is told to be two after it was made one through the third.
    answers: dict[str, int] = {}
    for row in before:
        name = row["left_name"][:2]
        answers[name] = answers.get(name, 0) + 1
        row["typed"] = "r" if answers[name] == 3 else "a"
    told = review(store, typed="".join(f"{row['typed']}\n" for row in before))
    assert told.code == 0 and told.out.count("未记录") == 3 and "contradicts" in told.out
    assert decided(store) == ["same"] * 6 and companies(store) == 3


def test_what_a_terminal_would_obey_is_not_printed(review: Run, store: Path) -> None:
    nodes = [
        {"type": "Company", "name": "宏达\x1b[31m石业有限公司"},
        {"type": "Company", "name": "宏达石业[31m有限责任公司"},
    ]
    raw = from_records(nodes, source={"dataset": "别处", "name": "\x1b]0;台账\x07"}).raw
    assert raw
    with gk.open_store(store) as opened:
        opened.write(raw)
    told = review(store, typed="s\n" * 20).out
    assert "\x1b" not in told and "\x07" not in told
