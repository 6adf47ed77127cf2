"""Who does what a verb tells, and who does it with them."""

from dataclasses import dataclass

from graphkit.documents.relations.clauses import BELONGS, Clause, Distance, lists, role_of
from graphkit.documents.relations.moods import allowed
from graphkit.documents.relations.scene import Scene
from graphkit.documents.relations.vocabulary import Frame, Vocabulary

Triple = tuple[str, int, int]
_TOPICS = ("Person", "Policy", "Programme", "Venue", "FinancialProduct")


@dataclass(frozen=True, slots=True)
class Reading:
    """A verb of a clause, by a frame, with its object list; `start`, `end`, `objects` are places in the clause."""

    scene: Scene
    vocabulary: Vocabulary
    clause: Clause
    frame: Frame
    verb: str
    start: int
    end: int
    objects: tuple[int, int]

    @property
    def targets(self) -> list[int]:
        """Return the mentions of the object list."""
        return self.clause.sentence.named(self.clause.start + self.objects[0], self.clause.start + self.objects[1])

    @property
    def target(self) -> int:
        """Return the first mention of the list that can be the object."""
        kinds = {kind for kinds in self.frame.objects.values() for kind in kinds}
        named = self.targets
        return next((m for m in named if self.scene.type_of(m) in kinds), named[0])


@dataclass(frozen=True, slots=True)
class Agents:
    """Who does it, with whom, and how far away the doer stands."""

    doers: tuple[int, ...]
    partners: tuple[int, ...]
    distance: Distance


def made(reading: Reading, triple: Triple) -> Triple | None:
    """Return the triple if verb and schema allow it; what a policy does is that it provides for something."""
    scene, frame = reading.scene, reading.frame
    relation, src, dst = triple
    kind, target = scene.type_of(src), scene.type_of(dst)
    if scene.entity_of.get(src, -1) == scene.entity_of.get(dst, -2):
        return None
    if kind == "Policy":
        return ("PROVIDES_FOR", src, dst) if allowed("PROVIDES_FOR", kind, target) else None
    if relation == "RECEIVED" and kind == "Venue" and (firm := _firm(scene, src)) is not None:
        src, kind = firm, "Company"
        triple = (relation, src, dst)
    if frame.subjects and kind not in frame.subjects:
        return None
    if frame.only_types and reading.verb not in frame.only_types.get(target, frame.only_types.get(kind, ())):
        return None
    return triple if allowed(relation, kind, target) else None


def _firm(scene: Scene, venue: int) -> int | None:
    """Return the firm in whose name a workshop or centre of its own begins: 某公司质检中心."""
    inner = [m for m in scene.inner.get(venue, ()) if scene.type_of(m) == "Company"]
    if inner:
        return inner[0]
    name = scene.name_of(venue)
    firms = (e for e in scene.entities if e.type == "Company" and name.startswith(e.name) and name != e.name)
    return next((firm.mentions[0] for firm in firms), None)


def agents(reading: Reading) -> Agents:
    """Return who does it: named in the clause, else founded just now, else carried over."""
    own, partners = _named(reading)
    if own:
        return Agents(own, partners, Distance.OWN)
    clause, scene, frame = reading.clause, reading.scene, reading.frame
    if frame.name == "cover":
        # 成立某妇联，覆盖甲、乙: what covers is what has just been founded.
        before = clause.sentence.named(0, clause.start + reading.start)
        founded = [m for m in before if scene.type_of(m) in frame.subjects]
        if founded:
            return Agents((founded[-1],), (), Distance.SENTENCE)
    kinds = {scene.type_of(m) for m in clause.topics}
    nearer = clause.topic_distance <= clause.actor_distance
    if "Person" in kinds and clause.topic_distance < clause.actor_distance:
        # A person does it: nobody else is asked, even if persons cannot.
        return Agents(clause.topics, partners, clause.topic_distance)
    if nearer and kinds & set(_TOPICS) and (not frame.subjects or kinds & set(frame.subjects)):
        if made(reading, (next(iter(frame.objects)), clause.topics[0], reading.target)) is not None:
            return Agents(clause.topics, partners, clause.topic_distance)
    return Agents(clause.actors, partners, clause.actor_distance)


def _named(reading: Reading) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the doers and partners that the clause itself names before the verb."""
    clause = reading.clause
    own: tuple[int, ...] = ()
    partners: tuple[int, ...] = clause.partners
    relation, target = next(iter(reading.frame.objects)), reading.target
    for start, end, gap in lists(clause.text[: reading.start]):
        role = role_of(gap, reading.vocabulary, clause.text[:start])
        named = tuple(clause.sentence.named(clause.start + start, clause.start + end))
        if role in ("subject", "agent", "cause") and not BELONGS.match(clause.text, end):
            fits = any(made(reading, (relation, m, target)) for m in named)
            own = named if fits or not own else own
        elif role == "partner":
            partners = named
    return own, partners
