"""What a push does or would do, in numbers by type and in examples; plain values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.graph.tables import TEXT, frame

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("sent", "created", "updated", "moved", "unchanged", "orphans", "pruned", "kept", "left", "foreign")
SHAPE = pa.schema([("type", TEXT), ("kind", TEXT)] + [(name, pa.int64()) for name in COUNTS])


@dataclass(frozen=True, slots=True)
class TypeCounts:
    """What happens to one label or relationship type.

    `sent` rows of the graph: `created`, `updated`, `moved` to another id, `unchanged`, or `orphans` (an end is missing
    on the server). Of what the server holds beyond: `pruned`, `kept` (somebody else attached a relationship), `left`
    (without prune), `foreign` (not written by graphkit, never touched).
    """

    type: str
    kind: str
    sent: int = 0
    created: int = 0
    updated: int = 0
    moved: int = 0
    unchanged: int = 0
    orphans: int = 0
    pruned: int = 0
    kept: int = 0
    left: int = 0
    foreign: int = 0

    @property
    def changes(self) -> int:
        """How many elements change on the server."""
        return self.created + self.updated + self.moved + self.pruned


@dataclass(frozen=True, slots=True)
class Example:
    """One change: `action` create, update, move, prune, keep or orphan; of a property its old and new value."""

    type: str
    action: str
    id: str
    name: str | None = None
    property: str | None = None
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a push would do, by type, with examples; nothing was written."""

    types: tuple[TypeCounts, ...]
    examples: tuple[Example, ...]

    @property
    def changes(self) -> int:
        """How many elements change; 0 says that the server holds the graph already."""
        return sum(counts.changes for counts in self.types)

    @property
    def frame(self) -> "pd.DataFrame":
        """One row per type: columns `type, kind` and the counts of TypeCounts."""
        rows = [{name: getattr(counts, name) for name in SHAPE.names} for counts in self.types]
        return frame(pa.Table.from_pylist(rows, schema=SHAPE))

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values, the rows under `table`."""
        names = ("type", "action", "id", "name", "property", "old", "new")
        examples = [{name: getattr(example, name) for name in names} for example in self.examples]
        table = [{name: getattr(counts, name) for name in SHAPE.names} for counts in self.types]
        return {"changes": self.changes, "table": table, "examples": examples}
