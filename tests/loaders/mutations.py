"""Files that nobody would write, made of files that somebody did: of nine kinds, out of fixed seeds."""

import json
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq

from tests.loaders.forms import in_form
from tests.loaders.old_workbooks import Error, Formula, Old, Shown, old_workbook

LEDGER: list[list[Any]] = [
    ["某市企业台账", None, None, None, None, None, None, None, None],
    [
        "企业名称",
        "统一社会信用代码",
        "所属乡镇",
        "产业链",
        "链条环节",
        "女职工数",
        "成立日期",
        "是否成立妇联",
        "妇联名称",
    ],
    ["甲公司", "91350583MA0AAAA10R", "霞美镇", "石材", "加工", 12, date(2022, 6, 25), "是", "甲妇联、乙妇联"],
    ["乙公司", None, None, "石材", "开采", 0.5, date(2022, 6, 1), "筹建中", None],
    ["丙公司", "91350583MA0AAAA11W", "水头镇", None, None, "约120人", 43275, "√", "丙妇联"],
    ["小计", None, None, None, None, 300, None, None, None],
]
NUMBERS = (
    "NaN nan INF -inf 1e400 -1e400 1e308 -1 0 60 59.999 2958465 2958466 9.1350583100100006E+17 913505831001000071 "
    "1E+17 99999999999999999999999999 0x10 1_000 -0 .5 5. +5 1,5 ١٢ ² 18446744073709551616 1e-320"
).split()
WORDS = [
    *(
        "",
        " ",
        "合计",
        "#REF!",
        "=1/0",
        "=_xlfn.DISPIMG(1)",
        "，、；",
        "𠮷" * 50,
        "(",
        "等12家",
        "约",
        "2026年13月",
        "万元",
    ),
    *(
        "1" * 400,
        "企业名称",
        "\u0661\u0662",
        "²",
        "①",
        "九亿九",
        "½",
        "a" * 40_000,
        "１２",
        "五六十",
        "两百五",
        "百分之",
    ),
    *(
        "_x0000_",
        "_xD800_",
        "_xDFFF__xD83D_",
        "\x7f",
        "\u0085",
        "\u2028",
        "\u202e甲",
        "\ufeff",
        "甲\u200b公司",
        "\ufffe",
    ),
    *("e\u0301" * 60, "\U000e0001", "<script>", "'); DROP", "../../x", "{}", "[1]", "null", "True", "100%%", "=", "#"),
    *("1900-02-29", "9999-12-31", "0000-00-00", "-1-1-1", "\t", "a\nb", '"', "''"),
]
SHOWN = [word.replace("<", "&lt;") for word in WORDS if word.isprintable() and word != "\ufffe"]
ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
REFERENCES = "A0 A1 XFD1048576 ZZZZ9 A99999999 a1 $A$1 1A B2:A1 A1:XFD1048576 A3:A2 C3:C5 A2:I2 A1:A1 : é".split()
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels",
)
ENCODINGS = "utf-8 utf-8-sig gb18030 gbk utf-16 utf-16-le utf-16-be utf-32 big5 shift_jis cp1252 utf-7 cp037".split()
TYPES = (
    "office:value-type office:value office:date-value table:number-rows-repeated table:number-columns-spanned".split()
)


