"""What a push does or would do, in numbers by type and in examples; plain values."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from graphkit.graph.tables import TEXT, frame
from graphkit.schema import Language

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("sent", "created", "updated", "sourced", "moved", "unchanged", "orphans", "pruned", "kept", "left", "foreign")
SENTENCES: dict[Language, dict[str, str]] = {
    "zh": {
        "plan": "将{}。",
        "done": "已{}。",
        "same": "服务器上已是如此：{unchanged:,} 项一致，无须改动。",
        "created": "新增 {:,}",
        "updated": "更改 {:,}",
        "sourced": "（其中 {:,} 只换来源）",
        "moved": "换编号 {:,}",
        "pruned": "删除 {:,}",
        "unchanged": "不变 {:,}",
        "orphans": "缺一端而不推送 {:,}",
        "kept": "因他人引用而保留 {:,}",
        "left": "库中没有而未删 {:,}",
        "comma": "，",
    },
    "en": {
        "plan": "A push will be: {}.",
        "done": "Pushed: {}.",
        "same": "The server holds the graph already: {unchanged:,} elements are equal, nothing changes.",
        "created": "{:,} added",
        "updated": "{:,} changed",
        "sourced": " ({:,} only in their sources)",
        "moved": "{:,} under another id",
        "pruned": "{:,} removed",
        "unchanged": "{:,} unchanged",
        "orphans": "{:,} not sent for lack of an end",
        "kept": "{:,} kept for others who refer to them",
        "left": "{:,} left there though the store lacks them",
        "comma": ", ",
    },
}
SHAPE = pa.schema([("type", TEXT), ("kind", TEXT)] + [(name, pa.int64()) for name in COUNTS])


@dataclass(frozen=True, slots=True)
class TypeCounts:
    """What happens to one label or relationship type.

    `sent` rows of the graph: `created`, `updated` (`sourced` of them only in where they come from), `moved` to another
    id, `unchanged`, or `orphans` (an end is missing on the server). Of what the server holds beyond: `pruned`, `kept`
    (somebody else attached a relationship), `left` (without prune), `foreign` (not by graphkit, never touched).
    """

    type: str
    kind: str
    sent: int = 0
    created: int = 0
    updated: int = 0
    sourced: int = 0
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
    """One change: `action` create, update, move, prune, keep or orphan; of a property its old and new value.

    `name`: of a node its own, of a relationship those of its ends.
    """

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
    needs_force: bool = False  # more would be removed than a push removes unless it is forced
    home: tuple[str, ...] = ()  # sensitive properties that are stated and not sent, as Type.property

    @property
    def changes(self) -> int:
        """How many elements change; 0 says that the server holds the graph already."""
        return sum(counts.changes for counts in self.types)

    @property
    def frame(self) -> "pd.DataFrame":
        """One row per type: columns `type, kind` and the counts of TypeCounts."""
        return frame(pa.Table.from_pylist([asdict(counts) for counts in self.types], schema=SHAPE))

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain values, the rows under `table`."""
        told = {"changes": self.changes, "needs_force": self.needs_force, "home": list(self.home)}
        rows = {"table": [asdict(c) for c in self.types], "examples": [asdict(e) for e in self.examples]}
        return told | rows

    def text(self, lang: Language = "zh", *, done: bool = False) -> str:
        """Say in one sentence what changes on the server, or what a push changed there."""
        say = SENTENCES[lang]
        total = {name: sum(getattr(counts, name) for counts in self.types) for name in COUNTS}
        if not self.changes:
            return say["same"].format(**total)
        parts = {name: say[name].format(total[name]) for name in COUNTS if total[name] and name in say}
        if "sourced" in parts:
            parts["updated"] += parts.pop("sourced")
        return say["done" if done else "plan"].format(say["comma"].join(parts.values()))
