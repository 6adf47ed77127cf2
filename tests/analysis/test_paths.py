"""How one node reaches another: against networkx' simple paths, and the answers read from the five sources."""

from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.analysis.paths import PATHS, PathOptions, Paths, paths, statements
from graphkit.engines import walks
from tests.networks import ENDS_ONLY, INTERIOR, Oracle, World, worlds

SEEDS = Path(__file__).parents[2] / "seeds"
NAMED = ["nanan_star_link", "yangzhou_women_in_science", "xiangcheng_women_in_science"]
NAMED += ["liangjiang_ten_measures", "suzhou_women_in_innovation"]


def names(found: Paths) -> list[list[str]]:
    return [[path[0].src_name, *(hop.dst_name for hop in path)] for path in found.paths]


def ids(found: Paths) -> list[tuple[str, ...]]:
    return [(path[0].src, *(hop.dst for hop in path)) for path in found.paths]


@pytest.fixture
def town() -> gk.Graph:
    """A company that a bank lends to twice, and that its head ties to the bank too."""
    nodes = [
        {"type": "Company", "name": "甲厂", "aliases": ["甲"]},
        {"type": "Company", "name": "乙厂"},
        {"type": "Bank", "name": "丙银行"},
        {"type": "Person", "name": "丁女士"},
        {"type": "Agency", "name": "戊局"},
        {"type": "Company", "name": "拟建厂", "status": "planned"},
    ]
    edges = [
        {"type": "LENDS_TO", "src": "丙银行", "dst": "甲厂", "key": "1", "confidence": 0.7, "place": "¶1"},
        {"type": "LENDS_TO", "src": "丙银行", "dst": "甲厂", "key": "2", "confidence": 0.9, "place": "¶2"},
        {"type": "LEADS", "src": "丁女士", "dst": "甲厂", "confidence": 0.8},
        {"type": "LENDS_TO", "src": "丙银行", "dst": "丁女士"},
        {"type": "PARTNERS_WITH", "src": "甲厂", "dst": "乙厂"},
        {"type": "GUIDES", "src": "戊局", "dst": "乙厂"},
        {"type": "PARTNERS_WITH", "src": "拟建厂", "dst": "丙银行"},
    ]
    return gk.from_records(nodes, edges, source={"name": "台账", "date": "2026-06-30"})


def test_paths_are_the_shortest_first_and_hops_tell_edge_and_direction(town: gk.Graph) -> None:
    found = paths(town, "甲", "丙银行")
    assert names(found) == [["甲厂", "丙银行"], ["甲厂", "丁女士", "丙银行"]]
    assert not found.truncated
    loan, led = found.paths[0][0], found.paths[1][0]
    assert (loan.type, loan.direction, loan.confidence, len(loan.edges)) == ("LENDS_TO", "backward", 0.9, 2)
    assert (led.type, led.direction, led.confidence, len(led.edges)) == ("LEADS", "backward", 0.8, 1)
    assert [hop.direction for hop in paths(town, "丙银行", "甲厂").paths[1]] == ["forward", "forward"]
    assert paths(town, "乙厂", "甲厂").paths[0][0].direction == "undirected"


def test_each_hop_shows_its_statement(town: gk.Graph) -> None:
    found = paths(town, "甲厂", "丙银行", max_hops=1)
    told = statements(found)
    assert [(s.source, s.date, s.place) for s in told[found.paths[0][0].edges[0]]] == [("台账", "2026-06-30", "¶2")]
    assert [s.place for s in told[found.paths[0][0].edges[1]]] == ["¶1"]
    row = found.frame.to_dict("records")[0]
    assert list(row) == PATHS.names
    assert (row["from"], row["relation"], row["direction"], row["to"]) == ("甲厂", "LENDS_TO", "backward", "丙银行")
    assert (row["path"], row["hop"], row["source"], row["place"], row["confidence"]) == (1, 1, "台账", "¶2", 0.9)
    assert found.text("zh").splitlines() == [
        "甲厂 → 丙银行：1 步之内 1 条路径（最新已知）",
        "1. 甲厂",
        "   ←放贷─ 丙银行  [台账 ¶2]",
    ]
    assert found.text("en").startswith("甲厂 → 丙银行: 1 path within 1 hop (latest known)")


def test_no_path_is_an_empty_answer_with_all_columns(town: gk.Graph) -> None:
    found = paths(town, "甲厂", "戊局", max_hops=1)
    assert (found.paths, found.truncated) == ((), False)
    assert list(found.frame.columns) == PATHS.names
    assert found.text("en") == "甲厂 → 戊局: 0 paths within 1 hop (latest known)"


