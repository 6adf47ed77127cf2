"""Push and pull on a real server: what arrives, what is left alone, what a second push does."""

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphkit as gk
from graphkit.cypher.text import constraint_name
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.diff import diff
from graphkit.stores.neo4j.parts import EVERYTHING, PushOptions
from graphkit.stores.neo4j.plan import push_plan
from graphkit.stores.neo4j.pull import pull
from graphkit.stores.neo4j.push import push
from tests.neo4j.conftest import Ask, Emptied
from tests.neo4j_server import Foreign, Server
from tests.strategies import HOSTILE, raw_graphs

ALL = PushOptions(sensitive=EVERYTHING)
EXACT = PushOptions(prune=True, force=True, sensitive=EVERYTHING)


def network(*companies: str, dataset: str = "台账", date: str = "2026-06-30", **values: Any) -> Graph:
    """A federation that covers companies, and a bank with two loans to the first."""
    nodes: list[dict[str, Any]] = [{"type": "Company", "name": name} | values for name in companies]
    nodes += [{"type": "Federation", "name": "妇联"}, {"type": "Bank", "name": "银行"}]
    edges: list[dict[str, Any]] = [{"type": "COVERS", "src": "妇联", "dst": name, "mode": "own"} for name in companies]
    loans = [{"type": "LENDS_TO", "src": "银行", "dst": companies[0], "amount_cny": 5, "key": key} for key in "ab"]
    return from_records(nodes, edges + loans, source={"dataset": dataset, "name": dataset, "date": date})


def assert_same(left: Graph, right: Graph) -> None:
    """Two graphs are equal, table by table, and so are the raw rows behind them."""
    assert sorted(left.node_tables) == sorted(right.node_tables)
    assert sorted(left.edge_tables) == sorted(right.edge_tables)
    for name in (*left.node_tables, *left.edge_tables):
        assert left.table(name).equals(right.table(name)), name
    for name in ("sources", "evidence", "statistics", "decisions"):
        assert getattr(left, name).equals(getattr(right, name)), name
    if not left.is_raw:
        assert left.raw and right.raw
        assert_same(left.raw, right.raw)


def written(report: Any) -> int:
    return sum(report.counters.values())


@settings(max_examples=12)
@given(raw=raw_graphs())
def test_what_is_pushed_is_pulled_and_a_second_push_writes_nothing(emptied: Emptied, raw: Graph) -> None:
    graph, target = resolve(raw), emptied()
    report = push(graph, target, ALL)
    assert report.changes and written(report)
    found, pulled = pull(target)
    assert_same(graph, found)
    assert not pulled.unfinished and not pulled.foreign and not pulled.unknown.num_rows
    assert push_plan(graph, target, ALL).changes == 0
    again = push(found, target, EXACT)
    assert again.changes == 0 == written(again) and again.revision == report.revision == 1
    assert diff(found, target, ALL).empty


@settings(max_examples=8)
@given(raws=st.tuples(raw_graphs(), raw_graphs()))
def test_any_graph_is_brought_to_any_other(emptied: Emptied, raws: tuple[Graph, Graph]) -> None:
    first, second = map(resolve, raws)
    target = emptied()
    push(first, target, ALL)
    told = push_plan(second, target, EXACT)
    report = push(second, target, EXACT)
    assert report.changes == told.changes and report.types == told.types
    assert_same(second, pull(target)[0])
    assert push(second, target, EXACT).changes == 0


def test_hostile_texts_long_lists_and_edges_of_64_bits_arrive(target: Settings, ask: Ask) -> None:
    texts = [text for text in HOSTILE if text] + ["长" * 100_000, "`", "\\u0060", "'\"\\"]
    edges = (2**63 - 1, 0, 2**53 + 1)
    nodes = [
        {"type": "Company", "name": t, "key": f"k{n}", "products": texts, "employees": edges[n % 3]}
        for n, t in enumerate(texts)
    ]
    graph = from_records(nodes, source={"dataset": "`x\\u0060"})
    push(graph, target)
    assert_same(graph, pull(target)[0])
    labels = ask("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label ORDER BY label")
    assert labels == [["Company"], ["GraphkitStore"], ["RawRows"], ["Source"]]


