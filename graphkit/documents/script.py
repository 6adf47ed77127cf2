"""Traditional characters and their simplified forms, one by one and in their phrases."""

from functools import cache
from typing import Any

# The standard of 2013 gave these back to names (昇, 迺 ...): right as they are in a simplified text.
_KEPT_IN_NAMES = frozenset("昇迺甯濬陞鎔淼堃喆崑崙犇")
# Phrases that the converter leaves: 著 is 着 before these.
_LEFT = {"著力": "着力", "著眼": "着眼", "著重": "着重", "著手": "着手"}
_FIRST, _LAST = 0x3400, 0xA000


def simplified(text: str) -> str:
    """Return the text in simplified characters, each in its place: the answer is as long as the text."""
    whole: str = _converter().convert(text)
    if len(whole) != len(text):
        whole = "\n".join(_line(line) for line in text.split("\n"))
    for phrase, right in _LEFT.items():
        whole = whole.replace(phrase, right)
    return whole


@cache
def traditional() -> dict[str, str]:
    """Return every character that has a simplified form of its own, with that form."""
    characters = [chr(code) for code in range(_FIRST, _LAST)]
    forms = _converter().convert("\n".join(characters)).split("\n")
    return {a: b for a, b in zip(characters, forms, strict=True) if a != b and len(b) == 1}


@cache
def only_traditional() -> dict[int, str]:
    """Return those that no simplified text writes, for str.translate: 婦, but not 乾 or 昇, which names keep."""
    return {ord(a): b for a, b in traditional().items() if a not in _KEPT_IN_NAMES and not _in_gb2312(a)}


def is_common(char: str) -> bool:
    """Say whether a character, or its simplified form, is one of the 3,755 that texts are made of."""
    form = traditional().get(char, char)
    return _in_gb2312(form) and 0xB0 <= form.encode("gb2312")[0] <= 0xD7


def _line(line: str) -> str:
    whole = _converter().convert(line)
    return whole if len(whole) == len(line) else "".join(traditional().get(char, char) for char in line)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
