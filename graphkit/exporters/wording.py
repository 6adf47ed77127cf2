"""The report's own words, from report.yaml; captions of types, measures and values come from the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graphkit.schema import Caption, Language
from graphkit.schema.reading import parse_yaml


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by name, the paragraphs on method, what sources count and in what."""

    texts: Mapping[str, Caption]
    method: tuple[Caption, ...]
    measures: Mapping[str, Caption]
    units: Mapping[str, Caption]


@cache
def wording() -> Wording:
    """Read the texts, once."""
    source = (files("graphkit") / "exporters" / "report.yaml").read_text(encoding="utf-8")
    data = parse_yaml(source)
    texts, measures, units = (
        {name: Caption(**both) for name, both in data[part].items()} for part in ("texts", "measures", "units")
    )
    return Wording(texts, tuple(Caption(**both) for both in data["method"]), measures, units)


def say(name: str, lang: Language, **values: Any) -> str:
    """Return one of the report's texts with its values put in."""
    return wording().texts[name].of(lang).format(**values)


def word_for(measure: str, lang: Language) -> str:
    """Return what a source counts in words; an unknown measure as it is written, without underscores."""
    known = wording().measures.get(measure)
    return measure.replace("_", " ") if known is None else known.of(lang)


def unit_of(unit: str | None, lang: Language) -> str | None:
    """Return the unit of a number in words."""
    known = wording().units.get(unit or "")
    return unit if known is None else known.of(lang)
