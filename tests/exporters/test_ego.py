"""A map around one node: as far as paths lead, never through a group, with the names' errors of everywhere else."""

from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graphkit.analysis.coverage import coverage
from graphkit.analysis.rules import load_rules
from graphkit.errors import ExportError, IdentityError, QueryError
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.ego import ego, within
from graphkit.graph.tables import Graph
from tests.exporters.scenes import SCHEMA, graph_of

RULES = load_rules(schema=SCHEMA)
NODES: Any = {
    "Region": [{"id": "reg_1", "name": "东屏镇", "level": "town"}],
    "Company": [
        *({"id": f"com_{n}", "name": f"企业{n}"} for n in range(6)),
        {"id": "com_8", "name": "十余家商户", "group": True},
    ],
    "Federation": [{"id": f"fed_{n}", "name": f"妇联{n}"} for n in range(3)],
    "Bank": [{"id": "ban_1", "name": "溪口农商银行"}, {"id": "ban_2", "name": "溪口商业银行", "aliases": ["溪商行"]}],
}
EDGES: Any = {
    "COVERS": [
        {"id": "cov_0", "src": "fed_0", "dst": "com_0"},
        {"id": "cov_1", "src": "fed_1", "dst": "com_1"},
        {"id": "cov_2", "src": "fed_1", "dst": "com_8"},
        {"id": "cov_3", "src": "fed_2", "dst": "com_8"},
    ],
    "GUIDES": [{"id": "gui_0", "src": "fed_0", "dst": "fed_1"}],
    "LENDS_TO": [
        {"id": "len_0", "src": "ban_1", "dst": "com_1"},
        {"id": "len_1", "src": "ban_2", "dst": "com_2"},
        {"id": "len_2", "src": "ban_1", "dst": "com_3"},
    ],
    "LOCATED_IN": [{"id": f"loc_{n}", "src": f"com_{n}", "dst": "reg_1"} for n in range(6)],
}


@pytest.fixture
def graph() -> Graph:
    return graph_of(NODES, EDGES)


@pytest.mark.parametrize(
    ("name", "hops", "reached"),
    [
        ("妇联0", 1, {"fed_0", "com_0", "fed_1"}),
        ("fed_0", 2, {"fed_0", "com_0", "fed_1", "com_1", "com_8"}),
        ("fed_0", 4, {"fed_0", "com_0", "fed_1", "com_1", "com_8", "ban_1", "com_3"}),  # fed_2 is beyond the group
        ("溪商行", 3, {"ban_2", "com_2"}),
        ("企业4", 6, {"com_4"}),  # a place joins nobody
    ],
)
def test_what_lies_within_some_hops_is_reached(graph: Graph, name: str, hops: int, reached: set[str]) -> None:
    found = ego(graph, name, hops=hops, rules=RULES, as_of=None)
    assert found.ids == reached
    assert found.groups == ("com_8" in reached)


def test_a_group_as_the_centre_is_left_but_never_passed(graph: Graph) -> None:
    found = ego(graph, "十余家商户", hops=1, rules=RULES, as_of=None)
    assert found.ids == {"com_8", "fed_1", "fed_2"} and found.groups == 1


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_the_county_is_reached_as_networkx_reaches_it(county: Graph, hops: int) -> None:
    """Without edges of the last hop, what is reached is a ball around the node, groups as dead ends."""
    rules = load_rules(schema=county.schema)
    passable = rules.linkage
    net: nx.Graph[str] = nx.Graph()
    rows = {row["id"]: (t, row) for t, table in county.node_tables.items() for row in table.to_pylist()}
    kind = {node: t for node, (t, _) in rows.items()}
    gone = {node for node, (_, row) in rows.items() if row["status"] != "actual" or row["valid_to"]}
    for edge_type, table in county.edge_tables.items():
        for row in table.to_pylist():
            ends = [kind[row["src"]], kind[row["dst"]]]
            never = (edge_type, None) in passable.never or (edge_type, ends[1]) in passable.never
            last = (edge_type, None) in passable.last_hop or (edge_type, ends[1]) in passable.last_hop
            if row["status"] == "actual" and not row["valid_to"] and not never and not last:
                if set(ends) <= passable.ends and not gone & {row["src"], row["dst"]}:
                    net.add_edge(row["src"], row["dst"])
    groups = {node for node, (_, row) in rows.items() if row["group"]}
    start = county.find("霁川县妇联")
    ball, front = {start}, {start}
    for _ in range(hops):
        near = {n for node in front for n in net.neighbors(node)} - ball
        ball |= near
        front = {n for n in near if kind[n] in passable.interior and n not in groups}
    found = ego(county, start, hops=hops, rules=rules, as_of=None)
    assert ball <= found.ids
    assert {kind[n] for n in found.ids - ball} <= {"Venue", "Company"}  # LOCATED_IN a venue is a last hop


def test_towns_and_chains_of_what_is_reached_stay_known(county: Graph, tmp_path: Path) -> None:
    covered = coverage(county)
    found = ego(county, "霁川县妇联", hops=2, rules=covered.rules, as_of=None)
    part = within(county, found.ids)
    assert found.ids <= {i for table in part.node_tables.values() for i in table["id"].to_pylist()}
    network = to_pyvis(county, coverage=covered, options=MapOptions(focus="霁川县妇联"))
    nodes, picture = network.scene.nodes, network.picture
    assert network.scene.focus is not None and nodes.id[network.scene.focus.node] == found.centre
    units = [i for i in range(len(nodes)) if nodes.unit[i]]
    assert {nodes.id[i] for i in units} == found.ids & set(covered.table["id"].to_pylist())
    assert all(nodes.town[i] >= 0 for i in units)
    for i, kind in enumerate(nodes.type):
        assert (picture.x[i] is None) == (kind in ("Region", "Industry"))


def test_names_hops_and_ends_are_checked_as_elsewhere(county: Graph, tmp_path: Path) -> None:
    for focus, hops, kind, code in [
        ("没有这个组织", 2, IdentityError, "unknown-name"),
        ("霁川县妇联", 0, QueryError, "bad-hops"),
        ("霁桥镇", 2, QueryError, "no-end"),
    ]:
        with pytest.raises(kind) as caught:
            export_map(county, tmp_path / "m.html", options=MapOptions(focus=focus, hops=hops))
        assert caught.value.code == code
    twice = graph_of({"Company": [{"id": "com_1", "name": "甲"}, {"id": "com_2", "name": "甲"}]}, {})
    with pytest.raises(IdentityError) as ambiguous:
        export_map(twice, tmp_path / "m.html", options=MapOptions(focus="甲"))
    assert ambiguous.value.code == "ambiguous-name"
    with pytest.raises(ExportError) as both:
        export_map(county, tmp_path / "m.html", options=MapOptions(focus="霁川县妇联", aggregate="town"))
    assert both.value.code == "map-options"
    assert not (tmp_path / "m.html").exists()


def test_a_person_is_told_by_no_name_around_it(county: Graph) -> None:
    """The public tier renames the centre too, in the title and in every text."""
    person = county.table("Person")["name"][0].as_py()
    network = to_pyvis(county, options=MapOptions(focus=person, tier="public"))
    assert person not in network.generate_html()
