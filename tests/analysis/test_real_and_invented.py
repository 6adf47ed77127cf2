"""The five sources' figures, and every figure of the invented county against its own count."""

import json
from functools import cache, reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from graphkit.analysis.claims import claims
from graphkit.analysis.coverage import STATUSES, Coverage, coverage
from graphkit.analysis.gaps import gaps
from graphkit.analysis.links import links
from graphkit.analysis.rates import rates
from graphkit.analysis.segments import segments
from graphkit.graph.merge import join_raw
from graphkit.graph.tables import Graph
from graphkit.identity import resolve
from graphkit.loaders.dataset import find_datasets, load_dataset
from tests.answers import ANSWERS

SEEDS = Path(__file__).parent.parent.parent / "seeds"
COUNTY = SEEDS / "example_county"
TRUTH = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))["editions"]
STATES = [(e, d) for e, told in TRUTH.items() for d in told if d not in ("record", "statistics")]


@cache
def county(edition: str) -> Graph:
    folders = [folder for folder in find_datasets(COUNTY) if folder.relative_to(COUNTY).parts[0] <= edition]
    return resolve(reduce(join_raw, [load_dataset(folder)[0] for folder in folders]))


@cache
def five() -> Graph:
    folders = [folder for folder in find_datasets(SEEDS) if COUNTY not in folder.parents]
    return resolve(reduce(join_raw, [load_dataset(folder)[0] for folder in folders]))


@cache
def judged(edition: str, day: str) -> Coverage:
    return coverage(county(edition), as_of=None if day == "latest" else day)


def test_companies_of_the_five_sources() -> None:
    found = coverage(five())
    assert repr(found).startswith("42.9-100 % covered: 3 covered, 0 gap, 4 unknown of 7 companies")
    frame = found.frame
    assert sorted(frame.loc[frame["status"] == "covered", "name"]) == ANSWERS["Q04"]["covered"]
    assert frame.loc[frame["key_candidate"] == "yes", ["name", "women_employees"]].values.tolist() == ANSWERS["Q05"]


def test_industries_of_the_five_sources() -> None:
    found = segments(coverage(five())).set_index("segment")["status"]
    asked = [*ANSWERS["Q03"]["covered"], *ANSWERS["Q03"]["not_covered"]]
    assert {name: found[name] for name in asked} == dict.fromkeys(asked, "unknown") | dict.fromkeys(
        ANSWERS["Q03"]["covered"], "covered"
    )


def test_claims_of_the_five_sources() -> None:
    found = claims(five()).set_index(["subject", "measure"])
    told = found[["value", "as_of", "named", "unnamed"]].T
    assert list(told["南安市妇联", "industry_federations"]) == [34, "2022-09-23", 4, 30]
    assert list(told["南安市妇联", "micro_homes"])[2:] == [1, 9]
    assert set(found["verdict"]) == {"consistent", "not checkable"}


@pytest.mark.parametrize(("edition", "day"), STATES)
def test_statuses_of_the_county(edition: str, day: str) -> None:
    truth, found = TRUTH[edition][day], judged(edition, day).frame
    flags = {"closed_scope": found["closed_scope"], "preparing": found["preparing"], "planned": found["planned"]}
    flags |= {status: found["status"] == status for status in STATUSES}
    assert {name: sorted(found.loc[held, "name"]) for name, held in flags.items()} == {
        name: sorted(truth["companies"][name]) for name in flags
    }
    candidates = found.groupby("key_candidate")["name"].apply(sorted).to_dict()
    assert candidates == {name: sorted(units) for name, units in truth["key_candidates"].items()}
    points = coverage(county(edition), units="key_points", as_of=None if day == "latest" else day).frame
    expected = {status: sorted(truth["key_points"][status]) for status in STATUSES if truth["key_points"][status]}
    assert points.groupby("status")["name"].apply(sorted).to_dict() == expected


@pytest.mark.parametrize("what", ["rule", "mode", "form"])
@pytest.mark.parametrize(("edition", "day"), STATES)
def test_covered_companies_of_the_county(edition: str, day: str, what: str) -> None:
    found = judged(edition, day).frame
    counts = found.loc[found["status"] == "covered", what].fillna("unknown").value_counts().to_dict()
    assert counts == {row: told["units"] for row, told in TRUTH[edition][day][f"covered_by_{what}"].items()}


@pytest.mark.parametrize("by", [None, "town", "chain", "segment"])
@pytest.mark.parametrize(("edition", "day"), STATES)
def test_rates_of_the_county(edition: str, day: str, by: str | None) -> None:
    truth = TRUTH[edition][day][f"rates_by_{by}" if by else "rates"]
    cov = judged(edition, day)
    counted, weighted = (told_by_row(rates(cov, by, weight=w), by) for w in ("count", "women_employees"))
    for row, told in (truth if by else {"total": truth}).items():
        assert {s: counted[row][s] for s in STATUSES} == {s: told[s] for s in STATUSES}, row
        women = told["women"]
        assert {s: weighted[row][f"women_{s}"] for s in STATUSES} == {s: women[s] for s in STATUSES}, row
        assert {s: weighted[row][f"uncounted_{s}"] for s in STATUSES} == women["without_head_count"], row
        for figure in ("rate", "low", "high"):
            assert counted[row][figure] == pytest.approx(told[figure], abs=1e-6), (row, figure)
            assert weighted[row][figure] == pytest.approx(women[figure], abs=1e-6), (row, figure)
    assert set(counted) == {*truth, "total"} if by else {"total"}


def told_by_row(told: pd.DataFrame, by: str | None) -> dict[str, dict[str, Any]]:
    rows = told.astype(object).where(told.notna(), None).to_dict("records")
    return {str(row.get(by, "total")): {str(name): value for name, value in row.items()} for row in rows}


@pytest.mark.parametrize(("edition", "day"), STATES)
def test_segments_and_gaps_of_the_county(edition: str, day: str) -> None:
    truth, cov = TRUTH[edition][day], judged(edition, day)
    assert segments(cov).set_index("segment")["status"].to_dict() == truth["segments"]["status"]
    told = gaps(cov)
    told = told.astype(object).where(told.notna(), None)
    found = told[["name", "key_candidate", "women_employees", "preparing"]].values.tolist()
    assert found == [[g["name"], g["candidate"], g["women"], g["preparing"]] for g in truth["gaps_ranked"]]


@pytest.mark.parametrize("edition", TRUTH)
def test_the_record_of_the_county_holds_what_was_invented(edition: str) -> None:
    graph, truth = county(edition), TRUTH[edition]
    assert {name: len(table) for name, table in graph.node_tables.items()} == truth["record"]["nodes"]
    assert {name: len(table) for name, table in graph.edge_tables.items()} == truth["record"]["edges"]
    assert len(graph.statistics) == truth["statistics"]


@pytest.mark.parametrize("by", ["town", "chain"])
@pytest.mark.parametrize(("edition", "day"), STATES)
def test_linked_shares_of_the_county(edition: str, day: str, by: str) -> None:
    truth = TRUTH[edition][day]["links_to_banks"]
    net = links(county(edition), as_of=None if day == "latest" else day)
    found = told_by_row(rates(net, by), by)
    assert set(found) == {*truth[f"by_{by}"], "total"}
    for row, told in {**truth[f"by_{by}"], "total": truth["total"]}.items():
        assert {name: found[row][name] for name in ("units", "linked")} == {n: told[n] for n in ("units", "linked")}, (
            row
        )
        assert found[row]["share"] == pytest.approx(told["share"], abs=1e-6), row
