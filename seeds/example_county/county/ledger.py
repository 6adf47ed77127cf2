"""The industry bureau's ledger as its clerks keep it: 产业链企业台账.xlsx, with everything that goes wrong in one."""

from pathlib import Path
from typing import Any

from county import dirt
from county.companies import Company, companies, details
from county.facts import CHAINS, COUNTY, REGIONS, TOWNS, VENUES
from county.model import Thing, Tie, Value, flag_of, text_of, whole_of
from county.paper import AGAIN, CAPTION, NAMELESS, NOTE, TOTAL, WIDE_CAPTION, Paper, idle
from county.xlsx import Cell, Formula, Sheet, Wrong, letters, write_xlsx

FILE = "产业链企业台账.xlsx"
SHEET = "重点产业链企业台账"
# Each column: what is known here, and its header in one row or two, a group and its column.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("序号",),
    "name": ("企业名称",),
    "credit_code": ("统一社会信用代码",),
    "county": ("所属区县",),
    "town": ("所属乡镇",),
    "base": ("所在园区",),
    "chain": ("产业链",),
    "segment": ("链条环节",),
    "kind": ("企业类型",),
    "leading": ("是否龙头企业",),
    "legal_person": ("法定代表人",),
    "founded": ("成立日期",),
    "phone": ("联系电话",),
    "employees": ("职工情况", "总数"),
    "women_employees": ("职工情况", "女职工数（人）"),
    "share": ("职工情况", "女职工占比"),
    "party_organisation": ("是否建立党组织",),
    "status": ("妇联组织", "是否成立"),
    "mode": ("妇联组织", "组建方式"),
    "products": ("主要产品",),
    "remark": ("备注",),
}
# Next quarter somebody sorted the columns anew and typed one header again, with a blank and in half width.
LATER = "number name town county credit_code chain segment base employees women_employees share party_organisation"
LATER += " status mode leading kind legal_person founded products phone remark"
LATER_HEADERS = {"women_employees": ("职工情况", "女 职工数(人)")}
# Cells that say nothing: (edition or "" for both, stem, column) -> what stands there.
SPOILT: dict[tuple[str, str, str], Cell] = {
    ("", "锦岫", "employees"): Formula("SUM(Z1:Z9)"),
    ("2026Q2", "岑禾", "employees"): Formula("[1]人社局!$C$7"),
    ("2026Q3", "岑禾", "employees"): Wrong("#REF!"),
    ("", "颂禾", "employees"): "很多",
    ("", "澜禾", "phone"): Wrong("#N/A"),
    ("2026Q2", "屿禾", "women_employees"): "三五人",
    ("2026Q3", "榆庭", "women_employees"): Wrong("#VALUE!"),
    ("", "沐帆", "party_organisation"): "待核",
    ("2026Q2", "芷月", "founded"): "2009.13",
    ("2026Q3", "颂月", "founded"): "建厂以来",
}
HIDDEN = frozenset({"澜舟", "翊苓"})
MISTYPED = "朔月"  # its code has a wrong check character
ORDINALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三".split()


def ledger(edition: str, folder: Path) -> tuple[Path, dict[str, Any], list[Thing], list[Tie]]:
    """Write the ledger of an edition; return it, what a load has to report, and what the ledger says."""
    first = edition == "2026Q2"
    order = list(COLUMNS) if first else LATER.split()
    headers = COLUMNS if first else COLUMNS | LATER_HEADERS
    paper = Paper(Sheet(SHEET, extent="" if first else "A1:XFD1048576"), order)
    _head(paper, [headers[name] for name in order])
    groups = _groups(companies(edition))
    for at, (town, listed) in enumerate(groups):
        _group(paper, at, town, listed, edition)
        if at % 5 == 4:
            paper.above([])
            for row in _header_rows([headers[name] for name in order]):
                paper.skip(AGAIN, row)
    paper.skip(TOTAL, ["合计", f"{len(companies(edition))}家", *[None] * 11, Formula("SUM(N6:N200)")])
    paper.above([], [])
    paper.skip(NOTE, ["注：本表全部为虚构示例，数据截至季度末；“约”“余”为企业口头报数。"])
    paper.skip(NOTE, ["填表人：", "虚构", None, "审核人：", "虚构"])
    paper.sheet.hidden_columns = {order.index("phone") + 1}
    others = [Sheet("统计图"), _guide(), _choices()]
    path = write_xlsx(folder / FILE, [paper.sheet, *others], 1900 if first else 1904)
    told = {SHEET: paper.tally()} | {sheet.name: idle(sheet) for sheet in others}
    return path, told, *_said(edition)


