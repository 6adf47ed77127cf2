"""A dataset folder becomes a raw graph; what is wrong with it is named with file, place and what to do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphkit as gk
from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.tables import Graph, columns
from graphkit.identity import resolve
from graphkit.loaders.dataset import find_datasets, load_dataset
from graphkit.loaders.decisions import load_decisions
from graphkit.loaders.keys import MANY, raw_ids
from tests.conftest import MakeDataset
from tests.strategies import SCHEMA, TEXTS

COMPANIES = "key,名称,women_employees,women_employees_bound,aliases\n1,阳光,150,more_than,小阳光|阳\n2,月光,,,\n"
FEDERATIONS = "name,level\n阳光妇联,enterprise\n"
COVERS = (
    "federation,kind,company,place,quote,confidence\n阳光妇联,Company,1,¶7 [8:12],已建妇联,0.9\n阳光妇联,Company,2,,,\n"
)
READINGS: list[dict[str, Any]] = [
    {
        "file": "covers.csv",
        "edge": "COVERS",
        "src": {"type": "Federation", "column": "federation"},
        "dst": {"type": {"column": "kind"}, "column": "company"},
        "constants": {"mode": "own"},
    },
    {"file": "companies.csv", "node": "Company", "key": "key", "columns": {"名称": "name"}},
    {"file": "federations.csv", "node": "Federation"},
]
FILES: dict[str, str | bytes] = {"companies.csv": COMPANIES, "federations.csv": FEDERATIONS, "covers.csv": COVERS}


def loaded(make: MakeDataset, files: Mapping[str, str | bytes] | None = None, **facts: Any) -> Graph:
    return load_dataset(make(FILES | dict(files or {}), facts.pop("readings", READINGS), **facts))[0]


def test_rows_become_raw_rows_with_keys_places_and_ids(make_dataset: MakeDataset) -> None:
    raw, report = load_dataset(make_dataset(FILES, READINGS, edition="2026Q2", title="企业台账", invented=True))
    assert raw.is_raw and raw.table("Company").schema == columns(SCHEMA.nodes["Company"], raw=True)
    sun = next(row for row in raw.table("Company").to_pylist() if row["key"] == "1")
    told: dict[str, Any] = {
        "id": raw_id("com", "台账", "Company", "1"),
        "source_id": source_id("台账", "2026Q2"),
        "place": "companies.csv:2",
    }
    told |= {"name": "阳光", "women_employees": 150, "women_employees_bound": "more_than", "aliases": ["小阳光", "阳"]}
    assert {name: sun[name] for name in told} == told
    covers = raw.table("COVERS").to_pylist()
    assert {row["place"] for row in covers} == {"¶7 [8:12]", "covers.csv:3"}
    assert {(row["src_type"], row["dst_type"], row["mode"]) for row in covers} == {("Federation", "Company", "own")}
    ends = raw_id("fed", "台账", "Federation", "阳光妇联"), told["id"]
    assert raw_id("cov", "台账", "COVERS", *ends) in {row["id"] for row in covers}
    source = raw.sources.to_pylist()[0]
    assert (source["edition"], source["name"], source["date"], source["invented"]) == (
        "2026Q2",
        "企业台账",
        "2026-06-30",
        True,
    )
    assert [(f.file, f.read, f.used) for f in report.files] == [
        ("companies.csv", 2, 2),
        ("federations.csv", 1, 1),
        ("covers.csv", 2, 2),
    ]
    assert report.read == 5


def test_rows_that_cite_their_source_give_evidence(make_dataset: MakeDataset) -> None:
    cited = loaded(make_dataset).evidence.to_pylist()
    assert [(row["place"], row["quote"], row["confidence"]) for row in cited] == [("¶7 [8:12]", "已建妇联", 0.9)]


def test_the_same_folder_gives_the_same_graph(make_dataset: MakeDataset) -> None:
    first, second = loaded(make_dataset), loaded(make_dataset, readings=list(reversed(READINGS)))
    for name in ("Company", "Federation", "COVERS"):
        assert first.table(name).equals(second.table(name))


def test_cells_may_hold_any_line_of_any_system(make_dataset: MakeDataset) -> None:
    text = '\ufeffkey,name\r\n1,"甲\u2028乙"\r\n\r\n2,"a\n""b"""\r\n3,\u0085\x0b\x0c\r\n'
    raw = loaded(make_dataset, {"a.csv": text}, readings=[{"file": "a.csv", "node": "Company", "key": "key"}])
    rows = {row["key"]: (row["name"], row["place"]) for row in raw.table("Company").to_pylist()}
    assert rows == {"1": ("甲\u2028乙", "a.csv:2"), "2": ('a\n"b"', "a.csv:4"), "3": ("\u0085\x0b\x0c", "a.csv:6")}


