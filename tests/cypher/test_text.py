"""The texts for a server: names of the schema in backticks, values as parameters, nothing else."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.cypher import text

SCHEMA = gk.Schema.load()
HOSTILE = ["", "a b", "A`", "A\\u0060", "1A", "_a", "A" * 64, "A\n", "妇联", "A) DETACH DELETE n //"]
HOSTILE += ["A\x00", "A-B", "A."]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(name: str) -> None:
    for call in (text.ident, text.merge_nodes, text.constraint_name, text.delete_edges):
        with pytest.raises(gk.SchemaError) as caught:
            call(name)
        assert caught.value.code == "bad-identifier"


@given(st.text() | st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,70}[`\\]?"))
def test_what_passes_is_an_identifier_and_stays_quoted(name: str) -> None:
    try:
        quoted = text.ident(name)
    except gk.SchemaError:
        assert not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name)
        return
    assert quoted == f"`{name}`" and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", name) and name.isascii()


def every_text() -> Iterator[str]:
    for owner, edge in [*((n, False) for n in SCHEMA.nodes.values()), *((e, True) for e in SCHEMA.edges.values())]:
        name = owner.name
        for make in (text.constraint, text.count, text.change, text.move, text.id_page, text.foreign_count):
            yield make(name, edge=edge)
        for make in (text.foreign_with_ids, text.unknown_properties, text.unknown_values):
            yield make(name, edge=edge)
        yield text.page(name, list(owner.properties), edge=edge)
    for name in SCHEMA.nodes:
        for make_one in (text.merge_nodes, text.delete_nodes, text.mark_kept, text.held_by_others):
            yield make_one(name)
    for kind, edge_type in SCHEMA.edges.items():
        yield text.delete_edges(kind)
        for src, dst in sorted(edge_type.pairs):
            yield from (text.merge_edges(kind, src, dst), text.replace_edges(kind, src, dst), text.orphans(src, dst))
    yield text.totals(SCHEMA.nodes, SCHEMA.edges)


def test_texts_hold_no_values_and_no_unlabelled_end() -> None:
    for query in every_text():
        assert "'" not in query and '"' not in query and ";" not in query, query
        for quoted in re.findall(r"`([^`]*)`", query):
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,72}", quoted), query
        assert query.count("`") % 2 == 0 and not re.search(r"\$\(", query), query


def test_the_statements_of_a_push_read_as_planned() -> None:
    assert text.constraint("Company", edge=False) == (
        "CREATE CONSTRAINT `gk_Company_id` IF NOT EXISTS FOR (e:`Company`) REQUIRE e.`id` IS UNIQUE"
    )
    assert text.constraint("COVERS", edge=True) == (
        "CREATE CONSTRAINT `gk_COVERS_id` IF NOT EXISTS FOR ()-[e:`COVERS`]-() REQUIRE e.`id` IS UNIQUE"
    )
    assert text.merge_nodes("Bank") == (
        "UNWIND $rows AS row MERGE (e:`Bank` {id: row.id}) SET e += row.p SET e.gk_load = $load RETURN count(*) AS done"
    )
    assert text.merge_edges("LENDS_TO", "Bank", "Company") == (
        "UNWIND $rows AS row MATCH (a:`Bank` {id: row.s}) MATCH (b:`Company` {id: row.t}) "
        "MERGE (a)-[e:`LENDS_TO` {id: row.id}]->(b) SET e += row.p SET e.gk_load = $load RETURN count(*) AS done"
    )
    assert text.page("Bank", ["name"], edge=False) == (
        "MATCH (e:`Bank`) WHERE e.id > $after AND e.gk_load IS NOT NULL "
        "RETURN e.id AS id, e.`name` AS `name` ORDER BY id LIMIT $size"
    )


def test_lists_that_an_import_leaves_out_are_put_back() -> None:
    assert text.put_lists("Bank", "aliases", None, edge=False) == (
        "MATCH (e:`Bank`) WHERE e.`aliases` IS NULL AND e.gk_load IS NOT NULL "
        "CALL (e) { SET e.`aliases` = [] } IN TRANSACTIONS OF 10000 ROWS"
    )
    assert text.put_lists("COVERS", "raw_ids", "gk_list_9", edge=True) == (
        "MATCH ()-[e:`COVERS`]->() WHERE e.`gk_list_9` IS NOT NULL CALL (e) { SET e.`raw_ids` = "
        "CASE WHEN e.`gk_list_9` THEN [] ELSE [''] END REMOVE e.`gk_list_9` } IN TRANSACTIONS OF 10000 ROWS"
    )
    with pytest.raises(gk.SchemaError):
        text.put_lists("Bank", "a`", None, edge=False)
