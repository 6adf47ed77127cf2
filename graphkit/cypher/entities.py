"""Tell whether an expression gives nodes, edges or paths: each engine returns those in a shape of its own."""

from collections.abc import Sequence

from graphkit.cypher.disagreements import SCALAR
from graphkit.cypher.parts import Group, Part, at, called, is_named, is_word, split

TRUTHS = ("AND", "OR", "XOR", "NOT", "IS", "IN", "CONTAINS", "STARTS", "ENDS")


def gives_entities(parts: Sequence[Part], entities: set[str]) -> bool:
    """Tell whether an expression gives nodes, edges or paths, alone or in lists and maps."""
    if is_word(at(parts, 0), "CASE"):
        return any(gives_entities(branch, entities) for branch in _branches(parts))
    if any(_is_truth(part) for part in parts):
        return False
    return any(_gives(parts, number, entities) for number in range(len(parts)))


def _is_truth(part: Part) -> bool:
    return is_word(part, *TRUTHS) or (part.kind == "mark" and part.text in "<>=")


def _branches(parts: Sequence[Part]) -> list[list[Part]]:
    """Return what a CASE may give: what follows each THEN and ELSE."""
    found: list[list[Part]] = []
    wanted = False
    for part in parts:
        if is_word(part, "THEN", "ELSE"):
            found.append([])
            wanted = True
        elif is_word(part, "CASE", "WHEN", "END"):
            wanted = False
        elif wanted:
            found[-1].append(part)
    return found


def _gives(parts: Sequence[Part], number: int, entities: set[str]) -> bool:
    part, after = parts[number], at(parts, number + 1)
    if isinstance(part, Group):
        return _group_gives(parts, number, part, entities)
    if part.kind not in ("word", "quoted") or part.text.strip("`") not in entities or is_named(parts, number):
        return False
    return after is None or after.text not in (".", ":", "{")


def _group_gives(parts: Sequence[Part], number: int, group: Group, entities: set[str]) -> bool:
    before = at(parts, number - 1)
    if group.text == "(":
        name = called(parts, number)
        if name == "reduce":
            return _comprehension_gives(split(group.items)[-1], entities)
        return name not in SCALAR and gives_entities(group.items, entities)
    if group.text == "{":
        entries = split(group.items)
        return not is_word(before, "EXISTS", "COUNT") and any(gives_entities(e[2:], entities) for e in entries)
    if is_word(at(group.items, 1), "IN"):
        return _comprehension_gives(group.items, entities)
    return any(gives_entities(entry, entities) for entry in split(group.items))


def _comprehension_gives(items: Sequence[Part], entities: set[str]) -> bool:
    """Look at `x IN list WHERE … | result`: x is what the list holds."""
    head, *result = split(items, "|")
    source: list[Part] = []
    for part in head[2:]:
        if is_word(part, "WHERE"):
            break
        source.append(part)
    held = gives_entities(source, entities)
    if not result:
        return held
    return gives_entities(result[0], entities | {items[0].text} if held else entities - {items[0].text})
