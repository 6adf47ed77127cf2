"""A schema file becomes a Schema, or a SchemaError that names the file and the key at fault."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Fast  # in a tenth of the time
except ImportError:
    from yaml import SafeLoader as Fast  # type: ignore[assignment]

from graphkit.errors import SchemaError
from graphkit.schema import EDGE_COLUMNS, NODE_COLUMNS, Caption, EdgeType, NodeType, Property, Schema, did_you_mean

# Quoting is not enough: Neo4j decodes \u0060 to a backtick inside backticks, so hostile identifiers are refused.
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
# kglite answers the first three from the node itself when a property is missing; Neo4j does not. The others are what
# graphkit notes on the elements that it writes to a server.
RESERVED = frozenset({"title", "type", "label", "gk_load", "gk_kept"})
# What every store and every query calls its own; stores do not tell small from capital letters.
RESERVED_TYPES = frozenset(
    {"source", "sources", "evidence", "statistic", "statistics", "decision", "decisions", "meta", "revisions"}
    | {"from", "about", "rawrows", "graphkitstore", "graphkitpush"}
)
PROVENANCE = ("raw_ids", "sources", "source_id", "place", "key", "quote")
PROPERTY_TYPES = frozenset({"string", "int", "float", "bool", "date", "quantity", "list", "ref", "enum", "level"})
SECTIONS = frozenset(
    {"name", "version", "extends", "levels", "tiers", "enums", "common", "families", "nodes", "edges", "terms"}
)
BUILT_IN = "graphkit/schema.yaml"


@cache
def built_in() -> Schema:
    """Read the schema that comes with graphkit."""
    return _build(_built_in_data(), BUILT_IN)


def extended(path: Path) -> Schema:
    """Read an office's file on top of the built-in schema."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the schema file {path} cannot be read ({error.strerror})"
        raise SchemaError(message, code="schema-missing", hint="Check the path.", file=str(path), key=None) from error
    except UnicodeDecodeError as error:
        raise _wrong(str(path), "(file)", f"is not UTF-8 (byte {error.start})") from error
    own = _parse(text, str(path))
    if own.get("extends") != "graphkit":
        raise _wrong(str(path), "extends", "has to say `extends: graphkit`")
    return _build(_merged(_built_in_data(), own, str(path)), str(path))


@lru_cache(maxsize=8)
def of_text(text: str, file: str) -> Schema:
    """Read the JSON that a schema was kept as."""
    if text == built_in().text:
        return built_in()
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _wrong(file, "(schema)", "is no JSON") from error
    if not isinstance(data, dict):
        raise _wrong(file, "(schema)", "has to be a mapping")
    return _build(data, file)


class _Loader(Fast):
    """YAML in which a key said twice is an error, not a silent choice of the later one."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool) or key in found:
            problem = f"the key {key!r} stands twice" if isinstance(key, str) else f"{key!r} is no key"
            raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _as_text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# A date stays as written: an impossible one is told of with its place, where YAML's own reading would crash.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


def parse_yaml(text: str) -> Any:
    """Read YAML whose keys are plain and different; raise yaml.YAMLError."""
    return yaml.load(text, _Loader)


def yaml_problem(error: yaml.YAMLError) -> str:
    """Say in one line what a YAML parser stumbled over, and where."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return f"{problem or 'it cannot be read'}{f' (line {mark.line + 1}, column {mark.column + 1})' if mark else ''}"


@cache
def _built_in_text() -> str:
    return (files("graphkit") / "schema.yaml").read_text(encoding="utf-8")


def _built_in_data() -> dict[str, Any]:
    return _parse(_built_in_text(), BUILT_IN)


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        data = parse_yaml(text)
    except yaml.YAMLError as error:
        raise _wrong(file, "(file)", f"is no YAML: {yaml_problem(error)}") from error
    if not isinstance(data, dict):
        raise _wrong(file, "(file)", "has to be a mapping")
    for key in data:
        if key not in SECTIONS:
            raise _wrong(file, str(key), f"is no section; {did_you_mean(str(key), SECTIONS)}")
    return data


def _merged(base: dict[str, Any], own: dict[str, Any], file: str, path: str = "") -> dict[str, Any]:
    """Add an office's keys to the base; a value that differs is a contradiction, lists of ends grow."""
    merged = dict(base)
    for key, value in own.items():
        place = f"{path}.{key}" if path else str(key)
        if key not in base or (not path and key in ("name", "version", "extends")):
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
    _check_unique([*nodes.values(), *edges.values()], file)
    for kind, types in (("node", nodes), ("edge", edges)):
        for owner in types.values():
            captions[kind, owner.name] = owner.caption
            captions |= {("property", p.name): p.caption for p in owner.properties.values()}
            captions |= {(owner.name, p.name): p.caption for p in owner.properties.values()}
    tiers = _section(data, "tiers", file)
    levels: dict[str, str] = {}
    for name, body in _section(data, "levels", file).items():
        if body.get("tier") not in tiers:
            raise _wrong(file, f"levels.{name}.tier", f"is {body.get('tier')!r}; {did_you_mean(name, tiers)}")
        levels[name] = str(body["tier"])
    name = str(data.get("name", "graphkit"))
    return Schema(name, nodes, edges, levels, captions, json.dumps(data, ensure_ascii=False))