def town_of(company: Company) -> tuple[str, ...]:
    """Return the towns that the ledger files a company under; one known by its base alone is filed with the base."""
    places = company.towns or tuple(VENUES[base][2] for base in company.tokens("base"))
    return tuple(place for place in places if place in TOWNS)


def _groups(listed: list[Company]) -> list[tuple[str, list[Company]]]:
    groups = [(town, [c for c in listed if town in town_of(c)]) for town in TOWNS]
    return [*groups, ("", [c for c in listed if not town_of(c)])]


def _head(paper: Paper, headers: list[tuple[str, ...]]) -> None:
    paper.above(
        ["霁川县重点产业链企业台账（虚构示例）"],
        ["填报单位：霁川县工业和信息化局（虚构）", *[None] * 11, "单位：人"],
        [],
    )
    paper.sheet.merge((1, 1), (1, len(headers)))
    upper = paper.row
    paper.above(*_header_rows(headers))
    groups = [parts[0] if len(parts) > 1 else "" for parts in headers]
    for column, group in enumerate(groups, 1):
        if not group:
            paper.sheet.merge((upper, column), (upper + 1, column))
        elif column == 1 or groups[column - 2] != group:
            paper.sheet.merge((upper, column), (upper, column + groups.count(group) - 1))


def _header_rows(headers: list[tuple[str, ...]]) -> list[list[Cell]]:
    upper: list[Cell] = []
    for at, parts in enumerate(headers):
        again = at > 0 and len(parts) > 1 and headers[at - 1][0] == parts[0]
        upper.append(None if again else parts[0])
    return [upper, [parts[1] if len(parts) > 1 else None for parts in headers]]


def _group(paper: Paper, at: int, town: str, listed: list[Company], edition: str) -> None:
    """Write a town: its caption, its companies with the town's name in one merged cell, its subtotal."""
    caption = f"{ORDINALS[at]}、{town or '其他'}"
    if at % 2:
        paper.sheet.merge((paper.row, 1), (paper.row, len(paper.headers)))
        paper.skip(WIDE_CAPTION, [caption])
    else:
        paper.skip(CAPTION, [caption])
    begun = paper.row
    for company in listed:
        _entry(paper, company, town, edition)
    for name in ("county", "town") if town else ():
        column = paper.headers.index(name) + 1
        paper.sheet.merge((begun, column), (paper.row - 1, column))
        for row in range(begun, paper.row - 1):
            paper.sheet.rows[row][column - 1] = None
    if at == 2:
        paper.skip(NAMELESS, [len(paper.told) + 1, *[None] * 11, " "])
    heads = letters(paper.headers.index("employees") + 1)
    total: list[Cell] = [None] * len(paper.headers)
    total[0] = ("小计", f"{town or '其他'}小计", "小  计")[at % 3]
    total[paper.headers.index("employees")] = Formula(f"SUM({heads}{begun}:{heads}{paper.row - 1})")
    paper.skip(TOTAL, total)
    if at % 3 == 2:
        paper.above([])


