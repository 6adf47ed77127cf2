"""What names a person in a graph, and how it is found inside free text in every spelling.

A text is compared by the folded letters of its characters, so that width, script, case, blanks and dots inside a name
hide nothing: 柯 雨馨, 柯·雨馨 and 柯雨馨 are one name. Only what is found is replaced; the rest stays as written.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

import pyarrow.compute as pc

from graphkit.graph.tables import Graph
from graphkit.names import fold
from graphkit.schema import sensitive

OMITTED = "〔略〕"
_RUN = re.compile(r"[+＋(（]?[0-9０-９][0-9０-９ \-－—()（）.·]{3,60}[0-9０-９XxＸ]")
_PART = re.compile(r"[+＋(（]?[0-9０-９]+[XxＸ]?")
_CLOSING = re.compile("[)）]")
_E_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+[@＠][A-Za-z0-9\-]+(?:[.．][A-Za-z0-9\-]+)+")
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$|0?\d{9,11}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_IDENTITY_CARD = re.compile(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")


class _Letters(dict[int, str]):
    """What each character gives to a key: its folded letters; blanks, dots and signs give nothing."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        counts = any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) in ("Co", "Cn") for c in plain)
        self[code] = fold(chr(code)) if counts else ""
        return self[code]


_LETTERS = _Letters()


def key_of(name: str) -> str:
    """Return the letters by which a name is found."""
    return name.translate(_LETTERS)


@dataclass(frozen=True, slots=True)
class Private:
    """What is taken out of a text: names by their keys, with what stands in their place, and known numbers.

    With `patterns` everything that looks like a telephone number, an identity card or an address of mail goes too.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    patterns: bool = False
    _heads: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        heads: dict[str, list[str]] = {}
        for key in sorted(self.names, key=lambda key: (-len(key), key)):
            heads.setdefault(key[:2], []).append(key)
        object.__setattr__(self, "_heads", {head: tuple(keys) for head, keys in heads.items()})

    def cleared(self, text: str) -> str:
        """Return the text without private names and numbers."""
        if self.numbers or self.patterns:
            text = self._without_numbers(text)
        return self._without_names(text) if self.names else text

    def _without_numbers(self, text: str) -> str:
        if self.patterns and ("@" in text or "＠" in text):
            text = _E_MAIL.sub(OMITTED, text)
        return _RUN.sub(self._run_without_numbers, text)

    def _run_without_numbers(self, run: re.Match[str]) -> str:
        """Look at every row of neighbouring parts: 2022-09-23 138 0013 8000 is a date and then a number."""
        text, parts = run[0], list(_PART.finditer(run[0]))
        kept, done, first = [], 0, 0
        while first < len(parts):
            for last in range(len(parts) - 1, first - 1, -1):
                start, end = parts[first].start(), parts[last].end()
                # A bracket belongs to a number if it closes inside of it: (0595)8638.
                start += text[start] in "(（" and not _CLOSING.search(text[start:end])
                if self._is_private(text[start:end]):
                    kept += [text[done:start], OMITTED]
                    done, first = end, last
                    break
            first += 1
        return "".join([*kept, text[done:]])

    def _is_private(self, number: str) -> bool:
        digits = digits_of(number)
        if digits in self.numbers:
            return True
        return self.patterns and any(p.fullmatch(digits) for p in (_MOBILE, _LANDLINE, _IDENTITY_CARD))

    def _without_names(self, text: str) -> str:
        key = key_of(text)
        if key in self.names:
            return self.names[key]
        spans = self._spans(text, key)
        if not spans:
            return text
        parts, done = [], 0
        for start, end, name in spans:
            parts += [text[done:start], self.names[name]]
            done = end
        return "".join([*parts, text[done:]])

    def _spans(self, text: str, key: str) -> list[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        positions: list[int] | None = None
        here = 0
        while here < len(key) - 1:
            step = 1
            for name in self._heads.get(key[here : here + 2], ()) if len(key) > 1 else ():
                if not key.startswith(name, here):
                    continue
                if positions is None:
                    positions = [i for i, char in enumerate(text) for _ in _LETTERS[ord(char)]]
                start, end = positions[here], positions[here + len(name) - 1] + 1
                if _stands_alone(text, start, end):
                    found.append((start, end, name))
                    step = len(name)
                    break
            here += step
        return found


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether an alphabetic name is a word of its own: Ann is not in Annapolis; Han has no ends of words."""
    before, after = text[start - 1 : start], text[end : end + 1]
    inside = (_is_letter(before) and _is_letter(text[start])) or (_is_letter(after) and _is_letter(text[end - 1]))
    return not inside


