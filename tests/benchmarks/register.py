"""A generated company register and the sheets of its bureaus: `python -m tests.benchmarks.register [SIZE]`.

Printed are what it costs to load and resolve a workbook of so many rows (ledger.py), and what identity makes of it.
Half of the rows are the register's (full names, codes, towns), half are of two bureaus that write them shorter,
without codes, in other words, and in part name companies of their own. Who is who is known, so that wrong merges count.
"""

import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from graphkit.graph.convert import raw_id, source_id
from graphkit.graph.merge import sorted_raw
from graphkit.graph.tables import SOURCES, Graph, columns, conform
from graphkit.identity import resolve, reviews
from graphkit.schema import Schema
from tests.benchmarks.ledger import measures
from tests.benchmarks.measure import disagreements, table

BRANDS = np.array([a + b for a in "华盛金鑫宏瑞恒泰永昌嘉源正达" for b in "石水竹光机芯纺源达安利丰成益兴隆"])
TRADES = np.array("石业 机械 纺织 鞋服 电子科技 新材料 包装 食品 水暖 家具 陶瓷 贸易".split())
FORMS = np.array(["有限公司", "有限责任公司", "股份有限公司", "厂"])
TOWNS = np.array([f"{name}镇" for name in "霞丰 柳塘 石井 东溪 洪岭 康桥 梅岭 官渡 诗源 仑洲 翔云 眉湖".split()])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What identity made of a register: wrong merges have to be none."""

    rows: int
    companies: int
    joined: int
    wrong: int
    missed: int
    to_review: int
    seconds: float
    review_seconds: float
    peak_mib: float


def register(size: int, seed: int = 7) -> tuple[Graph, dict[str, int]]:
    """Return a raw graph of about `size` company rows of three datasets, and the company behind each raw id."""
    rng = np.random.default_rng(seed)
    real = size // 2
    # Three sisters bear each stem, in three trades: no two registered names are alike but for the form.
    number = np.arange(real)
    brand, serial = number // 3 % len(BRANDS), number // 3 // len(BRANDS)
    trade = number % 3 * 4 + number // 3 % 4
    form = rng.choice(len(FORMS), real, p=[0.8, 0.05, 0.05, 0.1])
    stems = [f"{BRANDS[b]}{'' if s == 0 else _han(s)}" for b, s in zip(brand, serial.tolist(), strict=True)]
    town = rng.integers(0, len(TOWNS), real)
    full = [f"南安市{s}{TRADES[t]}{FORMS[f]}" for s, t, f in zip(stems, trade, form, strict=True)]
    told: list[tuple[str, str, int, str | None, int]] = [
        ("登记", name, number, f"91350583MA{number:08d}", town[number]) for number, name in enumerate(full)
    ]
    for dataset in ("工信局", "商务局"):
        for number in rng.choice(real, real // 2, replace=False).tolist():
            told.append((dataset, _written(rng, full[number], stems[number]), number, None, town[number]))
    return _graph(told)


def _han(number: int) -> str:
    signs = "一二三四五六七八九十百千天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往"
    return signs[number % 32] + (signs[number // 32 % 32] if number >= 32 else "")


def _written(rng: np.random.Generator, full: str, stem: str) -> str:
    """Write a registered name as bureaus do."""
    way = int(rng.integers(0, 8))
    ways = {
        0: f"福建省{full}",
        1: full.removeprefix("南安市"),
        2: full.replace("有限责任公司", "有限公司") if "责任" in full else full.replace("有限公司", "有限责任公司"),
        3: f"{stem}（南安）",
    }
    return ways.get(way, full)


def _graph(told: list[tuple[str, str, int, str | None, int]]) -> tuple[Graph, dict[str, int]]:
    schema = Schema.load()
    company, located, region = schema.nodes["Company"], schema.edges["LOCATED_IN"], schema.nodes["Region"]
    truth: dict[str, int] = {}
    nodes, edges = [], []
    for line, (dataset, name, number, code, town) in enumerate(told):
        key = f"{line}"
        own_id, source = raw_id(company.prefix, dataset, "Company", key), source_id(dataset, None)
        truth[own_id] = number
        base: dict[str, str | None] = {"source_id": source, "place": key, "key": key}
        nodes.append(base | {"id": own_id, "name": name, "credit_code": code})
        end = raw_id(region.prefix, dataset, "Region", TOWNS[town])
        edges.append(
            base
            | {"id": raw_id(located.prefix, own_id, end), "src": own_id, "src_type": "Company", "key": None}
            | {"dst": end, "dst_type": "Region"}
        )
    datasets = sorted({row[0] for row in told})
    regions = [
        {"id": raw_id(region.prefix, d, "Region", t), "name": t, "key": t, "source_id": source_id(d, None), "place": t}
        for d in datasets
        for t in TOWNS.tolist()
    ]
    sources = [{"id": source_id(d, None), "dataset": d, "kind": "sheet", "name": d, "invented": True} for d in datasets]
    tables = [
        sorted_raw(pa.Table.from_pylist(rows, schema=columns(owner, raw=True)))
        for owner, rows in ((company, nodes), (region, regions), (located, edges))
    ]
    held = conform(pa.Table.from_pylist(sources), SOURCES)
    return Graph(
        schema, {"Company": tables[0], "Region": tables[1]}, {"LOCATED_IN": tables[2]}, held, is_raw=True
    ), truth


def measure(size: int) -> Outcome:
    """Resolve a register and count what was joined, wrongly joined, missed and left to a person."""
    raw, truth = register(size)
    started = time.perf_counter()
    graph = resolve(raw)
    resolved = time.perf_counter()
    waiting = reviews(graph)
    ended = time.perf_counter()
    clusters = graph.table("Company")["raw_ids"].to_pylist()
    wrong = sum(len({truth[raw_id] for raw_id in ids}) > 1 for ids in clusters)
    companies = len(set(truth.values()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    joined = len(truth) - len(clusters)
    missed = len(clusters) - companies
    times = (round(resolved - started, 1), round(ended - resolved, 1), round(peak))
    return Outcome(len(truth), companies, joined, wrong, missed, len(waiting), *times)


def main(size: int) -> int:
    """Print what a workbook and a register of `size` rows cost; 1 if contenders disagree or a merge is wrong."""
    with tempfile.TemporaryDirectory(prefix="graphkit-benchmark-") as folder:
        found = measures(Path(folder), size)
    outcome = measure(size)
    sys.stdout.write(f"{size:,} rows\n\n{table(found)}\n\n{outcome}\n")
    return bool(disagreements(found) or outcome.wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
