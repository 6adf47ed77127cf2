"""python -m tests.benchmarks.spreading [--size N] [--parts P] [--memory 3g]: Spark beside the default engine.

Both answer the same questions of one generated directory; what is printed are seconds of each, of this process and of
the JVM with its Python workers, and whether the answers are equal, row by row. Exit code 1 if any is not. Below stands
the most that each kind of process held at once: with `--alone` the default engine is left out, and this process is
what drives Spark and nothing else. `--place DIR` asks of a directory that is there, which may be larger than memory.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def alone(place: Path, engine: gk.SparkOptions, out: Path) -> Iterator[tuple[str, list[float], bool | None]]:
    """Ask Spark alone, and have it write what has a row for each unit: that is as large as the directory."""
    asked: list[tuple[str, Callable[[Any], Any]]] = [
        ("coverage", lambda _: gk.coverage(place, engine=engine)),
        ("coverage: headline", lambda cov: cov.text()),
        ("coverage: rates", lambda cov: gk.rates(cov, ["town", "segment"], weight="women_employees")),
        ("coverage: written", lambda cov: cov.write(out / "coverage")),
        ("links", lambda _: gk.links(place, engine=engine)),
        ("links: headline", lambda net: net.text()),
        ("links: rates", lambda net: gk.rates(net, "segment")),
        ("links: written", lambda net: net.write(out / "links")),
        ("components: written", lambda _: gk.components(place, engine=engine, out=out / "components")),
        ("summary", lambda _: gk.summary(place, engine=engine)),
    ]
    there: Any = None
    for name, spark in asked:
        found, costs = _timed(spark, there)
        there = there if ":" in name else found
        yield name + (f" ({found})" if isinstance(found, str) else ""), [0.0, 0.0, *costs], None


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
    return (
        own.ru_utime + own.ru_stime + sum(sum(map(int, told[11:15])) for _, told in _below()) / os.sysconf("SC_CLK_TCK")
    )


def _below() -> Iterator[tuple[Path, list[str]]]:
    """Yield the processes that this one started, and those that they did: their place in /proc and what stat tells."""
    found: dict[int, list[tuple[Path, list[str]]]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        found.setdefault(int(told[1]), []).append((entry.parent, told))
    waiting = [os.getpid()]
    while waiting:
        for place, told in found.get(waiting.pop(), ()):
            waiting.append(int(place.name))
            yield place, told


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """Look five times a second at what is held: MiB of this process, of the JVM, and of all Python workers at once."""
    peaks: dict[str, float] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            held = {"this process": _resident(Path("/proc/self"))}
            for place, _ in _below():
                kind = "JVM" if _command(place).startswith("java") else "Python workers"
                held[kind] = held.get(kind, 0.0) + _resident(place)
            for kind, size in (held | {"all": sum(held.values())}).items():
                peaks[kind] = max(peaks.get(kind, 0.0), size)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _command(place: Path) -> str:
    try:
        return Path((place / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")[0]).name
    except OSError:
        return ""


def _resident(place: Path) -> float:
    try:
        pages = int((place / "statm").read_text(encoding="utf-8").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    """Generate, ask both, print, and exit with 1 if they disagree."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.spreading", description=__doc__)
    parser.add_argument("--size", type=int, default=126_000, help="nodes; about four fifths are companies")
    parser.add_argument("--parts", type=int)
    parser.add_argument("--memory", default="3g", help="of the JVM")
    parser.add_argument("--place", type=Path, help="a directory of a Parquet export, instead of a generated one")
    parser.add_argument("--alone", action="store_true", help="ask Spark alone, and only what brings few rows here")
    told = parser.parse_args()
    engine = gk.SparkOptions(parts=told.parts, memory=told.memory, shuffle=2 * (os.cpu_count() or 1))
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="graphkit-spreading-") as folder:
        place = told.place or _generated(Path(folder), told.size)
        sys.stdout.write("| work | default: wall, CPU s | Spark: wall, CPU s | equal |\n|---|--:|--:|---|\n")
        with watched() as peaks:
            found = alone(place, engine, Path(folder)) if told.alone else compared(place, engine)
            for name, costs, equal in found:
                one, other = (f"{wall:.1f}, {cpu:.1f}" for wall, cpu in (costs[:2], costs[2:]))
                sys.stdout.write(f"| {name} | {one} | {other} | {'' if equal is None else equal} |\n")
                sys.stdout.flush()
                wrong += equal is False
    sys.stdout.write("peak MiB: " + ", ".join(f"{kind} {size:.0f}" for kind, size in peaks.items()) + "\n")
    return bool(wrong)


def _generated(folder: Path, size: int) -> Path:
    """Generate in a process of its own: what that takes is not what Spark's driver takes."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_write, args=(folder, size))
    process.start()
    process.join()
    return folder / "parquet"


def _write(folder: Path, size: int) -> None:
    write_world(folder / "world", size)
    gk.write_parquet(gk.read(folder / "world"), folder / "parquet")


if __name__ == "__main__":
    sys.exit(main())
