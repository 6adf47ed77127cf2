"""What to draw and for whom."""

from dataclasses import dataclass
from typing import Literal

from graphkit.schema import Language

Layout = Literal["auto", "chain", "communities"]
Tier = Literal["internal", "partner", "public"]


@dataclass(frozen=True, slots=True)
class MapOptions:
    """What to draw and for whom; `as_of` is taken from the coverage when there is one."""

    layout: Layout = "auto"
    lang: Language = "zh"
    tier: Tier = "internal"
    title: str | None = None
    as_of: str | None = None
    seed: int = 0
