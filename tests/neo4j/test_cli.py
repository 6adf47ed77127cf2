"""The commands on a real server: push, pull, diff, and every other command with the server as its store."""

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.demo import seeds
from graphkit.graph.convert import from_records
from graphkit.stores.neo4j.connect import Settings
from tests.cli.conftest import run  # noqa: F401 - a fixture
from tests.neo4j.conftest import Ask
from tests.test_readme import README

COUNTY = seeds() / "example_county"


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the first quarter, and one of both."""
    folder = tmp_path_factory.mktemp("county")
    for name, editions in (("one", ["2026Q2"]), ("two", ["2026Q2", "2026Q3"])):
        with gk.open_store(folder / f"{name}.duckdb") as store:
            for edition in editions:
                gk.load(store, COUNTY / edition)
    return folder


@pytest.fixture
def uri(target: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty server, reached by the settings of the environment."""
    monkeypatch.setenv("NEO4J_URI", target.uri)
    for name in ("USERNAME", "PASSWORD_FILE", "DATABASE", "PASSWORD"):
        monkeypatch.delenv(f"NEO4J_{name}", raising=False)
    if target.password:
        monkeypatch.setenv("NEO4J_PASSWORD", target.password)
    return target.uri


def write(file: Path, *names: str, **values: Any) -> Path:
    """A store with companies of these names."""
    with gk.open_store(file) as store:
        store.write(from_records([{"type": "Company", "name": name} | values for name in names]))
    return file


def test_from_laptop_to_server_and_back(run: Any, uri: str, quarters: Path, tmp_path: Path, ask: Ask) -> None:  # noqa: F811
    store = quarters / "two.duckdb"
    planned = run("push", store, "--plan", "--json").json
    assert planned["planned"] and planned["changes"] > 1000 and planned["server"] == uri
    assert {row["type"] for row in planned["table"]} >= {"Company", "COVERS", "Source", "RawRows"}
    assert ask("MATCH (n) RETURN count(n)") == [[0]]
    pushed = run("push", store, uri, "--json").json
    assert pushed["changes"] == planned["changes"] and pushed["revision"] == 1
    assert pushed["table"] == planned["table"] and pushed["counters"]["nodes_created"] > 300
    again = run("push", store, "--plan", "--json").json
    assert again["changes"] == 0 and again["home"] == ["Company.legal_person", "Company.phone"]
    assert "服务器上已是如此" in run("push", store, "--plan").out
    second = run("push", store, "--json").json
    assert (second["changes"], second["revision"], second["counters"]) == (0, 1, {})
    same = run("diff", store, "--json").json
    assert (same["differences"], same["table"]) == (0, [])
    text = "MATCH (w)-[c:COVERS]->(x) RETURN w.name AS w, c.mode AS mode, x.name AS x ORDER BY w, x, mode"
    assert run("query", uri, text, "--json").json == run("query", store, text, "--json").json
    back = tmp_path / "back.duckdb"
    pulled = run("pull", uri, back, "--json").json
    assert (pulled["revision"], pulled["changed"], len(pulled["sources"]["new"])) == (1, True, 6)
    assert run("diff", back, "--json").json["differences"] == 0
    assert run("coverage", back, "--json").json == run("coverage", store, "--json").json
    assert not run("pull", back, "--json").json["changed"]


def test_the_next_quarter_is_planned_pushed_and_pruned(run: Any, uri: str, quarters: Path, ask: Ask) -> None:  # noqa: F811
    assert run("push", quarters / "two.duckdb").code == 0
    older = quarters / "one.duckdb"
    out = run("push", older, "--plan").out
    assert "更改 企业 霁川澜庭纱业有限公司：员工总数 90 → >98" in out and "仅服务器有的未删；--prune 删除" in out
    shown = run("diff", older, "--top", 3).out
    assert "只在服务器上" in shown and "另有" in shown
    out = run("push", older, "--plan", "--prune").out
    assert "删除 企业 8：" in out and "--force" not in out.replace("--sensitive", "")
    assert run("push", older, "--prune").code == 0
    assert run("diff", older, "--json").json["differences"] == 0
    assert ask("MATCH (c:Company) WHERE c.gk_load IS NOT NULL RETURN count(c)") == [[121]]


