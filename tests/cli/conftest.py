"""Run the command line in this process, as a user types it."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import graphkit as gk
from graphkit.cli import main
from graphkit.demo import datasets, seeds


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `graphkit ...` in this process; `typed` is what stands on standard input."""
    monkeypatch.setenv("GRAPHKIT_LANG", "zh")

    def command(*words: Any, typed: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        monkeypatch.setattr("sys.argv", ["graphkit", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
            raise SystemExit(0)
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    return command


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The five sources and the example county, each in a store; nobody writes to them."""
    folder = tmp_path_factory.mktemp("库")
    paths = {name: folder / f"{name}.duckdb" for name in ("sources", "example_county")}
    for name, path in paths.items():
        with gk.open_store(path) as store:
            gk.load(store, *datasets(name))
    return paths


@pytest.fixture(scope="session")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example county as an office has it, an edition a revision; nobody writes to it."""
    path = tmp_path_factory.mktemp("两季") / "county.duckdb"
    with gk.open_store(path) as store:
        for edition in ("2026Q2", "2026Q3"):
            gk.load(store, seeds() / "example_county" / edition)
    return path
