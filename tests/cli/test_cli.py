"""The command line: what it prints for people and programs, and what it says about bad input."""

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import graphkit as gk
from graphkit.demo import datasets


def test_coverage_says_the_interval_first(run: Any, stores: dict[str, Path]) -> None:
    done = run("coverage", stores["sources"])
    assert done.out.startswith("覆盖率 42.9-100 %：已覆盖 3，空白点 0，情况不明 4，共 7 个企业")
    english = run("coverage", stores["sources"], "--lang", "en")
    assert english.out.startswith("42.9-100 % covered: 3 covered, 0 gap, 4 unknown of 7 companies")


def test_coverage_as_json_is_one_object(run: Any, stores: dict[str, Path]) -> None:
    told = run("coverage", stores["example_county"], "--json", "--by", "乡镇,产业链").json
    assert {"units", "covered", "gap", "unknown", "rate", "interval", "weight", "as_of", "rules", "table"} <= set(told)
    assert (told["units"], told["covered"], told["gap"], told["unknown"]) == (128, 74, 32, 22)
    assert told["interval"] == [74 / 128, 96 / 128]
    assert told["table"][-1]["units"] == 128
    assert {"town", "chain"} <= set(told["table"][0])


@pytest.mark.parametrize("command", ["gaps", "claims", "linkage", "info", "coverage"])
def test_every_json_answer_has_its_rows_under_table(run: Any, stores: dict[str, Path], command: str) -> None:
    assert isinstance(run(command, stores["example_county"], "--json").json["table"], list)


def test_gaps_put_key_candidates_first(run: Any, stores: dict[str, Path]) -> None:
    told = run("gaps", stores["example_county"], "--json").json
    answers = [row["key_candidate"] for row in told["table"]]
    assert answers == sorted(answers, key=["yes", "unknown", "no"].index)
    assert len(run("gaps", stores["example_county"], "--json", "--top", "5").json["table"]) == 5


def test_why_names_rule_organisation_source_and_place(run: Any, stores: dict[str, Path]) -> None:
    told = run("why", stores["sources"], "福建省弘一石业有限公司").out
    for part in ("已覆盖", "直接覆盖", "福建省弘一石业有限公司妇联", "联建", "近邻娘家", "2022-09-23", "¶7 [474:487]"):
        assert part in told


def test_claims_count_what_is_stated_named_and_unnamed(run: Any, stores: dict[str, Path]) -> None:
    rows = run("claims", stores["sources"], "--json").json["table"]
    stated = next(row for row in rows if row["measure"] == "industry_federations")
    assert (stated["value"], stated["named"], stated["unnamed"]) == (34, 4, 30)
    assert stated["verdict"] == "consistent"


def test_path_prints_each_hop_with_its_source_and_place(run: Any, stores: dict[str, Path]) -> None:
    done = run("path", stores["sources"], "晶澳", "江苏银行")
    hops = [line for line in done.out.splitlines() if line.startswith("   ")]
    assert len(hops) == 4
    assert all("¶" in hop and "扬州" in hop for hop in hops)
    assert len(run("path", stores["sources"], "晶澳", "江苏银行", "--json").json["table"]) == 4
    assert run("path", stores["sources"], "晶澳", "江苏银行", "--all", "--json").json["paths"] > 1


def test_evidence_names_the_source(run: Any, stores: dict[str, Path]) -> None:
    rows = run("evidence", stores["sources"], "阳光中科", "--json").json["table"]
    assert {row["kind"] for row in rows} == {"Company", "COVERS"}
    assert all(row["place"].startswith("¶22") for row in rows)


def test_query_takes_parameters(run: Any, stores: dict[str, Path]) -> None:
    text = "MATCH (w)-[:COVERS]->(x) WHERE x.name = $name RETURN w.name AS w"
    asked = ("query", stores["sources"], text, "-p", "name=阳光中科")
    assert run(*asked, "--json").json["table"] == [{"w": "阳光中科妇联"}]
    assert "阳光中科妇联" in run(*asked).out


def test_an_invented_graph_says_so(run: Any, stores: dict[str, Path]) -> None:
    assert "虚构示例" in run("coverage", stores["example_county"]).err
    assert "虚构" not in run("coverage", stores["sources"]).err


def test_map_report_and_exports_are_written(run: Any, stores: dict[str, Path], tmp_path: Path) -> None:
    for command, file in (("map", "地图.html"), ("report", "三季度.html"), ("report", "三季度.xlsx")):
        assert run(command, stores["example_county"], "-o", tmp_path / file).code == 0
        assert (tmp_path / file).stat().st_size > 10_000
    for form in ("parquet", "csv"):
        assert run("export", stores["sources"], tmp_path / form, "--format", form).code == 0
        assert any((tmp_path / form).iterdir())
    assert run("export", stores["sources"], tmp_path / "图.graphml", "--format", "graphml").code == 0
    assert run("export", stores["sources"], tmp_path / "导入", "--neo4j-import").code == 0
    assert (tmp_path / "导入" / "README.txt").is_file()
    assert run("export", stores["sources"], tmp_path / "x", "--neo4j-import", "--format", "csv").code == 2
    assert run("export", stores["sources"], tmp_path / "x", "--sensitive", "Company.phone").code == 2


