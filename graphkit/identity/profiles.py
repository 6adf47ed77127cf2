"""What identity knows of one cluster of raw rows: the profile that is blocked, compared and judged."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.order import SourceOrder
from graphkit.graph.tables import TEXT, Graph
from graphkit.names import OrganisationName, fold, normalise, split
from graphkit.schema import NodeType

ORGANISATIONS = ("Federation", "MicroHome", "Company", "Alliance", "Bank", "Agency")
LEVELS = frozenset("省 市 区 县 镇 乡 村 社区 街道".split())
NATIONAL = frozenset("工行 农行 建行 交行".split())
# A stem of such words alone names no body: every town has one.
_COMMON = re.compile(
    "女|妇女|妇幼|儿童|家庭|巾帼|她|执委|志愿|企业家|企业|科技|技术|工作者|人才|人事|组织|宣传|统战|党群|专家|能手|代表|青年|创业|创新"
    "|创享|致富|服务|支持|关爱|爱心|维权|教育|工信|人社|社会|保障|发展|发改|商务|财政|税务|民政|司法|公安|卫健|农业|农村|文旅"
    "|文化|旅游|市场|监督|监管|产业|工业|行业|促进|综合|经济|统计|审计|信访|应急|管理|妈妈|妈咪|母婴|室|之家|小屋|岗|队|站"
)
# Counties and districts of one name in two cities or more.
SHARED_NAMES = frozenset(
    "鼓楼区 朝阳区 和平区 河东区 桥东区 桥西区 新华区 铁东区 铁西区 海州区 西湖区 南山区 宝山区 普陀区 江北区"
    " 城关区 长安区 通州区 龙华区 青山区 白云区 西安区 东山区 向阳区 郊区 城区 新城区 市中区 永定区".split()
)
MARK = "\x1f"
SHORT_TYPES = ("Company", "Bank")
GROUPS = frozenset("集团 集团公司 集团有限公司 集团股份公司 集团总公司".split())
BRANDS = GROUPS | {"", "公司"}  # what stands behind a name that may be shortened
TIERS = {"镇 乡 街道": "town", "村 社区": "village", "市 区 县": "county"}  # 社区 before 区
_LONGEST = sorted(LEVELS, key=lambda level: (-len(level), level))
_QUOTED = re.compile("[“「『《]([^“”「」『』《》]{2,})[”」』》]")
_TRADE = re.compile("(?:产业链|产业|行业)$")
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name in its parts.

    `limited`: it writes 有限责任公司, which the key does not tell from 有限公司. `elliptical`: only the context names
    the place, as of 市妇联, 妇联, 女企业家协会, 教育局.
    """

    key: str
    parts: OrganisationName
    limited: bool
    elliptical: bool


def loose_keys(name: str, of_type: str) -> set[str]:
    """Return the keys under which what is no organisation may be told shorter: only a reason to ask a person.

    The quoted part of 楼宇“巾帼管家”, an industry without 产业, 相城区 of 苏州市相城区, 留创园 of 两江新区留创园.
    """
    parts = spelling(name).parts
    keys = {fold(name)}
    if of_type == "Region" and not parts.stem + parts.organisation_type:
        keys |= {parts.region[-1], bare_region(parts.region[-1])}
    elif of_type == "Industry":
        keys.add(_TRADE.sub("", fold(name)))
    elif of_type not in ("Person", "Region"):
        keys.update(map(fold, _QUOTED.findall(name)))
        keys.add(parts.stem + parts.organisation_type if len(parts.stem) > 1 or not parts.region else "")
    return {key for key in keys if len(key) > 1}


def bare_region(region: str) -> str:
    """Return a region without the word of its level, if two characters are left: 扬州 of 扬州市."""
    level = level_of(region)
    return region.removesuffix(level) if len(region) - len(level) >= 2 else region


def level_of(region: str) -> str:
    """Return the word of the level that a region ends in."""
    return next((level for level in _LONGEST if region.endswith(level)), "")


