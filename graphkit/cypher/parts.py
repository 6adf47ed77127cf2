"""A query as nested parts: brackets become groups, and a list of parts is cut at its clauses and commas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphkit.cypher.guard import Token

CLOSING = {"(": ")", "[": "]", "{": "}"}
CLAUSES = frozenset("MATCH OPTIONAL WHERE WITH RETURN UNWIND CALL YIELD UNION ORDER SKIP LIMIT".split())
NEWER = frozenset("LET FILTER FOR NEXT FINISH WHEN OFFSET".split())


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two brackets; `text` is the opening one."""

    text: str
    start: int
    items: list["Part"] = field(default_factory=list)
    kind: str = "group"


Part = Token | Group


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its word in capitals, where it starts, and what follows up to the next clause."""

    word: str
    start: int
    body: list[Part] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its word, so that a clause can be shown as a part is."""
        return self.word


def nested(found: Sequence[Token]) -> list[Part]:
    """Put tokens between brackets into groups; a bracket that is never closed reaches to the end."""
    levels: list[list[Part]] = [[]]
    awaited: list[str] = []
    for token in found:
        if token.kind == "mark" and token.text in CLOSING:
            group = Group(token.text, token.start)
            levels[-1].append(group)
            levels.append(group.items)
            awaited.append(CLOSING[token.text])
        elif token.kind == "mark" and awaited and token.text == awaited[-1]:
            levels.pop()
            awaited.pop()
        else:
            levels[-1].append(token)
    return levels[0]


def is_word(part: Part | None, *words: str) -> bool:
    """Tell whether a part is an unquoted word, one of some if any are given."""
    return part is not None and part.kind == "word" and (not words or part.text.upper() in words)


def is_group(part: Part | None, opening: str) -> bool:
    """Tell whether a part is a group in brackets of a kind."""
    return isinstance(part, Group) and part.text == opening


def at(parts: Sequence[Part], number: int) -> Part | None:
    """Return a part, or None beyond either end."""
    return parts[number] if 0 <= number < len(parts) else None


def is_named(parts: Sequence[Part], number: int) -> bool:
    """Tell whether a word stands where any word is a name: after a dot, colon, dollar or AS."""
    before = at(parts, number - 1)
    return before is not None and (before.text in (".", ":", "$") or is_word(before, "AS"))


def clauses(parts: Sequence[Part]) -> list[Clause]:
    """Cut a query at the words that begin a clause; what stands before the first is a clause without a word."""
    found: list[Clause] = []
    for number, part in enumerate(parts):
        if is_clause(parts, number):
            found.append(Clause(part.text.upper(), part.start))
            continue
        if not found:
            found.append(Clause("", part.start))
        found[-1].body.append(part)
    return found


def is_clause(parts: Sequence[Part], number: int) -> bool:
    """Tell whether a word begins a clause: STARTS WITH does not."""
    part = parts[number]
    if not is_word(part, *CLAUSES) or is_named(parts, number):
        return False
    return not (is_word(part, "WITH") and is_word(at(parts, number - 1), "STARTS", "ENDS"))


def split(parts: Sequence[Part], mark: str = ",") -> list[list[Part]]:
    """Cut parts at a mark; none of nothing."""
    found: list[list[Part]] = [[]]
    for part in parts:
        if part.kind == "mark" and part.text == mark:
            found.append([])
        else:
            found[-1].append(part)
    return found if parts else []


def walk(parts: Sequence[Part]) -> Iterator[Part]:
    """Go through all parts and what the groups among them hold."""
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from walk(part.items)


def called(parts: Sequence[Part], number: int) -> str:
    """Return the name of the function that a group in round brackets belongs to, in small letters; "" if none."""
    group, name = parts[number], at(parts, number - 1)
    if not is_group(group, "(") or name is None or name.kind not in ("word", "quoted"):
        return ""
    if name.kind == "word" and name.text.upper() in KEYWORDS and not is_named(parts, number - 1):
        return ""
    first = number - 1
    while first >= 2 and parts[first - 1].text == "." and parts[first - 2].kind in ("word", "quoted"):
        first -= 2
    return "".join(part.text.strip("`") for part in parts[first:number]).lower()


# Words after which a bracket is no call.
KEYWORDS = CLAUSES | frozenset("AND OR XOR NOT IN IS CASE WHEN THEN ELSE BY DISTINCT AS CONTAINS".split())
