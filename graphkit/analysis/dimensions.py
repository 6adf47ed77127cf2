"""The rows of a table: how units fall into towns, chains, sizes, values of a property, and how a row is called.

A unit with two towns falls into both; one that falls into none is told under "unknown" (DEFINITIONS 6).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage
from graphkit.analysis.links import Links
from graphkit.analysis.ruleset import Rules
from graphkit.analysis.units import INDUSTRY_KINDS, Rows, about, codes_of, exceeds, industries, matches, where
from graphkit.engines.arrays import distinct_pairs
from graphkit.engines.relational import Frame, Relational
from graphkit.errors import SchemaError
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import TEXT, Graph, whole
from graphkit.names import nearest
from graphkit.schema import Caption, Language, Schema

UNKNOWN, TOTAL = "unknown", "total"
FLAGS = {"yes": Caption("是", "yes"), "no": Caption("否", "no"), "unknown": Caption("不明", "unknown")}
# Columns of a coverage by which units can be grouped; the first four are those of the first reason.
OF_UNITS = ("mode", "form", "level", "rule", "type", "status", "key_candidate", "preparing", "planned", "nested")
# Beginnings of columns that the schema has no caption for; what follows them is captioned by itself.
HEADERS: dict[str, dict[Language, str]] = {
    "women": {"zh": "女职工数", "en": "women employees"},
    "uncounted": {"zh": "人数不明", "en": "without head count"},
    "at_least": {"zh": "至少", "en": "at least"},
    "share": {"zh": "占比", "en": "share"},
    "not_linked": {"zh": "未链接", "en": "not linked"},
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Units with what each counts as (one of `parts`), whatever they were found by."""

    graph: Graph
    as_of: str | None
    units: pa.Table
    parts: tuple[str, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Dimension:
    """How units fall into rows: `edges` (unit id, via) and `lookup` (via, value), and the label of each value."""

    name: str
    edges: pa.Table
    lookup: pa.Table
    labels: dict[str, str]


def placed(
    found: Coverage | Links, by: str | Sequence[str] | None, *, lang: Language | None = None
) -> tuple[list[str], pa.Table]:
    """Return the columns that `rates` would head rows by, and for each unit the rows that it falls into.

    The table has `unit` and a column `by0, by1, ...` of labels each, `unknown` where a unit falls into no row; it is
    sorted as the rows of `rates` are, and a unit with two towns stands there twice.
    """
    counted, dimensions = asked_for(found, by, lang)
    with Relational() as engine:
        units = engine.lazy(counted.units.select(["id"]).rename_columns(["unit"]))
        rows = in_order(engine.collect(joined(engine, units, dimensions)), dimensions)
    labels = {f"by{k}": labelled(counted, d, rows[f"by{k}"], lang) for k, d in enumerate(dimensions)}
    return [header(counted.graph.schema, d.name, lang) for d in dimensions], pa.table({"unit": rows["unit"]} | labels)


def asked_for(
    found: Coverage | Links, by: str | Sequence[str] | None, lang: Language | None
) -> tuple[Counted, list[Dimension]]:
    """Return the units of a finding, and the dimensions that a `by` names, each once."""
    counted = of_coverage(found) if isinstance(found, Coverage) else of_links(found)
    names = [by] if isinstance(by, str) else list(dict.fromkeys(by or ()))
    return counted, [dimension_of(counted, name, lang) for name in names]


def joined(engine: Relational, units: Frame, dimensions: Sequence[Dimension]) -> Frame:
    """Join to units the rows that they fall into: a column `by0, by1, ...` a dimension, null for none."""
    for number, dimension in enumerate(dimensions):
        pairs = engine.lazy(dimension.edges).join(engine.lazy(dimension.lookup), on="via", how="inner")
        values = pairs.select("unit", nw.col("value").alias(f"by{number}")).unique()
        units = units.join(values, on="unit", how="left")
    return units


def fallen(
    told: tuple[Graph, Rules, str | None],
    units: pa.Table,
    by: str,
    *,
    instead: pa.Table,
    lang: Language | None = None,
) -> tuple[str, list[str], pa.Table]:
    """Return what a `by` means, its rows for any units (`id`, `type`), and pairs `unit`, `place` (row numbers of both).

    `told` are graph, rules and date. A unit that falls into none falls where others do that stand for it: `instead`,
    pairs `unit` (row number), `id`. The last row is of those that still fall into none.
    """
    graph, rules, as_of = told
    dimension = dimension_of(Counted(graph, as_of, units, (), rules), by, lang)
    unit, place = _placed(dimension, units["id"])
    left = np.isin(instead["unit"].to_numpy(), unit, invert=True)
    row, others = _placed(dimension, instead["id"].filter(pa.array(left)))
    unit = np.concatenate([unit, instead["unit"].to_numpy()[left][row]])
    alone = np.setdiff1d(np.arange(len(units)), unit)
    size = len(dimension.labels) + 1
    place = np.concatenate([place, others, np.full(len(alone), size - 1)])
    unit, place = distinct_pairs(np.concatenate([unit, alone]), place, size)
    labels = [*dimension.labels.values(), term(graph.schema, UNKNOWN, lang)]
    return dimension.name, labels, pa.table({"unit": pa.array(unit), "place": pa.array(place)})


def named_places(cov: Coverage, ids: pa.ChunkedArray, by: str) -> pa.Array:
    """Name for each unit the towns, chains, ... that it falls into, joined by 、; null if there are none."""
    dimension = dimension_of(of_coverage(cov), by, None)
    row, label = _placed(dimension, ids)
    many = np.bincount(row, minlength=len(ids))
    texts = pa.array(list(dimension.labels.values()), TEXT).take(pa.array(label))
    lists = pa.ListArray.from_arrays(np.concatenate([[0], np.cumsum(many)]).astype(np.int32), texts)
    return pc.if_else(pa.array(many > 0), pc.binary_join(lists, "、"), pa.scalar(None, TEXT))


def _placed(dimension: Dimension, ids: pa.ChunkedArray) -> tuple[Rows, Rows]:
    """Return pairs of row numbers of ids and of the labels that they fall under, each once."""
    unit, edge = matches(ids, dimension.edges["unit"])
    step, lookup = matches(dimension.edges["via"].take(pa.array(edge)), dimension.lookup["via"])
    value = codes_of(dimension.lookup["value"].take(pa.array(lookup)), pa.array(list(dimension.labels), TEXT))
    return distinct_pairs(unit[step], value, len(dimension.labels) + 1)


def in_order(rows: pa.Table, dimensions: list[Dimension]) -> pa.Table:
    """Sort rows by the order of labels, those that fall into none last."""
    keys = [_place(dimension, rows[f"by{k}"]) for k, dimension in enumerate(dimensions)]
    return rows.take(pa.array(np.lexsort(keys[::-1]))) if keys else rows


def _place(dimension: Dimension, values: pa.ChunkedArray) -> Rows:
    """Return where each value stands among the labels; null stands behind them."""
    places = pc.index_in(values, value_set=pa.array(list(dimension.labels), TEXT))
    found: Rows = pc.fill_null(places, len(dimension.labels)).to_numpy()
    return found


def labelled(counted: Counted, dimension: Dimension, values: pa.ChunkedArray, lang: Language | None) -> pa.Array:
    labels = [*dimension.labels.values(), term(counted.graph.schema, UNKNOWN, lang)]
    return pa.array(labels, TEXT).take(pa.array(_place(dimension, values)))


def term(schema: Schema, name: str, lang: Language | None) -> str:
    return schema.caption("term", name, lang) if lang else name


def header(schema: Schema, name: str, lang: Language | None) -> str:
    """Caption a column; `women_gap` is told as the caption of women employees with that of gap."""
    if lang is None:
        return name
    if name in HEADERS:
        return HEADERS[name][lang]
    first, _, rest = name.partition("_")
    if first in HEADERS:
        return ("：" if lang == "zh" else ": ").join([HEADERS[first][lang], header(schema, rest, lang)])
    kinds = ("tier", "term", "industry_kind", "level", "property")
    return next((schema.captions[kind, name].of(lang) for kind in kinds if (kind, name) in schema.captions), name)


def of_coverage(cov: Coverage) -> Counted:
    return Counted(cov.graph, cov.as_of, cov.table, STATUSES, cov.rules)


def of_links(net: Links) -> Counted:
    linked = pc.is_in(net.units["id"], value_set=pc.unique(net.linked["unit"]))
    status = pc.if_else(linked, "linked", "not_linked")
    units = net.units.append_column("status", status)
    return Counted(net.graph, net.as_of, units, ("linked", "not_linked"), net.rules)


def dimension_of(counted: Counted, by: str, lang: Language | None) -> Dimension:
    """Return how units fall into the rows of one `by`."""
    return dimension_named(counted, meant(counted, by), lang)


def dimension_named(counted: Counted, name: str, lang: Language | None) -> Dimension:
    """Return how units fall into the rows of what a `by` means."""
    schema = counted.graph.schema
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


def meant(counted: Counted, by: str) -> str:
    """Return what a `by` or its caption means; what units are grouped by comes before what merely has that name."""
    schema, columns = counted.graph.schema, counted.units.column_names
    properties = [p for t in pc.unique(counted.units["type"]).to_pylist() for p in schema.nodes[t].properties]
    known = [*schema.levels.values(), *INDUSTRY_KINDS, "size", *(c for c in OF_UNITS if c in columns)]
    known += [*schema.levels, *properties]
    for kind in (None, "tier", "term", "industry_kind", "level", "property"):
        found = by if kind is None else schema.named(kind, by)
        if found in known:
            return str(found)
    # Who writes Chinese is told the Chinese names.
    raise unknown_choice("way to group units", by, known if by.isascii() else [header(schema, n, "zh") for n in known])


def _by_node(name: str, lying: tuple[pa.Table, pa.Table], wanted: pa.Table, graph: Graph) -> Dimension:
    """Group by regions or industries: those that a unit lies in, and all that these lie in."""
    edges, above = lying
    kept = above.filter(pc.is_in(above["above"], value_set=wanted["id"]))
    lookup = kept.rename_columns(["via", "value"])
    return Dimension(name, edges.rename_columns(["unit", "via"]), lookup, _labels(wanted, lookup["value"], graph))


def _labels(nodes: pa.Table, used: pa.ChunkedArray, graph: Graph) -> dict[str, str]:
    """Label nodes by their names, sorted; equal names are told apart by what they are part of."""
    shown = nodes.filter(pc.is_in(nodes["id"], value_set=pc.unique(used)))
    names = dict(zip(shown["id"].to_pylist(), shown["name"].to_pylist(), strict=True))
    counts = Counter(names.values())
    twice = pa.array([node for node, name in names.items() if counts[name] > 1], TEXT)
    parts = graph.table("PART_OF")
    parts = parts.filter(pc.is_in(parts["src"], value_set=twice))
    parents = names_of(graph, parts["dst"].to_pylist())
    for node, parent in zip(parts["src"].to_pylist(), parts["dst"].to_pylist(), strict=True):
        names[node] = f"{names[node]}（{parents[parent]}）"
    return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))


