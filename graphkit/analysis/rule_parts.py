"""The parts that a rules file is made of: where in it reading stands, and what a selector, a step, a condition says.

Every type, property and edge is checked against the schema, so that a wrong file is told apart before it is used.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from graphkit.analysis.ruleset import MOST_HOPS, Condition, Direction, Selector, Sign, Stage, Step
from graphkit.errors import SchemaError
from graphkit.names import nearest
from graphkit.schema import Caption, EdgeType, NodeType, Property, Schema

NAME = re.compile(r"[A-Za-z]\w{0,62}", re.ASCII)
MOST_DAYS = 36_500
CONDITION = re.compile(r"(?P<property>\w+)(?:\s+in\s+\((?P<values>[^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a rules file reading stands; knows the schema, so that every complaint says where and what."""

    file: str
    schema: Schema
    key: str = ""

    def __truediv__(self, key: object) -> "Place":
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


def step_of(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: Place) -> Step:
    part = place.mapping(body, ("in", "out", "to", "through", "hops", "region"), ("to",))
    to = tuple(map(Selector, covering)) if part["to"] == "covering" else selectors(part["to"], place / "to")
    if not to:
        raise (place / "to").wrong("names nothing that the step leads to")
    through = node_types(part.get("through", []), place / "through")
    region = part.get("region")
    if region is not None:
        (place / "region").one_of(region, ["same_or_above"], "condition on regions")
    step = Step(*edge_of(part, place), to, through, _hops(part.get("hops", [1, 1]), place / "hops"), region)
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


def edge_of(part: dict[str, Any], place: Place) -> tuple[Selector, Direction]:
    if ("in" in part) == ("out" in part):
        raise place.wrong("needs either `in` or `out` with an edge type")
    direction: Direction = "in" if "in" in part else "out"
    return _selector(part[direction], place / direction, edge=True), direction


def _hops(body: Any, place: Place) -> tuple[int, int]:
    numbers = place.listed(body)
    if len(numbers) != 2 or not all(type(n) is int for n in numbers) or not 1 <= numbers[0] <= numbers[1] <= MOST_HOPS:
        raise place.wrong(f"is {body!r}; it has to be [least, most] between 1 and {MOST_HOPS}")
    return numbers[0], numbers[1]


def selectors(body: Any, place: Place) -> tuple[Selector, ...]:
    return tuple(_selector(entry, place) for entry in place.listed(body))


def edge_selectors(body: Any, place: Place) -> tuple[Selector, ...]:
    return tuple(_selector(entry, place, edge=True) for entry in place.listed(body))


def _selector(body: Any, place: Place, *, edge: bool = False) -> Selector:
    name, _, rest = place.text(body).partition(" where ")
    owner: NodeType | EdgeType = edge_type(name, place) if edge else node_type(name, place)
    texts = re.split(r"\s+and\s+", rest.strip()) if rest else []
    return Selector(owner.name, tuple(_condition(owner, text, place) for text in texts))


def _condition(owner: NodeType | EdgeType, text: str, place: Place) -> tuple[str, tuple[str, ...]]:
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


def unit_property(name: Any, starts: tuple[str, ...], place: Place) -> Property:
    known = {key: prop for start in starts for key, prop in place.schema.nodes[start].properties.items()}
    return known[place.one_of(name, known, "property of a unit")]


def node_types(body: Any, place: Place) -> tuple[str, ...]:
    return tuple(node_type(name, place).name for name in place.listed(body))


def node_type(name: Any, place: Place) -> NodeType:
    return place.schema.nodes[place.one_of(name, place.schema.nodes, "node type")]


def edge_type(name: Any, place: Place) -> EdgeType:
    return place.schema.edges[place.one_of(name, place.schema.edges, "edge type")]


def condition(body: Any, starts: tuple[str, ...], place: Place) -> Condition:
    """Read a condition on a unit: a flag that is true, or a quantity above a number."""
    part = place.mapping(body, ("property", "above"), ("property",))
    prop, above = unit_property(part["property"], starts, place), part.get("above")
    given = isinstance(above, int | float) and not isinstance(above, bool)
    if prop.type not in ("quantity", "bool") or (prop.type == "quantity") != given:
        raise place.wrong(f"needs `above` for a quantity and none for a flag; {prop.name} is a {prop.type}")
    return prop.name, above


def stage_of(body: Any, covering: tuple[str, ...], place: Place) -> Stage:
    """Read a stage of the cascade: `name`, `caption`, and the `signs` of which one has to be there."""
    keys = ("name", "caption", "signs")
    part = place.mapping(body, keys, keys)
    name = (place / "name").text(part["name"])
    if not NAME.fullmatch(name):
        raise (place / "name").wrong(f"is {name!r}; it has to be letters, digits and _, and to begin with a letter")
    place = replace(place, key=f"cascade.{name}")
    signs = (place / "signs").listed(part["signs"])
    if not signs:
        raise (place / "signs").wrong("is empty; then no organisation would pass")
    found = tuple(_sign(entry, covering, place / "signs" / number) for number, entry in enumerate(signs, 1))
    return Stage(name, caption_of(part["caption"], place / "caption"), found)


def _sign(body: Any, covering: tuple[str, ...], place: Place) -> Sign:
    if isinstance(body, dict) and "property" in body:
        return _property_sign(body, covering, place)
    part = place.mapping(body, ("in", "out", "to", "within_days"), ("to",))
    step = step_of({key: part[key] for key in part if key != "within_days"}, covering, (), place)
    return Sign("", None, _days(part, place), step.edge, step.direction, step.to)


def _property_sign(body: dict[str, Any], covering: tuple[str, ...], place: Place) -> Sign:
    part = place.mapping(body, ("property", "above", "within_days"))
    known = {key: prop for start in covering for key, prop in place.schema.nodes[start].properties.items()}
    prop = known[(place / "property").one_of(part["property"], known, f"property of {' or '.join(covering)}")]
    above, days = part.get("above"), _days(part, place)
    counted = isinstance(above, int | float) and not isinstance(above, bool)
    wanted = {"bool": (False, False), "quantity": (True, False), "date": (False, True)}.get(prop.type)
    if wanted != (counted, days is not None) or (above is not None) != counted:
        needs = "a flag stands alone, a quantity needs `above`, a date needs `within_days`"
        raise place.wrong(f"is no sign: {prop.name} is of the type {prop.type}; {needs}")
    return Sign(prop.name, above, days)


def _days(part: dict[str, Any], place: Place) -> int | None:
    days = part.get("within_days")
    if "within_days" in part and (type(days) is not int or not 1 <= days <= MOST_DAYS):
        raise (place / "within_days").wrong(f"is {days!r}; it has to be a whole number from 1 to {MOST_DAYS}")
    return days


def cost_of(body: Any, place: Place) -> float:
    """Read a cost: a number above 0."""
    if isinstance(body, bool) or not isinstance(body, int | float) or not 0 < body < 1e6:
        raise place.wrong(f"is {body!r}; it has to be a number above 0")
    return float(body)


def caption_of(body: Any, place: Place) -> Caption:
    part = place.mapping(body, ("zh", "en"), ("zh", "en"))
    return Caption(place.text(part["zh"]), place.text(part["en"]))


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return f"did you mean {', '.join((nearest(name, names) or names)[:3])}?"
