"""The lexicon in the shape that the rules ask it in: sets, endings by length, a table of regions by first character."""

import re
from dataclasses import dataclass
from functools import lru_cache

from graphkit.documents.lexicon import Lexicon, RegionRow

# Endings of these files name something of this type.
_PROGRAMMES = (
    "campaign",
    "action_plan",
    "plan",
    "project",
    "brand",
    "contest",
    "conference",
    "training",
    "talent_plan",
    "event",
)
_POLICIES = ("strong",)


@dataclass(frozen=True, slots=True)
class Ending:
    """An ending of a name: the type it speaks for and its kind."""

    type: str
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules ask of a lexicon; made once for each."""

    lexicon: Lexicon
    endings: dict[str, Ending]
    longest: int
    strong: re.Pattern[str]
    glued: re.Pattern[str]
    inside: frozenset[str]
    links: frozenset[str]
    leading: frozenset[str]
    triggers: frozenset[str]
    plain: frozenset[str]
    classes: frozenset[str]
    prefixes: tuple[str, ...]
    figures: frozenset[str]
    regions: dict[str, list[tuple[str, RegionRow]]]
    region_names: dict[str, RegionRow]
    codes: dict[str, RegionRow]
    stop_short: frozenset[str]
    macro: frozenset[str]
    small: dict[str, str]
    small_generic: frozenset[str]
    agency: re.Pattern[str]
    agency_roots: frozenset[str]
    national: frozenset[str]
    award_heads: frozenset[str]
    stop_full: frozenset[str]
    rules: dict[str, frozenset[str]]
    counted: tuple[tuple[str, tuple[str, ...]], ...]
    venue_kinds: tuple[tuple[str, tuple[str, ...]], ...]
    class_federation: re.Pattern[str]


@lru_cache(maxsize=8)
def _made(key: int, holder: "_Holder") -> Words:
    return _make(holder.lexicon)


class _Holder:
    """Carry a lexicon through a cache by its identity (its tables are mappings, which have no hash)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and other.lexicon is self.lexicon

    def __hash__(self) -> int:
        return id(self.lexicon)


def words_of(lexicon: Lexicon) -> Words:
    """Return the words of a lexicon, made when first asked for."""
    return _made(id(lexicon), _Holder(lexicon))


def _make(lexicon: Lexicon) -> Words:
    endings = _endings(lexicon)
    regions: dict[str, list[tuple[str, RegionRow]]] = {}
    names: dict[str, RegionRow] = {}
    for row in lexicon.regions:
        for name in _forms(row):
            regions.setdefault(name[:2], []).append((name, row))
            names.setdefault(name, row)
    for entries in regions.values():
        entries.sort(key=lambda entry: (-len(entry[0]), entry[1].code))
    links = lexicon.words("words", "links")
    strong = alternation(_strong_endings(lexicon))
    return Words(
        lexicon=lexicon,
        endings=endings,
        longest=max(map(len, endings)),
        strong=re.compile(strong),
        glued=re.compile(f"(?P<name>.{{1,20}}?(?:{strong}))(?:{alternation(links)})?(?P<rest>.*)", re.DOTALL),
        inside=frozenset(lexicon.words("words", "inside")),
        links=frozenset(links),
        leading=frozenset(lexicon.words("words", "leading")),
        triggers=frozenset(lexicon.words("words", "triggers")),
        plain=frozenset(lexicon.words("words", "plain")),
        classes=_generic(lexicon),
        prefixes=tuple(sorted(lexicon.words("generic", "prefixes"), key=len, reverse=True)),
        figures=frozenset(lexicon.words("generic", "figures")),
        regions=regions,
        region_names=names,
        codes={row.code: row for row in lexicon.regions},
        stop_short=frozenset(lexicon.words("places", "stop_short")),
        macro=frozenset(lexicon.words("places", "macro_regions")),
        small=lexicon.kinds("places", "endings"),
        small_generic=frozenset(lexicon.words("places", "generic")),
        agency=_agencies(lexicon),
        agency_roots=frozenset(lexicon.words("agencies", "roots")),
        national=frozenset(lexicon.words("agencies", "national")),
        award_heads=frozenset(lexicon.words("awards", "heads")),
        stop_full=frozenset(lexicon.words("places", "stop_full")),
        rules={key: frozenset(lexicon.words("rules", key)) for key in lexicon.keys("rules")},
        counted=tuple(lexicon.tables["rules"]["counted"].items()),
        venue_kinds=tuple(lexicon.tables["rules"]["venue_kinds"].items()),
        class_federation=re.compile(f"(?:{alternation(lexicon.words('rules', 'federation_classes'))})+"),
    )


def _forms(row: RegionRow) -> list[str]:
    """Return how a region is written: in full, short, and 马边县, 湘西州 for the long names of self-governing ones."""
    found = [row.name, row.short]
    if "自治" in row.name and row.short != row.name and row.name[-1] in "县州旗":
        found.append(row.short + row.name[-1])
    return list(dict.fromkeys(found))


def _endings(lexicon: Lexicon) -> dict[str, Ending]:
    found: dict[str, Ending] = {}
    for key in lexicon.keys("organisations"):
        for word, kind in lexicon.kinds("organisations", key).items():
            found.setdefault(word, Ending(key, kind))
    for kind in _PROGRAMMES:
        for word in lexicon.words("programmes", kind):
            found.setdefault(word, Ending("Programme", kind))
    for word in lexicon.words("policies", "strong"):
        found.setdefault(word, Ending("Policy", "strategy" if word.endswith("战略") else "system"))
    for kind in ("loan", "fund", "product"):
        for word in lexicon.words("finance", kind):
            found.setdefault(word, Ending("FinancialProduct", kind))
    return found


def _strong_endings(lexicon: Lexicon) -> list[str]:
    """Return the endings of bodies that end a name wherever they stand, even amid what the tagger calls one word."""
    kept = [word for word in lexicon.words("organisations", "Federation") if len(word) > 2 or word == "妇联"]
    kept += [
        "妇女微家",
        "有限公司",
        "有限责任公司",
        "协会",
        "联盟",
        "商会",
        "促进会",
        "联合会",
        "联谊会",
        "研究会",
        "总工会",
        "合作社",
        "妇女之家",
    ]
    return kept


def _generic(lexicon: Lexicon) -> frozenset[str]:
    found = set(lexicon.words("generic", "classes"))
    for file in ("programmes", "policies", "finance", "awards", "industries"):
        found.update(lexicon.words(file, "generic"))
    return frozenset(found)


def _agencies(lexicon: Lexicon) -> re.Pattern[str]:
    stems = alternation(lexicon.words("agencies", "stems"))
    heads = alternation(lexicon.words("agencies", "heads"))
    roots = alternation(lexicon.words("agencies", "roots"))
    groups = alternation(lexicon.words("agencies", "groups"))
    whole = alternation(lexicon.words("agencies", "national"))
    # A ministry of the state is a department with 部 and no place; a committee of a party stands before its offices.
    party = "[省市县区州旗镇]?委|党工委|工委"
    return re.compile(f"(?:{whole})|(?:(?:{party})?(?:{stems}){{1,3}}(?:{heads})|(?:{roots})(?:办公室)?)(?:{groups})?")


def alternation(found: list[str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(found), key=lambda word: (-len(word), word)))