@lru_cache(maxsize=2**17)
def spelling(name: str) -> Spelling:
    """Take a name apart once."""
    written = normalise(name)
    parts = split(written)
    nameless = parts.organisation_type not in NATIONAL and not _COMMON.sub("", parts.stem)
    elliptical = parts.region[-1] in LEVELS if parts.region else nameless
    return Spelling(fold(written), parts, is_limited(written), elliptical)


def is_limited(name: str) -> bool:
    """Say whether a name writes its legal form in full, which its key does not tell: 有限责任公司."""
    return "有限责任公司" in name or "有限責任公司" in name


def is_elliptical(spelled: Spelling, of_type: str) -> bool:
    """Say whether a name of this type needs a place beside it: that of a body or venue, or of a county of which
    there are several.
    """
    if of_type == "Region":
        return spelled.key in SHARED_NAMES
    return of_type in (*ORGANISATIONS, "Venue") and spelled.elliptical


def is_short(name: str, of_type: str) -> bool:
    """Say whether the name of a company or bank lacks its legal form: 晶澳（扬州）, 弘一集团."""
    return of_type in SHORT_TYPES and spelling(name).parts.organisation_type in BRANDS


def as_ids(raw_ids: Iterable[str]) -> pa.Array:
    """Return ids as a sorted column."""
    return pa.array(sorted(raw_ids), TEXT)


@dataclass(frozen=True, slots=True)
class Profile:
    """One element of a type as the sources describe it.

    `towns` are the folded regions that it is located in (`place_name`), `codes` pairs of property and code,
    `bodies` the organisations of a person.
    """

    names: tuple[str, ...]
    id: str = ""
    type: str = "Company"
    personal: bool = False
    aliases: frozenset[str] = NOTHING
    codes: frozenset[tuple[str, str]] = frozenset()
    towns: frozenset[str] = NOTHING
    legal_persons: frozenset[str] = NOTHING
    datasets: frozenset[str] = NOTHING
    bodies: frozenset[str] = NOTHING

    @property
    def spellings(self) -> list[Spelling]:
        """The names in their parts; aliases are not taken apart, for a short one says too little."""
        return [spelling(name) for name in self.names]

    @property
    def loose(self) -> set[str]:
        """Every key under which what is no organisation may be meant."""
        return self.keys.union(*(loose_keys(name, self.type) for name in self.names))

    @property
    def keys(self) -> set[str]:
        """Every key under which the sources name it."""
        return {key for key in map(fold, (*self.names, *self.aliases)) if key}


def exclude(one: Collection[str], other: Collection[str], *, full: bool) -> bool:
    """Say whether two statements of a place exclude each other.

    If the names hold their region (`full`), only places of one tier do: a sheet may say the town, another the county.
    """
    if not one or not other or set(one) & set(other):
        return False
    tiers = ({_tier(place_name(place)) for place in places} for places in (one, other))
    return not full or bool(set.intersection(*tiers) - {""})


def place_name(town: str) -> str:
    """Return the folded name of a place, without the mark that tells two 城关镇 apart."""
    return town.partition(MARK)[0]


def _tier(place: str) -> str:
    return next((tier for ends, tier in TIERS.items() if place.endswith(tuple(ends.split()))), "")


def listing_datasets(raw: Graph) -> dict[str, str]:
    """Give the dataset of each source; a correction lists nothing of its own."""
    sources = raw.sources.filter(pc.not_equal(raw.sources["kind"], "correction"))
    return dict(zip(sources["id"].to_pylist(), sources["dataset"].to_pylist(), strict=True))


