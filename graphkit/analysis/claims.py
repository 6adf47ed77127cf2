"""What sources claim in numbers, held against what is named (DEFINITIONS 7)."""

from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Counting, Rules
from graphkit.analysis.units import Flags, matching, state, where, within
from graphkit.graph.evidence import name_of
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.schema import Language
from graphkit.values import Quantity

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = pa.schema(
    [(name, TEXT) for name in ("subject", "measure")]
    + [("value", pa.float64())]
    + [(name, TEXT) for name in ("bound", "unit", "as_of")]
    + [("named", pa.int64()), ("unnamed", pa.int64())]
    + [(name, TEXT) for name in ("verdict", "note", "source", "place")]
)
NOTES: dict[str, dict[Language, str]] = {
    "consistent": {
        "en": "the {named} named need not all be among the {value}",
        "zh": "已列名的{named}个不一定都在所称的{value}个之内",
    },
    "contradicted": {
        "en": "{named} are named, more than the claim allows",
        "zh": "已列名{named}个，多于所称的数",
    },
    "not checkable": {"en": "the rules do not say what to count", "zh": "规则未说明如何清点"},
}


def claims(graph: Graph, *, rules: Rules | None = None, lang: Language = "en") -> "pd.DataFrame":
    """List every claim: a number that a source states, what is named of it at its date, and whether that fits.

    `unnamed` is a lower bound: so many at least are counted by the source and named nowhere. `verdict` is consistent,
    contradicted (more are named than the claim allows), or not checkable if the rules have no counting rule for it.
    """
    rules = rules or load_rules(schema=graph.schema)
    sources = {source["id"]: source for source in graph.sources.to_pylist()}
    rows = [_claim(graph, rules, row, sources, lang) for row in graph.statistics.to_pylist()]
    rows.sort(key=lambda row: (row["verdict"] == "not checkable", row["subject"], row["measure"], row["as_of"] or ""))
    return frame(pa.Table.from_pylist(rows, schema=COLUMNS))


def _claim(
    graph: Graph, rules: Rules, stated: dict[str, Any], sources: dict[str, dict[str, Any]], lang: Language
) -> dict[str, Any]:
    source = sources.get(stated["source_id"], {})
    told = {name: stated[name] for name in ("measure", "value", "bound", "unit", "as_of", "place")}
    row = told | {"subject": name_of(graph, stated["subject"]), "source": source.get("name")}
    rule, value = rules.claims.get(stated["measure"]), stated["value"]
    if rule is None or value is None or value != int(value) or value < 0:
        return row | {"verdict": "not checkable", "note": NOTES["not checkable"][lang]}
    named = _named(graph, rule, stated["subject"], stated["as_of"] or source.get("date"))
    low, high, low_closed, high_closed = Quantity(int(value), stated["bound"]).interval
    least = ceil(low) if low_closed else floor(low) + 1
    verdict = "consistent" if named < high or (high_closed and named == high) else "contradicted"
    note = NOTES[verdict][lang].format(named=named, value=int(value)) if named or verdict != "consistent" else ""
    return row | {"named": named, "unnamed": max(0, least - named), "verdict": verdict, "note": note}


def _named(graph: Graph, rule: Counting, subject: str, as_of: str | None) -> int:
    """Count what is named, is no group and may have been in force at the date of the claim."""
    found = 0
    for selector in rule.count:
        table = graph.table(selector.type)
        keep = matching(table, selector) & state(table, graph, as_of).possible
        keep &= ~np.asarray(pc.fill_null(table["group"], False))
        nodes = table.filter(pa.array(keep))
        found += int(_of_subject(graph, rule, nodes, subject, as_of).sum())
    return found


def _of_subject(graph: Graph, rule: Counting, nodes: pa.Table, subject: str, as_of: str | None) -> Flags:
    """Tell which nodes a claim about the subject may count: its neighbours, or what is not known to lie elsewhere."""
    if rule.edge is not None:
        own, other = ("src", "dst") if rule.direction == "out" else ("dst", "src")
        edges = graph.table(rule.edge.type)
        keep = matching(edges, rule.edge) & state(edges, graph, as_of).possible
        edges = edges.filter(pa.array(keep & np.asarray(pc.equal(edges[own], subject))))
        return within(nodes["id"], edges[other])
    owner = graph.table(str(graph.schema.type_of(subject)))
    sources = set(owner.filter(pc.field("id") == subject)["sources"][0].as_py())
    located, above = where(graph, as_of)
    home = located.filter(pc.equal(located["src"], subject))["dst"]
    here = above.filter(pc.is_in(above["above"], value_set=home))["place"]
    near = within(nodes["id"], located.filter(pc.is_in(located["dst"], value_set=here))["src"])
    placed = within(nodes["id"], located["src"])
    together = np.array([bool(sources & set(found)) for found in nodes["sources"].to_pylist()], np.bool_)
    return near | (~placed & together)
