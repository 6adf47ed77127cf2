"""The keys of a dataset's nodes, and the raw ids that are made of keys."""

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.convert import SEPARATOR
from graphkit.graph.tables import TEXT
from graphkit.names import nearest


def raw_ids(prefix: str, *parts: Any) -> pa.Array:
    """Return `raw_id(prefix, *parts)` for every row: each part is a text, or a column of texts."""
    texts = pc.binary_join_element_wise(*parts, SEPARATOR, null_handling="replace", null_replacement="")
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    digest = hashlib.sha256
    hashed = [digest(text).hexdigest()[:20] for text in texts.cast(pa.binary()).to_pylist()]
    return pc.binary_join_element_wise(f"{prefix}_", pa.array(hashed, TEXT), "")


class Keys:
    """Which node of which type each key of a dataset names."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def add(self, kind: str, keys: pa.ChunkedArray, ids: pa.Array) -> None:
        known, found = self._known.get(kind, (pa.array([], TEXT), pa.array([], TEXT)))
        self._known[kind] = pa.concat_arrays([known, keys.combine_chunks()]), pa.concat_arrays([found, ids])

    def ids(self, kind: str, keys: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the id behind each key; null where there is none."""
        if kind not in self._known:
            return pa.chunked_array([pa.nulls(len(keys), TEXT)])
        known, ids = self._known[kind]
        return pa.chunked_array([ids.take(pc.index_in(keys.combine_chunks(), value_set=known, skip_nulls=True))])

    def named(self, key: str, kind: str | None = None) -> list[str]:
        """Return the ids of the nodes that a key names, of one type or of all."""
        wanted = pa.chunked_array([pa.array([key], TEXT)])
        found = [self.ids(name, wanted)[0].as_py() for name in sorted(self._known) if kind in (None, name)]
        return [own_id for own_id in found if own_id is not None]

    def nearest(self, kind: str, key: str | None) -> list[str]:
        return nearest(key or "", self._known[kind][0].to_pylist()) if kind in self._known else []
