"""A Spark standalone cluster on loopback: one master, one worker with two cores, two executors of one core each."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.processes import free_port

MOST_RESULT = "200k"
"""What all tasks of one job may send to the driver: aggregates pass, facts do not."""


def missing() -> str | None:
    """Why there can be no cluster here, with what would help; None where there can."""
    if shutil.which("java") is None:
        return "Spark needs Java: apt-get install openjdk-17-jre-headless"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "Spark is not installed: uv sync --group spark"
    return None


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.5)
    message = f"Spark's master did not start:\n{log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(message)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The cluster's address, while the block runs."""
    import pyspark

    home = Path(pyspark.__file__).parent
    start = str(home / "bin" / "spark-class")
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_WORKER_DIR": str(folder / "work"),
    }
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    with contextlib.ExitStack() as stack:

        def run(name: str, *words: str) -> tuple[subprocess.Popen[bytes], Path]:
            log = folder / f"{name}.log"
            out = stack.enter_context(log.open("wb"))
            process = subprocess.Popen([start, *words], stdout=out, stderr=out, env=environment, cwd=folder)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            return process, log

        master = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        process, log = run("master", f"{deploy}.master.Master", *master)
        _wait(port, process, log)
        worker = ("--host", "127.0.0.1", "--cores", "2", "--memory", "1200m", "--webui-port", "0")
        run("worker", f"{deploy}.worker.Worker", *worker, address)
        yield address