def test_a_plan_shows_what_changes_and_writes_nothing(target: Settings, ask: Ask) -> None:
    push(network("甲", "乙", women_employees=5), target)
    before = ask("MATCH (n) RETURN count(n), sum(size(keys(n)))")
    told = push_plan(network("甲", "丙", women_employees=6), target, PushOptions(prune=True, force=True))
    assert ask("MATCH (n) RETURN count(n), sum(size(keys(n)))") == before
    frame = told.frame.set_index("type")
    assert list(frame.loc["Company", ["sent", "created", "updated", "pruned"]]) == [2, 1, 1, 1]
    assert list(frame.loc["COVERS", ["created", "unchanged", "pruned"]]) == [1, 1, 1]
    changed = [e for e in told.examples if e.type == "Company" and e.action == "update"]
    assert [(e.name, e.property, e.old, e.new) for e in changed] == [("甲", "women_employees", 5, 6)]
    answer = json.loads(json.dumps(told.as_dict()))
    assert answer["changes"] == told.changes > 0 and answer["table"] and answer["examples"]


def test_only_what_differs_is_written_and_drift_is_mended(target: Settings, ask: Ask) -> None:
    graph = network("甲", "乙", women_employees=5)
    push(graph, target)
    ask("MATCH (c:Company {name: '甲'}) SET c.women_employees = 5.0, c.theirs = 'kept', c.phone = '1'")
    ask("MATCH ()-[r:LENDS_TO]->() SET r.amount_cny = true, r.theirs = 1")
    ask("MATCH (e:Source) SET e.name = 'x'")
    ask("MATCH (:Federation)-[r:COVERS]->(c:Company {name: '乙'}) DELETE r")
    with pytest.raises(gk.StoreError) as caught:
        pull(target)
    assert caught.value.code == "other-type" and "Company.women_employees" in caught.value.message
    report = push(graph, target)
    counts = {c.type: (c.created, c.updated) for c in report.types if c.changes}
    assert counts == {"Company": (0, 1), "LENDS_TO": (0, 2), "Source": (0, 1), "COVERS": (1, 0)}
    assert report.counters["nodes_created"] == 0 and report.counters["relationships_created"] == 1
    assert ask("MATCH (c:Company {name: '甲'}) RETURN c.theirs, c.phone, c.women_employees") == [["kept", None, 5]]
    assert ask("MATCH ()-[r:LENDS_TO]->() RETURN DISTINCT r.theirs, r.amount_cny") == [[1, 5]]
    assert_same(graph, pull(target)[0])


def test_prune_removes_what_vanished_and_graphkit_wrote_and_nothing_else(target: Settings, ask: Ask) -> None:
    names = [f"公司{n}" for n in range(12)]
    push(network(*names), target)
    ask("CREATE (:Company {id: 'theirs', name: '外'}), (:Note {text: 'x'})")
    ask("MATCH (c:Company {name: '公司11'}), (n:Note) CREATE (n)-[:ABOUT]->(c)")
    fewer = network(*names[:10])
    left = push(fewer, target)
    assert {c.type: c.left for c in left.types if c.left} == {"Company": 2, "COVERS": 2}
    told = push_plan(fewer, target, PushOptions(prune=True))
    report = push(fewer, target, PushOptions(prune=True))
    assert told.types == report.types
    company = next(c for c in report.types if c.type == "Company")
    assert (company.pruned, company.kept, company.foreign) == (1, 1, 1)
    assert next(c for c in report.types if c.type == "COVERS").pruned == 2
    assert ask("MATCH (n:Note)-[:ABOUT]->(c) RETURN c.name, c.gk_kept") == [["公司11", True]]
    assert ask("MATCH (c:Company {id: 'theirs'}) RETURN properties(c)") == [[{"id": "theirs", "name": "外"}]]
    found, pulled = pull(target)
    assert_same(fewer, found)
    assert pulled.foreign == {"ABOUT": 1, "Company": 1, "Note": 1}
    again = push(fewer, target, PushOptions(prune=True))
    assert again.changes == 0 == written(again)
    push(network(*names), target)
    assert ask("MATCH (n:Note)-[:ABOUT]->(c) RETURN c.name, c.gk_kept") == [["公司11", None]]
    assert_same(network(*names), pull(target)[0])


