"""Units, what they lie in, what is known of them; DEFINITIONS 1 to 4."""

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.analysis.rules import load_rules
from graphkit.analysis.units import exceeds, inside, matches, scopes, unit_table, upward
from graphkit.errors import IdentityError
from graphkit.graph.tables import Graph
from graphkit.values import BOUNDS, Quantity
from tests.analysis.cases import company, edge, graph, node, scope

quantities = st.builds(
    Quantity, st.none() | st.integers(0, 300) | st.integers(0, 2**63 - 1), st.sampled_from([None, *BOUNDS])
)


@given(st.lists(quantities, min_size=1), st.sampled_from([0, 50, 62.5, 100, 500]))
def test_columns_of_quantities_compare_as_quantities_do(values: list[Quantity], threshold: float) -> None:
    heads = pa.chunked_array([pa.array([value.value for value in values], pa.int64())])
    bounds = pa.chunked_array([pa.array([value.bound for value in values], pa.string())])
    assert exceeds(heads, bounds, threshold).to_pylist() == [value.above(threshold) for value in values]


ends = st.integers(0, 6).map(lambda number: f"reg_{number}")


@given(st.lists(st.tuples(ends, ends)), st.lists(ends, unique=True, min_size=1))
def test_upward_reaches_what_a_walk_reaches(pairs: list[tuple[str, str]], start: list[str]) -> None:
    sides = {side: pa.array([pair[n] for pair in pairs], pa.string()) for n, side in enumerate(("src", "dst"))}
    edges = pa.table(sides)
    origin, above = upward(pa.array(start, pa.string()), edges)
    found = sorted(zip(origin.to_pylist(), above.to_pylist(), strict=True))
    oracle = nx.DiGraph(pairs)
    oracle.add_nodes_from(start)
    assert found == sorted((s, t) for s in start for t in {s, *nx.descendants(oracle, s)})


values = st.lists(st.none() | st.sampled_from("abc"))


