"""A generated province as a dataset of Parquet files: typed, with hubs by power law, Chinese names, seeded.

`size` nodes and about five times as many edges. Every name is made of numbers and a few syllables; nobody is meant.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

Indices = npt.NDArray[np.int64]
SYLLABLES = pa.array([a + b for a in "华盛金鑫宏瑞恒泰永昌" for b in "石水竹光机芯纺源达安"])
SHARES = {"Person": 0.10, "Federation": 0.08, "Alliance": 0.015, "Venue": 0.004, "Bank": 0.0002}
DATE = "2026-06-30"


def write_world(folder: Path, size: int, seed: int = 7) -> dict[str, int]:
    """Write the dataset folder; return the numbers of nodes and edges."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    counts = {kind: max(3, int(size * share)) for kind, share in SHARES.items()}
    counts |= {"Region": max(5, int(size**0.5)), "Industry": max(5, int(size**0.4))}
    counts["Company"] = size - sum(counts.values())
    nodes = {kind: _nodes(rng, kind, count) for kind, count in counts.items()}
    edges = _edges(rng, counts, total=5 * size)
    for name, table in (nodes | edges).items():
        pq.write_table(table, folder / f"{name}.parquet")
    _describe(folder, nodes, edges)
    return {"nodes": size, "edges": sum(map(len, edges.values()))}


def _keys(kind: str, numbers: Indices) -> pa.Array:
    return pc.binary_join_element_wise(f"{kind}-", _digits(numbers), "")


def _digits(numbers: Indices) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _nodes(rng: np.random.Generator, kind: str, count: int) -> pa.Table:
    numbers = np.arange(count)
    names = pc.binary_join_element_wise(SYLLABLES.take(pa.array(numbers % 100)), _digits(numbers), _SUFFIX[kind], "")
    columns: dict[str, Any] = {"key": _keys(kind, numbers), "name": names}
    if kind == "Company":
        women = rng.poisson(40, count) + rng.pareto(2.0, count).astype(np.int64) * 10
        columns["women_employees"] = pa.array(women, mask=rng.random(count) < 0.2)
        columns["party_organisation"] = pa.array(rng.random(count) < 0.4, mask=rng.random(count) < 0.2)
        columns["leading"] = pa.array(rng.random(count) < 0.02)
        status = rng.choice(["yes", "no", "preparing"], count, p=[0.2, 0.7, 0.1])
        columns["federation_status"] = pa.array(status, mask=rng.random(count) < 0.5)
    if kind == "Region":
        columns["level"] = pa.array(["town"] * count)
    if kind == "Industry":
        columns["kind"] = pa.array(["chain"] * (count // 5) + ["segment"] * (count - count // 5))
    return pa.table(columns)


_SUFFIX = {
    "Company": "有限公司",
    "Person": "女士",
    "Federation": "妇联",
    "Alliance": "协会",
    "Venue": "产业基地",
    "Bank": "银行",
    "Region": "镇",
    "Industry": "产业",
}


def _edges(rng: np.random.Generator, counts: dict[str, int], *, total: int) -> dict[str, pa.Table]:
    companies = counts["Company"]
    every = np.arange(companies)
    chains = counts["Industry"] // 5
    covers = int(0.08 * total)
    tables = {
        "LOCATED_IN": _edge(("Company", every), ("Region", _popular(rng, counts["Region"], companies))),
        "IN_INDUSTRY": _edge(("Company", every), ("Industry", chains + every % (counts["Industry"] - chains))),
        "COVERS": _edge(
            ("Federation", rng.integers(0, counts["Federation"], covers)),
            ("Company", rng.integers(0, companies, covers)),
            mode=rng.choice(["own", "joint", "party_led", "hosted"], covers),
            valid_from=np.char.add(rng.integers(2020, 2026, covers).astype(str), "-03-01"),
        ),
        "PART_OF": _edge(
            ("Industry", np.arange(chains, counts["Industry"])),
            ("Industry", np.arange(counts["Industry"] - chains) % chains),
        ),
        "LEADS": _edge(
            ("Person", np.arange(counts["Person"])), ("Company", rng.integers(0, companies, counts["Person"]))
        ),
        "PARTNERS_WITH": _edge(
            ("Federation", rng.integers(0, counts["Federation"], 5 * counts["Bank"])),
            ("Bank", np.repeat(np.arange(counts["Bank"]), 5)),
        ),
        "LENDS_TO": _loans(rng, counts, total // 50),
    }
    rest = total - sum(map(len, tables.values()))
    members = _edge(
        ("Company", rng.integers(0, companies, rest)), ("Alliance", _popular(rng, counts["Alliance"], rest))
    )
    return tables | {"MEMBER_OF": members}


def _popular(rng: np.random.Generator, count: int, size: int) -> Indices:
    """Choose among `count` by power law: few have very many."""
    return np.minimum((rng.pareto(1.1, size) * count / 50).astype(np.int64), count - 1)


def _loans(rng: np.random.Generator, counts: dict[str, int], size: int) -> pa.Table:
    return _edge(
        ("Bank", _popular(rng, counts["Bank"], size)),
        ("Company", rng.integers(0, counts["Company"], size)),
        amount_cny=rng.integers(1, 500, size) * 10_000,
        amount_kind=np.full(size, "loan"),
        valid_from=np.char.add("2025-", np.char.zfill(rng.integers(1, 13, size).astype(str), 2)),
    )


def _edge(src: tuple[str, Indices], dst: tuple[str, Indices], **properties: Any) -> pa.Table:
    """One edge between the same two nodes (and on the same day): a sheet states each once."""
    starts, ends = src[1], dst[1]
    pairs = starts * (int(ends.max()) + 1) + ends
    first = np.sort(np.unique(pairs, return_index=True)[1])
    own = {name: pa.array(values[first]) for name, values in properties.items()}
    return pa.table({"src": _keys(src[0], starts[first]), "dst": _keys(dst[0], ends[first]), **own})


def _describe(folder: Path, nodes: dict[str, pa.Table], edges: dict[str, pa.Table]) -> None:
    files: list[dict[str, Any]] = [{"file": f"{name}.parquet", "node": name} for name in nodes]
    for name, table in edges.items():
        ends = {end: {"type": table[end][0].as_py().partition("-")[0], "column": end} for end in ("src", "dst")}
        files.append({"file": f"{name}.parquet", "edge": name, **ends})
    facts = {"name": "generated_province", "title": "生成的示例（虚构示例）", "date": DATE, "invented": True}
    text = yaml.safe_dump(facts | {"files": files}, allow_unicode=True, sort_keys=False)
    (folder / "dataset.yaml").write_text(text, encoding="utf-8")
