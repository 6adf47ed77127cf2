"""Spell a query as kglite reads it, and what comes back as it was asked.

kglite knows no block comments, ends a line comment at a line feed only, and takes names of variables in ASCII alone;
Neo4j takes 企业 as well as company. Names are spelled in hexadecimal on the way in and back on the way out.
"""

import re
from collections.abc import Iterator

from graphkit.cypher.guard import TOKEN

SPELLED = re.compile(r"zq((?:[0-9a-f]+q)+)z")


def spelled(text: str) -> str:
    """Return the query as kglite reads it."""
    found: list[str] = []
    end = 0
    for start, stop, changed in _changes(text):
        found += [text[end:start], changed]
        end = stop
    return "".join([*found, text[end:]])


def as_asked(text: str) -> str:
    """Return a column's name, or a message, with the names that were asked."""
    return SPELLED.sub(lambda match: "".join(chr(int(code, 16)) for code in match[1].split("q")[:-1]), text)


def place_asked(text: str, place: int) -> int:
    """Turn an offset in what kglite read into one in what was asked."""
    for start, stop, changed in _changes(text):
        if start >= place:
            break
        if start + len(changed) >= place:
            return start
        place += stop - start - len(changed)
    return min(max(place, 0), len(text))


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """Give what is spelled differently: where it starts and ends, and its spelling."""
    open_brackets = [""]
    before = ""
    for match in TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "comment":
            yield match.start(), match.end(), re.sub(r"[^\n\r]", " ", token)
            continue
        if match.lastgroup in ("word", "quoted") and not token.isascii() and before != "$":
            name = token[1:-1].replace("``", "`") if match.lastgroup == "quoted" else token
            is_key = before in (".", ":") or (open_brackets[-1] == "{" and before in ("{", ","))
            hexed = "zq" + "".join(f"{ord(letter):x}q" for letter in name) + "z"
            yield match.start(), match.end(), f"`{token.strip('`')}`" if is_key else hexed
        if token in ("(", "[", "{"):
            open_brackets.append(token)
        elif token in (")", "]", "}") and len(open_brackets) > 1:
            open_brackets.pop()
        before = token
