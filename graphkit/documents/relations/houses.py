"""Which organisation a title belongs to when the text does not say so beside it."""

import re
from collections import Counter

from graphkit.documents.relations.clauses import Clause, Distance
from graphkit.documents.relations.moods import ADMINISTRATIVE
from graphkit.documents.relations.scene import ANY, ORGANISATIONS, SIGN, Scene, Sentence

HOUSE = f"[{''.join(SIGN[kind] for kind in (*ORGANISATIONS, 'Venue', 'Programme'))}]"
_KEEPERS = ("站长", "微家长", "负责人", "馆长", "店长", "主理人", "召集人")
# Titles whose house may be told in a sentence before.
_CARRIED = ("会长", "理事长", "秘书长", "主席", "董事长", "执委会", "理事会", "执委")
# Of the alliances only these have a 主席.
_CHAIRED = ("工商联", "工商业联合会", "文联", "科协", "残联", "作协", "侨联", "工会", "联合会", "联盟", "商会")
# 成立企业妇联: a federation without a name of its own.
_GUIDED = re.compile("(?:指导|推动|支持|帮助|牵线|协调|组织|关心|领导|见证)下")
_NAMELESS = re.compile("(?:成立|组建|建立|建起)了?[^，。；]{0,14}?妇联")


def house_of(scene: Scene, clause: Clause, span: tuple[int, int], title: str) -> tuple[int | None, Distance]:
    """Return the last organisation before the title that has such a title, in the sentence or before it."""
    sentence = clause.sentence
    near = [m for m in sentence.named(0, _post_start(sentence, span[0])) if _fits(scene, m, title)]
    if _GUIDED.search(sentence.text, 0, span[0]):
        # 在某县妇联的推动下，推选甲当主席: not of the federation that helped.
        near = [m for m in near if not _administrative(scene, m)]
    for kind in ("MicroHome", "Venue") if title.endswith(_KEEPERS) else ():
        near = [m for m in near if scene.type_of(m) == kind] or near
    # A 站长 heads a 站, a 会长 a 会.
    near = [m for m in near if title.endswith("长") and scene.name_of(m).endswith(title[-2])] or near
    if title.endswith("主席") and _NAMELESS.search(sentence.text, 0, span[0]):
        return None, Distance.DOCUMENT
    called = [m for m in clause.topics if scene.type_of(m) in ("MicroHome", "Venue", "Programme")]
    if title.endswith(_KEEPERS) and called and clause.topic_distance <= Distance.SENTENCE:
        return called[-1], Distance.SENTENCE
    if near:
        return near[-1], Distance.SENTENCE
    if "妇联" in title or not title.endswith(_CARRIED):
        return None, Distance.DOCUMENT
    place = sentence.offsets[0]
    before = [m for m in scene.before(ORGANISATIONS, place) if _fits(scene, m, title)]
    units = [m for m in before[-3:] if scene.type_of(m) == "Federation" and not _administrative(scene, m)]
    if units and sentence.offsets[0] - scene.mentions[units[-1]].start < 200:
        return units[-1], Distance.DOCUMENT
    counts = Counter(scene.entity_of.get(m, -1 - m) for m in before).most_common(2)
    if not counts:
        return None, Distance.DOCUMENT
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        # Of two as often told the one of the headline is meant.
        heads = [m for m in before if scene.mentions[m].end <= scene.headline]
        return (heads[0], Distance.DOCUMENT) if heads else (None, Distance.DOCUMENT)
    return next(m for m in reversed(before) if scene.entity_of.get(m, -1 - m) == counts[0][0]), Distance.DOCUMENT


def _administrative(scene: Scene, mention: int) -> bool:
    return ADMINISTRATIVE.search(scene.name_of(mention)) is not None


def _post_start(sentence: Sentence, place: int) -> int:
    """Return where the words about the first person begin: the house of 某公司经理甲 is not what 甲 is elected to."""
    head = re.search(f"{HOUSE}的?[^{ANY[1:-1]}，。、；]*$", sentence.text[:place])
    return head.start() if head else place


def _fits(scene: Scene, mention: int, title: str) -> bool:
    """Say whether such a house has such a title: a firm has a 董事长, a federation a 主席."""
    kind, name = scene.type_of(mention), scene.name_of(mention)
    if scene.mentions[mention].properties.get("group"):
        return False
    if title.endswith("组长"):
        return name.endswith(("组", "专班"))
    if re.search("(?:理事会|工会|委员会|筹备组|小组|专班)$", name) and not title.endswith("主任"):
        return False
    if title.endswith("主任"):
        return kind == "Agency" and name.endswith(("办公室", "办", "委员会", "中心", "管委会"))
    if re.search("董事|总经理|总裁|厂长|CEO|法人|总监|经理", title):
        return kind == "Company"
    if title.endswith("行长"):
        return kind == "Bank"
    if title.endswith("理事长") and kind == "Company":
        return name.endswith("社")
    if title.endswith(("会长", "理事长", "秘书长", "理事", "监事", "盟主")):
        return kind == "Alliance"
    if title.endswith(_KEEPERS):
        return kind in ("MicroHome", "Venue", "Alliance", "Company", "Federation")
    if title.endswith(("市长", "县长", "区长", "镇长", "乡长", "省长", "州长")):
        return False
    if title.endswith(("主席", "执委")):
        return kind == "Federation" or (kind == "Alliance" and name.endswith(_CHAIRED))
    return kind in ("Federation", "Alliance", "Agency", "MicroHome")
