"""How a server is reached: settings without secrets in sight, the schemes allowed, the version found."""

import ipaddress
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from graphkit.errors import StoreError

if TYPE_CHECKING:
    import neo4j

ENCRYPTED = ("neo4j+s", "bolt+s")
UNVERIFIED = ("neo4j+ssc", "bolt+ssc")
PLAIN = ("neo4j", "bolt")
SCHEMES = (*PLAIN, *ENCRYPTED, *UNVERIFIED)
OLDEST = (5, 23)  # the first whose subqueries take `CALL (x) { … }`
DEFAULT_URI = "neo4j://localhost"
NOISE = ["UNRECOGNIZED", "PERFORMANCE", "HINT"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the server is and who asks; `patience`: seconds for which a busy store or a failing server is waited for.

    Raises StoreError for a URI that holds a password, has an unknown scheme, or would send secrets in clear.
    """

    uri: str
    username: str = "neo4j"
    password: str | None = field(default=None, repr=False)
    database: str = "neo4j"
    insecure: bool = False
    patience: float = 10.0

    def __post_init__(self) -> None:
        _check_uri(self.uri, insecure=self.insecure)


def settings_from(values: Mapping[str, str], uri: str | None = None, *, insecure: bool = False) -> Settings:
    """Read settings from `NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD(_FILE), NEO4J_DATABASE`; `uri` beats the first."""
    return Settings(
        uri or values.get("NEO4J_URI") or DEFAULT_URI,
        values.get("NEO4J_USERNAME") or "neo4j",
        _password(values),
        values.get("NEO4J_DATABASE") or "neo4j",
        insecure,
    )


def _password(values: Mapping[str, str]) -> str | None:
    if values.get("NEO4J_PASSWORD"):
        return values["NEO4J_PASSWORD"]
    if not values.get("NEO4J_PASSWORD_FILE"):
        return None
    path = Path(values["NEO4J_PASSWORD_FILE"])
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        message = f"the password file {path} cannot be read ({reason})"
        raise StoreError(message, code="password-file", hint="Check NEO4J_PASSWORD_FILE.") from None


def redacted(text: str) -> str:
    """Take user names and passwords out of the URIs in a text."""
    return re.sub(r"(://)\S*@", r"\1***@", text)


def _check_uri(uri: str, *, insecure: bool) -> None:
    scheme, _, rest = uri.partition("://")
    shown = f"{scheme if rest else ''}://***@{uri.rpartition('@')[2]}" if "@" in uri else uri
    if "@" in uri:
        message = f"{shown} holds a user name or a password"
        hint = "Take them out of the URI and set NEO4J_USERNAME, and NEO4J_PASSWORD or NEO4J_PASSWORD_FILE."
        raise StoreError(message, code="password-in-uri", hint=hint)
    if scheme not in SCHEMES:
        message = f"{shown} is no URI of a Neo4j server"
        raise StoreError(message, code="unknown-scheme", hint=f"Use one of {', '.join(f'{s}://' for s in SCHEMES)}.")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.path.strip("/"):
        message = f"{shown} is no URI of a Neo4j server"
        raise StoreError(message, code="bad-uri", hint="Write neo4j://host:7687; NEO4J_DATABASE names the database.")
    if insecure or scheme in ENCRYPTED:
        return
    if scheme in UNVERIFIED:
        message = f"{shown} encrypts, but does not check whose server it is"
        raise StoreError(message, code="unverified", hint="Use +s, or say --insecure (insecure=True) to accept it.")
    if not _is_loopback(host):
        message = f"{shown} would send the password and the data in clear"
        hint = f"Use {scheme}+s://, or say --insecure (insecure=True) to accept it."
        raise StoreError(message, code="unencrypted", hint=hint)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Connection:
    """An open way to one database of a server that graphkit can use."""

    settings: Settings
    driver: "neo4j.Driver" = field(repr=False)
    version: tuple[int, int]
    edition: str
    bookmarks: Any = field(repr=False)

    def reading(self, *, quiet: bool = True) -> "neo4j.Session":
        """Open a session that the server refuses to write in; `quiet`: without warnings about unknown names."""
        return self._session("READ", quiet=quiet)

    def writing(self) -> "neo4j.Session":
        """Open a session that writes."""
        return self._session("WRITE", quiet=True)

    def _session(self, mode: str, *, quiet: bool) -> "neo4j.Session":
        told: dict[str, Any] = {"notifications_disabled_classifications": NOISE} if quiet else {}
        database = self.settings.database
        return self.driver.session(
            database=database, default_access_mode=mode, fetch_size=5000, bookmark_manager=self.bookmarks, **told
        )

    def close(self) -> None:
        self.driver.close()


def open_connection(settings: Settings) -> Connection:
    """Reach a server; raise StoreError if it cannot be reached, refuses, or is too old."""
    from graphkit.stores.neo4j.failures import told

    _keep_values_out_of_logs()
    with told(settings):
        driver = _driver(settings)
        try:
            version = checked_version(driver.get_server_info().agent)
            edition = _edition(driver, settings.database)
        except BaseException:
            driver.close()
            raise
    import neo4j

    return Connection(settings, driver, version, edition, neo4j.GraphDatabase.bookmark_manager())


@contextmanager
def connected(target: Settings | Connection) -> Iterator[Connection]:
    """Give an open connection, and close it again if it was opened here."""
    if isinstance(target, Connection):
        yield target
        return
    connection = open_connection(target)
    try:
        yield connection
    finally:
        connection.close()


def checked_version(agent: str) -> tuple[int, int]:
    """Read the version that a server tells of itself; raise StoreError for one that is too old or no Neo4j."""
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if not found:
        message = f"the server calls itself {agent[:60]!r}, which is no Neo4j"
        raise StoreError(message, code="not-neo4j", hint="Name a Neo4j server of 5.23 or newer.")
    version = int(found[1]), int(found[2])
    if version < OLDEST:
        message = f"the server is Neo4j {version[0]}.{version[1]}; graphkit needs {OLDEST[0]}.{OLDEST[1]} or newer"
        raise StoreError(message, code="server-too-old", hint="Upgrade it to 5.26 (the long-term line) or newer.")
    return version


def _driver(settings: Settings) -> "neo4j.Driver":
    import neo4j

    from graphkit import __version__

    auth = (settings.username, settings.password) if settings.password is not None else None
    return neo4j.GraphDatabase.driver(
        settings.uri,
        auth=auth,
        user_agent=f"graphkit/{__version__}",
        connection_timeout=max(1.0, settings.patience),
        connection_acquisition_timeout=60,
        max_transaction_retry_time=settings.patience,
        liveness_check_timeout=30,
        notifications_min_severity="WARNING",
        warn_notification_severity=None,
        telemetry_disabled=True,
    )


def _edition(driver: "neo4j.Driver", database: str) -> str:
    # A plain query: a managed one waits up to ten seconds between its attempts.
    with driver.session(database=database, default_access_mode="READ") as session:
        row = session.run("CALL dbms.components() YIELD edition RETURN edition LIMIT 1").single()
    return str(row["edition"]) if row else "unknown"


def _keep_values_out_of_logs() -> None:
    """Below INFO the driver logs every parameter, people's data among them: only who asks for it by name gets it."""
    logger = logging.getLogger("neo4j.io")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
