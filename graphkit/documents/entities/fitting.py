"""Whether one name of a document may be short for another one of its type: judged part by part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphkit.names import OrganisationName, fold, split

ORGANISATIONS = frozenset("Federation MicroHome Company Alliance Bank Agency".split())
_FIRMS = frozenset(("Company", "Bank"))
BARE = frozenset("省 市 区 县 镇 乡 村 社区 街道".split())
_ZONES = frozenset("经开区 高新区 开发区 新区 工业园区 商务区 新城".split())
LEVEL = re.compile("(?:省|市|区|县|镇|乡|村|街道|社区|自治[州县])$")
# 云溪彝族回族自治县 is told as 云溪县 or 云溪.
_AUTONOMOUS = re.compile("([\u4e00-\u9fff]{2,4}?)(?:[\u4e00-\u9fff]{1,5}族)+自治([县州旗])")
_QUOTED = re.compile("[“「『《]([^“”「」『』《》]{2,})[”」』》]")
TRADE = re.compile("(?:产业链|产业|行业|领域|板块|业)$")
_YEAR = re.compile(r"^(?:\d{4}年度?|第[一二三四五六七八九十\d]+届)")
_GROUP_FIRM = re.compile("集团(?:有限公司|公司|股份公司)?$")
_SHORT_FIRM = frozenset(("", "公司", "集团", "银行"))
_LOAN = str.maketrans({"额": None, "款": None})
TITLE_MOST = 4  # 《措施》, 《实施意见》: so short a title stands for a longer one told before it


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one type in the document, and the mentions that bear it."""

    type: str
    key: str
    name: str
    mentions: tuple[int, ...]

    @property
    def parts(self) -> OrganisationName:
        return parts_of(self.name)


@lru_cache(maxsize=2**14)
def parts_of(name: str) -> OrganisationName:
    return split(name)


def filed(name: Name) -> Iterator[str]:
    """Return the keys under which a full name is found by whatever may be short for it (`sought`)."""
    parts, key = name.parts, name.key
    yield from (f"quoted {fold(quoted)}" for quoted in _QUOTED.findall(name.name))
    if name.type in _FIRMS:
        yield from (f"brand {parts.stem[:2]}", f"trade {parts.stem[2:]}")
    elif name.type in ORGANISATIONS:
        kind = f"kind {parts.organisation_type} {parts.stem[-2:]}"
        yield kind
        if parts.region:
            yield f"{kind} {parts.region[-1][-1:]}"
            yield f"{kind} {LEVEL.sub('', parts.region[-1])[-2:]}"
    elif name.type == "Region":
        known = (key, *parts.region[-1:], *_told_shorter(key))
        yield from (f"region {LEVEL.sub('', region)[-2:]}" for region in known)
    elif name.type == "FinancialProduct":
        yield f"loan {key.translate(_LOAN)[-2:]}"
    else:
        yield from (f"end {key[-2:]}", f"end {key[-TITLE_MOST:]}", f"without year {_YEAR.sub('', key)}")
        yield f"middle {key[:2]} {key[-2:]}"


def sought(name: Name) -> Iterator[str]:
    """Return the keys under which a name that may be short looks for the full one."""
    parts, key = name.parts, name.key
    yield f"quoted {key}"
    if name.type in _FIRMS:
        yield from (f"brand {parts.stem[:2]}", f"trade {parts.stem}")
    elif name.type in ORGANISATIONS:
        kind = f"kind {parts.organisation_type} {parts.stem[-2:]}"
        place = parts.region[-1] if parts.region else ""
        bare = place in BARE or place in _ZONES
        yield f"{kind} {place[-1:] if bare else LEVEL.sub('', place)[-2:]}" if place else kind
    elif name.type == "Region":
        yield from (f"region {key[-2:]}", f"region {LEVEL.sub('', key)[-2:]}")
    elif name.type == "FinancialProduct":
        yield f"loan {key.translate(_LOAN)[-2:]}"
    else:
        yield from (f"end {key[-TITLE_MOST:]}", f"without year {key}", f"middle {key[:2]} {key[-2:]}")
        if name.type == "Industry":
            yield f"end {key[-2:]}"


def fits(short: Name, long: Name) -> bool:
    """Say whether a name may be short for a longer one of its type."""
    if short.type == "Person":
        return False
    if short.type == "Region":
        return _region_fits(short.key, long.key)
    if short.type == "Industry":
        return _ends_with_place_before(short, long)
    if short.type in ORGANISATIONS:
        return _organisation_fits(short, long) or _quoted_in(short, long)
    return _title_fits(short, long)


