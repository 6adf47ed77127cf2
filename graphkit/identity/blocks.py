"""Which pairs are worth judging: those that share a key, a stem, or a region and a kind; never each with each.

A block in which nearly everybody stands (宏达 in a whole province) tells nothing: it is cut by region, and what is
then still too large is left to names and codes.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from graphkit.identity.profiles import BRANDS, LEVELS, ORGANISATIONS, SHORT_TYPES, Profile

MOST = 40  # members of a block that are compared each with each
FEW = 20  # elements that a short name is compared with
Indices = Iterable[int]


def candidate_pairs(found: list[Profile]) -> list[tuple[int, int]]:
    """Return the pairs of profiles of one type that may be one, as sorted pairs of their places in the list."""
    pairs: set[tuple[int, int]] = set()
    organised = bool(found) and found[0].type in ORGANISATIONS
    makers = (_by_key, _by_stem, _by_region, _by_level, _by_prefix) if organised else (_by_key,)
    for maker in makers:
        pairs.update((min(a, b), max(a, b)) for a, b in maker(found) if a != b)
    return sorted(pairs)


def _each_with_each(found: list[Profile], blocks: Iterable[set[int]]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        if 1 < len(block) <= MOST:
            yield from combinations(sorted(block), 2)
        elif len(block) > MOST:
            for part in _cut(found, block):
                if 1 < len(part) <= MOST:
                    yield from combinations(sorted(part), 2)


def _cut(found: list[Profile], block: set[int]) -> list[set[int]]:
    """Cut a large block by the places of its members; what has no place is compared with nobody."""
    parts: defaultdict[str, set[int]] = defaultdict(set)
    for number in sorted(block):
        for place in _places(found[number]):
            parts[place].add(number)
    return [parts[place] for place in sorted(parts)]


def _places(profile: Profile) -> set[str]:
    regions = {spelled.parts.region[-1] for spelled in profile.spellings if spelled.parts.region}
    return (regions - LEVELS) | profile.towns


def _by_key(found: list[Profile]) -> Iterator[tuple[int, int]]:
    blocks: defaultdict[str, set[int]] = defaultdict(set)
    for number, profile in enumerate(found):
        for key in profile.keys if profile.type in ORGANISATIONS else profile.loose:
            blocks[key].add(number)
    yield from _each_with_each(found, blocks.values())


def _by_stem(found: list[Profile]) -> Iterator[tuple[int, int]]:
    blocks: defaultdict[str, set[int]] = defaultdict(set)
    for number, profile in enumerate(found):
        for spelled in profile.spellings:
            if len(spelled.parts.stem) >= 2:
                blocks[spelled.parts.stem].add(number)
    yield from _each_with_each(found, blocks.values())


def _by_region(found: list[Profile]) -> Iterator[tuple[int, int]]:
    """Bodies of one kind in one place: 市女能手协会 and 市创业致富女能手协会; of companies there are too many."""
    if found[0].type in SHORT_TYPES:
        return
    blocks: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for number, profile in enumerate(found):
        for spelled in profile.spellings:
            blocks[spelled.parts.region[-1] if spelled.parts.region else "", spelled.parts.organisation_type].add(
                number
            )
    yield from _each_with_each(found, (block for block in blocks.values() if len(block) <= MOST))


def _by_level(found: list[Profile]) -> Iterator[tuple[int, int]]:
    """市妇联 beside the bodies of that level and kind which the same datasets list."""
    bare: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    full: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    for number, profile in enumerate(found):
        for spelled in profile.spellings:
            parts = spelled.parts
            for level in LEVELS if parts.region else ():
                if parts.region[-1].endswith(level):
                    block = bare if parts.region[-1] == level else full
                    block[level, parts.stem, parts.organisation_type].add(number)
    for key in sorted(bare.keys() & full.keys()):
        for short in sorted(bare[key]):
            near = _near(found, short, full[key])
            yield from ((short, other) for other in near[:FEW])


def _by_prefix(found: list[Profile]) -> Iterator[tuple[int, int]]:
    """A name without a legal form beside those that begin with it: 晶澳 and 晶澳太阳能科技."""
    if found[0].type not in SHORT_TYPES:
        return
    stems = sorted({(s.parts.stem, number) for number, p in enumerate(found) for s in p.spellings if s.parts.stem})
    for stem, number in stems:
        kinds = {s.parts.organisation_type for s in found[number].spellings if s.parts.stem == stem}
        if len(stem) < 2 or not kinds & BRANDS:
            continue
        start, end = bisect_left(stems, (stem, -1)), bisect_left(stems, (stem + chr(0x10FFFF), -1))
        near = _near(found, number, {other for _, other in stems[start:end]})
        yield from ((number, other) for other in near[:FEW])  # enough to see that it is not unique


def _near(found: list[Profile], short: int, others: set[int]) -> list[int]:
    """Return the others; if they are many, those of the same place, or else of the same dataset."""
    others = others - {short}
    if len(others) <= FEW:
        return sorted(others)
    places, datasets = _places(found[short]), found[short].datasets
    beside = [number for number in sorted(others) if places & _places(found[number])]
    return beside or [number for number in sorted(others) if datasets & found[number].datasets]
