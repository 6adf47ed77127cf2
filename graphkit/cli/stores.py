"""How the command line reaches a store: a file, or a server whose settings stand in the environment."""

import inspect
import os
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from graphkit.stores.base import Store
    from graphkit.stores.neo4j.connect import Settings

InsecureOption = Annotated[
    bool, typer.Option("--insecure", help="Accept a server without encryption, or whose certificate is not checked.")
]
MemoryOption = Annotated[
    str | None, typer.Option("--memory", envvar="GRAPHKIT_MEMORY", help="How much memory DuckDB takes at most: 4GiB.")
]
SpillOption = Annotated[
    Path | None, typer.Option("--spill", envvar="GRAPHKIT_SPILL", help="The folder for what does not fit into it.")
]
SERVER_URI = re.compile(r"(neo4j|bolt)(\+\w*)?:/", re.IGNORECASE)
_insecure: ContextVar[bool] = ContextVar("insecure", default=False)


def open_store(store: str) -> "Store":
    """Open the store that a command names; of a server the user, password and database are in NEO4J_ settings."""
    from graphkit import build

    return build.open_store(store, settings=os.environ, insecure=_insecure.get())


def server_settings(uri: str | None) -> "Settings":
    """Return how a server is reached: the one that is named, or that of NEO4J_URI."""
    from graphkit.stores.neo4j.connect import settings_from

    if uri is None and not os.environ.get("NEO4J_URI"):
        raise typer.BadParameter("name the server, such as neo4j://localhost, or set NEO4J_URI", param_hint="SERVER")
    return settings_from(os.environ, uri, insecure=_insecure.get())


def refuse_passwords(words: Iterable[str]) -> None:
    """Raise StoreError for a word with a password in it, before anything repeats that word."""
    for word in words:
        if SERVER_URI.match(word) and "@" in word:
            from graphkit.stores.neo4j.connect import settings_from

            settings_from({}, word)


def reaching(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that takes a store the options `--insecure`, for every server, `--memory` and `--spill`."""
    own = inspect.signature(command)
    if "store" not in own.parameters:
        return command

    @wraps(command)
    def run(*, insecure: bool = False, memory: str | None = None, spill: Path | None = None, **told: Any) -> None:
        before = _insecure.set(insecure)
        try:
            with _bounded(memory, spill):
                command(**told)
        finally:
            _insecure.reset(before)

    options = {"insecure": (False, InsecureOption), "memory": (None, MemoryOption), "spill": (None, SpillOption)}
    further = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (default, kind) in options.items()
    ]
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), *further])  # type: ignore[attr-defined]
    return run


def _bounded(memory: str | None, spill: Path | None) -> AbstractContextManager[None]:
    """Bound the memory of a command, if that is asked for: only then anything has to be imported for it."""
    if memory is None and spill is None:
        return nullcontext()
    from graphkit.engines.relational import memory_limit

    return memory_limit(memory, spill=spill)
