"""The benchmark at a small size: every contender gives the same answer, and the table prints."""

from tests.benchmarks.measure import benchmark, disagreements, table


def test_contenders_agree_at_a_small_size() -> None:
    measures = benchmark(2_000)
    assert disagreements(measures) == []
    assert {m.contender for m in measures} == {"graphkit", "DuckDB", "SciPy", "networkx", "rustworkx"}
    assert table(measures).count("\n") == len(measures) + 1
