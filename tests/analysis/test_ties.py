"""Ties: every choice tried on small worlds, and every suggestion carried out and counted again."""

from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.links import links
from graphkit.analysis.ties import ORGANISATIONS, TIES, TieOptions, Ties, recounted, ties, with_ties
from tests.analysis.test_links import small
from tests.analysis.test_real_and_invented import county, five
from tests.networks import EDGES, Oracle, World, worlds

TWO_HUBS = ["u1 MEMBER_OF b1", "u2 MEMBER_OF b1", "u3 MEMBER_OF b1", "u3 MEMBER_OF b2", "u4 MEMBER_OF b2"]


def suggested(*edges: str, new: int = 5, max_hops: int = 3, **told: Any) -> Ties:
    return ties(links(small(*edges, **told), max_hops=max_hops), new)


def told(found: Ties, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found.table.to_pylist()]


def linked(oracle: Oracle, most: int) -> set[str]:
    """The companies that reach a bank, by every simple path of networkx."""
    banks = oracle.single("Bank")
    return {unit for unit in oracle.single("Company") if oracle.best(unit, banks, most)}


def test_the_organisations_that_newly_link_most_come_first() -> None:
    found = suggested(*TWO_HUBS, max_hops=2)
    assert told(found, "rank", "name", "gain", "loss", "within") == [(1, "b1", 3, 2, 3), (2, "b2", 1, 1, 2)]
    assert told(found, "units") == [(["u1", "u2", "u3"],), (["u4"],)]
    assert (found.gain, found.bound, found.greedy, found.unlinked, found.reachable) == (4, 4, 4, 4, 4)
    assert repr(found).startswith(
        "2 new ties to a bank: 4 companies newly linked (proven best); known links rise from 0 to 4; 0 out of reach"
    )
    assert repr(suggested("f GUIDES u", new=1)).startswith("1 new tie to a bank: 1 companies")
    assert found.text("zh").startswith("新增 2 项与银行的合作，可新链接 4 个企业（已证最优），已知链接由 0 增至 4；")


def test_two_that_greed_would_not_choose_can_be_best() -> None:
    # The middle hub reaches four of six; the two outer ones reach three each, and together all.
    ways = [
        f"u{n} MEMBER_OF b{hub}" for hub, units in ((1, (1, 2, 3)), (2, (4, 5, 6)), (3, (1, 2, 4, 5))) for n in units
    ]
    found = suggested(*ways, new=2, max_hops=2)
    assert sorted(name for name, _ in told(found, "name", "gain")) == ["b1", "b2"]
    assert (found.gain, found.greedy, found.bound) == (6, 5, 6)


def test_what_is_linked_already_is_not_gained() -> None:
    found = suggested(*TWO_HUBS, "B LENDS_TO u1", max_hops=2)
    assert found.unlinked == 3
    assert sorted(told(found, "name", "gain")) in ([("b1", 1), ("b2", 2)], [("b1", 2), ("b2", 1)])


def test_a_tie_counts_within_one_hop_less() -> None:
    chain = ["u1 MEMBER_OF b1", "b1 MEMBER_OF b2", "b2 MEMBER_OF b3"]
    reach = {most: suggested(*chain, new=1, max_hops=most, u2={}).table.to_pylist() for most in (1, 2, 3, 4)}
    assert [rows[0]["within"] for rows in reach.values()] == [1, 1, 1, 1]
    assert [sorted([rows[0]["name"], *rows[0]["alternatives"]]) for rows in reach.values()] == [
        ["u1"],
        ["b1", "u1"],
        ["b1", "b2", "u1"],
        ["b1", "b2", "b3", "u1"],
    ]


def test_of_equal_ones_those_that_bring_others_together_are_named_first() -> None:
    row = suggested("f GUIDES u", "u MEMBER_OF b", new=1).table.to_pylist()[0]
    assert (row["name"], row["alternatives"]) == ("f", ["b", "u"])
    assert ORGANISATIONS[0] == "Federation"


def test_persons_are_partners_only_if_asked_for() -> None:
    net = links(small("p LEADS u1", "p LEADS u2"), max_hops=2)
    assert told(ties(net, 1), "name", "gain") == [("u1", 1)]
    assert told(ties(net, 1, options=TieOptions(persons=True)), "name", "gain") == [("p", 2)]


def test_groups_and_resources_are_no_partners() -> None:
    graph = small("u1 MEMBER_OF b", "u2 MEMBER_OF b", b={"group": True})
    assert told(ties(links(graph), 5), "name", "gain") == [("u1", 1), ("u2", 1)]
    kept = ties(links(small("u MEMBER_OF b", "b PARTNERS_WITH B", "u2 PARTNERS_WITH B"), to="Alliance"), 5)
    assert all(kind != "Alliance" for (kind,) in told(kept, "type"))


