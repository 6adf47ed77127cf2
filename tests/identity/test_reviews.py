"""What resolves, what waits for a person, and what a decision changes: whatever the order, and back again."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import from_records
from graphkit.graph.decisions import with_decisions, without_decision
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import DECISIONS, Graph
from graphkit.identity import resolve, reviews
from tests.benchmarks.register import measure, register

SEEDS = Path(__file__).parent.parent.parent / "seeds"
FIVE = [path for path in sorted(SEEDS.iterdir()) if (path / "dataset.yaml").is_file()]
CODE, OTHER = "91350583MA0AAAA10R", "91350583MA0AAAA11W"


def sheet(dataset: str, *companies: dict[str, Any], town: str | None = None) -> Graph:
    nodes = [{"type": "Company"} | company for company in companies]
    edges = []
    if town:
        nodes.append({"type": "Region", "name": town})
        edges = [{"type": "LOCATED_IN", "src": c.get("key", c["name"]), "dst": town} for c in companies]
    raw = from_records(nodes, edges, source={"dataset": dataset}).raw
    assert raw
    return raw


def merged(*parts: Graph) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The names of each company and the pairs to decide, the same by every order of loading."""
    found = []
    for order in permutations(parts):
        graph = resolve(join_raw(*order))
        rows = graph.table("Company").to_pylist()
        waiting = reviews(graph)
        pairs = sorted(tuple(sorted(pair)) for pair in zip(waiting["left_name"], waiting["right_name"], strict=True))
        found.append((sorted(sorted({row["name"], *row["aliases"]}) for row in rows), pairs))
    assert all(result == found[0] for result in found)
    return found[0]


FULL, SISTER, SHORT = "晶澳太阳能（扬州）科技有限公司", "晶澳物业（扬州）有限公司", "晶澳（扬州）"


def test_a_short_name_is_joined_where_it_can_mean_one_only() -> None:
    assert merged(sheet("一", {"name": FULL}), sheet("二", {"name": SHORT})) == ([sorted([SHORT, FULL])], [])
    names, pairs = merged(sheet("一", {"name": FULL}, {"name": SISTER}), sheet("二", {"name": SHORT}))
    assert names == sorted([[FULL], [SISTER], [SHORT]])
    assert pairs == sorted([(FULL, SHORT), (SISTER, SHORT)])
    # One dataset that lists both means two.
    names, pairs = merged(sheet("一", {"name": FULL}, {"name": SHORT}))
    assert len(names) == 2 and len(pairs) == 1


def test_a_short_name_of_two_sheets_is_one_unless_it_fits_two() -> None:
    sheets = sheet("一", {"name": SHORT}), sheet("二", {"name": SHORT})
    assert merged(*sheets) == ([[SHORT]], [])
    assert merged(*sheets, sheet("三", {"name": FULL})) == ([sorted([SHORT, FULL])], [])
    names, _ = merged(*sheets, sheet("三", {"name": FULL}, {"name": SISTER}))
    assert len(names) == 4


def test_an_alias_joins_in_one_place_only() -> None:
    stated = sheet("一", {"name": FULL, "aliases": ["晶澳"]})
    assert merged(stated, sheet("二", {"name": "晶澳"}, town="扬州市"))[0] == [["晶澳", FULL]]
    names, pairs = merged(stated, sheet("二", {"name": "晶澳"}))
    assert len(names) == 2 and pairs == [("晶澳", FULL)]
    names, pairs = merged(stated, sheet("二", {"name": "晶澳"}, town="合肥市"))
    assert len(names) == 2


def test_a_renamed_company_is_one_by_its_code() -> None:
    old, new = {"name": "远达纺织有限公司", "credit_code": CODE}, {"name": "宏达新材料有限公司", "credit_code": CODE}
    assert merged(sheet("一", old), sheet("二", new)) == ([["宏达新材料有限公司", "远达纺织有限公司"]], [])


def test_limited_and_limited_liability() -> None:
    short, long = {"name": "宏达石业有限公司"}, {"name": "宏达石业有限责任公司"}
    coded = merged(sheet("一", short | {"credit_code": CODE}), sheet("二", long | {"credit_code": OTHER}))
    assert len(coded[0]) == 2 and coded[1] == []
    assert len(merged(sheet("一", short), sheet("二", long))[1]) == 1
    agreed = [sheet(d, c | {"legal_person": "林美"}, town="霞美镇") for d, c in (("一", short), ("二", long))]
    assert len(merged(*agreed)[0]) == 1
    # Also two rows of one sheet; a legal person alone is not enough.
    both = [c | {"legal_person": "林美"} for c in (short, long)]
    assert len(merged(sheet("一", *both, town="霞美镇"))[0]) == 1
    assert len(merged(sheet("一", *both))[0]) == 2


