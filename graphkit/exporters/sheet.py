"""The check sheet: the record as a workbook that people correct and send back (read by corrections/apply.py)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.analysis.coverage import coverage
from graphkit.errors import ExportError
from graphkit.exporters.target import check_suffix, replaced
from graphkit.exporters.workbook import ROW_LIMIT
from graphkit.graph.tables import Graph
from graphkit.loaders.sheet import CHOICES, EXPLANATION, PRECISE, mark, sheet_columns, shown_rows
from graphkit.loaders.tables.sheet import letters
from graphkit.schema import NodeType, Schema, column, quantities
from graphkit.stores.base import Store

FIRST_ROW = 2  # below the names and the captions
TINTS = {"gap": "#fbd5d1", "unknown": "#e4e7ea"}
FLAGS = ("是", "否")
STATUS = "~coverage"
TOLD = (
    ("这是核对表。改动后交回，用 graphkit apply 读入：改过的单元格成为更正，没有改过的不变。",),
    ("空单元格", "不作改动。删去内容不等于删除。"),
    ("-", "删去原有的内容：改为不详，直到撤回（名称、别名、状态不能删去，请写明现在的值）。"),
    ("多个值", "用；隔开。"),
    ("人数", "可写 120、约120、120余；口径一栏与数字同属一句话，请一并核对。"),
    ("日期", "可写 2022、2022-06、2022-06-25。"),
    ("红色", "空白点：没有妇女组织覆盖。"),
    ("灰色", "情况不明：缺少判断所需的信息。"),
    ("新增的行", "不会读入：新的企业或组织请另报台账。"),
    ("隐藏的行和列", "编号、版次和列名，请勿删改；覆盖情况一栏由程序算出，改动不读入。"),
    ("两边都改过", "记录在发出后也改过的单元格列为冲突，不读入，由人判断。"),
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet that is being written."""

    file: Any
    sheet: Any
    formats: dict[str, Any]
    choices: dict[str, str]


def sheet(store: Store, path: Path | str) -> Path:
    """Write the check sheet of a store's newest revision and return its path: .xlsx, a sheet a type of node.

    For the office itself: it holds what is personal. Raises ExportError for another suffix or an unwritable place.
    """
    import xlsxwriter

    path, revision = Path(path), store.revision
    check_suffix(path, (".xlsx",))
    graph = store.read(revision=revision)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replaced(path) as part, xlsxwriter.Workbook(part, options) as file:
        formats = book_formats(file)
        explain(file, TOLD, formats)
        owners = [owner for name, owner in graph.schema.nodes.items() if name in graph.node_tables]
        pages = [file.add_worksheet(sheet_name(graph.schema, owner)) for owner in owners]
        choices = write_ranges(file, _enums(graph.schema, owners))
        told = _statuses(graph)
        for owner, page in zip(owners, pages, strict=True):
            _write(_Page(file, page, formats, choices), graph, (owner, revision), told)
    return path


def sheet_name(schema: Schema, owner: NodeType) -> str:
    """Name a type's sheet by its caption; by the type itself if a sheet cannot be called so."""
    caption = owner.caption.zh
    return owner.name if len(caption) > 31 or set(caption) & set("[]:*?/\\'") else caption


def book_formats(file: Any) -> dict[str, Any]:
    """Make the formats of a workbook that people fill in."""
    found: dict[str, dict[str, Any]] = {
        "header": {"bold": True, "text_wrap": True, "bg_color": "#f3f1ec", "bottom": 1},
        "read": {"font_color": "#5b6672", "bg_color": "#f3f1ec"},
        "text": {"num_format": "@"},
        "number": {"num_format": "0"},
        "bold": {"bold": True},
        "wrap": {"text_wrap": True},
    }
    found |= {status: {"num_format": "@", "bg_color": colour} for status, colour in TINTS.items()}
    return {name: file.add_format({"valign": "top"} | properties) for name, properties in found.items()}


def explain(file: Any, told: tuple[tuple[str, ...], ...], formats: dict[str, Any]) -> None:
    """Write the sheet that says how to fill in the others."""
    page = file.add_worksheet(EXPLANATION)
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 90)
    for row, cells in enumerate(told):
        for at, text in enumerate(cells):
            page.write_string(row, at, text, formats["wrap"] if at else formats["bold"])