def test_types_of_partners_may_be_named() -> None:
    net = links(small("f GUIDES u1", "f GUIDES u2", "u1 MEMBER_OF b"))
    assert told(ties(net, 5, options=TieOptions(types=("Alliance",))), "name", "gain") == [("b", 1)]
    with pytest.raises(gk.QueryError, match="Region"):
        ties(net, 5, options=TieOptions(types=("Region",)))
    with pytest.raises(gk.SchemaError, match="Fed"):
        ties(net, 5, options=TieOptions(types=("Fed",)))


@pytest.mark.parametrize("new", [0, -1, 2.5, True, "3"])
def test_a_number_of_ties_that_is_none(new: Any) -> None:
    with pytest.raises(gk.QueryError, match="no number of ties") as refused:
        ties(links(small("B LENDS_TO u")), new)
    assert refused.value.code == "bad-ties"


def test_nothing_to_link_gives_no_ties() -> None:
    for graph in (gk.from_records([]), small("B LENDS_TO u")):
        found = ties(links(graph), 3)
        assert found.table.schema == TIES
        assert (len(found.table), found.gain, found.bound, found.unlinked) == (0, 0, 0, 0)
        assert recounted(found).headline()["linked"] == links(graph).headline()["linked"]


@pytest.mark.parametrize("kind", ["Bank", "FinancialProduct", "Venue", "Programme", "Alliance", "Agency"])
def test_every_type_of_resource_can_be_tied(kind: str) -> None:
    graph = small("f GUIDES u1", "f GUIDES u2")
    found = ties(links(graph, to=kind), 1)
    assert recounted(found).headline()["linked"] == found.gain == 2


def test_the_copy_holds_one_more_resource_and_an_edge_for_each_tie() -> None:
    found = suggested(*TWO_HUBS, max_hops=2)
    before, after = found.net.graph.summary(), with_ties(found).summary()
    assert after["rows"].sum() - before["rows"].sum() == 3
    assert len(found.net.graph.table("Bank")) == 0


@pytest.mark.parametrize("day", [None, "2026-06-30"])
@pytest.mark.parametrize("edition", ["2026Q2", "2026Q3", "five"])
def test_the_suggestions_for_real_and_invented_sources_are_counted_again(edition: str, day: str | None) -> None:
    graph = five() if edition == "five" else county(edition)
    found = ties(links(graph, as_of=day), 4)
    assert found.gain == found.bound
    assert recounted(found).headline()["linked"] == found.headline()["linked_after"]


@st.composite
def open_worlds(draw: st.DrawFn) -> World:
    """Draw a world in which ties may be missing: `worlds` with its banks left out now and then."""
    made = draw(worlds())
    gone = {n["name"] for n in made.nodes if n["type"] == "Bank" and draw(st.booleans())}
    nodes = [n for n in made.nodes if n["name"] not in gone]
    return World(nodes, [e for e in made.edges if not {e["src"], e["dst"]} & gone])


@settings(max_examples=80)
@given(open_worlds(), st.integers(1, 3), st.integers(1, 4))
def test_no_other_choice_of_organisations_links_more(made: World, new: int, most: int) -> None:
    graph = made.graph()
    found = ties(links(graph, max_hops=most), new)
    oracle = Oracle(graph)
    before, reach = linked(oracle, most), _reach(oracle, most)
    open_ = set(oracle.single("Company")) - before
    best = max(
        (
            len(open_ & set().union(*(reach[o] for o in chosen)))
            for chosen in combinations(sorted(reach), min(new, len(reach)))
        ),
        default=0,
    )
    assert found.gain == found.bound == best
    assert found.greedy <= best
    assert found.unlinked == len(open_)
    assert found.reachable == len(open_ & set().union(*reach.values(), set()))
    for row in found.table.to_pylist():
        assert set(row["unit_ids"]) <= reach[row["organisation"]] & open_
        assert row["within"] == len(reach[row["organisation"]] & open_)
        rest = [reach[r["organisation"]] for r in found.table.to_pylist() if r["rank"] != row["rank"]]
        assert row["loss"] == best - len(open_ & set().union(*rest, set()))
    after = linked(Oracle(with_ties(found)), most)
    assert after == before | {unit for row in found.table.to_pylist() for unit in row["unit_ids"]}


def _reach(oracle: Oracle, most: int) -> dict[str, set[str]]:
    """What each organisation reaches within one hop less, by networkx: itself, and over what a path may pass."""
    inner = [node for node in oracle.type if oracle.inner(node)]
    joined = oracle.steps(inner)
    assert {"FEEDS", "LOCATED_IN"} < set(EDGES)
    organisations = [n for n in inner if oracle.type[n] in ORGANISATIONS and oracle.type[n] != "Bank"]
    return {o: set(nx.single_source_shortest_path_length(joined, o, cutoff=most - 1)) for o in organisations}
