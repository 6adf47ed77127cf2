"""What to draw and for whom."""

from dataclasses import dataclass
from typing import Literal

from graphkit.schema import Language

Layout = Literal["auto", "chain", "matrix", "tiers", "communities"]
Grouping = Literal["town", "chain", "segment"]
Tier = Literal["internal", "partner", "public"]
Engine = Literal["auto", "pyvis", "canvas"]


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What to draw and for whom; `as_of` is taken from the coverage when there is one."""

    layout: Layout = "auto"
    engine: Engine = "auto"
    lang: Language = "zh"
    tier: Tier = "internal"
    title: str | None = None
    as_of: str | None = None
    seed: int = 0
    focus: str | None = None  # a node (id, name or alias): draw only what lies within so many hops of it
    hops: int = 2
    aggregate: Grouping | None = None  # draw one mark for each town, chain or segment, with its counts
