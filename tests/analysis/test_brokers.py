"""Who holds links together: the examples of the definitions, brute force on random graphs, and nodes really removed."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

import graphkit as gk
from graphkit.analysis.brokers import BROKERS, LOSSES, Brokers, brokers
from graphkit.analysis.links import links, network_of
from graphkit.engines import betweenness as walked
from graphkit.engines import removal as masks
from graphkit.engines.cuts import cut_points
from tests.analysis.test_links import NAMED, SEEDS, small
from tests.networks import Oracle, random_graph

BLOCKS = [range(begin, begin + 30) for begin in range(0, 300, 30)]
by_seeds = pytest.mark.parametrize("seeds", BLOCKS, ids=lambda seeds: f"seeds {seeds.start}-{seeds.stop - 1}")


def named(found: Brokers) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in found.table.to_pylist()}


def of(*edges: str, to: str = "Bank", max_hops: int = 3, top: int | None = None, **nodes: dict[str, Any]) -> Brokers:
    return brokers(links(small(*edges, **nodes), to=to, max_hops=max_hops), top=top)


def test_two_of_three_units_hang_on_one_federation() -> None:
    found = of("f GUIDES u1", "f GUIDES u2", "f PARTNERS_WITH B", "B LENDS_TO u3")
    row = named(found)["f"]
    assert row["criticality"] == pytest.approx(2 / 3)
    assert (row["lost_pairs"], row["pairs"], row["units_cut"], row["cut_point"]) == (2, 3, 2, True)
    assert row["betweenness"] == pytest.approx(2 / 3)
    assert list(named(found)) == ["f"]
    lost = found.losses("f")
    assert lost[["name", "lost", "left", "cut"]].values.tolist() == [["u1", 1, 0, True], ["u2", 1, 0, True]]
    assert list(found.frame.columns) == BROKERS.names
    assert list(lost.columns) == LOSSES.names


def test_a_sentence_says_who_is_missed_most() -> None:
    found = of("f GUIDES u1", "f GUIDES u2", "f PARTNERS_WITH B", "B LENDS_TO u3")
    assert "没有f，3 对链接中断开 2 对，2 个企业到不了任何银行（3 步之内" in found.text("zh")
    assert "1 broker lies between" in repr(found)
    assert "without f 2 of 3 linked pairs are lost, and 2 companies reach no bank" in found.text("en")
    assert found.headline()["first"]["name"] == "f"


def test_who_has_a_detour_within_reach_loses_nothing() -> None:
    detour = ["u MEMBER_OF b1", "b1 PARTNERS_WITH B", "u MEMBER_OF b2", "p1 LEADS b2", "p1 WORKS_FOR B"]
    found = named(of(*detour))
    assert (found["b1"]["lost_pairs"], found["b1"]["betweenness"], found["b1"]["cut_point"]) == (0, 1.0, False)
    assert "b2" not in found
    assert named(of(*detour, max_hops=2))["b1"]["lost_pairs"] == 1


def test_people_may_be_brokers_and_groups_never() -> None:
    found = of("p LEADS u", "B LENDS_TO p", "u MEMBER_OF b", "b PARTNERS_WITH B", b={"group": True})
    assert {name: row["type"] for name, row in named(found).items()} == {"p": "Person"}
    assert named(found)["p"]["units_cut"] == 1


def test_pairs_that_end_in_a_broker_are_not_counted_for_it() -> None:
    # u2 is a unit itself, and the way of u1.
    found = named(of("B LENDS_TO u2", "u2 PARTNERS_WITH u1", "B LENDS_TO u3"))
    assert (found["u2"]["pairs"], found["u2"]["lost_pairs"], found["u2"]["criticality"]) == (2, 1, 0.5)


def test_a_bank_between_is_missed_as_a_bank_too() -> None:
    found = of("B LENDS_TO u", "B PARTNERS_WITH B2", "B LENDS_TO u2", "B3 LENDS_TO u2", max_hops=2)
    row = named(found)["B"]
    assert (row["pairs"], row["lost_pairs"], row["units_cut"]) == (3, 2, 1)
    told = {r["name"]: (r["lost"], r["left"], r["cut"]) for r in found.losses("B").to_dict("records")}
    assert told == {"u": (1, 0, True), "u2": (1, 1, False)}


def test_who_knows_no_other_bank_is_cut_though_no_pair_is_lost() -> None:
    found = of("p1 LEADS u", "p1 WORKS_FOR u2", "B LENDS_TO u2", "B PARTNERS_WITH B2")
    told = {r["name"]: (r["lost"], r["left"], r["cut"]) for r in found.losses("B").to_dict("records")}
    assert told == {"u": (0, 0, True), "u2": (1, 0, True)}
    assert (named(found)["B"]["pairs"], named(found)["B"]["lost_pairs"], named(found)["B"]["units_cut"]) == (1, 1, 2)


def test_resources_of_several_types_are_one_question() -> None:
    graph = small("f GUIDES u1", "f PARTNERS_WITH B", "f PARTNERS_WITH b", "u1 MEMBER_OF b", "b PARTNERS_WITH B2")
    row = named(brokers(links(graph, to=["Bank", "Alliance"], max_hops=2)))["f"]
    # Of u1's pairs with B, B2 and b only the first hangs on f.
    assert (row["pairs"], row["lost_pairs"], row["units_cut"]) == (3, 1, 0)


def test_a_venue_is_reached_as_the_last_hop_only() -> None:
    found = of("p1 WORKS_FOR u1", "p1 WORKS_FOR u2", "u2 LOCATED_IN v", to="Venue")
    told = named(found)
    assert {name: (row["lost_pairs"], row["pairs"]) for name, row in told.items()} == {"p1": (1, 2), "u2": (1, 1)}


@pytest.mark.parametrize(
    ("edges", "cut"),
    [
        (["p LEADS u", "u PARTNERS_WITH B"], {"u"}),
        (["u PARTNERS_WITH B", "B LENDS_TO u"], set()),
        (["u PARTNERS_WITH B", "B LENDS_TO p", "p LEADS u"], set()),
        (["u PARTNERS_WITH B", "B LENDS_TO p", "p LEADS u", "a GUIDES u"], {"u"}),
        (["u PARTNERS_WITH B", "B LENDS_TO p", "p LEADS u", "a GUIDES u", "a GUIDES B"], set()),
        (["a GUIDES u1", "a GUIDES u2"], set()),
        (["a GUIDES u", "u RUNS g"], {"u"}),
        (["a GUIDES u", "u RUNS g", "a RUNS g"], set()),
        (["a GUIDES u", "u RUNS g", "a GUIDES f", "f RUNS g"], set()),
        (["u1 PARTNERS_WITH u2", "u2 LOCATED_IN v"], set()),
        (["u1 PARTNERS_WITH u2", "v SERVES u2"], {"u2"}),
    ],
)
def test_cut_points_part_what_may_be_an_end(edges: list[str], cut: set[str]) -> None:
    assert cut_names(small(*edges)) == cut


def cut_names(graph: gk.Graph) -> set[str]:
    net = network_of(links(graph))
    ids = net.ids.to_pylist()
    return {graph.get(ids[node])["name"] for node in np.flatnonzero(cut_points(net))}


@by_seeds
def test_cut_points_are_who_parts_two_others(seeds: range) -> None:
    for seed in seeds:
        graph = random_graph(seed)
        oracle = Oracle(graph)
        ends = [node for kind in ("Company", "Bank", *ALSO) for node in oracle.nodes(kind)]
        wanted = {oracle.name[node] for node in ends if _parts(oracle, node, ends)}
        assert cut_names(graph) == wanted, f"seed {seed}"


ALSO = ("Person", "Federation", "Alliance", "Venue", "Programme", "Agency", "FinancialProduct")


def _parts(oracle: Oracle, node: str, ends: list[str]) -> bool:
    """Look from every end, with the node and without it."""
    known = oracle.steps(ends)
    others = [end for end in ends if end != node]
    return oracle.inner(node) and any(
        _reached(oracle, known, end, None) - {node} != _reached(oracle, known, end, node) for end in others
    )


def _reached(oracle: Oracle, known: "nx.Graph[str]", start: str, gone: str | None) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == start or oracle.inner(here):
            new = set(known[here]) - found - {gone}
            found |= new
            waiting += new
    return found


@by_seeds
def test_brokers_agree_with_every_shortest_path(seeds: range) -> None:
    for seed in seeds:
        graph, most = random_graph(seed), 2 + seed % 3
        kind = ["Bank", "Bank", "Venue", "Company", "Agency"][seed % 5]
        oracle = Oracle(graph)
        assert told(brokers(links(graph, to=kind, max_hops=most))) == expected(oracle, kind, most), f"seed {seed}"


def told(found: Brokers) -> dict[str, tuple[Any, ...]]:
    cut: dict[str, list[str]] = {row["broker"]: [] for row in found.table.to_pylist()}
    for row in found.units.to_pylist():
        if row["cut"]:
            cut[row["broker"]].append(row["unit"])
    return {
        row["broker"]: (row["pairs"], row["lost_pairs"], row["criticality"], cut[row["broker"]], row["betweenness"])
        for row in found.table.to_pylist()
    }


def expected(oracle: Oracle, kind: str, most: int) -> dict[str, tuple[Any, ...]]:
    """Every pair by itself: its shortest paths, and whether it is still within reach without each node on them."""
    units, ends = ([n for n in oracle.nodes(k) if not oracle.group[n]] for k in ("Company", kind))
    ways = {}
    for pair in ((u, r) for u in units for r in ends if u != r):
        known = oracle.open(*pair)
        if nx.has_path(known, *pair) and nx.shortest_path_length(known, *pair) <= most:
            ways[pair] = (known, list(nx.all_shortest_paths(known, *pair)))
    between = {node for _, paths in ways.values() for path in paths for node in path[1:-1]}
    found = {}
    for node in between:
        others = {pair: way for pair, way in ways.items() if node not in pair}
        lost = {pair for pair, (known, _) in others.items() if not _within(known, pair, node, most)}
        linked = {u for u, _ in ways if u != node}
        cut = sorted(linked - {u for u, _ in others.keys() - lost})
        share = sum(sum(node in path for path in paths) / len(paths) for _, paths in others.values())
        told = (len(others), len(lost), len(lost) / len(others), cut, pytest.approx(share / len(others)))
        found[node] = told
    return found


def _within(known: "nx.Graph[str]", pair: tuple[str, str], node: str, most: int) -> bool:
    without = known.copy()
    without.remove_nodes_from([node])
    return nx.has_path(without, *pair) and nx.shortest_path_length(without, *pair) <= most


def big(seed: int, *, companies: int, banks: int, ties: int) -> gk.Graph:
    """Companies and banks at random, more banks than fit one word."""
    rng = np.random.default_rng(seed)
    names = [*(f"u{n}" for n in range(companies)), *(f"B{n}" for n in range(banks))]
    pairs = [(int(a), int(b)) for a, b in rng.integers(0, len(names), (ties, 2))]
    # Some hubs.
    pairs += [(int(rng.integers(0, 4)), int(b)) for b in rng.integers(0, len(names), ties // 3)]
    return small(*(f"{names[a]} PARTNERS_WITH {names[b]}" for a, b in pairs), **{name: {} for name in names})


@pytest.mark.parametrize(("seed", "most"), [(1, 2), (2, 3), (3, 4)])
def test_removing_a_broker_really_gives_the_loss(seed: int, most: int) -> None:
    graph = big(seed, companies=90, banks=150, ties=220)
    net = links(graph, max_hops=most)
    found = brokers(net)
    before = {(row["unit"], row["resource"]) for row in net.pairs.to_pylist()}
    rows = found.table.to_pylist()
    assert len(rows) > 30
    assert any(row["type"] == "Bank" for row in rows)
    for row in [*rows[:12], *rows[-3:]]:
        node = row["broker"]
        after = {(r["unit"], r["resource"]) for r in links(graph.drop([node]), max_hops=most).pairs.to_pylist()}
        lost = {pair for pair in before - after if node not in pair}
        assert after <= before
        assert (row["lost_pairs"], row["pairs"]) == (len(lost), sum(node not in pair for pair in before))
        alone = {unit for unit, _ in before if unit != node} - {unit for unit, _ in after}
        told = found.losses(node)
        assert row["units_cut"] == len(alone)
        assert set(told[told["cut"]]["unit"]) == alone
        left = {unit: sum(u == unit for u, _ in after) for unit in told["unit"]}
        gone = {unit: sum(u == unit for u, _ in lost) for unit in told["unit"]}
        assert dict(zip(told["unit"], told["left"], strict=True)) == left
        assert dict(zip(told["unit"], told["lost"], strict=True)) == gone
        assert {unit for unit, _ in lost} | alone == set(told["unit"])


def test_betweenness_equals_that_of_networkx_where_no_distance_bounds_it() -> None:
    graph = big(5, companies=120, banks=8, ties=160)
    net = links(graph, max_hops=20)
    whole: nx.Graph[str] = nx.Graph(graph.to_networkx())
    whole.remove_edges_from(nx.selfloop_edges(whole))
    units, banks = (sorted(graph.nodes(kind)["id"]) for kind in ("Company", "Bank"))
    # Pairs of units and banks only: no node is both. Networkx halves what is not directed.
    wanted = nx.betweenness_centrality_subset(whole, units, banks, normalized=False)
    found = {row["broker"]: row["betweenness"] * row["pairs"] for row in brokers(net).table.to_pylist()}
    assert found == pytest.approx({node: 2 * share for node, share in wanted.items() if share})
    criticality = [row["criticality"] - row["betweenness"] for row in brokers(net).table.to_pylist()]
    assert max(criticality) <= 1e-9


def test_the_largest_are_by_betweenness_and_no_other_loses_more_than_the_bound() -> None:
    net = links(big(7, companies=80, banks=20, ties=120))
    every, few = brokers(net), brokers(net, top=5)
    rows = {row["broker"]: row for row in every.table.to_pylist()}
    kept = {row["broker"]: row for row in few.table.to_pylist()}
    assert len(kept) == 5
    assert all(rows[node] == row for node, row in kept.items())
    assert few.left_out == len(rows) - 5
    others = [row for node, row in rows.items() if node not in kept]
    assert max(row["lost_pairs"] for row in others) <= few.bound
    assert (every.left_out, every.bound) == (0, 0)
    assert few.headline()["brokers"] == len(rows)
    with pytest.raises(gk.QueryError, match="not among these brokers") as told:
        few.losses(others[0]["broker"])
    assert (told.value.code, "top" in told.value.hint) == ("not-a-broker", True)


def test_no_link_has_no_broker() -> None:
    found = of("B LENDS_TO u", "u MEMBER_OF b")
    assert found.table.schema == BROKERS
    assert found.units.schema == LOSSES
    assert found.text("en").startswith("there is no broker between companies and bank")
    assert found.text("zh").startswith("企业与银行之间没有中间人")
    with pytest.raises(gk.QueryError, match="'b'"):
        found.losses("b")
    with pytest.raises(gk.IdentityError, match="nobody"):
        found.losses("nobody")
    assert len(brokers(links(gk.from_records([]))).frame) == 0


def test_what_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    net = links(small("f GUIDES u1", "f PARTNERS_WITH B"))
    with pytest.raises(gk.QueryError) as told:
        brokers(net, top=0)
    assert told.value.code == "bad-top"
    monkeypatch.setattr(masks, "MOST_BYTES", 10)
    with pytest.raises(gk.QueryError) as told:
        brokers(net)
    assert told.value.code == "too-many-resources"
    monkeypatch.setattr(walked, "MOST_STEPS", 1)
    with pytest.raises(gk.QueryError) as told:
        brokers(net)
    assert told.value.code == "too-many-steps"


@pytest.fixture(scope="module")
def five() -> gk.Graph:
    """The five sources under the decisions."""
    return gk.read(*(SEEDS / name for name in NAMED), SEEDS / "decisions.csv")


def test_without_one_person_the_solar_company_reaches_no_bank(five: gk.Graph) -> None:
    company = five.find("晶澳")
    for hops in (4, 6):
        lost = gk.brokers(gk.links(five, max_hops=hops)).losses("郭亚菲")
        assert lost[["unit", "left", "cut"]].values.tolist() == [[company, 0, True]]
    without = gk.links(five.drop(["郭亚菲"]), max_hops=20).nearest.to_pylist()
    assert next(row["hops"] for row in without if row["unit"] == company) is None
    assert next(row["hops"] for row in gk.links(five, max_hops=4).nearest.to_pylist() if row["unit"] == company) == 4
