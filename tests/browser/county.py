"""The example county and its coverage, read once for all tests of the map in a browser."""

from functools import cache
from pathlib import Path

from graphkit.analysis.coverage import Coverage, coverage
from graphkit.build import read
from graphkit.graph.tables import Graph

SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def county() -> Graph:
    return read(SEEDS / "example_county")


@cache
def covered() -> Coverage:
    return coverage(county())
