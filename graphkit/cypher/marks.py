"""Comparisons, divisions and labels inside an expression, as far as both engines read them alike."""

from collections.abc import Sequence

from graphkit.cypher.disagreements import Differs
from graphkit.cypher.parts import KEYWORDS, Part, at, is_group, is_word, split

RESETTING = ("AND", "OR", "XOR", "NOT", "CASE", "WHEN", "THEN", "ELSE", "END", "WHERE")


def check_mark(parts: Sequence[Part], number: int, *, pipe: bool) -> None:
    mark, after = parts[number], at(parts, number + 1)
    if mark.text == "!":
        raise Differs(mark, "comparison", "!=")
    if mark.text == "=" and after is not None and after.text == "~":
        raise Differs(mark, "regular-expression", "=~")
    if mark.text in ("/", "%"):
        _check_division(parts, number)
    if mark.text == ":":
        follows = at(parts, number + 2)
        joined = follows is not None and follows.kind == "mark" and follows.text in ("&" if pipe else "|&")
        if after is None or after.kind not in ("word", "quoted") or joined:
            raise Differs(mark, "label-expression", ":…")


def _check_division(parts: Sequence[Part], number: int) -> None:
    """Let through what cannot divide by zero: a number other than 0, or what a CASE before has looked at."""
    divisor: list[str] = []
    for part in parts[number + 1 :]:
        if part.kind not in ("word", "quoted", "number") and part.text not in (".", "$"):
            break
        if is_word(part, *KEYWORDS, "END"):
            break
        divisor.append(part.text)
    earlier = [part.text for part in parts[:number]]
    asked = ([*divisor, "<", ">", "0"], [*divisor, ">", "0"])
    looked = any(earlier[i : i + len(a)] == a for a in asked for i in range(len(earlier)))
    literal = len(divisor) == 1 and divisor[0].replace(".", "", 1).isdigit() and float(divisor[0]) != 0
    if not literal and not (looked and divisor):
        raise Differs(parts[number], "division", f"{parts[number].text} {''.join(divisor)}")


def check_chain(parts: Sequence[Part]) -> None:
    """Refuse a < b < c."""
    seen = False
    for number, part in enumerate(parts):
        if is_word(part, *RESETTING) or part.text in (",", "|"):
            seen = False
        if part.kind != "mark" or part.text not in "<>=" or number == 0:
            continue
        before = parts[number - 1]
        if before.kind == "mark" and (before.text in "<>=" or before.text == "-"):
            continue
        if seen and not is_group(before, "("):
            raise Differs(part, "comparison", "a < b < c")
        seen = True


def kinds(items: Sequence[Part]) -> set[str]:
    """Tell of which kinds the literals of a list are; nothing of a list that holds more than literals."""
    found: set[str] = set()
    for entry in split(items):
        told = entry[1:] if entry and entry[0].text == "-" else entry
        if len(told) != 1:
            return set()
        if told[0].kind == "number":
            found.add("decimal" if "." in told[0].text or "e" in told[0].text.lower() else "whole")
        elif told[0].kind == "text":
            found.add("text")
        elif is_word(told[0], "TRUE", "FALSE"):
            found.add("truth")
    return found
