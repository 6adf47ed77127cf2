"""A notice and what it orders: who signed it, who agreed, on what it rests, what it provides for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graphkit.documents.items import Relation
from graphkit.documents.relations.clauses import lists, role_of, subject_of
from graphkit.documents.relations.dates import days
from graphkit.documents.relations.moods import allowed
from graphkit.documents.relations.scene import ANY, ORGANISATIONS, SIGN, Scene, Sentence
from graphkit.documents.relations.vocabulary import Vocabulary

_NOTICE = re.compile(
    "印发给你们|特此(?:通报|公告|批复)|现予印发|现印发|现将.{0,60}(?:印发|通知)|特制定|制定(?:如下|本|以下)|(?:事项|要求|如下)?通知如下|特此通知"
    "|请(?:认真|遵照|结合|抓好).{0,12}(?:组织实施|贯彻|执行|落实)|^关于.{2,60}的通知"
)
_NUMBERED = re.compile("(?:([0-9]{1,2})[.．、)）]|第([一二三四五六七八九十]{1,3})条)")
_START = re.compile("特制定|制定(?:如下|本|以下)|(?:通知|通报|公告|名单|决定|批复|公布)如下|如下[：:。]|^[一1][、.．]")
_KINDS = re.compile("(?:通知|通报|意见|方案|办法|公告|决定|措施|细则|批复|规定|条例)(?:[（(]试行[）)])?$")
_COPIED = re.compile("^(?:抄送|抄报|主送|联系人|附件)")
_SIGNED = re.compile(
    f"(?:{ANY}|[、和与及 ]|文件|[（(]?(?:印章|盖章|章)[）)]?|(?:19|20)[0-9]{{2}}年[0-9]{{1,2}}月[0-9]{{1,2}}日)+"
)
_GROUND = re.compile("(?:根据|按照|依据|贯彻落实|贯彻|落实|遵照)(?![^。；]*?(?:精神|实施|推进|支撑))[^。；]*?$")
_AGREED = re.compile(f"经((?:{ANY}[、和与]?)+)(?:会议)?(?:研究|审议|讨论|批准)?(?:同意|批准|通过|审定|决定|研究)")
_TARGETS = frozenset(
    ["Programme", "Venue", "MicroHome", "Alliance", "Federation", "FinancialProduct", "Award", "Policy"]
)
_ACTIONS = (
    ("recommend", "推荐|评选|参评|推报|命名|表彰|评比|优先推"),
    ("encourage", "鼓励|倡导"),
    ("take_part", "参与|参加|申报|融入"),
    ("rely_on", "依托|用好|发挥|借助|利用|依靠|深入|对接|整合|进驻"),
    ("implement", "落实|贯彻|执行"),
    ("establish", "成立|组建|建立|设立|打造|创建|创办|建成|建设|搭建|开设|开办|新建|筹建|培育|编入|增设|建好|设置"),
    ("run", "开展|实施|推进|举办|组织|启动|推行|深化|推广|召开|举行|定名为|推出|提升|做好|加强|完善"),
)
_OWN = re.compile(f"[{''.join(SIGN[kind] for kind in ORGANISATIONS)}]")
# What has been founded already is not ordered.
_THERE = re.compile("(?:成立|组建|建立|设立|打造|建成|创办)的.{0,4}$|(?:已|已经)(?:成立|组建|建立|设立|建成)了?$")
_ACTION = [(action, re.compile(words)) for action, words in _ACTIONS]


@dataclass(frozen=True)
class Notice:
    """A text that is itself a policy: `main` is its mention, `start` where its orders begin."""

    scene: Scene
    main: int
    start: int

    @cached_property
    def entity(self) -> int:
        """Return the entity of the policy."""
        return self.scene.entity_of.get(self.main, -1)


def notice(scene: Scene) -> Notice | None:
    """Return the policy that the text is, or None if it only tells of some."""
    head = [s for s in scene.sentences if s.paragraph < 40]
    first = head[0].text.strip() if head else ""
    titled = [scene.name_of(m) for m in head[0].slots.values()] if first == SIGN["Policy"] else []
    itself = any(_KINDS.search(name) for name in titled)
    if not itself and not any(_NOTICE.search(s.text) for s in head):
        return None
    policies = [(m, s) for s in head for m in s.slots.values() if scene.type_of(m) == "Policy"]
    titles = [m for m, s in policies if s.heading or s.paragraph == 0]
    if not titles:
        return None
    main = titles[0]
    inner = [m for m in scene.inner.get(main, ()) if scene.type_of(m) == "Policy"]
    main = inner[0] if inner and "印发" in scene.mentions[main].name else main
    start = next((s.offsets[0] for s in head if _START.search(s.text)), None)
    return None if start is None else Notice(scene, main, start)


def provided(scene: Scene, vocabulary: Vocabulary, told: Notice) -> Iterator[Relation]:
    """Yield what a notice says of itself and what it orders."""
    signed = list(_signatures(scene, told))
    yield from signed
    measure: str | None = None
    for sentence in scene.sentences:
        yield from _agreed(scene, told, sentence)
        if sentence.offsets[0] <= told.start:
            yield from _grounds(scene, told, sentence)
        number = _NUMBERED.match(sentence.text)
        measure = (number[1] or number[2]) if number else measure
        if (
            sentence.offsets[0] <= told.start
            or _COPIED.match(sentence.text)
            or _SIGNED.fullmatch(sentence.text.strip())
        ):
            continue
        yield from _ordered(scene, vocabulary, told, (sentence, measure))


def _signatures(scene: Scene, told: Notice) -> Iterator[Relation]:
    """Yield the organisations that stand alone on lines, before or after the text, with the day beside them."""
    day = scene.day
    lines = [s for s in scene.sentences if s.heading and _signs(s)]
    for line in lines:
        found = days(line.text, None, None)
        day = found[-1].value if found else day
    for line in lines:
        for mention in line.slots.values():
            if scene.type_of(mention) not in ORGANISATIONS:
                continue
            start, end = scene.mentions[mention].start, scene.mentions[mention].end
            properties = {"role": "issuer", **({"date": day} if day else {})}
            yield Relation("ISSUED", mention, told.main, "context", start, end, 0.9, "policy:signed", properties)


def _signs(sentence: Sentence) -> bool:
    """Say whether a line holds names of those who sign, a day, and next to nothing else."""
    text = sentence.text.strip("\n\r")
    rest = _SIGNED.sub("", text)
    return _SIGNED.fullmatch(text) is not None or (
        len(sentence.slots) > 1 and len(rest) <= 10 and not re.search("[，。：:；的]", rest)
    )


def _agreed(scene: Scene, told: Notice, sentence: Sentence) -> Iterator[Relation]:
    for match in _AGREED.finditer(sentence.text):
        for mention in sentence.named(*match.span(1)):
            if allowed("ISSUED", scene.type_of(mention), "Policy"):
                start, end = sentence.span(*match.span())
                properties = {"role": "approver", **({"date": scene.day} if scene.day else {})}
                yield Relation("ISSUED", mention, told.main, "text", start, end, 0.88, "policy:agreed", properties)


def _grounds(scene: Scene, told: Notice, sentence: Sentence) -> Iterator[Relation]:
    for place, mention in sentence.slots.items():
        if scene.type_of(mention) != "Policy" or scene.entity_of.get(mention) == told.entity:
            continue
        if _GROUND.search(sentence.text[:place]):
            start, end = scene.mentions[mention].start, scene.mentions[mention].end
            yield Relation("BASED_ON", told.main, mention, "context", start, end, 0.88, "policy:ground", {})


def _ordered(
    scene: Scene, vocabulary: Vocabulary, told: Notice, where: tuple[Sentence, str | None]
) -> Iterator[Relation]:
    sentence, measure = where
    for start, end, gap in lists(sentence.text):
        before = re.split("[，,；：:]", sentence.text[:start])[-1]
        if _THERE.search(gap):
            continue
        if subject_of(before, vocabulary) is not None and _OWN.search(before):
            continue
        after = re.split("[，,；。]", sentence.text[end:])[0]
        action = _action(re.sub(ANY, "", before), after)
        if role_of(gap, vocabulary, sentence.text[:start]) == "place" and action != "rely_on":
            continue
        for mention in sentence.named(start, end):
            kind = scene.type_of(mention)
            if kind not in _TARGETS or scene.entity_of.get(mention) == told.entity:
                continue
            if kind in ("Federation", "Alliance", "Venue", "MicroHome") and action is None:
                continue
            if kind == "Federation" and (
                action != "establish" or role_of(gap, vocabulary) in ("subject", "agent", "partner")
            ):
                continue
            properties: dict[str, object] = {"action": "recommend" if kind == "Award" else action or "run"}
            if properties["action"] in ("establish", "encourage"):
                properties["status"] = "planned"
            if measure is not None:
                properties["measure"] = measure
            first, last = scene.mentions[mention].start, scene.mentions[mention].end
            score = 0.88 if action else 0.72
            yield Relation("PROVIDES_FOR", told.main, mention, "context", first, last, score, "policy:body", properties)


def _action(before: str, after: str) -> str | None:
    """Return what is done, by the words nearest before the list, else by those right after it."""
    best: tuple[int, str] | None = None
    for action, words in _ACTION:
        for found in words.finditer(before):
            if best is None or found.start() > best[0]:
                best = (found.start(), action)
    if best is not None:
        return "encourage" if best[1] == "establish" and "鼓励" in before else best[1]
    return next((action for action, words in _ACTION if words.search(after[:12])), None)
