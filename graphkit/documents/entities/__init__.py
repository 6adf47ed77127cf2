"""What the mentions of one document name: mentions of one thing are joined, by the parts of their names.

Within one document a short name nearly always means the one longer name that it fits, so the rule is: an alias with
exactly one candidate in the document is linked, with several it is not. A wrong merge costs more than a missed one.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from graphkit.documents.clean import CleanText
from graphkit.documents.entities.fitting import TRADE, Name
from graphkit.documents.entities.linking import linked
from graphkit.documents.entities.places import DEICTIC, Places
from graphkit.documents.items import Entity, Mention
from graphkit.names import fold


def settle(clean: CleanText, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return the mentions, place for place, as the document as a whole lets them be read.

    One name has one type, the one most surely found. 市妇联 and 全市 get the place of that level, if the document names
    one that they can mean; 云溪市委、市政府 that of the neighbour.
    """
    places = Places.of(mentions, clean.metadata.publisher)
    told = [replace(m, name=places.completed(m, clean.text)) for m in _whole(clean, mentions)]
    weight: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in told:
        weight[_key(mention)][mention.type] += round(1000 * mention.confidence)
    best = {key: min(types.items(), key=lambda told: (-told[1], told[0]))[0] for key, types in weight.items()}
    return tuple(m if m.type == best[_key(m)] else replace(m, type=best[_key(m)]) for m in told)


def _whole(clean: CleanText, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions with people's names whole: 林晚 before 晴 is 林晚晴, if the document names her elsewhere."""
    longer: dict[str, list[str]] = defaultdict(list)
    for mention in mentions:
        if mention.type == "Person" and len(mention.name) > 2:
            longer[mention.name[:2]].append(mention.name)
    return [_completed(clean.text, m, longer[m.name]) if m.name in longer else m for m in mentions]


def _completed(text: str, mention: Mention, names: list[str]) -> Mention:
    whole = next((name for name in names if text.startswith(name, mention.start)), None)
    if whole is None or mention.type != "Person":
        return mention
    return replace(mention, name=whole, end=mention.start + len(whole))


def entities(clean: CleanText, mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    """Join settled mentions of one document to entities, in the order of their first mention.

    A mention that still only points (全市 where no city is named) belongs to none.
    """
    names = _names(mentions)
    roots = linked(names, clean, mentions)
    joined: dict[int, list[Name]] = defaultdict(list)
    for number, name in enumerate(names):
        joined[roots[number]].append(name)
    found = [_entity(members, clean, mentions) for members in joined.values()]
    return tuple(sorted(found, key=lambda entity: entity.mentions[0]))


def _entity(members: list[Name], clean: CleanText, mentions: Sequence[Mention]) -> Entity:
    places = tuple(sorted(number for name in members for number in name.mentions))
    full = max(members, key=lambda name: (len(name.key), -name.mentions[0]))
    surfaces = dict.fromkeys(clean.text[mentions[n].start : mentions[n].end] for n in places)
    named = dict.fromkeys([*surfaces, *(mentions[n].name for n in places)])
    properties: dict[str, Any] = {}
    for number in sorted(places, key=lambda n: (-mentions[n].confidence, n)):
        for name, value in mentions[number].properties.items():
            properties.setdefault(name, value)
    aliases = tuple(alias for alias in named if alias != full.name)
    surest = max(mentions[n].confidence for n in places)
    return Entity(full.type, full.name, aliases, places, surest, properties)


def _key(mention: Mention) -> str:
    key = fold(mention.name)
    if mention.properties.get("group"):
        return f"#{key}"
    return TRADE.sub("", key) or key if mention.type == "Industry" else key


def _names(mentions: Sequence[Mention]) -> list[Name]:
    """Gather the mentions by type and key; the longest of the spellings that a key does not tell apart is the name."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, mention in enumerate(mentions):
        if not DEICTIC.fullmatch(mention.name):
            found[mention.type, _key(mention)].append(number)
    return [Name(*key, _longest(mentions, numbers), tuple(numbers)) for key, numbers in found.items()]


def _longest(mentions: Sequence[Mention], numbers: list[int]) -> str:
    return max((mentions[n].name for n in numbers), key=len)