def write_ranges(file: Any, values: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Write the values of drop-downs into a hidden sheet and return the range of each."""
    page = file.add_worksheet(CHOICES)
    page.hide()
    ranges: dict[str, str] = {}
    for at, (name, listed) in enumerate(values.items()):
        for row, value in enumerate(listed):
            page.write_string(row, at, value)
        at_column = letters(at + 1)
        ranges[name] = f"='{CHOICES}'!${at_column}$1:${at_column}${len(listed)}"
    return ranges


def _enums(schema: Schema, owners: list[NodeType]) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {"": FLAGS}
    for owner in owners:
        for prop in (column(schema, owner, name) for name in sheet_columns(owner)):
            if prop.values:
                known[prop.enum] = tuple(schema.caption(prop.enum, value) for value in prop.values)
    return known


def _statuses(graph: Graph) -> dict[str, str]:
    table = coverage(graph).table
    return dict(zip(table["id"].to_pylist(), table["status"].to_pylist(), strict=True))


def _write(page: _Page, graph: Graph, what: tuple[NodeType, int], told: dict[str, str]) -> None:
    owner, revision = what
    names = sheet_columns(owner)
    rows = shown_rows(graph.schema, owner, graph.table(owner.name).to_pylist())
    if len(rows) + FIRST_ROW > ROW_LIMIT:
        message = f"{len(rows)} rows of {owner.name} do not fit into a sheet"
        raise ExportError(message, code="too-many-rows", hint="Use an export, or `graphkit correct`.")
    _head(page, graph.schema, owner, mark(owner, revision, rows))
    counted = {at for at, name in enumerate(names, 2) if name in quantities(owner)}
    for number, cells in enumerate(rows, FIRST_ROW):
        page.sheet.write_string(number, 0, cells[0])
        page.sheet.write_string(number, 1, str(revision))
        status = told.get(cells[0], "")
        for at, text in enumerate(cells[1:], 2):
            _cell(page, (number, at), text, status if at == 2 else "number" if at in counted else "")
        if status:
            caption = graph.schema.caption("term", status)
            page.sheet.write_string(number, len(names) + 2, caption, page.formats["read"])


def _cell(page: _Page, at: tuple[int, int], text: str, look: str) -> None:
    style = page.formats.get(look, page.formats["text"])
    if look == "number" and text and int(text) < PRECISE:
        page.sheet.write_number(*at, int(text), style)
    elif text:
        page.sheet.write_string(*at, text, style)
    else:
        page.sheet.write_blank(*at, None, style)


def _head(page: _Page, schema: Schema, owner: NodeType, marked: str) -> None:
    names = sheet_columns(owner)
    captions = ["编号", "版次", *(caption_of(schema, owner, name) for name in names), "覆盖情况（不读入）"]
    for at, (name, caption) in enumerate(zip([marked, "revision", *names, STATUS], captions, strict=True)):
        page.sheet.write_string(0, at, name)
        page.sheet.write_string(1, at, caption, page.formats["header"])
        page.sheet.set_column(at, at, 30 if name == "name" else 14, None, {"hidden": at < 2})
    page.sheet.set_row(0, None, None, {"hidden": True})
    page.sheet.freeze_panes(FIRST_ROW, 3)
    last = ROW_LIMIT - 1
    for at, name in enumerate(names, 2):
        prop = column(schema, owner, name)
        if prop.values or prop.type == "bool":
            page.sheet.data_validation(FIRST_ROW, at, last, at, drop_down(page.choices[prop.enum]))


def caption_of(schema: Schema, owner: NodeType, name: str) -> str:
    """Caption a column; a bound by the number that it belongs to."""
    for value, bound in quantities(owner).items():
        if name == bound and value in owner.properties:
            return f"{owner.properties[value].caption.zh}口径"
    return column(schema, owner, name).caption.zh


def drop_down(values: str | list[str]) -> dict[str, Any]:
    """Offer values, or those of a range; another entry (`-`, 筹建) is warned of, not refused: reading judges it."""
    return {
        "validate": "list",
        "source": values,
        "error_type": "warning",
        "error_title": "不在选项中",
        "error_message": "这一栏请从下拉选项中选择；确定要写别的内容吗？",
    }
