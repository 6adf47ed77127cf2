"""What a name itself says: where an organisation sits, whom a federation is for, what a prize belongs to."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Entity, Relation
from graphkit.documents.relations.moods import allowed
from graphkit.documents.relations.naming import PROVINCE, Names, folded
from graphkit.documents.relations.places import Places
from graphkit.documents.relations.scene import ORGANISATIONS, Scene
from graphkit.documents.relations.vocabulary import Vocabulary

_PLACED = frozenset([*ORGANISATIONS, "Venue"])
_COVERED = ("Company", "Venue", "Alliance", "Industry")
_BODY = re.compile("(?:联合)?(?:妇联|妇委会|妇女微家|巾帼微家|妇女之家|妇女工作站|微家)$")
_OF_ENTERPRISE = re.compile("公司|集团|协会|商会|厂$|合作社")
_TRADE_NEXT = re.compile("(?:产业|行业|专业|城|市场|商会|协会|基地|园|小镇|合作社|联盟)")
_HOUSE = re.compile("(?:大学|学院|研究院|研究所|医院|学校|集团)$")
_PRIZE = re.compile("(?:[特一二三四]等奖|[金银铜]奖|最佳.{1,8}奖|优秀奖|优胜奖|冠军|亚军|季军)$")
_CONTEST = re.compile("(?:大赛|竞赛|比赛|赛事|评选)$")
_NO_SEAT = re.compile(
    "(?:日报|晚报|新报|早报|时报|晨报|报社|电视台|网|数据库|网页|网站|公众号|视频号|直播间|热线|总部|小程序|APP)$"
)


def implied(scene: Scene, vocabulary: Vocabulary) -> Iterator[Relation]:
    """Yield the relations that names alone tell."""
    names = Names(scene, vocabulary.words["provinces"])
    places = Places(scene, names)
    contests = [e for e in scene.entities if e.type == "Programme" and _CONTEST.search(e.name)]
    for entity in scene.entities:
        if entity.properties.get("group") or any(scene.mentions[m].properties.get("group") for m in entity.mentions):
            continue
        if entity.type in _PLACED:
            yield from _placed(scene, names, entity)
        if entity.type == "Region" and (larger := places.larger(entity)) is not None:
            yield from _edge(scene, "PART_OF", (entity, larger[0]), larger[1])
        if entity.type in ("Federation", "MicroHome"):
            yield from _covering(scene, names, entity)
        if entity.type in ("Venue", "Programme"):
            yield from _resting(scene, names, entity)
        if entity.type in ("Venue", "Alliance"):
            yield from _trading(scene, names, entity)
        if entity.type == "Award":
            yield from _awarded(scene, names, entity, contests)


def _edge(
    scene: Scene, relation: str, ends: tuple[Entity, Entity], score: float, **properties: object
) -> Iterator[Relation]:
    src, dst = ends
    if src is dst or not allowed(relation, src.type, dst.type):
        return
    first = src.mentions[0]
    mention = scene.mentions[first]
    within = next((m for m in dst.mentions if mention.start <= scene.mentions[m].start < mention.end), dst.mentions[0])
    yield Relation(relation, first, within, "name", mention.start, mention.end, score, f"name:{relation}", properties)


def _placed(scene: Scene, names: Names, entity: Entity) -> Iterator[Relation]:
    name = folded(entity.name)
    unit = entity.type in ("Federation", "MicroHome")
    # The federation of a firm: the name places the firm, not the federation.
    if _NO_SEAT.search(name) or (unit and _OF_ENTERPRISE.search(_BODY.sub("", name))):
        return
    region = names.seat(name) or names.bracketed(entity.name)
    if region is None or (
        (_HOUSE.search(name) or entity.type in ("Company", "Venue", "Bank")) and region.name.endswith(PROVINCE)
    ):
        return
    sure = entity.type in ("Federation", "Agency", "MicroHome")
    yield from _edge(scene, "LOCATED_IN", (entity, region), 0.9 if sure else 0.86)


def _covering(scene: Scene, names: Names, entity: Entity) -> Iterator[Relation]:
    """Read X妇联 and X妇女微家 with X a firm, market, association or trade."""
    name = folded(entity.name)
    stem = _BODY.sub("", name)
    if len(stem) < 2 or (stem == name and entity.type == "Federation"):
        return
    covered = names.exactly(stem, _COVERED) or _without_region(names, stem)
    if covered is None and entity.type == "MicroHome":
        covered = names.starting(name, _COVERED[:3], least=4)
    if covered is None:
        return
    yield from _edge(scene, "COVERS", (entity, covered), 0.78 if covered.type == "Industry" else 0.9)
    if entity.type == "MicroHome" and covered.type != "Industry":
        yield from _edge(scene, "HOSTED_BY", (entity, covered), 0.86, mode="hosted")


def _without_region(names: Names, stem: str) -> Entity | None:
    """Return what 某县竹产业链妇联 is for, without the county and the chain."""
    region = names.starting(stem, ("Region",))
    if region is None:
        return None
    for own in map(folded, (region.name, *region.aliases)):
        rest = stem[len(own) :] if stem.startswith(own) else ""
        for form in (rest, rest.removesuffix("链"), rest if rest.endswith("业") else rest + "产业"):
            found = names.exactly(form, _COVERED) if len(form) >= 2 else None
            if found is not None:
                return found
    return None


def _resting(scene: Scene, names: Names, entity: Entity) -> Iterator[Relation]:
    """Read whose venue or meeting it is: 某协会直营店, 某协会会员大会, 某某工作室."""
    name = folded(entity.name)
    host = names.starting(name, _COVERED[:3], least=3)
    if host is not None and entity.type == "Programme" and host.type != "Venue":
        yield from _edge(scene, "RUNS", (host, entity), 0.8, role="initiates")
    elif host is not None and not _NO_SEAT.search(name):
        yield from _edge(scene, "HOSTED_BY", (entity, host), 0.82)
    person = names.starting(name, ("Person",)) if entity.type == "Venue" else None
    if person is not None:
        yield from _edge(scene, "LEADS", (person, entity), 0.84)


def _trading(scene: Scene, names: Names, entity: Entity) -> Iterator[Relation]:
    """Read 某产业基地, 某行业协会: the trade in the name, where two overlap the one that begins first."""
    name, reach, done = folded(entity.name), -1, set()
    for start, end, industry in names.trades(name):
        told = end - start >= 3 or _TRADE_NEXT.match(name, end)
        if start >= reach and told and industry.name not in done:
            reach = end
            done.add(industry.name)
            yield from _edge(scene, "IN_INDUSTRY", (entity, industry), 0.78)


def _awarded(scene: Scene, names: Names, entity: Entity, contests: list[Entity]) -> Iterator[Relation]:
    """Read of which contest a prize is: by its name, else the only contest of the text."""
    name = folded(entity.name)
    contest = names.starting(name, ("Programme",), least=4) or names.within(name, "Programme", least=5)
    if contest is None and len(contests) == 1 and _PRIZE.search(name):
        contest = contests[0]
    if contest is not None:
        yield from _edge(scene, "PART_OF", (entity, contest), 0.84)
