"""Whether two elements are one: compared part by part, never by how alike their letters are.

江苏银行 and 苏州银行 share three of four characters and are two banks; 晶澳（扬州） and 晶澳太阳能（扬州）科技有限公司
share few and are one company. So a region is compared with a region, a stem with a stem, a kind with a kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from graphkit.identity.profiles import (
    BRANDS,
    GROUPS,
    LEVELS,
    ORGANISATIONS,
    SHORT_TYPES,
    Profile,
    Spelling,
    bare_region,
    exclude,
    is_elliptical,
    level_of,
    place_name,
)
from graphkit.names import OrganisationName

Verdict = Literal["same", "review", "different"]
RANK: dict[Verdict, int] = {"different": 0, "review": 1, "same": 2}

# How much each finding about a component speaks for one element.
WORTH = {"equal": 1.0, "alias": 0.9, "short": 0.8, "prefix": 0.8, "wording": 0.8, "elliptical": 0.7, "group": 0.7}
WORTH |= {"other form": 0.7, "subsequence": 0.7, "unstated": 0.6, "ambiguous": 0.5, "contradicts": 0.2, "unlike": 0.0}
_COMPANIES = frozenset("有限公司 股份公司 公司 总公司 厂 店 商行 经营部 合作社 专业合作社".split())


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer about two elements; `reasons` say by component what was found, `score` how strongly, 0 to 1."""

    verdict: Verdict
    score: float
    reasons: Mapping[str, str]

    @property
    def unique_wanted(self) -> bool:
        """Say whether a short name or alias in one place is meant: one, if no other fits it there."""
        by_short = self.reasons.get("organisation_type") == "short" or "alias" in self.reasons.values()
        contradicted = "contradicts" in self.reasons.values()
        return self.verdict == "review" and by_short and self.reasons.get("region") == "equal" and not contradicted

    @property
    def strong(self) -> bool:
        """Say whether town and legal person agree, which makes one company even of two rows of one sheet."""
        return self.reasons.get("town") == self.reasons.get("legal_person") == "equal"


def judge(left: Profile, right: Profile) -> Judgement:
    """Judge two elements: `same` may be joined, `review` a person has to look at, `different` stays apart.

    The order of the two does not matter. Two different codes are never one, whatever the names.
    """
    if left.type != right.type:
        return judged("different", type="unlike")
    coded = _by_code(left, right)
    if coded:
        return coded
    if left.personal:
        return _persons(left, right)
    compare = _organisations if left.type in ORGANISATIONS else _others
    found = [compare(a, b, left, right) for a in left.spellings for b in right.spellings]
    by_alias = _by_alias(left, right)
    return max(found + by_alias, key=lambda j: (RANK[j.verdict], j.score, sorted(j.reasons.items())))


def judged(verdict: Verdict, **reasons: str) -> Judgement:
    """Return a judgement with the score of its findings: the weakest counts as much as all together."""
    parts = [WORTH[told] for told in reasons.values()]
    score = round(min(parts) * sum(parts) / len(parts), 2) if verdict != "different" else 0.0
    return Judgement(verdict, score, MappingProxyType(reasons))


def _by_code(left: Profile, right: Profile) -> Judgement | None:
    """Compare codes of the same kind: they decide, if both have one."""
    columns = {column for column, _ in left.codes} & {column for column, _ in right.codes}
    for column in sorted(columns):
        own, other = ({code for name, code in p.codes if name == column} for p in (left, right))
        if own != other or len(own) > 1:
            return judged("different", code="contradicts")
    return judged("same", code="equal") if columns else None


def _persons(left: Profile, right: Profile) -> Judgement:
    """People of one name are one within an organisation; across organisations only a person may decide."""
    if not left.keys & right.keys:
        return judged("different", name="unlike")
    if left.bodies & right.bodies:
        return judged("same", name="equal", organisation="equal")
    return judged("review", name="equal", organisation="unstated")


def _by_alias(left: Profile, right: Profile) -> list[Judgement]:
    """A source's own alias is a statement, but a short one fits several: 晶澳 is in 扬州 and in 合肥."""
    own, other = ({s.key for s in p.spellings} for p in (left, right))
    if own & other or not left.keys & right.keys:
        return []
    regions = {_region(a, b, left, right) for a in left.spellings for b in right.spellings}
    if regions == {"contradicts"}:
        return []
    region = "equal" if "equal" in regions else sorted(regions - {"contradicts"})[0]
    return [judged("review", name="alias", region=region)]


def _others(a: Spelling, b: Spelling, left: Profile, right: Profile) -> Judgement:
    """Judge what is no organisation: one full name is one thing, unless it is put in places that exclude each other."""
    if a.key != b.key:
        own, other = (s.parts.region or ((s.key,) if left.type == "Region" else ()) for s in (a, b))
        elsewhere = own and other and (not _one_region(own[-1], other[-1]) or _levels_differ(own, other))
        if elsewhere or not left.loose & right.loose:
            return judged("different", name="unlike")
        return judged("review", name="short", **_agreeing(left, right, full=False))
    agreeing = _agreeing(left, right, full=False)
    if "contradicts" in agreeing.values():
        return judged("review", name="equal", **agreeing)
    if agreeing.get("town") != "equal" and is_elliptical(a, left.type):
        return judged("review", name="equal", region="elliptical")
    return judged("same", name="equal", **agreeing)


