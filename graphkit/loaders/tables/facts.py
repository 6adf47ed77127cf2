"""A cell becomes the value of its field: names, codes, counts, money, dates, flags, lists; or a reason why not."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from graphkit.errors import DataError
from graphkit.loaders.tables.header import level_of, money_unit, registration_of
from graphkit.loaders.tables.kinds import AMOUNTS, MANY
from graphkit.loaders.tables.sheet import Epoch
from graphkit.names import normalise
from graphkit.schema import Schema
from graphkit.values import (
    parse_count,
    parse_date,
    parse_federation_status,
    parse_flag,
    parse_mode,
    parse_money,
)

ROLES = {
    "company": "Company",
    "host": "Company",
    "federation": "Federation",
    "bank": "Bank",
    "product": "FinancialProduct",
    "head": "Person",
    "manager": "Person",
    "person": "Person",
    "base": "Venue",
    "venue": "Venue",
    "alliance": "Alliance",
    "agency": "Agency",
    "partner": "Bank",
    **dict.fromkeys(("chain", "segment", "field"), "Industry"),
}
REGIONS = ("village", "town", "county", "city", "province")  # from small to large
LISTS = (*MANY, "chain.name", "segment.name", "federation.name", "field.name", *(f"{name}.name" for name in REGIONS))
ROLES |= dict.fromkeys(REGIONS, "Region")
PERSONS = ("head", "manager", "person")
GENDERS = {"女": "F", "女性": "F", "f": "F", "female": "F", "男": "M", "男性": "M", "m": "M", "male": "M"}
LONGEST_FLAG = 8
MOST_REMEMBERED = 5000
LOST_DIGITS = "a number that lost its last digits; store codes as text"
_BETWEEN = re.compile(r"[、，,；;\n\r|]+(?![^（(]*[)）])")
_LIST_NUMBER = re.compile(r"(?:^|(?<=[；;，,。\s]))[(（]?[0-9]{1,2}[.、．)）]\s*(?=[^\W\d])")
_AND_OTHERS = re.compile(r"等(?:[0-9一二三四五六七八九十百]+)?(?:多|余)?(?:家|个|户)?(?:企业|单位|公司)?$")
_ROUNDED = re.compile(r"[-+]?[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_FIGURE = re.compile(r"[-+]?(?:0|[1-9][0-9,]*)(?:\.[0-9]+)?%?")
_POST = re.compile(
    r"(.{2,}(?:公司|集团|厂|店|合作社|银行|支行|分行|学校|医院|协会|商会|局|中心|事务所|工作室|农场))(?![^，,]*(?:公司|厂|合作社))(.*)"
)
_CODE = re.compile(r"[0-9A-Z]{18}")

Parser = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A column's field: who has which property, how its cells are read, and whether they may be shown."""

    name: str
    header: str
    parse: Parser
    sensitive: bool = False
    seen: dict[tuple[type, Any], Any] = field(default_factory=dict)

    def read(self, value: Any) -> Any:
        """Read a cell; what a column says again and again is read once. Raises DataError for what is no value."""
        key = (type(value), value)
        if key not in self.seen:
            if len(self.seen) >= MOST_REMEMBERED:
                return self.parse(value)
            self.seen[key] = self.parse(value)
        return self.seen[key]


def field_of(schema: Schema, name: str, header: str, epoch: Epoch, *, unit: str | None = None) -> Field:
    """Return how the cells of a column are read; `unit`: that of money whose header names none."""
    role, _, prop = name.partition(".")
    if name in AMOUNTS:
        return Field(name, header, partial(parse_money, unit=money_unit(header) or unit or "元"))
    if name in LISTS:
        return Field(name, header, listed)
    if prop == "name":
        return Field(name, header, name_of, sensitive=role in PERSONS)
    if name == "company.credit_code":
        return Field(name, header, code_of)
    if prop in ("valid_from", "valid_to", "as_of"):
        return Field(name, header, partial(_dated, epoch=epoch))
    if prop == "status":
        return Field(name, header, status_of)
    if name == "alliance.leader":
        return Field(name, header, name_of)
    if name in ("loan.key", "member.role", "chain.leader"):
        return Field(name, header, text_of)
    if name == "person.post":
        return Field(name, header, post_of)
    if name == "person.gender":
        return Field(name, header, _gender)
    if name == "covers.mode":
        return Field(name, header, parse_mode)
    known = schema.node(ROLES[role]).properties[prop]
    return Field(name, header, _parser(known.type, known.enum, epoch), known.sensitive)


