"""Run the command line in this process, as a user types it."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from graphkit.cli import main


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