def test_an_end_may_be_any_of_a_type(town: gk.Graph) -> None:
    assert names(paths(town, "乙厂", "银行")) == names(paths(town, "乙厂", "丙银行"))
    assert names(paths(town, "Company", "bank", shortest_only=True)) == [["甲厂", "丙银行"]]
    assert names(paths(town, "甲厂", "Company", max_hops=1)) == [["甲厂", "乙厂"]]
    assert names(paths(town, "Programme", "Bank")) == []
    assert names(paths(town, "Bank", "Bank")) == names(paths(town, "丙银行", "Bank")) == []


def test_agencies_are_ends_and_never_between(town: gk.Graph) -> None:
    assert names(paths(town, "戊局", "甲厂")) == [["戊局", "乙厂", "甲厂"]]
    assert names(paths(town, "拟建厂", "丙银行")) == []


def test_options_may_be_a_value_or_keywords(town: gk.Graph) -> None:
    options = PathOptions(max_hops=2, limit=1)
    found = paths(town, "甲厂", "丙银行", options=options)
    assert names(found) == [["甲厂", "丙银行"]]
    assert found.truncated
    assert "未列全" in found.text("zh")
    assert "not all" in repr(found)
    both = paths(town, "甲厂", "丙银行", options=options, limit=2)
    assert names(both) == names(paths(town, "甲厂", "丙银行", max_hops=2))


def test_names_that_lead_nowhere_say_what_is_near(town: gk.Graph) -> None:
    with pytest.raises(gk.IdentityError) as unknown:
        paths(town, "甲厂", "丙银")
    assert unknown.value.code == "unknown-name"
    assert "丙银行" in unknown.value.candidates
    with pytest.raises(gk.IdentityError) as same:
        paths(town, "甲", "甲厂")
    assert same.value.code == "same-node"


def test_one_name_of_two_nodes_is_answered_with_the_candidates() -> None:
    nodes = [{"type": "Company", "name": "甲厂", "key": key} for key in ("1", "2")] + [{"type": "Bank", "name": "行"}]
    graph = gk.from_records(nodes)
    with pytest.raises(gk.IdentityError) as told:
        paths(graph, "甲厂", "行")
    assert told.value.code == "ambiguous-name"
    assert sorted(c["id"] for c in told.value.candidates) == graph.table("Company")["id"].to_pylist()
    assert names(paths(graph, told.value.candidates[0]["id"], "行")) == []


def test_ends_that_the_rules_do_not_allow_are_refused() -> None:
    graph = gk.from_records([{"type": "Region", "name": "镇"}, {"type": "Bank", "name": "行"}])
    for end in ("镇", "Region", "地区"):
        with pytest.raises(gk.QueryError) as told:
            paths(graph, end, "行")
        assert told.value.code == "no-end"


@pytest.mark.parametrize(("options", "code"), [({"max_hops": 0}, "bad-hops"), ({"limit": 0}, "bad-limit")])
def test_senseless_options_are_refused(town: gk.Graph, options: Any, code: str) -> None:
    with pytest.raises(gk.QueryError) as told:
        paths(town, "甲厂", "丙银行", **options)
    assert told.value.code == code


def test_a_date_says_what_is_in_force() -> None:
    nodes = [{"type": "Company", "name": "甲厂"}, {"type": "Bank", "name": "行"}]
    edge = {"type": "PARTNERS_WITH", "src": "甲厂", "dst": "行", "valid_from": "2022", "valid_to": "2024"}
    graph = gk.from_records(nodes, [edge], source={"date": "2020"})
    found = {date: len(paths(graph, "甲厂", "行", as_of=date).paths) for date in ("2022-06", "2023", "2024-06", "2025")}
    assert found == {"2022-06": 0, "2023": 1, "2024-06": 0, "2025": 0}


