"""Write deliveries as dataset folders: clean CSV with an office's headers, and the mapping in dataset.yaml."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from county.model import Delivery, Statistic, Thing, Tie, Value

# property: the header an office would write
HEADERS = {
    "name": "名称",
    "credit_code": "统一社会信用代码",
    "kind": "类型",
    "leading": "是否龙头企业",
    "employees": "员工总数",
    "employees_bound": "员工总数口径",
    "women_employees": "女职工数",
    "women_employees_bound": "女职工数口径",
    "party_organisation": "是否建立党组织",
    "federation_status": "妇联组织情况",
    "federation_mode": "妇联组建方式",
    "legal_person": "法定代表人",
    "founded": "成立日期",
    "established": "成立日期",
    "products": "主要产品",
    "phone": "联系电话",
    "level": "级别",
    "form": "组织形式",
    "officers": "执委人数",
    "officers_bound": "执委人数口径",
    "members": "会员人数",
    "members_bound": "会员人数口径",
    "people_served": "服务人数",
    "people_served_bound": "服务人数口径",
    "has_venue": "是否有阵地",
    "last_active": "最近活动",
    "industry_federation": "是否产业妇联",
    "gender": "性别",
    "code": "行政区划代码",
    "group": "是否群体",
    "count": "数量",
    "count_bound": "数量口径",
    "mode": "组建方式",
    "role": "职务或角色",
    "context": "事由",
    "amount_cny": "金额（元）",
    "amount_bound": "金额口径",
    "amount_kind": "金额类型",
    "aggregate": "是否合计",
    "product": "金融产品",
    "via": "经由",
    "as_of": "截至日期",
    "status": "状态",
    "valid_from": "起始日期",
    "valid_to": "截止日期",
    "confidence": "可信度",
}
# edge type: headers of its two ends
ENDS = {
    "LOCATED_IN": ("单位", "所在地"),
    "PART_OF": ("下级", "上级"),
    "GUIDES": ("指导单位", "被指导单位"),
    "ESTABLISHED": ("组建单位", "妇联组织"),
    "COVERS": ("妇联组织", "覆盖对象"),
    "MEMBER_OF": ("成员", "所属组织"),
    "LEADS": ("负责人编号", "所负责单位"),
    "LENDS_TO": ("出资方", "借款方"),
    "OFFERS": ("提供方", "金融产品"),
    "RUNS": ("参与单位", "项目"),
    "PARTNERS_WITH": ("甲方", "乙方"),
    "HOSTED_BY": ("妇联组织", "依托单位"),
    "RECEIVED": ("单位", "金融产品"),
    "IN_INDUSTRY": ("企业名称", "所属链条或环节"),
    "FEEDS": ("上游", "下游"),
}
NAME_HEADERS = {"Company": "企业名称", "Federation": "妇联名称", "MicroHome": "阵地名称", "Bank": "银行名称"}
FILES = {
    "Company": "companies",
    "Federation": "federations",
    "MicroHome": "micro_homes",
    "Agency": "agencies",
    "Industry": "industries",
}
NUMBER = "人员编号"
STATISTIC_COLUMNS = ("subject", "subject_type", "measure", "value", "unit", "bound", "as_of")


def write(delivery: Delivery, folder: Path) -> list[Path]:
    """Write one delivery into a folder and return the files made, dataset.yaml first."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {thing.key: thing.type for thing in delivery.things}
    keys = {thing.key: _key(delivery.dataset, thing) for thing in delivery.things}
    entries = [_node_table(delivery, t, folder) for t in sorted({thing.type for thing in delivery.things})]
    if delivery.dataset == "finance" and any(_is_cohort(thing) for thing in delivery.things):
        entries.append(_cohort_table(delivery, folder))
    edges = _Edges(kinds, keys)
    entries += [edges.table(delivery.ties, t, folder) for t in sorted({tie.type for tie in delivery.ties})]
    if delivery.statistics:
        entries.append(_statistics_table(delivery.statistics, kinds, delivery.day.isoformat(), folder))
    described = folder / "dataset.yaml"
    text = yaml.safe_dump(_description(delivery, entries), allow_unicode=True, sort_keys=False, width=120)
    described.write_text(text, encoding="utf-8", newline="\n")
    return [described, *(folder / entry["file"] for entry in entries)]


