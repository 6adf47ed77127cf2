"""Rates and their intervals, by anything: place, chain, segment, mode, size, a property (DEFINITIONS 6).

The interval comes first: a rate says nothing of the units whose state is not known.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.links import Links
from graphkit.analysis.ruleset import Rules
from graphkit.analysis.units import Rows, about, codes_of, exceeds, industries, matches, where
from graphkit.engines.relational import Relational
from graphkit.errors import SchemaError
from graphkit.graph.evidence import name_of
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.names import nearest
from graphkit.schema import Caption, Language, Schema

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN, TOTAL = "unknown", "total"
WEIGHTS = ("count", "women_employees")
INDUSTRY_KINDS = ("chain", "segment", "field")
FLAGS = {"yes": Caption("是", "yes"), "no": Caption("否", "no"), "unknown": Caption("不明", "unknown")}
# Beginnings of columns that the schema has no caption for; what follows them is captioned by itself.
HEADERS: dict[str, dict[Language, str]] = {
    "women": {"zh": "女职工数", "en": "women employees"},
    "uncounted": {"zh": "人数不明", "en": "without head count"},
    "at_least": {"zh": "至少", "en": "at least"},
    "share": {"zh": "占比", "en": "share"},
    "not_linked": {"zh": "未链接", "en": "not linked"},
}
# Columns of a coverage by which units can be grouped; the first four are those of the first reason.
OF_UNITS = ("mode", "form", "level", "rule", "type", "status", "key_candidate", "preparing", "planned", "nested")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Units with what each counts as (one of `parts`), whatever they were found by."""

    graph: Graph
    as_of: str | None
    units: pa.Table
    parts: tuple[str, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class _Dimension:
    """How units fall into rows: `edges` (unit id, via) and `lookup` (via, value), and the label of each value."""

    name: str
    edges: pa.Table
    lookup: pa.Table
    labels: dict[str, str]


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
    if weight not in WEIGHTS:
        raise _unknown("weight", weight, WEIGHTS)
    counted = _of_coverage(found) if isinstance(found, Coverage) else _of_links(found)
    names = [by] if isinstance(by, str) else list(dict.fromkeys(by or ()))
    dimensions = [_dimension(counted, name, lang) for name in names]
    rows = _in_order(_rows(counted, dimensions), dimensions)
    columns = {d.name: _labelled(counted, d, rows[f"by{k}"], lang) for k, d in enumerate(dimensions)}
    table = pa.table(columns | _figures(counted, rows, weight))
    if dimensions:
        total = {d.name: pa.array([_term(counted.graph.schema, TOTAL, lang)]) for d in dimensions}
        table = pa.concat_tables([table, pa.table(total | _figures(counted, _rows(counted, []), weight))])
    return frame(table.rename_columns([_header(counted.graph.schema, name, lang) for name in table.column_names]))


def _in_order(rows: pa.Table, dimensions: list[_Dimension]) -> pa.Table:
    """Sort rows by the order of labels, those that fall into none last."""
    keys = [_place(dimension, rows[f"by{k}"]) for k, dimension in enumerate(dimensions)]
    return rows.take(pa.array(np.lexsort(keys[::-1]))) if keys else rows


def _place(dimension: _Dimension, values: pa.ChunkedArray) -> Rows:
    """Return where each value stands among the labels; null stands behind them."""
    places = pc.index_in(values, value_set=pa.array(list(dimension.labels), TEXT))
    found: Rows = pc.fill_null(places, len(dimension.labels)).to_numpy()
    return found


def _labelled(counted: _Counted, dimension: _Dimension, values: pa.ChunkedArray, lang: Language | None) -> pa.Array:
    labels = [*dimension.labels.values(), _term(counted.graph.schema, UNKNOWN, lang)]
    return pa.array(labels, TEXT).take(pa.array(_place(dimension, values)))


def _term(schema: Schema, name: str, lang: Language | None) -> str:
    return schema.caption("term", name, lang) if lang else name


def _header(schema: Schema, name: str, lang: Language | None) -> str:
    """Caption a column; `women_gap` is told as the caption of women employees with that of gap."""
    if lang is None:
        return name
    if name in HEADERS:
        return HEADERS[name][lang]
    first, _, rest = name.partition("_")
    if first in HEADERS:
        return ("：" if lang == "zh" else ": ").join([HEADERS[first][lang], _header(schema, rest, lang)])
    kinds = ("tier", "term", "industry_kind", "level", "property")
    return next((schema.captions[kind, name].of(lang) for kind in kinds if (kind, name) in schema.captions), name)


def _of_coverage(cov: Coverage) -> _Counted:
    return _Counted(cov.graph, cov.as_of, cov.table, STATUSES, cov.rules)


def _of_links(net: Links) -> _Counted:
    hops = net.nearest.filter(pc.is_valid(net.nearest["hops"]))
    linked = pc.is_in(net.units["id"], value_set=pc.unique(hops["unit"]))
    status = pc.if_else(linked, "linked", "not_linked")
    units = net.units.append_column("status", status)
    return _Counted(net.graph, net.as_of, units, ("linked", "not_linked"), net.rules)


def _dimension(counted: _Counted, by: str, lang: Language | None) -> _Dimension:
    """Return how units fall into the rows of one `by`."""
    schema, name = counted.graph.schema, _by(counted, by)
    levels = {level for level, tier in schema.levels.items() if tier == name} or {name} & set(schema.levels)
    if name in INDUSTRY_KINDS:
        wanted = counted.graph.table("Industry").filter(pc.field("kind") == name)
        return _by_node(name, industries(counted.graph, counted.as_of), wanted, counted.graph)
    if levels and name not in counted.units.column_names:
        regions = counted.graph.table("Region")
        wanted = regions.filter(pc.is_in(regions["level"], value_set=pa.array(levels, TEXT)))
        return _by_node(name, where(counted.graph, counted.as_of), wanted, counted.graph)
    if name == "size":
        return _by_size(counted)
    return _by_value(counted, name, lang)


def _by(counted: _Counted, by: str) -> str:
    """Return what a `by` or its caption means; what units are grouped by comes before what merely has that name."""
    schema, columns = counted.graph.schema, counted.units.column_names
    properties = [p for t in pc.unique(counted.units["type"]).to_pylist() for p in schema.nodes[t].properties]
    known = [*schema.levels.values(), *INDUSTRY_KINDS, "size", *(c for c in OF_UNITS if c in columns)]
    known += [*schema.levels, *properties]
    for kind in (None, "tier", "term", "industry_kind", "level", "property"):
        found = by if kind is None else schema.named(kind, by)
        if found in known:
            return str(found)
    raise _unknown("way to group units", by, known)


def _by_node(name: str, lying: tuple[pa.Table, pa.Table], wanted: pa.Table, graph: Graph) -> _Dimension:
    """Group by regions or industries: those that a unit lies in, and all that these lie in."""
    edges, above = lying
    kept = above.filter(pc.is_in(above["above"], value_set=wanted["id"]))
    lookup = kept.rename_columns(["via", "value"])
    return _Dimension(name, edges.rename_columns(["unit", "via"]), lookup, _labels(wanted, lookup["value"], graph))


def _labels(nodes: pa.Table, used: pa.ChunkedArray, graph: Graph) -> dict[str, str]:
    """Label nodes by their names, sorted; equal names are told apart by what they are part of."""
    shown = nodes.filter(pc.is_in(nodes["id"], value_set=pc.unique(used)))
    names = dict(zip(shown["id"].to_pylist(), shown["name"].to_pylist(), strict=True))
    counts = Counter(names.values())
    twice = pa.array([node for node, name in names.items() if counts[name] > 1], TEXT)
    parts = graph.table("PART_OF")
    parts = parts.filter(pc.is_in(parts["src"], value_set=twice))
    for node, parent in zip(parts["src"].to_pylist(), parts["dst"].to_pylist(), strict=True):
        names[node] = f"{names[node]}（{name_of(graph, parent)}）"
    return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))


