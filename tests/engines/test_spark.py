"""Spark gives what the default engine gives, row by row, on a real local Spark; and says what it cannot do."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import graphkit as gk
from graphkit.analysis.components import in_order
from graphkit.demo import datasets
from graphkit.engines.spark.parts import Parts
from graphkit.engines.spark.session import session
from graphkit.graph.tables import frame
from tests.analysis.cases import company, edge, graph, node, scope
from tests.cli.conftest import run, stores
from tests.networks import World, random_world

__all__ = ["run", "stores"]
pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("spark")]
ENGINE = gk.SparkOptions(parts=3)
BY: list[Any] = ["town", ["county", "segment"], "size", ["products", "mode"]]
Shipped = dict[str, tuple[gk.Graph, Path]]
Written = Callable[[gk.Graph], Path]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Write a graph as a directory of Parquet files."""
    count = iter(range(1000))
    return lambda graph: gk.write_parquet(graph, tmp_path_factory.mktemp("parquet") / f"县{next(count)}")


@pytest.fixture(scope="module")
def shipped(written: Written) -> dict[str, tuple[gk.Graph, Path]]:
    """The five sources and the example county, each as a graph and as a directory."""
    graphs = {name: gk.read(*datasets(name)) for name in ("sources", "example_county")}
    return {name: (graph, written(graph)) for name, graph in graphs.items()}


def same(one: pa.Table, other: pa.Table) -> bool:
    """Tell whether two tables have equal columns, types and rows, in order."""
    return bool(one.schema.equals(other.schema) and one.combine_chunks().equals(other.combine_chunks()))


def assert_covered_alike(graph: gk.Graph, place: Path, by: list[Any], **asked: Any) -> None:
    here, there = gk.coverage(graph, **asked), gk.coverage(place, engine=ENGINE, **asked)
    assert there.headline() == here.headline()
    assert [there.text(lang) for lang in ("zh", "en")] == [here.text(lang) for lang in ("zh", "en")]
    assert same(there.table, here.table)
    assert same(there.reasons, here.reasons)
    for rows in (None, *by):
        told = {"weight": "women_employees", "lang": "zh"} if rows == "town" else {}
        assert gk.rates(there, rows, **told).equals(gk.rates(here, rows, **told)), rows


def assert_linked_alike(graph: gk.Graph, place: Path, by: list[Any], **asked: Any) -> None:
    here, there = gk.links(graph, **asked), gk.links(place, engine=ENGINE, **asked)
    assert there.headline() == here.headline()
    assert there.text("zh") == here.text("zh")
    assert same(there.nearest, here.nearest)
    assert same(there.groups, here.groups)
    for rows in by:
        assert gk.rates(there, rows).equals(gk.rates(here, rows)), rows


def test_the_example_county_is_covered_alike(shipped: Shipped) -> None:
    assert_covered_alike(*shipped["example_county"], by=BY)


def test_the_five_sources_are_covered_alike_at_a_date(shipped: Shipped) -> None:
    asked: dict[str, Any] = {"units": "key_points", "as_of": "2022-09-30", "min_confidence": 0.95}
    assert_covered_alike(*shipped["sources"], by=["chain"], **asked)


def test_the_five_sources_are_linked_alike(shipped: Shipped) -> None:
    assert_linked_alike(*shipped["sources"], by=[], to=["Bank", "Programme"], max_hops=4)


def test_the_example_county_is_linked_alike_at_a_date(shipped: Shipped) -> None:
    asked: dict[str, Any] = {"units": "key_points", "as_of": "2026-09-30"}
    assert_linked_alike(*shipped["example_county"], by=[["town", "chain"]], **asked)


@pytest.mark.parametrize("name", ["sources", "example_county"])
def test_counts_are_equal(shipped: Shipped, name: str) -> None:
    graph, place = shipped[name]
    assert gk.summary(place, engine=ENGINE).equals(graph.summary())


def test_components_are_equal(shipped: Shipped) -> None:
    graph, place = shipped["example_county"]
    assert gk.components(place, engine=ENGINE).equals(gk.components(graph))


