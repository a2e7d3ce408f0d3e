"""A real server on this machine, somebody who reads its pages, and facts that keep arriving."""

from __future__ import annotations

import http.client
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.frame import OUT, ROOT
from benchmarks.workspaces import NOW, opened

PATIENCE_S = 120.0
EVERY_S = 3.0
BATCH = 200
_COUNTING = b'http-equiv="refresh" content="1"'
"""What a page says while something on it is being counted; it asks again after `_RENEWED_S`."""
_RENEWED_S = 0.9


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: how long it took, whether it said that something is still being counted, and the text."""

    status: int
    seconds: float
    counting: bool
    body: bytes


@dataclass
class Reader:
    """Gets pages as one signed-in person, over one connection that is kept."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)

    def get(self, path: str) -> Answer:
        """One request."""
        return self._ask("GET", path, None)

    def begin(self, path: str, *, most: int) -> Answer:
        """The first `most` bytes of a download; the rest is not waited for."""
        answer = self._ask("GET", path, None, most=most)
        self._connection.close()
        return answer

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def post(self, path: str, body: str) -> Answer:
        """One form, encoded; the sign against forms from elsewhere is the cookie's own."""
        return self._ask("POST", path, body)

    def until_ready(self, path: str, *, patience_s: float = PATIENCE_S) -> tuple[float, list[Answer]]:
        """Ask until the page is no longer counting, or patience is over: how long that took, and all answers."""
        began, answers = time.perf_counter(), [self.get(path)]
        while answers[-1].counting and time.perf_counter() - began < patience_s:
            time.sleep(_RENEWED_S)
            answers.append(self.get(path))
        return time.perf_counter() - began, answers

    def _ask(self, method: str, path: str, body: str | None, *, most: int | None = None) -> Answer:
        headers = {
            "Host": f"{self.host}:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body=body, headers=headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            self._connection.close()  # the server may close one that was idle
            self._connection.request(method, path, body=body, headers=headers)
            answer = self._connection.getresponse()
        text = answer.read(most)
        seconds = time.perf_counter() - began
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair = value.split(";", 1)[0]
                self.cookies[pair.partition("=")[0]] = pair.partition("=")[2]
        return Answer(answer.status, seconds, _COUNTING in text, text)


@contextmanager
def serving(folder: Path, *, environ: Mapping[str, str] | None = None) -> Iterator[tuple[Reader, int]]:
    """A `safar serve` of its own: its owner as a reader of its pages, and its pid."""
    command = [sys.executable, "-c", "from safar.cli import main; main()", "serve", "--workspace", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1", **(environ or {})}
    server = subprocess.Popen(
        [*command, "--port", "0", "--no-browser"], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    try:
        assert server.stdout is not None
        parts = urlsplit(next(line.strip() for line in server.stdout if "/sign-in/" in line))
        assert parts.hostname is not None
        assert parts.port is not None
        reader = Reader(parts.hostname, parts.port)
        assert reader.get(f"{parts.path}?next=/healthz").status == 302
        try:
            yield reader, server.pid
        finally:
            reader.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        if server.stdout is not None:
            server.stdout.close()


@contextmanager
def arriving(folder: Path) -> Iterator[None]:
    """A second process that commits small batches of facts until the block ends."""
    code = f"from benchmarks.serving import commit_batches; commit_batches({str(folder)!r})"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    writer = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)
    try:
        yield
    finally:
        writer.terminate()
        writer.wait(timeout=60)


def commit_batches(folder: str) -> None:
    """Commit a batch of new facts of known kinds every few seconds, for ever."""
    from safar.log import StagedImport

    log = opened(folder).log
    files = ", ".join(f"'{path}'" for path in log.parquet_files("interactions"))
    number = 0
    while True:
        number += 1
        with log.connect() as con:
            some = f"SELECT * FROM read_parquet([{files}]) LIMIT {BATCH} OFFSET {number * BATCH}"
            con.execute(
                "CREATE TEMP TABLE arrived AS SELECT * EXCLUDE (customer, import_no) REPLACE ('arriving' AS source, "
                f"unhex(left(md5('{number}.' || rn), 24)) AS row_id, rn AS row_no, "
                f"ts + INTERVAL {number} SECOND AS ts), 'crm' AS customer_ns, "
                f"'new-{number}-' || rn // 10 AS customer_ext FROM (SELECT *, row_number() OVER () AS rn FROM ({some}))"
            )
            con.execute("ALTER TABLE arrived DROP COLUMN rn")
            log.commit(con, StagedImport(source="arriving", interactions="arrived"), now=NOW)
        time.sleep(EVERY_S)


def copied(folder: Path, *, name: str = "serving") -> Path:
    """A copy of a workspace by hard links, because facts arrive in it: what is kept there is only replaced."""
    target = OUT / name
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(folder, target, copy_function=os.link, ignore=shutil.ignore_patterns("web.sqlite*", ".lock"))
    return target


def family(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in tasks.read_text(encoding="ascii").split()]
    return found


def quantile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
