"""What nobody told of a sheet is guessed: from headers, from what stands below them, from what the title says."""

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphkit.errors import DataError
from graphkit.loaders.tables.context import Context
from graphkit.loaders.tables.header import Header, level_of, registration_of, vocabulary
from graphkit.loaders.tables.kinds import AMOUNTS, MANY, is_used, kind_of, resolved
from graphkit.loaders.tables.mapping import SheetMapping
from graphkit.loaders.tables.organisations import is_company, is_federation, type_of
from graphkit.loaders.tables.sheet import Sheet
from graphkit.values import parse_federation_status

LOOKED_AT = 200  # rows of a column
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9,]*)(?:\.[0-9]+)?\s*[家户个人名%]?")
_YEAR = re.compile("20[0-9]{2}")
_MEASURE = re.compile("(?:万?[元吨]|[台套个件家户人名条米吨只箱]|千克|公斤|平方米|亩|m2|kg|%|pcs)+", re.I)
_NAMES = {"Federation": "federation.name", "MicroHome": "federation.name", "Alliance": "alliance.name"}
_NAMES |= {"Venue": "venue.name", "Agency": "agency.name", "Bank": "bank.name"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping that was guessed, and what about it has to be said."""

    told: SheetMapping
    said: tuple[tuple[str, str, str], ...] = ()  # a constant: its field, its value, where it was found
    twice: tuple[tuple[str, str], ...] = ()  # a column that is read, and one that says the same and is not


def guess(sheet: Sheet, header: Header, context: Context | None = None) -> Guess | None:
    """Guess what a sheet lists and what its columns are; None if no column says whom it is about."""
    words = vocabulary()
    read: dict[int, str] = {}
    for column, parts in header.parts.items():
        name = words.field_of(parts)
        if name and (name := _by_content(name, _sample(sheet, header, column))):
            read[column] = name
    found = _named_by_content(sheet, header, read)
    names = set(found.values())
    kind = kind_of(names)
    if kind is None:
        return None
    columns: dict[str, str] = {}
    twice: list[tuple[str, str]] = []
    for column, name in sorted(found.items(), key=lambda pair: _latest_first(header.texts[pair[0]], pair[0])):
        target = resolved(name, kind, names)
        if not target or not is_used(target, kind, names):
            continue
        first = next((text for text, other in columns.items() if other == target), None)
        if first and target not in MANY:
            twice.append((first, header.texts[column]))
        else:
            columns[header.texts[column]] = target
    columns = {text: columns[text] for text in header.texts.values() if text in columns}
    unused = tuple(text for text in header.texts.values() if text not in columns)
    constants = _constants(kind, set(columns.values()), names, context or Context())
    plain = {name: value for name, (value, _) in constants.items()}
    told = SheetMapping(sheet.name, kind, columns, plain, unused)
    return Guess(told, tuple((name, *said) for name, said in constants.items()), tuple(twice))


def _latest_first(text: str, column: int) -> tuple[int, int]:
    """Order columns that say the same of several years: the latest is read; else the first."""
    year = _YEAR.search(text)
    return (-int(year[0]) if year else 0, column)


def _constants(kind: str, present: set[str], names: set[str], context: Context) -> Map[str, tuple[str, str]]:
    """Take from the title what no column says: the town, the bank of a list of loans, the alliance of its members."""
    wanted = {"town.name": kind in ("companies", "federations", "loans", "people", "venues", "alliances")}
    wanted["bank.name"] = kind == "loans" and bool(present & {*AMOUNTS})
    wanted["alliance.name"] = kind in ("companies", "people") and not names & {"federation.name"}
    return {n: said for n, said in context.constants.items() if wanted[n] and n not in present}


def _sample(sheet: Sheet, header: Header, column: int) -> list[Any]:
    rows = islice((row for row in sheet.rows if row > header.last), LOOKED_AT)
    values = (sheet.rows[row].get(column) for row in rows)
    texts = header.parts.get(column, ())
    return [value for value in values if value is not None and value != "" and value not in texts]


def _by_content(name: str, values: list[Any]) -> str | None:
    """Correct what a header says by what stands below it: numbers are no names, and names are no yes or no."""
    if not values:
        return name
    texts = [str(value).strip() for value in values]
    if name.endswith(".name") or name in MANY:
        if _most(texts, lambda text: bool(_NUMBER.fullmatch(text))):
            return None  # 企业 over numbers counts companies
        if name == "unit.name" and _most(texts, lambda text: bool(_MEASURE.fullmatch(text))):
            return None
        if name == "federation.name" and _most(texts, _is_answer):
            return "company.federation_status"
    if name == "company.leading" and _most(texts, lambda text: is_company(text) or type_of(text) is not None):
        return "chain.leader"
    if name == "company.federation_status" and _most(texts, is_federation):
        return "federation.name"
    if name == "own.status" and not _most(texts, lambda text: registration_of(text) is not None):
        return None
    if name == "federation.level" and not _most(texts, lambda text: level_of(text) is not None, share=0.3):
        return None
    return name


def _is_answer(text: str) -> bool:
    try:
        return parse_federation_status(text) is not None
    except DataError:
        return False


def _most(texts: list[str], test: Any, share: float = 0.5) -> bool:
    return sum(map(bool, map(test, texts))) > share * len(texts)


def _named_by_content(sheet: Sheet, header: Header, found: dict[int, str]) -> dict[int, str]:
    """Tell by the names themselves what a column called 名称, 单位 or 成员单位 lists, if nothing else says it."""
    names = set(found.values())
    for column, name in list(found.items()):
        texts = [str(value).strip() for value in _sample(sheet, header, column)]
        if name == "own.name":
            found[column] = _own_name(texts, names)
        elif name == "partner.name" and "bank.name" not in names and names & {*AMOUNTS}:
            found[column] = "bank.name"
        elif name == "unit.name":
            found[column] = "company.name" if "company.name" not in names else name
        elif name == "member.name" and "company.name" not in names:
            found[column] = "company.name"
        elif name == "covers.companies" and not names & {"federation.name", "company.name", "own.name", "venue.name"}:
            found[column] = "company.name" if not _level_told(names) else name
        elif name == "company.name" and "bank.name" not in names and _most(texts, lambda t: type_of(t) == "Bank"):
            found[column] = "bank.name"
        elif name == "host.name" and "person.name" in names and "company.name" not in names:
            found[column] = "company.name"
        names = set(found.values())
    return found


def _level_told(names: set[str]) -> bool:
    return bool(names & {"federation.level", "federation.officers", "covers.mode"})


def _own_name(texts: list[str], names: set[str]) -> str:
    """Say what 名称 names: what most of the names are by themselves, else what the other columns are of."""
    for kind, field in _NAMES.items():
        if field not in names and _most(texts, lambda text, kind=kind: type_of(text) == kind):
            return field
    if "company.name" in names:
        return "own.name"
    if "covers.companies" in names:
        return "federation.name"
    of_company = any(name.startswith("company.") for name in names)
    return "company.name" if of_company or _most(texts, is_company) else "own.name"
