"""The questions of the five sources about linkage, answered by links, paths, brokers and ledger as by reading."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.analysis.ledger import ledger
from graphkit.analysis.paths import Hop
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Selector, Units
from graphkit.schema import Caption
from tests.answers import ANSWERS

SEEDS = Path(__file__).parents[2] / "seeds"
NAMED = ["nanan_star_link", "yangzhou_women_in_science", "xiangcheng_women_in_science"]
NAMED += ["liangjiang_ten_measures", "suzhou_women_in_innovation"]
JINGAO, GUO = "晶澳太阳能（扬州）科技有限公司", "郭亚菲"


@pytest.fixture(scope="module")
def five() -> gk.Graph:
    """The five sources under the decisions."""
    return gk.read(*(SEEDS / name for name in NAMED), SEEDS / "decisions.csv")


def hops(graph: gk.Graph, start: str, end: str, *kinds: str) -> list[Hop]:
    """The hops from a node to others of a type that are made by an edge of some types, parallel edges one by one."""
    found = [path[0] for path in gk.paths(graph, start, end, max_hops=1).paths]
    single = [hop._replace(edges=(edge,), type=graph.schema.type_of(edge) or "") for hop in found for edge in hop.edges]
    return [hop for hop in single if hop.type in kinds]


def names(graph: gk.Graph, *kinds: str) -> list[str]:
    return sorted(name for kind in kinds for name in graph.as_of().nodes(kind)["name"])


def stated(graph: gk.Graph, hop: Hop, prop: str) -> Any:
    edges = graph.edges(hop.type).set_index("id")
    value = edges.loc[hop.edges[0], prop]
    return None if value is None or value != value else value


def test_q08_what_womens_organisations_rest_on(five: gk.Graph) -> None:
    found = [
        [name, hop.dst_name]
        for name in names(five, "Federation", "MicroHome")
        for kind in ("Venue", "Alliance", "Company", "Agency")
        for hop in hops(five, name, kind, "HOSTED_BY")
        if stated(five, hop, "src") == hop.src
    ]
    assert sorted(found) == ANSWERS["Q08"]


def test_q09_companies_within_two_hops_of_a_bank(five: gk.Graph) -> None:
    net = gk.links(five, max_hops=2)
    told = [*net.nearest.to_pylist(), *net.groups.to_pylist()]
    nearest = {(row["name"], row["resource_name"]): row["hops"] for row in told if row["hops"]}
    expected: dict[tuple[str, str], int] = {}
    for company, count, _, bank in ANSWERS["Q09"]:
        expected[company, bank] = min(count, expected.get((company, bank), 9))
    assert nearest == expected
    between = {row["name"]: [five.get(node)["name"] for node in row["brokers"]] for row in told if row["hops"] == 2}
    assert between == {c: [broker] for c, count, broker, _ in ANSWERS["Q09"] if broker and expected[c, _] == count}


def test_q10_the_nearest_bank(five: gk.Graph) -> None:
    net = gk.links(five, max_hops=6)
    rows = {row["name"]: row for row in net.nearest.to_pylist()}
    for company, answer in ANSWERS["Q10"].items():
        row = rows[company]
        if answer is None:
            assert row["hops"] is None, company
            continue
        assert (row["hops"], row["paths"]) == (answer["hops"], len(answer["paths"]))
        assert {five.get(node)["name"] for node in row["brokers"]} == set(answer["paths"][0][1:-1])
        assert row["resource_name"] == answer["paths"][0][-1]


def test_without_one_person_a_company_reaches_no_bank(five: gk.Graph) -> None:
    net = gk.links(five, max_hops=6)
    found = gk.brokers(net)
    lost = found.losses(GUO)
    assert lost[["name", "left", "cut"]].values.tolist() == [[JINGAO, 0, True]]
    routes = gk.redundancy(net).set_index("name")["routes"]
    assert routes[JINGAO] == 1
    without = gk.links(five.drop([GUO]), max_hops=6).nearest.to_pylist()
    assert next(row for row in without if row["name"] == JINGAO)["hops"] is None
    assert not gk.paths(five.drop([GUO]), JINGAO, "Bank").paths


def test_q11_alliances_that_share_a_member(five: gk.Graph) -> None:
    alliances = names(five, "Alliance")
    members = {
        a: [h.dst_name for k in ("Bank", "Company", "Person") for h in hops(five, a, k, "MEMBER_OF")] for a in alliances
    }
    members = {alliance: found for alliance, found in members.items() if found}
    shared = [
        [a, b]
        for a in alliances
        for b in alliances
        if a < b and any({h.type for h in p} == {"MEMBER_OF"} for p in gk.paths(five, a, b, max_hops=2).paths)
    ]
    assert {"pairs": shared, "alliances_with_known_members": members} == ANSWERS["Q11"]


def test_q12_federations_behind_several_alliances(five: gk.Graph) -> None:
    found = {
        name: sorted(
            [hop.dst_name, hop.type, stated(five, hop, "valid_from")]
            for hop in hops(five, name, "Alliance", "ESTABLISHED", "GUIDES")
        )
        for name in names(five, "Federation")
    }
    assert {name: told for name, told in found.items() if len(told) > 1} == ANSWERS["Q12"]


def test_q15_which_federations_give_access_to_a_bank_or_a_product(five: gk.Graph) -> None:
    found = []
    for name in names(five, "Federation"):
        found += [
            [name, h.type, h.dst_name, stated(five, h, "role")] for h in hops(five, name, "FinancialProduct", "OFFERS")
        ]
        found += [[name, h.type, h.dst_name, None] for h in hops(five, name, "Bank", "PARTNERS_WITH")]
        for hop in hops(five, name, "Alliance", "ESTABLISHED"):
            if hops(five, hop.dst_name, "Bank", "MEMBER_OF"):
                found.append([name, hop.type, hop.dst_name, None])
    assert sorted(found, key=str) == sorted(ANSWERS["Q15"], key=str)
    # The ledger tells what came of the one agreement with a bank, and that another federation brought a loan without.
    told = {row["name"]: row for row in ledger(five).broker_table.to_pylist()}
    assert {name: (row["partners"], row["idle"], row["not_partners"]) for name, row in told.items()} == {
        "苏州市妇联": (1, ["苏州银行"], []),
        "扬州经济技术开发区妇联": (0, [], ["江苏银行"]),
    }


def test_q16_who_leads_a_company_and_sits_in_a_federation(five: gk.Graph) -> None:
    found = []
    for company in names(five, "Company"):
        for first, second in (p for p in gk.paths(five, company, "Federation", max_hops=2).paths if len(p) == 2):
            if first.type in ("LEADS", "FOUNDED") and second.type == "MEMBER_OF":
                person, roles = first.dst_name, [stated(five, hop, "role") for hop in (first, second)]
                found.append([person, company, roles[0], second.dst_name, roles[1]])
    assert found == ANSWERS["Q16"]
    # This person is the broker between the two.
    between = gk.brokers(gk.links(five, to="Federation", max_hops=2)).frame.set_index("name")
    assert between.loc[GUO, "units_cut"] == 1


def test_women_organisations_as_units_reach_banks_through_their_own_products(five: gk.Graph) -> None:
    rules = load_rules()
    bodies = Units(
        "bodies", Caption("妇联组织", "women's organisations"), (Selector("Federation"), Selector("MicroHome"))
    )
    own = replace(rules, units={**rules.units, "bodies": bodies})
    found = ledger(five, units="bodies", rules=own)
    states = {(row["name"], row["resource_name"]): row["state"] for row in found.table.to_pylist()}
    assert states["苏州市妇联", "苏州银行"] == "announced"
    assert states["扬州经济技术开发区妇联", "江苏银行"] == "possible"