def test_forget_undoes_a_load(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "county.duckdb"
    assert run("load", store, *datasets("sources")).code == 0
    assert run("forget", store, "nanan_star_link").code == 0
    assert "nanan_star_link" not in [s["dataset"] for s in run("info", store, "--json").json["sources"]]


def test_loading_again_changes_nothing(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "county.duckdb"
    first = run("load", store, *datasets("example_county"), "--json").json
    again = run("load", store, *datasets("example_county"), "--json").json
    assert (first["revision"], again["revision"]) == (1, 1)


def bad_folder(folder: Path, yaml: str, **files: str) -> Path:
    folder.mkdir()
    (folder / "dataset.yaml").write_text(yaml, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


COMPANIES = "name: d\nfiles:\n  - {file: companies.csv, node: Company}\n"
COVERS = COMPANIES + "  - {file: feds.csv, node: Federation}\n  - {file: covers.csv, edge: COVERS, %s}\n"
ENDS = "src: {type: Federation, column: w}, dst: {type: Company, column: x}"
TURNED = "src: {type: Company, column: x}, dst: {type: Federation, column: w}"
TWO = {"companies": "name\n甲公司\n", "feds": "name\n甲妇联\n", "covers": "w,x\n甲妇联,甲公司\n"}
BAD = {
    "unknown type": (COMPANIES.replace("Company", "Firm"), {"companies": "name\n甲\n"}, "Firm"),
    "wrong end": (COVERS % TURNED, TWO, "Company → Federation"),
    "dangling key": (COVERS % ENDS, TWO | {"covers": "w,x\n甲妇联,乙公司\n"}, "covers.csv"),
    "duplicate id": (COMPANIES, {"companies": "name,leading\n甲,true\n甲,false\n"}, "companies.csv"),
    "broken YAML": ("name: [", {}, "dataset.yaml"),
    "breached expectation": (COMPANIES + "expect: {Company: {min: 5}}\n", {"companies": "name\n甲\n"}, "1 Company"),
    "missing file": (COMPANIES, {}, "companies.csv"),
    "unknown column": (COMPANIES, {"companies": "name,boss\n甲,乙\n"}, "boss"),
    "bad value": (COMPANIES, {"companies": "name,women_employees\n甲,many\n"}, "women_employees"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_says_what_and_where_and_writes_nothing(run: Any, tmp_path: Path, case: str) -> None:
    yaml, files, told = BAD[case]
    done = run("load", tmp_path / "store.duckdb", bad_folder(tmp_path / "d", yaml, **files))
    assert done.code == 1
    assert told in done.err
    assert "Traceback" not in done.err and "错误" in done.err and "办法" in done.err
    if (tmp_path / "store.duckdb").exists():
        with gk.open_store(tmp_path / "store.duckdb") as store:
            assert store.revision == 0


def test_bad_stores_are_told_apart(run: Any, tmp_path: Path) -> None:
    assert "没有这个库" in run("coverage", tmp_path / "none.duckdb").err
    (tmp_path / "text.duckdb").write_text("no database at all, only some words " * 500, encoding="utf-8")
    done = run("coverage", tmp_path / "text.duckdb")
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert run("load", tmp_path / "text.duckdb", *datasets("sources")).code == 1
    assert (tmp_path / "text.duckdb").read_text(encoding="utf-8").startswith("no database")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("MATCH (c:Company RETURN c.name AS n", "line 1"),
        ("MATCH (c:Company) SET c.name = 'x'", "SET"),
        ("MATCH (c) DETACH DELETE c", "DETACH"),
    ],
)
def test_bad_queries_are_refused_with_the_position(run: Any, stores: dict[str, Path], text: str, told: str) -> None:
    done = run("query", stores["sources"], text)
    assert done.code == 1
    assert told in done.err


def test_a_runaway_query_is_stopped(run: Any, stores: dict[str, Path]) -> None:
    text = "MATCH (a), (b), (c), (d), (e) WHERE a.name + b.name + c.name + d.name + e.name = 'x' RETURN count(*) AS n"
    done = run("query", stores["sources"], text, "--seconds", "0.2")
    assert (done.code, "查询超时" in done.err) == (1, True)


def test_unknown_names_get_the_nearest_ones(run: Any, stores: dict[str, Path]) -> None:
    done = run("why", stores["sources"], "福建弘一石业有限公司")
    assert (done.code, "福建省弘一石业有限公司" in done.err) == (1, True)


def test_wrong_usage_is_exit_code_two(run: Any) -> None:
    assert run("coverage").code == 2
    assert run("no-such-command").code == 2


def test_nothing_printed_as_json_is_nan(run: Any, stores: dict[str, Path]) -> None:
    for command in ("coverage", "gaps", "claims", "linkage"):
        assert "NaN" not in run(command, stores["example_county"], "--json").out


def test_gaps_csv_reads_back(run: Any, stores: dict[str, Path], tmp_path: Path) -> None:
    from graphkit.exporters.tables import export_frame

    graph = gk.open_store(stores["example_county"]).read()
    rows = gk.gaps(gk.coverage(graph))
    path = export_frame(rows, tmp_path / "gaps.csv")
    assert pd.read_csv(path)["name"].tolist() == rows["name"].tolist()


def test_decisions_alone_can_be_loaded(run: Any, tmp_path: Path) -> None:
    decided = next(path for path in datasets("sources") if path.name == "decisions.csv")
    assert run("load", tmp_path / "s.duckdb", decided).code == 0


@pytest.mark.parametrize("text", ["RETURN date('2020-01-01') AS d", "RETURN 1e308*10 AS x", "RETURN {d: date()} AS m"])
def test_every_answer_of_a_query_is_json(run: Any, stores: dict[str, Path], text: str) -> None:
    assert len(run("query", stores["sources"], text, "--json").json["table"]) == 1


def test_codes_stay_text_and_odd_parameters_are_wrong_usage(run: Any, stores: dict[str, Path]) -> None:
    text = "RETURN $x AS x"
    assert run("query", stores["sources"], text, "-p", "x=00350583", "--json").json["table"] == [{"x": "00350583"}]
    assert run("query", stores["sources"], text, "-p", "x=350583", "--json").json["table"] == [{"x": 350583}]
    assert run("query", stores["sources"], text, "-p", "limits=3").code == 2
    assert run("gaps", stores["sources"], "--top", "0").code == 2


def test_no_export_takes_the_place_of_a_store(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    assert run("load", store, *datasets("sources")).code == 0
    held = store.read_bytes()
    assert run("map", store, "-o", store).code == 1
    assert run("export", store, store, "--format", "graphml").code == 1
    assert store.read_bytes() == held


@pytest.mark.parametrize(("scope", "code"), [("{of: COVRES}", 1), ("{of: COVERS, where: {region: 无此镇}}", 0)])
def test_a_complete_list_of_what_is_not_there_is_told(run: Any, tmp_path: Path, scope: str, code: int) -> None:
    folder = bad_folder(tmp_path / "d", f"{COMPANIES}complete: [{scope}]\n", companies="name\n甲\n")
    done = run("load", tmp_path / "s.duckdb", folder)
    assert done.code == code
    assert "complete[1]" in done.out + done.err


@pytest.mark.parametrize("date", ["2026-02-30", "2026-13-30", "soon"])
def test_an_impossible_date_is_told_with_its_place(run: Any, tmp_path: Path, date: str) -> None:
    folder = bad_folder(tmp_path / "d", f"{COMPANIES}date: {date}\n", companies="name\n甲\n")
    done = run("load", tmp_path / "s.duckdb", folder)
    assert (done.code, "dataset.yaml" in done.err) == (1, True)


def test_a_file_of_another_engine_is_no_store(run: Any, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.duckdb").execute("CREATE TABLE t (a)").connection.close()
    done = run("info", tmp_path / "other.duckdb")
    assert (done.code, "extension" in done.err) == (1, False)


def test_errors_speak_the_language_that_was_asked_for(run: Any, stores: dict[str, Path]) -> None:
    assert run("why", stores["sources"], "无此企业", "--lang", "en").err.startswith("Error: ")
    assert run("why", stores["sources"], "无此企业", "--lang", "zh").err.startswith("错误: ")


def test_memory_is_bounded_by_option_and_by_environment(
    run: Any, stores: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = stores["example_county"]
    plain = run("coverage", place, "--by", "town")
    bounded = run("coverage", place, "--by", "town", "--memory", "300MB", "--spill", tmp_path / "溢出")
    assert (bounded.code, bounded.out) == (0, plain.out)
    assert (tmp_path / "溢出").is_dir()
    monkeypatch.setenv("GRAPHKIT_MEMORY", "1MB")
    lacking = run("coverage", place)
    assert lacking.code == 1
    assert "内存不够" in lacking.err
    assert run("coverage", place, "--memory", "much").code == 1


def test_options_of_spark_are_refused_elsewhere(run: Any, stores: dict[str, Path], tmp_path: Path) -> None:
    place = stores["example_county"]
    assert run("coverage", place, "--parts", 3).code == 2
    assert run("linkage", tmp_path, "--engine", "spark", "--redundancy").code == 2
    found = run("coverage", tmp_path, "--engine", "spark")
    assert found.code == 1
    assert "Parquet" in found.err
