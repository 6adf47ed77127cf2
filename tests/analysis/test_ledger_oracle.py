"""Ledger: every state and every conversion of random worlds by its plainest reading, one pair and edge at a time."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.analysis.conversion import earliest
from graphkit.analysis.ledger import ledger
from graphkit.values import PartialDate
from tests.analysis.cases import edge
from tests.networks import Oracle, World

KINDS = ["Company", "Company", "Bank", "Bank", "Federation", "Alliance", "Person", "FinancialProduct"]
MADE = {
    "LENDS_TO": [("Bank", "Company"), ("FinancialProduct", "Company"), ("Bank", "Person")],
    "PARTNERS_WITH": [("Federation", "Bank"), ("Bank", "Company"), ("Alliance", "Bank"), ("Bank", "Bank")],
    "SERVES": [("Bank", "Company")],
    "RECEIVED": [("Company", "FinancialProduct")],
    "OFFERS": [("Bank", "FinancialProduct"), ("Federation", "FinancialProduct")],
    "GUIDES": [("Federation", "Company"), ("Federation", "Person"), ("Federation", "Alliance")],
    "MEMBER_OF": [("Company", "Alliance"), ("Person", "Federation"), ("Bank", "Alliance")],
    "LEADS": [("Person", "Company")],
}
DAYS = ["2022", "2022-03", "2022-03-05", "2023-01-01", None]


@st.composite
def ledgers(draw: st.DrawFn) -> World:
    """Draw a small world of money with whatever may be left open."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=4, max_size=9))
    seldom = st.sampled_from([True, *[False] * 6])
    nodes: list[dict[str, Any]] = [{"type": k, "name": f"{k}{n}", "group": draw(seldom)} for n, k in enumerate(kinds)]
    of = {k: [n["name"] for n in nodes if n["type"] == k] for k in KINDS}
    pairs: list[tuple[str, str, str]] = [
        (e, s, d) for e, ends in MADE.items() for a, b in ends for s in of[a] for d in of[b] if s != d
    ]
    chosen: list[tuple[str, str, str]] = draw(st.lists(st.sampled_from(pairs), max_size=16)) if pairs else []
    edges = []
    for n, (kind, src, dst) in enumerate(chosen):
        told = edge(kind, src, dst, key=str(n), valid_from=draw(st.sampled_from(DAYS)))
        told["status"] = draw(st.sampled_from(["planned", *["actual"] * 5]))
        if kind == "LENDS_TO":
            told["amount_kind"] = draw(st.sampled_from(["loan", "loan", "credit_line", "balance", None]))
            told["amount_cny"] = draw(st.sampled_from([None, 10, 70]))
            told["count"] = draw(st.sampled_from([None, None, 1, 2]))
            told["via"] = draw(st.sampled_from([None, *of["Federation"]]))
            told["applicant"] = draw(st.sampled_from([None, *of["Person"]]))
        if kind == "OFFERS":
            told["role"] = draw(st.sampled_from(["lender", "facilitator", None]))
        edges.append(told)
    return World(nodes, edges)


def plainly(oracle: Oracle, edges: list[dict[str, Any]], pair: tuple[str, str], most: int) -> str | None:
    """The state of one pair by its definition; None if nothing joins the two."""
    unit, bank = pair
    actual = [row for row in edges if row["status"] == "actual"]
    paths = oracle.paths(unit, bank, most)

    def joined(a: str, b: str, kinds: tuple[str, ...], rows: list[dict[str, Any]] = actual) -> list[dict[str, Any]]:
        return [row for row in rows if row["type"] in kinds and {row["src"], row["dst"]} == {a, b}]

    signed = any(joined(a, b, ("PARTNERS_WITH",)) for path in paths for a, b in list(pairwise(path))[-1:])
    offered = [
        r for r in actual if r["type"] == "OFFERS" and r["src_type"] == "Bank" and r.get("role") != "facilitator"
    ]
    owners = {r["dst"]: {o["src"] for o in offered if o["dst"] == r["dst"]} for r in offered}
    own = [product for product, banks in owners.items() if banks == {bank}]
    happens = ("LENDS_TO", "SERVES", "RECEIVED")
    every = [row for end in (bank, *own) for row in joined(unit, end, happens, edges)]
    promised = [r for r in every if r["status"] == "planned" or r.get("amount_kind") == "credit_line"]
    done = [r for r in every if r["status"] == "actual" and r.get("amount_kind") != "credit_line"]
    dated = [PartialDate.parse(r["valid_from"]) for r in done if r["valid_from"] and r.get("amount_kind") != "balance"]
    apart = any(a.last_day < b.first_day for a in dated for b in dated)
    group = oracle.group[unit] or oracle.group[bank]
    if apart or (not group and any((r.get("count") or 0) >= 2 for r in done)):
        return "repeated"
    if done:
        return "realised"
    return "announced" if promised or signed else "possible" if paths else None