def test_a_header_without_rows_is_an_empty_table(make_dataset: MakeDataset) -> None:
    files = {name: str(text).splitlines()[0] + "\n" for name, text in FILES.items()}
    raw, report = load_dataset(make_dataset(files, READINGS))
    assert len(raw.nodes()) == len(raw.edges()) == report.read == 0
    readings = [{"file": "s.csv", "statistics": True}]
    assert not len(
        loaded(make_dataset, {"s.csv": "subject,subject_type,measure,value\n"}, readings=readings).statistics
    )


def test_parquet_by_content_and_with_empty_texts(make_dataset: MakeDataset, tmp_path: Path) -> None:
    table = pa.table(
        {"key": [1, 2], "name": ["", "a\x00b"], "women_employees": [2**63 - 1, None], "products": [["", "x"], None]}
    )
    pq.write_table(table, tmp_path / "t")
    content = (tmp_path / "t").read_bytes()
    raw = loaded(make_dataset, {"a.csv": content}, readings=[{"file": "a.csv", "node": "Company", "key": "key"}])
    rows = raw.table("Company").sort_by("key").to_pylist()
    assert [(r["key"], r["name"], r["women_employees"], r["products"], r["place"]) for r in rows] == [
        ("1", "", 2**63 - 1, ["", "x"], "a.csv:1"),
        ("2", "a\x00b", None, None, "a.csv:2"),
    ]


def test_repeated_rows_are_merged_and_counted_and_keys_keep_loans_apart(make_dataset: MakeDataset) -> None:
    files = {
        "n.csv": "name\n银行\n",
        "c.csv": "name\n甲\n甲\n",
        "l.csv": "no,bank,company,amount_cny\n1,银行,甲,5\n2,银行,甲,5\n,银行,甲,5\n,银行,甲,5\n",
    }
    readings: list[dict[str, Any]] = [
        {"file": "n.csv", "node": "Bank"},
        {"file": "c.csv", "node": "Company"},
        {
            "file": "l.csv",
            "edge": "LENDS_TO",
            "key": "no",
            "src": {"type": "Bank", "column": "bank"},
            "dst": {"type": "Company", "column": "company"},
        },
    ]
    raw, report = load_dataset(make_dataset(files, readings))
    assert [(f.becomes, f.used, f.merged) for f in report.files] == [
        ("Bank", 1, 0),
        ("Company", 1, 1),
        ("LENDS_TO", 3, 1),
    ]
    assert len(resolve(raw).edges("LENDS_TO")) == 3


def test_references_and_statistics_name_nodes_of_the_dataset(make_dataset: MakeDataset) -> None:
    files = {
        "b.csv": "name\n银行\n",
        "c.csv": "name\n甲\n",
        "p.csv": "name\n甲\n",
        "l.csv": "bank,company,applicant\n银行,甲,甲\n",
        "s.csv": "subject,subject_type,measure,value,unit,bound,as_of\n甲,Company,贷款,34,笔,more_than,2022-09\n"
        "甲,Company,贷款,34,笔,,2023\n",
    }
    readings: list[dict[str, Any]] = [
        {"file": "b.csv", "node": "Bank"},
        {"file": "c.csv", "node": "Company"},
        {"file": "p.csv", "node": "Person"},
        {"file": "s.csv", "statistics": True},
        {
            "file": "l.csv",
            "edge": "LENDS_TO",
            "src": {"type": "Bank", "column": "bank"},
            "dst": {"type": "Company", "column": "company"},
            "types": {"applicant": "Company"},
        },
    ]
    raw = loaded(make_dataset, files, readings=readings)
    company = raw_id("com", "台账", "Company", "甲")
    assert raw.table("LENDS_TO")["applicant"].to_pylist() == [company]
    rows = raw.statistics.to_pylist()
    assert {(r["subject"], r["value"], r["bound"], r["as_of"]) for r in rows} == {
        (company, 34.0, "more_than", "2022-09"),
        (company, 34.0, None, "2023"),
    }
    assert len({r["id"] for r in rows}) == 2
    readings[-1].pop("types")
    with pytest.raises(gk.DataError, match="names nodes of several types"):
        loaded(make_dataset, files, readings=readings)