def _description(delivery: Delivery, entries: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {t: sum(thing.type == t for thing in delivery.things) for t in sorted({x.type for x in delivery.things})}
    ties = {t: sum(tie.type == t for tie in delivery.ties) for t in sorted({x.type for x in delivery.ties})}
    described: dict[str, Any] = {
        "name": delivery.dataset,
        "edition": delivery.edition,
        "title": delivery.title,
        "publisher": delivery.publisher,
        "date": delivery.day,
        "kind": "sheet",
        "delivery": delivery.delivery,
        "invented": True,
    }
    if delivery.complete:
        scopes = delivery.complete
        described["complete"] = [{"of": of, "where": {k: v}, "as_of": delivery.day} for of, k, v in scopes]
    described["expect"] = {t: {"min": n, "max": n} for t, n in (counts | ties).items()}
    described["files"] = entries
    return described


def _node_table(delivery: Delivery, kind: str, folder: Path) -> dict[str, Any]:
    things = [thing for thing in delivery.things if thing.type == kind and not _is_cohort(thing)]
    file = f"{FILES.get(kind, _snake(kind) + 's')}.csv"
    return _write_things(things, folder / file, kind, _key_property(delivery.dataset, kind))


def _cohort_table(delivery: Delivery, folder: Path) -> dict[str, Any]:
    # A counted cohort has no code, so it cannot stand in a list whose key is the code.
    cohorts = [thing for thing in delivery.things if _is_cohort(thing)]
    return _write_things(cohorts, folder / "counted_companies.csv", "Company", "name")


def _is_cohort(thing: Thing) -> bool:
    return thing.type == "Company" and bool(thing.values.get("group"))


def _write_things(things: list[Thing], path: Path, kind: str, key: str) -> dict[str, Any]:
    used = _used(thing.values for thing in things)
    headers = {p: _header(kind, p) for p in used}
    # Two people may share a name, so a person's key is the register's number.
    numbered = kind == "Person"
    rows = [[*([t.key] if numbered else []), *(_cell(t.values.get(p)) for p in used)] for t in things]
    _write_csv(path, [*([NUMBER] if numbered else []), *headers.values()], rows)
    mapping = {header: p for p, header in headers.items()}
    return {"file": path.name, "node": kind, "key": NUMBER if numbered else headers[key], "columns": mapping}


class _Edges:
    """Edge tables, whose ends are written with the keys that the same delivery gives to its nodes."""

    def __init__(self, kinds: Mapping[str, str], keys: Mapping[str, str]) -> None:
        self.kinds = kinds
        self.keys = keys

    def table(self, ties: Iterable[Tie], kind: str, folder: Path) -> dict[str, Any]:
        rows = [tie for tie in ties if tie.type == kind]
        used = _used(tie.values for tie in rows)
        left, right = ENDS[kind]
        columns: dict[str, list[str]] = {}
        entry: dict[str, Any] = {"file": f"{kind.lower()}.csv", "edge": kind}
        for side, header, ends in (("src", left, [t.src for t in rows]), ("dst", right, [t.dst for t in rows])):
            columns[header] = [self.keys[end] for end in ends]
            types = [self.kinds[end] for end in ends]
            if len(set(types)) == 1:
                entry[side] = {"type": types[0], "column": header}
            else:
                columns[f"{header}类别"] = types
                entry[side] = {"type": {"column": f"{header}类别"}, "column": header}
        for p in used:
            columns[HEADERS[p]] = [_cell(self._named(p, tie.values.get(p))) for tie in rows]
        if used:
            entry["columns"] = {HEADERS[p]: p for p in used}
        _write_csv(folder / entry["file"], list(columns), [list(row) for row in zip(*columns.values(), strict=True)])
        return entry

    def _named(self, prop: str, value: Value) -> Value:
        # `via` and `product` refer to nodes of the same delivery by the key they have there.
        return self.keys[str(value)] if prop in ("via", "product") and value is not None else value


def _statistics_table(
    statistics: Sequence[Statistic], kinds: Mapping[str, str], as_of: str, folder: Path
) -> dict[str, Any]:
    rows = [[s.subject, kinds[s.subject], s.measure, str(s.value), s.unit, s.bound, as_of] for s in statistics]
    _write_csv(folder / "statistics.csv", list(STATISTIC_COLUMNS), rows)
    return {"file": "statistics.csv", "statistics": True}


def _key_property(dataset: str, kind: str) -> str:
    # The finance office knows firms by their code, the two others by their name.
    return "credit_code" if (dataset, kind) == ("finance", "Company") else "name"


def _key(dataset: str, thing: Thing) -> str:
    if thing.type == "Person":
        return thing.key
    return str(thing.values.get(_key_property(dataset, thing.type)) or thing.values["name"])


def _header(kind: str, prop: str) -> str:
    return NAME_HEADERS.get(kind, HEADERS["name"]) if prop == "name" else HEADERS[prop]


def _used(rows: Iterable[Mapping[str, Value]]) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(p for p, value in row.items() if value is not None))
    return [p for p in HEADERS if p in found]


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, tuple) else str(value)


def _write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def _snake(kind: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_")
