"""The header of a sheet: in which row or rows it stands, and which field each column is."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from graphkit.loaders.tables.sheet import Sheet
from graphkit.names import fold
from graphkit.schema.reading import parse_yaml

LOOKED_THROUGH = 60
LONGEST_PATTERN = 16
SHORTEST_HAN = 2
MOST_ROWS = 4  # of a header
REGISTRATION = {"doubtful": "doubtful", "ended": "revoked", "active": "actual"}
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_MONEY = re.compile(r"(?:千万|百万|万|千|亿)?元")
_GROUP_WORDS = re.compile(r"(?:基本)?(?:情况|信息|数据|状况)$")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'/-]*")
_APART = re.compile(r"[\u4e00-\u9fff][\s/]+[A-Za-z]|[A-Za-z][\s/]+[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,2}[.、．]|[一二三四五六七八九十]{1,2}、|[*＊★])\s*")

Lookup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header and the text of each of its columns; a text that stands twice is numbered."""

    first: int
    last: int
    texts: Mapping[int, str]
    parts: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What headers.yaml knows: field of each folded header, headers that hold nothing, words for levels."""

    fields: Mapping[str, str]
    ignored: frozenset[str]
    levels: Mapping[str, str]
    patterns: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = ()
    registration: tuple[tuple[str, re.Pattern[str]], ...] = ()

    def field(self, text: str) -> str | None:
        """Return the field that a header names: as it stands, without what is in brackets, or by what it is made of."""
        bare = _NUMBERED.sub("", text)
        key = _key(_BRACKETS.sub("", bare))
        return self.fields.get(_key(bare)) or self.fields.get(key) or self._by_pattern(key) or self._of_both(bare)

    def _of_both(self, text: str) -> str | None:
        """Return what a header in two languages names: 企业名称 Company; both have to say the same, or one nothing."""
        latin = " ".join(_LATIN.findall(text))
        han = _LATIN.sub("", text)
        if not latin or len(_key(han)) < SHORTEST_HAN or not _APART.search(text):
            return None
        found, other = self.fields.get(_key(han)), self.fields.get(_key(latin))
        return found if found and other in (None, found) else None

    def _by_pattern(self, key: str) -> str | None:
        if len(key) > LONGEST_PATTERN:
            return None
        fits = (name for name, has, has_not in self.patterns if has.search(key) and not has_not.search(key))
        return next(fits, None)

    def field_of(self, parts: tuple[str, ...]) -> str | None:
        """Return the field of a header in several rows: group and column together, else the column alone."""
        for above in reversed(parts[:-1]):
            for text in (above + parts[-1], _GROUP_WORDS.sub("", above) + parts[-1]):
                if found := self.field(text):
                    return found
        return self.field(parts[-1]) if parts else None

    def ignores(self, text: str) -> bool:
        return _key(_BRACKETS.sub("", text)) in self.ignored


@cache
def vocabulary() -> Vocabulary:
    """Read headers.yaml once."""
    text = (files("graphkit.loaders") / "headers.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse_yaml(text)

    def inverse(listed: Mapping[str, list[str]]) -> dict[str, str]:
        return {_key(word): name for name, lines in listed.items() for line in lines for word in line.split()}

    ignored = frozenset(_key(word) for line in data["ignored"] for word in line.split())
    patterns = tuple(
        (told["field"], re.compile(told["has"]), re.compile(told.get("not", r"(?!)"))) for told in data["patterns"]
    )
    told = data["registration"]
    states = tuple((found, re.compile(told[name], re.I)) for name, found in REGISTRATION.items())
    return Vocabulary(inverse(data["fields"]), ignored, inverse(data["levels"]), patterns, states)


@cache
def _key(text: str) -> str:
    return fold(text) if any(map(str.isalnum, text)) else ""


def level_of(text: str) -> str | None:
    """Return the level that a word of a sheet names."""
    return vocabulary().levels.get(_key(text))


def registration_of(text: str) -> str | None:
    """Return what a state of registration says: revoked, in doubt, actual; None for words that are not known."""
    bare = _BRACKETS.sub("", text).strip() or text
    return next((found for found, shape in vocabulary().registration if shape.search(bare)), None)


def money_unit(header: str) -> str | None:
    """Return the unit of money that a header names: 贷款金额（万元） is in 万元."""
    found = _MONEY.findall(unicodedata.normalize("NFKC", header))
    return str(found[-1]) if found else None


def header_text(value: object) -> str:
    """Write a header's cell in one line, without what cannot be seen."""
    text = unicodedata.normalize("NFC", str(value))
    seen = (" " if char.isspace() else char for char in text)
    return re.sub(r" +", " ", "".join(c for c in seen if c == " " or unicodedata.category(c)[0] != "C")).strip()