def changed(number: int, **more: Any) -> list[dict[str, Any]]:
    return [entry | (more if n == number else {}) for n, entry in enumerate(READINGS)]


WRONG_FILES = [
    (
        "a dangling key",
        {"covers.csv": COVERS.replace(",1,", ",11,")},
        "covers.csv, ¶7 [8:12]: '11' names a Company that no file",
    ),
    ("an empty key", {"covers.csv": COVERS.replace(",2,", ",,")}, "covers.csv:3: names no Company where it has to"),
    (
        "an end of the wrong type",
        {"covers.csv": COVERS.replace("Company,1", "Federation,阳光妇联")},
        "which it may not join",
    ),
    (
        "an unknown type in a column",
        {"covers.csv": COVERS.replace("Company,1", "Compny,1")},
        "'Compny' is no node type",
    ),
    ("no type in a column", {"covers.csv": COVERS.replace("Company,1", ",1")}, "is no node type"),
    (
        "a key with other values",
        {"companies.csv": COMPANIES + "1,阳光,160,,\n"},
        "companies.csv:4: '1' repeats the key of companies.csv:2",
    ),
    ("no key", {"companies.csv": COMPANIES + ",阳光,160,,\n"}, "companies.csv:4: has no key"),
    (
        "a number that is none",
        {"companies.csv": COMPANIES.replace("150", "150人")},
        "companies.csv:2, column women_employees: '150人' is no",
    ),
    (
        "a bound that is none",
        {"companies.csv": COMPANIES.replace("more_than", "more")},
        "'more' is not a value of this column",
    ),
    ("a confidence above 1", {"covers.csv": COVERS.replace("0.9", "9")}, "is no confidence"),
    (
        "an unknown column",
        {"companies.csv": COMPANIES.replace(",women_employees,", ",women,")},
        "line 1: 'women' is a column that Company",
    ),
    ("a computed column", {"federations.csv": "name,id\n妇联,fed_1\n"}, "'id' is a column that Federation"),
    (
        "a changed header",
        {"companies.csv": COMPANIES.replace("名称", "企业名称")},
        "'名称' is mapped, but is no column of the file",
    ),
    (
        "a row that is too long",
        {"companies.csv": COMPANIES + "3,a,1,,,7\n"},
        "line 4: has 6 cells where the header has 5",
    ),
    ("an open quote", {"companies.csv": COMPANIES + '3,"a,1,,\n'}, "is no CSV"),
    (
        "two headers of one name",
        {"companies.csv": COMPANIES.replace("aliases", "key")},
        "needs a header row with different names",
    ),
    ("an empty file", {"companies.csv": ""}, "needs a header row"),
    ("another encoding", {"companies.csv": COMPANIES.encode("gb18030")}, "companies.csv, byte 4: is not UTF-8"),
    ("half a surrogate pair", {"companies.csv": b"key,\xed\xa0\x80\n"}, "is not UTF-8"),
    ("a broken Parquet file", {"companies.csv": b"PAR1 nonsense PAR1"}, "is no readable Parquet file"),
]


@pytest.mark.parametrize(("files", "said"), [c[1:] for c in WRONG_FILES], ids=[c[0] for c in WRONG_FILES])
def test_a_wrong_file_is_named_with_its_place(
    make_dataset: MakeDataset, files: dict[str, str | bytes], said: str
) -> None:
    with pytest.raises(gk.DataError) as caught:
        loaded(make_dataset, files)
    assert said in caught.value.message and caught.value.hint, caught.value.message
    assert str(caught.value.source).removesuffix(".csv") in ("covers", "companies", "federations", "records")