def test_a_prune_of_more_than_a_fifth_stops(run: Any, uri: str, tmp_path: Path, ask: Ask) -> None:  # noqa: F811
    many = write(tmp_path / "many.duckdb", *(f"公司{n}" for n in range(10)))
    few = write(tmp_path / "few.duckdb", *(f"公司{n}" for n in range(3)))
    assert run("push", many).code == 0
    planned = run("push", few, "--plan", "--prune")
    assert planned.code == 0 and "确要如此，请加 --force" in planned.out
    assert run("push", few, "--plan", "--prune", "--json").json["needs_force"]
    stopped = run("push", few, "--prune")
    assert stopped.code == 1 and "要删除的太多" in stopped.err and "Traceback" not in stopped.err
    assert ask("MATCH (c:Company) RETURN count(c)") == [[10]]
    assert run("push", few, "--prune", "--force").code == 0
    assert ask("MATCH (c:Company) RETURN count(c)") == [[3]]


def test_coverage_is_there_on_request_and_is_no_part_of_the_record(
    run: Any,  # noqa: F811
    uri: str,
    quarters: Path,
    ask: Ask,
) -> None:
    store = quarters / "two.duckdb"
    told = run("push", store, "--with-coverage", "--as-of", "2026-09-30", "--json")
    assert told.code == 0
    counted = run("coverage", store, "--as-of", "2026-09-30", "--json").json
    text = "MATCH (c) WHERE c.coverage IS NOT NULL RETURN c.coverage AS status, count(c) AS n ORDER BY status"
    rows = run("query", uri, text, "--json").json["table"]
    assert {row["status"]: row["n"] for row in rows} == {s: counted[s] for s in ("covered", "gap", "unknown")}
    modes = ask("MATCH (c:Company) WHERE c.coverage = 'covered' RETURN count(c.coverage_mode), count(c.coverage_rule)")
    assert modes[0][1] > modes[0][0] > 0
    assert run("diff", store, "--json").json["differences"] == 0
    assert run("push", store, "--with-coverage", "--as-of", "2026-09-30", "--plan", "--json").json["changes"] == 0
    assert "覆盖情况 已覆盖 → （空）" in run("push", store, "--plan").out
    assert run("push", store).code == 0
    assert run("query", uri, text, "--json").json["table"] == []


def test_sensitive_properties_leave_by_name_and_come_back_without_harm(
    run: Any,  # noqa: F811
    uri: str,
    tmp_path: Path,
    ask: Ask,
) -> None:
    store = write(tmp_path / "库.duckdb", "甲", phone="13800000000", legal_person="赵某")
    done = run("push", store)
    assert "敏感属性留在本地" in done.out and "13800000000" not in done.out + str(ask("MATCH (n) RETURN properties(n)"))
    refused = run("pull", uri, store)
    assert refused.code == 1 and "取回会清空本地的敏感属性" in refused.err and "Company.phone (1)" in refused.err
    assert run("info", store, "--json").json["revision"] == 1
    assert run("push", store, "--sensitive", "Company.fone").code == 1
    for name in ("Company.phone", "Company.legal_person"):
        assert run("push", store, "--sensitive", name).code == 0
    assert ask("MATCH (c:Company) RETURN c.phone, c.legal_person") == [[None, "赵某"]]
    both = ("--sensitive", "Company.phone", "--sensitive", "Company.legal_person")
    assert run("push", store, *both).code == 0
    assert not run("pull", uri, store, "--json").json["changed"]
    assert run("push", store).code == 0
    assert "13800000000" not in str(ask("MATCH (n) RETURN properties(n)"))
    assert run("pull", uri, store, "--force").code == 0
    assert run("info", store, "--json").json["revision"] == 2


def test_what_others_added_is_told_and_kept_on_request(run: Any, uri: str, tmp_path: Path, ask: Ask) -> None:  # noqa: F811
    store = write(tmp_path / "库.duckdb", "甲", "乙")
    assert run("push", store).code == 0
    ask("MATCH (c:Company {name: '甲'}) SET c.rating = '=1+1' CREATE (:Note)-[:ABOUT]->(c)")
    new = tmp_path / "新.duckdb"
    done = run("pull", uri, new, "--keep-unknown")
    assert done.code == 0 and "Company.rating (1)" in done.out and "他人所写" in done.out
    kept = (tmp_path / "新.unknown.csv").read_text(encoding="utf-8-sig")
    assert "rating" in kept and "'=1+1" in kept
    answer = run("pull", uri, new, "--json", "--keep-unknown").json
    assert answer["values"][0]["value"] == "=1+1" and answer["unknown"][0]["property"] == "rating"
    assert {row["type"]: row["foreign"] for row in answer["table"]}["Note"] == 1
    assert not (tmp_path / "新.mapping.yaml").exists() and run("diff", new, "--json").json["differences"] == 0


