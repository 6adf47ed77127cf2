"""Where candidates overlap, the longer and surer stays; what is a body of its own inside a name stays too."""

import re
from collections.abc import Iterable
from dataclasses import replace

from graphkit.documents.items import Mention

# What may stand inside what as a thing of its own.
_NESTED = {
    "Region": frozenset(
        {"Federation", "MicroHome", "Company", "Alliance", "Bank", "Agency", "Venue", "Programme", "Award", "Policy"}
    ),
    "Company": frozenset({"Federation", "MicroHome", "Venue", "Programme", "Alliance"}),
    "Alliance": frozenset({"Federation", "MicroHome", "Venue", "Programme"}),
    "Venue": frozenset({"Federation", "MicroHome", "Programme"}),
    "Person": frozenset({"Venue", "MicroHome", "Programme"}),
    "Industry": frozenset({"Federation", "MicroHome", "Venue", "Alliance"}),
    "Bank": frozenset({"Alliance", "FinancialProduct", "Federation"}),
    "Programme": frozenset({"Award"}),
    "Agency": frozenset({"Venue", "Policy"}),
    "Federation": frozenset({"Agency"}),
}
_RANK = {
    "Policy": 9,
    "Federation": 8,
    "MicroHome": 8,
    "Bank": 7,
    "Company": 7,
    "Award": 6,
    "Agency": 6,
    "Alliance": 6,
    "Venue": 5,
    "Programme": 5,
    "FinancialProduct": 6,
    "Person": 7,
    "Region": 3,
    "Industry": 2,
}
LEAST = 0.55


def chosen(found: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that stay, by place."""
    kept: list[Mention] = []
    ordered = sorted(
        found, key=lambda one: (-(one.end - one.start), -_RANK[one.type], -one.confidence, one.start, one.name)
    )
    by_place: dict[int, list[Mention]] = {}
    for mention in ordered:
        if mention.confidence < LEAST:
            continue
        rivals = {id(rival): rival for place in range(mention.start, mention.end) for rival in by_place.get(place, ())}
        if all(_may_stay(mention, rival) for rival in rivals.values()):
            kept.append(mention)
            for place in range(mention.start, mention.end):
                by_place.setdefault(place, []).append(mention)
    return sorted(kept, key=lambda one: (one.start, -one.end, one.type))


def _may_stay(mention: Mention, rival: Mention) -> bool:
    within = rival.start <= mention.start and mention.end <= rival.end
    if not within:
        return False
    if (mention.start, mention.end) == (rival.start, rival.end):
        return False
    if mention.type == "Region" and rival.type == "Region":
        return True
    if mention.type == "Region" and rival.type in ("Policy", "Programme", "Award") and mention.start > rival.start + 1:
        return False
    if (
        mention.type == "Region"
        and rival.type in ("Company", "Bank")
        and mention.confidence < 0.88
        and mention.start == rival.start
    ):
        return False
    if (
        mention.type == "Region"
        and mention.confidence < 0.88
        and mention.start == rival.start
        and rival.name.endswith(("大学", "学院"))
    ):
        return False
    if rival.type == "Policy" and rival.rule == "title":
        own = mention.type == "Region" or (mention.type == "Federation" and mention.rule == "federation of a place")
        return own and mention.start <= rival.start + 1
    if mention.type == rival.type:
        return False
    if rival.type == "Programme" and mention.start == rival.start and mention.name[:1] == "“":
        return False
    # A group told by where its people come from holds names: 12名来自甲镇的女企业家.
    return rival.type in _NESTED.get(mention.type, ()) or rival.rule == "counted group from"


def without_namesakes(found: Iterable[Mention]) -> list[Mention]:
    """Leave out an unsure person whose name is part of a firm's or a place's: 柳溪 of 柳溪服装城."""
    everything = list(found)
    names = "|".join(sorted({one.name for one in everything if one.type in ("Company", "Venue", "Bank")}))
    return [one for one in everything if not (one.type == "Person" and one.confidence < 0.8 and one.name in names)]


_JOINS = re.compile(r"[”」]?(?:[、，]|和|及|与|以及)[“「]?")
_RAISED = 0.76
_LISTED = frozenset(
    {"Region", "Venue", "Alliance", "Programme", "MicroHome", "Company", "Agency", "FinancialProduct", "Policy"}
)


def raised(text: str, found: Iterable[Mention]) -> list[Mention]:
    """Raise candidates too weak to stand alone that a list joins to a named thing: 甲园、乙协会等平台."""
    everything = sorted(found, key=lambda one: (one.start, one.end))
    strong = {one.end: one for one in everything if one.type in _LISTED and one.confidence >= 0.7}
    firm = {one.start: one for one in everything if one.type in _LISTED and one.confidence >= 0.7}
    weak = [one for one in everything if one.confidence < LEAST]
    # Forward, then backward: a raised one raises its neighbour.
    for ordered in (weak, weak[::-1]):
        for one in ordered:
            if strong.get(one.end) is None and _joined(text, one, strong, firm):
                better = replace(one, confidence=_RAISED, rule=f"{one.rule}, listed")
                strong[one.end] = firm[one.start] = better
                everything.append(better)
    return everything


def _joined(text: str, one: Mention, ends: dict[int, Mention], starts: dict[int, Mention]) -> bool:
    for size in (1, 2, 3):
        before, after = one.start - size, one.end + size
        left, right = ends.get(before), starts.get(after)
        if left and left.type in _FAMILY.get(one.type, ()) and _JOINS.fullmatch(text, before, one.start):
            return True
        if right and right.type in _FAMILY.get(one.type, ()) and _JOINS.fullmatch(text, one.end, after):
            return True
    return False


_PLACES = frozenset({"Venue", "Alliance", "MicroHome", "Company"})
_FAMILY = {
    "Venue": _PLACES | {"Programme"},
    "Alliance": _PLACES,
    "MicroHome": _PLACES,
    "Company": frozenset({"Company"}),
    "Programme": frozenset({"Programme", "Alliance", "Venue", "Region", "Policy"}),
    "Agency": frozenset({"Agency"}),
}
