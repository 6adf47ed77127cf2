"""Patterns of nodes and edges, as far as both engines read them alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphkit.cypher.disagreements import Differs
from graphkit.cypher.parts import Group, Part, at, called, is_group, is_word, split


@dataclass(slots=True)
class Pattern:
    """What a pattern binds: names of nodes, edges and paths; the maps in it, which hold expressions."""

    names: set[str] = field(default_factory=set)
    maps: list[Group] = field(default_factory=list)
    bare: list[Group] = field(default_factory=list)  # nodes alone that nothing describes


def pattern_end(parts: Sequence[Part], start: int) -> int:
    """Return where a pattern of at least one edge ends that begins at a part; `start` itself if none does."""
    end = start
    if not is_group(at(parts, start), "(") or called(parts, start):
        return start
    while (after := _edge_end(parts, end + 1)) and is_group(at(parts, after), "("):
        end = after
    return end + 1 if end > start else start


def _edge_end(parts: Sequence[Part], number: int) -> int:
    """Return where `-[…]->` and what multiplies it end; 0 if no edge stands here."""
    number += _is(parts, number, "<")
    if not _is(parts, number, "-"):
        return 0
    number += 1 + is_group(at(parts, number + 1), "[")
    if not _is(parts, number, "-"):
        return 0
    number += 1 + _is(parts, number + 1, ">")
    return number + (_is(parts, number, "+") or _is(parts, number, "*") or is_group(at(parts, number), "{"))


def _is(parts: Sequence[Part], number: int, mark: str) -> bool:
    part = at(parts, number)
    return part is not None and part.kind == "mark" and part.text == mark


def read_patterns(body: Sequence[Part], known: set[str]) -> Pattern:
    """Read what follows MATCH, one pattern or several; raise Differs for what only one engine reads."""
    found = Pattern()
    for parts in split(body):
        if len(parts) > 2 and parts[1].text == "=":
            found.names.add(parts[0].text.strip("`"))
            parts = parts[2:]
        read_pattern(parts, known | found.names, found)
        if len(parts) == 1 and isinstance(parts[0], Group) and not _is_described(parts[0], known | found.names):
            found.bare.append(parts[0])
    for bare in found.bare:
        found.names |= {part.text.strip("`") for part in bare.items[:1]}
    return found


def read_pattern(parts: Sequence[Part], known: set[str], found: Pattern) -> None:
    """Read one pattern: nodes and edges in turn, and nothing else; `known` are the names that are bound before it."""
    names = Pattern()
    for part in parts:
        if is_word(part):
            words = ("SHORTEST", "ANY", "ALL", "SHORTESTPATH", "ALLSHORTESTPATHS")
            raise Differs(part, "shortest" if is_word(part, *words) else "newer-clause", part.text)
        if isinstance(part, Group) and part.text == "(":
            _read_node(part, names)
        elif isinstance(part, Group) and part.text == "[":
            _read_edge(part, names)
        elif part.text not in ("-", "<", ">"):
            raise Differs(part, "quantified-path", part.text)
    _check_ends(parts, known)
    found.maps += names.maps
    found.names |= {name for name in names.names if len(parts) > 1 or name in known or _is_described(parts[0], known)}


def _check_ends(parts: Sequence[Part], known: set[str]) -> None:
    """Ask for a type of each edge, or else for labels at its ends: a server keeps more than the graph."""
    nodes = [number for number, part in enumerate(parts) if is_group(part, "(")]
    for start, end in pairwise(nodes):
        edge = next((part for part in parts[start + 1 : end] if isinstance(part, Group)), None)
        types = [part.text for part in edge.items if part.kind != "mark"] if edge and ":" in _texts(edge) else []
        described = _is_described(parts[start], known) and _is_described(parts[end], known)
        if not described and (not types or "FROM" in types):
            raise Differs(edge or parts[start + 1], "untyped-edge", "[:FROM]" if types else "an edge of any type")


def _texts(group: Group) -> list[str]:
    return [item.text for item in group.items]


def _is_described(node: Part, known: set[str]) -> bool:
    """Tell whether a node has a label, is told by its id or name, or is one that was found before."""
    items = node.items if isinstance(node, Group) else []
    texts = [item.text for item in items]
    told = [entry[0].text for item in items if isinstance(item, Group) for entry in split(item.items) if entry]
    return ":" in texts or bool({"id", "name"} & set(told)) or bool(texts and texts[0].strip("`") in known)


def _read_node(node: Group, found: Pattern) -> None:
    rest = _read_name_and_labels(node, found, joined=(":", "|"))
    if rest and is_group(rest[0], "("):
        raise Differs(rest[0], "quantified-path", "((…)…)")
    _read_rest(rest, found)


def _read_edge(edge: Group, found: Pattern) -> None:
    rest = _read_name_and_labels(edge, found, joined=("|",))
    if rest and rest[0].text == "*":
        bounds = [part.text for part in rest[1:] if part.kind == "number" or part.text == "."]
        if not bounds or bounds[-1] == ".":
            raise Differs(rest[0], "unbounded-path", "*" + "".join(bounds))
        if edge.items[0].kind in ("word", "quoted"):
            raise Differs(edge.items[0], "path-variable", edge.items[0].text)
        rest = rest[1 + len(bounds) :]
    _read_rest(rest, found)


def _read_name_and_labels(group: Group, found: Pattern, *, joined: tuple[str, ...]) -> list[Part]:
    """Read `n:Company|Bank`; return what follows it."""
    items = group.items
    number = 0
    if items and items[0].kind in ("word", "quoted") and not is_word(items[0], "IS", "WHERE"):
        found.names.add(items[0].text.strip("`"))
        number = 1
    if is_word(at(items, number), "IS"):
        raise Differs(items[number], "label-expression", "IS")
    expected = ":"
    while (mark := at(items, number)) and mark.kind == "mark" and mark.text in expected:
        label = at(items, number + 1)
        if label is None or label.kind not in ("word", "quoted"):
            raise Differs(mark, "label-expression", mark.text + (label.text if label else ""))
        number, expected = number + 2, "".join(joined)
    return items[number:]


def _read_rest(rest: Sequence[Part], found: Pattern) -> None:
    """Read the map of properties, the only thing that may follow a label."""
    for part in rest:
        if isinstance(part, Group) and part.text == "{":
            found.maps.append(part)
        elif is_word(part, "WHERE"):
            raise Differs(part, "inline-where", "WHERE")
        elif part.text == "$":
            raise Differs(part, "parameter-map", "$ in a pattern")
        elif part.kind == "mark" or isinstance(part, Group):
            raise Differs(part, "label-expression", part.text)
        elif rest[0].text != "$":
            raise Differs(part, "newer-clause", part.text)
