"""What is handed on: the report of a generated province, its Parquet, and how long the program takes to start."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import EDGES, NODES


def report_graphkit(folder: Path) -> Callable[[], Any]:
    """Coverage, links, and the report as a page, from the store."""
    import graphkit as gk

    def timed() -> Any:
        graph = gk.open_store(folder / "world.duckdb").read()
        found = gk.coverage(graph)
        gk.export_report(folder / "report.html", coverage=found, links=gk.links(graph, to="Bank"))
        return len(found.table)

    return timed


def parquet_graphkit(folder: Path) -> Callable[[], Any]:
    import graphkit as gk

    graph = gk.open_store(folder / "world.duckdb").read()

    def timed() -> Any:
        written = gk.write_parquet(graph, folder / "parquet")
        return sum(map(len, _all(gk.read_parquet(written))))

    return timed


def _all(graph: Any) -> list[Any]:
    return [*graph.node_tables.values(), *graph.edge_tables.values()]


def parquet_pyarrow(folder: Path) -> Callable[[], Any]:
    """The tables alone, as pyarrow writes and reads them: no raw rows, manifest or check."""
    import pyarrow.parquet as pq

    import graphkit as gk

    graph = gk.open_store(folder / "world.duckdb").read()
    tables = {name: graph.table(name) for name in (*NODES, *EDGES)}

    def timed() -> Any:
        for name, table in tables.items():
            pq.write_table(table, folder / f"bare-{name}.parquet", compression="zstd")
        return sum(len(pq.read_table(folder / f"bare-{name}.parquet")) for name in tables)

    return timed


def starts(times: int = 5) -> dict[str, float]:
    """Return the CPU seconds of a start, the least of several: the files are in the system's cache by then."""
    commands = {"import graphkit": ["-c", "import graphkit"], "graphkit --help": ["-m", "graphkit", "--help"]}
    return {name: min(_cpu_of([sys.executable, *told]) for _ in range(times)) for name, told in commands.items()}


def _cpu_of(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


WORKS: dict[str, dict[str, Callable[[Path], Callable[[], Any]]]] = {
    "coverage, links and report": {"graphkit": report_graphkit},
    "Parquet, there and back": {"graphkit": parquet_graphkit, "pyarrow": parquet_pyarrow},
}