def test_a_prune_of_more_than_a_fifth_needs_force(target: Settings, ask: Ask) -> None:
    push(network(*"甲乙丙丁"), target)
    count = ask("MATCH (n) RETURN count(n)")
    with pytest.raises(gk.StoreError) as caught:
        push(network("甲"), target, PushOptions(prune=True))
    assert caught.value.code == "prune-too-much" and caught.value.fields["gone"] == 6
    assert ask("MATCH (n) RETURN count(n)") == count
    assert push(network("甲"), target, PushOptions(prune=True, force=True)).changes


def test_an_id_that_changes_is_a_move_that_keeps_what_others_told(target: Settings, ask: Ask) -> None:
    code = {"credit_code": "91350583MA0AAAA10R"}
    later = network("甲公司", dataset="乙表", date="2026-06-30", **code)
    push(later, target)
    old = later.find("甲公司")
    ask("MATCH (c:Company) SET c.theirs = 7 CREATE (c)<-[:NOTES {x: 1}]-(:Note)")
    ask("MATCH ()-[r:COVERS]->() SET r.theirs = 8")
    assert later.raw
    earlier = network("甲公司", dataset="甲表", date="2025-06-30", **code).raw
    assert earlier
    both = later.merge(resolve(earlier))
    both = resolve(both.raw) if both.raw else both
    assert both.find("甲公司") != old
    told = push_plan(both, target)
    moves = [(e.type, e.old, e.new) for e in told.examples if e.action == "move"]
    assert ("Company", old, both.find("甲公司")) in moves
    report = push(both, target, PushOptions(prune=True))
    assert next(c for c in report.types if c.type == "Company").moved == 1
    assert ask("MATCH (c:Company)<-[n:NOTES]-(:Note) RETURN c.id, c.theirs, n.x") == [[both.find("甲公司"), 7, 1]]
    assert [8] in ask("MATCH ()-[r:COVERS]->() RETURN r.theirs")
    assert_same(both, pull(target)[0])
    assert push(both, target, PushOptions(prune=True)).changes == 0


def test_an_edge_between_other_ends_is_hung_there(target: Settings, ask: Ask) -> None:
    def graph(end: str) -> Graph:
        nodes = [{"type": "Company", "name": n} for n in "甲乙"] + [{"type": "Federation", "name": "妇联"}]
        return from_records(nodes, [{"type": "COVERS", "src": "妇联", "dst": end, "key": "k"}])

    push(graph("甲"), target)
    ask("MATCH ()-[r:COVERS]->() SET r.theirs = 8")
    report = push(graph("乙"), target)
    assert next(c for c in report.types if c.type == "COVERS").updated == 1
    assert ask("MATCH ()-[r:COVERS]->(c) RETURN c.name, r.theirs") == [["乙", 8]]
    assert_same(graph("乙"), pull(target)[0])


def test_sensitive_properties_stay_at_home_unless_named(target: Settings, ask: Ask) -> None:
    graph = network("甲", phone="13800000000", legal_person="赵某")
    cited = {"element_id": graph.find("甲"), "property": "phone", "value": "13800000000"}
    cited["source_id"] = graph.sources["id"][0].as_py()
    assert graph.raw
    raw = graph.raw
    raw = Graph(
        raw.schema, raw.node_tables, raw.edge_tables, raw.sources, pa.Table.from_pylist([cited], raw.evidence.schema),
        is_raw=True,
    )  # fmt: skip
    graph = resolve(raw)
    push(graph, target)
    everything = str(ask("MATCH (n) RETURN properties(n)")) + str(ask("MATCH ()-[r]->() RETURN properties(r)"))
    assert "13800000000" not in everything and "赵某" not in everything
    assert push(graph, target).changes == 0
    push(graph, target, PushOptions(sensitive=("Company.phone",)))
    assert ask("MATCH (c:Company) RETURN c.phone, c.legal_person") == [["13800000000", None]]
    assert ask("MATCH (e:Evidence) RETURN e.value") == [["13800000000"]]
    push(graph, target, EXACT)
    assert_same(graph, pull(target)[0])
    push(graph, target, PushOptions(prune=True))
    assert "13800000000" not in str(ask("MATCH (n) RETURN properties(n)"))
    with pytest.raises(gk.SchemaError) as caught:
        push(graph, target, PushOptions(sensitive=("Company.fone",)))
    assert caught.value.code == "unknown-property"


