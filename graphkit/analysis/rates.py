"""Rates and their intervals, by anything: place, chain, segment, mode, size, a property (DEFINITIONS 6).

The interval comes first: a rate says nothing of the units whose state is not known.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.dimensions import (
    TOTAL,
    Counted,
    Dimension,
    asked_for,
    header,
    in_order,
    joined,
    labelled,
    share,
    term,
    unknown_choice,
)
from graphkit.analysis.links import Links
from graphkit.engines.relational import Relational
from graphkit.graph.tables import frame
from graphkit.schema import Language, Schema

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = ("count", "women_employees")


def rates(
    found: Coverage | Links,
    by: str | Sequence[str] | None = None,
    *,
    weight: str = "count",
    lang: Language | None = None,
) -> "pd.DataFrame":
    """Return covered, gap, unknown and the rate with its interval, in all and by row; for links, the linked share.

    `by`: a level of region (town, county, ...), chain, segment, mode, form, level, size, type or a property, or a
    list of them for a cross table; captions are understood. A unit with two towns counts in both rows; the last row
    is the total of distinct units. `rate` = covered / (covered + gap), null if there are none; `low` and `high` are
    shares of all units. With weight women_employees they are shares of women, and units without a head count are
    counted apart (`uncounted`). With `lang` everything is captioned. Raises SchemaError for what is not known.
    """
    weight = weight_of(found.graph.schema, weight)
    counted, dimensions = asked_for(found, by, lang)
    total = sums(counted, []) if dimensions else None
    return told_rates((counted, dimensions), sums(counted, dimensions), total, weight=weight, lang=lang)


def told_rates(
    asked: tuple[Counted, list[Dimension]],
    summed: pa.Table,
    total: pa.Table | None,
    *,
    weight: str,
    lang: Language | None,
) -> "pd.DataFrame":
    """Turn the sums of rows, and those of all units if there is more than them, into the answer of `rates`."""
    counted, dimensions = asked
    schema, rows = counted.graph.schema, in_order(summed, dimensions)
    columns = {d.name: labelled(counted, d, rows[f"by{k}"], lang) for k, d in enumerate(dimensions)}
    table = pa.table(columns | _figures(counted, rows, weight))
    if total is not None:
        last = {d.name: pa.array([term(schema, TOTAL, lang)]) for d in dimensions}
        table = pa.concat_tables([table, pa.table(last | _figures(counted, total, weight))])
    return frame(table.rename_columns([header(schema, name, lang) for name in table.column_names]))


def weight_of(schema: Schema, weight: str) -> str:
    """Return what a weight or its caption means."""
    told = (weight, {"units": "count"}.get(schema.named("term", weight) or ""), schema.named("property", weight))
    found = next((name for name in told if name in WEIGHTS), None)
    if found is None:
        raise unknown_choice("weight", weight, WEIGHTS)
    return found


def _summed(counted: Counted) -> pa.Table:
    """Return what is summed for each unit: 1 under its part, its women, 1 if these are not known or a lower bound."""
    units, heads = counted.units, counted.units["women_employees"]
    columns = {"unit": units["id"]}
    for part in counted.parts:
        inside = pc.equal(units["status"], part)
        columns[part] = inside.cast(pa.int64())
        columns[f"women_{part}"] = pc.if_else(inside, pc.fill_null(heads, 0), 0)
        columns[f"uncounted_{part}"] = pc.and_(inside, pc.is_null(heads)).cast(pa.int64())
    columns["more"] = pc.fill_null(pc.equal(units["women_employees_bound"], "more_than"), False).cast(pa.int64())
    return pa.table(columns)


def sums(counted: Counted, dimensions: list[Dimension]) -> pa.Table:
    """Sum units by the rows of all dimensions; a unit that falls into none of a dimension has null there."""
    summed = _summed(counted)
    if not dimensions:
        return pa.table({name: [pc.sum(summed[name], min_count=0)] for name in summed.column_names[1:]})
    names = [f"by{number}" for number in range(len(dimensions))]
    with Relational() as engine:
        units = joined(engine, engine.lazy(summed), dimensions)
        return engine.collect(units.group_by(names).agg(*(nw.col(c).sum() for c in summed.column_names[1:])))


def _figures(counted: Counted, rows: pa.Table, weight: str) -> dict[str, Any]:
    """Turn sums into the columns of the answer."""
    parts, prefix = counted.parts, "" if weight == "count" else "women_"
    number = {name: rows[name].to_numpy().astype(np.int64) for name in rows.column_names if not name.startswith("by")}
    columns: dict[str, Any] = {"units": sum(number[part] for part in parts)}
    columns |= {part: number[part] for part in parts}
    whole = sum(number[f"{prefix}{part}"] for part in parts)
    if weight != "count":
        columns |= {"women": whole} | {f"women_{part}": number[f"women_{part}"] for part in parts}
        columns["uncounted"] = sum(number[f"uncounted_{part}"] for part in parts)
        columns |= {f"uncounted_{part}": number[f"uncounted_{part}"] for part in parts}
        columns["women_at_least"] = number["more"] > 0
    first = number[f"{prefix}{parts[0]}"]
    if parts != STATUSES:
        return columns | {"share": share(first, whole)}
    gap, unknown = (number[f"{prefix}{part}"] for part in STATUSES[1:])
    known = {"rate": share(first, first + gap)}
    return columns | known | {"low": share(first, whole), "high": share(first + unknown, whole)}