def test_components_are_written_where_they_are_computed(shipped: Shipped, tmp_path: Path) -> None:
    graph, place = shipped["sources"]
    told = gk.components(place, engine=ENGINE, out=tmp_path / "out")
    rows = gk.components(graph)
    assert frame(in_order(pq.read_table(tmp_path / "out"))).equals(rows)
    assert int((told["size"] * told["components"]).sum()) == len(rows)
    assert int(told["components"].sum()) == rows["component"].nunique()
    with pytest.raises(gk.SchemaError, match="Spark engine"):
        gk.components(graph, out=tmp_path / "there")


def test_random_networks_are_linked_alike(written: Written) -> None:
    worlds = [random_world(seed, f"-{seed}") for seed in range(40)]
    # A chain, too: what joins its ends is found in few rounds, not one by one.
    chain = World([company(f"链{n}") for n in range(40)], [edge("PART_OF", f"链{n}", f"链{n + 1}") for n in range(39)])
    worlds.append(chain)
    graph = World([n for w in worlds for n in w.nodes], [e for w in worlds for e in w.edges]).graph()
    place = written(graph)
    assert_linked_alike(graph, place, by=[], to=["Bank", "Programme"], max_hops=5)
    assert gk.components(place, engine=ENGINE).equals(gk.components(graph))


def test_what_lies_far_from_a_unit_decides_on_it_too(written: Written) -> None:
    """An owner's owner, a host one level above, a unit in another, a place in a place: parts hold all that is asked."""
    nodes = [company(f"子{n}") for n in range(8)] + [company("母"), company("祖", women_employees=80)]
    nodes += [
        node("Federation", "祖妇联"),
        node("Federation", "协会妇联"),
        node("Alliance", "协会", kind="association"),
    ]
    nodes += [
        node("Region", "甲镇", level="town"),
        node("Region", "乙县", level="county"),
        node("Region", "丙镇", level="town"),
    ]
    nodes += [node("Venue", "园", kind="production_base"), node("Venue", "楼", kind="production_base")]
    edges = [edge("PART_OF", f"子{n}", "母") for n in range(3)] + [edge("PART_OF", "母", "祖")]
    edges += [edge("COVERS", "祖妇联", "祖", mode="own", confidence=0.9)]
    edges += [edge("MEMBER_OF", f"子{n}", "协会") for n in range(3, 7)] + [edge("HOSTED_BY", "协会妇联", "协会")]
    edges += [edge("LOCATED_IN", "协会", "乙县"), edge("PART_OF", "甲镇", "乙县"), edge("LOCATED_IN", "子3", "甲镇")]
    edges += [edge("LOCATED_IN", "子4", "丙镇"), edge("LOCATED_IN", "子5", "楼"), edge("LOCATED_IN", "楼", "园")]
    edges += [edge("LOCATED_IN", "园", "甲镇"), edge("LOCATED_IN", "子7", "丙镇")]
    nodes += [company("报", federation_status="yes", federation_mode="own", women_employees=None)]
    nodes += [company("筹", federation_status="preparing", women_employees=200), company("群", group=True)]
    county = graph(nodes, edges, complete=[scope(region="丙镇")])
    told = gk.coverage(county).headline()
    assert (told["covered"], told["gap"], told["unknown"], told["nested"]) == (8, 3, 1, 4)
    assert_covered_alike(county, written(county), by=["town", "county"])


def test_what_needs_a_graph_in_memory_is_refused(shipped: Shipped) -> None:
    found: Any = gk.coverage(shipped["sources"][1], engine=ENGINE)
    for question in (gk.gaps, gk.questions, lambda cov: gk.why(cov, "晶澳")):
        with pytest.raises(gk.QueryError) as told:
            question(found)
        assert told.value.code == "not-on-spark"


def test_units_that_are_resources_are_refused(shipped: Shipped) -> None:
    with pytest.raises(gk.QueryError, match="of the type Company") as told:
        gk.links(shipped["sources"][1], to="Company", engine=ENGINE)
    assert told.value.code == "not-on-spark"


def test_wrong_questions_are_told_before_anything_is_computed(shipped: Shipped) -> None:
    place = shipped["sources"][1]
    with pytest.raises(gk.SchemaError, match="no units"):
        gk.coverage(place, units="没有", engine=ENGINE)
    with pytest.raises(gk.DataError):
        gk.links(place, as_of="昨天", engine=ENGINE)
    with pytest.raises(gk.QueryError, match="no path start or end"):
        gk.links(place, to="Region", engine=ENGINE)


