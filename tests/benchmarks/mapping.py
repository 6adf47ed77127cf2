"""Maps of growing size in a real browser: `python -m tests.benchmarks.mapping [--size N ...] [--bare N ...]`.

Printed are seconds and megabytes to write, seconds until drawn, and the longest frame while the picture is dragged and
zoomed; beside them pyvis as it comes (scripts in the page, for offline it draws nothing else), physics and all.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.analysis.coverage import coverage
from graphkit.build import read
from graphkit.exporters.map import MAX_NODES, MapOptions, export_map
from graphkit.graph.tables import Graph
from tests.benchmarks.world import write_world

SIZES, BARE = (100, 2_000, 20_000, 100_000), (100, 2_000)
PATIENCE = 60  # seconds after which a page counts as not drawn
OURS = "html[data-ready]"
THEIRS = (
    "typeof network !== 'undefined' && network && network.body.nodeIndices.length > 0 && network.physics.stabilized"
)
# The longest time between two frames since the last call.
FRAMES = """() => { let before = performance.now(); window.worst = 0;
  const step = now => { window.worst = Math.max(window.worst, now - before); before = now;
    requestAnimationFrame(step); };
  requestAnimationFrame(step); }"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One map by one engine; None is what could not be measured because nothing was drawn."""

    engine: str
    nodes: int
    edges: int
    write_seconds: float
    megabytes: float
    drawn_seconds: float | None
    pan_ms: float | None
    zoom_ms: float | None
    requests: int


def bare_pyvis(graph: Graph, path: Path) -> Path:
    """Write what pyvis writes by default of the same nodes and edges."""
    from pyvis.network import Network

    network = Network(cdn_resources="in_line", directed=True)
    for table in graph.node_tables.values():
        for row in table.select(["id", "name"]).to_pylist():
            network.add_node(row["id"], label=row["name"])
    for table in graph.edge_tables.values():
        for row in table.select(["src", "dst"]).to_pylist():
            network.add_edge(row["src"], row["dst"])
    path.write_text(network.generate_html(), encoding="utf-8")
    return path


def ours(engine: str) -> Callable[[Graph, Path], Path]:
    """Write the map with its coverage by communities, the layout that takes most, by one of our engines."""

    def write(graph: Graph, path: Path) -> Path:
        options = MapOptions(layout="communities", engine=engine)  # type: ignore[arg-type]
        return export_map(graph, path, coverage=coverage(graph), options=options)

    return write


def shown(browser: Any, engine: str, graph: Graph, folder: Path) -> Shown:
    """Write one map, open it offline, drag and zoom it."""
    started = time.perf_counter()
    path = (bare_pyvis if engine == "pyvis as it comes" else ours(engine))(graph, folder / "map.html")
    written, size = time.perf_counter() - started, path.stat().st_size / 1e6
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    page, asked = context.new_page(), []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else asked.append(r.url))
    drawn = _drawn(page, path, bare=engine == "pyvis as it comes")
    pan, zoom = (None, None) if drawn is None else _moved(page)
    context.close()
    nodes, edges = (sum(map(len, tables.values())) for tables in (graph.node_tables, graph.edge_tables))
    return Shown(engine, nodes, edges, written, size, drawn, pan, zoom, len(asked))


def _drawn(page: Any, path: Path, *, bare: bool) -> float | None:
    from playwright.sync_api import TimeoutError as TooLong

    started = time.perf_counter()
    try:
        page.goto(path.as_uri(), timeout=PATIENCE * 1000, wait_until="commit")
        # Our pages let nobody evaluate a text, not even a test.
        if bare:
            page.wait_for_function(THEIRS, timeout=PATIENCE * 1000)
        else:
            page.wait_for_selector(OURS, timeout=PATIENCE * 1000)
    except TooLong:
        return None
    return time.perf_counter() - started


def _moved(page: Any) -> tuple[float, float]:
    page.wait_for_timeout(500)
    page.evaluate(FRAMES)
    page.mouse.move(700, 500)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(700 + 10 * step, 500 + 5 * step)
    page.mouse.up()
    page.wait_for_timeout(300)
    pan = page.evaluate("() => { const worst = window.worst; window.worst = 0; return worst; }")
    for step in range(8):
        page.mouse.wheel(0, -120 if step < 4 else 120)
        page.wait_for_timeout(60)
    page.wait_for_timeout(300)
    return float(pan), float(page.evaluate("window.worst"))


def measures(sizes: list[int], bare: list[int]) -> list[Shown]:
    """Draw a generated province of each size by every engine that draws so many."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="graphkit-benchmark-") as told:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for size in sorted({*sizes, *bare}):
            folder = Path(told) / str(size)
            write_world(folder / "world", size)
            graph = read(folder / "world")
            engines = [engine for engine, most in MAX_NODES.items() if size in sizes and size <= most]
            engines += ["pyvis as it comes"] if size in bare else []
            found += [shown(browser, engine, graph, folder) for engine in engines]
        browser.close()
    return found


def table(found: list[Shown]) -> str:
    """Return the measures as a Markdown table."""
    lines = [
        "| nodes | edges | engine | written s | MB | drawn s | worst frame dragged ms | zoomed ms | requests |",
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        drawn = f"over {PATIENCE}" if one.drawn_seconds is None else f"{one.drawn_seconds:.2f}"
        frames = " | ".join("" if ms is None else f"{ms:.0f}" for ms in (one.pan_ms, one.zoom_ms))
        told = f"| {one.nodes:,} | {one.edges:,} | {one.engine} | {one.write_seconds:.2f} | {one.megabytes:.1f} "
        lines.append(f"{told}| {drawn} | {frames} | {one.requests} |")
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 if one of our pages asked for something or was not drawn."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mapping", description=__doc__)
    parser.add_argument("--size", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--bare", type=int, nargs="*", default=list(BARE), help="sizes at which pyvis stands beside")
    asked = parser.parse_args()
    found = measures(asked.size, asked.bare)
    sys.stdout.write(f"{os.cpu_count()} cores, Python {platform.python_version()}\n\n{table(found)}\n")
    mine = [one for one in found if one.engine in MAX_NODES]
    return int(any(one.requests or one.drawn_seconds is None for one in mine))


if __name__ == "__main__":
    sys.exit(main())
