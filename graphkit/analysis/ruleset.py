"""What rules are made of: units, selectors, reasons and their paths, thresholds; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphkit.engines.arrays import Passable
from graphkit.errors import SchemaError
from graphkit.schema import Caption, Language

Direction = Literal["in", "out"]
# A property of a unit, and the number that it has to be above; None = a flag that has to be true.
Condition = tuple[str, float | None]
# A path that is longer cannot be followed by reading the file; what needs more is code.
LONGEST_PATH, MOST_HOPS = 4, 3


@dataclass(frozen=True, slots=True)
class Selector:
    """Elements of one type that meet all conditions: a property is true (no values), or one of the values."""

    type: str
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        told = [f"{name} in ({', '.join(values)})" if values else name for name, values in self.conditions]
        return f"{self.type} where {' and '.join(told)}" if told else self.type


@dataclass(frozen=True, slots=True)
class Units:
    """One kind of unit: its caption and what is selected."""

    name: str
    caption: Caption
    select: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: over which edge, in which direction, to what; repeated `hops` times over `through`."""

    edge: Selector
    direction: Direction
    to: tuple[Selector, ...]
    through: tuple[str, ...] = ()
    hops: tuple[int, int] = (1, 1)
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a unit may be covered: a path to a women's organisation, or what sheets report (`reported`)."""

    name: str
    caption: Caption
    mode: str
    path: tuple[Step, ...] = ()
    reported: str = ""


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """Which units are to be organised first: all conditions (property, threshold or None for a flag) hold."""

    of: Literal["all", "leading"]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """When a unit may have an organisation by itself, and what founding it costs, in tasks."""

    cost: float
    needs: Condition


@dataclass(frozen=True, slots=True)
class Joint:
    """How gaps may be organised together: of one base, of one owner, or of one town and segment; at most `capacity`."""

    cost: float
    capacity: int
    base: Step
    owner: Step


@dataclass(frozen=True, slots=True)
class Hosted:
    """What may host an organisation of those who belong to it."""

    cost: float
    by: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Planning:
    """What a plan may propose: the preconditions and the cost of each mode (DEFINITIONS 9)."""

    own: Alone
    party_led: Alone
    joint: Joint
    hosted: Hosted


@dataclass(frozen=True, slots=True)
class Sign:
    """What tells that an organisation passes a stage: a property of it, or an edge to something.

    `above` is for a quantity; `within_days` for a date, or for the date of an edge: so many days before the date at
    most. Without either a property is a flag, and an edge only has to be there.
    """

    property: str = ""
    above: float | None = None
    within_days: int | None = None
    edge: Selector | None = None
    direction: Direction = "out"
    to: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of effective coverage; an organisation passes it if one of the signs is there."""

    name: str
    caption: Caption
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """How a claim is checked: count these nodes, among all or among the neighbours of its subject over an edge."""

    measure: str
    count: tuple[Selector, ...]
    edge: Selector | None = None
    direction: Direction = "out"


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """What an edge between a unit and a resource is taken for: the first of announced, standing, realised that fits.

    `agreement` is announced, and is so for every unit that reaches the broker who has it. `standing` is the state of
    an account: realised, but no event that could be repeated. `behind` joins a resource to a product that stands for
    it, other than `beside`; `guides` leads to the broker of who applied.
    """

    agreement: tuple[Selector, ...]
    announced: tuple[Selector, ...]
    standing: tuple[Selector, ...]
    realised: tuple[Selector, ...]
    behind: tuple[Selector, ...]
    beside: tuple[Selector, ...]
    guides: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a figure depends on besides the graph and the date; a value that is printed with every figure."""

    name: str
    caption: Caption
    units: Mapping[str, Units]
    covering: tuple[str, ...]
    min_confidence: float
    reasons: tuple[Reason, ...]
    key_candidate: KeyCandidate
    nested: tuple[str, ...]
    size_bands: tuple[int, ...]
    resources: tuple[str, ...]
    linkage: Passable
    max_hops: int
    claims: Mapping[str, Counting]
    plan: Planning
    cascade: tuple[Stage, ...]
    ledger: LedgerRules

    def basis(self, as_of: str | None, lang: Language) -> str:
        """Say on what a figure rests: its date, and these rules."""
        if lang == "zh":
            return f"{'最新已知' if as_of is None else f'截至 {as_of}'}；规则 {self.name}"
        return f"{'latest known' if as_of is None else f'as of {as_of}'}; rules {self.name}"

    def kind(self, name: str) -> Units:
        """Return a kind of unit by its name or caption, or raise SchemaError naming the known ones."""
        for units in self.units.values():
            if name in (units.name, units.caption.zh, units.caption.en):
                return units
        hint = f"Known: {', '.join(self.units)}."
        raise SchemaError(f"the rules {self.name} know no units {name!r}", code="unknown-units", hint=hint, name=name)
