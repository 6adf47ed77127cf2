"""What the command line prints: tables for people, one JSON object for programs, errors on stderr."""

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.errors import GraphkitError

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.graph.tables import Graph
    from graphkit.schema import Schema


class Lang(StrEnum):
    """The language of captions and sentences."""

    zh = "zh"
    en = "en"


def default_lang() -> Lang:
    """Chinese on a Chinese system, else English; GRAPHKIT_LANG decides before the locale."""
    told = [os.environ.get(name, "") for name in ("GRAPHKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    return Lang.zh if next((value for value in told if value), "").startswith("zh") else Lang.en


StoreArgument = Annotated[str, typer.Argument(metavar="STORE", help="The store's file, or neo4j://host.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
LangOption = Annotated[Lang, typer.Option("--lang", default_factory=default_lang, help="Language of captions.")]

ERRORS_ZH = {
    "store-missing": "没有这个库",
    "store-unreadable": "库文件打不开",
    "store-foreign": "这不是 graphkit 的库文件",
    "store-newer": "库的格式比本程序新",
    "store-busy": "库正被另一个进程写入",
    "store-damaged": "库已损坏",
    "no-revisions": "Neo4j 服务器只保留最新版次",
    "password-in-uri": "地址中不能有用户名和密码",
    "password-file": "密码文件读不了",
    "unknown-scheme": "不支持这种服务器地址",
    "bad-uri": "服务器地址有误",
    "unencrypted": "密码和数据会以明文传送",
    "unverified": "未核实对方是哪台服务器",
    "bad-settings": "用这些设置连不上服务器",
    "server-down": "连不上服务器，或连接中断",
    "server-failed": "服务器出错",
    "server-memory": "服务器内存不足",
    "server-timeout": "服务器超时，已停止",
    "server-too-old": "服务器版本太旧",
    "not-neo4j": "对方不是 Neo4j 服务器",
    "wrong-credentials": "用户名或密码不对",
    "too-many-attempts": "登录尝试过多，服务器暂时拒绝",
    "password-expired": "须先修改密码",
    "not-allowed": "没有这个权限",
    "no-such-database": "服务器上没有这个数据库",
    "constraint-broken": "服务器上已有的数据违反唯一约束",
    "constraint-taken": "服务器上的约束或索引名称已被占用",
    "foreign-element": "编号已被他人的数据占用",
    "other-type": "服务器上的值被改成了别的类型",
    "prune-too-much": "要删除的太多，已停止",
    "pull-would-empty": "取回会清空本地的敏感属性，已停止",
    "unfit-for-neo4j": "Neo4j 存不了这个值",
    "verify-failed": "写入后核对不符",
    "name-taken": "名称已被模式占用",
    "bad-identifier": "名称不能用作标识符",
    "unknown-question": "没有这个问题",
    "query-not-portable": "文件和 Neo4j 对这条查询的回答可能不同",
    "no-such-source": "没有这个来源",
    "no-such-revision": "没有这个版次",
    "unknown-name": "没有这个名称",
    "ambiguous-name": "名称对应多个节点",
    "unknown-type": "模式中没有这个类型",
    "schema-wrong": "模式文件有误",
    "bad-source": "来源有误",
    "bad-cell": "单元格的值有误",
    "bad-dataset": "数据集说明有误",
    "bad-record": "记录有误",
    "unknown-property": "没有这个属性",
    "bad-correction": "更正有误",
    "bad-entry": "填写的值有误",
    "bad-sheet": "核对表读不了",
    "foreign-sheet": "这张核对表不是从这个库写出的",
    "bad-bundle": "数据包有误",
    "rules-unreadable": "规则文件读不了",
    "dangling-edge": "关系的一端不存在",
    "expectation": "数量与预期不符",
    "contradicting-decisions": "同一性判断互相矛盾",
    "no-such-decision": "没有这条判断",
    "no-judgement": "判断写得不对",
    "no-such-verdict": "没有对它的审核判断",
    "bad-verdict": "审核判断有误",
    "query-refused": "查询只许读取",
    "query-unreadable": "查询语句有误",
    "query-timeout": "查询超时，已停止",
    "too-many-rows": "查询结果行数过多",
    "too-many-pairs": "配对数量过多",
    "too-many-resources": "资源数量过多",
    "too-many-steps": "搜索步数过多",
    "not-a-broker": "不在中间人之列",
    "bad-top": "名次数量有误",
    "target-in-use": "目标位置有别的文件",
    "target-unwritable": "目标位置不能写入",
    "unknown-format": "没有这种文件格式",
    "unknown-section": "报告中没有这一部分",
    "unknown-tier": "没有这个使用范围",
    "unknown-choice": "没有这个选项",
    "unknown-units": "规则中没有这类单位",
    "unknown-store": "不支持这种库",
    "no-unit": "不在统计单位之内",
    "no-end": "路径不能以这类节点为端点",
    "bad-ties": "新增合作的要求有误",
    "findings-differ": "两项结果的单位或日期不一致",
    "same-node": "两端是同一个节点",
    "bad-hops": "步数有误",
    "bad-limit": "限值有误",
    "bad-encoding": "文件不是这种编码",
    "bad-master": "Spark 主节点地址有误",
    "no-master": "Spark 主节点没有应答",
    "other-master": "本进程已连着另一个 Spark 主节点",
    "bad-parameter": "查询参数有误",
    "bad-parquet": "Parquet 文件有误",
    "empty-query": "查询语句为空",
    "value-not-understood": "看不懂这个值",
    "rules-wrong": "规则文件有误",
    "rules-missing": "没有这个规则文件",
    "schema-missing": "没有这个模式文件",
    "schemas-differ": "两个模式不一致",
    "schema-too-narrow": "模式缺少库中已有的类型或属性",
    "types-differ": "两个节点类型不同",
    "same-edition": "同一期次出现两次",
    "map-options": "这些选项不能同时用",
    "map-too-large": "节点太多，画不成图",
    "plan-of-another": "计划与图上的覆盖不一致",
    "no-spark": "没有安装 Spark",
    "no-java": "没有 Java",
    "spark-failed": "Spark 出错",
    "not-on-spark": "Spark 引擎不提供这一项",
    "out-of-memory": "内存不够",
    "bad-spill": "溢出文件夹不能用",
    "seeds-missing": "找不到示例数据",
    "no-raw-rows": "这张图不带原始行",
    "no-date": "没有日期",
    "bad-dates": "起止日期有误",
    "bad-budget": "每年的任务数有误",
    "bad-quota": "每个乡镇的数目有误",
    "quota-not-met": "每个乡镇的数目达不到",
    "budget-too-small": "任务数不够",
    "cannot-cover": "有的单位无法覆盖",
    "recount-differs": "计划与覆盖复算不一致",
    "no-terminal": "不是终端，无法询问",
    "bad-mapping": "映射文件有误",
    "bad-table": "表格文件读不了",
    "feeds-circle": "上下游关系成环",
    "map-node": "图中节点有误",
    "map-value": "图中不能写入这个值",
    "no-header": "认不出表头",
    "no-key": "这一行没有名称",
    "no-rows": "表头下没有可用的行",
    "unwritable": "映射文件写不了",
    "vis-network": "画图组件的版本不符",
    "document-too-large": "文件太大",
    "document-unreadable": "文档已损坏，读不了",
    "bundle-tier": "公开版没有原始记录，不能打包",
    "empty-document": "文档没有内容",
    "file-unreadable": "文件读不了",
    "lexicon": "词表有误",
    "no-text": "这不是文字文档",
    "no-text-layer": "PDF 没有文字层",
    "changed-header": "表头与映射不符",
    "changed-sheet": "工作表与映射不符",
}
INVENTED = {Lang.zh: "【虚构示例】名称和数字均为虚构。", Lang.en: "[Invented example: nothing of it is real.]"}
LABELS = {"zh": ("错误", "办法"), "en": ("Error", "Hint")}


def asked_lang(words: Iterable[str]) -> Lang:
    """Tell the language that a command line asks for, before it is parsed."""
    told = list(words)
    value = next((after for before, after in pairwise(told) if before == "--lang"), "")
    value = next((word.partition("=")[2] for word in told if word.startswith("--lang=")), value)
    return Lang(value) if value in tuple(Lang) else default_lang()


def show_error(error: GraphkitError, lang: Lang) -> None:
    """Print an error's message and hint on stderr, never a traceback."""
    label, hint = LABELS[lang]
    told = ERRORS_ZH.get(error.code) if lang == Lang.zh else None
    sys.stderr.write(f"{label}: {told + '：' if told else ''}{error.message}\n")
    if error.hint:
        sys.stderr.write(f"{hint}: {error.hint}\n")


def line(*texts: str) -> None:
    """Print one line."""
    sys.stdout.write(" ".join(texts) + "\n")


def note(text: str) -> None:
    """Print one line on stderr: what a person should know, and a program need not read."""
    sys.stderr.write(text + "\n")


def invented(graph: "Graph", lang: Lang) -> None:
    """Say that a graph is invented, before anything of it is shown."""
    import pyarrow.compute as pc

    if pc.any(graph.sources["invented"]).as_py():
        note(INVENTED[lang])


def table(data: "pd.DataFrame", *, title: str | None = None, shares: bool = False) -> None:
    """Print a frame as a table; empty cells for null, percent for fractions that are shares."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, box=box.SIMPLE, title_justify="left", pad_edge=False)
    for name in data.columns:
        right = data[name].dtype.kind in "iuf"
        shown.add_column(str(name), justify="right" if right else "left", overflow="fold")
    for row in data.itertuples(index=False):
        shown.add_row(*(Text(percent(value) if shares and isinstance(value, float) else cell(value)) for value in row))
    # Without a terminal nothing is known of its width: wide enough for a pipe or a file.
    Console(width=None if sys.stdout.isatty() else 180, highlight=False).print(shown)


def captioned(schema: "Schema", data: "pd.DataFrame", lang: Lang) -> "pd.DataFrame":
    """Say a frame in a person's language: headers, types, answers, and head counts with their bounds."""
    shown = data.copy()
    for name in data.columns:
        if f"{name}_bound" in data.columns:
            counts = zip(data[name], data[f"{name}_bound"], strict=True)
            shown[name] = [bounded(count, bound) for count, bound in counts]
        if name in CODED:
            shown[name] = [_told(schema, CODED[name], value, lang) for value in data[name]]
    shown = shown.drop(columns=[c for c in shown.columns if c.endswith("_bound")])
    return shown.rename(columns=_captions(schema, shown.columns, lang))


# Columns that hold codes, and the kinds of captions that these are looked up in.
CODED = {"type": ("node", "edge", "term"), "kind": ("node", "edge", "source_kind"), "resource_type": ("node",)} | {
    "key_candidate": ("term",),
    "verdict": ("term",),
}
SIGNS = {"more_than": ">", "nearly": "<", "about": "≈", "unknown": "≈"}


def bounded(count: Any, bound: Any) -> str:
    """Write a quantity with what is said of its exactness, in one cell."""
    if is_null(count):
        return ""
    return f"{SIGNS.get(str(bound), '')}{count:,.0f}"


def _told(schema: "Schema", kinds: tuple[str, ...], value: Any, lang: Lang) -> Any:
    return next((schema.captions[k, value].of(lang.value) for k in kinds if (k, value) in schema.captions), value)


def _captions(schema: "Schema", names: Iterable[str], lang: Lang) -> dict[str, str]:
    kinds = ("term", "property", "tier")
    found = {name: next((c for kind in kinds if (c := schema.captions.get((kind, name)))), None) for name in names}
    return {name: caption.of(lang.value) for name, caption in found.items() if caption}


def cell(value: Any) -> str:
    """Write a value as an analyst reads it."""
    if is_null(value):
        return ""
    if isinstance(value, bool) or getattr(getattr(value, "dtype", None), "kind", "") == "b":
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:.4g}" if value != int(value) else f"{int(value)}"
    if isinstance(value, list | tuple):
        return "、".join(map(cell, value))
    return str(value)


def percent(share: float) -> str:
    """Write a share in percent; only nothing is 0 % and only all is 100 %."""
    if is_null(share):
        return ""
    kept = min(max(100 * share, 0.1), 99.9) if 0 < share < 1 else 100 * share
    return f"{kept:.1f} %"


def interval(low: float, high: float) -> str:
    """Write both ends of a share into one cell; nothing if there are none."""
    return "" if is_null(low) else f"{percent(low)} – {percent(high)}"


def named(names: Sequence[str], lang: Lang, *, most: int, unit: str = "个") -> str:
    """Name the first of several, and count them all; JSON has the whole list."""
    told, more = "、".join(map(str, names[:most])), len(names) - most
    return told if more <= 0 else f"{told} 等 {len(names)} {unit}" if lang == Lang.zh else f"{told} +{more}"


def shortened(text: Any, most: int = 24) -> Any:
    """Cut a long text for a table; JSON has the whole."""
    return f"{text[: most - 1]}…" if isinstance(text, str) and len(text) > most else text


def is_null(value: Any) -> bool:
    """Tell whether a cell of a frame is null, whatever pandas calls it."""
    import pandas as pd

    return not hasattr(value, "__len__") and bool(pd.isna(value))


def print_json(**fields: Any) -> None:
    """Print one JSON object; frames become lists of rows, null is null, never NaN."""
    sys.stdout.write(json.dumps(plain(fields), ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def plain(value: Any) -> Any:
    """Turn frames, arrays and numpy scalars into what JSON can say."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if hasattr(value, "isoformat"):
        return None if is_null(value) else value.isoformat()
    if isinstance(value, Iterable):
        return [plain(inner) for inner in value]
    if is_null(value):
        return None
    return value.item() if hasattr(value, "item") else value
