"""The federation's own list, 妇联组织.xlsx: one row for each organisation, what it covers in one cell, and its mapping.

Who covers a company through a base, an owner or a host is written out: the list names the company in the row of the
first organisation that covers it, since a list of organisations has no column for the way that leads there.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from county import dirt
from county.bodies import federations
from county.companies import companies, name
from county.facts import COUNTY, JOINT_FEDERATION, TOWNS, VENUES
from county.model import Delivery, Thing, Tie, flag_of, text_of, whole_of
from county.offices import CLOSED
from county.oracle import Judge
from county.paper import AGAIN, NOTE, TOTAL, Paper, idle
from county.record import assemble
from county.xlsx import Cell, Formula, Sheet, Wrong, write_xlsx

FILE = "妇联组织.xlsx"
SHEET = "妇联组织"
# header: the field of graphkit that the mapping names, "" for a column that holds nothing
COLUMNS = {
    "序号": "",
    "妇联组织名称": "federation.name",
    "级别": "federation.level",
    "所属乡镇": "town.name",
    "组建方式": "covers.mode",
    "成立时间": "federation.established",
    "撤销时间": "federation.valid_to",
    "妇联主席": "head.name",
    "执委人数": "federation.officers",
    "会员人数": "federation.members",
    "服务人数": "federation.people_served",
    "是否有活动阵地": "federation.has_venue",
    "最近活动时间": "federation.last_active",
    "覆盖企业": "covers.companies",
    "备注": "",
}
LATER = "序号 妇联组织名称 所属乡镇 级别 妇联主席 成立时间 撤销时间 组建方式 覆盖企业 执委人数 会员人数 服务人数"
LATER_COLUMNS = [*LATER.split(), "是否有 活动阵地", "最近活动时间", "备注"]
CHAIRS = {"霁川县妇联": "苏映澜", "松汀镇妇联": "温书尧", "霁桥镇妇联": "陆以宁", "云埠镇妇联": "程令仪"}
# (organisation, column): what stands there and says nothing
SPOILT: dict[tuple[str, str], Cell] = {
    ("霁桥镇妇联", "执委人数"): Formula("COUNTA(Z2:Z40)"),
    ("云埠镇商会妇女微家", "成立时间"): Wrong("#N/A"),
    ("霁川国际针织城妇联", "会员人数"): "若干",
    ("霁川县妇联", "最近活动时间"): "2026.13",
}
COUNTED = "云织片区产业基地联合妇联"  # its list ends with how many it names, which may mean that there are more
TWICE = "望汀街道妇联"

Covered = list[tuple[str, str | None]]  # companies, and how each is covered


def register(edition: str, folder: Path, clean: list[Delivery]) -> tuple[Path, dict[str, Any], list[Thing], list[Tie]]:
    """Write the list of an edition; return it, what a load has to report, and what the list says."""
    things, ties = federations(edition, companies(edition))
    covered = _covered(edition, clean, ties)
    headers = list(COLUMNS) if edition == "2026Q2" else LATER_COLUMNS
    paper = Paper(Sheet(SHEET), headers)
    paper.above(["霁川县妇联组织一览表（虚构示例）"], [None, "填报单位：霁川县妇联（虚构）"], list(headers))
    paper.sheet.merge((1, 1), (1, len(headers)))
    bodies = [t for t in things if t.values.get("status") != "planned" and not _doubtful(t, ties)]
    for turn, body in enumerate(bodies, 1):
        for _ in range(1 + (body.key == TWICE)):
            _entry(paper, turn, body, (covered.get(body.key, []), edition))
        if turn == 20:
            paper.above([])
            paper.skip(AGAIN, list(headers))
    paper.skip(TOTAL, ["合计", f"{len(bodies)}个", None, None, None, None, None, None, None, Formula("SUM(I4:I70)")])
    paper.skip(NOTE, ["说明：企业只登记在一个组织名下。"])
    chart = Sheet("分布图")
    path = write_xlsx(folder / FILE, [paper.sheet, chart])
    _write_mapping(edition, path, headers)
    return path, {SHEET: paper.tally(), chart.name: idle(chart)}, *_said(bodies, covered)


def _covered(edition: str, clean: list[Delivery], ties: list[Tie]) -> dict[str, Covered]:
    """Return for each organisation the companies that it is the first to cover, and how; with those it used to."""
    judge = Judge(assemble(d for d in clean if d.edition <= edition), None)
    found: dict[str, Covered] = {}
    for company in companies(edition):
        for rule, mode, body in judge.reasons(company.stem)[:1]:
            if rule != "reported":
                found.setdefault(body, []).append((company.stem, str(mode) if mode else None))
    if edition != "2026Q2":
        found[JOINT_FEDERATION] = [(t.dst, "joint") for t in ties if t.type == "COVERS" and t.src == JOINT_FEDERATION]
    return found


def _doubtful(body: Thing, ties: list[Tie]) -> bool:
    own = [tie for tie in ties if tie.type == "COVERS" and tie.src == body.key]
    return any("confidence" in tie.values for tie in own)


def _entry(paper: Paper, turn: int, body: Thing, covers: tuple[Covered, str]) -> None:
    told, (covered, edition) = body.values, covers
    header = {new.replace(" ", ""): new for new in paper.headers}
    stems, modes = {stem for stem, _ in covered}, {mode for _, mode in covered}
    names = [name(c, edition) for c in companies(edition) if c.stem in stems]
    cells: dict[str, Cell] = {
        "序号": turn,
        "妇联组织名称": dirt.name(body.key, turn),
        "级别": dirt.LEVELS[str(told["level"])],
        "所属乡镇": _town(body.key),
        "组建方式": dirt.mode(modes.pop(), turn) if len(modes) == 1 else None,
        "成立时间": dirt.day(text_of(told.get("established")), turn),
        "撤销时间": dirt.day(text_of(told.get("valid_to")), 1) if told.get("valid_to") else None,
        "妇联主席": CHAIRS.get(body.key, ("/", None, "不详")[turn % 3]),
        "执委人数": dirt.count(whole_of(told["officers"]), "exact", turn),
        "会员人数": dirt.count(whole_of(told["members"]), "more_than", turn),
        "服务人数": dirt.count(whole_of(told["people_served"]), text_of(told["people_served_bound"]), turn),
        "是否有活动阵地": dirt.flag(flag_of(told["has_venue"]), turn),
        "最近活动时间": dirt.day(text_of(told["last_active"]), turn + 1),
        "覆盖企业": dirt.listed(names, turn, counted=body.key == COUNTED),
    }
    spoilt = {column: cell for (whose, column), cell in SPOILT.items() if whose == body.key}
    if body.key == COUNTED:
        paper.doubtful.append(paper.place("覆盖企业"))
    placed = {header[column]: cell for column, cell in (cells | spoilt).items()}
    paper.entry(body.key, placed, tuple(header[column] for column in spoilt))


def _said(bodies: list[Thing], covered: dict[str, Covered]) -> tuple[list[Thing], list[Tie]]:
    """Return what the list says: 成立时间 is the organisation's, if it can be read; what it covers has no date."""
    dated = []
    for body in bodies:
        since = None if (body.key, "成立时间") in SPOILT else body.values.get("established")
        dated.append(replace(body, values={**body.values, "valid_from": since}))
    ties = [Tie("COVERS", b.key, stem, {"mode": mode}) for b in bodies for stem, mode in covered.get(b.key, [])]
    return dated, ties


def _town(full: str) -> str | None:
    named = next((town for town in TOWNS if full.startswith(town[:-1])), None)
    return named or next((VENUES[v][2] for v in VENUES if full.startswith(VENUES[v][0][:6])), None)


def _write_mapping(edition: str, book: Path, headers: list[str]) -> Path:
    """Write what the workbook cannot say: the county of its towns, and for which towns its list is complete."""
    plain = {header: COLUMNS[header.replace(" ", "")] for header in headers}
    sheet = {
        "sheet": SHEET,
        "kind": "federations",
        "columns": {header: name for header, name in plain.items() if name},
        "constants": {"county.name": COUNTY},
        "ignore": [header for header, name in plain.items() if not name],
        "hidden": "read",
    }
    complete = [{"of": "COVERS", "where": {"region": town}} for town in CLOSED[edition]]
    told = {"version": 1, "complete": complete, "sheets": [sheet]}
    path = book.with_suffix(".mapping.yaml")
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
