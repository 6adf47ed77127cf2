"""The further findings in the report: the numbers of the library, in every edition, and nothing that may not leave."""

import dataclasses
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

import graphkit.exporters.findings as makers
from graphkit.analysis.continuity import continuity
from graphkit.analysis.coverage import STATUSES, Coverage, coverage
from graphkit.analysis.gaps import gaps
from graphkit.analysis.links import Links, links
from graphkit.analysis.plan import plan
from graphkit.analysis.quadrant import quadrant
from graphkit.analysis.questions import questions
from graphkit.analysis.recount import recount
from graphkit.analysis.trend import trend
from graphkit.build import read
from graphkit.errors import QueryError
from graphkit.exporters.blocks import HIDDEN, Curve, Report, Stairs, Table
from graphkit.exporters.figures import laid_out
from graphkit.exporters.findings import Findings, findings
from graphkit.exporters.outlook import _hidden
from graphkit.exporters.quadrants import _hidden as _hidden_cells
from graphkit.exporters.rendering import page, write_book
from graphkit.exporters.report import TITLES, ReportOptions, build_report, export_report
from graphkit.exporters.wording import wording
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.schema import Schema
from tests.analysis.cases import company, edge, gap, graph, node, plan9, scope
from tests.exporters.test_report import Page, sheets

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"
MADE = ("plan", "trend", "cascade", "brokers", "ledger", "ties")
DERIVED = ("continuity", "questions", "quadrant")


@pytest.fixture(scope="module")
def found() -> Coverage:
    return coverage(read(COUNTY / "2026Q2", COUNTY / "2026Q3"), as_of="2026-09-30")


@pytest.fixture(scope="module")
def net(found: Coverage) -> Links:
    return links(found.graph, to="Bank", as_of=found.as_of)


@pytest.fixture(scope="module")
def made(found: Coverage, net: Links) -> Findings:
    return findings(found, links=net, per_year=[4, 4, 4], records=[read(COUNTY / "2026Q2")])


@pytest.fixture(scope="module")
def report(found: Coverage, net: Links, made: Findings) -> Report:
    return build_report(found, net, findings=made)


@pytest.fixture(scope="module")
def tables(report: Report) -> dict[str, Table]:
    return {table.name: table for table in report.tables}


def columns(table: Table, *captions: str) -> list[tuple[Any, ...]]:
    """The rows of a table, only the columns of these captions."""
    at = [[column.caption for column in table.columns].index(caption) for caption in captions]
    return [tuple(row[number] for number in at) for row in table.rows]


def section_names(report: Any) -> list[str]:
    return [section.name for section in report.sections]


# The numbers of the library


def test_the_plan_by_year_and_town_adds_up_to_its_steps(made: Findings, tables: dict[str, Table]) -> None:
    assert made.plan is not None
    steps = made.plan.steps
    for name in ("plan_by_year", "plan_by_town"):
        rows = columns(tables[name], "新建组织", "新覆盖单位", "女职工数", "重点筹建单位", "任务")
        sums = (len(steps), *(steps[c].sum() for c in ("count", "women_employees", "key_candidates", "cost")))
        assert rows[-1] == pytest.approx(sums)
        assert rows[-1] == tuple(map(sum, zip(*rows[:-1], strict=True)))
    years = columns(tables["plan_by_year"], "新建组织", "当年任务上限")[:-1]
    assert years == [((steps["year"] == year + 1).sum(), budget) for year, budget in enumerate(made.plan.per_year)]
    shown = columns(tables["plan_steps"], "新增", "去掉则少", "女职工数", "任务")
    assert shown == [tuple(row) for row in steps[["gain", "loss", "women_employees", "cost"]].to_numpy().tolist()]
    assert [row[4] for row in tables["plan_steps"].rows] == ["、".join(names) for names in steps["names"]]


def test_the_low_end_after_the_last_year_is_that_of_the_recount(
    found: Coverage, made: Findings, report: Report, tables: dict[str, Table]
) -> None:
    assert made.plan is not None
    after = recount(made.plan)
    assert columns(tables["plan_by_year"], "完成后下限")[-2][0] == after.count("covered") / len(after.table)
    text = page(report)
    assert f"已覆盖由 {found.count('covered')} 个变为 {after.count('covered')} 个" in text
    assert made.plan.text() in text and "已证最优" in text