def bytes_of(content: bytes, chance: random.Random) -> bytes:
    """Change, drop, double or cut bytes."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at, kind = chance.randrange(max(len(data), 1)), chance.randrange(5)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] = chance.choice((0, 9, 10, 34, 44, 60, 255, chance.randrange(256)))
        elif kind == 1:
            del data[at : at + chance.randint(1, 20)]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randint(1, 40)]
        elif kind == 3:
            data[at : at + 1] = chance.choice(WORDS)[:20].encode("utf-8")
        elif chance.random() < 0.1:
            del data[at:]
    return bytes(data)


def cells_of(chance: random.Random) -> list[list[Any]]:
    """Put odd values into a fifth of the cells, or drop, double and shuffle rows."""
    odd = [*WORDS, *map(float, NUMBERS[:12]), True, -1, 10**30, date(1, 1, 1), datetime(9999, 12, 31, 23, 59), None]
    rows = [[chance.choice(odd) if chance.random() < 0.2 else cell for cell in row] for row in LEDGER]
    if chance.random() < 0.3:
        rows.insert(chance.randrange(len(rows)), chance.choice(rows))
    if chance.random() < 0.2:
        chance.shuffle(rows)
    return rows


@cache
def _xlsx() -> Mapping[str, bytes]:
    rows = [[_old(cell) for cell in row] for row in LEDGER]
    rows[3][5], rows[3][1], rows[2][5] = Formula(), Shown(2416, "000000"), Shown(0.5, "0.0%")
    rows[3][6], rows[4][5] = Shown(44713, 'yyyy"年"m"月"'), Error(7)
    told = Old(hidden_rows=(5,), hidden_columns=(4,), merged=((1, 1, 1, 9), (3, 3, 4, 3)))
    with TemporaryDirectory() as folder, zipfile.ZipFile(in_form("xlsx", Path(folder), rows, told)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def _ods() -> str:
    def cell(value: Any, more: str = "") -> str:
        if isinstance(value, int | float):
            told = f'office:value-type="float" office:value="{value}"'
        elif isinstance(value, date):
            told = f'office:value-type="date" office:date-value="{value}"'
        else:
            told = 'office:value-type="string"' if value else ""
        return f"<table:table-cell {told} {more}><text:p>{value or ''}</text:p></table:table-cell>"

    spaces = "office table text style"
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in spaces.split())
    hidden = ' table:visibility="collapse"'
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="1"{hidden if at == 4 else ""}>'
        + "".join(cell(value, 'table:number-columns-spanned="1"') for value in row)
        + "</table:table-row>"
        for at, row in enumerate(LEDGER)
    )
    formula = '<table:table-row><table:table-cell table:formula="of:=20"/></table:table-row>'
    column = '<table:table-column table:number-columns-repeated="3" table:visibility="collapse"/>'
    body = f'<table:table table:name="台账">{column}{rows}{formula}</table:table>'
    begin, end = "<office:body><office:spreadsheet>", "</office:spreadsheet></office:body></office:document-content>"
    return f"<office:document-content {names}>{begin}{body}{end}"


def zipped(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def zip_bytes(path: Path, chance: random.Random) -> None:
    zipped(path, _xlsx())
    path.write_bytes(bytes_of(path.read_bytes(), chance))


def xml_bytes(path: Path, chance: random.Random) -> None:
    hurt = chance.choice([name for name in PARTS if name in _xlsx()])
    zipped(path, {**_xlsx(), hurt: bytes_of(_xlsx()[hurt], chance)})


def _attributes(text: str, chance: random.Random, told: Mapping[str, list[str]]) -> str:
    """Give a tenth of some attributes or texts other values."""

    def other(found: re.Match[str]) -> str:
        return found[0] if chance.random() > 0.1 else f"{found[1]}{chance.choice(told[found[1]])}{found[3]}"

    names = "|".join(map(re.escape, told))
    return re.sub(f'({names})([^"<]*)("|<)', other, text)


TOLD = {
    "<v>": [*NUMBERS, *SHOWN],
    "<t>": SHOWN,
    ' r="': REFERENCES,
    ' s="': ["-1", "9999", "x", ""],
    ' t="': "s b e n str d x inlineStr".split(),
    ' ref="': REFERENCES,
    ' hidden="': ["2", "true", ""],
    ' min="': ["0", "-5", "99999999999", "x"],
    ' max="': ["0", "16384", "x"],
    ' formatCode="': ["0" * 400, "[", "yyyy;;", "%", "m", "[$-404]e/m/d"],
    ' numFmtId="': ["-1", "14", "99999", "x"],
    ' name="': ["", "x" * 300],
    ' Target="': ["", "/", "../../x", "worksheets/sheet9.xml"],
    ' state="': ["hidden", "?"],
}


def xml_values_of(content: bytes, chance: random.Random) -> bytes:
    """Give a tenth of the values and attributes of a part other ones."""
    return _attributes(content.decode(), chance, TOLD).encode()


def xml_values(path: Path, chance: random.Random) -> None:
    hurt = {name: xml_values_of(_xlsx()[name], chance) for name in PARTS if name in _xlsx()}
    if chance.random() < 0.3:
        hurt["xl/workbook.xml"] = hurt["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    zipped(path, {**_xlsx(), **hurt})


def xls(path: Path, chance: random.Random) -> None:
    rows = [[_old(cell) for cell in row] for row in (cells_of(chance) if chance.random() < 0.5 else LEDGER)]
    rows[-1][-1] = chance.choice((Formula(), Formula("甲"), Error(7), Shown(2416, "000000"), None))
    merged = [tuple(chance.randint(1, 9) for _ in range(4)) for _ in range(chance.randint(0, 2))]
    old_workbook(path, rows, Old((4,), (4,), tuple((a, b, c, d) for a, b, c, d in merged), chance.choice((1900, 1904))))
    if chance.random() < 0.7:
        path.write_bytes(bytes_of(path.read_bytes(), chance))


def _old(cell: Any) -> Any:
    if isinstance(cell, date):
        return Shown(_serial(cell), "yyyy-mm-dd")
    if isinstance(cell, str):
        return cell[:4000]
    return cell if cell is None else float(cell)


def _serial(day: date) -> float:
    """Return the serial of a day."""
    return float(day.toordinal() - date(1899, 12, 30).toordinal())


def ods(path: Path, chance: random.Random) -> None:
    numbers = ["0", "-1", "2", "3000", "999999999", "x"]
    told = {f' {name}="': [*NUMBERS, "float", "date", "percentage", "boolean", *numbers] for name in TYPES}
    told["<text:p>"] = SHOWN
    content = _attributes(_ods(), chance, told).encode()
    if chance.random() < 0.4:
        content = bytes_of(content, chance)
    zipped(path, {"mimetype": b"x", "content.xml": content})


def plain(path: Path) -> None:
    """Write the ledger as a CSV that nothing is wrong with."""
    lines = (",".join("" if cell is None else f'"{cell}"' for cell in row) for row in LEDGER)
    path.write_text("\n".join(lines), encoding="utf-8")


def text(path: Path, chance: random.Random) -> None:
    sign = chance.choice(",\t;|，")
    rows = cells_of(chance) if chance.random() < 0.7 else LEDGER
    quote = chance.choice(('"', "", "'"))
    lines = (sign.join("" if cell is None else f"{quote}{cell}{quote}" for cell in row) for row in rows)
    content = chance.choice(("\n", "\r\n", "\r")).join(lines).encode(chance.choice(ENCODINGS), "replace")
    path.write_bytes(bytes_of(content, chance) if chance.random() < 0.6 else content)


def parquet(path: Path, chance: random.Random) -> None:
    count, names = 3, [str(name) for name in LEDGER[1]]
    kinds: list[Callable[[], pa.Array]] = [
        lambda: pa.array([Decimal("1.50"), None, Decimal("-3")], pa.decimal128(20, 2)),
        lambda: pa.array([datetime(2022, 6, 25), None, datetime(1700, 1, 1)], pa.timestamp("us", tz="Asia/Shanghai")),
        lambda: pa.array([0, None, 2**53], pa.timestamp("s")),
        lambda: pa.array([["甲", None], [], None], pa.list_(pa.string())),
        lambda: pa.array([{"a": 1}, None, {"a": None}]),
        lambda: pa.array(["甲", "乙", None]).dictionary_encode(),
        lambda: pa.array([float("nan"), float("inf"), -0.0]),
        lambda: pa.array([b"\xff\xfe", b"", None]),
        lambda: pa.array([1, None, 2**64 - 1], pa.uint64()),
        lambda: pa.array([date(1, 1, 1), None, date(9999, 12, 31)]),
        lambda: pa.array([10**9, 0, None], pa.duration("s")),
        lambda: pa.array([0, 1, None], pa.time64("ns")),
        lambda: pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64())),
        lambda: pa.nulls(count),
        lambda: pa.array([True, False, None]),
    ]
    columns = [chance.choice(kinds)() if chance.random() < 0.4 else pa.array(["甲", "乙", None]) for _ in names]
    if chance.random() < 0.2:
        names[-1] = chance.choice(names)
    pq.write_table(pa.Table.from_arrays(columns, names=names), path)
    if chance.random() < 0.5:
        path.write_bytes(bytes_of(path.read_bytes(), chance))


def json_lines(path: Path, chance: random.Random) -> None:
    rows = cells_of(chance)[2:]
    records = [dict(zip(map(str, LEDGER[1]), row, strict=True)) for row in rows]
    for record in records:
        if chance.random() < 0.3:
            record[chance.choice([*record, "\ud800"])] = chance.choice(
                [[None, 1], {"a": {}}, [[]], 1e999, 10**400, "\ud800"]
            )
    content = "\n".join(json.dumps(record, ensure_ascii=chance.random() < 0.5, default=str) for record in records)
    raw = content.encode("utf-8", "surrogatepass")
    path.write_bytes(bytes_of(raw, chance) if chance.random() < 0.5 else raw)


def cells(path: Path, chance: random.Random) -> None:
    book = openpyxl.Workbook()
    for row in cells_of(chance):
        book.active.append([ILLEGAL.sub("", cell) if isinstance(cell, str) else cell for cell in row])
    book.save(path)


KINDS: dict[str, Callable[[Path, random.Random], None]] = {
    "zip bytes": zip_bytes,
    "XML bytes": xml_bytes,
    "XML values": xml_values,
    "cells": cells,
    "xls": xls,
    "ods": ods,
    "text": text,
    "parquet": parquet,
    "JSON lines": json_lines,
}
