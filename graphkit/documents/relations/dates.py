"""The day that a clause names for what happens in it, as precise as its words; 今年 needs the day of the document."""

import re
from dataclasses import dataclass

_DATE = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})年(?:(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>3[01]|[12][0-9]|0?[1-9])[日号])?)?"
    r"|(?<![0-9])(?P<only>1[0-2]|0?[1-9])月(?:(?P<only_day>3[01]|[12][0-9]|0?[1-9])[日号])?(?![0-9])"
    r"|(?P<word>今年|本年|去年|前年|近日|日前|昨日|昨天|今天|今日|当天|明年)"
    r"(?:(?P<word_month>1[0-2]|0?[1-9])月(?:(?P<word_day>3[01]|[12][0-9]|0?[1-9])[日号])?)?"
)
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}
# 2021年以来, 自2021年起: since when, not when.
_SINCE = re.compile(r"(?:以来|起|至今|开始|前|之前|后|期间)")


@dataclass(frozen=True, slots=True)
class Day:
    """A partial ISO date and where its words begin and end in the sentence; `until`: 截至 stands before it."""

    value: str
    start: int
    end: int
    until: bool


def days(text: str, year: str | None, document: str | None) -> list[Day]:
    """Return the dates of a text in order; a month without a year takes that of the date before it, or `year`."""
    found: list[Day] = []
    for match in _DATE.finditer(text):
        value = _value(match, year, document)
        if value is None or (_SINCE.match(text, match.end()) and match["word"] is None):
            continue
        if text[: match.start()].endswith(("至", "到", "—", "～", "~")):
            continue  # 2024年4月至2026年底: it begins with the first; 到2026年底: a term
        year = value[:4]
        until = text[max(0, match.start() - 2) : match.start()] in ("截至", "截止") or (
            text[match.end() :][:1] == "底" and "截" in text
        )
        found.append(Day(value, match.start(), match.end(), until))
    return found


def _value(match: re.Match[str], year: str | None, document: str | None) -> str | None:
    if match["year"]:
        return _iso(match["year"], match["month"], match["day"])
    if match["only"]:
        return _iso(year, match["only"], match["only_day"]) if year else None
    if document is None:
        return None
    if match["word"] in _YEARS:
        return _iso(str(int(document[:4]) + _YEARS[match["word"]]), match["word_month"], match["word_day"])
    return document[:7] if match["word"] in ("近日", "日前") else None


def _iso(year: str, month: str | None, day: str | None) -> str:
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])