@given(values, values)
def test_matches_is_an_inner_join(left: list[str | None], right: list[str | None]) -> None:
    rows, others = matches(pa.array(left, pa.string()), pa.array(right, pa.string()))
    expected = [(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if a is not None and a == b]
    assert sorted(zip(rows.tolist(), others.tolist(), strict=True)) == expected


def named(of: Graph, kind: str, as_of: str | None = None) -> dict[str, bool]:
    rules = load_rules()
    table = unit_table(of, rules.units[kind].select, nested=rules.nested, as_of=as_of)
    return dict(zip(table["name"].to_pylist(), table["nested"].to_pylist(), strict=True))


@pytest.fixture
def market() -> Graph:
    return graph(
        [
            company("集团", leading=True),
            company("小厂"),
            company("拟建厂", status="planned"),
            company("旧厂", valid_to="2020"),
            company("新厂", founded="2027"),
            company("200家商户", group=True, count=200),
            node("Venue", "市场", kind="specialised_market"),
            node("Venue", "驿站", kind="talent_home"),
            node("Alliance", "商会", kind="chamber"),
            node("Alliance", "联盟", kind="league"),
        ],
        [edge("PART_OF", "市场", "集团")],
    )


def test_groups_plans_and_what_has_ended_are_no_units(market: Graph) -> None:
    assert set(named(market, "companies")) == {"集团", "小厂", "新厂"}


def test_what_is_founded_later_is_no_unit_yet(market: Graph) -> None:
    assert set(named(market, "companies", "2026-12-31")) == {"集团", "小厂"}
    assert set(named(market, "companies", "2019-05-01")) == {"集团", "小厂", "旧厂"}


def test_key_points_and_how_many_are_nested(market: Graph) -> None:
    assert named(market, "key_points") == {"集团": False, "市场": True, "商会": False}


def test_a_circle_of_owners_ends() -> None:
    circle = graph([company("甲"), company("乙")], [edge("PART_OF", "甲", "乙"), edge("PART_OF", "乙", "甲")])
    assert named(circle, "companies") == {"甲": True, "乙": True}


def lies_in(of: Graph, *, as_of: str | None = None) -> dict[str, bool]:
    rules = load_rules()
    table = unit_table(of, rules.units["companies"].select, nested=(), as_of=as_of)
    found = inside(of, table, scopes(of, "COVERS", as_of), as_of=as_of, sure=0.8)
    return {name: bool(row.any()) for name, row in zip(table["name"].to_pylist(), found, strict=True)}


PLACES = [node("Region", "南市", level="county_city"), node("Region", "东镇", level="town"), node("Venue", "基地")]
COMPANIES = [company(name) for name in ("市属", "镇上", "基地里", "别处", "存疑")]
LYING = [
    edge("PART_OF", "东镇", "南市"),
    edge("LOCATED_IN", "基地", "东镇"),
    edge("LOCATED_IN", "市属", "南市"),
    edge("LOCATED_IN", "镇上", "东镇"),
    edge("LOCATED_IN", "基地里", "基地"),
    edge("LOCATED_IN", "存疑", "东镇", confidence=0.5),
]


def test_a_region_closes_with_all_regions_and_venues_in_it() -> None:
    found = lies_in(graph([*PLACES, *COMPANIES], LYING, complete=[scope(region="南市")]))
    assert found == {"市属": True, "镇上": True, "基地里": True, "别处": False, "存疑": False}
    found = lies_in(graph([*PLACES, *COMPANIES], LYING, complete=[scope(region="东镇")]))
    assert [name for name, held in found.items() if held] == [n for n in found if n in ("镇上", "基地里")]


def test_a_chain_closes_with_its_segments() -> None:
    chains = [node("Industry", "链", kind="chain"), node("Industry", "环节", kind="segment")]
    ties = [edge("PART_OF", "环节", "链"), edge("IN_INDUSTRY", "镇上", "环节"), edge("IN_INDUSTRY", "市属", "链")]
    found = lies_in(graph([*COMPANIES, *chains], ties, complete=[scope(chain="链")]))
    assert {name for name, held in found.items() if held} == {"镇上", "市属"}


def test_a_dataset_closes_for_what_stands_in_it_and_conditions_add_up() -> None:
    assert all(lies_in(graph(COMPANIES, complete=[scope(dataset="案例")])).values())
    both = graph([*PLACES, *COMPANIES], LYING, complete=[scope(dataset="案例", region="东镇")])
    assert {name for name, held in lies_in(both).items() if held} == {"镇上", "基地里"}


def test_a_scope_holds_from_its_date_on() -> None:
    closed = graph([*PLACES, *COMPANIES], LYING, date="2020-01-01", complete=[scope(as_of="2022-09-23", region="南市")])
    assert not any(lies_in(closed, as_of="2022-09-22").values())
    assert lies_in(closed, as_of="2022-09-23")["镇上"]
    assert lies_in(closed)["镇上"]


def test_a_scope_of_companies_says_nothing_of_covers() -> None:
    assert not any(lies_in(graph([*PLACES, *COMPANIES], LYING, complete=[scope("Company", region="南市")])).values())


def test_a_scope_over_an_unknown_place_closes_nothing_and_an_ambiguous_one_is_told() -> None:
    assert not any(lies_in(graph([*PLACES, *COMPANIES], LYING, complete=[scope(region="西镇")])).values())
    twins = [node("Region", "东镇", level="town", key=key) for key in ("一", "二")]
    with pytest.raises(IdentityError, match="names 2 nodes"):
        lies_in(graph([*COMPANIES, *twins], complete=[scope(region="东镇")]))


def test_no_units_is_an_empty_table() -> None:
    companies = load_rules().units["companies"].select
    table = unit_table(graph([node("Bank", "行")]), companies, nested=["PART_OF"], as_of=None)
    assert len(table) == 0
    assert table["nested"].to_pylist() == []
    assert np.asarray(inside(graph([]), table, [], as_of=None, sure=0.8)).shape == (0, 0)