def test_edges_without_an_end_are_listed_and_not_written(target: Settings) -> None:
    graph = network("甲", "乙")
    cut = Graph(
        graph.schema, {k: v for k, v in graph.node_tables.items() if k != "Bank"}, graph.edge_tables, graph.sources
    )
    told = push_plan(cut, target)
    report = push(cut, target)
    lent = next(c for c in report.types if c.type == "LENDS_TO")
    assert (lent.sent, lent.created, lent.orphans) == (2, 0, 2) and told.types == report.types
    assert [e.type for e in report.plan.examples if e.action == "orphan"] == ["LENDS_TO"] * 2
    assert push(cut, target).changes == 0
    found, _ = pull(target)
    assert found.raw is None and "LENDS_TO" not in found.edge_tables


def test_a_push_beside_another_keeps_both_records(target: Settings) -> None:
    first, second = network("甲", dataset="甲表"), network("乙", dataset="乙表")
    push(first, target)
    push(second, target)
    found, _ = pull(target)
    assert found.raw and first.raw and second.raw
    assert sorted(found.sources["dataset"].to_pylist()) == ["乙表", "甲表"]
    assert sorted(found.raw.nodes("Company")["name"]) == ["乙", "甲"] == sorted(found.nodes("Company")["name"])
    push(second, target, PushOptions(prune=True, force=True))
    assert_same(second, pull(target)[0])


def test_what_annotate_added_is_sent_on_request_and_taken_away_again(target: Settings, ask: Ask) -> None:
    graph = network("甲", "乙")
    table = graph.node_tables["Company"].append_column("coverage", pa.array(["covered", None]))
    noted = Graph(graph.schema, {**graph.node_tables, "Company": table}, graph.edge_tables, graph.sources)
    query = "MATCH (c:Company) RETURN c.coverage ORDER BY c.id"
    push(noted, target, PushOptions(coverage=True))
    assert ask(query) == [["covered"], [None]]
    found, report = pull(target)
    assert "coverage" not in found.node_tables["Company"].column_names and not report.unknown.num_rows
    assert push(noted, target, PushOptions(coverage=True)).changes == 0
    assert push(noted, target).changes == 1
    assert ask(query) == [[None], [None]]


def test_a_pull_lists_what_the_schema_does_not_know(target: Settings, ask: Ask) -> None:
    push(network("甲", "乙"), target)
    ask("MATCH (c:Company) SET c.rating = 'A'")
    ask("CREATE (:Company {id: 'x'}), (:Odd), ()")
    found, report = pull(target, keep_unknown=True)
    assert report.unknown.to_pylist() == [{"type": "Company", "property": "rating", "elements": 2}]
    assert (
        report.values.column_names == ["type", "id", "property", "value"] and report.values["value"][0].as_py() == "A"
    )
    assert report.foreign == {"Company": 1, "Odd": 1, "": 1} and len(found.nodes("Company")) == 2
    assert report.as_dict()["table"] and report.frame["elements"].sum() == found.rows


def test_a_diff_tells_both_ways(target: Settings, ask: Ask) -> None:
    push(network("甲", "乙", women_employees=5), target)
    here = network("甲", "丙", women_employees=5)
    ask("MATCH (c:Company {name: '甲'}) SET c.women_employees = 9")
    found = diff(here, target)
    told = found[found["type"] == "Company"].set_index("difference")
    assert told.loc["only here", "name"] == "丙" and told.loc["only there", "name"] == "乙"
    assert list(told.loc["differs", ["name", "property", "here", "there"]]) == ["甲", "women_employees", "5", "9"]


def bad_graph(change: dict[str, Any]) -> Graph:
    graph = network("甲")
    table = graph.node_tables["Company"]
    for name, value in change.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array([value], table.schema.field(name).type))
    return Graph(graph.schema, {**graph.node_tables, "Company": table}, {}, graph.sources)


