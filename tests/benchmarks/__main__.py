"""python -m tests.benchmarks [--size N] [--growth] [--json FILE] [--without-networkx] [--push N] [--maps]"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import handing
from tests.benchmarks.measure import benchmark, disagreements, table


def main() -> int:
    """Measure, print the table, and exit with 1 if contenders disagree."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="nodes; edges are about five times as many")
    parser.add_argument(
        "--growth", action="store_true", help="also at a tenth of the size, and how many times it grows"
    )
    parser.add_argument("--json", type=Path, help="write the measures to a file")
    parser.add_argument("--without-networkx", action="store_true")
    parser.add_argument("--push", type=int, metavar="N", help="also push N nodes to a real Neo4j, beside the driver")
    parser.add_argument("--maps", action="store_true", help="also maps in a real browser, beside pyvis")
    told = parser.parse_args()
    measures = benchmark(told.size, networkx=not told.without_networkx)
    tenth = benchmark(told.size // 10, networkx=not told.without_networkx) if told.growth else None
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    sys.stdout.write(f"{told.size:,} nodes, about {5 * told.size:,} edges; {machine}\n\n{table(measures, tenth)}\n")
    sys.stdout.writelines(f"\n{name}: {seconds:.2f} CPU s\n" for name, seconds in handing.starts().items())
    if told.json:
        told.json.write_text(json.dumps([asdict(m) for m in measures], indent=1), encoding="utf-8")
    if told.push:
        from tests.benchmarks.pushing import report

        sys.stdout.write(f"\n{report(told.push)}")
    if told.maps:
        from tests.benchmarks import mapping

        sys.stdout.write(f"\n{mapping.table(mapping.measures(list(mapping.SIZES), list(mapping.BARE)))}\n")
    wrong = disagreements(measures)
    for found in wrong:
        sys.stdout.write(f"DISAGREE {found}\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