def _by_size(counted: _Counted) -> _Dimension:
    """Group by bands of women employees; a head count that may lie in two bands lies in none."""
    heads, bounds = (counted.units[f"women_employees{suffix}"] for suffix in ("", "_bound"))
    above = [exceeds(heads, bounds, band) for band in counted.rules.size_bands]
    sure = np.logical_and.reduce([np.asarray(pc.is_valid(flags)) for flags in above])
    band = np.add.reduce([np.asarray(pc.fill_null(flags, False)).astype(np.int64) for flags in above])
    ends = counted.rules.size_bands
    labels = [f"{low + 1}-{high}" for low, high in pairwise(ends)]
    labels = [f"0-{ends[0]}" if ends[0] else "0", *labels, f"> {ends[-1]}"]
    values = pa.array(labels, TEXT).take(pa.array(band, mask=~sure))
    return _valued("size", counted.units["id"], values, {label: label for label in labels})


def _by_value(counted: _Counted, name: str, lang: Language | None) -> _Dimension:
    """Group by a column of the units or by a property; a list puts a unit into several rows."""
    schema, units = counted.graph.schema, counted.units
    values = (units[name] if name in units.column_names else about(counted.graph, units, name)).combine_chunks()
    ids = units["id"].combine_chunks()
    if pa.types.is_list(values.type):
        ids, values = ids.take(pc.list_parent_indices(values)), pc.list_flatten(values)
    texts = pc.if_else(values, "yes", "no") if pa.types.is_boolean(values.type) else values.cast(TEXT)
    kind = {"type": "node", "status": "term"}.get(name, name)
    owners = [schema.nodes[owner] for owner in pc.unique(units["type"]).to_pylist()]
    prop = next((owner.properties[name] for owner in owners if name in owner.properties), None)
    kind = prop.enum if prop is not None and prop.enum else kind
    order = prop.values if prop is not None else tuple(known for k, known in schema.captions if k == kind)
    used = pc.unique(texts).drop_null().to_pylist()
    used.sort(key=lambda value: (order.index(value) if value in order else len(order), value))
    rules = {reason.name: reason.caption for reason in counted.rules.reasons if name == "rule"}
    flags = FLAGS if kind == name else {}
    captions = rules | flags | {v: c for (k, v), c in schema.captions.items() if k == kind}
    return _valued(name, ids, texts, {v: captions[v].of(lang) if lang and v in captions else v for v in used})