@pytest.mark.parametrize(
    ("change", "column"),
    [({"id": "com_" + "x" * 9000}, "id"), ({"id": ""}, "id"), ({"products": ["a", None]}, "products")],
)
def test_values_that_a_server_cannot_hold_are_refused_before_the_first_statement(
    target: Settings, ask: Ask, change: dict[str, Any], column: str
) -> None:
    for call in (push, push_plan):
        with pytest.raises(gk.DataError) as caught:
            call(bad_graph(change), target)
        assert caught.value.code == "unfit-for-neo4j" and f"Company.{column}" in caught.value.message
    assert ask("MATCH (n) RETURN count(n)") == [[0]]


def test_ids_that_others_hold_are_not_taken_over(target: Settings, ask: Ask) -> None:
    graph = network("甲")
    ask("CREATE (:Company {id: $id, name: 'theirs'})", id=graph.find("甲"))
    with pytest.raises(gk.StoreError) as caught:
        push(graph, target)
    assert caught.value.code == "foreign-element" and graph.find("甲") in caught.value.message
    assert ask("MATCH (c:Company) RETURN c.name") == [["theirs"]]
    ask("MATCH (c:Company) DELETE c")
    push(graph, target)
    assert_same(graph, pull(target)[0])


def test_a_constraint_that_foreign_data_break_is_told_and_the_next_push_mends(
    clean_server: Server | Foreign, ask: Ask
) -> None:
    target, graph = Settings(clean_server.uri, password=clean_server.password), network("甲")
    ask("CREATE (:Company {id: 'twice'}), (:Company {id: 'twice'})")
    with pytest.raises(gk.StoreError) as caught:
        push(graph, target)
    assert caught.value.code == "constraint-broken" and "twice" in caught.value.message
    ask("MATCH (c:Company) DELETE c")
    ask("CREATE INDEX FOR (c:Company) ON (c.id)")
    with pytest.raises(gk.StoreError) as caught:
        push(graph, target)
    assert caught.value.code == "constraint-taken"
    name = ask("SHOW INDEXES YIELD name, labelsOrTypes WHERE labelsOrTypes = ['Company'] RETURN name")[0][0]
    ask(f"DROP INDEX `{name}`")
    ask(f"CREATE CONSTRAINT `{constraint_name('Company')}` FOR (c:Other) REQUIRE c.x IS UNIQUE")
    with pytest.raises(gk.StoreError) as caught:
        push(graph, target)
    assert caught.value.code == "constraint-taken" and constraint_name("Company") in caught.value.message
    ask(f"DROP CONSTRAINT `{constraint_name('Company')}`")
    push(graph, target)
    assert_same(graph, pull(target)[0])


def test_progress_is_told_by_type(target: Settings) -> None:
    heard: list[tuple[str, int, int]] = []
    push(
        network(*[f"公司{n}" for n in range(30)]), target, PushOptions(batch=10), on_progress=lambda *t: heard.append(t)
    )
    assert [t[1:] for t in heard if t[0] == "Company"] == [(10, 30), (20, 30), (30, 30)]
    assert heard[-1][1] == heard[-1][2] and all(done <= total for _, done, total in heard)


def test_a_wider_schema_is_kept_and_a_narrower_one_refused(
    target: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("schema") / "own.yaml"
    text = "extends: graphkit\nnodes:\n  Company:\n    properties:\n      stars: {type: int, zh: 星级, en: stars}\n"
    file.write_text(text, encoding="utf-8")
    wider = gk.Schema.load(file)
    graph = from_records([{"type": "Company", "name": "甲", "stars": 3}], schema=wider)
    push(graph, target)
    found, _ = pull(target)
    assert found.nodes("Company")["stars"].tolist() == [3] and found.schema.text == wider.text
    push(network("乙"), target)
    assert sorted(pull(target)[0].nodes("Company")["name"]) == ["乙", "甲"]
    with pytest.raises(gk.SchemaError) as caught:
        pull(target, gk.Schema.load())
    assert caught.value.code == "schema-too-narrow"