def test_the_nearest_key_is_named(make_dataset: MakeDataset) -> None:
    with pytest.raises(gk.DataError, match="Nearest keys: 阳光妇联"):
        loaded(make_dataset, {"covers.csv": COVERS.replace("阳光妇联", "阳光村妇联")})


WRONG_YAML: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "name has to name the dataset"),
    ({"nmae": "x"}, "nmae is not known; did you mean name"),
    ({"date": "soon"}, "date is no date"),
    ({"edition": 1.1}, "edition has to be text"),
    ({"title": 5}, "title has to be text"),
    ({"publisher": "\ud800"}, "invalid Unicode character escape code"),
    ({"kind": "shet"}, "kind is 'shet'; it has to be one of sheet"),
    ({"delivery": "all"}, "delivery is 'all'"),
    ({"on_breach": "shout"}, "on_breach is 'shout'"),
    ({"invented": "yes please"}, "invented has to be true or false"),
    ({"expect": {"Company": 2}}, "expect.Company has to give min or max"),
    ({"expect": {"Company": {"least": 2}}}, "expect.Company has to give min or max"),
    ({"expect": [1]}, "expect. has to give min or max"),
    ({"expect": {"Compny": {"min": 1}}}, "'Compny' is no type of the schema"),
    ({"complete": {"of": "Company"}}, "complete[1] has to say `of`"),
    ({"complete": [{"off": "Company"}]}, "complete[1] has to say `of`"),
    ({"complete": [{"of": "Company", "where": {"town": "x"}}]}, "complete[1].where may name region"),
    ({"complete": [{"of": "Company", "as_of": "soon"}]}, "complete[1].as_of is no date"),
    ({"files": []}, "files has to list at least one file"),
    ({"files": ["a.csv"]}, "files[1] needs a `file`"),
    ({"files": [{"file": "companies.csv"}]}, "files[1] has to say exactly one of node, edge, statistics"),
    ({"files": [{"file": "companies.csv", "node": "Company", "edge": "COVERS"}]}, "exactly one of"),
    ({"files": [{"file": "companies.csv", "node": "Company", "keys": "key"}]}, "files[1].keys is not known"),
    (
        {"files": [{"file": "companies.csv", "node": "Company", "columns": ["name"]}]},
        "files[1].columns has to be a mapping",
    ),
    ({"files": [{"file": "companies.csv", "node": "Company", "columns": {"名称": 1}}]}, "has to map text to text"),
    ({"files": [{"file": "companies.csv", "node": "Company", "ignore": "key"}]}, "files[1].ignore has to be a list"),
    ({"files": [{"file": "companies.csv", "node": ["Company"]}]}, "files[1].node has to be text"),
    ({"files": [{"file": "covers.csv", "edge": "COVERS", "src": {"column": "federation"}}]}, "needs src and dst"),
    ({"files": [{"file": "../secret.csv", "node": "Company"}]}, "leads out of the dataset's folder"),
    ({"files": [{"file": "/etc/passwd", "node": "Company"}]}, "leads out of the dataset's folder"),
    ({"files": [{"file": "missing.csv", "node": "Company"}]}, "missing.csv: cannot be read"),
    ({"files": changed(1, key="nummer")}, "has no column 'nummer' for the key"),
    ({"files": changed(1, columns={}, ignore=["名称"])}, "has no column for the name"),
    ({"files": changed(0, src={"type": "Federation", "column": "fed"})}, "has no column 'fed'"),
    ({"files": changed(0, constants={"mode": "owned"})}, "'owned' is not a value of this column"),
    ({"files": changed(0, constants={"colour": "red"})}, "'colour' is nothing that COVERS knows"),
    ({"files": changed(0, constants={"confidence": 1})}, "states confidence a second time"),
]


@pytest.mark.parametrize(("facts", "said"), WRONG_YAML, ids=[case[1][:40] for case in WRONG_YAML])
def test_a_wrong_description_names_its_key(make_dataset: MakeDataset, facts: dict[str, Any], said: str) -> None:
    folder = make_dataset(FILES, facts.get("files", READINGS), **{k: v for k, v in facts.items() if k != "files"})
    with pytest.raises(gk.DataError) as caught:
        load_dataset(folder)
    assert said in caught.value.message and caught.value.hint, caught.value.message


