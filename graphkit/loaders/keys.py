"""The keys of a dataset's nodes, and the raw ids that are made of keys."""

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.engines.relational import Relational
from graphkit.graph.convert import SEPARATOR
from graphkit.graph.order import HASH_DIGITS
from graphkit.graph.tables import TEXT, whole
from graphkit.names import nearest

MANY = 20_000  # texts from which it pays to ask DuckDB for their hashes


def raw_ids(prefix: str, *parts: Any) -> pa.Array:
    """Return `raw_id(prefix, *parts)` for every row: each part is a text, or a column of texts."""
    texts = pc.binary_join_element_wise(*parts, SEPARATOR, null_handling="replace", null_replacement="")
    texts = whole(texts) if isinstance(texts, pa.ChunkedArray) else texts
    digits = _digits(texts) if len(texts) < MANY else _digits_of_many(texts)
    return pc.binary_join_element_wise(f"{prefix}_", digits, "")


def _digits(texts: pa.Array) -> pa.Array:
    hashed = (hashlib.sha256(text).hexdigest() for text in texts.cast(pa.binary()).to_pylist())
    return pa.array([digest[:HASH_DIGITS] for digest in hashed], TEXT)


def _digits_of_many(texts: pa.Array) -> pa.Array:
    with Relational() as engine:
        return engine.digests(texts, HASH_DIGITS)


class Keys:
    """Which node of which type each key of a dataset names."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def add(self, kind: str, keys: pa.ChunkedArray, ids: pa.Array) -> None:
        known, found = self._known.get(kind, (pa.array([], TEXT), pa.array([], TEXT)))
        self._known[kind] = pa.concat_arrays([known, whole(keys)]), pa.concat_arrays([found, ids])

    def ids(self, kind: str, keys: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the id behind each key; null where there is none."""
        if kind not in self._known:
            return pa.chunked_array([pa.nulls(len(keys), TEXT)])
        known, ids = self._known[kind]
        return pa.chunked_array([ids.take(pc.index_in(whole(keys), value_set=known, skip_nulls=True))])

    def named(self, key: str, kind: str | None = None) -> list[str]:
        """Return the ids of the nodes that a key names, of one type or of all."""
        wanted = pa.chunked_array([pa.array([key], TEXT)])
        found = [self.ids(name, wanted)[0].as_py() for name in sorted(self._known) if kind in (None, name)]
        return [own_id for own_id in found if own_id is not None]

    def nearest(self, kind: str, key: str | None) -> list[str]:
        return nearest(key or "", self._known[kind][0].to_pylist()) if kind in self._known else []
