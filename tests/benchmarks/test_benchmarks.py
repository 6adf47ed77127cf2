"""The benchmark at a small size: every contender gives the same answer, and the table prints."""

from tests.benchmarks.measure import benchmark, disagreements, table


def test_contenders_agree_at_a_small_size() -> None:
    measures = benchmark(2_000)
    assert disagreements(measures) == []
    assert {m.contender for m in measures} == {"graphkit", "DuckDB", "SciPy", "networkx", "rustworkx", "pyarrow"}
    assert table(measures).count("\n") == len(measures) + 1
    grown = table(measures, measures).split("\n")
    assert {line.count("|") for line in grown} == {8} and sum(line.endswith(" 1.0 |") for line in grown) > 10