def _by_size(counted: Counted) -> Dimension:
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


def _by_value(counted: Counted, name: str, lang: Language | None) -> Dimension:
    """Group by a column of the units or by a property; a list puts a unit into several rows."""
    units = counted.units
    values = (units[name] if name in units.column_names else about(counted.graph, units, name)).combine_chunks()
    ids = whole(units["id"])
    if pa.types.is_list(values.type):
        ids, values = ids.take(pc.list_parent_indices(values)), pc.list_flatten(values)
    texts = pc.if_else(values, "yes", "no") if pa.types.is_boolean(values.type) else values.cast(TEXT)
    used = value_labels(counted, name, pc.unique(texts).drop_null().to_pylist(), lang)
    return _valued(name, ids, texts, used)


def value_labels(counted: Counted, name: str, used: list[str], lang: Language | None) -> dict[str, str]:
    """Label the values of a column or property that are used, in the order in which the schema lists them."""
    schema, units = counted.graph.schema, counted.units
    kind = {"type": "node", "status": "term"}.get(name, name)
    owners = [schema.nodes[owner] for owner in pc.unique(units["type"]).to_pylist()]
    prop = next((owner.properties[name] for owner in owners if name in owner.properties), None)
    kind = prop.enum if prop is not None and prop.enum else kind
    order = prop.values if prop is not None else tuple(known for k, known in schema.captions if k == kind)
    used = sorted(used, key=lambda value: (order.index(value) if value in order else len(order), value))
    rules = {reason.name: reason.caption for reason in counted.rules.reasons if name == "rule"}
    flags = FLAGS if kind == name else {}
    captions = rules | flags | {v: c for (k, v), c in schema.captions.items() if k == kind}
    return {v: captions[v].of(lang) if lang and v in captions else v for v in used}


def _valued(name: str, ids: pa.Array, values: pa.Array, labels: dict[str, str]) -> Dimension:
    lookup = pa.table({"via": pa.array(list(labels), TEXT), "value": pa.array(list(labels), TEXT)})
    return Dimension(name, pa.table({"unit": ids, "via": values}), lookup, labels)


def share(part: Rows, whole: Rows) -> pa.Array:
    """Divide, with null where there is nothing to divide by: no rate is not a rate of 0."""
    return pa.array(part / np.maximum(whole, 1), mask=whole == 0)


def unknown_choice(what: str, name: str, known: Sequence[str]) -> SchemaError:
    names = sorted(set(known))
    hint = f"Did you mean {', '.join((nearest(name, names) or names)[:5])}?"
    return SchemaError(f"{name!r} is no {what}", code="unknown-choice", hint=hint, name=name)
