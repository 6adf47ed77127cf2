"""The rules: what is to be covered, what counts as covered, and what may be passed on the way to a resource.

Rules are data. `rules/star_link.yaml` is the built-in file; an office writes its own. The only file of analysis that
reads a file, and it checks every type, property and path against the schema before anything is computed.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from graphkit.analysis.rule_parts import (
    Place,
    caption_of,
    condition,
    cost_of,
    edge_of,
    edge_selectors,
    edge_type,
    node_type,
    node_types,
    selectors,
    stage_of,
    step_of,
    unit_property,
)
from graphkit.analysis.ruleset import (
    LONGEST_PATH,
    Alone,
    Counting,
    Hosted,
    Joint,
    KeyCandidate,
    LedgerRules,
    Planning,
    Reason,
    Rules,
    Stage,
    Step,
    Units,
)
from graphkit.engines.arrays import Passable
from graphkit.errors import SchemaError
from graphkit.schema import Schema
from graphkit.schema.reading import parse_yaml, yaml_problem

__all__ = ["Rules", "load_rules"]

BUILT_IN = "rules/star_link.yaml"
SECTIONS = frozenset(
    [
        *("name", "caption", "units", "nested", "covering", "min_confidence", "reasons", "key_candidate"),
        *("size_bands", "resources", "linkage", "claims"),
    ]
)
# Sections that came later: a file without one of them means what the built-in file says there.
LATER = frozenset(["cascade", "ledger", "plan"])
# The built-in rules by the text of the schema that they were read under: every question asks for them.
_KNOWN: dict[str, Rules] = {}


def load_rules(path: Path | None = None, *, schema: Schema | None = None) -> Rules:
    """Read a rules file (default: the built-in Star-Link rules).

    Raises SchemaError naming file, rule and key if the file is not understood or the schema knows no such thing.
    """
    schema = schema or Schema.load()
    place = Place(BUILT_IN if path is None else str(path), schema)
    if path is not None or not schema.text:
        return _rules(_read(path, place), place)
    if schema.text not in _KNOWN:
        _KNOWN[schema.text] = _rules(_read(None, place), place)
    return _KNOWN[schema.text]


def _read(path: Path | None, place: Place) -> Any:
    source = files("graphkit.analysis") / BUILT_IN if path is None else path
    try:
        return parse_yaml(source.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the rules file {place.file} cannot be read ({error.strerror})"
        raise SchemaError(message, code="rules-missing", hint="Check the path.", file=place.file) from error
    except UnicodeDecodeError as error:
        raise place.wrong(f"is not UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise place.wrong(f"is no YAML: {yaml_problem(error)}") from error


def _rules(data: Any, place: Place) -> Rules:
    body = place.mapping(data, SECTIONS | LATER, SECTIONS)
    kinds = (place / "units").mapping(body["units"], ())
    units = {name: _units(name, part, place / "units" / name) for name, part in kinds.items()}
    covering = node_types(body["covering"], place / "covering")
    starts = tuple(sorted({selector.type for kind in units.values() for selector in kind.select}))
    listed = (place / "reasons").listed(body["reasons"])
    passable, max_hops = _linkage(body["linkage"], place / "linkage")
    counting = (place / "claims").mapping(body["claims"], ())
    reasons = tuple(_reason(part, starts, covering, place / "reasons" / n) for n, part in enumerate(listed, 1))
    if sum(bool(reason.reported) for reason in reasons) > 1 or len({r.name for r in reasons}) < len(reasons):
        raise (place / "reasons").wrong("may hold one reason that is reported, and each name once")
    return Rules(
        name=(place / "name").text(body["name"]),
        caption=caption_of(body["caption"], place / "caption"),
        units=units,
        covering=covering,
        min_confidence=_share(body["min_confidence"], place / "min_confidence"),
        reasons=reasons,
        key_candidate=_key_candidate(body["key_candidate"], starts, place / "key_candidate"),
        nested=tuple(edge_type(name, place / "nested").name for name in (place / "nested").listed(body["nested"])),
        size_bands=_bands(body["size_bands"], place / "size_bands"),
        resources=node_types(body["resources"], place / "resources"),
        linkage=passable,
        max_hops=max_hops,
        claims={measure: _counting(measure, part, place / "claims" / measure) for measure, part in counting.items()},
        plan=_planning(*_later("plan", body, place), starts),
        cascade=_cascade(*_later("cascade", body, place), covering),
        ledger=_ledger(*_later("ledger", body, place)),
    )


def _units(name: str, body: Any, place: Place) -> Units:
    part = place.mapping(body, ("caption", "select"), ("caption", "select"))
    return Units(name, caption_of(part["caption"], place / "caption"), selectors(part["select"], place / "select"))


def _reason(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: Place) -> Reason:
    part = place.mapping(body, ("name", "caption", "mode", "path", "reported"), ("name", "caption", "mode"))
    name = (place / "name").text(part["name"])
    place = replace(place, key=f"reasons.{name}")
    caption = caption_of(part["caption"], place / "caption")
    if ("path" in part) == ("reported" in part):
        raise place.wrong("needs either a path or `reported`")
    if "path" in part:
        path = _path(part["path"], starts, covering, place / "path")
        return Reason(name, caption, _mode(part["mode"], path, place / "mode"), path)
    reported, mode = (unit_property(part[key], starts, place / key).name for key in ("reported", "mode"))
    return Reason(name, caption, mode, reported=reported)


def _mode(mode: Any, path: tuple[Step, ...], place: Place) -> str:
    last = place.schema.edges[path[-1].edge.type]
    if mode == "edge" and "mode" not in last.properties:
        raise place.wrong(f"is `edge`, but {last.name} has no mode; name the mode")
    return place.one_of(mode, ["edge", *(name for kind, name in place.schema.captions if kind == "mode")], "mode")


def _path(body: Any, starts: tuple[str, ...], covering: tuple[str, ...], place: Place) -> tuple[Step, ...]:
    parts = place.listed(body)
    if not 1 <= len(parts) <= LONGEST_PATH:
        raise place.wrong(f"has {len(parts)} steps; it may have 1 to {LONGEST_PATH}")
    steps: list[Step] = []
    for number, part in enumerate(parts, 1):
        steps.append(step_of(part, starts, covering, place / number))
        starts = tuple(selector.type for selector in steps[-1].to)
    if not set(starts) <= set(covering):
        raise place.wrong(f"ends at {', '.join(starts)}; it has to end at {' or '.join(covering)}")
    return tuple(steps)


def _key_candidate(body: Any, starts: tuple[str, ...], place: Place) -> KeyCandidate:
    part = place.mapping(body, ("of", "conditions"), ("of", "conditions"))
    of = (place / "of").one_of(part["of"], ["all", "leading"], "choice of units")
    listed = (place / "conditions").listed(part["conditions"])
    conditions = tuple(condition(entry, starts, place / "conditions" / n) for n, entry in enumerate(listed, 1))
    return KeyCandidate("leading" if of == "leading" else "all", conditions)


def _later(section: str, body: dict[str, Any], place: Place) -> tuple[Any, Place]:
    """Return a section, and where it stands: in the file, or in the built-in rules if the file leaves it to them."""
    if section in body:
        return body[section], place / section
    built_in = Place(BUILT_IN, place.schema)
    return _read(None, built_in)[section], built_in / section


def _planning(body: Any, place: Place, starts: tuple[str, ...]) -> Planning:
    modes = ("own", "party_led", "joint", "hosted")
    part = place.mapping(body, modes, modes)
    own, party_led = (_alone(part[mode], starts, place / mode) for mode in modes[:2])
    return Planning(own, party_led, _joint(part["joint"], starts, place / "joint"), _hosted(part, starts, place))


def _cascade(body: Any, place: Place, covering: tuple[str, ...]) -> tuple[Stage, ...]:
    listed = place.listed(body)
    stages = tuple(stage_of(part, covering, place / number) for number, part in enumerate(listed, 1))
    if not stages or len({"exists", *(stage.name for stage in stages)}) <= len(stages):
        raise place.wrong("needs a stage, may name each once, and none `exists`, which comes first in any case")
    return stages


def _alone(body: Any, starts: tuple[str, ...], place: Place) -> Alone:
    part = place.mapping(body, ("cost", "needs"), ("cost", "needs"))
    return Alone(cost_of(part["cost"], place / "cost"), condition(part["needs"], starts, place / "needs"))


def _joint(body: Any, starts: tuple[str, ...], place: Place) -> Joint:
    keys = ("cost", "capacity", "base", "owner")
    part = place.mapping(body, keys, keys)
    capacity = part["capacity"]
    if type(capacity) is not int or capacity < 3:
        raise (place / "capacity").wrong(f"is {capacity!r}; it has to be a whole number from 3 on")
    base, owner = (step_of(part[key], starts, (), place / key) for key in ("base", "owner"))
    return Joint(cost_of(part["cost"], place / "cost"), capacity, base, owner)


def _hosted(body: dict[str, Any], starts: tuple[str, ...], place: Place) -> Hosted:
    place = place / "hosted"
    part = place.mapping(body["hosted"], ("cost", "by"), ("cost", "by"))
    listed = (place / "by").listed(part["by"])
    steps = tuple(step_of(entry, starts, (), place / "by" / n) for n, entry in enumerate(listed, 1))
    return Hosted(cost_of(part["cost"], place / "cost"), steps)


def _ledger(body: Any, place: Place) -> LedgerRules:
    keys = ("agreement", "announced", "standing", "realised", "behind", "beside", "guides")
    part = place.mapping(body, keys, keys)
    told = {key: edge_selectors(part[key], place / key) for key in keys}
    for key in ("agreement", "realised"):
        if not told[key]:
            raise (place / key).wrong("names no edge")
    return LedgerRules(**told)


def _linkage(body: Any, place: Place) -> tuple[Passable, int]:
    keys = ("max_hops", "interior", "ends_only", "never", "last_hop")
    part = place.mapping(body, keys, keys)
    if type(part["max_hops"]) is not int or not 1 <= part["max_hops"] <= 6:
        raise (place / "max_hops").wrong(f"is {part['max_hops']!r}; it may be 1 to 6")
    interior, ends = (frozenset(node_types(part[key], place / key)) for key in ("interior", "ends_only"))
    never, last = (frozenset(_edges_to(part[key], place / key)) for key in ("never", "last_hop"))
    return Passable(interior=interior, ends_only=ends, never=never, last_hop=last), part["max_hops"]


def _edges_to(body: Any, place: Place) -> Iterator[tuple[str, str | None]]:
    """Read `EDGE`, or `EDGE Type` for that edge towards that type only."""
    for entry in place.listed(body):
        name, _, target = place.text(entry).partition(" ")
        yield edge_type(name, place).name, node_type(target, place).name if target else None


def _counting(measure: str, body: Any, place: Place) -> Counting:
    part = place.mapping(body, ("count", "in", "out"), ("count",))
    count = selectors(part["count"], place / "count")
    return Counting(measure, count, *edge_of(part, place)) if len(part) > 1 else Counting(measure, count)


def _bands(body: Any, place: Place) -> tuple[int, ...]:
    bands = place.listed(body)
    if not bands or not all(type(band) is int and band >= 0 for band in bands) or sorted(set(bands)) != bands:
        raise place.wrong(f"is {body!r}; it has to be whole numbers that rise")
    return tuple(bands)


def _share(body: Any, place: Place) -> float:
    if isinstance(body, bool) or not isinstance(body, int | float) or not 0 <= body <= 1:
        raise place.wrong(f"is {body!r}; it has to be a number from 0 to 1")
    return float(body)
