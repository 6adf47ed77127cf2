"""The invented county: its script makes the files that stand there, and its truth agrees with itself and with them."""

import csv
import importlib
import json
import os
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import uscc

COUNTY = Path(__file__).parents[1] / "seeds" / "example_county"
EDITIONS = ("2026Q2", "2026Q3")
DATASETS = ("federations", "finance", "industry_bureau")
STATES = [("2026Q2", "latest"), ("2026Q2", "2026-06-30"), ("2026Q3", "latest"), ("2026Q3", "2026-09-30")]
STATUSES = ("covered", "gap", "unknown")


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(params=STATES, ids=lambda s: f"{s[0]}-{s[1]}")
def state(request: pytest.FixtureRequest, truth: dict[str, Any]) -> dict[str, Any]:
    edition, name = request.param
    found: dict[str, Any] = truth["editions"][edition][name]
    return found


def rows(edition: str, dataset: str, file: str) -> list[dict[str, str]]:
    with (COUNTY / edition / dataset / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def description(edition: str, dataset: str) -> dict[str, Any]:
    text = (COUNTY / edition / dataset / "dataset.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def full(names: list[str], stem: str) -> str:
    (found,) = [name for name in names if name.startswith(f"霁川{stem}")]
    return found


def everyone(state: dict[str, Any]) -> list[str]:
    return [name for status in STATUSES for name in state["companies"][status]]


@pytest.mark.parametrize("hash_seed", ["1", "2026"])
def test_the_script_makes_the_files_that_stand_there_byte_for_byte(tmp_path: Path, hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(COUNTY / "make.py"), str(tmp_path)]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    folders = [COUNTY / edition / folder for edition in EDITIONS for folder in (*DATASETS, "workbooks")]
    standing = {path.relative_to(COUNTY) for folder in folders for path in folder.iterdir()}
    assert made == standing | {Path("truth.json")}
    assert [p for p in sorted(made) if (tmp_path / p).read_bytes() != (COUNTY / p).read_bytes()] == []


def test_no_place_of_the_county_is_a_real_county_or_city() -> None:
    real = (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8")
    invented = [row["名称"] for row in rows("2026Q2", "industry_bureau", "regions.csv")]
    assert len(invented) == 15
    assert [name for name in invented if name[:-1] in real or name[:2] in real] == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_says_that_it_is_invented(edition: str, dataset: str) -> None:
    told = description(edition, dataset)
    assert told["invented"] is True
    assert told["title"].startswith("虚构示例")
    assert (told["name"], told["edition"]) == (dataset, edition)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_ends_and_columns_of_every_table_exist(edition: str, dataset: str) -> None:
    entries = description(edition, dataset)["files"]
    keys: dict[str, set[str]] = {}
    for entry in (e for e in entries if "node" in e):
        keys.setdefault(entry["node"], set()).update(r[entry["key"]] for r in rows(edition, dataset, entry["file"]))
    for entry in (e for e in entries if "edge" in e):
        for row in rows(edition, dataset, entry["file"]):
            for end in (entry["src"], entry["dst"]):
                kind = end["type"]
                assert row[end["column"]] in keys[row[kind["column"]] if isinstance(kind, dict) else kind]
            assert set(entry.get("columns", {})) <= set(row)
    standing = {p.name for p in (COUNTY / edition / dataset).glob("*.csv")}
    assert {e["file"] for e in entries} == standing


@pytest.mark.parametrize("edition", EDITIONS)
def test_companies_have_valid_codes_of_no_real_region_and_one_name_each(edition: str) -> None:
    listed = [row for d in DATASETS for row in rows(edition, d, "companies.csv")]
    codes = {row["统一社会信用代码"] for row in listed} - {""}
    assert {uscc.validate(code)[2:8] for code in codes} == {"990121"}
    names = {(row["统一社会信用代码"], row["企业名称"]) for row in listed if row["统一社会信用代码"]}
    assert len(names) == len(codes) == len({name for _, name in names})


def test_editions_differ_as_told() -> None:
    before, after = (rows(e, "industry_bureau", "companies.csv") for e in EDITIONS)
    old, new = ({r["企业名称"]: r["统一社会信用代码"] for r in table} for table in (before, after))
    renamed = [name for name, code in old.items() if name not in new and code in new.values()]
    assert (len(old), len(new), len(renamed)) == (120, 125, 2)
    assert sum(name not in new for name in old) == 3 + 2
    assert sum(not code for code in old.values()) == 2
    assert all(new.values())


def test_two_loans_of_one_bank_to_one_company_stand_on_two_dates() -> None:
    loans = [r for r in rows("2026Q2", "finance", "lends_to.csv") if r["金额类型"] == "loan" and r["状态"] == "actual"]
    dates: dict[tuple[str, str], set[str]] = {}
    for loan in loans:
        dates.setdefault((loan["出资方"], loan["借款方"]), set()).add(loan["起始日期"])
    assert max(len(found) for found in dates.values()) == 2


def test_the_truth_is_small_and_readable() -> None:
    content = (COUNTY / "truth.json").read_text(encoding="utf-8")
    assert len(content.encode()) < 300_000
    assert max(len(line) for line in content.splitlines()) < 200


def test_each_company_has_one_status_and_the_rates_add_up(state: dict[str, Any]) -> None:
    companies, rates = state["companies"], state["rates"]
    assert len(everyone(state)) == len(set(everyone(state))) == rates["units"]
    assert {s: len(companies[s]) for s in STATUSES} == {s: rates[s] for s in STATUSES}
    assert rates["low"] == round(rates["covered"] / rates["units"], 6)
    assert rates["high"] == round((rates["covered"] + rates["unknown"]) / rates["units"], 6)
    assert rates["rate"] == round(rates["covered"] / (rates["covered"] + rates["gap"]), 6)
    assert rates["low"] <= rates["rate"] <= 1
    for how in ("rule", "mode", "form"):
        table = state[f"covered_by_{how}"].values()
        assert sum(row["units"] for row in table) == rates["covered"]
        assert sum(row["women"] for row in table) == rates["women"]["covered"]


def test_about_half_is_covered_and_every_kind_of_case_occurs(state: dict[str, Any]) -> None:
    assert 0.45 <= state["rates"]["low"] <= 0.60
    assert set(state["covered_by_rule"]) == {"direct", "base", "owner", "host", "reported"}
    assert set(state["covered_by_mode"]) == {"own", "joint", "party_led", "hosted", "unknown"}
    assert set(state["covered_by_form"]) == {"federation", "micro_home", "station", "unknown"}
    assert all(state["key_candidates"].values())
    assert {found["hops"] for found in state["links_to_banks"]["nearest"].values()} == {1, 2, 3}
    assert any(len(found["organisations"]) > 1 for found in state["companies"]["covered"].values())
    assert all(state["companies"][kind] for kind in ("preparing", "closed_scope"))


def test_segments_of_spring_are_covered_gap_and_unknown(truth: dict[str, Any]) -> None:
    segments = truth["editions"]["2026Q2"]["latest"]["segments"]
    assert set(segments["status"].values()) == set(STATUSES)
    assert any(low < high for low, high in segments["continuity"].values())


def test_segments_follow_from_their_companies(state: dict[str, Any]) -> None:
    for segment, status in state["segments"]["status"].items():
        row = state["rates_by_segment"][segment]
        if row["covered"]:
            assert status == "covered"
        elif status != "covered":
            assert status == ("gap" if row["gap"] == row["units"] else "unknown")


@pytest.mark.parametrize("by", ["town", "chain", "segment"])
def test_groups_hold_every_company_at_least_once(state: dict[str, Any], by: str) -> None:
    groups = state[f"rates_by_{by}"].values()
    for status in STATUSES:
        assert sum(row[status] for row in groups) >= state["rates"][status]
    assert all(row["units"] == sum(row[s] for s in STATUSES) for row in groups)
    twice = {"town": 1, "chain": 1, "segment": 3}[by]
    assert sum(row["units"] for row in groups) == state["rates"]["units"] + twice


def test_gaps_are_ranked_candidates_first_then_women(state: dict[str, Any]) -> None:
    ranked = state["gaps_ranked"]
    assert sorted(gap["name"] for gap in ranked) == sorted(state["companies"]["gap"])
    order = {"yes": 0, "unknown": 1, "no": 2}
    keys = [(order[g["candidate"]], -(g["women"] if g["women"] is not None else -1)) for g in ranked]
    assert all(a <= b for a, b in pairwise(keys))
    assert [g["name"] for g in ranked if g["candidate"] == "yes"] == [
        g["name"] for g in ranked if g["name"] in state["key_candidates"]["yes"]
    ]


def test_links_and_their_shares_agree(state: dict[str, Any]) -> None:
    links = state["links_to_banks"]
    assert sorted([*links["nearest"], *links["not_linked"]]) == sorted(everyone(state))
    assert links["total"]["linked"] == len(links["nearest"])
    assert sum(links["pairs_by_hops"].values()) >= links["total"]["linked"]
    assert {s: sum(links["quadrant"][s].values()) for s in STATUSES} == {s: state["rates"][s] for s in STATUSES}
    assert sum(row["linked"] for row in links["by_town"].values()) >= links["total"]["linked"]
    assert all(found["paths"] >= len(found["banks"]) for found in links["nearest"].values())


# What each company was invented for, decided by hand from the roster.
@pytest.mark.parametrize(
    ("stem", "status", "rule"),
    [
        ("澜禾", "covered", "direct"),  # a federation of its own
        ("澜月", "covered", "base"),  # in a base that a cross-base federation covers
        ("澜帆", "covered", "base"),  # the same, though its own sheet of the same day says no
        ("岑庭", "covered", "base"),  # lies in a base, its town is not stated
        ("隽禾", "covered", "base"),  # in a market that a micro-home covers
        ("澜舟", "covered", "owner"),  # one step below a covered owner
        ("锦庭", "covered", "owner"),  # three steps
        ("锦舟", "unknown", None),  # four steps
        ("芷禾", "unknown", None),  # its owner is covered through a base only
        ("漪帆", "covered", "host"),  # member of the chamber of its own town
        ("漪舟", "unknown", None),  # member of the chamber of another town
        ("漪禹", "covered", "host"),  # member of the county's association
        ("昀帆", "unknown", None),  # member of the city's association, two levels above
        ("锦苓", "covered", "reported"),
        ("隽帆", "unknown", None),  # hosts a micro-home
        ("沐月", "unknown", None),  # hosts a federation that covers its segment
        ("珩舟", "unknown", None),  # doubtful
        ("沐禹", "unknown", None),  # planned
        ("珩禾", "gap", None),  # preparing
        ("澜禹", "gap", None),  # in a town whose register is complete
        ("隽庭", "gap", None),  # says no
        ("桁帆", "unknown", None),  # nothing is known, not even where it lies
    ],
)
def test_status_is_what_the_company_was_invented_for(
    truth: dict[str, Any], stem: str, status: str, rule: str | None
) -> None:
    state = truth["editions"]["2026Q2"]["latest"]
    name = full(everyone(state), stem)
    assert name in state["companies"][status]
    assert state["companies"]["covered"].get(name, {}).get("rule") == rule


def test_a_date_given_by_year_is_only_possible_within_it(truth: dict[str, Any]) -> None:
    spring = truth["editions"]["2026Q2"]
    name = full(everyone(spring["latest"]), "棠舟")
    assert name in spring["latest"]["companies"]["covered"]
    assert name in spring["2026-06-30"]["companies"]["unknown"]


@pytest.mark.parametrize(
    ("stem", "before", "after"),
    [
        ("翊禹", "unknown", "covered"),  # founded in July
        ("隽庭", "gap", "covered"),  # the base's federation of August is newer than its no
        ("昀庭", "unknown", "covered"),  # founded in May, told in autumn
        ("澜苓", "covered", "gap"),  # the joint federation ended, the register is complete
        ("漪岫", "covered", "gap"),  # the same, though its own COVERS edge was left open
        ("颂月", "covered", "gap"),  # yes corrected to no
        ("珩帆", "unknown", "gap"),  # one more town's register is complete
        ("桁苓", "not listed", "covered"),  # new, in a covered base
    ],
)
def test_moves_between_the_editions(truth: dict[str, Any], stem: str, before: str, after: str) -> None:
    move = truth["moves"][full(list(truth["moves"]), stem)]
    assert (move["before"], move["after"]) == (before, after)


@pytest.mark.parametrize("stem", ["昀岫", "珩月", "岑苓", "漪禾"])
def test_vanished_companies_stay_and_a_successor_keeps_a_company_covered(truth: dict[str, Any], stem: str) -> None:
    state = truth["editions"]["2026Q3"]["latest"]
    assert full(everyone(state), stem)
    assert not [name for name in truth["moves"] if stem in name]


@pytest.mark.parametrize(
    ("stem", "spring", "autumn"),
    [
        ("澜禾", 1, 1),  # a loan
        ("棠苓", 2, 2),  # a loan scheme lent, its bank stands behind it
        ("桁舟", 2, 2),  # the bank lent to its head
        ("屿舟", 2, 2),  # its association has an agreement
        ("屿庭", 2, 2),
        ("锦禾", 3, 3),  # its head leads a firm with a loan
        ("芷苓", 3, 3),  # its head sits in a town federation that recommends loans
        ("榆舟", 3, 3),  # its head sits in the county federation
        ("翊禹", 3, 1),  # first loan in August
        ("昀帆", 3, 2),  # a fellow member's loan, then an agreement of August; the agency that guides it is no way
        ("漪帆", None, 2),  # the chamber's agreement was only planned; a counted cohort is no way
        ("珩舟", None, None),  # a planned loan
        ("澜庭", None, None),  # a programme and a customer in common with a bank's borrower
        ("翊舟", None, None),  # an agency guides it
    ],
)
def test_hops_are_what_the_company_was_invented_for(
    truth: dict[str, Any], stem: str, spring: int | None, autumn: int | None
) -> None:
    for edition, hops in zip(EDITIONS, (spring, autumn), strict=True):
        nearest = truth["editions"][edition]["latest"]["links_to_banks"]["nearest"]
        found = [link["hops"] for name, link in nearest.items() if name.startswith(f"霁川{stem}")]
        assert found == ([hops] if hops else [])


@pytest.mark.parametrize(
    ("value", "bound", "answer"),
    [
        (50, "exact", False),
        (51, "exact", True),
        (50, "more_than", True),
        (40, "more_than", None),
        (1400, "more_than", True),
        (50, "nearly", False),
        (51, "nearly", None),
        (60, "nearly", True),
        (40, "about", False),
        (60, "about", None),
        (63, "about", True),
        (60, "unknown", None),
        (None, None, None),
    ],
)
def test_the_oracle_reads_bounds_as_defined(
    monkeypatch: pytest.MonkeyPatch, value: int | None, bound: str | None, answer: bool | None
) -> None:
    monkeypatch.syspath_prepend(str(COUNTY))
    oracle = importlib.import_module("county.oracle")
    assert oracle.more_than(value, bound) is answer
