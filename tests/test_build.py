"""From folders to a store and back: all or nothing, in any order, and nothing is loaded twice."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.graph.tables import Graph
from tests.conftest import MakeDataset

COMPANY: list[dict[str, Any]] = [{"file": "c.csv", "node": "Company"}]
Export = Callable[[Graph], dict[str, bytes]]


def companies(make: MakeDataset, folder: str, text: str, **facts: Any) -> Path:
    return make({"c.csv": text}, COMPANY, folder=folder, **{"name": folder} | facts)


def test_folders_and_exports_load_in_any_order(make_dataset: MakeDataset, tmp_path: Path, exported: Export) -> None:
    first = companies(make_dataset, "一", "name,credit_code\n甲,91350583MA0AAAA10R\n", date="2020")
    second = companies(make_dataset, "二", "name,credit_code\n乙,91350583MA0AAAA10R\n", date="2026")
    export = gk.write_parquet(
        gk.from_records([{"type": "Company", "name": "丙"}], source={"dataset": "三"}), tmp_path / "x"
    )
    states = []
    for number, order in enumerate(permutations([first, second, export])):
        with gk.open_store(tmp_path / f"{number}.duckdb") as store:
            reports = gk.load(store, *order)
            assert sorted(report.dataset for report in reports) == ["一", "三", "二"]
            states.append(exported(store.read()))
        with gk.open_store(tmp_path / f"single{number}.duckdb") as store:
            for path in order:
                gk.load(store, path)
            states.append(exported(store.read()))
    assert all(state == states[0] for state in states)
    assert exported(gk.read(first, second, export)) == states[0]
    assert gk.read(first, second, export).find("乙") == gk.read(first).find("甲")


def test_a_store_goes_out_as_parquet_and_comes_in_again(
    make_dataset: MakeDataset, tmp_path: Path, exported: Export
) -> None:
    first = companies(make_dataset, "一", "name\n甲\n")
    second = companies(make_dataset, "二", "name\n乙\n")
    (tmp_path / "decisions.csv").write_text(
        "left,right,judgement\n一/Company/甲,二/Company/乙,same\n", encoding="utf-8"
    )
    with gk.open_store(tmp_path / "a.duckdb") as store, gk.open_store(tmp_path / "b.duckdb") as other:
        gk.load(store, first, second, tmp_path / "decisions.csv")
        assert store.counts() == {"Company": 1}
        gk.load(other, gk.write_parquet(store.read(), tmp_path / "out"))
        assert exported(other.read()) == exported(store.read())
        assert gk.load(store, tmp_path / "out") and store.revision == 1


def test_a_folders_own_decisions_are_loaded_with_it(make_dataset: MakeDataset, tmp_path: Path) -> None:
    folder = companies(make_dataset, "县/一", "name\n甲\n乙\n", name="一")
    (folder.parent / "decisions.csv").write_text(
        "left,right,judgement\n一/Company/甲,一/Company/乙,same\n", encoding="utf-8"
    )
    assert len(gk.read(folder.parent).nodes("Company")) == 1
    assert len(gk.read(folder).nodes("Company")) == 2


def test_the_same_edition_twice_is_one_and_two_of_one_name_are_an_error(
    make_dataset: MakeDataset, tmp_path: Path
) -> None:
    first = companies(make_dataset, "一", "name\n甲\n")
    copy = companies(make_dataset, "副本", "name\n甲\n", name="一")
    other = companies(make_dataset, "二", "name\n乙\n", name="一")
    with gk.open_store(tmp_path / "a.duckdb") as store:
        assert len(gk.load(store, first, first, copy)) == 1
        with pytest.raises(gk.DataError, match="are both '一', no edition") as caught:
            gk.load(store, first, other)
        assert caught.value.code == "same-edition" and caught.value.hint
        assert store.revision == 1 and store.read().nodes("Company")["name"].tolist() == ["甲"]
        gk.load(store, other)
        assert store.read().nodes("Company")["name"].tolist() == ["乙"]


def test_nothing_is_loaded_if_one_of_many_is_wrong(make_dataset: MakeDataset, tmp_path: Path) -> None:
    good = companies(make_dataset, "一", "name\n甲\n")
    bad = companies(make_dataset, "二", "name,women_employees\n乙,many\n")
    path = tmp_path / "a.duckdb"
    with gk.open_store(path) as store:
        for paths in ((good, bad), (good, tmp_path / "missing"), (good, tmp_path / "decisions.csv")):
            with pytest.raises(gk.DataError):
                gk.load(store, *paths)
        assert store.revision == 0 and not path.exists()


def test_a_quarter_later(make_dataset: MakeDataset, tmp_path: Path) -> None:
    code, other = "91350583MA0AAAA10R", "91350583MA0AAAA11W"
    head = "name,credit_code,valid_to\n"
    old = companies(
        make_dataset,
        "q2",
        f"{head}甲,,\n乙,{code},\n丙,{other},2026-08-01\n",
        name="台账",
        edition="Q2",
        date="2026-06-30",
    )
    new = companies(
        make_dataset, "q3", f"{head}甲,,\n新乙,{code},\n丁,,\n", name="台账", edition="Q3", date="2026-09-30"
    )
    with gk.open_store(tmp_path / "a.duckdb") as store:
        gk.load(store, old)
        gk.load(store, new)
        graph = store.read()
        assert sorted(graph.nodes("Company")["name"]) == ["丁", "丙", "新乙", "甲"]
        assert graph.get("乙")["name"] == "新乙" and graph.find("乙") == store.read(revision=1).find("乙")
        assert sorted(graph.as_of("2026-07-15").nodes("Company")["name"]) == ["丙", "新乙", "甲"]
        assert sorted(graph.as_of().nodes("Company")["name"]) == ["丁", "新乙", "甲"]


def test_an_offices_schema_reaches_the_loader(make_dataset: MakeDataset, tmp_path: Path) -> None:
    office = tmp_path / "office.yaml"
    office.write_text(
        "extends: graphkit\nnodes: {Company: {properties: {stars: {type: int, zh: 星级, en: stars}}}}\n",
        encoding="utf-8",
    )
    schema = gk.Schema.load(office)
    folder = companies(make_dataset, "一", "name,stars\n甲,5\n")
    path = tmp_path / "a.duckdb"
    with pytest.raises(gk.DataError, match="'stars' is a column that Company does not know"):
        gk.load(gk.open_store(path), folder)
    gk.load(gk.open_store(path, schema=schema), folder)
    assert gk.open_store(path).read().nodes("Company")["stars"].tolist() == [5]
    # The store remembers its schema: the next edition needs no file.
    gk.load(gk.open_store(path), companies(make_dataset, "二", "name,stars\n乙,4\n"))
    assert gk.query(gk.open_store(path), "MATCH (c:Company) RETURN sum(c.stars) AS n")["n"].tolist() == [9]