@pytest.mark.parametrize(
    ("type", "name"),
    [
        ("Federation", "市妇联"),
        ("Alliance", "女企业家协会"),
        ("Agency", "教育局"),
        ("MicroHome", "巾帼创享服务站"),
        ("Venue", "母婴室"),
        ("Region", "鼓楼区"),
    ],
)
def test_names_without_a_place_of_their_own_need_one(type: str, name: str) -> None:
    def federation(dataset: str, town: str | None) -> Graph:
        nodes = [{"type": type, "name": name}]
        edges = []
        if town:
            nodes.append({"type": "Region", "name": town})
            edges.append({"type": "PART_OF" if type == "Region" else "LOCATED_IN", "src": name, "dst": town})
        raw = from_records(nodes, edges, source={"dataset": dataset}).raw
        assert raw
        return raw

    def count(*towns: str | None) -> int:
        found = resolve(join_raw(*(federation(str(n), town) for n, town in enumerate(towns)))).table(type)
        return int(found["name"].to_pylist().count(name))

    assert count("南安市", "南安市") == 1
    assert count("南安市", "苏州市") == count("南安市", None) == count(None, None) == 2


@pytest.mark.parametrize(
    ("type", "name"),
    [("Federation", "全国妇联"), ("Bank", "中国工商银行"), ("Alliance", "欧美同学会"), ("Federation", "阳光中科妇联")],
)
def test_a_name_of_its_own_needs_no_place(type: str, name: str) -> None:
    parts = [from_records([{"type": type, "name": name}], source={"dataset": d}).raw for d in "一二"]
    assert len(resolve(join_raw(*(part for part in parts if part))).table(type)) == 1


def test_two_towns_of_one_name_are_two_places() -> None:
    def of(dataset: str, county: str) -> Graph:
        nodes = [{"type": "Region", "name": "城关镇"}, {"type": "Region", "name": county}]
        nodes += [{"type": "Federation", "name": "城关镇妇联"}, {"type": "Company", "name": "宏达石业有限公司"}]
        edges = [{"type": "LOCATED_IN", "src": n, "dst": "城关镇"} for n in ("城关镇妇联", "宏达石业有限公司")]
        edges.append({"type": "PART_OF", "src": "城关镇", "dst": county})
        raw = from_records(nodes, edges, source={"dataset": dataset}).raw
        assert raw
        return raw

    apart, one = (resolve(join_raw(of("一", "东山县"), of("二", county))) for county in ("西山县", "东山县"))
    assert [len(apart.table(t)) for t in ("Region", "Federation", "Company")] == [4, 2, 2]
    assert [len(one.table(t)) for t in ("Region", "Federation", "Company")] == [2, 1, 1]
    assert {"城关镇妇联", "宏达石业有限公司"} <= set(reviews(apart)["left_name"])


def test_the_five_sources_resolve_without_a_wrong_merge_and_leave_little() -> None:
    undecided = resolve(gk.read(*FIVE).raw)
    waiting = reviews(undecided)
    assert waiting[["left_name", "right_name"]].values.tolist() in (
        [["弘一集团", "福建省弘一石业有限公司"]],
        [["福建省弘一石业有限公司", "弘一集团"]],
    )
    assert len(undecided.table("Company")) == len(gk.read(*FIVE, SEEDS / "decisions.csv").table("Company"))
    assert reviews(gk.read(*FIVE, SEEDS / "decisions.csv")).empty


def test_a_pair_tells_no_legal_person() -> None:
    agreed = [sheet(d, {"name": "宏达石业有限公司", "legal_person": p}) for d, p in (("一", "林美"), ("二", "陈红"))]
    waiting = reviews(resolve(join_raw(*agreed)))
    assert len(waiting) == 1 and "legal_person: contradicts" in waiting["reasons"][0]
    assert "林美" not in waiting.to_csv() and "陈红" not in waiting.to_csv()


# Decisions


def decision(judgement: str, left: str, right: str) -> dict[str, Any]:
    return {"left": left, "right": right, "judgement": judgement}


def decisions(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=DECISIONS)


def test_a_decision_is_kept_once_and_taken_back() -> None:
    known = {"com_a", "com_b"}
    held = with_decisions(decisions(), decisions(decision("unsure", "com_a", "com_b")), known)
    held = with_decisions(held, decisions(decision("same", "com_b", "com_a")), known)
    assert held["judgement"].to_pylist() == ["same"]
    assert with_decisions(held, decisions(decision("same", "com_a", "com_b")), known).equals(held)
    with pytest.raises(gk.IdentityError, match="`different` of com_a and com_b contradicts `same` of com_b and com_a"):
        with_decisions(held, decisions(decision("different", "com_a", "com_b")), known)
    assert len(without_decision(held, "com_a", "com_b")) == 0
    for wrong, code in (
        (decision("perhaps", "com_a", "com_b"), "no-judgement"),
        (decision("same", "com_a", "com_a"), "no-judgement"),
        (decision("same", "com_a", "com_x"), "unknown-name"),
    ):
        with pytest.raises(gk.IdentityError) as caught:
            with_decisions(held, decisions(wrong), known)
        assert caught.value.code == code and caught.value.hint
    with pytest.raises(gk.IdentityError, match="no decision on com_a and com_x"):
        without_decision(held, "com_a", "com_x")


