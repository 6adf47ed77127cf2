"""What each circle of readers gets to see, and that small counts cannot be worked out."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from graphkit.analysis.coverage import coverage
from graphkit.errors import ExportError
from graphkit.exporters.persons import OMITTED, Private, key_of
from graphkit.exporters.redact import redact, redaction
from graphkit.exporters.suppression import suppress, suppress_together
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.schema import sensitive


def everything(graph: Graph) -> str:
    """All that a graph says, without what is read on demand."""
    plain = {name: getattr(graph, name) for name in ("sources", "evidence", "statistics", "decisions")}
    tables = {**graph.node_tables, **graph.edge_tables, **plain}
    return json.dumps({name: table.to_pylist() for name, table in tables.items()}, ensure_ascii=False)


def ids_of(graph: Graph) -> set[str]:
    return {i for table in graph.node_tables.values() for i in table["id"].to_pylist()}


def test_internal_is_the_graph_itself(town: Graph) -> None:
    assert redact(town, "internal") is town


def test_unknown_circle_is_named(town: Graph) -> None:
    with pytest.raises(ExportError, match="neighbours") as caught:
        redact(town, "neighbours")
    assert caught.value.code == "unknown-tier"
    assert "partner" in caught.value.hint


def test_partner_has_no_sensitive_property_in_any_statement(town: Graph) -> None:
    shown = redact(town, "partner")
    raw = shown.raw
    assert raw is not None
    for part in (shown, raw):
        for name, table in {**part.node_tables, **part.edge_tables}.items():
            owner = part.schema.nodes.get(name) or part.schema.edges[name]
            assert all(table[prop].null_count == len(table) for prop in sensitive(owner))
        text = everything(part)
        assert "13855550001" not in text and "0595-22223333" not in text
    assert shown.find("庄晓岚") == town.find("庄晓岚")
    assert "legal_person" not in shown.evidence["property"].to_pylist()
    assert not any("覃墨白" in (quote or "") for quote in shown.evidence["quote"].to_pylist())


def test_public_names_nobody(town: Graph, secrets: Sequence[str]) -> None:
    shown = redact(town, "public")
    text = everything(shown)
    assert not [secret for secret in secrets if secret in text]
    assert shown.raw is None and not len(shown.decisions)
    assert {"人物1", "50名女科技人才"} == set(shown.nodes("Person")["name"])
    assert shown.nodes("Venue")["name"].tolist() == ["人物1工作室"]
    assert shown.nodes("Venue")["aliases"].tolist()[0].tolist() == ["人物1的工作室"]
    assert "人物2食品厂" in set(shown.nodes("Company")["name"])


def test_public_drops_what_describes_a_person(town: Graph) -> None:
    person = redact(town, "public").table("Person").to_pylist()
    assert all(row[name] is None for row in person for name in ("role", "honorific", "gender", "phone"))
    assert redact(town, "public").table("LEADS")["role"].to_pylist() == [None]


def test_public_ids_cannot_be_undone_by_a_list_of_names(town: Graph) -> None:
    shown = redact(town, "public")
    changed = {"Person": 1, "Venue": 1}
    for name, count in changed.items():
        assert len(set(town.table(name)["id"].to_pylist()) - set(shown.table(name)["id"].to_pylist())) == count
    for name in ("LEADS", "COVERS", "LENDS_TO", "LOCATED_IN"):
        before, after = (set(graph.table(name)["id"].to_pylist()) for graph in (town, shown))
        assert len(before) == len(after)
    assert not set(town.table("LEADS")["id"].to_pylist()) & set(shown.table("LEADS")["id"].to_pylist())
    everyone = [*shown.node_tables.values(), *shown.edge_tables.values()]
    assert not any(ids for table in everyone for ids in table["raw_ids"].to_pylist())


def test_public_graph_is_still_one_graph(town: Graph) -> None:
    shown = redact(town, "public")
    known = ids_of(shown)
    for table in shown.edge_tables.values():
        assert set(table["src"].to_pylist()) | set(table["dst"].to_pylist()) <= known
        assert table["id"].to_pylist() == sorted(table["id"].to_pylist())
    assert set(shown.evidence["element_id"].to_pylist()) <= known
    assert shown.summary()["rows"].tolist() == town.summary()["rows"].tolist()
    applicants = {i for i in shown.table("LENDS_TO")["applicant"].to_pylist() if i}
    assert applicants == {shown.find("人物1")}


def test_pseudonyms_do_not_depend_on_the_order_of_records() -> None:
    people = [{"type": "Person", "name": name} for name in ("甄一一", "甄二二", "甄三三")]
    one, two = (redact(from_records(order), "public") for order in (people, people[::-1]))
    assert one.table("Person").equals(two.table("Person"))
    again = redact(from_records(people), "public")
    assert again.table("Person").equals(one.table("Person"))


def test_a_finding_is_redacted_with_its_graph(town: Graph, secrets: Sequence[str]) -> None:
    found = coverage(town)
    shown = redaction(town, "public").finding(found)
    assert [shown.count(status) for status in ("covered", "gap", "unknown")] == [
        found.count(status) for status in ("covered", "gap", "unknown")
    ]
    text = json.dumps([shown.table.to_pylist(), shown.reasons.to_pylist()], ensure_ascii=False, default=str)
    assert not [secret for secret in secrets if secret in text]
    assert set(shown.table["id"].to_pylist()) <= ids_of(shown.graph)
    assert redaction(town, "internal").finding(found) is found


def test_what_was_said_by_telephone_names_nobody(town: Graph) -> None:
    sources = town.sources.set_column(3, "kind", pa.array(["call"], pa.string()))
    row = redact(replace(town, sources=sources), "public").sources.to_pylist()[0]
    assert (row["name"], row["publisher"], row["path"]) == ("电话", None, None)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("柯雨馨政协委员联系点", "甲政协委员联系点"),
        ("柯 雨馨说", "甲说"),
        ("柯·雨・馨、柯雨馨", "甲、甲"),
        ("Ann Lee在Annapolis", "乙在Annapolis"),
        ("ＡＮＮ　ＬＥＥ", "乙"),
        ("柯雨", "柯雨"),
        ("馬小雲公司", "丙公司"),
    ],
)
def test_names_are_found_in_every_spelling(text: str, left: str) -> None:
    private = Private({key_of("柯雨馨"): "甲", key_of("Ann Lee"): "乙", key_of("马小云"): "丙"})
    assert private.cleared(text) == left


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "１３８００１３８０００",
        "+86 138-0013-8000",
        "0595-86389876",
        "(0595)86389876",
        "350583199001011234",
        "35058319900101123X",
        "a.b@example.org",
    ],
)
def test_numbers_of_people_are_found(number: str) -> None:
    assert Private(patterns=True).cleared(f"2022-09-23 {number}，王") == f"2022-09-23 {OMITTED}，王"


@pytest.mark.parametrize("text", ["913505831001000071", "2022-09-23至2022-10-01", "3085000000元", "1,400人", "第12期"])
def test_other_numbers_stay(text: str) -> None:
    assert Private(patterns=True).cleared(text) == text


@given(st.text(), st.text(), st.sampled_from(["", " ", "·", "\u3000", "\u200b"]))
def test_no_text_around_a_name_hides_it(before: str, after: str, gap: str) -> None:
    cleared = Private({key_of("柯雨馨"): "人物1"}).cleared(f"{before}柯{gap}雨{gap}馨{after}")
    assert key_of("柯雨馨") not in key_of(cleared).replace(key_of("人物1"), "")
    assert "人物1" in cleared


# Suppression


def counts(rows: Sequence[Sequence[int]], names: tuple[str, ...] = ("covered", "gap", "unknown")) -> pd.DataFrame:
    """A table of counts with its total, as rates() gives it."""
    frame = pd.DataFrame(rows, columns=list(names))
    frame.loc[len(frame)] = frame.sum()
    frame.insert(0, "units", frame.sum(axis=1))
    frame.insert(0, "town", [*(f"镇{n}" for n in range(len(rows))), "total"])
    frame["rate"] = 0.5
    return frame


def ranges(frames: dict[str, pd.DataFrame], inside: Any = ()) -> dict[tuple[str, int, str], tuple[int, int]]:
    """What an attacker can tell of each hidden count: the oracle, by integer programming over the whole table."""
    names = ("units", "covered", "gap", "unknown")
    cells = [(t, r, c) for t, frame in frames.items() for r in range(len(frame)) for c in names if c in frame]
    number = {cell: n for n, cell in enumerate(cells)}
    value = {cell: frames[cell[0]][cell[2]].iloc[cell[1]] for cell in cells}
    equations: list[Any] = []
    for name, frame in frames.items():
        parts = [c for c in names[1:] if c in frame]
        equations += [([(name, r, "units")], [(name, r, p) for p in parts]) for r in range(len(frame))]
        last = len(frame) - 1
        equations += [([(name, last, c)], [(name, r, c) for r in range(last)]) for c in ("units", *parts)]
    equations += [
        ([(outer, row, c)], [(inner, r, c) for r in rows]) for (outer, row), (inner, rows) in inside for c in names
    ]
    matrix = np.zeros((len(equations), len(cells)))
    for line, (wholes, summed) in enumerate(equations):
        for cell, sign in [(wholes[0], 1.0), *((part, -1.0) for part in summed)]:
            matrix[line, number[cell]] += sign
    low = np.array([0 if pd.isna(value[c]) else value[c] for c in cells], dtype=float)
    high = np.array([1000 if pd.isna(value[c]) else value[c] for c in cells], dtype=float)
    found = {}
    for cell in cells:
        if pd.isna(value[cell]):
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(cells))
                aim[number[cell]] = sign
                answer = milp(
                    aim,
                    constraints=LinearConstraint(matrix, 0, 0),
                    bounds=Bounds(low, high),
                    integrality=np.ones(len(cells), dtype=np.int64),
                )
                ends.append(sign * round(float(answer.fun or 0)))
            found[cell] = (ends[0], ends[1])
    return found


rows = st.lists(st.tuples(*[st.integers(0, 14)] * 3), min_size=2, max_size=5)


@settings(max_examples=40)
@given(rows)
def test_no_hidden_count_can_be_worked_out(table: list[tuple[int, int, int]]) -> None:
    frame = counts(table)
    shown = suppress(frame)
    assert shown.iloc[-1].equals(frame.iloc[-1]) or shown.iloc[-1].tolist() == frame.iloc[-1].tolist()
    for name in ("units", "covered", "gap", "unknown"):
        kept = shown[name].iloc[:-1].dropna()
        assert (kept >= 5).all() or frame[name].iloc[-1] == 0
        assert (kept == frame[name].iloc[:-1][kept.index]).all()
    for cell, (low, high) in ranges({"": shown}).items():
        assert low < high, cell


@settings(max_examples=25)
@given(rows, rows)
def test_a_table_inside_another_gives_nothing_away(one: Any, two: Any) -> None:
    segments = counts([*one, *two])
    chains = counts([tuple(map(sum, zip(*part, strict=True))) for part in (one, two)])
    first, second = list(range(len(one))), list(range(len(one), len(one) + len(two)))
    inside = [(("chain", 0), ("segment", first)), (("chain", 1), ("segment", second))]
    shown = suppress_together({"chain": chains, "segment": segments}, inside=inside)
    for cell, (low, high) in ranges(shown, inside).items():
        assert low < high, cell


def test_rates_go_with_the_counts_that_would_tell_them() -> None:
    shown = suppress(counts([(20, 3, 10), (30, 20, 10), (9, 9, 9)]))
    assert pd.isna(shown["rate"].iloc[0]) and shown["rate"].iloc[-1] == 0.5
    assert pd.isna(shown["gap"].iloc[0])
    assert shown["units"].tolist() == [33, 60, 27, 120]


def test_a_table_of_large_counts_is_untouched() -> None:
    frame = counts([(20, 30, 10), (30, 20, 10)])
    assert suppress(frame).equals(frame)


def test_shares_of_one_whole_are_protected_too() -> None:
    frame = pd.DataFrame({"mode": ["own", "joint", "hosted", "total"], "covered": [30, 12, 2, 44]})
    shown = suppress(frame, whole="covered", parts=())
    assert [pd.isna(v) for v in shown["covered"]] == [False, True, True, False]


def test_every_pair_of_rows_is_safe_in_small_tables() -> None:
    for table in itertools.product([(0, 5, 9), (6, 0, 0), (7, 8, 0), (1, 1, 1)], repeat=2):
        for cell, (low, high) in ranges({"": suppress(counts(table))}).items():
            assert low < high, (table, cell)
