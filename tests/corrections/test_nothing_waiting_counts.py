"""What a report proposes and nobody accepted yet changes no figure: it may be all over the record."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import graphkit as gk
from graphkit.demo import datasets
from graphkit.graph.convert import from_records
from graphkit.graph.merge import join_raw, raw_rows
from graphkit.graph.tables import Graph
from graphkit.identity import resolve

Asked = Callable[[Graph], Any]
WAITS = {"status": "proposed", "confidence": 0.95}
# What only the graph itself may show: ids of statements, and the sources of an element.
BESIDE = ("raw_ids", "sources", "edges")


def proposals(county: Graph, **status: Any) -> Graph:
    """A report that proposes organisations, covers, banks, loans and memberships for what the record knows."""
    status = status or WAITS
    companies = county.nodes("Company")
    names = companies[~companies["group"]]["name"].tolist()[:40]
    towns = county.nodes("Region")["name"].tolist()[:8]
    nodes: list[dict[str, Any]] = [
        {"type": "Company", "name": name, "women_employees": 900, "party_organisation": True, "leading": True}
        | {"federation_status": "yes", "federation_mode": "own"}
        for name in names
    ]
    nodes += [{"type": "Region", "name": name} for name in towns]
    nodes += [{"type": "Federation", "name": f"{name}妇联", "level": "enterprise", "officers": 9} for name in names]
    nodes += [{"type": "Company", "name": f"{name}第二分厂", "women_employees": 300} for name in names[:5]]
    nodes += [{"type": "Bank", "name": "待审农商银行"}, {"type": "Alliance", "name": "待审企业联盟", "kind": "chamber"}]
    nodes += [{"type": "Venue", "name": "待审产业园", "kind": "production_base"}]
    edges: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        edges += [
            {"type": "COVERS", "src": f"{name}妇联", "dst": name, "mode": "own"},
            {"type": "LENDS_TO", "src": "待审农商银行", "dst": name, "amount_cny": 5_000_000, "amount_kind": "loan"},
            {"type": "MEMBER_OF", "src": name, "dst": "待审企业联盟"},
            {"type": "LOCATED_IN", "src": name, "dst": towns[number % len(towns)]},
            {"type": "LOCATED_IN", "src": name, "dst": "待审产业园"},
        ]
    edges += [{"type": "PARTNERS_WITH", "src": f"{name}妇联", "dst": "待审农商银行"} for name in names]
    newest = max(date for date in county.sources["date"].to_pylist() if date)
    source = {"dataset": "待审简报", "name": "待审简报", "kind": "report", "date": newest}
    raw = from_records([n | status for n in nodes], [e | status for e in edges], source=source).raw
    assert raw
    return raw


@pytest.fixture(scope="module")
def county() -> Graph:
    read: Graph = gk.read(*datasets("example_county"))
    return read


@pytest.fixture(scope="module")
def beside(county: Graph) -> Graph:
    return resolve(join_raw(raw_rows(county), proposals(county)))


ASKED: dict[str, Asked] = {
    "coverage": lambda graph: gk.coverage(graph).frame,
    "coverage as of": lambda graph: gk.coverage(graph, as_of="2026-05-31").frame,
    "key points": lambda graph: gk.coverage(graph, units="key_points").frame,
    "rates": lambda graph: gk.rates(gk.coverage(graph), by=["town", "chain", "mode"], weight="women_employees"),
    "gaps": lambda graph: gk.gaps(gk.coverage(graph)),
    "questions": lambda graph: gk.questions(gk.coverage(graph)),
    "claims": gk.claims,
    "cascade": lambda graph: gk.cascade(graph).frame,
    "nearest": lambda graph: gk.links(graph, to="Bank").frame,
    "linked": lambda graph: gk.rates(gk.links(graph, to="Bank"), by="town"),
    "brokers": lambda graph: gk.brokers(gk.links(graph, to="Bank")),
    "ledger": lambda graph: gk.ledger(graph, to="Bank").frame,
    "redundancy": lambda graph: gk.redundancy(gk.links(graph, to="Bank")),
    "plan": lambda graph: gk.plan(gk.coverage(graph), per_year=[3, 3]).steps,
}


# What is asked for is told: where it comes from, and that it is not actual.
TELLING = ("evidence", "evidence_of_edges", "sources", "not_actual", "without_statement")


def told(answer: Any) -> pd.DataFrame:
    frame = answer if isinstance(answer, pd.DataFrame) else answer.frame
    kept = frame.drop(columns=[name for name in BESIDE if name in frame.columns])
    return kept.map(lambda value: str(value) if hasattr(value, "__len__") else value).reset_index(drop=True)


@pytest.mark.parametrize("name", ASKED)
def test_nothing_that_waits_changes_a_figure(county: Graph, beside: Graph, name: str) -> None:
    pd.testing.assert_frame_equal(told(ASKED[name](beside)), told(ASKED[name](county)))


@pytest.mark.parametrize("name", [query.name for query in gk.shipped_queries() if query.name not in TELLING])
def test_nothing_that_waits_answers_a_query(county: Graph, beside: Graph, name: str) -> None:
    query = gk.shipped_query(name)
    known = county.nodes("Company")["name"].iloc[0]
    given = {parameter.name: known for parameter in query.parameters if parameter.required}
    one, other = (told(gk.query(graph, query, **given)) for graph in (beside, county))
    pd.testing.assert_frame_equal(one, other)


def test_it_is_there_and_waits(county: Graph, beside: Graph) -> None:
    assert len(gk.proposed(beside)) > 200
    assert beside.summary()["not_actual"].sum() > county.summary()["not_actual"].sum() + 100


def test_accepted_it_would_count(county: Graph) -> None:
    accepted = resolve(join_raw(raw_rows(county), proposals(county, status="actual")))
    for name in ("coverage", "rates", "nearest", "ledger", "cascade"):
        assert not told(ASKED[name](accepted)).equals(told(ASKED[name](county)))
