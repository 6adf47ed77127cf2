"""The README's commands are run as a reader would run them, and print what the README says they print.

`python -m tests.test_readme` writes the present output into the README's blocks, to be read before it is committed.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from graphkit.analysis.coverage import coverage
from graphkit.build import read
from graphkit.cli import main
from graphkit.schema import Schema

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)
TABLE = re.compile(r"(<!-- schema table[^\n]*-->\n)(.*?)(<!-- end of schema table -->)", re.DOTALL)


def sessions(block: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what each prints."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def run(command: str, folder: Path, *, apart: bool = False) -> str:
    """Run one `graphkit ...` command of the README in a folder and return what it prints; `apart`: in a new process."""
    if not (folder / "seeds").exists():
        (folder / "seeds").symlink_to(ROOT / "seeds", target_is_directory=True)
    words = shlex.split(command)
    assert words[0] == "graphkit", command
    code, out, err = (_apart if apart else _here)(words, folder)
    assert code == 0, err
    return _trimmed(out)


ENVIRONMENT = {"GRAPHKIT_LANG": "zh", "PYTHONUTF8": "1", "COLUMNS": "180"}


def _apart(words: list[str], folder: Path) -> tuple[int, str, str]:
    told = [sys.executable, "-m", *words]
    env = os.environ | ENVIRONMENT
    done = subprocess.run(told, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def _here(words: list[str], folder: Path) -> tuple[int, str, str]:
    """Run it in this process: a new one imports everything anew, for each of twenty commands."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.ExitStack() as around:
        around.enter_context(contextlib.chdir(folder))
        around.enter_context(mock.patch.dict(os.environ, ENVIRONMENT))
        around.enter_context(mock.patch.object(sys, "argv", words))
        around.enter_context(contextlib.redirect_stdout(out))
        around.enter_context(contextlib.redirect_stderr(err))
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


def _trimmed(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.strip("\n").splitlines())


def schema_table() -> str:
    """The schema as a Markdown table: every type, its caption, what it joins or its properties."""
    schema = Schema.load()
    lines = ["| type | 中文 | kind | properties |", "|---|---|---|---|"]
    for node in schema.nodes.values():
        lines.append(f"| {node.name} | {node.caption.zh} | node | {', '.join(node.properties)} |")
    for edge in schema.edges.values():
        lines.append(f"| {edge.name} | {edge.caption.zh} | {edge.kind} | {', '.join(edge.properties)} |")
    return "\n".join(lines) + "\n"


def updated(text: str, folder: Path) -> str:
    """Return the README with every output and the schema table as they are now."""

    def rerun(match: re.Match[str]) -> str:
        if any(not command.startswith("graphkit") for command, _ in sessions(match[1])):
            return match[0]
        return "```console\n" + "".join(f"$ {c}\n{run(c, folder)}" for c, _ in sessions(match[1])) + "```"

    return TABLE.sub(lambda match: match[1] + schema_table() + match[3], BLOCK.sub(rerun, text))


def test_the_schema_table_is_the_schema() -> None:
    match = TABLE.search(README.read_text(encoding="utf-8"))
    assert match and match[2] == schema_table()


@pytest.mark.slow
def test_every_command_prints_what_the_readme_says(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    assert updated(text, tmp_path) == text


def test_a_command_in_a_process_of_its_own_prints_the_same(tmp_path: Path) -> None:
    load, ask = "graphkit load county.duckdb seeds/example_county", "graphkit coverage county.duckdb --by 乡镇"
    run(load, tmp_path)
    assert run(ask, tmp_path, apart=True) == run(ask, tmp_path)


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("graphkit demo out", tmp_path, apart=True)
    blocks = PYTHON.findall(README.read_text(encoding="utf-8"))
    assert blocks
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)


def test_the_dataset_of_the_readme_loads(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    (tmp_path / "dataset.yaml").write_text(block[1], encoding="utf-8")
    tables = {
        "federations": "名称,级别\n甲镇妇联,town\n乙公司妇联,enterprise\n丙公司妇联,enterprise\n",
        "companies": "企业名称,女职工数\n乙公司,60\n丙公司,\n",
        "covers": "federation,company\n乙公司妇联,乙公司\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    assert "已覆盖 1" in coverage(read(tmp_path)).text("zh")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        README.write_text(updated(README.read_text(encoding="utf-8"), Path(scratch)), encoding="utf-8", newline="\n")
