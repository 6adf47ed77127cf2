"""What people are: organisation, title, person, in the orders in which Chinese texts put them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.clauses import Clause, Distance
from graphkit.documents.relations.houses import HOUSE, house_of
from graphkit.documents.relations.moods import PENALTY, allowed, denied, planned
from graphkit.documents.relations.scene import ANY, ORGANISATIONS, SIGN, Scene, Sentence
from graphkit.documents.relations.vocabulary import Vocabulary, alternatives

_PERSON = SIGN["Person"]
_VERBS = (
    "当上|当了|成了|成为|进了|进入|入选|接任|升任|转任|受聘|担任|出任|兼任|当选为?|任|就任|受聘为|被聘为|被选为|被推选为|被选举为|"
    "作为|是|系|为"
)
_TAKES = (
    "当上了?|当选为?|当(?![选上天地年])|担任|出任|兼任|就任|受聘为|"
    "进入|入选|进了|被聘为|被聘任为|被选为|被推选为|被推举为|被选举为|推选为|选举为|任"
)
# 甲，女，1984年生，某公司总经理: what stands between a person and the posts of a card.
_CARD = (
    "(?:(?:女|男|[^，,。；]{1,3}族|[0-9]{2,4}[^，,。；\ue000-\uf8ff]{0,6}|现年[^，,。；]{1,4}|(?:中共|预备)?党员"
    "|(?:本科|研究生|大专|大学|硕士|博士|中专)[^，,。；]{0,4})[，,]){1,6}"
)
_PREDICATE = re.compile("(?:是|为|任|做|当)了?$")
_SAME = re.compile("(?:同志|女士|等)?(?:[0-9一二两三四五六七八九十]+[人名位])?(?:同时|还|也|并|已|共同|分别|现)?")


@dataclass(frozen=True, slots=True)
class _Grammar:
    after_house: re.Pattern[str]
    person_first: re.Pattern[str]
    by_person: re.Pattern[str]
    elected: re.Pattern[str]
    made: re.Pattern[str]
    filled: re.Pattern[str]
    run_by: re.Pattern[str]
    bare: re.Pattern[str]
    belongs: re.Pattern[str]
    meant: re.Pattern[str]
    leading: re.Pattern[str]
    pronoun: re.Pattern[str]
    inside: re.Pattern[str]
    is_person: re.Pattern[str]
    held_by: re.Pattern[str]
    also: re.Pattern[str]
    relative: re.Pattern[str]


def positions(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield the positions of the persons of one sentence."""
    sentence = told[0].sentence
    grammar = _grammar(vocabulary)
    for match in grammar.pronoun.finditer(sentence.text):
        yield from _hers(scene, vocabulary, sentence, match)
    if not any(scene.type_of(m) == "Person" for m in sentence.slots.values()):
        return
    taken: set[int] = set()
    yield from _carried(scene, vocabulary, told, grammar)
    for pattern, score in (
        (grammar.by_person, 0.87),
        (grammar.after_house, 0.9),
        (grammar.person_first, 0.87),
        (grammar.inside, 0.84),
        (grammar.is_person, 0.84),
        (grammar.held_by, 0.78),
    ):
        for match in pattern.finditer(sentence.text):
            places = set(range(*match.span("person")))
            if pattern is grammar.person_first and places & taken and not re.search(_TAKES, match[0]):
                continue
            if pattern is grammar.after_house and _told_already(sentence.text, match):
                continue
            yield from _chain(scene, vocabulary, sentence, match, score)
            taken |= places
    yield from _elsewhere(scene, vocabulary, told, grammar, taken)