@pytest.mark.parametrize("content", ["name: [", "- a", "name: a\nname: b", b"name: \xff", "", "{[1]: 2}"], ids=repr)
def test_a_description_that_is_no_yaml(make_dataset: MakeDataset, content: str | bytes) -> None:
    folder = make_dataset(FILES, READINGS)
    (folder / "dataset.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(gk.DataError) as caught:
        load_dataset(folder)
    assert str(folder / "dataset.yaml") in caught.value.message and "(file)" in caught.value.message


def test_an_unknown_type_of_a_file_names_the_file(make_dataset: MakeDataset) -> None:
    for number, kind in ((1, {"node": "Compny"}), (0, {"edge": "COVER"})):
        with pytest.raises(gk.SchemaError, match=r"dataset\.yaml, (companies|covers)\.csv: .* is no (node|edge) type"):
            loaded(make_dataset, readings=changed(number, **kind))


def test_expectations_are_errors_or_warnings(make_dataset: MakeDataset) -> None:
    expect = {"Company": {"min": 3}, "COVERS": {"min": 2, "max": 2}, "Bank": {"max": 0}}
    with pytest.raises(gk.DataError, match="台账: 2 Company where 3 to any number are expected") as caught:
        loaded(make_dataset, expect=expect)
    assert caught.value.code == "expectation"
    folder = make_dataset(FILES, READINGS, expect=expect, on_breach="warn")
    assert load_dataset(folder)[1].warnings == ("台账: 2 Company where 3 to any number are expected",)


def test_folders_are_found_below_a_path(make_dataset: MakeDataset, tmp_path: Path) -> None:
    folders = [make_dataset(FILES, READINGS, folder=f"县/{name}") for name in ("b", "a")]
    assert find_datasets(tmp_path) == sorted(folders)
    (tmp_path / "nothing").mkdir()
    for path, said in ((tmp_path / "nothing", "holds no dataset"), (tmp_path / "missing", "does not exist")):
        with pytest.raises(gk.DataError, match=said):
            find_datasets(path)


def test_decisions_name_rows_by_dataset_type_and_key(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text("left,right,judgement,score,by\n台账/Company/a/b,com_2,same,0.9,张\n", encoding="utf-8")
    assert load_decisions(path).to_pylist()[0] | {"reason": None, "at": None} == {
        "left": raw_id("com", "台账", "Company", "a/b"),
        "right": "com_2",
        "judgement": "same",
        "score": 0.9,
        "reason": None,
        "by": "张",
        "at": None,
    }
    wrong = [
        ("com_1,com_2,maybe,,", "'maybe' is no judgement"),
        ("com_1,com_2,same,high,", "'high' is no score"),
        ("x,com_2,same,,", "'x' is no element"),
        (",com_2,same,,", "is no element"),
    ]
    for row, said in wrong:
        path.write_text(f"left,right,judgement,score,by\n{row}\n", encoding="utf-8")
        with pytest.raises(gk.DataError, match=f"decisions.csv:2: {said}" if row[0] != "," else said):
            load_decisions(path)
    path.write_text("left,right,judgment\n", encoding="utf-8")
    with pytest.raises(gk.DataError, match="'judgment' is no column"):
        load_decisions(path)
    path.write_text("left,right,judgement\n台账/Compny/a,com_2,same\n", encoding="utf-8")
    with pytest.raises(gk.SchemaError, match="Compny"):
        load_decisions(path)


@given(st.lists(st.tuples(TEXTS, st.none() | TEXTS), min_size=1, max_size=5))
def test_ids_of_columns_are_ids_of_rows(rows: list[tuple[str, str | None]]) -> None:
    first, second = (pa.chunked_array([pa.array(column, pa.string())]) for column in zip(*rows, strict=True))
    assert raw_ids("com", "台账", "Company", first, second).to_pylist() == [
        raw_id("com", "台账", "Company", *row) for row in rows
    ]


def test_ids_of_very_many_rows_are_those_of_few() -> None:
    odd = ["", "甲\x00乙", "é", "𠮷", "it's", "a\x1fb", "\u2028"]
    keys = [*odd, *map(str, range(MANY)), None]
    ids = raw_ids("com", "台账", pa.array(keys, pa.string())).to_pylist()
    assert ids == [raw_id("com", "台账", key) for key in keys]
