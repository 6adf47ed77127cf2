"""How the rows of a label or relationship type differ from what a server holds."""

from dataclasses import dataclass, field
from typing import Any

from graphkit.cypher import text
from graphkit.graph.tables import ASSEMBLED_COLUMNS
from graphkit.stores.neo4j.changes import TypeCounts
from graphkit.stores.neo4j.parts import Part

Values = list[Any]


@dataclass(slots=True)
class Change:
    """An element that is there under `old` and is to be row `row` of its part; `values` are (old, new) by column."""

    row: int
    id: str
    old: str
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    ends: bool = False  # of a relationship: it is to hang between others

    @property
    def provenance(self) -> bool:
        """Tell whether nothing changes but where it comes from."""
        return not self.values.keys() - ASSEMBLED_COLUMNS.keys()


@dataclass(slots=True)
class Difference:
    """How the rows of a part differ from what the server holds."""

    part: Part
    adds: list[int] = field(default_factory=list)  # rows of the part
    changed: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    stale: dict[str, Values] = field(default_factory=dict)  # on the server alone: its values by id
    kept: list[str] = field(default_factory=list)  # stale, and held by others
    spared: set[str] = field(default_factory=set)  # stale, but to be left
    unchanged: int = 0
    foreign: int = 0
    prune: bool = False

    @property
    def gone(self) -> list[str]:
        """The ids that a push removes."""
        return sorted(self.stale.keys() - self.spared - set(self.kept)) if self.prune else []

    @property
    def newly_kept(self) -> list[str]:
        """The ids that are to be marked as kept for others."""
        place = self.part.columns.index(text.KEPT) if self.kept else 0
        return [own_id for own_id in self.kept if not self.stale[own_id][place]]

    @property
    def empty(self) -> bool:
        """Tell whether nothing is to be written."""
        return not (self.adds or self.changed or self.moved or self.gone or self.newly_kept)

    @property
    def counts(self) -> TypeCounts:
        """The same in numbers."""
        table, gone = self.part.table, len(self.gone)
        return TypeCounts(
            self.part.name,
            "edge" if self.part.edge else "node",
            sent=len(table),
            created=len(self.adds),
            updated=len(self.changed),
            sourced=sum(change.provenance for change in self.changed),
            moved=len(self.moved),
            unchanged=self.unchanged,
            orphans=len(self.orphans),
            pruned=gone,
            kept=len(self.kept),
            left=len(self.stale) - gone - len(self.kept),
            foreign=self.foreign,
        )
