"""The Cypher index of a store, kept in a file beside it: disposable, and never older than the record."""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from graphkit.engines.kglite import CypherIndex, build_index, engine_version, load_index
from graphkit.graph.tables import Graph
from graphkit.schema import Schema


def key_of(mark: str, schema: Schema) -> str:
    """Name what an index depends on: the revision (by its mark, which no other has), the schema, the engine."""
    return f"{mark}-{hashlib.sha256(schema.text.encode()).hexdigest()[:12]}-{engine_version()}"


def cached_index(store: Path, key: str, read: Callable[[], Graph]) -> CypherIndex:
    """Return the index of a store: from its file, or built anew and kept."""
    file = store.with_name(f".{store.name}.cypher") / f"{key}.kgl"
    index = load_index(file)
    if index is None:
        index = build_index(read())
        _keep(index, file, store)
    return index


def _keep(index: CypherIndex, file: Path, store: Path) -> None:
    """Keep the index as readable as the store is, in place of older ones; a failure costs nothing."""
    mode = store.stat().st_mode & 0o777
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        for old in file.parent.glob("*.kgl*"):
            old.unlink(missing_ok=True)
        part = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.kgl")
        part.touch(mode=0o600)
        index.save(part)
        part.chmod(mode)
        part.replace(file)
    except OSError:
        return
