"""Commands for a server, as far as they go without one: what is refused, what is read from where, what is printed."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

import graphkit as gk
from graphkit import build
from graphkit.cli import app
from graphkit.cli.progress import Bar, progress
from graphkit.cli.show import ERRORS_ZH, Lang
from graphkit.cli.transfer import show_diff, show_pull, show_push
from graphkit.graph.convert import from_records
from graphkit.stores.neo4j.changes import Example, PushPlan, TypeCounts
from graphkit.stores.neo4j.into import Pulled
from graphkit.stores.neo4j.pull import PullReport
from graphkit.stores.neo4j.push import PushReport

ROOT = Path(__file__).parent.parent.parent
SECRET = "geheim/x@y"
WITH_PASSWORD = f"bolt://neo4j:{SECRET}@db.example.org:7687"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is set, whatever the environment of the tests says."""
    for name in ("URI", "USERNAME", "PASSWORD", "PASSWORD_FILE", "DATABASE"):
        monkeypatch.delenv(f"NEO4J_{name}", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with gk.open_store(tmp_path / "库.duckdb") as opened:
        opened.write(from_records([{"type": "Company", "name": "甲"}]))
    return tmp_path / "库.duckdb"


@pytest.mark.parametrize(
    "words",
    [
        ("push", "STORE", WITH_PASSWORD),
        ("push", "STORE", WITH_PASSWORD, "--plam"),
        ("pull", WITH_PASSWORD, "STORE"),
        ("diff", "STORE", WITH_PASSWORD),
        ("coverage", WITH_PASSWORD),
        ("info", "STORE", WITH_PASSWORD),
        ("info", WITH_PASSWORD.replace("//", "/", 1)),
        ("nothing", WITH_PASSWORD.replace("bolt", "NEO4J+S")),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_password_in_a_uri_is_refused_and_never_repeated(
    run: Any, store: Path, words: tuple[str, ...], lang: str
) -> None:
    done = run(*(str(store) if word == "STORE" else word for word in words), "--lang", lang)
    assert done.code == 1 and "***@db.example.org:7687" in done.err and "NEO4J_PASSWORD" in done.err
    assert SECRET not in done.out + done.err and "geheim" not in done.out + done.err
    assert ("地址中不能有用户名和密码" in done.err) == (lang == "zh")


def test_a_password_in_the_settings_uri_is_refused_alike(
    run: Any, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", WITH_PASSWORD)
    done = run("push", store, "--plan")
    assert done.code == 1 and "geheim" not in done.err and "***@" in done.err


def test_without_a_server_the_usage_is_told(run: Any, store: Path) -> None:
    for command in ("push", "diff", "pull"):
        done = run(command, store)
        assert done.code == 2 and "NEO4J_URI" in done.err
    for words in ((store, "neo4j://localhost"), ("neo4j://localhost",)):
        done = run("pull", *words)
        assert done.code == 2 and "pull neo4j://host STORE" in done.err
    assert run("push", store, "neo4j://localhost", "--as-of", "2026").code == 2
    done = run("push", store, "county.duckdb")
    assert done.code == 1 and "不支持这种服务器地址" in done.err


@pytest.mark.parametrize("command", ["coverage", "info", "push", "diff", "pull"])
def test_plain_schemes_to_another_host_need_insecure(run: Any, store: Path, command: str) -> None:
    far: tuple[Any, ...] = ("bolt://db.example.org",)
    words = {"push": (store, *far), "diff": (store, *far), "pull": (*far, store)}
    done = run(command, *words.get(command, far))
    assert done.code == 1 and "明文" in done.err and "--insecure" in done.err


def test_every_command_that_takes_a_store_takes_insecure(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def opened(path: str, *, insecure: bool, **_: Any) -> Any:
        asked.append((path, insecure))
        raise gk.StoreError("no", code="server-down")

    monkeypatch.setattr(build, "open_store", opened)
    assert run("coverage", "bolt://db.example.org", "--insecure").code == 1
    assert run("info", "bolt://db.example.org").code == 1
    assert asked == [("bolt://db.example.org", True), ("bolt://db.example.org", False)]
    with_store = [told for told in app.registered_commands if told.callback and "STORE" in help_of(run, told)]
    assert len(with_store) > 20
    assert all("--insecure" in help_of(run, told) for told in with_store)


def help_of(run: Any, told: Any) -> str:
    return str(run(told.name or told.callback.__name__, "--help").out)


def test_the_settings_come_from_the_environment(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD_FILE", str(tmp_path / "none"))
    done = run("coverage", "neo4j://localhost")
    assert done.code == 1 and "密码文件读不了" in done.err
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)
    seen: dict[str, str] = {}

    def opened(path: str, *, settings: Any, **_: Any) -> Any:
        seen.update(settings)
        raise gk.StoreError("no", code="server-down")

    monkeypatch.setattr(build, "open_store", opened)
    assert run("coverage", "neo4j://localhost").code == 1
    assert seen["NEO4J_PASSWORD"] == SECRET == os.environ["NEO4J_PASSWORD"]


def test_stores_are_opened_in_one_place() -> None:
    for path in (ROOT / "graphkit" / "cli").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "stores.py" or not re.search(r"build import open_store|build\.open_store|NEO4J_\w+\"", text)


def test_every_error_has_a_chinese_text() -> None:
    judge = ROOT / "graphkit" / "identity" / "judge.py"  # its codes are findings, not errors
    files = (path for path in (ROOT / "graphkit").rglob("*.py") if path != judge)
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    codes = set(re.findall(r'code="([a-z0-9-]+)"|_Said\(\s*"([a-z0-9-]+)"', text))
    found = {first or second for first, second in codes}
    assert len(found) > 100 and sorted(found - ERRORS_ZH.keys()) == []


def test_a_traceback_shows_no_values(tmp_path: Path) -> None:
    """What nobody foresaw is a plain traceback: none that prints the values of frames, among them the settings."""
    code = (
        "import sys; from graphkit.stores.neo4j import store\n"
        "def fail(*_): raise RuntimeError('unforeseen')\n"
        "store.open_connection = fail\n"
        "print(open('/proc/self/cmdline').read()) if sys.platform == 'linux' else None\n"
        "from graphkit.cli import main; main()\n"
    )
    env = os.environ | {"NEO4J_PASSWORD": SECRET, "PYTHONUTF8": "1"}
    words = [sys.executable, "-c", code, "info", "bolt://localhost:1"]
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1 and "RuntimeError: unforeseen" in done.stderr
    assert SECRET not in done.stderr + done.stdout


@pytest.fixture
def clock() -> Iterator[list[float]]:
    yield [0.0]


def test_a_bar_appears_after_a_second_and_tells_the_rate(clock: list[float]) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with progress(Lang.zh, gk.Schema.load(), console=console, clock=lambda: clock[0]) as bar:
        bar("plan", 1, 10)
        assert out.getvalue() == ""
        for step in range(1, 6):
            clock[0] += 0.5
            bar("Company", step * 1000, 10_000)
    assert "企业" in out.getvalue() and "5000/10000" in out.getvalue() and "2,000 项/秒" in out.getvalue()


def test_no_bar_where_nobody_looks(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar(Lang.en, {}, None, lambda: clock[0])
    for _ in range(3):
        clock[0] += 5
        bar("plan", 1, 10)
    bar.stop()
    assert capsys.readouterr() == ("", "")


COUNTS = (
    TypeCounts("Company", "node", sent=5, created=1, updated=2, sourced=1, moved=1, unchanged=1, left=1),
    TypeCounts("Bank", "node", sent=3, unchanged=3),
    TypeCounts("COVERS", "edge", sent=2, unchanged=1, orphans=1, pruned=4),
    TypeCounts("RawRows", "node", sent=2, created=2),
)
SHOWN = (
    Example("Company", "create", "com_1", "甲\x1b[31m公司"),
    Example("Company", "update", "com_2", "乙公司", "women_employees", 50, 46),
    Example("Company", "update", "com_2", "乙公司", "women_employees_bound", "more_than", "exact"),
    Example("Company", "update", "com_3", "丙公司", "employees_bound", "about", "exact"),
    Example("Company", "update", "com_4", "丁公司", "coverage", None, "gap"),
    Example("Company", "update", "com_5", "戊公司", "sources", ["a"], ["b"]),
    Example("Company", "move", "com_6", "己公司", "id", "com_7", "com_6"),
    Example("COVERS", "prune", "cov_1", "妇联 → 甲公司"),
    Example("COVERS", "orphan", "cov_2", "妇联 → com_9"),
    Example("RawRows", "create", "raw_1"),
)


def test_a_plan_reads_as_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    plan = PushPlan(COUNTS, SHOWN, needs_force=True, home=("Company.phone",))
    show_push(plan, gk.Schema.load(), "库 → 服务器", Lang.zh)
    out = capsys.readouterr().out
    assert out.startswith("将新增 3，更改 2（其中 1 只换来源），换编号 1，不变 5，缺一端而不推送 1，删除 4")
    for told in (
        "更改 企业 乙公司：女职工数 >50 → 46\n",
        "更改 企业 丙公司：员工总数（精确程度） 约 → 恰为\n",
        "更改 企业 丁公司：覆盖情况 （空） → 空白点\n",
        "换编号 企业 1：己公司\n",
        "删除 覆盖 4：妇联 → 甲公司 …\n",
        "缺一端 覆盖 1：妇联 → com_9\n",
        "其余 1 类",
        "来源与依据",
        "--force",
        "--prune",
        "企业·联系电话",
        "--sensitive Company.phone",
    ):
        assert told in out, told
    assert "戊公司" not in out and "raw_1" not in out and "\x1b" not in out
    show_push(plan, gk.Schema.load(), "a → b", Lang.en)
    out = capsys.readouterr().out
    assert out.startswith("A push will be: 3 added, 2 changed (1 only in their sources)") and "only there" in out
    assert "women employees >50 → 46" in out and "coverage (none) → gap" in out


def test_a_push_that_changed_nothing_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    same = PushPlan((TypeCounts("Bank", "node", sent=3, unchanged=3),), ())
    show_push(PushReport("x", 7, same, seconds=2.0), gk.Schema.load(), "a → b", Lang.zh)
    first, last = capsys.readouterr().out.splitlines()
    assert first == "服务器上已是如此：3 项一致，无须改动。" and last == "用时 2.0 秒，每秒 1 项；服务器版次 7"


def test_a_pull_tells_what_it_left(capsys: pytest.CaptureFixture[str]) -> None:
    report = PullReport(3, True, {"Bank": 2, "COVERS": 1}, {"Note": 4}, nodes=2, edges=1)
    show_pull(Pulled(report, 2, True, ("甲表 2026",), (), ("乙表",)), gk.Schema.load(), "a → b", Lang.zh)
    out = capsys.readouterr().out
    assert "节点 2，关系 1；来源新增 1，更换 0；库的版次 2" in out and "乙表" in out and "尚未完成" in out
    assert out.index("银行") < out.index("覆盖") < out.index("Note") and "他人所写" in out


def test_a_diff_shows_values_first_and_counts_the_provenance(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["type", "difference", "id", "name", "property", "here", "there"]
    rows = [("Company", "differs", f"com_{n}", f"公司{n}", "women_employees", "5", "6") for n in range(4)]
    rows += [("Company", "differs", "com_9", "公司9", "sources", "a", "b")]
    more = [
        ("Bank", "only here", "ban_1", "银行", None, None, None),
        ("RawRows", "only there", "r", None, None, None, None),
    ]
    frame = pd.DataFrame([*rows, *more], columns=names)
    show_diff(frame, gk.Schema.load(), ("库", "服务器"), (3, Lang.zh))
    out = capsys.readouterr().out
    assert out.startswith("库 与 服务器 有 5 处不同：值不同 4，只在库中 1")
    assert "女职工数" in out and "公司9" not in out and "另有 2 处未列出" in out
    assert "另有 1 处只是来源不同" in out and "另有 1 处不同在来源与依据" in out
    show_diff(frame[:0], gk.Schema.load(), ("库", "服务器"), (3, Lang.en))
    assert capsys.readouterr().out == "库 and 服务器 are equal.\n"