def _plain_captions(data: dict[str, Any], file: str) -> Iterable[tuple[tuple[str, str], Caption]]:
    for section, kind in (("levels", "level"), ("tiers", "tier"), ("common", "property"), ("terms", "term")):
        for name, body in _section(data, section, file).items():
            yield (kind, name), _caption(body, file, f"{section}.{name}")
    for enum in _section(data, "enums", file):
        for name, body in _section(data["enums"], enum, file, "enums.").items():
            yield (enum, name), _caption(body, file, f"enums.{enum}.{name}")


def _section(data: Mapping[str, Any], name: str, file: str, path: str = "") -> dict[str, Any]:
    """Return a mapping of the file, whose keys are all text (an unquoted `yes` is none)."""
    body = data.get(name, {})
    if not isinstance(body, dict):
        raise _wrong(file, f"{path}{name}", "has to be a mapping")
    for key in body:
        if not isinstance(key, str):
            raise _wrong(file, f"{path}{name}.{key}", "is no text; put it in quotes")
    return body


def _node(name: str, body: Any, data: dict[str, Any], file: str) -> NodeType:
    place = f"nodes.{name}"
    _check_type_name(name, file, place)
    _check_keys(body, {"prefix", "caption", "properties", "match", "personal"}, file, place)
    properties = _properties(body, data, file, place, taken=(*NODE_COLUMNS, *PROVENANCE, "confidence"))
    match = _names(body, "match", file, place, properties)
    caption, personal = _caption(body.get("caption"), file, f"{place}.caption"), _flag(body, "personal", file, place)
    return NodeType(name, _prefix(body, file, place), caption, properties, match, personal)


def _edge(name: str, body: Any, data: dict[str, Any], file: str) -> EdgeType:
    place = f"edges.{name}"
    _check_type_name(name, file, place)
    _check_keys(body, {"prefix", "kind", "caption", "ends", "properties", "key", "directed"}, file, place)
    if body.get("kind") not in ("state", "event"):
        raise _wrong(file, f"{place}.kind", "has to be state or event")
    properties = _properties(body, data, file, place, taken=(*EDGE_COLUMNS, *PROVENANCE))
    key = _names(body, "key", file, place, (*properties, *EDGE_COLUMNS))
    caption = _caption(body.get("caption"), file, f"{place}.caption")
    pairs = _pairs(body, data, file, place)
    edge = EdgeType(name, _prefix(body, file, place), body["kind"], caption, pairs, properties)
    return replace(edge, key=key, directed=_flag(body, "directed", file, place, default=True))


def _names(body: dict[str, Any], key: str, file: str, place: str, known: Iterable[str]) -> tuple[str, ...]:
    named = body.get(key, [])
    if not isinstance(named, list):
        raise _wrong(file, f"{place}.{key}", "has to be a list")
    for name in named:
        if name not in known:
            raise _wrong(file, f"{place}.{key}", f"names {name!r}, which is no property here")
    return tuple(named)


def _flag(body: dict[str, Any], key: str, file: str, place: str, *, default: bool = False) -> bool:
    if not isinstance(body.get(key, default), bool):
        raise _wrong(file, f"{place}.{key}", "has to be true or false")
    return bool(body.get(key, default))


def _pairs(body: dict[str, Any], data: dict[str, Any], file: str, place: str) -> frozenset[tuple[str, str]]:
    families, types = _section(data, "families", file), _section(data, "nodes", file)
    entries = body.get("ends")
    pairs: set[tuple[str, str]] = set()
    for entry in entries if isinstance(entries, list) and entries else [None]:
        if not (isinstance(entry, list) and len(entry) == 2 and all(map(_is_side, entry))):
            raise _wrong(file, f"{place}.ends", "has to hold pairs: [[sources], [targets]]")
        sources, targets = ([t for name in side for t in families.get(name, [name])] for side in entry)
        for end in (*sources, *targets):
            if end not in types:
                raise _wrong(
                    file, f"{place}.ends", f"names {end!r}, which is no node type; {did_you_mean(str(end), types)}"
                )
        pairs |= {(source, target) for source in sources for target in targets}
    return frozenset(pairs)


