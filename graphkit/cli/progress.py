"""A progress bar for what takes over a second, on stderr and only where a person looks at it."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphkit.cli.show import Lang

if TYPE_CHECKING:
    from rich.console import Console

    from graphkit.schema import Schema

PATIENCE = 1.0  # seconds without a bar
STEPS = {
    Lang.zh: {"plan": "比对", "prune": "删除", "verify": "核对", "pull": "读取"},
    Lang.en: {"plan": "compare", "prune": "remove", "verify": "verify", "pull": "read"},
}
RATE = {Lang.zh: "{:,.0f} 项/秒", Lang.en: "{:,.0f} a second"}
Clock = Callable[[], float]


@contextmanager
def progress(
    lang: Lang, schema: "Schema | None" = None, *, console: "Console | None" = None, clock: Clock = time.monotonic
) -> Iterator["Bar"]:
    """Give what a long function is to call with the name of a step or type, how much is done, and of how much."""
    bar = Bar(lang, _captions(schema, lang) if schema else {}, console, clock)
    try:
        yield bar
    finally:
        bar.stop()


def _captions(schema: "Schema", lang: Lang) -> dict[str, str]:
    kinds: dict[str, Mapping[str, object]] = {"node": schema.nodes, "edge": schema.edges}
    return {name: schema.caption(kind, name, lang.value) for kind, types in kinds.items() for name in types}


class Bar:
    """One line that tells step, share, count and rate; it is gone when the work is done."""

    def __init__(self, lang: Lang, names: Mapping[str, str], console: "Console | None", clock: Clock) -> None:
        self._names = {**names, **STEPS[lang]}
        self._rate, self._console, self._clock = RATE[lang], console, clock
        self._begun = clock()
        self._shown: Any = None
        self._task: Any = None
        self._name = ""

    def __call__(self, name: str, done: int, total: int) -> None:
        """Tell how far a step is."""
        if self._shown is None and not self._start():
            return
        if name != self._name:
            self._name = name
            described = self._names.get(name, name)
            self._shown.reset(self._task, description=described, total=total, completed=done)
            self._shown.start()
            return
        self._shown.update(self._task, total=total, completed=done)

    def stop(self) -> None:
        """Take the line away."""
        if self._shown is not None:
            self._shown.stop()

    def _start(self) -> bool:
        """Begin to show, if it takes long and somebody can see it."""
        if self._clock() - self._begun < PATIENCE or not (self._console or sys.stderr.isatty()):
            return False
        from rich import progress as rich_progress
        from rich.console import Console
        from rich.text import Text

        rate = self._rate

        class Rate(rich_progress.ProgressColumn):
            """How many a second."""

            def render(self, task: rich_progress.Task) -> Text:
                return Text(rate.format(task.speed) if task.speed else "")

        columns = (
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.MofNCompleteColumn(),
            Rate(),
            rich_progress.TimeRemainingColumn(),
        )
        console = self._console or Console(stderr=True)
        self._shown = rich_progress.Progress(*columns, console=console, transient=True, get_time=self._clock)
        self._task = self._shown.add_task("")
        return True
