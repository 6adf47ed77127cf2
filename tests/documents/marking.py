"""Texts with mentions marked by hand: {F:云岭县妇联}, {F:县妇联=云岭县妇联}, a group {P*:30名女工}, nested ones."""

from dataclasses import dataclass

from graphkit.documents.clean import CleanText
from graphkit.documents.items import Entity, Mention, Relation
from graphkit.documents.metadata import Metadata
from graphkit.documents.relations import relations

TYPES = {
    "F": "Federation",
    "M": "MicroHome",
    "C": "Company",
    "A": "Alliance",
    "B": "Bank",
    "G": "Agency",
    "P": "Person",
    "R": "Region",
    "I": "Industry",
    "V": "Venue",
    "O": "Programme",
    "L": "Policy",
    "D": "FinancialProduct",
    "W": "Award",
}
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A marked text read: its mentions, entities and relations."""

    text: str
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]

    def triple(self, relation: Relation) -> Triple:
        """Return a relation by the names of its ends."""
        return self.mentions[relation.src].name, relation.type, self.mentions[relation.dst].name

    @property
    def triples(self) -> set[Triple]:
        """Return all relations by names."""
        return {self.triple(r) for r in self.relations}

    def one(self, src: str, kind: str, dst: str) -> Relation:
        """Return the relation of these two, which must be there."""
        return next(r for r in self.relations if self.triple(r) == (src, kind, dst))


def read(marked: str, *, day: str | None = None) -> Told:
    """Read a marked text and the relations in it."""
    text, mentions = unmark(marked)
    entities = joined(mentions)
    size = len(text)
    clean = CleanText(text, text, range(size), range(1, size + 1), Metadata(date=day))
    return Told(text, mentions, entities, relations(clean, mentions, entities))


def unmark(marked: str) -> tuple[str, tuple[Mention, ...]]:
    """Return the plain text and its mentions."""
    plain: list[str] = []
    open_at: list[tuple[str, int]] = []
    found: list[Mention] = []
    place = 0
    while place < len(marked):
        char = marked[place]
        if char == "{":
            end = marked.index(":", place)
            open_at.append((marked[place + 1 : end], len(plain)))
            place = end + 1
            continue
        if char == "}":
            code, start = open_at.pop()
            words = "".join(plain[start:])
            shown, _, name = words.partition("=")
            if name:
                del plain[start + len(shown) :]
            group = {"group": True} if code.endswith("*") else {}
            found.append(Mention(TYPES[code[0]], start, len(plain), name or shown, 0.9, "marked", group))
        else:
            plain.append(char)
        place += 1
    return "".join(plain), tuple(sorted(found, key=lambda m: (m.start, -m.end)))


def joined(mentions: tuple[Mention, ...]) -> tuple[Entity, ...]:
    """Join the mentions of one name and type."""
    by_name: dict[tuple[str, str], list[int]] = {}
    for place, mention in enumerate(mentions):
        by_name.setdefault((mention.type, mention.name), []).append(place)
    return tuple(Entity(kind, name, (), tuple(places), 0.9) for (kind, name), places in by_name.items())