def test_a_pull_leaves_other_sources_of_the_store(run: Any, uri: str, quarters: Path, tmp_path: Path) -> None:  # noqa: F811
    assert run("push", quarters / "one.duckdb").code == 0
    store = write(tmp_path / "库.duckdb", "外公司")
    told = run("pull", uri, store)
    assert told.code == 0 and "库中另有 1 个来源服务器上没有" in told.out
    assert "外公司" in run("query", store, "MATCH (c:Company) RETURN c.name AS name ORDER BY name").out


def test_every_command_takes_a_server_as_its_store(run: Any, uri: str, quarters: Path, tmp_path: Path) -> None:  # noqa: F811
    store = shutil.copy(quarters / "two.duckdb", tmp_path / "county.duckdb")
    assert run("push", store, "--sensitive", "Company.phone", "--sensitive", "Company.legal_person").code == 0
    unit = run("gaps", store, "--json").json["table"][0]["name"]
    for words in (
        ("coverage", "--by", "乡镇"),
        ("gaps", "--top", "5"),
        ("why", unit),
        ("claims",),
        ("linkage", "--to", "银行"),
        ("path", unit, "Bank"),
        ("evidence", unit),
        ("query", "--named", "covered"),
    ):
        command, *rest = words
        here, there = (run(command, target, *rest, "--json") for target in (store, uri))
        assert there.code == 0 and there.json == here.json, words
    assert run("info", uri, "--json").json["table"] == run("info", store, "--json").json["table"]
    for words in (("map", "-o", "地图.html"), ("report", "-o", "报告.html"), ("sheet", "-o", "核对.xlsx")):
        assert run(words[0], uri, words[1], tmp_path / words[2]).code == 0
        assert (tmp_path / words[2]).stat().st_size > 5_000
    assert run("export", uri, tmp_path / "parquet").code == 0 and any((tmp_path / "parquet").iterdir())
    assert run("bundle", uri, tmp_path / "包.zip").code == 0
    corrected = run("correct", uri, unit, "--set", "women_employees=77", "--reason", "电话核实", "--json")
    assert corrected.code == 0 and corrected.json["revision"] == 2
    assert run("query", uri, "MATCH (c) WHERE c.women_employees = 77 RETURN c.name AS n", "--json").json["rows"] >= 1
    assert run("forget", uri, corrected.json["source"]).code == 0
    assert run("load", uri, COUNTY / "2026Q2", "--json").json["revision"] == 3


def test_what_a_server_cannot_do_is_said(run: Any, uri: str, tmp_path: Path) -> None:  # noqa: F811
    empty = run("coverage", uri)
    assert empty.code == 1 and "nothing was pushed" in empty.err and "没有这个库" in empty.err
    assert run("pull", uri, tmp_path / "x.duckdb").code == 1 and not (tmp_path / "x.duckdb").exists()
    assert run("push", write(tmp_path / "库.duckdb", "甲")).code == 0
    for words in (("compare", uri), ("report", uri, "-o", tmp_path / "r.html", "--since", "9")):
        done = run(*words)
        assert done.code == 1 and "只保留最新版次" in done.err, words
    written = run("query", uri, "CREATE (n:Company) RETURN 1 AS x")
    assert written.code == 1 and "查询只许读取" in written.err


def test_the_way_that_the_readme_tells(
    run: Any,  # noqa: F811
    uri: str,
    quarters: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every command of the section is run as it stands there, on this server."""
    text = README.read_text(encoding="utf-8").partition("## From laptop to server")[2]
    block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
    assert block
    commands = [shlex.split(line, comments=True) for line in block[1].splitlines() if line.startswith("graphkit ")]
    assert {words[1] for words in commands} >= {"push", "diff", "pull", "query", "coverage"}
    monkeypatch.chdir(tmp_path)
    shutil.copy(quarters / "two.duckdb", "county.duckdb")
    for words in commands:
        done = run(*(uri if "://" in word else word for word in words[1:]))
        assert done.code == 0 and done.out, words
