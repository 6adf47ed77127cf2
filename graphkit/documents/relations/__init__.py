"""Relations between the mentions of a text: by its wordings, by names, by positions, loans and notices."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from graphkit.documents.clean import CleanText
from graphkit.documents.echoes import heard
from graphkit.documents.items import Entity, Mention, Relation
from graphkit.documents.lexicon import Lexicon
from graphkit.documents.relations.clauses import Clause, clauses
from graphkit.documents.relations.founding import founded, opened
from graphkit.documents.relations.frames import framed
from graphkit.documents.relations.granting import granted
from graphkit.documents.relations.implied import implied
from graphkit.documents.relations.labels import labelled, rows
from graphkit.documents.relations.money import Past, loans
from graphkit.documents.relations.passives import passive
from graphkit.documents.relations.policies import Notice, notice, provided
from graphkit.documents.relations.positions import positions
from graphkit.documents.relations.scene import Scene, Sentence
from graphkit.documents.relations.serving import belonging, served
from graphkit.documents.relations.settling import settled
from graphkit.documents.relations.vocabulary import Vocabulary, vocabulary
from graphkit.documents.relations.wordings import worded

# What is less sure than this costs a reviewer more than it brings.
LEAST = 0.45
_ORDERED = ("ESTABLISHED", "RUNS", "OFFERS", "COVERS")


def relations(
    clean: CleanText, mentions: Sequence[Mention], entities: Sequence[Entity], lexicon: Lexicon | None = None
) -> tuple[Relation, ...]:
    """Return the relations of a text in its order, each pair of entities once per type, by its surest wording."""
    words = vocabulary(None if lexicon is None else lexicon.folder)
    told = heard(clean.text, mentions, entities, words.anaphora)
    scene = Scene(clean.text, told.mentions, told.entities, clean.metadata.date)
    order = notice(scene)
    read = map(told.named, _all(scene, words, order))
    found = settled(scene, words, (r for r in read if r.confidence >= LEAST))
    return tuple(found if order is None else (_ordered(order, relation) for relation in found))


def _ordered(order: Notice, relation: Relation) -> Relation:
    """Mark what a notice orders as planned, whoever is to do it."""
    told = relation.start > order.start and relation.basis != "name" and relation.type in _ORDERED
    return replace(relation, properties={"status": "planned", **relation.properties}) if told else relation


def _all(scene: Scene, words: Vocabulary, order: Notice | None) -> Iterator[Relation]:
    yield from implied(scene, words)
    yield from labelled(scene, words)
    yield from rows(scene, words)
    if order is not None:
        yield from provided(scene, words, order)
    earlier: list[Sentence] = []
    led: dict[int, int] = {}
    for _, group in groupby(clauses(scene, words, told_by_itself=order is not None), key=lambda c: id(c.sentence)):
        told: list[Clause] = list(group)
        earlier = [s for s in earlier if s.paragraph == told[0].sentence.paragraph]
        for clause in told:
            yield from framed(scene, words, clause)
        yield from worded(scene, words, told)
        yield from passive(scene, words, told)
        posts = list(positions(scene, words, told))
        yield from posts
        for post in posts:
            if post.type in ("LEADS", "FOUNDED") and scene.type_of(post.dst) == "Company":
                led[scene.entity_of.get(post.src, -1)] = post.dst
        yield from loans(scene, words, told, Past(earlier, led))
        yield from served(scene, words, told)
        yield from belonging(scene, words, told)
        yield from founded(scene, words, told)
        yield from granted(scene, words, told)
        yield from opened(scene, told) if order is None else ()
        earlier.append(told[0].sentence)
