"""The ledger of the example county, written as dirty as offices do, gives what its clean tables give."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.dataset import load_dataset
from tests.loaders.workbooks import companies, loaded, workbook

CLEAN = Path(__file__).parents[2] / "seeds" / "example_county" / "2026Q3" / "industry_bureau"
HEADER = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "企业类型",
    "是否龙头企业",
    "员工总数（人）",
    "女职工数",
    "是否建立党组织",
]
HEADER += [
    "是否成立妇联",
    "妇联组建方式",
    "法定代表人",
    "成立日期",
    "主要产品",
    "联系电话",
    "所属区县",
    "所属乡镇",
    "所在园区",
]
HEADER += ["产业链", "链条环节"]
# A cell cannot say that nobody knows how exact its number is: it is read as exact.
BOUNDS = {"exact": "{}", "unknown": "{}", "about": "约{}人", "more_than": "{}余", "nearly": "近{}", "": "不详"}
FLAGS = {"true": "有", "false": "×", "": "不详"}
STATUSES = {"yes": "√", "no": "未建", "preparing": "筹建中", "": None}
MODES = {"own": "单建", "joint": "联合建立", "party_led": "党建带建", "hosted": "托建", "co_built": "共建", "": "/"}


def table(name: str) -> list[dict[str, str]]:
    with (CLEAN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def full_width(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def ledger() -> list[list[Any]]:
    """Write the clean tables as one ledger with a title, totals, blank rows, notes and the header again."""
    located: dict[tuple[str, str], str] = {}
    for row in table("located_in.csv"):
        at = (row["单位"], row["所在地类别"])
        located[at] = f"{located[at]}、{row['所在地']}" if at in located else row["所在地"]
    industries: dict[str, list[str]] = {}
    for row in table("in_industry.csv"):
        industries.setdefault(row["企业名称"], []).append(row["所属链条或环节"])
    chain_of = {row["下级"]: row["上级"] for row in table("part_of.csv") if row["上级类别"] == "Industry"}
    rows: list[list[Any]] = [["某县重点产业链企业台账"], [], HEADER]
    for number, row in enumerate(table("companies.csv"), 1):
        name, code = row["企业名称"], row["统一社会信用代码"]
        base = located.get((name, "Venue"))
        town = located.get((name, "Region")) or (located.get((base, "Region")) if base else None)
        segments = [of for of in industries.get(name, ()) if of in chain_of]
        chains = [chain_of[of] for of in segments] or industries.get(name, [])
        year, _, month = row["成立日期"].partition("-")
        founded = (
            f"{year}年{month.replace('-', '月')}{'日' if '-' in month else '月' if month else ''}" if year else None
        )
        counts = [BOUNDS[row[f"{of}口径"]].format(row[of]) for of in ("员工总数", "女职工数")]
        leading, party = FLAGS[row["是否龙头企业"]], FLAGS[row["是否建立党组织"]]
        first = [number, f" {name}", code or None, row["类型"], leading, full_width(counts[0]), counts[1], party]
        second = [STATUSES[row["妇联组织情况"]], MODES[row["妇联组建方式"]], row["法定代表人"] or None, founded]
        third = [row["主要产品"].replace("|", "、"), row["联系电话"] or None, "霁川县" if town else None, town, base]
        rows.append([*first, *second, *third, "、".join(chains), "、".join(segments)])
        if number % 40 == 0:
            rows += [["小计", None, None, None, None, 99], [], HEADER]
    return [*rows, ["合计", f"{number}家"], ["填表人：某某", None, "审核人：某某"]]


def facts(graph: Graph) -> dict[str, dict[str, Any]]:
    left_out = {"id", "raw_ids", "sources"}
    found = {name: {k: v for k, v in row.items() if k not in left_out} for name, row in companies(graph).items()}
    for row in found.values():
        row |= {of: "exact" for of in ("employees_bound", "women_employees_bound") if row[of] == "unknown"}
    return found


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_dirty_ledger_says_what_the_clean_tables_say(tmp_path: Path, form: str) -> None:
    rows = ledger()
    path = tmp_path / f"台账.{form}"
    if form == "xlsx":
        workbook(path, rows, lambda sheet: sheet.merge_cells("A1:S1"))
    else:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path.write_bytes(text.getvalue().encode("gb18030"))
    dirty, report = loaded(path)
    clean = resolve(load_dataset(CLEAN)[0])
    assert facts(dirty) == facts(clean)
    assert (report.read, report.used, report.merged, len(report.skipped)) == (133, 125, 0, 8)
    assert {finding.reason for finding in report.skipped} == {"a total", "the header again", "a note"}
    assert not report.not_understood
    for by in ("town", "county", "chain", "segment"):
        told = [gk.rates(gk.coverage(graph), by=by) for graph in (dirty, clean)]
        assert told[0].to_dict("records") == told[1].to_dict("records"), by
