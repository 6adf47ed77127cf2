"""Wrong questions get a clear error, and a question about nothing gets a null: never 0 % or 100 %."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import graphkit as gk
from graphkit.analysis.segments import segments
from graphkit.errors import GraphkitError
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, gap, graph, node, plan9
from tests.cli.conftest import run  # noqa: F401 - a fixture

BUILT_IN = (files("graphkit.analysis") / "rules" / "star_link.yaml").read_text(encoding="utf-8")


def rules_with(folder: Path, *keys: Any, value: Any) -> Path:
    """The built-in rules with one value changed."""
    data = part = yaml.safe_load(BUILT_IN)
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    path = folder / "规则.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


RULES: dict[str, tuple[tuple[Any, ...], Any, tuple[str, ...]]] = {
    "unknown type of a unit": (
        ("units", "companies", "select"),
        ["Compny"],
        ("units.companies.select", "'Compny'", "Company"),
    ),
    "unknown type on a path": (
        ("reasons", 0, "path"),
        [{"in": "COVERS", "to": ["Fedration"]}],
        ("reasons.direct.path[1]", "'Fedration'", "Federation"),
    ),
    "unknown edge": (
        ("reasons", 0, "path", 0, "in"),
        "COVRES",
        ("reasons.direct.path[1]", "'COVRES'", "COVERS"),
    ),
    "unknown property": (
        ("key_candidate", "conditions", 0, "property"),
        "party",
        ("key_candidate.conditions[1]", "'party'"),
    ),
    "a path that does not type-check": (
        ("reasons", 1, "path", 1),
        {"in": "COVERS", "to": ["Company"]},
        ("reasons.base.path[2]", "COVERS never joins Venue to Company"),
    ),
    "a path that ends elsewhere": (
        ("reasons", 1, "path"),
        [{"out": "LOCATED_IN", "to": ["Venue"]}],
        ("reasons.base.path", "ends at Venue"),
    ),
    "a path that no unit can begin": (
        ("reasons", 0, "path"),
        [{"out": "FEEDS", "to": ["Industry"]}, {"in": "COVERS", "to": "covering"}],
        ("reasons.direct.path[1]", "FEEDS never joins"),
    ),
    "a confidence that is none": (("min_confidence",), 80, ("min_confidence is 80",)),
    "a negative cost": (("plan", "own", "cost"), -1, ("plan.own.cost is -1",)),
}


@pytest.mark.parametrize("case", RULES)
def test_a_wrong_rules_file_names_file_rule_and_key(case: str, tmp_path: Path) -> None:
    keys, value, told = RULES[case]
    with pytest.raises(GraphkitError) as error:
        gk.load_rules(rules_with(tmp_path, *keys, value=value))
    assert [part for part in ("规则.yaml", *told) if part not in str(error.value)] == []
    assert error.value.hint


QUESTIONS: dict[str, tuple[Callable[[Graph], Any], str, str]] = {
    "a negative budget": (lambda g: gk.plan(gk.coverage(g), per_year=[-1]), "bad-budget", "list of numbers from 0"),
    "a negative year": (lambda g: gk.plan(gk.coverage(g), per_year=[3, -0.5]), "bad-budget", "-0.5"),
    "a budget without years": (lambda g: gk.plan(gk.coverage(g), per_year=[]), "bad-budget", "one a year"),
    "a budget that is no number": (
        lambda g: gk.plan(gk.coverage(g), per_year=["many"]),
        "bad-budget",
        "many",
    ),
    "a negative quota": (
        lambda g: gk.plan(gk.coverage(g), per_year=[1], min_per_town=-1),
        "bad-quota",
        "min_per_town is -1",
    ),
    "a quota that no town can meet": (
        lambda g: gk.plan(gk.coverage(g), per_year=[9], min_per_town=3),
        "quota-not-met",
        "甲镇 has 2",
    ),
    "a quota that the budget cannot meet": (
        lambda g: gk.plan(gk.coverage(g), per_year=[1], min_per_town=2),
        "quota-not-met",
        "the first year alone costs 2",
    ),
    "a full cover that cannot be": (
        lambda g: gk.full_cover(gk.coverage(plan9())),
        "cannot-cover",
        r"e \(own: too few women employees \(12\); party-led: party organisation not known \(possible if known\); "
        r"joint: no partner; hosted: no membership\)",
    ),
    "a full cover that is too dear": (
        lambda g: gk.full_cover(gk.coverage(g), per_year=[1]),
        "budget-too-small",
        "costs 2 tasks; 1 in years do not do",
    ),
    "a weight that is none": (
        lambda g: gk.plan(gk.coverage(g), per_year=[1], weight="men"),
        "unknown-choice",
        "'men' is no weight",
    ),
    "a rate by nothing known": (lambda g: gk.rates(gk.coverage(g), by="twon"), "unknown-choice", "'twon'"),
    "a rate of an unknown weight": (lambda g: gk.rates(gk.coverage(g), weight="heads"), "unknown-choice", "'heads'"),
    "units that are none": (lambda g: gk.coverage(g, units="firms"), "unknown-units", "'firms'"),
    "a confidence that is none": (lambda g: gk.coverage(g, min_confidence=80), "bad-limit", "80"),
    "a date that is none": (lambda g: gk.coverage(g, as_of="yesterday"), "value-not-understood", "yesterday"),
    "a day that never was": (lambda g: gk.coverage(g, as_of="2026-02-30"), "value-not-understood", "2026-02-30"),
    "links at no date": (lambda g: gk.links(g, as_of="2026-13"), "value-not-understood", "2026-13"),
    "a comparison at no date": (lambda g: gk.compare(g, g, "2026-06-31", None), "value-not-understood", "2026-06-31"),
    "links to a type that is none": (lambda g: gk.links(g, to="Bnak"), "unknown-type", "Bnak"),
    "links over no hops": (lambda g: gk.links(g, max_hops=0), "bad-hops", "0 hops"),
    "a cascade at no date": (lambda g: gk.cascade(g, as_of="2026-02-30"), "value-not-understood", "2026-02-30"),
    "a trend since no date": (lambda g: gk.trend(g, since="spring"), "value-not-understood", "spring"),
    "a trend until no date": (lambda g: gk.trend(g, until="2026-13"), "value-not-understood", "2026-13"),
    "a trend of no units": (lambda g: gk.trend(g, units="firms"), "unknown-units", "'firms'"),
    "questions by nothing known": (
        lambda g: gk.questions(gk.coverage(g), by="twon"),
        "unknown-choice",
        "'twon'",
    ),
    "a quadrant of two dates": (
        lambda g: gk.quadrant(gk.coverage(g), gk.links(g, as_of="2026-01-01")),
        "findings-differ",
        "2026-01-01",
    ),
    "a ledger at no date": (lambda g: gk.ledger(g, as_of="2026-13"), "value-not-understood", "2026-13"),
    "no new ties": (lambda g: gk.ties(gk.links(g), 0), "bad-ties", "0 is no number of ties"),
    "why of nobody": (lambda g: gk.why(gk.coverage(g), "无此公司"), "unknown-name", "无此公司"),
}


@pytest.fixture(scope="module")
def town() -> Graph:
    """Two gaps in one town, each with enough women for an organisation of its own."""
    units = [gap(f"甲{n}", women_employees=60) for n in range(2)]
    return graph([*units, node("Region", "甲镇", level="town")], [edge("LOCATED_IN", u["name"], "甲镇") for u in units])


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_wrong_question_is_a_clear_error(case: str, town: Graph) -> None:
    ask, code, told = QUESTIONS[case]
    with pytest.raises(GraphkitError, match=told) as error:
        ask(town)
    assert error.value.code == code
    assert error.value.hint


EMPTY: dict[str, Callable[[], tuple[Graph, dict[str, Any]]]] = {
    "an empty graph": lambda: (graph([]), {}),
    "no companies": lambda: (graph([node("Bank", "银行"), node("Federation", "妇联")]), {}),
    "only a counted group": lambda: (graph([company("200家商户", group=True, count=200)]), {}),
    "nothing selected": lambda: (
        graph([company("甲"), node("Alliance", "联盟", kind="league")]),
        {"units": "key_points"},
    ),
    "all founded later": lambda: (graph([company("甲", founded="2027")]), {"as_of": "2026-06-30"}),
}


@pytest.mark.parametrize("case", EMPTY)
def test_no_units_give_no_rate(case: str) -> None:
    told, options = EMPTY[case]()
    cov = gk.coverage(told, **options)
    assert len(cov.table) == 0
    headline = cov.headline()
    assert (headline["units"], headline["interval"], headline["rate"]) == (0, None, None)
    for text in (repr(cov), cov.text("zh")):
        assert "0 %" not in text.replace("?-? %", "") and "?-? %" in text
    for by in (None, "town", "chain", "segment", "mode", "size", ["town", "mode"]):
        for weight in ("count", "women_employees"):
            rows = gk.rates(cov, by=by, weight=weight)
            assert len(rows) == 1 and rows[["rate", "low", "high"]].isna().all(axis=None)
            assert rows["units"].tolist() == [0]
    assert len(gk.gaps(cov)) == 0
    found = gk.plan(cov, per_year=[1, 1], min_per_town=1)
    assert (len(found.steps), found.summary["rate"], found.gap) == (0, None, None)
    assert gk.full_cover(cov).summary["rate"] is None
    assert len(gk.recount(found).table) == 0
    assert len(gk.questions(cov)) == 0
    moving = gk.trend(told, units=cov.units_kind, until=cov.as_of)
    assert moving.headline()["interval"] is None and moving.headline()["rate"] is None
    assert moving.frame[["rate", "low", "high", "target"]].isna().all(axis=None)
    assert "0 %" not in moving.text("zh").replace("?-? %", "").replace("至 100 %", "")
    net = gk.links(told, to="Bank", **options)
    assert (net.headline()["units"], net.headline()["share"]) == (0, None)
    assert gk.rates(net)["share"].isna().all()
    assert len(gk.brokers(net).frame) == len(gk.redundancy(net)) == len(gk.ties(net, 1).frame) == 0
    assert gk.ledger(told, to="Bank", **options).headline()["units"] == 0
    cells = gk.quadrant(cov, net)
    assert cells["units"].tolist() == [0] * 6 and cells["share"].isna().all()


def test_no_organisations_give_no_cascade() -> None:
    found = gk.cascade(graph([company("甲")]))
    assert found.headline()["interval"] is None
    assert found.stages[["low", "high"]].isna().all(axis=None)
    assert "0 %" not in repr(found).replace("?-? %", "")


def test_segments_without_units_are_unknown_and_a_chain_without_feeds_has_no_figure() -> None:
    nodes = [node("Industry", "链", kind="chain"), node("Industry", "段", kind="segment")]
    cov = gk.coverage(graph(nodes, [edge("PART_OF", "段", "链")]))
    assert segments(cov)["status"].tolist() == ["unknown"]
    assert gk.continuity(cov)[["low", "high"]].isna().all(axis=None)
    assert len(gk.continuity(gk.coverage(graph([])))) == 0


def test_no_head_counts_give_no_share_of_women() -> None:
    rows = gk.rates(gk.coverage(graph([company("甲", federation_status="yes"), gap("乙")])), weight="women_employees")
    assert rows[["rate", "low", "high"]].isna().all(axis=None)
    assert (rows["women"].tolist(), rows["uncounted"].tolist()) == ([0], [2])


# The same from the command line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, town: Graph) -> Path:
    return stored(tmp_path_factory.mktemp("库") / "甲镇.duckdb", town)


def stored(path: Path, told: Graph) -> Path:
    with gk.open_store(path) as opened:
        opened.write(told)
    return path


COMMANDS: dict[str, tuple[list[str], int, str]] = {
    "a negative budget": (["plan", "STORE", "--per-year", "3,-1"], 1, "每年的任务数有误"),
    "a quota that cannot be met": (
        ["plan", "STORE", "--per-year", "9", "--min-per-town", "9"],
        1,
        "每个乡镇的数目达不到",
    ),
    "a negative quota": (["plan", "STORE", "--per-year", "9", "--min-per-town", "-1"], 1, "min_per_town is -1"),
    "a date that is none": (["coverage", "STORE", "--as-of", "someday"], 1, "someday"),
    "gaps at no date": (["gaps", "STORE", "--as-of", "2026-02-30"], 1, "2026-02-30"),
    "links at no date": (["linkage", "STORE", "--to", "Bank", "--as-of", "2026-13"], 1, "2026-13"),
    "units that are none": (["coverage", "STORE", "--units", "firms"], 1, "firms"),
    "a way to group that is none": (["coverage", "STORE", "--by", "twon"], 1, "twon"),
    "links by nothing known": (["linkage", "STORE", "--by", "twon"], 1, "twon"),
    "a weight that is none": (["coverage", "STORE", "--weight", "heads"], 1, "heads"),
    "a cascade at no date": (["cascade", "STORE", "--as-of", "2026-02-30"], 1, "2026-02-30"),
    "a cascade by nothing known": (["cascade", "STORE", "--by", "twon"], 1, "twon"),
    "a trend since no date": (["trend", "STORE", "--since", "spring"], 1, "spring"),
    "questions at no date": (["questions", "STORE", "--as-of", "2026-13"], 1, "2026-13"),
    "questions by nothing known": (["questions", "STORE", "--by", "twon"], 1, "twon"),
    "a quadrant by nothing known": (["quadrant", "STORE", "--by", "twon"], 1, "twon"),
    "brokers to a type that is none": (["brokers", "STORE", "--to", "Bnak"], 1, "Bnak"),
    "a ledger at no date": (["ledger", "STORE", "--as-of", "2026-13"], 1, "2026-13"),
    "no new ties": (["ties", "STORE", "--new", "0"], 1, "0"),
    "a rules file that is not there": (["coverage", "STORE", "--rules", "无此文件.yaml"], 1, "无此文件.yaml"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_wrong_command_says_what_and_where(case: str, run: Any, store: Path) -> None:  # noqa: F811
    words, code, told = COMMANDS[case]
    done = run(*(store if word == "STORE" else word for word in words))
    assert (done.code, told in done.err, done.out) == (code, True, ""), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("case", RULES)
@pytest.mark.parametrize("command", ["coverage", "gaps"])
def test_a_wrong_rules_file_is_told_by_commands(
    case: str,
    command: str,
    run: Any,  # noqa: F811
    store: Path,
    tmp_path: Path,
) -> None:
    keys, value, told = RULES[case]
    done = run(command, store, "--rules", rules_with(tmp_path, *keys, value=value))
    assert (done.code, done.out) == (1, "")
    assert [part for part in ("规则.yaml", *told) if part not in done.err] == []


ABOUT_NOTHING = ["coverage", "coverage --by town", "gaps", "plan --per-year 3", "plan --full", "questions", "trend"]
ABOUT_NOTHING += ["linkage", "linkage --by town", "brokers", "ledger", "ties", "quadrant", "quadrant --by town"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_commands_about_nothing_print_no_percentage(run: Any, tmp_path: Path, lang: str) -> None:  # noqa: F811
    path = stored(tmp_path / "无企业.duckdb", graph([node("Bank", "银行"), node("Federation", "妇联")]))
    for command in ABOUT_NOTHING:
        words = command.split()
        done = run(words[0], path, *words[1:], "--lang", lang)
        assert done.code == 0, (command, done.err)
        # What the line of a trend leads to is no finding.
        shown = done.out.replace("?-? %", "").replace("至 100 %", "").replace("to 100 %", "")
        assert "0 %" not in shown and "0.0 %" not in shown, (command, done.out)
    told = run("coverage", path, "--json").json
    assert (told["units"], told["rate"], told["interval"]) == (0, None, [None, None])
    assert all(row["rate"] is None and row["low"] is None for row in told["table"])
    assert run("linkage", path, "--json").json["share"] is None
    assert pd.isna(run("plan", path, "--per-year", "3", "--json").json["rate"])
