"""What a map tells the public: the sums of the public report and no unit, no small number, no head count."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.compare import compare
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.links import links
from graphkit.analysis.plan import plan
from graphkit.analysis.rates import rates
from graphkit.errors import ExportError
from graphkit.exporters.breakdowns import breakdowns
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.published import HIDDEN, PRIVATE
from graphkit.exporters.redact import redaction
from graphkit.exporters.report import ReportOptions, export_report
from graphkit.exporters.suppression import PARTS, K
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, gap, graph, node
from tests.analysis.test_real_and_invented import county

PUBLIC = MapOptions(tier="public")


@cache
def covered() -> Coverage:
    return coverage(county("2026Q3"))


def data(path: Path) -> dict[str, Any]:
    found = re.search('id="gk-data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return dict(json.loads(found.group(1)))


@pytest.mark.parametrize("by", ["town", "chain", "segment"])
@pytest.mark.parametrize("engine", ["pyvis", "canvas"])
def test_the_sums_are_those_of_the_public_report(tmp_path: Path, by: Any, engine: Any) -> None:
    options = replace(PUBLIC, aggregate=by, engine=engine)
    told = data(export_map(county("2026Q3"), tmp_path / "m.html", coverage=covered(), options=options))
    options_of_report = ReportOptions(tier="public")
    report = export_report(tmp_path / "r.md", coverage=covered(), options=options_of_report).read_text(encoding="utf-8")
    names, heads = told["nodes"]["name"], told["groups"]["heads"]
    assert len(names) == len(heads) > 3
    for name, head in zip(names, heads, strict=True):
        cells = ["×" if head[part] == HIDDEN else f"{head[part]:,}" for part in ("units", *PARTS)]
        label = name if name not in ("未列入产业链", "未分环节", "地区不详") else "未说明"
        assert f"| {label} | {' | '.join(cells)} |" in report, name


def test_no_small_count_stands_anywhere_in_the_page(tmp_path: Path) -> None:
    told = data(export_map(county("2026Q3"), tmp_path / "m.html", coverage=covered(), options=PUBLIC))
    heads = told["groups"]["heads"]
    counts = [head[name] for head in heads for name in head]
    assert all(count == HIDDEN or count >= K for count in counts) and HIDDEN in counts
    assert told["edges"]["id"] == [] and told["facts"]["element"] == [] and not any(told["groups"]["others"])
    total = rates(covered()).to_dict("records")[-1]
    assert {name: told["meta"]["headline"][name] for name in PARTS} == {name: total[name] for name in PARTS}
    assert "公开版" in told["meta"]["notice"] and told["meta"]["layout"] == "groups"


def test_no_unit_of_a_public_map_is_named(tmp_path: Path) -> None:
    page = export_map(county("2026Q3"), tmp_path / "m.html", coverage=covered(), options=PUBLIC).read_text(
        encoding="utf-8"
    )
    names = set(covered().table["name"].to_pylist())
    assert len(names) > 100 and not [name for name in names if name in page]
    assert not [i for i in covered().table["id"].to_pylist() if i in page]


def test_the_suppressed_tables_are_made_of_the_redacted_record() -> None:
    shown = redaction(county("2026Q3"), "public").finding(covered())
    mine, plain = breakdowns(shown, public=True), breakdowns(covered(), public=True)
    assert mine.keys() == plain.keys()
    for by, frame in mine.items():
        assert (
            frame.astype(object)
            .where(frame.notna(), None)
            .equals(plain[by].astype(object).where(plain[by].notna(), None))
        )


@pytest.mark.parametrize("finding", ["links", "plan", "comparison", "focus"])
def test_what_tells_of_single_units_is_refused(finding: str) -> None:
    record = county("2026Q3")
    found: dict[str, Any] = {"coverage": coverage(record)}
    options = PUBLIC
    if finding == "links":
        found["links"] = links(record, to="Bank")
    elif finding == "plan":
        found = {"plan": plan(found["coverage"], per_year=(3,))}
    elif finding == "comparison":
        found = {"comparison": compare(county("2026Q2"), record)}
    else:
        options = replace(PUBLIC, focus="霁川县妇联")
    with pytest.raises(ExportError) as caught:
        to_pyvis(record, options=options, **found)
    assert caught.value.code == "map-options" and "public" in caught.value.hint


def bare() -> Graph:
    units = [
        gap("甲厂", women_employees=43, employees=91),
        company("乙厂", federation_status="yes", federation_mode="own"),
    ]
    return graph([*units, node("Region", "东屏镇", level="town")], [edge("LOCATED_IN", "甲厂", "东屏镇")])


def test_without_coverage_the_network_has_no_head_counts_and_no_answers(tmp_path: Path) -> None:
    told = data(export_map(bare(), tmp_path / "m.html", options=PUBLIC))
    open_told = data(export_map(bare(), tmp_path / "n.html"))
    assert told["nodes"]["name"] == open_told["nodes"]["name"] and 43 in open_told["nodes"]["women"]
    assert set(told["nodes"]["women"]) == {None} and not set(told["facts"]["property"]) & set(PRIVATE)
    assert set(open_told["facts"]["property"]) & set(PRIVATE) == {
        "women_employees",
        "employees",
        "federation_status",
        "federation_mode",
    }
    assert "公开版" in told["meta"]["subtitle"]


def test_a_record_without_towns_and_chains_shows_its_total(tmp_path: Path) -> None:
    record = graph([gap(f"{n}厂", women_employees=60) for n in range(7)])
    told = data(export_map(record, tmp_path / "m.html", coverage=coverage(record), options=PUBLIC))
    assert told["nodes"]["name"] == ["地区不详"]
    assert told["groups"]["heads"][0]["gap"] == told["meta"]["headline"]["gap"] == 7
