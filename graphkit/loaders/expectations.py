"""What a dataset promises of itself: how many of each type it holds, and which of its lists are complete."""

import pyarrow.compute as pc

from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from graphkit.loaders.description import FILE_NAME, Description
from graphkit.loaders.plain import wrong
from graphkit.loaders.scopes import places_not_held
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
    complete = description.facts.get("complete") or []
    for number, scope in enumerate(complete, 1):
        _check_type(description, raw, f"complete[{number}].of", scope["of"])
    return places_not_held(raw, description.name, complete)


def _check_type(description: Description, raw: Graph, place: str, name: str) -> None:
    types = [*raw.schema.nodes, *raw.schema.edges]
    if name not in types:
        close = ", ".join(nearest(name, types)) or ", ".join(types)
        path = str(description.folder / FILE_NAME)
        raise wrong(path, place, name, "is no type of the schema", f"Nearest: {close}.")
