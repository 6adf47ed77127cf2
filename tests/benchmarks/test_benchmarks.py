"""The benchmark at a small size: every contender gives the same answer, and the table prints."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import WORKS
from tests.benchmarks.measure import Measure, benchmark, disagreements, measured, table
from tests.benchmarks.reading import TEXTS, reading
from tests.benchmarks.world import write_world


def in_this_process(work: str, contender: str, run: Callable[[Path], Any], folder: Path) -> Measure:
    """Only ask for the answer: a process of its own for each of thirty would import everything thirty times."""
    return Measure(work, contender, 1.0, 1.0, 1.0, run(folder)())


def test_contenders_agree_at_a_small_size() -> None:
    measures = benchmark(2_000, measure=in_this_process)
    assert disagreements(measures) == []
    assert {m.contender for m in measures} == {"graphkit", "DuckDB", "SciPy", "networkx", "rustworkx", "pyarrow"}
    assert table(measures).count("\n") == len(measures) + 1
    grown = table(measures, measures).split("\n")
    assert {line.count("|") for line in grown} == {8} and sum(line.endswith(" 1.0 |") for line in grown) > 10


def test_a_contender_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    write_world(tmp_path / "world", 200)
    load = WORKS["load"]["DuckDB"]
    told = measured("load", "DuckDB", load, tmp_path)
    assert (tmp_path / "bare.duckdb").is_file()
    assert told.cpu_seconds > 0 and told.wall_seconds > 0 and told.peak_mib > 1
    (tmp_path / "bare.duckdb").unlink()
    assert told.answer == load(tmp_path)() > 200


def test_reading_is_measured_and_gives_the_same_every_time() -> None:
    files = sorted(TEXTS.glob("*.txt"))[:1]
    told = reading(files, rounds=2)
    assert told.same
    assert told.characters > 0
