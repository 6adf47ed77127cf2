"""The columns of a scene: frozen values of tuples, each row a node, an edge, a reason, a link."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Nodes:
    """One tuple per column, one place per node; town, chains and segments are numbers of nodes.

    Rank and tier are those of a level, `linked` is yes or no for units that a linkage was asked about, `year` is
    that of a plan's organisation, else 0, `change` how a unit moved since an earlier record.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    label: tuple[str, ...]
    type: tuple[str, ...]
    shape: tuple[str, ...]
    planned: tuple[bool, ...]
    group: tuple[bool, ...]
    unit: tuple[bool, ...]
    status: tuple[str, ...]
    mode: tuple[str, ...]
    form: tuple[str, ...]
    key: tuple[str, ...]
    preparing: tuple[bool, ...]
    rule: tuple[str, ...]
    women: tuple[int | None, ...]
    women_text: tuple[str, ...]
    town: tuple[int, ...]
    chains: tuple[tuple[int, ...], ...]
    segments: tuple[tuple[int, ...], ...]
    rank: tuple[int, ...]
    tier: tuple[str, ...]
    linked: tuple[str, ...]
    year: tuple[int, ...]
    change: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Edges:
    """The facts that join two nodes: ends as node numbers."""

    id: tuple[str, ...]
    a: tuple[int, ...]
    b: tuple[int, ...]
    type: tuple[str, ...]
    mode: tuple[str, ...]
    planned: tuple[bool, ...]
    year: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Ties:
    """Why a unit counts as covered: unit, organisation, mode, rule, and the edges (as numbers) that say so."""

    unit: tuple[int, ...] = ()
    organisation: tuple[int, ...] = ()
    mode: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    certain: tuple[bool, ...] = ()
    edges: tuple[tuple[int, ...], ...] = ()
    via: tuple[tuple[int, ...], ...] = ()
    year: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True, slots=True)
class Links:
    """The nearest resource of each kind for a unit: how far, through whom."""

    unit: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    resource: tuple[int, ...] = ()
    hops: tuple[int, ...] = ()
    brokers: tuple[tuple[int, ...], ...] = ()
    kinds: tuple[str, ...] = ()
    max_hops: int = 0


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What the rules call themselves, their units and their reasons, and what makes a key candidate."""

    name: str = ""
    units: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """The counts of the title: the interval is [covered / units, (covered + unknown) / units].

    -1 stands for a count that may not be told to the public.
    """

    units: int = 0
    covered: int = 0
    gap: int = 0
    unknown: int = 0
    key_gaps: int = 0
    women: int = 0
    women_covered: int = 0
    women_unknown: int = 0  # units whose head count is not known: counted apart, never as 0
