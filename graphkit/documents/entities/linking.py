"""Which names of a document are one: the longest first, each shorter one to the only name that it fits."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from graphkit.documents.clean import CleanText
from graphkit.documents.entities.fitting import TITLE_MOST, Name, filed, fits, is_region_itself, sought
from graphkit.documents.items import Mention

_BESIDE = re.compile("[》”]?[（(](?P<said>(?:以下|下称|统一)?(?:简称|又称|即)?[:：为]?)[“《]?$")


def linked(names: list[Name], clean: CleanText, mentions: Sequence[Mention]) -> list[int]:
    """Return for each name the number of the name that it is one with, the longest first."""
    roots = list(range(len(names)))
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in sorted(range(len(names)), key=lambda n: (-len(names[n].key), names[n].mentions[0])):
        name = names[number]
        if not name.key.startswith("#"):
            found = _candidates(names, [n for key in sought(name) for n in seen[name.type, key]], number, roots)
            if len(found) == 1:
                roots[number] = found.pop()
            elif len(found) > 1:
                itself = {
                    roots[n] for key in sought(name) for n in seen[name.type, key] if is_region_itself(name, names[n])
                }
                roots[number] = itself.pop() if len(itself) == 1 else number
            for key in filed(name):
                seen[name.type, key].append(number)
    _link_short_titles(names, roots)
    _link_named_beside(names, roots, clean, mentions)
    return roots


def _candidates(names: list[Name], others: Iterable[int], number: int, roots: list[int]) -> set[int]:
    """Return what a name may be short for; two are as good as many."""
    found: set[int] = set()
    for other in others:
        if roots[other] not in found and fits(names[number], names[other]):
            found.add(roots[other])
            if len(found) > 1:
                break
    return found


def _link_short_titles(names: list[Name], roots: list[int]) -> None:
    """《措施》 is the last title before it that ends so."""
    titled = [n for n, name in enumerate(names) if name.type in ("Policy", "Programme")]
    for number in titled:
        key, first = names[number].key, names[number].mentions[0]
        if len(key) > TITLE_MOST or roots[number] != number:
            continue
        before = [n for n in titled if names[n].key.endswith(key) and names[n].mentions[0] < first]
        if before:
            roots[number] = roots[max(before, key=lambda n: max(m for m in names[n].mentions if m < first))]


def _link_named_beside(names: list[Name], roots: list[int], clean: CleanText, mentions: Sequence[Mention]) -> None:
    """A name in brackets behind another is its short one if the text says so, or if it is a document's number."""
    bearer = {mention: number for number, name in enumerate(names) for mention in name.mentions}
    ends = {mentions[m].end: m for m in sorted(bearer, key=lambda m: (mentions[m].end, -mentions[m].start))}
    for mention, number in sorted(bearer.items()):
        start = mentions[mention].start
        found = _BESIDE.search(clean.text, max(0, start - 12), start)
        if found is None or roots[number] != number:
            continue
        full = ends.get(found.start())
        told = bool(found["said"]) or "〔" in names[number].name
        if full is not None and told and names[bearer[full]].type == names[number].type:
            root = roots[bearer[full]]
            roots[:] = [root if old == number else old for old in roots]