def test_units_that_nothing_reaches_are_told_with_what_bars_each_mode() -> None:
    found = coverage(plan9())
    blocks = build_report(found, findings=Findings(plan=plan(found, per_year=[2]))).tables
    (possible,) = [table for table in blocks if table.name == "plan_possible"]
    assert possible.rows == (("e", None, "女职工数不足（12）", "？有无党组织不明", "无可联建的单位", "无所属平台"),)
    assert "plan_blocked" not in [table.name for table in blocks]
    barred = coverage(graph([gap("独", women_employees=3, party_organisation=False)]))
    blocks = build_report(barred, findings=Findings(plan=plan(barred, per_year=[2]))).tables
    (closed,) = [table for table in blocks if table.name == "plan_blocked"]
    assert closed.rows[0][0] == "独" and closed.rows[0][3] == "未建党组织"
    assert not [table for table in blocks if table.name in ("plan_possible", "plan_steps", "plan_by_year")]


@pytest.mark.parametrize("weight", ["count", "women_employees", "key_candidates"])
def test_gain_and_loss_are_in_the_weight_of_the_plan(weight: str) -> None:
    found = coverage(plan9())
    told = plan(found, per_year=[2], weight=weight)
    (table,) = [t for t in build_report(found, findings=Findings(plan=told)).tables if t.name == "plan_steps"]
    assert ("新覆盖单位" in [column.caption for column in table.columns]) == (weight != "count")
    assert columns(table, "新增", "去掉则少") == [
        tuple(row) for row in told.steps[["gain", "loss"]].to_numpy().tolist()
    ]
    word = {"count": "企业", "women_employees": "女职工数", "key_candidates": "重点筹建单位"}[weight]
    assert f"均按{word}计" in table.notes[0]


def test_a_plan_of_another_date_says_so(found: Coverage) -> None:
    told = plan(coverage(found.graph), per_year=[1])
    text = page(build_report(found, findings=Findings(plan=told)))
    assert "本节按企业、最近所知计算；报告其余部分：企业，截至 2026-09-30。" in text


def test_the_trend_is_that_of_the_library(found: Coverage, made: Findings, tables: dict[str, Table]) -> None:
    assert made.trend is not None
    frame = made.trend.frame
    counts = columns(tables["trend_dates"], "日期", "单位数", "已覆盖", "空白点", "情况不明")
    assert counts == [tuple(row) for row in frame[["date", "units", *STATUSES]].to_numpy().tolist()]
    ends = columns(tables["trend_dates"], "下限", "上限", "目标线", "当时已知：下限", "当时已知：上限")
    names = ["low", "high", "target", "then_low", "then_high"]
    assert np.array(ends, float) == pytest.approx(frame[names].to_numpy(float), nan_ok=True)
    assert counts[-1][2:] == tuple(found.count(status) for status in STATUSES)


def test_the_curve_ends_where_the_line_reaches_all(made: Findings, report: Report) -> None:
    (curve,) = [block for s in report.sections for block in s.blocks if isinstance(block, Curve)]
    assert made.trend is not None
    assert [(p.low, p.high) for p in curve.points[:-1]] == list(
        made.trend.frame[["low", "high"]].itertuples(False, None)
    )
    assert (curve.points[-1].date, curve.points[-1].aim, curve.points[-1].low) == (made.trend.end, 1.0, None)
    picture = laid_out(curve)
    assert {stroke.kind for stroke in picture.strokes} >= {"under", "between", "low", "high", "aim", "grid"}
    numbers = [float(n) for stroke in picture.strokes for n in re.findall(r"-?\d+\.?\d*", stroke.path)]
    assert max(numbers) <= picture.width and min(numbers) >= -6.4


def test_one_date_gives_a_table_and_no_curve() -> None:
    found = coverage(graph([gap("甲")]))
    report = build_report(found, findings=Findings(trend=trend(found.graph)))
    assert not [block for s in report.sections for block in s.blocks if isinstance(block, Curve)]
    assert "trend_dates" in [table.name for table in report.tables]
    undated = coverage(from_records([company("甲")]))
    report = build_report(undated, findings=Findings(trend=trend(undated.graph)))
    assert [row[0] for t in report.tables if t.name == "trend_dates" for row in t.rows] == ["最近所知"]