def test_decisions_go_out_as_a_file_and_come_back(tmp_path: Path) -> None:
    graph = gk.read(*FIVE, SEEDS / "decisions.csv")
    path = gk.export_decisions(graph, tmp_path / "decisions.csv")
    assert "nanan_star_link/Company/弘一集团" in path.read_text(encoding="utf-8")
    again = gk.read(*FIVE, path)
    order = [(name, "ascending") for name in DECISIONS.names]
    assert again.decisions.sort_by(order).equals(graph.decisions.sort_by(order))
    with pytest.raises(gk.ExportError):
        gk.export_decisions(graph, tmp_path / "decisions.txt")


ROWS = st.lists(
    st.tuples(
        st.sampled_from("一二三"),
        st.sampled_from(
            [FULL, SISTER, SHORT, "晶澳", "宏达石业有限公司", "宏达石业有限责任公司", "福建省宏达石业有限公司"]
        ),
        st.sampled_from([None, None, CODE, OTHER]),
        st.sampled_from([None, "霞美镇", "洪濑镇"]),
        st.sampled_from([None, "林美", "陈红"]),
    ),
    min_size=1,
    max_size=7,
)


def graphs(rows: list[tuple[str, str, str | None, str | None, str | None]]) -> list[Graph]:
    parts = []
    for number, (dataset, name, code, town, person) in enumerate(rows):
        nodes = [{"type": "Company", "name": name, "key": str(number), "credit_code": code, "legal_person": person}]
        edges = []
        if town:
            nodes.append({"type": "Region", "name": town, "key": town})
            edges.append({"type": "LOCATED_IN", "src": str(number), "dst": town})
        raw = from_records(nodes, edges, source={"dataset": dataset, "edition": str(number)}).raw
        assert raw
        parts.append(raw)
    return parts


def told(graph: Graph) -> tuple[Any, ...]:
    return graph.table("Company").to_pylist(), reviews(graph).to_dict("records")


@settings(max_examples=80, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.data())
def test_order_repetition_and_undone_decisions_leave_no_trace(
    rows: list[Any], random: Any, data: st.DataObject
) -> None:
    parts = graphs(rows)
    graph = resolve(join_raw(*parts))
    random.shuffle(parts)
    assert told(resolve(join_raw(*parts))) == told(graph)
    assert told(resolve(join_raw(*parts, *parts))) == told(graph)
    companies = graph.table("Company").to_pylist()
    for row in companies:
        assert len({rows[int(key)][2] for key in _keys(graph, row["raw_ids"])} - {None}) <= 1
    waiting = reviews(graph)
    if waiting.empty:
        return
    pair = waiting.iloc[data.draw(st.integers(0, len(waiting) - 1))]
    judgement = data.draw(st.sampled_from(["same", "different", "unsure"]))
    raw = graph.raw
    assert raw
    known = {own_id for row in companies for own_id in row["raw_ids"]}
    held = with_decisions(raw.decisions, decisions(decision(judgement, pair["left"], pair["right"])), known)
    decided = resolve(raw, held)
    ids = [row["raw_ids"] for row in decided.table("Company").to_pylist()]
    assert any({pair["left"], pair["right"]} <= set(own) for own in ids) == (judgement == "same")
    asked = {frozenset(ends) for ends in zip(*(reviews(decided)[side] for side in ("left", "right")), strict=True)}
    assert frozenset((pair["left"], pair["right"])) not in asked
    assert told(resolve(raw, without_decision(held, pair["right"], pair["left"]))) == told(graph)


def _keys(graph: Graph, raw_ids: list[str]) -> list[str]:
    raw = graph.raw
    assert raw
    table = raw.table("Company")
    return [k for i, k in zip(table["id"].to_pylist(), table["key"].to_pylist(), strict=True) if i in raw_ids]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_register_and_its_bureaus_are_joined_without_a_wrong_merge(seed: int) -> None:
    raw, truth = register(1200, seed)
    rows = resolve(raw).table("Company")["raw_ids"].to_pylist()
    assert [ids for ids in rows if len({truth[own_id] for own_id in ids}) > 1] == []
    assert len(rows) < 0.75 * len(truth)


def test_the_measure_counts_what_it_made() -> None:
    found = measure(600)
    assert found.wrong == 0 and found.joined + found.companies + found.missed == found.rows
    assert found.to_review > 0