@cache
def _grammar(vocabulary: Vocabulary) -> _Grammar:
    heads = vocabulary.any_of("chief", "staff", "member", "founder") + "(?![人会部])"
    plain = f"[^{ANY[1:-1]}，。、；：:,“”她他]"
    title = f"(?:{plain}{{0,9}}?{heads})"
    short = f"(?:(?:常务|执行|名誉|荣誉|首任|首届)?副?{heads})"
    chain = f"{title}(?:[、兼暨和及]{title})*"
    house = f"(?:{HOUSE}(?:[、和与]{HOUSE})*)"
    post = f"{house}的?{chain}"
    people = f"(?P<person>{_PERSON}(?:[、和与]{_PERSON})*)"
    posts = f"(?P<posts>{post}(?:[、，,兼]{{1,2}}{post})*)"
    return _Grammar(
        after_house=re.compile(f"{posts}[，,、]?的?(?:同志)?{people}"),
        person_first=re.compile(
            f"{people}(?:同志|女士|博士)?(?:[，,（(](?:(?:{plain}{{0,12}}[，,]){{0,5}}(?=现任|现为|任|担任|系)|{_CARD}))?[，,（(：:]?(?:[0-9]{{4}}年(?:[0-9]{{1,2}}月)?(?:起|开始|以来|至今)?|还有一个身份[，,：:—]*(?:是)?|现|现为|同时|也|还|正|本人|她|一直|既)?(?:{_VERBS})?"
            f"(?P<posts>{post}(?:[、，,兼也又还是]{{1,4}}{post})*)"
        ),
        by_person=re.compile(f"(?P<posts>{post})[，,]?(?:由|是|为)[^，。；]{{0,24}}?{people}(?:担任|兼任|出任|任)"),
        held_by=re.compile(f"(?P<posts>{HOUSE}的?{short})(?:是|叫|为)[^，。；{ANY[1:-1]}]{{0,16}}?{people}"),
        elected=re.compile(f"(?:{_TAKES})(?P<title>{plain}{{0,8}}?{heads}(?:[、兼]{short})*)"),
        made=re.compile(
            f"{_PERSON}(?:同志|女士|等[0-9一二三四五六七八九十]*[人名位]?)?(?P<verb>为)(?P<title>{plain}{{0,6}}?{heads})"
        ),
        filled=re.compile(f"(?P<title>{short})(?:一职|职务|人选)?[，,]?(?:由|为|是|叫|：|:)[^，。；]{{0,24}}?{people}"),
        run_by=re.compile(f"由[^，。；]{{0,24}}?{people}(?P<title>主理|负责|牵头负责|打理|主持|管理)"),
        bare=re.compile(f"(?P<title>{short}(?:[、兼]{plain}{{0,6}}?{heads})*){people}"),
        meant=re.compile(f"(?P<word>{alternatives(vocabulary.anaphora)}|厂里|该院|该校)的?(?P<title>{chain}){people}"),
        inside=re.compile(
            f"{people}{plain}{{0,6}}?在(?P<posts>{house}(?:里|中)?(?:当|做|任|担任|兼任|出任)了?{chain})"
        ),
        also=re.compile(
            f"(?:^|[，；])(?:还|也|又|同时|并|现|如今|目前|本人)*(?:兼任着?|兼着|兼|担任着?|出任|现任|现为|任|是|当选为?|受聘为?|被选为|被推选为)"
            f"了?(?P<posts>{post}(?:[、，,兼也又还是]{{1,4}}{post})*)(?![，,、]?的?{_PERSON})"
        ),
        relative=re.compile(f"(?:{_TAKES})(?P<title>{plain}{{0,6}}?{heads})的(?:{post}的?)?{people}"),
        is_person=re.compile(f"(?P<posts>{post})的(?:是|正是|就是){people}"),
        pronoun=re.compile(
            f"(?:她|他)(?:也|还|同时|现|既|又)?(?:{_VERBS})(?P<posts>{post}(?:[、，,兼也又还是]{{1,4}}{post})*)"
        ),
        leading=re.compile(f"(?:^|[，。；：”])(?P<title>{short})[、兼]{post}{people}"),
        belongs=re.compile(f"(?P<house>{HOUSE})(?:的|里的|内的|中的)?{people}"),
    )


def _chain(
    scene: Scene, vocabulary: Vocabulary, sentence: Sentence, match: re.Match[str], score: float
) -> Iterator[Relation]:
    people = sentence.named(*match.span("person"))
    status = planned(sentence.text, match.start(), match.end(), vocabulary) and "任" in match[0]
    for house, titles in _posts(sentence, match):
        for person in people:
            yield from _post(scene, vocabulary, (person, house, titles), (score, Distance.OWN, status, None))


def _told_already(text: str, match: re.Match[str]) -> bool:
    """Say whether the posts before a comma are those of the person before them: 甲是某社理事长，乙开网店."""
    comma = text[match.end("posts") : match.end("posts") + 1] in ("，", ",")
    return comma and _PREDICATE.search(text[: match.start()]) is not None


def _carried(scene: Scene, vocabulary: Vocabulary, told: list[Clause], grammar: _Grammar) -> Iterator[Relation]:
    """Yield what 还兼任某协会副会长 says of the person whom the clause before is about."""
    sentence = told[0].sentence
    for match in grammar.also.finditer(sentence.text):
        clause = next((c for c in reversed(told) if c.start <= match.start("posts")), told[0])
        people = [m for m in clause.topics if scene.type_of(m) == "Person"]
        if len(people) != 1 or clause.topic_distance > Distance.SENTENCE:
            continue
        for house, titles in _posts(sentence, match):
            yield from _post(scene, vocabulary, (people[0], house, titles), (0.74, Distance.SENTENCE, False, None))


