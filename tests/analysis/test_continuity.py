"""The longest covered run of segments."""

import json
from pathlib import Path

import pytest

import graphkit as gk
from graphkit.analysis.continuity import continuity
from graphkit.analysis.coverage import coverage
from graphkit.errors import DataError
from graphkit.graph.tables import Graph
from tests.analysis.cases import company, edge, graph, node

COUNTY = Path(__file__).parent.parent.parent / "seeds" / "example_county"


def chain(*feeds: tuple[str, str], **statuses: str | None) -> Graph:
    """One chain of segments; each holds a company whose federation_status is told."""
    nodes = [node("Industry", "链", kind="chain")]
    nodes += [node("Industry", name, kind="segment") for name in statuses]
    nodes += [company(f"{name}公司", federation_status=said) for name, said in statuses.items()]
    edges = [edge("PART_OF", name, "链") for name in statuses]
    edges += [edge("IN_INDUSTRY", f"{name}公司", name) for name in statuses]
    return graph(nodes, [*edges, *(edge("FEEDS", src, dst) for src, dst in feeds)])


def test_worked_example_of_definitions_6_continuity() -> None:
    feeds = [("S1", "S2"), ("S2", "S3"), ("S3", "S4"), ("S2", "S5")]
    told = chain(*feeds, S1="yes", S2="yes", S3=None, S4="yes", S5="yes")
    found = continuity(coverage(told)).to_dict("records")
    assert found == [{"chain": "链", "segments": 5, "low": 3, "high": 4}]


def test_without_feeds_the_order_is_not_known() -> None:
    found = continuity(coverage(chain(S1="yes", S2="yes")))
    assert found["low"].isna().all() and found["high"].isna().all()


def test_nothing_covered_is_a_run_of_none() -> None:
    found = continuity(coverage(chain(("S1", "S2"), S1="no", S2="no")))
    assert (found["low"].item(), found["high"].item()) == (0, 0)


def test_a_circle_is_an_error_that_names_it() -> None:
    with pytest.raises(DataError, match="S1") as caught:
        continuity(coverage(chain(("S1", "S2"), ("S2", "S1"), S1="yes", S2="yes")))
    assert caught.value.code == "feeds-circle"


@pytest.mark.parametrize(("edition", "state"), [("2026Q2", "2026Q2"), ("", "2026Q3")])
def test_the_example_county_equals_its_truth(edition: str, state: str) -> None:
    truth = json.loads((COUNTY / "truth.json").read_text(encoding="utf-8"))
    found = continuity(coverage(gk.read(COUNTY / edition)))
    told = {row["chain"]: [row["low"], row["high"]] for row in found.to_dict("records")}
    assert told == truth["editions"][state]["latest"]["segments"]["continuity"]