def _valued(name: str, ids: pa.Array, values: pa.Array, labels: dict[str, str]) -> _Dimension:
    lookup = pa.table({"via": pa.array(list(labels), TEXT), "value": pa.array(list(labels), TEXT)})
    return _Dimension(name, pa.table({"unit": ids, "via": values}), lookup, labels)


def _sums(counted: _Counted) -> pa.Table:
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


def _rows(counted: _Counted, dimensions: list[_Dimension]) -> pa.Table:
    """Sum units by the rows of all dimensions; a unit that falls into none of a dimension has null there."""
    sums = _sums(counted)
    names = [f"by{number}" for number in range(len(dimensions))]
    with Relational() as engine:
        units = engine.lazy(sums)
        for name, dimension in zip(names, dimensions, strict=True):
            pairs = engine.lazy(dimension.edges).join(engine.lazy(dimension.lookup), on="via", how="inner")
            values = pairs.select("unit", nw.col("value").alias(name)).unique()
            units = units.join(values, on="unit", how="left")
        totals = [nw.col(column).sum() for column in sums.column_names[1:]]
        return engine.collect(units.group_by(names).agg(*totals) if names else units.select(*totals))


def _figures(counted: _Counted, rows: pa.Table, weight: str) -> dict[str, Any]:
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
        return columns | {"share": _share(first, whole)}
    gap, unknown = (number[f"{prefix}{part}"] for part in STATUSES[1:])
    known = {"rate": _share(first, first + gap)}
    return columns | known | {"low": _share(first, whole), "high": _share(first + unknown, whole)}


def _share(part: Rows, whole: Rows) -> pa.Array:
    """Divide, with null where there is nothing to divide by: no rate is not a rate of 0."""
    return pa.array(part / np.maximum(whole, 1), mask=whole == 0)


def named_places(cov: Coverage, ids: pa.ChunkedArray, by: str) -> pa.Array:
    """Name for each unit the towns, chains, ... that it falls into, joined by 、; null if there are none."""
    dimension = _dimension(_of_coverage(cov), by, None)
    unit, edge = matches(ids, dimension.edges["unit"])
    step, lookup = matches(dimension.edges["via"].take(pa.array(edge)), dimension.lookup["via"])
    value = codes_of(dimension.lookup["value"].take(pa.array(lookup)), pa.array(list(dimension.labels), TEXT))
    row, label = np.divmod(np.unique(unit[step] * (len(dimension.labels) + 1) + value), len(dimension.labels) + 1)
    many = np.bincount(row, minlength=len(ids))
    texts = pa.array(list(dimension.labels.values()), TEXT).take(pa.array(label))
    lists = pa.ListArray.from_arrays(np.concatenate([[0], np.cumsum(many)]).astype(np.int32), texts)
    return pc.if_else(pa.array(many > 0), pc.binary_join(lists, "、"), pa.scalar(None, TEXT))


def _unknown(what: str, name: str, known: Sequence[str]) -> SchemaError:
    names = sorted(set(known))
    hint = f"Did you mean {', '.join((nearest(name, names) or names)[:5])}?"
    return SchemaError(f"{name!r} is no {what}", code="unknown-choice", hint=hint, name=name)
