"""A graph as arrays: who is a node, what is a step, what is built once."""

import gc
import weakref
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

import graphkit as gk
from graphkit.analysis.rules import load_rules
from graphkit.engines import arrays
from graphkit.engines.arrays import Network, Passable, network
from tests.networks import ENDS_ONLY, INTERIOR, NEVER, World, worlds

RULES = load_rules().linkage


def actual(table: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows are actual, whatever the date."""
    return np.array([status == "actual" for status in table["status"].to_pylist()], np.bool_)


def built(graph: gk.Graph, passable: Passable = RULES) -> Network:
    return network(graph, passable, as_of=None, in_force=actual)


def test_nodes_are_what_a_path_may_end_with_in_the_order_of_ids() -> None:
    nodes = [("Region", "镇", False), ("Agency", "局", False), ("Bank", "行", False), ("Company", "群", True)]
    records = [{"type": kind, "name": name, "group": group} for kind, name, group in nodes]
    graph = gk.from_records([*records, {"type": "Company", "name": "拟建", "status": "planned"}])
    net = built(graph)
    assert net.ids.to_pylist() == sorted(graph.find(name) for name in ("局", "行", "群"))
    inner = {graph.get(id_)["name"]: bool(flag) for id_, flag in zip(net.ids.to_pylist(), net.inner, strict=True)}
    assert inner == {"局": False, "行": True, "群": False}
    assert net.numbers(pa.array([graph.find("行"), graph.find("镇"), None])).tolist()[1:] == [-1, -1]
    assert [net.ids[int(n)].as_py() for n in net.of_type("Bank")] == [graph.find("行")]
    assert not len(net.of_type("Region"))


def test_parallel_edges_are_one_step_with_the_best_confidence() -> None:
    nodes = [{"type": "Bank", "name": "行"}, {"type": "Company", "name": "甲"}]
    loan = {"type": "LENDS_TO", "src": "行", "dst": "甲"}
    loans = [loan | {"key": "1", "confidence": 0.5}, loan | {"key": "2", "confidence": 0.9}]
    steps = built(gk.from_records(nodes, loans)).steps
    assert np.diff(steps.offsets).tolist() == [1, 1]
    assert steps.confidence.tolist() == [0.9, 0.9]
    assert sorted(steps.edges[steps.first[0] : steps.first[1]].tolist()) == [0, 1]


def test_a_loop_is_no_step() -> None:
    graph = gk.from_records([{"type": "Bank", "name": "行"}], [{"type": "PARTNERS_WITH", "src": "行", "dst": "行"}])
    assert not len(built(graph).steps.ends)


def test_last_hops_lead_one_way() -> None:
    nodes = [{"type": "Venue", "name": "园"}, {"type": "Company", "name": "甲"}]
    net = built(gk.from_records(nodes, [{"type": "LOCATED_IN", "src": "甲", "dst": "园"}]))
    company, venue = int(net.of_type("Company")[0]), int(net.of_type("Venue")[0])
    assert not len(net.steps.ends)
    assert net.opening.of(np.array([company]))[0].tolist() == [company]
    assert net.closing.of(np.array([venue]))[0].tolist() == [venue]


def test_an_empty_graph_has_no_nodes_and_no_steps() -> None:
    net = built(gk.from_records([]))
    assert len(net) == 0
    assert not len(net.steps.ends)


def test_arrays_are_built_once_for_rules_and_date_and_go_with_the_graph() -> None:
    graph = gk.from_records([{"type": "Bank", "name": "行"}])
    first = built(graph)
    assert built(graph) is first
    assert network(graph, RULES, as_of="2026-09-30", in_force=actual) is not first
    assert built(graph, Passable(frozenset({"Bank"}), frozenset(), frozenset(), frozenset())) is not first
    gone = weakref.ref(graph)
    del graph
    gc.collect()
    assert gone() is None


def test_every_question_about_a_graph_shares_its_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    build = arrays._build

    def counted(graph: gk.Graph, passable: Passable, in_force: arrays.InForce) -> Network:
        made.append(graph)
        return build(graph, passable, in_force)

    monkeypatch.setattr(arrays, "_build", counted)
    nodes = [{"type": "Bank", "name": "行"}, {"type": "Company", "name": "甲"}, {"type": "Person", "name": "丁"}]
    ties = [{"type": "LEADS", "src": "丁", "dst": "甲"}, {"type": "LENDS_TO", "src": "行", "dst": "丁"}]
    graph = gk.from_records(nodes, ties)
    net = gk.links(graph)
    assert len(net.pairs) == 1
    assert len(gk.paths(graph, "甲", "行").paths) == 1
    assert len(gk.brokers(net).table) == 1
    assert gk.redundancy(net)["routes"].tolist() == [1]
    assert gk.links(graph, to="Person").headline()["linked"] == 1
    assert made == [graph]
    gk.links(graph, as_of="2026-09-30")
    assert made == [graph, graph]


def test_the_arrays_of_few_dates_are_kept_those_asked_for_last() -> None:
    graph = gk.from_records([{"type": "Bank", "name": "行"}])

    def at(day: int) -> Network:
        return network(graph, RULES, as_of=f"2026-09-{day:02}", in_force=actual)

    first, second = at(1), at(2)
    assert [at(day) for day in (3, 4)] and at(1) is first
    at(5)
    assert at(1) is first
    assert at(2) is not second


@pytest.mark.parametrize("few", [0, 99])
def test_nodes_are_looked_up_by_their_ids(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(arrays, "FEW", few)
    net = built(gk.from_records([{"type": "Company", "name": f"{n}厂"} for n in range(9)]))
    ids = net.ids.to_pylist()
    for asked in (ids, ids[::-1], [ids[3] + "x", "", "zzz", None, ids[8]]):
        wanted = [ids.index(id_) if id_ in ids else -1 for id_ in asked]
        assert net.numbers(pa.array(asked, pa.string())).tolist() == wanted
        assert net.numbers(pa.chunked_array([asked], pa.string())).tolist() == wanted
    assert net.numbers(pa.array([], pa.string())).tolist() == []


def test_the_rules_name_what_paths_may_end_with() -> None:
    assert RULES.ends == INTERIOR | ENDS_ONLY
    schema = gk.Schema.load()
    assert RULES.end_type(schema, "银行") == "Bank"
    with pytest.raises(gk.SchemaError, match="Bnak"):
        RULES.end_type(schema, "Bnak")
    with pytest.raises(gk.QueryError, match="Region") as told:
        RULES.end_type(schema, "Region")
    assert told.value.code == "no-end"
    assert "Bank" in told.value.hint


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_steps_are_the_crossable_edges_both_ways(world: World) -> None:
    graph = world.graph()
    net = built(graph)
    ids = net.ids.to_pylist()
    rows, steps = net.steps.of(np.arange(len(net)))
    ends = zip([ids[row] for row in rows], [ids[end] for end in net.steps.ends[steps]], strict=True)
    found = dict(zip(ends, net.steps.confidence[steps].tolist(), strict=True))
    wanted: dict[tuple[str, str], float] = {}
    for src, dst, told in graph.to_networkx().edges(data=True):
        if src in ids and dst in ids and src != dst and told["status"] == "actual":
            if told["type"] not in {*NEVER, "LOCATED_IN"}:
                for pair in ((src, dst), (dst, src)):
                    wanted[pair] = max(wanted.get(pair, 0.0), told.get("confidence", 1.0))
    assert found == wanted
    assert all(np.all(np.diff(net.steps.ends[begin:end]) > 0) for begin, end in pairwise(net.steps.offsets))
