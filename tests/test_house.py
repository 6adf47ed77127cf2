"""The house rules that tools can check: layers, drivers' rooms, lint, types, the public names, what importing costs."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import graphkit

ROOT = Path(__file__).parent.parent
HEAVY = {
    "docx",
    "duckdb",
    "jinja2",
    "kglite",
    "narwhals",
    "neo4j",
    "networkx",
    "numpy",
    "opencc",
    "pandas",
    "pyarrow",
    "pyvis",
}
HEAVY |= {"py4j", "pyspark", "rustworkx", "scipy", "xlsxwriter"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the project's root."""
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("lint-imports", "--no-cache"),
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--check", "--no-cache", "."),
        pytest.param(("mypy", "--no-error-summary"), marks=pytest.mark.slow),
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_tools_find_nothing(command: tuple[str, ...]) -> None:
    found = run(*command)
    assert found.returncode == 0, found.stdout + found.stderr


def test_public_names_are_sorted_and_all_there() -> None:
    assert graphkit.__all__ == sorted(graphkit.__all__)
    for name in graphkit.__all__:
        value = getattr(graphkit, name)
        assert value.__doc__, f"{name} has no docstring"
    assert set(dir(graphkit)) >= set(graphkit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'graf'"):
        graphkit.graf  # noqa: B018 - the access is the test


def modules_after(code: str) -> set[str]:
    told = "print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    found = run(sys.executable, "-c", f"import sys\n{code}\n{told}")
    assert found.returncode == 0, found.stderr
    return set(found.stdout.splitlines()[-1].split())


def test_importing_graphkit_imports_no_driver() -> None:
    assert not modules_after("import graphkit") & (HEAVY | {"typer", "rich", "yaml"})


def test_help_imports_no_driver() -> None:
    code = "import graphkit.cli\ntry: graphkit.cli.app(['--help'])\nexcept SystemExit: pass"
    assert not modules_after(code) & HEAVY


def test_the_package_list_holds_every_package_and_its_data() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    own = ROOT / "graphkit"
    found = {".".join(p.parent.relative_to(ROOT).parts) for p in own.rglob("__init__.py")}
    assert set(told["packages"]) == found | {"graphkit.seeds"}
    data = [p for p in own.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")]
    taken = {
        path
        for package, patterns in told["package-data"].items()
        if package != "graphkit.seeds"
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    assert sorted(set(data) - taken) == []


def test_no_file_outgrows_its_room() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in sorted((ROOT / "graphkit").rglob("*.py"))
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 350
    ]
    assert not long
