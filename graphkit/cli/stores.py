"""How the command line reaches a store: a file, or a server whose settings stand in the environment."""

import inspect
import os
import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from graphkit.stores.base import Store
    from graphkit.stores.neo4j.connect import Settings

InsecureOption = Annotated[
    bool, typer.Option("--insecure", help="Accept a server without encryption, or whose certificate is not checked.")
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
    """Give a command that takes a store the option `--insecure`; it holds for every server that the command opens."""
    own = inspect.signature(command)
    if "store" not in own.parameters:
        return command

    @wraps(command)
    def run(*, insecure: bool = False, **told: Any) -> None:
        before = _insecure.set(insecure)
        try:
            command(**told)
        finally:
            _insecure.reset(before)

    option = inspect.Parameter("insecure", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=InsecureOption)
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), option])  # type: ignore[attr-defined]
    return run
