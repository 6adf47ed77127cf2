"""The rules: what is to be covered, what counts as covered, and what may be passed on the way to a resource.

Rules are data. `rules/star_link.yaml` is the built-in file; an office writes its own. The only file of analysis that
reads a file, and it checks every type, property and path against the schema before anything is computed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from graphkit.analysis.ruleset import (
    LONGEST_PATH,
    MOST_HOPS,
    Counting,
    Direction,
    KeyCandidate,
    Reason,
    Rules,
    Selector,
    Step,
    Units,
)
from graphkit.engines.arrays import Passable
from graphkit.errors import SchemaError
from graphkit.names import nearest
from graphkit.schema import Caption, EdgeType, NodeType, Property, Schema

__all__ = ["Rules", "load_rules"]

SECTIONS = frozenset(
    [
        *("name", "caption", "units", "nested", "covering", "min_confidence", "reasons", "key_candidate"),
        *("size_bands", "resources", "linkage", "claims"),
    ]
)
CONDITION = re.compile(r"(?P<property>\w+)(?:\s+in\s+\((?P<values>[^()]*)\))?")


def load_rules(path: Path | None = None, *, schema: Schema | None = None) -> Rules:
    """Read a rules file (default: the built-in Star-Link rules).

    Raises SchemaError naming file, rule and key if the file is not understood or the schema knows no such thing.
    """
    source = files("graphkit.analysis") / "rules" / "star_link.yaml" if path is None else path
    place = _Place("rules/star_link.yaml" if path is None else str(path), schema or Schema.load())
    try:
        data = yaml.safe_load(source.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the rules file {place.file} cannot be read ({error.strerror})"
        raise SchemaError(message, code="rules-missing", hint="Check the path.", file=place.file) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise place.wrong(f"is no YAML in UTF-8: {str(error).splitlines()[0]}") from error
    return _rules(data, place)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a rules file reading stands; knows the schema, so that every complaint says where and what."""

    file: str
    schema: Schema
    key: str = ""

    def __truediv__(self, key: object) -> "_Place":
        inner = f"{self.key}[{key}]" if isinstance(key, int) else f"{self.key}.{key}"
        return replace(self, key=inner.lstrip("."))

    def wrong(self, what: str) -> SchemaError:
        key, hint = self.key or "(file)", "Correct this key of the rules file."
        return SchemaError(f"{self.file}: {key} {what}", code="rules-wrong", hint=hint, file=self.file, key=key)

    def mapping(self, body: Any, known: Iterable[str], needed: Iterable[str] = ()) -> dict[str, Any]:
        """Check that the body has string keys, all of them known and none of the needed ones missing."""
        if not isinstance(body, dict) or not all(isinstance(key, str) for key in body):
            raise self.wrong("has to be a mapping with names as keys")
        for key in body:
            if known and key not in known:
                raise (self / key).wrong(f"is not known here; {_nearest(key, known)}")
        for key in sorted(set(needed) - set(body)):
            raise (self / key).wrong("is missing")
        return body

    def listed(self, body: Any) -> list[Any]:
        if not isinstance(body, list):
            raise self.wrong(f"is {body!r}; it has to be a list")
        return body

    def text(self, body: Any) -> str:
        if not isinstance(body, str) or not body:
            raise self.wrong(f"is {body!r}; it has to be a text")
        return body

    def one_of(self, body: Any, known: Iterable[str], what: str) -> str:
        names = list(known)
        if not isinstance(body, str) or body not in names:
            raise self.wrong(f"names {body!r}, which is no {what}; {_nearest(str(body), names)}")
        return body


def _rules(data: Any, place: _Place) -> Rules:
    body = place.mapping(data, SECTIONS, SECTIONS)
    kinds = (place / "units").mapping(body["units"], ())
    units = {name: _units(name, part, place / "units" / name) for name, part in kinds.items()}
    covering = _node_types(body["covering"], place / "covering")
    starts = tuple(sorted({selector.type for kind in units.values() for selector in kind.select}))
    listed = (place / "reasons").listed(body["reasons"])
    passable, max_hops = _linkage(body["linkage"], place / "linkage")
    counting = (place / "claims").mapping(body["claims"], ())
    reasons = tuple(_reason(part, starts, covering, place / "reasons" / n) for n, part in enumerate(listed, 1))
    if sum(bool(reason.reported) for reason in reasons) > 1 or len({r.name for r in reasons}) < len(reasons):
        raise (place / "reasons").wrong("may hold one reason that is reported, and each name once")
    return Rules(
        name=(place / "name").text(body["name"]),
        caption=_caption(body["caption"], place / "caption"),
        units=units,
        covering=covering,
        min_confidence=_share(body["min_confidence"], place / "min_confidence"),
        reasons=reasons,
        key_candidate=_key_candidate(body["key_candidate"], starts, place / "key_candidate"),
        nested=tuple(_edge_type(name, place / "nested").name for name in (place / "nested").listed(body["nested"])),
        size_bands=_bands(body["size_bands"], place / "size_bands"),
        resources=_node_types(body["resources"], place / "resources"),
        linkage=passable,
        max_hops=max_hops,
        claims={measure: _counting(measure, part, place / "claims" / measure) for measure, part in counting.items()},
    )


