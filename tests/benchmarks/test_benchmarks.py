"""The benchmark at a small size: every contender gives the same answer, and the table prints."""

from tests.benchmarks.measure import benchmark, disagreements, table
from tests.benchmarks.reading import TEXTS, reading


def test_contenders_agree_at_a_small_size() -> None:
    measures = benchmark(2_000)
    assert disagreements(measures) == []
    assert {m.contender for m in measures} == {"graphkit", "DuckDB", "SciPy", "networkx", "rustworkx", "pyarrow"}
    assert table(measures).count("\n") == len(measures) + 1
    grown = table(measures, measures).split("\n")
    assert {line.count("|") for line in grown} == {8} and sum(line.endswith(" 1.0 |") for line in grown) > 10


def test_reading_is_measured_and_gives_the_same_every_time() -> None:
    files = sorted(TEXTS.glob("*.txt"))[:1]
    told = reading(files, rounds=2)
    assert told.same
    assert told.characters > 0
