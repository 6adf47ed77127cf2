"""The notebook of the server, run on a real one: nothing is skipped, and both sides are equal."""

from pathlib import Path

import pytest

from graphkit.stores.neo4j.connect import Settings
from tests.test_notebooks import NOTEBOOKS, executed


def test_the_server_cells_run(target: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEO4J_URI", target.uri)
    if target.password:
        monkeypatch.setenv("NEO4J_PASSWORD", target.password)
    notebook = next(path for path in NOTEBOOKS if path.stem == "05_neo4j")
    done = executed(notebook, tmp_path)
    told = "\n".join(str(cell.outputs) for cell in done.cells if cell.cell_type == "code")
    assert "跳过" not in told and "不一样" not in told
    assert told.count("两边一样") == 2 and "无须改动" in told and "覆盖一样" in told
    assert "文件与服务器有 0 处不同" in told
