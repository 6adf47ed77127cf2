"""What several tests share: a dataset folder in a few lines, and the bytes of a graph."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from graphkit.graph.files import write_parquet
from graphkit.graph.tables import Graph

# Derived from the code alone, so that every run sees the same examples; time is no measure on a busy machine.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile("steady")

MakeDataset = Callable[..., Path]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share something made for their file on one worker, and let the long ones start first.

    Each worker would make it anew; and of what starts last one worker waits for the other.
    """
    for item in items:
        if _shares(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _shares(item: pytest.Item) -> bool:
    """Whether a test asks for a fixture of its module."""
    told = getattr(item, "_fixtureinfo", None)
    return told is not None and any(found[-1].scope == "module" for found in told.name2fixturedefs.values() if found)


@pytest.fixture
def make_dataset(tmp_path: Path) -> MakeDataset:
    """Write a dataset folder: files by name (text or bytes), how they are read, and facts of dataset.yaml."""

    def make(
        files: Mapping[str, str | bytes], readings: list[dict[str, Any]], *, folder: str = "台账", **facts: Any
    ) -> Path:
        target = tmp_path / folder
        target.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (target / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        told = {"name": "台账", "kind": "sheet", "date": "2026-06-30"} | facts | {"files": readings}
        (target / "dataset.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        return target

    return make


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A local Spark for all tests of one worker; they stand in one xdist group, for a second would cost as much."""
    from tests.spark_session import running

    with running() as session:
        yield session


@pytest.fixture
def exported(tmp_path: Path) -> Callable[[Graph], dict[str, bytes]]:
    """The bytes of a graph's Parquet files: equal graphs give equal bytes."""
    count = iter(range(1_000_000))

    def export(graph: Graph) -> dict[str, bytes]:
        target = write_parquet(graph, tmp_path / f"export{next(count)}")
        return {str(p.relative_to(target)): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}

    return export