def test_the_cascade_is_that_of_the_library(made: Findings, report: Report, tables: dict[str, Table]) -> None:
    assert made.cascade is not None
    stages = made.cascade.stages
    shown = columns(tables["cascade_stages"], "进入", "通过", "未通过", "不明", "至多", "下限", "上限")
    names = ["of", "passed", "failed", "unknown", "at_most", "low", "high"]
    assert np.array(shown, float) == pytest.approx(stages[names].to_numpy(float))
    (stairs,) = [block for s in report.sections for block in s.blocks if isinstance(block, Stairs)]
    assert [(s.covered, s.gap, s.unknown) for _, s in stairs.steps] == list(
        stages[["passed", "failed", "unknown"]].itertuples(False, None)
    )
    between = made.cascade.organisations["effective"].tolist().count("unknown")
    assert f"两端之间有 {between} 个组织" in page(report)
    assert len(tables["cascade_organisations"].rows) == len(made.cascade.rows) - made.cascade.headline()["effective"]


def test_the_bars_of_the_cascade_are_as_long_as_their_numbers(report: Report) -> None:
    (stairs,) = [block for s in report.sections for block in s.blocks if isinstance(block, Stairs)]
    marks = laid_out(stairs).marks
    most = stairs.steps[0][1].units
    full = sum(mark.width for mark in marks if mark.y == marks[0].y)
    for number, (_, shares) in enumerate(stairs.steps):
        own = [mark for mark in marks if mark.y == number * 30 + 5]
        assert sum(mark.width for mark in own) == pytest.approx(full * shares.units / most, abs=0.05)


def test_questions_are_those_of_the_library(found: Coverage, tables: dict[str, Table]) -> None:
    wanted = questions(found, top=10, lang="zh")
    shown = columns(tables["question_list"], "问什么", "问谁", "可查清", "问后不明", "问后区间宽")
    names = ["text", "asked", "shrink", "unknown_after", "width_after"]
    assert shown == [tuple(row) for row in wanted[names].astype(object).to_numpy().tolist()]


def test_gaps_are_told_with_the_mode_and_the_organisations_of_the_library(
    found: Coverage, tables: dict[str, Table]
) -> None:
    wanted = gaps(found, lang="zh").astype(object)
    wanted = wanted.where(wanted.notna(), None)
    names = ["name", "mode", "why", "with", "partners", "nearest", "nearest_by"]
    assert list(tables["gap_ways"].rows) == [tuple(row) for row in wanted[names].to_numpy().tolist()]
    for row, mode, host, why in zip(
        tables["gaps_list"].rows, wanted["mode"], wanted["with"], wanted["why"], strict=True
    ):
        assert row[-1] is mode is None or str(row[-1]).startswith(f"{mode}：{host or why}")


def test_continuity_is_that_of_the_library(found: Coverage, tables: dict[str, Table]) -> None:
    wanted = continuity(found)
    shown = columns(tables["chain_runs"], "产业链", "环节数", "最长连续段（至少）", "最长连续段（至多）")
    assert shown == [
        tuple(row) for row in wanted[["chain", "segments", "low", "high"]].astype(object).to_numpy().tolist()
    ]


def test_a_chain_without_an_order_and_one_that_goes_in_circles_are_told() -> None:
    parts = [node("Industry", "链", kind="chain"), *(node("Industry", name, kind="segment") for name in "甲乙")]
    inside = [edge("PART_OF", name, "链") for name in "甲乙"]
    (table,) = [t for t in build_report(coverage(graph(parts, inside))).tables if t.name == "chain_runs"]
    assert table.rows == (("链", 2, "次序不明", "次序不明", None, "乙、甲"),)
    circle = [*inside, edge("FEEDS", "甲", "乙"), edge("FEEDS", "乙", "甲")]
    assert re.search("环节的上下游关系成环.*甲.*乙", page(build_report(coverage(graph(parts, circle)))))


def test_the_quadrant_is_that_of_the_library(found: Coverage, net: Links, tables: dict[str, Table]) -> None:
    whole = quadrant(found, net)
    shown = columns(tables["quadrant_Bank"], "已链接", "未见链接")
    assert [count for row in shown[:-1] for count in row] == whole["units"].tolist()
    assert tables["quadrant_Bank"].rows[-1][-1] == len(found.table)
    for by in ("chain", "town"):
        rows = tables[f"quadrant_Bank_{by}"].rows
        assert [count for row in rows for count in row[1:]] == quadrant(found, net, by=by)["units"].tolist()
        assert sum(rows[-1][1:]) == len(found.table)  # type: ignore[arg-type]
    first = set(quadrant(found, net)["names"][2].tolist())
    assert {row[0] for row in tables["quadrant_Bank_first"].rows} == first