def profiles(raw: Graph, owner: NodeType, root: Callable[[str], str]) -> list[Profile]:
    """Describe every cluster of raw rows of a type, sorted by id; groups and the nameless are nobody."""
    table = raw.node_tables[owner.name]
    table = table.filter(pc.and_(pc.invert(pc.fill_null(table["group"], False)), pc.is_valid(table["name"])))
    dataset_of = listing_datasets(raw)
    facts: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    legal = table["legal_person"] if "legal_person" in table.column_names else pa.nulls(len(table), TEXT)
    columns = [table["id"], table["name"], table["aliases"], table["source_id"], legal]
    for raw_id, name, aliases, source, person in zip(*(c.to_pylist() for c in columns), strict=True):
        known = facts[root(raw_id)]
        known["names"].add(name)
        known["aliases"].update(alias for alias in aliases or () if alias)
        known["datasets"].update([dataset_of[source]] if source in dataset_of else [])
        known["legal_persons"].update([fold(person)] if person else [])
    for more, kind in ((stated_towns(raw, owner, root), "towns"), (bodies(raw, owner, root), "bodies")):
        for raw_id, told in more.items():
            if (place := root(raw_id)) in facts:
                facts[place][kind].update(told)
    codes: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for column, own in code_columns(owner, raw).items():
        for raw_id, code in own.items():
            codes[root(raw_id)].add((column, code))
    return [_profile(owner, own_id, facts[own_id], codes[own_id]) for own_id in sorted(facts)]


def _profile(owner: NodeType, own_id: str, facts: dict[str, set[str]], codes: set[tuple[str, str]]) -> Profile:
    names = tuple(sorted(facts.pop("names")))
    rest = {kind: frozenset(told) for kind, told in facts.items()}
    return Profile(names, own_id, owner.name, owner.personal, codes=frozenset(codes), **rest)


def code_columns(owner: NodeType, raw: Graph) -> dict[str, dict[str, str]]:
    """Give the code of each raw id, per code column; of two (one was a slip of an earlier edition) the winning one."""
    table, order = raw.node_tables[owner.name], SourceOrder(raw.sources, raw.evidence)
    found: dict[str, dict[str, str]] = {}
    for column in owner.match:
        # A code that a correction says to be not known is told by nobody.
        coded = table.filter(pc.or_(pc.is_valid(table[column]), pa.array(order.not_known(table, column))))
        if len(pc.unique(coded["id"])) < len(coded):
            coded = coded.take(order.precedence(coded)[::-1])
        codes = pc.utf8_upper(pc.utf8_trim_whitespace(coded[column])).to_pylist()
        winning = dict(zip(coded["id"].to_pylist(), codes, strict=True))
        found[column] = {raw_id: code for raw_id, code in winning.items() if code}
    return found


def stated_towns(
    raw: Graph, owner: NodeType, root: Callable[[str], str], raw_ids: Iterable[str] | None = None
) -> dict[str, set[str]]:
    """Tell which regions the sources put the nodes of a type in: folded names, marked with the region that they are."""
    kind = "PART_OF" if owner.name == "Region" else "LOCATED_IN"
    table = raw.table(kind)
    edges = table.filter((pc.field("src_type") == owner.name) & (pc.field("dst_type") == "Region"))
    if raw_ids is not None:
        edges = edges.filter(pc.is_in(edges["src"], as_ids(raw_ids)))
    regions = raw.table("Region")
    names = {i: fold(n) for i, n in zip(*(regions[c].to_pylist() for c in ("id", "name")), strict=True) if n}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for src, dst in zip(edges["src"].to_pylist(), edges["dst"].to_pylist(), strict=True):
        if dst in names:
            # A region's own place is told by name alone: it is what regions are being told apart by.
            found[src].add(names[dst] if owner.name == "Region" else f"{names[dst]}{MARK}{root(dst)}")
    return found


def bodies(raw: Graph, owner: NodeType, root: Callable[[str], str]) -> dict[str, set[str]]:
    """Tell which organisations people belong to."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table in raw.edge_tables.values() if owner.personal else ():
        edges = table.filter(pc.field("src_type") == owner.name)
        for src, dst, kind in zip(*(edges[c].to_pylist() for c in ("src", "dst", "dst_type")), strict=True):
            if kind in ORGANISATIONS:
                found[src].add(root(dst))
    return found