def test_a_venue_is_reached_as_the_last_hop_only() -> None:
    nodes = [{"type": "Venue", "name": "园"}, *({"type": "Company", "name": name} for name in ("甲厂", "乙厂"))]
    graph = gk.from_records(nodes, [{"type": "LOCATED_IN", "src": name, "dst": "园"} for name in ("甲厂", "乙厂")])
    assert names(paths(graph, "甲厂", "园")) == [["甲厂", "园"]]
    assert names(paths(graph, "甲厂", "Venue", shortest_only=True)) == [["甲厂", "园"]]
    assert names(paths(graph, "甲厂", "乙厂")) == []


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_all_simple_paths_are_found_in_order(world: World, most: int, random: Any) -> None:
    graph = world.graph()
    oracle = Oracle(graph)
    ends = [n for n in oracle.whole if oracle.type[n] in INTERIOR | ENDS_ONLY]
    pairs = list(permutations(ends, 2))
    for start, end in random.sample(pairs, min(4, len(pairs))):
        wanted = oracle.paths(start, end, most)
        found = paths(graph, start, end, max_hops=most)
        assert ids(found) == wanted
        assert [min(hop.confidence for hop in path) for path in found.paths] == list(map(oracle.confidence, wanted))
        shortest = [path for path in wanted if len(path) == len(wanted[0])]
        assert ids(paths(graph, start, end, max_hops=most, shortest_only=True)) == shortest
        cut = paths(graph, start, end, max_hops=most, limit=2)
        assert (ids(cut), cut.truncated) == (wanted[:2], len(wanted) > 2)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.sampled_from(["Bank", "Company", "Venue"]), st.sampled_from(["Bank", "Venue", "Agency"]))
def test_any_of_a_type_is_each_of_them(world: World, kind: str, target: str) -> None:
    graph = world.graph()
    oracle = Oracle(graph)
    pairs = product(oracle.nodes(kind), oracle.nodes(target))
    wanted = sorted((path for start, end in pairs for path in oracle.paths(start, end, 4)), key=oracle.place)
    assert ids(paths(graph, kind, target, max_hops=4)) == wanted
    shortest = [path for path in wanted if len(path) == len(wanted[0])]
    assert ids(paths(graph, kind, target, max_hops=4, shortest_only=True)) == shortest


@settings(max_examples=30, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_rows_matters(world: World, random: Any) -> None:
    nodes, edges = [*world.nodes, *world.nodes], [*world.edges, *world.edges]
    random.shuffle(nodes)
    random.shuffle(edges)
    assert paths(world.graph(), "Company", "Bank").paths == paths(World(nodes, edges).graph(), "Company", "Bank").paths


def hubs(count: int) -> gk.Graph:
    """Two hubs without a way to each other that many nodes stand round, all tied to all in half."""
    near = [f"{side}{n}" for side in "xy" for n in range(count)]
    nodes = [{"type": "Company", "name": name} for name in ("甲", "乙", *near)]
    ties = [("甲", f"x{n}") for n in range(count)] + [("乙", f"y{n}") for n in range(count)]
    ties += [(f"x{n}", f"y{m}") for n in range(count) for m in range(count)]
    return gk.from_records(nodes, [{"type": "PARTNERS_WITH", "src": a, "dst": b} for a, b in ties])


def test_two_hubs_are_cut_at_the_limit_shortest_first() -> None:
    found = paths(hubs(40), "甲", "乙")
    assert found.truncated
    assert len(found.paths) == 1000
    assert {len(path) for path in found.paths} == {3}
    assert names(found) == sorted(names(found))


def test_a_search_that_takes_too_long_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "MOST_STEPS", 5_000)
    found = paths(hubs(12), "甲", "乙", max_hops=7, limit=10_000_000)
    assert found.truncated
    assert 0 < len(found.paths) < 5_000
    assert [len(path) for path in found.paths] == sorted(len(path) for path in found.paths)


@pytest.fixture(scope="module")
def five() -> gk.Graph:
    """The five sources under the decisions."""
    return gk.read(*(SEEDS / name for name in NAMED), SEEDS / "decisions.csv")


def test_the_five_sources_give_the_paths_read_from_them(five: gk.Graph) -> None:
    through = ["晶澳太阳能（扬州）科技有限公司", "郭亚菲", "扬州经济技术开发区妇联", "妇女双创贷款", "江苏银行"]
    assert names(paths(five, "晶澳", "江苏银行", shortest_only=True)) == [through]
    assert names(paths(five, "晶澳", "江苏银行"))[0] == through
    assert names(paths(five, "江苏惠泽电气有限公司", "江苏银行", max_hops=2)) == [
        ["江苏惠泽电气有限公司", "江苏银行"],
        ["江苏惠泽电气有限公司", "妇女双创贷款", "江苏银行"],
    ]
    for company in ("魔门塔（苏州）有限公司", "润芯微", "弘一集团"):
        assert names(paths(five, company, "Bank")) == []
    rows = paths(five, "晶澳", "江苏银行", shortest_only=True).frame
    assert rows["place"].notna().all()
    assert rows["source"].nunique() == 1
