"""python -m tests.benchmarks.spreading [--size N] [--parts P] [--memory 3g]: Spark beside the default engine.

Both answer the same questions of one generated directory; what is printed are seconds of each, of this process and of
the JVM with its Python workers, and whether the answers are equal, row by row. Exit code 1 if any is not.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

import graphkit as gk
from tests.benchmarks.world import write_world

Question = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]


def questions(place: Path, engine: gk.SparkOptions) -> Iterator[Question]:
    """Yield what is asked: its name, how the default engine answers it, and how Spark does."""
    by = ["town", "segment"]
    yield "coverage", gk.coverage, lambda _: gk.coverage(place, engine=engine)
    yield "coverage: headline", lambda cov: cov.text(), lambda cov: cov.text()
    yield "coverage: table", lambda cov: cov.table, lambda cov: cov.table
    yield "coverage: reasons", lambda cov: cov.reasons, lambda cov: cov.reasons
    told: dict[str, Any] = {"weight": "women_employees"}
    yield "coverage: rates", lambda cov: gk.rates(cov, by, **told), lambda cov: gk.rates(cov, by, **told)
    yield "links", gk.links, lambda _: gk.links(place, engine=engine)
    yield "links: nearest", lambda net: net.nearest, lambda net: net.nearest
    yield "links: rates", lambda net: gk.rates(net, "segment"), lambda net: gk.rates(net, "segment")
    yield "components", gk.components, lambda _: gk.components(place, engine=engine)
    yield "summary", gk.summary, lambda _: gk.summary(place, engine=engine)


def compared(place: Path, engine: gk.SparkOptions) -> Iterator[tuple[str, list[float], bool | None]]:
    """Yield for each question its name, the seconds (wall and CPU of each engine), and whether they agree."""
    graph = gk.read_parquet(place)
    here: Any = None
    there: Any = None
    for name, default, spark in questions(place, engine):
        first = ":" not in name
        one, costs = _timed(default, graph if first else here)
        other, more = _timed(spark, graph if first else there)
        here, there = (one, other) if first else (here, there)
        yield name, [*costs, *more], _equal(one, other)


def _equal(one: Any, other: Any) -> bool | None:
    if isinstance(one, pa.Table):
        return bool(one.schema.equals(other.schema) and one.combine_chunks().equals(other.combine_chunks()))
    if hasattr(one, "columns"):
        return bool(one.equals(other))
    return one == other if isinstance(one, str) else None


def _timed(run: Callable[[Any], Any], of: Any) -> tuple[Any, list[float]]:
    started, before = time.perf_counter(), _cpu()
    answer = run(of)
    return answer, [time.perf_counter() - started, _cpu() - before]


def _cpu() -> float:
    """Return the CPU seconds of this process and of all that it started, as far as /proc tells."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    total, parents = own.ru_utime + own.ru_stime, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(entry.parent.name)] = (int(told[1]), sum(map(int, told[11:15])))
    waiting = [os.getpid()]
    while waiting:
        below = [process for process, (parent, _) in parents.items() if parent == waiting[0]]
        total += sum(parents[process][1] for process in below) / os.sysconf("SC_CLK_TCK")
        waiting = waiting[1:] + below
    return total


def main() -> int:
    """Generate, ask both, print, and exit with 1 if they disagree."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.spreading", description=__doc__)
    parser.add_argument("--size", type=int, default=126_000, help="nodes; about four fifths are companies")
    parser.add_argument("--parts", type=int)
    parser.add_argument("--memory", default="3g", help="of the JVM")
    told = parser.parse_args()
    engine = gk.SparkOptions(parts=told.parts, memory=told.memory, shuffle=2 * (os.cpu_count() or 1))
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="graphkit-spreading-") as folder:
        write_world(Path(folder) / "world", told.size)
        place = gk.write_parquet(gk.read(Path(folder) / "world"), Path(folder) / "parquet")
        sys.stdout.write("| work | default: wall, CPU s | Spark: wall, CPU s | equal |\n|---|--:|--:|---|\n")
        for name, costs, equal in compared(place, engine):
            one, other = (f"{wall:.1f}, {cpu:.1f}" for wall, cpu in (costs[:2], costs[2:]))
            sys.stdout.write(f"| {name} | {one} | {other} | {'' if equal is None else equal} |\n")
            sys.stdout.flush()
            wrong += equal is False
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
