"""What the driver raises, said as a StoreError: what happened, what to do, and no secret in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from graphkit.errors import StoreError
from graphkit.stores.neo4j.connect import Settings, redacted


class _Said(NamedTuple):
    code: str
    what: str
    hint: str


_AGAIN = "Nothing is lost: run it again when that is mended."
_DOWN = _Said("server-down", "cannot be reached, or went away", f"Check the address and that it runs. {_AGAIN}")
_LOGIN = "Check NEO4J_USERNAME, and NEO4J_PASSWORD or NEO4J_PASSWORD_FILE."
_BROKEN = _Said(
    "constraint-broken", "holds data that break a constraint", f"Correct or remove what others wrote there. {_AGAIN}"
)
_FAILED = _Said("server-failed", "failed", f"Look at its log, and at its disk. {_AGAIN}")
_SAID = {
    "Security.Unauthorized": _Said("wrong-credentials", "does not take this user name and password", _LOGIN),
    "Security.AuthenticationRateLimit": _Said("too-many-attempts", "refuses more attempts for now", _LOGIN),
    "Security.CredentialsExpired": _Said(
        "password-expired", "wants another password first", "Set it with ALTER CURRENT USER SET PASSWORD."
    ),
    "Security.Forbidden": _Said("not-allowed", "does not allow this user to do that", "Ask for the rights."),
    "Statement.AccessMode": _Said("not-allowed", "does not take writes here", "Name the server that writes."),
    "Database.DatabaseNotFound": _Said("no-such-database", "has no such database", "Check NEO4J_DATABASE."),
    "Schema.ConstraintValidationFailed": _BROKEN,
    "Schema.ConstraintCreationFailed": _BROKEN,
    "Schema.ConstraintWithNameAlreadyExists": _BROKEN,
    "Schema.IndexAlreadyExists": _Said(
        "constraint-taken", "has an index where the constraint on ids must be", "Drop that index; it comes with it."
    ),
    "General.MemoryPoolOutOfMemoryError": _Said(
        "server-memory", "has too little memory", "Give smaller batches, or raise its dbms.memory.transaction limits."
    ),
    "General.DatabaseUnavailable": _FAILED,
    "Transaction.TransactionTimedOut": _Said("server-timeout", "stopped a transaction", "Raise its time limit."),
}


@contextmanager
def told(settings: Settings) -> Iterator[None]:
    """Turn what the driver raises inside into a StoreError; its own chain is cut, for it may quote what was sent."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError, OSError) as error:
        raise store_error(error, settings) from None


def store_error(error: Exception, settings: Settings) -> StoreError:
    """Say what an error of the driver means."""
    from neo4j.exceptions import AuthError, ConfigurationError, Neo4jError, ServiceUnavailable, SessionExpired

    server_code = (error.code or "") if isinstance(error, Neo4jError) else ""
    kind = ".".join(server_code.split(".")[2:])
    said = _SAID.get(kind)
    if said is None and isinstance(error, AuthError):
        said = _SAID["Security.Unauthorized"]
    if said is None and isinstance(error, ConfigurationError):
        said = _Said("bad-settings", "cannot be reached with these settings", "Check the URI and the certificates.")
    if said is None and isinstance(error, ServiceUnavailable | SessionExpired | OSError):
        said = _DOWN
    said = said or _FAILED
    cause = scrubbed(_cause(error), settings)
    message = f"the server at {settings.uri} {said.what}: {cause}"
    return StoreError(message, code=said.code, hint=said.hint, server_code=server_code)


def scrubbed(text: str, settings: Settings) -> str:
    """Take the password, and what stands before an @ in a URI, out of a text."""
    if settings.password:
        text = text.replace(settings.password, "***")
    return redacted(text)


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether a transaction was too large for the server's memory."""
    return (getattr(error, "code", None) or "").endswith("MemoryPoolOutOfMemoryError")


def _cause(error: Exception) -> str:
    told_by_server = getattr(error, "message", None)
    return " ".join(str(told_by_server or error).split())[:300] or type(error).__name__
