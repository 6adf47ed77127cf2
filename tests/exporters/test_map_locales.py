"""A map has the same bytes wherever it is written: under the C locale and on a Chinese desktop with GBK."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITE = """
import locale, sys
from pathlib import Path
import graphkit as gk
from graphkit.exporters.map import MapOptions
from tests.analysis.cases import units6
graph = units6()
covered = gk.coverage(graph)
for engine in ("pyvis", "canvas"):
    gk.export_map(graph, Path(sys.argv[1]) / f"{engine}.html", coverage=covered, options=MapOptions(engine=engine))
print(locale.getencoding())
"""


def written(folder: Path, **environment: str) -> tuple[str, dict[str, bytes]]:
    folder.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
    told = kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} | environment
    command = [sys.executable, "-c", WRITE, str(folder)]
    done = subprocess.run(command, env=told, cwd=ROOT, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("ascii").strip(), {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("locales") / "utf8", PYTHONUTF8="1")[1]


def test_the_c_locale_changes_no_byte(tmp_path: Path, usual: dict[str, bytes]) -> None:
    encoding, pages = written(tmp_path / "c", LC_ALL="C")
    assert encoding.upper() not in ("UTF-8", "UTF8") and pages == usual and len(pages) == 2
    assert all("妇联组织覆盖图".encode() in page for page in pages.values())


def test_a_gbk_locale_changes_no_byte(tmp_path: Path, usual: dict[str, bytes]) -> None:
    tool = shutil.which("localedef")
    made = tool and subprocess.run(
        [tool, "-i", "zh_CN", "-f", "GBK", str(tmp_path / "zh_CN.GBK")], capture_output=True, timeout=120
    )
    if not made or not (tmp_path / "zh_CN.GBK").exists():
        pytest.skip("no localedef to make a GBK locale with")
    encoding, pages = written(tmp_path / "gbk", LOCPATH=str(tmp_path), LC_ALL="zh_CN.GBK")
    assert encoding.upper() == "GBK" and pages == usual
