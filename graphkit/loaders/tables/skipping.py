"""Rows below a header that are no entries: the header again, captions, totals, notes, examples, numbers of columns."""

import re
from collections.abc import Mapping
from typing import Any

from graphkit.errors import DataError
from graphkit.loaders.tables.context import town_in
from graphkit.loaders.tables.facts import code_of
from graphkit.loaders.tables.header import Header, repeats
from graphkit.loaders.tables.sheet import Sheet

_TOTAL = re.compile(
    r".{0,12}?(?:合计|小计|总计|共计|累计|total|subtotal)(?:数|[(（].*[)）])?[:：]?[0-9,.]*[家户个人名]?(?:企业|单位)?"
    r"|共[0-9]+[家户个人名](?:企业|单位)?|其中[：:].{0,12}",
    re.I,
)
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|填表说明|数据来源|资料来源|note|source)\s*[0-9]*\s*[：:、.]|※"
    r"|(?:填表|制表|填报|审核|复核|经办|联系|报送|统计)(?:人|单位|日期|时间|电话)?\s*[：:]|以上(?:数据|企业|信息|名单|均)"
    r"|截[至止]|[*＊]\s*(?:数据|资料|本表|以上)|(?:数据|资料)(?:来源于|取自|截)|单位\s*[：:]|[（(]?(?:盖章|公章|签章)|本表|此表",
    re.I,
)
_SENTENCE = re.compile(
    r"[。！；]|[：:].|^第\s*[0-9]+\s*页|^[0-9]{4}\s*[年./-]\s*[0-9]{1,2}\s*(?:[月./-]\s*[0-9]{0,2}\s*日?)?$"
)
_CAPTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
_EXAMPLE = re.compile(
    r"[（(【\[]?(?:例|示例|样例|范例|举例|填写示例|填表示例|example)[)）】\]]?(?:[：:0-9].*|$)|[（(]示?例[)）]", re.I
)
_TITLE = re.compile("(?:表|名单|台账|名册|名录|清单)$")
_COUNTED = re.compile(r"[甲乙丙丁戊己庚辛]|[(（]?[0-9]{1,2}[)）]?|[①-⑳]|栏次|[A-Z]|[-—]")
EXAMPLES = tuple("例示样范举填eE")
LETTERS = "甲乙丙丁戊己庚辛"
TOTAL, CAPTION, WIDE_CAPTION = "a total", "a caption", "a caption over the columns"


def no_entry(sheet: Sheet, header: Header, columns: Mapping[int, str], row: int, after: int | None) -> str | None:
    """Say why a row is no entry at all; None if it may be one. `after` is the next row that holds anything."""
    cells = sheet.rows[row]
    if not cells:
        return None
    if repeats(header, cells.items()):
        return "the header again"
    if len(cells) > 1 and len({sheet.spread.get((row, column)) for column in cells}) == 1 and _wide(sheet, row, cells):
        return WIDE_CAPTION
    if len(cells) == 1 and after is not None and repeats(header, sheet.rows[after].items()):
        # The last line of a printed page may be its subtotal.
        return TOTAL if _by_words(header, columns, cells) == TOTAL else CAPTION
    if _are_numbers_of_columns(cells):
        return "the numbers of the columns"
    named = _named(cells, columns)
    if any(word[:2].strip("（(【[").startswith(EXAMPLES) and _EXAMPLE.match(word) for word in (_first(cells), *named)):
        return "an example row"
    return None if _has_code(cells, columns) else _by_words(header, columns, cells)


def _first(cells: Mapping[int, Any]) -> str:
    return str(next(iter(cells.values())))


def _are_numbers_of_columns(cells: Mapping[int, Any]) -> bool:
    if len(cells) < 3 or any(len(str(value)) > 4 for value in cells.values()):
        return False
    texts = [re.sub(r"\s", "", str(value)) for value in cells.values()]
    return all(map(_COUNTED.fullmatch, texts)) and _counts(texts)


def _by_words(header: Header, columns: Mapping[int, str], cells: Mapping[int, Any]) -> str | None:
    first = next((value for value in cells.values() if isinstance(value, str)), "")
    words = {re.sub(r"\s", "", first), *_named(cells, columns)}
    if any(_TOTAL.fullmatch(word) for word in words if word):
        return TOTAL
    if _NOTE.match(first):
        return "a note"
    if len(cells) > 1 or not first:
        return None
    if _CAPTION.match(first) or (len(header.parts) > 1 and "town.name" not in columns.values() and town_of(first)):
        return CAPTION
    return "a note" if len(header.parts) > 1 and _SENTENCE.search(first) else None


def town_of(caption: str) -> str | None:
    """Return the town that a caption between rows names: 一、霞美镇（12家）; none if it only begins with one."""
    bare = re.sub(r"[（(].*[)）]|[：:]?\s*(?:共|合计)?[0-9]+[家户个]", "", _CAPTION.sub("", caption.strip())).strip()
    found = town_in(bare)
    return found if found and (bare.endswith(found) or _TITLE.search(bare)) else None


def caption_text(cells: Mapping[int, Any]) -> str:
    return next((value for value in cells.values() if isinstance(value, str)), "")


def _counts(texts: list[str]) -> bool:
    """Say whether numbers run on from column to column, as those below a header do: 甲 乙 1 2 3, or 1 2 3."""
    numbers = [int(found[0]) for text in texts if (found := re.search("[0-9]+", text))]
    letters = [text for text in texts if text in LETTERS]
    return (
        numbers[:1] == [1] and numbers == list(range(1, len(numbers) + 1)) and letters == list(LETTERS[: len(letters)])
    )


def _wide(sheet: Sheet, row: int, cells: Mapping[int, Any]) -> bool:
    shared = sheet.spread.get((row, next(iter(cells))))
    return shared is not None and shared[3] > shared[1]


def _named(cells: Mapping[int, Any], columns: Mapping[int, str]) -> list[str]:
    names = [cells[column] for column, name in columns.items() if name.endswith(".name") and column in cells]
    return [re.sub(r"\s", "", value) for value in names if isinstance(value, str)]


def _has_code(cells: Mapping[int, Any], columns: Mapping[int, str]) -> bool:
    try:
        codes = [cells.get(column) for column, name in columns.items() if name == "company.credit_code"]
        return any(code is not None and code_of(code) for code in codes)
    except DataError:
        return False
