"""What the loader of tables has to say, in English and Chinese: why a row is skipped, what is doubtful, what to do.

The English text is the stable one: it is compared, counted and put into JSON. The other is made from the same parts.
"""

import re
from typing import Any, Self

CONSTANTS = "constants: {bank.name: …}"
NO_NAME = "neither a name nor a code"
NOT_USED = "the column is not used"
NO_HEADER = "no header of the sheet is recognised"
IN_DOUBT = "the state of its registration is in doubt; taken as existing"
MAYBE_PERSON = "the name looks like a person's; taken as a company"
ENDED = "no longer registered; it counts nowhere"
NO_END = "an end of it is no entity of the document"
NOT_JOINED = "the schema does not let these two be joined so"
NO_PROPERTY = "the schema has no such property"
NO_VALUE = "the property cannot hold this value"
LOST = "cannot be read; left as it stands"
READ_AGAIN = "was torn in copying and read again; not certain"
REASONS = {
    NO_END: "一端不是文中的实体",
    NOT_JOINED: "模式不许这样连接两端",
    NO_PROPERTY: "模式没有这个属性",
    NO_VALUE: "属性存不了这个值",
    LOST: "无法辨认，原样保留",
    READ_AGAIN: "复制时损坏，已推断复原，未必准确",
    "hidden": "隐藏",
    "the header again": "重复的表头",
    "a caption over the columns": "横跨各列的小标题",
    "a caption": "小标题",
    "a total": "合计行",
    "a note": "说明或落款",
    "an example row": "填表示例",
    "the numbers of the columns": "栏次行",
    NO_NAME: "既无名称也无代码",
    NOT_USED: "该列未采用",
    NO_HEADER: "工作表没有可识别的表头",
    ENDED: "已注销、吊销等，不再计入",
    IN_DOUBT: "登记状态存疑，按存续处理",
    "the check character is wrong; taken as written": "校验位有误，照录",
    "one number for several rows; each of them has it": "一个数字合并在多行上，每行都按此数",
    "the list names only some of those it counts": "列出的只是其中一部分",
    MAYBE_PERSON: "名称像人名，按企业处理",
    "not understood": "未能识别",
    "no name": "不是名称",
    "a date, no name": "是日期，不是名称",
    "a number, no name": "是数字，不是名称",
    "no organisation and role": "未能分出单位和职务",
    "no level": "不是级别",
    "no state of a registration": "不是登记状态",
    "no credit code": "不是统一社会信用代码",
    "no credit code of 18 characters": "不是 18 位统一社会信用代码",
    "a number that lost its last digits; store codes as text": "数字末位已丢失，代码请按文本填写",
    "a picture, no value": "是图片，没有值",
    "a formula whose value was never computed": "公式没有计算结果",
    "not a count": "不是人数或数量",
    "not an amount in yuan": "不是金额",
    "not a date": "不是日期",
    "not yes or no": "不是“是”或“否”",
    "not the state of a federation": "不是妇联组织情况",
    "not a build mode": "不是组建方式",
    "not a share": "不是比例",
}
_ERROR = re.compile(r"an error \((.*)\)")
_BY_NAME = re.compile(r"by its name no company but an? (.+); taken as such")
_TYPES = {"Bank": "银行", "Alliance": "联盟协会", "Agency": "党政机构", "Venue": "阵地平台"}
_TYPES |= {"Federation": "妇联", "MicroHome": "妇女微家"}
_WHERE = {
    "the name of the sheet": "工作表名",
    "the title": "标题",
    "the name of the file": "文件名",
}
NOTES = {
    "hidden-sheet": ("{file}: the sheet {sheet} is hidden", "{file}：工作表 {sheet} 是隐藏的"),
    "sheet-not-mapped": (
        "{file}: the sheet {sheet} is not in the mapping; its columns are guessed",
        "{file}：映射中没有工作表 {sheet}，其列的含义为推测",
    ),
    "new-columns": (
        "{file}, {sheet}: columns that the mapping does not know: {columns}",
        "{file}，{sheet}：映射中没有这些列：{columns}",
    ),
    "from-title": (
        "{file}, {sheet}: {field} is {value}, taken from {where}; correct it in the mapping if that is wrong",
        "{file}，{sheet}：{field} 取 {value}，据{where}；如有误，请在映射中更正",
    ),
    "no-bank": (
        "{file}, {sheet}: no column names the bank, nor does a title, so that no loan is made; "
        "add to the mapping {constants}",
        "{file}，{sheet}：没有银行列，标题等处也没有银行名称，未生成放贷；请在映射中加上 {constants}",
    ),
    "same-field": (
        "{file}, {sheet}: {read} and {other} are both taken for one thing; only {read} is read",
        "{file}，{sheet}：{read} 与 {other} 含义相同，只读取 {read}",
    ),
    "no-unit": (
        "{file}, {sheet}: {column} names no unit; it is read as 元",
        "{file}，{sheet}：{column} 没有写单位，按元读取",
    ),
    "unit-of-title": (
        "{file}, {sheet}: {column} names no unit; the title says {unit}",
        "{file}，{sheet}：{column} 没有写单位，按标题取{unit}",
    ),
    "two-codes": ("{name}: {count} credit codes, kept apart", "{name}：有 {count} 个信用代码，分开记录"),
    "two-names": ("{code}: {count} names, {names}", "{code}：有 {count} 个名称，{names}"),
    "denied": (
        "{place}: says that there is no federation, and names one that covers the company",
        "{place}：称没有妇联，又写了覆盖它的妇联",
    ),
    "same-loan": (
        "{place}: says the same loan as an earlier row; one loan is kept",
        "{place}：与前面某行是同一笔贷款，只记一笔",
    ),
}


def by_name(kind: str) -> str:
    """Return what is said of a row whose name is plainly of another type than the list says."""
    return f"by its name no company but a{'n' if kind[0] in 'AEIOU' else ''} {kind}; taken as such"


class Note(str):
    """A remark that is its English text, and can be said in Chinese."""

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, code: str, /, **parts: Any) -> Self:
        en, zh = NOTES[code]
        note = super().__new__(cls, en.format(**parts))
        note.zh = zh.format(**(parts | ({"where": _WHERE.get(parts["where"], "标题")} if "where" in parts else {})))
        return note


def note_text(note: str, lang: str) -> str:
    """Return a remark in a language; one that is not known here is said as it is."""
    return note.zh if lang == "zh" and isinstance(note, Note) else str(note)


def reason_text(reason: str, lang: str) -> str:
    """Return why something was skipped or not understood, in a language."""
    if lang != "zh":
        return reason
    if found := _ERROR.fullmatch(reason):
        return f"是错误值（{found[1]}）"
    if found := _BY_NAME.fullmatch(reason):
        return f"按名称是{_TYPES.get(found[1], found[1])}，不是企业，据此记录"
    return REASONS.get(reason, reason)
