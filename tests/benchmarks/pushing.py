"""A push to a real server beside the raw driver: `python -m tests.benchmarks.pushing [--size N] [--rounds N]`.

The same elements with the same properties, behind the same constraints, in batches of the same rows, by turns on one
warm server that is emptied before each. The driver's rows lie ready in memory before its clock starts; graphkit's
clock has it all: looking what is there, the lock, rows from Arrow, batches, and reading every id back.
MERGE is what graphkit sends, so that a push that is cut can be run again; CREATE looks for no id, and shows its price.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import neo4j

import graphkit as gk
from graphkit.cypher import text
from graphkit.graph.tables import Graph, no_raw
from graphkit.stores.neo4j.connect import Settings
from graphkit.stores.neo4j.constraints import AWAIT
from graphkit.stores.neo4j.parts import Part, PushOptions, prepared
from graphkit.stores.neo4j.push import push
from graphkit.stores.neo4j.writing import ENTRIES, LEAST
from tests.benchmarks.measure import Measure, measured
from tests.benchmarks.world import write_world
from tests.neo4j_server import DATABASE, VERSIONS, Server, wipe

BASE = "driver, UNWIND MERGE"
OPTIONS = PushOptions(sensitive=("*",))
Counts = dict[str, int]
Answer = tuple[Counts, float]  # what stands on the server then, and the CPU seconds that it took there
Contender = Callable[[Path], Callable[[], Answer]]
Batch = tuple[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Rate:
    """What one contender did: CPU seconds of both sides and wall seconds, each the median of its rounds."""

    contender: str
    elements: int
    client_seconds: float
    server_seconds: float
    wall_seconds: float

    @property
    def rate(self) -> float:
        return self.elements / self.wall_seconds


def prepare(folder: Path, size: int) -> None:
    """Write the graph that everybody pushes: `size` nodes and about five times as many relationships."""
    write_world(folder / "world", size)
    with gk.open_store(folder / "world.duckdb") as store:
        gk.load(store, folder / "world")
        gk.write_parquet(store.read(), folder / "graph")


@dataclass(frozen=True, slots=True)
class Place:
    """The server that all push to, as the process of a contender knows it."""

    uri: str
    pid: int

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def with_graphkit(place: Place, raw: bool, folder: Path) -> Callable[[], Answer]:
    """Push as a user does, with the raw rows of the record or without."""
    graph = _read(folder, raw=raw)
    target = Settings(place.uri)
    wipe(place.uri)

    def run() -> Answer:
        before = place.cpu()
        push(graph, target, OPTIONS)
        return _counted(place.uri), place.cpu() - before

    return run


def with_driver(place: Place, verb: str, folder: Path) -> Callable[[], Answer]:
    """Send the same rows by the driver alone: one statement a batch, in a managed transaction."""
    parts = [part for part in prepared(_read(folder, raw=False), OPTIONS).parts if len(part.table)]
    batches = [batch for part in parts for batch in _batches(part, verb)]
    wipe(place.uri)

    def run() -> Answer:
        before = place.cpu()
        with neo4j.GraphDatabase.driver(place.uri) as driver, driver.session(database=DATABASE) as session:
            for part in parts:
                session.run(text.constraint(part.name, edge=part.edge)).consume()
            session.run(AWAIT).consume()
            for query, rows in batches:
                session.execute_write(_sent, query, rows)
        return _counted(place.uri), place.cpu() - before

    return run


def _sent(transaction: neo4j.ManagedTransaction, query: str, rows: list[dict[str, Any]]) -> None:
    transaction.run(query, rows=rows, load="benchmark").consume()


def _read(folder: Path, *, raw: bool) -> Graph:
    graph: Graph = gk.read_parquet(folder / "graph")
    return graph if raw else replace(graph, read_raw=no_raw)


def _batches(part: Part, verb: str) -> Iterator[Batch]:
    """Cut a part as graphkit does."""
    filled = [name for name in part.columns if part.table[name].null_count < len(part.table)]
    size = min(OPTIONS.batch, max(LEAST, ENTRIES // (1 + len(filled))))
    statements: dict[str, list[dict[str, Any]]] = {}
    for row in part.table.sort_by(
        [(name, "ascending") for name in (["src", "dst"] if part.edge else ["id"])]
    ).to_pylist():
        told: dict[str, Any] = {"id": row["id"], "p": {n: row[n] for n in filled if row[n] is not None}}
        query = text.merge_nodes(part.name)
        if part.edge:
            told |= {"s": row["src"], "t": row["dst"]}
            query = text.merge_edges(part.name, row["src_type"], row["dst_type"])
        statements.setdefault(query, []).append(told)
    for query, rows in sorted(statements.items()):
        source = iter(rows)
        while chunk := list(islice(source, size)):
            yield query.replace("MERGE", verb), chunk


def _counted(uri: str) -> Counts:
    """Count what stands on the server, but for graphkit's own marks and raw rows; all contenders have to agree."""
    queries = ("MATCH (n) RETURN labels(n)[0], count(*)", "MATCH ()-[r]->() RETURN type(r), count(*)")
    with neo4j.GraphDatabase.driver(uri) as driver:
        found = [record.values() for q in queries for record in driver.execute_query(q, database_=DATABASE).records]
    return {name: count for name, count in sorted(found) if name not in ("GraphkitStore", "RawRows", "FROM")}


