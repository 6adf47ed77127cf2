"""The schema: what may exist, what may join what, and how it is called.

`schema.yaml` beside this file is the built-in one. An office extends it with a file of its own
(`extends: graphkit`) that adds types, properties, pairs of ends and captions, and contradicts nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml

from graphkit.errors import SchemaError
from graphkit.names import nearest

Language = Literal["zh", "en"]

# Quoting is not enough: Neo4j decodes \u0060 to a backtick inside backticks, so hostile identifiers are refused.
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
# kglite answers these three from the node itself when a property is missing; Neo4j does not.
RESERVED = frozenset({"title", "type", "label"})
PROPERTY_TYPES = frozenset({"string", "int", "float", "bool", "date", "quantity", "list", "ref", "enum", "level"})
NODE_COLUMNS = ("id", "name", "aliases", "status", "valid_from", "valid_to", "group", "count", "count_bound")
EDGE_COLUMNS = ("id", "src", "src_type", "dst", "dst_type", "status", "valid_from", "valid_to", "confidence", "basis")
SECTIONS = frozenset(
    {"name", "version", "extends", "levels", "tiers", "enums", "common", "families", "nodes", "edges", "terms"}
)


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
    """Node types, edge types, levels and captions; a value that everything else reads."""

    name: str
    nodes: Mapping[str, NodeType]
    edges: Mapping[str, EdgeType]
    levels: Mapping[str, str]
    captions: Mapping[tuple[str, str], Caption]

    @classmethod
    def load(cls, path: Path | None = None) -> "Schema":
        """Read the built-in schema, or an office's file that extends it; raise SchemaError naming file and key."""
        return _built_in() if path is None else _extended(path)

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

    def type_of(self, element_id: str) -> str | None:
        """Tell the type of an element from the prefix of its id."""
        prefix = element_id.partition("_")[0]
        return next((t.name for t in (*self.nodes.values(), *self.edges.values()) if t.prefix == prefix), None)

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


def sensitive(owner: NodeType | EdgeType) -> list[str]:
    """List the properties of a type that stay inside the office."""
    return [p.name for p in owner.properties.values() if p.sensitive]


@cache
def _built_in() -> Schema:
    source = files("graphkit") / "schema.yaml"
    return _build(_parse(source.read_text(encoding="utf-8"), "graphkit/schema.yaml"), "graphkit/schema.yaml")