def test_a_directory_may_be_a_url_and_hold_directories_of_files(shipped: Shipped, tmp_path: Path, spark: Any) -> None:
    """What Spark or a cluster wrote: a table is a directory of files, and the place has a scheme."""
    graph, place = shipped["example_county"]
    copy = tmp_path / "县"
    shutil.copytree(place, copy)
    for name in ("nodes/Company", "raw/nodes/Company", "edges/LOCATED_IN"):
        rows = spark.read.parquet(str(place / f"{name}.parquet")).repartition(3)
        (copy / f"{name}.parquet").unlink()
        rows.write.parquet(str(copy / f"{name}.parquet"))
    found = gk.coverage(f"file://{copy}", engine=ENGINE)
    assert same(found.table, gk.coverage(graph).table)
    found.write(tmp_path / "out")
    assert spark.read.parquet(str(tmp_path / "out" / "units")).count() == found.headline()["units"]
    with pytest.raises(gk.StoreError, match="already exists"):
        found.write(tmp_path / "out")


def test_what_only_spark_sees_has_to_be_whole_too(shipped: Shipped, tmp_path: Path) -> None:
    with pytest.raises(gk.StoreError, match="does not exist") as lost:
        gk.summary(f"file://{tmp_path}/none", engine=ENGINE)
    assert "every worker" in lost.value.hint
    copy = tmp_path / "县"
    shutil.copytree(shipped["sources"][1], copy)
    (copy / "edges" / "COVERS.parquet").write_bytes(b"")
    with pytest.raises(gk.DataError, match="holds 0 rows"):
        gk.summary(f"file://{copy}", engine=ENGINE)


def test_a_spark_that_runs_is_taken_and_left_as_it_is(spark: Any) -> None:
    name = "spark.sql.execution.arrow.maxBytesPerBatch"
    before = spark.conf.get(name)
    taken = session(ENGINE)
    assert taken.sparkContext is spark.sparkContext
    assert taken.conf.get(name) == str(2**31 - 1)
    assert spark.conf.get(name) == before
    with pytest.raises(gk.StoreError, match=r"runs Spark on local\[2\]") as told:
        session(gk.SparkOptions(master="spark://host:7077"))
    assert told.value.code == "other-master"


def test_info_of_a_directory_counts_as_that_of_a_store(shipped: Shipped, stores: dict[str, Path], run: Any) -> None:
    place = shipped["sources"][1]
    here, there = (run("info", *words, "--json") for words in ([stores["sources"]], [place, "--engine", "spark"]))
    assert there.json["table"] == here.json["table"]
    assert sorted(map(str, there.json["sources"])) == sorted(map(str, here.json["sources"]))
    told = run("info", place, "--engine", "spark")
    counted = gk.summary(shipped["sources"][0])
    nodes = int(counted["rows"][counted["kind"] == "node"].sum())
    assert f"{nodes} 个节点" in told.out


def test_rates_are_summed_once_for_every_language(shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, place = shipped["sources"]
    found, asked = gk.coverage(place, engine=ENGINE), gk.coverage(graph)
    runs: list[Any] = []
    run_parts = Parts.run

    def counting(*told: Any) -> Any:
        runs.append(told)
        return run_parts(*told)

    monkeypatch.setattr(Parts, "run", counting)
    asked_for: list[dict[str, Any]] = [{}, {"lang": "zh"}, {"weight": "women_employees", "lang": "en"}]
    for told in asked_for:
        assert gk.rates(found, "mode", **told).equals(gk.rates(asked, "mode", **told))
    first = len(runs)
    assert gk.rates(found, "form").equals(gk.rates(asked, "form"))
    assert (first, len(runs)) == (2, 3)  # a count of units by type, then the sums of each `by`


def test_commands_print_what_they_print_by_default(shipped: Shipped, tmp_path: Path, run: Any) -> None:
    place = shipped["example_county"][1]
    with gk.open_store(tmp_path / "county.duckdb") as store:
        gk.load(store, *datasets("example_county"))
    for words in (["coverage", "--by", "town"], ["linkage", "--json"]):
        here = run(words[0], store.path, *words[1:])
        there = run(words[0], place, *words[1:], "--engine", "spark", "--parts", 3)
        assert (there.code, there.out) == (0, here.out), there.err
        assert "虚构" in there.err
