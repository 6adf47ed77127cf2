"""Number formats: what a number shows under its format, which may be a date, a share or a code with leading zeros."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from graphkit.loaders.tables.sheet import Epoch

_WHOLE = re.compile(r"-?[0-9]{1,30}")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_WORD = re.compile(r"[^\W\dabdeghmpsy年月日时分秒上下午_]")
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_DAY_FORMATS = {17, 55, 57}
_PERCENT_FORMATS = {9, 10}


def effect_of(number: str, code: str | None) -> str:
    """Tell what a number format does: date, month, year, percent, zeros:6, or nothing."""
    if code is None:
        known = int(number) if number.isdecimal() and len(number) < 4 else 0
        if known in _DATE_FORMATS:
            return "month" if known in _NO_DAY_FORMATS else "date"
        return "percent" if known in _PERCENT_FORMATS else ""
    first = code.split(";")[0]
    if zeros := re.fullmatch(r"(?:\[[^\]]*\])?(0{2,30})", first):
        return f"zeros:{len(zeros[1])}"
    bare = _LITERAL.sub("", first).lower()
    if "%" in bare:
        return "percent"
    if _WORD.search(bare):  # General and Standard are written as codes too
        return ""
    if re.search(r"[yed]|(?<![a-z])m{1,5}(?![a-z])|h:|年|月", bare) and not re.search(r"[0#?]", bare):
        if "d" in bare or "h" in bare:
            return "date"
        return "month" if "m" in bare else "year"
    return ""


def number_value(text: str, effect: str, epoch: Epoch) -> Any:
    """Return what a number shows under its format: 2416 under 000000 is 002416, 0.875 under 0.0% is 87.5%."""
    if _WHOLE.fullmatch(text):
        value: int | float = int(text)
    else:
        try:
            value = float(text)
        except ValueError:
            return text
    if not effect or value in (float("inf"), float("-inf")) or value != value:
        return value
    if effect.startswith("zeros:"):
        return f"{int(value):0{int(effect[6:])}d}" if value == int(value) else value
    if effect == "percent":
        shown = Decimal(repr(value)) * 100
        return f"{shown.normalize():f}%"
    return _day(value, effect, epoch)


def whole(value: Any) -> Any:
    """Return a float without a fraction as the int it is, as far as a float counts one by one."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _day(value: int | float, effect: str, epoch: Epoch) -> Any:
    if not 1 <= value < 2_958_466 or (epoch == 1900 and int(value) == 60):
        return value
    first = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 31 if value < 60 else 30)
    try:
        day = first + timedelta(days=int(value))
    except OverflowError:
        return value
    # A cell that shows no day and stands on the first one was typed as a month.
    if effect == "month" and day.day == 1:
        return f"{day.year:04d}-{day.month:02d}"
    return f"{day.year:04d}" if effect == "year" and (day.month, day.day) == (1, 1) else day
