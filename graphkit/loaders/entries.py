"""What a person writes into a cell, or on the command line, becomes a value; and how a value is shown there."""

import re
from collections.abc import Callable
from typing import Any

from graphkit.errors import DataError
from graphkit.schema import NodeType, Property, Schema, column, quantities
from graphkit.values import parse_count, parse_date, parse_federation_status, parse_flag, parse_mode

SEPARATOR = "；"
NOT_KNOWN = ("-", "－")
CUT = "…〔截断〕"
LONGEST = 32_000  # characters of a cell, counted as UTF-16 does; Excel holds a few more
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u2028\u2029]")
_FLAGS = {True: "是", False: "否"}
_WORDS: dict[str, Callable[[object], str | None]] = {"federation_status": parse_federation_status, "mode": parse_mode}


def plain(text: str) -> str:
    """Return a text as a cell holds it: no control characters, one kind of line end, no space around it."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return re.sub(r'^="([^"]*)"$', r"\1", text).strip()  # ="00123" is 00123 to whoever reads a sheet


def shown(schema: Schema, prop: Property, value: Any) -> str:
    """Write a value as a cell shows it: captions in Chinese, lists joined by ；, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _FLAGS[value]
    if prop.values:
        return schema.caption(prop.enum, str(value))
    text = plain(SEPARATOR.join(map(str, value)) if isinstance(value, list) else str(value))
    units = text.encode("utf-16-le")
    return text if len(units) <= LONGEST * 2 else units[: LONGEST * 2].decode("utf-16-le", "ignore").strip() + CUT


def named(schema: Schema, owner: NodeType, word: str) -> str:
    """Return the column behind a name or a caption in either language; the word itself if it is none."""
    if word in owner.properties:
        return word
    for prop in owner.properties.values():
        if word in (prop.caption.zh, prop.caption.en):
            return prop.name
    return schema.named("property", word) or word


def entry(schema: Schema, owner: NodeType, name: str, text: str) -> dict[str, Any]:
    """Return what an entry says: the value of its column, and of its bound where the words say one (约120).

    `-` says of any column that its value is not known (None), 不详 of a number, a date, an answer. Raises DataError
    for what cannot be read; a value of a person is never named in it.
    """
    prop = column(schema, owner, name)
    if text in NOT_KNOWN:
        return {name: None}
    try:
        return _read(schema, prop, name, text, bounds=quantities(owner))
    except DataError as error:
        if not (prop.sensitive or owner.personal):
            raise
        raise misread(prop, "cannot be read", error.hint) from None


def _read(schema: Schema, prop: Property, name: str, text: str, *, bounds: dict[str, str]) -> dict[str, Any]:
    if name in bounds:
        count = parse_count(text)
        bound = {} if count.bound in (None, "exact") else {bounds[name]: count.bound}
        return {name: count.value} | bound
    if prop.values:
        return {name: _one_of(schema, prop, text)}
    if prop.type == "list":
        return {name: [part for item in re.split(r"[；;|\n]", text) if (part := item.strip())]}
    if prop.type == "bool":
        return {name: parse_flag(text)}
    if prop.type == "date":
        day = parse_date(text)
        return {name: None if day is None else str(day)}
    if prop.type in ("int", "float"):
        return {name: _number(prop, text)}
    return {name: text}


def _one_of(schema: Schema, prop: Property, text: str) -> str | None:
    found = next((v for v in prop.values if text in (v, schema.caption(prop.enum, v, "zh"))), None)
    found = found or next((v for v in prop.values if text == schema.caption(prop.enum, v, "en")), None)
    if found is None and prop.enum in _WORDS:
        found = _WORDS[prop.enum](text)
        if found is None:
            return None
    if found not in prop.values:
        known = "、".join(schema.caption(prop.enum, value) for value in prop.values)
        raise misread(prop, f"{text!r} is none of its values", f"Use one of {known}.")
    return found


def _number(prop: Property, text: str) -> int | float:
    whole = prop.type == "int"
    if not re.fullmatch(r"-?[0-9]{1,18}" if whole else r"-?[0-9]{1,300}(\.[0-9]{1,30})?", text):
        raise misread(prop, f"{text!r} is no {'whole ' if whole else ''}number", "Write digits.")
    return int(text) if whole else float(text)


def misread(prop: Property, what: str, hint: str) -> DataError:
    """Return the error about an entry that cannot be taken; its column is named in Chinese, as the sheet does."""
    message = f"{prop.caption.zh} ({prop.name}): {what}"
    return DataError(message, code="bad-entry", hint=hint, source=None, place=prop.name, value=None)