def _is_side(side: Any) -> bool:
    return isinstance(side, list) and bool(side) and all(isinstance(name, str) for name in side)


def _properties(
    body: dict[str, Any], data: dict[str, Any], file: str, place: str, *, taken: tuple[str, ...]
) -> dict[str, Property]:
    found: dict[str, Property] = {}
    # Stores do not tell small from capital letters: Phone beside phone would be one column.
    used = {column: "a reserved name" for column in (*taken, *RESERVED)}
    for name, details in _section(body, "properties", file, f"{place}.").items():
        where = f"{place}.properties.{name}"
        _check_identifier(name, file, where)
        found[name] = _property(name, details, data, file, where)
        columns = [name, found[name].bound] if found[name].bound not in ("", *taken) else [name]
        for column in columns:
            _check_identifier(column, file, where)
            if column.lower() in used:
                raise _wrong(file, where, f"({column}) is {used[column.lower()]}; choose another name")
            used[column.lower()] = f"already the column of {name}"
    return found


def _property(name: str, details: Any, data: dict[str, Any], file: str, place: str) -> Property:
    _check_keys(details, {"type", "zh", "en", "values", "bound", "sensitive"}, file, place)
    kind = details.get("type")
    if kind not in PROPERTY_TYPES:
        raise _wrong(file, f"{place}.type", f"is {kind!r}; known types are {', '.join(sorted(PROPERTY_TYPES))}")
    for key, owner in (("values", "enum"), ("bound", "quantity")):
        if key in details and kind != owner:
            raise _wrong(file, f"{place}.{key}", f"belongs to a property of type {owner}, and this is a {kind}")
    enum = "level" if kind == "level" else str(details.get("values", ""))
    if kind == "enum" and enum not in _section(data, "enums", file):
        raise _wrong(file, f"{place}.values", f"names {enum!r}, which is no enum")
    values: Iterable[str] = ()
    if enum:
        values = _section(data, "levels", file) if kind == "level" else _section(data["enums"], enum, file, "enums.")
    bound = str(details.get("bound", f"{name}_bound")) if kind == "quantity" else ""
    caption, private = _caption(details, file, place), _flag(details, "sensitive", file, place)
    return Property(name, str(kind), caption, tuple(values), enum, bound, private)


def _caption(body: Any, file: str, place: str) -> Caption:
    if not (isinstance(body, dict) and all(isinstance(body.get(lang), str) and body[lang] for lang in ("zh", "en"))):
        raise _wrong(file, place, "needs a caption in both languages (zh and en)")
    return Caption(body["zh"], body["en"])


def _prefix(body: dict[str, Any], file: str, place: str) -> str:
    prefix = body.get("prefix")
    if not (isinstance(prefix, str) and re.fullmatch("[a-z]{3,8}", prefix) and prefix not in ("src", "sta", "evi")):
        raise _wrong(file, f"{place}.prefix", "has to be 3 to 8 small letters, and not src, sta or evi")
    return prefix


def _check_unique(types: list[NodeType | EdgeType], file: str) -> None:
    prefixes: dict[str, str] = {}
    names: dict[str, str] = {}
    for owner in types:
        place = f"{'nodes' if isinstance(owner, NodeType) else 'edges'}.{owner.name}"
        if owner.name.lower() in names:
            raise _wrong(file, place, f"is called as {names[owner.name.lower()]} is, but for capital letters")
        if owner.prefix in prefixes:
            raise _wrong(file, f"{place}.prefix", f"{owner.prefix!r} already belongs to {prefixes[owner.prefix]}")
        prefixes[owner.prefix] = names[owner.name.lower()] = owner.name


def _check_type_name(name: str, file: str, place: str) -> None:
    _check_identifier(name, file, place)
    if name.lower() in RESERVED_TYPES:
        raise _wrong(file, place, "is a reserved name; choose another")


def _check_identifier(name: Any, file: str, place: str) -> None:
    if not (isinstance(name, str) and IDENTIFIER.fullmatch(name)):
        raise _wrong(file, place, "is no identifier: a letter, then up to 62 letters, digits or underscores")


def _check_keys(body: Any, known: set[str], file: str, place: str) -> None:
    if not isinstance(body, dict):
        raise _wrong(file, place, "has to be a mapping")
    for key in body:
        if key not in known:
            raise _wrong(file, f"{place}.{key}", f"is not known here; {did_you_mean(str(key), known)}")


def _wrong(file: str, key: str, what: str) -> SchemaError:
    hint = "Correct this key of the schema file."
    return SchemaError(f"{file}: {key} {what}", code="schema-wrong", hint=hint, file=file, key=key)