def find_header(sheet: Sheet, lookup: Lookup | None = None) -> Header | None:
    """Return the header of a sheet: the first row that names many fields; None if no row names enough.

    `lookup` tells what a text is (a mapping's headers); by default the vocabulary does.
    """
    known = lookup or vocabulary().field
    numbers = list(islice(sheet.rows, LOOKED_THROUGH))
    scores = {row: _score(sheet, row, known) for row in numbers}
    # A header that stands again further down may name more, in one row what the first says in two.
    enough = max(2, 0.6 * max(scores.values(), default=0))
    full = next((row for row in numbers if scores[row] >= enough), None)
    best = full if full is not None else next((row for row in numbers if scores[row]), None)
    if best is None or not _is_enough(sheet, best, known, scores[best]):
        return None
    first, last = _extent(sheet, numbers, best, known)
    return _header(sheet, first, last)


def _score(sheet: Sheet, row: int, known: Lookup) -> int:
    return len({found for value in _texts(sheet, row).values() if (found := known(value))})


def _is_enough(sheet: Sheet, row: int, known: Lookup, score: int) -> bool:
    """Two fields make a header; one does if it names what the sheet is about and the row says nothing in two cells."""
    if score != 1:
        return score > 1
    texts = list(_texts(sheet, row).values())
    found = {known(text) for text in texts} - {None}
    return len(set(texts)) == len(texts) and any(
        str(field).endswith((".name", ".credit_code", "covers.companies")) for field in found
    )


def _texts(sheet: Sheet, row: int) -> dict[int, str]:
    cells = {column: header_text(value) for column, value in sheet.rows.get(row, {}).items()}
    return {column: text for column, text in cells.items() if text and len(text) <= 60}


def _extent(sheet: Sheet, numbers: list[int], best: int, known: Lookup) -> tuple[int, int]:
    """Add the rows above and below that belong to a header in several rows."""
    first = last = best
    held = set(numbers)
    while last - first < MOST_ROWS - 1 and first - 1 in held and is_group(sheet, first - 1, first, known):
        first -= 1
    while last - first < MOST_ROWS - 1 and last + 1 in held and _continues(sheet, last, last + 1, known):
        last += 1
    return first, last


def is_group(sheet: Sheet, above: int, below: int, known: Lookup) -> bool:
    """Say whether a row groups the columns of the row below it."""
    return _is_group_row(sheet, above, below) or _gains(sheet, above, below, known)


def _is_group_row(sheet: Sheet, above: int, below: int) -> bool:
    """Groups are merged over some columns, or columns are merged over both rows; a title is one text over all."""
    texts = _texts(sheet, above)
    if len(set(texts.values())) < 2:
        return False
    ranges = [sheet.spread[above, column] for column in texts if (above, column) in sheet.spread]
    return any(last > first or last_row >= below for _, first, last_row, last in ranges)


def _gains(sheet: Sheet, above: int, best: int, known: Lookup) -> bool:
    """Say whether the row above tells what the columns below are of: 妇联情况 over 是否成立."""
    groups = _texts(sheet, above)
    if len(set(groups.values())) < 2:
        return False
    below = _texts(sheet, best).items()
    return any(not known(t) and known(_GROUP_WORDS.sub("", _group_at(groups, column)) + t) for column, t in below)


def _continues(sheet: Sheet, upper: int, lower: int, known: Lookup) -> bool:
    """Say whether a row is the second of a header: merged with it, or naming columns only where the first groups."""
    above, below = _texts(sheet, upper), _texts(sheet, lower)
    if any((upper, column) in sheet.spread and sheet.spread[upper, column][2] >= lower for column in above):
        return True
    named = {column for column, text in above.items() if (known(text) or "").endswith((".name", ".credit_code"))}
    if not below or not named or named & below.keys():
        return False
    joined = [_GROUP_WORDS.sub("", _group_at(above, column)) + text for column, text in below.items()]
    found = [known(text) or known(both) for text, both in zip(below.values(), joined, strict=True)]
    return 2 * sum(map(bool, found)) >= len(below)


def _group_at(above: Mapping[int, str], column: int) -> str:
    left = [at for at in above if at <= column]
    return above[max(left)] if left else ""


def _header(sheet: Sheet, first: int, last: int) -> Header:
    rows = [_texts(sheet, row) for row in range(first, last + 1)]
    parts: dict[int, tuple[str, ...]] = {}
    for column in sorted({column for row in rows for column in row}):
        told = [row[column] for row in rows if column in row]
        if len(rows) > 1 and column in rows[-1] and column not in rows[0] and (group := _group_at(rows[0], column)):
            told = [group, *told]
        parts[column] = tuple(dict.fromkeys(told))
    return Header(first, last, _numbered({column: "/".join(told) for column, told in parts.items()}), parts)


def _numbered(texts: Mapping[int, str]) -> dict[int, str]:
    seen: dict[str, int] = {}
    found: dict[int, str] = {}
    for column, text in texts.items():
        seen[text] = seen.get(text, 0) + 1
        found[column] = text if seen[text] == 1 else f"{text} ({seen[text]})"
    return found


def repeats(header: Header, texts: Iterable[tuple[int, object]]) -> bool:
    """Say whether a row says the header again, as the top of each printed page does."""
    count = 0
    for column, value in texts:
        if not isinstance(value, str) or header_text(value) not in header.parts.get(column, ()):
            return False
        count += 1
    return count > 1