def test_links_of_another_date_are_not_crossed(found: Coverage) -> None:
    text = page(build_report(found, links(found.graph)))
    assert "链接与覆盖的单位或时点不同" in text


def test_brokers_are_those_of_the_library(made: Findings, tables: dict[str, Table]) -> None:
    assert made.brokers is not None
    frame = made.brokers.frame
    frame = frame[frame["lost_pairs"] > 0]
    shown = columns(tables["broker_list"], "中介", "链接对", "失去", "断链单位", "关键度", "中介度")
    names = ["name", "pairs", "lost_pairs", "units_cut", "criticality", "betweenness"]
    assert shown == [tuple(row) for row in frame[names].astype(object).to_numpy().tolist()]
    assert len(tables["broker_losses"].rows) == len(made.brokers.units)
    assert sum(row[2] for row in tables["routes"].rows) == len(made.brokers.links.units)  # type: ignore[misc]


def test_the_ledger_is_that_of_the_library(made: Findings, tables: dict[str, Table]) -> None:
    assert made.ledger is not None
    told = made.ledger.headline()
    counts = [row[1] for row in tables["ledger_states"].rows]
    assert counts == [told[name] for name in ("repeated", "realised", "announced", "possible", "none", "units")]
    assert len(tables["ledger_pairs"].rows) == len(made.ledger.table)
    brokers = made.ledger.brokers
    shown = columns(tables["ledger_brokers"], "中介", "合作方", "已转化", "到首次的天数")
    days = made.ledger.broker_table["days_to_first"].to_pylist()
    assert [row[:3] for row in shown] == list(brokers[["name", "partners", "converted"]].itertuples(False, None))
    assert [row[3] for row in shown] == days
    amounts = [row[3][0] if isinstance(row[3], tuple) else row[3] for row in tables["ledger_amounts"].rows]
    assert amounts == [row["amount"] for row in made.ledger.totals()]


def test_ties_are_those_of_the_library(made: Findings, tables: dict[str, Table]) -> None:
    assert made.ties is not None
    shown = columns(tables["tie_list"], "与谁合作", "新链接", "去掉则少")
    assert shown == list(made.ties.frame[["name", "gain", "loss"]].itertuples(False, None))


# Which sections there are


@pytest.mark.parametrize("name", MADE)
def test_a_finding_has_its_section_and_none_has_none(bridge: tuple[Coverage, Links, Findings], name: str) -> None:
    found, net, made = bridge
    title = TITLES.get(name, name)
    one: dict[str, Any] = {name: getattr(made, name)}
    none: dict[str, Any] = dict.fromkeys(one)
    without = section_names(build_report(found, net, findings=replace(made, **none)))
    alone = section_names(build_report(found, net, findings=Findings(**one)))
    assert title not in without and title in alone
    assert {TITLES.get(other, other) for other in MADE} - {title} <= set(without)
    assert [other for other in alone if other != title] == section_names(build_report(found, net))


def test_what_follows_from_coverage_and_links_is_always_told(bridge: tuple[Coverage, Links, Findings]) -> None:
    found, net, _ = bridge
    assert set(DERIVED) <= set(section_names(build_report(found, net)))
    assert "quadrant" not in section_names(build_report(found))


def test_findings_without_links_or_budgets_leave_these_out(found: Coverage) -> None:
    told = findings(found)
    assert {f.name for f in dataclasses.fields(told) if getattr(told, f.name)} == {"trend", "cascade"}


@pytest.mark.parametrize("as_of", [None, "2020", "2026-05", "2030-01-01"])
@pytest.mark.parametrize("tier", ["internal", "public"])
def test_little_or_nothing_known_gives_a_report_at_any_date(as_of: str | None, tier: Any) -> None:
    for record in (graph([gap("甲")]), from_records([company("甲")]), Graph(Schema.load())):
        found = coverage(record, as_of=as_of)
        net = links(record, as_of=as_of)
        told = findings(found, links=net, per_year=[1])
        assert (told.trend is None) == (as_of is not None and not any(record.sources["date"].to_pylist()))
        report = build_report(found, net, findings=told, options=ReportOptions(tier))
        assert all(section.blocks for section in report.sections) and page(report)