def _region_fits(short: str, long: str) -> bool:
    """北岭区, 北岭 and 云溪市北岭区 are one; 云溪 and 云溪高新区 are two."""
    if len(short) >= 2 and short in _told_shorter(long):
        return True
    if long.endswith(short) and (short in _ZONES or LEVEL.search(short)) and len(short) >= 3:
        return True
    regions = split(long).region
    if len(regions) > 1 and short == "".join((*(LEVEL.sub("", above) for above in regions[:-1]), regions[-1])):
        return True
    return len(regions) > 1 and len(short) >= 2 and LEVEL.sub("", regions[-1]) == short


def is_region_itself(short: Name, long: Name) -> bool:
    """Say whether a region's name is the other one without the word of its level: 云溪 of 云溪市, not of 北云溪."""
    return short.type == "Region" and short.key in _told_shorter(long.key)


def _told_shorter(region: str) -> tuple[str, ...]:
    """Return what a region is called without the word of its level, or without its peoples."""
    own = _AUTONOMOUS.fullmatch(region)
    if own:
        return own[1], own[1] + own[2]
    # 云溪州 is a prefecture, 苏州 a city.
    return (region[:-1],) if len(region) > 2 and region.endswith("州") else (LEVEL.sub("", region),)


def _one_place(short: str, long: str) -> bool:
    """Compare the most specific regions of two names: 市 may be any city, 经开区 any such zone."""
    if short == long or LEVEL.sub("", long) == short or LEVEL.sub("", short) == long:
        return True
    if short == "开发区" and long.endswith(("经开区", "高新区")):
        return True
    return (short in BARE or short in _ZONES) and long.endswith(short) and len(long) > len(short)


def _organisation_fits(short: Name, long: Name) -> bool:
    own, other = short.parts, long.parts
    if own.region and not (other.region and any(_one_place(own.region[-1], place) for place in other.region[-1:])):
        return short.type == "Company" and not other.region and own.stem == other.stem != ""
    if short.type in _FIRMS:
        return _firm_fits(short, long)
    if own.organisation_type != other.organisation_type:
        return False
    if not own.stem:
        return not other.stem
    return other.stem.endswith(own.stem) or (
        len(own.stem) >= 3 and own.stem[-2:] == other.stem[-2:] and _is_subsequence(own.stem, other.stem)
    )


def _firm_fits(short: Name, long: Name) -> bool:
    """A brand without a legal form is short for the firm; a group is never one with its company."""
    own, other = short.parts, long.parts
    if bool(_GROUP_FIRM.search(short.key)) != bool(_GROUP_FIRM.search(long.key)):
        return False
    if own.organisation_type == other.organisation_type and own.stem == other.stem:
        return bool(own.stem) or bool(own.region)
    if short.type == "Bank" or own.organisation_type not in _SHORT_FIRM or len(own.stem) < 2:
        return False
    if other.organisation_type in _SHORT_FIRM - {"集团"}:
        return False
    # A place without the word of its level may stand before the brand: 云溪玉岚瓷业.
    return other.stem.startswith(own.stem) or (len(own.stem) >= TITLE_MOST and other.stem[2:] == own.stem)


def _ends_with_place_before(short: Name, long: Name) -> bool:
    """陶瓷 is 云溪陶瓷; what stands before is a place and nothing else."""
    if not long.key.endswith(short.key):
        return False
    before = long.key.removesuffix(short.key)
    return bool(split(before).region) and not split(before).stem


def _quoted_in(short: Name, long: Name) -> bool:
    return any(fold(quoted) == short.key for quoted in _QUOTED.findall(long.name))


def _title_fits(short: Name, long: Name) -> bool:
    """A title is told shorter by its quoted part, its end, or without its year or a word in the middle."""
    if _quoted_in(short, long) or _YEAR.sub("", long.key) == short.key:
        return True
    if short.type == "FinancialProduct":
        return long.key.translate(_LOAN).endswith(short.key.translate(_LOAN))
    if long.key.endswith(short.key) and len(short.key) >= TITLE_MOST:
        return short.type != "Award" or not long.key.removesuffix(short.key).endswith(("级", "家"))
    middle = 0 < len(long.key) - len(short.key) <= 3 and len(short.key) >= TITLE_MOST
    ends = short.key[:2] == long.key[:2] and short.key[-2:] == long.key[-2:]
    return short.type == "Programme" and middle and ends and _is_subsequence(short.key, long.key)


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)
