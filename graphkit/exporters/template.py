"""The empty form that an office sends to its towns: companies and women's organisations, as tables are read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.exporters.sheet import FLAGS, book_formats, drop_down
from graphkit.exporters.target import check_suffix, replaced
from graphkit.loaders.sheet import EXPLANATION
from graphkit.schema import Schema

ROWS = 5_000  # that are formatted and have drop-downs
TIERS = ("county", "town", "village", "enterprise", "base", "market", "profession")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the form: its header, what to write, the enum of its drop-down ("flag": 是 or 否), its width."""

    header: str
    told: str
    enum: str = ""
    width: int = 14


COMPANIES = (
    _Column("企业名称", "必填。营业执照上的全称。", width=34),
    _Column("统一社会信用代码", "18 位。按文本填写，不要让表格软件改成数字。", width=22),
    _Column("所属乡镇", "企业所在的乡、镇或街道的全称。", width=16),
    _Column("产业链", "如 石材建材。不在任何产业链的留空。"),
    _Column("链条环节", "企业在产业链上的位置，如 原料、加工、销售。"),
    _Column("企业类型", "如 民营企业、国有企业。"),
    _Column("龙头企业", "是或否；不清楚的留空。", "flag"),
    _Column("法定代表人", "用于分清同名企业，只在办公室内部使用。"),
    _Column("企业成立日期", "如 2012、2012-06、2012-06-25。"),
    _Column("员工总数", "人数。可写 120、约120、120余。"),
    _Column("女职工数", "人数。可写 120、约120、120余；没有女职工写 0，不清楚的留空。"),
    _Column("是否建立党组织", "是或否；不清楚的留空。", "flag", 16),
    _Column("是否成立妇联", "已成立、未成立或筹建中；不清楚的留空。", "federation_status", 16),
    _Column("妇联组建方式", "单建、联建、带建、托建或共建；没有妇联的留空。", "mode", 16),
    _Column("妇联名称", "覆盖本企业的妇联或妇女微家的全称；几家联建的写同一名称。", width=34),
)
FEDERATIONS = (
    _Column("妇联名称", "必填。妇联的全称，与企业名录中的写法一致。", width=34),
    _Column("妇联级别", "从选项中选。企业里的妇联选企业。", "level"),
    _Column("所属乡镇", "妇联所在的乡、镇或街道的全称。", width=16),
    _Column("妇联成立日期", "如 2022、2022-06、2022-06-25。"),
    _Column("妇联组建方式", "单建、联建、带建、托建或共建。", "mode", 16),
    _Column("覆盖企业", "覆盖的企业的全称，几家之间用、隔开。", width=44),
    _Column("会员数", "人数。可写 120、约120、120余。"),
    _Column("执委数", "人数。"),
    _Column("是否有活动阵地", "是或否；不清楚的留空。", "flag", 16),
    _Column("最近活动日期", "最近一次活动的日期，如 2026-06。"),
)
FORMS = (("企业名录", COMPANIES), ("妇联登记", FEDERATIONS))
TOLD = (
    "【填表说明】",
    "一行一家。第一行是列名，请勿改动、合并或移动；不要加合计行。",
    "不清楚的留空，空白表示不知道；知道没有的请写否或 0。",
    "带下拉箭头的请从选项中选择。",
    "填好以后存为 xlsx 交回；每个季度报全部，不只报变化。",
)
LINE = 20  # height of a line of text


def template(path: Path | str, *, schema: Schema | None = None) -> Path:
    """Write the empty form (.xlsx, in Chinese) and return its path: two registers, drop-downs, an explanation.

    Raises ExportError for another suffix or a place that cannot be written.
    """
    import xlsxwriter

    path, schema = Path(path), schema or Schema.load()
    check_suffix(path, (".xlsx",))
    with replaced(path) as part, xlsxwriter.Workbook(part) as file:
        formats = book_formats(file)
        pages = [file.add_worksheet(name) for name, _ in FORMS]
        _explain(file)
        values = _values(schema)
        for page, (_, columns) in zip(pages, FORMS, strict=True):
            _write(page, columns, formats, values)
    return path


def _explain(file: Any) -> None:
    """Write the explanation into a box beside no cell, so that no reader of tables takes it for a register."""
    page = file.add_worksheet(EXPLANATION)
    page.hide_gridlines(2)
    for at, lines in enumerate((TOLD, *(_told(name, columns) for name, columns in FORMS))):
        top = sum((len(before) + 2) * LINE for before in (TOLD, *(columns for _, columns in FORMS))[:at])
        size = {"width": 960, "height": (len(lines) + 1) * LINE, "y_offset": top}
        page.insert_textbox(0, 0, "\n".join(lines), size | {"font": {"size": 11}, "line": {"none": True}})


def _told(name: str, columns: tuple[_Column, ...]) -> tuple[str, ...]:
    return (f"【{name}】", *(f"{column.header}：{column.told}" for column in columns))


def _values(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Return the captions of each drop-down; of the levels those at which a county's organisations stand."""
    levels = [level for level, tier in schema.levels.items() if tier in TIERS]
    enums = {enum for _, columns in FORMS for column in columns if (enum := column.enum) not in ("", "flag", "level")}
    found = {"flag": FLAGS, "level": tuple(schema.caption("level", level) for level in levels)}
    for enum in sorted(enums):
        found[enum] = tuple(caption.zh for (kind, _), caption in schema.captions.items() if kind == enum)
    return found


def _write(
    page: Any, columns: tuple[_Column, ...], formats: dict[str, Any], values: dict[str, tuple[str, ...]]
) -> None:
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width, formats["text"])
        page.write_string(0, at, column.header, formats["header"])
        page.write_comment(0, at, column.told)
        if column.enum:
            page.data_validation(1, at, ROWS, at, drop_down(list(values[column.enum])))
    page.freeze_panes(1, 1)
