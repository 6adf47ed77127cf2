"""The query command: texts, shipped questions, parameters, and what is portable."""

from pathlib import Path
from typing import Any

import pytest

import graphkit as gk


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two organisations and what they cover."""
    path = tmp_path_factory.mktemp("query") / "小县.duckdb"
    nodes = [{"type": "Federation", "name": name} for name in ("甲妇联", "乙妇联")]
    nodes += [{"type": "Company", "name": name} for name in ("丙公司", "123")]
    edges = [
        {"type": "COVERS", "src": "甲妇联", "dst": "丙公司", "mode": "own"},
        {"type": "COVERS", "src": "乙妇联", "dst": "123", "mode": "joint"},
    ]
    with gk.open_store(path) as store:
        store.write(gk.from_records(nodes, edges))
    return path


def test_the_shipped_questions_are_listed_in_both_languages(run: Any, county: Path) -> None:
    told = run("query", county, "--list", "--json", "--lang", "zh").json
    assert told["questions"] == len(told["table"]) == len(gk.shipped_queries())
    covered = next(row for row in told["table"] if row["name"] == "covered")
    assert covered["title"] == gk.shipped_query("covered").title["zh"] and "mode" in covered["parameters"]
    assert "Who covers what" in run("query", county, "--list", "--lang", "en").out


def test_a_question_is_asked_by_name_with_parameters(run: Any, county: Path) -> None:
    assert len(run("query", county, "--named", "covered", "--json").json["table"]) == 2
    rows = run("query", county, "--named", "covered", "-p", "mode=joint", "--json").json["table"]
    assert [row["organisation"] for row in rows] == ["乙妇联"]
    digits = run("query", county, "--named", "people", "-p", "company=123", "--json").json["table"]
    assert [row["company"] for row in digits] == ["123"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--named", "covred"), 1),
        (("--named", "covered", "-p", "modus=own"), 1),
        (("--named", "not_covered", "-p", "more_than=many"), 1),
        (("--named", "covered", "MATCH (n:Company) RETURN n.name AS name"), 2),
        ((), 2),
        (("--list", "--named", "covered"), 2),
        (("MATCH (n:Company) RETURN n.name AS name", "-p", "portable=1"), 2),
    ],
)
def test_what_cannot_be_asked_is_told(run: Any, county: Path, words: tuple[str, ...], code: int) -> None:
    done = run("query", county, *words)
    assert done.code == code and done.err and "Traceback" not in done.err


def test_what_is_not_portable_is_refused_on_demand(run: Any, county: Path) -> None:
    text = "MATCH (n:Company) RETURN n.title AS name ORDER BY name"
    assert run("query", county, text).code == 0
    done = run("query", county, text, "--portable")
    assert done.code == 1 and "title" in done.err and "n.name" in done.err
