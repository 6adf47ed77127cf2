"""A real cluster, small as it is: a master, a worker, and a command that is only told the master's address."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import graphkit as gk
from tests.analysis.cases import units6
from tests.spark_session import SETTINGS, missing

pytestmark = pytest.mark.xdist_group("spark")
SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# A table of six rows needs none of what makes Spark fast; the address is the cluster's alone.
QUICK = {name: value for name, value in SETTINGS.items() if name.startswith(("spark.sql.", "spark.driver."))}


def started(stack: ExitStack, role: str, *words: str, until: str) -> str:
    """Start a daemon of Spark, and return the line of its log that says it is ready."""
    pyspark = pytest.importorskip("pyspark")
    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}", "--host", "127.0.0.1", *words]
    env = os.environ | {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "128m", "SPARK_DAEMON_JAVA_OPTS": SMALL}
    env |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    assert process.stderr is not None
    stack.enter_context(process.stderr)
    log = []
    for line in process.stderr:
        log.append(line)
        if until in line:
            return line
    pytest.fail("".join(log))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """The address of a master that has one worker."""
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")):
        missing("no java to run Spark on")
    if sys.platform == "win32":
        pytest.skip("Spark starts its daemons by a shell script")
    with ExitStack() as stack:
        line = started(stack, "master.Master", "--port", "0", "--webui-port", "0", until="Starting Spark master at")
        address = line.split()[-1]
        words = ["--cores", "2", "--memory", "512m", "--webui-port", "0", "--work-dir", str(tmp_path / "work")]
        started(stack, "worker.Worker", *words, address, until="Successfully registered with master")
        yield address


def test_a_cluster_is_reached_by_its_address(cluster: str, tmp_path: Path) -> None:
    graph = units6()
    place = gk.write_parquet(graph, tmp_path / "六家")
    words = ["coverage", str(place), "--engine", "spark", "--parts", "2", "--memory", "512MiB", "--lang", "en"]
    settings = QUICK | {"spark.executor.extraJavaOptions": SMALL}
    env = {"PYSPARK_SUBMIT_ARGS": " ".join(f'--conf "{k}={v}"' for k, v in settings.items()) + " pyspark-shell"}
    env |= {"GRAPHKIT_MASTER": cluster, "PYSPARK_PYTHON": sys.executable, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "graphkit", *words]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(gk.coverage(graph).text("en"))
    assert list((tmp_path / "work").glob("app-*")), "the worker has run nothing"
