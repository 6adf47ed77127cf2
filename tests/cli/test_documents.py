"""`graphkit extract`: a report becomes a table for people or one JSON object for programs."""

from pathlib import Path
from typing import Any

import pytest

REPORT = "云溪市妇联与江溪银行签约，推出“巾帼岚贷”，发放贷款2000余万元。云溪市妇联成立霞岭镇女企业家协会。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "简报.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_one_file_as_json_is_one_object(run: Any, report: Path) -> None:
    told = run("extract", report, "--format", "json").json
    assert told["file"] == "简报.txt"
    assert {"title", "publisher", "date", "authors", "entities", "relations", "statistics"} <= set(told)
    bank = next(entity for entity in told["entities"] if entity["type"] == "Bank")
    assert (bank["name"], bank["evidence"]) == ("江溪银行", "江溪银行")
    assert REPORT[bank["start"] : bank["end"]] == "江溪银行"
    assert told["statistics"][0]["value"] == 20_000_000


def test_several_files_are_rows_of_one_table(run: Any, report: Path) -> None:
    told = run("extract", report, report, "--format", "json").json
    assert told["files"] == 2
    assert told["table"][0] == told["table"][1]


@pytest.mark.parametrize(("lang", "words"), [("zh", ("实体", "妇联", "采纳", "原文")), ("en", ("entities", "status"))])
def test_a_table_shows_names_status_and_quotes(run: Any, report: Path, lang: str, words: tuple[str, ...]) -> None:
    done = run("extract", report, "--lang", lang)
    assert done.code == 0
    assert all(word in done.out for word in (*words, "云溪市妇联", "江溪银行", "简报.txt"))


def test_a_terminal_is_not_obeyed(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("云溪市\x1b[31m妇联与江溪银行签约。", encoding="utf-8")
    assert "\x1b[31m" not in run("extract", path).out


def test_words_of_an_office_are_taken(run: Any, report: Path, tmp_path: Path) -> None:
    folder = tmp_path / "词表"
    folder.mkdir()
    assert run("extract", report, "--lexicons", folder).code == 0
    (folder / "unknown.yaml").write_text("a: [b]\n", encoding="utf-8")
    done = run("extract", report, "--lexicons", folder)
    assert done.code == 1
    assert "unknown.yaml" in done.err


def test_a_file_that_cannot_be_read_is_an_error_without_half_an_answer(run: Any, report: Path, tmp_path: Path) -> None:
    done = run("extract", report, tmp_path / "无此文件.txt")
    assert done.code == 1
    assert done.out == ""
    assert "Traceback" not in done.err
    binary = tmp_path / "b.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    assert run("extract", binary).code == 1
