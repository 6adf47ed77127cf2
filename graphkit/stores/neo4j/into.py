"""Pull a server's record into a store: source by source, and never at the cost of what only the store knows."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from graphkit.errors import StoreError
from graphkit.graph.tables import Graph
from graphkit.schema import Language, sensitive
from graphkit.stores.base import Store
from graphkit.stores.neo4j.connect import Connection, Settings
from graphkit.stores.neo4j.held import Progress
from graphkit.stores.neo4j.pull import PullReport, pull

if TYPE_CHECKING:
    import pandas as pd

SENTENCES: dict[Language, dict[str, str]] = {
    "zh": {
        "text": "已取回：节点 {nodes:,}，关系 {edges:,}；来源新增 {new}，更换 {replaced}；库的版次 {revision}。",
        "same": "库中已是如此：节点 {nodes:,}，关系 {edges:,}，来源 {replaced} 个均无变化；库的版次 {revision}。",
        "beyond": "库中另有 {} 个来源服务器上没有，未动：{}。",
        "comma": "、",
    },
    "en": {
        "text": "Pulled {nodes:,} nodes, {edges:,} edges; {new} sources are new, {replaced} replaced; "
        "the store is at revision {revision}.",
        "same": "The store holds it already: {nodes:,} nodes, {edges:,} edges, {replaced} sources, none changed; "
        "revision {revision}.",
        "beyond": "{} sources of the store are not on the server and stay: {}.",
        "comma": ", ",
    },
}


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did to a store: its revision, which sources are new or replaced, and which only the store holds."""

    report: PullReport
    revision: int
    changed: bool
    new: tuple[str, ...]
    replaced: tuple[str, ...]
    beyond: tuple[str, ...]

    @property
    def frame(self) -> "pd.DataFrame":
        """Counts by type: columns `type, elements, foreign`."""
        return self.report.frame

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, the rows under `table`; `server_revision` counts the pushes of the server."""
        told = self.report.as_dict()
        own = {"revision": self.revision, "changed": self.changed, "server_revision": told.pop("revision")}
        sources = {"new": list(self.new), "replaced": list(self.replaced), "beyond": list(self.beyond)}
        return own | {"sources": sources} | told

    def text(self, lang: Language = "zh") -> str:
        """Say it in a sentence or two."""
        say = SENTENCES[lang]
        counts = {"new": len(self.new), "replaced": len(self.replaced), "revision": self.revision}
        counts |= {"nodes": self.report.nodes, "edges": self.report.edges}
        told = say["text" if self.changed else "same"].format(**counts)
        return told + (say["beyond"].format(len(self.beyond), say["comma"].join(self.beyond)) if self.beyond else "")


def pull_into(
    store: Store,
    target: Settings | Connection,
    *,
    keep_unknown: bool = False,
    force: bool = False,
    on_progress: Progress | None = None,
) -> Pulled:
    """Write what a server holds into a store, as a load does: each of its sources replaces what the store had of it.

    Sources that only the store holds stay. Sensitive properties stay at home when a graph is pushed, so that coming
    back they would empty those of the store: refused, unless `force`. `keep_unknown`: as in `pull`.
    Raises what `pull` and `Store.write` raise, and StoreError for a server without raw rows; then nothing is written.
    """
    graph, report = pull(target, keep_unknown=keep_unknown, on_progress=on_progress)
    if graph.raw is None:
        message = "the server holds a graph without its raw rows, of which a store cannot be made"
        raise StoreError(message, code="no-raw-rows", hint="Push it again from its store, with its record.")
    before = store.revision
    mine = store.raw() if before else Graph(graph.schema, is_raw=True)
    if not force:
        _check_sensitive(mine, graph.raw)
    held = _titles(mine)
    revision = store.write(graph)
    own = _titles(graph)
    return Pulled(
        report,
        revision,
        revision != before,
        tuple(own[i] for i in own if i not in held),
        tuple(own[i] for i in own if i in held),
        tuple(held[i] for i in held if i not in own),
    )


def _titles(graph: Graph) -> dict[str, str]:
    """Call each source by its dataset and edition."""
    rows = graph.sources.select(["id", "dataset", "edition"]).to_pylist()
    told = {row["id"]: f"{row['dataset']} {row['edition'] or ''}".strip() for row in rows}
    return dict(sorted(told.items(), key=lambda pair: pair[1]))


def _check_sensitive(held: Graph, pulled: Graph) -> None:
    """Raise StoreError if sensitive values that a store holds of the sources would be gone."""
    ids = pulled.sources["id"].combine_chunks()
    stated, coming = _sensitive(held, ids), _sensitive(pulled, ids)
    lost = {name: count - coming[name] for name, count in stated.items() if count > coming[name]}
    if lost:
        listed = ", ".join(f"{name} ({count:,})" for name, count in sorted(lost.items()))
        message = f"sensitive values of the store were never pushed, and a pull would empty them: {listed}"
        hint = "Pull into a new file, or push them by name (--sensitive) first; --force (force=True) empties them."
        raise StoreError(message, code="pull-would-empty", hint=hint, lost=lost)


def _sensitive(raw: Graph, sources: Any) -> Counter[str]:
    """Count the stated sensitive values among the rows of sources, by property."""
    found: Counter[str] = Counter()
    tables = {**raw.node_tables, **raw.edge_tables}
    for name, table in tables.items():
        of_sources = pc.is_in(table["source_id"], sources)
        for prop in sensitive(raw.schema.owner(name)):
            stated = table[prop].filter(of_sources)
            found[f"{name}.{prop}"] += len(stated) - stated.null_count
    return found
