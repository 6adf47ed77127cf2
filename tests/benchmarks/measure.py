"""What one contender costs at one work, and all of them as a table.

Each work of graphkit beside the bare engine and beside networkx, in one run: CPU seconds, wall seconds, peak memory,
and the ratio to graphkit. Every contender runs in a process of its own, so that peaks are its own.
"""

import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.benchmarks import contenders, handing, linking
from tests.benchmarks.world import write_world


@dataclass(frozen=True, slots=True)
class Measure:
    """One contender at one work: its answer is what all contenders have to agree on."""

    work: str
    contender: str
    cpu_seconds: float
    wall_seconds: float
    peak_mib: float
    answer: Any


def measured(work: str, contender: str, run: Callable[[Path], Any], folder: Path) -> Measure:
    """Run one contender in a fresh process; `run` prepares, then returns the function that is timed."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(run, folder, there))
    process.start()
    there.close()
    try:
        cpu, wall, peak, answer = here.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(f"{contender} at {work} ended with exit code {process.exitcode}") from error
    process.join()
    return Measure(work, contender, cpu, wall, peak, answer)


Measuring = Callable[[str, str, Callable[[Path], Any], Path], Measure]


def _child(run: Callable[[Path], Callable[[], Any]], folder: Path, answers: Any) -> None:
    timed = run(folder)
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    answer = timed()
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - started
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answers.send((cpu, wall, _peak_mib(), answer))
    answers.close()


def _peak_mib() -> float:
    """The most memory this process ever held; getrusage would count what its parent held before it."""
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def benchmark(size: int, *, networkx: bool = True, measure: Measuring = measured) -> list[Measure]:
    """Measure every contender at every work on one generated world."""
    folder = Path(tempfile.mkdtemp(prefix="graphkit-benchmark-"))
    try:
        write_world(folder / "world", size)
        contenders.prepare(folder)
        found: list[Measure] = []
        once: dict[Callable[[Path], Any], Measure] = {}  # two works may share a contender
        for work, runs in (contenders.WORKS | linking.WORKS | handing.WORKS).items():
            for contender, run in runs.items():
                if networkx or contender != "networkx":
                    if run not in once:
                        once[run] = measure(work, contender, run, folder)
                    found.append(replace(once[run], work=work))
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def table(measures: list[Measure], tenth: list[Measure] | None = None) -> str:
    """Return the measures as a Markdown table; the ratio is graphkit's CPU to the contender's.

    `tenth`: the same at a tenth of the size, which tells how many times the CPU grew.
    """
    own = {m.work: m.cpu_seconds for m in measures if m.contender == "graphkit"}
    before = {(m.work, m.contender): m.cpu_seconds for m in tenth or ()}
    grown = " of a tenth |" if before else ""
    lines = [f"| work | contender | CPU s | wall s | peak MiB | graphkit / it |{grown}", "|---|---|--:|--:|--:|--:|"]
    lines[1] += "--:|" if before else ""
    for m in measures:
        ratio = "" if m.contender == "graphkit" else f"{own[m.work] / max(m.cpu_seconds, 1e-3):.2f}"
        grew = f" {m.cpu_seconds / max(before[m.work, m.contender], 1e-3):.1f} |" if before else ""
        figures = f"{m.cpu_seconds:.2f} | {m.wall_seconds:.2f} | {m.peak_mib:.0f} | {ratio}"
        lines.append(f"| {m.work} | {m.contender} | {figures} |{grew}")
    return "\n".join(lines)


def disagreements(measures: list[Measure]) -> list[str]:
    """Name the works whose contenders do not agree on the answer."""
    answers: dict[str, list[Any]] = {}
    for m in measures:
        answers.setdefault(m.work, []).append(m.answer)
    return [f"{work}: {found}" for work, found in answers.items() if any(a != found[0] for a in found)]
