"""A mapping says of what a workbook is a complete list, as dataset.yaml does of a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from graphkit.analysis.coverage import coverage
from graphkit.errors import DataError
from graphkit.loaders.tables.mapping import read_mapping
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.tables.table import load_table
from tests.loaders.workbooks import loaded, workbook

ROWS = [
    ["妇联名称", "所属区县", "所属乡镇", "覆盖企业"],
    ["甲妇联", "某县", "东镇", "甲纺织有限公司"],
    ["乙妇联", "某县", "西镇", "乙纺织有限公司"],
]
LEDGER = [
    ["企业名称", "所属区县", "所属乡镇"],
    ["甲纺织有限公司", "某县", "东镇"],
    ["丙纺织有限公司", "某县", "东镇"],
    ["丁纺织有限公司", "某县", "西镇"],
]
MAPPING = """version: 1
{complete}
sheets:
  - sheet: 台账
    kind: federations
    columns: {{妇联名称: federation.name, 所属区县: county.name, 所属乡镇: town.name, 覆盖企业: covers.companies}}
"""


def mapped(tmp_path: Path, complete: str) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.format(complete=complete), encoding="utf-8")
    return path


def statuses(tmp_path: Path, complete: str) -> dict[str, str]:
    from graphkit.graph.merge import join_raw
    from graphkit.identity import resolve

    told: dict[str, Any] = {"date": "2026-09-30"}
    companies = load_table(workbook(tmp_path / "c.xlsx", LEDGER), options=TableOptions("台账", **told))[0]
    mapping = mapped(tmp_path, complete)
    listed = load_table(workbook(tmp_path / "f.xlsx", ROWS), options=TableOptions("名册", mapping=mapping, **told))[0]
    found = coverage(resolve(join_raw(companies, listed))).frame
    return {name[0]: status for name, status in zip(found["name"], found["status"], strict=True)}


@pytest.mark.parametrize(
    ("complete", "gaps"),
    [
        ("", set()),
        ("complete: [{of: COVERS, where: {region: 东镇}}]", {"丙"}),
        ("complete: [{of: COVERS, where: {region: 某县}, as_of: 2026-09-30}]", {"丙", "丁"}),
        ("complete: [{of: COVERS}]", {"丙", "丁"}),
        ("complete: [{of: Company, where: {region: 东镇}}]", set()),
    ],
)
def test_what_a_complete_list_does_not_name_is_a_gap(tmp_path: Path, complete: str, gaps: set[str]) -> None:
    found = statuses(tmp_path, complete)
    assert {name for name, status in found.items() if status == "gap"} == gaps
    assert {name for name, status in found.items() if status == "covered"} == {"甲", "乙"}


def test_the_scopes_stand_in_the_source_and_in_the_mapping_that_is_kept(tmp_path: Path) -> None:
    told = mapped(tmp_path, "complete: [{of: COVERS, where: {region: 东镇}}]")
    graph, report = loaded(workbook(tmp_path / "f.xlsx", ROWS), mapping=told)
    scope = {"of": "COVERS", "where": {"region": "东镇"}}
    assert json.loads(graph.sources["complete"][0].as_py()) == [scope]
    again = tmp_path / "again.yaml"
    again.write_text(report.mapping, encoding="utf-8")
    assert read_mapping(again).complete == (scope,)
    assert read_mapping(again) == read_mapping(told)


def test_a_place_that_the_workbook_does_not_hold_is_warned_of(tmp_path: Path) -> None:
    told = mapped(tmp_path, "complete: [{of: COVERS, where: {region: 北镇}}]")
    warnings = loaded(workbook(tmp_path / "f.xlsx", ROWS), mapping=told)[1].warnings
    assert [warning for warning in warnings if "complete[1].where.region" in warning and "北镇" in warning]


@pytest.mark.parametrize(
    ("complete", "said"),
    [
        ("complete: COVERS", "complete[1] has to say `of`"),
        ("complete: [COVERS]", "complete[1] has to say `of`"),
        ("complete: [{where: {region: 东镇}}]", "complete[1] has to say `of`"),
        ("complete: [{of: COVERS}, {of: COVERS, when: 2026}]", "complete[2] has to say `of`"),
        ("complete: [{of: COVERS, where: {town: 东镇}}]", "complete[1].where may name region, chain or dataset"),
        ("complete: [{of: COVERS, as_of: 九月}]", "complete[1].as_of is no date"),
        ("complete: [{of: COVER}]", "complete[1].of 'COVER' is no type of the schema"),
        ("completes: [{of: COVERS}]", "completes is not known"),
    ],
)
def test_a_wrong_scope_is_refused_with_its_place(tmp_path: Path, complete: str, said: str) -> None:
    told = mapped(tmp_path, complete)
    with pytest.raises(DataError) as error:
        loaded(workbook(tmp_path / "f.xlsx", ROWS), mapping=told)
    assert error.value.code == "bad-mapping"
    assert said in error.value.message
