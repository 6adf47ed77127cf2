"""What a dataset promises of itself: how many of each type it holds, and which of its lists are complete."""

import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from graphkit.loaders.description import FILE_NAME, Description
from graphkit.loaders.plain import wrong
from graphkit.names import nearest


def check_expectations(description: Description, raw: Graph) -> list[str]:
    """Compare the number of distinct elements per type with `expect`; raise DataError, or warn if told so."""
    breaches = []
    for name, limits in description.expect.items():
        _check_type(description, raw, "expect", name)
        count = len(pc.unique(raw.table(name)["id"]))
        low, high = limits.get("min", 0), limits.get("max", count)
        if not low <= count <= high:
            wanted = f"{low}" if low == high else f"{low} to {limits.get('max', 'any number')}"
            breaches.append(f"{description.name}: {count} {name} where {wanted} are expected")
    if breaches and not description.warns:
        hint = "Look at what changed; then correct the tables, or `expect` in dataset.yaml."
        message, place = "; ".join(breaches), FILE_NAME
        raise DataError(message, code="expectation", hint=hint, source=description.name, place=place, value=None)
    return breaches


def check_scopes(description: Description, raw: Graph) -> list[str]:
    """Refuse a complete list of a type that is none; warn of a place that the dataset does not hold."""
    warnings = []
    for number, scope in enumerate(description.facts.get("complete") or [], 1):
        place = f"complete[{number}]"
        _check_type(description, raw, f"{place}.of", scope["of"])
        for kind, name in (scope.get("where") or {}).items():
            owner = {"region": "Region", "chain": "Industry"}.get(kind)
            known = raw.table(owner) if owner else None
            found = known is None or name in {*known["name"].to_pylist(), *known["key"].to_pylist()}
            if not found or (kind == "dataset" and name != description.name):
                warnings.append(f"{description.name}: {place}.where.{kind} {name!r} is not in this dataset")
    return warnings


def _check_type(description: Description, raw: Graph, place: str, name: str) -> None:
    types = [*raw.schema.nodes, *raw.schema.edges]
    if name not in types:
        close = ", ".join(nearest(name, types)) or ", ".join(types)
        path = str(description.folder / FILE_NAME)
        raise wrong(path, place, name, "is no type of the schema", f"Nearest: {close}.")
