"""The words and wordings of relations, read from YAML and compiled once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from graphkit.documents.relations.scene import ANY, MORE, ORGANISATIONS, SIGN, TYPES
from graphkit.errors import DataError
from graphkit.schema import Schema

FILE = "relations.yaml"
# A gap holds no name but that of a place: 由甲主办的首届某省“X”大赛.
_NAMES = "".join(sign for kind, sign in SIGN.items() if kind != "Region")
_NOUN = "(?!(?:暨.{0,12})?(?:大会|仪式|典礼|会议|周年)|以来|之[初前后际时]|[后时](?!代)|于[0-9])"


@dataclass(frozen=True, slots=True)
class Frame:
    """Verbs and which kinds of object make which relation of them."""

    name: str
    verbs: frozenset[str]
    objects: Mapping[str, tuple[str, ...]]
    subjects: tuple[str, ...]
    only: Mapping[str, frozenset[str]]
    only_types: Mapping[str, frozenset[str]]
    roles: Mapping[str, str]
    role: str | None
    action: str
    confidence: float
    groups: bool


@dataclass(frozen=True, slots=True)
class Template:
    """One wording of a relation as an expression over signs."""

    relation: str
    pattern: re.Pattern[str]
    confidence: float
    pairwise: bool
    subject: bool
    groups: bool
    properties: Mapping[str, str]
    place: int


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a line or column and the relations, first that fits, of what it names to the head (`towards`)."""

    pattern: str
    relations: tuple[str, ...]
    towards: bool
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All words of the relations: `words` by list, what stands for somebody named before, frames and templates."""

    words: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, tuple[str, ...]]
    anaphora: Mapping[str, str]
    strangers: tuple[str, ...]
    frames: tuple[Frame, ...]
    templates: tuple[Template, ...]
    labels: tuple[Label, ...]
    modes: Mapping[str, str]
    verbs: re.Pattern[str]
    frames_of: Mapping[str, tuple[Frame, ...]]

    def any_of(self, *lists: str) -> str:
        """Return an expression for one of the words of these lists, longest first."""
        return alternatives(word for name in lists for word in self.words[name])


def alternatives(words: Any) -> str:
    """Return an expression that matches one of the words, the longest that fits."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


@cache
def vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read the built-in file and that of an office's own folder, whose lists are added to it."""
    built_in = (files("graphkit.documents") / "lexicons" / FILE).read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(built_in)
    if folder is None or not (folder / FILE).is_file():
        return _compiled(data)
    _add(data, _mapping(folder / FILE))
    try:
        return _compiled(data)
    except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise _wrong(folder / FILE, f"cannot be used: {error}") from error


def _mapping(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, "is not readable YAML in UTF-8") from error
    if not isinstance(data, dict):
        raise _wrong(path, "holds no mapping")
    return data


def _wrong(path: Path, what: str) -> DataError:
    hint = "Write it like graphkit/documents/lexicons/relations.yaml."
    return DataError(f"{path.name} {what}", code="lexicon", hint=hint, source=str(path))


def _add(data: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add lists to lists and mappings to mappings, in place; frames of one name get each other's verbs."""
    for key, value in more.items():
        old = data.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            _add(old, value)
        elif isinstance(old, list) and isinstance(value, Sequence):
            data[key] = [*old, *value]
        else:
            data[key] = value


def _compiled(data: Mapping[str, Any]) -> Vocabulary:
    words = {name: tuple(map(str, values)) for name, values in data["words"].items()}
    frames = tuple(map(_frame, data["frames"]))
    frames_of: dict[str, tuple[Frame, ...]] = {}
    for frame in frames:
        for verb in frame.verbs:
            frames_of[verb] = (*frames_of.get(verb, ()), frame)
    return Vocabulary(
        words=words,
        roles={role: tuple(values) for role, values in data["roles"].items()},
        anaphora={word: kind for kind, values in data["anaphora"].items() for word in values},
        strangers=tuple(data["strangers"]),
        frames=frames,
        templates=tuple(_template(place, item, words) for place, item in enumerate(data["templates"])),
        labels=tuple(map(_label, data["labels"])),
        modes={word: mode for mode, values in data["modes"].items() for word in values},
        # 成立大会, 启动仪式, 成立以来: nouns and times, nothing is done.
        verbs=re.compile(alternatives(frames_of) + _NOUN),
        frames_of=frames_of,
    )


def _frame(data: Mapping[str, Any]) -> Frame:
    return Frame(
        name=data["name"],
        verbs=frozenset(data["verbs"]),
        objects={relation: tuple(types) for relation, types in data["objects"].items()},
        subjects=tuple(data.get("subjects", ())),
        only={relation: frozenset(verbs) for relation, verbs in data.get("only", {}).items()},
        only_types={kind: frozenset(verbs) for kind, verbs in data.get("only_types", {}).items()},
        roles=data.get("roles", {}),
        role=data.get("role"),
        action=data["action"],
        confidence=float(data["confidence"]),
        groups=bool(data.get("groups", False)),
    )


def _label(data: Mapping[str, Any]) -> Label:
    known = {"label", "relations", "towards"}
    return Label(
        pattern=str(data["label"]),
        relations=tuple(data["relations"]),
        towards=bool(data.get("towards", True)),
        properties={key: str(value) for key, value in data.items() if key not in known},
    )


def _template(place: int, data: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Template:
    if data["relation"] not in Schema.load().edges:
        raise ValueError(f"{data['relation']!r} is no type of edge")
    source = str(data["pattern"]).replace("……", "[^。；]{0,30}?").replace("…", f"[^。；，,：:{_NAMES}]{{0,14}}?")
    source = re.sub(r"\[[^\]]*\]", lambda found: found[0].replace("§", ANY[1:-1]), source).replace("§", ANY)
    source = re.sub(r"<(\w+)>", lambda found: alternatives(words[found[1]]), source)
    source = re.sub(r"\{(src|dst|x):([^}]+)\}", _slot, source)
    known = {"relation", "pattern", "confidence", "self", "subject", "groups"}
    return Template(
        relation=data["relation"],
        pattern=re.compile(source),
        confidence=float(data["confidence"]),
        pairwise=bool(data.get("self", False)),
        subject=bool(data.get("subject", False)),
        groups=bool(data.get("groups", False)),
        properties={key: str(value) for key, value in data.items() if key not in known},
        place=place,
    )


def _slot(found: re.Match[str]) -> str:
    """Turn {src:ORG|Region} into a named group: one sign of these types and what is listed with it."""
    kinds = [kind for name in found[2].split("|") for kind in _family(name)]
    signs = "".join(SIGN[kind] for kind in kinds)
    return f"(?P<{found[1]}>[{signs}]{MORE}*)"


def _family(name: str) -> Sequence[str]:
    return ORGANISATIONS if name == "ORG" else TYPES if name == "ANY" else (name,)