def _extended(path: Path) -> Schema:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the schema file {path} cannot be read ({error.strerror})"
        raise SchemaError(message, code="schema-missing", hint="Check the path.", file=str(path)) from error
    own = _parse(text, str(path))
    if own.get("extends") != "graphkit":
        raise _wrong(str(path), "extends", "has to say `extends: graphkit`")
    base = _parse((files("graphkit") / "schema.yaml").read_text(encoding="utf-8"), "graphkit/schema.yaml")
    return _build(_merged(base, own, str(path)), str(path))


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _wrong(file, "(file)", f"is no YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(data, dict):
        raise _wrong(file, "(file)", "has to be a mapping")
    for key in data:
        if key not in SECTIONS:
            raise _wrong(file, str(key), f"is no section; {_did_you_mean(str(key), SECTIONS)}")
    return data


def _merged(base: dict[str, Any], own: dict[str, Any], file: str, path: str = "") -> dict[str, Any]:
    """Add an office's keys to the base; a scalar that differs is a contradiction, lists of ends grow."""
    merged = dict(base)
    for key, value in own.items():
        place = f"{path}.{key}" if path else str(key)
        if not path and key in ("name", "version", "extends"):
            merged[key] = value
        elif key not in base:
            merged[key] = value
        elif isinstance(base[key], dict) and isinstance(value, dict):
            merged[key] = _merged(base[key], value, file, place)
        elif key == "ends" and isinstance(value, list):
            merged[key] = [*base[key], *value]
        elif base[key] != value:
            raise _wrong(file, place, f"says {value!r}, but graphkit's schema says {base[key]!r}; it may only add")
    return merged


def _build(data: dict[str, Any], file: str) -> Schema:
    captions = dict(_plain_captions(data, file))
    nodes = {name: _node(name, body, data, file) for name, body in _section(data, "nodes", file).items()}
    edges = {name: _edge(name, body, data, file) for name, body in _section(data, "edges", file).items()}
    _check_unique_prefixes([*nodes.values(), *edges.values()], file)
    for kind, types in (("node", nodes), ("edge", edges)):
        for owner in types.values():
            captions[kind, owner.name] = owner.caption
            captions |= {("property", p.name): p.caption for p in owner.properties.values()}
            captions |= {(owner.name, p.name): p.caption for p in owner.properties.values()}
    levels = {name: str(body["tier"]) for name, body in _section(data, "levels", file).items()}
    return Schema(str(data.get("name", "graphkit")), nodes, edges, levels, captions)


def _plain_captions(data: dict[str, Any], file: str) -> Iterable[tuple[tuple[str, str], Caption]]:
    for section, kind in (("levels", "level"), ("tiers", "tier"), ("common", "property"), ("terms", "term")):
        for name, body in _section(data, section, file).items():
            yield (kind, name), _caption(body, file, f"{section}.{name}")
    for enum, values in _section(data, "enums", file).items():
        for name, body in values.items():
            yield (enum, str(name)), _caption(body, file, f"enums.{enum}.{name}")


def _section(data: dict[str, Any], name: str, file: str) -> dict[str, Any]:
    body = data.get(name, {})
    if not isinstance(body, dict):
        raise _wrong(file, name, "has to be a mapping")
    return body


def _node(name: str, body: Any, data: dict[str, Any], file: str) -> NodeType:
    place = f"nodes.{name}"
    _check_keys(body, {"prefix", "caption", "properties", "match", "personal"}, file, place)
    _check_identifier(name, file, place)
    properties = _properties(body, data, file, place, taken=(*NODE_COLUMNS, "raw_ids", "sources"))
    match = tuple(body.get("match", ()))
    for key in match:
        if key not in properties:
            raise _wrong(file, f"{place}.match", f"names {key!r}, which is no property of {name}")
    caption = _caption(body.get("caption"), file, f"{place}.caption")
    return NodeType(name, _prefix(body, file, place), caption, properties, match, bool(body.get("personal", False)))


def _edge(name: str, body: Any, data: dict[str, Any], file: str) -> EdgeType:
    place = f"edges.{name}"
    _check_keys(body, {"prefix", "kind", "caption", "ends", "properties", "key", "directed"}, file, place)
    _check_identifier(name, file, place)
    if body.get("kind") not in ("state", "event"):
        raise _wrong(file, f"{place}.kind", "has to be state or event")
    properties = _properties(body, data, file, place, taken=(*EDGE_COLUMNS, "raw_ids", "sources"))
    key = tuple(body.get("key", ()))
    for column in key:
        if column not in properties and column not in EDGE_COLUMNS:
            raise _wrong(file, f"{place}.key", f"names {column!r}, which is no property of {name}")
    caption = _caption(body.get("caption"), file, f"{place}.caption")
    edge = EdgeType(name, _prefix(body, file, place), body["kind"], caption, _pairs(body, data, file, place), properties)
    return replace(edge, key=key, directed=bool(body.get("directed", True)))


def _pairs(body: dict[str, Any], data: dict[str, Any], file: str, place: str) -> frozenset[tuple[str, str]]:
    families, types = _section(data, "families", file), _section(data, "nodes", file)
    pairs: set[tuple[str, str]] = set()
    for entry in body.get("ends", ()):
        if not (isinstance(entry, list) and len(entry) == 2):
            raise _wrong(file, f"{place}.ends", "has to hold pairs: [[sources], [targets]]")
        sources, targets = ([t for name in side for t in families.get(name, [name])] for side in entry)
        for end in (*sources, *targets):
            if end not in types:
                raise _wrong(file, f"{place}.ends", f"names {end!r}, which is no node type; {_did_you_mean(end, types)}")
        pairs |= {(source, target) for source in sources for target in targets}
    return frozenset(pairs)


def _properties(
    body: dict[str, Any], data: dict[str, Any], file: str, place: str, *, taken: tuple[str, ...]
) -> dict[str, Property]:
    properties: dict[str, Property] = {}
    for name, details in (body.get("properties") or {}).items():
        where = f"{place}.properties.{name}"
        _check_identifier(name, file, where)
        if name in RESERVED or name in taken:
            raise _wrong(file, where, "is a reserved name; choose another")
        properties[name] = _property(name, details, data, file, where)
    return properties


def _property(name: str, details: Any, data: dict[str, Any], file: str, place: str) -> Property:
    _check_keys(details, {"type", "zh", "en", "values", "bound", "sensitive"}, file, place)
    kind = details.get("type")
    if kind not in PROPERTY_TYPES:
        raise _wrong(file, f"{place}.type", f"is {kind!r}; known types are {', '.join(sorted(PROPERTY_TYPES))}")
    enum = "level" if kind == "level" else str(details.get("values", ""))
    if kind == "enum" and enum not in _section(data, "enums", file):
        raise _wrong(file, f"{place}.values", f"names {enum!r}, which is no enum")
    values: Iterable[str] = ()
    if enum:
        values = _section(data, "levels", file) if kind == "level" else _section(data, "enums", file)[enum]
    bound = str(details.get("bound", f"{name}_bound")) if kind == "quantity" else ""
    caption, private = _caption(details, file, place), bool(details.get("sensitive", False))
    return Property(name, str(kind), caption, tuple(map(str, values)), enum, bound, private)


def _caption(body: Any, file: str, place: str) -> Caption:
    if not (isinstance(body, dict) and isinstance(body.get("zh"), str) and isinstance(body.get("en"), str)):
        raise _wrong(file, place, "needs a caption in both languages (zh and en)")
    return Caption(body["zh"], body["en"])


def _prefix(body: dict[str, Any], file: str, place: str) -> str:
    prefix = body.get("prefix")
    if not (isinstance(prefix, str) and re.fullmatch("[a-z]{3,8}", prefix)):
        raise _wrong(file, f"{place}.prefix", "has to be 3 to 8 small letters")
    return prefix


def _check_unique_prefixes(types: Iterable[NodeType | EdgeType], file: str) -> None:
    seen: dict[str, str] = {}
    for owner in types:
        if owner.prefix in seen:
            raise _wrong(file, f"{owner.name}.prefix", f"{owner.prefix!r} already belongs to {seen[owner.prefix]}")
        seen[owner.prefix] = owner.name


def _check_identifier(name: Any, file: str, place: str) -> None:
    if not (isinstance(name, str) and IDENTIFIER.fullmatch(name)):
        raise _wrong(file, place, "is no identifier: a letter, then up to 62 letters, digits or underscores")


def _check_keys(body: Any, known: set[str], file: str, place: str) -> None:
    if not isinstance(body, dict):
        raise _wrong(file, place, "has to be a mapping")
    for key in body:
        if key not in known:
            raise _wrong(file, f"{place}.{key}", f"is not known here; {_did_you_mean(str(key), known)}")


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = nearest(name, list(known)) or sorted(known)
    return f"did you mean {', '.join(close[:3])}?"


def _unknown(what: str, name: str, known: Iterable[str]) -> SchemaError:
    known = list(known)
    hint = f"{_did_you_mean(name, known)} Known: {', '.join(known)}."
    return SchemaError(f"{name!r} is no {what} of the schema", code="unknown-type", hint=hint, name=name)


def _wrong(file: str, key: str, what: str) -> SchemaError:
    hint = "Correct this key of the schema file."
    return SchemaError(f"{file}: {key} {what}", code="schema-wrong", hint=hint, file=file, key=key)
