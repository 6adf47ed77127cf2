"""How Spark is reached: here, in this process's own JVM, or on a cluster by its master's address."""

import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import StoreError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What a session of ours is started with; one that runs already is taken as it is.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.session.timeZone": "UTC",
}


@dataclass(frozen=True, slots=True)
class SparkOptions:
    """Where Spark runs and in how many parts a graph is cut.

    `master`: such as local[4] or spark://host:7077; without one, what spark-submit says, else every core of this
    machine. `parts`: by default one for each million rows. `memory`: of the driver, such as 4g, which locally is all
    there is. `shuffle`: into how many partitions rows are shuffled; `spill`: the folder for what does not fit.
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


def session(options: SparkOptions) -> "SparkSession":
    """Return the session that runs, or start one. Raises StoreError if there is no pyspark, no Java, or no master."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        hint = 'Install it: pip install "graphkit[spark]".'
        raise StoreError("the Spark engine needs pyspark", code="no-spark", hint=hint) from error
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    _check_java()
    # Workers run the Python of this process unless the cluster says otherwise.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("graphkit")
    for name, value in (SETTINGS | _settings(options)).items():
        builder = builder.config(name, value)
    with speaking():
        found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def _settings(options: SparkOptions) -> dict[str, str]:
    told = {
        "spark.master": options.master,
        "spark.driver.memory": options.memory,
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
        hint = JAVA if "JAVA_GATEWAY_EXITED" in str(error) else HINT
        raise StoreError(f"Spark fails: {_cause(str(error))}", code="spark-failed", hint=hint) from error


JAVA = "Install a whole Java, 17 or newer, or set JAVA_HOME to one: some that come with other programs lack modules."
HINT = "Check the master's address, the directory (every worker has to see it) and the memory."
CAUSE = re.compile(r"(?:Caused by: )?[\w.$]*(?:Exception|Error)[:\]]\s*(.+)")


def _cause(text: str) -> str:
    """Return the innermost reason that a trace tells."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [found[1] for line in lines if (found := CAUSE.search(line))]
    return (causes[-1] if causes else lines[0] if lines else "no reason given")[:300]
