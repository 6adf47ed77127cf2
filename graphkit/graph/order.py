"""Which of several statements wins (DESIGN 4): the order of raw rows under their sources."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graph.editions import ends_of
from graphkit.graph.tables import TEXT, whole
from graphkit.graph.time import last_days

Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Key = tuple[Any, ...]
Row = tuple[str, str, str | None]  # id, source and place of a raw row
HASH_DIGITS = 20  # of a raw id, behind its prefix
HEX = np.full(256, 16, np.uint64)
HEX[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16, dtype=np.uint64)


class SourceOrder:
    """Ranks of sources: which one wins (corrections, then the newest), and which one was first.

    `unknown` holds what is said to be not known: the properties, by id, source and place of the row that says so.
    """

    def __init__(self, sources: pa.Table, evidence: pa.Table | None = None) -> None:
        ids, kinds = sources["id"].to_pylist(), sources["kind"].to_pylist()
        days = last_days(sources["date"]).to_pylist()
        wins: list[Key] = [
            (kind != "correction", day is None, _descending(day)) for kind, day in zip(kinds, days, strict=True)
        ]
        self.sources = sources
        self.ids = pa.array(ids, TEXT)
        self.corrections = np.array([kind == "correction" for kind in kinds], np.bool_)
        # Sources of one kind and day share a rank, so that confidence and place decide between them.
        self.newest = _ranks(wins)
        self.smallest = _ranks([(own_id,) for own_id in ids])
        # Equal dates are equal ages: the tie is broken by the smaller raw id, not by the source.
        self.age = _ranks([(day is None, day or "") for day in days])
        by_hand = self.ids.filter(pa.array(self.corrections))
        self.unknown = {} if evidence is None else _said_unknown(evidence, set(by_hand.to_pylist()))

    def codes(self, table: pa.Table) -> Indices:
        """Number the source of each row."""
        codes: Indices = pc.index_in(table["source_id"], value_set=self.ids).to_numpy().astype(np.int64)
        return codes

    def by_hand(self, table: pa.Table) -> Flags:
        """Tell which rows are corrections by hand (they have no key): these say nothing of what no other row states."""
        found: Flags = self.corrections[self.codes(table)] & pc.is_null(table["key"]).to_numpy()
        return found

    def not_known(self, table: pa.Table, name: str) -> Flags:
        """Tell which rows say of a column that it is not known, which is a statement as a value is one."""
        found = np.zeros(len(table), np.bool_)
        told = {row for row, names in self.unknown.items() if name in names}
        if not told:
            return found
        ids = pa.array(sorted({row[0] for row in told}), TEXT)
        near = np.flatnonzero(pc.is_in(table["id"], value_set=ids).to_numpy())
        rows = table.select(["id", "source_id", "place"]).take(pa.array(near)).to_pylist()
        found[near] = [tuple(row.values()) in told for row in rows]
        found &= pc.is_null(table[name]).to_numpy()
        return found

    def precedence(self, table: pa.Table) -> Indices:
        """Row numbers, winner first: correction, newer, surer, later place, smaller source id, then id.

        What still waits for review (`proposed`) never wins against what is accepted.
        """
        codes = self.codes(table)
        keys = (
            text_ranks(table["id"]),
            self.smallest[codes],
            -_natural_ranks(table["place"]),
            -pc.fill_null(table["confidence"], 1.0).to_numpy(),
            self.newest[codes],
            pc.fill_null(pc.equal(table["status"], "proposed"), False).to_numpy(),
        )
        return np.lexsort(keys).astype(np.int64)

    def stated_status(self, table: pa.Table) -> pa.Array:
        """Return what each row says of its status: a source that lists something plainly says that it is actual.

        A correction that does not touch the status says nothing of it, nor does the end of what a list left out.
        """
        silent = pa.array(self.corrections[self.codes(table)] | ends_of(table))
        return pc.if_else(silent, table["status"], pc.fill_null(table["status"], "actual"))


def _said_unknown(evidence: pa.Table, corrections: set[str]) -> dict[Row, set[str]]:
    """Read from evidence what corrections say to be not known: rows that name a property and no value."""
    if not corrections:
        return {}
    silent = pc.and_(pc.is_null(evidence["value"]), pc.is_valid(evidence["property"]))
    found: dict[Row, set[str]] = {}
    for told in evidence.filter(silent).select(["element_id", "source_id", "place", "property"]).to_pylist():
        if told["source_id"] in corrections:
            found.setdefault((told["element_id"], told["source_id"], told["place"]), set()).add(told["property"])
    return found


def ascending(texts: pa.ChunkedArray) -> bool:
    """Tell whether each text is greater than the one before: sorted, and none twice."""
    column = whole(texts)
    return len(column) < 2 or bool(pc.all(pc.greater(column[1:], column[:-1])).as_py())


def _in_order(table: pa.Table, rows: Indices) -> pa.Table:
    """Take every row of a table, in another order; columns that say the same throughout stay as they are."""
    index = pa.array(rows)
    columns = [column if _alike(column) else column.take(index) for column in table.columns]
    return pa.Table.from_arrays(columns, schema=table.schema)


def _alike(column: pa.ChunkedArray) -> bool:
    """Tell whether all values of a column are the same one; most columns say nothing at all."""
    if column.null_count:
        return bool(column.null_count == len(column))
    if column[0] != column[-1] or pa.types.is_list(column.type):
        return False
    return bool(pc.all(pc.equal(column, column[0])).as_py())


def sorted_by_id(table: pa.Table) -> pa.Table:
    """Sort elements by their ids, which are all different."""
    if ascending(table["id"]):
        return table
    found = by_id(table)
    return table.sort_by("id") if found is None else found


def by_id(table: pa.Table) -> pa.Table | None:
    """Sort a table by ids that are all different and of the usual form; None if they are not.

    Raw ids are hashes: to sort them as 64-bit numbers takes a tenth of the time of sorting texts.
    """
    numbers = _hash_numbers(whole(table["id"]))
    if numbers is None:
        return None
    order = np.argsort(numbers).astype(np.int64)
    if (np.diff(numbers[order]) == 0).any():
        return None
    return _in_order(table, order)


def _hash_numbers(ids: pa.Array) -> npt.NDArray[np.uint64] | None:
    """Read the first 16 hexadecimal digits of ids that share a prefix and a length as numbers."""
    if not len(ids) or ids.null_count:
        return None
    prefix = str(ids[0]).partition("_")[0].encode() + b"_"
    size = len(prefix) + HASH_DIGITS
    offsets = np.frombuffer(ids.buffers()[1], np.int32)[ids.offset : ids.offset + len(ids) + 1]
    if (np.diff(offsets) != size).any():
        return None
    text = np.frombuffer(ids.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(len(ids), size)
    if (text[:, : len(prefix)] != np.frombuffer(prefix, np.uint8)).any():
        return None
    numbers = np.zeros(len(ids), np.uint64)
    for digit in range(len(prefix), len(prefix) + 16):
        values = HEX[text[:, digit]]
        if (values > 15).any():
            return None
        numbers = (numbers << np.uint64(4)) | values
    return numbers


def text_ranks(texts: pa.ChunkedArray) -> Indices:
    """Rank texts by code point; equal texts share a rank."""
    ranks: Indices = pc.rank(texts, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def _ranks(keys: list[Key]) -> Indices:
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys], np.int64)


def _descending(day: str | None) -> tuple[int, ...]:
    return tuple(-int(part) for part in (day or "0").split("-"))


def _natural_ranks(places: pa.ChunkedArray) -> Indices:
    """Rank places so that row 12 comes after row 9: runs of digits are padded before comparing."""
    padded = pc.replace_substring_regex(pc.fill_null(places, ""), r"(\d+)", r"000000000000\1")
    return text_ranks(pc.replace_substring_regex(padded, r"0*(\d{12})", r"\1"))
