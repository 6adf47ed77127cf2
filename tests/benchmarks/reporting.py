"""A report of 20,000 units: `python -m tests.benchmarks.reporting [--units N]`.

A generated province; each line runs in a fresh process, from the assembled graph to the file. The findings hold a plan
of three years, the ledger, brokers, the quadrant and what to ask next: all that a report can tell of one record.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import graphkit as gk
from tests.benchmarks.measure import measured
from tests.benchmarks.world import write_world

UNITS, SHARE = 20_000, 0.79  # companies among the nodes of the generated province
FORMS = (".html", ".docx", ".xlsx", ".md")


def writes(suffix: str) -> Callable[[Path], Callable[[], int]]:
    """Prepare a graph; then what is timed: coverage, links, findings and the report in one form."""
    return partial(_prepared, suffix)


def _prepared(suffix: str, folder: Path) -> Callable[[], int]:
    graph = gk.read(folder / "world")

    def write() -> int:
        found, net = gk.coverage(graph), gk.links(graph, to="Bank")
        yearly = max(1, found.count("gap") // 30)
        told = gk.findings(found, links=net, per_year=[yearly] * 3)
        path: Path = gk.export_report(folder / f"a{suffix}", coverage=found, links=net, findings=told)
        return path.stat().st_size

    return write


def report(units: int) -> str:
    """Measure every form; return the table."""
    lines = [f"{units:,} units", "", "| report | CPU s | wall s | peak MiB | file KiB |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as told:
        folder = Path(told)
        write_world(folder / "world", round(units / SHARE))
        for suffix in FORMS:
            found: Any = measured("report", suffix, writes(suffix), folder)
            figures = (found.cpu_seconds, found.wall_seconds, found.peak_mib, found.answer / 1024)
            lines.append(f"| {suffix[1:]} | " + " | ".join(f"{figure:,.1f}" for figure in figures) + " |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reporting", description=__doc__)
    parser.add_argument("--units", type=int, default=UNITS)
    sys.stdout.write(report(parser.parse_args().units))
    return 0


if __name__ == "__main__":
    sys.exit(main())
