"""Whom the clause around a place speaks of: what a number or a word without a subject of its own is said of."""

from bisect import bisect_right
from collections.abc import Sequence

from graphkit.documents.clean import CleanText
from graphkit.documents.echoes import Heard
from graphkit.documents.lexicon import Lexicon
from graphkit.documents.relations.clauses import Clause, Distance, clauses
from graphkit.documents.relations.scene import Scene
from graphkit.documents.relations.vocabulary import vocabulary


class Subjects:
    """The clauses of a text by place, each with its subject as the relations read it."""

    def __init__(self, clean: CleanText, told: Heard, lexicon: Lexicon | None) -> None:
        """Split the text into clauses; mentions are those of `told`, echoes among them."""
        words = vocabulary(None if lexicon is None else lexicon.folder)
        scene = Scene(clean.text, told.mentions, told.entities, clean.metadata.date)
        self._clauses: Sequence[Clause] = clauses(scene, words)
        self._starts = [clause.sentence.offsets[clause.start] for clause in self._clauses]

    def at(self, place: int) -> list[tuple[int, Distance]]:
        """Return the mentions that the clause at a place is about, those first that stand nearer."""
        found = bisect_right(self._starts, place) - 1
        if found < 0:
            return []
        clause = self._clauses[found]
        topics = [(mention, clause.topic_distance) for mention in clause.topics]
        actors = [(mention, clause.actor_distance) for mention in clause.actors]
        return sorted(dict.fromkeys([*topics, *actors]), key=lambda told: told[1])
