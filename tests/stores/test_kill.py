"""A load that is killed leaves the record of before or of after, never a mixture; and the next load succeeds."""

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

import graphkit as gk

# Loads alternately two editions of one source; prints a line before and after each write.
WRITER = """
import sys
import graphkit as gk
from graphkit.build import open_store

def edition(size, mode):
    nodes = [{"type": "Federation", "name": "f"}] + [{"type": "Company", "name": f"{mode}{n}"} for n in range(size)]
    edges = [{"type": "COVERS", "src": "f", "dst": f"{mode}{n}", "mode": mode} for n in range(size)]
    return gk.from_records(nodes, edges, source={"dataset": "d", "edition": "1", "publisher": mode}).raw

editions = [edition(400, "own"), edition(700, "joint")]
store = open_store(sys.argv[1])
for turn in range(1000):
    print("begin", flush=True)
    print("end", store.write(editions[turn % 2]), flush=True)
"""
SIZES = {"own": 400, "joint": 700}


def check(path: Path) -> str | None:
    """Read the store that a killed writer left, and return which edition it holds (None: nothing yet)."""
    store = gk.open_store(path)
    if store.revision == 0:
        return None
    graph = store.read()
    held = str(graph.sources["publisher"][0].as_py())
    raw = graph.raw
    assert raw
    for part in (graph, raw):
        assert len(part.nodes("Company")) == len(part.edges("COVERS")) == SIZES[held]
        assert set(part.edges("COVERS")["mode"]) == {held}
        assert all(name.startswith(held) for name in part.nodes("Company")["name"])
    assert store.query("MATCH (:Federation)-[c:COVERS]->() RETURN count(c) AS n")["n"].tolist() == [SIZES[held]]
    return held


def run_and_kill(path: Path, delay: float, *, after: int) -> int:
    """Start the writer, kill it a moment after its `after`-th write began; return the last revision that it told."""
    acknowledged = begun = 0
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            begun += line.startswith("begin")
            if line.startswith("end"):
                acknowledged = int(line.split()[1])
            if begun == after:
                break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay)  # the moment of the kill, not a wait for anything
        process.kill()
        for line in process.stdout.read().splitlines():
            if line.startswith("end"):
                acknowledged = int(line.split()[1])
        process.wait()
    return acknowledged


@pytest.mark.parametrize("seed", range(8))
def test_a_killed_load_leaves_before_or_after(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "record.duckdb"
    told = run_and_kill(path, rng.uniform(0, 0.3), after=1 + seed % 3)
    held = check(path)
    store = gk.open_store(path)
    assert store.revision in (told, told + 1)
    assert (held is None) == (store.revision == 0)
    told = run_and_kill(path, rng.uniform(0, 0.3), after=1)
    assert check(path) is not None or told == 0
    revision = store.revision
    nodes = [{"type": "Bank", "name": "银行"}]
    assert store.write(gk.from_records(nodes, source={"dataset": "later"})) == revision + 1
    assert store.counts()["Bank"] == 1
    assert not path.with_name("record.duckdb.wal").exists()