def _units(name: str, body: Any, place: _Place) -> Units:
    part = place.mapping(body, ("caption", "select"), ("caption", "select"))
    return Units(name, _caption(part["caption"], place / "caption"), _selectors(part["select"], place / "select"))


def _reason(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: _Place) -> Reason:
    part = place.mapping(body, ("name", "caption", "mode", "path", "reported"), ("name", "caption", "mode"))
    name = (place / "name").text(part["name"])
    place = replace(place, key=f"reasons.{name}")
    caption = _caption(part["caption"], place / "caption")
    if ("path" in part) == ("reported" in part):
        raise place.wrong("needs either a path or `reported`")
    if "path" in part:
        path = _path(part["path"], starts, covering, place / "path")
        return Reason(name, caption, _mode(part["mode"], path, place / "mode"), path)
    reported, mode = (_unit_property(part[key], starts, place / key).name for key in ("reported", "mode"))
    return Reason(name, caption, mode, reported=reported)


def _mode(mode: Any, path: tuple[Step, ...], place: _Place) -> str:
    last = place.schema.edges[path[-1].edge.type]
    if mode == "edge" and "mode" not in last.properties:
        raise place.wrong(f"is `edge`, but {last.name} has no mode; name the mode")
    return place.one_of(mode, ["edge", *(name for kind, name in place.schema.captions if kind == "mode")], "mode")


def _path(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: _Place) -> tuple[Step, ...]:
    parts = place.listed(body)
    if not 1 <= len(parts) <= LONGEST_PATH:
        raise place.wrong(f"has {len(parts)} steps; it may have 1 to {LONGEST_PATH}")
    steps: list[Step] = []
    for number, part in enumerate(parts, 1):
        steps.append(_step(part, starts, covering, place / number))
        starts = tuple(selector.type for selector in steps[-1].to)
    if not set(starts) <= set(covering):
        raise place.wrong(f"ends at {', '.join(starts)}; it has to end at {' or '.join(covering)}")
    return tuple(steps)


def _step(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: _Place) -> Step:
    part = place.mapping(body, ("in", "out", "to", "through", "hops", "region"), ("to",))
    to = tuple(map(Selector, covering)) if part["to"] == "covering" else _selectors(part["to"], place / "to")
    through = _node_types(part.get("through", []), place / "through")
    region = part.get("region")
    if region is not None:
        (place / "region").one_of(region, ["same_or_above"], "condition on regions")
    step = Step(*_edge(part, place), to, through, _hops(part.get("hops", [1, 1]), place / "hops"), region)
    if (step.hops[1] > 1) != bool(step.through):
        raise place.wrong("needs `through` if it may be repeated, and only then")
    if step.hops[1] > 1 and step.region:
        raise place.wrong("may not be repeated and have a condition on regions")
    pairs = place.schema.edges[step.edge.type].pairs
    met = pairs if step.direction == "out" else {(dst, src) for src, dst in pairs}
    for wanted in (*(selector.type for selector in to), *through):
        if not any((start, wanted) in met for start in (*starts, *through)):
            joined = f"{step.edge.type} never joins {' or '.join(starts)} to {wanted} in this direction"
            raise place.wrong(f"leads nowhere: {joined}")
    return step


def _edge(part: dict[str, Any], place: _Place) -> tuple[Selector, Direction]:
    if ("in" in part) == ("out" in part):
        raise place.wrong("needs either `in` or `out` with an edge type")
    direction: Direction = "in" if "in" in part else "out"
    return _selector(part[direction], place / direction, edge=True), direction


def _hops(body: Any, place: _Place) -> tuple[int, int]:
    numbers = place.listed(body)
    if len(numbers) != 2 or not all(type(n) is int for n in numbers) or not 1 <= numbers[0] <= numbers[1] <= MOST_HOPS:
        raise place.wrong(f"is {body!r}; it has to be [least, most] between 1 and {MOST_HOPS}")
    return numbers[0], numbers[1]


