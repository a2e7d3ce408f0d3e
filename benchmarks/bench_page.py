"""The map page of a real server while another process commits facts every few seconds.

Server time is what a client on the same machine waits for a whole answer. The workspace is a copy (by hard links) of
the staged one, because facts arrive in it. Everything is bounded in time: the page is asked for as often as fits.
"""

from __future__ import annotations

import http.cookiejar
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.frame import OUT, ROOT, Target, peak_mb, report
from benchmarks.workspaces import NOW, opened, staged
from safar.log import StagedImport
from safar.settings import Settings
from safar.usecases.journey_map import prepare, read_journey_map

OVERHEAD_MB = 700
"""What a server holds beside its engine: interpreter, libraries, templates, one renderer."""
SECONDS = 20.0
EVERY_S = 3.0
BATCH = 200
PATIENCE_S = 300.0
_COUNTING = b'http-equiv="refresh"'
"""What a page says while its view is being counted; it asks again after `_RENEWED_S`."""
_RENEWED_S = 1.0
TARGETS = (
    Target("published_p95_s", "published view, facts arriving: p95 of server time, s", most=0.3),
    Target("filtered_p95_s", "random filters never asked before: p95 of server time, s", most=2.0),
    Target("peak_mb", "peak memory of the server, MiB", most=Settings().memory_limit_mb + OVERHEAD_MB),
)


def main(*, sizes: list[int], seed: int) -> None:
    """Measure the page at all sizes."""
    rows = []
    for size in sizes:
        folder = _copied(staged(size, seed=seed))
        try:
            rows.append({"facts": size} | _measured(folder, seed=seed))
        finally:
            shutil.rmtree(folder)
    report("page", rows, x="facts", targets=TARGETS, peer="none: seconds that a reader waits")


def _measured(folder: Path, *, seed: int) -> dict[str, Any]:
    workspace = opened(folder)
    prepare(workspace)
    read_journey_map(workspace)
    with serving(folder) as (get, server), arriving(folder):
        first = get("/journey/")
        published = _asked(get, lambda: "/journey/", seconds=SECONDS, pause=0.2)
        versions = workspace.log.head().number
        chance = random.Random(seed)  # noqa: S311  # which filters, not a secret
        get.requests.clear()
        filtered = _asked(get, lambda: random_filters(chance), seconds=SECONDS, pause=0.0)
        peak = max(map(peak_mb, _family(server)))
    return {
        "first_s": first,
        "published_asked": len(published),
        "published_p50_s": quantile(published, 0.5),
        "published_p95_s": quantile(published, 0.95),
        "commits_seen": versions - 1,
        "filtered_asked": len(filtered),
        "filtered_p50_s": quantile(get.requests, 0.5),
        "filtered_p95_s": quantile(get.requests, 0.95),
        "filtered_ready_p50_s": quantile(filtered, 0.5),
        "filtered_ready_p95_s": quantile(filtered, 0.95),
        "peak_mb": peak,
        "load": os.getloadavg()[0],
    }


def _asked(get: Callable[[str], float], path: Callable[[], str], *, seconds: float, pause: float) -> list[float]:
    """Waiting times of requests one after the other, until the time is over; one at least."""
    found: list[float] = []
    end = time.monotonic() + seconds
    while not found or time.monotonic() < end:
        found.append(get(path()))
        time.sleep(pause)
    return found


def quantile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def random_filters(chance: random.Random) -> str:
    """An address of the map under filters that hardly anybody asks for twice."""
    day = chance.randrange(600)
    year, rest = divmod(day, 360)
    asked = [("since", f"{2024 + year}-{1 + rest // 30:02}-{1 + rest % 28:02}")]
    kind = chance.randrange(3)
    if kind == 0:
        asked += [("channel", one) for one in chance.sample(["web", "app", "call", "chat", "email", "shop"], 2)]
    elif kind == 1:
        asked.append(("attribute.segment", chance.choice(["consumer", "family", "business", "youth"])))
    else:
        asked.append(("step", chance.choice(["purchase", "usage", "output", "evaluation"])))
    return f"/journey/?{urlencode(asked)}"


class Reader:
    """Gets pages as their owner. `requests`: how long each request took, those for pages that say "counting" too."""

    def __init__(self, opener: urllib.request.OpenerDirector, base: str) -> None:
        self._opener, self._base = opener, base
        self.requests: list[float] = []

    def __call__(self, path: str) -> float:
        """How long it took until the page showed what was asked for."""
        began = time.perf_counter()
        while _COUNTING in (body := self._once(path)):
            time.sleep(_RENEWED_S)
        assert b"<svg" in body, path
        return time.perf_counter() - began

    def _once(self, path: str) -> bytes:
        began = time.perf_counter()
        with self._opener.open(self._base + path, timeout=PATIENCE_S) as answer:
            body: bytes = answer.read()
            assert answer.url.endswith(path), answer.url
        self.requests.append(time.perf_counter() - began)
        return body


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Reader, int]]:
    """A `safar serve` of its own: a reader of its pages, and its pid."""
    command = [sys.executable, "-c", "from safar.cli import main; main()", "serve", "--workspace", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [*command, "--port", "0", "--no-browser"], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    try:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if "/sign-in/" in line)
        parts = urlsplit(address)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        # `next`: to sign in is not to ask for the map.
        opener.open(f"{address}?next=/healthz", timeout=PATIENCE_S).read()
        yield Reader(opener, f"{parts.scheme}://{parts.netloc}"), server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


@contextmanager
def arriving(folder: Path) -> Iterator[None]:
    """A second process that commits small batches of facts until the block ends."""
    code = f"from benchmarks.bench_page import commit_batches; commit_batches({str(folder)!r})"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    writer = subprocess.Popen([sys.executable, "-c", code], env=environment, cwd=ROOT)
    try:
        yield
    finally:
        writer.terminate()
        writer.wait(timeout=60)


def commit_batches(folder: str) -> None:
    """Commit a batch of new facts of known kinds every few seconds, for ever."""
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


def _copied(folder: Path) -> Path:
    target = OUT / "serving"
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(folder, target, copy_function=os.link, ignore=shutil.ignore_patterns("web.sqlite*"))
    return target


def _family(process: int) -> list[int]:
    """A process and all that it started."""
    found = [process]
    for parent in found:
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in tasks.read_text(encoding="ascii").split()]
    return found
