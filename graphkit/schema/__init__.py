"""The schema: what may exist, what may join what, and how it is called.

`graphkit/schema.yaml` is the built-in one. An office extends it with a file of its own (`extends: graphkit`)
that adds types, properties, pairs of ends and captions, and contradicts nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graphkit.errors import SchemaError
from graphkit.names import nearest

Language = Literal["zh", "en"]

NODE_COLUMNS = ("id", "name", "aliases", "status", "valid_from", "valid_to", "group", "count", "count_bound")
_COMMON_TYPES = {"aliases": "list", "group": "bool", "count": "quantity", "confidence": "float"}
_COMMON_TYPES |= {"valid_from": "date", "valid_to": "date"}
_COMMON_ENUMS = {"status": "status", "basis": "basis", "count_bound": "bound"}
EDGE_COLUMNS = ("id", "src", "src_type", "dst", "dst_type", "status", "valid_from", "valid_to", "confidence", "basis")


@dataclass(frozen=True, slots=True)
class Caption:
    """A name in both languages."""

    zh: str
    en: str

    def of(self, lang: Language) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its type, captions, the values of an enum, the column of a quantity's bound."""

    name: str
    type: str
    caption: Caption
    values: tuple[str, ...] = ()
    enum: str = ""
    bound: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class NodeType:
    """A type of node; `match` names the properties that make two nodes one (credit code, administrative code)."""

    name: str
    prefix: str
    caption: Caption
    properties: Mapping[str, Property]
    match: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class EdgeType:
    """A type of edge; `key` names what tells two edges between the same two nodes apart."""

    name: str
    prefix: str
    kind: Literal["state", "event"]
    caption: Caption
    pairs: frozenset[tuple[str, str]]
    properties: Mapping[str, Property]
    key: tuple[str, ...] = ()
    directed: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """Node types, edge types, levels and captions; a value that everything else reads.

    `text` is what it was built from, as JSON: a store and an export keep it, and `parse` reads it back.
    """

    name: str
    nodes: Mapping[str, NodeType]
    edges: Mapping[str, EdgeType]
    levels: Mapping[str, str]
    captions: Mapping[tuple[str, str], Caption]
    text: str = ""

    @classmethod
    def load(cls, path: Path | None = None) -> "Schema":
        """Read the built-in schema, or an office's file that extends it; raise SchemaError naming file and key."""
        from graphkit.schema.reading import built_in, extended

        return built_in() if path is None else extended(path)

    @classmethod
    def parse(cls, text: str, file: str) -> "Schema":
        """Read back the `text` of a schema that `file` keeps; raise SchemaError naming file and key."""
        from graphkit.schema.reading import of_text

        return of_text(text, file)

    def node(self, name: str) -> NodeType:
        """Return a node type, or raise SchemaError naming the nearest ones."""
        if name not in self.nodes:
            raise _unknown("node type", name, self.nodes)
        return self.nodes[name]

    def edge(self, name: str) -> EdgeType:
        """Return an edge type, or raise SchemaError naming the nearest ones."""
        if name not in self.edges:
            raise _unknown("edge type", name, self.edges)
        return self.edges[name]

    def owner(self, name: str) -> NodeType | EdgeType:
        """Return a type of nodes or of edges, or raise SchemaError naming the nearest ones."""
        return self.nodes.get(name) or self.edge(name)

    def type_of(self, element_id: str) -> str | None:
        """Tell the type of an element from the prefix of its id."""
        prefix = element_id.partition("_")[0]
        types: list[NodeType | EdgeType] = [*self.nodes.values(), *self.edges.values()]
        return next((owner.name for owner in types if owner.prefix == prefix), None)

    def caption(self, kind: str, name: str, lang: Language = "zh") -> str:
        """Return the caption of a type, property, enum value, level, tier or term; the name itself if it has none."""
        caption = self.captions.get((kind, name))
        return caption.of(lang) if caption else name

    def named(self, kind: str, caption: str) -> str | None:
        """Return the name behind a caption in either language, so that `by="乡镇"` works."""
        return next((n for (k, n), c in self.captions.items() if k == kind and caption in (n, c.zh, c.en)), None)


def quantities(owner: NodeType | EdgeType) -> dict[str, str]:
    """Map each quantity column of a type to the column of its bound."""
    own = {p.name: p.bound for p in owner.properties.values() if p.type == "quantity"}
    return {"count": "count_bound", **own} if isinstance(owner, NodeType) else own


def column(schema: Schema, owner: NodeType | EdgeType, name: str) -> Property:
    """Describe any column of a type, be it a property, the bound of one, or one that all types have."""
    if name in owner.properties:
        return owner.properties[name]
    bounds = {p.bound for p in owner.properties.values() if p.bound}
    enum = "bound" if name in bounds else _COMMON_ENUMS.get(name, "")
    values = tuple(value for kind, value in schema.captions if kind == enum) if enum else ()
    caption = schema.captions.get(("property", name), Caption(name, name))
    return Property(name, "enum" if enum else _COMMON_TYPES.get(name, "string"), caption, values, enum)


def sensitive(owner: NodeType | EdgeType) -> list[str]:
    """List the properties of a type that stay inside the office."""
    return [p.name for p in owner.properties.values() if p.sensitive]


def missing_from(wider: Schema, narrower: Schema) -> list[str]:
    """List what the narrower schema knows and the wider one does not, or knows otherwise."""
    found: list[str] = []
    types: list[NodeType | EdgeType] = [*narrower.nodes.values(), *narrower.edges.values()]
    for theirs in types:
        name = theirs.name
        own = wider.nodes.get(name) if isinstance(theirs, NodeType) else wider.edges.get(name)
        if own is None or own.prefix != theirs.prefix:
            found.append(name)
            continue
        found += [f"{name}.{p.name}" for p in theirs.properties.values() if not _holds(own.properties.get(p.name), p)]
        if isinstance(own, EdgeType) and isinstance(theirs, EdgeType) and not own.pairs >= theirs.pairs:
            found.append(f"{name}.ends")
    return found


def _holds(wider: Property | None, narrower: Property) -> bool:
    if wider is None or (wider.type, wider.bound) != (narrower.type, narrower.bound):
        return False
    return set(narrower.values) <= set(wider.values)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Name the nearest of what is known, or all of it."""
    known = sorted(known)
    return f"did you mean {', '.join((nearest(name, known) or known)[:3])}?"


def _unknown(what: str, name: str, known: Iterable[str]) -> SchemaError:
    known = list(known)
    hint = f"{did_you_mean(name, known)} Known: {', '.join(known)}."
    return SchemaError(f"{name!r} is no {what} of the schema", code="unknown-type", hint=hint, name=name)