def test_what_is_too_large_is_said_and_not_hidden(
    bridge: tuple[Coverage, Links, Findings], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, net, _ = bridge

    def refuse(*_: Any, **__: Any) -> None:
        raise QueryError("too many", code=code)

    code = "too-many-steps"
    monkeypatch.setattr(makers, "brokers", refuse)
    told = findings(found, links=net)
    assert told.brokers is None and told.left_out == {"brokers"} and told.ledger is not None
    (section,) = [s for s in build_report(found, net, findings=told).sections if s.name == "bridges"]
    assert section.blocks == (wording().texts["too_large"].zh,)
    code = "bad-top"
    with pytest.raises(QueryError):
        findings(found, links=net)


@pytest.mark.parametrize("tier", ["internal", "partner", "public"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_edition_holds_every_section(
    found: Coverage, net: Links, made: Findings, tier: Any, lang: Any, tmp_path: Path
) -> None:
    report = build_report(found, net, findings=made, options=ReportOptions(tier, lang))
    assert {TITLES.get(name, name) for name in MADE} | set(DERIVED) <= set(section_names(report))
    assert all(section.blocks for section in report.sections)
    assert all(len(row) == len(table.columns) for table in report.tables for row in table.rows)
    html = Page(page(report))
    ids = [attrs["id"] for _, attrs in html.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    if lang == "en":
        captions = [column.caption for table in report.tables for column in table.columns]
        captions += [table.caption for table in report.tables] + [section.title for section in report.sections]
        captions += [note for table in report.tables for note in table.notes if not table.name.startswith("claims")]
        assert not re.search("[\u4e00-\u9fff]", " ".join(captions))


def test_every_sheet_has_its_header_in_view_and_no_formula(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_book(report, path)
    book = sheets(path)
    assert len(book) == len(report.tables) + 1
    for table, rows in zip(report.tables, list(book.values())[1:], strict=True):
        assert rows[1] == [column.caption for column in table.columns]
    with zipfile.ZipFile(path) as packed:
        parts = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
    assert len(parts) == len(book)
    assert all('state="frozen"' in part and "<autoFilter" in part for part in parts)
    assert not any(re.search("<f[ >]", part) for part in parts)


# What may leave the house


def bridged(hostile: Sequence[str]) -> Graph:
    """Companies with hostile names that only people link to banks; people whose names stand in other names."""
    people = [node("Person", "庄晓岚", phone="13855550001"), node("Person", "覃墨白"), node("Person", hostile[1])]
    nodes = [*people, node("Bank", "东屏银行", phone="0595-22223333"), node("Bank", hostile[2])]
    nodes += [node("Region", "东屏镇", level="town"), node("Federation", "庄晓岚妇联", level="town")]
    nodes += [node("Alliance", "覃墨白商会")]
    edges = [edge("LEADS", "庄晓岚", "东屏银行"), edge("LEADS", "覃墨白", hostile[2])]
    edges += [
        edge("LEADS", hostile[1], "东屏银行"),
        edge("PARTNERS_WITH", "覃墨白商会", hostile[2], valid_from="2026-01-10"),
    ]
    units = [
        *(name for name in hostile if name not in (hostile[1], hostile[2])),
        "庄晓岚食品厂",
        *(f"第{n}厂" for n in range(12)),
    ]
    for number, name in enumerate(units):
        heads = {"women_employees": 30 + 9 * number, "party_organisation": (True, False, None)[number % 3]}
        nodes.append(gap(name, legal_person="覃墨白", phone="13855550001", **heads))
        edges.append(edge("LOCATED_IN", name, "东屏镇"))
        edges.append(edge("LEADS", ("庄晓岚", "覃墨白", hostile[1])[number % 3], name))
        edges.append(edge("MEMBER_OF", name, "覃墨白商会"))
        edges.append(
            edge("LENDS_TO", hostile[2], name, amount_cny=10_000 + number, amount_kind="loan", via="覃墨白商会")
        )
    edges.append(edge("COVERS", "庄晓岚妇联", "第11厂", mode="joint"))
    return graph(nodes, edges, complete=[scope(region="东屏镇")])


@pytest.fixture(scope="module")
def bridge(hostile: Sequence[str]) -> tuple[Coverage, Links, Findings]:
    found = coverage(bridged(hostile))
    net = links(found.graph)
    return found, net, findings(found, links=net, per_year=[3, 3])


@pytest.mark.parametrize("suffix", ["html", "xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_public_edition_names_nobody(
    bridge: tuple[Coverage, Links, Findings], suffix: str, lang: Any, tmp_path: Path, text_of: Callable[[Path], str]
) -> None:
    found, net, made = bridge
    options = ReportOptions("public", lang)
    text = text_of(export_report(tmp_path / f"a.{suffix}", coverage=found, links=net, findings=made, options=options))
    named = ("庄晓岚", "覃墨白", "13855550001", "0595-22223333", "第3厂", "HYPERLINK", "食品厂")
    assert not [secret for secret in named if secret in text]
    assert not set(found.graph.table("Person")["id"].to_pylist()) & set(re.findall(r"per_\w+", text))


@pytest.mark.parametrize("suffix", ["html", "xlsx"])
def test_partners_read_names_and_no_sensitive_property(
    bridge: tuple[Coverage, Links, Findings], suffix: str, tmp_path: Path, text_of: Callable[[Path], str]
) -> None:
    found, net, made = bridge
    options = ReportOptions("partner")
    text = text_of(export_report(tmp_path / f"a.{suffix}", coverage=found, links=net, findings=made, options=options))
    assert "13855550001" not in text and "0595-22223333" not in text and "第3厂" in text and "庄晓岚" in text


@pytest.mark.parametrize("tier", ["internal", "partner", "public"])
def test_hostile_names_are_inert_in_every_section(
    bridge: tuple[Coverage, Links, Findings], tier: Any, tmp_path: Path
) -> None:
    found, net, made = bridge
    options = ReportOptions(tier)
    seen = Page(page(build_report(found, net, findings=made, options=options)))
    assert not {tag for tag, _ in seen.elements} & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "link",
        "form",
        "base",
    }
    assert not [name for _, attrs in seen.elements for name in attrs if name.startswith("on") or name == "style"]
    path = export_report(tmp_path / "a.xlsx", coverage=found, links=net, findings=made, options=options)
    with zipfile.ZipFile(path) as packed:
        xml = "".join(packed.read(name).decode() for name in packed.namelist())
    assert not re.search("<f[ >]", xml) and "<hyperlink" not in xml
    if tier == "internal":
        tables = {table.name for table in build_report(found, net, findings=made).tables}
        assert {"plan_steps", "broker_list", "ledger_pairs", "ledger_brokers", "quadrant_Bank_first"} <= tables


def test_public_findings_show_no_small_count(found: Coverage, net: Links, made: Findings) -> None:
    report = build_report(found, net, findings=made, options=ReportOptions("public"))
    named = ("plan_by_year", "trend_dates", "cascade_stages", "quadrant_Bank", "ledger_states")
    tables = [table for table in report.tables if table.name in named]
    assert len(tables) == len(named)
    for table in tables:
        body = table.rows[:-1] if table.total else table.rows
        counts: list[Any] = [c for row in body for c, k in zip(row, table.columns, strict=True) if k.kind == "count"]
        assert all(count == HIDDEN or count >= 5 for count in counts), table.name
    gone = {"plan_steps", "plan_by_town", "plan_blocked", "broker_list", "routes", "ledger_pairs", "ledger_brokers"}
    gone |= {"gap_ways", "tie_list", "question_list", "chain_runs", "cascade_organisations", "quadrant_Bank_town"}
    assert not {table.name for table in report.tables} & gone


def test_a_public_trend_with_a_small_first_row_has_no_line() -> None:
    units = [company(f"第{n}厂", federation_status="no" if n else "yes") for n in range(20)]
    first = graph(units, date="2026-03-31", edition="1")
    second = graph(
        [u | {"federation_status": "yes" if n % 2 else "no"} for n, u in enumerate(units)],
        date="2026-06-30",
        edition="2",
    )
    found = coverage(first.merge(second), as_of="2026-06-30")
    made = Findings(trend=trend(found.graph))
    report = build_report(found, findings=made, options=ReportOptions("public"))
    (table,) = [table for table in report.tables if table.name == "trend_dates"]
    assert HIDDEN in table.rows[0] and table.rows[0][-2] == HIDDEN
    assert {row[-2] for row in table.rows} == {HIDDEN} and {row[-1] for row in table.rows} == {None}
    assert "目标线自" not in page(report) and "目标线自" in page(build_report(found, findings=made))
    assert not [block for s in report.sections for block in s.blocks if isinstance(block, Curve)]


def ends(stages: list[dict[str, Any]], hidden: set[Any]) -> list[tuple[int, int]]:
    """What a reader of the public table can tell of each hidden count: the oracle, by integer programming."""
    names = ("passed", "unknown", "failed", "at_most", "ruled_out")
    cells = [("", -1, "of"), *(("", i, name) for i in range(len(stages)) for name in names)]
    number = {cell: n for n, cell in enumerate(cells)}
    value = [stages[0]["of"] if i < 0 else stages[i][name] for _, i, name in cells]
    free = {number[cell] for cell in cells[1:] if cell in hidden or cell[2] == "ruled_out"}
    lines = []
    for i in range(len(stages)):
        entered = number["", i - 1, "passed" if i else "of"]
        before = number["", i - 1, "at_most" if i else "of"]
        lines += [(entered, [number["", i, name] for name in ("passed", "unknown", "failed")])]
        lines += [(before, [number["", i, name] for name in ("at_most", "failed", "ruled_out")])]
    matrix = np.zeros((len(lines), len(cells)))
    for row, (whole, parts) in enumerate(lines):
        matrix[row, whole] = 1
        matrix[row, parts] = -1
    low = np.array([0 if n in free else v for n, v in enumerate(value)], float)
    high = np.array([500 if n in free else v for n, v in enumerate(value)], float)
    told = []
    for cell in sorted(hidden):
        if cell[2] == "ruled_out" or cell not in number:
            continue
        aim = np.zeros(len(cells))
        aim[number[cell]] = 1
        rules: dict[str, Any] = {"constraints": LinearConstraint(matrix, 0, 0), "bounds": Bounds(low, high)}
        kinds = np.ones(len(cells), dtype=np.int64)
        found = [milp(sign * aim, integrality=kinds, **rules) for sign in (1, -1)]
        told.append((round(float(found[0].fun or 0)), -round(float(found[1].fun or 0))))
    return told


stage = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=30)
@given(st.integers(5, 40), st.lists(stage, min_size=1, max_size=4))
def test_no_hidden_stage_can_be_worked_out(size: int, drawn: list[tuple[int, int, int]]) -> None:
    stages: list[dict[str, Any]] = []
    of = most = size
    for failed, unknown, ruled in drawn:
        failed = min(failed, of)
        unknown = min(unknown, of - failed)
        ruled = min(ruled, most - of)
        passed, most = of - failed - unknown, most - failed - ruled
        stages.append({"of": of, "passed": passed, "failed": failed, "unknown": unknown})
        stages[-1] |= {"at_most": most, "ruled_out": ruled}
        of = passed
    hidden = _hidden(stages)
    shown = [
        row[name]
        for i, row in enumerate(stages)
        for name in ("passed", "failed", "unknown", "at_most")
        if ("", i, name) not in hidden
    ]
    assert all(count >= 5 for count in shown)
    assert all(low < high for low, high in ends(stages, hidden))


@settings(max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_no_hidden_cell_of_the_quadrant_can_be_worked_out(drawn: list[int]) -> None:
    """The sums are published elsewhere: a reader may think of every table that has the same ones."""
    keys = [(status, way) for status in STATUSES for way in (True, False)]
    counts = dict(zip(keys, drawn, strict=True))
    hidden = {(status, way == "True") for status, _, way in _hidden_cells(counts)}
    assert all(count >= 5 for key, count in counts.items() if key not in hidden and _sums(counts, key) != (0, 0))
    rows = [sum(counts[status, way] for way in (True, False)) for status in STATUSES]
    linked = sum(counts[status, True] for status in STATUSES)
    possible = [
        {STATUSES[i]: told for i, told in enumerate((a, b, linked - a - b))}
        for a in range(rows[0] + 1)
        for b in range(rows[1] + 1)
        if 0 <= linked - a - b <= rows[2]
    ]
    shown = [status for status in STATUSES if (status, True) not in hidden or (status, False) not in hidden]
    same = [told for told in possible if all(told[status] == counts[status, True] for status in shown)]
    for status in STATUSES:
        found = {told[status] for told in same}
        forced = len({told[status] for told in possible}) == 1
        assert status in shown or forced or len(found) > 1


def _sums(counts: dict[tuple[str, bool], int], key: tuple[str, bool]) -> tuple[int, int]:
    """Return the sums that a cell is part of, smallest first, nothing but zeros if one of them is."""
    row = sum(counts[key[0], way] for way in (True, False))
    column = sum(counts[status, key[1]] for status in STATUSES)
    return (0, 0) if not row or not column else (row, column)
