"""What a map may show to the public: sums by town, chain or segment, none of them small, and no unit.

The figures are those of the public report, suppressed with it: `×` stands for a count that may not be told.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.exporters.breakdowns import UNKNOWN, breakdowns
from graphkit.exporters.map.captions import texts
from graphkit.exporters.map.columns import Edges, Headline
from graphkit.exporters.map.groups import TYPE, Grouped, Groups, group_nodes
from graphkit.exporters.map.labels import visible
from graphkit.exporters.map.options import Grouping, MapOptions
from graphkit.exporters.suppression import PARTS, K
from graphkit.graph.tables import TEXT, Graph

if TYPE_CHECKING:
    from graphkit.analysis.coverage import Coverage

HIDDEN = -1  # in the place of a count that may not be told
ORDER: tuple[Grouping, ...] = ("town", "chain", "segment")
# What a source says of one unit's federation or head count is a count of one.
PRIVATE = ("employees", "women_employees", "federation_status", "federation_mode", "members")


def for_public(options: MapOptions, coverage: "Coverage | None") -> MapOptions:
    """Sum a public map up if it tells of coverage, by town unless asked otherwise; for others nothing changes."""
    if options.tier != "public" or coverage is None or options.aggregate is not None:
        return options
    told = breakdowns(coverage, public=False)
    return replace(options, aggregate=next((by for by in ORDER if by in told), "town"))


def published(coverage: "Coverage", by: Grouping, *, nowhere: str) -> Grouped:
    """Return one group a row of the public table, its hidden counts as HIDDEN, without relations and other nodes."""
    from graphkit.analysis.rates import rates

    frame = breakdowns(coverage, public=True).get(by)
    plain = rates(coverage).to_dict("records")[-1]
    # Where nothing is stated of any unit, the total is all there is.
    rows: list[dict[Any, Any]] = [{by: None, **plain}] if frame is None else frame.iloc[:-1].to_dict("records")
    names = tuple(nowhere if row[by] in (None, UNKNOWN) else visible(row[by]) for row in rows)
    heads = tuple(_head(row) for row in rows)
    count = len(rows)
    nodes = group_nodes(tuple(f"group_{n}" for n in range(count)), names, TYPE[by])
    total = rates(coverage, weight="women_employees").to_dict("records")[-1]
    edges = Edges(**{field.name: () for field in fields(Edges)})
    groups = Groups(by, heads, ({},) * count, (), (), (0,) * count)
    return Grouped(nodes, edges, _headline(plain, total), groups)


def _head(row: Mapping[Any, Any]) -> Headline:
    counts = {name: _count(row[name]) for name in ("units", *PARTS)}
    return Headline(**counts, key_gaps=HIDDEN, women=HIDDEN, women_covered=HIDDEN, women_unknown=HIDDEN)


def _headline(plain: Mapping[Any, Any], women: Mapping[Any, Any]) -> Headline:
    """Return the total, which is always told; of women only if no part of them is small."""
    told = [int(women[f"women_{part}"]) for part in PARTS]
    shown = bool(women["women"]) and min(told) >= K
    return Headline(
        **{name: int(plain[name]) for name in ("units", *PARTS)},
        key_gaps=HIDDEN,
        women=int(women["women"]) if shown else HIDDEN,
        women_covered=told[0] if shown else HIDDEN,
        women_unknown=HIDDEN,
    )


def _count(value: Any) -> int:
    return HIDDEN if value is None or value != value or type(value).__name__ == "NAType" else int(value)


def without_counts(graph: Graph) -> Graph:
    """Empty what is told of single nodes in numbers and answers, in their columns and in the evidence for them."""
    nodes = {}
    for kind, table in graph.node_tables.items():
        for column in table.column_names:
            if column.removesuffix("_bound") in PRIVATE:
                index = table.schema.get_field_index(column)
                table = table.set_column(index, column, pa.nulls(len(table), table.schema.field(index).type))
        nodes[kind] = table
    told = pc.fill_null(pc.is_in(graph.evidence["property"], pa.array(PRIVATE, TEXT)), False)
    return replace(graph, node_tables=nodes, evidence=graph.evidence.filter(pc.invert(told)))


def public_notice(options: MapOptions) -> str:
    """Say on the page what a public map leaves out; "" for other readers."""
    if options.tier != "public":
        return ""
    return texts(options.lang)["public_sums" if options.aggregate else "public_nodes"].format(k=K)