def _hers(scene: Scene, vocabulary: Vocabulary, sentence: Sentence, match: re.Match[str]) -> Iterator[Relation]:
    """Yield what 她是某公司的创始人 says of the person named last."""
    before = scene.before(("Person",), sentence.offsets[match.start()])
    people = [m for m in before if not scene.mentions[m].properties.get("group")][-1:]
    for house, titles in _posts(sentence, match) if people else ():
        yield from _post(scene, vocabulary, (people[0], house, titles), (0.74, Distance.MEANT, False, None))


def _posts(sentence: Sentence, match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Yield the houses and titles of a chain: 某公司董事长、某协会会长."""
    start = match.start("posts")
    for post in re.finditer(f"({HOUSE}(?:[、和与]{HOUSE})*)的?([^{ANY[1:-1]}]+)", match["posts"]):
        lead = "^(?:[、，,也又还是暨里中]|(?:当|做|任|担任|兼任|出任)了?|兼(?!职))+|[、，,兼也又还是暨]+$"
        titles = re.sub(lead, "", post[2])
        for house in sentence.named(start + post.start(1), start + post.end(1)):
            yield house, titles


def _post(
    scene: Scene,
    vocabulary: Vocabulary,
    said: tuple[int, int, str],
    how: tuple[float, Distance, bool, str | None],
) -> Iterator[Relation]:
    person, house, title = said
    score, distance, status, day = how
    elected = title.startswith("+")
    title = title.lstrip("+")
    title = re.sub(r"^(?:的|现任|当选|新任)", "", title)
    kind = scene.type_of(house)
    relation = relation_of(title, kind, vocabulary)
    if elected and relation == "WORKS_FOR" and kind in ("Alliance", "Federation"):
        relation = "MEMBER_OF"
    if relation is None or not allowed(relation, "Person", kind):
        return
    first = min(scene.mentions[person].start, scene.mentions[house].start)
    last = max(scene.mentions[person].end, scene.mentions[house].end)
    basis: Basis = "text" if distance is Distance.OWN else "context"
    if relation == "WORKS_FOR" and title == "主任" and scene.name_of(house).endswith("事务所"):
        relation = "LEADS"
    properties: dict[str, object] = {"role": title, **({"status": "planned"} if status else {})}
    if day is not None:
        properties["date"] = day
    yield Relation(relation, person, house, basis, first, last, round(score, 3), "position", properties)


def relation_of(title: str, kind: str, vocabulary: Vocabulary) -> str | None:
    """Say what a title is to a house of this type: head, member, founder or one who works there; None if it is past."""
    parts = [part for part in re.split("[、兼暨和及，,]", title) if part]
    found = {_single(part, kind, vocabulary) for part in parts}
    return next((relation for relation in ("LEADS", "FOUNDED", "MEMBER_OF", "WORKS_FOR") if relation in found), None)


def _single(part: str, kind: str, vocabulary: Vocabulary) -> str | None:
    words = vocabulary.words
    if part.startswith(words["former"]):
        return None
    if part.endswith(words["founder"]):
        return "FOUNDED"
    deputy = any(word in part for word in words["deputy"])
    if part.endswith(words["member"]):
        return "MEMBER_OF" if kind in ("Federation", "Alliance") else "WORKS_FOR"
    head = next((word for word in sorted(words["chief"], key=len, reverse=True) if part.endswith(word)), None)
    if head is None:
        return "WORKS_FOR" if part.endswith(words["staff"]) else None
    if deputy:
        return "MEMBER_OF" if kind in ("Federation", "Alliance") else "WORKS_FOR"
    before = part[: -len(head)]
    if not _whole(before, words["title_prefix"]):
        return "WORKS_FOR"
    if kind in ("Company", "Bank") and head not in words["company_chief"]:
        return "WORKS_FOR"
    return "LEADS"


def _whole(before: str, prefixes: tuple[str, ...]) -> bool:
    """Say whether what stands before the head of a title leaves it the head of the whole house."""
    while before:
        word = next((p for p in sorted(prefixes, key=len, reverse=True) if before.startswith(p)), None)
        if word is None:
            return False
        before = before[len(word) :]
    return True


def _elsewhere(
    scene: Scene, vocabulary: Vocabulary, told: list[Clause], grammar: _Grammar, taken: set[int]
) -> Iterator[Relation]:
    """Yield titles whose house is named before: 张三当选会长, 选举张三为会长, 站长由张三担任, 董事长张三."""
    sentence = told[0].sentence
    for match in grammar.elected.finditer(sentence.text):
        chain = _chain_before(sentence, match.start()) or _subject(scene, told, match.start())
        if chain:
            yield from _titled(scene, vocabulary, told, (match, chain, "+"))
            taken.update(chain)
    for match in grammar.relative.finditer(sentence.text):
        chain = [i for i in range(*match.span("person")) if i in sentence.slots]
        yield from _titled(scene, vocabulary, told, (match, chain, "+"))
    for match in grammar.meant.finditer(sentence.text):
        yield from _meant(scene, vocabulary, sentence, match)
        taken.update(range(*match.span("person")))
    for match in grammar.made.finditer(sentence.text):
        chain = _chain_before(sentence, match.start("verb"))
        yield from _titled(scene, vocabulary, told, (match, chain, "+"))
        taken.update(chain)
    for pattern in (grammar.filled, grammar.run_by, grammar.bare, grammar.leading):
        for match in pattern.finditer(sentence.text):
            places = [i for i in range(*match.span("person")) if i in sentence.slots]
            if taken.intersection(places) and pattern not in (grammar.filled, grammar.leading, grammar.run_by):
                continue
            yield from _titled(scene, vocabulary, told, (match, places, ""))
            taken.update(places)
    for match in grammar.belongs.finditer(sentence.text):
        house = sentence.named(*match.span("house"))[0]
        if taken.intersection(range(*match.span("person"))) or not allowed("WORKS_FOR", "Person", scene.type_of(house)):
            continue
        for person in sentence.named(*match.span("person")):
            if not scene.mentions[person].properties.get("group"):
                first, last = scene.mentions[house].start, scene.mentions[person].end
                yield Relation("WORKS_FOR", person, house, "text", first, last, 0.7, "position:belongs", {})


def _subject(scene: Scene, told: list[Clause], place: int) -> list[int]:
    """Return the place of the person who is the subject of a clause that begins with what they were elected to."""
    clause = next((c for c in reversed(told) if c.start <= place), told[0])
    if place > clause.start + 1 or clause.topic_distance > Distance.SENTENCE:
        return []
    people = {m for m in clause.topics if scene.type_of(m) == "Person"}
    return [i for i, m in clause.sentence.slots.items() if m in people and i < place][-1:]


def _meant(scene: Scene, vocabulary: Vocabulary, sentence: Sentence, match: re.Match[str]) -> Iterator[Relation]:
    """Yield 公司总监甲 for the firm named last."""
    kind = vocabulary.anaphora.get(match["word"], "Company" if match["word"] == "厂里" else "Agency")
    kinds = (kind,) if kind in ORGANISATIONS else ()
    houses = scene.before(kinds, sentence.offsets[match.start()])[-1:]
    for person in sentence.named(*match.span("person")) if houses else ():
        how = (0.74, Distance.MEANT, False, None)
        yield from _post(scene, vocabulary, (person, houses[0], match["title"]), how)


def _chain_before(sentence: Sentence, end: int) -> list[int]:
    """Return the places of the persons that a verb such as 当选 speaks of: A公司经理甲、B公司经理乙当选."""
    persons = [i for i in sentence.slots if i < end and sentence.text[i] == _PERSON]
    if not persons or not _SAME.fullmatch(sentence.text[persons[-1] + 1 : end]):
        return []
    chain = [persons[-1]]
    for place in reversed(persons[:-1]):
        between = sentence.text[place + 1 : chain[-1]]
        if between[:1] not in ("、", "和", "与") or re.search("[，,；：:]", between):
            break
        chain.append(place)
    return chain


def _titled(
    scene: Scene, vocabulary: Vocabulary, told: list[Clause], said: tuple[re.Match[str], list[int], str]
) -> Iterator[Relation]:
    match, places, mark = said
    sentence = told[0].sentence
    clause = next((c for c in reversed(told) if c.start <= match.start()), told[0])
    if not places or denied(clause.text, match.end() - clause.start, vocabulary):
        return
    role = "负责人" if match.re is _grammar(vocabulary).run_by else match["title"]
    house, distance = house_of(scene, clause, (min(min(places), match.start()), match.end()), role)
    if house is None:
        return
    status = planned(sentence.text, match.start(), match.end(), vocabulary)
    last = clause.last_day if mark else None
    day = None if last is None or last.until else last.value
    for place in places:
        how = (0.82 - PENALTY[distance] / 2, distance, status, day)
        yield from _post(scene, vocabulary, (sentence.slots[place], house, mark + role), how)