@settings(max_examples=150)
@given(ledgers(), st.integers(1, 3))
def test_states_agree_with_the_plainest_reading(made: World, most: int) -> None:
    told = made.graph()
    found = ledger(told, max_hops=most)
    oracle = Oracle(told)
    seen = {(r["unit"], r["resource"]): r for r in [*found.table.to_pylist(), *found.group_table.to_pylist()]}
    edges = [row | {"type": kind} for kind in told.edge_tables for row in told.table(kind).to_pylist()]
    pairs = [(u, b) for u in oracle.nodes("Company") for b in oracle.nodes("Bank")]
    expected = {pair: plainly(oracle, edges, pair, most) for pair in pairs}
    assert {key: row["state"] for key, row in seen.items()} == {k: s for k, s in expected.items() if s}
    for (unit, bank), row in seen.items():
        assert row["group"] == (oracle.group[unit] or oracle.group[bank])
        ways = oracle.paths(unit, bank, most)
        assert row["hops"] == (min(map(len, ways)) - 1 if ways else None)


@settings(max_examples=100)
@given(ledgers())
def test_conversion_agrees_with_the_plainest_reading(made: World) -> None:
    told = made.graph()
    found, oracle = ledger(told), Oracle(told)
    loans = [
        r for r in told.table("LENDS_TO").to_pylist() if r["status"] == "actual" and r["amount_kind"] != "credit_line"
    ]
    guided = [r for r in told.table("GUIDES").to_pylist() if r["status"] == "actual"]
    for row in found.broker_table.to_pylist():
        signed = [
            r
            for r in told.table("PARTNERS_WITH").to_pylist()
            if r["status"] == "actual" and row["broker"] in (r["src"], r["dst"])
        ]
        banks = {e for r in signed for e in (r["src"], r["dst"])} & set(oracle.nodes("Bank")) - {row["broker"]}
        banks = {bank for bank in banks if not oracle.group[bank]}
        converted = set()
        for bank in banks:
            since = earliest(r["valid_from"] for r in signed if bank in (r["src"], r["dst"]))
            for loan in loans:
                if loan["src"] == bank and row["broker"] in brokers_of(loan, guided) and not earlier(loan, since):
                    converted.add(bank)
        through_products = {
            r["resource"] for r in found.partnership_table.to_pylist() if r["broker"] == row["broker"] and r["events"]
        }
        assert converted <= through_products
        assert row["partners"] == len(banks)
        assert row["converted"] == len(banks & through_products)
        assert len(row["idle"]) == row["partners"] - row["converted"]


def brokers_of(loan: dict[str, Any], guided: list[dict[str, Any]]) -> set[str]:
    if loan["via"]:
        return {loan["via"]}
    found = [g for g in guided if g["dst"] == loan["applicant"] and loan["applicant"]]
    return {
        g["src"]
        for g in found
        if not g["valid_from"] or not loan["valid_from"] or not after(g["valid_from"], loan["valid_from"])
    }


def after(a: str, b: str) -> bool:
    return PartialDate.parse(a).first_day > PartialDate.parse(b).last_day


def earlier(loan: dict[str, Any], since: str | None) -> bool:
    undated = not loan["valid_from"] or loan["amount_kind"] == "balance"
    return bool(since) and not undated and after(str(since), loan["valid_from"])


@settings(max_examples=100)
@given(ledgers())
def test_sums_agree_with_the_plainest_reading(made: World) -> None:
    told = made.graph()
    found = ledger(told, max_hops=1)
    offers = [r for r in told.table("OFFERS").to_pylist() if r["status"] == "actual" and r["role"] != "facilitator"]
    behind = {r["dst"]: {o["src"] for o in offers if o["dst"] == r["dst"] and o["src_type"] == "Bank"} for r in offers}
    loans = [r for r in told.table("LENDS_TO").to_pylist() if r["status"] == "actual"]
    for row in [*found.table.to_pylist(), *found.group_table.to_pylist()]:
        mine = [r for r in loans if r["dst"] == row["unit"] and {row["resource"]} in ({r["src"]}, behind.get(r["src"]))]
        for kind in ("loan", "credit_line"):
            amounts = [r["amount_cny"] for r in mine if r["amount_kind"] == kind]
            known = [amount for amount in amounts if amount is not None]
            assert row[kind] == (sum(known) if known else None)
            assert row[f"{kind}_bound"] == (
                None if not known else "exact" if len(known) == len(amounts) else "more_than"
            )


@settings(max_examples=40)
@given(ledgers(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_rows_matters(made: World, random: Any) -> None:
    nodes, edges = [*made.nodes, *made.nodes], [*made.edges, *made.edges]
    random.shuffle(nodes)
    random.shuffle(edges)
    first, again = ledger(made.graph()), ledger(World(nodes, edges).graph())
    for name in ("table", "group_table", "entry_table", "amount_table", "broker_table", "partnership_table"):
        assert getattr(first, name).equals(getattr(again, name)), name