def _parser(kind: str, enum: str, epoch: Epoch) -> Parser:
    if kind == "enum":
        return parse_federation_status if enum == "federation_status" else parse_mode
    parsers: dict[str, Parser] = {"quantity": parse_count, "bool": parse_flag, "level": _level, "list": listed}
    return partial(_dated, epoch=epoch) if kind == "date" else parsers.get(kind, text_of)


def shown(value: object) -> str:
    """Write a cell's value for the report, cut after 60 characters."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def text_of(value: object) -> str | None:
    """Return a text as it is stored, or None if it says that nothing is known."""
    text = normalise(str(value))
    return None if not text or _flag_or_text(text) is None else text


def name_of(value: object) -> str | None:
    """Return a name; 无 and 不详 are none, and a mark such as √ names nobody."""
    text = normalise(str(value))
    if isinstance(value, date):
        raise not_understood(value, "a date, no name")
    if _FIGURE.fullmatch(text) and isinstance(value, str | int | float) and not isinstance(value, bool):
        raise not_understood(value, "a number, no name")
    said = _flag_or_text(text) if text else None
    if said is True or (said is not None and isinstance(value, bool)):
        raise not_understood(value, "no name")
    return text if isinstance(said, str) and text else None


def _flag_or_text(text: str) -> bool | str | None:
    if len(text) > LONGEST_FLAG and text[0].isalnum():
        return text  # a name, as nearly all are
    try:
        return parse_flag(text)
    except DataError:
        return text


def listed(value: object) -> list[str]:
    """Split a cell that lists names by 、，； or lines, not inside brackets; each name once."""
    names = [name_of(part) for part in _BETWEEN.split(_LIST_NUMBER.sub("；", str(value)))]
    return list(dict.fromkeys(_AND_OTHERS.sub("", name) or name for name in names if name))


def names_others(value: object) -> bool:
    """Say whether a list ends with 等12家: then it does not name everybody."""
    if "等" not in (text := str(value)):
        return False
    parts = [normalise(part) for part in _BETWEEN.split(text)]
    last = next((part for part in reversed(parts) if part), "")
    return bool(_AND_OTHERS.search(last)) and _AND_OTHERS.sub("", last) not in ("", last)


def code_of(value: object) -> str | None:
    """Return a credit code as written, blanks aside; a rounded number is none, for its last digits are lost."""
    if isinstance(value, float):
        raise not_understood(value, LOST_DIGITS if abs(value) >= 1e15 else "no credit code")
    plain = unicodedata.normalize("NFKC", normalise(str(value)))
    text = re.sub(r"[\s'’`\"-]", "", plain)
    if not text or not isinstance(_flag_or_text(text), str):
        return None
    if not _CODE.fullmatch(text.upper()):
        lost = _ROUNDED.fullmatch(plain.replace(" ", ""))
        raise not_understood(value, LOST_DIGITS if lost else "no credit code of 18 characters")
    if isinstance(value, int) and text.endswith("000") and not passes(text):
        raise not_understood(value, LOST_DIGITS)
    return None if len(set(text)) == 1 else text


def passes(code: str) -> bool:
    """Say whether the check character of a credit code is right (GB 32100)."""
    from stdnum.cn import uscc

    *body, check = list(code.upper())
    try:
        return "".join(body[:8]).isdecimal() and bool(uscc.calc_check_digit("".join(body)) == check)
    except ValueError:  # I, O, S, V, Z are no characters of a code
        return False


def _dated(value: object, *, epoch: Epoch) -> str | None:
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d") if type(value) is date and value.year > 999 else str(parse_date(value))
    found = parse_date(value, epoch=epoch)
    return None if found is None else str(found)


def post_of(value: object) -> tuple[str, str | None]:
    """Take 某某有限公司董事长 apart: the organisation up to its kind, and what follows as the role in it."""
    found = _POST.fullmatch(normalise(str(value)))
    if found is None:
        raise not_understood(value, "no organisation and role")
    return found[1], found[2].strip(" ，,、") or None


def status_of(value: object) -> str | None:
    """Return what the state of a registration says of a company: actual, revoked, or actual and in doubt."""
    text = text_of(value)
    found = registration_of(text) if text else None
    if text and not found:
        raise not_understood(value, "no state of a registration")
    return found


def _gender(value: object) -> str | None:
    text = text_of(value)
    if text and text.casefold() not in GENDERS:
        raise not_understood(value, "not understood")
    return GENDERS[text.casefold()] if text else None


def _level(value: object) -> str | None:
    text = text_of(value)
    found = level_of(text) if text else None
    if text and not found:
        raise not_understood(value, "no level")
    return found


def not_understood(value: object, what: str) -> DataError:
    return DataError(what, code="value-not-understood", hint="Correct the cell.", value=value)
