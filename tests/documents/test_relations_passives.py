"""By whom something was done: chains of doers with a verb each, before the thing, behind it, or of the thing before."""

from graphkit.graph.verdicts import RELATION_BAND
from tests.documents.marking import read


def test_every_doer_of_a_chain_has_its_own_verb() -> None:
    told = read("由{F:云岭县妇联}主办、{G:云岭县人社局}指导、{A:云岭茶业协会}承办的{O:采茶大赛}开幕。")
    runs = {r.properties.get("role") for r in told.relations if r.type == "RUNS"}
    assert {name for name, kind, _ in told.triples if kind == "RUNS"} == {"云岭县妇联", "云岭县人社局", "云岭茶业协会"}
    assert runs == {"initiates", "implements"}


def test_a_chain_behind_the_thing() -> None:
    told = read("{V:巧手工坊}由{G:云岭县人社局}出资建设、{A:云岭茶业协会}负责运营。")
    assert ("云岭县人社局", "ESTABLISHED", "巧手工坊") in told.triples
    assert ("巧手工坊", "HOSTED_BY", "云岭茶业协会") in told.triples


def test_the_thing_of_the_clause_before() -> None:
    told = read("{F:云岭茶产业妇联}随后成立，由{C:白鹭茶业有限公司}牵头组建，现有执委9名。")
    one = told.one("白鹭茶业有限公司", "ESTABLISHED", "云岭茶产业妇联")
    assert one.confidence < RELATION_BAND


def test_what_is_run_is_still_told_of_behind_who_runs_it() -> None:
    told = read("{M:茶香妇女微家}由{A:云岭茶业协会}承接运营，覆盖{C:白鹭茶业有限公司}。")
    assert ("茶香妇女微家", "COVERS", "白鹭茶业有限公司") in told.triples


def test_nobody_founds_the_federation_of_a_county() -> None:
    told = read("由{G:云岭县人社局}组建的{F:云岭县妇联}开会。")
    assert not any(relation.rule.startswith("passive") for relation in told.relations)


def test_what_is_denied_was_not_done() -> None:
    assert read("{O:采茶大赛}尚未由{F:云岭县妇联}主办。").triples == set()
