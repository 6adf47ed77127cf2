"""Quadrant: which units have a women's organisation, and which are linked to a resource; both, either, neither.

Linked but not covered are the cheapest to organise: somebody reaches them already. Covered but not linked have an
organisation that has no resources to offer yet (DEFINITIONS 10).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.dimensions import TOTAL, placed, term
from graphkit.analysis.links import Links, either
from graphkit.errors import QueryError
from graphkit.graph.tables import TEXT, TEXTS, frame
from graphkit.schema import Language

if TYPE_CHECKING:
    import pandas as pd

CELLS = [(status, linked) for status in STATUSES for linked in (True, False)]
HEADERS: dict[str, dict[Language, str]] = {
    "linked": {"zh": "链接", "en": "linked"},
    "share": {"zh": "占比", "en": "share"},
    "names": {"zh": "单位", "en": "names"},
    "ids": {"zh": "编号", "en": "ids"},
}
LINKED: dict[Language, tuple[str, str]] = {"zh": ("已知链接", "未知链接"), "en": ("linked", "not known to be linked")}


def quadrant(
    cov: Coverage, net: Links, *, by: str | Sequence[str] | None = None, lang: Language | None = None
) -> "pd.DataFrame":
    """Return six rows: covered, gap, unknown x linked or not, with `units, share, names, ids`.

    Not linked means not known to be linked. `by` (chain, town, ... as for rates) gives six rows for each of its rows, a
    unit with two chains in both, and at last six of the total of distinct units. `share` is of all units of the row.
    With `lang` everything is captioned. Raises QueryError (`findings-differ`) if the two do not speak of the same units
    at the same date, SchemaError for a `by` that is not known.
    """
    _check(cov, net)
    headers, rows = placed(cov, by, lang=lang)
    names = [f"by{number}" for number in range(len(headers))]
    cells = _cells(cov, net)
    table = _summed(rows, cells, names)
    if names:
        total = term(cov.graph.schema, TOTAL, lang)
        whole = _summed(pa.table({"unit": pc.unique(rows["unit"])}), cells, [])
        for place, name in enumerate(names):
            whole = whole.add_column(place, name, pa.array([total] * len(whole), TEXT))
        table = pa.concat_tables([table, whole])
    told = frame(table.rename_columns([*headers, *table.column_names[len(headers) :]]))
    return told if lang is None else _captioned(cov, told, lang)


def cheapest(cov: Coverage, net: Links, lang: Language = "zh") -> str:
    """Say in one sentence how many of the linked are not covered, and why they come first."""
    _check(cov, net)
    whole = cov.table.select(["id"]).rename_columns(["unit"])
    rows = _summed(whole, _cells(cov, net), []).to_pylist()
    told = {(row["status"], row["linked"]): row["units"] for row in rows}
    units = cov.rules.units[cov.units_kind].caption.of(lang)
    kinds = [cov.graph.schema.caption("node", name, lang) for name in net.to]
    gap, unknown, bare = told["gap", True], told["unknown", True], told["covered", False]
    if lang == "zh":
        found = f"已知链接到{'或'.join(kinds)}而未覆盖的{units} {gap} 个（另有情况不明 {unknown} 个），组建成本最低；"
        return f"{found}已覆盖而未知有链接的 {bare} 个（{net.max_hops} 步之内，{cov.rules.basis(cov.as_of, lang)}）"
    found = f"linked but not covered are the cheapest to organise: {gap} gap{'s' * (gap != 1)} among the {units} known "
    found += f"to reach {either(kinds)} ({unknown} more whose state is not known)"
    found += f"; {bare} covered are not known to be linked"
    return f"{found} (within {net.max_hops} hop{'s' * (net.max_hops != 1)}; {cov.rules.basis(cov.as_of, lang)})"


def _check(cov: Coverage, net: Links) -> None:
    """Refuse two findings that do not speak of the same."""
    same = [("units", cov.units_kind, net.units_kind), ("date", cov.as_of, net.as_of)]
    for what, of_coverage, of_links in same:
        if of_coverage != of_links:
            told = [value or "latest known" for value in (of_coverage, of_links)]
            message = f"the coverage and the links differ in their {what}: {told[0]} and {told[1]}"
            raise QueryError(message, code="findings-differ", hint="Compute both with the same units and as_of.")
    if not cov.table["id"].equals(net.units["id"]):
        message = f"the coverage speaks of {len(cov.table)} units and the links of {len(net.units)}, not the same ones"
        raise QueryError(message, code="findings-differ", hint="Compute both from the same graph under the same rules.")


def _cells(cov: Coverage, net: Links) -> pa.Table:
    """Return for each unit its name and its cell."""
    linked = pc.is_in(cov.table["id"], value_set=pc.unique(net.linked["unit"]))
    status = pc.index_in(cov.table["status"], value_set=pa.array(STATUSES))
    cell = pc.add(pc.multiply(status, 2), pc.if_else(linked, 0, 1))
    return pa.table({"unit": cov.table["id"], "name": cov.table["name"], "cell": cell})


def _summed(rows: pa.Table, cells: pa.Table, names: list[str]) -> pa.Table:
    """Count and list the units of each row and cell, a row for every cell."""
    # Rows keep the order in which they come; within a cell, units stand by name.
    row = _numbers(rows, names)
    at = pc.index_in(rows["unit"], value_set=cells["unit"])
    told = cells.take(at).append_column("row", pa.array(row)).append_column("place", pa.array(np.arange(len(row))))
    told = told.sort_by([("name", "ascending"), ("unit", "ascending")])
    grouped = told.group_by(["row", "cell"], use_threads=False).aggregate([("name", "list"), ("unit", "list")])
    found = {(r["row"], r["cell"]): (r["name_list"], r["unit_list"]) for r in grouped.to_pylist()}
    heads = _heads(rows, row, names) if names else [()]
    made: list[dict[str, Any]] = []
    for number, head in enumerate(heads):
        listed = [found.get((number, cell), ([], [])) for cell in range(len(CELLS))]
        whole = sum(len(ids) for _, ids in listed)
        for (status, linked), (called, ids) in zip(CELLS, listed, strict=True):
            share = len(ids) / whole if whole else None
            cell = {"status": status, "linked": linked, "units": len(ids), "share": share, "names": called, "ids": ids}
            made.append(dict(zip(names, head, strict=True)) | cell)
    types = [(name, TEXT) for name in (*names, "status")] + [("linked", pa.bool_()), ("units", pa.int64())]
    return pa.Table.from_pylist(
        made, schema=pa.schema([*types, ("share", pa.float64()), ("names", TEXTS), ("ids", TEXTS)])
    )


def _numbers(rows: pa.Table, names: list[str]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Number the rows by their labels, in the order in which they first come."""
    found = np.zeros(len(rows), np.int64)
    for name in names:
        codes = rows[name].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        found = found * (codes.max(initial=0) + 1) + codes
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    return order[inverse]


def _heads(rows: pa.Table, row: "np.ndarray[Any, np.dtype[np.int64]]", names: list[str]) -> list[tuple[str, ...]]:
    _, first = np.unique(row, return_index=True)
    return [tuple(told.values()) for told in rows.select(names).take(pa.array(first)).to_pylist()]


def _captioned(cov: Coverage, told: "pd.DataFrame", lang: Language) -> "pd.DataFrame":
    schema = cov.graph.schema
    shown = told.copy()
    shown["status"] = [schema.caption("term", status, lang) for status in told["status"]]
    shown["linked"] = [LINKED[lang][not linked] for linked in told["linked"]]
    captions = {name: schema.caption("term", name, lang) for name in ("status", "units")}
    captions |= {name: header[lang] for name, header in HEADERS.items()}
    if ("property", "status") in schema.captions:
        captions["status"] = schema.caption("property", "status", lang)
    return shown.rename(columns=captions)
