"""What the command line says of links: brokers, ledger, suggested ties, quadrant, and redundancy beside the linkage."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import graphkit as gk
from graphkit.analysis import rules as module

COMMANDS = ["linkage", "brokers", "ledger", "ties", "quadrant"]


@pytest.fixture
def county(stores: dict[str, Path]) -> Path:
    return stores["example_county"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_answer_is_one_object_with_its_rows_under_table(run: Any, county: Path, command: str) -> None:
    told = run(command, county, "--json").json
    assert isinstance(told["table"], list) and told["table"]
    assert (told["to"], told["max_hops"], told["as_of"], told["rules"]) == (["Bank"], 3, None, "star_link")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_begins_with_a_sentence_that_says_what_it_depends_on(
    run: Any, county: Path, command: str, lang: str
) -> None:
    done = run(command, county, "--lang", lang, "--as-of", "2026-09-30")
    first = done.out.splitlines()[0]
    for part in ("star_link", "2026-09-30", "3 步之内" if lang == "zh" else "within 3 hops"):
        assert part in first
    assert "虚构" in done.err or "Invented" in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_captions_of_types_are_understood(run: Any, county: Path, command: str) -> None:
    told = [run(command, county, "--to", name, "--json").json["table"] for name in ("Alliance", "联盟协会")]
    assert told[0] == told[1]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "Bnak"], "Bank"),
        (["--to", "Region"], "Region"),
        (["--max-hops", "0"], "0 hops"),
        (["--as-of", "yesterday"], "yesterday"),
        (["--units", "shops"], "shops"),
        (["--rules", "没有.yaml"], "没有.yaml"),
    ],
)
def test_bad_input_is_answered_in_a_line(run: Any, county: Path, command: str, words: list[str], said: str) -> None:
    done = run(command, county, *words)
    assert done.code == 1
    assert said in done.err and "错误" in done.err and "Traceback" not in done.err
    assert not done.out


def test_an_own_rules_file_counts_everywhere(run: Any, county: Path, tmp_path: Path) -> None:
    data = yaml.safe_load((Path(module.__file__).parent / module.BUILT_IN).read_text(encoding="utf-8"))
    data["name"], data["linkage"]["max_hops"] = "县规则", 2
    own = tmp_path / "规则.yaml"
    own.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    for command in COMMANDS:
        told = run(command, county, "--rules", own, "--json").json
        assert (told["rules"], told["max_hops"]) == ("县规则", 2), command


def test_redundancy_stands_beside_the_linkage(run: Any, county: Path) -> None:
    plain, told = (run("linkage", county, "--json", *more).json["table"] for more in ([], ["--redundancy"]))
    assert [{name: row[name] for name in plain[0]} for row in told] == plain
    routes = {row["name"]: row["routes"] for row in told if not row["group"]}
    assert routes["霁川榆月家具股份有限公司"] >= 2
    assert routes["霁川芷苓五金有限公司"] == 1
    assert "互不相交的路径" in run("linkage", county, "--redundancy").out
    assert "互不相交的路径" not in run("linkage", county).out


def test_what_is_lost_without_a_broker(run: Any, county: Path, stores: dict[str, Path]) -> None:
    told = run("brokers", county, "--json").json
    first = told["table"][0]
    losses = run("brokers", county, "--without", first["name"], "--json").json["table"]
    assert sum(row["lost"] for row in losses) == first["lost_pairs"]
    assert sum(row["cut"] for row in losses) == first["units_cut"]
    assert len(run("brokers", county, "--top", "3", "--json").json["table"]) == 3
    # The people of the sources: without this one the company reaches no bank.
    without = run("brokers", stores["sources"], "--max-hops", "4", "--without", "郭亚菲", "--json").json["table"]
    assert [(row["name"], row["left"], row["cut"]) for row in without] == [("晶澳太阳能（扬州）科技有限公司", 0, True)]
    unknown = run("brokers", county, "--without", "霁川县妇")
    assert unknown.code == 1 and "霁川县妇联" in unknown.err


def test_the_ledger_lists_what_came_farthest_first(run: Any, county: Path) -> None:
    told = run("ledger", county, "--json").json
    states = [row["state"] for row in told["table"]]
    assert states == sorted(states, key=["repeated", "realised", "announced", "possible"].index)
    assert told["units"] == sum(told[name] for name in ("possible", "announced", "realised", "repeated", "none"))
    assert {row["element"] for row in told["entries"]} >= {e for row in told["table"] for e in row["edges"][:1]}
    out = run("ledger", county).out
    for part in ("多次往来", "已落实", "已约定", "群体另列", "贷款余额：2 笔，7,100,000 元", "贷款：15 笔", "2 / 2"):
        assert part in out
    assert "贷款（群体、多笔合计数，另列）：1 笔，>12,000,000 元" in out
    assert "另有" in out and "仅有路径（--all 列出）" in out
    every = run("ledger", county, "--all").out
    assert "仅有路径（--all 列出）" not in every
    assert len(every.splitlines()) > len(out.splitlines())


def test_the_ledger_of_the_sources(run: Any, stores: dict[str, Path]) -> None:
    told = run("ledger", stores["sources"], "--json").json
    assert [(row["name"], row["resource_name"], row["state"]) for row in told["table"]] == [
        ("江苏惠泽电气有限公司", "江苏银行", "realised")
    ]
    idle = {row["name"]: row["idle"] for row in told["brokers"]}
    assert idle == {"苏州市妇联": ["苏州银行"], "扬州经济技术开发区妇联": []}
    english = run("ledger", stores["sources"], "--lang", "en").out
    assert "Counted cohorts apart:" in english and "bank loan balance (cohorts, sums over many; apart)" not in english
    assert "balance (cohorts, sums over many; apart): 1, CNY 2,118,000,000" in english.replace(
        "loan balance", "balance"
    )


def test_ties_are_suggested_and_recounted(run: Any, county: Path) -> None:
    told = run("ties", county, "--new", "4", "--json").json
    assert [row["rank"] for row in told["table"]] == [1, 2, 3, 4]
    assert sum(row["gain"] for row in told["table"]) == told["gain"] == told["bound"]
    assert told["recount"]["linked"] == told["linked"] + told["gain"]
    out = run("ties", county, "--new", "4").out
    assert "已证最优" in out and f"已知 {told['recount']['linked']} 个链接到银行" in out
    wrong = run("ties", county, "--new", "0")
    assert wrong.code == 1 and "新增合作的要求有误" in wrong.err
    people = run("ties", county, "--new", "4", "--persons", "--json").json
    assert people["gain"] >= told["gain"]


def test_the_quadrant_by_chain(run: Any, county: Path) -> None:
    told = run("quadrant", county, "--by", "产业链,乡镇", "--json").json["table"]
    assert {"chain", "town", "status", "linked", "units", "share", "names", "ids"} == set(told[0])
    total = [row for row in told if row["chain"] == "total"]
    assert sum(row["units"] for row in total) == 128
    out = run("quadrant", county, "--by", "产业链").out
    assert "组建成本最低" in out and "空白点 · 已知链接" in out and "智能水泵产业链" in out
    assert run("quadrant", county, "--by", "颜色").code == 1
    plain = run("quadrant", county, "--lang", "en").out
    assert "linked but not covered are the cheapest to organise" in plain and "not known to be linked" in plain


def test_hostile_names_stand_in_cells_as_they_are(run: Any, tmp_path: Path) -> None:
    name = "[red]=cmd|' /C calc'!A0</script>"
    nodes = [{"type": kind, "name": f"{name}{kind}"} for kind in ("Company", "Bank", "Federation")]
    company, bank, federation = (node["name"] for node in nodes)
    edges = [{"type": "LENDS_TO", "src": bank, "dst": company, "via": federation, "valid_from": "2023-01-01"}]
    edges += [{"type": "GUIDES", "src": federation, "dst": company}]
    with gk.open_store(tmp_path / "敌意.duckdb") as store:
        store.write(gk.from_records(nodes, edges, source={"dataset": "敌意", "date": "2026-01-01"}))
    for command in ("linkage", "ledger", "quadrant"):
        assert company in run(command, tmp_path / "敌意.duckdb", "--json").out
        assert "[red]=cmd" in run(command, tmp_path / "敌意.duckdb").out, command
