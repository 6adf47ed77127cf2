"""The questions that are shipped with graphkit: Cypher texts of the portable subset, with titles and parameters.

Each is a file of queries/. Its head says what is asked, which parameters there are, and which columns come back:

    // zh: 谁覆盖谁
    // en: Who covers what
    // $mode text = null · 组建方式 · mode of covering
    // columns: organisation, mode, covered
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphkit.errors import QueryError
from graphkit.names import nearest

KINDS: dict[str, type | tuple[type, ...]] = {"text": str, "whole": int, "number": (int, float), "truth": bool}
TITLE = re.compile(r"// (zh|en): (.+)")
PARAMETER = re.compile(r"// \$(\w+) (\w+)(?: = (\S+))? · (.+) · (.+)")
COLUMNS = re.compile(r"// columns: (.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question: its kind (text, whole, number, truth), whether it must be given, its default."""

    name: str
    kind: str
    required: bool
    default: Any
    caption: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShippedQuery:
    """A question: its name, title in zh and en, parameters, columns, and the Cypher text."""

    name: str
    title: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    text: str

    def bind(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters: those given, else their defaults; raise QueryError for a wrong or missing one."""
        known = {parameter.name for parameter in self.parameters}
        if unknown := sorted(set(given) - known):
            hint = f"It has: {', '.join(sorted(known)) or 'none'}."
            raise self._error(f"the question {self.name} has no parameter {unknown[0]}", "unknown-parameter", hint)
        return {parameter.name: self._value(parameter, given) for parameter in self.parameters}

    def _value(self, parameter: Parameter, given: Mapping[str, Any]) -> Any:
        value = given.get(parameter.name, parameter.default)
        if value is None and parameter.required:
            hint = f"Give it: {parameter.name}={parameter.caption['en']}."
            raise self._error(f"the question {self.name} needs {parameter.name}", "missing-parameter", hint)
        wrong = not isinstance(value, KINDS[parameter.kind]) or (isinstance(value, bool) != (parameter.kind == "truth"))
        if value is not None and wrong:
            message = f"{parameter.name} of the question {self.name} is {type(value).__name__}, not {parameter.kind}"
            raise self._error(message, "bad-parameter", f"Give a {parameter.kind}.")
        return value

    def _error(self, message: str, code: str, hint: str) -> QueryError:
        return QueryError(message, code=code, hint=hint, position=None)


@cache
def shipped_queries() -> tuple[ShippedQuery, ...]:
    """List the questions that are shipped with graphkit, by name; `query(target, shipped_query(name))` asks one."""
    files = sorted((Path(__file__).parent / "queries").glob("*.cypher"))
    return tuple(_read(file.stem, file.read_text(encoding="utf-8")) for file in files)


def shipped_query(name: str) -> ShippedQuery:
    """Return a question by its name; raise QueryError, naming the nearest, for one that is not there."""
    known = {query.name: query for query in shipped_queries()}
    if name not in known:
        hint = f"Did you mean {', '.join(nearest(name, known))}? `graphkit query STORE --list` lists them."
        raise QueryError(f"no question is named {name}", code="unknown-question", hint=hint, position=None)
    return known[name]


def _read(name: str, content: str) -> ShippedQuery:
    lines = content.splitlines()
    size = next(number for number, line in enumerate(lines) if not line.startswith("//"))
    head = lines[:size]
    title = {found[1]: found[2] for line in head if (found := TITLE.fullmatch(line))}
    columns = next(found[1].split(", ") for line in head if (found := COLUMNS.fullmatch(line)))
    parameters = tuple(_parameter(found) for line in head if (found := PARAMETER.fullmatch(line)))
    return ShippedQuery(name, title, parameters, tuple(columns), "\n".join(lines[size:]).strip())


def _parameter(found: re.Match[str]) -> Parameter:
    name, kind, default, zh, en = found.groups()
    value = {"null": None, "true": True, "false": False, None: None}.get(default, default)
    if kind == "whole" and value is not None:
        value = int(str(value))
    return Parameter(name, kind, default is None, value, {"zh": zh, "en": en})