def _organisations(a: Spelling, b: Spelling, left: Profile, right: Profile) -> Judgement:
    reasons = {
        "region": _region(a, b, left, right),
        "stem": _stem(a.parts, b.parts),
        "organisation_type": _kind(a.parts, b.parts, left.type),
    }
    if a.limited != b.limited and reasons["organisation_type"] == "equal":
        reasons["organisation_type"] = "wording"
    agreeing = _agreeing(left, right, full=bool(a.parts.region and b.parts.region))
    return judged(_verdict(a, b, reasons, agreeing), **reasons, **agreeing)


def _verdict(a: Spelling, b: Spelling, reasons: dict[str, str], agreeing: dict[str, str]) -> Verdict:
    region, stem, kind = reasons["region"], reasons["stem"], reasons["organisation_type"]
    if a.key == b.key and region == "contradicts":
        return "review"  # one name, two places: moved, or two
    if "unlike" in reasons.values() or region == "contradicts":
        return "different"
    if agreeing.get("town") == "contradicts" or (
        agreeing.get("legal_person") == "contradicts" and (a.key != b.key or not a.parts.region)
    ):
        return "different" if stem in ("prefix", "subsequence") or kind != "equal" else "review"
    if kind == "wording" and stem == "equal":
        return "same" if agreeing == {"town": "equal", "legal_person": "equal"} and region == "equal" else "review"
    if a.key == b.key:
        return "same" if region != "elliptical" else "review"
    if stem == kind == region == "equal":
        return "same"
    if stem == "prefix" and not _is_brand(a.parts, b.parts):
        return "different"
    if stem == "subsequence" and (kind != "equal" or region == "unstated"):
        return "different"
    return "review"


def _agreeing(left: Profile, right: Profile, *, full: bool) -> dict[str, str]:
    """Compare what stands beside the names; what only one side states speaks for nothing."""
    found = {}
    if left.towns & right.towns:
        found["town"] = "equal"
    elif exclude(left.towns, right.towns, full=full):
        found["town"] = "contradicts"
    if left.legal_persons and right.legal_persons:
        found["legal_person"] = "equal" if left.legal_persons & right.legal_persons else "contradicts"
    return found


def _region(a: Spelling, b: Spelling, left: Profile, right: Profile) -> str:
    """Compare the most specific regions: those of the names, else those that the sources put the two in."""
    own, other = a.parts.region, b.parts.region
    towns_agree = bool(left.towns & right.towns)
    if a.elliptical or b.elliptical:
        if towns_agree and own[-1:] == other[-1:]:
            return "equal"
        return "elliptical" if _fits_level(own, other) or _fits_level(other, own) else "contradicts"
    if own and other:
        if _one_region(own[-1], other[-1]):
            return "contradicts" if _levels_differ(own, other) else "equal"
        comparable = level_of(own[-1]) == level_of(other[-1]) or not (level_of(own[-1]) and level_of(other[-1]))
        return "contradicts" if comparable or left.type != "Company" else "unstated"
    if own or other:
        stated, towns = (own, right.towns) if own else (other, left.towns)
        return (
            "equal" if towns_agree or any(_one_region(stated[-1], place_name(town)) for town in towns) else "unstated"
        )
    if not (left.towns and right.towns):
        return "unstated"
    return "equal" if towns_agree else "contradicts"


def _fits_level(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """市妇联 may be 苏州市妇联, never 江苏省妇联; 妇联 alone says no level and may be any."""
    if not short:
        return True
    return short[-1] in LEVELS and bool(full) and full[-1].endswith(short[-1])


def _one_region(one: str, other: str) -> bool:
    """扬州 is 扬州市, but 霞美镇 is not 霞美村."""
    return one == other or bare_region(one) == other or one == bare_region(other)


def _levels_differ(own: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Two 鼓楼区 are two if their cities differ."""
    above, beside = ({level_of(region): region for region in regions[:-1]} for regions in (own, other))
    return any(above[level] != beside[level] for level in above.keys() & beside.keys() if level)


def _stem(a: OrganisationName, b: OrganisationName) -> str:
    short, long = sorted((a.stem, b.stem), key=lambda stem: (len(stem), stem))
    if short == long:
        return "equal"
    if len(short) >= 2 and long.startswith(short):
        return "prefix"
    return "subsequence" if len(short) >= 3 and _is_subsequence(short, long) else "unlike"


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


def _kind(a: OrganisationName, b: OrganisationName, of_type: str) -> str:
    own, other = sorted((a.organisation_type, b.organisation_type))
    if own == other:
        return "equal"
    if of_type not in SHORT_TYPES:
        return "short" if own and other and (own.endswith(other) or other.endswith(own)) and "家" in own else "unlike"
    if not own:
        known = other in _COMPANIES or other in GROUPS or (of_type == "Bank" and other.endswith("行"))
        return "short" if known else "unlike"
    if not {own, other} <= _COMPANIES | GROUPS:
        return "unlike"
    if (own in GROUPS) != (other in GROUPS):
        return "group"
    if "公司" in (own, other):
        return "short"
    return "other form"


def _is_brand(a: OrganisationName, b: OrganisationName) -> bool:
    """Only a name without a legal form is a short one: 恒安有限公司 and 恒安石业有限公司 are two, both in full."""
    return min((a, b), key=lambda parts: len(parts.stem)).organisation_type in BRANDS