def benchmark(size: int, rounds: int, line: str) -> list[Rate]:
    """Measure every contender by turns on one server; raise AssertionError if they do not leave the same there."""
    with TemporaryDirectory(prefix="graphkit-benchmark-") as path, Server(line, heap="2g", lasting=True) as server:
        folder, place = Path(path), Place(server.uri, server.pid)
        prepare(folder, size)
        works: dict[str, Contender] = {
            "graphkit": partial(with_graphkit, place, False),
            BASE: partial(with_driver, place, "MERGE"),
            "graphkit, raw rows too": partial(with_graphkit, place, True),
            "driver, UNWIND CREATE": partial(with_driver, place, "CREATE"),
        }
        for name in (BASE, "graphkit") * 2:  # the server is cold at first
            measured("push", name, works[name], folder)
        turns = (list(works.items())[:: -1 if turn % 2 else 1] for turn in range(rounds))  # who is later has it easier
        found = [measured("push", name, run, folder) for turn in turns for name, run in turn]
    counts: Counts = found[0].answer[0]
    assert all(m.answer[0] == counts for m in found), {m.contender: m.answer[0] for m in found}
    return [_rate(name, sum(counts.values()), [m for m in found if m.contender == name]) for name in works]


def _rate(name: str, elements: int, found: list[Measure]) -> Rate:
    client, wall = (median(getattr(m, seconds) for m in found) for seconds in ("cpu_seconds", "wall_seconds"))
    return Rate(name, elements, client, median(m.answer[1] for m in found), wall)


def table(rates: list[Rate]) -> str:
    """Return the rates as a Markdown table; the last column is the rate as a share of the driver's with MERGE."""
    base = next(r.rate for r in rates if r.contender == BASE)
    names = ("contender", "client CPU s", "server CPU s", "wall s", "elements/s", "of MERGE")
    lines = [f"| {' | '.join(names)} |", "|---|--:|--:|--:|--:|--:|"]
    for r in rates:
        told = f"{r.client_seconds:.2f} | {r.server_seconds:.2f} | {r.wall_seconds:.2f} | {r.rate:,.0f}"
        lines.append(f"| {r.contender} | {told} | {r.rate / base:.2f} |")
    return "\n".join(lines)


def report(size: int, rounds: int = 2, line: str = VERSIONS[0]) -> str:
    """Measure, and return what to print."""
    rates = benchmark(size, rounds, line)
    return f"push to Neo4j {line}: {rates[0].elements:,} elements, {rounds} rounds\n\n{table(rates)}\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pushing", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="nodes; relationships are about five times as many")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--line", default=VERSIONS[0], help=f"the release of Neo4j: {', '.join(VERSIONS)}")
    told = parser.parse_args()
    sys.stdout.write(report(told.size, told.rounds, told.line))


if __name__ == "__main__":
    main()
