"""Which unit reaches which resource: the examples of the definitions, and every simple path on random graphs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis import links as module
from graphkit.analysis.links import NEAREST, PAIRS, Links, links, pairs
from tests.networks import Oracle, World, worlds

SEEDS = Path(__file__).parents[2] / "seeds"
NAMED = ["nanan_star_link", "yangzhou_women_in_science", "xiangcheng_women_in_science"]
NAMED += ["liangjiang_ten_measures", "suzhou_women_in_innovation"]
COUNTY = SEEDS / "example_county"
PREFIX = {"u": "Company", "f": "Federation", "b": "Alliance", "B": "Bank", "R": "Bank", "v": "Venue", "p": "Person"}
PREFIX |= {"a": "Agency", "g": "Programme", "t": "Region", "m": "FinancialProduct"}


def small(*edges: str, **nodes: dict[str, Any]) -> gk.Graph:
    """A graph of `src TYPE dst [confidence]`; the first letter of a name is its type, `nodes` adds properties."""
    told = [edge.split() for edge in edges]
    names = dict.fromkeys([name for src, _, dst, *_ in told for name in (src, dst)] + list(nodes))
    records = [
        {"type": kind, "src": src, "dst": dst, "key": str(n), "confidence": float(sure[0]) if sure else None}
        for n, (src, kind, dst, *sure) in enumerate(told)
    ]
    return gk.from_records([{"type": PREFIX[n[0]], "name": n} | nodes.get(n, {}) for n in names], records)


def rows(net: Links) -> dict[str, tuple[Any, ...] | None]:
    """Unit: hops, name of the resource, paths, names of brokers, confidence; None if not linked."""
    name = {row["id"]: row["name"] for row in net.graph.nodes().to_dict("records")}
    found: dict[str, tuple[Any, ...] | None] = {}
    for row in net.nearest.to_pylist():
        between = sorted(name[broker] for broker in row["brokers"] or ())
        told = (row["hops"], row["resource_name"], row["paths"], between, row["confidence"])
        found[row["name"]] = told if row["hops"] else None
    return found


def test_two_ways_count_twice_and_the_surer_one_gives_the_confidence() -> None:
    ways = ["u MEMBER_OF b1 0.9", "b1 PARTNERS_WITH R 0.6", "u MEMBER_OF b2 0.7", "b2 PARTNERS_WITH R 0.7"]
    assert rows(links(small(*ways)))["u"] == (2, "R", 2, ["b1", "b2"], 0.7)


def test_parallel_loans_are_one_step_as_sure_as_the_best() -> None:
    net = links(small("B LENDS_TO u 0.5", "B LENDS_TO u 0.9", "B LENDS_TO u 0.7"))
    assert rows(net)["u"] == (1, "B", 1, [], 0.9)
    assert net.pairs.select(["hops", "paths", "confidence"]).to_pylist() == [{"hops": 1, "paths": 1, "confidence": 0.9}]


def test_two_units_hang_on_one_broker_and_one_does_not() -> None:
    found = rows(links(small("f GUIDES u1", "f GUIDES u2", "f PARTNERS_WITH B", "B LENDS_TO u3")))
    assert found == {"u1": (2, "B", 1, ["f"], 1.0), "u2": (2, "B", 1, ["f"], 1.0), "u3": (1, "B", 1, [], 1.0)}


def test_linked_share_is_told_as_a_lower_bound() -> None:
    net = links(small("B LENDS_TO u1", u2={}, u3={}, u4={}))
    assert net.headline() == {
        "units": 4,
        "linked": 1,
        "not_linked": 3,
        "share": 0.25,
        "to": ["Bank"],
        "max_hops": 3,
        "as_of": None,
        "rules": "star_link",
    }
    assert repr(net).startswith("1 of 4 companies are known to reach a bank within 3 hops (latest known; a lower bound")
    assert net.text("zh").startswith("4 个企业中，已知 1 个链接到银行（3 步之内，最新已知，下限；")
    assert links(small(B={})).headline()["share"] is None


@pytest.mark.parametrize(
    "edges",
    [
        ["u LOCATED_IN t", "B LOCATED_IN t"],
        ["u LOCATED_IN v", "B LOCATED_IN v"],
        ["u LOCATED_IN v", "B LENDS_TO u2", "u2 LOCATED_IN v"],
        ["u PARTNERS_WITH t", "B PARTNERS_WITH t"],
        ["u FEEDS u2", "B LENDS_TO u2"],
        ["a GUIDES u", "a GUIDES B"],
        ["g SERVES u", "B RUNS g"],
        ["u MEMBER_OF b1", "b1 MEMBER_OF b2", "b2 MEMBER_OF b3", "b3 PARTNERS_WITH B"],
    ],
    ids=["region", "venue", "venue between", "region as partner", "customer", "agency", "programme", "four hops"],
)
def test_what_no_path_leads_over(edges: list[str]) -> None:
    assert rows(links(small(*edges)))["u"] is None


def test_a_venue_is_linked_as_the_last_hop_only() -> None:
    graph = small("u LOCATED_IN v", "p WORKS_FOR u", "p WORKS_FOR u2", "B LOCATED_IN v")
    assert rows(links(graph, to="Venue")) == {"u": (1, "v", 1, [], 1.0), "u2": (3, "v", 1, ["p", "u"], 1.0)}
    assert rows(links(graph))["u"] is None


def test_agencies_and_programmes_are_ends() -> None:
    graph = small("a GUIDES u", "u RUNS g")
    assert rows(links(graph, to="Agency"))["u"] == (1, "a", 1, [], 1.0)
    assert rows(links(graph, to="项目活动"))["u"] == (1, "g", 1, [], 1.0)


def test_a_cohort_is_no_broker_and_as_an_end_it_is_told_apart() -> None:
    ties = ["u MEMBER_OF b", "b PARTNERS_WITH B", "u2 MEMBER_OF b2", "B MEMBER_OF b2"]
    graph = small(*ties, b={"group": True}, B={"group": True})
    net = links(graph)
    assert rows(net) == {"u": None, "u2": None}
    assert net.headline()["linked"] == 0
    told = net.groups.select(["name", "group", "hops", "resource_name"]).to_pylist()
    assert [tuple(row.values()) for row in told] == [("u2", True, 2, "B")]
    assert net.pairs.select(["hops", "group"]).to_pylist() == [{"hops": 2, "group": True}]
    assert len(net.frame) == 3


def test_a_cohort_of_companies_is_no_unit_and_told_apart() -> None:
    net = links(small("B LENDS_TO u", "B LENDS_TO u2", u={"group": True}))
    assert list(rows(net)) == ["u2"]
    assert [(r["name"], r["hops"]) for r in net.groups.to_pylist()] == [("u", 1)]
    assert sorted(net.pairs["group"].to_pylist()) == [False, True]


def test_only_what_is_actual_and_in_force_counts() -> None:
    nodes = [{"type": "Bank", "name": "B"}, *({"type": "Company", "name": n} for n in ("planned", "ended", "later"))]
    edges = [
        {"type": "PARTNERS_WITH", "src": "planned", "dst": "B", "status": "planned"},
        {"type": "PARTNERS_WITH", "src": "ended", "dst": "B", "valid_from": "2020-01-01", "valid_to": "2021"},
        {"type": "PARTNERS_WITH", "src": "later", "dst": "B", "valid_from": "2022-06"},
    ]
    graph = gk.from_records(nodes, edges, source={"date": "2019-01-01"})
    assert [name for name, found in rows(links(graph, as_of="2020-12-31")).items() if found] == ["ended"]
    assert [name for name, found in rows(links(graph, as_of="2021-06")).items() if found] == []
    assert [name for name, found in rows(links(graph, as_of="2022-06-15")).items() if found] == []
    assert [name for name, found in rows(links(graph, as_of="2022-07-01")).items() if found] == ["later"]
    assert links(graph, as_of="2022-07-01").headline()["as_of"] == "2022-07-01"


def test_a_unit_is_never_its_own_resource() -> None:
    chamber = {"kind": "chamber"}
    graph = small("b1 PARTNERS_WITH b2", "p LEADS b2", "p LEADS b3", b1=chamber, b2=chamber, b3=chamber, b4=chamber)
    found = rows(links(graph, to="Alliance", units="key_points"))
    assert found["b1"] == (1, "b2", 1, [], 1.0)
    assert found["b2"] == (1, "b1", 1, [], 1.0)
    assert found["b3"] == (2, "b2", 1, ["p"], 1.0)
    assert found["b4"] is None
    listed = links(graph, to="Alliance", units="key_points").pairs.to_pylist()
    assert len(listed) == 6
    assert all(row["unit"] != row["resource"] for row in listed)


def test_of_resources_as_near_the_smaller_id_is_named_and_all_are_counted() -> None:
    graph = small("B1 LENDS_TO u 0.5", "B2 LENDS_TO u 0.9", "B3 LENDS_TO u 0.7")
    row = links(graph).nearest.to_pylist()[0]
    assert row["resource"] == min(graph.find(name) for name in ("B1", "B2", "B3"))
    assert (row["paths"], row["confidence"]) == (3, 0.9)


def test_more_than_twenty_brokers_are_counted_but_not_listed() -> None:
    def star(count: int) -> gk.Graph:
        return small(*(tie for n in range(count) for tie in (f"u MEMBER_OF b{n}", f"b{n} PARTNERS_WITH B")))

    told = {count: links(star(count)).nearest.to_pylist()[0] for count in (20, 21)}
    assert len(told[20]["brokers"]) == 20
    assert (told[21]["brokers"], told[21]["paths"], told[21]["hops"]) == (None, 21, 2)


def test_several_types_give_a_row_each() -> None:
    net = links(small("B LENDS_TO u", "u MEMBER_OF b"), to=["银行", "alliance", "Bank"])
    assert net.to == ("Bank", "Alliance")
    assert "reach a bank or an alliance within" in repr(net)
    assert [(r["resource_type"], r["hops"]) for r in net.nearest.to_pylist()] == [("Bank", 1), ("Alliance", 1)]
    assert net.headline()["linked"] == 1
    assert sorted(r["resource_type"] for r in net.pairs.to_pylist()) == ["Alliance", "Bank"]


def test_what_cannot_be_answered_says_why() -> None:
    graph = small("B LENDS_TO u")
    with pytest.raises(gk.SchemaError, match="Bnak") as told:
        links(graph, to="Bnak")
    assert "Bank" in told.value.hint
    with pytest.raises(gk.QueryError, match="Region") as refused:
        links(graph, to="地区")
    assert refused.value.code == "no-end"
    with pytest.raises(gk.QueryError, match="0 hops"):
        links(graph, max_hops=0)
    with pytest.raises(gk.SchemaError, match="shops"):
        links(graph, units="shops")
    with pytest.raises(gk.DataError):
        links(graph, as_of="next week")


def test_too_many_pairs_are_refused_with_what_to_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    net = links(small("B1 LENDS_TO u", "B2 LENDS_TO u"))
    monkeypatch.setattr(module, "MOST_PAIRS", 2)
    assert len(net.pairs) == 2
    monkeypatch.setattr(module, "MOST_PAIRS", 1)
    with pytest.raises(gk.QueryError, match="more than 1 pairs") as told:
        pairs(net)
    assert told.value.code == "too-many-pairs"
    assert "fewer hops" in told.value.hint


def test_nothing_to_link_gives_empty_tables_with_all_columns() -> None:
    net = links(gk.from_records([]))
    assert net.nearest.schema == net.groups.schema == NEAREST
    assert net.pairs.schema == PAIRS
    assert not len(net.frame)
    assert links(small(u={})).nearest.to_pylist()[0]["hops"] is None


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(["Bank", "Venue", "Company", "Agency"]), st.integers(1, 4))
def test_links_agree_with_every_simple_path(world: World, kind: str, most: int) -> None:
    graph = world.graph()
    net, oracle = links(graph, to=kind, max_hops=most), Oracle(graph)
    units, ends = oracle.nodes("Company"), oracle.nodes(kind)
    single = [end for end in ends if not oracle.group[end]]
    asked = ("hops", "resource", "paths", "brokers", "confidence")
    found = {row["unit"]: {name: row[name] for name in asked} for row in net.nearest.to_pylist()}
    assert list(found) == [unit for unit in units if not oracle.group[unit]]
    for unit, told in found.items():
        others = [end for end in single if end != unit]
        assert told == (oracle.best(unit, others, most) or dict.fromkeys(asked))
    told_pairs = {(row["unit"], row["resource"]): row for row in net.pairs.to_pylist()}
    for unit in units:
        for end in ends:
            best = oracle.best(unit, [end], most)
            row = told_pairs.pop((unit, end), None)
            assert (row and {name: row[name] for name in asked}) == best
            assert row is None or row["group"] == (oracle.group[unit] or oracle.group[end])
    assert not told_pairs
    apart = {(row["unit"], row["resource"]) for row in net.groups.to_pylist()}
    assert all(oracle.group[unit] or oracle.group[end] for unit, end in apart)
    assert len(net.groups) == len(apart)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_rows_matters(world: World, random: Any) -> None:
    nodes, edges = [*world.nodes, *world.nodes], [*world.edges, *world.edges]
    random.shuffle(nodes)
    random.shuffle(edges)
    first, again = links(world.graph()), links(World(nodes, edges).graph())
    assert first.nearest.equals(again.nearest)
    assert first.groups.equals(again.groups)
    assert first.pairs.equals(again.pairs)


@pytest.fixture(scope="module")
def five() -> gk.Graph:
    """The five sources under the decisions."""
    return gk.read(*(SEEDS / name for name in NAMED), SEEDS / "decisions.csv")


def test_the_five_sources_link_one_company_and_two_cohorts(five: gk.Graph) -> None:
    net = links(five)
    linked = {name: found[:3] for name, found in rows(net).items() if found}
    assert linked == {"江苏惠泽电气有限公司": (1, "江苏银行", 1)}
    assert net.headline()["units"] == 7
    apart = {(r["name"], r["resource_name"]): r["hops"] for r in net.groups.to_pylist()}
    assert apart[("823家女性客户", "苏州银行")] == 1
    assert apart[("苏州市女企业家中小企业", "16家银行")] == 2


@pytest.mark.parametrize("edition", ["2026Q2", "2026Q3"])
def test_the_invented_county_is_linked_as_it_was_invented(edition: str) -> None:
    folders = [COUNTY / name for name in ("2026Q2", "2026Q3") if name <= edition]
    graph = gk.read(*folders)
    truth = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))["editions"][edition]
    dates = [date for date, state in truth.items() if isinstance(state, dict) and "links_to_banks" in state]
    assert "latest" in dates
    for date in dates:
        wanted = truth[date]["links_to_banks"]
        net = links(graph, as_of=None if date == "latest" else date)
        found = {name: told for name, told in rows(net).items() if told}
        assert {name: told[0] for name, told in found.items()} == {n: w["hops"] for n, w in wanted["nearest"].items()}
        assert {name: told[2] for name, told in found.items()} == {n: w["paths"] for n, w in wanted["nearest"].items()}
        assert all(told[1] in wanted["nearest"][name]["banks"] for name, told in found.items())
        single = net.pairs.filter([not group for group in net.pairs["group"].to_pylist()])
        by_hops = {str(r["values"]): r["counts"] for r in single["hops"].value_counts().to_pylist()}
        assert by_hops == wanted["pairs_by_hops"]
        assert net.headline()["linked"] == wanted["total"]["linked"]
