"""The notebooks run from top to bottom, offline, and are kept without outputs."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.cypher_questions import CYPHER

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: str(path.stem))
def notebook(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def executed(path: Path, folder: Path) -> Any:
    """Run a notebook in a folder and return it with its outputs."""
    done = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(done, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return done


@pytest.mark.slow
def test_runs_from_top_to_bottom(notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)  # offline: with a server is for tests/neo4j
    done = executed(notebook, tmp_path)
    silent = [cell.source for cell in done.cells if cell.cell_type == "code" and not cell.outputs]
    assert silent == []
    assert "**问题**" in done.cells[0].source
    pictures = [kind for cell in done.cells[:3] for kind in _shown(cell) if kind in ("iframe", "image")]
    assert pictures or path_needs_a_server(notebook)


def _shown(cell: Any) -> list[str]:
    """What the outputs of a cell are: an inline page, an image, or something else."""
    told = [output.get("data", {}) for output in cell.get("outputs", [])]
    frames = ["iframe" for data in told if "<iframe" in data.get("text/html", "")]
    return frames + ["image" for data in told for kind in data if kind.startswith("image/")]


def path_needs_a_server(path: Path) -> bool:
    return "neo4j" in path.stem


def test_is_kept_without_outputs(notebook: Path) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells(notebook))


def test_the_quickstart_shows_every_cypher_question() -> None:
    quickstart = next(path for path in NOTEBOOKS if path.stem == "01_quickstart")
    sources = "\n".join("".join(cell["source"]) for cell in code_cells(quickstart))
    assert [question for question, text in CYPHER.items() if text not in sources] == []