def _entry(paper: Paper, company: Company, town: str, edition: str) -> None:
    turn, told = company.number, details(company, edition)
    chains = dict.fromkeys(_chain(industry) for industry in company.industries)
    cells: dict[str, Cell] = {
        "number": Formula("ROW()-5", paper.row - 5) if turn % 7 == 0 else len(paper.told) + 1,
        "name": dirt.name(str(told["name"]), turn),
        "credit_code": dirt.code(code(company, edition), turn),
        "county": COUNTY if town or company.towns else None,
        "town": town or None,
        "base": dirt.listed([VENUES[base][0] for base in company.tokens("base")], turn),
        "chain": dirt.listed(list(chains), turn),
        "segment": dirt.listed([i for i in company.industries if i not in CHAINS], turn),
        "kind": told["kind"] if isinstance(told["kind"], str) else None,
        "leading": dirt.flag(company.leading, turn, built=False),
        "legal_person": str(told["legal_person"] or "") or None,
        "founded": dirt.day(str(told["founded"] or ""), turn),
        "phone": str(told["phone"] or "") or None,
        "employees": dirt.count(whole_of(told["employees"]), text_of(told["employees_bound"]), turn + 1),
        "women_employees": dirt.count(whole_of(told["women_employees"]), text_of(told["women_employees_bound"]), turn),
        "share": Formula(f"{letters(paper.headers.index('women_employees') + 1)}{paper.row}/100"),
        "party_organisation": dirt.flag(flag_of(told["party_organisation"]), turn),
        "status": dirt.state(text_of(told["federation_status"]), text_of(told["federation_mode"]), turn),
        "mode": dirt.mode(text_of(told["federation_mode"]), turn),
        "products": dirt.listed(list(_several(told["products"])), turn),
        "remark": "重点联系" if turn % 9 == 0 else None,
    }
    spoilt = {c: cell for (when, stem, c), cell in SPOILT.items() if stem == company.stem and when in ("", edition)}
    if company.stem in HIDDEN:
        paper.sheet.hidden_rows.add(paper.row)
    if company.stem == MISTYPED:
        paper.doubtful.append(paper.place("credit_code"))
    paper.entry(company.stem, cells | spoilt, tuple(spoilt))


def code(company: Company, edition: str) -> str | None:
    """Return the credit code as the ledger has it, with one mistyped."""
    plain = text_of(details(company, edition)["credit_code"])
    if plain is None or company.stem != MISTYPED:
        return plain
    return plain[:-1] + ("0" if plain[-1] != "0" else "1")


def _said(edition: str) -> tuple[list[Thing], list[Tie]]:
    """Return what the ledger says of places, chains and companies, once the spoilt cells are lost."""
    things = [Thing("Region", r, {"name": r, "level": level}) for r, (_, level, _) in REGIONS.items()]
    ties = [Tie("PART_OF", town, COUNTY) for town in TOWNS]
    for chain, segments in CHAINS.items():
        things += [Thing("Industry", chain, {"name": chain, "kind": "chain"})]
        things += [Thing("Industry", segment, {"name": segment, "kind": "segment"}) for segment in segments]
        ties += [Tie("PART_OF", segment, chain) for segment in segments]
    for company in companies(edition):
        lost = {c for (when, stem, c) in SPOILT if stem == company.stem and when in ("", edition)}
        values = {p: None if p in lost else v for p, v in details(company, edition).items()}
        bounds = {p: "exact" for p, v in values.items() if p.endswith("_bound") and v == "unknown"}
        things.append(Thing("Company", company.stem, values | bounds | {"credit_code": code(company, edition)}))
        places = town_of(company) or company.towns
        ties += [Tie("LOCATED_IN", company.stem, place) for place in places]
        ties += [Tie("IN_INDUSTRY", company.stem, industry) for industry in company.industries]
    return things, ties


def _guide() -> Sheet:
    lines = ["填表说明", "一、本表由各乡镇（街道）逐级汇总。", "二、人数以季度末在岗为准，不掌握的填“不详”。"]
    return Sheet("填表说明", [[line] for line in lines])


def _choices() -> Sheet:
    return Sheet("选项", [["单建"], ["联建"], ["带建"], ["托建"]], hidden=True)


def _chain(industry: str) -> str:
    return industry if industry in CHAINS else next(c for c, segments in CHAINS.items() if industry in segments)


def _several(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
