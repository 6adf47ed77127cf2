"""Ledger: the worked example of DEFINITIONS 10, every state by its plainest reading, the figures of real sources."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.analysis.amounts import summed
from graphkit.analysis.conversion import days, earliest
from graphkit.analysis.ledger import LEDGER, STATES, Ledger, ledger
from graphkit.analysis.rules import load_rules
from tests.analysis.cases import edge, graph, node
from tests.analysis.test_real_and_invented import TRUTH, county, five
from tests.analysis.test_rules import put, written

PREFIX = {"u": "Company", "P": "Federation", "b": "Alliance", "B": "Bank", "m": "FinancialProduct", "p": "Person"}
PREFIX |= {"t": "Region", "a": "Agency"}


def world(*edges: dict[str, Any], **nodes: dict[str, Any]) -> gk.Graph:
    """A graph of edges; the first letter of a name is its type, `nodes` adds properties."""
    names = dict.fromkeys([e[end] for e in edges for end in ("src", "dst")] + list(nodes))
    told = [e | {"key": str(n)} for n, e in enumerate(edges)]
    return graph([node(PREFIX[name[0]], name) | nodes.get(name, {}) for name in names], told)


def lends(src: str, dst: str, day: str | None = None, amount: int | None = None, **told: Any) -> dict[str, Any]:
    kind = {"amount_kind": "loan"} if amount is not None and "amount_kind" not in told else {}
    return edge("LENDS_TO", src, dst, valid_from=day, amount_cny=amount, **kind, **told)


def signs(src: str, dst: str, day: str | None = None, **told: Any) -> dict[str, Any]:
    return edge("PARTNERS_WITH", src, dst, valid_from=day, **told)


def states(found: Ledger) -> dict[tuple[str, str], str]:
    return {(row["name"], row["resource_name"]): row["state"] for row in found.table.to_pylist()}


def pair(found: Ledger, unit: str, resource: str) -> dict[str, Any]:
    rows = [*found.table.to_pylist(), *found.group_table.to_pylist()]
    return next(row for row in rows if (row["name"], row["resource_name"]) == (unit, resource))


def broker(found: Ledger, name: str) -> dict[str, Any]:
    return next(row for row in found.broker_table.to_pylist() if row["name"] == name)


def test_the_worked_example_of_a_federation_with_two_banks() -> None:
    signed = [signs("P", "B1", "2023-01-10"), signs("P", "B2", "2023-03-01")]
    loans = [lends("B1", "u1", "2023-04-10", via="P"), lends("B1", "u2", "2023-07-10", via="P")]
    found = ledger(world(*signed, *loans))
    told = broker(found, "P")
    assert (told["converted"], told["partners"], told["conversion"]) == (1, 2, 0.5)
    assert told["idle"] == ["B2"]
    assert told["days_to_first"] == 90
    assert (told["events"], told["units"], told["first"]) == (2, 2, "2023-04-10")
    # From their bank the federation is near, and with it the bank that never lent.
    done, near = dict.fromkeys([("u1", "B1"), ("u2", "B1")], "realised"), [("u1", "B2"), ("u2", "B2")]
    assert states(found) == done | dict.fromkeys(near, "announced")


@pytest.mark.parametrize(("since", "first"), [("2023-01", "2023-04-10"), ("2023-01-10", "2023"), (None, "2023-04-10")])
def test_a_partial_date_gives_no_days(since: str | None, first: str) -> None:
    told = broker(ledger(world(signs("P", "B1", since), lends("B1", "u", first, via="P"))), "P")
    assert (told["converted"], told["days_to_first"]) == (1, None)


def test_the_days_are_those_of_the_agreement_that_was_converted_first() -> None:
    signed = [signs("P", "B1", "2023-01-01"), signs("P", "B2", "2023-05-01")]
    loans = [lends("B1", "u1", "2023-03-02", via="P"), lends("B2", "u2", "2023-05-02", via="P")]
    assert broker(ledger(world(*signed, *loans)), "P")["days_to_first"] == 60
    unclear = [loans[0] | {"valid_from": "2023"}, loans[1]]
    assert broker(ledger(world(*signed, *unclear)), "P")["days_to_first"] is None


def test_what_came_before_the_agreement_did_not_come_of_it() -> None:
    told = broker(ledger(world(signs("P", "B", "2023-06-01"), lends("B", "u", "2023-05-31", via="P"))), "P")
    assert (told["partners"], told["converted"], told["idle"], told["events"]) == (1, 0, ["B"], 0)
    same_day = broker(ledger(world(signs("P", "B", "2023-06-01"), lends("B", "u", "2023-06-01", via="P"))), "P")
    assert (same_day["converted"], same_day["days_to_first"]) == (1, 0)


def test_business_with_a_bank_that_nobody_signed_with_is_told_apart() -> None:
    told = broker(ledger(world(signs("P", "B1", "2023-01-01"), lends("B2", "u", "2023-02-01", via="P"))), "P")
    assert (told["partners"], told["converted"], told["idle"]) == (1, 0, ["B1"])
    assert (told["not_partners"], told["events"], told["days_to_first"]) == (["B2"], 1, None)
    alone = broker(ledger(world(lends("B", "u", "2023-02-01", via="P"), P={})), "P")
    assert (alone["partners"], alone["conversion"], alone["not_partners"]) == (0, None, ["B"])


def test_the_broker_of_an_event_is_via_or_else_who_guided_the_applicant() -> None:
    guided = edge("GUIDES", "P1", "p", valid_from="2020", valid_to="2021-12-31")
    loan = lends("B", "u", "2021-06-01", 1, applicant="p")
    assert pair(ledger(world(guided, loan)), "u", "B")["via"] == ["P1"]
    assert guided["type"] in ledger(world(guided, loan)).graph.edge_tables
    row = ledger(world(guided, loan)).entry_table.to_pylist()[0]
    assert row["support"] == ledger(world(guided, loan)).graph.table("GUIDES")["id"].to_pylist()
    assert pair(ledger(world(guided, loan | {"via": "P2"}, P2={})), "u", "B")["via"] == ["P2"]
    late = loan | {"valid_from": "2022-01-01"}
    assert pair(ledger(world(guided, late)), "u", "B")["via"] == []
    assert pair(ledger(world(edge("GUIDES", "P1", "u"), lends("B", "u", "2021-06-01"))), "u", "B")["via"] == []


def test_a_loan_that_a_broker_brought_to_somebody_else_keeps_its_bank_from_being_idle() -> None:
    told = broker(ledger(world(signs("P", "B", "2023-01-01"), lends("B", "p", "2023-01-31", via="P"), u={})), "P")
    assert (told["converted"], told["idle"], told["events"], told["units"], told["days_to_first"]) == (1, [], 1, 0, 30)


def test_a_broker_that_was_cut_out_of_the_graph_is_no_broker_any_more() -> None:
    whole = world(signs("P", "B", "2023-01-01"), lends("B", "u", "2023-02-01", via="P"), edge("GUIDES", "P", "u"))
    found = ledger(whole.drop(["P"]))
    assert pair(found, "u", "B")["via"] == [] and states(found) == {("u", "B"): "realised"}
    assert not len(found.broker_table)
    assert (
        states(ledger(county("2026Q3").drop(["霁川县妇联"])))["霁川翊禹泵体机械有限公司", "霁川农村商业银行"]
        == "realised"
    )


def test_who_is_no_broker() -> None:
    found = ledger(world(signs("u1", "B"), signs("t", "B"), signs("a", "B"), lends("B", "u2", "2023-01-01")))
    assert [(row["name"], row["idle"]) for row in found.broker_table.to_pylist()] == [("a", ["B"])]
    cohort = ledger(world(signs("P", "B"), signs("P2", "B", "2020"), P={"group": True}, P2={"status": "planned"}, u={}))
    assert not len(cohort.broker_table)


def test_an_association_that_is_a_unit_itself_is_a_broker_too() -> None:
    told = world(signs("b", "B", "2023-01-01"), lends("B", "u", "2023-01-31", via="b"), b={"kind": "association"})
    for units in ("companies", "key_points"):
        row = broker(ledger(told, units=units), "b")
        assert (row["partners"], row["converted"], row["days_to_first"]) == (1, 1, 30), units


def test_an_agreement_with_a_counted_group_is_counted_apart() -> None:
    found = ledger(world(signs("P", "B1"), signs("P", "B16"), edge("GUIDES", "P", "u"), B16={"group": True}))
    told = broker(found, "P")
    assert (told["partners"], told["idle"], told["cohorts"]) == (1, ["B1"], 1)
    assert states(found) == {("u", "B1"): "announced"}
    assert [(r["resource_name"], r["state"]) for r in found.group_table.to_pylist()] == [("B16", "announced")]


PATH = [edge("MEMBER_OF", "u", "b"), edge("MEMBER_OF", "B", "b")]
STATE_OF = {
    "a path": ([*PATH], "possible"),
    "its own agreement": ([signs("B", "u")], "announced"),
    "the agreement of a broker": ([edge("MEMBER_OF", "u", "b"), signs("b", "B")], "announced"),
    "an agreement on the way, not with the resource": (
        [signs("u", "b"), edge("MEMBER_OF", "B", "b")],
        "possible",
    ),
    "an agreement that is planned": ([*PATH, signs("b", "B", status="planned")], "possible"),
    "a planned loan": ([lends("B", "u", status="planned")], "announced"),
    "a planned service": ([*PATH, edge("SERVES", "B", "u", status="planned")], "announced"),
    "a credit line": ([lends("B", "u", "2023-01-01", 9, amount_kind="credit_line")], "announced"),
    "two credit lines": (
        [lends("B", "u", day, 9, amount_kind="credit_line") for day in ("2022-01-01", "2023-01-01")],
        "announced",
    ),
    "a loan": ([lends("B", "u", "2023-01-01", 9)], "realised"),
    "a loan of no stated kind": ([lends("B", "u")], "realised"),
    "a balance": ([lends("B", "u", None, 9, amount_kind="balance", as_of="2023-01-01")], "realised"),
    "a loan and its balance": (
        [lends("B", "u", "2022-01-01", 9), lends("B", "u", None, 5, amount_kind="balance", as_of="2023-01-01")],
        "realised",
    ),
    "a service": ([edge("SERVES", "B", "u")], "realised"),
    "two loans on two dates": ([lends("B", "u", "2022-01-01", 9), lends("B", "u", "2023-01-01", 9)], "repeated"),
    "a loan and a service": (
        [lends("B", "u", "2022-01-01"), edge("SERVES", "B", "u", valid_from="2023")],
        "repeated",
    ),
    "two loans on one date": ([lends("B", "u", "2022-01-01", 9), lends("B", "u", "2022-01-01", 8)], "realised"),
    "two loans on what may be one date": ([lends("B", "u", "2022", 9), lends("B", "u", "2022-03-04", 8)], "realised"),
    "two loans without dates": ([lends("B", "u", None, 9), lends("B", "u", None, 8)], "realised"),
    "a loan and a planned one": (
        [lends("B", "u", "2022-01-01", 9), lends("B", "u", "2023-01-01", 8, status="planned")],
        "realised",
    ),
    "one edge for two loans": ([lends("B", "u", "2022", 9, count=2)], "repeated"),
    "one edge for more than one loan": ([lends("B", "u", "2022", 9, count=1, count_bound="more_than")], "repeated"),
    "one edge for one loan": ([lends("B", "u", "2022", 9, count=1)], "realised"),
    "a product of one bank": ([edge("OFFERS", "B", "m", role="lender"), edge("RECEIVED", "u", "m")], "realised"),
    "a loan by a product of one bank": ([edge("OFFERS", "B", "m"), lends("m", "u", "2022-01-01", 9)], "realised"),
    "a product that a bank merely brings about": (
        [edge("OFFERS", "B", "m", role="facilitator"), edge("RECEIVED", "u", "m")],
        "possible",
    ),
}


@pytest.mark.parametrize("case", STATE_OF)
def test_how_far_a_pair_has_come(case: str) -> None:
    edges, state = STATE_OF[case]
    assert states(ledger(world(*edges)))["u", "B"] == state


def test_a_product_of_two_banks_decides_for_neither() -> None:
    offers = [edge("OFFERS", "B1", "m", role="lender"), edge("OFFERS", "B2", "m", role="lender")]
    found = ledger(world(*offers, edge("RECEIVED", "u", "m", valid_from="2023-01-01")))
    assert states(found) == {("u", "B1"): "possible", ("u", "B2"): "possible"}
    assert pair(found, "u", "B1")["undecided"] == 1
    assert states(ledger(found.graph, to="FinancialProduct")) == {("u", "m"): "realised"}
    named = ledger(world(*offers, lends("B1", "u", "2023-01-01", 9, product="m")))
    assert states(named) == {("u", "B1"): "realised", ("u", "B2"): "possible"}
    assert states(ledger(named.graph, to="金融产品")) == {("u", "m"): "realised"}


def test_a_broker_counts_within_the_hops_and_not_over_the_bank_itself() -> None:
    chain = [edge("MEMBER_OF", "u", "b1"), edge("MEMBER_OF", "b1", "b2"), signs("b2", "B", "2023-01-01")]
    assert states(ledger(world(*chain))) == {("u", "B"): "announced"}
    assert states(ledger(world(*chain), max_hops=2)) == {}
    assert states(ledger(world(lends("B", "u", amount_kind="credit_line"), signs("P", "B")))) == {
        ("u", "B"): "announced"
    }
    through = ledger(world(edge("MEMBER_OF", "B", "b"), edge("MEMBER_OF", "u", "b"), signs("P", "B")))
    assert states(through) == {("u", "B"): "possible"}


def test_states_at_a_date() -> None:
    told = world(signs("u", "B", "2022-01-01"), lends("B", "u", "2023-01-01", 9), lends("B", "u", "2024-01-01", 9))
    days_ = ["2021-12-31", "2022-06-30", "2023-06-30", "2024-06-30", None]
    found = [states(ledger(told, as_of=day)).get(("u", "B")) for day in days_]
    # Neither the company nor the bank is known before the source's date, except where an edge dates them.
    assert found[-1] == "repeated"
    old = graph(
        [node("Company", "u", founded="2000"), node("Bank", "B", valid_from="2000")],
        [
            edge("PARTNERS_WITH", "u", "B", valid_from="2022-01-01"),
            edge("LENDS_TO", "B", "u", valid_from="2023-01-01", key="1"),
            edge("LENDS_TO", "B", "u", valid_from="2024-01-01", key="2"),
        ],
    )
    found = [states(ledger(old, as_of=day)).get(("u", "B")) for day in days_]
    assert found == [None, "announced", "realised", "repeated", "repeated"]
    row = pair(ledger(old), "u", "B")
    assert (row["announced_on"], row["realised_on"], row["repeated_on"]) == ("2022-01-01", "2023-01-01", "2024-01-01")


def test_kinds_of_amounts_are_never_added() -> None:
    told = [lends("B", "u", "2022-01-01", 100), lends("B", "u", "2022-02-01", 50)]
    told += [lends("B", "u", "2022-01-01", 1000, amount_kind="credit_line")]
    told += [lends("B", "u", None, 70, amount_kind="balance", as_of="2022-03-01")]
    told += [lends("B", "u", None, 60, amount_kind="balance", as_of="2022-06-01")]
    row = pair(ledger(world(*told)), "u", "B")
    assert (row["loan"], row["credit_line"], row["balance"]) == (150, 1000, 60)
    assert (row["loan_bound"], row["credit_line_bound"], row["balance_bound"]) == ("exact", "exact", "exact")
    assert {t["kind"]: t["amount"] for t in ledger(world(*told)).totals()} == {
        "loan": 150,
        "credit_line": 1000,
        "balance": 60,
    }


def test_a_sum_over_many_is_not_added_to_single_loans() -> None:
    told = [lends("B", "u", "2022-01-01", 100), lends("B", "u", "2022", 9000, aggregate=True)]
    found = ledger(world(*told))
    assert pair(found, "u", "B")["loan"] == 100
    assert [(t["aggregate"], t["amount"]) for t in found.totals()] == [(False, 100), (True, 9000)]


def test_a_sum_with_an_unknown_part_is_at_least_that() -> None:
    row = pair(
        ledger(world(lends("B", "u", "2022-01-01", 100), lends("B", "u", "2023-01-01", amount_kind="loan"))), "u", "B"
    )
    assert (row["loan"], row["loan_bound"]) == (100, "more_than")
    assert pair(ledger(world(lends("B", "u", "2022-01-01", amount_kind="loan"))), "u", "B")["loan"] is None


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([], (None, None)),
        ([(None, None)], (None, None)),
        ([(5, None)], (5, "exact")),
        ([(5, "exact"), (7, "exact")], (12, "exact")),
        ([(5, "exact"), (7, "more_than")], (12, "more_than")),
        ([(5, "exact"), (None, None)], (5, "more_than")),
        ([(5, "nearly")], (5, "nearly")),
        ([(5, "nearly"), (7, "exact")], (12, "about")),
        ([(5, "about"), (7, "about")], (12, "about")),
        ([(5, "about"), (7, "more_than")], (12, "unknown")),
        ([(5, "unknown"), (7, "exact")], (12, "unknown")),
    ],
)
def test_bounds_of_sums(parts: list[tuple[int | None, str | None]], total: tuple[int | None, str | None]) -> None:
    assert summed(parts) == total


def test_every_state_can_be_traced_to_edges_and_sources() -> None:
    found = ledger(county("2026Q3"))
    known = {
        row["id"]: set(row["sources"])
        for kind in found.graph.edge_tables
        for row in found.graph.table(kind).to_pylist()
    }
    for row in found.table.to_pylist():
        assert bool(row["edges"]) == (row["state"] != "possible"), row["name"]
        assert set(row["edges"]) <= set(known)
        assert set(row["sources"] or ()) <= set().union(*(known[e] for e in row["edges"]), set())
        listed = {
            e["element"]
            for e in found.entry_table.to_pylist()
            if (e["unit"], e["resource"]) == (row["unit"], row["resource"])
        }
        assert listed & set(row["edges"]) or row["state"] == "possible"
    assert all(gk.evidence(found.graph, edge_).shape[0] for edge_ in found.table.to_pylist()[0]["edges"])


def test_rules_say_what_is_announced_and_what_is_realised(tmp_path: Path) -> None:
    told = world(edge("GUIDES", "P", "u"), signs("P", "B"), edge("SERVES", "B", "u"), edge("MEMBER_OF", "u", "b"))
    assert states(ledger(told)) == {("u", "B"): "realised"}
    stricter = load_rules(written(tmp_path, put("ledger", "realised", value=["LENDS_TO"])))
    assert states(ledger(told, rules=stricter)) == {("u", "B"): "announced"}
    other = load_rules(written(tmp_path, put("ledger", "agreement", value=["HOSTED_BY"])))
    assert states(ledger(told, rules=replace(other, ledger=replace(other.ledger, realised=())))) == {
        ("u", "B"): "possible"
    }
    wider = load_rules(written(tmp_path, put("ledger", "realised", value=["MEMBER_OF", "LENDS_TO"])))
    assert states(ledger(told, to="Alliance", rules=wider)) == {("u", "b"): "realised"}
    # A file from before there were ledgers means what the built-in file says.
    assert load_rules(written(tmp_path, lambda data: data.pop("ledger"))).ledger == load_rules().ledger


WRONG = {
    "ledger.realised names 'LENDS', which is no edge type; did you mean LENDS_TO": put(
        "ledger", "realised", value=["LENDS"]
    ),
    "ledger.announced names 'loans', which is no value of amount_kind": put(
        "ledger", "announced", value=["LENDS_TO where amount_kind in (loans)"]
    ),
    "ledger.agreement names no edge": put("ledger", "agreement", value=[]),
    "ledger.realised names no edge": put("ledger", "realised", value=[]),
    "ledger.guides is 'GUIDES'; it has to be a list": put("ledger", "guides", value="GUIDES"),
    "ledger.broken is not known here": put("ledger", "broken", value=[]),
    "ledger.standing is missing": lambda data: data["ledger"].pop("standing"),
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_section_names_its_key(message: str, tmp_path: Path) -> None:
    with pytest.raises(gk.SchemaError, match=message) as wrong:
        load_rules(written(tmp_path, WRONG[message]))
    assert wrong.value.code == "rules-wrong"


def test_the_headline_tells_each_unit_by_the_farthest_that_it_has_come() -> None:
    told = [lends("B1", "u1", "2022-01-01", 9), signs("u1", "B2"), signs("u2", "B2"), edge("MEMBER_OF", "u3", "b")]
    found = ledger(world(*told, edge("MEMBER_OF", "B1", "b"), u4={}))
    assert {name: found.headline()[name] for name in (*STATES, "none", "units", "pairs")} == {
        "possible": 1,
        "announced": 1,
        "realised": 1,
        "repeated": 0,
        "none": 1,
        "units": 4,
        "pairs": 5,
    }
    assert found.text("zh").startswith(
        "4 个企业与银行往来的进展：多次往来 0，已落实 1，已约定 1，仅有路径 1，未知有路径 1（3 步之内，"
    )
    assert repr(found).startswith(
        "4 companies by how far they have come with a bank: "
        "repeated 0, realised 1, announced 1, possible 1, no known path 1 (within 3 hops;"
    )


def test_nothing_gives_empty_tables_with_all_columns() -> None:
    found = ledger(gk.from_records([]))
    assert found.table.schema == found.group_table.schema == LEDGER
    assert not len(found.frame) and not len(found.brokers) and found.totals() == []
    with pytest.raises(gk.SchemaError, match="Bnak"):
        ledger(found.graph, to="Bnak")
    with pytest.raises(gk.QueryError, match="Region"):
        ledger(found.graph, to="Region")


def test_several_types_of_resources_count_an_edge_once() -> None:
    told = world(edge("OFFERS", "B", "m"), lends("B", "u", "2022-01-01", 100, product="m"))
    found = ledger(told, to=["Bank", "FinancialProduct"])
    assert states(found) == {("u", "B"): "realised", ("u", "m"): "realised"}
    assert [(t["events"], t["amount"]) for t in found.totals()] == [(1, 100)]


@pytest.mark.parametrize("edition", ["2026Q2", "2026Q3"])
def test_the_invented_county(edition: str) -> None:
    found = ledger(county(edition))
    truth = TRUTH[edition]["latest"]["links_to_banks"]
    assert found.headline()["units"] - found.headline()["none"] - 1 == truth["total"]["linked"]
    # One company has but a planned loan, over which no path leads.
    planned = [row["name"] for row in found.table.to_pylist() if row["hops"] is None]
    assert planned == ["霁川珩舟制衣有限公司"]
    sums = {told["kind"]: told["amount"] for told in found.totals()}
    assert (
        sums
        == {
            "2026Q2": {"balance": 7_600_000, "credit_line": 30_000_000, "loan": 28_300_000},
            "2026Q3": {"balance": 7_100_000, "credit_line": 31_200_000, "loan": 31_750_000},
        }[edition]
    )
    cohort = found.totals(groups=True)
    assert [(t["kind"], t["aggregate"], t["amount"], t["amount_bound"]) for t in cohort] == [
        ("loan", True, 12_000_000, "more_than")
    ]
    told = {
        row["name"]: (row["converted"], row["partners"], row["days_to_first"]) for row in found.broker_table.to_pylist()
    }
    assert told["霁川县妇联"] == ((1, 2, 230) if edition == "2026Q2" else (2, 2, 230))
    assert told["松汀镇妇联"] == (1, 1, 18)
    assert told["霁川县竹木产业协会"] == (0, 1, None)


def test_the_five_sources() -> None:
    found = ledger(five())
    assert states(found) == {("江苏惠泽电气有限公司", "江苏银行"): "realised"}
    row = pair(found, "江苏惠泽电气有限公司", "江苏银行")
    assert (row["loan"], row["loan_bound"], row["realised_on"]) == (2_500_000, "exact", "2020-12-14")
    assert row["via"] == ["扬州经济技术开发区妇联"]
    assert (broker(found, "苏州市妇联")["idle"], broker(found, "苏州市妇联")["conversion"]) == (["苏州银行"], 0.0)
    cohort = {(r["name"], r["resource_name"]): r["state"] for r in found.group_table.to_pylist()}
    assert cohort["823家女性客户", "苏州银行"] == "realised"
    assert cohort["苏州市女企业家中小企业", "16家银行"] == "possible"
    assert [(t["kind"], t["amount"]) for t in found.totals(groups=True)] == [("balance", 2_118_000_000)]
    alliances = ledger(five(), to="Alliance")
    assert [(t["kind"], t["aggregate"], t["amount"]) for t in alliances.totals(groups=True)] == [
        ("credit_line", True, 3_085_000_000)
    ]


def test_days_between_dates() -> None:
    assert days("2023-01-10", "2023-04-10") == 90
    assert days("2024-02-28", "2024-03-01") == 2
    assert days("2023-01", "2023-04-10") is None
    assert days(None, "2023-04-10") is None
    assert earliest(["2023-02", "2023-01-31", None]) == "2023-01-31"
    assert earliest(["2023", "2023-01-01"]) == "2023-01-01"
    assert earliest([None]) is None