def _key_candidate(body: Any, starts: tuple[str, ...], place: _Place) -> KeyCandidate:
    part = place.mapping(body, ("of", "conditions"), ("of", "conditions"))
    of = (place / "of").one_of(part["of"], ["all", "leading"], "choice of units")
    conditions: list[tuple[str, float | None]] = []
    for number, entry in enumerate((place / "conditions").listed(part["conditions"]), 1):
        where = place / "conditions" / number
        condition = where.mapping(entry, ("property", "above"), ("property",))
        prop, above = _unit_property(condition["property"], starts, where), condition.get("above")
        number_given = isinstance(above, int | float) and not isinstance(above, bool)
        if prop.type not in ("quantity", "bool") or (prop.type == "quantity") != number_given:
            raise where.wrong(f"needs `above` for a quantity and none for a flag; {prop.name} is a {prop.type}")
        conditions.append((prop.name, above))
    return KeyCandidate("leading" if of == "leading" else "all", tuple(conditions))


def _linkage(body: Any, place: _Place) -> tuple[Passable, int]:
    keys = ("max_hops", "interior", "ends_only", "never", "last_hop")
    part = place.mapping(body, keys, keys)
    if type(part["max_hops"]) is not int or not 1 <= part["max_hops"] <= 6:
        raise (place / "max_hops").wrong(f"is {part['max_hops']!r}; it may be 1 to 6")
    interior, ends = (frozenset(_node_types(part[key], place / key)) for key in ("interior", "ends_only"))
    never, last = (frozenset(_edges_to(part[key], place / key)) for key in ("never", "last_hop"))
    return Passable(interior=interior, ends_only=ends, never=never, last_hop=last), part["max_hops"]


def _edges_to(body: Any, place: _Place) -> Iterator[tuple[str, str | None]]:
    """Read `EDGE`, or `EDGE Type` for that edge towards that type only."""
    for entry in place.listed(body):
        name, _, target = place.text(entry).partition(" ")
        yield _edge_type(name, place).name, _node_type(target, place).name if target else None


def _counting(measure: str, body: Any, place: _Place) -> Counting:
    part = place.mapping(body, ("count", "in", "out"), ("count",))
    count = _selectors(part["count"], place / "count")
    return Counting(measure, count, *_edge(part, place)) if len(part) > 1 else Counting(measure, count)


def _selectors(body: Any, place: _Place) -> tuple[Selector, ...]:
    return tuple(_selector(entry, place) for entry in place.listed(body))


def _selector(body: Any, place: _Place, *, edge: bool = False) -> Selector:
    name, _, rest = place.text(body).partition(" where ")
    owner: NodeType | EdgeType = _edge_type(name, place) if edge else _node_type(name, place)
    texts = re.split(r"\s+and\s+", rest.strip()) if rest else []
    return Selector(owner.name, tuple(_condition(owner, text, place) for text in texts))


def _condition(owner: NodeType | EdgeType, text: str, place: _Place) -> tuple[str, tuple[str, ...]]:
    match = CONDITION.fullmatch(text.strip())
    if match is None:
        raise place.wrong(f"has the condition {text!r}; write `property` or `property in (a, b)`")
    prop = owner.properties[place.one_of(match["property"], owner.properties, f"property of {owner.name}")]
    values = tuple(value.strip() for value in (match["values"] or "").split(",") if value.strip())
    if bool(values) == (prop.type == "bool"):
        raise place.wrong(f"says {text!r}: a flag stands alone, other properties need `in (...)`")
    for value in values if prop.values else ():
        place.one_of(value, prop.values, f"value of {prop.name}")
    return prop.name, values


def _unit_property(name: Any, starts: tuple[str, ...], place: _Place) -> Property:
    known = {key: prop for start in starts for key, prop in place.schema.nodes[start].properties.items()}
    return known[place.one_of(name, known, "property of a unit")]


def _node_types(body: Any, place: _Place) -> tuple[str, ...]:
    return tuple(_node_type(name, place).name for name in place.listed(body))


def _node_type(name: Any, place: _Place) -> NodeType:
    return place.schema.nodes[place.one_of(name, place.schema.nodes, "node type")]


def _edge_type(name: Any, place: _Place) -> EdgeType:
    return place.schema.edges[place.one_of(name, place.schema.edges, "edge type")]


def _bands(body: Any, place: _Place) -> tuple[int, ...]:
    bands = place.listed(body)
    if not bands or not all(type(band) is int and band >= 0 for band in bands) or sorted(set(bands)) != bands:
        raise place.wrong(f"is {body!r}; it has to be whole numbers that rise")
    return tuple(bands)


def _share(body: Any, place: _Place) -> float:
    if isinstance(body, bool) or not isinstance(body, int | float) or not 0 <= body <= 1:
        raise place.wrong(f"is {body!r}; it has to be a number from 0 to 1")
    return float(body)


def _caption(body: Any, place: _Place) -> Caption:
    part = place.mapping(body, ("zh", "en"), ("zh", "en"))
    return Caption(place.text(part["zh"]), place.text(part["en"]))


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return f"did you mean {', '.join((nearest(name, names) or names)[:3])}?"
