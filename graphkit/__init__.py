"""graphkit: a graph database of organisational networks, with coverage, linkage and evidence.

Every public name is loaded at its first use, so that importing graphkit imports no driver.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "build": ["load", "open_store", "read"],
    "errors": [
        "DataError",
        "ExportError",
        "GraphkitError",
        "IdentityError",
        "PlanError",
        "QueryError",
        "SchemaError",
        "StoreError",
    ],
    "graph.convert": ["from_pandas", "from_records"],
    "graph.evidence": ["conflicts", "evidence"],
    "graph.files": ["read_parquet", "write_parquet"],
    "graph.tables": ["Graph"],
    "identity": ["resolve"],
    "schema": ["Schema"],
    "stores.base": ["Store", "query"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - a list, built from the table above


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    return getattr(import_module(f"graphkit.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