@cache
def _is_letter(char: str) -> bool:
    return char.isalpha() and unicodedata.category(char) != "Lo"


def digits_of(number: str) -> str:
    """Return the digits of a number as it is dialled at home, without signs and without +86."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isdecimal() or c == "X")
    at_home = _COUNTRY.sub("", digits)
    as_is = at_home == digits or _MOBILE.fullmatch(at_home) or at_home[0] == "0"
    return at_home if as_is else f"0{at_home}"


def labelled(graph: Graph) -> dict[str, str]:
    """Give each person the name 人物1, 人物2 … in the order of their ids, which no order of loading changes.

    Counted cohorts (50名女科技人才) name nobody and are left out.
    """
    people = sorted({row["id"] for row in _people(graph)})
    return {person: f"人物{number}" for number, person in enumerate(people, 1)}


def spoken_names(graph: Graph, labels: Mapping[str, str]) -> dict[str, str]:
    """Map the key of every name of a person to what stands in its place; people without a node are numbered on.

    Names of one letter are left out: 李 stands in many words.
    """
    of_raw = {raw: row["id"] for row in _people(graph) for raw in row.get("raw_ids") or ()}
    found: dict[str, str] = {}
    for part in statements(graph):
        for row in _people(part):
            label = labels.get(of_raw.get(row["id"], row["id"]))
            for name in (row["name"], *(row["aliases"] or ())):
                if label and name and key_of(name):
                    found.setdefault(key_of(name), label)
    numbers = count(len(labels) + 1)
    for key in sorted(secrets(graph)[0] - found.keys()):
        found[key] = f"人物{next(numbers)}"
    return found


def person_keys(graph: Graph) -> set[str]:
    """Return the keys of the names of all people that stand as nodes, in every statement."""
    rows = (row for part in statements(graph) for row in _people(part))
    return {key_of(name) for row in rows for name in (row["name"], *(row["aliases"] or ())) if name}


def secrets(graph: Graph) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of the names and the digits of the numbers that sensitive properties hold or ever held."""
    texts = {str(value) for value in _sensitive_values(graph) if value}
    parts = {part for text in texts for part in re.split(r"[,;/、，；／\n]+", text)}
    names = {key_of(part) for part in parts if not any(map(str.isdecimal, part))} - {""}
    numbers = {digits_of(part) for part in {*texts, *parts, *(word for part in parts for word in part.split())}}
    return frozenset(names), frozenset(number for number in numbers if len(number) >= 5)


def _sensitive_values(graph: Graph) -> Iterator[Any]:
    known = {(owner.prefix, name) for owner in graph.schema.nodes.values() for name in sensitive(owner)}
    known |= {(owner.prefix, name) for owner in graph.schema.edges.values() for name in sensitive(owner)}
    for part in statements(graph):
        for owner_name, table in {**part.node_tables, **part.edge_tables}.items():
            owner = part.schema.owner(owner_name)
            for name in sensitive(owner):
                yield from pc.unique(table[name]).to_pylist()
    for row in graph.evidence.select(["element_id", "property", "value"]).to_pylist():
        if (row["element_id"].partition("_")[0], row["property"]) in known:
            yield row["value"]


def statements(graph: Graph) -> list[Graph]:
    """Return the graph and, if it has them, the raw rows beside it: what was said earlier is said too."""
    raw = graph.raw
    return [graph] if raw is None or raw is graph else [graph, raw]


def _people(graph: Graph) -> Iterator[dict[str, Any]]:
    for owner in graph.schema.nodes.values():
        if owner.personal and owner.name in graph.node_tables:
            table = graph.node_tables[owner.name]
            wanted = [name for name in ("id", "name", "aliases", "raw_ids") if name in table.column_names]
            yield from table.filter(pc.invert(pc.fill_null(table["group"], False))).select(wanted).to_pylist()
