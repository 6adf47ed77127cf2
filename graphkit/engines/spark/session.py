"""How Spark is reached: here, in this process's own JVM, or on a cluster by its master's address."""

import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphkit.errors import StoreError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# How rows go to Python and back. Of rows with lists, Spark weighs a batch anew for every row that it adds, in a time
# that grows with the batch (its square, for a list that is null all through): only the number of rows bounds one here.
BATCHES = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
}
# What a session of ours is started with; one that runs already is taken as it is, but for the batches.
SETTINGS = BATCHES | {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
}


# The masters of Spark: this machine, or a cluster; sc:// would be Spark Connect, which has no JVM of ours.
MASTER = re.compile(r"local(-cluster)?(\[[^\]]+\])?|yarn|k8s://.+|spark://[^/,]+:\d+(,[^/,]+:\d+)*")
ANSWERS_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class SparkOptions:
    """Where Spark runs and in how many parts a graph is cut.

    `master`: such as local[4] or spark://host:7077; without one, what spark-submit says, else every core of this
    machine. `parts`: by default one for each million rows. `memory`: of the JVM here and of that of each worker, such
    as 4g; Python beside them takes what one part needs. `shuffle`: into how many partitions rows are shuffled;
    `spill`: the folder for what does not fit.
    """

    master: str | None = None
    parts: int | None = None
    memory: str | None = None
    shuffle: int | None = None
    spill: Path | None = None

    def __post_init__(self) -> None:
        for name in ("parts", "shuffle"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < 1):
                message = f"{name} is {value!r}, which is no whole number above 0"
                raise StoreError(message, code="bad-limit", hint="Leave it out, or say 8.")
        if self.master is not None and not MASTER.fullmatch(self.master):
            message = f"{self.master!r} is no master of Spark"
            hint = "Say spark://host:7077, yarn, k8s://… or local[4]; leave it out for every core of this machine."
            raise StoreError(message, code="bad-master", hint=hint)


def session(options: SparkOptions) -> "SparkSession":
    """Return the session that runs, or start one. Raises StoreError if there is no pyspark, no Java, or no master."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        hint = 'Install it: pip install "graphkit[spark]".'
        raise StoreError("the Spark engine needs pyspark", code="no-spark", hint=hint) from error
    running = SparkSession.getActiveSession()
    if running is not None:
        _check_same(running.sparkContext.master, options.master)
        return _with_batches(running)
    _check_master(options.master)
    _check_java()
    # Workers run the Python of this process unless the cluster says otherwise.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("graphkit")
    for name, value in (SETTINGS | _settings(options)).items():
        builder = builder.config(name, value)
    with speaking():
        found = builder.getOrCreate()
        _hush(found)
    return found


def _hush(spark: "SparkSession") -> None:
    """Let Spark print its errors alone, and that no worker takes the work: else a command would wait in silence."""
    spark.sparkContext.setLogLevel("ERROR")
    jvm: Any = spark.sparkContext._jvm
    log4j = jvm.org.apache.logging.log4j
    log4j.core.config.Configurator.setLevel("org.apache.spark.scheduler.TaskSchedulerImpl", log4j.Level.WARN)


def _settings(options: SparkOptions) -> dict[str, str]:
    told = {
        "spark.master": options.master,
        "spark.driver.memory": options.memory,
        "spark.executor.memory": options.memory,
        "spark.sql.shuffle.partitions": options.shuffle,
        "spark.local.dir": options.spill,
    }
    return {name: str(value) for name, value in told.items() if value is not None}


def _check_java() -> None:
    """Say what is missing before a JVM that is not there fails with a trace of its own."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin") if home else shutil.which("java"):
        return
    message = f"there is no Java in JAVA_HOME ({home})" if home else "the Spark engine needs Java, and there is none"
    raise StoreError(message, code="no-java", hint="Install Java 17 or newer, or set JAVA_HOME to one.")


def _with_batches(running: "SparkSession") -> "SparkSession":
    """Return a session of the same Spark with batches as they are needed; that of the user keeps its own settings."""
    if all(running.conf.get(name, None) == value for name, value in BATCHES.items()):
        return running
    found = running.newSession()
    for name, value in BATCHES.items():
        found.conf.set(name, value)
    return found


def _check_same(running: str | None, asked: str | None) -> None:
    """Refuse a master that is not asked: a process has one Spark, and would compute elsewhere without a word."""
    if asked is None or asked == running:
        return
    message = f"this process runs Spark on {running} already, and not on {asked}"
    raise StoreError(message, code="other-master", hint="Stop that session first (spark.stop()), or name no master.")


def _check_master(master: str | None) -> None:
    """Say at once that no standalone master answers; Spark asks for a minute, then fails with something else."""
    if master is None or not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWERS_WITHIN):
                return
        except (OSError, OverflowError):
            continue
    hint = "Check host and port (a master's page tells its URL), and that this machine may reach them."
    raise StoreError(f"no master of Spark answers at {master}", code="no-master", hint=hint)


@contextmanager
def speaking() -> Iterator[None]:
    """Turn what Spark fails with into a StoreError: the line that says why, not the trace of a JVM."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            # Nothing here goes through pandas.
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            yield
    except (PySparkException, Py4JError, OSError) as error:
        text = str(error)
        hint = next((hint for sign, hint in HINTS if re.search(sign, text)), HINT)
        raise StoreError(f"Spark fails: {_cause(text)}", code="spark-failed", hint=hint) from error


# What a trace holds, and what helps then; the first that is found.
HINTS = (
    (
        "JAVA_GATEWAY_EXITED",
        "Install a whole Java, 17 or newer, or set JAVA_HOME to one: some that come with other programs lack modules.",
    ),
    (
        "OutOfMemory|GC overhead limit|maxResultSize|MemoryError",
        "Give it more memory (--memory 8g; of a cluster spark.executor.memory), or cut it into more parts.",
    ),
    ("No space left on device", "Name a folder with more room for what does not fit into memory (--spill)."),
    (
        "No module named|PYTHON_VERSION_MISMATCH|Cannot run program|UNABLE_TO_RUN_PYTHON",
        "Every worker needs the same version of Python with graphkit in it; PYSPARK_PYTHON says where it is.",
    ),
    (
        "No FileSystem for scheme|FileSystem not found",
        "Give Spark what reads this place: spark-submit --packages …, such as hadoop-aws for s3a://.",
    ),
    (
        "PATH_NOT_FOUND|FileNotFoundException|FAILED_READ_FILE|not a Parquet file|is not a directory",
        "Check the directory: every worker has to see it at this place, and all of its files.",
    ),
)
HINT = "Check the master's address, the directory (every worker has to see it) and the memory."
CAUSE = re.compile(r"(?:Caused by: )?(?:[\w.$]*\.)?(\w*(?:Exception|Error))[:\]]\s*(.+)")


def _cause(text: str) -> str:
    """Return the innermost reason that a trace tells; of one word, such as a host, also what befell it."""
    found = [match for line in text.splitlines() if (match := CAUSE.search(line.strip()))]
    if not found:
        return next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")[:300]
    kind, reason = found[-1].groups()
    return (reason if " " in reason.strip() else f"{kind}: {reason}")[:300]
