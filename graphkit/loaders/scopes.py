"""What a source may say is complete: of what, where, since when; in a dataset.yaml and in a table's mapping alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from graphkit.values import PartialDate

OWNERS = {"region": "Region", "chain": "Industry"}


def wrong_scope(scope: Any) -> tuple[str, Any, str] | None:
    """Say what is wrong with the form of a complete list: where in it, with which value, and why; None if nothing."""
    if not isinstance(scope, dict) or not isinstance(scope.get("of"), str) or set(scope) - {"of", "where", "as_of"}:
        return "", scope, "has to say `of`, and may say `where` and `as_of`"
    where = scope.get("where") or {}
    if not isinstance(where, dict) or set(where) - {*OWNERS, "dataset"}:
        return ".where", where, "may name region, chain or dataset"
    if scope.get("as_of") is not None and not is_date(str(scope["as_of"])):
        return ".as_of", scope["as_of"], "is no date; write 2022, 2022-06 or 2022-06-25"
    return None


def places_not_held(raw: Graph, dataset: str, complete: Iterable[Mapping[str, Any]]) -> list[str]:
    """Warn of each place or dataset of a complete list that the source itself does not hold."""
    warnings = []
    for number, scope in enumerate(complete, 1):
        for kind, name in (scope.get("where") or {}).items():
            owner = OWNERS.get(kind)
            known = raw.table(owner) if owner else None
            found = known is None or name in {*known["name"].to_pylist(), *known["key"].to_pylist()}
            if not found or (kind == "dataset" and name != dataset):
                warnings.append(f"{dataset}: complete[{number}].where.{kind} {name!r} is not in this dataset")
    return warnings


def is_date(text: str) -> bool:
    """Say whether a text is a date as graphkit stores it, possibly partial."""
    try:
        PartialDate.parse(text)
    except DataError:
        return False
    return True
