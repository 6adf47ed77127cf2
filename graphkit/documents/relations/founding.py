"""What is founded without a founder in the sentence: 某妇联揭牌 tells of the federation that the text is about."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Relation
from graphkit.documents.relations.clauses import Clause
from graphkit.documents.relations.moods import ADMINISTRATIVE, denied, mode_of, planned
from graphkit.documents.relations.scene import SIGN, Scene
from graphkit.documents.relations.vocabulary import Vocabulary

_UNITS = f"[{SIGN['Federation']}{SIGN['MicroHome']}{SIGN['Alliance']}{SIGN['Venue']}]"
_FOUNDED = re.compile(
    f"(?P<unit>{_UNITS})(?:在[^，。；]{{0,14}}?)?(?:正式|顺利|相继|先后|同步|也|已|于[^，。；]{{0,12}}?)*"
    f"(?:挂牌|揭牌|宣告)?(?:成立|揭牌|挂牌|启用|落成|投用|建成)(?:了|啦|运行|运营|使用|投用)?(?=[，。；！!,;\n]|$)"
)
_OPENING = re.compile(
    f"(?:[（(]?[0-9一二三四五六七八九十]{{1,3}}[)）、.．]|[一二三四五]是)?(?P<programme>{SIGN['Programme']})(?=[^。；\n]{{4}})"
)
# Somebody is named who did it, or helped.
_BY = re.compile("由|指导|支持|推动|帮助|牵头|联合|协助|发起")
SCORE, OPENED = 0.5, "opened"


def founded(scene: Scene, vocabulary: Vocabulary, told: list[Clause]) -> Iterator[Relation]:
    """Yield that the federation named last in the paragraph, else that of the text, has founded a unit."""
    sentence = told[0].sentence
    for match in _FOUNDED.finditer(sentence.text):
        clause = next((c for c in reversed(told) if c.start <= match.start()), told[0])
        unit = sentence.slots[match.start("unit")]
        if _BY.search(sentence.text) or denied(clause.text, match.end() - clause.start, vocabulary):
            continue
        if ADMINISTRATIVE.search(scene.name_of(unit)) and scene.type_of(unit) == "Federation":
            continue
        founder = _founder(scene, sentence.offsets[match.start()], sentence.paragraph)
        if founder is None or scene.entity_of.get(founder, -1) == scene.entity_of.get(unit, -2):
            continue
        properties: dict[str, object] = {}
        if planned(sentence.text, match.start(), match.end(), vocabulary):
            properties["status"] = "planned"
        if clause.day is not None and not clause.day.until:
            properties["date"] = clause.day.value
        mode = mode_of(sentence.text, vocabulary)
        if mode is not None:
            properties["mode"] = mode
        start, end = sentence.span(match.start(), match.end())
        yield Relation("ESTABLISHED", founder, unit, "context", start, end, SCORE, "founded", properties)


def opened(scene: Scene, told: list[Clause]) -> Iterator[Relation]:
    """Yield that the federation of the text runs a programme with which a sentence opens: “春雨助学”资助女童30名."""
    sentence = told[0].sentence
    match = _OPENING.match(sentence.text)
    main = scene.main if match and sentence.paragraph else ()
    if match is None or not main:
        return
    programme = sentence.slots[match.end("programme") - 1]
    start, end = scene.mentions[programme].start, scene.mentions[programme].end
    properties: dict[str, object] = {"role": "initiates"}
    yield Relation("RUNS", main[0], programme, "context", start, end, SCORE, OPENED, properties)


def _founder(scene: Scene, place: int, paragraph: int) -> int | None:
    """Return the administrative federation named last before a place in its paragraph, else the main one."""
    begin = min((s.offsets[0] for s in scene.around(place) if s.paragraph == paragraph), default=0)
    near = [
        m
        for m in scene.before(("Federation",), place)
        if scene.mentions[m].start >= begin and ADMINISTRATIVE.search(scene.name_of(m))
    ]
    if near:
        return near[-1]
    main = scene.main
    return main[0] if main and ADMINISTRATIVE.search(scene.name_of(main[0])) else None
